//! Many rows in one statement: both engines understand `VALUES ($1,$2),($3,$4)`, also as a table whose columns are
//! `column1`, `column2`. Rows go in chunks of a few fixed sizes, so that few statements are prepared.

use crate::{
    StoreError,
    db::{Row, Tx},
    value::Arg,
};

/// Chunk sizes, largest first; 256 rows of 24 columns stay under SQLite's 32,766 arguments.
const CHUNKS: [usize; 5] = [256, 64, 16, 4, 1];

/// A statement with a hole for rows: `before VALUES … after`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Many {
    pub(crate) before: &'static str,
    pub(crate) columns: usize,
    pub(crate) after: &'static str,
}

/// Names a family's many-row statements and lists them for the test that prepares each.
macro_rules! many_statements {
    ($($(#[$doc:meta])* $name:ident = $before:expr, [$columns:expr], $after:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: crate::many::Many =
            crate::many::Many { before: $before, columns: $columns, after: $after };)*
        /// Every many-row statement of this family, by name.
        #[cfg(test)]
        pub(crate) const MANY: &[(&str, crate::many::Many)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use many_statements;

impl Many {
    /// The SQL for `rows` rows.
    pub(crate) fn sql(&self, rows: usize) -> String {
        let mut sql = String::with_capacity(self.before.len() + rows * self.columns * 7 + self.after.len() + 16);
        sql.push_str(self.before);
        sql.push_str(" VALUES ");
        let mut n = 0;
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ",(" });
            for column in 0..self.columns {
                n += 1;
                sql.push_str(if column == 0 { "$" } else { ",$" });
                sql.push_str(&n.to_string());
            }
            sql.push(')');
        }
        sql.push_str(self.after);
        sql
    }

    /// Runs it for all rows; gives the number of rows touched.
    pub(crate) async fn run(&self, tx: &mut Tx, rows: Vec<Vec<Arg>>) -> Result<u64, StoreError> {
        let mut touched = 0;
        for (size, args) in self.chunks(rows) {
            touched += tx.run_text(&self.sql(size), args).await?;
        }
        Ok(touched)
    }

    /// Runs it for all rows; gives every row it answers.
    pub(crate) async fn rows(&self, tx: &mut Tx, rows: Vec<Vec<Arg>>) -> Result<Vec<Row>, StoreError> {
        let mut answer = Vec::new();
        for (size, args) in self.chunks(rows) {
            answer.extend(tx.rows_text(&self.sql(size), args).await?);
        }
        Ok(answer)
    }

    fn chunks(&self, rows: Vec<Vec<Arg>>) -> Vec<(usize, Vec<Arg>)> {
        let mut chunks = Vec::new();
        let mut left = rows.len();
        let mut rows = rows.into_iter();
        for size in CHUNKS {
            while left >= size {
                let mut args = Vec::with_capacity(size * self.columns);
                rows.by_ref().take(size).for_each(|row| args.extend(row));
                chunks.push((size, args));
                left -= size;
            }
        }
        chunks
    }
}
