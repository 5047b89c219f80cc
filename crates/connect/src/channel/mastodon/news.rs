//! Reading notifications with `min_id`, oldest news first, on servers that page as Mastodon does and on those that don't.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
};

use bedside_core::{
    channel::{Fault, Haul},
    post::{Standing, Upstream},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

use super::{Way, check, wire::Notification};
use crate::Clock;

const PAGE: &str = "40";
const MAX_PAGES: usize = 50;
const MAX_NEWS: usize = 500;
/// What is older when the channel is connected is history.
const LIVE_AT_FIRST: Span = Span::hours(24);

pub(super) struct News {
    clock: Clock,
    window: Span,
    /// Whether the server is known to honour `min_id`: it answered with nothing newer, though something older was there.
    honours_min_id: AtomicBool,
}

/// The cursor: the newest notification taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Mark {
    v: u8,
    min: String,
    at: Timestamp,
}

/// A page, newest first, as all of them are.
struct Page {
    items: Vec<Notification>,
    /// The id to page on with, from the Link header where there is one.
    newer: Option<String>,
    older: Option<String>,
}

impl News {
    pub fn new(clock: Clock, window: Span) -> Self {
        Self { clock, window, honours_min_id: AtomicBool::new(false) }
    }

    pub async fn read(&self, way: &Way, cursor: Option<&str>) -> Result<Haul, Fault> {
        // A cursor that is not ours (from an older version) counts as none: everything is offered again, stored once.
        match cursor.and_then(|text| serde_json::from_str::<Mark>(text).ok()) {
            Some(mark) => {
                let found = self.since(way, &mark).await?;
                // Of a server that pages faithfully, unknown to us yet, this was only the page next to the mark.
                let more = !found.is_empty() && !self.honours_min_id.load(Ordering::Relaxed);
                let haul = haul(way, found, Standing::Live).await?;
                Ok(Haul { more: haul.more || more, ..haul })
            }
            None => self.first(way).await,
        }
    }

    /// The first read: what is older than a day is history, and comes first.
    async fn first(&self, way: &Way) -> Result<Haul, Fault> {
        let now = (self.clock)();
        let floor = now.minus(self.window);
        let mut found = back(way, None, |item| item.created_at < floor).await?;
        let of_history = found.iter().take_while(|item| now.since(item.created_at) > LIVE_AT_FIRST).count();
        if of_history == 0 {
            return haul(way, found, Standing::Live).await;
        }
        let has_live = found.len() > of_history;
        found.truncate(of_history);
        let history = haul(way, found, Standing::History).await?;
        Ok(Haul { more: history.more || has_live, ..history })
    }

    /// Everything newer than the mark, oldest first.
    async fn since(&self, way: &Way, mark: &Mark) -> Result<Vec<Notification>, Fault> {
        let page = list(way, &[("min_id", &mark.min)]).await?;
        if page.items.is_empty() {
            self.honours_min_id.store(true, Ordering::Relaxed);
            return Ok(Vec::new());
        }
        if self.honours_min_id.load(Ordering::Relaxed) {
            return forward(way, page, &mark.min).await;
        }
        // Not known whether this page is the one next to the mark or simply the newest: go back until the mark is met.
        back(way, Some(page), |item| item.id == mark.min || item.created_at < mark.at).await
    }
}

/// Pages towards the newest, beginning with `page`.
async fn forward(way: &Way, page: Page, after: &str) -> Result<Vec<Notification>, Fault> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([after.to_owned()]);
    let mut page = page;
    for _ in 0..MAX_PAGES {
        let newer = page.newer.clone();
        let before = found.len();
        found.extend(page.items.into_iter().rev().filter(|item| seen.insert(item.id.clone())));
        let Some(min_id) = newer.filter(|_| found.len() > before && found.len() < MAX_NEWS) else { break };
        page = list(way, &[("min_id", &min_id)]).await?;
    }
    Ok(found)
}

/// Pages towards the oldest until `is_met`, beginning with `page` or the newest; gives the oldest first.
async fn back(
    way: &Way,
    page: Option<Page>,
    is_met: impl Fn(&Notification) -> bool,
) -> Result<Vec<Notification>, Fault> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut page = match page {
        Some(page) => page,
        None => list(way, &[]).await?,
    };
    for _ in 0..MAX_PAGES {
        let older = page.older.clone();
        let before = found.len();
        let is_done = page.items.iter().any(&is_met);
        let wanted = page.items.into_iter().take_while(|item| !is_met(item));
        found.extend(wanted.filter(|item| seen.insert(item.id.clone())));
        let Some(max_id) = older.filter(|_| !is_done && found.len() > before) else { break };
        page = list(way, &[("max_id", &max_id)]).await?;
    }
    found.reverse();
    Ok(found)
}

async fn list(way: &Way, query: &[(&str, &str)]) -> Result<Page, Fault> {
    let call = way.get(&["api", "v1", "notifications"]);
    // Mastodon 4.3 sets aside what strangers send in private; who is in distress is often a stranger.
    let of_all = [("limit", PAGE), ("types[]", "mention"), ("types[]", "update"), ("include_filtered", "true")];
    let call = call.query(&of_all).query(query);
    let answer = check(call.send().await?)?;
    let values: Vec<serde_json::Value> = answer.json("list of notifications")?;
    let count = values.len();
    // A strange notification must not hide the others; of kinds we don't read we need only id and time.
    let items: Vec<Notification> = values.into_iter().filter_map(|value| serde_json::from_value(value).ok()).collect();
    if items.len() < count {
        tracing::warn!(count = count - items.len(), "notifications not understood");
    }
    let link = answer.header("link").unwrap_or_default();
    let newer = link_id(link, "prev", "min_id").or_else(|| items.first().map(|item| item.id.clone()));
    let older = link_id(link, "next", "max_id").or_else(|| items.last().map(|item| item.id.clone()));
    Ok(Page { items, newer, older })
}

/// The id that a Link header (RFC 8288) gives for paging. Only the id is used: the address itself may lead anywhere.
fn link_id(link: &str, rel: &str, key: &str) -> Option<String> {
    let of_rel = link.split(',').find(|part| part.contains(&format!("rel=\"{rel}\"")))?;
    let url = of_rel.split_once('<')?.1.split_once('>')?.0;
    let url = reqwest::Url::parse(url).ok()?;
    url.query_pairs().find(|(name, _)| name == key).map(|(_, id)| id.into_owned())
}

/// The oldest of what was found as news, with the cursor behind them.
async fn haul(way: &Way, found: Vec<Notification>, standing: Standing) -> Result<Haul, Fault> {
    let more = found.len() > MAX_NEWS;
    let mut news = Vec::new();
    let mut cursor = None;
    for item in found.into_iter().take(MAX_NEWS) {
        cursor = serde_json::to_string(&Mark { v: 1, min: item.id.clone(), at: item.created_at }).ok();
        news.extend(upstream(way, item).await?);
    }
    Ok(Haul { news, standing, cursor, more })
}

/// A mention as a post; an edit of a status that mentions us as an edit.
async fn upstream(way: &Way, item: Notification) -> Result<Option<Upstream>, Fault> {
    let Some(status) = item.status else { return Ok(None) };
    let is_edited = status.edited_at.is_some();
    match item.kind.as_str() {
        "mention" if is_edited => Ok(Some(Upstream::Edited(Box::new(status.into_inbound())))),
        "mention" => Ok(Some(Upstream::Posted(Box::new(status.into_inbound())))),
        "update" => {
            let own_id = way.own_id().await?;
            Ok(status.is_to(own_id).then(|| Upstream::Edited(Box::new(status.into_inbound()))))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::link_id;

    #[test]
    fn paging_reads_the_id_and_never_follows_the_address() {
        let link = r#"<https://evil.example/api/v1/notifications?limit=40&max_id=12>; rel="next", <https://x.example/n?min_id=a%2Fb>; rel="prev""#;
        assert_eq!(link_id(link, "next", "max_id").as_deref(), Some("12"));
        assert_eq!(link_id(link, "prev", "min_id").as_deref(), Some("a/b"));
        assert_eq!(link_id("", "prev", "min_id"), None);
        assert_eq!(link_id("<nonsense; rel=\"prev\"", "prev", "min_id"), None);
    }
}
