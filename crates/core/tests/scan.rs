//! Whatever the text: spans on the borders of characters and in order, a mask that leaks nothing, the same answer twice,
//! and long texts read to their end.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a broken row fails the test")]

use std::sync::LazyLock;

use bedside_core::{
    scan::{Found, PhiKind, Scanner},
    triage::Lang,
};
use proptest::prelude::*;

static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);

fn hint(n: u8) -> Lang {
    match n % 3 {
        0 => Lang::De,
        1 => Lang::En,
        _ => Lang::Unknown,
    }
}

/// Pieces that rules and model look for, and what breaks careless readers.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,12}",
        "[0-9 ./()+-]{1,20}",
        "[A-Z]{1,3}[0-9 ]{1,12}",
        Just("Frau Dr. Anna Mu\u{308}ller-Lüdenscheidt".to_owned()),
        Just("geb. am 3.4.1961, Lindenstraße 4a, 38277 Hohenlinde".to_owned()),
        Just("Fallnummer 47\u{200b}11".to_owned()),
        Just("jo (at) example (dot) org".to_owned()),
        Just("ＤＥ８９ 3704 0044 0532 0130 00".to_owned()),
        Just("👩‍👩‍👧‍👦👍🏽 ".to_owned()),
        Just("\u{202e}olleh 1234567 070".to_owned()),
        Just("שלום רב, محمد علي".to_owned()),
        Just("\\ud83d\\u00 \u{fffd}".to_owned()),
        Just("\u{fdfa}ﬁ\u{345}".to_owned()),
        Just("\r\n".to_owned()),
        Just("@a.b http://x.example/?id=123456 ".to_owned()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.join(" "))
}

fn in_order(found: &[Found]) -> bool {
    found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn spans_lie_in_the_text_in_order_and_come_out_alike(text in pieces(), n in 0u8..3) {
        let found = SCANNER.scan(&text, hint(n));
        let length = text.chars().count() as u32;
        prop_assert!(found.iter().all(|one| one.span.start < one.span.end && one.span.end <= length), "{:?}", found);
        prop_assert!(in_order(&found), "{:?}", found);
        prop_assert!(found.iter().all(|one| one.score > 0.0 && one.score <= 1.0 && !one.why.is_empty()));
        prop_assert_eq!(&found, &SCANNER.scan(&text, hint(n)));
    }

    #[test]
    fn the_mask_covers_every_finding_and_nothing_else(text in pieces(), n in 0u8..3) {
        let found = SCANNER.scan(&text, hint(n));
        let masked: Vec<char> = SCANNER.mask(&text, hint(n)).chars().collect();
        prop_assert_eq!(masked.len(), text.chars().count());
        for (at, (old, new)) in text.chars().zip(&masked).enumerate() {
            let covered = found.iter().any(|one| (one.span.start as usize..one.span.end as usize).contains(&at));
            let expect = if covered && !old.is_whitespace() { '▒' } else { old };
            prop_assert_eq!(*new, expect);
        }
    }

    #[test]
    fn disguise_does_not_move_what_is_found(before in "[a-zäöü👩\u{200b}., ]{0,8} ", sign in "[\u{200b}\u{200d}\u{ad}\u{2060}]{0,2}") {
        let number = format!("DE89{sign} 3704 0044 0532{sign} 0130 00");
        let text = format!("{before}{number} danke");
        let found = SCANNER.scan(&text, Lang::De);
        prop_assert!(found.iter().any(|one| one.kind == PhiKind::Iban && one.span.slice(&text) == number), "{:?} {:?}", text, found);
    }
}

/// A megabyte of what is hard for rules. Nothing looks at a clock: work that grew with the square of the length would be some 10^12
/// steps, and the test would not end before the runner's limit. `cargo bench -p bedside-core --bench scan` shows how much a second
/// reads of each at three lengths.
#[test]
fn a_megabyte_of_any_piece_is_read_to_its_end() {
    for piece in [
        "Frau Dr. Anna Weber, 0170 1234567, geb. 3.4.1961. ",
        "a",
        "0",
        "0170 1234567 ",
        "1 ",
        "DE89 3704 0044 ",
        "@",
        "@a@b.",
        "a-b.",
        "A1",
        "1.1.",
        "http://",
        "a at b dot ",
        "\u{200b}é",
        "👩‍👧",
        "ש",
        "\n",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        assert!(in_order(&SCANNER.scan(&text, Lang::De)), "{piece:?}");
    }
}
