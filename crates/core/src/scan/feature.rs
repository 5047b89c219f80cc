//! What the sequence model sees of a token: the word, its letters and form, its neighbours, lists, and what a rule says.
//! Each feature is a row of the weights, found by hashing. Training and use call the same function.

use super::token::{Class, Token, Tokens, mix};

/// Rows of the weights: 2 to the power of this.
pub const BITS: u32 = 20;

/// How the whole text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// With capitals and small letters.
    Both,
    /// Without capitals.
    Small,
    /// Mostly in capitals.
    Capitals,
}

impl Case {
    /// Counts words.
    pub(crate) fn of(tokens: &Tokens) -> Self {
        let words = || tokens.all.iter().filter(|token| token.class == Class::Word && token.end - token.start > 1);
        let (all, upper) = (words().count(), words().filter(|token| token.upper).count());
        let capital = words().any(|token| token.capital);
        match (capital, all) {
            (false, _) => Self::Small,
            (true, n) if n > 2 && upper * 3 > n * 2 => Self::Capitals,
            _ => Self::Both,
        }
    }
}

/// A token that stands beyond the borders of the text.
const OUTSIDE: Token = Token {
    start: 0,
    end: 0,
    word: 0x5bd1_e995,
    shape: 0x85eb_ca6b,
    prefix: [0; 3],
    suffix: [0; 3],
    grams: 0,
    class: Class::Break,
    capital: false,
    upper: false,
    spaced: true,
    known: 0,
    usage: 0,
    alike: 0,
    rule: 0,
};

/// Calls `put` with every row of the token.
pub(crate) fn rows(tokens: &Tokens, case: Case, n: usize, mut put: impl FnMut(usize)) {
    let at = |n: Option<usize>| n.and_then(|n| tokens.all.get(n)).unwrap_or(&OUTSIDE);
    let (this, before, after) = (at(Some(n)), at(n.checked_sub(1)), at(Some(n + 1)));
    let (before2, after2) = (at(n.checked_sub(2)), at(Some(n + 2)));
    let mut put = |template: u64, value: u64| put(row(template, value));
    let case = case as u64;
    put(0, case);
    own(this, case, &mut put);
    tokens.grams_of(n).iter().for_each(|gram| put(20, *gram));
    // Neighbours and pairs.
    put(30, before.word);
    put(31, after.word);
    put(32, before2.word);
    put(33, after2.word);
    put(34, mix(before.word, this.word));
    put(35, mix(this.word, after.word));
    put(36, mix(before.word, after.word));
    put(37, mix(before2.word, before.word));
    put(38, mix(after.word, after2.word));
    put(39, mix(before.shape, this.shape));
    put(40, mix(this.shape, after.shape));
    put(41, mix(mix(before.shape, this.shape), after.shape));
    put(42, mix(before.word, this.shape));
    put(43, mix(this.shape, after.word));
    put(44, before.suffix[1]);
    put(45, after.suffix[1]);
    put(46, mix(before2.shape, before.shape));
    put(47, mix(after.shape, after2.shape));
    // Lists, of the word and around it.
    let lists = |token: &Token| u64::from(token.known);
    put(50, lists(this) << 8 | shape_of(this) << 4 | case);
    put(51, lists(before) << 8 | lists(this));
    put(52, lists(this) << 8 | lists(after));
    put(53, mix(before.word, lists(this)));
    put(54, mix(lists(this), after.word));
    put(55, lists(before) << 16 | lists(this) << 8 | lists(after));
    put(56, lists(before) << 8 | shape_of(this));
    put(57, lists(after) << 8 | shape_of(this));
    // How everyday texts use the word, and its neighbours.
    let usage = |token: &Token| u64::from(token.usage);
    put(80, usage(this) << 8 | shape_of(this) << 4 | case);
    put(81, usage(this) << 16 | lists(this) << 8 | shape_of(this));
    put(82, usage(before) << 12 | usage(this) << 8 | shape_of(before) << 4 | shape_of(this));
    put(83, usage(after) << 12 | usage(this) << 8 | shape_of(after) << 4 | shape_of(this));
    put(84, mix(before.word, usage(this) << 16 | lists(this) << 8 | shape_of(this)));
    put(85, mix(after.word, usage(this) << 16 | lists(this) << 8 | shape_of(this)));
    // Words that stand in like places.
    let (one, two, three) = (like(before), like(this), like(after));
    put(90, two);
    put(91, one << 4 | shape_of(this));
    put(92, three << 4 | shape_of(this));
    put(93, one << 32 | two);
    put(94, two << 32 | three);
    put(95, one << 32 | three << 4 | shape_of(this));
    put(96, like(before2) << 32 | one << 4 | shape_of(this));
    put(97, three << 32 | like(after2) << 4 | shape_of(this));
    put(98, one << 32 | lists(this) << 8 | shape_of(this));
    put(99, three << 32 | lists(this) << 8 | shape_of(this));
    // Rules, of the token and around it.
    put(60, u64::from(this.rule) << 8 | shape_of(this));
    put(61, u64::from(before.rule) << 8 | shape_of(this));
    put(62, u64::from(after.rule) << 8 | shape_of(this));
    put(63, u64::from(before2.rule) << 8 | u64::from(after2.rule));
    // Where it stands.
    let starts = matches!(before.class, Class::Break) || is_end(before);
    put(70, u64::from(starts) << 8 | shape_of(this) << 2 | case);
    put(71, u64::from(starts) << 16 | lists(this) << 8 | shape_of(this));
    put(72, u64::from(this.spaced) << 5 | u64::from(after.spaced) << 4 | shape_of(this));
    put(73, u64::from(n == 0) << 1 | u64::from(n + 1 == tokens.all.len()));
}

/// Rows of the token alone.
fn own(this: &Token, case: u64, put: &mut impl FnMut(u64, u64)) {
    put(1, this.word);
    put(2, this.shape);
    put(3, mix(this.shape, case));
    put(4, mix(this.word, shape_of(this)));
    if this.class == Class::Sign || this.class == Class::Break {
        return;
    }
    for (n, (prefix, suffix)) in (0u64..).zip(this.prefix.iter().zip(&this.suffix)) {
        if *prefix != 0 {
            put(5 + n, *prefix);
            put(10 + n, *suffix);
        }
    }
    put(15, mix(this.suffix[1], shape_of(this)));
    put(16, u64::from((this.end - this.start).min(15)) << 4 | shape_of(this));
}

/// The form in a few words: small, capital, capitals, number, mixed, sign, break.
const fn shape_of(token: &Token) -> u64 {
    match token.class {
        Class::Word if token.upper => 1,
        Class::Word if token.capital => 2,
        Class::Word => 3,
        Class::Number => 4,
        Class::Mixed => 5,
        Class::Sign => 6,
        Class::Break => 7,
    }
}

/// The class of a word; of a seldom one its form, of a sign the sign.
const fn like(token: &Token) -> u64 {
    match (token.alike, token.class) {
        (0, Class::Sign) => 512 + (token.word >> 40 & 1023),
        (0, _) => 256 + shape_of(token),
        (class, _) => class as u64,
    }
}

fn is_end(token: &Token) -> bool {
    token.class == Class::Sign && END_SIGNS.iter().any(|c| token.word == mix(0, *c as u64))
}

const END_SIGNS: [char; 5] = ['.', '!', '?', ':', '"'];

const fn row(template: u64, value: u64) -> usize {
    let hash = mix(mix(0x51_7c_c1, template), value);
    ((hash ^ hash >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> (64 - BITS)) as usize
}
