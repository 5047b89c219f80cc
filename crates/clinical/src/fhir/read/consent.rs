//! A Consent that somebody else keeps, or ours as it comes back.

use serde_json::Value;

use super::{holds_at, items, text};
use crate::fhir::{
    code::{ConsentStatus, ProvisionType},
    time::Instant,
};

/// A Consent.
#[derive(Debug, Clone, Copy)]
pub struct Consent<'a>(&'a Value);

impl<'a> Consent<'a> {
    /// Sees `value` as a Consent.
    #[must_use]
    pub const fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// How it stands.
    #[must_use]
    pub fn status(&self) -> Option<ConsentStatus> {
        text(self.0, "status").and_then(ConsentStatus::from_code)
    }

    /// Whose: a reference.
    #[must_use]
    pub fn patient(&self) -> Option<&'a str> {
        self.0.get("patient").and_then(|patient| text(patient, "reference"))
    }

    /// Whether it permits something now: active, a provision that permits, and in its time. What can't be read permits
    /// nothing, and so does one with inner provisions: they take away, and what they take away is not ours to guess.
    #[must_use]
    pub fn is_in_force(&self, now: Instant) -> bool {
        let Some(provision) = self.0.get("provision") else { return false };
        let permits = text(provision, "type").and_then(ProvisionType::from_code) == Some(ProvisionType::Permit);
        let is_plain = provision.get("provision").is_none() && self.0.get("modifierExtension").is_none();
        self.status() == Some(ConsentStatus::Active) && permits && is_plain && holds_at(provision.get("period"), now)
    }

    /// What for: codes of purposes.
    pub fn purposes(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let provision = self.0.get("provision");
        provision
            .into_iter()
            .flat_map(|provision| items(provision, "purpose"))
            .filter_map(|coding| text(coding, "code"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_an_active_permit_in_its_time_is_in_force() {
        let permit = json!({ "type": "permit", "period": { "end": "2026-11" }, "purpose": [{ "code": "TREAT" }] });
        let check = |consent: Value, now: &str, expected: bool| {
            let now = Instant::parse(now).unwrap();
            assert_eq!(Consent::new(&consent).is_in_force(now), expected, "{consent}");
        };
        let now = "2026-11-27T00:00:00Z";
        check(json!({ "status": "active", "provision": permit }), now, true);
        check(json!({ "status": "active", "provision": permit }), "2026-12-01T00:00:00Z", false);
        check(json!({ "status": "inactive", "provision": permit }), now, false);
        check(json!({ "status": "active" }), now, false);
        check(json!({ "status": "active", "provision": { "type": "deny" } }), now, false);
        check(json!({ "status": "active", "provision": { "type": "permit", "provision": [{}] } }), now, false);
        check(json!({ "status": "active", "provision": permit, "modifierExtension": [{ "url": "x" }] }), now, false);
        let consent = json!({ "provision": permit });
        assert_eq!(Consent::new(&consent).purposes().collect::<Vec<_>>(), ["TREAT"]);
    }
}
