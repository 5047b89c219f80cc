//! Look: were posts of open cases edited or deleted upstream? Platforms that don't say so have to be asked.

use std::sync::Arc;

use bedside_core::{
    channel::{Channel, Fault, Standpoint, Take as _},
    id::PostId,
    media::Media,
    post::{Inbound, InboundAuthor, Standing, Upstream},
};
use bedside_store::{
    Phi,
    posts::{self, AuthorText, PostRow, PostText},
};

use crate::{FlowError, Road};

const MOST: u32 = 50;

impl Road {
    /// Looks at the next posts of a channel's open cases, from `after` on. Gives where to go on; `None`: all seen. A post
    /// that can't be looked at hides none behind it.
    ///
    /// # Errors
    /// The store refuses. A channel that doesn't answer is no error: it is looked at again later.
    pub async fn look_upstream(
        &self,
        channel: &Arc<dyn Channel>,
        after: Option<PostId>,
    ) -> Result<Option<PostId>, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let rows = posts::channel_posts_to_look_at(&mut tx, channel.id(), after, MOST).await?;
        drop(tx);
        let texts = self.store.open_posts(&rows).await?;
        for (row, text) in rows.iter().zip(texts) {
            let Some((post, author)) = text.text() else { continue };
            match self.look_at(channel, row, &post, &author).await? {
                // What the server says no to, or what can't be understood, is about this one post.
                Ok(()) | Err(Fault::Refused { .. } | Fault::Malformed { .. } | Fault::Server { .. }) => {}
                // The server needs rest; next time it goes on behind this post, in case that is what it chokes on.
                Err(Fault::RateLimited { .. } | Fault::Unreachable | Fault::TimedOut | Fault::SignedOut { .. }) => {
                    return Ok(Some(row.id));
                }
            }
        }
        Ok(rows.last().map(|row| row.id).filter(|_| rows.len() == MOST as usize))
    }

    /// Looks at one post and takes what changed; the fault says why it could not be looked at.
    pub(crate) async fn look_at(
        &self,
        channel: &Arc<dyn Channel>,
        row: &PostRow,
        post: &Phi<PostText>,
        author: &Phi<AuthorText>,
    ) -> Result<Result<(), Fault>, FlowError> {
        let news = match self.answer(channel.look(&post.0.external_id)).await {
            Ok(Standpoint::There { text, media }) => {
                let inbound = edited(row, &post.0, &author.0, text, media);
                if inbound.text == post.0.text && self.other_media(row, &inbound).await?.is_none() {
                    return Ok(Ok(()));
                }
                Upstream::Edited(Box::new(inbound))
            }
            Ok(Standpoint::Gone) => Upstream::Deleted { external_id: post.0.external_id.clone() },
            Ok(Standpoint::Unknown) => return Ok(Ok(())),
            Err(fault) => return Ok(Err(fault)),
        };
        let taken = self.take(row.channel, Standing::Live, &[news], None).await;
        taken.map_err(|error| FlowError::Log(error.to_string()))?;
        Ok(Ok(()))
    }
}

fn edited(row: &PostRow, post: &PostText, author: &AuthorText, text: String, media: Option<Vec<Media>>) -> Inbound {
    // None told and as many counted is no news.
    let told = media.as_ref().map(|media| u16::try_from(media.len()).unwrap_or(u16::MAX));
    Inbound {
        external_id: post.external_id.clone(),
        author: InboundAuthor {
            external_id: author.external_id.clone(),
            handle: author.handle.clone(),
            display_name: author.name.clone(),
            is_bot: row.author_is_bot,
        },
        text,
        at: row.at,
        url: post.url.clone(),
        in_reply_to: None,
        thread_root: post.thread_root.clone(),
        visibility: row.visibility,
        lang_hint: post.lang_hint.clone(),
        media_count: told.unwrap_or(row.media_count),
        media: media.unwrap_or_default(),
        addressed: row.addressed,
        reply_context: post.reply_context.clone(),
    }
}
