//! The steps of the road, in the order a post walks them.

pub(crate) mod assess;
pub(crate) mod hold;
pub(crate) mod index;
pub(crate) mod look;
pub(crate) mod mark;
mod media;
mod notice;
pub(crate) mod own;
pub(crate) mod read;
pub(crate) mod ring;
mod rota;
pub(crate) mod send;
pub(crate) mod sequence;
pub(crate) mod settle;
pub(crate) mod take;
pub(crate) mod take_back;
