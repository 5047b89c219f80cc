//! Sequence: the one leased sequencer gives waiting log entries their place in the tree and signs what it covers.

use bedside_core::{
    log::{Checkpoint, Hash, RightEdge, Signer, TileId},
    time::Span,
};
use bedside_store::{Tx, desk, log};

use crate::{FlowError, Road};

const LEASE: &str = "sequencer";
/// How long the lease outlives its last use. The transaction that takes it also integrates, so two sequencers exclude each
/// other however short it is; who dies must not keep the next one from signing within the second.
const LENGTH: Span = Span::seconds(1);
/// Entries integrated at once; with them the transaction stays around 20 ms.
const MOST: u32 = 500;

impl Road {
    /// Integrates the entries that wait. Gives how many; 0 also where another process has the lease.
    ///
    /// # Errors
    /// The store refuses, or the log's tree is damaged: then nothing is added to it.
    pub async fn sequence_next(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let mut peek = self.store.begin_read().await?;
        if log::pending_count(&mut peek).await? == 0 {
            return Ok(0);
        }
        drop(peek);
        let signer = self.log_signer().await?;
        let mut tx = self.store.begin().await?;
        if !desk::lease(&mut tx, LEASE, &self.node, LENGTH, now).await? {
            return Ok(0);
        }
        let entries = log::pending(&mut tx, MOST).await?;
        let mut edge = edge(&mut tx, &signer).await?;
        let first = edge.size();
        let tiles = edge.append(entries.iter().map(|entry| Hash::of_leaf(&entry.body)));
        let checkpoint = Checkpoint::new(&self.settings.log_origin, edge.size(), edge.root()).map_err(failed)?;
        let note = checkpoint.sign(&signer).map_err(failed)?;
        let tiles = tiles.into_iter().map(|tile| (tile.id.level, tile.id.index, tile.width(), tile.bytes())).collect();
        let count = entries.len();
        log::integrate(&mut tx, first, entries, tiles, (edge.size(), &note), now).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// The log's signing key under the log's name.
    ///
    /// # Errors
    /// The key store can't be read, or the name is none that a signed note allows.
    pub async fn log_signer(&self) -> Result<Signer, FlowError> {
        let seed = self.store.log_seed(self.now()).await?;
        Signer::from_seed(&self.settings.log_origin, &seed).map_err(failed)
    }
}

/// The tree's right edge as the newest checkpoint proves it.
async fn edge(tx: &mut Tx, signer: &Signer) -> Result<RightEdge, FlowError> {
    let Some((_, note, _)) = log::newest_checkpoint(tx).await? else { return Ok(RightEdge::new()) };
    let checkpoint = Checkpoint::open(&note, signer.verifier_key()).map_err(failed)?;
    let mut tiles = std::collections::HashMap::new();
    for level in 0..=TOP_LEVEL {
        let id = TileId::right_edge(level, checkpoint.size());
        if let Some(bytes) = log::tile(tx, id.level, id.index).await? {
            tiles.insert((id.level, id.index), bytes);
        }
    }
    let read = |id: TileId| Ok::<_, std::convert::Infallible>(tiles.get(&(id.level, id.index)).cloned());
    RightEdge::resume(&checkpoint, read).map_err(failed)
}

/// Eight levels of 256 hold 2^64 entries.
const TOP_LEVEL: u8 = 7;

fn failed(error: impl std::fmt::Display) -> FlowError {
    FlowError::Log(error.to_string())
}
