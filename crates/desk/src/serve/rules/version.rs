//! One version: what it changes, its replay, the way into force.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
};
use bedside_core::{
    id::{PersonId, PostId},
    policy::{OwnRules, Rules, desk::DeskAction},
};
use bedside_flow::{
    replay::Changed as Otherwise,
    rules::{ReplaySums, RulesRead, Standing, Written},
};
use bedside_store::{
    Tx,
    rules::{
        kept,
        replay::{self, ChangedRow, ReplayRow, ReplayState},
        term,
        version::{self, VersionRow},
    },
};

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, page_with, see},
        eyes::{House, Sight},
        frame::{frame, names},
        names as words,
        session::Signed,
    },
    at_house, list, may_put_in_force,
};
use crate::{
    look::part::Action,
    page::rules::{
        Changed, Counted, Diff, GoLive, LastRun, OwnCases, Replay, ReplayStands, State as Stands, Version, diff,
        rules_href, version as version_page,
    },
    text::undone_code,
};

/// Changed cases on one page.
const CHANGES: u32 = 50;

pub(super) async fn show(
    State(state): State<DeskState>,
    Path((slug, number)): Path<(String, String)>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let (who, house) = at_house(who, &slug)?;
    let after = asked.get("after").and_then(|post| post.parse().ok());
    answer(&state, &who, &house, &number, after, None).await
}

/// The address of an act leads to its version.
pub(super) async fn lead_back(Path((slug, number, _act)): Path<(String, String, String)>, who: Signed) -> Answer {
    let (_, house) = at_house(who, &slug)?;
    Ok(see(&rules_href(&house.site.slug, &format!("/version/{}", number.parse::<i64>().unwrap_or(0)))))
}

/// The version with this number at a house; else nothing is there.
pub(super) async fn found(tx: &mut Tx, house: &House, number: &str) -> Result<VersionRow, Stop> {
    let number = number.parse().map_err(|_| Stop::NOT_FOUND)?;
    version::by_number(tx, house.site.id, number).await?.ok_or(Stop::NOT_FOUND)
}

pub(super) async fn answer(
    state: &DeskState,
    who: &Signed,
    house: &House,
    number: &str,
    after: Option<PostId>,
    error: Option<String>,
) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let row = found(&mut tx, house, number).await?;
    let frame = frame(state, who, &mut tx).await?;
    let people = names(&mut tx).await?;
    let standing = state.road.rules_standing(&mut tx, house.site.id).await?;
    let written = state.road.rules_written(&mut tx, &row).await?;
    let terms = term::newest(&mut tx, house.site.id, 500).await?;
    let stands = list::stands(&standing, &terms, &row);
    let base = match row.based_on {
        Some(id) => version::by_id(&mut tx, id).await?.map(|base| base.number),
        None => None,
    };
    let rules = state.road.house(house.site.id).ok_or(Stop::NOT_FOUND)?.rules();
    let changes = Changes::of(state, who, house, rules.rules(), &row);
    let replay = match &written.replay {
        Some(one) => Some(shown(who, &mut tx, one, after, &people, changes).await?),
        None => None,
    };
    let cases = cases(who, &mut tx, &row).await?;
    drop(tx);
    let in_force = standing.in_force.as_ref().map(|(_, version)| version);
    let name = |by: PersonId| words::person(&who.reader, &people, by);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = Version {
        site: house.site.slug.clone(),
        number: row.number,
        state: stands,
        by: row.by.map(name),
        writers: written.writers.iter().copied().map(name).collect(),
        at: row.at.as_micros(),
        why: row.why.clone(),
        based_on: base,
        compared_with: in_force.map(|version| version.number),
        diffs: in_force.map(|version| diffs(&version.files, &row.files)).unwrap_or_default(),
        files: row.files.files().iter().map(|file| (file.name.clone(), file.text.clone())).collect(),
        replay,
        cases,
        live: live(state, who, house, &written, &standing, stands),
        may_write: who.may(house.site.id, DeskAction::WriteRules).is_ok(),
        error,
    };
    Ok(page_with(status, version_page(&frame, &view)))
}

/// What differs, by file; a file that is the same is left out.
fn diffs(before: &OwnRules, after: &OwnRules) -> Vec<Diff> {
    let text = |own: &'_ OwnRules, name: &str| {
        own.files().iter().find(|file| file.name == name).map(|file| file.text.clone()).unwrap_or_default()
    };
    let mut all: Vec<&str> = before.files().iter().chain(after.files()).map(|file| file.name.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    let differing = all.into_iter().map(|name| (name, text(before, name), text(after, name)));
    differing.filter(|(_, one, other)| one != other).map(|(name, one, other)| diff(name, &one, &other)).collect()
}

fn live(
    state: &DeskState,
    who: &Signed,
    house: &House,
    written: &Written,
    standing: &Standing,
    stands: Stands,
) -> GoLive {
    if matches!(stands, Stands::InForce | Stands::Ordered | Stands::Dropped) {
        return GoLive::Nothing;
    }
    if standing.ordered.is_some() {
        return GoLive::Missing(undone_code(&who.reader, "rules_ordered_already"));
    }
    if let Some(missing) = written.missing {
        return GoLive::Missing(undone_code(&who.reader, missing));
    }
    match may_put_in_force(state, who, &house.roles, &written.writers) {
        Ok(()) => GoLive::Open,
        Err(refusal) => GoLive::Refused(refusal.reason(who.lang()).to_owned()),
    }
}

/// What the last run found. Running thousands of cases takes a while and is asked for by a button.
async fn cases(who: &Signed, tx: &mut Tx, row: &VersionRow) -> Result<Option<OwnCases>, Stop> {
    if kept::count(tx, row.site).await? == 0 || who.may(row.site, DeskAction::RunPolicyCases).is_err() {
        return Ok(None);
    }
    let stands = kept::stands(tx, row.site).await?;
    let last = kept::last_run(tx, row.id).await?.map(|run| LastRun {
        at: run.at.as_micros(),
        right: run.right,
        wrong: run.cases - run.right,
        harms: run.harms,
        is_outdated: run.newest != stands,
    });
    Ok(Some(OwnCases { last }))
}

async fn shown(
    who: &Signed,
    tx: &mut Tx,
    row: &ReplayRow,
    after: Option<PostId>,
    people: &HashMap<PersonId, String>,
    changes: Changes<'_>,
) -> Result<Replay, Stop> {
    let sums = ReplaySums::of(row);
    let found = match row.state {
        ReplayState::Running => Vec::new(),
        ReplayState::Done | ReplayState::Stopped | ReplayState::Overtaken => {
            replay::changed(tx, row.id, after, CHANGES).await?
        }
    };
    let next = if found.len() == CHANGES as usize { found.last().map(|one| one.post.to_string()) } else { None };
    Ok(Replay {
        id: row.id.to_string(),
        stands: match row.state {
            ReplayState::Running => ReplayStands::Running,
            ReplayState::Done => ReplayStands::Done,
            ReplayState::Stopped => ReplayStands::Stopped,
            ReplayState::Overtaken => ReplayStands::Overtaken,
        },
        by: row.by.map(|by| words::person(&who.reader, people, by)),
        at: row.ended_at.unwrap_or(row.asked_at).as_micros(),
        since: row.since.as_micros(),
        total: row.total,
        posts: row.posts,
        left_out: row.left_out,
        changed: row.changed,
        parts: by_action(&sums),
        rules: counted(sums.rules.iter().filter(|(_, (before, after))| before != after)),
        changes: found.iter().filter_map(|one| changes.shown(who, one)).collect(),
        next,
    })
}

/// What the words of changed cases need: the rules in force and those tried.
struct Changes<'a> {
    in_force: &'a Rules,
    tried: Option<Arc<RulesRead>>,
    sees_cases: bool,
}

impl<'a> Changes<'a> {
    fn of(state: &DeskState, who: &Signed, house: &House, in_force: &'a Rules, row: &VersionRow) -> Self {
        Self { in_force, tried: state.road.read_version(row), sees_cases: who.sight(house.site.id) > Sight::Nothing }
    }

    fn shown(&self, who: &Signed, one: &ChangedRow) -> Option<Changed> {
        let said: Otherwise = serde_json::from_str(&one.body).ok()?;
        Some(Changed {
            case: one.case.filter(|_| self.sees_cases),
            at: one.at.as_micros(),
            rules_before: self.reasons(who, &said.rules_before),
            rules_after: self.reasons(who, &said.rules_after),
            before: in_words(who, said.before),
            after: in_words(who, said.after),
        })
    }

    /// Each rule with its reason in the reader's language.
    fn reasons(&self, who: &Signed, rules: &[String]) -> Vec<(String, String)> {
        let reason = |id: &str| {
            let new = self.tried.as_ref().and_then(|read| read.rules().reason(id, who.lang()));
            new.or_else(|| self.in_force.reason(id, who.lang())).unwrap_or_default().to_owned()
        };
        rules.iter().map(|id| (id.clone(), reason(id))).collect()
    }
}

/// The actions in the order of the desk.
fn by_action(sums: &ReplaySums) -> Vec<Counted> {
    let place = |what: &str| Action::from_code(what).map_or(usize::MAX, |action| action as usize);
    let mut all = counted(sums.parts.iter());
    all.sort_by_key(|one| place(&one.what));
    all
}

fn counted<'s>(rows: impl Iterator<Item = (&'s String, &'s (u64, u64))>) -> Vec<Counted> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    rows.map(|(what, (before, after))| Counted { what: what.clone(), before: count(*before), after: count(*after) })
        .collect()
}

/// "hold until 2026-11-14T13:00:00Z" with the moment as the reader reads it; the others as they are.
fn in_words(who: &Signed, parts: Vec<String>) -> Vec<String> {
    let r = &who.reader;
    let until = |part: &str| -> Option<String> {
        let (code, at) = part.split_once(" until ")?;
        let at: jiff::Timestamp = at.parse().ok()?;
        Some(format!("{code} {}", r.say("until-short", &[("at", r.moment(at.as_microsecond()).into())])))
    };
    let told = |part: &str| -> Option<String> {
        let (code, rest) = part.split_once(" to ")?;
        let (to, within) = rest.rsplit_once(" within ")?;
        let to: Vec<&str> = to.split(", ").collect();
        let within: bedside_core::time::Span = within.parse().ok()?;
        Some(format!("{code} {}", crate::text::escalation(r, &to, within.as_micros())))
    };
    parts.into_iter().map(|part| until(&part).or_else(|| told(&part)).unwrap_or(part)).collect()
}
