//! What the guard said of judged drafts, counted.

use bedside_core::guard::Verdict;

use super::Row;

/// Counts by language, what people said and what the guard says.
pub(super) struct Table {
    title: &'static str,
    counts: [[[usize; 3]; 3]; 2],
}

impl Table {
    pub(super) fn new(title: &'static str) -> Self {
        Self { title, counts: Default::default() }
    }

    pub(super) fn of(title: &'static str, rows: &[&Row], verdict: impl Fn(&Row) -> Verdict) -> Self {
        let mut table = Self::new(title);
        rows.iter().for_each(|row| table.add(row, verdict(row)));
        table
    }

    pub(super) fn add(&mut self, row: &Row, is: Verdict) {
        let lang = usize::from(row.lang == "de");
        let cell = self.counts.get_mut(lang).and_then(|expected| expected.get_mut(row.expected as usize));
        if let Some(cell) = cell.and_then(|cells| cells.get_mut(is as usize)) {
            *cell += 1;
        }
    }

    pub(super) fn print(&self) {
        println!("\n{}", self.title);
        println!("| judged by people | en: allow | warn | block | de: allow | warn | block |");
        println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (n, word) in ["allow", "warn", "block"].into_iter().enumerate().rev() {
            let cells = self.counts.iter().filter_map(|lang| lang.get(n)).flatten();
            let cells: Vec<String> = cells.map(usize::to_string).collect();
            println!("| {word} | {} |", cells.join(" | "));
        }
    }
}
