//! The file: what makes it the same file again, and a thread that reads rows ahead while others are being stored.

use std::{
    fs::File,
    io::{BufReader, Read as _, Seek as _, SeekFrom},
    path::Path,
    time::UNIX_EPOCH,
};

use anyhow::{Context as _, Result, anyhow};
use bedside_connect::row::{Format, Row, RowError, Rows};
use ring::digest;
use tokio::sync::mpsc;

/// Rows handed over at once. They are stored in transactions of at most 500 for each channel.
const ROWS: usize = 1_500;
/// Or fewer, if they are long: memory stays flat.
const BYTES: u64 = 4 << 20;
/// Chunks read ahead of the one being stored.
const AHEAD: usize = 1;
/// How much of each end of the file tells it from others.
const END_BYTES: u64 = 1 << 20;

/// A file to be imported.
#[derive(Debug)]
pub struct Source {
    file: File,
    format: Format,
    /// How long it is.
    pub bytes: u64,
    /// Its fingerprint: wherever it lies and whatever it is called, it goes on where it stood.
    pub fingerprint: String,
}

/// A piece of the file.
#[derive(Debug, Default)]
pub struct Chunk {
    /// The good rows, each with its line.
    pub rows: Vec<(u64, Row)>,
    /// The bad ones.
    pub bad: Vec<RowError>,
    /// Rows before this chunk, good and bad.
    pub first: i64,
    /// Rows up to its end.
    pub end: i64,
    /// Bytes up to its end.
    pub bytes: u64,
}

impl Source {
    /// Opens a file.
    ///
    /// # Errors
    /// It can't be read, or nobody knows its format.
    pub fn open(path: &Path, format: Option<Format>) -> Result<Self> {
        let name = path.display();
        let told = || Format::of_name(&path.to_string_lossy());
        let format = format
            .or_else(told)
            .with_context(|| format!("{name}: the name doesn't tell the format; say --format jsonl or --format csv"))?;
        let open = || {
            let mut file = File::open(path)?;
            let fingerprint = fingerprint(&mut file)?;
            Ok::<_, std::io::Error>((file, fingerprint))
        };
        let (file, (bytes, fingerprint)) = open().with_context(|| format!("{name} can't be read"))?;
        Ok(Self { file, format, bytes, fingerprint })
    }

    /// Reads ahead on a thread of its own, after the first `skip` rows. The thread ends with the file, or when nobody
    /// listens any more.
    ///
    /// # Errors
    /// The file isn't in its format: a CSV without the columns that must be there.
    pub fn read_ahead(self, skip: i64) -> Result<mpsc::Receiver<Chunk>> {
        let bad = |error: RowError| anyhow!("{error}");
        let rows = Rows::new(self.format, BufReader::with_capacity(1 << 18, self.file)).map_err(bad)?;
        let (sender, receiver) = mpsc::channel(AHEAD);
        std::thread::Builder::new().name("import".to_owned()).spawn(move || send(rows, skip, &sender))?;
        Ok(receiver)
    }
}

fn send(mut rows: Rows<BufReader<File>>, skip: i64, to: &mpsc::Sender<Chunk>) {
    let mut at = 0;
    while at < skip && rows.next().is_some() {
        at += 1;
    }
    loop {
        let chunk = next(&mut rows, at);
        let is_end = chunk.end == chunk.first;
        at = chunk.end;
        if is_end || to.blocking_send(chunk).is_err() {
            return;
        }
    }
}

fn next(rows: &mut Rows<BufReader<File>>, first: i64) -> Chunk {
    let begun = rows.bytes_read();
    let mut chunk = Chunk { first, end: first, ..Chunk::default() };
    while chunk.rows.len() + chunk.bad.len() < ROWS && rows.bytes_read() - begun < BYTES {
        match rows.next() {
            Some(Ok(row)) => chunk.rows.push((rows.line(), row)),
            Some(Err(error)) => chunk.bad.push(error),
            None => break,
        }
        chunk.end += 1;
    }
    chunk.bytes = rows.bytes_read();
    chunk
}

/// Length and a hash over length, time of change, and both ends.
fn fingerprint(file: &mut File) -> std::io::Result<(u64, String)> {
    let data = file.metadata()?;
    let bytes = data.len();
    let changed = data.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(&bytes.to_be_bytes());
    hash.update(&changed.to_be_bytes());
    for start in [0, bytes.saturating_sub(END_BYTES)] {
        file.seek(SeekFrom::Start(start))?;
        let mut end = Vec::new();
        file.take(END_BYTES).read_to_end(&mut end)?;
        hash.update(&end);
    }
    file.rewind()?;
    Ok((bytes, hash.finish().as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()))
}
