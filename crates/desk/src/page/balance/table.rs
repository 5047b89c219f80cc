//! A table of the balance: on the page behind its chart, and as a file that spreadsheets read.

use maud::{Markup, html};

use crate::text::{Lang, Reader};

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its caption.
    pub caption: String,
    /// The heads of its columns; the first names the rows.
    pub heads: Vec<String>,
    /// Its rows, each as long as the heads.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Words.
    Words(String),
    /// A day: in words, and as it stands in the file (ISO 8601).
    Day(String, String),
    /// A count.
    Count(i64),
    /// A span of time in microseconds; `None`: there is none.
    Span(Option<i64>),
}

impl Cell {
    fn show(&self, r: &Reader) -> String {
        match self {
            Cell::Words(words) | Cell::Day(words, _) => words.clone(),
            Cell::Count(n) => r.num(*n),
            Cell::Span(Some(micros)) => r.span(*micros),
            Cell::Span(None) => "–".to_owned(),
        }
    }

    const fn is_number(&self) -> bool {
        !matches!(self, Cell::Words(_) | Cell::Day(..))
    }

    /// As it stands in the file: plain numbers, spans in minutes.
    fn raw(&self, r: &Reader) -> String {
        match self {
            Cell::Words(words) | Cell::Day(_, words) => words.clone(),
            Cell::Count(n) => n.to_string(),
            Cell::Span(Some(micros)) => {
                let tenths = micros / 6_000_000;
                let point = if r.lang == Lang::De { ',' } else { '.' };
                format!("{}{point}{}", tenths / 10, tenths % 10)
            }
            Cell::Span(None) => String::new(),
        }
    }
}

impl Table {
    /// The table as markup.
    #[must_use]
    pub fn show(&self, r: &Reader) -> Markup {
        let numbers: Vec<bool> = (0..self.heads.len())
            .map(|n| self.rows.first().and_then(|row| row.get(n)).is_some_and(Cell::is_number))
            .collect();
        let is_number = |n: usize| numbers.get(n).copied().unwrap_or(false);
        html! {
            div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                table.tbl {
                    caption.vh { (self.caption) }
                    thead { tr { @for (n, head) in self.heads.iter().enumerate() { th.n[is_number(n)] scope="col" { (head) } } } }
                    tbody { @for row in &self.rows { tr {
                        @for (n, cell) in row.iter().enumerate() {
                            @if n == 0 { th scope="row" { (cell.show(r)) } } @else { td.n[is_number(n)] { (cell.show(r)) } }
                        }
                    } } }
                }
            }
        }
    }

    /// The table as comma-separated values (RFC 4180); with semicolons in German, as spreadsheets there expect it. Spans are in
    /// minutes. A cell that a spreadsheet could take for a formula begins with an apostrophe.
    #[must_use]
    pub fn csv(&self, r: &Reader) -> String {
        let between = if r.lang == Lang::De { ";" } else { "," };
        let mut out = String::from("\u{feff}");
        let minutes = r.t("balance-csv-minutes");
        let head = |(n, head): (usize, &String)| {
            let is_span = self.rows.iter().any(|row| matches!(row.get(n), Some(Cell::Span(_))));
            quoted(&if is_span { format!("{head} ({minutes})") } else { head.clone() })
        };
        out.push_str(&self.heads.iter().enumerate().map(head).collect::<Vec<_>>().join(between));
        out.push_str("\r\n");
        for row in &self.rows {
            let cells = row.iter().map(|cell| {
                let raw = cell.raw(r);
                if cell.is_number() && !raw.contains(',') { raw } else { quoted(&raw) }
            });
            out.push_str(&cells.collect::<Vec<_>>().join(between));
            out.push_str("\r\n");
        }
        out
    }
}

fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn a_file_is_read_by_spreadsheets_and_holds_no_formula() {
        let table = Table {
            name: "t",
            caption: "T".into(),
            heads: vec!["Rule".into(), "Posts".into(), "Median".into()],
            rows: vec![
                vec![Cell::Words("=HYPERLINK(\"x\")".into()), Cell::Count(12_345), Cell::Span(Some(90_000_000))],
                vec![Cell::Words("ein; zwei".into()), Cell::Count(0), Cell::Span(None)],
            ],
        };
        let csv = |lang| table.csv(&Reader::new(lang, 0, TimeZone::UTC));
        assert_eq!(
            csv(Lang::En),
            "\u{feff}\"Rule\",\"Posts\",\"Median (minutes)\"\r\n\"'=HYPERLINK(\"\"x\"\")\",12345,1.5\r\n\"ein; zwei\",0,\r\n"
        );
        assert!(csv(Lang::De).contains("12345;\"1,5\"\r\n"), "{}", csv(Lang::De));
    }
}
