//! What a message must carry to be taken. As little as can be: a sender that is refused stops, and with it all that follows.

use super::ack::{ErrorCode, Fault, Outcome};
use super::content::{Content, Group};
use super::flaw::{Flaw, FlawKind, Place};
use super::given::Given;
use super::patient::Patient;
use super::trigger::{Subject, Trigger};
use super::visit::Dispositions;

/// Whether the message can be taken, and if not, why. What the caller knows besides (sender, link) is not judged here.
#[must_use]
pub fn judge(content: &Content) -> Outcome {
    let header = &content.header;
    if header.kind.is_empty() && content.event.code.is_empty() && content.trigger == Trigger::Other {
        let place = Place::first("MSH", 9);
        let text = "MSH-9 is empty: the message does not say what it is";
        return Outcome::Rejected(vec![Fault::new(ErrorCode::UnsupportedMessageType, place, text)]);
    }
    if !content.trigger.needs_patient() {
        return Outcome::Accepted;
    }
    // What is not read is not done: better nothing of it than half.
    let unread = content.flaws.all().iter().filter(|flaw| flaw.kind == FlawKind::TooMany && flaw.place.field == 0);
    let too_many =
        |flaw: &Flaw| Fault::new(ErrorCode::SegmentSequence, flaw.place, "there are too many of this segment");
    let faults: Vec<Fault> = unread.map(too_many).collect();
    if !faults.is_empty() {
        return Outcome::Error(faults);
    }
    let faults = patient_faults(content).into_iter().chain(prior_faults(content)).collect::<Vec<_>>();
    if faults.is_empty() { Outcome::Accepted } else { Outcome::Error(faults) }
}

fn patient_faults(content: &Content) -> Vec<Fault> {
    let patients: Vec<_> = content.groups.iter().filter_map(|group| group.patient.as_ref()).collect();
    let wanted = if content.trigger.needs_two_patients() { 2 } else { 1 };
    if patients.len() < wanted {
        let text = if wanted == 2 { "the event needs two PID segments" } else { "the event needs a PID segment" };
        let place = Place::nth("PID", u16::try_from(wanted).unwrap_or(1), 0);
        return vec![Fault::new(ErrorCode::SegmentSequence, place, text)];
    }
    let nameless = patients.iter().zip(1..).filter(|(patient, _)| patient.identifiers().is_empty());
    nameless
        .map(|(_, sequence)| {
            let place = Place::nth("PID", sequence, 3);
            Fault::new(ErrorCode::RequiredFieldMissing, place, "PID-3 has no patient identifier")
        })
        .collect()
}

fn prior_faults(content: &Content) -> Vec<Fault> {
    let Some((subject, field)) = prior_field(content.trigger) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    let mut sequence = 0;
    for group in &content.groups {
        if group.prior.is_empty() {
            let text = "the event needs an MRG segment behind each PID";
            faults.push(Fault::new(ErrorCode::SegmentSequence, Place::nth("MRG", sequence + 1, 0), text));
        }
        for prior in &group.prior {
            sequence += 1;
            let is_there = match subject {
                Subject::Patient | Subject::PatientAndAccount => !prior.identifiers().is_empty(),
                Subject::Account => prior.account.is_some() || !prior.ids.is_empty(),
                Subject::Visit => prior.visit.is_some() || !prior.ids.is_empty(),
                Subject::Alternate => true,
            };
            if !is_there {
                let place = Place::nth("MRG", sequence, field);
                let text = format!("MRG-{field} has no prior identifier");
                faults.push(Fault::new(ErrorCode::RequiredFieldMissing, place, text));
            }
        }
    }
    faults
}

/// What an event is about, and the field of MRG that names it.
const fn prior_field(trigger: Trigger) -> Option<(Subject, u16)> {
    let (Trigger::Merge(subject) | Trigger::Move(subject) | Trigger::ChangeId(subject)) = trigger else {
        return None;
    };
    let field = match subject {
        Subject::Patient | Subject::PatientAndAccount => 1,
        Subject::Account => 3,
        Subject::Visit => 5,
        Subject::Alternate => 2,
    };
    Some((subject, field))
}

/// Whether a group says by PID or PV1 that the patient died or lives: what a receiver must act on at once. The codes of
/// PV1-36 mean death only with a discharge, not as a plan.
#[must_use]
pub fn death(group: &Group, dispositions: Dispositions) -> Given<bool> {
    let of_visit = group.visit.as_ref().is_some_and(|visit| {
        let code = visit.discharge_disposition.value();
        visit.discharged.value().is_some() && code.is_some_and(|code| dispositions.is_death(code))
    });
    match group.patient.as_ref().map(Patient::death) {
        Some(Given::Is(false)) if of_visit => Given::Is(true),
        Some(said @ Given::Is(_)) => said,
        _ if of_visit => Given::Is(true),
        Some(said) => said,
        None => Given::Absent,
    }
}
