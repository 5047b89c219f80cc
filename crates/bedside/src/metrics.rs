//! `GET /metrics` on a listener of its own: what a Prometheus server asks for (text format 0.0.4). Counts and times, read anew with
//! each question; nothing about what anybody wrote, and nothing per person.

use std::{fmt::Write as _, sync::Arc};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use bedside_core::time::Timestamp;
use bedside_flow::Road;
use bedside_store::{
    StoreError, Tx,
    channels::{self, ChannelRow, Health},
    emr::message,
    exchange, jobs,
    log::{newest_checkpoint, pending_count},
    sites, state,
};
use tokio::net::TcpListener;

use crate::clock;

/// Prometheus' text format.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The routes of the listener.
pub fn router(road: Arc<Road>) -> Router {
    Router::new().route("/metrics", get(answer)).with_state(road)
}

/// Binds where it is configured to.
///
/// # Errors
/// The address is taken, or not this machine's.
pub async fn listen(at: Option<std::net::SocketAddr>) -> Result<Option<TcpListener>> {
    let Some(at) = at else { return Ok(None) };
    let taken = || format!("{at} can't be listened on; [server] metrics_listen in bedside.toml names another");
    TcpListener::bind(at).await.with_context(taken).map(Some)
}

async fn answer(State(road): State<Arc<Road>>) -> Response {
    match gather(&road, clock::now()).await {
        Ok(page) => ([(header::CONTENT_TYPE, FORMAT)], page.text).into_response(),
        Err(error) => {
            tracing::error!(%error, "no figures: the store can't be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn gather(road: &Road, now: Timestamp) -> Result<Page, StoreError> {
    let mut tx = road.store().begin_read().await?;
    let mut page = Page::default();
    page.gauge("bedside_info", "The version that runs.", [(vec![("version", env!("CARGO_PKG_VERSION"))], 1.0)]);
    work(&mut page, &mut tx, now).await?;
    reading(&mut page, &mut tx, now).await?;
    desk(&mut page, &mut tx, now).await?;
    proof(&mut page, &mut tx, now).await?;
    let rules = road.rules_failing().map_or(0, |failing| failing.rules.len());
    page.one(
        "bedside_rules_failing",
        "Rules that could not be evaluated; where one fails the house says nothing.",
        count(rules),
    );
    Ok(page)
}

async fn work(page: &mut Page, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    let waiting = jobs::waiting(tx).await?;
    let kinds = || waiting.kinds.iter().map(|(kind, ..)| vec![("kind", kind.as_str())]);
    let (counts, ages) =
        (waiting.kinds.iter().map(|one| count(one.1)), waiting.kinds.iter().map(|one| age(one.2, now)));
    page.gauge("bedside_jobs_waiting", "Jobs that can be done now.", kinds().zip(counts));
    page.gauge("bedside_job_oldest_seconds", "Age of the oldest job that can be done now.", kinds().zip(ages));
    page.one("bedside_jobs_dead", "Jobs that were given up.", count(waiting.dead));
    let (messages, oldest) = message::waiting(tx).await?;
    page.one("bedside_messages_waiting", "Messages of the record that wait for the patient index.", count(messages));
    page.one("bedside_message_oldest_seconds", "Age of the oldest of them.", oldest.map_or(0.0, |at| age(at, now)));
    let failing = exchange::failing_targets(tx).await?;
    page.one("bedside_subscribers_failing", "Subscribers and webhooks that can't be told.", count(failing));
    Ok(())
}

async fn reading(page: &mut Page, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    let channels = channels::all(tx).await?;
    let sites = sites::all(tx).await?;
    let site = |id| sites.iter().find(|site| site.id == id).map_or("", |site| site.slug.as_str());
    let labels = |channel: &ChannelRow| [("channel", channel.slug.clone()), ("site", site(channel.site).to_owned())];
    let labels: Vec<_> = channels.iter().map(labels).collect();
    let named = || labels.iter().map(|labels| labels.iter().map(|(key, value)| (*key, value.as_str())).collect());
    let lag = named().zip(&channels).filter_map(|(labels, one)| Some((labels, age(one.last_ok_at?, now))));
    page.gauge("bedside_channel_lag_seconds", "Time since the channel last answered well.", lag);
    let well = channels.iter().map(|one| count(u8::from(one.health == Health::Live)));
    page.gauge("bedside_channel_well", "Whether the channel is read as it should be.", named().zip(well));
    Ok(())
}

async fn desk(page: &mut Page, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    let state = state::state(tx).await?;
    let queues = || state.cases.iter().map(|one| vec![("site", one.0.as_str()), ("queue", one.1.as_str())]);
    page.gauge("bedside_cases", "Cases in each queue.", queues().zip(state.cases.iter().map(|one| count(one.2))));
    let untaken = state.cases.iter().map(|one| count(one.3));
    page.gauge("bedside_alarms_untaken", "Cases whose alarm nobody has taken.", queues().zip(untaken));
    let replies = state.replies.iter().map(|one| (vec![("state", one.0.as_str())], count(one.1)));
    page.gauge("bedside_replies", "Replies in each state.", replies);
    let late = state.replies.iter().filter(|one| one.0 == "waiting").map(|one| age(one.2, now));
    page.one("bedside_reply_late_seconds", "How late the earliest reply that waits is.", late.fold(0.0, f64::max));
    page.one("bedside_pauses", "Pauses in force.", count(state.pauses));
    let filings = state.filings.iter().map(|(state, n)| (vec![("state", state.as_str())], count(*n)));
    page.gauge("bedside_filings", "Documents for the record in each state.", filings);
    Ok(())
}

async fn proof(page: &mut Page, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    let head = newest_checkpoint(tx).await?;
    let size = head.as_ref().map_or(0, |one| one.0);
    page.one("bedside_log_size", "Entries of the log that a checkpoint covers.", count(size));
    page.one("bedside_log_pending", "Entries of the log that none covers yet.", count(pending_count(tx).await?));
    if let Some((_, _, at)) = head {
        page.one("bedside_log_head_age_seconds", "Age of the newest checkpoint.", age(at, now));
    }
    Ok(())
}

/// The answer as it grows.
#[derive(Debug, Default)]
struct Page {
    text: String,
}

impl Page {
    fn one(&mut self, name: &str, help: &str, value: f64) {
        self.gauge(name, help, [(Vec::new(), value)]);
    }

    /// A name with a value for each set of labels; without any it is left out.
    fn gauge<'a>(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = (Vec<(&'a str, &'a str)>, f64)>) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return;
        }
        // Writing into a String can't fail.
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge\n");
        for (labels, value) in values {
            let labels: Vec<String> =
                labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(self.text, "{name}{labels} {value}");
        }
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// A count as a gauge holds it. Nobody has more than the 2^32 that a double holds exactly as well; beyond it says so much.
fn count(n: impl TryInto<u32>) -> f64 {
    n.try_into().map_or(f64::from(u32::MAX), f64::from)
}

/// In whole seconds; 0 for what lies ahead.
fn age(since: Timestamp, now: Timestamp) -> f64 {
    count(now.since(since).as_seconds().max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_what_has_no_value_is_left_out() {
        let mut page = Page::default();
        page.gauge("none", "Nothing.", []);
        page.gauge("some", "Something.", [(vec![("name", "a\"b\\c\nd")], 1.5), (vec![], 2.0)]);
        assert_eq!(
            page.text,
            "# HELP some Something.\n# TYPE some gauge\nsome{name=\"a\\\"b\\\\c\\nd\"} 1.5\nsome 2\n"
        );
    }
}
