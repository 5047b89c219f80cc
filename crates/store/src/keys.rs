//! The key store: data keys wrapped by the master key, in a database of their own that is backed up apart. Deleting a
//! key here erases what it sealed, also from old backups of the data.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use bedside_core::{
    id::{KeyId, ThreadId},
    time::Timestamp,
};

use crate::{
    StoreError,
    db::{Db, statements},
    many::many_statements,
    seal::{DataKey, MasterKey, open, random, seal},
    value::args,
};

/// Data keys kept unwrapped in memory; enough for the threads a desk has open, small enough to stay flat.
const CACHED_KEYS: usize = 8_192;

statements! {
    /// Which master key this store belongs to.
    MASTER = "SELECT id, check_value FROM master";
    INSERT_MASTER = "INSERT INTO master (id, check_value, created_at) VALUES ($1, $2, $3)";
    NAMED = "SELECT wrapped FROM named_key WHERE name = $1";
    INSERT_NAMED = "INSERT INTO named_key (name, wrapped, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
    RETIRE = "UPDATE data_key SET owner = 'retired:' || owner || ':' || id, created_at = $2 WHERE owner = $1";
    RETIRED = "SELECT owner, id FROM data_key WHERE owner LIKE 'retired:thread:%' AND created_at < $1 ORDER BY id";
    DELETE_OWNER = "DELETE FROM data_key WHERE owner = $1";
}

many_statements! {
    /// Keys of owners.
    BY_OWNERS = "SELECT k.owner, k.id, k.wrapped FROM (", [1], ") AS v JOIN data_key k ON k.owner = v.column1";
    /// Keys by id.
    BY_IDS = "SELECT k.id, k.wrapped FROM (", [1], ") AS v JOIN data_key k ON k.id = v.column1";
    DELETE_OWNERS = "DELETE FROM data_key WHERE owner IN (SELECT column1 FROM (", [1], ") AS v)";
    DELETE_IDS = "DELETE FROM data_key WHERE id IN (SELECT column1 FROM (", [1], ") AS v)";
    /// New keys; an owner who got one meanwhile keeps it.
    INSERT = "INSERT INTO data_key (id, owner, wrapped, master_id, created_at)", [5], " ON CONFLICT (owner) DO NOTHING";
}

/// The key store, opened with the right master key.
#[derive(Debug, Clone)]
pub struct Keys {
    pub(crate) db: Db,
    wrap: [u8; 32],
    master_id: String,
    cache: Arc<Mutex<HashMap<KeyId, DataKey>>>,
}

impl Keys {
    /// Opens the key store. An empty one is bound to `master`; any other refuses a master key that is not its own.
    pub(crate) async fn open(db: Db, master: &MasterKey, now: Timestamp) -> Result<Self, StoreError> {
        let check = master.purpose("check");
        let mut tx = db.begin().await?;
        tx.alone().await?;
        match tx.row(MASTER, args![]).await? {
            None => {
                let value = seal(&check, "master", b"bedside")?;
                tx.run(INSERT_MASTER, args![master.id(), value, now]).await?;
            }
            Some(row) => {
                let (id, value) = (row.text(0)?, row.bytes(1)?);
                if id != master.id() || open(&check, "master", &value).is_err() {
                    return Err(StoreError::WrongMasterKey { expected: id, given: master.id().to_owned() });
                }
            }
        }
        tx.commit().await?;
        let (wrap, master_id) = (master.purpose("wrap"), master.id().to_owned());
        Ok(Self { db, wrap, master_id, cache: Arc::default() })
    }

    /// The keys of `owners`; those without one get one. Durable when this returns.
    ///
    /// # Errors
    /// The key store can't be read or written.
    pub async fn ensure(&self, owners: &[String], now: Timestamp) -> Result<HashMap<String, DataKey>, StoreError> {
        let distinct: HashSet<&String> = owners.iter().collect();
        let mut found = self.by_owners(distinct.iter().copied()).await?;
        let missing: Vec<&String> = distinct.into_iter().filter(|owner| !found.contains_key(*owner)).collect();
        if missing.is_empty() {
            return Ok(found);
        }
        let mut rows = Vec::with_capacity(missing.len());
        for owner in &missing {
            let id = KeyId::new(now, &random()?);
            let wrapped = seal(&self.wrap, &format!("key:{id}"), &random::<32>()?)?;
            rows.push(args![id, *owner, wrapped, self.master_id.as_str(), now]);
        }
        let mut tx = self.db.begin().await?;
        INSERT.run(&mut tx, rows).await?;
        tx.commit().await?;
        found.extend(self.by_owners(missing.into_iter()).await?);
        Ok(found)
    }

    /// The key of one owner, made if missing.
    ///
    /// # Errors
    /// As [`Keys::ensure`].
    pub async fn of(&self, owner: &str, now: Timestamp) -> Result<DataKey, StoreError> {
        let mut keys = self.ensure(&[owner.to_owned()], now).await?;
        keys.remove(owner).ok_or_else(|| StoreError::corrupt("a data key", owner))
    }

    async fn by_owners(&self, owners: impl Iterator<Item = &String>) -> Result<HashMap<String, DataKey>, StoreError> {
        let rows = owners.map(|owner| args![owner]).collect();
        let mut tx = self.db.begin_read().await?;
        let mut found = HashMap::new();
        for row in BY_OWNERS.rows(&mut tx, rows).await? {
            let key = self.unwrap_key(row.id(1)?, &row.bytes(2)?)?;
            found.insert(row.text(0)?, key);
        }
        Ok(found)
    }

    /// The keys with these ids, each by itself: an erased key is not among them, one that this master key didn't wrap
    /// is an error of its own.
    ///
    /// # Errors
    /// The key store can't be read.
    pub(crate) async fn each_by_id(
        &self,
        ids: &[KeyId],
    ) -> Result<HashMap<KeyId, Result<DataKey, StoreError>>, StoreError> {
        let mut found = HashMap::with_capacity(ids.len());
        let mut missing = HashSet::new();
        {
            let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            for id in ids {
                match cache.get(id) {
                    Some(key) => drop(found.insert(*id, Ok(key.clone()))),
                    None => drop(missing.insert(*id)),
                }
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let mut tx = self.db.begin_read().await?;
        let rows = BY_IDS.rows(&mut tx, missing.into_iter().map(|id| args![id]).collect()).await?;
        for row in rows {
            let id = row.id(0)?;
            found.insert(id, self.unwrap_key(id, &row.bytes(1)?));
        }
        Ok(found)
    }

    /// The key with this id; `None`: it was erased.
    ///
    /// # Errors
    /// The key store can't be read, or holds what this master key didn't wrap.
    pub async fn by_id(&self, id: KeyId) -> Result<Option<DataKey>, StoreError> {
        self.each_by_id(&[id]).await?.remove(&id).transpose()
    }

    /// Erases the key of an owner: what it sealed can't be read any more, here or in a backup of the data.
    ///
    /// # Errors
    /// The key store can't be written.
    pub async fn erase(&self, owner: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let erased = tx.run(DELETE_OWNER, args![owner]).await?;
        tx.commit().await?;
        self.forget().await?;
        Ok(erased > 0)
    }

    /// Erases the keys of these owners and those with these ids, at once. Gives how many there were.
    ///
    /// # Errors
    /// The key store can't be written.
    pub async fn erase_all(&self, owners: &[String], ids: &[KeyId]) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let mut erased = DELETE_OWNERS.run(&mut tx, owners.iter().map(|owner| args![owner]).collect()).await?;
        erased += DELETE_IDS.run(&mut tx, ids.iter().map(|id| args![*id]).collect()).await?;
        tx.commit().await?;
        self.forget().await?;
        Ok(erased)
    }

    /// Retires the keys of these owners: they open what they sealed until [`Keys::retired`] gives them, and whoever seals for the
    /// owner gets another one.
    ///
    /// # Errors
    /// The key store can't be written.
    pub(crate) async fn retire(&self, owners: &[String], now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        for owner in owners {
            // The id keeps two retired ones of an owner apart.
            tx.run(RETIRE, args![owner, now]).await?;
        }
        tx.commit().await
    }

    /// The retired keys of conversations, those retired before then.
    ///
    /// # Errors
    /// The key store can't be read, or a row is not ours.
    pub(crate) async fn retired(&self, before: Timestamp) -> Result<Vec<(ThreadId, KeyId)>, StoreError> {
        let mut tx = self.db.begin_read().await?;
        let rows = tx.rows(RETIRED, args![before]).await?;
        rows.iter()
            .map(|row| {
                let owner = row.text(0)?;
                let thread = owner.strip_prefix("retired:thread:").and_then(|rest| rest.split(':').next());
                let thread = thread.and_then(|id| id.parse().ok());
                Ok((thread.ok_or_else(|| StoreError::corrupt("a retired key's owner", &owner))?, row.id(1)?))
            })
            .collect()
    }

    /// After an erasure: neither memory nor the journal holds the key any more.
    async fn forget(&self) -> Result<(), StoreError> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).clear();
        if !self.db.empty_journal().await? {
            tracing::warn!(
                "an erased key lies in the key store's journal until it is next emptied: somebody reads it now"
            );
        }
        Ok(())
    }

    /// A key with a name, such as the seed of the log's signing key; made on first use.
    ///
    /// # Errors
    /// The key store can't be read or written.
    pub async fn named(&self, name: &'static str, now: Timestamp) -> Result<[u8; 32], StoreError> {
        let place = format!("named:{name}");
        let mut tx = self.db.begin().await?;
        let fresh = seal(&self.wrap, &place, &random::<32>()?)?;
        tx.run(INSERT_NAMED, args![name, fresh, now]).await?;
        let row = tx.row(NAMED, args![name]).await?.ok_or_else(|| StoreError::corrupt("a named key", name))?;
        let bytes = open(&self.wrap, &place, &row.bytes(0)?)?;
        tx.commit().await?;
        bytes.try_into().map_err(|_| StoreError::corrupt("a key of 32 bytes", name))
    }

    fn unwrap_key(&self, id: KeyId, wrapped: &[u8]) -> Result<DataKey, StoreError> {
        let bytes = open(&self.wrap, &format!("key:{id}"), wrapped)?;
        let bytes = bytes.try_into().map_err(|_| StoreError::corrupt("a key of 32 bytes", &id.to_string()))?;
        let key = DataKey::new(id, bytes);
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= CACHED_KEYS {
            cache.clear();
        }
        cache.insert(id, key.clone());
        Ok(key)
    }

    pub(crate) async fn close(&self) {
        self.db.close().await;
    }
}
