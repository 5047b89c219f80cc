//! Whatever comes in, nothing panics, and what is stored or answered can be read again.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

use std::fs;
use std::path::Path;

use bedside_clinical::hl7::ack::{self, Acknowledgement, Code, Mode, Outcome, Stamp};
use bedside_clinical::hl7::{
    Charset, Content, FlawKind, Keep, Message, Reading, Syntax, Time, check, escape, judge, split, unescape,
};
use bedside_clinical::identifier::{is_kvnr, is_nhs_number};
use bedside_clinical::mllp::{Frames, frame};
use proptest::prelude::*;

fn samples() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// A sample with some bytes put elsewhere, taken out or written over.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        any::<u8>(),
        prop::sample::select(b"|^~\\&\r\n\"\x0b\x1c\xc3\xbc\xfc0123456789AMSHPIDVNKR".to_vec()),
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0_u8..3, byte), 0..12);
    (prop::sample::select(samples()), edits).prop_map(|(mut bytes, edits)| {
        for (place, how, byte) in edits {
            let at = place.index(bytes.len() + 1);
            match how {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|old| *old = byte),
            }
        }
        bytes
    })
}

fn charset() -> impl Strategy<Value = Charset> {
    prop::sample::select(Charset::ALL)
}

/// All that is done with a message that came in.
fn handle(bytes: &[u8], charset: Charset) {
    let reading = Reading { charset };
    for piece in split(bytes) {
        let Ok(message) = Message::parse(piece, &reading) else { continue };
        let content = Content::read(&message);
        let outcome = judge(&content);
        let stamp = Stamp { time: "20261215", control_id: "B1" };
        let answer = ack::answer(&message, Code::AE, &outcome, stamp);
        let read = Message::parse(&answer, &reading).expect("an answer is a message");
        let acknowledgement = Acknowledgement::read(&read).expect("an answer has MSA");
        assert_eq!(acknowledgement.code, Some(Code::AE));
        assert_eq!(
            ack::code(&Content::read(&read).header, Content::read(&read).trigger, Mode::Original, &Outcome::Accepted),
            None
        );
        let stored = Keep::default().filter(&message);
        let again = Message::parse(&stored, &reading).expect("what is stored is a message");
        if !content.flaws.has(FlawKind::CharsetBroken) {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(text(&Keep::default().filter(&again)), text(&stored), "stored of {:?}", text(bytes));
        }
    }
    assert_eq!(check(bytes, &reading, Mode::AsAsked, &Keep::default()).len(), split(bytes).len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_handled(bytes in prop::collection::vec(any::<u8>(), 0..400), charset in charset()) {
        handle(&bytes, charset);
    }

    #[test]
    fn any_bytes_behind_a_header_are_handled(
        delimiters in "[|!#$A][ -~]{0,6}", bytes in prop::collection::vec(any::<u8>(), 0..200), charset in charset(),
    ) {
        handle(&[b"MSH", delimiters.as_bytes(), &bytes].concat(), charset);
    }

    #[test]
    fn spoilt_messages_are_handled(bytes in spoilt(), charset in charset()) {
        handle(&bytes, charset);
    }

    #[test]
    fn any_text_is_no_trouble(text in any::<String>()) {
        let (time, _) = Time::read(&text);
        if let Some(time) = time {
            prop_assert!(Time::read(&time.to_string()).0.is_some() || time.day.is_none());
        }
        prop_assert!(unescape(&text, Syntax::STANDARD, Charset::Latin1).len() <= text.len().max(66) * 66);
        prop_assert!(!is_kvnr(&text) || text.len() == 10);
        prop_assert!(!is_nhs_number(&text) || text.len() >= 10);
        prop_assert!(Charset::named(&text).is_none_or(|set| Charset::named(set.name()) == Some(set)));
    }

    #[test]
    fn what_is_escaped_comes_back(text in "[^\\x00-\\x1f]{0,40}") {
        let escaped = escape(&text, Syntax::STANDARD).into_owned();
        prop_assert!(!escaped.contains(['|', '^', '~', '&', '\r', '\n']));
        prop_assert_eq!(unescape(&escaped, Syntax::STANDARD, Charset::Utf8), text);
    }

    #[test]
    fn frames_do_not_depend_on_how_the_bytes_come_in(
        messages in prop::collection::vec(prop::collection::vec(prop_oneof![any::<u8>(), Just(0x1c), Just(0x0b)], 0..40), 0..5),
        noise in prop::collection::vec(any::<u8>(), 0..20),
        size in 1_usize..60,
    ) {
        let mut stream: Vec<u8> = messages.iter().flat_map(|message| frame(message)).collect();
        stream.extend(noise);
        let read = |size: usize| {
            let mut frames = Frames::new(30);
            let mut found = Vec::new();
            for piece in stream.chunks(size) {
                frames.push(piece);
                loop {
                    match frames.next_frame() {
                        Ok(Some(message)) => found.push(Ok(message)),
                        Ok(None) => break,
                        Err(error) => {
                            found.push(Err(error));
                            return found;
                        }
                    }
                }
            }
            found
        };
        let whole = read(stream.len().max(1));
        prop_assert_eq!(&read(size), &whole);
        prop_assert_eq!(&read(1), &whole);
    }
}
