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
        pub(in crate::text) mod $fn {
            pub const KEYS: &[&str] = &[$(concat!($prefix, "-", $id)),*];
        }
    };
}

// What happened, in the log: the longest list has a file of its own.
pub(in crate::text) mod logged;
pub use logged::log_kind;

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
        "no-contact",
        "safety-flag",
        "legal-hold",
    ]
}
names! {
    /// Whether somebody has to look ("look_now" → "jetzt ansehen").
    urgency_word, "urgency", ["none", "look-now", "page"]
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
        "desk-on-call",
        "on-call",
        "default",
    ]
}
names! {
    /// What sort of danger a case is about ("threat" → "Drohung").
    danger, "danger", ["suicide", "emergency", "threat", "safeguarding", "incident", "look", "other"]
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
        "names-person",
        "unmasks-author",
        "confirms-relationship",
        "denies-relationship",
        "health-detail",
        "date-of-care",
        "insurance-or-cost",
        "staff-named",
        "clinical-advice",
        "fault-admission",
        "statement-on-litigation",
        "casualty-details-unreleased",
        "press-condition-release",
        "derogatory-tone",
        "legal-threat",
        "compensation-in-public",
        "pressure-to-delete",
        "asks-for-identifiers",
        "platform-dm-for-care-matter",
        "apology-without-contact",
        "impossible-promise",
        "thanks-in-DE",
        "may-speak-of-person",
        "open-place",
        "empty-text",
    ]
}
names! {
    /// Why somebody can't be told ("unreachable" → "Keine Verbindung.").
    told_code, "told-why", [
        "unreachable",
        "timed-out",
        "rate-limited",
        "signed-out",
        "server-error",
        "refused",
        "malformed",
    ]
}
names! {
    /// A kind of incident ("mass_casualty" → "Großschadensfall").
    incident_kind, "incident-kind", ["mass-casualty", "outbreak", "cyber", "rumour", "firestorm", "own-failure"]
}
names! {
    /// Where an incident stands ("initial" → "Beginn").
    incident_stage, "stage", ["initial", "maintenance", "resolution"]
}
names! {
    /// A kind of account ("media" → "Medien").
    account, "account", ["real-name", "pseudonym", "media", "organisation", "bot", "staff"]
}
names! {
    /// Where a formal complaint stands ("external" → "bei einer Stelle außerhalb").
    complaint_stage, "complaint", ["open", "external", "closed"]
}
names! {
    /// Whether a picture or story may be published ("revoked" → "widerrufen").
    publication, "publication", ["none-on-file", "written-valid", "revoked"]
}
names! {
    /// How far the media look on ("national" → "bundesweit").
    media_attention, "media", ["none", "local", "national"]
}
names! {
    /// Why an answer in the outbox stands still or came back ("post_edited").
    stop_code, "stop", [
        "paused",
        "erased",
        "text-changed",
        "not-approved",
        "guard",
        "rules",
        "not-the-statement",
        "post-edited",
        "post-deleted",
        "thread-changed",
        "not-looked-at",
        "refused",
        "unsure",
        "rate-limited",
        "signed-out",
        "person",
        "taking-down",
        "never-out",
        "taken-down",
        "statement-said",
    ]
}
names! {
    /// Why an answer is not confirmed to be off its channel ("still_there").
    taking_code, "taking", [
        "still-there",
        "strangers-see-it",
        "not-seen-gone",
        "not-found-yet",
        "unreachable",
        "rate-limited",
        "signed-out",
        "server-trouble",
        "cannot-delete",
        "refused",
        "channel-not-connected",
        "unreadable",
    ]
}
names! {
    /// Why a planned post was kept back or would be ("stopped_by_case").
    own_back, "own-back", [
        "paused",
        "incident",
        "stopped-by-case",
        "too-late",
        "erased",
        "not-approved",
        "guard",
        "rules",
        "refused",
        "unsure",
    ]
}
names! {
    /// Why an act was not done, or what it was about ("reason_missing").
    undone_code, "undone", [
        "text-missing",
        "text-too-long",
        "draft-not-open",
        "decision-changed",
        "statement-used-elsewhere",
        "own-post-leaving",
        "own-post-changed",
        "no-own-voice",
        "draft-not-asked",
        "draft-changed",
        "text-changed",
        "case-changed",
        "post-changed",
        "rules-do-not-permit",
        "suggest-off",
        "suggest-draft-there",
        "suggest-danger",
        "suggest-no-speech",
        "suggest-private",
        "rules-failing",
        "own-draft",
        "checks-spent",
        "warnings-unconfirmed",
        "guard-blocks",
        "note-missing",
        "reason-missing",
        "reply-has-left",
        "reply-not-out",
        "channel-not-connected",
        "taking-unconfirmed",
        "reply-is-leaving",
        "time-is-past",
        "time-unclear",
        "case-not-held",
        "no-escalation",
        "taken-already",
        "assignee-has-no-role",
        "escalation-not-taken",
        "label-gone",
        "not-paused",
        "findings",
        "decision-wrong",
        "message-refused",
        "message-waits",
        "message-erased",
        "filing-changed",
        "filing-revoked",
        "filing-erased",
        "filing-unchanged",
        "title-missing",
        "title-too-long",
        "lines-missing",
        "identifier-missing",
        "visit-unknown",
        "speaks-for-missing",
        "file-too-large",
        "file-kind",
        "number-unclear",
        "day-unclear",
        "consent-missing",
        "way-missing",
        "representative-missing",
        "link-changed",
        "not-private",
        "too-many-messages",
        "no-letters",
        "too-many-codes",
        "suggestion-settled",
        "words-missing",
        "words-not-found",
        "right-unknown",
        "no-such-statement",
        "said-already",
        "own-crisis-reply",
        "read-already",
        "rules-unchanged",
        "rules-in-force-already",
        "rules-ordered-already",
        "rules-dropped",
        "rules-unreadable",
        "replay-missing",
        "replay-outdated",
        "replay-goes-on",
        "days-out-of-range",
        "time-too-far",
        "no-step-back",
        "right-missing",
        "right-and-harm",
        "not-sorted-yet",
        "clock-runs",
        "clock-runs-already",
        "clock-ended",
        "no-such-clock",
        "time-is-ahead",
        "hold-too-long",
        "hold-past-clock",
        "no-strike",
        "incident-on",
        "incident-over",
        "incident-text-changed",
        "no-statement",
        "not-the-statement",
        "lang-unclear",
        "statement-over",
        "statement-said",
        "statement-nowhere",
        "statement-changed",
        "statement-title-missing",
        "statement-stray-brace",
        "statement-leaves-open",
        "statement-too-long",
        "legal-hold",
        "reply-leaving",
    ]
}
names! {
    /// What a person at the private door can consent to ("care_team").
    purpose, "purpose", ["link", "care-team", "contact"]
}
names! {
    /// For whom a visitor of the private door writes, said to them ("child" → "für Ihr Kind").
    speaks_for, "speaks-for", ["myself", "child", "relative"]
}
names! {
    /// The same, said of them to the desk.
    speaker_at_door, "speaker-at-door", ["myself", "child", "relative"]
}
names! {
    /// The same, as they choose it.
    choice_for, "choice-for", ["myself", "child", "relative"]
}
names! {
    /// What a record is named by ("kvnr").
    identifier, "identifier", ["mrn", "case-number", "kvnr"]
}
names! {
    /// How far a link to a record has come.
    link_level, "link", ["claimed", "confirmed", "refused", "undone"]
}
names! {
    /// How it was made sure whose record it is.
    way, "way", ["in-person", "recorded-phone", "document", "recorded-mail", "refused"]
}
names! {
    /// What became of the letter that tells a patient of a link.
    letter, "letter", ["waiting", "sent", "forbidden", "refused", "no-address"]
}
names! {
    /// What ails a channel ("timed_out").
    trouble_code, "trouble", [
        "timed-out",
        "unreachable",
        "server-error",
        "malformed",
        "refused",
        "rate-limited",
        "signed-out",
    ]
}
names! {
    /// Who seems to speak in a post ("relative").
    speaker, "speaker", [
        "patient",
        "relative",
        "staff",
        "journalist",
        "lawyer",
        "public",
    ]
}

names! {
    /// What happened on a link beside its messages ("not_mllp").
    link_news, "linknews", [
        "connected",
        "not-allowed",
        "too-many",
        "tls-refused",
        "not-mllp",
        "too-slow",
        "broken-off",
        "stray-bytes",
        "without-cr",
        "unreadable-frame",
    ]
}
names! {
    /// Why a document is not known to be in the record ("timed_out").
    filing_code, "filingcode", [
        "unreachable",
        "no-tls",
        "closed",
        "timed-out",
        "other-message",
        "not-understood",
        "refused",
        "erased",
        "not-permitted",
        "consent-revoked",
        "person",
        "tls-refused",
        "busy",
        "signed-out",
        "no-system",
        "patient-unknown",
        "patient-ambiguous",
        "wrong-chart",
        "birth-date-missing",
        "no-place",
        "cannot-cancel",
        "unclear",
        "overtaken",
        "not-stored",
    ]
}
names! {
    /// What is done in the record ("cancel" → "zurücknehmen").
    filing_act, "filingact", ["file", "cancel", "consent", "consent-end", "task", "task-end", "flag", "flag-end"]
}
names! {
    /// What a link speaks ("hl7_out").
    link_kind, "linkkind", ["hl7-in", "hl7-out", "fhir"]
}
names! {
    /// Why a message was refused or could not be brought into the patient index ("required_field_missing").
    message_code, "msgcode", [
        "segment-sequence",
        "required-field-missing",
        "data-type",
        "unknown-sender",
        "unsupported-type",
        "unsupported-event",
        "unsupported-processing-id",
        "unsupported-version",
        "unknown-key",
        "duplicate-key",
        "record-locked",
        "internal",
        "unreadable",
        "erased",
        "no-identifier",
        "no-key",
        "no-visit-number",
    ]
}
names! {
    /// What a message says ("visit-begin").
    change, "told", [
        "person",
        "remove",
        "visit-begin",
        "visit-update",
        "visit-move",
        "visit-end",
        "visit-reopen",
        "visit-cancel",
        "merge",
        "move-visits",
        "move-ids",
        "change-id",
        "link",
        "unlink",
        "several",
        "nothing",
    ]
}

/// What is wrong with a message, in a sentence; `None`: no flaw has this word.
#[must_use]
pub fn flaw(r: &Reader, word: &str) -> Option<String> {
    find(r.lang, &format!("flaw-{word}"), &[])
}

#[cfg(test)]
pub(super) const FLAWS: [&str; 29] = [
    "flaw-byte-order-mark",
    "flaw-framing",
    "flaw-preamble",
    "flaw-batch",
    "flaw-line-feed",
    "flaw-blank-line",
    "flaw-no-final-return",
    "flaw-indented",
    "flaw-broken-line",
    "flaw-glued-segment",
    "flaw-delimiters",
    "flaw-charset-unknown",
    "flaw-charset-missing",
    "flaw-charset-wrong",
    "flaw-charset-broken",
    "flaw-no-control-id",
    "flaw-no-type",
    "flaw-no-trigger",
    "flaw-no-version",
    "flaw-no-structure",
    "flaw-event-disagrees",
    "flaw-segment-missing",
    "flaw-field-missing",
    "flaw-time-impossible",
    "flaw-time-malformed",
    "flaw-code-unknown",
    "flaw-no-authority",
    "flaw-too-many",
    "flaw-check-digit",
];

/// The sentence of an escalation: to whom, and within what span (microseconds) someone has to take it.
#[must_use]
pub fn escalation(r: &Reader, to: &[&str], within: i64) -> String {
    let names: Vec<String> = to.iter().map(|id| role(r, id)).collect();
    r.say("escalation", &[("to", names.join(", ").into()), ("span", r.brief(within).into())])
}
