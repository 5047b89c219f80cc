//! Every step is in the log, in order, and the log verifies; no word of a person is in it.

use bedside_core::{
    log::{Entry, Kind, LogReader, TileId, verify},
    time::Span,
};
use bedside_store::log;

use crate::house::{Desk, open};

/// The log as it lies in the store, read before it is verified.
struct Read {
    note: Option<Vec<u8>>,
    entries: Vec<(u64, Vec<u8>)>,
    tiles: std::collections::HashMap<(u8, u64), Vec<u8>>,
}

impl LogReader for Read {
    type Error = std::convert::Infallible;
    fn newest_checkpoint(&mut self) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.note.clone())
    }
    fn entries(&mut self, from: u64, max: usize) -> Result<Vec<(u64, Vec<u8>)>, Self::Error> {
        Ok(self.entries.iter().filter(|(at, _)| *at >= from).take(max).cloned().collect())
    }
    fn tile(&mut self, id: TileId) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.tiles.get(&(id.level, id.index)).cloned())
    }
    fn pending(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }
}

async fn read(desk: &Desk) -> Read {
    while desk.road.sequence_next().await.unwrap() > 0 {}
    let mut tx = desk.store.begin_read().await.unwrap();
    let mut tiles = std::collections::HashMap::new();
    for level in 0..2 {
        for index in 0..4 {
            if let Some(bytes) = log::tile(&mut tx, level, index).await.unwrap() {
                tiles.insert((level, index), bytes);
            }
        }
    }
    Read {
        note: log::newest_checkpoint(&mut tx).await.unwrap().map(|(_, note, _)| note),
        entries: log::entries(&mut tx, 0, 10_000).await.unwrap(),
        tiles,
    }
}

/// What the log says happened, in order.
pub async fn kinds(desk: &Desk) -> Vec<Kind> {
    read(desk).await.entries.iter().map(|(_, body)| Entry::decode(body).unwrap().kind()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_is_proven_and_holds_no_word() {
    let desk = open().await;
    let (_, _) = desk.approved().await;
    desk.after(Span::seconds(61)).await;
    let mut found = read(&desk).await;
    let kinds = kinds(&desk).await;
    let road = [
        Kind::PostTaken,
        Kind::Assessed,
        Kind::CaseOpened,
        Kind::Decided,
        Kind::DraftWritten,
        Kind::Guarded,
        Kind::ApprovalAsked,
        Kind::Approved,
        Kind::Queued,
        Kind::SendStarted,
        Kind::Sent,
    ];
    // Between starting to send and having sent the test's clock stands still.
    let (before, sending) = kinds.split_at(road.len() - 2);
    assert_eq!(before, &road[..road.len() - 2], "each step once, in the order they happened");
    assert!(sending.contains(&Kind::SendStarted) && sending.contains(&Kind::Sent) && sending.len() == 2, "{sending:?}");
    let all: String = found.entries.iter().map(|(_, body)| String::from_utf8_lossy(body).to_lowercase()).collect();
    for word in ["petra", "park", "lindenstra", "q1\""] {
        assert!(!all.contains(word), "{word}");
    }
    let signer = desk.road.log_signer().await.unwrap();
    assert!(verify(&mut found, signer.verifier_key(), None).unwrap().is_intact());
    found.entries[3].1[10] ^= 1;
    assert!(!verify(&mut found, signer.verifier_key(), None).unwrap().is_intact());
}
