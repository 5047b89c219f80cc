//! The page behind the link of an alarm: what it is about, without a word of a post or the name of who wrote it, and one
//! button. It works on a phone, without sign-in and without script.

use maud::{Markup, html};

use crate::look::part::{self, Weight};
use crate::look::{Gate, Glyph, gate, icon};
use crate::text::{danger, key, role};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// What it is about.
    pub about: About,
    /// The name of the house.
    pub site: String,
    /// Who is called, as a team.
    pub team: String,
    /// Whose link it is.
    pub member: String,
    /// When it was raised, microseconds UTC.
    pub since: i64,
    /// By when somebody must have taken it.
    pub due: Option<i64>,
    /// How it stands.
    pub state: AlarmStands,
}

/// What an alarm is about, as far as a link may show it.
#[derive(Clone, Debug)]
pub enum About {
    /// A case: its number and the kind of danger.
    Case(i64, String),
    /// A channel that is silent, by its name.
    Channel(String),
    /// The mail server.
    Mail,
    /// An incident that runs without an approved statement.
    Incident,
    /// A test.
    Test,
}

/// How an alarm stands for whoever opened the link.
#[derive(Clone, Debug)]
pub enum AlarmStands {
    /// It waits for the button.
    Open,
    /// The link is too old.
    Expired,
    /// Somebody pressed the button: who, when, and whether that was the owner of this link.
    Acknowledged {
        /// Who.
        by: String,
        /// When, microseconds UTC.
        at: i64,
        /// It was by this link.
        is_mine: bool,
    },
    /// It is over; when, microseconds UTC.
    Ended(i64),
}

/// The page of an alarm. Its button posts to its own address.
#[must_use]
pub fn alarm(g: &Gate, v: &Alarm) -> Markup {
    let r = &g.reader;
    let title = match &v.about {
        About::Case(number, _) => r.say("ack-title-case", &[("case", part::case_no(*number).into())]),
        About::Test => r.t("ack-title-test"),
        About::Channel(_) | About::Mail | About::Incident => r.t("ack-title"),
    };
    let inner = html! {
        section.sheet aria-labelledby="alarm-h" {
            h1 #alarm-h { (icon(Glyph::Now)) " " (title) }
            dl.pairs {
                dt { (r.t("ack-what")) } dd { strong { (matter(g, &v.about)) } }
                dt { (r.t("ack-site")) } dd { (v.site) }
                dt { (r.t("ack-team")) } dd { (role(r, &v.team)) }
                dt { (r.t("ack-since")) } dd { (r.moment(v.since)) }
                @if let Some(due) = v.due { dt { (r.t("ack-due")) } dd { (r.moment(due)) } }
                dt { (r.t("ack-you")) } dd { (v.member) }
            }
            (stands(g, v))
        }
        p.small.quiet { (r.t("ack-no-text")) }
    };
    gate(g, &title, inner)
}

fn matter(g: &Gate, about: &About) -> String {
    let r = &g.reader;
    match about {
        About::Case(_, kind) => danger(r, kind),
        About::Channel(name) => r.say("ack-channel", &[("name", name.clone().into())]),
        About::Mail => r.t("ack-mail"),
        About::Incident => r.t("ack-incident"),
        About::Test => r.t("ack-test"),
    }
}

fn stands(g: &Gate, v: &Alarm) -> Markup {
    let r = &g.reader;
    let desk = match v.about {
        About::Case(number, _) => Some(part::case_href(number)),
        About::Channel(_) => Some("/channels".to_owned()),
        About::Incident => Some("/incident".to_owned()),
        About::Mail | About::Test => None,
    };
    let (ask, press) = match v.about {
        About::Test => (key!("ack-ask-test"), key!("ack-do-test")),
        About::Case(..) | About::Channel(_) | About::Mail | About::Incident => (key!("ack-ask"), key!("ack-do")),
    };
    html! {
        @match &v.state {
            AlarmStands::Open => {
                p { (r.t(ask)) }
                // The address itself is the secret: whoever could forge this form would have to know it.
                form.stack method="post" action=(g.path) { (part::button(&r.t(press), Weight::First)) }
            }
            AlarmStands::Expired => p.told.is-now role="status" { (icon(Glyph::Clock)) " " (r.t("ack-expired")) },
            AlarmStands::Acknowledged { by, at, is_mine } => {
                @let said = [("who", r.name(by).into()), ("at", r.moment(*at).into())];
                p.told role="status" { (icon(Glyph::Check)) " " (r.say("ack-done", &said)) }
                @if *is_mine && !matches!(v.about, About::Test | About::Incident) { p { (r.t("ack-done-mine")) } }
            }
            AlarmStands::Ended(at) => p.told role="status" { (icon(Glyph::Check)) " " (r.say("ack-over", &[("at", r.moment(*at).into())])) },
        }
        @if let Some(href) = desk { (part::link(&r.t("ack-to-desk"), Weight::Plain, &href)) }
    }
}

/// The page behind an address that is no link of ours, or was cut off on its way.
#[must_use]
pub fn no_alarm(g: &Gate) -> Markup {
    let r = &g.reader;
    let inner = html! {
        section.sheet {
            h1 { (r.t("ack-none-title")) }
            p { (r.t("ack-none")) }
            (part::link(&r.t("to-sign-in"), Weight::Plain, "/sign-in"))
        }
    };
    gate(g, &r.t("ack-none-title"), inner)
}
