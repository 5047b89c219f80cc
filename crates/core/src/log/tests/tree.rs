//! The tree against the known answers of RFC 6962's reference tree, and against itself in other ways of growing.

use std::collections::BTreeMap;
use std::convert::Infallible;

use proptest::prelude::*;

use super::{MemoryLog, entries, unhex};
use crate::log::{
    ConsistencyProof, EdgeError, Hash, InclusionProof, ProofError, RightEdge, TILE_WIDTH, Tile, TileId, hashes_of_tile,
};

/// The eight entries of the reference tree that the Certificate Transparency implementations test with.
const REFERENCE: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// Its roots at one to eight entries.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const NODE_0: &str = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
const NODE_1: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const NODE_01: &str = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
const NODE_23: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const NODE_4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const NODE_45: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const NODE_67: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const NODE_03: &str = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
const NODE_47: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

fn hash(hex: &str) -> Hash {
    Hash::from_slice(&unhex(hex)).unwrap()
}

fn hashes(hex: &[&str]) -> Vec<Hash> {
    hex.iter().map(|hex| hash(hex)).collect()
}

fn reference() -> Vec<Vec<u8>> {
    REFERENCE.iter().map(|hex| unhex(hex)).collect()
}

type Tiles = BTreeMap<TileId, Vec<u8>>;

fn tile_of(tiles: &Tiles) -> impl FnMut(TileId) -> Result<Option<Vec<u8>>, Infallible> {
    |id| Ok(tiles.get(&id).cloned())
}

fn keep(tiles: &mut Tiles, written: Vec<Tile>) {
    for tile in written {
        tiles.insert(tile.id, tile.bytes());
    }
}

#[test]
fn the_reference_tree_has_its_known_roots() {
    let mut edge = RightEdge::new();
    assert_eq!(edge.root(), Hash::EMPTY_TREE);
    for (entry, root) in reference().iter().zip(ROOTS) {
        edge.append([Hash::of_leaf(entry)]);
        assert_eq!(edge.root(), hash(root), "{} entries", edge.size());
    }
}

#[test]
fn the_reference_tree_has_its_known_inclusion_proofs() {
    let log = MemoryLog::of(&[reference()]);
    let rows: [(u64, u64, &[&str]); 5] = [
        (0, 1, &[]),
        (1, 2, &[NODE_0]),
        (0, 8, &[NODE_1, NODE_23, NODE_47]),
        (5, 8, &[NODE_4, NODE_67, NODE_03]),
        (2, 3, &[NODE_01]),
    ];
    for (index, size, expected) in rows {
        let proof = InclusionProof::make(index, size, tile_of(&log.tiles)).unwrap();
        assert_eq!(proof.hashes, hashes(expected), "entry {index} of {size}");
    }
}

#[test]
fn the_reference_tree_has_its_known_consistency_proofs() {
    let log = MemoryLog::of(&[reference()]);
    let rows: [(u64, u64, &[&str]); 5] = [
        (1, 1, &[]),
        (1, 8, &[NODE_1, NODE_23, NODE_47]),
        (6, 8, &[NODE_45, NODE_67, NODE_03]),
        (2, 5, &[NODE_23, NODE_4]),
        (0, 8, &[]),
    ];
    for (old, size, expected) in rows {
        let proof = ConsistencyProof::make(old, size, tile_of(&log.tiles)).unwrap();
        assert_eq!(proof.hashes, hashes(expected), "{old} in {size}");
    }
}

#[test]
fn beyond_the_log_there_is_no_proof() {
    let log = MemoryLog::sample(8);
    let beyond = Err(ProofError::Beyond { asked: 8, size: 8 });
    assert_eq!(InclusionProof::make(8, 8, tile_of(&log.tiles)), beyond);
    let beyond = Err(ProofError::Beyond { asked: 9, size: 8 });
    assert_eq!(ConsistencyProof::make(9, 8, tile_of(&log.tiles)), beyond);
    let missing = Err(ProofError::Tile(TileId::new(1, 0)));
    assert_eq!(InclusionProof::make(300, 301, tile_of(&log.tiles)), missing);
}

#[test]
fn tiles_have_the_paths_of_the_standard() {
    let rows = [
        (0, 0, 256, "tile/0/000"),
        (0, 0, 5, "tile/0/000.p/5"),
        (1, 999, 256, "tile/1/999"),
        (0, 1_234_067, 256, "tile/0/x001/x234/067"),
        (3, 1_000, 1, "tile/3/x001/000.p/1"),
    ];
    for (level, index, width, path) in rows {
        assert_eq!(TileId::new(level, index).path(width), path);
    }
}

#[test]
fn a_batch_writes_the_full_tiles_and_each_level_that_grew() {
    let mut edge = RightEdge::new();
    let leaves: Vec<Hash> = entries(0, 70_000).iter().map(|bytes| Hash::of_leaf(bytes)).collect();
    let written = edge.append(leaves);
    let shape = |level: u8| {
        let tiles: Vec<&Tile> = written.iter().filter(|tile| tile.id.level == level).collect();
        (tiles.len(), tiles.last().map(|tile| tile.width()))
    };
    // 70,000 = 273 · 256 + 112; 273 = 256 + 17; 1.
    assert_eq!([shape(0), shape(1), shape(2), shape(3)], [(274, Some(112)), (2, Some(17)), (1, Some(1)), (0, None)]);
    let next: Vec<(TileId, usize)> =
        edge.append([Hash::EMPTY_TREE]).iter().map(|tile| (tile.id, tile.width())).collect();
    assert_eq!(next, [(TileId::new(0, 273), 113)]);
}

#[test]
fn a_damaged_edge_is_not_extended() {
    let mut log = MemoryLog::sample(300);
    let newest =
        super::super::Checkpoint::open(&log.checkpoint.clone().unwrap(), super::signer().verifier_key()).unwrap();
    log.tiles.get_mut(&TileId::new(1, 0)).unwrap()[3] ^= 1;
    let resumed = RightEdge::resume(&newest, tile_of(&log.tiles));
    assert!(matches!(resumed, Err(EdgeError::OtherRoot { size: 300, .. })));
    log.tiles.get_mut(&TileId::new(1, 0)).unwrap().pop();
    let resumed = RightEdge::resume(&newest, tile_of(&log.tiles));
    assert!(matches!(resumed, Err(EdgeError::TileBroken(id)) if id == TileId::new(1, 0)));
    log.tiles.remove(&TileId::new(0, 1));
    let resumed = RightEdge::resume(&newest, tile_of(&log.tiles));
    assert!(matches!(resumed, Err(EdgeError::TileMissing(id)) if id == TileId::new(0, 1)));
}

#[test]
fn a_tile_is_one_to_256_whole_hashes() {
    for (bytes, expect) in [(0, None), (31, None), (32, Some(1)), (33, None), (8192, Some(256)), (8224, None)] {
        assert_eq!(hashes_of_tile(&vec![0; bytes]).map(|hashes| hashes.len()), expect);
    }
}

/// RFC 6962 §2.1 as it is written there, for comparison.
fn root_by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::EMPTY_TREE,
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            Hash::of_node(&root_by_definition(&leaves[..split]), &root_by_definition(&leaves[split..]))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn growing_in_batches_is_the_same_as_building_at_once(batches in prop::collection::vec(0_u64..700, 1..8)) {
        let size = batches.iter().sum();
        let leaves: Vec<Hash> = entries(0, size).iter().map(|bytes| Hash::of_leaf(bytes)).collect();
        let (mut edge, mut tiles, mut rest) = (RightEdge::new(), Tiles::new(), leaves.as_slice());
        for batch in batches {
            let (now, later) = rest.split_at(usize::try_from(batch).unwrap());
            edge = RightEdge::load(edge.size(), tile_of(&tiles)).unwrap();
            keep(&mut tiles, edge.append(now.iter().copied()));
            rest = later;
        }
        let (mut at_once, mut all) = (RightEdge::new(), Tiles::new());
        keep(&mut all, at_once.append(leaves.iter().copied()));
        prop_assert_eq!(edge.root(), root_by_definition(&leaves));
        prop_assert_eq!(edge, at_once);
        for (id, bytes) in &tiles {
            prop_assert_eq!(bytes.len() / 32, id.width(size));
        }
        prop_assert_eq!(tiles, all);
    }

    #[test]
    fn proofs_hold_and_a_changed_one_does_not(size in 1_u64..1500, a: prop::sample::Index, b: prop::sample::Index) {
        let log = MemoryLog::sample(size);
        let leaves: Vec<Hash> = log.entries.values().map(|bytes| Hash::of_leaf(bytes)).collect();
        let root = root_by_definition(&leaves);
        let index = a.index(leaves.len());
        let mut proof = InclusionProof::make(index as u64, size, tile_of(&log.tiles)).unwrap();
        prop_assert!(proof.proves(&leaves[index], &root));
        prop_assert!(!proof.proves(&Hash::of_leaf(b"never logged"), &root));
        if !proof.hashes.is_empty() {
            let place = b.index(proof.hashes.len());
            proof.hashes[place] = Hash::of_leaf(b"another");
            prop_assert!(!proof.proves(&leaves[index], &root));
            proof.hashes.pop();
            prop_assert!(!proof.proves(&leaves[index], &root));
        }
        let old = b.index(leaves.len() + 1);
        let old_root = root_by_definition(&leaves[..old]);
        let mut proof = ConsistencyProof::make(old as u64, size, tile_of(&log.tiles)).unwrap();
        prop_assert!(proof.proves(&old_root, &root));
        prop_assert!(!proof.proves(&Hash::of_leaf(b"another"), &root));
        if !proof.hashes.is_empty() {
            let place = a.index(proof.hashes.len());
            proof.hashes[place] = Hash::of_leaf(b"another");
            prop_assert!(!proof.proves(&old_root, &root));
        }
    }
}

#[test]
fn a_tile_knows_its_width_in_a_tree() {
    let wide = TILE_WIDTH as u64;
    for (level, index, size, width) in [(0, 0, 0, 0), (0, 0, 5, 5), (0, 1, 5, 0), (0, 0, 300, 256), (1, 0, 300, 1)] {
        assert_eq!(TileId::new(level, index).width(size), width);
    }
    assert_eq!(TileId::new(7, 0).width(u64::MAX), 255);
    assert_eq!(TileId::new(1, 0).width(wide * wide), 256);
}
