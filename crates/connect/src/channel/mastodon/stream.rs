//! Server-sent events as a hint that reading is worth while now. A stream may be silent, break or not exist; what it
//! says is never the only way that news come in.

use std::time::Duration;

use bedside_core::{
    channel::Fault,
    post::Upstream,
    time::{Span, Timestamp},
};
use tokio::{sync::Mutex, time::timeout};

use super::{Way, wire::Status};
use crate::{Clock, channel::pause, http::Lines};

/// Servers send a line each 15 s; after this long without one the stream is dead.
const SILENCE: Span = Span::seconds(75);
/// Before a server without a stream is asked again.
const WITHOUT: Span = Span::minutes(10);
/// Before a stream that broke is opened again.
const BROKEN: Span = Span::seconds(5);
/// Deletions and edits heard and not yet fetched; older ones are forgotten, looking at the post finds them.
const MAX_HEARD: usize = 200;

pub(super) struct Stream {
    clock: Clock,
    state: Mutex<State>,
    heard: Mutex<Vec<Heard>>,
}

/// What the stream told, of anybody: whose it is is asked when it is fetched.
enum Heard {
    Deleted(String),
    Edited(Box<Status>),
}

enum State {
    Closed { until: Timestamp },
    Open(Box<Open>),
}

struct Open {
    lines: Lines,
    event: String,
    last_line: Timestamp,
}

impl Stream {
    pub fn new(clock: Clock) -> Self {
        let state = Mutex::new(State::Closed { until: Timestamp::from_micros(i64::MIN) });
        Self { clock, state, heard: Mutex::default() }
    }

    /// Deletions that the stream told, and edits of what others say to us: it tells of our own statuses and of those we
    /// follow too, which are nobody's question.
    pub async fn take_heard(&self, way: &Way) -> Result<Vec<Upstream>, Fault> {
        let mut heard = self.heard.lock().await;
        if heard.is_empty() {
            return Ok(Vec::new());
        }
        let own_id = way.own_id().await?;
        let news = std::mem::take(&mut *heard).into_iter().filter_map(|heard| match heard {
            Heard::Deleted(external_id) => Some(Upstream::Deleted { external_id }),
            Heard::Edited(status) if status.is_to(own_id) => Some(Upstream::Edited(Box::new(status.into_inbound()))),
            Heard::Edited(_) => None,
        });
        Ok(news.collect())
    }

    /// Returns when there may be news; without a stream after `poll`, in any case after `at_most`.
    pub async fn wait(&self, way: &Way, at_most: Span, poll: Span) {
        let mut state = self.state.lock().await;
        if let State::Closed { until } = *state {
            if (self.clock)() < until {
                return pause(at_most.min(poll)).await;
            }
            *state = self.open(way).await;
            // Opened or not: something may have come in since the last read.
            return;
        }
        let limit = Duration::from_micros(u64::try_from(at_most.as_micros()).unwrap_or(0));
        let is_alive = match &mut *state {
            State::Open(open) => timeout(limit, self.listen(open)).await,
            State::Closed { .. } => return,
        };
        let now = (self.clock)();
        let is_silent = matches!(&*state, State::Open(open) if now.since(open.last_line) > SILENCE);
        if is_alive == Ok(false) || is_silent {
            *state = State::Closed { until: now.plus(BROKEN) };
        }
    }

    async fn open(&self, way: &Way) -> State {
        let now = (self.clock)();
        match way.get(&["api", "v1", "streaming", "user"]).stream().await {
            Ok(lines) => State::Open(Box::new(Open { lines, event: String::new(), last_line: now })),
            Err(fault) => {
                tracing::debug!(%fault, "no stream; reading at intervals");
                State::Closed { until: now.plus(WITHOUT) }
            }
        }
    }

    /// Listens until something worth reading is told (true) or the stream ends (false).
    async fn listen(&self, open: &mut Open) -> bool {
        loop {
            let Ok(Some(line)) = open.lines.next().await else { return false };
            open.last_line = (self.clock)();
            if let Some(event) = line.strip_prefix("event:") {
                open.event = event.trim().to_owned();
            } else if let Some(data) = line.strip_prefix("data:") {
                match open.event.as_str() {
                    "notification" => return true,
                    "delete" | "status.update" => {
                        self.hear(&open.event, data.trim()).await;
                        return true;
                    }
                    _ => {}
                }
            }
        }
    }

    async fn hear(&self, event: &str, data: &str) {
        let news = if event == "delete" {
            Some(Heard::Deleted(data.trim_matches('"').to_owned()))
        } else {
            serde_json::from_str(data).ok().map(Heard::Edited)
        };
        let mut heard = self.heard.lock().await;
        heard.extend(news);
        let surplus = heard.len().saturating_sub(MAX_HEARD);
        heard.drain(..surplus);
    }
}
