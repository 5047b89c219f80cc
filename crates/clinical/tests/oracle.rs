//! Another parser as a witness: `hl7-parser` takes messages apart as this crate does, or a flaw says why not.
//!
//! `BEDSIDE_HL7_SAMPLES=DIR` looks at the files of a folder of one's own too.

#![expect(clippy::unwrap_used, reason = "tests may")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bedside_clinical::hl7::{Charset, FlawKind, Message, Reading, Syntax, escape, split, unescape};
use proptest::prelude::*;

/// Where the two may differ, and why this crate is right to.
const REASONS: &[(FlawKind, &str)] = &[
    (FlawKind::ByteOrderMark, "the witness refuses a byte order mark; senders on Windows write one"),
    (FlawKind::Framing, "the witness refuses bytes of the frame"),
    (FlawKind::Preamble, "the witness refuses anything before MSH"),
    (FlawKind::Batch, "the witness refuses envelopes before MSH and takes those behind for segments of the message"),
    (FlawKind::BlankLine, "the witness ends the message, without a word, at an empty line"),
    (FlawKind::BrokenLine, "the witness ends the message, without a word, at a line that is no segment"),
    (FlawKind::Indented, "the witness ends the message, without a word, at an indented segment"),
    (FlawKind::GluedSegment, "the witness takes a segment that lost its line end for fields of the one before"),
    (FlawKind::Delimiters, "the witness takes repeated or missing encoding characters as they come"),
];

/// Every part of a message, one a line: `PID[1]-3[1].4.2=…`.
fn parts(message: &Message) -> Vec<String> {
    let mut parts = Vec::new();
    for segment in message.segments() {
        let header = segment.name() == "MSH";
        for number in 1..=segment.field_count() {
            let place = format!("{}[{}]-{number}", segment.name(), segment.sequence());
            let field = segment.field(number);
            parts.push(format!("{place}={}", field.raw()));
            if header && number <= 2 {
                continue;
            }
            for (repetition, r) in field.repetitions().zip(1..) {
                let components = repetition.raw().split(message.syntax().component).count();
                for c in 1..=components {
                    let component = repetition.component(c);
                    let subcomponents = component.raw().split(message.syntax().subcomponent).count();
                    for s in 1..=subcomponents {
                        parts.push(format!("{place}[{r}].{c}.{s}={}", component.subcomponent(s).raw()));
                    }
                }
            }
        }
    }
    parts
}

fn witness_parts(text: &str) -> Option<Vec<String>> {
    let message = hl7_parser::Message::parse_with_lenient_newlines(text, true).ok()?;
    let mut parts = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for segment in message.segments() {
        names.push(segment.name);
        let sequence = names.iter().filter(|name| **name == segment.name).count();
        for (field, number) in segment.fields().zip(1..) {
            let place = format!("{}[{sequence}]-{number}", segment.name);
            parts.push(format!("{place}={}", field.raw_value()));
            if field.raw_value().is_empty() || (segment.name == "MSH" && number <= 2) {
                continue;
            }
            for (repeat, r) in field.repeats().zip(1..) {
                let components: Vec<_> = repeat.components().collect();
                // The witness has no component in an empty repetition; the standard has one, empty.
                if components.is_empty() {
                    parts.push(format!("{place}[{r}].1.1="));
                }
                for (component, c) in components.into_iter().zip(1..) {
                    let subcomponents: Vec<_> = component.subcomponents().collect();
                    if subcomponents.is_empty() {
                        parts.push(format!("{place}[{r}].{c}.1="));
                    }
                    for (subcomponent, s) in subcomponents.into_iter().zip(1..) {
                        parts.push(format!("{place}[{r}].{c}.{s}={}", subcomponent.raw_value()));
                    }
                }
            }
        }
    }
    Some(parts)
}

/// The reasons by which the two differ here; none if they agree. A difference without a reason fails.
fn compare(bytes: &[u8], name: &str) -> Vec<FlawKind> {
    let Ok(message) = Message::parse(bytes, &Reading::default()) else {
        let text = Charset::Latin1.decode(bytes);
        assert!(
            hl7_parser::Message::parse_with_lenient_newlines(&text, true).is_err(),
            "{name}: only the witness reads it"
        );
        return Vec::new();
    };
    let text = decoded(bytes, message.charset());
    let witness = witness_parts(&text);
    if witness.as_ref() == Some(&parts(&message)) {
        return Vec::new();
    }
    let flaws: Vec<FlawKind> = message.flaws().iter().map(|flaw| flaw.kind).collect();
    let mut reasons: Vec<FlawKind> =
        REASONS.iter().map(|(kind, _)| *kind).filter(|kind| flaws.contains(kind)).collect();
    if message.syntax().truncation != '\0' {
        // The witness takes the truncation character for MSH-3 and is wrong by one field from there on.
        reasons.push(FlawKind::Delimiters);
    }
    let witness = witness.unwrap_or_default();
    let first = parts(&message).into_iter().zip(&witness).find(|(ours, theirs)| ours != *theirs);
    assert!(!reasons.is_empty(), "{name}: the two differ without a reason, first at {first:?}");
    reasons
}

/// The text with its byte order mark, as the witness is to see it.
fn decoded(bytes: &[u8], charset: Charset) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| charset.decode(bytes), str::to_owned)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    files
}

#[test]
fn samples_are_taken_apart_as_the_witness_does_or_a_flaw_says_why() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut seen = BTreeSet::new();
    for file in files(&own) {
        for piece in split(&fs::read(&file).unwrap()) {
            seen.extend(compare(piece, &file.display().to_string()));
        }
    }
    let listed: BTreeSet<FlawKind> = REASONS.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(seen, listed, "a reason without a sample that shows it is none");
    if let Ok(folder) = std::env::var("BEDSIDE_HL7_SAMPLES") {
        for file in files(Path::new(&folder)) {
            for piece in split(&fs::read(&file).unwrap()) {
                compare(piece, &file.display().to_string());
            }
        }
    }
}

#[test]
fn escape_sequences_are_read_as_the_witness_does_or_here_is_why() {
    let separators = hl7_parser::message::Separators::default();
    let witness = |raw: &str| separators.decode(raw).to_string();
    let ours = |raw: &str| unescape(raw, Syntax::STANDARD, Charset::Utf8).into_owned();
    for raw in ["plain", "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "\\X0A\\", "\\X0D\\", "\\T\\\\T\\"] {
        assert_eq!(ours(raw), witness(raw), "{raw}");
    }
    let check = |raw: &str, expect: &str, theirs: &str| {
        assert_eq!((ours(raw).as_str(), witness(raw).as_str()), (expect, theirs), "{raw}");
    };
    // The witness gives a carriage return, which is a segment's end; HL7 speaks of a line's.
    check("a\\.br\\b", "a\nb", "a\rb");
    // It reads no other hex than line ends, though §2.7.5 does.
    check("M\\XC3BC\\ller", "Müller", "MXC3BCller");
    // It keeps the words of sequences without their marks, so that they look like text.
    check("\\H\\bold\\N\\", "bold", "HboldN");
    check("\\Zab\\", "\\Zab\\", "Zab");
    // It drops what follows an escape character that stands alone.
    check("C:\\temp", "C:\\temp", "C:");
}

fn field() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        Just(String::new()),
        Just("\"\"".to_owned()),
        "[A-Za-z0-9 äöüß.:/-]{1,12}",
        Just("\\T\\".to_owned())
    ];
    let joined = |part: BoxedStrategy<String>, delimiter: &'static str, most: usize| {
        prop::collection::vec(part, 1..most).prop_map(move |parts| parts.join(delimiter)).boxed()
    };
    joined(joined(joined(text.boxed(), "&", 3), "^", 5), "~", 3)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn well_formed_messages_are_taken_apart_alike(
        segments in prop::collection::vec(("P(ID|V1|D1)|Z[A-Z]{2}|OBX", prop::collection::vec(field(), 1..12)), 0..8),
    ) {
        let mut text = "MSH|^~\\&|KIS|H|B|H|20261215||ADT^A01^ADT_A01|1|P|2.5||||||UNICODE UTF-8\r".to_owned();
        for (name, fields) in segments {
            text.push_str(&format!("{name}|{}\r", fields.join("|")));
        }
        let message = Message::parse(text.as_bytes(), &Reading::default()).unwrap();
        prop_assert_eq!(Some(parts(&message)), witness_parts(&text));
    }

    #[test]
    // In ASCII: the witness counts characters and cuts bytes, so an umlaut before a sequence makes it panic.
    fn what_is_escaped_the_witness_reads_too(text in "[ -~]{0,40}") {
        let escaped = escape(&text, Syntax::STANDARD).into_owned();
        prop_assert_eq!(hl7_parser::message::Separators::default().decode(&escaped).to_string(), text);
    }
}
