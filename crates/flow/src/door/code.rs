//! Codes in posts: taking sees whether an account sends the code it was asked for. Such a post is no matter for the desk,
//! unless it says more than the code.

use bedside_core::{
    code,
    door::{self as words, Code},
    id::{ChannelId, PostId, SiteId},
    log::{Actor, Kind},
    post::Inbound,
    time::Timestamp,
    triage::{Lang, TriageInput, Urgency},
};
use bedside_store::{
    Tx, door,
    posts::{self, NewPost},
};

use super::MOST_TRIES;
use crate::{FlowError, Road, audit::Audit};

/// The most words that a code may stand among; whoever says more has something to say.
const MOST_WORDS: usize = 6;

/// What taking learnt from the codes of a batch.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Posts that hold a code and nothing to be answered.
    pub(crate) silent: Vec<PostId>,
}

/// A new live post in which a code may stand.
struct Candidate<'a> {
    id: PostId,
    post: &'a Inbound,
    codes: Vec<Code>,
}

impl Road {
    /// Looks for codes in new live posts, in the transaction that stores them.
    pub(crate) async fn hear_codes(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        (site, channel): (SiteId, ChannelId),
        (posted, new): (&[&Inbound], &[NewPost]),
        now: Timestamp,
    ) -> Result<Told, FlowError> {
        let mut told = Told::default();
        let candidates = new.iter().filter_map(|new| {
            let post = *posted.get(new.position)?;
            let codes = Code::all_in(&post.text);
            (!codes.is_empty()).then_some(Candidate { id: new.id, post, codes })
        });
        for one in candidates {
            let handle = words::handle(&one.post.author.handle);
            let account = self.account_hash(channel, &handle);
            let name = (!handle.contains('@')).then(|| self.name_hash(channel, &handle));
            let waiting = door::waiting_for_code(tx, channel, &account, name.as_deref(), MOST_TRIES, now).await?;
            if waiting.is_empty() {
                continue;
            }
            let mut proven = false;
            for visit in &waiting {
                let kept = visit.code_hash.as_deref().unwrap_or_default();
                // Every code is compared, also after one that fits: the time tells nothing.
                let fits = one.codes.iter().fold(false, |any, code| any | self.code_fits(kept, channel, code));
                if fits {
                    let author = posts::by_id(tx, one.id).await?.map(|row| row.author);
                    let Some(author) = author else { continue };
                    proven |= door::prove_visit(tx, &visit.token_hash, author, now).await?;
                    audit.add(Kind::DoorProven, Actor::System, Some(site), None, |entry| {
                        entry.about(author).about(one.id).code(code!("by"), code!("code"))
                    })?;
                } else {
                    door::count_code_try(tx, &visit.token_hash).await?;
                }
            }
            tracing::debug!(post = %one.id, proven, "a post holds a code for the private door");
            if self.says_nothing_else(&one) {
                door::mark_code_post(tx, one.id, now).await?;
                told.silent.push(one.id);
            }
        }
        Ok(told)
    }

    /// Whether a post is a code and a few words at most, none of which speaks of danger.
    fn says_nothing_else(&self, one: &Candidate<'_>) -> bool {
        let Some(code) = one.codes.first() else { return false };
        let rest = one.codes.iter().fold(code.beside(&one.post.text), |rest, code| code.beside(&rest));
        if rest.split_whitespace().count() > MOST_WORDS {
            return false;
        }
        let lang_hint = one.post.lang_hint.as_deref().map_or(Lang::Unknown, Lang::from_tag);
        self.triage.read(&TriageInput { text: &rest, lang_hint, at: one.post.at }).urgency == Urgency::None
    }
}
