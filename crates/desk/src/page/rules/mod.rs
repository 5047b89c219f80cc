//! The rules by which a house speaks and stays silent: in force, being written, replayed, and the cases that prove them.

mod cases;
mod diff;
mod list;
mod version;
mod write;

pub use cases::{Line as CaseLine, Run, RunCases, cases};
pub use diff::{Change, Diff, diff};
pub use list::{Group, Listed, Past, Rules, heading, rules};
pub use version::{Changed, Counted, GoLive, LastRun, OwnCases, Replay, ReplayStands, State, Version, version};
pub use write::{Problem, Write, WrittenFile, write};

use maud::{Markup, html};

use crate::look::Frame;
use crate::look::part;
use crate::look::rail::encoded;

/// The address of a house's rules, and of what lies below.
#[must_use]
pub fn rules_href(site: &str, rest: &str) -> String {
    format!("/rules/{}{rest}", encoded(site))
}

/// The houses to choose from, where there are several: links, so that each has an address.
fn sites(f: &Frame, sites: &[(String, String)], current: &str) -> Markup {
    if sites.len() < 2 {
        return html! {};
    }
    html! {
        nav.row.sites-row aria-label=(f.reader.t("site-word")) {
            @for (slug, name) in sites {
                a.chip href=(rules_href(slug, "")) aria-current=[(slug == current).then_some("true")] { (name) }
            }
        }
    }
}

/// "Version 3", as a link to its page.
fn version_link(f: &Frame, site: &str, number: i64) -> Markup {
    html! { a href=(rules_href(site, &format!("/version/{number}"))) { (f.reader.say("rules-version", &[("number", number.into())])) } }
}

/// Who wrote a version: a person, or the configured files.
fn by(f: &Frame, who: Option<&str>) -> String {
    who.map_or_else(|| f.reader.t("rules-by-files"), |who| f.reader.name(who))
}

/// Words of a decision's part as a tag, where there is one; else as they are.
fn part_tag(f: &Frame, words: &str) -> Markup {
    let (code, rest) = words.split_once(' ').unwrap_or((words, ""));
    let r = &f.reader;
    html! {
        @match part::Action::from_code(code) {
            Some(action) => (part::action_tag(r, action)),
            None => span.chip { (code) },
        }
        @if !rest.is_empty() { " " span.small.quiet { (rest) } }
    }
}
