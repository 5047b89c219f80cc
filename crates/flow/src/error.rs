//! What can go wrong on the road.

use bedside_store::StoreError;

/// Why a step could not be taken. Nothing of it is stored then.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry could not be written for the log.
    #[error("log entry: {0}")]
    Entry(#[from] bedside_core::log::EntryError),
    /// The log's tree could not be carried on.
    #[error("log: {0}")]
    Log(String),
    /// Rules can't be read.
    #[error("rules: {0}")]
    Rules(#[from] bedside_core::policy::RulesError),
    /// Rules that settle warnings can't be read.
    #[error("rules: {0}")]
    Settlements(#[from] bedside_core::guard::BadSettlement),
    /// What a house's own files say of crisis replies can't be read.
    #[error("rules: {0}")]
    CrisisRules(String),
    /// The data about crises can't be read.
    #[error(transparent)]
    Crisis(#[from] bedside_core::crisis::BadCrisis),
    /// Clocks of law or contract can't be read.
    #[error("clocks: {0}")]
    Clocks(#[from] bedside_core::policy::clock::BadClock),
    /// Holidays can't be read.
    #[error("holidays: {0}")]
    Holidays(#[from] bedside_core::holiday::BadHoliday),
    /// A site is not set up.
    #[error("no site {0} is set up")]
    NoSite(String),
    /// A time zone is unknown.
    #[error("site {site}: '{zone}' is no time zone (IANA names such as Europe/Berlin are)")]
    Zone {
        /// The site's slug.
        site: String,
        /// What was given.
        zone: String,
    },
    /// Work handed to another thread did not come back.
    #[error("a thread of work was lost")]
    Lost,
}

impl FlowError {
    /// Whether somebody else changed a case meanwhile: the same done anew may succeed at once.
    #[must_use]
    pub const fn is_changed(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_changed())
    }
}
