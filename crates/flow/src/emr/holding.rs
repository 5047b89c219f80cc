//! A lease that is short, so that what a dead process had goes on soon, and is renewed as long as the attempt lasts.

use std::{future::Future, time::Duration};

use bedside_core::{id::FilingId, time::Span};
use bedside_store::emr::filing;

use crate::Road;

/// How long a lease outlives the process that has it.
pub(super) const LEASE: Span = Span::seconds(10);
/// How often it is renewed meanwhile.
const RENEW: Duration = Duration::from_secs(3);

impl Road {
    /// Does an attempt at a document and holds its lease until that ends.
    pub(super) async fn holding<T>(&self, id: FilingId, attempt: impl Future<Output = T>) -> T {
        tokio::pin!(attempt);
        loop {
            tokio::select! {
                outcome = &mut attempt => return outcome,
                () = tokio::time::sleep(RENEW) => {
                    if let Err(error) = self.renew(id).await {
                        // The attempt goes on: its receiver tells a second one by its id.
                        tracing::warn!(%id, %error, "the lease of a document could not be renewed");
                    }
                }
            }
        }
    }

    async fn renew(&self, id: FilingId) -> Result<(), crate::FlowError> {
        let mut tx = self.store.begin().await?;
        filing::renew(&mut tx, id, &self.node, self.now().plus(LEASE)).await?;
        Ok(tx.commit().await?)
    }
}
