//! What the case's page shows of a crisis, and the two acts there: sending an approved reply, and having read one.

use std::collections::HashMap;

use bedside_core::{channel::ChannelKind, id::PersonId, policy::desk::DeskAction, triage::Lang};
use bedside_flow::is_crisis;
use bedside_store::{Tx, alarms, cases::CaseRow, desk, posts::PostRow};

use super::super::{DeskState, answer::Stop, form::Fields, names, refused::not_done, session::Signed};
use crate::page::case::{Approved, Crisis, Guidance, Resolved, SentAlone};

/// The crisis of a case; `None`: it is none.
pub(super) async fn crisis(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    (subject, kind): (Option<&PostRow>, Option<ChannelKind>),
    people: &HashMap<PersonId, String>,
) -> Result<Option<Crisis>, Stop> {
    let data = state.road.crisis();
    let Some(house) = who.house(case.site).filter(|_| is_crisis(case)) else { return Ok(None) };
    let jurisdiction = house.site.jurisdiction;
    let Some(numbers) = data.numbers(jurisdiction) else { return Ok(None) };
    let lang = subject.and_then(|post| post.signals.as_ref()).map_or(Lang::Unknown, |signals| signals.lang);
    let readings = alarms::readings_of(tx, case.id).await?;
    let replies = state.road.crisis_replies(tx, case, lang).await?.into_iter();
    let unsaid = replies.filter(|one| readings.iter().all(|said| said.statement != one.id));
    let may_read = who.may(case.site, DeskAction::ReadCrisisReply).is_ok();
    let guidance = data.guidance(&case.decision, jurisdiction, who.lang()).into_iter();
    Ok(Some(Crisis {
        guidance: guidance
            .map(|one| Guidance { danger: one.danger.as_str().to_owned(), steps: one.steps, source: one.source })
            .collect(),
        emergency: numbers.emergency.clone(),
        line: (numbers.line.clone(), numbers.number.clone(), numbers.dial.clone()),
        replies: unsaid
            .map(|one| Approved {
                id: one.id,
                lang: one.lang,
                text: one.text,
                own: one.own.map(|own| (own.row.number, own.statement.title)),
            })
            .collect(),
        sent: readings
            .iter()
            .map(|one| SentAlone {
                draft: one.draft.to_string(),
                sent: Resolved { by: names::person(&who.reader, people, one.sent_by), at: one.sent_at.as_micros() },
                due: one.due_at.as_micros(),
                read: one
                    .read_by
                    .zip(one.read_at)
                    .map(|(by, at)| Resolved { by: names::person(&who.reader, people, by), at: at.as_micros() }),
                may_read: may_read && one.sent_by != who.person.id,
            })
            .collect(),
        off: off(who, case, kind),
        untaken: case.alarm_taken_by.is_none(),
        paused: !desk::pauses(tx, case.site).await?.is_empty(),
    }))
}

/// Why this person can't send a reply here.
fn off(who: &Signed, case: &CaseRow, kind: Option<ChannelKind>) -> Option<String> {
    if let Err(refusal) = who.may(case.site, DeskAction::CrisisReply) {
        return Some(refusal.reason(who.lang()).to_owned());
    }
    (!kind.is_some_and(names::speaks)).then(|| who.reader.t("crisis-no-channel"))
}

/// Sends an approved reply in this person's name.
pub(super) async fn send(state: &DeskState, who: &Signed, case: &CaseRow, fields: &Fields) -> Result<(), Stop> {
    let sent = state.road.send_crisis_reply(who.person.id, case.id, fields.get("statement")).await;
    sent.map(drop).map_err(|error| not_done(&who.reader, Some(case.number), error))
}

/// Says that this person has read one that somebody else sent.
pub(super) async fn read(state: &DeskState, who: &Signed, case: &CaseRow, fields: &Fields) -> Result<(), Stop> {
    let draft = fields.get("draft").parse().map_err(|_| Stop::Unclear)?;
    let read = state.road.read_crisis_reply(who.person.id, case.id, draft).await;
    read.map_err(|error| not_done(&who.reader, Some(case.number), error))
}
