//! Writing a version: the fields, and what is done with them. What is refused comes back as it was typed.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
};
use bedside_core::{
    id::RulesVersionId,
    policy::{self, BadFiles, OwnFile, OwnRules, desk::DeskAction},
};
use bedside_flow::rules::RulesActError;
use bedside_store::rules::version::{self, VersionRow};

use super::{
    super::{
        DeskState,
        answer::{Answer, page_with, see},
        eyes::House,
        form::{Fields, Posted},
        frame::frame,
        session::Signed,
    },
    at_house, undone,
};
use crate::{
    page::rules::{Problem, Write, WrittenFile, rules_href, write as write_page},
    text::Reader,
};

/// The name that a house's first file is given.
const FIRST: &str = "house.cedar";

pub(super) async fn show(
    State(state): State<DeskState>,
    Path(slug): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let (who, house) = at_house(who, &slug)?;
    who.may(house.site.id, DeskAction::WriteRules)?;
    let mut tx = state.store.begin_read().await?;
    let from = asked.get("from").and_then(|number| number.parse().ok());
    let base = match from {
        Some(number) => version::by_number(&mut tx, house.site.id, number).await?,
        None => state.road.rules_standing(&mut tx, house.site.id).await?.in_force.map(|(_, version)| version),
    };
    drop(tx);
    let files = base.as_ref().map(|base| base.files.files().to_vec()).unwrap_or_default();
    let view = Write {
        site: house.site.slug.clone(),
        based_on: base.map_or(0, |base| base.number),
        files: fields(files, None),
        ..Write::default()
    };
    answer(&state, &who, &view).await
}

async fn answer(state: &DeskState, who: &Signed, view: &Write) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let frame = frame(state, who, &mut tx).await?;
    let is_bad = view.error.is_some() || !view.problems.is_empty();
    let status = if is_bad { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page_with(status, write_page(&frame, view)))
}

/// The files as fields, with an empty one for a file to be added: at first under a name of ours.
fn fields(files: Vec<OwnFile>, added: Option<OwnFile>) -> Vec<WrittenFile> {
    let is_first = files.is_empty();
    let known = files.into_iter().map(|file| WrittenFile { name: file.name, text: file.text, is_new: false });
    let empty = OwnFile { name: if is_first { FIRST.to_owned() } else { String::new() }, text: String::new() };
    let added = added.unwrap_or(empty);
    known.chain([WrittenFile { name: added.name, text: added.text, is_new: true }]).collect()
}

/// The files as they were typed: those that were there, and one that may be new.
fn typed(sent: &Fields, base: Option<&VersionRow>) -> (Vec<OwnFile>, Option<OwnFile>) {
    let files = sent.all("name").zip(sent.all("text"));
    let files = files.map(|(name, text)| OwnFile { name: name.trim().to_owned(), text: text.to_owned() });
    let is_known =
        |file: &OwnFile| base.is_some_and(|base| base.files.files().iter().any(|known| known.name == file.name));
    let (known, mut new): (Vec<_>, Vec<_>) = files.partition(is_known);
    (known, new.pop())
}

pub(super) async fn post(State(state): State<DeskState>, Path(slug): Path<String>, posted: Posted) -> Answer {
    let Posted { who, fields: sent } = posted;
    let (who, house) = at_house(who, &slug)?;
    who.may(house.site.id, DeskAction::WriteRules)?;
    let number = sent.get("based").parse().unwrap_or(0);
    let base = version::by_number(&mut state.store.begin_read().await?, house.site.id, number).await?;
    let (known, added) = typed(&sent, base.as_ref());
    let why = sent.line("why");
    let mut view = Write {
        site: house.site.slug.clone(),
        based_on: base.as_ref().map_or(0, |base| base.number),
        files: fields(known.clone(), added.clone()),
        why: why.clone(),
        ..Write::default()
    };
    let all = known.into_iter().chain(added.filter(|file| !file.text.trim().is_empty()));
    let files = match OwnRules::of(all) {
        Ok(files) => files,
        Err(bad) => {
            view.error = Some(bad_files(&who.reader, &bad));
            return answer(&state, &who, &view).await;
        }
    };
    match keep(&state, &who, &house, base.map(|base| base.id), files.clone(), &why).await {
        Ok(new) => Ok(see(&rules_href(&house.site.slug, &format!("/version/{}", new.number)))),
        Err(RulesActError::Written(problems)) => {
            view.problems = problems.into_iter().map(|one| problem(&files, one)).collect();
            answer(&state, &who, &view).await
        }
        Err(RulesActError::Act(error)) => {
            view.error = Some(undone(&who.reader, error)?);
            answer(&state, &who, &view).await
        }
    }
}

async fn keep(
    state: &DeskState,
    who: &Signed,
    house: &House,
    base: Option<RulesVersionId>,
    files: OwnRules,
    why: &str,
) -> Result<VersionRow, RulesActError> {
    state.road.write_rules(who.person.id, house.site.id, base, files, why).await
}

fn bad_files(r: &Reader, bad: &BadFiles) -> String {
    match bad {
        BadFiles::Name(name) if name.is_empty() => r.t("rules-bad-unnamed"),
        BadFiles::Name(name) => r.say("rules-bad-name", &[("name", r.name(name).into())]),
        BadFiles::Twice(name) => r.say("rules-bad-twice", &[("name", name.into())]),
        BadFiles::Many => r.t("rules-bad-many"),
        BadFiles::Long(name) => r.say("rules-bad-long", &[("name", name.into())]),
    }
}

/// A problem with the line as it stands there.
fn problem(files: &OwnRules, one: policy::Problem) -> Problem {
    let file = files.files().iter().find(|file| file.name == one.file);
    let text = file.and_then(|file| file.text.lines().nth(one.line.saturating_sub(1))).unwrap_or_default().to_owned();
    Problem { file: one.file, line: one.line, rule: one.rule, what: one.what, help: one.help, text }
}
