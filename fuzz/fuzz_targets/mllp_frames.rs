//! A stream of any bytes gives the same frames in whatever pieces it comes, and never keeps more than one frame allows.
#![no_main]

use bedside_clinical::mllp::{FrameError, Frames, frame};
use libfuzzer_sys::fuzz_target;

const MOST_BYTES: usize = 64;

fuzz_target!(|input: &[u8]| {
    let Some((size, stream)) = input.split_first() else { return };
    let pieces = read(stream, usize::from(*size).max(1));
    let whole = read(stream, stream.len().max(1));
    assert_eq!(pieces, whole);
    for found in whole.into_iter().flatten() {
        assert!(found.len() <= MOST_BYTES);
        if !found.contains(&0x1c) && !found.contains(&0x0b) {
            assert_eq!(read(&frame(&found), 1), [Ok(found)]);
        }
    }
});

fn read(stream: &[u8], size: usize) -> Vec<Result<Vec<u8>, FrameError>> {
    let mut frames = Frames::new(MOST_BYTES);
    let mut found = Vec::new();
    for piece in stream.chunks(size) {
        frames.push(piece);
        loop {
            match frames.next_frame() {
                Ok(Some(message)) => found.push(Ok(message)),
                Ok(None) => break,
                Err(error) => {
                    found.push(Err(error));
                    return found;
                }
            }
        }
        assert!(frames.waiting_bytes() <= MOST_BYTES + 3);
    }
    found.extend(frames.flush().transpose());
    found
}
