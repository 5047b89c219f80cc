//! Authors by themselves, without a post.

use bedside_core::{
    id::{AuthorId, ChannelId, KeyId, SiteId},
    time::Timestamp,
};

use super::{AuthorText, author_place, parse};
use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    value::args,
};

statements! {
    AUTHOR = "SELECT id, site_id, channel_id, key_id, sealed, created_at FROM author WHERE id = $1";
}

/// An author as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorRow {
    /// Their id.
    pub id: AuthorId,
    /// At which site.
    pub site: SiteId,
    /// On which channel.
    pub channel: ChannelId,
    /// When we first saw them.
    pub created_at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

/// One author.
///
/// # Errors
/// The engine refuses.
pub async fn author(tx: &mut Tx, id: AuthorId) -> Result<Option<AuthorRow>, StoreError> {
    tx.row(AUTHOR, args![id]).await?.as_ref().map(read).transpose()
}

pub(crate) fn read(row: &Row) -> Result<AuthorRow, StoreError> {
    Ok(AuthorRow {
        id: row.id(0)?,
        site: row.id(1)?,
        channel: row.id(2)?,
        key: row.id(3)?,
        sealed: row.bytes(4)?,
        created_at: row.time(5)?,
    })
}

impl Store {
    /// Who an author is; `None`: their key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed.
    pub async fn open_author(&self, row: &AuthorRow) -> Result<Option<Phi<AuthorText>>, StoreError> {
        let Some(key) = self.key_of_author(row).await? else { return Ok(None) };
        parse(&key.open(&author_place(row.id), &row.sealed)?).map(Phi).map(Some)
    }

    /// The key that seals what an author wrote; `None`: it was erased.
    ///
    /// # Errors
    /// The key store can't be read.
    pub async fn key_of_author(&self, row: &AuthorRow) -> Result<Option<DataKey>, StoreError> {
        self.keys.by_id(row.key).await
    }
}
