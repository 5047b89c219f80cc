//! What of people's conversations their record may show: those of accounts whose link is confirmed, whose owner consents
//! that the care team sees them, and that went on after the consent. Everything that leaves for the record is read here.

use std::collections::HashMap;

use bedside_core::{
    chart::{Said, SaidId},
    emr::Identifier,
    id::{CaseId, PatientId, SiteId},
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    door::{self, Seat},
    drafts,
    emr::patient,
    outbox::{self, OutboxState},
    posts,
};

use crate::{FlowError, Road};

/// The most conversations of a site that are read at once.
const MOST: u32 = 2_000;

/// Whose conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of a patient at a site; whichever of their merged records is named.
    Patient(SiteId, PatientId),
    /// Of everybody at a site, the last changed first.
    Site(SiteId),
    /// The conversation of a case.
    Case(CaseId),
}

/// A conversation that a record may show.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// The link and the consent that allow it.
    pub seat: Seat,
    /// Under whom the record is kept now, merges followed.
    pub patient: PatientId,
    /// Its state.
    pub case: CaseRow,
}

impl Road {
    /// The conversations that records may show now, the last changed first.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn conversations(&self, tx: &mut Tx, whose: Whose) -> Result<Vec<Conversation>, FlowError> {
        let seats = match whose {
            Whose::Patient(site, id) => {
                let Some(row) = patient::by_id(tx, id).await? else { return Ok(Vec::new()) };
                let survivor = patient::survivor(tx, row).await?;
                let family = patient::family(tx, survivor.id).await?;
                let mut seats = door::seats_of_patients(tx, &family).await?;
                seats.retain(|seat| seat.site == site);
                seats
            }
            Whose::Site(site) => door::seats_of_site(tx, site, MOST).await?,
            Whose::Case(case) => door::seat_of_case(tx, case).await?.into_iter().collect(),
        };
        let ids: Vec<CaseId> = seats.iter().map(|seat| seat.case).collect();
        let mut found: HashMap<CaseId, CaseRow> =
            cases::by_ids(tx, &ids).await?.into_iter().map(|case| (case.id, case)).collect();
        let mut records = HashMap::new();
        let mut conversations = Vec::with_capacity(seats.len());
        for seat in seats {
            let known = match records.get(&seat.patient) {
                Some(known) => *known,
                None => *records.entry(seat.patient).or_insert(kept_under(tx, seat.patient).await?),
            };
            if let (Some(patient), Some(case)) = (known, found.remove(&seat.case)) {
                conversations.push(Conversation { seat, patient, case });
            }
        }
        conversations.sort_by_key(|one| std::cmp::Reverse((one.case.updated_at, one.case.id)));
        Ok(conversations)
    }

    /// What the person wrote and what the house answered, in order. Other voices of the thread have not consented, and a
    /// post that held nothing but a code of the door, or what a form of the door said for them, says nothing.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn said(&self, tx: &mut Tx, case: &CaseRow) -> Result<Vec<Said>, FlowError> {
        let mut said = self.posts_of(tx, case).await?;
        for reply in outbox::of_case(tx, case.id).await? {
            if reply.state != OutboxState::Confirmed {
                continue;
            }
            let Some(receipt) = self.store.open_receipt(&reply).await? else { continue };
            let Some(draft) = drafts::by_id(tx, reply.draft).await? else { continue };
            let Some(text) = self.store.open_draft(&draft).await? else { continue };
            let at = receipt.0.at;
            said.push(Said {
                id: SaidId::Reply(reply.id),
                at,
                seen_at: at,
                by_house: true,
                text: text.0.text,
                url: receipt.0.url,
                lang: Some(draft.lang),
            });
        }
        said.sort_by_key(|one| one.at);
        Ok(said)
    }

    async fn posts_of(&self, tx: &mut Tx, case: &CaseRow) -> Result<Vec<Said>, FlowError> {
        let thread = posts::by_thread(tx, case.thread).await?;
        let ids: Vec<_> = thread.iter().map(|post| post.id).collect();
        let codes = door::code_posts(tx, &ids).await?;
        let is_told = |post: &posts::PostRow| {
            post.author == case.author && post.deleted_at.is_none() && !codes.contains(&post.id)
        };
        let own: Vec<_> = thread.into_iter().filter(is_told).collect();
        let mut said = Vec::with_capacity(own.len());
        for (post, opened) in own.iter().zip(self.store.open_posts(&own).await?) {
            let Some((text, _)) = opened.text() else { continue };
            said.push(Said {
                id: SaidId::Post(post.id),
                at: post.at,
                seen_at: post.seen_at,
                by_house: false,
                text: text.0.text,
                url: text.0.url,
                lang: text.0.lang_hint,
            });
        }
        Ok(said)
    }

    /// The patient of a site's index whom these identifiers name, merges followed; `None`: nobody the index knows, or they
    /// name several. An identifier counts only with its authority, because two authorities may give the same number.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn patient_by(
        &self,
        tx: &mut Tx,
        site: SiteId,
        ids: &[Identifier],
    ) -> Result<Option<PatientId>, FlowError> {
        let mut named = None;
        for id in ids.iter().filter(|id| !id.authority.is_empty()) {
            let Some(row) = patient::find(&self.store, tx, site, id).await? else { continue };
            let survivor = patient::survivor(tx, row).await?;
            if survivor.removed_at.is_some() {
                continue;
            }
            if named.is_some_and(|before| before != survivor.id) {
                return Ok(None);
            }
            named = Some(survivor.id);
        }
        Ok(named)
    }

    /// The identifiers under which the record knows a patient, merges followed; none if their key was erased.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn identifiers_of(&self, tx: &mut Tx, id: PatientId) -> Result<Vec<Identifier>, FlowError> {
        let Some(row) = patient::by_id(tx, id).await? else { return Ok(Vec::new()) };
        let survivor = patient::survivor(tx, row).await?;
        let opened = self.store.open_patients(std::slice::from_ref(&survivor)).await?;
        Ok(opened.get(&survivor.id).map(|text| text.0.ids.clone()).unwrap_or_default())
    }
}

/// Under whom a record is kept; `None`: it was taken away.
async fn kept_under(tx: &mut Tx, id: PatientId) -> Result<Option<PatientId>, FlowError> {
    let Some(row) = patient::by_id(tx, id).await? else { return Ok(None) };
    let survivor = patient::survivor(tx, row).await?;
    Ok(survivor.removed_at.is_none().then_some(survivor.id))
}
