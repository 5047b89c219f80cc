//! The alarm road: who is called when, what stops it, and what doesn't. Time moves by the test's clock; the letters go to a
//! mailbox that can refuse, which the real mail server of the program's tests can't be made to show at will.

use std::sync::{Arc, Mutex};

use bedside_core::{
    alarm::{AlarmKind, OPERATORS},
    case::Queue,
    channel::{Channel as _, Fault, Promise},
    exchange::{Carry, Mailbox as Box_, Telling},
    id::{CaseId, SiteId},
    letter::{Letter, Post},
    log::Kind,
    post::{Standing, Upstream},
    time::{Span, Timestamp},
};
use bedside_flow::{
    PauseScope,
    alarm::{Acknowledged, AlarmLink, AlarmSettings, Member, Rota, Standing as Stands},
};
use bedside_store::{
    alarms::{self, AlarmState},
    channels, sites,
};

use crate::{
    house::{Desk, NOW, PARKING, open, post},
    log::kinds,
};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";

/// A mailbox and a gateway that keep what comes, or answer with a fault.
#[derive(Default)]
pub struct Outside {
    letters: Mutex<Vec<Letter>>,
    told: Mutex<Vec<Telling>>,
    /// What every letter to an address with this in it meets.
    pub refuses: Mutex<Option<(&'static str, Fault)>>,
    /// What whoever looks at the server meets.
    pub down: Mutex<Option<Fault>>,
}

impl Post for Outside {
    fn send<'a>(&'a self, letter: &'a Letter) -> Promise<'a, Result<(), Fault>> {
        Box::pin(async move {
            match &*self.refuses.lock().unwrap() {
                Some((who, fault)) if letter.to.contains(who) => return Err(fault.clone()),
                _ => {}
            }
            self.letters.lock().unwrap().push(letter.clone());
            Ok(())
        })
    }
    fn reach(&self) -> Promise<'_, Result<(), Fault>> {
        let answer = self.down.lock().unwrap().clone().map_or(Ok(()), Err);
        Box::pin(std::future::ready(answer))
    }
}

impl Carry for Outside {
    fn reaches(&self, to: &Box_, _: &str) -> bool {
        *to == Box_::Hook("sms".to_owned())
    }
    fn carry<'a>(&'a self, telling: &'a Telling) -> Promise<'a, Result<(), Fault>> {
        Box::pin(async move {
            self.told.lock().unwrap().push(telling.clone());
            Ok(())
        })
    }
}

impl Outside {
    /// To whom letters went since this was last asked, by the name before the @.
    pub fn called(&self) -> Vec<String> {
        let letters = std::mem::take(&mut *self.letters.lock().unwrap());
        letters.iter().map(|letter| letter.to.split('@').next().unwrap().to_owned()).collect()
    }

    /// The letters that went since this was last asked.
    pub fn letters(&self) -> Vec<Letter> {
        std::mem::take(&mut *self.letters.lock().unwrap())
    }

    pub fn newest(&self) -> Letter {
        self.letters.lock().unwrap().last().unwrap().clone()
    }
}

pub fn member(slug: &str) -> Member {
    Member {
        slug: slug.to_owned(),
        name: format!("Dr. {slug}"),
        mail: Some(format!("{slug}@lindenhof.example")),
        hook: None,
        number: None,
        lang: "de".to_owned(),
        login: None,
        on_duty: vec![],
    }
}

/// Two people for every team: repeated every 2 minutes, passed on after 5.
pub fn settings(desk: &Desk) -> AlarmSettings {
    let rota = Rota {
        site: desk.site,
        team: "default".to_owned(),
        repeat: Span::minutes(2),
        pass_on: Span::minutes(5),
        members: vec![member("eva"), member("ulf")],
    };
    AlarmSettings { rotas: vec![rota], base: "https://desk.example".to_owned(), ..AlarmSettings::default() }
}

pub async fn on_call() -> (Desk, Arc<Outside>) {
    let desk = open().await;
    let outside = Arc::new(Outside::default());
    connect(&desk, &outside, settings(&desk));
    (desk, outside)
}

pub fn connect(desk: &Desk, outside: &Arc<Outside>, settings: AlarmSettings) {
    desk.road.set_alarms(settings, Arc::clone(outside) as _);
    desk.road.connect_post(Arc::clone(outside) as _);
}

/// Lets time pass, and has called whom is to be called.
async fn after(desk: &Desk, span: Span) {
    desk.clock.pass(span);
    call(desk).await;
}

pub async fn call(desk: &Desk) {
    while desk.road.alarm_next().await.unwrap() + desk.road.call_next().await.unwrap() > 0 {}
}

async fn states(desk: &Desk, case: CaseId) -> Vec<AlarmState> {
    let mut tx = desk.store.begin_read().await.unwrap();
    alarms::of_case(&mut tx, case).await.unwrap().into_iter().map(|row| row.state).collect()
}

/// The parts of the link in a letter.
fn parts(letter: &Letter) -> [String; 4] {
    let link = letter.text.lines().find_map(|line| line.strip_prefix("    ")).unwrap().trim();
    let path = link.strip_prefix("https://desk.example/alarm/").unwrap();
    path.split('/').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap()
}

const fn link(parts: &[String; 4]) -> AlarmLink<'_> {
    let [alarm, member, until, signature] = parts;
    AlarmLink { alarm: alarm.as_str(), member: member.as_str(), until: until.as_str(), signature: signature.as_str() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suicide_post_at_eleven_at_night_calls_on_until_somebody_answers_by_their_link() {
    let (desk, outside) = on_call().await;
    // The clock of the tests says 14:00 at the house.
    desk.clock.pass(Span::hours(9));
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    assert_eq!(states(&desk, case.id).await, [AlarmState::Open], "raised with the decision, before anybody is called");
    call(&desk).await;
    let letter = outside.newest();
    assert!(letter.subject.starts_with("Alarm F-1: Suizid") && letter.subject.contains("bis 23:10"), "{letter:?}");
    for word in ["Tabletten", "nachtwache", "bringe"] {
        assert!(!letter.text.contains(word) && !letter.subject.contains(word), "{}", letter.text);
    }
    assert_eq!(outside.called(), ["eva"]);
    after(&desk, Span::minutes(2)).await;
    assert_eq!(outside.called(), ["eva"], "repeated");
    after(&desk, Span::minutes(3)).await;
    let ulfs = parts(&outside.newest());
    assert_eq!(outside.called(), ["ulf"], "passed on");
    after(&desk, Span::minutes(5)).await;
    let mut all = outside.called();
    all.sort();
    assert_eq!(all, ["eva", "ulf"], "nobody is left, so all are called");
    after(&desk, Span::minutes(2)).await;
    assert_eq!(outside.called().len(), 2, "and again");

    let forged = [ulfs[0].clone(), "eva".to_owned(), ulfs[2].clone(), ulfs[3].clone()];
    assert!(desk.road.alarm_behind(&link(&forged)).await.unwrap().is_none(), "a link is its member's alone");
    assert_eq!(desk.road.acknowledge_alarm(&link(&forged)).await.unwrap(), None);
    let view = desk.road.alarm_behind(&link(&ulfs)).await.unwrap().unwrap();
    assert_eq!((view.case, view.standing, view.member.as_str()), (Some(1), Stands::Open, "Dr. ulf"));
    assert_eq!(states(&desk, case.id).await, [AlarmState::Open], "looking changes nothing");
    assert_eq!(desk.road.acknowledge_alarm(&link(&ulfs)).await.unwrap(), Some(Acknowledged::Now));
    let again = desk.road.acknowledge_alarm(&link(&ulfs)).await.unwrap();
    assert_eq!(again, Some(Acknowledged::Not(Stands::Acknowledged)));
    after(&desk, Span::hours(3)).await;
    assert_eq!(outside.called(), Vec::<String>::new(), "nobody is called any more");
    assert_eq!(desk.case(case.id).await.queue, Queue::Now, "at the desk it stays on top until somebody takes it");
    assert!(kinds(&desk).await.contains(&Kind::AlarmAcknowledged));

    // Danger spoken of anew is an alarm anew.
    let mut anew = post("s2", "nachtwache", "Ich bringe mich jetzt um.");
    anew.in_reply_to = Some("s1".to_owned());
    anew.thread_root = Some("s1".to_owned());
    anew.at = desk.now();
    desk.hears(vec![anew]).await;
    call(&desk).await;
    assert_eq!(outside.called(), ["eva"]);
    desk.road.take_alarm(desk.mara, case.id).await.unwrap();
    after(&desk, Span::hours(1)).await;
    assert_eq!(outside.called(), Vec::<String>::new(), "who takes the case at the desk ends its alarm");
    assert!(states(&desk, case.id).await.iter().all(|state| *state == AlarmState::Ended));
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_pause_nor_a_missing_rota_loses_an_alarm_and_history_raises_none() {
    let (desk, outside) = on_call().await;
    connect(&desk, &outside, AlarmSettings::default());
    desk.take(vec![Upstream::Posted(Box::new(post("old", "frueher", CRISIS)))], Standing::History).await;
    let mut tx = desk.store.begin_read().await.unwrap();
    assert_eq!(alarms::alive(&mut tx, AlarmKind::Case).await.unwrap(), [], "history alarms nobody");
    drop(tx);
    desk.road.pause(desk.mara, PauseScope::Site(desk.site), "Hackerangriff").await.unwrap();
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    call(&desk).await;
    assert_eq!(outside.called(), Vec::<String>::new(), "there is no rota");
    let house = desk.road.house(desk.site).unwrap();
    let mut tx = desk.store.begin_read().await.unwrap();
    let paths = desk.road.alarm_paths(&mut tx, house).await.unwrap();
    drop(tx);
    assert!(!paths.has_rota && paths.without_rota.contains(&"crisis-team".to_owned()));
    connect(&desk, &outside, settings(&desk));
    after(&desk, Span::minutes(1)).await;
    assert_eq!(outside.called(), ["eva"], "as soon as there is one, and although sending is paused");
    let mut tx = desk.store.begin_read().await.unwrap();
    let paths = desk.road.alarm_paths(&mut tx, desk.road.house(desk.site).unwrap()).await.unwrap();
    let unproven: Vec<&str> = paths.unproven.iter().map(|path| path.name.as_str()).collect();
    assert_eq!((paths.has_rota, paths.without_rota.len(), unproven), (true, 0, vec!["Dr. ulf"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_under_way_when_its_process_died_is_made_within_a_minute() {
    let (mut desk, outside) = on_call().await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    assert_eq!(desk.road.alarm_next().await.unwrap(), 1);
    // As a process leaves it that dies right after its lease.
    let mut tx = desk.store.begin().await.unwrap();
    let call_row = alarms::call_due(&mut tx, desk.now(), 9).await.unwrap().remove(0);
    assert!(alarms::lease_call(&mut tx, call_row.id, "dead", Span::seconds(30), desk.now()).await.unwrap());
    tx.commit().await.unwrap();
    desk.restart(None);
    connect(&desk, &outside, settings(&desk));
    after(&desk, Span::seconds(1)).await;
    assert_eq!(outside.called(), Vec::<String>::new(), "whoever leased it may still be at it");
    after(&desk, Span::seconds(30)).await;
    assert_eq!(outside.called(), ["eva"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_address_is_passed_over_at_once_and_a_full_mailbox_is_tried_again() {
    let (desk, outside) = on_call().await;
    *outside.refuses.lock().unwrap() = Some(("eva", Fault::Refused { status: 550, code: "smtp".to_owned() }));
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    call(&desk).await;
    assert_eq!(outside.called(), ["ulf"], "nobody waits for an address that there is not");
    *outside.refuses.lock().unwrap() = Some(("ulf", Fault::Server { status: 452 }));
    after(&desk, Span::minutes(2)).await;
    assert_eq!(outside.called(), Vec::<String>::new());
    *outside.refuses.lock().unwrap() = None;
    after(&desk, Span::seconds(16)).await;
    assert_eq!(outside.called(), ["ulf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_over_after_an_hour_and_a_later_call_brings_another() {
    let (desk, outside) = on_call().await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    call(&desk).await;
    let first = parts(&outside.newest());
    after(&desk, Span::minutes(61)).await;
    let view = desk.road.alarm_behind(&link(&first)).await.unwrap().unwrap();
    assert_eq!(view.standing, Stands::Expired);
    assert_eq!(desk.road.acknowledge_alarm(&link(&first)).await.unwrap(), Some(Acknowledged::Not(Stands::Expired)));
    let later = parts(&outside.newest());
    assert_eq!(desk.road.acknowledge_alarm(&link(&later)).await.unwrap(), Some(Acknowledged::Now));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_somebody_with_a_login_takes_the_case_in_their_name() {
    let (desk, outside) = on_call().await;
    let mut rotas = settings(&desk);
    rotas.rotas[0].members[0].login = Some("jonas".to_owned());
    connect(&desk, &outside, rotas);
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    call(&desk).await;
    let case = desk.queue(Queue::Now).await.remove(0).id;
    desk.road.acknowledge_alarm(&link(&parts(&outside.newest()))).await.unwrap();
    let taken = desk.case(case).await;
    assert_eq!((taken.alarm_taken_by, taken.assignee), (Some(desk.jonas), Some(desk.jonas)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_channel_is_one_alarm_for_the_operators_and_ends_by_itself() {
    let (desk, outside) = on_call().await;
    let ok = async |at: Timestamp| {
        let mut tx = desk.store.begin().await.unwrap();
        for row in channels::all(&mut tx).await.unwrap() {
            channels::set_ok(&mut tx, row.id, at).await.unwrap();
        }
        tx.commit().await.unwrap();
    };
    ok(desk.now()).await;
    desk.clock.pass(Span::minutes(9));
    assert_eq!(desk.road.watch_itself().await.unwrap(), 0);
    let mut tx = desk.store.begin().await.unwrap();
    channels::set_ok(&mut tx, desk.other.id(), desk.now()).await.unwrap();
    tx.commit().await.unwrap();
    desk.clock.pass(Span::minutes(1));
    assert_eq!(desk.road.watch_itself().await.unwrap(), 1);
    assert_eq!(desk.road.watch_itself().await.unwrap(), 0, "once");
    call(&desk).await;
    assert!(outside.newest().subject.contains("Kanal schweigt: Mastodon"), "{:?}", outside.newest());
    assert_eq!(outside.called(), ["eva"]);
    let mut tx = desk.store.begin_read().await.unwrap();
    assert_eq!(alarms::alive(&mut tx, AlarmKind::Channel).await.unwrap()[0].team, OPERATORS);
    drop(tx);
    ok(desk.now()).await;
    assert_eq!(desk.road.watch_itself().await.unwrap(), 1);
    call(&desk).await;
    assert!(outside.newest().subject.starts_with("Vorbei:"), "{:?}", outside.newest());
    assert_eq!(outside.called(), ["eva"], "who was called hears that it is over");
    after(&desk, Span::minutes(5)).await;
    assert_eq!(outside.called(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_refuses_for_ten_minutes_is_an_alarm_that_goes_by_webhook() {
    let (desk, outside) = on_call().await;
    let mut rotas = settings(&desk);
    rotas.rotas[0].members[0].hook = Some("sms".to_owned());
    connect(&desk, &outside, rotas);
    *outside.down.lock().unwrap() = Some(Fault::Unreachable);
    *outside.refuses.lock().unwrap() = Some(("@", Fault::Unreachable));
    let of_mail = async || {
        desk.road.watch_itself().await.unwrap();
        alarms::alive(&mut desk.store.begin_read().await.unwrap(), AlarmKind::Mail).await.unwrap().len()
    };
    for minute in 0..10 {
        assert_eq!(of_mail().await, 0, "minute {minute}");
        desk.clock.pass(Span::minutes(1));
    }
    assert_eq!(of_mail().await, 1);
    desk.road.alarm_next().await.unwrap();
    desk.road.call_next().await.unwrap();
    // The accounts of the tests are read by nobody and have fallen silent too.
    let told: Vec<serde_json::Value> =
        outside.told.lock().unwrap().drain(..).map(|told| serde_json::from_slice(&told.body).unwrap()).collect();
    let mail = told.iter().find(|body| body["data"]["about"] == "mail").unwrap();
    assert_eq!(mail["type"], "alarm.raised");
    *outside.down.lock().unwrap() = None;
    *outside.refuses.lock().unwrap() = None;
    // The call that waited is taken now, and the server is well.
    after(&desk, Span::minutes(1)).await;
    assert!(outside.called().contains(&"eva".to_owned()));
    assert_eq!(of_mail().await, 0, "over");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daily_test_reaches_everybody_once_and_each_confirms_it_alone() {
    let (desk, outside) = on_call().await;
    // 14:00 at the house; the test is at 14:30.
    let test_at_min = Some(14 * 60 + 30);
    connect(&desk, &outside, AlarmSettings { test_at_min, silent_after: Span::days(365), ..settings(&desk) });
    assert_eq!(desk.road.watch_itself().await.unwrap(), 0);
    desk.clock.pass(Span::minutes(31));
    assert!(desk.road.watch_itself().await.unwrap() > 0);
    call(&desk).await;
    let link_of_ulf = parts(&outside.newest());
    let mut all = outside.called();
    all.sort();
    assert_eq!(all, ["eva", "ulf"]);
    desk.clock.pass(Span::minutes(15));
    desk.road.watch_itself().await.unwrap();
    call(&desk).await;
    assert_eq!(outside.called(), Vec::<String>::new(), "once a day, and a test repeats nothing");
    desk.road.acknowledge_alarm(&link(&link_of_ulf)).await.unwrap();
    let mut tx = desk.store.begin_read().await.unwrap();
    let open = alarms::alive(&mut tx, AlarmKind::Test).await.unwrap();
    let states: Vec<_> = open.iter().map(|row| row.state).collect();
    assert!(states.contains(&AlarmState::Open) && states.contains(&AlarmState::Acknowledged), "{states:?}");
    let house = desk.road.house(desk.site).unwrap();
    assert!(desk.road.alarm_paths(&mut tx, house).await.unwrap().is_well());
    drop(tx);
    desk.clock.pass(Span::days(8));
    let mut tx = desk.store.begin_read().await.unwrap();
    assert_eq!(desk.road.alarm_paths(&mut tx, house).await.unwrap().unproven.len(), 2, "a week proves it no longer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_raises_no_alarm() {
    let (desk, outside) = on_call().await;
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    call(&desk).await;
    assert_eq!(outside.called(), Vec::<String>::new());
    assert!(NOW < desk.now());
}

/// An alarm as another configuration left it.
async fn left_behind(desk: &Desk, site: SiteId, kind: AlarmKind, subject: &str) {
    let mut tx = desk.store.begin().await.unwrap();
    let new = alarms::NewAlarm { site, kind, subject, case: None, team: OPERATORS, due_at: None };
    assert!(alarms::raise(&mut tx, &new, desk.now()).await.unwrap());
    tx.commit().await.unwrap();
}

async fn alive(desk: &Desk, kind: AlarmKind) -> usize {
    alarms::alive(&mut desk.store.begin_read().await.unwrap(), kind).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_of_a_channel_mail_server_or_house_that_is_set_up_no_longer_ends() {
    let desk = open().await;
    left_behind(&desk, desk.site, AlarmKind::Channel, "0198c1f0-0000-7000-8000-000000000001").await;
    left_behind(&desk, desk.site, AlarmKind::Mail, "").await;
    assert_eq!(desk.road.watch_itself().await.unwrap(), 2);
    assert_eq!((alive(&desk, AlarmKind::Channel).await, alive(&desk, AlarmKind::Mail).await), (0, 0));

    let (desk, outside) = on_call().await;
    let mut site = sites::all(&mut desk.store.begin_read().await.unwrap()).await.unwrap().remove(0);
    (site.id, site.slug) = (SiteId::new(NOW, &[9; 10]), "closed".to_owned());
    let mut tx = desk.store.begin().await.unwrap();
    sites::put(&mut tx, &site, NOW).await.unwrap();
    tx.commit().await.unwrap();
    for n in 0..60 {
        left_behind(&desk, site.id, AlarmKind::Channel, &n.to_string()).await;
    }
    desk.clock.pass(Span::seconds(1));
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    call(&desk).await;
    assert_eq!(outside.called(), ["eva"], "what can be called for does not wait behind what can't");
    assert_eq!(alive(&desk, AlarmKind::Channel).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_comes_back_has_the_alarms_of_its_open_cases_again() {
    let (desk, outside) = on_call().await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    let case = desk.queue(Queue::Now).await.remove(0).id;
    // As another process left it that did not know the house.
    let mut tx = desk.store.begin().await.unwrap();
    let row = alarms::of_case(&mut tx, case).await.unwrap().remove(0);
    assert!(alarms::end(&mut tx, row.id, desk.now()).await.unwrap());
    tx.commit().await.unwrap();
    call(&desk).await;
    assert_eq!(outside.called(), Vec::<String>::new());
    desk.clock.pass(Span::seconds(15));
    assert_eq!((desk.road.watch_itself().await.unwrap(), desk.road.watch_itself().await.unwrap()), (1, 0), "once");
    call(&desk).await;
    assert_eq!(outside.called(), ["eva"]);
    assert_eq!(states(&desk, case).await, [AlarmState::Open, AlarmState::Ended]);
}
