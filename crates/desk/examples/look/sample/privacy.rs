//! Privacy incidents in every state.

use bedside_desk::look::Frame;
use bedside_desk::page::privacy::{Clock, Incident, State, Taking, incident, privacy};
use bedside_desk::text::Lang;

use super::{HOUR, MINUTE, NOW, SECOND, say};

fn clock(lang: Lang, ended: bool) -> Clock {
    Clock {
        id: "c1".into(),
        name: say(
            lang,
            "Meldung einer Datenpanne an die Aufsichtsbehörde",
            "Data breach reported to the supervisory authority",
        ),
        source: "Art. 33(1) GDPR; EDPB Guidelines 9/2022".into(),
        due: NOW + 71 * HOUR,
        ended: ended.then(|| {
            let why = say(
                lang,
                "Nicht meldepflichtig: nur eine falsche Hausnummer",
                "Need not be reported: a wrong house number",
            );
            ("Ines Albrecht".into(), NOW - MINUTE, why)
        }),
    }
}

fn taking(lang: Lang, case: i64, state: State, ended: bool) -> Taking {
    Taking {
        id: format!("t{case}"),
        case,
        site: "Lindenhof Mitte".into(),
        channel: "Mastodon".into(),
        by: "Jonas Okafor".into(),
        at: NOW - HOUR,
        state,
        clock: Some(clock(lang, ended)),
    }
}

fn asked(lang: Lang) -> State {
    State::Asked {
        why: say(lang, "Der Kanal antwortet nicht.", "The channel doesn’t answer."),
        next: NOW + 40 * SECOND,
    }
}

fn view(lang: Lang, taking: Taking) -> Incident {
    Incident {
        taking,
        reason: Some(say(lang, "Nennt die Station der Mutter", "Names the mother’s ward")),
        said: Some(("Guten Tag, Ihre Mutter liegt auf Station 4.".into(), "de".into())),
        url: Some("https://social.example/@lindenhof/1".into()),
        limits: say(
            lang,
            "Mastodon: Unser Server meldet das Löschen allen Servern, die die Antwort bekommen haben. Ob und wann diese ihre Kopie löschen, entscheiden sie; ein Server, der nicht erreichbar ist, behält sie.",
            "Mastodon: our server tells every server that was given the answer. Whether and when they delete their copy is up to them; one that can’t be reached keeps it.",
        ),
        may_try: true,
        may_end: true,
    }
}

pub fn pages(lang: Lang, f: &Frame) -> Vec<(&'static str, maud::Markup)> {
    let gone = State::Gone { at: NOW - 59 * MINUTE, by_strangers: true };
    let all = [
        taking(lang, 2841, asked(lang), false),
        taking(lang, 2833, gone.clone(), false),
        taking(lang, 2820, State::Emptied { at: NOW - HOUR }, true),
        taking(lang, 2811, State::NeverOut { at: NOW - HOUR }, true),
    ];
    let [open, done, emptied, _] = all.clone();
    vec![
        ("privacy", privacy(f, &all)),
        ("privacy-none", privacy(f, &[])),
        ("privacy-asked", incident(f, &view(lang, open))),
        ("privacy-gone", incident(f, &view(lang, done))),
        ("privacy-ended", incident(f, &Incident { reason: None, said: None, ..view(lang, emptied) })),
    ]
}
