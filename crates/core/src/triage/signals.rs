//! The types of what triage finds. What finds it lies beside; these types are kept in the store as sealed JSON.

use serde::{Deserialize, Serialize};

use crate::{text::TextSpan, time::Timestamp, words::words};

/// The language a text is written in, as far as we read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// German.
    De,
    /// English.
    En,
    /// Another language, or too short to tell.
    Unknown,
}

impl Lang {
    /// BCP 47 code; `und` where unknown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Unknown => "und",
        }
    }
    /// The language for a BCP 47 code such as `de-AT`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "de" => Self::De,
            "en" => Self::En,
            _ => Self::Unknown,
        }
    }
}

words! {
    /// What a post is about. A post may have several topics.
    Topic {
        /// Suicide or self-harm, of the writer or another.
        CrisisSuicide = "crisis_suicide",
        /// Somebody needs medical help now.
        MedicalEmergency = "medical_emergency",
        /// A threat against people or the house.
        Threat = "threat",
        /// A child or a vulnerable person may be in danger.
        Safeguarding = "safeguarding",
        /// A side effect, a device failure, an infection after treatment.
        AdverseEvent = "adverse_event",
        /// Somebody has died.
        Bereavement = "bereavement",
        /// Something went wrong or is found wanting.
        Complaint = "complaint",
        /// Thanks and praise.
        Praise = "praise",
        /// Insults and harassment.
        Harassment = "harassment",
        /// A lawyer, a court, a claim.
        LegalThreat = "legal_threat",
        /// The press asks.
        MediaInquiry = "media_inquiry",
        /// Parking, visiting hours, appointments, forms.
        AdminQuestion = "admin_question",
        /// Somebody asks for medical advice.
        MedicalAdvice = "medical_advice",
        /// A rumour or a false claim.
        Misinformation = "misinformation",
        /// Data or pictures of others are shown.
        Privacy = "privacy",
        /// A request under data-protection law.
        DataRights = "data_rights",
        /// Somebody poses as the hospital or wants money.
        Scam = "scam",
        /// About or from the staff.
        Staff = "staff",
        /// Work and training at the hospital.
        Job = "job",
        /// Advertising and noise.
        Spam = "spam",
        /// None of these.
        Other = "other",
    }
}

words! {
    /// Who seems to speak.
    Speaker {
        /// A patient.
        Patient = "patient",
        /// A relative or friend of a patient.
        Relative = "relative",
        /// Somebody who works at the hospital.
        Staff = "staff",
        /// A journalist.
        Journalist = "journalist",
        /// A lawyer.
        Lawyer = "lawyer",
        /// Anybody.
        Public = "public",
    }
}

words! {
    /// What a place in the text shows.
    SignalKind {
        /// Speaks for a topic.
        Topic = "topic",
        /// Says that somebody died.
        Death = "death",
        /// Blames care or staff.
        Claim = "claim",
        /// Names or numbers that point to a person.
        Identifier = "identifier",
        /// Names a member of staff.
        StaffNamed = "staff_named",
        /// A detail of somebody's health.
        HealthDetail = "health_detail",
        /// Hostile words.
        Hostility = "hostility",
        /// Tells who speaks.
        Speaker = "speaker",
        /// Tells when something happened.
        When = "when",
    }
}

words! {
    /// Whether a person must look, apart from every rule about speech.
    Urgency {
        /// In its turn.
        None = "none",
        /// Top of the Now queue.
        LookNow = "look_now",
        /// Wakes the rota.
        Page = "page",
    }
}

/// How hostile a text is: 0 not, 1 offensive, 2 hateful, 3 threat or incitement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hostility(pub u8);

/// Why we think so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A word list or pattern of this name.
    Rule(String),
    /// A trained model with this score, 0 to 1.
    Model(f32),
    /// A model that the house's operator named, asked for a second opinion ([`crate::second`]): a suggestion, no finding.
    Second {
        /// Its name.
        model: String,
        /// How sure it is, 0 to 1.
        score: f32,
    },
}

/// One thing seen in the text, with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// What it shows.
    pub kind: SignalKind,
    /// The topic it speaks for, where `kind` is a topic.
    pub topic: Option<Topic>,
    /// Where it is, in code points of the post's text.
    pub span: TextSpan,
    /// Why we think so.
    pub evidence: Evidence,
}

/// A topic with how sure we are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TopicScore {
    /// The topic.
    pub topic: Topic,
    /// 0 to 1.
    pub score: f32,
}

/// Everything triage found in one post. No text, but lists and places that give words away: the store seals it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    /// The text's language.
    pub lang: Lang,
    /// Topics found, the strongest first. Empty means: unsure.
    pub topics: Vec<TopicScore>,
    /// Topics too improbable to be found, the strongest first, for those who sort a pile by a score of their own.
    #[serde(default)]
    pub weaker: Vec<TopicScore>,
    /// How hostile.
    pub hostility: Hostility,
    /// Whether a health detail of anybody is in the text.
    pub health_detail: bool,
    /// Whether a member of staff is named.
    pub staff_named: bool,
    /// Who seems to speak; `None`: not known.
    pub speaker: Option<Speaker>,
    /// When the event that the text speaks of (a death, an incident) happened, where it says so.
    pub event_at: Option<Timestamp>,
    /// Whether the text says that somebody died.
    pub death: bool,
    /// Whether a person must look now.
    pub urgency: Urgency,
    /// The places in the text, by start.
    pub signals: Vec<Signal>,
}

impl Signals {
    /// Whether the topic was found.
    #[must_use]
    pub fn has(&self, topic: Topic) -> bool {
        self.topics.iter().any(|found| found.topic == topic)
    }
}
