//! What happened: message type and trigger event (tables 0076 and 0003) as a closed list of what a receiver may have to do.

use super::flaw::{FlawKind, Flaws, Place};
use super::header::{Event, Header};

/// What a message tells. Names are the standard's; one that asks for the same act stands for several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// A01: admit or visit notification.
    Admit,
    /// A04: register a patient.
    Register,
    /// A05, A14: pre-admit, pending admit.
    PreAdmit,
    /// A06: an outpatient becomes an inpatient.
    ChangeToInpatient,
    /// A07: an inpatient becomes an outpatient.
    ChangeToOutpatient,
    /// A08: update patient information.
    UpdatePatient,
    /// A02: transfer.
    Transfer,
    /// A12: cancel transfer.
    CancelTransfer,
    /// A03: discharge, end visit.
    Discharge,
    /// A13: cancel discharge.
    CancelDischarge,
    /// A11: cancel admit.
    CancelAdmit,
    /// A38, A27: cancel pre-admit, cancel pending admit.
    CancelPreAdmit,
    /// A17: two patients change places. The message holds both.
    SwapPatients,
    /// A23: delete a patient record, that is a visit.
    DeletePatient,
    /// A28: add person information.
    AddPerson,
    /// A31: update person information.
    UpdatePerson,
    /// A29: delete person information.
    DeletePerson,
    /// A18, A30, A34, A35, A36, A39 to A42: MRG is now part of PID.
    Merge(Subject),
    /// A43, A44, A45: what MRG names now belongs to PID.
    Move(Subject),
    /// A46 to A51: what MRG names is now called as in PID or PV1; nothing else changes.
    ChangeId(Subject),
    /// A24: link. The message holds both patients; both stay.
    Link,
    /// A37: unlink.
    Unlink,
    /// MDM: a document.
    Document,
    /// ORU: a result.
    Result,
    /// ACK, MCF: an acknowledgement, which is never acknowledged.
    Acknowledgement,
    /// Anything else. It is accepted and nothing follows from it.
    Other,
}

/// What a merge, move or change of identifier is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The patient: PID-3 and MRG-1.
    Patient,
    /// Patient and account: PID-3, PID-18 and MRG-1, MRG-3.
    PatientAndAccount,
    /// The account: PID-18 and MRG-3.
    Account,
    /// The visit: PV1-19 and MRG-5.
    Visit,
    /// An alternate identifier: PID-4 and MRG-2, PV1-50 and MRG-6.
    Alternate,
}

impl Trigger {
    /// What message type and event mean.
    #[must_use]
    pub fn of(kind: &str, event: &str) -> Self {
        match kind {
            "ADT" => Self::of_adt(event),
            "MDM" => Self::Document,
            "ORU" => Self::Result,
            "ACK" | "MCF" => Self::Acknowledgement,
            _ => Self::Other,
        }
    }

    fn of_adt(event: &str) -> Self {
        match event {
            "A01" => Self::Admit,
            "A02" => Self::Transfer,
            "A03" => Self::Discharge,
            "A04" => Self::Register,
            "A05" | "A14" => Self::PreAdmit,
            "A06" => Self::ChangeToInpatient,
            "A07" => Self::ChangeToOutpatient,
            "A08" => Self::UpdatePatient,
            "A11" => Self::CancelAdmit,
            "A12" => Self::CancelTransfer,
            "A13" => Self::CancelDischarge,
            "A17" => Self::SwapPatients,
            "A23" => Self::DeletePatient,
            "A24" => Self::Link,
            "A27" | "A38" => Self::CancelPreAdmit,
            "A28" => Self::AddPerson,
            "A29" => Self::DeletePerson,
            "A31" => Self::UpdatePerson,
            "A37" => Self::Unlink,
            _ => Self::of_identifiers(event),
        }
    }

    fn of_identifiers(event: &str) -> Self {
        match event {
            "A18" | "A30" | "A34" | "A39" | "A40" => Self::Merge(Subject::Patient),
            "A36" => Self::Merge(Subject::PatientAndAccount),
            "A35" | "A41" => Self::Merge(Subject::Account),
            "A42" => Self::Merge(Subject::Visit),
            "A43" => Self::Move(Subject::Patient),
            "A44" => Self::Move(Subject::Account),
            "A45" => Self::Move(Subject::Visit),
            "A46" | "A47" => Self::ChangeId(Subject::Patient),
            "A49" => Self::ChangeId(Subject::Account),
            "A50" => Self::ChangeId(Subject::Visit),
            "A48" | "A51" => Self::ChangeId(Subject::Alternate),
            _ => Self::Other,
        }
    }

    /// What the header says, or EVN-1 where it says nothing. If both speak and disagree the header is right: engines
    /// rewrite it when they derive one message from another and forget EVN.
    #[must_use]
    pub fn read(header: &Header, event: &Event, flaws: &mut Flaws) -> Self {
        let is_adt = header.kind == "ADT" || header.kind.is_empty();
        if header.event.is_empty() {
            if header.kind != "ACK" && !header.kind.is_empty() {
                flaws.add(FlawKind::NoTrigger, Place::first("MSH", 9));
            }
            return if is_adt { Self::of_adt(&event.code) } else { Self::of(&header.kind, "") };
        }
        if !event.code.is_empty() && event.code != header.event {
            flaws.add(FlawKind::EventDisagrees, Place::first("EVN", 1));
        }
        Self::of(&header.kind, &header.event)
    }

    /// Whether MRG says which records this is about.
    #[must_use]
    pub const fn needs_prior(self) -> bool {
        matches!(self, Self::Merge(_) | Self::Move(_) | Self::ChangeId(_))
    }

    /// Whether the event is about two patients in one message.
    #[must_use]
    pub const fn needs_two_patients(self) -> bool {
        matches!(self, Self::Link | Self::Unlink | Self::SwapPatients)
    }

    /// Whether the event is about a patient whom the receiver must be able to name. Documents and results are taken
    /// without: nothing follows from them here.
    #[must_use]
    pub const fn needs_patient(self) -> bool {
        !matches!(self, Self::Document | Self::Result | Self::Acknowledgement | Self::Other)
    }

    /// Whether the event is about a visit.
    #[must_use]
    pub const fn has_visit(self) -> bool {
        matches!(
            self,
            Self::Admit
                | Self::Register
                | Self::PreAdmit
                | Self::ChangeToInpatient
                | Self::ChangeToOutpatient
                | Self::Transfer
                | Self::CancelTransfer
                | Self::Discharge
                | Self::CancelDischarge
                | Self::CancelAdmit
                | Self::CancelPreAdmit
        )
    }
}
