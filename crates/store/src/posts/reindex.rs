//! The search index from the beginning: every post counts as not indexed, and the index is emptied.

use crate::{Store, StoreError, Tx, db::statements, value::args};

statements! {
    MISSING = "SELECT COUNT(*) FROM (SELECT 1 FROM post WHERE NOT indexed LIMIT $1) AS t";
    COUNT = "SELECT COUNT(*) FROM post";
    FORGET_ALL = "UPDATE post SET indexed = $1 WHERE indexed = $2";
}

/// So many posts may wait for the index without anybody missing them.
const UNNOTICED: i64 = 1_000;

/// How much of the index stands, in percent, while it lacks more than the newest posts; `None`: nothing is missing.
///
/// # Errors
/// The engine refuses.
pub async fn index_building(tx: &mut Tx) -> Result<Option<u32>, StoreError> {
    let count = |row: Option<crate::db::Row>| row.map_or(Ok(0), |row| row.int(0));
    if count(tx.row(MISSING, args![UNNOTICED]).await?)? < UNNOTICED {
        return Ok(None);
    }
    let all = count(tx.row(COUNT, args![]).await?)?.max(1);
    let missing = count(tx.row(MISSING, args![i64::MAX]).await?)?;
    Ok(u32::try_from((all - missing).max(0) * 100 / all).ok())
}

impl Store {
    /// Empties the search index and has every post indexed again. Gives the number of posts.
    ///
    /// # Errors
    /// An engine refuses.
    pub async fn rebuild_search(&self) -> Result<u64, StoreError> {
        self.search.clear().await?;
        let mut tx = self.begin().await?;
        let posts = tx.run(FORGET_ALL, args![false, true]).await?;
        tx.commit().await?;
        Ok(posts)
    }
}
