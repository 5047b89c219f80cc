//! What a batch found and decided goes into the store and the log, in the batch's one transaction.

use std::collections::BTreeMap;

use bedside_core::{
    code,
    id::{CaseId, DecisionId, PostId, SiteId},
    log::{Actor, Kind},
    policy::Decision,
    post::Standing,
    time::Timestamp,
};
use bedside_store::{
    Tx, alarms,
    cases::{self, CaseRow},
    jobs::{self, JobKind},
    posts,
};

use super::{Assessed, IsNew, Outcome, decided, hear_passed_over};
use crate::{FlowError, audit::Audit, second};

impl Outcome {
    /// Writes everything but the jobs: what was found, cases, decisions, log entries.
    pub(super) async fn store(&mut self, tx: &mut Tx, assessed: &[Assessed], now: Timestamp) -> Result<(), FlowError> {
        let found = assessed.iter().filter_map(|one| Some((&one.post, one.signals.as_ref()?)));
        posts::set_signals(tx, &found.collect::<Vec<_>>()).await?;
        let heard = assessed.iter().filter(|one| one.post.passed_over).map(|one| one.post.id);
        posts::mark_heard(tx, &heard.collect::<Vec<_>>()).await?;
        posts::mark_passed_over(tx, &self.passed_over.iter().copied().collect::<Vec<_>>()).await?;
        self.number(tx).await?;
        self.write(tx, now).await?;
        let anew = self.decide_anew.iter().map(ToString::to_string);
        jobs::add(tx, JobKind::Redecide, anew, jobs::LIVE, now).await?;
        self.note(assessed, now)?.write(tx).await
    }

    async fn number(&mut self, tx: &mut Tx) -> Result<(), FlowError> {
        let mut new: Vec<&mut CaseRow> =
            self.cases.values_mut().filter(|(_, is_new)| *is_new == IsNew::Yes).map(|(case, _)| case).collect();
        if new.is_empty() {
            return Ok(());
        }
        new.sort_by_key(|case| (case.posted_at, case.id));
        let first = cases::reserve_numbers(tx, u32::try_from(new.len()).unwrap_or(u32::MAX)).await?;
        for (case, number) in new.into_iter().zip(first..) {
            case.number = number;
        }
        Ok(())
    }

    async fn write(&self, tx: &mut Tx, now: Timestamp) -> Result<(), FlowError> {
        let of = |wanted: IsNew| self.cases.values().filter(move |(_, is_new)| *is_new == wanted).map(|(case, _)| case);
        let new: Vec<CaseRow> = of(IsNew::Yes).cloned().collect();
        cases::open(tx, &new).await?;
        // In one order, so that two batches never wait for each other.
        let mut changed: Vec<&CaseRow> = of(IsNew::No).filter(|case| self.changed.contains(&case.thread)).collect();
        changed.sort_by_key(|case| case.id);
        for case in changed {
            cases::update(tx, case).await?;
            if self.alarms.contains(&case.thread) {
                alarms::renew(tx, case).await?;
            }
            hear_passed_over(tx, case, now).await?;
        }
        let rows: Vec<(DecisionId, CaseId, PostId, &Decision)> = self
            .decisions
            .iter()
            .filter_map(|(id, thread, post, decision)| Some((*id, self.cases.get(thread)?.0.id, *post, decision)))
            .collect();
        Ok(cases::add_decisions(tx, &rows, now).await?)
    }

    /// A live post has an entry per step; history has one entry per site and transaction.
    fn note(&self, assessed: &[Assessed], now: Timestamp) -> Result<Audit, FlowError> {
        let mut audit = Audit::at(now);
        let mut history: BTreeMap<SiteId, (DecisionId, i64)> = BTreeMap::new();
        for (one, (id, thread, _, decision)) in assessed.iter().zip(&self.decisions) {
            let Some((case, is_new)) = self.cases.get(thread) else { continue };
            let (site, post) = (Some(case.site), one.post.id);
            if one.post.standing == Standing::History {
                history.entry(one.post.site).or_insert((*id, 0)).1 += 1;
                continue;
            }
            audit.add(Kind::Assessed, Actor::System, site, Some(case.id), |entry| {
                let found = one.signals.as_ref().map_or(0, |found| found.signals.len());
                entry.about(post).number(code!("signals"), i64::try_from(found).unwrap_or(0))
            })?;
            if let Some(asked) = &one.second {
                second::note(&mut audit, case, post, asked)?;
            }
            if *is_new == IsNew::Yes && case.post == post {
                audit.add(Kind::CaseOpened, Actor::System, site, Some(case.id), |entry| entry.about(post))?;
            }
            audit.add(Kind::Decided, Actor::System, site, Some(case.id), |entry| {
                decided(entry.about(post).about(*id), decision)
            })?;
            if self.fell_away.contains(thread) && case.decision_id == *id {
                audit.add(Kind::EscalationOver, Actor::System, site, Some(case.id), |entry| entry.about(*id))?;
            }
        }
        for (site, (first, count)) in history {
            audit.add(Kind::Decided, Actor::System, Some(site), None, |entry| {
                entry.about(first).number(code!("history"), count)
            })?;
        }
        Ok(audit)
    }
}
