//! Data types that several segments share: identifiers, names, contacts, locations (HL7 v2.5.1 chapter 2.A).

use super::part::{Component, Repetition, Value};
use super::time::Time;

/// A hierarchic designator (HD): an application, a facility, or who assigned an identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Hd {
    /// A name that means something to those who agreed on it.
    pub namespace: String,
    /// An identifier that means something to everybody: an OID, a domain name.
    pub universal_id: String,
    /// What kind: `ISO`, `DNS`.
    pub universal_type: String,
}

impl Hd {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.namespace.is_empty() && self.universal_id.is_empty()
    }

    /// The namespace, or the universal id if there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.namespace.is_empty() { &self.universal_id } else { &self.namespace }
    }

    fn of_component(component: Component<'_>) -> Self {
        let text = |number| component.subcomponent(number).value().into_string();
        Self { namespace: text(1), universal_id: text(2), universal_type: text(3) }
    }
}

/// An identifier with its assigner (CX).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Cx {
    /// The identifier itself; never empty.
    pub value: String,
    /// Its check digit, if sent apart.
    pub check_digit: String,
    /// How that is computed: `M10`, `M11`, `NPI`.
    pub check_scheme: String,
    /// Who assigned it. Often missing.
    pub authority: Hd,
    /// Table 0203: `PI`, `MR`, `VN`, `AN`, `NI` …
    pub type_code: String,
    /// Where it was assigned.
    pub facility: Hd,
    /// The last day on which it is valid.
    pub expires: Option<Time>,
}

impl Cx {
    /// Reads one repetition. `None`: there is no identifier, or `""`, which takes one back without naming it.
    #[must_use]
    pub fn read(field: Repetition<'_>) -> Option<Self> {
        let value = field.text(1);
        (!value.is_empty()).then(|| Self {
            value,
            check_digit: field.text(2),
            check_scheme: field.text(3),
            authority: Hd::of_component(field.component(4)),
            type_code: field.text(5),
            facility: Hd::of_component(field.component(6)),
            expires: Time::read(&field.text(8)).0,
        })
    }
}

/// A person's name (XPN).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Xpn {
    /// The whole family name: `von der Heide`.
    pub family: String,
    /// Its prefix, if sent apart: `von der`.
    pub own_prefix: String,
    /// The family name without prefix: `Heide`.
    pub own_family: String,
    /// The partner's prefix.
    pub partner_prefix: String,
    /// The partner's family name.
    pub partner_family: String,
    /// The given name.
    pub given: String,
    /// Further given names.
    pub further: String,
    /// `Jr.`; German senders put titles of nobility here: `Graf`.
    pub suffix: String,
    /// `Dr.`; German senders put `von` here too.
    pub prefix: String,
    /// An academic degree.
    pub degree: String,
    /// Table 0200: `L` legal, `D` display, `M` maiden, `A` alias, `B` birth, `S` pseudonym …
    pub type_code: String,
}

impl Xpn {
    /// Reads one repetition. `None`: there is no name, though perhaps a type.
    #[must_use]
    pub fn read(field: Repetition<'_>) -> Option<Self> {
        let family = |number| field.component(1).subcomponent(number).value().into_string();
        let name = Self {
            family: family(1),
            own_prefix: family(2),
            own_family: family(3),
            partner_prefix: family(4),
            partner_family: family(5),
            given: field.text(2),
            further: field.text(3),
            suffix: field.text(4),
            prefix: field.text(5),
            degree: field.text(6),
            type_code: field.text(7),
        };
        (!name.family_name().is_empty() || !name.given.is_empty()).then_some(name)
    }

    /// The family name, put together if it was sent only in parts.
    #[must_use]
    pub fn family_name(&self) -> String {
        if self.family.is_empty() { joined(&[&self.own_prefix, &self.own_family]) } else { self.family.clone() }
    }

    /// The name as one says it: `Dr. Jörg von der Heide`.
    #[must_use]
    pub fn full(&self) -> String {
        joined(&[&self.degree, &self.prefix, &self.given, &self.further, &self.suffix, &self.family_name()])
    }
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// What a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactKind {
    /// A telephone, or not said.
    Phone,
    /// A mobile telephone.
    Mobile,
    /// A fax or a pager.
    Fax,
    /// An e-mail address.
    Email,
    /// Something else on the internet.
    Internet,
}

/// A way to reach a person, out of an XTN.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Contact {
    /// What it is.
    pub kind: ContactKind,
    /// The number or address as it was sent.
    pub value: String,
    /// Table 0201: `PRN` home, `WPN` work, `ORN` other, `NET` …
    pub use_code: String,
}

impl Contact {
    /// Reads one repetition, which may hold a number and an address. `is_work`: the field is that for work.
    #[must_use]
    pub fn read(field: Repetition<'_>, is_work: bool) -> Vec<Self> {
        let use_code = Some(field.text(2)).filter(|code| !code.is_empty());
        let use_code = use_code.unwrap_or_else(|| if is_work { "WPN" } else { "PRN" }.to_owned());
        let equipment = field.text(3).to_ascii_uppercase();
        let number = number(field);
        let address = field.text(4);
        let mut contacts = Vec::new();
        if number.contains('@') && address.is_empty() {
            contacts.push(Self { kind: ContactKind::Email, value: number, use_code: use_code.clone() });
        } else if !number.is_empty() {
            contacts.push(Self { kind: kind(&equipment), value: number, use_code: use_code.clone() });
        }
        if !address.is_empty() {
            let kind = if address.contains('@') { ContactKind::Email } else { ContactKind::Internet };
            contacts.push(Self { kind, value: address, use_code });
        }
        contacts
    }
}

fn kind(equipment: &str) -> ContactKind {
    match equipment {
        "CP" | "SAT" => ContactKind::Mobile,
        "FX" | "BP" | "MD" | "TDD" | "TTY" => ContactKind::Fax,
        "INTERNET" | "X.400" => ContactKind::Internet,
        _ => ContactKind::Phone,
    }
}

/// The unformatted number of v2.7, the formatted one before, or the parts put together.
fn number(field: Repetition<'_>) -> String {
    let whole = [12, 1].into_iter().map(|component| field.text(component)).find(|text| !text.is_empty());
    whole.unwrap_or_else(|| {
        let country = field.text(5);
        let country = if country.is_empty() || country.starts_with('+') { country } else { format!("+{country}") };
        joined(&[&country, &field.text(6), &field.text(7)])
    })
}

/// Where a patient is (PL).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Location {
    /// The ward or clinic (point of care).
    pub ward: String,
    /// The room.
    pub room: String,
    /// The bed.
    pub bed: String,
    /// The facility.
    pub facility: String,
    /// The building.
    pub building: String,
    /// The floor.
    pub floor: String,
}

impl Location {
    /// Reads a location. `None`: all of it is empty.
    #[must_use]
    pub fn read(field: Repetition<'_>) -> Option<Self> {
        let location = Self {
            ward: field.text(1),
            room: field.text(2),
            bed: field.text(3),
            facility: field.text(4),
            building: field.text(7),
            floor: field.text(8),
        };
        (location != Self::default()).then_some(location)
    }
}

/// Whether a part says "forget it".
pub(super) fn is_delete(field: Repetition<'_>) -> bool {
    field.value() == Value::Delete
}
