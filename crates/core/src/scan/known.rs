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

/// How words are used in everyday texts: how often, and whether mostly with a small first letter. "Weber" and "weber" are
/// told apart so, and "survey" is no name at a sentence's start.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    slots: Vec<(u32, u8)>,
}

impl Usage {
    /// Counts the words of texts; those met once are left out.
    #[must_use]
    pub fn count<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut counts: std::collections::HashMap<u32, (u32, u32)> = std::collections::HashMap::new();
        for text in texts {
            for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1) {
                let count = counts.entry(short(hash_of(word))).or_default();
                let small = word.chars().next().is_some_and(char::is_lowercase);
                *count = (count.0 + 1, count.1 + u32::from(small));
            }
        }
        let class = |(all, small): (u32, u32)| {
            let often = if all > 15 {
                3
            } else if all > 3 {
                2
            } else {
                1
            };
            let share = small * 10 / all;
            often * 3 - 2 + if share > 8 { 2 } else { u8::from(share > 2) }
        };
        let mut words: Vec<(u32, u8)> =
            counts.into_iter().filter(|(_, count)| count.0 > 1).map(|(hash, count)| (hash, class(count))).collect();
        words.sort_unstable();
        Self::from_words(words.into_iter())
    }

    fn from_words(words: impl Iterator<Item = (u32, u8)>) -> Self {
        let mut usage = Self { slots: vec![(0, 0); USAGE_SLOTS] };
        words.for_each(|(hash, class)| usage.put(hash, class));
        usage
    }

    fn put(&mut self, hash: u32, class: u8) {
        let mut at = hash as usize % USAGE_SLOTS;
        for _ in 0..USAGE_SLOTS {
            match self.slots.get_mut(at) {
                Some(slot) if slot.1 == 0 => {
                    *slot = (hash, class);
                    return;
                }
                _ => at = (at + 1) % USAGE_SLOTS,
            }
        }
    }

    /// How a word is used, by its hash; 0: never met.
    pub(crate) fn of(&self, hash: u64) -> u8 {
        let hash = short(hash);
        let mut at = hash as usize % USAGE_SLOTS;
        while let Some((held, class)) = self.slots.get(at)
            && *class != 0
        {
            if *held == hash {
                return *class;
            }
            at = (at + 1) % USAGE_SLOTS;
        }
        0
    }

    /// Reads what [`Self::to_bytes`] wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::from_words(
            bytes.as_chunks::<5>().0.iter().map(|[a, b, c, d, class]| (u32::from_le_bytes([*a, *b, *c, *d]), *class)),
        )
    }

    /// Five bytes a word.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut words: Vec<(u32, u8)> = self.slots.iter().copied().filter(|(_, class)| *class != 0).collect();
        words.sort_unstable();
        words.into_iter().flat_map(|(hash, class)| hash.to_le_bytes().into_iter().chain([class])).collect()
    }
}

/// Slots of the table of usage; more than twice the words.
const USAGE_SLOTS: usize = 1 << 17;

const fn short(hash: u64) -> u32 {
    (hash >> 32) as u32 ^ hash as u32
}

/// Where a hash is looked for, and what it is known by there.
const fn place(hash: u64) -> (usize, u32) {
    ((hash >> 47) as usize % SLOTS, hash as u32 ^ (hash >> 20) as u32)
}
