//! Puts in line what each target is told of what happened since it was last looked.

use bedside_clinical::fhir::code::Interaction;
use bedside_flow::FlowError;
use bedside_store::exchange::{self, DeliveryText, Event, TargetRow, TargetState};
use serde_json::Value;

use crate::fhir::{
    FhirState, Hook,
    caller::covers,
    resource::{Opened, open},
    subscription::Wish,
};

/// Events that are looked at in one go.
const AT_ONCE: u32 = 200;

/// Puts in line what a target is told. Gives whether there may be more.
pub(in crate::fhir) async fn line_up(state: &FhirState, target: &TargetRow) -> Result<bool, FlowError> {
    let mut tx = state.store.begin_read().await?;
    let events = exchange::events_after(&mut tx, target.heard, AT_ONCE).await?;
    drop(tx);
    let Some(last) = events.last().map(|event| event.n) else { return Ok(false) };
    let mut new = Vec::new();
    if let Some(ear) = Ear::of(state, target).await? {
        for event in &events {
            if !event.row.is_permitted {
                continue;
            }
            let Some(opened) = open(&state.store, event.row.clone()).await? else { continue };
            if ear.hears(state, event, &opened) {
                let subject = format!("{}/{}", event.row.kind.as_str(), event.row.id);
                new.push(DeliveryText { event: event.n, author: event.row.place.author, subject });
            }
        }
    }
    state.road.line_up(target, last, &new).await?;
    Ok(events.len() >= usize::try_from(AT_ONCE).unwrap_or(usize::MAX))
}

/// What a target listens to.
enum Ear<'a> {
    Client(&'a crate::fhir::Client, Box<Wish>),
    Hook(&'a Hook),
}

impl<'a> Ear<'a> {
    /// `None`: it listens to nothing any more.
    async fn of(state: &'a FhirState, target: &TargetRow) -> Result<Option<Self>, FlowError> {
        if target.state == TargetState::Off {
            return Ok(None);
        }
        if target.is_hook {
            return Ok(state.hook(&target.client).map(Self::Hook));
        }
        let Some(client) = state.client(&target.client) else { return Ok(None) };
        let Some(text) = state.store.open_target(target).await? else { return Ok(None) };
        let wish = serde_json::from_slice::<Value>(&text.0).ok().and_then(|text| Wish::read(&text, &state.base).ok());
        Ok(wish.map(|wish| Self::Client(client, Box::new(wish))))
    }

    fn hears(&self, state: &FhirState, event: &Event, opened: &Opened) -> bool {
        let row = &event.row;
        match self {
            Self::Hook(hook) => hook.site == row.place.site && hook.events.iter().any(|topic| topic.has(event)),
            Self::Client(client, wish) => {
                client.sites.contains(&row.place.site)
                    && covers(&client.scopes, row.kind.as_str(), &opened.value, Interaction::Read, &state.base)
                    && wish.wants(event, &opened.value)
            }
        }
    }
}
