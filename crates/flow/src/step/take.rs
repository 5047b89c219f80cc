//! Take: stores a channel's news once, with a job for each new post and the cursor that stands behind them.

use std::{borrow::Cow, time::Instant};

use bedside_core::{
    channel::{NotTaken, Promise, Take, Taken},
    code,
    id::{CaseId, ChannelId, SiteId},
    log::{Actor, Code, Commitment, Kind},
    media::Media,
    post::{Inbound, Standing, Upstream},
    time::Timestamp,
};
use bedside_store::{
    Tx, channels, desk,
    jobs::{self, JobKind},
    media,
    posts::{self, NewPost, Opened},
};

use crate::{Change, FlowError, Road, audit::Audit, door::Told};

/// Where an import stands: its name and the number of rows read when this batch is stored.
#[derive(Debug, Clone, Copy)]
pub struct ImportMark<'a> {
    /// The import's name, the same when it is run again.
    pub run: &'a str,
    /// Rows read so far, this batch included.
    pub position: i64,
}

impl Take for Road {
    fn take<'a>(
        &'a self,
        channel: ChannelId,
        standing: Standing,
        news: &'a [Upstream],
        cursor: Option<&'a str>,
    ) -> Promise<'a, Result<Taken, NotTaken>> {
        Box::pin(async move {
            self.take_news(channel, standing, news, cursor, None).await.map_err(|error| NotTaken(error.to_string()))
        })
    }
}

impl Road {
    /// Takes rows of an import; its position moves in the transaction that stores them.
    ///
    /// # Errors
    /// The store refuses; then the last transaction's rows are not stored and the position stands before them.
    pub async fn take_import(
        &self,
        channel: ChannelId,
        standing: Standing,
        news: &[Upstream],
        mark: ImportMark<'_>,
    ) -> Result<Taken, FlowError> {
        self.take_news(channel, standing, news, None, Some(mark)).await
    }

    pub(crate) async fn take_news(
        &self,
        channel: ChannelId,
        standing: Standing,
        news: &[Upstream],
        cursor: Option<&str>,
        mark: Option<ImportMark<'_>>,
    ) -> Result<Taken, FlowError> {
        let mut taken = Taken::default();
        let site = self.site_of(channel).await?;
        let mut rest = news;
        loop {
            let size = self.take_pace.posts().min(rest.len());
            let (batch, after) = rest.split_at_checked(size).unwrap_or((rest, &[]));
            let is_last = after.is_empty();
            let step =
                self.take_batch(site, channel, standing, batch, cursor.filter(|_| is_last), mark.filter(|_| is_last));
            let done = step.await?;
            taken.new += done.new;
            taken.known += done.known;
            taken.changed += done.changed;
            if is_last {
                break;
            }
            rest = after;
        }
        if taken.new + taken.changed > 0 {
            self.work.notify_one();
        }
        Ok(taken)
    }

    async fn site_of(&self, channel: ChannelId) -> Result<SiteId, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let all = channels::all(&mut tx).await?;
        let row = all.into_iter().find(|row| row.id == channel);
        row.map(|row| row.site).ok_or_else(|| FlowError::NoSite(format!("channel {channel}")))
    }

    async fn take_batch(
        &self,
        site: SiteId,
        channel: ChannelId,
        standing: Standing,
        batch: &[Upstream],
        cursor: Option<&str>,
        mark: Option<ImportMark<'_>>,
    ) -> Result<Taken, FlowError> {
        let now = self.now();
        let edits = self.edits(channel, batch).await?;
        let posted: Vec<Cow<'_, Inbound>> = batch
            .iter()
            .filter_map(|one| match one {
                Upstream::Posted(post) | Upstream::Edited(post) => Some(not_ahead(post, now)),
                Upstream::Deleted { .. } => None,
            })
            .collect();
        let posted: Vec<&Inbound> = posted.iter().map(AsRef::as_ref).collect();
        let prepared = posts::prepare(&self.store, site, channel, &posted, now).await?;
        let mut taken = Taken { known: prepared.known, ..Taken::default() };

        let mut tx = self.store.begin().await?;
        let begun = Instant::now();
        let mut audit = Audit::at(now);
        let new = prepared.write(&mut tx, &posted, standing, now).await?;
        taken.new = u32::try_from(new.len()).unwrap_or(u32::MAX);
        note_taken(&mut audit, site, standing, &posted, &new)?;
        let told = match standing {
            Standing::Live => self.hear_codes(&mut tx, &mut audit, (site, channel), (&posted, &new), now).await?,
            Standing::History => Told::default(),
        };
        if self.is_door(channel) {
            for (one, inbound) in new.iter().filter_map(|one| Some((one, posted.get(one.position)?))) {
                self.seat_at_door(&mut tx, one, inbound).await?;
            }
        }
        let priority = if standing == Standing::Live { jobs::LIVE } else { jobs::HISTORY };
        let to_sort = new.iter().map(|new| new.id).filter(|id| !told.silent.contains(id));
        jobs::add(&mut tx, JobKind::Assess, to_sort.map(|id| id.to_string()), priority, now).await?;
        for edit in &edits {
            edit.write(&mut tx, &mut audit, site, now).await?;
            taken.changed += 1;
        }
        let mut cases = Vec::new();
        for one in batch {
            if let Upstream::Deleted { external_id } = one
                && let Some(case) = self.delete(&mut tx, &mut audit, site, channel, external_id, now).await?
            {
                taken.changed += 1;
                cases.extend(case);
            }
        }
        if let Some(cursor) = cursor {
            channels::set_cursor(&mut tx, channel, cursor).await?;
        }
        if let Some(mark) = mark {
            desk::set_import_position(&mut tx, mark.run, mark.position, now).await?;
        }
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.take_pace.learn(batch.len(), begun);
        for case in cases {
            self.tell(site, Some(case), Change::Changed);
        }
        Ok(taken)
    }

    /// Edits of posts that we have, with the new text sealed by the key of the old one's author.
    async fn edits(&self, channel: ChannelId, batch: &[Upstream]) -> Result<Vec<Edit>, FlowError> {
        let mut edits = Vec::new();
        for one in batch {
            let Upstream::Edited(inbound) = one else { continue };
            let mut tx = self.store.begin_read().await?;
            let Some(known) = posts::known(&self.store, &mut tx, channel, &inbound.external_id).await? else {
                continue;
            };
            let Some(row) = posts::by_id(&mut tx, known.id).await? else { continue };
            drop(tx);
            let opened = self.store.open_posts(std::slice::from_ref(&row)).await?;
            let Some((text, _)) = opened.into_iter().find_map(Opened::text) else { continue };
            let media = self.other_media(&row, inbound).await?;
            if text.0.text == inbound.text && media.is_none() {
                continue;
            }
            let Some(key) = self.store.key_of_post(&row).await? else { continue };
            let new = posts::PostText { text: inbound.text.clone(), salt: bedside_store::random()?, ..text.0 };
            edits.push(Edit { row, key, new, media });
        }
        Ok(edits)
    }

    /// What hangs on an edited post now, where that is something else than before.
    pub(crate) async fn other_media(
        &self,
        row: &posts::PostRow,
        inbound: &Inbound,
    ) -> Result<Option<Vec<Media>>, FlowError> {
        if inbound.media.is_empty() && inbound.media_count == row.media_count {
            return Ok(None);
        }
        let told = Media::of_post(&inbound.media, inbound.media_count);
        let mut tx = self.store.begin_read().await?;
        let rows = media::of_post(&mut tx, row.id).await?;
        drop(tx);
        let before = self.store.open_media(&rows).await?;
        let is_same = before.len() == told.len()
            && before.iter().zip(&told).all(|(one, other)| one.as_ref().is_some_and(|one| one.0.is_same(other)));
        Ok((!is_same).then_some(told))
    }

    /// Notes that a post is gone. `None`: that is no news; else the case of its thread, if it has one.
    async fn delete(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        site: SiteId,
        channel: ChannelId,
        external_id: &str,
        now: Timestamp,
    ) -> Result<Option<Option<CaseId>>, FlowError> {
        let Some((post, thread)) = posts::mark_deleted(&self.store, tx, channel, external_id, now).await? else {
            return Ok(None);
        };
        let case = bedside_store::cases::by_thread(tx, thread).await?.map(|case| case.id);
        audit.add(Kind::UpstreamDeleted, Actor::System, Some(site), case, |entry| entry.about(post))?;
        Ok(Some(case))
    }
}

/// A post as it can have been written: what a platform dates later than we see it was written when we see it.
fn not_ahead(post: &Inbound, now: Timestamp) -> Cow<'_, Inbound> {
    if post.at > now { Cow::Owned(Inbound { at: now, ..post.clone() }) } else { Cow::Borrowed(post) }
}

/// A post whose text, or what hangs on it, changed upstream.
struct Edit {
    row: posts::PostRow,
    key: bedside_store::DataKey,
    new: posts::PostText,
    /// What hangs on it now, where that changed.
    media: Option<Vec<Media>>,
}

impl Edit {
    async fn write(&self, tx: &mut Tx, audit: &mut Audit, site: SiteId, now: Timestamp) -> Result<(), FlowError> {
        posts::apply_edit(tx, self.row.id, &self.key, &self.new, now).await?;
        if let Some(told) = &self.media {
            media::replace(tx, &self.row, told, &self.key, now).await?;
        }
        let priority = if self.row.standing == Standing::Live { jobs::LIVE } else { jobs::HISTORY };
        jobs::add(tx, JobKind::Assess, std::iter::once(self.row.id.to_string()), priority, now).await?;
        let commitment = Commitment::new(&self.new.salt, "post", &self.new.text);
        audit.add(Kind::UpstreamEdited, Actor::System, Some(site), None, |entry| {
            entry
                .about(self.row.id)
                .number(code!("version"), self.row.version + 1)
                .committing(code!("text"), commitment)
        })
    }
}

/// A live post has an entry of its own; history has one per transaction, with a commitment per post.
fn note_taken(
    audit: &mut Audit,
    site: SiteId,
    standing: Standing,
    posted: &[&Inbound],
    new: &[NewPost],
) -> Result<(), FlowError> {
    let committed = |new: &NewPost| posted.get(new.position).map(|post| Commitment::new(&new.salt, "post", &post.text));
    match standing {
        Standing::Live => {
            for one in new {
                let Some(commitment) = committed(one) else { continue };
                audit.add(Kind::PostTaken, Actor::System, Some(site), None, |entry| {
                    entry.about(one.id).committing(code!("text"), commitment)
                })?;
            }
            Ok(())
        }
        Standing::History if new.is_empty() => Ok(()),
        Standing::History => audit.add(Kind::Imported, Actor::System, Some(site), None, |entry| {
            let entry = entry.number(code!("posts"), i64::try_from(new.len()).unwrap_or(0));
            new.iter().fold(entry, |entry, one| match (Code::configured(&one.id.to_string()), committed(one)) {
                (Ok(name), Some(commitment)) => entry.committing(name, commitment),
                _ => entry,
            })
        }),
    }
}
