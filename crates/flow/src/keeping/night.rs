//! The night: for each house and class the sums, then batch by batch what is due, so that no other writer waits.

use std::time::Instant;

use bedside_core::{
    code,
    id::{AuthorId, CaseId, PostId, SiteId},
    log::{Actor, Code, Kind},
    retention::Class,
    time::{Span, Timestamp},
};
use bedside_store::keeping::{self, Due, DueCase};

use crate::{FlowError, House, Road, audit::Audit, pace::Pace};

/// So many are looked up at once, without a write lock.
const PAGE: u32 = 1_000;

/// So long a retired key is kept, until no step is at work that could still seal something under it.
const RETIRED_FOR: Span = Span::minutes(10);

/// What is due of a class at a house, and what of it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NightSum {
    /// The house.
    pub site: SiteId,
    /// What.
    pub class: Class,
    /// How long it is kept there.
    pub keep: Span,
    /// What is older and finished: cases, posts without one, or rows.
    pub due: Due,
    /// What went: as it was counted, except where somebody came back or a hold was set meanwhile.
    pub gone: u64,
}

/// Where and when a class is gone through.
#[derive(Debug, Clone, Copy)]
struct Round {
    site: SiteId,
    class: Class,
    before: Timestamp,
    now: Timestamp,
}

impl Road {
    /// What would go tonight, for each house and class. Changes nothing.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn retention_sums(&self) -> Result<Vec<NightSum>, FlowError> {
        let mut all = Vec::new();
        for house in self.houses() {
            all.extend(self.sums_of(house, self.now()).await?);
        }
        Ok(all)
    }

    async fn sums_of(&self, house: &House, now: Timestamp) -> Result<Vec<NightSum>, FlowError> {
        let (site, slug) = (house.site.id, house.site.slug.as_str());
        let mut tx = self.store.begin_read().await?;
        let mut all = Vec::with_capacity(Class::ALL.len());
        for class in Class::ALL {
            let keep = self.settings.retention.keeps(slug, class);
            let due = keeping::sums(&mut tx, site, class, (now.minus(keep), now)).await?;
            all.push(NightSum { site, class, keep, due, gone: 0 });
        }
        Ok(all)
    }

    /// Does the run of the next house whose hour has come and that was not done today. Gives how many houses were done.
    ///
    /// # Errors
    /// The store refuses; the run is taken up again within an hour.
    pub async fn retention_next(&self) -> Result<usize, FlowError> {
        let now = self.now();
        for house in self.houses() {
            let Some((day, minute)) = house.day_and_minute(now) else { continue };
            if minute < self.settings.retention.at_min {
                continue;
            }
            let mut tx = self.store.begin().await?;
            let is_mine = keeping::begin_night(&mut tx, house.site.id, &day, now).await?;
            tx.commit().await?;
            if is_mine {
                self.retention_run(house.site.id).await?;
                let mut tx = self.store.begin().await?;
                keeping::end_night(&mut tx, house.site.id, &day, self.now()).await?;
                tx.commit().await?;
                return Ok(1);
            }
        }
        Ok(0)
    }

    /// Takes out at a house what has had its time, at once, and writes the sums into the log.
    ///
    /// # Errors
    /// The house is not set up, or the store refuses; what went until then is gone.
    pub async fn retention_run(&self, site: SiteId) -> Result<Vec<NightSum>, FlowError> {
        let now = self.now();
        let mut sums = self.sums_of(self.house_of(site)?, now).await?;
        let pace = Pace::new();
        for sum in &mut sums {
            let round = Round { site, class: sum.class, before: now.minus(sum.keep), now };
            sum.gone = match sum.class {
                Class::SilentPosts | Class::ClosedCases | Class::History => {
                    self.cases_go(round, &pace).await? + self.posts_go(round, &pace).await?
                }
                Class::OwnCases
                | Class::Examples
                | Class::Alarms
                | Class::Deliveries
                | Class::Accesses
                | Class::SignIns => self.rows_go(round, &pace).await?,
            };
        }
        let authors = self.authors_go(site, now, &pace).await?;
        self.store.reseal_retired(now.minus(RETIRED_FOR), now).await?;
        self.note_night(site, &sums, authors).await?;
        Ok(sums)
    }

    async fn cases_go(&self, round: Round, pace: &Pace) -> Result<u64, FlowError> {
        let Round { site, class, before, now } = round;
        let (mut after, mut gone): (Option<CaseId>, u64) = (None, 0);
        loop {
            let mut read = self.store.begin_read().await?;
            let page = keeping::due_cases(&mut read, site, class, (before, now), after, PAGE).await?;
            drop(read);
            let Some(last) = page.last() else { return Ok(gone) };
            after = Some(last.matter.0);
            let mut rest = page.as_slice();
            while !rest.is_empty() {
                let (batch, later) = rest.split_at(pace.posts().min(rest.len()));
                gone += self.batch_of_cases(batch, now, pace).await?;
                rest = later;
            }
        }
    }

    async fn batch_of_cases(&self, batch: &[DueCase], now: Timestamp, pace: &Pace) -> Result<u64, FlowError> {
        let begun = Instant::now();
        let mut tx = self.store.begin().await?;
        let matters = keeping::still_due(&mut tx, batch, now).await?;
        keeping::empty_cases(&self.store, &mut tx, &matters, now).await?;
        tx.commit().await?;
        rest(begun, batch.len(), pace).await;
        Ok(matters.len() as u64)
    }

    async fn posts_go(&self, round: Round, pace: &Pace) -> Result<u64, FlowError> {
        let Round { site, class, before, now } = round;
        let (mut after, mut gone): (Option<PostId>, u64) = (None, 0);
        loop {
            let mut read = self.store.begin_read().await?;
            let page = keeping::due_posts(&mut read, site, class, (before, now), after, PAGE).await?;
            drop(read);
            let Some(last) = page.last() else { return Ok(gone) };
            after = Some(*last);
            let mut left = page.as_slice();
            while !left.is_empty() {
                let (batch, later) = left.split_at(pace.posts().min(left.len()));
                let begun = Instant::now();
                let mut tx = self.store.begin().await?;
                gone += keeping::empty_posts(&mut tx, batch, now).await?;
                tx.commit().await?;
                rest(begun, batch.len(), pace).await;
                left = later;
            }
        }
    }

    async fn rows_go(&self, round: Round, pace: &Pace) -> Result<u64, FlowError> {
        let Round { site, class, before, now } = round;
        let mut gone = 0;
        loop {
            let (begun, batch) = (Instant::now(), pace.posts());
            let mut tx = self.store.begin().await?;
            let most = u32::try_from(batch).unwrap_or(PAGE);
            let dropped = keeping::drop_rows(&mut tx, site, class, (before, now), most).await?;
            tx.commit().await?;
            rest(begun, batch, pace).await;
            if dropped == 0 {
                return Ok(gone);
            }
            gone += dropped;
        }
    }

    /// Authors of whom nothing is left. Whoever was seen first within the last day is left alone: their post may be on its way.
    async fn authors_go(&self, site: SiteId, now: Timestamp, pace: &Pace) -> Result<u64, FlowError> {
        let (mut after, mut gone): (Option<AuthorId>, u64) = (None, 0);
        loop {
            let mut read = self.store.begin_read().await?;
            let page = keeping::due_authors(&mut read, site, (now.minus(Span::days(1)), now), after, PAGE).await?;
            drop(read);
            let Some(last) = page.last() else { return Ok(gone) };
            after = Some(*last);
            let mut left = page.as_slice();
            while !left.is_empty() {
                let (batch, later) = left.split_at(pace.posts().min(left.len()));
                gone += self.batch_of_authors(batch, now, pace).await?;
                left = later;
            }
        }
    }

    async fn batch_of_authors(&self, batch: &[AuthorId], now: Timestamp, pace: &Pace) -> Result<u64, FlowError> {
        let begun = Instant::now();
        let mut tx = self.store.begin().await?;
        // Somebody among them writes just now: the whole batch waits for the next night.
        let Some(_) = keeping::empty_authors(&self.store, &mut tx, batch, now).await? else { return Ok(0) };
        tx.commit().await?;
        rest(begun, batch.len(), pace).await;
        Ok(batch.len() as u64)
    }

    /// The sums in the log, class by class, as the dry run says them; one entry where nothing was due.
    async fn note_night(&self, site: SiteId, sums: &[NightSum], authors: u64) -> Result<(), FlowError> {
        let mut audit = Audit::at(self.now());
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        for sum in sums.iter().filter(|sum| sum.due.due > 0 || sum.gone > 0) {
            tracing::info!(%site, class = sum.class.as_str(), due = sum.due.due, held = sum.due.held, gone = sum.gone, "retention");
            audit.add(Kind::RetentionRun, Actor::System, Some(site), None, |entry| {
                let entry =
                    Code::new(sum.class.as_str()).map_or(entry.clone(), |word| entry.code(code!("class"), word));
                entry
                    .number(code!("due"), number(sum.due.due))
                    .number(code!("held"), number(sum.due.held))
                    .number(code!("gone"), number(sum.gone))
            })?;
        }
        audit.add(Kind::RetentionRun, Actor::System, Some(site), None, |entry| {
            entry.code(code!("class"), code!("authors")).number(code!("gone"), number(authors))
        })?;
        let mut tx = self.store.begin().await?;
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// After a batch others have as long as it took, and the next one is as long as it may be.
async fn rest(begun: Instant, batch: usize, pace: &Pace) {
    pace.learn(batch, begun);
    tokio::time::sleep(begun.elapsed()).await;
}
