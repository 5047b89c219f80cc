//! What people did with cards. An EMR may send the same feedback again, so who stores it does so once per card and outcome.

use serde_json::Value;

use super::request::Fault;
use crate::fhir::{
    read::{items, text},
    time::Instant,
};

const MOST: usize = 100;
const MOST_CHARACTERS: usize = 2_000;

/// What became of one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Which card: its uuid.
    pub card: uuid::Uuid,
    /// What was done.
    pub outcome: FeedbackOutcome,
    /// When.
    pub at: Instant,
}

/// What was done with a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedbackOutcome {
    /// It was followed.
    Accepted,
    /// It was passed over.
    Overridden {
        /// System and code of the reason.
        reason: Option<(String, String)>,
        /// The words of the person who did. They may name the patient.
        comment: Option<String>,
    },
}

impl Feedback {
    /// Reads what is posted to `/cds-services/{id}/feedback`.
    ///
    /// # Errors
    /// It is no feedback, or one of several isn't.
    pub fn read(body: &[u8]) -> Result<Vec<Self>, Fault> {
        let body: Value = serde_json::from_slice(body).map_err(|_| Fault::NotJson)?;
        let all: Vec<Self> =
            items(&body, "feedback").take(MOST + 1).map(Self::one).collect::<Option<_>>().ok_or(Fault::Feedback)?;
        if all.is_empty() || all.len() > MOST { Err(Fault::Feedback) } else { Ok(all) }
    }

    fn one(value: &Value) -> Option<Self> {
        let outcome = match text(value, "outcome")? {
            "accepted" => FeedbackOutcome::Accepted,
            "overridden" => {
                let given = value.get("overrideReason");
                let reason = given.and_then(|given| given.get("reason")).and_then(|reason| {
                    Some((text(reason, "system").unwrap_or_default().to_owned(), text(reason, "code")?.to_owned()))
                });
                let comment = given.and_then(|given| text(given, "userComment"));
                let comment = comment.map(|comment| comment.chars().take(MOST_CHARACTERS).collect());
                FeedbackOutcome::Overridden { reason, comment }
            }
            _ => return None,
        };
        let card = text(value, "card").and_then(|card| card.parse().ok())?;
        Some(Self { card, outcome, at: Instant::parse(text(value, "outcomeTimestamp")?)? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn feedback_says_which_card_and_what_was_done() {
        let card = "4e0a3a1e-3283-4575-ab82-028d55fe2719";
        let body = json!({ "feedback": [
            { "card": card, "outcome": "accepted", "acceptedSuggestions": [{ "id": "x" }],
              "outcomeTimestamp": "1970-01-01T00:00:01Z" },
            { "card": card, "outcome": "overridden", "outcomeTimestamp": "1970-01-01T00:00:02Z",
              "overrideReason": { "reason": { "system": "s", "code": "known" }, "userComment": "called her" } },
        ] });
        let read = Feedback::read(body.to_string().as_bytes()).unwrap();
        assert_eq!(read[0].outcome, FeedbackOutcome::Accepted);
        assert_eq!(
            read[1].outcome,
            FeedbackOutcome::Overridden {
                reason: Some(("s".to_owned(), "known".to_owned())),
                comment: Some("called her".to_owned())
            }
        );
        assert_eq!(read[1].at, Instant::from_seconds(2));
    }

    #[test]
    fn what_is_no_feedback_is_refused() {
        let one =
            json!({ "card": uuid::Uuid::nil(), "outcome": "accepted", "outcomeTimestamp": "1970-01-01T00:00:01Z" });
        let check = |body: Value, fault: Fault| {
            assert_eq!(Feedback::read(body.to_string().as_bytes()), Err(fault), "{body:.80}");
        };
        check(json!({}), Fault::Feedback);
        check(json!({ "feedback": [one, {}] }), Fault::Feedback);
        check(json!({ "feedback": vec![one.clone(); 101] }), Fault::Feedback);
        for (name, value) in [("card", "x"), ("outcome", "maybe"), ("outcomeTimestamp", "today")] {
            let mut changed = one.clone();
            changed[name] = json!(value);
            check(json!({ "feedback": [changed] }), Fault::Feedback);
        }
        assert_eq!(Feedback::read(b"x"), Err(Fault::NotJson));
    }
}
