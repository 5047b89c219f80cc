//! The rules: packs load strictly, forbid beats permit, holds end when they should, errors never yield speech.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use bedside_core::{
    label::LabelKind,
    policy::{Account, Effect, Facts, IncidentKind, Obligation, PageOwner, Rules, Speech, SpeechForm, Wake, Yields},
    post::Standing,
    site::Jurisdiction,
    text::TextSpan,
    time::Span,
    triage::{Evidence, Hostility, Lang, Signal, SignalKind, Speaker, Topic},
};

mod facts;
use facts::{NOW, post};

fn shows(kind: SignalKind) -> Signal {
    Signal { kind, topic: None, span: TextSpan { start: 0, end: 3 }, evidence: Evidence::Rule("words".to_owned()) }
}

fn rules() -> Rules {
    Rules::load(Jurisdiction::De, &[]).unwrap()
}

fn because(rules: &Rules, facts: &Facts) -> Vec<(String, Effect)> {
    rules.decide(facts).because.into_iter().map(|one| (one.rule, one.effect)).collect()
}

const fn says(form: SpeechForm) -> Speech {
    Speech::Permitted { form }
}

/// An overlay's rule with everything a rule needs.
fn rule(id: &str, more: &str, body: &str) -> String {
    format!(
        "@id(\"{id}\") @reason_de(\"Regel des Hauses.\") @reason_en(\"A rule of the house.\") @source(\"House rule\") \
         {more}\n{body};\n"
    )
}

fn with_overlay(text: &str) -> Result<Rules, String> {
    Rules::load(Jurisdiction::De, &[("site/house.cedar", text)]).map_err(|error| error.to_string())
}

#[test]
fn every_pack_loads_strictly_and_every_rule_says_why() {
    for jurisdiction in Jurisdiction::ALL {
        let rules = Rules::load(jurisdiction, &[]).unwrap_or_else(|error| panic!("{jurisdiction:?}\n{error}"));
        for id in rules.ids() {
            for lang in [Lang::De, Lang::En] {
                let reason = rules.reason(id, lang).unwrap();
                assert!((30..=160).contains(&reason.chars().count()), "{id} {lang:?}: {}", reason.chars().count());
                assert!(reason.ends_with('.'), "{id}: a reason is a sentence");
            }
            assert!(rules.source(id).unwrap().len() > 8, "{id}");
        }
        assert!(rules.ids().count() <= 50, "the packs are read in minutes");
    }
}

#[test]
fn ordinary_posts_are_answered_promptly() {
    let rules = rules();
    for (topics, form) in [
        (vec![Topic::AdminQuestion], SpeechForm::AnswerPublicGeneric),
        (vec![Topic::Job], SpeechForm::AnswerPublicGeneric),
        (vec![Topic::Misinformation], SpeechForm::AnswerPublicGeneric),
        (vec![Topic::Complaint], SpeechForm::InvitePrivate),
        (vec![Topic::Complaint, Topic::AdminQuestion], SpeechForm::InvitePrivate),
        (vec![Topic::MedicalAdvice], SpeechForm::InvitePrivate),
        (vec![Topic::Praise], SpeechForm::AcknowledgeOnly),
        (vec![], SpeechForm::InvitePrivate),
    ] {
        let decision = rules.decide(&post(&topics));
        assert_eq!(decision.speech, says(form), "{topics:?}");
        assert_eq!((decision.escalation, decision.moderation), (None, None), "{topics:?}");
        assert!(!decision.because.is_empty());
    }
}

#[test]
fn a_crisis_is_escalated_whatever_else_is_true() {
    let rules = rules();
    let crises = [
        (Topic::CrisisSuicide, "crisis-team"),
        (Topic::MedicalEmergency, "clinical-on-call"),
        (Topic::Threat, "security"),
        (Topic::Safeguarding, "safeguarding"),
    ];
    for (topic, team) in crises {
        let mut facts = post(&[topic, Topic::Praise]);
        facts.thread.labels = LabelKind::ALL.to_vec();
        facts.house.paused = true;
        facts.house.crisis_mode = true;
        facts.house.staffed_now = Some(false);
        facts.post.standing = Standing::History;
        facts.case.death = Some(true);
        let decision = rules.decide(&facts);
        let escalation = decision.escalation.unwrap();
        assert!(escalation.to.iter().any(|to| to == team), "{topic:?}");
        assert!(escalation.within <= Span::minutes(15));
        assert_eq!(decision.speech, Speech::LeftToPerson, "{topic:?} is neither held nor silent");
    }
}

#[test]
fn a_death_holds_until_72_hours_after_it_and_not_longer() {
    let rules = rules();
    let mut facts = post(&[Topic::Bereavement]);
    facts.post.signals.death = true;
    facts.post.signals.event_at = Some(NOW.minus(Span::hours(6)));
    let decision = rules.decide(&facts);
    let Speech::Hold(hold) = &decision.speech else { panic!("{decision:?}") };
    assert_eq!(hold.until, NOW.plus(Span::hours(66)));
    assert_eq!(hold.wakes, [Wake::Time, Wake::AuthorWrites, Wake::LabelChanges, Wake::FactsChecked]);
    assert_eq!(decision.because[0].rule, "common.death_recent");

    facts.case.event_at = Some(NOW.minus(Span::hours(80)));
    assert_eq!(rules.decide(&facts).speech, says(SpeechForm::InvitePrivate), "what the desk entered beats the text");

    facts.case.event_at = None;
    facts.post.signals.event_at = None;
    let Speech::Hold(hold) = rules.decide(&facts).speech else { panic!("an undated death is held from the post") };
    assert_eq!(hold.until, facts.post.at.plus(Span::hours(72)));

    facts.post.signals.event_at = Some(NOW.plus(Span::hours(5)));
    assert_eq!(because(&rules, &facts)[0].0, "common.death_undated", "a death to come is no date");
}

#[test]
fn silence_beats_a_hold_and_the_latest_hold_wins() {
    let rules = rules();
    let mut facts = post(&[Topic::Bereavement]);
    facts.case.death = Some(true);
    facts.case.event_at = Some(NOW.minus(Span::hours(60)));
    facts.thread.labels = vec![LabelKind::NextOfKinPending];
    let decision = rules.decide(&facts);
    let Speech::Hold(hold) = &decision.speech else { panic!("{decision:?}") };
    assert_eq!(hold.until, NOW.plus(Span::hours(24)), "12 hours for the death, 24 for the next of kin");
    assert_eq!(
        decision.because.iter().map(|one| one.rule.as_str()).collect::<Vec<_>>(),
        ["common.next_of_kin", "common.death_recent"]
    );
    facts.thread.labels.push(LabelKind::Litigation);
    assert_eq!(rules.decide(&facts).speech, Speech::Silent);
}

#[test]
fn no_hold_ends_later_than_a_deadline_of_law() {
    let rules = rules();
    let mut facts = post(&[Topic::Complaint]);
    facts.thread.labels = vec![LabelKind::NextOfKinPending];
    facts.case.deadline = Some(NOW.plus(Span::hours(3)));
    let Speech::Hold(hold) = rules.decide(&facts).speech else { panic!() };
    assert_eq!(hold.until, NOW.plus(Span::hours(3)));
    facts.case.deadline = Some(NOW.minus(Span::hours(1)));
    assert_eq!(rules.decide(&facts).speech, Speech::LeftToPerson, "the deadline has passed: no more waiting");
}

#[test]
fn escalations_tell_all_and_keep_the_shortest_time() {
    let escalation =
        rules().decide(&post(&[Topic::LegalThreat, Topic::Threat, Topic::AdverseEvent])).escalation.unwrap();
    assert_eq!(escalation.to, ["security", "legal", "clinical-on-call", "vigilance"]);
    assert_eq!(escalation.within, Span::minutes(10));
}

#[test]
fn nothing_permitted_is_silence_with_the_nearest_permits() {
    let mut facts = post(&[Topic::Harassment]);
    facts.post.signals.hostility = Hostility(1);
    let decision = rules().decide(&facts);
    assert_eq!(decision.speech, Speech::Silent);
    assert!(decision.because.is_empty() || decision.because.iter().all(|one| one.effect != Effect::Permits));
    assert_eq!(decision.near.len(), 3);
    assert_eq!(decision.near[0].rule, "common.everyday");
    assert_eq!(decision.near[0].failed, "context.topics.containsAny([Topic::\"admin_question\", Topic::\"job\"])");
}

#[test]
fn a_post_first_seen_a_day_late_goes_to_a_person() {
    let rules = rules();
    let mut facts = post(&[Topic::AdminQuestion]);
    facts.post.at = NOW.minus(Span::hours(30));
    assert_eq!(rules.decide(&facts).speech, Speech::LeftToPerson);
    facts.post.seen_at = facts.post.at;
    assert_eq!(rules.decide(&facts).speech, says(SpeechForm::AnswerPublicGeneric), "seen in time, answered late");
    facts.post.seen_at = NOW;
    facts.post.standing = Standing::History;
    assert_eq!(rules.decide(&facts).speech, says(SpeechForm::AnswerPublicGeneric), "history is decided alike");
}

#[test]
fn what_is_left_to_a_person_names_the_forbids_that_leave_no_choice() {
    let rules = rules();
    let mut facts = post(&[Topic::Complaint]);
    facts.post.at = NOW.minus(Span::hours(30));
    facts.thread.labels = vec![LabelKind::Litigation];
    let decision = rules.decide(&facts);
    assert_eq!(decision.speech, Speech::LeftToPerson);
    assert!(SpeechForm::ALL.into_iter().all(|form| !decision.permits(form)), "{:?}", decision.forbids);
    let named: Vec<_> = decision.because.iter().map(|one| (one.rule.as_str(), one.action.as_str())).collect();
    assert_eq!(
        named,
        [
            ("common.seen_late", "left_to_person"),
            ("common.others_decide", "answer_public_generic"),
            ("common.not_in_public", "answer_public_generic")
        ]
    );

    facts.thread.labels.clear();
    let decision = rules.decide(&facts);
    let permitted: Vec<_> = SpeechForm::ALL.into_iter().filter(|form| decision.permits(*form)).collect();
    assert_eq!(
        permitted,
        [SpeechForm::InvitePrivate, SpeechForm::AcknowledgeOnly],
        "a complaint is not for the public"
    );

    facts.case.death = Some(true);
    facts.case.event_at = Some(NOW.minus(Span::hours(30)));
    let decision = rules.decide(&facts);
    let death = decision.forbids.iter().find(|one| one.rule == "common.death_recent").unwrap();
    assert_eq!((death.yields_to, death.forms.as_slice()), (Yields::Hold, SpeechForm::ALL.as_slice()));
    assert!(SpeechForm::ALL.into_iter().all(|form| !decision.permits(form)));
}

#[test]
fn a_serious_accusation_waits_a_day_for_the_check_and_no_longer() {
    let rules = rules();
    let mut facts = post(&[Topic::Complaint]);
    facts.post.signals.signals = vec![shows(SignalKind::Claim)];
    facts.post.signals.health_detail = true;
    facts.case.event_at = Some(NOW.minus(Span::hours(30)));
    let Speech::Hold(hold) = rules.decide(&facts).speech else { panic!() };
    assert_eq!(hold.until, facts.post.at.plus(Span::hours(24)));
    facts.case.facts_checked = Some(true);
    assert_eq!(rules.decide(&facts).speech, says(SpeechForm::InvitePrivate));
}

#[test]
fn an_incident_lets_only_the_approved_statement_out() {
    let rules = rules();
    let mut facts = post(&[Topic::AdminQuestion]);
    facts.house.crisis_mode = true;
    facts.house.incident = Some(IncidentKind::Cyber);
    let decision = rules.decide(&facts);
    assert!(matches!(decision.speech, Speech::Hold(_)));
    assert_eq!(decision.escalation.unwrap().to, ["incident-command", "press-office"]);
    facts.house.approved_statement = Some(true);
    let decision = rules.decide(&facts);
    assert_eq!(decision.speech, says(SpeechForm::AnswerPublicGeneric));
    assert!(decision.obligations.iter().any(|one| one.0 == "approved_statement_only"));
}

#[test]
fn without_a_statement_an_incident_is_a_task_on_recent_posts_and_staff_who_speak_are_an_alarm() {
    let rules = rules();
    let mut facts = post(&[Topic::AdminQuestion]);
    facts.house.crisis_mode = true;
    facts.house.incident = Some(IncidentKind::Cyber);
    let told = rules.decide(&facts).escalation.unwrap();
    assert!(!told.is_alarm(), "the missing statement is one alarm, of the incident: {told:?}");
    facts.post.account = Some(Account::Staff);
    assert!(rules.decide(&facts).escalation.unwrap().is_alarm());
    for account in [None, Some(Account::Staff)] {
        facts.post.account = account;
        facts.post.at = NOW.minus(Span::hours(24));
        let old = rules.decide(&facts);
        assert_eq!(old.escalation, None, "{account:?}: nobody is told of what was written a day ago");
        assert!(matches!(old.speech, Speech::Hold(_)), "it waits all the same: {:?}", old.speech);
    }
}

/// Only the approved statement leaves, whichever rule decides; who is in danger and who looks for somebody are exempt.
#[test]
fn the_duty_to_the_statement_holds_whichever_rule_decides() {
    let rules = rules();
    let only = |facts: &Facts| rules.decide(facts).obligations.iter().any(Obligation::limits_text);
    let mut facts = post(&[Topic::AdminQuestion]);
    facts.house.crisis_mode = true;
    facts.house.incident = Some(IncidentKind::Cyber);
    facts.house.approved_statement = Some(true);
    assert!(only(&facts));
    for change in [
        (|facts: &mut Facts| facts.house.paused = true) as fn(&mut Facts),
        |facts| facts.post.seen_at = facts.post.at.plus(Span::hours(30)),
        |facts| facts.case.facts_checked = Some(false),
        |facts| facts.thread.labels.push(LabelKind::Litigation),
    ] {
        let mut other = facts.clone();
        change(&mut other);
        let decision = rules.decide(&other);
        assert_ne!(decision.speech, says(SpeechForm::AnswerPublicGeneric), "another rule decides");
        assert!(only(&other), "{:?}", decision.because);
    }
    let danger = Facts { post: post(&[Topic::CrisisSuicide]).post, ..facts.clone() };
    assert!(!only(&danger), "a person answers who is in danger as ever");
}

#[test]
fn relatives_in_a_mass_casualty_are_told_the_family_line_and_nothing_in_public() {
    let rules = rules();
    for approved_statement in [None, Some(true)] {
        let mut facts = post(&[Topic::AdminQuestion]);
        facts.house.crisis_mode = true;
        facts.house.incident = Some(IncidentKind::MassCasualty);
        facts.house.approved_statement = approved_statement;
        facts.case.speaker = Some(Speaker::Relative);
        let decision = rules.decide(&facts);
        assert_eq!(decision.speech, says(SpeechForm::InvitePrivate));
        assert!(decision.obligations.contains(&Obligation("family_line".to_owned())), "{:?}", decision.obligations);
        assert!(!decision.obligations.iter().any(Obligation::limits_text), "the line is no statement");
        assert!(!decision.permits(SpeechForm::AnswerPublicGeneric));
    }
}

#[test]
fn what_escalating_rules_oblige_to_stands_with_the_escalation() {
    let decision = rules().decide(&post(&[Topic::CrisisSuicide]));
    let duties: Vec<String> = decision.escalation.unwrap().obliges.into_iter().map(|one| one.0).collect();
    assert_eq!(duties, ["help_line", "report_to_platform", "preserve_evidence"]);
}

#[test]
fn the_country_changes_the_decision() {
    let decide = |jurisdiction, facts: &Facts| Rules::load(jurisdiction, &[]).unwrap().decide(facts);
    let mut thanks = post(&[Topic::Praise]);
    thanks.post.signals.staff_named = true;
    assert_eq!(decide(Jurisdiction::De, &thanks).speech, Speech::Silent);
    assert_eq!(decide(Jurisdiction::Us, &thanks).speech, says(SpeechForm::AcknowledgeOnly));

    let mut insult = post(&[Topic::Harassment]);
    insult.post.signals.hostility = Hostility(2);
    insult.post.prior_posts = 4;
    insult.house.page_owner = PageOwner::PublicBody;
    assert!(decide(Jurisdiction::De, &insult).moderation.is_some(), "after warnings, with a ground");
    assert!(decide(Jurisdiction::Us, &insult).moderation.is_none(), "a viewpoint stays");
}

#[test]
fn an_overlay_adds_and_edits_nothing_of_ours() {
    let facts = post(&[Topic::AdminQuestion]);
    let quiet = rule("house.quiet", "", "forbid (principal, action in Action::\"speech\", resource)");
    let rules = with_overlay(&quiet).unwrap();
    assert_eq!(rules.decide(&facts).speech, Speech::Silent);
    assert_ne!(rules.version(), self::rules().version());

    let friendly = rule(
        "house.friendly",
        "",
        "permit (principal, action == Action::\"acknowledge_only\", resource) \
         when { context.topics.contains(Topic::\"harassment\") }",
    );
    let decision = with_overlay(&friendly).unwrap().decide(&post(&[Topic::Harassment]));
    assert_eq!(decision.speech, says(SpeechForm::AcknowledgeOnly));
    assert_eq!(decision.because[0].rule, "house.friendly");
}

#[test]
fn a_rule_that_fails_lets_nothing_be_said() {
    let overflow = "when { context.hours_since_post + 9223372036854775807 > 0 }";
    for (effect, action) in [
        ("forbid", "action in Action::\"speech\""),
        ("permit", "action == Action::\"acknowledge_only\""),
        ("permit", "action == Action::\"remove_or_report\""),
    ] {
        let text = rule("house.broken", "", &format!("{effect} (principal, {action}, resource) {overflow}"));
        let decision = with_overlay(&text).unwrap().decide(&post(&[Topic::Praise, Topic::CrisisSuicide]));
        assert_eq!(decision.speech, Speech::LeftToPerson);
        assert!(decision.has_error() && decision.escalation.is_some() && decision.moderation.is_none());
        let errors: Vec<_> = decision.because.iter().filter(|one| one.effect == Effect::Errors).collect();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].rule, "house.broken");
    }
}

#[test]
fn a_hold_that_is_over_but_still_forbids_goes_to_a_person() {
    let text = rule(
        "house.long_ago",
        "@hold(\"1h\") @hold_from(\"post\")",
        "forbid (principal, action in Action::\"speech\", resource)",
    );
    assert_eq!(with_overlay(&text).unwrap().decide(&post(&[Topic::Praise])).speech, Speech::LeftToPerson);
}

#[test]
fn a_mistyped_rule_is_refused_with_file_line_and_suggestion() {
    let speech = "forbid (principal, action in Action::\"speech\", resource)";
    let praise = "permit (principal, action == Action::\"acknowledge_only\", resource)";
    for (more, body, says) in [
        ("@resaon_de(\"x\")", speech.to_owned(), "unknown annotation @resaon_de (did you mean reason_de?)"),
        ("@hold(\"three days\") @hold_from(\"now\")", speech.to_owned(), "'three days' is no length of time"),
        ("@hold(\"3d\")", speech.to_owned(), "@hold_from is \"event\", \"post\" or \"now\""),
        ("@hold(\"3d\") @hold_from(\"now\")", praise.to_owned(), "belong to a forbid on speech"),
        ("@obliges(\"preserve_evidense\")", speech.to_owned(), "did you mean preserve_evidence?"),
        ("@to(\"press-office\") @within(\"1h\")", speech.to_owned(), "@to and @within belong to escalate_now"),
        (
            "",
            format!("{speech}\nwhen {{ context.hostilty > 1 }}"),
            "house.cedar:3: rule house.x: attribute `hostilty` in context not found",
        ),
        ("", format!("{speech}\nwhen {{ context.hostilty > 1 }}"), "did you mean `hostility`?"),
        ("", format!("{speech}\nwhen {{ context.staffed_now }}"), "has staffed_now"),
        (
            "",
            format!("{speech}\nwhen {{ context has hours_since_evnt && context.hours_since_evnt < 3 }}"),
            "house.cedar:3: rule house.x: there is no fact `hours_since_evnt`",
        ),
        ("", format!("{speech}\nwhen {{ context has hours_since_evnt }}"), "did you mean hours_since_event?"),
        ("", format!("{praise}\nwhen {{ context.topics.contains(Topic::\"prase\") }}"), "did you mean praise?"),
        ("", format!("{speech}\nwhen {{ context.hostility > }}"), "house.cedar:3"),
        (
            "",
            "forbid (principal, action == Action::\"escalate_now\", resource)".to_owned(),
            "no rule may forbid escalate_now",
        ),
        ("", "forbid (principal, action, resource)".to_owned(), "no rule may forbid escalate_now"),
        ("", "permit (principal, action == Action::\"escalate_now\", resource)".to_owned(), "needs @to and @within"),
    ] {
        let error = with_overlay(&rule("house.x", more, &body)).map(|_| ()).expect_err(&body);
        assert!(error.contains("site/house.cedar:") && error.contains(says), "{body}\n{error}\nlacks: {says}");
    }
    let error = with_overlay(&rule("common.threat", "", speech)).unwrap_err();
    assert!(error.contains("the id is taken, see policies/common/1-alarm.cedar:"), "{error}");
    let error = with_overlay(&format!("@id(\"house.mute\") {speech};")).unwrap_err();
    for missing in ["@reason_de", "@reason_en", "@source"] {
        assert!(error.contains(&format!("{missing} is missing")), "{error}");
    }
}

#[test]
fn a_decision_can_be_read() {
    let rules = rules();
    let mut facts = post(&[Topic::Bereavement]);
    facts.post.signals.death = true;
    facts.post.signals.event_at = Some(NOW.minus(Span::hours(6)));
    let explanation = rules.explain(&facts, &rules.decide(&facts));
    let fact = |name: &str| explanation.facts.iter().find(|fact| fact.name == name).unwrap().value.clone();
    assert_eq!(fact("hours_since_event"), Some("6".to_owned()));
    assert_eq!(fact("topics"), Some("bereavement".to_owned()));
    assert_eq!(fact("account"), None, "not known is not false");
    assert_eq!(
        explanation.rules[0].reason_de,
        "Ein Todesfall liegt weniger als 72 Stunden zurück. So lange sagt das Haus öffentlich nichts dazu."
    );
    assert!(explanation.rules[0].written.starts_with("policies/common/3-wait.cedar:"));
}
