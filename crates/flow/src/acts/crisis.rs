//! The crisis reply: taken unchanged from the approved statements, sent by one person at any hour, or at once where the
//! house's overlay says so, and read by a second person afterwards.

use bedside_core::{
    alarm::Danger,
    code,
    crisis::{self, AT_ONCE, AT_ONCE_RULE, STATEMENTS},
    draft::Draft,
    id::{CaseId, DraftId, OutboxId, PersonId},
    log::{Actor, Kind, RuleId},
    policy::{SpeechForm, desk::DeskAction},
    site::Jurisdiction,
    time::{Span, Timestamp},
    triage::Lang,
};
use bedside_store::{
    Tx,
    alarms::{self, ReadingRow},
    cases,
    drafts::{self, DraftState, DraftText, Written},
    library, random,
};

use super::{
    ActError,
    case::take,
    draft::{Answered, kept},
};
use crate::{Change, FlowError, Road, audit::Audit, library::InForce, step::send::thread_owner};

/// By when a second person has to have read it.
pub const READ_WITHIN: Span = Span::hours(12);

/// An approved reply to a crisis, ready to be sent as it stands.
#[derive(Debug, Clone)]
pub struct CrisisReply {
    /// Its name: `library.7` for the house's own statement no. 7, such as `crisis.suicide.de.en` for one that comes with the program.
    pub id: String,
    /// The danger that it answers.
    pub danger: Danger,
    /// How it is said.
    pub form: SpeechForm,
    /// The language it is in, `de` or `en`.
    pub lang: String,
    /// What it says.
    pub text: String,
    /// The statement of the house's own library; `None`: it comes with the program.
    pub own: Option<Box<InForce>>,
}

impl Road {
    /// The approved replies to a case, those in the language of its post first: the house's own from its library, and for each danger
    /// and language in which it has none the one that comes with the program. Empty: it is no crisis that has any.
    ///
    /// # Errors
    /// The store refuses, or a statement was tampered with.
    pub async fn crisis_replies(
        &self,
        tx: &mut Tx,
        case: &cases::CaseRow,
        lang: Lang,
    ) -> Result<Vec<CrisisReply>, FlowError> {
        let Some(house) = self.house(case.site) else { return Ok(Vec::new()) };
        if !crisis::permits(&case.decision) {
            return Ok(Vec::new());
        }
        let law = house.site.jurisdiction;
        let mut all = self.own_crisis_replies(tx, case, law).await?;
        for one in self.crisis.replies(&case.decision, law, lang) {
            if !all.iter().any(|own| own.own.is_some() && own.danger == one.danger && own.lang == one.lang) {
                let (id, danger, form) = (one.id, one.danger, SpeechForm::AnswerPublicGeneric);
                all.push(CrisisReply { id, danger, form, lang: one.lang, text: one.text, own: None });
            }
        }
        all.sort_by_key(|one| (one.danger, Lang::from_tag(&one.lang) != lang));
        Ok(all)
    }

    async fn own_crisis_replies(
        &self,
        tx: &mut Tx,
        case: &cases::CaseRow,
        law: Jurisdiction,
    ) -> Result<Vec<CrisisReply>, FlowError> {
        let all = self.crisis_statements(tx, case.site, law, None).await?.into_iter();
        Ok(all
            .filter_map(|one| {
                let danger = self.crisis.answers(&one.statement, &one.text, &case.decision, law)?;
                Some(CrisisReply {
                    id: format!("library.{}", one.row.number),
                    danger,
                    form: one.statement.form,
                    lang: one.statement.lang.as_str().to_owned(),
                    text: one.text.clone(),
                    own: Some(Box::new(one)),
                })
            })
            .collect())
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
        let replies = self.crisis_replies(&mut tx, &answered.case, lang).await?;
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
        let all = self.crisis_replies(tx, &answered.case, Lang::Unknown).await?;
        let reply = all.into_iter().find(|one| one.id == statement).ok_or(ActError::Invalid("no_such_statement"))?;
        if was_sent(tx, answered.case.id, &reply).await? {
            return Err(ActError::Changed("said_already"));
        }
        let mut audit = Audit::at(now);
        if by != AT_ONCE && answered.case.alarm_taken_by.is_none() {
            // Whoever answers a crisis has taken it.
            take(tx, &mut audit, &mut answered.case, by, now).await?;
        }
        let row = self.store_crisis_draft(tx, &mut audit, &answered, &reply, now).await?;
        let opened = self.open(&row).await?;
        let lang = row.lang.clone();
        let cleared = self.clear(opened, &answered, &lang)?;
        let cleared = cleared.map_err(|check| ActError::Blocked(Box::new(check)))?;
        let mut row = row;
        row.cleared = Some(cleared.commitment().as_bytes().to_vec());
        // Who sends it is the second person: the words are another's, and approved. A warning that the words of this very post bring
        // about keeps no help line back; who sends takes it on their name. A block still stops it.
        let approved = cleared.approve(by, true).map_err(|_| ActError::Invalid("warnings_unconfirmed"))?;
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
            let entry = reply.own.iter().fold(entry, |entry, own| entry.about(own.row.id));
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
        reply: &CrisisReply,
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
        let form = reply.form;
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
            statement: reply.own.as_ref().map(|own| own.version()),
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

/// Whether a reply was sent in this thread before, by this road or by a draft that was taken from the same statement.
async fn was_sent(tx: &mut Tx, case: CaseId, reply: &CrisisReply) -> Result<bool, ActError> {
    if alarms::readings_of(tx, case).await?.iter().any(|one| one.statement == reply.id) {
        return Ok(true);
    }
    match &reply.own {
        Some(own) => Ok(library::was_said(tx, case, own.row.id, None).await?),
        None => Ok(false),
    }
}

/// What keeps a reply from leaving by itself is no fault: people were called, and one of them answers.
fn quiet(error: &ActError) -> Result<bool, FlowError> {
    tracing::warn!(%error, "no crisis reply leaves at once; a person answers");
    Ok(false)
}
