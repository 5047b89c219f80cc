//! Words: every sentence a person sees, in German and English, from two Fluent files that a test keeps equal.
//! Absent on purpose: reading the clock or the environment. Who renders hands in language, time and zone (`Reader`).

mod name;
mod number;
mod reader;
mod time;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

pub use name::{
    account, change, choice_for, complaint_stage, danger, escalation, filing_act, filing_code, flaw, guard_kind,
    identifier, incident_kind, incident_stage, label, letter, link_kind, link_level, link_news, log_kind,
    media_attention, message_code, own_back, publication, purpose, role, speaker, speaker_at_door, speaks_for,
    stop_code, taking_code, told_code, topic, trouble_code, undone_code, urgency_word, wake, way,
};
pub use number::grouped;
pub use reader::Reader;

/// Marks a literal as a key of the Fluent files, so that the test which looks for unused and missing keys sees it.
macro_rules! key {
    ($key:literal) => {
        $key
    };
}
pub(crate) use key;

/// The language a person reads the desk in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// German, formal address.
    #[default]
    De,
    /// British English.
    En,
}

impl Lang {
    /// Both languages, in the order the settings page offers them.
    pub const ALL: [Lang; 2] = [Lang::De, Lang::En];

    /// The BCP 47 code for `lang` attributes and cookies.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Lang::De => "de",
            Lang::En => "en",
        }
    }

    /// The language's own name for itself.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Lang::De => "Deutsch",
            Lang::En => "English",
        }
    }

    /// The language of a BCP 47 code ("de", "de-AT", "en_GB"); `None` for any other.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Lang> {
        let primary = code.trim().split(['-', '_']).next()?;
        match primary.to_ascii_lowercase().as_str() {
            "de" => Some(Lang::De),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    /// The best of our languages for an `Accept-Language` header (RFC 9110 §12.5.4); German when none fits.
    #[must_use]
    pub fn from_accept(header: &str) -> Lang {
        Lang::accepted(header).unwrap_or_default()
    }

    /// The best of our languages for an `Accept-Language` header; `None`: it names none of them.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Lang> {
        let mut best = (None, 0.0_f32);
        for part in header.split(',') {
            let mut bits = part.split(';');
            let Some(lang) = bits.next().and_then(Lang::from_code) else { continue };
            let weight =
                bits.find_map(|b| b.trim().strip_prefix("q=")).map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            if weight > best.1 {
                best = (Some(lang), weight);
            }
        }
        best.0
    }
}

/// A value put into a sentence.
#[derive(Clone, Debug)]
pub enum Arg<'a> {
    /// Words, put in as they are (and escaped by the markup like any text).
    Words(Cow<'a, str>),
    /// A count: chooses the plural form and is grouped ("184 302").
    Count(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(words: &'a str) -> Self {
        Arg::Words(Cow::Borrowed(words))
    }
}
impl<'a> From<&'a String> for Arg<'a> {
    fn from(words: &'a String) -> Self {
        Arg::Words(Cow::Borrowed(words))
    }
}
impl From<String> for Arg<'_> {
    fn from(words: String) -> Self {
        Arg::Words(Cow::Owned(words))
    }
}
impl From<i64> for Arg<'_> {
    fn from(n: i64) -> Self {
        Arg::Count(n)
    }
}
impl From<u32> for Arg<'_> {
    fn from(n: u32) -> Self {
        Arg::Count(i64::from(n))
    }
}

/// The sentence of `key` in `lang`. A key that no file knows comes back as itself: a test makes sure there is none.
#[must_use]
pub fn t(lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    find(lang, key, args).unwrap_or_else(|| key.to_owned())
}

/// The sentence of `key`, or `None` if the files don't know it (names of topics, labels and roles may be new to us).
pub(crate) fn find(lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
    let bundle = match lang {
        Lang::De => &*DE,
        Lang::En => &*EN,
    };
    let pattern = bundle.get_message(key)?.value()?;
    let mut given = FluentArgs::with_capacity(args.len());
    for (name, arg) in args {
        let value = match arg {
            Arg::Words(words) => FluentValue::from(words.as_ref()),
            Arg::Count(n) => FluentValue::from(*n),
        };
        given.set(*name, value);
    }
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&given), &mut errors).into_owned())
}

const DE_TEXT: &str = include_str!("de.ftl");
const EN_TEXT: &str = include_str!("en.ftl");

type Bundle = FluentBundle<FluentResource>;
static DE: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::De, DE_TEXT));
static EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::En, EN_TEXT));

fn bundle(lang: Lang, text: &str) -> Bundle {
    let ids: Vec<LanguageIdentifier> = lang.code().parse().into_iter().collect();
    let mut bundle = Bundle::new_concurrent(ids);
    // Bidi isolation is done where names are shown (`Reader::name`), so that plain sentences stay plain.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(n) => Some(grouped(n.value as i64)),
        _ => None,
    }));
    // What parses is used even if a line does not; a test refuses files with such a line.
    let resource = match FluentResource::try_new(text.to_owned()) {
        Ok(whole) => whole,
        Err((rest, _)) => rest,
    };
    bundle.add_resource_overriding(resource);
    bundle
}
