use super::super::ack::Outcome;
use super::super::datatype::ContactKind;
use super::super::demand::{death, judge};
use super::super::given::Given;
use super::super::message::Reading;
use super::super::trigger::Subject;
use super::super::visit::{Dispositions, MovementAction, PatientClass};
use super::*;

fn read(text: &str) -> Content {
    Content::read(&Message::parse(text.as_bytes(), &Reading::default()).unwrap())
}

fn adt(kind: &str, rest: &str) -> Content {
    read(&format!(
        "MSH|^~\\&|KIS|HAUS|BED|WEST|20261127061456+0100||{kind}|C1|P|2.3.1||||||UNICODE UTF-8\rEVN||20261127\r{rest}"
    ))
}

fn words(content: &Content) -> Vec<String> {
    content.flaws.all().iter().map(|flaw| format!("{} {}", flaw.place, flaw.kind.word())).collect()
}

const PID: &str = "PID|1|||||\r";
const PATIENT: &str = "PID|1||4711^^^HAUS&1.2.3&ISO^PI~A123456780^^^&www.kasse.example&DNS^NIIP~\"\"^^^ALT||\
    von der Heide&von der&Heide^Jörg^^Graf^^Dr.^L~Müller^^^^^^M||197001011200|M|||||\
    ^PRN^PH^^49^381^246^^^^^0381/246~^NET^Internet^j.heide@example.org|(0381)7^WPN^CP|DE|||F1^^^HAUS^AN\r";

#[test]
fn the_header_is_typed() {
    let content = read(
        "MSH|^~\\&|^1.2.3^ISO|HAUS|BED|WEST|20261127061456+0100||adt^a01^ADT_A01|C\\T\\1|P^T|2.5^DEU&&HL70399|||AL|xx|DEU|\
         8859/15~UNICODE UTF-8|DEU^German\rEVN|A01|20261127|||||20261126\rPID|1||1^^^H\rPV1||I\r",
    );
    let header = &content.header;
    assert_eq!(header.sending_application.name(), "1.2.3");
    assert_eq!(header.sending_facility.name(), "HAUS");
    assert_eq!((header.kind.as_str(), header.event.as_str(), header.structure.as_str()), ("ADT", "A01", "ADT_A01"));
    assert_eq!((header.control_id.as_str(), header.version.as_str()), ("C&1", "2.5"));
    assert_eq!((header.processing_id.as_str(), header.country.as_str()), ("P", "DEU"));
    assert_eq!(header.charsets, ["8859/15", "UNICODE UTF-8"]);
    assert_eq!(header.language, "DEU");
    assert_eq!(header.time.unwrap().instant_micros(), Some(1_795_756_496_000_000));
    assert_eq!(header.application_acknowledgement, None);
    assert!(header.is_at_least(2, 5) && !header.is_at_least(2, 6));
    assert_eq!(content.trigger, Trigger::Admit);
    assert_eq!(content.event.recorded.unwrap().to_string(), "2026-11-27");
    assert_eq!(words(&content), ["MSH-16 code-unknown"]);
}

#[test]
fn the_patient_is_typed() {
    let content = adt("ADT^A08", PATIENT);
    let patient = content.group().unwrap().patient.as_ref().unwrap();
    let ids: Vec<_> =
        patient.ids.iter().map(|id| (id.value.as_str(), id.authority.name(), id.type_code.as_str())).collect();
    assert_eq!(ids, [("4711", "HAUS", "PI"), ("A123456780", "www.kasse.example", "NIIP")]);
    assert_eq!(patient.ids[0].authority.universal_id, "1.2.3");
    let name = patient.name().unwrap();
    assert_eq!((name.own_prefix.as_str(), name.own_family.as_str()), ("von der", "Heide"));
    assert_eq!(name.full(), "Dr. Jörg Graf von der Heide");
    assert_eq!(patient.names[1].family, "Müller");
    assert_eq!(patient.born.value().unwrap().to_string(), "1970-01-01T12:00");
    assert_eq!(patient.sex, Given::Is("M".to_owned()));
    assert_eq!(patient.language, Given::Is("DE".to_owned()));
    assert_eq!(patient.account.value().unwrap().value, "F1");
    assert_eq!((patient.death(), &patient.died), (Given::Absent, &Given::Absent));
    let contacts: Vec<_> = patient.contacts.iter().map(|c| (c.kind, c.value.as_str(), c.use_code.as_str())).collect();
    assert_eq!(
        contacts,
        [
            (ContactKind::Phone, "0381/246", "PRN"),
            (ContactKind::Email, "j.heide@example.org", "NET"),
            (ContactKind::Mobile, "(0381)7", "WPN"),
        ]
    );
    assert_eq!(words(&content), [""; 0]);
}

#[test]
fn contacts_of_every_age_are_read() {
    let check = |xtn: &str, expect: &[(ContactKind, &str)]| {
        let content = adt("ADT^A08", &format!("PID|1||1^^^H||||||||||{xtn}\r"));
        let patient = content.group().unwrap().patient.as_ref().unwrap();
        let found: Vec<_> = patient.contacts.iter().map(|c| (c.kind, c.value.as_str())).collect();
        assert_eq!(found, expect, "{xtn}");
    };
    check("(407)939-1^^^a@b.example", &[(ContactKind::Phone, "(407)939-1"), (ContactKind::Email, "a@b.example")]);
    check("a@b.example", &[(ContactKind::Email, "a@b.example")]);
    check("^^PH^^^^0395-87", &[(ContactKind::Phone, "0395-87")]);
    check("^^CP^^49^171^55", &[(ContactKind::Mobile, "+49 171 55")]);
    check("^NET^Internet^@me@chaos.example", &[(ContactKind::Email, "@me@chaos.example")]);
    check("^^^^~^PRN^PH", &[]);
    assert!(adt("ADT^A08", "PID|1||1^^^H||||||||||\"\"\r").group().unwrap().patient.as_ref().unwrap().contacts_deleted);
}

#[test]
fn delete_is_told_from_unchanged() {
    let content = adt("ADT^A08", "PID|1||1^^^H||||\"\"||||||||\"\"|||||||||||||||\"\"|\"\"\rPV1||\"\"|\"\"\r");
    let group = content.group().unwrap();
    let patient = group.patient.as_ref().unwrap();
    assert_eq!((&patient.born, &patient.sex), (&Given::Delete, &Given::Absent));
    assert_eq!((&patient.language, patient.death()), (&Given::Delete, Given::Delete));
    let visit = group.visit.as_ref().unwrap();
    assert_eq!((&visit.class, &visit.location, &visit.admitted), (&Given::Delete, &Given::Delete, &Given::Absent));
    assert_eq!(Given::Absent.over(Some(1)), Some(1));
    assert_eq!(Given::Delete.over(Some(1)), None);
    assert_eq!(Given::Is(2).over(Some(1)), Some(2));
}

#[test]
fn the_visit_and_its_movement_are_typed() {
    let content = adt(
        "ADT^A02",
        "PID|1||1^^^H\rPV1|1|i|CHI^302^2^IN^^N^A^4|||INN^1|||||||||||||1739^^^HAUS^VN|||||||||||||||||01||||||||\
         202612151645|99991231\rZBE|7^KIS~8|202612151705||update|Y|a01|CHI\r",
    );
    let group = content.group().unwrap();
    let visit = group.visit.as_ref().unwrap();
    let location = visit.location.value().unwrap();
    assert_eq!((location.ward.as_str(), location.bed.as_str(), location.floor.as_str()), ("CHI", "2", "4"));
    assert_eq!(visit.class, Given::Is(PatientClass::Inpatient));
    assert_eq!(visit.prior_location.value().unwrap().ward, "INN");
    assert_eq!(visit.number.value().unwrap().value, "1739");
    assert_eq!(visit.admitted.value().unwrap().to_string(), "2026-12-15T16:45");
    assert_eq!(visit.discharged, Given::Absent);
    let movement = &group.movements[0];
    assert_eq!((movement.ids.len(), movement.ids[0].authority.name()), (2, "KIS"));
    assert_eq!(movement.action, Some(MovementAction::Update));
    assert_eq!((movement.original_event.as_str(), movement.ward.as_str()), ("A01", "CHI"));
    assert!(movement.is_historic);
    assert_eq!(words(&content), ["PV1-45 time-impossible"]);
    let odd = adt("ADT^A01", "PID|1||1^^^H\rPV1||99\rZBE|1|2\r");
    assert_eq!(words(&odd), ["PV1-2 code-unknown", "ZBE-2 time-malformed"]);
}

#[test]
fn death_is_read_from_the_patient_and_from_the_discharge() {
    let check = |pid: &str, pv1: &str, dispositions: Dispositions, expect: Given<bool>| {
        let content = adt("ADT^A03", &format!("PID|1||1^^^H||||||||||||||||||||||||||{pid}\rPV1||I{pv1}\r"));
        assert_eq!(death(content.group().unwrap(), dispositions), expect, "{pid} {pv1} {dispositions:?}");
    };
    let discharged = |code: &str, time: &str| format!("{}{code}|||||||||{time}", "|".repeat(34));
    check("20261126|Y", "", Dispositions::Unknown, Given::Is(true));
    check("20261126", "", Dispositions::Unknown, Given::Is(true));
    check("|Y", "", Dispositions::Unknown, Given::Is(true));
    check("|N", "", Dispositions::Unknown, Given::Is(false));
    check("20261126|N", "", Dispositions::Unknown, Given::Is(false));
    check("\"\"|\"\"", "", Dispositions::Unknown, Given::Delete);
    check("|?", "", Dispositions::Unknown, Given::Absent);
    check("", &discharged("07", "20261126"), Dispositions::German, Given::Is(true));
    check("", &discharged("079", "20261126"), Dispositions::German, Given::Is(true));
    check("|N", &discharged("079", "20261126"), Dispositions::German, Given::Is(true));
    check("", &discharged("079", ""), Dispositions::German, Given::Absent);
    check("", &discharged("019", "20261126"), Dispositions::German, Given::Absent);
    check("", &discharged("20", "20261126"), Dispositions::German, Given::Absent);
    check("", &discharged("20", "20261126"), Dispositions::Us, Given::Is(true));
    check("", &discharged("20", "20261126"), Dispositions::Unknown, Given::Absent);
}

#[test]
fn insurance_gives_the_kvnr_and_checks_it() {
    let in1 = |number: &str| format!("{PATIENT}IN1|1|GKV|101575519{}{number}\rNK1|1|X\r", "|".repeat(46));
    let content = adt("ADT^A08", &in1("A123456780"));
    let group = content.group().unwrap();
    assert_eq!(group.insurances[0].insurer, "101575519");
    assert_eq!(group.insurances[0].insured_id, "A123456780");
    assert_eq!(group.next_of_kin, 1);
    assert_eq!(words(&content), [""; 0]);
    assert_eq!(words(&adt("ADT^A08", &in1("A123456781"))), ["IN1-49 check-digit"]);
    assert!(adt("ADT^A08", &in1("")).group().unwrap().insurances.is_empty());
}

#[test]
fn events_are_told_apart() {
    let check = |kind: &str, expect: Trigger| assert_eq!(adt(kind, PID).trigger, expect, "{kind}");
    check("ADT^A01", Trigger::Admit);
    check("ADT^A06", Trigger::ChangeToInpatient);
    check("ADT^A27", Trigger::CancelPreAdmit);
    check("ADT^A34", Trigger::Merge(Subject::Patient));
    check("ADT^A42^ADT_A39", Trigger::Merge(Subject::Visit));
    check("ADT^A44", Trigger::Move(Subject::Account));
    check("ADT^A50", Trigger::ChangeId(Subject::Visit));
    check("ADT^A37", Trigger::Unlink);
    check("ADT^A99", Trigger::Other);
    check("ADT^Z01", Trigger::Other);
    check("MDM^T02", Trigger::Document);
    check("ORU^R01", Trigger::Result);
    check("SIU^S12", Trigger::Other);
    check("ACK", Trigger::Acknowledgement);
    check("BAR^A01", Trigger::Other);
}

#[test]
fn the_header_wins_over_the_event_segment() {
    let read = |kind: &str, code: &str| {
        read(&format!("MSH|^~\\&|K|H|B|W|2026||{kind}|1|P|2.3\rEVN|{code}|2026\rPID|1||1^^^H\rPV1||I\r"))
    };
    let both = read("ADT^A04", "A08");
    assert_eq!(both.trigger, Trigger::Register);
    assert_eq!(words(&both), ["EVN-1 event-disagrees"]);
    let event = read("ADT", "A08");
    assert_eq!(event.trigger, Trigger::UpdatePatient);
    assert_eq!(words(&event), ["MSH-9 no-trigger"]);
    let none = read("", "A03");
    assert_eq!(none.trigger, Trigger::Discharge);
    assert_eq!(words(&none), ["MSH-9 no-type"]);
}

#[test]
fn every_patient_of_a_message_has_a_group() {
    let content = adt("ADT^A40", "PID|1||1^^^H\rMRG|2^^^H\rPV1||O\rPID|2||3^^^H\rMRG|4\r");
    let pairs: Vec<_> = content
        .groups
        .iter()
        .map(|group| (group.patient.as_ref().unwrap().ids[0].value.as_str(), group.prior[0].ids[0].value.as_str()))
        .collect();
    assert_eq!(pairs, [("1", "2"), ("3", "4")]);
    assert_eq!(words(&content), ["MRG[2]-1 no-authority"]);
    let early = adt("ADT^A01", "PV1||I\rPID|1||1^^^H\r");
    assert_eq!(early.groups.len(), 1);
    assert!(early.groups[0].visit.is_some() && early.groups[0].patient.is_some());
}

#[test]
fn old_senders_put_the_identifier_elsewhere() {
    let content = adt("ADT^A08", "PID|1|11^^^UNIPAT||12\r");
    assert_eq!(content.group().unwrap().patient.as_ref().unwrap().identifiers()[0].value, "11");
    assert_eq!(judge(&content), Outcome::Accepted);
    let content = adt("ADT^A34", "PID|1|||12\rMRG||||13\r");
    assert_eq!(content.group().unwrap().prior[0].identifiers()[0].value, "13");
    assert_eq!(judge(&content), Outcome::Accepted);
}

#[test]
fn what_lacks_its_patient_is_refused_and_what_concerns_none_is_not() {
    let check = |kind: &str, rest: &str, expect: &[&str]| {
        let faults = match judge(&adt(kind, rest)) {
            Outcome::Accepted => Vec::new(),
            Outcome::Error(faults) | Outcome::Rejected(faults) => faults,
        };
        let found: Vec<_> = faults.iter().map(|f| format!("{} {}", f.place, f.code.of_table().0)).collect();
        assert_eq!(found, expect, "{kind} {rest}");
    };
    check("ADT^A01", "PID|1||1^^^H\r", &[]);
    check("ADT^A01", "PV1||I\r", &["PID 100"]);
    check("ADT^A01", PID, &["PID-3 101"]);
    check("ADT^A01", "PID|||\"\"^^^H\r", &["PID-3 101"]);
    check("ADT^A40", "PID|1||1\rMRG|2\r", &[]);
    check("ADT^A40", "PID|1||1\r", &["MRG 100"]);
    check("ADT^A40", "PID|1||1\rMRG|2\rPID|2||3\rMRG|\r", &["MRG[2]-1 101"]);
    check("ADT^A41", "PID|1||1\rMRG||\r", &["MRG-3 101"]);
    check("ADT^A42", "PID|1||1\rMRG|||||7\r", &[]);
    check("ADT^A24", "PID|1||1\r", &["PID[2] 100"]);
    check("ADT^A24", "PID|1||1\rPID|2||2\r", &[]);
    check("ADT^A99", "", &[]);
    check("ORU^R01", "", &[]);
    check("ZZZ^Z99", "ZZZ|1\r", &[]);
    check("", "", &["MSH-9 200"]);
}

#[test]
fn more_than_anybody_sends_costs_no_memory() {
    let many = |part: &str| part.repeat(5000);
    let content = adt("ADT^A08", &format!("PID|1||1^^^H{}||A{}\r", many("~2^^^H"), many("~B")));
    let patient = content.group().unwrap().patient.as_ref().unwrap();
    assert_eq!((patient.ids.len(), patient.names.len()), (100, 100));
    assert_eq!(words(&content), ["PID-3 too-many", "PID-5 too-many"]);
    assert_eq!(judge(&content), Outcome::Accepted);
    let content = adt("ADT^A40", &many("PID|1||1|||19701301\rMRG|2^^^H\r"));
    assert_eq!(content.groups.len(), 1000);
    assert!(matches!(judge(&content), Outcome::Error(faults) if faults.len() == 2));
}
