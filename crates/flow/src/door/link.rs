//! Links of accounts to records: what somebody knows is a claim and no more. Facts of the record come through a confirmed
//! and consented link alone.

use std::collections::HashMap;

use bedside_core::{
    code,
    door::{Day, Identifier, IdentifierKind, LinkLevel, Purpose},
    id::{AuthorId, LinkId, PatientId},
    log::{Actor, Kind},
    policy::LinkFacts,
    time::Timestamp,
};
use bedside_store::{
    Tx,
    door::{self, ClaimText, LinkRow},
    posts, random,
};

use super::{Guest, consent, patient};
use crate::{FlowError, Road, acts::ActError, audit::Audit};

/// What somebody claims: whose record their account belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// What kind of number they give.
    pub kind: IdentifierKind,
    /// The number as typed.
    pub number: &'a str,
    /// The day of birth as a browser's field gives it.
    pub birth_date: &'a str,
    /// The words, in the person's language, that tell the desk in the conversation that a link is asked for.
    pub words: &'a str,
}

impl Road {
    /// Keeps a claim. It is not compared with anything here, so whoever it names, the answer is the same. An earlier link
    /// of the account ends.
    ///
    /// # Errors
    /// The number or the day can't be one, or the person has not consented to a link.
    pub async fn door_claim(&self, guest: &Guest, claim: &Claim<'_>) -> Result<LinkId, ActError> {
        let now = self.now();
        let today = self.house_of(guest.site)?.today(now);
        let identifier = Identifier::read(claim.kind, claim.number).ok_or(ActError::Invalid("number_unclear"))?;
        let birth_date = today.and_then(|today| Day::birth(claim.birth_date, today));
        let birth_date = birth_date.ok_or(ActError::Invalid("day_unclear"))?;
        let mut tx = self.store.begin().await?;
        if consent::consents(&mut tx, guest.author).await?.to(Purpose::Link).is_none() {
            return Err(ActError::Invalid("consent_missing"));
        }
        let person = door::person(&mut tx, guest.author).await?.ok_or(ActError::Invalid("speaks_for_missing"))?;
        let account = posts::author(&mut tx, guest.author).await?.ok_or(ActError::Gone)?;
        let key = self.store.key_of_author(&account).await?.ok_or(ActError::Gone)?;
        let mut audit = Audit::at(now);
        self.end_links(&mut tx, &mut audit, guest, now).await?;
        let id = LinkId::new(now, &random()?);
        let text = ClaimText { identifier, birth_date };
        door::add_link(&mut tx, id, (guest.site, guest.author), person.speaks_for, &text, &key, now).await?;
        audit.add(Kind::LinkClaimed, Actor::System, Some(guest.site), None, |entry| {
            entry.about(id).about(guest.author)
        })?;
        self.facts_changed(&mut tx, guest.site, guest.author, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.consent_changed(guest.site);
        match self.door_say_for(guest, claim.words).await {
            // Who has written too much has told the desk of themselves already; the claim stands.
            Ok(()) | Err(ActError::Invalid(_)) => Ok(id),
            Err(error) => Err(error),
        }
    }

    /// Undoes the link, and with it the consent to it.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn door_unlink(&self, guest: &Guest) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut audit = Audit::at(now);
        self.end_links(&mut tx, &mut audit, guest, now).await?;
        if let Some(id) = door::revoke_consent(&mut tx, guest.author, Purpose::Link, now).await? {
            consent::note(&mut audit, Kind::ConsentRevoked, guest.site, (id, guest.author), Purpose::Link)?;
        }
        self.facts_changed(&mut tx, guest.site, guest.author, now).await?;
        self.drop_filings(&mut tx, guest.author, now).await?;
        self.drop_tellings(&mut tx, guest.author, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.consent_changed(guest.site);
        Ok(())
    }

    async fn end_links(&self, tx: &mut Tx, audit: &mut Audit, guest: &Guest, now: Timestamp) -> Result<(), FlowError> {
        for id in door::undo_links(tx, guest.author, now).await? {
            audit.add(Kind::LinkUndone, Actor::System, Some(guest.site), None, |entry| {
                entry.about(id).about(guest.author).code(code!("by"), code!("the_person"))
            })?;
        }
        Ok(())
    }

    /// Whom a claim names, as far as the patient index knows; for people at the desk alone, never for the person.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn claimed_patient(&self, tx: &mut Tx, link: &LinkRow) -> Result<Option<PatientId>, FlowError> {
        let Some(claim) = link.claim(&self.store).await? else { return Ok(None) };
        let ClaimText { identifier, birth_date } = &claim.0;
        let (kind, value) = (identifier.kind, identifier.value.as_str());
        patient::match_patient(&self.store, tx, link.site, kind, value, *birth_date).await
    }

    /// Names the patients of links that were confirmed before the record told of them. Gives how many were found.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn match_links_next(&self) -> Result<usize, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let mut found = Vec::new();
        for link in door::unmatched_links(&mut tx).await? {
            found.extend(self.claimed_patient(&mut tx, &link).await?.map(|patient| (link, patient)));
        }
        drop(tx);
        let now = self.now();
        for (link, patient) in &found {
            let mut tx = self.store.begin().await?;
            if door::match_link(&mut tx, link.id, *patient).await? {
                self.facts_changed(&mut tx, link.site, link.author, now).await?;
            }
            tx.commit().await?;
            self.consent_changed(link.site);
        }
        Ok(found.len())
    }

    /// Whether somebody else must have consented for the person whose record it is: the writer is not that person, or is
    /// too young at this house.
    ///
    /// # Errors
    /// The house is not set up.
    pub fn needs_representative(&self, link: &LinkRow, claim: &ClaimText) -> Result<bool, FlowError> {
        let house = self.house_of(link.site)?;
        let age = house.today(self.now()).map_or(0, |today| claim.birth_date.age(today));
        Ok(link.speaks_for != bedside_core::door::SpeaksFor::Myself || age < house.site.settings.min_age())
    }
}

/// What the record says of the person behind an account, if their link is confirmed and consented to; also for an author
/// of the door's channel.
///
/// # Errors
/// The store refuses.
pub async fn link_facts(tx: &mut Tx, author: AuthorId, now: Timestamp) -> Result<Option<LinkFacts>, FlowError> {
    Ok(linked_facts(tx, &[author], now).await?.remove(&author))
}

/// The same for many authors.
pub(crate) async fn linked_facts(
    tx: &mut Tx,
    authors: &[AuthorId],
    now: Timestamp,
) -> Result<HashMap<AuthorId, LinkFacts>, FlowError> {
    let mut facts = HashMap::new();
    for (author, patient) in door::linked(tx, authors).await? {
        if let Some(known) = patient::facts(tx, patient, now).await? {
            facts.insert(author, known);
        }
    }
    Ok(facts)
}

/// Whether a conversation's link is confirmed and consented to, so that care may be spoken of in it.
pub(crate) async fn speaks_of_care(tx: &mut Tx, author: AuthorId) -> Result<bool, FlowError> {
    let consents = consent::consents(tx, author).await?;
    let account = door::by_door_author(tx, author).await?.map_or(author, |person| person.author);
    let links = door::links_of(tx, account).await?;
    Ok(consents.to(Purpose::Link).is_some() && links.iter().any(|link| link.level == LinkLevel::Confirmed))
}
