//! A code by letter: who claims a record at the door is written to at the address in that record, over the house's own mail
//! server, and enters what arrived there. Nobody of the house takes part, and the letter that tells of the link undoes it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use bedside_testkit::{
    papers::{LOOPBACK, Papers},
    peer::{
        free_port,
        mail::{Arrived, MailServer, Postal, Way},
    },
};

use super::chart::{MAIL, claims, house, told_of_her};

const WITHIN: Duration = Duration::from_secs(30);
const PASSWORD: &str = "Brücken-Wärter 7";

/// The line of a letter that stands by itself: the code, or the link.
fn apart(letter: &Arrived) -> Result<&str> {
    let apart = letter.text.lines().find_map(|line| line.strip_prefix("    "));
    apart.map(str::trim).with_context(|| letter.text.clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_arrived_at_the_address_in_the_record_links_it_and_the_next_letter_undoes_it() -> Result<()> {
    let mllp = free_port()?;
    let mut house = house(mllp).await?;
    house.keep_secret(PASSWORD);
    let papers = Papers::in_folder(&house.path(""));
    papers.authority("hospital").await?;
    papers.signed("mail", "hospital", LOOPBACK).await?;
    let mut server = MailServer::start(&Postal {
        tls: Some((Way::StartTls, papers.path("mail.pem"), papers.path("mail.key"))),
        login: Some(("bedside", PASSWORD)),
        mechanism: None,
    })
    .await?;
    house.write("mail.password", PASSWORD)?;
    let mail = format!(
        "[mail]\nhost = \"localhost\"\nport = {}\ntls_ca_file = \"hospital.pem\"\nuser = \"bedside\"\n\
         password_file = \"mail.password\"\nfrom = \"Lindenhof <no-reply@lindenhof.example>\"\n",
        server.port()
    );
    house.configure(&format!("{}{mail}", house.configuration()?))?;
    house.serve().await?;
    told_of_her(mllp).await?;

    let mut petra = claims(&house).await?;
    // The server is full at first: the letter waits and leaves by itself.
    server.refuse(Some("452 4.2.2 mailbox full")).await?;
    let page = petra.get("/door/mitte").await?;
    let asked = petra.fill(&page, "/door/mitte/letter", &[]).await?;
    assert!(!asked.words().contains(MAIL), "nothing of the record is shown: {}", asked.words());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(server.letters(), []);
    server.refuse(None).await?;
    let letter = server.next(WITHIN).await?;
    assert_eq!((&*letter.to, letter.under_tls), (&[MAIL.to_owned()][..], true));
    assert_eq!(letter.user.as_deref(), Some("PLAIN bedside"));

    let code = apart(&letter)?;
    let wrong = petra.fill(&asked, "/door/mitte/letter-code", &[("code", "BCDF-GHJK")]).await?;
    assert!(wrong.html.contains("action=\"/door/mitte/letter-code\""), "{}", wrong.words());
    let right = petra.fill(&wrong, "/door/mitte/letter-code", &[("code", code)]).await?;
    assert!(!right.html.contains("action=\"/door/mitte/letter-code\""), "{}", right.words());
    assert!(right.html.contains("action=\"/door/mitte/unlink\""), "{}", right.words());

    let told = server.next(WITHIN).await?;
    assert_eq!(told.to, [MAIL]);
    let link = apart(&told)?;
    let path = link.strip_prefix(&house.url()).with_context(|| link.to_owned())?;
    let mut anybody = petra.stranger();
    let page = anybody.get(path).await?;
    assert!(petra.get("/door/mitte").await?.html.contains("action=\"/door/mitte/unlink\""), "looking undoes nothing");
    anybody.fill(&page, "/door/mitte/undo-link", &[]).await?;
    let page = petra.get("/door/mitte").await?;
    assert!(!page.html.contains("action=\"/door/mitte/unlink\""), "{}", page.words());
    house.farewell().await
}
