//! A channel that only takes in: posts come by webhook or from a file, and there is no way to answer on it.

use bedside_core::{
    channel::{
        Channel, ChannelKind, Fault, Haul, LengthUnit, Limits, Promise, Receipt, Removal, Reply, Sighting, Standpoint,
    },
    id::ChannelId,
    time::Span,
};

/// A channel without a way out. Reading it brings nothing (its posts are handed in), publishing is refused.
#[derive(Debug, Clone, Copy)]
pub struct Inward {
    id: ChannelId,
    kind: ChannelKind,
}

impl Inward {
    /// The channel account with this id; `kind` is [`ChannelKind::Webhook`] or [`ChannelKind::Import`].
    #[must_use]
    pub const fn new(id: ChannelId, kind: ChannelKind) -> Self {
        Self { id, kind }
    }

    fn refused<T: Send + 'static>() -> Promise<'static, Result<T, Fault>> {
        Box::pin(async { Err(Fault::Refused { status: 0, code: "no_way_out".to_owned() }) })
    }
}

impl Channel for Inward {
    fn id(&self) -> ChannelId {
        self.id
    }
    fn kind(&self) -> ChannelKind {
        self.kind
    }
    fn limits(&self) -> Promise<'_, Result<Limits, Fault>> {
        Box::pin(async { Ok(Limits { max: 0, unit: LengthUnit::Graphemes }) })
    }
    fn read<'a>(&'a self, _cursor: Option<&'a str>) -> Promise<'a, Result<Haul, Fault>> {
        Box::pin(async { Ok(Haul::default()) })
    }
    fn wait(&self, at_most: Span) -> Promise<'_, ()> {
        Box::pin(super::pause(at_most))
    }
    fn publish<'a>(&'a self, _reply: &'a Reply) -> Promise<'a, Result<Receipt, Fault>> {
        Self::refused()
    }
    fn find<'a>(&'a self, _reply: &'a Reply) -> Promise<'a, Result<Option<Receipt>, Fault>> {
        Box::pin(async { Ok(None) })
    }
    fn look<'a>(&'a self, _external_id: &'a str) -> Promise<'a, Result<Standpoint, Fault>> {
        Box::pin(async { Ok(Standpoint::Unknown) })
    }
    fn take_down<'a>(&'a self, _receipt: &'a Receipt) -> Promise<'a, Result<Removal, Fault>> {
        Self::refused()
    }
    fn sight<'a>(&'a self, _receipt: &'a Receipt) -> Promise<'a, Result<Sighting, Fault>> {
        Self::refused()
    }
}
