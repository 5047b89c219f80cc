//! The hospital's own people, one list for each house: kept up to date from the patient index and a roster of the staff,
//! written beside the data, rebuilt where it or its key is missing. One house's list is never asked for another's drafts.

mod keep;
mod limit;

pub(crate) use limit::{Lookups, MayLook};

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use bedside_core::{
    code,
    id::{CaseId, PersonId, SiteId},
    log::{Actor, Kind},
    people::{Builder, People, PeopleKey},
    time::Timestamp,
};

use crate::{FlowError, Road, audit::Audit};

/// Where the roster of a house's staff comes from.
pub trait Roster: Send + Sync {
    /// Puts the staff of a house, by its short name, on a list.
    ///
    /// # Errors
    /// The roster can't be read; the words say why.
    fn add(&self, site: &str, list: &mut Builder) -> Result<(), String>;

    /// When the roster of a house changed last; `None`: it has none.
    fn changed_at(&self, site: &str) -> Option<Timestamp>;
}

/// How the lists are kept.
pub struct PeopleAt {
    /// The key of all lists; each house's is derived from it.
    pub key: PeopleKey,
    /// Where they are written; `None`: they are made anew with every start.
    pub folder: Option<PathBuf>,
    /// The staff.
    pub roster: Box<dyn Roster>,
}

/// The lists in use.
#[derive(Default)]
pub(crate) struct OwnPeople {
    at: OnceLock<PeopleAt>,
    lists: RwLock<HashMap<SiteId, Listed>>,
    pub(crate) lookups: Lookups,
}

/// One house's list.
struct Listed {
    /// With who came since.
    people: Arc<People>,
    /// As it was made.
    base: People,
    /// When it was made.
    made_at: Timestamp,
    /// Up to when changes are in it.
    as_of: Timestamp,
    recent: Builder,
}

impl Road {
    /// Has the lists kept from now on.
    pub fn keep_people(&self, at: PeopleAt) {
        // Set once, at the start.
        let _set_already = self.people.at.set(at);
    }

    /// Counts a check by a person; the first one too many goes into the log.
    pub(crate) fn count_look(
        &self,
        by: PersonId,
        (site, case): (SiteId, Option<CaseId>),
        audit: &mut Audit,
    ) -> Result<MayLook, FlowError> {
        let most = self.settings.checks_per_hour;
        let may = self.people.lookups.count(by, most, self.now());
        if may == (MayLook::Spent { is_first: true }) {
            audit.add(Kind::ChecksSpent, Actor::Person(by), Some(site), case, |entry| {
                entry.number(code!("limit"), i64::from(most))
            })?;
        }
        Ok(may)
    }

    /// The list of a house; `None`: it is not made yet, and the general rules alone hold.
    #[must_use]
    pub fn people(&self, site: SiteId) -> Option<Arc<People>> {
        let lists = self.people.lists.read().unwrap_or_else(PoisonError::into_inner);
        lists.get(&site).map(|list| Arc::clone(&list.people))
    }
}
