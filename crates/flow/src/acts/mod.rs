//! What people at the desk do: each act checks that they may, and is one transaction with its log entry.

mod care;
mod case;
mod chosen;
pub(crate) mod clock;
mod crisis;
mod door;
mod draft;
mod example;
mod explain;
mod filing;
mod incident;
mod label;
mod media;
mod own_post;
mod pause;
mod person;
mod record;
mod statement;
mod suggest;
mod take_down;

use bedside_core::{
    alarm::Danger,
    code,
    guard::{Check, DraftText},
    id::{CaseId, PersonId, SiteId},
    policy::desk::{DeskAction, Refusal, Seat},
    post::Standing,
    site::Role,
    time::Timestamp,
    triage::Lang,
};
use bedside_store::{
    StoreError, Tx,
    cases::{self, CaseRow},
    people,
};

pub(crate) use self::own_post::{draft as own_draft, is_approved, own_words};
pub(crate) use self::take_down::loudness;
pub use self::{
    case::PersonDecision,
    crisis::{CrisisReply, READ_WITHIN},
    door::LinkVerdict,
    draft::Checked,
    example::{Exported, Wrong},
    explain::Explained,
    filing::{Mending, OpenedFiling},
    incident::{IncidentTextShown, NewIncidentText},
    label::LabelOrder,
    media::MediaSeen,
    own_post::Planned,
    pause::{PauseScope, Paused, WouldLeave},
    person::{note_person, store_role},
    suggest::Suggested,
};
use crate::{FlowError, House, Road};

/// Why an act is not done. Nothing of it is stored then.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The person may not.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The guard blocks the text.
    #[error("the guard blocks the text")]
    Blocked(Box<Check>),
    /// Something is missing or wrong in what was asked; the word says what, e.g. `reason_missing`.
    #[error("not done: {0}")]
    Invalid(&'static str),
    /// It is not there, or not for this person.
    #[error("not there")]
    Gone,
    /// Somebody else changed it meanwhile, e.g. it has left already.
    #[error("changed meanwhile: {0}")]
    Changed(&'static str),
    /// The road or the store refuses.
    #[error(transparent)]
    Flow(#[from] FlowError),
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        Self::Flow(error.into())
    }
}

/// Whether a case is one that those on call see: it raised an alarm, taken or not, for more than an incident of the house.
#[must_use]
pub fn is_crisis(case: &CaseRow) -> bool {
    case.standing == Standing::Live && Danger::is_crisis(&case.decision)
}

/// The longest reason, note or draft that is taken, in bytes.
const LONGEST: usize = 20_000;

impl Road {
    /// The roles of a person at a site.
    pub(crate) async fn roles(&self, tx: &mut Tx, by: PersonId, site: SiteId) -> Result<Vec<Role>, ActError> {
        let all = people::roles(tx, by).await?;
        Ok(all.into_iter().filter(|(of, _)| *of == site).map(|(_, role)| role).collect())
    }

    /// Refuses who may not. Who has no role at the site is told that nothing is there.
    pub(crate) async fn may(
        &self,
        tx: &mut Tx,
        by: PersonId,
        site: SiteId,
        action: DeskAction,
        seat: Seat,
    ) -> Result<(), ActError> {
        let roles = self.roles(tx, by, site).await?;
        if roles.is_empty() {
            return Err(ActError::Gone);
        }
        Ok(self.desk.may(&roles, action, seat)?)
    }

    /// The case, for somebody who may do this to it.
    pub(crate) async fn case_for(
        &self,
        tx: &mut Tx,
        by: PersonId,
        id: CaseId,
        action: DeskAction,
    ) -> Result<CaseRow, ActError> {
        let case = cases::by_id(tx, id).await?.ok_or(ActError::Gone)?;
        self.may(tx, by, case.site, action, Seat::default()).await?;
        // Who sees crisis cases alone is told of every other that nothing is there.
        let roles = self.roles(tx, by, case.site).await?;
        if !is_crisis(&case)
            && self.desk.may(&roles, DeskAction::ReadEvery, Seat::default()).is_err()
            && roles.contains(&Role::OnCall)
        {
            return Err(ActError::Gone);
        }
        Ok(case)
    }

    /// The case, for somebody who is about to do this to it: whoever else wants to waits until `tx` ends.
    pub(crate) async fn case_to_change(
        &self,
        tx: &mut Tx,
        by: PersonId,
        id: CaseId,
        action: DeskAction,
    ) -> Result<CaseRow, ActError> {
        self.case_for(tx, by, id, action).await?;
        cases::to_change(tx, id).await?.ok_or(ActError::Gone)
    }
}

/// How private a reply is, as the guard sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// On an open platform; what is said to somebody directly is said there all the same.
    Open,
    /// At the private door.
    Door {
        /// Whether care may be spoken of: the account's link to the record is confirmed and consented to.
        of_care: bool,
    },
}

impl Road {
    /// How private a reply to this case is.
    pub(crate) async fn privacy(&self, tx: &mut Tx, case: &CaseRow) -> Result<Privacy, FlowError> {
        if !self.is_door(case.channel) {
            return Ok(Privacy::Open);
        }
        Ok(Privacy::Door { of_care: crate::door::speaks_of_care(tx, case.author).await? })
    }
}

/// What the guard is told of a reply.
pub(crate) fn for_guard<'a>(
    house: &'a House,
    privacy: Privacy,
    lang: &str,
    inbound_text: &'a str,
    inbound_handle: &'a str,
    text: &'a str,
) -> DraftText<'a> {
    DraftText {
        text,
        lang: Lang::from_tag(lang),
        jurisdiction: house.site.jurisdiction,
        public: privacy == Privacy::Open,
        consented: privacy == Privacy::Door { of_care: true },
        inbound_text: Some(inbound_text),
        inbound_handle: Some(inbound_handle),
        public_facts: &house.site.settings.public_facts,
        people: None,
    }
}

/// A text that a person must give: not empty, not endless.
pub(crate) fn given<'a>(text: &'a str, missing: &'static str) -> Result<&'a str, ActError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ActError::Invalid(missing));
    }
    if text.len() > LONGEST {
        return Err(ActError::Invalid("text_too_long"));
    }
    Ok(text)
}

/// A moment that must lie ahead.
fn ahead(at: Timestamp, now: Timestamp) -> Result<Timestamp, ActError> {
    if at > now { Ok(at) } else { Err(ActError::Invalid("time_is_past")) }
}

/// The log's word for a yes or no.
fn yes_no(yes: bool) -> bedside_core::log::Code {
    if yes { code!("yes") } else { code!("no") }
}
