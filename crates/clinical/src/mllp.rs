//! MLLP, the Minimal Lower Layer Protocol (HL7 v2.5.1 Appendix C.4; "MLLP Release 1"): a message stands between
//! `<VT>` and `<FS><CR>`. Sans-IO: bytes are pushed in, frames come out.

const VT: u8 = 0x0b;
const FS: u8 = 0x1c;
const CR: u8 = 0x0d;

/// Cuts a stream of bytes into frames. Bytes may come in pieces of any size.
#[derive(Debug)]
pub struct Frames {
    buffer: Vec<u8>,
    most_bytes: usize,
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
        Self { buffer: Vec::new(), most_bytes }
    }

    /// Takes bytes as they were read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message; `None`: more bytes are needed. Line ends between frames, which some senders add, are
    /// passed over; a lone `<FS>` within a message belongs to it.
    ///
    /// # Errors
    /// The stream is no MLLP, or the frame is too long.
    pub fn next_frame(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        let blank = self.buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.buffer.drain(..blank);
        match self.buffer.first() {
            None => return Ok(None),
            Some(&VT) => {}
            Some(&found) => return Err(FrameError::NoStart { found }),
        }
        let Some(end) = self.buffer.windows(2).position(|pair| pair == [FS, CR]) else {
            let is_too_long = self.buffer.len() > self.most_bytes.saturating_add(3);
            return if is_too_long { Err(FrameError::TooLong { most_bytes: self.most_bytes }) } else { Ok(None) };
        };
        let frame: Vec<u8> = self.buffer.drain(..end + 2).skip(1).take(end - 1).collect();
        if frame.len() > self.most_bytes {
            return Err(FrameError::TooLong { most_bytes: self.most_bytes });
        }
        Ok(Some(frame))
    }
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

    #[test]
    fn frames_come_out_whole_however_the_bytes_come_in() {
        let messages = [b"MSH|^~\\&|A\rPID|1\r".to_vec(), b"MSH|\x1c|B".to_vec(), Vec::new()];
        let stream: Vec<u8> = messages.iter().flat_map(|message| [frame(message), b"\r\n".to_vec()].concat()).collect();
        for size in 1..=stream.len() {
            let mut frames = Frames::new(100);
            let mut found = Vec::new();
            for piece in stream.chunks(size) {
                frames.push(piece);
                while let Some(message) = frames.next_frame().unwrap() {
                    found.push(message);
                }
            }
            assert_eq!(found, messages, "in pieces of {size}");
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
}
