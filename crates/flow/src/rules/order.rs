//! Putting in force: after a replay of exactly that text, by somebody who did not write it, from a time on; taking that back;
//! and one step back, which takes effect at once.

use bedside_core::{
    code,
    id::{PersonId, RulesTermId, RulesVersionId, SiteId},
    log::{Actor, Kind},
    policy::desk::{DeskAction, Seat},
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx, random,
    rules::{
        replay::{self, ReplayRow, ReplayState},
        term::{self, TermRow, Way},
        version::{self, VersionRow},
    },
};

use super::{follow::way, write::writers};
use crate::{
    Change, FlowError, Road,
    acts::{ActError, given},
    audit::Audit,
};

/// The furthest ahead that rules may be ordered.
const FURTHEST: Span = Span::days(366);
/// Terms that are looked at: more than a house has in its life.
const TERMS: u32 = 1_000;

/// An order to put a version in force.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// Which version.
    pub version: RulesVersionId,
    /// From when; `None`: now.
    pub from: Option<Timestamp>,
    /// Why.
    pub why: &'a str,
}

/// Who wrote a version, and what stands in the way of putting it in force.
#[derive(Debug, Clone)]
pub struct Written {
    /// Everybody who had a hand in it.
    pub writers: Vec<PersonId>,
    /// Its newest replay.
    pub replay: Option<ReplayRow>,
    /// The word for what is missing; `None`: nothing but somebody who may.
    pub missing: Option<&'static str>,
}

/// What is in force at a house, what will be, and what one step back leads to.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// In force, since when and by whom; `None`: the store says nothing.
    pub in_force: Option<(TermRow, VersionRow)>,
    /// Ordered for later.
    pub ordered: Option<(TermRow, VersionRow)>,
    /// What one step back leads to.
    pub before: Option<VersionRow>,
}

impl Road {
    /// What is in force at a house, what will be, and what was before.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn rules_standing(&self, tx: &mut Tx, site: SiteId) -> Result<Standing, FlowError> {
        let now = self.now();
        self.follow_rules(tx, site, now).await?;
        let mut standing = Standing::default();
        if let Some(term) = term::in_force(tx, site, now).await? {
            let version = version::by_id(tx, term.version).await?;
            standing.in_force = version.map(|version| (term, version));
        }
        if let Some(term) = ordered(tx, site, now).await? {
            let version = version::by_id(tx, term.version).await?;
            standing.ordered = version.map(|version| (term, version));
        }
        if let Some(before) = one_step_back(tx, site, now).await? {
            standing.before = version::by_id(tx, before).await?;
        }
        Ok(standing)
    }

    /// How far a version is on its way into force.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn rules_written(&self, tx: &mut Tx, version: &VersionRow) -> Result<Written, FlowError> {
        let now = self.now();
        self.follow_rules(tx, version.site, now).await?;
        let replay = replay::newest_of(tx, version.id).await?;
        let missing = self.what_is_missing(tx, version, replay.as_ref(), now).await?;
        Ok(Written { writers: writers(tx, version).await?, replay, missing })
    }

    async fn what_is_missing(
        &self,
        tx: &mut Tx,
        version: &VersionRow,
        replay: Option<&ReplayRow>,
        now: Timestamp,
    ) -> Result<Option<&'static str>, FlowError> {
        let standing = term::in_force(tx, version.site, now).await?;
        if standing.is_some_and(|standing| standing.version == version.id) {
            return Ok(Some("rules_in_force_already"));
        }
        if version.dropped_at.is_some() {
            return Ok(Some("rules_dropped"));
        }
        let house = self.house_of(version.site)?;
        let Ok(read) = self.rules_read.of(house.site.jurisdiction, &version.files) else {
            return Ok(Some("rules_unreadable"));
        };
        if ordered(tx, version.site, now).await?.is_some() {
            return Ok(Some("rules_ordered_already"));
        }
        // The replay is of exactly this text against exactly what is in force, or it proves nothing.
        Ok(match replay {
            Some(done) if done.state == ReplayState::Done => {
                let is_same = done.after == read.fingerprint() && done.before == house.rules().fingerprint();
                (!is_same).then_some("replay_outdated")
            }
            Some(_) | None => Some("replay_missing"),
        })
    }

    /// Puts a version in force, now or from a time on.
    ///
    /// # Errors
    /// The person may not or had a hand in it, gives no reason, or it was not replayed as it is.
    pub async fn put_rules_in_force(&self, by: PersonId, order: Order<'_>) -> Result<(), ActError> {
        let now = self.now();
        let why = given(order.why, "reason_missing")?.to_owned();
        let from = order.from.filter(|from| *from > now).unwrap_or(now);
        if from > now.plus(FURTHEST) {
            return Err(ActError::Invalid("time_too_far"));
        }
        let mut tx = self.store.begin().await?;
        let version = version::by_id(&mut tx, order.version).await?.ok_or(ActError::Gone)?;
        let seat = Seat { own_draft: writers(&mut tx, &version).await?.contains(&by) };
        self.may(&mut tx, by, version.site, DeskAction::PutRulesInForce, seat).await?;
        term::alone(&mut tx, version.site).await?;
        self.follow_rules(&mut tx, version.site, now).await?;
        let replay = replay::newest_of(&mut tx, version.id).await?;
        if let Some(missing) = self.what_is_missing(&mut tx, &version, replay.as_ref(), now).await? {
            return Err(ActError::Changed(missing));
        }
        let term = TermRow {
            id: RulesTermId::new(now, &random()?),
            site: version.site,
            version: version.id,
            way: Way::Live,
            why,
            salt: random()?,
            by: Some(by),
            set_at: now,
            from,
            replay: replay.map(|replay| replay.id),
            reached_at: (from <= now).then_some(now),
            withdrawn_at: None,
            withdrawn_by: None,
        };
        let mut audit = Audit::at(now);
        audit.add(Kind::RulesOrdered, Actor::Person(by), Some(version.site), None, |entry| {
            let entry = entry.about(version.id).number(code!("number"), version.number).time(code!("from"), from);
            let entry = term.replay.map_or(entry.clone(), |replay| entry.about(replay));
            entry.code(code!("way"), way(&term)).committing(code!("why"), term.commitment())
        })?;
        self.order(tx, &term, audit, now).await
    }

    /// Goes one step back: what was in force before is in force again, at once. What was ordered for later is taken back too.
    ///
    /// # Errors
    /// The person may not, gives no reason, or there is nothing before.
    pub async fn step_rules_back(&self, by: PersonId, site: SiteId, why: &str) -> Result<(), ActError> {
        let now = self.now();
        let why = given(why, "reason_missing")?.to_owned();
        let mut tx = self.store.begin().await?;
        self.may(&mut tx, by, site, DeskAction::StepRulesBack, Seat::default()).await?;
        term::alone(&mut tx, site).await?;
        let before = one_step_back(&mut tx, site, now).await?.ok_or(ActError::Changed("no_step_back"))?;
        let version = version::by_id(&mut tx, before).await?.ok_or(ActError::Gone)?;
        let house = self.house_of(site)?;
        if self.rules_read.of(house.site.jurisdiction, &version.files).is_err() {
            return Err(ActError::Changed("rules_unreadable"));
        }
        let mut audit = Audit::at(now);
        if let Some(later) = ordered(&mut tx, site, now).await? {
            self.take_back(&mut tx, by, &later, &mut audit, now).await?;
        }
        let term = TermRow {
            id: RulesTermId::new(now, &random()?),
            site,
            version: version.id,
            way: Way::Back,
            why,
            salt: random()?,
            by: Some(by),
            set_at: now,
            from: now,
            replay: None,
            reached_at: Some(now),
            withdrawn_at: None,
            withdrawn_by: None,
        };
        audit.add(Kind::RulesSteppedBack, Actor::Person(by), Some(site), None, |entry| {
            let entry = entry.about(version.id).number(code!("number"), version.number);
            entry.committing(code!("why"), term.commitment())
        })?;
        self.order(tx, &term, audit, now).await
    }

    /// Takes an order back before its time.
    ///
    /// # Errors
    /// The person may not, or it is in force already.
    pub async fn withdraw_rules(&self, by: PersonId, site: SiteId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        self.may(&mut tx, by, site, DeskAction::PutRulesInForce, Seat::default()).await?;
        term::alone(&mut tx, site).await?;
        let later = ordered(&mut tx, site, now).await?.ok_or(ActError::Changed("rules_in_force_already"))?;
        let mut audit = Audit::at(now);
        self.take_back(&mut tx, by, &later, &mut audit, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(site, None, Change::Rules);
        Ok(())
    }

    async fn take_back(
        &self,
        tx: &mut Tx,
        by: PersonId,
        later: &TermRow,
        audit: &mut Audit,
        now: Timestamp,
    ) -> Result<(), ActError> {
        if !term::withdraw(tx, later.id, by, now).await? {
            return Err(ActError::Changed("rules_in_force_already"));
        }
        audit.add(Kind::RulesWithdrawn, Actor::Person(by), Some(later.site), None, |entry| {
            entry.about(later.version).time(code!("from"), later.from)
        })?;
        Ok(())
    }

    async fn order(&self, mut tx: Tx, term: &TermRow, mut audit: Audit, now: Timestamp) -> Result<(), ActError> {
        term::add(&mut tx, term).await?;
        if term.reached_at.is_some() {
            self.begins(&mut tx, term, &mut audit).await?;
        }
        audit.write(&mut tx).await?;
        tx.commit().await?;
        let mut tx = self.store.begin_read().await?;
        self.follow_rules(&mut tx, term.site, now).await?;
        drop(tx);
        self.decide_anew().await?;
        self.tell(term.site, None, Change::Rules);
        Ok(())
    }
}

/// What is ordered for later at a house.
async fn ordered(tx: &mut Tx, site: SiteId, now: Timestamp) -> Result<Option<TermRow>, FlowError> {
    let terms = term::newest(tx, site, TERMS).await?;
    Ok(terms.into_iter().find(|term| term.from > now && term.withdrawn_at.is_none()))
}

/// The version that one step back leads to; `None`: there is none. Who goes back twice goes back two steps, not to and fro.
async fn one_step_back(tx: &mut Tx, site: SiteId, now: Timestamp) -> Result<Option<RulesVersionId>, FlowError> {
    let mut terms = term::newest(tx, site, TERMS).await?;
    terms.retain(|term| term.from <= now && term.withdrawn_at.is_none());
    let mut steps: Vec<RulesVersionId> = Vec::new();
    for term in terms.iter().rev() {
        match term.way {
            Way::Back => drop(steps.pop()),
            Way::First | Way::Files | Way::Live => steps.push(term.version),
        }
    }
    steps.pop();
    Ok(steps.pop())
}
