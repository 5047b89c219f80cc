//! The Mastodon channel on real servers: a faithful one (mastodon_mock) and a small, unfaithful one (snac).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stderr, reason = "tests")]

mod channel;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use bedside_connect::Secret;
use bedside_connect::channel::mastodon::{Config, Mastodon};
use bedside_core::case::Queue;
use bedside_core::channel::{Channel, ChannelKind, Fault, LengthUnit, Limits, Removal, Sighting, Standpoint};
use bedside_core::id::{ChannelId, PersonId, SiteId};
use bedside_core::media::{Media, MediaKind, NoPicture, Picture};
use bedside_core::policy::{PageOwner, Speech};
use bedside_core::post::{Upstream, Visibility};
use bedside_core::site::{Jurisdiction, Role};
use bedside_core::time::Span;
use bedside_flow::{House, MediaSeen, ReadOutcome, Road, Settings, SystemClock};
use bedside_store::channels::{self, ChannelRow, Health};
use bedside_store::media::{self, Form};
use bedside_store::people::{self, PersonRow};
use bedside_store::sites::{self, Site, SiteSettings};
use bedside_store::{Location, MasterKey, Store, cases};
use bedside_testkit::db;
use bedside_testkit::peer::mastodon::{self as server, Account, Api, Mock, Snac};
use bedside_testkit::peer::wire::{Loss, Wire};
use channel::{Reader, channel_id, clock, is_photo, now, photo, posts, reply_to};

const WORDS: &str = "Wann ist Besuchszeit? Größe & <Ärzte> – 5 > 3";
const SOON: Duration = Duration::from_secs(10);

fn channel_on(base_url: &str, account: &Account) -> Mastodon {
    Mastodon::new(channel_id(), &Config::new(base_url, Secret::new(&account.token)), clock()).unwrap()
}

async fn mock() -> Result<(Mock, Mastodon)> {
    let server = Mock::start(&["klinik", "erika"]).await?;
    let channel = channel_on(server.base_url(), server.account("klinik")?);
    Ok((server, channel))
}

async fn mentioned(server: &Api, text: &str, visibility: server::Visibility) -> Result<server::Status> {
    server.mention(server.account("erika")?, server.account("klinik")?, text, visibility).await
}

#[tokio::test]
async fn a_mention_is_read_once_and_whole() -> Result<()> {
    let (server, klinik) = mock().await?;
    let mut reader = Reader::new();
    assert!(reader.read(&klinik).await?.news.is_empty());
    let status = mentioned(&server, WORDS, server::Visibility::Unlisted).await?;
    let post = reader.posts(&klinik, 1, SOON).await?.remove(0);
    assert_eq!(post.external_id, status.id);
    assert_eq!(post.text, format!("@klinik {WORDS}"));
    assert_eq!((post.author.handle.as_str(), post.visibility, post.addressed), ("erika", Visibility::Unlisted, true));
    assert!(post.url.is_some());
    assert!(reader.read(&klinik).await?.news.is_empty());
    Ok(())
}

/// An alt text as somebody would write it who wants to be more than text.
const ALT: &str = "Flur <b>mit</b> \"Betten\" & 'Wagen' 🛏";

async fn a_picture_comes_drawn_anew(server: &Api, klinik: &Mastodon) -> Result<()> {
    let bytes = photo();
    let file = server::Attached { name: "ward.jpg", media_type: "image/jpeg", bytes: &bytes, alt: ALT };
    let (erika, to) = (server.account("erika")?, server.account("klinik")?);
    server.mention_with(erika, to, "Seht euch das an", &file).await?;
    let post = Reader::new().posts(klinik, 1, SOON).await?.remove(0);
    let [media] = post.media.as_slice() else { panic!("{:?}", post.media) };
    assert_eq!((post.media_count, media.kind, media.alt.as_deref()), (1, MediaKind::Picture, Some(ALT)));
    is_photo(&klinik.picture(media).await.unwrap());
    let far = Media { remote: Some("https://evil.example/ward.jpg".to_owned()), ..media.clone() };
    assert_eq!(klinik.picture(&far).await, Err(NoPicture::Elsewhere));
    Ok(())
}

/// A house with one person at its desk, over a store of its own.
async fn house(location: &Location) -> Result<(Store, Site, PersonId)> {
    let master = MasterKey::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let store = Store::open(location, &master, now()).await?;
    let site = Site {
        id: SiteId::new(now(), &[1; 10]),
        slug: "mitte".to_owned(),
        name: "Lindenhof Mitte".to_owned(),
        group: "Lindenhof".to_owned(),
        jurisdiction: Jurisdiction::De,
        page_owner: PageOwner::Private,
        time_zone: "Europe/Berlin".to_owned(),
        settings: SiteSettings::default(),
    };
    let mara = PersonRow {
        id: PersonId::new(now(), &[2; 10]),
        login: "mara".to_owned(),
        name: "Mara".to_owned(),
        password: None,
        lang: "de".to_owned(),
        theme: "system".to_owned(),
        keys_on: true,
        softens: true,
        sounds: false,
        disabled_at: None,
    };
    let mut tx = store.begin().await?;
    sites::put(&mut tx, &site, now()).await?;
    people::add(&mut tx, &mara, now()).await?;
    people::grant(&mut tx, mara.id, site.id, Role::Desk).await?;
    tx.commit().await?;
    Ok((store, site, mara.id))
}

async fn account_row(store: &Store, site: SiteId) -> Result<ChannelId> {
    let row = ChannelRow {
        id: channel_id(),
        site,
        slug: "masto".to_owned(),
        kind: ChannelKind::Mastodon,
        name: "Mastodon".to_owned(),
        owner: "Mara".to_owned(),
        deputy: "Mara".to_owned(),
        cursor: None,
        health: Health::New,
        health_code: String::new(),
        health_since: now(),
        last_ok_at: None,
        retry_at: None,
    };
    let mut tx = store.begin().await?;
    let id = channels::put(&mut tx, &row, now()).await?.id;
    tx.commit().await?;
    Ok(id)
}

/// The whole road of a picture: read, left to a person, fetched, opened, decided.
async fn a_picture_walks_the_road(location: Location) -> Result<()> {
    let server = Mock::start(&["klinik", "erika"]).await?;
    let (store, site, mara) = house(&location).await?;
    let id = account_row(&store, site.id).await?;
    let config = Config::new(server.base_url(), Secret::new(&server.account("klinik")?.token));
    let channel: Arc<dyn Channel> = Arc::new(Mastodon::new(id, &config, clock()).unwrap());
    let houses = vec![House::open(site.clone(), &[]).unwrap()];
    let road = Road::new(store.clone(), Arc::new(SystemClock), houses, Settings::default())?;
    road.connect(Arc::clone(&channel));
    let road = Arc::new(road);
    road.read_channel(&channel, 0).await?;

    let bytes = photo();
    let file = server::Attached { name: "ward.jpg", media_type: "image/jpeg", bytes: &bytes, alt: ALT };
    let (erika, klinik) = (server.account("erika")?, server.account("klinik")?);
    server.mention_with(erika, klinik, "Hallo, wo kann ich bei Ihnen parken und was kostet das?", &file).await?;
    while !matches!(road.read_channel(&channel, 0).await?, ReadOutcome::Read { new: 1.., .. }) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    while road.assess_next().await? > 0 {}
    let open = async || cases::list(&mut store.begin_read().await.unwrap(), site.id, Queue::Now, 9).await.unwrap();
    let case = open().await.remove(0);
    assert_eq!(case.decision.speech, Speech::LeftToPerson, "{:?}", case.decision.because);

    assert_eq!(road.fetch_media(&channel).await?, 1);
    let mut tx = store.begin_read().await?;
    let row = media::one(&mut tx, case.post, 0).await?.unwrap();
    let told = store.open_media(std::slice::from_ref(&row)).await?.remove(0).unwrap().0;
    assert_eq!(told.alt.as_deref(), Some(ALT));
    assert!(store.picture(&mut tx, &row, Form::Full).await?.is_none());
    drop(tx);
    road.look_at_media(mara, case.id, MediaSeen { post: case.post, n: 0, version: 1 }).await.unwrap();
    let mut tx = store.begin_read().await?;
    let [jpeg, blurred] = [Form::Full, Form::Blurred];
    let jpeg = store.picture(&mut tx, &row, jpeg).await?.unwrap().0;
    let blurred = store.picture(&mut tx, &row, blurred).await?.unwrap().0;
    drop(tx);
    is_photo(&Picture { jpeg, blurred, width: 600, height: 400 });
    road.wake_due().await?;
    let case = open().await.remove(0);
    assert!(matches!(case.decision.speech, Speech::Permitted { .. }), "{:?}", case.decision.because);
    store.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_walks_the_road_on_sqlite() -> Result<()> {
    let folder = db::sqlite()?;
    a_picture_walks_the_road(Location::Folder(folder.folder().to_owned())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_walks_the_road_on_postgres() -> Result<()> {
    let database = db::postgres()?;
    a_picture_walks_the_road(Location::Postgres(database.url().to_owned())).await
}

#[tokio::test]
async fn a_picture_is_fetched_from_the_account_s_server() -> Result<()> {
    let (server, klinik) = mock().await?;
    a_picture_comes_drawn_anew(&server, &klinik).await
}

#[tokio::test]
async fn a_picture_is_fetched_from_a_small_server_too() -> Result<()> {
    if !Snac::is_installed() {
        eprintln!("snac is not installed, its test is left out");
        return Ok(());
    }
    let server = Snac::start(&["klinik", "erika"]).await?;
    let klinik = channel_on(server.base_url(), server.account("klinik")?);
    a_picture_comes_drawn_anew(&server, &klinik).await
}

#[tokio::test]
async fn what_is_called_a_picture_and_is_none_is_refused() -> Result<()> {
    let (server, klinik) = mock().await?;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let file = server::Attached { name: "x.png", media_type: "image/png", bytes: svg, alt: "" };
    server.mention_with(server.account("erika")?, server.account("klinik")?, "Hier", &file).await?;
    let post = Reader::new().posts(&klinik, 1, SOON).await?.remove(0);
    assert_eq!((post.media[0].kind, post.media[0].alt.as_deref()), (MediaKind::Picture, None));
    assert_eq!(klinik.picture(&post.media[0]).await, Err(NoPicture::NotAPicture));
    Ok(())
}

#[tokio::test]
async fn many_mentions_come_in_their_order_however_many_pages_they_fill() -> Result<()> {
    let (server, klinik) = mock().await?;
    mentioned(&server, "0", server::Visibility::Public).await?;
    let mut reader = Reader::new();
    reader.posts(&klinik, 1, SOON).await?;
    for n in 1..=95 {
        mentioned(&server, &n.to_string(), server::Visibility::Public).await?;
    }
    let texts: Vec<_> = reader.posts(&klinik, 95, SOON).await?.into_iter().map(|post| post.text).collect();
    assert_eq!(texts, (1..=95).map(|n| format!("@klinik {n}")).collect::<Vec<_>>());
    // And from nothing, as on the first day.
    let from_nothing = Reader::new().posts(&klinik, 96, SOON).await?;
    assert_eq!((from_nothing.len(), from_nothing[0].text.as_str()), (96, "@klinik 0"));
    Ok(())
}

#[tokio::test]
async fn what_was_not_taken_is_offered_again() -> Result<()> {
    let (server, klinik) = mock().await?;
    mentioned(&server, "a", server::Visibility::Public).await?;
    let first = klinik.read(None).await?;
    assert_eq!(klinik.read(None).await?.news, first.news);
    mentioned(&server, "b", server::Visibility::Public).await?;
    let cursor = first.cursor.unwrap();
    let second = klinik.read(Some(&cursor)).await?;
    assert_eq!(klinik.read(Some(&cursor)).await?.news, second.news);
    assert_eq!(posts(&second).len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_reply_is_there_once_is_found_and_is_taken_down() -> Result<()> {
    let (server, klinik) = mock().await?;
    mentioned(&server, WORDS, server::Visibility::Public).await?;
    let post = Reader::new().posts(&klinik, 1, SOON).await?.remove(0);
    let reply = reply_to(&post, "Guten Tag, 14–19 Uhr: https://lindenhof.example/besuch?haus=nord & mehr");
    assert_eq!(klinik.find(&reply).await?, None);
    let receipt = klinik.publish(&reply).await?;
    assert_eq!(klinik.publish(&reply).await?, receipt);
    assert_eq!(klinik.find(&reply).await?, Some(receipt.clone()));

    let own = server.statuses(server.account("klinik")?).await?;
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].in_reply_to.as_deref(), Some(post.external_id.as_str()));
    let told = server.notifications(server.account("erika")?).await?;
    assert!(told.iter().any(|one| one["type"] == "mention" && one["status"]["id"] == receipt.external_id.as_str()));

    let expected = klinik.as_sent(&reply.text, &reply.to_handle);
    assert_eq!(klinik.look(&receipt.external_id).await?, Standpoint::There { text: expected, media: Some(Vec::new()) });
    assert_eq!(klinik.sight(&receipt).await?, Sighting { by_us: true, by_strangers: Some(true) });
    for _ in 0..2 {
        assert_eq!(klinik.take_down(&receipt).await?, Removal::Deleted);
    }
    assert_eq!(klinik.sight(&receipt).await?, Sighting { by_us: false, by_strangers: Some(false) });
    assert_eq!(klinik.find(&reply).await?, None);
    assert_eq!(klinik.look(&receipt.external_id).await?, Standpoint::Gone);
    Ok(())
}

#[tokio::test]
async fn a_post_of_the_houses_own_answers_nothing_is_for_everybody_and_there_once() -> Result<()> {
    let (server, klinik) = mock().await?;
    assert!(klinik.says_own());
    let own = channel::own_post("Kommen Sie zum Sommerfest, Samstag ab 14 Uhr.");
    let receipt = klinik.publish(&own).await?;
    assert_eq!((klinik.publish(&own).await?, klinik.find(&own).await?), (receipt.clone(), Some(receipt.clone())));
    // The same words as last year are another post.
    let later = bedside_core::channel::Reply { prepared_at: own.prepared_at.plus(Span::days(365)), ..own.clone() };
    assert_eq!(klinik.find(&later).await?, None);
    let all = server.statuses(server.account("klinik")?).await?;
    assert_eq!((all.len(), all[0].in_reply_to.as_deref(), all[0].visibility.as_str()), (1, None, "public"));
    klinik.take_down(&receipt).await?;
    assert_eq!(klinik.find(&own).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_reply_is_never_seen_by_more_people_than_what_it_answers() -> Result<()> {
    let (server, klinik) = mock().await?;
    let mut reader = Reader::new();
    for (theirs, asked, ours) in [
        (server::Visibility::Public, Visibility::Public, "public"),
        (server::Visibility::Public, Visibility::Unlisted, "unlisted"),
        (server::Visibility::Unlisted, Visibility::Public, "unlisted"),
        (server::Visibility::Private, Visibility::Public, "direct"),
        (server::Visibility::Direct, Visibility::Public, "direct"),
    ] {
        mentioned(&server, "Frage", theirs).await?;
        let post = reader.posts(&klinik, 1, SOON).await?.remove(0);
        let reply = channel::reply_to(&post, "Antwort");
        let reply = bedside_core::channel::Reply { visibility: asked, ..reply };
        let receipt = klinik.publish(&reply).await?;
        let own = server.statuses(server.account("klinik")?).await?;
        let status = own.iter().find(|status| status.id == receipt.external_id).unwrap();
        assert_eq!(status.visibility, ours, "{theirs:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_fails_after_accepting_has_the_reply_once() -> Result<()> {
    let server = Mock::start(&["klinik", "erika"]).await?;
    let wire = Wire::to(server.base_url()).await?;
    let klinik = channel_on(wire.base_url(), server.account("klinik")?);
    let mut reader = Reader::new();
    for loss in [Loss::AnsweredAfterAccepting(500), Loss::AnsweredAfterAccepting(502), Loss::CutAfterAccepting] {
        mentioned(&server, "Frage", server::Visibility::Public).await?;
        let post = reader.posts(&klinik, 1, SOON).await?.remove(0);
        let reply = reply_to(&post, "Antwort");
        wire.lose("POST", "/api/v1/statuses", loss, 1);
        let fault = klinik.publish(&reply).await.unwrap_err();
        assert!(fault.is_ambiguous(), "{fault:?}");
        let found = klinik.find(&reply).await?;
        assert!(found.is_some());
        assert_eq!(klinik.publish(&reply).await.ok(), found);
    }
    assert_eq!(server.statuses(server.account("klinik")?).await?.len(), 3);
    assert_eq!(wire.count("POST", "/api/v1/statuses"), 3, "what is found is not sent again");
    Ok(())
}

#[tokio::test]
async fn faults_are_told_apart() -> Result<()> {
    let (server, klinik) = mock().await?;
    let every = "/api/v1/notifications";
    for (set, expect) in [
        (server::Fault::RateLimit { retry_after_s: 17 }, Fault::RateLimited { after: Span::seconds(17) }),
        (server::Fault::Status(503), Fault::Server { status: 503 }),
        (server::Fault::Status(403), Fault::Refused { status: 403, code: "forbidden".into() }),
        (server::Fault::Status(401), Fault::SignedOut { code: "unauthorized".into() }),
        (server::Fault::Malformed, Fault::Malformed { what: "list of notifications".into() }),
    ] {
        server.set_fault("GET", every, set, None).await?;
        assert_eq!(klinik.read(None).await.err(), Some(expect));
        server.clear_faults().await?;
    }
    let stranger = Account { name: "klinik".into(), token: "no-token-of-this-server".into() };
    let fault = channel_on(server.base_url(), &stranger).read(None).await.unwrap_err();
    assert!(matches!(fault, Fault::SignedOut { .. }), "{fault:?}");
    assert!(klinik.read(None).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_reply_that_is_too_long_is_not_sent() -> Result<()> {
    let (server, klinik) = mock().await?;
    let limits = klinik.limits().await?;
    assert_eq!(limits, Limits { max: 500, unit: LengthUnit::CodePoints { link_chars: 23 } });
    mentioned(&server, "Frage", server::Visibility::Public).await?;
    let post = Reader::new().posts(&klinik, 1, SOON).await?.remove(0);
    // "@erika " counts.
    let fault = klinik.publish(&reply_to(&post, &"ä".repeat(494))).await.unwrap_err();
    assert_eq!(fault, Fault::Refused { status: 422, code: "too_long".into() });
    klinik.publish(&reply_to(&post, &"ä".repeat(493))).await?;
    Ok(())
}

#[tokio::test]
async fn the_stream_tells_of_a_mention_at_once() -> Result<()> {
    let (server, klinik) = mock().await?;
    // The first wait opens the stream.
    klinik.wait(Span::seconds(30)).await;
    let mut reader = Reader::new();
    reader.read(&klinik).await?;
    let begun = Instant::now();
    let (_, status) = tokio::join!(klinik.wait(Span::seconds(30)), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        mentioned(&server, "Frage", server::Visibility::Public).await
    });
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(reader.posts(&klinik, 1, SOON).await?[0].external_id, status?.id);
    let quiet = Instant::now();
    klinik.wait(Span::millis(400)).await;
    assert!(quiet.elapsed() >= Duration::from_millis(390));
    Ok(())
}

#[tokio::test]
async fn an_edited_and_a_deleted_post_are_seen_as_they_are() -> Result<()> {
    let (server, klinik) = mock().await?;
    let status = mentioned(&server, WORDS, server::Visibility::Public).await?;
    assert_eq!(
        klinik.look(&status.id).await?,
        Standpoint::There { text: format!("@klinik {WORDS}"), media: Some(Vec::new()) }
    );
    let erika = server.account("erika")?;
    let address = format!("{}/api/v1/statuses/{}", server.base_url(), status.id);
    let edit = reqwest::Client::new().put(address).bearer_auth(&erika.token);
    edit.json(&serde_json::json!({"status": "@klinik doch nicht"})).send().await?.error_for_status()?;
    assert_eq!(
        klinik.look(&status.id).await?,
        Standpoint::There { text: "@klinik doch nicht".into(), media: Some(Vec::new()) }
    );
    let haul = klinik.read(None).await?;
    assert!(matches!(&haul.news[..], [Upstream::Edited(post)] if post.text == "@klinik doch nicht"));
    server.delete(server.account("erika")?, &status.id).await?;
    assert_eq!(klinik.look(&status.id).await?, Standpoint::Gone);
    Ok(())
}

#[tokio::test]
async fn a_small_unfaithful_server_is_survived() -> Result<()> {
    if !Snac::is_installed() {
        eprintln!("snac is not installed; nothing tested");
        return Ok(());
    }
    let server = Snac::start(&["klinik", "erika"]).await?;
    let klinik = channel_on(server.base_url(), server.account("klinik")?);
    let mut reader = Reader::new();
    for n in 0..3 {
        mentioned(&server, &format!("Frage {n}: Größe & <Ärzte>"), server::Visibility::Public).await?;
    }
    let news = reader.posts(&klinik, 3, Duration::from_secs(30)).await?;
    // It delivers from a queue of its own, in any order.
    let asked: BTreeSet<&str> =
        news.iter().filter_map(|post| post.text.split_once(" Frage ")).map(|(_, n)| n).collect();
    assert_eq!(asked, BTreeSet::from(["0: Größe & <Ärzte>", "1: Größe & <Ärzte>", "2: Größe & <Ärzte>"]));
    assert_eq!((news[0].visibility, news[0].author.display_name.as_deref()), (Visibility::Public, Some("erika")));
    for read in 0..3 {
        let haul = reader.read(&klinik).await?;
        assert!(!haul.news.iter().any(|one| matches!(one, Upstream::Posted(_))), "again at read {read}");
    }
    let reply = reply_to(&news[0], "Guten Tag, 14–19 Uhr: https://lindenhof.example/a_b & *mehr* :-)");
    let receipt = klinik.publish(&reply).await?;
    assert_eq!(klinik.publish(&reply).await?.external_id, receipt.external_id);
    assert_eq!(klinik.find(&reply).await?.map(|found| found.external_id), Some(receipt.external_id.clone()));
    assert_eq!(server.statuses(server.account("klinik")?).await?.len(), 1);
    assert!(matches!(klinik.look(&receipt.external_id).await?, Standpoint::There { .. }));
    // It can't delete, and says "not found": that must not be taken for done. Where it can edit, nothing of the words is left.
    match klinik.take_down(&receipt).await {
        Ok(removal) => {
            assert_eq!(removal, Removal::Emptied);
            assert!(!klinik.sight(&receipt).await?.by_us);
            assert_eq!(klinik.take_down(&receipt).await?, Removal::Emptied);
        }
        Err(fault) => {
            assert_eq!(fault, Fault::Refused { status: 404, code: "cannot_delete".into() });
            assert!(klinik.sight(&receipt).await?.by_us);
        }
    }
    assert_eq!(klinik.limits().await?.max, 100_000);
    // No stream: waiting is polling.
    klinik.wait(Span::seconds(1)).await;
    let begun = Instant::now();
    klinik.wait(Span::millis(300)).await;
    assert!(begun.elapsed() >= Duration::from_millis(290));
    let stranger = Account { name: "klinik".into(), token: "0123456789abcdef".into() };
    let fault = channel_on(server.base_url(), &stranger).read(None).await.unwrap_err();
    assert!(matches!(fault, Fault::SignedOut { .. }), "{fault:?}");
    Ok(())
}
