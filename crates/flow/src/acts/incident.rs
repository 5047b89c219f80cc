//! Incident mode: one switch for a site or the group. While it is on, only the approved statement leaves; answers to individuals
//! are held by rule. Alarms to staff are never held by it.

use bedside_core::{
    code,
    guard::{Check, DraftText, Verdict},
    id::{CaseId, DraftId, NoteId, PersonId, SiteId},
    incident::Stage,
    log::{Actor, Code, Entry, Kind},
    policy::{
        Decision, IncidentKind, Obligation, SpeechForm,
        desk::{DeskAction, Seat},
    },
    statement,
    time::Timestamp,
    triage::Lang,
};
use bedside_store::{
    Tx, desk,
    incidents::{self, IncidentRow, NewIncident, NewStatement, StatementRow},
    jobs::{self, JobKind},
    random,
};

use super::{ActError, PauseScope, draft::NewDraft, given, yes_no};
use crate::{Change, FlowError, House, Road, audit::Audit, people::MayLook, rules::SILENT};

/// A statement that somebody writes.
#[derive(Debug, Clone, Copy)]
pub struct NewIncidentText<'a> {
    /// Its language: `de` or `en`.
    pub lang: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl Road {
    /// Switches incident mode on. When it returns no answer is handed over that was not checked under it: what was being handed
    /// over at that moment is waited for, as by a pause. Open cases are decided anew.
    ///
    /// # Errors
    /// The person may not, gives no reason, or it is on there already.
    pub async fn begin_incident(
        &self,
        by: PersonId,
        scope: PauseScope,
        kind: IncidentKind,
        reason: &str,
    ) -> Result<NoteId, ActError> {
        let now = self.now();
        let reason = given(reason, "reason_missing")?;
        let (asked_at, site) = match scope {
            PauseScope::Site(site) => (site, Some(site)),
            PauseScope::Group(site) => (site, None),
        };
        let key = self.store.keys().of(&format!("site:{asked_at}"), now).await?;
        let mut tx = self.store.begin().await?;
        // Claims take turns with this, as they do with a pause.
        desk::at_the_brake(&mut tx).await?;
        self.may_for(&mut tx, by, (asked_at, site), DeskAction::Incident, Seat::default()).await?;
        if incidents::open(&mut tx, asked_at).await?.iter().any(|row| row.site == site) {
            return Err(ActError::Changed("incident_on"));
        }
        let id = NoteId::new(now, &random()?);
        let new = NewIncident { id, site, kind, stage: Stage::Initial, reason, by };
        incidents::begin(&mut tx, &new, &key, now).await?;
        let noted = |entry: Entry| {
            let entry = entry.about(id).code(code!("group"), yes_no(site.is_none()));
            Code::new(kind.as_str()).map_or(entry.clone(), |word| entry.code(code!("incident"), word))
        };
        self.switched(tx, (by, id), (asked_at, site), Kind::IncidentBegun, noted, now).await?;
        Ok(id)
    }

    /// Says where an incident stands.
    ///
    /// # Errors
    /// The person may not, or it is over.
    pub async fn set_incident_stage(&self, by: PersonId, at: SiteId, id: NoteId, stage: Stage) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = self.incident_for(&mut tx, by, at, id, DeskAction::Incident).await?;
        if !incidents::set_stage(&mut tx, id, stage).await? {
            return Err(ActError::Changed("incident_over"));
        }
        let noted = |entry: Entry| {
            let entry = entry.about(id);
            Code::new(stage.as_str()).map_or(entry.clone(), |word| entry.code(code!("stage"), word))
        };
        self.switched(tx, (by, id), (at, row.site), Kind::IncidentStage, noted, now).await
    }

    /// Switches incident mode off, with a reason.
    ///
    /// # Errors
    /// The person may not, the reason is missing, or it is off.
    pub async fn end_incident(&self, by: PersonId, at: SiteId, id: NoteId, reason: &str) -> Result<(), ActError> {
        let now = self.now();
        let reason = given(reason, "reason_missing")?;
        let key = self.store.keys().of(&format!("site:{at}"), now).await?;
        let mut tx = self.store.begin().await?;
        let row = self.incident_for(&mut tx, by, at, id, DeskAction::Incident).await?;
        if !incidents::end(&mut tx, id, by, reason, &key, now).await? {
            return Err(ActError::Changed("incident_over"));
        }
        self.switched(tx, (by, id), (at, row.site), Kind::IncidentEnded, |entry| entry.about(id), now).await
    }

    /// Writes a statement for an incident. The guard reads it for every house that it would speak for.
    ///
    /// # Errors
    /// The person may not, the text is empty, or the guard blocks it.
    pub async fn write_incident_text(
        &self,
        by: PersonId,
        at: SiteId,
        incident: NoteId,
        new: NewIncidentText<'_>,
    ) -> Result<NoteId, ActError> {
        let now = self.now();
        let text = given(new.text, "text_missing")?;
        if !matches!(new.lang, "de" | "en") {
            return Err(ActError::Invalid("lang_unclear"));
        }
        let key = self.store.keys().of(&format!("site:{at}"), now).await?;
        let mut tx = self.store.begin().await?;
        let row = self.incident_for(&mut tx, by, at, incident, DeskAction::Draft).await?;
        let mut audit = Audit::at(now);
        if self.count_look(by, (at, None), &mut audit)? != MayLook::Yes {
            audit.write(&mut tx).await?;
            tx.commit().await?;
            return Err(ActError::Invalid("checks_spent"));
        }
        let said = Said { lang: new.lang, text, is_own: false };
        let mut checks = self.statement_checks(at, &row, said, now);
        if let Some(check) = checks.find(|one| one.verdict == Verdict::Block) {
            return Err(ActError::Blocked(Box::new(check)));
        }
        drop(checks);
        let id = NoteId::new(now, &random()?);
        let written = NewStatement { id, incident, lang: new.lang, text, from: None, by };
        incidents::write(&mut tx, &written, &key, now).await?;
        audit.add(Kind::IncidentTextWritten, Actor::Person(by), Some(at), None, |entry| {
            entry.about(id).about(incident)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell_all(Change::Pause);
        Ok(id)
    }

    /// Approves a statement that somebody else wrote: it is the one text in its language that may leave from now on. What of an
    /// older one was being handed over is waited for.
    ///
    /// # Errors
    /// The person may not (their own least of all), the guard blocks it now, or warnings are left unconfirmed.
    pub async fn approve_incident_text(
        &self,
        by: PersonId,
        at: SiteId,
        statement: NoteId,
        confirms_warnings: bool,
    ) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        desk::at_the_brake(&mut tx).await?;
        let row = incidents::statement(&mut tx, statement).await?.ok_or(ActError::Gone)?;
        let seat = Seat { own_draft: row.written_by == by };
        let incident = self.incident_for(&mut tx, by, at, row.incident, DeskAction::ReadText).await?;
        self.may_for(&mut tx, by, (at, incident.site), DeskAction::Approve, seat).await?;
        let text = row.text(&self.store).await?.ok_or(ActError::Gone)?;
        self.is_still_chosen(&mut tx, at, &incident, &row).await?;
        let said = Said { lang: &row.lang, text: &text.0, is_own: row.from.is_some() };
        for check in self.statement_checks(at, &incident, said, now) {
            match check.verdict {
                Verdict::Block => return Err(ActError::Blocked(Box::new(check))),
                Verdict::Warn if !confirms_warnings => return Err(ActError::Invalid("warnings_unconfirmed")),
                Verdict::Warn | Verdict::Allow => {}
            }
        }
        if !incidents::approve(&mut tx, &row, by, now).await? {
            return Err(ActError::Changed("incident_text_changed"));
        }
        let noted = |entry: Entry| {
            entry.about(statement).about(row.incident).code(code!("warnings"), yes_no(confirms_warnings))
        };
        self.switched(tx, (by, incident.id), (at, incident.site), Kind::IncidentTextApproved, noted, now).await
    }

    /// Withdraws a statement: nothing leaves until another is approved. What was being handed over is waited for.
    ///
    /// # Errors
    /// The person may not, or it is withdrawn already.
    pub async fn withdraw_incident_text(&self, by: PersonId, at: SiteId, statement: NoteId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        desk::at_the_brake(&mut tx).await?;
        let row = incidents::statement(&mut tx, statement).await?.ok_or(ActError::Gone)?;
        let action = if row.approved_at.is_some() { DeskAction::Incident } else { DeskAction::Draft };
        let incident = self.incident_for(&mut tx, by, at, row.incident, action).await?;
        if !incidents::withdraw(&mut tx, statement, now).await? {
            return Err(ActError::Changed("incident_text_changed"));
        }
        let noted = |entry: Entry| entry.about(statement).about(row.incident);
        self.switched(tx, (by, incident.id), (at, incident.site), Kind::IncidentTextWithdrawn, noted, now).await
    }

    /// Makes the approved statement the draft of a case, in the language asked for if there is one.
    ///
    /// # Errors
    /// The person may not, or there is no approved statement.
    pub async fn draft_incident_text(&self, by: PersonId, case: CaseId, lang: &str) -> Result<DraftId, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = self.case_for(&mut tx, by, case, DeskAction::Draft).await?;
        let all = self.approved_incident_texts(&mut tx, row.site).await?;
        let one = all.iter().find(|one| one.row.lang == lang).or_else(|| all.first());
        let one = one.ok_or(ActError::Invalid("no_statement"))?;
        let mut audit = Audit::at(now);
        let form = SpeechForm::AnswerPublicGeneric;
        let new = NewDraft { form, lang: &one.row.lang, text: &one.text, statement: one.row.from };
        let (draft, case) = self.put_draft(&mut tx, &mut audit, by, case, &new, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(draft)
    }

    /// The approved statements of the incident that speaks at a site, as that house says them.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn approved_incident_texts(
        &self,
        tx: &mut Tx,
        site: SiteId,
    ) -> Result<Vec<IncidentTextShown>, FlowError> {
        let Some(incident) = incidents::open(tx, site).await?.pop() else { return Ok(Vec::new()) };
        let mut all = self.incident_texts_shown(tx, site, incident.id).await?;
        all.retain(|one| one.row.approved_at.is_some() && !one.text.is_empty());
        Ok(all)
    }

    /// Whether the rules let nothing but the approved statement leave, and this text is another.
    pub(crate) async fn is_other_than_statement(
        &self,
        tx: &mut Tx,
        site: SiteId,
        decision: &Decision,
        text: &str,
    ) -> Result<bool, FlowError> {
        if !decision.obligations.iter().any(Obligation::limits_text) {
            return Ok(false);
        }
        let all = self.approved_incident_texts(tx, site).await?;
        Ok(!all.iter().any(|one| one.text.trim() == text.trim()))
    }

    /// The incident, for somebody who may do this at a site that it concerns.
    pub(super) async fn incident_for(
        &self,
        tx: &mut Tx,
        by: PersonId,
        at: SiteId,
        id: NoteId,
        action: DeskAction,
    ) -> Result<IncidentRow, ActError> {
        self.may(tx, by, at, action, Seat::default()).await?;
        let row = incidents::open(tx, at).await?.into_iter().find(|row| row.id == id).ok_or(ActError::Gone)?;
        if action == DeskAction::Incident {
            self.may_for(tx, by, (at, row.site), action, Seat::default()).await?;
        }
        Ok(row)
    }

    /// Refuses who may not do this for everybody it concerns: at the site, or at every house where it is the group's.
    async fn may_for(
        &self,
        tx: &mut Tx,
        by: PersonId,
        (at, site): (SiteId, Option<SiteId>),
        action: DeskAction,
        seat: Seat,
    ) -> Result<(), ActError> {
        self.may(tx, by, at, action, seat).await?;
        if site.is_none() {
            for house in self.houses.keys() {
                self.may(tx, by, *house, action, seat).await?;
            }
        }
        Ok(())
    }

    /// What the guard says of a statement at each house that it would speak for, as that house says it. Of people it asks the list of the house `at` which
    /// somebody works, and no other's.
    pub(super) fn statement_checks<'a>(
        &'a self,
        at: SiteId,
        incident: &IncidentRow,
        said: Said<'a>,
        now: Timestamp,
    ) -> impl Iterator<Item = Check> + 'a {
        let site = incident.site;
        let houses = self.houses.values().filter(move |house| site.is_none_or(|one| one == house.site.id));
        houses.map(move |house| {
            let people = self.people(at);
            let text = as_said(house, said.text, said.is_own);
            let words = DraftText {
                text: &text,
                lang: Lang::from_tag(said.lang),
                jurisdiction: house.site.jurisdiction,
                public: true,
                consented: false,
                inbound_text: None,
                inbound_handle: None,
                public_facts: &house.site.settings.public_facts,
                people: people.as_deref(),
            };
            house.check(&words, now)
        })
    }

    /// Logs a switch, brings the incident's alarms to where it stands, has every open case it concerns decided anew, tells the
    /// pages, and waits for what is just leaving where less may leave than before.
    async fn switched(
        &self,
        mut tx: Tx,
        (by, incident): (PersonId, NoteId),
        (at, site): (SiteId, Option<SiteId>),
        kind: Kind,
        noted: impl FnOnce(Entry) -> Entry,
        now: Timestamp,
    ) -> Result<(), ActError> {
        let open = desk::unsettled(&mut tx, site, now.minus(SILENT)).await?;
        jobs::add(&mut tx, JobKind::Redecide, open.iter().map(ToString::to_string), jobs::LIVE, now).await?;
        let mut audit = Audit::at(now);
        audit.add(kind, Actor::Person(by), Some(at), None, noted)?;
        audit.write(&mut tx).await?;
        self.follow_incident(&mut tx, incident, (at, site), now).await?;
        tx.commit().await?;
        self.facts.notify_one();
        self.mail.notify_waiters();
        self.alarms.raised.notify_one();
        self.alarms.calls.notify_one();
        self.tell_all(Change::Pause);
        if matches!(kind, Kind::IncidentBegun | Kind::IncidentTextApproved | Kind::IncidentTextWithdrawn) {
            for reply in self.still_leaving(site).await? {
                tracing::warn!(%reply, "a reply that was being handed over as an incident's switch was turned has no answer yet");
            }
        }
        Ok(())
    }
}

/// A statement's text, for the guard.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) lang: &'a str,
    pub(super) text: &'a str,
    /// It is one of the library, in which each house fills in what it knows of itself.
    pub(super) is_own: bool,
}

fn as_said(house: &House, text: &str, is_own: bool) -> String {
    if is_own { statement::fill(text, &house.own_facts(house.site.jurisdiction)) } else { text.to_owned() }
}

/// A statement with its text, for people at the desk.
#[derive(Debug, Clone)]
pub struct IncidentTextShown {
    /// As stored.
    pub row: StatementRow,
    /// Its text as the house says it; empty: its key was erased.
    pub text: String,
}

impl Road {
    /// The statements of an incident with their texts as a house says them, the newest first.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn incident_texts_shown(
        &self,
        tx: &mut Tx,
        site: SiteId,
        incident: NoteId,
    ) -> Result<Vec<IncidentTextShown>, FlowError> {
        let house = self.house_of(site)?;
        let mut all = Vec::new();
        for row in incidents::statements(tx, incident).await? {
            let text = row.text(&self.store).await?.map(|text| text.0).unwrap_or_default();
            all.push(IncidentTextShown { text: as_said(house, &text, row.from.is_some()), row });
        }
        Ok(all)
    }
}
