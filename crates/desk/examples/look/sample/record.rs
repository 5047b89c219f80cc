//! Integration: links to the record's systems, their messages, one message.

use bedside_desk::page::link::{LinkPage, Message, State};
use bedside_desk::page::links::{Counted, Link, LinkState, Links};
use bedside_desk::page::message::MessagePage;
use bedside_desk::text::{change, flaw, link_news, message_code};

use super::*;

fn counted(what: String, today: i64, week: i64) -> Counted {
    Counted { what, today, week }
}

fn one_link(lang: Lang, slug: &str, state: LinkState) -> Link {
    let r = reader(lang);
    Link {
        slug: slug.into(),
        name: say(lang, "Patientenverwaltung", "Patient administration"),
        site: "Lindenhof Mitte".into(),
        state,
        since: NOW - 3 * DAY,
        last: Some(NOW - 12 * SECOND),
        waiting: 0,
        oldest: None,
        failed: 0,
        keep_days: 7,
        rates: vec![
            counted(r.t("count-taken"), 1_204, 18_377),
            counted(r.t("count-refused"), 2, 9),
            counted(link_news(&r, "connected"), 3, 21),
        ],
        flaws: ["no-structure", "charset-missing", "broken-line"]
            .iter()
            .filter_map(|word| Some(counted(flaw(&r, word)?, 12, 310)))
            .collect(),
    }
}

pub fn links_view(lang: Lang) -> Links {
    let r = reader(lang);
    let trouble = LinkState::Trouble(link_news(&r, "tls_refused"));
    Links {
        links: vec![
            Link { failed: 3, ..one_link(lang, "kis", LinkState::Live) },
            Link { since: NOW - 4 * MINUTE, ..one_link(lang, "labor", trouble) },
            Link {
                waiting: 214,
                oldest: Some(NOW - 3 * MINUTE),
                flaws: vec![],
                ..one_link(lang, "radiologie", LinkState::Behind)
            },
            Link { last: None, rates: vec![], flaws: vec![], ..one_link(lang, "neu", LinkState::Starting) },
            one_link(lang, "alt", LinkState::Stopped),
        ],
    }
}

fn messages(lang: Lang) -> Vec<Message> {
    let r = reader(lang);
    let one = |n: u8, trigger: &str, state, code: &str, flaws: &[&str], resent| Message {
        id: format!("019af3a0-0000-7000-8000-0000000000{n:02}"),
        link: "kis".into(),
        at: NOW - i64::from(n) * 47 * SECOND,
        trigger: trigger.into(),
        state,
        why: if code.is_empty() { String::new() } else { message_code(&r, code) },
        flaws: flaws.iter().filter_map(|word| flaw(&r, word)).collect(),
        resent,
    };
    vec![
        one(1, "ADT^A01", State::New, "", &[], 0),
        one(2, "ADT^A08", State::Applied, "", &["broken-line", "charset-missing"], 2),
        one(3, "ADT^A40", State::Failed, "no_identifier", &[], 0),
        one(4, "ORU^R01", State::Nothing, "", &["no-structure"], 0),
        one(5, "ADT^A03", State::Refused, "unknown_sender", &[], 14),
    ]
}

pub fn link_view(lang: Lang) -> LinkPage {
    LinkPage {
        slug: "kis".into(),
        name: say(lang, "Patientenverwaltung", "Patient administration"),
        state: LinkState::Live,
        filter: None,
        find: String::new(),
        messages: messages(lang),
        most: 5,
    }
}

pub fn link_empty(lang: Lang) -> LinkPage {
    LinkPage { find: "C4711\" <b>".into(), filter: Some(State::Failed), messages: vec![], ..link_view(lang) }
}

pub fn message_view(lang: Lang, is_shown: bool) -> MessagePage {
    let r = reader(lang);
    let mut others = messages(lang);
    let message = others.remove(if is_shown { 1 } else { 4 });
    let content = "MSH|^~\\&|KIS|HAUS|||20261114131200||ADT^A08^ADT_A01|C1|P|2.5||||||8859/1\nPID|1||4711^^^HAUS^PI||Möller^Änne||19700101|F";
    MessagePage {
        message,
        link: say(lang, "Patientenverwaltung", "Patient administration"),
        answer: r.t("message-answer-accepted"),
        says: is_shown.then(|| change(&r, "visit-update")),
        recorded: is_shown.then_some(NOW - HOUR),
        kept_until: NOW + 6 * DAY,
        patient: is_shown.then(|| "019af3a0-1111-7000-8000-000000000001".into()),
        others: if is_shown { others } else { vec![] },
        log: if is_shown {
            vec![Entry {
                n: Some(184_301),
                at: NOW - MINUTE,
                what: log_kind(&r, "emr_shown"),
                by: "Ada Brandt".into(),
                case: None,
                print: "77d0 e1f4".into(),
                picked: false,
            }]
        } else {
            vec![]
        },
        content: is_shown.then(|| content.to_owned()),
        may_again: is_shown,
        may_show: true,
    }
}
