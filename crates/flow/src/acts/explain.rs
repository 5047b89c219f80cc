//! Why a case stands where it stands, for the page that shows it. Reading only.

use bedside_core::policy::{Explanation, SpeechForm};
use bedside_store::{Tx, cases::CaseRow, posts};

use crate::{FlowError, Road, facts, step::send::is_permitted};

/// The decision in force in words, and what may be said now.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The facts of now, and the rules of the decision in force with their reasons.
    pub explanation: Explanation,
    /// The forms in which an answer could be asked for now, the most helpful first.
    pub permitted: Vec<SpeechForm>,
}

impl Road {
    /// Puts the decision in force of a case in words; `None`: its post has not been sorted yet.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn explain(&self, tx: &mut Tx, case: &CaseRow) -> Result<Option<Explained>, FlowError> {
        let now = self.now();
        self.follow_rules(tx, case.site, now).await?;
        let Some(post) = posts::by_id(tx, case.post).await? else { return Ok(None) };
        let Some(signals) = post.signals.clone() else { return Ok(None) };
        let around = facts::around(tx, &post, now).await?;
        let house = self.house_of(case.site)?;
        let facts = facts::of(house, &post, &signals, Some(case), &around, now);
        let decision = house.decide(&facts);
        let permitted = SpeechForm::ALL.into_iter().filter(|form| is_permitted(&case.decision, &decision, *form));
        Ok(Some(Explained {
            permitted: permitted.collect(),
            explanation: house.rules().rules().explain(&facts, &case.decision),
        }))
    }
}
