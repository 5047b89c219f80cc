//! The plan: whom an open alarm calls next. One member after the other, each again until their time is over; after the last
//! all of them together, until somebody says that they know.

use bedside_core::{
    alarm::AlarmKind,
    code,
    log::{Actor, Code, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    alarms::{self, AlarmRow, NewCall},
};

use super::rota::{Member, Rota};
use crate::{FlowError, Road, audit::Audit};

/// Alarms stepped at once.
const MOST: u32 = 50;
/// How soon an alarm that nobody can be called for is looked at again.
const NOBODY: Span = Span::minutes(1);
/// A test calls once.
const ONCE: Span = Span::days(3650);

/// One step of an alarm.
struct Step<'a> {
    called: Vec<&'a Member>,
    after: AlarmRow,
}

impl Road {
    /// Takes every open alarm one step on whose time has come. Gives how many.
    ///
    /// # Errors
    /// The store refuses; the alarms stay due.
    pub async fn alarm_next(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let due = alarms::due(&mut tx, now, MOST).await?;
        drop(tx);
        let mut stepped = 0;
        for row in due {
            match self.step_alarm(&row, now).await {
                Ok(is_stepped) => stepped += usize::from(is_stepped),
                // One alarm that can't be stepped stops no other.
                Err(error) => {
                    tracing::error!(alarm = %row.id, %error, "an alarm could not be carried on, trying again")
                }
            }
        }
        Ok(stepped)
    }

    async fn step_alarm(&self, row: &AlarmRow, now: Timestamp) -> Result<bool, FlowError> {
        let settings = self.alarms.settings();
        let Some(house) = self.house(row.site) else {
            // Nobody can be called for a house that is set up no longer; should it come back, its cases raise their alarms anew.
            tracing::warn!(alarm = %row.id, "the house of an alarm is set up no longer: the alarm is over");
            return Ok(self.end_own(row, now).await? > 0);
        };
        let rota = settings.rota(row.site, &row.team);
        let step = match (row.kind, rota) {
            (AlarmKind::Test, _) => test(row, settings.member(row.site, &row.subject), now),
            (_, Some(rota)) => plan(rota, &rota.on_duty(house, now), row, now),
            (_, None) => nobody(row, now),
        };
        let mut tx = self.store.begin().await?;
        if !alarms::step(&mut tx, row, &step.after).await? {
            return Ok(false);
        }
        put_calls(&mut tx, row, &step, now).await?;
        tx.commit().await?;
        if step.called.is_empty() {
            if row.next_at == row.raised_at {
                tracing::error!(team = row.team, "an alarm can call nobody: its team has no rota");
            }
            return Ok(false);
        }
        tracing::info!(team = row.team, call = step.after.calls, members = step.called.len(), "an alarm calls");
        self.alarms.calls.notify_one();
        // Asked with every call, because the process may have died after the first one.
        if let Some(case) = row.case.filter(|_| house.rules().crisis().at_once) {
            self.crisis_reply_at_once(case, now).await?;
        }
        Ok(true)
    }
}

async fn put_calls(tx: &mut Tx, row: &AlarmRow, step: &Step<'_>, now: Timestamp) -> Result<(), FlowError> {
    let mut audit = Audit::at(now);
    for member in &step.called {
        for way in member.ways() {
            let (alarm, number) = (row.id, step.after.calls);
            alarms::add_call(tx, &NewCall { alarm, member: &member.slug, way, number, is_over: false }, now).await?;
        }
        audit.add(Kind::AlarmCalled, Actor::System, Some(row.site), row.case, |entry| {
            let entry = entry.number(code!("call"), step.after.calls).code(code!("kind"), kind_code(row.kind));
            let named = [(code!("member"), member.slug.as_str()), (code!("team"), row.team.as_str())];
            named.into_iter().fold(entry, |entry, (name, word)| match Code::configured(word) {
                Ok(word) => entry.code(name, word),
                Err(_) => entry,
            })
        })?;
    }
    audit.write(tx).await
}

pub(super) fn kind_code(kind: AlarmKind) -> Code {
    match kind {
        AlarmKind::Case => code!("case"),
        AlarmKind::Channel => code!("channel"),
        AlarmKind::Mail => code!("mail"),
        AlarmKind::Incident => code!("incident"),
        AlarmKind::Test => code!("test"),
    }
}

fn nobody(row: &AlarmRow, now: Timestamp) -> Step<'static> {
    Step { called: Vec::new(), after: AlarmRow { next_at: now.plus(NOBODY), ..row.clone() } }
}

fn test<'a>(row: &AlarmRow, member: Option<&'a Member>, now: Timestamp) -> Step<'a> {
    let after = AlarmRow {
        calls: row.calls + 1,
        member: member.map(|one| one.slug.clone()),
        member_since: Some(now),
        next_at: now.plus(ONCE),
        ..row.clone()
    };
    Step { called: member.into_iter().collect(), after }
}

/// `on_duty` is never empty where the rota has members.
fn plan<'a>(rota: &Rota, on_duty: &[&'a Member], row: &AlarmRow, now: Timestamp) -> Step<'a> {
    let Some(first) = on_duty.first() else { return nobody(row, now) };
    let calls = row.calls + 1;
    if row.is_exhausted {
        let after = AlarmRow { calls, next_at: now.plus(rota.repeat), ..row.clone() };
        return Step { called: on_duty.to_vec(), after };
    }
    let place = row.member.as_ref().and_then(|slug| on_duty.iter().position(|one| one.slug == *slug));
    let is_over = row.member_since.is_some_and(|since| now >= since.plus(rota.pass_on));
    let (member, since) = match place {
        Some(at) if is_over => match on_duty.get(at + 1) {
            Some(next) => (*next, now),
            None => {
                let after = AlarmRow { calls, is_exhausted: true, next_at: now.plus(rota.repeat), ..row.clone() };
                return Step { called: on_duty.to_vec(), after };
            }
        },
        Some(at) => (on_duty.get(at).copied().unwrap_or(first), row.member_since.unwrap_or(now)),
        // Nobody was called yet, or whoever was is off duty by now.
        None => (*first, now),
    };
    let next_at = now.plus(rota.repeat).min(since.plus(rota.pass_on));
    let after =
        AlarmRow { calls, member: Some(member.slug.clone()), member_since: Some(since), next_at, ..row.clone() };
    Step { called: vec![member], after }
}

#[cfg(test)]
mod tests {
    use bedside_core::id::{AlarmId, SiteId};
    use bedside_store::alarms::AlarmState;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_794_661_200_000_000);

    fn member(slug: &str) -> Member {
        Member {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            mail: Some(format!("{slug}@example.org")),
            hook: None,
            number: None,
            lang: "de".to_owned(),
            login: None,
            on_duty: vec![],
        }
    }

    fn rota() -> Rota {
        Rota {
            site: SiteId::new(NOW, &[1; 10]),
            team: "crisis-team".to_owned(),
            repeat: Span::minutes(2),
            pass_on: Span::minutes(5),
            members: vec![member("eva"), member("ulf")],
        }
    }

    fn raised(rota: &Rota) -> AlarmRow {
        AlarmRow {
            id: AlarmId::new(NOW, &[1; 10]),
            site: rota.site,
            kind: AlarmKind::Case,
            subject: String::new(),
            case: None,
            team: rota.team.clone(),
            state: AlarmState::Open,
            calls: 0,
            member: None,
            member_since: None,
            is_exhausted: false,
            due_at: None,
            next_at: NOW,
            raised_at: NOW,
            acknowledged_by: None,
            acknowledged_person: None,
            acknowledged_at: None,
            ended_at: None,
        }
    }

    #[test]
    fn an_alarm_repeats_passes_on_and_then_calls_everybody_again_and_again() {
        let rota = rota();
        let everybody: Vec<&Member> = rota.members.iter().collect();
        let mut row = raised(&rota);
        let mut told = Vec::new();
        for _ in 0..9 {
            let now = row.next_at;
            let step = plan(&rota, &everybody, &row, now);
            let names: Vec<&str> = step.called.iter().map(|one| one.slug.as_str()).collect();
            told.push((now.since(NOW).as_seconds() / 60, names.join("+")));
            row = step.after;
        }
        let expect = [
            (0, "eva"),
            (2, "eva"),
            (4, "eva"),
            (5, "ulf"),
            (7, "ulf"),
            (9, "ulf"),
            (10, "eva+ulf"),
            (12, "eva+ulf"),
            (14, "eva+ulf"),
        ];
        let expect: Vec<(i64, String)> = expect.into_iter().map(|(min, who)| (min, who.to_owned())).collect();
        assert_eq!(told, expect);
    }

    #[test]
    fn whoever_goes_off_duty_is_followed_by_who_is_on() {
        let rota = rota();
        let ulf: Vec<&Member> = rota.members.iter().skip(1).collect();
        let mut row = raised(&rota);
        row.member = Some("eva".to_owned());
        row.member_since = Some(NOW);
        let step = plan(&rota, &ulf, &row, NOW.plus(Span::minutes(2)));
        assert_eq!(step.after.member.as_deref(), Some("ulf"));
        assert_eq!(step.after.member_since, Some(NOW.plus(Span::minutes(2))));
    }

    #[test]
    fn without_a_member_the_alarm_stays_open_and_is_looked_at_again() {
        let rota = rota();
        let step = plan(&rota, &[], &raised(&rota), NOW);
        assert!(step.called.is_empty());
        assert_eq!((step.after.state, step.after.calls, step.after.next_at), (AlarmState::Open, 0, NOW.plus(NOBODY)));
    }
}
