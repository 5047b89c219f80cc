//! The library of statements: written, proven, approved by a second person, taken once per thread, and over when its time is.

use std::collections::BTreeSet;

use bedside_core::{
    case::Queue,
    draft::Draft,
    id::{CaseId, DraftId, OutboxId, StatementId},
    log::Kind,
    policy::SpeechForm,
    post::Inbound,
    site::Jurisdiction,
    statement::{Statement, StatementKind, StatementState, Wanted},
    time::Span,
    triage::{Lang, Topic},
};
use bedside_flow::{ActError, Clock as _};
use bedside_store::{
    drafts::{self, DraftState, DraftText, Written},
    library,
    outbox::{self, NewReply, OutboxState},
    random,
};

use crate::{
    house::{Desk, PARKING, open, open_with_facts, post},
    log::kinds,
};

const PARK: &str = "Das Parkhaus ist rund um die Uhr offen, die Einfahrt liegt hinter dem Haupteingang.";

fn template(text: &str) -> Statement {
    Statement {
        title: "Parken".to_owned(),
        text: text.to_owned(),
        kind: StatementKind::Template,
        form: SpeechForm::AnswerPublicGeneric,
        lang: Lang::De,
        topics: BTreeSet::from([Topic::AdminQuestion]),
        laws: BTreeSet::new(),
        sites: BTreeSet::new(),
    }
}

impl Desk {
    pub async fn newest(&self, id: StatementId) -> library::StatementRow {
        let mut tx = self.store.begin_read().await.unwrap();
        library::versions(&mut tx, id).await.unwrap().pop().unwrap()
    }

    /// A statement that Mara wrote and asked approval for.
    async fn asked_statement(&self, statement: Statement) -> StatementId {
        let until = self.clock.now().plus(Span::days(100));
        let (id, _) = self.road.write_statement(self.mara, None, statement, until).await.unwrap();
        let shown = self.newest(id).await.commitment;
        self.road.ask_statement(self.mara, id, &shown).await.unwrap();
        id
    }

    async fn approve_newest(&self, id: StatementId) -> Result<(), ActError> {
        let shown = self.newest(id).await.commitment;
        self.road.approve_statement(self.jonas, id, &shown, true).await
    }

    /// One that Jonas approved.
    pub async fn statement(&self, statement: Statement) -> StatementId {
        let id = self.asked_statement(statement).await;
        self.approve_newest(id).await.unwrap();
        id
    }

    async fn question(&self, id: &str) -> CaseId {
        self.hears(vec![post(id, "petra", PARKING)]).await;
        self.queue(Queue::Now).await.remove(0).id
    }

    /// Makes a draft one that was taken from a statement, as it stands: nobody changed a word.
    async fn bend_statement(&self, id: DraftId, statement: StatementId) {
        let mut tx = self.store.begin().await.unwrap();
        let row = drafts::by_id(&mut tx, id).await.unwrap().unwrap();
        let text = self.store.open_draft(&row).await.unwrap().unwrap().0;
        let thread = self.case(row.case).await.thread;
        let key = self.store.keys().of(&format!("thread:{thread}"), self.now()).await.unwrap();
        let written = Written {
            text: &text,
            commitment: &row.commitment,
            form: row.form,
            lang: &row.lang,
            checks: &row.checks,
            verdict: &row.verdict,
            statement: Some((statement, 1)),
        };
        drafts::rewrite(&mut tx, id, row.post, &written, &key, row.updated_at).await.unwrap();
        drafts::set_state(&mut tx, &row, row.updated_at).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A reply that is approved by the rows' account, whatever the guard would have said.
    async fn forged(&self, case: CaseId, text: &str, state: DraftState, taken: Option<StatementId>) -> OutboxId {
        let case = self.case(case).await;
        let now = self.now();
        let id = DraftId::new(now, &random().unwrap());
        let salt = random().unwrap();
        let form = SpeechForm::AnswerPublicGeneric;
        let (mara, post) = (self.mara, case.post);
        let draft = Draft { id, case: case.id, post, author: mara, form, text: text.to_owned(), salt };
        let commitment = draft.commitment();
        let bytes = commitment.as_bytes();
        let key = self.store.keys().of(&format!("thread:{}", case.thread), now).await.unwrap();
        let kept = DraftText { text: text.to_owned(), salt };
        let statement = taken.map(|id| (id, 1));
        let written =
            Written { text: &kept, commitment: bytes, form, lang: "de", checks: "[]", verdict: "allow", statement };
        let mut tx = self.store.begin().await.unwrap();
        drafts::insert(&mut tx, id, (case.id, post), &written, &key, mara, now).await.unwrap();
        let mut row = drafts::by_id(&mut tx, id).await.unwrap().unwrap();
        row.state = state;
        (row.cleared, row.approved, row.approver) = (Some(bytes.to_vec()), Some(bytes.to_vec()), Some(self.jonas));
        drafts::set_state(&mut tx, &row, now).await.unwrap();
        let reply = NewReply {
            id: OutboxId::new(now, &random().unwrap()),
            site: case.site,
            channel: case.channel,
            case: case.id,
            draft: id,
            post: (post, 1),
            author: mara,
            approver: self.jonas,
            cleared: bytes,
            approved: bytes,
            due_at: if state == DraftState::Approved { now } else { now.plus(Span::days(99)) },
        };
        let queued = outbox::queue(&mut tx, &reply, now).await.unwrap();
        tx.commit().await.unwrap();
        queued
    }

    async fn send(&self, case: CaseId) {
        let draft = self.latest(case).await;
        self.road.ask_approval(self.mara, draft.id).await.unwrap();
        self.approve(self.jonas, draft.id).await.unwrap();
        self.after(Span::seconds(61)).await;
        assert_eq!(self.latest(case).await.state, drafts::DraftState::Sent);
    }

    async fn latest(&self, case: CaseId) -> drafts::DraftRow {
        let mut tx = self.store.begin_read().await.unwrap();
        drafts::latest(&mut tx, case).await.unwrap().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_their_own_statement_and_only_an_approved_one_is_taken() {
    let desk = open().await;
    let case = desk.question("p1").await;
    let until = desk.clock.now().plus(Span::days(10));
    let (own, _) = desk.road.write_statement(desk.jonas, None, template(PARK), until).await.unwrap();
    let shown = desk.newest(own).await.commitment;
    assert!(matches!(desk.road.take_statement(desk.mara, case, own).await, Err(ActError::Invalid("statement_over"))));
    desk.road.ask_statement(desk.jonas, own, &shown).await.unwrap();
    assert!(matches!(
        desk.road.approve_statement(desk.jonas, own, &shown, true).await,
        Err(ActError::Refused(refusal)) if refusal.rules == ["desk.own_draft"]
    ));
    assert!(matches!(desk.road.approve_statement(desk.mara, own, &shown, true).await, Err(ActError::Refused(_))));
    let id = desk.statement(template(PARK)).await;
    let (draft, taken) = desk.road.take_statement(desk.mara, case, id).await.unwrap();
    assert_eq!((taken.text.as_str(), desk.latest(case).await.id), (PARK, draft));
    assert_eq!(desk.latest(case).await.statement, Some((id, 1)));
    let kinds = kinds(&desk).await;
    for kind in [Kind::StatementWritten, Kind::StatementAsked, Kind::StatementApproved, Kind::StatementTaken] {
        assert!(kinds.contains(&kind), "{kind} is not in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_place_stops_a_draft_and_a_filled_one_goes() {
    let desk = open_with_facts(&["030 555 0100"]).await;
    let case = desk.question("p1").await;
    let text = "Parken kostet {Preis} am Tag. Fragen beantworten wir gern unter {Telefon}.";
    let id = desk.statement(template(text)).await;
    let (draft, taken) = desk.road.take_statement(desk.mara, case, id).await.unwrap();
    assert_eq!(taken.text, "Parken kostet {Preis} am Tag. Fragen beantworten wir gern unter 030 555 0100.");
    assert_eq!(taken.open.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Preis"]);
    assert!(matches!(desk.road.ask_approval(desk.mara, draft).await, Err(ActError::Blocked(_))));
    let form = SpeechForm::AnswerPublicGeneric;
    let filled = taken.text.replace("{Preis}", "vier Euro");
    desk.road.write_draft(desk.mara, case, form, "de", &filled).await.unwrap();
    desk.send(case).await;
    assert_eq!(desk.platform.published(), [filled]);
    assert_eq!(desk.latest(case).await.statement, Some((id, 1)), "the sent reply says where it was taken from");
}

/// The guard reads the text again at the claim, whatever the rows say was approved.
#[tokio::test(flavor = "multi_thread")]
async fn the_claim_lets_no_open_place_out() {
    let desk = open().await;
    let case = desk.question("p1").await;
    let reply = desk.forged(case, "Besuche sind dort von {Besuchszeit} möglich.", DraftState::Approved, None).await;
    desk.after(Span::seconds(1)).await;
    let row = desk.reply(reply).await;
    assert_eq!((row.state, row.code.as_str()), (OutboxState::Returned, "guard"));
    let filled = desk.forged(case, "Besuche sind dort von 9 bis 19 Uhr möglich.", DraftState::Approved, None).await;
    desk.after(Span::seconds(1)).await;
    assert_eq!(desk.reply(filled).await.state, OutboxState::Confirmed);
    assert_eq!(desk.platform.published().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_statement_is_never_said_twice_in_one_thread_not_even_changed_a_little() {
    let desk = open().await;
    let case = desk.question("p1").await;
    let id = desk.statement(template(PARK)).await;
    desk.road.take_statement(desk.mara, case, id).await.unwrap();
    desk.send(case).await;
    let again = Inbound { in_reply_to: Some("p1".to_owned()), ..post("p2", "petra", PARKING) };
    desk.hears(vec![again]).await;
    let taken = desk.road.take_statement(desk.mara, case, id).await;
    assert!(matches!(taken, Err(ActError::Invalid("statement_said"))), "{taken:?}");
    // A newer version is the same statement.
    let until = desk.clock.now().plus(Span::days(50));
    desk.road
        .write_statement(desk.mara, Some(id), template(&format!("{PARK} Es kostet nichts.")), until)
        .await
        .unwrap();
    let shown = desk.newest(id).await.commitment;
    desk.road.ask_statement(desk.mara, id, &shown).await.unwrap();
    desk.approve_newest(id).await.unwrap();
    assert!(matches!(desk.road.take_statement(desk.mara, case, id).await, Err(ActError::Invalid("statement_said"))));
    // One that was in a draft already when the other left is stopped at every later step.
    let form = SpeechForm::AnswerPublicGeneric;
    let draft = desk.road.write_draft(desk.mara, case, form, "de", &format!("Gern: {PARK}")).await.unwrap();
    desk.bend_statement(draft, id).await;
    assert!(matches!(desk.road.ask_approval(desk.mara, draft).await, Err(ActError::Invalid("statement_said"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claim_stops_a_statement_that_was_said_meanwhile() {
    let desk = open().await;
    let case = desk.question("p1").await;
    let id = desk.statement(template(PARK)).await;
    let reply = desk.forged(case, PARK, DraftState::Approved, Some(id)).await;
    desk.clock.pass(Span::millis(5));
    desk.forged(case, PARK, DraftState::Sent, Some(id)).await;
    desk.after(Span::seconds(1)).await;
    let row = desk.reply(reply).await;
    assert_eq!((row.state, row.code.as_str()), (OutboxState::Returned, "statement_said"));
    assert_eq!(desk.platform.published().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_stays_taken_through_light_editing_by_another_person_and_is_free_when_written_anew() {
    let desk = open().await;
    let case = desk.question("p1").await;
    let id = desk.statement(template(PARK)).await;
    desk.road.take_statement(desk.mara, case, id).await.unwrap();
    let form = SpeechForm::AnswerPublicGeneric;
    let text = "Das Parkhaus ist rund um die Uhr offen; hinter dem Haupteingang.";
    desk.road.write_draft(desk.jonas, case, form, "de", text).await.unwrap();
    assert_eq!(desk.latest(case).await.statement, Some((id, 1)));
    let anew = "Besucher kommen mit dem Bus bequem bis vor die Tür.";
    desk.road.write_draft(desk.jonas, case, form, "de", anew).await.unwrap();
    assert_eq!(desk.latest(case).await.statement, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_guard_blocks_is_kept_but_never_approved_and_hints_need_a_confirmation() {
    let desk = open().await;
    let until = desk.clock.now().plus(Span::days(10));
    let blocked = template("Es tut uns leid, dass Ihr Aufenthalt auf Station 4 im März so verlief.");
    let (id, _) = desk.road.write_statement(desk.mara, None, blocked, until).await.unwrap();
    let row = desk.newest(id).await;
    assert_eq!(row.verdict, "block");
    assert!(matches!(desk.road.ask_statement(desk.mara, id, &row.commitment).await, Err(ActError::Blocked(_))));
    assert!(desk.approve_newest(id).await.is_err());
    assert_eq!(desk.newest(id).await.state, StatementState::Open);
    let hinted = desk
        .asked_statement(template("Wir versprechen, dass das nie wieder vorkommt. Bitte melden Sie sich bei uns."))
        .await;
    let row = desk.newest(hinted).await;
    assert_eq!(row.verdict, "warn");
    let unconfirmed = desk.road.approve_statement(desk.jonas, hinted, &row.commitment, false).await;
    assert!(matches!(unconfirmed, Err(ActError::Invalid("warnings_unconfirmed"))));
    desk.road.approve_statement(desk.jonas, hinted, &row.commitment, true).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_needs_approval_anew_while_the_old_version_goes_on_and_an_ended_one_is_taken_by_nobody() {
    let desk = open().await;
    let case = desk.question("p1").await;
    let id = desk.statement(template(PARK)).await;
    let until = desk.clock.now().plus(Span::days(5));
    let other = "Die Einfahrt des Parkhauses liegt an der Lindenallee.";
    desk.road.write_statement(desk.jonas, Some(id), template(other), until).await.unwrap();
    let (_, taken) = desk.road.take_statement(desk.mara, case, id).await.unwrap();
    assert_eq!(taken.text, PARK);
    let row = desk.newest(id).await;
    assert_eq!((row.version, row.state), (2, StatementState::Open));
    desk.road.ask_statement(desk.jonas, id, &row.commitment).await.unwrap();
    // Mara writes no approvals; who wrote version 1 may approve version 2 only with the role for it.
    assert!(matches!(
        desk.road.approve_statement(desk.mara, id, &row.commitment, true).await,
        Err(ActError::Refused(_))
    ));
    // Mara's change makes it hers, so that Jonas may approve.
    desk.road.write_statement(desk.mara, Some(id), template(other), until).await.unwrap();
    let row = desk.newest(id).await;
    assert_eq!((row.version, row.author), (3, desk.mara));
    desk.road.ask_statement(desk.mara, id, &row.commitment).await.unwrap();
    desk.approve_newest(id).await.unwrap();
    let (_, taken) = desk.road.take_statement(desk.mara, case, id).await.unwrap();
    assert_eq!(taken.text, other);
    desk.clock.pass(Span::days(6));
    assert!(matches!(desk.road.take_statement(desk.mara, case, id).await, Err(ActError::Invalid("statement_over"))));
    let long = desk.clock.now().plus(Span::days(900));
    let too_long = desk.road.write_statement(desk.mara, Some(id), template(other), long).await;
    assert!(matches!(too_long, Err(ActError::Invalid("statement_too_long"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_taken_out_of_use_is_gone_at_once_and_back_with_the_next_approval() {
    let desk = open().await;
    let case = desk.question("p1").await;
    let id = desk.statement(template(PARK)).await;
    desk.road.retire_statement(desk.mara, id).await.unwrap();
    assert!(matches!(desk.road.take_statement(desk.mara, case, id).await, Err(ActError::Invalid("statement_over"))));
    let until = desk.clock.now().plus(Span::days(5));
    desk.road.write_statement(desk.mara, Some(id), template(PARK), until).await.unwrap();
    let shown = desk.newest(id).await.commitment;
    desk.road.ask_statement(desk.mara, id, &shown).await.unwrap();
    desk.approve_newest(id).await.unwrap();
    assert!(desk.road.take_statement(desk.mara, case, id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn crisis_replies_are_told_by_language_and_country_and_unchanged_means_byte_for_byte() {
    let desk = open().await;
    let crisis = |lang, text: &str| Statement {
        kind: StatementKind::Crisis,
        form: SpeechForm::InvitePrivate,
        lang,
        topics: BTreeSet::new(),
        ..template(text)
    };
    let de =
        "Sie müssen da nicht allein durch. Die Telefonseelsorge ist Tag und Nacht da, im Notfall rufen Sie {Notruf}.";
    let en = "You do not have to go through this alone. In an emergency please call {emergency number}.";
    let german = desk.statement(crisis(Lang::De, de)).await;
    desk.statement(crisis(Lang::En, en)).await;
    let open_place = desk.road.write_statement(
        desk.mara,
        None,
        crisis(Lang::De, "Rufen Sie {Nummer} an."),
        desk.clock.now().plus(Span::days(9)),
    );
    assert!(matches!(open_place.await, Err(ActError::Invalid("statement_leaves_open"))));
    let mut tx = desk.store.begin_read().await.unwrap();
    let of = desk.road.crisis_statements(&mut tx, desk.site, Jurisdiction::De, Some(Lang::De)).await.unwrap();
    assert_eq!(of.iter().map(|one| (one.row.id, one.text.contains("112"))).collect::<Vec<_>>(), [(german, true)]);
    let abroad = desk.road.crisis_statements(&mut tx, desk.site, Jurisdiction::At, Some(Lang::De)).await.unwrap();
    assert!(abroad[0].text.ends_with("rufen Sie 144."), "{}", abroad[0].text);
    assert!(desk.road.incident_statements(&mut tx, desk.site, None).await.unwrap().is_empty());
    drop(tx);
    desk.hears(vec![post("p1", "petra", "Ich kann nicht mehr und will mir das Leben nehmen.")]).await;
    let case = desk.queue(Queue::Now).await.remove(0).id;
    desk.road.take_alarm(desk.mara, case).await.unwrap();
    let form = SpeechForm::InvitePrivate;
    let unchanged = async |text: &str, is: bool| {
        let draft = desk.road.write_draft(desk.mara, case, form, "de", text).await.unwrap();
        desk.bend_statement(draft, german).await;
        let mut tx = desk.store.begin_read().await.unwrap();
        let draft = drafts::by_id(&mut tx, draft).await.unwrap().unwrap();
        let found = desk.road.taken_unchanged(&mut tx, desk.site, Jurisdiction::De, &draft).await.unwrap();
        assert_eq!(found.is_some(), is, "{text}");
    };
    unchanged(&de.replace("{Notruf}", "112"), true).await;
    unchanged(&de.replace("{Notruf}", "112").replace("allein", "alleine"), false).await;
    unchanged(&de.replace("{Notruf}", "144"), false).await;
    desk.clock.pass(Span::days(101));
    unchanged(&de.replace("{Notruf}", "112"), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fits_is_found_by_topic_form_and_language() {
    let desk = open().await;
    let park = desk.statement(template(PARK)).await;
    let any = desk
        .statement(Statement { topics: BTreeSet::new(), ..template("Fragen zum Haus beantworten wir gern.") })
        .await;
    desk.statement(Statement {
        topics: BTreeSet::from([Topic::Praise]),
        ..template("Rückmeldungen sind uns wichtig.")
    })
    .await;
    let mut tx = desk.store.begin_read().await.unwrap();
    let wanted = Wanted {
        kind: StatementKind::Template,
        forms: &[SpeechForm::AnswerPublicGeneric],
        topics: &[Topic::AdminQuestion],
        lang: Lang::De,
        law: Jurisdiction::De,
        site: desk.site,
    };
    let found = desk.road.statements_for(&mut tx, &wanted).await.unwrap();
    assert_eq!(found.iter().map(|one| one.row.id).collect::<Vec<_>>(), [park, any], "its very topic comes first");
    let none = Wanted { forms: &[SpeechForm::AcknowledgeOnly], ..wanted };
    assert!(desk.road.statements_for(&mut tx, &none).await.unwrap().is_empty());
}
