//! Acts at the private door: invite somebody who wrote privately, confirm or refuse the link of an account to a record.

use bedside_core::{
    code,
    door::{LinkLevel, Purpose},
    id::{CaseId, LinkId, PersonId},
    log::{Actor, Code, Kind},
    policy::desk::DeskAction,
    post::Visibility,
};
use bedside_store::{
    Tx,
    cases::CaseRow,
    door::{self, LinkRow, Pass, Settled},
    posts,
};

use super::{ActError, given, yes_no};
use crate::{
    Change, Road,
    audit::Audit,
    door::{PASS_HOLDS, consents},
};

/// What a member of staff says of a claimed link.
#[derive(Debug, Clone, Copy)]
pub enum LinkVerdict<'a> {
    /// The account belongs to that record.
    Confirmed {
        /// How they made sure: one of [`LinkVerdict::WAYS`].
        how: &'a str,
        /// Whether they have seen the consent of the patient, or of the patient's legal representative, where somebody
        /// else writes or the patient is too young.
        representative: bool,
    },
    /// It does not, or that can't be known.
    Refused,
}

impl LinkVerdict<'_> {
    /// How a member of staff can make sure: face to face, on the phone number that the record holds, by a document.
    pub const WAYS: [&'static str; 3] = ["in_person", "recorded_phone", "document"];
}

impl Road {
    /// Settles the claimed link of the person a case is about, by name and for a reason that is kept.
    ///
    /// # Errors
    /// The person may not, the reason is missing, the claim was undone or settled meanwhile, its consent was taken back,
    /// or the consent of who is represented has not been seen.
    pub async fn settle_link(
        &self,
        by: PersonId,
        id: CaseId,
        link: LinkId,
        verdict: LinkVerdict<'_>,
        reason: &str,
    ) -> Result<(), ActError> {
        let now = self.now();
        let reason = given(reason, "reason_missing")?;
        let mut tx = self.store.begin().await?;
        let case = self.case_for(&mut tx, by, id, DeskAction::ConfirmLink).await?;
        let link = self.claim_of(&mut tx, &case, link).await?;
        let (level, how, patient) = match verdict {
            LinkVerdict::Confirmed { how, representative } => {
                let how = LinkVerdict::WAYS.into_iter().find(|way| *way == how);
                let how = how.ok_or(ActError::Invalid("way_missing"))?;
                self.may_be_linked(&mut tx, &link, representative).await?;
                (LinkLevel::Confirmed, how, self.claimed_patient(&mut tx, &link).await?)
            }
            LinkVerdict::Refused => (LinkLevel::Refused, "refused", None),
        };
        let account = posts::author(&mut tx, link.author).await?.ok_or(ActError::Gone)?;
        let key = self.store.key_of_author(&account).await?.ok_or(ActError::Gone)?;
        let settled = Settled { by: Some(by), how: how.to_owned(), at: now };
        if !door::settle_link(&mut tx, link.id, level, patient, &settled, (&key, reason)).await? {
            return Err(ActError::Changed("link_changed"));
        }
        let kind = if level == LinkLevel::Confirmed { Kind::LinkConfirmed } else { Kind::LinkRefused };
        let mut audit = Audit::at(now);
        audit.add(kind, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            let entry = entry.about(link.id).about(link.author);
            let entry = Code::new(how).map_or(entry.clone(), |word| entry.code(code!("how"), word));
            match verdict {
                LinkVerdict::Confirmed { representative, .. } => {
                    entry.code(code!("representative"), yes_no(representative))
                }
                LinkVerdict::Refused => entry,
            }
        })?;
        if level == LinkLevel::Confirmed {
            self.tell_of_link(&mut tx, &link, now).await?;
        }
        self.facts_changed(&mut tx, link.site, link.author, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.letters.notify_one();
        self.consent_changed(case.site);
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(())
    }

    /// The claim that waits, if it is of the person the case is about.
    async fn claim_of(&self, tx: &mut Tx, case: &CaseRow, id: LinkId) -> Result<LinkRow, ActError> {
        let account = door::by_door_author(tx, case.author).await?.map_or(case.author, |person| person.author);
        let link = door::link_of(tx, id).await?.filter(|link| link.author == account && link.site == case.site);
        let link = link.ok_or(ActError::Gone)?;
        if link.level == LinkLevel::Claimed { Ok(link) } else { Err(ActError::Changed("link_changed")) }
    }

    async fn may_be_linked(&self, tx: &mut Tx, link: &LinkRow, representative: bool) -> Result<(), ActError> {
        if consents(tx, link.author).await?.to(Purpose::Link).is_none() {
            return Err(ActError::Changed("consent_missing"));
        }
        let claim = link.claim(&self.store).await?.ok_or(ActError::Gone)?;
        if self.needs_representative(link, &claim.0)? && !representative {
            return Err(ActError::Invalid("representative_missing"));
        }
        Ok(())
    }

    /// Makes a one-time link to the door for whom a case is about, known by the hash of its secret. It may be sent over a
    /// private channel alone, so that the case must be a private message.
    ///
    /// # Errors
    /// The person may not, or the case is no private message of a platform.
    pub async fn invite_to_door(&self, by: PersonId, id: CaseId, token_hash: &[u8]) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let case = self.case_for(&mut tx, by, id, DeskAction::InviteToDoor).await?;
        let post = posts::by_id(&mut tx, case.post).await?.ok_or(ActError::Gone)?;
        if post.visibility != Visibility::Direct || self.is_door(case.channel) {
            return Err(ActError::Invalid("not_private"));
        }
        let pass = Pass { site: case.site, author: case.author, case: case.id };
        door::make_pass(&mut tx, token_hash, pass, by, now.plus(PASS_HOLDS), now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::DoorInvited, Actor::Person(by), Some(case.site), Some(id), |entry| entry.about(case.author))?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(id), Change::Changed);
        Ok(())
    }
}
