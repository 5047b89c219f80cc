//! Why a case stands where it stands, for the page that shows it. Reading only.

use std::sync::Arc;

use bedside_core::policy::{Decision, Explanation, Facts, NearSaid, SpeechForm};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    posts::{self, PostRow},
};

use crate::{FlowError, Road, facts, rules::InForce, step::send::is_permitted};

/// The decision in force in words, and what may be said now.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The facts of now, and the rules of the decision in force with their reasons.
    pub explanation: Explanation,
    /// The forms in which an answer could be asked for now, the most helpful first.
    pub permitted: Vec<SpeechForm>,
    /// What the rules would decide under the facts of now.
    pub now: Decision,
    /// The permits that do not apply now and come closest, whatever was decided.
    pub close: Vec<NearSaid>,
}

impl Road {
    /// Puts the decision in force of a case in words; `None`: its post has not been sorted yet.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn explain(&self, tx: &mut Tx, case: &CaseRow) -> Result<Option<Explained>, FlowError> {
        let Some(post) = posts::by_id(tx, case.post).await? else { return Ok(None) };
        let Some((facts, rules)) = self.facts_now(tx, &post, Some(case)).await? else { return Ok(None) };
        let now = self.house_of(case.site)?.decide(&facts);
        let permitted = SpeechForm::ALL.into_iter().filter(|form| is_permitted(&case.decision, &now, *form)).collect();
        let explanation = rules.rules().explain(&facts, &case.decision);
        let close =
            if explanation.near.is_empty() { rules.rules().came_close(&facts) } else { explanation.near.clone() };
        Ok(Some(Explained { permitted, explanation, now, close }))
    }

    /// What the rules say of one post by itself, under the facts of now; `None`: it has not been sorted yet. For a post that
    /// is not the one its case is decided by.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn explain_post(&self, tx: &mut Tx, post: &PostRow) -> Result<Option<Explained>, FlowError> {
        let case = cases::by_thread(tx, post.thread).await?;
        let Some((facts, rules)) = self.facts_now(tx, post, case.as_ref()).await? else { return Ok(None) };
        let now = self.house_of(post.site)?.decide(&facts);
        let permitted = SpeechForm::ALL.into_iter().filter(|form| now.permits(*form)).collect();
        let explanation = rules.rules().explain(&facts, &now);
        let close = rules.rules().came_close(&facts);
        Ok(Some(Explained { permitted, explanation, now, close }))
    }

    async fn facts_now(
        &self,
        tx: &mut Tx,
        post: &PostRow,
        case: Option<&CaseRow>,
    ) -> Result<Option<(Facts, Arc<InForce>)>, FlowError> {
        let now = self.now();
        self.follow_rules(tx, post.site, now).await?;
        let Some(signals) = &post.signals else { return Ok(None) };
        let around = facts::around(tx, post, now).await?;
        let house = self.house_of(post.site)?;
        Ok(Some((facts::of(house, post, signals, case, &around, now), house.rules())))
    }
}
