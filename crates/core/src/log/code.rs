//! Short words that an entry may hold. They are closed on purpose: a handle, an address or a hash of one must find
//! no way into a log that is never erased.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Longest [`Code`], in bytes.
pub const CODE_BYTES: usize = 40;

/// Longest [`RuleId`], in bytes: too short for the 64 hexadecimal digits of a SHA-256.
pub const RULE_ID_BYTES: usize = 60;

/// Text that is not `[a-z0-9_.-]{1,N}`. It doesn't repeat the text: that might be the very thing to keep out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a log code is 1 to {max} of a-z, 0-9, _ . -")]
pub struct BadCode {
    /// The most bytes allowed.
    pub max: usize,
}

/// A word of Bedside's own: the name or the value of a field, such as `reason` or `not_permitted_now`.
///
/// It is made from text in the program's source ([`code!`](crate::code), [`Code::new`]) or from the hospital's own
/// configuration ([`Code::configured`]), so that what a channel or a person sent can't become one by accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(Cow<'static, str>);

impl Code {
    /// A code from a word in the source, such as an enum's name.
    ///
    /// # Errors
    /// [`BadCode`] if the word is not `[a-z0-9_.-]{1,40}`.
    pub const fn new(word: &'static str) -> Result<Self, BadCode> {
        if is_code(word, CODE_BYTES) { Ok(Self(Cow::Borrowed(word))) } else { Err(BadCode { max: CODE_BYTES }) }
    }

    /// A code from the hospital's own configuration or rule packs: the name of a queue, a role, a pack. Never hand in
    /// anything that came from a channel or that a person typed about another.
    ///
    /// # Errors
    /// [`BadCode`] if the word is not `[a-z0-9_.-]{1,40}`.
    pub fn configured(word: &str) -> Result<Self, BadCode> {
        checked(word, CODE_BYTES).map(|word| Self(Cow::Owned(word)))
    }

    /// What [`code!`](crate::code) calls while compiling.
    #[doc(hidden)]
    #[must_use]
    pub const fn literal(word: &'static str) -> Self {
        assert!(is_code(word, CODE_BYTES), "a log code is 1 to 40 of a-z, 0-9, _ . -");
        Self(Cow::Borrowed(word))
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A [`Code`](crate::log::Code) from a literal, checked while compiling: `code!("not_permitted_now")`.
#[macro_export]
macro_rules! code {
    ($word:literal) => {
        const { $crate::log::Code::literal($word) }
    };
}

/// The id of a rule in a loaded pack, such as `de.hold-next-of-kin`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(String);

impl RuleId {
    /// A rule's id as its pack writes it.
    ///
    /// # Errors
    /// [`BadCode`] if it is not `[a-z0-9_.-]{1,60}`.
    pub fn new(id: &str) -> Result<Self, BadCode> {
        checked(id, RULE_ID_BYTES).map(Self)
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn checked(word: &str, max: usize) -> Result<String, BadCode> {
    if is_code(word, max) { Ok(word.to_owned()) } else { Err(BadCode { max }) }
}

const fn is_code(word: &str, max: usize) -> bool {
    let mut rest = word.as_bytes();
    if rest.is_empty() || rest.len() > max {
        return false;
    }
    while let [first, tail @ ..] = rest {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-') {
            return false;
        }
        rest = tail;
    }
    true
}

macro_rules! reads_and_writes {
    ($name:ident, $parse:path) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = Cow::<str>::deserialize(from)?;
                $parse(&word).map_err(serde::de::Error::custom)
            }
        }
    };
}

reads_and_writes!(Code, Code::configured);
reads_and_writes!(RuleId, RuleId::new);
