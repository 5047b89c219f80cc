//! A thread as a report of ISiK: a document Bundle that every German hospital system with ISiK must take at its base
//! address, even where it takes no Communication. All that is referred to lies in the Bundle (ISiK-docBundle-1).

use serde_json::Value;

use crate::fhir::{
    data::{Coding, Concept, Identifier, Meta, narrative},
    id::Id,
    object::Object,
    terms::{DOCUMENT_SUMMARY, ISIK},
    time::Instant,
};

/// A report about one patient.
#[derive(Debug, Clone)]
pub struct Report {
    /// Id of the Composition, a UUID.
    pub id: Id,
    /// The name of the report in our system.
    pub identifier: Identifier,
    /// When it was written.
    pub date: Instant,
    /// What it is called in a list of documents.
    pub title: String,
    /// What kind of document, in words.
    pub kind: String,
    /// KDL code of the kind, where the house uses them (`XX000000`).
    pub kdl: Option<String>,
    /// What wrote it, in words.
    pub author: String,
    /// The patient as the hospital's server gave it; what identifies the patient is copied from it.
    pub patient: Value,
    /// The patient's address on the hospital's server.
    pub patient_url: String,
    /// The stay and its address, if it belongs to one.
    pub encounter: Option<(String, Value)>,
    /// What it says.
    pub sections: Vec<Section>,
}

/// A chapter.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its words, escaped when they are written.
    pub paragraphs: Vec<String>,
}

impl Report {
    /// The Bundle as JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let patient =
            copy(&self.patient, &["resourceType", "id", "identifier", "active", "name", "gender", "birthDate"], None);
        let encounter = self.encounter.as_ref().map(|(url, encounter)| {
            let kept = ["resourceType", "id", "identifier", "status", "class", "type", "period"];
            entry(url, copy(encounter, &kept, Some(&self.patient_url)))
        });
        let entries: Vec<Value> =
            [entry(&format!("urn:uuid:{}", self.id), self.composition()), entry(&self.patient_url, patient)]
                .into_iter()
                .chain(encounter)
                .collect();
        let meta = Meta { profiles: vec![format!("{ISIK}/ISiKBerichtBundle").into()], ..Meta::default() };
        Object::resource("Bundle", None, &meta)
            .put("identifier", &self.identifier)
            .put("type", "document")
            .put("timestamp", self.date)
            .put("entry", entries)
            .done()
    }

    fn composition(&self) -> Value {
        let summary = Concept::from(DOCUMENT_SUMMARY).with_text(self.kind.clone());
        let kdl = self.kdl.as_ref().map(|code| Coding::new("http://dvmd.de/fhir/CodeSystem/kdl", code.clone(), ""));
        let kind = Concept { codings: kdl.into_iter().chain(summary.codings).collect(), text: summary.text };
        let reference = |url: &str| Object::new().put("reference", url);
        let sections: Vec<Object> = self.sections.iter().map(section).collect();
        let author = Object::new().put("type", "Device").put("display", &self.author);
        let meta = Meta { profiles: vec![format!("{ISIK}/ISiKBerichtSubSysteme").into()], ..Meta::default() };
        Object::resource("Composition", Some(&self.id), &meta)
            .put("text", narrative("extensions", &self.header()))
            .put("identifier", &self.identifier)
            .put("status", "final")
            .put("type", kind)
            .put("subject", reference(&self.patient_url))
            .put("encounter", self.encounter.as_ref().map(|(url, _)| reference(url)))
            .put("date", self.date)
            .put("author", [author])
            .put("title", &self.title)
            .put("section", sections)
            .done()
    }

    /// What the document's header must show (ISiKBerichtSubSysteme, text).
    fn header(&self) -> Vec<String> {
        let text = |pointer: &str| self.patient.pointer(pointer).and_then(Value::as_str).unwrap_or("–");
        let identifiers = self.patient.get("identifier").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let number = identifiers.iter().find(|one| is_medical_record(one)).or(identifiers.first());
        let number = number.and_then(|one| one.get("value")).and_then(Value::as_str).unwrap_or("–");
        vec![
            format!("Name: {}", text("/name/0/family")),
            format!("Geburtsdatum: {}", text("/birthDate")),
            format!("Patientennummer: {number}"),
            "Status: final".to_owned(),
            format!("Typ: {}", self.kind),
            format!("Datum: {}", self.date),
            format!("Titel: {}", self.title),
            format!("Autor: {}", self.author),
        ]
    }
}

/// Whether an identifier is the hospital's number of the patient (v2-0203 `MR`, ISiKPatient `identifier:pid`).
fn is_medical_record(identifier: &Value) -> bool {
    let codings = identifier.pointer("/type/coding").and_then(Value::as_array);
    codings.is_some_and(|codings| codings.iter().any(|coding| coding.get("code").is_some_and(|code| code == "MR")))
}

fn section(section: &Section) -> Object {
    Object::new().put("title", &section.title).put("text", narrative("generated", &section.paragraphs))
}

fn entry(url: &str, resource: Value) -> Value {
    Object::new().put("fullUrl", url).put("resource", resource).done()
}

/// The elements `kept`, without references to what is not in the Bundle; the subject is set anew.
fn copy(resource: &Value, kept: &[&str], subject: Option<&str>) -> Value {
    let mut copied = Object::new();
    for name in kept {
        if let Some(value) = resource.get(*name) {
            let mut value = value.clone();
            drop_references(&mut value);
            copied = copied.put(name, value);
        }
    }
    copied.put("subject", subject.map(|url| Object::new().put("reference", url))).done()
}

fn drop_references(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| field.get("reference").is_none());
            fields.values_mut().for_each(drop_references);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_references),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report() -> Value {
        Report {
            id: Id::parse("5f2c1d9e-0000-5000-8000-000000000001").unwrap(),
            identifier: Identifier::new("https://bedside.example/report", "F-2841"),
            date: Instant::from_seconds(0),
            title: "Nachricht über soziale Medien".to_owned(),
            kind: "Schriftverkehr".to_owned(),
            kdl: Some("SV100101".to_owned()),
            author: "Bedside".to_owned(),
            patient: json!({
                "resourceType": "Patient", "id": "p1", "birthDate": "1964-08-12",
                "identifier": [
                    { "system": "http://fhir.de/sid/gkv/kvid-10", "value": "X110411675" },
                    { "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR" }] },
                        "system": "https://kis.example/pid", "value": "4711",
                        "assigner": { "reference": "Organization/o1" } },
                ],
                "name": [{ "family": "Müller", "given": ["Doris"] }],
                "managingOrganization": { "reference": "Organization/o1" },
            }),
            patient_url: "https://kis.example/fhir/Patient/p1".to_owned(),
            encounter: Some((
                "https://kis.example/fhir/Encounter/e1".to_owned(),
                json!({ "resourceType": "Encounter", "id": "e1", "status": "finished",
                    "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP" },
                    "serviceProvider": { "reference": "Organization/o1" },
                    "subject": { "reference": "Patient/p1" } }),
            )),
            sections: vec![Section { title: "Verlauf".to_owned(), paragraphs: vec!["Danke <b>!</b>".to_owned()] }],
        }
        .build()
    }

    #[test]
    fn all_that_a_report_refers_to_lies_in_it() {
        let bundle = report();
        let urls: Vec<&str> =
            bundle["entry"].as_array().unwrap().iter().filter_map(|entry| entry["fullUrl"].as_str()).collect();
        let mut references = Vec::new();
        collect(&bundle, &mut references);
        assert_eq!(references.len(), 3);
        assert!(references.iter().all(|reference| urls.contains(&reference.as_str())), "{references:?} in {urls:?}");
    }

    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("reference").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|field| collect(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }

    #[test]
    fn a_report_is_a_document_with_a_header_and_chapters() {
        let bundle = report();
        assert_eq!(bundle["type"], "document");
        let composition = &bundle["entry"][0]["resource"];
        assert_eq!(composition["status"], "final");
        assert_eq!(composition["text"]["status"], "extensions");
        let header = composition["text"]["div"].as_str().unwrap();
        for part in ["Müller", "1964-08-12", "4711", "final", "Schriftverkehr", "Bedside"] {
            assert!(header.contains(part), "{part}");
        }
        assert!(!header.contains("X110411675"), "the number of the insurance is not the hospital's");
        assert_eq!(
            composition["section"],
            json!([{ "title": "Verlauf", "text": { "status": "generated",
                "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Danke &lt;b&gt;!&lt;/b&gt;</p></div>" } }])
        );
        let codes: Vec<&Value> =
            composition["type"]["coding"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
        assert_eq!(codes, ["SV100101", "55112-7"]);
    }
}
