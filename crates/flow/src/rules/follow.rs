//! Taking over what came into force: read from the store in the transaction that decides, and by the clock.

use std::sync::Arc;

use bedside_core::{
    code,
    id::SiteId,
    log::{Actor, Code, Kind},
    site::Jurisdiction,
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    jobs::{self, JobKind},
    rules::{
        term::{self, TermRow},
        version::{self, VersionRow},
    },
};

use super::read::{InForce, OWN_UNREADABLE, ReadLately, RulesRead, Since};
use crate::{Change, FlowError, Road, audit::Audit};

/// What lies silent is decided anew under other rules, or because an incident begins, only so long: nobody is answered weeks
/// later because a rule changed.
pub(crate) const SILENT: Span = Span::hours(72);

/// Cases put in line in one transaction.
const AT_ONCE: u32 = 300;

/// What a version puts in force. One that this program can't read puts the packs in force with nothing to be said.
pub(super) fn in_force(
    lately: &ReadLately,
    law: Jurisdiction,
    version: &VersionRow,
    term: &TermRow,
) -> Result<InForce, FlowError> {
    match lately.of(law, &version.files) {
        Ok(read) => Ok(InForce::of(read, term)),
        Err(
            error
            @ (FlowError::Rules(_) | FlowError::Settlements(_) | FlowError::CrisisRules(_) | FlowError::Clocks(_)),
        ) => {
            tracing::error!(version = version.number, %error, rule = OWN_UNREADABLE,
                "the house's own rules in force can't be read: nothing is said until a person mends them");
            let packs = lately.of(law, &bedside_core::policy::OwnRules::default())?;
            Ok(InForce::of(packs, term).unreadable())
        }
        Err(other) => Err(other),
    }
}

impl Road {
    /// The rules of a version, read; `None`: this program can't.
    #[must_use]
    pub fn read_version(&self, version: &VersionRow) -> Option<Arc<RulesRead>> {
        let house = self.house(version.site)?;
        self.rules_read.of(house.site.jurisdiction, &version.files).ok()
    }

    /// Takes over the rules that are in force at a house by now, as this transaction sees it. Whoever decides does so after
    /// this.
    pub(crate) async fn follow_rules(&self, tx: &mut Tx, site: SiteId, now: Timestamp) -> Result<(), FlowError> {
        let house = self.house_of(site)?;
        let Some(term) = term::in_force(tx, site, now).await? else { return Ok(()) };
        if Some(Since::of(&term)) <= house.rules().since() {
            return Ok(());
        }
        let Some(version) = version::by_id(tx, term.version).await? else { return Ok(()) };
        let next = in_force(&self.rules_read, house.site.jurisdiction, &version, &term)?;
        if house.take_over(next) {
            tracing::info!(site = %house.site.slug, version = version.number, "other rules are in force");
            self.tell(site, None, Change::Rules);
        }
        Ok(())
    }

    /// Takes over what came into force at any house, by the clock or by another process, and has the cases decided anew
    /// that it concerns. Gives how many terms began.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn rules_next(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let due = term::due(&mut tx, now).await?;
        for house in self.houses.values() {
            self.follow_rules(&mut tx, house.site.id, now).await?;
        }
        drop(tx);
        let mut begun = 0;
        for term in &due {
            let mut tx = self.store.begin().await?;
            if !term::reached(&mut tx, term.id, now).await? {
                continue;
            }
            let mut audit = Audit::at(now);
            self.begins(&mut tx, term, &mut audit).await?;
            audit.write(&mut tx).await?;
            tx.commit().await?;
            begun += 1;
        }
        self.decide_anew().await?;
        Ok(begun)
    }

    /// Puts the cases in line that other rules concern, a few hundred in a transaction. Who stops in between leaves the rest to
    /// the next one.
    pub(super) async fn decide_anew(&self) -> Result<(), FlowError> {
        loop {
            let now = self.now();
            let mut tx = self.store.begin_read().await?;
            let Some(anew) = term::anew(&mut tx).await? else { return Ok(()) };
            drop(tx);
            let mut tx = self.store.begin().await?;
            let cases = term::concerned(&mut tx, &anew, now.minus(SILENT), AT_ONCE).await?;
            if !term::anew_up_to(&mut tx, &anew, cases.last().copied()).await? {
                return Ok(());
            }
            jobs::add(&mut tx, JobKind::Redecide, cases.iter().map(ToString::to_string), jobs::LIVE, now).await?;
            tx.commit().await?;
            self.facts.notify_one();
        }
    }

    /// A term begins, and the log says so. In the transaction that notes it.
    pub(super) async fn begins(&self, tx: &mut Tx, term: &TermRow, audit: &mut Audit) -> Result<(), FlowError> {
        let version = version::by_id(tx, term.version).await?;
        audit.add(Kind::RulesInForce, Actor::System, Some(term.site), None, |entry| {
            let entry = entry.about(term.version).code(code!("way"), way(term));
            version.map_or(entry.clone(), |version| entry.number(code!("number"), version.number))
        })
    }
}

/// The log's word for how a term came about.
pub(super) fn way(term: &TermRow) -> Code {
    use bedside_store::rules::term::Way;
    match term.way {
        Way::First => code!("first"),
        Way::Files => code!("files"),
        Way::Live => code!("live"),
        Way::Back => code!("back"),
    }
}
