//! Every damage to a log makes verification fail, and the report names the place.

use proptest::prelude::*;

use super::{MemoryLog, ORIGIN, entries, signer};
use crate::log::{Checkpoint, CheckpointError, Finding, Hash, NoteError, RightEdge, Signer, TileId, Unproven};

/// Verifies and expects exactly these findings.
#[track_caller]
fn check(log: &mut MemoryLog, kept: Option<&[u8]>, expected: &[Finding]) {
    let report = log.verify(kept);
    assert_eq!((report.findings.as_slice(), report.more_findings), (expected, 0));
    assert_eq!(report.is_intact(), expected.is_empty());
}

/// A log grown in two batches, and the checkpoint between them.
fn grown(first: u64, then: u64) -> (MemoryLog, Vec<u8>) {
    let mut log = MemoryLog::sample(first);
    let kept = log.checkpoint.clone().unwrap();
    log.integrate(&entries(first, first + then));
    (log, kept)
}

fn flip(bytes: &mut [u8], at: usize) {
    bytes[at] ^= 1 << (at % 8);
}

const fn tile(level: u8, index: u64) -> TileId {
    TileId::new(level, index)
}

/// What somebody does who can write to the database but has no key: changes an entry and every tile above it.
fn change_with_tiles(log: &mut MemoryLog, index: u64, levels: u8) {
    log.entries.insert(index, b"changed".to_vec());
    let mut edge = RightEdge::new();
    for tile in edge.append(log.entries.values().map(|bytes| Hash::of_leaf(bytes))) {
        if tile.id.level < levels {
            log.tiles.insert(tile.id, tile.bytes());
        }
    }
}

#[test]
fn a_log_of_any_size_is_intact() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 66_000] {
        let mut log = MemoryLog::sample(size);
        let report = log.verify(None);
        assert!(report.is_intact(), "{size}: {report}");
        assert_eq!(report.entries, size);
        assert_eq!(report.unproven, [Unproven::NoKeptCheckpoint]);
    }
    check(&mut MemoryLog::default(), None, &[]);
}

#[test]
fn a_kept_checkpoint_proves_what_it_covers_and_no_more() {
    let (mut log, kept) = grown(300, 400);
    log.pending = 3;
    let report = log.verify(Some(&kept));
    assert!(report.is_intact(), "{report}");
    assert_eq!(report.unproven, [Unproven::AfterKept { first: 300 }, Unproven::NotYetSigned { count: 3 }]);
    let newest = log.checkpoint.clone();
    log.pending = 0;
    assert_eq!(log.verify(newest.as_deref()).unproven, []);
}

#[test]
fn every_flipped_byte_of_an_entry_names_the_entry() {
    let (log, kept) = grown(40, 5);
    for (index, bytes) in &log.entries {
        for at in 0..bytes.len() {
            let mut damaged = log.clone();
            flip(damaged.entries.get_mut(index).unwrap(), at);
            check(&mut damaged, Some(&kept), &[Finding::EntryChanged { index: *index }]);
        }
    }
}

/// Flips every `step`th byte of every tile, one at a time.
#[track_caller]
fn check_flipped_tiles(log: &MemoryLog, kept: &[u8], step: usize) {
    for (id, bytes) in &log.tiles {
        for at in (0..bytes.len()).step_by(step) {
            let mut damaged = log.clone();
            flip(damaged.tiles.get_mut(id).unwrap(), at);
            check(&mut damaged, Some(kept), &[Finding::TileDamaged { tile: *id }]);
        }
    }
}

#[test]
fn every_flipped_byte_of_a_tile_names_the_tile() {
    let (log, kept) = grown(20, 10);
    check_flipped_tiles(&log, &kept, 1);
    // Full tile, unfinished tile and the one above; a step that is no divisor of a hash reaches each of its bytes.
    let (log, kept) = grown(250, 20);
    assert_eq!(log.tiles.len(), 3);
    check_flipped_tiles(&log, &kept, 31);
}

#[test]
fn every_flipped_bit_of_the_checkpoint_names_the_checkpoint() {
    let log = MemoryLog::sample(5);
    let note = log.checkpoint.clone().unwrap();
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut damaged = log.clone();
            damaged.checkpoint.as_mut().unwrap()[at] ^= 1 << bit;
            let report = damaged.verify(None);
            assert!(matches!(report.findings.as_slice(), [Finding::CheckpointBad { .. }]), "byte {at}: {report}");
            let mut kept = note.clone();
            kept[at] ^= 1 << bit;
            let report = log.clone().verify(Some(&kept));
            assert!(matches!(report.findings.as_slice(), [Finding::KeptBad { .. }]), "byte {at}: {report}");
        }
    }
}

#[test]
fn in_a_tall_tree_the_place_is_still_exact() {
    let (log, kept) = grown(65_600, 400);
    for index in [0, 40_000, 65_535, 65_600, 65_999] {
        let mut damaged = log.clone();
        flip(damaged.entries.get_mut(&index).unwrap(), 1);
        check(&mut damaged, Some(&kept), &[Finding::EntryChanged { index }]);
        let mut damaged = log.clone();
        damaged.entries.remove(&index);
        check(&mut damaged, Some(&kept), &[Finding::EntriesMissing { first: index, last: index }]);
    }
    for id in [tile(0, 255), tile(0, 257), tile(1, 0), tile(1, 1), tile(2, 0)] {
        let mut damaged = log.clone();
        flip(damaged.tiles.get_mut(&id).unwrap(), 17);
        check(&mut damaged, Some(&kept), &[Finding::TileDamaged { tile: id }]);
        damaged.tiles.remove(&id);
        check(&mut damaged, Some(&kept), &[Finding::TileMissing { tile: id }]);
    }
}

#[test]
fn entries_and_tiles_damaged_in_different_places_are_all_named() {
    let mut log = MemoryLog::sample(1000);
    for index in [3, 300, 999] {
        log.entries.insert(index, b"changed".to_vec());
    }
    log.entries.remove(&301);
    log.tiles.get_mut(&tile(0, 2)).unwrap().truncate(100);
    flip(log.tiles.get_mut(&tile(0, 1)).unwrap(), 0);
    let report = log.verify(None);
    // Tile 1 has two faults of different kinds: neither version of it is proven.
    let expected = [
        Finding::EntriesMissing { first: 301, last: 301 },
        Finding::Undecided { tile: tile(0, 1), first: 256, last: 256 },
        Finding::Undecided { tile: tile(0, 1), first: 300, last: 300 },
        Finding::TileDamaged { tile: tile(0, 2) },
        Finding::EntryChanged { index: 3 },
        Finding::EntryChanged { index: 999 },
    ];
    assert_eq!(report.findings, expected);
}

#[test]
fn tiles_changed_to_fit_the_entry_do_not_hide_it() {
    let log = MemoryLog::sample(70_000);
    for (index, levels, first, last) in [(700, 1, 512, 767), (700, 2, 0, 65_535), (69_999, 0, 69_999, 69_999)] {
        let mut damaged = log.clone();
        change_with_tiles(&mut damaged, index, levels);
        let expected =
            if levels == 0 { Finding::EntryChanged { index } } else { Finding::EntriesChanged { first, last } };
        check(&mut damaged, None, &[expected]);
    }
}

#[test]
fn without_the_key_a_log_rewritten_throughout_gives_another_root() {
    let (mut log, kept) = grown(300, 400);
    change_with_tiles(&mut log, 350, 8);
    let report = log.verify(None);
    assert!(matches!(report.findings.as_slice(), [Finding::RootDiffers { size: 700, .. }]), "{report}");
    // What the kept checkpoint covers is not touched, and nothing is said about it.
    let report = log.verify(Some(&kept));
    assert!(matches!(report.findings.as_slice(), [Finding::RootDiffers { size: 700, .. }]), "{report}");
    change_with_tiles(&mut log, 50, 8);
    let report = log.verify(Some(&kept));
    let expected = Finding::HistoryRewritten { kept: 300, first: None, signed: false };
    assert!(matches!(report.findings.as_slice(), [Finding::RootDiffers { .. }, last] if *last == expected), "{report}");
}

#[test]
fn reordered_entries_are_named_with_where_they_were_logged() {
    let log = MemoryLog::sample(600);
    for (a, b) in [(3, 200), (10, 500), (598, 599)] {
        let mut damaged = log.clone();
        let (one, other) = (damaged.entries[&a].clone(), damaged.entries[&b].clone());
        damaged.entries.insert(a, other);
        damaged.entries.insert(b, one);
        let moved = |index, logged_at| Finding::EntryMoved { index, logged_at };
        check(&mut damaged, None, &[moved(a, b), moved(b, a)]);
    }
}

#[test]
fn an_entry_taken_out_and_the_rest_moved_up_is_named_first() {
    let mut log = MemoryLog::sample(300);
    let rest: Vec<Vec<u8>> = log.entries.split_off(&290).into_values().skip(1).collect();
    log.entries.extend((290..).zip(rest));
    let report = log.verify(None);
    assert_eq!(report.findings[0], Finding::EntriesMissing { first: 299, last: 299 });
    assert_eq!(report.findings[1], Finding::EntryMoved { index: 290, logged_at: 291 });
}

#[test]
fn entries_cut_from_the_end_are_missing_against_the_logs_own_checkpoint() {
    let mut log = MemoryLog::sample(700);
    log.entries.split_off(&500);
    check(&mut log, None, &[Finding::EntriesMissing { first: 500, last: 699 }]);
    log.checkpoint = None;
    let reaches =
        |level, index, reaches| Finding::TileBeyondCheckpoint { tile: tile(level, index), reaches, shown: 500 };
    let expected = [Finding::CheckpointMissing { entries: 500 }, reaches(0, 1, 512), reaches(1, 0, 512)];
    check(&mut log, None, &expected);
}

#[test]
fn a_log_cut_back_to_an_older_checkpoint_fails_against_the_kept_one() {
    let (grown, older) = grown(300, 100);
    let kept = grown.checkpoint.clone().unwrap();
    let mut log = MemoryLog::sample(300);
    assert_eq!(log.checkpoint.as_ref(), Some(&older));
    check(&mut log, None, &[]);
    let expected = Finding::CutAgainstKept { kept: 400, present: 300 };
    assert_eq!(
        expected.to_string(),
        "the kept checkpoint covers 400 entries, the log has 300: entries 300 to 399 are missing"
    );
    check(&mut log, Some(&kept), &[expected]);
    // Tiles that were left behind give the cut away even without a kept checkpoint.
    log.tiles = grown.tiles.clone();
    check(&mut log, None, &[Finding::TileBeyondCheckpoint { tile: tile(0, 1), reaches: 400, shown: 300 }]);
    // Only the checkpoints were cut: the entries are there.
    log.entries = grown.entries;
    let expected = [
        Finding::TileBeyondCheckpoint { tile: tile(0, 1), reaches: 400, shown: 300 },
        Finding::OlderThanKept { kept: 400, newest: 300 },
    ];
    check(&mut log, Some(&kept), &expected);
    assert_eq!(log.verify(Some(&kept)).pending, 100);
    check(&mut MemoryLog::default(), Some(&kept), &[Finding::CutAgainstKept { kept: 400, present: 0 }]);
}

#[test]
fn every_length_of_cut_is_measured_against_the_kept_checkpoint() {
    let kept = MemoryLog::sample(40).checkpoint.unwrap();
    for present in 0..40 {
        let mut log = MemoryLog::sample(present);
        check(&mut log, Some(&kept), &[Finding::CutAgainstKept { kept: 40, present }]);
    }
}

#[test]
fn the_key_holder_cannot_rewrite_what_a_kept_checkpoint_covers() {
    let (original, kept) = grown(300, 100);
    let mut changed = entries(0, 400);
    changed[5] = b"changed".to_vec();
    let mut log = MemoryLog::of(&[changed]);
    check(&mut log, None, &[]);
    let rewritten = |first| Finding::HistoryRewritten { kept: 300, first, signed: true };
    check(&mut log, Some(&kept), &[rewritten(None)]);
    // Where an old tile was left, it names the entry.
    log.tiles.insert(tile(0, 0), original.tiles[&tile(0, 0)].clone());
    check(&mut log, Some(&kept), &[Finding::TileDamaged { tile: tile(0, 0) }, rewritten(Some(5))]);
    assert!(rewritten(Some(5)).to_string().starts_with("the entries 0 to 299 no longer give the kept root; the first"));
    // Two heads of the same size.
    let own = original.checkpoint.unwrap();
    let twice = Finding::HistoryRewritten { kept: 400, first: Some(5), signed: true };
    check(&mut log, Some(&own), &[Finding::TileDamaged { tile: tile(0, 0) }, twice]);
    // What came later may be rewritten, and the report says so.
    let mut later = entries(0, 400);
    later[350] = b"changed".to_vec();
    let report = MemoryLog::of(&[later]).verify(Some(&kept));
    assert!(report.is_intact());
    assert_eq!(report.unproven, [Unproven::AfterKept { first: 300 }]);
}

#[test]
fn a_kept_checkpoint_that_cannot_be_used_is_a_finding() {
    let mut log = MemoryLog::sample(10);
    let root = Hash::of_leaf(b"x");
    let elsewhere = Signer::from_seed("other.example", &[7; 32]).unwrap();
    let elsewhere = Checkpoint::new("other.example", 10, root).unwrap().sign(&elsewhere).unwrap();
    let other_key = Signer::from_seed(ORIGIN, &[8; 32]).unwrap();
    let other_key = Checkpoint::new(ORIGIN, 10, root).unwrap().sign(&other_key).unwrap();
    let no_checkpoint = signer().sign("a text\n").unwrap();
    type IsExpected = fn(&CheckpointError) -> bool;
    let rows: [(&[u8], IsExpected); 4] = [
        (b"no checkpoint at all", |error| matches!(error, CheckpointError::Note(NoteError::Malformed(_)))),
        (no_checkpoint.as_bytes(), |error| matches!(error, CheckpointError::Malformed(_))),
        (elsewhere.as_bytes(), |error| matches!(error, CheckpointError::OtherOrigin { .. })),
        (other_key.as_bytes(), |error| matches!(error, CheckpointError::Note(NoteError::NotSignedBy { .. }))),
    ];
    for (kept, expected) in rows {
        let report = log.verify(Some(kept));
        assert!(matches!(report.findings.as_slice(), [Finding::KeptBad { error }] if expected(error)), "{report}");
        assert_eq!(report.unproven, [Unproven::NoKeptCheckpoint]);
    }
}

#[test]
fn with_a_bad_checkpoint_the_kept_one_still_names_the_entry() {
    let (mut log, kept) = grown(300, 400);
    flip(log.checkpoint.as_mut().unwrap(), 40);
    for index in [7, 280] {
        let mut damaged = log.clone();
        damaged.entries.insert(index, b"changed".to_vec());
        let report = damaged.verify(Some(&kept));
        assert_eq!(report.findings.last(), Some(&Finding::EntryChanged { index }), "{report}");
        // Without it nobody can say whether entry or tile is right.
        let undecided = Finding::Undecided { tile: tile(0, index / 256), first: index, last: index };
        assert_eq!(damaged.verify(None).findings.last(), Some(&undecided));
    }
    log.entries.remove(&280);
    let report = log.verify(Some(&kept));
    assert!(report.findings.contains(&Finding::EntriesMissing { first: 280, last: 280 }), "{report}");
}

#[test]
fn an_index_out_of_all_bounds_is_survived() {
    let mut log = MemoryLog::sample(300);
    let bytes = log.entries.remove(&299).unwrap();
    log.entries.insert(1 << 62, bytes);
    check(&mut log, None, &[Finding::EntriesMissing { first: 299, last: 299 }]);
    log.checkpoint = None;
    let report = log.verify(None);
    assert!(matches!(report.findings[0], Finding::CheckpointMissing { .. }), "{report}");
    assert!(report.findings.contains(&Finding::EntriesMissing { first: 299, last: (1 << 62) - 1 }), "{report}");
}

#[test]
fn a_log_with_everything_changed_is_reported_in_bounded_space() {
    let mut log = MemoryLog::sample(40_000);
    for bytes in log.entries.values_mut() {
        flip(bytes, 0);
    }
    let report = log.verify(None);
    assert_eq!(report.findings.len(), 200);
    assert_eq!(report.findings[0], Finding::EntryChanged { index: 0 });
    assert!(report.more_findings > 0);
}

#[test]
fn the_report_speaks_plainly() {
    let (mut log, kept) = grown(2, 1);
    flip(log.entries.get_mut(&1).unwrap(), 0);
    log.pending = 4;
    let newest = Checkpoint::open(&log.checkpoint.clone().unwrap(), signer().verifier_key()).unwrap();
    let old = Checkpoint::open(&kept, signer().verifier_key()).unwrap();
    let expected = format!(
        "log {ORIGIN}: 3 entries, 4 not yet signed\n\
         newest checkpoint: 3 entries, root {}\n\
         kept checkpoint: 2 entries, root {}\n\
         WRONG: entry 1 was changed\n\
         not proven: that the holder of the log's key did not rewrite or cut it from entry 2 on\n\
         not proven: 4 entries not yet signed\n\
         the log is NOT intact",
        newest.root(),
        old.root()
    );
    assert_eq!(log.verify(Some(&kept)).to_string(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn one_flipped_byte_is_always_found(
        batches in prop::collection::vec(1_u64..400, 1..6),
        keep_at: prop::sample::Index,
        place: prop::sample::Index,
        byte: prop::sample::Index,
        in_tile: bool,
    ) {
        let (mut log, mut checkpoints, mut size) = (MemoryLog::default(), Vec::new(), 0);
        for batch in batches {
            log.integrate(&entries(size, size + batch));
            checkpoints.push(log.checkpoint.clone().unwrap());
            size += batch;
        }
        let kept = keep_at.get(&checkpoints);
        prop_assert!(log.verify(Some(kept)).is_intact());
        let expected = if in_tile {
            let id = *log.tiles.keys().nth(place.index(log.tiles.len())).unwrap();
            let bytes = log.tiles.get_mut(&id).unwrap();
            let at = byte.index(bytes.len());
            flip(bytes, at);
            Finding::TileDamaged { tile: id }
        } else {
            let index = place.index(log.entries.len()) as u64;
            let bytes = log.entries.get_mut(&index).unwrap();
            let at = byte.index(bytes.len());
            flip(bytes, at);
            Finding::EntryChanged { index }
        };
        prop_assert_eq!(log.verify(Some(kept)).findings, vec![expected]);
    }
}
