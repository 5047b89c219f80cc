//! Somebody who writes, as the privacy officer sees them.

use super::*;
use bedside_desk::page::author::{Author, Erased, Held};

pub fn author_view(lang: Lang, is_held: bool) -> Author {
    let s = |de, en| say(lang, de, en);
    Author {
        id: "0198c1f0-7d2a-7000-8000-000000000001".into(),
        handle: "petra.lehmann".into(),
        name: Some("Petra Lehmann".into()),
        channels: vec!["Mastodon".into(), s("Private Tür", "Private door")],
        since: NOW - 90 * DAY,
        kept: vec![
            (s("Beiträge", "Posts"), 14),
            (s("Fälle", "Cases"), 3),
            (s("Gespräche anderer", "Others’ conversations"), 1),
        ],
        cases: vec![(2841, s("Wartet", "Waiting")), (2790, s("Erledigt", "Done")), (2402, s("Still", "Silent"))],
        holds: if is_held {
            vec![Held {
                id: "0198c1f0".into(),
                on: s("auf der Person", "on the person"),
                reason: s(
                    "Klage angekündigt, Schreiben der Kanzlei vom 12.11.",
                    "Lawsuit announced, letter of 12 November.",
                ),
                by: "Ute Brandt".into(),
                since: NOW - 6 * DAY,
                until: None,
            }]
        } else {
            Vec::new()
        },
        is_leaving: false,
        stays: stays(lang),
        may_hold: true,
        is_mistyped: false,
    }
}

fn stays(lang: Lang) -> Vec<String> {
    let r = reader(lang);
    vec![r.t("author-stays-ids"), r.t("author-stays-hash"), r.say("author-stays-replies", &[("count", 2_i64.into())])]
}

pub fn erased_view(lang: Lang) -> Erased {
    let r = reader(lang);
    let went = [("author-posts", 14), ("author-cases", 3), ("author-keys", 5), ("author-consents", 1)];
    Erased { went: went.map(|(key, n)| (r.t(key), n)).to_vec(), stays: stays(lang) }
}
