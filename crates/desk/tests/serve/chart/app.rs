//! The app: launched for one patient by the browser that began it, shows what is consented to at that moment, and brings what
//! the care team writes to the desk, where nothing of it leaves by itself.

use std::sync::Arc;

use bedside_core::{
    door::Purpose,
    log::{Entry, Kind},
    site::Role,
    time::Span,
};
use bedside_flow::Clock as _;
use serde_json::{Value, json};

use super::{ISS, ISSUER, JKU, Kis, open, wrote};
use crate::{
    browser::{Browser, Page},
    house::{self, Group},
};

/// The part of an address's query with this name.
fn asked(address: &str, name: &str) -> String {
    let mark = format!("{name}=");
    let found = address.split(['?', '&']).find_map(|pair| pair.strip_prefix(&mark)).unwrap_or_default();
    found.replace("%3A", ":").replace("%2F", "/").replace("%20", " ")
}

/// What the EMR's token endpoint will answer to a launch that asked with this address.
fn grants(group: &Group, kis: &Kis, address: &str, patient: &str, change: impl FnOnce(&mut Value)) {
    let now = group.clock.now().as_micros() / 1_000_000;
    let mut claims = json!({ "iss": ISS, "aud": "bedside", "sub": "7", "iat": now, "exp": now + 300,
        "nonce": asked(address, "nonce"), "fhirUser": "Practitioner/7" });
    change(&mut claims);
    let token = json!({ "access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600, "patient": patient,
        "id_token": kis.signed(&claims), "scope": "launch openid fhirUser patient/Patient.rs" });
    *kis.token.lock().unwrap() = Some(token);
}

async fn begins(browser: &mut Browser) -> String {
    let page = browser.get(&format!("/chart/launch?iss={ISS}&launch=xyz123")).await;
    assert_eq!(page.status, 303, "{}", page.text());
    page.location()
}

async fn comes_back(browser: &mut Browser, address: &str) -> Page {
    browser.get(&format!("/chart/back?code=c0de&state={}", asked(address, "state"))).await
}

/// A launch for a patient; gives the address of the opening.
async fn launched(group: &Group, kis: &Kis, browser: &mut Browser, patient: &str) -> String {
    let address = begins(browser).await;
    grants(group, kis, &address, patient, |_| ());
    let page = comes_back(browser, &address).await;
    assert_eq!(page.status, 303, "{}", page.text());
    page.location()
}

async fn logged(group: &Group, kind: Kind) -> Vec<Entry> {
    while group.road.sequence_next().await.unwrap() > 0 {}
    let mut tx = group.store.begin_read().await.unwrap();
    let all = bedside_store::log::entries(&mut tx, 0, 9_999).await.unwrap();
    let entries = all.iter().map(|(_, body)| Entry::decode(body).unwrap());
    entries.filter(|entry| entry.kind() == kind).collect()
}

#[tokio::test]
async fn a_launch_asks_with_pkce_and_a_state_of_this_browser_and_opens_the_patients_conversations() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let (_, case) = wrote(&group).await;
    let mut browser = group.browser();
    browser.headers.push(("accept-language", "en".to_owned()));
    let address = begins(&mut browser).await;
    assert!(address.starts_with("https://kis.example/auth?tenant=7&response_type=code&client_id=bedside"), "{address}");
    for (name, value) in [
        ("redirect_uri", "http://desk.example/chart/back"),
        ("scope", "launch openid fhirUser patient/Patient.rs user/Practitioner.rs"),
        ("aud", ISS),
        ("launch", "xyz123"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked(&address, name), value, "{name}");
    }
    grants(&group, &kis, &address, "p1", |_| ());
    let page = comes_back(&mut browser, &address).await;
    let opening = page.location();
    let verifier = kis.asked.lock().unwrap().iter().find_map(|said| {
        let words: Vec<&str> = said.split(' ').collect();
        (words.len() == 4).then(|| words[2].to_owned())
    });
    let verifier = verifier.unwrap();
    assert_eq!(bedside_clinical::fhir::smart::challenge(&verifier), asked(&address, "code_challenge"));
    assert!((43..=128).contains(&verifier.len()));

    let page = browser.get(&opening).await;
    page.says("Eva Weber");
    page.says("born 3 Feb 1980");
    page.says("Consented since");
    page.says("Hallo, wo kann ich bei Ihnen parken");
    page.says("Dr. Nora Falk");
    assert!(!page.body.contains("<script"));
    let policy = page.header("content-security-policy");
    assert!(policy.ends_with(&format!("frame-ancestors {ISSUER}")), "{policy}");
    assert_eq!(page.header("x-frame-options"), "");
    let page = browser.get(&format!("{opening}/{}", case.number)).await;
    page.says("Conversation on Mastodon");
    page.says("Waiting for the desk");
    page.says("Note");
    let opened = logged(&group, Kind::ChartOpened).await;
    assert_eq!(opened.len(), 1, "each conversation that is shown");
    assert_eq!(group.browser().get("/sign-in").await.header("x-frame-options"), "DENY", "the desk stays unframed");
}

#[tokio::test]
async fn a_sign_in_that_comes_back_elsewhere_late_twice_or_refused_opens_nothing() {
    let kis = Kis::new();
    let group = open(&kis).await;
    wrote(&group).await;
    let mut browser = group.browser();
    let address = begins(&mut browser).await;
    grants(&group, &kis, &address, "p1", |_| ());
    let page = comes_back(&mut group.browser(), &address).await;
    assert_eq!(page.status, 400, "another browser");
    page.says("Diese Anmeldung gilt nicht mehr");
    let page = browser.get("/chart/back?code=c0de&state=0123456789abcdef0123456789abcdef").await;
    assert_eq!(page.status, 400, "another state");
    let forged = browser.cookies.clone();
    for (name, value) in &forged {
        browser.cookies.insert(name.clone(), value.replace(".kis.", ".kas."));
    }
    assert_eq!(comes_back(&mut browser, &address).await.status, 400, "a cookie that was changed");
    browser.cookies = forged;
    assert!(kis.asked.lock().unwrap().is_empty(), "no code was exchanged");
    assert_eq!(comes_back(&mut browser, &address).await.status, 303);
    assert_eq!(comes_back(&mut browser, &address).await.status, 400, "once");

    let address = begins(&mut browser).await;
    group.clock.pass(Span::minutes(11));
    grants(&group, &kis, &address, "p1", |_| ());
    assert_eq!(comes_back(&mut browser, &address).await.status, 400, "late");
    let address = begins(&mut browser).await;
    let refused = format!("/chart/back?error=access_denied&state={}", asked(&address, "state"));
    let page = browser.get(&refused).await;
    assert_eq!(page.status, 403);
    page.says("Die Akte hat die Anmeldung abgelehnt");
    let address = begins(&mut browser).await;
    grants(&group, &kis, &address, "p1", |_| ());
    let from = format!("/chart/back?code=c0de&state={}&iss=https%3A%2F%2Fevil.example", asked(&address, "state"));
    assert_eq!(browser.get(&from).await.status, 403, "the code of another EMR");
    let address = begins(&mut browser).await;
    *kis.token.lock().unwrap() = None;
    assert_eq!(comes_back(&mut browser, &address).await.status, 502, "the code is not taken");
}

#[tokio::test]
async fn an_emr_that_is_not_configured_is_not_asked_and_an_unbelievable_sign_in_shows_nothing() {
    let kis = Kis::new();
    let group = open(&kis).await;
    wrote(&group).await;
    let mut browser = group.browser();
    let page = browser.get("/chart/launch?iss=https%3A%2F%2Fevil.example%2Ffhir&launch=1").await;
    assert_eq!((page.status, page.location().as_str()), (400, ""));
    page.says("Diese Akte ist hier nicht eingerichtet");
    let forger = Arc::new(Kis { key: crate::petra::key(), ..Arc::into_inner(Kis::new()).unwrap() });
    type Change = fn(&mut Value);
    let wrong: [(&str, u16, Change); 7] = [
        ("nonce", 403, |claims| claims["nonce"] = json!("other")),
        ("issuer", 403, |claims| claims["iss"] = json!("https://evil.example")),
        ("audience", 403, |claims| claims["aud"] = json!("another-app")),
        ("expired", 403, |claims| claims["exp"] = json!(1)),
        ("nobody", 403, |claims| claims["fhirUser"] = Value::Null),
        ("a patient", 403, |claims| claims["fhirUser"] = json!("Patient/p1")),
        ("elsewhere", 403, |claims| claims["fhirUser"] = json!("https://evil.example/fhir/Practitioner/7")),
    ];
    for (what, status, change) in wrong {
        let address = begins(&mut browser).await;
        grants(&group, &kis, &address, "p1", change);
        let page = comes_back(&mut browser, &address).await;
        assert_eq!(page.status, status, "{what}: {}", page.text());
        page.is_silent_about("Weber");
    }
    let address = begins(&mut browser).await;
    grants(&group, &forger, &address, "p1", |_| ());
    *kis.token.lock().unwrap() = forger.token.lock().unwrap().take();
    assert_eq!(comes_back(&mut browser, &address).await.status, 403, "signed by somebody else");
    let address = begins(&mut browser).await;
    grants(&group, &kis, &address, "p1", |claims| claims["fhirUser"] = json!(format!("{ISS}/Practitioner/7")));
    assert_eq!(comes_back(&mut browser, &address).await.status, 303, "an absolute fhirUser is one too");
    let address = begins(&mut browser).await;
    grants(&group, &kis, &address, "p1", |_| ());
    kis.token.lock().unwrap().as_mut().unwrap()["patient"] = Value::Null;
    let page = comes_back(&mut browser, &address).await;
    page.says("Kein Mensch ausgewählt");
    let asked = kis.asked.lock().unwrap().clone();
    assert!(asked.iter().all(|one| !one.contains("evil")), "{asked:?}");
    assert!(asked.contains(&JKU.to_owned()));
}

#[tokio::test]
async fn unknown_unlinked_and_revoked_look_the_same_and_revoking_ends_it_at_once() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let (guest, case) = wrote(&group).await;
    let mut browser = group.browser();
    let opening = launched(&group, &kis, &mut browser, "p1").await;
    let talk = format!("{opening}/{}", case.number);
    browser.get(&talk).await.says("Hallo, wo kann ich");
    let nothing = "Hier ist nichts, was Sie sehen dürfen";
    let mut pages = Vec::new();
    for purpose in [Purpose::CareTeam, Purpose::Link] {
        group.road.revoke(group.mitte, guest.author, purpose).await.unwrap();
        let list = browser.get(&opening).await;
        list.says(nothing);
        list.is_silent_about("parken");
        let page = browser.get(&talk).await;
        assert_eq!(page.status, 404);
        page.is_silent_about("parken");
        let page = browser.post(&format!("{talk}/note"), &[("text", "Zu spät")]).await;
        assert_eq!(page.status, 404);
        pages.push(list.text());
        group.road.door_consent(&guest, &[purpose]).await.unwrap();
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(group.again(case.id).await.opened_by, case.opened_by);
    let mut other = group.browser();
    let unknown = launched(&group, &kis, &mut other, "p2").await;
    let page = other.get(&unknown).await;
    let words =
        |text: &str| text.split("Hier ist nichts").nth(1).unwrap().split("angemeldet bis").next().unwrap().to_owned();
    assert_eq!(words(&page.text()), words(&pages[0]), "somebody unknown looks like somebody who said no");
    assert_eq!(other.get(&format!("{unknown}/{}", case.number)).await.status, 404, "not another's conversation");
}

#[tokio::test]
async fn an_opening_belongs_to_one_patient_one_browser_and_half_an_hour() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let (_, case) = wrote(&group).await;
    let mut browser = group.browser();
    let first = launched(&group, &kis, &mut browser, "p1").await;
    let kept = browser.cookies.clone();
    let second = launched(&group, &kis, &mut browser, "p2").await;
    assert_ne!(first, second);
    let page = browser.get(&second).await;
    page.says("Eva Unbekannt");
    page.is_silent_about("Weber");
    let page = browser.get(&first).await;
    assert_eq!(page.status, 401, "the cookie of the second chart opens the first for nobody");
    page.is_silent_about("Weber");
    assert_eq!(browser.post(&format!("{first}/{}/note", case.number), &[("text", "x")]).await.status, 401);
    assert_eq!(group.browser().get(&first).await.status, 401, "another browser");

    let mut browser = group.browser();
    browser.cookies = kept;
    browser.get(&first).await.says("Eva Weber");
    group.clock.pass(Span::minutes(31));
    let page = browser.get(&first).await;
    assert_eq!(page.status, 401);
    page.says("Diese Sitzung ist zu Ende");
    assert_eq!(browser.get("/chart/p/nonsense").await.status, 401);
    assert_eq!(browser.get("/chart/nowhere").await.status, 404);

    let address = begins(&mut browser).await;
    grants(&group, &kis, &address, "p1", |_| ());
    kis.token.lock().unwrap().as_mut().unwrap()["expires_in"] = json!(60);
    let short = comes_back(&mut browser, &address).await.location();
    browser.get(&short).await.says("Eva Weber");
    let left = browser.post(&format!("{short}/leave"), &[]).await;
    left.says("Diese Sitzung ist zu Ende");
    let address = begins(&mut browser).await;
    grants(&group, &kis, &address, "p1", |_| ());
    kis.token.lock().unwrap().as_mut().unwrap()["expires_in"] = json!(60);
    let short = comes_back(&mut browser, &address).await.location();
    group.clock.pass(Span::seconds(61));
    assert_eq!(browser.get(&short).await.status, 401, "no longer than the EMR's token");
}

#[tokio::test]
async fn cookies_go_along_in_the_emrs_frame_over_https_and_to_their_own_address_alone() {
    let kis = Kis::new();
    let settings = bedside_desk::DeskSettings {
        public_url: "https://desk.example".to_owned(),
        secure_cookies: true,
        ..house::settings()
    };
    let group = super::open_with(&kis, settings).await;
    let mut browser = group.browser();
    let page = browser.get(&format!("/chart/launch?iss={ISS}&launch=1")).await;
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("__Secure-bedside_launch_"), "{cookie}");
    for part in ["; Path=/chart/back", "; HttpOnly", "; Max-Age=600", "; SameSite=None; Secure; Partitioned"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let address = page.location();
    grants(&group, &kis, &address, "p2", |_| ());
    let page = comes_back(&mut browser, &address).await;
    let all: Vec<&str> = page.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let session = all.iter().find(|line| line.starts_with("__Secure-bedside_chart=")).unwrap();
    assert!(session.contains(&format!("; Path={}; HttpOnly; Max-Age=1800", page.location())), "{session}");
}

#[tokio::test]
async fn a_note_brings_the_case_before_the_desk_under_the_name_of_who_wrote_it() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let (_, case) = wrote(&group).await;
    let (mara, mut desk) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    group.road.resolve(mara, case.id).await.unwrap();
    let mut browser = group.browser();
    let opening = launched(&group, &kis, &mut browser, "p1").await;
    let talk = format!("{opening}/{}", case.number);
    browser.get(&talk).await.says("Abgeschlossen");
    let empty = browser.post(&format!("{talk}/note"), &[("text", "  ")]).await;
    assert_eq!(empty.status, 422);
    let words = "Bitte noch einmal melden: <b>Frau Weber</b> wartet auf einen Termin.";
    let page = browser.act(&format!("{talk}/note"), &[("text", words)]).await;
    page.says("Die Redaktion hat Ihre Notiz.");
    page.says(words);
    let back = group.again(case.id).await;
    assert_eq!((back.queue, back.opened_by), (bedside_core::case::Queue::Now, None));
    desk.get("/inbox").await.says("Behandlungsteam hat geschrieben");
    let page = desk.get(&format!("/case/{}", case.number)).await;
    page.says("Vom Behandlungsteam");
    page.says(words);
    page.says("Dr. Nora Falk");
    assert!(!page.body.contains("<b>Frau"));
    assert_eq!(logged(&group, Kind::CareNoted).await.len(), 1);
    let (_, mut rita) = group.person("rita", &[(group.mitte, Role::Auditor)]).await;
    rita.get(&format!("/case/{}", case.number)).await.is_silent_about("Frau Weber");
    group.clock.pass(Span::seconds(1));
    desk.act(&format!("/case/{}/assign", case.number), &[("person", "me")]).await;
    desk.get("/inbox").await.is_silent_about("Behandlungsteam hat geschrieben");
    browser.get(&talk).await;
    browser.csrf = "wrong".to_owned();
    assert_eq!(browser.post(&format!("{talk}/note"), &[("text", "x")]).await.status, 403);
    browser.headers.push(("sec-fetch-site", "cross-site".to_owned()));
    assert_eq!(browser.post(&format!("{talk}/note"), &[("text", "x")]).await.status, 403);
}

#[tokio::test]
async fn a_suggestion_takes_guard_and_four_eyes_before_it_leaves() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let (_, case) = wrote(&group).await;
    let mut mara = group.mara().await;
    let mut browser = group.browser();
    let opening = launched(&group, &kis, &mut browser, "p1").await;
    let talk = format!("{opening}/{}", case.number);
    browser.get(&talk).await;
    let harmful = "Liebe Frau Weber, Ihre Diabetes-Behandlung bei uns war am Montag, Sie waren unsere Patientin.";
    let page = browser.post(&format!("{talk}/suggest"), &[("text", harmful)]).await;
    assert_eq!(page.status, 422);
    page.says("So kann das nicht hinaus. Nichts wurde gesendet.");
    page.says(harmful);
    let own = format!("/case/{}", case.number);
    mara.get(&own).await.is_silent_about("Diabetes");

    let text = "Guten Tag, Parkplätze finden Sie im Parkhaus an der Lindenstraße.";
    let page = browser.act(&format!("{talk}/suggest"), &[("text", text)]).await;
    page.says("Die Redaktion hat Ihren Vorschlag.");
    page.says("liegt bei der Redaktion");
    let page = mara.get(&own).await;
    page.says("Antwortvorschlag");
    let send = |page: &Page, act: &str| {
        let fields = page.form(&format!("{own}/{act}"));
        fields.into_iter().filter(|(name, _)| name != "csrf").collect::<Vec<_>>()
    };
    let fields = send(&page, "care-take");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let page = mara.act(&format!("{own}/care-take"), &fields).await;
    page.says("Mara hat ihn");
    let again = mara.post(&format!("{own}/care-take"), &[fields[1]]).await;
    assert_eq!(again.status, 409, "taken once");
    group.after(Span::hours(1)).await;
    assert_eq!(group.platform.published().len(), 0, "nothing leaves by itself");

    let page = mara.get(&own).await;
    let (seen, draft, form) = (
        page.value("seen").unwrap(),
        page.value("draft").unwrap(),
        page.value("form").unwrap_or_else(|| "public".to_owned()),
    );
    let fields = [("text", text), ("form", form.as_str()), ("seen", seen.as_str()), ("draft", draft.as_str())];
    mara.act(&format!("{own}/submit"), &fields).await;
    let own_approval = mara.get(&own).await;
    assert!(!own_approval.body.contains(&format!("action=\"{own}/approve\"")), "who took it over can't approve it");
    let (_, mut paul) = group.person("paul", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    let page = paul.get(&own).await;
    let fields = send(&page, "approve");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    paul.act(&format!("{own}/approve"), &fields).await;
    group.after(Span::seconds(61)).await;
    assert_eq!(group.platform.published().len(), 1);
    let page = browser.get(&talk).await;
    assert_eq!(page.status, 401, "an hour has passed");
    let mut browser = group.browser();
    let opening = launched(&group, &kis, &mut browser, "p1").await;
    let page = browser.get(&format!("{opening}/{}", case.number)).await;
    page.says("als Entwurf übernommen");
    page.says("Beantwortet");
    page.says(text);
    let kinds: Vec<_> = [Kind::CareSuggested, Kind::SuggestionTaken].into_iter().collect();
    for kind in kinds {
        assert_eq!(logged(&group, kind).await.len(), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_suggestion_can_be_set_aside_once_and_by_who_may_write() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let (_, case) = wrote(&group).await;
    let mut mara = group.mara().await;
    let mut browser = group.browser();
    let opening = launched(&group, &kis, &mut browser, "p1").await;
    let talk = format!("{opening}/{}", case.number);
    browser.get(&talk).await;
    browser.act(&format!("{talk}/suggest"), &[("text", "Guten Tag, gern hier entlang.")]).await;
    let own = format!("/case/{}", case.number);
    let page = mara.get(&own).await;
    let id = page.value("suggestion").unwrap();
    let (_, mut nora) = group.person("nora", &[(group.nord, Role::Desk)]).await;
    assert_eq!(nora.post(&format!("{own}/care-aside"), &[("suggestion", &id)]).await.status, 404);
    let (_, mut rita) = group.person("rita", &[(group.mitte, Role::Auditor)]).await;
    assert_eq!(rita.post(&format!("{own}/care-aside"), &[("suggestion", &id)]).await.status, 403);
    mara.act(&format!("{own}/care-aside"), &[("suggestion", &id)]).await.says("beiseitegelegt");
    assert_eq!(mara.post(&format!("{own}/care-take"), &[("suggestion", &id)]).await.status, 409);
    browser.get(&talk).await.says("nicht verwendet");
}

#[tokio::test]
async fn on_ones_own_one_chooses_the_record_and_without_charts_there_is_no_app() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let mut browser = group.browser();
    let page = browser.get("/chart").await;
    page.says("Anmelden bei KIS");
    assert!(page.body.contains("/chart/launch?iss=https%3A%2F%2Fkis.example%2Ffhir"), "{}", page.body);
    let page = browser.get("/chart/launch?iss=https%3A%2F%2Fkis.example%2Ffhir%2F").await;
    assert_eq!(asked(&page.location(), "scope").split(' ').next(), Some("launch/patient"));
    assert_eq!(asked(&page.location(), "launch"), "");
    let bare = house::open().await;
    assert_eq!(bare.browser().get("/chart").await.status, 404);
}
