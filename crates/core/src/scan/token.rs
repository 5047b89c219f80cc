//! A text cut into words, numbers and signs, each with what the features ask for, worked out once while it is read.

use super::known::{FAMILY, FIRST, Known, Usage};

/// One word, number, sign or line break.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Token {
    /// Its bytes in the plain text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Its letters in lower case.
    pub(crate) word: u64,
    /// The form of its letters: `Xx`, `XX`, `dd.` and so on.
    pub(crate) shape: u64,
    /// Its first two, three and four letters; 0 where it is shorter.
    pub(crate) prefix: [u64; 3],
    /// Its last two, three and four letters; 0 where it is shorter.
    pub(crate) suffix: [u64; 3],
    /// Where its runs of three letters start in [`Tokens::grams`].
    pub(crate) grams: u32,
    /// What it is.
    pub(crate) class: Class,
    /// Its first letter is a capital.
    pub(crate) capital: bool,
    /// It has more than one letter, all capitals.
    pub(crate) upper: bool,
    /// White space stands before it.
    pub(crate) spaced: bool,
    /// Which lists of names and places hold it.
    pub(crate) known: u8,
    /// How everyday texts use it: how often, and whether with a small letter; 0 never.
    pub(crate) usage: u8,
    /// The class of words that stand in like places; 0 where it has none.
    pub(crate) alike: u8,
    /// What a rule takes it for: 0 nothing, else one more than the kind's number.
    pub(crate) rule: u8,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Class {
    /// Letters.
    #[default]
    Word,
    /// Digits alone.
    Number,
    /// Letters and digits.
    Mixed,
    /// One other character.
    Sign,
    /// White space that holds the end of a line.
    Break,
}

/// The tokens of a text.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) all: Vec<Token>,
    /// Runs of three letters of all words, borders included.
    pub(crate) grams: Vec<u64>,
}

/// So many letters of a word are looked at for runs; names are shorter.
const MOST_GRAMS: usize = 16;

/// The sign before a topic, as a token.
const HASH_SIGN: u64 = mix(0, '#' as u64);
/// A topic that is a given and a family name written as one word.
const FULL_NAME: u8 = 64;
/// A topic of several words, with a given name among them.
const NAME_WITHIN: u8 = 32;

/// What the words of a topic are: `RobFord`, `DankeSchwesterLena`, `lukebatty`.
fn within(topic: &str, known: &Known) -> u8 {
    let is = |word: &str, list: u8| word.len() > 2 && known.hints(hash_of(word)) & list != 0;
    let inner = |(at, c): &(usize, char)| *at > 0 && c.is_uppercase();
    let cuts: Vec<usize> = topic.char_indices().filter(inner).map(|(at, _)| at).collect();
    if cuts.is_empty() || cuts.len() + 1 == topic.chars().count() {
        let halves = |at: usize| topic.split_at_checked(at);
        let full = |(one, other): (&str, &str)| one.len() > 2 && other.len() > 3 && is(one, FIRST) && is(other, FAMILY);
        return if (3..topic.len().min(24)).filter_map(halves).any(full) { FULL_NAME } else { 0 };
    }
    let ends = cuts.iter().copied().chain([topic.len()]);
    let words: Vec<&str> =
        std::iter::once(0).chain(cuts.iter().copied()).zip(ends).filter_map(|(a, b)| topic.get(a..b)).collect();
    let full = words.windows(2).any(|two| matches!(two, [one, other] if is(one, FIRST) && is(other, FAMILY)));
    let some = words.iter().any(|word| is(word, FIRST));
    if full {
        FULL_NAME | NAME_WITHIN
    } else if some {
        NAME_WITHIN
    } else {
        0
    }
}

/// One step of hashing.
pub(crate) const fn mix(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The hash of a word in lower case, as tokens carry it.
pub(crate) fn hash_of(word: &str) -> u64 {
    word.chars().fold(0, |hash, c| mix(hash, u64::from(lower(c))))
}

fn lower(c: char) -> u32 {
    if c.is_ascii() {
        u32::from(c.to_ascii_lowercase())
    } else {
        c.to_lowercase().next().map_or(u32::from(c), u32::from)
    }
}

impl Tokens {
    /// Cuts a text.
    pub(crate) fn new(text: &str, known: &Known, usage: &Usage) -> Self {
        let mut tokens = Self { all: Vec::with_capacity(text.len() / 4 + 4), grams: Vec::with_capacity(text.len()) };
        let mut chars = text.char_indices().peekable();
        let (mut spaced, mut line) = (true, None);
        while let Some((at, c)) = chars.next() {
            if c.is_whitespace() {
                spaced = true;
                if c == '\n' || c == '\r' {
                    line = line.or(Some(at));
                }
                continue;
            }
            if let Some(at) = line.take() {
                tokens.all.push(Token::sign(at, at + 1, '\n', Class::Break));
            }
            if !c.is_alphanumeric() {
                tokens.all.push(Token { spaced, ..Token::sign(at, at + c.len_utf8(), c, Class::Sign) });
                spaced = false;
                continue;
            }
            let mut word = Reader::new(tokens.grams.len());
            word.push(c, &mut tokens.grams);
            let mut end = at + c.len_utf8();
            while let Some((next, c)) = chars.next_if(|(_, c)| c.is_alphanumeric()) {
                word.push(c, &mut tokens.grams);
                end = next + c.len_utf8();
            }
            let mut token = word.finish(&mut tokens.grams);
            (token.start, token.end, token.spaced) = (to_u32(at), to_u32(end), spaced);
            token.known = known.hints(token.word);
            if tokens.all.last().is_some_and(|before| before.word == HASH_SIGN) && !spaced {
                token.known |= within(text.get(at..end).unwrap_or_default(), known);
            }
            (token.usage, token.alike) = usage.of(token.word);
            tokens.all.push(token);
            spaced = false;
        }
        tokens
    }

    /// The runs of three letters of a token.
    pub(crate) fn grams_of(&self, n: usize) -> &[u64] {
        let from = |n: usize| self.all.get(n).map_or(self.grams.len(), |token| token.grams as usize);
        match self.all.get(n).map(|token| token.class) {
            Some(Class::Word | Class::Mixed) => {
                let next = (n + 1..self.all.len()).find(|n| self.all.get(*n).is_some_and(Token::has_grams));
                self.grams.get(from(n)..next.map_or(self.grams.len(), from)).unwrap_or_default()
            }
            _ => &[],
        }
    }
}

impl Token {
    fn sign(start: usize, end: usize, c: char, class: Class) -> Self {
        let word = mix(0, u64::from(u32::from(c)));
        Self { start: to_u32(start), end: to_u32(end), word, shape: mix(7, word), class, ..Self::default() }
    }

    fn has_grams(&self) -> bool {
        matches!(self.class, Class::Word | Class::Mixed)
    }

    /// Its bytes in the plain text.
    pub(crate) fn bytes(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Reads the letters of one word.
struct Reader {
    token: Token,
    count: usize,
    digits: usize,
    capitals: usize,
    last: [u32; 4],
    last_form: u64,
}

impl Reader {
    fn new(grams: usize) -> Self {
        let token = Token { grams: to_u32(grams), ..Token::default() };
        Self { token, count: 0, digits: 0, capitals: 0, last: [0; 4], last_form: 9 }
    }

    fn push(&mut self, c: char, grams: &mut Vec<u64>) {
        let form = form_of(c);
        self.digits += usize::from(form == 2);
        self.capitals += usize::from(form == 1);
        let small = if form == 0 && c.is_ascii() { u32::from(c) } else { lower(c) };
        let hash = mix(self.token.word, u64::from(small));
        self.token.word = hash;
        if self.count == 0 {
            self.token.capital = form == 1;
        }
        if let Some(slot) = self.count.checked_sub(1).and_then(|n| self.token.prefix.get_mut(n)) {
            *slot = hash;
        }
        // Runs of the same form count as one, but a second capital is told from one.
        if form != self.last_form || self.count == 1 || (form == 2 && self.count < 6) {
            self.token.shape = mix(self.token.shape, form + 1);
            self.last_form = form;
        }
        self.count += 1;
        self.last = [self.last[1], self.last[2], self.last[3], small];
        if (2..MOST_GRAMS).contains(&self.count) {
            grams.push(gram(self.last[1], self.last[2], self.last[3]));
        }
    }

    fn finish(mut self, grams: &mut Vec<u64>) -> Token {
        let [a, b, c, d] = self.last;
        let two = mix(u64::from(c), u64::from(d));
        let three = mix(two, u64::from(b));
        let all = [two, three, mix(three, u64::from(a))];
        for (n, (slot, hash)) in self.token.suffix.iter_mut().zip(all).enumerate() {
            *slot = if self.count >= n + 2 { hash } else { 0 };
        }
        self.token.class = match self.digits {
            0 => Class::Word,
            n if n == self.count => Class::Number,
            _ => Class::Mixed,
        };
        if self.token.class == Class::Number {
            grams.truncate(self.token.grams as usize);
            self.token.shape = mix(self.token.shape, 20 + self.count.min(12) as u64);
        } else {
            grams.push(gram(c, d, 1));
        }
        self.token.upper = self.capitals > 1 && self.capitals == self.count;
        self.token
    }
}

const fn gram(a: u32, b: u32, c: u32) -> u64 {
    (a as u64) << 42 ^ (b as u64) << 21 ^ c as u64
}

fn form_of(c: char) -> u64 {
    match c {
        'a'..='z' => 0,
        'A'..='Z' => 1,
        '0'..='9' => 2,
        c if c.is_uppercase() => 1,
        c if c.is_numeric() => 2,
        _ => 0,
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
