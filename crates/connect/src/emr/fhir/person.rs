//! Whose chart: the one patient whom one of our identifiers names, merges followed, and born on the day that our index
//! knows. Anything else stops the write: a conversation in a stranger's chart is worse than one that waits for a person.

use bedside_clinical::fhir::{
    data::{Identifier, Reference},
    read::{Patient, Target},
};
use bedside_core::{
    emr::{Identifier as Ours, KVNR},
    filing::Document,
};
use serde_json::Value;

use super::{Client, Trouble};

/// FHIR's name of the German health insurance number (HL7 Deutschland, basis profiles: identifier-kvid-10).
const KVNR_URI: &str = "http://fhir.de/sid/gkv/kvid-10";
/// A chain of merges is followed over at most so many records.
const MOST_MERGES: usize = 8;

/// What FHIR calls the identifiers of each authority of the patient index.
#[derive(Debug, Clone, Default)]
pub struct Systems(Vec<(String, String)>);

impl Systems {
    /// Pairs of FHIR's URI and the index's authority.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// FHIR's name for the identifiers of an authority. One that is a URI itself is its own name.
    #[must_use]
    pub fn uri_of<'a>(&'a self, authority: &'a str) -> Option<&'a str> {
        if authority == KVNR {
            return Some(KVNR_URI);
        }
        let named = self.0.iter().find(|(_, known)| known == authority).map(|(uri, _)| uri.as_str());
        named.or_else(|| authority.contains(':').then_some(authority))
    }

    /// The index's authority for a system. One that is not set up goes by its URI.
    #[must_use]
    pub fn authority_of<'a>(&'a self, uri: &'a str) -> &'a str {
        if uri == KVNR_URI {
            return KVNR;
        }
        self.0.iter().find(|(known, _)| known == uri).map_or(uri, |(_, authority)| authority)
    }
}

/// A patient of the server.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// As the server gave them.
    pub value: Value,
    /// Their id there.
    pub id: String,
    system: String,
    number: String,
}

impl Person {
    /// Their address and number, by which others find what is about them.
    pub fn reference(&self) -> Reference {
        Reference {
            kind: Some("Patient".into()),
            identifier: Some(Identifier::new(self.system.clone(), self.number.clone())),
            ..Reference::address(format!("Patient/{}", self.id))
        }
    }
}

/// The patient a document is about.
pub(super) async fn find(client: &Client, systems: &Systems, document: &Document) -> Result<Person, Trouble> {
    let (system, number) = name_of(systems, &document.ids)?;
    let token = format!("{system}|{number}");
    let mut found = client.search("Patient", &[("identifier", &token)]).await?;
    // A server that doesn't know the parameter gives everybody.
    found.retain(|one| has(one, system, number));
    let several = found.len() > 1;
    if several {
        found.retain(|one| Patient::new(one).is_active() && Patient::new(one).replaced_by().is_empty());
    }
    let mut found = found.into_iter();
    let one = match (found.next(), found.next()) {
        (Some(one), None) => one,
        (None, _) if !several => {
            return Err(Trouble::stopped("patient_unknown", format!("nobody there has the identifier of {system}")));
        }
        _ => {
            let why = format!("several patients there have the same identifier of {system}");
            return Err(Trouble::stopped("patient_ambiguous", why));
        }
    };
    let value = survivor(client, one).await?;
    check_birth(&value, document.born.as_deref())?;
    let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
    let id = id.ok_or_else(|| Trouble::not_fhir("a Patient without id"))?;
    let (system, number) = (system.to_owned(), number.to_owned());
    Ok(Person { value, id, system, number })
}

/// The first identifier for which FHIR has a name.
fn name_of<'a>(systems: &'a Systems, ids: &'a [Ours]) -> Result<(&'a str, &'a str), Trouble> {
    let named = ids.iter().find_map(|id| Some((systems.uri_of(&id.authority)?, id.value.as_str())));
    named.ok_or_else(|| {
        let mut known: Vec<&str> = ids.iter().map(|id| id.authority.as_str()).filter(|name| !name.is_empty()).collect();
        known.dedup();
        let known = if known.is_empty() { "no authority at all".to_owned() } else { known.join(", ") };
        let why = format!(
            "the index knows the patient under {known}, for which FHIR has no name here: write it into [[site]] systems"
        );
        Trouble::stopped("no_system", why)
    })
}

fn has(patient: &Value, system: &str, number: &str) -> bool {
    let all = Patient::new(patient).identifiers();
    all.iter().any(|named| named.system == Some(system) && named.value == number)
}

/// Under whom the server keeps a record that it has merged away.
async fn survivor(client: &Client, mut at: Value) -> Result<Value, Trouble> {
    for _ in 0..MOST_MERGES {
        let Some(target) = Patient::new(&at).replaced_by().into_iter().next() else { return Ok(at) };
        let next = resolve(client, &target).await?;
        at = next.ok_or_else(|| {
            Trouble::stopped("patient_unknown", "the record was merged into one that can't be read there")
        })?;
    }
    Err(Trouble::stopped("patient_ambiguous", "the records of the patient are merged in a circle"))
}

/// The patient that a link leads to; `None`: there is none, or it is on another server.
pub(super) async fn resolve(client: &Client, target: &Target<'_>) -> Result<Option<Value>, Trouble> {
    if let Some(reference) = target.reference {
        let local = reference.strip_prefix(client.base()).map_or(reference, |rest| rest.trim_start_matches('/'));
        let Some(id) = local.strip_prefix("Patient/").and_then(|rest| rest.split('/').next()) else { return Ok(None) };
        return Ok(client.read("Patient", id).await?.and_then(|done| done.value));
    }
    let Some((system, number)) = target.identifier else { return Ok(None) };
    let mut found = client.search("Patient", &[("identifier", &format!("{system}|{number}"))]).await?;
    found.retain(|one| has(one, system, number));
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// The wrong-chart check: numbers are mistyped and given twice, and a day of birth tells most of those apart.
fn check_birth(patient: &Value, born: Option<&str>) -> Result<(), Trouble> {
    match (Patient::new(patient).birth_date(), born) {
        (Some(theirs), Some(ours)) if theirs == ours => Ok(()),
        (Some(_), Some(_)) => {
            let why = "the number belongs to somebody born on another day there: perhaps another person's chart";
            Err(Trouble::stopped("wrong_chart", why))
        }
        _ => {
            let why = "the day of birth is missing there or here, so that nobody can see whether it is the right chart";
            Err(Trouble::stopped("birth_date_missing", why))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id(authority: &str, value: &str) -> Ours {
        Ours { authority: authority.to_owned(), value: value.to_owned(), kind: String::new() }
    }

    #[test]
    fn the_first_identifier_that_fhir_has_a_name_for_is_asked_for() {
        let systems = Systems::new([("urn:oid:1.2.3".to_owned(), "KH".to_owned())]);
        let of = |ids: &[Ours]| name_of(&systems, ids).map(|(system, number)| format!("{system}|{number}"));
        assert_eq!(of(&[id("", "1"), id("KH", "4711")]).unwrap(), "urn:oid:1.2.3|4711");
        assert_eq!(of(&[id(KVNR, "A123456780")]).unwrap(), "http://fhir.de/sid/gkv/kvid-10|A123456780");
        assert_eq!(of(&[id("https://kis.example/pid", "7")]).unwrap(), "https://kis.example/pid|7");
        let Err(Trouble::Stopped { code, why }) = of(&[id("OTHER", "1")]) else { panic!("nobody is asked for") };
        assert!(code == "no_system" && why.contains("OTHER") && !why.contains("|1"), "{why}");
        assert_eq!((systems.authority_of("urn:oid:1.2.3"), systems.authority_of("urn:x")), ("KH", "urn:x"));
    }

    #[test]
    fn another_day_of_birth_or_none_is_another_chart() {
        let code = |patient: Value, born| match check_birth(&patient, born) {
            Ok(()) => "right",
            Err(Trouble::Stopped { code, .. }) => code,
            Err(_) => "other",
        };
        let born = json!({ "birthDate": "1980-02-03" });
        assert_eq!(code(born.clone(), Some("1980-02-03")), "right");
        assert_eq!(code(born.clone(), Some("1980-02-04")), "wrong_chart");
        assert_eq!(code(json!({ "birthDate": "1980" }), Some("1980-02-03")), "wrong_chart");
        assert_eq!(code(json!({}), Some("1980-02-03")), "birth_date_missing");
        assert_eq!(code(born, None), "birth_date_missing");
    }
}
