//! Beside the thread: labels, notes, who writes, the log of the case.

use std::collections::HashMap;

use bedside_core::{
    id::PersonId,
    label::{LabelKind, LabelTarget},
    policy::desk::DeskAction,
};
use bedside_store::{
    StoreError, Tx,
    cases::CaseRow,
    desk, labels, log, people,
    posts::{self, PostRow},
    shown,
};

use super::super::{
    DeskState,
    entry::{Context, Placed},
    eyes::Sight,
    names,
    session::Signed,
};
use crate::page::case::{Label, LabelOn, LogLine, Note, PersonLine, Viewer};

/// Log entries beside a case; the rest stands on the log's page.
const ENTRIES: usize = 10;

pub(super) async fn labels(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    people: &HashMap<PersonId, String>,
) -> Result<Vec<Label>, StoreError> {
    let mut all = Vec::new();
    for row in labels::on(tx, case.site, case.author, case.thread, who.now).await? {
        let reason = if who.sight(case.site) == Sight::Text { row.reason(&state.store).await? } else { None };
        let by = match row.set_by.strip_prefix("rule:") {
            Some(rule) => rule.to_owned(),
            None if row.set_by == "emr" => who.reader.t("label-by-record"),
            None => row.set_by.parse().map_or_else(|_| row.set_by.clone(), |id| names::person(&who.reader, people, id)),
        };
        all.push(Label {
            id: row.id.to_string(),
            kind: row.kind.as_str().to_owned(),
            on: match row.target {
                LabelTarget::Author => LabelOn::Author,
                LabelTarget::Thread => LabelOn::Thread,
                LabelTarget::Site => LabelOn::House,
            },
            reason: reason.map_or_else(|| who.reader.t("row-masked"), |reason| reason.0),
            by,
            until: row.expires_at.map(|at| at.as_micros()),
        });
    }
    Ok(all)
}

/// The labels this person may set here.
pub(super) fn label_kinds(who: &Signed, case: &CaseRow) -> Vec<String> {
    let may_legal = who.may(case.site, DeskAction::LegalLabel).is_ok();
    let kinds = LabelKind::ALL.into_iter().filter(|kind| may_legal || !kind.has_legal_weight());
    kinds.map(|kind| kind.as_str().to_owned()).collect()
}

pub(super) async fn notes(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    people: &HashMap<PersonId, String>,
) -> Result<Vec<Note>, StoreError> {
    if who.sight(case.site) != Sight::Text {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for row in desk::notes(tx, case.id).await? {
        let text = row.text(&state.store).await?;
        let by = names::person(&who.reader, people, row.by);
        all.push(Note { by, at: row.at.as_micros(), text: text.map_or_else(|| who.reader.t("erased"), |text| text.0) });
    }
    Ok(all)
}

/// What is known of who writes.
pub(super) async fn about(
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    subject: Option<&PostRow>,
) -> Result<Vec<(String, String)>, StoreError> {
    let r = &who.reader;
    let Some(post) = subject else {
        return Ok(Vec::new());
    };
    let prior = posts::prior_posts(tx, &[(post.id, case.author, post.at)]).await?.get(&post.id).copied().unwrap_or(0);
    let mut about = vec![(r.t("about-posts"), r.say("about-posts-count", &[("count", i64::from(prior).into())]))];
    if let Some(speaker) = post.signals.as_ref().and_then(|found| found.speaker) {
        about.push((r.t("about-speaker"), crate::text::speaker(r, speaker.as_str())));
    }
    if post.author_is_bot {
        about.push((r.t("about-account"), r.t("about-bot")));
    }
    about.push((r.t("about-case-since"), r.moment(case.created_at.as_micros())));
    Ok(about)
}

/// The newest entries about a case, the newest first: those that wait for their place, then those that have it.
pub(super) async fn entries(tx: &mut Tx, case: &CaseRow) -> Result<Vec<Placed>, StoreError> {
    let waiting = shown::case_pending(tx, case.id).await?;
    let placed = log::of_case(tx, case.id, 30).await?;
    let waiting = waiting.iter().filter_map(|body| Placed::read(None, body));
    Ok(waiting.chain(placed.iter().filter_map(|(leaf, body)| Placed::read(Some(*leaf), body))).collect())
}

/// The entries as lines, and how many there are in all.
pub(super) async fn log_lines(
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    people: &HashMap<PersonId, String>,
    entries: &[Placed],
) -> Result<(Vec<LogLine>, u32), StoreError> {
    let context = Context::of(who, people, tx, entries).await?;
    let lines = entries.iter().take(ENTRIES).map(|placed| LogLine {
        n: placed.leaf.map(|leaf| i64::try_from(leaf).unwrap_or(i64::MAX)),
        at: placed.entry.at().as_micros(),
        what: format!("{}, {}", context.what(&placed.entry), context.by(placed.entry.actor())),
    });
    let waiting = u32::try_from(entries.iter().filter(|placed| placed.leaf.is_none()).count()).unwrap_or(0);
    Ok((lines.collect(), shown::case_entries(tx, case.id).await?.saturating_add(waiting)))
}

/// The people who work on cases of this site: id, name, and whether they may approve.
pub(super) async fn colleagues(
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
) -> Result<Vec<(PersonId, String, bool)>, StoreError> {
    let roles = people::all_roles(tx).await?;
    let at_site = |id: PersonId| -> Vec<_> {
        roles.iter().filter(|(of, site, _)| *of == id && *site == case.site).map(|(.., role)| *role).collect()
    };
    let able = people::all(tx).await?.into_iter().filter(|row| row.disabled_at.is_none() && row.password.is_some());
    Ok(able
        .filter_map(|row| {
            let roles = at_site(row.id);
            let may = |action| who.permits().may(&roles, action, false).is_ok();
            may(DeskAction::Take).then(|| (row.id, row.name, may(DeskAction::Approve)))
        })
        .collect())
}

/// Colleagues as choices of a form.
pub(super) fn lines(colleagues: &[(PersonId, String, bool)]) -> Vec<PersonLine> {
    colleagues.iter().map(|(id, name, _)| PersonLine { id: id.to_string(), name: name.clone() }).collect()
}

/// Who else has the case open.
pub(super) fn viewing(
    state: &DeskState,
    who: &Signed,
    case: &CaseRow,
    people: &HashMap<PersonId, String>,
) -> Vec<Viewer> {
    let others = state.presence.others(case.id, who.person.id, who.now).into_iter();
    others
        .map(|(id, doing)| Viewer { name: names::first_name(&names::person(&who.reader, people, id)), doing })
        .collect()
}
