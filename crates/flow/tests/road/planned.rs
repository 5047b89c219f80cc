//! Posts of the house's own, planned for later: they leave at their time and not before, once, by four eyes, and what stands against
//! one then keeps it back until a person decides anew. Told on both engines.

use bedside_core::{
    case::Queue,
    channel::Channel as _,
    id::OwnPostId,
    log::Kind,
    policy::IncidentKind,
    time::{Span, Timestamp},
};
use bedside_flow::{ActError, PauseScope, acts::Planned};
use bedside_store::own_posts::{self, OwnPostRow, OwnPostState};

use crate::{
    house::{Desk, open, open_on_both, open_with, post},
    log::kinds,
    platform::Mood,
};

const PARTY: &str = "Kommen Sie zum Sommerfest auf der Wiese, am Samstag ab 14 Uhr.";
const THREAT: &str = "Ich komme morgen mit einem Messer in die Notaufnahme und steche euch alle ab.";

impl Desk {
    fn party(&self, at: Timestamp) -> Planned<'static> {
        Planned { channel: self.channel, lang: "de", text: PARTY, at, has_permission: true }
    }

    async fn own(&self, id: OwnPostId) -> OwnPostRow {
        own_posts::by_id(&mut self.store.begin_read().await.unwrap(), id).await.unwrap().unwrap()
    }

    async fn stands(&self, id: OwnPostId) -> (OwnPostState, String) {
        let row = self.own(id).await;
        (row.state, row.code)
    }

    /// One of Mara's that Jonas approved, for two hours ahead.
    async fn planned(&self) -> OwnPostId {
        let at = self.now().plus(Span::hours(2));
        let id = self.road.plan_own_post(self.mara, self.site, None, self.party(at)).await.unwrap();
        self.approves(id).await.unwrap();
        id
    }

    async fn approves(&self, id: OwnPostId) -> Result<(), ActError> {
        let shown = self.own(id).await.commitment;
        self.road.approve_own_post(self.jonas, id, &shown, true).await
    }

    /// Its time comes.
    async fn its_time(&self) {
        self.clock.pass(Span::hours(2));
        self.road.send_own_due().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_leaves_at_its_time_once_by_four_eyes_and_an_edit_needs_them_again() {
    for desk in open_on_both().await {
        let at = desk.now().plus(Span::hours(2));
        let id = desk.road.plan_own_post(desk.jonas, desk.site, None, desk.party(at)).await.unwrap();
        let alone = desk.approves(id).await;
        assert!(matches!(alone, Err(ActError::Refused(_))), "{alone:?}");
        let shown = desk.own(id).await.commitment;
        desk.road.plan_own_post(desk.mara, desk.site, Some(id), desk.party(at)).await.unwrap();
        let stale = desk.road.approve_own_post(desk.jonas, id, &shown, true).await;
        assert!(matches!(stale, Err(ActError::Changed("own_post_changed"))), "{stale:?}");
        desk.approves(id).await.unwrap();
        desk.clock.pass(Span::minutes(119));
        desk.road.send_own_due().await.unwrap();
        assert_eq!(desk.platform.calls(), 0, "not before its time");
        desk.clock.pass(Span::minutes(1));
        for _ in 0..3 {
            desk.road.send_own_due().await.unwrap();
            desk.clock.pass(Span::seconds(10));
        }
        assert_eq!((desk.platform.published(), desk.stands(id).await.0), (vec![PARTY.to_owned()], OwnPostState::Said));
        let late = desk.road.withdraw_own_post(desk.mara, id).await;
        assert!(matches!(late, Err(ActError::Changed("own_post_leaving"))), "{late:?}");

        let withdrawn = desk.planned().await;
        desk.road.withdraw_own_post(desk.mara, withdrawn).await.unwrap();
        let asked = desk.planned().await;
        let later = desk.party(desk.now().plus(Span::hours(2)));
        desk.road.plan_own_post(desk.mara, desk.site, Some(asked), later).await.unwrap();
        desk.its_time().await;
        assert_eq!(desk.platform.published().len(), 1, "withdrawn, and changed without approval");
        let past = desk.approves(asked).await;
        assert!(matches!(past, Err(ActError::Invalid("time_is_past"))), "{past:?}");
        let log = kinds(&desk).await;
        for kind in [Kind::OwnPostWritten, Kind::OwnPostApproved, Kind::OwnPostSaid, Kind::OwnPostWithdrawn] {
            assert!(log.contains(&kind), "{kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_against_it_keeps_it_back_and_a_person_decides_anew() {
    for desk in open_on_both().await {
        // An open case obliges to stop scheduled posts, until it is closed.
        let id = desk.planned().await;
        desk.hears(vec![post("t1", "drohender", THREAT)]).await;
        let threat = desk.queue(Queue::Now).await.remove(0);
        assert!(
            threat.decision.obligations.iter().any(|one| one.0 == "pause_scheduled_posts"),
            "{:?}",
            threat.decision
        );
        desk.its_time().await;
        assert_eq!(desk.stands(id).await, (OwnPostState::Back, "stopped_by_case".to_owned()));
        desk.road.take_alarm(desk.mara, threat.id).await.unwrap();
        desk.road.resolve(desk.mara, threat.id).await.unwrap();
        desk.clock.pass(Span::minutes(5));
        desk.road.send_own_due().await.unwrap();
        assert_eq!(desk.platform.calls(), 0, "nothing leaves by itself once the case is closed");
        let later = desk.party(desk.now().plus(Span::hours(2)));
        desk.road.plan_own_post(desk.mara, desk.site, Some(id), later).await.unwrap();
        desk.approves(id).await.unwrap();
        desk.its_time().await;
        assert_eq!(desk.stands(id).await.0, OwnPostState::Said, "decided anew");

        // Incident mode, also with an approved statement; then a pause.
        let id = desk.planned().await;
        let scope = PauseScope::Site(desk.site);
        let incident = desk.road.begin_incident(desk.jonas, scope, IncidentKind::Cyber, "Server aus").await.unwrap();
        desk.its_time().await;
        assert_eq!(desk.stands(id).await, (OwnPostState::Back, "incident".to_owned()));
        desk.road.end_incident(desk.jonas, desk.site, incident, "Vorbei").await.unwrap();
        let id = desk.planned().await;
        let pause = desk.road.pause(desk.jonas, scope, "Alles aus").await.unwrap();
        desk.its_time().await;
        assert_eq!(desk.stands(id).await, (OwnPostState::Back, "paused".to_owned()));
        desk.road.resume(desk.jonas, desk.site, pause.id).await.unwrap();

        // Without the permission the rules hold it; one whose time is long over is no news any more.
        let at = desk.now().plus(Span::hours(2));
        let plan = Planned { has_permission: false, ..desk.party(at) };
        let id = desk.road.plan_own_post(desk.mara, desk.site, None, plan).await.unwrap();
        desk.approves(id).await.unwrap();
        desk.its_time().await;
        assert_eq!(desk.stands(id).await, (OwnPostState::Back, "rules".to_owned()));
        let id = desk.planned().await;
        desk.clock.pass(Span::hours(4));
        desk.road.send_own_due().await.unwrap();
        assert_eq!(desk.stands(id).await, (OwnPostState::Back, "too_late".to_owned()));
        assert_eq!(desk.platform.published().len(), 1);
        assert_eq!(kinds(&desk).await.iter().filter(|kind| **kind == Kind::OwnPostKeptBack).count(), 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_are_stricter_by_then_keep_it_back_and_the_page_says_so_before() {
    let desk = open_with(
        "@id(\"house.quiet\") @reason_de(\"Bis zum Abend sagt das Haus nichts.\") @reason_en(\"x\") @source(\"x\")\n\
         forbid (principal, action in Action::\"speech\", resource);\n",
    )
    .await;
    let id = desk.planned().await;
    let row = desk.own(id).await;
    let mut tx = desk.store.begin_read().await.unwrap();
    let met = desk.road.own_post_meets(&mut tx, &row, bedside_core::triage::Lang::De).await.unwrap().unwrap();
    drop(tx);
    assert_eq!(met.0.as_str(), "rules");
    assert!(met.1.iter().any(|reason| reason.contains("Bis zum Abend")), "{met:?}");
    desk.its_time().await;
    assert_eq!(desk.stands(id).await, (OwnPostState::Back, "rules".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_answer_is_read_back_and_a_refusal_comes_before_a_person() {
    let desk = open().await;
    let id = desk.planned().await;
    desk.platform.will(&[Mood::AcceptsAndSays500]);
    desk.its_time().await;
    assert_eq!(desk.stands(id).await, (OwnPostState::Unsure, "unsure".to_owned()));
    desk.clock.pass(Span::minutes(1));
    desk.road.send_own_due().await.unwrap();
    assert_eq!((desk.stands(id).await.0, desk.platform.published().len()), (OwnPostState::Said, 1), "said once");
    let id = desk.planned().await;
    desk.platform.will(&[Mood::Refuses]);
    desk.its_time().await;
    assert_eq!(desk.stands(id).await, (OwnPostState::Back, "refused".to_owned()));
    let later = desk.party(desk.now().plus(Span::hours(2)));
    desk.road.plan_own_post(desk.mara, desk.site, Some(id), later).await.unwrap();
    let blocked = "Frau Petra Weber war bei uns Patientin auf Station 4 und hat Krebs.";
    let plan = Planned { text: blocked, ..later };
    let refused = desk.road.plan_own_post(desk.mara, desk.site, None, plan).await;
    assert!(matches!(refused, Err(ActError::Blocked(_))), "{refused:?}");
    assert!(desk.platform.says_own());
}
