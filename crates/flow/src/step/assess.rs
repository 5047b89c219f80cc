//! Assess: sorts posts, decides about them and opens their cases, a batch per transaction.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};

use bedside_core::{
    case::{Queue, Rank},
    code,
    id::{AuthorId, CaseId, DecisionId, PostId, ThreadId},
    log::{Actor, Entry, Kind, RuleId},
    policy::{Decision, Escalation, Speech},
    post::Standing,
    time::{Span, Timestamp},
    triage::{Lang, Signals, TriageInput, Urgency},
};
use bedside_store::{
    Phi, Tx,
    cases::{self, CaseRow},
    desk,
    jobs::{self, Job, JobKind},
    labels, outbox,
    posts::{self, PostRow, PostText},
    random,
};

use crate::{
    Change, FlowError, Road,
    audit::Audit,
    facts::{self, Around, Told},
};

/// How long a batch may take before another process may think it was lost.
const LEASE: Span = Span::seconds(120);

/// A post with its text, what was found in it and what was decided.
struct Assessed {
    post: PostRow,
    signals: Signals,
    around: Around,
}

/// What a batch changes about cases.
#[derive(Default)]
struct Outcome {
    cases: HashMap<ThreadId, (CaseRow, IsNew)>,
    decisions: Vec<(DecisionId, ThreadId, PostId, Decision)>,
    alarms: Vec<ThreadId>,
    changed: HashSet<ThreadId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum IsNew {
    Yes,
    No,
}

impl Road {
    /// Assesses the next batch of posts, live ones first. Gives how many jobs it finished or gave back.
    ///
    /// # Errors
    /// The store refuses; the jobs come back when their lease ends.
    pub async fn assess_next(self: &Arc<Self>) -> Result<usize, FlowError> {
        let now = self.now();
        let most = u32::try_from(self.assess_pace.posts()).unwrap_or(1);
        let mut tx = self.store.begin().await?;
        let mut claimed = jobs::claim(&mut tx, JobKind::Assess, jobs::LIVE, &self.node, LEASE, most, now).await?;
        if claimed.is_empty() {
            claimed = jobs::claim(&mut tx, JobKind::Assess, jobs::HISTORY, &self.node, LEASE, most, now).await?;
        }
        tx.commit().await?;
        if claimed.is_empty() {
            return Ok(0);
        }
        match self.assess(&claimed, now).await {
            Ok(()) => Ok(claimed.len()),
            Err(error) => {
                tracing::warn!(jobs = claimed.len(), %error, "posts could not be sorted, trying again");
                let mut tx = self.store.begin().await?;
                for job in &claimed {
                    jobs::failed(&mut tx, job, "assess", now).await?;
                }
                tx.commit().await?;
                Ok(claimed.len())
            }
        }
    }

    async fn assess(self: &Arc<Self>, claimed: &[Job], now: Timestamp) -> Result<(), FlowError> {
        let ids: Vec<PostId> = claimed.iter().filter_map(|job| job.subject.parse().ok()).collect();
        let mut tx = self.store.begin_read().await?;
        let rows = posts::rows(&mut tx, &ids).await?;
        let texts = self.store.open_posts(&rows).await?;
        let readable =
            rows.into_iter().zip(texts).filter_map(|(row, text)| text.map(|(text, _)| (row, text))).collect();
        let read = self.sort(readable).await?;
        let known = cases::by_threads(&mut tx, &read.iter().map(|(post, _)| post.thread).collect::<Vec<_>>()).await?;
        let known: HashMap<ThreadId, CaseRow> = known.into_iter().map(|case| (case.thread, case)).collect();
        let assessed = gather(&mut tx, read, &known, now).await?;
        drop(tx);

        let road = Arc::clone(self);
        let judged = tokio::task::spawn_blocking(move || road.judge(assessed, known, now));
        let (assessed, outcome) = judged.await.map_err(|_| FlowError::Lost)??;
        self.write_assessed(claimed, &assessed, outcome, now).await
    }

    /// Reads the texts on a thread of its own: it is work, not waiting.
    async fn sort(
        self: &Arc<Self>,
        posts: Vec<(PostRow, Phi<PostText>)>,
    ) -> Result<Vec<(PostRow, Signals)>, FlowError> {
        let road = Arc::clone(self);
        let read = move || {
            let mut read = Vec::with_capacity(posts.len());
            for (post, text) in posts {
                let signals = road.triage.read(&TriageInput {
                    text: &text.0.text,
                    lang_hint: text.0.lang_hint.as_deref().map_or(Lang::Unknown, Lang::from_tag),
                    at: post.at,
                });
                read.push((post, signals));
            }
            read.sort_by_key(|(post, _)| (post.at, post.id));
            read
        };
        tokio::task::spawn_blocking(read).await.map_err(|_| FlowError::Lost)
    }

    /// Decides about each post in the order they were written, and what that does to its case.
    fn judge(
        &self,
        mut assessed: Vec<Assessed>,
        known: HashMap<ThreadId, CaseRow>,
        now: Timestamp,
    ) -> Result<(Vec<Assessed>, Outcome), FlowError> {
        // What this batch itself tells; the store knows only what was sorted before.
        let mut told: HashMap<(ThreadId, AuthorId), Told> = HashMap::new();
        let mut outcome = Outcome {
            cases: known.into_iter().map(|(thread, case)| (thread, (case, IsNew::No))).collect(),
            ..Outcome::default()
        };
        for one in &mut assessed {
            let heard = told.entry((one.post.thread, one.post.author)).or_default();
            one.around.told.merge(heard);
            heard.hear(one.post.at, &one.signals);
            let house = self.house_of(one.post.site)?;
            let case = outcome.cases.get(&one.post.thread).map(|(case, _)| case);
            let facts = facts::of(house, &one.post, &one.signals, case, &one.around, now);
            let decision = house.decide(&facts);
            outcome.settle(one, decision, now)?;
        }
        Ok((assessed, outcome))
    }

    async fn write_assessed(
        &self,
        claimed: &[Job],
        assessed: &[Assessed],
        mut outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        let begun = Instant::now();
        let found: Vec<(PostId, &Signals)> = assessed.iter().map(|one| (one.post.id, &one.signals)).collect();
        posts::set_signals(&mut tx, &found).await?;
        outcome.number(&mut tx).await?;
        outcome.write(&mut tx, now).await?;
        outcome.note(assessed, now)?.write(&mut tx).await?;
        jobs::done(&mut tx, claimed).await?;
        tx.commit().await?;
        self.assess_pace.learn(claimed.len(), begun);
        for (thread, (case, is_new)) in &outcome.cases {
            let is_touched = *is_new == IsNew::Yes || outcome.changed.contains(thread);
            if case.standing == Standing::History || !is_touched {
                continue;
            }
            let change = match (outcome.alarms.contains(thread), is_new) {
                (true, _) => Change::Alarm,
                (false, IsNew::Yes) => Change::Opened,
                (false, IsNew::No) => Change::Changed,
            };
            self.tell(case.site, Some(case.id), change);
        }
        Ok(())
    }
}

/// Reads what is around the posts of a batch, with a handful of queries for all of them.
async fn gather(
    tx: &mut Tx,
    read: Vec<(PostRow, Signals)>,
    known: &HashMap<ThreadId, CaseRow>,
    now: Timestamp,
) -> Result<Vec<Assessed>, FlowError> {
    let asked: Vec<_> = read.iter().map(|(post, _)| (post.id, post.author, post.at)).collect();
    let prior = posts::prior_posts(tx, &asked).await?;
    let mut sites = HashMap::new();
    let mut assessed = Vec::with_capacity(read.len());
    for (post, signals) in read {
        if let std::collections::hash_map::Entry::Vacant(slot) = sites.entry(post.site) {
            let paused = !desk::pauses(tx, post.site).await?.is_empty();
            slot.insert((labels::of_site(tx, post.site, now).await?, paused));
        }
        let mut around =
            Around { prior_posts: prior.get(&post.id).copied().unwrap_or(0), thread_posts: 1, ..Around::default() };
        if let Some((all, paused)) = sites.get(&post.site) {
            let on = |id: String| all.get(&id).into_iter().flatten().copied();
            around.site_labels = on(post.site.to_string()).collect();
            around.labels = on(post.thread.to_string())
                .chain(on(post.author.to_string()))
                .chain(on(post.site.to_string()))
                .collect();
            around.paused = *paused;
        }
        if let Some(case) = known.get(&post.thread) {
            let thread = posts::by_thread(tx, post.thread).await?;
            around.thread_posts = u32::try_from(thread.len()).unwrap_or(u32::MAX);
            around.our_answers = outbox::answers_in(tx, post.thread).await?;
            // What a person has closed does not come back by itself.
            if case.queue != Queue::Done {
                around.told = Told::before(&thread, &post);
            }
        }
        assessed.push(Assessed { post, signals, around });
    }
    Ok(assessed)
}

impl Outcome {
    /// Brings a decision to the case of its thread.
    fn settle(&mut self, one: &Assessed, decision: Decision, now: Timestamp) -> Result<(), FlowError> {
        let post = &one.post;
        // A danger spoken of anew is an alarm anew, also where somebody took the last one.
        let is_fresh = one.signals.urgency != Urgency::None;
        let id = DecisionId::new(now, &random()?);
        self.decisions.push((id, post.thread, post.id, decision.clone()));
        match self.cases.get_mut(&post.thread) {
            None => {
                let case = open_case(post, id, decision, now)?;
                if case.rank == Rank::ALARM && case.queue == Queue::Now {
                    self.alarms.push(post.thread);
                }
                self.cases.insert(post.thread, (case, IsNew::Yes));
            }
            Some((case, _)) => {
                let before = case.decision_id;
                if case.take_post(post, id, decision, is_fresh, now) {
                    self.alarms.push(post.thread);
                }
                if case.decision_id != before {
                    self.changed.insert(post.thread);
                }
            }
        }
        Ok(())
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
        for case in of(IsNew::No).filter(|case| self.changed.contains(&case.thread)) {
            cases::update(tx, case).await?;
        }
        let rows: Vec<(DecisionId, CaseId, PostId, &Decision)> = self
            .decisions
            .iter()
            .filter_map(|(id, thread, post, decision)| Some((*id, self.cases.get(thread)?.0.id, *post, decision)))
            .collect();
        Ok(cases::add_decisions(tx, &rows, now).await?)
    }

    /// A live post has an entry per step; history has one entry per transaction.
    fn note(&self, assessed: &[Assessed], now: Timestamp) -> Result<Audit, FlowError> {
        let mut audit = Audit::at(now);
        let mut history = 0_i64;
        for (one, (id, thread, _, decision)) in assessed.iter().zip(&self.decisions) {
            let Some((case, is_new)) = self.cases.get(thread) else { continue };
            let (site, post) = (Some(case.site), one.post.id);
            if one.post.standing == Standing::History {
                history += 1;
                continue;
            }
            audit.add(Kind::Assessed, Actor::System, site, Some(case.id), |entry| {
                entry.about(post).number(code!("signals"), i64::try_from(one.signals.signals.len()).unwrap_or(0))
            })?;
            if *is_new == IsNew::Yes && case.post == post {
                audit.add(Kind::CaseOpened, Actor::System, site, Some(case.id), |entry| entry.about(post))?;
            }
            audit.add(Kind::Decided, Actor::System, site, Some(case.id), |entry| {
                decided(entry.about(post).about(*id), decision)
            })?;
        }
        if history > 0 {
            let site = assessed.first().map(|one| one.post.site);
            audit.add(Kind::Decided, Actor::System, site, None, |entry| {
                let first = self.decisions.first().map(|(id, ..)| *id);
                let entry = entry.number(code!("history"), history);
                first.map_or(entry.clone(), |id| entry.about(id))
            })?;
        }
        Ok(audit)
    }
}

/// Writes a decision into an entry: what, and by which rules.
pub(crate) fn decided(entry: Entry, decision: &Decision) -> Entry {
    let word = bedside_core::log::Code::configured(decision.speech.as_str()).ok();
    let mut entry = word.map_or(entry.clone(), |word| entry.code(code!("speech"), word));
    if decision.escalation.is_some() {
        entry = entry.code(code!("escalation"), code!("escalate_now"));
    }
    if let Speech::Hold(hold) = &decision.speech {
        entry = entry.time(code!("until"), hold.until);
    }
    decision.because.iter().filter_map(|one| RuleId::new(&one.rule).ok()).fold(entry, Entry::by_rule)
}

fn open_case(
    post: &PostRow,
    decision_id: DecisionId,
    decision: Decision,
    now: Timestamp,
) -> Result<CaseRow, FlowError> {
    let mut case = CaseRow {
        id: CaseId::new(now, &random()?),
        number: 0,
        site: post.site,
        channel: post.channel,
        thread: post.thread,
        post: post.id,
        author: post.author,
        standing: post.standing,
        queue: Queue::Done,
        rank: Rank::REST,
        decision_id,
        decision,
        hold_until: None,
        alarm_due_at: None,
        alarm_taken_by: None,
        alarm_taken_at: None,
        assignee: None,
        event_at: None,
        facts_checked: None,
        returned_code: None,
        opened_by: None,
        posted_at: post.at,
        updated_at: now,
        created_at: now,
    };
    case.place(now);
    Ok(case)
}

/// What decisions do to a case.
pub(crate) trait Settle {
    /// A post of the thread was decided about. Gives whether somebody must look now.
    /// `is_fresh`: the post itself speaks of a danger.
    fn take_post(&mut self, post: &PostRow, id: DecisionId, decision: Decision, is_fresh: bool, now: Timestamp)
    -> bool;
    /// The case was decided anew. Gives whether somebody must look now.
    fn redecide(&mut self, id: DecisionId, decision: Decision, now: Timestamp) -> bool;
    /// Puts the case where its decision says.
    fn place(&mut self, now: Timestamp);
}

impl Settle for CaseRow {
    fn take_post(
        &mut self,
        post: &PostRow,
        id: DecisionId,
        decision: Decision,
        is_fresh: bool,
        now: Timestamp,
    ) -> bool {
        // History never wakes what is alive.
        if post.standing == Standing::History && self.standing == Standing::Live {
            return false;
        }
        let is_same_voice = post.author == self.author;
        let is_at_rest = matches!(self.queue, Queue::Done | Queue::Silent);
        // Somebody else in the thread takes a case over only if it rests or if they need somebody at once.
        if !is_same_voice && !is_at_rest && decision.escalation.is_none() {
            return false;
        }
        self.standing = post.standing;
        self.post = post.id;
        self.author = post.author;
        self.posted_at = post.at;
        self.opened_by = None;
        if is_fresh || self.queue == Queue::Done {
            (self.alarm_taken_by, self.alarm_taken_at, self.alarm_due_at) = (None, None, None);
        }
        let is_loud = is_fresh && decision.escalation.as_ref().is_some_and(Escalation::is_alarm);
        self.redecide(id, decision, now) || is_loud
    }

    fn redecide(&mut self, id: DecisionId, mut decision: Decision, now: Timestamp) -> bool {
        let is_alarm_open =
            self.decision.escalation.is_some() && self.alarm_taken_by.is_none() && self.queue != Queue::Done;
        let is_new_alarm = decision.escalation.is_some() && !(is_alarm_open || self.alarm_taken_by.is_some());
        // An escalation that nobody has taken stays, whatever is decided later.
        if is_alarm_open && decision.escalation.is_none() {
            decision.escalation.clone_from(&self.decision.escalation);
            let kept = self.decision.because.iter().filter(|one| one.action == "escalate_now").cloned();
            decision.because.extend(kept);
        }
        if is_new_alarm {
            self.alarm_taken_by = None;
            self.alarm_taken_at = None;
            self.alarm_due_at = None;
        }
        self.decision_id = id;
        self.decision = decision;
        self.returned_code = None;
        self.updated_at = now;
        self.place(now);
        is_new_alarm && self.decision.escalation.as_ref().is_some_and(Escalation::is_alarm)
    }

    fn place(&mut self, now: Timestamp) {
        if self.standing == Standing::History {
            (self.queue, self.rank, self.hold_until, self.alarm_due_at) = (Queue::Done, Rank::REST, None, None);
            return;
        }
        self.hold_until = match &self.decision.speech {
            Speech::Hold(hold) => Some(hold.until),
            Speech::Permitted { .. } | Speech::Silent | Speech::LeftToPerson => None,
        };
        let mut seen = self.decision.clone();
        if self.alarm_taken_by.is_some() {
            seen.escalation = None;
            // Who took an escalation keeps the case before them until it is closed.
            self.queue = match Queue::for_decision(&seen) {
                Queue::Silent | Queue::Done => Queue::Now,
                queue => queue,
            };
        } else {
            self.queue = Queue::for_decision(&seen);
            if let Some(escalation) = &self.decision.escalation {
                self.alarm_due_at = self.alarm_due_at.or(Some(now.plus(escalation.within)));
            }
        }
        self.rank = if self.queue == Queue::Now { Rank::for_decision(&seen) } else { Rank::REST };
    }
}
