//! Subscriptions of clients: R4's by criteria, and the R5 backport's by topic. Whom they may have told is the
//! configuration's matter (`endpoints`); each client sees its own alone, without the secrets in its headers.

mod rest;
mod wish;

pub(super) use self::{
    rest::{create, operation, read, remove, replace, search},
    wish::Wish,
};
