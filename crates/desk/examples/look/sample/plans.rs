//! Scheduled posts: one that waits, one that is approved and would stay back, one that was kept back.

use bedside_desk::page::planned::{Form, Past, Planned, Post, Stands};

use super::*;

fn post(lang: Lang, id: &str, text: String, stands: Stands) -> Post {
    Post {
        id: id.into(),
        shown: "00ff".into(),
        account: "Mastodon".into(),
        lang: lang.code().into(),
        text,
        at: NOW + 20 * HOUR,
        stands,
        by: "Mara Lindqvist".into(),
        approver: None,
        back: None,
        meets: None,
        warns: vec![],
        own: false,
        may_approve: false,
        may_change: true,
        may_withdraw: true,
    }
}

/// Three posts, the form and what is over.
pub fn planned_view(lang: Lang) -> Planned {
    let s = |de, en| say(lang, de, en);
    let party = s(
        "Kommen Sie zum Sommerfest auf der Wiese, Samstag ab 14 Uhr.",
        "Come to the summer party on the lawn, Saturday from 2 pm.",
    );
    let talk = s(
        "Montag um 18 Uhr: Vortrag über gesunden Schlaf, Eintritt frei.",
        "Monday at 6 pm: a talk on healthy sleep, free of charge.",
    );
    let door = s("Der Haupteingang ist ab Montag wieder offen.", "The main entrance is open again from Monday.");
    let kept =
        Post { at: NOW - 2 * HOUR, back: Some("stopped_by_case".into()), ..post(lang, "p1", door, Stands::Back) };
    let asked = Post {
        warns: vec!["impossible-promise".into()],
        may_approve: true,
        meets: Some((
            "rules".into(),
            vec![s(
                "Für Bild, Geschichte oder Verknüpfung fehlt die schriftliche Einwilligung. Ohne sie geschieht nichts.",
                "Written permission for the picture, story or link is missing. Nothing happens without it.",
            )],
        )),
        ..post(lang, "p2", party.clone(), Stands::Asked)
    };
    let approved = Post { approver: Some("Jonas Okafor".into()), ..post(lang, "p3", talk, Stands::Approved) };
    Planned {
        posts: vec![kept, asked, approved],
        past: vec![Past {
            account: "Bluesky".into(),
            text: party,
            lang: lang.code().into(),
            at: NOW - 26 * HOUR,
            url: Some("https://social.example/@lindenhof/1".into()),
            is_said: true,
        }],
        form: Some(form(lang)),
    }
}

/// The guard blocks what was typed.
pub fn planned_blocked(lang: Lang) -> Planned {
    let text = say(lang, "Frau Weber hat uns am Dienstag verlassen.", "Mrs Weber left us on Tuesday.");
    let found = vec!["names_person".to_owned(), "date_of_care".to_owned()];
    Planned { form: Some(Form { text, found, ..form(lang) }), ..Planned::default() }
}

fn form(lang: Lang) -> Form {
    Form {
        accounts: vec![("a".into(), "Mastodon".into()), ("b".into(), "Bluesky".into())],
        account: "a".into(),
        lang: lang.code().into(),
        ..Form::default()
    }
}
