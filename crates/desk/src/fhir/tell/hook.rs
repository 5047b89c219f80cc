//! Tells a webhook: one CloudEvent each, at least once, what is about the same resource in order. Nothing of what was said
//! stands in it unless the webhook is configured so.

use bedside_clinical::fhir::{
    Namespace,
    envelope::{CONTENT_TYPE, CloudEvent, pointer},
};
use bedside_core::{
    exchange::{Handing, Mailbox, ResourceKind, Telling},
    time::Span,
};
use bedside_flow::{FlowError, exchange::Attempt};
use bedside_store::{
    exchange::{self, DeliveryRow, TargetRow, TargetState},
    jobs::backoff,
};

use super::{after_failing, is_away, word_of};
use crate::fhir::{
    FhirState, Hook,
    resource::{Opened, instant, open},
};

/// What is told in one go, so that others have their turn.
const MOST_AT_ONCE: usize = 50;
/// After this many attempts an event is given up and a person must look. With the longest wait of ten minutes that is
/// about three days.
const MOST_ATTEMPTS: i64 = 430;

pub(super) async fn tell(state: &FhirState, target: &TargetRow) -> Result<bool, FlowError> {
    let now = state.clock.now();
    let Some(hook) = state.hook(&target.client) else { return Ok(false) };
    if target.due_at > now {
        return Ok(false);
    }
    let mut target = target.clone();
    let mut did = false;
    for _ in 0..MOST_AT_ONCE {
        let mut tx = state.store.begin_read().await?;
        let due = exchange::due(&mut tx, &target.id, true, 1, now).await?;
        drop(tx);
        let Some(one) = due.into_iter().next() else { return Ok(did) };
        did = true;
        match told(state, hook, &target, one).await? {
            Outcome::Over => (target.state, target.attempts, target.failing_since) = (TargetState::Active, 0, None),
            Outcome::Refused => {}
            Outcome::Away => return Ok(true),
        }
    }
    Ok(did)
}

enum Outcome {
    /// Told, or not to be told any more.
    Over,
    /// The receiver doesn't want this one; perhaps it wants the next.
    Refused,
    /// The receiver is not there.
    Away,
}

async fn told(state: &FhirState, hook: &Hook, target: &TargetRow, one: DeliveryRow) -> Result<Outcome, FlowError> {
    let content = match one.event.row.is_permitted {
        true => open(&state.store, one.event.row.clone()).await?,
        false => None,
    };
    let Some(opened) = content else {
        state.road.drop_deliveries(target, &[one.number]).await?;
        return Ok(Outcome::Over);
    };
    let telling = telling(state, hook, &one, &opened);
    let outcome = state.carry.carry(&telling).await;
    let attempt = Attempt {
        target,
        told: std::slice::from_ref(&one),
        fault: None,
        state: TargetState::Active,
        after: Span::ZERO,
        gives_up: false,
        host: &hook.host,
    };
    let Err(fault) = outcome else {
        state.road.note_attempt(&attempt).await?;
        return Ok(Outcome::Over);
    };
    tracing::warn!(webhook = %hook.slug, event = one.event.n, %fault, "a webhook could not be told");
    let is_away = is_away(&fault);
    let after = if is_away { after_failing(state, target).1 } else { backoff(one.attempts + 1) };
    let gives_up = !is_away && one.attempts + 1 >= MOST_ATTEMPTS;
    let failed = Attempt { fault: Some(word_of(&fault)), state: TargetState::Error, after, gives_up, ..attempt };
    state.road.note_attempt(&failed).await?;
    Ok(if is_away { Outcome::Away } else { Outcome::Refused })
}

fn telling(state: &FhirState, hook: &Hook, one: &DeliveryRow, opened: &Opened) -> Telling {
    let public_url = state.settings.public_url.trim_end_matches('/');
    let row = &opened.row;
    let kind = row.kind.as_str();
    let version = u64::try_from(row.version).unwrap_or(0);
    let mut data = pointer(&state.base, kind, &row.id, version);
    if let (true, Some(fields)) = (hook.content, data.as_object_mut()) {
        fields.insert("resource".to_owned(), opened.value.clone());
    }
    let happened = match (row.kind, row.version) {
        (ResourceKind::Consent, _) if one.event.is_revocation => "revoked",
        (_, 1) => "created",
        _ => "updated",
    };
    let event = CloudEvent {
        id: Namespace::of(public_url).id("event", &one.event.n.to_string()).to_string(),
        source: public_url.to_owned(),
        kind: format!("bedside.{}.{happened}", kind.to_ascii_lowercase()),
        subject: Some(format!("{kind}/{}", row.id)),
        at: instant(row.at),
        schema: None,
        data,
    };
    Telling {
        to: Mailbox::Hook(hook.slug.clone()),
        handing: Handing::Post,
        url: String::new(),
        id: event.id.clone(),
        media_type: CONTENT_TYPE.to_owned(),
        headers: Vec::new(),
        body: event.build().to_string().into_bytes(),
    }
}
