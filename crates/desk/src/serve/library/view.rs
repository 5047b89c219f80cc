//! Statements in the reader's words.

use bedside_core::{
    guard::Severity,
    id::{PersonId, SiteId},
    policy::desk::DeskAction,
    site::Jurisdiction,
    statement::{Statement, StatementKind, StatementState, TOLD_BEFORE},
};
use bedside_flow::library::{Proof, findings};
use bedside_store::{Tx, library::StatementRow};

use super::{
    super::{DeskState, answer::Stop, frame::names as everybody, names, rows::first_lines, session::Signed, token},
    Opened, at_hand, may,
};
use crate::{
    page::library::{Acts, Found, Kind, Library, Line, Meant, Mine, One, Standing, Version},
    text::{self, Reader},
};

pub(super) const fn kind(kind: StatementKind) -> Kind {
    match kind {
        StatementKind::Template => Kind::Template,
        StatementKind::Incident => Kind::Incident,
        StatementKind::Crisis => Kind::Crisis,
    }
}

fn standing(who: &Signed, row: &StatementRow) -> Standing {
    match row.state {
        StatementState::Open => Standing::Open,
        StatementState::Asked => Standing::Asked,
        StatementState::Approved if row.retired_at.is_some() => Standing::Retired,
        StatementState::Approved if row.expires_at <= who.now => Standing::Over,
        StatementState::Approved => Standing::InUse,
        StatementState::Replaced => Standing::Replaced,
        StatementState::Dropped => Standing::Dropped,
    }
}

/// The last moment at which a version may be taken: what it says is its last day, not the midnight after.
pub(super) fn last_moment(row: &StatementRow) -> i64 {
    row.expires_at.as_micros() - 1
}

/// The word of a country whose law it is.
pub(super) fn law(r: &Reader, law: Jurisdiction) -> String {
    r.t(match law {
        Jurisdiction::De => text::key!("law-de"),
        Jurisdiction::At => text::key!("law-at"),
        Jurisdiction::Uk => text::key!("law-uk"),
        Jurisdiction::Us => text::key!("law-us"),
    })
}

fn site(state: &DeskState, id: SiteId) -> String {
    state.road.house(id).map(|house| house.site.name.clone()).unwrap_or_default()
}

fn meant(state: &DeskState, who: &Signed, statement: &Statement) -> Meant {
    Meant {
        lang: statement.lang.as_str().to_owned(),
        topics: statement.topics.iter().map(|topic| text::topic(&who.reader, topic.as_str())).collect(),
        laws: statement.laws.iter().map(|one| law(&who.reader, one.0)).collect(),
        sites: statement.sites.iter().map(|id| site(state, *id)).collect(),
    }
}

/// The list: each version in work or approved is a line of its own.
pub(super) fn list(state: &DeskState, who: &Signed, all: &[Opened]) -> Library {
    let mut view = Library { may_write: who.may_anywhere(DeskAction::WriteStatement), ..Library::default() };
    for one in all {
        let line = line(state, who, one);
        match line.standing {
            Standing::Asked => view.asked.push(line),
            Standing::Open => view.open.push(line),
            Standing::InUse => view.in_use.push(line),
            Standing::Over | Standing::Retired | Standing::Replaced | Standing::Dropped => view.over.push(line),
        }
    }
    view
}

fn line(state: &DeskState, who: &Signed, one: &Opened) -> Line {
    let (row, statement) = (&one.row, one.statement());
    let standing = standing(who, row);
    let ends_soon = row.expires_at <= who.now.plus(TOLD_BEFORE);
    let own = row.author == who.person.id;
    let to_approve =
        standing == Standing::Asked && may(state, who, statement, DeskAction::ApproveStatement, own).is_ok();
    let is_ending = row.owner == who.person.id && ends_soon && matches!(standing, Standing::InUse | Standing::Over);
    Line {
        number: row.number,
        title: statement.title.clone(),
        kind: kind(statement.kind),
        form: names::reply_form(statement.form),
        meant: meant(state, who, statement),
        text: statement.text.clone(),
        standing,
        expires: last_moment(row),
        ends_soon,
        mine: if to_approve {
            Mine::ToApprove
        } else if is_ending {
            Mine::Ending
        } else {
            Mine::Nothing
        },
    }
}

/// One statement with its versions, the oldest first in `versions`.
pub(super) async fn one(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    versions: &[Opened],
    told: Option<String>,
) -> Result<One, Stop> {
    let people = everybody(tx).await?;
    let name = |id: PersonId| names::person(&who.reader, &people, id);
    let of = |one: &Opened, with_guard: bool| version(state, who, one, &name, with_guard);
    let newest = at_hand(versions).ok_or(Stop::NOT_FOUND)?;
    let in_use = versions.iter().find(|one| standing(who, &one.row) == Standing::InUse);
    let is_other = in_use.is_none_or(|one| one.row.version != newest.row.version);
    Ok(One {
        number: newest.row.number,
        in_use: in_use.map(|one| of(one, true)),
        at_hand: is_other.then(|| of(newest, true)),
        history: versions.iter().rev().map(|one| of(one, false)).collect(),
        acts: acts(state, who, newest),
        told,
    })
}

fn acts(state: &DeskState, who: &Signed, newest: &Opened) -> Acts {
    let statement = newest.statement();
    let own = newest.row.author == who.person.id;
    let writes = may(state, who, statement, DeskAction::WriteStatement, false).is_ok();
    let approves = may(state, who, statement, DeskAction::ApproveStatement, own);
    let is_asked = newest.row.state == StatementState::Asked;
    Acts {
        edit: writes,
        ask: writes && newest.row.state == StatementState::Open,
        approve: is_asked && approves.is_ok(),
        not_approve: approves.err().filter(|_| is_asked).map(|refusal| refusal.reason(who.lang()).to_owned()),
        retire: writes && newest.row.retired_at.is_none() && newest.row.state != StatementState::Dropped,
    }
}

fn version(
    state: &DeskState,
    who: &Signed,
    one: &Opened,
    name: &dyn Fn(PersonId) -> String,
    with_guard: bool,
) -> Version {
    let (row, statement) = (&one.row, one.statement());
    Version {
        n: row.version,
        title: statement.title.clone(),
        kind: kind(statement.kind),
        form: names::reply_form(statement.form),
        meant: meant(state, who, statement),
        text: statement.text.clone(),
        standing: standing(who, row),
        expires: last_moment(row),
        author: (name(row.author), row.updated_at.min(row.approved_at.unwrap_or(row.updated_at)).as_micros()),
        approver: row.approver.zip(row.approved_at).map(|(by, at)| (name(by), at.as_micros())),
        sent_back: one.sealed.sent_back.as_ref().map(|(by, why)| (name(*by), why.clone())),
        found: if with_guard { found(state, who, &state.road.prove(statement, who.now)) } else { Vec::new() },
        shown: token::hex(&row.commitment),
    }
}

/// What the guard says at the houses, blocks first.
pub(super) fn found(state: &DeskState, who: &Signed, proofs: &[Proof]) -> Vec<Found> {
    let named = proofs.len() > 1;
    let mut all = Vec::new();
    for weight in [Severity::Block, Severity::Warn] {
        for (proof, finding) in findings(proofs, weight) {
            all.push(Found {
                blocks: weight == Severity::Block,
                kind: finding.kind.as_str().to_owned(),
                quote: first_lines(finding.span.slice(&proof.text)),
                reason: finding.reason(who.lang()).to_owned(),
                site: named.then(|| site(state, proof.site)),
                instead: finding.suggestion.as_ref().map(|one| one.replace.clone()).filter(|words| !words.is_empty()),
            });
        }
    }
    all
}
