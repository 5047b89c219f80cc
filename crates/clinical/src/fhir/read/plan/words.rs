//! A plan in words, as a person reads it on a terminal: in German and in English.

use std::fmt;

use super::{Choice, Filing, Merges, Plan, Writing};

/// The language of a plan in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// German.
    De,
}

/// Why a better way is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The server speaks another version of FHIR; empty: it names none.
    OtherVersion(String),
    /// The type is not there.
    NotOffered(&'static str),
    /// What is there can be changed, and nothing made.
    OnlyChanged(&'static str),
    /// What is there can be read alone.
    OnlyRead(&'static str),
    /// It could be written and is not to be.
    Withheld(&'static str),
    /// No PUT to an id of our choosing.
    NoPut(&'static str),
    /// No search by identifier.
    NoIdentifierSearch(&'static str),
    /// No reports of ISiK.
    NoReports,
    /// A report can't be put to an address.
    ReportWithoutAddress,
    /// HL7 v2 acknowledges by itself.
    Hl7Acknowledges,
    /// No topic for merged patients.
    NoMergeTopic,
    /// Patients can't be searched.
    NoPatientSearch,
}

/// Something of a plan in words.
trait Words {
    fn words(&self, lang: Lang) -> String;
}

const fn pick(lang: Lang, en: &'static str, de: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::De => de,
    }
}

impl Words for Reason {
    fn words(&self, lang: Lang) -> String {
        let say = |en, de| pick(lang, en, de);
        let of = |kind: &str, en, de| format!("{kind} {}", pick(lang, en, de));
        match self {
            Self::OtherVersion(version) if version.is_empty() => {
                say("it does not say which FHIR it speaks", "er sagt nicht, welches FHIR er spricht").to_owned()
            }
            Self::OtherVersion(version) => match lang {
                Lang::En => format!("it speaks FHIR {}, not R4", printable(version)),
                Lang::De => format!("er spricht FHIR {}, nicht R4", printable(version)),
            },
            Self::NotOffered(kind) => of(kind, "is not offered", "wird nicht angeboten"),
            Self::OnlyChanged(kind) => of(kind, "can be changed but not made", "lässt sich ändern, aber nicht anlegen"),
            Self::OnlyRead(kind) => of(kind, "can only be read", "lässt sich nur lesen"),
            Self::Withheld(kind) => {
                of(kind, "is not to be written there (resources)", "soll dort nicht geschrieben werden (resources)")
            }
            Self::NoPut(kind) => of(
                kind,
                "can't be put to an id of ours (updateCreate)",
                "lässt sich nicht unter eigener Id anlegen (updateCreate)",
            ),
            Self::NoIdentifierSearch(kind) => {
                of(kind, "can't be searched by identifier", "lässt sich nicht nach identifier suchen")
            }
            Self::NoReports => say(
                "it says nowhere that it takes reports of ISiK",
                "er sagt nirgends, dass er Berichte nach ISiK annimmt",
            )
            .to_owned(),
            Self::ReportWithoutAddress => say(
                "a report has no address of its own on the server",
                "ein Bericht hat auf dem Server keine eigene Adresse",
            )
            .to_owned(),
            Self::Hl7Acknowledges => say("HL7 v2 has its own acknowledgements", "HL7 v2 quittiert selbst").to_owned(),
            Self::NoMergeTopic => say(
                "no topic for merged patients is offered",
                "ein Thema für zusammengeführte Patienten wird nicht angeboten",
            )
            .to_owned(),
            Self::NoPatientSearch => of("Patient", "can't be searched", "lässt sich nicht suchen"),
        }
    }
}

/// What a server says is shown on a terminal: nothing in it may steer one.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

impl Plan {
    /// The plan line by line.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let say = |en, de| pick(lang, en, de);
        let mut lines = vec![
            line(lang, say("threads", "Gespräche"), &self.filing),
            line(lang, say("  written", "  geschrieben"), &self.writing),
        ];
        for (kind, choice) in &self.others {
            lines.push(line(lang, &format!("{kind} ({})", what_for(kind, lang)), choice));
        }
        lines.push(line(lang, say("merged patients", "zusammengeführte Patienten"), &self.merges));
        lines.concat()
    }
}

/// What a type is written for.
fn what_for(kind: &str, lang: Lang) -> &'static str {
    let say = |en, de| pick(lang, en, de);
    match kind {
        "Task" => say("work for the ward", "Arbeit für die Station"),
        "Flag" => say("warnings that a person confirmed", "Warnungen, die ein Mensch bestätigt hat"),
        "Consent" => say("what the patient permits", "was die Patientin oder der Patient erlaubt"),
        _ => say("where each write comes from", "woher jeder Eintrag kommt"),
    }
}

fn line<T: Words>(lang: Lang, what: &str, choice: &Choice<T>) -> String {
    let because: Vec<String> = choice.because.iter().map(|reason| reason.words(lang)).collect();
    let gap = if because.is_empty() { "" } else { " – " };
    format!("{what}: {}{gap}{}\n", choice.way.words(lang), because.join("; "))
}

/// In English.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

/// In English.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

impl Words for Filing {
    fn words(&self, lang: Lang) -> String {
        let say = |en, de| pick(lang, en, de).to_owned();
        match self {
            Self::Communication => "Communication".to_owned(),
            Self::DocumentReference { has_binary: true } => {
                say("DocumentReference with a Binary", "DocumentReference mit Binary")
            }
            Self::DocumentReference { has_binary: false } => {
                say("DocumentReference with the text inside", "DocumentReference mit dem Text darin")
            }
            Self::IsikReport => {
                say("report of ISiK, posted to the base address", "Bericht nach ISiK, an die Basisadresse gesandt")
            }
            Self::Hl7Mdm => say("MDM^T02 over HL7 v2", "MDM^T02 über HL7 v2"),
        }
    }
}

impl Words for Writing {
    fn words(&self, lang: Lang) -> String {
        let say = |en, de| pick(lang, en, de).to_owned();
        match self {
            Self::PutById => {
                say("PUT to an id that follows from the content", "PUT unter einer Id, die aus dem Inhalt folgt")
            }
            Self::SearchThenCreate { with_if_none_exist: true } => say(
                "one at a time: search, then create with If-None-Exist",
                "einer nach dem anderen: suchen, dann anlegen mit If-None-Exist",
            ),
            Self::SearchThenCreate { with_if_none_exist: false } => {
                say("one at a time: search, then create", "einer nach dem anderen: suchen, dann anlegen")
            }
            Self::CreateOnce => say(
                "POST once; after an unclear answer a person looks",
                "POST einmal; nach unklarer Antwort sieht ein Mensch nach",
            ),
            Self::No => say("not written", "wird nicht geschrieben"),
        }
    }
}

impl Words for Merges {
    fn words(&self, lang: Lang) -> String {
        let say = |en, de| pick(lang, en, de).to_owned();
        match self {
            Self::IsikTopic => say(
                "Subscription to the topic patient-merge, and polling",
                "Subscription auf das Thema patient-merge, und Nachfragen",
            ),
            Self::Criteria => say(
                "Subscription to changed patients, and polling",
                "Subscription auf geänderte Patienten, und Nachfragen",
            ),
            Self::Poll => say("polling by _lastUpdated", "Nachfragen nach _lastUpdated"),
            Self::OnRead => say("seen only when a patient is read", "nur zu sehen, wenn ein Patient gelesen wird"),
        }
    }
}
