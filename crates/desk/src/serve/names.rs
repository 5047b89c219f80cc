//! From the nouns of the road to the words of the pages.

use bedside_core::{
    channel::ChannelKind,
    id::{AuthorId, PersonId},
    policy::{Decision, Speech, SpeechForm},
    post::Visibility,
};
use bedside_store::{channels::ChannelRow, posts::AuthorText};

use crate::{
    look::{Queue, part::Action},
    page::case::ReplyForm,
    text::{Reader, stop_code},
};

/// The name of somebody whose name the reader may not see: the same for all their posts, and no clue to who they are.
pub(super) fn masked_name(r: &Reader, author: AuthorId) -> String {
    let id = author.uuid().simple().to_string();
    let end: String = id.chars().skip(id.len().saturating_sub(5)).collect();
    r.say("person-masked", &[("n", end.into())])
}

/// The name an account shows, or its handle.
pub(super) fn shown_name(author: &AuthorText) -> String {
    author.name.clone().filter(|name| !name.trim().is_empty()).unwrap_or_else(|| handle(author))
}

/// "@lisbeth.h"; a name with spaces, as review portals give it, is no handle and stays as it is.
pub(super) fn handle(author: &AuthorText) -> String {
    let is_name = author.handle.contains(char::is_whitespace);
    if is_name { author.handle.clone() } else { format!("@{}", author.handle) }
}

/// What a channel is called: the private door in the reader's language, every other as the house has named it.
pub(super) fn channel(r: &Reader, row: &ChannelRow) -> String {
    if row.kind == ChannelKind::Door { r.t("door-side") } else { row.name.clone() }
}

/// Why a reply stands still or came back.
pub(super) fn outbox_reason(r: &Reader, code: &str) -> String {
    stop_code(r, code)
}

/// What of a decision a person sees first.
pub(super) fn action(decision: &Decision) -> Action {
    if decision.escalation.is_some() {
        return Action::Escalate;
    }
    if decision.moderation.is_some() {
        return Action::Report;
    }
    speech_action(&decision.speech)
}

/// What a decision says of speech.
pub(super) fn speech_action(speech: &Speech) -> Action {
    match speech {
        Speech::Permitted { form: SpeechForm::AnswerPublicGeneric } => Action::Answer,
        Speech::Permitted { form: SpeechForm::InvitePrivate } => Action::Invite,
        Speech::Permitted { form: SpeechForm::AcknowledgeOnly } => Action::Acknowledge,
        Speech::Hold(_) => Action::Hold,
        Speech::Silent => Action::Silent,
        Speech::LeftToPerson => Action::Person,
    }
}

/// The form of speech a page means.
pub(super) fn speech_form(form: ReplyForm) -> SpeechForm {
    match form {
        ReplyForm::Public => SpeechForm::AnswerPublicGeneric,
        ReplyForm::Acknowledge => SpeechForm::AcknowledgeOnly,
        ReplyForm::Invite | ReplyForm::Private => SpeechForm::InvitePrivate,
    }
}

/// A form of speech as a page shows it.
pub(super) fn reply_form(form: SpeechForm) -> ReplyForm {
    match form {
        SpeechForm::AnswerPublicGeneric => ReplyForm::Public,
        SpeechForm::InvitePrivate => ReplyForm::Invite,
        SpeechForm::AcknowledgeOnly => ReplyForm::Acknowledge,
    }
}

/// A queue as the pages call it.
pub(super) fn queue(queue: bedside_core::case::Queue) -> Queue {
    match queue {
        bedside_core::case::Queue::Now => Queue::Now,
        bedside_core::case::Queue::Waiting => Queue::Waiting,
        bedside_core::case::Queue::Silent => Queue::Silent,
        bedside_core::case::Queue::Done => Queue::Done,
    }
}

/// A queue as the store calls it.
pub(super) fn stored_queue(queue: Queue) -> bedside_core::case::Queue {
    match queue {
        Queue::Now => bedside_core::case::Queue::Now,
        Queue::Waiting => bedside_core::case::Queue::Waiting,
        Queue::Silent => bedside_core::case::Queue::Silent,
        Queue::Done => bedside_core::case::Queue::Done,
    }
}

/// "Bluesky, public".
pub(super) fn place(r: &Reader, channel: &str, visibility: Visibility) -> String {
    let seen = r.t(match visibility {
        Visibility::Public => crate::text::key!("visible-public"),
        Visibility::Unlisted => crate::text::key!("visible-unlisted"),
        Visibility::Followers => crate::text::key!("visible-followers"),
        Visibility::Direct => crate::text::key!("visible-direct"),
    });
    format!("{channel}, {seen}")
}

/// Whether replies can leave over a kind of channel.
pub(super) fn speaks(kind: ChannelKind) -> bool {
    match kind {
        ChannelKind::Bluesky | ChannelKind::Mastodon | ChannelKind::Demo | ChannelKind::Door => true,
        ChannelKind::Webhook | ChannelKind::Import => false,
    }
}

/// The first word of a name, for narrow places.
pub(super) fn first_name(name: &str) -> String {
    name.split_whitespace().find(|word| !word.ends_with('.')).unwrap_or(name).to_owned()
}

/// The name of a person at the desk; "someone" for an id that is gone.
pub(super) fn person(r: &Reader, names: &std::collections::HashMap<PersonId, String>, id: PersonId) -> String {
    if id == bedside_core::crisis::STATEMENTS {
        return r.t("crisis-by-statement");
    }
    if id == bedside_core::crisis::AT_ONCE {
        return r.t("crisis-by-rule");
    }
    names.get(&id).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| r.t("someone"))
}

/// Addresses come from other servers: only the web's own schemes become a link.
pub(super) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
