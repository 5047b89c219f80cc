//! `[[chart]]`: an EMR whose chart shows what a site's patients consented to: by cards that it calls for (CDS Hooks), by an app
//! that it opens (SMART App Launch), or both.

use std::{collections::HashSet, path::Path, sync::Arc};

use bedside_clinical::fhir::smart::SigningKey;
use bedside_connect::{
    Clock, KeyFetcher,
    emr::app::{AppConfig, AppServer, ClientAuth},
    http::Http,
};
use bedside_core::id::SiteId;
use bedside_desk::{
    chart::{App, Cds, Chart},
    text::Lang,
};
use ring::rand::SystemRandom;

use super::{
    Problem, address,
    read::{secret, site_of, slug, word},
    secret::SecretAt,
    section::{At, Section, Told},
};

/// A chart, as configured.
#[derive(Debug, Clone)]
pub struct ChartAt {
    /// Its short name.
    pub slug: String,
    /// The slug of its site.
    pub site: String,
    /// The name people see.
    pub name: String,
    lang: Option<Lang>,
    app: Option<AppAt>,
    cds: Option<CdsAt>,
    frames: Vec<String>,
    config: String,
}

#[derive(Debug, Clone)]
struct AppAt {
    iss: Told<String>,
    client_id: String,
    secret: Option<SecretAt>,
    key: Option<SecretAt>,
    scopes: Vec<String>,
    login_origins: Vec<Told<String>>,
}

#[derive(Debug, Clone)]
struct CdsAt {
    issuer: String,
    keys: Vec<Told<String>>,
}

pub(super) fn chart(
    mut section: Section<'_>,
    folder: &Path,
    sites: &[String],
    taken: &mut HashSet<String>,
    servers: &mut HashSet<String>,
) -> Option<ChartAt> {
    let page = section.page();
    let slug = slug(&mut section, taken);
    let site = site_of(&mut section, sites);
    let name = section.text("name").map(|told| told.value);
    let lang = section.text("lang").and_then(|told| word(page, &told, &["de", "en"], Lang::from_code));
    let frames = origins(&mut section, "frame_origins").into_iter().map(|told| told.value).collect();
    let refused = "a secret has no place in the configuration, which is copied, mailed and backed up";
    section.refuse("client_secret", refused, "put it into a file of its own and name that: client_secret_file = \"…\"");
    let app = app(&mut section, folder, servers);
    let cds = cds(&mut section);
    if app == Read::None && cds == Read::None {
        let help = "iss and client_id for an app, cds_issuer and cds_keys for cards, or both";
        page.problem_with_help(&section.at("iss"), "is missing", help);
    }
    section.end();
    let (slug, site) = (slug?, site?);
    let chart = ChartAt {
        name: name.unwrap_or_else(|| slug.clone()),
        slug,
        site,
        lang,
        app: app.found()?,
        cds: cds.found()?,
        frames,
        config: page.file.to_owned(),
    };
    Some(chart)
}

/// Part of a section: left out, wrong, or there.
#[derive(Debug)]
enum Read<T> {
    None,
    Wrong,
    There(T),
}

impl<T> Read<T> {
    /// `None`: it is wrong, which has been said.
    fn found(self) -> Option<Option<T>> {
        match self {
            Self::None => Some(None),
            Self::Wrong => None,
            Self::There(found) => Some(Some(found)),
        }
    }
}

impl<T> PartialEq for Read<T> {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

fn app(section: &mut Section<'_>, folder: &Path, servers: &mut HashSet<String>) -> Read<AppAt> {
    let page = section.page();
    let iss = section.text("iss");
    let client_id = section.text("client_id");
    let secret_at = secret(section, folder, "client_secret_file", "client_secret_env");
    let key = secret(section, folder, "private_key_file", "private_key_env");
    let scopes: Vec<Told<String>> = section.texts("scopes");
    let login_origins = origins(section, "login_origins");
    let Some(iss) = iss else {
        if let Some(told) = &client_id {
            page.problem_with_help(
                &told.at,
                "belongs to an app, and no iss is said",
                "iss = \"https://kis.example/fhir\"",
            );
            return Read::Wrong;
        }
        return Read::None;
    };
    let Some(client_id) = client_id else {
        let help = "the name under which the EMR knows Bedside, e.g. client_id = \"bedside\"";
        page.problem_with_help(&section.at("client_id"), "is missing", help);
        return Read::Wrong;
    };
    if !servers.insert(iss.value.trim_end_matches('/').to_owned()) {
        page.problem(
            &iss.at,
            format!("'{}' is taken by an earlier one: a launch could not tell which is meant", iss.value),
        );
        return Read::Wrong;
    }
    if secret_at.is_some() && key.is_some() {
        page.problem(&section.at("private_key_file"), "is said beside a client secret; the app has either");
        return Read::Wrong;
    }
    for told in scopes.iter().filter(|told| told.value.contains(char::is_whitespace)) {
        page.problem_with_help(
            &told.at,
            format!("'{}' holds a blank", told.value),
            "one scope in each text of the list",
        );
    }
    Read::There(AppAt {
        iss,
        client_id: client_id.value,
        secret: secret_at,
        key,
        scopes: scopes.into_iter().map(|told| told.value).collect(),
        login_origins,
    })
}

fn cds(section: &mut Section<'_>) -> Read<CdsAt> {
    let page = section.page();
    let issuer = section.text("cds_issuer");
    let keys = section.texts("cds_keys");
    match (issuer, keys.first()) {
        (None, None) => Read::None,
        (Some(issuer), Some(_)) => Read::There(CdsAt { issuer: issuer.value, keys }),
        (Some(_), None) => {
            let help = "where the EMR's public keys are, e.g. cds_keys = [\"https://kis.example/jwks.json\"]";
            page.problem_with_help(&section.at("cds_keys"), "is missing", help);
            Read::Wrong
        }
        (None, Some(_)) => {
            let help = "what the EMR's tokens say they are from (iss), e.g. cds_issuer = \"https://kis.example\"";
            page.problem_with_help(&section.at("cds_issuer"), "is missing", help);
            Read::Wrong
        }
    }
}

/// Origins: scheme, host, perhaps a port, and nothing else.
fn origins(section: &mut Section<'_>, key: &'static str) -> Vec<Told<String>> {
    let page = section.page();
    let mut all = Vec::new();
    for told in section.texts(key) {
        match address::public_url(&told.value) {
            Some(origin) => all.push(Told { value: origin, at: told.at }),
            None => page.problem_with_help(
                &told.at,
                format!("'{}' is no origin", told.value),
                "write scheme and host without a path, e.g. \"https://kis.example\"",
            ),
        }
    }
    all
}

impl ChartAt {
    /// What the desk serves. Reads the app's secret or key.
    ///
    /// # Errors
    /// It can't be read, or an address is none or leads out of the house without https.
    pub fn open(&self, site: SiteId, clock: &Clock) -> Result<Chart, Problem> {
        let app = self.app.as_ref().map(|app| self.app(app, clock)).transpose()?;
        let cds = self.cds.as_ref().map(|cds| self.cds(cds, clock)).transpose()?;
        Ok(Chart {
            slug: self.slug.clone(),
            name: self.name.clone(),
            site,
            lang: self.lang,
            app,
            cds,
            frames: self.frames.clone(),
        })
    }

    fn app(&self, app: &AppAt, clock: &Clock) -> Result<App, Problem> {
        for told in std::iter::once(&app.iss).chain(&app.login_origins) {
            Http::new(&told.value, clock.clone()).map_err(|bad| self.problem(&told.at, bad.to_string()))?;
        }
        let auth = match (&app.secret, &app.key) {
            (Some(secret), _) => ClientAuth::Secret(secret.read()?),
            (None, Some(key)) => {
                let pem = key.read()?;
                let read = SigningKey::read(pem.expose(), &SystemRandom::new());
                ClientAuth::Key(Arc::new(read.map_err(|bad| self.problem(&key.at, bad.to_string()))?))
            }
            (None, None) => ClientAuth::Public,
        };
        let config = AppConfig {
            iss: app.iss.value.clone(),
            client_id: app.client_id.clone(),
            auth,
            login_origins: app.login_origins.iter().map(|told| told.value.clone()).collect(),
        };
        let server = AppServer::new(config, clock.clone());
        Ok(App {
            iss: app.iss.value.clone(),
            client_id: app.client_id.clone(),
            scopes: app.scopes.clone(),
            ehr: Arc::new(server.map_err(|bad| self.problem(&app.iss.at, bad.to_string()))?),
        })
    }

    fn cds(&self, cds: &CdsAt, clock: &Clock) -> Result<Cds, Problem> {
        for told in &cds.keys {
            Http::new(&told.value, clock.clone()).map_err(|bad| self.problem(&told.at, bad.to_string()))?;
        }
        let keys: Vec<String> = cds.keys.iter().map(|told| told.value.clone()).collect();
        let fetch = KeyFetcher::new(keys.iter().map(String::as_str), clock);
        let at = cds.keys.first().map(|told| told.at.clone());
        let fetch = fetch
            .map_err(|bad| self.problem(&at.unwrap_or(At { line: 1, key: self.slug.clone() }), bad.to_string()))?;
        Ok(Cds { issuer: cds.issuer.clone(), keys, fetch: Arc::new(fetch) })
    }

    fn problem(&self, at: &At, what: String) -> Problem {
        Problem { file: self.config.clone(), line: at.line, key: at.key.clone(), what, help: None }
    }

    /// What it shows, in words for `check-config`.
    #[must_use]
    pub fn shows(&self) -> &'static str {
        match (&self.app, &self.cds) {
            (Some(_), Some(_)) => "cards and an app",
            (Some(_), None) => "an app",
            (None, _) => "cards",
        }
    }
}
