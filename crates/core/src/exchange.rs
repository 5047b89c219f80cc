//! Exchange: what others may read of consented conversations, what is sent to them, and the port that carries it out of
//! the house. What may be read is decided by the consents, each time anew.

use crate::{
    channel::{Fault, Promise},
    words::words,
};

words! {
    /// Kinds of resources that are kept for others, by FHIR's names (R4).
    ResourceKind {
        /// A post, or an answer of the house.
        Communication = "Communication",
        /// The work on a conversation.
        Task = "Task",
        /// A consent of a person.
        Consent = "Consent",
        /// Where the others come from.
        Provenance = "Provenance",
    }
}

words! {
    /// What a client did, or what was sent to it.
    AccessAct {
        /// Read one resource, or a version of it.
        Read = "read",
        /// Searched, and was given something of this patient.
        Search = "search",
        /// Was sent a notification of a subscription or a webhook that tells of this patient.
        Disclose = "disclose",
        /// Nobody's access: the person took a consent back, and the resource says so.
        Revoke = "revoke",
    }
}

/// Whose address a telling goes to. Each has its own list of places that the configuration allows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mailbox {
    /// An endpoint of a FHIR client, by the client's id.
    Client(String),
    /// A configured webhook, by its slug.
    Hook(String),
}

/// How it is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handing {
    /// POST.
    Post,
    /// PUT.
    Put,
}

/// What is sent to somebody who asked to be told. Printing it shows neither body nor headers.
#[derive(Clone, PartialEq, Eq)]
pub struct Telling {
    /// Whose.
    pub to: Mailbox,
    /// How.
    pub handing: Handing,
    /// The whole address; for a webhook it is empty, the configuration has it.
    pub url: String,
    /// Names what is sent: the same when it is sent again.
    pub id: String,
    /// Media type of the body.
    pub media_type: String,
    /// Further headers. May hold secrets.
    pub headers: Vec<(String, String)>,
    /// The body; empty: a call without one.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Telling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telling").field("to", &self.to).field("id", &self.id).finish_non_exhaustive()
    }
}

/// Carries tellings to the places that the configuration names, and to no others.
pub trait Carry: Send + Sync {
    /// Whether `url` lies at a place that this mailbox is allowed to have.
    fn reaches(&self, to: &Mailbox, url: &str) -> bool;
    /// Hands a telling over; `Ok`: the receiver answered with 2xx.
    fn carry<'a>(&'a self, telling: &'a Telling) -> Promise<'a, Result<(), Fault>>;
}
