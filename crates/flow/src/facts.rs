//! Facts for a decision, gathered from rows.

use bedside_core::{
    label::LabelKind,
    policy::{Account, CaseFacts, Facts, PostFacts, ThreadFacts},
    time::Timestamp,
    triage::Signals,
};
use bedside_store::{
    StoreError, Tx,
    cases::CaseRow,
    desk, labels, outbox,
    posts::{self, PostRow},
};

use crate::House;

/// What of the thread and the case bears on a decision.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    pub(crate) prior_posts: u32,
    pub(crate) thread_posts: u32,
    pub(crate) our_answers: u32,
    pub(crate) labels: Vec<LabelKind>,
    pub(crate) site_labels: Vec<LabelKind>,
    pub(crate) paused: bool,
    /// What earlier posts of the thread told of a death.
    pub(crate) earlier_death: Option<EarlierDeath>,
}

/// A death that an earlier post of the same author in the thread told of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EarlierDeath {
    pub(crate) at: Timestamp,
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
    let event_at = case.and_then(|case| case.event_at).or_else(|| around.earlier_death.map(|death| death.at));
    Facts {
        now,
        post: PostFacts {
            signals: signals.clone(),
            standing: post.standing,
            at: post.at,
            seen_at: post.seen_at,
            visibility: post.visibility,
            addressed: post.addressed,
            account: post.author_is_bot.then_some(Account::Bot),
            prior_posts: around.prior_posts,
            media_count: post.media_count,
            place: None,
        },
        thread: ThreadFacts {
            posts: around.thread_posts,
            our_answers: around.our_answers,
            labels: around.labels.clone(),
        },
        house: house.facts(now, &around.site_labels, around.paused),
        case: CaseFacts {
            event_at,
            facts_checked: case.and_then(|case| case.facts_checked),
            death: around.earlier_death.map(|_| true),
            ..CaseFacts::default()
        },
        link: None,
    }
}

/// Reads what is around one post; for single cases. Batches gather the same with fewer queries.
pub(crate) async fn around(tx: &mut Tx, post: &PostRow, now: Timestamp) -> Result<Around, StoreError> {
    let prior = posts::prior_posts(tx, &[(post.id, post.author, post.at)]).await?;
    let on = labels::on(tx, post.site, post.author, post.thread, now).await?;
    let site = post.site.to_string();
    let thread = posts::by_thread(tx, post.thread).await?;
    Ok(Around {
        prior_posts: prior.get(&post.id).copied().unwrap_or(0),
        thread_posts: u32::try_from(thread.len()).unwrap_or(u32::MAX),
        our_answers: outbox::answers_in(tx, post.thread).await?,
        site_labels: on.iter().filter(|label| label.target_id == site).map(|label| label.kind).collect(),
        labels: on.into_iter().map(|label| label.kind).collect(),
        paused: !desk::pauses(tx, post.site).await?.is_empty(),
        earlier_death: earlier_death(&thread, post),
    })
}

/// The death that an earlier post of the author in this thread told of. Who writes "shame on you" an hour after
/// writing that her father died is still bereaved.
pub(crate) fn earlier_death(thread: &[PostRow], post: &PostRow) -> Option<EarlierDeath> {
    let earlier = thread.iter().filter(|one| one.author == post.author && one.id != post.id && one.at <= post.at);
    earlier
        .filter_map(|one| one.signals.as_ref().filter(|found| found.death).map(|found| (one.at, found.event_at)))
        .map(|(written_at, event_at)| EarlierDeath { at: event_at.unwrap_or(written_at) })
        .max_by_key(|death| death.at)
}
