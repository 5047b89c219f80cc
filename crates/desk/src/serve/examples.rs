//! What people said was found wrongly: counted for those who watch over it, handed out as rows to those who may.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bedside_core::{example::Found, id::SiteId, policy::desk::DeskAction};
use bedside_store::{
    StoreError, Tx,
    examples::{self, ExampleRow},
    shown,
};

use super::{
    DeskState,
    answer::{Answer, Stop, page},
    form::Posted,
    frame::{frame, names},
    names as words,
    preview::covered,
    refused::not_done,
    session::Signed,
};
use crate::{
    page::examples::{Count, Examples, Line, examples as examples_page},
    text::{Reader, guard_kind, topic, urgency_word},
};

/// Lines on the page.
const LINES: u32 = 50;

/// The sites of the page at which the person may see them.
fn sites(who: &Signed, action: DeskAction) -> Vec<SiteId> {
    who.scope().map(|house| house.site.id).filter(|site| who.may(*site, action).is_ok()).collect()
}

/// The page.
pub(super) async fn show(State(state): State<DeskState>, who: Signed) -> Answer {
    let sites = sites(&who, DeskAction::ReadExamples);
    if sites.is_empty() {
        return Err(Stop::NOT_FOUND);
    }
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let mut counts: Vec<(Found, bool, i64)> = Vec::new();
    let mut rows = Vec::new();
    for site in sites {
        for (found, is_missing, n) in examples::counts(&mut tx, site).await? {
            match counts.iter_mut().find(|known| (known.0, known.1) == (found, is_missing)) {
                Some(known) => known.2 += n,
                None => counts.push((found, is_missing, n)),
            }
        }
        rows.extend(examples::newest(&mut tx, site, LINES).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.id)));
    rows.truncate(usize::try_from(LINES).unwrap_or(usize::MAX));
    let view = Examples {
        counts: counted(&who.reader, &counts),
        total: counts.iter().map(|(.., n)| n).sum(),
        lines: lines(&state, &who, &mut tx, &rows).await?,
        may_export: !self::sites(&who, DeskAction::ExportExamples).is_empty(),
    };
    Ok(page(examples_page(&frame, &view)))
}

fn counted(r: &Reader, counts: &[(Found, bool, i64)]) -> Vec<Count> {
    let mut all: Vec<Count> = Vec::new();
    for (found, is_missing, n) in counts {
        let (sort, what) = said(r, *found);
        let at = match all.iter().position(|one| one.sort == sort && one.what == what) {
            Some(at) => at,
            None => {
                all.push(Count { sort, what, wrong: 0, missing: 0 });
                all.len() - 1
            }
        };
        if let Some(one) = all.get_mut(at) {
            if *is_missing { one.missing += n } else { one.wrong += n }
        }
    }
    all.sort_by_key(|one| (std::cmp::Reverse(one.wrong + one.missing), one.sort.clone(), one.what.clone()));
    all
}

/// What was found, for people: what sort of thing, and which.
fn said(r: &Reader, found: Found) -> (String, String) {
    let which = found.words().1;
    match found {
        Found::Topic(_) => (r.t("found-topic"), topic(r, which)),
        Found::Signal(_) => (r.t("found-signal"), topic(r, which)),
        Found::Urgency(_) => (r.t("found-urgency"), urgency_word(r, which)),
        Found::Guard(_) => (r.t("found-guard"), guard_kind(r, which)),
    }
}

async fn lines(state: &DeskState, who: &Signed, tx: &mut Tx, rows: &[ExampleRow]) -> Result<Vec<Line>, StoreError> {
    let r = &who.reader;
    let people = names(tx).await?;
    let cases: Vec<_> = rows.iter().map(|row| row.case).collect();
    let numbers = shown::case_numbers(tx, &cases).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let reads = who.may(row.site, DeskAction::ExportExamples).is_ok();
        let opened = state.store.open_example(row).await?;
        let comment = opened.as_ref().filter(|_| reads).map(|one| covered(&one.0.comment)).unwrap_or_default();
        let (sort, what) = said(r, row.found);
        all.push(Line {
            at: row.at.as_micros(),
            by: words::person(r, &people, row.by),
            case: numbers
                .get(&row.case)
                .map(|(number, ..)| *number)
                .filter(|_| who.sight(row.site) > super::eyes::Sight::Nothing),
            sort,
            what,
            is_missing: row.is_missing,
            erased: opened.is_none(),
            comment,
        });
    }
    Ok(all)
}

/// The rows, as a file of JSON lines.
pub(super) async fn export(State(state): State<DeskState>, posted: Posted) -> Answer {
    let who = posted.who;
    let sites = sites(&who, DeskAction::ExportExamples);
    if sites.is_empty() {
        return Err(who
            .scope()
            .find_map(|house| who.may(house.site.id, DeskAction::ExportExamples).err())
            .map_or(Stop::NOT_FOUND, Stop::from));
    }
    let exported = state.road.export_examples(Some(who.person.id), &sites).await;
    let exported = exported.map_err(|error| not_done(&who.reader, None, error))?;
    let body: String = exported.rows.iter().map(|row| format!("{row}\n")).collect();
    let day: String = who.now.to_rfc3339().chars().take(10).collect();
    let name = format!("attachment; filename=\"examples-{day}.jsonl\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|_| Stop::Unclear)?),
    ];
    Ok::<Response, Stop>((headers, body).into_response())
}
