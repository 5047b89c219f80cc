//! Bedside beside other receivers of HL7 v2, in one run on one machine: raw commits, receive, commit and acknowledge on one
//! and on many connections, parsing, and what a sender feels while posts are imported or the data is copied.
//! `cargo xtask side-by-side` builds what it needs and starts it; a busy machine gives other numbers.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a table")]

mod caller;
mod house;
mod peers;

use anyhow::{Context as _, Result};

use self::{
    caller::{Pace, Told, call},
    house::House,
};

/// Messages on one connection.
const ALONE: usize = 6_000;
/// Connections at once, and messages on each.
const CONNECTIONS: usize = 16;
const EACH: usize = 1_500;
/// What a quiet link brings: a message every 20 ms.
const QUIET: Pace = Pace { messages: 300, every_ms: 20 };

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let program = words.next().context("usage: side_by_side PROGRAM [bedside]")?;
    let only_bedside = words.next().is_some();
    let raw = house::raw_commits()?;
    println!("{:<44}{raw:>10.0}/s", "one row, one commit (SQLite, WAL, FULL)");
    println!("{:<44}{:>10.0}/s", "read an 891-byte ADT^A01, one core", house::parse_rate()?);
    bedside(&program, raw)?;
    if !only_bedside {
        println!();
        peers::side_by_side().await?;
    }
    Ok(())
}

fn bedside(program: &str, raw: f64) -> Result<()> {
    let house = House::open(program)?;
    let served = house.serve()?;
    let port = house.port();
    call(port, 1, Pace { messages: 300, every_ms: 0 })?;
    house.settle()?;
    line("Bedside, quiet, one connection", &call(port, 1, QUIET)?, None);
    let alone = call(port, 1, Pace { messages: ALONE, every_ms: 0 })?;
    line("Bedside, one connection", &alone, Some(alone.rate() / raw * 100.0));
    let behind = house.settle()?;
    println!("{:<44}{behind:>10.1} s", "  until all is in the patient index");
    let many = call(port, CONNECTIONS, Pace { messages: EACH, every_ms: 0 })?;
    line(&format!("Bedside, {CONNECTIONS} connections"), &many, Some(many.rate() / alone.rate() * 100.0));
    let behind = house.settle()?;
    println!("{:<44}{behind:>10.1} s", "  until all is in the patient index");
    let told = house.while_copying(|| call(port, 1, QUIET))?;
    line("Bedside, quiet, while its data is copied", &told, None);
    let told = house.while_importing(|| call(port, 1, QUIET))?;
    line("Bedside, quiet, while posts are imported", &told, None);
    println!("{:<44}{:>10.1} MB", "Bedside, most memory", served.most_mb()?);
    Ok(())
}

/// A line of the table; `share`: of what stands above, in percent.
fn line(what: &str, told: &Told, share: Option<f64>) {
    let share = share.map(|share| format!("{share:>6.0} %")).unwrap_or_default();
    println!(
        "{what:<44}{:>10.0}/s p50 {:>6.2} ms p99 {:>6.2} ms most {:>7.2} ms{share}",
        told.rate(),
        told.at(50),
        told.at(99),
        told.at(100)
    );
}
