//! The same message to other people's receivers, over one connection, one in flight. Only messagefoundry stores what it takes.

use std::time::Duration;

use anyhow::Result;
use bedside_testkit::peer::hl7::{Engine, Feed, Mllp, Receiver, Receiving};

use super::{
    caller::{Pace, call},
    line,
};

const ALONE: Pace = Pace { messages: 2_000, every_ms: 0 };
/// It answers all earlier messages of a connection again, so that many make it slow beyond measure.
const FEW: Pace = Pace { messages: 200, every_ms: 0 };

pub async fn side_by_side() -> Result<()> {
    for (name, peer, pace) in [
        ("python hl7 (stores nothing)", Mllp::PythonHl7, ALONE),
        ("simple-hl7 (stores nothing)", Mllp::SimpleHl7, ALONE),
        ("@medplum/hl7 (stores nothing)", Mllp::Medplum, ALONE),
        ("node-hl7-server (stores nothing), 200 only", Mllp::NodeHl7, FEW),
    ] {
        let receiver = Receiver::start(peer, Receiving { quiet: true, ..Receiving::default() }).await?;
        let port = receiver.port();
        match tokio::task::spawn_blocking(move || call(port, 1, pace)).await? {
            Ok(told) => line(name, &told, ""),
            // It answers earlier messages again: none that waits for its own answer can go on.
            Err(error) => println!("{name:<44}{}", format!("{error:#}").replace('\r', " ")),
        }
    }
    if !Engine::is_installed() {
        println!("messagefoundry is not installed");
        return Ok(());
    }
    // What it sends on goes to a receiver that answers at once.
    let sink = Receiver::start(Mllp::SimpleHl7, Receiving { quiet: true, ..Receiving::default() }).await?;
    let feed = Feed { encoding: "iso8859-15", ack_within: Duration::from_secs(30), ..Feed::to(sink.port()) };
    let engine = Engine::start(feed).await?;
    let port = engine.port();
    let told = tokio::task::spawn_blocking(move || call(port, 1, ALONE)).await??;
    line("messagefoundry (stores)", &told, "");
    Ok(())
}
