//! What the composer is told: the reply, what the guard says of it, the seats. Plain data; texts of findings and of people
//! come in the reader's language.

/// The reply to a case.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Whom it answers.
    pub to: String,
    /// Where it stands.
    pub stage: Stage,
    /// How it would be sent.
    pub form: ReplyForm,
    /// The forms that may be chosen, with `form` among them.
    pub forms: Vec<ReplyForm>,
    /// Its text. Empty: nothing written.
    pub text: String,
    /// The text was typed and is not stored: it is in nobody's hands but the browser's.
    pub unsaved: bool,
    /// Version of the draft, sent back as `draft`.
    pub version: String,
    /// Language of the reply, for spelling (BCP 47).
    pub lang: Option<String>,
    /// Length in the channel's own unit.
    pub length: u32,
    /// Its limit; `None`: no limit known.
    pub limit: Option<u32>,
    /// What the guard says.
    pub guard: Guard,
    /// Not before this time (a hold).
    pub not_before: Option<i64>,
    /// The decision in force permits this form. If false, the draft can be prepared but not submitted.
    pub permitted: bool,
    /// Who wrote it.
    pub author: Option<Seat>,
    /// The second pair of eyes.
    pub second: Second,
    /// Why it came back, if it did.
    pub returned: Option<Returned>,
    /// The text before the repair that was just made, to go back to.
    pub before: Option<String>,
    /// The reader wants to say that the guard missed something.
    pub missing: bool,
    /// What was just done about a finding.
    pub told: Option<String>,
    /// What a model has to do with it.
    pub suggest: super::Suggest,
    /// What the library of statements has to do with it.
    pub library: super::Library,
}

/// Where a reply stands.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Being written (or not begun).
    Writing,
    /// Waits for a second person.
    Asked,
    /// Approved, in the undo window or waiting for its time.
    Leaving {
        /// When it leaves.
        at: i64,
    },
    /// Approved and due, but sending is paused.
    Paused,
    /// Sent and read back from the channel.
    Sent {
        /// When.
        at: i64,
        /// Where to see it.
        url: Option<String>,
        /// Number of the log entry that proves it.
        entry: Option<i64>,
    },
    /// Could not be sent.
    Failed {
        /// Why, in the reader's language.
        reason: String,
        /// Next try; `None`: needs a person.
        next: Option<i64>,
    },
}

/// How a reply is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyForm {
    /// In public, in general terms.
    Public,
    /// In public, one line that acknowledges.
    Acknowledge,
    /// In public, with an invitation to the private door.
    Invite,
    /// Privately.
    Private,
}

impl ReplyForm {
    /// The value in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            ReplyForm::Public => "public",
            ReplyForm::Acknowledge => "acknowledge",
            ReplyForm::Invite => "invite",
            ReplyForm::Private => "private",
        }
    }

    /// The form of a form value; `None` for an unknown one.
    #[must_use]
    pub fn from_code(code: &str) -> Option<ReplyForm> {
        [ReplyForm::Public, ReplyForm::Acknowledge, ReplyForm::Invite, ReplyForm::Private]
            .into_iter()
            .find(|f| f.code() == code)
    }
}

/// What the guard says of the draft.
#[derive(Clone, Debug)]
pub enum Guard {
    /// Not looked yet.
    Unchecked,
    /// Looked at this time; nothing found.
    Clear(i64),
    /// Looked; found this.
    Found(Vec<Finding>),
}

/// Something the guard found in a draft.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its number on the page, from 1.
    pub n: u32,
    /// Blocks, or only hints.
    pub weight: FindingWeight,
    /// Kind id, for its heading ("confirms_relationship").
    pub kind: String,
    /// The words found; empty if the finding is about the whole draft.
    pub quote: String,
    /// Why, in the reader's language.
    pub reason: String,
    /// The source or law.
    pub source: Option<String>,
    /// First character in the draft.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// Words that could stand there instead.
    pub suggestion: Option<String>,
    /// What they take the place of, in characters.
    pub at: (usize, usize),
    /// What striking it takes out, in characters.
    pub strike: (usize, usize),
}

/// How heavy a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingWeight {
    /// The draft can't be submitted.
    Block,
    /// The writer may leave it, saying why.
    Hint,
}

/// A seat at the four-eyes table.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Who sits there.
    pub name: String,
    /// Since when.
    pub at: i64,
}

/// The second seat.
#[derive(Clone, Debug)]
pub enum Second {
    /// Nobody yet; these may.
    Vacant {
        /// First names.
        may: Vec<String>,
    },
    /// The reader may approve or send back.
    Yours,
    /// The reader wrote it, so may not.
    OwnDraft,
    /// The reader may not approve, for this reason.
    NotYours {
        /// In the reader's language.
        why: String,
    },
    /// A rule takes the seat.
    Rule {
        /// Its id.
        rule: String,
        /// Its sentence.
        sentence: String,
    },
    /// Approved.
    Approved(Seat),
}

/// Why a reply is at the desk again.
#[derive(Clone, Debug)]
pub enum Returned {
    /// The second person sent it back.
    SentBack {
        /// Who.
        by: String,
        /// When.
        at: i64,
        /// Their note.
        note: String,
    },
    /// The check at the moment of sending refused it.
    Refused {
        /// Why, in the reader's language.
        reason: String,
        /// When.
        at: i64,
    },
    /// Someone called it back.
    Undone {
        /// Who.
        by: String,
        /// When.
        at: i64,
    },
}
