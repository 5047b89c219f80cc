//! One connection: frames come in, each message is read, stored and only then answered, one after the other.

use std::{sync::Arc, time::Duration};

use bedside_clinical::{
    hl7,
    mllp::{Frames, frame},
};
use bedside_core::emr::LinkNews;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    sync::watch,
    time::{Instant, timeout},
};

use super::{
    listen::{Shared, stopped},
    reading,
};

/// What is read at once.
const CHUNK_BYTES: usize = 16 * 1024;
/// A frame whose end byte came and whose carriage return didn't is taken as ended after this much silence.
const QUIET: Duration = Duration::from_millis(200);
/// How long a sender may take to accept an answer.
const ANSWER: Duration = Duration::from_secs(30);

/// A connection with what came in and was not read yet.
pub(super) struct Line<S> {
    shared: Arc<Shared>,
    stream: S,
    frames: Frames,
    /// Since when a message is coming in.
    since: Option<Instant>,
}

/// Whether the connection goes on.
#[derive(PartialEq, Eq)]
enum Next {
    Read,
    Close,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    pub(super) fn new(shared: Arc<Shared>, stream: S) -> Self {
        let frames = Frames::new(shared.config.most_bytes);
        Self { shared, stream, frames, since: None }
    }

    /// Answers messages until the sender goes, does what it must not, or everything stops.
    pub(super) async fn run(mut self, mut stopping: watch::Receiver<bool>) {
        self.shared.note(LinkNews::Connected);
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let read = tokio::select! {
                read = self.read(&mut chunk) => read,
                () = stopped(&mut stopping) => return,
            };
            let Some(bytes) = read else { return };
            self.frames.push(chunk.get(..bytes).unwrap_or_default());
            if self.answer_all().await == Next::Close {
                return;
            }
            self.since = (self.frames.waiting_bytes() > 0).then(|| self.since.unwrap_or_else(Instant::now));
        }
    }

    /// The number of bytes read, 0 where the sender is only quiet; `None`: the connection is over.
    async fn read(&mut self, chunk: &mut [u8]) -> Option<usize> {
        let Some(since) = self.since else {
            return self.stream.read(chunk).await.ok().filter(|bytes| *bytes > 0);
        };
        if since.elapsed() > self.shared.config.patience {
            self.shared.note(LinkNews::TooSlow);
            return None;
        }
        match timeout(QUIET, self.stream.read(chunk)).await {
            Ok(read) => {
                let bytes = read.ok().filter(|bytes| *bytes > 0);
                if bytes.is_none() {
                    self.shared.note(LinkNews::BrokenOff);
                }
                bytes
            }
            Err(_) => Some(0),
        }
    }

    async fn answer_all(&mut self) -> Next {
        loop {
            let found = match self.frames.next_frame() {
                Ok(None) if self.since.is_some() => self.frames.flush(),
                other => other,
            };
            match found {
                Ok(Some(message)) => {
                    self.since = None;
                    if self.answer(&message).await == Next::Close {
                        return Next::Close;
                    }
                }
                Ok(None) => {
                    self.note_faults();
                    return Next::Read;
                }
                Err(error) => {
                    tracing::warn!(link = %self.shared.config.slug, %error, "a connection was closed");
                    self.shared.note(LinkNews::NotMllp);
                    return Next::Close;
                }
            }
        }
    }

    fn note_faults(&mut self) {
        let faults = self.frames.take_faults();
        for (count, news) in [
            (faults.stray_bytes, LinkNews::StrayBytes),
            (faults.without_cr, LinkNews::WithoutCr),
            (faults.broken_off, LinkNews::BrokenOff),
        ] {
            if count > 0 {
                self.shared.note(news);
            }
        }
    }

    /// A frame may hold a batch: each of its messages is stored and answered.
    async fn answer(&mut self, bytes: &[u8]) -> Next {
        for one in hl7::split(bytes) {
            let config = &self.shared.config;
            let Some(answer) = reading::read(one, &config.manner, (config.clock)()) else {
                self.shared.note(LinkNews::Unreadable);
                continue;
            };
            // Only after commit: a crash here must make the sender resend.
            if let Err(error) = self.shared.take.take_emr(self.shared.config.id, answer.received).await {
                tracing::error!(link = %self.shared.config.slug, %error, "a message is not acknowledged");
                return Next::Close;
            }
            let Some(ack) = answer.ack else { continue };
            let framed = frame(&ack);
            let written = async {
                self.stream.write_all(&framed).await?;
                self.stream.flush().await
            };
            if !matches!(timeout(ANSWER, written).await, Ok(Ok(()))) {
                return Next::Close;
            }
        }
        Next::Read
    }
}
