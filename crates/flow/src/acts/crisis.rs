//! The crisis reply: taken unchanged from the approved statements, sent by one person at any hour, or at once where the
//! house's overlay says so, and read by a second person afterwards.

use bedside_core::{
    code,
    crisis::{self, AT_ONCE, AT_ONCE_RULE, STATEMENTS, Statement},
    draft::Draft,
    id::{CaseId, DraftId, OutboxId, PersonId},
    log::{Actor, Kind, RuleId},
    policy::{SpeechForm, desk::DeskAction},
    time::{Span, Timestamp},
    triage::Lang,
};
use bedside_store::{
    Tx,
    alarms::{self, ReadingRow},
    cases,
    drafts::{self, DraftState, DraftText, Written},
    random,
};

use super::{
    ActError,
    draft::{Answered, kept},
};
use crate::{
    Change, FlowError, Road,
    audit::Audit,
    step::{send::thread_owner, settle::Settle as _},
};

/// By when a second person has to have read it.
pub const READ_WITHIN: Span = Span::hours(12);

impl Road {
    /// The approved replies to a case, the one in the language of its post first; empty: it is no crisis that has any.
    #[must_use]
    pub fn crisis_replies(&self, case: &cases::CaseRow, lang: Lang) -> Vec<Statement> {
        let Some(house) = self.house(case.site) else { return Vec::new() };
        if !crisis::permits(&case.decision) {
            return Vec::new();
        }
        self.crisis.replies(&case.decision, house.site.jurisdiction, lang)
    }

    /// Sends an approved reply, as it stands, in a person's name; the case is theirs with it, if nobody had taken it.
    ///
    /// # Errors
    /// The person may not, there is no such reply to this case, it stands in this thread already, or the guard or the rules
    /// refuse it.
    pub async fn send_crisis_reply(&self, by: PersonId, case: CaseId, statement: &str) -> Result<OutboxId, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        self.case_to_change(&mut tx, by, case, DeskAction::CrisisReply).await?;
        let answered = self.answered(&mut tx, by, case, DeskAction::ReadText).await?;
        let id = self.put_crisis_reply(&mut tx, answered, by, statement, now).await?;
        tx.commit().await?;
        self.told_of_crisis_reply(case).await?;
        Ok(id)
    }

    /// Sends the reply in the post's own language without a person. Gives whether one left.
    pub(crate) async fn crisis_reply_at_once(&self, case: CaseId, now: Timestamp) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let Some(row) = cases::to_change(&mut tx, case).await? else { return Ok(false) };
        self.follow_rules(&mut tx, row.site, now).await?;
        let Some(house) = self.house(row.site).filter(|house| house.rules().crisis().at_once) else { return Ok(false) };
        if !alarms::readings_of(&mut tx, case).await?.is_empty() {
            return Ok(false);
        }
        let answered = match self.answered_by_rule(&mut tx, row).await {
            Ok(answered) => answered,
            Err(error) => return quiet(&error),
        };
        // Nothing leaves by itself in answer to what nobody has looked at; the rota is called as ever.
        if answered.post.media_unseen > 0 {
            return Ok(false);
        }
        let lang = answered.post.signals.as_ref().map_or(Lang::Unknown, |signals| signals.lang);
        let replies = self.crisis_replies(&answered.case, lang);
        tracing::info!(site = house.site.slug, "a crisis reply leaves at once, as the house's overlay says");
        let Some(first) = replies.first() else { return Ok(false) };
        match self.put_crisis_reply(&mut tx, answered, AT_ONCE, &first.id, now).await {
            Ok(_) => {}
            Err(error) => return quiet(&error),
        }
        tx.commit().await?;
        self.told_of_crisis_reply(case).await?;
        Ok(true)
    }

    async fn told_of_crisis_reply(&self, case: CaseId) -> Result<(), FlowError> {
        let mut tx = self.store.begin_read().await?;
        let Some(row) = cases::by_id(&mut tx, case).await? else { return Ok(()) };
        self.mail.notify_waiters();
        self.tell(row.site, Some(case), Change::Changed);
        self.tell(row.site, None, Change::Outbox);
        Ok(())
    }

    async fn put_crisis_reply(
        &self,
        tx: &mut Tx,
        mut answered: Answered,
        by: PersonId,
        statement: &str,
        now: Timestamp,
    ) -> Result<OutboxId, ActError> {
        let decision = self.decide_now(tx, &answered.case, now).await?.ok_or(ActError::Gone)?;
        if !crisis::permits(&answered.case.decision) || decision.has_error() {
            return Err(ActError::Invalid("rules_do_not_permit"));
        }
        let found = self.crisis_replies(&answered.case, Lang::Unknown).into_iter().find(|one| one.id == statement);
        let reply = found.ok_or(ActError::Invalid("no_such_statement"))?;
        if alarms::readings_of(tx, answered.case.id).await?.iter().any(|one| one.statement == reply.id) {
            return Err(ActError::Changed("said_already"));
        }
        if by != AT_ONCE && answered.case.alarm_taken_by.is_none() {
            take(tx, &mut answered, by, now).await?;
        }
        let mut audit = Audit::at(now);
        let row = self.store_crisis_draft(tx, &mut audit, &answered, &reply, now).await?;
        let opened = self.open(&row).await?;
        let lang = row.lang.clone();
        let cleared = self.clear(opened, &answered, &lang)?;
        let cleared = cleared.map_err(|check| ActError::Blocked(Box::new(check)))?;
        let mut row = row;
        row.cleared = Some(cleared.commitment().as_bytes().to_vec());
        // Who sends it is the second person: the words are another's, and approved.
        let approved = cleared.approve(by, false).map_err(|_| ActError::Invalid("warnings_unconfirmed"))?;
        let id = self.queue(tx, &mut audit, &mut row, &answered, &approved, now).await?;
        let reading = ReadingRow {
            draft: row.id,
            case: answered.case.id,
            site: answered.case.site,
            statement: reply.id.clone(),
            sent_by: by,
            sent_at: now,
            due_at: now.plus(READ_WITHIN),
            read_by: None,
            read_at: None,
        };
        alarms::add_reading(tx, &reading).await?;
        let actor = match RuleId::new(AT_ONCE_RULE) {
            Ok(rule) if by == AT_ONCE => Actor::Rule(rule),
            Ok(_) | Err(_) => Actor::Person(by),
        };
        audit.add(Kind::CrisisReplied, actor, Some(answered.case.site), Some(answered.case.id), |entry| {
            let entry = entry.about(row.id).about(id).time(code!("read_by"), reading.due_at);
            match bedside_core::log::Code::configured(&reply.id) {
                Ok(statement) => entry.code(code!("statement"), statement),
                Err(_) => entry,
            }
        })?;
        audit.write(tx).await?;
        Ok(id)
    }

    /// Stores the reply as a draft of nobody's at the desk; what somebody was writing gives way to it.
    async fn store_crisis_draft(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        answered: &Answered,
        reply: &Statement,
        now: Timestamp,
    ) -> Result<drafts::DraftRow, ActError> {
        let case = &answered.case;
        if let Some(mut other) = drafts::latest(tx, case.id).await?.filter(|draft| draft.state != DraftState::Sent) {
            if other.state == DraftState::Approved {
                return Err(ActError::Changed("reply_is_leaving"));
            }
            other.state = DraftState::Withdrawn;
            (other.cleared, other.approved, other.approver, other.warned_by) = (None, None, None, None);
            drafts::set_state(tx, &other, now).await?;
        }
        let id = DraftId::new(now, &random()?);
        let text = DraftText { text: reply.text.clone(), salt: random()? };
        let form = SpeechForm::AnswerPublicGeneric;
        let draft = Draft {
            id,
            case: case.id,
            post: answered.post.id,
            author: STATEMENTS,
            form,
            text: text.text.clone(),
            salt: text.salt,
        };
        let check = self.look(answered, &reply.lang, &reply.text)?;
        let (checks, commitment) = (kept(&check)?, draft.commitment());
        let written = Written {
            text: &text,
            commitment: commitment.as_bytes(),
            form,
            lang: &reply.lang,
            checks: &checks,
            verdict: check.verdict.as_str(),
            statement: None,
        };
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        drafts::insert(tx, id, (case.id, answered.post.id), &written, &key, STATEMENTS, now).await?;
        audit.add(Kind::DraftWritten, Actor::System, Some(case.site), Some(case.id), |entry| {
            entry.about(id).committing(code!("text"), commitment)
        })?;
        drafts::by_id(tx, id).await?.ok_or(ActError::Gone)
    }

    /// A second person has read a crisis reply.
    ///
    /// # Errors
    /// The person may not, they sent it themselves, or somebody has read it.
    pub async fn read_crisis_reply(&self, by: PersonId, case: CaseId, draft: DraftId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = self.case_for(&mut tx, by, case, DeskAction::ReadCrisisReply).await?;
        let all = alarms::readings_of(&mut tx, case).await?;
        let reading = all.iter().find(|one| one.draft == draft).ok_or(ActError::Gone)?;
        if reading.sent_by == by {
            return Err(ActError::Invalid("own_crisis_reply"));
        }
        if !alarms::note_read(&mut tx, draft, by, now).await? {
            return Err(ActError::Changed("read_already"));
        }
        let mut audit = Audit::at(now);
        audit.add(Kind::CrisisRead, Actor::Person(by), Some(row.site), Some(case), |entry| entry.about(draft))?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(row.site, Some(case), Change::Changed);
        Ok(())
    }
}

/// Whoever answers a crisis has taken it.
async fn take(tx: &mut Tx, answered: &mut Answered, by: PersonId, now: Timestamp) -> Result<(), ActError> {
    let case = &mut answered.case;
    (case.alarm_taken_by, case.alarm_taken_at, case.assignee) = (Some(by), Some(now), Some(by));
    (case.look_by, case.updated_at) = (None, now);
    case.place(now);
    cases::update(tx, case).await?;
    case.revision += 1;
    let mut audit = Audit::at(now);
    audit.add(Kind::EscalationTaken, Actor::Person(by), Some(case.site), Some(case.id), |entry| entry)?;
    Ok(audit.write(tx).await?)
}

/// What keeps a reply from leaving by itself is no fault: people were called, and one of them answers.
fn quiet(error: &ActError) -> Result<bool, FlowError> {
    tracing::warn!(%error, "no crisis reply leaves at once; a person answers");
    Ok(false)
}
