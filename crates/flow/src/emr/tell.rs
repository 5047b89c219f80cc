//! Tell: what the record is told beside conversations. A consent that is in force and one that has ended, an escalation that
//! waits and one that is done, a warning that a person confirmed. What ends something goes though link and consent are gone; nothing that was said goes along.

use bedside_core::{
    door::{Purpose, SpeaksFor},
    filing::{CaseTold, ConsentTold, Document, FilingAct, FlagTold, WorkState, WorkTold},
    id::{EmrLinkId, FilingId, LabelId, SiteId},
    policy::Escalation,
    time::Timestamp,
};
use bedside_store::{
    DataKey, Tx,
    cases::{self, CaseRow},
    channels,
    emr::{
        filing::{self, Fileable, FilingRow, FilingState},
        notice::{self, GivenRow},
    },
    labels, people,
};

use super::document::{blank, speaks_german};
use crate::{FlowError, House, Road, clock::ordered_seed};

/// Of each kind at once.
const MOST: u32 = 20;

/// The case as the record knows it.
pub(super) async fn case_told(tx: &mut Tx, case: &CaseRow) -> Result<CaseTold, FlowError> {
    let channel = channels::all(tx).await?.into_iter().find(|channel| channel.id == case.channel);
    let channel = channel.map(|channel| channel.name).unwrap_or_default();
    Ok(CaseTold { id: case.id, number: format!("F-{}", case.number), channel })
}

/// A consent as the record is told of it; `ended` where it has.
pub(super) fn consent_told(given: &GivenRow, ended: Option<Timestamp>) -> ConsentTold {
    ConsentTold {
        id: given.consent,
        link: given.link,
        purpose: given.purpose,
        wording: given.wording.clone(),
        given_at: given.given_at,
        ended_at: ended,
        by_patient: given.speaks_for == SpeaksFor::Myself,
    }
}

impl Road {
    /// Makes what a link's record is to be told of consents and work. Gives how much.
    pub(super) async fn make_notices(&self, link: EmrLinkId) -> Result<usize, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let given = notice::given(&mut tx, link, MOST).await?;
        let ended = notice::ended(&mut tx, link, MOST).await?;
        let work = notice::work(&mut tx, link, MOST).await?;
        let work_ended = notice::work_ended(&mut tx, link, MOST).await?;
        let flags = notice::flags(&mut tx, link, now, MOST).await?;
        let flags_ended = notice::flags_ended(&mut tx, link, now, MOST).await?;
        drop(tx);
        let mut made = 0;
        // What has ended goes first: it is what must not wait.
        for row in &ended {
            made += usize::from(self.end_consent(row, next_id(now, made)?, now).await?);
        }
        for row in &work_ended {
            made += usize::from(self.end_work(row, next_id(now, made)?, now).await?);
        }
        for row in &flags_ended {
            made += usize::from(self.end_flag(row, next_id(now, made)?, now).await?);
        }
        for one in &given {
            made += usize::from(self.tell_consent(link, one, next_id(now, made)?, now).await?);
        }
        for one in &work {
            made += usize::from(self.tell_work(one, next_id(now, made)?, now).await?);
        }
        for (what, label) in &flags {
            made += usize::from(self.tell_flag(what, *label, next_id(now, made)?, now).await?);
        }
        Ok(made)
    }

    async fn tell_consent(
        &self,
        link: EmrLinkId,
        given: &GivenRow,
        id: FilingId,
        now: Timestamp,
    ) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        if notice::revive(&mut tx, link, given, now).await? {
            tx.commit().await?;
            return Ok(true);
        }
        let Some((case, post)) = notice::case_of(&mut tx, given.author).await? else { return Ok(false) };
        let Some((about, key)) = self.about(&mut tx, given.patient).await? else { return Ok(false) };
        let house = self.house_of(given.site)?;
        let told = consent_told(given, None);
        let title = consent_title(house, &told);
        let document = Document { consents: vec![told], ..blank(house, id, about.text, title, (given.given_at, now)) };
        let what = Fileable { link, case, post, author: given.author, patient: given.patient };
        let act = (given.site, FilingAct::Consent, given.subject());
        let act = (act.0, act.1, act.2.as_str());
        let added = self.put_told(&mut tx, id, act, &what, (&document, &key), now).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// A consent that the record was told of, or may have been, has ended.
    async fn end_consent(&self, row: &FilingRow, id: FilingId, now: Timestamp) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let opened = self.overtaken(&mut tx, row, now).await?;
        let mut added = false;
        if let Some((mut document, key)) = opened {
            for told in &mut document.consents {
                let known = notice::given_by_id(&mut tx, told.id, told.link).await?;
                told.ended_at = Some(known.and_then(|known| known.ended_at()).unwrap_or(now));
            }
            let what = self.renewed(&mut tx, &mut document, row, id).await?;
            added = self
                .put_told(
                    &mut tx,
                    id,
                    (row.site, FilingAct::ConsentEnd, row.subject.as_str()),
                    &what,
                    (&document, &key),
                    now,
                )
                .await?;
        }
        tx.commit().await?;
        Ok(added)
    }

    async fn tell_work(&self, what: &Fileable, id: FilingId, now: Timestamp) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let Some(case) = cases::by_id(&mut tx, what.case).await? else { return Ok(false) };
        let Some((about, key)) = self.about(&mut tx, what.patient).await? else { return Ok(false) };
        let house = self.house_of(case.site)?;
        let title = if speaks_german(house) {
            "Eine Nachricht über soziale Medien wartet"
        } else {
            "A message over social media waits"
        };
        let document = Document {
            case: Some(case_told(&mut tx, &case).await?),
            work: Some(work_told(&case, title)),
            ..blank(house, id, about.text, title, (case.posted_at, case.updated_at))
        };
        let act = (case.site, FilingAct::Task, "");
        let added = self.put_told(&mut tx, id, act, what, (&document, &key), now).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// Work that the record was told of is done, or is its matter no longer.
    async fn end_work(&self, row: &FilingRow, id: FilingId, now: Timestamp) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let opened = self.overtaken(&mut tx, row, now).await?;
        let mut added = false;
        if let Some((mut document, key)) = opened {
            let state =
                if filing::is_permitted(&mut tx, row).await? { WorkState::Completed } else { WorkState::Cancelled };
            if let Some(work) = &mut document.work {
                (work.state, work.changed_at) = (state, now);
            }
            let what = self.renewed(&mut tx, &mut document, row, id).await?;
            added =
                self.put_told(&mut tx, id, (row.site, FilingAct::TaskEnd, ""), &what, (&document, &key), now).await?;
        }
        tx.commit().await?;
        Ok(added)
    }

    /// A warning that a person confirmed goes into the chart, in their words and under their name.
    async fn tell_flag(
        &self,
        what: &Fileable,
        label: LabelId,
        id: FilingId,
        now: Timestamp,
    ) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let Some(case) = cases::by_id(&mut tx, what.case).await? else { return Ok(false) };
        let Some((about, key)) = self.about(&mut tx, what.patient).await? else { return Ok(false) };
        let Some(flag) = self.flag_told(&mut tx, label).await? else { return Ok(false) };
        let house = self.house_of(case.site)?;
        let title = if speaks_german(house) { "Sicherheitshinweis" } else { "Safety warning" };
        let document = Document {
            case: Some(case_told(&mut tx, &case).await?),
            flag: Some(flag),
            ..blank(house, id, about.text, title, (case.posted_at, now))
        };
        let label = label.to_string();
        let act = (case.site, FilingAct::Flag, label.as_str());
        let added = self.put_told(&mut tx, id, act, what, (&document, &key), now).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// What a label says as a warning; `None`: it was removed meanwhile, its words were erased, or no person set it.
    async fn flag_told(&self, tx: &mut Tx, label: LabelId) -> Result<Option<FlagTold>, FlowError> {
        let Some(row) = labels::by_id(tx, label).await? else { return Ok(None) };
        let Some(words) = row.reason(&self.store).await? else { return Ok(None) };
        let Ok(person) = row.set_by.parse() else { return Ok(None) };
        let Some(person) = people::by_id(tx, person).await? else { return Ok(None) };
        let by = if person.name.is_empty() { person.login } else { person.name };
        Ok(Some(FlagTold { id: label, words: words.0, by, from: row.set_at, until: row.expires_at, ended_at: None }))
    }

    /// A warning that the record was told of holds no longer, or is its matter no longer.
    async fn end_flag(&self, row: &FilingRow, id: FilingId, now: Timestamp) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let opened = self.overtaken(&mut tx, row, now).await?;
        let mut added = false;
        if let Some((document, key)) = opened {
            let mut document = document.without_content();
            if let Some(flag) = &mut document.flag {
                flag.ended_at = Some(flag.until.filter(|until| *until <= now).unwrap_or(now));
            }
            let what = self.renewed(&mut tx, &mut document, row, id).await?;
            added = self
                .put_told(
                    &mut tx,
                    id,
                    (row.site, FilingAct::FlagEnd, row.subject.as_str()),
                    &what,
                    (&document, &key),
                    now,
                )
                .await?;
        }
        tx.commit().await?;
        Ok(added)
    }

    /// Stops what waits to be told, because it has ended. What was told, or may have been, is given back to be ended there too.
    async fn overtaken(
        &self,
        tx: &mut Tx,
        row: &FilingRow,
        now: Timestamp,
    ) -> Result<Option<(Document, DataKey)>, FlowError> {
        filing::overtake(tx, row.id, now).await?;
        // What was never tried is not there to be ended.
        if row.attempts == 0 && row.state != FilingState::Filed {
            return Ok(None);
        }
        Ok(self.store.open_filing(row).await?.map(|(document, key)| (document.0, key)))
    }

    /// Puts something to be told in line, with its entry in the log. `false`: it stands there already.
    async fn put_told(
        &self,
        tx: &mut Tx,
        id: FilingId,
        act: (SiteId, FilingAct, &str),
        what: &Fileable,
        told: (&Document, &DataKey),
        now: Timestamp,
    ) -> Result<bool, FlowError> {
        let added = filing::add(tx, id, what, act, told, now).await?;
        if added {
            self.note_made(tx, (id, act.0), what, now).await?;
        }
        Ok(added)
    }

    /// A document that was made before, under its new id and with whose record it is about now: merged ones are kept under
    /// another number by now.
    async fn renewed(
        &self,
        tx: &mut Tx,
        document: &mut Document,
        row: &FilingRow,
        id: FilingId,
    ) -> Result<Fileable, FlowError> {
        document.id = id;
        if let Some((about, _)) = self.about(tx, row.patient).await? {
            (document.ids, document.name, document.born) = (about.text.ids, about.text.name, about.text.born);
        }
        Ok(Fileable { link: row.link, case: row.case, post: row.post, author: row.author, patient: row.patient })
    }
}

fn next_id(now: Timestamp, place: usize) -> Result<FilingId, FlowError> {
    Ok(FilingId::new(now, &ordered_seed(now, place)?))
}

const fn consent_title(house: &House, told: &ConsentTold) -> &'static str {
    match (told.purpose, speaks_german(house)) {
        (Purpose::Link, true) => "Einwilligung: Konto mit der Akte verknüpft",
        (Purpose::Link, false) => "Consent: account linked to the record",
        (Purpose::CareTeam, true) => "Einwilligung: Behandlungsteam sieht die Gespräche",
        (Purpose::CareTeam, false) => "Consent: the care team sees the conversations",
        (Purpose::Contact, true) => "Einwilligung: Kontakt an der privaten Tür",
        (Purpose::Contact, false) => "Consent: contact at the private door",
    }
}

/// An open escalation as the record is told of it.
fn work_told(case: &CaseRow, about: &str) -> WorkTold {
    let escalation = case.decision.escalation.as_ref();
    WorkTold {
        state: if case.alarm_taken_by.is_some() { WorkState::InProgress } else { WorkState::Requested },
        about: about.to_owned(),
        to: escalation.map(|escalation| escalation.to.clone()).unwrap_or_default(),
        is_urgent: escalation.is_some_and(Escalation::is_alarm),
        opened_at: case.posted_at,
        due_at: case.alarm_due_at,
        changed_at: case.updated_at,
    }
}
