//! What of a text is shown to somebody who has not opened it: covered where they have no need to know, folded where it
//! distresses. Both are decided here and nowhere else.

use bedside_core::{
    scan,
    triage::{Hostility, Signals, Topic},
};

/// A text with everything covered that points to a person.
pub(super) fn covered(text: &str) -> String {
    scan::mask(text)
}

/// Topics whose texts are hard to read.
const DISTRESSING: [Topic; 5] =
    [Topic::CrisisSuicide, Topic::MedicalEmergency, Topic::Threat, Topic::Safeguarding, Topic::Bereavement];
/// From this level on words hurt (2: hateful).
const HURTS: Hostility = Hostility(2);

/// What kind of distressing text it is, as ids of topics; empty: it is none.
pub(super) fn distress(found: &Signals) -> Vec<&'static str> {
    let is_hostile = found.hostility >= HURTS;
    let mut kinds: Vec<Topic> = DISTRESSING.into_iter().filter(|topic| found.has(*topic)).collect();
    if found.death && !kinds.contains(&Topic::Bereavement) {
        kinds.push(Topic::Bereavement);
    }
    if is_hostile {
        kinds.push(Topic::Harassment);
    }
    kinds.into_iter().map(Topic::as_str).collect()
}

#[cfg(test)]
mod tests {
    use bedside_core::triage::{Lang, TopicScore, Urgency};

    use super::*;

    #[test]
    fn a_text_that_is_hard_to_read_says_of_what_kind_it_is() {
        let found = |topics: &[Topic], hostility, death| Signals {
            lang: Lang::De,
            topics: topics.iter().map(|topic| TopicScore { topic: *topic, score: 0.9 }).collect(),
            weaker: Vec::new(),
            hostility: Hostility(hostility),
            health_detail: false,
            staff_named: false,
            speaker: None,
            event_at: None,
            death,
            urgency: Urgency::None,
            signals: Vec::new(),
        };
        for (found, kinds) in [
            (found(&[Topic::Praise], 1, false), vec![]),
            (found(&[Topic::Complaint, Topic::CrisisSuicide], 0, false), vec!["crisis_suicide"]),
            (found(&[Topic::Complaint], 0, true), vec!["bereavement"]),
            (found(&[Topic::Bereavement, Topic::Threat], 3, true), vec!["threat", "bereavement", "harassment"]),
        ] {
            assert_eq!(distress(&found), kinds);
        }
    }
}
