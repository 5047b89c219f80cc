//! Segment, field, repetition, component, subcomponent: borrowed views into a message's text, numbered from 1 as in the
//! standard. Nothing is allocated until an escape sequence has to be read.

use std::borrow::Cow;

use super::escape::unescape;
use super::{Charset, Syntax};

/// What stands at a place of a message (HL7 v2.5.1 §2.5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'m> {
    /// Nothing: the receiver keeps what it knows.
    Absent,
    /// `""`: the receiver is to forget what it knows.
    Delete,
    /// A value, without escape sequences.
    Text(Cow<'m, str>),
}

impl<'m> Value<'m> {
    /// The text, if there is one.
    #[must_use]
    pub fn text(self) -> Option<Cow<'m, str>> {
        match self {
            Self::Absent | Self::Delete => None,
            Self::Text(text) => Some(text),
        }
    }

    /// The trimmed text as a string of its own; empty if there is none.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text().map(|text| text.trim().to_owned()).unwrap_or_default()
    }
}

/// How a message's text is to be taken apart and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manner {
    pub(crate) syntax: Syntax,
    pub(crate) charset: Charset,
}

impl Manner {
    fn value(self, raw: &str) -> Value<'_> {
        match raw {
            "" => Value::Absent,
            "\"\"" => Value::Delete,
            _ => Value::Text(unescape(raw, self.syntax, self.charset)),
        }
    }
}

/// One segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'m> {
    pub(crate) raw: &'m str,
    pub(crate) manner: Manner,
    /// Which of several segments with this name, from 1.
    pub(crate) sequence: u16,
}

impl<'m> Segment<'m> {
    /// Its name: `PID`.
    #[must_use]
    pub fn name(&self) -> &'m str {
        self.raw.get(..3).unwrap_or_default()
    }

    /// Which of several segments with this name it is, from 1.
    #[must_use]
    pub const fn sequence(&self) -> u16 {
        self.sequence
    }

    /// The segment as it was sent, without its end.
    #[must_use]
    pub const fn raw(&self) -> &'m str {
        self.raw
    }

    /// Whether the segment says of itself how it is delimited: its first field is the separator.
    fn is_header(&self) -> bool {
        matches!(self.name(), "MSH" | "FHS" | "BHS")
    }

    /// A field by its number; empty if there is none. `MSH-1` is the separator.
    #[must_use]
    pub fn field(&self, number: usize) -> Field<'m> {
        let separator = self.manner.syntax.field;
        let literal = Manner { syntax: Syntax::NONE, ..self.manner };
        let (place, manner) = match (self.is_header(), number) {
            (_, 0) => return Field { raw: "", manner: self.manner },
            (true, 1) => return Field { raw: self.raw.get(3..4).unwrap_or_default(), manner: literal },
            (true, 2) => (1, literal),
            (true, number) => (number - 1, self.manner),
            (false, number) => (number, self.manner),
        };
        Field { raw: self.raw.split(separator).nth(place).unwrap_or_default(), manner }
    }

    /// The number of its last field, empty or not.
    #[must_use]
    pub fn field_count(&self) -> usize {
        self.raw.matches(self.manner.syntax.field).count() + usize::from(self.is_header())
    }

    /// The first subcomponent of a field's component, in its first repetition, as trimmed text; empty if there is none.
    #[must_use]
    pub fn text(&self, field: usize, component: usize) -> String {
        self.field(field).first().text(component)
    }
}

macro_rules! parts {
    ($(#[$doc:meta] $name:ident;)*) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name<'m> {
            pub(crate) raw: &'m str,
            pub(crate) manner: Manner,
        }

        impl<'m> $name<'m> {
            /// As it was sent, escape sequences and all.
            #[must_use]
            pub const fn raw(&self) -> &'m str {
                self.raw
            }

            /// What stands there, taken as one piece.
            #[must_use]
            pub fn value(&self) -> Value<'m> {
                self.manner.value(self.raw)
            }
        }
    )*};
}

parts! {
    /// One field.
    Field;
    /// One of a field's repetitions.
    Repetition;
    /// A component.
    Component;
    /// A subcomponent.
    Subcomponent;
}

impl<'m> Field<'m> {
    /// Its repetitions. An empty field has none.
    pub fn repetitions(&self) -> impl Iterator<Item = Repetition<'m>> + use<'m> {
        let Self { raw, manner } = *self;
        pieces(raw, manner.syntax.repetition)
            .filter(move |_| !raw.is_empty())
            .map(move |raw| Repetition { raw, manner })
    }

    /// The first repetition, empty if there is none.
    #[must_use]
    pub fn first(&self) -> Repetition<'m> {
        self.repetition(1)
    }

    /// A repetition by its number; empty if there is none.
    #[must_use]
    pub fn repetition(&self, number: usize) -> Repetition<'m> {
        Repetition { raw: piece(self.raw, self.manner.syntax.repetition, number), manner: self.manner }
    }

    /// A component of the first repetition.
    #[must_use]
    pub fn component(&self, number: usize) -> Component<'m> {
        self.first().component(number)
    }
}

impl<'m> Repetition<'m> {
    /// A component by its number; empty if there is none.
    #[must_use]
    pub fn component(&self, number: usize) -> Component<'m> {
        Component { raw: piece(self.raw, self.manner.syntax.component, number), manner: self.manner }
    }

    /// A component's first subcomponent as trimmed text; empty if there is none.
    #[must_use]
    pub fn text(&self, component: usize) -> String {
        self.component(component).subcomponent(1).value().into_string()
    }
}

impl<'m> Component<'m> {
    /// A subcomponent by its number; empty if there is none.
    #[must_use]
    pub fn subcomponent(&self, number: usize) -> Subcomponent<'m> {
        Subcomponent { raw: piece(self.raw, self.manner.syntax.subcomponent, number), manner: self.manner }
    }
}

/// `'\0'` is no delimiter but the lack of one.
fn pieces(raw: &str, delimiter: char) -> impl Iterator<Item = &str> {
    let mut whole = (delimiter == '\0').then_some(raw);
    let mut split = (delimiter != '\0').then(|| raw.split(delimiter));
    std::iter::from_fn(move || whole.take().or_else(|| split.as_mut()?.next()))
}

fn piece(raw: &str, delimiter: char, number: usize) -> &str {
    number.checked_sub(1).and_then(|place| pieces(raw, delimiter).nth(place)).unwrap_or_default()
}
