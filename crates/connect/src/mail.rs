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

    /// Greets the server, signs in where that is set up, and says NOOP (RFC 5321 §4.1.1.9).
    fn reach(&self) -> Promise<'_, Result<(), Fault>> {
        Box::pin(async move {
            match self.transport.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err(Fault::Unreachable),
                Err(error) => Err(fault(&error)),
            }
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
    use super::*;

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
