//! What Prometheus is told: figures in its format on a listener of its own, and nothing of what anybody wrote.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bedside_testkit::peer::free_port;

use super::house::House;

async fn figures(http: &reqwest::Client, address: &str) -> Result<BTreeMap<String, f64>> {
    let answer = http.get(format!("http://{address}/metrics")).send().await?;
    ensure!(answer.headers()["content-type"].to_str()?.starts_with("text/plain; version=0.0.4"));
    let text = answer.text().await?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').context("a name and a value")?;
            Ok((name.to_owned(), value.parse()?))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_figures_for_prometheus() -> Result<()> {
    let mut house = House::open("").await?;
    house.keep_private("Kreuzgang zugig");
    let address = format!("127.0.0.1:{}", free_port()?);
    let config = house.configuration()?;
    house.configure(&config.replace("[data]", &format!("metrics_listen = \"{address}\"\n[data]")))?;
    house.write("posts.jsonl", "{\"id\":\"m1\",\"channel\":\"alt\",\"author\":\"wilma\",\"text\":\"Kreuzgang zugig\",\"at\":\"2026-01-02T03:04:05Z\"}\n")?;
    house.told(&["import", "posts.jsonl"]).await?;
    house.serve().await?;
    house.person("mara@lindenhof.example", "Mara Lindt", &["desk"]).await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let begun = Instant::now();
    let figures = loop {
        let figures = figures(&http, &address).await?;
        if figures["bedside_log_size"] > 0.0
            && figures.keys().any(|name| name.starts_with("bedside_cases{site=\"mitte\""))
        {
            break figures;
        }
        ensure!(begun.elapsed() < Duration::from_secs(30), "{figures:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    for name in ["bedside_pauses", "bedside_rules_failing", "bedside_channel_well{channel=\"alt\",site=\"mitte\"}"] {
        ensure!(figures.contains_key(name), "{name} is missing: {figures:?}");
    }
    ensure!(!figures.keys().any(|name| name.contains("wilma") || name.contains("Kreuzgang")));
    ensure!(http.get(format!("{}/metrics", house.url())).send().await?.status() == 404, "the desk shows no figures");
    house.farewell().await
}
