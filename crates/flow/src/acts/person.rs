//! Log entries about people: sign-ins, roles, links, locks. What a person reads is not logged per person.

use bedside_core::{
    code,
    id::{PersonId, SiteId},
    log::{Actor, Code, Kind},
    policy::desk::{DeskAction, Seat},
    site::Role,
    time::Timestamp,
};
use bedside_store::{Tx, people};

use super::ActError;
use crate::{FlowError, Road, audit::Audit};

/// Notes what was done to a person's account, in the transaction that does it: at each site where they have a role, so
/// that who reads the log of one learns of it.
///
/// # Errors
/// The store refuses.
pub async fn note_person(
    tx: &mut Tx,
    kind: Kind,
    by: Actor,
    person: PersonId,
    now: Timestamp,
) -> Result<(), FlowError> {
    let mut sites: Vec<SiteId> = people::roles(tx, person).await?.into_iter().map(|(site, _)| site).collect();
    sites.dedup();
    let places = if sites.is_empty() { vec![None] } else { sites.into_iter().map(Some).collect() };
    let mut audit = Audit::at(now);
    for site in places {
        audit.add(kind, by.clone(), site, None, |entry| entry.about(person))?;
    }
    audit.write(tx).await
}

/// Gives or takes a role at a site and notes it, in a transaction that does more.
///
/// # Errors
/// The store refuses.
pub async fn store_role(
    tx: &mut Tx,
    by: Actor,
    person: PersonId,
    (site, role): (SiteId, Role),
    granted: bool,
    now: Timestamp,
) -> Result<(), FlowError> {
    let kind = if granted {
        people::grant(tx, person, site, role).await?;
        Kind::RoleGranted
    } else {
        people::revoke(tx, person, site, role).await?;
        Kind::RoleRevoked
    };
    let mut audit = Audit::at(now);
    audit.add(kind, by, Some(site), None, |entry| {
        let entry = entry.about(person);
        Code::new(role.as_str()).map_or(entry.clone(), |word| entry.code(code!("role"), word))
    })?;
    audit.write(tx).await
}

impl Road {
    /// Notes a sign-in that succeeded, or failed for somebody known.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn note_sign_in(&self, person: PersonId, succeeded: bool) -> Result<(), ActError> {
        let kind = if succeeded { Kind::SignedIn } else { Kind::SignInFailed };
        let mut audit = Audit::at(self.now());
        audit.add(kind, Actor::Person(person), None, None, |entry| entry)?;
        let mut tx = self.store.begin().await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives or takes a role at a site.
    ///
    /// # Errors
    /// The person may not manage people there.
    pub async fn set_role(
        &self,
        by: PersonId,
        person: PersonId,
        site: SiteId,
        role: Role,
        granted: bool,
    ) -> Result<(), ActError> {
        let mut tx = self.store.begin().await?;
        self.may(&mut tx, by, site, DeskAction::ManagePeople, Seat::default()).await?;
        store_role(&mut tx, Actor::Person(by), person, (site, role), granted, self.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}
