//! Where a row belongs: the site it names, and the channel account there, made if it is missing. Done for the next chunk
//! while one is being stored.

use std::collections::HashMap;

use anyhow::{Result, bail};
use bedside_connect::row::{Row, RowError};
use bedside_core::{
    channel::ChannelKind,
    id::{ChannelId, SiteId},
    post::Upstream,
    time::Timestamp,
};
use bedside_store::{
    Store, Tx,
    channels::{self, ChannelRow},
    posts,
    sites::Site,
};
use tokio::sync::mpsc;

use super::source::Chunk;
use crate::{clock, settle};

/// A chunk whose rows lie with their channel accounts, ready to be stored.
#[derive(Debug, Default)]
pub struct Load {
    /// The posts of each account, in the order of the file.
    pub batches: Vec<(ChannelId, Vec<Upstream>)>,
    /// Rows that can't be read or belong nowhere.
    pub bad: Vec<RowError>,
    /// Rows before this chunk, good and bad.
    pub first: i64,
    /// Rows up to its end.
    pub end: i64,
    /// Bytes up to its end.
    pub bytes: u64,
}

/// Houses and channel accounts by the names that rows use.
#[derive(Debug)]
pub struct Places {
    sites: Vec<Site>,
    /// The house of rows that name none.
    usual: Option<SiteId>,
    /// The account of all rows, whatever they name.
    only: Option<(ChannelId, SiteId)>,
    known: HashMap<(SiteId, String), ChannelId>,
}

impl Places {
    /// Looks at what there is. `site` and `channel` are what the command line says.
    ///
    /// # Errors
    /// The store can't be read, or the command line names what is not there.
    pub async fn new(
        store: &Store,
        sites: Vec<Site>,
        site: Option<&str>,
        channel: Option<&str>,
        now: Timestamp,
    ) -> Result<Self> {
        let usual = match (site, sites.as_slice()) {
            (Some(name), sites) => match find(sites, name) {
                Some(site) => Some(site),
                None => bail!("--site: there is no site '{name}'; known are {}", slugs(sites)),
            },
            (None, [only]) => Some(only.id),
            (None, _) => None,
        };
        let mut tx = store.begin().await?;
        let mut known = HashMap::new();
        for row in channels::all(&mut tx).await? {
            if row.kind == ChannelKind::Import {
                known.insert((row.site, row.name), row.id);
            }
        }
        let only = match channel {
            Some(slug) => Some(named_account(&mut tx, slug, usual, now).await?),
            None => None,
        };
        tx.commit().await?;
        Ok(Self { sites, usual, only, known })
    }

    /// Finds the places of chunk after chunk, one ahead of whoever takes them.
    pub fn load_ahead(mut self, store: Store, mut chunks: mpsc::Receiver<Chunk>) -> mpsc::Receiver<Result<Load>> {
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            while let Some(chunk) = chunks.recv().await {
                let load = self.load(&store, chunk, clock::now()).await;
                let is_over = load.is_err();
                if sender.send(load).await.is_err() || is_over {
                    return;
                }
            }
        });
        receiver
    }

    /// Finds the places of a chunk's rows, and has the data keys made that its new authors need.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn load(&mut self, store: &Store, chunk: Chunk, now: Timestamp) -> Result<Load> {
        let Chunk { rows, bad, first, end, bytes } = chunk;
        let mut load = Load { batches: Vec::new(), bad, first, end, bytes };
        for (line, row) in rows {
            match self.of(store, line, &row, now).await? {
                Ok(channel) => load.add(channel, row),
                Err(error) => load.bad.push(error),
            }
        }
        load.bad.sort_by_key(|error| error.line);
        for (channel, batch) in &load.batches {
            let authors = batch.iter().filter_map(|one| match one {
                Upstream::Posted(post) | Upstream::Edited(post) => Some(&post.author),
                Upstream::Deleted { .. } => None,
            });
            posts::ensure_keys(store, *channel, authors, now).await?;
        }
        Ok(load)
    }

    /// The account a row goes to.
    ///
    /// # Errors
    /// The outer: the store refuses. The inner: the row names a house that is not there, or none where there are several.
    async fn of(&mut self, store: &Store, line: u64, row: &Row, now: Timestamp) -> Result<Result<ChannelId, RowError>> {
        let site = match self.site_of(row) {
            Ok(site) => site,
            Err(reason) => return Ok(Err(RowError { line, field: Some("site"), reason })),
        };
        if let Some((channel, _)) = self.only {
            return Ok(Ok(channel));
        }
        if let Some(channel) = self.known.get(&(site, row.channel.clone())) {
            return Ok(Ok(*channel));
        }
        let mut tx = store.begin().await?;
        let made = make_account(&mut tx, &row.channel, site, now).await?;
        tx.commit().await?;
        self.known.insert((site, row.channel.clone()), made.id);
        Ok(Ok(made.id))
    }

    fn site_of(&self, row: &Row) -> Result<SiteId, String> {
        let known = || slugs(&self.sites);
        let named = match &row.site {
            Some(name) => {
                Some(find(&self.sites, name).ok_or_else(|| format!("is no site here (known are {})", known()))?)
            }
            None => None,
        };
        match (self.only, named) {
            (Some((_, own)), Some(named)) if own != named => Err("is another site than that of --channel".to_owned()),
            (Some((_, own)), _) => Ok(own),
            (None, named) => named.or(self.usual).ok_or_else(|| {
                format!("is missing and there are several sites ({}): name one, or say --site", known())
            }),
        }
    }
}

impl Load {
    fn add(&mut self, channel: ChannelId, row: Row) {
        let news = Upstream::Posted(Box::new(row.post));
        match self.batches.iter_mut().find(|(id, _)| *id == channel) {
            Some((_, batch)) => batch.push(news),
            None => self.batches.push((channel, vec![news])),
        }
    }
}

fn find(sites: &[Site], name: &str) -> Option<SiteId> {
    let is_named =
        |site: &&Site| site.slug.eq_ignore_ascii_case(name) || site.name.to_lowercase() == name.to_lowercase();
    sites.iter().find(is_named).map(|site| site.id)
}

fn slugs(sites: &[Site]) -> String {
    sites.iter().map(|site| site.slug.as_str()).collect::<Vec<_>>().join(", ")
}

/// The account that `--channel` names, made if it is missing.
async fn named_account(tx: &mut Tx, slug: &str, site: Option<SiteId>, now: Timestamp) -> Result<(ChannelId, SiteId)> {
    if let Some(row) = channels::by_slug(tx, slug).await? {
        return Ok((row.id, row.site));
    }
    let Some(site) = site else { bail!("--channel {slug} is new, and there are several sites: say --site too") };
    let row = settle::new_row(ChannelKind::Import, slug, slug, site, now)?;
    Ok((channels::put(tx, &row, now).await?.id, site))
}

/// An account of kind import for the channel that rows call `name`.
async fn make_account(tx: &mut Tx, name: &str, site: SiteId, now: Timestamp) -> Result<ChannelRow> {
    let base = slug_of(name);
    let mut slug = base.clone();
    for n in 2.. {
        if channels::by_slug(tx, &slug).await?.is_none() {
            break;
        }
        slug = format!("{base}-{n}");
    }
    let row = settle::new_row(ChannelKind::Import, &slug, name, site, now)?;
    Ok(channels::put(tx, &row, now).await?)
}

/// A short name made of a channel's name: small letters, digits and single hyphens.
fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.trim_end_matches('-').chars().take(36).collect();
    if slug.is_empty() { "import".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn short_names_are_made_of_any_name() {
        for (name, slug) in
            [("Bluesky", "bluesky"), ("Google Maps (Süd)", "google-maps-s-d"), ("電話", "import"), ("-a-", "a")]
        {
            assert_eq!(slug_of(name), slug, "{name}");
        }
    }
}
