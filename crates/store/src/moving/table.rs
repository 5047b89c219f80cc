//! Table: brings the rows of one table over, a page at a time, and compares what arrived.

use std::collections::HashMap;

use super::{
    Moved, Tell,
    shape::{Kind, Table},
};
use crate::{
    StoreError,
    db::{Db, Row, Tx},
    value::Arg,
};

/// Rows read at once.
const PAGE: usize = 400;
/// Rows read at once of tables that hold pictures and files, so that a page stays within a few megabytes.
const HEAVY_PAGE: usize = 16;
const HEAVY: [&str; 2] = ["door_file", "media"];
/// The most arguments of one statement; SQLite takes 32,766.
const ARGS: usize = 30_000;

/// How rows that point at rows of their own table are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    /// Without those pointers.
    Loose,
    /// As they are.
    Bound,
}

/// Writes what is missing or differs. Gives how many rows that were.
pub(super) async fn bring(
    table: &Table,
    walk: Walk,
    read: &mut Tx,
    target: &Db,
    before: u64,
    tell: Tell<'_>,
) -> Result<u64, StoreError> {
    let (mut after, mut rows, mut written) = (None, 0, 0);
    loop {
        let mut page = page(table, read, after.as_deref()).await?;
        let Some(last) = page.last() else { return Ok(written) };
        after = Some(key(table, last));
        rows += page.len() as u64;
        if walk == Walk::Loose {
            page.iter_mut().for_each(|row| loosen(table, row));
        }
        let mut tx = target.begin().await?;
        let there = there(table, &mut tx, &page).await?;
        let mut new = Vec::new();
        for row in page {
            match there.get(&name(table, &row)) {
                None => new.push(row),
                // A row that is there keeps its pointers on the loose walk.
                Some(other) if walk == Walk::Loose || is_same(other, &row) => {}
                Some(_) => {
                    written += 1;
                    update(table, &mut tx, row).await?;
                }
            }
        }
        written += new.len() as u64;
        insert(table, &mut tx, new).await?;
        tx.commit().await?;
        tell(&Moved { table: table.name.clone(), rows, written: before + written, is_done: false });
    }
}

/// Takes away what the source has not.
pub(super) async fn drop_surplus(table: &Table, read: &mut Tx, target: &Db) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let mut tx = target.begin().await?;
        let page = page(table, &mut tx, after.as_deref()).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(key(table, last));
        let there = there(table, read, &page).await?;
        for row in page {
            if !there.contains_key(&name(table, &row)) {
                let sql = format!("DELETE FROM {} WHERE {}", table.name, condition(table, 0));
                tx.run_text(&sql, key(table, &row)).await?;
            }
        }
        tx.commit().await?;
    }
}

/// Compares all rows. Gives how many the source has, and how many are not the same in the target or not in the source.
pub(super) async fn compare(table: &Table, read: &mut Tx, target: &Db) -> Result<(u64, u64), StoreError> {
    let mut arrived = target.begin_read().await?;
    let (mut after, mut rows, mut same) = (None, 0, 0);
    loop {
        let page = page(table, read, after.as_deref()).await?;
        let Some(last) = page.last() else { break };
        after = Some(key(table, last));
        rows += page.len() as u64;
        let there = there(table, &mut arrived, &page).await?;
        let is_there = |row: &&Vec<Arg>| there.get(&name(table, row)).is_some_and(|other| is_same(other, row));
        same += page.iter().filter(is_there).count() as u64;
    }
    let count = arrived.rows_text(&format!("SELECT COUNT(*) FROM {}", table.name), Vec::new()).await?;
    let count = count.first().map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
    Ok((rows, rows.max(count) - same))
}

fn page_rows(table: &Table) -> usize {
    if HEAVY.contains(&table.name.as_str()) { HEAVY_PAGE } else { PAGE }
}

async fn page(table: &Table, tx: &mut Tx, after: Option<&[Arg]>) -> Result<Vec<Vec<Arg>>, StoreError> {
    let key: Vec<&str> =
        table.key.iter().filter_map(|at| table.columns.get(*at)).map(|one| one.name.as_str()).collect();
    let key = key.join(", ");
    let beyond = match after {
        Some(args) => format!("WHERE ({key}) > ({}) ", dollars(0, args.len())),
        None => String::new(),
    };
    let sql = format!("SELECT {} FROM {} {beyond}ORDER BY {key} LIMIT {}", names(table), table.name, page_rows(table));
    let rows = tx.rows_text(&sql, after.map(<[Arg]>::to_vec).unwrap_or_default()).await?;
    rows.iter().map(|row| values(table, row)).collect()
}

/// The rows with the keys of these, by [`name`].
async fn there(table: &Table, tx: &mut Tx, page: &[Vec<Arg>]) -> Result<HashMap<String, Vec<Arg>>, StoreError> {
    let mut found = HashMap::with_capacity(page.len());
    for rows in page.chunks((ARGS / table.key.len().max(1)).min(PAGE)) {
        let conditions: Vec<String> = (0..rows.len()).map(|n| condition(table, n * table.key.len())).collect();
        let conditions = if let [column] = table.key.as_slice() {
            let name = table.columns.get(*column).map_or("", |column| column.name.as_str());
            format!("{name} IN ({})", dollars(0, rows.len()))
        } else {
            format!("({})", conditions.join(") OR ("))
        };
        let sql = format!("SELECT {} FROM {} WHERE {conditions}", names(table), table.name);
        let args = rows.iter().flat_map(|row| key(table, row)).collect();
        for row in tx.rows_text(&sql, args).await? {
            let row = values(table, &row)?;
            found.insert(name(table, &row), row);
        }
    }
    Ok(found)
}

async fn insert(table: &Table, tx: &mut Tx, rows: Vec<Vec<Arg>>) -> Result<(), StoreError> {
    let width = table.columns.len().max(1);
    for rows in rows.chunks((ARGS / width).min(PAGE)) {
        let holes: Vec<String> = (0..rows.len()).map(|n| format!("({})", dollars(n * width, width))).collect();
        let sql = format!("INSERT INTO {} ({}) VALUES {}", table.name, names(table), holes.join(", "));
        tx.run_text(&sql, rows.concat()).await?;
    }
    Ok(())
}

async fn update(table: &Table, tx: &mut Tx, row: Vec<Arg>) -> Result<(), StoreError> {
    let sets: Vec<String> =
        table.columns.iter().enumerate().map(|(at, column)| format!("{} = ${}", column.name, at + 1)).collect();
    let condition = condition(table, table.columns.len());
    let key = key(table, &row);
    let sql = format!("UPDATE {} SET {} WHERE {condition}", table.name, sets.join(", "));
    tx.run_text(&sql, [row, key].concat()).await.map(drop)
}

fn names(table: &Table) -> String {
    table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn dollars(before: usize, count: usize) -> String {
    (1..=count).map(|n| format!("${}", before + n)).collect::<Vec<_>>().join(", ")
}

/// `a = $1 AND b = $2` for the key.
fn condition(table: &Table, before: usize) -> String {
    let columns = table.key.iter().filter_map(|at| table.columns.get(*at)).enumerate();
    columns.map(|(n, column)| format!("{} = ${}", column.name, before + n + 1)).collect::<Vec<_>>().join(" AND ")
}

fn key(table: &Table, row: &[Arg]) -> Vec<Arg> {
    table.key.iter().filter_map(|at| row.get(*at)).cloned().collect()
}

/// What tells a row from the others of its table.
fn name(table: &Table, row: &[Arg]) -> String {
    format!("{:?}", table.key.iter().filter_map(|at| row.get(*at)).collect::<Vec<_>>())
}

fn loosen(table: &Table, row: &mut [Arg]) {
    for (at, (value, column)) in row.iter_mut().zip(&table.columns).enumerate() {
        if table.is_loop(at) {
            *value = column.kind.null();
        }
    }
}

fn values(table: &Table, row: &Row) -> Result<Vec<Arg>, StoreError> {
    let value = |(at, kind): (usize, Kind)| {
        Ok(match kind {
            Kind::Text => Arg::Text(row.opt_text(at)?),
            Kind::Int => Arg::Int(row.opt_int(at)?),
            Kind::Bool => Arg::Bool(row.opt_flag(at)?),
            Kind::Real => Arg::Real(row.opt_real(at)?),
            Kind::Bytes => Arg::Bytes(row.opt_bytes(at)?),
        })
    };
    table.columns.iter().map(|column| column.kind).enumerate().map(value).collect()
}

fn is_same(one: &[Arg], other: &[Arg]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|pair| match pair {
            (Arg::Text(a), Arg::Text(b)) => a == b,
            (Arg::Int(a), Arg::Int(b)) => a == b,
            (Arg::Bool(a), Arg::Bool(b)) => a == b,
            // Bit for bit: what is compared is a copy, not a measure.
            (Arg::Real(a), Arg::Real(b)) => a.map(f64::to_bits) == b.map(f64::to_bits),
            (Arg::Bytes(a), Arg::Bytes(b)) => a == b,
            _ => false,
        })
}
