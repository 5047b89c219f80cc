//! Entries: one spelling, and no room for anything that must not be logged.

use proptest::prelude::*;
use uuid::Uuid;

use crate::code;
use crate::id::{CaseId, EntryId, OutboxId, PersonId, PostId, SiteId};
use crate::log::{Actor, Code, Commitment, Entry, EntryError, Kind, NUMBER_MAX, RuleId, Subject};
use crate::time::Timestamp;

const AT: Timestamp = Timestamp::from_micros(1_795_351_633_000_450);

fn returned() -> Entry {
    let person = PersonId::new(AT, &[3; 10]);
    Entry::new(EntryId::new(AT, &[1; 10]), Kind::Returned, AT, Actor::Person(person))
        .at_site(SiteId::new(AT, &[2; 10]))
        .about(CaseId::new(AT, &[4; 10]))
        .about(OutboxId::new(AT, &[5; 10]))
        .by_rule(RuleId::new("de.hold-next-of-kin").unwrap())
        .number(code!("attempt"), 2)
        .code(code!("reason"), code!("text_changed"))
        .committing(code!("text"), Commitment::new(&[9; 32], "draft.text", "Danke für Ihre Nachricht"))
}

#[test]
fn an_entry_has_one_spelling_that_people_can_read() {
    let bytes = returned().encode().unwrap();
    let expected = concat!(
        r#"{"v":1,"id":"01a2034b-dc68-7101-8101-010101010101","site":"01a2034b-dc68-7202-8202-020202020202","#,
        r#""kind":"returned","at":"2026-11-22T12:47:13.000450Z","actor":"person:01a2034b-dc68-7303-8303-030303030303","#,
        r#""subjects":["case:01a2034b-dc68-7404-8404-040404040404","outbox:01a2034b-dc68-7505-8505-050505050505"],"#,
        r#""rules":["de.hold-next-of-kin"],"codes":{"reason":"text_changed"},"numbers":{"attempt":2},"#,
        r#""commitments":{"text":"COMMITMENT"}}"#,
    );
    let commitment = returned().commitments().get(&code!("text")).unwrap().to_string();
    assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected.replace("COMMITMENT", &commitment));
    assert_eq!(Entry::decode(&bytes), Ok(returned()));
}

#[test]
fn another_spelling_of_an_entry_is_refused() {
    let text = String::from_utf8(returned().encode().unwrap()).unwrap();
    let spellings = [
        text.replace("{\"v\":1,", "{ \"v\":1,"),
        text.replace("\"v\":1", "\"v\":2"),
        text.replace("\"v\":1", "\"v\":1,\"text\":\"Danke\""),
        text.replace("\"attempt\":2", "\"attempt\":2.0"),
        text.replace("\"attempt\":2", "\"attempt\":1,\"attempt\":2"),
        text.replace("\"returned\"", "\"vanished\""),
        text.replace("2026-11-22T12:47:13.000450Z", "2026-11-22T13:47:13.000450+01:00"),
        text.replace("2026-11-22T12:47:13.000450Z", "2026-11-22T12:47:13.00045Z"),
        text.replace("person:", "people:"),
        text.replace("case:01a2034b", "case:01A2034B"),
        text.replace("\"case:", "\"@alice:"),
        text.replace("text_changed", "Text changed"),
        text.replace("text_changed", ""),
        text.replace("\"rules\":[\"de.hold-next-of-kin\"]", "\"rules\":[]"),
        text.replace("=\"}}", "\"}}"),
        format!("{text}\n"),
        text[..text.len() - 1].to_owned(),
        String::new(),
    ];
    for spelling in spellings {
        assert_ne!(spelling, text, "the row changes nothing");
        let read = Entry::decode(spelling.as_bytes());
        assert!(matches!(read, Err(EntryError::Malformed(_) | EntryError::NotCanonical)), "{spelling}: {read:?}");
    }
}

#[test]
fn a_refusal_does_not_repeat_what_was_refused() {
    let text = String::from_utf8(returned().encode().unwrap()).unwrap();
    let bad = text.replace("text_changed", "@alice:example.social");
    assert!(!Entry::decode(bad.as_bytes()).unwrap_err().to_string().contains("alice"));
    assert!(!RuleId::new("@alice").unwrap_err().to_string().contains("alice"));
}

#[test]
fn a_hash_of_a_name_is_no_id() {
    // The UUID of version 5 for a name, from RFC 9562 appendix A.4.
    let of_name = Uuid::parse_str("2ed6657d-e927-568b-95e1-2665a8aea6a2").unwrap();
    let entry = returned().about(PostId::from_uuid(of_name));
    assert_eq!(entry.encode(), Err(EntryError::NotOurId));
    let entry = Entry::new(EntryId::new(AT, &[1; 10]), Kind::SignedIn, AT, Actor::Person(PersonId::from_uuid(of_name)));
    assert_eq!(entry.encode(), Err(EntryError::NotOurId));
}

#[test]
fn codes_are_short_plain_words() {
    let longest = "a".repeat(40);
    for word in ["a", "text_changed", "v1.2-3", &longest] {
        assert_eq!(Code::configured(word).unwrap().as_str(), word);
    }
    for word in ["", "A", "ä", "a b", "@alice", "https://x", &"a".repeat(41)] {
        assert!(Code::configured(word).is_err(), "{word}");
    }
    assert!(RuleId::new(&"a".repeat(64)).is_err(), "room for a SHA-256 in hexadecimal");
}

#[test]
fn numbers_stay_within_what_every_reader_knows() {
    for (value, fits) in [(NUMBER_MAX, true), (-NUMBER_MAX, true), (NUMBER_MAX + 1, false), (i64::MIN, false)] {
        assert_eq!(returned().number(code!("n"), value).encode().is_ok(), fits, "{value}");
    }
}

#[test]
fn an_entry_longer_than_its_length_field_is_refused() {
    let post = PostId::new(AT, &[6; 10]);
    let long = (0..1500).fold(returned(), |entry, _| entry.about(post));
    assert!(matches!(long.encode(), Err(EntryError::TooLong { bytes }) if bytes > 65_535));
    assert!(matches!(Entry::decode(&[b' '; 65_536]), Err(EntryError::TooLong { bytes: 65_536 })));
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    for kind in Kind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
        assert!(Code::configured(kind.as_str()).is_ok());
    }
    let words: std::collections::BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(words.len(), Kind::ALL.len());
    assert!("POST_TAKEN".parse::<Kind>().is_err());
}

#[test]
fn subjects_and_actors_are_read_as_written() {
    let subject = Subject::from(PostId::new(AT, &[6; 10]));
    assert_eq!(subject.to_string().parse(), Ok(subject));
    let actors =
        [Actor::System, Actor::Person(PersonId::new(AT, &[7; 10])), Actor::Rule(RuleId::new("common.praise").unwrap())];
    for actor in actors {
        assert_eq!(actor.to_string().parse(), Ok(actor));
    }
    for text in ["", "alice", "person:alice", "rule:", "rule:A", "system:"] {
        assert!(text.parse::<Actor>().is_err(), "{text}");
    }
}

#[test]
fn a_commitment_opens_only_with_its_salt_domain_and_text() {
    let commitment = Commitment::new(&[1; 32], "post.text", "Guten Tag");
    assert!(commitment.opens(&[1; 32], "post.text", "Guten Tag"));
    assert!(!commitment.opens(&[2; 32], "post.text", "Guten Tag"));
    assert!(!commitment.opens(&[1; 32], "draft.text", "Guten Tag"));
    assert!(!commitment.opens(&[1; 32], "post.text", "Guten Tag."));
    // Domain and text can't run into one another.
    assert_ne!(Commitment::new(&[1; 32], "post", ".text"), Commitment::new(&[1; 32], "post.", "text"));
}

#[test]
fn a_commitment_is_the_documented_hmac() {
    // printf '\0\0\0\0\0\0\0\11post.textGuten Tag' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101…01 -binary | base64
    let commitment = Commitment::new(&[1; 32], "post.text", "Guten Tag");
    assert_eq!(commitment.to_string(), "M5hT2eNBiHmZretyCmLN6wtxEvcBteyCtm+ZY3RPUng=");
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(
        micros in -62_135_596_800_000_000_i64..253_402_300_799_999_999,
        kind in prop::sample::select(Kind::ALL),
        seeds in prop::collection::vec(any::<[u8; 10]>(), 0..5),
        words in prop::collection::btree_map("[a-z0-9_.-]{1,40}", "[a-z0-9_.-]{1,40}", 0..4),
        numbers in prop::collection::btree_map("[a-z0-9_.-]{1,40}", -NUMBER_MAX..=NUMBER_MAX, 0..4),
        text in ".{0,40}",
    ) {
        let at = Timestamp::from_micros(micros);
        let mut entry = Entry::new(EntryId::new(AT, &[1; 10]), kind, at, Actor::System);
        for seed in &seeds {
            entry = entry.about(PostId::new(AT, seed));
        }
        for (name, value) in &words {
            entry = entry.code(Code::configured(name).unwrap(), Code::configured(value).unwrap());
        }
        for (name, value) in &numbers {
            entry = entry.number(Code::configured(name).unwrap(), *value);
        }
        entry = entry.committing(code!("text"), Commitment::new(&[5; 32], "post.text", &text));
        let bytes = entry.encode().unwrap();
        prop_assert_eq!(Entry::decode(&bytes), Ok(entry));
    }

    #[test]
    fn bytes_that_decode_are_what_they_encode_to(at in 0_usize..400, byte: u8) {
        let mut bytes = returned().encode().unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(entry.encode().unwrap(), bytes);
        }
    }
}
