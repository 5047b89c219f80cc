//! Posts as rows of a file or a delivery: JSON Lines or CSV, one post each. A bad row is named with line, field and reason,
//! and the rows after it are read all the same.

mod read;

use std::{borrow::Cow, fmt};

use bedside_core::{
    post::{Inbound, InboundAuthor, Visibility},
    time::Timestamp,
};
use serde::{Deserialize, Deserializer, de};

pub use read::{Format, Rows};

/// The most a text may have; platforms end at 65,000.
const MAX_TEXT_CHARS: usize = 100_000;
/// The most an id, a handle or an address may have.
const MAX_FIELD_BYTES: usize = 2_000;

/// A post with the place where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The name of the channel account it came by.
    pub channel: String,
    /// The site's name, where the row says one.
    pub site: Option<String>,
    /// The post.
    pub post: Inbound,
}

/// A row that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file, or the place in the delivery, counted from 1.
    pub line: u64,
    /// The field; `None` where the row as a whole is at fault.
    pub field: Option<&'static str>,
    /// Why, in English. Holds no text of the post.
    pub reason: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Some(field) => write!(f, "line {}: {field} {}", self.line, self.reason),
            None => write!(f, "line {}: {}", self.line, self.reason),
        }
    }
}

impl std::error::Error for RowError {}

/// The fields of a row. The first five must be there; unknown ones are passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields<'a> {
    #[serde(borrow)]
    id: Field<'a>,
    #[serde(borrow)]
    channel: Field<'a>,
    #[serde(borrow)]
    author: Field<'a>,
    #[serde(borrow)]
    text: Field<'a>,
    #[serde(borrow)]
    at: Field<'a>,
    #[serde(borrow)]
    url: Field<'a>,
    #[serde(borrow)]
    in_reply_to: Field<'a>,
    #[serde(borrow)]
    thread_root: Field<'a>,
    #[serde(borrow)]
    visibility: Field<'a>,
    #[serde(borrow)]
    lang: Field<'a>,
    #[serde(borrow)]
    site: Field<'a>,
    #[serde(borrow)]
    author_name: Field<'a>,
    #[serde(borrow)]
    author_id: Field<'a>,
    #[serde(borrow)]
    author_is_bot: Field<'a>,
    #[serde(borrow)]
    media_count: Field<'a>,
}

/// The names of the fields, in the order of [`Fields::at_column`].
const FIELDS: [&str; 15] = [
    "id",
    "channel",
    "author",
    "text",
    "at",
    "url",
    "in_reply_to",
    "thread_root",
    "visibility",
    "lang",
    "site",
    "author_name",
    "author_id",
    "author_is_bot",
    "media_count",
];

/// One value: text, or a number or truth value as text (exports differ).
#[derive(Debug, Default, Clone, PartialEq, Eq)]
enum Field<'a> {
    #[default]
    Missing,
    Text(Cow<'a, str>),
    /// A list or an object, where one value belongs.
    Nested,
}

/// Reads one row of JSON; `line` is where it stands.
///
/// # Errors
/// It is no JSON object, or a field is missing or wrong.
pub fn from_json(line: u64, text: &str) -> Result<Row, RowError> {
    let whole = |reason: String| RowError { line, field: None, reason };
    if !text.trim_start().starts_with('{') {
        return Err(whole("is no JSON object".to_owned()));
    }
    let fields: Fields<'_> =
        serde_json::from_str(text).map_err(|e| whole(format!("is no JSON: {}", json_reason(&e))))?;
    fields.into_row().map_err(|(field, reason)| RowError { line, field: Some(field), reason })
}

/// Reads a list of rows, all or none; the place of a bad one counts as its line.
///
/// # Errors
/// It is no JSON list of objects, or a row's field is missing or wrong.
pub fn from_json_list(text: &str) -> Result<Vec<Row>, RowError> {
    let whole = |reason: String| RowError { line: 1, field: None, reason };
    let rows: Vec<Fields<'_>> =
        serde_json::from_str(text).map_err(|e| whole(format!("is no JSON list of rows: {}", json_reason(&e))))?;
    let wrong = |line: u64, (field, reason): Wrong| RowError { line, field: Some(field), reason };
    (1..).zip(rows).map(|(line, fields)| fields.into_row().map_err(|e| wrong(line, e))).collect()
}

/// What the JSON parser says, without the text it said it about.
fn json_reason(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        _ => "it is not well formed",
    };
    format!("{what} (column {})", error.column())
}

type Wrong = (&'static str, String);

impl<'a> Fields<'a> {
    /// The field of the column with this place in [`FIELDS`].
    fn at_column(&mut self, column: usize) -> Option<&mut Field<'a>> {
        Some(match column {
            0 => &mut self.id,
            1 => &mut self.channel,
            2 => &mut self.author,
            3 => &mut self.text,
            4 => &mut self.at,
            5 => &mut self.url,
            6 => &mut self.in_reply_to,
            7 => &mut self.thread_root,
            8 => &mut self.visibility,
            9 => &mut self.lang,
            10 => &mut self.site,
            11 => &mut self.author_name,
            12 => &mut self.author_id,
            13 => &mut self.author_is_bot,
            14 => &mut self.media_count,
            _ => return None,
        })
    }

    fn into_row(self) -> Result<Row, Wrong> {
        let external_id = needed("id", self.id)?;
        let channel = needed("channel", self.channel)?;
        let handle = needed("author", self.author)?.trim_start_matches('@').to_owned();
        if handle.is_empty() {
            return Err(("author", "is empty".to_owned()));
        }
        let author = InboundAuthor {
            external_id: optional("author_id", self.author_id)?.unwrap_or_else(|| handle.clone()),
            handle,
            display_name: optional("author_name", self.author_name)?,
            is_bot: truth("author_is_bot", self.author_is_bot)?,
        };
        let post = Inbound {
            external_id,
            author,
            text: text("text", self.text)?,
            at: time("at", &needed("at", self.at)?)?,
            url: optional("url", self.url)?.map(web_address).transpose()?,
            in_reply_to: optional("in_reply_to", self.in_reply_to)?,
            thread_root: optional("thread_root", self.thread_root)?,
            visibility: visibility(optional("visibility", self.visibility)?)?,
            lang_hint: optional("lang", self.lang)?.map(language).transpose()?,
            media_count: number("media_count", optional("media_count", self.media_count)?)?,
            media: Vec::new(),
            addressed: true,
            reply_context: None,
        };
        Ok(Row { channel, site: optional("site", self.site)?, post })
    }
}

fn needed(name: &'static str, field: Field<'_>) -> Result<String, Wrong> {
    match field {
        Field::Missing => Err((name, "is missing".to_owned())),
        field => optional(name, field)?.ok_or_else(|| (name, "is empty".to_owned())),
    }
}

/// The value without white space around it; an empty one is none, as CSV can't say it otherwise.
fn optional(name: &'static str, field: Field<'_>) -> Result<Option<String>, Wrong> {
    match field {
        Field::Missing => Ok(None),
        Field::Nested => Err((name, "is a list or an object, one value is expected".to_owned())),
        Field::Text(text) if text.len() > MAX_FIELD_BYTES => {
            Err((name, format!("is longer than {MAX_FIELD_BYTES} bytes")))
        }
        Field::Text(text) => Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)),
    }
}

fn text(name: &'static str, field: Field<'_>) -> Result<String, Wrong> {
    match field {
        Field::Missing => Err((name, "is missing".to_owned())),
        Field::Nested => Err((name, "is a list or an object, one value is expected".to_owned())),
        Field::Text(text) if text.trim().is_empty() => Err((name, "is empty".to_owned())),
        Field::Text(text) if text.len() > MAX_TEXT_CHARS && text.chars().count() > MAX_TEXT_CHARS => {
            Err((name, format!("is longer than {MAX_TEXT_CHARS} characters")))
        }
        Field::Text(text) => Ok(text.into_owned()),
    }
}

fn time(name: &'static str, text: &str) -> Result<Timestamp, Wrong> {
    let expected = || (name, "is no RFC 3339 time with an offset (expected e.g. 2026-11-14T14:02:00+01:00)".to_owned());
    Timestamp::parse_rfc3339(text).map_err(|_| expected())
}

fn web_address(url: String) -> Result<String, Wrong> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if is_web { Ok(url) } else { Err(("url", "begins neither with https:// nor with http://".to_owned())) }
}

fn visibility(word: Option<String>) -> Result<Visibility, Wrong> {
    let wrong = || ("visibility", "is not public, unlisted, followers or direct".to_owned());
    word.map_or(Ok(Visibility::Public), |word| Visibility::from_word(&word.to_ascii_lowercase()).ok_or_else(wrong))
}

/// BCP 47, as far as its shape goes: a language of two or three letters, then parts of up to eight.
fn language(tag: String) -> Result<String, Wrong> {
    let mut parts = tag.split(['-', '_']);
    let is_language = |part: &str| matches!(part.len(), 2 | 3) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_tag = parts.next().is_some_and(is_language) && parts.all(is_part);
    if is_tag {
        Ok(tag.replace('_', "-"))
    } else {
        Err(("lang", "is no language tag (expected e.g. de or en-GB)".to_owned()))
    }
}

fn number(name: &'static str, text: Option<String>) -> Result<u16, Wrong> {
    let wrong = || (name, "is no whole number between 0 and 65535".to_owned());
    text.map_or(Ok(0), |text| text.parse().map_err(|_| wrong()))
}

fn truth(name: &'static str, field: Field<'_>) -> Result<bool, Wrong> {
    match optional(name, field)?.as_deref() {
        None | Some("false" | "0" | "no") => Ok(false),
        Some("true" | "1" | "yes") => Ok(true),
        Some(_) => Err((name, "is neither true nor false".to_owned())),
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Field<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> de::Visitor<'de> for FieldVisitor {
    type Value = Field<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Field<'de>, E> {
        Ok(Field::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Field<'de>, E> {
        Ok(Field::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_bool<E>(self, truth: bool) -> Result<Field<'de>, E> {
        Ok(Field::Text(Cow::Borrowed(if truth { "true" } else { "false" })))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Field<'de>, E> {
        Ok(Field::Text(Cow::Owned(n.to_string())))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Field<'de>, E> {
        Ok(Field::Text(Cow::Owned(n.to_string())))
    }
    fn visit_f64<E>(self, n: f64) -> Result<Field<'de>, E> {
        Ok(Field::Text(Cow::Owned(n.to_string())))
    }
    fn visit_unit<E>(self) -> Result<Field<'de>, E> {
        Ok(Field::Missing)
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Field<'de>, A::Error> {
        while list.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(Field::Nested)
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Field<'de>, A::Error> {
        while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
        Ok(Field::Nested)
    }
}

#[cfg(test)]
mod tests;
