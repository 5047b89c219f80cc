//! The search index: a database of its own, left out of backups and rebuilt from text. It holds keyed hashes of folded
//! words, never the words, so that it tells nothing without the master key. The engines differ here: FTS5 and GIN.

use std::collections::BTreeSet;

use bedside_core::{
    id::{PostId, SiteId},
    text::folded_words,
};
use ring::hmac;

use crate::{
    MasterKey, StoreError, Tx,
    db::{Db, Engine, statements},
    value::args,
};

/// Words from this length on can also be found by their beginning of this many letters and a `*`.
const STEM: usize = 5;

const TABLES_SQLITE: &str = "CREATE VIRTUAL TABLE IF NOT EXISTS doc USING fts5(tokens, content='', contentless_delete=1, \
    detail=none, tokenize='ascii'); CREATE TABLE IF NOT EXISTS place (n INTEGER PRIMARY KEY, post_id TEXT NOT NULL UNIQUE);";
const TABLES_POSTGRES: &str = "CREATE TABLE IF NOT EXISTS place (post_id TEXT PRIMARY KEY, tokens TSVECTOR NOT NULL); \
    CREATE INDEX IF NOT EXISTS place_tokens ON place USING GIN (tokens);";

const CLEAR_SQLITE: &str = "INSERT INTO doc (doc) VALUES ('delete-all'); DELETE FROM place;";
const CLEAR_POSTGRES: &str = "TRUNCATE place";
const PLACE_SQLITE: &str = "INSERT INTO place (post_id) VALUES ($1) ON CONFLICT (post_id) DO UPDATE SET post_id = excluded.post_id RETURNING n";
const DROP_SQLITE: &str = "DELETE FROM doc WHERE rowid = $1";
const FORGET_DOC_SQLITE: &str = "DELETE FROM doc WHERE rowid = (SELECT n FROM place WHERE post_id = $1)";
const FORGET: &str = "DELETE FROM place WHERE post_id = $1";
const PUT_SQLITE: &str = "INSERT INTO doc (rowid, tokens) VALUES ($1, $2)";
const FIND_SQLITE: &str =
    "SELECT p.post_id FROM doc JOIN place p ON p.n = doc.rowid WHERE doc MATCH $1 ORDER BY p.post_id DESC LIMIT $2";
const PUT_POSTGRES: &str = "INSERT INTO place (post_id, tokens) VALUES ($1, array_to_tsvector(string_to_array($2, ' '))) \
    ON CONFLICT (post_id) DO UPDATE SET tokens = excluded.tokens";
const FIND_POSTGRES: &str =
    "SELECT post_id FROM place WHERE tokens @@ CAST($1 AS tsquery) ORDER BY post_id DESC LIMIT $2";

statements! {
    ANY = "SELECT post_id FROM place LIMIT 1";
}

/// The opened index.
#[derive(Debug, Clone)]
pub struct Search {
    pub(crate) db: Db,
    key: hmac::Key,
    is_new: bool,
}

impl Search {
    pub(crate) async fn open(db: Db, master: &MasterKey) -> Result<Self, StoreError> {
        let mut tx = db.begin().await?;
        tx.alone().await?;
        match tx.engine() {
            Engine::Sqlite => tx.script(TABLES_SQLITE).await?,
            Engine::Postgres => tx.script(TABLES_POSTGRES).await?,
        }
        let is_new = tx.row(ANY, args![]).await?.is_none();
        tx.commit().await?;
        Ok(Self { db, key: hmac::Key::new(hmac::HMAC_SHA256, &master.purpose("search")), is_new })
    }

    /// Whether the index was empty when it was opened: then it has to be rebuilt from the posts.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.is_new
    }

    /// Empties the index.
    ///
    /// # Errors
    /// The engine refuses.
    pub async fn clear(&self) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        match tx.engine() {
            Engine::Sqlite => tx.script(CLEAR_SQLITE).await?,
            Engine::Postgres => tx.script(CLEAR_POSTGRES).await?,
        }
        tx.commit().await
    }

    /// Puts texts into the index, replacing what it had of the same posts. Durable when this returns.
    ///
    /// # Errors
    /// The engine refuses.
    pub async fn put(&self, texts: &[(PostId, SiteId, String)]) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        for (post, site, text) in texts {
            let tokens = self.tokens(*site, text);
            match tx.engine() {
                Engine::Sqlite => put_sqlite(&mut tx, *post, &tokens).await?,
                Engine::Postgres => drop(tx.run_text(PUT_POSTGRES, args![*post, tokens]).await?),
            }
        }
        tx.commit().await
    }

    /// Takes posts out of the index. Durable when this returns.
    ///
    /// # Errors
    /// The engine refuses.
    pub async fn forget(&self, posts: &[PostId]) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        for post in posts {
            match tx.engine() {
                Engine::Sqlite => {
                    tx.run_text(FORGET_DOC_SQLITE, args![*post]).await?;
                    tx.run_text(FORGET, args![*post]).await?;
                }
                Engine::Postgres => drop(tx.run_text(FORGET, args![*post]).await?),
            }
        }
        tx.commit().await
    }

    /// Posts of a site that hold every word of `query`, the last seen first. `seps*` finds words that begin so.
    ///
    /// # Errors
    /// The engine refuses.
    pub async fn find(&self, site: SiteId, query: &str, most: u32) -> Result<Vec<PostId>, StoreError> {
        let Some(words) = self.query(site, query) else {
            return Ok(Vec::new());
        };
        let mut tx = self.db.begin_read().await?;
        let rows = match tx.engine() {
            Engine::Sqlite => tx.rows_text(FIND_SQLITE, args![words.join(" AND "), most]).await?,
            Engine::Postgres => tx.rows_text(FIND_POSTGRES, args![words.join(" & "), most]).await?,
        };
        rows.iter().map(|row| row.id(0)).collect()
    }

    fn query(&self, site: SiteId, query: &str) -> Option<Vec<String>> {
        let mut words = Vec::new();
        for raw in query.split_whitespace() {
            let is_open = raw.ends_with('*');
            let folded: Vec<String> = folded_words(raw).collect();
            let last = folded.len().saturating_sub(1);
            for (n, word) in folded.iter().enumerate() {
                words.push(if is_open && n == last && word.chars().count() >= STEM {
                    self.token(site, "stem", &stem(word))
                } else {
                    self.token(site, "word", word)
                });
            }
        }
        (!words.is_empty()).then_some(words)
    }

    fn tokens(&self, site: SiteId, text: &str) -> String {
        let mut tokens = BTreeSet::new();
        for word in folded_words(text) {
            if word.chars().count() >= STEM {
                tokens.insert(self.token(site, "stem", &stem(&word)));
            }
            tokens.insert(self.token(site, "word", &word));
        }
        tokens.into_iter().collect::<Vec<_>>().join(" ")
    }

    /// The keyed hash of a word, as 13 letters that neither engine folds or splits.
    fn token(&self, site: SiteId, kind: &str, word: &str) -> String {
        let tag = hmac::sign(&self.key, format!("{site}\n{kind}\n{word}").as_bytes());
        let number = tag.as_ref().iter().take(8).fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
        format!("x{:012x}", number >> 16)
    }

    pub(crate) async fn close(&self) {
        self.db.close().await;
    }
}

async fn put_sqlite(tx: &mut Tx, post: PostId, tokens: &str) -> Result<(), StoreError> {
    let row = tx.rows_text(PLACE_SQLITE, args![post]).await?;
    let n = row.first().ok_or_else(|| StoreError::missing("place", post))?.int(0)?;
    tx.run_text(DROP_SQLITE, args![n]).await?;
    tx.run_text(PUT_SQLITE, args![n, tokens]).await.map(drop)
}

fn stem(word: &str) -> String {
    word.chars().take(STEM).collect()
}
