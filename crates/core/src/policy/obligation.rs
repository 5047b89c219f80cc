//! What has to happen beside an action: a closed list, so that a mistyped duty is refused and each has words for people.

use serde::{Deserialize, Serialize};

use crate::triage::Lang;

/// What has to happen beside the action, one of [`Obligation::words`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Obligation(pub String);

/// word, German, English
const WORDS: &[(&str, &str, &str)] = &[
    (
        "help_line",
        "Hilfetelefon nennen, in Land und Sprache der Person",
        "Name the help line of the person's country and language",
    ),
    ("emergency_number", "Notrufnummer nennen", "Name the emergency number"),
    ("report_to_platform", "Der Plattform melden", "Report to the platform"),
    ("preserve_evidence", "Belege sichern", "Keep the evidence"),
    ("inform_police", "Polizei verständigen", "Inform the police"),
    ("tell_person_concerned", "Die betroffene Person verständigen", "Tell the person concerned"),
    ("pause_scheduled_posts", "Geplante Beiträge anhalten", "Stop scheduled posts"),
    ("private_contact_now", "Jetzt vertraulich Kontakt aufnehmen", "Make private contact now"),
    ("named_contact", "Eine Person mit Namen übernimmt", "A named person takes over"),
    ("explain_removal", "Die Entfernung erklären", "Explain the removal"),
    ("record_ground", "Grund und frühere Hinweise festhalten", "Record the ground and earlier warnings"),
    ("take_down_own_post", "Eigenen Beitrag abnehmen", "Take our own post down"),
    ("confirm_when_done", "Bestätigen, wenn es geschehen ist", "Confirm when it is done"),
    ("tell_patient_relations", "Patientenfürsprache verständigen", "Tell patient relations"),
    ("tell_privacy_officer", "Datenschutz verständigen", "Tell the privacy officer"),
    ("tell_complaints_office", "Beschwerdestelle verständigen", "Tell the complaints office"),
    ("tell_ward_now", "Die Station jetzt verständigen", "Tell the ward now"),
    ("check_facts", "Im Haus prüfen, was geschehen ist", "Check in the house what happened"),
    ("cite_source", "Die Quelle nennen", "Name the source"),
    ("approved_statement_only", "Nur die freigegebene Erklärung verwenden", "Use the approved statement only"),
    ("public_warning", "Öffentlich warnen", "Warn in public"),
    ("pass_thanks_on", "Den Dank intern weitergeben", "Pass the thanks on inside"),
    ("family_line", "Telefonnummer für Angehörige nennen", "Name the family line"),
];

impl Obligation {
    /// Nothing leaves but the approved statement of the incident that runs, word for word.
    pub const STATEMENT_ONLY: &str = "approved_statement_only";

    /// Whether it says of every text that leaves what it must be. Such a duty holds whenever its rule applies, also where
    /// another rule decides.
    #[must_use]
    pub fn limits_text(&self) -> bool {
        self.0 == Self::STATEMENT_ONLY
    }

    /// Every word there is, in the order they are shown.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(word, ..)| *word)
    }

    /// The obligation with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::words().find(|known| *known == word).map(|known| Self(known.to_owned()))
    }

    /// What it asks of people, in German or (any other language) English.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        let found = WORDS.iter().find(|(word, ..)| *word == self.0);
        found.map_or(self.0.as_str(), |(_, de, en)| if lang == Lang::De { de } else { en })
    }
}
