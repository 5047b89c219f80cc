//! Acts on posts of the house's own that are planned for a later time: write, approve by a second person, withdraw. An edit withdraws
//! what was approved.

use bedside_core::{
    code,
    draft::{Draft, NotApproved},
    guard::{Check, DraftText as DraftWords},
    id::{CaseId, ChannelId, DraftId, OwnPostId, PersonId, PostId, SiteId},
    log::{Actor, Entry, Kind},
    policy::{
        SpeechForm,
        desk::{DeskAction, Seat},
    },
    time::{Span, Timestamp},
    triage::Lang,
};
use bedside_store::{
    Tx,
    drafts::DraftText,
    own_posts::{self, NewOwnPost, OwnPostRow, OwnPostState},
    random,
};

use super::{ActError, ahead, given, yes_no};
use crate::{Change, House, Road, audit::Audit};

/// The furthest ahead that a post may be planned.
const FURTHEST: Span = Span::days(366);

/// A post that somebody plans.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'a> {
    /// Where it goes: an account of the house.
    pub channel: ChannelId,
    /// Its language: `de` or `en`.
    pub lang: &'a str,
    /// What it says.
    pub text: &'a str,
    /// When it leaves.
    pub at: Timestamp,
    /// The author says that nobody appears in it without a written permission for this use.
    pub has_permission: bool,
}

impl Road {
    /// The accounts of a house on which it can say something of its own.
    #[must_use]
    pub fn own_voices(&self, all: &[ChannelId]) -> Vec<ChannelId> {
        let says = |id: &&ChannelId| self.channel(**id).is_some_and(|channel| channel.says_own());
        all.iter().filter(says).copied().collect()
    }

    /// Plans a post, or changes one that has not left; a second person is asked with that.
    ///
    /// # Errors
    /// The person may not, text, language or time is missing, the account can't say anything of its own, the text is too long for
    /// it, the guard blocks it, or it is leaving already.
    pub async fn plan_own_post(
        &self,
        by: PersonId,
        site: SiteId,
        id: Option<OwnPostId>,
        new: Planned<'_>,
    ) -> Result<OwnPostId, ActError> {
        let now = self.now();
        let text = given(new.text, "text_missing")?;
        let at = self.is_sound(site, &new, text, now).await?;
        let key = self.store.keys().of(&format!("site:{site}"), now).await?;
        let mut tx = self.store.begin().await?;
        self.may(&mut tx, by, site, DeskAction::Draft, Seat::default()).await?;
        if self.people.lookups.are_spent(by, self.settings.checks_per_hour, now) {
            return Err(ActError::Invalid("checks_spent"));
        }
        let _looked = self.people.lookups.count(by, self.settings.checks_per_hour, now);
        let is_new = id.is_none();
        let id = match id {
            Some(id) => {
                let known = own_posts::by_id(&mut tx, id).await?.filter(|row| row.site == site);
                known.map(|row| row.id).ok_or(ActError::Gone)?
            }
            None => OwnPostId::new(now, &random()?),
        };
        let text = DraftText { text: text.to_owned(), salt: random()? };
        let cleared = self.clear_own(site, draft(id, by, &text), new.lang, now)?;
        let commitment = *cleared.commitment();
        let row = NewOwnPost {
            id,
            site,
            channel: new.channel,
            lang: new.lang,
            text: &text,
            cleared: commitment.as_bytes(),
            has_permission: new.has_permission,
            author: by,
            planned_at: at,
        };
        if is_new {
            own_posts::add(&mut tx, &row, &key, now).await?;
        } else if !own_posts::rewrite(&mut tx, &row, &key, now).await? {
            return Err(ActError::Changed("own_post_leaving"));
        }
        self.note_own_post(tx, (by, site), Kind::OwnPostWritten, id, |entry| {
            let entry = entry.time(code!("at"), at).code(code!("permission"), yes_no(new.has_permission));
            entry.committing(code!("text"), commitment)
        })
        .await?;
        Ok(id)
    }

    /// Approves somebody else's planned post for its time. `shown` is the commitment of what the person saw. Whether the rules permit
    /// it is asked when its time has come.
    ///
    /// # Errors
    /// The person may not (their own least of all), it is another than the one shown, its time is over, the guard blocks it now, or
    /// its warnings are left unconfirmed.
    pub async fn approve_own_post(
        &self,
        by: PersonId,
        id: OwnPostId,
        shown: &[u8],
        confirms_warnings: bool,
    ) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = own_posts::by_id(&mut tx, id).await?.ok_or(ActError::Gone)?;
        self.may(&mut tx, by, row.site, DeskAction::ReadText, Seat::default()).await?;
        self.may(&mut tx, by, row.site, DeskAction::Approve, Seat { own_draft: row.author == by }).await?;
        if row.state != OwnPostState::Asked || row.commitment != shown {
            return Err(ActError::Changed("own_post_changed"));
        }
        ahead(row.planned_at, now)?;
        let text = self.store.open_own_post(&row).await?.ok_or(ActError::Gone)?;
        let cleared = self.clear_own(row.site, draft(id, row.author, &text.0), &row.lang, now)?;
        let approved = cleared.approve(by, confirms_warnings).map_err(|why| match why {
            NotApproved::OwnDraft => ActError::Invalid("own_draft"),
            NotApproved::WarningsUnconfirmed => ActError::Invalid("warnings_unconfirmed"),
        })?;
        let commitment = *approved.commitment();
        let warned = approved.has_confirmed_warnings();
        if !own_posts::approve(&mut tx, id, commitment.as_bytes(), by, warned.then_some(by), now).await? {
            return Err(ActError::Changed("own_post_changed"));
        }
        self.note_own_post(tx, (by, row.site), Kind::OwnPostApproved, id, |entry| {
            let entry = entry.time(code!("at"), row.planned_at).code(code!("warnings"), yes_no(warned));
            entry.committing(code!("text"), commitment)
        })
        .await
    }

    /// Withdraws a planned post: it does not leave.
    ///
    /// # Errors
    /// The person may not, or it is leaving already.
    pub async fn withdraw_own_post(&self, by: PersonId, id: OwnPostId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = own_posts::by_id(&mut tx, id).await?.ok_or(ActError::Gone)?;
        self.may(&mut tx, by, row.site, DeskAction::Draft, Seat::default()).await?;
        if !own_posts::withdraw(&mut tx, id, now).await? {
            return Err(ActError::Changed("own_post_leaving"));
        }
        self.note_own_post(tx, (by, row.site), Kind::OwnPostWithdrawn, id, |entry| entry).await
    }

    /// What the guard says of a planned post now, without the house's own people: a page asks that often, and of nobody.
    ///
    /// # Errors
    /// There is no such house.
    pub fn own_post_check(&self, site: SiteId, lang: &str, text: &str) -> Result<Check, crate::FlowError> {
        let house = self.house_of(site)?;
        Ok(house.check(&own_words(house, lang, text), self.now()))
    }

    /// Refuses what can't be planned whatever it says. Gives the time.
    async fn is_sound(
        &self,
        site: SiteId,
        new: &Planned<'_>,
        text: &str,
        now: Timestamp,
    ) -> Result<Timestamp, ActError> {
        if Lang::from_tag(new.lang) == Lang::Unknown {
            return Err(ActError::Invalid("lang_unclear"));
        }
        let at = ahead(new.at, now)?;
        if at > now.plus(FURTHEST) {
            return Err(ActError::Invalid("time_too_far"));
        }
        let mut tx = self.store.begin_read().await?;
        let all = bedside_store::channels::all(&mut tx).await?;
        drop(tx);
        let is_theirs = all.iter().any(|row| row.id == new.channel && row.site == site);
        if !is_theirs || self.own_voices(&[new.channel]).is_empty() {
            return Err(ActError::Invalid("no_own_voice"));
        }
        match self.measure(new.channel, text, "").await {
            (length, Some(limits)) if length > limits.max => Err(ActError::Invalid("text_too_long")),
            _ => Ok(at),
        }
    }

    fn clear_own(
        &self,
        site: SiteId,
        draft: Draft,
        lang: &str,
        now: Timestamp,
    ) -> Result<bedside_core::draft::Cleared, ActError> {
        let house = self.house_of(site)?;
        let people = self.people(site);
        let words = DraftWords { people: people.as_deref(), ..own_words(house, lang, "") };
        let cleared = draft.clear(&words, house.rules().settlements(), house.today(now));
        cleared.map_err(|check| ActError::Blocked(Box::new(check)))
    }

    async fn note_own_post(
        &self,
        mut tx: Tx,
        (by, site): (PersonId, SiteId),
        kind: Kind,
        id: OwnPostId,
        noted: impl FnOnce(Entry) -> Entry,
    ) -> Result<(), ActError> {
        let mut audit = Audit::at(self.now());
        audit.add(kind, Actor::Person(by), Some(site), None, |entry| noted(entry.about(id)))?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(site, None, Change::Outbox);
        Ok(())
    }
}

/// What the guard is told of a post that answers nothing: everybody reads it.
pub(crate) fn own_words<'a>(house: &'a House, lang: &str, text: &'a str) -> DraftWords<'a> {
    DraftWords {
        text,
        lang: Lang::from_tag(lang),
        jurisdiction: house.site.jurisdiction,
        public: true,
        consented: false,
        inbound_text: None,
        inbound_handle: None,
        public_facts: &house.site.settings.public_facts,
        people: None,
    }
}

/// The post as a draft, so that it walks the pen's road: cleared by the guard, approved by a second person. It answers itself.
pub(crate) fn draft(id: OwnPostId, author: PersonId, text: &DraftText) -> Draft {
    Draft {
        id: DraftId::from_uuid(id.uuid()),
        case: CaseId::from_uuid(id.uuid()),
        post: PostId::from_uuid(id.uuid()),
        author,
        form: SpeechForm::AnswerPublicGeneric,
        text: text.text.clone(),
        salt: text.salt,
    }
}

/// Whether a row still stands as it was approved, by another person than its author.
pub(crate) fn is_approved(row: &OwnPostRow, commitment: &[u8]) -> bool {
    let is_same = |kept: &Option<Vec<u8>>| kept.as_deref() == Some(commitment);
    is_same(&row.cleared) && is_same(&row.approved) && row.approver.is_some_and(|by| by != row.author)
}
