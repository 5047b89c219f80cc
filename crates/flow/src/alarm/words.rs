//! What a call says, in German and English: the number of the case, the kind of danger, the house, times, and a link. Never a
//! word of a post, never a handle.

use bedside_core::{
    alarm::{AlarmKind, Danger},
    time::Timestamp,
};
use bedside_store::alarms::AlarmRow;
use serde_json::{Value, json};

use super::{ack::LINK_HOLDS, rota::Member};
use crate::House;

/// Everything that a call may say.
pub(super) struct Said<'a> {
    pub(super) house: &'a House,
    pub(super) alarm: &'a AlarmRow,
    pub(super) member: &'a Member,
    /// Which call of the alarm it is.
    pub(super) number: i64,
    pub(super) is_over: bool,
    /// The number of the case, where it is one.
    pub(super) case: Option<i64>,
    /// The name of the channel, where it is one.
    pub(super) channel: &'a str,
    pub(super) link: &'a str,
    pub(super) base: &'a str,
}

impl Said<'_> {
    fn is_de(&self) -> bool {
        self.member.lang == "de"
    }

    fn pick<'t>(&self, de: &'t str, en: &'t str) -> &'t str {
        if self.is_de() { de } else { en }
    }

    /// What it is about, as a headline.
    fn matter(&self) -> String {
        match self.alarm.kind {
            AlarmKind::Case => danger(Danger::of_team(&self.alarm.team), self.is_de()).to_owned(),
            AlarmKind::Channel => {
                format!("{} {}", self.pick("Kanal schweigt:", "Channel silent:"), self.channel)
            }
            AlarmKind::Mail => self.pick("Mailserver nimmt keine Briefe", "Mail server takes no letters").to_owned(),
            AlarmKind::Incident => {
                self.pick("Ereignis ohne freigegebene Erklärung", "Incident without an approved statement").to_owned()
            }
            AlarmKind::Test => self.pick("Probealarm", "Test alarm").to_owned(),
        }
    }

    fn time(&self, at: Timestamp) -> String {
        let Ok(instant) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return at.to_rfc3339() };
        instant.to_zoned(self.house.zone().clone()).strftime("%H:%M").to_string()
    }

    fn day(&self, at: Timestamp) -> String {
        let Ok(instant) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return at.to_rfc3339() };
        instant.to_zoned(self.house.zone().clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    fn case(&self) -> Option<String> {
        self.case.map(|number| format!("F-{number}"))
    }
}

/// The words for a danger.
const fn danger(danger: Danger, is_de: bool) -> &'static str {
    match (danger, is_de) {
        (Danger::Suicide, true) => "Suizid oder Selbstverletzung",
        (Danger::Suicide, false) => "Suicide or self-harm",
        (Danger::Emergency, true) => "Medizinischer Notfall",
        (Danger::Emergency, false) => "Medical emergency",
        (Danger::Threat, true) => "Drohung",
        (Danger::Threat, false) => "Threat",
        (Danger::Safeguarding, true) => "Kinder- und Opferschutz",
        (Danger::Safeguarding, false) => "Safeguarding",
        (Danger::Incident, true) => "Ereignis im Haus",
        (Danger::Incident, false) => "Incident",
        (Danger::Look, true) => "Ein Beitrag, den niemand angesehen hat",
        (Danger::Look, false) => "A post that nobody has looked at",
        (Danger::Other, true) => "Dringend",
        (Danger::Other, false) => "Urgent",
    }
}

/// One line: for the subject of a letter and for a text message.
fn headline(said: &Said<'_>) -> String {
    let site = &said.house.site.name;
    let matter = said.matter();
    if said.is_over {
        return format!("{} {matter} – {site}", said.pick("Vorbei:", "Over:"));
    }
    let by = said.alarm.due_at.map(|at| format!("{} {}", said.pick(", bis", ", by"), said.time(at)));
    let by = by.unwrap_or_default();
    match (said.alarm.kind, said.case()) {
        (AlarmKind::Test, _) => format!("{matter} – {site}"),
        (_, Some(case)) => format!("Alarm {case}: {matter}{by} – {site}"),
        (_, None) => format!("Alarm: {matter}{by} – {site}"),
    }
}

/// A letter: subject and text.
pub(super) fn letter(said: &Said<'_>) -> (String, String) {
    let since = said.day(said.alarm.raised_at);
    let mut text = format!("{}\n\n", first_line(said));
    let line = |name: &str, value: &str| format!("{name}: {value}\n");
    text.push_str(&line(said.pick("Worum es geht", "What"), &said.matter()));
    if let Some(case) = said.case() {
        text.push_str(&line(said.pick("Fall", "Case"), &case));
    }
    text.push_str(&line(said.pick("Haus", "House"), &said.house.site.name));
    text.push_str(&line(said.pick("Seit", "Since"), &since));
    if said.is_over {
        return (headline(said), text);
    }
    if let Some(due) = said.alarm.due_at {
        text.push_str(&line(said.pick("Übernehmen bis", "To be taken by"), &said.time(due)));
    }
    let until = said.time(said.alarm.raised_at.max(said.called_at()).plus(LINK_HOLDS));
    if said.is_de() {
        text.push_str(&format!(
            "Anruf: Nr. {}\n\nMit diesem Link sagen Sie, dass Sie es wissen und sich kümmern. Erst der Knopf auf der Seite zählt:\n\n    \
             {}\n\nDer Link gilt nur für Sie und bis {until}. Solange niemand antwortet, geht der Alarm weiter.\n",
            said.number, said.link
        ));
        if let Some(case) = said.case {
            text.push_str(&format!("Den Beitrag selbst zeigt nur das Desk: {}/case/{case}\n", said.base));
        }
        text.push_str("\nDiese Nachricht wurde automatisch verschickt. Bitte antworten Sie nicht darauf.\n");
    } else {
        text.push_str(&format!(
            "Call: no. {}\n\nWith this link you say that you know and take care of it. Only the button on the page counts:\n\n    \
             {}\n\nThe link is yours alone and holds until {until}. While nobody answers, the alarm goes on.\n",
            said.number, said.link
        ));
        if let Some(case) = said.case {
            text.push_str(&format!("The post itself is shown at the desk alone: {}/case/{case}\n", said.base));
        }
        text.push_str("\nThis message was sent automatically. Please do not reply to it.\n");
    }
    (headline(said), text)
}

impl Said<'_> {
    /// When this call was put in line: the link of it says until when it holds.
    fn called_at(&self) -> Timestamp {
        super::ack::until_of(self.link).map_or(self.alarm.raised_at, |until| until.minus(LINK_HOLDS))
    }
}

fn first_line(said: &Said<'_>) -> &'static str {
    let is_de = said.is_de();
    match (said.alarm.kind, said.is_over) {
        (_, true) if is_de => "Der Alarm ist vorbei. Es ist nichts mehr zu tun.",
        (_, true) => "The alarm is over. There is nothing more to do.",
        (AlarmKind::Case, _) if is_de => "Jemand muss sofort nach einem Fall sehen.",
        (AlarmKind::Case, _) => "Somebody must look at a case at once.",
        (AlarmKind::Channel | AlarmKind::Mail, _) if is_de => {
            "Bedside selbst braucht Hilfe: Was dort geschrieben wird, sieht gerade niemand, oder niemand wird erreicht."
        }
        (AlarmKind::Channel | AlarmKind::Mail, _) => {
            "Bedside itself needs help: what is written there is seen by nobody right now, or nobody is reached."
        }
        (AlarmKind::Incident, _) if is_de => {
            "Ein Ereignis läuft. Bis eine Erklärung freigegeben ist, wartet jede Antwort: Jemand muss sie schreiben."
        }
        (AlarmKind::Incident, _) => {
            "An incident runs. Until a statement is approved every answer waits: somebody must write it."
        }
        (AlarmKind::Test, _) if is_de => "Das ist eine Probe. Bitte bestätigen Sie, dass sie angekommen ist.",
        (AlarmKind::Test, _) => "This is a test. Please confirm that it has arrived.",
    }
}

/// The body of a webhook. `text` is one line for a text message or for a voice to read; the rest is for machines.
pub(super) fn hook(said: &Said<'_>) -> Value {
    let alarm = said.alarm;
    let kind = match (said.is_over, alarm.kind) {
        (true, _) => "alarm.over",
        (false, AlarmKind::Test) => "alarm.test",
        (false, AlarmKind::Case | AlarmKind::Channel | AlarmKind::Mail | AlarmKind::Incident) => "alarm.raised",
    };
    let about = match alarm.kind {
        AlarmKind::Case => Danger::of_team(&alarm.team).as_str(),
        other => other.as_str(),
    };
    json!({
        "type": kind,
        "timestamp": alarm.raised_at.to_rfc3339(),
        "data": {
            "alarm": alarm.id.to_string(),
            "about": about,
            "case": said.case(),
            "site": said.house.site.slug,
            "site_name": said.house.site.name,
            "team": alarm.team,
            "member": said.member.slug,
            "number": said.member.number,
            "call": said.number,
            "take_by": alarm.due_at.map(|at| at.to_rfc3339()),
            "text": headline(said),
            "link": (!said.is_over).then_some(said.link),
        }
    })
}
