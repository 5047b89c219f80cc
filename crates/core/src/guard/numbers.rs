//! Which identifiers in a draft are in order: the house's own, those of public helplines, and contact details offered as
//! ours. Everything else points to a person.

use super::Severity;
use crate::scan::identifiers::{IdFound, IdKind, compact};

/// What the draft's surroundings say of an identifier.
pub(super) struct Around<'a> {
    /// It stands in the post that is answered.
    pub(super) in_post: bool,
    /// Its sentence offers a way to reach us.
    pub(super) offers_contact: bool,
    /// Its sentence says that it is theirs ("we will call you on …").
    pub(super) is_theirs: bool,
    /// The house's public facts.
    pub(super) public_facts: &'a [String],
}

/// Whether and how much an identifier is wrong in an answer.
pub(super) fn judge(found: &IdFound, written: &str, around: &Around<'_>) -> Option<Severity> {
    let bare = compact(written).to_lowercase();
    let own = around.public_facts.iter().any(|fact| compact(fact).to_lowercase().contains(&bare));
    if own && !bare.is_empty() {
        return None;
    }
    match found.kind {
        IdKind::Phone | IdKind::Email if around.in_post || around.is_theirs => Some(Severity::Block),
        IdKind::Phone if around.offers_contact => None,
        IdKind::Phone => Some(Severity::Warn),
        IdKind::Email if around.offers_contact || is_office(written) => None,
        IdKind::Email if !may_name_person(written) => Some(Severity::Warn),
        IdKind::Street | IdKind::Room if around.in_post || around.is_theirs => Some(Severity::Block),
        // Our own rooms and streets are told in answers; that they are ours is known only from the public facts.
        IdKind::Street | IdKind::Room => Some(Severity::Warn),
        _ => Some(Severity::Block),
    }
}

/// Whether a mail address looks like a person's: two parts or digits before the @.
fn may_name_person(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    local.contains(['.', '_', '-', ' ']) || local.chars().any(|c| c.is_ascii_digit())
}

/// Whether a mail address names an office instead of a person.
fn is_office(address: &str) -> bool {
    let local = address.split(['@', ' ', '(', '[']).next().unwrap_or_default().to_lowercase();
    OFFICES.iter().any(|office| local.starts_with(office))
}

const OFFICES: &[&str] = &[
    "info",
    "contact",
    "kontakt",
    "feedback",
    "pals",
    "patient",
    "beschwerde",
    "complaint",
    "office",
    "presse",
    "press",
    "media",
    "service",
    "qualit",
    "datenschutz",
    "privacy",
    "dpo",
    "lob",
    "meinung",
    "hilfe",
    "help",
    "zentrale",
    "ombuds",
    "bewerbung",
    "jobs",
    "karriere",
    "career",
    "post",
    "mail",
    "verwaltung",
    "reception",
    "empfang",
    "termin",
    "appointment",
];
