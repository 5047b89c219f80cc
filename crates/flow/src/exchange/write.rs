//! Resources that were put together become versions, each with its event; what is no longer to be shown is taken away.

use std::collections::{HashMap, hash_map::Entry};

use bedside_core::{
    code,
    exchange::{AccessAct, ResourceKind},
    id::{AccessId, AuthorId, PatientId},
    log::{Actor, Kind},
    time::Timestamp,
};
use bedside_store::{
    DataKey, Tx, door,
    emr::patient,
    exchange::{self, Composed, Held, NewAccess},
    posts,
};

use crate::{FlowError, Road, audit::Audit, clock::ordered_seed};

/// Kept in one transaction, so that it stays short.
const AT_ONCE: usize = 40;

/// The keys that seal what is of an account and its record; `None`: one of them was erased.
type Seals = HashMap<(AuthorId, PatientId), Option<(DataKey, DataKey)>>;

impl Road {
    /// Keeps resources that say something new. Gives how many did.
    ///
    /// # Errors
    /// The store refuses; what was kept before stays.
    pub async fn write_exchange(&self, composed: &[Composed]) -> Result<usize, FlowError> {
        let mut written = 0;
        for some in composed.chunks(AT_ONCE) {
            let now = self.now();
            let mut tx = self.store.begin().await?;
            let mut seals = Seals::new();
            let mut ended = Vec::new();
            for one in some {
                let whose = (one.place.author, one.place.patient);
                if let Entry::Vacant(vacant) = seals.entry(whose) {
                    vacant.insert(self.seals_of(&mut tx, whose).await?);
                }
                let Some(Some((author, patient))) = seals.get(&whose) else { continue };
                if exchange::write(&self.store, &mut tx, one, (author, patient), now).await? {
                    written += 1;
                    ended.extend((one.kind == ResourceKind::Consent && !one.needs_consent).then_some(one));
                }
            }
            note_ended(&mut tx, &ended, now).await?;
            tx.commit().await?;
        }
        Ok(written)
    }

    async fn seals_of(
        &self,
        tx: &mut Tx,
        (author, record): (AuthorId, PatientId),
    ) -> Result<Option<(DataKey, DataKey)>, FlowError> {
        let Some(row) = posts::author(tx, author).await? else { return Ok(None) };
        let Some(author) = self.store.key_of_author(&row).await? else { return Ok(None) };
        let Some(row) = patient::by_id(tx, record).await? else { return Ok(None) };
        Ok(self.store.keys().by_id(row.key()).await?.map(|patient| (author, patient)))
    }

    /// Takes away what is no longer to be shown, with what it said. Gives how much.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn retire_exchange(&self, held: &[Held]) -> Result<usize, FlowError> {
        let mut retired = 0;
        for some in held.chunks(AT_ONCE) {
            let now = self.now();
            let mut tx = self.store.begin().await?;
            for one in some {
                retired += usize::from(exchange::retire(&mut tx, one.kind, &one.id, now).await?);
            }
            tx.commit().await?;
        }
        Ok(retired)
    }

    /// Drops what waits to be told of an account whose consent was taken back or whose link was undone. In the transaction
    /// that does it.
    pub(crate) async fn drop_tellings(&self, tx: &mut Tx, author: AuthorId, now: Timestamp) -> Result<(), FlowError> {
        let account = door::by_door_author(tx, author).await?.map_or(author, |person| person.author);
        let dropped = exchange::drop_of(tx, account, now).await?;
        if dropped == 0 {
            return Ok(());
        }
        let mut audit = Audit::at(now);
        audit.add(Kind::ExchangeDropped, Actor::System, None, None, |entry| {
            let count = i64::try_from(dropped).unwrap_or(i64::MAX);
            entry.about(account).number(code!("tellings"), count).code(code!("why"), code!("consent_revoked"))
        })?;
        audit.write(tx).await
    }
}

/// That a consent ended is an event of the audit trail that others read.
async fn note_ended(tx: &mut Tx, ended: &[&Composed], now: Timestamp) -> Result<(), FlowError> {
    let mut accesses = Vec::with_capacity(ended.len());
    for (place, one) in ended.iter().enumerate() {
        accesses.push(NewAccess {
            id: AccessId::new(now, &ordered_seed(now, place)?),
            site: one.place.site,
            client: "",
            act: AccessAct::Revoke,
            kind: one.kind.as_str(),
            resource: Some(&one.id),
            whose: Some((one.place.author, one.place.patient)),
            address: "",
            request: "",
            query: None,
        });
    }
    Ok(exchange::add_accesses(tx, &accesses, now).await?)
}
