//! Mark: what a decision leaves beside it: strikes of an author, labels that rules set, clocks that rules and labels start. All
//! in the transaction that stores the decision, the first one about a post and every later one.

use bedside_core::{
    case::Queue,
    code,
    id::{AuthorId, CaseId, LabelId, NoteId, PostId, SiteId, ThreadId},
    label::{LabelKind, LabelTarget},
    log::{Actor, Code, Kind, RuleId},
    policy::{Decision, Mark, Speech, Start, strikes},
    post::Standing,
    site::Jurisdiction,
    time::{Span, Timestamp},
    triage::{Lang, Signals},
};
use bedside_store::{
    StoreError, Tx,
    cases::{self, CaseRow},
    clocks::{self, NewClock},
    jobs::{self, JobKind},
    labels::{self, NewLabel},
    posts::PostRow,
    random, strikes as struck,
};

use super::{send::thread_owner, settle::Settle as _};
use crate::{FlowError, House, Road, audit::Audit};

/// The longest that people are told before a clock ends.
const LONGEST_NOTICE: Span = Span::days(7);

/// The case a decision stands in, with the post it was made about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) site: SiteId,
    pub(crate) case: CaseId,
    pub(crate) author: AuthorId,
    pub(crate) thread: ThreadId,
    pub(crate) post: PostId,
    /// When the post was written.
    pub(crate) at: Timestamp,
}

impl Place {
    /// The case with the post it is about.
    pub(crate) const fn of(case: &CaseRow) -> Self {
        Self {
            site: case.site,
            case: case.id,
            author: case.author,
            thread: case.thread,
            post: case.post,
            at: case.posted_at,
        }
    }
}

/// Stores which posts are strikes; history counts too, it fades as everything does.
pub(crate) async fn keep_strikes<'a>(
    tx: &mut Tx,
    sorted: impl Iterator<Item = (&'a PostRow, &'a Signals)>,
) -> Result<(), FlowError> {
    let (mut found, mut others) = (Vec::new(), Vec::new());
    for (post, signals) in sorted {
        if strikes::is_strike(signals) {
            found.push((post.id, post.author, post.at));
        } else if post.signals.is_some() {
            // Sorted before: what it was then may not hold any more.
            others.push(post.id);
        }
    }
    Ok(struck::set(tx, &found, &others).await?)
}

impl Road {
    /// Sets the labels and starts the clocks of a decision about a live post. Gives whether other cases were told to be decided
    /// anew.
    pub(crate) async fn mark(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        place: Place,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<bool, FlowError> {
        let (mut concerned, mut ends) = (Vec::new(), Vec::new());
        for mark in &decision.marks {
            let Some(others) = self.set_mark(tx, audit, place, mark, now).await? else { continue };
            // What the rule saw of this case has been decided with; the author's others hear of it.
            concerned.extend(others.into_iter().filter(|case| *case != place.case));
            ends.extend(self.start_by_label(tx, audit, place, mark.label, now).await?);
        }
        for Start { clock, rule } in &decision.starts {
            ends.extend(self.start_clock(tx, audit, place, (clock, format!("rule:{rule}")), None, now).await?);
        }
        if let Some(due) = ends.into_iter().min()
            && let Some(case) = cases::to_change(tx, place.case).await?
            && cap(tx, case, due, now).await?
        {
            concerned.push(place.case);
        }
        jobs::add(tx, JobKind::Redecide, concerned.iter().map(ToString::to_string), jobs::LIVE, now).await?;
        Ok(!concerned.is_empty())
    }

    /// Sets a label for a rule and gives the cases it concerns; `None`: it is in force already, or was settled since the post.
    async fn set_mark(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        place: Place,
        mark: &Mark,
        now: Timestamp,
    ) -> Result<Option<Vec<CaseId>>, FlowError> {
        let in_force = labels::on(tx, place.site, place.author, place.thread, now).await?;
        if in_force.iter().any(|label| label.kind == mark.label && label.target == mark.on) {
            return Ok(None);
        }
        let house = self.house_of(place.site)?;
        let in_force = house.rules();
        let reason = in_force.rules().reason(&mark.rule, house_lang(house)).unwrap_or(&mark.rule);
        let key = self.store.keys().of(&thread_owner(place.thread), now).await?;
        let label = NewLabel {
            id: LabelId::new(now, &random()?),
            site: place.site,
            target: mark.on,
            target_id: match mark.on {
                LabelTarget::Author => place.author.to_string(),
                LabelTarget::Thread => place.thread.to_string(),
                LabelTarget::Site => place.site.to_string(),
            },
            case: Some(place.case),
            kind: mark.label,
            reason,
            set_by: format!("rule:{}", mark.rule),
            expires_at: Some(now.plus(mark.lasts)),
        };
        if labels::is_settled(tx, &label, place.at).await? {
            return Ok(None);
        }
        labels::set(tx, &label, &key, now).await?;
        audit.add(Kind::LabelSet, Actor::System, Some(place.site), Some(place.case), |entry| {
            let entry = with_words(entry.about(label.id), mark.label, mark.on);
            RuleId::new(&mark.rule).map_or(entry.clone(), |rule| entry.by_rule(rule))
        })?;
        Ok(Some(labels::concerned(tx, label.site, label.target, &label.target_id).await?))
    }

    /// Starts a clock that the house has, unless one of its kind runs on the case or ran for this post. Gives when it is over.
    pub(crate) async fn start_clock(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        place: Place,
        (id, by): (&str, String),
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, FlowError> {
        let house = self.house_of(place.site)?;
        let in_force = house.rules();
        let Some(kind) = in_force.clocks().get(id) else { return Ok(None) };
        let from = since.unwrap_or(if kind.from_post { place.at } else { now });
        let due = house.due(kind, from);
        let quarter = Span::micros(due.since(from).as_micros() / 4);
        let new = NewClock {
            id: NoteId::new(now, &random()?),
            site: place.site,
            case: place.case,
            post: place.post,
            kind: &kind.id,
            started_by: by.clone(),
            from,
            due,
            near: due.minus(quarter.min(LONGEST_NOTICE)),
        };
        if !clocks::start(tx, &new).await? {
            return Ok(None);
        }
        let (actor, rule) = match by.strip_prefix("rule:") {
            Some(rule) => (Actor::System, RuleId::new(rule).ok()),
            None => (by.parse().map_or(Actor::System, Actor::Person), None),
        };
        audit.add(Kind::ClockStarted, actor, Some(place.site), Some(place.case), |entry| {
            let entry = entry.about(new.id).time(code!("due"), due);
            let entry = Code::configured(&kind.id).map_or(entry.clone(), |word| entry.code(code!("clock"), word));
            rule.map_or(entry.clone(), |rule| entry.by_rule(rule))
        })?;
        Ok(Some(due))
    }

    /// Starts the clocks that a label starts, on an open case. Gives when the first of them is over.
    pub(crate) async fn start_by_label(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        place: Place,
        label: LabelKind,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, FlowError> {
        let house = self.house_of(place.site)?;
        let ids: Vec<String> =
            house.rules().clocks().all().filter(|kind| kind.label == Some(label)).map(|kind| kind.id.clone()).collect();
        let mut ends = Vec::new();
        for id in ids {
            let by = format!("label:{}", label.as_str());
            ends.extend(self.start_clock(tx, audit, place, (&id, by), None, now).await?);
        }
        Ok(ends.into_iter().min())
    }
}

/// No hold ends later than a clock of law, neither one by rules nor one by a person. Gives whether one was cut short.
pub(crate) async fn cap(tx: &mut Tx, mut case: CaseRow, due: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    let is_open = case.queue != Queue::Done;
    let Speech::Hold(hold) = &mut case.decision.speech else { return Ok(false) };
    if hold.until <= due || !is_open {
        return Ok(false);
    }
    hold.until = due;
    case.place(now);
    cases::update(tx, &case).await?;
    Ok(true)
}

/// The words of a label in a log entry.
pub(crate) fn with_words(
    entry: bedside_core::log::Entry,
    kind: LabelKind,
    on: LabelTarget,
) -> bedside_core::log::Entry {
    let entry = Code::new(kind.as_str()).map_or(entry.clone(), |word| entry.code(code!("label"), word));
    Code::new(on.as_str()).map_or(entry.clone(), |word| entry.code(code!("on"), word))
}

/// The language of what the program itself writes down at a house.
pub(crate) const fn house_lang(house: &House) -> Lang {
    match house.site.jurisdiction {
        Jurisdiction::De | Jurisdiction::At => Lang::De,
        Jurisdiction::Us | Jurisdiction::Uk => Lang::En,
    }
}

/// Whether what a decision marks is marked: history leads to nothing by itself.
pub(crate) const fn is_marked(standing: Standing, decision: &Decision) -> bool {
    matches!(standing, Standing::Live) && !(decision.marks.is_empty() && decision.starts.is_empty())
}
