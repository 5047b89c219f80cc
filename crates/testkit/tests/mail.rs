//! Letters to a real mail server: under TLS that is believed, by name and password, and what becomes of those it refuses.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::time::Duration;

use anyhow::Result;
use bedside_connect::{
    Secret,
    mail::{Config, Guard, Smtp},
};
use bedside_core::{
    channel::Fault,
    id::LetterId,
    letter::{Letter, Post as _},
    time::Timestamp,
};
use bedside_testkit::{
    papers::{LOOPBACK, Papers},
    peer::{
        free_port,
        mail::{MailServer, Postal, Way},
    },
};
use tempfile::TempDir;

const WITHIN: Duration = Duration::from_secs(10);
/// A dot by itself would end a letter, were it sent as it is (RFC 5321 §4.5.2).
const TEXT: &str = "Good day, and many more words that are plain,\n.\nGrüße\n";
const LOGIN: (&str, &str) = ("bedside", "Brücken-Wärter 7");

/// An authority of the house's own, a certificate for loopback and one for another name, and a stranger's authority.
async fn papers() -> Result<(TempDir, Papers)> {
    let folder = TempDir::with_prefix("bedside-mail-")?;
    let papers = Papers::in_folder(folder.path());
    papers.authority("house").await?;
    papers.authority("stranger").await?;
    papers.signed("mail", "house", LOOPBACK).await?;
    papers.signed("other", "house", "DNS:mail.elsewhere.example").await?;
    Ok((folder, papers))
}

fn guarded(way: Way, papers: &Papers, certificate: &str) -> Postal {
    let file = |end: &str| papers.path(&format!("{certificate}.{end}"));
    Postal { tls: Some((way, file("pem"), file("key"))), ..Postal::default() }
}

fn config(port: u16, guard: Guard) -> Config {
    Config {
        host: "localhost".to_owned(),
        port: Some(port),
        guard,
        authority: None,
        login: None,
        from: "Lindenhof <no-reply@lindenhof.example>".to_owned(),
    }
}

fn login((name, password): (&str, &str)) -> Option<(String, Secret)> {
    Some((name.to_owned(), Secret::new(password)))
}

async fn send(config: &Config, to: &str) -> Result<(), Fault> {
    let letter = Letter {
        id: LetterId::new(Timestamp::from_micros(0), &[1; 10]),
        to: to.to_owned(),
        subject: "Ihr Code für Köln".to_owned(),
        text: TEXT.to_owned(),
    };
    Smtp::new(config).unwrap().send(&letter).await
}

mod real_mail {
    use super::*;

    #[tokio::test]
    async fn a_letter_arrives_whole_and_says_that_no_person_wrote_it() -> Result<()> {
        let mut server = MailServer::start(&Postal::default()).await?;
        send(&config(server.port(), Guard::None), "eva@example.org").await?;
        let letter = server.next(WITHIN).await?;
        assert_eq!((&*letter.to, letter.under_tls), (&["eva@example.org".to_owned()][..], false));
        assert_eq!(letter.field("Auto-Submitted"), "auto-generated");
        assert_eq!(letter.field("Subject"), "Ihr Code für Köln");
        let id = letter.field("Message-ID");
        assert!(id.starts_with("<00000000-0000-7") && id.ends_with("@lindenhof.example>"), "{id}");
        assert_eq!(letter.text.replace("\r\n", "\n").trim_end(), TEXT.trim_end());
        Ok(())
    }

    #[tokio::test]
    async fn a_refusal_is_final_and_a_full_mailbox_is_tried_again() -> Result<()> {
        let mut server = MailServer::start(&Postal::default()).await?;
        let config = config(server.port(), Guard::None);
        server.refuse(Some("550 5.1.1 no such user")).await?;
        let refused = send(&config, "eva@example.org").await.unwrap_err();
        assert_eq!(refused, Fault::Refused { status: 550, code: "smtp".to_owned() });
        server.refuse(Some("452 4.2.2 mailbox full")).await?;
        assert_eq!(send(&config, "eva@example.org").await.unwrap_err(), Fault::Server { status: 452 });
        server.refuse(None).await?;
        send(&config, "eva@example.org").await?;
        assert!(!send(&config, "no address").await.unwrap_err().is_passing());
        assert_eq!(server.next(WITHIN).await?.to, ["eva@example.org"]);
        assert_eq!(server.letters(), [], "one letter arrived, and only once");
        let nobody = super::config(free_port()?, Guard::None);
        assert_eq!(send(&nobody, "eva@example.org").await.unwrap_err(), Fault::Unreachable);
        Ok(())
    }

    #[tokio::test]
    async fn tls_of_either_kind_is_believed_under_the_houses_own_authority_alone() -> Result<()> {
        let (_folder, papers) = papers().await?;
        for (way, guard) in [(Way::StartTls, Guard::StartTls), (Way::Tls, Guard::Tls)] {
            let mut server = MailServer::start(&guarded(way, &papers, "mail")).await?;
            let believing = |authority: &str| -> Result<Config> {
                let authority = Some(papers.read(&format!("{authority}.pem"))?);
                Ok(Config { authority, ..config(server.port(), guard) })
            };
            let (ours, strangers, none) = (believing("house")?, believing("stranger")?, config(server.port(), guard));
            for (why, config) in [("another authority", strangers), ("the machine's authorities", none)] {
                assert_eq!(send(&config, "eva@example.org").await, Err(Fault::Unreachable), "{why}, {way:?}");
            }
            send(&ours, "eva@example.org").await?;
            assert!(server.next(WITHIN).await?.under_tls, "{way:?}");
            assert_eq!(server.letters(), [], "{way:?}");

            let mut other = MailServer::start(&guarded(way, &papers, "other")).await?;
            let at_other = Config { port: Some(other.port()), ..ours };
            assert_eq!(send(&at_other, "eva@example.org").await, Err(Fault::Unreachable), "another name, {way:?}");
            assert_eq!(other.letters(), []);
        }
        Ok(())
    }

    #[tokio::test]
    async fn nothing_is_said_to_a_server_without_starttls() -> Result<()> {
        let (_folder, papers) = papers().await?;
        let mut server = MailServer::start(&Postal::default()).await?;
        let authority = Some(papers.read("house.pem")?);
        let wanting = Config { authority, login: login(LOGIN), ..config(server.port(), Guard::StartTls) };
        assert!(send(&wanting, "eva@example.org").await.is_err());
        assert_eq!(server.letters(), []);
        Ok(())
    }

    #[tokio::test]
    async fn name_and_password_are_shown_by_either_mechanism_and_a_wrong_one_is_told_apart() -> Result<()> {
        let (_folder, papers) = papers().await?;
        for mechanism in ["PLAIN", "LOGIN"] {
            let postal =
                Postal { login: Some(LOGIN), mechanism: Some(mechanism), ..guarded(Way::StartTls, &papers, "mail") };
            let mut server = MailServer::start(&postal).await?;
            let authority = Some(papers.read("house.pem")?);
            let nameless = Config { authority, ..config(server.port(), Guard::StartTls) };
            let wrong = Config { login: login((LOGIN.0, "geraten")), ..nameless.clone() };
            let right = Config { login: login(LOGIN), ..nameless.clone() };
            let signed_out = |code: &str| Err(Fault::SignedOut { code: code.to_owned() });
            assert_eq!(send(&nameless, "eva@example.org").await, signed_out("530"), "{mechanism}");
            assert_eq!(send(&wrong, "eva@example.org").await, signed_out("535"), "{mechanism}");
            send(&right, "eva@example.org").await?;
            let letter = server.next(WITHIN).await?;
            assert_eq!(letter.user, Some(format!("{mechanism} {}", LOGIN.0)));
            assert!(letter.under_tls);
        }
        Ok(())
    }
}
