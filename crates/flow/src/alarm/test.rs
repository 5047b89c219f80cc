//! Test alarms: one per member, each with an acknowledgement of its own, daily or when somebody asks for it.

use bedside_core::{
    alarm::AlarmKind,
    id::SiteId,
    log::Kind,
    time::{Span, Timestamp},
};
use bedside_store::alarms::{self, AlarmRow, NewAlarm};

use super::watch::note;
use crate::{FlowError, House, Road};

impl Road {
    /// Puts a test in line for every member of a house's rotas; tests that are still open end. Gives how many.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn test_alarms(&self, site: SiteId) -> Result<usize, FlowError> {
        let now = self.now();
        let settings = self.alarms.settings();
        let mut tx = self.store.begin().await?;
        alarms::end_tests(&mut tx, site, now).await?;
        let members = settings.members(site);
        for (rota, member) in &members {
            let (kind, subject, team) = (AlarmKind::Test, member.slug.as_str(), rota.team.as_str());
            alarms::raise(&mut tx, &NewAlarm { site, kind, subject, case: None, team, due_at: None }, now).await?;
        }
        if !members.is_empty() {
            note(&mut tx, Kind::AlarmRaised, site, AlarmKind::Test, now).await?;
        }
        tx.commit().await?;
        self.alarms.raised.notify_one();
        Ok(members.len())
    }

    /// Tests every house whose hour has come today.
    pub(super) async fn test_daily(&self, now: Timestamp) -> Result<usize, FlowError> {
        let settings = self.alarms.settings();
        let Some(minute) = settings.test_at_min else { return Ok(0) };
        let mut tested = 0;
        for house in self.houses() {
            let Some(due) = house.last_at(minute, now) else { continue };
            let mut tx = self.store.begin_read().await?;
            let newest = alarms::newest_test(&mut tx, house.site.id).await?;
            drop(tx);
            // A program that starts long after the hour waits for the next one: nobody expects a test at midnight.
            let is_late = now.since(due) > Span::hours(1);
            let is_done = newest.is_some_and(|row: AlarmRow| row.raised_at >= due);
            if !is_late && !is_done {
                tested += self.test_alarms(house.site.id).await?;
            }
        }
        Ok(tested)
    }
}

impl House {
    /// When it last was this minute of a day at the house; `None`: outside the calendar.
    fn last_at(&self, minute: u16, now: Timestamp) -> Option<Timestamp> {
        let local = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?.to_zoned(self.zone().clone());
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
        let today = local.date().at(hour, minute, 0, 0).to_zoned(self.zone().clone()).ok()?;
        let at = Timestamp::from_micros(today.timestamp().as_microsecond());
        (at <= now).then_some(at)
    }
}
