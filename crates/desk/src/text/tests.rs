//! Both languages say the same things, every key is used, and times and numbers read as the house writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::tz::TimeZone;

use super::*;

/// Key → the values it names, read from the text of a Fluent file.
fn keys(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        let mut rest = line;
        if !line.starts_with([' ', '}']) {
            let (key, value) = line.split_once(" = ").expect("a line is a key with its words");
            assert!(!out.contains_key(key), "{key} stands twice");
            current = key.to_owned();
            out.entry(current.clone()).or_default();
            rest = value;
        }
        let args = out.get_mut(&current).expect("a key stands before its words");
        for part in rest.split('$').skip(1) {
            args.insert(part.chars().take_while(|c| c.is_ascii_alphanumeric()).collect());
        }
    }
    out
}

/// All sources of the pages, except tests.
fn sources(folder: &Path, out: &mut String) {
    for entry in std::fs::read_dir(folder).expect("the source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            out.push_str(&std::fs::read_to_string(&path).expect("a source file"));
        }
    }
}

/// The keys that the sources name: `.t("…")`, `.say("…"`, `key!("…")`, and the lists of names.
fn used() -> BTreeSet<String> {
    let mut text = String::new();
    let src = Path::new(file!()).parent().and_then(Path::parent).expect("src");
    let src = if src.is_dir() { src.to_owned() } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("src") };
    for folder in ["chart", "fhir", "look", "page", "serve", "text"] {
        sources(&src.join(folder), &mut text);
    }
    let mut out = BTreeSet::new();
    for mark in [".t(\"", ".say(\"", ".t(\n", ".say(\n", "key!(\""] {
        for part in text.split(mark).skip(1) {
            let part = part.trim_start().trim_start_matches('"');
            let key: String = part.chars().take_while(|c| *c != '"').collect();
            if key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                out.insert(key);
            }
        }
    }
    for list in [
        name::topic::KEYS,
        name::label::KEYS,
        name::role::KEYS,
        name::danger::KEYS,
        name::urgency_word::KEYS,
        name::wake::KEYS,
        name::guard_kind::KEYS,
        name::logged::log_kind::KEYS,
        name::told_code::KEYS,
        name::stop_code::KEYS,
        name::undone_code::KEYS,
        name::own_back::KEYS,
        name::taking_code::KEYS,
        name::trouble_code::KEYS,
        name::speaker::KEYS,
        name::link_news::KEYS,
        name::message_code::KEYS,
        name::filing_code::KEYS,
        name::filing_act::KEYS,
        name::link_kind::KEYS,
        name::change::KEYS,
        &name::FLAWS,
        name::purpose::KEYS,
        name::speaks_for::KEYS,
        name::speaker_at_door::KEYS,
        name::choice_for::KEYS,
        name::identifier::KEYS,
        name::link_level::KEYS,
        name::way::KEYS,
        name::letter::KEYS,
        name::incident_kind::KEYS,
        name::incident_stage::KEYS,
        name::account::KEYS,
        name::complaint_stage::KEYS,
        name::publication::KEYS,
        name::media_attention::KEYS,
    ] {
        out.extend(list.iter().map(|k| (*k).to_owned()));
    }
    out
}

#[test]
fn both_files_parse_and_have_the_same_keys_with_the_same_values() {
    for text in [DE_TEXT, EN_TEXT] {
        if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
            panic!("{errors:?}");
        }
    }
    let (de, en) = (keys(DE_TEXT), keys(EN_TEXT));
    for (key, args) in &de {
        assert_eq!(en.get(key), Some(args), "{key}");
    }
    assert_eq!(de.len(), en.len(), "en.ftl has keys that de.ftl has not");
}

#[test]
fn every_key_in_the_sources_exists_and_every_key_is_used() {
    let (known, used) = (keys(DE_TEXT), used());
    let missing: Vec<_> = used.iter().filter(|k| !known.contains_key(*k)).collect();
    let unused: Vec<_> = known.keys().filter(|k| !used.contains(*k)).collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
    assert!(unused.is_empty(), "words that nothing says: {unused:?}");
    assert!(used.len() > 400, "the scan found only {} keys", used.len());
}

#[test]
fn german_and_english_never_call_sorting_by_its_medical_name_and_never_shout() {
    for text in [DE_TEXT, EN_TEXT] {
        let lower = text.to_lowercase();
        for word in ["triage", "!", "successfully", "oops", "erfolgreich", " du ", "dein "] {
            assert!(!lower.contains(word), "{word:?} stands in the words");
        }
    }
}

fn reader(lang: Lang) -> Reader {
    let zone = TimeZone::get("Europe/Berlin").expect("bundled");
    Reader::new(lang, at("2026-11-14T14:12:00+01:00"), zone)
}

fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect("a time").as_microsecond()
}

#[test]
fn a_reader_meets_plural_and_number_in_their_language() {
    #[track_caller]
    fn check(lang: Lang, count: i64, expect: &str) {
        assert_eq!(reader(lang).say("inbox-now-count", &[("count", count.into())]), expect);
    }
    check(Lang::De, 1, "1 braucht jemanden");
    check(Lang::De, 3, "3 brauchen jemanden");
    check(Lang::En, 1, "1 needs someone");
    check(Lang::En, 12_000, "12\u{202f}000 need someone");
    assert_eq!(reader(Lang::De).say("resume-would", &[("count", 0.into())]), "Danach geht nichts sofort hinaus.");
    assert_eq!(reader(Lang::De).t("no-such-key"), "no-such-key");
}

impl From<i32> for Arg<'_> {
    fn from(n: i32) -> Self {
        Arg::Count(i64::from(n))
    }
}

#[test]
fn numbers_are_grouped_with_a_narrow_space_from_five_digits_on() {
    for (n, expect) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1000"),
        (10_000, "10\u{202f}000"),
        (184_302, "184\u{202f}302"),
        (-12_345, "−12\u{202f}345"),
        (1_234_567, "1\u{202f}234\u{202f}567"),
    ] {
        assert_eq!(grouped(n), expect);
    }
}

#[test]
fn ages_and_countdowns_are_short_and_exact() {
    #[track_caller]
    fn check(got: String, expect: &str) {
        assert_eq!(got.replace('\u{a0}', " "), expect);
    }
    let (de, en) = (reader(Lang::De), reader(Lang::En));
    let ago = |s: i64| de.now - s * 1_000_000;
    let ahead = |s: i64| de.now + s * 1_000_000;
    check(de.age(ago(40)), "40 s");
    check(de.age(ago(11 * 60)), "11 min");
    check(de.age(ago(2 * 3600)), "2 Std");
    check(en.age(ago(2 * 3600)), "2 h");
    check(de.age(ago(15 * 3600)), "Fr 23:12");
    check(en.age(ago(30 * 86_400)), "15 Oct");
    check(de.age(ago(400 * 86_400)), "10. Okt. 2025");
    check(de.age(ahead(60)), "0 s");
    let wakes = ahead(2 * 86_400 + 23 * 3600 + 48 * 60);
    check(de.say("time-left", &[("span", de.left(wakes).into())]), "noch 2 T 23 Std 48 min");
    check(en.say("time-left", &[("span", en.left(wakes).into())]), "2 d 23 h 48 min left");
    check(de.left(ahead(65 * 60)), "1 Std 05 min");
    check(de.left(ahead(102)), "1:42");
    check(de.left(ago(5)), "0:00");
    check(de.until(wakes), "Di, 14:00");
    check(en.until(wakes), "Tue 14:00");
    check(de.until(ahead(3600)), "15:12");
    check(en.until(ahead(30 * 86_400)), "Mon 14 Dec, 14:12");
    check(de.moment(at("2026-11-14T08:00:00+01:00")), "08:00");
    check(de.full(at("2026-03-02T08:00:00+01:00")), "Mo 2. März, 08:00");
}

#[test]
fn the_hospitals_zone_decides_not_the_servers() {
    let tokyo = Reader::new(Lang::En, at("2026-11-14T14:12:00+01:00"), TimeZone::get("Asia/Tokyo").expect("bundled"));
    assert_eq!(tokyo.clock(tokyo.now), "22:12");
    // The night the clocks go back: 02:30 comes twice, an hour apart.
    let de = reader(Lang::De);
    assert_eq!(de.clock(at("2026-10-25T00:30:00Z")), "02:30");
    assert_eq!(de.clock(at("2026-10-25T01:30:00Z")), "02:30");
}

#[test]
fn a_strangers_name_cannot_turn_a_sentence_round() {
    let r = reader(Lang::De);
    assert_eq!(r.name("Lisbeth H."), "Lisbeth H.");
    assert_eq!(r.name("מרים"), "\u{2068}מרים\u{2069}");
    assert_eq!(r.name("\u{202e}evil"), "\u{2068}evil\u{2069}");
}

#[test]
fn the_browsers_wish_for_a_language_is_heard() {
    for (header, expect) in [
        ("en-GB,en;q=0.9,de;q=0.5", Lang::En),
        ("fr,de;q=0.7,en;q=0.8", Lang::En),
        ("fr", Lang::De),
        ("", Lang::De),
        ("de-AT", Lang::De),
    ] {
        assert_eq!(Lang::from_accept(header), expect, "{header}");
    }
}

#[test]
fn an_id_without_a_name_is_shown_and_not_hidden() {
    let r = reader(Lang::En);
    assert_eq!(topic(&r, "legal_threat"), "Legal matter");
    assert_eq!(topic(&r, "some_new_topic"), "some new topic");
    assert_eq!(
        escalation(&r, &["crisis-team", "legal"], 600_000_000).replace('\u{a0}', " "),
        "Passed on to: Crisis team, Legal, to be taken within 10 min."
    );
}
