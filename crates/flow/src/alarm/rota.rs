//! A rota as configured: who of a team is called, how, when, and how long before the next one is.

use bedside_core::{
    alarm::{DEFAULT_TEAM, Way, uncovered},
    id::SiteId,
    time::{Span, Timestamp},
};
use bedside_store::sites::Staffed;

use crate::{House, Road};

/// Somebody who is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// A short name of their own, for log and addresses.
    pub slug: String,
    /// The name people see.
    pub name: String,
    /// Their e-mail address.
    pub mail: Option<String>,
    /// The webhook that reaches them, by its slug.
    pub hook: Option<String>,
    /// What the receiver behind the webhook dials or writes to; it is handed on as it stands.
    pub number: Option<String>,
    /// `de` or `en`.
    pub lang: String,
    /// The login of the person at the desk that this is; their link then takes the case in their name.
    pub login: Option<String>,
    /// When they are on duty, in the house's time zone; empty: at any hour.
    pub on_duty: Vec<Staffed>,
}

/// Whom a team's alarms call, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rota {
    /// At which house.
    pub site: SiteId,
    /// Which team, as rules name it in `@to`; [`DEFAULT_TEAM`]: every team without a rota of its own.
    pub team: String,
    /// How long until the same member is called again.
    pub repeat: Span,
    /// How long until the next member is called.
    pub pass_on: Span,
    /// Who, in which order.
    pub members: Vec<Member>,
}

/// What is set about alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmSettings {
    /// The rotas of all houses.
    pub rotas: Vec<Rota>,
    /// The address of the desk, without a final slash; links begin with it.
    pub base: String,
    /// When the daily test is, in minutes after midnight of the house's clock; `None`: there is none.
    pub test_at_min: Option<u16>,
    /// How often a watchdog outside is told that the program lives.
    pub beat_every: Span,
    /// How long a channel or the mail server may be silent before that is an alarm.
    pub silent_after: Span,
}

impl Default for AlarmSettings {
    fn default() -> Self {
        Self {
            rotas: Vec::new(),
            base: "https://bedside.invalid".to_owned(),
            test_at_min: None,
            beat_every: Span::minutes(5),
            silent_after: Span::minutes(10),
        }
    }
}

impl Member {
    /// Over what they are called.
    pub fn ways(&self) -> impl Iterator<Item = Way> {
        let mail = self.mail.as_ref().map(|_| Way::Mail);
        mail.into_iter().chain(self.hook.as_ref().map(|_| Way::Hook))
    }
}

impl Rota {
    /// Who is on duty now; everybody, where nobody is: an alarm reaches somebody.
    pub(super) fn on_duty(&self, house: &House, now: Timestamp) -> Vec<&Member> {
        let is_on = |one: &&Member| one.on_duty.is_empty() || house.is_within(&one.on_duty, now);
        let on: Vec<&Member> = self.members.iter().filter(is_on).collect();
        if on.is_empty() { self.members.iter().collect() } else { on }
    }
}

impl AlarmSettings {
    /// The rota that a team's alarms call: its own, or the house's default one.
    #[must_use]
    pub fn rota(&self, site: SiteId, team: &str) -> Option<&Rota> {
        let of = |team: &str| self.rotas.iter().find(|rota| rota.site == site && rota.team == team);
        of(team).or_else(|| of(DEFAULT_TEAM))
    }

    /// Everybody in a house's rotas, each once.
    #[must_use]
    pub fn members(&self, site: SiteId) -> Vec<(&Rota, &Member)> {
        let mut all: Vec<(&Rota, &Member)> = Vec::new();
        for rota in self.rotas.iter().filter(|rota| rota.site == site) {
            for member in &rota.members {
                if !all.iter().any(|(_, known)| known.slug == member.slug) {
                    all.push((rota, member));
                }
            }
        }
        all
    }

    /// The member with this name at a house.
    #[must_use]
    pub fn member(&self, site: SiteId, slug: &str) -> Option<&Member> {
        self.members(site).into_iter().map(|(_, member)| member).find(|member| member.slug == slug)
    }
}

impl Road {
    /// The teams of a house that alarms call and for whom there is no rota.
    #[must_use]
    pub fn teams_without_rota(&self, house: &House) -> Vec<String> {
        let settings = self.alarms.settings();
        let ours: Vec<&Rota> = settings.rotas.iter().filter(|rota| rota.site == house.site.id).collect();
        uncovered(house.rules().rules(), |team| ours.iter().any(|rota| rota.team == team && !rota.members.is_empty()))
    }
}
