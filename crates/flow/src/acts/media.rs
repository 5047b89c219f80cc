//! Looking at what hangs on a post. A person who looked is what rules wait for: from then on they decide as of any other post.

use bedside_core::{
    code,
    id::{CaseId, PersonId, PostId},
    log::{Actor, Kind},
    policy::desk::DeskAction,
};
use bedside_store::{
    jobs::{self, JobKind},
    media, posts,
};

use super::ActError;
use crate::{Change, Road, audit::Audit};

/// One of a post's media, as the person saw it offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaSeen {
    /// The post.
    pub post: PostId,
    /// Its place on the post, from 0.
    pub n: i64,
    /// The post's version on the page: what was put in its place since then, nobody has seen.
    pub version: i64,
}

impl Road {
    /// A person looks at one of a post's media: a picture that they open, or what they say that they saw on its platform. The
    /// first one counts; the log alone names them.
    ///
    /// # Errors
    /// The person may not read the case, nothing is there, or the post was edited meanwhile.
    pub async fn look_at_media(&self, by: PersonId, id: CaseId, at: MediaSeen) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let case = self.case_for(&mut tx, by, id, DeskAction::ReadText).await?;
        let post = posts::by_id(&mut tx, at.post).await?.filter(|post| post.thread == case.thread);
        let post = post.ok_or(ActError::Gone)?;
        if post.version != at.version {
            return Err(ActError::Changed("post_edited"));
        }
        media::one(&mut tx, post.id, at.n).await?.ok_or(ActError::Gone)?;
        if !media::mark_seen(&mut tx, post.id, at.n, now).await? {
            return Ok(());
        }
        let is_decided_anew = case.post == post.id && post.media_unseen <= 1;
        if is_decided_anew {
            jobs::add(&mut tx, JobKind::Redecide, std::iter::once(case.id.to_string()), jobs::LIVE, now).await?;
        }
        let mut audit = Audit::at(now);
        audit.add(Kind::MediaSeen, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            entry.about(post.id).number(code!("place"), at.n)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        if is_decided_anew {
            self.facts.notify_one();
        }
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(())
    }
}
