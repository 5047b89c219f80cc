//! Consents: each purpose by itself, given and taken back by the person, in one transaction with its log entry. Whoever
//! acts on a consent is told within a second.

use bedside_core::{
    code,
    door::Purpose,
    id::{AuthorId, ConsentId, SiteId},
    label::LabelTarget,
    log::{Actor, Code, Kind},
    time::Timestamp,
};
use bedside_store::{
    Tx, cases,
    door::{self, ConsentRow},
    jobs::{self, JobKind},
    labels, random,
};

use super::Guest;
use crate::{Change, FlowError, Road, audit::Audit};

/// The version of the words that are consented to. Whoever changes those words on the door's page counts it up.
pub const WORDING: &str = "1";

/// The consents in force of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consents {
    /// Each with the words it was given under.
    pub open: Vec<ConsentRow>,
}

impl Consents {
    /// The consent to a purpose, if it is in force.
    #[must_use]
    pub fn to(&self, purpose: Purpose) -> Option<&ConsentRow> {
        self.open.iter().find(|row| row.purpose == purpose)
    }
}

/// The consents in force of an account that was proven at the door; for an author of the door's channel, those of the
/// account they stand for.
///
/// # Errors
/// The store refuses.
pub async fn consents(tx: &mut Tx, author: AuthorId) -> Result<Consents, FlowError> {
    let account = door::by_door_author(tx, author).await?.map_or(author, |person| person.author);
    Ok(Consents { open: door::consents_open(tx, account).await? })
}

impl Road {
    /// Keeps consents, each purpose by itself. What was consented to before stays as it was given.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn door_consent(&self, guest: &Guest, purposes: &[Purpose]) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut audit = Audit::at(now);
        for purpose in purposes {
            let row = ConsentRow {
                id: ConsentId::new(now, &random()?),
                site: guest.site,
                author: guest.author,
                purpose: *purpose,
                wording: WORDING.to_owned(),
                lang: guest.lang.clone(),
                given_at: now,
                revoked_at: None,
            };
            if door::give_consent(&mut tx, &row).await? {
                note(&mut audit, Kind::ConsentGiven, guest.site, (row.id, guest.author), *purpose)?;
            }
        }
        self.facts_changed(&mut tx, guest.site, guest.author, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.consent_changed(guest.site);
        Ok(())
    }

    /// Takes a consent back: it is marked, logged, and every open case of the account is decided anew, in one transaction.
    /// `None`: it was not given.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn revoke(
        &self,
        site: SiteId,
        author: AuthorId,
        purpose: Purpose,
    ) -> Result<Option<ConsentId>, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(id) = door::revoke_consent(&mut tx, author, purpose, now).await? else { return Ok(None) };
        let mut audit = Audit::at(now);
        note(&mut audit, Kind::ConsentRevoked, site, (id, author), purpose)?;
        self.facts_changed(&mut tx, site, author, now).await?;
        if purpose != Purpose::Contact {
            self.drop_filings(&mut tx, author, now).await?;
            self.drop_tellings(&mut tx, author, now).await?;
        }
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.consent_changed(site);
        Ok(Some(id))
    }

    /// Has the open cases of an account decided anew, in public and at the door.
    pub(crate) async fn facts_changed(
        &self,
        tx: &mut Tx,
        site: SiteId,
        author: AuthorId,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        self.keep_bereaved(tx, site, author, now).await?;
        let mut concerned = labels::concerned(tx, site, LabelTarget::Author, &author.to_string()).await?;
        let thread = door::person(tx, author).await?.and_then(|person| person.thread);
        if let Some(thread) = thread
            && let Some(case) = cases::by_thread(tx, thread).await?
        {
            concerned.push(case.id);
        }
        Ok(jobs::add(tx, JobKind::Redecide, concerned.iter().map(ToString::to_string), jobs::LIVE, now).await?)
    }

    /// Tells who acts on consents, after commit.
    pub(crate) fn consent_changed(&self, site: SiteId) {
        self.facts.notify_one();
        self.revoked.notify_waiters();
        self.tell(site, None, Change::Consent);
    }
}

/// Writes a consent into the log.
pub(super) fn note(
    audit: &mut Audit,
    kind: Kind,
    site: SiteId,
    (id, author): (ConsentId, AuthorId),
    purpose: Purpose,
) -> Result<(), FlowError> {
    audit.add(kind, Actor::System, Some(site), None, |entry| {
        let entry = entry.about(id).about(author);
        Code::new(purpose.as_str()).map_or(entry.clone(), |word| entry.code(code!("purpose"), word))
    })
}
