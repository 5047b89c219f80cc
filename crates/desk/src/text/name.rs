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
    /// A topic of sorting ("bereavement" → "Trauer").
    topic, "topic", [
        "suicide", "self-harm", "emergency", "threat", "safeguarding", "bereavement", "death", "adverse-event", "care-claim",
        "complaint", "praise", "question", "admin-question", "medical-advice", "legal", "media", "rumour", "misinformation",
        "harassment", "abuse", "spam", "scam", "staff-named", "privacy", "data-rights", "identifier", "incident", "job",
        "hostility", "consent", "other",
    ]
}
names! {
    /// A label on an author, a thread or the house ("next_of_kin_pending" → "Angehörige nicht verständigt").
    label, "label", [
        "litigation", "open-complaint", "next-of-kin-pending", "bereaved", "incident", "media-interest", "abusive", "vulnerable",
        "facts-checked", "consent-on-file",
    ]
}
names! {
    /// A role at a site ("desk" → "Redaktion").
    role, "role", [
        "admin", "desk", "approver", "lead", "patient-relations", "quality", "legal", "privacy", "press", "clinical", "crisis",
        "integration", "viewer",
    ]
}
names! {
    /// What the guard found ("confirms_relationship" → "Bestätigt, dass jemand hier behandelt wurde").
    guard_kind, "guard", [
        "identifier", "patient-relationship", "confirms-relationship", "denies-relationship", "health-detail", "date-of-care",
        "insurance-or-cost", "staff-named", "names-person", "uses-name", "clinical-advice", "compensation", "pressure-to-delete",
        "litigation", "promise", "open-gap", "too-long", "tone",
    ]
}
names! {
    /// What happened, in the log ("post_taken" → "Beitrag angenommen").
    log_kind, "logged", [
        "post-taken", "post-edited", "post-deleted", "signals", "decided", "woken", "overridden", "released", "held", "marked-wrong",
        "escalated", "taken", "draft-saved", "draft-checked", "submitted", "approved", "approved-by-rule", "sent-back", "queued",
        "undone", "refused", "sent", "confirmed", "failed", "label-set", "label-removed", "note", "assigned", "resolved", "paused",
        "resumed", "signed-in", "signed-out", "sign-in-failed", "person-added", "person-removed", "role-given", "role-taken",
        "link-issued", "import-started", "import-ended", "alarm-rung", "alarm-tested", "channel-changed", "pack-loaded",
        "text-erased",
    ]
}
