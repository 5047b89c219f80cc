//! Puts the page together: thread, slip, reply, side, and what the person may do.

use std::collections::HashMap;

use bedside_core::{
    case::Queue,
    id::PersonId,
    log::{Actor, Kind},
    policy::{Explanation, desk::DeskAction},
};
use bedside_store::{Tx, cases::CaseRow, channels};

use super::{
    super::{
        DeskState,
        answer::Stop,
        entry::{Context, Placed, last_of},
        eyes::Sight,
        form::Fields,
        frame::names as everybody,
        names,
        session::Signed,
    },
    bound, care, door, queue, reply, seen, side, slip, thread,
};
use crate::page::author::author_href;
use crate::page::{
    case::{Case, Changed, Known, May, NotSuggested, Part, ReplyForm, Resolved},
    inbox::Look,
};

/// What somebody typed into the composer, kept when the page is shown again.
#[derive(Debug)]
pub(super) struct Typed {
    /// The text.
    pub text: String,
    /// How it shall be said.
    pub form: ReplyForm,
    /// The state of the case that the page showed.
    pub seen: String,
    /// The draft that the page showed.
    pub draft: String,
    /// The case or the draft has changed since: the page says so and lets nothing out until it is read.
    pub is_late: bool,
    /// The text before a repair, to go back to.
    pub before: Option<String>,
    /// They want to say that the guard missed something.
    pub missing: bool,
    /// What was just done about a finding, for the reader.
    pub told: Option<String>,
    /// A model was asked for a draft, and there is none.
    pub not_suggested: Option<NotSuggested>,
    /// Why a statement was not put into the draft, in the reader's language.
    pub not_taken: Option<String>,
}

/// The longest text taken; far beyond any channel's limit.
const LONGEST_CHARS: usize = 8_000;

impl Typed {
    /// Reads the composer's fields. Line ends become one character, as they are in the store.
    pub(super) fn of(fields: &Fields, _case: &CaseRow, _who: &Signed) -> Self {
        let text = fields.get("text").replace("\r\n", "\n").replace('\r', "\n");
        let text: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).take(LONGEST_CHARS).collect();
        Self {
            text,
            form: ReplyForm::from_code(fields.get("form")).unwrap_or(ReplyForm::Invite),
            seen: fields.get("seen").to_owned(),
            draft: fields.get("draft").to_owned(),
            is_late: false,
            before: None,
            missing: false,
            told: None,
            not_suggested: None,
            not_taken: None,
        }
    }
}

/// The case as the page shows it.
pub(super) async fn case(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    typed: Option<&Typed>,
) -> Result<Case, Stop> {
    let people = everybody(tx).await?;
    let colleagues = side::colleagues(who, tx, case).await?;
    let channel = channels::all(tx).await?.into_iter().find(|row| row.id == case.channel);
    let kind = channel.as_ref().map(|row| row.kind);
    let channel = channel.map(|row| names::channel(&who.reader, &row)).unwrap_or_default();
    let posts = thread::posts(state, who, tx, case).await?;
    let subject = posts.iter().find(|(row, _)| row.id == case.post);
    let entries = side::entries(tx, case).await?;
    let explained = state.road.explain(tx, case).await?;
    let (explanation, permitted) = explained.map_or_else(
        || (Explanation { facts: Vec::new(), rules: Vec::new(), near: Vec::new() }, Vec::new()),
        |explained| (explained.explanation, explained.permitted),
    );
    let author = subject.and_then(|(_, opened)| opened.as_ref()).map(|(_, author)| names::handle(author));
    let author = author.unwrap_or_else(|| names::masked_name(&who.reader, case.author));
    let around = reply::Around {
        people: &people,
        colleagues: &colleagues,
        permitted: &permitted,
        entries: &entries,
        subject: subject.map(|(row, _)| row),
        to: author.clone(),
    };
    let subject_row = around.subject;
    let topics =
        subject_row.and_then(|row| row.signals.as_ref()).map(|found| found.topics.as_slice()).unwrap_or_default();
    let strikes = explanation.facts.iter().find(|fact| fact.name == "strikes").and_then(|fact| fact.value.as_deref());
    let strikes = strikes.and_then(|count| count.parse().ok()).unwrap_or(0);
    let (log, log_total) = side::log_lines(who, tx, case, &people, &entries).await?;
    let ours = thread::ours(state, who, tx, case, &channel).await?;
    let extras = thread::Extras::of(state, who, tx, case, &posts).await?;
    let shown = thread::thread(who, case, (&channel, &extras), &posts, ours);
    let told = slip::Told { subject: subject_row, thread: &shown };
    Ok(Case {
        id: case.number,
        site: who.house(case.site).map(|house| house.site.name.clone()).unwrap_or_default(),
        queue: Some(queue(case)),
        author,
        topics: topics.iter().map(|found| found.topic.as_str().to_owned()).collect(),
        seen: seen(case),
        decision: Some(slip::slip(state, who, tx, case, told, &explanation, &people).await?),
        reply: reply::reply(state, who, tx, case, &around, typed).await?,
        labels: side::labels(state, who, tx, case, &people).await?,
        label_kinds: side::label_kinds(who, case),
        care: care::care(state, who, tx, case, &people).await?,
        notes: side::notes(state, who, tx, case, &people).await?,
        about: side::about(who, tx, case, subject_row).await?,
        kept: who.may(case.site, DeskAction::ExportPerson).is_ok().then(|| author_href(&case.author.to_string())),
        assignee: case.assignee.map(|person| names::person(&who.reader, &people, person)),
        people: side::lines(&colleagues),
        viewing: side::viewing(state, who, case, &people),
        log,
        log_total,
        changed: typed.filter(|typed| typed.is_late).map(|typed| changed(who, typed, &people, &entries)),
        resolved: resolved(who, case, &people, &entries),
        known: Known { event: case.event_at.map(|at| at.as_micros()), checked: case.facts_checked, said: case.known },
        bound: bound::bound(state, who, tx, case, (subject_row, strikes), &people).await?,
        door: door::door(state, who, tx, case, subject_row, &people).await?,
        told: None,
        crisis: super::crisis::crisis(state, who, tx, case, (subject_row, kind), &people).await?,
        called: super::called::called(state, who, tx, case, &people).await?,
        look: case
            .look_by
            .filter(|_| case.queue == Queue::Now)
            .map(|by| Look { by: by.as_micros(), is_open: case.opened_by.is_some_and(|by| by != who.person.id) }),
        may: may(who, case),
        thread: keep_subject(shown),
    })
}

/// A thread without its subject (more than 200 posts) still shows the rest.
fn keep_subject(mut thread: Vec<crate::page::case::Post>) -> Vec<crate::page::case::Post> {
    if !thread.iter().any(|post| post.part == Part::Subject)
        && let Some(last) = thread.iter_mut().rev().find(|post| post.part == Part::Context)
    {
        last.part = Part::Subject;
    }
    thread
}

fn may(who: &Signed, case: &CaseRow) -> May {
    let reads = who.sight(case.site) >= Sight::Covered;
    let may = |action| reads && who.may(case.site, action).is_ok();
    May {
        mark: who.sight(case.site) == Sight::Text && may(DeskAction::MarkWrong),
        full: who.sight(case.site) == Sight::Covered && may(DeskAction::ReadText),
        draft: may(DeskAction::Draft),
        hold: may(DeskAction::Hold),
        release: may(DeskAction::Release),
        decide: may(DeskAction::Decide),
        label: may(DeskAction::Label),
        note: may(DeskAction::Note),
        assign: may(DeskAction::Assign),
        take: may(DeskAction::Take),
        resolve: may(DeskAction::Resolve),
        undo: may(DeskAction::Undo),
    }
}

/// Who changed the case since the page was made, and how, according to its log; people before the program.
fn changed(who: &Signed, typed: &Typed, people: &HashMap<PersonId, String>, entries: &[Placed]) -> Changed {
    let context = Context { who, names: people, numbers: HashMap::new() };
    let since = typed.seen.parse().unwrap_or(i64::MAX);
    let others = entries.iter().filter(|placed| {
        let is_mine = *placed.entry.actor() == Actor::Person(who.person.id);
        // What the guard says of the text just kept is no news.
        !is_mine && placed.entry.kind() != Kind::Guarded && placed.entry.at().as_micros() >= since
    });
    let newest = others.max_by_key(|placed| (matches!(placed.entry.actor(), Actor::Person(_)), placed.entry.at()));
    match newest {
        Some(placed) => Changed {
            by: context.by(placed.entry.actor()),
            what: format!("{}, {}.", context.what(&placed.entry), who.reader.moment(placed.entry.at().as_micros())),
        },
        None => Changed { by: who.reader.t("someone"), what: String::new() },
    }
}

fn resolved(who: &Signed, case: &CaseRow, people: &HashMap<PersonId, String>, entries: &[Placed]) -> Option<Resolved> {
    if case.queue != Queue::Done {
        return None;
    }
    let (_, actor, at) = last_of(entries, &[Kind::CaseResolved])?;
    let context = Context { who, names: people, numbers: HashMap::new() };
    Some(Resolved { by: context.by(&actor), at: at.as_micros() })
}
