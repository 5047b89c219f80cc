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
    line("one row, one commit (SQLite, WAL, FULL)", &raw, "");
    println!("{:<44}{:>10.0}/s", "read an 891-byte ADT^A01, one core", house::parse_rate()?);
    bedside(&program, &raw)?;
    if !only_bedside {
        println!();
        peers::side_by_side().await?;
    }
    Ok(())
}

fn bedside(program: &str, raw: &Told) -> Result<()> {
    let house = House::open(program)?;
    let served = house.serve()?;
    let port = house.port();
    call(port, 1, Pace { messages: 300, every_ms: 0 })?;
    house.settle()?;
    line("Bedside, quiet, one connection", &call(port, 1, QUIET)?, "");
    for (what, connections, messages) in
        [("Bedside, one connection", 1, ALONE), ("Bedside, 16 connections", CONNECTIONS, EACH)]
    {
        let cpu = served.cpu()?;
        let told = call(port, connections, Pace { messages, every_ms: 0 })?;
        let (cpu, behind) = ((served.cpu()? - cpu) * 1e6 / told.times.len() as f64, house.settle()?);
        let share = told.rate() / raw.rate() * 100.0;
        line(
            what,
            &told,
            &format!("{share:.0} % of raw, {cpu:.0} µs of processor each, in the index {behind:.1} s later"),
        );
    }
    let told = house.while_copying(|| call(port, 1, QUIET))?;
    line("Bedside, quiet, while its data is copied", &told, "");
    let told = house.while_importing(|| call(port, 1, QUIET))?;
    line("Bedside, quiet, while posts are imported", &told, "");
    println!("{:<44}{:>10.1} MB", "Bedside, most memory", served.most_mb()?);
    Ok(())
}

/// A line of the table.
fn line(what: &str, told: &Told, more: &str) {
    println!(
        "{what:<44}{:>10.0}/s p50 {:>6.2} ms p99 {:>6.2} ms most {:>7.2} ms  {more}",
        told.rate(),
        told.at(50),
        told.at(99),
        told.at(100)
    );
}
