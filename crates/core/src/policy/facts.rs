//! What rules may see. Unknown is `None` and absent in Cedar (`has`), never false.

use serde::{Deserialize, Serialize};

use crate::{
    label::LabelKind,
    post::{Standing, Visibility},
    site::Jurisdiction,
    time::{Span, Timestamp},
    triage::Signals,
};

/// Who runs the page that speaks: law binds public bodies in what they may delete and block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageOwner {
    /// A private house.
    Private,
    /// A public body.
    PublicBody,
}

/// What kind of account wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Under a person's name.
    RealName,
    /// Under another name.
    Pseudonym,
    /// A newspaper, station or journalist.
    Media,
    /// An organisation.
    Organisation,
    /// Automated.
    Bot,
    /// A member of staff of ours.
    Staff,
}

/// Facts of the post itself and its author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostFacts {
    /// What triage found.
    pub signals: Signals,
    /// Live or history.
    pub standing: Standing,
    /// When it was written.
    pub at: Timestamp,
    /// When we first saw it.
    pub seen_at: Timestamp,
    /// Who may see it.
    pub visibility: Visibility,
    /// Whether it is addressed to us.
    pub addressed: bool,
    /// What kind of account, where known.
    pub account: Option<Account>,
    /// How many earlier posts of this author the site has.
    pub prior_posts: u32,
    /// Pictures, videos or files that hang on it.
    pub media_count: u16,
}

/// Facts of the thread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadFacts {
    /// Posts in the thread that we know.
    pub posts: u32,
    /// Answers that we have published in the thread.
    pub our_answers: u32,
    /// Labels in force on thread, author and site.
    pub labels: Vec<LabelKind>,
}

/// Facts of the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseFacts {
    /// Whose law.
    pub jurisdiction: Jurisdiction,
    /// Public body or private.
    pub page_owner: PageOwner,
    /// Whether the desk is staffed now; `None`: no hours are set up.
    pub staffed_now: Option<bool>,
    /// Whether incident command is active.
    pub crisis_mode: bool,
    /// Whether an approved statement on the matter exists; `None`: not known.
    pub approved_statement: Option<bool>,
    /// Whether sending is paused.
    pub paused: bool,
}

/// Facts of the record, known only through a consented link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkFacts {
    /// The person is in the house now.
    pub inpatient: Option<bool>,
    /// How long since discharge.
    pub since_discharge: Option<Span>,
    /// A death is recorded.
    pub deceased: Option<bool>,
}

/// What a person or the record has said of the matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// When the event the thread is about happened, as a person at the desk entered it; beats the text.
    pub event_at: Option<Timestamp>,
    /// Whether facts have been checked; `None`: nobody has said.
    pub facts_checked: Option<bool>,
}

/// Everything a decision may rest on, at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The moment.
    pub now: Timestamp,
    /// Of the post.
    pub post: PostFacts,
    /// Of the thread.
    pub thread: ThreadFacts,
    /// Of the house.
    pub house: HouseFacts,
    /// Of the case.
    pub case: CaseFacts,
    /// Of a consented link; `None`: there is none.
    pub link: Option<LinkFacts>,
}
