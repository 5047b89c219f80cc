//! Documents into the record as HL7 v2: MDM^T02 and T11, or ORU^R01 where a system takes nothing else.

use std::time::Duration;

use bedside_clinical::hl7::{About, Author, Charset, Condition, Cx, Document as Sent, Envelope, Hd, Notice, Time, Xpn};
use bedside_core::{
    channel::Promise,
    emr::{Identifier, KVNR},
    filing::{Brought, Document, File, FilingAct, FilingFault, control_id},
    id::EmrLinkId,
    time::Timestamp,
};
use jiff::tz::TimeZone;
use tokio::sync::Mutex;

use super::send::{SendFault, Sender};
use crate::{Clock, tls::ClientTls};

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// As what documents are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// MDM^T02, T11 to take one back.
    Mdm,
    /// ORU^R01. Nothing can be taken back by it.
    Oru,
}

/// How a link that sends is set up.
#[derive(Clone)]
pub struct OutConfig {
    /// The link's id in the store.
    pub id: EmrLinkId,
    /// The receiver, `HOST:PORT`.
    pub to: String,
    /// As what documents are sent.
    pub form: Form,
    /// MSH-5 and MSH-6.
    pub receiver: (String, String),
    /// MSH-4, and who assigned the documents' ids.
    pub facility: String,
    /// TXA-2 in the receiver's terms.
    pub kind: String,
    /// The character set of what is sent.
    pub charset: Charset,
    /// The zone of its times.
    pub zone: TimeZone,
    /// Whether what was filed is taken back (T11) when the consent is.
    pub cancels: bool,
    /// TLS; `None`: plain.
    pub tls: Option<ClientTls>,
    /// What time it is.
    pub clock: Clock,
}

/// A link that sends.
pub struct Out {
    config: OutConfig,
    /// One in flight.
    sender: Mutex<Sender>,
}

impl std::fmt::Debug for Out {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Out").field("id", &self.config.id).finish_non_exhaustive()
    }
}

impl Out {
    /// A link; it connects when there is something to send.
    #[must_use]
    pub fn new(config: OutConfig) -> Self {
        let sender = Sender::new(&config.to, PATIENCE);
        let sender = match &config.tls {
            Some(tls) => sender.under(tls.clone()),
            None => sender,
        };
        Self { config, sender: Mutex::new(sender) }
    }

    /// The message and its control id. The same document gives the same control id, so that a receiver knows a resend.
    fn message(&self, document: &Document, act: FilingAct) -> (Vec<u8>, String) {
        let is_cancel = act == FilingAct::Cancel;
        let control_id = control_id(document.id, act);
        let config = &self.config;
        let envelope = Envelope {
            sending_application: hd("BEDSIDE"),
            sending_facility: hd(&config.facility),
            receiving_application: hd(&config.receiver.0),
            receiving_facility: hd(&config.receiver.1),
            time: self.time((config.clock)()),
            control_id: control_id.clone(),
            processing_id: "P".to_owned(),
            accept_acknowledgement: None,
            application_acknowledgement: None::<Condition>,
            country: String::new(),
            charset: config.charset,
        };
        let sent = self.document(document);
        let encoded = match config.form {
            Form::Oru => sent.oru(&envelope),
            Form::Mdm if is_cancel => sent.mdm(&Notice::Cancel, &envelope),
            Form::Mdm => sent.mdm(&Notice::Original, &envelope),
        };
        (encoded.bytes, control_id)
    }

    fn document(&self, document: &Document) -> Sent {
        let name = document.name.clone().unwrap_or_default();
        Sent {
            id: document.id.to_string(),
            authority: hd(&self.config.facility),
            happened: self.time(document.happened_at),
            written: self.time(document.written_at),
            kind: self.config.kind.clone(),
            // LOINC 34748-4, Telephone encounter Note, is the nearest there is: a contact without presence.
            topic: ["34748-4".to_owned(), document.title.clone(), "LN".to_owned()],
            lines: document.lines.clone(),
            author: Author { id: String::new(), family: document.house.clone(), given: String::new() },
            confidentiality: String::new(),
            about: About {
                ids: document.ids.iter().map(cx).collect(),
                name: Xpn { family: name.family, given: name.given, type_code: "L".to_owned(), ..Xpn::default() },
                born: document.born.as_deref().unwrap_or_default().replace('-', ""),
                sex: String::new(),
                class: None,
                visit: document.visit.as_ref().map(|value| Cx { value: value.clone(), ..Cx::default() }),
            },
        }
    }

    fn time(&self, at: Timestamp) -> String {
        let instant = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
        let minutes = self.config.zone.to_offset(instant).seconds() / 60;
        Time::write(at.as_micros(), i16::try_from(minutes).unwrap_or(0))
    }
}

impl File for Out {
    fn link(&self) -> EmrLinkId {
        self.config.id
    }

    fn cancels(&self) -> bool {
        self.config.cancels && self.config.form == Form::Mdm
    }

    fn file<'a>(&'a self, document: &'a Document, act: FilingAct) -> Promise<'a, Result<Brought, FilingFault>> {
        Box::pin(async move {
            // Consents and work have no message in these links' profile.
            if !act.is_document() {
                return Ok(Brought::NoPlace);
            }
            let (message, control_id) = self.message(document, act);
            let sent = self.sender.lock().await.send(&message, &control_id).await;
            sent.map(|_| Brought::Filed).map_err(|fault| {
                let said = match &fault {
                    SendFault::Refused { code, texts } => format!("{code} {}", texts.join("; ")),
                    _ => String::new(),
                };
                FilingFault { code: fault.code(), is_passing: fault.is_passing(), said, after: None }
            })
        })
    }
}

fn hd(namespace: &str) -> Hd {
    Hd { namespace: namespace.to_owned(), ..Hd::default() }
}

fn cx(id: &Identifier) -> Cx {
    // The authority of German health insurance numbers is Bedside's own word for them; a receiver knows them by their type.
    let authority = if id.authority == KVNR { Hd::default() } else { hd(&id.authority) };
    Cx { value: id.value.clone(), authority, type_code: id.kind.clone(), ..Cx::default() }
}
