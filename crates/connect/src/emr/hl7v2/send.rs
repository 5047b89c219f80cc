//! Sending over MLLP: one message in flight, and an answer counts only if it names that message (MSA-2). A late or strange
//! answer ends the connection: taken for the next message's it would lose one without anybody knowing.

use std::{collections::VecDeque, future::poll_fn, io, pin::Pin, task::Poll, time::Duration};

use bedside_clinical::{
    hl7::{Message, Reading, ack::Acknowledgement},
    mllp::{Frames, frame},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
    time::timeout,
};

use crate::tls::ClientTls;

/// How many answers of before are known again on one connection.
const REMEMBERED: usize = 1_000;
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// The longest answer.
const MOST_BYTES: usize = 1024 * 1024;
/// A frame whose carriage return doesn't come is taken as ended after this much silence.
const QUIET: Duration = Duration::from_millis(200);

/// Why a message is not known to have arrived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// Nobody listens there.
    #[error("no connection")]
    Unreachable,
    /// TLS did not come about: a certificate is not believed, by one side or the other.
    #[error("no TLS: {0}")]
    NoTls(String),
    /// The connection ended before an answer came. Whether the receiver has the message is not known.
    #[error("the receiver closed the connection without an answer")]
    Closed,
    /// No answer in time. Whether the receiver has the message is not known.
    #[error("no answer within {} s", .after.as_secs())]
    TimedOut {
        /// How long was waited.
        after: Duration,
    },
    /// The answer is for another message.
    #[error("the answer is for another message than the one that was sent")]
    OtherMessage,
    /// The answer is no acknowledgement.
    #[error("the answer is no HL7 acknowledgement")]
    NotUnderstood,
    /// The receiver has read the message and does not take it.
    #[error("refused with {code}")]
    Refused {
        /// MSA-1.
        code: String,
        /// What the receiver says about it; may hold words of the message.
        texts: Vec<String>,
    },
}

impl SendFault {
    /// Whether trying again later can help without a person.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable | Self::NoTls(_) | Self::Closed | Self::TimedOut { .. } | Self::OtherMessage => true,
            Self::NotUnderstood | Self::Refused { .. } => false,
        }
    }

    /// The word for store and pages.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NoTls(_) => "no_tls",
            Self::Closed => "closed",
            Self::TimedOut { .. } => "timed_out",
            Self::OtherMessage => "other_message",
            Self::NotUnderstood => "not_understood",
            Self::Refused { .. } => "refused",
        }
    }
}

/// A receiver, with the connection to it while it holds.
#[derive(Debug)]
pub struct Sender {
    address: String,
    tls: Option<ClientTls>,
    patience: Duration,
    open: Option<Open>,
}

/// A connection, plain or under TLS.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Wire for T {}

struct Open {
    stream: Box<dyn Wire>,
    frames: Frames,
    /// What was answered on this connection: some receivers answer all earlier messages again with each new one.
    answered: VecDeque<String>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("answered", &self.answered.len()).finish_non_exhaustive()
    }
}

impl Sender {
    /// A receiver at `address` (`HOST:PORT`), which may take `patience` to answer.
    #[must_use]
    pub fn new(address: &str, patience: Duration) -> Self {
        Self { address: address.to_owned(), tls: None, patience, open: None }
    }

    /// The same, under TLS.
    #[must_use]
    pub fn under(self, tls: ClientTls) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// Sends a message and waits for the answer that names it.
    ///
    /// # Errors
    /// It is not known to have arrived; after every fault but a refusal the connection is made anew.
    pub async fn send(&mut self, message: &[u8], control_id: &str) -> Result<Acknowledgement, SendFault> {
        let kept = self.open.take();
        let was_kept = kept.is_some();
        let mut open = match kept {
            Some(open) => open,
            None => self.connect().await?,
        };
        let answer = match self.exchange(&mut open, (message, control_id)).await {
            // A connection that was kept open may have died unseen; one try on a new one. The receiver's own memory of
            // MSH-10 tells a resend.
            Err(SendFault::Closed) if was_kept => {
                open = self.connect().await?;
                self.exchange(&mut open, (message, control_id)).await?
            }
            other => other?,
        };
        if answer.control_id != control_id {
            return Err(SendFault::OtherMessage);
        }
        open.answered.push_back(answer.control_id.clone());
        if open.answered.len() > REMEMBERED {
            open.answered.pop_front();
        }
        self.open = Some(open);
        match answer.code {
            Some(code) if code.is_accept() => Ok(answer),
            Some(code) => Err(SendFault::Refused { code: code.text().to_owned(), texts: answer.texts }),
            None => Err(SendFault::NotUnderstood),
        }
    }

    async fn connect(&self) -> Result<Open, SendFault> {
        let stream = timeout(CONNECT, TcpStream::connect(&self.address)).await;
        let stream = stream.ok().and_then(Result::ok).ok_or(SendFault::Unreachable)?;
        // The frame goes out whole; nothing is gained by waiting for more.
        let _without = stream.set_nodelay(true);
        let stream: Box<dyn Wire> = match &self.tls {
            None => Box::new(stream),
            Some(tls) => {
                let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
                let secured = timeout(CONNECT, tls.connect(host, stream)).await;
                let secured = secured.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
                Box::new(secured.map_err(|error| SendFault::NoTls(error.to_string()))?)
            }
        };
        Ok(Open { stream, frames: Frames::new(MOST_BYTES), answered: VecDeque::new() })
    }

    async fn exchange(&self, open: &mut Open, message: (&[u8], &str)) -> Result<Acknowledgement, SendFault> {
        let late = SendFault::TimedOut { after: self.patience };
        timeout(self.patience, open.exchange(message)).await.unwrap_or(Err(late))
    }
}

impl Open {
    async fn exchange(&mut self, (message, control_id): (&[u8], &str)) -> Result<Acknowledgement, SendFault> {
        // Whoever sends a message twice waits for its answer twice.
        self.answered.retain(|answered| answered != control_id);
        let mut chunk = vec![0; 8 * 1024];
        // What lies there before anything was asked may answer again what was answered, and nothing else.
        loop {
            match read_now(&mut self.stream, &mut chunk).await {
                Some(Ok(0)) => return Err(SendFault::Closed),
                Some(Ok(bytes)) => self.frames.push(chunk.get(..bytes).unwrap_or_default()),
                Some(Err(_)) | None => break,
            }
        }
        while let Some(answer) = self.frames.next_frame().map_err(|_| SendFault::NotUnderstood)? {
            if !self.is_again(&read(&answer)?) {
                return Err(SendFault::OtherMessage);
            }
        }
        let sent = async {
            self.stream.write_all(&frame(message)).await?;
            self.stream.flush().await
        };
        // A receiver that does not believe our certificate says so only now (RFC 8446 §4.4.2.4).
        sent.await.map_err(|error| broken(&error))?;
        loop {
            while let Some(answer) = self.frames.next_frame().map_err(|_| SendFault::NotUnderstood)? {
                let answer = read(&answer)?;
                if !self.is_again(&answer) {
                    return Ok(answer);
                }
            }
            let is_begun = self.frames.waiting_bytes() > 0;
            let read_some = self.stream.read(&mut chunk);
            let bytes = if is_begun { timeout(QUIET, read_some).await } else { Ok(read_some.await) };
            match bytes {
                Ok(Ok(bytes)) if bytes > 0 => self.frames.push(chunk.get(..bytes).unwrap_or_default()),
                Ok(Err(error)) if is_tls(&error) => return Err(broken(&error)),
                Ok(_) => return self.flushed()?.map_or(Err(SendFault::Closed), |answer| read(&answer)),
                Err(_) => {
                    if let Some(answer) = self.flushed()? {
                        return read(&answer);
                    }
                }
            }
        }
    }

    /// Whether an answer only repeats one that came before on this connection.
    fn is_again(&self, answer: &Acknowledgement) -> bool {
        self.answered.contains(&answer.control_id)
    }

    fn flushed(&mut self) -> Result<Option<Vec<u8>>, SendFault> {
        self.frames.flush().map_err(|_| SendFault::NotUnderstood)
    }
}

/// What can be read without waiting; `None`: nothing.
async fn read_now(stream: &mut Box<dyn Wire>, chunk: &mut [u8]) -> Option<io::Result<usize>> {
    poll_fn(|context| {
        let mut buffer = ReadBuf::new(chunk);
        Poll::Ready(match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
            Poll::Ready(Ok(())) => Some(Ok(buffer.filled().len())),
            Poll::Ready(Err(error)) => Some(Err(error)),
            Poll::Pending => None,
        })
    })
    .await
}

/// Whether the other side ended TLS with an alert, or what came is none.
fn is_tls(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
}

fn broken(error: &io::Error) -> SendFault {
    if is_tls(error) { SendFault::NoTls(error.to_string()) } else { SendFault::Closed }
}

fn read(answer: &[u8]) -> Result<Acknowledgement, SendFault> {
    let message = Message::parse(answer, &Reading::default()).map_err(|_| SendFault::NotUnderstood)?;
    Acknowledgement::read(&message).ok_or(SendFault::NotUnderstood)
}
