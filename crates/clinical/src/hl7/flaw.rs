//! Flaws: what a message does against the standard and was read nevertheless. A closed list, so that they can be counted
//! by kind and the integration engineer at the other end can be told.

use std::fmt;

/// How many flaws of one message are kept. A message that is all flaws must not cost more than one that is none.
const MOST: usize = 100;

/// One flaw and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flaw {
    /// What is wrong.
    pub kind: FlawKind,
    /// Where.
    pub place: Place,
}

/// A place in a message, as HL7 names it: `PID-7`, or the whole message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Place {
    segment: [u8; 3],
    /// Which of several segments with this name, from 1; 0: the whole message.
    pub sequence: u16,
    /// The field's number; 0: the whole segment.
    pub field: u16,
}

impl Place {
    /// The whole message.
    pub const MESSAGE: Self = Self { segment: [0; 3], sequence: 0, field: 0 };

    /// The first segment of this name, or a field of it.
    #[must_use]
    pub fn first(segment: &str, field: u16) -> Self {
        Self::nth(segment, 1, field)
    }

    /// A segment by its number among those of the same name, or a field of it.
    #[must_use]
    pub fn nth(segment: &str, sequence: u16, field: u16) -> Self {
        let mut name = [0; 3];
        for (to, from) in name.iter_mut().zip(segment.bytes()) {
            *to = from;
        }
        Self { segment: name, sequence, field }
    }

    /// The segment's name; empty for the whole message.
    #[must_use]
    pub fn segment(&self) -> &str {
        let length = self.segment.iter().take_while(|byte| **byte != 0).count();
        self.segment.get(..length).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.segment(), self.sequence, self.field) {
            ("", ..) => f.write_str("message"),
            (segment, 0 | 1, 0) => f.write_str(segment),
            (segment, 0 | 1, field) => write!(f, "{segment}-{field}"),
            (segment, sequence, 0) => write!(f, "{segment}[{sequence}]"),
            (segment, sequence, field) => write!(f, "{segment}[{sequence}]-{field}"),
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind.says())
    }
}

/// The flaws of one message, at most a hundred, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flaws(Vec<Flaw>);

impl Flaws {
    /// Notes a flaw.
    pub fn add(&mut self, kind: FlawKind, place: Place) {
        let flaw = Flaw { kind, place };
        // That segments were not read decides over the message and must not be lost among a hundred others.
        let decides = kind == FlawKind::TooMany && place.field == 0;
        if (self.0.len() < MOST || decides) && !self.0.contains(&flaw) {
            self.0.push(flaw);
        }
    }

    /// Adds what was found elsewhere in the same message.
    pub fn extend(&mut self, others: &[Flaw]) {
        for flaw in others {
            self.add(flaw.kind, flaw.place);
        }
    }

    /// Whether there is one of this kind.
    #[must_use]
    pub fn has(&self, kind: FlawKind) -> bool {
        self.0.iter().any(|flaw| flaw.kind == kind)
    }

    /// All of them, in the order in which they were found.
    #[must_use]
    pub fn all(&self) -> &[Flaw] {
        &self.0
    }
}

macro_rules! flaw_kinds {
    ($($name:ident = $word:literal, $says:literal;)*) => {
        /// Every kind of flaw.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FlawKind {
            $(#[doc = $says] $name,)*
        }

        impl FlawKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// A stable word for counting and for logs.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The flaw in a sentence for the engineer at the other end.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }
        }
    };
}

flaw_kinds! {
    ByteOrderMark = "byte-order-mark", "a byte order mark stands before the message";
    Framing = "framing", "bytes of a frame stand within the message";
    Preamble = "preamble", "something stands before MSH";
    Batch = "batch", "the message came in a batch or file envelope";
    LineFeed = "line-feed", "segments end with a line feed instead of a carriage return";
    BlankLine = "blank-line", "there is an empty line between segments";
    NoFinalReturn = "no-final-return", "the last segment has no carriage return behind it";
    Indented = "indented", "blanks stand before the segment's name";
    BrokenLine = "broken-line", "a line end within a field is not escaped";
    GluedSegment = "glued-segment", "no line end stands before the segment";
    Delimiters = "delimiters", "the encoding characters are incomplete or repeated";
    CharsetUnknown = "charset-unknown", "the declared character set is not known";
    CharsetMissing = "charset-missing", "there are characters beyond ASCII and no character set is declared";
    CharsetWrong = "charset-wrong", "the text is not in the declared character set";
    CharsetBroken = "charset-broken", "some characters are broken and can't be read";
    NoControlId = "no-control-id", "the message has no control id";
    NoType = "no-type", "the message type is missing";
    NoTrigger = "no-trigger", "the trigger event is missing from the header";
    NoVersion = "no-version", "the version is missing";
    NoStructure = "no-structure", "the message structure is missing";
    EventDisagrees = "event-disagrees", "the event segment names another trigger event than the header";
    SegmentMissing = "segment-missing", "a segment that the event requires is missing";
    FieldMissing = "field-missing", "a field that the event requires is empty";
    TimeImpossible = "time-impossible", "the date or time does not exist";
    TimeMalformed = "time-malformed", "the date or time is not in HL7's form";
    CodeUnknown = "code-unknown", "the code is not in the standard's table";
    NoAuthority = "no-authority", "the identifier does not say who assigned it";
    TooMany = "too-many", "there are more repetitions or segments than any message needs, and the last are not read";
    CheckDigit = "check-digit", "the identifier's check digit is wrong";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_as_engineers_name_them() {
        let check = |place: Place, expect: &str| assert_eq!(place.to_string(), expect);
        check(Place::MESSAGE, "message");
        check(Place::first("PID", 7), "PID-7");
        check(Place::nth("PID", 2, 7), "PID[2]-7");
        check(Place::first("PV1", 0), "PV1");
        check(Place::nth("PV1", 3, 0), "PV1[3]");
    }

    #[test]
    fn words_are_unique_and_flaws_are_bounded() {
        let words: std::collections::HashSet<_> = FlawKind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), FlawKind::ALL.len());
        let mut flaws = Flaws::default();
        for field in 0..1000 {
            flaws.add(FlawKind::TimeMalformed, Place::first("PID", field));
            flaws.add(FlawKind::TimeMalformed, Place::first("PID", field));
        }
        assert_eq!(flaws.all().len(), MOST);
    }
}
