//! Lists of first names, family names, places and words of medicine, as hashes of their words. A list only hints: "Will",
//! "Rose" and "Essen" stand in it, so that the sequence model, not the list, decides.

use super::token::hash_of;

/// A given name.
pub(crate) const FIRST: u8 = 1;
/// A family name.
pub(crate) const FAMILY: u8 = 2;
/// A given name of the American census, or a short form of one.
const FIRST_US: u8 = 32;
/// A family name of the American census.
const FAMILY_US: u8 = 64;
/// A drug, a part of the body or a disease: hints that a word is no name.
const MEDICAL: u8 = 128;
/// A town.
pub(crate) const PLACE: u8 = 4;
/// A word out of a town's name of several words.
pub(crate) const PART: u8 = 8;
/// A word of a country's or state's name.
pub(crate) const LAND: u8 = 16;

const LISTS: [(u8, &str); 8] = [
    (FIRST, include_str!("../../../../models/names/first.txt")),
    (FAMILY, include_str!("../../../../models/names/family.txt")),
    (FIRST_US, include_str!("../../../../models/names/first_us.txt")),
    (FAMILY_US, include_str!("../../../../models/names/family_us.txt")),
    (MEDICAL, include_str!("../../../../models/names/medical.txt")),
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
const SLOTS: usize = 1 << 18;

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

    /// The lists that hold a word, as the sequence model sees them: whose census a name is from is all the same to it.
    pub(crate) fn hints(&self, hash: u64) -> u8 {
        let bits = self.of(hash);
        bits & !(FIRST_US | FAMILY_US) | (bits & FIRST_US) >> 5 | (bits & FAMILY_US) >> 5
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

/// How words are used in everyday texts: how often, whether mostly with a small first letter, and which words stand in like
/// places. "Weber" and "weber" are told apart so, and "survey" is no name at a sentence's start.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    slots: Vec<Used>,
}

/// A word's mark, how often and how it is written, and the class of words it belongs to; 0 where it is seldom met.
type Used = (u32, u8, u8);

impl Usage {
    /// Counts the words of texts; those met once are left out.
    #[must_use]
    pub fn count<'a>(texts: impl Iterator<Item = &'a str>, class_of: impl Fn(u64) -> u8) -> Self {
        let mut counts: std::collections::HashMap<u64, (u32, u32)> = std::collections::HashMap::new();
        for text in texts {
            for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1) {
                let count = counts.entry(hash_of(word)).or_default();
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
        let met = counts.into_iter().filter(|(_, count)| count.0 > 1);
        let mut words: Vec<Used> = met.map(|(hash, count)| (short(hash), class(count), class_of(hash))).collect();
        words.sort_unstable();
        words.dedup_by_key(|word| word.0);
        Self::from_words(words.into_iter())
    }

    fn from_words(words: impl Iterator<Item = Used>) -> Self {
        let mut usage = Self { slots: vec![(0, 0, 0); USAGE_SLOTS] };
        words.for_each(|word| usage.put(word));
        usage
    }

    fn put(&mut self, word: Used) {
        let mut at = word.0 as usize % USAGE_SLOTS;
        for _ in 0..USAGE_SLOTS {
            match self.slots.get_mut(at) {
                Some(slot) if slot.1 == 0 => {
                    *slot = word;
                    return;
                }
                _ => at = (at + 1) % USAGE_SLOTS,
            }
        }
    }

    /// How a word is used, by its hash, and its class; 0: never met.
    pub(crate) fn of(&self, hash: u64) -> (u8, u8) {
        let hash = short(hash);
        let mut at = hash as usize % USAGE_SLOTS;
        while let Some((held, usage, class)) = self.slots.get(at)
            && *usage != 0
        {
            if *held == hash {
                return (*usage, *class);
            }
            at = (at + 1) % USAGE_SLOTS;
        }
        (0, 0)
    }

    /// Reads what [`Self::to_bytes`] wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::from_words(
            bytes
                .as_chunks::<6>()
                .0
                .iter()
                .map(|[a, b, c, d, usage, class]| (u32::from_le_bytes([*a, *b, *c, *d]), *usage, *class)),
        )
    }

    /// Six bytes a word.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut words: Vec<Used> = self.slots.iter().copied().filter(|(_, usage, _)| *usage != 0).collect();
        words.sort_unstable();
        words
            .into_iter()
            .flat_map(|(hash, usage, class)| hash.to_le_bytes().into_iter().chain([usage, class]))
            .collect()
    }
}

/// Slots of the table of usage; more than twice the words.
const USAGE_SLOTS: usize = 1 << 17;

const fn short(hash: u64) -> u32 {
    (hash >> 32) as u32 ^ hash as u32
}

/// Where a hash is looked for, and what it is known by there.
const fn place(hash: u64) -> (usize, u32) {
    ((hash >> 46) as usize % SLOTS, hash as u32 ^ (hash >> 20) as u32)
}
