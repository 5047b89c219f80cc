//! Posts in both languages against triage: urgency and topics that must be found, and those that must not.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a broken row fails the test")]

use bedside_core::{
    time::{Span, Timestamp},
    triage::{Lang, SignalKind, Signals, Speaker, Topic, Triage, TriageInput, Urgency},
};

fn at() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-18T14:00:00Z").unwrap()
}

fn read(triage: &Triage, text: &str) -> Signals {
    triage.read(&TriageInput { text, lang_hint: Lang::Unknown, at: at() })
}

fn holds(signals: &Signals, word: &str) -> bool {
    match word {
        "page" => signals.urgency == Urgency::Page,
        "look" => signals.urgency >= Urgency::LookNow,
        "none" => signals.urgency == Urgency::None,
        "death" => signals.death,
        "!death" => !signals.death,
        _ => match word.strip_prefix('!') {
            Some(topic) => !signals.has(Topic::from_word(topic).unwrap()),
            None => signals.has(Topic::from_word(word).unwrap()),
        },
    }
}

fn check_rows(rows: &str) {
    let triage = Triage::new();
    let wrong: Vec<String> = rows
        .lines()
        .filter_map(|line| line.split_once('|').filter(|_| !line.starts_with('#')))
        .filter_map(|(expected, text)| {
            let signals = read(&triage, text);
            let missed: Vec<&str> = expected.split(',').filter(|word| !holds(&signals, word)).collect();
            (!missed.is_empty()).then(|| format!("{text}: {missed:?} but {:?} {:?}", signals.urgency, signals.topics))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn english_posts_are_read_as_people_read_them() {
    check_rows(include_str!("rows/triage_en.txt"));
}

#[test]
fn german_posts_are_read_as_people_read_them() {
    check_rows(include_str!("rows/triage_de.txt"));
}

#[test]
fn danger_is_seen_in_both_languages_and_figures_of_speech_are_not_taken_for_it() {
    check_rows(include_str!("rows/safety.txt"));
}

#[test]
fn the_language_is_told_or_left_open() {
    let triage = Triage::new();
    for (text, lang) in [
        ("Danke!", Lang::De),
        ("Thanks", Lang::En),
        ("Wann kann ich meine Mutter besuchen?", Lang::De),
        ("The nurses on this ward were lovely", Lang::En),
        ("I hob koa kraft mehr und mog nimma", Lang::De),
        ("Bu hastanede annemle hiç kimse ilgilenmedi, çok kötüydü", Lang::Unknown),
        ("Merci beaucoup à toute l'équipe pour votre gentillesse", Lang::Unknown),
        ("Спасибо врачам за помощь", Lang::Unknown),
        ("👍👍", Lang::Unknown),
        ("", Lang::Unknown),
    ] {
        assert_eq!(read(&triage, text).lang, lang, "{text}");
    }
    let hinted = triage.read(&TriageInput { text: "ok 👍", lang_hint: Lang::De, at: at() });
    assert_eq!(hinted.lang, Lang::De);
}

#[test]
fn the_time_of_the_event_is_read_against_the_post() {
    let triage = Triage::new();
    let before = |span: Span| Some(at().minus(span));
    for (text, expect) in [
        ("My mother died three days ago on your ward", before(Span::days(3))),
        ("Meine Mutter ist heute früh um acht gestorben", before(Span::hours(6))),
        ("Mein Vater ist vor zwei Wochen bei euch gestorben", before(Span::days(14))),
        ("Dad died yesterday. I was born in May.", before(Span::days(1))),
        ("My husband died in your hospital", None),
        ("Visiting hours today?", None),
    ] {
        assert_eq!(read(&triage, text).event_at, expect, "{text}");
    }
}

#[test]
fn who_speaks_and_who_is_named_is_seen() {
    let triage = Triage::new();
    for (text, speaker, staff, health) in [
        ("My son has asthma and waited six hours", Some(Speaker::Relative), false, true),
        ("I had my hip operated last week", Some(Speaker::Patient), false, true),
        ("I work as a nurse here", Some(Speaker::Staff), false, false),
        ("Ich bin Journalistin beim Tagblatt", Some(Speaker::Journalist), false, false),
        ("Our client has instructed us. Miller Solicitors", Some(Speaker::Lawyer), false, false),
        ("Schwester Anja von der 4B war toll", None, true, false),
        ("Dr. Weber never came", None, true, false),
        ("nurse kelly was an angel", None, true, false),
        ("Flu shots cause the flu", None, false, false),
        ("Die Schwester war nett", None, false, false),
    ] {
        let signals = read(&triage, text);
        assert_eq!((signals.speaker, signals.staff_named, signals.health_detail), (speaker, staff, health), "{text}");
    }
}

#[test]
fn identifiers_are_marked_in_the_post() {
    let text = "Fallnummer 4711-08, ruft mich an: 0170 1234567";
    let signals = read(&Triage::new(), text);
    let marked: Vec<&str> = signals
        .signals
        .iter()
        .filter(|signal| signal.kind == SignalKind::Identifier)
        .map(|signal| signal.span.slice(text))
        .collect();
    assert_eq!(marked, ["Fallnummer 4711-08", "0170 1234567"]);
}
