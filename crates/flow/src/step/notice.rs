//! A hold's owner is told by mail too that it ends soon, over the house's own mail server: the number of the case, the house, the time
//! and a link. Never a word of a post, never a handle; what it is about stands at the desk.

use bedside_core::{
    channel::Fault,
    code,
    id::{LetterId, PersonId},
    letter::Letter,
    log::{Actor, Code, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    door::LetterState,
    hold_letters::{self, HoldLetterRow},
    jobs::backoff,
    people, random,
};

use crate::{FlowError, House, Road, alarm::AlarmSettings, audit::Audit};

/// How long a process has a letter before another may send it.
const LEASE: Span = Span::seconds(120);

impl Road {
    /// Puts a letter about the end of a hold in line, in the transaction that notes who is told. Gives the log's word for it.
    pub(super) async fn put_hold_letter(
        &self,
        tx: &mut Tx,
        case: &CaseRow,
        (person, is_deputy): (PersonId, bool),
        now: Timestamp,
    ) -> Result<Code, FlowError> {
        let (true, Some(until)) = (self.writes_letters(), case.hold_until) else { return Ok(code!("no")) };
        let id = LetterId::new(now, &random()?);
        let (state, code) = (LetterState::Waiting, String::new());
        let row = HoldLetterRow { id, case: case.id, until, person, is_deputy, state, code, attempts: 0 };
        let is_new = hold_letters::add(tx, &row, now).await?;
        Ok(if is_new { code!("yes") } else { code!("before") })
    }

    /// Sends the next letter about a hold. Gives how many it tried.
    ///
    /// # Errors
    /// The store refuses; the letter is tried again.
    pub async fn hold_letter_next(&self) -> Result<usize, FlowError> {
        let Some(post) = self.postman() else { return Ok(0) };
        let now = self.now();
        if hold_letters::due(&mut self.store.begin_read().await?, now).await?.is_none() {
            return Ok(0);
        }
        let mut tx = self.store.begin().await?;
        let Some(row) = hold_letters::due(&mut tx, now).await? else { return Ok(0) };
        if !hold_letters::lease(&mut tx, row.id, &self.node, LEASE, now).await? {
            return Ok(0);
        }
        tx.commit().await?;
        let letter = match self.hold_letter(&row, now).await? {
            Ok(letter) => letter,
            Err(why) => {
                tracing::warn!(case = %row.case, why, "a letter about a hold is not sent");
                self.hold_letter_settled(&row, (LetterState::Unsent, why), now).await?;
                return Ok(1);
            }
        };
        let answer = post.send(&letter).await;
        self.note_mail(&answer, now).await?;
        let became = match answer {
            Ok(()) => (LetterState::Sent, ""),
            // It is tried until the hold ends; a name or password that the server does not take is the house's to mend.
            Err(fault) if fault.is_passing() || matches!(fault, Fault::SignedOut { .. }) => {
                tracing::warn!(letter = %row.id, %fault, "a letter about a hold could not be sent and is tried again");
                (LetterState::Waiting, "unreachable")
            }
            Err(fault) => {
                tracing::error!(letter = %row.id, %fault, "a letter about a hold can't be sent: its address is refused");
                (LetterState::Unsent, "refused")
            }
        };
        self.hold_letter_settled(&row, became, now).await?;
        Ok(1)
    }

    /// The letter as it leaves now, or why it does not: the hold is over or another by now, or nobody knows an address.
    async fn hold_letter(
        &self,
        row: &HoldLetterRow,
        now: Timestamp,
    ) -> Result<Result<Letter, &'static str>, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let Some(case) = cases::by_id(&mut tx, row.case).await? else { return Ok(Err("case_gone")) };
        if row.until <= now || case.hold_until != Some(row.until) {
            return Ok(Err("hold_over"));
        }
        let Some(person) = people::by_id(&mut tx, row.person).await?.filter(|one| one.disabled_at.is_none()) else {
            return Ok(Err("person_gone"));
        };
        let house = self.house_of(case.site)?;
        let settings = self.alarms.settings();
        let Some(to) = address(&settings, &case, &person.login) else { return Ok(Err("no_address")) };
        let (subject, text) = words(house, &person.lang, &case, row, &settings.base);
        Ok(Ok(Letter { id: row.id, to, subject, text }))
    }

    async fn hold_letter_settled(
        &self,
        row: &HoldLetterRow,
        (state, why): (LetterState, &'static str),
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let again = now.plus(backoff(row.attempts + 1));
        let mut tx = self.store.begin().await?;
        hold_letters::settle(&mut tx, row.id, (state, why), again, now).await?;
        if state == LetterState::Sent
            && let Some(case) = cases::by_id(&mut tx, row.case).await?
        {
            let mut audit = Audit::at(now);
            audit.add(Kind::HoldMailed, Actor::System, Some(case.site), Some(case.id), |entry| {
                entry.about(row.person).time(code!("until"), row.until)
            })?;
            audit.write(&mut tx).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Where a person reads mail: as a member of the house's rotas, else at their login if that is an address.
fn address(settings: &AlarmSettings, case: &CaseRow, login: &str) -> Option<String> {
    let rotas = settings.rotas.iter().filter(|rota| rota.site == case.site);
    let is_them = |known: &Option<String>| known.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(login));
    let mut members = rotas.flat_map(|rota| &rota.members).filter(|member| is_them(&member.login));
    let known = members.find_map(|member| member.mail.clone());
    let is_mail =
        |login: &&str| login.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    known.or_else(|| Some(login).filter(is_mail).map(str::to_owned))
}

/// Subject and text.
fn words(house: &House, lang: &str, case: &CaseRow, row: &HoldLetterRow, base: &str) -> (String, String) {
    let (name, number) = (&house.site.name, case.number);
    let until = match jiff::Timestamp::from_microsecond(row.until.as_micros()) {
        Ok(instant) => instant.to_zoned(house.zone().clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => row.until.to_rfc3339(),
    };
    if lang == "de" {
        let why = if row.is_deputy {
            "Sie bekommen das als Vertretung: Wem der Fall gehört, ist nicht im Dienst.\n\n"
        } else {
            ""
        };
        let text = format!(
            "Bei {name} endet bald ein Halten.\n\nFall: F-{number}\nHaus: {name}\nEndet: {until}\n\n{why}Danach entscheiden die Regeln \
             neu. Worum es geht, zeigt nur das Desk:\n\n    {base}/case/{number}\n\nDiese Nachricht wurde automatisch verschickt. \
             Bitte antworten Sie nicht darauf.\n"
        );
        return (format!("Halten endet bald: F-{number} – {name}"), text);
    }
    let why = if row.is_deputy { "You get this as deputy: whose case it is is not on duty.\n\n" } else { "" };
    let text = format!(
        "A hold at {name} ends soon.\n\nCase: F-{number}\nHouse: {name}\nEnds: {until}\n\n{why}After that the rules decide anew. What it \
         is about only the desk shows:\n\n    {base}/case/{number}\n\nThis message was sent automatically. Please do not reply to it.\n"
    );
    (format!("Hold ends soon: F-{number} – {name}"), text)
}
