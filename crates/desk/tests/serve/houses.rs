//! Who has no role at a house sees nothing of it, by whatever address.

use bedside_core::{
    case::Queue,
    label::{LabelKind, LabelTarget},
    policy::SpeechForm,
    site::Role,
    time::Span,
};
use bedside_flow::acts::LabelOrder;
use bedside_store::{
    clocks,
    drafts::{self, DraftState},
    labels,
};

use crate::house::{self, NOW, post, question};

/// What can be posted at a case: the arms of the acts themselves, so that a new one is tried here too, and those before them.
fn verbs() -> Vec<&'static str> {
    let acts = include_str!("../../src/serve/case/acts.rs");
    let (_, arms) = acts.split_once("match act {").unwrap();
    let (arms, _) = arms.split_once("_ => return").unwrap();
    let mut verbs: Vec<_> = arms.lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next()).collect();
    assert!(verbs.len() > 20 && verbs.contains(&"approve"), "{verbs:?}");
    verbs.extend(["check", "draft", "submit", "invite", "statement", "suggest", "wrong", "mark", "take-down", "look"]);
    verbs
}

#[tokio::test]
async fn every_address_of_a_foreign_case_is_as_empty_as_one_that_never_was() {
    let group = house::open().await;
    group.hears(group.nord, vec![post("n1", "nora", "Wo kann ich in Nord parken, Geheimwort Quittenbaum?")]).await;
    let foreign = group.case(group.nord, Queue::Now).await;
    let mut jonas = group.jonas().await;
    jonas.get("/inbox").await.is_silent_about("Quittenbaum");
    let here = jonas.get(&format!("/case/{}", foreign.number)).await;
    let never = jonas.get("/case/4711").await;
    assert_eq!((here.status, never.status), (404, 404));
    assert_eq!(here.text(), never.text());
    let fields = [
        ("text", "x"),
        ("reason", "x"),
        ("person", "me"),
        ("action", "stay_silent"),
        ("label", "abusive"),
        ("on", "author"),
        ("days", "3"),
        ("note", "x"),
        ("until", "2026-12-24T14:00"),
    ];
    for verb in verbs() {
        let page = jonas.post(&format!("/case/{}/{verb}", foreign.number), &fields).await;
        assert_eq!(page.status, 404, "{verb}: {}", page.text());
    }
    assert_eq!(jonas.post(&format!("/live/case/{}/find", foreign.number), &fields).await.status, 404);
    assert_eq!(group.again(foreign.id).await, foreign, "nothing has changed");
}

/// The number of an own case and, in the form, the id of something of another house.
#[tokio::test]
async fn an_own_case_is_no_way_to_what_belongs_to_a_foreign_one() {
    let group = house::open().await;
    group.hears(group.nord, vec![post("n1", "nora", "Wo kann ich in Nord parken?")]).await;
    let foreign = group.case(group.nord, Queue::Now).await;
    let own = group.asked().await;
    let (nora, _) = group.person("nora", &[(group.nord, Role::Desk), (group.nord, Role::Approver)]).await;
    let order = LabelOrder {
        target: LabelTarget::Author,
        kind: LabelKind::Abusive,
        reason: "beschimpft die Pforte",
        expires_at: Some(NOW.plus(Span::days(3))),
    };
    group.road.label(nora, foreign.id, order).await.unwrap();
    group.road.start_clock_by(nora, foreign.id, "data_request", None).await.unwrap();
    group
        .road
        .write_draft(nora, foreign.id, SpeechForm::AnswerPublicGeneric, "de", "Parkplätze sind vorn.")
        .await
        .unwrap();
    let mut tx = group.store.begin_read().await.unwrap();
    let label = labels::on_author(&mut tx, foreign.site, foreign.author, NOW).await.unwrap().remove(0);
    let clock = clocks::of_case(&mut tx, foreign.id).await.unwrap().remove(0);
    let draft = drafts::of_case(&mut tx, foreign.id).await.unwrap().remove(0);
    drop(tx);
    let (_, mut jonas) = group.person("jonas", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    let (label, clock, draft) = (label.id.to_string(), clock.id.to_string(), draft.id.to_string());
    for (verb, field, id) in [
        ("unlabel", "label", &label),
        ("clock-end", "clock", &clock),
        ("approve", "draft", &draft),
        ("send-back", "draft", &draft),
        ("crisis-read", "draft", &draft),
        ("take-down", "reply", &draft),
    ] {
        let fields = [(field, id.as_str()), ("reason", "x"), ("note", "x"), ("confirm", "yes")];
        let page = jonas.post(&format!("/case/{}/{verb}", own.number), &fields).await;
        assert!(page.status >= 400, "{verb}: {} {}", page.status, page.text());
    }
    let mut tx = group.store.begin_read().await.unwrap();
    assert_eq!(labels::on_author(&mut tx, foreign.site, foreign.author, NOW).await.unwrap().len(), 1);
    assert!(clocks::of_case(&mut tx, foreign.id).await.unwrap().iter().all(|clock| clock.ended_at.is_none()));
    assert_eq!(drafts::of_case(&mut tx, foreign.id).await.unwrap().remove(0).state, DraftState::Open);
}

#[tokio::test]
async fn lists_search_log_and_choice_of_site_keep_to_own_houses() {
    let group = house::open().await;
    group.hears(group.nord, vec![post("n1", "nora", "Wo kann ich in Nord parken, Geheimwort Quittenbaum?")]).await;
    group.hears(group.mitte, vec![question("q1")]).await;
    let foreign = group.case(group.nord, Queue::Now).await;
    let mut jonas = group.jonas().await;
    let word = format!("F-{}", foreign.number);
    for path in [
        "/inbox".to_owned(),
        "/inbox?q=now".to_owned(),
        "/inbox?q=done".to_owned(),
        "/search?q=Quittenbaum".to_owned(),
        format!("/search?q={word}"),
        "/channels".to_owned(),
        "/pause".to_owned(),
        "/log".to_owned(),
        format!("/log?case={}", foreign.number),
        format!("/log?find={word}"),
        "/me".to_owned(),
    ] {
        let page = jonas.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        for secret in ["Geheimwort", "nora", "Lindenhof Nord", "masto-nord", &format!("/case/{}\"", foreign.number)] {
            assert!(!page.body.contains(secret), "{path} tells of {secret}");
        }
    }
    let (_, mut both) = group.person("kai", &[(group.mitte, Role::Desk), (group.nord, Role::Desk)]).await;
    let page = both.get("/inbox").await;
    assert!(page.body.contains("Quittenbaum") && page.body.contains("parken und was kostet"));
    let page = both.get("/inbox?site=mitte").await;
    page.is_silent_about("Quittenbaum");
    both.get("/inbox").await.is_silent_about("Quittenbaum");
    both.get("/inbox?site=").await.says("Quittenbaum");
    let page = both.get("/inbox?site=mitte%3B%20Domain%3Devil.example").await;
    assert_eq!(page.status, 404);
    assert!(page.headers.get("set-cookie").is_none());
    let (_, mut third) = group.person("mia", &[(group.mitte, Role::Desk), (group.nord, Role::Admin)]).await;
    assert_eq!(third.get("/inbox?site=sued").await.status, 404);
    third.get("/inbox?site=nord").await.is_silent_about("Quittenbaum");
}

#[tokio::test]
async fn auditors_see_what_was_decided_with_text_and_names_covered() {
    let group = house::open().await;
    group
        .hears(
            group.mitte,
            vec![post("q1", "petra.klein", "Hallo, wo kann ich bei Ihnen parken, Geheimwort Quittenbaum?")],
        )
        .await;
    let case = group.case(group.mitte, Queue::Now).await;
    let mut jonas = group.jonas().await;
    jonas.get("/inbox").await;
    jonas
        .act(&format!("/case/{}/note", case.number), &[("text", "Notiz mit Mispelstrauch")])
        .await
        .says("Mispelstrauch");
    let (_, mut auditor) = group.person("ida", &[(group.mitte, Role::Auditor)]).await;
    let own = format!("/case/{}", case.number);
    for path in ["/inbox", &own, "/pause", "/log"] {
        let page = auditor.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        for secret in ["Quittenbaum", "petra", "Mispelstrauch"] {
            assert!(!page.body.contains(secret), "{path} tells {secret}");
        }
    }
    auditor.get(&own).await.says("Person ");
    auditor.get("/search?q=Quittenbaum").await.says("Nichts gefunden");
    for verb in verbs() {
        let fields = [
            ("text", "Danke."),
            ("reason", "x"),
            ("person", "me"),
            ("action", "stay_silent"),
            ("label", "abusive"),
            ("on", "author"),
            ("days", "3"),
            ("note", "x"),
            ("until", "2026-12-24T14:00"),
        ];
        let page = auditor.post(&format!("{own}/{verb}"), &fields).await;
        assert!(matches!(page.status, 403 | 400 | 404 | 409), "{verb}: {}", page.status);
    }
    assert_eq!(group.again(case.id).await.queue, Queue::Now);
}

#[tokio::test]
async fn who_has_no_role_at_all_is_told_so() {
    let group = house::open().await;
    let (_, mut nobody) = group.person("uwe", &[]).await;
    for path in ["/", "/inbox", "/search?q=x", "/channels", "/pause"] {
        let page = nobody.get(path).await;
        assert_eq!(page.status, 403, "{path}");
        page.says("Sie haben noch keine Rolle");
    }
    assert_eq!(nobody.get("/me").await.status, 200);
    assert_eq!(nobody.get("/log").await.status, 404);
    let (_, mut admin) = group.person("ada", &[(group.mitte, Role::Admin)]).await;
    assert_eq!(admin.get("/").await.location(), "/people", "administration sees no cases by that alone");
}
