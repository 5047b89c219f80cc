//! What others may read of consented conversations, and who is told of it: finished resources are kept in versions, accesses
//! stand in the log, and what waits to be told is dropped in the transaction that takes a consent back.
//!
//! Absent on purpose: any format. What a resource says is put together by who serves it.

mod access;
mod client;
mod target;
mod write;

use bedside_core::time::Span;

pub use self::{access::Access, target::Attempt};
use crate::{FlowError, Road};

/// How long one process is the one that keeps the exchange up to date, without saying so again.
const LEADS_FOR: Span = Span::seconds(30);

impl Road {
    /// Whether this process is the one that keeps the exchange up to date; it is for half a minute, or until it asks again.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn leads_exchange(&self) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let leads = bedside_store::desk::lease(&mut tx, "exchange", &self.node, LEADS_FOR, self.now()).await?;
        tx.commit().await?;
        Ok(leads)
    }

    /// Lets another process keep the exchange up to date.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn leave_exchange(&self) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        bedside_store::desk::release(&mut tx, "exchange", &self.node).await?;
        Ok(tx.commit().await?)
    }
}
