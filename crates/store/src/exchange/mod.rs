//! What others may read of consented conversations: resources in versions, sealed under the keys of account and patient
//! together, so that erasing either erases them; who is told; who was given what.
//!
//! Every question here asks for the confirmed link and the consents in SQL, in the transaction that answers: a consent
//! taken back ends it with its commit, whatever is stored.

pub(crate) mod access;
pub(crate) mod client;
pub(crate) mod delivery;
pub(crate) mod held;
pub(crate) mod resource;
pub(crate) mod target;

pub use self::{
    access::{AccessRow, NewAccess, access, accesses, add_accesses},
    client::{add_token, remember_assertion, sweep_clients, token},
    delivery::{
        DeliveryRow, DeliveryState, DeliveryText, counts, deliveries_since, drop_of, due, line_up, put_off, settle,
        sweep,
    },
    held::{
        Held, Linked, ended_consents, held_of_authors, held_of_case, held_of_site, is_over, linked_of_author,
        linked_of_site,
    },
    resource::{
        Composed, Event, Place, ResourceRow, Wanted, by_ids, events_after, head, history, retire, search, version,
        write,
    },
    target::{
        TargetRow, TargetState, add_target, all_targets, failing_targets, put_target, remove_target, set_target,
        target, targets_of,
    },
};
