//! The program: reads the configuration, wires the crates together and runs one command.

mod check;
mod cli;
mod clock;
mod config;
mod import;
mod keys;
mod log;
mod place;
mod say;
mod settle;
mod telemetry;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;

use crate::{
    cli::{Cli, Command, Common, LogCommand},
    config::Config,
    keys::Surroundings,
    place::Place,
    telemetry::Usual,
};

/// What a command ends with beside success and failure.
const REJECTED: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let command = cli.command.unwrap_or(Command::Serve);
    telemetry::start(match command {
        Command::Serve | Command::Demo(_) => Usual::Serving,
        _ => Usual::Command,
    });
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run(command, &cli.common)));
    outcome.unwrap_or_else(|error| {
        say::error(&format!("{error:#}"));
        ExitCode::FAILURE
    })
}

async fn run(command: Command, common: &Common) -> Result<ExitCode> {
    let around = Surroundings::of_process();
    match command {
        Command::CheckConfig => check::check(common, &around)?,
        Command::NewKey { file } => {
            let key = keys::make(&file)?;
            say::note(&format!("the master key {} is in {}", key.id(), file.display()));
            say::note("Back it up apart from the data: without it no text can be read, by nobody, ever.");
        }
        Command::Log(command) => return audit_log(command, common, &around).await,
        Command::Serve
        | Command::Demo(_)
        | Command::Import(_)
        | Command::Invite(_)
        | Command::Search(_)
        | Command::Policy(_) => {
            anyhow::bail!("in the next change")
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn audit_log(command: LogCommand, common: &Common, around: &Surroundings) -> Result<ExitCode> {
    let config = Config::load(common.config.as_deref())?;
    let place = Place::of(&config, common)?;
    if let LogCommand::Verify { checkpoint, vkey: Some(vkey) } = &command {
        return Ok(report(&log::verify_with(&place, vkey, checkpoint.as_deref()).await?));
    }
    let now = clock::now();
    let store = place.open_begun(&config, around, now).await?.store;
    let code = match command {
        LogCommand::Verify { checkpoint, .. } => report(&log::verify(&store, checkpoint.as_deref(), now).await?),
        LogCommand::Checkpoint { file } => log::keep(&store, file.as_deref(), now).await.map(|()| ExitCode::SUCCESS)?,
        LogCommand::Vkey => {
            say::result(&log::vkey(&store, now).await?.to_string());
            ExitCode::SUCCESS
        }
    };
    store.close().await;
    Ok(code)
}

fn report(report: &bedside_core::log::Report) -> ExitCode {
    say::result(&report.to_string());
    if report.is_intact() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
