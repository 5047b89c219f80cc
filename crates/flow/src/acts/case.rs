//! Acts on a case: take an escalation, assign, hold, release, decide otherwise, say what is known, close.

use bedside_core::{
    case::{Queue, Rank},
    code,
    id::{CaseId, DecisionId, NoteId, PersonId},
    log::{Actor, Kind},
    policy::{Because, Decision, Effect, Hold, Known, Speech, SpeechForm, Wake, Yields, desk::DeskAction},
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    desk,
    jobs::{self, JobKind},
    people, random, takings,
};

use super::{ActError, ahead, given, yes_no};
use crate::{
    Change, Road,
    audit::Audit,
    step::{
        assess::{decided, hear_passed_over},
        hold::{PERSON, forbids},
        mark::{Place, is_marked},
        send::thread_owner,
        settle::Settle as _,
    },
};

/// What a person decides over the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonDecision {
    /// Answer in this form.
    Answer(SpeechForm),
    /// Say nothing until then.
    HoldUntil(Timestamp),
    /// Say nothing.
    Silent,
}

/// The longest that a person holds a case at once; then it is decided anew.
const LONGEST_HOLD: Span = Span::days(30);

impl Road {
    /// Decides over the rules, for a reason that is kept. Forbids that hold now are known to the person and named in
    /// the decision; one that is added later stops the reply at the outbox.
    ///
    /// # Errors
    /// The person may not, the reason is missing, the time is past, or an answer is wanted while a rule fails.
    pub async fn decide(&self, by: PersonId, id: CaseId, wish: PersonDecision, reason: &str) -> Result<(), ActError> {
        let action = match wish {
            PersonDecision::HoldUntil(_) => DeskAction::Hold,
            PersonDecision::Answer(_) | PersonDecision::Silent => DeskAction::Decide,
        };
        self.overrule(by, id, wish, reason, action).await
    }

    /// Ends a hold early: the case may be answered in the form the rules would permit, at most by private invitation.
    ///
    /// # Errors
    /// The person may not, the reason is missing, or the case is not held.
    pub async fn release(&self, by: PersonId, id: CaseId, reason: &str) -> Result<(), ActError> {
        let mut tx = self.store.begin_read().await?;
        let case = cases::by_id(&mut tx, id).await?.ok_or(ActError::Gone)?;
        drop(tx);
        if case.queue != Queue::Waiting {
            return Err(ActError::Changed("case_not_held"));
        }
        let wish = PersonDecision::Answer(SpeechForm::InvitePrivate);
        self.overrule(by, id, wish, reason, DeskAction::Release).await
    }

    async fn overrule(
        &self,
        by: PersonId,
        id: CaseId,
        wish: PersonDecision,
        reason: &str,
        action: DeskAction,
    ) -> Result<(), ActError> {
        let now = self.now();
        let reason = given(reason, "reason_missing")?;
        let speech = match wish {
            PersonDecision::Answer(form) => Speech::Permitted { form },
            PersonDecision::HoldUntil(until) => {
                let until = ahead(until, now)?;
                if until.since(now) > LONGEST_HOLD {
                    return Err(ActError::Invalid("hold_too_long"));
                }
                Speech::Hold(Hold { until, wakes: vec![Wake::Time] })
            }
            PersonDecision::Silent => Speech::Silent,
        };
        let mut tx = self.store.begin().await?;
        let mut case = self.case_to_change(&mut tx, by, id, action).await?;
        if let (Speech::Hold(hold), Some(due)) = (&speech, case.wait.clock_due_at)
            && hold.until > due
        {
            return Err(ActError::Invalid("hold_past_clock"));
        }
        let rules = self.decide_now(&mut tx, &case, now).await?.ok_or(ActError::Gone)?;
        if action == DeskAction::Release && !is_held_alone(&rules) {
            return Err(ActError::Changed("case_not_held"));
        }
        if rules.has_error() && matches!(speech, Speech::Permitted { .. }) {
            return Err(ActError::Changed("rules_failing"));
        }
        let decision = over_the_rules(&rules, speech);
        case.look_by = None;
        let fell_away = case.escalation_passes(&decision);
        case.redecide(DecisionId::new(now, &random()?), decision, now);
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        cases::add_decision_by(&mut tx, &case, by, &key, reason, now).await?;
        cases::update(&mut tx, &case).await?;
        hear_passed_over(&mut tx, &case, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::Decided, Actor::Person(by), Some(case.site), Some(id), |entry| {
            decided(entry.about(case.decision_id), &case.decision)
        })?;
        if fell_away {
            audit.add(Kind::EscalationOver, Actor::System, Some(case.site), Some(id), |entry| {
                entry.about(case.decision_id)
            })?;
        }
        if is_marked(case.standing, &case.decision) {
            self.mark(&mut tx, &mut audit, Place::of(&case), &case.decision, now).await?;
        }
        self.finish(tx, audit, &case).await
    }

    /// Takes an escalation: the alarm is quiet from now on, and the case is this person's.
    ///
    /// # Errors
    /// The person may not, or somebody else was faster.
    pub async fn take_alarm(&self, by: PersonId, id: CaseId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut case = self.case_to_change(&mut tx, by, id, DeskAction::Take).await?;
        if case.decision.escalation.is_none() {
            return Err(ActError::Changed("no_escalation"));
        }
        if case.alarm_taken_by.is_some() {
            return Err(ActError::Changed("taken_already"));
        }
        let mut audit = Audit::at(now);
        take(&mut tx, &mut audit, &mut case, by, now).await?;
        self.finish(tx, audit, &case).await
    }

    /// Gives a case to somebody with a role at the site, or to nobody.
    ///
    /// # Errors
    /// The person may not, or the other has no role there.
    pub async fn assign(&self, by: PersonId, id: CaseId, to: Option<PersonId>) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut case = self.case_to_change(&mut tx, by, id, DeskAction::Assign).await?;
        if let Some(to) = to
            && self.roles(&mut tx, to, case.site).await?.is_empty()
        {
            return Err(ActError::Invalid("assignee_has_no_role"));
        }
        case.assignee = to;
        case.updated_at = now;
        if to.is_some() {
            case.looked(now);
        }
        cases::update(&mut tx, &case).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::Assigned, Actor::Person(by), Some(case.site), Some(id), |entry| match to {
            Some(to) => entry.about(to),
            None => entry.code(code!("to"), code!("nobody")),
        })?;
        self.finish(tx, audit, &case).await
    }

    /// Enters what people know of the matter: when it happened, and whether facts are checked. The case is decided
    /// anew.
    ///
    /// # Errors
    /// The person may not.
    pub async fn set_facts(
        &self,
        by: PersonId,
        id: CaseId,
        event_at: Option<Timestamp>,
        facts_checked: Option<bool>,
    ) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut case = self.case_to_change(&mut tx, by, id, DeskAction::Decide).await?;
        case.event_at = event_at;
        case.facts_checked = facts_checked;
        case.updated_at = now;
        cases::update(&mut tx, &case).await?;
        jobs::add(&mut tx, JobKind::Redecide, std::iter::once(id.to_string()), jobs::LIVE, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::Decided, Actor::Person(by), Some(case.site), Some(id), |entry| {
            let entry = entry.code(code!("what"), code!("facts"));
            let entry = facts_checked.map_or(entry.clone(), |yes| entry.code(code!("checked"), yes_no(yes)));
            event_at.map_or(entry.clone(), |at| entry.time(code!("event"), at))
        })?;
        self.finish(tx, audit, &case).await?;
        self.facts.notify_one();
        Ok(())
    }

    /// Enters what else people know: who writes, whether somebody has died, where a complaint stands, whether there is written
    /// permission, how far the media look on. The case is decided anew.
    ///
    /// # Errors
    /// The person may not.
    pub async fn set_known(&self, by: PersonId, id: CaseId, known: Known) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut case = self.case_to_change(&mut tx, by, id, DeskAction::Decide).await?;
        case.known = known;
        case.updated_at = now;
        cases::update(&mut tx, &case).await?;
        jobs::add(&mut tx, JobKind::Redecide, std::iter::once(id.to_string()), jobs::LIVE, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::Decided, Actor::Person(by), Some(case.site), Some(id), |entry| {
            entry.code(code!("what"), code!("facts"))
        })?;
        self.finish(tx, audit, &case).await?;
        self.facts.notify_one();
        Ok(())
    }

    /// Writes a note for colleagues.
    ///
    /// # Errors
    /// The person may not, or the note is empty.
    pub async fn note(&self, by: PersonId, id: CaseId, text: &str) -> Result<(), ActError> {
        self.add_note(by, id, text, DeskAction::Note, "").await
    }

    /// Tells colleagues beside the case that a decision was wrong; [`Road::keep_wrong_decision`] keeps it as a case.
    ///
    /// # Errors
    /// The person may not, or nothing is said.
    pub async fn wrong(&self, by: PersonId, id: CaseId, text: &str) -> Result<(), ActError> {
        self.add_note(by, id, text, DeskAction::Note, "wrong").await
    }

    async fn add_note(
        &self,
        by: PersonId,
        id: CaseId,
        text: &str,
        action: DeskAction,
        what: &str,
    ) -> Result<(), ActError> {
        let now = self.now();
        let text = given(text, "note_missing")?;
        let mut tx = self.store.begin().await?;
        let case = self.case_for(&mut tx, by, id, action).await?;
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        let note = NoteId::new(now, &random()?);
        desk::add_note(&mut tx, note, id, text, &key, by, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::NoteWritten, Actor::Person(by), Some(case.site), Some(id), |entry| {
            let entry = entry.about(note).about(case.decision_id);
            if what == "wrong" { entry.code(code!("about"), code!("decision_wrong")) } else { entry }
        })?;
        self.finish(tx, audit, &case).await
    }

    /// Closes a case. An escalation must have been taken before, and clocks of law ended with a reason.
    ///
    /// # Errors
    /// The person may not, an escalation waits for somebody, or a clock runs.
    pub async fn resolve(&self, by: PersonId, id: CaseId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut case = self.case_to_change(&mut tx, by, id, DeskAction::Resolve).await?;
        if case.decision.escalation.is_some() && case.alarm_taken_by.is_none() {
            return Err(ActError::Invalid("escalation_not_taken"));
        }
        if case.wait.clock_due_at.is_some() {
            return Err(ActError::Invalid("clock_runs"));
        }
        if takings::is_unconfirmed(&mut tx, id).await? {
            return Err(ActError::Changed("taking_unconfirmed"));
        }
        (case.queue, case.rank, case.hold_until, case.look_by) = (Queue::Done, Rank::REST, None, None);
        case.keep_times(now);
        case.updated_at = now;
        cases::update(&mut tx, &case).await?;
        hear_passed_over(&mut tx, &case, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::CaseResolved, Actor::Person(by), Some(case.site), Some(id), |entry| entry)?;
        self.finish(tx, audit, &case).await?;
        self.work.notify_one();
        Ok(())
    }

    /// Notes that somebody has opened a case, so that it is no longer unread. Reading is no act and has no log entry, except
    /// where somebody had to look: the log then says when that was done.
    ///
    /// # Errors
    /// The person may not read it.
    pub async fn opened(&self, by: PersonId, id: CaseId) -> Result<(), ActError> {
        let mut tx = self.store.begin().await?;
        let case = self.case_for(&mut tx, by, id, DeskAction::ReadText).await?;
        if case.opened_by.is_some() || people::by_id(&mut tx, by).await?.is_none() {
            return Ok(());
        }
        let mut case = self.case_to_change(&mut tx, by, id, DeskAction::ReadText).await?;
        if case.opened_by.is_some() {
            return Ok(());
        }
        case.opened_by = Some(by);
        cases::update(&mut tx, &case).await?;
        if case.look_by.is_some() {
            let mut audit = Audit::at(self.now());
            audit
                .add(Kind::LookOpened, Actor::Person(by), Some(case.site), Some(id), |entry| entry.about(case.post))?;
            audit.write(&mut tx).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn finish(&self, mut tx: Tx, audit: Audit, case: &CaseRow) -> Result<(), ActError> {
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(())
    }
}

/// Gives an escalation and its case to whoever takes it.
pub(super) async fn take(
    tx: &mut Tx,
    audit: &mut Audit,
    case: &mut CaseRow,
    by: PersonId,
    now: Timestamp,
) -> Result<(), ActError> {
    (case.alarm_taken_by, case.alarm_taken_at, case.assignee) = (Some(by), Some(now), Some(by));
    (case.look_by, case.updated_at) = (None, now);
    case.place(now);
    cases::update(tx, case).await?;
    case.revision += 1;
    Ok(audit.add(Kind::EscalationTaken, Actor::Person(by), Some(case.site), Some(case.id), |entry| entry)?)
}

/// A person's decision: their speech, beside whatever the rules say of escalation and moderation, with the forbids it
/// goes over.
fn over_the_rules(rules: &Decision, speech: Speech) -> Decision {
    let action = speech.as_str().to_owned();
    let mut because = vec![Because { rule: PERSON.to_owned(), effect: Effect::Permits, action }];
    because
        .extend(rules.because.iter().filter(|one| one.effect == Effect::Permits && !is_speech(&one.action)).cloned());
    // A rule that fails stays named, so that the desk goes on seeing it.
    because.extend(rules.because.iter().filter(|one| one.effect == Effect::Errors).cloned());
    because.extend(forbids(rules).cloned());
    Decision { speech, because, near: Vec::new(), ..rules.clone() }
}

/// Whether nothing but holds keeps the invitation back: what a rule silences is for those who may decide.
fn is_held_alone(rules: &Decision) -> bool {
    rules.forbids(SpeechForm::InvitePrivate).all(|one| one.yields_to != Yields::Silence)
}

fn is_speech(action: &str) -> bool {
    SpeechForm::from_word(action).is_some()
}
