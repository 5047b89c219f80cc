//! Cases beside the ordinary: escalated, silent, overridden, masked, and one that tries to break out.

use super::*;

pub fn escalated(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    let text = "Ich kann nicht mehr. Heute Nacht ist Schluss, die Tabletten vom letzten Mal reichen.";
    let r = reader(lang);
    Case {
        id: 2829,
        queue: Some(Queue::Now),
        author: "@nachtwache_23".into(),
        topics: vec!["crisis_suicide".into()],
        labels: vec![],
        notes: vec![],
        assignee: None,
        thread: vec![Post {
            signals: vec![
                signal(1, SignalKind::Danger, "crisis_suicide", text, "Heute Nacht ist Schluss"),
                signal(2, SignalKind::Danger, "crisis_suicide", text, "die Tabletten"),
            ],
            ..post(
                "nachtwache",
                "@nachtwache_23",
                &s("Bluesky, öffentlich", "Bluesky, public"),
                NOW - 40 * SECOND,
                text,
                Part::Subject,
            )
        }],
        decision: Some(Decision {
            action: Action::Escalate,
            until: None,
            moments: vec![],
            strip_name: None,
            because: vec![Because {
                sentence: s(
                    "Jemand spricht davon, sich das Leben zu nehmen. Der Krisendienst wird sofort verständigt.",
                    "Someone speaks of suicide or self-harm. The crisis team is told at once.",
                ),
                rule: Some("suicide-any-hour".into()),
                effect: Effect::Forbids,
                seen: vec![
                    Seen { n: 1, kind: SignalKind::Danger, quote: "Heute Nacht ist Schluss".into() },
                    Seen { n: 2, kind: SignalKind::Danger, quote: "die Tabletten".into() },
                ],
                source: None,
            }],
            beside: vec![
                Beside {
                    kind: BesideKind::Escalation { id: "e1".into(), due: NOW + 560 * SECOND, taken: None },
                    sentence: escalation(&r, &["crisis-team"], 10 * MINUTE),
                    rule: Some("suicide-any-hour".into()),
                    seen: vec![],
                },
                Beside {
                    kind: BesideKind::Report,
                    sentence: s(
                        "Hilfetelefon nennen, in Land und Sprache der Person.",
                        "Name the help line of the person’s country and language.",
                    ),
                    rule: None,
                    seen: vec![],
                },
            ],
            wakes_if: vec![],
            came_close: vec![],
            ..decision(lang)
        }),
        reply: nothing_written(reply(lang), true),
        ..held(lang)
    }
}

pub fn silent(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    Case {
        id: 2815,
        queue: Some(Queue::Silent),
        author: "Grace Mbeki".into(),
        topics: vec!["praise".into()],
        labels: vec![],
        notes: vec![],
        assignee: None,
        viewing: vec![],
        thread: vec![Post {
            lang: Some("en".into()),
            upstream: Upstream::Deleted,
            ..post(
                "Grace Mbeki",
                "",
                "Mastodon",
                NOW - 5 * HOUR,
                "Day 3 on the ward. The soup is a crime but the night team are angels.",
                Part::Subject,
            )
        }],
        decision: Some(Decision {
            action: Action::Silent,
            until: None,
            moments: vec![],
            strip_name: None,
            because: vec![Because {
                sentence: s(
                    "Keine Regel erlaubt hier eine Antwort. Darum bleiben wir still.",
                    "No rule permits an answer here, so we stay silent.",
                ),
                rule: None,
                effect: Effect::Absent,
                seen: vec![],
                source: None,
            }],
            beside: vec![Beside {
                kind: BesideKind::Other,
                sentence: s("Den Dank intern weitergeben.", "Pass the thanks on inside."),
                rule: Some("praise-inside".into()),
                seen: vec![],
            }],
            wakes_if: vec![],
            ..decision(lang)
        }),
        reply: nothing_written(reply(lang), false),
        ..held(lang)
    }
}

pub fn overridden(lang: Lang) -> Case {
    let mut case = answered(lang);
    if let Some(d) = &mut case.decision {
        d.action = Action::Person;
        d.woken = None;
        d.rule_error = Some("grief-quiet".into());
        d.overridden = Some(Overridden {
            by: "Ute Brandt".into(),
            at: NOW - 4 * MINUTE,
            why: say(lang, "Die Familie ist schon verständigt.", "The family has been told already."),
            before: Action::Hold,
        });
    }
    case.reply = nothing_written(case.reply, true);
    case
}

pub fn masked(lang: Lang) -> Case {
    let mut case = held(lang);
    case.thread.iter_mut().for_each(|p| {
        p.masked = true;
        p.text = String::new();
        p.signals.clear();
    });
    case.may = May::default();
    case.reply = nothing_written(case.reply, false);
    case.notes.clear();
    case
}

/// A post that tries to break out, right-to-left names, spans that overlap and lie outside.
pub fn hostile(lang: Lang) -> Case {
    let text = "</p><script>alert(1)</script> \u{202e}gnp.exe\" onmouseover='x' style=\"color:red\" &amp; ä🚑 مرحبا";
    let mut case = held(lang);
    case.author = "\u{202e}<img src=x onerror=alert(1)>".into();
    case.thread = vec![Post {
        name: "\u{202e}<img src=x onerror=alert(1)>".into(),
        handle: "@مريم".into(),
        lang: None,
        signals: vec![
            Signal { n: 1, kind: SignalKind::Claim, topic: "<b>".into(), start: 2, end: 30, by_model: None },
            Signal { n: 2, kind: SignalKind::Death, topic: "death".into(), start: 10, end: 50, by_model: None },
            Signal {
                n: 3,
                kind: SignalKind::Identifier,
                topic: "identifier".into(),
                start: 0,
                end: 9_999,
                by_model: None,
            },
            Signal { n: 4, kind: SignalKind::Plain, topic: "when".into(), start: 8, end: 3, by_model: None },
        ],
        ..post("", "", "Bluesky", NOW - HOUR, text, Part::Subject)
    }];
    case.reply.text = "</textarea><script>alert(2)</script>".into();
    case.notes = vec![Note { by: "<i>".into(), at: NOW, text: "<script>alert(3)</script>".into() }];
    case
}
