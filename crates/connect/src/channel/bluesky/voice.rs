//! Speaking: a reply is a record under a key of our own, made only from the reply, so that every attempt is the same bytes.

use bedside_core::{
    channel::{Fault, Receipt, Reply, Sighting, Standpoint},
    time::Timestamp,
};
use serde_json::json;

use super::{
    Bluesky, embeds, facets, news,
    session::{check, error_name, fault},
    tid,
    wire::{AtUri, Context, PostRecord, PostsBody, PutBody, RecordBody, StrongRef},
};
use crate::http::{Answer, malformed};

const POST: &str = "app.bsky.feed.post";

/// A record of `did` as a person sees it.
fn there(record: &PostRecord, did: &str) -> Standpoint {
    Standpoint::There { text: news::text_of(record), media: Some(embeds::media(&record.embed, did)) }
}

impl Bluesky {
    /// Writes the reply's record. The same record again is a success; another one under the key is refused by the server
    /// (`swapRecord: null` means "there is none yet"), and then the record that is there decides.
    pub(super) async fn put(&self, reply: &Reply) -> Result<Receipt, Fault> {
        let context = if reply.is_own() { None } else { Some(self.context(reply).await?) };
        let record = record_of(reply, context.as_ref());
        let rkey = tid::of_reply(reply.outbox, reply.prepared_at);
        let answer = self
            .session
            .send(|http, did| {
                let body = json!({
                    "repo": did, "collection": POST, "rkey": rkey, "record": record, "swapRecord": null,
                });
                http.post(&["xrpc", "com.atproto.repo.putRecord"]).json(&body)
            })
            .await?;
        if error_name(&answer).as_deref() == Some("InvalidSwap") {
            return self.get_own(reply).await?.ok_or_else(|| fault(&answer));
        }
        let body: PutBody = check(answer)?.json("receipt of the record")?;
        Ok(self.receipt(body.uri, reply.prepared_at))
    }

    /// The reply's record, if it is there.
    pub(super) async fn get_own(&self, reply: &Reply) -> Result<Option<Receipt>, Fault> {
        let rkey = tid::of_reply(reply.outbox, reply.prepared_at);
        let did = self.session.did().await?;
        let answer = self.get_record(&did, POST, &rkey).await?;
        if error_name(&answer).as_deref() == Some("RecordNotFound") {
            return Ok(None);
        }
        let body: RecordBody = check(answer)?.json("our own record")?;
        if body.value.text != reply.text {
            return Err(Fault::Refused { status: 409, code: "key_holds_another_text".to_owned() });
        }
        let at = Timestamp::parse_rfc3339(&body.value.created_at).unwrap_or(reply.prepared_at);
        Ok(Some(self.receipt(body.uri, at)))
    }

    /// Somebody's post as it is now. Their own repository knows best; where our server can't ask it, the AppView does.
    pub(super) async fn get_other(&self, uri: &str) -> Result<Standpoint, Fault> {
        let Some(at) = AtUri::parse(uri) else { return Ok(Standpoint::Unknown) };
        let answer = self.get_record(at.authority, at.collection, at.rkey).await?;
        if answer.is_success() {
            let body: RecordBody = answer.json("a post")?;
            return Ok(there(&body.value, at.authority));
        }
        match error_name(&answer).as_deref() {
            Some("RecordNotFound" | "RepoNotFound" | "RepoTakendown" | "RepoDeactivated") => Ok(Standpoint::Gone),
            _ if answer.status() < 500 && answer.status() != 429 => {
                let found = self.get_post(uri).await?;
                Ok(found.map_or(Standpoint::Gone, |(there, _)| there))
            }
            _ => Err(fault(&answer)),
        }
    }

    /// Deletes a record of ours; one that is gone already is a success for the server too.
    pub(super) async fn delete(&self, uri: &str) -> Result<(), Fault> {
        let did = self.session.did().await?;
        let own = AtUri::parse(uri).filter(|at| at.authority == did);
        let at = own.ok_or_else(|| Fault::Refused { status: 0, code: "not_ours".to_owned() })?;
        let answer = self
            .session
            .send(|http, did| {
                let body = json!({"repo": did, "collection": at.collection, "rkey": at.rkey});
                http.post(&["xrpc", "com.atproto.repo.deleteRecord"]).json(&body)
            })
            .await?;
        check(answer).map(|_| ())
    }

    /// Whether a record of ours is in its repository. A repository is public: whoever asks the server without credentials sees what
    /// relays and other servers see.
    pub(super) async fn seen(&self, uri: &str) -> Result<Sighting, Fault> {
        let at = AtUri::parse(uri).ok_or_else(|| malformed("address of our own record"))?;
        let ours = is_there(self.get_record(at.authority, at.collection, at.rkey).await?)?;
        let query = [("repo", at.authority), ("collection", at.collection), ("rkey", at.rkey)];
        let call = self.session.stranger().get(&["xrpc", "com.atproto.repo.getRecord"]).query(&query);
        Ok(Sighting { by_us: ours, by_strangers: Some(is_there(call.send().await?)?) })
    }

    async fn get_record(&self, repo: &str, collection: &str, rkey: &str) -> Result<Answer, Fault> {
        let query = [("repo", repo), ("collection", collection), ("rkey", rkey)];
        self.session.send(|http, _| http.get(&["xrpc", "com.atproto.repo.getRecord"]).query(&query)).await
    }

    /// How a post is and where it stands, as the AppView has it.
    async fn get_post(&self, uri: &str) -> Result<Option<(Standpoint, Context)>, Fault> {
        let query = [("uris", uri)];
        let answer = self.session.send(|http, _| http.get(&["xrpc", "app.bsky.feed.getPosts"]).query(&query)).await?;
        let body: PostsBody = check(answer)?.json("a post")?;
        Ok(body.posts.into_iter().find(|post| post.uri == uri).map(|post| {
            let own = StrongRef { uri: post.uri.clone(), cid: post.cid.clone() };
            let root = post.record.reply.as_ref().map_or(own, |reply| reply.root.clone());
            let did = AtUri::parse(&post.uri).map_or("", |at| at.authority);
            (there(&post.record, did), Context { uri: post.uri, cid: post.cid, root })
        }))
    }

    /// What was kept with the post, or else what its server says. A post that is gone can't be answered.
    async fn context(&self, reply: &Reply) -> Result<Context, Fault> {
        let kept = reply.reply_context.as_deref().and_then(|text| serde_json::from_str::<Context>(text).ok());
        if let Some(context) = kept.filter(|context| context.uri == reply.to) {
            return Ok(context);
        }
        let at = AtUri::parse(&reply.to).ok_or_else(|| malformed("address of the post to be answered"))?;
        let answer = self.get_record(at.authority, at.collection, at.rkey).await?;
        if !answer.is_success() {
            let found = self.get_post(&reply.to).await?;
            let gone = || Fault::Refused { status: 404, code: "post_is_gone".to_owned() };
            return found.map(|(_, context)| context).ok_or_else(gone);
        }
        let body: RecordBody = answer.json("the post to be answered")?;
        let cid = body.cid.ok_or_else(|| malformed("cid of the post to be answered"))?;
        let own = StrongRef { uri: body.uri.clone(), cid: cid.clone() };
        let root = body.value.reply.map_or(own, |reply| reply.root);
        Ok(Context { uri: body.uri, cid, root })
    }

    fn receipt(&self, uri: String, at: Timestamp) -> Receipt {
        let url = AtUri::parse(&uri).map(|at| format!("{}/profile/{}/post/{}", self.web_url, at.authority, at.rkey));
        Receipt { external_id: uri, url, at }
    }
}

fn is_there(answer: Answer) -> Result<bool, Fault> {
    if error_name(&answer).as_deref() == Some("RecordNotFound") {
        return Ok(false);
    }
    check(answer).map(|_| true)
}

/// The record of a reply. Nothing in it depends on when it is sent.
fn record_of(reply: &Reply, context: Option<&Context>) -> serde_json::Value {
    let mut record = json!({
        "$type": POST,
        "text": reply.text,
        "createdAt": reply.prepared_at.to_rfc3339(),
    });
    let facets = facets::of_reply(&reply.text, &reply.to_handle, &reply.to_author);
    if let Some(fields) = record.as_object_mut() {
        if let Some(context) = context {
            fields.insert("reply".to_owned(), json!(context.reply_ref()));
        }
        if !facets.is_empty() {
            fields.insert("facets".to_owned(), json!(facets));
        }
        if let Some(lang) = reply.lang {
            fields.insert("langs".to_owned(), json!([lang]));
        }
    }
    record
}
