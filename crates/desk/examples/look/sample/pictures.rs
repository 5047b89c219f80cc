//! A case with pictures, a video and a file: one just opened, one blurred, others that lie on their platform or were refused.

use super::*;

/// The case's number.
pub const CASE: i64 = 2_907;

pub fn pictures(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    let text = "So sieht es auf der 4B aus. Schon den dritten Tag stehen die Betten im Flur.";
    let there = "https://social.example/@station.leser/1";
    Case {
        id: CASE,
        queue: Some(Queue::Now),
        author: "@station.leser".into(),
        topics: vec!["complaint".into()],
        labels: vec![],
        notes: vec![],
        viewing: vec![],
        thread: vec![Post {
            id: "ward".into(),
            url: Some(there.into()),
            media: vec![
                hung(
                    0,
                    "picture",
                    HungState::Open,
                    Some(&s(
                        "Flur der Station, zwei Betten an der Wand",
                        "Corridor of the ward, two beds along the wall",
                    )),
                ),
                hung(1, "picture", HungState::Blurred, Some("\"><b onmouseover=alert(1)>x</b> \u{202e}bla")),
                Hung {
                    media_type: Some("video/mp4".into()),
                    size_bytes: Some(4_200_000),
                    ..hung(2, "video", HungState::Elsewhere, None)
                },
                hung(3, "picture", HungState::Wanted, None),
                hung(4, "picture", HungState::Broken, None),
                Hung { is_seen: true, ..hung(5, "audio", HungState::Elsewhere, None) },
            ],
            ..post(
                "Station Leser",
                "@station.leser",
                &s("Mastodon, öffentlich", "Mastodon, public"),
                NOW - 9 * MINUTE,
                text,
                Part::Subject,
            )
        }],
        decision: Some(Decision {
            action: Action::Person,
            until: None,
            strip_name: None,
            moments: vec![],
            because: vec![Because {
                sentence: s(
                    "An dem Beitrag hängt ein Bild, ein Video oder eine Datei, die noch kein Mensch angesehen hat. Bis dahin geschieht nichts von selbst.",
                    "A picture, video or file hangs on the post that no person has looked at yet. Until then nothing happens by itself.",
                ),
                rule: Some("common.media_unseen".into()),
                effect: Effect::Forbids,
                seen: vec![],
                source: None,
            }],
            beside: vec![],
            wakes_if: vec![],
            came_close: vec![],
            woken: None,
            ..decision(lang)
        }),
        ..held(lang)
    }
}

fn hung(n: i64, kind: &str, state: HungState, alt: Option<&str>) -> Hung {
    Hung {
        n,
        kind: kind.into(),
        state,
        alt: alt.map(str::to_owned),
        media_type: None,
        size_bytes: None,
        is_seen: state == HungState::Open,
        width: 1_200,
        height: 800,
    }
}
