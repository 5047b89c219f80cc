//! Pause, channels, log, people, errors.

use super::*;

pub fn pause_view() -> Pause {
    Pause {
        due: vec![
            DueReply {
                case: 2838,
                to: "@petra.sucht.parkplatz".into(),
                channel: "Mastodon".into(),
                text: "Ohne Ticket gilt die Tagespauschale von 12 Euro.".into(),
                at: NOW + 42 * SECOND,
            },
            DueReply {
                case: 2836,
                to: "Tom Ashdown".into(),
                channel: "Mastodon".into(),
                text: "Thank you for telling us. Four hours is long. If you like, talk with us in private.".into(),
                at: NOW - 9 * MINUTE,
            },
        ],
        past: vec![PastPause {
            by: "Jonas Okafor".into(),
            from: NOW - 9 * DAY,
            to: NOW - 9 * DAY + 2 * HOUR,
            reason: "Bombendrohung am Bahnhof, wir warten ab.".into(),
        }],
        reason_missing: false,
    }
}

pub fn channels_view(lang: Lang) -> Channels {
    let account = |id: &str, channel: &str, handle: &str, state| Account {
        id: id.into(),
        channel: channel.into(),
        handle: handle.into(),
        site: "Lindenhof Mitte".into(),
        owner: Some("Ute Brandt".into()),
        deputy: Some("Jonas Okafor".into()),
        state,
        trouble: None,
        next: None,
        last_post: Some(NOW - 4 * MINUTE),
        taken_24h: 214,
        sent_24h: 31,
        speaks: true,
        may_look: true,
    };
    Channels {
        accounts: vec![
            account("c1", "Bluesky", "@lindenhof.example", ChannelState::Live { lag: 2 * SECOND }),
            Account {
                trouble: Some(say(lang, "Der Server meldet 502.", "The server answers 502.")),
                next: Some(NOW + 30 * SECOND),
                ..account("c2", "Mastodon", "@kinder@social.example", ChannelState::Mute { since: NOW - 4 * MINUTE })
            },
            account("c3", "Mastodon", "@lindenhof@social.example", ChannelState::SignedOut),
            account("c4", "Mastodon", "@nord@social.example", ChannelState::Limited { until: NOW + 10 * MINUTE }),
            account("c5", "Bluesky", "@nord.example", ChannelState::Slow { lag: 4 * MINUTE }),
            Account {
                owner: None,
                last_post: None,
                speaks: false,
                ..account("c6", "Webhook", "intranet", ChannelState::Stopped)
            },
            Account { deputy: None, ..account("c7", "Webhook", "presse", ChannelState::Starting) },
        ],
    }
}

pub fn logs(lang: Lang) -> Vec<(&'static str, Log)> {
    let r = reader(lang);
    let e = |n, at, kind: &str, by: &str, case: Option<i64>, print: &str| Entry {
        n: Some(n),
        at,
        what: log_kind(&r, kind),
        by: by.into(),
        case,
        print: print.into(),
        picked: n == 184_299,
    };
    let base = Log {
        seal: Seal::Verified { entries: 184_302, at: NOW - MINUTE, took: 812_000 },
        entries: vec![
            Entry { n: None, ..e(0, NOW - SECOND, "draft_written", "Mara Lindqvist", Some(2841), "…") },
            e(184_302, NOW - 23 * SECOND, "guarded", "Mara Lindqvist", Some(2841), "c41e 09aa"), e(184_301, NOW - 40 * SECOND, "approved", "Jonas Okafor", Some(2838), "77d0 e1f4"),
            e(184_300, NOW - 40 * SECOND, "queued", "Bedside", Some(2838), "0b93 55c2"), e(184_299, NOW - 3 * MINUTE, "escalation_taken", "Dr. Seiler", Some(2841), "9a6f 31d8"),
            e(184_291, NOW - 9 * MINUTE, "label_set", "Jonas Okafor", Some(2841), "415b aa07"), e(184_288, NOW - 10 * MINUTE, "decided", "grief-quiet, facts-unchecked", Some(2841), "d87a 02e9"),
            e(184_286, NOW - 10 * MINUTE, "post_taken", "Bluesky", Some(2841), "6c02 f9b3"), e(183_902, NOW - 15 * HOUR, "rules_loaded", "Bedside", None, "b3d9 6a15"),
        ],
        filter: String::new(), older: Some("/log?before=183902".into()), newer: None,
        checkpoint: Some(Checkpoint { text: "lindenhof.example/bedside\n184302\nq1mZ8wPb0Xk3s5Yd2uJv7tRcE9hLkU4h0YwNfA6bGzQ=\n\n— lindenhof.example/bedside 9fA2kq0VxXo1…\n".into(), at: NOW - 20 * SECOND }),
        download: Some("/log/proof".into()),
    };
    vec![
        ("log", base.clone()),
        ("log-broken", Log { seal: Seal::Broken { entry: 183_902, signed: Some(NOW - 15 * HOUR) }, ..base.clone() }),
        (
            "log-checking",
            Log {
                seal: Seal::Checking { done: 90_112, of: 184_302 },
                filter: "F-2841".into(),
                newer: Some("/log".into()),
                ..base
            },
        ),
        (
            "log-empty",
            Log {
                seal: Seal::Unchecked { entries: 0 },
                entries: vec![],
                filter: "F-1".into(),
                older: None,
                newer: None,
                checkpoint: None,
                download: None,
            },
        ),
    ]
}

pub fn people_view(lang: Lang, link: Option<()>, error: Option<PeopleError>) -> People {
    let at =
        |role: &str, site: &str, name: &str| RoleAt { role: role.into(), site: site.into(), site_name: name.into() };
    let person = |id: &str, name: &str, email: &str, roles| Person {
        id: id.into(),
        name: name.into(),
        email: email.into(),
        roles,
        invited_until: None,
        locked: false,
        me: false,
    };
    People {
        people: vec![
            Person {
                invited_until: Some(NOW + DAY),
                ..person(
                    "p3",
                    "Ute Brandt",
                    "u.brandt@lindenhof.example",
                    vec![at("approver", "mitte", "Lindenhof Mitte"), at("desk", "nord", "Lindenhof Nord")],
                )
            },
            Person {
                me: true,
                ..person(
                    "p1",
                    "Mara Lindqvist",
                    "m.lindqvist@lindenhof.example",
                    vec![at("admin", "mitte", "Lindenhof Mitte")],
                )
            },
            Person { locked: true, ..person("p2", "Jonas Okafor", "j.okafor@lindenhof.example", vec![]) },
        ],
        sites: vec![("mitte".into(), "Lindenhof Mitte".into()), ("nord".into(), "Lindenhof Nord".into())],
        roles: ["desk", "approver", "privacy", "admin", "auditor"].map(Into::into).to_vec(),
        link: link.map(|()| NewLink {
            name: "Ute Brandt".into(),
            url: "https://bedside.lindenhof.example/welcome?token=Zk3f9QmX2v".into(),
            until: NOW + DAY,
        }),
        error,
        name: if error.is_some() { say(lang, "Karim Aziz", "Karim Aziz") } else { String::new() },
        email: String::new(),
    }
}

pub fn me_view(lang: Lang, saved: bool, password: PasswordState) -> Me {
    Me {
        email: "m.lindqvist@lindenhof.example".into(),
        roles: vec![("desk".into(), "Lindenhof Mitte".into()), ("admin".into(), "Lindenhof Nord".into())],
        sessions: vec![
            Session { id: "s1".into(), browser: "Firefox, Linux".into(), seen: NOW, this: true },
            Session {
                id: "s2".into(),
                browser: say(lang, "Safari, iPhone", "Safari, iPhone"),
                seen: NOW - 26 * HOUR,
                this: false,
            },
        ],
        saved,
        password,
    }
}

pub fn troubles(lang: Lang) -> Vec<(&'static str, Trouble)> {
    let s = |de, en| say(lang, de, en);
    vec![
        ("error-404", Trouble::NotFound),
        (
            "error-403",
            Trouble::Refused {
                reason: s(
                    "Das haben Sie geschrieben. Freigeben muss es jemand anderes.",
                    "You wrote this. Someone else has to approve it.",
                ),
            },
        ),
        ("error-no-role", Trouble::NoRole),
        ("error-400", Trouble::Unclear { what: s("„bis“ ist keine Zeit.", "“until” is no time.") }),
        ("error-stale", Trouble::Stale),
        ("error-409", Trouble::Changed { case: 2841, what: s("Jonas setzte einen Vermerk.", "Jonas set a label.") }),
        ("error-429", Trouble::TooMany { until: NOW + MINUTE }),
        ("error-500", Trouble::Broken { trace: "01J8-4C2E".into() }),
    ]
}
