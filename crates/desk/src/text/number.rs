//! Numbers as the house writes them: groups of three with a narrow no-break space from five digits on, in both languages.

/// "184 302" with U+202F between the groups; four digits stay together.
#[must_use]
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3 + 1);
    if n < 0 {
        out.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if digits.len() > 4 && i > 0 && left.is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}
