//! Prints one resource of every kind that is written, as JSON lines, for validators of others:
//! `cargo run -p bedside-clinical --example fhir_samples | validator`.

use std::io::Write as _;

use bedside_clinical::fhir::{
    Id, Instant, Namespace,
    build::{
        Binary, Communication, Consent, ConsentActor, Device, DocumentReference, DocumentStatus, Entity, EntityRole,
        Flag, Issue, OperationOutcome, Payload, Provenance, Provision, Report, Section, Task,
        audit::{Common, ConsentDecision, Disclosure, Network, Outcome, Party, Rest, RestEvent, Side, User},
        bundle::{Change, Found, Link, Searchset, Transaction},
        capability::{CapabilityStatement, Security, Supported, SystemInteraction},
        subscription::{About, Event, Notification, Subscription},
        with_telecom,
    },
    code::{
        ConsentStatus, EventStatus, Interaction, IssueType, NotificationType, PayloadContent, Priority, ProvisionType,
        SubscriptionStatus, TaskStatus,
    },
    data::{Annotation, Attachment, Coding, Concept, ContactPoint, Digest, Identifier, Meta, Period, Reference},
    terms::{
        ASSEMBLER, COMMUNICATION_NOTE, COMMUNICATION_NOTIFICATION, FULFILL, INFORMATION_RECIPIENT, ISIK_PATIENT_MERGE,
        PATIENT_REQUESTED, PROVENANCE_AUTHOR, TREATMENT,
    },
};
use serde_json::{Value, json};

const BASE: &str = "https://bedside.hospital.example/fhir";
const TEXT: &str = "Danke an alle auf Station 4 <3 & bis bald!\nMaria";

fn main() -> std::io::Result<()> {
    let samples = [
        chart(),
        audits().into_iter().collect(),
        bundles(),
        vec![capability_statement(), outcome(), merged_patients(false), merged_patients(true)],
    ]
    .concat();
    let mut out = std::io::stdout().lock();
    samples.iter().try_for_each(|sample| writeln!(out, "{sample}"))
}

fn id(kind: &str, key: &str) -> Id {
    Namespace::of(BASE).id(kind, key)
}

const fn at(seconds: i64) -> Instant {
    Instant::from_seconds(1_795_763_696 + seconds)
}

fn patient() -> Reference {
    Reference::address("Patient/p1")
}

fn device() -> Reference {
    Reference::to("Device", &id("Device", "bedside"))
}

fn meta() -> Meta {
    Meta {
        version: Some(2),
        last_updated: Some(at(9)),
        security: vec![Coding::fixed("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", "restricted")],
        ..Meta::default()
    }
}

fn communication() -> Value {
    Communication {
        meta: meta(),
        identifiers: vec![Identifier::new("https://bedside.hospital.example/post", "9f86d081884c7d65")],
        categories: vec![COMMUNICATION_NOTIFICATION.into()],
        priority: Some(Priority::Routine),
        subject: Some(patient()),
        topic: Some(Concept::text("Praise")),
        encounter: Some(Reference::address("Encounter/e1")),
        in_response_to: vec![Reference::to("Communication", &id("Communication", "before"))],
        sent: Some(at(0)),
        received: Some(at(5)),
        sender: Some(patient()),
        recipients: vec![Reference::address("Organization/o1").with_display("Example Hospital")],
        payload: vec![
            Payload::Text(TEXT.to_owned()),
            Payload::Attachment(Box::new(Attachment {
                content_type: "image/png".into(),
                url: Some("https://example.social/media/1".to_owned()),
                title: Some("Flowers".to_owned()),
                ..Attachment::default()
            })),
        ],
        notes: vec![Annotation {
            author: Some(Reference::words("Mara")),
            time: Some(at(60)),
            text: "Told the ward.".to_owned(),
        }],
        ..Communication::new(Some(id("Communication", "post")), EventStatus::Completed)
    }
    .build()
}

fn task() -> Value {
    Task {
        identifiers: vec![Identifier::new("https://bedside.hospital.example/case", "F-2841")],
        priority: Some(Priority::Urgent),
        code: Some(FULFILL.into()),
        description: Some("Please call the patient back".to_owned()),
        focus: Some(Reference::to("Communication", &id("Communication", "post"))),
        patient: Some(patient()),
        last_modified: Some(at(7)),
        requester: Some(device()),
        owner: Some(Reference::address("Organization/o2").with_display("Patient relations")),
        within: Some(Period { start: Some(at(0)), end: Some(at(3600)) }),
        ..Task::new(Some(id("Task", "F-2841")), TaskStatus::Requested, at(6))
    }
    .build()
}

fn consent(status: ConsentStatus) -> Value {
    let end = (status == ConsentStatus::Inactive).then(|| at(500));
    Consent {
        id: Some(id("Consent", "share")),
        meta: Meta::default(),
        identifiers: vec![Identifier::uri("urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2")],
        status,
        patient: patient(),
        date_time: at(0),
        performers: vec![patient()],
        organizations: vec![Reference::address("Organization/o1")],
        source: Some(Reference::address("DocumentReference/d1")),
        provision: Provision {
            kind: ProvisionType::Permit,
            period: Period { start: Some(at(0)), end },
            actors: vec![ConsentActor {
                role: INFORMATION_RECIPIENT.into(),
                reference: Reference::address("Organization/o1"),
            }],
            actions: vec![Concept::from(Coding::fixed(
                "http://terminology.hl7.org/CodeSystem/consentaction",
                "disclose",
                "Disclose",
            ))],
            purposes: vec![TREATMENT, PATIENT_REQUESTED],
            classes: vec![Coding::fixed("http://hl7.org/fhir/resource-types", "Communication", "Communication")],
        },
    }
    .build()
}

fn provenance() -> Value {
    Provenance {
        id: Some(id("Provenance", "post")),
        meta: Meta::default(),
        target: Reference::to("Communication", &id("Communication", "post")),
        more_targets: Vec::new(),
        occurred: Some(at(0)),
        recorded: at(10),
        policies: vec!["https://bedside.hospital.example/policies/de#2026-11".to_owned()],
        reasons: vec![PATIENT_REQUESTED.into()],
        activity: Some(
            Coding::fixed("http://terminology.hl7.org/CodeSystem/v3-DataOperation", "CREATE", "create").into(),
        ),
        device: device(),
        device_role: ASSEMBLER,
        on_behalf_of: Some(Reference::address("Organization/o1")),
        person: Some(Reference::words("Mara")),
        person_role: PROVENANCE_AUTHOR,
        entities: vec![Entity {
            role: EntityRole::Source,
            what: Reference::named(
                "Communication",
                Identifier::new("https://bedside.hospital.example/post", "9f86d081884c7d65"),
            ),
        }],
    }
    .build()
}

fn document(content: Attachment) -> Value {
    DocumentReference {
        meta: meta(),
        master_identifier: Some(Identifier::uri("urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2")),
        kind: Some(COMMUNICATION_NOTE.into()),
        subject: Some(patient()),
        date: Some(at(12)),
        authors: vec![device()],
        custodian: Some(Reference::address("Organization/o1")),
        description: Some("Thread F-2841".to_owned()),
        security_labels: vec![
            Coding::fixed("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", "restricted").into(),
        ],
        encounters: vec![Reference::address("Encounter/e1")],
        period: Some(Period { start: Some(at(0)), end: Some(at(10)) }),
        related: vec![Reference::to("Communication", &id("Communication", "post"))],
        ..DocumentReference::new(Some(id("DocumentReference", "F-2841")), DocumentStatus::Current, content)
    }
    .build()
}

fn chart() -> Vec<Value> {
    let binary = id("Binary", "F-2841");
    let inside = Attachment {
        content_type: "text/plain; charset=utf-8".into(),
        language: Some("de".to_owned()),
        data: Some(TEXT.as_bytes().to_vec()),
        title: Some("Thread F-2841".to_owned()),
        creation: Some(at(12)),
        ..Attachment::default()
    };
    let outside = Attachment {
        data: None,
        url: Some(format!("Binary/{binary}")),
        digest: Some(Digest::of(TEXT.as_bytes())),
        ..inside.clone()
    };
    let flag = Flag {
        id: Some(id("Flag", "F-2841")),
        meta: Meta::default(),
        identifiers: vec![Identifier::new("https://bedside.hospital.example/case", "F-2841")],
        is_active: true,
        code: Concept::text("Wrote of harming himself; confirmed by the crisis team"),
        subject: patient(),
        period: Period { start: Some(at(0)), end: None },
        encounter: None,
        confirmed_by: Reference::address("Practitioner/n1"),
    };
    let program = Device {
        id: Some(id("Device", "bedside")),
        meta: Meta::default(),
        identifiers: Vec::new(),
        name: "Bedside".to_owned(),
        manufacturer: Some("Example Hospital".to_owned()),
        version: "0.1.0".to_owned(),
        owner: Some(Reference::address("Organization/o1")),
        url: Some("https://bedside.hospital.example".to_owned()),
    };
    let binary = Binary {
        id: Some(binary),
        content_type: "text/plain; charset=utf-8".into(),
        security_context: Some(Reference::to("DocumentReference", &id("DocumentReference", "F-2841"))),
        data: TEXT.as_bytes().to_vec(),
    };
    vec![
        communication(),
        Communication::new(None, EventStatus::EnteredInError).build(),
        task(),
        Task::new(None, TaskStatus::Cancelled, at(0)).build(),
        consent(ConsentStatus::Active),
        consent(ConsentStatus::Inactive),
        provenance(),
        document(inside),
        document(outside),
        binary.build(),
        flag.build(),
        program.build(),
        with_telecom(&hospital_patient(), &handle()).unwrap_or_default(),
    ]
}

fn handle() -> ContactPoint {
    ContactPoint {
        system: "url".into(),
        value: "https://example.social/@maria".to_owned(),
        usage: "home".into(),
        period: Some(Period { start: Some(at(0)), end: None }),
    }
}

fn hospital_patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p1", "active": true, "gender": "female", "birthDate": "1964-08-12",
        "identifier": [
            { "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR",
                "display": "Medical record number" }] }, "system": "https://kis.example/pid", "value": "4711" },
            { "system": "http://fhir.de/sid/gkv/kvid-10", "value": "X110411675" },
        ],
        "name": [{ "use": "official", "family": "Musterfrau", "given": ["Maria"] }],
    })
}

fn party(name: &str, network: Network, address: &str) -> Party {
    Party { who: Reference::words(name), network, address: address.to_owned() }
}

fn common(key: &str) -> Common {
    Common {
        id: Some(id("AuditEvent", key)),
        recorded: at(20),
        outcome: Outcome::Success,
        outcome_description: None,
        purposes: vec![TREATMENT.into()],
        site: Some("north".to_owned()),
        observer: device(),
        patient: Some(patient()),
    }
}

fn user() -> User {
    User {
        who: Reference::named("Practitioner", Identifier::new("https://kis.example/staff", "n1")),
        name: Some("Mara".to_owned()),
        roles: vec![Concept::text("Patient relations")],
    }
}

fn audits() -> Vec<Value> {
    let target = || Reference::to("Communication", &id("Communication", "post"));
    let rest = |key: &str, what: Rest, patient: bool, outcome: Outcome| {
        let mut common = Common { outcome, ..common(key) };
        common.patient = common.patient.filter(|_| patient);
        RestEvent {
            common,
            what,
            client: party("EMR", Network::Ip, "192.0.2.7"),
            server: Party { who: device(), address: BASE.to_owned(), network: Network::Uri },
            user: Some(user()),
            request_id: Some("0197-r7".to_owned()),
        }
        .build()
    };
    let query = || Rest::Query(format!("{BASE}/Task?patient=p1"));
    let disclosure = |side: Side| {
        let us = Party { who: device(), address: "bedside.hospital.example".to_owned(), network: Network::Name };
        let them =
            Party { who: Reference::address("Device/emr"), ..party("", Network::Uri, "https://kis.example/fhir") };
        let observer = match side {
            Side::Source => us.who.clone(),
            Side::Recipient => them.who.clone(),
        };
        Disclosure {
            common: Common { observer, ..common("disclosure") },
            side,
            source: us,
            recipient: them,
            authorizer: Some(patient()),
            data: vec![target()],
        }
        .build()
    };
    let decision = |outcome: Outcome| {
        ConsentDecision {
            common: Common { outcome, outcome_description: Some("by consent".to_owned()), ..common("decision") },
            client: party("Chart app", Network::Ip, "192.0.2.7"),
            user: user(),
            organization: Reference::address("Organization/o1"),
            consents: vec![Reference::to("Consent", &id("Consent", "share"))],
            token_id: Some("0197-j1".to_owned()),
        }
        .build()
    };
    vec![
        rest("create", Rest::Create(target()), true, Outcome::Success),
        rest("read", Rest::Read(target()), true, Outcome::Success),
        rest("update", Rest::Update(target()), true, Outcome::Success),
        rest("delete", Rest::Delete(target()), true, Outcome::Success),
        rest("query", query(), true, Outcome::Success),
        rest("query-all", query(), false, Outcome::Success),
        rest("refused", Rest::Read(target()), true, Outcome::MinorFailure),
        disclosure(Side::Source),
        disclosure(Side::Recipient),
        decision(Outcome::Success),
        decision(Outcome::SeriousFailure),
    ]
}

fn merged_patients(by_topic: bool) -> Value {
    let topic = About::Topic {
        topic: ISIK_PATIENT_MERGE.to_owned(),
        filters: vec!["Patient?identifier=https://kis.example/pid|4711".to_owned()],
        content: PayloadContent::IdOnly,
        heartbeat_seconds: Some(60),
        max_count: Some(10),
    };
    let criteria = About::Criteria { criteria: "Patient?active=false".to_owned(), with_resource: true };
    Subscription {
        id: Some(id("Subscription", "merges")),
        meta: Meta::default(),
        status: SubscriptionStatus::Requested,
        reason: "Merged patients change who may be contacted".to_owned(),
        about: if by_topic { topic } else { criteria },
        end: Some(at(86_400)),
        error: None,
        endpoint: "https://bedside.hospital.example/hook/merges".to_owned(),
        headers: vec!["Authorization: Bearer example".to_owned()],
    }
    .build()
}

fn notification(kind: NotificationType, content: PayloadContent) -> Notification {
    let event = Event {
        number: 7,
        at: at(30),
        kind: "Communication".to_owned(),
        id: id("Communication", "post"),
        resource: Some(communication()),
    };
    Notification {
        id: id("Notification", content.code()),
        at: at(31),
        base: BASE.to_owned(),
        subscription: id("Subscription", "theirs"),
        topic: format!("{BASE}/SubscriptionTopic/communication"),
        status: SubscriptionStatus::Active,
        kind,
        events_since_start: 7,
        events: if kind == NotificationType::EventNotification { vec![event] } else { Vec::new() },
        content,
        error: None,
    }
}

fn bundles() -> Vec<Value> {
    let found = |resource: Value| {
        let of = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Found { full_url: format!("{BASE}/{}/{}", of("resourceType"), of("id")), resource }
    };
    let page = Searchset {
        id: Some(id("Bundle", "page")),
        at: Some(at(40)),
        total: Some(2),
        links: vec![
            Link { relation: "self", url: format!("{BASE}/Task?_include=Task:focus&_count=1") },
            Link { relation: "next", url: format!("{BASE}/Task?_include=Task:focus&_count=1&_cursor=W1tdLCJ4Il0") },
        ],
        matches: vec![found(task())],
        included: vec![found(communication())],
        outcome: Some(OperationOutcome::new(Issue::warning(IssueType::NotSupported, "colour was passed over"))),
    };
    let nothing = Searchset { total: Some(0), ..Searchset::default() };
    let changes: Vec<Change> = [communication(), provenance()]
        .into_iter()
        .filter_map(|resource| Change::put("https://kis.example/fhir", resource))
        .collect();
    let report = Report {
        id: id("Composition", "F-2841"),
        identifier: Identifier::new("https://bedside.hospital.example/report", "F-2841"),
        date: at(50),
        title: "Nachricht über soziale Medien vom 27.11.2026".to_owned(),
        kind: "Schriftverkehr".to_owned(),
        kdl: None,
        author: "Bedside".to_owned(),
        patient: hospital_patient(),
        patient_url: "https://kis.example/fhir/Patient/p1".to_owned(),
        encounter: Some((
            "https://kis.example/fhir/Encounter/e1".to_owned(),
            json!({ "resourceType": "Encounter", "id": "e1", "status": "in-progress", "class":
                { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP", "display": "inpatient encounter" } }),
        )),
        sections: vec![Section { title: "Verlauf".to_owned(), paragraphs: vec![TEXT.to_owned()] }],
    };
    vec![
        page.build(),
        nothing.build(),
        Transaction { is_atomic: true, changes: changes.clone() }.build(),
        Transaction { is_atomic: false, changes }.build(),
        report.build(),
        notification(NotificationType::EventNotification, PayloadContent::FullResource).build(),
        notification(NotificationType::EventNotification, PayloadContent::IdOnly).build(),
        notification(NotificationType::EventNotification, PayloadContent::Empty).build(),
        notification(NotificationType::Handshake, PayloadContent::Empty).build(),
        notification(NotificationType::QueryStatus, PayloadContent::IdOnly).status_parameters(),
    ]
}

fn outcome() -> Value {
    OperationOutcome::new(Issue {
        details: Some(Concept::text("This search parameter is not known")),
        ..Issue::error(IssueType::NotSupported, "Task has no search parameter colour here").at("http.colour")
    })
    .build()
}

fn capability_statement() -> Value {
    let read = vec![Interaction::Read, Interaction::Vread, Interaction::SearchType];
    let supported = |kind: &'static str, more: &[Interaction]| Supported {
        kind,
        profiles: Vec::new(),
        interactions: [read.as_slice(), more].concat(),
        updates_create: false,
        searched_by: Vec::new(),
        includes: if kind == "Task" { vec!["Task:focus".to_owned()] } else { Vec::new() },
        rev_includes: Vec::new(),
        documentation: None,
    };
    CapabilityStatement {
        date: at(0),
        publisher: Some("Example Hospital".to_owned()),
        software: ("Bedside".to_owned(), "0.1.0".to_owned()),
        description: "Bedside of the example hospital".to_owned(),
        url: BASE.to_owned(),
        guides: vec![
            "http://hl7.org/fhir/uv/subscriptions-backport/ImplementationGuide/hl7.fhir.uv.subscriptions-backport"
                .to_owned(),
        ],
        security: Some(Security {
            token: "https://bedside.hospital.example/token".to_owned(),
            authorize: Some("https://bedside.hospital.example/authorize".to_owned()),
            description: Some("SMART backend services".to_owned()),
        }),
        resources: vec![
            supported("AuditEvent", &[]),
            supported("Communication", &[]),
            supported("Consent", &[]),
            supported("Provenance", &[]),
            supported("Subscription", &[Interaction::Create, Interaction::Update, Interaction::Delete]),
            supported("Task", &[Interaction::Update]),
        ],
        system: vec![SystemInteraction::Batch],
        topics: ["communication", "task", "consent-revoked"]
            .iter()
            .map(|topic| format!("{BASE}/SubscriptionTopic/{topic}"))
            .collect(),
    }
    .build()
}
