//! The search index from the beginning: every post counts as not indexed, and the index is emptied.

use crate::{Store, StoreError, db::statements, value::args};

statements! {
    FORGET_ALL = "UPDATE post SET indexed = $1 WHERE indexed = $2";
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
