//! PV1 and ZBE: where the patient is, since when, until when, and how it ended.

use super::datatype::{Cx, Hd, Location, is_delete};
use super::flaw::{FlawKind, Flaws};
use super::given::{Fields, Given};
use super::part::{Repetition, Segment};
use super::time::Time;

/// PV1, typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visit {
    /// PV1-2, table 0004.
    pub class: Given<PatientClass>,
    /// PV1-3.
    pub location: Given<Location>,
    /// PV1-5.
    pub preadmit_number: Given<Cx>,
    /// PV1-6.
    pub prior_location: Given<Location>,
    /// PV1-19.
    pub number: Given<Cx>,
    /// PV1-36, as sent; what it means depends on the country.
    pub discharge_disposition: Given<String>,
    /// PV1-44.
    pub admitted: Given<Time>,
    /// PV1-45.
    pub discharged: Given<Time>,
    /// PV1-50.
    pub alternate_number: Given<Cx>,
}

/// PV1-2 (table 0004, with what IHE and the German profile add).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PatientClass {
    /// `E`
    Emergency,
    /// `I`
    Inpatient,
    /// `O`
    Outpatient,
    /// `P`
    Preadmit,
    /// `R`
    RecurringPatient,
    /// `B`
    Obstetrics,
    /// `C`
    CommercialAccount,
    /// `N`
    NotApplicable,
    /// `U`
    Unknown,
    /// A code of the sender's own.
    Other,
}

impl PatientClass {
    const CODED: [Self; 9] = [
        Self::Emergency,
        Self::Inpatient,
        Self::Outpatient,
        Self::Preadmit,
        Self::RecurringPatient,
        Self::Obstetrics,
        Self::CommercialAccount,
        Self::NotApplicable,
        Self::Unknown,
    ];

    fn of(code: &str) -> Self {
        Self::CODED.into_iter().find(|class| class.code().eq_ignore_ascii_case(code)).unwrap_or(Self::Other)
    }

    /// The code in table 0004.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Emergency => "E",
            Self::Inpatient => "I",
            Self::Outpatient => "O",
            Self::Preadmit => "P",
            Self::RecurringPatient => "R",
            Self::Obstetrics => "B",
            Self::CommercialAccount => "C",
            Self::NotApplicable => "N",
            Self::Unknown | Self::Other => "U",
        }
    }
}

/// Whose codes stand in PV1-36. The same code means death here and a readmission there, so the link must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dispositions {
    /// Germany: reason for discharge, key 5 of the agreement under § 301 SGB V. `07`, with a third digit or not, is death.
    German,
    /// USA: UB-04 patient discharge status. `20` and `40` to `42` are death.
    Us,
    /// Not known: no code means death.
    Unknown,
}

impl Dispositions {
    /// Whether the code says that the visit ended with the patient's death.
    #[must_use]
    pub fn is_death(self, code: &str) -> bool {
        let code = code.trim();
        match self {
            Self::German => matches!(code.len(), 2 | 3) && code.starts_with("07"),
            Self::Us => matches!(code, "20" | "40" | "41" | "42"),
            Self::Unknown => false,
        }
    }
}

impl Visit {
    /// Reads PV1.
    #[must_use]
    pub fn read(segment: Segment<'_>, flaws: &mut Flaws) -> Self {
        let mut fields = Fields { segment, flaws };
        Self {
            class: class(&mut fields),
            location: location(segment, 3),
            preadmit_number: fields.identifier(5),
            prior_location: location(segment, 6),
            number: fields.identifier(19),
            discharge_disposition: fields.text(36),
            admitted: fields.time(44),
            discharged: fields.time(45),
            alternate_number: fields.identifier(50),
        }
    }
}

fn location(segment: Segment<'_>, field: usize) -> Given<Location> {
    let field = segment.field(field).first();
    if is_delete(field) { Given::Delete } else { Location::read(field).map_or(Given::Absent, Given::Is) }
}

fn class(fields: &mut Fields<'_, '_>) -> Given<PatientClass> {
    let class = fields.text(2).map(|code| PatientClass::of(&code));
    if class == Given::Is(PatientClass::Other) {
        fields.flaw(FlawKind::CodeUnknown, 2);
    }
    class
}

/// What a movement does to those sent before (ZBE-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MovementAction {
    /// `INSERT`: a new one.
    Insert,
    /// `UPDATE`: the one with this id is otherwise.
    Update,
    /// `DELETE`, or `CANCEL` as IHE says: the one with this id never was.
    Delete,
    /// `REFERENCE`: the message is about this one, which stays as it is.
    Reference,
}

/// ZBE, typed: a movement of the patient (German profile, IHE PAM).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Movement {
    /// ZBE-1.1 of every repetition.
    pub ids: Vec<Cx>,
    /// ZBE-2.
    pub starts: Option<Time>,
    /// ZBE-3.
    pub ends: Option<Time>,
    /// ZBE-4. `None` with senders that leave it out.
    pub action: Option<MovementAction>,
    /// ZBE-5: the movement lies in the past.
    pub is_historic: bool,
    /// ZBE-6: with update or delete, the event that it was sent with at first.
    pub original_event: String,
    /// ZBE-7: the ward or unit responsible.
    pub ward: String,
}

impl Movement {
    /// Reads ZBE.
    #[must_use]
    pub fn read(segment: Segment<'_>, flaws: &mut Flaws) -> Self {
        let mut fields = Fields { segment, flaws };
        Self {
            ids: fields.repetitions(1).filter_map(entity).collect(),
            starts: fields.time(2).value().copied(),
            ends: fields.time(3).value().copied(),
            action: action(&mut fields),
            is_historic: segment.text(5, 1).eq_ignore_ascii_case("Y"),
            original_event: segment.text(6, 1).to_ascii_uppercase(),
            ward: segment.text(7, 1),
        }
    }
}

/// ZBE-1 is an EI, whose assigner stands in other components than a CX's.
fn entity(field: Repetition<'_>) -> Option<Cx> {
    let authority = Hd { namespace: field.text(2), universal_id: field.text(3), universal_type: field.text(4) };
    Some(field.text(1)).filter(|value| !value.is_empty()).map(|value| Cx { value, authority, ..Cx::default() })
}

fn action(fields: &mut Fields<'_, '_>) -> Option<MovementAction> {
    match fields.segment.text(4, 1).to_ascii_uppercase().as_str() {
        "INSERT" => Some(MovementAction::Insert),
        "UPDATE" => Some(MovementAction::Update),
        "DELETE" | "CANCEL" => Some(MovementAction::Delete),
        "REFERENCE" => Some(MovementAction::Reference),
        "" => None,
        _ => {
            fields.flaw(FlawKind::CodeUnknown, 4);
            None
        }
    }
}
