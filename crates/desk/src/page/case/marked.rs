//! Marks in a text: spans may overlap, nest, lie outside or be empty, and the markup stays balanced and escaped.

use maud::{Markup, html};

/// A span to mark, in characters (Unicode scalar values).
#[derive(Clone, Debug)]
pub struct Span {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The class of its mark.
    pub class: &'static str,
    /// Where spans overlap the smallest rank decides how the words look.
    pub rank: u8,
    /// What follows its last character (a number that links to its evidence).
    pub tail: Option<Markup>,
}

/// The text with its spans marked. Overlaps are cut into pieces, so that no mark crosses another.
#[must_use]
pub fn marked(text: &str, spans: &[Span]) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    let len = chars.len();
    let mut cuts: Vec<usize> = spans.iter().flat_map(|s| [s.start.min(len), s.end.min(len)]).collect();
    cuts.extend([0, len]);
    cuts.sort_unstable();
    cuts.dedup();
    let pieces = cuts.iter().zip(cuts.iter().skip(1));
    html! {
        @if len == 0 { (tails(spans, 0, len)) }
        @for (&from, &to) in pieces {
            @let words: String = chars.get(from..to).unwrap_or_default().iter().collect();
            @let over = spans.iter().filter(|s| s.start < to && s.end > from && s.start < s.end).min_by_key(|s| s.rank);
            @match over {
                Some(span) => mark class=(span.class) { (words) },
                None => (words),
            }
            (tails(spans, to, len))
        }
    }
}

/// The tails of the spans that end at `at`; those that end outside the text stand at its end.
fn tails(spans: &[Span], at: usize, len: usize) -> Markup {
    html! { @for s in spans.iter().filter(|s| s.end.min(len) == at && (at > 0 || len == 0)) { @if let Some(tail) = &s.tail { (tail) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize, class: &'static str, rank: u8) -> Span {
        Span { start, end, class, rank, tail: Some(html! { sup { (rank) } }) }
    }

    #[track_caller]
    fn check(text: &str, spans: &[Span], expect: &str) {
        assert_eq!(marked(text, spans).into_string(), expect);
    }

    #[test]
    fn overlapping_spans_are_cut_and_balanced() {
        check("abcdef", &[], "abcdef");
        check("abcdef", &[span(1, 3, "x", 1)], r#"a<mark class="x">bc</mark><sup>1</sup>def"#);
        check(
            "abcdef",
            &[span(1, 4, "x", 1), span(2, 6, "y", 2)],
            r#"a<mark class="x">b</mark><mark class="x">cd</mark><sup>1</sup><mark class="y">ef</mark><sup>2</sup>"#,
        );
        check(
            "abc",
            &[span(0, 3, "outer", 2), span(1, 2, "inner", 1)],
            r#"<mark class="outer">a</mark><mark class="inner">b</mark><sup>1</sup><mark class="outer">c</mark><sup>2</sup>"#,
        );
    }

    #[test]
    fn spans_outside_the_text_or_empty_break_nothing() {
        check("ab", &[span(1, 99, "x", 1)], r#"a<mark class="x">b</mark><sup>1</sup>"#);
        check("ab", &[span(50, 99, "x", 1)], "ab<sup>1</sup>");
        check("ab", &[span(2, 1, "x", 1)], "a<sup>1</sup>b");
        check("", &[span(0, 3, "x", 1)], "<sup>1</sup>");
    }

    #[test]
    fn offsets_count_characters_and_words_are_escaped() {
        check("ä🚑<b>", &[span(1, 3, "x", 1)], r#"ä<mark class="x">🚑&lt;</mark><sup>1</sup>b&gt;"#);
    }
}
