//! The care team in the chart: what is shown to it is logged, and what it writes comes to the desk. Each act asks for link and
//! consent once more in its own transaction, so that nothing is shown or written after a revocation.

use bedside_core::{
    code,
    guard::{Check, DraftText, Verdict},
    id::{CardId, CaseId, ChartSessionId, NoteId, PatientId, SiteId},
    log::{Actor, Commitment, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    chart::{self, CareKind, CareText, CareUser, FeedbackRow, NewCare, NewSession, SessionRow, SessionText},
    posts::{self, Opened},
    random,
};

use crate::{
    ActError, Change, FlowError, Road,
    acts::{for_guard, given},
    audit::Audit,
    chart::Whose,
    step::{send::thread_owner, settle::back_to_the_desk},
};

/// What the log's commitment to a member of the care team is made in.
const USER: &str = "chart.user";
/// So long a card is kept that no feedback came about.
const CARDS_KEPT: Span = Span::days(30);
/// Days whose keys are erased: no opening lasts from one of them until today. A process that stood still catches up.
const CLOSED_DAYS: std::ops::RangeInclusive<i64> = 2..=9;

/// An opening of the app that is about to begin.
#[derive(Debug)]
pub struct Opening<'a> {
    /// The short name of the chart.
    pub chart: &'a str,
    /// At which site.
    pub site: SiteId,
    /// The patient of the index; `None`: nobody it knows.
    pub patient: Option<PatientId>,
    /// The hash of the browser's secret, and the token of its forms.
    pub secrets: (&'a [u8], &'a str),
    /// Who the EMR says the patient and the reader are.
    pub text: &'a SessionText,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Road {
    /// Remembers a call of an EMR until its token expires. `false`: a call with that token was made before.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn first_call(&self, issuer: &str, token_id: &str, expires_at: Timestamp) -> Result<bool, FlowError> {
        let now = self.now();
        let hash = self.store.lookup().hash(&["chart call", issuer, token_id]);
        let mut tx = self.store.begin().await?;
        let is_first = chart::first_call(&mut tx, issuer, &hash, expires_at, now).await?;
        tx.commit().await?;
        Ok(is_first)
    }

    /// Keeps and logs which cards are about to be shown. To be called before they are.
    ///
    /// # Errors
    /// The store refuses; then nothing may be shown.
    pub async fn cards_shown(
        &self,
        site: SiteId,
        patient: PatientId,
        cards: &[(CardId, CaseId)],
    ) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut audit = Audit::at(now);
        for (card, case) in cards {
            chart::add_card(&mut tx, *card, (site, *case), now).await?;
            audit.add(Kind::CardShown, Actor::System, Some(site), Some(*case), |entry| entry.about(patient))?;
        }
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps what became of a card, once per card and outcome.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn card_feedback(&self, site: SiteId, card: CardId, feedback: &FeedbackRow) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let is_new = chart::add_feedback(&mut tx, site, card, feedback).await?;
        tx.commit().await?;
        Ok(is_new)
    }

    /// Begins an opening of the app, and logs whose conversations it shows to whom: the reader by a commitment.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn open_chart(&self, opening: &Opening<'_>) -> Result<ChartSessionId, FlowError> {
        let now = self.now();
        let id = ChartSessionId::new(now, &random()?);
        let key = self.store.keys().of(&day_owner(now), now).await?;
        let mut tx = self.store.begin().await?;
        let new = NewSession {
            id,
            token_hash: opening.secrets.0,
            chart: opening.chart,
            site: opening.site,
            patient: opening.patient,
            csrf: opening.secrets.1,
            text: opening.text,
            expires_at: opening.expires_at,
        };
        chart::open_session(&mut tx, &new, &key, now).await?;
        if let Some(patient) = opening.patient {
            let shown = self.conversations(&mut tx, Whose::Patient(opening.site, patient)).await?;
            let mut audit = Audit::at(now);
            for one in &shown {
                audit.add(Kind::ChartOpened, Actor::System, Some(opening.site), Some(one.case.id), |entry| {
                    entry.about(patient).committing(code!("user"), commitment(&opening.text.user))
                })?;
            }
            audit.write(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Forgets openings that are over, with the keys of their days, and cards that nobody said anything about. Gives how many
    /// openings.
    ///
    /// # Errors
    /// The store refuses; what was not forgotten is forgotten next time.
    pub async fn forget_charts(&self) -> Result<u64, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let forgotten = chart::forget(&mut tx, now, now.minus(CARDS_KEPT)).await?;
        tx.commit().await?;
        for days in CLOSED_DAYS {
            self.store.keys().erase(&day_owner(now.minus(Span::days(days)))).await?;
        }
        Ok(forgotten)
    }

    /// Ends an opening of the app.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn close_chart(&self, id: ChartSessionId) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        chart::end_session(&mut tx, id).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps a note of the care team at a case, and brings the case before the desk.
    ///
    /// # Errors
    /// The note is empty, or the record may not show this case (any more).
    pub async fn care_note(
        &self,
        session: &SessionRow,
        user: &CareUser,
        case: CaseId,
        text: &str,
    ) -> Result<NoteId, ActError> {
        let text = given(text, "note_missing")?;
        let mut tx = self.store.begin().await?;
        let case = self.case_in_chart(&mut tx, session, case).await?;
        let new = Words { kind: CareKind::Note, user, text, lang: "", verdict: "" };
        self.keep_care(tx, case, &new).await
    }

    /// Keeps an answer that the care team suggests, as far as the guard lets it through, and brings the case before the desk.
    /// It leaves only as a draft of somebody at the desk, whom a second person approves.
    ///
    /// # Errors
    /// It is empty, the guard blocks it, or the record may not show this case (any more).
    pub async fn suggest(
        &self,
        session: &SessionRow,
        user: &CareUser,
        case: CaseId,
        lang: &str,
        text: &str,
    ) -> Result<NoteId, ActError> {
        let text = given(text, "text_missing")?;
        let mut tx = self.store.begin().await?;
        let case = self.case_in_chart(&mut tx, session, case).await?;
        let check = self.check_for(&mut tx, &case, lang, text).await?;
        if check.verdict == Verdict::Block {
            return Err(ActError::Blocked(Box::new(check)));
        }
        let new = Words { kind: CareKind::Suggestion, user, text, lang, verdict: check.verdict.as_str() };
        self.keep_care(tx, case, &new).await
    }

    /// Has the guard read a text as an answer to a case. Who may have it read is for the caller to know.
    ///
    /// # Errors
    /// The post it would answer is gone.
    pub async fn check_for(&self, tx: &mut Tx, case: &CaseRow, lang: &str, text: &str) -> Result<Check, ActError> {
        let post = posts::by_id(tx, case.post).await?.ok_or(ActError::Gone)?;
        let opened = self.store.open_posts(std::slice::from_ref(&post)).await?;
        let (said, author) = opened.into_iter().find_map(Opened::text).ok_or(ActError::Gone)?;
        let privacy = self.privacy(tx, case).await?;
        let house = self.house(case.site).ok_or(ActError::Gone)?;
        let people = self.people(case.site);
        let around = for_guard(house, privacy, lang, &said.0.text, &author.0.handle, text);
        Ok(house.check(&DraftText { people: people.as_deref(), ..around }, self.now()))
    }

    /// The case, for who opened that patient's chart, if the record may show it in this transaction; nobody else changes it
    /// until that ends.
    async fn case_in_chart(&self, tx: &mut Tx, session: &SessionRow, id: CaseId) -> Result<CaseRow, ActError> {
        let patient = session.patient.ok_or(ActError::Gone)?;
        let case = cases::to_change(tx, id).await?.ok_or(ActError::Gone)?;
        let shown = self.conversations(tx, Whose::Patient(session.site, patient)).await?;
        if shown.iter().any(|one| one.case.id == id) { Ok(case) } else { Err(ActError::Gone) }
    }

    async fn keep_care(&self, mut tx: Tx, mut case: CaseRow, words: &Words<'_>) -> Result<NoteId, ActError> {
        let now = self.now();
        let id = NoteId::new(now, &random()?);
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        let text = CareText { text: words.text.to_owned(), user: words.user.clone() };
        let new = NewCare {
            id,
            at: (case.id, case.post),
            kind: words.kind,
            lang: words.lang,
            verdict: words.verdict,
            text: &text,
        };
        chart::add_care(&mut tx, &new, &key, now).await?;
        back_to_the_desk(&mut case, now);
        cases::update(&mut tx, &case).await?;
        let kind = match words.kind {
            CareKind::Note => Kind::CareNoted,
            CareKind::Suggestion => Kind::CareSuggested,
        };
        let mut audit = Audit::at(now);
        audit.add(kind, Actor::System, Some(case.site), Some(case.id), |entry| {
            entry.about(id).committing(code!("user"), commitment(words.user))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(id)
    }
}

/// What somebody of the care team writes.
struct Words<'a> {
    kind: CareKind,
    user: &'a CareUser,
    text: &'a str,
    lang: &'a str,
    verdict: &'a str,
}

/// The log proves later who it was and says nothing before: the salt lies with the text.
fn commitment(user: &CareUser) -> Commitment {
    Commitment::new(&user.salt, USER, &user.reference)
}

/// The owner of the key that seals the openings of a day.
fn day_owner(at: Timestamp) -> String {
    format!("chart:{}", at.as_micros().div_euclid(Span::days(1).as_micros()))
}
