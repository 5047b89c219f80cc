//! Facts for tests of the rules.

use bedside_core::{
    policy::{AuthorHistory, CaseFacts, Facts, HouseFacts, HouseHours, PageOwner, PostFacts, ThreadFacts},
    post::{Standing, Visibility},
    site::Jurisdiction,
    time::{Span, Timestamp},
    triage::{Hostility, Lang, Signals, Topic, TopicScore, Urgency},
};

/// 14 Nov 2026, 14:02 in Berlin.
pub const NOW: Timestamp = Timestamp::from_micros(1_794_661_320_000_000);

/// An ordinary post, two hours old, about these topics.
pub fn post(topics: &[Topic]) -> Facts {
    let signals = Signals {
        lang: Lang::En,
        topics: topics.iter().map(|topic| TopicScore { topic: *topic, score: 0.9 }).collect(),
        weaker: Vec::new(),
        hostility: Hostility(0),
        health_detail: false,
        staff_named: false,
        speaker: None,
        event_at: None,
        death: false,
        urgency: Urgency::None,
        signals: Vec::new(),
    };
    Facts {
        now: NOW,
        post: PostFacts {
            signals,
            standing: Standing::Live,
            at: NOW.minus(Span::hours(2)),
            seen_at: NOW.minus(Span::hours(2)),
            visibility: Visibility::Public,
            addressed: true,
            account: None,
            prior_posts: 0,
            media_count: 0,
            media_unseen: 0,
            place: None,
            history: AuthorHistory::default(),
        },
        thread: ThreadFacts { posts: 1, ..ThreadFacts::default() },
        house: HouseFacts {
            jurisdiction: Jurisdiction::De,
            page_owner: PageOwner::Private,
            staffed_now: Some(true),
            crisis_mode: false,
            incident: None,
            stage: None,
            hours: HouseHours::default(),
            approved_statement: None,
            paused: false,
        },
        case: CaseFacts::default(),
        link: None,
    }
}
