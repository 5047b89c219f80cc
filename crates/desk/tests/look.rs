//! Facts about every page in every state, German and English.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../examples/look/sample/mod.rs"]
mod sample;

use bedside_desk::look::{CONTENT_SECURITY_POLICY, asset};
use bedside_desk::page::case::{case, findings};
use bedside_desk::text::Lang;

/// Elements that have no end tag (HTML §13.1.2).
const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];

/// A start tag: name and attributes.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Reads well-formed markup as our pages are; panics where a tag is not closed, so that balance is tested on the way.
fn tags(html: &str) -> Vec<Tag> {
    let mut out = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html.strip_prefix("<!DOCTYPE html>").unwrap_or(html);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('/') {
            let end = after.find('>').expect("an end tag ends");
            assert_eq!(open.pop().as_deref(), Some(&after[..end]), "end tags come in order, near {:.60}", after);
            rest = &after[end + 1..];
            continue;
        }
        let end = tag_end(rest);
        let tag = read_tag(rest[..end].trim_end_matches('/'));
        if !VOID.contains(&tag.name.as_str()) && !rest[..end].ends_with('/') {
            open.push(tag.name.clone());
        }
        out.push(tag);
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "left open: {open:?}");
    out
}

fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    text.char_indices()
        .find_map(|(i, c)| {
            if c == '"' {
                quoted = !quoted;
            }
            (c == '>' && !quoted).then_some(i)
        })
        .expect("a tag ends")
}

fn read_tag(text: &str) -> Tag {
    let (name, mut rest) = text.split_once(' ').unwrap_or((text, ""));
    let mut attributes = Vec::new();
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        let stop = rest.find(['=', ' ']).unwrap_or(rest.len());
        let key = rest[..stop].to_owned();
        rest = &rest[stop..];
        let value = match rest.strip_prefix("=\"") {
            Some(after) => {
                let end = after.find('"').expect("a value ends");
                rest = &after[end + 1..];
                after[..end].to_owned()
            }
            None => String::new(),
        };
        attributes.push((key, value));
    }
    Tag { name: name.to_owned(), attributes }
}

fn every_page(look: impl Fn(&str, &str, Lang)) {
    for lang in Lang::ALL {
        for (name, html) in sample::pages(lang) {
            look(&format!("{}/{name}", lang.code()), &html, lang);
        }
    }
}

#[test]
fn every_page_is_balanced_says_its_language_and_gives_no_attribute_or_id_twice() {
    every_page(|name, html, lang| {
        let tags = tags(html);
        assert_eq!(tags[0].get("lang"), Some(lang.code()), "{name}");
        let mut ids = std::collections::HashSet::new();
        for tag in &tags {
            let mut names: Vec<_> = tag.attributes.iter().map(|(n, _)| n).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), tag.attributes.len(), "{name}: <{}> has an attribute twice", tag.name);
            if let Some(id) = tag.get("id") {
                assert!(ids.insert(id), "{name}: id {id} stands twice");
            }
        }
        for tag in &tags {
            for attribute in ["aria-labelledby", "aria-describedby", "for"] {
                for id in tag.get(attribute).unwrap_or_default().split(' ').filter(|i| !i.is_empty()) {
                    assert!(ids.contains(id), "{name}: {attribute} names {id}, which is nowhere");
                }
            }
        }
    });
}

#[test]
fn no_page_needs_more_than_the_policy_allows() {
    assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
    every_page(|name, html, _| {
        for tag in tags(html) {
            for (attribute, value) in &tag.attributes {
                assert!(attribute != "style" && !attribute.starts_with("on"), "{name}: {attribute} on <{}>", tag.name);
                let outside = value.starts_with("http") && !(tag.name == "a" || tag.name == "input");
                assert!(!outside && !value.trim_start().to_lowercase().starts_with("javascript:"), "{name}: {value}");
            }
            if tag.name == "script" {
                assert_eq!(tag.get("src"), Some(asset::script().path.as_str()), "{name}: a script of its own");
            }
            assert_ne!(tag.name, "style", "{name}");
        }
        let inline = html
            .split("<script")
            .skip(1)
            .any(|s| s.split_once('>').is_some_and(|(_, body)| !body.starts_with("</script>")));
        assert!(!inline, "{name}: inline script");
    });
}

#[test]
fn every_form_that_changes_something_carries_the_token_and_every_control_a_name() {
    every_page(|name, html, _| {
        let tags = tags(html);
        for (i, form) in tags.iter().enumerate().filter(|(_, t)| t.name == "form") {
            let posts = form.get("method") == Some("post");
            let token = tags
                .get(i + 1)
                .is_some_and(|t| t.get("name") == Some("csrf") && t.get("value").is_some_and(|v| !v.is_empty()));
            // The address of an alarm's link is a secret of its own, and it sets no cookie that a token could be bound to.
            let is_link = form.get("action").is_some_and(|to| to.starts_with("/alarm/"));
            assert_eq!(posts && !is_link, token, "{name}: form to {:?}", form.get("action"));
            assert!(form.get("action").is_some_and(|a| a.starts_with('/')), "{name}: a form to elsewhere");
        }
        let labels: Vec<_> = tags.iter().filter_map(|t| t.get("for")).collect();
        for tag in tags.iter().filter(|t| matches!(t.name.as_str(), "input" | "select" | "textarea")) {
            let wrapped = matches!(tag.get("type"), Some("hidden" | "radio" | "checkbox"));
            let named = tag.get("aria-label").is_some() || tag.get("id").is_some_and(|id| labels.contains(&id));
            assert!(wrapped || named, "{name}: a <{}> named {:?} without a label", tag.name, tag.get("name"));
        }
    });
}

#[test]
fn hostile_words_stay_words() {
    for lang in Lang::ALL {
        let page = case(&sample::frame(lang), &sample::hostile(lang)).into_string();
        let tags = tags(&page);
        assert_eq!(tags.iter().filter(|t| t.name == "script").count(), 1);
        assert!(!tags.iter().any(|t| t.name == "img" || t.get("onmouseover").is_some()));
        assert!(page.contains("&lt;script&gt;") && page.contains("مرحبا"));
        // Whoever writes right to left is isolated, and what he brings along to turn the page round is not in the title.
        assert!(!page.split("</title>").next().unwrap_or_default().contains('\u{202e}'));
    }
}

#[test]
fn a_posts_text_says_its_language_and_a_masked_one_is_not_there() {
    let masked = sample::pages(Lang::De).into_iter().find(|(n, _)| n == "case-masked").expect("the page").1;
    assert!(!masked.contains("gestorben"));
    let held = case(&sample::frame(Lang::En), &sample::held(Lang::En)).into_string();
    assert!(held.contains(r#"<p class="voice" dir="auto" lang="de">"#));
}

#[test]
fn the_answer_to_the_guards_question_has_the_parts_that_script_puts_in_place() {
    let held = sample::held(Lang::De);
    let part = findings(&sample::reader(Lang::De), held.id, &held.reply).into_string();
    let tags = tags(&part);
    for id in ["mirror", "guard", "submit-why"] {
        assert!(tags.iter().any(|t| t.get("id") == Some(id)), "{id}");
    }
    assert!(part.contains(r#"<mark class="g-block">Dass Ihre Mutter"#), "{part}");
}

#[test]
fn the_first_load_is_small_and_named_by_its_content() {
    let [voice, plain] = asset::fonts();
    assert!(voice.bytes.len() + plain.bytes.len() < 60_000);
    let page = case(&sample::frame(Lang::De), &sample::held(Lang::De)).into_string();
    let files: usize = asset::all().iter().filter(|a| a.mime != "font/woff2").map(|a| a.bytes.len()).sum();
    assert!(files + page.len() < 110_000, "{files} + {}", page.len());
    for file in asset::all() {
        assert!(asset::find(&file.path).is_some_and(|found| std::ptr::eq(found.bytes, file.bytes)));
    }
    let style = String::from_utf8_lossy(asset::style().bytes).into_owned();
    assert!(style.contains(&voice.path) && style.contains(&plain.path) && !style.contains("http"));
    assert!(asset::find("/assets/desk.css").is_none());
}

#[test]
fn nothing_says_who_does_how_much() {
    every_page(|name, html, _| assert!(!html.to_lowercase().contains("triage"), "{name}"));
}
