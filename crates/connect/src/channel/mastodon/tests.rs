//! Against a double, for servers that can't be had here: one that ignores `min_id`, one that knows only the first version
//! of the API, one whose stream tells of edits and deletions. What real servers can show is tested in testkit.

use std::sync::{Arc, Mutex};

use bedside_core::{
    channel::LengthUnit,
    post::{Standing, Upstream},
};
use serde_json::{Value, json};

use super::*;
use crate::testing::{Canned, Double, Request, WorldClock, canned};

/// How a server pages.
#[derive(Clone, Copy, PartialEq)]
enum Paging {
    /// As Mastodon does.
    Faithful,
    /// Knows `max_id` only.
    IgnoresMinId,
    /// Knows neither.
    IgnoresAll,
}

struct World {
    double: Double,
    list: Arc<Mutex<Vec<Value>>>,
    clock: WorldClock,
}

impl World {
    async fn start(paging: Paging) -> Self {
        let list = Arc::new(Mutex::new(Vec::new()));
        let kept = list.clone();
        let double = Double::start(move |request| answer(request, &kept.lock().unwrap(), paging)).await;
        Self { double, list, clock: WorldClock::at("2026-11-22T12:00:00Z") }
    }

    fn channel(&self) -> Mastodon {
        let config = Config::new(&self.double.base, Secret::new("t0ken"));
        Mastodon::new(ChannelId::new(self.clock.now(), &[1; 10]), &config, self.clock.clock()).unwrap()
    }

    fn mention(&self, n: usize, ago: Span) {
        self.notify(n, "mention", ago, status(n, self.clock.now().minus(ago).to_rfc3339().as_str()));
    }

    fn notify(&self, n: usize, kind: &str, ago: Span, status: Value) {
        let at = self.clock.now().minus(ago).to_rfc3339();
        self.list.lock().unwrap().insert(0, json!({"id": id(n), "type": kind, "created_at": at, "status": status}));
    }

    fn pages(&self) -> usize {
        self.double.lines().iter().filter(|line| line.contains("/notifications")).count()
    }
}

/// Ids that neither sort nor count.
fn id(n: usize) -> String {
    format!("{:x}-{n}", n.wrapping_mul(2_654_435_761) % 65_536)
}

fn status(n: usize, at: &str) -> Value {
    json!({
        "id": format!("s{n}"), "created_at": at, "visibility": "unlisted", "language": "de", "content": format!("<p>{n}</p>"),
        "account": {"id": 9, "acct": "erika@social.example", "display_name": " ", "bot": true},
        "mentions": [{"id": "7"}], "media_attachments": [{"type": "image"}], "uri": "https://social.example/1",
    })
}

fn answer(request: &Request, list: &[Value], paging: Paging) -> Canned {
    if request.line.contains("verify_credentials") {
        return canned(200, r#"{"id":"7","acct":"klinik"}"#);
    }
    let url = reqwest::Url::parse(&format!("http://x{}", request.line.trim_start_matches("GET "))).unwrap();
    let place = |key: &str| {
        let id = url.query_pairs().find(|(name, _)| name == key)?.1.into_owned();
        Some(list.iter().position(|one| one["id"] == id).unwrap())
    };
    let limit = 30;
    let page: Vec<_> = match (place("min_id"), place("max_id")) {
        (Some(min), _) if paging == Paging::Faithful => list[min.saturating_sub(limit)..min].to_vec(),
        (_, Some(max)) if paging != Paging::IgnoresAll => list.iter().skip(max + 1).take(limit).cloned().collect(),
        _ => list.iter().take(limit).cloned().collect(),
    };
    canned(200, &Value::from(page).to_string())
}

fn texts(haul: &Haul) -> Vec<String> {
    let text = |news: &Upstream| match news {
        Upstream::Posted(post) => post.text.clone(),
        Upstream::Edited(post) => format!("edited {}", post.text),
        Upstream::Deleted { external_id } => format!("deleted {external_id}"),
    };
    haul.news.iter().map(text).collect()
}

fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| n.to_string()).collect()
}

#[tokio::test]
async fn bursts_are_read_whole_and_in_order_however_a_server_pages() {
    for paging in [Paging::Faithful, Paging::IgnoresMinId] {
        let world = World::start(paging).await;
        let channel = world.channel();
        for n in 0..3 {
            world.mention(n, Span::minutes(1));
        }
        let first = channel.read(None).await.unwrap();
        assert_eq!((first.standing, texts(&first)), (Standing::Live, numbers(0..3)));
        assert!(channel.read(first.cursor.as_deref()).await.unwrap().news.is_empty());
        for n in 3..100 {
            world.mention(n, Span::ZERO);
        }
        let burst = channel.read(first.cursor.as_deref()).await.unwrap();
        assert_eq!(texts(&burst), numbers(3..100));
        // Restarted: nothing is known of how the server pages.
        let (channel, mut cursor, mut all) = (world.channel(), first.cursor, Vec::new());
        loop {
            let haul = channel.read(cursor.as_deref()).await.unwrap();
            all.extend(texts(&haul));
            cursor = haul.cursor.or(cursor);
            if !haul.more {
                break;
            }
        }
        assert_eq!(all, numbers(3..100));
        assert!(world.channel().read(burst.cursor.as_deref()).await.unwrap().news.is_empty());
    }
}

#[tokio::test]
async fn a_server_that_pages_not_at_all_is_read_as_far_as_it_goes() {
    let world = World::start(Paging::IgnoresAll).await;
    let channel = world.channel();
    for n in 0..50 {
        world.mention(n, Span::ZERO);
    }
    let first = channel.read(None).await.unwrap();
    assert_eq!(texts(&first), numbers(20..50));
    assert!(world.pages() <= 2, "it is not asked for ever");
    world.mention(50, Span::ZERO);
    assert_eq!(texts(&channel.read(first.cursor.as_deref()).await.unwrap()), ["50"]);
}

#[tokio::test]
async fn what_stood_there_before_is_history() {
    let world = World::start(Paging::Faithful).await;
    for (n, days) in [9, 6, 3, 0].into_iter().enumerate() {
        world.mention(n, Span::days(days));
    }
    let channel = world.channel();
    let history = channel.read(None).await.unwrap();
    assert_eq!((history.standing, texts(&history), history.more), (Standing::History, numbers(1..3), true));
    let live = channel.read(history.cursor.as_deref()).await.unwrap();
    assert_eq!((live.standing, texts(&live)), (Standing::Live, numbers(3..4)));
    assert!(channel.read(live.cursor.as_deref()).await.unwrap().news.is_empty());
}

#[tokio::test]
async fn a_status_is_read_with_all_that_rules_and_people_need() {
    let world = World::start(Paging::Faithful).await;
    let mut with_warning = status(1, "2026-11-22T11:00:00.000Z");
    with_warning["spoiler_text"] = json!("Krankenhaus");
    with_warning["visibility"] = json!("mutuals_only");
    with_warning["in_reply_to_id"] = json!(17);
    world.notify(1, "mention", Span::ZERO, with_warning);
    let haul = world.channel().read(None).await.unwrap();
    let Upstream::Posted(post) = &haul.news[0] else { panic!("{haul:?}") };
    assert_eq!(post.text, "Krankenhaus\n\n1");
    assert_eq!(post.at.to_rfc3339(), "2026-11-22T11:00:00Z");
    assert_eq!((post.author.external_id.as_str(), post.author.handle.as_str()), ("9", "erika@social.example"));
    assert_eq!((post.author.display_name.as_deref(), post.author.is_bot), (None, true));
    // A visibility that we don't know is the narrowest.
    assert_eq!(post.visibility, bedside_core::post::Visibility::Direct);
    assert_eq!((post.in_reply_to.as_deref(), post.media_count), (Some("17"), 1));
    assert_eq!(post.url.as_deref(), Some("https://social.example/1"));
}

#[tokio::test]
async fn edits_are_told_and_strange_notifications_hide_nothing() {
    let world = World::start(Paging::Faithful).await;
    let edited = |n: usize| {
        let mut status = status(n, "2026-11-22T11:00:00Z");
        status["edited_at"] = json!("2026-11-22T11:30:00Z");
        status
    };
    world.notify(1, "mention", Span::ZERO, edited(1));
    world.notify(2, "update", Span::ZERO, edited(2));
    let mut about_others = edited(3);
    about_others["mentions"] = json!([{"id": "8"}]);
    world.notify(3, "update", Span::ZERO, about_others);
    let mut our_own = edited(7);
    our_own["account"]["id"] = json!(7);
    world.notify(7, "update", Span::ZERO, our_own);
    world.notify(4, "poll", Span::ZERO, status(4, "2026-11-22T11:00:00Z"));
    world.notify(5, "mention", Span::ZERO, json!({"id": "s5", "content": "no time, no account"}));
    world.mention(6, Span::ZERO);
    let channel = world.channel();
    let haul = channel.read(None).await.unwrap();
    assert_eq!(texts(&haul), ["edited 1", "edited 2", "6"]);
    assert!(channel.read(haul.cursor.as_deref()).await.unwrap().news.is_empty());
}

#[tokio::test]
async fn what_a_notification_policy_sets_aside_is_read_too() {
    let world = World::start(Paging::Faithful).await;
    let channel = world.channel();
    world.mention(1, Span::ZERO);
    let haul = channel.read(None).await.unwrap();
    channel.read(haul.cursor.as_deref()).await.unwrap();
    let lists: Vec<String> = world.double.lines().into_iter().filter(|line| line.contains("/notifications")).collect();
    assert!(lists.len() >= 2, "{lists:?}");
    assert!(lists.iter().all(|line| line.contains("include_filtered=true")), "{lists:?}");
}

async fn limits_on(answers: [(u16, &'static str); 2]) -> Result<(u32, u32), Fault> {
    let double = Double::start(move |request| {
        let [second, first] = answers;
        let (status, body) = if request.line.contains("/v2/") { second } else { first };
        canned(status, body)
    })
    .await;
    let clock = WorldClock::at("2026-11-22T12:00:00Z");
    let config = Config::new(&double.base, Secret::new("t0ken"));
    let channel = Mastodon::new(ChannelId::new(clock.now(), &[1; 10]), &config, clock.clock()).unwrap();
    let limits = channel.limits().await?;
    // Asked once an hour, not at every reply.
    let asked = double.lines().len();
    channel.limits().await?;
    assert_eq!(double.lines().len(), asked);
    let LengthUnit::CodePoints { link_chars } = limits.unit else { panic!("{limits:?}") };
    Ok((limits.max, link_chars))
}

#[tokio::test]
async fn the_servers_own_limits_hold() {
    let v2 = r#"{"configuration":{"statuses":{"max_characters":5000,"characters_reserved_per_url":25}}}"#;
    assert_eq!(limits_on([(200, v2), (404, "")]).await, Ok((5000, 25)));
    assert_eq!(limits_on([(404, ""), (200, v2)]).await, Ok((5000, 25)));
    assert_eq!(limits_on([(404, ""), (200, r#"{"max_toot_chars":777}"#)]).await, Ok((777, 23)));
    assert_eq!(limits_on([(200, "{}"), (404, "")]).await, Ok((500, 23)));
    assert_eq!(limits_on([(404, ""), (404, "")]).await, Ok((500, 23)));
    assert_eq!(limits_on([(500, ""), (404, "")]).await, Err(Fault::Server { status: 500 }));
    assert!(matches!(limits_on([(200, "<html>"), (404, "")]).await, Err(Fault::Malformed { .. })));
}

#[tokio::test]
async fn the_stream_tells_of_deletions_and_edits_and_a_broken_one_is_left_for_a_while() {
    let at = "2026-11-22T11:00:00Z";
    // What those whom we follow say to others, and what we say ourselves, is edited too.
    let (mut of_others, mut our_own) = (status(5, at), status(6, at));
    of_others["mentions"] = json!([{"id": "8"}]);
    our_own["account"]["id"] = json!("7");
    let update = |status: Value| format!("event: status.update\ndata: {status}\n\n");
    let told = format!(
        ":thump\nevent: update\ndata: {{}}\n\nevent: delete\ndata: s3\n\n{}{}{}",
        update(of_others),
        update(our_own),
        update(status(4, at))
    );
    let double = Double::start(move |request| match request.line.as_str() {
        "GET /api/v1/streaming/user" => {
            Canned { headers: "content-type: text/event-stream\r\n".into(), ..canned(200, &told) }
        }
        line if line.contains("verify_credentials") => canned(200, r#"{"id":"7","acct":"klinik"}"#),
        _ => canned(200, "[]"),
    })
    .await;
    let clock = WorldClock::at("2026-11-22T12:00:00Z");
    let config = Config { poll: Span::millis(1), ..Config::new(&double.base, Secret::new("t0ken")) };
    let channel = Mastodon::new(ChannelId::new(clock.now(), &[1; 10]), &config, clock.clock()).unwrap();
    let mut heard = Vec::new();
    // Opened; a deletion; three edits, one of them to us; the end of the stream; then polling.
    for _ in 0..8 {
        channel.wait(Span::seconds(30)).await;
        heard.extend(texts(&channel.read(None).await.unwrap()));
    }
    assert_eq!(heard, ["deleted s3", "edited 4"]);
    let streams = || double.lines().iter().filter(|line| line.contains("streaming")).count();
    assert_eq!(streams(), 1);
    clock.advance(Span::seconds(5));
    channel.wait(Span::seconds(30)).await;
    assert_eq!(streams(), 2);
}

#[tokio::test]
async fn a_server_without_a_stream_is_polled() {
    let double = Double::start(|_| canned(404, "{}")).await;
    let clock = WorldClock::at("2026-11-22T12:00:00Z");
    let config = Config { poll: Span::millis(30), ..Config::new(&double.base, Secret::new("t0ken")) };
    let channel = Mastodon::new(ChannelId::new(clock.now(), &[1; 10]), &config, clock.clock()).unwrap();
    for _ in 0..3 {
        channel.wait(Span::seconds(30)).await;
    }
    assert_eq!(double.lines().len(), 1);
    clock.advance(Span::minutes(10));
    channel.wait(Span::seconds(30)).await;
    assert_eq!(double.lines().len(), 2);
}
