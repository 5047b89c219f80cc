//! Sites: the houses of the group.

use bedside_core::{
    emr::KVNR,
    id::SiteId,
    policy::PageOwner,
    site::Jurisdiction,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// A house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Short name in configuration and addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The group it belongs to.
    pub group: String,
    /// Whose law.
    pub jurisdiction: Jurisdiction,
    /// Public body or private.
    pub page_owner: PageOwner,
    /// IANA time zone, e.g. `Europe/Berlin`.
    pub time_zone: String,
    /// The rest of its configuration.
    pub settings: SiteSettings,
}

/// What else is configured for a house.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteSettings {
    /// When the desk is staffed; empty: no hours are set up.
    pub staffed: Vec<Staffed>,
    /// Its holidays: regions (`de-be`) and single days (`2026-12-24`); see [`bedside_core::holiday`]. Then nobody is at the desk.
    pub holidays: Vec<String>,
    /// Within what time the house means to answer what may be answered; rests while rules hold a case. In microseconds.
    pub answer_within: Option<Span>,
    /// Public facts of the house that a reply may hold: its phone, mail, address, spokespeople.
    pub public_facts: Vec<String>,
    /// The fixed public address of the private door, or another private way to reach the house.
    pub door: Option<String>,
    /// From which age on a person can link their account to their record by themselves; `None`: 16.
    pub door_min_age: Option<u8>,
    /// How the record's FHIR side names the identifiers that its HL7 v2 side gives.
    pub systems: Vec<System>,
}

/// One source of identifiers under both its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// FHIR's: the URI of the system (R4 Identifier.system).
    pub uri: String,
    /// HL7 v2's: the assigning authority, namespace or universal id (v2.5.1 CX.4), as links give it.
    pub authority: String,
}

/// FHIR's name of the German health insurance number (HL7 Deutschland, basis profiles: identifier-kvid-10).
pub const KVNR_URI: &str = "http://fhir.de/sid/gkv/kvid-10";

impl SiteSettings {
    /// From which age on a person can link their account to their record without their legal representative.
    #[must_use]
    pub fn min_age(&self) -> i16 {
        i16::from(self.door_min_age.unwrap_or(16))
    }

    /// The authority whose identifiers FHIR knows under `uri`; `None`: it is not set up.
    #[must_use]
    pub fn authority_of(&self, uri: &str) -> Option<&str> {
        if uri == KVNR_URI {
            return Some(KVNR);
        }
        self.systems.iter().find(|system| system.uri == uri).map(|system| system.authority.as_str())
    }

    /// FHIR's name for the identifiers of an authority; `None`: it is not set up.
    #[must_use]
    pub fn uri_of(&self, authority: &str) -> Option<&str> {
        if authority == KVNR {
            return Some(KVNR_URI);
        }
        self.systems.iter().find(|system| system.authority == authority).map(|system| system.uri.as_str())
    }
}

/// One stretch of staffed time, in the house's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staffed {
    /// 1 Monday to 7 Sunday (ISO 8601).
    pub weekday: i8,
    /// Minutes after midnight at which it begins.
    pub from_min: u16,
    /// Minutes after midnight at which it ends.
    pub to_min: u16,
}

statements! {
    UPSERT = "INSERT INTO site (id, slug, name, group_name, jurisdiction, page_owner, time_zone, settings, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (slug) DO UPDATE SET name = excluded.name, \
        group_name = excluded.group_name, jurisdiction = excluded.jurisdiction, page_owner = excluded.page_owner, \
        time_zone = excluded.time_zone, settings = excluded.settings";
    ALL = "SELECT id, slug, name, group_name, jurisdiction, page_owner, time_zone, settings FROM site ORDER BY created_at, slug";
}

/// Stores a site as configured; the slug names it.
///
/// # Errors
/// The engine refuses.
pub async fn put(tx: &mut Tx, site: &Site, now: Timestamp) -> Result<(), StoreError> {
    let settings =
        serde_json::to_string(&site.settings).map_err(|e| StoreError::corrupt("settings", &e.to_string()))?;
    let args = args![
        site.id,
        &site.slug,
        &site.name,
        &site.group,
        site.jurisdiction.as_str(),
        site.page_owner.as_str(),
        &site.time_zone,
        settings,
        now
    ];
    tx.run(UPSERT, args).await.map(drop)
}

/// Every site, the oldest first.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn all(tx: &mut Tx) -> Result<Vec<Site>, StoreError> {
    tx.rows(ALL, args![]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Site, StoreError> {
    Ok(Site {
        id: row.id(0)?,
        slug: row.text(1)?,
        name: row.text(2)?,
        group: row.text(3)?,
        jurisdiction: row.word(4, Jurisdiction::from_word)?,
        page_owner: row.word(5, PageOwner::from_word)?,
        time_zone: row.text(6)?,
        settings: row.json(7)?,
    })
}
