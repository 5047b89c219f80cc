//! Writing: a new version of a house's own rules, checked strictly before it is kept. What is in force is not touched.

use bedside_core::{
    code,
    id::{PersonId, RulesVersionId, SiteId},
    log::{Actor, Kind},
    policy::{
        OwnRules, Problem,
        desk::{DeskAction, Seat},
    },
};
use bedside_store::{
    Tx, random,
    rules::{
        term,
        version::{self, VersionRow},
    },
};

use super::read::problems;
use crate::{
    FlowError, Road,
    acts::{ActError, given},
    audit::Audit,
};

/// Why a version is not kept.
#[derive(Debug, thiserror::Error)]
pub enum RulesActError {
    /// As with every act.
    #[error(transparent)]
    Act(#[from] ActError),
    /// A rule is not as it must be; nothing is kept, and what is in force stays.
    #[error("{} problems in the rules", .0.len())]
    Written(Vec<Problem>),
}

impl<E: Into<FlowError>> From<E> for RulesActError {
    fn from(error: E) -> Self {
        Self::Act(ActError::Flow(error.into()))
    }
}

/// How far back it is looked who wrote what a version rests on.
const LONGEST_CHAIN: usize = 100;

impl Road {
    /// Keeps a new version of a house's own rules. `based_on`: the version that was written on.
    ///
    /// # Errors
    /// The person may not, gives no reason, changes nothing, or a rule is not as it must be: then every problem is named with
    /// file, line and, where something is near, a suggestion.
    pub async fn write_rules(
        &self,
        by: PersonId,
        site: SiteId,
        based_on: Option<RulesVersionId>,
        files: OwnRules,
        why: &str,
    ) -> Result<VersionRow, RulesActError> {
        let now = self.now();
        let house = self.house_of(site)?;
        let mut tx = self.store.begin().await?;
        self.may(&mut tx, by, site, DeskAction::WriteRules, Seat::default()).await?;
        let base = match based_on {
            Some(id) => version::by_id(&mut tx, id).await?.filter(|base| base.site == site),
            None => None,
        };
        let hash = files.hash();
        if base.as_ref().is_some_and(|base| base.hash == hash) {
            return Err(ActError::Invalid("rules_unchanged").into());
        }
        let found = problems(house.site.jurisdiction, &files);
        if !found.is_empty() {
            return Err(RulesActError::Written(found));
        }
        let mut new = VersionRow {
            id: RulesVersionId::new(now, &random()?),
            site,
            number: 0,
            files,
            hash,
            based_on: base.map(|base| base.id),
            by: Some(by),
            why: given(why, "reason_missing")?.to_owned(),
            salt: random()?,
            at: now,
            dropped_at: None,
        };
        new.number = version::add(&mut tx, &new).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::RulesWritten, Actor::Person(by), Some(site), None, |entry| {
            entry.about(new.id).number(code!("number"), new.number).committing(code!("text"), new.commitment())
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Sets a version aside that is not in force and will not be.
    ///
    /// # Errors
    /// The person may not, or the version is in force or ordered.
    pub async fn drop_rules(&self, by: PersonId, id: RulesVersionId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let version = version::by_id(&mut tx, id).await?.ok_or(ActError::Gone)?;
        self.may(&mut tx, by, version.site, DeskAction::WriteRules, Seat::default()).await?;
        term::alone(&mut tx, version.site).await?;
        let terms = term::newest(&mut tx, version.site, 500).await?;
        let standing = term::in_force(&mut tx, version.site, now).await?;
        let is_ordered = terms.iter().any(|term| term.version == id && term.from > now && term.withdrawn_at.is_none());
        if is_ordered || standing.is_some_and(|standing| standing.version == id) {
            return Err(ActError::Changed("rules_in_force_already"));
        }
        if version::drop_it(&mut tx, id, by, now).await? {
            let mut audit = Audit::at(now);
            audit.add(Kind::RulesDropped, Actor::Person(by), Some(version.site), None, |entry| entry.about(id))?;
            audit.write(&mut tx).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Everybody who had a hand in a version since rules were last put in force.
pub(crate) async fn writers(tx: &mut Tx, version: &VersionRow) -> Result<Vec<PersonId>, FlowError> {
    let terms = term::newest(tx, version.site, 500).await?;
    let was_in_force = |id| terms.iter().any(|term| term.version == id && term.reached_at.is_some());
    let mut writers = Vec::new();
    let mut next = Some(version.clone());
    for _ in 0..LONGEST_CHAIN {
        let Some(one) = next else { break };
        writers.extend(one.by.filter(|by| !writers.contains(by)));
        next = match one.based_on.filter(|base| !was_in_force(*base)) {
            Some(base) => version::by_id(tx, base).await?,
            None => None,
        };
    }
    Ok(writers)
}
