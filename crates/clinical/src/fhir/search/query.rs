//! A search as a query string becomes a typed query, or an OperationOutcome that says what is wrong with it.
//!
//! What isn't understood would, if it were passed over, answer with more than was asked for. So an empty value, an unknown
//! modifier, a chain (but to an identifier) and the parameters that only narrow are always errors; a name that no standard knows is passed over
//! unless the one who asks wants to be told (Prefer: handling=strict).

use super::{
    cursor::Cursor,
    params::{self, Param},
    value::{self, TextMatch, Wanted},
};
use crate::fhir::{
    build::{Issue, OperationOutcome},
    code::{IssueType, ParamType, codes},
    http::Handling,
};

const MOST_PARAMETERS: usize = 64;
const MOST_VALUES: usize = 200;

/// How queries are read.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Base address of the server, without a slash at the end.
    pub base: &'a str,
    /// What happens with names that nobody knows.
    pub handling: Handling,
    /// How many resources a page has if it isn't said.
    pub default_count: usize,
    /// How many at most.
    pub most_count: usize,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The type that is searched.
    pub kind: String,
    /// All of these must hold.
    pub filters: Vec<Filter>,
    /// By what the answer is sorted; then by id.
    pub sort: Vec<Sort>,
    /// How many resources a page has.
    pub count: usize,
    /// Whether to count all that match.
    pub total: Total,
    /// How much of each resource is wanted.
    pub summary: Summary,
    /// Only these elements.
    pub elements: Vec<String>,
    /// What is to come along.
    pub includes: Vec<Include>,
    /// What refers to what is found and is to come along.
    pub rev_includes: Vec<RevInclude>,
    /// Where the page before ended.
    pub cursor: Option<Cursor>,
    /// Names that were passed over.
    pub ignored: Vec<String>,
    base: String,
    used: Vec<(String, String)>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// What it is about.
    pub param: &'static Param,
    /// What must hold.
    pub test: Test,
}

/// What must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// There is no value (`true`), or there is one (`false`).
    Missing(bool),
    /// One of these.
    AnyOf(Vec<Wanted>),
    /// None of these.
    NoneOf(Vec<Wanted>),
}

/// By what an answer is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub param: &'static Param,
    /// The greatest first.
    pub is_descending: bool,
}

/// A reference whose target is to come along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// Which.
    pub param: &'static Param,
    /// Only of this type.
    pub target: Option<String>,
}

/// Resources of another type that refer to what is found and are to come along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevInclude {
    /// Of which type.
    pub kind: String,
    /// By which reference.
    pub param: &'static Param,
}

codes! {
    /// Whether to count all that match (_total).
    Total {
        None => "none",
        Estimate => "estimate",
        Accurate => "accurate",
    }
}

codes! {
    /// How much of each resource is wanted (_summary). Of these only `count` changes our answers.
    Summary {
        True => "true",
        Text => "text",
        Data => "data",
        Count => "count",
        False => "false",
    }
}

impl Query {
    /// Reads the search of `kind` from a query string, or from the body of a POST to `_search`.
    ///
    /// # Errors
    /// What is wrong with it; the outcome's status is 400.
    pub fn parse(kind: &str, text: &str, rules: &Rules<'_>) -> Result<Self, OperationOutcome> {
        if params::of(kind).is_none() {
            return Err(refuse(IssueType::NotSupported, format!("{} can't be searched", shown(kind)), "http"));
        }
        let mut query = Self {
            kind: kind.to_owned(),
            filters: Vec::new(),
            sort: Vec::new(),
            count: rules.default_count,
            total: Total::Accurate,
            summary: Summary::False,
            elements: Vec::new(),
            includes: Vec::new(),
            rev_includes: Vec::new(),
            cursor: None,
            ignored: Vec::new(),
            base: rules.base.to_owned(),
            used: Vec::new(),
        };
        let pairs: Vec<&str> = text.split('&').filter(|pair| !pair.is_empty()).collect();
        if pairs.len() > MOST_PARAMETERS {
            return Err(refuse(IssueType::TooCostly, format!("more than {MOST_PARAMETERS} parameters"), "http"));
        }
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let not_text = || refuse(IssueType::Invalid, "the query is not UTF-8 in percent encoding", "http");
            let name = decode(name).ok_or_else(not_text)?;
            let value = decode(value).ok_or_else(not_text)?;
            query.take(&name, &value, rules)?;
        }
        Ok(query)
    }

    fn take(&mut self, name: &str, value: &str, rules: &Rules<'_>) -> Result<(), OperationOutcome> {
        if value.is_empty() {
            return Err(bad(name, "an empty value would find everything"));
        }
        let (bare, modifier) = name.split_once(':').map_or((name, None), |(bare, modifier)| (bare, Some(modifier)));
        match (bare, modifier) {
            ("_format" | "_pretty", None) => return Ok(()),
            ("_count", None) => {
                let count = value.parse::<usize>().map_err(|_| bad(name, "expected a number"))?;
                // _count=0 asks for the number alone.
                self.count = count.min(rules.most_count);
                if count == 0 {
                    self.summary = Summary::Count;
                }
            }
            ("_total", None) => {
                self.total = Total::from_code(value).ok_or_else(|| bad(name, "expected none, estimate or accurate"))?;
            }
            ("_summary", None) => {
                let expected = "expected true, text, data, count or false";
                self.summary = Summary::from_code(value).ok_or_else(|| bad(name, expected))?;
            }
            ("_elements", None) => self.elements.extend(value.split(',').map(|one| one.trim().to_owned())),
            ("_sort", None) => self.take_sort(value)?,
            ("_include", None) => self.take_include(value)?,
            ("_revinclude", None) => self.take_rev_include(value)?,
            ("_cursor", None) => {
                let cursor = Cursor::decode(value).ok_or_else(|| bad(name, "this is no cursor of ours"))?;
                self.cursor = Some(cursor);
                // The cursor of a link is not part of what is searched.
                return Ok(());
            }
            _ => return self.take_filter(name, bare, modifier, value, rules),
        }
        self.used.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    fn take_sort(&mut self, value: &str) -> Result<(), OperationOutcome> {
        for (index, key) in value.split(',').enumerate() {
            let (is_descending, name) = key.strip_prefix('-').map_or((false, key), |name| (true, name));
            let unknown = || bad("_sort", &format!("{} can't be sorted by key {}", self.kind, index + 1));
            let param = params::find(&self.kind, name).ok_or_else(unknown)?;
            if self.sort.len() >= 5 {
                return Err(bad("_sort", "at most five keys"));
            }
            self.sort.push(Sort { param, is_descending });
        }
        Ok(())
    }

    fn take_include(&mut self, value: &str) -> Result<(), OperationOutcome> {
        let mut parts = value.split(':');
        let (kind, name, target) = (parts.next(), parts.next(), parts.next());
        let param = name
            .filter(|_| kind == Some(self.kind.as_str()) && parts.next().is_none())
            .and_then(|name| params::find(&self.kind, name))
            .filter(|param| param.kind == ParamType::Reference)
            .ok_or_else(|| bad("_include", &format!("expected {}:<a reference parameter>", self.kind)))?;
        self.includes.push(Include { param, target: target.map(str::to_owned) });
        Ok(())
    }

    fn take_rev_include(&mut self, value: &str) -> Result<(), OperationOutcome> {
        let mut parts = value.split(':');
        let (kind, name, target) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let is_for_us = target.is_none_or(|target| target == self.kind) && parts.next().is_none();
        let param = name
            .filter(|_| is_for_us)
            .and_then(|name| params::find(kind, name))
            .filter(|param| param.kind == ParamType::Reference)
            .filter(|param| param.target.is_none_or(|target| target == self.kind))
            .ok_or_else(|| bad("_revinclude", "expected <a type>:<a reference parameter of it>"))?;
        self.rev_includes.push(RevInclude { kind: kind.to_owned(), param });
        Ok(())
    }

    fn take_filter(
        &mut self,
        name: &str,
        bare: &str,
        modifier: Option<&str>,
        value: &str,
        rules: &Rules<'_>,
    ) -> Result<(), OperationOutcome> {
        let (bare, modifier) = by_identifier(bare, modifier);
        let Some(param) = params::find(&self.kind, bare) else { return self.pass_over(name, bare, rules) };
        let alternatives = value::alternatives(value);
        if alternatives.len() > MOST_VALUES {
            return Err(refuse(IssueType::TooCostly, format!("more than {MOST_VALUES} values"), &at(name)));
        }
        let test = match modifier {
            Some("missing") => {
                let is_missing = value.parse::<bool>().map_err(|_| bad(name, "expected true or false"))?;
                Test::Missing(is_missing)
            }
            modifier => {
                let read = |one: &&str| wanted(param, modifier, one, rules.base);
                let read = alternatives.iter().map(read).collect::<Result<Vec<_>, _>>();
                let wanted = read.map_err(|fault| fault.outcome(name, param))?;
                if modifier == Some("not") { Test::NoneOf(wanted) } else { Test::AnyOf(wanted) }
            }
        };
        self.filters.push(Filter { param, test });
        self.used.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    fn pass_over(&mut self, name: &str, bare: &str, rules: &Rules<'_>) -> Result<(), OperationOutcome> {
        let narrows = name.contains('.') || bare.starts_with('_');
        if narrows || rules.handling == Handling::Strict {
            let message = format!("{} has no search parameter {} here", self.kind, shown(name));
            return Err(refuse(IssueType::NotSupported, message, &at(bare)));
        }
        self.ignored.push(shown(name));
        Ok(())
    }

    /// Base address of the server.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The address of this search with what was heeded: the `self` link.
    #[must_use]
    pub fn self_url(&self) -> String {
        self.url(None)
    }

    /// The address of the page after `cursor`.
    #[must_use]
    pub fn next_url(&self, cursor: &Cursor) -> String {
        self.url(Some(cursor))
    }

    fn url(&self, cursor: Option<&Cursor>) -> String {
        let mut pairs: Vec<String> =
            self.used.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        pairs.extend(cursor.map(|cursor| format!("_cursor={}", cursor.encode())));
        let mark = if pairs.is_empty() { "" } else { "?" };
        format!("{}/{}{mark}{}", self.base, self.kind, pairs.join("&"))
    }

    /// A warning about what was passed over, to go along with the answer.
    #[must_use]
    pub fn warnings(&self) -> Option<OperationOutcome> {
        let warning = |name: &String| {
            Issue::warning(
                IssueType::NotSupported,
                format!("{name} is no search parameter of {} and was passed over", self.kind),
            )
            .at(at(name))
        };
        OperationOutcome::of(self.ignored.iter().map(warning).collect())
    }
}

enum Fault {
    Modifier,
    Value,
}

impl Fault {
    fn outcome(self, name: &str, param: &Param) -> OperationOutcome {
        match self {
            Self::Modifier => {
                let message = format!("{} has no modifier as in {}", param.name, shown(name));
                refuse(IssueType::NotSupported, message, &at(param.name))
            }
            Self::Value => bad(name, &format!("the value is no {}", param.kind)),
        }
    }
}

fn wanted(param: &Param, modifier: Option<&str>, text: &str, base: &str) -> Result<Wanted, Fault> {
    let read = match (param.kind, modifier) {
        (ParamType::Token, None | Some("not")) => value::token(text),
        (ParamType::Reference, None) => value::reference(text, param.target, base),
        (ParamType::Reference, Some("identifier")) => value::reference_name(text),
        (ParamType::Reference, Some(kind)) if is_type(kind) && param.target.is_none_or(|target| target == kind) => {
            value::reference(text, Some(kind), base)
        }
        (ParamType::Date, None) => value::date(text),
        (ParamType::String, None) => value::text(text, TextMatch::Begins),
        (ParamType::String, Some("contains")) => value::text(text, TextMatch::Contains),
        (ParamType::String, Some("exact")) => value::text(text, TextMatch::Exact),
        (ParamType::Uri, None) => Some(Wanted::Uri(text.to_owned())),
        (
            ParamType::Token
            | ParamType::Reference
            | ParamType::Date
            | ParamType::String
            | ParamType::Uri
            | ParamType::Number,
            _,
        ) => return Err(Fault::Modifier),
    };
    read.filter(|_| !text.is_empty()).ok_or(Fault::Value)
}

/// `patient.identifier` and `subject:Patient.identifier` ask for the same as `patient:identifier` here: whom our resources
/// refer to is mostly on another server, and the identifier in the reference is all we have.
fn by_identifier<'a>(bare: &'a str, modifier: Option<&'a str>) -> (&'a str, Option<&'a str>) {
    match (bare.strip_suffix(".identifier"), modifier) {
        (Some(reference), None) => (reference, Some("identifier")),
        (None, Some(chain)) if chain.strip_suffix(".identifier").is_some_and(is_type) => (bare, Some("identifier")),
        _ => (bare, modifier),
    }
}

fn is_type(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn bad(name: &str, why: &str) -> OperationOutcome {
    refuse(IssueType::Value, format!("{}: {why}", shown(name)), &at(name))
}

fn refuse(code: IssueType, message: impl Into<String>, place: &str) -> OperationOutcome {
    OperationOutcome::new(Issue::error(code, message).at(place))
}

fn at(name: &str) -> String {
    format!("http.{}", shown(name))
}

/// A name as it may be said back: short, and nothing that could be markup or a control character. Values are never said
/// back, as they may name patients.
fn shown(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || "_-:.".contains(*c)).take(64).collect()
}

/// Undoes percent encoding as forms use it.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,|/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests;
