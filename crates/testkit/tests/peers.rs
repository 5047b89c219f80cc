//! Each real server starts, takes words with umlauts and gives them back, tells of a mention, and shows its faults.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use bedside_testkit::browser;
use bedside_testkit::peer::{bluesky, mastodon, wire};

/// Asks until the answer is there; servers tell of a mention when they have indexed it.
async fn until<T>(within: Duration, ask: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if begun.elapsed() > within {
            bail!("no answer within {} s", within.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

mod real_bluesky {
    use super::*;
    use bluesky::{Network, Plan, Words};

    const WORDS: &str = "Fünf Stunden in der Notaufnahme – und doch: Größe, Ärzte, Übung 🏥";

    #[tokio::test]
    async fn a_post_with_umlauts_comes_back_and_goes_when_deleted() -> Result<()> {
        let network = Network::start(Plan { appview: false, ..Plan::default() }).await?;
        let erika = network.create_account("erika.test", "a long password").await?;
        let post = network.post(&erika, &Words::new(WORDS)).await?;
        let answer = network.post(&erika, &Words::new("Nachtrag").in_reply_to(&post)).await?;
        let found = network.posts(&erika).await?;
        assert_eq!(found.iter().map(|post| post.text.as_str()).collect::<Vec<_>>(), ["Nachtrag", WORDS]);
        assert_eq!(found[0].root, post.at);
        network.delete(&erika, &answer).await?;
        assert_eq!(network.posts(&erika).await?.len(), 1);
        Ok(())
    }

    #[tokio::test]
    async fn without_an_appview_notifications_answer_502() -> Result<()> {
        let network = Network::start(Plan { appview: false, ..Plan::default() }).await?;
        let klinik = network.create_account("klinik.test", "a long password").await?;
        let error = network.notifications(&klinik).await.unwrap_err();
        assert!(error.to_string().contains("502"), "{error}");
        assert!(network.stop_appview().await.is_err());
        Ok(())
    }

    #[tokio::test]
    async fn a_mention_and_a_reply_are_told_and_an_outage_is_shown_and_over() -> Result<()> {
        let network = Network::start(Plan::default()).await?;
        let klinik = network.create_account("klinik.test", "a long password").await?;
        let erika = network.create_account("erika.test", "another long password").await?;
        let news = network.post(&klinik, &Words::new("Unser Sommerfest")).await?;

        let mention = network.post(&erika, &Words::new(WORDS).mentioning(&klinik)).await?;
        let reply = network.post(&erika, &Words::new("Wann genau?").in_reply_to(&news)).await?;
        for (uri, reason) in [(&mention.at.uri, "mention"), (&reply.at.uri, "reply")] {
            let told = told_of(&network, &klinik, uri).await?;
            assert_eq!(told["reason"], reason);
        }
        assert_eq!(
            told_of(&network, &klinik, &mention.at.uri).await?["record"]["text"],
            format!("@klinik.test {WORDS}")
        );

        network.stop_appview().await?;
        let error = network.notifications(&klinik).await.unwrap_err();
        assert!(error.to_string().contains("502"), "{error}");
        let meanwhile = network.post(&erika, &Words::new("Hört mich jemand?").mentioning(&klinik)).await?;
        network.start_appview().await?;
        told_of(&network, &klinik, &meanwhile.at.uri).await?;
        Ok(())
    }

    #[tokio::test]
    async fn a_mention_dated_in_the_past_is_told_behind_newer_ones() -> Result<()> {
        let network = Network::start(Plan::default()).await?;
        let klinik = network.create_account("klinik.test", "a long password").await?;
        let erika = network.create_account("erika.test", "another long password").await?;
        let fresh = network.post(&erika, &Words::new("Heute").mentioning(&klinik)).await?;
        told_of(&network, &klinik, &fresh.at.uri).await?;
        let old = Words::new("Damals").mentioning(&klinik).written_at("2024-05-01T08:00:00Z");
        let old = network.post(&erika, &old).await?;
        told_of(&network, &klinik, &old.at.uri).await?;
        let all = network.notifications(&klinik).await?;
        let uris: Vec<_> = all.iter().filter_map(|one| one["uri"].as_str()).collect();
        assert_eq!(uris, [fresh.at.uri.as_str(), old.at.uri.as_str()]);
        Ok(())
    }

    async fn told_of(network: &Network, account: &bluesky::Account, uri: &str) -> Result<serde_json::Value> {
        until(Duration::from_secs(20), async || {
            let told = network.notifications(account).await?;
            Ok(told.into_iter().find(|one| one["uri"] == uri))
        })
        .await
    }
}

mod real_mastodon {
    use super::*;
    use mastodon::{Fault, Mock, Snac, Visibility};

    const WORDS: &str = "Schöne Grüße von der Station, Frau Dr. Übel!";

    #[tokio::test]
    async fn a_mention_is_told_with_its_visibility_and_answered() -> Result<()> {
        let server = Mock::start(&["klinik", "erika"]).await?;
        let (klinik, erika) = (server.account("klinik")?, server.account("erika")?);
        let mention = server.mention(erika, klinik, WORDS, Visibility::Direct).await?;
        let told = server.notifications(klinik).await?;
        assert_eq!(told[0]["type"], "mention");
        assert_eq!(told[0]["status"]["visibility"], "direct");
        assert!(told[0]["status"]["content"].as_str().unwrap().contains(WORDS));

        server.post(klinik, "@erika Danke, wir melden uns.", Visibility::Direct, Some(&mention.id)).await?;
        let said = server.statuses(klinik).await?;
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].in_reply_to.as_deref(), Some(mention.id.as_str()));
        server.delete(klinik, &said[0].id).await?;
        assert!(server.statuses(klinik).await?.is_empty());
        Ok(())
    }

    #[tokio::test]
    async fn faults_come_as_often_as_asked_and_can_be_cleared() -> Result<()> {
        let server = Mock::start(&["klinik"]).await?;
        let klinik = server.account("klinik")?;
        let said = |error: anyhow::Error| format!("{error:#}");
        server.set_fault("POST", "/api/v1/statuses", Fault::Status(503), Some(1)).await?;
        let first = server.post(klinik, WORDS, Visibility::Public, None).await;
        assert!(said(first.unwrap_err()).contains("503"));
        assert_eq!(server.statuses(klinik).await?.len(), 0);
        server.post(klinik, WORDS, Visibility::Public, None).await?;

        server.set_fault("GET", "/api/v1/notifications", Fault::Malformed, None).await?;
        assert!(said(server.notifications(klinik).await.unwrap_err()).contains("no JSON"));
        server.clear_faults().await?;
        assert!(server.notifications(klinik).await?.is_empty());

        server.set_fault("*", "/api/v1/*", Fault::RateLimit { retry_after_s: 7 }, Some(1)).await.unwrap();
        server.clear_faults().await?;
        server.set_fault("GET", "/api/v1/notifications", Fault::RateLimit { retry_after_s: 7 }, None).await?;
        assert!(said(server.notifications(klinik).await.unwrap_err()).contains("429"));
        Ok(())
    }

    #[tokio::test]
    async fn the_hostile_server_tells_of_a_mention_but_deletes_nothing() -> Result<()> {
        if !Snac::is_installed() {
            println!("snac is not to be had on this distribution: nothing was tested");
            return Ok(());
        }
        let server = Snac::start(&["klinik", "erika"]).await?;
        let (klinik, erika) = (server.account("klinik")?, server.account("erika")?);
        server.mention(erika, klinik, WORDS, Visibility::Public).await?;
        let told = until(Duration::from_secs(60), async || {
            let told = server.notifications(klinik).await?;
            Ok(told.into_iter().find(|one| one["type"] == "mention"))
        })
        .await?;
        assert!(told["status"]["content"].as_str().unwrap().contains("Schöne Grüße"));

        let news = server.post(klinik, "Größere Räume ab März", Visibility::Public, None).await?;
        assert!(server.delete(klinik, &news.id).await.is_err());
        let said = server.statuses(klinik).await?;
        assert!(said.iter().any(|status| status.content.contains("Größere Räume")));
        Ok(())
    }
}

mod real_wire {
    use super::*;
    use mastodon::{Mock, Visibility};
    use wire::{Loss, Seen, Wire};

    #[tokio::test]
    async fn a_request_is_carried_out_though_its_answer_is_lost() -> Result<()> {
        let server = Mock::start(&["klinik"]).await?;
        let klinik = server.account("klinik")?;
        let wire = Wire::to(server.base_url()).await?;
        let statuses = format!("{}/api/v1/statuses", wire.base_url());
        let client = reqwest::Client::builder().no_proxy().build()?;
        let send = async |text: &str| {
            let request = client.post(&statuses).bearer_auth(&klinik.token).form(&[("status", text)]);
            request.send().await
        };

        wire.lose("POST", "/statuses", Loss::AnsweredAfterAccepting(500), 1);
        assert_eq!(send("Größe eins").await?.status(), 500);
        wire.lose("POST", "/statuses", Loss::CutAfterAccepting, 1);
        let cut = match send("Größe zwei").await {
            Ok(answer) => answer.text().await,
            Err(error) => Err(error),
        };
        assert!(cut.is_err());
        let headers = vec![("Retry-After", "7".to_owned())];
        wire.lose("POST", "/statuses", Loss::Instead { status: 429, headers, body: "{}".to_owned() }, 1);
        let limited = send("Größe drei").await?;
        assert_eq!((limited.status().as_u16(), limited.headers()["retry-after"].to_str()?), (429, "7"));
        assert_eq!(send("Größe vier").await?.status(), 200);

        let said = server.statuses(klinik).await?;
        let said: Vec<_> = said.iter().map(|status| status.content.as_str()).collect();
        assert_eq!(said, ["<p>Größe vier</p>", "<p>Größe zwei</p>", "<p>Größe eins</p>"]);
        assert_eq!(wire.count("POST", "/api/v1/statuses"), 4);
        let third = Seen { method: "POST".to_owned(), path: "/api/v1/statuses".to_owned(), status: None };
        assert_eq!(wire.seen()[2], third);
        Ok(())
    }

    #[tokio::test]
    async fn a_stream_of_events_passes_as_it_comes() -> Result<()> {
        let server = Mock::start(&["klinik", "erika"]).await?;
        let (klinik, erika) = (server.account("klinik")?, server.account("erika")?);
        let wire = Wire::to(server.base_url()).await?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let address = format!("{}/api/v1/streaming/user", wire.base_url());
        let mut stream = client.get(address).bearer_auth(&klinik.token).send().await?;
        server.mention(erika, klinik, "Grüße", Visibility::Public).await?;
        let mut heard = String::new();
        while !heard.contains("event: notification") {
            let part = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await??;
            heard += &String::from_utf8_lossy(&part.unwrap());
        }
        Ok(())
    }
}

mod real_browser {
    use super::*;

    fn check(page: &str, expect: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let head = "<!doctype html><html lang='de'><meta charset='utf-8'><title>Posteingang</title>\
            <meta name='viewport' content='width=device-width'><style>\
            @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } .late { color: #444 } }</style>";
        std::fs::write(folder.path().join("page.html"), format!("{head}<main><h1>Eingang</h1>{page}</main>")).unwrap();
        let said = match browser::axe(folder.path().to_str().unwrap(), &[]) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        };
        assert_eq!(said.is_empty(), expect.is_empty(), "{said}");
        for words in expect {
            assert!(said.contains(words), "{words} is not in {said}");
        }
    }

    #[test]
    fn axe_finds_what_a_person_would_stumble_over_in_either_scheme_and_width() {
        check("<p>Grüße</p>", &[]);
        check("<p>heute</p><p class='late'>spät</p>", &["color-contrast", "page.html [de, dark, 1440 px]", ".late"]);
        check("<div style='width: 60em'>breit</div>", &["reflow", "390 px"]);
        check("<img src='http://127.0.0.9/pixel.png' alt=''>", &["asks another server"]);
    }

    #[test]
    fn pictures_are_taken_of_every_scheme_and_width() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("page.html"), "<!doctype html><title>Eingang</title><h1>Eingang</h1>")
            .unwrap();
        let shots = browser::shots(folder.path().to_str().unwrap(), &folder.path().join("shots"), &[]).unwrap();
        assert_eq!(shots.len(), 4);
        assert!(shots.iter().all(|shot| std::fs::read(shot).unwrap().starts_with(b"\x89PNG")));
    }
}
