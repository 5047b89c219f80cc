//! What a person reads when a link to a FHIR server is not as it must be.

use std::path::Path;

use bedside_core::time::Span;

use super::Poll;
use crate::{clock, config::Config};

const HOUSE: &str = "[server]\npublic_url = \"https://bedside.example\"\n[[site]]\nslug = \"m\"\nname = \"M\"\n\
    jurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\nsystems = [\"urn:oid:1.2.3 = KH\"]\n\
    [[hl7_out]]\nslug = \"archive\"\nto = \"kis:2576\"\n";

fn parse(text: &str, folder: &Path) -> Result<Config, String> {
    Config::parse("bedside.toml", text, folder).map_err(|problems| problems.to_string())
}

#[test]
fn a_link_to_a_fhir_server_is_read_with_all_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "{HOUSE}[[fhir]]\nslug = \"kis\"\nsite = \"m\"\nname = \"KIS\"\nbase_url = \"http://127.0.0.1:8080/fhir\"\n\
         auth = \"basic\"\nuser = \"bedside\"\npassword_file = \"kis.secret\"\nresources = [\"Consent\", \"Communication\"]\n\
         on_revocation = \"cancel\"\nhl7 = \"archive\"\npoll = \"30s\"\nsubscribe = \"off\"\npatients = \"all\"\nkeep = \"14d\"\n\
         [[fhir]]\nslug = \"other\"\nbase_url = \"http://127.0.0.1:8081/fhir\"\nauth = \"none\"\npoll = \"off\"\n"
    );
    let config = parse(&text, folder.path()).unwrap();
    let [kis, other] = &config.fhir[..] else { panic!("two links") };
    assert_eq!((kis.name.as_str(), kis.site.as_str(), kis.keep_days), ("KIS", "m", 14));
    assert_eq!(kis.withheld, ["DocumentReference", "Task", "Flag", "Provenance"]);
    assert_eq!((kis.poll, kis.subscribes, kis.all_patients), (Poll::Every(Span::seconds(30)), false, true));
    assert!(kis.cancels && kis.hl7.as_deref() == Some("archive"));
    assert_eq!(kis.systems(&config).uri_of("KH"), Some("urn:oid:1.2.3"));
    assert_eq!(kis.told(), "FHIR, http://127.0.0.1:8080/fhir, changed patients every 30s");
    assert_eq!((other.poll, other.subscribes, other.withheld.len()), (Poll::Off, true, 0));
    other.client(clock::system()).unwrap();
    let missing = kis.client(clock::system()).unwrap_err().to_string();
    assert!(missing.starts_with("bedside.toml:19: [[fhir]] kis: password_file:"), "{missing}");
    std::fs::write(folder.path().join("kis.secret"), "s3cret\n").unwrap();
    kis.client(clock::system()).unwrap();
}

#[test]
fn a_link_that_is_unclear_or_lets_a_secret_out_is_refused() {
    let link = |rest: &str| format!("{HOUSE}[[fhir]]\nslug = \"kis\"\nbase_url = \"http://127.0.0.1:1/fhir\"\n{rest}");
    for (text, expect) in [
        ("", "[[fhir]] kis: auth: is missing (how Bedside signs in: smart (with a key), basic, certificate or none)"),
        (
            "auth = \"smrat\"",
            "auth: 'smrat' is not known (did you mean smart? Known are smart, basic, certificate, none)",
        ),
        ("auth = \"smart\"\nkey_file = \"k\"", "client_id: is missing"),
        ("auth = \"smart\"\nclient_id = \"b\"", "key_file: is missing"),
        (
            "auth = \"smart\"\nclient_id = \"b\"\nkey = \"-----BEGIN\"",
            "key: a secret has no place in the configuration",
        ),
        ("auth = \"basic\"\nuser = \"b\"", "password_file: is missing"),
        ("auth = \"basic\"\nuser = \"b\"\npassword = \"x\"", "password: a secret has no place in the configuration"),
        ("auth = \"none\"\nuser = \"b\"", "user: belongs to auth = \"basic\", this link has \"none\""),
        ("auth = \"certificate\"", "auth: the certificate to show is missing"),
        ("auth = \"none\"\nclient_cert_file = \"c\"", "client_cert_file and client_key_file belong together"),
        ("auth = \"none\"\nresources = [\"Comunication\"]", "did you mean Communication?"),
        ("auth = \"none\"\nresources = [\"Observation\"]", "'Observation' is not known"),
        ("auth = \"none\"\non_revocation = \"erase\"", "on_revocation: 'erase' is not known"),
        ("auth = \"none\"\nhl7 = \"archiv\"", "hl7: 'archiv' is not known (did you mean archive?"),
        ("auth = \"none\"\npoll = \"1s\"", "poll: '1s' is no such time (from 10s to 1d, or off)"),
        ("auth = \"none\"\npoll = \"often\"", "[[fhir]] kis: poll: "),
        ("auth = \"none\"\nsubscribe = \"maybe\"", "subscribe: 'maybe' is not known"),
        ("auth = \"none\"\npatients = \"some\"", "patients: 'some' is not known"),
        ("auth = \"none\"\nkeep = \"91d\"", "keep: '91d' is not between 1d and 90d"),
        ("auth = \"none\"\ntocken_url = \"x\"", "tocken_url: unknown key (did you mean token_url?)"),
    ] {
        let said = parse(&link(text), Path::new("/etc/bedside")).unwrap_err();
        assert!(said.contains(expect), "{text}: {said}");
    }
    let said = parse(
        &link("auth = \"none\"").replace("[server]\npublic_url = \"https://bedside.example\"\n", ""),
        Path::new(""),
    );
    assert!(said.unwrap_err().contains("write public_url into [server]"));
}

#[test]
fn what_is_asked_for_without_signing_in_stays_in_the_house() {
    let client = |url: &str| {
        let text = format!("{HOUSE}[[fhir]]\nslug = \"kis\"\nbase_url = \"{url}\"\nauth = \"none\"\n");
        parse(&text, Path::new("")).unwrap().fhir[0].client(clock::system()).err().map(|problem| problem.to_string())
    };
    assert_eq!(client("http://10.1.2.3/fhir"), None);
    assert!(client("http://kis.example/fhir").unwrap().contains("needs https"));
    assert!(client("https://kis.example/fhir").unwrap().contains("none is for servers on this machine"));
}

#[test]
fn a_key_that_is_none_is_named_by_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("k"), "no key").unwrap();
    let text = format!(
        "{HOUSE}[[fhir]]\nslug = \"kis\"\nbase_url = \"https://kis.example/fhir\"\nauth = \"smart\"\nclient_id = \"b\"\nkey_file = \"k\"\n"
    );
    let said = parse(&text, folder.path()).unwrap().fhir[0].client(clock::system()).unwrap_err().to_string();
    assert!(said.starts_with("bedside.toml:17: [[fhir]] kis: key_file: the key is neither PEM"), "{said}");
}
