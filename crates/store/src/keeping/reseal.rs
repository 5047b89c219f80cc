//! Resealing: where somebody was erased who had only taken part in the conversation of others, the conversation's key is retired, so
//! that old backups don't show what the house wrote to them there. What stays is sealed anew under another key, and only then the
//! retired one goes: until that is committed, nothing of the others hangs on the old key alone.

use bedside_core::{
    id::{KeyId, ThreadId},
    time::Timestamp,
};

use crate::{
    Store, StoreError,
    db::{Statement, statements},
    value::args,
};

macro_rules! find {
    ($table:expr, $key:expr, $sealed:expr) => {
        concat!(
            "SELECT t.id, t.",
            $sealed,
            " FROM ",
            $table,
            " t JOIN cases c ON c.id = t.case_id WHERE c.thread_id = $1 AND t.",
            $key,
            " = $2"
        )
    };
}
macro_rules! put {
    ($table:expr, $key:expr, $sealed:expr) => {
        concat!("UPDATE ", $table, " SET ", $key, " = $2, ", $sealed, " = $3 WHERE id = $1 AND ", $key, " = $4")
    };
}

statements! {
    NOTES = find!("note", "key_id", "sealed");
    PUT_NOTE = put!("note", "key_id", "sealed");
    DRAFTS = find!("draft", "key_id", "sealed");
    PUT_DRAFT = put!("draft", "key_id", "sealed");
    REASONS = find!("decision", "key_id", "sealed");
    PUT_REASON = put!("decision", "key_id", "sealed");
    LABELS = find!("label", "key_id", "sealed");
    PUT_LABEL = put!("label", "key_id", "sealed");
    RECEIPTS = find!("outbox", "receipt_key_id", "receipt");
    PUT_RECEIPT = put!("outbox", "receipt_key_id", "receipt");
    CLOCKS = find!("clock", "key_id", "sealed");
    PUT_CLOCK = put!("clock", "key_id", "sealed");
    CARE = find!("care_note", "key_id", "sealed");
    PUT_CARE = put!("care_note", "key_id", "sealed");
}

/// What is sealed under a conversation's key: how it is found and put back, and what its place begins with.
const SEALED: [(Statement, Statement, &str); 7] = [
    (NOTES, PUT_NOTE, "note"),
    (DRAFTS, PUT_DRAFT, "draft"),
    (REASONS, PUT_REASON, "decision"),
    (LABELS, PUT_LABEL, "label"),
    (RECEIPTS, PUT_RECEIPT, "receipt"),
    (CLOCKS, PUT_CLOCK, "clock"),
    (CARE, PUT_CARE, "care-note"),
];

impl Store {
    /// Seals anew what stands under retired keys, and erases those. Gives how many keys that were. What somebody wrote under one
    /// while it was being retired is found too, as it is looked for when all who could have known it are done.
    ///
    /// # Errors
    /// An engine refuses, or what is sealed was changed; the key stays then.
    pub async fn reseal_retired(&self, before: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        let mut erased = 0;
        for (thread, key) in self.keys().retired(before).await? {
            self.reseal(thread, key, now).await?;
            erased += self.keys().erase_all(&[], &[key]).await?;
        }
        Ok(erased)
    }

    async fn reseal(&self, thread: ThreadId, key: KeyId, now: Timestamp) -> Result<(), StoreError> {
        let Some(old) = self.keys().by_id(key).await? else { return Ok(()) };
        let new = self.keys().of(&super::empty::thread_owner(thread), now).await?;
        let mut tx = self.begin().await?;
        for (find, put, place) in SEALED {
            for row in tx.rows(find, args![thread, key]).await? {
                let (id, sealed) = (row.text(0)?, row.bytes(1)?);
                let at = format!("{place}:{id}");
                let again = new.seal(&at, &old.open(&at, &sealed)?)?;
                tx.run(put, args![id, new.id(), again, key]).await?;
            }
        }
        tx.commit().await
    }
}
