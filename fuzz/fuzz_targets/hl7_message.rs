//! Any bytes are read, judged, answered and filtered without a panic; what is answered or stored can be read again.
#![no_main]

use bedside_clinical::hl7::ack::{self, Acknowledgement, Code, Mode, Outcome, Stamp};
use bedside_clinical::hl7::{Charset, Content, FlawKind, Keep, Message, Reading, check, judge, split};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((number, bytes)) = input.split_first() else { return };
    let charset = Charset::ALL[usize::from(*number) % Charset::ALL.len()];
    let reading = Reading { charset };
    let pieces = split(bytes);
    assert_eq!(pieces.concat(), bytes);
    for piece in &pieces {
        if let Ok(message) = Message::parse(piece, &reading) {
            handle(&message, &reading);
        }
    }
    for checked in check(bytes, &reading, Mode::AsAsked, &Keep::default()) {
        assert!(!checked.to_string().is_empty());
    }
});

fn handle(message: &Message, reading: &Reading) {
    let content = Content::read(message);
    assert!(content.flaws.all().len() <= 100);
    let stamp = Stamp { time: "20261215", control_id: "B1" };
    let answer = ack::answer(message, Code::AE, &judge(&content), stamp);
    assert!(answer.iter().all(|byte| *byte >= b' ' || *byte == b'\r'));
    let read = Message::parse(&answer, reading).expect("an answer is a message");
    assert_eq!(Acknowledgement::read(&read).expect("an answer has MSA").code, Some(Code::AE));
    let read = Content::read(&read);
    assert_eq!(ack::code(&read.header, read.trigger, Mode::Original, &Outcome::Accepted), None);
    let keep = Keep::default();
    let stored = keep.filter(message);
    let again = Message::parse(&stored, reading).expect("what is stored is a message");
    if !content.flaws.has(FlawKind::CharsetBroken) {
        assert_eq!(text(&keep.filter(&again)), text(&stored));
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
