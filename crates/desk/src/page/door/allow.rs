//! What a person allows, each purpose by itself and none ticked beforehand, and the link to a record.

use maud::{Markup, html};

use super::form_to;
use crate::look::door::DoorFrame;
use crate::look::form::{self, Field, Kind};
use crate::look::part::{self, Weight};
use crate::look::{Glyph, icon};
use crate::text::{Reader, identifier, purpose};

/// What a person allows.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// Since when each purpose is allowed: link, care team, contact.
    pub since: [Option<i64>; 3],
    /// How far the link to a record has come; `None`: none was asked for.
    pub link: Option<LinkState>,
    /// Whether a code can be sent to the contact in the record.
    pub letters: bool,
    /// The number typed before, kept.
    pub number: String,
}

/// How far a link has come, and when. None of it tells whether a patient exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Asked for.
    Claimed(i64),
    /// Confirmed by a member of staff.
    Confirmed(i64),
    /// Refused.
    Refused,
}

/// The purposes in the order of [`Allowed::since`], as forms call them.
const PURPOSES: [&str; 3] = ["link", "care_team", "contact"];

/// The words that are consented to. Whoever changes one counts up `bedside_flow::door::WORDING`; a test insists.
pub(super) fn wording(r: &Reader, word: &str) -> (String, String) {
    let body = match word {
        "link" => r.t("purpose-link-body"),
        "care_team" => r.t("purpose-care-team-body"),
        _ => r.t("purpose-contact-body"),
    };
    (purpose(r, word), body)
}

pub(super) fn allow(f: &DoorFrame, v: &Allowed, for_themselves: bool) -> Markup {
    let r = &f.reader;
    let open: Vec<&str> = PURPOSES.iter().zip(v.since).filter(|(_, at)| at.is_none()).map(|(word, _)| *word).collect();
    html! {
        section.stack #may aria-labelledby="may-h" {
            h2 #may-h { (r.t("door-may-title")) }
            p.hint { (r.t("door-may-body")) }
            @for (word, at) in PURPOSES.iter().zip(v.since) {
                @if let Some(at) = at { (given(f, word, at)) }
            }
            @if !open.is_empty() {
                (form_to(f, "consent", html! {
                    @for word in &open { (ask(r, word)) }
                    p.hint { (r.t("door-may-final")) }
                    (part::button(&r.t("door-may-do"), Weight::Plain))
                }))
            } @else { p.hint { (r.t("door-may-final")) } }
        }
        @let [since, ..] = v.since;
        @if since.is_some() { (link(f, v, for_themselves)) }
    }
}

fn ask(r: &Reader, word: &str) -> Markup {
    let (title, body) = wording(r, word);
    html! {
        label.yes {
            input type="checkbox" name=(word) value="yes";
            strong { (title) }
            span.hint { (body) }
        }
    }
}

fn given(f: &DoorFrame, word: &str, at: i64) -> Markup {
    let r = &f.reader;
    let (title, body) = wording(r, word);
    html! {
        div.given {
            p { (icon(Glyph::Check)) " " strong { (title) } }
            p.hint { (body) }
            p.hint { (r.say("door-may-since", &[("at", r.full(at).into())])) }
            (form_to(f, "revoke", html! {
                (form::hidden("purpose", word))
                button.btn type="submit" { (r.t("door-may-revoke")) span.vh { ": " (title) } }
            }))
        }
    }
}

fn link(f: &DoorFrame, v: &Allowed, for_themselves: bool) -> Markup {
    let r = &f.reader;
    let undo = form_to(
        f,
        "unlink",
        html! {
            (part::button(&r.t("door-link-undo"), Weight::Plain))
            p.hint { (r.t("door-link-undo-hint")) }
        },
    );
    html! {
        section.stack #link aria-labelledby="link-h" {
            h2 #link-h { (r.t("door-link-title")) }
            @match v.link {
                Some(LinkState::Claimed(at)) => {
                    p { (r.say("door-link-claimed", &[("at", r.full(at).into())])) }
                    @if v.letters && for_themselves { (by_letter(f)) }
                    (undo)
                },
                Some(LinkState::Confirmed(at)) => {
                    p { (icon(Glyph::Seal)) " " (r.say("door-link-confirmed", &[("at", r.full(at).into())])) }
                    (undo)
                },
                Some(LinkState::Refused) | None => {
                    @if v.link.is_some() { p { (r.t("door-link-refused")) } }
                    p { @if for_themselves { (r.t("door-link-body")) } @else { (r.t("door-link-body-other")) } }
                    (claim(f, v))
                },
            }
        }
    }
}

/// The way without anybody of the house: a code to the contact in the record. What is said is the same whether there is one.
fn by_letter(f: &DoorFrame) -> Markup {
    let r = &f.reader;
    html! {
        div.stack {
            h3 { (r.t("door-letter-title")) }
            p { (r.t("door-letter-body")) }
            (form_to(f, "letter", part::button(&r.t("door-letter-do"), Weight::Plain)))
            (form_to(f, "letter-code", html! {
                (Field::line(&r.t("door-letter-code"), "letter-code", "code").hint(&r.t("door-letter-code-hint")).show())
                (part::button(&r.t("door-letter-enter"), Weight::Plain))
            }))
        }
    }
}

fn claim(f: &DoorFrame, v: &Allowed) -> Markup {
    let r = &f.reader;
    let kinds: Vec<_> =
        ["kvnr", "mrn", "case_number"].iter().map(|word| ((*word).to_owned(), identifier(r, word), false)).collect();
    form_to(
        f,
        "link",
        html! {
            (form::choice(&r.t("door-link-kind"), "kind", "kind", &kinds))
            (Field::line(&r.t("door-link-number"), "number", "number").value(&v.number).show())
            (Field::line(&r.t("door-link-birth"), "birth", "birth").kind(Kind::Day).show())
            (part::button(&r.t("door-link-do"), Weight::Plain))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    /// Consent is given to words. If they change, what was consented to before was something else.
    #[test]
    fn whoever_changes_the_words_of_a_consent_counts_its_version_up() {
        let mut all = String::new();
        for lang in Lang::ALL {
            let r = Reader::new(lang, 0, jiff::tz::TimeZone::UTC);
            for word in PURPOSES {
                let (title, body) = wording(&r, word);
                all.push_str(&format!("{title}|{body}|"));
            }
            all.push_str(&r.t("door-may-final"));
        }
        let digest = ring::digest::digest(&ring::digest::SHA256, all.as_bytes());
        let hash: String = digest.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((bedside_flow::door::WORDING, hash.as_str()), ("1", "2c60739a2279"));
    }
}
