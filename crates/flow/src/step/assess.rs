//! Assess: sorts posts, decides about them and opens their cases, a batch per transaction.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Instant,
};

use bedside_core::{
    case::{Queue, Rank},
    code,
    id::{AuthorId, CaseId, DecisionId, PostId, SiteId, ThreadId},
    log::{Actor, Entry, Kind, RuleId},
    policy::{Decision, Speech},
    post::{Standing, Visibility},
    second::is_unsure,
    time::{Span, Timestamp},
    triage::{Lang, Signals, TriageInput, Urgency},
};
use bedside_store::{
    StoreError, Tx, alarms,
    cases::{self, CaseRow},
    desk, door,
    jobs::{self, Job, JobKind},
    labels, outbox,
    posts::{self, Opened, PostRow, PostText},
    random,
};

use super::mark::{Place, is_marked, keep_strikes};
use super::settle::{Own, Settle as _, UNREADABLE, UNSORTED, back_to_the_desk, left_to_person, open_case};
use crate::{
    Change, FlowError, Road,
    audit::Audit,
    door::linked_facts,
    facts::{self, Around, Told},
    second::{self, Asking},
};

/// How long a batch may take before another process may think it was lost.
const LEASE: Span = Span::seconds(120);
/// How often a batch is done anew because its cases changed under it, before its posts are tried one by one.
const MOST_ANEW: u32 = 10;

/// A post with what was found in it and what is around it.
struct Assessed {
    post: PostRow,
    /// `None`: its text can't be read.
    signals: Option<Signals>,
    around: Around,
    /// What a second opinion added, where one was asked for.
    second: Option<second::Asked>,
}

/// A post with what was found in it.
struct Sorted {
    post: PostRow,
    signals: Option<Signals>,
    second: Option<second::Asked>,
}

/// What a batch changes about cases.
#[derive(Default)]
struct Outcome {
    cases: HashMap<ThreadId, (CaseRow, IsNew)>,
    decisions: Vec<(DecisionId, ThreadId, PostId, Decision)>,
    alarms: Vec<ThreadId>,
    changed: HashSet<ThreadId>,
    /// Cases that stay about a later post, whose facts changed.
    decide_anew: HashSet<CaseId>,
    /// Posts that wait until the case of their thread is closed.
    passed_over: HashSet<PostId>,
    /// Threads in which an escalation fell away that only an incident asked for.
    fell_away: HashSet<ThreadId>,
    /// By which rules each house decided, as fingerprints.
    rules: HashMap<SiteId, String>,
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
        if let Err(error) = self.assess(&claimed, now).await {
            self.assess_alone(&claimed, &error, now).await?;
        }
        Ok(claimed.len())
    }

    /// Assesses posts. Where somebody changes one of their cases meanwhile, it is done anew with what they did.
    async fn assess(self: &Arc<Self>, claimed: &[Job], now: Timestamp) -> Result<(), FlowError> {
        for _ in 1..MOST_ANEW {
            match self.assess_once(claimed, now).await {
                Err(error) if error.is_changed() => {}
                done => return done,
            }
        }
        self.assess_once(claimed, now).await
    }

    /// A batch could not be sorted: each of its posts is tried by itself, so that one of them keeps no other back.
    async fn assess_alone(
        self: &Arc<Self>,
        claimed: &[Job],
        error: &FlowError,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        if let [job] = claimed {
            return self.not_assessed(job, error, now).await;
        }
        tracing::warn!(jobs = claimed.len(), %error, "posts could not be sorted together, sorting each by itself");
        for job in claimed {
            if let Err(error) = self.assess(std::slice::from_ref(job), now).await {
                self.not_assessed(job, &error, now).await?;
            }
        }
        Ok(())
    }

    /// Gives a job back. When it fails for good, its post goes to a person: nobody would look at it otherwise.
    async fn not_assessed(&self, job: &Job, error: &FlowError, now: Timestamp) -> Result<(), FlowError> {
        let is_last = job.attempts >= jobs::MOST_ATTEMPTS;
        tracing::warn!(subject = %job.subject, attempts = job.attempts, %error, "a post could not be sorted");
        if is_last && let Err(error) = self.leave_unsorted(job, now).await {
            tracing::error!(subject = %job.subject, %error, "a post that could not be sorted reaches nobody");
        }
        let mut tx = self.store.begin().await?;
        jobs::failed(&mut tx, job, "assess", now).await?;
        Ok(tx.commit().await?)
    }

    async fn leave_unsorted(&self, job: &Job, now: Timestamp) -> Result<(), FlowError> {
        let Ok(id) = job.subject.parse::<PostId>() else { return Ok(()) };
        let mut tx = self.store.begin().await?;
        let post = posts::by_id(&mut tx, id).await?;
        let Some(post) = post.filter(|post| post.standing == Standing::Live) else { return Ok(()) };
        let decision = left_to_person(UNSORTED, self.house_of(post.site)?.rules().version());
        let known = cases::by_threads(&mut tx, &[post.thread]).await?;
        let mut outcome = Outcome::around(known.into_iter().map(|case| (case.thread, case)).collect());
        let one = Assessed { post, signals: None, around: Around::default(), second: None };
        outcome.settle(&one, decision, Own::UNKNOWN, now)?;
        outcome.store(&mut tx, &[one], now).await?;
        tx.commit().await?;
        self.tell_of(&outcome);
        Ok(())
    }

    async fn assess_once(self: &Arc<Self>, claimed: &[Job], now: Timestamp) -> Result<(), FlowError> {
        let ids: Vec<PostId> = claimed.iter().filter_map(|job| job.subject.parse().ok()).collect();
        let mut tx = self.store.begin_read().await?;
        let rows = posts::rows(&mut tx, &ids).await?;
        for site in rows.iter().map(|post| post.site).collect::<HashSet<_>>() {
            self.follow_rules(&mut tx, site, now).await?;
        }
        let texts = self.store.open_posts(&rows).await?;
        let read = self.sort(rows.into_iter().zip(texts).collect()).await?;
        let known = cases::by_threads(&mut tx, &read.iter().map(|one| one.post.thread).collect::<Vec<_>>()).await?;
        let known: HashMap<ThreadId, CaseRow> = known.into_iter().map(|case| (case.thread, case)).collect();
        let assessed = gather(&mut tx, read, &known, now).await?;
        drop(tx);

        let road = Arc::clone(self);
        let judged = tokio::task::spawn_blocking(move || road.judge(assessed, known, now));
        let (assessed, outcome) = judged.await.map_err(|_| FlowError::Lost)??;
        self.write_assessed(claimed, &assessed, outcome, now).await
    }

    /// Reads the texts on a thread of its own: it is work, not waiting. Then a model is asked about live posts that no topic
    /// was found in, where the house has one.
    async fn sort(self: &Arc<Self>, posts: Vec<(PostRow, Opened)>) -> Result<Vec<Sorted>, FlowError> {
        let road = Arc::clone(self);
        let model = self.second();
        let asks = model.is_some();
        let read = move || {
            let mut read = Vec::with_capacity(posts.len());
            for (post, opened) in posts {
                if opened == Opened::Damaged {
                    tracing::error!(post = %post.id, "a post's text or key was damaged");
                }
                let text = opened.text().map(|(text, _)| text.0);
                let signals = text.as_ref().map(|text| road.triage.read(&as_written(&post, text)));
                let is_asked = asks && post.standing == Standing::Live && signals.as_ref().is_some_and(is_unsure);
                let masked = text.filter(|_| is_asked).map(|text| bedside_core::scan::mask(&text.text));
                // History that can't be read concerns nobody; a live post goes to a person.
                if signals.is_some() || post.standing == Standing::Live {
                    read.push((Sorted { post, signals, second: None }, masked));
                }
            }
            read.sort_by_key(|(one, _)| (one.post.at, one.post.id));
            read
        };
        let mut read = tokio::task::spawn_blocking(read).await.map_err(|_| FlowError::Lost)?;
        if let Some(asking) = model.map(Asking::begin) {
            for (one, masked) in &mut read {
                if let (Some(signals), Some(masked)) = (&mut one.signals, masked) {
                    one.second = asking.ask(masked, signals).await;
                }
            }
        }
        Ok(read.into_iter().map(|(one, _)| one).collect())
    }

    /// Decides about each post in the order they were written, and what that does to its case.
    fn judge(
        &self,
        mut assessed: Vec<Assessed>,
        known: HashMap<ThreadId, CaseRow>,
        now: Timestamp,
    ) -> Result<(Vec<Assessed>, Outcome), FlowError> {
        hear_each_other(&mut assessed);
        let mut outcome = Outcome::around(known);
        for site in assessed.iter().map(|one| one.post.site) {
            outcome.rules.insert(site, self.house_of(site)?.rules().version().to_owned());
        }
        for one in &assessed {
            let case = outcome.cases.get(&one.post.thread).map(|(case, _)| case);
            let (decision, own) = self.decide_about(one, case, now)?;
            outcome.settle(one, decision, own, now)?;
            if one.second.as_ref().is_some_and(second::Asked::has_raised) {
                outcome.look_now(one, now);
            }
        }
        Ok((assessed, outcome))
    }

    /// What the rules say of one post, and what they would say of it by itself.
    fn decide_about(
        &self,
        one: &Assessed,
        case: Option<&CaseRow>,
        now: Timestamp,
    ) -> Result<(Decision, Own), FlowError> {
        let house = self.house_of(one.post.site)?;
        let Some(signals) = &one.signals else {
            let decision = left_to_person(UNREADABLE, house.rules().version());
            return Ok((decision, Own::UNKNOWN));
        };
        let decide = |around| house.decide(&facts::of(house, &one.post, signals, case, around, now));
        let decision = decide(&one.around);
        let mut escalates = decision.escalation.is_some();
        if escalates && case.is_some_and(|case| case.is_past(&one.post)) {
            escalates = decide(&Around { told: Told::default(), ..one.around.clone() }).escalation.is_some();
        }
        // A danger spoken of anew is an alarm anew, also where somebody took the last one.
        let is_fresh = signals.urgency != Urgency::None;
        // A danger that may be one is looked at whatever the rules say of speech.
        Ok((decision, Own { is_fresh, escalates, needs_person: false, asks_look: is_fresh }))
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
        self.refuse_other_rules(&mut tx, &outcome, now).await?;
        outcome.store(&mut tx, assessed, now).await?;
        self.mark_all(&mut tx, &outcome, assessed, now).await?;
        jobs::done(&mut tx, claimed).await?;
        tx.commit().await?;
        self.assess_pace.learn(claimed.len(), begun);
        self.tell_of(&outcome);
        Ok(())
    }

    /// Other rules may have come into force while a batch was read and judged: then it is judged anew, or its cases would be
    /// missed by whatever decides open cases anew.
    async fn refuse_other_rules(&self, tx: &mut Tx, outcome: &Outcome, now: Timestamp) -> Result<(), FlowError> {
        for (site, version) in &outcome.rules {
            self.follow_rules(tx, *site, now).await?;
            if self.house_of(*site)?.rules().version() != version {
                return Err(StoreError::Changed { what: "rules", id: site.to_string() }.into());
            }
        }
        Ok(())
    }

    /// Keeps what decisions leave beside their cases: strikes, labels, clocks.
    async fn mark_all(
        &self,
        tx: &mut Tx,
        outcome: &Outcome,
        assessed: &[Assessed],
        now: Timestamp,
    ) -> Result<(), FlowError> {
        keep_strikes(tx, assessed.iter().filter_map(|one| Some((&one.post, one.signals.as_ref()?)))).await?;
        let mut audit = Audit::at(now);
        let mut is_told = false;
        for (one, (_, thread, _, decision)) in assessed.iter().zip(&outcome.decisions) {
            let Some((case, _)) = outcome.cases.get(thread).filter(|_| is_marked(one.post.standing, decision)) else {
                continue;
            };
            let post = &one.post;
            let place = Place {
                site: post.site,
                case: case.id,
                author: post.author,
                thread: *thread,
                post: post.id,
                at: post.at,
            };
            is_told |= self.mark(tx, &mut audit, place, decision, now).await?;
        }
        if is_told {
            self.facts.notify_one();
        }
        audit.write(tx).await
    }

    /// Tells of what is stored now.
    fn tell_of(&self, outcome: &Outcome) {
        if !outcome.decide_anew.is_empty() {
            self.facts.notify_one();
        }
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
    }
}

/// Has each post hear what its author's others in the batch tell; the store knows only what was sorted before.
fn hear_each_other(assessed: &mut [Assessed]) {
    let mut places: HashMap<(ThreadId, AuthorId), Vec<usize>> = HashMap::new();
    for (place, one) in assessed.iter().enumerate() {
        places.entry((one.post.thread, one.post.author)).or_default().push(place);
    }
    for places in places.into_values().filter(|places| places.len() > 1) {
        let told: Vec<Told> =
            places.iter().map(|place| assessed.get(*place).map_or_else(Told::default, tells)).collect();
        for place in &places {
            let Some(one) = assessed.get_mut(*place) else { continue };
            let others = places.iter().zip(&told).filter(|(other, _)| *other != place);
            others.for_each(|(_, told)| one.around.told.merge(told));
        }
    }
}

fn tells(one: &Assessed) -> Told {
    let mut told = Told::default();
    if let Some(signals) = &one.signals {
        told.hear(one.post.at, signals);
    }
    told
}

fn as_written<'a>(post: &PostRow, text: &'a PostText) -> TriageInput<'a> {
    TriageInput {
        text: &text.text,
        lang_hint: text.lang_hint.as_deref().map_or(Lang::Unknown, Lang::from_tag),
        at: post.at,
    }
}

/// Reads what is around the posts of a batch, with a handful of queries for all of them.
async fn gather(
    tx: &mut Tx,
    read: Vec<Sorted>,
    known: &HashMap<ThreadId, CaseRow>,
    now: Timestamp,
) -> Result<Vec<Assessed>, FlowError> {
    let asked: Vec<_> = read.iter().map(|one| (one.post.id, one.post.author, one.post.at)).collect();
    let prior = posts::prior_posts(tx, &asked).await?;
    let mut histories = facts::histories(tx, &asked, now).await?;
    let mut authors: Vec<AuthorId> = read.iter().map(|one| one.post.author).collect();
    authors.sort_unstable();
    authors.dedup();
    let links = linked_facts(tx, &authors, now).await?;
    let mut sites = HashMap::new();
    let mut assessed = Vec::with_capacity(read.len());
    for Sorted { post, signals, second } in read {
        if let std::collections::hash_map::Entry::Vacant(slot) = sites.entry(post.site) {
            let paused = !desk::pauses(tx, post.site).await?.is_empty();
            let incident = facts::incident(tx, post.site).await?;
            slot.insert((labels::of_site(tx, post.site, now).await?, paused, incident));
        }
        let mut around =
            Around { prior_posts: prior.get(&post.id).copied().unwrap_or(0), thread_posts: 1, ..Around::default() };
        around.link = links.get(&post.author).cloned();
        around.history = histories.remove(&post.id).unwrap_or_default();
        if let Some((all, paused, incident)) = sites.get(&post.site) {
            let on = |id: String| all.get(&id).into_iter().flatten().copied();
            around.site_labels = on(post.site.to_string()).collect();
            around.labels = on(post.thread.to_string())
                .chain(on(post.author.to_string()))
                .chain(on(account_at_door(tx, &post).await?))
                .chain(on(post.site.to_string()))
                .collect();
            around.paused = *paused;
            around.incident = *incident;
        }
        if let Some(case) = known.get(&post.thread) {
            let thread = posts::by_thread(tx, post.thread).await?;
            around.thread_posts = u32::try_from(thread.len()).unwrap_or(u32::MAX);
            around.our_answers = outbox::answers_in(tx, post.thread).await?;
            // What a person has closed does not come back by itself.
            if case.queue != Queue::Done {
                around.told = Told::beside(&thread, &post);
            }
        }
        assessed.push(Assessed { post, signals, around, second });
    }
    Ok(assessed)
}

/// The account that an author of the door's channel stands for; empty for every other post.
async fn account_at_door(tx: &mut Tx, post: &PostRow) -> Result<String, FlowError> {
    let person = match post.visibility {
        Visibility::Direct => door::by_door_author(tx, post.author).await?,
        Visibility::Public | Visibility::Unlisted | Visibility::Followers => None,
    };
    Ok(person.map_or_else(String::new, |person| person.author.to_string()))
}

impl Outcome {
    /// Nothing yet, beside the cases there are.
    fn around(known: HashMap<ThreadId, CaseRow>) -> Self {
        let cases = known.into_iter().map(|(thread, case)| (thread, (case, IsNew::No))).collect();
        Self { cases, ..Self::default() }
    }

    /// Brings a decision to the case of its thread.
    fn settle(&mut self, one: &Assessed, decision: Decision, own: Own, now: Timestamp) -> Result<(), FlowError> {
        let post = &one.post;
        let id = DecisionId::new(now, &random()?);
        self.decisions.push((id, post.thread, post.id, decision.clone()));
        match self.cases.get_mut(&post.thread) {
            None => {
                let case = open_case(post, id, decision, own.asks_look, now)?;
                if case.rank == Rank::ALARM && case.queue == Queue::Now {
                    self.alarms.push(post.thread);
                }
                self.cases.insert(post.thread, (case, IsNew::Yes));
            }
            Some((case, _)) => {
                let heard = case.take_post(post, id, decision, own, now);
                if heard.is_alarm {
                    self.alarms.push(post.thread);
                }
                if heard.is_changed {
                    self.changed.insert(post.thread);
                }
                if heard.decide_anew {
                    self.decide_anew.insert(case.id);
                }
                if heard.fell_away {
                    self.fell_away.insert(post.thread);
                }
                self.passed_over.extend(heard.passed_over);
                // What is kept of the decision is what came of it: an escalation may stand beside another's hold. The labels it
                // sets and the clocks it starts stay those of the post that was heard.
                if let Some((.., kept)) = self.decisions.last_mut().filter(|_| heard.passed_over == Some(post.id))
                    && case.decision_id == id
                {
                    *kept = Decision {
                        marks: std::mem::take(&mut kept.marks),
                        starts: std::mem::take(&mut kept.starts),
                        ..case.decision.clone()
                    };
                }
            }
        }
        Ok(())
    }

    /// Puts a case before the desk, whatever was decided: a model saw a danger where sorting saw nothing.
    fn look_now(&mut self, one: &Assessed, now: Timestamp) {
        if let Some((case, _)) = self.cases.get_mut(&one.post.thread).filter(|_| one.post.standing == Standing::Live) {
            back_to_the_desk(case, now);
            case.rank = case.rank.min(Rank::PERSON);
            self.changed.insert(one.post.thread);
        }
    }

    /// Writes everything but the jobs: what was found, cases, decisions, log entries.
    async fn store(&mut self, tx: &mut Tx, assessed: &[Assessed], now: Timestamp) -> Result<(), FlowError> {
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

/// Where a case rests (closed, or silent by decision), the posts of other voices in its thread that were passed over are
/// sorted again.
pub(crate) async fn hear_passed_over(tx: &mut Tx, case: &CaseRow, now: Timestamp) -> Result<(), StoreError> {
    if case.standing == Standing::History || !matches!(case.queue, Queue::Done | Queue::Silent) {
        return Ok(());
    }
    let waiting = posts::passed_over(tx, case.thread).await?;
    jobs::add(tx, JobKind::Assess, waiting.iter().map(ToString::to_string), jobs::LIVE, now).await
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
