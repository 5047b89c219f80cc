//! What surrounds every page: sites, counts, channels, whether sending is on, what is leaving.

use std::collections::{BTreeSet, HashMap};

use bedside_core::{
    channel::ChannelKind,
    id::{CaseId, PersonId, SiteId},
    policy::{Effect, desk::DeskAction},
    time::{Span, Timestamp},
};
use bedside_store::{
    StoreError, Tx, alarms, cases,
    channels::{self, ChannelRow, Health},
    desk,
    outbox::{self, OutboxRow, OutboxState},
    people, posts, shown,
};

use super::{
    DeskState,
    eyes::{House, Sight},
    names as words, paths,
    session::Signed,
};
use crate::{
    look::{COUNTED, ChannelLine, ChannelState, Counts, Frame, Leaving, LeavingState, Queue, Sending, SiteLine, Theme},
    text::Reader,
};

/// A channel that reads by itself and was not heard of for so long is slow.
const SLOW: Span = Span::minutes(3);
/// How long a sent reply stays in the strip.
const SENT_SHOWN: Span = Span::seconds(12);
/// How long a failed one does, unless its case is resolved before.
const FAILED_SHOWN: Span = Span::hours(24);

/// The frame of a page for `who`.
pub(super) async fn frame(state: &DeskState, who: &Signed, tx: &mut Tx) -> Result<Frame, StoreError> {
    let names = names(tx).await?;
    let mut counts = Counts::default();
    let mut sites = Vec::with_capacity(who.houses.len());
    for house in &who.houses {
        let here = counts_of(tx, house).await?;
        let in_scope = who.chosen.is_none_or(|chosen| chosen == house.site.id);
        if in_scope {
            counts = sum(counts, here);
        }
        sites.push(SiteLine { id: house.site.slug.clone(), name: house.site.name.clone(), open: here.open() });
    }
    let chosen = who.chosen.and_then(|site| who.house(site));
    let paths = paths::paths(state, who, tx).await?;
    let (to_approve, ending) = super::library::due(state, who, tx).await?;
    Ok(Frame {
        tour: state.tour.as_ref().is_some_and(|tour| tour.leads(who.person.id)),
        theme: Theme::from_code(&who.person.theme),
        csrf: who.session.csrf.clone(),
        keys: who.person.keys_on,
        group: who.group.clone(),
        sites,
        site: chosen.map(|house| house.site.slug.clone()),
        counts,
        alarms: alarms(tx, who).await?,
        channels: lines(tx, who).await?,
        sending: sending(state, who, tx, &names).await?,
        may_pause: who.scope().any(|house| who.may(house.site.id, DeskAction::Pause).is_ok()),
        admin: who.may_anywhere(DeskAction::ManagePeople),
        may_log: who.may_anywhere(DeskAction::ReadLog),
        may_links: who.may_anywhere(DeskAction::ReadLinks),
        may_examples: who.may_anywhere(DeskAction::ReadExamples),
        may_rules: who.may_anywhere(DeskAction::ReadRules),
        may_statements: who.may_anywhere(DeskAction::ReadStatements),
        statements_due: u32::try_from(to_approve + ending.len()).unwrap_or(u32::MAX),
        ending,
        may_privacy: who.may_anywhere(DeskAction::TakeDown),
        privacy_open: super::privacy::open(tx, who).await?,
        may_balance: who.may_anywhere(DeskAction::ReadBalance),
        sounds: who.person.sounds,
        softens: who.person.softens,
        me: who.person.name.clone(),
        leaving: leaving(state, who, tx, &names).await?,
        nobody_alarmed: paths.nobody,
        alarm_trouble: paths.trouble,
        to_read: to_read(tx, who).await?,
        incidents: super::incident::lines(who, tx).await?,
        late: late(tx, who).await?,
        broken_rules: broken_rules(tx, who).await?,
        reader: who.reader.clone(),
    })
}

/// Cases on which a clock of law or contract is late, at the sites of the page.
async fn late(tx: &mut Tx, who: &Signed) -> Result<Vec<i64>, StoreError> {
    let mut all = Vec::new();
    for house in who.seen() {
        let late = bedside_store::clocks::late(tx, house.site.id, who.now).await?;
        all.extend(seen_of(tx, house, late).await?);
    }
    Ok(all)
}

/// Of these numbers of cases those that the roles at a house show.
async fn seen_of(tx: &mut Tx, house: &House, numbers: Vec<i64>) -> Result<Vec<i64>, StoreError> {
    if !house.crisis_only {
        return Ok(numbers);
    }
    let mut seen = Vec::new();
    for number in numbers {
        if cases::by_number(tx, number).await?.is_some_and(|case| house.sees(&case)) {
            seen.push(number);
        }
    }
    Ok(seen)
}

/// The rules that could not be evaluated for an open case: what they touch waits for a person, and everybody should know.
async fn broken_rules(tx: &mut Tx, who: &Signed) -> Result<Vec<String>, StoreError> {
    let mut rules = BTreeSet::new();
    for house in who.seen() {
        for decision in cases::with_failed_rules(tx, house.site.id).await? {
            let failed = decision.because.into_iter().filter(|one| one.effect == Effect::Errors);
            rules.extend(failed.map(|one| one.rule));
        }
    }
    Ok(rules.into_iter().collect())
}

/// The cases whose crisis reply a second person has to read, for those who may and did not send it themselves.
async fn to_read(tx: &mut Tx, who: &Signed) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut all = Vec::new();
    for house in who.seen().filter(|house| who.may(house.site.id, DeskAction::ReadCrisisReply).is_ok()) {
        let open = alarms::open_readings(tx, house.site.id).await?;
        let theirs: Vec<_> = open.into_iter().filter(|one| one.sent_by != who.person.id).collect();
        let ids: Vec<CaseId> = theirs.iter().map(|one| one.case).collect();
        let numbers = shown::case_numbers(tx, &ids).await?;
        all.extend(theirs.iter().filter_map(|one| Some((numbers.get(&one.case)?.0, one.due_at.as_micros()))));
    }
    Ok(all)
}

/// The alarms nobody has taken, and what asks for a look that nobody has given it, at the sites of the page.
pub(super) async fn alarms(tx: &mut Tx, who: &Signed) -> Result<Vec<i64>, StoreError> {
    let mut all = Vec::new();
    for house in who.seen() {
        let open = cases::open_alarms(tx, house.site.id).await?;
        all.extend(seen_of(tx, house, open).await?);
        if !house.crisis_only {
            all.extend(cases::open_looks(tx, house.site.id).await?);
        }
    }
    Ok(all)
}

/// Everybody's name.
pub(super) async fn names(tx: &mut Tx) -> Result<HashMap<PersonId, String>, StoreError> {
    Ok(people::all(tx).await?.into_iter().map(|person| (person.id, person.name)).collect())
}

/// Cases per queue at a site, as far as this person sees them.
pub(super) async fn counts_of(tx: &mut Tx, house: &House) -> Result<Counts, StoreError> {
    if house.sight == Sight::Nothing {
        return Ok(Counts::default());
    }
    let mut counts = Counts::default();
    for queue in bedside_core::case::Queue::ALL {
        let n = if house.crisis_only {
            let found = cases::list(tx, house.site.id, queue, COUNTED).await?;
            u32::try_from(found.iter().filter(|case| house.sees(case)).count()).unwrap_or(COUNTED)
        } else {
            cases::count(tx, house.site.id, queue, COUNTED).await?
        };
        match queue {
            bedside_core::case::Queue::Now => counts.now = n,
            bedside_core::case::Queue::Waiting => counts.waiting = n,
            bedside_core::case::Queue::Silent => counts.silent = n,
            bedside_core::case::Queue::Done => counts.done = n,
        }
    }
    Ok(counts)
}

fn sum(one: Counts, other: Counts) -> Counts {
    let add = |queue: Queue| one.of(queue).saturating_add(other.of(queue));
    Counts { now: add(Queue::Now), waiting: add(Queue::Waiting), silent: add(Queue::Silent), done: add(Queue::Done) }
}

async fn lines(tx: &mut Tx, who: &Signed) -> Result<Vec<ChannelLine>, StoreError> {
    let all = channels::all(tx).await?;
    let here =
        all.iter().filter(|row| row.kind != ChannelKind::Import && who.scope().any(|house| house.site.id == row.site));
    let several = who.scope().count() > 1;
    let line = |row: &channels::ChannelRow| {
        let name = words::channel(&who.reader, row);
        // Every house has a door of its own, and all are called the same.
        let house = who.house(row.site).filter(|_| several && row.kind == ChannelKind::Door);
        let name = house.map_or(name.clone(), |house| format!("{name}, {}", house.site.name));
        ChannelLine { name, state: channel_state(row, who.now) }
    };
    Ok(here.map(line).collect())
}

/// The health of a channel in the words of the pages.
pub(super) fn channel_state(row: &ChannelRow, now: Timestamp) -> ChannelState {
    let lag = row.last_ok_at.map_or(0, |at| now.since(at).as_micros()).max(0);
    let reads_by_itself = matches!(row.kind, ChannelKind::Bluesky | ChannelKind::Mastodon);
    match row.health {
        Health::New => ChannelState::Starting,
        Health::Live if reads_by_itself && lag > SLOW.as_micros() => ChannelState::Slow { lag },
        Health::Live => ChannelState::Live { lag },
        Health::Slow => ChannelState::Mute { since: row.last_ok_at.unwrap_or(row.health_since).as_micros() },
        Health::RateLimited => ChannelState::Limited { until: row.retry_at.unwrap_or(now).as_micros() },
        Health::SignedOut => ChannelState::SignedOut,
        Health::Stopped => ChannelState::Stopped,
    }
}

async fn sending(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    names: &HashMap<PersonId, String>,
) -> Result<Sending, StoreError> {
    for house in who.scope() {
        if let Some(pause) = desk::pauses(tx, house.site.id).await?.into_iter().next() {
            let by = names.get(&pause.by).cloned().unwrap_or_default();
            let by =
                if pause.site.is_some() && who.houses.len() > 1 { format!("{by} ({})", house.site.name) } else { by };
            let reason = pause.reason(&state.store).await?.map(|reason| reason.0).unwrap_or_default();
            return Ok(Sending::Paused { by, at: pause.at.as_micros(), reason });
        }
    }
    Ok(Sending::On)
}

/// What is about to leave, soonest last seen first, and what just left or could not.
async fn leaving(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    names: &HashMap<PersonId, String>,
) -> Result<Vec<Leaving>, StoreError> {
    let mut rows = Vec::new();
    let mut paused = Vec::new();
    for house in who.seen().filter(|house| !house.crisis_only) {
        if !desk::pauses(tx, house.site.id).await?.is_empty() {
            paused.push(house.site.id);
        }
        let recent = outbox::recent(tx, house.site.id, who.now.minus(FAILED_SHOWN)).await?;
        rows.extend(outbox::leaving(tx, house.site.id).await?.into_iter().rev());
        rows.extend(recent.into_iter().filter(|row| is_news(row, who.now)));
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let addressed = addressed(state, who, tx, &rows).await?;
    let lines = rows.iter().filter_map(|row| {
        let (case, to, is_done) = addressed.get(&row.case)?;
        if row.state == OutboxState::Failed && *is_done {
            return None;
        }
        let line = Leaving {
            case: *case,
            to: to.clone(),
            approved_by: names.get(&row.approver).cloned(),
            state: leaving_state(state, &who.reader, row, paused.contains(&row.site)),
            may_undo: row.state == OutboxState::Waiting && who.may(row.site, DeskAction::Undo).is_ok(),
        };
        Some((line, row))
    });
    with_links(state, lines.collect()).await
}

/// Puts the address of a sent reply into its line.
async fn with_links(state: &DeskState, lines: Vec<(Leaving, &OutboxRow)>) -> Result<Vec<Leaving>, StoreError> {
    let mut all = Vec::with_capacity(lines.len());
    for (mut line, row) in lines {
        if let LeavingState::Sent { url } = &mut line.state {
            *url =
                state.store.open_receipt(row).await?.and_then(|receipt| receipt.0.url).filter(|url| words::is_web(url));
        }
        all.push(line);
    }
    Ok(all)
}

fn is_news(row: &OutboxRow, now: Timestamp) -> bool {
    match row.state {
        OutboxState::Confirmed => now.since(row.updated_at) < SENT_SHOWN,
        OutboxState::Failed => true,
        OutboxState::Waiting
        | OutboxState::Prepared
        | OutboxState::Unsure
        | OutboxState::Undone
        | OutboxState::Returned
        | OutboxState::TakingDown
        | OutboxState::TakenDown => false,
    }
}

fn leaving_state(state: &DeskState, r: &Reader, row: &OutboxRow, is_paused: bool) -> LeavingState {
    let failing = |next| LeavingState::Failed { reason: words::outbox_reason(r, &row.code), next };
    match row.state {
        OutboxState::Waiting if is_paused => LeavingState::Stopped,
        OutboxState::Waiting | OutboxState::Prepared | OutboxState::Unsure if !row.code.is_empty() => {
            failing(Some(row.due_at.as_micros()))
        }
        OutboxState::Waiting | OutboxState::Prepared | OutboxState::Unsure => {
            let window_s = u32::try_from(state.road.settings().undo.as_seconds()).unwrap_or(60);
            LeavingState::Running { at: row.due_at.as_micros(), window_s }
        }
        OutboxState::Undone => LeavingState::Undone,
        OutboxState::Confirmed => LeavingState::Sent { url: None },
        OutboxState::Returned | OutboxState::Failed | OutboxState::TakingDown | OutboxState::TakenDown => failing(None),
    }
}

/// For each case of these replies: its number, whom it answers, whether it is resolved.
async fn addressed(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    rows: &[OutboxRow],
) -> Result<HashMap<CaseId, (i64, String, bool)>, StoreError> {
    let ids: Vec<CaseId> = rows.iter().map(|row| row.case).collect();
    let numbers = shown::case_numbers(tx, &ids).await?;
    let posts = posts::rows(tx, &rows.iter().map(|row| row.post).collect::<Vec<_>>()).await?;
    let opened = state.store.open_posts(&posts).await?;
    let mut authors = HashMap::new();
    for (post, opened) in posts.iter().zip(opened) {
        let name = opened.text().filter(|_| who.sight(post.site) == Sight::Text).map(|(_, author)| author.0);
        let name = name.map(|author| words::handle(&author));
        authors.insert(post.id, name.unwrap_or_else(|| words::masked_name(&who.reader, post.author)));
    }
    let found = rows.iter().filter_map(|row| {
        let (number, _, queue) = numbers.get(&row.case)?;
        let to = authors.get(&row.post).cloned().unwrap_or_default();
        Some((row.case, (*number, to, *queue == bedside_core::case::Queue::Done)))
    });
    Ok(found.collect())
}

/// The pauses in force at the sites of the page, each once, with a site at which it holds.
pub(super) async fn pauses(who: &Signed, tx: &mut Tx) -> Result<Vec<(SiteId, desk::PauseRow)>, StoreError> {
    let mut all: Vec<(SiteId, desk::PauseRow)> = Vec::new();
    for house in who.scope() {
        for pause in desk::pauses(tx, house.site.id).await? {
            if !all.iter().any(|(_, known)| known.id == pause.id) {
                all.push((house.site.id, pause));
            }
        }
    }
    Ok(all)
}
