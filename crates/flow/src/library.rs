//! What may be taken from the library of statements at a house: approved, not expired, for its law, filled with what the house
//! knows of itself. Who builds crisis replies or an incident's only voice asks here.

use bedside_core::{
    guard::{Check, Finding, Severity, Verdict},
    id::{SiteId, StatementId},
    site::Jurisdiction,
    statement::{OwnFacts, Placeholder, Statement, StatementKind, Wanted, placeholders},
    time::Timestamp,
    triage::Lang,
};
use bedside_store::{
    Tx,
    drafts::DraftRow,
    library::{self, StatementRow},
};

use crate::{FlowError, House, Road};

/// A statement that may be taken now.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The version.
    pub row: StatementRow,
    /// What it says, and for what it is meant.
    pub statement: Statement,
    /// The text as this house says it.
    pub text: String,
    /// What is still open in it.
    pub open: Vec<Placeholder>,
}

impl InForce {
    /// Its id, and which version it is.
    #[must_use]
    pub const fn version(&self) -> (StatementId, u32) {
        (self.row.id, self.row.version)
    }
}

/// What the guard says of a statement at one of the houses that it is for.
#[derive(Debug, Clone)]
pub struct Proof {
    /// The house.
    pub site: SiteId,
    /// What is said there.
    pub text: String,
    /// The findings, in that text.
    pub check: Check,
}

impl House {
    /// What the house knows of itself, for statements under this law: the emergency number is that of the country.
    #[must_use]
    pub fn own_facts(&self, law: Jurisdiction) -> OwnFacts {
        let settings = &self.site.settings;
        OwnFacts::of(&self.site.name, &self.site.group, law, &settings.public_facts, settings.door.as_deref())
    }
}

impl Road {
    /// Every statement that may be taken at a house now, the oldest first.
    ///
    /// # Errors
    /// The store refuses, or a statement was tampered with.
    pub async fn statements_in_force(
        &self,
        tx: &mut Tx,
        site: SiteId,
        law: Jurisdiction,
    ) -> Result<Vec<InForce>, FlowError> {
        let own = self.house_of(site)?.own_facts(law);
        let mut all = Vec::new();
        for row in library::in_force(tx, self.now()).await? {
            let Some(sealed) = self.store.open_statement(&row).await? else { continue };
            let statement = sealed.0.statement;
            if statement.is_for(site) && statement.is_under(law) {
                let text = statement.filled(&own);
                all.push(InForce { open: placeholders(&text), row, text, statement });
            }
        }
        Ok(all)
    }

    /// The statements that fit what is wanted; those on its very topic first, those for any topic after them.
    ///
    /// # Errors
    /// As [`Road::statements_in_force`].
    pub async fn statements_for(&self, tx: &mut Tx, wanted: &Wanted<'_>) -> Result<Vec<InForce>, FlowError> {
        let mut all = self.statements_in_force(tx, wanted.site, wanted.law).await?;
        all.retain(|one| one.statement.fits(wanted));
        all.sort_by_key(|one| one.statement.topics.is_empty());
        Ok(all)
    }

    /// The approved, unexpired crisis replies of a house, with the numbers of `country`: the country of who wrote, where it is known,
    /// else the house's. `lang`: in this language only. They leave nothing open; one whose fact the house does not have is left out.
    ///
    /// # Errors
    /// As [`Road::statements_in_force`].
    pub async fn crisis_statements(
        &self,
        tx: &mut Tx,
        site: SiteId,
        country: Jurisdiction,
        lang: Option<Lang>,
    ) -> Result<Vec<InForce>, FlowError> {
        self.ready(tx, (site, country), StatementKind::Crisis, lang).await
    }

    /// The approved, unexpired statements that a house may make while an incident lasts; `lang`: in this language only.
    ///
    /// # Errors
    /// As [`Road::statements_in_force`].
    pub async fn incident_statements(
        &self,
        tx: &mut Tx,
        site: SiteId,
        lang: Option<Lang>,
    ) -> Result<Vec<InForce>, FlowError> {
        let law = self.house_of(site)?.site.jurisdiction;
        self.ready(tx, (site, law), StatementKind::Incident, lang).await
    }

    /// Those of a kind that can be said as they are.
    async fn ready(
        &self,
        tx: &mut Tx,
        (site, law): (SiteId, Jurisdiction),
        kind: StatementKind,
        lang: Option<Lang>,
    ) -> Result<Vec<InForce>, FlowError> {
        let mut all = self.statements_in_force(tx, site, law).await?;
        all.retain(|one| {
            one.statement.kind == kind && one.open.is_empty() && lang.is_none_or(|lang| one.statement.lang == lang)
        });
        Ok(all)
    }

    /// The statement that a draft says byte for byte: the version it was taken from is in force at the house now, and nothing but
    /// the house's own facts was filled in. `country` as in [`Road::crisis_statements`]. `None`: the text was changed, or the statement
    /// holds no longer.
    ///
    /// # Errors
    /// The store refuses, or draft or statement was tampered with.
    pub async fn taken_unchanged(
        &self,
        tx: &mut Tx,
        site: SiteId,
        country: Jurisdiction,
        draft: &DraftRow,
    ) -> Result<Option<InForce>, FlowError> {
        let Some(taken) = draft.statement else { return Ok(None) };
        let Some(text) = self.store.open_draft(draft).await? else { return Ok(None) };
        let own = self.house_of(site)?.own_facts(country);
        let all = self.statements_in_force(tx, site, country).await?;
        let is_it = |one: &InForce| {
            one.version() == taken && one.statement.form == draft.form && one.statement.is_unchanged(&own, &text.0.text)
        };
        Ok(all.into_iter().find(is_it))
    }

    /// What the guard says of a statement at every house that it is for, with what each has settled. Empty: it is for none.
    #[must_use]
    pub fn prove(&self, statement: &Statement, now: Timestamp) -> Vec<Proof> {
        let houses = self.houses().into_iter();
        let covered =
            houses.filter(|house| statement.is_for(house.site.id) && statement.is_under(house.site.jurisdiction));
        covered
            .map(|house| {
                let law = house.site.jurisdiction;
                let own = house.own_facts(law);
                let check = statement.prove(&own, law, &house.site.settings.public_facts);
                let check = house.settled(check, now);
                Proof { site: house.site.id, text: statement.filled(&own), check }
            })
            .collect()
    }
}

/// The heaviest verdict of all houses.
#[must_use]
pub fn verdict(proofs: &[Proof]) -> Verdict {
    proofs.iter().map(|one| one.check.verdict).max().unwrap_or(Verdict::Allow)
}

/// What weighs so much anywhere, each kind with its words once.
#[must_use]
pub fn findings(proofs: &[Proof], weight: Severity) -> Vec<(&Proof, &Finding)> {
    let mut all: Vec<(&Proof, &Finding)> = Vec::new();
    for proof in proofs {
        for one in proof.check.findings.iter().filter(|one| one.severity == weight && one.settled.is_none()) {
            let words = one.span.slice(&proof.text);
            let is_known = all.iter().any(|(at, known)| known.kind == one.kind && known.span.slice(&at.text) == words);
            if !is_known {
                all.push((proof, one));
            }
        }
    }
    all
}
