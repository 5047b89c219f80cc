//! How long a status may be: each server decides for itself.

use bedside_core::{
    channel::{Fault, LengthUnit, Limits},
    time::{Span, Timestamp},
};
use tokio::sync::Mutex;

use super::{Way, check, wire::InstanceBody};
use crate::Clock;

/// What Mastodon itself has, for servers that don't say.
const MAX_CHARACTERS: u32 = 500;
const CHARACTERS_PER_LINK: u32 = 23;
/// Operators change the limit seldom.
const GOOD_FOR: Span = Span::hours(1);

pub(super) struct Instance {
    clock: Clock,
    known: Mutex<Option<(Timestamp, Limits)>>,
}

impl Instance {
    pub fn new(clock: Clock) -> Self {
        Self { clock, known: Mutex::default() }
    }

    /// The server's limits, asked once an hour; while it can't be asked, those known before.
    pub async fn limits(&self, way: &Way) -> Result<Limits, Fault> {
        let mut known = self.known.lock().await;
        let now = (self.clock)();
        if let Some((at, limits)) = *known
            && now.since(at) < GOOD_FOR
        {
            return Ok(limits);
        }
        match (ask(way).await, *known) {
            (Ok(limits), _) => {
                *known = Some((now, limits));
                Ok(limits)
            }
            (Err(_), Some((_, limits))) => Ok(limits),
            (Err(fault), None) => Err(fault),
        }
    }
}

async fn ask(way: &Way) -> Result<Limits, Fault> {
    for version in ["v2", "v1"] {
        let answer = way.get(&["api", version, "instance"]).send().await?;
        if answer.status() == 404 {
            continue;
        }
        return Ok(limits_of(&check(answer)?.json("the server's settings")?));
    }
    Ok(limits_of(&InstanceBody { configuration: None, max_toot_chars: None }))
}

fn limits_of(body: &InstanceBody) -> Limits {
    let rules = body.configuration.as_ref().and_then(|configuration| configuration.statuses.as_ref());
    let max = rules.and_then(|rules| rules.max_characters).or(body.max_toot_chars).unwrap_or(MAX_CHARACTERS);
    let link_chars = rules.and_then(|rules| rules.characters_reserved_per_url).unwrap_or(CHARACTERS_PER_LINK);
    Limits { max, unit: LengthUnit::CodePoints { link_chars } }
}
