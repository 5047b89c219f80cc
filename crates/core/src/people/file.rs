//! A list as bytes: a head that names form and key, the table, and a seal over all of it (HMAC-SHA256 under the list's
//! key), so that a wrong key and a damaged file are told from each other.

use ring::hmac;

use super::{People, PeopleKey, table::Table};

/// What the bytes begin with; the last is the version of the form.
const MARK: &[u8; 8] = b"BSPEOPL\x01";
const HEAD: usize = 8 + 16 + 8 + 4 + 8;
const SEAL: usize = 32;
/// So many bytes are handed over at once.
const CHUNK: usize = 64 * 1024;

/// Why bytes are no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeopleError {
    /// Something else, or a form that this version can't read.
    #[error("this is no list of people, or one of another version")]
    NoList,
    /// Another list's key.
    #[error("this list of people was made with another key")]
    WrongKey,
    /// Cut short, too long, or changed.
    #[error("this list of people is damaged")]
    Damaged,
}

impl People {
    /// Hands the list's bytes to `out`, piece by piece, so that a big list needs no second place in memory. Who came since it
    /// was made is left out. `as_of` is kept with it: up to when changes of people are in it, in microseconds UTC.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write<E>(&self, as_of: i64, mut out: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut seal = self.key.body();
        let mut put = |bytes: &[u8]| {
            seal.update(bytes);
            out(bytes)
        };
        let mut head = Vec::with_capacity(HEAD);
        head.extend_from_slice(MARK);
        head.extend_from_slice(&self.key.check());
        head.extend_from_slice(&as_of.to_le_bytes());
        head.extend_from_slice(&self.table.bits.to_le_bytes());
        head.extend_from_slice(&(self.table.len() as u64).to_le_bytes());
        put(&head)?;
        let held = self.table.len();
        for numbers in [self.table.starts.as_slice(), self.table.low.get(..held).unwrap_or_default()] {
            for chunk in numbers.chunks(CHUNK / 4) {
                put(&chunk.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>())?;
            }
        }
        for chunk in self.table.high.get(..held).unwrap_or_default().chunks(CHUNK) {
            put(chunk)?;
        }
        out(seal.sign().as_ref())
    }
}

/// Reads a list from bytes that come piece by piece.
pub struct Reader {
    key: PeopleKey,
    seal: hmac::Context,
    head: Option<(u32, usize)>,
    as_of: i64,
    /// What came and is not taken yet; the last bytes may be the seal.
    rest: Vec<u8>,
    starts: Vec<u32>,
    low: Vec<u32>,
    high: Vec<u8>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl Reader {
    /// Begins to read a list that was made with this key.
    #[must_use]
    pub fn new(key: PeopleKey) -> Self {
        let seal = key.body();
        Self {
            key,
            seal,
            head: None,
            as_of: 0,
            rest: Vec::new(),
            starts: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// They are no list, another key's, or too many.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), PeopleError> {
        self.rest.extend_from_slice(bytes);
        if self.head.is_none() {
            if self.rest.len() < HEAD {
                return Ok(());
            }
            self.read_head()?;
        }
        let ready = self.rest.len().saturating_sub(SEAL);
        let taken = self.take(ready);
        self.seal.update(self.rest.get(..taken).unwrap_or_default());
        self.rest.drain(..taken);
        if self.rest.len() > SEAL + 8 { Err(PeopleError::Damaged) } else { Ok(()) }
    }

    /// The list and up to when changes are in it, when all bytes are there.
    ///
    /// # Errors
    /// It is cut short, or not as it was written.
    pub fn finish(self) -> Result<(People, i64), PeopleError> {
        let Some((bits, length)) = self.head else { return Err(PeopleError::NoList) };
        let is_whole = self.starts.len() == (1 << bits) + 1 && self.low.len() == length && self.high.len() == length;
        let is_same = self.seal.sign().as_ref() == self.rest.as_slice();
        if !is_whole || !is_same {
            return Err(PeopleError::Damaged);
        }
        let mut table = Table { bits, starts: self.starts, low: self.low, high: self.high, widest: 0 };
        table.end();
        Ok((People::of(self.key, table), self.as_of))
    }

    fn read_head(&mut self) -> Result<(), PeopleError> {
        let head: Vec<u8> = self.rest.drain(..HEAD).collect();
        let (mark, rest) = head.split_at_checked(8).ok_or(PeopleError::NoList)?;
        let (check, rest) = rest.split_at_checked(16).ok_or(PeopleError::NoList)?;
        let (as_of, rest) = rest.split_at_checked(8).ok_or(PeopleError::NoList)?;
        let (bits, length) = rest.split_at_checked(4).ok_or(PeopleError::NoList)?;
        if mark != MARK {
            return Err(PeopleError::NoList);
        }
        if check != self.key.check() {
            return Err(PeopleError::WrongKey);
        }
        self.as_of = as_of.try_into().map(i64::from_le_bytes).map_err(|_| PeopleError::Damaged)?;
        let bits = bits.try_into().map(u32::from_le_bytes).map_err(|_| PeopleError::Damaged)?;
        let length = length.try_into().map(u64::from_le_bytes).map_err(|_| PeopleError::Damaged)?;
        let length = usize::try_from(length).map_err(|_| PeopleError::Damaged)?;
        if length > u32::MAX as usize || bits != Table::bits_for(length) {
            return Err(PeopleError::Damaged);
        }
        self.seal.update(&head);
        self.head = Some((bits, length));
        Ok(())
    }

    /// Takes what belongs to the table out of the first `ready` bytes; how many those were.
    fn take(&mut self, ready: usize) -> usize {
        let Some((bits, length)) = self.head else { return 0 };
        let bytes = self.rest.get(..ready).unwrap_or_default();
        let starts = fill(&mut self.starts, (1 << bits) + 1, bytes);
        let bytes = bytes.get(starts..).unwrap_or_default();
        let low = if self.starts.len() > 1 << bits { fill(&mut self.low, length, bytes) } else { 0 };
        let bytes = bytes.get(low..).unwrap_or_default();
        let room = if self.low.len() == length { length - self.high.len() } else { 0 };
        let high = bytes.get(..room.min(bytes.len())).unwrap_or_default();
        self.high.extend_from_slice(high);
        starts + low + high.len()
    }
}

/// Fills numbers up to a length from bytes; how many bytes that took.
fn fill(numbers: &mut Vec<u32>, length: usize, bytes: &[u8]) -> usize {
    let room = length - numbers.len();
    let quads = bytes.chunks_exact(4).take(room);
    let taken = quads.len() * 4;
    numbers.extend(quads.filter_map(|quad| quad.try_into().ok()).map(u32::from_le_bytes));
    taken
}
