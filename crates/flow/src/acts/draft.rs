//! Acts on the answer: write, have it checked, ask for approval, approve, send back, undo.

use std::{sync::Arc, time::Duration};

use bedside_core::{
    channel::Limits,
    code,
    draft::{Approved, Cleared, Draft, NotApproved},
    guard::{Check, DraftText as DraftWords, Finding, Verdict},
    id::{CaseId, ChannelId, DraftId, NoteId, OutboxId, PersonId, SiteId, StatementId},
    log::{Actor, Kind},
    people::People,
    policy::{
        Escalation, SpeechForm,
        desk::{DeskAction, Seat},
    },
    time::Timestamp,
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    desk,
    drafts::{self, DraftRow, DraftState, DraftText, Written},
    library,
    outbox::{self, NewReply, OutboxState},
    posts::{self, Opened, PostRow},
    random,
};

use tokio::time::timeout;

use super::{ActError, Privacy, for_guard, given, yes_no};
use crate::{
    Change, Road,
    audit::Audit,
    people::MayLook,
    step::send::{draft_of, is_permitted, thread_owner},
};

/// The guard's findings don't wait for a platform that doesn't answer: its limit is then told with the next look.
const LIMITS_WITHIN: Duration = Duration::from_secs(1);

/// What the guard and the platform say of a text that is not stored yet.
#[derive(Debug)]
pub struct Checked {
    /// What the guard says.
    pub check: Check,
    /// How long it is, in the platform's unit.
    pub length: u32,
    /// How long it may be; `None`: the platform did not say.
    pub limits: Option<Limits>,
}

/// An answer that somebody writes.
#[derive(Clone, Copy)]
pub(super) struct NewDraft<'a> {
    /// How it is said.
    pub form: SpeechForm,
    /// The language it is written in.
    pub lang: &'a str,
    /// The text.
    pub text: &'a str,
    /// The statement it is taken from, and which version; `None`: that of the draft it changes.
    pub statement: Option<(StatementId, u32)>,
}

/// The case, the post it answers and that post's text: what every look at a draft needs.
pub(super) struct Answered {
    pub(super) case: CaseRow,
    pub(super) post: PostRow,
    pub(super) text: String,
    pub(super) handle: String,
    privacy: Privacy,
    /// The house's own people; `None`: there is no list, or the person has spent their checks.
    people: Option<Arc<People>>,
}

impl Road {
    /// Has the guard read a text without storing it.
    ///
    /// # Errors
    /// The person may not, or the case is not there.
    pub async fn check_text(&self, by: PersonId, case: CaseId, lang: &str, text: &str) -> Result<Checked, ActError> {
        let mut tx = self.store.begin_read().await?;
        let mut answered = self.answered(&mut tx, by, case, DeskAction::Draft).await?;
        drop(tx);
        let mut audit = Audit::at(self.now());
        if self.count_check(by, &mut answered, &mut audit)? {
            let mut tx = self.store.begin().await?;
            audit.write(&mut tx).await?;
            tx.commit().await?;
        }
        let check = self.look(&answered, lang, text)?;
        let (length, limits) = self.measure(answered.case.channel, text, &answered.handle).await;
        Ok(Checked { check, length, limits })
    }

    /// How long a text is as the platform gets it, and how long it may be.
    pub(super) async fn measure(&self, channel: ChannelId, text: &str, handle: &str) -> (u32, Option<Limits>) {
        let Some(channel) = self.channel(channel) else { return (count(text), None) };
        let sent = channel.as_sent(text, handle);
        match timeout(LIMITS_WITHIN, channel.limits()).await {
            Ok(Ok(limits)) => (limits.length(&sent), Some(limits)),
            Ok(Err(_)) | Err(_) => (count(&sent), None),
        }
    }

    /// Stores an answer in writing. An edit withdraws what was asked or approved before, also out of the outbox.
    ///
    /// # Errors
    /// The person may not, the text is empty, or the reply has left already.
    pub async fn write_draft(
        &self,
        by: PersonId,
        case: CaseId,
        form: SpeechForm,
        lang: &str,
        text: &str,
    ) -> Result<DraftId, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut audit = Audit::at(now);
        let new = NewDraft { form, lang, text, statement: None };
        let (id, case) = self.put_draft(&mut tx, &mut audit, by, case, &new, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(id)
    }

    /// The same within a transaction of the caller. Gives the draft and its case.
    pub(super) async fn put_draft(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        by: PersonId,
        case: CaseId,
        new: &NewDraft<'_>,
        now: Timestamp,
    ) -> Result<(DraftId, CaseRow), ActError> {
        let NewDraft { form, lang, text, statement } = *new;
        let text = given(text, "text_missing")?;
        let mut answered = self.answered(tx, by, case, DeskAction::Draft).await?;
        self.count_check(by, &mut answered, audit)?;
        let check = self.look(&answered, lang, text)?;
        let before = drafts::latest(tx, case).await?.filter(|draft| draft.state != DraftState::Sent);
        if let Some(draft) = &before {
            self.withdraw(tx, audit, &answered.case, draft, by, now).await?;
        }
        // Who changes somebody else's draft becomes the author of a new version, so that four eyes stay four eyes.
        let own = before.as_ref().filter(|draft| draft.author == by);
        let id = own.map_or_else(|| random().map(|seed| DraftId::new(now, &seed)), |draft| Ok(draft.id))?;
        let draft_text = DraftText { text: text.to_owned(), salt: random()? };
        let commitment = Draft {
            id,
            case,
            post: answered.post.id,
            author: by,
            form,
            text: draft_text.text.clone(),
            salt: draft_text.salt,
        }
        .commitment();
        let checks = kept(&check)?;
        let verdict = check.verdict.as_str();
        let statement = match (statement, &before) {
            (None, Some(draft)) => self.still_taken(tx, answered.case.site, draft, text).await?,
            (taken, _) => taken,
        };
        let commitment_bytes = commitment.as_bytes();
        let written = Written {
            text: &draft_text,
            commitment: commitment_bytes,
            form,
            lang,
            checks: &checks,
            verdict,
            statement,
        };
        let key = self.store.keys().of(&thread_owner(answered.case.thread), now).await?;
        if own.is_some() {
            drafts::rewrite(tx, id, answered.post.id, &written, &key, now).await?;
        } else {
            if let Some(mut other) = before {
                other.state = DraftState::Withdrawn;
                (other.cleared, other.approved, other.approver, other.warned_by) = (None, None, None, None);
                drafts::set_state(tx, &other, now).await?;
            }
            drafts::insert(tx, id, (case, answered.post.id), &written, &key, by, now).await?;
        }
        let site = Some(answered.case.site);
        let settled = check.findings.iter().filter(|one| one.settled.is_some()).count();
        audit.add(Kind::DraftWritten, Actor::Person(by), site, Some(case), |entry| {
            entry.about(id).committing(code!("text"), commitment)
        })?;
        audit.add(Kind::Guarded, Actor::System, site, Some(case), |entry| {
            entry
                .about(id)
                .number(code!("findings"), i64::try_from(check.findings.len()).unwrap_or(0))
                .number(code!("settled"), i64::try_from(settled).unwrap_or(0))
                .code(code!("verdict"), verdict_code(check.verdict))
        })?;
        Ok((id, answered.case))
    }

    /// The statement that a draft was taken from, if its new text still says it: light editing makes no other text of it.
    async fn still_taken(
        &self,
        tx: &mut Tx,
        site: SiteId,
        draft: &DraftRow,
        text: &str,
    ) -> Result<Option<(StatementId, u32)>, ActError> {
        let Some((id, version)) = draft.statement else { return Ok(None) };
        let Some(row) = library::version(tx, id, version).await? else { return Ok(None) };
        let Some(sealed) = self.store.open_statement(&row).await? else { return Ok(None) };
        let house = self.house_of(site)?;
        let own = house.own_facts(house.site.jurisdiction);
        Ok(sealed.0.statement.is_still_in(&own, text).then_some((id, version)))
    }

    /// Gives a draft to a second person.
    ///
    /// # Errors
    /// The person may not, the guard blocks the text, the rules don't permit this form now, it is too long for the
    /// platform, it answers an earlier post than the one that waits, or it is asked for already.
    pub async fn ask_approval(&self, by: PersonId, draft: DraftId) -> Result<(), ActError> {
        let now = self.now();
        self.fits(draft).await?;
        let mut tx = self.store.begin().await?;
        let mut row = drafts::by_id(&mut tx, draft).await?.ok_or(ActError::Gone)?;
        let answered = self.answered(&mut tx, by, row.case, DeskAction::Submit).await?;
        if row.state != DraftState::Open {
            return Err(ActError::Changed("draft_not_open"));
        }
        answers_it(&row, &answered)?;
        says_it_once(&mut tx, &row).await?;
        if self.people.lookups.are_spent(by, self.settings.checks_per_hour, now) {
            return Err(ActError::Invalid("checks_spent"));
        }
        let opened = self.open(&row).await?;
        let text = opened.text.clone();
        let cleared = self.clear(opened, &answered, &row.lang)?;
        let cleared = cleared.map_err(|check| ActError::Blocked(Box::new(check)))?;
        let decision = self.decide_now(&mut tx, &answered.case, now).await?.ok_or(ActError::Gone)?;
        if !is_permitted(&answered.case.decision, &decision, row.form) {
            return Err(ActError::Invalid("rules_do_not_permit"));
        }
        if self.is_other_than_statement(&mut tx, answered.case.site, &decision, &text).await? {
            return Err(ActError::Invalid("not_the_statement"));
        }
        row.state = DraftState::Asked;
        row.cleared = Some(cleared.commitment().as_bytes().to_vec());
        (row.approved, row.approver, row.warned_by) = (None, None, None);
        drafts::set_state(&mut tx, &row, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::ApprovalAsked, Actor::Person(by), Some(answered.case.site), Some(row.case), |entry| {
            entry.about(draft).committing(code!("text"), *cleared.commitment())
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(answered.case.site, Some(row.case), Change::Changed);
        Ok(())
    }

    /// Refuses a draft that is too long for its platform.
    async fn fits(&self, draft: DraftId) -> Result<(), ActError> {
        let mut tx = self.store.begin_read().await?;
        let row = drafts::by_id(&mut tx, draft).await?.ok_or(ActError::Gone)?;
        let case = cases::by_id(&mut tx, row.case).await?.ok_or(ActError::Gone)?;
        let post = posts::by_id(&mut tx, case.post).await?.ok_or(ActError::Gone)?;
        drop(tx);
        let text = self.store.open_draft(&row).await?.ok_or(ActError::Gone)?;
        let opened = self.store.open_posts(std::slice::from_ref(&post)).await?;
        let (_, author) = opened.into_iter().find_map(Opened::text).ok_or(ActError::Gone)?;
        match self.measure(case.channel, &text.0.text, &author.0.handle).await {
            (length, Some(limits)) if length > limits.max => Err(ActError::Invalid("text_too_long")),
            _ => Ok(()),
        }
    }

    /// Approves somebody else's draft and queues it. `shown` is the commitment of the draft that the approver saw.
    /// Warnings of the guard the approver takes on their name.
    ///
    /// # Errors
    /// The person may not (their own draft least of all), warnings are left unconfirmed, the text is no longer the one
    /// shown or the
    /// one asked for, another post waits than the one it answers, or guard or rules refuse it now.
    pub async fn approve(
        &self,
        by: PersonId,
        draft: DraftId,
        shown: &[u8],
        confirms_warnings: bool,
    ) -> Result<OutboxId, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut row = drafts::by_id(&mut tx, draft).await?.ok_or(ActError::Gone)?;
        let answered = self.answered(&mut tx, by, row.case, DeskAction::ReadText).await?;
        let seat = Seat { own_draft: row.author == by };
        self.may(&mut tx, by, answered.case.site, DeskAction::Approve, seat).await?;
        if row.state != DraftState::Asked {
            return Err(ActError::Changed("draft_not_asked"));
        }
        answers_it(&row, &answered)?;
        says_it_once(&mut tx, &row).await?;
        let opened = self.open(&row).await?;
        if opened.commitment().as_bytes().as_slice() != shown {
            return Err(ActError::Changed("draft_changed"));
        }
        if row.cleared.as_deref() != Some(opened.commitment().as_bytes().as_slice()) {
            return Err(ActError::Changed("text_changed"));
        }
        let cleared = self.clear(opened, &answered, &row.lang)?;
        let cleared = cleared.map_err(|check| ActError::Blocked(Box::new(check)))?;
        let approved = cleared.approve(by, confirms_warnings).map_err(|why| match why {
            NotApproved::OwnDraft => ActError::Invalid("own_draft"),
            NotApproved::WarningsUnconfirmed => ActError::Invalid("warnings_unconfirmed"),
        })?;
        let decision = self.decide_now(&mut tx, &answered.case, now).await?.ok_or(ActError::Gone)?;
        if !is_permitted(&answered.case.decision, &decision, row.form) {
            return Err(ActError::Invalid("rules_do_not_permit"));
        }
        if self.is_other_than_statement(&mut tx, answered.case.site, &decision, &approved.draft().text).await? {
            return Err(ActError::Invalid("not_the_statement"));
        }
        let mut audit = Audit::at(now);
        let id = self.queue(&mut tx, &mut audit, &mut row, &answered, &approved, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.mail.notify_waiters();
        self.tell(answered.case.site, Some(row.case), Change::Changed);
        self.tell(answered.case.site, None, Change::Outbox);
        Ok(id)
    }

    /// Queue takes an approved draft and nothing else.
    pub(super) async fn queue(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        row: &mut DraftRow,
        answered: &Answered,
        approved: &Approved,
        now: Timestamp,
    ) -> Result<OutboxId, ActError> {
        let commitment = approved.commitment();
        row.state = DraftState::Approved;
        row.approved = Some(commitment.as_bytes().to_vec());
        row.approver = Some(approved.by());
        row.warned_by = approved.has_confirmed_warnings().then_some(approved.by());
        drafts::set_state(tx, row, now).await?;
        // A crisis answer doesn't wait; an answer beside a task of some hours does.
        let is_crisis = answered.case.decision.escalation.as_ref().is_some_and(Escalation::is_alarm);
        let due_at = if is_crisis { now } else { now.plus(self.settings.undo) };
        let reply = NewReply {
            id: OutboxId::new(now, &random()?),
            site: answered.case.site,
            channel: answered.case.channel,
            case: answered.case.id,
            draft: row.id,
            post: (answered.post.id, answered.post.version),
            author: approved.draft().author,
            approver: approved.by(),
            cleared: commitment.as_bytes(),
            approved: commitment.as_bytes(),
            due_at,
        };
        let id = outbox::queue(tx, &reply, now).await?;
        let (site, case) = (Some(answered.case.site), Some(answered.case.id));
        audit.add(Kind::Approved, Actor::Person(approved.by()), site, case, |entry| {
            let entry = entry.about(row.id).code(code!("warnings"), yes_no(approved.has_confirmed_warnings()));
            entry.committing(code!("text"), *commitment)
        })?;
        audit.add(Kind::Queued, Actor::Person(approved.by()), site, case, |entry| {
            entry.about(id).about(row.id).time(code!("due"), due_at)
        })?;
        Ok(id)
    }

    /// Sends a draft back to its author, with a note that says why. `shown` is the commitment of the draft that the
    /// person saw.
    ///
    /// # Errors
    /// The person may not, the note is empty, the draft is another than the one shown, or nobody is asked any more.
    pub async fn send_back(&self, by: PersonId, draft: DraftId, shown: &[u8], note: &str) -> Result<(), ActError> {
        let now = self.now();
        let note = given(note, "note_missing")?;
        let mut tx = self.store.begin().await?;
        let mut row = drafts::by_id(&mut tx, draft).await?.ok_or(ActError::Gone)?;
        let case = self.case_for(&mut tx, by, row.case, DeskAction::SendBack).await?;
        if row.state != DraftState::Asked {
            return Err(ActError::Changed("draft_not_asked"));
        }
        if row.commitment != shown {
            return Err(ActError::Changed("draft_changed"));
        }
        row.state = DraftState::Open;
        (row.cleared, row.approved, row.approver, row.warned_by) = (None, None, None, None);
        drafts::set_state(&mut tx, &row, now).await?;
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        let note_id = NoteId::new(now, &random()?);
        desk::add_note(&mut tx, note_id, case.id, note, &key, by, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::SentBack, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            entry.about(draft).about(note_id)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(())
    }

    /// Takes a reply back out of the outbox before it leaves.
    ///
    /// # Errors
    /// The person may not, or it has left.
    pub async fn undo(&self, by: PersonId, reply: OutboxId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = outbox::by_id(&mut tx, reply).await?.ok_or(ActError::Gone)?;
        let case = self.case_for(&mut tx, by, row.case, DeskAction::Undo).await?;
        let draft = drafts::by_id(&mut tx, row.draft).await?.ok_or(ActError::Gone)?;
        let mut audit = Audit::at(now);
        self.withdraw(&mut tx, &mut audit, &case, &draft, by, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        self.tell(case.site, None, Change::Outbox);
        Ok(())
    }

    /// Opens a draft again: what was cleared and approved is withdrawn, what waits in the outbox is taken back.
    async fn withdraw(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        case: &CaseRow,
        draft: &DraftRow,
        by: PersonId,
        now: Timestamp,
    ) -> Result<(), ActError> {
        if draft.state == DraftState::Sent {
            return Err(ActError::Changed("reply_has_left"));
        }
        if draft.state == DraftState::Approved
            && let Some(reply) = outbox::by_draft(tx, draft.id).await?
            && matches!(reply.state, OutboxState::Waiting | OutboxState::Prepared | OutboxState::Unsure)
        {
            if !outbox::undo(tx, reply.id, "person", now).await? {
                return Err(ActError::Changed("reply_is_leaving"));
            }
            audit.add(Kind::Undone, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
                entry.about(reply.id).about(draft.id)
            })?;
        }
        let mut row = draft.clone();
        row.state = DraftState::Open;
        (row.cleared, row.approved, row.approver, row.warned_by) = (None, None, None, None);
        drafts::set_state(tx, &row, now).await?;
        Ok(())
    }

    pub(super) async fn answered(
        &self,
        tx: &mut Tx,
        by: PersonId,
        case: CaseId,
        action: DeskAction,
    ) -> Result<Answered, ActError> {
        let case = self.case_for(tx, by, case, action).await?;
        self.answered_by_rule(tx, case).await
    }

    /// The same where a rule of the house answers, and nobody has to be allowed to.
    pub(super) async fn answered_by_rule(&self, tx: &mut Tx, case: CaseRow) -> Result<Answered, ActError> {
        let post = posts::by_id(tx, case.post).await?.ok_or(ActError::Gone)?;
        let opened = self.store.open_posts(std::slice::from_ref(&post)).await?;
        let (text, author) = opened.into_iter().find_map(Opened::text).ok_or(ActError::Gone)?;
        let privacy = self.privacy(tx, &case).await?;
        let people = self.people(case.site);
        Ok(Answered { case, post, text: text.0.text, handle: author.0.handle, privacy, people })
    }

    /// Counts a check by a person; the first one too many goes into the log. Who has spent theirs is shown what the general
    /// rules find, and what they write can't be cleared until the hour is over.
    fn count_check(&self, by: PersonId, answered: &mut Answered, audit: &mut Audit) -> Result<bool, ActError> {
        let place = (answered.case.site, Some(answered.case.id));
        let MayLook::Spent { is_first } = self.count_look(by, place, audit)? else { return Ok(false) };
        answered.people = None;
        Ok(is_first)
    }

    /// What the guard says of a text now, with what the house has settled.
    pub(super) fn look(&self, answered: &Answered, lang: &str, text: &str) -> Result<Check, ActError> {
        let house = self.house(answered.case.site).ok_or(ActError::Gone)?;
        Ok(house.check(&self.for_guard(answered, lang, text)?, self.now()))
    }

    /// Has the guard clear a draft now, with what the house has settled.
    pub(super) fn clear(
        &self,
        draft: Draft,
        answered: &Answered,
        lang: &str,
    ) -> Result<Result<Cleared, Check>, ActError> {
        let house = self.house(answered.case.site).ok_or(ActError::Gone)?;
        Ok(draft.clear(&self.for_guard(answered, lang, "")?, house.rules().settlements(), house.today(self.now())))
    }

    pub(super) fn for_guard<'a>(
        &'a self,
        answered: &'a Answered,
        lang: &str,
        text: &'a str,
    ) -> Result<DraftWords<'a>, ActError> {
        let house = self.house(answered.case.site).ok_or(ActError::Gone)?;
        let around = for_guard(house, answered.privacy, lang, &answered.text, &answered.handle, text);
        Ok(DraftWords { people: answered.people.as_deref(), ..around })
    }

    pub(super) async fn open(&self, row: &DraftRow) -> Result<Draft, ActError> {
        let text = self.store.open_draft(row).await?.ok_or(ActError::Gone)?;
        Ok(draft_of(row, &text.0))
    }
}

/// Refuses a draft that was written for an earlier post than the one the case waits with: its author has to look at that.
fn answers_it(draft: &DraftRow, answered: &Answered) -> Result<(), ActError> {
    if draft.post == answered.post.id { Ok(()) } else { Err(ActError::Changed("post_changed")) }
}

/// Refuses a draft taken from a statement that a reply of this thread was taken from before, however its words were changed.
async fn says_it_once(tx: &mut Tx, draft: &DraftRow) -> Result<(), ActError> {
    match draft.statement {
        Some((statement, _)) if library::was_said(tx, draft.case, statement, Some(draft.id)).await? => {
            Err(ActError::Invalid("statement_said"))
        }
        _ => Ok(()),
    }
}

/// What is kept of a check: kinds and places, and the house's rule where one settles it. A suggestion may quote the text, so it is not kept; whoever looks at the
/// draft has the guard read it again.
pub(super) fn kept(check: &Check) -> Result<String, ActError> {
    let rule = |one: &Finding| one.settled.as_ref().map(|rule| rule.id.clone());
    let found: Vec<_> = check.findings.iter().map(|one| (one.kind.as_str(), one.span, rule(one))).collect();
    serde_json::to_string(&found).map_err(|_| ActError::Invalid("findings"))
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

const fn verdict_code(verdict: Verdict) -> bedside_core::log::Code {
    match verdict {
        Verdict::Allow => code!("allow"),
        Verdict::Warn => code!("warn"),
        Verdict::Block => code!("block"),
    }
}
