//! Statuses come as HTML of other servers' making; people and rules read text. Knows the few elements that statuses have,
//! passes over all others, and gives text for any input whatever.

/// The text of a piece of HTML: paragraphs and line breaks kept, links written out, everything else without markup.
pub(super) fn to_text(html: &str) -> String {
    let mut page = Page::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, from_tag) = rest.split_at(at);
        page.text(text);
        let Some((tag, after)) = split_tag(from_tag) else {
            page.text("<");
            rest = from_tag.get(1..).unwrap_or_default();
            continue;
        };
        page.tag(tag);
        rest = match element(tag) {
            // What is inside was never meant to be read.
            (name @ ("script" | "style" | "template"), false) => after_end_of(name, after),
            _ => after,
        };
    }
    page.text(rest);
    page.finish()
}

/// Splits `<…>` off; `None` where the `<` begins no tag. A tag that never ends takes the rest with it.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return Some(("", comment.split_once("-->").map_or("", |(_, rest)| rest)));
    }
    let inner = text.get(1..)?;
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return None;
    }
    let mut quote = None;
    for (at, c) in inner.char_indices() {
        match (quote, c) {
            (None, '>') => return Some((inner.get(..at)?, inner.get(at + 1..)?)),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    // A quote that never closes: the first '>' ends the tag after all.
    Some(inner.split_once('>').unwrap_or((inner, "")))
}

fn after_end_of<'a>(name: &str, text: &'a str) -> &'a str {
    let lower = text.to_ascii_lowercase();
    let end = lower.find(&format!("</{name}")).unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

/// The element's name and whether this is its end. Names that we know come out in lower case.
fn element(tag: &str) -> (&'static str, bool) {
    const KNOWN: [&str; 22] = [
        "a",
        "br",
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "blockquote",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "tr",
        "img",
        "script",
        "style",
        "template",
        "table",
    ];
    let (body, is_end) = tag.strip_prefix('/').map_or((tag, false), |body| (body, true));
    let name = body.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    (KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or_default(), is_end)
}

/// An attribute's value, entities resolved.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag.split_once(|c: char| c.is_ascii_whitespace())?.1;
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, next) = match quote {
            Some(quote) => after.get(1..)?.split_once(quote)?,
            None => after.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((after, "")),
        };
        if key.rsplit(|c: char| c.is_ascii_whitespace()).next().is_some_and(|key| key.eq_ignore_ascii_case(name)) {
            return Some(resolved(value));
        }
        rest = next;
    }
    None
}

/// The text being put together.
#[derive(Default)]
struct Page {
    out: String,
    /// The link we are in: where its text begins, and its address where that is to be written out.
    link: Option<(usize, Option<String>)>,
    pre_depth: u32,
}

impl Page {
    fn text(&mut self, raw: &str) {
        let text = resolved(raw);
        if self.pre_depth > 0 {
            self.out.push_str(&text);
            return;
        }
        for c in text.chars() {
            if !matches!(c, ' ' | '\n' | '\r' | '\t') {
                self.out.push(c);
            } else if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
                self.out.push(' ');
            }
        }
    }

    fn tag(&mut self, tag: &str) {
        match element(tag) {
            ("br", _) => self.newline(),
            (
                "p" | "div" | "ul" | "ol" | "blockquote" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr",
                _,
            ) => {
                self.paragraph();
            }
            ("tr", _) | ("li", true) => self.line(),
            ("li", false) => {
                self.line();
                self.out.push_str("- ");
            }
            ("pre", is_end) => {
                self.paragraph();
                self.pre_depth = if is_end { self.pre_depth.saturating_sub(1) } else { self.pre_depth + 1 };
            }
            ("a", false) => self.open_link(tag),
            ("a", true) => self.close_link(),
            ("img", _) => self.out.push_str(&attribute(tag, "alt").unwrap_or_default()),
            _ => {}
        }
    }

    fn open_link(&mut self, tag: &str) {
        self.close_link();
        let class = attribute(tag, "class").unwrap_or_default();
        let is_name = class.split_ascii_whitespace().any(|word| matches!(word, "mention" | "hashtag" | "u-url"));
        let is_web =
            |href: &String| ["https://", "http://", "mailto:", "tel:"].iter().any(|kind| href.starts_with(kind));
        let href = attribute(tag, "href").filter(is_web).filter(|_| !is_name);
        self.link = Some((self.out.len(), href));
    }

    /// A shortened address gives way to the whole one; words that lead somewhere keep it beside them.
    fn close_link(&mut self) {
        let Some((start, Some(href))) = self.link.take() else { return };
        let shown = self.out.get(start..).unwrap_or_default().trim().to_owned();
        let bare = href.split_once("://").or_else(|| href.split_once(':')).map_or(href.as_str(), |(_, rest)| rest);
        let stem = shown.trim_end_matches('…');
        if shown.starts_with(['@', '#']) {
            return;
        }
        if href.starts_with(stem) || bare.starts_with(stem) || bare.trim_start_matches("www.").starts_with(stem) {
            let address = if href.contains("://") { href.as_str() } else { bare };
            self.out.truncate(start);
            self.out.push_str(address);
        } else {
            self.out.push_str(&format!(" ({href})"));
        }
    }

    fn newline(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }

    fn line(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn paragraph(&mut self) {
        self.line();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn finish(mut self) -> String {
        self.close_link();
        let mut out = self.out;
        while out.contains("\n\n\n") {
            out = out.replace("\n\n\n", "\n\n");
        }
        out.trim().to_owned()
    }
}

/// Character references resolved; what is none stays as it is.
fn resolved(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let reference = from.split_once(';').filter(|(name, _)| name.len() <= 10);
        match reference.and_then(|(name, after)| character(name).map(|c| (c, after))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = from;
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control() || *c == '\n' || *c == '\t');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "euro" => '€',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "laquo" => '«',
        "raquo" => '»',
        "bdquo" => '„',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn statuses_read_as_their_authors_wrote_them() {
        for (html, text) in [
            ("<p>Hallo</p>", "Hallo"),
            ("<p>eins<br>zwei<br />drei</p><p>vier</p>", "eins\nzwei\ndrei\n\nvier"),
            ("<p>a<br><br>b</p>", "a\n\nb"),
            (
                "Müller &amp; Söhne &lt;3 &quot;ja&quot; &#39;x&#39; &#x1F499; &uuml;",
                "Müller & Söhne <3 \"ja\" 'x' 💙 ü",
            ),
            ("R&D; a & b &unknown; &#xffffff; &", "R&D; a & b &unknown; &#xffffff; &"),
            (
                r#"<p><span class="h-card"><a href="https://x.example/@klinik" class="u-url mention">@<span>klinik</span></a></span> wann?</p>"#,
                "@klinik wann?",
            ),
            (
                r#"<a href="https://lindenhof.example/besuch/zeiten?x=1" rel="nofollow"><span class="invisible">https://</span><span class="ellipsis">lindenhof.example/besuch</span><span class="invisible">/zeiten?x=1</span></a>"#,
                "https://lindenhof.example/besuch/zeiten?x=1",
            ),
            (r#"<a href="https://a.example/lang">a.example/la…</a> da"#, "https://a.example/lang da"),
            (r#"siehe <a href='https://a.example?x=1&amp;y=2'>hier</a>."#, "siehe hier (https://a.example?x=1&y=2)."),
            (r#"<a href="mailto:info@a.example">info@a.example</a>"#, "info@a.example"),
            (
                r#"<a href="https://x.example/tags/pflege" class="mention hashtag" rel="tag">#<span>Pflege</span></a>"#,
                "#Pflege",
            ),
            ("<ul><li>eins</li><li>zwei</li></ul>Ende", "- eins\n- zwei\n\nEnde"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("zwei\n  Zeilen", "zwei Zeilen"),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    #[test]
    fn broken_and_hostile_html_gives_text_and_never_fails() {
        for (html, text) in [
            ("5 < 6 und 7>3", "5 < 6 und 7>3"),
            ("<", "<"),
            ("a<b", "a"),
            ("<a href=\"https://x.example", ""),
            ("<script>alert('x')</script>b", "b"),
            ("a<STYLE>p{}</StYlE >b", "ab"),
            ("a<script>never closed", "a"),
            ("<!-- <p>weg</p> -->da", "da"),
            ("<!-- nie zu", ""),
            (r#"<a href="javascript:alert(1)">Klick</a>"#, "Klick"),
            ("</p></p></a><p>x", "x"),
            (
                "<a href=https://a.example>eins<a href=https://b.example>zwei",
                "eins (https://a.example)zwei (https://b.example)",
            ),
            ("<p title='>'>x</p>", "x"),
            ("<p title='>x", "x"),
            ("<ü>", "<ü>"),
            ("", ""),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }
}
