//! Check digits of identifiers that people know by heart, so that a slip of the pen is told from a stranger.

/// Whether this is a German health insurance number (KVNR, § 290 SGB V): a letter, eight digits and a check digit. The
/// letter counts as two digits; digits are weighed 1, 2, 1, 2 …, their digit sums added, modulo 10.
#[must_use]
pub fn is_kvnr(text: &str) -> bool {
    let Some((letter, digits)) = text.as_bytes().split_first() else {
        return false;
    };
    let is_form = letter.is_ascii_uppercase() && digits.len() == 9 && digits.iter().all(u8::is_ascii_digit);
    let Some((check, digits)) = digits.split_last() else {
        return false;
    };
    let number = letter.wrapping_sub(b'A').wrapping_add(1);
    let all = [number / 10, number % 10].into_iter().chain(digits.iter().map(|digit| digit.wrapping_sub(b'0')));
    let sum: u32 = all
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit).wrapping_mul(weight))
        .map(|product| product / 10 + product % 10)
        .sum();
    is_form && sum % 10 == u32::from(check.wrapping_sub(b'0'))
}

/// Whether this is an NHS number of England, Wales or the Isle of Man: ten digits, the last modulo 11 of the others. Blanks
/// and dashes between them are passed over.
#[must_use]
pub fn is_nhs_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter(|c| !matches!(c, ' ' | '-')).filter_map(|c| c.to_digit(10)).collect();
    let is_form = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-')) && digits.len() == 10;
    let sum: u32 = digits.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let check = match 11 - sum % 11 {
        11 => 0,
        check => check,
    };
    is_form && digits.last() == Some(&check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kvnr_check_digits() {
        for text in ["A123456780", "X110411675", "T012345678"] {
            let is_right = (0..10).filter(|digit| is_kvnr(&format!("{}{digit}", &text[..9]))).count();
            assert_eq!(is_right, 1, "{text}");
        }
        for text in ["A123456780", "X110411675"] {
            assert!(is_kvnr(text), "{text}");
        }
        for text in ["", "A", "A123456789", "a123456780", "A12345678", "A1234567800", "1234567890", "Ä12345678"] {
            assert!(!is_kvnr(text), "{text}");
        }
    }

    #[test]
    fn nhs_number_check_digits() {
        for text in ["9434765919", "943 476 5919", "943-476-5919", "9999999999"] {
            assert!(is_nhs_number(text), "{text}");
        }
        for text in ["", "9434765918", "943476591", "94347659199", "94347A65919"] {
            assert!(!is_nhs_number(text), "{text}");
        }
    }
}
