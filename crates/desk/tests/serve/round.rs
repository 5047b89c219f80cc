//! A whole round without script: a question is answered, checked, approved by a second person, called back, sent.

use bedside_core::{case::Queue, time::Span};

use crate::{
    browser::{Browser, Page},
    house,
};

const ANSWER: &str = "Guten Tag, Parkplätze finden Sie im Parkhaus an der Lindenstraße.";

/// The composer as the page shows it, with this text.
async fn compose(browser: &mut Browser, case: &str, verb: &str, text: &str, more: &[(&str, &str)]) -> Page {
    let page = browser.get(case).await;
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap());
    let form = ("form", "public");
    let fields: Vec<(&str, &str)> = [("seen", seen.as_str()), ("draft", draft.as_str()), form, ("text", text)]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    browser.post(&format!("{case}/{verb}"), &fields).await
}

/// Presses a button of the page as it stands.
async fn press(browser: &mut Browser, case: &str, verb: &str, more: &[(&str, &str)]) -> Page {
    let page = browser.get(case).await;
    let fields = page.form(&format!("{case}/{verb}"));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| name != "csrf")
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .chain(more.iter().copied())
        .collect();
    browser.post(&format!("{case}/{verb}"), &fields).await
}

#[tokio::test]
async fn a_question_is_answered_by_two_people_and_leaves_once() {
    let group = house::open().await;
    let row = group.asked().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    let case = format!("/case/{}", row.number);
    mara.get("/inbox").await.says("wo kann ich bei Ihnen parken");

    let page =
        compose(&mut mara, &case, "check", "Es tut uns leid, dass Ihr Termin am Dienstag bei uns nicht gut war.", &[])
            .await;
    assert_eq!(page.status, 200);
    page.says("Gesperrt:");
    let page =
        compose(&mut mara, &case, "submit", "Es tut uns leid, dass Ihr Termin am Dienstag bei uns nicht gut war.", &[])
            .await;
    assert_eq!(page.status, 422, "a blocked text goes to nobody");
    page.says("Es tut uns leid, dass Ihr Termin");

    let page = compose(&mut mara, &case, "submit", ANSWER, &[]).await;
    assert_eq!((page.status, page.location()), (303, format!("{case}#reply")));
    let page = mara.get(&case).await;
    page.says("Das haben Sie geschrieben. Freigeben muss es jemand anderes.");
    assert!(!page.body.contains(&format!("{case}/approve")), "no button to approve an own draft");
    let draft = page.value("draft").unwrap();
    let own = mara.post(&format!("{case}/approve"), &[("draft", &draft)]).await;
    assert_eq!(own.status, 403);
    own.says("Das haben Sie geschrieben.");

    jonas.get("/inbox").await.says("Mara bittet um Ihre Freigabe");
    let page = press(&mut jonas, &case, "approve", &[]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    for browser in [&mut mara, &mut jonas] {
        browser.get("/channels").await.says("Geht hinaus: Antwort an @petra");
    }
    group.clock.pass(Span::seconds(20));
    let page = mara.act(&format!("{case}/undo"), &[]).await;
    page.says("Zurückgeholt: Die Antwort an @petra ist wieder Entwurf.");
    page.says("Mara hat 14:00 zurückgeholt.");
    group.after(Span::minutes(2)).await;
    assert_eq!(group.platform.published(), [""; 0]);

    press_submit(&mut mara, &case).await;
    assert_eq!(press(&mut jonas, &case, "approve", &[]).await.status, 303);
    group.after(Span::seconds(61)).await;
    assert_eq!(group.platform.published(), [ANSWER]);
    let page = jonas.get(&case).await;
    page.says("zurückgelesen");
    assert!(page.body.contains("https://social.example/@haus/"));
    page.says("Beleg ");
    assert_eq!(mara.post(&format!("{case}/undo"), &[]).await.status, 409, "what has left has left");
    group.after(Span::minutes(5)).await;
    assert_eq!(group.platform.published().len(), 1);

    assert!(!mara.get(&case).await.body.contains("/take-down"), "the desk alone may not");
    let page = jonas.get(&case).await;
    let reply = page.form(&format!("{case}/take-down")).into_iter().find(|(name, _)| name == "reply").unwrap().1;
    let why = [("reply", reply.as_str()), ("reason", "Falsche Anschrift")];
    assert_eq!(mara.post(&format!("{case}/take-down"), &why).await.status, 403);
    assert_eq!(jonas.post(&format!("{case}/take-down"), &[("reply", &reply), ("reason", "")]).await.status, 400);
    jonas.get(&case).await;
    let page = jonas.act(&format!("{case}/take-down"), &why).await;
    page.says("Der Server wurde danach noch einmal gefragt, angemeldet und ohne Anmeldung");
    page.says("Mastodon: Unser Server meldet das Löschen allen Servern");
    page.says("Meldung einer Datenpanne an die Aufsichtsbehörde");
    page.says("Falsche Anschrift");
    assert_eq!(group.platform.published().len(), 0);
    let incident = page.form(&format!("{case}/clock-end"));
    let clock = incident.into_iter().find(|(name, _)| name == "clock").unwrap().1;
    let page = jonas.get(&case).await;
    page.says("Vom Haus gelöscht.");
    page.says("Zum Datenschutzvorfall");
    assert_eq!(jonas.post(&format!("{case}/resolve"), &[]).await.status, 400, "its clock runs");
    jonas.get("/privacy").await.says("Zurückgenommene Antwort");
    assert_eq!(mara.get("/privacy").await.status, 403);
    assert!(!mara.get("/inbox").await.body.contains("href=\"/privacy\""));
    jonas.get(&case).await;
    let end = [("clock", clock.as_str()), ("reason", "Nicht meldepflichtig: nur eine falsche Hausnummer")];
    jonas.act(&format!("{case}/clock-end"), &end).await;
    jonas.get("/privacy").await.says("„Nicht meldepflichtig: nur eine falsche Hausnummer“");
}

async fn press_submit(browser: &mut Browser, case: &str) {
    let page = compose(browser, case, "submit", ANSWER, &[]).await;
    assert_eq!(page.status, 303, "{}", page.text());
}

#[tokio::test]
async fn the_address_of_an_act_leads_to_its_case_and_what_was_typed_is_marked_as_not_stored() {
    let group = house::open().await;
    let row = group.asked().await;
    let mut mara = group.mara().await;
    let case = format!("/case/{}", row.number);
    let page = compose(&mut mara, &case, "check", ANSWER, &[]).await;
    assert!(page.body.contains(" data-unsaved"), "{}", page.text());
    for verb in ["check", "draft", "submit", "hold"] {
        let page = mara.get(&format!("{case}/{verb}")).await;
        assert_eq!((page.status, page.location()), (303, case.clone()), "{verb}");
    }
    assert_eq!(compose(&mut mara, &case, "draft", ANSWER, &[]).await.status, 303);
    assert!(!mara.get(&case).await.body.contains(" data-unsaved"));
    assert!(!compose(&mut mara, &case, "check", ANSWER, &[]).await.body.contains(" data-unsaved"));
    let mut kai = group.person("kai", &[(group.nord, bedside_core::site::Role::Desk)]).await.1;
    assert_eq!(kai.get(&format!("{case}/check")).await.status, 404, "not even that there is a case");
}

#[tokio::test]
async fn the_second_person_sends_back_with_a_note_that_the_first_one_reads() {
    let group = house::open().await;
    let row = group.asked().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    let case = format!("/case/{}", row.number);
    press_submit(&mut mara, &case).await;
    group.clock.pass(Span::seconds(20));
    assert_eq!(press(&mut jonas, &case, "send-back", &[("note", "")]).await.status, 400);
    assert_eq!(press(&mut jonas, &case, "send-back", &[("note", "Bitte mit Preis.")]).await.status, 303);
    let page = mara.get(&case).await;
    page.says("Jonas hat 14:00 zurückgegeben:");
    page.says("„Bitte mit Preis.“");
    page.says(ANSWER);
}

#[tokio::test]
async fn an_approval_means_the_text_that_was_seen() {
    let group = house::open().await;
    let row = group.asked().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    let case = format!("/case/{}", row.number);
    press_submit(&mut mara, &case).await;
    let seen = jonas.get(&case).await.value("draft").unwrap();
    let other = compose(&mut mara, &case, "draft", "Guten Tag, bitte fragen Sie an der Pforte.", &[]).await;
    assert_eq!(other.status, 303, "{}", other.text());
    let page = compose(&mut mara, &case, "submit", "Guten Tag, bitte fragen Sie an der Pforte.", &[]).await;
    assert_eq!(page.status, 303);
    let page = jonas.post(&format!("{case}/approve"), &[("draft", &seen)]).await;
    assert_eq!(page.status, 409);
    page.says("Der Entwurf ist nicht mehr der, den Sie gesehen haben.");
    group.after(Span::minutes(5)).await;
    assert!(group.platform.published().is_empty());
}

#[tokio::test]
async fn who_writes_while_the_case_changes_keeps_the_text_and_reads_why() {
    let group = house::open().await;
    let row = group.asked().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    let case = format!("/case/{}", row.number);
    let page = mara.get(&case).await;
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap());
    group.clock.pass(Span::seconds(5));
    jonas.get(&case).await;
    assert_eq!(jonas.post(&format!("{case}/assign"), &[("person", "me")]).await.status, 303);
    let fields = [("seen", seen.as_str()), ("draft", &draft), ("form", "public"), ("text", ANSWER)];
    let page = mara.post(&format!("{case}/submit"), &fields).await;
    assert_eq!(page.status, 409);
    page.says("Jonas hat diesen Fall geändert");
    page.says(ANSWER);
    mara.get(&case).await.says(ANSWER);
    let late =
        mara.post(&format!("{case}/hold"), &[("seen", &seen), ("until", "2026-12-24T14:00"), ("reason", "x")]).await;
    assert_eq!(late.status, 409);
    assert_eq!(group.again(row.id).await.queue, Queue::Now);
}

#[tokio::test]
async fn the_guards_repairs_are_buttons() {
    let group = house::open().await;
    let row = group.asked().await;
    let mut mara = group.mara().await;
    let case = format!("/case/{}", row.number);
    let text = "Guten Tag, rufen Sie Herrn Weber unter 0170 1234567 an.";
    let page = compose(&mut mara, &case, "check", text, &[]).await;
    let buttons: Vec<&str> =
        page.body.split("name=\"repair\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let strike = buttons.iter().find(|value| value.contains(":strike:")).expect("something can be struck");
    let page = compose(&mut mara, &case, "check", text, &[("repair", strike)]).await;
    assert_eq!(page.status, 200);
    let typed = page.body.split("<textarea").nth(1).unwrap().split("</textarea>").next().unwrap();
    assert!(!typed.contains(text), "{}", page.text());
    assert_eq!(group.again(row.id).await.updated_at, row.updated_at, "checking changes nothing");
}

#[tokio::test]
async fn the_live_check_answers_with_the_parts_that_show_it() {
    let group = house::open().await;
    let row = group.asked().await;
    let mut mara = group.mara().await;
    let case = format!("/case/{}", row.number);
    let page = mara.get(&case).await;
    let fields = [
        ("seen", page.value("seen").unwrap()),
        ("form", "public".to_owned()),
        ("text", "Ihre Behandlung am Dienstag".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let part = mara.post(&format!("/live{case}/find"), &fields).await;
    assert_eq!(part.status, 200);
    for id in ["id=\"mirror\"", "id=\"guard\"", "id=\"submit-why\""] {
        assert!(part.body.contains(id), "{id}: {}", part.body);
    }
    part.is_silent_about("<html");
    let mut jonas = group.jonas().await;
    jonas.get(&case).await.says("Mara schreibt");
    group.clock.pass(Span::minutes(1));
    jonas.get(&case).await.is_silent_about("Mara schreibt");
}

#[tokio::test]
async fn who_approves_in_spite_of_hints_says_so() {
    let group = house::open().await;
    let row = group.asked().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    let case = format!("/case/{}", row.number);
    let hinted = "Guten Tag, das wird nie wieder vorkommen, versprochen.";
    let page = compose(&mut mara, &case, "check", hinted, &[]).await;
    page.says("Hinweis:");
    let keep = page.body.split("name=\"repair\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let keep = keep.into_iter().find(|value| value.contains(":keep:")).expect("a hint may be kept").to_owned();
    let n = keep.split(':').next().unwrap();
    let reason = (format!("keep-{n}"), "so mit der Leitung besprochen");
    let more = [("repair", keep.as_str()), (reason.0.as_str(), reason.1)];
    compose(&mut mara, &case, "check", hinted, &more).await.says("so mit der Leitung besprochen");
    assert_eq!(compose(&mut mara, &case, "submit", hinted, &[]).await.status, 303);
    let page = jonas.get(&case).await;
    page.says("Ich habe die Hinweise gelesen");
    let page = press(&mut jonas, &case, "approve", &[]).await;
    assert_eq!(page.status, 400);
    page.says("Es gibt Hinweise.");
    assert_eq!(press(&mut jonas, &case, "approve", &[("confirm", "yes")]).await.status, 303);
    group.after(Span::seconds(61)).await;
    assert_eq!(group.platform.published(), [hinted]);
}
