//! The rules in force, one by one, and the versions.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
};
use bedside_core::{
    id::PersonId,
    policy::{self, Does, desk::DeskAction},
    triage::Lang,
};
use bedside_flow::rules::Standing;
use bedside_store::{
    Tx,
    rules::{
        kept,
        term::{self, TermRow},
        version::{self, VersionRow},
    },
};

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, page_with, see},
        eyes::House,
        frame::{frame, names},
        names as words,
        session::Signed,
    },
    at_house, choices,
};
use crate::{
    look::part::Action,
    page::rules::{Group, Listed, Past, Rules, State as Stands, heading, rules as rules_page, rules_href},
    text::{Reader, escalation},
};

/// Versions on the page.
const VERSIONS: u32 = 12;
/// Terms that are looked at for when a version held.
const TERMS: u32 = 500;

pub(super) async fn show(
    State(state): State<DeskState>,
    Path(slug): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let (who, house) = at_house(who, &slug)?;
    answer(&state, &who, &house, asked.get("q").map_or("", String::as_str), None).await
}

/// The address of an act, as it stands in the browser after it was refused, leads to the rules.
pub(super) async fn lead_back(Path(slug): Path<String>, who: Signed) -> Answer {
    let (_, house) = at_house(who, &slug)?;
    Ok(see(&rules_href(&house.site.slug, "")))
}

pub(super) async fn answer(
    state: &DeskState,
    who: &Signed,
    house: &House,
    query: &str,
    error: Option<String>,
) -> Answer {
    let site = house.site.id;
    let fired = state.road.rules_fired(site).await?;
    let mut tx = state.store.begin_read().await?;
    let frame = frame(state, who, &mut tx).await?;
    let standing = state.road.rules_standing(&mut tx, site).await?;
    let people = names(&mut tx).await?;
    let in_force = state.road.house(site).ok_or(Stop::NOT_FOUND)?.rules();
    let all = in_force.rules().list();
    let may = |action| who.may(site, action).is_ok();
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let versions = versions(&mut tx, who, house, &standing, &people).await?;
    let view = Rules {
        site: house.site.slug.clone(),
        sites: choices(who),
        in_force: standing
            .in_force
            .as_ref()
            .map(|(term, one)| past(who, &people, one, Some((term, None)), Stands::InForce)),
        ordered: standing
            .ordered
            .as_ref()
            .map(|(term, one)| past(who, &people, one, Some((term, None)), Stands::Ordered)),
        before: standing.before.as_ref().map(|before| before.number),
        is_unreadable: in_force.is_unreadable(),
        query: query.to_owned(),
        total: i64::try_from(all.len()).unwrap_or(i64::MAX),
        groups: grouped(&who.reader, who.lang(), all, &fired, query),
        versions,
        cases: kept::count(&mut tx, site).await?,
        may_write: may(DeskAction::WriteRules),
        may_step_back: may(DeskAction::StepRulesBack),
        may_withdraw: may(DeskAction::PutRulesInForce),
        may_run: may(DeskAction::RunPolicyCases),
        error,
    };
    Ok(page_with(status, rules_page(&frame, &view)))
}

async fn versions(
    tx: &mut Tx,
    who: &Signed,
    house: &House,
    standing: &Standing,
    people: &HashMap<PersonId, String>,
) -> Result<Vec<Past>, Stop> {
    let terms = term::newest(tx, house.site.id, TERMS).await?;
    let rows = version::newest(tx, house.site.id, VERSIONS).await?;
    let of = |row: &VersionRow| {
        let held = held(&terms, row);
        let state = stands(standing, &terms, row);
        past(who, people, row, held, state)
    };
    Ok(rows.iter().map(of).collect())
}

/// The last stretch of time in which a version was in force, and when that ended.
fn held<'t>(terms: &'t [TermRow], row: &VersionRow) -> Option<(&'t TermRow, Option<i64>)> {
    // The latest stands first; what comes after a term begins where it ends.
    let reached: Vec<&TermRow> = terms.iter().filter(|term| term.reached_at.is_some()).collect();
    let at = reached.iter().position(|term| term.version == row.id)?;
    let next = at.checked_sub(1).and_then(|before| reached.get(before));
    reached.get(at).map(|term| (*term, next.map(|next| next.from.as_micros())))
}

pub(super) fn stands(standing: &Standing, terms: &[TermRow], row: &VersionRow) -> Stands {
    let is = |one: &Option<(TermRow, VersionRow)>| one.as_ref().is_some_and(|(_, version)| version.id == row.id);
    if is(&standing.in_force) {
        Stands::InForce
    } else if is(&standing.ordered) {
        Stands::Ordered
    } else if row.dropped_at.is_some() {
        Stands::Dropped
    } else if terms.iter().any(|term| term.version == row.id && term.reached_at.is_some()) {
        Stands::Past
    } else {
        Stands::Proposed
    }
}

fn past(
    who: &Signed,
    people: &HashMap<PersonId, String>,
    row: &VersionRow,
    held: Option<(&TermRow, Option<i64>)>,
    state: Stands,
) -> Past {
    let name = |by: PersonId| words::person(&who.reader, people, by);
    Past {
        number: row.number,
        by: row.by.map(name),
        at: row.at.as_micros(),
        why: row.why.clone(),
        set_by: held.and_then(|(term, _)| term.by).map(name),
        from: held.map(|(term, _)| term.from.as_micros()),
        until: held.and_then(|(_, until)| until),
        set_why: held.map(|(term, _)| term.why.clone()).unwrap_or_default(),
        state,
    }
}

/// The order of the groups: the house's own first, because they are what it can change.
fn grouped(r: &Reader, lang: Lang, all: Vec<policy::Listed>, fired: &HashMap<String, u64>, query: &str) -> Vec<Group> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let mut groups: Vec<Group> = Vec::new();
    for rule in all {
        let text =
            format!("{} {} {} {} {}", rule.id, rule.reason_de, rule.reason_en, rule.source, rule.rests_on.join(" "));
        let text = text.to_lowercase();
        if !words.iter().all(|word| text.contains(word)) {
            continue;
        }
        let heading = heading(&rule.file);
        let listed = listed(r, lang, fired.get(&rule.id).copied().unwrap_or(0), rule);
        match groups.iter_mut().find(|group| group.heading == heading) {
            Some(group) => group.rules.push(listed),
            None => groups.push(Group { heading, rules: vec![listed] }),
        }
    }
    groups.sort_by_key(|group| group.heading != self::heading("house.cedar"));
    groups
}

fn listed(r: &Reader, lang: Lang, fired: u64, rule: policy::Listed) -> Listed {
    let named = || rule.acts.iter().filter_map(|act| Action::from_code(act));
    let (mut actions, mut forbids, mut span, mut tells) = (Vec::new(), false, None, None);
    match &rule.does {
        Does::Permits => actions.extend(named()),
        Does::Silences => {
            forbids = true;
            actions.extend(named());
        }
        Does::Holds(how_long) => {
            actions.push(Action::Hold);
            span = Some(r.brief(how_long.as_micros()));
        }
        Does::LeavesToPerson => actions.push(Action::Person),
        Does::Tells { to, within } => {
            actions.push(Action::Escalate);
            let to: Vec<&str> = to.iter().map(String::as_str).collect();
            tells = Some(escalation(r, &to, within.as_micros()));
        }
    }
    Listed {
        actions,
        forbids,
        span,
        tells,
        reason: if lang == Lang::De { rule.reason_de } else { rule.reason_en },
        obliges: rule.obliges.iter().map(|duty| duty.text(lang).to_owned()).collect(),
        written: format!("{}:{}", rule.file, rule.line),
        id: rule.id,
        source: rule.source,
        fired,
    }
}
