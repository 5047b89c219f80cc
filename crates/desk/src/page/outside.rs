//! Pages of the sample hospital's surroundings, for the demo alone: its own EMR and the phones of two people. They are no part of
//! the desk, look like none of its pages, and say what they are.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::text::{Lang, Reader};

/// The look of these pages: plain on purpose, so that nobody takes them for the desk.
pub const STYLE: &str = include_str!("../../assets/outside.css");

/// A patient in the list of the demo's EMR.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The id in that EMR.
    pub id: String,
    /// The name.
    pub name: String,
    /// The day of birth, `YYYY-MM-DD`.
    pub born: String,
    /// The number that the hospital gave.
    pub number: String,
}

/// A card as the EMR got it for the chart that is open.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its line.
    pub summary: String,
    /// What stands below; Markdown as it came.
    pub detail: String,
    /// Who it is from.
    pub source: String,
}

/// What the EMR's page shows.
#[derive(Debug, Clone)]
pub struct EmrPage {
    /// Language, time, zone.
    pub reader: Reader,
    /// The desk's address.
    pub desk: String,
    /// All patients.
    pub patients: Vec<Listed>,
    /// Whose chart is open, the cards for it, and where the app is launched; `None`: none is open.
    pub open: Option<(Listed, Result<Vec<Shown>, String>, String)>,
}

/// The demo's EMR: a list of patients, and one chart with Bedside's card and app in it.
#[must_use]
pub fn emr(v: &EmrPage) -> Markup {
    let r = &v.reader;
    let inner = html! {
        nav aria-label=(r.t("outside-patients")) {
            h2 { (r.t("outside-patients")) }
            ul {
                @for one in &v.patients {
                    @let is_open = v.open.as_ref().is_some_and(|(open, ..)| open.id == one.id);
                    li { a href=(format_args!("/emr?patient={}", one.id)) aria-current=[is_open.then_some("page")] { (one.name) " " small { (one.number) } } }
                }
            }
        }
        main {
            @match &v.open {
                None => {
                    h1 { (r.t("outside-emr")) }
                    p { (r.t("outside-emr-none")) }
                }
                Some((patient, cards, launch)) => {
                    h1 { (patient.name) }
                    p { (r.say("outside-born", &[("born", patient.born.clone().into()), ("number", patient.number.clone().into())])) }
                    section aria-labelledby="cards-h" {
                        h2 #cards-h { (r.t("outside-cards")) }
                        (cards_of(r, cards))
                    }
                    h2 { (r.t("outside-app")) }
                    iframe src=(launch) title=(r.t("outside-app")) {}
                }
            }
        }
    };
    outside(r, &r.t("outside-emr"), &r.t("outside-emr-note"), &v.desk, "emr", inner)
}

fn cards_of(r: &Reader, cards: &Result<Vec<Shown>, String>) -> Markup {
    html! {
        @match cards {
            Err(why) => p { (r.say("outside-cards-failed", &[("why", why.into())])) },
            Ok(cards) if cards.is_empty() => p { (r.t("outside-cards-none")) },
            Ok(cards) => @for card in cards {
                article.card {
                    h3 { (card.summary) }
                    @if !card.detail.is_empty() { p { (card.detail) } }
                    p { small { (card.source) } }
                }
            },
        }
    }
}

/// A message on a phone.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// When, microseconds UTC.
    pub at: i64,
    /// The text; an address at its end may be opened.
    pub text: String,
    /// Where a link in it leads.
    pub link: Option<String>,
}

/// What a phone shows.
#[derive(Debug, Clone)]
pub struct PhonePage {
    /// Language, time, zone.
    pub reader: Reader,
    /// The desk's address.
    pub desk: String,
    /// Whose phone.
    pub owner: String,
    /// What it is there for.
    pub kind: Phone,
    /// What came, the newest first.
    pub messages: Vec<Arrived>,
}

/// What a phone is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phone {
    /// Alarms reach it.
    OnCall,
    /// Private messages of the house reach it.
    Patient,
}

/// A phone of somebody in the sample hospital's world.
#[must_use]
pub fn phone(v: &PhonePage) -> Markup {
    let r = &v.reader;
    let (note, none) = match v.kind {
        Phone::OnCall => (r.t("outside-on-call-note"), r.t("outside-on-call-none")),
        Phone::Patient => (r.t("outside-patient-note"), r.t("outside-patient-none")),
    };
    let inner = html! {
        main {
            h1 { (v.owner) }
            @if v.messages.is_empty() { p { (none) } }
            @for one in &v.messages {
                article.card {
                    p { (one.text) }
                    @if let Some(link) = &one.link { p { a href=(link) { (r.t("outside-open")) } } }
                    p { small { (r.moment(one.at)) } }
                }
            }
            p { a href="" { (r.t("outside-reload")) } }
        }
    };
    outside(r, &v.owner, &note, &v.desk, "phone", inner)
}

fn outside(r: &Reader, title: &str, note: &str, desk: &str, class: &str, inner: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(r.lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/outside.css";
            }
            body class=(class) {
                header {
                    p { strong { (title) } " " (note) }
                    p {
                        a href=(format_args!("{desk}/tour")) { (r.t("outside-back")) }
                        @for lang in Lang::ALL { @if lang != r.lang { (PreEscaped(" · ")) a href=(format_args!("?lang={}", lang.code())) lang=(lang.code()) { (lang.own_name()) } } }
                    }
                }
                div.body { (inner) }
            }
        }
    }
}
