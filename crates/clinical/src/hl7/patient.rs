//! PID, MRG and IN1: who the patient is, was, and by which number an insurer knows them. Only what is needed to know a
//! person again, to speak their language and to notice their death; address, religion and the like are not read.

use super::datatype::{Contact, Cx, Xpn, is_delete};
use super::flaw::{FlawKind, Flaws};
use super::given::{Fields, Given};
use super::part::Segment;
use super::time::Time;
use crate::identifier::is_kvnr;

/// PID, typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patient {
    /// PID-3.
    pub ids: Vec<Cx>,
    /// PID-2, where old senders put an identifier of somebody else.
    pub external_ids: Vec<Cx>,
    /// PID-4, where old senders put further identifiers.
    pub alternate_ids: Vec<Cx>,
    /// PID-5.
    pub names: Vec<Xpn>,
    /// PID-7; the day counts, some send a time with it.
    pub born: Given<Time>,
    /// PID-8, table 0001.
    pub sex: Given<String>,
    /// PID-13, PID-14 and PID-40. Empty: none was sent.
    pub contacts: Vec<Contact>,
    /// PID-13 says that no contact is to be kept.
    pub contacts_deleted: bool,
    /// PID-15: `de`, `DEU`, `eng`, as sent.
    pub language: Given<String>,
    /// PID-18.
    pub account: Given<Cx>,
    /// PID-29.
    pub died: Given<Time>,
    /// PID-30.
    pub is_dead: Given<bool>,
}

impl Patient {
    /// Reads PID.
    #[must_use]
    pub fn read(segment: Segment<'_>, flaws: &mut Flaws) -> Self {
        let mut fields = Fields { segment, flaws };
        let mut contacts = Vec::new();
        for field in [13, 14, 40] {
            contacts.extend(fields.repetitions(field).flat_map(|one| Contact::read(one, field == 14)));
        }
        Self {
            contacts,
            contacts_deleted: is_delete(segment.field(13).first()),
            ids: fields.identifiers(3),
            external_ids: fields.old_identifiers(2),
            alternate_ids: fields.old_identifiers(4),
            names: fields.names(5),
            born: fields.time(7),
            sex: fields.text(8),
            language: fields.text(15),
            account: fields.identifier(18),
            died: fields.time(29),
            is_dead: death_indicator(&mut fields),
        }
    }

    /// The identifiers to know the patient by: PID-3, or what stands in its place with old senders.
    #[must_use]
    pub fn identifiers(&self) -> &[Cx] {
        [&self.ids, &self.external_ids, &self.alternate_ids]
            .into_iter()
            .find(|ids| !ids.is_empty())
            .unwrap_or(&self.ids)
    }

    /// The name to call the patient by: the legal one, else the first that is none of the past and no alias.
    #[must_use]
    pub fn name(&self) -> Option<&Xpn> {
        let of_type = |wanted: &str| self.names.iter().find(|name| name.type_code == wanted);
        let usual = || self.names.iter().find(|name| !matches!(name.type_code.as_str(), "A" | "B" | "M" | "S" | "BAD"));
        of_type("L").or_else(|| of_type("D")).or_else(usual).or_else(|| self.names.first())
    }

    /// What PID says about death. A date of death is one also without the indicator.
    #[must_use]
    pub const fn death(&self) -> Given<bool> {
        match (&self.is_dead, &self.died) {
            (Given::Is(dead), _) => Given::Is(*dead),
            (_, Given::Is(_)) => Given::Is(true),
            (Given::Delete, _) | (_, Given::Delete) => Given::Delete,
            (Given::Absent, Given::Absent) => Given::Absent,
        }
    }
}

fn death_indicator(fields: &mut Fields<'_, '_>) -> Given<bool> {
    let text = match fields.text(30) {
        Given::Is(text) => text.to_ascii_uppercase(),
        Given::Delete => return Given::Delete,
        Given::Absent => return Given::Absent,
    };
    match text.as_str() {
        "Y" | "J" | "1" | "YES" | "JA" | "TRUE" => Given::Is(true),
        "N" | "0" | "NO" | "NEIN" | "FALSE" => Given::Is(false),
        _ => {
            fields.flaw(FlawKind::CodeUnknown, 30);
            Given::Absent
        }
    }
}

/// MRG, typed: what the patient, account or visit was before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prior {
    /// MRG-1. The assigner is often missing; then it is that of PID-3.
    pub ids: Vec<Cx>,
    /// MRG-2.
    pub alternate_ids: Vec<Cx>,
    /// MRG-3.
    pub account: Option<Cx>,
    /// MRG-4, where old senders put the prior identifier.
    pub external_ids: Vec<Cx>,
    /// MRG-5.
    pub visit: Option<Cx>,
    /// MRG-6.
    pub alternate_visit: Option<Cx>,
}

impl Prior {
    /// Reads MRG.
    #[must_use]
    pub fn read(segment: Segment<'_>, flaws: &mut Flaws) -> Self {
        let mut fields = Fields { segment, flaws };
        Self {
            ids: fields.identifiers(1),
            alternate_ids: fields.old_identifiers(2),
            account: Cx::read(segment.field(3).first()),
            external_ids: fields.old_identifiers(4),
            visit: Cx::read(segment.field(5).first()),
            alternate_visit: Cx::read(segment.field(6).first()),
        }
    }

    /// The prior identifiers: MRG-1, or what stands in its place with old senders.
    #[must_use]
    pub fn identifiers(&self) -> &[Cx] {
        if self.ids.is_empty() { &self.external_ids } else { &self.ids }
    }
}

/// IN1 as far as it names the person: no plan, no employer, no rate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Insurance {
    /// IN1-3: the insurer's number; in Germany its IK, nine digits.
    pub insurer: String,
    /// IN1-49: the insured person's number with this insurer; in Germany the KVNR.
    pub insured_id: String,
}

impl Insurance {
    /// Reads IN1. `None`: it names no insured person.
    #[must_use]
    pub fn read(segment: Segment<'_>, flaws: &mut Flaws) -> Option<Self> {
        let insured_id = segment.text(49, 1);
        let looks_like_kvnr = insured_id.len() == 10
            && insured_id.starts_with(|c: char| c.is_ascii_uppercase())
            && insured_id.bytes().skip(1).all(|byte| byte.is_ascii_digit());
        if looks_like_kvnr && !is_kvnr(&insured_id) {
            Fields { segment, flaws }.flaw(FlawKind::CheckDigit, 49);
        }
        (!insured_id.is_empty()).then(|| Self { insurer: segment.text(3, 1), insured_id })
    }
}
