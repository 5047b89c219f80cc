//! The record's FHIR servers: what a person is told of one before it is hooked in, and what the running program reads there.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use bedside_testkit::peer::{
    fhir::{Client, Medplum, Sekmet, SmartClient},
    free_port,
};
use serde_json::{Value, json};

use super::house::House;

/// A house with this link; what it writes gets its ids from its own address.
async fn house(link: &str) -> Result<House> {
    let house = House::open(link).await?;
    let config = std::fs::read_to_string(house.path("bedside.toml"))?;
    house.write("bedside.toml", &config.replacen("[server]", "[server]\npublic_url = \"http://127.0.0.1:1\"", 1))?;
    Ok(house)
}

async fn probe(house: &House, words: &[&str]) -> Result<(i32, String)> {
    let output = house.run(&[&["fhir", "probe"], words].concat()).await?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Ok((output.status.code().unwrap_or(-1), text))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_fhir_servers_are_probed_in_either_language_and_what_is_wrong_is_said_with_what_to_do() -> Result<()> {
    let house = House::open("").await?;
    let lenient = Medplum::knowing(&["Patient", "DocumentReference"]).await?;
    let (code, said) = probe(&house, &[lenient.base_url(), "--lang", "en"]).await?;
    assert_eq!(code, 0, "{said}");
    for line in [
        "FHIR version: 4.0.1",
        "Communication: not there",
        "threads: DocumentReference with the text inside – Communication is not offered; Binary is not offered",
        "written: PUT to an id that follows from the content",
        "Consent (what the patient permits): not written – Consent is not offered",
        "access: patients can be searched",
    ] {
        assert!(said.contains(line), "{line}:\n{said}");
    }
    let (code, said) = probe(&house, &[lenient.base_url(), "--lang", "de"]).await?;
    assert_eq!(code, 0, "{said}");
    for line in
        ["FHIR-Version: 4.0.1", "Communication: gibt es nicht", "Gespräche: DocumentReference mit dem Text darin"]
    {
        assert!(said.contains(line), "{line}:\n{said}");
    }
    let elsewhere = lenient.base_url().replace("/fhir", "/other");
    for (url, expect) in [
        (format!("http://127.0.0.1:{}/fhir", free_port()?), "Nobody answers there"),
        (elsewhere, "There is no FHIR (404 at /metadata)"),
        ("http://kis.example/fhir".to_owned(), "needs https"),
        ("kis".to_owned(), "is no address"),
    ] {
        let (code, said) = probe(&house, &[&url, "--lang", "en"]).await?;
        assert_eq!(code, 1, "{url}: {said}");
        assert!(said.contains(expect), "{url}: {said}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_fhir_server_that_wants_a_key_is_probed_with_that_of_the_link() -> Result<()> {
    if !Sekmet::is_installed() {
        println!("sekmet-fhir wants Python 3.11: nothing was tested");
        return Ok(());
    }
    let (pem, jwks) = Sekmet::key("ES384").await?;
    let client = SmartClient { id: "bedside".to_owned(), jwks, scopes: "system/*.cruds".to_owned() };
    let server = Sekmet::start(&[client]).await?;
    let base = server.base_url();
    let link = format!(
        "[[fhir]]\nslug = \"kis\"\nbase_url = \"{base}\"\nauth = \"smart\"\nclient_id = \"bedside\"\nkey_file = \"kis.key\"\n"
    );
    let house = house(&link).await?;
    house.write("kis.key", &pem)?;
    let (code, said) = probe(&house, &[base, "--lang", "en"]).await?;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("The server wants to know who asks (401)") && said.contains("bedside fhir jwks"), "{said}");
    let (code, said) = probe(&house, &["--link", "kis", "--lang", "en"]).await?;
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("SMART backend services (private_key_jwt, ES256 ES384")
            && said.contains("threads: Communication"),
        "{said}"
    );
    let published = house.told(&["fhir", "jwks", "--link", "kis"]).await?;
    let published: Value = serde_json::from_str(&published)?;
    assert_eq!(published["keys"][0]["alg"], "ES384");
    assert!(published["keys"][0].get("d").is_none(), "the private half stays here");
    let (other, _) = Sekmet::key("ES384").await?;
    house.write("other.key", &other)?;
    let words = [base, "--client-id", "bedside", "--key-file", "other.key", "--lang", "de"];
    let (code, said) = probe(&house, &words).await?;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("Die Anmeldung gelang nicht") && said.contains("invalid_client"), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_fhir_server_is_asked_for_its_patients_by_the_running_program() -> Result<()> {
    let server = Medplum::start().await?;
    let mut reader = Client::start(server.base_url(), None)?;
    let petra = json!({
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{ "system": "urn:oid:1.2.3", "value": "4711" }],
        "name": [{ "family": "Müßiggänger" }],
        "birthDate": "1980-02-03",
    });
    let headers = json!({ "Content-Type": "application/fhir+json" });
    let order = json!({ "url": "Patient/p1", "method": "PUT", "body": petra.to_string(), "headers": headers });
    reader.request(&order).await?;
    let link = format!(
        "[[fhir]]\nslug = \"kis\"\nbase_url = \"{}\"\nauth = \"none\"\npatients = \"all\"\npoll = \"10s\"\n",
        server.base_url()
    );
    let mut house = house(&link).await?;
    house.keep_private("Müßiggänger");
    let checked = house.told(&["check-config"]).await?;
    assert!(checked.contains("link kis: FHIR, http://127.0.0.1:"), "{checked}");
    house.serve().await?;
    let begun = Instant::now();
    loop {
        let said = house.told(&["hl7", "status", "--json"]).await?;
        let line = said.lines().find(|line| line.starts_with('{')).unwrap_or("{}");
        let status: Value = serde_json::from_str(line)?;
        if status["messages"]["applied"] == 1 {
            assert_eq!((&status["kind"], &status["health"]), (&json!("fhir"), &json!("live")));
            break;
        }
        if begun.elapsed() > Duration::from_secs(30) {
            bail!("the patient should be in the index: {status}");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    house.farewell().await
}
