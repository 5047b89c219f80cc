//! Facts for a decision, gathered from rows.

use std::collections::HashMap;

use bedside_core::{
    id::{PostId, SiteId},
    incident::Stage,
    label::{LabelKind, LabelTarget},
    policy::{
        Account, AuthorHistory, CaseFacts, Facts, IncidentKind, LinkFacts, Place, PostFacts, ThreadFacts, strikes,
    },
    post::Visibility,
    time::Timestamp,
    triage::{Signals, Topic, TopicScore},
};
use bedside_store::{
    Tx,
    cases::CaseRow,
    desk, incidents, labels, outbox,
    posts::{self, PostRow},
    strikes as struck,
};

use crate::{FlowError, House, door};

/// What of the thread and the case bears on a decision.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    pub(crate) prior_posts: u32,
    pub(crate) history: AuthorHistory,
    /// The incident that is switched on, the latest one.
    pub(crate) incident: Option<Incident>,
    pub(crate) thread_posts: u32,
    pub(crate) our_answers: u32,
    pub(crate) labels: Vec<LabelKind>,
    pub(crate) site_labels: Vec<LabelKind>,
    pub(crate) paused: bool,
    /// What the record says, through a consented link.
    pub(crate) link: Option<LinkFacts>,
    /// What the author told in the other posts of the thread.
    pub(crate) told: Told,
}

/// Incident mode as rules see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Incident {
    pub(crate) kind: IncidentKind,
    pub(crate) stage: Stage,
    pub(crate) has_statement: bool,
}

/// The incident that is switched on at a site; where there are several, the one begun last speaks.
pub(crate) async fn incident(tx: &mut Tx, site: SiteId) -> Result<Option<Incident>, FlowError> {
    let Some(row) = incidents::open(tx, site).await?.pop() else { return Ok(None) };
    let has_statement = incidents::is_approved(tx, row.id).await?;
    Ok(Some(Incident { kind: row.kind, stage: row.stage, has_statement }))
}

/// What the authors of posts did before, at `now`.
pub(crate) async fn histories(
    tx: &mut Tx,
    posts: &[struck::Asked],
    now: Timestamp,
) -> Result<HashMap<PostId, AuthorHistory>, FlowError> {
    let mut found: HashMap<PostId, AuthorHistory> = HashMap::new();
    for (post, times) in struck::before(tx, posts).await? {
        found.entry(post).or_default().strikes = strikes::count(times, now);
    }
    for (post, at) in struck::last_before(tx, posts).await? {
        found.entry(post).or_default().last_at = Some(at);
    }
    Ok(found)
}

/// What an author told in a thread and what stays true when they write again: who writes "is anybody there" after
/// writing that they can't go on is still in danger, and who writes "shame on you" an hour after the death is still bereaved.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// When somebody close died; the time of the post where it doesn't say.
    death_at: Option<Timestamp>,
    /// Dangers that were spoken of.
    dangers: Vec<TopicScore>,
}

/// Topics that stay true for the rest of a thread until a person closes the case.
const DANGERS: [Topic; 4] = [Topic::CrisisSuicide, Topic::MedicalEmergency, Topic::Threat, Topic::Safeguarding];

impl Told {
    /// What the other stored posts of its author tell in a thread: also later ones, as a post may come late or be edited.
    pub(crate) fn beside(thread: &[PostRow], post: &PostRow) -> Self {
        let mut told = Self::default();
        for one in thread.iter().filter(|one| one.author == post.author && one.id != post.id) {
            if let Some(signals) = &one.signals {
                told.hear(one.at, signals);
            }
        }
        told
    }

    /// Adds what one post tells.
    pub(crate) fn hear(&mut self, at: Timestamp, signals: &Signals) {
        if signals.death {
            self.death_at = self.death_at.max(Some(signals.event_at.unwrap_or(at)));
        }
        let dangers = signals.topics.iter().filter(|found| DANGERS.contains(&found.topic));
        self.dangers.extend(dangers);
    }

    /// Adds what another telling holds.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.death_at = self.death_at.max(other.death_at);
        self.dangers.extend(&other.dangers);
    }

    /// The signals of a post with what was told before it.
    fn with(&self, signals: &Signals) -> Signals {
        let mut signals = signals.clone();
        for danger in &self.dangers {
            if !signals.has(danger.topic) {
                signals.topics.push(*danger);
            }
        }
        signals
    }
}

/// Puts the facts together.
pub(crate) fn of(
    house: &House,
    post: &PostRow,
    signals: &Signals,
    case: Option<&CaseRow>,
    around: &Around,
    now: Timestamp,
) -> Facts {
    let event_at = case.and_then(|case| case.event_at).or(around.told.death_at);
    let known = case.map(|case| case.known).unwrap_or_default();
    // What is known of who writes is known of the author the case is about.
    let of_author = case.filter(|case| case.author == post.author).map(|case| case.known).unwrap_or_default();
    Facts {
        now,
        post: PostFacts {
            signals: around.told.with(signals),
            standing: post.standing,
            at: post.at,
            seen_at: post.seen_at,
            visibility: post.visibility,
            addressed: post.addressed,
            account: post.author_is_bot.then_some(Account::Bot),
            prior_posts: around.prior_posts,
            media_count: post.media_count,
            media_unseen: post.media_unseen,
            // A channel tells no more of its places.
            place: (post.visibility == Visibility::Direct).then_some(Place::Message),
            history: around.history.clone(),
        },
        thread: ThreadFacts {
            posts: around.thread_posts,
            our_answers: around.our_answers,
            labels: around.labels.clone(),
        },
        house: house.facts(now, post.at, around),
        case: CaseFacts {
            event_at,
            facts_checked: case.and_then(|case| case.facts_checked),
            death: known.death.or(around.told.death_at.map(|_| true)),
            speaker: of_author.speaker,
            account: of_author.account,
            complaint: known.complaint,
            publication: known.publication,
            media: known.media,
            deadline: case.and_then(|case| case.wait.clock_due_at),
            held_since: case.and_then(|case| case.wait.held_since),
        },
        link: around.link.clone(),
    }
}

/// Reads what is around one post; for single cases. Batches gather the same with fewer queries.
pub(crate) async fn around(tx: &mut Tx, post: &PostRow, now: Timestamp) -> Result<Around, FlowError> {
    let asked = [(post.id, post.author, post.at)];
    let prior = posts::prior_posts(tx, &asked).await?;
    let mut on = labels::on(tx, post.site, post.author, post.thread, now).await?;
    // What is marked on an account holds for its owner at the private door too.
    if let Some(person) = bedside_store::door::by_door_author(tx, post.author).await? {
        let account = labels::on(tx, post.site, person.author, post.thread, now).await?;
        on.extend(account.into_iter().filter(|label| label.target == LabelTarget::Author));
    }
    let site = post.site.to_string();
    let thread = posts::by_thread(tx, post.thread).await?;
    Ok(Around {
        prior_posts: prior.get(&post.id).copied().unwrap_or(0),
        history: histories(tx, &asked, now).await?.remove(&post.id).unwrap_or_default(),
        incident: incident(tx, post.site).await?,
        thread_posts: u32::try_from(thread.len()).unwrap_or(u32::MAX),
        our_answers: outbox::answers_in(tx, post.thread).await?,
        site_labels: on.iter().filter(|label| label.target_id == site).map(|label| label.kind).collect(),
        labels: on.into_iter().map(|label| label.kind).collect(),
        paused: !desk::pauses(tx, post.site).await?.is_empty(),
        link: door::link_facts(tx, post.author, now).await?,
        told: Told::beside(&thread, post),
    })
}
