//! Names of things that other parts call by an id: topics, labels, roles, guard kinds, log kinds. An id that has no
//! name yet is shown as it is, with spaces for its hyphens, rather than hidden.

use super::{Reader, find};

macro_rules! names {
    ($(#[$doc:meta])* $fn:ident, $prefix:literal, [$($id:literal),* $(,)?]) => {
        $(#[$doc])*
        #[must_use]
        pub fn $fn(r: &Reader, id: &str) -> String {
            let id = id.replace('_', "-");
            find(r.lang, &format!(concat!($prefix, "-{}"), id), &[]).unwrap_or_else(|| id.replace('-', " "))
        }
        #[cfg(test)]
        pub(super) mod $fn {
            pub const KEYS: &[&str] = &[$(concat!($prefix, "-", $id)),*];
        }
    };
}

names! {
    /// A topic or a kind of signal ("bereavement" → "Trauer").
    topic, "topic", [
        "crisis-suicide",
        "medical-emergency",
        "threat",
        "safeguarding",
        "adverse-event",
        "bereavement",
        "complaint",
        "praise",
        "harassment",
        "legal-threat",
        "media-inquiry",
        "admin-question",
        "medical-advice",
        "misinformation",
        "privacy",
        "data-rights",
        "scam",
        "staff",
        "job",
        "spam",
        "other",
        "death",
        "claim",
        "identifier",
        "staff-named",
        "health-detail",
        "hostility",
        "speaker",
        "when",
    ]
}
names! {
    /// A label on an author, a thread or the house ("next_of_kin_pending" → "Angehörige nicht verständigt").
    label, "label", [
        "litigation",
        "open-complaint",
        "next-of-kin-pending",
        "bereaved",
        "incident",
        "media-interest",
        "abusive",
        "consent-given",
        "consent-revoked",
    ]
}
names! {
    /// A role at a site, or a team that is told ("desk" → "Redaktion", "crisis-team" → "Krisendienst").
    role, "role", [
        "desk",
        "approver",
        "privacy",
        "admin",
        "auditor",
        "crisis-team",
        "clinical-on-call",
        "vigilance",
        "security",
        "safeguarding",
        "privacy-officer",
        "press-office",
        "patient-relations",
        "legal",
        "incident-command",
        "complaints-office",
    ]
}
names! {
    /// What wakes a hold ("author_writes" → "die Person schreibt wieder").
    wake, "wake", [
        "time",
        "author-writes",
        "label-changes",
        "facts-checked",
    ]
}
names! {
    /// What the guard found ("confirms_relationship" → "bestätigt eine Behandlung").
    guard_kind, "guard", [
        "identifier",
        "patient-relationship",
        "confirms-relationship",
        "denies-relationship",
        "health-detail",
        "date-of-care",
        "insurance-or-cost",
        "staff-named",
        "names-person",
        "uses-name",
        "clinical-advice",
        "compensation-in-public",
        "pressure-to-delete",
        "statement-on-litigation",
        "promise",
        "placeholder",
        "too-long",
        "tone",
    ]
}
names! {
    /// What happened, in the log ("post_taken" → "Beitrag angenommen").
    log_kind, "logged", [
        "post-taken",
        "assessed",
        "case-opened",
        "decided",
        "hold-woken",
        "draft-written",
        "guarded",
        "approval-asked",
        "approved",
        "sent-back",
        "queued",
        "undone",
        "send-started",
        "sent",
        "send-failed",
        "returned",
        "paused",
        "resumed",
        "label-set",
        "label-removed",
        "assigned",
        "escalation-taken",
        "note-written",
        "case-resolved",
        "signed-in",
        "sign-in-failed",
        "role-granted",
        "role-revoked",
        "channel-signed-out",
        "imported",
        "upstream-edited",
        "upstream-deleted",
        "rules-loaded",
        "key-erased",
    ]
}

/// The sentence of an escalation: to whom, and within what span (microseconds) someone has to take it.
#[must_use]
pub fn escalation(r: &Reader, to: &[&str], within: i64) -> String {
    let names: Vec<String> = to.iter().map(|id| role(r, id)).collect();
    r.say("escalation", &[("to", names.join(", ").into()), ("span", r.brief(within).into())])
}
