//! The heartbeat: a sign of life to a watchdog outside the house, which raises an alarm of its own when it stays away.

use bedside_core::{
    alarm::Beat,
    channel::{Fault, Promise},
};
use reqwest::Method;

use crate::{
    Clock, Secret,
    http::{BadAddress, Http},
};

/// Calls one address.
pub struct Heartbeat {
    http: Http,
    method: Method,
}

impl Heartbeat {
    /// The way to `url`, by POST or else by GET. The address itself is often the secret that the watchdog knows us by.
    ///
    /// # Errors
    /// It is no address, or plain http that leads out of the house.
    pub fn new(url: &Secret, is_post: bool, clock: Clock) -> Result<Self, BadAddress> {
        let method = if is_post { Method::POST } else { Method::GET };
        Ok(Self { http: Http::new(url.expose(), clock)?, method })
    }
}

impl Beat for Heartbeat {
    fn beat(&self) -> Promise<'_, Result<(), Fault>> {
        Box::pin(async move {
            let answer = self.http.call(self.method.clone(), &[]).send().await?;
            if answer.is_success() { Ok(()) } else { Err(answer.fault(None)) }
        })
    }
}
