//! Letters by SMTP (RFC 5321), over the hospital's own mail server.

use std::time::Duration;

use bedside_core::{
    channel::{Fault, Promise},
    letter::{Letter, Post},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error as SmtpError,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};

use crate::{Secret, http::use_ring};

/// How long the server may take for one command.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the way to the mail server is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// STARTTLS, and nothing is said without it (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314 §3.3).
    Tls,
    /// Nothing: for a server on this machine.
    None,
}

/// How letters are sent.
#[derive(Debug, Clone)]
pub struct Config {
    /// The server's name.
    pub host: String,
    /// Its port; `None`: the usual one.
    pub port: Option<u16>,
    /// How the way is guarded.
    pub guard: Guard,
    /// A certificate authority of the house's own, as PEM.
    pub authority: Option<Vec<u8>>,
    /// Name and password, where the server wants them.
    pub login: Option<(String, Secret)>,
    /// The sender, e.g. `Lindenhof <no-reply@lindenhof.example>`.
    pub from: String,
}

/// What can't be used of a [`Config`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMail {
    /// The sender is no address.
    #[error("'{0}' is no sender (expected e.g. Lindenhof <no-reply@lindenhof.example>)")]
    From(String),
    /// The certificate authority can't be read, or the machine trusts none.
    #[error("no TLS: {0}")]
    Tls(String),
}

/// Sends letters over one server.
#[derive(Debug)]
pub struct Smtp {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Smtp {
    /// A way to the server; nothing is connected before there is a letter.
    ///
    /// # Errors
    /// The sender is no address, or TLS can't be had.
    pub fn new(config: &Config) -> Result<Self, BadMail> {
        use_ring();
        let from = config.from.parse().map_err(|_| BadMail::From(config.from.clone()))?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host);
        let (builder, usual) = match config.guard {
            Guard::StartTls => (builder.tls(Tls::Required(tls(config)?)), 587),
            Guard::Tls => (builder.tls(Tls::Wrapper(tls(config)?)), 465),
            Guard::None => (builder.tls(Tls::None), 25),
        };
        let builder = builder.port(config.port.unwrap_or(usual)).timeout(Some(PATIENCE));
        let builder = match &config.login {
            Some((name, password)) => builder.credentials(Credentials::new(name.clone(), password.expose().to_owned())),
            None => builder,
        };
        Ok(Self { from, transport: builder.build() })
    }

    fn message(&self, letter: &Letter) -> Result<Message, Fault> {
        let malformed = |what: &str| Fault::Refused { status: 400, code: what.to_owned() };
        let host = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to.parse().map_err(|_| malformed("address"))?))
            .subject(&letter.subject)
            .message_id(Some(format!("<{}@{host}>", letter.id)))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|_| malformed("letter"))
    }
}

impl Post for Smtp {
    fn send<'a>(&'a self, letter: &'a Letter) -> Promise<'a, Result<(), Fault>> {
        Box::pin(async move {
            let message = self.message(letter)?;
            self.transport.send(message).await.map(drop).map_err(|error| fault(&error))
        })
    }
}

fn tls(config: &Config) -> Result<TlsParameters, BadMail> {
    let bad = |error: SmtpError| BadMail::Tls(error.to_string());
    let builder = TlsParameters::builder(config.host.clone());
    let builder = match &config.authority {
        Some(pem) => builder.add_root_certificate(Certificate::from_pem(pem).map_err(bad)?),
        None => builder,
    };
    builder.build().map_err(bad)
}

/// The server's own words may repeat the address, so only its code is kept.
fn fault(error: &SmtpError) -> Fault {
    if error.is_timeout() {
        return Fault::TimedOut;
    }
    let status = error.status().map(u16::from);
    match status {
        // 530 and 535: the name or password is not accepted (RFC 4954 §6).
        Some(status @ (530 | 535)) => Fault::SignedOut { code: status.to_string() },
        Some(status) if error.is_permanent() => Fault::Refused { status, code: "smtp".to_owned() },
        Some(status) => Fault::Server { status },
        None => Fault::Unreachable,
    }
}

/// Tells answering machines to be silent (RFC 3834 §5).
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use bedside_core::{id::LetterId, time::Timestamp};
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

    use super::*;

    fn letter(to: &str) -> Letter {
        Letter {
            id: LetterId::new(Timestamp::from_micros(0), &[1; 10]),
            to: to.to_owned(),
            subject: "Ihr Code für Köln".to_owned(),
            text: "Grüße\n.\nvon uns\n".to_owned(),
        }
    }

    /// A server that says `answer` to RCPT; gives what it was told.
    async fn server(answer: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let told = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            let mut told = String::new();
            stream.write_all(b"220 mail ESMTP\r\n").await.unwrap();
            let mut is_text = false;
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).await.unwrap() == 0 {
                    return told;
                }
                told.push_str(&line);
                let said = match line.get(..4).unwrap_or_default() {
                    _ if is_text && line != ".\r\n" => continue,
                    _ if is_text => {
                        is_text = false;
                        "250 queued"
                    }
                    "RCPT" => answer,
                    "DATA" => {
                        is_text = true;
                        "354 go on"
                    }
                    "QUIT" => "221 bye",
                    _ => "250 ok",
                };
                stream.write_all(format!("{said}\r\n").as_bytes()).await.unwrap();
            }
        });
        (port, told)
    }

    fn smtp(port: u16) -> Smtp {
        let config = Config {
            host: "127.0.0.1".to_owned(),
            port: Some(port),
            guard: Guard::None,
            authority: None,
            login: None,
            from: "Lindenhof <no-reply@lindenhof.example>".to_owned(),
        };
        Smtp::new(&config).unwrap()
    }

    #[tokio::test]
    async fn a_letter_says_that_no_person_wrote_it_and_keeps_its_id() {
        let (port, told) = server("250 ok").await;
        smtp(port).send(&letter("eva@example.org")).await.unwrap();
        let told = told.await.unwrap();
        assert!(told.contains("RCPT TO:<eva@example.org>"), "{told}");
        assert!(told.contains("Auto-Submitted: auto-generated"), "{told}");
        assert!(told.contains("Message-ID: <00000000-0000-7") && told.contains("@lindenhof.example>"), "{told}");
    }

    #[tokio::test]
    async fn a_refusal_is_final_and_a_full_server_is_asked_again() {
        let (port, _told) = server("550 no such user").await;
        let refused = smtp(port).send(&letter("eva@example.org")).await.unwrap_err();
        assert_eq!(refused, Fault::Refused { status: 550, code: "smtp".to_owned() });
        let (port, _told) = server("452 full").await;
        assert!(smtp(port).send(&letter("eva@example.org")).await.unwrap_err().is_passing());
        let nobody = smtp(port).send(&letter("no address")).await.unwrap_err();
        assert!(!nobody.is_passing(), "{nobody}");
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        assert!(smtp(closed).send(&letter("eva@example.org")).await.unwrap_err().is_passing());
    }

    #[test]
    fn a_sender_that_is_no_address_is_refused() {
        let config = Config {
            host: "mail.example".to_owned(),
            port: None,
            guard: Guard::None,
            authority: None,
            login: None,
            from: "Lindenhof".to_owned(),
        };
        assert_eq!(Smtp::new(&config).unwrap_err(), BadMail::From("Lindenhof".to_owned()));
    }
}
