//! A house's own rules while the program runs: written, replayed, put in force by a second person, followed by every process,
//! taken a step back; and decisions that were wrong.

use std::sync::Arc;

use bedside_core::{
    case::Queue,
    id::{PersonId, RulesTermId, RulesVersionId},
    log::Kind,
    policy::{OwnFile, OwnRules, Speech, SpeechForm, cases},
    site::Role,
    time::{Span, Timestamp},
};
use bedside_flow::{
    ActError, House, Road, Settings,
    rules::{Files, Order, RulesActError, Verdict, open_house},
};
use bedside_store::{
    cases as stored,
    outbox::OutboxState,
    people, random,
    rules::{
        kept,
        replay::{self, ReplayState},
        term::{self, TermRow, Way},
        version::{self, VersionRow},
    },
    sites,
};

use crate::{
    house::{Desk, NOW, PARKING, open, post},
    log::kinds,
};

/// A house that says nothing in public any more.
const MUTE: &str = r#"@id("house.mute") @reason_de("Das Haus schweigt.") @reason_en("The house is silent.") @source("Board")
forbid (principal, action in Action::"speech", resource);
"#;

/// A clock of the house's own; no rule of Cedar.
const CLOCK: &str = r#"[[clock]]
id = "board"
name_de = "Antwort des Beirats"
name_en = "Answer of the board"
within = "7 days"
from = "post"
basis = "contract"
source = "Board"
"#;

fn own(text: &str) -> OwnRules {
    OwnRules::of([OwnFile { name: "house.cedar".to_owned(), text: text.to_owned() }]).unwrap()
}

impl Desk {
    async fn joins(&self, login: &str, roles: &[Role]) -> PersonId {
        let person = people::PersonRow {
            id: PersonId::new(NOW, &random().unwrap()),
            login: login.to_owned(),
            name: login.to_owned(),
            password: None,
            lang: "de".to_owned(),
            theme: "system".to_owned(),
            keys_on: true,
            softens: true,
            sounds: false,
            disabled_at: None,
        };
        let mut tx = self.store.begin().await.unwrap();
        people::add(&mut tx, &person, NOW).await.unwrap();
        for role in roles {
            people::grant(&mut tx, person.id, self.site, *role).await.unwrap();
        }
        tx.commit().await.unwrap();
        person.id
    }

    /// As at a start with these files.
    async fn starts_with(&self, files: &OwnRules, are_live: bool) -> House {
        let sites = sites::all(&mut self.store.begin_read().await.unwrap()).await.unwrap();
        let site = sites.into_iter().find(|site| site.id == self.site).unwrap();
        open_house(&self.store, site, Some(Files { own: files, are_live }), self.now()).await.unwrap()
    }

    async fn versions(&self) -> Vec<VersionRow> {
        version::newest(&mut self.store.begin_read().await.unwrap(), self.site, 99).await.unwrap()
    }

    async fn in_force(&self) -> VersionRow {
        let mut tx = self.store.begin_read().await.unwrap();
        self.road.rules_standing(&mut tx, self.site).await.unwrap().in_force.unwrap().1
    }

    async fn drafts_rules(&self, by: PersonId, text: &str) -> VersionRow {
        let base = self.in_force().await.id;
        self.road.write_rules(by, self.site, Some(base), own(text), "Beschluss der Leitung").await.unwrap()
    }

    async fn replayed(&self, by: PersonId, version: RulesVersionId) -> replay::ReplayRow {
        let id = self.road.ask_replay(by, version, 90).await.unwrap();
        while self.road.replay_asked().await.unwrap() > 0 {}
        replay::by_id(&mut self.store.begin_read().await.unwrap(), id).await.unwrap().unwrap()
    }

    async fn puts_in_force(
        &self,
        by: PersonId,
        version: RulesVersionId,
        from: Option<Timestamp>,
    ) -> Result<(), ActError> {
        self.road.put_rules_in_force(by, Order { version, from, why: "Geprobt und gut" }).await
    }

    /// A third person, the packs in force as version 1, and the rules of `text` replayed as version 2 of Jonas.
    async fn with_replayed(&self, text: &str) -> (PersonId, VersionRow) {
        let eva = self.joins("eva", &[Role::Privacy]).await;
        self.starts_with(&OwnRules::default(), false).await;
        let version = self.drafts_rules(self.jonas, text).await;
        assert_eq!(self.replayed(self.jonas, version.id).await.state, ReplayState::Done);
        self.clock.pass(Span::seconds(1));
        (eva, version)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_go_live_after_a_replay_by_somebody_who_did_not_write_them() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    let eva = desk.joins("eva", &[Role::Privacy]).await;
    desk.starts_with(&OwnRules::default(), false).await;
    let refused = desk.road.write_rules(desk.mara, desk.site, None, own(MUTE), "Still").await;
    assert!(matches!(refused, Err(RulesActError::Act(ActError::Refused(_)))), "{refused:?}");

    let version = desk.drafts_rules(desk.jonas, MUTE).await;
    assert_eq!(version.number, 2);
    let early = desk.puts_in_force(eva, version.id, None).await;
    assert!(matches!(early, Err(ActError::Changed("replay_missing"))), "{early:?}");
    let done = desk.replayed(desk.jonas, version.id).await;
    assert_eq!((done.state, done.posts, done.changed, done.total), (ReplayState::Done, 1, 1, 1));
    let changed = replay::changed(&mut desk.store.begin_read().await.unwrap(), done.id, None, 9).await.unwrap();
    assert!(changed[0].body.contains("house.mute") && changed[0].body.contains("stay_silent"), "{changed:?}");

    let own_work = desk.puts_in_force(desk.jonas, version.id, None).await;
    assert!(matches!(&own_work, Err(ActError::Refused(why)) if why.rules == ["desk.own_rules"]), "{own_work:?}");
    let clerk = desk.puts_in_force(desk.mara, version.id, None).await;
    assert!(matches!(clerk, Err(ActError::Refused(_))), "{clerk:?}");
    assert_eq!(desk.reply(reply).await.state, OutboxState::Waiting);
    // Of two terms that begin at the very same moment neither is the later one.
    desk.clock.pass(Span::seconds(1));
    desk.puts_in_force(eva, version.id, None).await.unwrap();

    desk.after(Span::seconds(61)).await;
    let row = desk.reply(reply).await;
    assert_eq!((row.state, row.code.as_str()), (OutboxState::Returned, "rules"), "an approved reply meets them");
    assert_eq!(desk.platform.calls(), 0);
    assert_eq!(desk.case(case).await.decision.speech, Speech::Silent, "an open case is decided anew");

    desk.clock.pass(Span::seconds(1));
    let silent = desk.road.step_rules_back(eva, desk.site, " ").await;
    assert!(matches!(silent, Err(ActError::Invalid("reason_missing"))), "{silent:?}");
    desk.road.step_rules_back(eva, desk.site, "Zu streng").await.unwrap();
    assert_eq!(desk.in_force().await.number, 1);
    desk.road.wake_due().await.unwrap();
    let form = SpeechForm::AnswerPublicGeneric;
    assert_eq!(desk.case(case).await.decision.speech, Speech::Permitted { form }, "at once");
    let further = desk.road.step_rules_back(eva, desk.site, "Weiter").await;
    assert!(matches!(further, Err(ActError::Changed("no_step_back"))), "{further:?}");
    let logged = kinds(&desk).await;
    for kind in [
        Kind::RulesWritten,
        Kind::ReplayBegun,
        Kind::ReplayEnded,
        Kind::RulesOrdered,
        Kind::RulesInForce,
        Kind::RulesSteppedBack,
    ] {
        assert!(logged.contains(&kind), "{kind} in {logged:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_follows_with_its_next_claim() {
    let desk = open().await;
    let (_, reply) = desk.approved().await;
    let (eva, version) = desk.with_replayed(MUTE).await;
    let sites = sites::all(&mut desk.store.begin_read().await.unwrap()).await.unwrap();
    let house = open_house(&desk.store, sites[0].clone(), None, desk.now()).await.unwrap();
    let other = Road::new(desk.store.clone(), Arc::new(desk.clock.clone()), vec![house], Settings::default()).unwrap();
    other.connect(Arc::new(desk.platform.clone()));
    let other = Arc::new(other);

    desk.puts_in_force(eva, version.id, None).await.unwrap();
    desk.clock.pass(Span::seconds(61));
    other.send_due().await.unwrap();
    assert_eq!(desk.reply(reply).await.code, "rules", "nobody told the other process, it looked");
    assert_eq!(desk.platform.calls(), 0);
    assert_eq!(other.house(desk.site).unwrap().rules().own(), Some(version.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_ordered_for_later_begin_by_the_clock_and_can_be_taken_back() {
    let desk = open().await;
    let (case, _) = desk.asked().await;
    let (eva, version) = desk.with_replayed(MUTE).await;
    let from = desk.now().plus(Span::hours(2));
    desk.puts_in_force(eva, version.id, Some(from)).await.unwrap();
    let twice = desk.puts_in_force(eva, version.id, Some(from)).await;
    assert!(matches!(twice, Err(ActError::Changed("rules_ordered_already"))), "{twice:?}");
    desk.road.rules_next().await.unwrap();
    assert_eq!(desk.in_force().await.number, 1);
    desk.road.withdraw_rules(desk.jonas, desk.site).await.unwrap();
    desk.clock.pass(Span::hours(3));
    assert_eq!(desk.road.rules_next().await.unwrap(), 0, "taken back");

    let from = desk.now().plus(Span::hours(2));
    desk.puts_in_force(eva, version.id, Some(from)).await.unwrap();
    desk.clock.pass(Span::hours(2));
    assert_eq!(desk.road.rules_next().await.unwrap(), 1);
    desk.road.wake_due().await.unwrap();
    assert_eq!(desk.case(case).await.decision.speech, Speech::Silent);
    let late = desk.road.withdraw_rules(eva, desk.site).await;
    assert!(matches!(late, Err(ActError::Changed("rules_in_force_already"))), "{late:?}");
    assert_eq!(desk.road.rules_next().await.unwrap(), 0, "only once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_rule_is_refused_with_line_and_suggestion_and_changes_nothing() {
    let desk = open().await;
    desk.starts_with(&OwnRules::default(), false).await;
    let mistyped = MUTE.replace("resource);", "resource)\nwhen { context has hours_since_evnt };");
    let refused = desk.road.write_rules(desk.jonas, desk.site, None, own(&mistyped), "Neu").await;
    let Err(RulesActError::Written(problems)) = refused else { panic!("{refused:?}") };
    assert_eq!((problems[0].file.as_str(), problems[0].line), ("house.cedar", 3), "{problems:?}");
    let toml =
        OwnFile { name: "guard.toml".to_owned(), text: "[[guard_settled]]\nid = \"x\"\nkindd = \"y\"\n".to_owned() };
    let refused = desk.road.write_rules(desk.jonas, desk.site, None, OwnRules::of([toml]).unwrap(), "Neu").await;
    let Err(RulesActError::Written(problems)) = refused else { panic!("{refused:?}") };
    assert_eq!((problems[0].file.as_str(), problems[0].line), ("guard.toml", 3), "{problems:?}");
    assert_eq!(desk.versions().await.len(), 1);
    assert_eq!(desk.in_force().await.number, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_files_are_a_proposal_unless_the_configuration_says_otherwise() {
    let desk = open().await;
    let first = own(MUTE);
    assert_eq!(desk.starts_with(&first, false).await.rules().rules().ids().last(), Some("house.mute"));
    assert_eq!(
        desk.starts_with(&first, false).await.rules().own(),
        Some(desk.versions().await[0].id),
        "nothing is new"
    );
    let second = own(&MUTE.replace("house.mute", "house.hush"));
    let house = desk.starts_with(&second, false).await;
    assert_eq!(
        (desk.versions().await.len(), house.rules().rules().ids().last()),
        (2, Some("house.mute")),
        "a proposal"
    );
    desk.starts_with(&second, false).await;
    assert_eq!(desk.versions().await.len(), 2, "proposed once");
    desk.clock.pass(Span::seconds(1));
    let third = own(&MUTE.replace("house.mute", "house.still"));
    let house = desk.starts_with(&third, true).await;
    assert_eq!(house.rules().rules().ids().last(), Some("house.still"), "live by itself");
    // Whoever may puts a proposal of the files in force: nobody at the desk wrote it.
    let proposed = desk.versions().await.into_iter().find(|version| version.number == 2).unwrap();
    desk.replayed(desk.jonas, proposed.id).await;
    desk.clock.pass(Span::seconds(1));
    desk.puts_in_force(desk.jonas, proposed.id, None).await.unwrap();
    assert_eq!(desk.in_force().await.number, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_on_what_another_wrote_leaves_both_out() {
    let desk = open().await;
    let (eva, version) = desk.with_replayed(MUTE).await;
    let more = own(&MUTE.replace("schweigt", "schweigt noch"));
    let next = desk.road.write_rules(eva, desk.site, Some(version.id), more, "Wortlaut").await.unwrap();
    desk.replayed(eva, next.id).await;
    for writer in [desk.jonas, eva] {
        let refused = desk.puts_in_force(writer, next.id, None).await;
        assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
    }
    let third = desk.joins("nora", &[Role::Approver]).await;
    desk.puts_in_force(third, next.id, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_goes_on_after_a_restart_and_says_when_it_was_overtaken() {
    let mut desk = open().await;
    for n in 0..3 {
        desk.hears(vec![post(&format!("q{n}"), &format!("petra{n}"), PARKING)]).await;
    }
    let (eva, version) = desk.with_replayed(MUTE).await;
    let other = desk.drafts_rules(desk.jonas, &MUTE.replace("house.mute", "house.hush")).await;
    let id = desk.road.ask_replay(desk.jonas, other.id, 90).await.unwrap();
    assert_eq!(desk.road.replay_asked().await.unwrap(), 3);
    desk.restart(None);
    desk.clock.pass(Span::seconds(31));
    desk.puts_in_force(eva, version.id, None).await.unwrap();
    while desk.road.replay_asked().await.unwrap() > 0 {}
    let row = replay::by_id(&mut desk.store.begin_read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!((row.state, row.posts), (ReplayState::Overtaken, 3));
    let refused = desk.puts_in_force(eva, other.id, None).await;
    assert!(matches!(refused, Err(ActError::Changed("replay_missing"))), "{refused:?}");
    assert_eq!(desk.replayed(desk.jonas, other.id).await.changed, 0, "silent before, silent after");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_this_program_cannot_read_mean_no_speech_but_alarms_go_on() {
    let desk = open().await;
    desk.starts_with(&OwnRules::default(), false).await;
    let (case, reply) = desk.approved().await;
    let garbled = own("@id(\"house.future\") permit (principal, action == Action::\"sing\", resource);");
    let mut tx = desk.store.begin().await.unwrap();
    // As a newer Bedside beside this one would: its rules are fine there.
    let mut row = desk.versions().await.remove(0);
    (row.id, row.hash, row.files) = (RulesVersionId::new(NOW, &random().unwrap()), garbled.hash(), garbled);
    version::add(&mut tx, &row).await.unwrap();
    let term = TermRow {
        id: RulesTermId::new(NOW, &random().unwrap()),
        site: desk.site,
        version: row.id,
        way: Way::Live,
        why: String::new(),
        salt: random().unwrap(),
        by: None,
        set_at: desk.now(),
        from: desk.now(),
        replay: None,
        reached_at: None,
        withdrawn_at: None,
        withdrawn_by: None,
    };
    term::add(&mut tx, &term).await.unwrap();
    tx.commit().await.unwrap();
    desk.clock.pass(Span::seconds(61));
    desk.road.send_due().await.unwrap();
    assert_eq!((desk.reply(reply).await.code.as_str(), desk.platform.calls()), ("rules", 0));
    desk.road.rules_next().await.unwrap();
    desk.road.wake_due().await.unwrap();
    let decision = desk.case(case).await.decision;
    assert!(decision.has_error() && decision.speech == Speech::LeftToPerson, "{decision:?}");
    let failing = desk.road.rules_failing().unwrap();
    assert_eq!(failing.rules.into_iter().collect::<Vec<_>>(), ["own_rules_unreadable"]);
    desk.hears(vec![post("s1", "lena", "Ich kann nicht mehr, ich will nicht mehr leben.")]).await;
    let alarm = desk.queue(Queue::Now).await.into_iter().find(|case| case.decision.escalation.is_some());
    assert!(alarm.is_some(), "who must be told is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_decision_becomes_a_case_that_is_run_exported_and_erased() {
    let desk = open().await;
    let (eva, version) = desk.with_replayed(MUTE).await;
    let text = "Wo kann ich parken? Ich bin Petra Sommerfeld.";
    desk.hears(vec![post("q1", "petra", text)]).await;
    let mut all = desk.queue(Queue::Now).await;
    all.extend(desk.queue(Queue::Silent).await);
    let case = all.remove(0);
    let verdict = |right: &[&str], harm: &[&str]| Verdict {
        decision: case.decision_id,
        acceptable: right.iter().map(|word| (*word).to_owned()).collect(),
        forbidden: harm.iter().map(|word| (*word).to_owned()).collect(),
        why: "Das Haus wollte schweigen",
    };
    for (given, word) in [
        (verdict(&[], &["hold"]), "right_missing"),
        (verdict(&["hold"], &["hold"]), "right_and_harm"),
        (verdict(&["sing"], &[]), "right_unknown"),
    ] {
        let refused = desk.road.keep_wrong_decision(desk.mara, case.id, &given).await;
        assert!(matches!(refused, Err(ActError::Invalid(said)) if said == word), "{refused:?}");
    }
    let harms = ["answer_public_generic", "invite_private", "acknowledge_only", "left_to_person"];
    let kept = desk.road.keep_wrong_decision(desk.mara, case.id, &verdict(&["stay_silent"], &harms)).await.unwrap();
    assert!(!desk.written().contains("sommerfeld") && !desk.written().contains("wollte schweigen"), "sealed");
    assert!(kinds(&desk).await.contains(&Kind::DecisionWrong));

    let run = desk.road.run_policy_cases(desk.mara, desk.site, None).await.unwrap();
    assert_eq!((run.cases, run.right, run.harms, run.wrong[0].id, run.wrong[0].case), (1, 0, 1, kept, case.id));
    let run = desk.road.run_policy_cases(desk.mara, desk.site, Some(version.id)).await.unwrap();
    assert_eq!((run.cases, run.right, run.harms), (1, 1, 0), "the proposed rules get it right");

    let refused = desk.road.export_policy_cases(desk.mara, desk.site).await;
    assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
    let (lines, erased) = desk.road.export_policy_cases(eva, desk.site).await.unwrap();
    let read = cases::read(&lines.join("\n")).unwrap();
    assert_eq!((read.len(), erased, read[0].post.as_str()), (1, 0, text));
    assert_eq!(read[0].acceptable_actions, ["stay_silent"]);

    let hash = desk.store.lookup().hash(&["author", &desk.channel.to_string(), "petra"]);
    let owner = format!("author:{}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>());
    assert!(desk.store.keys().erase(&owner).await.unwrap());
    let run = desk.road.run_policy_cases(desk.mara, desk.site, None).await.unwrap();
    assert_eq!((run.cases, run.erased), (0, 1), "erasing the person erases it");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_counted_as_they_take_part() {
    let desk = open().await;
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    desk.clock.pass(Span::seconds(90));
    let fired = desk.road.rules_fired(desk.site).await.unwrap();
    assert_eq!(fired.get("common.everyday"), Some(&1), "{fired:?}");
    desk.hears(vec![post("q2", "berta", PARKING)]).await;
    desk.clock.pass(Span::seconds(90));
    assert_eq!(desk.road.rules_fired(desk.site).await.unwrap().get("common.everyday"), Some(&2));
    desk.clock.pass(Span::days(31));
    assert!(desk.road.rules_fired(desk.site).await.unwrap().is_empty(), "a month later it is another month");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_set_aside_takes_its_mark_from_the_decision_unless_another_says_the_same() {
    let desk = open().await;
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let verdict =
        |decision| Verdict { decision, acceptable: vec!["hold".to_owned()], forbidden: Vec::new(), why: "Zu früh" };
    let other = bedside_core::id::DecisionId::new(NOW, &random().unwrap());
    let refused = desk.road.keep_wrong_decision(desk.mara, case.id, &verdict(other)).await;
    assert!(matches!(refused, Err(ActError::Changed("decision_changed"))), "{refused:?}");
    let wrong = async || {
        let mut tx = desk.store.begin_read().await.unwrap();
        stored::decisions(&mut tx, case.id).await.unwrap().iter().any(|one| one.wrong_at.is_some())
    };
    let first = desk.road.keep_wrong_decision(desk.mara, case.id, &verdict(case.decision_id)).await.unwrap();
    let second = desk.road.keep_wrong_decision(desk.jonas, case.id, &verdict(case.decision_id)).await.unwrap();
    assert!(wrong().await);
    desk.road.drop_policy_case(desk.mara, first).await.unwrap();
    assert!(wrong().await, "another still says so");
    desk.road.drop_policy_case(desk.mara, second).await.unwrap();
    assert!(!wrong().await, "nobody says so any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_or_a_settlement_that_changes_needs_a_replay_anew() {
    let desk = open().await;
    let (eva, version) = desk.with_replayed(MUTE).await;
    let clocks = OwnFile { name: "house.clocks.toml".to_owned(), text: CLOCK.to_owned() };
    let with_clock = OwnRules::of([clocks]).unwrap();
    let written = desk.road.write_rules(desk.jonas, desk.site, None, with_clock, "Beirat").await.unwrap();
    desk.replayed(desk.jonas, written.id).await;
    desk.clock.pass(Span::seconds(1));
    desk.puts_in_force(eva, written.id, None).await.unwrap();
    desk.clock.pass(Span::seconds(1));
    let refused = desk.puts_in_force(eva, version.id, None).await;
    assert!(matches!(refused, Err(ActError::Changed("replay_outdated"))), "not one Cedar rule differs: {refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_own_cases_said_stays_with_the_version_until_they_change() {
    let desk = open().await;
    let (_, version) = desk.with_replayed(MUTE).await;
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let verdict = Verdict {
        decision: case.decision_id,
        acceptable: vec!["stay_silent".to_owned()],
        forbidden: Vec::new(),
        why: "Das Haus wollte schweigen",
    };
    let last = async || kept::last_run(&mut desk.store.begin_read().await.unwrap(), version.id).await.unwrap();
    let stands = async || kept::stands(&mut desk.store.begin_read().await.unwrap(), desk.site).await.unwrap();
    let id = desk.road.keep_wrong_decision(desk.mara, case.id, &verdict).await.unwrap();
    assert_eq!(last().await, None, "nobody has run them");
    let run = desk.road.try_policy_cases(desk.mara, &version).await.unwrap();
    assert_eq!((run.cases, run.right, run.harms), (1, 1, 0));
    assert_eq!((last().await, stands().await), (Some(run.clone()), run.newest));
    let told = desk.road.run_policy_cases(desk.mara, desk.site, None).await.unwrap();
    assert_eq!(told.whys[&id].0, "Das Haus wollte schweigen", "opened once, for rules and page alike");
    desk.clock.pass(Span::seconds(1));
    desk.road.drop_policy_case(desk.mara, id).await.unwrap();
    assert_ne!(last().await.unwrap().newest, stands().await, "it is said that they have changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_cases_out_keeps_nobody_from_writing() {
    let desk = open().await;
    let (eva, _) = desk.with_replayed(MUTE).await;
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let verdict = Verdict {
        decision: case.decision_id,
        acceptable: vec!["hold".to_owned()],
        forbidden: Vec::new(),
        why: "Zu früh",
    };
    desk.road.keep_wrong_decision(desk.mara, case.id, &verdict).await.unwrap();
    // Somebody else writes. Who may and what there is to be opened is read without waiting for them.
    let writing = desk.store.begin().await.unwrap();
    let within = std::time::Duration::from_secs(20);
    let refused = tokio::time::timeout(within, desk.road.export_policy_cases(desk.mara, desk.site)).await;
    assert!(matches!(refused, Ok(Err(ActError::Refused(_)))), "{refused:?}");
    drop(writing);
    assert_eq!(desk.road.export_policy_cases(eva, desk.site).await.unwrap().0.len(), 1);
}
