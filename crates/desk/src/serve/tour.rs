//! The tour of the demo: who a visitor can be, and how far the demo's story has come. Outside the demo its addresses lead
//! nowhere, as no tour is set.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use axum::{extract::State, http::StatusCode};
use bedside_core::id::PersonId;

use super::{
    DeskState,
    answer::{Answer, Stop, see},
    form::Posted,
    gate::{AtGate, GatePosted},
    invite::make_invite,
};
pub use crate::page::tour::{Guide, Part, Places};
use crate::page::tour::{TourPage, tour};

/// What the demo tells its tour.
#[derive(Debug)]
pub struct Tour {
    /// Who a visitor can be, with their ids.
    pub people: Vec<(PersonId, Guide)>,
    /// Where the demo's EMR and phones are.
    pub outside: String,
    /// The number and the day of birth of the patient that a visitor can be.
    pub claim: (String, String),
    places: Mutex<Places>,
    put_away: Mutex<HashSet<PersonId>>,
}

impl Tour {
    /// A tour whose story has come as far as `places`.
    #[must_use]
    pub fn new(people: Vec<(PersonId, Guide)>, outside: String, claim: (String, String), places: Places) -> Self {
        Self { people, outside, claim, places: Mutex::new(places), put_away: Mutex::default() }
    }

    /// How far the story has come.
    #[must_use]
    pub fn places(&self) -> Places {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that the story has gone on.
    pub fn go_on(&self, change: impl FnOnce(&mut Places)) {
        change(&mut self.places.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether a person is still shown the way to the tour on each page.
    pub(super) fn leads(&self, person: PersonId) -> bool {
        !self.put_away.lock().unwrap_or_else(PoisonError::into_inner).contains(&person)
    }
}

/// The page.
pub(super) async fn show(State(state): State<DeskState>, at: AtGate) -> Answer {
    let found = state.tour.as_ref().ok_or(Stop::NOT_FOUND)?;
    let view = TourPage {
        people: found.people.iter().map(|(_, guide)| guide.clone()).collect(),
        places: found.places(),
        outside: found.outside.clone(),
        claim: found.claim.clone(),
    };
    let page = tour(&at.gate, &view);
    Ok(at.page(StatusCode::OK, page))
}

/// Makes a one-time link for somebody and goes there.
pub(super) async fn sign_in_as(State(state): State<DeskState>, posted: GatePosted) -> Answer {
    let found = state.tour.as_ref().ok_or(Stop::NOT_FOUND)?;
    let n: usize = posted.fields.get("person").parse().map_err(|_| Stop::Unclear)?;
    let (person, _) = found.people.get(n).ok_or(Stop::NOT_FOUND)?;
    let made = make_invite(&state.store, *person, posted.at.now).await.map_err(|e| Stop::Road(e.to_string()))?;
    Ok(see(&format!("/welcome?token={made}")))
}

/// Puts the way to the tour away, for who asks, until the demo is started again.
pub(super) async fn put_away(State(state): State<DeskState>, posted: Posted) -> Answer {
    let found = state.tour.as_ref().ok_or(Stop::NOT_FOUND)?;
    found.put_away.lock().unwrap_or_else(PoisonError::into_inner).insert(posted.who.person.id);
    Ok(see("/inbox"))
}
