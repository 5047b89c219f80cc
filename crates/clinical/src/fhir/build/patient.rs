//! A confirmed handle in a patient's telecom. The patient is the hospital's: all else in it is left as it is, extensions too.

use serde_json::{Value, json};

use crate::fhir::{data::ContactPoint, object::Json};

/// The patient with this contact, to be PUT with If-Match; `None`: it is there already, or this is no patient.
#[must_use]
pub fn with_telecom(patient: &Value, contact: &ContactPoint) -> Option<Value> {
    let mut changed = patient_object(patient)?.clone();
    let telecom = changed.entry("telecom").or_insert_with(|| json!([])).as_array_mut()?;
    if telecom.iter().any(|known| is_same(known, contact)) {
        return None;
    }
    telecom.push(contact.json());
    Some(Value::Object(changed))
}

/// The patient without this contact; `None`: it isn't there, or this is no patient.
#[must_use]
pub fn without_telecom(patient: &Value, contact: &ContactPoint) -> Option<Value> {
    let mut changed = patient_object(patient)?.clone();
    let telecom = changed.get_mut("telecom")?.as_array_mut()?;
    let before = telecom.len();
    telecom.retain(|known| !is_same(known, contact));
    if telecom.len() == before {
        return None;
    }
    // FHIR allows no empty list.
    if telecom.is_empty() {
        changed.remove("telecom");
    }
    Some(Value::Object(changed))
}

/// The same as [`with_telecom`] as a JSON Patch (RFC 6902), for servers that take one. It tests that the contacts are still
/// those that were read, so that nobody's change is lost where If-Match isn't kept.
#[must_use]
pub fn telecom_patch(patient: &Value, contact: &ContactPoint) -> Option<Value> {
    let telecom = match patient_object(patient)?.get("telecom") {
        None => return Some(json!([{ "op": "add", "path": "/telecom", "value": [contact.json()] }])),
        Some(telecom) => telecom,
    };
    if telecom.as_array()?.iter().any(|known| is_same(known, contact)) {
        return None;
    }
    Some(json!([
        { "op": "test", "path": "/telecom", "value": telecom },
        { "op": "add", "path": "/telecom/-", "value": contact.json() },
    ]))
}

fn patient_object(value: &Value) -> Option<&serde_json::Map<String, Value>> {
    value.as_object().filter(|fields| fields.get("resourceType").and_then(Value::as_str) == Some("Patient"))
}

fn is_same(known: &Value, contact: &ContactPoint) -> bool {
    let field = |name: &str| known.get(name).and_then(Value::as_str);
    field("system") == Some(&*contact.system) && field("value") == Some(contact.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle() -> ContactPoint {
        ContactPoint {
            system: "url".into(),
            value: "https://example.social/@maria".to_owned(),
            usage: "home".into(),
            period: None,
        }
    }

    #[test]
    fn a_handle_is_added_once_and_all_else_stays() {
        let bare = json!({ "resourceType": "Patient", "id": "p1", "extension": [{ "url": "x", "valueCode": "y" }] });
        let added = with_telecom(&bare, &handle()).unwrap();
        assert_eq!(
            added,
            json!({ "resourceType": "Patient", "id": "p1", "extension": [{ "url": "x", "valueCode": "y" }],
                "telecom": [{ "system": "url", "value": "https://example.social/@maria", "use": "home" }] })
        );
        assert_eq!(with_telecom(&added, &handle()), None);
        assert_eq!(telecom_patch(&added, &handle()), None);
        assert_eq!(without_telecom(&added, &handle()), Some(bare.clone()));
        assert_eq!(without_telecom(&bare, &handle()), None);
        assert_eq!(with_telecom(&json!({ "resourceType": "Person" }), &handle()), None);
    }

    #[test]
    fn a_patch_tests_what_was_read() {
        let handle_json = json!({ "system": "url", "value": "https://example.social/@maria", "use": "home" });
        assert_eq!(
            telecom_patch(&json!({ "resourceType": "Patient" }), &handle()),
            Some(json!([{ "op": "add", "path": "/telecom", "value": [handle_json] }]))
        );
        let phone = json!({ "system": "phone", "value": "1" });
        assert_eq!(
            telecom_patch(&json!({ "resourceType": "Patient", "telecom": [phone] }), &handle()),
            Some(json!([
                { "op": "test", "path": "/telecom", "value": [phone] },
                { "op": "add", "path": "/telecom/-", "value": handle_json },
            ]))
        );
    }
}
