//! Where a page ended: the keys of its last resource. A page after it holds what sorts behind these keys, so that nothing is
//! given twice or passed over because something was added in between.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// What a resource is sorted by. Where there is no value, it comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// There is no value.
    Missing,
    /// A time.
    Number(i64),
    /// Anything else.
    Text(String),
}

/// The keys of the last resource of a page, and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// One for each key of the sort.
    pub keys: Vec<Key>,
    /// The id, which tells equals apart.
    pub id: String,
}

impl Cursor {
    /// As it stands in a link.
    #[must_use]
    pub fn encode(&self) -> String {
        let keys: Vec<Value> = self
            .keys
            .iter()
            .map(|key| match key {
                Key::Missing => Value::Null,
                Key::Number(number) => Value::from(*number),
                Key::Text(text) => Value::from(text.as_str()),
            })
            .collect();
        URL_SAFE_NO_PAD.encode(json!([keys, self.id]).to_string())
    }

    /// From a link; `None`: it is no cursor.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let value: Value = serde_json::from_slice(&bytes).ok()?;
        let (keys, id) = (value.get(0)?.as_array()?, value.get(1)?.as_str()?.to_owned());
        let key = |value: &Value| match value {
            Value::Null => Some(Key::Missing),
            Value::Number(number) => number.as_i64().map(Key::Number),
            Value::String(text) => Some(Key::Text(text.clone())),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        Some(Self { keys: keys.iter().map(key).collect::<Option<_>>()?, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let cursor =
            Cursor { keys: vec![Key::Missing, Key::Number(-7), Key::Text("ä\"".to_owned())], id: "t1".to_owned() };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for text in ["", "x", "W10", "e30", "W1tbXV0sIngiXQ"] {
            assert_eq!(Cursor::decode(text), None, "{text}");
        }
    }
}
