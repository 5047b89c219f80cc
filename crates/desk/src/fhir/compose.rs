//! A consented conversation as resources: each utterance a Communication, the work on it a Task, where they come from a
//! Provenance; and what was consented to as Consents.

use bedside_clinical::fhir::{
    code::{Priority, TaskStatus},
    data::Reference,
    social::{Origin, Permission, Utterance, Work, Writer},
};
use bedside_core::{
    case::Queue, chart::Said, door::SpeaksFor, exchange::ResourceKind, site::Jurisdiction, time::Timestamp,
};
use bedside_flow::{House, chart::Conversation};
use bedside_store::{
    cases::CaseRow,
    door::ConsentRow,
    exchange::{Composed, Linked, Place},
};
use serde_json::Value;

use super::resource::instant;
use crate::text::{Lang, Reader, purpose};

/// What changes with every touch of a case and says nothing by itself: no reason for a new version.
const RESTLESS: [&str; 2] = ["lastModified", "recorded"];

/// Puts resources of one house together.
pub(super) struct Composer<'a> {
    house: &'a House,
    writer: Writer,
    reader: Reader,
    public_url: &'a str,
}

impl<'a> Composer<'a> {
    pub(super) fn new(house: &'a House, public_url: &'a str, now: Timestamp) -> Self {
        let lang = match house.site.jurisdiction {
            Jurisdiction::De | Jurisdiction::At => Lang::De,
            Jurisdiction::Us | Jurisdiction::Uk => Lang::En,
        };
        let public_url = public_url.trim_end_matches('/');
        let writer = Writer::new(public_url, &house.site.name);
        Self { house, writer, reader: Reader::new(lang, now.as_micros(), house.zone().clone()), public_url }
    }

    /// A conversation, said on the channel of that name.
    pub(super) fn conversation(
        &self,
        whose: &Conversation,
        said: &[Said],
        channel: &str,
        patient: &Reference,
    ) -> Vec<Composed> {
        let case = &whose.case;
        let key = case.id.to_string();
        let number = number(case);
        let place = Place {
            site: whose.seat.site,
            author: whose.seat.author,
            patient: whose.seat.patient,
            case: Some(case.id),
            consent: None,
        };
        let mut targets = Vec::new();
        let mut all = Vec::new();
        let mut asked: Option<String> = None;
        for one in said {
            let own = one.id.key();
            let utterance = Utterance {
                key: &own,
                conversation: &key,
                number: &number,
                uri: one.url.as_deref(),
                channel,
                sent: instant(one.at),
                received: instant(one.seen_at),
                by_house: one.by_house,
                text: &one.text,
                answers: asked.as_deref().filter(|_| one.by_house),
            };
            let value = self.writer.communication(&utterance, patient).build();
            targets.push(self.writer.to("Communication", &own));
            all.push(composed(ResourceKind::Communication, place, true, &value));
            if !one.by_house {
                asked = Some(own);
            }
        }
        targets.push(self.writer.to("Task", &key));
        let task = self.task(case, (&key, &number), asked.as_deref(), channel, patient);
        all.push(composed(ResourceKind::Task, place, true, &task));
        let origin = Origin {
            targets,
            key: &key,
            recorded: instant(case.updated_at),
            rules: Some(&case.decision.rules_version),
            person: None,
        };
        all.extend(
            self.writer.provenance(&origin).map(|one| composed(ResourceKind::Provenance, place, true, &one.build())),
        );
        all
    }

    fn task(
        &self,
        case: &CaseRow,
        (key, number): (&str, &str),
        focus: Option<&str>,
        channel: &str,
        patient: &Reference,
    ) -> Value {
        let url = format!("{}/case/{}", self.public_url, case.number);
        let escalation = case.decision.escalation.as_ref();
        let is_open = case.queue == Queue::Now;
        let due = case.alarm_due_at.filter(|_| is_open && case.alarm_taken_by.is_none());
        let words = [("number", number.into()), ("channel", channel.into())];
        let work = Work {
            conversation: key,
            number,
            url: Some(&url),
            status: status(case),
            reason: Some(self.state(case)),
            priority: match escalation {
                Some(escalation) if is_open && escalation.is_alarm() => Priority::Stat,
                Some(_) if is_open => Priority::Urgent,
                _ => Priority::Routine,
            },
            description: self.reader.say("fhir-task", &words),
            focus,
            owner: escalation.map(|escalation| escalation.to.join(", ")),
            due: due.map(instant),
            opened: instant(case.created_at),
            changed: instant(case.updated_at.max(case.created_at)),
        };
        self.writer.task(&work, patient).build()
    }

    /// How it is with a conversation, in the house's language.
    fn state(&self, case: &CaseRow) -> String {
        let r = &self.reader;
        match case.queue {
            Queue::Now if case.alarm_taken_by.is_some() || case.assignee.is_some() => r.t("fhir-task-in-hand"),
            Queue::Now => r.t("fhir-task-now"),
            Queue::Waiting => match case.hold_until {
                Some(until) => r.say("fhir-task-held-until", &[("at", self.clock_time(until).into())]),
                None => r.t("fhir-task-held"),
            },
            Queue::Silent => r.t("fhir-task-silent"),
            Queue::Done => r.t("fhir-task-done"),
        }
    }

    fn clock_time(&self, at: Timestamp) -> String {
        let Ok(instant) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return at.to_rfc3339() };
        instant.to_zoned(self.house.zone().clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// A consent in force.
    pub(super) fn consent(&self, linked: &Linked, row: &ConsentRow, patient: &Reference) -> Composed {
        let place = place_of(row, linked);
        composed(ResourceKind::Consent, place, true, &self.permission(row, linked.speaks_for, None, patient))
    }

    /// A consent that is not in force any more. It tells of itself alone, and so needs none.
    pub(super) fn ended(&self, row: &ConsentRow, place: Place, ended: Timestamp, patient: &Reference) -> Composed {
        // Who gave it is no longer told: the patient's record knows.
        composed(ResourceKind::Consent, place, false, &self.permission(row, SpeaksFor::Myself, Some(ended), patient))
    }

    fn permission(
        &self,
        row: &ConsentRow,
        speaks_for: SpeaksFor,
        revoked: Option<Timestamp>,
        patient: &Reference,
    ) -> Value {
        let key = row.id.to_string();
        let given = Permission {
            key: &key,
            purpose: row.purpose.as_str(),
            words: &purpose(&self.reader, row.purpose.as_str()),
            given: instant(row.given_at),
            revoked: revoked.map(instant),
            by_patient: speaks_for == SpeaksFor::Myself,
        };
        self.writer.consent(&given, patient).build()
    }
}

const fn place_of(row: &ConsentRow, linked: &Linked) -> Place {
    Place { site: row.site, author: row.author, patient: linked.patient, case: None, consent: Some(row.id) }
}

/// As people say a case's number.
fn number(case: &CaseRow) -> String {
    format!("F-{}", case.number)
}

fn status(case: &CaseRow) -> TaskStatus {
    match case.queue {
        Queue::Now if case.alarm_taken_by.is_some() || case.assignee.is_some() => TaskStatus::InProgress,
        Queue::Now => TaskStatus::Requested,
        Queue::Waiting => TaskStatus::OnHold,
        // Nothing is said, by decision: the work ended without an answer.
        Queue::Silent => TaskStatus::Cancelled,
        Queue::Done => TaskStatus::Completed,
    }
}

fn composed(kind: ResourceKind, place: Place, needs_consent: bool, value: &Value) -> Composed {
    let id = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut telling = value.clone();
    if let Some(fields) = telling.as_object_mut() {
        RESTLESS.iter().for_each(|name| drop(fields.remove(*name)));
    }
    let text = |value: &Value| value.to_string().into_bytes();
    Composed { kind, id, place, needs_consent, content: text(value), telling: text(&telling) }
}
