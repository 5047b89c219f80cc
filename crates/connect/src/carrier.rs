//! Carries notifications to subscribers and webhooks: to the places that the configuration names, and to no others. A
//! webhook's tellings are signed as Standard Webhooks say.

use std::collections::HashMap;

use bedside_core::{
    channel::{Fault, Promise},
    exchange::{Carry, Handing, Mailbox, Telling},
};
use reqwest::Method;

use crate::{
    Clock, Secret,
    channel::webhook::sign,
    http::{BadAddress, Call, Http, malformed},
};

/// Who carries.
pub struct Carrier {
    clients: HashMap<String, Vec<Http>>,
    hooks: HashMap<String, (Http, Secret)>,
    clock: Clock,
}

impl Carrier {
    /// One who knows no place yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clients: HashMap::new(), hooks: HashMap::new(), clock }
    }

    /// Allows a client's notifications to go to `address` and below it.
    ///
    /// # Errors
    /// It is no address, or plain http that leads out of the house.
    pub fn allow(&mut self, client: &str, address: &str) -> Result<(), BadAddress> {
        let http = Http::new(address, self.clock.clone())?;
        self.clients.entry(client.to_owned()).or_default().push(http);
        Ok(())
    }

    /// Knows a webhook.
    ///
    /// # Errors
    /// As [`Carrier::allow`].
    pub fn know(&mut self, hook: &str, address: &str, secret: Secret) -> Result<(), BadAddress> {
        let http = Http::new(address, self.clock.clone())?;
        self.hooks.insert(hook.to_owned(), (http, secret));
        Ok(())
    }

    fn call(&self, telling: &Telling) -> Result<Call, Fault> {
        let method = match telling.handing {
            Handing::Post => Method::POST,
            Handing::Put => Method::PUT,
        };
        match &telling.to {
            Mailbox::Client(client) => {
                let places = self.clients.get(client).into_iter().flatten();
                let found = places.filter_map(|place| place.at(method.clone(), &telling.url)).next();
                found.ok_or_else(not_configured)
            }
            Mailbox::Hook(hook) => {
                let (http, secret) = self.hooks.get(hook).ok_or_else(not_configured)?;
                let now = (self.clock)().as_micros().div_euclid(1_000_000);
                let signature =
                    sign(secret, &telling.id, now, &telling.body).map_err(|_| malformed("our own secret"))?;
                let call = http.call(method, &[]).header("webhook-id", &telling.id);
                Ok(call.header("webhook-timestamp", &now.to_string()).header("webhook-signature", &signature))
            }
        }
    }
}

fn not_configured() -> Fault {
    Fault::Refused { status: 403, code: "address_not_configured".to_owned() }
}

impl Carry for Carrier {
    fn reaches(&self, to: &Mailbox, url: &str) -> bool {
        match to {
            Mailbox::Client(client) => {
                self.clients.get(client).into_iter().flatten().any(|place| place.at(Method::POST, url).is_some())
            }
            Mailbox::Hook(hook) => self.hooks.contains_key(hook),
        }
    }

    fn carry<'a>(&'a self, telling: &'a Telling) -> Promise<'a, Result<(), Fault>> {
        Box::pin(async move {
            let mut call = self.call(telling)?;
            for (name, value) in &telling.headers {
                call = call.given_header(name, value);
            }
            if !telling.body.is_empty() {
                call = call.given_header("content-type", &telling.media_type).bytes(telling.body.clone());
            }
            let answer = call.send().await?;
            if answer.is_success() { Ok(()) } else { Err(answer.fault(None)) }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bedside_core::time::Timestamp;

    use super::*;

    fn carrier() -> Carrier {
        let mut carrier = Carrier::new(Arc::new(|| Timestamp::from_micros(0)));
        carrier.allow("kis", "https://kis.example/hooks").unwrap();
        carrier.allow("kis", "http://127.0.0.1:9/").unwrap();
        carrier.know("crm", "https://crm.example/in", Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap();
        carrier
    }

    #[test]
    fn only_configured_places_are_reached() {
        let carrier = carrier();
        let kis = Mailbox::Client("kis".to_owned());
        for url in ["https://kis.example/hooks", "https://kis.example/hooks/a?b=c", "http://127.0.0.1:9/x/y"] {
            assert!(carrier.reaches(&kis, url), "{url}");
        }
        for url in [
            "https://kis.example/hooksandmore",
            "https://kis.example/hooks/../admin",
            "https://kis.example/hooks/%2e%2e/admin",
            "https://kis.example:8443/hooks",
            "http://kis.example/hooks",
            "https://me@kis.example/hooks",
            "https://kis.example.evil.example/hooks",
            "http://169.254.169.254/latest",
            "http://127.0.0.1:10/x",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!carrier.reaches(&kis, url), "{url}");
        }
        assert!(!carrier.reaches(&Mailbox::Client("other".to_owned()), "https://kis.example/hooks"));
        assert!(Carrier::new(Arc::new(|| Timestamp::from_micros(0))).allow("x", "http://public.example/").is_err());
    }

    #[tokio::test]
    async fn what_leads_elsewhere_is_not_carried() {
        let telling = |to, url: &str| Telling {
            to,
            handing: Handing::Post,
            url: url.to_owned(),
            id: "e1".to_owned(),
            media_type: "application/json".to_owned(),
            headers: vec![],
            body: b"{}".to_vec(),
        };
        let carrier = carrier();
        for telling in [
            telling(Mailbox::Client("kis".to_owned()), "http://127.0.0.1:10/"),
            telling(Mailbox::Hook("other".to_owned()), ""),
        ] {
            let fault = carrier.carry(&telling).await.unwrap_err();
            assert!(matches!(fault, Fault::Refused { status: 403, .. }), "{fault}");
        }
    }
}
