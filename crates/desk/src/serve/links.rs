//! The links to the record's systems and what came over each, for those who may see that: counts and states, nobody's name.

use std::collections::{HashMap, HashSet};

use axum::extract::{Path, Query, State};
use bedside_core::{
    emr::LinkNews,
    id::{EmrLinkId, EmrMessageId, PatientId},
    policy::desk::DeskAction,
    time::{Span, Timestamp},
};
use bedside_store::{
    StoreError, Tx, cases,
    channels::Health,
    door,
    emr::{
        link::{self, LinkRow},
        message::{self, MessageRow, MessageState},
        patient,
    },
};

use super::{
    DeskState,
    answer::{Answer, Stop, page},
    cards,
    frame::frame,
    outgoing,
    session::Signed,
    told,
};
use crate::{
    page::{
        link::{LinkPage, Message, State as Shown, link as link_page},
        links::{Counted, Link, LinkState, Links, links as links_page},
    },
    text::{Reader, flaw, link_news, message_code},
};

/// Messages on a page.
const SHOWN: u32 = 100;
/// A message waits a moment; longer, and the patient index falls behind.
const BEHIND: Span = Span::minutes(1);
pub(super) const DAYS: i64 = 7;
/// What a link tells of its connections; the order of the page.
const NEWS: [LinkNews; 10] = [
    LinkNews::Connected,
    LinkNews::NotAllowed,
    LinkNews::TooMany,
    LinkNews::TlsRefused,
    LinkNews::NotMllp,
    LinkNews::TooSlow,
    LinkNews::BrokenOff,
    LinkNews::StrayBytes,
    LinkNews::WithoutCr,
    LinkNews::Unreadable,
];

/// How many messages of each link wait, and since when.
type Waiting = HashMap<EmrLinkId, (i64, Timestamp)>;

/// Every link of the reader's sites.
pub(super) async fn show(State(state): State<DeskState>, who: Signed) -> Answer {
    let first = who.houses.first().ok_or(Stop::NOT_FOUND)?;
    if !who.may_anywhere(DeskAction::ReadLinks) {
        who.may(first.site.id, DeskAction::ReadLinks)?;
    }
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let waiting = message::waiting_by_link(&mut tx).await?;
    let (mut links, mut outgoing) = (Vec::new(), Vec::new());
    for row in &link::all(&mut tx).await? {
        let house = who.scope().find(|house| house.site.id == row.site);
        let Some(house) = house.filter(|_| who.may(row.site, DeskAction::ReadLinks).is_ok()) else { continue };
        let site = house.site.name.clone();
        if row.kind.is_outgoing() {
            outgoing.push(outgoing::card(&who, &mut tx, row, site).await?);
        } else {
            links.push(card(&who, &mut tx, row, site, &waiting).await?);
        }
    }
    let told = told::all(&who, &mut tx).await?;
    let cards = cards::all(&state, &who, &mut tx).await?;
    Ok(page(links_page(&frame, &Links { links, outgoing, told, cards })))
}

async fn card(who: &Signed, tx: &mut Tx, row: &LinkRow, site: String, waiting: &Waiting) -> Result<Link, StoreError> {
    let today: HashMap<String, i64> = link::counts(tx, row.id, 1, who.now).await?.into_iter().collect();
    let week: HashMap<String, i64> = link::counts(tx, row.id, DAYS, who.now).await?.into_iter().collect();
    let (count, oldest) = waiting.get(&row.id).map_or((0, None), |(count, at)| (*count, Some(*at)));
    Ok(Link {
        slug: row.slug.clone(),
        name: row.name.clone(),
        site,
        state: state_of(who, row, waiting),
        since: row.health_since.as_micros(),
        last: row.last_ok_at.map(|at| at.as_micros()),
        waiting: count,
        oldest: oldest.map(|at| at.as_micros()),
        failed: message::failed(tx, row.id).await?,
        keep_days: row.keep_days,
        rates: rates(&who.reader, &today, &week, count),
        flaws: flaws(&who.reader, &today, &week),
    })
}

/// How a link is, in the words of the pages.
pub(super) fn state_of(who: &Signed, row: &LinkRow, waiting: &Waiting) -> LinkState {
    let is_behind = waiting.get(&row.id).is_some_and(|(_, oldest)| who.now.since(*oldest) > BEHIND);
    match row.health {
        Health::Stopped => LinkState::Stopped,
        Health::Slow | Health::RateLimited | Health::SignedOut => {
            LinkState::Trouble(link_news(&who.reader, &row.health_code))
        }
        Health::New | Health::Live if is_behind => LinkState::Behind,
        Health::New => LinkState::Starting,
        Health::Live => LinkState::Live,
    }
}

/// What came over a link. What was brought in again was taken before and counts once.
fn rates(r: &Reader, today: &HashMap<String, i64>, week: &HashMap<String, i64>, waiting: i64) -> Vec<Counted> {
    let of = |counts: &HashMap<String, i64>, name: &str| counts.get(name).copied().unwrap_or(0);
    let taken = |counts: &HashMap<String, i64>| {
        let states = ["applied", "nothing", "failed", "refused"].map(|name| of(counts, name));
        (states.iter().sum::<i64>() + waiting - of(counts, "again")).max(0)
    };
    let counted = |what: String, name: &str| Counted { what, today: of(today, name), week: of(week, name) };
    let mut rows = vec![
        Counted { what: r.t("count-taken"), today: taken(today), week: taken(week) },
        counted(r.t("count-applied"), "applied"),
        counted(r.t("count-nothing"), "nothing"),
        counted(r.t("count-failed"), "failed"),
        counted(r.t("count-refused"), "refused"),
        counted(r.t("count-resent"), "resent"),
        counted(r.t("count-again"), "again"),
    ];
    let news = NEWS.into_iter().map(|news| counted(link_news(r, news.as_str()), news.as_str()));
    rows.extend(news.filter(|row| row.week > 0));
    rows
}

/// Flaws by kind, the most frequent first. Their words have a hyphen or are in the list; states, events and news do not.
fn flaws(r: &Reader, today: &HashMap<String, i64>, week: &HashMap<String, i64>) -> Vec<Counted> {
    let mut rows: Vec<Counted> = week
        .iter()
        .filter_map(|(name, week)| {
            let what = flaw(r, name)?;
            Some(Counted { what, today: today.get(name).copied().unwrap_or(0), week: *week })
        })
        .collect();
    rows.sort_by(|one, other| other.week.cmp(&one.week).then_with(|| one.what.cmp(&other.what)));
    rows
}

/// The link of an address, for somebody who may see it; a link of a foreign house is not there.
pub(super) async fn found(who: &Signed, tx: &mut Tx, slug: &str) -> Result<LinkRow, Stop> {
    let row = link::by_slug(tx, slug).await?.filter(|row| who.house(row.site).is_some()).ok_or(Stop::NOT_FOUND)?;
    who.may(row.site, DeskAction::ReadLinks)?;
    Ok(row)
}

/// A link's newest messages or documents, or those that were looked for.
pub(super) async fn link(
    State(state): State<DeskState>,
    Path(slug): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let row = found(&who, &mut tx, &slug).await?;
    if row.kind.is_outgoing() {
        return outgoing::show(&state, &who, &mut tx, row, &asked).await;
    }
    let frame = frame(&state, &who, &mut tx).await?;
    let waiting = message::waiting_by_link(&mut tx).await?;
    let filter = asked.get("state").and_then(|code| Shown::from_code(code));
    let find: String = asked.get("find").map(|find| find.trim().chars().take(200).collect()).unwrap_or_default();
    let rows = if find.is_empty() {
        message::last(&mut tx, row.id, filter.map(stored_state), SHOWN).await?
    } else {
        looked_for(&state, &mut tx, &row, &find).await?
    };
    let messages = listed(&who.reader, &mut tx, &rows).await?;
    let view = LinkPage {
        state: state_of(&who, &row, &waiting),
        slug: row.slug,
        name: row.name,
        filter,
        find,
        messages,
        most: SHOWN,
    };
    Ok(page(link_page(&frame, &view)))
}

/// By the sender's number (MSH-10), by our own of the message or of a patient of the same house, or by the number of a case:
/// that leads to the patient only through a link that is confirmed and consented to.
async fn looked_for(state: &DeskState, tx: &mut Tx, link: &LinkRow, find: &str) -> Result<Vec<MessageRow>, StoreError> {
    let mut rows = message::by_control(&state.store, tx, link.id, find, SHOWN).await?;
    if let Ok(id) = find.parse::<EmrMessageId>() {
        rows.extend(message::by_id(tx, id).await?.filter(|row| row.link == link.id));
    }
    if let Ok(id) = find.parse::<PatientId>()
        && patient::by_id(tx, id).await?.is_some_and(|row| row.site == link.site)
    {
        rows.extend(of_patient(tx, id).await?);
    }
    if let Some(number) = outgoing::case_number(find)
        && let Some(case) = cases::by_number(tx, number).await?.filter(|case| case.site == link.site)
        && let Some(patient) = door::linked(tx, &[case.author]).await?.remove(&case.author)
    {
        rows.extend(of_patient(tx, patient).await?);
    }
    let mut seen = HashSet::new();
    rows.retain(|row| seen.insert(row.id));
    Ok(rows)
}

/// The messages about a patient under whatever number, newest first.
pub(super) async fn of_patient(tx: &mut Tx, id: PatientId) -> Result<Vec<MessageRow>, StoreError> {
    let Some(row) = patient::by_id(tx, id).await? else { return Ok(Vec::new()) };
    let survivor = patient::survivor(tx, row).await?;
    let mut rows = Vec::new();
    for one in patient::family(tx, survivor.id).await? {
        rows.extend(message::of_patient(tx, one, SHOWN).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    rows.truncate(SHOWN as usize);
    Ok(rows)
}

/// Messages as a list shows them.
pub(super) async fn listed(r: &Reader, tx: &mut Tx, rows: &[MessageRow]) -> Result<Vec<Message>, StoreError> {
    let slugs: HashMap<_, _> = link::all(tx).await?.into_iter().map(|link| (link.id, link.slug)).collect();
    let line = |row: &MessageRow| Message {
        id: row.id.to_string(),
        link: slugs.get(&row.link).cloned().unwrap_or_default(),
        at: row.received_at.as_micros(),
        trigger: row.trigger.clone(),
        state: shown_state(row.state),
        why: if row.code.is_empty() { String::new() } else { message_code(r, &row.code) },
        flaws: row.flaws.iter().map(|word| flaw(r, word).unwrap_or_else(|| word.replace('-', " "))).collect(),
        resent: row.resent,
    };
    Ok(rows.iter().map(line).collect())
}

const fn shown_state(state: MessageState) -> Shown {
    match state {
        MessageState::New => Shown::New,
        MessageState::Applied => Shown::Applied,
        MessageState::Nothing => Shown::Nothing,
        MessageState::Refused => Shown::Refused,
        MessageState::Failed => Shown::Failed,
    }
}

const fn stored_state(state: Shown) -> MessageState {
    match state {
        Shown::New => MessageState::New,
        Shown::Applied => MessageState::Applied,
        Shown::Nothing => MessageState::Nothing,
        Shown::Refused => MessageState::Refused,
        Shown::Failed => MessageState::Failed,
    }
}
