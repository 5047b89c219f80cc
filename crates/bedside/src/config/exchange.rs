//! `[[fhir_client]]`: programs that may read over FHIR and be told. `[[hook_out]]`: webhooks that are told.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use bedside_clinical::fhir::smart::{Context, Jwks, Scopes};
use bedside_connect::{Carrier, Clock, KeyFetcher, channel::webhook};
use bedside_core::id::SiteId;
use bedside_desk::fhir::{self, ClientKeys, Topic};

use super::{
    Config, Problem, Problems,
    problem::nearest,
    read::{or_missing, secret, site_of, slug},
    secret::{SecretAt, problem},
    section::{Section, Told},
};

/// Scopes as they are mostly wanted, to be suggested.
const SCOPES: [&str; 10] = [
    "system/*.rs",
    "system/*.read",
    "system/*.cruds",
    "system/Communication.rs",
    "system/Task.rs",
    "system/Consent.rs",
    "system/Provenance.rs",
    "system/AuditEvent.rs",
    "system/Subscription.cruds",
    "system/Communication.read",
];

/// A program that may come in, as configured.
#[derive(Debug, Clone)]
pub struct FhirClient {
    /// Its short name.
    pub slug: String,
    /// The name people see.
    pub name: String,
    /// The slugs of its sites.
    pub sites: Vec<String>,
    client_id: String,
    scopes: Scopes,
    keys: KeysAt,
    endpoints: Vec<Told<String>>,
}

#[derive(Debug, Clone)]
enum KeysAt {
    File(Told<PathBuf>),
    Url(Told<String>),
}

/// A webhook, as configured.
#[derive(Debug, Clone)]
pub struct HookOut {
    /// Its short name.
    pub slug: String,
    /// The slug of its site.
    pub site: String,
    url: Told<String>,
    secret: SecretAt,
    events: Vec<Topic>,
    content: bool,
}

/// What the FHIR server needs of all this: what is set, who fetches keys, who carries.
pub struct Exchange {
    /// Who may come in.
    pub clients: Vec<fhir::Client>,
    /// Who is told.
    pub hooks: Vec<fhir::Hook>,
    /// Fetches keys of clients.
    pub fetch: KeyFetcher,
    /// Carries what is told.
    pub carrier: Carrier,
}

pub(super) fn client(
    mut section: Section<'_>,
    folder: &Path,
    sites: &[String],
    taken: &mut HashSet<String>,
) -> Option<FhirClient> {
    let slug = slug(&mut section, taken);
    let name = section.text("name").map(|told| told.value);
    let client_id = section.text("client_id").map(|told| told.value);
    let of = sites_of(&mut section, sites);
    let scopes = scopes(&mut section);
    let keys = keys(&mut section, folder);
    let endpoints = section.texts("endpoints");
    section.end();
    let slug = slug?;
    Some(FhirClient {
        name: name.unwrap_or_else(|| slug.clone()),
        client_id: client_id.unwrap_or_else(|| slug.clone()),
        slug,
        sites: of?,
        scopes: scopes?,
        keys: keys?,
        endpoints,
    })
}

fn sites_of(section: &mut Section<'_>, sites: &[String]) -> Option<Vec<String>> {
    let page = section.page();
    let told = section.texts("sites");
    if told.is_empty() {
        return match sites {
            [only] => Some(vec![only.clone()]),
            [] => {
                page.problem_with_help(&section.at("sites"), "there is no site yet", "set one up with [[site]]");
                None
            }
            several => {
                let help = format!("name those whose conversations it may see, of {}", several.join(", "));
                page.problem_with_help(&section.at("sites"), "is missing", help);
                None
            }
        };
    }
    let known: Vec<&str> = sites.iter().map(String::as_str).collect();
    for one in told.iter().filter(|one| !sites.contains(&one.value)) {
        page.unknown_word(&one.at, &one.value, &known);
    }
    Some(told.into_iter().map(|one| one.value).collect())
}

fn scopes(section: &mut Section<'_>) -> Option<Scopes> {
    let page = section.page();
    let told = section.texts("scopes");
    if told.is_empty() {
        page.problem_with_help(&section.at("scopes"), "is missing", "what it may do, e.g. [\"system/*.rs\"]");
        return None;
    }
    let mut all = Vec::new();
    for one in told {
        let read = Scopes::parse(&one.value);
        let is_fine = !one.value.contains(char::is_whitespace)
            && matches!(read.resources(), [scope] if scope.context == Context::System);
        if !is_fine {
            let help = nearest(&one.value, &SCOPES).map_or_else(
                || "write e.g. \"system/Communication.rs\"; only system scopes are given to programs".to_owned(),
                |near| format!("did you mean {near}?"),
            );
            page.problem_with_help(&one.at, format!("'{}' is no scope for a program", one.value), help);
        }
        all.push(one.value);
    }
    Some(Scopes::parse(&all.join(" ")))
}

fn keys(section: &mut Section<'_>, folder: &Path) -> Option<KeysAt> {
    let page = section.page();
    match (section.text("jwks_file"), section.text("jwks_url")) {
        (Some(_), Some(url)) => {
            page.problem(&url.at, "is said beside jwks_file; remove one of them");
            None
        }
        (Some(file), None) => Some(KeysAt::File(file.map(|file| folder.join(file)))),
        (None, Some(url)) => Some(KeysAt::Url(url)),
        (None, None) => {
            let help = "jwks_file = \"…\" names the file with the client's public keys, jwks_url = \"…\" their address";
            page.problem_with_help(&section.at("jwks_file"), "is missing", help);
            None
        }
    }
}

pub(super) fn hook(
    mut section: Section<'_>,
    folder: &Path,
    sites: &[String],
    taken: &mut HashSet<String>,
) -> Option<HookOut> {
    let slug = slug(&mut section, taken);
    let site = site_of(&mut section, sites);
    let url = section.needed("url", "where it is told, e.g. \"https://crm.example.org/bedside\"");
    let found = secret(&mut section, folder, "secret_file", "secret_env");
    let found = or_missing(&section, found, "secret");
    let events = events(&mut section);
    let content = section.flag("content").is_some_and(|told| told.value);
    section.end();
    Some(HookOut { slug: slug?, site: site?, url: url?, secret: found?, events: events?, content })
}

fn events(section: &mut Section<'_>) -> Option<Vec<Topic>> {
    let page = section.page();
    let told = section.texts("events");
    if told.is_empty() {
        return Some(Topic::ALL.to_vec());
    }
    let known = Topic::ALL.map(Topic::as_str);
    let mut events = Vec::new();
    for one in told {
        match Topic::from_word(&one.value) {
            Some(topic) => events.push(topic),
            None => page.unknown_word(&one.at, &one.value, &known),
        }
    }
    Some(events)
}

impl Config {
    /// The FHIR server's clients and webhooks, with keys and secrets read.
    ///
    /// # Errors
    /// Every file that can't be read and every address that can't be used.
    pub fn exchange(&self, sites: &HashMap<String, SiteId>, clock: &Clock) -> Result<Exchange, Problems> {
        let name = self.name();
        let mut problems = Vec::new();
        let mut carrier = Carrier::new(clock.clone());
        let mut urls = Vec::new();
        let mut clients = Vec::new();
        for one in &self.fhir_clients {
            for endpoint in &one.endpoints {
                if let Err(bad) = carrier.allow(&one.slug, &endpoint.value) {
                    problems.push(problem(&name, &endpoint.at, bad.to_string()));
                }
            }
            if let KeysAt::Url(url) = &one.keys {
                match KeyFetcher::new([url.value.as_str()], clock) {
                    Ok(_) => urls.push(url.value.as_str()),
                    Err(bad) => problems.push(problem(&name, &url.at, bad.to_string())),
                }
            }
            match one.keys(&name) {
                Ok(keys) => clients.push(one.settled(keys, sites)),
                Err(problem) => problems.push(problem),
            }
        }
        let mut hooks = Vec::new();
        for one in &self.hooks_out {
            match one.settled(&name, &mut carrier, sites) {
                Ok(hook) => hooks.extend(hook),
                Err(problem) => problems.push(problem),
            }
        }
        let fetch = KeyFetcher::new(urls, clock).unwrap_or_default();
        if problems.is_empty() { Ok(Exchange { clients, hooks, fetch, carrier }) } else { Err(Problems(problems)) }
    }
}

impl FhirClient {
    fn keys(&self, config: &str) -> Result<ClientKeys, Problem> {
        let file = match &self.keys {
            KeysAt::Url(url) => return Ok(ClientKeys::At(url.value.clone())),
            KeysAt::File(file) => file,
        };
        let name = file.value.display();
        let bytes = std::fs::read(&file.value)
            .map_err(|why| problem(config, &file.at, format!("{name} can't be read: {}", why.kind())))?;
        Jwks::read(&bytes).map(ClientKeys::Set).map_err(|bad| problem(config, &file.at, format!("{name}: {bad}")))
    }

    fn settled(&self, keys: ClientKeys, sites: &HashMap<String, SiteId>) -> fhir::Client {
        fhir::Client {
            slug: self.slug.clone(),
            client_id: self.client_id.clone(),
            name: self.name.clone(),
            sites: self.sites.iter().filter_map(|slug| sites.get(slug).copied()).collect(),
            scopes: self.scopes.clone(),
            keys,
        }
    }

    /// What it may do, as it was written.
    #[must_use]
    pub fn scopes(&self) -> String {
        self.scopes.to_string()
    }
}

impl HookOut {
    /// `None`: its site is not stored yet.
    fn settled(
        &self,
        config: &str,
        carrier: &mut Carrier,
        sites: &HashMap<String, SiteId>,
    ) -> Result<Option<fhir::Hook>, Problem> {
        let secret = self.secret.read()?;
        webhook::sign(&secret, "check", 0, b"").map_err(|bad| self.secret.problem(bad.to_string()))?;
        let known = carrier.know(&self.slug, &self.url.value, secret);
        known.map_err(|bad| problem(config, &self.url.at, bad.to_string()))?;
        let host = self.url.value.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.split(['/', '?']).next().unwrap_or(host).to_owned();
        Ok(sites.get(&self.site).map(|site| fhir::Hook {
            slug: self.slug.clone(),
            site: *site,
            events: self.events.clone(),
            content: self.content,
            host,
        }))
    }
}
