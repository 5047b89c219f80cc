//! Log entries in words: what happened, by whom, to which case.

use std::collections::HashMap;

use bedside_core::{
    id::{CaseId, PersonId, SiteId},
    log::{Actor, Entry, Hash, Kind, Subject},
    time::Timestamp,
};
use bedside_store::{StoreError, Tx, shown};

use super::{names as words, session::Signed};
use crate::{
    page::log::Entry as Line,
    text::{Reader, label, log_kind, role, undone_code},
};

/// An entry with its place; `None`: it waits for one.
pub(super) struct Placed {
    /// Its place.
    pub leaf: Option<u64>,
    /// What it says.
    pub entry: Entry,
    print: String,
}

impl Placed {
    /// Reads logged bytes; `None` if they are no entry of this version.
    pub(super) fn read(leaf: Option<u64>, body: &[u8]) -> Option<Self> {
        let entry = Entry::decode(body).ok()?;
        let print = Hash::of_leaf(body).to_string().chars().take(8).collect();
        Some(Self { leaf, entry, print })
    }

    /// The case it is about, if it is about one.
    pub(super) fn case(&self) -> Option<CaseId> {
        self.entry.subjects().iter().find_map(|subject| match subject {
            Subject::Case(case) => Some(*case),
            _ => None,
        })
    }
}

/// What the words of entries need.
pub(super) struct Context<'a> {
    /// Who reads.
    pub who: &'a Signed,
    /// Everybody's name.
    pub names: &'a HashMap<PersonId, String>,
    /// Numbers of the cases spoken of.
    pub numbers: HashMap<CaseId, (i64, SiteId, bedside_core::case::Queue)>,
}

impl<'a> Context<'a> {
    /// Reads the numbers of the cases that `entries` speak of.
    pub(super) async fn of(
        who: &'a Signed,
        names: &'a HashMap<PersonId, String>,
        tx: &mut Tx,
        entries: &[Placed],
    ) -> Result<Self, StoreError> {
        let mut cases: Vec<CaseId> = entries.iter().filter_map(Placed::case).collect();
        cases.sort_unstable();
        cases.dedup();
        Ok(Self { who, names, numbers: shown::case_numbers(tx, &cases).await? })
    }

    /// A line of the log's page.
    pub(super) fn line(&self, placed: &Placed, picked: Option<u64>) -> Line {
        Line {
            n: placed.leaf.map(|leaf| i64::try_from(leaf).unwrap_or(i64::MAX)),
            at: placed.entry.at().as_micros(),
            what: self.what(&placed.entry),
            by: self.by(placed.entry.actor()),
            case: placed.case().and_then(|case| self.numbers.get(&case)).map(|(number, ..)| *number),
            print: placed.print.clone(),
            picked: picked.is_some() && placed.leaf == picked,
        }
    }

    /// What happened, with the one detail that matters most.
    pub(super) fn what(&self, entry: &Entry) -> String {
        let r = &self.who.reader;
        let kind = log_kind(r, kind_word(entry));
        match self.detail(r, entry) {
            Some(detail) => r.say("logged-with", &[("what", kind.into()), ("detail", detail.into())]),
            None => kind,
        }
    }

    fn detail(&self, r: &Reader, entry: &Entry) -> Option<String> {
        let code =
            |name: &str| entry.codes().iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value.as_str());
        let person = || {
            entry.subjects().iter().find_map(|subject| match subject {
                Subject::Person(person) => Some(words::person(r, self.names, *person)),
                _ => None,
            })
        };
        match entry.kind() {
            Kind::Decided => code("speech").map(|speech| self.decided(r, entry, speech)),
            Kind::LabelSet => code("label").map(|kind| label(r, kind)),
            Kind::RoleGranted | Kind::RoleRevoked => {
                let role = code("role").map(|word| role(r, word));
                match (role, person()) {
                    (Some(role), Some(person)) => Some(format!("{role}, {person}")),
                    (role, person) => role.or(person),
                }
            }
            Kind::SecondOpinion | Kind::ModelAsked | Kind::ModelAnswered => code("model").map(str::to_owned),
            Kind::AlarmCalled | Kind::AlarmAcknowledged => code("member").map(str::to_owned),
            Kind::Assigned | Kind::LinkMade | Kind::PersonLocked | Kind::PersonUnlocked => person(),
            Kind::Returned | Kind::SendFailed => code("reason").map(|reason| words::outbox_reason(r, reason)),
            Kind::NoteWritten => code("about").map(|about| undone_code(r, about)),
            Kind::RulesWritten
            | Kind::ReplayBegun
            | Kind::RulesOrdered
            | Kind::RulesInForce
            | Kind::RulesSteppedBack
            | Kind::RulesUnreadable => version_of(r, entry),
            _ => None,
        }
    }

    fn decided(&self, r: &Reader, entry: &Entry, speech: &str) -> String {
        let action =
            crate::look::part::Action::from_code(speech).map_or_else(|| speech.to_owned(), |action| action.word(r));
        let until = entry.numbers().iter().find(|(key, _)| key.as_str() == "until").map(|(_, at)| r.until(*at));
        until.map_or_else(
            || action.clone(),
            |at| r.say("until-after", &[("what", action.clone().into()), ("at", at.into())]),
        )
    }

    /// Who did it: a person, a rule, or the program.
    pub(super) fn by(&self, actor: &Actor) -> String {
        match actor {
            Actor::System => self.who.reader.t("logged-by-program"),
            Actor::Person(person) => words::person(&self.who.reader, self.names, *person),
            Actor::Rule(rule) => rule.to_string(),
        }
    }
}

/// "Version 3", and from when where that was ordered.
fn version_of(r: &Reader, entry: &Entry) -> Option<String> {
    let number = |name: &str| entry.numbers().iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| *value);
    let version = r.say("rules-version", &[("number", number("number")?.into())]);
    match number("from") {
        Some(from) => Some(format!("{version}, {}", r.say("rules-from", &[("at", r.full(from).into())]))),
        None => Some(version),
    }
}

/// The word of what happened; where one kind has two meanings, the finer one.
fn kind_word(entry: &Entry) -> &'static str {
    let has = |name: &str| entry.codes().keys().any(|key| key.as_str() == name);
    match entry.kind() {
        Kind::Decided if has("what") => "facts_entered",
        Kind::Decided if matches!(entry.actor(), Actor::Person(_)) => "decided_otherwise",
        kind => kind.as_str(),
    }
}

/// Who called an answer back or sent it back last, and when: newest first in `entries`.
pub(super) fn last_of(entries: &[Placed], kinds: &[Kind]) -> Option<(Kind, Actor, Timestamp)> {
    let found = entries.iter().find(|placed| kinds.contains(&placed.entry.kind()))?;
    Some((found.entry.kind(), found.entry.actor().clone(), found.entry.at()))
}
