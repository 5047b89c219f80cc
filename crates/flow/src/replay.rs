//! Replay: stored posts are decided again, by the rules in force and by others, under the facts of the moment they were first
//! seen. Reading only. What the record knew then is not kept, so that neither set of rules sees it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    num::NonZero,
    sync::Arc,
    thread,
};

use bedside_core::{
    id::{PostId, SiteId, ThreadId},
    label::LabelKind,
    policy::{AuthorHistory, Decision, Facts, Speech, strikes::count},
    time::Timestamp,
};
use bedside_store::{
    cases::{self, CaseRow},
    labels::{self, Held},
    outbox,
    posts::{self, PostRow},
    strikes,
};

use serde::{Deserialize, Serialize};

use crate::{
    FlowError, Road,
    facts::{self, Around, Told},
    rules::{InForce, RulesRead},
};

/// Posts read at once.
const MOST: u32 = 500;

/// A post that other rules would decide otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The post.
    pub post: PostId,
    /// The number of its case; `None`: it has none.
    pub case: Option<i64>,
    /// Whose it is.
    pub site: SiteId,
    /// When it was first seen.
    pub at: Timestamp,
    /// What the rules in force say: escalation, moderation, speech, with what belongs to them.
    pub before: Vec<String>,
    /// What the others say.
    pub after: Vec<String>,
    /// Rules that make the one decision and not the other.
    pub rules_before: Vec<String>,
    /// Rules that make the other and not the one.
    pub rules_after: Vec<String>,
}

/// A stretch of history decided again.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Stretch {
    /// Posts decided.
    pub posts: u64,
    /// Posts left out: not sorted, erased, or of a house without rules.
    pub left_out: u64,
    /// The last one; the next stretch begins after it. `None`: there is none left.
    pub last: Option<PostId>,
    /// What would be decided otherwise.
    #[serde(skip)]
    pub changed: Vec<Changed>,
    /// How often each part of a decision was made by the rules in force, and by the others.
    pub parts: BTreeMap<String, (u64, u64)>,
    /// How often each rule took part, before and after.
    pub rules: BTreeMap<String, (u64, u64)>,
}

/// What is compared at a house: the rules in force and others.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Those in force.
    pub before: Arc<InForce>,
    /// The others.
    pub after: Arc<RulesRead>,
}

/// A replay: at which houses, under which rules, from when on, and how much of the machine it may take.
#[derive(Debug, Clone)]
pub struct Replaying {
    /// What is compared at each house.
    pub at: Arc<HashMap<SiteId, Compared>>,
    /// The house alone; `None`: all of them.
    pub site: Option<SiteId>,
    /// Posts first seen from here on.
    pub since: Timestamp,
    /// Threads that decide.
    pub threads: usize,
}

/// The labels a site ever had.
pub type Labels = HashMap<SiteId, HashMap<String, Vec<Held>>>;

impl Road {
    /// How many posts a replay since then has before it.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn replay_length(
        &self,
        since: Timestamp,
        after: Option<PostId>,
        site: Option<SiteId>,
    ) -> Result<u64, FlowError> {
        let mut tx = self.store.begin_read().await?;
        Ok(posts::count_since(&mut tx, since, after, site).await?)
    }

    /// The labels that a replay looks at, read once.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn replay_labels(&self) -> Result<Labels, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let mut all = HashMap::new();
        for house in self.houses() {
            all.insert(house.site.id, labels::ever(&mut tx, house.site.id).await?);
        }
        Ok(all)
    }

    /// Decides the next posts again: those first seen since then, after the last one of the stretch before.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn replay_next(
        self: &Arc<Self>,
        replaying: &Replaying,
        labels: &Labels,
        after: Option<PostId>,
    ) -> Result<Stretch, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let rows = posts::seen_since(&mut tx, replaying.since, after, MOST, replaying.site).await?;
        let mut stretch = Stretch { last: rows.last().map(|post| post.id), ..Stretch::default() };
        let mut threads: Vec<ThreadId> = rows.iter().map(|post| post.thread).collect();
        threads.sort_unstable();
        threads.dedup();
        let asked: Vec<_> = rows.iter().map(|post| (post.id, post.author, post.at)).collect();
        let prior = posts::prior_posts(&mut tx, &asked).await?;
        let struck = strikes::before(&mut tx, &asked).await?;
        let known = cases::by_threads(&mut tx, &threads).await?;
        let known: HashMap<ThreadId, CaseRow> = known.into_iter().map(|case| (case.thread, case)).collect();
        let mut beside: HashMap<ThreadId, Vec<PostRow>> = HashMap::new();
        for post in posts::by_threads(&mut tx, &threads).await? {
            beside.entry(post.thread).or_default().push(post);
        }
        let mut answered: HashMap<ThreadId, Vec<Timestamp>> = HashMap::new();
        for (thread, at) in outbox::answered(&mut tx, &threads).await? {
            answered.entry(thread).or_default().push(at);
        }
        drop(tx);
        let mut asked = Vec::with_capacity(rows.len());
        for post in rows {
            let house = self.house(post.site).filter(|house| replaying.at.contains_key(&house.site.id));
            let (Some(house), Some(signals)) = (house, &post.signals) else {
                stretch.left_out += 1;
                continue;
            };
            let around = Around {
                prior_posts: prior.get(&post.id).copied().unwrap_or(0),
                history: AuthorHistory {
                    strikes: count(struck.get(&post.id).into_iter().flatten().copied(), post.seen_at),
                    last_at: None,
                },
                ..around(&post, labels.get(&post.site), beside.get(&post.thread), answered.get(&post.thread))
            };
            let case = known.get(&post.thread);
            let facts = facts::of(house, &post, signals, case, &around, post.seen_at);
            asked.push((post.id, case.map(|case| case.number), post.site, facts));
        }
        let (at, threads) = (Arc::clone(&replaying.at), replaying.threads);
        let decided = tokio::task::spawn_blocking(move || decide_twice(asked, &at, threads)).await;
        for (changed, before, after) in decided.map_err(|_| FlowError::Lost)? {
            stretch.count(changed, &before, &after);
        }
        Ok(stretch)
    }
}

/// Every core.
#[must_use]
pub fn all_cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Decides by the rules in force and by the others, on so many threads.
fn decide_twice(
    asked: Vec<(PostId, Option<i64>, SiteId, Facts)>,
    at: &HashMap<SiteId, Compared>,
    threads: usize,
) -> Vec<(Changed, Decision, Decision)> {
    let part = asked.len().div_ceil(threads.max(1)).max(1);
    let decide = |one: &(PostId, Option<i64>, SiteId, Facts)| {
        let (post, case, site, facts) = one;
        let compared = at.get(site)?;
        let (before, after) = (compared.before.decide(facts), compared.after.rules().decide(facts));
        let changed = Changed {
            post: *post,
            case: *case,
            site: *site,
            at: facts.now,
            before: said(&before),
            after: said(&after),
            rules_before: only(&before, &after),
            rules_after: only(&after, &before),
        };
        Some((changed, before, after))
    };
    thread::scope(|scope| {
        let work = |part| scope.spawn(move || Iterator::filter_map(<[_]>::iter(part), decide).collect::<Vec<_>>());
        let working: Vec<_> = asked.chunks(part).map(work).collect();
        working.into_iter().flat_map(|one| one.join().unwrap_or_default()).collect()
    })
}

/// The parts of a decision, the alarm with whom it tells by when, the wait with its end.
fn said(decision: &Decision) -> Vec<String> {
    let whole = |part: &str| match (part, &decision.escalation, &decision.speech) {
        ("escalate_now", Some(alarm), _) => format!("{part} to {} within {}", alarm.to.join(", "), alarm.within),
        ("hold", _, Speech::Hold(hold)) => format!("{part} until {}", hold.until.to_rfc3339()),
        _ => part.to_owned(),
    };
    decision.parts().into_iter().map(whole).collect()
}

fn rules_of(decision: &Decision) -> BTreeSet<&str> {
    decision.because.iter().map(|because| because.rule.as_str()).collect()
}

/// The rules that took part in one decision and not in the other.
fn only(one: &Decision, other: &Decision) -> Vec<String> {
    rules_of(one).difference(&rules_of(other)).map(|rule| (*rule).to_owned()).collect()
}

/// What was around a post when it was first seen.
fn around(
    post: &PostRow,
    labels: Option<&HashMap<String, Vec<Held>>>,
    thread: Option<&Vec<PostRow>>,
    answered: Option<&Vec<Timestamp>>,
) -> Around {
    let at = post.seen_at;
    let on = |id: String| -> Vec<LabelKind> {
        let held = labels.and_then(|all| all.get(&id)).into_iter().flatten();
        held.filter(|held| held.at(at)).map(|held| held.kind).collect()
    };
    let site_labels = on(post.site.to_string());
    let labels = [on(post.thread.to_string()), on(post.author.to_string()), site_labels.clone()].concat();
    let earlier: Vec<PostRow> = thread.into_iter().flatten().filter(|one| one.seen_at <= at).cloned().collect();
    let our_answers = answered.map_or(0, |times| times.iter().filter(|time| **time <= at).count());
    Around {
        thread_posts: u32::try_from(earlier.len()).unwrap_or(u32::MAX),
        our_answers: u32::try_from(our_answers).unwrap_or(u32::MAX),
        labels,
        site_labels,
        told: Told::beside(&earlier, post),
        ..Around::default()
    }
}

impl Stretch {
    fn count(&mut self, changed: Changed, before: &Decision, after: &Decision) {
        self.posts += 1;
        before.parts().into_iter().for_each(|part| self.parts.entry(part.to_owned()).or_default().0 += 1);
        after.parts().into_iter().for_each(|part| self.parts.entry(part.to_owned()).or_default().1 += 1);
        rules_of(before).into_iter().for_each(|rule| self.rules.entry(rule.to_owned()).or_default().0 += 1);
        rules_of(after).into_iter().for_each(|rule| self.rules.entry(rule.to_owned()).or_default().1 += 1);
        if changed.before != changed.after {
            self.changed.push(changed);
        }
    }

    /// Adds another stretch.
    pub fn add(&mut self, other: Self) {
        self.posts += other.posts;
        self.left_out += other.left_out;
        self.last = other.last.or(self.last);
        self.changed.extend(other.changed);
        for (part, (before, after)) in other.parts {
            let all = self.parts.entry(part).or_default();
            *all = (all.0 + before, all.1 + after);
        }
        for (rule, (before, after)) in other.rules {
            let all = self.rules.entry(rule).or_default();
            *all = (all.0 + before, all.1 + after);
        }
    }
}
