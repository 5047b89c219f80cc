//! A JSON object under construction. FHIR forbids empty strings, lists and objects, so what is empty is left out here, in
//! one place, and characters that FHIR forbids in strings are dropped.

use serde_json::{Map, Value};

/// What can stand as the value of an element.
pub trait Json {
    /// As JSON; what is empty in FHIR's sense is left out by whoever puts it somewhere.
    fn json(&self) -> Value;
}

/// A JSON object whose empty elements never come to be.
#[derive(Debug, Default)]
pub(crate) struct Object(Map<String, Value>);

impl Object {
    /// An object without any element.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// With the element `name`, unless `value` is empty.
    pub(crate) fn put(mut self, name: &str, value: impl Json) -> Self {
        let value = value.json();
        if !is_empty(&value) {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// What was built.
    pub(crate) fn done(self) -> Value {
        Value::Object(self.0)
    }
}

impl Json for Object {
    fn json(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

impl Json for Value {
    fn json(&self) -> Value {
        self.clone()
    }
}

impl Json for str {
    fn json(&self) -> Value {
        // FHIR R4, string: no code points below 32 but tab, line feed and carriage return. NUL makes many a server fail.
        Value::String(self.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')).collect())
    }
}

impl Json for String {
    fn json(&self) -> Value {
        self.as_str().json()
    }
}

impl Json for bool {
    fn json(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Json for u64 {
    fn json(&self) -> Value {
        Value::from(*self)
    }
}

impl Json for u32 {
    fn json(&self) -> Value {
        Value::from(*self)
    }
}

impl<T: Json + ?Sized> Json for &T {
    fn json(&self) -> Value {
        (**self).json()
    }
}

impl<T: Json> Json for Option<T> {
    fn json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Json::json)
    }
}

impl<T: Json> Json for [T] {
    fn json(&self) -> Value {
        Value::Array(self.iter().map(Json::json).filter(|item| !is_empty(item)).collect())
    }
}

impl<T: Json> Json for Vec<T> {
    fn json(&self) -> Value {
        self.as_slice().json()
    }
}

impl<T: Json, const N: usize> Json for [T; N] {
    fn json(&self) -> Value {
        self.as_slice().json()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_empty_is_left_out_and_forbidden_characters_are_dropped() {
        let built = Object::new()
            .put("none", None::<String>)
            .put("blank", " \n")
            .put("list", ["", " "])
            .put("nested", Object::new())
            .put("no", false)
            .put("text", "a\u{0}b\tc\u{7f}")
            .put("some", ["", "x"])
            .done();
        assert_eq!(built, json!({ "no": false, "text": "ab\tc", "some": ["x"] }));
    }
}
