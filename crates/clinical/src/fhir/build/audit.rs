//! Who did what with a patient's data, in the patterns of IHE Basic Audit Log Patterns (BALP 1.1.3), so that a hospital's
//! audit repository can read them beside those of all its other systems.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::fhir::{
    data::{Coding, Concept, Meta, Reference},
    id::Id,
    object::{Json, Object},
    terms::{AUTHOR, BALP, CUSTODIAN, DCM, INFORMATION_RECIPIENT},
    time::Instant,
};

const SOURCE: Coding = Coding::fixed(DCM, "110153", "Source Role ID");
const DESTINATION: Coding = Coding::fixed(DCM, "110152", "Destination Role ID");
const APPLICATION: Coding = Coding::fixed(DCM, "110150", "Application");
const KEEPER: Coding =
    Coding::fixed("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "custodian", "Custodian");
const REST: Coding =
    Coding::fixed("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "RESTful Operation");
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const USER_AGENT_TYPES: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/UserAgentTypes";

/// What every AuditEvent says.
#[derive(Debug, Clone)]
pub struct Common {
    /// The id.
    pub id: Option<Id>,
    /// When it was recorded.
    pub recorded: Instant,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it ended so.
    pub outcome_description: Option<String>,
    /// What for (v3 PurposeOfUse).
    pub purposes: Vec<Concept>,
    /// Which site recorded it.
    pub site: Option<String>,
    /// What recorded it.
    pub observer: Reference,
    /// The patient whose data it is about.
    pub patient: Option<Reference>,
}

/// How something ended (audit-event-outcome).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Well.
    Success,
    /// Not, and it may be tried again.
    MinorFailure,
    /// Not, and it was stopped.
    SeriousFailure,
}

impl Outcome {
    const fn code(self) -> &'static str {
        match self {
            Self::Success => "0",
            Self::MinorFailure => "4",
            Self::SeriousFailure => "8",
        }
    }
}

/// A program that took part.
#[derive(Debug, Clone)]
pub struct Party {
    /// Which.
    pub who: Reference,
    /// Its address in the network, as the connection showed it.
    pub address: String,
    /// What kind of address.
    pub network: Network,
}

/// What kind of address (network-type).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// A host's name.
    Name,
    /// An IP address.
    Ip,
    /// A URI.
    Uri,
}

/// A person who took part.
#[derive(Debug, Clone)]
pub struct User {
    /// Who.
    pub who: Reference,
    /// Their name, where it may stand.
    pub name: Option<String>,
    /// Their roles.
    pub roles: Vec<Concept>,
}

/// What was done over FHIR's REST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// A resource came to be.
    Create(Reference),
    /// A resource was read.
    Read(Reference),
    /// A resource was changed.
    Update(Reference),
    /// A resource was deleted.
    Delete(Reference),
    /// Resources were searched. The raw request, so that malicious ones can be seen as they were.
    Query(String),
}

/// A REST interaction: PatientCreate, PatientRead, PatientUpdate, PatientDelete or PatientQuery, and without a patient
/// Create, Read, Update, Delete or Query. A failed one claims no profile, as BALP's are for what succeeded.
#[derive(Debug, Clone)]
pub struct RestEvent {
    /// What all say.
    pub common: Common,
    /// What was done.
    pub what: Rest,
    /// Who asked.
    pub client: Party,
    /// Who answered.
    pub server: Party,
    /// The person behind the client.
    pub user: Option<User>,
    /// X-Request-Id, which ties this to other records of the same request.
    pub request_id: Option<String>,
}

impl RestEvent {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let (name, interaction, action) = match self.what {
            Rest::Create(_) => ("Create", "create", "C"),
            Rest::Read(_) => ("Read", "read", "R"),
            Rest::Update(_) => ("Update", "update", "U"),
            Rest::Delete(_) => ("Delete", "delete", "D"),
            Rest::Query(_) => ("Query", "search", "E"),
        };
        let patient = if self.common.patient.is_some() { "Patient" } else { "" };
        let profile = (self.common.outcome == Outcome::Success).then(|| format!("IHE.BasicAudit.{patient}{name}"));
        let subtype = Coding::new("http://hl7.org/fhir/restful-interaction", interaction, interaction);
        let request = self.request_id.as_ref().map(|id| {
            let kind =
                Coding::fixed("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId", "");
            let what = Object::new().put("identifier", Object::new().put("value", id));
            Object::new().put("what", what).put("type", kind).done()
        });
        let entities: Vec<Value> =
            self.common.patient.iter().map(patient_entity).chain([self.entity()]).chain(request).collect();
        self.common
            .object(profile.as_deref(), &REST, &[subtype], action)
            .put("agent", self.agents())
            .put("source", self.common.source())
            .put("entity", entities)
            .done()
    }

    fn agents(&self) -> Vec<Value> {
        // What is read flows from server to client; a query's parameters flow the other way (BALP, Query, note).
        let (client, server, user) = match self.what {
            Rest::Create(_) | Rest::Update(_) => (&SOURCE, &DESTINATION, &AUTHOR),
            Rest::Read(_) => (&DESTINATION, &SOURCE, &INFORMATION_RECIPIENT),
            Rest::Delete(_) => (&APPLICATION, &KEEPER, &CUSTODIAN),
            Rest::Query(_) => (&SOURCE, &DESTINATION, &INFORMATION_RECIPIENT),
        };
        let is_by_itself = self.user.is_none();
        [self.client.agent(client, is_by_itself), self.server.agent(server, false)]
            .into_iter()
            .chain(self.user.as_ref().map(|person| person.agent(user)))
            .collect()
    }

    fn entity(&self) -> Value {
        match &self.what {
            Rest::Create(what) | Rest::Read(what) | Rest::Update(what) | Rest::Delete(what) => {
                data_entity(what, &Coding::fixed(OBJECT_ROLE, "4", "Domain Resource"))
            }
            Rest::Query(raw) => Object::new()
                .put("type", Coding::fixed(ENTITY_TYPE, "2", "System Object"))
                .put("role", Coding::fixed(OBJECT_ROLE, "24", "Query"))
                .put("query", STANDARD.encode(raw))
                .done(),
        }
    }
}

/// A patient's data left a house, or came in: PrivacyDisclosure, as its Source or as its Recipient.
#[derive(Debug, Clone)]
pub struct Disclosure {
    /// What all say. The observer is the party that records, so its `who` must be the same. The patient must be there.
    pub common: Common,
    /// Which of the two records.
    pub side: Side,
    /// Who gave.
    pub source: Party,
    /// Who got.
    pub recipient: Party,
    /// Who permitted it: mostly the patient.
    pub authorizer: Option<Reference>,
    /// What was given.
    pub data: Vec<Reference>,
}

/// Who records a disclosure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Who gave.
    Source,
    /// Who got.
    Recipient,
}

impl Disclosure {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let (name, kind, action) = match self.side {
            Side::Source => ("Source", Coding::fixed(DCM, "110106", "Export"), "R"),
            Side::Recipient => ("Recipient", Coding::fixed(DCM, "110107", "Import"), "C"),
        };
        let profile = format!("IHE.BasicAudit.PrivacyDisclosure.{name}");
        let subtype = Coding::fixed(
            "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle",
            "disclose",
            "Disclose Record Lifecycle Event",
        );
        let advocate = Coding::fixed("http://snomed.info/sct", "429577009", "Patient advocate");
        let authorizer = self.authorizer.as_ref().map(|who| agent(&advocate, who, true).done());
        let is_by_itself = authorizer.is_none();
        let agents: Vec<Value> = [self.source.agent(&SOURCE, is_by_itself), self.recipient.agent(&DESTINATION, false)]
            .into_iter()
            .chain(authorizer)
            .collect();
        let report = Coding::fixed(OBJECT_ROLE, "3", "Report");
        let entities: Vec<Value> = self
            .common
            .patient
            .iter()
            .map(patient_entity)
            .chain(self.data.iter().map(|what| data_entity(what, &report)))
            .collect();
        self.common
            .object(Some(&profile), &kind, &[subtype], action)
            .put("agent", agents)
            .put("source", self.common.source())
            .put("entity", entities)
            .done()
    }
}

/// A consent was asked whether something may be done: AuthZconsent. `Outcome::Success` is a yes.
#[derive(Debug, Clone)]
pub struct ConsentDecision {
    /// What all say. The observer is what decided. The patient must be there.
    pub common: Common,
    /// Who asked.
    pub client: Party,
    /// The person behind the client.
    pub user: User,
    /// Whom that person works for.
    pub organization: Reference,
    /// The consents that were asked.
    pub consents: Vec<Reference>,
    /// The id (`jti`) of the token that was given out.
    pub token_id: Option<String>,
}

impl ConsentDecision {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let alert = Coding::fixed(DCM, "110113", "Security Alert");
        let subtype = Coding::fixed("https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", "AuthZ-Consent", "");
        let provider =
            Coding::fixed("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV", "healthcare provider");
        let server = Coding::fixed(
            "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
            "authserver",
            "authorization server",
        );
        let agents = [
            self.client.agent(&APPLICATION, false),
            self.user.agent(&INFORMATION_RECIPIENT),
            agent(&provider, &self.organization, false).done(),
            agent(&server, &self.common.observer, false).done(),
        ];
        let consent = |what: &Reference| {
            let kind = Coding::fixed("http://hl7.org/fhir/resource-types", "Consent", "Consent");
            Object::new().put("what", what).put("type", kind).done()
        };
        let token = self.token_id.as_ref().map(|id| {
            let name = Object::new().put("value", format!("urn:ietf:params:oauth:jti:{id}"));
            let kind = Coding::fixed(USER_AGENT_TYPES, "UserOauthAgent", "");
            Object::new().put("what", Object::new().put("identifier", name)).put("type", kind).done()
        });
        let entities: Vec<Value> = self
            .common
            .patient
            .iter()
            .map(patient_entity)
            .chain(self.consents.iter().map(consent))
            .chain(token)
            .collect();
        self.common
            .object(Some("IHE.BasicAudit.AuthZconsent"), &alert, &[subtype], "E")
            .put("agent", agents)
            .put("source", self.common.source())
            .put("entity", entities)
            .done()
    }
}

impl Common {
    fn object(&self, profile: Option<&str>, kind: &Coding, subtypes: &[Coding], action: &str) -> Object {
        let profiles = profile.map(|name| format!("{BALP}/{name}").into()).into_iter().collect();
        let meta = Meta { profiles, ..Meta::default() };
        Object::resource("AuditEvent", self.id.as_ref(), &meta)
            .put("type", kind)
            .put("subtype", subtypes)
            .put("action", action)
            .put("recorded", self.recorded)
            .put("outcome", self.outcome.code())
            .put("outcomeDesc", &self.outcome_description)
            .put("purposeOfEvent", &self.purposes)
    }

    fn source(&self) -> Value {
        let server =
            Coding::fixed("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server");
        Object::new().put("site", &self.site).put("observer", &self.observer).put("type", [server]).done()
    }
}

impl Party {
    fn agent(&self, role: &Coding, is_requestor: bool) -> Value {
        let kind = match self.network {
            Network::Name => "1",
            Network::Ip => "2",
            Network::Uri => "5",
        };
        let network = Object::new().put("address", &self.address).put("type", kind);
        agent(role, &self.who, is_requestor).put("network", network).done()
    }
}

impl User {
    fn agent(&self, role: &Coding) -> Value {
        agent(role, &self.who, true).put("name", &self.name).put("role", &self.roles).done()
    }
}

fn agent(role: &Coding, who: &Reference, is_requestor: bool) -> Object {
    Object::new().put("type", Concept::from(role)).put("who", who).put("requestor", is_requestor)
}

fn patient_entity(patient: &Reference) -> Value {
    Object::new()
        .put("what", patient)
        .put("type", Coding::fixed(ENTITY_TYPE, "1", "Person"))
        .put("role", Coding::fixed(OBJECT_ROLE, "1", "Patient"))
        .done()
}

fn data_entity(what: &Reference, role: &Coding) -> Value {
    Object::new()
        .put("what", what)
        .put("type", Coding::fixed(ENTITY_TYPE, "2", "System Object"))
        .put("role", role.json())
        .done()
}

#[cfg(test)]
mod tests;
