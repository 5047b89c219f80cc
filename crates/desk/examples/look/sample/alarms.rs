//! Alarms: the page behind a link in every state, a crisis case, and the bands that tell what keeps alarms from arriving.

use bedside_core::{crisis::Crisis as Data, site::Jurisdiction};
use bedside_desk::page::alarm::{self, About, Alarm, AlarmStands};

use super::*;

fn link(about: About, state: AlarmStands) -> Alarm {
    Alarm {
        about,
        site: "Klinikum Lindenhof Mitte".into(),
        team: "crisis-team".into(),
        member: "Schwester Roth".into(),
        since: NOW - 12 * MINUTE,
        due: Some(NOW - 2 * MINUTE),
        state,
    }
}

/// The pages behind a link: name and markup.
pub fn links(lang: Lang) -> Vec<(&'static str, maud::Markup)> {
    let g =
        Gate { csrf: String::new(), ..gate(lang, "/alarm/0198c1f0-0000-7000-8000-000000000001/roth/1794665520/7f3a") };
    let case = || About::Case(2841, "suicide".into());
    let by = |by: &str, is_mine| AlarmStands::Acknowledged { by: by.into(), at: NOW - 3 * MINUTE, is_mine };
    vec![
        ("alarm-open", alarm::alarm(&g, &link(case(), AlarmStands::Open))),
        ("alarm-done", alarm::alarm(&g, &link(case(), by("Schwester Roth", true)))),
        ("alarm-done-other", alarm::alarm(&g, &link(case(), by("Dr. Weber", false)))),
        ("alarm-expired", alarm::alarm(&g, &link(case(), AlarmStands::Expired))),
        ("alarm-over", alarm::alarm(&g, &link(About::Channel("Mastodon".into()), AlarmStands::Ended(NOW - MINUTE)))),
        (
            "alarm-incident",
            alarm::alarm(&g, &Alarm { team: "incident-command".into(), ..link(About::Incident, AlarmStands::Open) }),
        ),
        ("alarm-test", alarm::alarm(&g, &Alarm { due: None, ..link(About::Test, AlarmStands::Open) })),
        ("alarm-none", alarm::no_alarm(&g)),
    ]
}

/// Everything that may be wrong with the ways to people, and a crisis reply to be read.
pub fn troubled(lang: Lang, f: &Frame) -> Frame {
    let r = reader(lang);
    let who = |words: &str| [("who", words.to_owned().into())];
    let mail = r.t("path-by-mail");
    Frame {
        alarm_trouble: vec![
            r.say("paths-without-rota", &who("Sicherheitsdienst")),
            r.say("paths-unproven", &who(&format!("Dr. Weber ({mail})"))),
            r.say("paths-mail", &[("at", r.moment(NOW - 20 * MINUTE).into())]),
        ],
        to_read: vec![(2829, NOW + 9 * HOUR)],
        ..f.clone()
    }
}

/// A crisis with its steps, numbers and approved replies, before and after one was sent.
pub fn crisis(lang: Lang, case: &Case) -> Vec<(&'static str, Case)> {
    let data = Data::load().expect("the data about crises");
    let numbers = data.numbers(Jurisdiction::De).expect("numbers for Germany");
    let decision = bedside_core::policy::Decision {
        marks: vec![],
        starts: vec![],
        escalation: Some(bedside_core::policy::Escalation {
            to: vec!["crisis-team".into()],
            within: bedside_core::time::Span::minutes(10),
            obliges: vec![],
        }),
        moderation: None,
        speech: bedside_core::policy::Speech::LeftToPerson,
        obligations: vec![],
        because: vec![],
        forbids: vec![],
        near: vec![],
        rules_version: String::new(),
    };
    let as_core = if lang == Lang::De { bedside_core::triage::Lang::De } else { bedside_core::triage::Lang::En };
    let shown = Crisis {
        guidance: data
            .guidance(&decision, Jurisdiction::De, as_core)
            .into_iter()
            .map(|one| Guidance { danger: one.danger.as_str().into(), steps: one.steps, source: one.source })
            .collect(),
        emergency: numbers.emergency.clone(),
        line: (numbers.line.clone(), numbers.number.clone(), numbers.dial.clone()),
        replies: data
            .replies(&decision, Jurisdiction::De, as_core)
            .into_iter()
            .enumerate()
            .map(|(n, one)| Approved {
                id: one.id,
                lang: one.lang,
                text: one.text,
                own: (n == 0).then(|| (12, say(lang, "Suizid, öffentlich", "Suicide, public"))),
            })
            .collect(),
        sent: vec![],
        off: None,
        untaken: true,
        paused: false,
    };
    let sent = SentAlone {
        draft: "0198c1f0-0000-7000-8000-000000000002".into(),
        sent: Resolved { by: "Schwester Roth".into(), at: NOW - 6 * MINUTE },
        due: NOW + 11 * HOUR,
        read: None,
        may_read: true,
    };
    let replies = shown.replies.iter().skip(1).cloned().collect();
    let after =
        Crisis { sent: vec![sent], replies, off: Some("–".into()), paused: true, untaken: false, ..shown.clone() };
    let r = reader(lang);
    let said = [
        ("team", r.t("ack-team").into()),
        ("count", 3_i64.into()),
        ("who", "Dr. Weber".into()),
        ("at", r.moment(NOW - MINUTE).into()),
    ];
    let called = vec![r.say("called-open", &said)];
    vec![
        ("crisis", Case { crisis: Some(shown), called: called.clone(), ..case.clone() }),
        ("crisis-sent", Case { crisis: Some(after), called, ..case.clone() }),
    ]
}
