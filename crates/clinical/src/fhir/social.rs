//! How a conversation over social media reads in FHIR: each utterance a Communication, the work on it a Task, what was
//! consented to a Consent, and for each write a Provenance. One profile, whoever writes it and wherever it lies.

use super::{
    build::{Communication, Consent, ConsentActor, Payload, Provenance, Provision, Task},
    code::{ConsentStatus, EventStatus, Priority, ProvisionType, TaskStatus},
    data::{Coding, Concept, Identifier, Meta, Period, Reference},
    id::{Id, Namespace},
    terms::{ASSEMBLER, FULFILL, INFORMATION_RECIPIENT, PROVENANCE_AUTHOR, TREATMENT},
    time::Instant,
};

/// The installation that writes, and the house it writes for.
#[derive(Debug, Clone)]
pub struct Writer {
    /// Where the installation can be reached, without a final slash; all ids follow from it.
    pub base: String,
    /// The house's name.
    pub house: String,
    /// The program, as the Device that writes.
    pub device: Reference,
}

/// One utterance.
#[derive(Debug, Clone, Copy)]
pub struct Utterance<'a> {
    /// Its own key; the same for the same utterance, always.
    pub key: &'a str,
    /// The key of the conversation.
    pub conversation: &'a str,
    /// The number people call the conversation by.
    pub number: &'a str,
    /// Where it can be looked at, if it is public: the post's URI.
    pub uri: Option<&'a str>,
    /// On which platform or channel, in words.
    pub channel: &'a str,
    /// When it was said.
    pub sent: Instant,
    /// When it was read from the platform.
    pub received: Instant,
    /// Whether the house said it.
    pub by_house: bool,
    /// The words.
    pub text: &'a str,
    /// The key of the utterance that it answers.
    pub answers: Option<&'a str>,
}

/// The work on a conversation.
#[derive(Debug, Clone)]
pub struct Work<'a> {
    /// The key of the conversation.
    pub conversation: &'a str,
    /// The number people call it by.
    pub number: &'a str,
    /// Where a person of the desk can open it.
    pub url: Option<&'a str>,
    /// How far it is.
    pub status: TaskStatus,
    /// Why it has that status, in words.
    pub reason: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// What it is about, in a sentence without the person's own words.
    pub description: String,
    /// The key of the utterance that it is about now.
    pub focus: Option<&'a str>,
    /// Which role is to do it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Instant>,
    /// When it came to be.
    pub opened: Instant,
    /// When it last changed.
    pub changed: Instant,
}

/// What somebody consented to.
#[derive(Debug, Clone, Copy)]
pub struct Permission<'a> {
    /// The consent's own key.
    pub key: &'a str,
    /// The purpose as a code.
    pub purpose: &'a str,
    /// The purpose in words.
    pub words: &'a str,
    /// When it was given.
    pub given: Instant,
    /// When it was taken back.
    pub revoked: Option<Instant>,
    /// Whether the patient gave it; otherwise a legal representative did.
    pub by_patient: bool,
}

/// Where something that was written came from.
#[derive(Debug, Clone)]
pub struct Origin<'a> {
    /// What was written.
    pub targets: Vec<Reference>,
    /// The key of the write.
    pub key: &'a str,
    /// When it was written.
    pub recorded: Instant,
    /// The version of the rules under which it was decided.
    pub rules: Option<&'a str>,
    /// The person who let it happen, as they are called at the desk.
    pub person: Option<&'a str>,
}

impl Writer {
    /// A writer at `base` for `house`.
    #[must_use]
    pub fn new(base: &str, house: &str) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let device = Reference::named("Device", Identifier::uri(base.clone())).with_display("Bedside");
        Self { base, house: house.to_owned(), device }
    }

    /// The id of the resource of this type that stands for `key`.
    #[must_use]
    pub fn id(&self, kind: &str, key: &str) -> Id {
        Namespace::of(&self.base).id(kind, key)
    }

    /// A reference to it.
    #[must_use]
    pub fn to(&self, kind: &str, key: &str) -> Reference {
        Reference::to(kind, &self.id(kind, key))
    }

    fn system(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }

    fn house(&self) -> Reference {
        Reference { kind: Some("Organization".into()), ..Reference::words(&self.house) }
    }

    /// A post of the patient, or an answer of the house. Its identifiers are our own and the post's URI.
    #[must_use]
    pub fn communication(&self, said: &Utterance<'_>, patient: &Reference) -> Communication {
        let mut identifiers = vec![Identifier::new(self.system("utterance"), said.key)];
        identifiers.extend(said.uri.filter(|uri| uri.contains(':')).map(Identifier::uri));
        let (sender, recipients) =
            if said.by_house { (self.house(), vec![patient.clone()]) } else { (patient.clone(), vec![self.house()]) };
        Communication {
            identifiers,
            part_of: vec![self.conversation(said.conversation, said.number)],
            subject: Some(patient.clone()),
            topic: Some(Concept::text(said.channel)),
            sent: Some(said.sent),
            received: Some(said.received.max(said.sent)),
            sender: Some(sender),
            recipients,
            payload: vec![Payload::Text(said.text.to_owned())],
            in_response_to: said.answers.map(|key| self.to("Communication", key)).into_iter().collect(),
            ..Communication::new(Some(self.id("Communication", said.key)), EventStatus::Completed)
        }
    }

    /// A conversation as others can name it, without an address of ours.
    fn conversation(&self, key: &str, number: &str) -> Reference {
        Reference::named("Task", Identifier::new(self.system("conversation"), key)).with_display(number)
    }

    /// What the desk does about a conversation.
    #[must_use]
    pub fn task(&self, work: &Work<'_>, patient: &Reference) -> Task {
        let mut identifiers = vec![
            Identifier::new(self.system("conversation"), work.conversation),
            Identifier::new(self.system("case"), work.number),
        ];
        identifiers.extend(work.url.map(Identifier::uri));
        let within = work.due.map(|due| Period { start: Some(work.opened.min(due)), end: Some(due) });
        Task {
            identifiers,
            status_reason: work.reason.clone().map(Concept::text),
            priority: Some(work.priority),
            code: Some(Concept::from(FULFILL)),
            description: Some(work.description.clone()),
            focus: work.focus.map(|key| self.to("Communication", key)),
            patient: Some(patient.clone()),
            last_modified: Some(work.changed),
            requester: Some(self.device.clone()),
            owner: work.owner.clone().map(Reference::words),
            within,
            ..Task::new(Some(self.id("Task", work.conversation)), work.status, work.opened)
        }
    }

    /// A consent, active or taken back; its id stays.
    #[must_use]
    pub fn consent(&self, given: &Permission<'_>, patient: &Reference) -> Consent {
        let performer = if given.by_patient { patient.clone() } else { Reference::words("legal representative") };
        let purpose = Coding::new(self.system("purpose"), given.purpose.to_owned(), given.words.to_owned());
        Consent {
            id: Some(self.id("Consent", given.key)),
            meta: Meta::default(),
            identifiers: vec![Identifier::new(self.system("consent"), given.key)],
            status: if given.revoked.is_some() { ConsentStatus::Inactive } else { ConsentStatus::Active },
            patient: patient.clone(),
            date_time: given.given,
            performers: vec![performer],
            organizations: vec![self.house()],
            source: None,
            provision: Provision {
                kind: ProvisionType::Permit,
                period: Period { start: Some(given.given), end: given.revoked.map(|end| end.max(given.given)) },
                actors: vec![ConsentActor { role: INFORMATION_RECIPIENT.into(), reference: self.house() }],
                actions: Vec::new(),
                purposes: vec![TREATMENT, purpose],
                classes: vec![Coding::fixed("http://hl7.org/fhir/resource-types", "Communication", "Communication")],
            },
        }
    }

    /// The Provenance of one write.
    #[must_use]
    pub fn provenance(&self, origin: &Origin<'_>) -> Option<Provenance> {
        let mut targets = origin.targets.clone().into_iter();
        let target = targets.next()?;
        Some(Provenance {
            id: Some(self.id("Provenance", origin.key)),
            meta: Meta::default(),
            target,
            more_targets: targets.collect(),
            occurred: None,
            recorded: origin.recorded,
            policies: origin.rules.map(|rules| format!("{}#{rules}", self.system("rules"))).into_iter().collect(),
            reasons: Vec::new(),
            activity: None,
            device: self.device.clone(),
            device_role: ASSEMBLER,
            on_behalf_of: Some(self.house()),
            person: origin.person.map(Reference::words),
            person_role: PROVENANCE_AUTHOR,
            entities: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_seconds(seconds)
    }

    fn said<'a>(key: &'a str, by_house: bool) -> Utterance<'a> {
        Utterance {
            key,
            conversation: "case-1",
            number: "F-2841",
            uri: Some("https://social.example/@eva/1"),
            channel: "Mastodon",
            sent: at(10),
            received: at(12),
            by_house,
            text: "Danke",
            answers: by_house.then_some("post-1"),
        }
    }

    #[test]
    fn the_same_utterance_has_the_same_id_wherever_it_is_written() {
        let writer = Writer::new("https://bedside.example/", "Lindenhof");
        let eva = Reference::named("Patient", Identifier::new("urn:oid:1.2.3", "4711"));
        let (post, answer) =
            (writer.communication(&said("post-1", false), &eva), writer.communication(&said("r", true), &eva));
        assert_eq!(
            post.id,
            Writer::new("https://bedside.example", "Nord").communication(&said("post-1", false), &eva).id
        );
        assert_ne!(
            post.id,
            Writer::new("https://other.example", "Lindenhof").communication(&said("post-1", false), &eva).id
        );
        let (post, answer) = (post.build(), answer.build());
        assert_eq!(post.pointer("/sender/identifier/value").unwrap(), "4711");
        assert_eq!(answer.pointer("/sender/display").unwrap(), "Lindenhof");
        assert_eq!(
            answer.pointer("/inResponseTo/0/reference").unwrap().as_str().unwrap(),
            format!("Communication/{}", post.get("id").unwrap().as_str().unwrap())
        );
        assert_eq!(post.pointer("/identifier/1/value").unwrap(), "https://social.example/@eva/1");
    }

    #[test]
    fn a_consent_keeps_its_id_when_it_is_taken_back() {
        let writer = Writer::new("https://bedside.example", "Lindenhof");
        let eva = Reference::address("Patient/p1");
        let given = Permission {
            key: "k",
            purpose: "care_team",
            words: "My care team sees this",
            given: at(10),
            revoked: None,
            by_patient: true,
        };
        let active = writer.consent(&given, &eva).build();
        let revoked = writer.consent(&Permission { revoked: Some(at(20)), ..given }, &eva).build();
        assert_eq!((active.get("id"), active.get("status").unwrap()), (revoked.get("id"), &"active".into()));
        assert_eq!(revoked.get("status").unwrap(), "inactive");
        assert_eq!(revoked.pointer("/provision/period/end").unwrap(), "1970-01-01T00:00:20.000Z");
    }

    #[test]
    fn nothing_written_has_no_provenance() {
        let writer = Writer::new("https://bedside.example", "Lindenhof");
        let origin = Origin { targets: Vec::new(), key: "w", recorded: at(0), rules: None, person: None };
        assert!(writer.provenance(&origin).is_none());
        let target = writer.to("Communication", "post-1");
        let origin = Origin { targets: vec![target], rules: Some("2026-11"), person: Some("Mara"), ..origin };
        let built = writer.provenance(&origin).unwrap().build();
        assert_eq!(built.pointer("/policy/0").unwrap(), "https://bedside.example/rules#2026-11");
    }
}
