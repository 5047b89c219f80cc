//! Index: brings posts into the search index after they are stored; again from the start where the index is new.

use bedside_store::posts;

use crate::{FlowError, Road};

const MOST: u32 = 250;

impl Road {
    /// Indexes the next posts. Gives how many.
    ///
    /// # Errors
    /// The store or the index refuses.
    pub async fn index_next(&self) -> Result<usize, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let rows = posts::unindexed(&mut tx, MOST).await?;
        drop(tx);
        if rows.is_empty() {
            return Ok(0);
        }
        let texts = self.store.open_posts(&rows).await?;
        let (mut found, mut gone) = (Vec::with_capacity(rows.len()), Vec::new());
        for (row, text) in rows.iter().zip(texts) {
            // What nobody can read is not found either; it counts as indexed, or it would hold up all that come after.
            let Some((post, author)) = text.text() else {
                gone.push(row.id);
                continue;
            };
            let name = author.0.name.as_deref().unwrap_or_default();
            found.push((row.id, row.site, format!("{} {} {}", post.0.text, author.0.handle, name)));
        }
        self.store.search().put(&found).await?;
        self.store.search().forget(&gone).await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut tx = self.store.begin().await?;
        posts::mark_indexed(&mut tx, &ids).await?;
        tx.commit().await?;
        Ok(rows.len())
    }
}
