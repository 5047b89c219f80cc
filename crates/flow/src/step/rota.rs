//! Rota: while nobody is at the desk, a post that asks for a look and that nobody has opened in time becomes an alarm. It goes
//! where alarms go: to the top of Now, by name of a team, with a clock, into the log.

use bedside_core::{
    alarm::OPERATORS,
    case::Queue,
    id::{CaseId, DecisionId},
    log::{Actor, Kind},
    policy::{Because, Effect, Escalation},
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    random,
};

use super::{
    assess::decided,
    settle::{LOOK_UNOPENED, Settle as _, joined},
};
use crate::{Change, FlowError, Road, audit::Audit};

/// Within what time one of them has to take it.
const WITHIN: Span = Span::minutes(10);
/// Cases called for at once.
const MOST: u32 = 100;

impl Road {
    /// Calls the rota for what nobody has opened in time. A house whose hours nobody has set counts as without anybody at the
    /// desk. Gives how many.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn page_unopened(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let mut paged = 0;
        for house in self.houses.values().filter(|house| house.is_staffed(now) != Some(true)) {
            let mut tx = self.store.begin_read().await?;
            let waiting = cases::unopened_looks(&mut tx, house.site.id, now, MOST).await?;
            drop(tx);
            for case in waiting {
                match self.page(case.id, now).await {
                    Ok(is_paged) => paged += usize::from(is_paged),
                    Err(error) => tracing::error!(case = %case.id, %error, "the rota could not be called for a case"),
                }
            }
        }
        Ok(paged)
    }

    async fn page(&self, id: CaseId, now: Timestamp) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let Some(mut case) = cases::to_change(&mut tx, id).await? else { return Ok(false) };
        // Somebody may have opened or taken it since it was found, or another process called for it.
        let is_due = case.look_by.is_some_and(|by| by <= now) && case.opened_by.is_none() && case.queue == Queue::Now;
        if !is_due {
            return Ok(false);
        }
        case.look_by = None;
        // An alarm that is open has called somebody already; one that was taken has a person.
        let open = case.decision.escalation.as_ref().filter(|_| case.alarm_taken_by.is_none());
        let is_called = case.alarm_taken_by.is_some() || open.is_some_and(Escalation::is_alarm);
        if !is_called {
            call(&mut case, now)?;
            note(&mut tx, &case, now).await?;
        }
        cases::update(&mut tx, &case).await?;
        tx.commit().await?;
        if !is_called {
            tracing::warn!(case = case.number, "a post that asks for a look was opened by nobody: the rota is called");
            self.tell(case.site, Some(case.id), Change::Alarm);
        }
        Ok(!is_called)
    }
}

/// Makes the case an alarm, beside whatever is decided of speech.
fn call(case: &mut CaseRow, now: Timestamp) -> Result<(), FlowError> {
    let rota = Escalation { to: vec![OPERATORS.to_owned()], within: WITHIN, obliges: Vec::new() };
    case.decision.escalation = joined(case.decision.escalation.as_ref(), Some(&rota));
    let rule = LOOK_UNOPENED.to_owned();
    case.decision.because.push(Because { rule, effect: Effect::Permits, action: "escalate_now".to_owned() });
    let due = now.plus(WITHIN);
    case.alarm_due_at = Some(case.alarm_due_at.map_or(due, |open| open.min(due)));
    case.decision_id = DecisionId::new(now, &random()?);
    case.updated_at = now;
    case.place(now);
    Ok(())
}

async fn note(tx: &mut Tx, case: &CaseRow, now: Timestamp) -> Result<(), FlowError> {
    cases::add_decisions(tx, &[(case.decision_id, case.id, case.post, &case.decision)], now).await?;
    let mut audit = Audit::at(now);
    let (site, id) = (Some(case.site), Some(case.id));
    audit.add(Kind::LookPaged, Actor::System, site, id, |entry| entry.about(case.post))?;
    audit.add(Kind::Decided, Actor::System, site, id, |entry| {
        decided(entry.about(case.post).about(case.decision_id), &case.decision)
    })?;
    audit.write(tx).await
}
