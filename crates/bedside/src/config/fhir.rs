//! `[[fhir]]`: links to the FHIR servers of the record.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use bedside_clinical::fhir::smart::SigningKey;
use bedside_connect::{
    Clock,
    emr::fhir::{Auth, Client, LinkConfig, Smart, Systems},
    http::Trust,
};
use bedside_core::{filing::File, id::EmrLinkId, time::Span};
use ring::rand::SystemRandom;

use super::{
    Hl7Out, Problem,
    read::{secret, site_of, slug, word},
    secret::SecretAt,
    section::{At, Section, Told},
};

/// What may be written, where the server takes it.
const RESOURCES: [&str; 6] = ["Communication", "DocumentReference", "Consent", "Task", "Flag", "Provenance"];
const AUTHS: [&str; 4] = ["smart", "basic", "certificate", "none"];
/// Keys that belong to one way of signing in.
const OWN: [(&str, &str); 8] = [
    ("client_id", "smart"),
    ("key_file", "smart"),
    ("key_env", "smart"),
    ("scope", "smart"),
    ("token_url", "smart"),
    ("user", "basic"),
    ("password_file", "basic"),
    ("password_env", "basic"),
];
const LEAST_POLL: Span = Span::seconds(10);
const MOST_POLL: Span = Span::days(1);

/// A link to a FHIR server, as configured.
#[derive(Debug, Clone)]
pub struct Fhir {
    /// Its short name.
    pub slug: String,
    /// The slug of its site.
    pub site: String,
    /// The name people see.
    pub name: String,
    /// The server's address.
    base_url: Told<String>,
    /// What is not written there, whatever the server can do.
    pub withheld: Vec<String>,
    /// Whether what was filed is marked as entered in error when the consent is taken back.
    pub cancels: bool,
    /// The `[[hl7_out]]` link that takes documents where the server takes none.
    pub hl7: Option<String>,
    /// How often changed patients are asked for.
    pub poll: Poll,
    /// Whether every patient is read at the first time, and not only those that change from then on.
    pub all_patients: bool,
    /// Whether the server is asked to tell of changes too.
    pub subscribes: bool,
    /// How long what was told of patients is kept, in days.
    pub keep_days: u32,
    way: Way,
    tls: TlsFiles,
    config: String,
}

/// How often changed patients are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poll {
    /// Never: another link brings them.
    Off,
    /// At this distance; a Subscription may make it sooner.
    Every(Span),
}

#[derive(Debug, Clone)]
enum Way {
    None,
    Basic { user: String, password: SecretAt },
    Smart { client_id: String, key: SecretAt, scope: Option<String>, token_url: Option<String> },
}

#[derive(Debug, Clone)]
struct TlsFiles {
    identity: Option<(Told<PathBuf>, Told<PathBuf>)>,
    authority: Option<Told<PathBuf>>,
}

pub(super) fn link(
    mut section: Section<'_>,
    folder: &Path,
    (sites, outs): (&[String], &[Hl7Out]),
    has_public_url: bool,
    taken: &mut HashSet<String>,
) -> Option<Fhir> {
    let page = section.page();
    let slug = slug(&mut section, taken);
    let site = site_of(&mut section, sites);
    let name = section.text("name").map(|told| told.value);
    let base_url = section.needed("base_url", "the server's FHIR address, e.g. \"https://kis.example.org/fhir\"");
    let tls = tls(&mut section, folder);
    let way = way(&mut section, folder, tls.as_ref().is_some_and(|tls| tls.identity.is_some()));
    let withheld = withheld(&mut section);
    let cancels = match section.text("on_revocation") {
        None => Some(false),
        Some(told) => word(page, &told, &["keep", "cancel"], |word| match word {
            "keep" => Some(false),
            "cancel" => Some(true),
            _ => None,
        }),
    };
    let hl7 = section.text("hl7").map(|told| detour(&section, told, site.as_deref(), outs));
    let poll = poll(&mut section);
    let all_patients = match section.text("patients") {
        None => Some(false),
        Some(told) => word(page, &told, &["changed", "all"], |word| match word {
            "changed" => Some(false),
            "all" => Some(true),
            _ => None,
        }),
    };
    let subscribes = match section.text("subscribe") {
        None => Some(true),
        Some(told) => word(page, &told, &["on", "off"], |word| match word {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        }),
    };
    let keep_days = super::hl7::keep(&mut section);
    if !has_public_url {
        let help = "write public_url into [server], and keep it: what was written is found again by it";
        page.problem_with_help(&section.at(""), "ids on the record's server follow from Bedside's own address", help);
    }
    section.end();
    let slug = slug?;
    Some(Fhir {
        name: name.unwrap_or_else(|| slug.clone()),
        slug,
        site: site?,
        base_url: base_url?,
        withheld: withheld?,
        cancels: cancels?,
        hl7: match hl7 {
            None => None,
            Some(named) => Some(named?),
        },
        poll: poll?,
        all_patients: all_patients?,
        subscribes: subscribes?,
        keep_days: keep_days?,
        way: way?,
        tls: tls?,
        config: page.file.to_owned(),
    })
}

fn way(section: &mut Section<'_>, folder: &Path, has_certificate: bool) -> Option<Way> {
    let page = section.page();
    let told = section.needed("auth", "how Bedside signs in: smart (with a key), basic, certificate or none");
    let auth =
        told.as_ref().and_then(|told| word(page, told, &AUTHS, |word| AUTHS.into_iter().find(|one| *one == word)));
    let mut text = |key| section.text(key);
    let (client_id, scope, token_url, user) = (text("client_id"), text("scope"), text("token_url"), text("user"));
    let key = secret(section, folder, "key_file", "key_env");
    let password = secret(section, folder, "password_file", "password_env");
    for (secret, named) in [("key", "key_file"), ("password", "password_file"), ("client_secret", "key_file")] {
        let refused = "a secret has no place in the configuration, which is copied, mailed and backed up";
        section.refuse(secret, refused, &format!("put it into a file of its own and name that: {named} = \"…\""));
    }
    let auth = auth?;
    let said: [(&str, Option<&At>); 6] = [
        ("client_id", client_id.as_ref().map(|told| &told.at)),
        ("scope", scope.as_ref().map(|told| &told.at)),
        ("token_url", token_url.as_ref().map(|told| &told.at)),
        ("user", user.as_ref().map(|told| &told.at)),
        ("key_file", key.as_ref().map(|key| &key.at)),
        ("password_file", password.as_ref().map(|password| &password.at)),
    ];
    for (name, at) in said {
        let owner = OWN.iter().find(|(key, _)| *key == name).map(|(_, owner)| *owner);
        if let (Some(at), Some(owner)) = (at, owner.filter(|owner| *owner != auth)) {
            page.problem(at, format!("belongs to auth = \"{owner}\", this link has \"{auth}\""));
        }
    }
    match auth {
        "smart" => {
            let client_id =
                client_id.or_else(|| section.needed("client_id", "the id under which Bedside is registered there"));
            let key = super::read::or_missing(section, key, "key")?;
            let plain = |told: Option<Told<String>>| told.map(|told| told.value);
            Some(Way::Smart { client_id: client_id?.value, key, scope: plain(scope), token_url: plain(token_url) })
        }
        "basic" => {
            let user = user.or_else(|| section.needed("user", "the name under which Bedside signs in there"));
            let password = super::read::or_missing(section, password, "password")?;
            Some(Way::Basic { user: user?.value, password })
        }
        "certificate" if !has_certificate => {
            let help = "client_cert_file and client_key_file name them";
            page.problem_with_help(&section.at("auth"), "the certificate to show is missing", help);
            None
        }
        _ => Some(Way::None),
    }
}

fn tls(section: &mut Section<'_>, folder: &Path) -> Option<TlsFiles> {
    let page = section.page();
    let mut file = |key| section.text(key).map(|told: Told<String>| told.map(|file| folder.join(file)));
    let authority = file("ca_file");
    let identity = match (file("client_cert_file"), file("client_key_file")) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        (Some(told), None) | (None, Some(told)) => {
            page.problem(&told.at, "client_cert_file and client_key_file belong together; one of them is missing");
            return None;
        }
    };
    Some(TlsFiles { identity, authority })
}

/// What is not to be written: everything that the list leaves out.
fn withheld(section: &mut Section<'_>) -> Option<Vec<String>> {
    let page = section.page();
    let told = section.texts("resources");
    if told.is_empty() {
        return Some(Vec::new());
    }
    let mut is_good = true;
    for one in &told {
        if !RESOURCES.contains(&one.value.as_str()) {
            page.unknown_word(&one.at, &one.value, &RESOURCES);
            is_good = false;
        }
    }
    let is_left_out = |kind: &&&str| told.iter().all(|one| one.value != ***kind);
    is_good.then(|| RESOURCES.iter().filter(is_left_out).map(|kind| (*kind).to_owned()).collect())
}

fn detour(section: &Section<'_>, told: Told<String>, site: Option<&str>, outs: &[Hl7Out]) -> Option<String> {
    let page = section.page();
    let slugs: Vec<&str> = outs.iter().map(|out| out.slug.as_str()).collect();
    let Some(out) = outs.iter().find(|out| out.slug == told.value) else {
        if slugs.is_empty() {
            page.problem_with_help(&told.at, "there is no link over HL7 v2 yet", "set one up with [[hl7_out]]");
        } else {
            page.unknown_word(&told.at, &told.value, &slugs);
        }
        return None;
    };
    if site.is_some_and(|site| site != out.site) {
        page.problem(&told.at, format!("that link belongs to site {}", out.site));
        return None;
    }
    Some(told.value)
}

/// `poll = "2m"` or `"off"`.
fn poll(section: &mut Section<'_>) -> Option<Poll> {
    let page = section.page();
    let Some(told) = section.text("poll") else { return Some(Poll::Every(Span::minutes(2))) };
    if told.value == "off" {
        return Some(Poll::Off);
    }
    match told.value.parse::<Span>() {
        Ok(span) if (LEAST_POLL..=MOST_POLL).contains(&span) => return Some(Poll::Every(span)),
        Ok(_) => {
            page.problem_with_help(&told.at, format!("'{}' is no such time", told.value), "from 10s to 1d, or off")
        }
        Err(bad) => page.problem(&told.at, bad.to_string()),
    }
    None
}

impl Fhir {
    /// What it is, in a line.
    #[must_use]
    pub fn told(&self) -> String {
        let patients = match self.poll {
            Poll::Off => "patients are not asked for".to_owned(),
            Poll::Every(span) => format!("changed patients every {span}"),
        };
        format!("FHIR, {}, {patients}", self.base_url.value)
    }

    /// The key that Bedside signs in with, where it has one.
    ///
    /// # Errors
    /// It can't be read, or is no key that can be used.
    pub fn key(&self) -> Result<Option<SigningKey>, Problem> {
        let Way::Smart { key, .. } = &self.way else { return Ok(None) };
        let text = key.read()?;
        let read = SigningKey::read(text.expose(), &SystemRandom::new());
        read.map(Some).map_err(|bad| self.problem(&key.at, bad.to_string()))
    }

    /// The client of its server. Reads key, password and certificates.
    ///
    /// # Errors
    /// A file can't be read or used, or the address can't be one of a peer.
    pub fn client(&self, clock: Clock) -> Result<Client, Problem> {
        let auth = match &self.way {
            Way::None => Auth::None,
            Way::Basic { user, password } => Auth::Basic { user: user.clone(), password: password.read()? },
            Way::Smart { client_id, scope, token_url, key } => {
                let read = self.key()?.ok_or_else(|| self.problem(&key.at, "is missing".to_owned()))?;
                let (client_id, scope, token_url) = (client_id.clone(), scope.clone(), token_url.clone());
                Auth::Smart(Smart { client_id, key: Arc::new(read), scope, token_url })
            }
        };
        let trust = self.trust()?;
        // Without any sign-in whoever is in the network could read and write; the program at least doesn't begin it.
        if matches!(auth, Auth::None) && !trust.has_identity() && self.base_url.value.starts_with("https://") {
            let what = "none is for servers on this machine or in a private network, over http".to_owned();
            return Err(self.problem(&self.base_url.at, what));
        }
        let client = Client::new(&self.base_url.value, auth, trust, clock);
        let client = client.map_err(|bad| self.problem(&self.base_url.at, bad.to_string()))?;
        Ok(client.withholding(self.withheld.clone()))
    }

    /// How the link is set up, beside the way to its server.
    #[must_use]
    pub fn settings(
        &self,
        id: EmrLinkId,
        base: String,
        config: &super::Config,
        hl7: Option<Arc<dyn File>>,
    ) -> LinkConfig {
        LinkConfig { id, base, systems: self.systems(config), cancels: self.cancels, hl7 }
    }

    /// What FHIR calls the identifiers of the site's patients.
    #[must_use]
    pub fn systems(&self, config: &super::Config) -> Systems {
        let site = config.sites.iter().find(|site| site.slug == self.site);
        let named = site.into_iter().flat_map(|site| &site.settings.systems);
        Systems::new(named.map(|system| (system.uri.clone(), system.authority.clone())))
    }

    fn trust(&self) -> Result<Trust, Problem> {
        let read = |told: &Told<PathBuf>| {
            std::fs::read(&told.value).map_err(|why| {
                self.problem(&told.at, format!("{} can't be read: {}", told.value.display(), why.kind()))
            })
        };
        let mut trust = Trust::default();
        if let Some(authority) = &self.tls.authority {
            let bad = |bad: bedside_connect::http::BadTrust| self.problem(&authority.at, bad.to_string());
            trust = trust.with_authority(&read(authority)?).map_err(bad)?;
        }
        if let Some((certificate, key)) = &self.tls.identity {
            let bad = |bad: bedside_connect::http::BadTrust| self.problem(&certificate.at, bad.to_string());
            trust = trust.with_identity(&read(certificate)?, &read(key)?).map_err(bad)?;
        }
        Ok(trust)
    }

    fn problem(&self, at: &At, what: String) -> Problem {
        Problem { file: self.config.clone(), line: at.line, key: at.key.clone(), what, help: None }
    }
}

#[cfg(test)]
mod tests;
