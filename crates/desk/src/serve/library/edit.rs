//! The form that writes a statement: shown, checked, saved. What was typed is never lost.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode};
use bedside_core::{
    id::SiteId,
    policy::{SpeechForm, desk::DeskAction},
    site::Jurisdiction,
    statement::{Fact, JurisdictionWord, Statement, StatementKind, StatementState},
    time::{Span, Timestamp},
    triage::{Lang, Topic},
};
use bedside_flow::ActError;
use jiff::civil::Date;

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, page_with, see},
        form::{Fields, Posted},
        frame::frame,
        names,
        refused::not_done,
        session::Signed,
    },
    Opened, at_hand, view,
};
use crate::{
    page::{
        case::ReplyForm,
        library::{self as pages, Choice, Edit, statement_href},
    },
    text::{self, undone_code},
};

/// How long a new statement holds unless its author says otherwise.
const HOLDS: Span = Span::days(182);
/// The longest text.
const LONGEST_CHARS: usize = 4_000;

/// The empty form.
pub(in crate::serve) async fn fresh(State(state): State<DeskState>, who: Signed) -> Answer {
    if !who.may_anywhere(DeskAction::WriteStatement) {
        return Err(who
            .houses
            .iter()
            .find_map(|house| who.may(house.site.id, DeskAction::WriteStatement).err())
            .map_or(Stop::NOT_FOUND, Stop::from));
    }
    let lang = match who.reader.lang {
        text::Lang::De => Lang::De,
        text::Lang::En => Lang::En,
    };
    let sites = who.chosen.into_iter().collect();
    let statement = Statement {
        title: String::new(),
        text: String::new(),
        kind: StatementKind::Template,
        form: SpeechForm::AnswerPublicGeneric,
        lang,
        topics: BTreeSet::new(),
        laws: BTreeSet::new(),
        sites,
    };
    let typed = Typed { statement, expires: day_of(&who, who.now.plus(HOLDS)) };
    show(&state, &who, None, &typed, StatusCode::OK, None, false).await
}

/// Saves a new one, or shows what the guard says.
pub(in crate::serve) async fn save_new(State(state): State<DeskState>, posted: Posted) -> Answer {
    save(&state, &posted, None).await
}

/// The form with a statement in it.
pub(super) async fn of(state: &DeskState, who: &Signed, versions: &[Opened]) -> Answer {
    let newest = at_hand(versions).ok_or(Stop::NOT_FOUND)?;
    let expires = newest.row.expires_at.max(who.now);
    let is_over = newest.row.expires_at <= who.now.plus(bedside_core::statement::TOLD_BEFORE);
    let expires = if is_over { who.now.plus(HOLDS) } else { expires };
    // The moment before it ends lies on its last day.
    let typed = Typed { statement: newest.statement().clone(), expires: day_of(who, expires.minus(Span::micros(1))) };
    show(state, who, Some(versions), &typed, StatusCode::OK, None, false).await
}

/// Saves a version of a statement, or shows what the guard says.
pub(super) async fn save(state: &DeskState, posted: &Posted, versions: Option<&[Opened]>) -> Answer {
    let Posted { who, fields } = posted;
    let typed = Typed::of(who, fields)?;
    if fields.get("do") == "check" {
        return show(state, who, versions, &typed, StatusCode::OK, None, true).await;
    }
    let id = versions.and_then(at_hand).map(|one| one.row.id);
    let Some(expires) = end_of(who, &typed.expires) else {
        let wrong = Some("time_unclear");
        return show(state, who, versions, &typed, StatusCode::UNPROCESSABLE_ENTITY, wrong, true).await;
    };
    match state.road.write_statement(who.person.id, id, typed.statement.clone(), expires).await {
        Ok((_, number)) => Ok(see(&statement_href(number))),
        Err(ActError::Invalid(word)) => {
            show(state, who, versions, &typed, StatusCode::UNPROCESSABLE_ENTITY, Some(word), true).await
        }
        Err(error) => Err(not_done(&who.reader, None, error)),
    }
}

/// What stands in the form.
struct Typed {
    statement: Statement,
    /// The last day (ISO 8601).
    expires: String,
}

impl Typed {
    fn of(who: &Signed, fields: &Fields) -> Result<Self, Stop> {
        let text = fields.get("text").replace("\r\n", "\n").replace('\r', "\n");
        let text: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).take(LONGEST_CHARS).collect();
        let form = ReplyForm::from_code(fields.get("form")).map(names::speech_form);
        // What somebody ticks of houses that are none of theirs is not taken.
        let own = |slug: &str| who.houses.iter().find(|house| house.site.slug == slug).map(|house| house.site.id);
        let mut sites: BTreeSet<SiteId> = fields.all("site").filter_map(own).collect();
        // Who works at one house of several can't write for the others; there is nothing to tick then.
        if let ([only], true) = (who.houses.as_slice(), who.all_sites > 1) {
            sites.insert(only.site.id);
        }
        Ok(Self {
            statement: Statement {
                title: fields.line("title"),
                text,
                kind: StatementKind::from_word(fields.get("kind")).ok_or(Stop::Unclear)?,
                form: form.ok_or(Stop::Unclear)?,
                lang: Lang::from_tag(fields.get("lang")),
                topics: fields.all("topic").filter_map(Topic::from_word).collect(),
                laws: fields.all("law").filter_map(Jurisdiction::from_word).map(JurisdictionWord).collect(),
                sites,
            },
            expires: fields.line("expires"),
        })
    }
}

async fn show(
    state: &DeskState,
    who: &Signed,
    versions: Option<&[Opened]>,
    typed: &Typed,
    status: StatusCode,
    wrong: Option<&str>,
    with_guard: bool,
) -> Answer {
    let r = &who.reader;
    let mut tx = state.store.begin_read().await?;
    let frame = frame(state, who, &mut tx).await?;
    let statement = &typed.statement;
    let proofs = state.road.prove(statement, who.now);
    let choice = |value: &str, words: String, is_on: bool| Choice { value: value.to_owned(), words, is_on };
    let topics = Topic::ALL
        .iter()
        .map(|topic| choice(topic.as_str(), text::topic(r, topic.as_str()), statement.topics.contains(topic)));
    let laws = Jurisdiction::ALL
        .map(|law| choice(law.as_str(), view::law(r, law), statement.laws.contains(&JurisdictionWord(law))));
    let sites = who
        .houses
        .iter()
        .map(|house| choice(&house.site.slug, house.site.name.clone(), statement.sites.contains(&house.site.id)));
    let in_use = |one: &Opened| one.row.state == StatementState::Approved && one.row.is_in_force(who.now);
    let view = Edit {
        number: versions.and_then(at_hand).map(|one| one.row.number),
        title: statement.title.clone(),
        text: statement.text.clone(),
        kind: view::kind(statement.kind),
        form: names::reply_form(statement.form),
        lang: statement.lang.as_str().to_owned(),
        topics: topics.collect(),
        laws: laws.to_vec(),
        sites: sites.collect(),
        expires: typed.expires.clone(),
        own: own(state, who, &statement.sites),
        found: with_guard.then(|| view::found(state, who, &proofs)),
        wrong: wrong.map(|word| undone_code(r, word)),
        goes_on: versions.is_some_and(|all| all.iter().any(in_use)),
    };
    Ok(page_with(status, pages::edit(&frame, &view)))
}

/// What the first house that the statement is for fills in by itself.
fn own(state: &DeskState, who: &Signed, sites: &BTreeSet<SiteId>) -> Vec<(String, Option<String>)> {
    let first = sites.first().copied().or(who.chosen).or_else(|| who.houses.first().map(|house| house.site.id));
    let facts = first.and_then(|id| state.road.house(id)).map(|house| house.own_facts(house.site.jurisdiction));
    let facts = facts.unwrap_or_default();
    let name = |fact: &Fact| match who.reader.lang {
        text::Lang::De => fact.name_de(),
        text::Lang::En => fact.name_en(),
    };
    Fact::ALL.iter().map(|fact| (name(fact).to_owned(), facts.get(*fact).map(str::to_owned))).collect()
}

/// The day of a moment at the house, ISO 8601.
fn day_of(who: &Signed, at: Timestamp) -> String {
    who.reader.field(at.as_micros()).chars().take(10).collect()
}

/// The end of a day at the house.
fn end_of(who: &Signed, day: &str) -> Option<Timestamp> {
    let day: Date = day.parse().ok()?;
    let next = day.tomorrow().ok()?.to_zoned(who.reader.zone.clone()).ok()?;
    Some(Timestamp::from_micros(next.timestamp().as_microsecond()))
}
