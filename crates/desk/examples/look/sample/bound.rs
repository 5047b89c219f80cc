//! Deadlines, holds that end, strikes and incident mode.

use bedside_desk::page::incident::{Blocked, Choice, Incident, Past, Running, Statement};

use super::*;

/// A held case with clocks of law: one that runs, one that is late, one that was ended.
pub fn bound(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    let clock = |id: &str, name: String, source: &str, due: i64| Clock {
        id: id.into(),
        name,
        source: source.into(),
        started_by: "common.data_request".into(),
        from: NOW - 26 * DAY,
        due,
        is_near: due < NOW + 7 * DAY,
        ended: None,
    };
    let access = s("Auskunft und andere Rechte nach der DSGVO", "Access and other rights under the GDPR");
    let breach =
        s("Meldung einer Datenpanne an die Aufsichtsbehörde", "Data breach reported to the supervisory authority");
    let vigilance =
        s("Meldung eines Vorkommnisses oder einer Nebenwirkung", "Report of a device incident or a side effect");
    let done = s("Kein Vorkommnis: Das Gerät gehört der Patientin.", "No incident: the device is the patient’s own.");
    Case {
        bound: Bound {
            clocks: vec![
                clock("k1", breach, "Art. 33(1) GDPR", NOW - 3 * HOUR),
                clock("k2", access, "Art. 12(3), 15 to 22 GDPR", NOW + 4 * DAY),
                Clock {
                    ended: Some(("Jonas Okafor".into(), NOW - DAY, done)),
                    ..clock("k3", vigilance.clone(), "§ 3 MPAMIV", NOW + DAY)
                },
            ],
            kinds: vec![("vigilance".into(), vigilance)],
            may_start: true,
            may_end: true,
            held: Some(Held {
                since: NOW - 70 * HOUR,
                until: NOW + 2 * HOUR,
                ends_soon: true,
                owner: Some("Jonas Okafor".into()),
            }),
            goal: Some(Goal { due: NOW + DAY, rests: true }),
            strikes: 2,
            may_waive: true,
            statements: vec![(lang.code().into(), statement_text(lang))],
        },
        ..held(lang)
    }
}

fn statement_text(lang: Lang) -> String {
    say(
        lang,
        "Unsere Computer sind gestört. Die Notaufnahme arbeitet. Geplante Termine fallen heute aus. Auskunft: 030 555 0100.",
        "Our computers are down. The emergency department works. Planned appointments are cancelled today. Call 030 555 0100.",
    )
}

/// Rows whose clock or hold ends.
pub fn inbox_ends(lang: Lang) -> Inbox {
    let mut rows = rows(lang);
    let name = say(lang, "Auskunft nach DSGVO", "Access under the GDPR");
    let ends = [
        Ends::Clock { name: name.clone(), due: NOW - 3 * HOUR },
        Ends::Clock { name, due: NOW + 4 * DAY },
        Ends::Hold { owner: Some("Mara Lindqvist".into()), yours: true },
        Ends::Hold { owner: None, yours: false },
    ];
    for (row, ends) in rows.iter_mut().zip(ends) {
        row.ends = Some(ends);
    }
    let section = Section { queue: Queue::Now, total: 4, rows, next_wake: None, more: None };
    Inbox { queue: None, sections: vec![section], next_wake: None, open: None }
}

/// Incident mode on, with a statement approved and another that waits.
pub fn incident_on(lang: Lang, blocked: bool) -> Incident {
    let s = |de, en| say(lang, de, en);
    let draft = s(
        "Die Planung läuft wieder. Termine ab Montag finden statt.",
        "Planning works again. Appointments from Monday take place.",
    );
    Incident {
        on: vec![Running {
            id: "i1".into(),
            at: "mitte".into(),
            site: Some("Lindenhof Mitte".into()),
            kind: "cyber".into(),
            stage: "initial".into(),
            by: "Jonas Okafor".into(),
            since: NOW - 3 * HOUR,
            reason: s("Angriff auf die Server, Leitstelle informiert.", "Attack on the servers, command centre told."),
            statements: vec![
                Statement {
                    id: "s2".into(),
                    lang: lang.code().into(),
                    text: draft,
                    by: "Mara Lindqvist".into(),
                    at: NOW - 10 * MINUTE,
                    approved: None,
                    may_approve: !blocked,
                    own: blocked,
                    from: Some(7),
                },
                Statement {
                    id: "s1".into(),
                    lang: lang.code().into(),
                    text: statement_text(lang),
                    by: "Ute Brandt".into(),
                    at: NOW - 2 * HOUR,
                    approved: Some(("Jonas Okafor".into(), NOW - 2 * HOUR + 5 * MINUTE)),
                    may_approve: false,
                    own: false,
                    from: None,
                },
            ],
            offers: vec![Choice {
                id: "b9".into(),
                number: 9,
                title: s("Störung der Computer", "Computers down"),
                lang: lang.code().into(),
                text: s(
                    "Lindenhof Mitte: Unsere Computer sind gestört. Die Notaufnahme arbeitet. In Lebensgefahr rufen Sie 112.",
                    "Lindenhof Mitte: Our computers are down. The emergency department works. If a life is in danger, call 112.",
                ),
            }],
            blocked: blocked.then(|| Blocked {
                lang: lang.code().to_owned(),
                text: s("Frau Weber liegt auf Station 4.", "Mrs Weber lies on ward 4."),
                found: vec!["names_person".to_owned(), "confirms_relationship".to_owned()],
            }),
            may_switch: true,
            may_write: true,
        }],
        past: vec![],
        sites: vec![],
        ..incident_off(lang)
    }
}

/// Nothing is on.
pub fn incident_off(lang: Lang) -> Incident {
    Incident {
        on: vec![],
        past: vec![Past {
            kind: "rumour".into(),
            by: "Jonas Okafor".into(),
            from: NOW - 40 * DAY,
            to: NOW - 39 * DAY,
            reason: say(lang, "Gerücht über eine Schließung", "Rumour of a closure"),
            end_reason: say(lang, "Richtiggestellt", "Put right"),
        }],
        sites: vec![("mitte".into(), "Lindenhof Mitte".into()), ("nord".into(), "Lindenhof Nord".into())],
        may_group: true,
        kinds: ["mass_casualty", "outbreak", "cyber", "rumour", "firestorm", "own_failure"].map(Into::into).to_vec(),
        stages: ["initial", "maintenance", "resolution"].map(Into::into).to_vec(),
        reason_missing: false,
    }
}

/// A frame while an incident is on and a clock is late.
pub fn bands(f: &Frame) -> Frame {
    let line = |kind: &str, site: Option<&str>, has_statement| IncidentLine {
        kind: kind.into(),
        stage: "initial".into(),
        site: site.map(Into::into),
        since: NOW - 3 * HOUR,
        has_statement,
        opens: true,
    };
    Frame {
        incidents: vec![line("cyber", Some("Lindenhof Mitte"), true), line("rumour", None, false)],
        late: vec![2841, 2836],
        ..f.clone()
    }
}
