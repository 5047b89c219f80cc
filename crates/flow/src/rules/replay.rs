//! Replays asked for at the desk: a few hundred posts at a time beside the live work, one process at a time, going on after a
//! restart where the last one stopped.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use bedside_core::{
    code,
    id::{PersonId, RulesReplayId, RulesVersionId},
    log::{Actor, Code, Kind},
    policy::desk::{DeskAction, Seat},
    time::{Span, Timestamp},
};
use bedside_store::{
    random,
    rules::{
        replay::{self, ChangedRow, ReplayRow, ReplayState, Step},
        term,
        version::{self, VersionRow},
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    Change, FlowError, Road,
    acts::ActError,
    audit::Audit,
    replay::{Changed, Compared, Replaying, Stretch, all_cores},
};

/// How long a process keeps a replay after its last stretch: whoever dies must not keep the next from going on.
const LEASE: Span = Span::seconds(30);
/// How many days a replay may look back.
const LONGEST_DAYS: i64 = 730;
/// The rest between two stretches, in which live work goes first.
const REST: Duration = Duration::from_millis(15);

/// Posts between two looks of a page at the bar.
const TOLD_EVERY: i64 = 3_000;

/// How often each part of a decision was made, and how often each rule took part: before and after.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaySums {
    /// By part: escalation, moderation, speech.
    pub parts: BTreeMap<String, (u64, u64)>,
    /// By rule.
    pub rules: BTreeMap<String, (u64, u64)>,
}

impl ReplaySums {
    /// The sums of a stored replay.
    #[must_use]
    pub fn of(row: &ReplayRow) -> Self {
        serde_json::from_str(&row.sums).unwrap_or_default()
    }

    fn add(&mut self, stretch: &Stretch) {
        for (sums, more) in [(&mut self.parts, &stretch.parts), (&mut self.rules, &stretch.rules)] {
            for (name, (before, after)) in more {
                let all = sums.entry(name.clone()).or_default();
                *all = (all.0 + before, all.1 + after);
            }
        }
    }
}

impl Road {
    /// Asks for a replay of a version over what was first seen within so many days.
    ///
    /// # Errors
    /// The person may not, a replay of it goes on already, or its rules can't be read.
    pub async fn ask_replay(&self, by: PersonId, id: RulesVersionId, days: i64) -> Result<RulesReplayId, ActError> {
        let now = self.now();
        if !(1..=LONGEST_DAYS).contains(&days) {
            return Err(ActError::Invalid("days_out_of_range"));
        }
        let since = now.minus(Span::days(days));
        let mut tx = self.store.begin().await?;
        let version = version::by_id(&mut tx, id).await?.ok_or(ActError::Gone)?;
        self.may(&mut tx, by, version.site, DeskAction::WriteRules, Seat::default()).await?;
        term::alone(&mut tx, version.site).await?;
        self.follow_rules(&mut tx, version.site, now).await?;
        if replay::newest_of(&mut tx, id).await?.is_some_and(|last| last.state == ReplayState::Running) {
            return Err(ActError::Changed("replay_goes_on"));
        }
        let compared = self.compared(&version).map_err(|_| ActError::Changed("rules_unreadable"))?;
        let total = bedside_store::posts::count_since(&mut tx, since, None, Some(version.site)).await?;
        let row = ReplayRow {
            id: RulesReplayId::new(now, &random()?),
            site: version.site,
            version: id,
            before: compared.before.fingerprint().to_owned(),
            after: compared.after.fingerprint().to_owned(),
            since,
            state: ReplayState::Running,
            total: i64::try_from(total).unwrap_or(i64::MAX),
            last: None,
            posts: 0,
            left_out: 0,
            changed: 0,
            sums: "{}".to_owned(),
            by: Some(by),
            asked_at: now,
            ended_at: None,
        };
        replay::begin(&mut tx, &row).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::ReplayBegun, Actor::Person(by), Some(version.site), None, |entry| {
            let entry = entry.about(id).about(row.id).number(code!("number"), version.number);
            entry.number(code!("posts"), row.total).time(code!("since"), since)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.replays.notify_one();
        Ok(row.id)
    }

    /// Stops a replay; it begins anew when it is asked for again.
    ///
    /// # Errors
    /// The person may not.
    pub async fn stop_replay(&self, by: PersonId, id: RulesReplayId) -> Result<(), ActError> {
        let mut tx = self.store.begin().await?;
        let row = replay::by_id(&mut tx, id).await?.ok_or(ActError::Gone)?;
        self.may(&mut tx, by, row.site, DeskAction::WriteRules, Seat::default()).await?;
        drop(tx);
        Ok(self.end_replay(&row, ReplayState::Stopped, Actor::Person(by)).await?)
    }

    /// Does the next stretch of a replay that was asked for. Gives how many posts it decided or left out.
    ///
    /// # Errors
    /// The store refuses; the replay goes on where it was.
    pub async fn replay_asked(self: &Arc<Self>) -> Result<usize, FlowError> {
        let now = self.now();
        if !replay::is_waiting(&mut self.store.begin_read().await?, &self.node, now).await? {
            return Ok(0);
        }
        let mut tx = self.store.begin().await?;
        let row = replay::claim(&mut tx, &self.node, LEASE, now).await?;
        let Some(row) = row else { return Ok(0) };
        self.follow_rules(&mut tx, row.site, now).await?;
        let version = version::by_id(&mut tx, row.version).await?;
        tx.commit().await?;
        let compared = version.and_then(|version| self.compared(&version).ok());
        let compared =
            compared.filter(|one| one.before.fingerprint() == row.before && one.after.fingerprint() == row.after);
        let Some(compared) = compared else {
            self.end_replay(&row, ReplayState::Overtaken, Actor::System).await?;
            return Ok(1);
        };
        let replaying = Replaying {
            at: Arc::new(HashMap::from([(row.site, compared)])),
            site: Some(row.site),
            since: row.since,
            // Half of the machine is for the live work, however long the history is.
            threads: (all_cores() / 2).max(1),
        };
        let labels = self.replay_labels().await?;
        let stretch = self.replay_next(&replaying, &labels, row.last).await?;
        if stretch.last.is_none() {
            self.end_replay(&row, ReplayState::Done, Actor::System).await?;
            return Ok(1);
        }
        let done = self.keep_stretch(&row, &stretch).await?;
        tokio::time::sleep(REST).await;
        Ok(done.max(1))
    }

    /// Notes what a stretch found. Gives how many posts it was.
    async fn keep_stretch(&self, row: &ReplayRow, stretch: &Stretch) -> Result<usize, FlowError> {
        let Some(last) = stretch.last else { return Ok(0) };
        let mut sums = ReplaySums::of(row);
        sums.add(stretch);
        let sums = serde_json::to_string(&sums).unwrap_or_default();
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let (posts, left_out) = (count(stretch.posts), count(stretch.left_out));
        let kept = |one: &Changed| ChangedRow {
            post: one.post,
            case: one.case,
            at: one.at,
            body: serde_json::to_string(one).unwrap_or_default(),
        };
        let changed: Vec<ChangedRow> = stretch.changed.iter().map(kept).collect();
        let mut tx = self.store.begin().await?;
        let step = Step { last, posts, left_out, sums: &sums, changed: &changed };
        replay::go_on(&mut tx, row.id, &self.node, &step).await?;
        tx.commit().await?;
        // Pages that show the bar look again; more often would help nobody.
        if (row.posts / TOLD_EVERY) != ((row.posts + posts) / TOLD_EVERY) {
            self.tell(row.site, None, Change::Rules);
        }
        Ok(usize::try_from(posts + left_out).unwrap_or(usize::MAX))
    }

    fn compared(&self, version: &VersionRow) -> Result<Compared, FlowError> {
        let house = self.house_of(version.site)?;
        Ok(Compared { before: house.rules(), after: self.rules_read.of(house.site.jurisdiction, &version.files)? })
    }

    async fn end_replay(&self, row: &ReplayRow, state: ReplayState, by: Actor) -> Result<(), FlowError> {
        let now: Timestamp = self.now();
        let mut tx = self.store.begin().await?;
        if !replay::end(&mut tx, row.id, state, now).await? {
            return Ok(());
        }
        let mut audit = Audit::at(now);
        audit.add(Kind::ReplayEnded, by, Some(row.site), None, |entry| {
            let entry = entry.about(row.version).about(row.id).code(code!("state"), word(state));
            entry.number(code!("posts"), row.posts).number(code!("changed"), row.changed)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(row.site, None, Change::Rules);
        Ok(())
    }
}

fn word(state: ReplayState) -> Code {
    match state {
        ReplayState::Running => code!("running"),
        ReplayState::Done => code!("done"),
        ReplayState::Stopped => code!("stopped"),
        ReplayState::Overtaken => code!("overtaken"),
    }
}
