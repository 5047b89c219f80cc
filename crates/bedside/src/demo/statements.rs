//! The sample hospital's library of statements: written by one person and approved by another, through the acts that everybody
//! uses. One waits for approval, so that the demo shows that too.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use bedside_core::{
    id::PersonId,
    policy::SpeechForm::{self, AcknowledgeOnly, AnswerPublicGeneric, InvitePrivate},
    statement::{
        Statement,
        StatementKind::{self, Crisis, Incident, Template},
    },
    time::{Span, Timestamp},
    triage::{
        Lang::{self, De, En},
        Topic,
    },
};
use bedside_flow::Road;
use bedside_store::library;

/// One sample: what for, form, language, days that it holds, title, topics, text.
type Sample = (StatementKind, SpeechForm, Lang, i64, &'static str, &'static [Topic], &'static str);

/// What communication leads keep ready: thanks, an invitation after a complaint, everyday questions, a correction with its source,
/// words for relatives, an incident, and two for somebody in danger. Help lines: TelefonSeelsorge (telefonseelsorge.de), 116 123
/// (Samaritans and befrienders in the EU, Decision 2007/116/EC).
const SAMPLES: &[Sample] = &[
    (
        Template,
        AcknowledgeOnly,
        De,
        10,
        "Dank für ein Lob",
        &[Topic::Praise],
        "Vielen Dank für diese freundlichen Zeilen. Rückmeldungen wie diese geben wir gern im Haus weiter.",
    ),
    (
        Template,
        AcknowledgeOnly,
        En,
        180,
        "Thanks for praise",
        &[Topic::Praise],
        "Thank you for these kind words. We gladly pass feedback like this on within the hospital.",
    ),
    (
        Template,
        InvitePrivate,
        De,
        180,
        "Beschwerde: Einladung zum Gespräch",
        &[Topic::Complaint],
        "Danke für die offenen Worte. Zu einzelnen Personen äußern wir uns öffentlich nicht, hören aber gern zu: vertraulich unter \
         {private Tür} oder am Telefon unter {Telefon}.",
    ),
    (
        Template,
        InvitePrivate,
        En,
        180,
        "Complaint: invitation to talk",
        &[Topic::Complaint],
        "Thank you for being so open. We never discuss anything about individuals in public, and we would like to listen: in \
         confidence at {private door}, or on {phone}.",
    ),
    (
        Template,
        AnswerPublicGeneric,
        De,
        180,
        "Besuchszeiten",
        &[Topic::AdminQuestion],
        "Besuche sind täglich von {Besuchszeit} möglich. Was gerade zu beachten ist, steht auf unserer Internetseite. Weitere Fragen \
         beantworten wir gern unter {Telefon}.",
    ),
    (
        Template,
        AnswerPublicGeneric,
        En,
        180,
        "Visiting hours",
        &[Topic::AdminQuestion],
        "Visits are possible every day from {visiting hours}. Our website says what to keep in mind at the moment. For further \
         questions, please call us on {phone}.",
    ),
    (
        Template,
        AnswerPublicGeneric,
        De,
        60,
        "Richtigstellung mit Quelle",
        &[Topic::Misinformation],
        "Dazu ist gerade eine falsche Angabe im Umlauf. Richtig ist: {was richtig ist}. Nachzulesen ist das hier: {Quelle}",
    ),
    (
        Template,
        AnswerPublicGeneric,
        En,
        60,
        "Correction with its source",
        &[Topic::Misinformation],
        "A false claim about this is going around. What is right: {what is right}. You can read it here: {source}",
    ),
    (
        Incident,
        AnswerPublicGeneric,
        De,
        30,
        "Technische Störung",
        &[],
        "Im {Haus} gibt es zurzeit eine technische Störung. Die Versorgung geht weiter, die Notaufnahme ist offen. Sobald gesicherte \
         Informationen vorliegen, stehen sie hier.",
    ),
    (
        Incident,
        AnswerPublicGeneric,
        En,
        30,
        "Technical failure",
        &[],
        "There is a technical failure at {house} at the moment. Care goes on and the emergency department is open. As soon as there \
         is confirmed information, it will be here.",
    ),
    (
        Incident,
        InvitePrivate,
        De,
        30,
        "Telefon für Angehörige",
        &[],
        "Für Angehörige ist unter {Telefon} rund um die Uhr jemand da. Auskunft über einzelne Personen geben wir öffentlich nicht.",
    ),
    (
        Incident,
        InvitePrivate,
        En,
        30,
        "Line for relatives",
        &[],
        "For relatives there is somebody on {phone} day and night. We never give information about individuals in public.",
    ),
    (
        Crisis,
        InvitePrivate,
        De,
        90,
        "Suizidgedanken: Hilfe jetzt",
        &[Topic::CrisisSuicide],
        "Gut, dass das hier steht. Niemand muss damit allein bleiben: Die TelefonSeelsorge ist Tag und Nacht da, kostenlos, unter \
         0800 111 0 111. In Lebensgefahr bitte sofort {Notruf} rufen.",
    ),
    (
        Crisis,
        InvitePrivate,
        En,
        90,
        "Thoughts of suicide: help now",
        &[Topic::CrisisSuicide],
        "It is good that this is said here. Nobody has to go through it alone: 116 123 is there day and night, free of charge. If a \
         life is in danger, please call {emergency number} at once.",
    ),
    (
        Crisis,
        InvitePrivate,
        De,
        90,
        "Notfall: gleich anrufen",
        &[Topic::MedicalEmergency],
        "Im Notfall bitte sofort {Notruf} rufen. Hier lesen wir nicht schnell genug mit, um zu helfen.",
    ),
    (
        Crisis,
        InvitePrivate,
        En,
        90,
        "Emergency: call now",
        &[Topic::MedicalEmergency],
        "In an emergency please call {emergency number} at once. We do not read here fast enough to help.",
    ),
    (
        Template,
        AnswerPublicGeneric,
        De,
        180,
        "Parken",
        &[Topic::AdminQuestion],
        "Das Parkhaus ist rund um die Uhr offen. Kurze Wege für Menschen, die schlecht zu Fuß sind, gibt es am Haupteingang.",
    ),
];

fn statement(sample: &Sample) -> Statement {
    let (kind, form, lang, _, title, topics, text) = *sample;
    Statement {
        title: title.to_owned(),
        text: text.to_owned(),
        kind,
        form,
        lang,
        topics: topics.iter().copied().collect(),
        laws: BTreeSet::new(),
        sites: BTreeSet::new(),
    }
}

/// Fills an empty library. The last sample waits for approval.
pub(super) async fn fill(road: &Road, writer: PersonId, approver: PersonId, now: Timestamp) -> Result<()> {
    let is_filled = !library::current(&mut road.store().begin_read().await?).await?.is_empty();
    if is_filled {
        return Ok(());
    }
    for (n, sample) in SAMPLES.iter().enumerate() {
        let ends = now.plus(Span::days(sample.3));
        let (id, _) = road.write_statement(writer, None, statement(sample), ends).await.context(sample.4)?;
        let rows = library::versions(&mut road.store().begin_read().await?, id).await?;
        let shown = rows.last().map(|row| row.commitment.clone()).unwrap_or_default();
        road.ask_statement(writer, id, &shown).await.context(sample.4)?;
        if n + 1 < SAMPLES.len() {
            // Hints of the guard were read when the samples were written; a test holds that none is blocked.
            road.approve_statement(approver, id, &shown, true).await.context(sample.4)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bedside_core::{
        guard::Verdict,
        site::Jurisdiction,
        statement::{OwnFacts, placeholders},
    };

    #[test]
    fn no_sample_is_blocked_by_the_guard_anywhere_and_most_have_no_hint() {
        let facts = vec!["030 555 0100".to_owned()];
        let mut clear = 0;
        for law in Jurisdiction::ALL {
            let own = OwnFacts::of(
                "Lindenhof Klinikum Mitte",
                "Lindenhof-Kliniken",
                law,
                &facts,
                Some("https://lindenhof.example/nachricht"),
            );
            for sample in SAMPLES {
                let statement = statement(sample);
                assert!(statement.faults().is_empty(), "{}", statement.title);
                let check = statement.prove(&own, law, &facts);
                assert_ne!(check.verdict, Verdict::Block, "{law:?} {}: {:?}", statement.title, check.findings);
                clear += usize::from(check.verdict == Verdict::Allow);
                let is_for_haste = statement.kind != Template;
                assert!(!is_for_haste || placeholders(&statement.filled(&own)).is_empty(), "{}", statement.title);
            }
        }
        assert!(clear * 2 > SAMPLES.len() * 4, "{clear} of {}", SAMPLES.len() * 4);
    }

    #[test]
    fn every_sample_has_its_twin_in_the_other_language_but_the_one_that_waits() {
        let of = |lang| SAMPLES.iter().filter(|one| one.2 == lang).map(|one| (one.0, one.1)).collect::<Vec<_>>();
        let (mut german, english) = (of(De), of(En));
        german.pop();
        assert_eq!(german, english);
    }
}
