//! Default deny, proven over random facts: no rule, no word; a rule more or a rule broken never makes a word more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use bedside_core::{
    label::LabelKind,
    policy::{
        Account, AuthorHistory, CaseFacts, ComplaintStage, Facts, HouseFacts, HouseHours, IncidentKind, LinkFacts,
        MediaAttention, PageOwner, Place, PostFacts, Publication, Rules, Speech, SpeechForm, ThreadFacts,
        cases::{self, Case},
    },
    post::{Standing, Visibility},
    site::Jurisdiction,
    text::TextSpan,
    time::Span,
    triage::{Evidence, Hostility, Signal, SignalKind, Signals, Speaker, Topic, Urgency},
};
use std::sync::LazyLock;

use proptest::{
    option,
    prelude::*,
    sample::{select, subsequence},
    strategy::ValueTree,
    test_runner::TestRunner,
};

mod facts;
use facts::{NOW, post};

const COMMON: [(&str, &str); 4] = [
    ("1-alarm.cedar", include_str!("../../../policies/common/1-alarm.cedar")),
    ("2-post.cedar", include_str!("../../../policies/common/2-post.cedar")),
    ("3-wait.cedar", include_str!("../../../policies/common/3-wait.cedar")),
    ("4-speak.cedar", include_str!("../../../policies/common/4-speak.cedar")),
];

/// What only one country's pack says.
const fn national(jurisdiction: Jurisdiction) -> (&'static str, &'static str) {
    match jurisdiction {
        Jurisdiction::De => ("de.cedar", include_str!("../../../policies/de/de.cedar")),
        Jurisdiction::Us => ("us.cedar", include_str!("../../../policies/us/us.cedar")),
        Jurisdiction::Uk => ("uk.cedar", include_str!("../../../policies/uk/uk.cedar")),
        Jurisdiction::At => ("at.cedar", include_str!("../../../policies/at/at.cedar")),
    }
}

/// Facts of every kind, likely and unlikely.
fn any_facts() -> impl Strategy<Value = Facts> {
    (any_signals(), any_post(), any_thread(), any_case(), any_house()).prop_map(
        |(signals, post, (thread, link), case, house)| Facts {
            now: NOW,
            post: PostFacts { signals, ..post },
            thread,
            house,
            case,
            link,
        },
    )
}

fn any_signals() -> impl Strategy<Value = Signals> {
    let kinds = subsequence(vec![SignalKind::Claim, SignalKind::Identifier, SignalKind::Death], 0..3);
    let topics = subsequence(Topic::ALL.to_vec(), 0..4);
    let event = option::of(-100..400_i64);
    (topics, kinds, 0..4_u8, any::<[bool; 3]>(), event, select(Urgency::ALL)).prop_map(
        |(topics, kinds, hostility, [health_detail, staff_named, death], event, urgency)| Signals {
            hostility: Hostility(hostility),
            health_detail,
            staff_named,
            death,
            event_at: event.map(|hours| NOW.minus(Span::hours(hours))),
            urgency,
            signals: kinds.into_iter().map(shows).collect(),
            ..post(&topics).post.signals
        },
    )
}

const fn shows(kind: SignalKind) -> Signal {
    Signal { kind, topic: None, span: TextSpan { start: 0, end: 1 }, evidence: Evidence::Model(0.9) }
}

fn any_post() -> impl Strategy<Value = PostFacts> {
    let place = option::of(select(Place::ALL));
    let account = option::of(select(Account::ALL));
    let visibility = select(vec![Visibility::Public, Visibility::Followers, Visibility::Direct]);
    (place, account, visibility, any::<[bool; 2]>(), 0..12_u32, 0..200_i64, 0..60_i64, 0..3_u16, 0..6_u32).prop_map(
        |(place, account, visibility, [addressed, live], prior_posts, age, late, media_count, strikes)| {
            let at = NOW.minus(Span::hours(age));
            let seen_at = at.plus(Span::hours(late.min(age)));
            let standing = if live { Standing::Live } else { Standing::History };
            let signals = post(&[]).post.signals;
            PostFacts {
                signals,
                standing,
                at,
                seen_at,
                visibility,
                addressed,
                account,
                prior_posts,
                media_count,
                media_unseen: media_count.saturating_sub(1),
                place,
                history: AuthorHistory { strikes, last_at: None },
            }
        },
    )
}

fn any_thread() -> impl Strategy<Value = (ThreadFacts, Option<LinkFacts>)> {
    let labels = subsequence(LabelKind::ALL.to_vec(), 0..3);
    (labels, 0..3_u32, any::<[Option<bool>; 2]>()).prop_map(|(labels, our_answers, [inpatient, deceased])| {
        let link = LinkFacts { inpatient, since_discharge: Some(Span::days(3)), deceased };
        (ThreadFacts { posts: 1, our_answers, labels }, inpatient.map(|_| link))
    })
}

fn any_case() -> impl Strategy<Value = CaseFacts> {
    let complaint = option::of(select(ComplaintStage::ALL));
    let publication = option::of(select(Publication::ALL));
    let speaker = option::of(select(Speaker::ALL));
    (complaint, publication, speaker, any::<[Option<bool>; 2]>()).prop_map(
        |(complaint, publication, speaker, [facts_checked, death])| CaseFacts {
            event_at: None,
            facts_checked,
            death,
            speaker,
            complaint,
            publication,
            deadline: None,
            media: media_of(speaker),
            account: None,
            held_since: None,
        },
    )
}

/// Some of each.
fn media_of(speaker: Option<Speaker>) -> Option<MediaAttention> {
    (speaker == Some(Speaker::Journalist)).then_some(MediaAttention::National)
}

fn any_house() -> impl Strategy<Value = HouseFacts> {
    let incident = option::of(select(IncidentKind::ALL));
    (select(PageOwner::ALL), incident, any::<[Option<bool>; 2]>(), prop::bool::weighted(0.1)).prop_map(
        |(page_owner, incident, [staffed_now, approved_statement], paused)| HouseFacts {
            jurisdiction: Jurisdiction::De,
            page_owner,
            staffed_now,
            crisis_mode: incident.is_some(),
            incident,
            stage: None,
            hours: HouseHours::default(),
            approved_statement,
            paused,
        },
    )
}

/// The packs of every country, loaded once.
static ALL_PACKS: LazyLock<Vec<(Jurisdiction, Rules)>> =
    LazyLock::new(|| Jurisdiction::ALL.into_iter().map(|one| (one, Rules::load(one, &[]).unwrap())).collect());

/// The packs of Germany.
fn packs() -> &'static Rules {
    &ALL_PACKS[0].1
}

const fn speaks(speech: &Speech) -> bool {
    matches!(speech, Speech::Permitted { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn without_rules_nothing_is_said_or_done(all in prop::collection::vec(any_facts(), 40)) {
        let rules = Rules::from_texts(&[]).unwrap();
        for facts in &all {
            let decision = rules.decide(facts);
            prop_assert_eq!(&decision.speech, &Speech::Silent);
            prop_assert!(decision.escalation.is_none() && decision.moderation.is_none() && decision.near.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn the_packs_never_fail_and_keep_their_promises(all in prop::collection::vec(any_facts(), 100)) {
        for (jurisdiction, rules) in ALL_PACKS.iter() {
            for facts in &all {
                let mut facts = facts.clone();
                facts.house.jurisdiction = *jurisdiction;
                let decision = rules.decide(&facts);
                prop_assert!(!decision.has_error(), "{:?}", decision.because);
                prop_assert!(!(facts.house.paused && speaks(&decision.speech)), "a word while paused");
                if facts.post.media_unseen > 0 && facts.post.standing == Standing::Live {
                    prop_assert_eq!(&decision.speech, &Speech::LeftToPerson, "what nobody has seen");
                }
                if let Speech::Hold(hold) = &decision.speech {
                    prop_assert!(hold.until > facts.now, "a hold that is over");
                }
                let crisis = [Topic::CrisisSuicide, Topic::MedicalEmergency, Topic::Threat, Topic::Safeguarding];
                if crisis.iter().any(|topic| facts.post.signals.has(*topic)) {
                    prop_assert!(decision.escalation.is_some());
                    prop_assert_eq!(&decision.speech, &Speech::LeftToPerson);
                }
                prop_assert_eq!(&decision, &rules.decide(&facts), "the same facts, another decision");
            }
        }
    }

    #[test]
    fn a_forbid_more_never_makes_a_word_more(all in prop::collection::vec(any_facts(), 40), hours in 0..200_i64) {
        let before = packs();
        for (n, more) in ["", "@hold(\"5h\") @hold_from(\"now\")", "@leaves_to(\"person\")"].into_iter().enumerate() {
            for action in ["action in Action::\"speech\"", "action == Action::\"invite_private\""] {
                let text = format!(
                    "@id(\"house.more{n}\") @reason_de(\"Mehr.\") @reason_en(\"More.\") @source(\"House\") {more} \
                     forbid (principal, {action}, resource) when {{ context.hours_since_post > {hours} }};"
                );
                let after = Rules::load(Jurisdiction::De, &[("house.cedar", &text)]).unwrap();
                for facts in &all {
                    let (was, is) = (before.decide(facts), after.decide(facts));
                    prop_assert!(speaks(&was.speech) || !speaks(&is.speech), "{:?} became {:?}", was, is);
                    let gained = |form: &SpeechForm| is.permits(*form) && !was.permits(*form);
                    let is_gained = SpeechForm::ALL.iter().any(gained) && is.speech != Speech::LeftToPerson;
                    prop_assert!(!is_gained, "{:?} became {:?}", was, is);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn raising_strikes_never_yields_more_speech(all in prop::collection::vec(any_facts(), 60), more in 1..8_u32) {
        // A house's own rule on strikes too: what is not refused when it is loaded keeps the promise.
        let own = "@id(\"house.strikes\") @reason_de(\"Genug.\") @reason_en(\"Enough.\") @source(\"House\") \
            forbid (principal, action in Action::\"speech\", resource) \
            when { context.strikes >= 4 || (context.hostility >= 1 && !(context.strikes < 2)) };";
        for jurisdiction in Jurisdiction::ALL {
            let rules = Rules::load(jurisdiction, &[("house.cedar", own)]).unwrap();
            for facts in &all {
                let mut worse = facts.clone();
                worse.post.history.strikes += more;
                let (was, is) = (rules.decide(facts), rules.decide(&worse));
                prop_assert!(speaks(&was.speech) || !speaks(&is.speech), "{:?} became {:?}", was, is);
                for form in SpeechForm::ALL {
                    prop_assert!(was.permits(form) || !is.permits(form), "{:?}: {:?} became {:?}", form, was, is);
                }
                let teams = |one: &bedside_core::policy::Decision| one.escalation.as_ref().map(|told| told.to.clone());
                prop_assert_eq!(teams(&was), teams(&is), "nobody is told less");
            }
        }
    }

    #[test]
    fn no_hold_outlasts_a_deadline_or_its_longest(all in prop::collection::vec(any_facts(), 60), days in 0..60_i64, hours in 1..100_i64) {
        for facts in &all {
            let mut facts = facts.clone();
            facts.case.held_since = Some(NOW.minus(Span::days(days)));
            facts.case.deadline = Some(NOW.plus(Span::hours(hours)));
            if let Speech::Hold(hold) = packs().decide(&facts).speech {
                prop_assert!(hold.until <= NOW.plus(Span::hours(hours)), "after the deadline");
                prop_assert!(hold.until <= NOW.minus(Span::days(days)).plus(Span::days(30)), "longer than a month in all");
            }
        }
    }
}

#[test]
fn a_rule_that_could_reward_strikes_is_refused() {
    let rule = |effect: &str, notes: &str, action: &str, body: &str| {
        let head = "@id(\"house.x\") @reason_de(\"D\") @reason_en(\"E\") @source(\"S\")";
        let text = format!("{head} {notes}\n{effect} (principal, {action}, resource)\n{body};");
        Rules::load(Jurisdiction::De, &[("house.cedar", &text)]).map(drop).map_err(|error| error.to_string())
    };
    let speech = "action in Action::\"speech\"";
    let escalate = "action == Action::\"escalate_now\"";
    let told = "@to(\"security\") @within(\"1h\")";
    for (effect, notes, action, body) in [
        ("permit", "", "action == Action::\"invite_private\"", "when { context.strikes >= 1 }"),
        ("forbid", "@hold(\"5h\") @hold_from(\"now\")", speech, "when { context.strikes >= 1 }"),
        ("forbid", "@leaves_to(\"person\")", speech, "when { context.strikes >= 1 }"),
        ("forbid", "", speech, "when { context.strikes < 3 }"),
        ("forbid", "", speech, "when { context.strikes == 3 }"),
        ("forbid", "", speech, "when { !(context.strikes >= 3) && context.claim }"),
        ("forbid", "", speech, "when { context.claim } unless { context.strikes > 2 }"),
        ("forbid", "", speech, "when { if context.strikes > 2 then context.claim else context.death }"),
        ("forbid", "", speech, "when { context.strikes * -1 >= -3 }"),
        ("permit", told, escalate, "when { context.strikes < 3 }"),
    ] {
        let refused = rule(effect, notes, action, body).unwrap_err();
        assert!(refused.contains("house.cedar:") && refused.contains("strikes only ever lower"), "{body}: {refused}");
    }
    for (effect, notes, action, body) in [
        ("forbid", "", speech, "when { context.strikes >= 3 && !context.death }"),
        ("forbid", "", speech, "when { 2 < context.strikes }"),
        ("forbid", "", speech, "when { context.claim } unless { context.strikes <= 2 }"),
        ("permit", told, escalate, "when { context.strikes >= 5 }"),
    ] {
        assert_eq!(rule(effect, notes, action, body), Ok(()), "{body}");
    }
}

/// A country's packs with the rule at `place` made to fail for every fact: adding to the largest number overflows.
fn with_broken(jurisdiction: Jurisdiction, place: usize) -> Option<Vec<(&'static str, String)>> {
    let mut left = Some(place);
    let mut break_one = |text: &'static str| -> String {
        let mut parts = text.split("\nwhen {");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let is_it = left == Some(0);
            left = left.and_then(|left| left.checked_sub(1));
            out.push_str("\nwhen {");
            out.push_str(if is_it { " context.thread_posts + 9223372036854775807 > 0 &&" } else { "" });
            out.push_str(part);
        }
        out
    };
    let texts =
        COMMON.into_iter().chain([national(jurisdiction)]).map(|(name, text)| (name, break_one(text))).collect();
    left.is_none().then_some(texts)
}

/// Every rule of every country's packs is broken once: the common ones with Germany's, the others with their own country's.
#[test]
fn a_broken_rule_never_makes_a_word_more() {
    let mut runner = TestRunner::deterministic();
    let all: Vec<Facts> = (0..40).map(|_| any_facts().new_tree(&mut runner).unwrap().current()).collect();
    let shared = COMMON.iter().map(|(_, text)| text.matches("\nwhen {").count()).sum();
    for (jurisdiction, whole) in ALL_PACKS.iter() {
        let mut place = if *jurisdiction == Jurisdiction::De { 0 } else { shared };
        while let Some(texts) = with_broken(*jurisdiction, place) {
            let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
            let broken = Rules::from_texts(&texts).unwrap_or_else(|error| panic!("{error}"));
            for facts in &all {
                let mut facts = facts.clone();
                facts.house.jurisdiction = *jurisdiction;
                let (was, is) = (whole.decide(&facts), broken.decide(&facts));
                assert!(is.has_error() && is.speech == Speech::LeftToPerson, "rule {place}: {was:?} became {is:?}");
                assert!(SpeechForm::ALL.into_iter().all(|form| !is.permits(form)), "rule {place}: {is:?}");
                assert!(is.moderation.is_none() && is.rules_version != was.rules_version);
            }
            place += 1;
        }
        assert_eq!(place, whole.ids().count(), "{jurisdiction:?}: every rule was broken once");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// What a house keeps as a case, and reads back from its export, is decided as the post was.
    #[test]
    fn a_kept_case_is_decided_as_the_post_was(all in prop::collection::vec(any_facts(), 40)) {
        for facts in &all {
            let mut facts = facts.clone();
            // A case can't say that somebody did not die though the text reads so.
            facts.case.death = facts.case.death.filter(|died| *died);
            let read = Signals { topics: Vec::new(), ..facts.post.signals.clone() };
            let kept = Case::kept("F-1".to_owned(), "A post.", &facts, &read);
            let line = kept.line();
            let case = cases::read(&line).unwrap().remove(0);
            let again = case.facts(&case.post, &|_, _, _| read.clone());
            for (_, rules) in ALL_PACKS.iter().filter(|(one, _)| *one == facts.house.jurisdiction) {
                let (was, is) = (rules.decide(&facts), rules.decide(&again));
                prop_assert_eq!(was.parts(), is.parts(), "{}\n{:?}\n{:?}", line, was.because, is.because);
            }
        }
    }
}
