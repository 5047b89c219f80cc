//! Media: fetches pictures of posts, beside the road. Nothing waits for a picture: what is decided and who is alarmed stands
//! before it is asked for.

use std::sync::Arc;

use bedside_core::{
    channel::{Channel, Fault},
    media::{NoPicture, Picture},
    time::{Span, Timestamp},
};
use bedside_store::{
    cases,
    media::{self, MediaRow, State},
    posts,
};

use crate::{Change, FlowError, Road};

/// Pictures fetched one after the other before others are looked for.
const MOST: u32 = 4;
/// How long they may take before another process may think they were lost.
const LEASE: Span = Span::minutes(5);
/// How often a server may say no before it is believed: it may not have fetched a picture of another server itself yet.
const NO_COUNTS_AFTER: i64 = 4;

/// What to do with a picture after it was asked for.
enum Then {
    Keep(Picture),
    Leave(State),
    Later(Span),
}

impl Road {
    /// Fetches the next pictures of a channel. Gives how many were asked for.
    ///
    /// # Errors
    /// The store refuses. A server that gives no picture is no error.
    pub async fn fetch_media(&self, channel: &Arc<dyn Channel>) -> Result<usize, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let is_due = media::is_due(&mut tx, channel.id(), now).await?;
        drop(tx);
        if !is_due {
            return Ok(0);
        }
        let mut tx = self.store.begin().await?;
        let rows = media::claim(&mut tx, channel.id(), LEASE, MOST, now).await?;
        tx.commit().await?;
        let told = self.store.open_media(&rows).await?;
        for (row, told) in rows.iter().zip(told) {
            let then = match told {
                Some(told) => after(channel.picture(&told.0).await, row.attempts),
                // Erased while it waited: nothing is left that says where it lies.
                None => Then::Leave(State::Lost),
            };
            self.settle_media(row, then, now).await?;
        }
        Ok(rows.len())
    }

    async fn settle_media(&self, row: &MediaRow, then: Then, now: Timestamp) -> Result<(), FlowError> {
        let key = match then {
            Then::Keep(_) => self.store.key_of_media(row).await?,
            Then::Leave(_) | Then::Later(_) => None,
        };
        let mut tx = self.store.begin().await?;
        match (then, key) {
            (Then::Keep(picture), Some(key)) => drop(media::keep(&mut tx, row, &picture, &key).await?),
            (Then::Keep(_), None) => media::leave(&mut tx, row, State::Lost).await?,
            (Then::Leave(state), _) => media::leave(&mut tx, row, state).await?,
            (Then::Later(span), _) => {
                media::later(&mut tx, row, now.plus(span)).await?;
                return Ok(tx.commit().await?);
            }
        }
        let post = posts::by_id(&mut tx, row.post).await?;
        let case = match &post {
            Some(post) => cases::by_thread(&mut tx, post.thread).await?,
            None => None,
        };
        tx.commit().await?;
        if let Some(case) = case {
            self.tell(case.site, Some(case.id), Change::Changed);
        }
        Ok(())
    }
}

/// What comes of an answer.
fn after(answer: Result<Picture, NoPicture>, attempts: i64) -> Then {
    let fault = match answer {
        Ok(picture) => return Then::Keep(picture),
        Err(NoPicture::Elsewhere) => return Then::Leave(State::Elsewhere),
        Err(NoPicture::TooLarge) => return Then::Leave(State::TooLarge),
        Err(NoPicture::NotAPicture) => return Then::Leave(State::Broken),
        Err(NoPicture::Fault(fault)) => fault,
    };
    let is_no = !fault.is_passing() && attempts >= NO_COUNTS_AFTER;
    if is_no || attempts >= media::MOST_ATTEMPTS {
        return Then::Leave(State::Lost);
    }
    let wait = media::wait(attempts);
    Then::Later(if let Fault::RateLimited { after } = fault { wait.max(after) } else { wait })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_asked_for_again_and_what_does_not_is_left() {
        let then = |fault: Fault, attempts| match after(Err(fault.into()), attempts) {
            Then::Later(span) => Some(span.as_seconds()),
            Then::Leave(State::Lost) => None,
            Then::Keep(_) | Then::Leave(_) => panic!("neither a picture nor another end"),
        };
        assert_eq!(then(Fault::Unreachable, 1), Some(10));
        assert_eq!(then(Fault::TimedOut, 3), Some(40));
        assert_eq!(then(Fault::Server { status: 502 }, media::MOST_ATTEMPTS - 1), Some(3_600));
        assert_eq!(then(Fault::Server { status: 502 }, media::MOST_ATTEMPTS), None);
        assert_eq!(then(Fault::RateLimited { after: Span::seconds(300) }, 1), Some(300));
        let gone = || Fault::Refused { status: 404, code: String::new() };
        assert_eq!((then(gone(), 1), then(gone(), NO_COUNTS_AFTER)), (Some(10), None));
    }
}
