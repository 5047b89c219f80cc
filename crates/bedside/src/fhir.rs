//! `bedside fhir probe` and `fhir jwks`: what an integration engineer needs before a FHIR server is hooked in. Reads what the
//! server says of itself and looks for a patient whom nobody can be; nothing is written, no patient is shown.

use std::{fmt::Write as _, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result, bail};
use bedside_clinical::fhir::{
    read::{Capabilities, SmartConfiguration, plan::Lang},
    smart::{Jwks, SigningKey},
};
use bedside_connect::{
    Secret,
    emr::fhir::{Auth, Client, Smart, Trouble},
    http::{NoAnswer, Trust},
};
use bedside_core::channel::Fault;
use ring::rand::SystemRandom;

use crate::{
    cli::{Common, ProbeArgs},
    clock,
    config::{Config, Fhir, Problems},
    say::{self, Tongue},
};

/// Types whose interactions are shown; a server may have 140 more.
const SHOWN: [&str; 9] = [
    "Patient",
    "Communication",
    "DocumentReference",
    "Binary",
    "Task",
    "Flag",
    "Consent",
    "Provenance",
    "Subscription",
];

/// Shows what a server can and what is done because of it.
///
/// # Errors
/// A file or the configuration can't be read, or the address is none.
pub async fn probe(args: &ProbeArgs, common: &Common, tongue: Tongue) -> Result<ExitCode> {
    let client = client(args, common)?;
    say::result(client.base());
    let server = match client.server().await {
        Ok(server) => server,
        Err(trouble) => {
            let configuration = client.smart_configuration().await.unwrap_or_default();
            say::error(&advice(&trouble, &configuration, tongue));
            return Ok(ExitCode::FAILURE);
        }
    };
    let configuration = client.smart_configuration().await.unwrap_or_default();
    say::result(&statement(&server.can, &configuration, tongue));
    let lang = match tongue {
        Tongue::De => Lang::De,
        Tongue::En => Lang::En,
    };
    say::result(tongue.pick("Was Bedside deshalb tut:", "What Bedside therefore does:"));
    for line in server.plan.text(lang).lines() {
        say::result(&format!("  {line}"));
    }
    match client.look().await {
        Ok(()) => {
            say::result(tongue.pick("Zugang: Patienten lassen sich suchen", "access: patients can be searched"));
            Ok(ExitCode::SUCCESS)
        }
        Err(trouble) => {
            say::error(&advice(&trouble, &configuration, tongue));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The public key of a link as a JWKS.
///
/// # Errors
/// There is no such link, it has no key, or the key can't be read.
pub fn jwks(slug: &str, common: &Common) -> Result<String> {
    let config = Config::load(common.config.as_deref())?;
    let key = link(&config, slug)?.key().map_err(|problem| Problems(vec![problem]))?;
    let key = key.with_context(|| format!("link {slug} does not sign in with a key (auth = \"smart\")"))?;
    Ok(serde_json::to_string_pretty(&Jwks::publish([&key]))?)
}

fn link<'a>(config: &'a Config, slug: &str) -> Result<&'a Fhir> {
    let found = config.fhir.iter().find(|link| link.slug == slug);
    found.with_context(|| format!("there is no [[fhir]] link '{slug}'"))
}

fn client(args: &ProbeArgs, common: &Common) -> Result<Client> {
    if let Some(slug) = &args.link {
        let config = Config::load(common.config.as_deref())?;
        return Ok(link(&config, slug)?.client(clock::system()).map_err(|problem| Problems(vec![problem]))?);
    }
    let Some(url) = &args.url else { bail!("name the server's address") };
    let read =
        |file: &std::path::Path| std::fs::read(file).with_context(|| format!("{} can't be read", file.display()));
    let text = |file| -> Result<Secret> { Ok(Secret::new(&String::from_utf8_lossy(&read(file)?))) };
    let auth = match (&args.user, &args.password_file, &args.client_id, &args.key_file) {
        (Some(user), Some(file), ..) => Auth::Basic { user: user.clone(), password: text(file)? },
        (_, _, Some(client_id), Some(file)) => {
            let key = SigningKey::read(text(file)?.expose(), &SystemRandom::new());
            let key = key.with_context(|| format!("{}", file.display()))?;
            let (scope, token_url) = (args.scope.clone(), args.token_url.clone());
            Auth::Smart(Smart { client_id: client_id.clone(), key: Arc::new(key), scope, token_url })
        }
        _ => Auth::None,
    };
    let mut trust = Trust::default();
    if let Some(file) = &args.ca_file {
        trust = trust.with_authority(&read(file)?).with_context(|| format!("{}", file.display()))?;
    }
    if let (Some(certificate), Some(key)) = (&args.client_cert_file, &args.client_key_file) {
        let with = trust.with_identity(&read(certificate)?, &read(key)?);
        trust = with.with_context(|| format!("{}", certificate.display()))?;
    }
    Ok(Client::new(url, auth, trust, clock::system())?)
}

/// What the server says of itself.
fn statement(can: &Capabilities, configuration: &SmartConfiguration, tongue: Tongue) -> String {
    let none = tongue.pick("keine Angabe", "not said");
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        let value = if value.is_empty() { none.to_owned() } else { value };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}: {}", plain(&value));
    };
    line(tongue.pick("FHIR-Version", "FHIR version"), can.fhir_version.clone());
    let software = can.software.as_ref().map(|(name, version)| format!("{name} {version}"));
    line("Software", software.unwrap_or_default());
    line(tongue.pick("Anmeldung", "security"), security(can, configuration));
    let system: Vec<&str> = can.system.iter().map(String::as_str).collect();
    line(tongue.pick("System", "system"), system.join(", "));
    let topics: Vec<&str> = can.topics.iter().map(String::as_str).collect();
    line(tongue.pick("Themen (Subscription)", "topics (Subscription)"), topics.join(", "));
    for kind in SHOWN {
        let Some(support) = can.resources.get(kind) else {
            line(kind, tongue.pick("gibt es nicht", "not there").to_owned());
            continue;
        };
        let mut words: Vec<&str> = support.interactions.iter().map(|one| one.code()).collect();
        words.extend(support.updates_create.then_some("updateCreate"));
        words.extend(support.conditional_create.then_some("conditionalCreate"));
        words.extend(support.versions.then_some("versioned"));
        line(kind, words.join(", "));
    }
    text.trim_end().to_owned()
}

fn security(can: &Capabilities, configuration: &SmartConfiguration) -> String {
    let mut words: Vec<String> = can.security.services.iter().cloned().collect();
    if configuration.has_backend_services() {
        let algorithms: Vec<&str> = configuration.signing_algorithms.iter().map(String::as_str).collect();
        words.push(format!("SMART backend services (private_key_jwt, {})", algorithms.join(" ")));
    }
    let endpoint = configuration.token_endpoint.as_ref().or_else(|| can.security.oauth.get("token"));
    words.extend(endpoint.map(|endpoint| format!("token {endpoint}")));
    words.join(", ")
}

/// What a server says is shown on a terminal: nothing in it may steer one.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(400).collect()
}

/// What went wrong and what to do about it.
fn advice(trouble: &Trouble, configuration: &SmartConfiguration, tongue: Tongue) -> String {
    let say = |de: &str, en: &str| tongue.pick(de, en).to_owned();
    match trouble {
        Trouble::NoAnswer(NoAnswer { tls: Some(tls), .. }) => format!(
            "{}: {}\n{}",
            say("TLS kam nicht zustande", "TLS did not come about"),
            plain(tls),
            say(
                "Hat das Haus eine eigene Zertifizierungsstelle: --ca-file (ca_file). Verlangt der Server ein Zertifikat von \
                 uns: --client-cert-file und --client-key-file (client_cert_file, client_key_file).",
                "If the house has an authority of its own: --ca-file (ca_file). If the server asks for a certificate of ours: \
                 --client-cert-file and --client-key-file (client_cert_file, client_key_file).",
            )
        ),
        Trouble::NoAnswer(NoAnswer { fault: Fault::TimedOut, .. }) => {
            say("Dort kam in der Zeit keine Antwort.", "No answer came from there in time.")
        }
        Trouble::NoAnswer(_) => say(
            "Dort antwortet niemand: Stimmen Adresse und Port, und lässt die Firewall es durch?",
            "Nobody answers there: are address and port right, and does the firewall let it through?",
        ),
        Trouble::Refused(refusal) if refusal.status == 401 => unsigned(configuration, tongue),
        Trouble::Refused(refusal) if refusal.status == 403 => say(
            "Der Server kennt uns und erlaubt es nicht (403): Welche Rechte (scopes) hat er uns gegeben?",
            "The server knows us and does not allow it (403): which rights (scopes) has it given us?",
        ),
        Trouble::Refused(refusal) if refusal.status == 404 => say(
            "Dort ist kein FHIR (404 auf /metadata): Fehlt ein Teil der Adresse, etwa /fhir oder /fhir/R4?",
            "There is no FHIR (404 at /metadata): is a part of the address missing, such as /fhir or /fhir/R4?",
        ),
        Trouble::Refused(refusal) => format!(
            "{} {}: {} {}",
            say("Der Server antwortet", "The server answers"),
            refusal.status,
            refusal.codes,
            plain(&refusal.words)
        ),
        Trouble::SignIn { why, .. } => format!(
            "{}: {}\n{}",
            say("Die Anmeldung gelang nicht", "Signing in did not work"),
            plain(why),
            say(
                "Ist unser öffentlicher Schlüssel dort unter dieser client_id eingetragen (bedside fhir jwks)? Gehen beide \
                 Uhren gleich? Gibt es die Rechte (scope)?",
                "Is our public key registered there under this client_id (bedside fhir jwks)? Do both clocks agree? Are there \
                 such rights (scope)?",
            )
        ),
        Trouble::NotFhir { found } => format!(
            "{}: {}",
            say("Was dort antwortet, spricht kein FHIR in JSON", "What answers there speaks no FHIR in JSON"),
            plain(found)
        ),
        Trouble::Stopped { why, .. } => plain(why),
    }
}

/// What to do where a server wants to know who asks.
fn unsigned(configuration: &SmartConfiguration, tongue: Tongue) -> String {
    let first = tongue.pick("Der Server will wissen, wer fragt (401).", "The server wants to know who asks (401).");
    let next = if configuration.has_backend_services() {
        tongue.pick(
            "Er nimmt SMART Backend Services: Schlüssel anlegen, öffentlichen Teil (bedside fhir jwks) dort eintragen lassen, \
             dann --client-id und --key-file (auth = \"smart\").",
            "It takes SMART backend services: make a key, have its public half (bedside fhir jwks) registered there, then \
             --client-id and --key-file (auth = \"smart\").",
        )
    } else {
        tongue.pick(
            "Mit Name und Passwort: --user und --password-file (auth = \"basic\"). Mit Schlüssel: --client-id und --key-file \
             (auth = \"smart\").",
            "With a name and a password: --user and --password-file (auth = \"basic\"). With a key: --client-id and \
             --key-file (auth = \"smart\").",
        )
    };
    format!("{first}\n{next}")
}
