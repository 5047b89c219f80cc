//! Log entries about people: sign-ins and roles. What a person reads is not logged per person.

use bedside_core::{
    code,
    id::{PersonId, SiteId},
    log::{Actor, Code, Kind},
    policy::desk::{DeskAction, Seat},
    site::Role,
};
use bedside_store::people;

use super::ActError;
use crate::{Road, audit::Audit};

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
        let kind = if granted {
            people::grant(&mut tx, person, site, role).await?;
            Kind::RoleGranted
        } else {
            people::revoke(&mut tx, person, site, role).await?;
            Kind::RoleRevoked
        };
        let mut audit = Audit::at(self.now());
        audit.add(kind, Actor::Person(by), Some(site), None, |entry| {
            let entry = entry.about(person);
            Code::new(role.as_str()).map_or(entry.clone(), |word| entry.code(code!("role"), word))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}
