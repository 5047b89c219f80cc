//! Record keys that are made from the reply, not from the moment of sending: the same reply has the same key for ever.

use bedside_core::{id::OutboxId, time::Timestamp};

const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";

/// The TID (atproto.com/specs/tid) of a reply: the milliseconds of `prepared_at`; below them, and as the clock id, 20
/// bits of the outbox id's randomness, so that replies prepared in the same millisecond don't meet.
pub(super) fn of_reply(outbox: OutboxId, prepared_at: Timestamp) -> String {
    let random = outbox.uuid().as_u128() & 0xf_ffff;
    let (high, low) = (random >> 10, random & 0x3ff);
    let millis = u128::from(prepared_at.as_millis_unsigned());
    // 1024 values in 1000 microseconds: the last 24 run into the next millisecond, which does no harm.
    encode(millis * 1000 + high, low)
}

/// 53 bits of microseconds and 10 bits of clock id in 13 characters of base32-sortable.
fn encode(micros: u128, clock_id: u128) -> String {
    let bits = (micros & ((1 << 53) - 1)) << 10 | (clock_id & 0x3ff);
    (0..13)
        .rev()
        .map(|place| {
            let digit = usize::try_from(bits >> (place * 5) & 31).unwrap_or(0);
            ALPHABET.get(digit).copied().map_or('2', char::from)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(tid: &str) -> u128 {
        tid.bytes().fold(0, |n, byte| n << 5 | ALPHABET.iter().position(|c| *c == byte).unwrap() as u128)
    }

    #[test]
    fn a_tid_is_written_as_the_specification_says() {
        // From the interoperability files of the AT Protocol: valid TIDs, and zero.
        assert_eq!(encode(0, 0), "2222222222222");
        for known in ["3jzfcijpj2z2a", "7777777777777", "3zzzzzzzzzzzz"] {
            let bits = decode(known);
            assert_eq!(encode(bits >> 10, bits & 0x3ff), known);
        }
    }

    #[test]
    fn the_same_reply_has_the_same_key_and_another_another() {
        let at = Timestamp::parse_rfc3339("2026-11-22T12:00:00.123Z").unwrap();
        let id = |n: u8| OutboxId::new(at, &[n, 1, 2, 3, 4, 5, 6, 7, n, n]);
        assert_eq!(of_reply(id(1), at), of_reply(id(1), at));
        assert_ne!(of_reply(id(1), at), of_reply(id(2), at));
        let keys: std::collections::BTreeSet<_> = (0..=255).map(|n| of_reply(id(n), at)).collect();
        assert_eq!(keys.len(), 256);
        assert!(of_reply(id(9), at) < of_reply(id(0), at.plus(bedside_core::time::Span::millis(2))));
        assert!(keys.iter().all(|key| key.len() == 13 && key.starts_with('3')));
    }
}
