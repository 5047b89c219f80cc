//! Numbers with a right check digit are found wherever they stand and however they are spaced; with a wrong one, and no
//! word that says what they are, nothing is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken row fails the test")]

use std::sync::LazyLock;

use bedside_core::{
    scan::{Found, PhiKind, Reader, Scanner},
    triage::Lang,
};

static RULES: LazyLock<Scanner> = LazyLock::new(|| Scanner::with(Reader::default(), Reader::default()));
static ALL: LazyLock<Scanner> = LazyLock::new(Scanner::new);

/// Numbers that look random and are always the same.
struct Chance(u64);

impl Chance {
    fn digit(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u8 % 10
    }
    fn digits(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.digit()).collect()
    }
    fn letter(&mut self) -> char {
        self.digit();
        char::from(b'A' + (self.0 >> 35) as u8 % 26)
    }
}

fn text(digits: &[u8]) -> String {
    digits.iter().map(|d| char::from(b'0' + d)).collect()
}

fn cross(n: u32) -> u32 {
    n / 10 + n % 10
}

/// The check digit's place, and the number with its right check digit.
type Made = (usize, String);

/// What makes a number.
type Maker = fn(&mut Chance) -> Made;

fn card(c: &mut Chance) -> Made {
    let mut digits = [vec![4], c.digits(14)].concat();
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(n, d)| cross(u32::from(*d) * if n % 2 == 0 { 2 } else { 1 })).sum();
    digits.push(((10 - sum % 10) % 10) as u8);
    (15, text(&digits))
}

fn nhs(c: &mut Chance) -> Made {
    loop {
        let mut digits = [vec![4 + c.digit() % 4], c.digits(8)].concat();
        let sum: u32 = digits.iter().zip((2u32..=10).rev()).map(|(d, w)| u32::from(*d) * w).sum();
        let check = (11 - sum % 11) % 11;
        if check < 10 {
            digits.push(check as u8);
            return (9, text(&digits));
        }
    }
}

fn kvnr(c: &mut Chance) -> Made {
    let letter = c.letter();
    let n = letter as u8 - b'A' + 1;
    let body = c.digits(8);
    let all = [vec![n / 10, n % 10], body.clone()].concat();
    let sum: u32 = all.iter().enumerate().map(|(n, d)| cross(u32::from(*d) * if n % 2 == 1 { 2 } else { 1 })).sum();
    (9, format!("{letter}{}{}", text(&body), sum % 10))
}

fn tax_id(c: &mut Chance) -> Made {
    // One digit twice, one missing, the others once, in another order.
    let mut body: Vec<u8> = (0..10).collect();
    let (gone, twice) = (c.digit(), c.digit());
    body[usize::from(gone)] = if gone == twice { (twice + 1) % 10 } else { twice };
    for n in (1..10).rev() {
        let other = usize::from(c.digit()) % (n + 1);
        body.swap(n, other);
    }
    let lead = body.iter().position(|d| *d != 0).unwrap();
    body.swap(0, lead);
    let product = body.iter().fold(10u32, |product, d| {
        let sum = (u32::from(*d) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (10, format!("{}{}", text(&body), (11 - product) % 10))
}

fn pension(c: &mut Chance) -> Made {
    let (area, serial, letter) = (c.digits(2), c.digits(2), c.letter());
    let born = format!("{:02}{:02}{:02}", 1 + c.digit() * 3, 1 + c.digit(), u32::from(c.digit()) * 10 + 3);
    let n = letter as u8 - b'A' + 1;
    let all: Vec<u8> =
        [area.clone(), born.bytes().map(|b| b - b'0').collect(), vec![n / 10, n % 10], serial.clone()].concat();
    let sum: u32 = all.iter().zip([2u32, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]).map(|(d, w)| cross(u32::from(*d) * w)).sum();
    (11, format!("{}{born}{letter}{}{}", text(&area), text(&serial), sum % 10))
}

fn iban(c: &mut Chance) -> Made {
    let account = text(&c.digits(18));
    let rest = format!("{account}131400").bytes().fold(0u32, |rest, b| (rest * 10 + u32::from(b - b'0')) % 97);
    (3, format!("DE{:02}{account}", 98 - rest))
}

fn lanr(c: &mut Chance) -> Made {
    let body = c.digits(6);
    let sum: u32 = body.iter().zip([4u32, 9, 4, 9, 4, 9]).map(|(d, w)| u32::from(*d) * w).sum();
    (6, format!("{}{}01", text(&body), (10 - sum % 10) % 10))
}

/// One of some signs.
fn one_of(c: &mut Chance, signs: &str) -> char {
    let n = usize::from(c.digit()) * 10 + usize::from(c.digit());
    signs.chars().nth(n % signs.chars().count()).unwrap()
}

/// A US Medicare number (CMS: position by position a digit, a letter without S, L, O, I, B, Z, or either); no check digit.
fn mbi(c: &mut Chance) -> String {
    const LETTERS: &str = "ACDEFGHJKMNPQRTUVWXY";
    const DIGITS: &str = "0123456789";
    let either = [LETTERS, DIGITS].concat();
    let places = ["123456789", LETTERS, &either, DIGITS, LETTERS, &either, DIGITS, LETTERS, LETTERS, DIGITS, DIGITS];
    places.into_iter().map(|signs| one_of(c, signs)).collect()
}

/// A US social security number as they are given: area not 000, 666 or 9.., group not 00, serial not 0000.
fn ssn(c: &mut Chance) -> [u32; 3] {
    let number = |c: &mut Chance, n: usize| c.digits(n).iter().fold(0u32, |n, d| n * 10 + u32::from(*d));
    let area = match number(c, 3) % 899 + 1 {
        666 => 665,
        area => area,
    };
    [area, number(c, 2) % 99 + 1, number(c, 4) % 9999 + 1]
}

fn wrong((place, number): &Made, by: u8) -> String {
    let change =
        |(n, b): (usize, u8)| if n == *place { char::from(b'0' + (b - b'0' + by) % 10) } else { char::from(b) };
    number.bytes().enumerate().map(change).collect()
}

/// The ways people write a number: bare, in groups, dotted, apart, wide, with invisible signs.
fn written(number: &str) -> Vec<String> {
    let chars: Vec<char> = number.chars().collect();
    let groups = |size: usize, sign: &str| {
        chars.chunks(size).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join(sign)
    };
    let wide = number
        .chars()
        .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c })
        .collect();
    vec![
        number.to_owned(),
        groups(4, " "),
        groups(3, " "),
        groups(4, "."),
        groups(1, " "),
        groups(1, "."),
        groups(3, "\u{200b}"),
        wide,
    ]
}

/// Whether any digit is in what was found.
fn touched(found: &[Found], text: &str) -> bool {
    found.iter().any(|one| one.span.slice(text).contains(|c: char| c.is_ascii_digit()))
}

const FRAMES: &[(&str, &str)] =
    &[("", ""), ("hallo, das ist ", " und danke"), ("so it says ", ", why?"), ("Ich habe (", ") geschrieben.")];

#[test]
fn a_right_check_digit_is_found_in_every_spelling_and_a_wrong_one_is_none() {
    let kinds: [(&str, Maker); 7] = [
        ("card", card),
        ("nhs", nhs),
        ("kvnr", kvnr),
        ("tax id", tax_id),
        ("pension", pension),
        ("iban", iban),
        ("lanr", lanr),
    ];
    let mut chance = Chance(7);
    for (kind, make) in kinds {
        for round in 0..200u8 {
            let made = make(&mut chance);
            let (before, after) = FRAMES[usize::from(round) % FRAMES.len()];
            let spellings = if kind == "lanr" { vec![made.1.clone()] } else { written(&made.1) };
            for number in spellings {
                let text = format!("{before}{number}{after}");
                let found = RULES.scan(&text, Lang::De);
                let covered = found.iter().any(|one| one.span.slice(&text) == number);
                assert!(covered, "{kind}: {text}: {found:?}");
            }
            for number in written(&wrong(&made, 1 + round % 9)) {
                let text = format!("{before}{number}{after}");
                let found = ALL.scan(&text, if round % 2 == 0 { Lang::De } else { Lang::En });
                assert!(!touched(&found, &text), "wrong {kind}: {text}: {found:?}");
            }
        }
    }
}

#[test]
fn a_medicare_number_is_found_by_its_form_and_none_that_breaks_it() {
    let mut chance = Chance(11);
    for round in 0..400usize {
        let made = mbi(&mut chance);
        let [a, b, c] = [&made[..4], &made[4..7], &made[7..]];
        let (before, after) = FRAMES[round % FRAMES.len()];
        for number in [made.clone(), format!("{a}-{b}-{c}"), format!("{a} {b} {c}"), made.to_lowercase()] {
            let text = format!("{before}{number}{after}");
            let found = RULES.scan(&text, Lang::En);
            assert!(
                found.iter().any(|one| one.kind == PhiKind::Id && one.span.slice(&text) == number),
                "{text}: {found:?}"
            );
        }
        // A letter that is never given out, and a zero in front.
        let never = ["S", "L", "B", "Z"][round % 4];
        for wrong in [format!("{}{never}{}", &made[..1], &made[2..]), format!("0{}", &made[1..])] {
            let text = format!("{before}{wrong}{after}");
            let found = ALL.scan(&text, Lang::En);
            assert!(!touched(&found, &text), "{text}: {found:?}");
        }
    }
}

#[test]
fn a_social_security_number_is_found_in_its_groups_or_by_a_word_and_numbers_never_given_are_none() {
    let mut chance = Chance(13);
    for round in 0..400usize {
        let [area, group, serial] = ssn(&mut chance);
        let (before, after) = FRAMES[round % FRAMES.len()];
        let grouped = [
            format!("{area:03}-{group:02}-{serial:04}"),
            format!("{area:03} {group:02} {serial:04}"),
            format!("{area:03}.{group:02}.{serial:04}"),
        ];
        for number in &grouped {
            let text = format!("{before}{number}{after}");
            let found = RULES.scan(&text, Lang::En);
            assert!(
                found.iter().any(|one| one.kind == PhiKind::Ssn && one.span.slice(&text) == *number),
                "{text}: {found:?}"
            );
        }
        for said in ["SSN: ", "my social security number is ", "Social Security no. "] {
            let number = format!("{area:03}{group:02}{serial:04}");
            let text = format!("{said}{number}");
            let found = RULES.scan(&text, Lang::En);
            assert!(
                found.iter().any(|one| one.kind == PhiKind::Ssn && one.span.slice(&text) == number),
                "{text}: {found:?}"
            );
        }
        let never = [
            format!("000-{group:02}-{serial:04}"),
            format!("666-{group:02}-{serial:04}"),
            format!("9{:02}-{group:02}-{serial:04}", area % 100),
            format!("{area:03}-00-{serial:04}"),
            format!("{area:03}-{group:02}-0000"),
        ];
        for number in never {
            let text = format!("{before}{number}{after}");
            let found = ALL.scan(&text, Lang::En);
            assert!(!touched(&found, &text), "{text}: {found:?}");
        }
    }
}

#[test]
fn a_practice_number_has_no_check_digit_and_needs_its_word() {
    let mut chance = Chance(17);
    for round in 0..200usize {
        // A region of the Kassenärztliche Vereinigungen and seven digits; none that would be a doctor's number by its check digit.
        let mut number = text(&[vec![chance.digit() % 9 + 1], chance.digits(8)].concat());
        number.replace_range(7.., "00");
        let said =
            ["BSNR ", "BSNR: ", "Betriebsstättennummer ", "Betriebsstätten-Nr.: ", "BSNR der Praxis: "][round % 5];
        let text = format!("{said}{number}");
        let found = RULES.scan(&text, Lang::De);
        assert!(
            found.iter().any(|one| one.kind == PhiKind::Id && one.span.slice(&text) == number),
            "{text}: {found:?}"
        );
        let (before, after) = FRAMES[round % FRAMES.len()];
        let bare = format!("{before}{number}{after}");
        let found = ALL.scan(&bare, Lang::De);
        assert!(!touched(&found, &bare), "{bare}: {found:?}");
    }
}

#[test]
fn letters_that_look_like_digits_hide_no_number() {
    let kinds: [(&str, Maker); 6] =
        [("card", card), ("nhs", nhs), ("kvnr", kvnr), ("tax id", tax_id), ("pension", pension), ("iban", iban)];
    let mut chance = Chance(19);
    for (kind, make) in kinds {
        for round in 0..200u8 {
            let made = make(&mut chance);
            let alike = |number: &str| -> String {
                let lead = number.chars().take_while(|c| c.is_ascii_alphabetic()).count();
                let change = |(n, c): (usize, char)| match c {
                    '0' if n > lead => ['O', 'o'][usize::from(round) % 2],
                    '1' if n > lead => ['I', 'l'][usize::from(round) % 2],
                    c => c,
                };
                number.chars().enumerate().map(change).collect()
            };
            let (before, after) = FRAMES[usize::from(round) % FRAMES.len()];
            // "WIII" for W111: a group of letters alone could be any word.
            let is_number = |part: &str| {
                part.contains(|c: char| c.is_ascii_digit()) || !part.contains(|c: char| !"OoIl".contains(c))
            };
            let grouped = Some(alike(&written(&made.1)[1])).filter(|number| number.split(' ').all(is_number));
            for number in [Some(alike(&made.1)), grouped].into_iter().flatten() {
                let text = format!("{before}{number}{after}");
                let found = RULES.scan(&text, Lang::De);
                assert!(found.iter().any(|one| one.span.slice(&text) == number), "{kind}: {text}: {found:?}");
            }
            let number = alike(&wrong(&made, 1 + round % 9));
            let text = format!("{before}{number}{after}");
            let found = RULES.scan(&text, Lang::De);
            assert!(found.is_empty(), "wrong {kind}: {text}: {found:?}");
        }
    }
    for (text, number) in [("call O17O 123 45 67", "O17O 123 45 67"), ("SSN O78-O5-112O", "O78-O5-112O")] {
        let found = RULES.scan(text, Lang::En);
        assert!(found.iter().any(|one| one.span.slice(text) == number), "{text}: {found:?}");
    }
}

#[test]
fn telephone_numbers_are_found_as_the_four_countries_write_them() {
    for number in [
        "+49 170 1234567",
        "+491701234567",
        "0170 1234567",
        "0170/1234567",
        "0170-123 45 67",
        "01701234567",
        "(0170) 1234567",
        "+49 (0)89 1234-567",
        "0049 89 1234567",
        "030 / 23 12 50 11",
        "089 99998-0",
        "+44 7700 900123",
        "07700 900 123",
        "07700900123",
        "020 7946 0018",
        "(020) 7946 0018",
        "+1 212 555 0123",
        "(212) 555-0123",
        "212-555-0123",
        "212.555.0123",
        "1-212-555-0123",
        "+43 1 2345678",
        "0660 565 36 45",
        "+41 44 123 45 67",
        "044/123 45 67",
        "828-635-2307x0966",
        "0 1 7 0 1 2 3 4 5 6 7",
        "０１７０ １２３４５６７",
        "0170\u{200b}1234567",
        "0.1.7.0.1.2.3.4.5.6.7",
    ] {
        for (before, after) in FRAMES {
            let text = format!("{before}{number}{after}");
            let found = RULES.scan(&text, Lang::De);
            let right = found.iter().any(|one| {
                one.kind == PhiKind::Phone
                    && one.span.slice(&text).trim_start_matches('(') == number.trim_start_matches('(')
            });
            assert!(right, "{text}: {found:?}");
        }
    }
}

#[test]
fn a_word_before_it_makes_a_number_an_identifier() {
    for (text, number) in [
        ("Fallnummer: 4711-08", "4711-08"),
        ("Fall-Nr. 2025/113", "2025/113"),
        ("MRN 00482913", "00482913"),
        ("Patientennummer 88213", "88213"),
        ("Patienten-ID: 1933309807", "1933309807"),
        ("Aktenzeichen 3 C 214/25", "3 C 214/25"),
        ("case no. 77821", "77821"),
        ("my case number is 77821", "77821"),
        ("Zimmer 312", "312"),
        ("Zi. 417", "417"),
        ("room 12b", "12b"),
        ("ward 7", "7"),
        ("bed 14", "14"),
        ("SSN 078051120", "078051120"),
        ("My driver's license number is LH329609T", "LH329609T"),
        ("Kennzeichen B-MW 1234", "B-MW 1234"),
        ("Versichertennr. der AOK: A123456781", "A123456781"),
    ] {
        let found = RULES.scan(text, Lang::De);
        assert!(found.iter().any(|one| one.span.slice(text).ends_with(number)), "{text}: {found:?}");
    }
}

#[test]
fn everyday_numbers_are_no_identifiers() {
    for text in [
        "Ich warte seit 5 Stunden, vor mir noch 12 Leute.",
        "Parkhaus 2,50 € pro Stunde",
        "Mo-Fr 8.00-16.30 Uhr",
        "2012-2013 war alles besser",
        "Der CRP lag bei 148, das Fieber bei 39,4",
        "1.250.000 Euro",
        "RR 120/80, Puls 72",
        "Version 2.3.1 is out",
        "score 3-2 after 90 minutes",
        "call 112 or 999 or 116 117",
        "0800 111 0 111",
        "50 50 50 50 chance",
    ] {
        let found = RULES.scan(text, Lang::De);
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn disguised_addresses_are_found() {
    for (text, kind, part) in [
        ("schreib an jo (at) example (dot) org", PhiKind::Email, "jo (at) example (dot) org"),
        ("jo at example dot org", PhiKind::Email, "jo at example dot org"),
        ("jo klammeraffe example punkt org", PhiKind::Email, "jo klammeraffe example punkt org"),
        ("jo.doe＠example．org", PhiKind::Email, "jo.doe＠example．org"),
        ("јо@example.org", PhiKind::Email, "јо@example.org"),
        ("from 192.0.2.44 again", PhiKind::Ip, "192.0.2.44"),
        ("2001:db8:0:1:1:1:1:1", PhiKind::Ip, "2001:db8:0:1:1:1:1:1"),
        ("siehe https://portal.example.org/p?patient=88x1", PhiKind::Url, "https://portal.example.org/p?patient=88x1"),
        ("Danke @anna_m85!", PhiKind::Handle, "@anna_m85"),
        ("Lindenstraße 4a", PhiKind::Address, "Lindenstraße 4a"),
        ("she is a 93-year-old", PhiKind::Age, "93"),
        ("geb. 3.4.61", PhiKind::Date, "3.4.61"),
    ] {
        let found = RULES.scan(text, Lang::De);
        assert!(found.iter().any(|one| one.kind == kind && one.span.slice(text) == part), "{text}: {found:?}");
    }
}
