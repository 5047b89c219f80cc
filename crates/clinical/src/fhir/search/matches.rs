//! Whether a resource matches a query, and the page of a small set that answers it.

use std::cmp::Ordering;

use serde_json::Value;

use super::{
    cursor::{Cursor, Key},
    params::Param,
    query::{Filter, Query, Summary, Test},
    value::{Prefix, System, TextMatch, Wanted, fold, target},
};
use crate::fhir::{
    code::ParamType,
    read::{items, text},
    time::Range,
};

/// Whether `resource` is of the type and meets all conditions.
#[must_use]
pub fn matches(resource: &Value, query: &Query) -> bool {
    let is_of_type = text(resource, "resourceType") == Some(query.kind.as_str());
    is_of_type && query.filters.iter().all(|filter| meets(resource, filter, query.base()))
}

fn meets(resource: &Value, filter: &Filter, base: &str) -> bool {
    let values = values_of(resource, filter.param, base);
    let fits = |wanted: &Wanted| values.iter().any(|value| is_wanted(value, wanted, base));
    match &filter.test {
        Test::Missing(is_missing) => values.is_empty() == *is_missing,
        Test::AnyOf(wanted) => wanted.iter().any(fits),
        Test::NoneOf(wanted) => !wanted.iter().any(fits),
    }
}

/// The values a parameter looks at. A parameter with one target sees no references to other types.
fn values_of<'a>(resource: &'a Value, param: &Param, base: &str) -> Vec<&'a Value> {
    let mut found = Vec::new();
    for path in param.paths {
        let names: Vec<&str> = path.split('.').collect();
        walk(resource, &names, &mut found);
    }
    if let Some(kind) = param.target {
        let is_of_kind = |value: &&Value| match text(value, "reference") {
            Some(reference) => target(reference, base).0.is_none_or(|found| found == kind),
            None => text(value, "type").is_none_or(|found| found == kind),
        };
        found.retain(is_of_kind);
    }
    found
}

fn walk<'a>(value: &'a Value, names: &[&str], found: &mut Vec<&'a Value>) {
    let Some((name, rest)) = names.split_first() else {
        found.push(value);
        return;
    };
    items(value, name).for_each(|item| walk(item, rest, found));
}

fn is_wanted(value: &Value, wanted: &Wanted, base: &str) -> bool {
    match wanted {
        Wanted::Token { system, code } => is_token(value, system, code.as_deref()),
        Wanted::Reference { kind, id } => {
            let Some(reference) = text(value, "reference") else { return false };
            let (found_kind, found_id) = target(reference, base);
            // A foreign address has its type within it, and is only ever asked for as a whole.
            let is_kind = kind.as_deref().is_none_or(|kind| found_kind == Some(kind));
            found_id == id && is_kind
        }
        Wanted::ReferenceName { system, value: name } => {
            value.get("identifier").is_some_and(|identifier| is_token(identifier, system, name.as_deref()))
        }
        Wanted::Date { prefix, range } => date_range(value).is_some_and(|found| compare(*prefix, found, *range)),
        Wanted::Text { how, text: wanted } => value.as_str().is_some_and(|found| is_text(found, *how, wanted)),
        Wanted::Uri(wanted) => value.as_str() == Some(wanted),
    }
}

/// Codes, Codings, CodeableConcepts, Identifiers, ContactPoints and booleans can be asked for as tokens.
fn is_token(value: &Value, system: &System, code: Option<&str>) -> bool {
    match value {
        // A code by itself has its system from the element; whichever is asked for, it can be no other.
        Value::String(found) => {
            *system != System::None && code.is_none_or(|code| code == found)
                || *system == System::None && code == Some(found)
        }
        Value::Bool(found) => code == Some(if *found { "true" } else { "false" }),
        Value::Object(fields) if fields.contains_key("coding") => {
            items(value, "coding").any(|coding| is_token(coding, system, code))
        }
        Value::Object(_) => {
            let found_system = text(value, "system");
            let found_code = text(value, "code").or_else(|| text(value, "value"));
            let is_system = match system {
                System::Any => true,
                System::None => found_system.is_none(),
                System::Is(system) => found_system == Some(system),
            };
            is_system && code.is_none_or(|code| found_code == Some(code))
        }
        Value::Null | Value::Number(_) | Value::Array(_) => false,
    }
}

fn is_text(found: &str, how: TextMatch, wanted: &str) -> bool {
    match how {
        TextMatch::Exact => found == wanted,
        TextMatch::Begins => fold(found).starts_with(wanted),
        TextMatch::Contains => fold(found).contains(wanted),
    }
}

fn date_range(value: &Value) -> Option<Range> {
    if let Some(date) = value.as_str() {
        return Range::parse(date);
    }
    let end = |name: &str| text(value, name).map(Range::parse);
    let from = end("start").map_or(Some(i64::MIN), |start| start.map(|range| range.from))?;
    let until = end("end").map_or(Some(i64::MAX), |end| end.map(|range| range.until))?;
    let says_something = value.get("start").is_some() || value.get("end").is_some();
    says_something.then_some(Range { from, until })
}

/// Ranges compared as FHIR R4 says (search, §3.1.1.4.5 and the table of prefixes).
fn compare(prefix: Prefix, found: Range, wanted: Range) -> bool {
    let is_within = wanted.from <= found.from && found.until <= wanted.until;
    let reaches_above = found.until > wanted.until;
    let reaches_below = found.from < wanted.from;
    match prefix {
        Prefix::Equal => is_within,
        Prefix::NotEqual => !is_within,
        Prefix::Greater => reaches_above,
        Prefix::Less => reaches_below,
        Prefix::GreaterOrEqual => reaches_above || is_within,
        Prefix::LessOrEqual => reaches_below || is_within,
        Prefix::StartsAfter => found.from >= wanted.until,
        Prefix::EndsBefore => found.until <= wanted.from,
        // How near is near is left to the server: a day either way.
        Prefix::Approximately => {
            const DAY: i64 = 86_400_000_000;
            found.from < wanted.until.saturating_add(DAY) && wanted.from.saturating_sub(DAY) < found.until
        }
    }
}

/// A page of what matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<'a> {
    /// In the order asked for.
    pub items: Vec<&'a Value>,
    /// How many match in all.
    pub total: usize,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// The page of `resources` that answers the query. For sets that fit in memory.
///
/// Without a sort the oldest change comes first: what changes while somebody pages moves behind them and is seen again,
/// where with the newest first it would be missed.
#[must_use]
pub fn page<'a>(resources: impl IntoIterator<Item = &'a Value>, query: &Query) -> Page<'a> {
    let mut found: Vec<(Cursor, &Value)> = resources
        .into_iter()
        .filter(|resource| matches(resource, query))
        .map(|resource| (cursor_of(resource, query), resource))
        .collect();
    let total = found.len();
    if query.summary == Summary::Count {
        return Page { items: Vec::new(), total, next: None };
    }
    found.sort_by(|(a, _), (b, _)| order(a, b, query));
    if let Some(cursor) = &query.cursor {
        found.retain(|(at, _)| order(at, cursor, query) == Ordering::Greater);
    }
    let has_more = found.len() > query.count;
    found.truncate(query.count);
    let next = found.last().filter(|_| has_more).map(|(cursor, _)| cursor.clone());
    Page { items: found.into_iter().map(|(_, resource)| resource).collect(), total, next }
}

fn order(a: &Cursor, b: &Cursor, query: &Query) -> Ordering {
    let by_keys = a.keys.iter().zip(&b.keys).enumerate().map(|(index, (a, b))| {
        let is_descending = query.sort.get(index).is_some_and(|sort| sort.is_descending);
        if is_descending { b.cmp(a) } else { a.cmp(b) }
    });
    by_keys.fold(Ordering::Equal, Ordering::then).then_with(|| a.id.cmp(&b.id))
}

fn cursor_of(resource: &Value, query: &Query) -> Cursor {
    let changed = || {
        let at = resource.pointer("/meta/lastUpdated").and_then(date_range);
        vec![at.map_or(Key::Missing, |range| Key::Number(range.from))]
    };
    let keys: Vec<Key> = query.sort.iter().map(|sort| key(resource, sort.param, sort.is_descending, query)).collect();
    Cursor {
        keys: if keys.is_empty() { changed() } else { keys },
        id: text(resource, "id").unwrap_or_default().to_owned(),
    }
}

/// Of several values the least counts when ascending, and the greatest when descending.
fn key(resource: &Value, param: &Param, is_descending: bool, query: &Query) -> Key {
    let keys = values_of(resource, param, query.base()).into_iter().filter_map(|value| one_key(value, param.kind));
    if is_descending { keys.max() } else { keys.min() }.unwrap_or(Key::Missing)
}

fn one_key(value: &Value, kind: ParamType) -> Option<Key> {
    let words = |text: Option<&str>| text.map(|text| Key::Text(fold(text)));
    match kind {
        ParamType::Date => date_range(value).map(|range| Key::Number(range.from)),
        ParamType::Reference => words(text(value, "reference")),
        ParamType::Token | ParamType::String | ParamType::Uri | ParamType::Number => match value {
            Value::String(text) => words(Some(text)),
            Value::Bool(is) => Some(Key::Number((*is).into())),
            Value::Object(_) => words(
                items(value, "coding")
                    .find_map(|coding| text(coding, "code"))
                    .or_else(|| text(value, "code"))
                    .or_else(|| text(value, "value")),
            ),
            Value::Null | Value::Number(_) | Value::Array(_) => None,
        },
    }
}

/// Addresses, relative where they are ours, of what is to come along with `resource`.
#[must_use]
pub fn included(resource: &Value, query: &Query) -> Vec<String> {
    let mut found = Vec::new();
    for include in &query.includes {
        for value in values_of(resource, include.param, query.base()) {
            let Some(reference) = text(value, "reference") else { continue };
            let (Some(kind), id) = target(reference, query.base()) else { continue };
            if include.target.as_deref().is_none_or(|wanted| wanted == kind) {
                found.push(format!("{kind}/{id}"));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What `_elements` leaves of a resource: those asked for and those without which it would be invalid. It is marked, so that
/// nobody takes it for the whole and writes it back.
#[must_use]
pub fn subset(resource: &Value, query: &Query) -> Value {
    const ALWAYS: &[&str] = &[
        "resourceType",
        "id",
        "meta",
        "status",
        "intent",
        "recorded",
        "agent",
        "source",
        "type",
        "target",
        "scope",
        "category",
        "content",
        "code",
        "subject",
        "patient",
        "channel",
        "criteria",
        "reason",
        "outcome",
    ];
    let (false, Some(fields)) = (query.elements.is_empty(), resource.as_object()) else { return resource.clone() };
    let is_kept = |name: &str| {
        let name = name.trim_start_matches('_');
        ALWAYS.contains(&name) || query.elements.iter().any(|element| element == name)
    };
    let mut kept: serde_json::Map<String, Value> =
        fields.iter().filter(|(name, _)| is_kept(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    let mark = serde_json::json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED" });
    let meta = kept.entry("meta").or_insert_with(|| serde_json::json!({}));
    if let Some(meta) = meta.as_object_mut() {
        let tags = meta.entry("tag").or_insert_with(|| serde_json::json!([]));
        if let Some(tags) = tags.as_array_mut() {
            tags.push(mark);
        }
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests;
