//! Lists of first names, family names and places, as hashes of their words. A list only hints: "Will", "Rose" and "Essen"
//! stand in it, so that the sequence model, not the list, decides.

use super::token::hash_of;

/// A given name.
pub(crate) const FIRST: u8 = 1;
/// A family name.
pub(crate) const FAMILY: u8 = 2;
/// A town.
pub(crate) const PLACE: u8 = 4;
/// A word out of a town's name of several words.
pub(crate) const PART: u8 = 8;
/// A word of a country's or state's name.
pub(crate) const LAND: u8 = 16;

const LISTS: [(u8, &str); 5] = [
    (FIRST, include_str!("../../../../models/names/first.txt")),
    (FAMILY, include_str!("../../../../models/names/family.txt")),
    (PLACE, include_str!("../../../../models/names/places.txt")),
    (PART, include_str!("../../../../models/names/parts_of_places.txt")),
    (LAND, include_str!("../../../../models/names/lands.txt")),
];

/// The lists, made ready: open addressing, eight bytes a word.
#[derive(Debug)]
pub(crate) struct Known {
    slots: Vec<(u32, u8)>,
}

/// Slots of the table; a power of two, twice the words.
const SLOTS: usize = 1 << 17;

impl Known {
    /// Reads the lists.
    pub(crate) fn new() -> Self {
        let mut known = Self { slots: vec![(0, 0); SLOTS] };
        for (bit, list) in LISTS {
            list.lines().for_each(|word| known.put(hash_of(word), bit));
        }
        known
    }

    fn put(&mut self, hash: u64, bit: u8) {
        let (mut at, mark) = place(hash);
        for _ in 0..SLOTS {
            match self.slots.get_mut(at) {
                Some((held, bits)) if *bits == 0 || *held == mark => {
                    *held = mark;
                    *bits |= bit;
                    return;
                }
                _ => at = (at + 1) % SLOTS,
            }
        }
    }

    /// The lists that hold a word, by its hash.
    pub(crate) fn of(&self, hash: u64) -> u8 {
        let (mut at, mark) = place(hash);
        loop {
            match self.slots.get(at) {
                Some((held, bits)) if *bits != 0 => {
                    if *held == mark {
                        return *bits;
                    }
                    at = (at + 1) % SLOTS;
                }
                _ => return 0,
            }
        }
    }
}

/// Where a hash is looked for, and what it is known by there.
const fn place(hash: u64) -> (usize, u32) {
    ((hash >> 47) as usize % SLOTS, hash as u32 ^ (hash >> 20) as u32)
}
