//! The private door in every state, and what the desk sees of it.

use bedside_desk::look::door::{DoorFrame, Help};
use bedside_desk::page::door::{
    Allowed, CodeState, DoorTrouble, Knock, Line, LinkState, Talk, code, houses, knock, pass, pass_gone, speaks_for,
    talk, trouble, undo, undone,
};

use super::*;

fn at(lang: Lang) -> DoorFrame {
    DoorFrame {
        reader: reader(lang),
        site: "Lindenhof Mitte".into(),
        group: "Lindenhof-Kliniken".into(),
        path: "/door/mitte".into(),
        page: "",
        keep: String::new(),
        help: Help { emergency: "112", talk: ("0800 111 0 111", "08001110111") },
        csrf: "pre".into(),
    }
}

fn entrance() -> Knock {
    Knock {
        channels: vec![
            ("c1".into(), "Mastodon, @lindenhof@social.example".into()),
            ("c2".into(), "Bluesky, lindenhof.example".into()),
        ],
        ..Knock::default()
    }
}

fn conversation(lang: Lang) -> Talk {
    let s = |de, en| say(lang, de, en);
    let line = |ours, ago, text: String| Line {
        ours,
        at: NOW - ago,
        text: Some(text),
        lang: Some(lang.code().into()),
        file: None,
    };
    Talk {
        lines: vec![
            Line {
                file: Some(("pdf".into(), 214_000)),
                ..line(
                    false,
                    3 * HOUR,
                    s(
                        "Guten Tag, ich war letzte Woche bei Ihnen und verstehe den Brief nicht. Ich lege ihn dazu.",
                        "Good day, I was with you last week and do not understand the letter. I add it here.",
                    ),
                )
            },
            line(
                true,
                HOUR,
                s(
                    "Guten Tag. Wir sehen uns den Brief gern mit Ihnen an. Wann dürfen wir Sie anrufen?",
                    "Good day. We will gladly go through the letter with you. When may we ring you?",
                ),
            ),
            line(false, 10 * MINUTE, s("Morgen nach zehn wäre gut.", "Tomorrow after ten would be good.")),
        ],
        speaks_for: "myself".into(),
        ..Talk::default()
    }
}

/// Every page of the door.
pub fn pages(lang: Lang) -> Vec<(&'static str, maud::Markup)> {
    let f = at(lang);
    let empty = Talk { speaks_for: "child".into(), ..Talk::default() };
    let waiting = CodeState {
        code: "K7QM-4XTD".into(),
        channel: "Mastodon, @lindenhof@social.example".into(),
        until: Some(NOW + 14 * MINUTE),
        waiting: false,
    };
    let since = |link, team, contact| [link, team, contact].map(|days: Option<i64>| days.map(|n| NOW - n * DAY));
    let claimed = Allowed {
        since: since(Some(0), None, Some(2)),
        link: Some(LinkState::Claimed(NOW - 5 * MINUTE)),
        letters: true,
        ..Allowed::default()
    };
    let open = Allowed { since: since(Some(1), None, None), ..Allowed::default() };
    let confirmed = Allowed {
        since: since(Some(3), Some(3), Some(3)),
        link: Some(LinkState::Confirmed(NOW - DAY)),
        ..Allowed::default()
    };
    let refused = Allowed { link: Some(LinkState::Refused), number: "4711".into(), ..open.clone() };
    let talking = |allowed: Allowed| Talk { allowed, ..conversation(lang) };
    let told = Some(f.reader.t("door-told-sent"));
    let group = DoorFrame { site: String::new(), path: "/door".into(), ..f.clone() };
    let names = [("mitte", "Lindenhof Mitte"), ("nord", "Lindenhof Nord")].map(|(a, b)| (a.into(), b.into()));
    let error = Some(f.reader.t("door-knock-handle-missing"));
    vec![
        ("door-houses", houses(&group, &names)),
        ("door-knock", knock(&f, &entrance())),
        ("door-knock-error", knock(&f, &Knock { error, ..entrance() })),
        ("door-knock-locked", knock(&f, &Knock { locked: Some(NOW + MINUTE), handle: "@petra".into(), ..entrance() })),
        ("door-knock-none", knock(&f, &Knock::default())),
        ("door-code", code(&f, &waiting)),
        ("door-code-waiting", code(&f, &CodeState { waiting: true, ..waiting.clone() })),
        ("door-code-over", code(&f, &CodeState { until: None, ..waiting })),
        ("door-pass", pass(&f, "abc")),
        ("door-pass-gone", pass_gone(&f)),
        ("door-undo", undo(&f, "n", "t")),
        ("door-undone", undone(&f, true)),
        ("door-undo-over", undone(&f, false)),
        ("door-for", speaks_for(&f, None, false)),
        ("door-for-missing", speaks_for(&f, Some("child"), true)),
        ("door-talk-empty", talk(&f, &empty)),
        ("door-talk", talk(&f, &Talk { told, ..talking(Allowed::default()) })),
        ("door-talk-open", talk(&f, &talking(open.clone()))),
        ("door-talk-other", talk(&f, &Talk { speaks_for: "relative".into(), ..talking(open) })),
        ("door-talk-claimed", talk(&f, &talking(claimed))),
        ("door-talk-confirmed", talk(&f, &talking(confirmed))),
        (
            "door-talk-refused",
            talk(&f, &Talk { error: Some(f.reader.t("undone-number-unclear")), text: "x".into(), ..talking(refused) }),
        ),
        ("door-nothing", trouble(&group, DoorTrouble::Nothing)),
        ("door-unclear", trouble(&group, DoorTrouble::Unclear)),
        ("door-broken", trouble(&group, DoorTrouble::Broken)),
    ]
}

/// Cases of people at the door.
pub fn cases(lang: Lang) -> Vec<(&'static str, Case)> {
    let s = |de, en| say(lang, de, en);
    let base = held(lang);
    let claim = Link {
        id: "l1".into(),
        level: "claimed".into(),
        at: NOW - 5 * MINUTE,
        number: Some(("kvnr".into(), "A123456780".into())),
        birth: Some("1980-02-03".into()),
        known: true,
        needs_representative: false,
        told: None,
        settled: None,
    };
    let door = Door {
        private: true,
        same: Some(("@petra@social.example".into(), "Mastodon".into(), Some(2810))),
        speaks_for: "myself".into(),
        consents: vec![("link".into(), NOW - HOUR), ("contact".into(), NOW - 2 * DAY)],
        link: Some(claim.clone()),
        may_settle: true,
        ..Door::default()
    };
    let settled = Link {
        level: "confirmed".into(),
        told: Some(("sent".into(), NOW - MINUTE)),
        settled: Some((
            "in_person".into(),
            "Jonas Okafor".into(),
            NOW - MINUTE,
            s("Ausweis gesehen, auf Station", "saw the identity card on the ward"),
        )),
        ..claim.clone()
    };
    let child = Link { needs_representative: true, known: false, ..claim };
    let file = Some(("/case/2841/file/f1".into(), "pdf".into(), 214_000));
    let mut thread = base.thread.clone();
    if let Some(first) = thread.first_mut() {
        (first.file, first.instead) = (file, None);
    }
    if let Some(last) = thread.last_mut() {
        last.instead = Some(reader(lang).t("post-door-code"));
    }
    let with = |door: Door| Case { door: Some(door), thread: thread.clone(), ..base.clone() };
    let made = Some("https://desk.lindenhof.example/door/mitte/in?t=Zm9vYmFy".into());
    vec![
        ("case-door-claimed", with(door.clone())),
        (
            "case-door-child",
            with(Door { speaks_for: "child".into(), consents: vec![], link: Some(child), ..door.clone() }),
        ),
        ("case-door-confirmed", with(Door { link: Some(settled), ..door.clone() })),
        ("case-door-talks", with(Door { private: false, same: None, talk: Some(2850), link: None, ..door.clone() })),
        ("case-door-invite", with(Door { may_invite: true, ..Door::default() })),
        ("case-door-made", with(Door { may_invite: true, made, ..Door::default() })),
    ]
}
