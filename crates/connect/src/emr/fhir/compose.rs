//! From a document of the road to what stands in the record: one profile (`clinical::fhir::social`) for all, and for servers
//! that take no Communication the same words as a document or a report.

use bedside_clinical::fhir::{
    Instant,
    build::{Binary, DocumentReference, DocumentStatus, Flag, Report, Section},
    code::{EventStatus, Priority, TaskStatus},
    data::{Attachment, Concept, Digest, Identifier, Meta, Period, Reference},
    social::{Origin, Permission, Utterance, Work, Writer},
    terms::COMMUNICATION_NOTE,
};
use bedside_core::{
    chart::Said,
    door::Purpose,
    filing::{ConsentTold, Document, FilingAct, WorkState},
    time::Timestamp,
};
use serde_json::Value;

use super::person::Person;

/// What is written for one document, in the order in which one refers to another.
pub(super) type Resources = Vec<Value>;

const fn at(time: Timestamp) -> Instant {
    Instant::from_micros(time.as_micros())
}

/// Each utterance as a Communication; entered in error, and without a word, where the consent to it is gone. A conversation
/// whose words a person has mended is one text of the house's.
pub(super) fn communications(writer: &Writer, document: &Document, person: &Person, act: FilingAct) -> Resources {
    let Some(case) = &document.case else { return Vec::new() };
    let (patient, conversation) = (person.reference(), case.id.to_string());
    let whole = document.lines.join("\n");
    let mended = Utterance {
        key: &conversation,
        conversation: &conversation,
        number: &case.number,
        uri: None,
        channel: &case.channel,
        sent: at(document.happened_at),
        received: at(document.written_at),
        by_house: true,
        text: &whole,
        answers: None,
    };
    if document.said.is_empty() {
        return vec![communication(writer, &mended, &patient, act)];
    }
    let mut asked: Option<String> = None;
    let mut written = Vec::with_capacity(document.said.len());
    for said in &document.said {
        let key = said.id.key();
        let utterance = Utterance {
            key: &key,
            uri: said.url.as_deref(),
            sent: at(said.at),
            received: at(said.seen_at),
            by_house: said.by_house,
            text: &said.text,
            answers: asked.as_deref().filter(|_| said.by_house),
            ..mended
        };
        written.push(with_language(communication(writer, &utterance, &patient, act), said));
        if !said.by_house {
            asked = Some(key);
        }
    }
    written
}

fn communication(writer: &Writer, utterance: &Utterance<'_>, patient: &Reference, act: FilingAct) -> Value {
    let mut communication = writer.communication(utterance, patient);
    if act == FilingAct::Cancel {
        communication.status = EventStatus::EnteredInError;
        communication.status_reason = Some(Concept::text("consent withdrawn"));
        communication.payload.clear();
        communication.in_response_to.clear();
    }
    communication.build()
}

/// Says in which language something is written, if what the platform says looks like one (BCP 47).
fn with_language(mut resource: Value, said: &Said) -> Value {
    let is_tag = |lang: &&String| {
        (2..=20).contains(&lang.len()) && lang.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if let (Some(fields), Some(lang)) = (resource.as_object_mut(), said.lang.as_ref().filter(is_tag)) {
        fields.insert("language".to_owned(), lang.clone().into());
    }
    resource
}

/// The conversation as a document: its text in a Binary, or within the DocumentReference.
pub(super) fn document(
    writer: &Writer,
    document: &Document,
    person: &Person,
    act: FilingAct,
    has_binary: bool,
) -> Resources {
    let Some(case) = &document.case else { return Vec::new() };
    let key = case.id.to_string();
    let (id, binary_id) = (writer.id("DocumentReference", &key), writer.id("Binary", &key));
    let is_cancelled = act == FilingAct::Cancel;
    let text = if is_cancelled { "–".to_owned() } else { document.lines.join("\n") };
    let mut content = Attachment {
        content_type: "text/plain; charset=utf-8".into(),
        title: Some(document.title.clone()),
        creation: Some(at(document.written_at)),
        ..Attachment::default()
    };
    let mut written = Vec::new();
    if has_binary {
        content.url = Some(format!("Binary/{binary_id}"));
        content.digest = Some(Digest::of(text.as_bytes()));
        let binary = Binary {
            id: Some(binary_id),
            content_type: content.content_type.clone(),
            // The DocumentReference is written after it, and to what isn't there yet many a server allows no reference.
            security_context: None,
            data: text.into_bytes(),
        };
        written.push(binary.build());
    } else {
        content.data = Some(text.into_bytes());
    }
    let name = Identifier::new(format!("{}/conversation", writer.base), key);
    let status = if is_cancelled { DocumentStatus::EnteredInError } else { DocumentStatus::Current };
    let reference = DocumentReference {
        master_identifier: Some(name.clone()),
        identifiers: vec![name, Identifier::new(format!("{}/case", writer.base), case.number.clone())],
        kind: Some(Concept::from(COMMUNICATION_NOTE)),
        subject: Some(person.reference()),
        date: Some(at(document.written_at)),
        authors: vec![writer.device.clone()],
        custodian: Some(Reference { kind: Some("Organization".into()), ..Reference::words(&document.house) }),
        description: Some(document.title.clone()),
        ..DocumentReference::new(Some(id), status, content)
    };
    written.push(reference.build());
    written
}

/// The conversation as a report of ISiK.
pub(super) fn report(writer: &Writer, document: &Document, person: &Person, base: &str) -> Value {
    let key = document.case.as_ref().map_or_else(|| document.id.to_string(), |case| case.id.to_string());
    let kind = "Schriftverkehr Patient";
    Report {
        id: writer.id("Composition", &document.id.to_string()),
        identifier: Identifier::new(format!("{}/conversation", writer.base), key),
        date: at(document.written_at),
        title: document.title.clone(),
        kind: kind.to_owned(),
        kdl: None,
        author: format!("Bedside, {}", document.house),
        patient: person.value.clone(),
        patient_url: format!("{base}/Patient/{}", person.id),
        encounter: None,
        sections: vec![Section { title: document.title.clone(), paragraphs: document.lines.clone() }],
    }
    .build()
}

/// A consent, in force or ended. Its id holds for one link of the account to a record: linked anew it is another one.
pub(super) fn consent(writer: &Writer, told: &ConsentTold, person: &Person) -> Value {
    let key = format!("{}.{}", told.id, told.link);
    let permission = Permission {
        key: &key,
        purpose: told.purpose.as_str(),
        words: words_of(told.purpose),
        given: at(told.given_at),
        revoked: told.ended_at.map(at),
        by_patient: told.by_patient,
    };
    writer.consent(&permission, &person.reference()).build()
}

/// What a purpose is called in a chart.
const fn words_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Link => "Account linked to the record",
        Purpose::CareTeam => "Care team sees the conversation",
        Purpose::Contact => "Contact at the private door",
    }
}

/// Work that waits, or has ended. It refers to no Communication: of an open case none is in the record yet.
pub(super) fn task(writer: &Writer, document: &Document, person: &Person) -> Option<Value> {
    let (case, work) = (document.case.as_ref()?, document.work.as_ref()?);
    let key = case.id.to_string();
    let told = Work {
        conversation: &key,
        number: &case.number,
        url: None,
        status: match work.state {
            WorkState::Requested => TaskStatus::Requested,
            WorkState::InProgress => TaskStatus::InProgress,
            WorkState::Completed => TaskStatus::Completed,
            WorkState::Cancelled => TaskStatus::Cancelled,
        },
        reason: (work.state == WorkState::Cancelled).then(|| "consent withdrawn".to_owned()),
        priority: if work.is_urgent { Priority::Urgent } else { Priority::Routine },
        description: work.about.clone(),
        focus: None,
        owner: Some(work.to.join(", ")).filter(|to| !to.is_empty()),
        due: work.due_at.map(at),
        opened: at(work.opened_at),
        changed: at(work.changed_at),
    };
    Some(writer.task(&told, &person.reference()).build())
}

/// A warning that a person confirmed, in force or ended; ended, it says no more than that there was one.
pub(super) fn flag(writer: &Writer, document: &Document, person: &Person) -> Option<Value> {
    let told = document.flag.as_ref()?;
    let key = told.id.to_string();
    let words = Some(told.words.clone()).filter(|words| !words.trim().is_empty());
    let end = told.ended_at.or(told.until).map(|end| at(end.max(told.from)));
    let flag = Flag {
        id: Some(writer.id("Flag", &key)),
        meta: Meta::default(),
        identifiers: vec![Identifier::new(format!("{}/flag", writer.base), key)],
        is_active: told.ended_at.is_none(),
        code: Concept::text(words.unwrap_or_else(|| document.title.clone())),
        subject: person.reference(),
        period: Period { start: Some(at(told.from)), end },
        encounter: None,
        confirmed_by: Reference { kind: Some("Practitioner".into()), ..Reference::words(&told.by) },
    };
    Some(flag.build())
}

/// Where these writes came from. Recorded is when the document was made, so that a repetition writes the same.
pub(super) fn provenance(writer: &Writer, document: &Document, written: &[Value]) -> Option<Value> {
    let targets = written.iter().filter_map(|one| {
        let (kind, id) = (one.get("resourceType")?.as_str()?, one.get("id")?.as_str()?);
        (kind != "Binary").then(|| Reference::address(format!("{kind}/{id}")))
    });
    let made = document.id.uuid().get_timestamp().map(|time| time.to_unix());
    let micros =
        made.map(|(seconds, nanos)| i64::try_from(seconds).unwrap_or(0) * 1_000_000 + i64::from(nanos / 1_000));
    let key = document.id.to_string();
    let origin = Origin {
        targets: targets.collect(),
        key: &key,
        recorded: micros.map_or_else(|| at(document.written_at), Instant::from_micros),
        rules: Some(document.rules.as_str()).filter(|rules| !rules.is_empty()),
        person: None,
    };
    writer.provenance(&origin).map(|provenance| provenance.build())
}
