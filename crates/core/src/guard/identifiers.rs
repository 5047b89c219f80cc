//! Numbers and addresses that point to a person, in incoming and outgoing text: by form and check digit where there is
//! one, by the word before them where there is none.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::checks;
use crate::text::{Plain, TextSpan};

/// What an identifier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdKind {
    /// A mail address, also written with "at" and "dot".
    Email,
    /// A telephone number.
    Phone,
    /// A bank account.
    Iban,
    /// A payment card.
    Card,
    /// A number of a health insurance or a social insurance (KVNR, NHS, MBI, SSN, pension, Austrian).
    Insurance,
    /// A tax id.
    TaxId,
    /// A case, patient, record, policy or file number, by the word before it.
    Record,
    /// A room, bed or ward with its number.
    Room,
    /// A date of birth, admission, discharge or death, by the word before it.
    Date,
    /// An age over 89 (45 CFR 164.514(b)(2)(i)(C)).
    Age,
    /// A link that holds a number or key.
    Link,
    /// A licence plate.
    Plate,
    /// A street with a number.
    Street,
}

impl IdKind {
    /// The word for evidence and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Iban => "iban",
            Self::Card => "credit_card",
            Self::Insurance => "insurance_number",
            Self::TaxId => "tax_id",
            Self::Record => "record_number",
            Self::Room => "room",
            Self::Date => "date",
            Self::Age => "age",
            Self::Link => "link_with_id",
            Self::Plate => "licence_plate",
            Self::Street => "street",
        }
    }
}

/// An identifier with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdFound {
    /// What it is.
    pub kind: IdKind,
    /// Where it is, in code points of the original text.
    pub span: TextSpan,
    /// Where it is in the plain text, in bytes.
    pub(crate) bytes: Range<usize>,
}

/// One form: a pattern and what its match must satisfy.
struct Form {
    kind: IdKind,
    pattern: Option<Regex>,
    accepts: fn(&str) -> bool,
}

impl Form {
    fn new(kind: IdKind, pattern: &str, accepts: fn(&str) -> bool) -> Self {
        Self { kind, pattern: Regex::new(pattern).ok(), accepts }
    }
}

/// Forms that need a digit, the most telling first: what one form takes, no later one takes.
static WITH_DIGITS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    vec![
        Form::new(IdKind::Link, LINK, |_| true),
        Form::new(IdKind::Iban, r"(?i)\b[a-z]{2}[ .-]?\d{2}(?:[ .-]?[a-z0-9]){11,30}\b", |t| {
            checks::is_iban(&compact(t).to_uppercase())
        }),
        Form::new(IdKind::Date, DATE_IN_CONTEXT, |_| true),
        Form::new(IdKind::Insurance, r"(?i)\b[a-z](?:[ .-]?\d){9}\b", |t| {
            compact(t).chars().next().is_some_and(|c| checks::is_kvnr(c.to_ascii_uppercase(), &digits(t)))
        }),
        Form::new(IdKind::Insurance, r"(?i)\b\d{2}[ .-]?\d{6}[ .-]?[a-z][ .-]?\d{3}\b", is_pension),
        Form::new(IdKind::Insurance, MBI, |_| true),
        Form::new(IdKind::Insurance, r"\b\d{3}[- .]\d{2}[- .]\d{4}\b", |t| checks::is_ssn(&digits(t))),
        Form::new(IdKind::Record, RECORD, |t| digits(t).len() >= 3),
        Form::new(IdKind::Card, r"\b\d(?:[ .-]?\d){12,18}\b", |t| checks::is_card(&digits(t))),
        // With spaces or bare; with hyphens it is how a telephone number is written in the US.
        Form::new(IdKind::Insurance, r"\b\d{3} ?\d{3} ?\d{4}\b", |t| {
            let digits = digits(t);
            matches!(digits.first(), Some(4 | 6 | 7 | 9)) && checks::is_nhs(&digits)
        }),
        Form::new(IdKind::Insurance, r"\b\d{4}[ .-]?\d{6}\b", |t| checks::is_austrian(&digits(t))),
        Form::new(IdKind::TaxId, r"\b\d{2}[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{3}\b", |t| checks::is_tax_id(&digits(t))),
        Form::new(IdKind::Phone, PHONE, is_phone),
        Form::new(IdKind::Phone, PHONE_US, |_| true),
        Form::new(IdKind::Room, ROOM, |_| true),
        Form::new(
            IdKind::Age,
            r"(?i)\b(?:9\d|1[01]\d)(?:[- ]?(?:year|yr)s?[- ]old|[- ]?jährig\w*| jahre alt)\b",
            |_| true,
        ),
        Form::new(IdKind::Street, STREET, |_| true),
        Form::new(IdKind::Plate, r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b", |_| true),
        Form::new(IdKind::Plate, PLATE_IN_CONTEXT, |_| true),
    ]
});

static MAIL: LazyLock<Vec<Form>> = LazyLock::new(|| {
    vec![
        Form::new(IdKind::Email, r"(?i)[\w.%+-]+ ?@ ?[\w-]+(?: ?\. ?[\w-]+)* ?\. ?[a-z]{2,}\b", |_| true),
        Form::new(
            IdKind::Email,
            r"(?i)[\w.%+-]+ ?(?:\(at\)|\[at\]|\{at\}|<at>|\(ät\)|\[ät\]) ?[\w-]+(?: ?(?:\.|\(dot\)|\[dot\]|\(punkt\)|\[punkt\]| dot | punkt ) ?[\w-]+)+",
            |_| true,
        ),
        Form::new(IdKind::Email, r"(?i)\b[\w.%+-]+ (?:at|ät) [\w-]+(?: (?:dot|punkt) [\w-]+)+", |_| true),
    ]
});

const LINK: &str = r"(?i)\b(?:https?://|www\.)[^\s<>]*(?:[?&#](?:\w*(?:id|nr|no|token|key|case|patient|mrn|fall|uid|ref|user|session))=[^\s&<>]+|[/=_-]\d{5,}[^\s<>]*)";
const MBI: &str =
    r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b";
const DATE_IN_CONTEXT: &str = concat!(
    r"(?i)(?:\b(?:geb(?:oren)?\.?(?: am)?|geburtsdatum|geburtstag|geb\.?-?datum|born(?: on)?|d\.?o\.?b\.?|date of birth|birthday|",
    r"admitted(?: on)?|discharged(?: on)?|aufgenommen(?: am)?|entlassen(?: am)?|aufnahme am|entlassung am|operiert am|operated on|died on|verstorben am)|\*) ?:? ?(?:is |ist |der |the )?",
    r"(?:\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:\d{4}|\d{2})\b|\d{4}-\d{2}-\d{2}|\d{1,2}\.? (?:jan|feb|mär|mar|apr|ma[iy]|jun|jul|aug|sep|o[kc]t|nov|de[zc])\w*\.?,?(?: \d{2,4})?|",
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.? \d{1,2}(?:st|nd|rd|th)?,?(?: \d{4})?)"
);
const RECORD: &str = concat!(
    r"(?i)\b(?:(?:m\.?r\.?n|fall-?n(?:ummer|r)|patienten-?(?:nummer|nr|id)|pat\.?-?(?:nr|id)|aufnahme-?(?:nummer|nr)|akten-?(?:zeichen|nummer|nr)|versicherten-?(?:nummer|nr)|versicherungs-?(?:nummer|nr)|",
    r"rechnungs-?(?:nummer|nr)|vorgangs-?(?:nummer|nr)|kassen-?(?:nummer|nr)|kvnr|lanr|bsnr|svnr|proben-?(?:nummer|nr)|auftrags-?(?:nummer|nr)|ticket-?(?:nummer|nr)|bescheid-?(?:nummer|nr))",
    r"|(?:case|patient|medical record|record|hospital|chart|file|reference|ref|nhs|account|member|policy|insurance|invoice|claim|accession|encounter|visit|admission|ticket|social security|medicare|medicaid)[ -]?(?:number|no\b|num|nr|id|#)",
    r"|(?:mrn|ssn|akz|az|gz|case|fall|patient|akte|ticket|invoice) ?[:#])[.:#]? ?(?:is |ist |lautet |was |[:#]? ?)(?:[A-Z]{1,4}[-/ ]?)?\d(?:[ ./-]?[0-9A-Z]){1,20}\b"
);
const PHONE: &str = r"(?:\+|\b00|\(0|\b0)(?: ?[()./-]? ?\d){6,15}\b";
const PHONE_US: &str = r"(?:\(\d{3}\) ?|\b(?:1[-. ])?\d{3}[-. ])\d{3}[-. ]\d{4}\b|\b\d{3}-\d{4}\b";
const ROOM: &str = r"(?i)\b(?:room|rm|bed|bay|ward|zimmer|zi\.|bett|station|stat\.|saal|box)(?: (?:no|nr|number|nummer))?\.? ?#? ?(?:\d{1,4}[a-z]?|[a-z]\d{1,3})\b";
const STREET: &str = concat!(
    r"(?:\b[A-ZÄÖÜ][\p{L}-]*(?:straße|strasse|str\.|weg|gasse|allee|platz|ring|damm|ufer|steig|chaussee) ?\d{1,4} ?[a-z]?\b|\b(?:Am|An der|Im|In der|Zum|Zur|Auf der) [A-ZÄÖÜ]\p{L}+ \d{1,3}[a-z]?\b(?:, \d{5})|",
    r"\b\d{1,5} (?:[A-Z][a-z]+ ){1,2}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Way|Close|Court|Crescent|Place|Boulevard|Blvd|Terrace|Gardens)\b)"
);
const PLATE_IN_CONTEXT: &str = r"(?i)\b(?:kennzeichen|nummernschild|kfz|auto|wagen|plate|licen[cs]e plate|registration|reg) ?(?:ist|is|mit|with|lautet)? ?:? ?[a-zäöü]{1,3}[- ]?[a-z]{0,3} ?\d{1,4}[a-z]{0,3}\b";

/// Public numbers that point to nobody: emergency, crisis and medical helplines of the four countries.
const HELPLINES: &[&str] = &[
    "116117",
    "116123",
    "116111",
    "08001110111",
    "08001110222",
    "0800116016",
    "08002322783",
    "08001921020",
    "18002738255",
    "08001111",
    "08005678",
];

/// All identifiers of a text, by place.
pub(crate) fn find(plain: &Plain) -> Vec<IdFound> {
    let text = plain.text();
    let mut taken = Taken::default();
    let bytes = text.as_bytes();
    if may_hold_mail(text) {
        MAIL.iter().for_each(|form| take(form, text, &mut taken));
    }
    if bytes.iter().any(u8::is_ascii_digit) {
        WITH_DIGITS.iter().for_each(|form| take(form, text, &mut taken));
    }
    let mut found = taken.found;
    found.sort_unstable_by_key(|(_, range)| range.start);
    found.into_iter().map(|(kind, bytes)| IdFound { kind, span: plain.span(bytes.clone()), bytes }).collect()
}

/// A cheap look before the costly ones: nearly every English text holds the letters "at".
fn may_hold_mail(text: &str) -> bool {
    let spelled = |sign: &str| text.contains(sign);
    text.as_bytes().contains(&b'@')
        || ["(at", "[at", "{at", "<at", "(AT", "[AT", "(ät", "[ät", " dot ", " punkt ", " DOT ", " Punkt "]
            .into_iter()
            .any(spelled)
}

/// What is found, and which bytes it takes.
#[derive(Default)]
struct Taken {
    found: Vec<(IdKind, Range<usize>)>,
    bytes: Vec<bool>,
}

fn take(form: &Form, text: &str, taken: &mut Taken) {
    let Some(pattern) = &form.pattern else { return };
    for found in pattern.find_iter(text) {
        let range = found.range();
        let free = !taken.bytes.get(range.clone()).is_some_and(|bytes| bytes.contains(&true));
        if free && (form.accepts)(found.as_str()) {
            taken.bytes.resize(text.len(), false);
            if let Some(bytes) = taken.bytes.get_mut(range.clone()) {
                bytes.fill(true);
            }
            taken.found.push((form.kind, range));
        }
    }
}

fn digits(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect()
}

/// The text without separators.
pub(super) fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn is_phone(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_digit).collect();
    let looks_like_date = text.matches(['.', '/']).count() == 2 && compact.len() <= 8 && text.len() <= 10;
    (7..=15).contains(&compact.len()) && !looks_like_date && !HELPLINES.contains(&compact.as_str())
}

fn is_pension(text: &str) -> bool {
    let compact = compact(text);
    let letter = compact.chars().find(char::is_ascii_alphabetic);
    let (before, after) = compact.split_once(|c: char| c.is_ascii_alphabetic()).unwrap_or_default();
    letter.is_some_and(|letter| checks::is_pension(&digits(before), letter.to_ascii_uppercase(), &digits(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, &str)]) {
        let plain = Plain::new(text);
        let found = find(&plain);
        let seen: Vec<_> = found.iter().map(|one| (one.kind.as_str(), one.span.slice(text))).collect();
        assert_eq!(seen, expect, "{text}");
    }

    #[test]
    fn every_form_compiles() {
        assert!(WITH_DIGITS.iter().chain(MAIL.iter()).all(|form| form.pattern.is_some()));
    }

    #[test]
    fn identifiers_are_found_as_written() {
        check("mail me: jo.doe@example.org!", &[("email", "jo.doe@example.org")]);
        check("jo (at) example (dot) org", &[("email", "jo (at) example (dot) org")]);
        check("jo at example dot org", &[("email", "jo at example dot org")]);
        check("I was at home. Then", &[]);
        check("look at example.org", &[]);
        check("ruf an: 0170 1234567", &[("phone", "0170 1234567")]);
        check("+49 (0)89 1234-567 bitte", &[("phone", "+49 (0)89 1234-567")]);
        check("０１７０ １２３４５６７", &[("phone", "０１７０ １２３４５６７")]);
        check("0\u{200b}170 1234567", &[("phone", "0\u{200b}170 1234567")]);
        check("call 555-0100 or (212) 555-0123", &[("phone", "555-0100"), ("phone", "(212) 555-0123")]);
        check("116 117 und 0800 111 0 111", &[]);
        check("am 03.04.2026 um 8.30 Uhr", &[]);
        check("DE89 3704 0044 0532 0130 00", &[("iban", "DE89 3704 0044 0532 0130 00")]);
        check("4111 1111 1111 1111", &[("credit_card", "4111 1111 1111 1111")]);
        check("4111 1111 1111 1112", &[]);
        check("KVNR A123456780", &[("insurance_number", "A123456780")]);
        check("meine Karte A123456780", &[("insurance_number", "A123456780")]);
        check("A123456781", &[]);
        check("943 476 5919", &[("insurance_number", "943 476 5919")]);
        check("078-05-1120", &[("insurance_number", "078-05-1120")]);
        check("86 095 742 719", &[("tax_id", "86 095 742 719")]);
        check("Fallnummer 4711-08, geb. 3.4.61", &[("record_number", "Fallnummer 4711-08"), ("date", "geb. 3.4.61")]);
        check("Case number 4711-08, born 3.4.61", &[("record_number", "Case number 4711-08"), ("date", "born 3.4.61")]);
        check("in Zimmer 312 liegt", &[("room", "Zimmer 312")]);
        check("ward 4B", &[("room", "ward 4B")]);
        check("she is a 93-year-old", &[("age", "93-year-old")]);
        check(
            "https://portal.example.org/p?patient=88x1",
            &[("link_with_id", "https://portal.example.org/p?patient=88x1")],
        );
        check("https://example.org/parking", &[]);
        check("12 Mill Lane", &[("street", "12 Mill Lane")]);
        check("Lindenstraße 4a", &[("street", "Lindenstraße 4a")]);
        check("we have 24 beds and 3 wards", &[]);
    }
}
