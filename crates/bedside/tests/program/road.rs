//! A mention becomes a reply: read within seconds, refused where it tells of a visit, approved by a second person, said
//! exactly once, on a real Bluesky network and on a server with Mastodon's API.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use bedside_testkit::peer::bluesky::{Network, Plan, Words};
use bedside_testkit::peer::mastodon::{Mock, Visibility};
use bedside_testkit::peer::wire::{Loss, Wire};

use super::desk::{Desk, answer};
use super::house::House;
use super::html;

const QUESTION: &str = "Wie sind am Wochenende die Besuchszeiten auf der Wöchnerinnenstation?";
const TELLS_OF_A_VISIT: &str = "We are sorry your visit on Tuesday was not pleasant";
const GOOD: &str = "Unsere Besuchszeiten sind täglich von 14 bis 18 Uhr, am Wochenende schon ab 10 Uhr.";

/// The account's section for a Mastodon server at `base_url`.
pub fn mastodon(base_url: &str) -> String {
    format!(
        r#"
[[channel]]
slug = "fedi"
kind = "mastodon"
site = "mitte"
name = "Mastodon"
owner = "Mara Lindt"
deputy = "Jonas Weber"
base_url = "{base_url}"
token_file = "fedi.secret"
"#
    )
}

/// The section of the account `klinik.test` on a Bluesky network at `base_url`.
pub fn bluesky(base_url: &str) -> String {
    format!(
        r#"
[[channel]]
slug = "bsky"
kind = "bluesky"
site = "mitte"
name = "Bluesky"
owner = "Mara Lindt"
deputy = "Jonas Weber"
handle = "klinik.test"
base_url = "{base_url}"
app_password_file = "bsky.secret"
"#
    )
}

/// A house with one Mastodon account, served, and its two people.
pub async fn mastodon_house(base_url: &str, token: &str) -> Result<(House, Desk, Desk)> {
    let mut house = House::open(&mastodon(base_url)).await?;
    house.write("fedi.secret", token)?;
    house.keep_secret(token);
    house.serve().await?;
    let (mara, jonas) = people(&mut house).await?;
    Ok((house, mara, jonas))
}

/// Mara and Jonas, signed in.
pub async fn people(house: &mut House) -> Result<(Desk, Desk)> {
    // Both may write and approve, so that nothing but the four eyes keeps Mara from approving what is hers.
    let roles = ["desk", "approver", "admin"];
    let mara = house.person("mara@lindenhof.example", "Mara Lindt", &roles).await?;
    let jonas = house.person("jonas@lindenhof.example", "Jonas Weber", &roles).await?;
    Ok((mara, jonas))
}

/// What both people do with a case, up to the approval.
async fn four_eyes(mara: &mut Desk, jonas: &mut Desk, case: i64) -> Result<()> {
    let refused = mara.submit(case, TELLS_OF_A_VISIT).await?;
    assert_eq!(refused.status, 422, "{}", refused.words());
    let why = html::words(html::part(&refused.html, "guard", "ul"));
    println!("refused: {why}");
    assert!(why.contains("your visit"), "{why}");
    assert!(refused.html.contains(TELLS_OF_A_VISIT), "what was typed is kept");

    let asked = mara.submit(case, GOOD).await?;
    assert_eq!(asked.status, 200, "{}", asked.words());
    let (undo, approve) = (format!("/case/{case}/undo"), format!("/case/{case}/approve"));
    assert!(html::form(&asked.html, &approve).is_none(), "Mara is offered to approve what she wrote");
    let own = mara.fill_to(&asked, &undo, &approve, &[]).await?;
    assert_eq!(own.status, 403, "{}", own.words());
    println!("own approval: {}", own.words());

    let approved = jonas.approve(case).await?;
    assert_eq!(approved.status, 200, "{}", approved.words());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_bluesky_road() -> Result<()> {
    let net = Network::start(Plan::default()).await?;
    let klinik = net.create_account("klinik.test", "klinik-app-password-93").await?;
    let anna = net.create_account("anna-kowalke.test", "anna-password-1").await?;
    let mut house = House::open(&bluesky(net.base_url())).await?;
    house.write("bsky.secret", &klinik.password)?;
    house.serve().await?;
    let (mut mara, mut jonas) = people(&mut house).await?;
    for text in [QUESTION, TELLS_OF_A_VISIT, GOOD] {
        house.keep_private(text);
    }
    for secret in [&klinik.password, &anna.handle, &anna.did] {
        house.keep_secret(secret);
    }

    let posted = net.post(&anna, &Words::new(QUESTION).mentioning(&klinik)).await?;
    let begun = Instant::now();
    let (case, _) = mara.case_with("Wöchnerinnenstation", Duration::from_secs(20)).await?;
    let took = begun.elapsed();
    println!("Bluesky: the mention is in the inbox after {took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");

    four_eyes(&mut mara, &mut jonas, case).await?;
    let page = jonas.sent(case, Duration::from_secs(20)).await?;
    let replies = net.posts(&klinik).await?;
    assert_eq!(replies.len(), 1, "{replies:?}");
    let reply = replies.first().context("no reply")?;
    assert_eq!(reply.text, GOOD);
    assert_eq!(reply.parent.as_ref(), Some(&posted.at));
    assert_eq!(reply.root, posted.at);
    let key = reply.at.uri.rsplit('/').next().unwrap_or_default();
    let links = html::links(html::part(&page.html, "reply", "section"));
    println!("receipt: {links:?}");
    assert!(links.iter().any(|link| link.contains(key)), "{links:?}");
    // Our own reply comes back as news of the thread and makes no case; nothing is sent again.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(net.posts(&klinik).await?.len(), 1);
    house.farewell().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_mastodon_road() -> Result<()> {
    let mock = Mock::start(&["klinik", "annakowalke"]).await?;
    let wire = Wire::to(mock.base_url()).await?;
    let (klinik, anna) = (mock.account("klinik")?.clone(), mock.account("annakowalke")?.clone());
    let (mut house, mut mara, mut jonas) = mastodon_house(wire.base_url(), &klinik.token).await?;
    for text in [QUESTION, TELLS_OF_A_VISIT, GOOD, "annakowalke"] {
        house.keep_private(text);
    }

    let posted = mock.mention(&anna, &klinik, QUESTION, Visibility::Public).await?;
    let begun = Instant::now();
    let (case, _) = mara.case_with("Wöchnerinnenstation", Duration::from_secs(20)).await?;
    let took = begun.elapsed();
    println!("Mastodon: the mention is in the inbox after {took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");

    // The same notification again, whatever was asked for.
    let again = serde_json::to_string(&mock.notifications(&klinik).await?)?;
    let headers = Vec::new();
    wire.lose("GET", "/api/v1/notifications", Loss::Instead { status: 200, headers, body: again }, 2);
    let before = wire.count("GET", "/api/v1/notifications");
    let other = mock.mention(&anna, &klinik, "Gibt es im Haus einen Geldautomaten?", Visibility::Public).await?;
    mara.case_with("Geldautomaten", Duration::from_secs(60)).await?;
    assert!(wire.count("GET", "/api/v1/notifications") >= before + 2, "the notification was not told again");
    let inbox = mara.get("/inbox").await?;
    let rows = html::rows(&inbox.html);
    assert_eq!(rows.iter().filter(|(_, words)| words.contains("Wöchnerinnenstation")).count(), 1, "{rows:?}");
    assert_eq!(rows.len(), 2, "{rows:?}");

    // The server takes the reply and says 500.
    wire.lose("POST", "/api/v1/statuses", Loss::AnsweredAfterAccepting(500), 1);
    four_eyes(&mut mara, &mut jonas, case).await?;
    let page = jonas.sent(case, Duration::from_secs(30)).await?;
    // And the other one is taken, and the answer breaks off.
    let (case, _) = mara.case_with("Geldautomaten", Duration::from_secs(5)).await?;
    wire.lose("POST", "/api/v1/statuses", Loss::CutAfterAccepting, 1);
    answer(&mut mara, &mut jonas, case, "Ja, ein Geldautomat steht im Foyer neben dem Kiosk.").await?;
    jonas.sent(case, Duration::from_secs(30)).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;

    let replies = mock.statuses(&klinik).await?;
    assert_eq!(replies.len(), 2, "{replies:?}");
    for (to, text) in [(&posted, "14 bis 18 Uhr"), (&other, "Kiosk")] {
        let found: Vec<_> = replies.iter().filter(|reply| reply.content.contains(text)).collect();
        assert_eq!(found.len(), 1, "{text}: {replies:?}");
        assert_eq!(found.first().and_then(|reply| reply.in_reply_to.clone()), Some(to.id.clone()));
    }
    let first = replies.iter().find(|reply| reply.content.contains("14 bis 18")).context("no reply")?;
    let links = html::links(html::part(&page.html, "reply", "section"));
    println!("receipt: {links:?}");
    assert!(links.iter().any(|link| link.contains(&first.id)), "{links:?}");
    house.farewell().await
}
