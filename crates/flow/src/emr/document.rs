//! What a document for the record says: who wrote what when, and what the house answered. Plain lines, in the house's
//! language; no judgement of Bedside's own, because a record is no place for one.

use bedside_core::{chart::Said, filing::Document, id::FilingId, site::Jurisdiction, time::Timestamp};
use bedside_store::emr::patient::PatientText;

use crate::House;

/// A conversation as a document.
pub(super) fn compose(
    house: &House,
    id: FilingId,
    about: PatientText,
    said: Vec<Said>,
    (happened_at, written_at): (Timestamp, Timestamp),
) -> Document {
    let (title, person, answer, note) = if speaks_german(house) {
        ("Konversation über soziale Medien", "Person", "Haus", NOTE_DE)
    } else {
        ("Conversation over social media", "Person", "House", NOTE_EN)
    };
    let mut lines = vec![note.to_owned()];
    for one in &said {
        let who = if one.by_house { answer } else { person };
        lines.push(format!("{} {who}:", clock_time(house, one.at)));
        lines.extend(one.text.lines().map(str::to_owned));
    }
    Document { lines, said, ..blank(house, id, about, title, (happened_at, written_at)) }
}

/// A document about somebody with nothing in it yet.
pub(super) fn blank(
    house: &House,
    id: FilingId,
    about: PatientText,
    title: &str,
    (happened_at, written_at): (Timestamp, Timestamp),
) -> Document {
    Document {
        id,
        ids: about.ids,
        name: about.name,
        born: about.born,
        visit: None,
        title: title.to_owned(),
        lines: Vec::new(),
        house: house.site.name.clone(),
        happened_at,
        written_at,
        said: Vec::new(),
        case: None,
        consents: Vec::new(),
        work: None,
        flag: None,
        rules: house.rules().version().to_owned(),
    }
}

/// Whether a house's documents are in German.
pub(super) const fn speaks_german(house: &House) -> bool {
    matches!(house.site.jurisdiction, Jurisdiction::De | Jurisdiction::At)
}

const NOTE_DE: &str = "Mit Einwilligung der Patientin oder des Patienten in die Akte übernommen. Eine Einordnung von Bedside \
    ist kein Befund.";
const NOTE_EN: &str = "Filed with the patient's consent. How Bedside sorted it is no clinical finding.";

/// Day and time on the house's own clock.
fn clock_time(house: &House, at: Timestamp) -> String {
    let Ok(instant) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return at.to_rfc3339() };
    instant.to_zoned(house.zone().clone()).strftime("%Y-%m-%d %H:%M").to_string()
}
