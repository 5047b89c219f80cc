//! Check digits of numbers that point to a person, and the formats that carry them. All take digits already freed of
//! separators.

/// Luhn's sum, as on payment cards (ISO/IEC 7812-1): 13 to 19 digits.
pub(super) fn is_card(digits: &[u8]) -> bool {
    (13..=19).contains(&digits.len()) && matches!(digits.first(), Some(2..=6)) && luhn(digits)
}

/// Luhn's sum alone; digits all the same don't count.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let n = u32::from(*digit) * if at % 2 == 1 { 2 } else { 1 };
            if n > 9 { n - 9 } else { n }
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| Some(digit) != digits.first())
}

/// IBAN: ISO 13616, letters as two digits, remainder 1 of 97.
pub(super) fn is_iban(text: &str) -> bool {
    if !(15..=34).contains(&text.len()) || !text.is_ascii() {
        return false;
    }
    let country = text.get(..2).unwrap_or_default();
    let length = IBAN_LENGTHS.iter().find(|(code, _)| *code == country).map(|(_, length)| *length);
    // Words after "In 10 years" have the right remainder once in 97 times: accounts have more digits.
    if length != Some(text.len()) || text.bytes().filter(u8::is_ascii_digit).count() < 8 {
        return false;
    }
    let (head, tail) = text.split_at_checked(4).unwrap_or_default();
    if DIGITS_ALONE.contains(&country) && !tail.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    tail.chars().chain(head.chars()).try_fold(0u32, |rest, c| {
        let value = c.to_digit(36)?;
        Some(if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 })
    }) == Some(1)
}

/// Countries whose accounts have no letters but their own two (SWIFT, IBAN registry).
const DIGITS_ALONE: [&str; 16] =
    ["AT", "BE", "CZ", "DE", "DK", "EE", "ES", "FI", "HR", "HU", "LT", "NO", "PL", "PT", "SE", "SI"];

/// Lengths by country (SWIFT, IBAN registry).
const IBAN_LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
];

/// German Krankenversichertennummer (§ 290 SGB V): a letter, eight digits, a check digit.
pub(super) fn is_kvnr(letter: char, digits: &[u8]) -> bool {
    let Some(n) = (letter as u32).checked_sub('A' as u32).filter(|n| *n < 26) else {
        return false;
    };
    let n = n as u8 + 1;
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let all = [n / 10, n % 10].into_iter().chain(body.iter().copied());
    let sum: u32 = all
        .enumerate()
        .map(|(at, digit)| u32::from(digit) * if at % 2 == 1 { 2 } else { 1 })
        .map(|n| n / 10 + n % 10)
        .sum();
    body.len() == 8 && sum % 10 == u32::from(*check)
}

/// NHS number (England, Wales): ten digits, modulus 11.
pub(super) fn is_nhs(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    if body.len() != 9 || body.iter().all(|digit| Some(digit) == body.first()) {
        return false;
    }
    let sum: u32 = body.iter().zip((2u32..=10).rev()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    match 11 - sum % 11 {
        11 => *check == 0,
        10 => false,
        n => u32::from(*check) == n,
    }
}

/// US social security number: areas 000, 666 and 900–999, group 00 and serial 0000 were never given.
pub(super) fn is_ssn(digits: &[u8]) -> bool {
    let number = |part: &[u8]| part.iter().fold(0u32, |n, digit| n * 10 + u32::from(*digit));
    let (Some(area), Some(group), Some(serial)) = (digits.get(..3), digits.get(3..5), digits.get(5..9)) else {
        return false;
    };
    digits.len() == 9 && !matches!(number(area), 0 | 666 | 900..) && number(group) > 0 && number(serial) > 0
}

/// German tax id (§ 139b AO): eleven digits, ISO 7064 mod 11,10, exactly one digit twice or thrice in the first ten.
pub(super) fn is_tax_id(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    if body.len() != 10 || body.first() == Some(&0) {
        return false;
    }
    let mut counts = [0u8; 10];
    for digit in body {
        if let Some(count) = counts.get_mut(usize::from(*digit)) {
            *count += 1;
        }
    }
    if counts.iter().filter(|n| **n > 1).count() != 1 || counts.iter().any(|n| *n > 3) {
        return false;
    }
    let product = body.iter().fold(10u32, |product, digit| {
        let sum = (u32::from(*digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    u32::from(*check) == (11 - product) % 10
}

/// German Rentenversicherungsnummer (VKVV § 4): area, birth date, letter, serial, check digit.
pub(super) fn is_pension(before: &[u8], letter: char, after: &[u8]) -> bool {
    let Some(n) = (letter as u32).checked_sub('A' as u32).filter(|n| *n < 26) else {
        return false;
    };
    let n = n as u8 + 1;
    let Some((check, serial)) = after.split_last() else {
        return false;
    };
    if before.len() != 8 || serial.len() != 2 {
        return false;
    }
    let all = before.iter().copied().chain([n / 10, n % 10]).chain(serial.iter().copied());
    let sum: u32 = all
        .zip([2u32, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1])
        .map(|(digit, weight)| u32::from(digit) * weight)
        .map(|n| n / 10 + n % 10)
        .sum();
    sum % 10 == u32::from(*check)
}

/// Austrian Sozialversicherungsnummer: serial, check digit, birth date.
pub(super) fn is_austrian(digits: &[u8]) -> bool {
    let weights = [3u32, 7, 9, 0, 5, 8, 4, 2, 1, 6];
    if digits.len() != 10 || digits.first() == Some(&0) {
        return false;
    }
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let two = |from: usize| {
        digits.get(from..from + 2).map_or(0, |part| part.iter().fold(0u32, |n, digit| n * 10 + u32::from(*digit)))
    };
    digits.get(3).is_some_and(|check| u32::from(*check) == sum % 11)
        && (1..=31).contains(&two(4))
        && (1..=13).contains(&two(6))
}

/// German Lebenslange Arztnummer (KBV, § 75 Abs. 7 SGB V): six digits weighted 4 and 9, a check digit, two of the field.
pub(super) fn is_lanr(digits: &[u8]) -> bool {
    let [body @ .., check, field_tens, field_ones] = digits else { return false };
    let sum: u32 = body.iter().zip([4u32, 9, 4, 9, 4, 9]).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let field = field_tens * 10 + field_ones;
    body.len() == 6 && u32::from(*check) == (10 - sum % 10) % 10 && (1..=99).contains(&field)
}

/// US Medicare Beneficiary Identifier (CMS): eleven signs of fixed sorts, letters without S, L, O, I, B and Z, no 0 in front. Upper
/// case.
pub(super) fn is_mbi(text: &str) -> bool {
    has_sorts_of_mbi(text)
        && !text.starts_with('0')
        && !text.bytes().any(|b| matches!(b, b'S' | b'L' | b'O' | b'I' | b'B' | b'Z'))
}

/// Whether letters and digits stand where a Medicare number has them, whichever they are.
pub(super) fn has_sorts_of_mbi(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_uppercase();
    let digit = |b: u8| b.is_ascii_digit();
    let either = |b: u8| letter(b) || digit(b);
    match text.as_bytes() {
        [a, b, c, d, e, f, g, h, i, j, k] => {
            digit(*a)
                && letter(*b)
                && either(*c)
                && digit(*d)
                && letter(*e)
                && either(*f)
                && digit(*g)
                && letter(*h)
                && letter(*i)
                && digit(*j)
                && digit(*k)
        }
        _ => false,
    }
}

/// UK National Insurance number: two letters, six digits, A to D. Upper case.
pub(super) fn is_national_insurance(text: &str) -> bool {
    let first = |b: &u8| b.is_ascii_uppercase() && !matches!(b, b'D' | b'F' | b'I' | b'Q' | b'U' | b'V');
    match text.as_bytes() {
        [a, b, digits @ .., last] => {
            first(a)
                && first(b)
                && *b != b'O'
                && digits.len() == 6
                && digits.iter().all(u8::is_ascii_digit)
                && matches!(last, b'A'..=b'D')
                && !matches!(
                    (a, b),
                    (b'B', b'G')
                        | (b'G', b'B')
                        | (b'N', b'K')
                        | (b'K', b'N')
                        | (b'T', b'N')
                        | (b'N', b'T')
                        | (b'Z', b'Z')
                )
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect()
    }

    #[test]
    fn right_check_digits_pass_and_wrong_ones_fail() {
        assert!(is_card(&digits("4111 1111 1111 1111")) && !is_card(&digits("4111 1111 1111 1112")));
        assert!(is_iban("DE89370400440532013000") && !is_iban("DE88370400440532013000"));
        assert!(is_iban("GB82WEST12345698765432") && !is_iban("DE8937040044053201300"));
        assert!(is_kvnr('A', &digits("123456780")) && !is_kvnr('A', &digits("123456781")));
        assert!(is_nhs(&digits("943 476 5919")) && !is_nhs(&digits("943 476 5918")));
        assert!(is_ssn(&digits("078-05-1120")) && !is_ssn(&digits("666-05-1120")) && !is_ssn(&digits("900-05-1120")));
        assert!(is_tax_id(&digits("86095742719")) && !is_tax_id(&digits("86095742718")));
        assert!(
            is_pension(&digits("65170839"), 'J', &digits("003"))
                && !is_pension(&digits("65170839"), 'J', &digits("008"))
        );
        assert!(is_austrian(&digits("1237010180")) && !is_austrian(&digits("1238010180")));
    }
}
