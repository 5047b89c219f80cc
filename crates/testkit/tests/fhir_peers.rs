//! The FHIR peers among themselves: each starts, keeps its promises and its faults, and judges the others.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use anyhow::Result;
use bedside_testkit::peer::fhir::{Access, Client, Medplum, Sekmet, SmartClient, Validators};
use serde_json::{Value, json};

fn post() -> Value {
    json!({
        "resourceType": "Communication",
        "status": "completed",
        "medium": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode", "code": "ONLINEWRIT"}]}],
        "subject": {"reference": "Patient/1"},
        "sent": "2026-03-01T12:00:00+01:00",
        "payload": [{"contentString": "Größe, Ärzte, Übung"}],
    })
}

fn put(id: &str, resource: &Value) -> Value {
    let mut resource = resource.clone();
    resource["id"] = id.into();
    let url = format!("{}/{id}", resource["resourceType"].as_str().unwrap());
    let headers = json!({"Content-Type": "application/fhir+json"});
    json!({"url": url, "method": "PUT", "body": resource.to_string(), "headers": headers})
}

mod real_fhir_peers {
    use super::*;

    #[tokio::test]
    async fn fhirclient_writes_reads_and_searches_on_either_server_and_both_differ_in_strictness() -> Result<()> {
        let medplum = Medplum::start().await?;
        let sekmet = if Sekmet::is_installed() { Some(Sekmet::start(&[]).await?) } else { None };
        let servers = [Some((medplum.base_url(), false)), sekmet.as_ref().map(|sekmet| (sekmet.base_url(), true))];
        for (base, strict) in servers.into_iter().flatten() {
            let mut client = Client::start(base, None)?;
            let made = client.request(&put("0198a2d0-0000-5000-8000-000000000001", &post())).await?;
            assert!(made["meta"]["versionId"].is_string(), "{made}");
            let found = client.request(&json!("Communication?subject=Patient/1")).await?;
            assert_eq!(found["entry"][0]["resource"]["payload"], post()["payload"], "{found}");
            let mut wrong = post();
            wrong["nonsense"] = true.into();
            let answer = client.request(&put("0198a2d0-0000-5000-8000-000000000002", &wrong)).await;
            assert_eq!(answer.is_err(), strict, "{answer:?}");
            let missing = client.request(&json!("Communication/none")).await.unwrap_err();
            assert!(missing.to_string().starts_with("404"), "{missing}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_server_that_knows_few_types_says_so_and_refuses_the_others() -> Result<()> {
        let server = Medplum::knowing(&["Patient", "DocumentReference"]).await?;
        let mut client = Client::start(server.base_url(), None)?;
        let statement = client.request(&json!("metadata")).await?;
        let types =
            statement["rest"][0]["resource"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap());
        assert_eq!(types.collect::<Vec<_>>(), ["Patient", "DocumentReference"]);
        assert!(client.request(&put("1", &post())).await.unwrap_err().to_string().starts_with("404"));
        client.request(&put("1", &json!({"resourceType": "Patient"}))).await?;
        Ok(())
    }

    #[tokio::test]
    async fn three_validators_pass_a_good_resource_and_each_finds_what_it_can() -> Result<()> {
        if !Sekmet::is_installed() {
            println!("fhir.resources comes with sekmet-fhir, which wants Python 3.11: nothing was tested");
            return Ok(());
        }
        let mut validators = Validators::start()?;
        let good = validators.findings(&post()).await?;
        assert!(good.is_empty(), "{good:?}");
        let check = async |validators: &mut Validators, field: &str, value: Value, expect: [bool; 3]| -> Result<()> {
            let mut wrong = post();
            wrong[field] = value;
            let found = validators.findings(&wrong).await?;
            let by = [!found.fhir.is_empty(), !found.medplum.is_empty(), !found.fhir_resources.is_empty()];
            assert_eq!(by, expect, "{field}: {found:?}");
            Ok(())
        };
        check(&mut validators, "status", Value::Null, [true, true, true]).await?;
        check(&mut validators, "status", json!("gone"), [true, false, false]).await?;
        check(&mut validators, "nonsense", json!(1), [false, true, true]).await?;
        check(&mut validators, "sent", json!("yesterday"), [true, true, true]).await
    }

    #[tokio::test]
    async fn sekmet_plays_a_hospital_against_another_server_and_tells_what_fails() -> Result<()> {
        if !Sekmet::is_installed() {
            println!("sekmet-fhir wants Python 3.11: nothing was tested");
            return Ok(());
        }
        let other = Sekmet::start(&[]).await?;
        let played =
            Sekmet::play(&["conformance_smoke", "subscription_roundtrip"], other.base_url(), &Access::Open).await?;
        let played: Vec<_> = played.iter().map(|one| (&*one.id, &*one.status, &one.failures)).collect();
        assert_eq!(played, [("conformance_smoke", "passed", &vec![]), ("subscription_roundtrip", "passed", &vec![])]);
        let lenient = Medplum::start().await?;
        let played = Sekmet::play(&["conformance_smoke"], lenient.base_url(), &Access::Open).await?;
        assert_eq!(played[0].status, "failed", "{played:?}");
        assert!(!played[0].failures.is_empty());
        Ok(())
    }

    #[tokio::test]
    async fn sekmet_gives_a_token_to_whoever_signs_with_the_right_key_and_answers_nobody_else() -> Result<()> {
        if !Sekmet::is_installed() {
            println!("sekmet-fhir wants Python 3.11: nothing was tested");
            return Ok(());
        }
        let (private_key_pem, jwks) = Sekmet::key("ES384").await?;
        let client = SmartClient { id: "bedside".to_owned(), jwks, scopes: "system/*.cruds".to_owned() };
        let server = Sekmet::start(&[client]).await?;
        let smart = |private_key_pem| Access::Smart {
            client_id: "bedside".to_owned(),
            private_key_pem,
            algorithm: "ES384",
            key_id: None,
            scope: "system/*.cruds".to_owned(),
        };
        let (wrong_key, _) = Sekmet::key("ES384").await?;
        for (access, fits) in [(smart(private_key_pem), true), (smart(wrong_key), false), (Access::Open, false)] {
            let played = Sekmet::play(&["conformance_smoke"], server.base_url(), &access).await?;
            assert_eq!(played[0].status == "passed", fits, "{played:?}");
        }
        let mut client = Client::start(server.base_url(), Some("no token of its")).unwrap();
        let refused = client.request(&json!("Patient")).await.unwrap_err();
        assert!(refused.to_string().starts_with("401"), "{refused}");
        Ok(())
    }
}
