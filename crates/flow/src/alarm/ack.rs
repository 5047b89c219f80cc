//! Acknowledging by link: signed, short-lived, one per member and alarm. Looking changes nothing; a button does.

use bedside_core::{
    alarm::Danger,
    code,
    id::AlarmId,
    log::{Actor, Code, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    alarms::{self, AlarmRow, AlarmState},
    cases, people,
};

use super::{call::channel_name, plan::kind_code};
use crate::{Change, FlowError, Road, audit::Audit};

/// How long the link of a call holds; a later call brings a new one.
pub(super) const LINK_HOLDS: Span = Span::hours(1);

/// A link as somebody opened it.
#[derive(Debug, Clone, Copy)]
pub struct AlarmLink<'a> {
    /// The alarm's id.
    pub alarm: &'a str,
    /// The member, by their name in the rota.
    pub member: &'a str,
    /// Until when it holds, in seconds since 1970.
    pub until: &'a str,
    /// The signature, in hexadecimal.
    pub signature: &'a str,
}

/// What a link shows: neither text nor handle.
#[derive(Debug, Clone)]
pub struct AlarmView {
    /// The alarm.
    pub row: AlarmRow,
    /// Who opened the link.
    pub member: String,
    /// The number of the case, where it is one.
    pub case: Option<i64>,
    /// The danger.
    pub danger: Danger,
    /// The name of the channel, where it is one.
    pub channel: String,
    /// Who acknowledged it, in words.
    pub by: Option<String>,
    /// How it stands, for whoever opened the link.
    pub standing: Standing,
    /// Their language, `de` or `en`.
    pub lang: String,
}

/// How an alarm stands for whoever opened a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits for somebody to say that they know.
    Open,
    /// The link is too old; a later call brought another.
    Expired,
    /// Somebody has said so.
    Acknowledged,
    /// It is over.
    Ended,
}

/// What became of a button pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// It is acknowledged now.
    Now,
    /// It stood otherwise already; the page says how.
    Not(Standing),
}

/// Until when a link holds, read from its address.
pub(super) fn until_of(link: &str) -> Option<Timestamp> {
    let seconds: i64 = link.rsplit('/').nth(1)?.parse().ok()?;
    Some(Timestamp::from_micros(seconds.checked_mul(1_000_000)?))
}

impl Road {
    /// The link that a call made at `at` brings to a member.
    pub(super) fn link_of(&self, alarm: &AlarmRow, member: &str, at: Timestamp) -> String {
        let until = at.plus(LINK_HOLDS).as_micros().div_euclid(1_000_000).to_string();
        let id = alarm.id.to_string();
        let signature = hex(&self.store.lookup().hash(&["alarm", "link", &id, member, &until]));
        format!("{}/alarm/{id}/{member}/{until}/{signature}", self.alarms.settings().base)
    }

    fn is_ours(&self, link: &AlarmLink<'_>) -> bool {
        let signed = ["alarm", "link", link.alarm, link.member, link.until];
        self.store.lookup().fits(&bytes(link.signature), &signed)
    }

    /// What a link shows; `None`: it is none of ours. Writes nothing.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn alarm_behind(&self, link: &AlarmLink<'_>) -> Result<Option<AlarmView>, FlowError> {
        let Some(id) = link.alarm.parse::<AlarmId>().ok().filter(|_| self.is_ours(link)) else { return Ok(None) };
        let mut tx = self.store.begin_read().await?;
        let Some(row) = alarms::by_id(&mut tx, id).await? else { return Ok(None) };
        let case = match row.case {
            Some(case) => cases::by_id(&mut tx, case).await?.map(|case| case.number),
            None => None,
        };
        let channel = channel_name(&mut tx, &row).await?;
        drop(tx);
        let settings = self.alarms.settings();
        let name = |slug: &str| settings.member(row.site, slug).map_or_else(|| slug.to_owned(), |one| one.name.clone());
        let lang = settings.member(row.site, link.member).map_or_else(|| "en".to_owned(), |one| one.lang.clone());
        let standing = self.standing(&row, link);
        Ok(Some(AlarmView {
            member: name(link.member),
            case,
            danger: Danger::of_team(&row.team),
            channel,
            by: row.acknowledged_by.as_deref().map(name),
            standing,
            lang,
            row,
        }))
    }

    fn standing(&self, row: &AlarmRow, link: &AlarmLink<'_>) -> Standing {
        let until = link.until.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1_000_000));
        let is_over = until.is_none_or(|until| self.now() >= Timestamp::from_micros(until));
        match row.state {
            AlarmState::Acknowledged => Standing::Acknowledged,
            AlarmState::Ended => Standing::Ended,
            AlarmState::Open if is_over => Standing::Expired,
            AlarmState::Open => Standing::Open,
        }
    }

    /// A member says by their link that they know: nobody is called any more. Where the rota says who at the desk they are,
    /// the case is theirs from now on. `None`: the link is none of ours.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn acknowledge_alarm(&self, link: &AlarmLink<'_>) -> Result<Option<Acknowledged>, FlowError> {
        let Some(id) = link.alarm.parse::<AlarmId>().ok().filter(|_| self.is_ours(link)) else { return Ok(None) };
        let now = self.now();
        let settings = self.alarms.settings();
        let mut tx = self.store.begin().await?;
        let Some(row) = alarms::by_id(&mut tx, id).await? else { return Ok(None) };
        let standing = self.standing(&row, link);
        if standing != Standing::Open {
            return Ok(Some(Acknowledged::Not(standing)));
        }
        let login = settings.member(row.site, link.member).and_then(|member| member.login.clone());
        let person = match login {
            Some(login) => people::by_login(&mut tx, &login).await?.filter(|one| one.disabled_at.is_none()),
            None => None,
        };
        let person = person.map(|one| one.id);
        if !alarms::acknowledge(&mut tx, id, link.member, person, now).await? {
            return Ok(Some(Acknowledged::Not(Standing::Acknowledged)));
        }
        alarms::drop_calls(&mut tx, id, "acknowledged", now).await?;
        alarms::note_acknowledged(&mut tx, row.site, link.member, now).await?;
        let mut audit = Audit::at(now);
        let actor = person.map_or(Actor::System, Actor::Person);
        audit.add(Kind::AlarmAcknowledged, actor, Some(row.site), row.case, |entry| {
            let entry = entry.code(code!("kind"), kind_code(row.kind)).code(code!("how"), code!("link"));
            match Code::configured(link.member) {
                Ok(member) => entry.code(code!("member"), member),
                Err(_) => entry,
            }
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        tracing::info!(member = link.member, kind = row.kind.as_str(), "an alarm was acknowledged by its link");
        if let (Some(person), Some(case)) = (person, row.case)
            && let Err(error) = self.take_alarm(person, case).await
        {
            tracing::warn!(%error, "the case of an acknowledged alarm could not be taken in the member's name");
        }
        self.tell(row.site, row.case, Change::Changed);
        Ok(Some(Acknowledged::Now))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes from hexadecimal; none if it is not.
fn bytes(hex: &str) -> Vec<u8> {
    let digits: Option<Vec<u8>> =
        hex.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    digits
        .unwrap_or_default()
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit))
        .collect()
}
