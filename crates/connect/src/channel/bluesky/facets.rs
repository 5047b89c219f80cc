//! Rich text: links and mentions as byte ranges beside the text (app.bsky.richtext.facet), in both directions.

use super::wire::{ByteSlice, Facet, Feature};

/// The text as a person reads it, with every shortened link written out. Facets that don't fit the text are passed over.
pub(super) fn written_out(text: &str, facets: &[Facet]) -> String {
    let mut links: Vec<(ByteSlice, &str)> = facets
        .iter()
        .filter_map(|facet| facet.features.iter().find_map(link_of).map(|uri| (facet.index, uri)))
        .collect();
    links.sort_by_key(|(index, _)| index.byte_start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (index, uri) in links {
        let Some(before) = text.get(done..index.byte_start) else { continue };
        let Some(shown) = text.get(index.byte_start..index.byte_end) else { continue };
        out.push_str(before);
        push_link(&mut out, shown, uri);
        done = index.byte_end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

fn link_of(feature: &Feature) -> Option<&str> {
    match feature {
        Feature::Link { uri } => Some(uri),
        Feature::Mention { .. } | Feature::Other => None,
    }
}

/// A shortened address is replaced by the whole one; words that lead somewhere keep it beside them.
fn push_link(out: &mut String, shown: &str, uri: &str) {
    let stem = shown.trim_end_matches(['…', '.']);
    let bare = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    if uri.starts_with(stem) || bare.trim_start_matches("www.").starts_with(stem.trim_start_matches("www.")) {
        out.push_str(uri);
    } else {
        out.push_str(shown);
        out.push_str(" (");
        out.push_str(uri);
        out.push(')');
    }
}

/// The facets of a reply: its web addresses, and the mention of whom it answers. Other handles are not looked up: the
/// record of a reply must be the same at every attempt.
pub(super) fn of_reply(text: &str, to_handle: &str, to_did: &str) -> Vec<Facet> {
    let links = words(text).filter_map(|(start, word)| link_in(start, word));
    let mentions = words(text).filter_map(|(start, word)| mention_in(start, word, to_handle, to_did));
    let mut facets: Vec<Facet> = links.chain(mentions).collect();
    facets.sort_by_key(|facet| facet.index.byte_start);
    facets
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive(char::is_whitespace).map(move |part| {
        let start = at;
        at += part.len();
        (start, part.trim_end())
    })
}

fn facet(byte_start: usize, len: usize, feature: Feature) -> Facet {
    Facet { index: ByteSlice { byte_start, byte_end: byte_start + len }, features: vec![feature] }
}

fn link_in(start: usize, word: &str) -> Option<Facet> {
    let offset = ["https://", "http://"].iter().filter_map(|scheme| word.find(scheme)).min()?;
    let uri = bare_link(word.get(offset..)?);
    let has_host = uri.split_once("://").is_some_and(|(_, rest)| rest.starts_with(char::is_alphanumeric));
    has_host.then(|| facet(start + offset, uri.len(), Feature::Link { uri: uri.to_owned() }))
}

/// Without the sentence's own punctuation; a closing bracket stays only if the link opened it.
fn bare_link(word: &str) -> &str {
    let mut link = word;
    while let Some(last) = link.chars().last() {
        let is_loose = match last {
            ')' => link.matches('(').count() < link.matches(')').count(),
            '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '“' | '”' | '’' | '«' | '»' | '>' | ']' => true,
            _ => false,
        };
        let Some(shorter) = link.strip_suffix(last).filter(|_| is_loose) else { break };
        link = shorter;
    }
    link
}

fn mention_in(start: usize, word: &str, handle: &str, did: &str) -> Option<Facet> {
    let offset = word.find('@')?;
    let before_is_clear = word.get(..offset)?.chars().all(|c| !c.is_alphanumeric());
    let after = word.get(offset + 1..)?;
    let name = after.get(..handle.len())?;
    let rest_is_clear = !after.get(handle.len()..)?.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    let is_ours = !handle.is_empty() && name.eq_ignore_ascii_case(handle) && before_is_clear && rest_is_clear;
    is_ours.then(|| facet(start + offset, handle.len() + 1, Feature::Mention { did: did.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, facets: &[Facet]) -> Vec<String> {
        facets.iter().map(|f| text[f.index.byte_start..f.index.byte_end].to_owned()).collect()
    }

    #[test]
    fn links_and_the_mention_are_found_by_bytes_and_not_by_letters() {
        let text =
            "Grüße @eva.test! Öffnungszeiten: https://lindenhof.example/größe?a=1. (siehe https://x.example/a_(b))";
        let facets = of_reply(text, "eva.test", "did:plc:eva");
        assert_eq!(
            shown(text, &facets),
            ["@eva.test", "https://lindenhof.example/größe?a=1", "https://x.example/a_(b)"]
        );
        assert_eq!(facets[0].features, [Feature::Mention { did: "did:plc:eva".into() }]);
    }

    #[test]
    fn what_only_looks_like_a_link_or_mention_stays_text() {
        for text in ["mail@eva.test", "@eva.testing", "@eva.test-2", "https://", "http://.", "@", "@ö", "https:/x"] {
            assert_eq!(of_reply(text, "eva.test", "did:plc:eva"), [], "{text}");
        }
    }

    #[test]
    fn a_shortened_link_is_written_out_and_words_keep_theirs() {
        let link = |start: usize, end: usize, uri: &str| facet(start, end - start, Feature::Link { uri: uri.into() });
        let rows = [
            ("Ä example.org/abc… da", link(3, 21, "https://example.org/abcdef"), "Ä https://example.org/abcdef da"),
            ("siehe hier bitte", link(6, 10, "https://a.example"), "siehe hier (https://a.example) bitte"),
            ("https://a.example", link(0, 17, "https://a.example"), "https://a.example"),
            // Offsets that cut a letter, lie outside or run backwards are somebody's mistake or trick.
            ("Ä", link(1, 2, "https://a.example"), "Ä"),
            ("abc", link(2, 90, "https://a.example"), "abc"),
        ];
        for (text, facet, expect) in rows {
            assert_eq!(written_out(text, &[facet]), expect);
        }
        let backwards = Facet { index: ByteSlice { byte_start: 3, byte_end: 1 }, features: vec![] };
        assert_eq!(written_out("abc", &[backwards]), "abc");
        let twice = [link(0, 3, "https://a.example"), link(1, 2, "https://b.example")];
        assert_eq!(written_out("abc", &twice), "abc (https://a.example)");
    }
}
