//! An incident without an approved statement is one alarm for each team of each house, whatever is written meanwhile and however
//! many cases are open: it ends with the statement or with the incident.

use bedside_core::{
    alarm::{AlarmKind, INCIDENT_TEAMS, STATEMENT_WITHIN},
    id::{NoteId, SiteId},
    log::Kind,
    time::Timestamp,
};
use bedside_store::{
    Tx,
    alarms::{self, NewAlarm},
    incidents,
};

use super::watch::{note, over};
use crate::{FlowError, Road};

impl Road {
    /// Brings the alarms of an incident to where it stands, in the transaction that changes it; `site`: the house, or all.
    pub(crate) async fn follow_incident(
        &self,
        tx: &mut Tx,
        incident: NoteId,
        (at, site): (SiteId, Option<SiteId>),
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let subject = incident.to_string();
        let is_on = incidents::open(tx, at).await?.iter().any(|row| row.id == incident);
        if !is_on || incidents::is_approved(tx, incident).await? {
            let known = alarms::alive(tx, AlarmKind::Incident).await?;
            for alarm in known.iter().filter(|alarm| alarm.subject == subject) {
                over(tx, alarm, now).await?;
            }
            return Ok(());
        }
        for house in self.houses.keys().copied().filter(|house| site.is_none_or(|one| one == *house)) {
            for team in INCIDENT_TEAMS {
                let due_at = Some(now.plus(STATEMENT_WITHIN));
                let kind = AlarmKind::Incident;
                let new = NewAlarm { site: house, kind, subject: &subject, case: None, team, due_at };
                if alarms::raise(tx, &new, now).await? {
                    note(tx, Kind::AlarmRaised, house, kind, now).await?;
                }
            }
        }
        Ok(())
    }
}
