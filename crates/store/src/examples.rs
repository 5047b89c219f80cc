//! What people say was found wrongly or not at all, sealed under the key of the post's author; and who has opened a case's texts
//! in full.

use bedside_core::{
    example::{Example, Found},
    id::{CaseId, ExampleId, KeyId, PersonId, PostId, SiteId},
    time::Timestamp,
    triage::Lang,
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    posts::{parse, write},
    value::args,
};

/// An example as stored.
#[derive(Debug, Clone)]
pub struct ExampleRow {
    /// Its id.
    pub id: ExampleId,
    /// At which site.
    pub site: SiteId,
    /// In which case.
    pub case: CaseId,
    /// In which post, or in an answer to it.
    pub post: PostId,
    /// What was found, or should have been.
    pub found: Found,
    /// It was not found and should have been.
    pub is_missing: bool,
    /// The text's language.
    pub lang: Lang,
    /// Who said so.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

/// An example to be kept.
#[derive(Debug)]
pub struct NewExample<'a> {
    /// Its id.
    pub id: ExampleId,
    /// At which site.
    pub site: SiteId,
    /// In which case.
    pub case: CaseId,
    /// In which post, or in an answer to it.
    pub post: PostId,
    /// What was found, or should have been.
    pub found: Found,
    /// It was not found and should have been.
    pub is_missing: bool,
    /// The text's language.
    pub lang: Lang,
    /// Text and verdict.
    pub example: &'a Example,
}

statements! {
    INSERT = "INSERT INTO example (id, site_id, case_id, post_id, found, missing, lang, key_id, sealed, said_by, said_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    NEWEST = "SELECT id, site_id, case_id, post_id, found, missing, lang, said_by, said_at, key_id, sealed FROM example \
        WHERE site_id = $1 ORDER BY said_at DESC, id DESC LIMIT $2";
    COUNTS = "SELECT found, missing, COUNT(*) FROM example WHERE site_id = $1 GROUP BY found, missing ORDER BY found, missing";
    OPEN_FULL = "INSERT INTO full_view (person_id, case_id, until) VALUES ($1, $2, $3) \
        ON CONFLICT (person_id, case_id) DO UPDATE SET until = excluded.until";
    IS_FULL = "SELECT until FROM full_view WHERE person_id = $1 AND case_id = $2 AND until > $3";
    END_FULL = "DELETE FROM full_view WHERE until <= $1";
}

/// Keeps an example under the key of its post's author.
///
/// # Errors
/// The engine refuses.
pub async fn add(
    tx: &mut Tx,
    new: &NewExample<'_>,
    key: &DataKey,
    by: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(new.id), &write(new.example)?)?;
    let args = args![
        new.id,
        new.site,
        new.case,
        new.post,
        new.found.word(),
        new.is_missing,
        new.lang.as_str(),
        key.id(),
        sealed,
        by,
        now
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// The newest examples of a site.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn newest(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<ExampleRow>, StoreError> {
    tx.rows(NEWEST, args![site, most]).await?.iter().map(read).collect()
}

/// How many examples a site has: what was found, whether it was missing, how often.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn counts(tx: &mut Tx, site: SiteId) -> Result<Vec<(Found, bool, i64)>, StoreError> {
    let rows = tx.rows(COUNTS, args![site]).await?;
    rows.iter().map(|row| Ok((row.word(0, Found::from_word)?, row.flag(1)?, row.int(2)?))).collect()
}

/// Notes that a person has opened the texts of a case in full, and forgets what is over.
///
/// # Errors
/// The engine refuses.
pub async fn open_full(
    tx: &mut Tx,
    person: PersonId,
    case: CaseId,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(END_FULL, args![now]).await?;
    tx.run(OPEN_FULL, args![person, case, until]).await.map(drop)
}

/// Whether a person has opened the texts of a case in full, and that still holds.
///
/// # Errors
/// The engine refuses.
pub async fn is_full(tx: &mut Tx, person: PersonId, case: CaseId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.row(IS_FULL, args![person, case, now]).await?.is_some())
}

impl Store {
    /// Text and verdict of an example; `None`: its key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed.
    pub async fn open_example(&self, row: &ExampleRow) -> Result<Option<Phi<Example>>, StoreError> {
        let Some(key) = self.keys.by_id(row.key).await? else { return Ok(None) };
        parse(&key.open(&place(row.id), &row.sealed)?).map(Phi).map(Some)
    }
}

fn place(id: ExampleId) -> String {
    format!("example:{id}")
}

fn read(row: &Row) -> Result<ExampleRow, StoreError> {
    Ok(ExampleRow {
        id: row.id(0)?,
        site: row.id(1)?,
        case: row.id(2)?,
        post: row.id(3)?,
        found: row.word(4, Found::from_word)?,
        is_missing: row.flag(5)?,
        lang: Lang::from_tag(&row.text(6)?),
        by: row.id(7)?,
        at: row.time(8)?,
        key: row.id(9)?,
        sealed: row.bytes(10)?,
    })
}
