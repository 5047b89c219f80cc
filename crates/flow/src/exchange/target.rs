//! Who is told: Subscriptions that clients set, and what became of each attempt to tell.

use bedside_core::{
    code,
    exchange::AccessAct,
    log::{Actor, Code, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    exchange::{self, DeliveryRow, DeliveryState, ResourceRow, TargetRow, TargetState},
};

use super::Access;
use crate::{FlowError, Road, audit::Audit};

/// What became of an attempt to tell a target something.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// To whom.
    pub target: &'a TargetRow,
    /// What was told; empty: a handshake or a heartbeat.
    pub told: &'a [DeliveryRow],
    /// Why it failed, in a word of ours; none if it went well.
    pub fault: Option<&'a str>,
    /// How the target is now.
    pub state: TargetState,
    /// How long until it is tried again, or a heartbeat is due.
    pub after: Span,
    /// Whether what was told is given up.
    pub gives_up: bool,
    /// Where it was sent: a host.
    pub host: &'a str,
}

impl Road {
    /// Keeps a client's Subscription, new or changed. `false`: it is to be changed and there is none.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn set_subscription(
        &self,
        (id, client): (&str, &str),
        is_new: bool,
        text: &[u8],
        end_at: Option<Timestamp>,
    ) -> Result<bool, FlowError> {
        let now = self.now();
        // The headers in it are the client's secrets.
        let key = self.store.keys().of(&format!("fhir-client:{client}"), now).await?;
        let mut tx = self.store.begin().await?;
        if is_new {
            exchange::add_target(&mut tx, (id, client), Some((text, &key)), end_at, now).await?;
        } else if !exchange::put_target(&mut tx, id, (text, &key), end_at, now).await? {
            return Ok(false);
        }
        note_client(&mut tx, Kind::SubscriptionSet, client, None, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Takes a client's Subscription away. `false`: there is none.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn remove_subscription(&self, id: &str, client: &str) -> Result<bool, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        if !exchange::remove_target(&mut tx, id, now).await? {
            return Ok(false);
        }
        note_client(&mut tx, Kind::SubscriptionRemoved, client, None, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Keeps a configured webhook; it is told of what happens from the first time on that it is there.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn set_hook(&self, slug: &str) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        exchange::add_target(&mut tx, (&hook_id(slug), slug), None, None, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Notes what became of an attempt, in the log and the audit trail too.
    ///
    /// # Errors
    /// The store refuses; what was told may be told again.
    pub async fn note_attempt(&self, attempt: &Attempt<'_>) -> Result<(), FlowError> {
        let now = self.now();
        let Attempt { target, told, fault, state, after, .. } = *attempt;
        let mut tx = self.store.begin().await?;
        exchange::set_target(&mut tx, target, state, fault, after, now).await?;
        for one in told {
            match fault {
                None => exchange::settle(&mut tx, &target.id, one.number, (DeliveryState::Sent, ""), now).await?,
                Some(code) if attempt.gives_up => {
                    exchange::settle(&mut tx, &target.id, one.number, (DeliveryState::Dead, code), now).await?;
                }
                Some(code) => exchange::put_off(&mut tx, &target.id, one.number, code, now.plus(after)).await?,
            }
        }
        if fault.is_none() && !told.is_empty() {
            self.note_disclosure(&mut tx, attempt, now).await?;
        }
        let is_over = state == TargetState::Off && target.state != TargetState::Off;
        if is_over || (attempt.gives_up && fault.is_some()) {
            note_client(&mut tx, Kind::ExchangeFailed, &target.client, fault, now).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn note_disclosure(&self, tx: &mut Tx, attempt: &Attempt<'_>, now: Timestamp) -> Result<(), FlowError> {
        let given: Vec<ResourceRow> = attempt.told.iter().map(|one| one.event.row.clone()).collect();
        let kind = given.first().map_or("Communication", |row| row.kind.as_str());
        let access = Access {
            client: &attempt.target.client,
            sites: &[],
            act: AccessAct::Disclose,
            kind,
            given: &given,
            address: attempt.host,
            request: "",
            query: None,
        };
        self.note_access_in(tx, &access, now).await
    }

    /// Drops deliveries whose consent is not in force any more.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn drop_deliveries(&self, target: &TargetRow, numbers: &[i64]) -> Result<(), FlowError> {
        if numbers.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let mut tx = self.store.begin().await?;
        for number in numbers {
            let over = (DeliveryState::Dropped, "not_permitted");
            exchange::settle(&mut tx, &target.id, *number, over, now).await?;
        }
        let mut audit = Audit::at(now);
        audit.add(Kind::ExchangeDropped, Actor::System, None, None, |entry| {
            let count = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
            let entry = entry.number(code!("tellings"), count).code(code!("why"), code!("not_permitted"));
            with_client(entry, &target.client)
        })?;
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// Puts in line what a target is told of the events up to `heard`.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn line_up(
        &self,
        target: &TargetRow,
        heard: i64,
        new: &[exchange::DeliveryText],
    ) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let lined = exchange::line_up(&mut tx, &target.id, (heard, target.events), new, self.now()).await?;
        tx.commit().await?;
        Ok(lined)
    }

    /// Forgets deliveries that were over `kept` ago.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn sweep_deliveries(&self, kept: Span) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        exchange::sweep(&mut tx, self.now().minus(kept)).await?;
        Ok(tx.commit().await?)
    }
}

/// Under what a webhook lies among the targets; no Subscription has a colon in its id.
fn hook_id(slug: &str) -> String {
    format!("hook:{slug}")
}

async fn note_client(
    tx: &mut Tx,
    kind: Kind,
    client: &str,
    why: Option<&str>,
    now: Timestamp,
) -> Result<(), FlowError> {
    let mut audit = Audit::at(now);
    audit.add(kind, Actor::System, None, None, |entry| {
        let entry = with_client(entry, client);
        match why.map(Code::configured) {
            Some(Ok(why)) => entry.code(code!("why"), why),
            _ => entry,
        }
    })?;
    audit.write(tx).await
}

fn with_client(entry: bedside_core::log::Entry, client: &str) -> bedside_core::log::Entry {
    match Code::configured(client) {
        Ok(client) => entry.code(code!("client"), client),
        Err(_) => entry,
    }
}
