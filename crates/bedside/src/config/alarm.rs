//! `[[rota]]`: who of a team is called, and how. `[[alarm_hook]]`: webhooks that alarms go over. `[alarm]`: the daily test.
//! `[heartbeat]`: a watchdog outside that is told that the program lives.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use bedside_connect::{Carrier, Clock, Heartbeat, Secret, channel::webhook};
use bedside_core::{
    alarm::{DEFAULT_TEAM, called, uncovered},
    id::SiteId,
    site::Jurisdiction,
    time::Span,
};
use bedside_flow::{
    House,
    alarm::{AlarmSettings, Member, Rota},
};

use super::{
    Config, House as Site, Problem, Problems, hours,
    problem::nearest,
    read::{or_missing, secret, site_of, slug, word},
    secret::{SecretAt, problem},
    section::{At, Section, Told},
};

/// Longer than this nobody waits for a second call, or for the next member.
const LONGEST: Span = Span::hours(2);
/// Shorter than this a member could not even unlock a phone.
const SHORTEST: Span = Span::seconds(30);
const REPEAT: Span = Span::minutes(5);
const PASS_ON: Span = Span::minutes(10);
/// How often the watchdog outside is told.
const BEAT: Span = Span::minutes(5);
const BEATS: [Span; 2] = [Span::seconds(30), Span::hours(24)];

/// What is configured about alarms.
#[derive(Debug, Clone, Default)]
pub struct Alarms {
    rotas: Vec<RotaAt>,
    hooks: Vec<HookAt>,
    test_at_min: Option<u16>,
    beat: Option<BeatAt>,
}

#[derive(Debug, Clone)]
struct RotaAt {
    site: String,
    team: Told<String>,
    repeat: Span,
    pass_on: Span,
    members: Vec<Member>,
}

#[derive(Debug, Clone)]
struct HookAt {
    slug: String,
    url: Told<String>,
    secret: SecretAt,
}

#[derive(Debug, Clone)]
struct BeatAt {
    url: BeatUrl,
    is_post: bool,
    every: Span,
    at: At,
}

#[derive(Debug, Clone)]
enum BeatUrl {
    Here(String),
    Kept(SecretAt),
}

/// What a member's section is read against.
struct Around<'a> {
    hooks: &'a [HookAt],
    has_mail: bool,
    lang: &'static str,
}

pub(super) fn alarms(top: &mut Section<'_>, folder: &Path, sites: &[Site], has_mail: bool) -> Alarms {
    let mut taken = HashSet::new();
    let hooks: Vec<HookAt> =
        top.sections("alarm_hook").into_iter().filter_map(|one| hook(one, folder, &mut taken)).collect();
    let test_at_min = test_at(top.section("alarm"));
    let beat = heartbeat(top.section("heartbeat"), folder);
    let mut teams = HashSet::new();
    let mut members = BTreeMap::new();
    let rotas = top.sections("rota").into_iter();
    let rotas = rotas.filter_map(|one| rota(one, sites, (&hooks, has_mail), &mut teams, &mut members)).collect();
    Alarms { rotas, hooks, test_at_min, beat }
}

fn hook(mut section: Section<'_>, folder: &Path, taken: &mut HashSet<String>) -> Option<HookAt> {
    let slug = slug(&mut section, taken);
    let url = section.needed("url", "where alarms are told, e.g. \"https://sms.example.org/bedside\"");
    let refused = "a secret has no place in the configuration, which is copied, mailed and backed up";
    section.refuse("secret", refused, "put it into a file of its own and name that: secret_file = \"…\"");
    let found = secret(&mut section, folder, "secret_file", "secret_env");
    let found = or_missing(&section, found, "secret");
    section.end();
    Some(HookAt { slug: slug?, url: url?, secret: found? })
}

fn test_at(mut section: Section<'_>) -> Option<u16> {
    let told = section.text("test_at");
    let page = section.page();
    section.end();
    let told = told?;
    let minute = hours::time(&told.value).filter(|minute| *minute < 24 * 60);
    if minute.is_none() {
        let help = "when everybody is tested each day, on the house's clock: \"10:00\"";
        page.problem_with_help(&told.at, format!("'{}' is no time", told.value), help);
    }
    minute
}

fn heartbeat(mut section: Section<'_>, folder: &Path) -> Option<BeatAt> {
    let page = section.page();
    let (is_there, at) = (section.is_there(), section.at("url"));
    let url = section.text("url");
    let kept = secret(&mut section, folder, "url_file", "url_env");
    let every = span(&mut section, "every", BEATS).unwrap_or(BEAT);
    let methods = ["get", "post"];
    let is_post = section
        .text("method")
        .and_then(|told| word(page, &told, &methods, |word| methods.contains(&word).then_some(word == "post")));
    section.end();
    let url = match (url, kept) {
        (Some(told), None) => BeatUrl::Here(told.value),
        (None, Some(kept)) => BeatUrl::Kept(kept),
        (Some(told), Some(_)) => {
            page.problem(&told.at, "is said beside url_file; remove one of them");
            return None;
        }
        (None, None) => {
            if is_there {
                page.problem_with_help(&at, "is missing", "the watchdog's address, or url_file = \"…\"");
            }
            return None;
        }
    };
    Some(BeatAt { url, is_post: is_post.unwrap_or(false), every, at })
}

fn span(section: &mut Section<'_>, key: &'static str, [shortest, longest]: [Span; 2]) -> Option<Span> {
    let told = section.text(key)?;
    let page = section.page();
    match told.value.parse::<Span>() {
        Ok(span) if (shortest..=longest).contains(&span) => return Some(span),
        Ok(_) => page.problem(&told.at, format!("'{}' is not within {shortest} and {longest}", told.value)),
        Err(bad) => page.problem(&told.at, bad.to_string()),
    }
    None
}

fn rota(
    mut section: Section<'_>,
    sites: &[Site],
    (hooks, has_mail): (&[HookAt], bool),
    teams: &mut HashSet<(String, String)>,
    known: &mut BTreeMap<(String, String), Member>,
) -> Option<RotaAt> {
    let page = section.page();
    let slugs: Vec<String> = sites.iter().map(|site| site.slug.clone()).collect();
    let site = site_of(&mut section, &slugs);
    let help = "the team as rules name it in @to, e.g. \"crisis-team\", or \"default\" for every team without a rota";
    let team = section.needed("team", help);
    if let Some(team) = &team {
        section.name(&team.value);
    }
    let repeat = span(&mut section, "repeat", [SHORTEST, LONGEST]).unwrap_or(REPEAT);
    let pass_on = span(&mut section, "pass_on", [SHORTEST, LONGEST]).unwrap_or(PASS_ON);
    let jurisdiction = sites.iter().find(|one| Some(&one.slug) == site.as_ref()).map(|one| one.jurisdiction);
    let lang = match jurisdiction {
        Some(Jurisdiction::De | Jurisdiction::At) => "de",
        Some(Jurisdiction::Us | Jurisdiction::Uk) | None => "en",
    };
    let around = Around { hooks, has_mail, lang };
    let mut taken = HashSet::new();
    let sections = section.sections("member");
    let is_empty = sections.is_empty();
    let members: Vec<Member> = sections.into_iter().filter_map(|one| member(one, &around, &mut taken)).collect();
    if is_empty {
        let help = "add [[rota.member]] sections below it, in the order in which they are called";
        page.problem_with_help(&section.at(""), "has no member", help);
    }
    let at = section.at("");
    section.end();
    let (site, team) = (site?, team?);
    for member in &members {
        let key = (site.clone(), member.slug.clone());
        if known.get(&key).is_some_and(|before| before != member) {
            let what = format!("member {} is another one in an earlier rota of this site", member.slug);
            page.problem_with_help(&at, what, "who stands in several rotas is written the same in each");
        }
        known.entry(key).or_insert_with(|| member.clone());
    }
    if !teams.insert((site.clone(), team.value.clone())) {
        page.problem(&team.at, format!("'{}' has a rota already", team.value));
    }
    Some(RotaAt { site, team, repeat, pass_on, members })
}

fn member(mut section: Section<'_>, around: &Around<'_>, taken: &mut HashSet<String>) -> Option<Member> {
    let page = section.page();
    let slug = slug(&mut section, taken);
    let name = section.text("name").map(|told| told.value);
    let mail = section.text("mail");
    let hook = section.text("hook");
    let number = section.text("number").map(|told| told.value);
    let langs = ["de", "en"];
    let lang = section
        .text("lang")
        .and_then(|told| word(page, &told, &langs, |word| langs.iter().find(|one| **one == word).copied()));
    let login = section.text("login").map(|told| told.value);
    let mut on_duty = Vec::new();
    for told in section.texts("on_duty") {
        match hours::parse(&told.value) {
            Some(stretches) => on_duty.extend(stretches),
            None => page.problem_with_help(&told.at, format!("'{}' is not understood", told.value), hours::EXPECTED),
        }
    }
    if mail.is_none() && hook.is_none() {
        let help = "mail = \"…\", or hook = \"…\" with the slug of an [[alarm_hook]], or both";
        page.problem_with_help(&section.at(""), "can't be reached", help);
    }
    if let Some(told) = &mail {
        let is_mail = told.value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        if !is_mail || !told.value.chars().all(|c| c.is_ascii_graphic()) {
            page.problem(&told.at, format!("'{}' is no e-mail address", told.value));
        }
        if !around.has_mail {
            page.problem_with_help(&told.at, "there is no mail server", "set one up with [mail], or use a hook");
        }
    }
    if let Some(told) = &hook {
        let known: Vec<&str> = around.hooks.iter().map(|one| one.slug.as_str()).collect();
        if !known.contains(&told.value.as_str()) {
            let help = nearest(&told.value, &known)
                .map_or("set it up with [[alarm_hook]]".to_owned(), |near| format!("did you mean {near}?"));
            page.problem_with_help(&told.at, format!("there is no alarm_hook '{}'", told.value), help);
        }
    }
    section.end();
    let slug = slug?;
    Some(Member {
        name: name.unwrap_or_else(|| slug.clone()),
        slug,
        mail: mail.map(|told| told.value),
        hook: hook.map(|told| told.value),
        number,
        lang: lang.unwrap_or(around.lang).to_owned(),
        login,
        on_duty,
    })
}

impl Alarms {
    /// What is set, for the road.
    #[must_use]
    pub fn settings(&self, sites: &HashMap<String, SiteId>, base: &str) -> AlarmSettings {
        let rotas = self.rotas.iter().filter_map(|rota| {
            Some(Rota {
                site: *sites.get(&rota.site)?,
                team: rota.team.value.clone(),
                repeat: rota.repeat,
                pass_on: rota.pass_on,
                members: rota.members.clone(),
            })
        });
        AlarmSettings {
            rotas: rotas.collect(),
            base: base.to_owned(),
            test_at_min: self.test_at_min,
            beat_every: self.beat.as_ref().map_or(BEAT, |beat| beat.every),
            ..AlarmSettings::default()
        }
    }

    /// Refuses rotas for teams that no rule of their house names.
    pub fn unknown_teams(&self, config: &str, site: &str, rules: &bedside_core::policy::Rules) -> Vec<Problem> {
        let mut known: Vec<&str> = rules.teams(false).into_iter().chain(called(rules)).collect();
        known.sort_unstable();
        known.dedup();
        known.push(DEFAULT_TEAM);
        let ours = self.rotas.iter().filter(|rota| rota.site == site);
        ours.filter(|rota| !known.contains(&rota.team.value.as_str()))
            .map(|rota| {
                let help = nearest(&rota.team.value, &known)
                    .map_or(format!("known are {}", known.join(", ")), |near| format!("did you mean {near}?"));
                let what = format!("no rule of {site} names a team '{}'", rota.team.value);
                Problem { help: Some(help), ..problem(config, &rota.team.at, what) }
            })
            .collect()
    }

    /// What an operator should know before a night: teams that alarms call and nobody answers for.
    #[must_use]
    pub fn uncovered(&self, site: &str, rules: &bedside_core::policy::Rules) -> Vec<String> {
        uncovered(rules, |team| self.rotas.iter().any(|rota| rota.site == site && rota.team.value == team))
    }

    /// One line for each rota.
    pub fn told(&self) -> impl Iterator<Item = String> {
        self.rotas.iter().map(|rota| {
            let names: Vec<&str> = rota.members.iter().map(|member| member.slug.as_str()).collect();
            let (team, site) = (&rota.team.value, &rota.site);
            let times = format!("repeated every {}, passed on after {}", rota.repeat, rota.pass_on);
            format!("rota {team} of {site}: {}; {times}", names.join(", "))
        })
    }

    /// Whether everybody is tested daily, and whether a watchdog outside is told.
    #[must_use]
    pub const fn is_tested(&self) -> bool {
        self.test_at_min.is_some()
    }

    /// Whether a watchdog outside is told that the program lives.
    #[must_use]
    pub const fn beats(&self) -> bool {
        self.beat.is_some()
    }
}

impl Config {
    /// What carries alarms over webhooks. Reads their secrets.
    ///
    /// # Errors
    /// Every secret that can't be read and every address that can't be used.
    pub fn alarm_carrier(&self, clock: &Clock) -> Result<Carrier, Problems> {
        let name = self.name();
        let mut carrier = Carrier::new(clock.clone());
        let mut problems = Vec::new();
        for hook in &self.alarms.hooks {
            if let Err(problem) = hook.join(&name, &mut carrier) {
                problems.push(problem);
            }
        }
        if problems.is_empty() { Ok(carrier) } else { Err(Problems(problems)) }
    }

    /// What tells the watchdog outside.
    ///
    /// # Errors
    /// The address can't be read or used.
    pub fn heartbeat(&self, clock: &Clock) -> Result<Option<Arc<Heartbeat>>, Problem> {
        let Some(beat) = &self.alarms.beat else { return Ok(None) };
        let url = match &beat.url {
            BeatUrl::Here(url) => Secret::new(url),
            BeatUrl::Kept(kept) => kept.read()?,
        };
        let heart = Heartbeat::new(&url, beat.is_post, clock.clone());
        heart.map(|heart| Some(Arc::new(heart))).map_err(|_| {
            problem(&self.name(), &beat.at, "is no address, or plain http that leads out of the house".to_owned())
        })
    }

    /// Refuses rotas for teams that no rule names.
    ///
    /// # Errors
    /// Every such rota.
    pub fn known_teams<'a>(&self, houses: impl Iterator<Item = &'a House>) -> Result<(), Problems> {
        let name = self.name();
        let unknown = |house: &House| self.alarms.unknown_teams(&name, &house.site.slug, house.rules().rules());
        let problems: Vec<Problem> = houses.flat_map(unknown).collect();
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }
}

impl HookAt {
    fn join(&self, config: &str, carrier: &mut Carrier) -> Result<(), Problem> {
        let secret = self.secret.read()?;
        webhook::sign(&secret, "check", 0, b"").map_err(|bad| self.secret.problem(bad.to_string()))?;
        carrier.know(&self.slug, &self.url.value, secret).map_err(|bad| problem(config, &self.url.at, bad.to_string()))
    }
}
