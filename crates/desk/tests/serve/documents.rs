//! Documents for the record at the desk: seen without a name, and put right by whoever may, in the log.

use bedside_core::{
    door::{Day, Identifier as Given, IdentifierKind, LinkLevel, Purpose, SpeaksFor},
    emr::Identifier,
    filing::{Document, FilingAct, control_id},
    id::{ConsentId, EmrLinkId, FilingId, LinkId, SiteId},
    site::Role,
    time::Span,
};
use bedside_flow::Clock as _;
use bedside_store::{
    cases::CaseRow,
    door::{self, ClaimText, ConsentRow, Settled},
    emr::{
        filing::{self, Fileable, FilingRow, FilingState},
        link::LinkKind,
        patient,
    },
    posts, random,
};

use crate::{
    browser::Browser,
    house::{self, Group, NOW},
    links::{admitted, linked, linked_as},
};

const SAID: &str = "AE PID-3 Nordlicht unbekannt";

/// A house with Petra's case, linked and consented to, and one document of hers that was refused.
struct Refused {
    group: Group,
    ada: Browser,
    link: EmrLinkId,
    case: CaseRow,
    id: FilingId,
    path: String,
}

fn document(id: FilingId) -> Document {
    let id_of = |value: &str| Identifier { authority: "KH".to_owned(), value: value.to_owned(), kind: "MR".to_owned() };
    Document {
        id,
        ids: vec![id_of("4711")],
        name: None,
        born: None,
        visit: None,
        title: "Konversation über soziale Medien".to_owned(),
        lines: vec!["14:00 Person:".to_owned(), "Wann ist Besuchszeit in der Quitte?".to_owned()],
        house: "Lindenhof Mitte".to_owned(),
        happened_at: NOW,
        written_at: NOW,
        said: Vec::new(),
        case: None,
        consents: Vec::new(),
        work: None,
        flag: None,
        rules: String::new(),
    }
}

/// Petra's account belongs to a record of the index, and she consents to both.
async fn links_petra(group: &Group, case: &CaseRow) -> bedside_core::id::PatientId {
    let kis = linked(group, group.mitte, "kis").await;
    group.brought(kis, vec![admitted("C1", &["4711", "0815"])]).await;
    let patient = group.messages(kis).await[0].patient.unwrap();
    let person = group.person("prisca", &[(group.mitte, Role::Approver)]).await.0;
    let mut tx = group.store.begin().await.unwrap();
    let account = posts::author(&mut tx, case.author).await.unwrap().unwrap();
    let key = group.store.key_of_author(&account).await.unwrap().unwrap();
    let claim = ClaimText {
        identifier: Given { kind: IdentifierKind::Mrn, value: "4711".to_owned() },
        birth_date: Day::read("1980-02-03").unwrap(),
    };
    let id = LinkId::new(NOW, &[1; 10]);
    door::add_link(&mut tx, id, (group.mitte, case.author), SpeaksFor::Myself, &claim, &key, NOW).await.unwrap();
    let settled = Settled { by: Some(person), how: "in_person".to_owned(), at: NOW };
    let level = LinkLevel::Confirmed;
    assert!(door::settle_link(&mut tx, id, level, Some(patient), &settled, (&key, "gesehen")).await.unwrap());
    for (n, purpose) in (0_u8..).zip([Purpose::Link, Purpose::CareTeam]) {
        let consent = ConsentRow {
            id: ConsentId::new(NOW, &[n; 10]),
            site: group.mitte,
            author: case.author,
            purpose,
            wording: "1".to_owned(),
            lang: "de".to_owned(),
            given_at: NOW,
            revoked_at: None,
        };
        door::give_consent(&mut tx, &consent).await.unwrap();
    }
    tx.commit().await.unwrap();
    patient
}

async fn refused() -> Refused {
    let group = house::open().await;
    let case = group.asked().await;
    let patient = links_petra(&group, &case).await;
    let link = linked_as(&group, group.mitte, "archiv", LinkKind::Hl7Out).await;
    let id = FilingId::new(NOW, &random().unwrap());
    let mut tx = group.store.begin().await.unwrap();
    let row = patient::by_id(&mut tx, patient).await.unwrap().unwrap();
    let key = group.store.keys().by_id(row.key()).await.unwrap().unwrap();
    let what = Fileable { link, case: case.id, post: case.post, author: case.author, patient };
    let made = (group.mitte, FilingAct::File, "");
    assert!(filing::add(&mut tx, id, &what, made, (&document(id), &key), NOW).await.unwrap());
    let row = filing::due(&mut tx, link, NOW).await.unwrap().unwrap();
    assert!(filing::lease(&mut tx, id, "test", Span::seconds(1), NOW).await.unwrap());
    let to = (FilingState::Dead, "refused");
    filing::settle(&mut tx, &row, to, NOW, Some((&key, SAID)), group.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let ada = group.ada().await;
    Refused { group, ada, link, case, id, path: format!("/links/archiv/{id}") }
}

impl Refused {
    async fn row(&self) -> FilingRow {
        filing::by_id(&mut self.group.store.begin_read().await.unwrap(), self.id).await.unwrap().unwrap()
    }

    fn fields<'a>(&self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        [("revision", "0")].into_iter().chain(more.iter().copied()).collect()
    }
}

#[tokio::test]
async fn the_page_says_what_did_not_get_into_the_record_and_nobodys_name() {
    let mut it = refused().await;
    let page = it.ada.get("/links").await;
    page.says("Was in die Akte geht");
    page.says("1 Dokument kam nicht in die Akte");
    page.says("nicht in die Akte gekommen 1 1");
    let number = it.case.number;
    let (control, patient) = (control_id(it.id, FilingAct::File), it.row().await.patient);
    for find in ["", "?state=dead", &format!("?find=F-{number}"), &format!("?find={number}")]
        .into_iter()
        .map(str::to_owned)
        .chain([format!("?find={control}"), format!("?find={}", it.id), format!("?find={patient}")])
    {
        let page = it.ada.get(&format!("/links/archiv{find}")).await;
        assert!(page.body.contains(&it.path), "{find}: {}", page.text());
        page.says("Der Empfänger lehnt es ab.");
        for private in ["Quitte", "Nordlicht", "4711", "petra"] {
            page.is_silent_about(private);
        }
    }
    for find in ["?state=filed", "?find=F-99", "?find=F0000000000000000000", "?find=x"] {
        let page = it.ada.get(&format!("/links/archiv{find}")).await;
        assert!(!page.body.contains(&it.path), "{find}");
    }
    let messages = it.ada.get(&format!("/links/kis?find=F-{number}")).await;
    messages.says("ADT^A01");
}

#[tokio::test]
async fn the_messages_of_a_case_are_found_only_while_its_link_is_consented_to() {
    let mut it = refused().await;
    let find = format!("/links/kis?find=F-{}", it.case.number);
    it.ada.get(&find).await.says("ADT^A01");
    it.group.road.revoke(it.group.mitte, it.case.author, Purpose::Link).await.unwrap();
    it.ada.get(&find).await.says("Keine Nachricht hat diese Nummer");
    let page = it.ada.post(&format!("{}/show", it.path), &[]).await;
    assert_eq!(page.status, 400);
    page.says("Die Einwilligung wurde zurückgenommen");
    page.is_silent_about("Quitte");
}

#[tokio::test]
async fn who_looks_at_a_document_stands_in_the_log() {
    let mut it = refused().await;
    let page = it.ada.get(&it.path).await;
    page.says("Der Empfänger lehnt es ab.");
    page.is_silent_about("Quitte");
    page.is_silent_about("Nordlicht");
    let page = it.ada.post(&format!("{}/show", it.path), &[]).await;
    assert_eq!((page.status, page.header("cache-control").as_str()), (200, "no-store"));
    page.says("Wann ist Besuchszeit in der Quitte?");
    page.says(SAID);
    page.says("4711 (MR, KH)");
    page.says("0815 (MR, KH)");
    page.says("Dokument für die Akte angesehen, Ada");
    assert_eq!(it.ada.get(&format!("{}/show", it.path)).await.status, 405, "no address shows it");
    it.ada.get(&it.path).await.is_silent_about("Quitte");
}

#[tokio::test]
async fn a_document_is_mended_and_sent_again_and_who_comes_late_is_told() {
    let mut it = refused().await;
    let mend = format!("{}/mend-again", it.path);
    let good =
        it.fields(&[("title", "Anfrage"), ("id", "KH^MR^0815"), ("lines", "Wann ist Besuchszeit?\r\n\r\nDanke")]);
    for (field, value, says) in [
        ("id", "KH^MR^9999", "Mindestens eine Kennung"),
        ("title", "", "Der Titel fehlt"),
        ("lines", " \r\n", "Der Text fehlt"),
        ("visit", "F99", "Diesen Aufenthalt hat der Patient nicht"),
    ] {
        let mut fields: Vec<_> = good.iter().copied().filter(|(name, _)| *name != field).collect();
        fields.push((field, value));
        let page = it.ada.post(&mend, &fields).await;
        assert_eq!(page.status, 400, "{field}");
        page.says(says);
    }
    let page = it.ada.act(&mend, &good).await;
    page.says("wartet");
    page.says("Dokument für die Akte berichtigt, Ada");
    page.says("Dokument für die Akte noch einmal geschickt, Ada");
    let row = it.row().await;
    assert_eq!((row.state, row.revision), (FilingState::Waiting, 2));
    let mended = it.group.store.open_filing(&row).await.unwrap().unwrap().0.0;
    assert_eq!((mended.id, mended.title.as_str()), (it.id, "Anfrage"));
    assert_eq!(mended.lines, ["Wann ist Besuchszeit?", "", "Danke"]);
    assert_eq!(mended.ids.iter().map(|id| id.value.as_str()).collect::<Vec<_>>(), ["0815"]);
    for act in ["mend", "mend-again", "again", "drop"] {
        let fields = it.fields(&[("reason", "zu spät"), ("title", "x"), ("lines", "y"), ("id", "KH^MR^0815")]);
        let page = it.ada.post(&format!("{}/{act}", it.path), &fields).await;
        assert_eq!(page.status, 400, "{act}");
        page.says("inzwischen jemand anderes geändert");
    }
    let page = it.ada.post(&format!("{}/show", it.path), &[]).await;
    page.says("Fassung 1, vor der Berichtigung");
    page.says("Wann ist Besuchszeit in der Quitte?");
}

#[tokio::test]
async fn a_document_is_dropped_for_a_reason_that_those_who_may_read_it_see() {
    let mut it = refused().await;
    let path = format!("{}/drop", it.path);
    let page = it.ada.post(&path, &it.fields(&[("reason", " ")])).await;
    assert_eq!(page.status, 400);
    let page = it.ada.act(&path, &it.fields(&[("reason", "Liegt schon als Fax vor.")])).await;
    page.says("verworfen");
    page.says("Liegt schon als Fax vor.");
    assert!(!page.body.contains(&path), "nothing is left to be done");
    let (_, mut ida) = it.group.person("ida", &[(it.group.mitte, Role::Auditor)]).await;
    ida.get(&it.path).await.is_silent_about("Fax");
    it.ada.get("/links").await.says("verworfen 1 1");
}

#[tokio::test]
async fn the_privacy_officer_settles_auditors_look_on_and_a_foreign_document_is_not_there() {
    let mut it = refused().await;
    let acts = ["show", "again", "mend", "mend-again", "drop"];
    let with = |site: SiteId, role| vec![(site, role)];
    let (_, mut ida) = it.group.person("ida", &with(it.group.mitte, Role::Auditor)).await;
    let page = ida.get(&it.path).await;
    assert_eq!(page.status, 200);
    for act in acts {
        assert!(!page.body.contains(&format!("{}/{act}\"", it.path)), "{act}");
        let fields = it.fields(&[("reason", "nein"), ("title", "x"), ("lines", "y"), ("id", "KH^MR^4711")]);
        assert_eq!(ida.post(&format!("{}/{act}", it.path), &fields).await.status, 403, "{act}");
    }
    let (_, mut mara) = it.group.person("mara", &with(it.group.mitte, Role::Desk)).await;
    assert_eq!(mara.get(&it.path).await.status, 403);
    let (_, mut nora) = it.group.person("nora", &with(it.group.nord, Role::Admin)).await;
    for path in [it.path.clone(), "/links/archiv".to_owned()] {
        assert_eq!(nora.get(&path).await.status, 404, "{path}");
    }
    for act in acts {
        let fields = it.fields(&[("reason", "nein")]);
        assert_eq!(nora.post(&format!("{}/{act}", it.path), &fields).await.status, 404, "{act}");
    }
    assert_eq!(it.ada.get(&format!("/links/kis/{}", it.id)).await.status, 404, "it is no message");
    assert_eq!(it.ada.post(&format!("{}/other", it.path), &[]).await.status, 404);

    let (_, mut pia) = it.group.person("pia", &with(it.group.mitte, Role::Privacy)).await;
    pia.post(&format!("{}/show", it.path), &[]).await.says("Besuchszeit in der Quitte");
    pia.act(&format!("{}/again", it.path), &it.fields(&[])).await.says("wartet");
    assert_eq!(it.row().await.link, it.link);
}
