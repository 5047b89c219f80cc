//! Who is signed in: the session behind the cookie, the person, their roles per site, the language they read.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{Method, request::Parts},
};
use bedside_core::{
    id::{PersonId, SiteId},
    policy::desk::{DeskAction, Refusal},
    site::Role,
    time::{Span, Timestamp},
};
use bedside_store::{
    Store, StoreError, Tx,
    cases::CaseRow,
    people::{self, PersonRow, SessionRow},
    sites::{self, Site},
};
use jiff::tz::TimeZone;

use super::{
    DeskSettings, DeskState,
    answer::Stop,
    cookie::Cookie,
    eyes::{House, Permits, Sight},
    token,
};
use crate::text::{Lang, Reader};

/// After so long without a request a session ends.
const IDLE: Span = Span::hours(10);
/// However busy, it ends after this.
const WHOLE: Span = Span::days(7);
/// The session's row is written at most this often.
const TOUCH_EVERY: Span = Span::minutes(1);

/// Somebody signed in, with everything a page must know of them.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    /// The person.
    pub person: PersonRow,
    /// Their session.
    pub session: SessionRow,
    /// The sites at which they have a role, the oldest first.
    pub houses: Vec<House>,
    /// The name of the hospital group.
    pub group: String,
    /// How many sites the group has.
    pub all_sites: usize,
    /// The site looked at; `None`: all of theirs.
    pub chosen: Option<SiteId>,
    /// The time of the request.
    pub now: Timestamp,
    /// Language, time, zone.
    pub reader: Reader,
    permits: Arc<Permits>,
}

impl Signed {
    /// The house of a site; `None`: no role there, so nothing of it is to be seen.
    pub(super) fn house(&self, site: SiteId) -> Option<&House> {
        self.houses.iter().find(|house| house.site.id == site)
    }

    /// Whether the person may do this at the site.
    pub(super) fn may(&self, site: SiteId, action: DeskAction) -> Result<(), Refusal> {
        self.permits.may(self.roles(site), action, false)
    }

    /// Whether the person may approve at the site what they or somebody else wrote.
    pub(super) fn may_approve(&self, site: SiteId, own_draft: bool) -> Result<(), Refusal> {
        self.permits.may(self.roles(site), DeskAction::Approve, own_draft)
    }

    /// Whether the person may do this at any of their sites.
    pub(super) fn may_anywhere(&self, action: DeskAction) -> bool {
        self.houses.iter().any(|house| self.permits.may(&house.roles, action, false).is_ok())
    }

    /// Whether somebody with these roles may do this.
    pub(super) fn permits(&self) -> &Permits {
        &self.permits
    }

    /// The sites of the page: the chosen one, or all of theirs.
    pub(super) fn scope(&self) -> impl Iterator<Item = &House> {
        self.houses.iter().filter(|house| self.chosen.is_none_or(|chosen| chosen == house.site.id))
    }

    /// The sites of the page whose cases the person sees, masked or not.
    pub(super) fn seen(&self) -> impl Iterator<Item = &House> {
        self.scope().filter(|house| house.sight > Sight::Nothing)
    }

    /// Whether the person sees this case: of a site where they are only on call, crisis cases alone.
    pub(super) fn sees(&self, case: &CaseRow) -> bool {
        self.house(case.site).is_some_and(|house| house.sees(case))
    }

    /// How much of this site's cases the person sees.
    pub(super) fn sight(&self, site: SiteId) -> Sight {
        self.house(site).map_or(Sight::Nothing, |house| house.sight)
    }

    /// The language of rules and refusals.
    pub(super) fn lang(&self) -> bedside_core::triage::Lang {
        match self.reader.lang {
            Lang::De => bedside_core::triage::Lang::De,
            Lang::En => bedside_core::triage::Lang::En,
        }
    }

    /// The same person looking at one site, or at all of theirs.
    pub(super) fn looking_at(self, chosen: Option<SiteId>) -> Self {
        Self { chosen, ..self }
    }

    /// The same person reading times as they are at a site: what is typed there means that site's clock.
    pub(super) fn on_the_clock_of(mut self, site: SiteId) -> Self {
        if let Some(zone) = self.house(site).and_then(|house| TimeZone::get(&house.site.time_zone).ok()) {
            self.reader.zone = zone;
        }
        self
    }

    /// The same person, who has opened a case of this site in full: for what is shown of that case.
    pub(super) fn in_full(mut self, site: SiteId) -> Self {
        for house in self.houses.iter_mut().filter(|house| house.site.id == site) {
            house.sight = Sight::Text;
        }
        self
    }

    /// The same person with what lists show them, whatever is open in full.
    pub(super) fn in_lists(&self) -> Self {
        let mut who = self.clone();
        for house in &mut who.houses {
            *house = House::new(house.site.clone(), house.roles.clone(), &self.permits);
        }
        who
    }

    /// The roles at a site; none where the person has none.
    pub(super) fn roles(&self, site: SiteId) -> &[Role] {
        self.house(site).map_or(&[], |house| house.roles.as_slice())
    }
}

impl FromRequestParts<DeskState> for Signed {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, state: &DeskState) -> Result<Self, Stop> {
        let token = Cookie::Session.read(&parts.headers, &state.settings);
        let next = (parts.method == Method::GET).then(|| parts.uri.path_and_query().map(ToString::to_string)).flatten();
        let stop = |expired| Stop::SignIn { next: next.clone().filter(|next| next != "/"), expired };
        let token = token.ok_or_else(|| stop(false))?;
        let chosen = Cookie::Site.read(&parts.headers, &state.settings);
        let signed = of_token(state, &token, chosen.as_deref()).await?.ok_or_else(|| stop(true))?;
        // A page that refreshes itself is no sign that somebody is there.
        let by_itself = parts.headers.contains_key("x-desk") || parts.uri.path().starts_with("/events");
        if !by_itself {
            keep_alive(state, &signed).await?;
        }
        Ok(signed)
    }
}

/// The person behind a session's token; `None`: it is over, or they are locked out.
pub(super) async fn of_token(
    state: &DeskState,
    token: &str,
    chosen: Option<&str>,
) -> Result<Option<Signed>, StoreError> {
    let now = state.clock.now();
    let mut tx = state.store.begin_read().await?;
    let Some(session) = people::session(&mut tx, &token::hash(token), now).await? else {
        return Ok(None);
    };
    let person = people::by_id(&mut tx, session.person).await?.filter(|person| person.disabled_at.is_none());
    let Some(person) = person else {
        return Ok(None);
    };
    signed(state, &mut tx, person, session, chosen, now).await.map(Some)
}

async fn signed(
    state: &DeskState,
    tx: &mut Tx,
    person: PersonRow,
    session: SessionRow,
    chosen: Option<&str>,
    now: Timestamp,
) -> Result<Signed, StoreError> {
    let all = sites::all(tx).await?;
    let group = all.first().map(|site| site.group.clone()).unwrap_or_default();
    let all_sites = all.len();
    let houses = houses(all, &people::roles(tx, person.id).await?, &state.permits);
    let chosen = match houses.as_slice() {
        [only] => Some(only.site.id),
        _ => houses.iter().find(|house| Some(house.site.slug.as_str()) == chosen).map(|house| house.site.id),
    };
    let place = houses.iter().find(|house| Some(house.site.id) == chosen).or(houses.first());
    let zone = place.and_then(|house| TimeZone::get(&house.site.time_zone).ok());
    let zone = zone.unwrap_or_else(|| state.settings.zone.clone());
    let lang = Lang::from_code(&person.lang).unwrap_or_default();
    let reader = Reader::new(lang, now.as_micros(), zone);
    let permits = Arc::clone(&state.permits);
    Ok(Signed { person, session, houses, group, all_sites, chosen, now, reader, permits })
}

fn houses(all: Vec<Site>, roles: &[(SiteId, Role)], permits: &Permits) -> Vec<House> {
    let own = |site: &Site| roles.iter().filter(|(at, _)| *at == site.id).map(|(_, role)| *role).collect::<Vec<_>>();
    let with_roles = all.into_iter().map(|site| (own(&site), site)).filter(|(roles, _)| !roles.is_empty());
    with_roles.map(|(roles, site)| House::new(site, roles, permits)).collect()
}

/// Whether a session still holds with the roles it had when the page was made.
pub(super) async fn still_holds(state: &DeskState, tx: &mut Tx, who: &Signed) -> Result<bool, StoreError> {
    let now = state.clock.now();
    let session = people::session(tx, &who.session.token_hash, now).await?;
    let person = people::by_id(tx, who.person.id).await?;
    let roles = people::roles(tx, who.person.id).await?;
    let before: usize = who.houses.iter().map(|house| house.roles.len()).sum();
    let same_roles = roles.len() == before && roles.iter().all(|(site, role)| who.roles(*site).contains(role));
    Ok(session.is_some() && same_roles && person.is_some_and(|person| person.disabled_at.is_none()))
}

async fn keep_alive(state: &DeskState, who: &Signed) -> Result<(), StoreError> {
    if who.now.since(who.session.seen_at) < TOUCH_EVERY {
        return Ok(());
    }
    let end = who.now.plus(IDLE).min(who.session.created_at.plus(WHOLE));
    let mut tx = state.store.begin().await?;
    people::touch_session(&mut tx, &who.session.token_hash, who.now, end).await?;
    tx.commit().await
}

/// Opens a session in the transaction of the sign-in; gives the token for the cookie.
pub(super) async fn open(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<String, StoreError> {
    let secret = token::fresh()?;
    let session = SessionRow {
        token_hash: token::hash(&secret),
        person,
        csrf: token::fresh()?,
        created_at: now,
        seen_at: now,
        expires_at: now.plus(IDLE),
    };
    people::open_session(tx, &session).await?;
    Ok(secret)
}

/// Ends the session of a request, if there is one.
pub(super) async fn close(
    store: &Store,
    headers: &axum::http::HeaderMap,
    settings: &DeskSettings,
) -> Result<(), StoreError> {
    let Some(secret) = Cookie::Session.read(headers, settings) else {
        return Ok(());
    };
    let mut tx = store.begin().await?;
    people::close_session(&mut tx, &token::hash(&secret)).await?;
    tx.commit().await
}
