//! Any bytes are read as a resource and any text as a search without a panic; what was read is written and read the same,
//! and the address of a search is the same search. The first line is the search, what follows is the resource.
#![no_main]

use bedside_clinical::fhir::Instant;
use bedside_clinical::fhir::http::Handling;
use bedside_clinical::fhir::read::{Resource, View, degrade, read_any};
use bedside_clinical::fhir::search::{Query, Rules, included, matches, page, subset};
use libfuzzer_sys::fuzz_target;

const KINDS: [&str; 6] = ["Communication", "Task", "Consent", "Provenance", "AuditEvent", "Subscription"];

fuzz_target!(|input: &[u8]| {
    let (line, bytes) = match input.iter().position(|byte| *byte == b'\n') {
        Some(at) => (&input[..at], &input[at + 1..]),
        None => (input, &[][..]),
    };
    let resource = read_any(bytes).ok();
    if let Some(resource) = &resource {
        look(resource);
    }
    let Ok(line) = std::str::from_utf8(line) else { return };
    let (kind, text) = line.split_once('?').unwrap_or((KINDS[line.len() % KINDS.len()], line));
    for handling in [Handling::Strict, Handling::Lenient] {
        let rules = Rules { base: "https://bedside.example/fhir", handling, default_count: 20, most_count: 100 };
        match Query::parse(kind, text, &rules) {
            Ok(query) => search(&query, &rules, resource.as_ref()),
            Err(outcome) => assert!((400..500).contains(&outcome.status())),
        }
    }
});

fn look(resource: &Resource) {
    let written = serde_json::to_vec(resource.value()).expect("a value is written");
    assert_eq!(read_any(&written).expect("what was read is read again").value(), resource.value());
    let _ = (resource.id(), resource.version(), resource.last_updated());
    match resource.view() {
        View::Bundle(bundle) => {
            let _ = (bundle.kind(), bundle.total(), bundle.next(), bundle.entries().count());
            assert!(bundle.matches().count() <= bundle.entries().count());
            let _ = bundle.notification();
        }
        View::CapabilityStatement(can) => assert!(!degrade(&can).to_string().is_empty()),
        View::Consent(consent) => {
            let _ = (consent.status(), consent.patient(), consent.purposes().count());
            let _ = consent.is_in_force(Instant::from_micros(1_800_000_000_000_000));
        }
        View::OperationOutcome(outcome) => {
            let _ = (outcome.to_string(), outcome.words());
        }
        View::Patient(patient) => {
            let _ = (patient.id(), patient.is_active(), patient.names().len(), patient.birth_date());
            let _ = (patient.identifiers().len(), patient.identifier_in("urn:oid:1.2.3"), patient.deceased());
            let _ = (patient.telecom().len(), patient.languages().len(), patient.replaced_by(), patient.replaces());
        }
        View::Subscription(read) => {
            let _ = read.is_ok();
        }
        View::Other(_) => {}
    }
}

fn search(query: &Query, rules: &Rules<'_>, resource: Option<&Resource>) {
    let address = query.self_url();
    let text = address.split_once('?').map_or("", |(_, text)| text);
    let again = Query::parse(&query.kind, text, rules).expect("the address of a search is one");
    assert_eq!((&again.filters, &again.sort, again.count), (&query.filters, &query.sort, query.count), "{address}");
    let _ = query.warnings();
    let Some(resource) = resource else { return };
    let is_there = matches(resource.value(), query);
    let found = page([resource.value()], query);
    assert!(found.items.len() <= usize::from(is_there));
    let _ = included(resource.value(), query);
    let _ = subset(resource.value(), query);
}
