//! What a person reads when the configuration is wrong, line by line.

use std::{path::Path, sync::Arc};

use bedside_connect::Clock;
use bedside_core::{
    channel::ChannelKind,
    policy::PageOwner,
    site::Jurisdiction,
    time::{Span, Timestamp},
};

use super::{Account, Config, Data, Problems};

const GOOD: &str = r#"
[server]
listen = "0.0.0.0:8443"
public_url = "https://desk.example.org/"
trusted_proxies = ["10.0.0.7", "fd00::/8"]

[data]
location = "store"

[keys]
master_key_file = "/etc/bedside/master.key"

[desk]
undo_window = "90s"

[[site]]
slug = "mitte"
name = "Lindenhof Mitte"
group = "Lindenhof-Kliniken"
jurisdiction = "de"
page_owner = "public_body"
time_zone = "Europe/Berlin"
staffed = ["Mon-Fri 08:00-18:00"]
holidays = ["de-be", "2026-12-24"]
answer_within = "24h"
public_facts = ["030 5550100"]
door = "https://lindenhof.example.org/nachricht"
door_min_age = 14
systems = ["urn:oid:1.2.276.0.76.4.8 = KIS"]
overlays = ["mitte.cedar"]

[[channel]]
slug = "bsky"
kind = "bluesky"
name = "Bluesky"
owner = "Mara Lindt"
deputy = "Jonas Weber"
handle = "@lindenhof.example.org"
app_password_file = "bsky.secret"

[[channel]]
slug = "fedi"
kind = "mastodon"
site = "mitte"
owner = "Mara Lindt"
deputy = "Jonas Weber"
base_url = "https://social.example.org"
token_env = "BEDSIDE_TEST_UNSET_TOKEN"
"#;

fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse("bedside.toml", text, Path::new("/etc/bedside"))
}

/// The problems of a text, one per line.
fn problems(text: &str) -> String {
    parse(text).map_or_else(|problems| problems.to_string(), |_| String::new())
}

fn clock() -> Clock {
    Arc::new(|| Timestamp::from_micros(0))
}

#[test]
fn a_whole_configuration_is_read() {
    let config = parse(GOOD).unwrap();
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:8443");
    assert_eq!(config.server.public_url.as_deref(), Some("https://desk.example.org"));
    assert!(config.server.trusted_proxies[1].holds("fd12::1".parse().unwrap()));
    assert_eq!(config.data, Data::Folder("/etc/bedside/store".into()));
    assert_eq!(config.master_key_file.as_deref(), Some(Path::new("/etc/bedside/master.key")));
    assert_eq!(config.undo_window, Span::seconds(90));
    let [site] = &config.sites[..] else { panic!("one site") };
    assert_eq!((site.jurisdiction, site.page_owner), (Jurisdiction::De, PageOwner::PublicBody));
    assert_eq!(site.settings.staffed.len(), 5);
    assert_eq!(site.settings.holidays, ["de-be", "2026-12-24"]);
    assert_eq!(site.settings.answer_within.map(|goal| goal.to_string()).as_deref(), Some("1d"));
    assert_eq!(site.settings.min_age(), 14);
    let kinds: Vec<_> = config.channels.iter().map(|c| (c.site.as_str(), c.name.as_str(), c.kind())).collect();
    assert_eq!(kinds, [("mitte", "Bluesky", ChannelKind::Bluesky), ("mitte", "fedi", ChannelKind::Mastodon)]);
}

#[test]
fn an_empty_file_is_the_same_as_none() {
    let config = parse("").unwrap();
    assert_eq!(config.server, Config::default().server);
    assert_eq!(config.data, Data::Folder("data".into()));
    assert!(config.sites.is_empty() && config.channels.is_empty());
}

/// A house to put channels into.
const HOUSE: &str = "[[site]]\nslug = \"m\"\nname = \"M\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\n";

#[test]
fn every_problem_names_its_line_and_key_and_what_helps() {
    let channel = |rest: &str| format!("{HOUSE}[[channel]]\nslug = \"b\"\nowner = \"O\"\ndeputy = \"D\"\n{rest}");
    for (text, expect) in [
        ("[server]\nlissten = \"127.0.0.1:1\"", "bedside.toml:2: [server] lissten: unknown key (did you mean listen?)"),
        ("[server]\nlisten = 8080", "bedside.toml:2: [server] listen: must be text in quotes, found a number"),
        (
            "\n[server]\nlisten = \"localhost\"",
            "bedside.toml:3: [server] listen: 'localhost' is no address and port (write e.g. \"127.0.0.1:8080\", \
             or \"0.0.0.0:8080\" for every network)",
        ),
        (
            &format!("{HOUSE}answer_within = \"1m\""),
            "bedside.toml:6: [[site]] m: answer_within: '1m' is no such goal (from 5m to 30d, e.g. \"24h\")",
        ),
        ("[sever]", "bedside.toml:1: sever: unknown key (did you mean server?)"),
        (
            "colour = 1",
            "bedside.toml:1: colour: unknown key (known are alarm, alarm_hook, channel, chart, data, desk, fhir, fhir_client, heartbeat, hl7, hl7_out, hook_out, keys, mail, people, retention, rota, second_opinion, server, site, suggest)",
        ),
        ("[server\nlisten = 1", "bedside.toml:1: syntax: unclosed table, expected `]`"),
        (
            "[site]\nslug = \"m\"",
            "bedside.toml:1: site: must be a list of sections (write [[site]], with two brackets, before each)",
        ),
        (
            "[desk]\nundo_window = \"60\"",
            "bedside.toml:2: [desk] undo_window: '60' is no length of time (expected a number with s, m, h or d, e.g. 72h)",
        ),
        ("[desk]\nundo_window = \"2h\"", "bedside.toml:2: [desk] undo_window: '2h' is longer than 1h"),
        (
            "[keys]\nmaster_key = \"AAAA\"",
            "bedside.toml:2: [keys] master_key: the master key has no place in the configuration, which is copied, mailed \
             and backed up (name its file: master_key_file = \"…\")",
        ),
        (
            "[data]\nlocation = \"d\"\npostgres_url_env = \"X\"",
            "bedside.toml:2: [data] location: is said beside a PostgreSQL database (data lies either in a folder or in \
             PostgreSQL; remove one of them)",
        ),
        ("[alarm]\nphone = \"1\"", "bedside.toml:2: [alarm] phone: unknown key (known are test_at)"),
        (
            "[[site]]\nslug = \"m\"\nname = \"M\"\njurisdiction = \"fr\"\ntime_zone = \"Europe/Berln\"",
            "bedside.toml:4: [[site]] m: jurisdiction: 'fr' is not known (known are de, us, uk, at)\n\
             bedside.toml:5: [[site]] m: time_zone: 'Europe/Berln' is no time zone (did you mean Europe/Berlin?)",
        ),
        (&format!("{HOUSE}{HOUSE}"), "bedside.toml:7: [[site]] slug: 'm' is taken by an earlier one"),
        (
            "[[site]]\nslug = \"Haus Mitte\"",
            "bedside.toml:1: [[site]] Haus Mitte: name: is missing (the name people know the house by)\n\
             bedside.toml:1: [[site]] Haus Mitte: jurisdiction: is missing (whose law the house lives under, it chooses the rules: de, at, us or uk)\n\
             bedside.toml:1: [[site]] Haus Mitte: time_zone: is missing (e.g. \"Europe/Berlin\")\n\
             bedside.toml:2: [[site]] slug: 'Haus Mitte' is no short name (small letters a-z, digits, - and _, at most 40)",
        ),
        (
            &channel("kind = \"facebook\""),
            "bedside.toml:10: [[channel]] b: kind: 'facebook' is not known (known are bluesky, mastodon, webhook)",
        ),
        (
            &channel("kind = \"bluesky\"\nhandle = \"h\"\napp_password = \"xxxx-xxxx\""),
            "bedside.toml:6: [[channel]] b: app_password_file: is missing (app_password_file = \"…\" names the file that \
             holds it, app_password_env = \"…\" the variable)\n\
             bedside.toml:12: [[channel]] b: app_password: a secret has no place in the configuration, which is copied, \
             mailed and backed up (put it into a file of its own and name that: app_password_file = \"…\")",
        ),
        (
            &channel("kind = \"mastodon\"\nbase_url = \"https://s.example\"\ntoken_env = \"T\"\nhandle = \"h\""),
            "bedside.toml:13: [[channel]] b: handle: belongs to a channel of kind bluesky, this one is mastodon",
        ),
        (
            &channel("kind = \"webhook\"\nsecret_env = \"S\"\nmedia_hosts = [\"files.example.org\"]"),
            "bedside.toml:12: [[channel]] b: media_hosts: belongs to a channel of kind bluesky or mastodon, this one is webhook",
        ),
        (
            &channel("kind = \"webhook\"\nsecret_file = \"a\"\nsecret_env = \"B\""),
            "bedside.toml:6: [[channel]] b: secret_file: is missing (secret_file = \"…\" names the file that holds it, \
             secret_env = \"…\" the variable)\n\
             bedside.toml:12: [[channel]] b: secret_env: is said twice, by a file and by a variable; remove one of them",
        ),
        (
            "[[channel]]\nslug = \"b\"\nkind = \"webhook\"\nsecret_env = \"S\"\nowner = \"O\"\ndeputy = \"D\"",
            "bedside.toml:1: [[channel]] b: site: there is no site yet (set one up with [[site]])",
        ),
    ] {
        assert_eq!(problems(text), expect, "{text}");
    }
}

#[test]
fn a_secret_that_is_not_there_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let config = |text: &str| Config::parse("bedside.toml", text, folder.path()).unwrap();
    let error = config(GOOD).accounts(&clock()).unwrap_err().to_string();
    let file = folder.path().join("bsky.secret");
    assert_eq!(
        error,
        format!(
            "bedside.toml:39: [[channel]] bsky: app_password_file: {} can't be read: entity not found\n\
             bedside.toml:48: [[channel]] fedi: token_env: the variable BEDSIDE_TEST_UNSET_TOKEN can't be read: \
             environment variable not found",
            file.display()
        )
    );
    let only_bluesky = GOOD.split("[[channel]]\nslug = \"fedi\"").next().unwrap();
    std::fs::write(&file, " \n").unwrap();
    assert!(config(only_bluesky).accounts(&clock()).unwrap_err().to_string().ends_with("is empty"));
    std::fs::write(&file, "abcd-efgh\n").unwrap();
    let accounts = config(only_bluesky);
    let accounts = accounts.accounts(&clock()).unwrap();
    let Account::Bluesky(account) = &accounts[0].1 else { panic!("a Bluesky account") };
    assert_eq!((account.handle.as_str(), account.app_password.expose()), ("lindenhof.example.org", "abcd-efgh"));
}

#[test]
fn an_address_or_a_secret_that_can_not_work_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("s"), "short").unwrap();
    let error = |rest: &str| {
        let text = format!("{HOUSE}[[channel]]\nslug = \"b\"\nowner = \"O\"\ndeputy = \"D\"\n{rest}");
        Config::parse("b.toml", &text, folder.path()).unwrap().accounts(&clock()).unwrap_err().to_string()
    };
    assert_eq!(
        error("kind = \"mastodon\"\ntoken_file = \"s\"\nbase_url = \"http://social.example.org\""),
        "b.toml:12: [[channel]] b: base_url: 'http://social.example.org' needs https: plain http is only for this machine \
         and private networks"
    );
    assert_eq!(
        error(
            "kind = \"mastodon\"\ntoken_file = \"s\"\nbase_url = \"https://social.example.org\"\n\
             media_hosts = [\"files.example.org\",\n\"10.0.0.8\"]"
        ),
        "b.toml:14: [[channel]] b: media_hosts: '10.0.0.8' is in a private network: that is reached only where the channel's \
         own base_url is in one"
    );
    assert_eq!(
        error(
            "kind = \"bluesky\"\nhandle = \"h\"\napp_password_file = \"s\"\nmedia_hosts = [\"https://cdn.example.org/img\"]"
        ),
        "b.toml:13: [[channel]] b: media_hosts: 'https://cdn.example.org/img' is no host (expected e.g. files.example.org)"
    );
    assert_eq!(
        error("kind = \"webhook\"\nsecret_file = \"s\""),
        "b.toml:11: [[channel]] b: secret_file: the secret is not whsec_ and 24 to 64 bytes in base64"
    );
}

#[test]
fn the_example_in_the_project_is_a_configuration() {
    let example = include_str!("../../../../bedside.example.toml");
    parse(example).unwrap();
    // What is commented out is meant to be switched on.
    let on: String =
        example.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line)).flat_map(|line| [line, "\n"]).collect();
    let config = parse(&on).unwrap();
    assert_eq!((config.sites.len(), config.channels.len(), config.hl7.len()), (2, 3, 1));
    assert_eq!((config.hl7_out.len(), config.fhir.len()), (1, 1));
}

#[test]
fn a_link_to_the_record_is_read_with_all_its_keys() {
    let text = format!(
        "{HOUSE}[[hl7]]\nslug = \"kis\"\nsite = \"m\"\nname = \"KIS\"\nlisten = \"10.1.2.3:2575\"\n\
         allow = [\"10.1.2.0/24\", \"10.9.9.9\"]\ntls_cert_file = \"b.pem\"\ntls_key_file = \"b.key\"\n\
         tls_client_ca_file = \"ca.pem\"\nkeep = \"14d\"\ncharset = \"8859/15\"\nack = \"original\"\n\
         applications = [\"KIS\"]\nfacilities = [\"HAUS\"]\nsegments = [\"PID-3,5\"]\nauthority = \"HAUS\"\n\
         [[hl7]]\nslug = \"lab\"\nlisten = \"127.0.0.1:2576\"\n"
    );
    let config = parse(&text).unwrap();
    let [kis, lab] = &config.hl7[..] else { panic!("two links") };
    assert_eq!((kis.name.as_str(), kis.keep_days, kis.listen.port()), ("KIS", 14, 2575));
    let manner = kis.manner();
    assert_eq!((manner.charset.name(), manner.authority.as_str()), ("8859/15", "HAUS"));
    assert_eq!(
        (manner.applications.as_slice(), manner.facilities.as_slice()),
        (&["KIS".to_owned()][..], &["HAUS".to_owned()][..])
    );
    assert_eq!(manner.zone.iana_name(), Some("Europe/Berlin"));
    assert_eq!((lab.name.as_str(), lab.site.as_str(), lab.keep_days), ("lab", "m", 7));
    let id = bedside_core::id::EmrLinkId::new(Timestamp::from_micros(0), &[0; 10]);
    let listener = lab.listener(id, clock()).unwrap();
    assert!((listener.allow)("127.0.0.1".parse().unwrap()) && !(listener.allow)("10.1.2.3".parse().unwrap()));
    let missing = kis.listener(id, clock()).unwrap_err().to_string();
    assert!(
        missing.starts_with("bedside.toml:12: [[hl7]] kis: tls_cert_file: /etc/bedside/b.pem can't be read"),
        "{missing}"
    );
}

#[test]
fn a_chart_is_read_with_all_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kis.secret"), "s3cret\n").unwrap();
    let text = format!(
        "{HOUSE}[[chart]]\nslug = \"kis\"\nsite = \"m\"\nname = \"KIS\"\nlang = \"en\"\niss = \"https://kis.example/fhir\"\n\
         client_id = \"bedside\"\nclient_secret_file = \"kis.secret\"\nscopes = [\"openid\", \"fhirUser\"]\n\
         login_origins = [\"https://login.kis.example/\"]\nframe_origins = [\"https://kis.example\"]\n\
         cds_issuer = \"https://kis.example\"\ncds_keys = [\"https://kis.example/jwks.json\"]\n\
         [[chart]]\nslug = \"cards\"\ncds_issuer = \"https://other.example\"\ncds_keys = [\"https://other.example/k\"]\n"
    );
    let config = Config::parse("bedside.toml", &text, folder.path()).unwrap();
    let [kis, cards] = &config.charts[..] else { panic!("two charts") };
    let site = bedside_core::id::SiteId::new(Timestamp::from_micros(0), &[0; 10]);
    let chart = kis.open(site, &clock()).unwrap();
    let (app, cds) = (chart.app.unwrap(), chart.cds.unwrap());
    assert_eq!((app.iss.as_str(), app.client_id.as_str()), ("https://kis.example/fhir", "bedside"));
    assert_eq!(app.scopes, ["openid", "fhirUser"]);
    assert_eq!((cds.issuer.as_str(), cds.keys.len()), ("https://kis.example", 1));
    assert_eq!(chart.frames, ["https://kis.example"]);
    assert_eq!((kis.shows(), cards.shows(), cards.site.as_str()), ("cards and an app", "cards", "m"));
    std::fs::remove_file(folder.path().join("kis.secret")).unwrap();
    let missing = kis.open(site, &clock()).err().unwrap().to_string();
    assert!(missing.starts_with("bedside.toml:13: [[chart]] kis: client_secret_file:"), "{missing}");
}

#[test]
fn a_chart_that_is_unclear_or_not_safe_is_refused() {
    let app = "iss = \"https://kis.example/fhir\"\nclient_id = \"b\"\n";
    let two = format!("{app}[[chart]]\nslug = \"two\"\niss = \"https://kis.example/fhir/\"\nclient_id = \"b\"");
    for (text, expect) in [
        ("", "bedside.toml:6: [[chart]] kis: iss: is missing (iss and client_id for an app"),
        ("iss = \"https://kis.example\"", "[[chart]] kis: client_id: is missing"),
        ("client_id = \"b\"", "client_id: belongs to an app, and no iss is said"),
        ("cds_issuer = \"https://kis.example\"", "cds_keys: is missing"),
        ("cds_keys = [\"https://kis.example\"]", "cds_issuer: is missing"),
        (two.as_str(), "[[chart]] two: iss: 'https://kis.example/fhir/' is taken by an earlier one"),
        (&format!("{app}client_secret = \"x\""), "client_secret: a secret has no place in the configuration"),
        (&format!("{app}client_secret_env = \"A\"\nprivate_key_env = \"B\""), "is said beside a client secret"),
        (&format!("{app}frame_origins = [\"https://kis.example/x\"]"), "'https://kis.example/x' is no origin"),
        (&format!("{app}frame_origins = [\"*\"]"), "frame_origins: '*' is no origin"),
        (&format!("{app}scopes = [\"openid fhirUser\"]"), "scopes: 'openid fhirUser' holds a blank"),
        (&format!("{app}lang = \"fr\""), "lang: 'fr' is not known"),
        (&format!("{app}frame_origin = [\"https://kis.example\"]"), "unknown key (did you mean frame_origins?)"),
    ] {
        let said = problems(&format!("{HOUSE}[[chart]]\nslug = \"kis\"\n{text}"));
        assert!(said.contains(expect), "{text}: {said}");
    }
    let site = bedside_core::id::SiteId::new(Timestamp::from_micros(0), &[0; 10]);
    for plain in [
        "iss = \"http://kis.example.org/fhir\"\nclient_id = \"b\"",
        "cds_issuer = \"k\"\ncds_keys = [\"http://kis.example.org/k\"]",
    ] {
        let config = parse(&format!("{HOUSE}[[chart]]\nslug = \"kis\"\n{plain}")).unwrap();
        let said = config.charts[0].open(site, &clock()).err().unwrap().to_string();
        assert!(said.contains("needs https"), "{said}");
    }
}

#[test]
fn a_link_that_everybody_could_write_to_or_that_is_unclear_is_refused() {
    let link = |rest: &str| format!("{HOUSE}[[hl7]]\nslug = \"kis\"\n{rest}");
    for (text, expect) in [
        ("", "[[hl7]] kis: listen: is missing"),
        ("listen = \"kis:2575\"", "listen: 'kis:2575' is no address and port"),
        ("listen = \"10.1.2.3:2575\"", "listen: everybody in the network could write into the patient index"),
        (
            "listen = \"10.1.2.3:2575\"\ntls_cert_file = \"b.pem\"\ntls_key_file = \"b.key\"",
            "everybody in the network could write into the patient index",
        ),
        ("listen = \"127.0.0.1:1\"\ntls_cert_file = \"b.pem\"", "tls_cert_file and tls_key_file belong together"),
        ("listen = \"127.0.0.1:1\"\ntls_client_ca_file = \"b.pem\"", "needs tls_cert_file and tls_key_file beside it"),
        ("listen = \"127.0.0.1:1\"\nkeep = \"91d\"", "keep: '91d' is not between 1d and 90d"),
        ("listen = \"127.0.0.1:1\"\nkeep = \"1h\"", "keep: '1h' is not between 1d and 90d"),
        ("listen = \"127.0.0.1:1\"\ncharset = \"EBCDIC\"", "charset: 'EBCDIC' is not known"),
        ("listen = \"127.0.0.1:1\"\nack = \"always\"", "ack: "),
        ("listen = \"127.0.0.1:1\"\nsegments = [\"pid\"]", "segments: `pid` is neither a segment"),
        ("listen = \"127.0.0.1:1\"\nallow = [\"kis.example\"]", "allow: 'kis.example' is no address"),
        ("listen = \"127.0.0.1:1\"\nport = 3", "port: unknown key"),
    ] {
        let said = problems(&link(text));
        assert!(said.contains(expect), "{text}: {said}");
    }
}

#[test]
fn programs_and_webhooks_are_read_with_their_keys_and_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let keys = r#"{"keys":[{"kty":"EC","crv":"P-384","kid":"k","x":"","y":""}]}"#;
    std::fs::write(folder.path().join("kis.jwks.json"), keys).unwrap();
    std::fs::write(folder.path().join("crm.secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let text = format!(
        "{HOUSE}[[fhir_client]]\nslug = \"kis\"\nclient_id = \"0198-kis\"\nname = \"KIS\"\njwks_file = \"kis.jwks.json\"\n\
         scopes = [\"system/*.rs\", \"system/Subscription.cruds\"]\nendpoints = [\"https://kis.example/hooks\"]\n\
         [[fhir_client]]\nslug = \"lab\"\nsites = [\"m\"]\nscopes = [\"system/Task.read\"]\njwks_url = \"https://lab.example/jwks\"\n\
         [[hook_out]]\nslug = \"crm\"\nurl = \"https://crm.example/in\"\nsecret_file = \"crm.secret\"\n\
         events = [\"task\", \"consent-revoked\"]\ncontent = true\n"
    );
    let config = Config::parse("bedside.toml", &text, folder.path()).unwrap();
    let site = bedside_core::id::SiteId::new(Timestamp::from_micros(0), &[0; 10]);
    let found = config.exchange(&[("m".to_owned(), site)].into(), &clock()).unwrap();
    let [kis, lab] = &found.clients[..] else { panic!("two clients") };
    assert_eq!((kis.client_id.as_str(), kis.name.as_str(), kis.sites.as_slice()), ("0198-kis", "KIS", &[site][..]));
    assert_eq!((lab.client_id.as_str(), lab.scopes.to_string().as_str()), ("lab", "system/Task.read"));
    let [crm] = &found.hooks[..] else { panic!("a webhook") };
    assert_eq!((crm.host.as_str(), crm.events.len(), crm.content), ("crm.example", 2, true));
    let broken = folder.path().join("kis.jwks.json");
    std::fs::write(&broken, "nothing").unwrap();
    let said = config.exchange(&[].into(), &clock()).err().unwrap().to_string();
    assert!(said.contains("[[fhir_client]] kis: jwks_file:") && said.contains("no JSON Web Key Set"), "{said}");
}

#[test]
fn a_program_or_webhook_that_can_not_work_is_refused_with_what_helps() {
    let client = |rest: &str| format!("{HOUSE}[[fhir_client]]\nslug = \"kis\"\n{rest}");
    let hook = |rest: &str| format!("{HOUSE}[[hook_out]]\nslug = \"crm\"\nsecret_env = \"S\"\n{rest}");
    let keys = "jwks_url = \"https://kis.example/jwks\"\n";
    for (text, expect) in [
        (client(keys), "[[fhir_client]] kis: scopes: is missing"),
        (client("scopes = [\"system/*.rs\"]"), "jwks_file: is missing"),
        (
            client(&format!("{keys}scopes = [\"system/*.sr\"]")),
            "'system/*.sr' is no scope for a program (did you mean system/*.rs?)",
        ),
        (client(&format!("{keys}scopes = [\"patient/Task.rs\"]")), "'patient/Task.rs' is no scope for a program"),
        (client(&format!("{keys}scopes = [\"system/*.rs\"]\nsites = [\"x\"]")), "'x' is not known"),
        (client(&format!("{keys}scopes = [\"system/*.rs\"]\njwks_file = \"a\"")), "jwks_url: is said beside jwks_file"),
        (
            client(&format!("{keys}scopes = [\"system/*.rs\"]\nendpoint = \"x\"")),
            "endpoint: unknown key (did you mean endpoints?)",
        ),
        (hook(""), "[[hook_out]] crm: url: is missing"),
        (hook("url = \"https://crm.example\"\nevents = [\"tasks\"]"), "'tasks' is not known (did you mean task?"),
        (hook("url = \"https://crm.example\"\ncontent = \"yes\""), "content: must be true or false, found text"),
    ] {
        let said = problems(&text);
        assert!(said.contains(expect), "{text}: {said}");
    }
    let open = client(&format!("{keys}scopes = [\"system/*.rs\"]\nendpoints = [\"http://public.example/x\"]"));
    let said = parse(&open).unwrap().exchange(&[].into(), &clock()).err().unwrap().to_string();
    assert!(said.contains("endpoints") && said.contains("needs https"), "{said}");
}
