//! How the desk looks: the frame around every page, its typed parts and its files. Pure functions from values to markup;
//! no handler, no session, no database.
//!
//! Two rules hold everywhere, and tests keep them: a part that can be operated takes its accessible name as an argument,
//! and no page has an inline style, an inline script or an event attribute, because the Content-Security-Policy forbids them.

pub mod asset;
pub mod door;
pub mod form;
mod frame;
mod gate;
mod glyph;
mod leaving;
pub mod part;
pub mod rail;
mod shell;

pub use frame::{
    COUNTED, ChannelLine, ChannelState, Counts, Frame, IncidentLine, Leaving, LeavingState, Place, Queue, Sending,
    SiteLine, Theme,
};
pub use gate::{Gate, gate};
pub(crate) use glyph::sprite;
pub use glyph::{Glyph, icon};
pub use shell::{Shell, shell};

/// The policy every page is made for; send it with every answer that is HTML.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
