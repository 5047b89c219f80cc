//! The link of an alarm. Looking (GET) writes nothing and sets no cookie, so that a scanner of links acknowledges nothing;
//! the button (POST) does. The signature in the address is the only secret: nobody need sign in at night.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
};
use bedside_core::alarm::AlarmKind;
use bedside_flow::alarm::{AlarmLink, AlarmView, Standing};
use jiff::tz::TimeZone;

use super::{
    DeskState,
    answer::{Answer, Stop, page, page_with, see},
    form::check_origin,
};
use crate::{
    look::{Gate, Theme},
    page::alarm::{About, Alarm, AlarmStands, alarm, no_alarm},
    text::{Lang, Reader},
};

/// The parts of a link's address.
pub(super) type Parts = Path<(String, String, String, String)>;

fn link((alarm, member, until, signature): &(String, String, String, String)) -> AlarmLink<'_> {
    AlarmLink { alarm, member, until, signature }
}

/// The page.
pub(super) async fn show(
    State(state): State<DeskState>,
    Path(parts): Parts,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    let lang = asked.get("lang").and_then(|code| Lang::from_code(code));
    let found = state.road.alarm_behind(&link(&parts)).await.map_err(|error| Stop::Road(error.to_string()))?;
    let Some(view) = found else { return Ok(unknown(&state, &headers, lang)) };
    let lang = lang.or_else(|| Lang::from_code(&view.lang)).unwrap_or_default();
    let house = state.road.house(view.row.site).ok_or(Stop::NOT_FOUND)?;
    let gate = gate(&state, lang, house.zone().clone(), &house.site.group, &path(&parts));
    Ok(page(alarm(&gate, &shown(&view, &house.site.name))))
}

/// The button. It answers with the page, which then says how the alarm stands.
pub(super) async fn press(State(state): State<DeskState>, Path(parts): Parts, headers: HeaderMap) -> Answer {
    check_origin(&headers, &state.settings)?;
    let done = state.road.acknowledge_alarm(&link(&parts)).await.map_err(|error| Stop::Road(error.to_string()))?;
    Ok(match done {
        Some(_) => see(&path(&parts)),
        None => unknown(&state, &headers, None),
    })
}

fn path((alarm, member, until, signature): &(String, String, String, String)) -> String {
    format!("/alarm/{alarm}/{member}/{until}/{signature}")
}

fn unknown(state: &DeskState, headers: &HeaderMap, lang: Option<Lang>) -> axum::response::Response {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang = lang.unwrap_or_else(|| Lang::from_accept(accept));
    let gate = gate(state, lang, state.settings.zone.clone(), "", "/alarm");
    page_with(StatusCode::NOT_FOUND, no_alarm(&gate))
}

fn gate(state: &DeskState, lang: Lang, zone: TimeZone, group: &str, path: &str) -> Gate {
    Gate {
        reader: Reader::new(lang, state.clock.now().as_micros(), zone),
        theme: Theme::System,
        csrf: String::new(),
        group: group.to_owned(),
        path: path.to_owned(),
        keep: String::new(),
    }
}

fn shown(view: &AlarmView, site: &str) -> Alarm {
    let row = &view.row;
    let about = match (row.kind, view.case) {
        (AlarmKind::Case, Some(number)) => About::Case(number, view.danger.as_str().to_owned()),
        (AlarmKind::Channel, _) => About::Channel(view.channel.clone()),
        (AlarmKind::Mail, _) => About::Mail,
        (AlarmKind::Incident, _) => About::Incident,
        (AlarmKind::Test | AlarmKind::Case, _) => About::Test,
    };
    let at = |time: Option<bedside_core::time::Timestamp>| time.unwrap_or(row.raised_at).as_micros();
    let state = match view.standing {
        Standing::Open => AlarmStands::Open,
        Standing::Expired => AlarmStands::Expired,
        Standing::Acknowledged => AlarmStands::Acknowledged {
            by: view.by.clone().unwrap_or_default(),
            at: at(row.acknowledged_at),
            is_mine: view.by.as_ref() == Some(&view.member),
        },
        // Taking the case ends the alarm; who did it by this link is thanked all the same.
        Standing::Ended if view.by.is_some() => AlarmStands::Acknowledged {
            by: view.by.clone().unwrap_or_default(),
            at: at(row.acknowledged_at),
            is_mine: view.by.as_ref() == Some(&view.member),
        },
        Standing::Ended => AlarmStands::Ended(at(row.ended_at)),
    };
    Alarm {
        about,
        site: site.to_owned(),
        team: row.team.clone(),
        member: view.member.clone(),
        since: row.raised_at.as_micros(),
        due: row.due_at.map(bedside_core::time::Timestamp::as_micros),
        state,
    }
}
