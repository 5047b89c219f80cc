//! Many cases as rows of a list, with few queries: posts, answers and names are each read once for all.

use std::collections::HashMap;

use bedside_core::{
    case::Queue,
    id::{CaseId, ChannelId, PersonId, PostId},
    post::Standing,
    time::Timestamp,
    triage::Lang,
};
use bedside_flow::is_near;
use bedside_store::{
    StoreError, Tx,
    cases::CaseRow,
    channels, chart,
    clocks::{self, ClockRow},
    drafts::DraftState,
    outbox::OutboxState,
    posts::{self, AuthorText, PostRow, PostText},
    shown::{self, ReplyState},
};

use super::{
    DeskState,
    eyes::Sight,
    frame::names,
    names as words,
    preview::{covered, distress},
    session::Signed,
};
use crate::{
    page::inbox::{Ends, Look, Row, RowState, Upstream},
    text::{role, topic},
};

/// So much of a post's text stands in a row, in characters.
const FIRST_LINES: usize = 240;

/// The rows of cases whose sites the person sees, in the order given.
pub(super) async fn rows(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    cases: &[CaseRow],
) -> Result<Vec<Row>, StoreError> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<CaseId> = cases.iter().map(|case| case.id).collect();
    let posts = posts::rows(tx, &cases.iter().map(|case| case.post).collect::<Vec<_>>()).await?;
    let channels = channels::all(tx).await?;
    let answers = shown::replies(tx, &ids).await?;
    let care = chart::newest_care(tx, &ids).await?;
    let names = names(tx).await?;
    let clocks = clocks::nearest(tx, &ids).await?;
    let opened = state.store.open_posts(&posts).await?;
    let lookup = Known {
        posts: posts
            .iter()
            .zip(opened)
            .map(|(post, opened)| (post.id, (post, opened.text().map(|(text, author)| (text.0, author.0)))))
            .collect(),
        channels: channels.iter().map(|row| (row.id, words::channel(&who.reader, row))).collect(),
        answers,
        care,
        names,
        clock_names: clocks.iter().map(|(case, clock)| (*case, clock_name(state, who, clock))).collect(),
        clocks,
    };
    Ok(cases.iter().filter(|case| who.sees(case)).map(|case| lookup.row(who, case)).collect())
}

/// A clock's name, as the house's packs have it.
fn clock_name(state: &DeskState, who: &Signed, clock: &ClockRow) -> String {
    let in_force = state.road.house(clock.site).map(|house| house.rules());
    let kind = in_force.as_ref().and_then(|rules| rules.clocks().get(&clock.kind));
    let lang = Lang::from_tag(who.reader.lang.code());
    kind.map_or_else(|| clock.kind.replace('_', " "), |kind| kind.name(lang).to_owned())
}

type Opened = Option<(PostText, AuthorText)>;

struct Known<'a> {
    posts: HashMap<PostId, (&'a PostRow, Opened)>,
    channels: HashMap<ChannelId, String>,
    answers: HashMap<CaseId, ReplyState>,
    care: HashMap<CaseId, Timestamp>,
    names: HashMap<PersonId, String>,
    /// The clock of law that ends first.
    clocks: HashMap<CaseId, ClockRow>,
    /// Its name in the reader's language.
    clock_names: HashMap<CaseId, String>,
}

impl Known<'_> {
    fn row(&self, who: &Signed, case: &CaseRow) -> Row {
        let r = &who.reader;
        let post = self.posts.get(&case.post);
        let sight = who.sight(case.site);
        let readable = post.and_then(|(_, opened)| opened.as_ref());
        let opened = readable.filter(|_| sight == Sight::Text);
        let text = match (sight, readable) {
            (Sight::Text, Some((text, _))) => first_lines(&text.text),
            (Sight::Covered, Some((text, _))) => first_lines(&covered(&text.text)),
            _ => String::new(),
        };
        let signals = post.and_then(|(post, _)| post.signals.as_ref());
        let lang = signals.map(|found| found.lang.as_str()).filter(|lang| *lang != "und");
        let site = who.house(case.site).filter(|_| who.houses.len() > 1 && who.chosen.is_none());
        Row {
            id: case.number,
            from: opened.map_or_else(|| words::masked_name(r, case.author), |(_, author)| words::handle(author)),
            channel: self.channels.get(&case.channel).cloned().unwrap_or_default(),
            site: site.map(|house| house.site.name.clone()),
            lang: lang.map(str::to_owned),
            soft: signals
                .filter(|_| who.person.softens && !text.is_empty())
                .map_or_else(Vec::new, |found| distress(found).into_iter().map(|kind| topic(r, kind)).collect()),
            look: case
                .look_by
                .filter(|_| case.queue == Queue::Now)
                .map(|by| Look { by: by.as_micros(), is_open: case.opened_by.is_some() }),
            ends: self.ends(who, case),
            text,
            // A text that can't be read any more is as covered as one that the role may not see.
            masked: opened.is_none(),
            at: case.posted_at.as_micros(),
            unread: case.opened_by.is_none() && case.standing == Standing::Live && case.queue == Queue::Now,
            current: false,
            action: Some(words::action(&case.decision)),
            state: self.state(who, case),
            reason: signals.and_then(|found| found.topics.first()).map(|found| topic(r, found.topic.as_str())),
            assignee: case.assignee.map(|person| words::person(r, &self.names, person)),
            upstream: post.map_or(Upstream::Same, |(post, _)| upstream(post)),
            history: case.standing == Standing::History,
        }
    }

    /// A clock of law that ends soon, else a hold that does.
    fn ends(&self, who: &Signed, case: &CaseRow) -> Option<Ends> {
        if let Some(clock) = self.clocks.get(&case.id).filter(|clock| clock.near <= who.now) {
            return Some(Ends::Clock { name: self.clock_names.get(&case.id)?.clone(), due: clock.due.as_micros() });
        }
        let owner = case.wait.owner;
        is_near(case, who.now).then(|| Ends::Hold {
            owner: owner.map(|owner| words::person(&who.reader, &self.names, owner)),
            yours: owner == Some(who.person.id),
        })
    }

    fn state(&self, who: &Signed, case: &CaseRow) -> RowState {
        let r = &who.reader;
        if let (Some(escalation), Some(due)) = (&case.decision.escalation, case.alarm_due_at)
            && case.alarm_taken_by.is_none()
            && case.queue != Queue::Done
        {
            let to: Vec<String> = escalation.to.iter().map(|id| role(r, id)).collect();
            let alarm = escalation.is_alarm();
            return RowState::Untaken { to: to.join(", "), due: due.as_micros(), alarm };
        }
        // Until somebody does something: any act is newer than the care team's words.
        if case.queue == Queue::Now && self.care.get(&case.id).is_some_and(|at| *at >= case.updated_at) {
            return RowState::CareTeam;
        }
        if let Some(state) = self.answers.get(&case.id).and_then(|answer| self.answered(who, case, answer)) {
            return state;
        }
        match (case.queue, case.alarm_taken_by, case.hold_until) {
            (Queue::Done, ..) if case.standing == Standing::History => RowState::Quiet,
            (Queue::Done, ..) => RowState::Resolved(case.updated_at.as_micros()),
            (_, Some(by), _) => RowState::Taken {
                by: words::person(r, &self.names, by),
                at: case.alarm_taken_at.unwrap_or(case.updated_at).as_micros(),
            },
            (Queue::Waiting, None, Some(until)) => RowState::WakesAt(until.as_micros()),
            (Queue::Waiting, None, None) => RowState::WakesOn,
            (Queue::Now | Queue::Silent, None, _) => RowState::Quiet,
        }
    }

    /// Where the answer stands; `None`: it adds nothing to the case's own state.
    fn answered(&self, who: &Signed, case: &CaseRow, answer: &ReplyState) -> Option<RowState> {
        let r = &who.reader;
        match (answer.draft, answer.outbox) {
            (DraftState::Sent, Some((_, _, at))) => Some(RowState::Sent(at.as_micros())),
            (DraftState::Sent, None) => Some(RowState::Sent(answer.written_at.as_micros())),
            (DraftState::Approved, Some((OutboxState::Failed, ..))) => Some(RowState::Failed),
            (DraftState::Approved, Some((_, due, _))) => Some(RowState::Leaving(due.as_micros())),
            (DraftState::Approved, None) => None,
            (DraftState::Asked, _) => Some(RowState::ToApprove {
                by: words::person(r, &self.names, answer.author),
                yours: who.may_approve(case.site, answer.author == who.person.id).is_ok(),
            }),
            (DraftState::Open, Some((OutboxState::Failed, ..))) if case.returned_code.is_some() => {
                Some(RowState::Failed)
            }
            (DraftState::Open, _) if case.returned_code.is_some() => Some(RowState::Back),
            (DraftState::Open, _) if case.queue == Queue::Now => Some(RowState::DraftReady),
            (DraftState::Open | DraftState::Withdrawn, _) => None,
        }
    }
}

/// What happened to a post upstream.
pub(super) fn upstream(post: &PostRow) -> Upstream {
    match (post.deleted_at, post.edited_at) {
        (Some(_), _) => Upstream::Deleted,
        (None, Some(_)) => Upstream::Edited,
        (None, None) => Upstream::Same,
    }
}

/// The beginning of a text on one line.
pub(super) fn first_lines(text: &str) -> String {
    let mut line = String::with_capacity(FIRST_LINES);
    let mut chars = text.split_whitespace().flat_map(|word| std::iter::once(' ').chain(word.chars())).skip(1);
    line.extend(chars.by_ref().take(FIRST_LINES));
    if chars.next().is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::first_lines;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(first_lines("Danke\n\n für  alles"), "Danke für alles");
        let long = first_lines(&"ü ".repeat(500));
        assert_eq!((long.chars().count(), long.ends_with('…')), (241, true));
        assert_eq!(first_lines(""), "");
    }
}
