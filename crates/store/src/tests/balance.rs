//! The balance counts what happened, the same on both engines; and how long it takes over 100,000 posts.

use bedside_core::{
    case::{Queue, Rank},
    channel::Receipt,
    id::{CaseId, DecisionId, DraftId, OutboxId, PersonId},
    policy::{Because, Decision, Effect, Escalation, Hold, Speech, SpeechForm},
    post::Standing,
    time::{Span, Timestamp},
};

use super::{NOW, postgres, sqlite, story};
use crate::{
    Store,
    balance::{self, Asked, Goals},
    cases::{self, CaseRow},
    drafts, outbox, posts, random,
};

const RULE: &str = "common.everyday";

fn decision(speech: Speech, rule: &str) -> Decision {
    let action = speech.as_str().to_owned();
    let effect = if matches!(speech, Speech::Permitted { .. }) { Effect::Permits } else { Effect::Forbids };
    let because = if rule.is_empty() { vec![] } else { vec![Because { rule: rule.to_owned(), effect, action }] };
    Decision {
        escalation: None,
        moderation: None,
        speech,
        obligations: vec![],
        because,
        forbids: vec![],
        marks: vec![],
        starts: vec![],
        near: vec![],
        rules_version: "t".to_owned(),
    }
}

fn answer() -> Decision {
    decision(Speech::Permitted { form: SpeechForm::AnswerPublicGeneric }, RULE)
}

fn silent() -> Decision {
    decision(Speech::Silent, "")
}

fn hold() -> Decision {
    decision(Speech::Hold(Hold { until: NOW.plus(Span::days(9)), wakes: vec![] }), "common.grief")
}

fn alarm() -> Decision {
    let escalation =
        Some(Escalation { to: vec!["crisis-team".to_owned()], within: Span::minutes(10), obliges: vec![] });
    Decision { escalation, ..silent() }
}

/// A house whose posts came in three minutes before `NOW`.
struct Told<'a> {
    store: &'a Store,
    house: story::House,
    mara: PersonId,
    jonas: PersonId,
}

impl Told<'_> {
    /// A post with its first decision, made `at`.
    async fn post(&self, id: &str, standing: Standing, decision: Decision, at: Timestamp) -> CaseRow {
        let (site, channel) = self.house;
        let ids = story::take_as(self.store, (site, channel), standing, &[story::inbound(id, id, "Text", None)]).await;
        let post = posts::by_id(&mut self.store.begin_read().await.unwrap(), ids[0]).await.unwrap().unwrap();
        let case = CaseRow {
            id: CaseId::new(NOW, &random().unwrap()),
            number: {
                let mut tx = self.store.begin().await.unwrap();
                let number = cases::reserve_numbers(&mut tx, 1).await.unwrap();
                tx.commit().await.unwrap();
                number
            },
            site: self.house.0,
            channel: self.house.1,
            thread: post.thread,
            post: post.id,
            author: post.author,
            standing,
            queue: Queue::Now,
            rank: Rank::REST,
            decision_id: DecisionId::new(at, &random().unwrap()),
            decision,
            hold_until: None,
            alarm_due_at: None,
            alarm_taken_by: None,
            alarm_taken_at: None,
            assignee: None,
            event_at: None,
            facts_checked: None,
            returned_code: None,
            look_by: None,
            opened_by: None,
            posted_at: post.at,
            updated_at: at,
            created_at: at,
            revision: 0,
            known: Default::default(),
            wait: Default::default(),
        };
        let mut tx = self.store.begin().await.unwrap();
        cases::open(&mut tx, std::slice::from_ref(&case)).await.unwrap();
        let kept = [(case.decision_id, case.id, case.post, &case.decision)];
        cases::add_decisions(&mut tx, &kept, at).await.unwrap();
        tx.commit().await.unwrap();
        case
    }

    /// The rules decide anew.
    async fn anew(&self, case: &CaseRow, decision: Decision, at: Timestamp) -> DecisionId {
        let id = DecisionId::new(at, &random().unwrap());
        let mut tx = self.store.begin().await.unwrap();
        cases::add_decisions(&mut tx, &[(id, case.id, case.post, &decision)], at).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A reply that was seen on its platform at `at`.
    async fn said(&self, case: &CaseRow, form: SpeechForm, at: Timestamp) {
        let (draft, id) = (DraftId::new(at, &random().unwrap()), OutboxId::new(at, &random().unwrap()));
        let text = drafts::DraftText { text: "Antwort".to_owned(), salt: [1; 32] };
        let written = drafts::Written {
            text: &text,
            commitment: &[9; 32],
            form,
            lang: "de",
            checks: "[]",
            verdict: "allow",
            statement: None,
        };
        let key = self.store.keys().of("thread:t", NOW).await.unwrap();
        let mut tx = self.store.begin().await.unwrap();
        drafts::insert(&mut tx, draft, (case.id, case.post), &written, &key, self.mara, at).await.unwrap();
        let reply = outbox::NewReply {
            id,
            site: case.site,
            channel: case.channel,
            case: case.id,
            draft,
            post: (case.post, 1),
            author: self.mara,
            approver: self.jonas,
            cleared: &[9; 32],
            approved: &[9; 32],
            due_at: at,
        };
        outbox::queue(&mut tx, &reply, at).await.unwrap();
        let receipt = Receipt { external_id: id.to_string(), url: None, at };
        let row = outbox::by_id(&mut tx, id).await.unwrap().unwrap();
        outbox::confirm(self.store, &mut tx, &row, &key, &receipt, at).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn takes_alarm(&self, case: &CaseRow, at: Timestamp) {
        let mut tx = self.store.begin().await.unwrap();
        let case = CaseRow { alarm_taken_by: Some(self.jonas), alarm_taken_at: Some(at), ..case.clone() };
        cases::update(&mut tx, &case).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn the_balance_counts_what_happened(store: &Store) {
    let house = story::house(store).await;
    let told = Told { store, house, mara: PersonId::new(NOW, &[1; 10]), jonas: PersonId::new(NOW, &[2; 10]) };
    let day = |n: i64| NOW.plus(Span::days(n));
    let written = NOW.minus(Span::minutes(3));
    // An ordinary question, answered after an hour.
    let asked = told.post("a", Standing::Live, answer(), NOW).await;
    told.said(&asked, SpeechForm::AnswerPublicGeneric, written.plus(Span::hours(1))).await;
    // One that was held for two days and answered an hour after: the goal is met with the clock stopped, not as it was felt.
    let held = told.post("b", Standing::Live, hold(), NOW).await;
    told.anew(&held, hold(), day(1)).await;
    told.anew(&held, answer(), day(2)).await;
    told.said(&held, SpeechForm::AnswerPublicGeneric, day(2).plus(Span::hours(1))).await;
    // Silences: one stays one, one was answered, one was escalated later, one was called wrong.
    told.post("c", Standing::Live, silent(), NOW).await;
    let answered = told.post("d", Standing::Live, silent(), NOW).await;
    told.said(&answered, SpeechForm::InvitePrivate, day(1)).await;
    let escalated = told.post("e", Standing::Live, silent(), day(1)).await;
    told.anew(&escalated, alarm(), day(1).plus(Span::hours(1))).await;
    told.takes_alarm(&escalated, day(1).plus(Span::hours(1)).plus(Span::minutes(4))).await;
    let wrong = told.post("f", Standing::Live, silent(), day(2)).await;
    let mut tx = store.begin().await.unwrap();
    balance::mark_wrong(&mut tx, wrong.decision_id, day(3)).await.unwrap();
    tx.commit().await.unwrap();
    // An alarm that nobody has taken, and an imported post, which is in no figure.
    told.post("g", Standing::Live, alarm(), NOW).await;
    told.post("h", Standing::History, answer(), NOW).await;

    let asked = Asked { sites: vec![house.0], from: NOW.minus(Span::days(1)), to: day(4) };
    let mut tx = store.begin_read().await.unwrap();
    let edges: Vec<Timestamp> = (-1..=4).map(day).collect();
    let by_day = balance::decided(&mut tx, &asked, &edges).await.unwrap();
    let silent: Vec<i64> = by_day.iter().map(|one| one.silent).collect();
    assert_eq!(silent, [0, 3, 1, 1, 0], "by the day of the first decision; an alarm beside silence counts as one");
    assert_eq!(by_day.iter().map(|one| (one.answer, one.hold, one.escalated)).collect::<Vec<_>>()[1], (1, 1, 1));
    let [(site, total)] = balance::by_site(&mut tx, &asked).await.unwrap()[..] else { panic!("one house") };
    assert_eq!((site, total.posts(), total.escalated, total.alarms, total.removed), (house.0, 7, 1, 1, 0));
    assert_eq!(balance::imported(&mut tx, &asked).await.unwrap(), 1);
    let reasons = balance::reasons(&mut tx, &asked).await.unwrap();
    let of = |action: &str, rule: &str| {
        reasons.iter().find(|one| one.action == action && one.rule == rule).map(|one| one.posts)
    };
    assert_eq!(
        (of("answer_public_generic", RULE), of("hold", "common.grief"), of("stay_silent", "")),
        (Some(1), Some(1), Some(5))
    );
    let waits = balance::waits(&mut tx, &asked, &Goals::default()).await.unwrap();
    let answers = waits.iter().find(|one| one.form == SpeechForm::AnswerPublicGeneric).unwrap();
    assert_eq!((answers.replies, answers.held, answers.felt_in_goal, answers.worked_in_goal), (2, 1, 1, 2));
    assert_eq!(answers.felt_median, Span::hours(1).as_micros());
    assert_eq!(answers.felt_p90, day(2).plus(Span::hours(1)).since(written).as_micros());
    assert_eq!(answers.worked_p90, Span::hours(1).as_micros() + Span::minutes(3).as_micros());
    let holds = balance::holds(&mut tx, &asked).await.unwrap();
    assert_eq!(
        (holds.begun, holds.ended, holds.median),
        (1, 1, Some(Span::days(2).as_micros())),
        "one hold, however often it was decided"
    );
    let (n, missed) = balance::missed(&mut tx, &asked, 10).await.unwrap();
    let how: Vec<_> = missed.iter().map(|one| (one.case, one.answered, one.escalated, one.wrong)).collect();
    assert_eq!(n, 3);
    assert_eq!(
        how,
        [
            (wrong.number, false, false, true),
            (escalated.number, false, true, false),
            (answered.number, true, false, false)
        ]
    );
    let alarms = balance::alarms(&mut tx, &asked).await.unwrap();
    assert_eq!((alarms.raised, alarms.taken, alarms.in_time, alarms.within), (2, 1, 1, [0, 1, 0, 0, 0]));
    assert_eq!(alarms.median, Some(Span::minutes(4).as_micros()));
    let said = balance::said(&mut tx, &asked, &edges).await.unwrap();
    assert_eq!(said.iter().map(|one| one.answer + one.invite).sum::<i64>(), 3);
    // Another house sees none of it.
    let other = Asked { sites: vec![bedside_core::id::SiteId::new(NOW, &[8; 10])], ..asked };
    assert!(balance::reasons(&mut tx, &other).await.unwrap().is_empty());
    assert_eq!(balance::alarms(&mut tx, &other).await.unwrap().raised, 0);
}

#[tokio::test]
async fn the_balance_counts_what_happened_on_sqlite() {
    let (store, _folder) = sqlite().await;
    the_balance_counts_what_happened(&store).await;
}

#[tokio::test]
async fn the_balance_counts_what_happened_on_postgres() {
    the_balance_counts_what_happened(&postgres().await).await;
}

/// Fills a store with `n` posts over 400 days: two thirds answered, a sixth held first, the rest silent, one in 200 an alarm.
async fn fill(store: &Store, n: i64) -> Asked {
    let house = story::house(store).await;
    let mut tx = store.begin().await.unwrap();
    let (site, channel) = (house.0.to_string(), house.1.to_string());
    let from = NOW.minus(Span::days(400)).as_micros();
    let step = Span::days(400).as_micros() / n;
    // Ids are made of the row's number: the engine writes the rows itself, which is what makes 100,000 of them cheap.
    let id = |sort: u8| {
        format!(
            "'0198c1f0-000{sort}-7000-8000-' || substr('000000000000' || CAST(i AS TEXT), length(CAST(i AS TEXT)) + 1)"
        )
    };
    let rows = format!("WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {n})");
    let at = format!("({from} + i * {step})");
    let blank = match store.engine() {
        crate::Engine::Sqlite => "zeroblob(400)",
        crate::Engine::Postgres => "CAST(repeat('x', 400) AS BYTEA)",
    };
    let speech = "CASE WHEN i % 6 < 4 THEN 'answer_public_generic' WHEN i % 6 = 4 THEN 'hold' ELSE 'stay_silent' END";
    for sql in [
        format!(
            "INSERT INTO author (id, site_id, channel_id, ext_hash, key_id, sealed, is_bot, created_at) {rows} SELECT {}, '{site}', '{channel}', {}, 'k', {blank}, FALSE, {at} FROM n",
            id(1),
            hash(store)
        ),
        format!(
            "INSERT INTO thread (id, site_id, channel_id, root_hash, created_at) {rows} SELECT {}, '{site}', '{channel}', {}, {at} FROM n",
            id(2),
            hash(store)
        ),
        format!(
            "INSERT INTO post (id, site_id, channel_id, author_id, thread_id, ext_hash, key_id, sealed, version, written_at, seen_at, visibility, standing, addressed, media_count, indexed) {rows} SELECT {}, '{site}', '{channel}', {}, {}, {}, 'k', {blank}, 1, {at}, {at}, 'public', 'live', TRUE, 0, TRUE FROM n",
            id(3),
            id(1),
            id(2),
            hash(store)
        ),
        format!(
            "INSERT INTO cases (id, number, site_id, channel_id, thread_id, post_id, author_id, standing, queue, rank, decision_id, decision, alarm_taken_at, posted_at, updated_at, created_at) {rows} SELECT {}, i, '{site}', '{channel}', {}, {}, {}, 'live', 'done', 30, {}, '{{}}', CASE WHEN i % 200 = 0 THEN {at} + 90000000 END, {at}, {at}, {at} FROM n",
            id(4),
            id(2),
            id(3),
            id(1),
            id(5)
        ),
        format!(
            "INSERT INTO decision (id, case_id, post_id, at, body, site_id, standing, is_first, speech, reasons, within, removes) {rows} SELECT {}, {}, {}, {at}, '{{}}', '{site}', 'live', TRUE, {speech}, ({speech}) || ':rule.' || CAST(i % 40 AS TEXT), CASE WHEN i % 200 = 0 THEN 600000000 END, FALSE FROM n",
            id(5),
            id(4),
            id(3)
        ),
        format!(
            "INSERT INTO decision (id, case_id, post_id, at, body, site_id, standing, is_first, speech, reasons, removes) {rows} SELECT {}, {}, {}, {at} + 172800000000, '{{}}', '{site}', 'live', FALSE, 'answer_public_generic', '', FALSE FROM n WHERE i % 6 = 4",
            id(6),
            id(4),
            id(3)
        ),
        format!(
            "INSERT INTO draft (id, case_id, post_id, form, lang, key_id, sealed, commitment, state, checks, verdict, author_person, created_at, updated_at) {rows} SELECT {}, {}, {}, 'answer_public_generic', 'de', 'k', {blank}, {}, 'sent', '', 'allow', 'a', {at}, {at} FROM n WHERE i % 6 < 5",
            id(7),
            id(4),
            id(3),
            hash(store)
        ),
        format!(
            "INSERT INTO outbox (id, site_id, channel_id, case_id, draft_id, post_id, post_version, author_person, approver, cleared, approved, state, code, due_at, attempts, created_at, updated_at, said_at) {rows} SELECT {}, '{site}', '{channel}', {}, {}, {}, 1, 'a', 'b', {}, {}, 'confirmed', '', {at}, 1, {at}, {at}, {at} + 3600000000 + CASE WHEN i % 6 = 4 THEN 172800000000 ELSE (i % 997) * 60000000 END FROM n WHERE i % 6 < 5",
            id(8),
            id(4),
            id(7),
            id(3),
            hash(store),
            hash(store)
        ),
    ] {
        tx.script(&sql).await.unwrap();
    }
    tx.commit().await.unwrap();
    Asked { sites: vec![house.0], from: NOW.minus(Span::days(400)), to: NOW }
}

const fn hash(store: &Store) -> &'static str {
    match store.engine() {
        crate::Engine::Sqlite => "CAST(CAST(i AS TEXT) AS BLOB)",
        crate::Engine::Postgres => "CAST(CAST(i AS TEXT) AS BYTEA)",
    }
}

async fn counted(store: &Store, n: i64) {
    let asked = fill(store, n).await;
    let mut tx = store.begin_read().await.unwrap();
    let decided = balance::decided(&mut tx, &asked, &[asked.from, asked.to]).await.unwrap();
    let posts: i64 = decided.iter().map(|one| one.posts()).sum();
    let waits = balance::waits(&mut tx, &asked, &Goals::default()).await.unwrap();
    let holds = balance::holds(&mut tx, &asked).await.unwrap();
    let alarms = balance::alarms(&mut tx, &asked).await.unwrap();
    assert!(posts >= n - 1, "{posts}");
    assert!(waits[0].replies > n * 4 / 5 && holds.begun >= n / 6 - 1 && alarms.raised >= n / 200 - 1);
}

#[tokio::test]
async fn a_balance_of_many_posts_leaves_none_out() {
    let (store, _folder) = sqlite().await;
    counted(&store, 1_200).await;
    counted(&postgres().await, 1_200).await;
}
