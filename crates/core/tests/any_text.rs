//! Whatever the text: no panic, spans inside it, the same answer twice, a mask that covers what was found.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a broken row fails the test")]

use std::sync::LazyLock;

use bedside_core::{
    guard::{self, DraftText},
    site::Jurisdiction,
    text::TextSpan,
    time::Timestamp,
    triage::{Lang, Signals, Triage, TriageInput},
};
use proptest::prelude::*;

static TRIAGE: LazyLock<Triage> = LazyLock::new(Triage::new);

fn read(text: &str) -> Signals {
    TRIAGE.read(&TriageInput { text, lang_hint: Lang::De, at: Timestamp::from_micros(1_700_000_000_000_000) })
}

fn draft(text: &str) -> DraftText<'_> {
    DraftText {
        text,
        lang: Lang::De,
        jurisdiction: Jurisdiction::De,
        public: true,
        consented: false,
        inbound_text: Some(text),
        inbound_handle: Some("jo_meier"),
        public_facts: &[],
        people: None,
    }
}

fn inside(span: TextSpan, text: &str) -> bool {
    span.start <= span.end && span.end as usize <= text.chars().count()
}

/// Pieces that the rules look for, so that random texts meet them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,12}",
        "[0-9 ./-]{1,20}",
        Just("ich bring mich um".to_owned()),
        Just("your visit on Tuesday".to_owned()),
        Just("Fallnummer 47\u{200b}11".to_owned()),
        Just("jo (at) example (dot) org".to_owned()),
        Just("Mu\u{308}ller\u{301}".to_owned()),
        Just("👩‍👩‍👧‍👦 ".to_owned()),
        Just("\u{202e}olleh".to_owned()),
        Just("DE89 3704 0044 0532 0130 00".to_owned()),
        Just("\u{fdfa}".to_owned()),
        Just(". ".to_owned()),
        Just("\n".to_owned()),
        Just("@a.b http://x.de/?id=123456 ".to_owned()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn posts_are_read_without_panic_and_alike(text in pieces()) {
        let signals = read(&text);
        prop_assert!(signals.signals.iter().all(|signal| inside(signal.span, &text)));
        prop_assert!(signals.topics.iter().all(|one| (0.0..=1.0).contains(&one.score)));
        prop_assert_eq!(&signals, &read(&text));
    }

    #[test]
    fn drafts_are_checked_without_panic_and_alike(text in pieces()) {
        let check = guard::check(&draft(&text));
        for finding in &check.findings {
            prop_assert!(inside(finding.span, &text));
            prop_assert!(finding.suggestion.as_ref().is_none_or(|repair| inside(repair.span, &text)));
        }
        prop_assert_eq!(&check, &guard::check(&draft(&text)));
    }

    #[test]
    fn the_mask_keeps_the_length_and_leaks_no_digit_of_a_number(
        before in "[a-zäöü👩\u{200b}., ]{0,8} ",
        after in "[ .,!][a-zäöü👩\u{200b}., ]{0,8}",
        number in prop_oneof!["0170 [1-9]{7}", "\\+49 89 [1-9]{6}", "0[1-9]{2,3}/[1-9]{5,8}", "0\u{200b}171[1-9]{7}"],
    ) {
        let text = format!("{before}{number}{after}");
        let masked = bedside_core::scan::mask(&text);
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        prop_assert!(!masked.chars().any(|c| c.is_ascii_digit()), "{} -> {}", text, masked);
    }
}

/// Long texts that are hard for rules (100,000 characters): one endless sentence, one endless word, nothing but numbers.
/// What took the square of the length would take minutes here.
#[test]
fn a_long_text_takes_linear_time() {
    let texts = [
        "ich will nicht mehr leben you were here your visit 0170 ".repeat(1_800),
        "a".repeat(100_000),
        "0170 1234567 ".repeat(7_700),
        "you were treated. ".repeat(5_500),
        "@".repeat(100_000),
        "a-b.".repeat(25_000),
        "@a@".repeat(33_000),
        "\u{200b}é".repeat(50_000),
    ];
    for text in texts {
        let started = std::time::Instant::now();
        let signals = read(&text);
        let check = guard::check(&draft(&text));
        let masked = bedside_core::scan::mask(&text);
        assert_eq!(masked.chars().count(), text.chars().count());
        assert!(signals.signals.iter().all(|signal| inside(signal.span, &text)));
        assert!(check.findings.iter().all(|finding| inside(finding.span, &text)));
        assert!(started.elapsed().as_secs() < 60, "{} s for {:.20}", started.elapsed().as_secs(), text);
    }
}
