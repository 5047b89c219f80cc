//! What is filed in a record: a text about a patient, as MDM (a document; HL7 v2.5 chapter 9) or as ORU (a result; chapter
//! 7) for systems that take nothing else.

use super::charset::Encoded;
use super::datatype::{Cx, Hd, Xpn};
use super::visit::PatientClass;
use super::write::{Envelope, Line, Raw, components, cx, message, repetitions, subcomponents, text, xpn};

/// A text about a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its own id, the same in every message about it (TXA-12, OBR-3).
    pub id: String,
    /// Who assigned that id.
    pub authority: Hd,
    /// When what it tells of happened (TXA-4, OBX-14), in HL7's form.
    pub happened: String,
    /// When it was written (TXA-6), in HL7's form.
    pub written: String,
    /// The kind of document in the receiver's terms (TXA-2): `CN` consultation, `PN` progress note …
    pub kind: String,
    /// What it is about: code, text and coding system (OBX-3, OBR-4), such as a LOINC code.
    pub topic: [String; 3],
    /// Its text, line by line.
    pub lines: Vec<String>,
    /// Who wrote it.
    pub author: Author,
    /// TXA-18, table 0272: `U` usual control, `R` restricted, `V` very restricted. Empty: not said.
    pub confidentiality: String,
    /// Whose record it belongs to.
    pub about: About,
}

/// Who wrote a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// Their id in the receiver's system; may be empty.
    pub id: String,
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
}

/// The patient and visit, as the record knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// PID-3.
    pub ids: Vec<Cx>,
    /// PID-5. The standard requires it; a receiver may check it against its own.
    pub name: Xpn,
    /// PID-7, in HL7's form; may be empty.
    pub born: String,
    /// PID-8; may be empty.
    pub sex: String,
    /// PV1-2. Not known: `U`.
    pub class: Option<PatientClass>,
    /// PV1-19.
    pub visit: Option<Cx>,
}

/// What an MDM says about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// T02: here it is.
    Original,
    /// T10: it takes the place of the document with this id, by the same authority.
    Replacement(String),
    /// T11: it is taken back. Its text is not sent again.
    Cancel,
}

impl Document {
    /// MDM^T02, T10 or T11.
    #[must_use]
    pub fn mdm(&self, notice: &Notice, envelope: &Envelope) -> Encoded {
        let (event, structure) = match notice {
            Notice::Original => ("T02", "MDM_T02"),
            Notice::Replacement(_) => ("T10", "MDM_T02"),
            // T11 carries no content and has the structure of T01.
            Notice::Cancel => ("T11", "MDM_T01"),
        };
        let event_line = Line::new("EVN").with(1, text(event)).with(2, text(&envelope.time));
        let mut lines =
            vec![envelope.header("MDM", event, structure), event_line, self.pid(), self.pv1(), self.txa(notice)];
        if *notice != Notice::Cancel {
            lines.extend(self.observations());
        }
        message(&lines, envelope.charset)
    }

    /// ORU^R01.
    #[must_use]
    pub fn oru(&self, envelope: &Envelope) -> Encoded {
        let mut lines = vec![envelope.header("ORU", "R01", "ORU_R01"), self.pid(), self.pv1(), self.obr(envelope)];
        lines.extend(self.observations());
        message(&lines, envelope.charset)
    }

    fn pid(&self) -> Line {
        Line::new("PID")
            .with(1, text("1"))
            .with(3, repetitions(self.about.ids.iter().map(cx)))
            .with(5, xpn(&self.about.name))
            .with(7, text(&self.about.born))
            .with(8, text(&self.about.sex))
    }

    fn pv1(&self) -> Line {
        let class = self.about.class.unwrap_or(PatientClass::Unknown).code();
        let visit = self.about.visit.as_ref().map(cx).unwrap_or_default();
        Line::new("PV1").with(1, text("1")).with(2, text(class)).with(19, visit)
    }

    fn txa(&self, notice: &Notice) -> Line {
        let parent = match notice {
            Notice::Replacement(parent) => self.entity(parent),
            Notice::Original | Notice::Cancel => Raw::default(),
        };
        // AU: authenticated, a second person approved it. AV: available; CA: deleted.
        let availability = if *notice == Notice::Cancel { "CA" } else { "AV" };
        Line::new("TXA")
            .with(1, text("1"))
            .with(2, text(&self.kind))
            .with(3, text("TX"))
            .with(4, text(&self.happened))
            .with(6, text(&self.written))
            .with(9, self.author())
            .with(12, self.entity(&self.id))
            .with(13, parent)
            .with(17, text("AU"))
            .with(18, text(&self.confidentiality))
            .with(19, text(availability))
    }

    fn obr(&self, envelope: &Envelope) -> Line {
        Line::new("OBR")
            .with(1, text("1"))
            .with(3, self.entity(&self.id))
            .with(4, self.topic())
            .with(7, text(&self.happened))
            .with(22, text(&envelope.time))
            .with(25, text("F"))
    }

    /// One OBX per line: receivers show them one below the other, and none has a limit that a line breaks.
    fn observations(&self) -> impl Iterator<Item = Line> {
        self.lines.iter().zip(1_usize..).map(|(line, number)| {
            let number = number.to_string();
            Line::new("OBX")
                .with(1, text(&number))
                .with(2, text("TX"))
                .with(3, self.topic())
                .with(4, text(&number))
                .with(5, text(line))
                .with(11, text("F"))
                .with(14, text(&self.happened))
        })
    }

    fn topic(&self) -> Raw {
        components(self.topic.iter().map(|piece| text(piece)))
    }

    /// An EI.
    fn entity(&self, id: &str) -> Raw {
        let Hd { namespace, universal_id, universal_type } = &self.authority;
        components([id, namespace, universal_id, universal_type].map(text))
    }

    /// An XCN.
    fn author(&self) -> Raw {
        components([text(&self.author.id), subcomponents(&[&self.author.family]), text(&self.author.given)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Charset, Content, Message, Reading, Trigger};
    use super::*;

    fn envelope(charset: Charset) -> Envelope {
        let hd = |namespace: &str| Hd { namespace: namespace.to_owned(), ..Hd::default() };
        Envelope {
            sending_application: hd("BEDSIDE"),
            sending_facility: hd("HAUS"),
            receiving_application: hd("KIS"),
            receiving_facility: hd("HAUS"),
            time: "20261127061456+0100".to_owned(),
            control_id: "B-1".to_owned(),
            processing_id: "P".to_owned(),
            accept_acknowledgement: None,
            application_acknowledgement: None,
            country: "DEU".to_owned(),
            charset,
        }
    }

    fn document() -> Document {
        let authority = Hd { namespace: "BEDSIDE".to_owned(), ..Hd::default() };
        let id = |value: &str, type_code: &str| Cx {
            value: value.to_owned(),
            authority: Hd { namespace: "HAUS".to_owned(), ..Hd::default() },
            type_code: type_code.to_owned(),
            ..Cx::default()
        };
        Document {
            id: "D-7".to_owned(),
            authority,
            happened: "20261126".to_owned(),
            written: "20261127".to_owned(),
            kind: "CN".to_owned(),
            topic: ["11488-4", "Consult note", "LN"].map(str::to_owned),
            lines: ["Frau Möller schrieb: „A | B & C“", "", "Antwort folgt."].map(str::to_owned).to_vec(),
            author: Author { id: "17".to_owned(), family: "Brandt".to_owned(), given: "Mara".to_owned() },
            confidentiality: "R".to_owned(),
            about: About {
                ids: vec![id("4711", "PI")],
                name: Xpn { family: "Möller".to_owned(), given: "Änne".to_owned(), ..Xpn::default() },
                born: "19700101".to_owned(),
                sex: "F".to_owned(),
                class: Some(PatientClass::Inpatient),
                visit: Some(id("1739", "VN")),
            },
        }
    }

    #[test]
    fn a_document_is_an_mdm() {
        let written = document().mdm(&Notice::Original, &envelope(Charset::Latin9));
        assert_eq!(written.replaced, 2);
        let expect = "MSH|^~\\&|BEDSIDE|HAUS|KIS|HAUS|20261127061456+0100||MDM^T02^MDM_T02|B-1|P|2.5|||||DEU|8859/15\r\
            EVN|T02|20261127061456+0100\r\
            PID|1||4711^^^HAUS^PI||Möller^Änne||19700101|F\r\
            PV1|1|I|||||||||||||||||1739^^^HAUS^VN\r\
            TXA|1|CN|TX|20261126||20261127|||17^Brandt^Mara|||D-7^BEDSIDE|||||AU|R|AV\r\
            OBX|1|TX|11488-4^Consult note^LN|1|Frau Möller schrieb: \"A \\F\\ B \\T\\ C\"||||||F|||20261126\r\
            OBX|2|TX|11488-4^Consult note^LN|2|||||||F|||20261126\r\
            OBX|3|TX|11488-4^Consult note^LN|3|Antwort folgt.||||||F|||20261126\r";
        assert_eq!(Charset::Latin9.decode(&written.bytes), expect);
    }

    #[test]
    fn what_is_written_has_no_flaw_and_says_the_same() {
        for charset in Charset::ALL {
            let original = document().mdm(&Notice::Original, &envelope(*charset)).bytes;
            let message = Message::parse(&original, &Reading::default()).unwrap();
            let content = Content::read(&message);
            assert_eq!(content.flaws.all(), [], "{charset:?}");
            assert_eq!(content.trigger, Trigger::Document);
        }
        let bytes = document().oru(&envelope(Charset::Utf8)).bytes;
        let message = Message::parse(&bytes, &Reading::default()).unwrap();
        let content = Content::read(&message);
        assert_eq!((content.flaws.all(), content.trigger), (&[][..], Trigger::Result));
        let lines: Vec<String> = message
            .segments()
            .filter(|segment| segment.name() == "OBX")
            .map(|obx| obx.field(5).value().into_string())
            .collect();
        assert_eq!(lines, document().lines);
        let group = content.group().unwrap();
        assert_eq!(group.patient.as_ref().unwrap().ids, document().about.ids);
        assert_eq!(group.visit.as_ref().unwrap().number.value(), document().about.visit.as_ref());
        assert_eq!(message.segment("OBR").unwrap().text(3, 1), "D-7");
    }

    #[test]
    fn a_replacement_names_what_it_replaces_and_a_cancel_has_no_text() {
        let read = |notice: &Notice| {
            let bytes = document().mdm(notice, &envelope(Charset::Utf8)).bytes;
            let message = Message::parse(&bytes, &Reading::default()).unwrap();
            let txa = message.segment("TXA").unwrap();
            let observations = message.segments().filter(|segment| segment.name() == "OBX").count();
            (message.header().field(9).raw().to_owned(), txa.text(13, 1), txa.text(19, 1), observations)
        };
        let expect = |kind: &str, parent: &str, availability: &str, count: usize| {
            (kind.to_owned(), parent.to_owned(), availability.to_owned(), count)
        };
        assert_eq!(read(&Notice::Replacement("D-6".to_owned())), expect("MDM^T10^MDM_T02", "D-6", "AV", 3));
        assert_eq!(read(&Notice::Cancel), expect("MDM^T11^MDM_T01", "", "CA", 0));
    }
}
