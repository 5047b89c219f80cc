//! What is kept how long, and what a person can ask for: the nightly run, a legal hold, handing out and erasing.

use std::time::{Duration, Instant};

use bedside_core::{
    case::Queue,
    door::{LinkLevel, Purpose},
    filing::FilingAct,
    id::{CaseId, PersonId},
    label::{LabelKind, LabelTarget},
    log::{Entry, Kind},
    media::{Media, MediaKind},
    post::{Inbound, Standing, Upstream},
    retention::Class,
    site::Role,
    time::Span,
};
use bedside_flow::{ActError, LabelOrder, keeping::NightSum};
use bedside_store::{cases, desk as desk_store, door, drafts, emr::filing, log, people, posts, random};

use crate::{
    door::at_the_door,
    emr::link_in,
    house::{Desk, NOW, PARKING, open, post},
    linked::{Record, closed_conversation, file_all},
    log::kinds,
};

async fn privacy_officer(desk: &Desk) -> PersonId {
    let person = people::PersonRow {
        id: PersonId::new(NOW, &random().unwrap()),
        login: "eva".to_owned(),
        name: "eva".to_owned(),
        password: None,
        lang: "de".to_owned(),
        theme: "system".to_owned(),
        keys_on: true,
        softens: true,
        sounds: false,
        disabled_at: None,
    };
    let mut tx = desk.store.begin().await.unwrap();
    people::add(&mut tx, &person, NOW).await.unwrap();
    people::grant(&mut tx, person.id, desk.site, Role::Privacy).await.unwrap();
    tx.commit().await.unwrap();
    person.id
}

/// Hears somebody and closes the case.
async fn closed(desk: &Desk, id: &str, author: &str, text: &str) -> CaseId {
    desk.hears(vec![post(id, author, text)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    desk.road.resolve(desk.jonas, case.id).await.unwrap();
    case.id
}

async fn opened(desk: &Desk, case: CaseId) -> Option<String> {
    let row = desk.case(case).await;
    let rows = posts::rows(&mut desk.store.begin_read().await.unwrap(), &[row.post]).await.unwrap();
    desk.store.open_posts(&rows).await.unwrap().remove(0).text().map(|(text, _)| text.0.text)
}

fn of(sums: &[NightSum], class: Class) -> (u64, u64, u64) {
    let sum = sums.iter().find(|sum| sum.class == class).unwrap();
    (sum.due.due, sum.due.held, sum.gone)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_case_goes_after_its_year_and_its_figures_stay() {
    let desk = open().await;
    let old = closed(&desk, "q1", "petra", PARKING).await;
    desk.clock.pass(Span::days(200));
    let newer = closed(&desk, "q2", "olga", PARKING).await;
    desk.clock.pass(Span::days(164));
    assert_eq!(of(&desk.road.retention_sums().await.unwrap(), Class::ClosedCases), (0, 0, 0), "a day before");
    desk.clock.pass(Span::days(2));
    let dry = desk.road.retention_sums().await.unwrap();
    assert_eq!(of(&dry, Class::ClosedCases), (1, 0, 0));
    assert!(opened(&desk, old).await.is_some(), "a dry run changes nothing");

    let decided = async || cases::decisions(&mut desk.store.begin_read().await.unwrap(), old).await.unwrap().len();
    let before = decided().await;
    let went = desk.road.retention_run(desk.site).await.unwrap();
    assert_eq!(of(&went, Class::ClosedCases), (1, 0, 1), "what the dry run said");
    assert_eq!((opened(&desk, old).await, opened(&desk, newer).await.as_deref()), (None, Some(PARKING)));
    assert_eq!(decided().await, before, "what was decided stays, without a word of it");
    assert!(desk.road.find_person("petra", None).await.unwrap().is_empty(), "nor is it known who wrote");
    assert_eq!(desk.road.find_person("@OLGA", None).await.unwrap().len(), 1);
    let again = desk.road.retention_run(desk.site).await.unwrap();
    assert_eq!(of(&again, Class::ClosedCases), (0, 0, 0));

    let entries = entries(&desk, Kind::RetentionRun).await;
    let said = entries.iter().find(|entry| entry.contains("closed_cases")).expect("the sums are in the log");
    for number in ["\"due\":1", "\"gone\":1", "\"held\":0"] {
        assert!(said.contains(number), "{said}");
    }
}

async fn entries(desk: &Desk, kind: Kind) -> Vec<String> {
    while desk.road.sequence_next().await.unwrap() > 0 {}
    let all = log::entries(&mut desk.store.begin_read().await.unwrap(), 0, 10_000).await.unwrap();
    let of_kind = all.into_iter().filter(|(_, body)| Entry::decode(body).unwrap().kind() == kind);
    of_kind.map(|(_, body)| String::from_utf8(body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_house_has_one_run_a_night_from_its_hour_on() {
    let desk = open().await;
    // NOW is a Saturday afternoon in Berlin: the hour has passed, and the run is made up for.
    assert_eq!(desk.road.retention_next().await.unwrap(), 1);
    assert_eq!(desk.road.retention_next().await.unwrap(), 0, "once a day");
    desk.clock.pass(Span::hours(10));
    assert_eq!(desk.road.retention_next().await.unwrap(), 0, "the hour has not come");
    desk.clock.pass(Span::hours(4));
    assert_eq!(desk.road.retention_next().await.unwrap(), 1);
    assert_eq!(entries(&desk, Kind::RetentionRun).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_legal_hold_stops_the_night_and_the_erasure_until_it_is_lifted() {
    let desk = open().await;
    let eva = privacy_officer(&desk).await;
    let case = closed(&desk, "q1", "petra", PARKING).await;
    let author = desk.case(case).await.author;
    let order =
        |reason| LabelOrder { target: LabelTarget::Author, kind: LabelKind::LegalHold, reason, expires_at: None };
    assert!(matches!(desk.road.label(desk.mara, case, order("Klage")).await, Err(ActError::Refused(_))));
    assert!(matches!(desk.road.label(eva, case, order(" ")).await, Err(ActError::Invalid("reason_missing"))));
    let label = desk.road.label(eva, case, order("Klage angekündigt")).await.unwrap();

    let refused = desk.road.erase_person(Some(eva), author).await;
    assert!(matches!(refused, Err(ActError::Invalid("legal_hold"))), "{refused:?}");
    assert!(kinds(&desk).await.contains(&Kind::ErasureRefused));
    let holds = desk.road.holds_on(author).await.unwrap();
    assert_eq!((holds[0].on, holds[0].reason.as_deref()), (LabelTarget::Author, Some("Klage angekündigt")));
    desk.clock.pass(Span::days(400));
    assert_eq!(of(&desk.road.retention_run(desk.site).await.unwrap(), Class::ClosedCases), (1, 1, 0));
    assert!(opened(&desk, case).await.is_some());

    desk.road.unlabel(eva, label).await.unwrap();
    assert_eq!(of(&desk.road.retention_run(desk.site).await.unwrap(), Class::ClosedCases), (1, 0, 1));
    assert!(opened(&desk, case).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_gone_with_all_that_was_written_about_them() {
    let desk = open().await;
    let eva = privacy_officer(&desk).await;
    let (case, reply) = desk.approved().await;
    let author = desk.case(case).await.author;
    let leaving = desk.road.erase_person(Some(eva), author).await;
    assert!(matches!(leaving, Err(ActError::Invalid("reply_leaving"))), "{leaving:?}");
    desk.after(Span::minutes(2)).await;
    desk.hears(vec![
        post("o1", "olga", PARKING),
        Inbound {
            in_reply_to: Some("o1".to_owned()),
            media: vec![Media::new(MediaKind::Picture, None).described(Some("Der Flur vor der Ambulanz"))],
            media_count: 1,
            ..post("q2", "petra", "Das frage ich mich auch, Zimmer 4711.")
        },
    ])
    .await;
    desk.road.note(desk.mara, case, "Hat zweimal angerufen.").await.unwrap();
    while desk.road.index_next().await.unwrap() > 0 {}

    let told = desk.road.export_person(Some(eva), author).await.unwrap();
    let json = serde_json::to_string(&told).unwrap();
    for word in
        ["petra", PARKING, "Zimmer 4711", "Hat zweimal angerufen.", "Parkhaus an der Lindenstraße", "Der Flur vor"]
    {
        assert!(json.contains(word), "{word} is missing: {json}");
    }
    assert!(!json.contains("olga"), "what others are or wrote is not theirs to have");
    assert!(!told.cases[0].decisions[0].rules[0].reason_de.is_empty(), "decisions come with their reasons");
    assert!(told.cases[0].answers[0].sent_at.is_some());

    for (who, allowed) in [(desk.mara, false), (desk.jonas, false), (eva, true)] {
        let done = desk.road.erase_person(Some(who), author).await;
        assert_eq!(done.is_ok(), allowed, "{done:?}");
    }
    assert_eq!(opened(&desk, case).await, None);
    assert!(desk.road.find_person("petra", None).await.unwrap().is_empty());
    assert!(matches!(desk.road.export_person(Some(eva), author).await, Err(ActError::Gone)));
    let mut tx = desk.store.begin_read().await.unwrap();
    assert_eq!(desk_store::notes(&mut tx, case).await.unwrap()[0].text(&desk.store).await.unwrap(), None);
    let draft = drafts::of_case(&mut tx, case).await.unwrap().remove(0);
    assert!(desk.store.open_draft(&draft).await.unwrap().is_none());
    drop(tx);
    assert!(desk.store.open_receipt(&desk.reply(reply).await).await.unwrap().is_none());
    let found = async |word| desk.store.search().find(desk.site, word, 9).await.unwrap().len();
    assert_eq!((found("4711").await, found("parken").await), (0, 1), "Olga is still found");
    let kinds = kinds(&desk).await;
    assert!(kinds.contains(&Kind::PersonErased) && kinds.contains(&Kind::PersonExported));

    // The platform still shows the posts: they are not read in again. What is new is of somebody new.
    let again =
        desk.hears(vec![post("q1", "petra", PARKING), post("q3", "petra", "Noch eine Frage: Wann ist Besuchszeit?")]);
    assert_eq!((again.await.new, desk.road.find_person("petra", None).await.unwrap().len()), (1, 1));
    assert_ne!(desk.road.find_person("petra", None).await.unwrap()[0].author, author);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linked_guest_of_the_door_goes_with_both_accounts_and_what_was_filed_is_taken_back() {
    let desk = at_the_door().await;
    let eva = privacy_officer(&desk).await;
    let (link, record) = (link_in(&desk).await, Record::of(&desk).await);
    let guest = closed_conversation(&desk, link, &[Purpose::CareTeam]).await;
    file_all(&desk, &record).await;
    assert_eq!(record.has(), [FilingAct::File]);
    let case = desk.door_case(&guest).await;
    let told = desk.road.export_person(Some(eva), guest.author).await.unwrap();
    assert_eq!((told.accounts.len(), told.links.len(), told.documents.len()), (2, 1, 1));
    assert!(told.posts.iter().any(|post| post.text.contains("Besuchszeit")), "what she wrote at the door is hers");

    let went = desk.road.erase_person(Some(eva), case.author).await.unwrap();
    assert_eq!((went.filed, went.consents), (1, 2), "{went:?}");
    assert_eq!(opened(&desk, case.id).await, None);
    let mut tx = desk.store.begin_read().await.unwrap();
    assert!(door::consents_open(&mut tx, guest.author).await.unwrap().is_empty());
    let links = door::links_of(&mut tx, guest.author).await.unwrap();
    assert_eq!(links[0].level, LinkLevel::Undone);
    assert!(links[0].claim(&desk.store).await.unwrap().is_none());
    for said in door::said_in(&mut tx, case.thread).await.unwrap() {
        assert!(said.text(&desk.store).await.unwrap().is_none());
    }
    for filing in filing::last(&mut tx, record.link, 9).await.unwrap() {
        let document = desk.store.open_filing(&filing).await.unwrap();
        assert!(document.is_none_or(|(document, _)| document.0.lines.is_empty()), "no word of it is left");
    }
    drop(tx);
    file_all(&desk, &record).await;
    assert_eq!(record.has(), [FilingAct::File, FilingAct::Cancel], "the record is told to take it back");
    assert!(desk.road.find_person("petra", None).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_upstream_brings_nothing_back() {
    let desk = open().await;
    let case = closed(&desk, "q1", "petra", PARKING).await;
    let author = desk.case(case).await.author;
    desk.road.erase_person(None, author).await.unwrap();
    let edited = post("q1", "petra", "Hallo, wo kann ich parken? Danke!");
    desk.take(vec![Upstream::Edited(Box::new(edited))], Standing::Live).await;
    assert_eq!(opened(&desk, case).await, None);
    assert_eq!(desk.case(case).await.queue, Queue::Done);
}

/// How long somebody else waits for the writer while 100,000 posts go.
#[tokio::test(flavor = "multi_thread")]
async fn retention_of_100k_posts_holds_up_no_other_writer() {
    const POSTS: usize = 100_000;
    let desk = open().await;
    for batch in 0..POSTS / 500 {
        let batch: Vec<Inbound> = (0..500)
            .map(|n| post(&format!("p{}", batch * 500 + n), &format!("a{}", (batch * 500 + n) % 5_000), PARKING))
            .collect();
        let batch: Vec<&Inbound> = batch.iter().collect();
        let prepared = posts::prepare(&desk.store, desk.site, desk.channel, &batch, NOW).await.unwrap();
        let mut tx = desk.store.begin().await.unwrap();
        prepared.write(&mut tx, &batch, Standing::History, NOW).await.unwrap();
        tx.commit().await.unwrap();
    }
    desk.clock.pass(Span::days(400));
    let (road, site) = (desk.road.clone(), desk.site);
    let begun = Instant::now();
    let run = tokio::spawn(async move { road.retention_run(site).await.unwrap() });
    let mut waits = Vec::new();
    while !run.is_finished() {
        let asked = Instant::now();
        let mut tx = desk.store.begin().await.unwrap();
        desk_store::set_import_position(&mut tx, "somebody else", 1, NOW).await.unwrap();
        tx.commit().await.unwrap();
        waits.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let took = begun.elapsed();
    assert_eq!(of(&run.await.unwrap(), Class::History), (POSTS as u64, 0, POSTS as u64));
    assert!(desk.road.find_person("a17", None).await.unwrap().is_empty(), "their authors went with them");
    waits.sort();
    let (middle, p99, longest) = (waits[waits.len() / 2], waits[waits.len() * 99 / 100], waits[waits.len() - 1]);
    println!(
        "{POSTS} posts in {took:?}; {} other writers: median {middle:?}, p99 {p99:?}, longest {longest:?}",
        waits.len()
    );
    assert!(waits.len() > 50, "others had their turn");
    assert!(p99 < Duration::from_millis(500), "p99 {p99:?}");
}
