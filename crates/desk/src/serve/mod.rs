//! The desk's web server: who asks, what they may see, what they do. It reads the store and acts through the road, so
//! that every act is one transaction with its log entry.
//!
//! A page is made in three steps: an extractor says who asks (`session`), the store's rows are read in one transaction,
//! and a pure function of [`crate::page`] makes the markup. Who has no role at a site gets the same answer as for a case
//! that does not exist.

pub(crate) mod address;
mod alarm;
pub(crate) mod answer;
mod assets;
mod author;
mod balance;
mod cards;
mod case;
mod channels;
mod cookie;
mod document;
mod door;
mod entry;
mod events;
mod examples;
mod export;
mod eyes;
pub(crate) mod form;
mod frame;
mod gate;
mod health;
mod inbox;
mod incident;
mod invite;
mod library;
mod links;
pub(crate) mod lockout;
mod log;
mod me;
mod message;
mod names;
mod outer;
mod outgoing;
mod password;
mod paths;
mod pause;
mod people;
mod planned;
mod presence;
mod preview;
mod privacy;
mod refused;
mod rows;
mod rules;
mod search;
mod session;
mod sign_in;
pub(crate) mod token;
mod told;
mod tour;
mod verify;
mod welcome;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use bedside_flow::{Clock, Road};
use bedside_store::Store;
use jiff::tz::TimeZone;

pub use self::{
    address::{BadNetwork, Network},
    invite::{LINK_HOLDS, first_admin_link, make_invite},
    tour::{Guide, Part, Places, Tour},
};
use crate::chart::{self, Charts};

use self::{eyes::Permits, password::Passwords, presence::Presence, verify::Verification};

/// The most bytes a form may send: a long draft with all its marks is a tenth of it.
const FORM_BYTES: usize = 256 * 1024;

/// What is set about the desk.
#[derive(Debug, Clone)]
pub struct DeskSettings {
    /// The address people type, such as `https://bedside.lindenhof.example`. One-time links begin with it.
    pub public_url: String,
    /// Whether cookies are for https alone. Off only where people reach the desk by plain http on the machine itself.
    pub secure_cookies: bool,
    /// The proxies in front of the desk, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// This program's version.
    pub version: String,
    /// The time zone of pages where no house says another.
    pub zone: TimeZone,
}

/// Everything a request needs. Cheap to clone.
#[derive(Clone)]
pub struct DeskState {
    pub(crate) store: Store,
    pub(crate) road: Arc<Road>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Arc<DeskSettings>,
    permits: Arc<Permits>,
    passwords: Arc<Passwords>,
    presence: Arc<Presence>,
    verification: Arc<Verification>,
    pub(crate) charts: Arc<Charts>,
    tour: Option<Arc<Tour>>,
}

impl std::fmt::Debug for DeskState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeskState").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl DeskState {
    /// The state of a desk on this road.
    #[must_use]
    pub fn new(road: Arc<Road>, clock: Arc<dyn Clock>, settings: DeskSettings) -> Self {
        Self {
            store: road.store().clone(),
            permits: Arc::new(Permits::new(Arc::clone(&road))),
            passwords: Arc::new(Passwords::new()),
            presence: Arc::default(),
            verification: Arc::default(),
            charts: Arc::default(),
            tour: None,
            settings: Arc::new(settings),
            clock,
            road,
        }
    }

    /// The same desk, which also serves these charts.
    #[must_use]
    pub fn with_charts(self, charts: Charts) -> Self {
        Self { charts: Arc::new(charts), ..self }
    }

    /// The same desk, which also leads strangers around: for the demo alone, as whoever takes the tour may be anybody.
    #[must_use]
    pub fn with_tour(self, tour: Arc<Tour>) -> Self {
        Self { tour: Some(tour), ..self }
    }
}

/// The desk's routes. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that failed sign-ins can be
/// counted per address.
pub fn router(state: DeskState) -> Router {
    let gate = Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::post))
        .route("/sign-out", post(sign_in::out))
        .route("/welcome", get(welcome::show).post(welcome::post))
        .route("/assets/{file}", get(assets::assets))
        .route("/favicon.ico", get(assets::favicon))
        .route("/tour", get(tour::show))
        .route("/tour/as", post(tour::sign_in_as))
        .route("/tour/away", post(tour::put_away))
        .route("/live", get(health::live))
        .route("/ready", get(health::ready));
    let house = Router::new()
        .route("/channels", get(channels::show).post(channels::post))
        .route("/links", get(links::show))
        .route("/links/{slug}", get(links::link))
        .route("/links/{slug}/{id}", get(message::show))
        .route("/links/{slug}/{id}/{act}", post(message::act))
        .route("/log", get(log::show))
        .route("/log/verify", post(log::check))
        .route("/log/checkpoint", get(export::checkpoint))
        .route("/log/vkey", get(export::key))
        .route("/log/tile/{*path}", get(export::tile))
        .route("/author/{id}", get(author::show))
        .route("/author/{id}/erase", get(author::ask).post(author::erase_posted))
        .route("/author/{id}/{act}", post(author::act))
        .route("/examples", get(examples::show).post(examples::export))
        .route("/statements", get(library::show))
        .route("/statements/new", get(library::fresh).post(library::save_new))
        .route("/statements/{number}", get(library::one))
        .route("/statements/{number}/{act}", get(library::acted).post(library::act))
        .route("/balance", get(balance::show))
        .route("/balance/{table}", get(balance::table))
        .route("/people", get(people::show).post(people::post))
        .route("/pause", get(pause::show).post(pause::post))
        .route("/incident", get(incident::show).post(incident::post))
        .route("/privacy", get(privacy::show))
        .route("/privacy/{id}", get(privacy::one))
        .route("/privacy/{id}/again", post(privacy::again))
        .route("/planned", get(planned::show).post(planned::post_act))
        .route("/me", get(me::show).post(me::post))
        .route("/keys", get(me::keys));
    let cases = Router::new()
        .route("/", get(inbox::front))
        .route("/inbox", get(inbox::show))
        .route("/search", get(search::show))
        .route("/events", get(events::events))
        .route("/events/now", get(events::now))
        .route("/case/{number}", get(case::show))
        .route("/case/{number}/file/{id}", get(case::file))
        .route("/case/{number}/media/{post}/{n}", get(case::picture))
        .route("/case/{number}/media/{post}/{n}/blurred", get(case::blurred))
        .route("/case/{number}/mark", get(case::mark).post(case::say_mark))
        .route("/case/{number}/wrong", get(case::wrong).post(case::say_wrong))
        .route("/case/{number}/{act}", get(case::acted).post(case::act))
        .route("/live/case/{number}/find", post(case::find));
    let door = Router::new()
        .route("/door", get(door::front))
        .route("/door/{site}", get(door::show))
        .route("/door/{site}/in", get(door::pass))
        .route("/door/{site}/undo", get(door::undo))
        .route("/door/{site}/write", post(door::write).layer(DefaultBodyLimit::max(door::WRITE_BYTES)))
        .route("/door/{site}/{act}", post(door::act));
    let alarm = Router::new().route("/alarm/{alarm}/{member}/{until}/{signature}", get(alarm::show).post(alarm::press));
    gate.merge(house)
        .merge(alarm)
        .merge(door)
        .merge(cases)
        .merge(rules::routes())
        .merge(chart::routes())
        .fallback(nothing_here)
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(from_fn_with_state(state.clone(), outer::outer))
        .with_state(state)
}

async fn nothing_here() -> answer::Stop {
    answer::Stop::NOT_FOUND
}
