//! For whoever watches over the program: is the process there, can it work. Nothing about what it holds.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use bedside_store::{
    StoreError, Tx, alarms,
    emr::message,
    exchange,
    jobs::{self, Waiting},
};
use serde_json::json;

use super::DeskState;

/// The process answers.
pub(super) async fn live() -> &'static str {
    "live\n"
}

/// The store answers, and this much work waits in it. It was migrated when it was opened, or the program would not have come this far.
pub(super) async fn ready(State(state): State<DeskState>) -> Response {
    let version = &state.settings.version;
    match reachable(&state).await {
        Ok(Work { waiting, messages, unreached, alarms }) => {
            let jobs: i64 = waiting.kinds.iter().map(|(_, count, _)| count).sum();
            // The program can work, so it stays ready: people decide what the rules can't. Whoever watches sees it here.
            let failing = state.road.rules_failing().map_or(0, |failing| failing.rules.len());
            Json(json!({
                "ready": true,
                "version": version,
                "jobs_waiting": jobs,
                "dead_letters": waiting.dead,
                "rules_failing": failing,
                "messages_waiting": messages,
                "subscribers_failing": unreached,
                "alarms": {
                    "open": alarms.open,
                    "calls_failing": alarms.failing,
                    "houses_without_rota": alarms.without_rota,
                    "paths_unproven": alarms.unproven,
                    "paths_failing": alarms.broken,
                    "mail_failing": alarms.mail_failing,
                },
            }))
            .into_response()
        }
        Err(error) => {
            tracing::error!(%error, "not ready: the store can't be read");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "version": version }))).into_response()
        }
    }
}

/// What waits in the store.
struct Work {
    waiting: Waiting,
    /// Messages of the record that wait for the patient index.
    messages: i64,
    /// Subscribers and webhooks that can't be told.
    unreached: i64,
    alarms: Alarms,
}

/// Whether alarms would arrive.
#[derive(Default)]
struct Alarms {
    /// Alarms that call somebody now.
    open: i64,
    /// Calls that were not taken and are made again.
    failing: i64,
    /// Houses with teams that nobody answers for.
    without_rota: usize,
    /// Ways to people that were not proven within a week.
    unproven: usize,
    /// Ways that calls don't get over.
    broken: usize,
    /// Whether the mail server takes no letters.
    mail_failing: bool,
}

async fn reachable(state: &DeskState) -> Result<Work, StoreError> {
    let mut tx = state.store.begin_read().await?;
    let (messages, _) = message::waiting(&mut tx).await?;
    let unreached = exchange::failing_targets(&mut tx).await?;
    let alarms = alarms_now(state, &mut tx).await?;
    Ok(Work { waiting: jobs::waiting(&mut tx).await?, messages, unreached, alarms })
}

async fn alarms_now(state: &DeskState, tx: &mut Tx) -> Result<Alarms, StoreError> {
    let mut now = Alarms {
        open: alarms::open(tx).await?,
        failing: alarms::failing_calls(tx).await?,
        mail_failing: alarms::mail_server(tx).await?.failing_since.is_some(),
        ..Alarms::default()
    };
    for house in state.road.houses() {
        let paths = state.road.alarm_paths(tx, house).await?;
        now.without_rota += usize::from(!paths.without_rota.is_empty());
        now.unproven += paths.unproven.len();
        now.broken += paths.failing.len();
    }
    Ok(now)
}
