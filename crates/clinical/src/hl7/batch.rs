//! Batches and files of messages (HL7 v2.5.1 §2.10.3). The envelopes FHS, BHS, BTS and FTS say nothing that matters here.

/// The messages in these bytes, each with what stands around it up to the next. One message comes back as it is, and so
/// does something that is none, for the reader to say so.
#[must_use]
pub fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> = header_starts(bytes).skip(1).collect();
    let mut pieces = Vec::with_capacity(starts.len() + 1);
    let mut from = 0;
    for start in starts.into_iter().chain([bytes.len()]) {
        pieces.push(bytes.get(from..start).unwrap_or_default());
        from = start;
    }
    pieces
}

/// Where MSH stands at the beginning of a line.
pub(super) fn header_starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let lines = std::iter::once(0).chain(
        bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b'\r' | b'\n' | 0x0b)).map(|(place, _)| place + 1),
    );
    lines.filter(move |start| {
        let line = bytes.get(*start..).unwrap_or_default();
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii_start();
        let is_here = !matches!(bytes.get(*start), Some(b'\r' | b'\n' | 0x0b));
        is_here && line.strip_prefix(b"MSH").and_then(|rest| rest.first()).is_some_and(u8::is_ascii_punctuation)
    })
}
