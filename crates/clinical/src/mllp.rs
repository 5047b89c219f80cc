//! MLLP, the Minimal Lower Layer Protocol (HL7 v2.5.1 Appendix C.4; "MLLP Release 1"): a message stands between
//! `<VT>` and `<FS><CR>`. Sans-IO: bytes are pushed in, frames come out. Small faults of senders are mended and counted.

const VT: u8 = 0x0b;
const FS: u8 = 0x1c;
const CR: u8 = b'\r';
const LF: u8 = b'\n';
/// How many bytes may stand between two frames before the sender is taken for something else.
const MOST_STRAY: usize = 1024;
/// A buffer that grew beyond this is given back when it is empty.
const KEPT_BYTES: usize = 64 * 1024;

/// Cuts a stream of bytes into frames. Bytes may come in pieces of any size; the work is linear in their number.
#[derive(Debug)]
pub struct Frames {
    buffer: Vec<u8>,
    /// Where the bytes not yet handed out begin.
    start: usize,
    /// How far the frame's end was looked for in vain.
    searched: usize,
    most_bytes: usize,
    is_known_sender: bool,
    stray: usize,
    faults: Faults,
}

/// What a sender did wrong, counted since the last look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Bytes other than line ends between two frames.
    pub stray_bytes: u64,
    /// Frames whose `<FS>` had no `<CR>` behind it.
    pub without_cr: u64,
    /// Frames that broke off: a new one began within them. What stood before was never acknowledged.
    pub broken_off: u64,
}

/// The stream is no MLLP, or a frame is too long. The connection can't be used any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A byte stands where a frame must begin.
    #[error("MLLP: a frame begins with 0x0B, found 0x{found:02X}; is the sender set to MLLP?")]
    NoStart {
        /// What stands there.
        found: u8,
    },
    /// The frame is longer than allowed.
    #[error("MLLP: a frame is longer than {most_bytes} bytes")]
    TooLong {
        /// The limit.
        most_bytes: usize,
    },
}

impl Frames {
    /// A cutter for frames of at most `most_bytes`.
    #[must_use]
    pub const fn new(most_bytes: usize) -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            searched: 0,
            most_bytes,
            is_known_sender: false,
            stray: 0,
            faults: Faults { stray_bytes: 0, without_cr: 0, broken_off: 0 },
        }
    }

    /// Takes bytes as they were read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message; `None`: more bytes are needed. Line ends between frames, which some senders add, are
    /// passed over; other bytes too, up to a kilobyte and only behind a good frame, but they are counted. A lone `<FS>`
    /// within a message belongs to it, unless a new frame or a line feed follows.
    ///
    /// # Errors
    /// The stream is no MLLP, or the frame is too long.
    pub fn next_frame(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        self.skip_to_start()?;
        if self.waiting().is_empty() {
            return Ok(None);
        }
        let Some(End { content, whole, has_cr }) = self.find_end() else {
            // Behind the limit only <VT>, <FS> and <CR> may still stand.
            let is_too_long = self.waiting().len() > self.most_bytes.saturating_add(3);
            return if is_too_long { Err(FrameError::TooLong { most_bytes: self.most_bytes }) } else { Ok(None) };
        };
        self.faults.without_cr += u64::from(!has_cr);
        self.take(content, whole).map(Some)
    }

    /// The message in waiting if all that is missing is the `<CR>` behind its `<FS>`. To be asked when a sender has gone
    /// quiet: it waits for its acknowledgement and will send nothing before.
    ///
    /// # Errors
    /// The frame is too long.
    pub fn flush(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        match self.waiting() {
            [VT, content @ .., FS] => {
                let content = content.len();
                self.faults.without_cr += 1;
                self.take(content, content + 2).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// How many bytes of an unfinished frame wait. The caller closes a connection on which they wait too long.
    #[must_use]
    pub fn waiting_bytes(&self) -> usize {
        self.waiting().len()
    }

    /// The faults since the last call.
    pub fn take_faults(&mut self) -> Faults {
        std::mem::take(&mut self.faults)
    }

    fn waiting(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    fn skip_to_start(&mut self) -> Result<(), FrameError> {
        if self.waiting().first() == Some(&VT) {
            return Ok(());
        }
        let skipped = self.waiting().iter().take_while(|byte| **byte != VT).count();
        let garbage = self.waiting().iter().take(skipped).filter(|byte| !is_blank(**byte));
        let (first, count) = (garbage.clone().next().copied(), garbage.count());
        if let Some(found) = first
            && (!self.is_known_sender || self.stray + count > MOST_STRAY)
        {
            return Err(FrameError::NoStart { found });
        }
        self.stray += count;
        self.faults.stray_bytes += count as u64;
        self.consume(skipped);
        Ok(())
    }

    fn find_end(&mut self) -> Option<End> {
        let frame = self.buffer.get(self.start..).unwrap_or_default();
        let mut at = self.searched;
        while let Some(offset) = frame.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == FS)) {
            let content = at + offset;
            let whole = match frame.get(content + 1..).unwrap_or_default() {
                [CR, ..] => Some((content + 2, true)),
                [LF, ..] => Some((content + 2, false)),
                [VT, ..] => Some((content + 1, false)),
                // What follows the <FS> is not there yet: look at it again.
                [] => {
                    self.searched = content;
                    return None;
                }
                _ => None,
            };
            if let Some((whole, has_cr)) = whole {
                return Some(End { content: content.saturating_sub(1), whole, has_cr });
            }
            at = content + 1;
        }
        self.searched = frame.len();
        None
    }

    /// Hands out the `content` bytes behind the `<VT>` and drops `whole` bytes.
    fn take(&mut self, content: usize, whole: usize) -> Result<Vec<u8>, FrameError> {
        let frame = self.waiting().get(1..=content).unwrap_or_default();
        let is_too_long = frame.len() > self.most_bytes;
        let begins_again = last_start(frame);
        let message = frame.get(begins_again..).unwrap_or_default().to_vec();
        if is_too_long {
            return Err(FrameError::TooLong { most_bytes: self.most_bytes });
        }
        self.faults.broken_off += u64::from(begins_again > 0);
        self.is_known_sender = true;
        self.stray = 0;
        self.consume(whole);
        Ok(message)
    }

    fn consume(&mut self, bytes: usize) {
        self.start += bytes;
        self.searched = 0;
        if self.start >= self.buffer.len() {
            self.buffer.clear();
            self.start = 0;
            if self.buffer.capacity() > KEPT_BYTES {
                self.buffer = Vec::new();
            }
        } else if self.start > self.buffer.len() / 2 {
            // Moving the rest costs less than was handed out, so the sum stays linear.
            self.buffer.drain(..self.start);
            self.start = 0;
        }
    }
}

struct End {
    content: usize,
    whole: usize,
    has_cr: bool,
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, CR | LF | b' ' | b'\t' | 0)
}

/// Where the last message within a frame begins. A sender that lost its thread starts anew without an end.
fn last_start(frame: &[u8]) -> usize {
    let mut end = frame.len();
    while let Some(at) = frame.get(..end).and_then(|part| part.iter().rposition(|byte| *byte == VT)) {
        let message = frame.get(at + 1..).unwrap_or_default();
        if [b"MSH", b"FHS", b"BHS"].iter().any(|name| message.starts_with(*name)) {
            return at + 1;
        }
        end = at;
    }
    0
}

/// Puts a message into a frame.
#[must_use]
pub fn frame(message: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(message.len() + 3);
    framed.push(VT);
    framed.extend_from_slice(message);
    framed.extend_from_slice(&[FS, CR]);
    framed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(frames: &mut Frames) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| frames.next_frame().unwrap()).collect()
    }

    #[test]
    fn frames_come_out_whole_however_the_bytes_come_in() {
        let messages = [b"MSH|^~\\&|A\rPID|1\r".to_vec(), b"MSH|\x1c|B".to_vec(), Vec::new()];
        let stream: Vec<u8> = messages.iter().flat_map(|message| [frame(message), b"\r\n".to_vec()].concat()).collect();
        for size in 1..=stream.len() {
            let mut frames = Frames::new(100);
            let mut found = Vec::new();
            for piece in stream.chunks(size) {
                frames.push(piece);
                found.extend(all(&mut frames));
            }
            assert_eq!(found, messages, "in pieces of {size}");
            assert_eq!(frames.take_faults(), Faults::default());
        }
    }

    #[test]
    fn what_is_no_mllp_is_said_so() {
        let mut frames = Frames::new(10);
        frames.push(b"GET / HTTP/1.1");
        assert_eq!(frames.next_frame(), Err(FrameError::NoStart { found: b'G' }));
        let mut frames = Frames::new(10);
        frames.push(&frame(&[b'x'; 11]));
        assert_eq!(frames.next_frame(), Err(FrameError::TooLong { most_bytes: 10 }));
        let mut frames = Frames::new(10);
        frames.push(&[&[VT][..], &[b'x'; 20]].concat());
        assert_eq!(frames.next_frame(), Err(FrameError::TooLong { most_bytes: 10 }));
    }

    #[test]
    fn a_missing_carriage_return_is_mended() {
        let check = |stream: &[u8], expect: &[&[u8]], without_cr: u64| {
            for size in 1..=stream.len() {
                let mut frames = Frames::new(100);
                let mut found = Vec::new();
                for piece in stream.chunks(size) {
                    frames.push(piece);
                    found.extend(all(&mut frames));
                }
                found.extend(frames.flush().unwrap());
                assert_eq!(found, expect, "{stream:?} in pieces of {size}");
                assert_eq!(frames.take_faults(), Faults { without_cr, ..Faults::default() });
                assert_eq!(frames.waiting_bytes(), 0);
            }
        };
        check(b"\x0bA\x1c\x0bB\x1c\r", &[b"A", b"B"], 1);
        check(b"\x0bA\x1c\n\x0bB\x1c\r", &[b"A", b"B"], 1);
        check(b"\x0bA\x1c", &[b"A"], 1);
        check(b"\x0b\x1c", &[b""], 1);
    }

    #[test]
    fn an_unfinished_frame_is_not_flushed() {
        let mut frames = Frames::new(100);
        frames.push(b"\x0bMSH|");
        assert_eq!(frames.next_frame(), Ok(None));
        assert_eq!(frames.flush(), Ok(None));
        assert_eq!(frames.waiting_bytes(), 5);
    }

    #[test]
    fn stray_bytes_are_counted_behind_a_good_frame_and_refused_before_one() {
        let mut frames = Frames::new(100);
        frames.push(b"\r\n\0 \x0bA\x1c\rxyz\x0bB\x1c\r\x1c\r");
        assert_eq!(all(&mut frames), [b"A", b"B"]);
        assert_eq!(frames.take_faults(), Faults { stray_bytes: 4, ..Faults::default() });
        frames.push(&vec![b'x'; MOST_STRAY + 1]);
        assert_eq!(frames.next_frame(), Err(FrameError::NoStart { found: b'x' }));
    }

    #[test]
    fn a_message_that_began_anew_is_taken_from_there() {
        let mut frames = Frames::new(100);
        frames.push(b"\x0bMSH|lost\r\x0bMSH|whole\x0b\r\x1c\r");
        assert_eq!(all(&mut frames), [b"MSH|whole\x0b\r"]);
        assert_eq!(frames.take_faults(), Faults { broken_off: 1, ..Faults::default() });
    }

    #[test]
    fn a_big_frame_in_single_bytes_is_searched_once() {
        let mut frames = Frames::new(4_000_000);
        let message = vec![b'x'; 3_000_000];
        for byte in frame(&message) {
            frames.push(&[byte]);
            if let Some(found) = frames.next_frame().unwrap() {
                assert_eq!(found.len(), message.len());
                assert!(frames.buffer.capacity() <= KEPT_BYTES);
                return;
            }
        }
        panic!("the frame never ended");
    }
}
