//! Alarms: what they are about, and the ports over which they leave. An alarm holds neither text nor handle: the number of a
//! case, the kind of danger, the house, by when somebody must have taken it, and a link.

use std::collections::BTreeSet;

use crate::{
    channel::{Fault, Promise},
    policy::{Because, Decision, Rules},
    time::Span,
    words::words,
};

/// The team of a rota that is called for every team without a rota of its own.
pub const DEFAULT_TEAM: &str = "default";
/// Who is told of what ails Bedside itself, and of posts that nobody has opened in time.
pub const OPERATORS: &str = "desk-on-call";
/// Who is told that an incident runs and nothing is approved that may be said of it.
pub const INCIDENT_TEAMS: [&str; 2] = ["incident-command", "press-office"];
/// By when one of them has to have taken that (CDC CERC: be first).
pub const STATEMENT_WITHIN: Span = Span::minutes(30);

words! {
    /// What an alarm is about.
    AlarmKind {
        /// A case that somebody must take.
        Case = "case",
        /// A channel that has not been heard of for too long.
        Channel = "channel",
        /// The mail server refuses letters, or does not answer.
        Mail = "mail",
        /// An incident runs without an approved statement.
        Incident = "incident",
        /// A test of the way to one member.
        Test = "test",
    }
}

words! {
    /// What sort of danger a case is about, as far as an alarm may say.
    Danger {
        /// Suicide or self-harm.
        Suicide = "suicide",
        /// Somebody may need medical help now.
        Emergency = "emergency",
        /// People or the house are threatened.
        Threat = "threat",
        /// A child or a vulnerable person may be in danger.
        Safeguarding = "safeguarding",
        /// An incident of the house.
        Incident = "incident",
        /// A post that nobody has looked at in time.
        Look = "look",
        /// Anything else that has to be taken within the hour.
        Other = "other",
    }
}

words! {
    /// How a member is called.
    Way {
        /// By e-mail.
        Mail = "mail",
        /// By a signed webhook.
        Hook = "hook",
    }
}

/// The rules of the common pack that speak of a danger by name.
const RULES: [(&str, Danger); 6] = [
    ("common.suicide", Danger::Suicide),
    ("common.emergency", Danger::Emergency),
    ("common.threat", Danger::Threat),
    ("common.safeguarding", Danger::Safeguarding),
    ("common.incident_unspoken", Danger::Incident),
    ("common.incident_staff", Danger::Incident),
];
/// What a house's own rules oblige to when they speak of the same danger.
const DUTIES: [(&str, Danger); 2] = [("help_line", Danger::Suicide), ("emergency_number", Danger::Emergency)];
/// The teams of the common pack, each for one danger.
const TEAMS: [(&str, Danger); 6] = [
    ("crisis-team", Danger::Suicide),
    ("clinical-on-call", Danger::Emergency),
    ("security", Danger::Threat),
    ("safeguarding", Danger::Safeguarding),
    ("incident-command", Danger::Incident),
    (OPERATORS, Danger::Look),
];

impl Danger {
    /// The dangers that a decision escalates, the gravest first; empty: it raises no alarm.
    #[must_use]
    pub fn of(decision: &Decision) -> Vec<Self> {
        let Some(escalation) = decision.escalation.as_ref().filter(|one| one.is_alarm()) else { return Vec::new() };
        let rules = decision.because.iter().filter(|one| one.action == "escalate_now");
        let mut found: Vec<Self> = rules.filter_map(|one| find(&RULES, &one.rule)).collect();
        found.extend(decision.obligations.iter().filter_map(|duty| find(&DUTIES, &duty.0)));
        found.extend(escalation.to.iter().map(|team| Self::of_team(team)).filter(|one| *one != Self::Other));
        found.sort_unstable();
        found.dedup();
        if found.is_empty() { vec![Self::Other] } else { found }
    }

    /// Whether somebody may be in danger, as far as a decision says: it raises an alarm for more than an incident of the house.
    #[must_use]
    pub fn is_crisis(decision: &Decision) -> bool {
        Self::of(decision).iter().any(|one| *one != Self::Incident)
    }

    /// Whether a rule took part that escalates only because an incident runs: what it asks for is over with the incident.
    #[must_use]
    pub fn is_of_incident(because: &Because) -> bool {
        because.action == "escalate_now" && find(&RULES, &because.rule) == Some(Self::Incident)
    }

    /// The danger that a team is called for; one that the common pack doesn't know is called for something else.
    #[must_use]
    pub fn of_team(team: &str) -> Self {
        find(&TEAMS, team).unwrap_or(Self::Other)
    }
}

/// Every team that alarms call at a house with these rules.
#[must_use]
pub fn called(rules: &Rules) -> BTreeSet<&str> {
    let mut teams = rules.teams(true);
    teams.extend(INCIDENT_TEAMS);
    teams.insert(OPERATORS);
    teams
}

/// The teams that alarms call at a house with these rules and that nobody answers for; `has` says who has a rota.
#[must_use]
pub fn uncovered(rules: &Rules, has: impl Fn(&str) -> bool) -> Vec<String> {
    called(rules).into_iter().filter(|team| !has(team) && !has(DEFAULT_TEAM)).map(str::to_owned).collect()
}

fn find(list: &[(&str, Danger)], word: &str) -> Option<Danger> {
    list.iter().find(|(known, _)| *known == word).map(|(_, danger)| *danger)
}

/// Tells a watchdog outside the house that the program lives, so that its silence is noticed.
pub trait Beat: Send + Sync {
    /// One sign of life; `Ok`: the watchdog answered with 2xx.
    fn beat(&self) -> Promise<'_, Result<(), Fault>>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Effect, Escalation, Obligation, Speech};

    fn decision(to: &[&str], rules: &[&str], duties: &[&str], within: Span) -> Decision {
        let because = |rule: &&str| Because {
            rule: (*rule).to_owned(),
            effect: Effect::Permits,
            action: "escalate_now".to_owned(),
        };
        Decision {
            marks: vec![],
            starts: vec![],
            escalation: Some(Escalation {
                to: to.iter().map(|one| (*one).to_owned()).collect(),
                within,
                obliges: vec![],
            }),
            moderation: None,
            speech: Speech::LeftToPerson,
            obligations: duties.iter().map(|word| Obligation((*word).to_owned())).collect(),
            because: rules.iter().map(because).collect(),
            forbids: vec![],
            near: vec![],
            rules_version: String::new(),
        }
    }

    #[test]
    fn the_danger_is_read_from_rules_duties_and_teams_the_gravest_first() {
        let now = Span::minutes(10);
        for (to, rules, duties, expect) in [
            (&["crisis-team"][..], &["common.suicide"][..], &[][..], vec![Danger::Suicide]),
            (
                &["security", "crisis-team"],
                &["common.threat", "common.suicide"],
                &[],
                vec![Danger::Suicide, Danger::Threat],
            ),
            (&["night-watch"], &["house.own"], &["emergency_number"], vec![Danger::Emergency]),
            (&["night-watch"], &["house.own"], &[], vec![Danger::Other]),
        ] {
            assert_eq!(Danger::of(&decision(to, rules, duties, now)), expect, "{to:?} {rules:?}");
        }
        let task = decision(&["legal"], &["common.legal"], &[], Span::hours(4));
        assert_eq!(Danger::of(&task), [], "a task with a clock is no alarm");
        let staff = decision(&INCIDENT_TEAMS, &["common.incident_staff"], &[], now);
        assert!(!Danger::is_crisis(&staff) && staff.because.iter().all(Danger::is_of_incident));
        let both = decision(&["crisis-team"], &["common.suicide", "common.incident_unspoken"], &[], now);
        assert!(Danger::is_crisis(&both) && !both.because.iter().all(Danger::is_of_incident));
    }
}
