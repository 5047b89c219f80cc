//! Who is at the door: which house, which language, and the visit behind the cookie, if there is one.

use std::collections::HashMap;

use axum::{
    extract::Query,
    http::{StatusCode, header, request::Parts},
    response::Response,
};
use bedside_core::{site::Jurisdiction, time::Timestamp};
use bedside_store::{
    door::{self, VisitRow},
    sites::Site,
};

use super::super::{
    DeskState, address,
    answer::{Marked, Stop, page_with},
    cookie::Cookie,
    token,
};
use crate::{
    look::door::{DoorFrame, Help},
    page::{
        door::{DoorTrouble, trouble},
        error::Trouble,
    },
    text::{Lang, Reader},
};

/// Somebody at the door of a house.
pub(super) struct AtDoor {
    /// The house.
    pub site: Site,
    /// Language, time, zone.
    pub reader: Reader,
    /// The visit behind their cookie; `None`: there is none, or it is over.
    pub visit: Option<VisitRow>,
    /// Where the request comes from, as tries are counted.
    pub address: Option<String>,
    /// The time of the request.
    pub now: Timestamp,
    /// Query values that the language link keeps.
    pub keep: String,
    /// What follows the house's address in the page's own.
    pub page: &'static str,
    form_key: String,
    query: HashMap<String, String>,
}

/// So long a page without a visit may be open until its form is sent, in hours.
const FORM_HOURS: i64 = 24;

impl AtDoor {
    /// Reads who asks. Writes nothing.
    pub(super) async fn of(state: &DeskState, parts: &Parts, slug: &str) -> Result<Self, Stop> {
        let house = state.road.houses().into_iter().find(|house| house.site.slug == slug).ok_or(Stop::NOT_FOUND)?;
        let now = state.clock.now();
        let mut visit = None;
        if let Some(secret) = Cookie::Door.read(&parts.headers, &state.settings) {
            let mut tx = state.store.begin_read().await?;
            visit = door::visit(&mut tx, &token::hash(&secret), now).await?;
        }
        let visit = visit.filter(|visit| visit.site == house.site.id);
        let query = query(parts);
        let kept = visit.as_ref().and_then(|visit| Lang::from_code(&visit.lang));
        let lang = lang(parts, &query, kept);
        Ok(Self {
            reader: Reader::new(lang, now.as_micros(), house.zone().clone()),
            form_key: token::hex(&state.store.lookup().hash(&["door", "form", &house.site.id.to_string()])),
            site: house.site.clone(),
            visit,
            address: address::of(parts, &state.settings.trusted_proxies).map(address::counted),
            now,
            keep: String::new(),
            page: "",
            query,
        })
    }

    /// A value of the query; empty if there is none.
    pub(super) fn asked(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// What surrounds the page.
    pub(super) fn frame(&self) -> Result<DoorFrame, Stop> {
        let csrf = match &self.visit {
            Some(visit) => visit.csrf.clone(),
            None => self.form_token(self.hour()),
        };
        Ok(DoorFrame {
            reader: self.reader.clone(),
            site: self.site.name.clone(),
            group: self.site.group.clone(),
            path: format!("/door/{}", self.site.slug),
            page: self.page,
            keep: self.keep.clone(),
            help: help(self.site.jurisdiction),
            csrf,
        })
    }

    /// Whether a form's token is this visit's, or, without a visit, one that a page of ours carried within a day. The
    /// latter is bound to no browser, because there is no cookie yet; the browser's word for the origin guards those.
    pub(super) fn knows(&self, sent: &str) -> bool {
        match &self.visit {
            Some(visit) => token::same(sent, &visit.csrf),
            None => (0..=FORM_HOURS).any(|ago| token::same(sent, &self.form_token(self.hour() - ago))),
        }
    }

    fn hour(&self) -> i64 {
        self.now.as_micros() / 3_600_000_000
    }

    fn form_token(&self, hour: i64) -> String {
        token::hex(&token::hash(&format!("{}:{hour}", self.form_key)))
    }
}

/// The frame of the page on which a house is chosen.
pub(super) fn frame_without_house(state: &DeskState, parts: &Parts) -> Result<DoorFrame, Stop> {
    let houses = state.road.houses();
    let first = houses.first().ok_or(Stop::NOT_FOUND)?;
    let lang = lang(parts, &query(parts), None);
    Ok(DoorFrame {
        reader: Reader::new(lang, state.clock.now().as_micros(), first.zone().clone()),
        site: String::new(),
        group: first.site.group.clone(),
        path: "/door".to_owned(),
        page: "",
        keep: String::new(),
        help: help(first.site.jurisdiction),
        csrf: String::new(),
    })
}

/// A page of the door in place of a bare error: without a cookie, and without a word about the desk.
pub(in super::super) fn trouble_page(
    state: &DeskState,
    parts: &Parts,
    status: StatusCode,
    marked: &Marked,
) -> Result<Response, Stop> {
    let trouble_is = match marked {
        Marked::Trouble(Trouble::Broken { .. }) | Marked::Broken => DoorTrouble::Broken,
        Marked::Trouble(Trouble::NotFound | Trouble::Stale) => DoorTrouble::Nothing,
        Marked::Unclear | Marked::Refused(_) | Marked::Trouble(_) => DoorTrouble::Unclear,
    };
    Ok(page_with(status, trouble(&frame_without_house(state, parts)?, trouble_is)))
}

fn query(parts: &Parts) -> HashMap<String, String> {
    Query::<HashMap<String, String>>::try_from_uri(&parts.uri).map_or_else(|_| HashMap::new(), |query| query.0)
}

fn lang(parts: &Parts, query: &HashMap<String, String>, kept: Option<Lang>) -> Lang {
    let accept = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asked = query.get("lang").and_then(|code| Lang::from_code(code));
    asked.or(kept).unwrap_or_else(|| Lang::from_accept(accept))
}

/// Whom to call where the house is: the emergency number, and a line for people in despair.
const fn help(jurisdiction: Jurisdiction) -> Help {
    match jurisdiction {
        Jurisdiction::De => Help { emergency: "112", talk: ("0800 111 0 111", "08001110111") },
        Jurisdiction::At => Help { emergency: "112", talk: ("142", "142") },
        Jurisdiction::Uk => Help { emergency: "999", talk: ("116 123", "116123") },
        Jurisdiction::Us => Help { emergency: "911", talk: ("988", "988") },
    }
}
