//! What can be wrong with a draft, and what a person is told about it.

use crate::triage::Lang;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $en:literal, $de:literal;)*) => {
        /// What a finding is. A closed list: a new kind needs words in both languages.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            /// The word for tables, overlays and the log.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
            /// The kind with this word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
            }
            /// Why it must not be said, for the person who writes. German for [`Lang::De`], else English.
            #[must_use]
            pub const fn reason(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$variant, Lang::De) => $de, (Self::$variant, Lang::En | Lang::Unknown) => $en,)*
                }
            }
        }
    };
}

kinds! {
    /// A number, address or date that points to a person.
    Identifier = "identifier",
        "This points to a person. Nothing that identifies somebody belongs in an answer.",
        "Das weist auf eine Person hin. Nichts, was jemanden erkennbar macht, gehört in eine Antwort.";
    /// A person's name.
    NamesPerson = "names_person",
        "This names a person. A name confirms who wrote or who is meant.",
        "Das nennt eine Person beim Namen. Ein Name bestätigt, wer schreibt oder gemeint ist.";
    /// The name or handle of the author, where the answer reveals it.
    UnmasksAuthor = "unmasks_author",
        "This tells more of who the author is than the platform shows.",
        "Das verrät mehr über den Verfasser, als die Plattform zeigt.";
    /// Says that somebody is or was a patient or a relative of one.
    ConfirmsRelationship = "confirms_relationship",
        "This confirms that somebody is or was a patient.",
        "Das bestätigt, dass jemand hier Patient ist oder war.";
    /// Says that somebody is or was no patient.
    DeniesRelationship = "denies_relationship",
        "A denial too says what is in the records.",
        "Auch ein Bestreiten sagt, was in den Akten steht.";
    /// A detail of somebody's health.
    HealthDetail = "health_detail",
        "This speaks of somebody's health, also where the author said it first.",
        "Das spricht über die Gesundheit einer Person, auch wenn sie es selbst zuerst geschrieben hat.";
    /// When care took place.
    DateOfCare = "date_of_care",
        "This says when somebody was treated.",
        "Das sagt, wann jemand behandelt wurde.";
    /// Insurance, bills, payments.
    InsuranceOrCost = "insurance_or_cost",
        "Insurance and bills are part of the record.",
        "Versicherung und Rechnung gehören zur Akte.";
    /// A member of staff by name.
    StaffNamed = "staff_named",
        "This names a member of staff in public.",
        "Das nennt öffentlich einen Menschen aus dem Personal.";
    /// Advice for one person's health.
    ClinicalAdvice = "clinical_advice",
        "This is medical advice for one person; it must not be given here.",
        "Das ist medizinischer Rat für eine einzelne Person; er darf hier nicht gegeben werden.";
    /// Admits a fault before it was reviewed.
    FaultAdmission = "fault_admission",
        "This admits a fault before anybody has reviewed what happened.",
        "Das räumt einen Fehler ein, bevor geprüft ist, was geschah.";
    /// Speaks of a case in court.
    StatementOnLitigation = "statement_on_litigation",
        "Nothing is said about proceedings or accusations.",
        "Zu Verfahren und Vorwürfen wird nichts gesagt.";
    /// Numbers or details of dead and injured.
    CasualtyDetails = "casualty_details_unreleased",
        "Numbers and details of dead or injured come from the incident command alone, after the families know.",
        "Zahlen und Angaben zu Toten und Verletzten kommen nur von der Einsatzleitung, nachdem die Familien es wissen.";
    /// Tells how somebody is.
    ConditionRelease = "press_condition_release",
        "This tells how somebody is. Only the press office does, and only with permission.",
        "Das sagt, wie es jemandem geht. Das tut nur die Pressestelle, und nur mit Erlaubnis.";
    /// Mocks or belittles.
    DerogatoryTone = "derogatory_tone",
        "This mocks or belittles.",
        "Das verspottet oder setzt herab.";
    /// Threatens with law.
    LegalThreat = "legal_threat",
        "This threatens with legal steps.",
        "Das droht mit rechtlichen Schritten.";
    /// Offers money or favours.
    CompensationInPublic = "compensation_in_public",
        "Compensation is not offered in public.",
        "Ein Ausgleich wird nicht öffentlich angeboten.";
    /// Presses to delete or change a post.
    PressureToDelete = "pressure_to_delete",
        "This presses somebody to delete or change a post.",
        "Das drängt jemanden, einen Beitrag zu löschen oder zu ändern.";
    /// Asks for data about the author.
    AsksForIdentifiers = "asks_for_identifiers",
        "This asks for personal data where everybody reads along.",
        "Das fragt nach persönlichen Angaben, wo alle mitlesen.";
    /// Sends a matter of care to the platform's messages.
    PlatformMessage = "platform_dm_for_care_matter",
        "The platform's messages invite health data and are not confidential. A phone number or the private door is better.",
        "Nachrichten auf der Plattform laden zu Gesundheitsangaben ein und sind nicht vertraulich. Besser: Telefon oder die private Tür.";
    /// An apology without a way to reach somebody.
    ApologyWithoutContact = "apology_without_contact",
        "An apology without a way to reach somebody leaves the author alone.",
        "Eine Entschuldigung ohne Weg zu einem Menschen lässt den Verfasser allein.";
    /// A promise nobody can keep.
    ImpossiblePromise = "impossible_promise",
        "Nobody can keep this promise.",
        "Das kann niemand halten.";
    /// Thanks for praise, where the law is strict.
    ThanksInDe = "thanks_in_DE",
        "Confirms nothing, but strict lawyers see a risk in thanking for praise.",
        "Bestätigt nichts; nach strenger Anwaltsmeinung ist ein Dank für Lob dennoch riskant.";
    /// Reads like words to one person rather than to everybody; nobody can say for certain.
    MaySpeakOfPerson = "may_speak_of_person",
        "This does not read like an answer to everybody. A second person makes sure that it says nothing about the author's care.",
        "Das liest sich nicht wie eine Antwort an alle. Ein zweiter Mensch prüft, dass es nichts über die Behandlung des Verfassers sagt.";
    /// A part of a template left open.
    OpenPlace = "open_place",
        "A part of the template is still open.",
        "Hier ist eine Stelle der Vorlage noch offen.";
    /// Nothing to say.
    Empty = "empty_text",
        "There is no text.",
        "Es gibt keinen Text.";
}
