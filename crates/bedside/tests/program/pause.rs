//! Pause: nothing leaves, not even what was due that second; afterwards it leaves, once.

use std::time::Duration;

use anyhow::Result;
use bedside_testkit::peer::mastodon::{Mock, Visibility};

use super::desk::answer;
use super::road::mastodon_house;

const QUESTIONS: [&str; 3] = ["Wann hat die Cafeteria offen?", "Gibt es einen Bücherwagen?", "Wo ist das Fundbüro?"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_pause() -> Result<()> {
    let mock = Mock::start(&["klinik", "petra", "quirin", "rosa"]).await?;
    let klinik = mock.account("klinik")?.clone();
    let (mut house, mut mara, mut jonas) = mastodon_house(mock.base_url(), &klinik.token).await?;
    let mut cases = Vec::new();
    for (question, author) in QUESTIONS.iter().zip(["petra", "quirin", "rosa"]) {
        mock.mention(mock.account(author)?, &klinik, question, Visibility::Public).await?;
        cases.push(mara.case_with(question, Duration::from_secs(20)).await?.0);
    }
    for (n, case) in cases.iter().enumerate() {
        let asked = mara.submit(*case, &format!("Das sagt Ihnen die Information im Foyer, Punkt {n}.")).await?;
        assert_eq!(asked.status, 200, "{}", asked.words());
    }
    let before = jonas.get("/pause").await?;
    for case in &cases {
        jonas.approve(*case).await?;
    }
    let words = [("act", "pause"), ("reason", "Hackerangriff auf die Telefonanlage")];
    let paused = jonas.fill(&before, "/pause", &words).await?;
    let at_once = mock.statuses(&klinik).await?.len();
    assert_eq!(paused.status, 200, "{}", paused.words());
    assert_eq!(at_once, 0, "the replies left before the pause: the test has shown nothing");
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(mock.statuses(&klinik).await?.len(), 0);
    for page in ["/inbox", "/search", "/channels"] {
        let words = mara.get(page).await?.words();
        assert!(words.contains("Hackerangriff auf die Telefonanlage"), "{page} does not say why: {words}");
    }
    // A pause outlives the process.
    house.kill().await?;
    house.serve().await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(mock.statuses(&klinik).await?.len(), 0);

    let page = jonas.get("/pause").await?;
    jonas.fill(&page, "/pause", &[("act", "resume")]).await?;
    for case in &cases {
        jonas.sent(*case, Duration::from_secs(20)).await?;
    }
    assert_eq!(mock.statuses(&klinik).await?.len(), cases.len());

    // And a reply taken back within its second does not leave either.
    mock.mention(mock.account("petra")?, &klinik, "Gibt es WLAN für Gäste?", Visibility::Public).await?;
    let (case, _) = mara.case_with("WLAN", Duration::from_secs(20)).await?;
    answer(&mut mara, &mut jonas, case, "Ja, das WLAN ist für Gäste kostenlos.").await?;
    let page = mara.case(case).await?;
    mara.fill(&page, &format!("/case/{case}/undo"), &[]).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(mock.statuses(&klinik).await?.len(), cases.len());
    house.farewell().await
}
