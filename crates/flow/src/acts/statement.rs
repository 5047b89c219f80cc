//! Acts on the library of statements: write, ask for approval, approve, send back, take out of use; and put one into a draft.

use bedside_core::{
    code,
    guard::{Severity, Verdict},
    id::{CaseId, DraftId, PersonId, SiteId, StatementId},
    log::{Actor, Code, Commitment, Entry, Kind},
    policy::desk::{DeskAction, Seat},
    statement::{Fault, HOLDS_AT_MOST, Statement, StatementKind, StatementState},
    time::Timestamp,
};
use bedside_store::{
    Tx,
    library::{self, NewVersion, OWNER, Sealed, StatementRow},
    random,
};

use super::{ActError, draft::NewDraft, given, yes_no};
use crate::{
    Change, Road,
    audit::Audit,
    library::{InForce, findings, verdict},
    step::send::is_permitted,
};

/// A statement with a version of it, as somebody is about to change it.
struct AtHand {
    versions: Vec<StatementRow>,
    /// The version in writing or asked for, else the newest.
    row: StatementRow,
    sealed: Sealed,
}

impl Road {
    /// Stores a statement in writing: a new one, or a new version of one, which needs approval anew while the approved one goes on
    /// being used. A text that the guard blocks is kept so that it can be mended; it can't be asked for.
    ///
    /// # Errors
    /// The person may not at every house that it is for, something of it is missing, or it is for no house.
    pub async fn write_statement(
        &self,
        by: PersonId,
        id: Option<StatementId>,
        statement: Statement,
        expires_at: Timestamp,
    ) -> Result<(StatementId, i64), ActError> {
        let now = self.now();
        let statement = cleaned(statement)?;
        faultless(&statement)?;
        holds(expires_at, now)?;
        let mut tx = self.store.begin().await?;
        self.may_at_all(&mut tx, by, &statement, DeskAction::WriteStatement, Seat::default()).await?;
        let sealed = Sealed { statement, salt: random()?, sent_back: None };
        let verdict = verdict(&self.prove(&sealed.statement, now)).as_str();
        let key = self.store.keys().of(OWNER, now).await?;
        let (id, number, version, is_rewritten) = match id {
            None => {
                let id = StatementId::new(now, &random()?);
                (id, library::begin(&mut tx, id, by, now).await?, 1, false)
            }
            Some(id) => {
                let at_hand = self.statement_to_change(&mut tx, id).await?;
                self.may_at_all(&mut tx, by, &at_hand.sealed.statement, DeskAction::WriteStatement, Seat::default())
                    .await?;
                let (version, is_rewritten) = give_way(&mut tx, &at_hand, by, now).await?;
                (id, at_hand.row.number, version, is_rewritten)
            }
        };
        let commitment = sealed.statement.commitment(id, version, &sealed.salt);
        let new = NewVersion {
            id,
            version,
            sealed: &sealed,
            commitment: commitment.as_bytes(),
            verdict,
            author: by,
            expires_at,
        };
        if is_rewritten {
            if !library::rewrite(&mut tx, &new, &key, now).await? {
                return Err(ActError::Changed("statement_changed"));
            }
        } else {
            library::add_version(&mut tx, &new, &key, now).await?;
        }
        let kind = kind_code(sealed.statement.kind);
        self.note_statement(tx, by, Kind::StatementWritten, (id, version), |entry| {
            entry.code(code!("kind"), kind).committing(code!("text"), commitment)
        })
        .await?;
        Ok((id, number))
    }

    /// Asks a second person to approve the version in writing. `shown` is the commitment of what the person saw.
    ///
    /// # Errors
    /// The person may not, the version is another than the one shown, it has run out before it began, or the guard blocks it.
    pub async fn ask_statement(&self, by: PersonId, id: StatementId, shown: &[u8]) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let at_hand = self.statement_to_change(&mut tx, id).await?;
        let statement = &at_hand.sealed.statement;
        self.may_at_all(&mut tx, by, statement, DeskAction::WriteStatement, Seat::default()).await?;
        is_shown(&at_hand.row, shown, StatementState::Open)?;
        self.let_through(statement, at_hand.row.expires_at, now)?;
        self.move_on(&mut tx, &at_hand.row, StatementState::Asked, None, now).await?;
        library::set_owner(&mut tx, id, at_hand.row.author).await?;
        let commitment = committed(&at_hand);
        self.note_statement(tx, by, Kind::StatementAsked, (id, at_hand.row.version), |entry| {
            entry.committing(code!("text"), commitment)
        })
        .await
    }

    /// Approves a version that somebody else wrote: from now on it is the one that is used. Warnings of the guard the approver takes
    /// on their name.
    ///
    /// # Errors
    /// The person may not at every house that it is for (their own least of all), it is not the version shown, it has run out, the
    /// guard blocks it, or its warnings are left unconfirmed.
    pub async fn approve_statement(
        &self,
        by: PersonId,
        id: StatementId,
        shown: &[u8],
        confirms_warnings: bool,
    ) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let at_hand = self.statement_to_change(&mut tx, id).await?;
        let statement = &at_hand.sealed.statement;
        let seat = Seat { own_draft: at_hand.row.author == by };
        self.may_at_all(&mut tx, by, statement, DeskAction::ApproveStatement, seat).await?;
        // The version in use gives way with that, at every house that it is for.
        self.may_where_used(&mut tx, by, &at_hand, DeskAction::ApproveStatement).await?;
        is_shown(&at_hand.row, shown, StatementState::Asked)?;
        let found = self.let_through(statement, at_hand.row.expires_at, now)?;
        if found == Verdict::Warn && !confirms_warnings {
            return Err(ActError::Invalid("warnings_unconfirmed"));
        }
        self.move_on(&mut tx, &at_hand.row, StatementState::Approved, Some(by), now).await?;
        library::replace_others(&mut tx, id, at_hand.row.version, now).await?;
        library::bring_back(&mut tx, id).await?;
        library::set_owner(&mut tx, id, at_hand.row.author).await?;
        let (commitment, expires) = (committed(&at_hand), at_hand.row.expires_at);
        let warned = found == Verdict::Warn;
        self.note_statement(tx, by, Kind::StatementApproved, (id, at_hand.row.version), |entry| {
            let entry = entry.code(code!("warnings"), yes_no(warned)).time(code!("expires"), expires);
            entry.committing(code!("text"), commitment)
        })
        .await
    }

    /// Sends a version back to who wrote it, with a note that says why.
    ///
    /// # Errors
    /// The person may not, says nothing, or nobody is asked any more.
    pub async fn send_back_statement(
        &self,
        by: PersonId,
        id: StatementId,
        shown: &[u8],
        note: &str,
    ) -> Result<(), ActError> {
        let now = self.now();
        let note = given(note, "note_missing")?;
        let mut tx = self.store.begin().await?;
        let at_hand = self.statement_to_change(&mut tx, id).await?;
        let statement = &at_hand.sealed.statement;
        self.may_at_all(&mut tx, by, statement, DeskAction::ApproveStatement, Seat::default()).await?;
        is_shown(&at_hand.row, shown, StatementState::Asked)?;
        let row = &at_hand.row;
        let sealed = Sealed { sent_back: Some((by, note.to_owned())), ..at_hand.sealed.clone() };
        let key = self.store.keys().of(OWNER, now).await?;
        let back = NewVersion {
            id,
            version: row.version,
            sealed: &sealed,
            commitment: &row.commitment,
            verdict: &row.verdict,
            author: row.author,
            expires_at: row.expires_at,
        };
        if !library::rewrite(&mut tx, &back, &key, now).await? {
            return Err(ActError::Changed("statement_changed"));
        }
        self.note_statement(tx, by, Kind::StatementSentBack, (id, row.version), |entry| entry).await
    }

    /// Takes a statement out of use, at once. A version that is approved later brings it back.
    ///
    /// # Errors
    /// The person may not at every house that it is for, or it is out of use already.
    pub async fn retire_statement(&self, by: PersonId, id: StatementId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let at_hand = self.statement_to_change(&mut tx, id).await?;
        let statement = &at_hand.sealed.statement;
        self.may_at_all(&mut tx, by, statement, DeskAction::WriteStatement, Seat::default()).await?;
        self.may_where_used(&mut tx, by, &at_hand, DeskAction::WriteStatement).await?;
        if !library::retire(&mut tx, id, by, now).await? {
            return Err(ActError::Changed("statement_changed"));
        }
        for row in at_hand.versions.iter().filter(|row| is_in_work(row)) {
            self.move_on(&mut tx, row, StatementState::Dropped, None, now).await?;
        }
        self.note_statement(tx, by, Kind::StatementRetired, (id, at_hand.row.version), |entry| entry).await
    }

    /// Puts a statement into this person's draft, filled with what the house knows of itself; what was written before is gone from
    /// the draft. It is checked and approved as any draft.
    ///
    /// # Errors
    /// The person may not write here, the statement holds no longer or not at this house, its form is not permitted now, or a reply
    /// in this thread was taken from it before.
    pub async fn take_statement(
        &self,
        by: PersonId,
        case: CaseId,
        statement: StatementId,
    ) -> Result<(DraftId, InForce), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let answered = self.answered(&mut tx, by, case, DeskAction::Draft).await?;
        let site = answered.case.site;
        let law = self.house_of(site)?.site.jurisdiction;
        let all = self.statements_in_force(&mut tx, site, law).await?;
        let taken = all.into_iter().find(|one| one.row.id == statement);
        let taken = taken.ok_or(ActError::Invalid("statement_over"))?;
        if library::was_said(&mut tx, case, statement, None).await? {
            return Err(ActError::Invalid("statement_said"));
        }
        let form = taken.statement.form;
        let decision = self.decide_now(&mut tx, &answered.case, now).await?.ok_or(ActError::Gone)?;
        if !is_permitted(&answered.case.decision, &decision, form) {
            return Err(ActError::Invalid("rules_do_not_permit"));
        }
        let mut audit = Audit::at(now);
        let lang = taken.statement.lang.as_str();
        let new = NewDraft { form, lang, text: &taken.text, statement: Some(taken.version()) };
        let (draft, case) = self.put_draft(&mut tx, &mut audit, by, case, &new, now).await?;
        audit.add(Kind::StatementTaken, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            entry.about(statement).about(draft).number(code!("version"), i64::from(taken.row.version))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok((draft, taken))
    }

    /// The houses that a statement is for, now.
    fn covered(&self, statement: &Statement) -> Vec<SiteId> {
        let houses = self.houses().into_iter();
        houses
            .filter(|house| statement.is_for(house.site.id) && statement.is_under(house.site.jurisdiction))
            .map(|house| house.site.id)
            .collect()
    }

    /// Refuses who may not do this at every house that the statement is for.
    async fn may_at_all(
        &self,
        tx: &mut Tx,
        by: PersonId,
        statement: &Statement,
        action: DeskAction,
        seat: Seat,
    ) -> Result<(), ActError> {
        let sites = self.covered(statement);
        if sites.is_empty() {
            return Err(ActError::Invalid("statement_nowhere"));
        }
        for site in sites {
            self.may(tx, by, site, action, seat).await?;
        }
        Ok(())
    }

    /// Refuses who may not do this at every house where an approved version is in use, be the one at hand for fewer.
    async fn may_where_used(
        &self,
        tx: &mut Tx,
        by: PersonId,
        at_hand: &AtHand,
        action: DeskAction,
    ) -> Result<(), ActError> {
        for row in at_hand.versions.iter().filter(|row| row.state == StatementState::Approved) {
            let Some(sealed) = self.store.open_statement(row).await? else { continue };
            for site in self.covered(&sealed.0.statement) {
                self.may(tx, by, site, action, Seat::default()).await.map_err(|error| match error {
                    ActError::Refused(_) | ActError::Gone => ActError::Invalid("statement_used_elsewhere"),
                    other => other,
                })?;
            }
        }
        Ok(())
    }

    async fn statement_to_change(&self, tx: &mut Tx, id: StatementId) -> Result<AtHand, ActError> {
        let versions = library::to_change(tx, id).await?;
        let in_work = versions.iter().rev().find(|row| is_in_work(row));
        let row = in_work.or_else(|| versions.last()).cloned().ok_or(ActError::Gone)?;
        let sealed = self.store.open_statement(&row).await?.ok_or(ActError::Gone)?;
        Ok(AtHand { versions, row, sealed: sealed.0 })
    }

    /// What the guard says of a statement that is to be used: a block stops it.
    fn let_through(&self, statement: &Statement, expires_at: Timestamp, now: Timestamp) -> Result<Verdict, ActError> {
        faultless(statement)?;
        holds(expires_at, now)?;
        let proofs = self.prove(statement, now);
        if let Some((proof, _)) = findings(&proofs, Severity::Block).first() {
            return Err(ActError::Blocked(Box::new(proof.check.clone())));
        }
        Ok(verdict(&proofs))
    }

    async fn move_on(
        &self,
        tx: &mut Tx,
        row: &StatementRow,
        to: StatementState,
        approver: Option<PersonId>,
        now: Timestamp,
    ) -> Result<(), ActError> {
        if library::set_state(tx, row, to, approver, now).await? {
            return Ok(());
        }
        Err(ActError::Changed("statement_changed"))
    }

    async fn note_statement(
        &self,
        mut tx: Tx,
        by: PersonId,
        kind: Kind,
        (id, version): (StatementId, u32),
        write: impl FnOnce(Entry) -> Entry,
    ) -> Result<(), ActError> {
        let mut audit = Audit::at(self.now());
        audit.add(kind, Actor::Person(by), None, None, |entry| {
            write(entry.about(id).number(code!("version"), i64::from(version)))
        })?;
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Which version somebody writes now. Their own unapproved one is written over; somebody else's gives way to a new one, so that four
/// eyes stay four eyes.
async fn give_way(tx: &mut Tx, at_hand: &AtHand, by: PersonId, now: Timestamp) -> Result<(u32, bool), ActError> {
    let newest = at_hand.versions.iter().map(|row| row.version).max().unwrap_or(0);
    let Some(in_work) = at_hand.versions.iter().find(|row| is_in_work(row)) else { return Ok((newest + 1, false)) };
    if in_work.author == by {
        return Ok((in_work.version, true));
    }
    if !library::set_state(tx, in_work, StatementState::Dropped, None, now).await? {
        return Err(ActError::Changed("statement_changed"));
    }
    Ok((newest + 1, false))
}

const fn is_in_work(row: &StatementRow) -> bool {
    matches!(row.state, StatementState::Open | StatementState::Asked)
}

fn is_shown(row: &StatementRow, shown: &[u8], state: StatementState) -> Result<(), ActError> {
    if row.state != state || row.commitment != shown {
        return Err(ActError::Changed("statement_changed"));
    }
    Ok(())
}

fn committed(at_hand: &AtHand) -> Commitment {
    at_hand.sealed.statement.commitment(at_hand.row.id, at_hand.row.version, &at_hand.sealed.salt)
}

/// Title and text without what stands around them.
fn cleaned(statement: Statement) -> Result<Statement, ActError> {
    let title = given(&statement.title, "statement_title_missing")?.to_owned();
    let text = given(&statement.text, "text_missing")?.to_owned();
    Ok(Statement { title, text, ..statement })
}

fn faultless(statement: &Statement) -> Result<(), ActError> {
    match statement.faults().first() {
        None => Ok(()),
        Some(Fault::NoTitle) => Err(ActError::Invalid("statement_title_missing")),
        Some(Fault::NoText) => Err(ActError::Invalid("text_missing")),
        Some(Fault::StrayBrace) => Err(ActError::Invalid("statement_stray_brace")),
        Some(Fault::LeavesOpen) => Err(ActError::Invalid("statement_leaves_open")),
    }
}

fn holds(expires_at: Timestamp, now: Timestamp) -> Result<(), ActError> {
    if expires_at <= now {
        return Err(ActError::Invalid("time_is_past"));
    }
    if expires_at > now.plus(HOLDS_AT_MOST) {
        return Err(ActError::Invalid("statement_too_long"));
    }
    Ok(())
}

fn kind_code(kind: StatementKind) -> Code {
    match kind {
        StatementKind::Template => code!("template"),
        StatementKind::Incident => code!("incident"),
        StatementKind::Crisis => code!("crisis"),
    }
}
