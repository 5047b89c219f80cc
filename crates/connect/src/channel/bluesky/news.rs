//! Reading mentions, replies and quotes so that none is lost and few come twice.
//!
//! The list of notifications is ordered by the earlier of "written" and "filed", so a post that says it was written three
//! days ago is filed three days down the list, where a reader of the newest never looks. Two depths therefore: every read goes back
//! over what is new and a short overlap; every ten minutes, and at the start, one goes back over the whole window.
//! What the caller has taken for certain is remembered and not offered again. "For certain" means: the caller came back
//! with the cursor of that haul, which it keeps only after commit. Otherwise the same is offered again.

use std::collections::{BTreeMap, VecDeque};

use bedside_core::{
    channel::{Fault, Haul},
    post::{Inbound, InboundAuthor, Standing, Upstream, Visibility},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{
    embeds, facets,
    session::{Session, check},
    wire::{AtUri, Author, Context, Notification, NotificationsBody, PostRecord, StrongRef},
};
use crate::Clock;

/// How far a usual read goes back behind the newest that is known.
const OVERLAP: Span = Span::minutes(15);
/// How often the whole window is read.
const SWEEP_EVERY: Span = Span::minutes(10);
/// What is older when the channel is connected is history.
const LIVE_AT_FIRST: Span = Span::hours(24);
const PAGE: &str = "100";
/// A bound for a list that never ends; 10,000 notifications.
const MAX_PAGES: usize = 100;
const MAX_NEWS: usize = 500;
const MAX_KNOWN: usize = 50_000;
const REASONS: [&str; 3] = ["mention", "reply", "quote"];

pub(super) struct News {
    clock: Clock,
    window: Span,
    web_url: String,
    memory: Mutex<Memory>,
}

/// What this process knows beside the cursor; losing it costs one sweep of known posts.
#[derive(Default)]
struct Memory {
    /// URIs that are taken, with their sort time.
    known: BTreeMap<String, Timestamp>,
    /// Handed out, not yet known to be taken.
    offered: Option<Offered>,
    /// Found, not yet handed out, oldest first.
    backlog: VecDeque<Found>,
    swept: Option<Timestamp>,
}

struct Offered {
    cursor: String,
    uris: Vec<(String, Timestamp)>,
}

struct Found {
    sort: Timestamp,
    standing: Standing,
    post: Box<Inbound>,
}

/// The cursor: the newest sort time taken, and a number that makes every haul's cursor its own.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Mark {
    v: u8,
    newest: Timestamp,
    n: u64,
}

impl News {
    pub fn new(clock: Clock, window: Span, web_url: String) -> Self {
        Self { clock, window, web_url, memory: Mutex::default() }
    }

    pub async fn read(&self, session: &Session, cursor: Option<&str>) -> Result<Haul, Fault> {
        let mut memory = self.memory.lock().await;
        memory.settle(cursor);
        // A cursor that is not ours (from an older version) counts as none: everything is offered again, stored once.
        let mark = cursor.and_then(|text| serde_json::from_str::<Mark>(text).ok());
        if memory.backlog.is_empty() {
            let now = (self.clock)();
            let is_sweep = memory.swept.is_none_or(|at| now.since(at) >= SWEEP_EVERY);
            let floor = self.floor(mark, is_sweep, now);
            let own_did = session.did().await?;
            let found = self.fetch(session, floor, &own_did, &memory.known).await?;
            memory.backlog = found.into_iter().map(|(sort, post)| self.stand(sort, post, mark, now)).collect();
            if is_sweep {
                memory.swept = Some(now);
                memory.forget(floor);
            }
        }
        Ok(memory.hand_out(mark))
    }

    fn floor(&self, mark: Option<Mark>, is_sweep: bool, now: Timestamp) -> Timestamp {
        let bottom = now.minus(self.window);
        match mark {
            None => bottom,
            Some(mark) if is_sweep => bottom.min(mark.newest.minus(OVERLAP)),
            Some(mark) => mark.newest.min(now).minus(OVERLAP),
        }
    }

    fn stand(&self, sort: Timestamp, post: Box<Inbound>, mark: Option<Mark>, now: Timestamp) -> Found {
        let is_history = mark.is_none() && now.since(sort) > LIVE_AT_FIRST;
        Found { sort, standing: if is_history { Standing::History } else { Standing::Live }, post }
    }

    /// Everything addressed to us down to `floor` that is not known, oldest first.
    async fn fetch(
        &self,
        session: &Session,
        floor: Timestamp,
        own_did: &str,
        known: &BTreeMap<String, Timestamp>,
    ) -> Result<Vec<(Timestamp, Box<Inbound>)>, Fault> {
        let mut found = BTreeMap::new();
        let mut cursor = None;
        for _ in 0..MAX_PAGES {
            let page = list(session, cursor.as_deref()).await?;
            let next = page.cursor.map(|next| widened(next, cursor.as_deref()));
            let mut oldest = None;
            let mut unread = 0_u32;
            for value in page.notifications {
                let Some((sort, notification)) = read_notification(value) else {
                    unread += 1;
                    continue;
                };
                oldest = Some(oldest.map_or(sort, |oldest: Timestamp| oldest.min(sort)));
                if REASONS.contains(&notification.reason.as_str()) && !known.contains_key(&notification.uri) {
                    let post = self.inbound(sort, own_did, notification);
                    found.insert((sort, post.external_id.clone()), Box::new(post));
                }
            }
            if unread > 0 {
                tracing::debug!(unread, "notifications about other things than posts");
            }
            cursor = next;
            if cursor.is_none() || oldest.is_some_and(|oldest| oldest < floor) {
                break;
            }
        }
        Ok(found.into_iter().map(|((sort, _), post)| (sort, post)).collect())
    }

    fn inbound(&self, sort: Timestamp, own_did: &str, from: Notification) -> Inbound {
        let Notification { uri, cid, author, reason, record, .. } = from;
        let url = AtUri::parse(&uri).map(|at| format!("{}/profile/{}/post/{}", self.web_url, at.authority, at.rkey));
        let own = StrongRef { uri: uri.clone(), cid: cid.clone() };
        let root = record.reply.as_ref().map_or(own, |reply| reply.root.clone());
        let context = Context { uri: uri.clone(), cid, root };
        let media = embeds::media(&record.embed, &author.did);
        Inbound {
            external_id: uri,
            author: author_of(author),
            text: text_of(&record),
            at: sort,
            url,
            in_reply_to: record.reply.as_ref().map(|reply| reply.parent.uri.clone()),
            thread_root: record.reply.as_ref().map(|reply| reply.root.uri.clone()),
            visibility: Visibility::Public,
            lang_hint: record.langs.as_ref().and_then(|langs| langs.first().cloned()),
            media_count: u16::try_from(media.len()).unwrap_or(u16::MAX),
            media,
            addressed: reason == "mention" || (reason == "reply" && answers(&record, own_did)),
            reply_context: serde_json::to_string(&context).ok(),
        }
    }
}

async fn list(session: &Session, cursor: Option<&str>) -> Result<NotificationsBody, Fault> {
    let answer = session
        .send(|http, _| {
            let call = http.get(&["xrpc", "app.bsky.notification.listNotifications"]);
            let call = call.query(&[("limit", PAGE)]).query(&REASONS.map(|reason| ("reasons", reason)));
            match cursor {
                Some(cursor) => call.query(&[("cursor", cursor)]),
                None => call,
            }
        })
        .await?;
    check(answer)?.json("list of notifications")
}

/// The cursor for the next page. It is a time, and the next page begins before it: of several notifications of the same
/// millisecond at a page's end the rest would be lost. So we ask from a millisecond later and meet some twice, unless that
/// leads nowhere because a whole page is of one millisecond.
fn widened(next: String, last: Option<&str>) -> String {
    let Ok(at) = next.parse::<jiff::Timestamp>() else { return next };
    let Ok(later) = at.checked_add(jiff::SignedDuration::from_millis(1)) else { return next };
    let wide = format!("{later:.3}");
    if last == Some(wide.as_str()) { next } else { wide }
}

/// A notification about a post, with its sort time; `None` for what is about something else (a like, a follow).
fn read_notification(value: serde_json::Value) -> Option<(Timestamp, Notification)> {
    let notification: Notification = serde_json::from_value(value).ok()?;
    let filed = Timestamp::parse_rfc3339(&notification.indexed_at).ok()?;
    let written = Timestamp::parse_rfc3339(&notification.record.created_at).unwrap_or(filed);
    // The author's clock may run ahead or lie; never later than filed.
    Some((filed.min(written), notification))
}

/// Whether a post answers one of ours. We also hear of answers further down a thread of ours, to other people.
fn answers(record: &PostRecord, own_did: &str) -> bool {
    let parent = record.reply.as_ref().and_then(|reply| AtUri::parse(&reply.parent.uri));
    parent.is_some_and(|parent| parent.authority == own_did)
}

fn author_of(author: Author) -> InboundAuthor {
    InboundAuthor {
        external_id: author.did,
        handle: author.handle,
        display_name: author.display_name.filter(|name| !name.trim().is_empty()),
        is_bot: author.labels.iter().any(|label| label.val == "bot"),
    }
}

/// The text of a record as a person reads it.
pub(super) fn text_of(record: &PostRecord) -> String {
    facets::written_out(&record.text, record.facets.as_deref().unwrap_or_default())
}

impl Memory {
    /// What the caller's cursor says about the last haul: taken, or to be offered again.
    fn settle(&mut self, cursor: Option<&str>) {
        let Some(offered) = self.offered.take() else { return };
        if cursor == Some(offered.cursor.as_str()) {
            self.known.extend(offered.uris);
        } else {
            self.backlog.clear();
            self.swept = None;
        }
    }

    /// Drops what no read will meet again.
    fn forget(&mut self, floor: Timestamp) {
        let floor = floor.minus(Span::days(1));
        self.known.retain(|_, sort| *sort >= floor);
        if self.known.len() > MAX_KNOWN {
            let mut sorts: Vec<_> = self.known.values().copied().collect();
            sorts.sort_unstable();
            let cut = sorts.get(sorts.len() - MAX_KNOWN).copied();
            self.known.retain(|_, sort| cut.is_none_or(|cut| *sort >= cut));
        }
    }

    /// The next haul from the backlog: at most [`MAX_NEWS`] of one standing.
    fn hand_out(&mut self, mark: Option<Mark>) -> Haul {
        let Some(standing) = self.backlog.front().map(|found| found.standing) else { return Haul::default() };
        let of_one = self.backlog.iter().take(MAX_NEWS).take_while(|found| found.standing == standing).count();
        let batch: Vec<Found> = self.backlog.drain(..of_one).collect();
        let newest = batch.iter().map(|found| found.sort).chain(mark.map(|mark| mark.newest)).max();
        let next = newest.map(|newest| Mark { v: 1, newest, n: mark.map_or(0, |mark| mark.n.wrapping_add(1)) });
        let cursor = next.and_then(|mark| serde_json::to_string(&mark).ok());
        let uris = batch.iter().map(|found| (found.post.external_id.clone(), found.sort)).collect();
        self.offered = cursor.clone().map(|cursor| Offered { cursor, uris });
        let news = batch.into_iter().map(|found| Upstream::Posted(found.post)).collect();
        Haul { news, standing, cursor, more: !self.backlog.is_empty() }
    }
}
