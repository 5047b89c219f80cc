//! What people do with documents that did not get into the record: read, mend, send again, drop.

use std::sync::Arc;

use bedside_core::{
    door::Purpose,
    emr::{Change, Identifier, VisitChange},
    filing::{Document, FilingAct, FilingFault},
    id::PersonId,
    log::{Commitment, Entry, Kind, Subject},
    site::Role,
    time::Span,
};
use bedside_flow::{ActError, Mending, door::Guest};
use bedside_store::{
    emr::{
        dead_letter,
        filing::{self, FilingRow, FilingState},
        link,
    },
    log, people, random,
};

use crate::{
    door::at_the_door,
    emr::{link_in, tell, visit},
    house::{Desk, NOW},
    linked::{Record, closed_conversation, file_all, petra},
};

const SAID: &str = "AE PID-3 unknown";

fn refused() -> FilingFault {
    FilingFault { code: "refused", is_passing: false, said: SAID.to_owned(), after: None }
}

async fn person(desk: &Desk, login: &str, role: Role) -> PersonId {
    let row = people::PersonRow {
        id: PersonId::new(NOW, &random().unwrap()),
        login: login.to_owned(),
        name: login.to_owned(),
        password: None,
        lang: "de".to_owned(),
        theme: "system".to_owned(),
        keys_on: true,
        softens: true,
        sounds: false,
        disabled_at: None,
    };
    let mut tx = desk.store.begin().await.unwrap();
    people::add(&mut tx, &row, NOW).await.unwrap();
    people::grant(&mut tx, row.id, desk.site, role).await.unwrap();
    tx.commit().await.unwrap();
    row.id
}

/// Two closed conversations of Petra's; the first one's document was refused.
struct Stuck {
    desk: Desk,
    record: Arc<Record>,
    guest: Guest,
    ada: PersonId,
}

async fn stuck() -> Stuck {
    let desk = at_the_door().await;
    let (link, record) = (link_in(&desk).await, Record::of(&desk).await);
    let ada = person(&desk, "ada", Role::Admin).await;
    record.answers.lock().unwrap().push(Err(refused()));
    let guest = closed_conversation(&desk, link, &[Purpose::CareTeam]).await;
    tell(&desk, link, "2", 1, Change::Visit { patient: petra(), visit: visit("F77"), change: VisitChange::Begin })
        .await;
    file_all(&desk, &record).await;
    desk.clock.pass(Span::seconds(5));
    desk.writes(&guest, "Und am Sonntag, wann ist da Besuchszeit?").await;
    desk.answered_at_door(&guest, "Guten Tag, am Sonntag von 14 bis 18 Uhr.").await;
    desk.after(Span::seconds(120)).await;
    file_all(&desk, &record).await;
    assert_eq!(record.has(), [], "in order: the one behind waits");
    Stuck { desk, record, guest, ada }
}

impl Stuck {
    /// Her documents, the first one first.
    async fn all(&self) -> Vec<FilingRow> {
        let mut all =
            filing::last(&mut self.desk.store.begin_read().await.unwrap(), self.record.link, 9).await.unwrap();
        all.reverse();
        all
    }

    async fn dead(&self) -> FilingRow {
        let all = self.all().await;
        assert_eq!((all[0].state, all[1].state), (FilingState::Dead, FilingState::Waiting));
        all[0].clone()
    }

    async fn document(&self) -> Document {
        self.desk.store.open_filing(&self.dead().await).await.unwrap().unwrap().0.0
    }

    async fn entries(&self, kind: Kind) -> Vec<Entry> {
        while self.desk.road.sequence_next().await.unwrap() > 0 {}
        let all = log::entries(&mut self.desk.store.begin_read().await.unwrap(), 0, 9_999).await.unwrap();
        let all = all.iter().map(|(_, body)| Entry::decode(body).unwrap());
        all.filter(|entry| entry.kind() == kind).collect()
    }
}

fn mending(document: &Document) -> Mending {
    Mending { title: document.title.clone(), lines: None, visit: document.visit.clone(), ids: document.ids.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_document_is_sent_again_as_it_was_before_the_one_behind_it() {
    let it = stuck().await;
    let dead = it.dead().await;
    let waiting = dead_letter::waiting(&mut it.desk.store.begin_read().await.unwrap(), it.record.link).await.unwrap();
    assert_eq!((waiting.count, waiting.held_back), (1, 1));
    it.desk.road.file_again(it.ada, dead.id, dead.revision).await.unwrap();
    let late = it.desk.road.file_again(it.ada, dead.id, dead.revision).await;
    assert!(matches!(late, Err(ActError::Changed("filing_changed"))), "{late:?}");
    file_all(&it.desk, &it.record).await;
    assert_eq!(it.record.has(), [FilingAct::File, FilingAct::File]);
    let filed = it.record.filed.lock().unwrap().clone();
    assert_eq!(filed[0].1.id, dead.id);
    assert!(filed[0].1.id < filed[1].1.id);
    let mut tx = it.desk.store.begin_read().await.unwrap();
    let tries = dead_letter::attempts(&mut tx, dead.id, 9).await.unwrap();
    let became: Vec<_> = tries.iter().map(|one| (one.state, one.code.as_str())).collect();
    assert_eq!(became, [(FilingState::Filed, ""), (FilingState::Dead, "refused")]);
    let counts = link::counts(&mut tx, it.record.link, 1, it.desk.now()).await.unwrap();
    assert_eq!(counts, [("dead".to_owned(), 1), ("filed".to_owned(), 2)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_a_dead_letter_stands_in_the_log_and_sees_what_the_receiver_answered() {
    let it = stuck().await;
    let dead = it.dead().await;
    let opened = it.desk.road.look_into_filing(it.ada, dead.id).await.unwrap().0;
    assert!(opened.document.lines.iter().any(|line| line.contains("Besuchszeit")));
    assert_eq!(opened.answers.iter().map(|(_, said)| said.as_str()).collect::<Vec<_>>(), [SAID]);
    assert!(opened.visits.contains(&"F77".to_owned()), "{:?}", opened.visits);
    let shown = it.entries(Kind::FilingShown).await;
    assert_eq!(shown.len(), 1);
    assert!(shown[0].subjects().contains(&Subject::Filing(dead.id)));

    let ida = person(&it.desk, "ida", Role::Auditor).await;
    for by in [it.desk.mara, it.desk.jonas, ida] {
        assert!(matches!(it.desk.road.look_into_filing(by, dead.id).await, Err(ActError::Refused(_))));
        assert!(matches!(it.desk.road.file_again(by, dead.id, 0).await, Err(ActError::Refused(_))));
        assert!(matches!(it.desk.road.drop_filing(by, dead.id, 0, "doppelt").await, Err(ActError::Refused(_))));
    }
    it.desk.road.revoke(it.desk.site, it.guest.author, Purpose::CareTeam).await.unwrap();
    let after = it.desk.road.look_into_filing(it.ada, dead.id).await;
    assert!(matches!(after, Err(ActError::Changed("filing_revoked"))), "{after:?}");
    assert_eq!(it.entries(Kind::FilingShown).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mended_document_keeps_its_id_and_the_log_commits_to_before_and_after() {
    let it = stuck().await;
    let (dead, document) = (it.dead().await, it.document().await);
    let only = Identifier { authority: "KH".to_owned(), value: "4711".to_owned(), kind: "PI".to_owned() };
    let known = it.desk.road.look_into_filing(it.ada, dead.id).await.unwrap().0.ids;
    let one = known.iter().find(|id| id.value == only.value).unwrap().clone();
    let mended = Mending {
        title: "Nachricht über die private Tür".to_owned(),
        lines: Some(vec!["Frage nach der Besuchszeit".to_owned()]),
        visit: Some("F77".to_owned()),
        ids: vec![one.clone()],
    };
    it.desk.road.mend_filing(it.ada, dead.id, dead.revision, &mended, true).await.unwrap();
    let late = it.desk.road.mend_filing(it.ada, dead.id, dead.revision, &mending(&document), false).await;
    assert!(matches!(late, Err(ActError::Changed("filing_changed"))), "{late:?}");
    file_all(&it.desk, &it.record).await;
    let (_, filed) = it.record.filed.lock().unwrap()[0].clone();
    assert_eq!(
        (filed.id, filed.title.as_str(), filed.visit.as_deref(), filed.ids),
        (document.id, "Nachricht über die private Tür", Some("F77"), vec![one])
    );
    assert_eq!(filed.lines, ["Frage nach der Besuchszeit"]);
    assert_eq!(it.record.has().len(), 2, "the one behind goes on");

    let entry = it.entries(Kind::FilingMended).await.remove(0);
    let mut tx = it.desk.store.begin_read().await.unwrap();
    let version = dead_letter::versions(&mut tx, dead.id).await.unwrap().remove(0);
    let kept = it.desk.store.open_version(&version).await.unwrap().unwrap().0;
    assert_eq!(kept.document, document);
    let after = it.desk.store.open_filing(&it.all().await[0]).await.unwrap().unwrap().0.0;
    for (name, salt, text) in [("before", kept.salt, &document), ("after", kept.mended_salt, &after)] {
        let found = entry.commitments().iter().find(|(code, _)| code.as_str() == name).unwrap().1;
        assert_eq!(
            *found,
            Commitment::new(&salt, "filing.document", &dead_letter::as_committed(text).unwrap()),
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_makes_a_document_another_patients_or_empty() {
    let it = stuck().await;
    let (dead, document) = (it.dead().await, it.document().await);
    let stranger = Identifier { authority: "KH".to_owned(), value: "4712".to_owned(), kind: "PI".to_owned() };
    for (mending, why) in [
        (Mending { ids: vec![stranger], ..mending(&document) }, "identifier_missing"),
        (Mending { ids: vec![], ..mending(&document) }, "identifier_missing"),
        (Mending { visit: Some("F99".to_owned()), ..mending(&document) }, "visit_unknown"),
        (Mending { lines: Some(vec![" ".to_owned()]), ..mending(&document) }, "lines_missing"),
        (Mending { title: " ".to_owned(), ..mending(&document) }, "title_missing"),
        (Mending { title: "a\u{b}b".to_owned(), ..mending(&document) }, "title_too_long"),
        (mending(&document), "filing_unchanged"),
    ] {
        let tried = it.desk.road.mend_filing(it.ada, dead.id, dead.revision, &mending, true).await;
        assert!(matches!(&tried, Err(ActError::Invalid(word)) if *word == why), "{why}: {tried:?}");
    }
    assert_eq!(it.dead().await, dead);
    assert_eq!(it.entries(Kind::FilingMended).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_letter_lets_the_next_one_go_and_its_reason_is_kept() {
    let it = stuck().await;
    let dead = it.dead().await;
    let none = it.desk.road.drop_filing(it.ada, dead.id, dead.revision, " ").await;
    assert!(matches!(none, Err(ActError::Invalid("reason_missing"))));
    it.desk.road.drop_filing(it.ada, dead.id, dead.revision, "Steht schon als Fax in der Akte.").await.unwrap();
    file_all(&it.desk, &it.record).await;
    let filed = it.record.filed.lock().unwrap().clone();
    assert_eq!(filed.len(), 1);
    assert!(filed[0].1.lines.iter().any(|line| line.contains("Sonntag")));
    let row = it.all().await.remove(0);
    assert_eq!((row.state, row.code.as_str()), (FilingState::Dropped, "person"));
    let dropped = dead_letter::dropped(&mut it.desk.store.begin_read().await.unwrap(), dead.id).await.unwrap().unwrap();
    assert_eq!(dropped.by, it.ada);
    let reason = it.desk.store.open_drop_reason(&dropped).await.unwrap().unwrap();
    assert_eq!(reason.0, "Steht schon als Fax in der Akte.");
    let entry = it.entries(Kind::FilingDropped).await.remove(0);
    assert!(entry.subjects().contains(&Subject::Filing(dead.id)));
    assert!(!String::from_utf8_lossy(&entry.encode().unwrap()).contains("Fax"));
}
