//! Clients sign in with their key; the token they get is kept by its hash, and each assertion counts once.

use bedside_core::{
    code,
    log::{Actor, Code, Kind},
    time::Timestamp,
};
use bedside_store::exchange;

use crate::{FlowError, Road, audit::Audit};

impl Road {
    /// Gives a client its token, if its assertion was never used before. `false`: it was.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn admit_client(
        &self,
        client: &str,
        (assertion_hash, assertion_ends): (&[u8], Timestamp),
        (token_hash, scopes, ends): (&[u8], &str, Timestamp),
    ) -> Result<bool, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        exchange::sweep_clients(&mut tx, now).await?;
        if !exchange::remember_assertion(&mut tx, client, assertion_hash, assertion_ends).await? {
            return Ok(false);
        }
        exchange::add_token(&mut tx, token_hash, client, scopes, ends).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::ClientSignedIn, Actor::System, None, None, |entry| match Code::configured(client) {
            Ok(client) => entry.code(code!("client"), client),
            Err(_) => entry,
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Notes that a client was not let in; `client`: none if nobody of that name is set up.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn refuse_client(&self, client: Option<&str>, why: Code) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        let mut audit = Audit::at(self.now());
        audit.add(Kind::ClientRefused, Actor::System, None, None, |entry| {
            let entry = entry.code(code!("why"), why);
            match client.map(Code::configured) {
                Some(Ok(client)) => entry.code(code!("client"), client),
                _ => entry,
            }
        })?;
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}
