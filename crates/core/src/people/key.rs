//! The key of a list, and the hashes it makes: HMAC-SHA256 (RFC 2104), cut to 64 bits.

use ring::hmac;

/// The key of a list of people. It must lie apart from the list: a list without its key tells nothing.
#[derive(Clone)]
pub struct PeopleKey(hmac::Key);

impl std::fmt::Debug for PeopleKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PeopleKey(▒▒)")
    }
}

/// What a hash is made of; the first byte of its input, so that a name and a number never meet.
const NAME: u8 = b'n';
const NUMBER: u8 = b'#';
const CHECK: u8 = b'k';
const BODY: u8 = b'b';
const SITE: u8 = b's';

impl PeopleKey {
    /// The key made of 32 random bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The key of one site's list: what is learned of one list says nothing of another, also where the same person
    /// stands in both.
    #[must_use]
    pub fn of_site(&self, site: &str) -> Self {
        let mut context = self.begin(SITE);
        context.update(site.as_bytes());
        Self(hmac::Key::new(hmac::HMAC_SHA256, context.sign().as_ref()))
    }

    /// The hash of two words of a name, whichever comes first.
    pub(super) fn pair(&self, one: &str, other: &str) -> u64 {
        let (first, last) = if one <= other { (one, other) } else { (other, one) };
        let mut input = Input::new(NAME);
        input.push(first);
        input.push(" ");
        input.push(last);
        self.hash(&input)
    }

    /// The hash of a number without separators.
    pub(super) fn number(&self, number: &str) -> u64 {
        let mut input = Input::new(NUMBER);
        input.push(number);
        self.hash(&input)
    }

    /// By what a list knows its key.
    pub(super) fn check(&self) -> [u8; 16] {
        let tag = hmac::sign(&self.0, &[CHECK]);
        let mut check = [0; 16];
        check.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        check
    }

    /// Begins the seal over a list's bytes.
    pub(super) fn body(&self) -> hmac::Context {
        self.begin(BODY)
    }

    fn begin(&self, purpose: u8) -> hmac::Context {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&[purpose]);
        context
    }

    fn hash(&self, input: &Input) -> u64 {
        let tag = hmac::sign(&self.0, input.bytes.get(..input.length).unwrap_or_default());
        tag.as_ref().iter().take(8).fold(0, |hash, byte| (hash << 8) | u64::from(*byte))
    }
}

/// What is hashed, on the stack: words longer than any name are cut, on the list as in a text.
struct Input {
    bytes: [u8; LONGEST],
    length: usize,
}

const LONGEST: usize = 160;

impl Input {
    const fn new(purpose: u8) -> Self {
        let mut bytes = [0; LONGEST];
        bytes[0] = purpose;
        Self { bytes, length: 1 }
    }

    fn push(&mut self, text: &str) {
        let rest = self.bytes.get_mut(self.length..).unwrap_or_default();
        let take = rest.len().min(text.len());
        rest.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
        self.length += take;
    }
}
