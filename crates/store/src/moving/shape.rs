//! Shape: which tables there are, with their columns and what they point at, as SQLite's catalogue tells. PostgreSQL's are made
//! by the same migrations.

use std::collections::{BTreeMap, BTreeSet};

use crate::{StoreError, db::Tx, value::Arg};

// Asked of SQLite alone, so not among the statements that both engines understand.
const COLUMNS: &str = "SELECT m.name, c.name, c.type, CAST(c.pk AS BIGINT) FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name <> 'migration' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid";
const POINTERS: &str = "SELECT m.name, f.\"table\", f.\"from\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
    WHERE m.type = 'table' ORDER BY m.name, f.id";

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Places of the primary key's columns, in its order.
    pub(super) key: Vec<usize>,
    /// Places of columns that point at rows of this very table.
    loops: Vec<usize>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The five types of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Int,
    Bool,
    Real,
    Bytes,
}

impl Kind {
    fn of(declared: &str) -> Result<Self, StoreError> {
        Ok(match declared {
            "TEXT" => Self::Text,
            "BIGINT" => Self::Int,
            "BOOLEAN" => Self::Bool,
            "DOUBLE PRECISION" => Self::Real,
            "BLOB" => Self::Bytes,
            other => return Err(StoreError::corrupt("a column of a known type", other)),
        })
    }

    pub(super) const fn null(self) -> Arg {
        match self {
            Self::Text => Arg::Text(None),
            Self::Int => Arg::Int(None),
            Self::Bool => Arg::Bool(None),
            Self::Real => Arg::Real(None),
            Self::Bytes => Arg::Bytes(None),
        }
    }
}

impl Table {
    pub(super) const fn points_at_itself(&self) -> bool {
        !self.loops.is_empty()
    }

    /// Whether a column points at a row of this table.
    pub(super) fn is_loop(&self, column: usize) -> bool {
        self.loops.contains(&column)
    }
}

/// All tables, none before one at which it points.
pub(super) async fn read(tx: &mut Tx) -> Result<Vec<Table>, StoreError> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let mut places: BTreeMap<String, Vec<(i64, usize)>> = BTreeMap::new();
    for row in tx.rows_text(COLUMNS, Vec::new()).await? {
        let (name, place) = (row.text(0)?, row.int(3)?);
        let table = tables.entry(name.clone()).or_insert_with(|| Table {
            name: name.clone(),
            columns: Vec::new(),
            key: Vec::new(),
            loops: Vec::new(),
        });
        if place > 0 {
            places.entry(name).or_default().push((place, table.columns.len()));
        }
        table.columns.push(Column { name: row.text(1)?, kind: Kind::of(&row.text(2)?)? });
    }
    for (name, table) in &mut tables {
        let mut key = places.remove(name).ok_or_else(|| StoreError::corrupt("a table with a primary key", name))?;
        key.sort_unstable();
        table.key = key.into_iter().map(|(_, column)| column).collect();
    }
    let mut pointers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in tx.rows_text(POINTERS, Vec::new()).await? {
        let (name, at, column) = (row.text(0)?, row.text(1)?, row.text(2)?);
        if name == at {
            if let Some(table) = tables.get_mut(&name) {
                table.loops.extend(table.columns.iter().position(|one| one.name == column));
            }
        } else {
            pointers.entry(name).or_default().insert(at);
        }
    }
    Ok(sorted(tables, &pointers))
}

fn sorted(mut tables: BTreeMap<String, Table>, pointers: &BTreeMap<String, BTreeSet<String>>) -> Vec<Table> {
    let mut sorted: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let is_ready = |name: &String| {
            pointers.get(name).is_none_or(|at| at.iter().all(|one| sorted.iter().any(|done| done.name == *one)))
        };
        // Tables that point at each other in a ring would never be ready; the engine then says what misses.
        let next = tables.keys().find(|name| is_ready(name)).or_else(|| tables.keys().next()).cloned();
        sorted.extend(next.and_then(|name| tables.remove(&name)));
    }
    sorted
}
