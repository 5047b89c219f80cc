//! A house's own rules in the real program: two processes on one PostgreSQL follow what is put in force at one desk, files
//! become versions, and a rule that fails means no speech and red health.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use bedside_testkit::db;
use serde_json::Value;

use super::{
    chart::{SECRET, posts, until, webhook},
    desk::{Desk, Page},
    house::House,
    road::people,
};

const MUTE: &str = "@id(\"house.mute\") @reason_de(\"Kein Dank.\") @reason_en(\"No thanks.\") @source(\"House rule\")\n\
    forbid (principal, action in Action::\"speech\", resource)\nwhen { context.topics.contains(Topic::\"praise\") };\n";
/// A rule that overflows for every praise: each thread has a post.
const BROKEN: &str = "@id(\"house.broken\") @reason_de(\"Kaputt.\") @reason_en(\"Broken.\") @source(\"House rule\")\n\
    forbid (principal, action in Action::\"speech\", resource)\n\
    when { context.topics.contains(Topic::\"praise\") && context.thread_posts + 9223372036854775807 > 0 };\n";
const THANKS: &str = "Vielen Dank an das ganze Team, ihr seid großartig!";

async fn ready(house: &House) -> Result<Value> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    Ok(http.get(format!("{}/ready", house.url())).send().await?.error_for_status()?.json().await?)
}

/// What `bedside policy explain` says of the first case, as soon as there is one.
async fn explained(house: &House) -> Result<String> {
    let begun = Instant::now();
    loop {
        let run = house.run(&["policy", "explain", "1"]).await?;
        if run.status.success() {
            return Ok(String::from_utf8_lossy(&run.stdout).into_owned());
        }
        if begun.elapsed() > Duration::from_secs(30) {
            bail!("no case: {}", String::from_utf8_lossy(&run.stderr));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The version's page, once its replay is done.
async fn replayed(desk: &mut Desk, version: &str) -> Result<Page> {
    let page = desk.get(version).await?;
    desk.fill(&page, &format!("{version}/replay"), &[("days", "90")]).await?;
    until(desk, version, "Replayed by").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_on_postgresql_follow_what_is_put_in_force_at_one_desk() -> Result<()> {
    let database = db::postgres()?;
    let mut first = House::open(&webhook()).await?;
    let mut second = House::open(&webhook()).await?;
    for house in [&first, &second] {
        let stored = "[data]\npostgres_url_file = \"database.url\"";
        house.configure(&house.configuration()?.replace("[data]\nlocation = \"data\"", stored))?;
        house.write("database.url", database.url())?;
        house.write("hook.secret", SECRET)?;
    }
    std::fs::copy(first.path("master.key"), second.path("master.key"))?;
    std::fs::copy(first.path("people.key"), second.path("people.key")).ok();
    first.serve().await?;
    second.serve().await?;
    let (mut mara, mut jonas) = people(&mut first).await?;

    let page = mara.get("/rules/mitte/write").await?;
    let mistyped = [("text", "@id(\"x\") permit (principal, action, resourc);"), ("why", "Try")];
    let refused = mara.fill(&page, "/rules/mitte/write", &mistyped).await?;
    ensure!(refused.status == 422 && refused.words().contains("house.cedar, line 1"), "{}", refused.words());
    let written = mara.fill(&refused, "/rules/mitte/write", &[("text", MUTE), ("why", "No thanks in public")]).await?;
    ensure!(written.words().contains("Version 2"), "{} {}", written.status, written.words());
    let version = "/rules/mitte/version/2";
    let page = replayed(&mut mara, version).await?;
    ensure!(page.words().contains("You had a hand in this version"), "{}", page.words());
    let page = jonas.get(version).await?;
    let live = jonas.fill(&page, &format!("{version}/live"), &[("reason", "Saw the replay"), ("from", "")]).await?;
    ensure!(live.words().contains("No thanks.") && live.words().contains("Put in force by Jonas"), "{}", live.words());

    // Only the second one is left, and it was not told: it looks.
    first.kill().await?;
    posts(&second, "p1", THANKS).await?;
    let said = explained(&second).await?;
    ensure!(said.contains("stay_silent") && said.contains("house.mute forbids"), "{said}");
    ensure!(said.contains("common.") && said.contains("hours_since_post"), "what came close, and every fact: {said}");

    // After a restart the store's version still holds, though no file says so.
    second.kill().await?;
    second.serve().await?;
    let said = explained(&second).await?;
    ensure!(said.contains("house.mute forbids") && !said.contains("would say now"), "{said}");
    second.kill().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_fails_means_no_speech_a_person_and_red_health() -> Result<()> {
    let mut house = House::open(&format!("overlays = [\"house.cedar\"]\n{}", webhook())).await?;
    house.write("hook.secret", SECRET)?;
    house.write("house.cedar", BROKEN)?;
    house.serve().await?;
    let (mut mara, _) = people(&mut house).await?;
    ensure!(ready(&house).await?["rules_failing"] == 0);
    posts(&house, "p1", THANKS).await?;
    let said = explained(&house).await?;
    ensure!(said.starts_with("left_to_person") && said.contains("house.broken FAILED"), "{said}");
    let health = ready(&house).await?;
    ensure!(health["rules_failing"] == 1, "{health}");
    let inbox = mara.get("/inbox").await?.words();
    ensure!(inbox.contains("A rule can’t be evaluated") && inbox.contains("house.broken"), "{inbox}");
    let (case, _) = mara.case_with("Vielen Dank", Duration::from_secs(10)).await?;
    let refused = mara.submit(case, "Danke für Ihre Worte.").await?;
    ensure!(refused.status != 200 || refused.words().contains("do not permit"), "{}", refused.words());

    // Mended in the file, the change is a proposal: what is in force stays until a person puts it there.
    house.write("house.cedar", MUTE)?;
    house.stop().await?;
    house.serve().await?;
    let page = mara.get("/rules/mitte").await?.words();
    ensure!(page.contains("house.broken") && page.contains("proposed"), "{page}");
    ensure!(house.printed()?.contains("the rule files have changed and are not in force"), "the log says so");
    // And a mistyped file is refused at the start, with file and line.
    house.stop().await?;
    house.write("house.cedar", &MUTE.replace("context.topics", "context.topcs"))?;
    let refused = house.run(&["serve"]).await?;
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    ensure!(
        !refused.status.success() && why.contains("house.cedar:3") && why.contains("did you mean `topics`"),
        "{why}"
    );
    house.write("house.cedar", MUTE)?;
    house.configure(&house.configuration()?.replace("overlays = [", "overlays_live = true\noverlays = ["))?;
    // What changed may go live by itself where the configuration says so; then the next file does.
    house.write("house.cedar", &MUTE.replace("house.mute", "house.hush"))?;
    house.serve().await?;
    until(&mut mara, "/rules/mitte", "house.hush").await?;
    // The case is decided anew by them, and with that nothing fails any more.
    let begun = Instant::now();
    while mara.get("/rules/mitte").await?.words().contains("house.broken") {
        ensure!(begun.elapsed() < Duration::from_secs(20), "the case still rests on the rule that failed");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ensure!(explained(&house).await?.contains("house.hush forbids"));
    house.farewell().await
}
