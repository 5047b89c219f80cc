//! The program: reads the configuration, wires the crates together and runs one command.

mod alarm;
mod audit;
mod check;
mod cli;
mod clock;
mod config;
mod demo;
mod examples;
mod fhir;
mod hl7;
mod hooks;
mod import;
mod invite;
mod keys;
mod log;
mod memory;
mod metrics;
mod moving;
mod own_people;
mod person;
mod pile;
mod place;
mod policy;
mod record;
mod retention;
mod roster;
mod say;
mod serve;
mod settle;
mod signals;
mod telemetry;
mod tls;

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::Result;
use bedside_store::Store;
use clap::Parser as _;

use crate::{
    cli::{AlarmCommand, Cli, Command, Common, FhirCommand, Hl7Command, LogCommand, PolicyCommand, SearchCommand},
    config::Config,
    keys::Surroundings,
    place::Place,
    say::Tongue,
    telemetry::Usual,
};

/// What a command ends with beside success and failure.
const REJECTED: u8 = 2;

fn main() -> ExitCode {
    memory::few_arenas();
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
    let tongue = common.lang.unwrap_or_else(|| Tongue::of_system(|name| std::env::var(name).ok()));
    match command {
        Command::Serve => serve::serve(common, &around, tongue).await?,
        Command::Demo(args) => demo::demo(&args, common, &around, tongue).await?,
        Command::CheckConfig => check::check(common, &around)?,
        Command::NewKey { file } => new_key(&file)?,
        Command::Alarm(AlarmCommand::Test { site }) => {
            answer(common, &around, async |store: &Store, config: &Config| {
                alarm::test(store, config, site.as_deref(), tongue).await
            })
            .await?;
        }
        Command::Hl7(Hl7Command::Status { json }) => {
            answer(common, &around, async |store: &Store, _: &Config| hl7::status(store, json).await).await?;
        }
        Command::Hl7(command) => return hl7::run(command, common).await,
        Command::Fhir(FhirCommand::Probe(args)) => return fhir::probe(&args, common, tongue).await,
        Command::Fhir(FhirCommand::Jwks { link }) => say::result(&fhir::jwks(&link, common)?),
        Command::Log(command) => return audit_log(command, common, &around).await,
        Command::Scan(args) => return pile::scan(&args, common.lang),
        Command::Triage(args) => return pile::triage(&args, common.lang),
        Command::Guard(args) => return pile::guard(&args, common.lang),
        Command::Import(args) => {
            let config = Config::load(common.config.as_deref())?;
            let opened = Place::of(&config, common)?.open(&config, &around, clock::now()).await?;
            serve::tell_of_key(&opened.key, tongue);
            let store = opened.store;
            let road = serve::quiet_road(&store, &config, tongue, clock::now()).await?;
            let outcome = import::import(&road, &args, signals::stop()).await;
            store.close().await;
            return Ok(if outcome?.rejected > 0 { ExitCode::from(REJECTED) } else { ExitCode::SUCCESS });
        }
        Command::Backup(args) => {
            let config = Config::load(common.config.as_deref())?;
            let place = Place::of(&config, common)?;
            say::result(&moving::backup(place, &config, &around, &args, clock::now()).await?);
        }
        Command::Restore(args) => {
            let config = Config::load(common.config.as_deref())?;
            let place = Place::of(&config, common)?;
            say::result(&moving::restore(place, &config, &around, &args, clock::now()).await?);
        }
        Command::Copy(args) => {
            let config = Config::load(common.config.as_deref())?;
            say::result(&moving::copy(&config, &around, &args, clock::now()).await?);
        }
        Command::Invite(args) => {
            answer(common, &around, async |store: &Store, config: &Config| {
                let server = &config.server;
                let address = server.public_url.clone().unwrap_or_else(|| format!("http://{}", server.listen));
                Ok(format!("{address}{}", invite::invite(store, &args, tongue, clock::now()).await?))
            })
            .await?;
        }
        Command::Retention(args) => {
            answer(common, &around, async |store: &Store, config: &Config| {
                let road = serve::quiet_road(store, config, tongue, clock::now()).await?;
                retention::retention(&road, &args, tongue).await
            })
            .await?;
        }
        Command::Person(command) => {
            answer(common, &around, async |store: &Store, config: &Config| {
                let road = serve::quiet_road(store, config, tongue, clock::now()).await?;
                person::person(&road, &command, tongue).await
            })
            .await?;
        }
        Command::Search(SearchCommand::Rebuild) => {
            answer(common, &around, async |store: &Store, config: &Config| {
                let posts = store.rebuild_search().await?;
                let road = serve::quiet_road(store, config, tongue, clock::now()).await?;
                while road.index_next().await? > 0 {}
                Ok(format!("{posts} posts are in the search index"))
            })
            .await?;
        }
        Command::Examples(args) => {
            answer(common, &around, async |store: &Store, config: &Config| {
                let road = serve::quiet_road(store, config, tongue, clock::now()).await?;
                examples::export(&road, &args).await
            })
            .await?;
        }
        Command::Policy(PolicyCommand::Explain { id }) => {
            answer(common, &around, async |store: &Store, config: &Config| {
                let road = serve::quiet_road(store, config, tongue, clock::now()).await?;
                policy::explain::explain(&road, &id, tongue).await
            })
            .await?;
        }
        Command::Policy(PolicyCommand::Test { file, json, pack }) => {
            let score = policy::test::score(
                &file,
                &policy::test::rules(pack.as_deref().map(policy::Pack::read).transpose()?.as_ref())?,
            )?;
            say::result(&if json { serde_json::to_string(&score)? } else { policy::test::table(&score) });
            if score.harms > 0 {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Policy(PolicyCommand::Replay(args)) => {
            answer(common, &around, async |store: &Store, config: &Config| {
                let road = serve::quiet_road(store, config, tongue, clock::now()).await?;
                policy::replay::replay(&Arc::new(road), config, &args, clock::now()).await
            })
            .await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what `question` finds out from data that is there already.
async fn answer(
    common: &Common,
    around: &Surroundings,
    question: impl AsyncFnOnce(&Store, &Config) -> Result<String>,
) -> Result<()> {
    let config = Config::load(common.config.as_deref())?;
    let store = Place::of(&config, common)?.open_begun(&config, around, clock::now()).await?.store;
    let said = question(&store, &config).await;
    store.close().await;
    say::result(&said?);
    Ok(())
}

fn new_key(file: &Path) -> Result<()> {
    let key = keys::make(file)?;
    say::note(&format!("The master key {} is in {}.", key.id(), file.display()));
    say::note("Back it up apart from the data: without it nobody can ever read a text again.");
    Ok(())
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
