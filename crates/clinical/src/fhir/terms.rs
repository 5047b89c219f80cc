//! Codes of published code systems that we write or look for, each with where it is defined.

use super::data::Coding;

/// LOINC.
pub const LOINC: &str = "http://loinc.org";
/// DICOM's terms, which AuditEvents are written in.
pub const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
/// HL7 v3 ParticipationType.
pub const PARTICIPATION_TYPE: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
/// HL7 v3 ActReason: purposes of use.
pub const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
/// Profiles of the R5 Subscriptions Backport for R4.
pub const BACKPORT: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";
/// Profiles of IHE Basic Audit Log Patterns.
pub const BALP: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition";
/// Profiles of ISiK, which German hospital systems must follow.
pub const ISIK: &str = "https://gematik.de/fhir/isik/StructureDefinition";
/// The topic under which ISiK tells of merged patients.
pub const ISIK_PATIENT_MERGE: &str = "https://gematik.de/fhir/isik/SubscriptionTopic/patient-merge";
/// Where SMART's OAuth addresses stand in a CapabilityStatement.
pub const OAUTH_URIS: &str = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
/// Marks a canonical URL of a topic in a CapabilityStatement of the backport.
pub const TOPIC_CANONICAL: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/capabilitystatement-subscriptiontopic-canonical";

/// Written and sent over a line (v3 ParticipationMode).
pub const ONLINE_WRITTEN: Coding =
    Coding::fixed("http://terminology.hl7.org/CodeSystem/v3-ParticipationMode", "ONLINEWRIT", "online written");
/// By social media (QI-Core communication medium).
pub const SOCIAL_MEDIA: Coding =
    Coding::fixed("http://hl7.org/fhir/us/qicore/CodeSystem/communication-medium", "social-media", "Social media");
/// Scope of a consent to privacy.
pub const PATIENT_PRIVACY: Coding =
    Coding::fixed("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "Privacy Consent");
/// Patient Consent.
pub const PATIENT_CONSENT: Coding = Coding::fixed(LOINC, "59284-0", "Consent Document");
/// The policy behind a consent that somebody gave of their own accord.
pub const OPT_IN: Coding = Coding::fixed("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTIN", "opt-in");
/// Purpose: treatment.
pub const TREATMENT: Coding = Coding::fixed(ACT_REASON, "TREAT", "treatment");
/// Purpose: what the patient asked for.
pub const PATIENT_REQUESTED: Coding = Coding::fixed(ACT_REASON, "PATRQT", "patient requested");
/// Who gets the information.
pub const INFORMATION_RECIPIENT: Coding = Coding::fixed(PARTICIPATION_TYPE, "IRCP", "information recipient");
/// Who keeps the information.
pub const CUSTODIAN: Coding = Coding::fixed(PARTICIPATION_TYPE, "CST", "custodian");
/// Who wrote it.
pub const AUTHOR: Coding = Coding::fixed(PARTICIPATION_TYPE, "AUT", "author (originator)");
/// What put a record together (Provenance).
pub const ASSEMBLER: Coding =
    Coding::fixed("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "assembler", "Assembler");
/// Who wrote it (Provenance).
pub const PROVENANCE_AUTHOR: Coding =
    Coding::fixed("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author", "Author");
/// Communications about safety.
pub const FLAG_SAFETY: Coding =
    Coding::fixed("http://terminology.hl7.org/CodeSystem/flag-category", "safety", "Safety");
/// Communication from patients.
pub const COMMUNICATION_NOTIFICATION: Coding =
    Coding::fixed("http://terminology.hl7.org/CodeSystem/communication-category", "notification", "Notification");
/// Please deal with the focus.
pub const FULFILL: Coding =
    Coding::fixed("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", "Fulfill the focal request");
/// The one LOINC code that a report of ISiK may bear (ISiKBerichtSubSysteme, `type.coding:LOINC`).
pub const DOCUMENT_SUMMARY: Coding = Coding::fixed(LOINC, "55112-7", "Document summary");
/// A note of a conversation; for documents that hold one.
pub const COMMUNICATION_NOTE: Coding = Coding::fixed(LOINC, "34109-9", "Note");
