//! Data minimisation (Art. 5(1)(c) GDPR, 45 CFR 164.502(b)): what of a message may be stored. All else is dropped before
//! anything is written: a segment not on the list goes whole, a field not on it is emptied, so that numbers stay.

use super::message::Message;
use super::part::Segment;

/// Which segments and fields may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    segment: String,
    /// Empty: all fields.
    fields: Vec<usize>,
}

/// A line of the list can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{line}` is neither a segment, as `PID`, nor a segment with its fields, as `IN1-3,49`")]
pub struct NotARule {
    line: String,
}

impl Default for Keep {
    /// What decisions need: who, where, since and until when, death, language, and how to write back. From insurance only
    /// who insures and under which number; of next of kin only that they exist. No diagnosis, observation, note, address,
    /// religion, race or employer.
    fn default() -> Self {
        let lines = [
            "MSH",
            "EVN",
            "PID-1,2,3,4,5,7,8,13,14,15,18,29,30,40",
            "MRG",
            "PV1-1,2,3,5,6,10,19,36,44,45,50",
            "ZBE",
            "IN1-1,3,49",
            "NK1-1",
            "MSA",
            "ERR",
        ];
        Self { rules: lines.into_iter().filter_map(|line| Rule::read(line).ok()).collect() }
    }
}

impl Keep {
    /// A list as a link's configuration has it: `PID`, `IN1-3,49`. MSH is always kept: without it there is no message.
    ///
    /// # Errors
    /// A line can't be read.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l str>) -> Result<Self, NotARule> {
        let rules = std::iter::once("MSH").chain(lines).map(Rule::read);
        Ok(Self { rules: rules.collect::<Result<_, _>>()? })
    }

    /// What of the message may be stored, in the character set in which it came, segments ended by carriage returns. Read
    /// again it gives the same content as far as it was kept.
    #[must_use]
    pub fn filter(&self, message: &Message) -> Vec<u8> {
        let mut text = String::new();
        for segment in message.segments() {
            if let Some(rule) = self.rules.iter().find(|rule| rule.segment == segment.name()) {
                rule.write(segment, message.syntax().field, &mut text);
                text.push('\r');
            }
        }
        message.charset().encode(&text).bytes
    }

    /// The names of the segments that `filter` drops, each once, for a log that shows that it did.
    #[must_use]
    pub fn dropped<'m>(&self, message: &'m Message) -> Vec<&'m str> {
        let is_dropped = |segment: &Segment<'_>| !self.rules.iter().any(|rule| rule.segment == segment.name());
        let first = message.segments().filter(|segment| segment.sequence() == 1 && is_dropped(segment));
        first.map(|segment| segment.name()).collect()
    }
}

impl Rule {
    fn read(line: &str) -> Result<Self, NotARule> {
        let refused = || NotARule { line: line.to_owned() };
        let (segment, fields) = line.trim().split_once('-').unwrap_or((line.trim(), ""));
        let is_name = segment.len() == 3
            && segment.starts_with(|c: char| c.is_ascii_uppercase())
            && segment.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let is_whole = !line.contains('-');
        let fields: Option<Vec<usize>> = if is_whole {
            Some(Vec::new())
        } else {
            fields.split(',').map(|field| field.trim().parse().ok()).collect()
        };
        let fields = fields.filter(|fields| !fields.contains(&0)).ok_or_else(refused)?;
        // A header says of itself how it is delimited and can't be cut.
        let fields = if segment == "MSH" { Vec::new() } else { fields };
        if is_name { Ok(Self { segment: segment.to_owned(), fields }) } else { Err(refused()) }
    }

    fn write(&self, segment: Segment<'_>, separator: char, text: &mut String) {
        // A line may be broken right behind the name: fields begin at the first separator.
        let fields = segment.raw().find(separator).and_then(|at| segment.raw().get(at..));
        let behind_name = fields.unwrap_or_default();
        if self.fields.is_empty() {
            text.push_str(segment.name());
            push_line(behind_name, text);
            return;
        }
        let last = self.fields.iter().copied().max().unwrap_or(0);
        let start = text.len();
        text.push_str(segment.name());
        for (number, field) in behind_name.split(separator).enumerate().take(last + 1).skip(1) {
            text.push(separator);
            if self.fields.contains(&number) {
                push_line(field, text);
            }
        }
        // Emptied fields at the end say nothing. The segment's name is never a separator.
        let kept = text.get(start..).map_or(0, |written| written.trim_end_matches(separator).len());
        text.truncate(start + kept);
        if kept == 3 {
            text.push(separator);
        }
    }
}

/// A field that was broken into lines must not become segments of its own, nor end a frame when it is sent again.
fn push_line(raw: &str, text: &mut String) {
    text.extend(raw.chars().map(|character| if character < ' ' { ' ' } else { character }));
}

#[cfg(test)]
mod tests {
    use super::super::{Content, Reading};
    use super::*;

    const ADT: &str = "MSH|^~\\&|KIS|HAUS|||20261127||ADT^A01^ADT_A01|C1|P|2.5||||||8859/15\r\
        EVN||20261127\r\
        PID|1||4711^^^HAUS^PI||Möller^Änne||19700101|F||2106-3|Am Wall 1^^Wismar||||DE||EVC\r\
        NK1|1|Möller^Uwe|SPO\rPV1|1|I|CHI^302^2||||381001^Groß^Bernd\r\
        DG1|1||C34.9\rIN1|1|GKV|101575519|KASSE||||||||||||Möller|||||||||||||||||||||||||||||||||A123456780\r\
        OBX|1|TX|||Blut\rNTE|1||geheim\rZBE|7^KIS|20261127||INSERT\r";

    fn filtered(keep: &Keep, text: &str) -> (Message, String) {
        let bytes = crate::hl7::Charset::Latin9.encode(text).bytes;
        let message = Message::parse(&bytes, &Reading::default()).unwrap();
        let stored = keep.filter(&message);
        (message, crate::hl7::Charset::Latin9.decode(&stored))
    }

    #[test]
    fn only_what_decisions_need_is_stored() {
        let (message, stored) = filtered(&Keep::default(), ADT);
        let expect = "MSH|^~\\&|KIS|HAUS|||20261127||ADT^A01^ADT_A01|C1|P|2.5||||||8859/15\r\
            EVN||20261127\r\
            PID|1||4711^^^HAUS^PI||Möller^Änne||19700101|F|||||||DE\r\
            NK1|1\rPV1|1|I|CHI^302^2\r\
            IN1|1||101575519||||||||||||||||||||||||||||||||||||||||||||||A123456780\r\
            ZBE|7^KIS|20261127||INSERT\r";
        assert_eq!(stored, expect);
        assert_eq!(Keep::default().dropped(&message), ["DG1", "OBX", "NTE"]);
    }

    #[test]
    fn what_was_stored_reads_as_what_was_sent() {
        let (message, stored) = filtered(&Keep::default(), ADT);
        let bytes = crate::hl7::Charset::Latin9.encode(&stored).bytes;
        let again = Message::parse(&bytes, &Reading::default()).unwrap();
        assert_eq!(Content::read(&again), Content::read(&message));
        assert_eq!(Keep::default().filter(&again), bytes);
    }

    #[test]
    fn a_link_may_keep_more_or_less() {
        let keep = Keep::of(["PID-3", "ZZZ-1", "EVN"]).unwrap();
        let (_, stored) = filtered(&keep, &ADT.replace("EVN||", "ZZZ||secret\rEVN|\n|"));
        let lines: Vec<&str> = stored.trim_end().split('\r').skip(1).collect();
        assert_eq!(lines, ["ZZZ|", "EVN| |20261127", "PID|||4711^^^HAUS^PI"]);
        for line in ["PI", "pid", "PID-", "PID-x", "PID-0", "PID-3-4", "PIDX", "", "-3"] {
            assert!(Keep::of([line]).is_err(), "{line}");
        }
    }
}
