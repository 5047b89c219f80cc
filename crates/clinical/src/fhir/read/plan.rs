//! What we do with a server, given what it can do: the best way that it offers, and why not a better one.

mod words;

use super::Capabilities;
use crate::fhir::{
    code::Interaction,
    terms::{ISIK, ISIK_PATIENT_MERGE},
};

pub use words::{Lang, Reason};

/// A way, and why this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// The way.
    pub way: T,
    /// Why no better one, the best first; empty: this is the best.
    pub because: Vec<Reason>,
}

/// How a consented thread gets into the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filing {
    /// As Communication resources.
    Communication,
    /// As a document: its bytes in a Binary of their own, or within the DocumentReference.
    DocumentReference {
        /// Whether the server takes Binary.
        has_binary: bool,
    },
    /// As a report of ISiK, posted to the base address.
    IsikReport,
    /// Not over FHIR: as MDM^T02 over HL7 v2.
    Hl7Mdm,
}

/// How something is written so that it is there once, whatever happens between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// PUT to an id that follows from what is written.
    PutById,
    /// One writer at a time; search by identifier, and create if nothing is found. If-None-Exist is sent where it is
    /// offered, and never trusted alone.
    SearchThenCreate {
        /// Whether If-None-Exist is offered.
        with_if_none_exist: bool,
    },
    /// Created once and never again after an unclear answer: a person has to look.
    CreateOnce,
    /// Not at all.
    No,
}

/// How we learn of merged patients. Polling goes on beside a subscription, as subscriptions die quietly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merges {
    /// Subscription to ISiK's topic.
    IsikTopic,
    /// R4 Subscription to changed patients.
    Criteria,
    /// Asking for what changed since.
    Poll,
    /// Only when a patient is read.
    OnRead,
}

/// What we do with a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How a thread gets into the record.
    pub filing: Choice<Filing>,
    /// How that is written.
    pub writing: Choice<Writing>,
    /// Other resources: type and how they are written.
    pub others: Vec<(&'static str, Choice<Writing>)>,
    /// How we learn of merged patients.
    pub merges: Choice<Merges>,
}

/// What to do with a server of these capabilities.
#[must_use]
pub fn degrade(server: &Capabilities) -> Plan {
    let filing = filing(server);
    let writing = match filing.way {
        Filing::Communication => writing(server, "Communication"),
        Filing::DocumentReference { .. } => writing(server, "DocumentReference"),
        Filing::IsikReport => Choice { way: Writing::CreateOnce, because: vec![Reason::ReportWithoutAddress] },
        Filing::Hl7Mdm => Choice { way: Writing::No, because: vec![Reason::Hl7Acknowledges] },
    };
    let others =
        ["Task", "Flag", "Consent", "Provenance"].into_iter().map(|kind| (kind, self::writing(server, kind))).collect();
    Plan { filing, writing, others, merges: merges(server) }
}

fn filing(server: &Capabilities) -> Choice<Filing> {
    let mut because = Vec::new();
    let speaks_r4 = server.fhir_version.starts_with("4.0") || server.fhir_version.starts_with("4.3");
    if !speaks_r4 {
        because.push(Reason::OtherVersion(server.fhir_version.clone()));
        return Choice { way: Filing::Hl7Mdm, because };
    }
    if server.can_write("Communication") {
        return Choice { way: Filing::Communication, because };
    }
    because.push(lack(server, "Communication"));
    if server.can_write("DocumentReference") {
        let has_binary = server.can_write("Binary");
        if !has_binary {
            because.push(lack(server, "Binary"));
        }
        return Choice { way: Filing::DocumentReference { has_binary }, because };
    }
    because.push(lack(server, "DocumentReference"));
    if takes_isik_reports(server) {
        return Choice { way: Filing::IsikReport, because };
    }
    because.push(Reason::NoReports);
    Choice { way: Filing::Hl7Mdm, because }
}

/// A server of ISiK says so in `document`, in `instantiates`, or by a profile of Bundle.
fn takes_isik_reports(server: &Capabilities) -> bool {
    let report = format!("{ISIK}/ISiKBerichtBundle");
    let is_role = |url: &String| {
        ["CompositionKonsumentenRolle", "ISiKCapabilityStatementBasisServer", "ISiKCapabilityStatementBasis"]
            .iter()
            .any(|role| url.starts_with("https://gematik.de/fhir/isik/") && url.contains(role))
    };
    server.documents.contains(&report)
        || server.instantiates.iter().any(is_role)
        || server.resources.get("Bundle").is_some_and(|bundle| bundle.profiles.contains(&report))
}

fn lack(server: &Capabilities, kind: &'static str) -> Reason {
    match server.resources.get(kind) {
        _ if server.withheld.contains(kind) => Reason::Withheld(kind),
        None => Reason::NotOffered(kind),
        Some(support) if support.interactions.contains(&Interaction::Update) => Reason::OnlyChanged(kind),
        Some(_) => Reason::OnlyRead(kind),
    }
}

/// How a resource of this type is written there.
#[must_use]
pub fn writing(server: &Capabilities, kind: &'static str) -> Choice<Writing> {
    if !server.can_write(kind) {
        return Choice { way: Writing::No, because: vec![lack(server, kind)] };
    }
    if server.can_put(kind) {
        return Choice { way: Writing::PutById, because: Vec::new() };
    }
    let mut because = vec![Reason::NoPut(kind)];
    if server.can_search_by(kind, "identifier") {
        let with_if_none_exist = server.resources.get(kind).is_some_and(|support| support.conditional_create);
        return Choice { way: Writing::SearchThenCreate { with_if_none_exist }, because };
    }
    because.push(Reason::NoIdentifierSearch(kind));
    Choice { way: Writing::CreateOnce, because }
}

fn merges(server: &Capabilities) -> Choice<Merges> {
    let mut because = Vec::new();
    let can_subscribe = server.can_write("Subscription");
    if can_subscribe && server.topics.contains(ISIK_PATIENT_MERGE) {
        return Choice { way: Merges::IsikTopic, because };
    }
    if can_subscribe {
        because.push(Reason::NoMergeTopic);
        return Choice { way: Merges::Criteria, because };
    }
    because.push(lack(server, "Subscription"));
    // _lastUpdated is seldom listed and mostly there.
    if server.can("Patient", Interaction::SearchType) {
        return Choice { way: Merges::Poll, because };
    }
    because.push(Reason::NoPatientSearch);
    Choice { way: Merges::OnRead, because }
}

#[cfg(test)]
mod tests;
