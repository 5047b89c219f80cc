//! A Patient of the server as the patient index is told of one: who, dead or alive, and into whom merged. Only what the index
//! keeps is kept of the resource: no address, no relatives, no physician.

use bedside_clinical::{
    fhir::{
        Instant, Resource,
        read::{Deceased, Patient},
    },
    identifier::is_kvnr,
};
use bedside_core::{
    emr::{Change, Death, EmrEvent, Identifier, KVNR, Merge, Name, PatientTold, Received, Told, Verdict},
    time::Timestamp,
};
use serde_json::{Map, Value};

use super::{
    Client, Trouble,
    person::{Systems, resolve},
};

/// Elements of a Patient that are kept.
const KEPT: [&str; 10] = [
    "resourceType",
    "id",
    "identifier",
    "active",
    "name",
    "telecom",
    "birthDate",
    "deceasedBoolean",
    "deceasedDateTime",
    "link",
];
/// Under what a Patient stands where HL7 v2 has type and trigger event.
const TRIGGER: &str = "Patient";

/// A Patient as a message: its version is its id, so that the same version is told once.
pub(super) async fn received(client: &Client, systems: &Systems, patient: &Value) -> Result<Received, Trouble> {
    let resource = Resource::new(patient.clone()).map_err(|bad| Trouble::not_fhir(bad.to_string()))?;
    let id = resource.id().map(|id| id.to_string()).unwrap_or_default();
    let version = resource.version().unwrap_or_default();
    let recorded_at = resource.last_updated().map(time);
    let verdict = match change(client, systems, patient).await? {
        Some(change) => Verdict::Accepted(Box::new(EmrEvent { recorded_at, change })),
        None => Verdict::Refused { code: "required_field_missing" },
    };
    Ok(Received {
        control_id: format!("{id}/_history/{version}"),
        trigger: TRIGGER.to_owned(),
        raw: kept(patient).to_string().into_bytes(),
        flaws: Vec::new(),
        verdict,
        whole: patient.to_string().into_bytes(),
    })
}

const fn time(at: Instant) -> Timestamp {
    Timestamp::from_micros(at.as_micros())
}

/// What it tells; `None`: it has no identifier under which the index could know it.
async fn change(client: &Client, systems: &Systems, value: &Value) -> Result<Option<Change>, Trouble> {
    let patient = Patient::new(value);
    let told = told(systems, &patient);
    if told.ids.is_empty() {
        return Ok(None);
    }
    let (mut merges, mut is_whole) = (Vec::new(), true);
    let replaced_by = patient.replaced_by();
    for target in &replaced_by {
        let into = resolve(client, target).await?;
        is_whole &= into.is_some();
        merges.extend(into.and_then(|into| merge(self::told(systems, &Patient::new(&into)), &told.ids)));
    }
    for target in &patient.replaces() {
        let from = resolve(client, target).await?;
        is_whole &= from.is_some();
        merges.extend(from.and_then(|from| merge(told.clone(), &self::told(systems, &Patient::new(&from)).ids)));
    }
    let stands = replaced_by.is_empty();
    if !stands && merges.is_empty() {
        return Ok(Some(Change::Nothing));
    }
    Ok(Some(Change::Record { patient: told, stands, merges, is_whole }))
}

/// Identifiers that both have are the survivor's already.
fn merge(into: PatientTold, from: &[Identifier]) -> Option<Merge> {
    let from: Vec<Identifier> = from.iter().filter(|id| !into.ids.contains(id)).cloned().collect();
    (!from.is_empty() && !into.ids.is_empty()).then_some(Merge { into, from })
}

fn told(systems: &Systems, patient: &Patient<'_>) -> PatientTold {
    let said = |value: Option<String>| value.map_or(Told::Unsaid, Told::Said);
    let name = patient
        .names()
        .into_iter()
        .next()
        .map(|name| Name { family: name.family.unwrap_or_default().to_owned(), given: name.given.join(" ") });
    let contacts: Vec<String> = patient
        .telecom()
        .into_iter()
        .filter(|contact| matches!(contact.system, Some("phone" | "sms" | "email")))
        .map(|contact| contact.value.to_owned())
        .collect();
    PatientTold {
        ids: identifiers(systems, patient),
        name: name.map_or(Told::Unsaid, Told::Said),
        born: said(patient.birth_date().map(str::to_owned)),
        lang: said(patient.languages().first().map(|lang| (*lang).to_owned())),
        contacts: if contacts.is_empty() { Told::Unsaid } else { Told::Said(contacts) },
        death: match patient.deceased() {
            Deceased::Unknown => Told::Unsaid,
            Deceased::No => Told::Cleared,
            Deceased::Yes => Told::Said(Death { at: None }),
            Deceased::At(range) => Told::Said(Death { at: Some(Timestamp::from_micros(range.from)) }),
        },
    }
}

/// Identifiers in use, those of the systems that the site names first. One without a system could be anybody's.
fn identifiers(systems: &Systems, patient: &Patient<'_>) -> Vec<Identifier> {
    let mut ids: Vec<Identifier> = patient
        .identifiers()
        .into_iter()
        .filter(|named| named.usage != Some("old"))
        .filter_map(|named| {
            let authority = systems.authority_of(named.system?).to_owned();
            let kind = named.kinds.first().copied().unwrap_or_default().to_owned();
            Some(Identifier { authority, value: named.value, kind })
        })
        .filter(|id| id.authority != KVNR || is_kvnr(&id.value))
        .collect();
    ids.sort_by_key(|id| id.authority.contains(':'));
    ids
}

fn kept(patient: &Value) -> Value {
    let mut kept = Map::new();
    for name in KEPT {
        if let Some(value) = patient.get(name) {
            kept.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Double, WorldClock, canned};

    fn systems() -> Systems {
        Systems::new([("urn:oid:1.2.3".to_owned(), "KH".to_owned())])
    }

    async fn of(patient: Value) -> Received {
        let other = json!({ "resourceType": "Patient", "id": "2", "identifier": [
            { "system": "urn:oid:1.2.3", "value": "4712" }, { "system": "urn:oid:1.2.3", "value": "0815" }] });
        let double = Double::start(move |_| crate::testing::Canned {
            headers: "content-type: application/fhir+json\r\n".to_owned(),
            ..canned(200, &other.to_string())
        })
        .await;
        let clock = WorldClock::at("2026-11-27T08:00:00Z");
        let client =
            Client::new(&double.base, super::super::Auth::None, crate::http::Trust::default(), clock.clock()).unwrap();
        received(&client, &systems(), &patient).await.unwrap()
    }

    fn patient(more: Value) -> Value {
        let mut patient = json!({ "resourceType": "Patient", "id": "1",
            "meta": { "versionId": "7", "lastUpdated": "2026-11-27T07:00:00Z" },
            "identifier": [{ "system": "urn:other", "value": "x" }, { "system": "urn:oid:1.2.3", "value": "4711",
                "type": { "coding": [{ "code": "MR" }] } }, { "value": "bare" },
                { "system": "http://fhir.de/sid/gkv/kvid-10", "value": "A123456789" }],
            "name": [{ "family": "Weber", "given": ["Eva"] }], "birthDate": "1980-02-03",
            "telecom": [{ "system": "phone", "value": "030 1" }, { "system": "url", "value": "https://x" }],
            "address": [{ "city": "Wismar" }] });
        for (name, value) in more.as_object().unwrap() {
            patient[name] = value.clone();
        }
        patient
    }

    fn change_of(received: &Received) -> Change {
        match &received.verdict {
            Verdict::Accepted(event) => event.change.clone(),
            Verdict::Refused { code } => panic!("{code}"),
        }
    }

    #[tokio::test]
    async fn a_patient_is_told_as_a_message_would_tell_one_and_no_more_is_kept() {
        let got = of(patient(json!({}))).await;
        assert_eq!(got.control_id, "1/_history/7");
        let Change::Record { patient: told, stands: true, .. } = change_of(&got) else { panic!("{got:?}") };
        let ids: Vec<(&str, &str)> = told.ids.iter().map(|id| (id.authority.as_str(), id.value.as_str())).collect();
        assert_eq!(ids, [("KH", "4711"), ("urn:other", "x")], "a wrong check digit is no number of anybody");
        assert_eq!((&told.born, &told.death), (&Told::Said("1980-02-03".to_owned()), &Told::Unsaid));
        assert_eq!(told.contacts, Told::Said(vec!["030 1".to_owned()]));
        assert!(!String::from_utf8_lossy(&got.raw).contains("Wismar"));
    }

    #[tokio::test]
    async fn a_death_is_told_taken_back_and_never_guessed() {
        let death = async |more: Value| match change_of(&of(patient(more)).await) {
            Change::Record { patient, .. } => patient.death,
            other => panic!("{other:?}"),
        };
        assert_eq!(death(json!({ "deceasedBoolean": true })).await, Told::Said(Death { at: None }));
        assert_eq!(death(json!({ "deceasedBoolean": false })).await, Told::Cleared);
        let at = Timestamp::parse_rfc3339("2026-11-26T22:00:00Z").unwrap();
        let told = death(json!({ "deceasedDateTime": "2026-11-26T23:00:00+01:00" })).await;
        assert_eq!(told, Told::Said(Death { at: Some(at) }));
    }

    #[tokio::test]
    async fn a_merge_is_told_from_either_side() {
        let link = |kind: &str| json!({ "link": [{ "other": { "reference": "Patient/2" }, "type": kind }] });
        let Change::Record { merges, stands, .. } = change_of(&of(patient(link("replaced-by"))).await) else {
            panic!()
        };
        assert!(!stands, "one that was merged away has no news of the person");
        assert_eq!(merges[0].into.ids[0].value, "4712");
        assert!(merges[0].from.iter().any(|id| id.value == "4711"));
        let Change::Record { merges, stands: true, .. } = change_of(&of(patient(link("replaces"))).await) else {
            panic!()
        };
        assert_eq!((merges[0].into.ids[0].value.as_str(), merges[0].from.len()), ("4711", 2));
        let see_also = change_of(&of(patient(link("seealso"))).await);
        assert!(matches!(see_also, Change::Record { stands: true, is_whole: true, merges, .. } if merges.is_empty()));
    }

    #[tokio::test]
    async fn who_has_no_identifier_that_says_whose_it_is_is_refused() {
        let got = of(json!({ "resourceType": "Patient", "id": "1", "identifier": [{ "value": "bare" }] })).await;
        assert_eq!(got.verdict, Verdict::Refused { code: "required_field_missing" });
    }
}
