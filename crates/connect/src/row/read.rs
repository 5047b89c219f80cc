//! Rows of a file, one at a time: memory stays flat however long the file is.

use std::{
    borrow::Cow,
    io::{self, BufRead, Read as _},
};

use super::{FIELDS, Field, Fields, Row, RowError, from_json};

/// The longest line of JSON.
const MAX_LINE_BYTES: u64 = 1 << 20;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON Lines: one object per line, UTF-8.
    JsonLines,
    /// CSV with a header line, UTF-8; separated by commas, semicolons or tabs.
    Csv,
}

impl Format {
    /// The format that a file's name tells.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("jsonl" | "ndjson" | "json") => Some(Self::JsonLines),
            Some("csv" | "tsv") => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Reads a file row by row. Ends at the end of the file, or after an error of reading itself.
pub struct Rows<R> {
    inner: Inner<R>,
}

enum Inner<R> {
    Json(JsonLines<R>),
    Csv(Box<Csv<R>>),
}

impl<R: BufRead> Rows<R> {
    /// Begins to read.
    ///
    /// # Errors
    /// The file can't be read, or a CSV's header lacks a column that must be there.
    pub fn new(format: Format, mut from: R) -> Result<Self, RowError> {
        skip_byte_order_mark(&mut from).map_err(|e| unreadable(1, &e))?;
        let inner = match format {
            Format::JsonLines => Inner::Json(JsonLines { from, line: 0, bytes: 0, buffer: Vec::new(), is_over: false }),
            Format::Csv => Inner::Csv(Box::new(Csv::new(from)?)),
        };
        Ok(Self { inner })
    }

    /// The line on which the row read last begins.
    #[must_use]
    pub fn line(&self) -> u64 {
        match &self.inner {
            Inner::Json(lines) => lines.line,
            Inner::Csv(csv) => csv.line(),
        }
    }

    /// How many bytes have been read, for a progress bar and for going on later.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        match &self.inner {
            Inner::Json(lines) => lines.bytes,
            Inner::Csv(csv) => csv.reader.position().byte(),
        }
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.inner {
            Inner::Json(lines) => lines.next(),
            Inner::Csv(csv) => csv.next(),
        }
    }
}

fn skip_byte_order_mark(from: &mut impl BufRead) -> io::Result<()> {
    if from.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        from.consume(3);
    }
    Ok(())
}

fn unreadable(line: u64, error: &io::Error) -> RowError {
    RowError { line, field: None, reason: format!("can't be read: {}", error.kind()) }
}

struct JsonLines<R> {
    from: R,
    line: u64,
    bytes: u64,
    buffer: Vec<u8>,
    is_over: bool,
}

impl<R: BufRead> JsonLines<R> {
    fn next(&mut self) -> Option<Result<Row, RowError>> {
        loop {
            if self.is_over {
                return None;
            }
            self.buffer.clear();
            self.line += 1;
            let whole = |line: u64, reason: &str| RowError { line, field: None, reason: reason.to_owned() };
            match self.from.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut self.buffer) {
                Ok(0) => return None,
                Ok(n) => self.bytes += n as u64,
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(unreadable(self.line, &error)));
                }
            }
            if self.buffer.len() as u64 >= MAX_LINE_BYTES && !self.buffer.ends_with(b"\n") {
                self.skip_line();
                return Some(Err(whole(self.line, "is longer than 1 MiB")));
            }
            match std::str::from_utf8(&self.buffer).map(str::trim) {
                Ok("") => {}
                Ok(text) => return Some(from_json(self.line, text)),
                Err(_) => return Some(Err(whole(self.line, "is not UTF-8"))),
            }
        }
    }

    fn skip_line(&mut self) {
        loop {
            self.buffer.clear();
            match self.from.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut self.buffer) {
                Ok(n) if n > 0 => self.bytes += n as u64,
                _ => self.is_over = true,
            }
            if self.is_over || self.buffer.ends_with(b"\n") {
                return;
            }
        }
    }
}

struct Csv<R> {
    reader: csv::Reader<R>,
    /// For each column of the file its place in [`FIELDS`].
    columns: Vec<Option<usize>>,
    record: csv::StringRecord,
    /// Whether lines end with CR LF; the parser then stops between the two.
    has_crlf: bool,
    is_over: bool,
}

impl<R: BufRead> Csv<R> {
    fn new(mut from: R) -> Result<Self, RowError> {
        let start = from.fill_buf().map_err(|e| unreadable(1, &e))?;
        let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let (delimiter, has_crlf) = (delimiter_of(header), header.ends_with(b"\r"));
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(from);
        let wrong = |reason: String| RowError { line: 1, field: None, reason };
        let header = reader.headers().map_err(|e| wrong(csv_reason(&e)))?;
        let place = |name: &str| FIELDS.iter().position(|field| field.eq_ignore_ascii_case(name.trim()));
        let columns: Vec<_> = header.iter().map(place).collect();
        let missing = FIELDS.iter().take(5).enumerate().find(|(n, _)| !columns.contains(&Some(*n)));
        match missing {
            Some((_, name)) => {
                Err(RowError { line: 1, field: Some(name), reason: "is no column of the header".to_owned() })
            }
            None => Ok(Self { reader, columns, record: csv::StringRecord::new(), has_crlf, is_over: false }),
        }
    }

    fn next(&mut self) -> Option<Result<Row, RowError>> {
        if self.is_over {
            return None;
        }
        match self.reader.read_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => Some(self.row()),
            Err(error) => {
                self.is_over = error.is_io_error();
                let line = error.position().map_or_else(|| self.reader.position().line(), csv::Position::line);
                Some(Err(RowError { line, field: None, reason: csv_reason(&error) }))
            }
        }
    }

    /// Where the record begins. The parser's own word for it is the end of the record before, without empty lines.
    fn line(&self) -> u64 {
        let inner = self.record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
        let own_end = u64::from(!self.has_crlf);
        let from_end = self.reader.position().line().saturating_sub(inner + own_end);
        self.record.position().map_or(0, csv::Position::line).max(from_end)
    }

    fn row(&self) -> Result<Row, RowError> {
        let line = self.line();
        if self.record.len() > self.columns.len() {
            let reason = format!("has {} fields, the header has {}", self.record.len(), self.columns.len());
            return Err(RowError { line, field: None, reason });
        }
        let mut fields = Fields::default();
        for (value, column) in self.record.iter().zip(&self.columns) {
            if let Some(field) = column.and_then(|column| fields.at_column(column)) {
                *field = Field::Text(Cow::Borrowed(value));
            }
        }
        fields.into_row().map_err(|(field, reason)| RowError { line, field: Some(field), reason })
    }
}

/// What separates the columns of the header: German spreadsheets write semicolons.
fn delimiter_of(header: &[u8]) -> u8 {
    let count = |delimiter: u8| header.iter().filter(|byte| **byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|delimiter| (count(*delimiter), *delimiter == b',')).unwrap_or(b',')
}

fn csv_reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8".to_owned(),
        csv::ErrorKind::Io(error) => format!("can't be read: {}", error.kind()),
        _ => "is no CSV".to_owned(),
    }
}
