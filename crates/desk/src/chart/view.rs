//! What surrounds every answer of the app: the language, and the pages that may hold it in a frame.

use axum::{
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
};
use bedside_core::site::Jurisdiction;
use jiff::tz::TimeZone;
use maud::Markup;

use super::{
    Chart,
    page::{self, PanelFrame, Trouble},
};
use crate::{
    page::error::Trouble as DeskTrouble,
    serve::{
        DeskState,
        answer::{Marked, page_with},
    },
    text::Reader,
};

/// The origins whose pages may hold this answer in a frame; none: nobody's.
#[derive(Clone, Debug)]
pub(crate) struct Framed(pub Vec<String>);

/// A page that the pages of this chart's EMR may hold; without a chart, those of all.
pub(super) fn framed(state: &DeskState, chart: Option<&Chart>, status: StatusCode, markup: Markup) -> Response {
    let mut response = page_with(status, markup);
    let all = state.charts.all.iter().filter(|one| chart.is_none_or(|chart| chart.slug == one.slug));
    response.extensions_mut().insert(Framed(all.flat_map(|one| one.frames.clone()).collect()));
    response
}

/// The frame of a page without a patient.
pub(super) fn plain_frame(state: &DeskState, headers: &HeaderMap, chart: Option<&Chart>) -> PanelFrame {
    PanelFrame { reader: reader(state, headers, chart), whose: None }
}

/// Language and clock of who reads.
pub(super) fn reader(state: &DeskState, headers: &HeaderMap, chart: Option<&Chart>) -> Reader {
    let chart = chart.or(state.charts.all.first());
    let site = chart.and_then(|chart| state.road.house(chart.site)).map(|house| &house.site);
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let country = site.map_or(Jurisdiction::De, |site| site.jurisdiction);
    let lang = chart.map_or_else(|| crate::text::Lang::from_accept(accept), |chart| chart.lang_for(accept, country));
    let zone = site.and_then(|site| TimeZone::get(&site.time_zone).ok());
    Reader::new(lang, state.clock.now().as_micros(), zone.unwrap_or_else(|| state.settings.zone.clone()))
}

/// A calm page that says what is not to be had, and what to do.
pub(super) fn trouble(state: &DeskState, headers: &HeaderMap, chart: Option<&Chart>, words: Trouble) -> Response {
    let status = match words {
        Trouble::NotConfigured | Trouble::Stale | Trouble::Unclear => StatusCode::BAD_REQUEST,
        Trouble::Over => StatusCode::UNAUTHORIZED,
        Trouble::Denied | Trouble::NotBelieved | Trouble::NotStaff | Trouble::NoPatient => StatusCode::FORBIDDEN,
        Trouble::NotFound => StatusCode::NOT_FOUND,
        Trouble::NoAnswer => StatusCode::BAD_GATEWAY,
        Trouble::Broken => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let frame = plain_frame(state, headers, chart);
    framed(state, chart, status, page::trouble(&frame, words))
}

/// A page of the app in place of a bare error, without a word about the desk.
pub(crate) fn trouble_page(state: &DeskState, parts: &Parts, status: StatusCode, marked: &Marked) -> Response {
    let words = match marked {
        Marked::Trouble(DeskTrouble::Broken { .. }) | Marked::Broken => Trouble::Broken,
        Marked::Trouble(DeskTrouble::NotFound) => Trouble::NotFound,
        Marked::Trouble(DeskTrouble::Stale) => Trouble::Stale,
        Marked::Unclear | Marked::Refused(_) | Marked::Trouble(_) => Trouble::Unclear,
    };
    let frame = plain_frame(state, &parts.headers, None);
    framed(state, None, status, page::trouble(&frame, words))
}
