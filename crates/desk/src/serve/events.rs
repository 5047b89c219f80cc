//! What changed, told to open pages as it happens: ids and counts, never text (server-sent events, HTML §9.2).

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    convert::Infallible,
    time::Duration,
};

use axum::{
    Json,
    extract::{Query, State},
    response::{
        IntoResponse as _,
        sse::{Event, KeepAlive, Sse},
    },
};
use bedside_core::{
    id::{CaseId, SiteId},
    policy::desk::DeskAction,
};
use bedside_flow::{Change, Tick};
use bedside_store::{StoreError, Tx, cases, shown};
use serde_json::json;
use tokio::{
    sync::{broadcast::error::RecvError, mpsc},
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    DeskState,
    answer::{Answer, Stop},
    eyes::Sight,
    frame::{alarms, counts_of},
    presence::Seen,
    session::{self, Signed},
};

/// Cases told of at once.
const MOST: usize = 200;
/// Changes within so long go out together.
const GATHER: Duration = Duration::from_millis(300);
/// A comment so often keeps proxies from closing the line.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// So often it is looked whether the session still holds and the person's roles are the same.
const CHECK: Duration = Duration::from_secs(15);

/// The stream for one page; `?case=` says which case it shows.
pub(super) async fn events(
    State(state): State<DeskState>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let case = match asked.get("case").and_then(|number| number.parse().ok()) {
        Some(number) => cases::by_number(&mut state.store.begin_read().await?, number).await?,
        None => None,
    };
    let case = case.filter(|case| who.sees(case)).map(|case| (case.site, case.id));
    let (out, stream) = mpsc::channel::<Result<Event, Infallible>>(8);
    let line = Line { state, who, case, out, gathered: Gathered::default() };
    tokio::spawn(line.run());
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(Sse::new(ReceiverStream::new(stream)).keep_alive(keep_alive).into_response())
}

struct Line {
    state: DeskState,
    who: Signed,
    case: Option<(SiteId, CaseId)>,
    out: mpsc::Sender<Result<Event, Infallible>>,
    gathered: Gathered,
}

#[derive(Default)]
struct Gathered {
    opened: BTreeSet<CaseId>,
    changed: BTreeSet<CaseId>,
    /// Something happened that is about no case, or more than was counted.
    more: bool,
    due: Option<Instant>,
}

impl Line {
    async fn run(mut self) {
        let mut ticks = self.state.road.watch();
        let mut seen = self.state.presence.watch();
        let mut checks = interval(CHECK);
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = self.gathered.due;
            let go_on = tokio::select! {
                () = self.out.closed() => false,
                tick = ticks.recv() => match tick {
                    Ok(tick) => { self.gather(tick); true }
                    // Too much happened to tell it one by one: the page looks anew.
                    Err(RecvError::Lagged(_)) => { self.gathered.more = true; self.soon(); true }
                    Err(RecvError::Closed) => false,
                },
                told = seen.recv() => { if let Ok(told) = told { self.note_seen(told); } true }
                _ = checks.tick() => self.is_still_there().await,
                () = wait_for(due), if due.is_some() => self.tell().await.is_ok(),
            };
            if !go_on {
                return;
            }
        }
    }

    fn gather(&mut self, tick: Tick) {
        if self.who.sight(tick.site) == Sight::Nothing {
            return;
        }
        if tick.change == Change::Opened && self.who.seen().any(|house| house.site.id == tick.site) {
            self.gathered.opened.extend(tick.case);
        }
        self.gathered.more |= tick.case.is_none();
        self.gathered.changed.extend(tick.case);
        self.soon();
    }

    fn note_seen(&mut self, told: Seen) {
        if self.case.is_some_and(|(_, case)| case == told.case) && told.person != self.who.person.id {
            self.gathered.more = true;
            self.soon();
        }
    }

    fn soon(&mut self) {
        self.gathered.due.get_or_insert_with(|| Instant::now() + GATHER);
    }

    /// Ends the stream when the session is over or roles have changed; the page then loads anew or signs in.
    async fn is_still_there(&mut self) -> bool {
        let Ok(mut tx) = self.state.store.begin_read().await else {
            return true;
        };
        match session::still_holds(&self.state, &mut tx, &self.who).await {
            Ok(true) => {}
            Ok(false) => return false,
            Err(_) => return true,
        }
        if let Some((site, case)) = self.case
            && self.who.may(site, DeskAction::ReadText).is_ok()
        {
            self.state.presence.reads(case, self.who.person.id, self.state.clock.now());
        }
        true
    }

    async fn tell(&mut self) -> Result<(), Stop> {
        let gathered = std::mem::take(&mut self.gathered);
        let Some(data) = self.told(&gathered).await? else { return Ok(()) };
        let event = Event::default().event("tick").data(data);
        self.out.send(Ok(event)).await.map_err(|_| Stop::Unclear)
    }

    /// What goes out; `None`: nothing happened that this person sees.
    async fn told(&self, gathered: &Gathered) -> Result<Option<String>, StoreError> {
        let mut tx = self.state.store.begin_read().await?;
        let seen = self.seen(&mut tx, &gathered.changed).await?;
        if seen.is_empty() && !gathered.more {
            return Ok(None);
        }
        let (now, alarms) = (count(&mut tx, &self.who).await?, alarms(&mut tx, &self.who).await?);
        let new = gathered.opened.iter().filter(|id| seen.contains_key(id)).count();
        let changed: BTreeSet<i64> = seen.into_values().collect();
        Ok(Some(json!({ "now": now, "alarms": alarms, "new": new, "changed": changed }).to_string()))
    }

    /// Of these cases those that the person sees, with their numbers.
    async fn seen(&self, tx: &mut Tx, ids: &BTreeSet<CaseId>) -> Result<BTreeMap<CaseId, i64>, StoreError> {
        let ids: Vec<CaseId> = ids.iter().copied().take(MOST).collect();
        let (mut seen, mut asked) = (BTreeMap::new(), Vec::new());
        for (id, (number, site, _)) in shown::case_numbers(tx, &ids).await? {
            match self.who.house(site) {
                Some(house) if house.sight == Sight::Nothing => {}
                // Who is on call learns nothing of other cases, not even that they changed.
                Some(house) if house.crisis_only => asked.push(id),
                Some(_) => drop(seen.insert(id, number)),
                None => {}
            }
        }
        let crises = cases::by_ids(tx, &asked).await?;
        seen.extend(crises.iter().filter(|case| self.who.sees(case)).map(|case| (case.id, case.number)));
        Ok(seen)
    }
}

/// The counts alone, for a page that nobody looks at: it holds no line open, of which browsers have but six to a host.
pub(super) async fn now(State(state): State<DeskState>, who: Signed) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let (now, alarms) = (count(&mut tx, &who).await?, alarms(&mut tx, &who).await?);
    Ok(Json(json!({ "now": now, "alarms": alarms })).into_response())
}

async fn count(tx: &mut Tx, who: &Signed) -> Result<u32, StoreError> {
    let mut now = 0;
    for house in who.seen() {
        now += counts_of(tx, house).await?.now;
    }
    Ok(now)
}

async fn wait_for(due: Option<Instant>) {
    if let Some(due) = due {
        sleep_until(due).await;
    }
}
