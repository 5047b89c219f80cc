//! What a person may see and do at a site. Asks the Cedar rules of the desk once per combination and remembers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bedside_core::{
    policy::desk::{DeskAction, Refusal, Seat},
    site::Role,
};
use bedside_flow::{Road, is_crisis};
use bedside_store::{cases::CaseRow, sites::Site};

type Answers = HashMap<(u8, DeskAction, bool), Result<(), Refusal>>;

/// The rules of the desk with the answers given so far. There are at most 2^6 · 51 · 2 of them.
#[derive(Debug)]
pub(super) struct Permits {
    road: Arc<Road>,
    known: Mutex<Answers>,
}

impl Permits {
    pub(super) fn new(road: Arc<Road>) -> Self {
        Self { road, known: Mutex::default() }
    }

    /// Whether somebody with these roles may do this; the refusal says why not.
    pub(super) fn may(&self, roles: &[Role], action: DeskAction, own_draft: bool) -> Result<(), Refusal> {
        let bits = roles.iter().fold(0, |bits, role| bits | 1 << (*role as u8));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = known.entry((bits, action, own_draft));
        answer.or_insert_with(|| self.road.permissions().may(roles, action, Seat { own_draft })).clone()
    }
}

/// How much of a site's cases a person sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    /// None of them.
    Nothing,
    /// What was decided; nothing of texts and names.
    Masked,
    /// Texts with numbers, addresses and names covered, until a case is opened in full.
    Covered,
    /// Everything.
    Text,
}

/// A site at which the person who asks has a role.
#[derive(Clone, Debug)]
pub(super) struct House {
    /// The site.
    pub site: Site,
    /// The roles there.
    pub roles: Vec<Role>,
    /// How much of its cases they show.
    pub sight: Sight,
    /// Whether they show crisis cases alone.
    pub crisis_only: bool,
}

impl House {
    pub(super) fn new(site: Site, roles: Vec<Role>, permits: &Permits) -> Self {
        let may = |action| permits.may(&roles, action, false).is_ok();
        let sight = if may(DeskAction::ReadUnmasked) {
            Sight::Text
        } else if may(DeskAction::ReadText) {
            Sight::Covered
        } else if may(DeskAction::ReadMasked) {
            Sight::Masked
        } else {
            Sight::Nothing
        };
        let crisis_only = !may(DeskAction::ReadEvery);
        Self { site, roles, sight, crisis_only }
    }

    /// Whether this case is one that the roles here show.
    pub(super) fn sees(&self, case: &CaseRow) -> bool {
        self.sight > Sight::Nothing && self.site.id == case.site && (!self.crisis_only || is_crisis(case))
    }
}
