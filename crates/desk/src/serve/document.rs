//! One document for the record: its trace, what may be done with it, and what it says for whoever may see that.

use axum::response::Response;
use bedside_core::{
    emr::Identifier,
    filing::{Document, control_id},
    id::FilingId,
    log::Subject,
    policy::desk::DeskAction,
};
use bedside_flow::{Mending, OpenedFiling};
use bedside_store::{
    Tx,
    emr::{
        dead_letter,
        filing::{self, FilingRow, FilingState},
        link::LinkRow,
    },
};

use super::{
    DeskState,
    answer::{Answer, Stop, page, see},
    form::{Fields, Posted},
    frame::{frame, names},
    message::logged,
    names as words,
    outgoing::{listed, of_patient, shown_state},
    refused::not_done,
    session::Signed,
};
use crate::{
    page::{
        document::{Content, DocumentPage, document as document_page},
        outgoing::document_href,
    },
    text::filing_code,
};

/// Attempts on the page.
const ATTEMPTS: u32 = 20;

/// The document of an address; one of another link is not there.
async fn of_link(tx: &mut Tx, link: &LinkRow, id: &str) -> Result<FilingRow, Stop> {
    let id: FilingId = id.parse().map_err(|_| Stop::NOT_FOUND)?;
    filing::by_id(tx, id).await?.filter(|row| row.link == link.id).ok_or(Stop::NOT_FOUND)
}

/// `show` shows what it says; `mend`, `mend-again`, `again` and `drop` settle a dead letter.
pub(super) async fn act(state: &DeskState, posted: &Posted, link: &LinkRow, id: &str, act: &str) -> Answer {
    let who = &posted.who;
    let mut tx = state.store.begin_read().await?;
    let row = of_link(&mut tx, link, id).await?;
    drop(tx);
    let (by, fields) = (who.person.id, &posted.fields);
    let revision = || fields.get("revision").parse::<i64>().map_err(|_| Stop::Unclear);
    let done = match act {
        "show" => {
            let opened = state.road.look_into_filing(by, row.id).await;
            let opened = opened.map_err(|error| not_done(&who.reader, None, error))?;
            return show(state, who, link, id, Some(opened.0)).await;
        }
        "mend" | "mend-again" => {
            let mending = mending(fields);
            state.road.mend_filing(by, row.id, revision()?, &mending, act == "mend-again").await
        }
        "again" => state.road.file_again(by, row.id, revision()?).await,
        "drop" => state.road.drop_filing(by, row.id, revision()?, &fields.line("reason")).await,
        _ => return Err(Stop::NOT_FOUND),
    };
    done.map_err(|error| not_done(&who.reader, None, error))?;
    Ok(see(&document_href(&link.slug, id)))
}

fn mending(fields: &Fields) -> Mending {
    let lines = fields.get("lines").replace("\r\n", "\n");
    let lines = lines.trim_end().split('\n').map(|line| line.trim_end().to_owned()).collect();
    Mending {
        title: fields.line("title"),
        lines: fields.has("lines").then_some(lines),
        visit: Some(fields.line("visit")).filter(|number| !number.is_empty()),
        ids: fields.all("id").filter_map(identifier).collect(),
    }
}

/// An identifier as a form sends it: authority, kind and value, in this order, because only the last may hold the sign
/// between them.
fn identifier(sent: &str) -> Option<Identifier> {
    let mut parts = sent.splitn(3, '^').map(str::to_owned);
    Some(Identifier { authority: parts.next()?, kind: parts.next()?, value: parts.next()? })
}

fn sent(id: &Identifier) -> String {
    format!("{}^{}^{}", id.authority, id.kind, id.value)
}

/// The page; `opened` is what it says, if it was asked for.
pub(super) async fn show(
    state: &DeskState,
    who: &Signed,
    link: &LinkRow,
    id: &str,
    opened: Option<OpenedFiling>,
) -> Result<Response, Stop> {
    let mut tx = state.store.begin_read().await?;
    let row = of_link(&mut tx, link, id).await?;
    let frame = frame(state, who, &mut tx).await?;
    let content = opened.map(content);
    let view = view(state, who, &mut tx, (link, &row)).await?;
    Ok(page(document_page(&frame, &DocumentPage { content, ..view })))
}

async fn view(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    (link, row): (&LinkRow, &FilingRow),
) -> Result<DocumentPage, Stop> {
    let mut others = of_patient(tx, row.patient).await?;
    others.retain(|other| other.id != row.id);
    let document = listed(who, tx, std::slice::from_ref(row)).await?.into_iter().next().ok_or(Stop::NOT_FOUND)?;
    let may = |action| who.may(link.site, action).is_ok();
    let people = names(tx).await?;
    let by = |id| words::person(&who.reader, &people, id);
    let versions = dead_letter::versions(tx, row.id).await?;
    let dropped = match dead_letter::dropped(tx, row.id).await? {
        Some(dropped) if may(DeskAction::ReadDocument) => {
            let why = state.store.open_drop_reason(&dropped).await?;
            Some((by(dropped.by), why.map_or_else(|| who.reader.t("erased"), |why| why.0)))
        }
        Some(_) | None => None,
    };
    let attempts = dead_letter::attempts(tx, row.id, ATTEMPTS).await?;
    let waits = row.state == FilingState::Waiting;
    let holder = if waits { dead_letter::holder(tx, row).await? } else { None };
    Ok(DocumentPage {
        document,
        revision: row.revision,
        link: link.name.clone(),
        control_id: control_id(row.id, row.act),
        patient: row.patient.to_string(),
        next: (waits && holder.is_none()).then_some(row.due_at.as_micros()),
        // A dead letter is settled by nobody yet; its last attempt says when it was given up.
        settled: row.settled_at.filter(|_| row.state != FilingState::Dead).map(|at| at.as_micros()),
        holder: holder.map(|holder| holder.id.to_string()),
        mended: versions.iter().map(|version| (by(version.by), version.at.as_micros())).collect(),
        dropped,
        attempts: attempts
            .iter()
            .map(|one| (one.at.as_micros(), shown_state(one.state), filing_code(&who.reader, &one.code)))
            .collect(),
        others: listed(who, tx, &others).await?,
        log: if may(DeskAction::ReadLog) {
            logged(who, tx, Subject::Filing(row.id), row.created_at).await?
        } else {
            Vec::new()
        },
        content: None,
        may_show: may(DeskAction::ReadDocument),
        may_settle: may(DeskAction::SettleDocument),
    })
}

fn content(opened: OpenedFiling) -> Content {
    let document = &opened.document;
    Content {
        title: document.title.clone(),
        lines: (!document.lines.is_empty()).then(|| document.lines.join("\n")),
        ids: opened.ids.iter().map(|id| (sent(id), said(id), document.ids.contains(id))).collect(),
        visits: opened.visits.iter().map(|number| (number.clone(), document.visit.as_ref() == Some(number))).collect(),
        before: opened.before.iter().map(version).collect(),
        answers: opened.answers.iter().map(|(at, said)| (at.as_micros(), said.clone())).collect(),
    }
}

/// An identifier for people: its number, and who gave it.
fn said(id: &Identifier) -> String {
    let of: Vec<&str> = [id.kind.as_str(), id.authority.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    if of.is_empty() { id.value.clone() } else { format!("{} ({})", id.value, of.join(", ")) }
}

/// What a document said before it was mended.
fn version(document: &Document) -> String {
    let mut lines = vec![document.title.clone()];
    lines.push(document.ids.iter().map(said).chain(document.visit.clone()).collect::<Vec<_>>().join(" · "));
    lines.extend(document.lines.iter().cloned());
    lines.join("\n")
}
