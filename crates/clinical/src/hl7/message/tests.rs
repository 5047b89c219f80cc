use super::super::part::Value;
use super::*;

const ADT: &str = "MSH|^~\\&|KIS|HAUS|BEDSIDE|HAUS|20261127061456||ADT^A01^ADT_A01|C1|P|2.5|||AL|NE|DEU|8859/1\r\
    EVN||20261127061456\r\
    PID|1||4711^^^HAUS^PI~99^^^KASSE^NI||Müller&von der&Müller^Jörg^^^Dr.||19700101|M|||\"\"\r\
    PV1|1|I|CHI^302^2\r";

fn parse(text: &str) -> Message {
    Message::parse(&Charset::Latin1.encode(text).bytes, &Reading::default()).unwrap()
}

fn words(message: &Message) -> Vec<String> {
    message.flaws().iter().map(|flaw| format!("{} {}", flaw.place, flaw.kind.word())).collect()
}

fn names(message: &Message) -> Vec<&str> {
    message.segments().map(|segment| segment.name()).collect()
}

#[test]
fn parts_have_the_standards_numbers() {
    let message = parse(ADT);
    assert_eq!(words(&message), [""; 0]);
    let header = message.header();
    assert_eq!(header.field(1).raw(), "|");
    assert_eq!(header.field(2).value(), Value::Text("^~\\&".into()));
    assert_eq!(header.field(2).component(1).raw(), "^~\\&");
    assert_eq!(header.text(3, 1), "KIS");
    assert_eq!(header.text(9, 2), "A01");
    assert_eq!(message.control_id(), "C1");
    let pid = message.segment("PID").unwrap();
    assert_eq!(pid.field(0).raw(), "");
    assert_eq!(pid.text(1, 1), "1");
    assert_eq!(pid.field(2).value(), Value::Absent);
    assert_eq!(pid.field(3).repetitions().map(|id| id.text(1)).collect::<Vec<_>>(), ["4711", "99"]);
    assert_eq!(pid.field(3).repetition(2).text(4), "KASSE");
    assert_eq!(pid.field(3).repetition(3).raw(), "");
    assert_eq!(pid.field(5).component(1).subcomponent(2).raw(), "von der");
    assert_eq!(pid.field(5).component(0).raw(), "");
    assert_eq!(pid.text(5, 2), "Jörg");
    assert_eq!(pid.field(11).value(), Value::Delete);
    assert_eq!(pid.field(12).value(), Value::Absent);
    assert_eq!(pid.field(2).repetitions().count(), 0);
    assert_eq!((header.field_count(), pid.field_count()), (18, 11));
    assert!(message.segment("ZZZ").is_none());
}

#[test]
fn every_line_end_is_read() {
    for (end, expect) in [("\n", &["message line-feed"][..]), ("\r\n", &["message line-feed"]), ("\r", &[])] {
        let message = parse(&ADT.replace('\r', end));
        assert_eq!(names(&message), ["MSH", "EVN", "PID", "PV1"], "{end:?}");
        assert_eq!(words(&message), expect, "{end:?}");
    }
    assert_eq!(words(&parse(ADT.trim_end())), ["message no-final-return"]);
    let blank = parse(&ADT.replace("\rPV1", "\r\r\n \rPV1"));
    assert_eq!(words(&blank), ["message line-feed", "PV1 blank-line"]);
    assert_eq!(names(&blank).len(), 4);
}

#[test]
fn a_frame_or_a_mark_around_the_message_is_taken_off() {
    let framed = [b"\x0b", ADT.replace('ü', "ue").replace('ö', "oe").as_bytes(), b"\x1c\r"].concat();
    let message = Message::parse(&framed, &Reading::default()).unwrap();
    assert_eq!(words(&message), ["message framing"]);
    assert_eq!(names(&message).len(), 4);
    let marked = ["\u{feff}", ADT].concat();
    let message = Message::parse(marked.as_bytes(), &Reading::default()).unwrap();
    assert_eq!(words(&message), ["message byte-order-mark"]);
    assert_eq!(message.segment("PID").unwrap().text(5, 1), "Müller");
}

#[test]
fn umlauts_are_right_with_a_wrong_declaration() {
    let message = Message::parse(ADT.as_bytes(), &Reading::default()).unwrap();
    assert_eq!(words(&message), ["MSH-18 charset-wrong"]);
    assert_eq!(message.charset(), Charset::Utf8);
    assert_eq!(message.segment("PID").unwrap().text(5, 2), "Jörg");
    let declared_utf8 = ADT.replace("8859/1", "UNICODE UTF-8");
    let message = parse(&declared_utf8);
    assert_eq!(words(&message), ["MSH-18 charset-wrong"]);
    assert_eq!(message.segment("PID").unwrap().text(5, 2), "Jörg");
    let undeclared = parse(&ADT.replace("8859/1", ""));
    assert_eq!(words(&undeclared), ["MSH-18 charset-missing"]);
    assert_eq!(undeclared.segment("PID").unwrap().text(5, 2), "Jörg");
}

#[test]
fn custom_delimiters_are_followed() {
    let message = parse("MSH!$%*@!A!B!!!20260101!!ADT$A01$ADT_A01!1!P!2.5\rPID!1!!47*S*11$$$X@1.2.3@ISO%8\r");
    assert_eq!(words(&message), [""; 0]);
    let pid = message.segment("PID").unwrap();
    assert_eq!(pid.text(3, 1), "47$11");
    assert_eq!(pid.field(3).component(4).subcomponent(2).raw(), "1.2.3");
    assert_eq!(pid.field(3).repetition(2).text(1), "8");
    let fifth = parse("MSH|^~\\&#|A|B|||20260101||ADT^A01^ADT_A01|1|P|2.7\r");
    assert_eq!((words(&fifth), fifth.syntax().truncation), (vec![], '#'));
    let twice = parse("MSH|^~\\\\&|A|B|||20260101||ADT^A01^ADT_A01|1|P|2.5\rPID|||1^^^A&B\r");
    assert_eq!(words(&twice), ["MSH-2 delimiters"]);
    assert_eq!(twice.segment("PID").unwrap().field(3).component(4).subcomponent(2).raw(), "B");
}

#[test]
fn a_segment_that_lost_its_line_end_is_found() {
    let check = |text: &str, expect: &[&str], flaws: &[&str]| {
        let message = parse(&format!("{ADT}{text}"));
        assert_eq!(names(&message)[4..], *expect, "{text}");
        assert_eq!(words(&message), flaws, "{text}");
        message
    };
    let message = check("PV2||x|AIN1|1|10^^|KASSE\r", &["PV2", "IN1"], &["IN1 glued-segment"]);
    assert_eq!(message.segment("PV2").unwrap().text(3, 1), "A");
    assert_eq!(message.segment("IN1").unwrap().text(3, 1), "KASSE");
    check("PV2|||IN1|1|10\r", &["PV2", "IN1"], &["IN1 glued-segment"]);
    let message = check("PD1|||NO NK1|1|MUSTER^MIA\r", &["PD1", "NK1"], &["NK1 glued-segment"]);
    assert_eq!(message.segment("PD1").unwrap().text(3, 1), "NO");
    check("PV2|AIN1|1|BIN2|2|C\r", &["PV2", "IN1", "IN2"], &["IN1 glued-segment", "IN2 glued-segment"]);
    check("PV2||IN1\r", &["PV2"], &[]);
    check("PV2||IN1|text\r", &["PV2"], &[]);
    check("OBX|1|TX|see NK1|1|x\r", &["OBX"], &[]);
}

#[test]
fn a_line_broken_within_a_field_is_one_field() {
    let message = parse(&format!("{ADT}NTE|1||first\nsecond and\n*** third\rZBE|1\r"));
    assert_eq!(names(&message)[4..], ["NTE", "ZBE"]);
    assert_eq!(message.segment("NTE").unwrap().text(3, 1), "first\nsecond and\n*** third");
    assert_eq!(words(&message), ["message line-feed", "NTE broken-line"]);
    let indented = parse(&ADT.replace("\rPID", "\r  PID"));
    assert_eq!(words(&indented), ["PID indented"]);
    assert_eq!(indented.segment("PID").unwrap().text(1, 1), "1");
}

#[test]
fn batches_are_split_and_their_envelope_dropped() {
    let batch = format!("FHS|^~\\&|X\rBHS|^~\\&|X\r{ADT}{ADT}BTS|2\rFTS|1\r");
    let bytes = Charset::Latin1.encode(&batch).bytes;
    let pieces = super::super::split(&bytes);
    assert_eq!(pieces.len(), 2);
    assert_eq!(pieces.concat(), bytes);
    for piece in pieces {
        let message = Message::parse(piece, &Reading::default()).unwrap();
        assert_eq!(names(&message), ["MSH", "EVN", "PID", "PV1"]);
        assert_eq!(words(&message), ["message batch"]);
    }
    assert_eq!(Message::parse(&bytes, &Reading::default()), Err(NotHl7::Many { count: 2 }));
    assert_eq!(super::super::split(b"nothing"), [b"nothing"]);
}

#[test]
fn what_stands_before_the_message_is_passed_over() {
    let message = parse(&format!("/* sample */\n\n{ADT}"));
    assert_eq!(words(&message), ["message preamble"]);
    assert_eq!(message.header().raw().get(..4), Some("MSH|"));
}

#[test]
fn what_is_no_message_is_refused_with_the_reason() {
    let check = |bytes: &[u8], expect: NotHl7| {
        assert_eq!(Message::parse(bytes, &Reading::default()), Err(expect), "{bytes:?}");
    };
    check(b"", NotHl7::Empty);
    check(b"\x0b\x1c\r", NotHl7::Empty);
    check(b" \r\n", NotHl7::Empty);
    check(b"PID|1\r", NotHl7::NoHeader);
    check(b"MSH", NotHl7::NoHeader);
    check(b"MSHX^~\\&|A", NotHl7::NoHeader);
    check(b"begin 644 WAV.DAT", NotHl7::NoHeader);
    let long = ["MSH|^~\\&|A\r", &"ZZZ\r".repeat(MOST_SEGMENTS)].concat();
    check(long.as_bytes(), NotHl7::TooManySegments { most: MOST_SEGMENTS });
    let glued = ["MSH|^~\\&|A\rPV1", &"|AIN1|1".repeat(MOST_SEGMENTS)].concat();
    check(glued.as_bytes(), NotHl7::TooManySegments { most: MOST_SEGMENTS });
}

#[test]
fn the_header_of_what_is_refused_can_be_had() {
    let long = ["\x0bMSH|^~\\&|A|B|||20260101||ADT^A01|C7|P|2.3\r", &"ZZZ\r".repeat(MOST_SEGMENTS)].concat();
    let header = Message::parse_header(long.as_bytes(), &Reading::default()).unwrap();
    assert_eq!((header.control_id(), names(&header)), ("C7", vec!["MSH"]));
    assert_eq!(Message::parse_header(b"PID|1\r", &Reading::default()), None);
    assert_eq!(Message::parse_header(b"MSHX", &Reading::default()), None);
}

#[test]
fn what_the_header_lacks_is_told() {
    let message = parse("MSH|^~\\&|A|B|||20260101||ADT^A01||P|2.5\r");
    assert_eq!(words(&message), ["MSH-10 no-control-id", "MSH-9 no-structure"]);
    assert_eq!(words(&parse("MSH|^~\\&|\r")), ["MSH-10 no-control-id", "MSH-9 no-type", "MSH-12 no-version"]);
    assert_eq!(words(&parse("MSH|^~\\&|A|B|||20260101||ADT^A01|1|P|2.3\r")), [""; 0]);
}

#[test]
fn segments_are_counted_by_name() {
    let message = parse(&format!("{ADT}PID|2\rPV1|2\rPID|3\r"));
    let sequences: Vec<u16> = message.segments().filter(|s| s.name() == "PID").map(|s| s.sequence()).collect();
    assert_eq!(sequences, [1, 2, 3]);
}
