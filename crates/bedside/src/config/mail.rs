//! `[mail]`: the hospital's mail server, over which letters go to the contact that a patient's record holds.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use bedside_connect::mail::{self, BadMail, Guard, Smtp};

use super::{
    Problem, address,
    read::{secret, word},
    secret::SecretAt,
    section::{At, Section, Told},
};

const GUARDS: [&str; 3] = ["starttls", "tls", "none"];

/// How letters are sent, as configured.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The server.
    pub host: String,
    /// Where patients reach the private doors, if that is another address than the desk's.
    pub door_url: Option<String>,
    port: Option<u16>,
    guard: Guard,
    authority: Option<Told<PathBuf>>,
    user: Option<String>,
    password: Option<SecretAt>,
    from: String,
    at: At,
    config: String,
}

pub(super) fn mail(mut section: Section<'_>, folder: &Path) -> Option<Mail> {
    let page = section.page();
    let is_there = section.is_there();
    let at = section.at("");
    let refused = "a secret has no place in the configuration, which is copied, mailed and backed up";
    section.refuse("password", refused, "put it into a file of its own and name that: password_file = \"…\"");
    let host = is_there.then(|| section.needed("host", "the mail server, e.g. \"mail.lindenhof.example\"")).flatten();
    let from = is_there
        .then(|| section.needed("from", "the sender, e.g. \"Lindenhof <no-reply@lindenhof.example>\""))
        .flatten();
    let port = section.number("port").and_then(|told| {
        let port = u16::try_from(told.value).ok().filter(|port| *port > 0);
        if port.is_none() {
            page.problem(&told.at, format!("{} is no port", told.value));
        }
        port
    });
    let guard = section.text("tls").and_then(|told| Some((word(page, &told, &GUARDS, guard)?, told.at)));
    let authority = section.text("tls_ca_file").map(|told| told.map(|file| folder.join(file)));
    let user = section.text("user").map(|told| told.value);
    let password = secret(&mut section, folder, "password_file", "password_env");
    let door_url = section.text("door_url").and_then(|told| {
        let url = address::public_url(&told.value);
        if url.is_none() {
            let what = format!("'{}' is no address", told.value);
            page.problem_with_help(&told.at, what, "write e.g. \"https://www.lindenhof.example\", without a path");
        }
        url
    });
    if user.is_some() != password.is_some() && is_there {
        page.problem(&section.at("user"), "user and password belong together; one of them is missing");
    }
    section.end();
    let host = host?.value;
    if let Some((Guard::None, at)) = &guard
        && !is_near(&host)
    {
        let help = "leave the line out: STARTTLS is asked for then";
        page.problem_with_help(at, "letters would be readable on the way", help);
    }
    let guard = guard.map_or(Guard::StartTls, |(guard, _)| guard);
    let config = page.file.to_owned();
    Some(Mail { host, door_url, port, guard, authority, user, password, from: from?.value, at, config })
}

fn guard(word: &str) -> Option<Guard> {
    match word {
        "starttls" => Some(Guard::StartTls),
        "tls" => Some(Guard::Tls),
        "none" => Some(Guard::None),
        _ => None,
    }
}

/// Whether a server is this machine.
fn is_near(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Mail {
    /// What carries the letters. Reads the password and the certificate authority.
    ///
    /// # Errors
    /// A file can't be read, or the sender is no address.
    pub fn smtp(&self) -> Result<Smtp, Problem> {
        let problem = |at: &At, what: String| Problem {
            file: self.config.clone(),
            line: at.line,
            key: at.key.clone(),
            what,
            help: None,
        };
        let authority = self.authority.as_ref().map(|told| {
            std::fs::read(&told.value)
                .map_err(|why| problem(&told.at, format!("{} can't be read: {}", told.value.display(), why.kind())))
        });
        let password = self.password.as_ref().map(SecretAt::read).transpose()?;
        let config = mail::Config {
            host: self.host.clone(),
            port: self.port,
            guard: self.guard,
            authority: authority.transpose()?,
            login: self.user.clone().zip(password),
            from: self.from.clone(),
        };
        Smtp::new(&config).map_err(|bad: BadMail| problem(&self.at, bad.to_string()))
    }
}
