//! Hold: wakes cases whose time has come or whose facts changed, and ends labels. A case that wakes is decided anew.

use bedside_core::{
    code,
    id::{CaseId, DecisionId},
    log::{Actor, Kind},
    policy::{Because, Decision, Effect, Speech},
    time::Timestamp,
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    jobs::{self, Job, JobKind},
    labels, posts, random,
};

use super::{
    assess::{decided, hear_passed_over},
    mark::{Place, is_marked},
    settle::Settle as _,
};
use crate::{Change, FlowError, Road, audit::Audit, facts};

/// The name under which a person's decision stands among the rules that made it.
pub(crate) const PERSON: &str = "person";

/// Why a case is decided anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Woken {
    ByTime,
    ByFacts,
}

impl Road {
    /// Wakes what is due: ends labels whose time is over, decides cases anew whose hold has ended, and those whose
    /// facts changed. Gives how many.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn wake_due(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let expired = self.end_labels(now).await?;
        let mut tx = self.store.begin_read().await?;
        let ended = cases::ended_holds(&mut tx, now, 100).await?;
        drop(tx);
        let mut woken = 0;
        for case in &ended {
            // One that can't be decided keeps no other waiting.
            match self.redecide(case.id, Woken::ByTime, now).await {
                Ok(is_woken) => woken += usize::from(is_woken),
                Err(error) => tracing::error!(case = %case.id, %error, "a hold could not be woken"),
            }
        }
        let mut tx = self.store.begin().await?;
        let lease = bedside_core::time::Span::seconds(60);
        let jobs = jobs::claim(&mut tx, JobKind::Redecide, jobs::HISTORY, &self.node, lease, 100, now).await?;
        tx.commit().await?;
        for job in &jobs {
            self.redecide_job(job, now).await?;
        }
        let told = self.tell_hold_owners().await? + self.ring_clocks().await?;
        Ok(expired + woken + jobs.len() + told + self.page_unopened().await?)
    }

    async fn redecide_job(&self, job: &Job, now: Timestamp) -> Result<(), FlowError> {
        let decided = match job.subject.parse() {
            Ok(case) => self.redecide(case, Woken::ByFacts, now).await,
            Err(_) => Ok(false),
        };
        let mut tx = self.store.begin().await?;
        match decided {
            Ok(_) => jobs::done(&mut tx, std::slice::from_ref(job)).await?,
            Err(error) => {
                tracing::error!(case = %job.subject, attempts = job.attempts, %error, "a case could not be decided anew");
                jobs::failed(&mut tx, job, "redecide", now).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    async fn end_labels(&self, now: Timestamp) -> Result<usize, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let expired = labels::expired(&mut tx, now, 100).await?;
        drop(tx);
        if expired.is_empty() {
            return Ok(0);
        }
        let mut tx = self.store.begin().await?;
        let mut audit = Audit::at(now);
        let mut ended = 0;
        for label in &expired {
            // A person or another process may have been faster; then it has its log entry.
            if !labels::remove(&mut tx, label.id, "expired", now).await? {
                continue;
            }
            ended += 1;
            let concerned = labels::concerned(&mut tx, label.site, label.target, &label.target_id).await?;
            jobs::add(&mut tx, JobKind::Redecide, concerned.iter().map(ToString::to_string), jobs::LIVE, now).await?;
            audit.add(Kind::LabelRemoved, Actor::System, Some(label.site), label.case, |entry| {
                entry.about(label.id).code(code!("reason"), code!("expired"))
            })?;
        }
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Decides a case anew under the facts of now. Gives whether it was.
    pub(crate) async fn redecide(&self, id: CaseId, woken: Woken, now: Timestamp) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let Some(mut case) = cases::to_change(&mut tx, id).await? else { return Ok(false) };
        let is_over = case.queue == bedside_core::case::Queue::Done;
        // What a person decided stands until its own time is over; new facts reach it at the outbox all the same.
        let is_kept = woken == Woken::ByFacts && is_by_person(&case.decision);
        // Somebody may have decided, or another process woken it, since it was found.
        let is_early = woken == Woken::ByTime && case.hold_until.is_none_or(|until| until > now);
        if is_over || is_kept || is_early {
            return Ok(false);
        }
        let Some(decision) = self.decide_now(&mut tx, &case, now).await? else { return Ok(false) };
        let alarm = self.store_decision(&mut tx, &mut case, decision, woken, now).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), if alarm { Change::Alarm } else { Change::Changed });
        Ok(true)
    }

    /// What the rules say of a case now; `None`: its post can't be read any more.
    pub(crate) async fn decide_now(
        &self,
        tx: &mut Tx,
        case: &CaseRow,
        now: Timestamp,
    ) -> Result<Option<Decision>, FlowError> {
        let Some(post) = posts::by_id(tx, case.post).await? else { return Ok(None) };
        let Some(signals) = post.signals.clone() else { return Ok(None) };
        self.follow_rules(tx, case.site, now).await?;
        let around = facts::around(tx, &post, now).await?;
        let house = self.house_of(case.site)?;
        Ok(Some(house.decide(&facts::of(house, &post, &signals, Some(case), &around, now))))
    }

    async fn store_decision(
        &self,
        tx: &mut Tx,
        case: &mut CaseRow,
        decision: Decision,
        woken: Woken,
        now: Timestamp,
    ) -> Result<bool, FlowError> {
        let mut audit = Audit::at(now);
        let (site, id) = (Some(case.site), Some(case.id));
        if matches!(case.decision.speech, Speech::Hold(_)) {
            audit.add(Kind::HoldWoken, Actor::System, site, id, |entry| {
                let is_other = case.decision.rules_version != decision.rules_version;
                let by = match woken {
                    Woken::ByTime => code!("time"),
                    Woken::ByFacts if is_other => code!("rules"),
                    Woken::ByFacts => code!("facts"),
                };
                entry.code(code!("by"), by)
            })?;
        }
        let decision_id = DecisionId::new(now, &random()?);
        let fell_away = case.escalation_passes(&decision);
        let alarm = case.redecide(decision_id, decision, now);
        cases::add_decisions(tx, &[(decision_id, case.id, case.post, &case.decision)], now).await?;
        cases::update(tx, case).await?;
        hear_passed_over(tx, case, now).await?;
        audit.add(Kind::Decided, Actor::System, site, id, |entry| {
            decided(entry.about(case.post).about(decision_id), &case.decision)
        })?;
        if fell_away {
            audit.add(Kind::EscalationOver, Actor::System, site, id, |entry| entry.about(decision_id))?;
        }
        if is_marked(case.standing, &case.decision) {
            // Cases it concerns are put in line; whoever wakes cases looks there once more before resting.
            self.mark(tx, &mut audit, Place::of(case), &case.decision, now).await?;
        }
        audit.write(tx).await?;
        Ok(alarm)
    }
}

/// Whether a person decided over the rules.
pub(crate) fn is_by_person(decision: &Decision) -> bool {
    decision.because.iter().any(|one| one.rule == PERSON)
}

/// The rules that forbid speech in a decision.
pub(crate) fn forbids(decision: &Decision) -> impl Iterator<Item = &Because> {
    decision.because.iter().filter(|one| one.effect == Effect::Forbids && one.rule != PERSON)
}
