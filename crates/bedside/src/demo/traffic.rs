//! The sample hospital's record system as a sender of HL7 v2.5.1 messages over MLLP: who is admitted, moved, dies, is merged and
//! parted again. It speaks to the program's own link on this machine, as any interface engine would.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, bail};
use bedside_clinical::mllp::{Frames, frame};
use bedside_core::time::Timestamp;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// How long an acknowledgement may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// More than any acknowledgement has.
const ANSWER_BYTES: usize = 64 * 1024;

/// Somebody in the sample hospital's record.
#[derive(Debug, Clone, Copy)]
pub struct Patient {
    /// The id in the record system.
    pub id: &'static str,
    /// The number that the hospital gave.
    pub number: &'static str,
    /// Family name.
    pub family: &'static str,
    /// Given name.
    pub given: &'static str,
    /// Day of birth, `YYYY-MM-DD`.
    pub born: &'static str,
    /// Administrative sex (HL7 table 0001).
    pub sex: &'static str,
}

const fn patient(
    id: &'static str,
    number: &'static str,
    family: &'static str,
    given: &'static str,
    born: &'static str,
    sex: &'static str,
) -> Patient {
    Patient { id, number, family, given, born, sex }
}

/// Lies in the house and has linked her account.
pub const EVA: Patient = patient("eva", "70010001", "Sommerfeld", "Eva", "1987-05-14", "F");
/// Dies; his son has linked his account for him.
pub const HEINRICH: Patient = patient("heinrich", "70010002", "Albers", "Heinrich", "1941-09-03", "M");
/// Whom a visitor can be.
pub const PETRA: Patient = patient("petra", "70010003", "Lenz", "Petra", "1972-11-30", "F");
const LISELOTTE: Patient = patient("liselotte", "70010004", "Haas", "Liselotte", "1938-02-21", "F");
const TWICE: Patient = patient("lieselotte", "70010014", "Haas", "Lieselotte", "1938-02-21", "F");
const OLE: Patient = patient("ole", "70010005", "Brodersen", "Ole", "1995-08-07", "M");
const GRACE: Patient = patient("grace", "70010006", "Adeyemi", "Grace", "1969-01-19", "F");
const IVAN: Patient = patient("ivan", "70010007", "Petrov", "Ivan", "1980-12-02", "M");

/// Everybody whose chart the record system shows.
pub const PATIENTS: [Patient; 7] = [EVA, HEINRICH, PETRA, LISELOTTE, OLE, GRACE, IVAN];

/// What is told of a patient.
#[derive(Debug, Clone, Copy)]
pub enum News {
    /// They are admitted to a ward.
    Admitted(Patient, &'static str),
    /// They are moved to another ward.
    Moved(Patient, &'static str),
    /// They left.
    Left(Patient),
    /// They died.
    Died(Patient),
    /// Two records of one person: the first stays.
    Merged(Patient, Patient),
    /// They were two after all.
    Parted(Patient, Patient),
}

/// What happens by itself, and when: seconds after the beginning.
pub const SCRIPT: [(u64, News); 14] = [
    (0, News::Admitted(EVA, "3B")),
    (0, News::Admitted(HEINRICH, "INT")),
    (1, News::Admitted(PETRA, "2A")),
    (2, News::Admitted(LISELOTTE, "GER")),
    (4, News::Admitted(TWICE, "GER")),
    (15, News::Admitted(OLE, "UCH")),
    (30, News::Left(PETRA)),
    (45, News::Admitted(GRACE, "3B")),
    (60, News::Merged(LISELOTTE, TWICE)),
    (75, News::Moved(OLE, "2A")),
    (90, News::Parted(LISELOTTE, TWICE)),
    (120, News::Admitted(IVAN, "UCH")),
    (150, News::Left(GRACE)),
    (180, News::Left(OLE)),
];

impl News {
    /// The message, under a control id, as of `now`.
    pub fn message(self, control_id: &str, now: Timestamp) -> String {
        let at = stamp(now);
        let (event, structure) = match self {
            Self::Admitted(..) => ("A01", "ADT_A01"),
            Self::Moved(..) => ("A02", "ADT_A02"),
            Self::Left(_) => ("A03", "ADT_A03"),
            Self::Died(_) => ("A08", "ADT_A01"),
            Self::Merged(..) => ("A40", "ADT_A39"),
            Self::Parted(..) => ("A37", "ADT_A37"),
        };
        let head = format!(
            "MSH|^~\\&|DEMO-KIS|LINDENHOF|BEDSIDE|LINDENHOF|{at}||ADT^{event}^{structure}|{control_id}|P|2.5.1||||||UNICODE UTF-8\r\
             EVN||{at}\r"
        );
        let body = match self {
            Self::Admitted(who, ward) | Self::Moved(who, ward) => format!("{}{}", pid(who, 1, ""), pv1(who, ward, "")),
            Self::Left(who) => format!("{}{}", pid(who, 1, ""), pv1(who, "", &at)),
            // PID-29 and PID-30: when, and that. The stay goes on until somebody ends it.
            Self::Died(who) => format!("{}{}", pid(who, 1, &at), pv1(who, "INT", "")),
            Self::Merged(stays, goes) => {
                format!("{}MRG|{}^^^LINDENHOF^MR\r", pid(stays, 1, ""), goes.number)
            }
            Self::Parted(one, other) => format!("{}{}", pid(one, 1, ""), pid(other, 2, "")),
        };
        head + &body
    }
}

fn pid(who: Patient, set: u8, died_at: &str) -> String {
    let Patient { number, family, given, sex, .. } = who;
    let born: String = who.born.chars().filter(char::is_ascii_digit).collect();
    let death = if died_at.is_empty() { String::new() } else { format!("{}{died_at}|Y", "|".repeat(21)) };
    format!("PID|{set}||{number}^^^LINDENHOF^MR||{family}^{given}||{born}|{sex}{death}\r")
}

fn pv1(who: Patient, ward: &str, left_at: &str) -> String {
    let visit = format!("V{}^^^LINDENHOF^VN", who.number);
    let end = if left_at.is_empty() { String::new() } else { format!("{}{left_at}", "|".repeat(26)) };
    format!("PV1|1|I|{ward}{}{visit}{end}\r", "|".repeat(16))
}

fn stamp(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y%m%d%H%M%S+0000").to_string()
}

/// Sends one message and waits until it is acknowledged.
///
/// # Errors
/// The link can't be reached, doesn't answer, or refuses the message.
pub async fn send(link: SocketAddr, control_id: &str, message: &str) -> Result<()> {
    let told = async {
        let mut stream = TcpStream::connect(link).await?;
        stream.write_all(&frame(message.as_bytes())).await?;
        let mut frames = Frames::new(ANSWER_BYTES);
        let mut part = [0; 4096];
        loop {
            if let Some(answer) = frames.next_frame()? {
                return Ok::<_, anyhow::Error>(String::from_utf8_lossy(&answer).into_owned());
            }
            let n = stream.read(&mut part).await?;
            if n == 0 {
                bail!("the link hung up");
            }
            frames.push(part.get(..n).unwrap_or_default());
        }
    };
    let answer = timeout(PATIENCE, told).await.context("no acknowledgement came")??;
    let taken = ["AA", "CA"].iter().any(|code| answer.contains(&format!("MSA|{code}|{control_id}")));
    if taken { Ok(()) } else { bail!("the link refuses a message of the demo: {answer}") }
}

#[cfg(test)]
mod tests {
    use bedside_clinical::hl7::{Content, Message, Reading};

    use super::*;

    fn flaws(news: News) -> Vec<String> {
        let text = news.message("D1", Timestamp::from_micros(1_795_756_496_000_000));
        let content = Content::read(&Message::parse(text.as_bytes(), &Reading::default()).unwrap());
        content.flaws.all().iter().map(|flaw| format!("{} {}", flaw.place, flaw.kind.word())).collect()
    }

    #[test]
    fn every_message_of_the_script_is_as_the_standard_says() {
        for (_, news) in SCRIPT {
            assert_eq!(flaws(news), [""; 0], "{news:?}");
        }
        assert_eq!(flaws(News::Died(HEINRICH)), [""; 0]);
    }

    #[test]
    fn what_the_messages_say_is_read_back() {
        let text = News::Died(HEINRICH).message("D1", Timestamp::from_micros(1_795_756_496_000_000));
        let content = Content::read(&Message::parse(text.as_bytes(), &Reading::default()).unwrap());
        let patient = content.group().unwrap().patient.as_ref().unwrap();
        assert_eq!(patient.ids[0].value, HEINRICH.number);
        assert!(text.contains("|20261127051456+0000|Y\r"), "{text}");
        assert_eq!(text.lines().count(), 1, "segments end with a carriage return");
    }
}
