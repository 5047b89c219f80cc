//! FHIR's data types, as far as something of ours writes them.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{
    id::Id,
    object::{Json, Object},
    time::Instant,
};

/// Text that is mostly known when the program is built.
pub type Text = Cow<'static, str>;

/// A code of a code system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coding {
    /// URI of the code system.
    pub system: Text,
    /// The code.
    pub code: Text,
    /// What the code system says it means; empty: left out.
    pub display: Text,
}

impl Coding {
    /// A code that is known when the program is built.
    #[must_use]
    pub const fn fixed(system: &'static str, code: &'static str, display: &'static str) -> Self {
        Self { system: Cow::Borrowed(system), code: Cow::Borrowed(code), display: Cow::Borrowed(display) }
    }

    /// A code that becomes known as the program runs.
    #[must_use]
    pub fn new(system: impl Into<Text>, code: impl Into<Text>, display: impl Into<Text>) -> Self {
        Self { system: system.into(), code: code.into(), display: display.into() }
    }
}

impl Json for Coding {
    fn json(&self) -> Value {
        Object::new().put("system", &*self.system).put("code", &*self.code).put("display", &*self.display).done()
    }
}

/// A CodeableConcept: one meaning, in the codes of one or several systems, and in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concept {
    /// The same meaning in each system.
    pub codings: Vec<Coding>,
    /// In words.
    pub text: Option<String>,
}

impl Concept {
    /// In words alone.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { codings: Vec::new(), text: Some(text.into()) }
    }

    /// The codes, and these words.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }
}

impl From<Coding> for Concept {
    fn from(coding: Coding) -> Self {
        Self { codings: vec![coding], text: None }
    }
}

impl From<&Coding> for Concept {
    fn from(coding: &Coding) -> Self {
        coding.clone().into()
    }
}

impl Json for Concept {
    fn json(&self) -> Value {
        Object::new().put("coding", &self.codings).put("text", &self.text).done()
    }
}

/// What something is called in some system of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// The system of names; empty: unknown.
    pub system: Text,
    /// The name within it.
    pub value: String,
    /// What kind of name.
    pub kind: Option<Concept>,
}

impl Identifier {
    /// `value` in `system`.
    #[must_use]
    pub fn new(system: impl Into<Text>, value: impl Into<String>) -> Self {
        Self { system: system.into(), value: value.into(), kind: None }
    }

    /// A URI as a name (`urn:ietf:rfc:3986`): `urn:uuid:…`, `urn:oid:…` or an absolute URL.
    #[must_use]
    pub fn uri(uri: impl Into<String>) -> Self {
        Self::new("urn:ietf:rfc:3986", uri)
    }
}

impl Json for Identifier {
    fn json(&self) -> Value {
        Object::new().put("type", &self.kind).put("system", &*self.system).put("value", &self.value).done()
    }
}

/// A reference to a resource: by address, by a name it has elsewhere, or in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reference {
    /// `Type/id`, an absolute URL, or `urn:uuid:…` within a Bundle.
    pub address: Option<String>,
    /// The type of what is meant.
    pub kind: Option<Text>,
    /// A name it has elsewhere.
    pub identifier: Option<Identifier>,
    /// In words.
    pub display: Option<String>,
}

impl Reference {
    /// To the resource `kind`/`id` on the same server.
    #[must_use]
    pub fn to(kind: &str, id: &Id) -> Self {
        Self::address(format!("{kind}/{id}"))
    }

    /// To an address.
    #[must_use]
    pub fn address(address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), ..Self::default() }
    }

    /// To what has this name elsewhere, whatever its address.
    #[must_use]
    pub fn named(kind: impl Into<Text>, identifier: Identifier) -> Self {
        Self { kind: Some(kind.into()), identifier: Some(identifier), ..Self::default() }
    }

    /// To what these words say: all there is to say about a person without a record.
    #[must_use]
    pub fn words(display: impl Into<String>) -> Self {
        Self { display: Some(display.into()), ..Self::default() }
    }

    /// With words beside it.
    #[must_use]
    pub fn with_display(mut self, display: impl Into<String>) -> Self {
        self.display = Some(display.into());
        self
    }
}

impl Json for Reference {
    fn json(&self) -> Value {
        Object::new()
            .put("reference", &self.address)
            .put("type", self.kind.as_deref())
            .put("identifier", &self.identifier)
            .put("display", &self.display)
            .done()
    }
}

/// A stretch of time; either end may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// From here on.
    pub start: Option<Instant>,
    /// Until here.
    pub end: Option<Instant>,
}

impl Json for Period {
    fn json(&self) -> Value {
        Object::new().put("start", self.start).put("end", self.end).done()
    }
}

/// Words of a person about a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Who.
    pub author: Option<Reference>,
    /// When.
    pub time: Option<Instant>,
    /// What.
    pub text: String,
}

impl Json for Annotation {
    fn json(&self) -> Value {
        Object::new().put("authorReference", &self.author).put("time", self.time).put("text", &self.text).done()
    }
}

/// Content that isn't FHIR.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Media type.
    pub content_type: Text,
    /// BCP 47.
    pub language: Option<String>,
    /// The bytes themselves.
    pub data: Option<Vec<u8>>,
    /// Where the bytes are, e.g. `Binary/…`.
    pub url: Option<String>,
    /// Size and SHA-1 of the bytes that lie at `url`; of `data` they are reckoned.
    pub digest: Option<Digest>,
    /// What it is called.
    pub title: Option<String>,
    /// When it was made.
    pub creation: Option<Instant>,
}

/// Size and hash of bytes that lie elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    /// Size in bytes.
    pub size_bytes: u32,
    /// SHA-1, as FHIR R4 wants it: it shows a damaged file, not a forged one.
    pub sha1: [u8; 20],
}

impl Digest {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
        let mut sha1 = [0; 20];
        for (to, from) in sha1.iter_mut().zip(hash.as_ref()) {
            *to = *from;
        }
        Self { size_bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX), sha1 }
    }
}

impl Json for Attachment {
    fn json(&self) -> Value {
        let digest = self.data.as_deref().map(Digest::of).or(self.digest);
        Object::new()
            .put("contentType", &*self.content_type)
            .put("language", &self.language)
            .put("data", self.data.as_ref().map(|data| STANDARD.encode(data)))
            .put("url", &self.url)
            .put("size", digest.map(|digest| digest.size_bytes))
            .put("hash", digest.map(|digest| STANDARD.encode(digest.sha1)))
            .put("title", &self.title)
            .put("creation", self.creation)
            .done()
    }
}

/// How somebody can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPoint {
    /// phone, email, url …
    pub system: Text,
    /// The number or address.
    pub value: String,
    /// home, work, mobile …; empty: not said.
    pub usage: Text,
    /// In which time.
    pub period: Option<Period>,
}

impl Json for ContactPoint {
    fn json(&self) -> Value {
        Object::new()
            .put("system", &*self.system)
            .put("value", &self.value)
            .put("use", &*self.usage)
            .put("period", self.period)
            .done()
    }
}

/// What a resource says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// Its version on our server.
    pub version: Option<u64>,
    /// When that version came to be.
    pub last_updated: Option<Instant>,
    /// Where it came from, as a URI.
    pub source: Option<String>,
    /// Profiles it claims to follow.
    pub profiles: Vec<Text>,
    /// Confidentiality and handling.
    pub security: Vec<Coding>,
    /// Tags.
    pub tags: Vec<Coding>,
}

impl Json for Meta {
    fn json(&self) -> Value {
        Object::new()
            .put("versionId", self.version.map(|version| version.to_string()))
            .put("lastUpdated", self.last_updated)
            .put("source", &self.source)
            .put("profile", self.profiles.iter().map(|profile| profile.to_string()).collect::<Vec<_>>())
            .put("security", &self.security)
            .put("tag", &self.tags)
            .done()
    }
}

impl Object {
    /// A resource of type `kind`; without an id it is one that is about to be created.
    pub(crate) fn resource(kind: &str, id: Option<&Id>, meta: &Meta) -> Self {
        Self::new().put("resourceType", kind).put("id", id).put("meta", meta)
    }
}

/// A narrative of paragraphs; the text is escaped, so that words of the public can't become markup in a chart.
#[must_use]
pub fn narrative(status: &'static str, paragraphs: &[String]) -> Value {
    let inner: String = paragraphs.iter().map(|text| format!("<p>{}</p>", escape(text))).collect();
    let inner = if inner.is_empty() { "<p>–</p>".to_owned() } else { inner };
    Object::new()
        .put("status", status)
        .put("div", format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>"))
        .done()
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br/>"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_of_the_public_cannot_become_markup() {
        assert_eq!(
            narrative("generated", &["<script>a && \"b\"</script>\nc".to_owned()]),
            json!({ "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">\
                <p>&lt;script&gt;a &amp;&amp; &quot;b&quot;&lt;/script&gt;<br/>c</p></div>" })
        );
    }

    #[test]
    fn an_attachment_carries_size_and_hash_of_its_bytes() {
        let attachment =
            Attachment { content_type: "text/plain".into(), data: Some(b"abc".to_vec()), ..Attachment::default() };
        assert_eq!(
            attachment.json(),
            json!({ "contentType": "text/plain", "data": "YWJj", "size": 3, "hash": "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=" })
        );
    }
}
