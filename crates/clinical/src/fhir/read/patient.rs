//! A patient as the hospital's server gives them: who, alive or not, how to reach them, and into whom they were merged.

use serde_json::Value;

use super::{items, text, texts};
use crate::fhir::time::Range;

/// A Patient.
#[derive(Debug, Clone, Copy)]
pub struct Patient<'a>(&'a Value);

/// Whether somebody has died, as far as a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deceased {
    /// The record says nothing: that is not "no".
    Unknown,
    /// The record says no.
    No,
    /// Yes, and not when.
    Yes,
    /// Yes, at this time.
    At(Range),
}

/// What a patient is called in a system, by identifier or by the name people use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'a> {
    /// official, usual, old, secondary … as the record says.
    pub usage: Option<&'a str>,
    /// The system of an identifier.
    pub system: Option<&'a str>,
    /// Codes of the kind of identifier (MR, KVZ10 …).
    pub kinds: Vec<&'a str>,
    /// The identifier, or the name as one text.
    pub value: String,
    /// Family name, of a name.
    pub family: Option<&'a str>,
    /// Given names, of a name.
    pub given: Vec<&'a str>,
}

/// How a patient can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact<'a> {
    /// phone, email, url …
    pub system: Option<&'a str>,
    /// The number or address.
    pub value: &'a str,
    /// home, work, mobile, old …
    pub usage: Option<&'a str>,
}

/// Another patient that a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// Its address.
    pub reference: Option<&'a str>,
    /// System and value, where there is no address.
    pub identifier: Option<(&'a str, &'a str)>,
}

impl<'a> Patient<'a> {
    /// Sees `value` as a Patient.
    #[must_use]
    pub const fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        text(self.0, "id")
    }

    /// Whether the record is in use. Servers set it to false when they merge one away.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.0.get("active").and_then(Value::as_bool).unwrap_or(true)
    }

    /// Its identifiers, without such as have no value.
    #[must_use]
    pub fn identifiers(&self) -> Vec<Named<'a>> {
        let named = |identifier: &'a Value| {
            let value = text(identifier, "value").map(str::trim).filter(|value| !value.is_empty())?;
            let kinds = identifier.get("type").into_iter().flat_map(|kind| items(kind, "coding"));
            Some(Named {
                usage: text(identifier, "use"),
                system: text(identifier, "system"),
                kinds: kinds.filter_map(|coding| text(coding, "code")).collect(),
                value: value.to_owned(),
                family: None,
                given: Vec::new(),
            })
        };
        items(self.0, "identifier").filter_map(named).collect()
    }

    /// The identifier in `system` that is in use.
    #[must_use]
    pub fn identifier_in(&self, system: &str) -> Option<String> {
        let is_in_use = |named: &Named<'_>| named.system == Some(system) && named.usage != Some("old");
        self.identifiers().into_iter().find(is_in_use).map(|named| named.value)
    }

    /// Its names, official first, old ones last.
    #[must_use]
    pub fn names(&self) -> Vec<Named<'a>> {
        let named = |name: &'a Value| {
            let family = text(name, "family");
            let given: Vec<&str> = texts(name, "given").collect();
            let whole = || given.iter().copied().chain(family).collect::<Vec<_>>().join(" ");
            let value = text(name, "text").map_or_else(whole, str::to_owned);
            Named { usage: text(name, "use"), system: None, kinds: Vec::new(), value, family, given }
        };
        let mut names: Vec<Named<'_>> = items(self.0, "name").map(named).collect();
        names.sort_by_key(|name| match name.usage {
            Some("official") => 0,
            Some("usual") => 1,
            Some("maiden" | "old") => 3,
            _ => 2,
        });
        names
    }

    /// Date of birth, as precise as the record has it.
    #[must_use]
    pub fn birth_date(&self) -> Option<&'a str> {
        text(self.0, "birthDate").filter(|date| Range::parse(date).is_some())
    }

    /// Whether they have died. A date of death that can't be read still means that they have.
    #[must_use]
    pub fn deceased(&self) -> Deceased {
        match (self.0.get("deceasedBoolean").and_then(Value::as_bool), text(self.0, "deceasedDateTime")) {
            (_, Some(date)) => Range::parse(date).map_or(Deceased::Yes, Deceased::At),
            (Some(true), None) => Deceased::Yes,
            (Some(false), None) => Deceased::No,
            (None, None) => Deceased::Unknown,
        }
    }

    /// How they can be reached, without what is marked as old.
    #[must_use]
    pub fn telecom(&self) -> Vec<Contact<'a>> {
        items(self.0, "telecom")
            .filter_map(|contact| {
                let value = text(contact, "value")?;
                Some(Contact { system: text(contact, "system"), value, usage: text(contact, "use") })
            })
            .filter(|contact| contact.usage != Some("old"))
            .collect()
    }

    /// Languages they can be spoken to in (BCP 47), the preferred one first.
    #[must_use]
    pub fn languages(&self) -> Vec<&'a str> {
        let mut spoken: Vec<(bool, &str)> = items(self.0, "communication")
            .filter_map(|communication| {
                let code = items(communication.get("language")?, "coding").find_map(|coding| text(coding, "code"))?;
                let is_preferred = communication.get("preferred").and_then(Value::as_bool).unwrap_or(false);
                Some((!is_preferred, code))
            })
            .collect();
        spoken.sort_by_key(|(rank, _)| *rank);
        spoken.into_iter().map(|(_, code)| code).collect()
    }

    /// The records that took the place of this one.
    #[must_use]
    pub fn replaced_by(&self) -> Vec<Target<'a>> {
        self.links("replaced-by")
    }

    /// The records that this one took the place of.
    #[must_use]
    pub fn replaces(&self) -> Vec<Target<'a>> {
        self.links("replaces")
    }

    fn links(&self, kind: &str) -> Vec<Target<'a>> {
        items(self.0, "link")
            .filter(|link| text(link, "type") == Some(kind))
            .filter_map(|link| link.get("other"))
            .map(|other| {
                let identifier = other.get("identifier");
                let named = identifier.and_then(|one| Some((text(one, "system")?, text(one, "value")?)));
                Target { reference: text(other, "reference"), identifier: named }
            })
            .filter(|target| target.reference.is_some() || target.identifier.is_some())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_merged_patient_says_into_whom() {
        let value = json!({
            "resourceType": "Patient", "id": "p1", "active": false,
            "identifier": [
                { "system": "http://fhir.de/sid/gkv/kvid-10", "value": "X110411675",
                  "type": { "coding": [{ "code": "KVZ10" }] } },
                { "system": "https://kis.example/pid", "value": "1", "use": "old" },
                { "system": "https://kis.example/pid", "value": " 2 " },
                { "system": "https://kis.example/pid", "value": "" },
            ],
            "link": [
                { "type": "replaced-by", "other": { "reference": "Patient/p2" } },
                { "type": "replaces", "other": { "identifier": { "system": "s", "value": "v" } } },
                { "type": "replaced-by", "other": { "display": "somebody" } },
            ],
        });
        let patient = Patient::new(&value);
        assert!(!patient.is_active());
        assert_eq!(patient.replaced_by(), [Target { reference: Some("Patient/p2"), identifier: None }]);
        assert_eq!(patient.replaces(), [Target { reference: None, identifier: Some(("s", "v")) }]);
        assert_eq!(patient.identifier_in("https://kis.example/pid").as_deref(), Some("2"));
        assert_eq!(patient.identifiers()[0].kinds, ["KVZ10"]);
        assert_eq!(patient.identifiers().len(), 3);
    }

    #[test]
    fn unknown_is_not_alive() {
        for (value, expected) in [
            (json!({}), Deceased::Unknown),
            (json!({ "deceasedBoolean": false }), Deceased::No),
            (json!({ "deceasedBoolean": true }), Deceased::Yes),
            (json!({ "deceasedDateTime": "1970" }), Deceased::At(Range::parse("1970").unwrap())),
            (json!({ "deceasedDateTime": "gestern" }), Deceased::Yes),
        ] {
            assert_eq!(Patient::new(&value).deceased(), expected, "{value}");
        }
    }

    #[test]
    fn names_contacts_and_languages_come_in_the_order_of_use() {
        let value = json!({
            "birthDate": "1964-08-12",
            "name": [
                { "use": "maiden", "family": "Alt" },
                { "family": "von der Heide", "given": ["Doris", "Anna"] },
                { "use": "official", "text": "Dr. Doris von der Heide" },
            ],
            "telecom": [{ "system": "phone", "value": "1", "use": "old" }, { "system": "email", "value": "d@example.org" }],
            "communication": [
                { "language": { "coding": [{ "code": "de" }] } },
                { "language": { "coding": [{ "code": "tr" }] }, "preferred": true },
            ],
        });
        let patient = Patient::new(&value);
        let names: Vec<String> = patient.names().into_iter().map(|name| name.value).collect();
        assert_eq!(names, ["Dr. Doris von der Heide", "Doris Anna von der Heide", "Alt"]);
        assert_eq!(patient.telecom().len(), 1);
        assert_eq!(patient.languages(), ["tr", "de"]);
        assert_eq!(patient.birth_date(), Some("1964-08-12"));
        assert_eq!(Patient::new(&json!({ "birthDate": "12.8.64" })).birth_date(), None);
    }
}
