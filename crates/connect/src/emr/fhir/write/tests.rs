//! Servers that the real peers can't be made to be: without PUT to an id of ours, without a search, that lose an answer, that
//! say one thing of themselves and do another.

use std::sync::{Arc, Mutex};

use bedside_core::{
    channel::Promise,
    filing::{Brought, Document, File, FilingAct, FilingFault},
    id::{CaseId, EmrLinkId, FilingId, PostId},
    time::{Span, Timestamp},
};
use serde_json::{Value, json};

use crate::{
    emr::fhir::{Auth, Client, Link, LinkConfig, Systems},
    http::Trust,
    testing::{Canned, Double, Request, WorldClock, canned},
};

/// What is stored, in the order in which it was made.
type Shelf = Arc<Mutex<Vec<Value>>>;

/// How a server is.
#[derive(Clone, Copy, Default)]
struct Manner {
    puts: bool,
    searches: bool,
    says_transaction: bool,
    /// Makes what it is asked for and answers 500.
    loses_answers: bool,
    is_isik: bool,
    knows_nothing: bool,
}

fn fhir(status: u16, body: &Value) -> Canned {
    Canned { headers: "content-type: application/fhir+json\r\n".to_owned(), ..canned(status, &body.to_string()) }
}

fn statement(manner: Manner) -> Value {
    let mut codes = vec!["create", "update", "read"];
    codes.extend(manner.searches.then_some("search-type"));
    let interaction: Vec<Value> = codes.into_iter().map(|code| json!({ "code": code })).collect();
    let params = json!([{ "name": "identifier", "type": "token" }]);
    let kind = |kind: &str| json!({ "type": kind, "interaction": interaction, "updateCreate": manner.puts, "conditionalCreate": true, "searchParam": params });
    let mut kinds = vec![json!({ "type": "Patient", "interaction": [{ "code": "search-type" }] })];
    if !manner.is_isik && !manner.knows_nothing {
        kinds.extend(["Communication", "Consent", "Provenance"].map(kind));
    }
    let system = if manner.says_transaction { json!([{ "code": "transaction" }]) } else { json!([]) };
    let mut statement = json!({ "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1",
        "rest": [{ "mode": "server", "interaction": system, "resource": kinds }] });
    if manner.is_isik {
        statement["document"] = json!([{ "mode": "consumer",
            "profile": "https://gematik.de/fhir/isik/StructureDefinition/ISiKBerichtBundle" }]);
    }
    statement
}

fn searchset(found: &[Value]) -> Value {
    let entries: Vec<Value> = found.iter().map(|one| json!({ "resource": one })).collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries })
}

fn answer(manner: Manner, shelf: &Shelf, request: &Request) -> Canned {
    let line = request.line.as_str();
    if line == "GET /metadata" {
        return fhir(200, &statement(manner));
    }
    if line.starts_with("GET /Patient") {
        return fhir(
            200,
            &searchset(&[json!({ "resourceType": "Patient", "id": "p1", "birthDate": "1980-02-03",
            "identifier": [{ "system": "urn:oid:1.2.3", "value": "4711" }] })]),
        );
    }
    let mut shelf = shelf.lock().unwrap();
    if let Some(rest) = line.strip_prefix("GET /") {
        let kind = rest.split('?').next().unwrap();
        let wanted = rest
            .split("identifier=")
            .nth(1)
            .unwrap_or_default()
            .replace("%3A", ":")
            .replace("%2F", "/")
            .replace("%7C", "|");
        let fits = |one: &&Value| {
            let all = one["identifier"].as_array().cloned().unwrap_or_default();
            one["resourceType"] == kind
                && all
                    .iter()
                    .any(|id| format!("{}|{}", id["system"].as_str().unwrap(), id["value"].as_str().unwrap()) == wanted)
        };
        let found: Vec<Value> = shelf.iter().filter(fits).cloned().collect();
        return fhir(200, &searchset(&found));
    }
    let mut body: Value = serde_json::from_str(&request.body).unwrap();
    if line == "POST /" && !manner.is_isik {
        return fhir(501, &json!({ "resourceType": "OperationOutcome", "issue": [] }));
    }
    if line.starts_with("POST") {
        body["id"] = format!("s{}", shelf.len()).into();
        body["meta"] = json!({ "versionId": "1" });
        shelf.push(body.clone());
        return if manner.loses_answers { fhir(500, &json!({})) } else { fhir(201, &body) };
    }
    let id = line.rsplit('/').next().unwrap();
    body["meta"] = json!({ "versionId": "2" });
    match shelf.iter_mut().find(|one| one["id"] == id) {
        Some(one) => *one = body.clone(),
        None if manner.puts => shelf.push(body.clone()),
        None => return fhir(405, &json!({ "resourceType": "OperationOutcome", "issue": [] })),
    }
    fhir(200, &body)
}

async fn server(manner: Manner) -> (Double, Shelf) {
    let shelf = Shelf::default();
    let kept = Arc::clone(&shelf);
    (Double::start(move |request| answer(manner, &kept, request)).await, shelf)
}

fn link_to(base: &str, hl7: Option<Arc<dyn File>>) -> Link {
    let client =
        Client::new(base, Auth::None, Trust::default(), WorldClock::at("2026-11-27T08:00:00Z").clock()).unwrap();
    let config = LinkConfig {
        id: EmrLinkId::new(at(0), &[1; 10]),
        base: "https://bedside.example".to_owned(),
        systems: Systems::new([("urn:oid:1.2.3".to_owned(), "KH".to_owned())]),
        cancels: true,
        hl7,
    };
    Link::new(config, Arc::new(client))
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-27T08:00:00Z").unwrap().plus(Span::minutes(minutes))
}

fn document() -> Document {
    let said = |id, text: &str, by_house| json!({ "id": id, "at": at(1), "seen_at": at(1), "by_house": by_house, "text": text });
    let post = PostId::new(at(1), &[4; 10]).to_string();
    let reply = PostId::new(at(2), &[5; 10]).to_string();
    serde_json::from_value(json!({
        "id": FilingId::new(at(5), &[3; 10]), "ids": [{ "a": "KH", "v": "4711" }], "name": null, "born": "1980-02-03",
        "visit": null, "title": "Konversation", "lines": ["Wann ist Besuchszeit?"], "house": "Lindenhof",
        "happened_at": at(1), "written_at": at(4),
        "said": [said(json!({ "post": post }), "Wann ist Besuchszeit?", false), said(json!({ "reply": reply }), "Von 14 bis 18 Uhr.", true)],
        "case": { "id": CaseId::new(at(1), &[6; 10]), "number": "F-1", "channel": "Mastodon" },
    }))
    .unwrap()
}

fn of<'a>(shelf: &'a [Value], kind: &str) -> Vec<&'a Value> {
    shelf.iter().filter(|one| one["resourceType"] == kind).collect()
}

#[tokio::test]
async fn without_put_to_an_id_of_ours_it_is_searched_first_and_made_once() {
    let (double, shelf) = server(Manner { searches: true, ..Manner::default() }).await;
    let link = Arc::new(link_to(&double.base, None));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let link = Arc::clone(&link);
            tokio::spawn(async move { link.file(&document(), FilingAct::File).await })
        })
        .collect();
    for writer in writers {
        assert_eq!(writer.await.unwrap(), Ok(Brought::Filed));
    }
    let made = shelf.lock().unwrap().clone();
    let said = of(&made, "Communication");
    assert_eq!(said.len(), 2, "{made:?}");
    let (post, answer) = (said[0], said[1]);
    assert_eq!(
        answer["inResponseTo"][0]["reference"],
        format!("Communication/{}", post["id"].as_str().unwrap()),
        "by the server's id"
    );
    assert_eq!(of(&made, "Provenance").len(), 0, "it has no identifier to be found again by");
    let asked = double.requests();
    let post = asked.iter().find(|request| request.line == "POST /Communication").unwrap();
    assert!(
        post.head.to_lowercase().contains("if-none-exist: identifier=https://bedside.example/utterance|"),
        "{}",
        post.head
    );

    assert_eq!(link.file(&document().without_content(), FilingAct::Cancel).await, Ok(Brought::Filed));
    let made = shelf.lock().unwrap().clone();
    let said = of(&made, "Communication");
    assert!(said.iter().all(|one| one["status"] == "entered-in-error" && one.get("payload").is_none()), "{said:?}");
    let put = double.requests().into_iter().rfind(|request| request.line.starts_with("PUT /Communication/")).unwrap();
    assert!(put.head.to_lowercase().contains("if-match: w/\"2\""), "{}", put.head);
}

#[tokio::test]
async fn where_nothing_can_be_found_again_it_is_posted_once_and_a_lost_answer_is_for_a_person() {
    let (double, shelf) = server(Manner { loses_answers: true, ..Manner::default() }).await;
    let fault = link_to(&double.base, None).file(&document(), FilingAct::File).await.unwrap_err();
    assert_eq!((fault.code, fault.is_passing, shelf.lock().unwrap().len()), ("unclear", false, 1), "{fault:?}");
    let fault = link_to(&double.base, None).file(&document().without_content(), FilingAct::Cancel).await.unwrap_err();
    assert_eq!((fault.code, fault.is_passing), ("cannot_cancel", false));
}

#[tokio::test]
async fn a_server_that_says_transaction_and_does_none_gets_its_writes_one_by_one() {
    let (double, shelf) = server(Manner { puts: true, says_transaction: true, ..Manner::default() }).await;
    assert_eq!(link_to(&double.base, None).file(&document(), FilingAct::File).await, Ok(Brought::Filed));
    let kinds: Vec<String> =
        shelf.lock().unwrap().iter().map(|one| one["resourceType"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["Communication", "Communication", "Provenance"]);
}

#[tokio::test]
async fn a_german_system_gets_a_report_at_its_base_address() {
    let (double, shelf) = server(Manner { is_isik: true, ..Manner::default() }).await;
    assert_eq!(link_to(&double.base, None).file(&document(), FilingAct::File).await, Ok(Brought::Filed));
    let made = shelf.lock().unwrap().clone();
    let [bundle] = &made[..] else { panic!("{made:?}") };
    assert_eq!((&bundle["type"], &bundle["entry"][1]["resource"]["id"]), (&json!("document"), &json!("p1")));
    assert!(bundle.to_string().contains("Wann ist Besuchszeit?"));
}

/// A link over HL7 v2 that notes what it got.
struct Hl7(Mutex<Vec<FilingAct>>);

impl File for Hl7 {
    fn link(&self) -> EmrLinkId {
        EmrLinkId::new(at(0), &[2; 10])
    }
    fn cancels(&self) -> bool {
        true
    }
    fn file<'a>(&'a self, _: &'a Document, act: FilingAct) -> Promise<'a, Result<Brought, FilingFault>> {
        Box::pin(async move {
            self.0.lock().unwrap().push(act);
            Ok(Brought::Filed)
        })
    }
}

#[tokio::test]
async fn what_a_server_has_no_place_for_goes_over_hl7_where_there_is_such_a_link() {
    let (double, shelf) = server(Manner { knows_nothing: true, ..Manner::default() }).await;
    let hl7 = Arc::new(Hl7(Mutex::default()));
    let link = link_to(&double.base, Some(Arc::clone(&hl7) as Arc<dyn File>));
    assert_eq!(link.file(&document(), FilingAct::File).await, Ok(Brought::Filed));
    assert_eq!(link.file(&document(), FilingAct::Consent).await, Ok(Brought::NoPlace));
    assert_eq!(link.file(&document(), FilingAct::Cancel).await, Ok(Brought::Filed));
    assert_eq!(*hl7.0.lock().unwrap(), [FilingAct::File, FilingAct::Cancel]);
    assert_eq!(shelf.lock().unwrap().len(), 0);
    let fault = link_to(&double.base, None).file(&document(), FilingAct::File).await.unwrap_err();
    assert_eq!(fault.code, "no_place");
}

#[tokio::test]
async fn a_server_that_asks_for_patience_gets_it() {
    let double = Double::start(|request| match request.line.as_str() {
        "GET /metadata" => fhir(200, &statement(Manner { puts: true, ..Manner::default() })),
        _ => Canned { headers: "retry-after: 120\r\n".to_owned(), ..canned(429, "") },
    })
    .await;
    let fault = link_to(&double.base, None).file(&document(), FilingAct::File).await.unwrap_err();
    assert_eq!((fault.code, fault.is_passing, fault.after), ("busy", true, Some(Span::seconds(120))), "{fault:?}");
}

#[tokio::test]
async fn words_that_a_person_has_mended_are_written_as_one_text_and_the_old_ones_nowhere() {
    let (double, shelf) = server(Manner { puts: true, ..Manner::default() }).await;
    let mut mended = document();
    mended.said.clear();
    mended.lines = vec!["Nach Besuchszeiten gefragt.".to_owned()];
    let link = link_to(&double.base, None);
    assert_eq!(link.file(&mended, FilingAct::File).await, Ok(Brought::Filed));
    let made = shelf.lock().unwrap().clone();
    let said = of(&made, "Communication");
    assert_eq!((said.len(), &said[0]["payload"][0]["contentString"]), (1, &json!("Nach Besuchszeiten gefragt.")));
    assert_eq!(said[0]["sender"]["display"], "Lindenhof");
}
