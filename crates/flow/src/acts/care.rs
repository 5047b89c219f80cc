//! Acts on what the care team suggests: take it over as an own draft, or set it aside.

use bedside_core::{
    code,
    id::{CaseId, DraftId, NoteId, PersonId},
    log::{Actor, Kind},
    policy::{SpeechForm, desk::DeskAction},
};
use bedside_store::{
    Tx,
    chart::{self, CareKind, CareRow, CareState},
};

use super::ActError;
use crate::{Change, Road, acts::draft::NewDraft, audit::Audit};

impl Road {
    /// Makes a suggestion of the care team this person's draft: they are its author, so that a second person approves it. The
    /// log names both.
    ///
    /// # Errors
    /// The person may not, somebody was faster, or a reply has left already.
    pub async fn take_suggestion(
        &self,
        by: PersonId,
        case: CaseId,
        suggestion: NoteId,
        form: SpeechForm,
    ) -> Result<DraftId, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = self.suggestion(&mut tx, by, case, suggestion).await?;
        let text = row.text(&self.store).await?.ok_or(ActError::Gone)?;
        let mut audit = Audit::at(now);
        let new = NewDraft { form, lang: &row.lang, text: &text.0.text, statement: None };
        let (draft, case) = self.put_draft(&mut tx, &mut audit, by, case, &new, now).await?;
        if !chart::settle_care(&mut tx, row.id, CareState::Taken, by, Some(draft), now).await? {
            return Err(ActError::Changed("suggestion_settled"));
        }
        audit.add(Kind::SuggestionTaken, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            entry.about(row.id).about(draft)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(draft)
    }

    /// Sets a suggestion aside.
    ///
    /// # Errors
    /// The person may not, or somebody was faster.
    pub async fn set_suggestion_aside(&self, by: PersonId, case: CaseId, suggestion: NoteId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = self.suggestion(&mut tx, by, case, suggestion).await?;
        let case = self.case_for(&mut tx, by, case, DeskAction::Draft).await?;
        if !chart::settle_care(&mut tx, row.id, CareState::SetAside, by, None, now).await? {
            return Err(ActError::Changed("suggestion_settled"));
        }
        let mut audit = Audit::at(now);
        audit.add(Kind::SuggestionSetAside, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            entry.about(row.id).code(code!("what"), code!("suggestion"))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(())
    }

    /// A suggestion at this case that nobody has settled.
    async fn suggestion(&self, tx: &mut Tx, by: PersonId, case: CaseId, id: NoteId) -> Result<CareRow, ActError> {
        self.case_for(tx, by, case, DeskAction::Draft).await?;
        let row = chart::care(tx, id).await?.ok_or(ActError::Gone)?;
        if row.case != case || row.kind != CareKind::Suggestion {
            return Err(ActError::Gone);
        }
        if row.state == CareState::Open { Ok(row) } else { Err(ActError::Changed("suggestion_settled")) }
    }
}
