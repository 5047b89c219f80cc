//! All that is read of a message, in typed form: header, event, and a group for each patient.

use super::flaw::{FlawKind, Flaws, Place};
use super::header::{Event, Header};
use super::message::Message;
use super::patient::{Insurance, Patient, Prior};
use super::trigger::Trigger;
use super::visit::{Movement, Visit};

/// A message's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// MSH.
    pub header: Header,
    /// EVN.
    pub event: Event,
    /// What happened.
    pub trigger: Trigger,
    /// The patients in their order, usually one. A merge may hold several, a link holds two.
    pub groups: Vec<Group>,
    /// All that is wrong with form and content.
    pub flaws: Flaws,
}

/// One PID and what follows it up to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// PID. `None` only in a message without any.
    pub patient: Option<Patient>,
    /// MRG, usually none or one.
    pub prior: Vec<Prior>,
    /// PV1.
    pub visit: Option<Visit>,
    /// ZBE.
    pub movements: Vec<Movement>,
    /// IN1 that name an insured person.
    pub insurances: Vec<Insurance>,
    /// How many NK1 there are. What they say is not read.
    pub next_of_kin: usize,
}

impl Content {
    /// Reads a message.
    #[must_use]
    pub fn read(message: &Message) -> Self {
        let mut flaws = Flaws::default();
        flaws.extend(message.flaws());
        let header = Header::read(message, &mut flaws);
        let event = Event::read(message, &mut flaws);
        let trigger = Trigger::read(&header, &event, &mut flaws);
        let groups = groups(message, &mut flaws);
        let mut content = Self { header, event, trigger, groups, flaws };
        content.note_missing(message);
        content
    }

    /// The first patient with what belongs to them.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        self.groups.first()
    }

    fn note_missing(&mut self, message: &Message) {
        let lacks = |name: &str| message.segment(name).is_none();
        if self.trigger.needs_patient() && lacks("EVN") {
            self.flaws.add(FlawKind::SegmentMissing, Place::first("EVN", 0));
        }
        if self.trigger.has_visit() && lacks("PV1") {
            self.flaws.add(FlawKind::SegmentMissing, Place::first("PV1", 0));
        }
        if self.trigger.needs_patient() && lacks("PID") {
            self.flaws.add(FlawKind::SegmentMissing, Place::first("PID", 0));
        }
        if self.trigger.needs_prior() && lacks("MRG") {
            self.flaws.add(FlawKind::SegmentMissing, Place::first("MRG", 0));
        }
    }
}

/// How many segments of a kind are read. A batch of merges has dozens of PID, not thousands; each costs more memory than
/// it takes in the message.
const MOST_OF_A_KIND: u16 = 1000;

fn groups(message: &Message, flaws: &mut Flaws) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for segment in message.segments() {
        let name = segment.name();
        if !matches!(name, "PID" | "MRG" | "PV1" | "ZBE" | "IN1" | "NK1") {
            continue;
        }
        if segment.sequence() > MOST_OF_A_KIND {
            flaws.add(FlawKind::TooMany, Place::nth(name, MOST_OF_A_KIND, 0));
            continue;
        }
        // What stands before the first PID, against the standard, belongs to it.
        let is_new = groups.last().is_none_or(|group| name == "PID" && group.patient.is_some());
        if is_new {
            groups.push(Group::default());
        }
        let Some(group) = groups.last_mut() else { continue };
        match name {
            "PID" => group.patient = Some(Patient::read(segment, flaws)),
            "MRG" => group.prior.push(Prior::read(segment, flaws)),
            "PV1" => group.visit = Some(Visit::read(segment, flaws)),
            "ZBE" => group.movements.push(Movement::read(segment, flaws)),
            "IN1" => group.insurances.extend(Insurance::read(segment, flaws)),
            _ => group.next_of_kin += 1,
        }
    }
    groups
}

#[cfg(test)]
mod tests;
