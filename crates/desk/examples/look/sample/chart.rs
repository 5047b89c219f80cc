//! The app in the chart in every state, and what the desk sees of the care team's words.

use bedside_desk::chart::page::{
    CareLine, Found, Line, PanelFrame, Reason, Row, Talk, Trouble, Typed, Whose, front, list, talk, trouble,
};
use bedside_desk::chart::standing::Standing;
use bedside_desk::page::case::{Care, Suggestion};
use bedside_store::chart::CareState;

use super::*;

fn panel(lang: Lang) -> PanelFrame {
    PanelFrame {
        reader: reader(lang),
        whose: Some(Whose {
            name: "Weber, Annegret Hildegard".into(),
            born: "1951-03-14".into(),
            user: "Dr. Nora Falk".into(),
            until: NOW + 24 * MINUTE,
            path: "/chart/p/1".into(),
            csrf: "token".into(),
        }),
    }
}

fn rows_of(lang: Lang) -> Vec<Row> {
    let s = |de, en| say(lang, de, en);
    let row = |number, place: &str, ago, standing, text: String| Row {
        number,
        place: place.to_owned(),
        private: false,
        at: NOW - ago,
        standing,
        text: Some(text),
        lang: Some(lang.code().into()),
    };
    vec![
        row(
            2851,
            "Mastodon, @lindenhof@social.example",
            12 * MINUTE,
            Standing::Escalated { to: vec!["crisis-team".into(), "clinical-on-call".into()], due: NOW + 8 * MINUTE },
            s(
                "Seit gestern bekomme ich kaum noch Luft und niemand ruft zurück.",
                "Since yesterday I can hardly breathe and nobody rings back.",
            ),
        ),
        Row {
            private: true,
            ..row(
                2847,
                &s("Private Tür", "Private door"),
                2 * HOUR,
                Standing::AtTheDesk,
                s(
                    "Ich habe den Brief jetzt dreimal gelesen und verstehe immer noch nicht, ob ich die Tabletten absetzen soll oder nicht. In der Sprechstunde ging niemand ans Telefon.",
                    "I have read the letter three times now and still do not understand whether I should stop the tablets or not. Nobody answered the phone in the outpatient clinic.",
                ),
            )
        },
        row(
            2841,
            "Bluesky, lindenhof.example",
            20 * HOUR,
            Standing::Held(NOW + 52 * HOUR),
            s("Mein Mann ist heute Nacht bei Ihnen gestorben.", "My husband died with you last night."),
        ),
        row(2830, "Mastodon, @lindenhof@social.example", 50 * HOUR, Standing::Silent, s("Typisch.", "Typical.")),
        Row { text: None, ..row(2805, "Bluesky, lindenhof.example", 90 * HOUR, Standing::Answered, String::new()) },
    ]
}

fn asking(lang: Lang) -> Talk {
    let s = |de, en| say(lang, de, en);
    let line = |ours, ago, text: String| Line { ours, at: NOW - ago, text, lang: Some(lang.code().into()), url: None };
    Talk {
        number: 2847,
        place: "Mastodon, @lindenhof@social.example".into(),
        private: false,
        house: "Lindenhof Mitte".into(),
        writer: say(lang, "Patient oder Patientin", "Patient"),
        since: NOW - 200 * HOUR,
        standing: Standing::AtTheDesk,
        reasons: vec![Reason {
            words: s(
                "Eine Frage zum Alltag des Hauses. Darauf antwortet das Haus offen und allgemein.",
                "A question about the hospital’s everyday matters. The hospital answers it openly and in general terms.",
            ),
            forbids: false,
            passed_on: false,
        }],
        lines: vec![
            Line {
                url: Some("https://social.example/@anne/1".into()),
                ..line(
                    false,
                    26 * HOUR,
                    s(
                        "Wo kann ich bei Ihnen parken, wenn ich zur Nachsorge komme?",
                        "Where can I park when I come for my follow-up?",
                    ),
                )
            },
            line(
                true,
                25 * HOUR,
                s(
                    "Guten Tag, das Parkhaus in der Lindenstraße hat rund um die Uhr offen.",
                    "Good day, the car park in Lindenstraße is open around the clock.",
                ),
            ),
            line(
                false,
                2 * HOUR,
                s("Danke. Und muss ich nüchtern sein?", "Thank you. And do I have to come without breakfast?"),
            ),
        ],
        care: vec![],
        open: true,
        typed: Typed::default(),
    }
}

fn held_there(lang: Lang) -> Talk {
    let s = |de, en| say(lang, de, en);
    Talk {
        number: 2841,
        place: "Bluesky, lindenhof.example".into(),
        standing: Standing::Held(NOW + 52 * HOUR),
        reasons: vec![
            Reason {
                words: s(
                    "Ein Todesfall liegt 20 Stunden zurück. 72 Stunden lang sagt das Haus öffentlich nichts dazu.",
                    "A death 20 hours ago. Nothing is said in public for 72 hours.",
                ),
                forbids: true,
                passed_on: false,
            },
            Reason {
                words: s(
                    "Wer trauert, soll nicht warten müssen, bis jemand zufällig hinsieht: Die Patientenfürsprache weiß es.",
                    "Whoever grieves must not wait until somebody happens to look: patient relations know.",
                ),
                forbids: false,
                passed_on: true,
            },
        ],
        lines: vec![Line {
            ours: false,
            at: NOW - 20 * HOUR,
            text: s(
                "Mein Mann ist heute Nacht bei Ihnen gestorben. Niemand hat mit mir gesprochen.",
                "My husband died with you last night. Nobody has spoken with me.",
            ),
            lang: Some(lang.code().into()),
            url: None,
        }],
        care: vec![
            CareLine {
                by: "Dr. Nora Falk".into(),
                at: NOW - 3 * HOUR,
                text: s(
                    "Ich rufe heute um 16 Uhr an. Bitte bis dahin nichts schreiben.",
                    "I shall ring today at 16:00. Please write nothing until then.",
                ),
                suggestion: None,
            },
            CareLine {
                by: "Schwester Ines Roth".into(),
                at: NOW - 2 * HOUR,
                text: s(
                    "Guten Tag, wir möchten gern persönlich mit Ihnen sprechen.",
                    "Good day, we would like to speak with you in person.",
                ),
                suggestion: Some(CareState::Taken),
            },
            CareLine {
                by: "Dr. Nora Falk".into(),
                at: NOW - HOUR,
                text: s("Es tut uns leid.", "We are sorry."),
                suggestion: Some(CareState::Open),
            },
        ],
        typed: Typed { told: Some("chart-told-noted"), ..Typed::default() },
        ..asking(lang)
    }
}

fn blocked(lang: Lang) -> Talk {
    let s = |de, en| say(lang, de, en);
    let text = s(
        "Liebe Frau Weber, Ihre Bestrahlung am Montag verlief gut.",
        "Dear Ms Weber, your radiotherapy on Monday went well.",
    );
    Talk {
        standing: Standing::InHand,
        typed: Typed {
            found: vec![
                Found {
                    kind: "confirms_relationship".into(),
                    quote: s("Ihre Bestrahlung am Montag", "your radiotherapy on Monday"),
                    reason: s(
                        "Das bestätigt, dass jemand hier behandelt wurde.",
                        "This confirms that someone was treated here.",
                    ),
                    blocks: true,
                },
                Found {
                    kind: "names_person".into(),
                    quote: s("Frau Weber", "Ms Weber"),
                    reason: s("Ein Name macht öffentlich, wer schreibt.", "A name makes public who writes."),
                    blocks: false,
                },
            ],
            suggestion: text,
            note_error: Some(s("Bitte schreiben Sie etwas.", "Please write something.")),
            ..Typed::default()
        },
        ..asking(lang)
    }
}

/// Every page of the app.
pub fn pages(lang: Lang) -> Vec<(&'static str, maud::Markup)> {
    let f = panel(lang);
    let outside = PanelFrame { reader: reader(lang), whose: None };
    let at_door = Talk {
        private: true,
        place: say(lang, "Private Tür", "Private door"),
        open: false,
        standing: Standing::Closed,
        reasons: vec![],
        ..asking(lang)
    };
    let apps = [("KIS Lindenhof".to_owned(), "/chart/launch?iss=x".to_owned())];
    let nameless = PanelFrame {
        whose: panel(lang).whose.map(|whose| Whose { name: String::new(), born: "1951".into(), ..whose }),
        reader: reader(lang),
    };
    vec![
        ("chart-list", list(&f, &rows_of(lang), Some(NOW - 200 * HOUR))),
        ("chart-nothing", list(&nameless, &[], None)),
        ("chart-talk", talk(&f, &asking(lang))),
        ("chart-talk-held", talk(&f, &held_there(lang))),
        ("chart-talk-blocked", talk(&f, &blocked(lang))),
        ("chart-talk-door", talk(&f, &at_door)),
        ("chart-front", front(&outside, &apps)),
        ("chart-over", trouble(&outside, Trouble::Over)),
        ("chart-not-believed", trouble(&outside, Trouble::NotBelieved)),
    ]
}

/// What the desk sees of the care team's words.
pub fn words(lang: Lang) -> Vec<Care> {
    let s = |de, en| say(lang, de, en);
    let care = |id: &str, ago, text: String, suggestion| Care {
        id: id.into(),
        by: "Dr. Nora Falk".into(),
        at: NOW - ago,
        text,
        suggestion,
    };
    vec![
        care(
            "1",
            3 * HOUR,
            s(
                "Ich rufe heute um 16 Uhr an. Bitte bis dahin nichts schreiben.",
                "I shall ring today at 16:00. Please write nothing until then.",
            ),
            None,
        ),
        care(
            "2",
            2 * HOUR,
            s(
                "Guten Tag, wir möchten gern persönlich mit Ihnen sprechen.",
                "Good day, we would like to speak with you in person.",
            ),
            Some(Suggestion::Open { warned: true }),
        ),
        care(
            "3",
            HOUR,
            s("Es tut uns leid.", "We are sorry."),
            Some(Suggestion::Taken { by: "Mara Lindqvist".into(), at: NOW - 30 * MINUTE }),
        ),
    ]
}
