//! What is written on either server, and what is not.

use std::sync::Arc;

use anyhow::Result;
use bedside_core::{
    filing::{Brought, Document, File, FilingAct, WorkState, WorkTold},
    time::Timestamp,
};
use bedside_testkit::peer::fhir::{Client as Reader, Medplum, Sekmet, Validators};
use serde_json::{Value, json};

use crate::server::{BASE, Server, all, any_link, at, client, document, guarded, petra, put, smart_client, token};

async fn with_petra() -> Result<Vec<Server>> {
    let servers = Server::all().await?;
    for server in &servers {
        server.put(&petra("p1", "4711")).await;
    }
    Ok(servers)
}

async fn filed(to: &Arc<dyn File>, document: &Document, act: FilingAct) {
    assert_eq!(to.file(document, act).await, Ok(Brought::Filed));
}

#[tokio::test(flavor = "multi_thread")]
async fn real_servers_hold_one_communication_each_after_eight_racing_writers_and_a_repetition() -> Result<()> {
    for server in with_petra().await? {
        let document = Arc::new(document());
        // Eight processes: each has a client of its own.
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let (link, document) = (any_link(client(server.base())), Arc::clone(&document));
                tokio::spawn(async move { link.file(&document, FilingAct::File).await })
            })
            .collect();
        for writer in writers {
            assert_eq!(writer.await?, Ok(Brought::Filed), "{}", server.base());
        }
        filed(&any_link(client(server.base())), &document, FilingAct::File).await;
        let mut reader = server.reader();
        let found = all(&mut reader, "Communication").await;
        let ours: Vec<&Value> =
            found.iter().filter(|one| one["identifier"][0]["system"] == format!("{BASE}/utterance")).collect();
        assert_eq!(ours.len(), 2, "{}: {found:?}", server.base());
        let post = ours.iter().find(|one| one["identifier"][1]["value"] == "https://social.example/@petra/1").unwrap();
        assert_eq!(post["status"], "completed");
        assert_eq!(post["subject"]["reference"], "Patient/p1");
        assert_eq!(post["subject"]["identifier"]["value"], "4711");
        assert_eq!(post["payload"][0]["contentString"], "Wann ist Besuchszeit, und gibt es Grüße?");
        assert_eq!(post["language"], "de");
        assert_eq!(post["medium"][1]["coding"][0]["code"], "social-media");
        let answer = ours.iter().find(|one| one["inResponseTo"].is_array()).unwrap();
        assert_eq!(answer["inResponseTo"][0]["reference"], format!("Communication/{}", post["id"].as_str().unwrap()));
        let origins = all(&mut reader, "Provenance").await;
        let ours: Vec<&Value> = origins.iter().filter(|one| one["agent"][0]["who"]["display"] == "Bedside").collect();
        assert_eq!(ours.len(), 1, "{}", server.base());
        assert_eq!(ours[0]["target"].as_array().unwrap().len(), 2);
        assert_eq!(ours[0]["policy"][0], format!("{BASE}/rules#2026-11"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_servers_show_a_taken_back_conversation_as_an_error_without_a_word() -> Result<()> {
    for server in with_petra().await? {
        let (link, document) = (any_link(client(server.base())), document());
        let withdrawn = document.clone().without_content();
        // What never came there is not made there either.
        filed(&link, &withdrawn, FilingAct::Cancel).await;
        let mut reader = server.reader();
        let ours = |found: Vec<Value>| -> Vec<Value> {
            found.into_iter().filter(|one| one["identifier"][0]["system"] == format!("{BASE}/utterance")).collect()
        };
        assert_eq!(ours(all(&mut reader, "Communication").await), Vec::<Value>::new());
        filed(&link, &document, FilingAct::File).await;
        for _ in 0..2 {
            filed(&link, &withdrawn, FilingAct::Cancel).await;
        }
        let found = ours(all(&mut reader, "Communication").await);
        assert_eq!(found.len(), 2);
        for one in found {
            assert_eq!(one["status"], "entered-in-error");
            assert!(!one.to_string().contains("Besuchszeit") && !one.to_string().contains("social.example"), "{one}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_servers_hold_a_consent_and_work_as_long_as_they_last() -> Result<()> {
    for server in with_petra().await? {
        let (link, mut document) = (any_link(client(server.base())), document());
        document.said.clear();
        filed(&link, &document, FilingAct::Consent).await;
        let mut reader = server.reader();
        let consent = all(&mut reader, "Consent?patient=Patient/p1").await;
        assert_eq!((consent.len(), &consent[0]["status"]), (1, &json!("active")), "{consent:?}");
        document.consents[0].ended_at = Some(at(9));
        filed(&link, &document, FilingAct::ConsentEnd).await;
        let consent = all(&mut reader, "Consent?patient=Patient/p1").await;
        assert_eq!((consent.len(), &consent[0]["status"]), (1, &json!("inactive")), "{consent:?}");

        document.work = Some(WorkTold {
            state: WorkState::Requested,
            about: "Eine Nachricht über soziale Medien wartet".to_owned(),
            to: vec!["crisis-team".to_owned()],
            is_urgent: true,
            opened_at: at(1),
            due_at: Some(at(11)),
            changed_at: at(1),
        });
        filed(&link, &document, FilingAct::Task).await;
        let task = all(&mut reader, "Task?patient=Patient/p1").await;
        assert_eq!((task.len(), &task[0]["status"], &task[0]["priority"]), (1, &json!("requested"), &json!("urgent")));
        document.work.as_mut().unwrap().state = WorkState::Completed;
        filed(&link, &document, FilingAct::TaskEnd).await;
        let task = all(&mut reader, "Task?patient=Patient/p1").await;
        assert_eq!((task.len(), &task[0]["status"]), (1, &json!("completed")));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_servers_get_nothing_for_a_stranger_or_for_nobody() -> Result<()> {
    for server in with_petra().await? {
        server.put(&petra("p2", "4712")).await;
        server.put(&petra("p3", "4712")).await;
        let mut twin = petra("p4", "4714");
        twin["birthDate"] = "1980-03-02".into();
        server.put(&twin).await;
        let link = any_link(client(server.base()));
        let code = async |number: &str| {
            let mut document = document();
            number.clone_into(&mut document.ids[0].value);
            let fault = link.file(&document, FilingAct::File).await.unwrap_err();
            assert!(!fault.is_passing && !fault.said.is_empty(), "{fault:?}");
            fault.code
        };
        assert_eq!(code("9999").await, "patient_unknown");
        assert_eq!(code("4712").await, "patient_ambiguous");
        assert_eq!(code("4714").await, "wrong_chart");
        let mut merged = petra("p3", "4712");
        merged["active"] = false.into();
        merged["link"] = json!([{ "other": { "reference": "Patient/p2" }, "type": "replaced-by" }]);
        server.put(&merged).await;
        let mut document = document();
        "4712".clone_into(&mut document.ids[0].value);
        filed(&link, &document, FilingAct::File).await;
        let found = all(&mut server.reader(), "Communication?subject=Patient/p2").await;
        assert_eq!(found.len(), 2, "the merged record is passed over");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_strict_server_refuses_with_its_words_and_one_that_is_down_is_waited_for() -> Result<()> {
    let Some(server) = Server::strict().await? else { return Ok(()) };
    server.put(&petra("p1", "4711")).await;
    // A post from the year nought: FHIR's calendar begins with one, and this server looks at that.
    let mut misdated = document();
    misdated.said[0].at = Timestamp::from_micros(-62_150_000_000_000_000);
    let refused = any_link(client(server.base())).file(&misdated, FilingAct::File).await;
    let fault = refused.unwrap_err();
    assert_eq!((fault.code, fault.is_passing), ("refused", false), "{fault:?}");
    assert!(fault.said.starts_with("400 error structure") && fault.said.contains("sent"), "{}", fault.said);
    assert_eq!(all(&mut server.reader(), "Communication?subject=Patient/p1").await, Vec::<Value>::new());
    let base = server.base().to_owned();
    drop(server);
    let down = any_link(client(&base)).file(&document(), FilingAct::File).await.unwrap_err();
    assert_eq!((down.code, down.is_passing), ("unreachable", true));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_servers_that_take_no_communication_get_documents_and_those_without_either_are_told_so() -> Result<()> {
    for (types, has_binary) in
        [(&["Patient", "DocumentReference", "Binary"][..], true), (&["Patient", "DocumentReference"], false)]
    {
        let server = Server::Lenient(Medplum::knowing(types).await?);
        server.put(&petra("p1", "4711")).await;
        let (link, document) = (any_link(client(server.base())), document());
        for _ in 0..2 {
            filed(&link, &document, FilingAct::File).await;
        }
        let mut reader = server.reader();
        let found = all(&mut reader, "DocumentReference").await;
        assert_eq!((found.len(), &found[0]["status"]), (1, &json!("current")));
        let attachment = &found[0]["content"][0]["attachment"];
        assert_eq!(attachment["url"].is_string(), has_binary, "{attachment}");
        assert_eq!(attachment["data"].is_string(), !has_binary, "{attachment}");
        assert_eq!(link.file(&document, FilingAct::Consent).await, Ok(Brought::NoPlace));
        filed(&link, &document.clone().without_content(), FilingAct::Cancel).await;
        let found = all(&mut reader, "DocumentReference").await;
        assert_eq!((found.len(), &found[0]["status"]), (1, &json!("entered-in-error")));
    }
    let server = Server::Lenient(Medplum::knowing(&["Patient"]).await?);
    server.put(&petra("p1", "4711")).await;
    let fault = any_link(client(server.base())).file(&document(), FilingAct::File).await.unwrap_err();
    assert_eq!((fault.code, fault.is_passing), ("no_place", false));
    assert!(fault.said.contains("Communication is not offered") && fault.said.contains("hl7"), "{}", fault.said);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_smart_server_gives_a_token_to_our_key_and_what_is_written_with_it_is_there_once() -> Result<()> {
    if !Sekmet::is_installed() {
        println!("sekmet-fhir wants Python 3.11: nothing was tested");
        return Ok(());
    }
    let (server, pem) = guarded("system/*.cruds").await?;
    let mut reader = Reader::start(server.base_url(), Some(&token(server.base_url(), &pem).await?))?;
    put(&mut reader, &petra("p1", "4711")).await;
    // With what Bedside asks for by itself the token is good for each write and not for all at once: they go one by one.
    for scope in [None, Some("system/*.cruds")] {
        let link = any_link(smart_client(server.base_url(), &pem, scope));
        for _ in 0..2 {
            filed(&link, &document(), FilingAct::File).await;
        }
        let found = all(&mut reader, "Communication?subject=Patient/p1").await;
        assert_eq!(found.len(), 2, "{scope:?}");
    }
    let (other, _) = Sekmet::key("ES384").await?;
    let stranger = any_link(smart_client(server.base_url(), &other, None));
    let fault = stranger.file(&document(), FilingAct::File).await.unwrap_err();
    assert_eq!((fault.code, fault.is_passing), ("signed_out", true), "{fault:?}");
    assert!(fault.said.contains("invalid_client"), "{}", fault.said);
    let nobody = any_link(client(server.base_url())).file(&document(), FilingAct::File).await.unwrap_err();
    assert!(nobody.said.starts_with("401"), "{nobody:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_pleases_three_validators() -> Result<()> {
    if !Sekmet::is_installed() {
        println!("fhir.resources comes with sekmet-fhir, which wants Python 3.11: nothing was tested");
        return Ok(());
    }
    let mut validators = Validators::start()?;
    let mut seen = 0;
    for types in [None, Some(&["Patient", "DocumentReference", "Binary", "Provenance"][..])] {
        let server = match types {
            None => Server::Lenient(Medplum::start().await?),
            Some(types) => Server::Lenient(Medplum::knowing(types).await?),
        };
        server.put(&petra("p1", "4711")).await;
        let (link, mut document) = (any_link(client(server.base())), document());
        filed(&link, &document, FilingAct::File).await;
        let mut kinds =
            types.map_or(vec!["Communication", "Provenance"], |_| vec!["DocumentReference", "Binary", "Provenance"]);
        if types.is_none() {
            filed(&link, &document, FilingAct::Consent).await;
            document.consents[0].ended_at = Some(at(9));
            document.work = Some(WorkTold {
                state: WorkState::Cancelled,
                about: "wartet".to_owned(),
                to: vec!["crisis-team".to_owned()],
                is_urgent: false,
                opened_at: at(1),
                due_at: Some(at(11)),
                changed_at: at(2),
            });
            filed(&link, &document, FilingAct::TaskEnd).await;
            kinds.extend(["Consent", "Task"]);
        }
        for is_cancelled in [false, true] {
            if is_cancelled {
                filed(&link, &document.clone().without_content(), FilingAct::Cancel).await;
            }
            for kind in &kinds {
                for one in all(&mut server.reader(), kind).await {
                    let findings = validators.findings(&one).await?;
                    assert!(findings.is_empty(), "{findings:?}\n{one:#}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= 14, "{seen}");
    Ok(())
}
