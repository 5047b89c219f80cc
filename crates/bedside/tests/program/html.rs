//! As much of HTML as it takes to read the desk's own pages: its tags, its forms, its words.

/// A tag with its attributes, and where it stands in the text.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, String)>,
    begin: usize,
    end: usize,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_str())
    }
}

/// The tags in order. The desk writes every value in double quotes.
fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut from = 0;
    while let Some(begin) = html[from..].find('<').map(|at| at + from) {
        let mut quoted = false;
        let close = html[begin..].char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == '>' && !quoted
        });
        let Some((length, _)) = close else { break };
        let (inside, end) = (&html[begin + 1..begin + length], begin + length + 1);
        let name = inside.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
        tags.push(Tag { name, attributes: attributes(&inside[name.len()..]), begin, end });
        from = end;
    }
    tags
}

fn attributes(mut text: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let length = text.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(text.len());
        let (name, rest) = text.split_at(length);
        if name.is_empty() {
            return found;
        }
        match rest.strip_prefix("=\"").and_then(|rest| rest.split_once('"')) {
            Some((value, rest)) => {
                found.push((name, unescaped(value)));
                text = rest;
            }
            None => {
                found.push((name, String::new()));
                text = rest;
            }
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// What a browser would send of the form that goes to `action`, without its buttons; `None`: there is no such form.
pub fn form(html: &str, action: &str) -> Option<Vec<(String, String)>> {
    let tags = tags(html);
    let begin = tags.iter().position(|tag| tag.name == "form" && tag.get("action") == Some(action))?;
    let mut fields = Vec::new();
    for tag in tags[begin..].iter().take_while(|tag| tag.name != "/form") {
        let Some(name) = tag.get("name") else { continue };
        let value = tag.get("value").unwrap_or_default();
        let is_choice = matches!(tag.get("type"), Some("radio" | "checkbox"));
        match tag.name {
            "input" if is_choice && tag.get("checked").is_none() => {}
            "input" => fields.push((name.to_owned(), value.to_owned())),
            "textarea" => {
                let text = html[tag.end..].split("</textarea>").next().unwrap_or_default();
                fields.push((name.to_owned(), unescaped(text.strip_prefix('\n').unwrap_or(text))));
            }
            _ => {}
        }
    }
    Some(fields)
}

/// What a person reads: without tags, spaces made one.
pub fn words(html: &str) -> String {
    let mut text = String::new();
    let mut from = 0;
    for tag in tags(html) {
        text.push_str(&html[from..tag.begin]);
        text.push(' ');
        from = tag.end;
    }
    text.push_str(&html[from..]);
    unescaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The inbox's rows: case number and words.
pub fn rows(html: &str) -> Vec<(i64, String)> {
    let parts = html.split("data-case=\"").skip(1);
    let row = |part: &str| {
        let (number, rest) = part.split_once('"')?;
        let (_, inside) = rest.split_once('>')?;
        Some((number.parse().ok()?, words(inside.split("</li>").next()?)))
    };
    parts.filter_map(row).collect()
}

/// The part of a page from the element with this id to the end of the first element of this name after it.
pub fn part<'a>(html: &'a str, id: &str, name: &str) -> &'a str {
    let found = tags(html).into_iter().find(|tag| tag.get("id") == Some(id)).map(|tag| &html[tag.begin..]);
    found.map_or("", |from| from.split(&format!("</{name}>")).next().unwrap_or_default())
}

/// The addresses that a part of a page links to.
pub fn links(html: &str) -> Vec<String> {
    tags(html).iter().filter(|tag| tag.name == "a").filter_map(|tag| tag.get("href").map(str::to_owned)).collect()
}

#[test]
fn a_form_is_read_as_a_browser_sends_it() {
    let html = r#"<p>1 &lt; 2</p><form method="post" action="/a?x=1&amp;y"><input type="hidden" name="csrf" value="&quot;>">
        <input type="radio" name="form" value="public" checked><input type="radio" name="form" value="invite">
        <textarea name="text">
Guten &amp; Tag</textarea><button name="no">x</button></form><input name="outside">"#;
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = vec![field("csrf", "\">"), field("form", "public"), field("text", "Guten & Tag")];
    assert_eq!(form(html, "/a?x=1&y"), Some(expected));
    assert_eq!(form(html, "/b"), None);
    assert_eq!(words("<h1>Neu<b>es</b></h1> 1 &lt; 2"), "Neu es 1 < 2");
    assert_eq!(rows(r#"<li data-case="7" class="x"><a>Hallo</a></li>"#), [(7, "Hallo".to_owned())]);
}
