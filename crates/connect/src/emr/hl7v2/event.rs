//! From what a message says to what Bedside does about it: HL7's triggers and segments on one side, the record's nouns of
//! core on the other. Everything that decisions don't need is left behind here.

use bedside_clinical::{
    hl7::{
        Content, Cx, Dispositions, Given, Group, Movement, MovementAction, Patient, PatientClass, Prior, Subject, Time,
        Trigger, Visit, death,
    },
    identifier::is_kvnr,
};
use bedside_core::{
    emr::{
        Change, Death, EmrEvent, Identifier, KVNR, Merge, Name, PatientTold, Told, VisitChange, VisitClass, VisitTold,
    },
    time::Timestamp,
};
use jiff::{civil, tz::TimeZone};

use super::Manner;

/// What lacks of a message, so that the sender can be told: segment, field, and what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lack {
    pub segment: &'static str,
    /// 0: the segment itself.
    pub field: u16,
    pub code: &'static str,
}

/// What a message means for the patient index.
///
/// # Errors
/// It lacks what its trigger event can't do without.
pub(super) fn event(content: &Content, manner: &Manner) -> Result<EmrEvent, Lack> {
    let reader = Reader { manner, content };
    Ok(EmrEvent { recorded_at: reader.recorded_at(), change: reader.change()? })
}

struct Reader<'a> {
    manner: &'a Manner,
    content: &'a Content,
}

impl Reader<'_> {
    /// EVN-2, else MSH-7.
    fn recorded_at(&self) -> Option<Timestamp> {
        let recorded = self.content.event.recorded.as_ref().and_then(|time| self.at(time));
        recorded.or_else(|| self.content.header.time.as_ref().and_then(|time| self.at(time)))
    }

    fn change(&self) -> Result<Change, Lack> {
        match self.content.trigger {
            Trigger::Document | Trigger::Result | Trigger::Acknowledgement | Trigger::Other => Ok(Change::Nothing),
            Trigger::Merge(Subject::Patient | Subject::PatientAndAccount) => self.merges(),
            Trigger::Move(Subject::Patient) => {
                let (group, prior) = self.with_prior()?;
                Ok(Change::MoveIds { into: self.patient(group)?, ids: self.prior_ids(group, prior)? })
            }
            Trigger::Merge(Subject::Visit) | Trigger::Move(Subject::Visit) | Trigger::ChangeId(Subject::Visit) => {
                self.visit_number()
            }
            Trigger::ChangeId(Subject::Patient) => {
                let (group, prior) = self.with_prior()?;
                Ok(Change::ChangeId { patient: self.patient(group)?, before: self.prior_ids(group, prior)? })
            }
            // Accounts are nothing that Bedside keeps; whoever the message names is brought up to date.
            Trigger::Merge(_) | Trigger::Move(_) | Trigger::ChangeId(_) => self.person(),
            Trigger::Link | Trigger::Unlink => self.link(),
            Trigger::SwapPatients => {
                let groups = self.content.groups.iter();
                let changes = groups.map(|group| self.visit_of(group, VisitChange::Move, None));
                Ok(Change::Several { changes: changes.collect::<Result<_, _>>()? })
            }
            Trigger::AddPerson | Trigger::UpdatePerson => self.person(),
            Trigger::DeletePerson => Ok(Change::Remove { patient: self.patient(self.group()?)? }),
            trigger => self.visit(trigger),
        }
    }

    fn group(&self) -> Result<&Group, Lack> {
        self.content.group().ok_or(Lack { segment: "PID", field: 0, code: "no_patient" })
    }

    fn person(&self) -> Result<Change, Lack> {
        Ok(Change::Person { patient: self.patient(self.group()?)? })
    }

    fn with_prior(&self) -> Result<(&Group, &Prior), Lack> {
        let group = self.group()?;
        let prior = group.prior.first().ok_or(Lack { segment: "MRG", field: 0, code: "no_prior" })?;
        Ok((group, prior))
    }

    fn prior_ids(&self, group: &Group, prior: &Prior) -> Result<Vec<Identifier>, Lack> {
        // MRG-1 often names no authority; then it is that of the patient beside it.
        let beside = group.patient.as_ref().and_then(|patient| patient.identifiers().first());
        let beside = beside.map(|id| id.authority.name()).unwrap_or_default();
        let ids: Vec<Identifier> = prior.identifiers().iter().map(|id| self.identifier(id, beside)).collect();
        if ids.is_empty() { Err(Lack { segment: "MRG", field: 1, code: "no_prior_identifier" }) } else { Ok(ids) }
    }

    fn merges(&self) -> Result<Change, Lack> {
        let mut merges = Vec::new();
        for group in self.content.groups.iter().filter(|group| group.patient.is_some()) {
            for prior in &group.prior {
                merges.push(Merge { into: self.patient(group)?, from: self.prior_ids(group, prior)? });
            }
        }
        if merges.is_empty() {
            self.group()?;
            return Err(Lack { segment: "MRG", field: 0, code: "no_prior" });
        }
        Ok(Change::Merge { merges })
    }

    fn visit_number(&self) -> Result<Change, Lack> {
        let (group, prior) = self.with_prior()?;
        let number = group.visit.as_ref().and_then(|visit| visit.number.value());
        let number = number.map(|id| self.identifier(id, ""));
        let before = prior.visit.as_ref().map(|id| self.identifier(id, ""));
        if number.is_none() && before.is_none() {
            return Err(Lack { segment: "MRG", field: 5, code: "no_visit_number" });
        }
        Ok(Change::MoveVisits {
            into: self.patient(group)?,
            before: before.filter(|id| Some(id) != number.as_ref()),
            number,
        })
    }

    fn link(&self) -> Result<Change, Lack> {
        let lack = Lack { segment: "PID", field: 0, code: "no_second_patient" };
        let mut groups = self.content.groups.iter().filter(|group| group.patient.is_some());
        let (one, other) = (self.group()?, groups.nth(1).ok_or(lack)?);
        let together = self.content.trigger == Trigger::Link;
        Ok(Change::Link { one: self.patient(one)?, other: self.patient(other)?, together })
    }

    fn visit(&self, trigger: Trigger) -> Result<Change, Lack> {
        let group = self.group()?;
        let (change, class) = match trigger {
            Trigger::Admit | Trigger::Register => (VisitChange::Begin, None),
            Trigger::PreAdmit => (VisitChange::Begin, Some(VisitClass::Preadmit)),
            Trigger::ChangeToInpatient => (VisitChange::Begin, Some(VisitClass::Inpatient)),
            Trigger::ChangeToOutpatient => (VisitChange::Begin, Some(VisitClass::Outpatient)),
            Trigger::Transfer | Trigger::CancelTransfer => (VisitChange::Move, None),
            Trigger::Discharge => (VisitChange::End, None),
            Trigger::CancelDischarge => (VisitChange::Reopen, None),
            Trigger::CancelAdmit | Trigger::CancelPreAdmit | Trigger::DeletePatient => (VisitChange::Cancel, None),
            _ => (VisitChange::Update, None),
        };
        match moved(change, &group.movements) {
            Some(change) => self.visit_of(group, change, class),
            None => self.person(),
        }
    }

    fn visit_of(&self, group: &Group, change: VisitChange, class: Option<VisitClass>) -> Result<Change, Lack> {
        let patient = self.patient(group)?;
        let has_number = group.visit.as_ref().is_some_and(|visit| visit.number.value().is_some());
        let Some(visit) = group.visit.as_ref().filter(|_| has_number || change != VisitChange::Update) else {
            return Ok(Change::Person { patient });
        };
        Ok(Change::Visit { patient, visit: self.visit_told(visit, change, class), change })
    }

    fn visit_told(&self, visit: &Visit, change: VisitChange, class: Option<VisitClass>) -> VisitTold {
        let said = visit.class.value().map(|class| match class {
            PatientClass::Inpatient | PatientClass::Obstetrics => VisitClass::Inpatient,
            PatientClass::Outpatient | PatientClass::RecurringPatient => VisitClass::Outpatient,
            PatientClass::Emergency => VisitClass::Emergency,
            PatientClass::Preadmit => VisitClass::Preadmit,
            PatientClass::CommercialAccount
            | PatientClass::NotApplicable
            | PatientClass::Unknown
            | PatientClass::Other => VisitClass::Other,
        });
        let ward = match &visit.location {
            Given::Absent => Told::Unsaid,
            Given::Delete => Told::Cleared,
            Given::Is(location) if location.ward.is_empty() => Told::Unsaid,
            Given::Is(location) => Told::Said(location.ward.clone()),
        };
        let time = |given: &Given<Time>| match given {
            Given::Absent => Told::Unsaid,
            Given::Delete => Told::Cleared,
            Given::Is(time) => self.at(time).map_or(Told::Unsaid, Told::Said),
        };
        let happened = || self.content.event.occurred.as_ref().and_then(|time| self.at(time));
        let discharged_at = match time(&visit.discharged) {
            Told::Unsaid if change == VisitChange::End => happened().map_or(Told::Unsaid, Told::Said),
            // Engines repeat the old discharge when they take it back.
            _ if change == VisitChange::Reopen => Told::Cleared,
            told => told,
        };
        VisitTold {
            number: visit.number.value().map(|id| self.identifier(id, "")),
            // The trigger names the class where the sender's own code is none.
            class: said.filter(|class| *class != VisitClass::Other || change != VisitChange::Begin).or(class).or(said),
            ward,
            admitted_at: time(&visit.admitted),
            discharged_at,
        }
    }

    fn patient(&self, group: &Group) -> Result<PatientTold, Lack> {
        let patient = group.patient.as_ref().ok_or(Lack { segment: "PID", field: 0, code: "no_patient" })?;
        let mut ids: Vec<Identifier> = patient.identifiers().iter().map(|id| self.identifier(id, "")).collect();
        if ids.is_empty() {
            return Err(Lack { segment: "PID", field: 3, code: "no_identifier" });
        }
        let insured = group.insurances.iter().map(|insurance| insurance.insured_id.as_str());
        ids.extend(insured.filter(|id| is_kvnr(id)).map(kvnr));
        Ok(PatientTold {
            ids,
            name: name(patient),
            born: told(&patient.born).map_said(|time| time.to_string().chars().take(10).collect()),
            lang: told(&patient.language),
            contacts: contacts(patient),
            death: self.death(group, patient),
        })
    }

    /// PID-29 and PID-30, or PV1-36 with PV1-45, which is how German senders tell it.
    fn death(&self, group: &Group, patient: &Patient) -> Told<Death> {
        match death(group, self.manner.dispositions) {
            Given::Absent => Told::Unsaid,
            Given::Delete | Given::Is(false) => Told::Cleared,
            Given::Is(true) => {
                let discharged = group.visit.as_ref().and_then(|visit| visit.discharged.value());
                Told::Said(Death { at: patient.died.value().or(discharged).and_then(|time| self.at(time)) })
            }
        }
    }

    fn identifier(&self, id: &Cx, beside: &str) -> Identifier {
        let is_insurance = matches!(id.type_code.as_str(), "NH" | "KVK" | "KVNR" | "NIIP");
        if is_insurance && is_kvnr(&id.value) {
            return kvnr(&id.value);
        }
        let own = id.authority.name();
        let authority = [own, beside, &self.manner.authority].into_iter().find(|name| !name.is_empty());
        Identifier {
            authority: authority.unwrap_or_default().to_owned(),
            value: id.value.clone(),
            kind: id.type_code.clone(),
        }
    }

    /// The moment a time means: with its own offset, else in the link's zone.
    fn at(&self, time: &Time) -> Option<Timestamp> {
        if let Some(micros) = time.instant_micros() {
            return Some(Timestamp::from_micros(micros));
        }
        local(time.local_seconds(), &self.manner.zone)
    }
}

/// A time of the wall clock, given in seconds as if it were UTC.
fn local(seconds: i64, zone: &TimeZone) -> Option<Timestamp> {
    let wall: civil::DateTime = jiff::Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC).datetime();
    let zoned = wall.to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
}

/// What becomes of a change by the movement it is told with; `None`: it lies in the past and changes nothing now.
fn moved(change: VisitChange, movements: &[Movement]) -> Option<VisitChange> {
    let Some(movement) = movements.first() else { return Some(change) };
    match (movement.action, change) {
        (Some(MovementAction::Delete), VisitChange::Begin) => Some(VisitChange::Cancel),
        (Some(MovementAction::Delete), VisitChange::End) => Some(VisitChange::Reopen),
        (Some(MovementAction::Reference), VisitChange::Begin | VisitChange::Move) => Some(VisitChange::Update),
        _ if movement.is_historic => None,
        _ => Some(change),
    }
}

fn kvnr(value: &str) -> Identifier {
    Identifier { authority: KVNR.to_owned(), value: value.to_owned(), kind: "NH".to_owned() }
}

fn name(patient: &Patient) -> Told<Name> {
    match patient.name() {
        None => Told::Unsaid,
        Some(name) => {
            let given = [name.given.as_str(), name.further.as_str()];
            let given: Vec<&str> = given.into_iter().filter(|part| !part.is_empty()).collect();
            Told::Said(Name { family: name.family_name(), given: given.join(" ") })
        }
    }
}

fn contacts(patient: &Patient) -> Told<Vec<String>> {
    if patient.contacts_deleted {
        return Told::Cleared;
    }
    let contacts: Vec<String> = patient.contacts.iter().map(|contact| contact.value.clone()).collect();
    if contacts.is_empty() { Told::Unsaid } else { Told::Said(contacts) }
}

fn told<T: Clone>(given: &Given<T>) -> Told<T> {
    match given {
        Given::Absent => Told::Unsaid,
        Given::Delete => Told::Cleared,
        Given::Is(value) => Told::Said(value.clone()),
    }
}

/// The dispositions that a jurisdiction's hospitals write.
pub fn dispositions(jurisdiction: bedside_core::site::Jurisdiction) -> Dispositions {
    use bedside_core::site::Jurisdiction as J;
    match jurisdiction {
        J::De => Dispositions::German,
        J::Us => Dispositions::Us,
        J::At | J::Uk => Dispositions::Unknown,
    }
}
