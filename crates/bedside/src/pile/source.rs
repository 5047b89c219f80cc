//! The rows of a file or of the standard input, in batches: a few hundred kilobytes at once where they are there, each row
//! by itself where somebody still types. However big the file, no more than a batch is read ahead.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read},
    path::Path,
};

use anyhow::{Context as _, Result};

/// A batch is handed on when it holds so many bytes or rows.
const BATCH_BYTES: usize = 256 * 1024;
const BATCH_ROWS: usize = 512;
/// A longer line is no row.
const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// Rows that lie one after the other.
#[derive(Debug, Default)]
pub struct Batch {
    /// The number of each row's line, from 1, and the row; `None`: the line is too long.
    pub rows: Vec<(u64, Option<Vec<u8>>)>,
    /// How many bytes were read up to its end.
    pub upto: u64,
    bytes: usize,
}

/// Where rows come from.
pub struct Source {
    from: BufReader<Box<dyn Read + Send>>,
    line: u64,
    read: u64,
}

/// What a source is called, and how big it is where that is known.
#[derive(Debug, Clone)]
pub struct Named {
    /// For messages.
    pub name: String,
    /// In bytes.
    pub size_bytes: Option<u64>,
}

/// Opens a file; `-` or nothing is the standard input.
///
/// # Errors
/// It can't be opened.
pub fn open(file: Option<&Path>) -> Result<(Source, Named)> {
    let Some(path) = file.filter(|path| *path != Path::new("-")) else {
        let name = "<stdin>".to_owned();
        return Ok((Source::new(io::stdin()), Named { name, size_bytes: None }));
    };
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| name.clone())?;
    let about = file.metadata().with_context(|| name.clone())?;
    anyhow::ensure!(!about.is_dir(), "{name} is a folder");
    Ok((Source::new(file), Named { name, size_bytes: about.is_file().then_some(about.len()) }))
}

impl Source {
    fn new(from: impl Read + Send + 'static) -> Self {
        Self { from: BufReader::with_capacity(BATCH_BYTES, Box::new(from)), line: 0, read: 0 }
    }

    /// The next batch; `None`: the end. Blank lines are no rows.
    ///
    /// # Errors
    /// The source can't be read.
    pub fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        while batch.bytes < BATCH_BYTES && batch.rows.len() < BATCH_ROWS {
            let Some(line) = self.line()? else { break };
            batch.bytes += line.as_ref().map_or(0, Vec::len);
            if line.as_ref().is_none_or(|line| !line.is_empty()) {
                batch.rows.push((self.line, line));
            }
            batch.upto = self.read;
            // What is not there yet may take long, from a terminal or a pipe: what is there goes on.
            if !batch.rows.is_empty() && self.from.buffer().is_empty() {
                break;
            }
        }
        Ok((batch.upto > 0).then_some(batch))
    }

    /// The next line without its end; `Some(None)`: it was too long and is passed over.
    fn line(&mut self) -> io::Result<Option<Option<Vec<u8>>>> {
        let mut line = Vec::new();
        let limit = LONGEST_LINE as u64 + 2;
        let mut taken = self.from.by_ref().take(limit).read_until(b'\n', &mut line)? as u64;
        if taken == 0 {
            return Ok(None);
        }
        self.line += 1;
        let is_long = taken == limit && !line.ends_with(b"\n");
        if is_long {
            taken += skip_line(&mut self.from)?;
        }
        if self.read == 0 && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        self.read += taken;
        let blanks = line.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
        line.truncate(line.len() - blanks);
        Ok(Some((!is_long).then_some(line)))
    }
}

fn skip_line(from: &mut BufReader<Box<dyn Read + Send>>) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let there = from.fill_buf()?;
        let end = there.iter().position(|byte| *byte == b'\n');
        let take = end.map_or(there.len(), |at| at + 1);
        from.consume(take);
        skipped += take as u64;
        if end.is_some() || take == 0 {
            return Ok(skipped);
        }
    }
}
