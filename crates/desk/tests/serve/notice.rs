//! A hold's owner is told by the house's own mail server, a real one, that it ends soon.

use std::{sync::Arc, time::Duration};

use bedside_connect::mail::{Config, Guard, Smtp};
use bedside_core::{case::Queue, site::Role, time::Span};
use bedside_testkit::peer::mail::{MailServer, Postal};

use crate::house::{self, post};

const GRIEF: &str = "Mein Vater ist heute früh um acht bei euch gestorben. Sepsis. Drei Tage hat niemand hingeschaut!";
const WITHIN: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn real_mail_tells_whoever_holds_a_case_once_with_a_link_that_opens_it() {
    let mut server = MailServer::start(&Postal::default()).await.unwrap();
    let config = Config {
        host: "localhost".to_owned(),
        port: Some(server.port()),
        guard: Guard::None,
        authority: None,
        login: None,
        from: "Lindenhof <no-reply@lindenhof.example>".to_owned(),
    };
    let group = house::open().await;
    group.road.connect_post(Arc::new(Smtp::new(&config).unwrap()));
    group.hears(group.mitte, vec![post("g1", "lisbeth", GRIEF)]).await;
    let case = group.case(group.mitte, Queue::Waiting).await;
    let (ute, _) = group.person("ute", &[(group.mitte, Role::Desk)]).await;
    group.road.assign(ute, case.id, Some(ute)).await.unwrap();
    let until = group.again(case.id).await.hold_until.unwrap();
    group.clock.pass(until.minus(Span::hours(3)).since(bedside_flow::Clock::now(&group.clock)));
    // A later shift begins: she signs in again.
    let mut browser = group.browser();
    browser.get("/sign-in").await;
    let signed = [("email", "ute@lindenhof.example"), ("password", house::PASSWORD), ("next", "/inbox")];
    assert_eq!(browser.post("/sign-in", &signed).await.status, 303);
    for _ in 0..3 {
        group.after(Span::minutes(10)).await;
        while group.road.hold_letter_next().await.unwrap() > 0 {}
    }
    let letter = server.next(WITHIN).await.unwrap();
    assert_eq!(letter.to, ["ute@lindenhof.example"]);
    assert_eq!(letter.field("Subject"), format!("Halten endet bald: F-{} – Lindenhof Mitte", case.number));
    let path = format!("/case/{}", case.number);
    assert!(letter.text.lines().any(|line| line.trim().ends_with(&path)), "{}", letter.text);
    for word in ["Vater", "Sepsis", "gestorben", "lisbeth"] {
        assert!(!letter.text.contains(word) && !letter.field("Subject").contains(word), "{}", letter.text);
    }
    assert_eq!(server.letters(), [], "once");
    assert_eq!(browser.get(&path).await.status, 200);
}
