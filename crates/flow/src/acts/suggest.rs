//! A draft that a model on the house's own network suggests: asked for by a person, in whose name it then stands. Logged before
//! the masked post leaves; the guard reads what comes back before anybody sees it; another person approves it as any other.

use std::sync::{Arc, PoisonError};

use bedside_core::{
    channel::Fault,
    code,
    guard::{self, Severity, Verdict},
    id::{CaseId, DraftId, PersonId},
    log::{Actor, Code, Entry, Kind},
    policy::{SpeechForm, desk::DeskAction},
    post::Visibility,
    second::ModelId,
    suggest::{LeftToPerson, Prompt, Suggest, Wanted, may_be_asked, prompt},
    triage::Lang,
};
use bedside_store::{
    Tx,
    cases::CaseRow,
    drafts::{self, DraftState},
};

use super::{
    ActError,
    draft::{Answered, NewDraft},
};
use crate::{Change, Road, audit::Audit, step::send::is_permitted};

/// How long a suggestion may be where the platform doesn't say.
const MOST_CHARS: u32 = 500;

/// What came of asking a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggested {
    /// A draft in the person's name; the guard may warn of something in it.
    Draft(DraftId),
    /// The guard refuses what the model wrote, for these kinds of findings. Nobody sees the text, and nothing is kept of it.
    Refused(Vec<guard::Kind>),
    /// It is longer than the platform takes.
    TooLong,
    /// The model did not answer.
    Unanswered,
}

impl Road {
    /// Connects a model that suggests drafts. Without one the desk offers none.
    pub fn connect_suggest(&self, model: Arc<dyn Suggest>) {
        *self.suggest.write().unwrap_or_else(PoisonError::into_inner) = Some(model);
    }

    /// The name of the model that suggests drafts; `None`: there is none.
    #[must_use]
    pub fn suggests(&self) -> Option<Code> {
        self.model().map(|model| model.model().name.clone())
    }

    fn model(&self) -> Option<Arc<dyn Suggest>> {
        self.suggest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has the model write a draft for a case that nobody has begun to answer.
    ///
    /// # Errors
    /// The person may not, no model is set up, a draft is there already, or the case is one that people answer: somebody may
    /// be in danger, or nothing is to be said now.
    pub async fn suggest_draft(
        &self,
        by: PersonId,
        case: CaseId,
        form: SpeechForm,
        lang: &str,
    ) -> Result<Suggested, ActError> {
        let model = self.model().ok_or(ActError::Invalid("suggest_off"))?;
        let mut tx = self.store.begin_read().await?;
        let answered = self.to_suggest(&mut tx, by, case, form).await?;
        drop(tx);
        let most_chars = self.most_chars(&answered).await;
        let asked = self.prompt_for(&answered, form, lang, most_chars)?;
        self.note_asked(by, &answered.case, model.model()).await?;
        let written = model.write(&asked).await;
        match written {
            Ok(text) => {
                let (length, limits) = self.measure(answered.case.channel, &text, &answered.handle).await;
                let is_long = limits.is_some_and(|limits| limits.max > 0 && length > limits.max);
                self.take_written(by, (case, form, lang), (&text, is_long), model.model()).await
            }
            Err(fault) => {
                tracing::warn!(model = %model.model().name, %fault, "the model suggested nothing");
                let code = if fault == Fault::TimedOut { code!("timed_out") } else { code!("failed") };
                self.note_answered(by, &answered.case, model.model(), |entry| entry.code(code!("outcome"), code))
                    .await?;
                Ok(Suggested::Unanswered)
            }
        }
    }

    /// The case, where a model may be asked about it.
    async fn to_suggest(
        &self,
        tx: &mut Tx,
        by: PersonId,
        case: CaseId,
        form: SpeechForm,
    ) -> Result<Answered, ActError> {
        let answered = self.answered(tx, by, case, DeskAction::Draft).await?;
        let is_private = self.is_door(answered.case.channel)
            || matches!(answered.post.visibility, Visibility::Direct | Visibility::Followers);
        if is_private {
            return Err(ActError::Invalid("suggest_private"));
        }
        let before = drafts::latest(tx, case).await?;
        // Nobody's words are written over.
        if before.is_some_and(|draft| draft.state != DraftState::Sent) {
            return Err(ActError::Invalid("suggest_draft_there"));
        }
        let in_force = &answered.case.decision;
        let now = self.decide_now(tx, &answered.case, self.now()).await?.ok_or(ActError::Gone)?;
        may_be_asked(answered.post.signals.as_ref(), in_force, &now).map_err(|why| match why {
            LeftToPerson::Danger => ActError::Invalid("suggest_danger"),
            LeftToPerson::NoSpeech => ActError::Invalid("suggest_no_speech"),
        })?;
        if !is_permitted(in_force, &now, form) {
            return Err(ActError::Invalid("rules_do_not_permit"));
        }
        Ok(answered)
    }

    /// All that the model is told: the masked post, the form, the house's public facts.
    fn prompt_for(
        &self,
        answered: &Answered,
        form: SpeechForm,
        lang: &str,
        most_chars: u32,
    ) -> Result<Prompt, ActError> {
        let house = self.house(answered.case.site).ok_or(ActError::Gone)?;
        let masked = bedside_core::scan::mask(&answered.text);
        let public_facts = &house.site.settings.public_facts;
        Ok(prompt(&Wanted { form, lang: Lang::from_tag(lang), masked: &masked, public_facts, most_chars }))
    }

    /// As many characters as fit the platform for certain, whatever its unit.
    async fn most_chars(&self, answered: &Answered) -> u32 {
        let (_, limits) = self.measure(answered.case.channel, "", &answered.handle).await;
        limits.map(|limits| limits.max).filter(|max| *max > 0).map_or(MOST_CHARS, |max| max.min(MOST_CHARS))
    }

    /// What the model wrote becomes the person's draft, if the guard lets it.
    async fn take_written(
        &self,
        by: PersonId,
        (case, form, lang): (CaseId, SpeechForm, &str),
        (text, is_long): (&str, bool),
        model: &ModelId,
    ) -> Result<Suggested, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        // While the model wrote, the case may have become one that people answer, and somebody may have begun to.
        let answered = self.to_suggest(&mut tx, by, case, form).await?;
        let check = guard::check(&self.for_guard(&answered, lang, text)?);
        let refused = if check.verdict == Verdict::Block {
            let blocks = check.findings.iter().filter(|found| found.severity == Severity::Block);
            let mut kinds: Vec<guard::Kind> = blocks.map(|found| found.kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            Some((Suggested::Refused(kinds), code!("refused")))
        } else {
            is_long.then_some((Suggested::TooLong, code!("too_long")))
        };
        if let Some((suggested, outcome)) = refused {
            drop(tx);
            let findings = i64::try_from(check.findings.len()).unwrap_or(0);
            let write = |entry: Entry| entry.code(code!("outcome"), outcome).number(code!("findings"), findings);
            self.note_answered(by, &answered.case, model, write).await?;
            return Ok(suggested);
        }
        let mut audit = Audit::at(now);
        let new = NewDraft { form, lang, text, statement: None };
        let (draft, case) = self.put_draft(&mut tx, &mut audit, by, case, &new, now).await?;
        let row = drafts::by_id(&mut tx, draft).await?.ok_or(ActError::Gone)?;
        let commitment = self.open(&row).await?.commitment();
        audit.add(Kind::ModelAnswered, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            let entry = of_model(entry, model).about(draft).about(case.post).code(code!("outcome"), code!("draft"));
            entry.committing(code!("text"), commitment)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(Suggested::Draft(draft))
    }

    /// The masked post leaves only after it is logged that it does.
    async fn note_asked(&self, by: PersonId, case: &CaseRow, model: &ModelId) -> Result<(), ActError> {
        self.note_model(by, case, Kind::ModelAsked, |entry| of_model(entry, model).about(case.post)).await
    }

    async fn note_answered(
        &self,
        by: PersonId,
        case: &CaseRow,
        model: &ModelId,
        write: impl FnOnce(Entry) -> Entry,
    ) -> Result<(), ActError> {
        self.note_model(by, case, Kind::ModelAnswered, |entry| write(of_model(entry, model).about(case.post))).await
    }

    async fn note_model(
        &self,
        by: PersonId,
        case: &CaseRow,
        kind: Kind,
        write: impl FnOnce(Entry) -> Entry,
    ) -> Result<(), ActError> {
        let mut tx = self.store.begin().await?;
        let mut audit = Audit::at(self.now());
        audit.add(kind, Actor::Person(by), Some(case.site), Some(case.id), write)?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn of_model(entry: Entry, model: &ModelId) -> Entry {
    entry.code(code!("model"), model.name.clone())
}
