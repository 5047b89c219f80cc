//! Second opinions: asked for live posts that sorting left unsure, with the masked text, within a time that no other post has
//! to wait out. No opinion, for whatever reason, leaves everything as it was.

use std::{
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use bedside_core::{
    code,
    id::PostId,
    log::{Actor, Code, Kind},
    second::{self, Added, ModelId, NoOpinion, SecondOpinion},
    triage::Signals,
};

use bedside_store::cases::CaseRow;

use crate::{FlowError, Road, audit::Audit};

/// How long all the opinions of a batch may take together: a post that sorting is sure of waits no longer for them.
const WITHIN: Duration = Duration::from_secs(1);

/// What became of asking about one post.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    model: ModelId,
    answer: Result<Added, NoOpinion>,
}

impl Asked {
    /// Whether somebody must look now because of it.
    pub(crate) fn has_raised(&self) -> bool {
        self.answer.as_ref().is_ok_and(|added| added.raised)
    }
}

impl Road {
    /// Connects a model for second opinions. Without one nobody is asked.
    pub fn connect_second_opinion(&self, model: Arc<dyn SecondOpinion>) {
        *self.second.write().unwrap_or_else(PoisonError::into_inner) = Some(model);
    }

    pub(crate) fn second(&self) -> Option<Arc<dyn SecondOpinion>> {
        self.second.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The model that is asked about a batch's posts, and until when.
pub(crate) struct Asking {
    model: Arc<dyn SecondOpinion>,
    until: Instant,
}

impl Asking {
    pub(crate) fn begin(model: Arc<dyn SecondOpinion>) -> Self {
        Self { model, until: Instant::now() + WITHIN }
    }

    /// Asks about one post and adds what is said; `None`: the batch's time is over, and the model was not asked.
    pub(crate) async fn ask(&self, masked: &str, signals: &mut Signals) -> Option<Asked> {
        if Instant::now() >= self.until {
            return None;
        }
        let answer = self.model.read(masked).await;
        if let Err(why) = &answer {
            tracing::warn!(model = %self.model.model().name, %why, "no second opinion on a post");
        }
        let answer = answer.map(|opinion| second::add(signals, self.model.model(), &opinion));
        Some(Asked { model: self.model.model().clone(), answer })
    }
}

/// Notes that a model was asked, which, and what that changed.
pub(crate) fn note(audit: &mut Audit, case: &CaseRow, post: PostId, asked: &Asked) -> Result<(), FlowError> {
    audit.add(Kind::SecondOpinion, Actor::System, Some(case.site), Some(case.id), |entry| {
        let mut entry = entry.about(post).code(code!("model"), asked.model.name.clone());
        if let Some(hash) = &asked.model.hash {
            entry = entry.code(code!("hash"), hash.clone());
        }
        let outcome = match &asked.answer {
            Ok(added) if added.topics.is_empty() => code!("nothing"),
            Ok(_) => code!("suggested"),
            Err(why) => why.code(),
        };
        entry = entry.code(code!("outcome"), outcome);
        let added = asked.answer.as_ref().ok();
        if let Some(topic) = added.and_then(|added| added.topics.first()) {
            entry = Code::new(topic.as_str()).map_or(entry.clone(), |topic| entry.code(code!("topic"), topic));
        }
        if added.is_some_and(|added| added.raised) {
            entry = entry.code(code!("urgency"), code!("look_now"));
        }
        entry
    })
}
