//! Sends posts of the house's own when their time has come. The claim checks in its transaction that nothing stands against it; what
//! does keeps the post back, with the reason, and a person decides anew. Nothing waits silently for a better moment.

use std::{sync::Arc, time::Duration};

use bedside_core::{
    channel::{Channel, Fault, Receipt, Reply},
    code,
    guard::Verdict,
    id::{AuthorId, OutboxId, ThreadId},
    log::{Actor, Code, Kind},
    policy::{AuthorHistory, CaseFacts, Decision, Facts, Place, PostFacts, Publication, Speech, ThreadFacts},
    post::{Standing, Visibility},
    time::{Span, Timestamp},
    triage::{Lang, TriageInput},
};
use bedside_store::{
    Tx, desk,
    drafts::DraftText,
    incidents, jobs, labels,
    own_posts::{self, OwnPostRow, OwnPostState},
};

use super::send::reply_lang;
use crate::{
    Change, FlowError, Road,
    acts::{is_approved, own_draft, own_words},
    audit::Audit,
    facts::{self, Around, Told},
};

/// How long one attempt may take before another process may think it was lost.
const LEASE: Span = Span::seconds(45);
/// Later than this after its time a post is news of yesterday: the program was off, or the account not connected.
const LATE: Span = Span::hours(1);
/// After so many unclear attempts a person must look.
const MOST_ATTEMPTS: i64 = 20;
/// An unclear answer is read back after this.
const SETTLING: Span = Span::seconds(3);

impl Road {
    /// Sends planned posts whose time has come. Gives how many were said or kept back.
    ///
    /// # Errors
    /// The store refuses; a claimed post is read back when its lease ends.
    pub async fn send_own_due(&self) -> Result<usize, FlowError> {
        let due = own_posts::due(&mut self.store.begin_read().await?, self.now(), 20).await?;
        let mut settled = 0;
        for row in due {
            settled += usize::from(self.send_own(row).await?);
        }
        Ok(settled)
    }

    async fn send_own(&self, mut row: OwnPostRow) -> Result<bool, FlowError> {
        let channel = self.channel(row.channel).filter(|channel| channel.says_own());
        // What was ever handed over is looked for before it is said again.
        let is_unclear = row.prepared_at.is_some();
        if let (true, Some(channel)) = (is_unclear, &channel) {
            match self.own_read_back(channel, &row).await? {
                Some(is_settled) => return Ok(is_settled),
                None => row.state = OwnPostState::Approved,
            }
        }
        let Some((reply, is_away)) = self.claim_own(&mut row, channel.is_some()).await? else { return Ok(true) };
        let Some(channel) = channel.filter(|_| !is_away) else { return Ok(false) };
        // A pause that came since the claim either sees this post as leaving and waits for it, or is seen here.
        if !desk::pauses(&mut self.store.begin_read().await?, row.site).await?.is_empty() {
            return self.keep_own_back(&row, code!("paused"), is_unclear).await;
        }
        let within = Duration::from_micros(u64::try_from(self.settings.answer_within.as_micros()).unwrap_or(0));
        let answer = tokio::time::timeout(within, channel.publish(&reply)).await.unwrap_or(Err(Fault::TimedOut));
        match answer {
            Ok(receipt) => self.own_said(&row, &receipt).await,
            Err(fault) => self.own_not_said(&row, &fault, is_unclear).await,
        }
    }

    /// The claim. `None`: it was kept back, or another was faster; `true`: the account is not connected, and it is tried again.
    async fn claim_own(&self, row: &mut OwnPostRow, is_there: bool) -> Result<Option<(Reply, bool)>, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        desk::at_the_brake(&mut tx).await?;
        if !own_posts::lease(&mut tx, row, &self.node, LEASE, now).await? {
            return Ok(None);
        }
        let text = match self.check_own(&mut tx, row, now).await? {
            Ok(text) => text,
            Err(code) => {
                // Where the account is connected it was looked for just now, and is not there.
                let heard = row.prepared_at.filter(|_| !is_there);
                self.keep_back_in(&mut tx, row, code, heard, now).await?;
                tx.commit().await?;
                self.tell(row.site, None, Change::Outbox);
                return Ok(None);
            }
        };
        let reply = own_reply(row, text, row.prepared_at.unwrap_or(now));
        if !is_there {
            let code = (row.state, "channel_not_connected");
            own_posts::settle(&mut tx, (row, &self.node), code, now.plus(Span::seconds(30)), now).await?;
            tx.commit().await?;
            return Ok(Some((reply, true)));
        }
        own_posts::set_prepared(&mut tx, (row.id, &self.node), reply.prepared_at, now).await?;
        tx.commit().await?;
        row.attempts += 1;
        Ok(Some((reply, false)))
    }

    /// What stands against a planned post now; `Ok`: nothing, and this is what it says.
    async fn check_own(
        &self,
        tx: &mut Tx,
        row: &OwnPostRow,
        now: Timestamp,
    ) -> Result<Result<DraftText, Code>, FlowError> {
        if let Some(code) = self.own_stop(tx, row, now).await? {
            return Ok(Err(code));
        }
        let Ok(Some(text)) = self.store.open_own_post(row).await else { return Ok(Err(code!("erased"))) };
        let commitment = own_draft(row.id, row.author, &text.0).commitment();
        if !is_approved(row, commitment.as_bytes()) {
            return Ok(Err(code!("not_approved")));
        }
        let house = self.house_of(row.site)?;
        let people = self.people(row.site);
        let words = own_words(house, &row.lang, &text.0.text);
        let check = house.check(&bedside_core::guard::DraftText { people: people.as_deref(), ..words }, now);
        let is_fine = match check.verdict {
            Verdict::Allow => true,
            Verdict::Warn => row.warned_by.is_some(),
            Verdict::Block => false,
        };
        if !is_fine {
            return Ok(Err(code!("guard")));
        }
        let decision = self.decide_own(tx, row, &text.0.text, now).await?;
        Ok(if own_is_permitted(&decision) { Ok(text.0) } else { Err(code!("rules")) })
    }

    /// What stops every planned post of a house, whatever it says; the log's and the page's word.
    async fn own_stop(&self, tx: &mut Tx, row: &OwnPostRow, now: Timestamp) -> Result<Option<Code>, FlowError> {
        self.follow_rules(tx, row.site, now).await?;
        if !desk::pauses(tx, row.site).await?.is_empty() {
            return Ok(Some(code!("paused")));
        }
        if !incidents::open(tx, row.site).await?.is_empty() {
            return Ok(Some(code!("incident")));
        }
        if own_posts::stopped_by(tx, row.site).await?.is_some() {
            return Ok(Some(code!("stopped_by_case")));
        }
        // One that may have been heard is settled, however late.
        let is_late = row.prepared_at.is_none() && now > row.planned_at.plus(LATE);
        Ok(is_late.then_some(code!("too_late")))
    }

    /// What would keep a planned post back if its time were now, with the reasons of rules in the reader's language; `None`: nothing.
    ///
    /// # Errors
    /// The store refuses, or the text was tampered with.
    pub async fn own_post_meets(
        &self,
        tx: &mut Tx,
        row: &OwnPostRow,
        lang: Lang,
    ) -> Result<Option<(Code, Vec<String>)>, FlowError> {
        let now = self.now();
        if let Some(code) = self.own_stop(tx, row, now.min(row.planned_at)).await? {
            return Ok(Some((code, Vec::new())));
        }
        let Some(text) = self.store.open_own_post(row).await? else { return Ok(Some((code!("erased"), Vec::new()))) };
        let decision = self.decide_own(tx, row, &text.0.text, now).await?;
        if own_is_permitted(&decision) {
            return Ok(None);
        }
        let house = self.house_of(row.site)?;
        let reason = |rule: &str| house.rules().rules().reason(rule, lang).map(str::to_owned);
        let reasons = decision.because.iter().filter_map(|one| reason(&one.rule)).collect();
        Ok(Some((code!("rules"), reasons)))
    }

    /// What the rules say of a planned post now. Its text raises no alarm: the house wrote it.
    async fn decide_own(
        &self,
        tx: &mut Tx,
        row: &OwnPostRow,
        text: &str,
        now: Timestamp,
    ) -> Result<Decision, FlowError> {
        let house = self.house_of(row.site)?;
        let nobody = (AuthorId::from_uuid(row.id.uuid()), ThreadId::from_uuid(row.id.uuid()));
        let on: Vec<_> = labels::on(tx, row.site, nobody.0, nobody.1, now).await?.iter().map(|one| one.kind).collect();
        let around = Around {
            prior_posts: 0,
            history: AuthorHistory::default(),
            incident: facts::incident(tx, row.site).await?,
            thread_posts: 0,
            our_answers: 0,
            labels: on.clone(),
            site_labels: on,
            paused: false,
            link: None,
            told: Told::default(),
        };
        let signals = self.triage.read(&TriageInput { text, lang_hint: Lang::from_tag(&row.lang), at: now });
        let publication = if row.has_permission { Publication::WrittenValid } else { Publication::NoneOnFile };
        Ok(house.decide(&Facts {
            now,
            post: PostFacts {
                signals,
                standing: Standing::Live,
                at: now,
                seen_at: now,
                visibility: Visibility::Public,
                // Nobody is stepped in on: as in the policy cases of planned posts.
                addressed: true,
                account: None,
                prior_posts: 0,
                media_count: 0,
                media_unseen: 0,
                place: Some(Place::OwnScheduled),
                history: AuthorHistory::default(),
            },
            thread: ThreadFacts { posts: 0, our_answers: 0, labels: around.labels.clone() },
            house: house.facts(now, now, &around),
            case: CaseFacts { publication: Some(publication), ..CaseFacts::default() },
            link: None,
        }))
    }

    /// Looks whether it is there already. `None`: it is not, and may be said if everything still holds.
    async fn own_read_back(&self, channel: &Arc<dyn Channel>, row: &OwnPostRow) -> Result<Option<bool>, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        if !own_posts::lease(&mut tx, row, &self.node, LEASE, now).await? {
            return Ok(Some(false));
        }
        tx.commit().await?;
        let Ok(Some(text)) = self.store.open_own_post(row).await else {
            return self.keep_own_back(row, code!("erased"), true).await.map(Some);
        };
        let reply = own_reply(row, text.0, row.prepared_at.unwrap_or(now));
        match self.answer(channel.find(&reply)).await {
            Ok(Some(receipt)) => self.own_said(row, &receipt).await.map(Some),
            Ok(None) => {
                let mut tx = self.store.begin().await?;
                let is_ours =
                    own_posts::settle(&mut tx, (row, &self.node), (OwnPostState::Approved, ""), now, now).await?;
                tx.commit().await?;
                Ok((!is_ours).then_some(false))
            }
            Err(fault) => self.own_not_said(row, &fault, true).await.map(Some),
        }
    }

    async fn own_said(&self, row: &OwnPostRow, receipt: &Receipt) -> Result<bool, FlowError> {
        let now = self.now();
        let key = self.store.keys().of(&format!("site:{}", row.site), now).await?;
        let mut tx = self.store.begin().await?;
        own_posts::said(&mut tx, row.id, &key, receipt, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::OwnPostSaid, Actor::System, Some(row.site), None, |entry| {
            entry.about(row.id).number(code!("attempts"), row.attempts)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(row.site, None, Change::Outbox);
        Ok(true)
    }

    async fn own_not_said(&self, row: &OwnPostRow, fault: &Fault, is_unclear: bool) -> Result<bool, FlowError> {
        tracing::warn!(post = %row.id, %fault, attempts = row.attempts, "a planned post was not confirmed");
        let _well = self.channel_is_ill(row.channel, fault, row.attempts).await?;
        let refused = if is_unclear { OwnPostState::Unsure } else { OwnPostState::Approved };
        let (state, code, wait) = match fault {
            Fault::RateLimited { after } => (refused, "rate_limited", *after),
            Fault::SignedOut { .. } => (refused, "signed_out", Span::seconds(60)),
            Fault::Refused { .. } if !is_unclear => return self.keep_own_back(row, code!("refused"), false).await,
            Fault::Refused { .. }
            | Fault::Unreachable
            | Fault::TimedOut
            | Fault::Server { .. }
            | Fault::Malformed { .. } => {
                if row.attempts >= MOST_ATTEMPTS {
                    return self.keep_own_back(row, code!("unsure"), true).await;
                }
                (OwnPostState::Unsure, "unsure", SETTLING.max(jobs::backoff(row.attempts.saturating_sub(1))))
            }
        };
        let now = self.now();
        // Every look counts, so that it comes before a person in the end.
        let mut counted = row.clone();
        counted.attempts += i64::from(is_unclear);
        let mut tx = self.store.begin().await?;
        own_posts::settle(&mut tx, (&counted, &self.node), (state, code), now.plus(wait), now).await?;
        tx.commit().await?;
        self.tell(row.site, None, Change::Outbox);
        Ok(false)
    }

    /// `is_unclear`: an earlier attempt may have been heard; then it is changed no more.
    async fn keep_own_back(&self, row: &OwnPostRow, code: Code, is_unclear: bool) -> Result<bool, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let prepared_at = row.prepared_at.filter(|_| is_unclear);
        self.keep_back_in(&mut tx, row, code, prepared_at, now).await?;
        tx.commit().await?;
        self.tell(row.site, None, Change::Outbox);
        Ok(true)
    }

    async fn keep_back_in(
        &self,
        tx: &mut Tx,
        row: &OwnPostRow,
        code: Code,
        prepared_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        if !own_posts::keep_back(tx, (row.id, &self.node), code.as_str(), prepared_at, now).await? {
            return Ok(());
        }
        tracing::warn!(post = %row.id, reason = code.as_str(), "a planned post is kept back; a person decides");
        let mut audit = Audit::at(now);
        audit.add(Kind::OwnPostKeptBack, Actor::System, Some(row.site), None, |entry| {
            entry.about(row.id).code(code!("reason"), code)
        })?;
        audit.write(tx).await
    }
}

/// Whether the rules let a post of the house's own leave: they permit speech in some form or leave it to people, of whom two have
/// approved it. A rule that fails means no speech.
fn own_is_permitted(decision: &Decision) -> bool {
    let is_open = matches!(decision.speech, Speech::Permitted { .. } | Speech::LeftToPerson);
    is_open && !decision.has_error()
}

/// What the connector is handed: it answers nothing.
fn own_reply(row: &OwnPostRow, text: DraftText, prepared_at: Timestamp) -> Reply {
    Reply {
        outbox: OutboxId::from_uuid(row.id.uuid()),
        text: text.text,
        lang: reply_lang(&row.lang),
        to: String::new(),
        thread_root: None,
        to_author: String::new(),
        to_handle: String::new(),
        visibility: Visibility::Public,
        reply_context: None,
        prepared_at,
    }
}
