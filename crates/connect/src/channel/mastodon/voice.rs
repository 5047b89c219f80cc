//! Speaking: statuses, sent under an idempotency key and looked for before they are sent, because not every server
//! keeps its promise about that key, and none keeps it longer than an hour.

use bedside_core::{
    channel::{Fault, Receipt, Removal, Reply, Sighting, Standpoint},
    post::Visibility,
    time::Span,
};
use reqwest::Method;
use serde_json::json;

use super::{
    Mastodon, check, html,
    wire::{Context, Status},
};
use crate::http::Answer;

/// How far the server's clock may be off.
const SKEW: Span = Span::minutes(10);
/// How many pages of our own statuses are read back.
const MAX_PAGES: usize = 5;

impl Mastodon {
    /// Posts the reply unless it is there already.
    pub(super) async fn post(&self, reply: &Reply) -> Result<Receipt, Fault> {
        if let Some(receipt) = self.find_own(reply).await? {
            return Ok(receipt);
        }
        let text = addressed(&reply.text, &reply.to_handle);
        let limits = self.instance.limits(&self.way).await?;
        if limits.length(&text) > limits.max {
            return Err(Fault::Refused { status: 422, code: "too_long".to_owned() });
        }
        let body = json!({
            "status": text,
            "in_reply_to_id": answered(reply),
            "visibility": visibility_word(reply),
            "language": reply.lang,
        });
        let call = self.way.http.post(&["api", "v1", "statuses"]).bearer(&self.way.token);
        // A text that was changed since is prepared anew: under the old key the server would give back the old status.
        let key = format!("{}-{}", reply.outbox, reply.prepared_at.as_micros());
        let answer = call.header("idempotency-key", &key).json(&body).send().await?;
        let status: Status = check(answer)?.json("receipt of the status")?;
        Ok(receipt_of(&status))
    }

    /// The reply among our own statuses since it was prepared: it answers the same post with the same words.
    pub(super) async fn find_own(&self, reply: &Reply) -> Result<Option<Receipt>, Fault> {
        let own_id = self.way.own_id().await?;
        let wanted = words_alone(&addressed(&reply.text, &reply.to_handle));
        let oldest = reply.prepared_at.minus(SKEW);
        let mut max_id: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let call = self.way.get(&["api", "v1", "accounts", own_id, "statuses"]);
            let call = call.query(&[("limit", "40"), ("exclude_reblogs", "true")]);
            let call = max_id.iter().fold(call, |call, id| call.query(&[("max_id", id)]));
            let page: Vec<Status> = check(call.send().await?)?.json("our own statuses")?;
            let is_it = |status: &&Status| {
                status.in_reply_to_id.as_deref() == answered(reply)
                    // What the house says of its own it may have said before, word for word: last year's summer party.
                    && (!reply.is_own() || status.created_at >= oldest)
                    && words_alone(&html::to_text(&status.content)) == wanted
            };
            if let Some(status) = page.iter().find(is_it) {
                return Ok(Some(receipt_of(status)));
            }
            let Some(last) = page.last().filter(|last| last.created_at >= oldest) else { break };
            if max_id.as_ref() == Some(&last.id) {
                break;
            }
            max_id = Some(last.id.clone());
        }
        Ok(None)
    }

    /// A status as it is now.
    pub(super) async fn get_status(&self, id: &str) -> Result<Standpoint, Fault> {
        let answer = self.status(id).await?;
        if is_gone(&answer) {
            return Ok(Standpoint::Gone);
        }
        let status: Status = check(answer)?.json("a status")?;
        Ok(Standpoint::There { text: status.text(), media: Some(status.media()) })
    }

    /// Deletes a status of ours. "Not found" may mean that it is gone, or that the server can't delete: looking tells. What
    /// can't be deleted is edited, so that it says nothing but that it was withdrawn.
    pub(super) async fn delete(&self, id: &str) -> Result<Removal, Fault> {
        let call = self.way.http.call(Method::DELETE, &["api", "v1", "statuses", id]).bearer(&self.way.token);
        let answer = call.send().await?;
        if answer.is_success() || answer.status() == 410 {
            return Ok(Removal::Deleted);
        }
        if !cannot(&answer) {
            return Err(answer.fault(None));
        }
        let status = self.status(id).await?;
        if is_gone(&status) {
            return Ok(Removal::Deleted);
        }
        let status: Status = check(status)?.json("a status of ours")?;
        if is_withdrawn(&status) {
            return Ok(Removal::Emptied);
        }
        let call = self.way.http.call(Method::PUT, &["api", "v1", "statuses", id]).bearer(&self.way.token);
        let edited = call.json(&json!({ "status": WITHDRAWN })).send().await?;
        if cannot(&edited) {
            return Err(answer.fault(Some("cannot_delete")));
        }
        check(edited).map(|_| Removal::Emptied)
    }

    /// Whether what was said in a status of ours is still to be seen.
    pub(super) async fn seen(&self, id: &str) -> Result<Sighting, Fault> {
        let says = |answer: Answer| {
            if is_gone(&answer) {
                return Ok(false);
            }
            Ok(!is_withdrawn(&check(answer)?.json("a status of ours")?))
        };
        let by_us = says(self.status(id).await?)?;
        let answer = self.way.http.get(&["api", "v1", "statuses", id]).send().await?;
        // 401 and 403: it shows nothing to anybody who is not signed in, whether it is there or not.
        let by_strangers = if matches!(answer.status(), 401 | 403) { None } else { Some(says(answer)?) };
        Ok(Sighting { by_us, by_strangers })
    }

    async fn status(&self, id: &str) -> Result<Answer, Fault> {
        self.way.get(&["api", "v1", "statuses", id]).send().await
    }
}

/// What stands instead of a reply on a server that deletes nothing; short, and no word of whom it was for.
const WITHDRAWN: &str = "Zurückgenommen. / Withdrawn.";

fn is_withdrawn(status: &Status) -> bool {
    words_alone(&html::to_text(&status.content)) == words_alone(WITHDRAWN)
}

/// Whether a server does not know this way of changing a status.
fn cannot(answer: &Answer) -> bool {
    matches!(answer.status(), 404 | 405)
}

/// The status that is answered; a post of the house's own answers none.
fn answered(reply: &Reply) -> Option<&str> {
    (!reply.is_own()).then_some(reply.to.as_str())
}

fn is_gone(answer: &Answer) -> bool {
    matches!(answer.status(), 404 | 410)
}

fn receipt_of(status: &Status) -> Receipt {
    Receipt { external_id: status.id.clone(), url: status.link(), at: status.created_at }
}

/// The word for who may see the reply: never more than may see the post it answers, whatever was asked for. A post for
/// its author's followers is answered to the author alone: "private" would mean *our* followers, who are other people.
fn visibility_word(reply: &Reply) -> &'static str {
    let context = reply.reply_context.as_deref().and_then(|text| serde_json::from_str::<Context>(text).ok());
    let rank = |visibility: Visibility| match visibility {
        Visibility::Public => 0,
        Visibility::Unlisted => 1,
        Visibility::Followers | Visibility::Direct => 2,
    };
    let of_post = context.map_or(reply.visibility, |context| context.visibility);
    match rank(of_post).max(rank(reply.visibility)) {
        0 => "public",
        1 => "unlisted",
        _ => "direct",
    }
}

/// The text with whom it answers named in front: on this platform nobody is told of a reply that doesn't mention them.
pub(super) fn addressed(text: &str, handle: &str) -> String {
    if handle.is_empty() || mentions(text, handle) {
        return text.to_owned();
    }
    format!("@{handle} {text}")
}

fn mentions(text: &str, handle: &str) -> bool {
    let (text, name) = (text.to_lowercase(), format!("@{}", handle.to_lowercase()));
    text.match_indices(&name).any(|(at, _)| {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@');
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).unwrap_or_default();
        let mut next = after.chars();
        // "@eva." ends a sentence; "@eva.example" and "@eva@elsewhere" are other names.
        let is_longer = match next.next() {
            Some('.' | '-') => next.next().is_some_and(char::is_alphanumeric),
            Some(c) => is_part(c),
            None => false,
        };
        !before.is_some_and(|c| is_part(c) || c == '/') && !is_longer
    })
}

/// A text reduced to what every server gives back unchanged: its letters and digits, without the servers of mentions
/// (which are shown or hidden as a server likes).
fn words_alone(text: &str) -> String {
    text.split_whitespace()
        .map(|word| match word.strip_prefix('@').and_then(|rest| rest.split_once('@')) {
            Some((user, _)) => user,
            None => word,
        })
        .flat_map(str::chars)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_is_named_once() {
        for (text, handle, expect) in [
            ("Guten Tag", "eva", "@eva Guten Tag"),
            ("Guten Tag @eva!", "eva", "Guten Tag @eva!"),
            ("Hallo @Eva@Social.Example, ja", "eva@social.example", "Hallo @Eva@Social.Example, ja"),
            ("@eva@elsewhere ja", "eva", "@eva @eva@elsewhere ja"),
            ("@evamaria ja", "eva", "@eva @evamaria ja"),
            ("mail@eva", "eva", "@eva mail@eva"),
            ("Danke @eva.", "eva", "Danke @eva."),
            ("Guten Tag", "", "Guten Tag"),
        ] {
            assert_eq!(addressed(text, handle), expect);
        }
    }

    #[test]
    fn a_text_is_known_again_however_a_server_dresses_it() {
        let ours = "@eva@social.example Grüße :-) siehe https://lindenhof.example/a_b";
        for theirs in [
            r#"<p><span class="h-card"><a href="https://social.example/@eva" class="u-url mention">@<span>eva</span></a></span> Grüße :-) siehe <a href="https://lindenhof.example/a_b"><span class="invisible">https://</span><span>lindenhof.example/a_b</span></a></p>"#,
            r#"<a href="https://social.example/eva" class="u-url mention">@eva@social.example</a> Grüße 🙂<br>siehe <a href="https://lindenhof.example/a_b">https://lindenhof.example/a_b</a>"#,
        ] {
            assert_eq!(words_alone(&html::to_text(theirs)), words_alone(ours));
        }
        assert_ne!(words_alone("@eva ja"), words_alone("@eva nein"));
    }
}
