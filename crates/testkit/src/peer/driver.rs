//! A process that is spoken to in JSON lines, one object each.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use super::{Server, folder};

/// A started driver; killed with its value.
#[derive(Debug)]
pub(crate) struct Driver {
    server: Server,
    orders: ChildStdin,
    heard: UnboundedReceiver<Value>,
    // What was heard while something else was waited for.
    kept: VecDeque<Value>,
}

impl Driver {
    pub(crate) fn start(name: &'static str, command: Command) -> Result<Self> {
        let (server, orders, said) = Server::converse(name, command, folder("peer")?)?;
        let (tell, heard) = unbounded_channel();
        tokio::spawn(listen(said, tell));
        Ok(Self { server, orders, heard, kept: VecDeque::new() })
    }

    /// Gives it one line.
    pub(crate) async fn tell(&mut self, order: &Value) -> Result<()> {
        self.orders.write_all(format!("{order}\n").as_bytes()).await.context("the driver has ended")
    }

    /// Waits for the first line that `wanted` makes something of; the others stay for later.
    pub(crate) async fn hear<T>(&mut self, within: Duration, wanted: impl Fn(&Value) -> Option<T>) -> Result<T> {
        if let Some((at, found)) = self.kept.iter().enumerate().find_map(|(at, line)| Some((at, wanted(line)?))) {
            self.kept.remove(at);
            return Ok(found);
        }
        let until = Instant::now() + within;
        loop {
            match tokio::time::timeout_at(until, self.heard.recv()).await {
                Ok(Some(line)) => match wanted(&line) {
                    Some(found) => return Ok(found),
                    None => self.kept.push_back(line),
                },
                Ok(None) => bail!("{} ended\n{}", self.server.name, self.server.last_words()),
                Err(_) => {
                    let words = self.server.last_words();
                    bail!("{} said nothing of it within {within:?}; it said {:?}\n{words}", self.server.name, self.kept)
                }
            }
        }
    }

    /// Takes every line that has come and that `wanted` makes something of.
    pub(crate) fn heard<T>(&mut self, wanted: impl Fn(&Value) -> Option<T>) -> Vec<T> {
        while let Ok(line) = self.heard.try_recv() {
            self.kept.push_back(line);
        }
        let mut found = Vec::new();
        self.kept.retain(|line| match wanted(line) {
            Some(one) => {
                found.push(one);
                false
            }
            None => true,
        });
        found
    }
}

async fn listen(said: ChildStdout, tell: UnboundedSender<Value>) {
    let mut lines = BufReader::new(said).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        // Anything else is a library's own chatter.
        if let Ok(line) = serde_json::from_str(&line)
            && tell.send(line).is_err()
        {
            return;
        }
    }
}
