use super::super::content::Content;
use super::super::message::Reading;
use super::*;

const STAMP: Stamp<'_> = Stamp { time: "20261127061500+0100", control_id: "B1" };

fn message(text: &str) -> Message {
    Message::parse(text.as_bytes(), &Reading::default()).unwrap()
}

fn adt(version: &str, accept: &str, application: &str) -> Message {
    message(&format!("MSH|^~\\&|KIS|HAUS|BED|WEST|20261127||ADT^A01|C1|P|{version}|||{accept}|{application}\rPID|1\r"))
}

fn faults() -> Vec<Fault> {
    vec![Fault::new(ErrorCode::RequiredFieldMissing, Place::first("PID", 3), "PID-3 is empty & needed")]
}

fn written(message: &Message, code: Code, outcome: &Outcome) -> String {
    message.charset().decode(&answer(message, code, outcome, STAMP)).replace('\r', "\n")
}

#[test]
fn the_answer_is_as_the_sender_asked() {
    let check = |accept: &str, application: &str, mode: Mode, expect: [Option<Code>; 3]| {
        let content = Content::read(&adt("2.5", accept, application));
        let outcomes = [Outcome::Accepted, Outcome::Error(faults()), Outcome::Rejected(faults())];
        let found = outcomes.map(|outcome| code(&content.header, content.trigger, mode, &outcome));
        assert_eq!(found, expect, "{accept}/{application} {mode:?}");
    };
    let original = [Some(Code::AA), Some(Code::AE), Some(Code::AR)];
    let enhanced = [Some(Code::CA), Some(Code::CE), Some(Code::CR)];
    check("", "", Mode::AsAsked, original);
    check("AL", "NE", Mode::AsAsked, enhanced);
    check("AL", "AL", Mode::AsAsked, enhanced);
    check("AL", "", Mode::AsAsked, enhanced);
    check("NE", "NE", Mode::AsAsked, [None; 3]);
    check("NE", "AL", Mode::AsAsked, original);
    check("", "AL", Mode::AsAsked, original);
    check("ER", "NE", Mode::AsAsked, [None, Some(Code::CE), Some(Code::CR)]);
    check("SU", "NE", Mode::AsAsked, [Some(Code::CA), None, None]);
    check("ER", "SU", Mode::AsAsked, [Some(Code::AA), Some(Code::CE), Some(Code::CR)]);
    check("NE", "NE", Mode::Original, original);
    check("", "", Mode::Enhanced, enhanced);
    check("AL", "AL", Mode::Silent, [None; 3]);
}

#[test]
fn an_acknowledgement_is_never_acknowledged() {
    for kind in ["ACK", "ACK^A01^ACK", "MCF"] {
        let text = format!("MSH|^~\\&|A|B|C|D|20261127||{kind}|1|P|2.5|||AL|AL\rMSA|AA|9\r");
        let content = Content::read(&message(&text));
        for mode in [Mode::AsAsked, Mode::Original, Mode::Enhanced, Mode::Silent] {
            assert_eq!(code(&content.header, content.trigger, mode, &Outcome::Accepted), None, "{kind} {mode:?}");
        }
    }
}

#[test]
fn an_accept_names_the_message() {
    assert_eq!(
        written(&adt("2.5", "AL", "NE"), Code::CA, &Outcome::Accepted),
        "MSH|^~\\&|BED|WEST|KIS|HAUS|20261127061500+0100||ACK^A01^ACK|B1|P|2.5\nMSA|CA|C1\n"
    );
    let check = |version: &str, kind: &str| {
        let text = written(&adt(version, "", ""), Code::AA, &Outcome::Accepted);
        assert!(text.contains(&format!("||{kind}|B1|P|")), "{version}: {text}");
    };
    check("2.1", "ACK");
    check("2.2", "ACK");
    check("2.3", "ACK^A01");
    check("2.3.1", "ACK^A01^ACK");
    check("2.8", "ACK^A01^ACK");
    check("2.5^DEU&&HL70399", "ACK^A01^ACK");
}

#[test]
fn an_error_says_where_and_why_in_the_form_of_the_version() {
    let error = Outcome::Error(faults());
    let new = written(&adt("2.5.1", "", ""), Code::AE, &error);
    assert!(
        new.ends_with(
            "MSA|AE|C1|PID-3 is empty \\T\\ needed\n\
             ERR||PID^1^3|101^Required field missing^HL70357|E||||PID-3 is empty \\T\\ needed\n"
        ),
        "{new}"
    );
    let old = written(&adt("2.3", "", ""), Code::AE, &error);
    assert!(old.ends_with("\nERR|PID^1^3^101&Required field missing&HL70357\n"), "{old}");
    let newest = written(&adt("2.7", "", ""), Code::AE, &error);
    assert!(newest.contains("\nMSA|AE|C1\nERR||"), "{newest}");
    let whole = Fault::new(ErrorCode::Internal, Place::MESSAGE, "full");
    let text = written(&adt("2.5", "", ""), Code::AR, &Outcome::Rejected(vec![whole.clone(), whole]));
    assert_eq!(text.matches("\nERR|||207^Application internal error^HL70357|E||||full").count(), 2, "{text}");
}

#[test]
fn the_answer_keeps_the_senders_delimiters_and_set() {
    let text = "MSH!$%*@!KIS*S*1!H@1$x!BÄD!W!20261127!!ADT$A01!C*T*1!T$I!2.5!!!!!!8859/1\rPID!1\r";
    let bytes = Charset::Latin1.encode(text).bytes;
    let message = Message::parse(&bytes, &Reading::default()).unwrap();
    let answer = answer(&message, Code::AE, &Outcome::Error(faults()), STAMP);
    let text = Charset::Latin1.decode(&answer);
    let expect = "MSH!$%*@!BÄD!W!KIS*S*1!H@1$x!20261127061500+0100!!ACK$A01$ACK!B1!T$I!2.5!!!!!!8859/1\r\
        MSA!AE!C*T*1!PID-3 is empty & needed\r";
    assert!(text.starts_with(expect), "{text}");
    let again = Message::parse(&answer, &Reading::default()).unwrap();
    assert_eq!(Acknowledgement::read(&again).unwrap().control_id, "C@1");
}

#[test]
fn the_answer_declares_the_set_it_is_in() {
    let utf8 = message("MSH|^~\\&|KÜS|H|B|W|20261127||ADT^A01|1|P|2.5||||||8859/1\rPID|1\r");
    assert!(written(&utf8, Code::AA, &Outcome::Accepted).contains("|UNICODE UTF-8\n"));
}

#[test]
fn answers_of_others_are_read() {
    let check = |text: &str, code: Option<Code>, texts: &[&str], accepts: bool| {
        let ack = Acknowledgement::read(&message(&format!("MSH|^~\\&|A|B|C|D|2026||ACK|7|P|2.5\r{text}"))).unwrap();
        assert_eq!((ack.code, ack.accepts("B1")), (code, accepts), "{text}");
        assert_eq!(ack.texts, texts, "{text}");
    };
    check("MSA|AA|B1", Some(Code::AA), &[], true);
    check("MSA|ca|B1\r", Some(Code::CA), &[], true);
    check("MSA|AA|B2\r", Some(Code::AA), &[], false);
    check("MSA|AE|B1|no such patient\r", Some(Code::AE), &["no such patient"], false);
    check("MSA|OK|B1\r", None, &[], false);
    check("MSA|AR|B1\rERR|PID^1^3^101&missing\r", Some(Code::AR), &["PID-1-3 101 missing"], false);
    check(
        "MSA|AR|B1\rERR||PID^1^3|204^Unknown key^HL70357|E|||diag|user\r",
        Some(Code::AR),
        &["PID-1-3 204 Unknown key diag user"],
        false,
    );
    assert_eq!(Acknowledgement::read(&adt("2.5", "", "")), None);
}

#[test]
fn what_is_written_is_read_again() {
    for version in ["2.2", "2.3.1", "2.5"] {
        let answer = answer(&adt(version, "", ""), Code::AE, &Outcome::Error(faults()), STAMP);
        let message = Message::parse(&answer, &Reading::default()).unwrap();
        assert_eq!(message.flaws(), [], "{version}");
        let ack = Acknowledgement::read(&message).unwrap();
        assert_eq!((ack.code, ack.control_id.as_str()), (Some(Code::AE), "C1"));
        assert!(ack.texts.iter().any(|text| text.contains("101 Required field missing")), "{:?}", ack.texts);
    }
}

#[test]
fn nothing_of_the_message_can_end_the_answers_frame() {
    let sent = message("MSH|^~\\&|A\x1c|B\x0b|C|D|2026||ADT^A01|1\x1c|P|2.5\rPID|1\r");
    let answer = answer(&sent, Code::AA, &Outcome::Accepted, STAMP);
    assert_eq!(answer.iter().filter(|byte| **byte < b' ' && **byte != b'\r').count(), 0);
    assert!(answer.ends_with(b"MSA|AA|1\r"));
}
