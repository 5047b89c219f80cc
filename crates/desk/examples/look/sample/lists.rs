//! Rows in all states.

use super::*;

pub fn row(
    id: i64,
    from: &str,
    channel: &str,
    lang: &str,
    text: &str,
    age: i64,
    action: Action,
    state: RowState,
) -> Row {
    Row {
        id,
        from: from.into(),
        channel: channel.into(),
        site: None,
        lang: Some(lang.into()),
        text: text.into(),
        masked: false,
        soft: vec![],
        look: None,
        ends: None,
        at: NOW - age,
        unread: false,
        current: false,
        action: Some(action),
        state,
        reason: None,
        assignee: None,
        upstream: Upstream::Same,
        history: false,
    }
}

pub fn rows(lang: Lang) -> Vec<Row> {
    let s = |de, en| Some(say(lang, de, en));
    vec![
        Row {
            assignee: Some("Jonas Okafor".into()),
            ..row(
                2829,
                "@nachtwache_23",
                "Bluesky",
                "de",
                "Ich kann nicht mehr. Heute Nacht ist Schluss, die Tabletten vom letzten Mal reichen.",
                15 * HOUR + 8 * MINUTE,
                Action::Escalate,
                RowState::Taken { by: "Jonas Okafor".into(), at: NOW - 15 * HOUR - 6 * MINUTE },
            )
        },
        Row {
            assignee: Some("Mara Lindqvist".into()),
            ..row(
                2838,
                "@petra.sucht.parkplatz",
                "Mastodon",
                "de",
                "Hab mein Parkticket im Klinik-Parkhaus verloren, was muss ich jetzt zahlen?",
                11 * MINUTE,
                Action::Answer,
                RowState::Leaving(NOW + 42 * SECOND),
            )
        },
        Row {
            unread: true,
            ..row(
                2836,
                "Tom Ashdown",
                "Mastodon",
                "en",
                "Two stars. Kind nurses, but four hours in the emergency room with a broken wrist and no one told us how long it would be.",
                26 * MINUTE,
                Action::Invite,
                RowState::ToApprove { by: "Ute Brandt".into(), yours: true },
            )
        },
        Row {
            unread: true,
            reason: s("erst nach 24 Stunden gesehen", "first seen after 24 hours"),
            ..row(
                2835,
                "@spaet_dran",
                "Webhook",
                "de",
                "Gibt es eigentlich noch die Besuchszeit am Sonntagvormittag?",
                30 * HOUR,
                Action::Person,
                RowState::Quiet,
            )
        },
        Row {
            unread: true,
            current: true,
            assignee: Some("Mara Lindqvist".into()),
            reason: s("Trauer", "grief"),
            ..row(
                2841,
                "@lisbeth.h",
                "Bluesky",
                "de",
                "Meine Mutter ist heute früh um acht gestorben. Sepsis. Drei Tage habe ich auf der Station gebettelt, dass jemand hinschaut, und Schwester Anja hat gesagt, ich soll mich nicht so anstellen.",
                10 * MINUTE,
                Action::Hold,
                RowState::WakesAt(NOW + 2 * DAY + 23 * HOUR + 48 * MINUTE),
            )
        },
        Row {
            assignee: Some("Ute Brandt".into()),
            reason: s("bis die Rechtsabteilung antwortet", "until legal answers"),
            ..row(
                2830,
                "RA Dr. Kestner",
                "Webhook",
                "de",
                "Namens und in Vollmacht meiner Mandantin fordere ich Sie auf, die Äußerung vom 9. November zu unterlassen.",
                2 * HOUR,
                Action::Hold,
                RowState::WakesOn,
            )
        },
        Row {
            upstream: Upstream::Edited,
            reason: s("Tatsachen ungeprüft", "facts unchecked"),
            ..row(
                2827,
                "@blaulicht_report",
                "Mastodon",
                "de",
                "Stimmt es, dass bei euch heute zwei OPs wegen eines Stromausfalls abgebrochen wurden?",
                3 * HOUR,
                Action::Hold,
                RowState::WakesAt(NOW + 65 * MINUTE),
            )
        },
        Row {
            reason: s("wiederholt sich, 3 Hinweise", "repeats, 3 strikes"),
            ..row(
                2820,
                "@wahrheit_4711",
                "Bluesky",
                "de",
                "Ihr seid doch alle gekauft!!! Siebter Beitrag heute und ihr löscht und löscht",
                4 * HOUR,
                Action::Silent,
                RowState::Quiet,
            )
        },
        Row {
            upstream: Upstream::Deleted,
            reason: s("nichts gefragt, Dank weitergegeben", "nothing asked, thanks passed on"),
            ..row(
                2815,
                "Grace Mbeki",
                "Mastodon",
                "en",
                "Day 3 on the ward. The soup is a crime but the night team are angels.",
                5 * HOUR,
                Action::Silent,
                RowState::Quiet,
            )
        },
        row(
            2802,
            "@umzug_ole",
            "Bluesky",
            "de",
            "Wo melde ich mich für den Geburtsvorbereitungskurs an?",
            26 * HOUR,
            Action::Answer,
            RowState::Sent(NOW - 25 * HOUR),
        ),
        Row {
            site: Some("Lindenhof Nord".into()),
            masked: true,
            ..row(2801, "@anna_k", "Mastodon", "de", "", 27 * HOUR, Action::Report, RowState::Resolved(NOW - 26 * HOUR))
        },
        Row {
            site: Some("Kinderklinik Lindenhof".into()),
            history: true,
            action: None,
            ..row(2800, "مريم", "Mastodon", "ar", "شكرا جزيلا لفريق الأطفال", 9 * DAY, Action::Answer, RowState::Sorting)
        },
        Row {
            ..row(
                2799,
                "@kai_m",
                "Bluesky",
                "de",
                "Danke für die schnelle Auskunft gestern!",
                40 * DAY,
                Action::Acknowledge,
                RowState::Failed,
            )
        },
        Row {
            ..row(
                2798,
                "@zug_um_zug",
                "Bluesky",
                "de",
                "Fährt der Klinikbus auch feiertags?",
                400 * DAY,
                Action::Answer,
                RowState::Back,
            )
        },
        Row {
            ..row(
                2797,
                "@frida",
                "Bluesky",
                "de",
                "Kann man bei euch Blut spenden?",
                6 * HOUR,
                Action::Answer,
                RowState::DraftReady,
            )
        },
        Row {
            ..row(
                2796,
                "@oskar",
                "Bluesky",
                "de",
                "Wie lange dauert es, bis ein Befund kommt?",
                6 * HOUR,
                Action::Answer,
                RowState::ToApprove { by: "Ute Brandt".into(), yours: false },
            )
        },
    ]
}

pub fn section(queue: Queue, total: u32, rows: Vec<Row>, next_wake: Option<i64>) -> Section {
    Section {
        queue,
        total,
        more: (total as usize > rows.len()).then(|| "/inbox?q=now&page=2".to_owned()),
        rows,
        next_wake,
    }
}

pub fn inbox_all(lang: Lang, open: bool) -> Inbox {
    let mut all = rows(lang);
    all.truncate(9);
    if !open {
        all.iter_mut().for_each(|r| r.current = false);
    }
    let silent = all.split_off(7);
    let waiting = all.split_off(4);
    Inbox {
        queue: None,
        sections: vec![
            section(Queue::Now, 4, all, None),
            section(Queue::Waiting, 3, waiting, Some(NOW + 65 * MINUTE)),
            section(Queue::Silent, 2, silent, None),
        ],
        next_wake: Some(NOW + 65 * MINUTE),
        open: open.then(|| Box::new(held(lang))),
    }
}

pub fn inbox_one(lang: Lang, queue: Queue) -> Inbox {
    let all = rows(lang);
    let rows = if queue == Queue::Waiting { all[4..7].to_vec() } else { all[9..].to_vec() };
    Inbox { queue: Some(queue), sections: vec![section(queue, 31, rows, None)], next_wake: None, open: None }
}

/// Distressing texts folded, one that somebody has to look at, one that is covered for the role.
pub fn soft(lang: Lang) -> Inbox {
    let mut all = rows(lang);
    all.iter_mut().for_each(|r| r.current = false);
    all[0].soft = vec![topic(&reader(lang), "crisis_suicide")];
    all[1].look = Some(inbox::Look { by: NOW + 20 * MINUTE, is_open: false });
    all[1].soft = vec![topic(&reader(lang), "threat"), topic(&reader(lang), "harassment")];
    all[1].state = RowState::Quiet;
    all[1].unread = true;
    all[2].masked = true;
    all[2].look = Some(inbox::Look { by: NOW - MINUTE, is_open: true });
    all[2].text = say(
        lang,
        "Zwei Sterne. Vier Stunden gewartet, Rückruf bitte an ▒▒▒▒ ▒▒▒▒▒▒▒.",
        "Two stars. Four hours of waiting, call me back at ▒▒▒▒▒ ▒▒▒▒▒▒.",
    );
    Inbox {
        queue: Some(Queue::Now),
        sections: vec![section(Queue::Now, 3, all.into_iter().take(3).collect(), None)],
        next_wake: None,
        open: None,
    }
}

pub fn alarm(lang: Lang) -> Inbox {
    let mut first = rows(lang).remove(0);
    first.unread = true;
    first.at = NOW - 40 * SECOND;
    first.assignee = None;
    first.state =
        RowState::Untaken { to: say(lang, "Krisendienst", "crisis team"), due: NOW + 560 * SECOND, alarm: true };
    let mut all = rows(lang);
    all.iter_mut().for_each(|r| r.current = false);
    all[0] = first;
    Inbox {
        queue: Some(Queue::Now),
        sections: vec![section(Queue::Now, 3, all.into_iter().take(3).collect(), None)],
        next_wake: None,
        open: None,
    }
}
