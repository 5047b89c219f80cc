//! The people of the sample hospital who can sign in, each with a one-time link.

use anyhow::Result;
use bedside_core::{
    id::{PersonId, SiteId},
    site::Role,
    time::Timestamp,
};
use bedside_desk::serve::{Guide, Part, make_invite};
use bedside_flow::House;
use bedside_store::{Store, people};

use crate::{invite, say::Tongue};

/// Somebody at the sample hospital.
pub struct Someone {
    /// What they sign in with.
    pub login: &'static str,
    /// Their name.
    pub name: &'static str,
    roles: &'static [Role],
    part: Part,
    does: [&'static str; 2],
}

/// Writes answers, and looks after people, channels and the integration.
pub const MARA: Someone = Someone {
    login: "mara@lindenhof.example",
    name: "Mara Lindt",
    roles: &[Role::Desk, Role::Admin],
    part: Part::Desk,
    does: ["Redaktion und Verwaltung", "desk and administration"],
};
/// Approves what Mara writes.
pub const JONAS: Someone = Someone {
    login: "jonas@lindenhof.example",
    name: "Jonas Weber",
    roles: &[Role::Approver],
    part: Part::Approver,
    does: ["Freigabe", "approval"],
};
const BRANDT: Someone = Someone {
    login: "brandt@lindenhof.example",
    name: "Dr. Silke Brandt",
    roles: &[Role::Privacy],
    part: Part::Privacy,
    does: ["Datenschutz", "privacy officer"],
};
const ROTH: Someone = Someone {
    login: "roth@lindenhof.example",
    name: "Nele Roth",
    roles: &[Role::OnCall],
    part: Part::OnCall,
    does: ["Bereitschaft", "on call"],
};

/// Everybody, in the order in which they are told of.
pub const ALL: [Someone; 4] = [MARA, JONAS, BRANDT, ROTH];

/// Somebody as they stand in the store.
pub struct Known {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: &'static str,
    /// Where they come in for the first time; `None`: they have a password.
    pub link: Option<String>,
    does: [&'static str; 2],
    part: Part,
}

impl Known {
    /// What they do, in words.
    pub fn does(&self, tongue: Tongue) -> &'static str {
        let [de, en] = self.does;
        tongue.pick(de, en)
    }

    /// For the tour.
    pub fn guide(&self) -> (PersonId, Guide) {
        (self.id, Guide { name: self.name.to_owned(), part: self.part })
    }
}

/// Adds the people and makes a one-time link for each. Who has a password already gets none.
///
/// # Errors
/// The store refuses.
pub async fn people(store: &Store, houses: &[House], tongue: Tongue, now: Timestamp) -> Result<Vec<Known>> {
    let sites: Vec<SiteId> = houses.iter().map(|house| house.site.id).collect();
    let mut all = Vec::new();
    for Someone { login, name, roles, part, does } in ALL {
        let mut tx = store.begin().await?;
        let known = people::by_login(&mut tx, login).await?;
        let id = match &known {
            Some(row) => row.id,
            None => invite::add(&mut tx, login, name, tongue, now).await?,
        };
        invite::grant(&mut tx, id, &sites, roles, now).await?;
        tx.commit().await?;
        let link = match known.and_then(|row| row.password) {
            Some(_) => None,
            None => Some(invite::welcome_path(&make_invite(store, id, now).await?)),
        };
        all.push(Known { id, name, link, does, part });
    }
    Ok(all)
}
