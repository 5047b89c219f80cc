//! Writes what Bedside would send into DIR, for validators and for the engineer at the other end to look at:
//! `cargo run -p bedside-clinical --example write_document -- DIR`. A document, its replacement and cancel, a result, and
//! acknowledgements in the forms of several versions.

use std::{error::Error, fs, path::Path};

use bedside_clinical::hl7::ack::{Code, ErrorCode, Fault, Outcome, Stamp, answer};
use bedside_clinical::hl7::{
    About, Author, Charset, Cx, Document, Envelope, Hd, Message, Notice, PatientClass, Place, Reading, Xpn,
};

const NOW: &str = "20261127061456+0100";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: write_document DIR")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let document = document();
    let notices = [
        ("mdm_t02", Notice::Original),
        ("mdm_t10", Notice::Replacement("D-6".to_owned())),
        ("mdm_t11", Notice::Cancel),
    ];
    for (name, notice) in notices {
        fs::write(folder.join(name).with_extension("hl7"), document.mdm(&notice, &envelope(name)).bytes)?;
    }
    fs::write(folder.join("oru_r01.hl7"), document.oru(&envelope("oru_r01")).bytes)?;
    for version in ["2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8"] {
        let sent =
            format!("MSH|^~\\&|KIS|HAUS|BEDSIDE|HAUS|{NOW}||ADT^A01^ADT_A01|C-1|P|{version}\rEVN||{NOW}\rPID|1\r");
        let sent = Message::parse(sent.as_bytes(), &Reading::default())?;
        let fault =
            Fault::new(ErrorCode::RequiredFieldMissing, Place::first("PID", 3), "PID-3 has no patient identifier");
        let stamp = Stamp { time: NOW, control_id: "B-2" };
        for (code, outcome) in [(Code::AA, Outcome::Accepted), (Code::AE, Outcome::Error(vec![fault]))] {
            let name = format!("ack_{version}_{}.hl7", code.text());
            fs::write(folder.join(name), answer(&sent, code, &outcome, stamp))?;
        }
    }
    Ok(())
}

fn named(namespace: &str) -> Hd {
    Hd { namespace: namespace.to_owned(), ..Hd::default() }
}

fn id(value: &str, type_code: &str) -> Cx {
    let (value, type_code) = (value.to_owned(), type_code.to_owned());
    Cx { value, authority: named("HAUS"), type_code, ..Cx::default() }
}

fn envelope(control_id: &str) -> Envelope {
    Envelope {
        sending_application: named("BEDSIDE"),
        sending_facility: named("HAUS"),
        receiving_application: named("KIS"),
        receiving_facility: named("HAUS"),
        time: NOW.to_owned(),
        control_id: control_id.to_owned(),
        processing_id: "P".to_owned(),
        accept_acknowledgement: None,
        application_acknowledgement: None,
        country: "DEU".to_owned(),
        charset: Charset::Utf8,
    }
}

fn document() -> Document {
    Document {
        id: "D-7".to_owned(),
        authority: named("BEDSIDE"),
        happened: "20261126181500+0100".to_owned(),
        written: NOW.to_owned(),
        kind: "CN".to_owned(),
        topic: ["11488-4", "Consult note", "LN"].map(str::to_owned),
        lines: ["Frau Möller fragte öffentlich: „A | B & C“", "", "Antwort: Bitte rufen Sie uns an."]
            .map(str::to_owned)
            .to_vec(),
        author: Author { id: "17".to_owned(), family: "Brandt".to_owned(), given: "Mara".to_owned() },
        confidentiality: "R".to_owned(),
        about: About {
            ids: vec![id("4711", "PI")],
            name: Xpn {
                family: "Möller".to_owned(),
                given: "Änne".to_owned(),
                type_code: "L".to_owned(),
                ..Xpn::default()
            },
            born: "19700101".to_owned(),
            sex: "F".to_owned(),
            class: Some(PatientClass::Inpatient),
            visit: Some(id("1739", "VN")),
        },
    }
}
