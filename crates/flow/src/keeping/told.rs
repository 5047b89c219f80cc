//! Told: everything that is kept of a person, in one value, for a request under GDPR Art. 15 or 20. What others wrote and who of the
//! house did what stands nowhere in it (Art. 15(4)); what the house wrote about the person does.

use std::collections::HashMap;

use bedside_core::{
    code,
    id::{AuthorId, ChannelId, PersonId, PostId, SiteId},
    log::Kind,
    policy::desk::{DeskAction, Seat},
    time::Timestamp,
    triage::Lang,
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow, DecisionRow},
    channels::{self, ChannelRow},
    clocks, desk, door, drafts,
    emr::filing,
    keeping::{self, Footprint, Matter},
    media, outbox,
    posts::{self, Opened, PostRow},
};
use serde::Serialize;

use super::person::actor;
use crate::{ActError, Road, audit::Audit};

macro_rules! told {
    ($($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Serialize)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)+
        }
    )+};
}

told! {
    /// Everything that is kept of a person. Times are RFC 3339, UTC.
    PersonTold {
        /// When this was put together.
        made_at: String,
        /// The house that answers.
        house: String,
        /// The person's accounts: on the platform, and their seat at the private door.
        accounts: Vec<AccountTold>,
        /// What they wrote, the oldest first.
        posts: Vec<PostTold>,
        /// What was decided, answered and noted about it.
        cases: Vec<CaseTold>,
        /// Labels on the person and their conversations, also those that were removed.
        labels: Vec<LabelTold>,
        /// What they consented to.
        consents: Vec<ConsentTold>,
        /// Links of their account to a record.
        links: Vec<LinkTold>,
        /// What was brought into a record.
        documents: Vec<DocumentTold>,
        /// Which programs were told of, or read, their conversations.
        read: Vec<ReadTold>,
    }
    /// An account.
    AccountTold {
        /// The short name of the channel.
        channel: String,
        /// The platform.
        platform: String,
        /// The handle.
        handle: String,
        /// The name shown.
        name: Option<String>,
        /// The platform's id of the account.
        platform_id: String,
        /// When it was first seen.
        since: String,
    }
    /// A post.
    PostTold {
        /// Its id here.
        id: String,
        /// When it was written.
        at: String,
        /// When it was taken in.
        taken_at: String,
        /// The short name of the channel.
        channel: String,
        /// Who may see it on the platform.
        visibility: String,
        /// Its text.
        text: String,
        /// Where it stands.
        url: Option<String>,
        /// When it was edited there.
        edited_at: Option<String>,
        /// When it was deleted there.
        deleted_at: Option<String>,
        /// What sorting took it to be about, the strongest first.
        topics: Vec<String>,
        /// Files that came with it: kind and size in bytes. They are handed out by themselves.
        files: Vec<(String, i64)>,
        /// Pictures, videos and files that hang on it.
        media: Vec<MediaTold>,
    }
    /// A picture, video or file of a post.
    MediaTold {
        /// `picture`, `video`, `audio`, `file` or `unknown`.
        kind: String,
        /// What its author says that it shows.
        description: Option<String>,
        /// Where it lies on the platform, in the channel's own words.
        place: Option<String>,
        /// Whether a copy of it is kept here.
        is_kept: bool,
    }
    /// A case.
    CaseTold {
        /// The number that people say.
        number: i64,
        /// Where it lies: `now`, `waiting`, `silent` or `done`.
        queue: String,
        /// When it was opened.
        opened_at: String,
        /// Whether it is about the person; otherwise they took part in the conversation of somebody else.
        is_theirs: bool,
        /// What was decided about their posts, the oldest first.
        decisions: Vec<DecisionTold>,
        /// What the house wrote to them.
        answers: Vec<AnswerTold>,
        /// What people of the house noted.
        notes: Vec<NoteTold>,
        /// Deadlines of law or contract.
        clocks: Vec<ClockTold>,
    }
    /// A decision.
    DecisionTold {
        /// When.
        at: String,
        /// About which post.
        post: String,
        /// Whether a person decided over the rules.
        by_person: bool,
        /// What was said, or not.
        speech: String,
        /// Who was told at once, where somebody was.
        escalation: Vec<String>,
        /// The rules that made it, with their reasons.
        rules: Vec<RuleTold>,
        /// What a person gave as the reason.
        reason: Option<String>,
    }
    /// A rule that took part (Art. 15(1)(h)).
    RuleTold {
        /// Its id.
        id: String,
        /// What it did.
        action: String,
        /// Why, in German.
        reason_de: String,
        /// Why, in English.
        reason_en: String,
    }
    /// An answer, sent or not.
    AnswerTold {
        /// When it was written.
        at: String,
        /// Where it stands: `open`, `asked`, `approved`, `sent` or `withdrawn`.
        state: String,
        /// Its text.
        text: String,
        /// When the platform published it.
        sent_at: Option<String>,
        /// Where it stands there.
        url: Option<String>,
    }
    /// A note.
    NoteTold {
        /// When.
        at: String,
        /// What.
        text: String,
    }
    /// A deadline.
    ClockTold {
        /// Its kind.
        kind: String,
        /// From when.
        from: String,
        /// Until when.
        due: String,
        /// When it ended.
        ended_at: Option<String>,
        /// Why it was ended.
        reason: Option<String>,
    }
    /// A label.
    LabelTold {
        /// What it says.
        kind: String,
        /// What it hangs on: `author` or `thread`.
        on: String,
        /// Why.
        reason: Option<String>,
        /// Since when.
        since: String,
        /// Until when.
        until: Option<String>,
        /// When it was removed.
        removed_at: Option<String>,
    }
    /// A consent.
    ConsentTold {
        /// To what.
        purpose: String,
        /// The version of the words.
        wording: String,
        /// When it was given.
        given_at: String,
        /// When it was taken back.
        revoked_at: Option<String>,
    }
    /// A link to a record.
    LinkTold {
        /// How far it has come.
        level: String,
        /// The kind of number that was given.
        number_kind: Option<String>,
        /// The number.
        number: Option<String>,
        /// When it was claimed.
        claimed_at: String,
        /// When it was confirmed or refused.
        settled_at: Option<String>,
        /// Why.
        reason: Option<String>,
        /// When it was undone.
        undone_at: Option<String>,
    }
    /// A document in a record.
    DocumentTold {
        /// From which case.
        case: i64,
        /// When it was made.
        at: String,
        /// When the record took it.
        filed_at: Option<String>,
    }
    /// A program that was told or read.
    ReadTold {
        /// Which.
        who: String,
        /// What was done.
        act: String,
        /// With what.
        what: String,
        /// When.
        at: String,
    }
}

impl Road {
    /// Puts together what is kept of a person, and writes into the log that it was handed out. `by` is `None` at the command line.
    ///
    /// # Errors
    /// The person may not, or nobody is there.
    pub async fn export_person(&self, by: Option<PersonId>, author: AuthorId) -> Result<PersonTold, ActError> {
        let mut tx = self.store.begin_read().await?;
        let row = posts::author(&mut tx, author).await?.ok_or(ActError::Gone)?;
        if let Some(by) = by {
            self.may(&mut tx, by, row.site, DeskAction::ExportPerson, Seat::default()).await?;
        }
        let of = keeping::footprint(&mut tx, author).await?;
        let told = self.told(&mut tx, row.site, &of).await?;
        drop(tx);
        if told.accounts.is_empty() {
            return Err(ActError::Gone);
        }
        let mut audit = Audit::at(self.now());
        audit.add(Kind::PersonExported, actor(by), Some(row.site), None, |entry| {
            let posts = i64::try_from(told.posts.len()).unwrap_or(i64::MAX);
            of.authors.iter().fold(entry, |entry, author| entry.about(*author)).number(code!("posts"), posts)
        })?;
        let mut tx = self.store.begin().await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(told)
    }

    async fn told(&self, tx: &mut Tx, site: SiteId, of: &Footprint) -> Result<PersonTold, ActError> {
        let channels: HashMap<ChannelId, ChannelRow> =
            channels::all(tx).await?.into_iter().map(|channel| (channel.id, channel)).collect();
        let mut told = PersonTold {
            made_at: self.now().to_rfc3339(),
            house: self.house(site).map_or_else(String::new, |house| house.site.name.clone()),
            accounts: Vec::new(),
            posts: self.posts_told(tx, of, &channels).await?,
            cases: Vec::new(),
            labels: Vec::new(),
            consents: Vec::new(),
            links: Vec::new(),
            documents: Vec::new(),
            read: Vec::new(),
        };
        for author in &of.authors {
            self.account_told(tx, *author, &channels, &mut told).await?;
        }
        for (matters, is_theirs) in [(&of.own, true), (&of.elsewhere, false)] {
            for matter in matters {
                told.cases.extend(self.case_told(tx, *matter, is_theirs, &of.posts).await?);
            }
        }
        Ok(told)
    }

    async fn account_told(
        &self,
        tx: &mut Tx,
        author: AuthorId,
        channels: &HashMap<ChannelId, ChannelRow>,
        told: &mut PersonTold,
    ) -> Result<(), ActError> {
        let Some(row) = posts::author(tx, author).await? else { return Ok(()) };
        if let Some(text) = self.store.open_author(&row).await? {
            let channel = channels.get(&row.channel);
            told.accounts.push(AccountTold {
                channel: channel.map_or_else(String::new, |channel| channel.slug.clone()),
                platform: channel.map_or_else(String::new, |channel| channel.kind.as_str().to_owned()),
                handle: text.0.handle,
                name: text.0.name,
                platform_id: text.0.external_id,
                since: row.created_at.to_rfc3339(),
            });
        }
        for label in keeping::labels_told(tx, author).await? {
            told.labels.push(LabelTold {
                kind: label.label.kind.as_str().to_owned(),
                on: label.label.target.as_str().to_owned(),
                reason: label.label.reason(&self.store).await?.map(|reason| reason.0),
                since: label.label.set_at.to_rfc3339(),
                until: label.label.expires_at.map(Timestamp::to_rfc3339),
                removed_at: label.removed_at.map(Timestamp::to_rfc3339),
            });
        }
        for consent in door::consents(tx, author).await? {
            told.consents.push(ConsentTold {
                purpose: consent.purpose.as_str().to_owned(),
                wording: consent.wording,
                given_at: consent.given_at.to_rfc3339(),
                revoked_at: consent.revoked_at.map(Timestamp::to_rfc3339),
            });
        }
        self.record_told(tx, author, told).await
    }

    /// What ties an account to a record, and who read what of it.
    async fn record_told(&self, tx: &mut Tx, author: AuthorId, told: &mut PersonTold) -> Result<(), ActError> {
        for link in door::links_of(tx, author).await? {
            let claim = link.claim(&self.store).await?;
            told.links.push(LinkTold {
                level: link.level.as_str().to_owned(),
                number_kind: claim.as_ref().map(|claim| claim.0.identifier.kind.as_str().to_owned()),
                number: claim.map(|claim| claim.0.identifier.value),
                claimed_at: link.claimed_at.to_rfc3339(),
                settled_at: link.settled.as_ref().map(|settled| settled.at.to_rfc3339()),
                reason: link.reason(&self.store).await?.map(|reason| reason.0),
                undone_at: link.undone_at.map(Timestamp::to_rfc3339),
            });
        }
        for document in filing::filed_of(tx, author).await? {
            let case = cases::by_id(tx, document.case).await?;
            told.documents.push(DocumentTold {
                case: case.map_or(0, |case| case.number),
                at: document.created_at.to_rfc3339(),
                filed_at: document.settled_at.map(Timestamp::to_rfc3339),
            });
        }
        let tellings = keeping::tellings(tx, author).await?.into_iter();
        told.read.extend(tellings.map(|one| ReadTold {
            who: one.target,
            act: one.state,
            what: one.subject,
            at: one.settled_at.unwrap_or(one.at).to_rfc3339(),
        }));
        let accesses = keeping::accesses(tx, author).await?.into_iter();
        told.read.extend(accesses.map(|one| ReadTold {
            who: one.client,
            act: one.act,
            what: one.kind,
            at: one.at.to_rfc3339(),
        }));
        Ok(())
    }

    async fn posts_told(
        &self,
        tx: &mut Tx,
        of: &Footprint,
        channels: &HashMap<ChannelId, ChannelRow>,
    ) -> Result<Vec<PostTold>, ActError> {
        let mut rows = posts::rows(tx, &of.posts).await?;
        rows.sort_by_key(|row| (row.at, row.id));
        let mut files: HashMap<PostId, Vec<(String, i64)>> = HashMap::new();
        for (_, thread) in &of.own {
            for file in door::files_in(tx, *thread).await? {
                files.entry(file.post).or_default().push((file.kind.as_str().to_owned(), file.size_bytes));
            }
        }
        let opened = self.store.open_posts(&rows).await?;
        let mut all = Vec::new();
        for (row, opened) in rows.into_iter().zip(opened) {
            let (id, files) = (row.id, files.remove(&row.id).unwrap_or_default());
            let Some(told) = post_told(row, opened, channels, files) else { continue };
            all.push(PostTold { media: self.media_told(tx, id).await?, ..told });
        }
        Ok(all)
    }

    async fn media_told(&self, tx: &mut Tx, post: PostId) -> Result<Vec<MediaTold>, ActError> {
        let rows = media::of_post(tx, post).await?;
        let opened = self.store.open_media(&rows).await?;
        let told = rows.iter().zip(opened).map(|(row, opened)| {
            let (description, place) = opened.map_or((None, None), |one| (one.0.alt, one.0.remote));
            MediaTold {
                kind: row.kind.as_str().to_owned(),
                description,
                place,
                is_kept: row.state == media::State::Kept,
            }
        });
        Ok(told.collect())
    }

    async fn case_told(
        &self,
        tx: &mut Tx,
        (id, _): Matter,
        is_theirs: bool,
        posts: &[PostId],
    ) -> Result<Option<CaseTold>, ActError> {
        let Some(case) = cases::by_id(tx, id).await? else { return Ok(None) };
        let is_about = |post: &PostId| is_theirs || posts.contains(post);
        let mut decisions = Vec::new();
        for row in cases::decisions(tx, id).await?.into_iter().filter(|row| posts.contains(&row.post)) {
            decisions.push(self.decision_told(&case, &row).await?);
        }
        let mut answers = Vec::new();
        for draft in drafts::of_case(tx, id).await?.into_iter().filter(|draft| is_about(&draft.post)) {
            answers.extend(self.answer_told(tx, &draft).await?);
        }
        let (mut notes, mut deadlines) = (Vec::new(), Vec::new());
        if is_theirs {
            for note in desk::notes(tx, id).await? {
                let text = note.text(&self.store).await?;
                notes.extend(text.map(|text| NoteTold { at: note.at.to_rfc3339(), text: text.0 }));
            }
        }
        for clock in clocks::of_case(tx, id).await?.into_iter().filter(|clock| is_about(&clock.post)) {
            deadlines.push(ClockTold {
                reason: clock.reason(&self.store).await?.map(|reason| reason.0),
                from: clock.from.to_rfc3339(),
                due: clock.due.to_rfc3339(),
                ended_at: clock.ended_at.map(Timestamp::to_rfc3339),
                kind: clock.kind,
            });
        }
        Ok(Some(CaseTold {
            number: case.number,
            queue: case.queue.as_str().to_owned(),
            opened_at: case.created_at.to_rfc3339(),
            is_theirs,
            decisions,
            answers,
            notes,
            clocks: deadlines,
        }))
    }

    async fn decision_told(&self, case: &CaseRow, row: &DecisionRow) -> Result<DecisionTold, ActError> {
        let rules = self.house(case.site).map(crate::House::rules);
        let reason = |id: &str, lang| {
            let said = rules.as_ref().and_then(|rules| rules.rules().reason(id, lang));
            said.unwrap_or_default().to_owned()
        };
        let said = row.decision.because.iter().map(|one| RuleTold {
            id: one.rule.clone(),
            action: one.action.clone(),
            reason_de: reason(&one.rule, Lang::De),
            reason_en: reason(&one.rule, Lang::En),
        });
        Ok(DecisionTold {
            at: row.at.to_rfc3339(),
            post: row.post.to_string(),
            by_person: row.by.is_some(),
            speech: row.decision.speech.as_str().to_owned(),
            escalation: row.decision.escalation.as_ref().map(|one| one.to.clone()).unwrap_or_default(),
            rules: said.collect(),
            reason: row.reason(&self.store).await?.map(|reason| reason.0),
        })
    }

    async fn answer_told(&self, tx: &mut Tx, draft: &drafts::DraftRow) -> Result<Option<AnswerTold>, ActError> {
        let Some(text) = self.store.open_draft(draft).await? else { return Ok(None) };
        let receipt = match outbox::by_draft(tx, draft.id).await? {
            Some(row) => self.store.open_receipt(&row).await?,
            None => None,
        };
        Ok(Some(AnswerTold {
            at: draft.created_at.to_rfc3339(),
            state: draft.state.as_str().to_owned(),
            text: text.0.text,
            sent_at: receipt.as_ref().map(|receipt| receipt.0.at.to_rfc3339()),
            url: receipt.and_then(|receipt| receipt.0.url),
        }))
    }
}

fn post_told(
    row: PostRow,
    opened: Opened,
    channels: &HashMap<ChannelId, ChannelRow>,
    files: Vec<(String, i64)>,
) -> Option<PostTold> {
    let (text, _) = opened.text()?;
    Some(PostTold {
        id: row.id.to_string(),
        at: row.at.to_rfc3339(),
        taken_at: row.seen_at.to_rfc3339(),
        channel: channels.get(&row.channel).map_or_else(String::new, |channel| channel.slug.clone()),
        visibility: row.visibility.as_str().to_owned(),
        text: text.0.text,
        url: text.0.url,
        edited_at: row.edited_at.map(Timestamp::to_rfc3339),
        deleted_at: row.deleted_at.map(Timestamp::to_rfc3339),
        topics: row.signals.iter().flat_map(|found| &found.topics).map(|one| one.topic.as_str().to_owned()).collect(),
        files,
        media: Vec::new(),
    })
}
