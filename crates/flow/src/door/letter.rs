//! Letters to the contact that the record holds: a code confirms a link without anybody of the house, and whoever's record was
//! linked is told and can undo it. Who waits at the door learns nothing from any of it: the record is asked when a letter
//! leaves, not when it is asked for.

use std::sync::{Arc, PoisonError};

use bedside_core::{
    channel::Fault,
    code,
    door::{Code, LinkLevel, Purpose, SpeaksFor},
    emr::PatientFacts,
    id::{LetterId, PatientId, SiteId},
    label::LabelKind,
    letter::{Letter, LetterKind, Post},
    log::{Actor, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx, alarms,
    door::{self, LetterRow, LetterState, LinkRow, Settled},
    emr::patient,
    jobs::backoff,
    labels, posts, random,
};

use super::{Guest, MOST_TRIES, consent, words};
use crate::{Change, FlowError, Road, acts::ActError, audit::Audit, emr::patient_facts};

/// How long a code that was sent to the record's contact holds.
pub const LETTER_CODE_HOLDS: Span = Span::minutes(30);
/// How long a link can be undone by the letter that told of it.
const UNDO_HOLDS: Span = Span::days(90);
/// So many codes are sent for one claim in a day: nobody's mailbox is flooded.
const MOST_CODES: usize = 3;
/// After this many attempts a letter is given up.
const MOST_ATTEMPTS: i64 = 20;
const LEASE: Span = Span::seconds(120);

impl Road {
    /// Connects what carries letters. Without it no code is offered, and nobody can be told.
    pub fn connect_post(&self, post: Arc<dyn Post>) {
        *self.post.write().unwrap_or_else(PoisonError::into_inner) = Some(post);
    }

    pub(crate) fn postman(&self) -> Option<Arc<dyn Post>> {
        self.post.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether letters can be sent.
    #[must_use]
    pub fn writes_letters(&self) -> bool {
        self.postman().is_some()
    }

    /// Puts a letter with a code in line, for the contact in the record that somebody claims. Whether there is such a record,
    /// and a contact in it, is not asked here.
    ///
    /// # Errors
    /// Letters can't be sent, there is no claim that waits, or too many codes were asked for.
    pub async fn door_ask_letter(&self, guest: &Guest) -> Result<(), ActError> {
        if !self.writes_letters() {
            return Err(ActError::Invalid("no_letters"));
        }
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let link = self.own_claim(&mut tx, guest).await?.ok_or(ActError::Changed("link_changed"))?;
        let before = door::letters_of(&mut tx, link.id).await?;
        let today =
            before.iter().filter(|one| one.kind == LetterKind::Code && one.created_at > now.minus(Span::days(1)));
        if today.count() >= MOST_CODES {
            return Err(ActError::Invalid("too_many_codes"));
        }
        self.put_letter(&mut tx, &link, (LetterKind::Code, &guest.lang), LETTER_CODE_HOLDS, now).await?;
        tx.commit().await?;
        self.letters.notify_one();
        Ok(())
    }

    async fn own_claim(&self, tx: &mut Tx, guest: &Guest) -> Result<Option<LinkRow>, FlowError> {
        let newest = door::links_of(tx, guest.author).await?.into_iter().next();
        Ok(newest.filter(|link| link.level == LinkLevel::Claimed && link.site == guest.site))
    }

    async fn put_letter(
        &self,
        tx: &mut Tx,
        link: &LinkRow,
        (kind, lang): (LetterKind, &str),
        holds: Span,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let letter = LetterRow {
            id: LetterId::new(now, &random()?),
            site: link.site,
            link: link.id,
            author: link.author,
            kind,
            lang: lang.to_owned(),
            state: LetterState::Waiting,
            code: String::new(),
            patient: None,
            tries: 0,
            attempts: 0,
            expires_at: now.plus(holds),
            created_at: now,
            settled_at: None,
        };
        Ok(door::add_letter(tx, &letter).await?)
    }

    /// Has the patient told that their record was linked, in the transaction that confirms the link.
    pub(crate) async fn tell_of_link(&self, tx: &mut Tx, link: &LinkRow, now: Timestamp) -> Result<(), FlowError> {
        if !self.writes_letters() {
            return Ok(());
        }
        let given = consent::consents(tx, link.author).await?;
        let lang = given.to(Purpose::Link).map_or("de", |row| row.lang.as_str()).to_owned();
        self.put_letter(tx, link, (LetterKind::Linked, &lang), UNDO_HOLDS, now).await
    }

    /// The code that a letter brings; it is derived, and stored nowhere.
    fn letter_code(&self, id: LetterId) -> Code {
        let mut bytes = [0; 8];
        for (byte, of) in bytes.iter_mut().zip(self.store.lookup().hash(&["door", "letter", &id.to_string()])) {
            *byte = of;
        }
        Code::of(bytes)
    }

    fn undo_word(&self, id: LetterId) -> String {
        let hash = self.store.lookup().hash(&["door", "undo", &id.to_string()]);
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Confirms the claimed link by the code that came to the record's contact. `false`: the code does not fit, is over, or
    /// none was sent; which of these is not said.
    ///
    /// # Errors
    /// The claim was undone or settled meanwhile.
    pub async fn door_confirm_by_letter(&self, guest: &Guest, typed: &str) -> Result<bool, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let link = self.own_claim(&mut tx, guest).await?.ok_or(ActError::Changed("link_changed"))?;
        let letters = door::letters_of(&mut tx, link.id).await?;
        let codes = Code::all_in(typed);
        let waits = |one: &&LetterRow| one.kind == LetterKind::Code && one.expires_at > now && one.tries < MOST_TRIES;
        let mut fitting = None;
        for one in letters.iter().filter(waits) {
            let sent = self.letter_code(one.id);
            // Every code is compared, and whether it was sent is looked at last: the time tells nothing.
            if codes.iter().fold(false, |any, code| any | (*code == sent)) {
                fitting = Some(one);
            } else {
                door::count_letter_try(&mut tx, one.id).await?;
            }
        }
        let is_confirmed = match fitting.and_then(|one| Some((one, one.patient?))) {
            Some((one, patient)) => self.confirm_by(&mut tx, guest, &link, (one, patient), now).await?,
            None => false,
        };
        tx.commit().await?;
        if is_confirmed {
            self.consent_changed(guest.site);
            self.letters.notify_one();
        }
        Ok(is_confirmed)
    }

    async fn confirm_by(
        &self,
        tx: &mut Tx,
        guest: &Guest,
        link: &LinkRow,
        (letter, patient): (&LetterRow, PatientId),
        now: Timestamp,
    ) -> Result<bool, ActError> {
        if consent::consents(tx, guest.author).await?.to(Purpose::Link).is_none()
            || !door::spend_letter(tx, letter.id).await?
        {
            return Ok(false);
        }
        let account = posts::author(tx, guest.author).await?.ok_or(ActError::Gone)?;
        let key = self.store.key_of_author(&account).await?.ok_or(ActError::Gone)?;
        let settled = Settled { by: None, how: "recorded_mail".to_owned(), at: now };
        if !door::settle_link(tx, link.id, LinkLevel::Confirmed, Some(patient), &settled, (&key, "")).await? {
            return Ok(false);
        }
        let mut audit = Audit::at(now);
        audit.add(Kind::LinkConfirmed, Actor::System, Some(guest.site), None, |entry| {
            entry.about(link.id).about(link.author).code(code!("how"), code!("recorded_mail"))
        })?;
        self.tell_of_link(tx, link, now).await?;
        self.facts_changed(tx, guest.site, guest.author, now).await?;
        audit.write(tx).await?;
        Ok(true)
    }

    /// Undoes a link by the letter that told of it: the house's address and word came to the record's own contact, so whoever
    /// has them may. `false`: the word is not of that letter, it is over, or the link is no more.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn door_undo_by_letter(&self, site: SiteId, id: LetterId, word: &str) -> Result<bool, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let Some(letter) = door::letter(&mut tx, id).await?.filter(|one| self.undoes(one, site, word, now)) else {
            return Ok(false);
        };
        let link = door::link_of(&mut tx, letter.link).await?.filter(|link| link.level == LinkLevel::Confirmed);
        drop(tx);
        let Some(link) = link else { return Ok(false) };
        let guest = Guest { site, author: link.author, lang: letter.lang };
        self.door_unlink(&guest).await?;
        Ok(true)
    }

    fn undoes(&self, letter: &LetterRow, site: SiteId, word: &str, now: Timestamp) -> bool {
        let is_open = letter.kind == LetterKind::Linked && letter.site == site && letter.expires_at > now;
        let fits = self.store.lookup().fits(&bytes(word), &["door", "undo", &letter.id.to_string()]);
        is_open && fits
    }

    /// Sends the next letter. Gives how many it tried.
    ///
    /// # Errors
    /// The store refuses; the letter is tried again.
    pub async fn letter_next(&self) -> Result<usize, FlowError> {
        let Some(post) = self.postman() else { return Ok(0) };
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(row) = door::letter_due(&mut tx, now).await? else { return Ok(0) };
        if !door::lease_letter(&mut tx, row.id, &self.node, LEASE, now).await? {
            return Ok(0);
        }
        tx.commit().await?;
        let mut tx = self.store.begin_read().await?;
        let addressed = self.addressed(&mut tx, &row, now).await?;
        drop(tx);
        let (patient, to) = match addressed {
            Ok(addressed) => addressed,
            Err(why) => {
                self.letter_settled(&row, (LetterState::Unsent, why), None, now).await?;
                return Ok(1);
            }
        };
        let (subject, text) = self.worded(&row, now)?;
        let answer = post.send(&Letter { id: row.id, to, subject, text }).await;
        self.note_mail(&answer, now).await?;
        match answer {
            Ok(()) => self.letter_settled(&row, (LetterState::Sent, ""), Some(patient), now).await?,
            // A name or password that the server does not take is the house's to mend: the letter waits for it.
            Err(fault)
                if (fault.is_passing() || matches!(fault, Fault::SignedOut { .. }))
                    && row.attempts + 1 < MOST_ATTEMPTS =>
            {
                tracing::warn!(letter = %row.id, %fault, "a letter could not be sent and is tried again");
                self.letter_settled(&row, (LetterState::Waiting, "unreachable"), None, now).await?;
            }
            Err(fault) => {
                tracing::error!(letter = %row.id, %fault, "a letter can't be sent");
                self.letter_settled(&row, (LetterState::Unsent, "refused"), None, now).await?;
            }
        }
        Ok(1)
    }

    /// What a letter tells of the mail server: one that takes it or refuses this address alone is well.
    pub(crate) async fn note_mail(&self, answer: &Result<(), Fault>, now: Timestamp) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        match answer {
            Err(fault) if fault.is_passing() || matches!(fault, Fault::SignedOut { .. }) => {
                alarms::mail_failed(&mut tx, "sending", now).await?;
            }
            Ok(()) | Err(_) => alarms::mail_answered(&mut tx, now).await?,
        }
        Ok(tx.commit().await?)
    }

    /// To whom a letter goes, or why to nobody.
    async fn addressed(
        &self,
        tx: &mut Tx,
        row: &LetterRow,
        now: Timestamp,
    ) -> Result<Result<(PatientId, String), &'static str>, FlowError> {
        if row.expires_at <= now {
            return Ok(Err("over"));
        }
        let Some(link) = door::link_of(tx, row.link).await? else { return Ok(Err("link_changed")) };
        let named = match row.kind {
            LetterKind::Code if link.level == LinkLevel::Claimed => self.self_claimed(tx, &link).await?,
            LetterKind::Linked if link.level == LinkLevel::Confirmed => link.patient,
            LetterKind::Code | LetterKind::Linked => return Ok(Err("link_changed")),
        };
        let Some(named) = named else { return Ok(Err("nobody")) };
        if self.must_not_be_told(tx, &link, now).await? {
            return Ok(Err("no_contact"));
        }
        let Some(record) = patient::by_id(tx, named).await? else { return Ok(Err("nobody")) };
        let record = patient::survivor(tx, record).await?;
        let known = patient_facts(tx, record.id, now).await?;
        if known.is_none_or(|known: PatientFacts| known.death.is_some()) {
            return Ok(Err("nobody"));
        }
        let opened = self.store.open_patients(std::slice::from_ref(&record)).await?;
        let contacts = opened.get(&record.id).and_then(|text| text.0.contacts.clone()).unwrap_or_default();
        let mail = contacts.iter().map(|one| one.trim()).find(|one| is_mail(one)).map(str::to_owned);
        Ok(mail.map(|to| (record.id, to)).ok_or("no_address"))
    }

    /// Whom a claim names, if somebody may confirm it for themselves; a claim for another person needs eyes of the house.
    async fn self_claimed(&self, tx: &mut Tx, link: &LinkRow) -> Result<Option<PatientId>, FlowError> {
        let Some(claim) = link.claim(&self.store).await? else { return Ok(None) };
        if link.speaks_for != SpeaksFor::Myself || self.needs_representative(link, &claim.0)? {
            return Ok(None);
        }
        self.claimed_patient(tx, link).await
    }

    /// Whether a label forbids writing to the contact in the record, because somebody else may read there.
    async fn must_not_be_told(&self, tx: &mut Tx, link: &LinkRow, now: Timestamp) -> Result<bool, FlowError> {
        let mut marked = vec![link.author.to_string()];
        if let Some(person) = door::person(tx, link.author).await? {
            marked.extend(person.door_author.map(|id| id.to_string()));
            marked.extend(person.thread.map(|id| id.to_string()));
        }
        let set = labels::of_site(tx, link.site, now).await?;
        Ok(marked.iter().filter_map(|id| set.get(id)).flatten().any(|kind| *kind == LabelKind::NoContact))
    }

    fn worded(&self, row: &LetterRow, now: Timestamp) -> Result<(String, String), FlowError> {
        let house = self.house_of(row.site)?;
        let at = format!("{}/door/{}", self.settings.door_base, house.site.slug);
        Ok(match row.kind {
            LetterKind::Code => {
                words::code_letter(house, &row.lang, &self.letter_code(row.id).to_string(), row.expires_at)
            }
            LetterKind::Linked => {
                let undo = format!("{at}/undo?n={}&t={}", row.id, self.undo_word(row.id));
                words::linked_letter(house, &row.lang, &undo, now)
            }
        })
    }

    async fn letter_settled(
        &self,
        row: &LetterRow,
        (state, why): (LetterState, &'static str),
        patient: Option<PatientId>,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        let again = now.plus(backoff(row.attempts + 1));
        door::settle_letter(&mut tx, row.id, (state, why), patient, again, now).await?;
        if state == LetterState::Sent {
            let mut audit = Audit::at(now);
            let kind = if row.kind == LetterKind::Code { code!("code") } else { code!("linked") };
            audit.add(Kind::LetterSent, Actor::System, Some(row.site), None, |entry| {
                entry.about(row.link).about(row.author).code(code!("what"), kind)
            })?;
            audit.write(&mut tx).await?;
        }
        tx.commit().await?;
        self.tell(row.site, None, Change::Consent);
        Ok(())
    }
}

/// Bytes from hexadecimal; none if it is not.
fn bytes(hex: &str) -> Vec<u8> {
    let digits: Option<Vec<u8>> =
        hex.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let pairs = digits.unwrap_or_default();
    pairs.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit)).collect()
}

/// Whether a contact of the record is an e-mail address. Whatever else is wrong with it, the post says.
fn is_mail(contact: &str) -> bool {
    let is_plain = contact.chars().all(|c| c.is_ascii_graphic()) && contact.len() <= 254;
    is_plain && contact.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}
