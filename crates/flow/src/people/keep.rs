//! Makes, reads, writes and renews the lists.

use std::{
    fs::File,
    io::{BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

use bedside_core::{
    id::SiteId,
    people::{Builder, People, PeopleError, PeopleKey, Person, Reader},
    time::{Span, Timestamp},
};
use bedside_store::emr::patient::{self, PatientRow};

use super::{Listed, PeopleAt};
use crate::{FlowError, Road};

/// A list is made anew so often: whom the record took away, who has another name, and whose key was erased leave it then.
const RENEWED: Span = Span::hours(24);
/// And after so many changes, which are looked through beside it until then.
const MOST_RECENT: u64 = 50_000;
/// Patients in one look at the index: some ten milliseconds.
const PAGE: u32 = 1_000;
/// A change may be committed so long after the time it bears.
const LATE: Span = Span::minutes(2);

/// What a file of a list is.
enum Kept {
    List(People, Timestamp),
    Missing,
    Unusable(String),
}

impl Road {
    /// Brings the lists of all houses up to date. Gives how many changed.
    ///
    /// # Errors
    /// The store refuses; the lists stay as they are.
    pub async fn people_next(&self) -> Result<usize, FlowError> {
        let Some(at) = self.people.at.get() else { return Ok(0) };
        let mut changed = 0;
        for (site, slug) in self.houses().iter().map(|house| (house.site.id, house.site.slug.clone())) {
            changed += usize::from(self.people_of(at, site, &slug).await?);
        }
        Ok(changed)
    }

    async fn people_of(&self, at: &PeopleAt, site: SiteId, slug: &str) -> Result<bool, FlowError> {
        let now = self.now();
        let listed = {
            let lists = self.people.lists.read().unwrap_or_else(PoisonError::into_inner);
            lists.get(&site).map(|list| (list.made_at, list.as_of, list.recent.persons()))
        };
        let Some((made_at, as_of, recent)) = listed else {
            match read(at, (site, slug)).await {
                Kept::List(base, as_of) => self.put_list(at, site, base, as_of),
                Kept::Missing => self.make_list(at, site, slug, now).await?,
                Kept::Unusable(why) => {
                    tracing::warn!(site = slug, why, "the list of the hospital's own people is made anew");
                    self.make_list(at, site, slug, now).await?;
                }
            }
            return Ok(true);
        };
        let is_old = now.since(made_at).as_micros() >= RENEWED.as_micros() || recent > MOST_RECENT;
        if is_old || at.roster.changed_at(slug).is_some_and(|changed| changed > made_at) {
            self.make_list(at, site, slug, now).await?;
            return Ok(true);
        }
        let Some(changed) = self.add_recent(site, as_of).await? else {
            self.make_list(at, site, slug, now).await?;
            return Ok(true);
        };
        Ok(changed)
    }

    /// Puts those on the list of whom something changed since. `None`: so many changed at once that the list is better made anew.
    async fn add_recent(&self, site: SiteId, as_of: Timestamp) -> Result<Option<bool>, FlowError> {
        let mut tx = self.store.begin_read().await?;
        if patient::newest_change(&mut tx, site).await?.is_none_or(|newest| newest <= as_of) {
            return Ok(Some(false));
        }
        let rows = patient::changed(&mut tx, site, as_of.minus(LATE), PAGE).await?;
        drop(tx);
        let upto = rows.last().map_or(as_of, PatientRow::updated_at).max(as_of);
        if upto == as_of {
            return Ok(None);
        }
        let opened = self.store.open_patients(&rows).await?;
        let mut lists = self.people.lists.write().unwrap_or_else(PoisonError::into_inner);
        let Some(list) = lists.get_mut(&site) else { return Ok(Some(false)) };
        rows.iter().filter_map(|row| opened.get(&row.id)).for_each(|text| add(&mut list.recent, &text.0));
        list.as_of = upto;
        list.people = Arc::new(list.base.with_recent(&list.recent.list()));
        Ok(Some(true))
    }

    async fn make_list(&self, at: &PeopleAt, site: SiteId, slug: &str, now: Timestamp) -> Result<(), FlowError> {
        let key = at.key.of_site(&site.to_string());
        let mut list = Builder::new(key);
        let mut after = None;
        loop {
            let rows = patient::page(&mut self.store.begin_read().await?, site, after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.id);
            let opened = self.store.open_patients(&rows).await?;
            let there = rows.iter().filter(|row| row.removed_at.is_none());
            there.filter_map(|row| opened.get(&row.id)).for_each(|text| add(&mut list, &text.0));
            tokio::task::yield_now().await;
        }
        if let Err(why) = at.roster.add(slug, &mut list) {
            tracing::error!(site = slug, why, "the roster of the staff can't be read; they are not on the list");
        }
        let persons = list.persons();
        let Ok(people) = tokio::task::spawn_blocking(move || list.finish()).await else { return Ok(()) };
        let (mb, as_of) = (people.size_bytes() / 1_000_000, now);
        tracing::info!(site = slug, persons, mb, "the list of the hospital's own people is made");
        if let Some(file) = file(at, slug) {
            let copy = people.clone();
            let written = tokio::task::spawn_blocking(move || write(&file, &copy, as_of)).await;
            if let Ok(Err(error)) = written {
                tracing::error!(site = slug, %error, "the list of the hospital's own people can't be written; the next start makes it anew");
            }
        }
        self.put_list(at, site, people, as_of);
        Ok(())
    }

    fn put_list(&self, at: &PeopleAt, site: SiteId, base: People, as_of: Timestamp) {
        let recent = Builder::new(at.key.of_site(&site.to_string()));
        let listed = Listed { people: Arc::new(base.clone()), base, made_at: as_of, as_of, recent };
        self.people.lists.write().unwrap_or_else(PoisonError::into_inner).insert(site, listed);
    }
}

fn add(list: &mut Builder, text: &bedside_store::emr::patient::PatientText) {
    let name = text.name.as_ref();
    let numbers: Vec<&str> = text.ids.iter().map(|id| id.value.as_str()).collect();
    let given = name.map_or("", |name| name.given.as_str());
    let family = name.map_or("", |name| name.family.as_str());
    list.add(&Person { given: &[given], family: &[family], numbers: &numbers });
}

fn file(at: &PeopleAt, slug: &str) -> Option<PathBuf> {
    at.folder.as_ref().map(|folder| folder.join(format!("{slug}.people")))
}

async fn read(at: &PeopleAt, (site, slug): (SiteId, &str)) -> Kept {
    let Some(file) = file(at, slug) else { return Kept::Missing };
    let key = at.key.of_site(&site.to_string());
    tokio::task::spawn_blocking(move || read_file(&file, key)).await.unwrap_or(Kept::Missing)
}

fn read_file(file: &Path, key: PeopleKey) -> Kept {
    let mut from = match File::open(file) {
        Ok(from) => from,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Kept::Missing,
        Err(error) => return Kept::Unusable(error.to_string()),
    };
    let mut reader = Reader::new(key);
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match from.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => {
                if let Err(error) = reader.push(chunk.get(..length).unwrap_or_default()) {
                    return Kept::Unusable(error.to_string());
                }
            }
            Err(error) => return Kept::Unusable(error.to_string()),
        }
    }
    match reader.finish() {
        Ok((people, as_of)) => Kept::List(people, Timestamp::from_micros(as_of)),
        Err(error @ (PeopleError::NoList | PeopleError::WrongKey | PeopleError::Damaged)) => {
            Kept::Unusable(error.to_string())
        }
    }
}

/// Writes a list, whole or not at all, for its owner's eyes alone.
fn write(file: &Path, people: &People, as_of: Timestamp) -> std::io::Result<()> {
    let beside = file.with_extension("new");
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut out = BufWriter::new(options.open(&beside)?);
    people.write(as_of.as_micros(), |part| out.write_all(part))?;
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    std::fs::rename(&beside, file)
}
