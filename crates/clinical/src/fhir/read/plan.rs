//! What we do with a server, given what it can do: the best way that it offers, and why not a better one.

use std::fmt;

use super::Capabilities;
use crate::fhir::{
    code::Interaction,
    terms::{ISIK, ISIK_PATIENT_MERGE},
};

/// A way, and why this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// The way.
    pub way: T,
    /// Why no better one, the best first; empty: this is the best.
    pub because: Vec<String>,
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

/// How a confirmed handle is written into Patient.telecom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handle {
    /// JSON Patch.
    Patch,
    /// PUT of the whole patient with If-Match.
    Update,
    /// Not at all.
    No,
}

/// What we do with a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How a thread gets into the record.
    pub filing: Choice<Filing>,
    /// How that is written.
    pub writing: Choice<Writing>,
    /// Other resources: type, what for, and how they are written.
    pub others: Vec<(&'static str, &'static str, Choice<Writing>)>,
    /// How we learn of merged patients.
    pub merges: Choice<Merges>,
    /// How a confirmed handle is written.
    pub handle: Choice<Handle>,
}

/// What to do with a server of these capabilities.
#[must_use]
pub fn degrade(server: &Capabilities) -> Plan {
    let filing = filing(server);
    let writing = match filing.way {
        Filing::Communication => writing(server, "Communication"),
        Filing::DocumentReference { .. } => writing(server, "DocumentReference"),
        Filing::IsikReport => Choice {
            way: Writing::CreateOnce,
            because: vec!["a report has no address of its own on the server".to_owned()],
        },
        Filing::Hl7Mdm => Choice { way: Writing::No, because: vec!["HL7 v2 has its own acknowledgements".to_owned()] },
    };
    let others = [
        ("Task", "work for the ward"),
        ("Consent", "what the patient permits"),
        ("Flag", "safety, once a person has confirmed it"),
        ("Provenance", "where each write comes from"),
        ("AuditEvent", "who did what"),
    ]
    .into_iter()
    .map(|(kind, what_for)| (kind, what_for, self::writing(server, kind)))
    .collect();
    Plan { filing, writing, others, merges: merges(server), handle: handle(server) }
}

fn filing(server: &Capabilities) -> Choice<Filing> {
    let mut because = Vec::new();
    let speaks_r4 = server.fhir_version.starts_with("4.0") || server.fhir_version.starts_with("4.3");
    if !speaks_r4 {
        let version = if server.fhir_version.is_empty() { "none that it names" } else { server.fhir_version.as_str() };
        because.push(format!("it speaks FHIR {}, not R4", printable(version)));
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
    because.push("it says nowhere that it takes reports of ISiK".to_owned());
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

fn lack(server: &Capabilities, kind: &str) -> String {
    match server.resources.get(kind) {
        None => format!("{kind} is not offered"),
        Some(support) if support.interactions.contains(&Interaction::Update) => {
            format!("{kind} can be changed but not made")
        }
        Some(_) => format!("{kind} can only be read"),
    }
}

fn writing(server: &Capabilities, kind: &str) -> Choice<Writing> {
    if !server.can_write(kind) {
        return Choice { way: Writing::No, because: vec![lack(server, kind)] };
    }
    if server.can_put(kind) {
        return Choice { way: Writing::PutById, because: Vec::new() };
    }
    let mut because = vec![format!("{kind} can't be put to an id of ours (updateCreate)")];
    if server.can_search_by(kind, "identifier") {
        let with_if_none_exist = server.resources.get(kind).is_some_and(|support| support.conditional_create);
        return Choice { way: Writing::SearchThenCreate { with_if_none_exist }, because };
    }
    because.push(format!("{kind} can't be searched by identifier"));
    Choice { way: Writing::CreateOnce, because }
}

fn merges(server: &Capabilities) -> Choice<Merges> {
    let mut because = Vec::new();
    let can_subscribe = server.can_write("Subscription");
    if can_subscribe && server.topics.contains(ISIK_PATIENT_MERGE) {
        return Choice { way: Merges::IsikTopic, because };
    }
    if can_subscribe {
        because.push("no topic for merged patients is offered".to_owned());
        return Choice { way: Merges::Criteria, because };
    }
    because.push(lack(server, "Subscription"));
    // _lastUpdated is seldom listed and mostly there.
    if server.can("Patient", Interaction::SearchType) {
        return Choice { way: Merges::Poll, because };
    }
    because.push("Patient can't be searched".to_owned());
    Choice { way: Merges::OnRead, because }
}

fn handle(server: &Capabilities) -> Choice<Handle> {
    let mut because = Vec::new();
    let takes_json_patch = server.patch_formats.iter().any(|format| format.contains("json-patch"));
    if server.can("Patient", Interaction::Patch) && takes_json_patch {
        return Choice { way: Handle::Patch, because };
    }
    because.push("Patient can't be patched with JSON Patch".to_owned());
    let keeps_versions = server.resources.get("Patient").is_some_and(|support| support.versions);
    if server.can("Patient", Interaction::Update) && keeps_versions {
        return Choice { way: Handle::Update, because };
    }
    because.push(match server.can("Patient", Interaction::Update) {
        true => "Patient has no versions, so that somebody's change could be lost".to_owned(),
        false => "Patient can't be changed".to_owned(),
    });
    Choice { way: Handle::No, because }
}

/// What a server says is shown on a terminal: nothing in it may steer one.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "threads", &self.filing)?;
        line(f, "  written", &self.writing)?;
        for (kind, what_for, choice) in &self.others {
            line(f, &format!("{kind} ({what_for})"), choice)?;
        }
        line(f, "merged patients", &self.merges)?;
        line(f, "handle in Patient.telecom", &self.handle)
    }
}

fn line<T: fmt::Display>(f: &mut fmt::Formatter<'_>, what: &str, choice: &Choice<T>) -> fmt::Result {
    write!(f, "{what}: {}", choice.way)?;
    if !choice.because.is_empty() {
        write!(f, " – {}", choice.because.join("; "))?;
    }
    writeln!(f)
}

impl fmt::Display for Filing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Communication => "Communication",
            Self::DocumentReference { has_binary: true } => "DocumentReference with a Binary",
            Self::DocumentReference { has_binary: false } => "DocumentReference with the text inside",
            Self::IsikReport => "report of ISiK, posted to the base address",
            Self::Hl7Mdm => "MDM^T02 over HL7 v2",
        })
    }
}

impl fmt::Display for Writing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PutById => "PUT to an id that follows from the content",
            Self::SearchThenCreate { with_if_none_exist: true } => {
                "one at a time: search, then create with If-None-Exist"
            }
            Self::SearchThenCreate { with_if_none_exist: false } => "one at a time: search, then create",
            Self::CreateOnce => "POST once; after an unclear answer a person looks",
            Self::No => "not written",
        })
    }
}

impl fmt::Display for Merges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IsikTopic => "Subscription to the topic patient-merge, and polling",
            Self::Criteria => "Subscription to changed patients, and polling",
            Self::Poll => "polling by _lastUpdated",
            Self::OnRead => "seen only when a patient is read",
        })
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patch => "JSON Patch",
            Self::Update => "PUT with If-Match",
            Self::No => "not written",
        })
    }
}

#[cfg(test)]
mod tests;
