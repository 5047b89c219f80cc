//! Coming in and going out.

use std::sync::Arc;

use bedside_core::{site::Role, time::Span};
use bedside_desk::{
    DeskState, router,
    serve::{Guide, Part, Places, Tour, first_admin_link},
};
use bedside_flow::Clock as _;
use bedside_store::people;

use crate::{
    browser::Browser,
    house::{self, PASSWORD},
};

const LOGIN: &str = "mara@lindenhof.example";

#[tokio::test]
async fn the_first_admin_comes_by_a_link_that_looking_does_not_spend() {
    let group = house::open().await;
    let link = first_admin_link(&group.store, group.clock.now()).await.unwrap().unwrap();
    let mut browser = group.browser();
    for _ in 0..3 {
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200);
        page.says("Richten Sie Bedside ein");
    }
    let token = link.split_once("token=").unwrap().1;
    let set = |password: &'static str, again: &'static str| {
        vec![
            ("token", token),
            ("name", "Ada Seiler"),
            ("email", "Ada@Lindenhof.example "),
            ("password", password),
            ("again", again),
        ]
    };
    for (password, again, why) in [
        ("zu kurz", "zu kurz", "mindestens 12 Zeichen"),
        ("Passwort123456", "Passwort123456", "allgemein bekannt"),
        (PASSWORD, "drei Tassen Tee", "verschieden"),
    ] {
        let page = browser.post("/welcome", &set(password, again)).await;
        assert_eq!(page.status, 422);
        page.says(why);
        assert!(page.body.contains("value=\"Ada Seiler\""), "what was typed stays");
        page.is_silent_about(password);
    }
    let page = browser.act("/welcome", &set(PASSWORD, PASSWORD)).await;
    assert_eq!(page.location(), "/inbox");
    browser.get("/people").await.says("ada@lindenhof.example");
    let spent = group.browser().get(&link).await;
    spent.says("Dieser Link gilt nicht mehr");
    assert!(first_admin_link(&group.store, group.clock.now()).await.unwrap().is_none(), "there is somebody now");
}

#[tokio::test]
async fn a_link_ends_when_its_time_is_over_or_another_is_made() {
    let group = house::open().await;
    let first = first_admin_link(&group.store, group.clock.now()).await.unwrap().unwrap();
    let second = first_admin_link(&group.store, group.clock.now()).await.unwrap().unwrap();
    group.browser().get(&first).await.says("Dieser Link gilt nicht mehr");
    group.browser().get(&second).await.says("Richten Sie Bedside ein");
    group.clock.pass(Span::hours(73));
    group.browser().get(&second).await.says("Dieser Link gilt nicht mehr");
}

#[tokio::test]
async fn a_password_opens_a_session_and_signing_out_ends_it() {
    let group = house::open().await;
    group.mara().await;
    let mut browser = group.browser();
    let page = browser.get("/case/7?q=x").await;
    assert_eq!((page.status, page.location().as_str()), (303, "/sign-in?next=%2Fcase%2F7%3Fq%3Dx"));
    let page = browser.get(&page.location()).await;
    assert_eq!(page.value("next").as_deref(), Some("/case/7?q=x"));
    let page = browser
        .post("/sign-in", &[("email", " MARA@lindenhof.example"), ("password", PASSWORD), ("next", "/inbox?q=now")])
        .await;
    assert_eq!((page.status, page.location().as_str()), (303, "/inbox?q=now"));
    let cookie = page
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|c| c.to_str().unwrap().to_owned())
        .find(|c| c.starts_with("bedside="))
        .unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Max-Age"), "{cookie}");
    let kept = browser.cookies["bedside"].clone();
    browser.get("/inbox").await.says("Mara");
    browser.get("/me").await;
    let out = browser.post("/sign-out", &[]).await;
    assert_eq!(out.location(), "/sign-in?state=out");
    browser.cookies.insert("bedside".to_owned(), kept);
    let page = browser.get("/inbox").await;
    assert_eq!(page.location(), "/sign-in?next=%2Finbox&state=expired", "the token opens nothing any more");
}

/// Session fixation: whoever plants a cookie before somebody signs in has nothing by it.
#[tokio::test]
async fn signing_in_never_takes_over_a_session_that_was_planted() {
    let group = house::open().await;
    let (_, mut stranger) = group.person("eva", &[(group.nord, Role::Desk)]).await;
    stranger.get("/inbox").await;
    let planted = stranger.cookies["bedside"].clone();
    group.mara().await;
    for planted in [planted, "00".repeat(32)] {
        let mut browser = group.browser();
        browser.cookies.insert("bedside".to_owned(), planted.clone());
        if browser.get("/me").await.status == 200 {
            browser.post("/sign-out", &[]).await;
        }
        browser.get("/sign-in").await;
        browser.post("/sign-in", &[("email", "mara@lindenhof.example"), ("password", PASSWORD)]).await;
        assert_ne!(browser.cookies["bedside"], planted, "a new token");
        browser.get("/inbox").await.says("Mara");
        let mut thief = group.browser();
        thief.cookies.insert("bedside".to_owned(), planted);
        thief.get("/inbox").await.is_silent_about("Mara");
    }
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_host_and_tls() {
    let group = house::open_with(bedside_desk::DeskSettings { secure_cookies: true, ..house::settings() }).await;
    let mut browser = group.mara().await;
    assert!(browser.cookies.contains_key("__Host-bedside"), "{:?}", browser.cookies.keys());
    let page = browser.get("/inbox").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_read_alike() {
    let group = house::open().await;
    group.mara().await;
    let mut bodies = Vec::new();
    for login in [LOGIN, "nobody@lindenhof.example"] {
        let mut browser = group.browser();
        browser.get("/sign-in").await;
        let page = browser.post("/sign-in", &[("email", login), ("password", "falsch falsch falsch")]).await;
        assert_eq!(page.status, 403);
        page.says("E-Mail oder Passwort stimmen nicht.");
        bodies.push(page.body.replace(login, "").replace(&browser.csrf, ""));
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn after_five_tries_there_is_a_wait_even_for_the_right_password() {
    let group = house::open().await;
    group.mara().await;
    let mut browser = group.browser();
    browser.get("/sign-in").await;
    for _ in 0..5 {
        assert_eq!(browser.post("/sign-in", &[("email", LOGIN), ("password", "falsch falsch")]).await.status, 403);
    }
    let right = [("email", LOGIN), ("password", PASSWORD)];
    let page = browser.post("/sign-in", &right).await;
    assert_eq!(page.status, 429);
    page.says("Zu viele Versuche");
    group.clock.pass(Span::seconds(31));
    assert_eq!(browser.post("/sign-in", &[("email", LOGIN), ("password", "falsch")]).await.status, 403);
    group.clock.pass(Span::seconds(31));
    assert_eq!(browser.post("/sign-in", &right).await.status, 429, "the second wait is longer");
    group.clock.pass(Span::seconds(30));
    assert_eq!(browser.post("/sign-in", &right).await.status, 303);
    browser.get("/").await;
}

#[tokio::test]
async fn an_outsider_who_keeps_knocking_keeps_nobody_out_where_they_have_signed_in_before() {
    let group = house::open().await;
    group.mara().await;
    let from = async |last: u8, password: &str| {
        let mut browser = group.browser();
        browser.address = Some([192, 0, 2, last].into());
        browser.get("/sign-in").await;
        browser.post("/sign-in", &[("email", LOGIN), ("password", password)]).await.status
    };
    assert_eq!(from(1, PASSWORD).await, 303);
    for _ in 0..5 {
        assert_eq!(from(66, "falsch falsch").await, 403);
    }
    assert_eq!(from(66, PASSWORD).await, 429);
    assert_eq!(from(2, PASSWORD).await, 429, "a new address waits like everybody's");
    assert_eq!(from(1, PASSWORD).await, 303);
    for _ in 0..5 {
        assert_eq!(from(1, "falsch falsch").await, 403);
    }
    assert_eq!(from(1, PASSWORD).await, 429, "nor may one guess for ever from there");
}

#[tokio::test]
async fn a_password_of_ones_own_does_not_clear_the_count_of_an_address() {
    let group = house::open().await;
    group.mara().await;
    let from = async |login: &str, password: &str| {
        let mut browser = group.browser();
        browser.address = Some([192, 0, 2, 7].into());
        browser.get("/sign-in").await;
        browser.post("/sign-in", &[("email", login), ("password", password)]).await.status
    };
    for n in 0..20 {
        if n % 4 == 3 {
            assert_eq!(from(LOGIN, PASSWORD).await, 303, "a good sign-in counts for nothing");
        }
        assert_eq!(from(&format!("{n}@lindenhof.example"), "falsch falsch").await, 403, "{n}");
    }
    assert_eq!(from("one-more@lindenhof.example", "falsch falsch").await, 429);
}

#[tokio::test]
async fn sign_in_leads_to_no_other_host() {
    let group = house::open().await;
    group.mara().await;
    for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let mut browser = group.browser();
        browser.get("/sign-in").await;
        let page = browser.post("/sign-in", &[("email", LOGIN), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!(page.location(), "/", "{next}");
    }
}

#[tokio::test]
async fn a_session_ends_by_itself_when_nobody_uses_it() {
    let group = house::open().await;
    let mut browser = group.mara().await;
    for _ in 0..3 {
        group.clock.pass(Span::hours(9));
        assert_eq!(browser.get("/inbox").await.status, 200, "use keeps it alive");
    }
    group.clock.pass(Span::hours(9));
    browser.headers = vec![("x-desk", "live".to_owned())];
    assert_eq!(browser.get("/inbox").await.status, 200);
    browser.headers.clear();
    group.clock.pass(Span::hours(2));
    assert_eq!(browser.get("/inbox").await.status, 303, "a page that refreshes itself is nobody");
}

#[tokio::test]
async fn a_new_password_signs_out_everywhere_else() {
    let group = house::open().await;
    let mut here = group.mara().await;
    let mut there = group.browser();
    there.get("/sign-in").await;
    there.post("/sign-in", &[("email", LOGIN), ("password", PASSWORD)]).await;
    assert_eq!(there.get("/inbox").await.status, 200);
    here.get("/me").await.says("Mara");
    let wrong =
        here.post("/me", &[("act", "password"), ("old", "falsch"), ("password", "sieben Schwäne im Regen")]).await;
    assert_eq!(wrong.status, 422);
    let page =
        here.act("/me", &[("act", "password"), ("old", PASSWORD), ("password", "sieben Schwäne im Regen")]).await;
    page.says("Das Passwort ist geändert.");
    assert_eq!(there.get("/inbox").await.status, 303);
}

#[tokio::test]
async fn one_session_can_be_ended_from_another() {
    let group = house::open().await;
    let mut here = group.mara().await;
    let mut there = group.browser();
    there.get("/sign-in").await;
    there.post("/sign-in", &[("email", LOGIN), ("password", PASSWORD)]).await;
    let page = here.get("/me").await;
    let session = page.value("session").expect("another session");
    here.act("/me", &[("act", "end"), ("session", &session)]).await;
    assert_eq!((there.get("/me").await.status, here.get("/me").await.status), (303, 200));
    let foreign = group.person("kai", &[(group.nord, Role::Desk)]).await.1;
    let mut kai = foreign;
    kai.get("/me").await;
    let mine = here.get("/me").await;
    assert!(mine.value("session").is_none());
    let hash = bedside_core_free_hash(&here.cookies["bedside"]);
    assert_eq!(
        kai.post("/me", &[("act", "end"), ("session", &hash)]).await.status,
        404,
        "nobody ends another's session"
    );
}

/// The id of a session as the page names it.
fn bedside_core_free_hash(token: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn who_is_locked_out_is_out_at_once() {
    let group = house::open().await;
    let (mara, mut browser) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    let mut tx = group.store.begin().await.unwrap();
    people::set_locked(&mut tx, mara, Some(group.clock.now())).await.unwrap();
    // What a request writes that began before must not undo it.
    let look = people::Look { lang: "en", theme: "dark", keys_on: true, softens: true, sounds: false };
    people::set_look(&mut tx, mara, &look).await.unwrap();
    assert!(!people::set_password(&mut tx, mara, "neu").await.unwrap());
    assert!(!people::set_up(&mut tx, mara, "Mara", "neu", "en").await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(browser.get("/inbox").await.status, 303);
    let mut again = group.browser();
    again.get("/sign-in").await;
    assert_eq!(again.post("/sign-in", &[("email", LOGIN), ("password", PASSWORD)]).await.status, 403);
}

#[tokio::test]
async fn the_language_follows_browser_choice_and_person() {
    let group = house::open().await;
    let mut browser = group.browser();
    browser.headers = vec![("accept-language", "en-GB,en;q=0.9,de;q=0.5".to_owned())];
    browser.get("/sign-in").await.says("Sign in");
    browser.get("/sign-in?lang=de").await.says("Anmelden");
    browser.get("/sign-in").await.says("Anmelden");
    let mut mara = group.mara().await;
    mara.get("/me").await;
    let page = mara.act("/me", &[("act", "settings"), ("lang", "en"), ("theme", "dark")]).await;
    page.says("Saved.");
    assert!(page.body.contains("data-theme=\"dark\"") && !page.body.contains("data-keys"), "{}", &page.body[..900]);
}

#[tokio::test]
async fn a_real_house_has_no_tour_that_makes_links_for_strangers() {
    let group = house::open().await;
    let (mara, _) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    let mut stranger = group.browser();
    let page = stranger.get("/sign-in").await;
    page.is_silent_about("Rundgang");
    assert_eq!(stranger.get("/tour").await.status, 404);
    let tried = stranger.post("/tour/as", &[("person", "0")]).await;
    assert_eq!((tried.status, tried.location()), (404, String::new()), "{}", tried.text());
    let mut tx = group.store.begin_read().await.unwrap();
    assert_eq!(people::by_id(&mut tx, mara).await.unwrap().unwrap().login, LOGIN);
}

#[tokio::test]
async fn in_the_demo_the_tour_makes_a_link_that_still_asks_for_a_password() {
    let group = house::open().await;
    let (id, _) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    let guide = Guide { name: "Mara".to_owned(), part: Part::Desk };
    let claim = ("1".to_owned(), "1972-11-30".to_owned());
    let tour = Tour::new(vec![(id, guide)], "http://127.0.0.1:1".to_owned(), claim, Places::default());
    let desk = DeskState::new(Arc::clone(&group.road), Arc::new(group.clock.clone()), house::settings());
    let mut stranger = Browser::new(router(desk.with_tour(Arc::new(tour))));
    stranger.get("/sign-in").await.says("Rundgang");
    let page = stranger.get("/tour").await;
    page.says("kommt in den ersten Minuten");
    assert_eq!(stranger.post_bare("/tour/as", &[("person", "0")]).await.status, 403, "no form of ours");
    let made = stranger.post("/tour/as", &[("person", "0")]).await;
    assert!(made.location().starts_with("/welcome?token="), "{}", made.location());
    assert_eq!(stranger.get("/inbox").await.status, 303, "nobody is signed in by that alone");
    assert_eq!(stranger.post("/tour/as", &[("person", "7")]).await.status, 404);
    stranger.get(&made.location()).await.says(LOGIN);
}
