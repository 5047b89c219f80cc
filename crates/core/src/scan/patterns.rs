//! The forms of addresses, links, streets, licence plates and postal codes, as regular expressions.

use std::sync::LazyLock;

use regex::Regex;

/// Patterns that no digit need be in.
pub(super) static MAIL: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r"(?i)[\w.%+-]+ ?@ ?[\w-]+(?: ?\. ?[\w-]+)* ?\. ?[a-z]{2,}",
        concat!(
            r"(?i)[\w.%+-]+ ?(?:\(at\)|\[at\]|\{at\}|<at>|\(ät\)|\[ät\]|\(klammeraffe\)| klammeraffe ) ?[\w-]+",
            r"(?: ?(?:\.|\(dot\)|\[dot\]|\{dot\}|\(punkt\)|\[punkt\]| dot | punkt ) ?[\w-]+)+"
        ),
        r"(?i)[\w.%+-]+(?: (?:dot|punkt) [\w-]+)* (?:at|ät|et) [\w-]+(?: (?:dot|punkt) [\w-]+)+",
    ];
    patterns.into_iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

pub(super) static LINKS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:https?://|www\.)[^\s<>]+").ok());
pub(super) static LINK_WITH_ID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)[?&#](?:\w*(?:id|nr|no|token|key|case|patient|mrn|fall|uid|ref|user|session|name))=[^\s&<>]+",
        r"|[/=_-]\d{5,}"
    ))
    .ok()
});
pub(super) static STREET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:[A-ZÄÖÜ][\p{L}-]*(?: [A-ZÄÖÜ][\p{L}]*)?[ -]?(?:[Ss]traße|[Ss]trasse|[Ss]tr\.|[Ww]eg|[Gg]asse|[Aa]llee|[Pp]latz|[Rr]ing|[Dd]amm|[Uu]fer|[Ss]teig|[Cc]haussee|hof|berg|wall|markt) ?\d{1,4} ?(?:[a-z](?-u:\b))?",
        r"|(?:Am|An der|Im|In der|Zum|Zur|Auf der|Auf dem) [A-ZÄÖÜ]\p{L}+(?: [A-ZÄÖÜ]\p{L}+)? \d{1,3}[a-z]?(?: ?[,\n] ?(?:[A-Z]{1,2}-)?\d{4,5})",
        r"|\d{1,5}[a-z]? (?:[A-Z][\p{L}'’]+ ){1,3}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Dr|Way|Close|Court|Ct|Crescent|Place|Boulevard|Blvd|Terrace|Gardens|Grove|Square|Mews)(?-u:\b)",
        r"|(?:P\.? ?O\.? Box|Postfach) \d[\d ]{1,8}\d)"
    ))
    .ok()
});
pub(super) static PLATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?-u:\b)[A-Z]{2}\d{2} ?[A-Z]{3}(?-u:\b)",
        r"|(?i:(?-u:\b)(?:kennzeichen|nummernschild|kfz|auto|wagen|plate|licen[cs]e plate|registration|reg)(?-u:\b) ?(?:ist|is|mit|with|lautet)? ?:? ?[a-zäöü]{1,3}[- ]?[a-z]{0,3} ?\d{1,4}[a-z]{0,3}(?-u:\b))",
        r"|(?-u:\b)[A-Z]{1,3}-[A-Z]{2} \d{2,4}[EH]?(?-u:\b)"
    ))
    .ok()
});
pub(super) static POSTCODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?-u:\b)[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?-u:\b)",
        r"|(?-u:\b)(?:D|A|CH|L|FL)-\d{4,5}(?-u:\b)",
        r"|(?-u:\b)[A-Z]{2} \d{5}(?:-\d{4})?(?-u:\b)",
        r"|(?i:plz|zip|postcode|postleitzahl|zip code):? \d{4,5}(?:-\d{4})?(?-u:\b)"
    ))
    .ok()
});
pub(super) static IP6: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}").ok()
});

pub(super) static DATE_WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:(?:^|[^\p{L}])(?:geb(?:oren)?\.? ?(?:am)?|geburtsdatum|geburtstag|geb\.?-?datum|born(?: on)?|d\.?o\.?b\.?|date of birth|birthday|",
        r"admitted(?: on)?|discharged(?: on)?|aufgenommen(?: am)?|entlassen(?: am)?|aufnahme am|entlassung am|operiert am|operated on|died on|verstorben am)|\*) ?:? ?(?:is |ist |der |the )?$"
    ))
    .ok()
});

/// Links that a platform shortens by itself point to anything, and their code to nobody: a short host and one code.
pub(super) fn is_shortened(link: &str) -> bool {
    let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let code = path.trim_end_matches(['/', '.', ',', '!', '…', ':', ')', '"', '\'']);
    let short = host.len() <= 8 || SHORTENERS.iter().any(|short| host.eq_ignore_ascii_case(short));
    short
        && !host.starts_with("www.")
        && code.len() <= 14
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

const SHORTENERS: &[&str] = &[
    "tinyurl.com",
    "youtu.be",
    "buff.ly",
    "dlvr.it",
    "tmblr.co",
    "lnkd.in",
    "twitpic.com",
    "instagr.am",
    "plixi.com",
    "post.ly",
    "yfrog.com",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_compiles() {
        assert_eq!(MAIL.len(), 3);
        let others = [&LINKS, &LINK_WITH_ID, &STREET, &PLATE, &POSTCODE, &IP6, &DATE_WORDS];
        assert!(others.iter().all(|pattern| pattern.is_some()));
    }
}
