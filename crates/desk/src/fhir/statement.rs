//! What this server can do, for programs: the CapabilityStatement and SMART's configuration. Both are open to everybody.

use axum::{extract::State, http::StatusCode, response::Response};
use bedside_clinical::fhir::{
    build::capability::{CapabilityStatement, Security, Supported},
    code::Interaction,
    read::smart,
    time::Instant,
};

use super::{FhirState, answer, topic::Topic};

const READING: [Interaction; 4] =
    [Interaction::Read, Interaction::Vread, Interaction::HistoryInstance, Interaction::SearchType];
/// When what the server can do last changed.
const SINCE: i64 = 1_795_737_600;
const GUIDES: [&str; 3] = [
    "http://hl7.org/fhir/uv/subscriptions-backport/ImplementationGuide/hl7.fhir.uv.subscriptions-backport",
    "http://hl7.org/fhir/smart-app-launch/ImplementationGuide/hl7.fhir.uv.smart-app-launch",
    "https://profiles.ihe.net/ITI/BALP/ImplementationGuide/ihe.iti.balp",
];
const SCOPES: [&str; 7] = [
    "system/*.rs",
    "system/Communication.rs",
    "system/Task.rs",
    "system/Consent.rs",
    "system/Provenance.rs",
    "system/AuditEvent.rs",
    "system/Subscription.cruds",
];

/// `GET /fhir/metadata`
pub(super) async fn capability(State(state): State<FhirState>) -> Response {
    let statement = CapabilityStatement {
        date: Instant::from_seconds(SINCE),
        publisher: state.road.houses().first().map(|house| house.site.group.clone()),
        software: ("Bedside".to_owned(), state.settings.version.clone()),
        description: "What people write to the hospital over social media, with their consent".to_owned(),
        url: state.base.to_string(),
        guides: GUIDES.map(str::to_owned).to_vec(),
        security: Some(Security {
            token: state.token_endpoint(),
            authorize: None,
            description: Some("SMART backend services: private_key_jwt with RS384 or ES384".to_owned()),
        }),
        resources: supported(),
        system: Vec::new(),
        topics: Topic::ALL.iter().map(|topic| topic.url(&state.base)).collect(),
    };
    answer::json(StatusCode::OK, &statement.build())
}

fn supported() -> Vec<Supported> {
    let reading = |kind: &'static str, includes: &[&str], documentation: &str| Supported {
        kind,
        profiles: Vec::new(),
        interactions: READING.to_vec(),
        updates_create: false,
        searched_by: Vec::new(),
        includes: includes.iter().map(|one| (*one).to_owned()).collect(),
        documentation: Some(documentation.to_owned()),
    };
    vec![
        Supported {
            interactions: vec![Interaction::Read, Interaction::SearchType],
            ..reading("AuditEvent", &[], "Who read, searched or was sent what (IHE BALP)")
        },
        reading("Communication", &["Communication:in-response-to"], "A post of a patient, or an answer of the house"),
        reading("Consent", &[], "What a patient consents to; inactive once it was taken back"),
        reading("Provenance", &["Provenance:target"], "Where a Communication comes from"),
        Supported {
            interactions: vec![
                Interaction::Create,
                Interaction::Read,
                Interaction::Update,
                Interaction::Delete,
                Interaction::SearchType,
            ],
            ..reading("Subscription", &[], "A client's own: rest-hook, by criteria or by topic (backport)")
        },
        reading("Task", &["Task:focus"], "The work on a conversation, and how far it has come"),
    ]
}

/// `GET /fhir/.well-known/smart-configuration`
pub(super) async fn smart_configuration(State(state): State<FhirState>) -> Response {
    let configuration = smart::configuration(&state.base, &state.token_endpoint(), None, &SCOPES);
    answer::typed(StatusCode::OK, "application/json", &configuration)
}
