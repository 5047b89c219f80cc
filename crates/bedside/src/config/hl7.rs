//! `[[hl7]]`: links on which the record's systems bring HL7 v2 messages. `[[hl7_out]]`: links over which documents go there.

use std::{
    collections::HashSet,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bedside_clinical::hl7::{Charset, Keep, ack::Mode};
use bedside_connect::{
    Clock,
    emr::hl7v2::{self, Form, Manner, Out, OutConfig},
    tls::ClientTls,
};
use bedside_core::{id::EmrLinkId, site::Jurisdiction, time::Span};
use bedside_desk::serve::Network;
use jiff::tz::TimeZone;

use super::{
    Problem,
    read::{site_of, slug, word},
    section::{Section, Told},
    tls::{TlsFiles, problem, read_file},
};

/// The longest message: a document of some megabytes in base64 fits.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// More senders than this on one link are a fault of one of them.
const MOST_CONNECTIONS: usize = 64;
const PATIENCE: Duration = Duration::from_secs(60);
/// Raw messages are kept no longer than this.
const MOST_KEPT: Span = Span::days(90);
const ACKS: [&str; 4] = ["as_asked", "original", "enhanced", "silent"];

/// What a link must know of its site.
pub(super) struct SiteOf {
    pub slug: String,
    pub zone: String,
    pub jurisdiction: Jurisdiction,
}

/// A link that receives, as configured.
#[derive(Debug, Clone)]
pub struct Hl7In {
    /// Its short name.
    pub slug: String,
    /// The slug of its site.
    pub site: String,
    /// The name people see.
    pub name: String,
    /// Where it listens.
    pub listen: SocketAddr,
    /// How long raw messages are kept, in days.
    pub keep_days: u32,
    allow: Vec<Network>,
    tls: Option<TlsFiles>,
    manner: Manner,
}

pub(super) fn link(
    mut section: Section<'_>,
    folder: &Path,
    sites: &[SiteOf],
    taken: &mut HashSet<String>,
) -> Option<Hl7In> {
    let page = section.page();
    let slug = slug(&mut section, taken);
    let slugs: Vec<String> = sites.iter().map(|site| site.slug.clone()).collect();
    let site = site_of(&mut section, &slugs);
    let name = section.text("name").map(|told| told.value);
    let listen = section.needed("listen", "where the sender connects, e.g. \"127.0.0.1:2575\"");
    let listen = listen.and_then(|told| match told.value.parse::<SocketAddr>() {
        Ok(address) => Some(Told { value: address, at: told.at }),
        Err(_) => {
            page.problem_with_help(
                &told.at,
                format!("'{}' is no address and port", told.value),
                "write e.g. \"10.1.2.3:2575\"",
            );
            None
        }
    });
    let allow = allow(&mut section);
    let tls = TlsFiles::asking_clients(&mut section, folder);
    if let Some(listen) = &listen
        && !listen.value.ip().is_loopback()
        && allow.is_empty()
        && !tls.as_ref().is_some_and(TlsFiles::asks_clients)
    {
        let help =
            "name the senders, allow = [\"10.1.2.0/24\"], or ask for client certificates with tls_client_ca_file";
        page.problem_with_help(&listen.at, "everybody in the network could write into the patient index", help);
    }
    let keep_days = keep(&mut section);
    let manner = manner(&mut section, site.as_deref(), sites);
    section.end();
    let slug = slug?;
    Some(Hl7In {
        name: name.unwrap_or_else(|| slug.clone()),
        slug,
        site: site?,
        listen: listen?.value,
        keep_days: keep_days?,
        allow,
        tls,
        manner: manner?,
    })
}

/// A link that sends, as configured.
#[derive(Debug, Clone)]
pub struct Hl7Out {
    /// Its short name.
    pub slug: String,
    /// The slug of its site.
    pub site: String,
    /// The name people see.
    pub name: String,
    to: String,
    form: Form,
    receiver: (String, String),
    facility: String,
    kind: String,
    charset: Charset,
    zone: TimeZone,
    cancels: bool,
    tls: Option<OutTlsFiles>,
}

/// What a link that sends under TLS needs.
#[derive(Debug, Clone)]
struct OutTlsFiles {
    authority: Told<PathBuf>,
    own: Option<(Told<PathBuf>, Told<PathBuf>)>,
    config: String,
}

pub(super) fn out(
    mut section: Section<'_>,
    folder: &Path,
    sites: &[SiteOf],
    taken: &mut HashSet<String>,
) -> Option<Hl7Out> {
    let page = section.page();
    let slug = slug(&mut section, taken);
    let slugs: Vec<String> = sites.iter().map(|site| site.slug.clone()).collect();
    let site = site_of(&mut section, &slugs);
    let mut text = |key| section.text(key).map(|told: Told<String>| told.value);
    let (name, facility, kind) = (text("name"), text("facility"), text("document_kind"));
    let receiver = (text("receiving_application"), text("receiving_facility"));
    let to = section.needed("to", "the receiver, e.g. \"10.1.2.3:2576\"");
    let to = to.and_then(|told| match told.value.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>())) {
        Some((host, Ok(_))) if !host.is_empty() => Some(told.value),
        _ => {
            page.problem_with_help(
                &told.at,
                format!("'{}' is no host and port", told.value),
                "write e.g. \"kis.example.org:2576\"",
            );
            None
        }
    });
    let form = match section.text("form") {
        None => Some(Form::Mdm),
        Some(told) => word(page, &told, &["mdm", "oru"], |word| match word {
            "mdm" => Some(Form::Mdm),
            "oru" => Some(Form::Oru),
            _ => None,
        }),
    };
    let charset = charset(&mut section, Charset::Utf8);
    let cancels = match section.text("on_revocation") {
        None => Some(false),
        Some(told) => word(page, &told, &["keep", "cancel"], |word| match word {
            "keep" => Some(false),
            "cancel" => Some(true),
            _ => None,
        }),
    };
    let tls = out_tls(&mut section, folder);
    section.end();
    let (slug, site) = (slug?, site?);
    let zone = sites.iter().find(|one| one.slug == site).and_then(|one| TimeZone::get(&one.zone).ok());
    Some(Hl7Out {
        name: name.unwrap_or_else(|| slug.clone()),
        to: to?,
        form: form?,
        receiver: (receiver.0.unwrap_or_default(), receiver.1.unwrap_or_default()),
        facility: facility.unwrap_or_else(|| site.to_uppercase()),
        kind: kind.unwrap_or_else(|| "CN".to_owned()),
        charset: charset?,
        zone: zone.unwrap_or(TimeZone::UTC),
        cancels: cancels?,
        tls,
        slug,
        site,
    })
}

impl Hl7Out {
    /// What sends its documents. Reads certificates and key.
    ///
    /// # Errors
    /// A file can't be read, or is no PEM that can be used.
    pub fn sender(&self, id: EmrLinkId, clock: Clock) -> Result<Out, Problem> {
        Ok(Out::new(OutConfig {
            id,
            to: self.to.clone(),
            form: self.form,
            receiver: self.receiver.clone(),
            facility: self.facility.clone(),
            kind: self.kind.clone(),
            charset: self.charset,
            zone: self.zone.clone(),
            cancels: self.cancels,
            tls: self.tls.as_ref().map(OutTlsFiles::read).transpose()?,
            clock,
        }))
    }
}

fn out_tls(section: &mut Section<'_>, folder: &Path) -> Option<OutTlsFiles> {
    let page = section.page();
    let mut file = |key| section.text(key).map(|told: Told<String>| told.map(|file| folder.join(file)));
    let (authority, certificate, key) = (file("tls_ca_file"), file("tls_cert_file"), file("tls_key_file"));
    if let (Some(told), None) | (None, Some(told)) = (&certificate, &key) {
        page.problem(&told.at, "tls_cert_file and tls_key_file belong together; one of them is missing");
    }
    match (authority, certificate.zip(key)) {
        (Some(authority), own) => Some(OutTlsFiles { authority, own, config: page.file.to_owned() }),
        (None, Some((told, _))) => {
            page.problem(&told.at, "needs tls_ca_file beside it: who signed the receiver's certificate");
            None
        }
        (None, None) => None,
    }
}

/// A character set, named as MSH-18 names it.
fn charset(section: &mut Section<'_>, by_itself: Charset) -> Option<Charset> {
    let page = section.page();
    let Some(told) = section.text("charset") else { return Some(by_itself) };
    let found = Charset::named(&told.value);
    if found.is_none() {
        let help = "write it as MSH-18 would: \"8859/1\", \"8859/15\", \"UNICODE UTF-8\", or \"windows-1252\"";
        page.problem_with_help(&told.at, format!("'{}' is not known", told.value), help);
    }
    found
}

fn allow(section: &mut Section<'_>) -> Vec<Network> {
    let page = section.page();
    let mut networks = Vec::new();
    for told in section.texts("allow") {
        match told.value.parse() {
            Ok(network) => networks.push(network),
            Err(_) => page.problem_with_help(
                &told.at,
                format!("'{}' is no address", told.value),
                "write e.g. \"10.0.0.7\" or \"10.0.0.0/24\"; names of machines are not looked up",
            ),
        }
    }
    networks
}

/// `keep = "7d"`: how long what was told is kept, in days.
pub(super) fn keep(section: &mut Section<'_>) -> Option<u32> {
    let page = section.page();
    let Some(told) = section.text("keep") else { return Some(7) };
    match told.value.parse::<Span>() {
        Ok(span) if span >= Span::days(1) && span <= MOST_KEPT => {
            return u32::try_from(span.as_hours() / 24).ok();
        }
        Ok(_) => page.problem(&told.at, format!("'{}' is not between 1d and 90d", told.value)),
        Err(bad) => page.problem(&told.at, bad.to_string()),
    }
    None
}

fn manner(section: &mut Section<'_>, site: Option<&str>, sites: &[SiteOf]) -> Option<Manner> {
    let page = section.page();
    let charset = charset(section, Manner::default().charset);
    let ack = match section.text("ack") {
        None => Some(Mode::AsAsked),
        Some(told) => word(page, &told, &ACKS, ack_mode),
    };
    let mut list = |key| -> Vec<String> { section.texts(key).into_iter().map(|told| told.value).collect() };
    let (applications, facilities) = (list("applications"), list("facilities"));
    let keep = segments(section);
    let authority = section.text("authority").map(|told| told.value).unwrap_or_default();
    let site = sites.iter().find(|one| Some(one.slug.as_str()) == site);
    let zone = site.and_then(|site| TimeZone::get(&site.zone).ok()).unwrap_or(TimeZone::UTC);
    let dispositions = hl7v2::dispositions(site.map_or(Jurisdiction::De, |site| site.jurisdiction));
    Some(Manner { charset: charset?, ack: ack?, applications, facilities, authority, keep: keep?, zone, dispositions })
}

/// What may be kept of a message, if something else than by itself.
fn segments(section: &mut Section<'_>) -> Option<Keep> {
    let page = section.page();
    let told = section.texts("segments");
    let Some(first) = told.first() else { return Some(Keep::default()) };
    match Keep::of(told.iter().map(|line| line.value.as_str())) {
        Ok(keep) => Some(keep),
        Err(bad) => {
            page.problem(&first.at, bad.to_string());
            None
        }
    }
}

fn ack_mode(word: &str) -> Option<Mode> {
    match word {
        "as_asked" => Some(Mode::AsAsked),
        "original" => Some(Mode::Original),
        "enhanced" => Some(Mode::Enhanced),
        "silent" => Some(Mode::Silent),
        _ => None,
    }
}

impl Hl7In {
    /// What the listener is told. Reads certificates and key.
    ///
    /// # Errors
    /// A file can't be read, or is no PEM that can be used.
    pub fn listener(&self, id: EmrLinkId, clock: Clock) -> Result<hl7v2::Config, Problem> {
        let allow = self.allow.clone();
        let is_local = self.listen.ip().is_loopback();
        let allow: hl7v2::Allow = if allow.is_empty() {
            // On loopback that is this machine alone; elsewhere client certificates say who may speak.
            Arc::new(move |from| !is_local || from.is_loopback())
        } else {
            Arc::new(move |from| allow.iter().any(|network| network.holds(from)))
        };
        Ok(hl7v2::Config {
            id,
            slug: self.slug.clone(),
            allow,
            tls: self.tls.as_ref().map(TlsFiles::read).transpose()?,
            manner: self.manner.clone(),
            clock,
            most_bytes: MOST_BYTES,
            most_connections: MOST_CONNECTIONS,
            patience: PATIENCE,
        })
    }

    /// How its messages are read and answered.
    #[must_use]
    pub const fn manner(&self) -> &Manner {
        &self.manner
    }
}

impl OutTlsFiles {
    fn read(&self) -> Result<ClientTls, Problem> {
        let read = |told: &Told<PathBuf>| read_file(&self.config, told);
        let authority = read(&self.authority)?;
        let own = self.own.as_ref().map(|(cert, key)| Ok::<_, Problem>((read(cert)?, read(key)?))).transpose()?;
        let own = own.as_ref().map(|(cert, key)| (cert.as_slice(), key.as_slice()));
        let tls = ClientTls::from_pem(&authority, own);
        tls.map_err(|bad| problem(&self.config, &self.authority, bad.to_string()))
    }
}
