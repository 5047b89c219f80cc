//! What reading a message costs: an 891-byte ADT^A01 in ISO 8859-15, as German hospitals send it.

#![expect(clippy::expect_used, reason = "a benchmark of invalid input measures nothing")]

use bedside_clinical::hl7::ack::{self, Code, Outcome, Stamp};
use bedside_clinical::hl7::{Content, Keep, Message, Reading, judge};
use bedside_clinical::mllp::{Frames, frame};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

const ADT: &[u8] = include_bytes!("adt_a01.hl7");

fn main() {
    divan::main();
}

fn parsed() -> Message {
    Message::parse(ADT, &Reading::default()).expect("a message")
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(1_usize)).bench(|| Message::parse(black_box(ADT), &Reading::default()));
}

#[divan::bench]
fn parse_and_read_all_views(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| Content::read(&Message::parse(black_box(ADT), &Reading::default()).expect("a message")));
}

/// All that stands between the socket and the database.
#[divan::bench]
fn frame_parse_judge_filter_answer(bencher: Bencher<'_, '_>) {
    let framed = frame(ADT);
    let keep = Keep::default();
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let mut frames = Frames::new(1 << 20);
        frames.push(black_box(&framed));
        let bytes = frames.next_frame().expect("a frame").expect("whole");
        let message = Message::parse(&bytes, &Reading::default()).expect("a message");
        let outcome = judge(&Content::read(&message));
        let stamp = Stamp { time: "20261215170500+0100", control_id: "B1" };
        (keep.filter(&message), ack::answer(&message, Code::CA, &outcome, stamp))
    });
}

#[divan::bench]
fn answer(bencher: Bencher<'_, '_>) {
    let message = parsed();
    let stamp = Stamp { time: "20261215170500+0100", control_id: "B1" };
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| ack::answer(black_box(&message), Code::CA, &Outcome::Accepted, stamp));
}

/// A megabyte in pieces of one byte: must stay linear.
#[divan::bench(sample_count = 10)]
fn a_megabyte_bytewise(bencher: Bencher<'_, '_>) {
    let framed = frame(&vec![b'x'; 1 << 20]);
    bencher.bench(|| {
        let mut frames = Frames::new(1 << 21);
        let mut found = None;
        for byte in &framed {
            frames.push(&[*byte]);
            found = frames.next_frame().expect("a frame");
        }
        found.expect("whole").len()
    });
}
