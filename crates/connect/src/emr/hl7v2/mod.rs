//! HL7 v2 over MLLP: links on which a sender brings messages. A message is acknowledged only after it is stored
//! (HL7 v2.5.1 §2.9.2): a crash before that makes the sender send again, and what comes twice is stored once.

mod event;
mod line;
mod listen;
mod out;
mod reading;
mod send;

use std::{net::IpAddr, sync::Arc, time::Duration};

use bedside_clinical::hl7::{Charset, Dispositions, Keep, ack};
use bedside_core::id::EmrLinkId;
use jiff::tz::TimeZone;

use crate::{Clock, tls::Tls};

pub use self::{
    event::dispositions,
    listen::listen,
    out::{Form, Out, OutConfig},
    reading::{Answer, read},
    send::{SendFault, Sender},
};

/// Whether a sender at this address may speak.
pub type Allow = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// How a link that receives is set up.
#[derive(Clone)]
pub struct Config {
    /// The link's id in the store.
    pub id: EmrLinkId,
    /// Its short name, for the program's own log.
    pub slug: String,
    /// Who may speak.
    pub allow: Allow,
    /// TLS; `None`: plain.
    pub tls: Option<Tls>,
    /// How messages are read and answered.
    pub manner: Manner,
    /// The most bytes of one message.
    pub most_bytes: usize,
    /// The most connections at once.
    pub most_connections: usize,
    /// What time it is.
    pub clock: Clock,
    /// How long a message that has begun may take to come in whole.
    pub patience: Duration,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("slug", &self.slug).finish_non_exhaustive()
    }
}

/// How a link's messages are read and answered.
#[derive(Debug, Clone)]
pub struct Manner {
    /// The character set where MSH-18 says nothing, or what isn't so.
    pub charset: Charset,
    /// How messages are acknowledged.
    pub ack: ack::Mode,
    /// Sending applications (MSH-3) that may speak; empty: every one.
    pub applications: Vec<String>,
    /// Sending facilities (MSH-4) that may speak; empty: every one.
    pub facilities: Vec<String>,
    /// The assigning authority of identifiers that name none; empty: they stay without.
    pub authority: String,
    /// What of a message may be kept; everything else is dropped before it is stored.
    pub keep: Keep,
    /// The zone of times that name none.
    pub zone: TimeZone,
    /// What discharge codes mean.
    pub dispositions: Dispositions,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            charset: Charset::Windows1252,
            ack: ack::Mode::AsAsked,
            applications: Vec::new(),
            facilities: Vec::new(),
            authority: String::new(),
            keep: Keep::default(),
            zone: TimeZone::UTC,
            dispositions: Dispositions::Unknown,
        }
    }
}
