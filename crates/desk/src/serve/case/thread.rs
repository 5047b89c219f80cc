//! The thread: posts with their signals as numbered marks, and what the house has said.

use std::collections::{HashMap, HashSet};

use bedside_core::{
    example::Found as Says,
    id::PostId,
    policy::desk::DeskAction,
    triage::{Evidence, Signal as Found, SignalKind as Kind, Signals, Topic, Urgency},
};
use bedside_store::{
    StoreError, Tx,
    cases::CaseRow,
    door::{self, FileRow},
    drafts::{self, DraftState},
    outbox::{self, OutboxRow, OutboxState},
    posts::{self, AuthorText, PostRow, PostText},
    takings,
};

use super::super::{
    DeskState,
    eyes::Sight,
    names,
    preview::{covered, distress},
    privacy,
    rows::{first_lines, upstream},
    session::Signed,
};

use crate::{
    page::{
        case::{Hung, Part, Post, Signal, SignalKind, Sorted, TakeDown},
        inbox::Upstream,
    },
    text::{Reader, key, topic},
};

/// Marks in one post; a text with more is one mark from end to end.
const MARKS: usize = 40;

/// A post with its texts opened; `None`: its key was erased, it is damaged, or the person may not read it.
pub(super) type Opened = (PostRow, Option<(PostText, AuthorText)>);

/// The posts of a case's thread, the oldest first.
pub(super) async fn posts(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
) -> Result<Vec<Opened>, StoreError> {
    let rows = posts::by_thread(tx, case.thread).await?;
    if who.sight(case.site) != Sight::Text {
        return Ok(rows.into_iter().map(|row| (row, None)).collect());
    }
    let opened = state.store.open_posts(&rows).await?;
    let texts = opened.into_iter().map(|one| one.text().map(|(text, author)| (text.0, author.0)));
    Ok(rows.into_iter().zip(texts).collect())
}

/// What the private door knows of posts.
pub(super) struct Extras {
    codes: HashSet<PostId>,
    files: Vec<FileRow>,
    /// The texts with what points to a person covered, for who has not opened the case in full.
    covered: HashMap<PostId, String>,
    /// Pictures, video and files.
    media: Vec<(PostId, Hung)>,
}

impl Extras {
    /// Which posts of the thread are codes alone, and which brought files.
    pub(super) async fn of(
        state: &DeskState,
        who: &Signed,
        tx: &mut Tx,
        case: &CaseRow,
        posts: &[Opened],
    ) -> Result<Self, StoreError> {
        let ids: Vec<PostId> = posts.iter().map(|(row, _)| row.id).collect();
        let files = if posts.iter().any(|(row, _)| row.media_count > 0) {
            door::files_in(tx, case.thread).await?
        } else {
            Vec::new()
        };
        let mut texts = HashMap::new();
        if who.sight(case.site) == Sight::Covered {
            let rows: Vec<PostRow> = posts.iter().map(|(row, _)| row.clone()).collect();
            let opened = state.store.open_posts(&rows).await?;
            let opened = ids.iter().zip(opened).filter_map(|(id, one)| Some((*id, covered(&one.text()?.0.0.text))));
            texts.extend(opened);
        }
        let media = super::media::hung(state, who, tx, case, posts).await?;
        Ok(Self { codes: door::code_posts(tx, &ids).await?, files, covered: texts, media })
    }
}

/// The thread as the page shows it.
pub(super) fn thread(
    who: &Signed,
    case: &CaseRow,
    around: (&str, &Extras),
    posts: &[Opened],
    ours: Vec<Post>,
) -> Vec<Post> {
    let mut n = 0;
    let mut all: Vec<Post> =
        posts.iter().map(|(row, opened)| post(who, case, around, row, opened.as_ref(), &mut n)).collect();
    all.extend(ours);
    all.sort_by_key(|post| post.at);
    all
}

fn post(
    who: &Signed,
    case: &CaseRow,
    (channel, extras): (&str, &Extras),
    row: &PostRow,
    opened: Option<&(PostText, AuthorText)>,
    n: &mut u32,
) -> Post {
    let r = &who.reader;
    let lang = row.signals.as_ref().map(|found| found.lang.as_str()).filter(|lang| *lang != "und");
    let found = row.signals.as_ref().map(|found| found.signals.as_slice()).unwrap_or_default();
    let text = opened.map(|(text, _)| text.text.clone()).or_else(|| extras.covered.get(&row.id).cloned());
    let signals = match opened {
        Some((text, _)) => marks(r, found, &text.text, n),
        None => Vec::new(),
    };
    let kinds = row.signals.as_ref().filter(|_| who.person.softens && text.is_some()).map(distress);
    Post {
        id: row.id.to_string(),
        soft: kinds.into_iter().flatten().map(|kind| topic(r, kind)).collect(),
        sorted: row.signals.as_ref().filter(|_| opened.is_some()).map(sorted),
        name: opened.map_or_else(|| names::masked_name(r, row.author), |(_, author)| names::shown_name(author)),
        handle: opened
            .map(|(_, author)| names::handle(author))
            .filter(|handle| shown_apart(opened, handle))
            .unwrap_or_default(),
        place: names::place(r, channel, row.visibility),
        at: row.at.as_micros(),
        lang: lang.map(str::to_owned),
        text: text.unwrap_or_default(),
        part: if row.id == case.post { Part::Subject } else { Part::Context },
        signals,
        upstream: upstream(row),
        url: opened.and_then(|(text, _)| text.url.clone()).filter(|url| names::is_web(url)),
        masked: opened.is_none(),
        instead: extras.codes.contains(&row.id).then(|| r.t("post-door-code")),
        file: extras.files.iter().filter(|_| opened.is_some()).find(|file| file.post == row.id).map(|file| {
            let href = format!("/case/{}/file/{}", case.number, file.id);
            (href, file.kind.as_str().to_owned(), file.size_bytes)
        }),
        version: row.version,
        media: extras.media.iter().filter(|(post, _)| *post == row.id).map(|(_, hung)| hung.clone()).collect(),
        take_down: None,
        taken: None,
        reach: None,
    }
}

fn shown_apart(opened: Option<&(PostText, AuthorText)>, handle: &str) -> bool {
    opened.is_some_and(|(_, author)| names::shown_name(author) != handle)
}

/// How a post was sorted: topics with their scores, and whether somebody has to look.
fn sorted(found: &Signals) -> Sorted {
    let share = |score: f32| (score.clamp(0.0, 1.0) * 100.0).round() as u32;
    Sorted {
        topics: found.topics.iter().map(|one| (one.topic.as_str().to_owned(), share(one.score))).collect(),
        urgency: Some(found.urgency).filter(|urgency| *urgency != Urgency::None).map(|one| one.as_str().to_owned()),
    }
}

/// Why a mark is there, for people: which word list, which pattern, or a model and how sure it is.
fn why(r: &Reader, signal: &Found) -> String {
    match &signal.evidence {
        Evidence::Model(score) | Evidence::Second { score, .. } => {
            r.say("why-model", &[("percent", i64::from((score * 100.0).round() as i16).into())])
        }
        Evidence::Rule(rule) => match rule.rsplit_once(':') {
            Some((list, line)) => r.say("why-list", &[("list", r.quote(list).into()), ("line", line.into())]),
            None => r.say("why-pattern", &[("name", r.quote(rule).into())]),
        },
    }
}

fn marks(r: &Reader, found: &[Found], text: &str, n: &mut u32) -> Vec<Signal> {
    let mut seen = Vec::new();
    let mut marks = Vec::new();
    for signal in found {
        let topic = word(signal);
        // Several phrases of a list may fit the same words: the longest of them is the evidence.
        let is_part = found.iter().any(|other| word(other) == topic && holds(other, signal));
        if is_part || seen.contains(&(signal.span, topic)) || marks.len() == MARKS {
            continue;
        }
        seen.push((signal.span, topic));
        *n += 1;
        marks.push(Signal {
            n: *n,
            kind: kind(signal),
            topic: topic.to_owned(),
            start: usize::try_from(signal.span.start).unwrap_or(usize::MAX),
            end: usize::try_from(signal.span.end).unwrap_or(usize::MAX),
            quote: first_lines(signal.span.slice(text)),
            why: why(r, signal),
            found: found_word(signal),
            by_model: match &signal.evidence {
                Evidence::Second { model, .. } => Some(model.clone()),
                Evidence::Rule(_) | Evidence::Model(_) => None,
            },
        });
    }
    marks
}

/// The word for what was found.
fn word(signal: &Found) -> &'static str {
    signal.topic.filter(|_| signal.kind == Kind::Topic).map_or(signal.kind.as_str(), Topic::as_str)
}

/// The same in the words of what people say is wrong.
fn found_word(signal: &Found) -> String {
    let found = match (signal.kind, signal.topic) {
        (Kind::Topic, Some(topic)) => Says::Topic(topic),
        (kind, _) => Says::Signal(kind),
    };
    found.word()
}

/// Whether one mark holds the other and more.
fn holds(outer: &Found, inner: &Found) -> bool {
    let (outer, inner) = (outer.span, inner.span);
    outer != inner && outer.start <= inner.start && inner.end <= outer.end
}

fn kind(signal: &Found) -> SignalKind {
    match (signal.kind, signal.topic) {
        (Kind::Topic, Some(Topic::CrisisSuicide | Topic::MedicalEmergency | Topic::Threat | Topic::Safeguarding)) => {
            SignalKind::Danger
        }
        (Kind::Topic, Some(Topic::Bereavement)) | (Kind::Death, _) => SignalKind::Death,
        (Kind::Claim, _) => SignalKind::Claim,
        (Kind::Identifier | Kind::StaffNamed, _) => SignalKind::Identifier,
        (Kind::Topic | Kind::HealthDetail | Kind::Hostility | Kind::Speaker | Kind::When, _) => SignalKind::Plain,
    }
}

/// What the house has said in this thread, as confirmed by the channel.
pub(super) async fn ours(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    channel: &str,
) -> Result<Vec<Post>, StoreError> {
    let masked = who.sight(case.site) != Sight::Text;
    let may_take_down = who.may(case.site, DeskAction::TakeDown).is_ok();
    let mut said = Vec::new();
    let kind = state.road.channel(case.channel).map(|channel| channel.kind());
    for draft in drafts::of_case(tx, case.id).await? {
        if !matches!(draft.state, DraftState::Sent | DraftState::Approved | DraftState::Withdrawn) {
            continue;
        }
        let Some(reply) = outbox::by_draft(tx, draft.id).await? else { continue };
        // One of which nobody knows whether it left can be taken down too.
        let is_open = matches!(reply.state, OutboxState::Prepared | OutboxState::Unsure) && reply.prepared_at.is_some();
        let is_out = reply.state == OutboxState::Confirmed;
        let is_taken = matches!(reply.state, OutboxState::TakingDown | OutboxState::TakenDown);
        if !is_out && !is_taken && !is_open {
            continue;
        }
        let taking = if is_taken { takings::of_reply(tx, reply.id).await? } else { None };
        let text = if masked { None } else { state.store.open_draft(&draft).await? };
        let receipt = state.store.open_receipt(&reply).await?;
        said.push(Post {
            id: String::new(),
            soft: Vec::new(),
            sorted: None,
            name: who.house(case.site).map(|house| house.site.name.clone()).unwrap_or_default(),
            handle: String::new(),
            place: channel.to_owned(),
            at: receipt.as_ref().map_or(reply.updated_at, |receipt| receipt.0.at).as_micros(),
            lang: Some(draft.lang.clone()),
            masked: text.is_none(),
            instead: (!is_out).then(|| instead(who, &reply)),
            file: None,
            version: 0,
            media: Vec::new(),
            text: text.map(|text| text.0.text).unwrap_or_default(),
            part: Part::Ours,
            signals: Vec::new(),
            upstream: Upstream::Same,
            url: receipt.and_then(|receipt| receipt.0.url).filter(|url| is_out && names::is_web(url)),
            take_down: ((is_out || is_open) && may_take_down)
                .then(|| TakeDown { reply: reply.id.to_string(), limits: privacy::limits(&who.reader, kind) }),
            taken: taking.filter(|_| may_take_down).map(|one| (privacy::href(one.id), who.reader.t("post-incident"))),
            reach: None,
        });
    }
    Ok(said)
}

/// What stands in place of the words of an answer that is not, or not surely, on its channel.
fn instead(who: &Signed, reply: &OutboxRow) -> String {
    who.reader.t(match reply.state {
        OutboxState::TakingDown => key!("post-taking-down"),
        OutboxState::TakenDown if reply.code == "never_out" => key!("post-never-out"),
        OutboxState::TakenDown => key!("post-taken-down"),
        OutboxState::Waiting
        | OutboxState::Prepared
        | OutboxState::Unsure
        | OutboxState::Confirmed
        | OutboxState::Undone
        | OutboxState::Returned
        | OutboxState::Failed => key!("post-unsure"),
    })
}
