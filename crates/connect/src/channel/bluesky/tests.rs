//! Reading and signing in against a double, for what a real AppView can't be made to show in a unit test: strange
//! records, hundreds of notifications, a clock that jumps. What it can show is tested in testkit.

use std::sync::{Arc, Mutex};

use bedside_core::post::{Inbound, Standing, Upstream};
use serde_json::{Value, json};

use super::*;
use crate::testing::{Double, Request, WorldClock, canned};

/// Notifications, newest first, as the AppView would list them.
type List = Arc<Mutex<Vec<Value>>>;

struct World {
    double: Double,
    list: List,
    clock: WorldClock,
}

impl World {
    async fn start() -> Self {
        let list = List::default();
        let kept = list.clone();
        let double = Double::start(move |request| answer(request, &kept.lock().unwrap())).await;
        Self { double, list, clock: WorldClock::at("2026-11-22T12:00:00Z") }
    }

    fn channel(&self) -> Bluesky {
        let config = Config::new(&self.double.base, "klinik.test", Secret::new("app password"));
        Bluesky::new(ChannelId::new(self.clock.now(), &[1; 10]), &config, self.clock.clock()).unwrap()
    }

    /// Files a mention `ago` before now, where its time puts it.
    fn mention(&self, name: &str, ago: Span) {
        let at = self.clock.now().minus(ago).to_rfc3339();
        self.file(notification(name, &at, json!({"$type": "app.bsky.feed.post", "text": name, "createdAt": at})));
    }

    fn file(&self, notification: Value) {
        let mut list = self.list.lock().unwrap();
        list.push(notification);
        list.sort_by_key(|one| std::cmp::Reverse(one["indexedAt"].to_string()));
    }

    fn pages(&self) -> usize {
        self.double.lines().iter().filter(|line| line.contains("listNotifications")).count()
    }
}

fn notification(name: &str, at: &str, record: Value) -> Value {
    json!({
        "uri": format!("at://did:plc:erika/app.bsky.feed.post/{name}"), "cid": format!("cid-{name}"), "reason": "mention",
        "author": {"did": "did:plc:erika", "handle": "erika.test", "displayName": "Erika", "labels": [{"val": "bot"}]},
        "record": record, "indexedAt": at,
    })
}

fn answer(request: &Request, list: &[Value]) -> crate::testing::Canned {
    if !request.line.contains("listNotifications") {
        return canned(200, r#"{"did":"did:plc:klinik","accessJwt":"a","refreshJwt":"r"}"#);
    }
    let url = reqwest::Url::parse(&format!("http://x{}", request.line.trim_start_matches("GET "))).unwrap();
    let cursor = url.query_pairs().find(|(key, _)| key == "cursor").map(|(_, value)| value.into_owned());
    let at = |one: &Value| one["indexedAt"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let before = cursor.map(|cursor| cursor.parse::<jiff::Timestamp>().unwrap());
    let page: Vec<_> = list.iter().filter(|one| before.is_none_or(|before| at(one) < before)).take(100).collect();
    let cursor = page.last().filter(|_| page.len() == 100).map(|one| at(one).to_string());
    canned(200, &json!({"notifications": page, "cursor": cursor}).to_string())
}

fn posts(haul: &Haul) -> Vec<&Inbound> {
    let post = |news: &'_ Upstream| matches!(news, Upstream::Posted(_));
    assert!(haul.news.iter().all(post));
    haul.news.iter().filter_map(|news| if let Upstream::Posted(post) = news { Some(&**post) } else { None }).collect()
}

fn texts(haul: &Haul) -> Vec<&str> {
    posts(haul).into_iter().map(|post| post.text.as_str()).collect()
}

#[tokio::test]
async fn a_usual_read_is_one_page_and_the_whole_window_is_read_each_ten_minutes() {
    let world = World::start().await;
    for n in 0..450 {
        world.mention(&format!("{n:03}"), Span::minutes(20 * (450 - n)));
    }
    let channel = world.channel();
    let history = channel.read(None).await.unwrap();
    assert_eq!((history.standing, history.more, texts(&history).len()), (Standing::History, true, 378));
    assert_eq!(world.pages(), 5);
    let live = channel.read(history.cursor.as_deref()).await.unwrap();
    assert_eq!((live.standing, live.more, texts(&live).len()), (Standing::Live, false, 72));
    let nothing = channel.read(live.cursor.as_deref()).await.unwrap();
    assert_eq!((nothing.news.len(), nothing.cursor), (0, None));
    assert_eq!(world.pages(), 6);

    world.mention("late", Span::days(3));
    assert!(channel.read(live.cursor.as_deref()).await.unwrap().news.is_empty());
    assert_eq!(world.pages(), 7);
    world.clock.advance(Span::minutes(10));
    let late = channel.read(live.cursor.as_deref()).await.unwrap();
    assert_eq!((late.standing, texts(&late)), (Standing::Live, vec!["late"]));
}

#[tokio::test]
async fn after_days_away_the_window_reaches_back_to_where_reading_stopped() {
    let world = World::start().await;
    world.mention("before", Span::ZERO);
    let cursor = world.channel().read(None).await.unwrap().cursor;
    world.clock.advance(Span::days(30));
    for day in [29, 20, 1] {
        world.mention(&format!("{day}"), Span::days(day));
    }
    let haul = world.channel().read(cursor.as_deref()).await.unwrap();
    assert_eq!(texts(&haul), ["before", "29", "20", "1"]);
}

#[tokio::test]
async fn what_was_not_taken_comes_again_and_what_was_taken_does_not() {
    let world = World::start().await;
    let channel = world.channel();
    world.mention("a", Span::minutes(2));
    let first = channel.read(None).await.unwrap();
    assert_eq!(texts(&first), ["a"]);
    world.mention("b", Span::minutes(1));
    // Taking "a" failed.
    let again = channel.read(None).await.unwrap();
    assert_eq!(texts(&again), ["a", "b"]);
    // Taken; the road comes back with the cursor.
    world.mention("c", Span::ZERO);
    let third = channel.read(again.cursor.as_deref()).await.unwrap();
    assert_eq!(texts(&third), ["c"]);
    // Taking "c" failed: the cursor is the one before.
    assert_eq!(texts(&channel.read(again.cursor.as_deref()).await.unwrap()), ["c"]);
    assert_ne!(again.cursor, third.cursor);
    // A cursor from nowhere counts as none.
    assert_eq!(texts(&world.channel().read(Some("17")).await.unwrap()), ["a", "b", "c"]);
}

#[tokio::test]
async fn many_posts_come_in_hauls_that_a_transaction_can_hold() {
    let world = World::start().await;
    for n in 0..1200 {
        world.mention(&format!("{n:04}"), Span::seconds(2000 - n));
    }
    let channel = world.channel();
    let (mut cursor, mut all, mut sizes) = (None, Vec::new(), Vec::new());
    loop {
        let haul = channel.read(cursor.as_deref()).await.unwrap();
        all.extend(texts(&haul).into_iter().map(str::to_owned));
        sizes.push(haul.news.len());
        cursor = haul.cursor;
        if !haul.more {
            break;
        }
    }
    assert_eq!(sizes, [500, 500, 200]);
    assert_eq!(all, (0..1200).map(|n| format!("{n:04}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_strange_notification_hides_no_other_and_loses_no_text() {
    let world = World::start().await;
    let at = "2026-11-22T11:59:00Z";
    world.file(json!({"uri": "at://x", "reason": "follow", "indexedAt": at, "record": {"subject": "did:x"}}));
    world.file(json!("nonsense"));
    let strange = json!({
        "$type": "app.bsky.feed.post", "text": "da https://a.ex…", "createdAt": "gestern", "langs": "de", "reply": 7,
        "facets": [{"index": {"byteStart": 3, "byteEnd": 18}, "features": [
            {"$type": "com.example#new", "x": 1}, {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/b"}]}],
        "embed": {"$type": "app.bsky.embed.recordWithMedia", "media": {"$type": "app.bsky.embed.images", "images": [1, 2]}},
    });
    world.file(notification("strange", at, strange));
    let future = json!({"$type": "app.bsky.feed.post", "text": "future", "createdAt": "2099-01-01T00:00:00Z"});
    world.file(notification("future", "2026-11-22T11:59:30Z", future));
    let haul = world.channel().read(None).await.unwrap();
    assert_eq!(texts(&haul), ["da https://a.example/b", "future"]);
    let post = posts(&haul)[0];
    assert_eq!((post.media_count, post.lang_hint.as_deref(), post.author.is_bot), (2, None, true));
    assert_eq!(post.url.as_deref(), Some("https://bsky.app/profile/did:plc:erika/post/strange"));
    assert_eq!(posts(&haul)[1].at.to_rfc3339(), "2026-11-22T11:59:30Z");
}

#[tokio::test]
async fn a_whole_page_of_one_millisecond_ends_the_reading_and_does_not_turn_in_circles() {
    let world = World::start().await;
    for n in 0..150 {
        world.mention(&format!("{n:03}"), Span::minutes(1));
    }
    world.mention("older", Span::minutes(2));
    let haul = world.channel().read(None).await.unwrap();
    assert!(texts(&haul).contains(&"older"));
    assert!(haul.news.len() >= 101 && world.pages() <= 4);
}

#[tokio::test]
async fn answers_further_down_our_thread_are_not_taken_for_answers_to_us() {
    let world = World::start().await;
    let at = "2026-11-22T11:59:00Z";
    for (name, parent, reason) in [("us", "klinik", "reply"), ("them", "other", "reply"), ("quote", "klinik", "quote")]
    {
        let place = |who: &str| json!({"uri": format!("at://did:plc:{who}/app.bsky.feed.post/1"), "cid": "c"});
        let record = json!({"text": name, "createdAt": at, "reply": {"root": place("root"), "parent": place(parent)}});
        let mut one = notification(name, at, record);
        one["reason"] = json!(reason);
        world.file(one);
    }
    let haul = world.channel().read(None).await.unwrap();
    let addressed: Vec<_> = posts(&haul).into_iter().map(|post| (post.text.as_str(), post.addressed)).collect();
    assert_eq!(addressed, [("quote", false), ("them", false), ("us", true)]);
    let context: Value = serde_json::from_str(posts(&haul)[2].reply_context.as_deref().unwrap()).unwrap();
    assert_eq!(context["root"]["uri"], "at://did:plc:root/app.bsky.feed.post/1");
    assert_eq!(
        (context["uri"].as_str(), context["cid"].as_str()),
        (Some("at://did:plc:erika/app.bsky.feed.post/us"), Some("cid-us"))
    );
}

#[tokio::test]
async fn a_refused_password_is_left_in_peace_for_five_minutes() {
    let double =
        Double::start(|_| canned(401, r#"{"error":"AuthenticationRequired","message":"Invalid identifier"}"#)).await;
    let clock = WorldClock::at("2026-11-22T12:00:00Z");
    let config = Config::new(&double.base, "@klinik.test", Secret::new("wrong"));
    let channel = Bluesky::new(ChannelId::new(clock.now(), &[1; 10]), &config, clock.clock()).unwrap();
    for (wait, requests) in [(0, 1), (4, 1), (1, 2)] {
        clock.advance(Span::minutes(wait));
        let fault = channel.read(None).await.unwrap_err();
        assert_eq!(fault, Fault::SignedOut { code: "AuthenticationRequired".into() });
        assert_eq!(double.lines().len(), requests);
    }
    assert!(double.requests()[0].body.contains(r#""identifier":"klinik.test""#));
}
