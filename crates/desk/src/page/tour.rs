//! The tour of the demo: who can sign in, and numbered steps that point at what Bedside is for. There is none outside the demo.

use maud::{Markup, html};

use crate::look::form;
use crate::look::part::{self, Tone, Weight};
use crate::look::{Gate, Glyph, gate};
use crate::text::{Reader, key};

/// Somebody whom a visitor can be.
#[derive(Debug, Clone)]
pub struct Guide {
    /// Their name.
    pub name: String,
    /// What they do.
    pub part: Part,
}

/// The parts in the sample hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Writes answers.
    Desk,
    /// Approves them.
    Approver,
    /// Watches over data protection.
    Privacy,
    /// Is called at night.
    OnCall,
}

/// How far the story has come: the numbers of what it has brought about so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The case of somebody whose account is linked and who lies in the house.
    pub linked: Option<i64>,
    /// The case on which a death in the record acted.
    pub death: Option<i64>,
    /// The version of own rules that waits.
    pub rules: Option<i64>,
    /// Whether an invitation lies on the patient's phone.
    pub invited: bool,
    /// Whether an alarm lies on the phone of who is on call.
    pub alarmed: bool,
    /// Whether two records were merged, and parted again.
    pub merged: bool,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct TourPage {
    /// The people, in the order of their buttons.
    pub people: Vec<Guide>,
    /// How far the story is.
    pub places: Places,
    /// Where the demo's EMR and phones are.
    pub outside: String,
    /// The number and the day of birth by which the newcomer's patient names her record.
    pub claim: (String, String),
}

/// The page.
#[must_use]
pub fn tour(g: &Gate, v: &TourPage) -> Markup {
    let r = &g.reader;
    let inner = html! {
        div.tour {
            div.sheet {
                h1 { (r.t("tour-title")) }
                p { (r.t("tour-lead")) }
                p.quiet { (r.t("tour-honest")) }
            }
            section.sheet aria-labelledby="tour-people" {
                h2 #tour-people { (r.t("tour-people")) }
                p { (r.t("tour-people-lead")) }
                ul.plain.stack {
                    @for (n, guide) in v.people.iter().enumerate() {
                        li.tour-who {
                            p { strong { (guide.name) } ", " (part_word(r, guide.part)) ". " span.quiet { (part_sees(r, guide.part)) } }
                            (form::post(&g.csrf, "/tour/as", "inline", html! {
                                (form::hidden("person", &n.to_string()))
                                (part::button(&r.say("tour-as", &[("who", r.name(&guide.name).into())]), Weight::Plain))
                            }))
                        }
                    }
                }
            }
            section.sheet aria-labelledby="tour-steps" {
                h2 #tour-steps { (r.t("tour-steps")) }
                ol.plain.stack.tour-steps { (steps(r, v)) }
            }
        }
    };
    gate(g, &r.t("tour-title"), inner)
}

fn steps(r: &Reader, v: &TourPage) -> Markup {
    let out = |path: &str| format!("{}{path}", v.outside);
    let case = |number: Option<i64>| number.map(part::case_href);
    let claim = [("number", v.claim.0.clone().into()), ("born", v.claim.1.clone().into())];
    html! {
        (step(r, 1, &r.t("tour-1"), &r.t("tour-1-body"), None, &[(r.t("tour-1-go"), "/inbox".to_owned()), (r.t("tour-1-waiting"), "/inbox?q=waiting".to_owned())]))
        (step(r, 2, &r.t("tour-2"), &r.t("tour-2-body"), None, &[(r.t("tour-2-go"), "/inbox?q=now".to_owned())]))
        (step(r, 3, &r.t("tour-3"), &r.t("tour-3-body"), Some(v.places.alarmed), &[(r.t("tour-3-go"), out("/phone/roth"))]))
        (step(r, 4, &r.t("tour-4"), &r.t("tour-4-body"), Some(v.places.linked.is_some() && v.places.death.is_some()),
            &[(r.t("tour-4-linked"), case(v.places.linked).unwrap_or_default()), (r.t("tour-4-death"), case(v.places.death).unwrap_or_default()),
              (r.t("tour-4-links"), "/links/kis".to_owned())]))
        (step(r, 5, &r.t("tour-5"), &r.say("tour-5-body", &claim), Some(v.places.invited), &[(r.t("tour-5-go"), out("/phone/lenz"))]))
        (step(r, 6, &r.t("tour-6"), &r.t("tour-6-body"), Some(v.places.linked.is_some()), &[(r.t("tour-6-go"), out("/emr?patient=eva"))]))
        (step(r, 7, &r.t("tour-7"), &r.t("tour-7-body"), Some(v.places.rules.is_some()),
            &[(r.t("tour-7-go"), v.places.rules.map(|number| format!("/rules/mitte/version/{number}")).unwrap_or_default())]))
        (step(r, 8, &r.t("tour-8"), &r.t("tour-8-body"), None, &[(r.t("tour-8-log"), "/log".to_owned()), (r.t("tour-8-balance"), "/balance".to_owned())]))
    }
}

/// One step. `ready`: whether the story has come so far; `None`: from the beginning. A link without address is not there yet.
fn step(r: &Reader, n: i64, title: &str, body: &str, ready: Option<bool>, links: &[(String, String)]) -> Markup {
    html! {
        li {
            h3 { span.num { (n) } " " (title) }
            p { (body) }
            @if ready == Some(false) { p { (part::tag(&r.t("tour-soon"), Glyph::Clock, Tone::Hold)) } }
            p.row { @for (words, href) in links.iter().filter(|(_, href)| !href.is_empty()) { (part::link(words, Weight::Plain, href)) } }
        }
    }
}

fn part_word(r: &Reader, part: Part) -> String {
    r.t(match part {
        Part::Desk => key!("tour-desk"),
        Part::Approver => key!("tour-approver"),
        Part::Privacy => key!("tour-privacy"),
        Part::OnCall => key!("tour-on-call"),
    })
}

fn part_sees(r: &Reader, part: Part) -> String {
    r.t(match part {
        Part::Desk => key!("tour-desk-sees"),
        Part::Approver => key!("tour-approver-sees"),
        Part::Privacy => key!("tour-privacy-sees"),
        Part::OnCall => key!("tour-on-call-sees"),
    })
}
