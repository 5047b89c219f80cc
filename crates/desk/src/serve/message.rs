//! One message of the record: its trace, what may be done with it, and what it holds for whoever may see that.

use axum::{
    extract::{Path, State},
    response::Response,
};
use bedside_core::{
    emr::{Change, VisitChange},
    id::EmrMessageId,
    log::Subject,
    policy::desk::DeskAction,
    time::{Span, Timestamp},
};
use bedside_store::{
    StoreError, Tx,
    emr::{
        link::LinkRow,
        message::{self, MessageRow, MessageState},
    },
    log,
};

use super::{
    DeskState,
    answer::{Answer, Stop, page, see},
    document,
    entry::{Context, Placed},
    form::Posted,
    frame::{frame, names},
    links::{found, listed, of_patient},
    refused::not_done,
    session::Signed,
};
use crate::{
    page::{
        link::message_href,
        log::Entry,
        message::{MessagePage, message as message_page},
    },
    text::{Reader, change, message_code},
};

/// Log entries looked at, from when the message came and from the end.
const LOOKED_AT: u32 = 4_000;

pub(super) async fn show(
    State(state): State<DeskState>,
    Path((slug, id)): Path<(String, String)>,
    who: Signed,
) -> Answer {
    let link = found(&who, &mut state.store.begin_read().await?, &slug).await?;
    if link.kind.is_outgoing() {
        return document::show(&state, &who, &link, &id, None).await;
    }
    answer(&state, &who, &slug, &id, None).await
}

/// `again` brings it into the patient index once more, `show` shows what it holds. What may be done with a document is
/// [`document::act`]'s.
pub(super) async fn act(
    State(state): State<DeskState>,
    Path((slug, id, act)): Path<(String, String, String)>,
    posted: Posted,
) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let link = found(&posted.who, &mut tx, &slug).await?;
    if link.kind.is_outgoing() {
        return document::act(&state, &posted, &link, &id, &act).await;
    }
    let who = posted.who;
    let row = of_link(&mut tx, &link, &id).await?;
    drop(tx);
    let failed = |error| not_done(&who.reader, None, error);
    match act.as_str() {
        "again" => {
            state.road.bring_again(who.person.id, row.id).await.map_err(failed)?;
            Ok(see(&message_href(&slug, &id)))
        }
        "show" => {
            let raw = state.road.look_into(who.person.id, row.id).await.map_err(failed)?;
            answer(&state, &who, &slug, &id, Some(readable(&raw.0))).await
        }
        _ => Err(Stop::NOT_FOUND),
    }
}

/// The message of an address; one of another link is not there.
async fn of_link(tx: &mut Tx, link: &LinkRow, id: &str) -> Result<MessageRow, Stop> {
    let id: EmrMessageId = id.parse().map_err(|_| Stop::NOT_FOUND)?;
    message::by_id(tx, id).await?.filter(|row| row.link == link.id).ok_or(Stop::NOT_FOUND)
}

async fn answer(
    state: &DeskState,
    who: &Signed,
    slug: &str,
    id: &str,
    content: Option<String>,
) -> Result<Response, Stop> {
    let mut tx = state.store.begin_read().await?;
    let link = found(who, &mut tx, slug).await?;
    let row = of_link(&mut tx, &link, id).await?;
    let frame = frame(state, who, &mut tx).await?;
    let view = view(state, who, &mut tx, (&link, &row)).await?;
    Ok(page(message_page(&frame, &MessagePage { content, ..view })))
}

async fn view(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    (link, row): (&LinkRow, &MessageRow),
) -> Result<MessagePage, Stop> {
    let r = &who.reader;
    let event = state.store.open_message(row).await?.and_then(|text| text.0.event);
    let mut others = match row.patient {
        Some(patient) => of_patient(tx, patient).await?,
        None => Vec::new(),
    };
    others.retain(|other| other.id != row.id);
    let message = listed(r, tx, std::slice::from_ref(row)).await?.into_iter().next().ok_or(Stop::NOT_FOUND)?;
    let may = |action| who.may(link.site, action).is_ok();
    let is_settled = !matches!(row.state, MessageState::Refused | MessageState::New);
    Ok(MessagePage {
        message,
        link: link.name.clone(),
        answer: told(r, row),
        says: event.as_ref().map(|event| change(r, change_word(&event.change))),
        recorded: event.and_then(|event| event.recorded_at).map(Timestamp::as_micros),
        kept_until: row.received_at.plus(Span::days(i64::from(link.keep_days))).as_micros(),
        patient: row.patient.map(|patient| patient.to_string()),
        others: listed(r, tx, &others).await?,
        log: if may(DeskAction::ReadLog) {
            logged(who, tx, Subject::EmrMessage(row.id), row.received_at).await?
        } else {
            Vec::new()
        },
        content: None,
        may_again: is_settled && may(DeskAction::ReplayMessage),
        may_show: may(DeskAction::ReadMessage),
    })
}

/// What the sender was told.
fn told(r: &Reader, row: &MessageRow) -> String {
    match row.state {
        MessageState::Refused => r.say("message-answer-refused", &[("why", message_code(r, &row.code).into())]),
        MessageState::New | MessageState::Applied | MessageState::Nothing | MessageState::Failed => {
            r.t("message-answer-accepted")
        }
    }
}

/// The word of what a message says.
const fn change_word(change: &Change) -> &'static str {
    match change {
        Change::Person { .. } | Change::Record { stands: true, .. } => "person",
        Change::Remove { .. } => "remove",
        Change::Visit { change, .. } => match change {
            VisitChange::Begin => "visit-begin",
            VisitChange::Update => "visit-update",
            VisitChange::Move => "visit-move",
            VisitChange::End => "visit-end",
            VisitChange::Reopen => "visit-reopen",
            VisitChange::Cancel => "visit-cancel",
        },
        Change::Merge { .. } | Change::Record { stands: false, .. } => "merge",
        Change::MoveVisits { .. } => "move-visits",
        Change::MoveIds { .. } => "move-ids",
        Change::ChangeId { .. } => "change-id",
        Change::Link { together: true, .. } => "link",
        Change::Link { together: false, .. } => "unlink",
        Change::Several { .. } => "several",
        Change::Nothing => "nothing",
    }
}

/// Log entries about a message or a document, newest first: those written from `since` on, and the newest of all.
pub(super) async fn logged(
    who: &Signed,
    tx: &mut Tx,
    about: Subject,
    since: Timestamp,
) -> Result<Vec<Entry>, StoreError> {
    let size = log::newest_checkpoint(tx).await?.map_or(0, |(size, ..)| size);
    let from = log::since(tx, since, size).await?;
    let mut bodies: Vec<(Option<u64>, Vec<u8>)> =
        log::pending(tx, LOOKED_AT).await?.into_iter().rev().map(|pending| (None, pending.body)).collect();
    let newest = log::last(tx, size, LOOKED_AT).await?;
    let reached = newest.last().map_or(from, |(leaf, _)| *leaf);
    bodies.extend(newest.into_iter().map(|(leaf, body)| (Some(leaf), body)));
    if reached > from {
        let mut first = log::entries(tx, from, LOOKED_AT).await?;
        first.retain(|(leaf, _)| *leaf < reached);
        bodies.extend(first.into_iter().rev().map(|(leaf, body)| (Some(leaf), body)));
    }
    let placed: Vec<Placed> = bodies
        .iter()
        .filter_map(|(leaf, body)| Placed::read(*leaf, body))
        .filter(|placed| placed.entry.subjects().contains(&about))
        .collect();
    let names = names(tx).await?;
    let context = Context::of(who, &names, tx, &placed).await?;
    Ok(placed.iter().map(|placed| context.line(placed, None)).collect())
}

/// What Windows-1252 has where ISO 8859-1 has control characters; U+FFFD where it has nothing.
const WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', '\u{fffd}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

/// Bytes of a message for people: a segment on each line, and every character as UTF-8 or else Windows-1252 has it (in a
/// message that names 8859/15, the euro sign and its neighbours as that has them).
fn readable(raw: &[u8]) -> String {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let is_latin9 = raw.windows(7).any(|part| part == b"8859/15");
            raw.iter().map(|byte| one_byte(*byte, is_latin9)).collect()
        }
    };
    text.trim_end_matches('\r').replace('\r', "\n")
}

fn one_byte(byte: u8, is_latin9: bool) -> char {
    if let Some(windows) = byte.checked_sub(0x80).and_then(|at| WINDOWS.get(usize::from(at))) {
        return *windows;
    }
    match (byte, is_latin9) {
        (0xa4, true) => '€',
        (0xa6, true) => 'Š',
        (0xa8, true) => 'š',
        (0xb4, true) => 'Ž',
        (0xb8, true) => 'ž',
        (0xbc, true) => 'Œ',
        (0xbd, true) => 'œ',
        (0xbe, true) => 'Ÿ',
        (byte, _) => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn umlauts_are_right_in_every_set_that_links_use() {
        assert_eq!(readable("MSH|a\rPID|Müller\r".as_bytes()), "MSH|a\nPID|Müller");
        assert_eq!(readable(b"MSH|8859/1\rPID|M\xfcller \xa4\r"), "MSH|8859/1\nPID|Müller ¤");
        assert_eq!(readable(b"MSH|8859/15\rPID|M\xfcller \xa4\r"), "MSH|8859/15\nPID|Müller €");
        assert_eq!(readable(b"MSH|\rPID|\x84M\xfcller\x93 \x80\r"), "MSH|\nPID|„Müller“ €");
    }
}
