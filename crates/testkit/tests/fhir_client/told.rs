//! From the record to the patient index: changed, dead and merged patients, asked for and told of.

use std::sync::Arc;

use anyhow::Result;
use bedside_connect::{
    Secret,
    emr::fhir::{PollConfig, Poller, Subscriber},
};
use bedside_core::{
    emr::{Death, Identifier, PatientFacts, PollEmr},
    id::EmrLinkId,
};
use bedside_store::emr::{
    link,
    message::{self, MessageState},
    patient,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::Notify,
};

use crate::{
    house::Desk,
    server::{Server, client, petra, system_clock, systems},
    story::{Hooked, apply, hooked},
};

fn poller(hooked: &Hooked, server: &Server, all: bool, subscriber: Option<Subscriber>) -> Poller {
    let config = PollConfig {
        id: hooked.link,
        slug: "kis".to_owned(),
        systems: systems(),
        every: std::time::Duration::from_secs(3600),
        all,
        wake: Arc::new(Notify::new()),
        clock: system_clock(),
    };
    Poller::new(config, Arc::new(client(server.base())), subscriber)
}

async fn polled(hooked: &Hooked, poller: &Poller) -> usize {
    let take: &dyn PollEmr = &*hooked.desk.road;
    let told = poller.poll(take).await.unwrap();
    apply(&hooked.desk).await;
    told
}

async fn facts(desk: &Desk, number: &str) -> Option<PatientFacts> {
    let id = Identifier { authority: "KH".to_owned(), value: number.to_owned(), kind: String::new() };
    let mut tx = desk.store.begin_read().await.unwrap();
    let row = patient::find(&desk.store, &mut tx, desk.site, &id).await.unwrap()?;
    bedside_flow::patient_facts(&mut tx, row.id, desk.now()).await.unwrap()
}

async fn failed(desk: &Desk, link: EmrLinkId) -> usize {
    message::last(&mut desk.store.begin_read().await.unwrap(), link, Some(MessageState::Failed), 9).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_servers_tell_of_deaths_their_reversal_and_merges_each_once() -> Result<()> {
    for server in Server::all().await? {
        let hooked = hooked(&server).await;
        let desk = &hooked.desk;
        server.put(&petra("p1", "4711")).await;
        server.put(&petra("p2", "4712")).await;
        let poller = poller(&hooked, &server, true, None);
        assert!(polled(&hooked, &poller).await >= 2, "all that are there");
        assert_eq!(polled(&hooked, &poller).await, 0, "what is known is not told again");
        let first = facts(desk, "4711").await.unwrap();
        assert_eq!(first.death, None);
        assert_ne!(first.patient, facts(desk, "4712").await.unwrap().patient);

        let mut dead = petra("p1", "4711");
        dead["deceasedBoolean"] = true.into();
        server.put(&dead).await;
        assert_eq!(polled(&hooked, &poller).await, 1, "{}", server.base());
        assert_eq!(facts(desk, "4711").await.unwrap().death, Some(Death { at: None }));
        dead["deceasedBoolean"] = false.into();
        server.put(&dead).await;
        assert_eq!(polled(&hooked, &poller).await, 1);
        assert_eq!(facts(desk, "4711").await.unwrap().death, None);

        let mut merged = petra("p2", "4712");
        merged["active"] = false.into();
        merged["link"] = json!([{ "other": { "reference": "Patient/p1" }, "type": "replaced-by" }]);
        server.put(&merged).await;
        assert_eq!(polled(&hooked, &poller).await, 1);
        assert_eq!(facts(desk, "4712").await.unwrap().patient, first.patient, "{}", server.base());
        server.put(&petra("p2", "4712")).await;
        assert_eq!(polled(&hooked, &poller).await, 1);
        assert_ne!(facts(desk, "4712").await.unwrap().patient, first.patient, "undone on {}", server.base());
        assert_eq!(facts(desk, "4711").await.unwrap().patient, first.patient);
        assert_eq!(failed(desk, hooked.link).await, 0);

        // Another process begins where this one stood, with a little of what was before.
        let until = link::polled(&mut desk.store.begin_read().await?, hooked.link).await?;
        assert!(until.is_some());
        let before = message::last(&mut desk.store.begin_read().await?, hooked.link, None, 999).await?.len();
        polled(&hooked, &self::poller(&hooked, &server, true, None)).await;
        let after = message::last(&mut desk.store.begin_read().await?, hooked.link, None, 999).await?.len();
        assert_eq!(before, after, "a resend is stored once");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_server_is_asked_from_now_on_where_nobody_wants_all_its_patients() -> Result<()> {
    let Some(server) = Server::strict().await? else { return Ok(()) };
    let hooked = hooked(&server).await;
    let poller = poller(&hooked, &server, false, None);
    // What changed just before may be among it; whoever was there before that is not.
    polled(&hooked, &poller).await;
    server.put(&petra("p7", "4717")).await;
    assert_eq!(polled(&hooked, &poller).await, 1);
    assert!(facts(&hooked.desk, "4717").await.is_some());
    let base = server.base().to_owned();
    drop(server);
    let take: &dyn PollEmr = &*hooked.desk.road;
    assert!(poller.poll(take).await.is_err(), "{base} is down");
    let row = link::by_slug(&mut hooked.desk.store.begin_read().await?, "kis").await?.unwrap();
    assert_eq!((row.health.as_str(), row.health_code.as_str()), ("slow", "unreachable"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_server_rings_at_our_door_when_a_patient_changes_and_shows_the_secret() -> Result<()> {
    let Some(server) = Server::strict().await? else { return Ok(()) };
    let hooked = hooked(&server).await;
    let door = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", door.local_addr()?);
    let subscriber = Subscriber::new(&base, "kis", Secret::new("hush"));
    let poller = poller(&hooked, &server, false, Some(subscriber));
    polled(&hooked, &poller).await;
    let rung = tokio::spawn(async move {
        loop {
            let (mut stream, _) = door.accept().await.unwrap();
            let mut bytes = vec![0; 4096];
            let n = stream.read(&mut bytes).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await.unwrap();
            let text = String::from_utf8_lossy(&bytes[..n]).into_owned();
            if text.contains(" /hooks/fhir/kis ") {
                return text;
            }
        }
    });
    server.put(&petra("p8", "4718")).await;
    let text = tokio::time::timeout(std::time::Duration::from_secs(20), rung).await??;
    assert!(text.to_lowercase().contains("authorization: bearer hush"), "{text}");
    assert!(!text.contains("4718"), "it only rings");
    // Asked for again it is the same one.
    polled(&hooked, &self::poller(&hooked, &server, false, Some(Subscriber::new(&base, "kis", Secret::new("hush")))))
        .await;
    let found = crate::server::all(&mut server.reader(), "Subscription").await;
    let ours = found.iter().filter(|one| one.to_string().contains("/hooks/fhir/kis")).count();
    assert_eq!(ours, 1, "{found:?}");
    Ok(())
}
