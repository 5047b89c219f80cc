//! Stories: what a step of the road writes is what the next one reads, on both engines.

use bedside_core::{
    case::{Queue, Rank},
    channel::{ChannelKind, Receipt},
    id::{CaseId, ChannelId, DecisionId, DraftId, EntryId, LabelId, NoteId, OutboxId, PersonId, PostId, SiteId},
    label::{LabelKind, LabelTarget},
    policy::{Because, Decision, Effect, PageOwner, Speech, SpeechForm},
    post::{Inbound, InboundAuthor, Standing, Visibility},
    site::{Jurisdiction, Role},
    time::{Span, Timestamp},
    triage::{Lang, Triage, TriageInput},
};

use super::{NOW, database, master, postgres, sqlite};
use crate::{
    Location, MasterKey, Store, StoreError, cases, channels, desk, drafts, jobs, labels, log, outbox, people, posts,
    random, shown, sites,
};

/// A house and its channel.
pub(super) type House = (SiteId, ChannelId);

pub(super) fn inbound(id: &str, author: &str, text: &str, reply_to: Option<&str>) -> Inbound {
    Inbound {
        external_id: id.to_owned(),
        author: InboundAuthor {
            external_id: author.to_owned(),
            handle: author.to_owned(),
            display_name: None,
            is_bot: false,
        },
        text: text.to_owned(),
        at: NOW.minus(Span::minutes(3)),
        url: None,
        in_reply_to: reply_to.map(str::to_owned),
        thread_root: None,
        visibility: Visibility::Public,
        lang_hint: None,
        media_count: 0,
        media: Vec::new(),
        addressed: true,
        reply_context: None,
    }
}

pub(super) async fn house(store: &Store) -> House {
    let site = sites::Site {
        id: SiteId::new(NOW, &[1; 10]),
        slug: "mitte".to_owned(),
        name: "Lindenhof Mitte".to_owned(),
        group: "Lindenhof".to_owned(),
        jurisdiction: Jurisdiction::De,
        page_owner: PageOwner::Private,
        time_zone: "Europe/Berlin".to_owned(),
        settings: sites::SiteSettings::default(),
    };
    let channel = channels::ChannelRow {
        id: ChannelId::new(NOW, &[2; 10]),
        site: site.id,
        slug: "bsky".to_owned(),
        kind: ChannelKind::Bluesky,
        name: "Bluesky".to_owned(),
        owner: "Mara".to_owned(),
        deputy: "Jonas".to_owned(),
        cursor: None,
        health: channels::Health::New,
        health_code: String::new(),
        health_since: NOW,
        last_ok_at: None,
        retry_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    sites::put(&mut tx, &site, NOW).await.unwrap();
    let channel = channels::put(&mut tx, &channel, NOW).await.unwrap();
    assert_eq!(sites::all(&mut tx).await.unwrap(), std::slice::from_ref(&site));
    tx.commit().await.unwrap();
    (site.id, channel.id)
}

pub(super) async fn take(store: &Store, house: House, batch: &[Inbound]) -> Vec<PostId> {
    take_as(store, house, Standing::Live, batch).await
}

pub(super) async fn take_as(
    store: &Store,
    (site, channel): House,
    standing: Standing,
    batch: &[Inbound],
) -> Vec<PostId> {
    let batch: Vec<&Inbound> = batch.iter().collect();
    let prepared = posts::prepare(store, site, channel, &batch, NOW).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let new = prepared.write(&mut tx, &batch, standing, NOW).await.unwrap();
    jobs::add(&mut tx, jobs::JobKind::Assess, new.iter().map(|new| new.id.to_string()), jobs::LIVE, NOW).await.unwrap();
    channels::set_cursor(&mut tx, channel, "c1").await.unwrap();
    tx.commit().await.unwrap();
    new.iter().map(|new| new.id).collect()
}

async fn posts_are_stored_once_in_their_threads(store: &Store) {
    let house = house(store).await;
    let first = [inbound("p1", "lisbeth", "Grüße aus 4B", None), inbound("p2", "kai", "Mein Beileid", Some("p1"))];
    let ids = take(store, house, &first).await;
    assert_eq!(ids.len(), 2);
    assert_eq!(take(store, house, &first).await, []);
    let again = [inbound("p3", "lisbeth", "Danke", Some("p2")), inbound("p3", "lisbeth", "Danke", Some("p2"))];
    assert_eq!(take(store, house, &again).await.len(), 1);

    let mut tx = store.begin_read().await.unwrap();
    let rows = posts::rows(&mut tx, &ids).await.unwrap();
    let thread = posts::by_thread(&mut tx, rows[0].thread).await.unwrap();
    assert_eq!(thread.len(), 3, "all three posts belong to one thread");
    assert_eq!(channels::cursor(&mut tx, house.1).await.unwrap().as_deref(), Some("c1"));
    let opened = store.open_posts(&thread).await.unwrap();
    let mut texts: Vec<String> = opened.into_iter().map(|one| one.text().unwrap().0.0.text).collect();
    texts.sort();
    assert_eq!(texts, ["Danke", "Grüße aus 4B", "Mein Beileid"]);
}

/// Who answers whom is what clients say, so it may go round in a circle.
async fn posts_that_answer_each_other_in_a_circle_are_one_thread(store: &Store) {
    let house = house(store).await;
    let rooted = |id: &str, root: &str| Inbound { thread_root: Some(root.to_owned()), ..inbound(id, "a", "x", None) };
    let circles = [
        vec![inbound("a1", "a", "x", Some("a2")), inbound("a2", "b", "y", Some("a1"))],
        vec![
            inbound("b1", "a", "x", Some("b2")),
            inbound("b2", "b", "y", Some("b3")),
            inbound("b3", "c", "z", Some("b1")),
            inbound("b4", "d", "outside", Some("b2")),
        ],
        vec![rooted("c1", "c2"), rooted("c2", "c1")],
        vec![inbound("d1", "a", "itself", Some("d1"))],
    ];
    for circle in &circles {
        let ids = take(store, house, circle).await;
        let rows = posts::rows(&mut store.begin_read().await.unwrap(), &ids).await.unwrap();
        assert_eq!(rows.len(), circle.len());
        assert!(rows.iter().all(|row| row.thread == rows[0].thread), "{circle:?}");
    }
}

async fn a_long_thread_shows_its_newest_posts_and_counts_them_so_far(store: &Store) {
    let house = house(store).await;
    let mut batch = vec![Inbound { at: NOW.minus(Span::hours(1)), ..inbound("p0", "a", "eins", None) }];
    batch.extend((1..260).map(|n| Inbound {
        at: NOW.minus(Span::seconds(1000 - n)),
        ..inbound(&format!("p{n}"), "a", &n.to_string(), Some("p0"))
    }));
    let ids = take(store, house, &batch).await;
    let mut tx = store.begin_read().await.unwrap();
    let rows = posts::rows(&mut tx, &ids).await.unwrap();
    let thread = posts::by_thread(&mut tx, rows[0].thread).await.unwrap();
    assert_eq!(thread.len(), 200);
    assert!(thread.is_sorted_by_key(|post| (post.at, post.id)));
    assert_eq!(thread[199].at, NOW.minus(Span::seconds(741)), "the newest is among them");
    let asked = [(ids[0], rows[0].author, NOW), (ids[1], rows[0].author, NOW.minus(Span::seconds(990)))];
    let prior = posts::prior_posts(&mut tx, &asked).await.unwrap();
    assert_eq!((prior[&ids[0]], prior[&ids[1]]), (100, 10));
}

async fn an_erased_key_takes_the_text_with_it(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "lisbeth", "Grüße", None)]).await;
    let hash = store.lookup().hash(&["author", &house.1.to_string(), "lisbeth"]);
    let owner = format!("author:{}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>());
    assert!(store.keys().erase(&owner).await.unwrap());
    let rows = posts::rows(&mut store.begin_read().await.unwrap(), &ids).await.unwrap();
    assert_eq!(store.open_posts(&rows).await.unwrap(), [posts::Opened::Erased]);
}

async fn who_writes_again_after_an_erasure_is_read_under_a_new_key(store: &Store) {
    let house = house(store).await;
    let old = take(store, house, &[inbound("p1", "lisbeth", "Grüße", None)]).await;
    let hash = store.lookup().hash(&["author", &house.1.to_string(), "lisbeth"]);
    let owner = format!("author:{}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>());
    assert!(store.keys().erase(&owner).await.unwrap());
    let again = [inbound("p2", "lisbeth", "Nochmals Grüße", None), inbound("p3", "lisbeth", "Danke", None)];
    let new = take(store, house, &again).await;
    let mut tx = store.begin_read().await.unwrap();
    let rows =
        [posts::by_id(&mut tx, old[0]).await.unwrap().unwrap(), posts::by_id(&mut tx, new[0]).await.unwrap().unwrap()];
    assert_eq!(rows[0].author, rows[1].author);
    let mut opened = store.open_posts(&rows).await.unwrap();
    let (text, author) = opened.remove(1).text().expect("the new post is read");
    assert_eq!((text.0.text.as_str(), author.0.handle.as_str()), ("Nochmals Grüße", "lisbeth"));
    assert_eq!(opened, [posts::Opened::Erased], "what was erased stays erased");
}

async fn what_was_found_in_a_post_is_sealed_and_goes_with_its_key(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "lisbeth", "Sepsis", None)]).await;
    let found = Triage::new().read(&TriageInput { text: "Sepsis", lang_hint: Lang::De, at: NOW });
    let mut tx = store.begin().await.unwrap();
    let post = posts::by_id(&mut tx, ids[0]).await.unwrap().unwrap();
    assert_eq!(post.signals, None);
    posts::set_signals(&mut tx, &[(&post, &found)]).await.unwrap();
    let rows = tx.rows_text("SELECT signals FROM post", Vec::new()).await.unwrap();
    let kept = rows[0].bytes(0).unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains("topics"), "it is not plain JSON");
    tx.commit().await.unwrap();
    let read = async || posts::by_id(&mut store.begin_read().await.unwrap(), ids[0]).await.unwrap().unwrap();
    assert_eq!(read().await.signals, Some(found));
    let hash = store.lookup().hash(&["author", &house.1.to_string(), "lisbeth"]);
    let owner = format!("author:{}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>());
    assert!(store.keys().erase(&owner).await.unwrap());
    assert_eq!(read().await.signals, None);
}

async fn a_damaged_post_or_key_closes_no_other(store: &Store) {
    let house = house(store).await;
    let batch = [inbound("p1", "a", "eins", None), inbound("p2", "b", "zwei", None), inbound("p3", "c", "drei", None)];
    let ids = take(store, house, &batch).await;
    let mut tx = store.begin().await.unwrap();
    let swap = "UPDATE post SET sealed = (SELECT o.sealed FROM post o WHERE o.id = $2) WHERE id = $1";
    tx.run_text(swap, crate::value::args![ids[0], ids[2]]).await.unwrap();
    let key = tx.rows_text("SELECT key_id FROM post WHERE id = $1", crate::value::args![ids[1]]).await.unwrap();
    let key = key[0].text(0).unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.keys().db.begin().await.unwrap();
    tx.run_text("UPDATE data_key SET wrapped = $1 WHERE id = $2", crate::value::args![vec![7_u8; 60], key])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    store.keys().erase("nobody, but what was cached is forgotten").await.unwrap();
    let mut tx = store.begin_read().await.unwrap();
    let mut rows = Vec::new();
    for id in ids {
        rows.push(posts::by_id(&mut tx, id).await.unwrap().unwrap());
    }
    let opened = store.open_posts(&rows).await.unwrap();
    assert_eq!(opened[..2], [posts::Opened::Damaged, posts::Opened::Damaged]);
    assert_eq!(opened[2].clone().text().unwrap().0.0.text, "drei");
}

async fn a_job_is_claimed_by_one_and_comes_back_when_its_lease_ends(store: &Store) {
    let house = house(store).await;
    take(store, house, &[inbound("p1", "a", "eins", None), inbound("p2", "b", "zwei", None)]).await;
    let claim = async |by: &str, now: Timestamp| {
        let mut tx = store.begin().await.unwrap();
        let jobs =
            jobs::claim(&mut tx, jobs::JobKind::Assess, jobs::HISTORY, by, Span::seconds(30), 1, now).await.unwrap();
        tx.commit().await.unwrap();
        jobs
    };
    let (one, two) = (claim("a", NOW).await, claim("b", NOW).await);
    assert_eq!((one.len(), two.len(), claim("c", NOW).await.len()), (1, 1, 0));
    assert_ne!(one[0].id, two[0].id);
    assert_eq!(claim("c", NOW.plus(Span::seconds(31))).await.len(), 1);

    let mut tx = store.begin().await.unwrap();
    jobs::done(&mut tx, &one).await.unwrap();
    let worn = jobs::Job { attempts: jobs::MOST_ATTEMPTS, ..two[0].clone() };
    jobs::failed(&mut tx, &worn, "unreadable", NOW).await.unwrap();
    assert_eq!(jobs::waiting(&mut tx).await.unwrap(), jobs::Waiting { kinds: vec![], dead: 1 });
}

fn decision(speech: Speech) -> Decision {
    Decision {
        escalation: None,
        moderation: None,
        speech,
        obligations: vec![],
        because: vec![],
        forbids: vec![],
        marks: vec![],
        starts: vec![],
        near: vec![],
        rules_version: "test".to_owned(),
    }
}

pub(super) async fn case_of(store: &Store, house: House, post: PostId) -> cases::CaseRow {
    let mut tx = store.begin().await.unwrap();
    let post = posts::by_id(&mut tx, post).await.unwrap().unwrap();
    let number = cases::reserve_numbers(&mut tx, 1).await.unwrap();
    let case = cases::CaseRow {
        id: CaseId::new(NOW, &random().unwrap()),
        number,
        site: house.0,
        channel: house.1,
        thread: post.thread,
        post: post.id,
        author: post.author,
        standing: Standing::Live,
        queue: Queue::Now,
        rank: Rank::ANSWER,
        decision_id: DecisionId::new(NOW, &random().unwrap()),
        decision: decision(Speech::Permitted { form: SpeechForm::InvitePrivate }),
        hold_until: None,
        alarm_due_at: None,
        alarm_taken_by: None,
        alarm_taken_at: None,
        assignee: None,
        event_at: None,
        facts_checked: None,
        returned_code: None,
        opened_by: None,
        posted_at: post.at,
        updated_at: NOW,
        created_at: NOW,
        revision: 0,
        look_by: None,
        wait: cases::Wait::default(),
        known: bedside_core::policy::Known::default(),
    };
    cases::open(&mut tx, std::slice::from_ref(&case)).await.unwrap();
    let kept = [(case.decision_id, case.id, case.post, &case.decision)];
    cases::add_decisions(&mut tx, &kept, NOW).await.unwrap();
    tx.commit().await.unwrap();
    case
}

async fn a_case_moves_through_its_queues(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "a", "eins", None), inbound("p2", "b", "zwei", None)]).await;
    let mut one = case_of(store, house, ids[0]).await;
    let two = case_of(store, house, ids[1]).await;
    assert_eq!(two.number, one.number + 1);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(cases::count(&mut tx, house.0, Queue::Now, 100).await.unwrap(), 2);
    one.queue = Queue::Waiting;
    one.hold_until = Some(NOW.plus(Span::hours(1)));
    one.facts_checked = Some(false);
    cases::update(&mut tx, &one).await.unwrap();
    one.revision += 1;
    assert_eq!(cases::by_id(&mut tx, one.id).await.unwrap().unwrap(), one);
    assert_eq!(cases::list(&mut tx, house.0, Queue::Waiting, 9).await.unwrap(), [one.clone()]);
    assert_eq!(cases::list(&mut tx, house.0, Queue::Now, 9).await.unwrap(), std::slice::from_ref(&two));
    assert_eq!(cases::ended_holds(&mut tx, NOW, 9).await.unwrap(), []);
    assert_eq!(cases::ended_holds(&mut tx, NOW.plus(Span::hours(2)), 9).await.unwrap(), [one.clone()]);
    assert_eq!(cases::decisions(&mut tx, one.id).await.unwrap().len(), 1);
    assert_eq!(cases::by_threads(&mut tx, &[one.thread]).await.unwrap(), [one]);
    assert_eq!(cases::with_failed_rules(&mut tx, house.0).await.unwrap(), []);
    let failed = Because { rule: "x".to_owned(), effect: Effect::Errors, action: "left_to_person".to_owned() };
    let left = Decision { because: vec![failed], ..decision(Speech::LeftToPerson) };
    let mut two = cases::CaseRow { rank: Rank::PERSON, decision: left.clone(), ..two };
    cases::update(&mut tx, &two).await.unwrap();
    assert_eq!(cases::with_failed_rules(&mut tx, house.0).await.unwrap(), [left]);
    assert_eq!(cases::open_alarms(&mut tx, house.0).await.unwrap(), [0_i64; 0]);
    two.rank = Rank::ALARM;
    two.revision += 1;
    cases::update(&mut tx, &two).await.unwrap();
    assert_eq!(cases::open_alarms(&mut tx, house.0).await.unwrap(), [two.number]);
}

async fn who_read_a_case_before_another_changed_it_changes_nothing(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "a", "eins", None)]).await;
    let case = case_of(store, house, ids[0]).await;
    let read = cases::by_id(&mut store.begin_read().await.unwrap(), case.id).await.unwrap().unwrap();
    let (one, two) = (
        cases::CaseRow { facts_checked: Some(true), ..read.clone() },
        cases::CaseRow { returned_code: Some("rules".to_owned()), ..read },
    );
    let mut tx = store.begin().await.unwrap();
    cases::update(&mut tx, &one).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(cases::update(&mut tx, &two).await.unwrap_err().is_changed());
    drop(tx);
    let now = cases::by_id(&mut store.begin_read().await.unwrap(), case.id).await.unwrap().unwrap();
    assert_eq!((now.facts_checked, now.returned_code, now.revision), (Some(true), None, 1));
}

/// Two acts at once: the second waits and sees what the first did.
async fn who_is_about_to_change_a_case_waits_for_who_changes_it(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "a", "eins", None)]).await;
    let case = case_of(store, house, ids[0]).await;
    let mut first = store.begin().await.unwrap();
    let mut one = cases::to_change(&mut first, case.id).await.unwrap().unwrap();
    let other = {
        let store = store.clone();
        tokio::spawn(async move {
            let mut second = store.begin().await.unwrap();
            let mut two = cases::to_change(&mut second, case.id).await.unwrap().unwrap();
            two.returned_code = Some("rules".to_owned());
            cases::update(&mut second, &two).await.unwrap();
            second.commit().await.unwrap();
        })
    };
    tokio::task::yield_now().await;
    one.facts_checked = Some(true);
    cases::update(&mut first, &one).await.unwrap();
    first.commit().await.unwrap();
    other.await.unwrap();
    let now = cases::by_id(&mut store.begin_read().await.unwrap(), case.id).await.unwrap().unwrap();
    assert_eq!((now.facts_checked, now.returned_code.as_deref(), now.revision), (Some(true), Some("rules"), 2));
}

async fn person(store: &Store, login: &str) -> PersonId {
    let person = people::PersonRow {
        id: PersonId::new(NOW, &random().unwrap()),
        login: login.to_owned(),
        name: login.to_uppercase(),
        password: None,
        lang: "de".to_owned(),
        theme: "system".to_owned(),
        keys_on: true,
        softens: true,
        sounds: false,
        disabled_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    people::add(&mut tx, &person, NOW).await.unwrap();
    assert_eq!(people::by_login(&mut tx, login).await.unwrap(), Some(person.clone()));
    tx.commit().await.unwrap();
    person.id
}

async fn nobody_approves_an_own_draft(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "a", "eins", None)]).await;
    let case = case_of(store, house, ids[0]).await;
    let (mara, jonas) = (person(store, "mara").await, person(store, "jonas").await);
    let key = store.keys().of(&format!("thread:{}", case.thread), NOW).await.unwrap();
    let text = drafts::DraftText { text: "Danke für Ihre Nachricht.".to_owned(), salt: [7; 32] };
    let commitment = [9_u8; 32];
    let written = drafts::Written {
        text: &text,
        commitment: &commitment,
        form: SpeechForm::AcknowledgeOnly,
        lang: "de",
        checks: "[]",
        verdict: "allow",
        statement: None,
    };
    let mut tx = store.begin().await.unwrap();
    let id = DraftId::new(NOW, &[3; 10]);
    drafts::insert(&mut tx, id, (case.id, case.post), &written, &key, mara, NOW).await.unwrap();
    let mut draft = drafts::latest(&mut tx, case.id).await.unwrap().unwrap();
    assert_eq!(store.open_draft(&draft).await.unwrap().unwrap().0, text);
    tx.commit().await.unwrap();

    draft.state = drafts::DraftState::Approved;
    draft.cleared = Some(commitment.to_vec());
    draft.approved = Some(commitment.to_vec());
    draft.approver = Some(mara);
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(drafts::set_state(&mut tx, &draft, NOW).await, Err(StoreError::Sql { .. })));
    drop(tx);
    draft.approver = Some(jonas);
    let mut tx = store.begin().await.unwrap();
    drafts::set_state(&mut tx, &draft, NOW).await.unwrap();
    let mut reply = outbox::NewReply {
        id: OutboxId::new(NOW, &[4; 10]),
        site: house.0,
        channel: house.1,
        case: case.id,
        draft: id,
        post: (case.post, 1),
        author: mara,
        approver: jonas,
        cleared: &commitment,
        approved: &commitment,
        due_at: NOW.plus(Span::seconds(60)),
    };
    let queued = outbox::queue(&mut tx, &reply, NOW).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    assert!(outbox::undo(&mut tx, queued, "person", NOW).await.unwrap());
    reply.id = OutboxId::new(NOW, &[5; 10]);
    assert_eq!(outbox::queue(&mut tx, &reply, NOW).await.unwrap(), queued, "the same draft keeps its key");
    assert_eq!(outbox::due(&mut tx, house.1, NOW, 9).await.unwrap(), []);
    let later = NOW.plus(Span::seconds(61));
    let due = outbox::due(&mut tx, house.1, later, 9).await.unwrap();
    assert!(outbox::lease(&mut tx, &due[0], "a", Span::seconds(30), later).await.unwrap());
    assert!(!outbox::lease(&mut tx, &due[0], "b", Span::seconds(30), later).await.unwrap());
    let other = outbox::settle(&mut tx, (queued, "b"), outbox::OutboxState::Waiting, "", later, later).await.unwrap();
    assert!(!other, "who has no lease settles nothing");
    outbox::set_prepared(&mut tx, queued, later, later).await.unwrap();
    assert_eq!(outbox::leaving_now(&mut tx, Some(house.0), later).await.unwrap(), [queued]);
    assert!(!outbox::undo(&mut tx, queued, "person", later).await.unwrap(), "it has left its window");
    let row = outbox::by_id(&mut tx, queued).await.unwrap().unwrap();
    let receipt = Receipt { external_id: "r1".to_owned(), url: None, at: later };
    outbox::confirm(store, &mut tx, &row, &key, &receipt, later).await.unwrap();
    let row = outbox::by_id(&mut tx, queued).await.unwrap().unwrap();
    assert_eq!(store.open_receipt(&row).await.unwrap().unwrap().0, receipt);
    assert_eq!(outbox::answers_in(&mut tx, case.thread).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let reply = take(store, house, &[inbound("p9", "a", "Danke!", Some("r1"))]).await;
    let rows = posts::rows(&mut store.begin_read().await.unwrap(), &reply).await.unwrap();
    assert_eq!(rows[0].thread, case.thread, "who answers our reply stays in the thread");
}

async fn labels_notes_and_pauses_are_sealed_and_end(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "a", "eins", None)]).await;
    let case = case_of(store, house, ids[0]).await;
    let mara = person(store, "mara").await;
    let key = store.keys().of(&format!("thread:{}", case.thread), NOW).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let label = labels::NewLabel {
        id: LabelId::new(NOW, &[1; 10]),
        site: house.0,
        target: LabelTarget::Author,
        target_id: case.author.to_string(),
        case: Some(case.id),
        kind: LabelKind::Bereaved,
        reason: "schreibt vom Tod der Mutter",
        set_by: mara.to_string(),
        expires_at: Some(NOW.plus(Span::days(30))),
    };
    labels::set(&mut tx, &label, &key, NOW).await.unwrap();
    let on = labels::on(&mut tx, house.0, case.author, case.thread, NOW).await.unwrap();
    assert_eq!((on.len(), on[0].kind), (1, LabelKind::Bereaved));
    assert_eq!(on[0].reason(store).await.unwrap().unwrap().0, label.reason);
    assert_eq!(labels::on(&mut tx, house.0, case.author, case.thread, NOW.plus(Span::days(31))).await.unwrap(), []);
    assert_eq!(labels::expired(&mut tx, NOW.plus(Span::days(31)), 9).await.unwrap().len(), 1);
    let concerned = labels::concerned(&mut tx, house.0, LabelTarget::Author, &case.author.to_string()).await.unwrap();
    assert_eq!(concerned, [case.id]);
    assert!(labels::remove(&mut tx, label.id, "mara", NOW).await.unwrap());
    assert!(!labels::remove(&mut tx, label.id, "mara", NOW).await.unwrap());

    desk::add_note(&mut tx, NoteId::new(NOW, &[1; 10]), case.id, "ruft nicht an", &key, mara, NOW).await.unwrap();
    let notes = desk::notes(&mut tx, case.id).await.unwrap();
    assert_eq!(notes[0].text(store).await.unwrap().unwrap().0, "ruft nicht an");

    let pause = NoteId::new(NOW, &[2; 10]);
    desk::pause(&mut tx, pause, None, "Bombendrohung", &key, mara, NOW).await.unwrap();
    assert_eq!(desk::pauses(&mut tx, house.0).await.unwrap().len(), 1);
    assert!(desk::resume(&mut tx, pause, mara, NOW).await.unwrap());
    assert_eq!(desk::pauses(&mut tx, house.0).await.unwrap().len(), 0);

    assert!(desk::lease(&mut tx, "log", "a", Span::seconds(10), NOW).await.unwrap());
    assert!(!desk::lease(&mut tx, "log", "b", Span::seconds(10), NOW).await.unwrap());
    assert!(desk::lease(&mut tx, "log", "b", Span::seconds(10), NOW.plus(Span::seconds(11))).await.unwrap());
}

async fn log_entries_get_their_place_once(store: &Store) {
    let entry = |n: u8| log::PendingEntry {
        id: EntryId::new(NOW.plus(Span::millis(i64::from(n))), &[n; 10]),
        case: None,
        at: NOW.plus(Span::millis(i64::from(n))),
        body: vec![n],
    };
    let mut tx = store.begin().await.unwrap();
    log::add(&mut tx, vec![entry(2), entry(1)]).await.unwrap();
    let pending = log::pending(&mut tx, 10).await.unwrap();
    assert_eq!(pending.iter().map(|e| e.body.clone()).collect::<Vec<_>>(), [[1], [2]]);
    log::integrate(&mut tx, 0, pending, vec![(0, 0, 2, vec![5; 64])], (2, "note"), NOW).await.unwrap();
    assert_eq!(log::pending_count(&mut tx).await.unwrap(), 0);
    assert_eq!(log::entries(&mut tx, 1, 10).await.unwrap(), [(1, vec![2])]);
    for (millis, first) in [(0, 0), (1, 0), (2, 1), (3, 2)] {
        let since = log::since(&mut tx, NOW.plus(Span::millis(millis)), 2).await.unwrap();
        assert_eq!(since, first, "{millis} ms");
    }
    assert_eq!(log::tile(&mut tx, 0, 0).await.unwrap(), Some(vec![5; 64]));
    assert_eq!(log::newest_checkpoint(&mut tx).await.unwrap(), Some((2, b"note".to_vec(), NOW)));
}

async fn people_sign_in_with_one_time_links_and_sessions(store: &Store) {
    let (site, _) = house(store).await;
    let mara = person(store, "mara").await;
    let mut tx = store.begin().await.unwrap();
    people::grant(&mut tx, mara, site, Role::Approver).await.unwrap();
    people::grant(&mut tx, mara, site, Role::Approver).await.unwrap();
    assert_eq!(people::roles(&mut tx, mara).await.unwrap(), [(site, Role::Approver)]);
    people::invite(&mut tx, b"hash", mara, NOW.plus(Span::hours(1)), NOW).await.unwrap();
    assert_eq!(people::invited(&mut tx, b"hash", NOW).await.unwrap(), Some(mara));
    assert_eq!(people::invited(&mut tx, b"hash", NOW.plus(Span::hours(2))).await.unwrap(), None);
    assert!(people::use_invite(&mut tx, b"hash", NOW).await.unwrap());
    assert!(!people::use_invite(&mut tx, b"hash", NOW).await.unwrap());
    let session = people::SessionRow {
        token_hash: b"token".to_vec(),
        person: mara,
        csrf: "c".to_owned(),
        created_at: NOW,
        seen_at: NOW,
        expires_at: NOW.plus(Span::hours(8)),
    };
    people::open_session(&mut tx, &session).await.unwrap();
    assert_eq!(people::session(&mut tx, b"token", NOW).await.unwrap(), Some(session));
    assert_eq!(people::session(&mut tx, b"token", NOW.plus(Span::hours(9))).await.unwrap(), None);
    for expected in 1..=3 {
        people::count_failure(&mut tx, b"mara", NOW, NOW.minus(Span::minutes(15))).await.unwrap();
        assert_eq!(people::failures(&mut tx, b"mara").await.unwrap(), Some((expected, NOW)));
    }
}

async fn search_finds_folded_words_and_keeps_none(store: &Store) {
    let (site, _) = house(store).await;
    let post = |n: u8| PostId::new(NOW, &[n; 10]);
    let texts = [
        (post(1), site, "Die Müllerstraße war gesperrt".to_owned()),
        (post(2), site, "Sepsisverdacht auf der Station".to_owned()),
    ];
    store.search().put(&texts).await.unwrap();
    store.search().put(&texts).await.unwrap();
    let find = async |query: &str| store.search().find(site, query, 9).await.unwrap();
    assert_eq!(find("MUELLERSTRASSE gesperrt").await, [post(1)]);
    assert_eq!(find("sepsis*").await, [post(2)]);
    assert_eq!(find("sepsis").await, []);
    assert_eq!(find("müllerstrasse station").await, []);
    assert_eq!(store.search().find(SiteId::new(NOW, &[8; 10]), "station", 9).await.unwrap(), []);
}

async fn a_rebuilt_index_begins_with_every_post(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "a", "Grüße", None), inbound("p2", "b", "Danke", None)]).await;
    let mut tx = store.begin().await.unwrap();
    posts::mark_indexed(&mut tx, &ids).await.unwrap();
    tx.commit().await.unwrap();
    store.search().put(&[(ids[0], house.0, "Grüße".to_owned())]).await.unwrap();
    assert_eq!(store.search().find(house.0, "gruesse", 9).await.unwrap(), [ids[0]]);
    assert_eq!(store.rebuild_search().await.unwrap(), 2);
    assert_eq!(store.search().find(house.0, "gruesse", 9).await.unwrap(), []);
    assert_eq!(posts::unindexed(&mut store.begin_read().await.unwrap(), 9).await.unwrap().len(), 2);
    store.search().put(&[(ids[0], house.0, "Grüße".to_owned())]).await.unwrap();
    assert_eq!(store.search().find(house.0, "gruesse", 9).await.unwrap(), [ids[0]]);
}

async fn what_the_pages_ask_is_answered_for_many_cases_at_once(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "a", "eins", None), inbound("p2", "b", "zwei", None)]).await;
    let (one, two) = (case_of(store, house, ids[0]).await, case_of(store, house, ids[1]).await);
    let mara = person(store, "mara").await;
    let key = store.keys().of(&format!("thread:{}", one.thread), NOW).await.unwrap();
    let text = drafts::DraftText { text: "Danke.".to_owned(), salt: [7; 32] };
    let form = SpeechForm::AcknowledgeOnly;
    let written = drafts::Written {
        text: &text,
        commitment: &[9; 32],
        form,
        lang: "de",
        checks: "[]",
        verdict: "allow",
        statement: None,
    };
    let mut tx = store.begin().await.unwrap();
    assert!(!shown::any_password(&mut tx).await.unwrap());
    drafts::insert(&mut tx, DraftId::new(NOW, &[3; 10]), (one.id, one.post), &written, &key, mara, NOW).await.unwrap();
    let replies = shown::replies(&mut tx, &[one.id, two.id]).await.unwrap();
    assert_eq!(replies.len(), 1, "a case without an answer is left out");
    assert_eq!((replies[&one.id].author, replies[&one.id].outbox), (mara, None));
    let numbers = shown::case_numbers(&mut tx, &[one.id, two.id]).await.unwrap();
    assert_eq!(numbers[&two.id], (two.number, house.0, Queue::Now));
    let taken = shown::taken_since(&mut tx, NOW.minus(Span::hours(24))).await.unwrap();
    assert_eq!(taken[&house.1], (2, NOW));
    assert_eq!(shown::taken_since(&mut tx, NOW.plus(Span::hours(1))).await.unwrap()[&house.1].0, 0);
    assert_eq!(shown::newest_post(&mut tx, house.1).await.unwrap(), Some(NOW));
    assert_eq!(shown::sent_since(&mut tx, NOW).await.unwrap().len(), 0);

    let pause = NoteId::new(NOW, &[2; 10]);
    desk::pause(&mut tx, pause, Some(house.0), "Stromausfall", &key, mara, NOW).await.unwrap();
    assert_eq!(shown::past_pauses(&mut tx, house.0, 9).await.unwrap().len(), 0, "it is not over");
    desk::resume(&mut tx, pause, mara, NOW.plus(Span::hours(1))).await.unwrap();
    let past = shown::past_pauses(&mut tx, house.0, 9).await.unwrap();
    assert_eq!((past[0].by, past[0].from, past[0].to), (mara, NOW, NOW.plus(Span::hours(1))));
    assert_eq!(past[0].reason(store).await.unwrap().unwrap().0, "Stromausfall");

    people::invite(&mut tx, b"hash", mara, NOW.plus(Span::hours(1)), NOW).await.unwrap();
    assert_eq!(shown::open_invites(&mut tx, NOW).await.unwrap()[&mara], NOW.plus(Span::hours(1)));
    assert!(shown::open_invites(&mut tx, NOW.plus(Span::hours(2))).await.unwrap().is_empty());
    people::set_login(&mut tx, mara, "mara@lindenhof.example").await.unwrap();
    assert!(people::by_login(&mut tx, "mara@lindenhof.example").await.unwrap().is_some());

    let entry = log::PendingEntry { id: EntryId::new(NOW, &[1; 10]), case: Some(one.id), at: NOW, body: vec![1] };
    log::add(&mut tx, vec![entry.clone()]).await.unwrap();
    assert_eq!(shown::case_pending(&mut tx, one.id).await.unwrap(), [[1]]);
    log::integrate(&mut tx, 0, vec![entry], vec![], (1, "note"), NOW).await.unwrap();
    assert_eq!(shown::case_pending(&mut tx, one.id).await.unwrap().len(), 0);
    assert_eq!(shown::case_entries(&mut tx, one.id).await.unwrap(), 1);
}

/// A reply of the case in the outbox.
pub(super) async fn sent(store: &Store, house: House, case: &cases::CaseRow) -> OutboxId {
    let (mara, jonas) = (person(store, "mara").await, PersonId::new(NOW, &[8; 10]));
    let key = store.keys().of(&format!("thread:{}", case.thread), NOW).await.unwrap();
    let text = drafts::DraftText { text: "Danke.".to_owned(), salt: [7; 32] };
    let form = SpeechForm::AcknowledgeOnly;
    let written = drafts::Written {
        text: &text,
        commitment: &[9; 32],
        form,
        lang: "de",
        checks: "[]",
        verdict: "allow",
        statement: None,
    };
    let (draft, id) = (DraftId::new(NOW, &[3; 10]), OutboxId::new(NOW, &[4; 10]));
    let mut tx = store.begin().await.unwrap();
    drafts::insert(&mut tx, draft, (case.id, case.post), &written, &key, mara, NOW).await.unwrap();
    let reply = outbox::NewReply {
        id,
        site: house.0,
        channel: house.1,
        case: case.id,
        draft,
        post: (case.post, 1),
        author: mara,
        approver: jonas,
        cleared: &[9; 32],
        approved: &[9; 32],
        due_at: NOW,
    };
    outbox::queue(&mut tx, &reply, NOW).await.unwrap();
    tx.commit().await.unwrap();
    id
}

use super::{alarms::*, chart::*, door::*, exchange::*, holds::*, record::*};

macro_rules! on_both_engines {
    ($($story:ident)*) => {$(
        mod $story {
            #[tokio::test]
            async fn on_sqlite() {
                let (store, _folder) = super::sqlite().await;
                super::$story(&store).await;
            }
            #[tokio::test]
            async fn on_postgres() {
                super::$story(&super::postgres().await).await;
            }
        }
    )*};
}

on_both_engines! {
    posts_are_stored_once_in_their_threads
    posts_that_answer_each_other_in_a_circle_are_one_thread
    a_long_thread_shows_its_newest_posts_and_counts_them_so_far
    an_erased_key_takes_the_text_with_it
    who_writes_again_after_an_erasure_is_read_under_a_new_key
    what_was_found_in_a_post_is_sealed_and_goes_with_its_key
    a_damaged_post_or_key_closes_no_other
    a_job_is_claimed_by_one_and_comes_back_when_its_lease_ends
    a_case_moves_through_its_queues
    who_read_a_case_before_another_changed_it_changes_nothing
    who_is_about_to_change_a_case_waits_for_who_changes_it
    nobody_approves_an_own_draft
    labels_notes_and_pauses_are_sealed_and_end
    log_entries_get_their_place_once
    people_sign_in_with_one_time_links_and_sessions
    search_finds_folded_words_and_keeps_none
    what_the_pages_ask_is_answered_for_many_cases_at_once
    a_rebuilt_index_begins_with_every_post
    a_visit_is_proven_by_a_code_and_let_in_once
    a_one_time_link_lets_in_once
    a_conversation_keeps_what_was_said_and_handed_in
    a_link_counts_when_it_is_confirmed_and_consented_to
    messages_of_the_record_are_counted_listed_and_found
    what_others_read_hangs_on_the_consents_of_now
    an_erased_key_of_account_or_record_takes_what_others_read
    who_is_told_is_told_in_order_and_nothing_that_was_taken_back
    a_client_is_known_by_its_token_and_what_it_was_given_is_kept
    a_call_counts_once_until_its_token_ends
    a_clock_runs_once_per_post_and_ends_with_a_reason
    a_reply_is_taken_back_once_and_open_until_gone_and_its_clock_ended
    families_are_found_whoever_of_them_is_named
    a_case_keeps_its_waiting_and_what_is_known
    strikes_are_those_before_a_post_and_can_be_waived
    an_incident_has_one_approved_statement_per_language_by_two_people
    feedback_is_kept_once_per_card_and_outcome_and_for_cards_that_were_shown
    an_opening_is_for_one_browser_until_it_ends
    a_suggestion_is_settled_once_and_its_words_go_with_their_key
    an_alarm_is_raised_called_and_ended_with_its_case
    the_ways_to_people_are_known_by_what_went_over_them
}

async fn refuses_another_master_key(location: Location) {
    Store::open(&location, &master(), NOW).await.unwrap().close().await;
    let other = MasterKey::from_text(&MasterKey::generate_text().unwrap()).unwrap();
    assert!(matches!(Store::open(&location, &other, NOW).await, Err(StoreError::WrongMasterKey { .. })));
    Store::open(&location, &master(), NOW).await.unwrap();
}

#[tokio::test]
async fn a_wrong_master_key_is_refused_by_both_engines() {
    let folder = tempfile::tempdir().unwrap();
    refuses_another_master_key(Location::Folder(folder.path().to_owned())).await;
    refuses_another_master_key(Location::Postgres(database().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_open_a_new_postgres_at_the_same_time() {
    let location = Location::Postgres(database().await);
    let open = || {
        let location = location.clone();
        tokio::spawn(async move { Store::open(&location, &master(), NOW).await })
    };
    for opening in [open(), open(), open(), open(), open(), open()] {
        opening.await.unwrap().unwrap().close().await;
    }
}

#[tokio::test]
async fn an_erased_key_lies_in_no_file_any_more() {
    let (store, folder) = sqlite().await;
    let house = house(&store).await;
    take(&store, house, &[inbound("p1", "lisbeth", "eins", None), inbound("p2", "kai", "zwei", None)]).await;
    let mut tx = store.keys().db.begin_read().await.unwrap();
    let rows = tx.rows_text("SELECT owner, wrapped FROM data_key ORDER BY id", Vec::new()).await.unwrap();
    let (owner, wrapped) = (rows[0].text(0).unwrap(), rows[0].bytes(1).unwrap());
    drop(tx);
    let lies_in_a_file = || {
        let files = ["keys/keys.db", "keys/keys.db-wal"].map(|path| std::fs::read(folder.path().join(path)));
        files.into_iter().flatten().any(|bytes| bytes.windows(wrapped.len()).any(|part| part == wrapped))
    };
    assert!(lies_in_a_file());
    assert!(store.keys().erase(&owner).await.unwrap());
    assert!(!lies_in_a_file());
}

#[tokio::test]
async fn no_text_can_be_read_in_the_files() {
    let (store, folder) = sqlite().await;
    let house = house(&store).await;
    let ids = take(&store, house, &[inbound("at://p1", "lisbeth.h", "Die Sepsis meiner Mutter", None)]).await;
    store.search().put(&[(ids[0], house.0, "Die Sepsis meiner Mutter".to_owned())]).await.unwrap();
    store.close().await;
    let mut bytes = Vec::new();
    for path in ["bedside.db", "bedside.db-wal", "search.db", "search.db-wal", "keys/keys.db", "keys/keys.db-wal"] {
        bytes.extend(std::fs::read(folder.path().join(path)).unwrap_or_default());
    }
    assert!(bytes.len() > 10_000);
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    for word in ["sepsis", "mutter", "lisbeth", "at://p1"] {
        assert!(!text.contains(word), "{word}");
    }
}
