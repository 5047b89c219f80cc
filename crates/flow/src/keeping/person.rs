//! A person's rights: finding who is meant, and erasing them (GDPR Art. 17). What goes is emptied and its data keys are erased; what
//! stays is said, with the reason.

use bedside_core::{
    case::{Queue, Rank},
    code,
    id::{AuthorId, ChannelId, LabelId, PersonId, SiteId},
    label::LabelTarget,
    log::{Actor, Kind},
    policy::desk::{DeskAction, Seat},
    time::Timestamp,
};
use bedside_store::{
    Tx, cases, channels, door,
    keeping::{self, Footprint},
    posts,
};

use crate::{
    ActError, Change, FlowError, Road,
    audit::Audit,
    step::{assess::hear_passed_over, settle::Settle as _},
};

/// So many authors are opened at once.
const PAGE: u32 = 1_000;

/// An account that may be the one that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The author.
    pub author: AuthorId,
    /// At which house.
    pub site: SiteId,
    /// The short name of the channel.
    pub channel: String,
    /// The handle, without @.
    pub handle: String,
    /// The name shown.
    pub name: Option<String>,
    /// How many posts of theirs are kept.
    pub posts: usize,
    /// When they were first seen.
    pub since: Timestamp,
}

/// A legal hold that stops an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The label.
    pub label: LabelId,
    /// What it hangs on.
    pub on: LabelTarget,
    /// Since when.
    pub since: Timestamp,
    /// Until when; `None`: until somebody removes it.
    pub until: Option<Timestamp>,
    /// Who set it: a person's id, or `rule:ID`.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
}

/// What went, and what stayed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erasure {
    /// Posts whose text is gone.
    pub posts: u64,
    /// Cases about them, with drafts, notes, reasons and receipts.
    pub cases: u64,
    /// Data keys that were erased.
    pub keys: u64,
    /// Consents that ended with it.
    pub consents: u64,
    /// Cases that a clock of law or an escalation nobody took keeps open.
    pub open: u64,
    /// Conversations of others from which their part went.
    pub elsewhere: u64,
    /// Replies of the house that still stand on a platform.
    pub standing: u64,
    /// Documents that a record has taken, which is kept by its own law.
    pub filed: u64,
}

impl Road {
    /// The accounts with this handle, in every house or on one channel. Case and a leading @ don't matter; the id of an author
    /// names exactly one.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn find_person(&self, handle: &str, channel: Option<ChannelId>) -> Result<Vec<Candidate>, FlowError> {
        let wanted = folded(handle);
        let id: Option<AuthorId> = handle.parse().ok();
        let (mut after, mut found) = (None, Vec::new());
        loop {
            let mut tx = self.store.begin_read().await?;
            let page = keeping::authors_after(&mut tx, after, PAGE).await?;
            drop(tx);
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for row in page.iter().filter(|row| channel.is_none_or(|channel| row.channel == channel)) {
                let Some(text) = self.store.open_author(row).await? else { continue };
                if id == Some(row.id) || folded(&text.0.handle) == wanted {
                    found.push((row.clone(), text.0));
                }
            }
        }
        let mut tx = self.store.begin_read().await?;
        let channels = channels::all(&mut tx).await?;
        let mut all = Vec::with_capacity(found.len());
        for (row, text) in found {
            let channel = channels.iter().find(|channel| channel.id == row.channel);
            all.push(Candidate {
                author: row.id,
                site: row.site,
                channel: channel.map_or_else(String::new, |channel| channel.slug.clone()),
                handle: text.handle,
                name: text.name,
                posts: keeping::footprint(&mut tx, row.id).await?.posts.len(),
                since: row.created_at,
            });
        }
        Ok(all)
    }

    /// The legal holds that keep somebody here, with their reasons.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn holds_on(&self, author: AuthorId) -> Result<Vec<Hold>, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let authors = keeping::footprint(&mut tx, author).await?.authors;
        let rows = keeping::holds(&mut tx, &authors, self.now()).await?;
        drop(tx);
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push(Hold {
                label: row.id,
                on: row.target,
                since: row.set_at,
                until: row.expires_at,
                reason: row.reason(&self.store).await?.map(|reason| reason.0),
                by: row.set_by,
            });
        }
        Ok(all)
    }

    /// Erases somebody: their texts, what the house wrote about them, what ties them to a record; with the data keys, so that old
    /// backups of the data can't be read either. `by` is `None` at the command line, where whoever has the keys may.
    ///
    /// # Errors
    /// The person may not; a legal hold stands (which is logged); a reply to them is just leaving.
    pub async fn erase_person(&self, by: Option<PersonId>, author: AuthorId) -> Result<Erasure, ActError> {
        let (site, of) = self.erasable(by, author).await?;
        let consents = self.end_agreements(site, &of).await?;
        let now = self.now();
        let mut tx = self.store.begin().await?;
        // Once more where it counts: a hold may have been set meanwhile, or a post have come.
        let of = keeping::footprint(&mut tx, author).await?;
        if !keeping::holds(&mut tx, &of.authors, now).await?.is_empty() {
            return Err(ActError::Invalid("legal_hold"));
        }
        if of.leaving > 0 {
            return Err(ActError::Invalid("reply_leaving"));
        }
        let open = self.close_cases(&mut tx, &of, now).await?;
        let emptied = self.store.erase_person(&mut tx, &of, now).await?;
        let went = Erasure {
            posts: emptied.posts,
            cases: of.own.len() as u64,
            keys: emptied.keys,
            consents,
            open,
            elsewhere: of.elsewhere.len() as u64,
            standing: of.standing,
            filed: of.filed,
        };
        self.note_erased(&mut tx, by, site, &of, &went, now).await?;
        tx.commit().await?;
        // The index would look at them once more by itself; nobody should find them until then.
        self.store.search().forget(&of.posts).await?;
        self.facts.notify_one();
        self.work.notify_one();
        self.tell(site, None, Change::Changed);
        Ok(went)
    }

    /// What would be erased, for whoever may; a hold that stands is written into the log with the refusal.
    async fn erasable(&self, by: Option<PersonId>, author: AuthorId) -> Result<(SiteId, Footprint), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = posts::author(&mut tx, author).await?.ok_or(ActError::Gone)?;
        if let Some(by) = by {
            self.may(&mut tx, by, row.site, DeskAction::ErasePerson, Seat::default()).await?;
        }
        let of = keeping::footprint(&mut tx, author).await?;
        let holds = keeping::holds(&mut tx, &of.authors, now).await?;
        if holds.is_empty() {
            return Ok((row.site, of));
        }
        let mut audit = Audit::at(now);
        audit.add(Kind::ErasureRefused, actor(by), Some(row.site), None, |entry| {
            holds.iter().fold(entry.about(author), |entry, hold| entry.about(hold.id))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Err(ActError::Invalid("legal_hold"))
    }

    /// Consents and links end as if the person had taken them back, so that whoever was told of them hears of the end.
    async fn end_agreements(&self, site: SiteId, of: &Footprint) -> Result<u64, ActError> {
        let mut ended = 0;
        for author in &of.authors {
            let mut tx = self.store.begin_read().await?;
            let open = door::consents_open(&mut tx, *author).await?;
            drop(tx);
            for consent in open {
                ended += u64::from(self.revoke(site, *author, consent.purpose).await?.is_some());
            }
            let now = self.now();
            let mut tx = self.store.begin().await?;
            let undone = door::undo_links(&mut tx, *author, now).await?;
            if undone.is_empty() {
                continue;
            }
            let mut audit = Audit::at(now);
            for link in undone {
                audit.add(Kind::LinkUndone, Actor::System, Some(site), None, |entry| {
                    entry.about(link).about(*author).code(code!("by"), code!("erasure"))
                })?;
            }
            self.drop_filings(&mut tx, *author, now).await?;
            self.drop_tellings(&mut tx, *author, now).await?;
            audit.write(&mut tx).await?;
            tx.commit().await?;
            self.consent_changed(site);
        }
        Ok(ended)
    }

    /// Closes the cases about them; what a clock of law or an untaken escalation keeps open is left to people. Gives how many.
    async fn close_cases(&self, tx: &mut Tx, of: &Footprint, now: Timestamp) -> Result<u64, ActError> {
        let mut open = 0;
        for (id, _) in &of.own {
            let Some(mut case) = cases::to_change(tx, *id).await? else { continue };
            if case.queue == Queue::Done {
                continue;
            }
            let is_untaken = case.decision.escalation.is_some() && case.alarm_taken_by.is_none();
            if case.wait.clock_due_at.is_some() || is_untaken {
                open += 1;
                continue;
            }
            (case.queue, case.rank, case.hold_until, case.look_by) = (Queue::Done, Rank::REST, None, None);
            case.keep_times(now);
            case.updated_at = now;
            cases::update(tx, &case).await?;
            hear_passed_over(tx, &case, now).await?;
        }
        Ok(open)
    }

    async fn note_erased(
        &self,
        tx: &mut Tx,
        by: Option<PersonId>,
        site: SiteId,
        of: &Footprint,
        went: &Erasure,
        now: Timestamp,
    ) -> Result<(), ActError> {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let mut audit = Audit::at(now);
        audit.add(Kind::PersonErased, actor(by), Some(site), None, |entry| {
            let entry = of.authors.iter().fold(entry, |entry, author| entry.about(*author));
            entry
                .number(code!("posts"), number(went.posts))
                .number(code!("cases"), number(went.cases))
                .number(code!("keys"), number(went.keys))
                .number(code!("consents"), number(went.consents))
        })?;
        Ok(audit.write(tx).await?)
    }
}

/// Who acts: a person, or whoever runs the program.
pub(super) fn actor(by: Option<PersonId>) -> Actor {
    by.map_or(Actor::System, Actor::Person)
}

fn folded(handle: &str) -> String {
    handle.trim().trim_start_matches('@').to_lowercase()
}
