//! The process dies with SIGKILL while replies leave, again and again, on slow lines that lose answers: each reply is on
//! its server exactly once, and the desk knows of it.

use std::time::{Duration, Instant};

use anyhow::Result;
use bedside_testkit::peer::bluesky::{Network, Plan, Words};
use bedside_testkit::peer::mastodon::{Mock, Visibility};
use bedside_testkit::peer::wire::{Loss, Wire};

use super::desk::answer;
use super::house::House;
use super::road::{bluesky, mastodon, people};

/// What is asked, one for each round; the first eight on Mastodon, the others on Bluesky.
const QUESTIONS: [&str; 12] = [
    "Wann hat die Cafeteria offen?",
    "Wie komme ich mit dem Rollstuhl zum Eingang Nord?",
    "Gibt es im Haus einen Friseur?",
    "Wo kann ich in der Nähe parken?",
    "Darf man Blumen mitbringen?",
    "Wie melde ich mich zum Infoabend an?",
    "Welche Buslinie hält vor dem Haus?",
    "Gibt es WLAN für Gäste?",
    "Wann ist die Kapelle geöffnet?",
    "Wo bekomme ich ein Besuchsschild?",
    "Gibt es einen Bücherwagen?",
    "Wo finde ich das Fundbüro?",
];
const ON_MASTODON: usize = 8;

/// The line's way of posting.
const POSTING: [&str; 2] = ["/api/v1/statuses", "/xrpc/com.atproto.repo.putRecord"];

/// How long after the time to leave the process dies: all over the 200 ms that sending takes, and beyond.
fn delay(round: usize) -> Duration {
    let within = if round < ON_MASTODON { round * 40 } else { (round - ON_MASTODON) * 90 + 40 };
    Duration::from_millis(within as u64)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_kill_9() -> Result<()> {
    let net = Network::start(Plan::default()).await?;
    let account = net.create_account("klinik.test", "klinik-app-password-93").await?;
    let sven = net.create_account("sven.test", "sven-password-1").await?;
    let mock = Mock::start(&["klinik", "petra", "quirin", "rosa"]).await?;
    let klinik = mock.account("klinik")?.clone();
    let lines = [Wire::to(mock.base_url()).await?, Wire::to(net.base_url()).await?];
    let mut house = House::open(&(mastodon(lines[0].base_url()) + &bluesky(lines[1].base_url()))).await?;
    house.write("fedi.secret", &klinik.token)?;
    house.write("bsky.secret", &account.password)?;
    [&klinik.token, &account.password].into_iter().for_each(|secret| house.keep_secret(secret));
    house.serve().await?;
    let (mut mara, mut jonas) = people(&mut house).await?;
    for (n, question) in QUESTIONS.iter().enumerate() {
        if n < ON_MASTODON {
            let author = mock.account(["petra", "quirin", "rosa"][n % 3])?.clone();
            mock.mention(&author, &klinik, question, Visibility::Public).await?;
        } else {
            net.post(&sven, &Words::new(*question).mentioning(&account)).await?;
        }
    }
    let mut cases = Vec::new();
    for question in QUESTIONS {
        cases.push(mara.case_with(question, Duration::from_secs(20)).await?.0);
    }
    for (n, case) in cases.iter().enumerate() {
        // The request is on its way for 80 ms and the answer for 120 ms; every third answer is lost instead.
        for (line, posting) in lines.iter().zip(POSTING) {
            line.mend();
            if n % 3 == 2 {
                line.lose("POST", posting, Loss::AnsweredAfterAccepting(500), 1);
            }
            let slow = Loss::Slow { there: Duration::from_millis(80), back: Duration::from_millis(120) };
            line.lose("POST", posting, slow, u32::MAX);
        }
        answer(&mut mara, &mut jonas, *case, &format!("Das sagt Ihnen gern die Information im Foyer, Punkt {n}."))
            .await?;
        let due = Instant::now() + Duration::from_secs(1);
        tokio::time::sleep_until((due + delay(n)).into()).await;
        house.kill().await?;
        let there = mock.statuses(&klinik).await?.len() + net.posts(&account).await?.len();
        println!("round {n}: killed {:?} after the time to leave, {there} of {} on the servers", delay(n), n + 1);
        house.serve().await?;
    }
    lines.iter().for_each(Wire::mend);
    let begun = Instant::now();
    for case in &cases {
        jonas.sent(*case, Duration::from_secs(150)).await?;
    }
    println!("all are confirmed {:?} after the last start", begun.elapsed());
    let mut said: Vec<String> = mock.statuses(&klinik).await?.into_iter().map(|reply| reply.content).collect();
    said.extend(net.posts(&account).await?.into_iter().map(|reply| reply.text));
    for n in 0..cases.len() {
        let count = said.iter().filter(|reply| reply.contains(&format!("Punkt {n}."))).count();
        assert_eq!(count, 1, "reply {n} was said {count} times: {said:?}");
    }
    assert_eq!(said.len(), cases.len(), "{said:?}");
    house.farewell().await
}
