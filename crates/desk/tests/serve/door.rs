//! The private door as strangers and the desk meet it: no trace before a button, one answer for all, a code or a link that
//! only a button spends, a conversation, consents, and a link to a record that a named person confirms.

use bedside_core::{case::Queue, post::Visibility, site::Role, time::Span};

use crate::{
    browser::{Browser, Page},
    house::{self, Group, post},
};

async fn open() -> Group {
    let group = house::open().await;
    group.road.open_doors().await.unwrap();
    group
}

/// Knocks with a handle and gives the code that the page shows.
async fn knocks(group: &Group, visitor: &mut Browser, handle: &str) -> String {
    assert_eq!(visitor.get("/door/mitte").await.status, 200);
    let channel = group.channel(group.mitte).to_string();
    let page = visitor.act("/door/mitte/code", &[("channel", &channel), ("handle", handle), ("lang", "de")]).await;
    code_of(&page)
}

fn code_of(page: &Page) -> String {
    let at = page.body.find("<output class=\"code\"").unwrap_or_else(|| panic!("no code:\n{}", page.text()));
    let rest = &page.body[at..];
    rest[rest.find('>').unwrap() + 1..rest.find("</output>").unwrap()].to_owned()
}

/// Petra's account has sent the code, she has come in and said for whom she writes.
async fn inside(group: &Group) -> Browser {
    let mut visitor = group.browser();
    let code = knocks(group, &mut visitor, "@petra").await;
    group.hears(group.mitte, vec![post("code", "petra", &format!("@haus {code}"))]).await;
    visitor.act("/door/mitte/enter", &[]).await.says("Für wen schreiben Sie?");
    visitor.act("/door/mitte/for", &[("for", "myself")]).await.says("Unser Gespräch");
    visitor
}

#[tokio::test]
async fn looking_leaves_no_trace_and_says_what_to_do_in_an_emergency() {
    let group = open().await;
    for path in
        ["/door", "/door/mitte", "/door/nord?lang=en", "/door/nowhere", "/door/mitte/in?t=abc", "/door/mitte/xyz"]
    {
        let mut bot = group.browser();
        let page = bot.get(path).await;
        assert_eq!(page.header("set-cookie"), "", "{path}");
        assert!(bot.cookies.is_empty());
        page.says(if path.contains("lang=en") {
            "This is not an emergency service."
        } else {
            "Das ist kein Notdienst."
        });
        page.says("112");
        assert!(page.body.contains("tel:08001110111") && !page.body.contains("<script"), "{path}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
        page.is_silent_about("/sign-in");
    }
    let mut tx = group.store.begin_read().await.unwrap();
    assert_eq!(bedside_store::log::pending_count(&mut tx).await.unwrap(), 0);
    let mut browser = group.browser();
    browser.headers.push(("accept-language", "en-GB,en;q=0.9".to_owned()));
    browser.get("/door/mitte").await.says("Good day. It is good that you are here.");
    browser.get("/door").await.says("Lindenhof Nord");
    assert_eq!(browser.get("/door/nowhere").await.status, 404);
}

#[tokio::test]
async fn the_answer_is_the_same_whether_an_account_is_known_or_not() {
    let group = open().await;
    group.hears(group.mitte, vec![house::question("q1")]).await;
    let mut answers = Vec::new();
    for handle in ["petra", "nobody-here"] {
        let mut visitor = group.browser();
        visitor.get("/door/mitte").await;
        let channel = group.channel(group.mitte).to_string();
        let page = visitor.post("/door/mitte/code", &[("channel", &channel), ("handle", handle)]).await;
        assert_eq!((page.status, page.location()), (303, "/door/mitte".to_owned()));
        let shown = visitor.get("/door/mitte").await;
        answers.push(shown.text().replace(&code_of(&shown), "CODE"));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_code_is_asked_for_a_few_times_only() {
    let group = open().await;
    let channel = group.channel(group.mitte).to_string();
    let ask = async |visitor: &mut Browser, handle: &str| {
        visitor.get("/door/mitte").await;
        visitor.post("/door/mitte/code", &[("channel", &channel), ("handle", handle)]).await
    };
    for _ in 0..5 {
        assert_eq!(ask(&mut group.browser(), "Petra").await.status, 303);
    }
    let locked = ask(&mut group.browser(), "@petra").await;
    assert_eq!((locked.status, locked.header("set-cookie").as_str()), (429, ""));
    locked.says("Zu viele Versuche.");
    assert_eq!(ask(&mut group.browser(), "ali").await.status, 303, "other accounts may");
    group.clock.pass(Span::minutes(1));
    assert_eq!(ask(&mut group.browser(), "petra").await.status, 303);
    let empty = ask(&mut group.browser(), " @ ").await;
    assert_eq!(empty.status, 400);
    empty.says("Bitte schreiben Sie, wie Ihr Konto heißt.");
}

#[tokio::test]
async fn only_the_button_lets_in_and_under_a_new_secret() {
    let group = open().await;
    let mut visitor = group.browser();
    let code = knocks(&group, &mut visitor, "@Petra").await;
    let waiting = visitor.act("/door/mitte/enter", &[]).await;
    waiting.says("Wir haben ihn noch nicht gelesen.");
    assert_eq!(code_of(&waiting), code, "the same code is shown again");
    group.hears(group.mitte, vec![post("c", "petra", &code)]).await;
    let before = visitor.cookies.clone();
    for _ in 0..3 {
        visitor.get("/door/mitte").await.says("Ihr Code");
    }
    visitor.act("/door/mitte/enter", &[]).await.says("Für wen schreiben Sie?");
    assert_ne!(visitor.cookies, before);
    let mut thief = group.browser();
    thief.cookies = before;
    thief.get("/door/mitte").await.says("Gut, dass Sie da sind.");
    for queue in Queue::ALL {
        let mut tx = group.store.begin_read().await.unwrap();
        assert_eq!(bedside_store::cases::list(&mut tx, group.mitte, queue, 9).await.unwrap(), [], "{queue:?}");
    }
    group.clock.pass(Span::hours(13));
    visitor.get("/door/mitte").await.says("Gut, dass Sie da sind.");
}

#[tokio::test]
async fn a_form_of_elsewhere_and_a_stale_one_do_nothing() {
    let group = open().await;
    let mut visitor = group.browser();
    visitor.get("/door/mitte").await;
    let channel = group.channel(group.mitte).to_string();
    let fields = [("channel", channel.as_str()), ("handle", "petra")];
    assert_eq!(visitor.post_bare("/door/mitte/code", &fields).await.status, 403, "without a token");
    visitor.headers.push(("sec-fetch-site", "cross-site".to_owned()));
    assert_eq!(visitor.post("/door/mitte/code", &fields).await.status, 403);
    visitor.headers.clear();
    group.clock.pass(Span::hours(26));
    let stale = visitor.post("/door/mitte/code", &fields).await;
    assert_eq!((stale.status, stale.header("set-cookie").as_str()), (403, ""));
    stale.says("Das ist kein Notdienst.");
    visitor.get("/door/mitte").await;
    assert_eq!(visitor.post("/door/mitte/code", &fields).await.status, 303);
    let unknown = [("channel", "0198c1f0-0000-7000-8000-000000000000"), ("handle", "petra")];
    visitor.get("/door/mitte").await;
    assert_eq!(visitor.post("/door/mitte/code", &unknown).await.status, 404);
    for act in ["for", "consent", "revoke", "link", "unlink"] {
        visitor.get("/door/mitte").await;
        let page = visitor.post(&format!("/door/mitte/{act}"), &[("for", "myself"), ("link", "yes")]).await;
        assert_eq!(page.location(), "/door/mitte", "{act} needs somebody who has come in");
    }
    assert_eq!(visitor.post_file("/door/mitte/write", &[("text", "x")], ("a.pdf", b"%PDF-")).await.status, 303);
    assert_eq!(visitor.post("/door/mitte/dance", &[]).await.status, 404);
}

#[tokio::test]
async fn somebody_talks_with_the_desk_in_private_and_the_answer_comes_back() {
    let group = open().await;
    let mut petra = inside(&group).await;
    let bare = petra.post("/door/mitte/write", &[("text", " ")]).await;
    assert_eq!(bare.status, 400);
    let hostile = "Ich habe eine Frage zu <b>meinem</b> Termin.";
    let sent = [("text", hostile), ("name", "Petra K."), ("lang", "de")];
    assert_eq!(petra.post_file("/door/mitte/write", &sent, ("böse.exe\"><script>", b"MZ\x90")).await.status, 400);
    let page = petra.post_file("/door/mitte/write", &sent, ("brief.pdf", b"%PDF-1.7 Brief")).await;
    assert_eq!(page.location(), "/door/mitte?told=sent", "{}", page.text());
    while group.road.assess_next().await.unwrap() > 0 {}
    petra.get("/door/mitte").await.says("Ich habe eine Frage zu <b>meinem</b> Termin.");

    let case = group.case(group.mitte, Queue::Now).await;
    let own = format!("/case/{}", case.number);
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    let page = mara.get(&own).await;
    page.says("Dieselbe Person wie @petra bei Mastodon");
    page.says("Noch von niemandem angesehen");
    let fields = page.form(&format!("{own}/look"));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(mara.post_bare(&format!("{own}/look"), &fields).await.status, 303);
    group.after(Span::millis(1)).await;
    let page = mara.get(&own).await;
    page.says("Privat antworten");
    page.says("Petra K.");
    assert!(!page.body.contains("<b>meinem"));
    let at = page.body.find(&format!("{own}/file/")).unwrap();
    let file = page.body[at..].split('"').next().unwrap().to_owned();
    let got = mara.get(&file).await;
    assert_eq!((got.status, got.body.as_str()), (200, "%PDF-1.7 Brief"));
    assert_eq!(got.header("content-disposition"), format!("attachment; filename=\"F-{}-1.pdf\"", case.number));
    assert_eq!(
        (got.header("content-type"), got.header("x-content-type-options")),
        ("application/pdf".to_owned(), "nosniff".to_owned())
    );
    let (_, mut nora) = group.person("nora", &[(group.nord, Role::Desk)]).await;
    let (_, mut rita) = group.person("rita", &[(group.mitte, Role::Auditor)]).await;
    assert_eq!(nora.get(&file).await.status, 404);
    assert_eq!(rita.get(&file).await.status, 403);
    assert_eq!(group.browser().get(&file).await.status, 303);
    rita.get(&own).await.is_silent_about("petra");

    let page = mara.get(&own).await;
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap_or_default());
    let text = "Guten Tag, wir rufen Sie gern zurück. Wann passt es Ihnen?";
    let fields = [("text", text), ("form", "private"), ("seen", seen.as_str()), ("draft", draft.as_str())];
    let asked = mara.act(&format!("{own}/submit"), &fields).await;
    asked.says(text);
    let page = jonas.get(&own).await;
    let mut fields = page.form(&format!("{own}/approve"));
    // Hints of the guard are the approver's to answer for.
    if page.body.contains("name=\"confirm\"") {
        fields.push(("confirm".into(), "yes".into()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let fields: Vec<_> = fields.into_iter().filter(|(name, _)| *name != "csrf").collect();
    jonas.act(&format!("{own}/approve"), &fields).await;
    petra.get("/door/mitte").await.is_silent_about(text);
    group.after(Span::seconds(61)).await;
    petra.get("/door/mitte").await.says(text);
    jonas.get(&own).await.says(text);
    assert_eq!(group.platform.published().len(), 0);

    assert_eq!(petra.post("/door/mitte/leave", &[]).await.status, 303);
    assert!(petra.cookies.is_empty());
    petra.get("/door/mitte").await.is_silent_about(text);
}

#[tokio::test]
async fn nothing_is_ticked_beforehand_and_each_permission_ends_where_it_was_given() {
    let group = open().await;
    let mut petra = inside(&group).await;
    let page = petra.get("/door/mitte").await;
    assert_eq!(page.body.matches("type=\"checkbox\"").count(), 3);
    assert!(!page.body.contains(" checked"));
    page.says("Was bis dahin in Ihrer Akte abgelegt wurde, bleibt dort");
    page.is_silent_about("Um Verknüpfung bitten");
    assert_eq!(petra.post("/door/mitte/consent", &[]).await.status, 400);
    petra.get("/door/mitte").await;
    let page = petra.act("/door/mitte/consent", &[("contact", "yes"), ("link", "yes"), ("care_team", "no")]).await;
    assert_eq!(page.body.matches("type=\"checkbox\"").count(), 1);
    page.says("Um Verknüpfung bitten");
    let page = petra.act("/door/mitte/revoke", &[("purpose", "contact")]).await;
    page.says("Zurückgenommen. Ab jetzt gilt es nicht mehr.");
    assert_eq!(page.body.matches("type=\"checkbox\"").count(), 2);
    let page = petra.act("/door/mitte/revoke", &[("purpose", "link")]).await;
    page.is_silent_about("Um Verknüpfung bitten");
    assert_eq!(petra.post("/door/mitte/revoke", &[("purpose", "everything")]).await.status, 400);
}

#[tokio::test]
async fn a_claim_says_nothing_and_only_somebody_appointed_confirms_it_by_name() {
    let group = open().await;
    let mut petra = inside(&group).await;
    petra.act("/door/mitte/consent", &[("link", "yes")]).await;
    let claim = |number: &'static str, birth: &'static str| [("kind", "kvnr"), ("number", number), ("birth", birth)];
    let wrong = petra.post("/door/mitte/link", &claim("12", "1980-02-03")).await;
    assert_eq!(wrong.status, 400);
    wrong.says("Das kann keine solche Nummer sein.");
    let wrong = petra.post("/door/mitte/link", &claim("A123456780", "2980-02-03")).await;
    assert_eq!(wrong.status, 400);
    petra.get("/door/mitte").await;
    let page = petra.act("/door/mitte/link", &claim("A123 456 780", "1980-02-03")).await;
    page.says("Jemand vom Haus kümmert sich darum.");
    page.is_silent_about("A123456780");
    while group.road.assess_next().await.unwrap() > 0 {}

    let case = group.case(group.mitte, Queue::Now).await;
    let own = format!("/case/{}", case.number);
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    let seen = mara.get(&own).await;
    seen.says("A123456780");
    seen.says("1980-02-03");
    seen.says("behauptet");
    assert!(!seen.body.contains("link-confirm"), "the desk alone may not");
    let page = jonas.get(&own).await;
    let link = page.form(&format!("{own}/link-confirm")).into_iter().find(|(name, _)| name == "link").unwrap().1;
    let fields = [("link", link.as_str()), ("how", "in_person"), ("reason", "Ausweis gesehen")];
    assert_eq!(mara.post(&format!("{own}/link-confirm"), &fields).await.status, 403);
    let bare = [("link", link.as_str()), ("how", "in_person"), ("reason", "")];
    assert_eq!(jonas.post(&format!("{own}/link-confirm"), &bare).await.status, 400);
    jonas.get(&own).await;
    let page = jonas.act(&format!("{own}/link-confirm"), &fields).await;
    page.says("bestätigt");
    page.says("Persönlich gesehen");
    page.says("Ausweis gesehen");
    let page = petra.get("/door/mitte").await;
    page.says("Die Verknüpfung wurde am");
    page.is_silent_about("Ausweis gesehen");
    petra.act("/door/mitte/unlink", &[]).await.says("Aufgehoben.");
    jonas.get(&own).await.says("von der Person aufgehoben");
}

#[tokio::test]
async fn who_writes_for_another_is_asked_as_such_and_needs_the_others_consent_seen() {
    let group = open().await;
    let mut petra = inside(&group).await;
    petra.get("/door/mitte?for=ask").await.says("Für wen schreiben Sie?");
    assert_eq!(petra.post("/door/mitte/for", &[]).await.status, 400);
    petra.get("/door/mitte?for=ask").await;
    petra.act("/door/mitte/for", &[("for", "relative")]).await.says("für einen Menschen, den Sie pflegen");
    let page = petra.act("/door/mitte/consent", &[("link", "yes")]).await;
    page.says("Verknüpft wird nichts, bis jemand vom Haus die Einwilligung");
    petra.act("/door/mitte/link", &[("kind", "mrn"), ("number", "4711"), ("birth", "1940-02-03")]).await;
    while group.road.assess_next().await.unwrap() > 0 {}
    let own = format!("/case/{}", group.case(group.mitte, Queue::Now).await.number);
    let mut jonas = group.jonas().await;
    let page = jonas.get(&own).await;
    page.says("Die Einwilligung des Patienten, der Patientin oder der gesetzlichen Vertretung habe ich gesehen");
    let link = page.form(&format!("{own}/link-confirm")).into_iter().find(|(name, _)| name == "link").unwrap().1;
    let without = [("link", link.as_str()), ("how", "document"), ("reason", "Vollmacht")];
    assert_eq!(jonas.post(&format!("{own}/link-confirm"), &without).await.status, 400);
    jonas.get(&own).await;
    let refused = jonas.act(&format!("{own}/link-refuse"), &[("link", &link), ("reason", "keine Vollmacht")]).await;
    refused.says("abgelehnt");
    petra.get("/door/mitte").await.says("Die Verknüpfung kam nicht zustande.");
}

#[tokio::test]
async fn a_one_time_link_is_made_for_a_private_message_and_spent_by_the_button_alone() {
    let group = open().await;
    let public = group.asked().await;
    let mut mara = group.mara().await;
    mara.get(&format!("/case/{}", public.number)).await.is_silent_about("/invite\"");
    let mut message = post("dm", "ali", "Ich möchte das lieber unter uns besprechen.");
    message.visibility = Visibility::Direct;
    group.hears(group.mitte, vec![message]).await;
    let mut tx = group.store.begin_read().await.unwrap();
    let all = bedside_store::cases::list(&mut tx, group.mitte, Queue::Now, 9).await.unwrap();
    drop(tx);
    let case = all.into_iter().find(|case| case.id != public.id).unwrap();
    let own = format!("/case/{}", case.number);
    mara.get(&own).await.says("Einmal-Link zur Tür");
    let made = mara.post(&format!("{own}/invite"), &[]).await;
    assert_eq!(made.status, 200);
    let link = made.body.split("http://desk.example").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(link.starts_with("/door/mitte/in?t="), "{link}");
    mara.get(&own).await.is_silent_about(&link);

    let mut bot = group.browser();
    for _ in 0..3 {
        let page = bot.get(&link).await;
        page.says("Dieser Link gilt einmal.");
        assert_ne!(page.form("/door/mitte/pass"), [], "the button goes where it is heard");
    }
    assert!(bot.cookies.is_empty());
    let token = link.split_once("t=").unwrap().1;
    let mut ali = group.browser();
    ali.get(&link).await;
    ali.act("/door/mitte/pass", &[("token", token)]).await.says("Für wen schreiben Sie?");
    let mut late = group.browser();
    late.get(&link).await.says("Dieser Link gilt einmal.");
    let gone = late.post("/door/mitte/pass", &[("token", token)]).await;
    assert_eq!((gone.status, gone.header("set-cookie").as_str()), (410, ""));
    gone.says("Dieser Link gilt nicht mehr");
}

/// A post office that takes everything.
struct Office;

impl bedside_core::letter::Post for Office {
    fn send<'a>(
        &'a self,
        _: &'a bedside_core::letter::Letter,
    ) -> bedside_core::channel::Promise<'a, Result<(), bedside_core::channel::Fault>> {
        Box::pin(async { Ok(()) })
    }
    fn reach(&self) -> bedside_core::channel::Promise<'_, Result<(), bedside_core::channel::Fault>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn a_code_to_the_record_is_offered_where_letters_can_be_sent_and_says_nothing_of_the_record() {
    let group = open().await;
    let mut petra = inside(&group).await;
    petra.act("/door/mitte/consent", &[("link", "yes")]).await;
    let claim = [("kind", "mrn"), ("number", "4711"), ("birth", "1980-02-03")];
    petra.act("/door/mitte/link", &claim).await.is_silent_about("Code schicken");
    group.road.connect_post(std::sync::Arc::new(Office));
    petra.get("/door/mitte").await.says("Ob dort eine steht, sagen wir hier nicht.");
    let told = petra.act("/door/mitte/letter", &[]).await;
    told.says("Wenn in der genannten Akte eine E-Mail-Adresse steht, ist ein Code dorthin unterwegs.");
    assert_eq!(group.road.letter_next().await.unwrap(), 1);
    let wrong = petra.post("/door/mitte/letter-code", &[("code", "BCDF-GHJK")]).await;
    assert_eq!(wrong.status, 400);
    wrong.says("Dieser Code passt nicht.");

    let (letter, word) = ("0198a000-0000-7000-8000-000000000001", "00ff");
    let mut other = group.browser();
    let page = other.get(&format!("/door/mitte/undo?n={letter}&t={word}")).await;
    page.says("Verknüpfung mit Ihrer Akte aufheben");
    assert_ne!(page.form("/door/mitte/undo-link"), [], "the button goes where it is heard");
    let over = other.post("/door/mitte/undo-link", &[("letter", letter), ("word", word)]).await;
    assert_eq!((over.status, over.header("set-cookie").as_str()), (410, ""));
    over.says("Hier gibt es nichts aufzuheben");
}

#[tokio::test]
async fn a_code_in_a_thread_is_shown_as_one() {
    let group = open().await;
    let case = group.asked().await;
    let mut visitor = group.browser();
    let code = knocks(&group, &mut visitor, "petra").await;
    let mut sent = post("c", "petra", &format!("@haus {code}"));
    sent.in_reply_to = Some("q1".to_owned());
    group.hears(group.mitte, vec![sent]).await;
    let page = group.mara().await.get(&format!("/case/{}", case.number)).await;
    page.says("Code für die private Tür");
    page.is_silent_about(&code);
    assert_eq!(group.again(case.id).await.post, case.post, "the question still decides");
}
