//! The process dies with SIGKILL while replies leave, again and again, on a slow line that loses answers: each reply is on
//! the server exactly once, and the desk knows of it.

use std::time::{Duration, Instant};

use anyhow::Result;
use bedside_testkit::peer::mastodon::{Mock, Visibility};
use bedside_testkit::peer::wire::{Loss, Wire};

use super::desk::answer;
use super::road::mastodon_house;

/// What is asked, one for each round.
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_kill_9() -> Result<()> {
    let mock = Mock::start(&["klinik", "petra", "quirin", "rosa"]).await?;
    let wire = Wire::to(mock.base_url()).await?;
    let klinik = mock.account("klinik")?.clone();
    let (mut house, mut mara, mut jonas) = mastodon_house(wire.base_url(), &klinik.token).await?;
    for (n, question) in QUESTIONS.iter().enumerate() {
        let author = mock.account(["petra", "quirin", "rosa"][n % 3])?.clone();
        mock.mention(&author, &klinik, question, Visibility::Public).await?;
    }
    let mut cases = Vec::new();
    for question in QUESTIONS {
        cases.push(mara.case_with(question, Duration::from_secs(20)).await?.0);
    }
    for (n, case) in cases.iter().enumerate() {
        // The request is on its way for 80 ms and the answer for 120 ms; every third answer is lost instead.
        wire.mend();
        if n % 3 == 2 {
            wire.lose("POST", "/api/v1/statuses", Loss::AnsweredAfterAccepting(500), 1);
        }
        let slow = Loss::Slow { there: Duration::from_millis(80), back: Duration::from_millis(120) };
        wire.lose("POST", "/api/v1/statuses", slow, u32::MAX);
        answer(&mut mara, &mut jonas, *case, &format!("Das sagt Ihnen gern die Information im Foyer, Punkt {n}."))
            .await?;
        let due = Instant::now() + Duration::from_secs(1);
        let delay = Duration::from_millis(40) * u32::try_from(n)?;
        tokio::time::sleep_until((due + delay).into()).await;
        house.kill().await?;
        let there = mock.statuses(&klinik).await?.len();
        println!("round {n}: killed {delay:?} after the time to leave, {there} of {} on the server", n + 1);
        house.serve().await?;
    }
    wire.mend();
    let begun = Instant::now();
    for case in &cases {
        jonas.sent(*case, Duration::from_secs(150)).await?;
    }
    println!("all are confirmed {:?} after the last start", begun.elapsed());
    let replies = mock.statuses(&klinik).await?;
    for n in 0..cases.len() {
        let count = replies.iter().filter(|reply| reply.content.contains(&format!("Punkt {n}."))).count();
        assert_eq!(count, 1, "reply {n} is on the server {count} times: {replies:?}");
    }
    assert_eq!(replies.len(), cases.len());
    house.farewell().await
}
