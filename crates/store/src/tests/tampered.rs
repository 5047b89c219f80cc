//! Somebody with the database in hand changes the log: the verifier says so and names the place, on both engines.

use bedside_core::{
    code,
    id::{CaseId, EntryId},
    log::{Actor, Checkpoint, Entry, Finding, Hash, Kind, Report, RightEdge, Signer, Tile, Unproven},
};

use super::{NOW, postgres, sqlite};
use crate::{Store, log, random};

/// 300 entries: one full tile, one unfinished one and one above them.
const SIZE: u64 = 300;

fn signer() -> Signer {
    Signer::from_seed("bedside.example/log", &[7; 32]).unwrap()
}

/// Adds entries and integrates all of them in two steps; gives the checkpoint of the first.
async fn write_log(store: &Store) -> Vec<u8> {
    let mut edge = RightEdge::new();
    let first = integrate(store, &mut edge, SIZE - 50).await;
    integrate(store, &mut edge, 50).await;
    first
}

async fn integrate(store: &Store, edge: &mut RightEdge, count: u64) -> Vec<u8> {
    let from = edge.size();
    let mut tx = store.begin().await.unwrap();
    let mut entries = Vec::new();
    for n in from..from + count {
        let id = EntryId::new(NOW, &random().unwrap());
        let entry = Entry::new(id, Kind::Assessed, NOW, Actor::System).number(code!("n"), i64::try_from(n).unwrap());
        let case = (n % 2 == 0).then(|| CaseId::new(NOW, &random().unwrap()));
        let entry = case.map_or(entry.clone(), |case| entry.about(case));
        entries.push(log::PendingEntry { id, case, at: NOW, body: entry.encode().unwrap() });
    }
    log::add(&mut tx, entries).await.unwrap();
    let pending = log::pending(&mut tx, 1000).await.unwrap();
    let rows = tiles(edge.append(pending.iter().map(|entry| Hash::of_leaf(&entry.body))));
    let note = Checkpoint::new("bedside.example/log", edge.size(), edge.root()).unwrap().sign(&signer()).unwrap();
    log::integrate(&mut tx, from, pending, rows, (edge.size(), &note), NOW).await.unwrap();
    tx.commit().await.unwrap();
    note.into_bytes()
}

fn tiles(tiles: Vec<Tile>) -> Vec<log::TileRow> {
    tiles.iter().map(|tile| (tile.id.level, tile.id.index, tile.width(), tile.bytes())).collect()
}

async fn verify(store: &Store, kept: Option<&[u8]>) -> Report {
    let tx = store.begin_read().await.unwrap();
    log::verify(tx, signer().verifier_key().clone(), kept.map(<[u8]>::to_vec)).await.unwrap()
}

/// Runs SQL that no honest Bedside runs.
async fn tamper(store: &Store, sql: &str) {
    let mut tx = store.begin().await.unwrap();
    tx.run_text(sql, Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Flips one bit in the middle of a BYTES column, in the row that `which` names.
async fn flip(store: &Store, table: &str, column: &str, which: &str) {
    let mut tx = store.begin().await.unwrap();
    let rows = tx.rows_text(&format!("SELECT {column} FROM {table} WHERE {which}"), Vec::new()).await.unwrap();
    let mut body = rows[0].bytes(0).unwrap();
    let middle = body.len() / 2;
    body[middle] ^= 1;
    tx.run_text(&format!("UPDATE {table} SET {column} = $1 WHERE {which}"), crate::value::args![body]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn an_untouched_log_is_intact(store: &Store) {
    let kept = write_log(store).await;
    let report = verify(store, Some(&kept)).await;
    assert!(report.is_intact(), "{report}");
    assert_eq!((report.entries, report.pending), (SIZE, 0));
    assert_eq!(report.unproven, [Unproven::AfterKept { first: SIZE - 50 }]);
    let alone = verify(store, None).await;
    assert!(alone.is_intact());
    assert_eq!(alone.unproven, [Unproven::NoKeptCheckpoint]);
}

async fn a_flipped_bit_in_an_entry_is_named(store: &Store) {
    write_log(store).await;
    flip(store, "log_entry", "body", "leaf = 123").await;
    flip(store, "log_entry", "body", "leaf = 288").await;
    let report = verify(store, None).await;
    assert_eq!(report.findings, [Finding::EntryChanged { index: 123 }, Finding::EntryChanged { index: 288 }]);
}

async fn a_flipped_bit_in_a_tile_is_named(store: &Store) {
    write_log(store).await;
    flip(store, "log_tile", "body", "level = 0 AND tile = 0").await;
    let report = verify(store, None).await;
    assert!(
        matches!(report.findings[..], [Finding::TileDamaged { tile }] if (tile.level, tile.index) == (0, 0)),
        "{report}"
    );
}

async fn a_changed_checkpoint_is_named(store: &Store) {
    write_log(store).await;
    flip(store, "log_checkpoint", "note", "size = 300").await;
    let report = verify(store, None).await;
    assert!(matches!(report.findings[..], [Finding::CheckpointBad { .. }, ..]), "{report}");
}

async fn a_lost_entry_is_named(store: &Store) {
    write_log(store).await;
    tamper(store, "DELETE FROM log_entry WHERE leaf = 41").await;
    assert_eq!(verify(store, None).await.findings, [Finding::EntriesMissing { first: 41, last: 41 }]);
}

/// Pages find entries by what is filed beside them, and no hash covers that.
async fn what_is_filed_beside_entries_and_tiles_must_agree_with_them(store: &Store) {
    write_log(store).await;
    let other = CaseId::new(NOW, &[9; 10]);
    tamper(store, &format!("UPDATE log_entry SET case_id = '{other}' WHERE leaf IN (7, 8)")).await;
    tamper(store, "UPDATE log_entry SET at = at - 1 WHERE leaf = 20").await;
    tamper(store, "UPDATE log_entry SET id = 'x' WHERE leaf = 30").await;
    tamper(store, "UPDATE log_tile SET width = 12 WHERE level = 0 AND tile = 1").await;
    flip(store, "log_entry", "body", "leaf = 40").await;
    let report = verify(store, None).await;
    let mut misfiled: Vec<(u64, &str)> = Vec::new();
    for finding in &report.findings {
        match finding {
            Finding::EntryMisfiled { index, field } => misfiled.push((*index, field)),
            Finding::EntryChanged { index } => assert_eq!(*index, 40),
            Finding::TileMisfiled { tile } => assert_eq!((tile.level, tile.index), (0, 1)),
            other => panic!("{other}"),
        }
    }
    misfiled.sort_unstable();
    assert_eq!(misfiled, [(7, "case"), (8, "case"), (20, "at"), (30, "id")]);
    assert!(report.to_string().contains("entry 20 is filed wrong"), "{report}");
}

/// Whoever holds database and log key can cut the end and sign anew; only a kept checkpoint shows it.
async fn a_cut_end_shows_against_a_kept_checkpoint(store: &Store) {
    write_log(store).await;
    let kept = {
        let mut tx = store.begin_read().await.unwrap();
        log::newest_checkpoint(&mut tx).await.unwrap().unwrap().1
    };
    tamper(store, "DELETE FROM log_entry WHERE leaf = 299").await;
    tamper(store, "DELETE FROM log_tile").await;
    let mut edge = RightEdge::new();
    let mut tx = store.begin().await.unwrap();
    let left = log::entries(&mut tx, 0, 1000).await.unwrap();
    let rows = tiles(edge.append(left.iter().map(|(_, body)| Hash::of_leaf(body))));
    let note = Checkpoint::new("bedside.example/log", edge.size(), edge.root()).unwrap().sign(&signer()).unwrap();
    tx.run_text("DELETE FROM log_checkpoint", Vec::new()).await.unwrap();
    log::integrate(&mut tx, 299, Vec::new(), rows, (299, &note), NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert!(verify(store, None).await.is_intact(), "without the kept checkpoint nobody can tell");
    assert_eq!(verify(store, Some(&kept)).await.findings, [Finding::CutAgainstKept { kept: 300, present: 299 }]);
}

macro_rules! on_both_engines {
    ($($story:ident)*) => {$(
        mod $story {
            #[tokio::test]
            async fn on_sqlite() {
                let (store, _folder) = super::sqlite().await;
                super::$story(&store).await;
            }
            #[tokio::test]
            async fn on_postgres() {
                super::$story(&super::postgres().await).await;
            }
        }
    )*};
}

on_both_engines! {
    an_untouched_log_is_intact
    a_flipped_bit_in_an_entry_is_named
    a_flipped_bit_in_a_tile_is_named
    a_changed_checkpoint_is_named
    a_lost_entry_is_named
    what_is_filed_beside_entries_and_tiles_must_agree_with_them
    a_cut_end_shows_against_a_kept_checkpoint
}

#[tokio::test]
async fn the_log_is_verified_without_the_master_key() {
    let (store, folder) = sqlite().await;
    write_log(&store).await;
    store.close().await;
    let only = log::LogOnly::open(&crate::Location::Folder(folder.path().to_owned())).await.unwrap();
    let report = log::verify(only.begin_read().await.unwrap(), signer().verifier_key().clone(), None).await.unwrap();
    assert!(report.is_intact(), "{report}");
    only.close().await;
}
