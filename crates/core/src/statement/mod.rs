//! Statements: texts of the house's library, written beforehand and approved by a second person – templates for answers,
//! statements for an incident, crisis replies. What is open in one is a [`Placeholder`].

mod own;
mod placeholder;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub(crate) use self::own::emergency;
pub use self::{
    own::{Fact, OwnFacts},
    placeholder::{LONGEST_NAME, Placeholder, fill, placeholders, stray_braces},
};
use crate::{
    guard::{self, Check, DraftText, Kind, Verdict},
    id::{SiteId, StatementId},
    log::Commitment,
    policy::SpeechForm,
    site::Jurisdiction,
    time::Span,
    triage::{Lang, Topic},
    words::words,
};

/// The domain of a statement's commitment in the log. What is committed to is its id, version, title and text.
const DOMAIN: &str = "statement.text";

/// The longest a statement holds before somebody looks at it again: two years.
pub const HOLDS_AT_MOST: Span = Span::days(731);
/// Its owner is told so long before it ends.
pub const TOLD_BEFORE: Span = Span::days(14);

words! {
    /// What a statement is for.
    StatementKind {
        /// An answer that is often given; somebody takes it, fills it in, and a second person approves it as any draft.
        Template = "template",
        /// What the house says while an incident lasts; nothing else is said then.
        Incident = "incident",
        /// The answer to somebody who may be in danger, with help line and emergency number.
        Crisis = "crisis",
    }
}

/// Where a version of a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatementState {
    /// Being written.
    Open,
    /// A second person is asked.
    Asked,
    /// Approved: may be taken until it ends.
    Approved,
    /// A newer version was approved.
    Replaced,
    /// Given up before it was approved.
    Dropped,
}

impl StatementState {
    const ALL: [Self; 5] = [Self::Open, Self::Asked, Self::Approved, Self::Replaced, Self::Dropped];

    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Replaced => "replaced",
            Self::Dropped => "dropped",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What a version says, and for what it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// What people call it.
    pub title: String,
    /// What it says, with its placeholders.
    pub text: String,
    /// What it is for.
    pub kind: StatementKind,
    /// How it is said.
    pub form: SpeechForm,
    /// The language it is written in.
    pub lang: Lang,
    /// The topics it fits; empty: any.
    pub topics: BTreeSet<Topic>,
    /// Under whose law it may be said; empty: anywhere.
    pub laws: BTreeSet<JurisdictionWord>,
    /// The sites it is for; empty: the whole group, also sites that come later.
    pub sites: BTreeSet<SiteId>,
}

/// A jurisdiction that sorts by its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JurisdictionWord(pub Jurisdiction);

impl PartialOrd for JurisdictionWord {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for JurisdictionWord {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.as_str().cmp(other.0.as_str())
    }
}

/// What an answer is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What it is for.
    pub kind: StatementKind,
    /// The forms that may be said now.
    pub forms: &'a [SpeechForm],
    /// What the post is about.
    pub topics: &'a [Topic],
    /// The language of the answer.
    pub lang: Lang,
    /// Whose law.
    pub law: Jurisdiction,
    /// At which site.
    pub site: SiteId,
}

/// What is wrong with a statement before the guard reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It has no title.
    NoTitle,
    /// It has no text.
    NoText,
    /// A brace in it belongs to no placeholder.
    StrayBrace,
    /// A crisis reply or an incident statement leaves something open that no house fills by itself: nobody has the time then.
    LeavesOpen,
}

impl Statement {
    /// Whether it is for this site.
    #[must_use]
    pub fn is_for(&self, site: SiteId) -> bool {
        self.sites.is_empty() || self.sites.contains(&site)
    }

    /// Whether it may be said under this law.
    #[must_use]
    pub fn is_under(&self, law: Jurisdiction) -> bool {
        self.laws.is_empty() || self.laws.contains(&JurisdictionWord(law))
    }

    /// Whether it fits what is wanted.
    #[must_use]
    pub fn fits(&self, wanted: &Wanted<'_>) -> bool {
        let on_topic = self.topics.is_empty() || wanted.topics.iter().any(|topic| self.topics.contains(topic));
        self.kind == wanted.kind
            && self.lang == wanted.lang
            && self.is_for(wanted.site)
            && self.is_under(wanted.law)
            && wanted.forms.contains(&self.form)
            && on_topic
    }

    /// What is wrong with it, whatever the guard says.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.title.trim().is_empty() {
            faults.push(Fault::NoTitle);
        }
        if self.text.trim().is_empty() {
            faults.push(Fault::NoText);
        }
        if stray_braces(&self.text) {
            faults.push(Fault::StrayBrace);
        }
        let is_for_haste = self.kind != StatementKind::Template;
        if is_for_haste && placeholders(&self.text).iter().any(|one| one.fact.is_none()) {
            faults.push(Fault::LeavesOpen);
        }
        faults
    }

    /// The text with what the house fills in by itself.
    #[must_use]
    pub fn filled(&self, own: &OwnFacts) -> String {
        fill(&self.text, own)
    }

    /// Whether `text` is this statement, byte for byte, with nothing but the house's own facts filled in and nothing left open.
    #[must_use]
    pub fn is_unchanged(&self, own: &OwnFacts, text: &str) -> bool {
        let filled = self.filled(own);
        placeholders(&filled).is_empty() && filled == text
    }

    /// Whether a text that was begun from this statement still says it: a third of its longer words are there, in whatever order and
    /// case. Light editing keeps it the same statement; who starts over writes something else.
    #[must_use]
    pub fn is_still_in(&self, own: &OwnFacts, text: &str) -> bool {
        let longer = |text: &str| -> BTreeSet<String> {
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 4);
            words.map(str::to_lowercase).collect()
        };
        let (said, now) = (longer(&self.filled(own)), longer(text));
        said.intersection(&now).count() * 3 >= said.len()
    }

    /// What the guard says of it at a house, as everybody would read it. What is still to be filled in by whoever takes it is no
    /// finding here: the guard reads the filled draft again, and refuses one with an open place.
    #[must_use]
    pub fn prove(&self, own: &OwnFacts, law: Jurisdiction, public_facts: &[String]) -> Check {
        let filled = self.filled(own);
        let mut check = guard::check(&DraftText {
            text: &filled,
            lang: self.lang,
            jurisdiction: law,
            public: true,
            consented: false,
            inbound_text: None,
            inbound_handle: None,
            public_facts,
            people: None,
        });
        let open = placeholders(&filled);
        let is_open = |one: &guard::Finding| {
            one.kind == Kind::OpenPlace
                && open.iter().any(|place| place.span.start <= one.span.start && one.span.end <= place.span.end)
        };
        check.findings.retain(|one| !is_open(one));
        check.verdict = Verdict::of(&check.findings);
        check
    }

    /// The salted commitment of what a version says.
    #[must_use]
    pub fn commitment(&self, id: StatementId, version: u32, salt: &[u8; 32]) -> Commitment {
        Commitment::new(salt, DOMAIN, &format!("{id}\n{version}\n{}\n{}", self.title, self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn site(n: u8) -> SiteId {
        SiteId::new(Timestamp::from_micros(0), &[n; 10])
    }

    fn statement(text: &str) -> Statement {
        Statement {
            title: "Besuchszeiten".to_owned(),
            text: text.to_owned(),
            kind: StatementKind::Template,
            form: SpeechForm::AnswerPublicGeneric,
            lang: Lang::De,
            topics: BTreeSet::new(),
            laws: BTreeSet::new(),
            sites: BTreeSet::new(),
        }
    }

    fn own() -> OwnFacts {
        OwnFacts::of(
            "Lindenhof Mitte",
            "Lindenhof-Kliniken",
            Jurisdiction::De,
            &["030 555 0100".to_owned()],
            Some("https://lindenhof.example/nachricht"),
        )
    }

    #[test]
    fn what_fits_is_told_by_kind_form_topic_language_law_and_site() {
        let all = Statement {
            topics: BTreeSet::from([Topic::AdminQuestion]),
            laws: BTreeSet::from([JurisdictionWord(Jurisdiction::De)]),
            sites: BTreeSet::from([site(1)]),
            ..statement("Text")
        };
        let wanted = Wanted {
            kind: StatementKind::Template,
            forms: &[SpeechForm::AnswerPublicGeneric],
            topics: &[Topic::AdminQuestion],
            lang: Lang::De,
            law: Jurisdiction::De,
            site: site(1),
        };
        assert!(all.fits(&wanted));
        for other in [
            Wanted { kind: StatementKind::Crisis, ..wanted },
            Wanted { forms: &[SpeechForm::InvitePrivate], ..wanted },
            Wanted { topics: &[Topic::Praise], ..wanted },
            Wanted { lang: Lang::En, ..wanted },
            Wanted { law: Jurisdiction::At, ..wanted },
            Wanted { site: site(2), ..wanted },
        ] {
            assert!(!all.fits(&other), "{other:?}");
        }
        let any = statement("Text");
        assert!(any.fits(&Wanted { site: site(2), topics: &[], law: Jurisdiction::Uk, ..wanted }));
    }

    #[test]
    fn only_the_filled_text_byte_for_byte_is_unchanged() {
        let reply = statement("Sie erreichen uns unter {Telefon}.");
        assert!(reply.is_unchanged(&own(), "Sie erreichen uns unter 030 555 0100."));
        for other in [
            "Sie erreichen uns unter 030 555 0100. ",
            "Sie erreichen uns unter {Telefon}.",
            "sie erreichen uns unter 030 555 0100.",
        ] {
            assert!(!reply.is_unchanged(&own(), other), "{other}");
        }
        let open = statement("Station {Station} ist offen.");
        assert!(!open.is_unchanged(&own(), "Station {Station} ist offen."));
    }

    #[test]
    fn light_editing_keeps_a_statement_and_starting_over_does_not() {
        let thanks = statement("Vielen Dank für diese Zeilen. Wir geben das Lob gern an das Haus weiter, {Telefon}.");
        for same in [
            "Vielen Dank für diese freundlichen Zeilen! Das Lob geben wir gern weiter.",
            "VIELEN DANK FÜR DIESE ZEILEN. Im Haus freut man sich.",
        ] {
            assert!(thanks.is_still_in(&own(), same), "{same}");
        }
        assert!(
            !thanks.is_still_in(&own(), "Das Parkhaus ist rund um die Uhr offen und liegt hinter dem Haupteingang.")
        );
    }

    #[test]
    fn the_proof_reads_everything_but_the_places_left_open() {
        let proof = |text: &str| statement(text).prove(&own(), Jurisdiction::De, &["030 555 0100".to_owned()]);
        assert_eq!(proof("Besuche sind von {Besuchszeit} möglich. Fragen gern an {Telefon}.").verdict, Verdict::Allow);
        assert_eq!(proof("Wir haben Sie im März hier behandelt. Mehr unter {Telefon}.").verdict, Verdict::Block);
        assert_eq!(proof("Besuche sind von ___ möglich.").verdict, Verdict::Block);
    }

    #[test]
    fn what_nobody_has_time_to_fill_in_is_a_fault_of_a_crisis_reply() {
        let crisis = |text: &str| Statement { kind: StatementKind::Crisis, ..statement(text) }.faults();
        assert!(crisis("Rufen Sie {Notruf} an.").is_empty());
        assert_eq!(crisis("Rufen Sie {Nummer der Hilfe} an."), [Fault::LeavesOpen]);
        assert_eq!(statement("Eine Klammer { zu viel").faults(), [Fault::StrayBrace]);
        assert_eq!(Statement { title: " ".to_owned(), ..statement(" ") }.faults(), [Fault::NoTitle, Fault::NoText]);
    }
}
