//! What rules may see. Unknown is `None` and absent in Cedar (`has`), never false.

use serde::{Deserialize, Serialize};

use crate::{
    incident::Stage,
    label::LabelKind,
    post::{Standing, Visibility},
    site::Jurisdiction,
    time::{Span, Timestamp},
    triage::{Signals, Speaker},
    words::words,
};

words! {
    /// Who runs the page that speaks: law binds public bodies in what they may delete and block.
    PageOwner {
        /// A private house.
        Private = "private",
        /// A public body.
        PublicBody = "public_body",
    }
}

words! {
    /// What kind of account wrote.
    Account {
        /// Under a person's name.
        RealName = "real_name",
        /// Under another name.
        Pseudonym = "pseudonym",
        /// A newspaper, station or journalist.
        Media = "media",
        /// An organisation.
        Organisation = "organisation",
        /// Automated.
        Bot = "bot",
        /// A member of staff of ours.
        Staff = "staff",
    }
}

words! {
    /// Where a post stands.
    Place {
        /// A comment or answer in public.
        Comment = "comment",
        /// A review with stars.
        Review = "review",
        /// A post that names us.
        Mention = "mention",
        /// A message to us alone.
        Message = "message",
        /// A post of our own that waits to be published.
        OwnScheduled = "own_scheduled",
        /// A comment under a post of our own.
        OwnComment = "own_comment",
        /// A request from inside to link an account with a record.
        LinkRequest = "link_request",
    }
}

words! {
    /// What kind of incident the house handles.
    IncidentKind {
        /// Many injured at once.
        MassCasualty = "mass_casualty",
        /// An infection spreads.
        Outbreak = "outbreak",
        /// An attack on or a failure of the computers.
        Cyber = "cyber",
        /// A rumour runs.
        Rumour = "rumour",
        /// A storm of outrage.
        Firestorm = "firestorm",
        /// The house itself has failed.
        OwnFailure = "own_failure",
    }
}

words! {
    /// Where a formal complaint of this author or on this matter stands.
    ComplaintStage {
        /// The house has it.
        Open = "open",
        /// An outside body has it: ombudsman, arbitration, medical council.
        External = "external",
        /// It is settled.
        Closed = "closed",
    }
}

words! {
    /// Whether publishing a person's picture or story is permitted in writing.
    Publication {
        /// Somebody looked; there is nothing.
        NoneOnFile = "none_on_file",
        /// Valid for this use.
        WrittenValid = "written_valid",
        /// Taken back.
        Revoked = "revoked",
    }
}

words! {
    /// How far the media look at the matter.
    MediaAttention {
        /// Somebody looked; they don't.
        None = "none",
        /// Local media.
        Local = "local",
        /// National media.
        National = "national",
    }
}

/// What an author did at this house before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorHistory {
    /// Abusive posts of theirs, faded: see [`crate::policy::strikes`].
    pub strikes: u32,
    /// When they last wrote before; `None`: never, or not known.
    pub last_at: Option<Timestamp>,
}

/// Where a moment lies in the house's hours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseHours {
    /// Whether today is a holiday; `None`: no calendar is set up.
    pub holiday: Option<bool>,
    /// How long until the desk is staffed; zero while it is. `None`: no hours are set up.
    pub until_staffed: Option<Span>,
    /// Whether the desk was staffed when the post was written.
    pub staffed_at_post: Option<bool>,
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
    /// How many of them no person has looked at.
    #[serde(default)]
    pub media_unseen: u16,
    /// Where it stands, where known.
    #[serde(default)]
    pub place: Option<Place>,
    /// What its author did before.
    #[serde(default)]
    pub history: AuthorHistory,
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
    /// What kind of incident; `None`: nobody has said.
    #[serde(default)]
    pub incident: Option<IncidentKind>,
    /// Where it stands.
    #[serde(default)]
    pub stage: Option<Stage>,
    /// Its hours.
    #[serde(default)]
    pub hours: HouseHours,
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
    /// Whether somebody has died, where the desk knows better than the text; `None`: nobody has said.
    #[serde(default)]
    pub death: Option<bool>,
    /// Who writes, where the desk knows better than the text.
    #[serde(default)]
    pub speaker: Option<Speaker>,
    /// Where a formal complaint stands; `None`: none is known (the label `open_complaint` may still say so).
    #[serde(default)]
    pub complaint: Option<ComplaintStage>,
    /// Written permission for a picture or story; `None`: nobody has looked.
    #[serde(default)]
    pub publication: Option<Publication>,
    /// The nearest deadline that law or contract sets on this case (a data subject's month, a complaint rule's days).
    /// It never stops, and no hold ends later.
    #[serde(default)]
    pub deadline: Option<Timestamp>,
    /// How far the media look at it; `None`: nobody has looked (the label `media_interest` may still say so).
    #[serde(default)]
    pub media: Option<MediaAttention>,
    /// What kind of account writes, where the desk knows better than the platform.
    #[serde(default)]
    pub account: Option<Account>,
    /// Since when it has been held without a break; a rule's longest wait is counted from then.
    #[serde(default)]
    pub held_since: Option<Timestamp>,
}

/// What people at the desk have entered of a case. What nobody has said is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// Whether somebody has died, where the desk knows better than the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub death: Option<bool>,
    /// Who writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Speaker>,
    /// What kind of account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// Where a formal complaint stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaint: Option<ComplaintStage>,
    /// Written permission for a picture or story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
    /// How far the media look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaAttention>,
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

impl Facts {
    /// When the event happened that the post speaks of: what a person entered beats the text. A time after `now`
    /// can't be and counts as not known.
    #[must_use]
    pub fn event_at(&self) -> Option<Timestamp> {
        self.case.event_at.or(self.post.signals.event_at).filter(|at| *at <= self.now)
    }
}
