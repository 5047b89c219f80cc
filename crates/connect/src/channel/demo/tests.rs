use super::*;
use crate::testing::WorldClock;

fn sample() -> Script {
    Script::sample().unwrap()
}

fn demo(name: &str, clock: &WorldClock) -> Demo {
    let id = ChannelId::new(clock.now(), &[1; 10]);
    Demo::new(id, &sample(), name, clock.clock())
}

fn reply(n: u8, text: &str, now: Timestamp) -> Reply {
    Reply {
        outbox: OutboxId::new(now, &[n; 10]),
        text: text.to_owned(),
        lang: Some("de"),
        to: "bluesky:01".to_owned(),
        thread_root: None,
        to_author: "eva".to_owned(),
        to_handle: "eva".to_owned(),
        visibility: Visibility::Public,
        reply_context: None,
        prepared_at: now,
    }
}

#[test]
fn the_sample_hospital_has_a_mixed_first_minute() {
    let script = sample();
    assert_eq!(script.channels(), ["bluesky", "mastodon", "reviews"]);
    let scenes = script.scenes();
    assert!((75..=90).contains(&scenes.len()), "{}", scenes.len());
    assert!(scenes.iter().filter(|scene| scene.lang == "en").count() >= 12);
    assert!(scenes.iter().filter(|scene| scene.after_s < 60).count() >= 20);
    assert!(scenes.iter().all(|scene| scene.after_s <= 240));
    // A thread's parts stand on one channel, after what they answer.
    for scene in scenes.iter().filter(|scene| scene.in_reply_to.is_some()) {
        let parent = scenes.iter().find(|other| Some(&other.id) == scene.in_reply_to.as_ref()).unwrap();
        assert!(parent.after_s < scene.after_s && parent.channel == scene.channel, "{}", scene.id);
    }
}

#[test]
fn a_script_with_a_mistake_is_refused_with_its_line() {
    let scene = r#"{"id":"a","channel":"x","after_s":5,"handle":"h","text":"t","lang":"de"}"#;
    assert!(Script::parse(&format!("{scene}\n\n")).is_ok());
    assert!(Script::parse(&format!("{scene}\n{scene}")).unwrap_err().to_string().contains("line 2"));
    assert!(Script::parse(&scene.replace('}', r#","gone_after_s":5}"#)).is_err());
    assert!(Script::parse(&scene.replace('}', r#","colour":"red"}"#)).is_err());
}

#[tokio::test]
async fn posts_come_when_they_are_due_and_once_per_cursor() {
    let clock = WorldClock::at("2026-11-22T12:00:00Z");
    let channel = demo("bluesky", &clock);
    let first = channel.read(None).await.unwrap();
    assert_eq!(first.news.len(), 1);
    // Not taken: the same again. Taken: nothing more until time goes on.
    assert_eq!(channel.read(None).await.unwrap().news, first.news);
    let nothing = channel.read(first.cursor.as_deref()).await.unwrap();
    assert_eq!((nothing.news.len(), nothing.cursor), (0, None));
    clock.advance(Span::minutes(5));
    let rest = channel.read(first.cursor.as_deref()).await.unwrap();
    assert!(rest.news.len() > 20);
    assert!(channel.read(rest.cursor.as_deref()).await.unwrap().news.is_empty());
}

#[tokio::test]
async fn after_a_restart_the_play_goes_on_where_it_stood() {
    let clock = WorldClock::at("2026-11-22T12:00:00Z");
    let before = demo("bluesky", &clock);
    before.read(None).await.unwrap();
    clock.advance(Span::seconds(12));
    let cursor = before.read(None).await.unwrap().cursor.unwrap();
    clock.advance(Span::hours(9));
    let after = demo("bluesky", &clock);
    assert!(after.read(Some(&cursor)).await.unwrap().news.is_empty());
    clock.advance(Span::seconds(6));
    let news = after.read(Some(&cursor)).await.unwrap().news;
    let [Upstream::Posted(post)] = news.as_slice() else { panic!("one post: {news:?}") };
    assert_eq!(post.in_reply_to.as_deref(), Some("bluesky:04"));
    assert!(clock.now().since(post.at) < Span::minutes(7));
}

#[tokio::test]
async fn edits_and_deletions_happen_and_can_be_looked_at() {
    let clock = WorldClock::at("2026-11-22T12:00:00Z");
    let channel = demo("mastodon", &clock);
    let gone = sample().scenes().iter().find(|scene| scene.gone_after_s.is_some()).unwrap().clone();
    channel.read(None).await.unwrap();
    assert_eq!(channel.look(&gone.id).await, Ok(Standpoint::Unknown));
    clock.advance(Span::seconds(i64::from(gone.after_s)));
    assert_eq!(channel.look(&gone.id).await, Ok(Standpoint::there(gone.text.clone())));
    clock.advance(Span::minutes(1));
    assert_eq!(channel.look(&gone.id).await, Ok(Standpoint::Gone));
    let news = channel.read(None).await.unwrap().news;
    assert!(news.contains(&Upstream::Deleted { external_id: gone.id }));
}

#[tokio::test]
async fn a_reply_is_one_reply_can_be_found_and_taken_down() {
    let clock = WorldClock::at("2026-11-22T12:00:00Z");
    let channel = demo("bluesky", &clock);
    let reply = reply(1, "Guten Tag", clock.now());
    assert_eq!(channel.find(&reply).await, Ok(None));
    let receipt = channel.publish(&reply).await.unwrap();
    clock.advance(Span::seconds(9));
    assert_eq!(channel.publish(&reply).await.as_ref(), Ok(&receipt));
    assert_eq!(channel.find(&reply).await, Ok(Some(receipt.clone())));
    assert_eq!(channel.look(&receipt.external_id).await, Ok(Standpoint::there("Guten Tag")));
    for _ in 0..2 {
        assert_eq!(channel.take_down(&receipt).await, Ok(bedside_core::channel::Removal::Deleted));
    }
    assert_eq!(channel.find(&reply).await, Ok(None));
    assert_eq!(channel.look(&receipt.external_id).await, Ok(Standpoint::Gone));
    let long = self::reply(2, &"x".repeat(301), clock.now());
    assert!(matches!(channel.publish(&long).await, Err(Fault::Refused { status: 422, .. })));
}

#[tokio::test]
async fn an_account_finds_what_was_said_to_it_in_private_and_nothing_else() {
    let clock = WorldClock::at("2026-11-22T12:00:00Z");
    let channel = demo("mastodon", &clock);
    let now = clock.now();
    let private = Reply { visibility: Visibility::Direct, ..reply(1, "Hier entlang", now) };
    channel.publish(&private).await.unwrap();
    channel.publish(&reply(2, "Für alle", now)).await.unwrap();
    channel.publish(&Reply { to_handle: "jan".to_owned(), ..private.clone() }).await.unwrap();
    let heard: Vec<String> = channel.heard_by("eva").into_iter().map(|one| one.text).collect();
    assert_eq!(heard, ["Hier entlang"]);
    assert_eq!(channel.heard_by("jan"), [], "the same reply twice is one reply");
    let receipt = channel.find(&private).await.unwrap().unwrap();
    channel.take_down(&receipt).await.unwrap();
    assert_eq!(channel.heard_by("eva"), [], "taken back, it is gone from the phone too");
}
