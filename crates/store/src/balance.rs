//! The balance: what was decided, said, held and missed, counted by the engine. Figures of houses and rules; nothing in these
//! statements names, groups by or returns who did something.

use bedside_core::{
    id::{DecisionId, SiteId},
    policy::{Decision, SpeechForm},
    time::{Span, Timestamp},
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

/// What of a decision is kept beside it to be counted.
pub(crate) struct Counted {
    pub(crate) speech: &'static str,
    pub(crate) reasons: String,
    pub(crate) within: Option<i64>,
    pub(crate) removes: bool,
}

impl Counted {
    pub(crate) fn of(decision: &Decision) -> Self {
        let speech = decision.speech.as_str();
        let counts = |action: &str| [speech, "escalate_now", "remove_or_report"].contains(&action);
        let named = decision.because.iter().filter(|one| counts(&one.action));
        let reasons: Vec<String> = named.map(|one| format!("{}:{}", one.action, one.rule)).collect();
        Self {
            speech,
            reasons: reasons.join(" "),
            within: decision.escalation.as_ref().map(|one| one.within.as_micros()),
            removes: decision.moderation.is_some(),
        }
    }
}

/// What is counted: which houses, from when until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The houses.
    pub sites: Vec<SiteId>,
    /// The first moment.
    pub from: Timestamp,
    /// The first moment that is no longer counted.
    pub to: Timestamp,
}

impl Asked {
    /// The houses as one text: an id is found in it as a whole, because every id is as long.
    fn sites(&self) -> String {
        self.sites.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// An escalation that must be taken within the hour is an alarm.
const ALARM: i64 = Span::hours(1).as_micros();

/// The posts that were decided for the first time, by what was decided.
macro_rules! first {
    () => {
        "d.is_first AND d.standing = 'live'"
    };
}

statements! {
    BY_SITE = concat!("SELECT d.site_id, d.speech, COUNT(*), CAST(SUM(CASE WHEN d.within IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN d.within <= $4 THEN 1 ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN d.removes THEN 1 ELSE 0 END) AS BIGINT) \
        FROM decision d WHERE ", first!(), " AND d.at >= $2 AND d.at < $3 AND $1 LIKE '%' || d.site_id || '%' \
        GROUP BY d.site_id, d.speech");
    IMPORTED = "SELECT COUNT(*) FROM decision d WHERE d.is_first AND d.standing <> 'live' AND d.at >= $2 AND d.at < $3 \
        AND $1 LIKE '%' || d.site_id || '%'";
    REASONS = concat!("SELECT d.speech, d.reasons, COUNT(*) FROM decision d WHERE ", first!(), " AND d.at >= $2 AND d.at < $3 \
        AND $1 LIKE '%' || d.site_id || '%' GROUP BY d.speech, d.reasons");
    // The first reply to each post: how long its author waited, and how much of that the rules or a person held it. A hold lasts
    // from its decision to the next one of the case.
    WAITS = "WITH said AS (SELECT o.id, o.case_id, o.said_at, p.written_at, f.form FROM outbox o JOIN post p ON p.id = o.post_id \
        JOIN draft f ON f.id = o.draft_id WHERE o.said_at >= $2 AND o.said_at < $3 AND $1 LIKE '%' || o.site_id || '%' \
        AND p.standing = 'live' AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.post_id = o.post_id AND e.said_at < o.said_at)), \
        turns AS (SELECT d.case_id, d.speech, d.at, LEAD(d.at) OVER (PARTITION BY d.case_id ORDER BY d.at, d.id) AS next_at \
        FROM decision d WHERE d.case_id IN (SELECT case_id FROM said)), \
        held AS (SELECT s.id, SUM(CASE WHEN t.next_at < s.said_at THEN t.next_at ELSE s.said_at END \
        - CASE WHEN t.at > s.written_at THEN t.at ELSE s.written_at END) AS span FROM said s JOIN turns t ON t.case_id = s.case_id \
        WHERE t.speech = 'hold' AND t.at < s.said_at AND COALESCE(t.next_at, s.said_at) > s.written_at GROUP BY s.id), \
        waits AS (SELECT s.form, s.said_at - s.written_at AS felt, s.said_at - s.written_at - CAST(COALESCE(h.span, 0) AS BIGINT) AS worked, \
        CASE s.form WHEN 'answer_public_generic' THEN CAST($4 AS BIGINT) WHEN 'invite_private' THEN CAST($5 AS BIGINT) ELSE CAST($6 AS BIGINT) END AS goal, \
        CASE WHEN h.id IS NULL THEN 0 ELSE 1 END AS was_held FROM said s LEFT JOIN held h ON h.id = s.id), \
        ranked AS (SELECT form, felt, worked, goal, was_held, ROW_NUMBER() OVER (PARTITION BY form ORDER BY felt) AS rf, \
        ROW_NUMBER() OVER (PARTITION BY form ORDER BY worked) AS rw, COUNT(*) OVER (PARTITION BY form) AS n FROM waits) \
        SELECT form, n, MAX(CASE WHEN rf = (n + 1) / 2 THEN felt END), MAX(CASE WHEN rf = (9 * n + 9) / 10 THEN felt END), \
        MAX(CASE WHEN rw = (n + 1) / 2 THEN worked END), MAX(CASE WHEN rw = (9 * n + 9) / 10 THEN worked END), \
        CAST(SUM(CASE WHEN felt <= goal THEN 1 ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN worked <= goal THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(was_held) AS BIGINT) FROM ranked GROUP BY form, n";
    // A hold begins with a decision to hold that follows none, and ends with the next decision that is another.
    HOLDS = "WITH begun AS (SELECT d.id, d.case_id, d.at FROM decision d WHERE d.speech = 'hold' AND d.standing = 'live' \
        AND d.at >= $2 AND d.at < $3 AND $1 LIKE '%' || d.site_id || '%' AND COALESCE((SELECT b.speech FROM decision b \
        WHERE b.case_id = d.case_id AND (b.at < d.at OR (b.at = d.at AND b.id < d.id)) ORDER BY b.at DESC, b.id DESC LIMIT 1), '') <> 'hold'), \
        spans AS (SELECT (SELECT MIN(e.at) FROM decision e WHERE e.case_id = b.case_id AND e.speech <> 'hold' AND e.at >= b.at AND e.id > b.id) \
        - b.at AS span FROM begun b), \
        ranked AS (SELECT span, ROW_NUMBER() OVER (ORDER BY CASE WHEN span IS NULL THEN 1 ELSE 0 END, span) AS rn, COUNT(*) OVER () AS begun, \
        COUNT(span) OVER () AS n FROM spans) \
        SELECT begun, n, MAX(CASE WHEN rn = (n + 1) / 2 THEN span END), MAX(CASE WHEN rn = (9 * n + 9) / 10 THEN span END) FROM ranked \
        GROUP BY begun, n";
    // Silences that were none in the end: a person answered that very post, somebody was alarmed about it later, a person decided
    // that something be said, or a person said that the silence was wrong.
    MISSED = concat!("WITH silent AS (SELECT d.case_id, d.post_id, d.at, d.reasons, d.wrong_at FROM decision d WHERE ", first!(),
        " AND d.speech = 'stay_silent' AND d.within IS NULL AND d.at >= $2 AND d.at < $3 AND $1 LIKE '%' || d.site_id || '%'), \
        looked AS (SELECT s.case_id, s.at, s.reasons, \
        CASE WHEN EXISTS (SELECT 1 FROM outbox o WHERE o.post_id = s.post_id AND o.said_at > s.at) THEN 1 ELSE 0 END AS answered, \
        CASE WHEN EXISTS (SELECT 1 FROM decision e WHERE e.post_id = s.post_id AND e.at > s.at AND e.within IS NOT NULL) THEN 1 ELSE 0 END AS escalated, \
        CASE WHEN EXISTS (SELECT 1 FROM decision e WHERE e.post_id = s.post_id AND e.at > s.at AND e.by_person IS NOT NULL \
        AND e.speech IN ('answer_public_generic', 'invite_private', 'acknowledge_only')) THEN 1 ELSE 0 END AS decided, \
        CASE WHEN s.wrong_at IS NOT NULL OR EXISTS (SELECT 1 FROM decision e WHERE e.post_id = s.post_id AND e.at > s.at \
        AND e.speech = 'stay_silent' AND e.wrong_at IS NOT NULL) THEN 1 ELSE 0 END AS wrong FROM silent s), \
        missed AS (SELECT l.*, COUNT(*) OVER () AS n FROM looked l WHERE answered + escalated + decided + wrong > 0) \
        SELECT c.number, c.site_id, m.at, m.reasons, m.answered = 1, m.escalated = 1, m.decided = 1, m.wrong = 1, m.n \
        FROM missed m JOIN cases c ON c.id = m.case_id ORDER BY m.at DESC, c.number DESC LIMIT $4");
    // Each case's first alarm, and how long until somebody took the case's alarm.
    ALARMS = "WITH near AS (SELECT DISTINCT d.case_id FROM decision d WHERE d.within <= $4 AND d.standing = 'live' AND d.at >= $2 AND d.at < $3 \
        AND $1 LIKE '%' || d.site_id || '%'), \
        raised AS (SELECT d.case_id, MIN(d.at) AS at, MIN(d.within) AS within FROM decision d \
        WHERE d.case_id IN (SELECT case_id FROM near) AND d.within <= $4 GROUP BY d.case_id HAVING MIN(d.at) >= $2 AND MIN(d.at) < $3), \
        spans AS (SELECT CASE WHEN c.alarm_taken_at < r.at THEN 0 ELSE c.alarm_taken_at - r.at END AS span, r.within \
        FROM raised r JOIN cases c ON c.id = r.case_id), \
        ranked AS (SELECT span, within, ROW_NUMBER() OVER (ORDER BY CASE WHEN span IS NULL THEN 1 ELSE 0 END, span) AS rn, \
        COUNT(span) OVER () AS n FROM spans) \
        SELECT COUNT(*), n, MAX(CASE WHEN rn = (n + 1) / 2 THEN span END), MAX(CASE WHEN rn = (9 * n + 9) / 10 THEN span END), \
        CAST(SUM(CASE WHEN span <= within THEN 1 ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN span <= 120000000 THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN span > 120000000 AND span <= 300000000 THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN span > 300000000 AND span <= 600000000 THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN span > 600000000 AND span <= 1800000000 THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN span > 1800000000 THEN 1 ELSE 0 END) AS BIGINT) FROM ranked GROUP BY n";
    MARK_WRONG = "UPDATE decision SET wrong_at = $2 WHERE id = $1 AND wrong_at IS NULL";
}

many_statements! {
    // A row for each stretch of time: its number, from, to, the houses. CROSS JOIN has SQLite go through the stretches and look each
    // up in the index, instead of holding every decision against every stretch.
    DECIDED = "SELECT b.column1, d.speech, COUNT(*), CAST(SUM(CASE WHEN d.within IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN d.removes THEN 1 ELSE 0 END) AS BIGINT) FROM (", [4], concat!(") AS b CROSS JOIN decision d \
        WHERE d.at >= b.column2 AND d.at < b.column3 AND ", first!(), " AND b.column4 LIKE '%' || d.site_id || '%' \
        GROUP BY b.column1, d.speech");
    SAID_WHEN = "SELECT b.column1, f.form, COUNT(*) FROM (", [4], ") AS b JOIN outbox o ON o.said_at >= b.column2 AND o.said_at < b.column3 \
        JOIN draft f ON f.id = o.draft_id WHERE b.column4 LIKE '%' || o.site_id || '%' GROUP BY b.column1, f.form";
}

/// Posts by what was decided about them when they came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// To be answered, in public and in general.
    pub answer: i64,
    /// To be invited to a private place.
    pub invite: i64,
    /// To be thanked or acknowledged.
    pub acknowledge: i64,
    /// To wait.
    pub hold: i64,
    /// Not to be answered.
    pub silent: i64,
    /// Left to a person.
    pub person: i64,
    /// Of all of them: somebody had to know.
    pub escalated: i64,
    /// Of those: within the hour. Counted over a whole period only.
    pub alarms: i64,
    /// Of all of them: to be removed or reported.
    pub removed: i64,
}

impl Tally {
    /// All posts: everything but what stands beside speech.
    #[must_use]
    pub const fn posts(&self) -> i64 {
        self.answer + self.invite + self.acknowledge + self.hold + self.silent + self.person
    }

    fn add(&mut self, speech: &str, n: i64) {
        match speech {
            "answer_public_generic" => self.answer += n,
            "invite_private" => self.invite += n,
            "acknowledge_only" => self.acknowledge += n,
            "hold" => self.hold += n,
            "stay_silent" => self.silent += n,
            _ => self.person += n,
        }
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            answer: self.answer + other.answer,
            invite: self.invite + other.invite,
            acknowledge: self.acknowledge + other.acknowledge,
            hold: self.hold + other.hold,
            silent: self.silent + other.silent,
            person: self.person + other.person,
            escalated: self.escalated + other.escalated,
            alarms: self.alarms + other.alarms,
            removed: self.removed + other.removed,
        }
    }
}

/// Replies that were said, by form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    /// Answers in general.
    pub answer: i64,
    /// Invitations.
    pub invite: i64,
    /// Acknowledgements.
    pub acknowledge: i64,
}

/// How long the authors of one form of reply waited. Times in microseconds; percentiles by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// The form.
    pub form: SpeechForm,
    /// Posts that got their first reply.
    pub replies: i64,
    /// As people felt it, from their post to our reply: median.
    pub felt_median: i64,
    /// The same, 90 of 100.
    pub felt_p90: i64,
    /// With the time in holds left out: median.
    pub worked_median: i64,
    /// The same, 90 of 100.
    pub worked_p90: i64,
    /// Within the goal as people felt it.
    pub felt_in_goal: i64,
    /// Within the goal with the time in holds left out.
    pub worked_in_goal: i64,
    /// Held for a while.
    pub held: i64,
}

/// Within what time the first reply should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goals {
    /// An answer.
    pub answer: Span,
    /// An invitation.
    pub invite: Span,
    /// An acknowledgement.
    pub acknowledge: Span,
}

impl Default for Goals {
    /// An answer within four hours; an invitation or a line of thanks within a day.
    fn default() -> Self {
        Self { answer: Span::hours(4), invite: Span::hours(24), acknowledge: Span::hours(24) }
    }
}

/// Holds that began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holds {
    /// How many.
    pub begun: i64,
    /// How many of them have ended.
    pub ended: i64,
    /// How long those took: median, in microseconds.
    pub median: Option<i64>,
    /// The same, 90 of 100.
    pub p90: Option<i64>,
}

/// A silence that was none in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// The number of its case.
    pub case: i64,
    /// Whose.
    pub site: SiteId,
    /// When it was decided to be silent.
    pub at: Timestamp,
    /// The rules that made the silence; empty: none permitted speech.
    pub rules: Vec<String>,
    /// The post was answered.
    pub answered: bool,
    /// Somebody was told of it later.
    pub escalated: bool,
    /// A person decided that something be said.
    pub decided: bool,
    /// A person said that the decision was wrong.
    pub wrong: bool,
}

/// Alarms, each case's first one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Alarms {
    /// Raised.
    pub raised: i64,
    /// Taken by now.
    pub taken: i64,
    /// How long those took: median, in microseconds.
    pub median: Option<i64>,
    /// The same, 90 of 100.
    pub p90: Option<i64>,
    /// Taken within the time the rules give.
    pub in_time: i64,
    /// Taken within 2, 5, 10, 30 minutes, and later.
    pub within: [i64; 5],
}

/// A rule, and how often it made a decision so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What was decided: a form of speech, `hold`, `stay_silent`, `left_to_person`, `escalate_now`, `remove_or_report`.
    pub action: String,
    /// The rule's id; empty: no rule permitted anything.
    pub rule: String,
    /// How many posts.
    pub posts: i64,
}

/// Posts by stretches of time: `edges` are their limits, the first moment of each and the end of the last.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn decided(tx: &mut Tx, asked: &Asked, edges: &[Timestamp]) -> Result<Vec<Tally>, StoreError> {
    let mut all = vec![Tally::default(); edges.len().saturating_sub(1)];
    for row in DECIDED.rows(tx, stretches(asked, edges)).await? {
        let Some(tally) = usize::try_from(row.int(0)?).ok().and_then(|n| all.get_mut(n)) else { continue };
        tally.add(&row.text(1)?, row.int(2)?);
        tally.escalated += row.int(3)?;
        tally.removed += row.int(4)?;
    }
    Ok(all)
}

/// Replies said, by the same stretches of time.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn said(tx: &mut Tx, asked: &Asked, edges: &[Timestamp]) -> Result<Vec<Said>, StoreError> {
    let mut all = vec![Said::default(); edges.len().saturating_sub(1)];
    for row in SAID_WHEN.rows(tx, stretches(asked, edges)).await? {
        let Some(said) = usize::try_from(row.int(0)?).ok().and_then(|n| all.get_mut(n)) else { continue };
        let n = row.int(2)?;
        match row.word(1, SpeechForm::from_word)? {
            SpeechForm::AnswerPublicGeneric => said.answer += n,
            SpeechForm::InvitePrivate => said.invite += n,
            SpeechForm::AcknowledgeOnly => said.acknowledge += n,
        }
    }
    Ok(all)
}

fn stretches(asked: &Asked, edges: &[Timestamp]) -> Vec<Vec<crate::value::Arg>> {
    let sites = asked.sites();
    let pairs = edges.iter().zip(edges.iter().skip(1)).zip(0_i64..);
    pairs.map(|((from, to), n)| args![n, *from, *to, &sites]).collect()
}

/// Posts by house over the whole period.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn by_site(tx: &mut Tx, asked: &Asked) -> Result<Vec<(SiteId, Tally)>, StoreError> {
    let mut all: Vec<(SiteId, Tally)> = asked.sites.iter().map(|site| (*site, Tally::default())).collect();
    for row in tx.rows(BY_SITE, args![asked.sites(), asked.from, asked.to, ALARM]).await? {
        let site: SiteId = row.id(0)?;
        let Some((_, tally)) = all.iter_mut().find(|(known, _)| *known == site) else { continue };
        tally.add(&row.text(1)?, row.int(2)?);
        tally.escalated += row.int(3)?;
        tally.alarms += row.int(4)?;
        tally.removed += row.int(5)?;
    }
    Ok(all)
}

/// Imported posts that were decided in the period: told apart, and in none of the other figures.
///
/// # Errors
/// The engine refuses.
pub async fn imported(tx: &mut Tx, asked: &Asked) -> Result<i64, StoreError> {
    tx.row(IMPORTED, args![asked.sites(), asked.from, asked.to]).await?.map_or(Ok(0), |row| row.int(0))
}

/// The rules that made decisions so, the most frequent first within each action.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn reasons(tx: &mut Tx, asked: &Asked) -> Result<Vec<Reason>, StoreError> {
    let mut counts = std::collections::BTreeMap::<(String, String), i64>::new();
    for row in tx.rows(REASONS, args![asked.sites(), asked.from, asked.to]).await? {
        let (speech, reasons, n) = (row.text(0)?, row.text(1)?, row.int(2)?);
        let named: Vec<(&str, &str)> = reasons.split(' ').filter_map(|one| one.split_once(':')).collect();
        for (action, rule) in &named {
            *counts.entry(((*action).to_owned(), (*rule).to_owned())).or_default() += n;
        }
        if !named.iter().any(|(action, _)| *action == speech) {
            *counts.entry((speech, String::new())).or_default() += n;
        }
    }
    let mut all: Vec<Reason> =
        counts.into_iter().map(|((action, rule), posts)| Reason { action, rule, posts }).collect();
    all.sort_by(|one, other| (other.posts, &one.action, &one.rule).cmp(&(one.posts, &other.action, &other.rule)));
    Ok(all)
}

/// How long people waited for their first reply, by its form.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn waits(tx: &mut Tx, asked: &Asked, goals: &Goals) -> Result<Vec<Waits>, StoreError> {
    let [answer, invite, acknowledge] = [goals.answer, goals.invite, goals.acknowledge].map(Span::as_micros);
    let args = args![asked.sites(), asked.from, asked.to, answer, invite, acknowledge];
    let read = |row: &Row| {
        Ok(Waits {
            form: row.word(0, SpeechForm::from_word)?,
            replies: row.int(1)?,
            felt_median: row.int(2)?,
            felt_p90: row.int(3)?,
            worked_median: row.int(4)?,
            worked_p90: row.int(5)?,
            felt_in_goal: row.int(6)?,
            worked_in_goal: row.int(7)?,
            held: row.int(8)?,
        })
    };
    let mut all: Vec<Waits> = tx.rows(WAITS, args).await?.iter().map(read).collect::<Result<_, StoreError>>()?;
    all.sort_by_key(|one| one.form);
    Ok(all)
}

/// Holds that began in the period, and how long they took.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn holds(tx: &mut Tx, asked: &Asked) -> Result<Holds, StoreError> {
    let row = tx.row(HOLDS, args![asked.sites(), asked.from, asked.to]).await?;
    row.map_or(Ok(Holds::default()), |row| {
        Ok(Holds { begun: row.int(0)?, ended: row.int(1)?, median: row.opt_int(2)?, p90: row.opt_int(3)? })
    })
}

/// Silences of the period that were none in the end: how many, and the newest `most`.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn missed(tx: &mut Tx, asked: &Asked, most: u32) -> Result<(i64, Vec<Missed>), StoreError> {
    let rows = tx.rows(MISSED, args![asked.sites(), asked.from, asked.to, most]).await?;
    let total = rows.first().map_or(Ok(0), |row| row.int(8))?;
    let read = |row: &Row| {
        let reasons = row.text(3)?;
        let rules = reasons.split(' ').filter_map(|one| one.strip_prefix("stay_silent:"));
        Ok(Missed {
            case: row.int(0)?,
            site: row.id(1)?,
            at: row.time(2)?,
            rules: rules.map(str::to_owned).collect(),
            answered: row.flag(4)?,
            escalated: row.flag(5)?,
            decided: row.flag(6)?,
            wrong: row.flag(7)?,
        })
    };
    Ok((total, rows.iter().map(read).collect::<Result<_, StoreError>>()?))
}

/// Alarms raised in the period, and how long until they were taken.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn alarms(tx: &mut Tx, asked: &Asked) -> Result<Alarms, StoreError> {
    let row = tx.row(ALARMS, args![asked.sites(), asked.from, asked.to, ALARM]).await?;
    row.map_or(Ok(Alarms::default()), |row| {
        Ok(Alarms {
            raised: row.int(0)?,
            taken: row.int(1)?,
            median: row.opt_int(2)?,
            p90: row.opt_int(3)?,
            in_time: row.int(4)?,
            within: [row.int(5)?, row.int(6)?, row.int(7)?, row.int(8)?, row.int(9)?],
        })
    })
}

/// Notes that a person said a decision was wrong; the first time counts.
///
/// # Errors
/// The engine refuses.
pub async fn mark_wrong(tx: &mut Tx, decision: DecisionId, now: Timestamp) -> Result<(), StoreError> {
    tx.run(MARK_WRONG, args![decision, now]).await.map(drop)
}
