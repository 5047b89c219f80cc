//! The Bluesky channel on a real network: PDS, PLC directory and AppView.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod channel;

use std::time::Duration;

use anyhow::Result;
use bedside_connect::Secret;
use bedside_connect::channel::bluesky::{Bluesky, Config};
use bedside_core::channel::{Channel, Fault, Removal, Reply, Sighting, Standpoint};
use bedside_core::media::{Media, MediaKind, NoPicture};
use bedside_core::post::{Standing, Visibility};
use bedside_core::time::Span;
use bedside_testkit::peer::bluesky::{Account, Network, Plan, Words};
use bedside_testkit::peer::wire::{Loss, Wire};
use channel::{Reader, channel_id, clock, is_photo, now, photo, posts, reply_to};

const WORDS: &str = "Wann ist Besuchszeit? Größe & Ärzte 🏥";
const SOON: Duration = Duration::from_secs(20);
const PASSWORD: &str = "a long password";

struct World {
    network: Network,
    klinik: Account,
    erika: Account,
}

impl World {
    async fn start(plan: Plan) -> Result<Self> {
        let network = Network::start(plan).await?;
        let klinik = network.create_account("klinik.test", PASSWORD).await?;
        let erika = network.create_account("erika.test", PASSWORD).await?;
        Ok(Self { network, klinik, erika })
    }

    fn channel(&self) -> Bluesky {
        self.channel_at(self.network.base_url())
    }

    fn channel_at(&self, base_url: &str) -> Bluesky {
        Bluesky::new(channel_id(), &Config::new(base_url, &self.klinik.handle, Secret::new(PASSWORD)), clock()).unwrap()
    }

    fn mention(&self, text: &str) -> Words {
        Words::new(text).mentioning(&self.klinik)
    }
}

fn without_appview() -> Plan {
    Plan { appview: false, ..Plan::default() }
}

#[tokio::test]
async fn mentions_and_replies_are_read_once_and_late_ones_too() -> Result<()> {
    let world = World::start(Plan::default()).await?;
    let channel = world.channel();
    let mut reader = Reader::new();
    let post = world.network.post(&world.erika, &world.mention(WORDS)).await?;
    let read = reader.posts(&channel, 1, SOON).await?.remove(0);
    assert_eq!(read.external_id, post.at.uri);
    assert_eq!(read.text, format!("@klinik.test {WORDS}"));
    assert_eq!(
        (read.author.external_id.as_str(), read.author.handle.as_str()),
        (world.erika.did.as_str(), "erika.test")
    );
    assert_eq!((read.visibility, read.addressed, read.in_reply_to.as_deref()), (Visibility::Public, true, None));
    assert!(now().since(read.at) < Span::minutes(1));

    let reply = reply_to(&read, "Guten Tag @erika.test, 14–19 Uhr: https://lindenhof.example/besuch");
    let receipt = channel.publish(&reply).await?;
    let answer = world.network.posts(&world.klinik).await?.remove(0);
    // The AppView tells of a reply only if it knows the post it answers; a person takes longer than that.
    while world.network.notifications(&world.erika).await?.is_empty() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let follow_up = world.network.post(&world.erika, &Words::new("Danke!").in_reply_to(&answer)).await?;
    let read = reader.posts(&channel, 1, SOON).await?.remove(0);
    assert_eq!(read.external_id, follow_up.at.uri);
    assert_eq!(
        (read.in_reply_to.as_deref(), read.thread_root.as_deref()),
        (Some(receipt.external_id.as_str()), Some(post.at.uri.as_str()))
    );

    // Says it was written three days ago, and is filed there.
    let three_days_ago = now().minus(Span::days(3)).to_rfc3339();
    let late = world.network.post(&world.erika, &world.mention("späte Frage").written_at(three_days_ago)).await?;
    let read = reader.posts(&channel, 1, SOON).await?.remove(0);
    assert_eq!((read.external_id.as_str(), read.text.as_str()), (late.at.uri.as_str(), "@klinik.test späte Frage"));
    assert!(now().since(read.at) > Span::days(2));
    assert!(reader.read(&channel).await?.news.is_empty());

    // A process that starts again reads it all once more; the store knows it.
    let restarted = world.channel();
    assert_eq!(reader.posts(&restarted, 3, SOON).await?.len(), 3);
    assert!(reader.read(&restarted).await?.news.is_empty());
    Ok(())
}

#[tokio::test]
async fn many_mentions_of_the_same_moment_all_arrive_across_pages() -> Result<()> {
    let world = World::start(Plan::default()).await?;
    let channel = world.channel();
    let begun = now().minus(Span::minutes(2));
    for n in 0..130 {
        // Three moments of 43 and 44 each: the first page of 100 ends in the middle of one.
        let at = begun.plus(Span::seconds(n % 3)).to_rfc3339();
        world.network.post(&world.erika, &world.mention(&format!("Frage {n}")).written_at(at)).await?;
    }
    let mut reader = Reader::new();
    while world.network.notifications(&world.klinik).await?.len() < 100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut found: Vec<_> = reader.posts(&channel, 130, SOON).await?.into_iter().map(|post| post.external_id).collect();
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 130);
    Ok(())
}

#[tokio::test]
async fn what_stood_there_before_is_history_and_what_was_not_taken_comes_again() -> Result<()> {
    let world = World::start(Plan::default()).await?;
    let two_days_ago = now().minus(Span::days(2)).to_rfc3339();
    world.network.post(&world.erika, &world.mention("alt").written_at(two_days_ago)).await?;
    world.network.post(&world.erika, &world.mention("neu")).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let channel = world.channel();
    let history = channel.read(None).await?;
    assert_eq!((history.standing, posts(&history).len(), history.more), (Standing::History, 1, true));
    assert_eq!(channel.read(None).await?.news, history.news);
    let live = channel.read(history.cursor.as_deref()).await?;
    assert_eq!((live.standing, posts(&live).len()), (Standing::Live, 1));
    // The transaction failed: the same cursor as before.
    assert_eq!(
        posts(&channel.read(history.cursor.as_deref()).await?).last().map(|post| &post.text),
        Some(&"@klinik.test neu".to_owned())
    );
    Ok(())
}

#[tokio::test]
async fn an_outage_of_the_appview_is_a_fault_and_loses_nothing() -> Result<()> {
    let world = World::start(Plan::default()).await?;
    let channel = world.channel();
    let mut reader = Reader::new();
    reader.read(&channel).await?;
    world.network.stop_appview().await?;
    world.network.post(&world.erika, &world.mention("während des Ausfalls")).await?;
    let fault = channel.read(reader.cursor.as_deref()).await.unwrap_err();
    assert!(matches!(fault, Fault::Server { status: 502 }), "{fault:?}");
    world.network.start_appview().await?;
    assert_eq!(reader.posts(&channel, 1, SOON).await?[0].text, "@klinik.test während des Ausfalls");
    Ok(())
}

/// A reply to a post of Erika's, with nothing read: the context is asked of the server.
async fn reply_without_context(world: &World, text: &str) -> Result<Reply> {
    let post = world.network.post(&world.erika, &Words::new("Frage")).await?;
    Ok(Reply {
        to: post.at.uri,
        to_author: world.erika.did.clone(),
        to_handle: world.erika.handle.clone(),
        visibility: Visibility::Public,
        ..reply_to(&nobodys_post(), text)
    })
}

fn nobodys_post() -> bedside_core::post::Inbound {
    bedside_core::post::Inbound {
        external_id: String::new(),
        author: bedside_core::post::InboundAuthor {
            external_id: String::new(),
            handle: String::new(),
            display_name: None,
            is_bot: false,
        },
        text: String::new(),
        at: now(),
        url: None,
        in_reply_to: None,
        thread_root: None,
        visibility: Visibility::Public,
        lang_hint: None,
        media_count: 0,
        media: Vec::new(),
        addressed: true,
        reply_context: None,
    }
}

#[tokio::test]
async fn a_reply_is_there_once_is_found_and_is_taken_down() -> Result<()> {
    let world = World::start(without_appview()).await?;
    let channel = world.channel();
    let reply = reply_without_context(&world, "Guten Tag 🏥 https://lindenhof.example/größe").await?;
    assert_eq!(channel.find(&reply).await?, None);
    let receipt = channel.publish(&reply).await?;
    assert_eq!(channel.publish(&reply).await?, receipt);
    // A process that knows nothing of the first attempt.
    assert_eq!(world.channel().publish(&reply).await?, receipt);
    let found = channel.find(&reply).await?.unwrap();
    assert_eq!((&found.external_id, &found.url), (&receipt.external_id, &receipt.url));
    let own = world.network.posts(&world.klinik).await?;
    assert_eq!(own.len(), 1);
    assert_eq!((own[0].text.as_str(), own[0].root.uri.as_str()), (reply.text.as_str(), reply.to.as_str()));

    // Another text under the same key is no second post and no silent success.
    let other = Reply { text: "etwas anderes".into(), ..reply.clone() };
    let fault = channel.publish(&other).await.unwrap_err();
    assert_eq!(fault, Fault::Refused { status: 409, code: "key_holds_another_text".into() });
    assert_eq!(world.network.posts(&world.klinik).await?.len(), 1);

    assert_eq!(channel.sight(&receipt).await?, Sighting { by_us: true, by_strangers: Some(true) });
    for _ in 0..2 {
        assert_eq!(channel.take_down(&receipt).await?, Removal::Deleted);
    }
    assert_eq!(channel.sight(&receipt).await?, Sighting { by_us: false, by_strangers: Some(false) });
    assert_eq!(channel.find(&reply).await?, None);
    assert!(world.network.posts(&world.klinik).await?.is_empty());
    let theirs = bedside_core::channel::Receipt { external_id: reply.to.clone(), ..receipt };
    assert!(matches!(channel.take_down(&theirs).await, Err(Fault::Refused { .. })));
    Ok(())
}

#[tokio::test]
async fn a_post_of_the_houses_own_answers_nothing_and_is_there_once() -> Result<()> {
    let world = World::start(without_appview()).await?;
    let channel = world.channel();
    assert!(channel.says_own());
    let own = channel::own_post("Kommen Sie zum Sommerfest: https://lindenhof.example/fest");
    let receipt = channel.publish(&own).await?;
    assert_eq!(world.channel().publish(&own).await?, receipt);
    assert_eq!(channel.find(&own).await?.map(|found| found.external_id), Some(receipt.external_id.clone()));
    let all = world.network.posts(&world.klinik).await?;
    assert_eq!((all.len(), all[0].text.as_str()), (1, own.text.as_str()));
    assert_eq!(all[0].root.uri, receipt.external_id, "the root of its own conversation");
    channel.take_down(&receipt).await?;
    assert_eq!(channel.find(&own).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_server_that_fails_after_accepting_has_the_reply_once() -> Result<()> {
    let world = World::start(without_appview()).await?;
    let wire = Wire::to(world.network.base_url()).await?;
    let channel = world.channel_at(wire.base_url());
    for loss in [Loss::AnsweredAfterAccepting(500), Loss::AnsweredAfterAccepting(502), Loss::CutAfterAccepting] {
        let reply = reply_without_context(&world, "Antwort").await?;
        wire.lose("POST", "com.atproto.repo.putRecord", loss, 1);
        let fault = channel.publish(&reply).await.unwrap_err();
        assert!(fault.is_ambiguous(), "{fault:?}");
        let found = channel.find(&reply).await?.unwrap();
        assert_eq!(channel.publish(&reply).await?.external_id, found.external_id);
    }
    assert_eq!(world.network.posts(&world.klinik).await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn posts_of_others_are_seen_as_they_are() -> Result<()> {
    for plan in [without_appview(), Plan::default()] {
        let world = World::start(plan).await?;
        let channel = world.channel();
        let post = world.network.post(&world.erika, &Words::new(WORDS)).await?;
        assert_eq!(
            channel.look(&post.at.uri).await?,
            Standpoint::There { text: WORDS.into(), media: Some(Vec::new()) }
        );
        world.network.delete(&world.erika, &post).await?;
        assert_eq!(channel.look(&post.at.uri).await?, Standpoint::Gone);
    }
    Ok(())
}

#[tokio::test]
async fn a_session_that_ran_out_is_renewed_unseen() -> Result<()> {
    let world = World::start(without_appview()).await?;
    let wire = Wire::to(world.network.base_url()).await?;
    let channel = world.channel_at(wire.base_url());
    let expired = |error: &str| Loss::Instead {
        status: 400,
        headers: Vec::new(),
        body: format!(r#"{{"error":"{error}","message":"Token has expired"}}"#),
    };
    let reply = reply_without_context(&world, "Antwort").await?;
    channel.find(&reply).await?;
    wire.lose("POST", "com.atproto.repo.putRecord", expired("ExpiredToken"), 1);
    channel.publish(&reply).await?;
    assert_eq!((wire.count("POST", "refreshSession"), wire.count("POST", "createSession")), (1, 1));

    // The long token has run out too: the password is used again.
    wire.lose("GET", "com.atproto.repo.getRecord", expired("InvalidToken"), 1);
    wire.lose("POST", "refreshSession", expired("ExpiredToken"), 1);
    assert!(channel.find(&reply).await?.is_some());
    assert_eq!((wire.count("POST", "refreshSession"), wire.count("POST", "createSession")), (2, 2));
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_signs_out_and_is_not_tried_again_and_again() -> Result<()> {
    let world = World::start(without_appview()).await?;
    let wire = Wire::to(world.network.base_url()).await?;
    let config = Config::new(wire.base_url(), &world.klinik.handle, Secret::new("a wrong password"));
    let channel = Bluesky::new(channel_id(), &config, clock())?;
    for _ in 0..3 {
        let fault = channel.read(None).await.unwrap_err();
        assert_eq!(fault, Fault::SignedOut { code: "AuthenticationRequired".into() });
    }
    assert_eq!(wire.count("POST", "createSession"), 1);
    Ok(())
}

#[tokio::test]
async fn too_many_requests_are_told_with_the_time_to_wait() -> Result<()> {
    let world = World::start(Plan { appview: false, rate_limits: true }).await?;
    // 30 sign-ins in five minutes per account.
    let fault = loop {
        if let Err(fault) = world.channel().find(&reply_to(&nobodys_post(), "x")).await {
            break fault;
        }
    };
    let Fault::RateLimited { after } = fault else { panic!("{fault:?}") };
    assert!(after > Span::ZERO && after <= Span::minutes(5), "{after}");
    Ok(())
}

#[tokio::test]
async fn what_is_too_long_is_refused_and_not_tried_again() -> Result<()> {
    let world = World::start(without_appview()).await?;
    let channel = world.channel();
    let limits = channel.limits().await?;
    let long = "👩‍⚕️".repeat(300);
    assert_eq!(limits.length(&long), limits.max);
    let fault = channel.publish(&reply_without_context(&world, &"ä".repeat(301)).await?).await.unwrap_err();
    assert!(matches!(fault, Fault::Refused { status: 400, .. }) && !fault.is_passing(), "{fault:?}");
    channel.publish(&reply_without_context(&world, &"ä".repeat(300)).await?).await?;
    Ok(())
}

#[tokio::test]
async fn a_picture_is_fetched_by_account_and_content_and_drawn_anew() -> Result<()> {
    let world = World::start(Plan::default()).await?;
    let channel = world.channel();
    let blob = world.network.upload(&world.erika, &photo(), "image/jpeg").await?;
    let words = world.mention("Seht euch das an").with_picture(&blob, "Flur <b>mit</b> \"Betten\"");
    world.network.post(&world.erika, &words).await?;
    let post = Reader::new().posts(&channel, 1, SOON).await?.remove(0);
    let [media] = post.media.as_slice() else { panic!("{:?}", post.media) };
    assert_eq!((media.kind, media.alt.as_deref()), (MediaKind::Picture, Some("Flur <b>mit</b> \"Betten\"")));
    assert_eq!((media.media_type.as_deref(), media.size_bytes), (Some("image/jpeg"), Some(photo().len() as u64)));
    is_photo(&channel.picture(media).await.unwrap());
    let gone = Media {
        remote: Some(format!("{} bafkreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", world.erika.did)),
        ..media.clone()
    };
    assert!(matches!(
        channel.picture(&gone).await,
        Err(NoPicture::Elsewhere | NoPicture::Fault(Fault::Refused { .. }))
    ));
    Ok(())
}
