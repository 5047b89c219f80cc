//! The claim's check. Types prove nothing across a restart; this does: the text is the text that was cleared and
//! approved, by another person; guard and rules permit it under the facts of now; the post stands; nothing is paused.

use bedside_core::{
    channel::Reply,
    code,
    crisis::{self, AT_ONCE, STATEMENTS},
    draft::Draft,
    guard::Verdict,
    log::{Code, Commitment},
    policy::{Decision, Speech, SpeechForm},
    time::Timestamp,
};
use bedside_store::{
    Phi, Tx,
    cases::{self, CaseRow},
    desk,
    drafts::{self, DraftRow, DraftState},
    library,
    outbox::{self, OutboxRow},
    posts::{self, AuthorText, PostRow, PostText},
};

use super::reply_lang;
use crate::{
    FlowError, Road,
    acts::{Privacy, for_guard},
    step::hold::is_by_person,
};

/// Why a reply does not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Sending is paused: it waits.
    Paused,
    /// Draft, post or case can't be found or read any more.
    Erased,
    /// The text is not the one that was cleared and approved.
    TextChanged,
    /// It was not approved by a second person.
    NotApproved,
    /// The guard finds something now.
    Guard,
    /// The rules don't permit it now.
    Rules,
    /// An incident runs and the text is another than the approved statement.
    NotTheStatement,
    /// The post was changed since.
    PostEdited,
    /// The post is gone.
    PostDeleted,
    /// Another post of the thread was changed or is gone.
    ThreadChanged,
    /// The platform does not show the post.
    NotLookedAt,
    /// A reply of this thread was taken from the same statement.
    StatementSaid,
}

impl Stop {
    /// The word for log, store and pages.
    pub(crate) const fn code(self) -> Code {
        match self {
            Self::Paused => code!("paused"),
            Self::Erased => code!("erased"),
            Self::TextChanged => code!("text_changed"),
            Self::NotApproved => code!("not_approved"),
            Self::Guard => code!("guard"),
            Self::Rules => code!("rules"),
            Self::NotTheStatement => code!("not_the_statement"),
            Self::PostEdited => code!("post_edited"),
            Self::PostDeleted => code!("post_deleted"),
            Self::ThreadChanged => code!("thread_changed"),
            Self::NotLookedAt => code!("not_looked_at"),
            Self::StatementSaid => code!("statement_said"),
        }
    }
}

/// Everything a reply needs, read and opened.
pub(crate) struct Ready {
    draft: DraftRow,
    case: CaseRow,
    post: PostRow,
    text: Phi<String>,
    to: Phi<(PostText, AuthorText)>,
    privacy: Privacy,
    pub(crate) commitment: Commitment,
}

impl Ready {
    /// What the connector is handed.
    pub(crate) fn reply(&self, row: &OutboxRow, prepared_at: Timestamp) -> Reply {
        let (post, author) = &self.to.0;
        Reply {
            outbox: row.id,
            text: self.text.0.clone(),
            lang: reply_lang(&self.draft.lang),
            to: post.external_id.clone(),
            thread_root: post.thread_root.clone(),
            to_author: author.external_id.clone(),
            to_handle: author.handle.clone(),
            visibility: self.post.visibility,
            reply_context: post.reply_context.clone(),
            prepared_at,
        }
    }
}

impl Road {
    /// Reads and opens what a reply needs; `None`: something of it is gone.
    pub(crate) async fn load_reply(&self, tx: &mut Tx, row: &OutboxRow) -> Result<Option<Ready>, FlowError> {
        let (Some(draft), Some(case), Some(post)) =
            (drafts::by_id(tx, row.draft).await?, cases::by_id(tx, row.case).await?, posts::by_id(tx, row.post).await?)
        else {
            return Ok(None);
        };
        // A text that was tampered with can't be opened; it must not stop the road, so it counts as gone.
        let Ok(Some(text)) = self.store.open_draft(&draft).await else { return Ok(None) };
        let opened = self.store.open_posts(std::slice::from_ref(&post)).await?;
        let Some((to, author)) = opened.into_iter().find_map(posts::Opened::text) else { return Ok(None) };
        let draft_now = draft_of(&draft, &text.0);
        let commitment = draft_now.commitment();
        let privacy = self.privacy(tx, &case).await?;
        Ok(Some(Ready { draft, case, post, text: Phi(text.0.text), to: Phi((to.0, author.0)), privacy, commitment }))
    }

    pub(super) async fn check_claim(
        &self,
        tx: &mut Tx,
        row: &OutboxRow,
        now: Timestamp,
    ) -> Result<Result<Ready, Stop>, FlowError> {
        if !desk::pauses(tx, row.site).await?.is_empty() {
            return Ok(Err(Stop::Paused));
        }
        self.follow_rules(tx, row.site, now).await?;
        let Some(ready) = self.load_reply(tx, row).await? else { return Ok(Err(Stop::Erased)) };
        let still = check_text(row, &ready).and_then(|()| check_post(row, &ready));
        let still = still.and_then(|()| self.check_guard(&ready));
        if let Err(stop) = still {
            return Ok(Err(stop));
        }
        // The draft's row was last touched when it was approved: every later change withdraws the approval.
        if outbox::thread_changed(tx, ready.case.thread, ready.draft.updated_at).await? {
            return Ok(Err(Stop::ThreadChanged));
        }
        if let Some((statement, _)) = ready.draft.statement
            && library::was_said(tx, row.case, statement, Some(row.draft)).await?
        {
            return Ok(Err(Stop::StatementSaid));
        }
        let still = self.check_rules(tx, &ready, now).await?;
        Ok(still.map(|()| ready))
    }

    /// The rules of now, about the post that is answered and about the one that the case waits with.
    async fn check_rules(&self, tx: &mut Tx, ready: &Ready, now: Timestamp) -> Result<Result<(), Stop>, FlowError> {
        let mut about = vec![ready.case.clone()];
        if ready.case.post != ready.post.id {
            about.push(CaseRow { post: ready.post.id, author: ready.post.author, ..ready.case.clone() });
        }
        for case in &about {
            let Some(decision) = self.decide_now(tx, case, now).await? else { return Ok(Err(Stop::Erased)) };
            let is_fine = if ready.draft.author == STATEMENTS {
                self.is_crisis_reply(tx, ready, &decision).await?
            } else {
                is_permitted(&case.decision, &decision, ready.draft.form)
            };
            if !is_fine {
                return Ok(Err(Stop::Rules));
            }
            if self.is_other_than_statement(tx, case.site, &decision, &ready.text.0).await? {
                return Ok(Err(Stop::NotTheStatement));
            }
        }
        Ok(Ok(()))
    }

    /// Whether a crisis reply is still one of those approved, word for word, to an alarm that still obliges to it: one that comes with
    /// the program, or the house's own in the version it was taken from. Its case may have been taken; what it was raised for stands in
    /// the decision in force.
    async fn is_crisis_reply(&self, tx: &mut Tx, ready: &Ready, now: &Decision) -> Result<bool, FlowError> {
        let in_force = &ready.case.decision;
        let Some(house) = self.house(ready.case.site) else { return Ok(false) };
        let law = house.site.jurisdiction;
        let is_approved = if ready.draft.statement.is_some() {
            let taken = self.taken_unchanged(tx, ready.case.site, law, &ready.draft).await?;
            taken.is_some_and(|one| self.crisis.answers(&one.statement, &one.text, in_force, law).is_some())
        } else {
            self.crisis.is_approved(&ready.text.0, in_force, law)
        };
        // One that no person sent leaves only as long as the house has them leave at once, and never below what nobody has seen.
        let at_once = house.rules().crisis().at_once && ready.post.media_unseen == 0;
        let is_sent = ready.draft.approver != Some(AT_ONCE) || at_once;
        Ok(crisis::permits(in_force) && is_approved && is_sent && !now.has_error())
    }

    fn check_guard(&self, ready: &Ready) -> Result<(), Stop> {
        let house = self.house(ready.case.site).ok_or(Stop::Guard)?;
        let (post, author) = &ready.to.0;
        let people = self.people(ready.case.site);
        let words = for_guard(house, ready.privacy, &ready.draft.lang, &post.text, &author.handle, &ready.text.0);
        let words = bedside_core::guard::DraftText { people: people.as_deref(), ..words };
        let check = house.check(&words, self.now());
        match check.verdict {
            Verdict::Allow => Ok(()),
            Verdict::Warn if ready.draft.warned_by.is_some() => Ok(()),
            Verdict::Warn | Verdict::Block => Err(Stop::Guard),
        }
    }
}

/// The draft of a stored row.
pub(crate) fn draft_of(row: &DraftRow, text: &drafts::DraftText) -> Draft {
    Draft {
        id: row.id,
        case: row.case,
        post: row.post,
        author: row.author,
        form: row.form,
        text: text.text.clone(),
        salt: text.salt,
    }
}

fn check_text(row: &OutboxRow, ready: &Ready) -> Result<(), Stop> {
    let now = ready.commitment.as_bytes().as_slice();
    let draft = &ready.draft;
    let is_same = |kept: Option<&[u8]>| kept == Some(now);
    if row.cleared != now
        || row.approved != now
        || !is_same(draft.cleared.as_deref())
        || !is_same(draft.approved.as_deref())
    {
        return Err(Stop::TextChanged);
    }
    // A row that was bent to another post, case or channel doesn't carry what was approved.
    let is_there = draft.post == row.post
        && draft.case == row.case
        && ready.case.channel == row.channel
        && ready.post.channel == row.channel
        && ready.post.thread == ready.case.thread;
    if !is_there {
        return Err(Stop::TextChanged);
    }
    let is_second = draft.approver == Some(row.approver) && row.approver != draft.author && draft.author == row.author;
    if draft.state != DraftState::Approved || !is_second {
        return Err(Stop::NotApproved);
    }
    Ok(())
}

fn check_post(row: &OutboxRow, ready: &Ready) -> Result<(), Stop> {
    if ready.post.deleted_at.is_some() {
        return Err(Stop::PostDeleted);
    }
    if ready.post.version != row.post_version {
        return Err(Stop::PostEdited);
    }
    Ok(())
}

/// Whether a reply in this form may be said: the rules of now permit it, or a person decided over them for a reason and
/// no rule forbids it now that did not forbid it then. A rule that fails means no speech, whoever decided.
pub(crate) fn is_permitted(in_force: &Decision, now: &Decision, form: SpeechForm) -> bool {
    if !is_by_person(in_force) {
        return now.permits(form);
    }
    let permitted = matches!(&in_force.speech, Speech::Permitted { form: most } if form >= *most);
    let known: Vec<&str> = in_force.forbids(form).map(|one| one.rule.as_str()).collect();
    permitted && !now.has_error() && now.forbids(form).all(|one| known.contains(&one.rule.as_str()))
}
