//! From the sections of the file to the configuration. What is missing or wrong becomes a problem, and reading goes on.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use bedside_core::{
    channel::ChannelKind,
    holiday::{Calendar, Region},
    policy::PageOwner,
    site::Jurisdiction,
    time::Span,
};
use bedside_store::sites::{SiteSettings, System};
use jiff::tz::TimeZone;

use super::{
    Channel, Config, Data, House, Problems, Server, Way, address, alarm, chart, exchange, fhir, hl7, hours, mail,
    problem::nearest,
    retention,
    secret::SecretAt,
    section::{At, Page, Section, Told},
    slot,
    tls::TlsFiles,
};

/// The longest undo window.
const MAX_UNDO: Span = Span::hours(1);
/// Where Bluesky's own accounts live.
const BLUESKY: &str = "https://bsky.social";
/// Keys of a channel that belong to some kinds only.
const WAYS: [(&str, &[&str]); 3] = [
    ("bluesky", &["base_url", "handle", "app_password_file", "app_password_env", "media_hosts"]),
    ("mastodon", &["base_url", "token_file", "token_env", "media_hosts"]),
    ("webhook", &["secret_file", "secret_env"]),
];

pub(super) fn config(file: &str, text: &str, folder: &Path) -> Result<Config, Problems> {
    let page = Page::new(file, text);
    let mut config = Config { file: Some(PathBuf::from(file)), ..Config::default() };
    if let Some(document) = page.parse() {
        let mut top = Section::top(&page, document.get_ref());
        fill(&mut config, &mut top, folder);
        top.end();
    }
    match page.into_problems() {
        problems if problems.is_empty() => Ok(config),
        problems => Err(Problems(problems)),
    }
}

fn fill(config: &mut Config, top: &mut Section<'_>, folder: &Path) {
    config.server = server(top.section("server"), folder);
    config.data = data(top.section("data"), folder);
    config.master_key_file = keys(top.section("keys")).map(|file| folder.join(file));
    (config.people_key_file, config.checks_per_hour) = people(top.section("people"), folder);
    config.undo_window = undo_window(top.section("desk")).unwrap_or(config.undo_window);
    let mut taken = HashSet::new();
    let sites = top.sections("site").into_iter();
    config.sites = sites.filter_map(|section| house(section, folder, &mut taken)).collect();
    let slugs: Vec<String> = config.sites.iter().map(|site| site.slug.clone()).collect();
    taken.clear();
    let channels = top.sections("channel").into_iter();
    config.channels = channels.filter_map(|section| channel(section, folder, &slugs, &mut taken)).collect();
    taken.clear();
    let charts = top.sections("chart").into_iter();
    let mut servers = HashSet::new();
    config.charts =
        charts.filter_map(|section| chart::chart(section, folder, &slugs, &mut taken, &mut servers)).collect();
    taken.clear();
    let sites = config.sites.iter();
    let sites: Vec<hl7::SiteOf> = sites
        .map(|site| hl7::SiteOf {
            slug: site.slug.clone(),
            zone: site.time_zone.clone(),
            jurisdiction: site.jurisdiction,
        })
        .collect();
    let links = top.sections("hl7").into_iter();
    config.hl7 = links.filter_map(|section| hl7::link(section, folder, &sites, &mut taken)).collect();
    let outs = top.sections("hl7_out").into_iter();
    config.hl7_out = outs.filter_map(|section| hl7::out(section, folder, &sites, &mut taken)).collect();
    let servers = top.sections("fhir").into_iter();
    let (outs, has_public_url) = (&config.hl7_out, config.server.public_url.is_some());
    let link = |section| fhir::link(section, folder, (&slugs, outs), has_public_url, &mut taken);
    config.fhir = servers.filter_map(link).collect();
    config.mail = mail::mail(top.section("mail"), folder);
    taken.clear();
    let clients = top.sections("fhir_client").into_iter();
    config.fhir_clients = clients.filter_map(|one| exchange::client(one, folder, &slugs, &mut taken)).collect();
    taken.clear();
    let hooks = top.sections("hook_out").into_iter();
    config.hooks_out = hooks.filter_map(|one| exchange::hook(one, folder, &slugs, &mut taken)).collect();
    config.second_opinion = slot::second_opinion(top.section("second_opinion"), folder);
    config.suggest = slot::suggest(top.section("suggest"), folder);
    config.retention = retention::retention(top.section("retention"));
    let own = config.sites.iter().filter(|site| !site.keeps.is_empty());
    config.retention.by_site = own.map(|site| (site.slug.clone(), site.keeps.clone())).collect();
    config.alarms = alarm::alarms(top, folder, &config.sites, config.mail.is_some());
}

fn server(mut section: Section<'_>, folder: &Path) -> Server {
    let page = section.page();
    let mut server = Server::default();
    let address = |told: &Told<String>| {
        let read = told.value.parse().ok();
        if read.is_none() {
            page.problem_with_help(
                &told.at,
                format!("'{}' is no address and port", told.value),
                "write e.g. \"127.0.0.1:8080\", or \"0.0.0.0:8080\" for every network",
            );
        }
        read
    };
    if let Some(listen) = section.text("listen").as_ref().and_then(address) {
        server.listen = listen;
    }
    server.metrics_listen = section.text("metrics_listen").as_ref().and_then(address);
    if let Some(told) = section.text("public_url") {
        server.public_url = address::public_url(&told.value);
        if server.public_url.is_none() {
            let what = format!("'{}' is no address of a desk", told.value);
            page.problem_with_help(&told.at, what, "write e.g. \"https://desk.example.org\", without a path");
        }
    }
    for told in section.texts("trusted_proxies") {
        match told.value.parse() {
            Ok(network) => server.trusted_proxies.push(network),
            Err(_) => page.problem_with_help(
                &told.at,
                format!("'{}' is no address", told.value),
                "write e.g. \"10.0.0.7\" or \"10.0.0.0/24\"; names of machines are not looked up",
            ),
        }
    }
    server.tls = TlsFiles::of(&mut section, folder);
    section.end();
    server
}

fn data(mut section: Section<'_>, folder: &Path) -> Data {
    let page = section.page();
    let location = section.text("location");
    let refused = "the address of a database holds its password, which has no place here";
    section.refuse("postgres_url", refused, "put it into a file and name that: postgres_url_file = \"…\"");
    let postgres = secret(&mut section, folder, "postgres_url_file", "postgres_url_env");
    section.end();
    match (location, postgres) {
        (Some(location), Some(_)) => {
            page.problem_with_help(
                &location.at,
                "is said beside a PostgreSQL database",
                "data lies either in a folder or in PostgreSQL; remove one of them",
            );
            Data::Folder(PathBuf::from(super::DATA))
        }
        (Some(location), None) => Data::Folder(folder.join(location.value)),
        (None, Some(postgres)) => Data::Postgres(postgres),
        (None, None) => Data::Folder(PathBuf::from(super::DATA)),
    }
}

fn keys(mut section: Section<'_>) -> Option<String> {
    let refused = "the master key has no place in the configuration, which is copied, mailed and backed up";
    section.refuse("master_key", refused, "name its file: master_key_file = \"…\"");
    let file = section.text("master_key_file");
    section.end();
    file.map(|told| told.value)
}

fn people(mut section: Section<'_>, folder: &Path) -> (Option<PathBuf>, Option<u32>) {
    let file = section.text("key_file").map(|told| folder.join(told.value));
    let checks = section.number("checks_per_hour");
    let page = section.page();
    section.end();
    let checks = checks.and_then(|told| {
        let checks = u32::try_from(told.value).ok().filter(|checks| CHECKS.contains(checks));
        if checks.is_none() {
            let what = format!("{} is no number of checks within an hour", told.value);
            page.problem_with_help(
                &told.at,
                what,
                "100 to 100000; while somebody types a text is checked again and again",
            );
        }
        checks
    });
    (file, checks)
}

/// Fewer checks than this would stop people at their work, more would be no limit.
const CHECKS: std::ops::RangeInclusive<u32> = 100..=100_000;

fn undo_window(mut section: Section<'_>) -> Option<Span> {
    let told = section.text("undo_window");
    let page = section.page();
    section.end();
    let told = told?;
    match told.value.parse::<Span>() {
        Ok(span) if span <= MAX_UNDO => return Some(span),
        Ok(_) => page.problem(&told.at, format!("'{}' is longer than {MAX_UNDO}", told.value)),
        Err(bad) => page.problem(&told.at, bad.to_string()),
    }
    None
}

fn house(mut section: Section<'_>, folder: &Path, taken: &mut HashSet<String>) -> Option<House> {
    let page = section.page();
    let slug = slug(&mut section, taken);
    let name = section.needed("name", "the name people know the house by");
    let group = section.text("group").map(|told| told.value);
    let known: Vec<&str> = Jurisdiction::ALL.iter().map(|one| one.as_str()).collect();
    let jurisdiction = section
        .needed("jurisdiction", "whose law the house lives under, it chooses the rules: de, at, us or uk")
        .and_then(|told| word(page, &told, &known, Jurisdiction::from_word));
    let known: Vec<&str> = PageOwner::ALL.iter().map(|one| one.as_str()).collect();
    let page_owner = section
        .text("page_owner")
        .map_or(Some(PageOwner::Private), |told| word(page, &told, &known, PageOwner::from_word));
    let time_zone = section.needed("time_zone", "e.g. \"Europe/Berlin\"").and_then(|told| time_zone(page, told));
    let staffed = staffed(&mut section);
    let holidays = holidays(&mut section);
    let answer_within = section.text("answer_within").and_then(|told| answer_within(page, &told));
    let public_facts = section.texts("public_facts").into_iter().map(|told| told.value).collect();
    let door = section.text("door").and_then(|told| door(page, told));
    let systems = systems(&mut section);
    let door_min_age = section.number("door_min_age").and_then(|told| door_min_age(page, &told));
    let staff = section.text("staff").map(|told| folder.join(told.value));
    let overlays = section.texts("overlays").into_iter().map(|told| told.map(|file| folder.join(file))).collect();
    let overlays_live = section.flag("overlays_live").is_some_and(|told| told.value);
    let keeps = retention::of_site(section.section("retention"), slug.as_deref().unwrap_or_default());
    section.end();
    let name = name?.value;
    Some(House {
        slug: slug?,
        group: group.unwrap_or_else(|| name.clone()),
        name,
        jurisdiction: jurisdiction?,
        page_owner: page_owner?,
        time_zone: time_zone?,
        settings: SiteSettings { staffed, holidays, answer_within, public_facts, door, door_min_age, systems },
        staff,
        overlays,
        overlays_live,
        keeps,
    })
}

/// The slug of a section, which also names the section in what is said about it.
pub(super) fn slug(section: &mut Section<'_>, taken: &mut HashSet<String>) -> Option<String> {
    let told = section.needed("slug", "a short name of its own, e.g. slug = \"mitte\"")?;
    let page = section.page();
    section.name(&told.value);
    let is_slug = told.value.len() <= 40
        && told.value.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && told.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
    if !is_slug {
        let what = format!("'{}' is no short name", told.value);
        page.problem_with_help(&told.at, what, "small letters a-z, digits, - and _, at most 40");
        return None;
    }
    if !taken.insert(told.value.clone()) {
        page.problem(&told.at, format!("'{}' is taken by an earlier one", told.value));
        return None;
    }
    Some(told.value)
}

pub(super) fn word<T>(
    page: &Page<'_>,
    told: &Told<String>,
    known: &[&str],
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let found = read(&told.value);
    if found.is_none() {
        page.unknown_word(&told.at, &told.value, known);
    }
    found
}

fn time_zone(page: &Page<'_>, told: Told<String>) -> Option<String> {
    if TimeZone::get(&told.value).is_ok() {
        return Some(told.value);
    }
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let help = nearest(&told.value, &names)
        .map_or("write e.g. \"Europe/Berlin\" or \"America/New_York\"".to_owned(), |near| {
            format!("did you mean {near}?")
        });
    page.problem_with_help(&told.at, format!("'{}' is no time zone", told.value), help);
    None
}

fn staffed(section: &mut Section<'_>) -> Vec<bedside_store::sites::Staffed> {
    let page = section.page();
    let mut all = Vec::new();
    for told in section.texts("staffed") {
        match hours::parse(&told.value) {
            Some(stretches) => all.extend(stretches),
            None => page.problem_with_help(&told.at, format!("'{}' is not understood", told.value), hours::EXPECTED),
        }
    }
    all
}

/// `holidays = ["de-be", "2026-12-24"]`: regions and single days.
fn holidays(section: &mut Section<'_>) -> Vec<String> {
    let page = section.page();
    let mut all = Vec::new();
    for told in section.texts("holidays") {
        if Calendar::read([told.value.as_str()]).is_ok() {
            all.push(told.value);
            continue;
        }
        let known: Vec<&str> = Region::ALL.iter().map(|region| region.as_str()).collect();
        let near = nearest(&told.value, &known).map_or(String::new(), |near| format!("did you mean {near}? "));
        let help = format!("{near}write days like \"2026-12-24\" and regions: {}", known.join(", "));
        page.problem_with_help(&told.at, format!("'{}' is no holiday", told.value), help);
    }
    all
}

/// The house's own goal for an answer.
fn answer_within(page: &Page<'_>, told: &Told<String>) -> Option<Span> {
    match told.value.parse::<Span>() {
        Ok(span) if span >= Span::minutes(5) && span <= Span::days(30) => return Some(span),
        Ok(_) => page.problem_with_help(
            &told.at,
            format!("'{}' is no such goal", told.value),
            "from 5m to 30d, e.g. \"24h\"",
        ),
        Err(bad) => page.problem(&told.at, bad.to_string()),
    }
    None
}

/// The private door: an address on the web, or a phone number or mail address in words.
fn door(page: &Page<'_>, told: Told<String>) -> Option<String> {
    if told.value.starts_with("http://") {
        page.problem_with_help(&told.at, "is not private", "an address needs https://");
        return None;
    }
    Some(told.value)
}

/// `systems = ["URI = AUTHORITY"]`: what FHIR calls the identifiers of an authority of HL7 v2.
fn systems(section: &mut Section<'_>) -> Vec<System> {
    let page = section.page();
    let mut all: Vec<System> = Vec::new();
    for told in section.texts("systems") {
        let named = told.value.split_once('=').map(|(uri, authority)| (uri.trim(), authority.trim()));
        let Some((uri, authority)) = named.filter(|(uri, authority)| uri.contains(':') && !authority.is_empty()) else {
            let help = "write \"URI = AUTHORITY\", e.g. \"urn:oid:1.2.276.0.76.4.8 = KIS\"";
            page.problem_with_help(&told.at, format!("'{}' is not understood", told.value), help);
            continue;
        };
        if all.iter().any(|known| known.uri == uri || known.authority == authority) {
            page.problem(
                &told.at,
                format!("'{}' names a system or an authority that an earlier one names", told.value),
            );
            continue;
        }
        all.push(System { uri: uri.to_owned(), authority: authority.to_owned() });
    }
    all
}

/// From which age on somebody can link their account to their record by themselves.
fn door_min_age(page: &Page<'_>, told: &Told<i64>) -> Option<u8> {
    let age = u8::try_from(told.value).ok().filter(|age| (12..=21).contains(age));
    if age.is_none() {
        page.problem_with_help(&told.at, "is no such age", "from 12 to 21; without it, 16");
    }
    age
}

fn channel(mut section: Section<'_>, folder: &Path, sites: &[String], taken: &mut HashSet<String>) -> Option<Channel> {
    let slug = slug(&mut section, taken);
    let kind = kind(&mut section);
    let site = site_of(&mut section, sites);
    let name = section.text("name").map(|told| told.value);
    let owner = section.needed("owner", "who answers for the account in the house");
    let deputy = section.needed("deputy", "who stands in for the owner");
    for (key, named) in [("app_password", "app_password_file"), ("token", "token_file"), ("secret", "secret_file")] {
        let refused = "a secret has no place in the configuration, which is copied, mailed and backed up";
        section.refuse(key, refused, &format!("put it into a file of its own and name that: {named} = \"…\""));
    }
    let way = way(&mut section, folder, kind);
    section.end();
    let slug = slug?;
    Some(Channel {
        name: name.unwrap_or_else(|| slug.clone()),
        slug,
        site: site?,
        owner: owner?.value,
        deputy: deputy?.value,
        way: way?,
    })
}

fn kind(section: &mut Section<'_>) -> Option<ChannelKind> {
    let page = section.page();
    let told = section.needed("kind", "bluesky, mastodon or webhook")?;
    match ChannelKind::from_word(&told.value) {
        Some(kind @ (ChannelKind::Bluesky | ChannelKind::Mastodon | ChannelKind::Webhook)) => return Some(kind),
        Some(ChannelKind::Import) => {
            page.problem_with_help(&told.at, "is not set up here", "`bedside import FILE` makes the channels it needs");
        }
        Some(ChannelKind::Demo) => {
            page.problem_with_help(&told.at, "is not set up here", "`bedside demo` has its own channels");
        }
        Some(ChannelKind::Door) => {
            page.problem_with_help(&told.at, "is not set up here", "every site has its private door by itself");
        }
        None => page.unknown_word(&told.at, &told.value, &["bluesky", "mastodon", "webhook"]),
    }
    None
}

pub(super) fn site_of(section: &mut Section<'_>, sites: &[String]) -> Option<String> {
    let page = section.page();
    let slugs: Vec<&str> = sites.iter().map(String::as_str).collect();
    match (section.text("site"), slugs.as_slice()) {
        (Some(told), known) => {
            if known.contains(&told.value.as_str()) {
                return Some(told.value);
            }
            if known.is_empty() {
                page.problem_with_help(
                    &told.at,
                    format!("there is no site '{}'", told.value),
                    "set it up with [[site]]",
                );
            } else {
                page.unknown_word(&told.at, &told.value, known);
            }
        }
        (None, [only]) => return Some((*only).to_owned()),
        (None, []) => {
            page.problem_with_help(&section.at("site"), "there is no site yet", "set one up with [[site]]");
        }
        (None, several) => {
            page.problem_with_help(&section.at("site"), "is missing", format!("one of {}", several.join(", ")));
        }
    }
    None
}

fn way(section: &mut Section<'_>, folder: &Path, kind: Option<ChannelKind>) -> Option<Way> {
    let base_url = section.text("base_url");
    let handle = section.text("handle");
    let app_password = secret(section, folder, "app_password_file", "app_password_env");
    let token = secret(section, folder, "token_file", "token_env");
    let hook = secret(section, folder, "secret_file", "secret_env");
    let media_hosts = section.texts("media_hosts");
    let kind = kind?;
    let told = [
        ("media_hosts", media_hosts.first().map(|told| &told.at)),
        ("base_url", base_url.as_ref().map(|told| &told.at)),
        ("handle", handle.as_ref().map(|told| &told.at)),
        ("app_password_file", app_password.as_ref().map(|told| &told.at)),
        ("token_file", token.as_ref().map(|told| &told.at)),
        ("secret_file", hook.as_ref().map(|told| &told.at)),
    ];
    refuse_others(section.page(), kind, &told);
    match kind {
        ChannelKind::Bluesky => {
            let handle =
                handle.or_else(|| section.needed("handle", "the account's name, e.g. \"lindenhof.example.org\""));
            let app_password = or_missing(section, app_password, "app_password");
            let base_url = base_url.unwrap_or_else(|| Told { value: BLUESKY.to_owned(), at: section.at("base_url") });
            Some(Way::Bluesky { base_url, handle: handle?.value, app_password: app_password?, media_hosts })
        }
        ChannelKind::Mastodon => {
            let base_url = base_url
                .or_else(|| section.needed("base_url", "the account's server, e.g. \"https://social.example.org\""));
            let token = or_missing(section, token, "token");
            Some(Way::Mastodon { base_url: base_url?, token: token?, media_hosts })
        }
        ChannelKind::Webhook => Some(Way::Webhook { secret: or_missing(section, hook, "secret")? }),
        ChannelKind::Import | ChannelKind::Demo | ChannelKind::Door => None,
    }
}

/// Names keys that belong to another kind of channel.
fn refuse_others(page: &Page<'_>, kind: ChannelKind, told: &[(&str, Option<&At>)]) {
    let own = WAYS.iter().find(|(name, _)| *name == kind.as_str()).map_or(&[][..], |(_, keys)| *keys);
    for (key, at) in told.iter().filter(|(key, _)| !own.contains(key)) {
        let Some(at) = at else { continue };
        let owners: Vec<&str> = WAYS.iter().filter(|(_, keys)| keys.contains(key)).map(|(name, _)| *name).collect();
        page.problem(at, format!("belongs to a channel of kind {}, this one is {kind}", owners.join(" or ")));
    }
}

pub(super) fn or_missing(section: &Section<'_>, found: Option<SecretAt>, name: &str) -> Option<SecretAt> {
    if found.is_none() {
        let help = format!("{name}_file = \"…\" names the file that holds it, {name}_env = \"…\" the variable");
        section.page().problem_with_help(&section.at(&format!("{name}_file")), "is missing", help);
    }
    found
}

/// A secret named by its file or by the variable that holds it.
pub(super) fn secret(
    section: &mut Section<'_>,
    folder: &Path,
    file: &'static str,
    env: &'static str,
) -> Option<SecretAt> {
    let page = section.page();
    let (file, env) = (section.text(file), section.text(env));
    if let (Some(_), Some(env)) = (&file, &env) {
        page.problem(&env.at, "is said twice, by a file and by a variable; remove one of them");
        return None;
    }
    let file = file.map(|told| SecretAt::file(folder.join(told.value), told.at, page.file));
    file.or_else(|| env.map(|told| SecretAt::env(told.value, told.at, page.file)))
}
