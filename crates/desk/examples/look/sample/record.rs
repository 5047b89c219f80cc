//! Integration: links to the record's systems, their messages, one message.

use bedside_desk::page::cards::{Cards, Feedback};
use bedside_desk::page::document::{Content, DocumentPage};
use bedside_desk::page::link::{LinkPage, Message, State};
use bedside_desk::page::links::{Counted, Link, LinkState, Links};
use bedside_desk::page::message::MessagePage;
use bedside_desk::page::outgoing::{self, OutLink, OutLinkPage};
use bedside_desk::page::told::Told;
use bedside_desk::text::{change, filing_act, filing_code, flaw, link_kind, link_news, message_code, told_code};

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
        outgoing: out_links(lang),
        told: vec![
            told("kis", false, LinkState::Live),
            told("crm", true, LinkState::Trouble(told_code(&r, "unreachable"))),
            told("archiv", false, LinkState::Stopped),
        ],
        cards: vec![cards(lang, "mitte", "Lindenhof Mitte", true), cards(lang, "nord", "Lindenhof Nord", false)],
    }
}

fn cards(lang: Lang, slug: &str, site: &str, is_told: bool) -> Cards {
    let r = reader(lang);
    let feedback =
        |n: i64, outcome: &str| Feedback { at: NOW - n * 47 * MINUTE, outcome: r.t(outcome), case: 2841 - n };
    Cards {
        slug: slug.to_owned(),
        charts: "KIS".to_owned(),
        site: site.to_owned(),
        counts: vec![
            counted(r.t("cards-shown"), 41, 312),
            counted(r.t("cards-accepted"), 12, 96),
            counted(r.t("cards-known"), 3, 18),
            counted(r.t("cards-not-now"), 1, 7),
            counted(r.t("cards-unnamed"), 0, 4),
        ],
        newest: if is_told { vec![feedback(1, "cards-accepted"), feedback(3, "cards-known")] } else { vec![] },
    }
}

fn told(name: &str, is_hook: bool, state: LinkState) -> Told {
    let is_bad = state.bad();
    Told {
        id: name.to_owned(),
        name: name.to_owned(),
        is_hook,
        failing: is_bad.then_some(NOW - HOUR),
        last: Some(NOW - if is_bad { HOUR } else { 3 * MINUTE }),
        waiting: if is_bad { 17 } else { 0 },
        dead: if is_bad { 1 } else { 0 },
        sent: 1204,
        dropped: if is_hook { 2 } else { 0 },
        state,
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

fn out_link(lang: Lang, slug: &str, state: LinkState) -> OutLink {
    let r = reader(lang);
    OutLink {
        slug: slug.into(),
        name: say(lang, "Archiv der Akte", "Record archive"),
        site: "Lindenhof Mitte".into(),
        speaks: link_kind(&r, "hl7_out"),
        state,
        since: NOW - 9 * DAY,
        last: Some(NOW - 26 * MINUTE),
        waiting: 0,
        oldest: None,
        held_back: 0,
        dead: 0,
        filed: 1_318,
        rates: vec![
            counted(r.t("count-filed"), 14, 97),
            counted(r.t("count-taken-back"), 0, 2),
            counted(r.t("count-in-vain"), 3, 11),
            counted(r.t("count-dead"), 1, 1),
            counted(r.t("count-dropped"), 0, 1),
        ],
    }
}

fn out_links(lang: Lang) -> Vec<OutLink> {
    let trouble = LinkState::Trouble(filing_code(&reader(lang), "timed_out"));
    vec![
        OutLink {
            waiting: 3,
            oldest: Some(NOW - 3 * HOUR),
            held_back: 2,
            dead: 1,
            ..out_link(lang, "archiv", LinkState::Live)
        },
        OutLink {
            since: NOW - 4 * MINUTE,
            waiting: 1,
            oldest: Some(NOW - 4 * MINUTE),
            ..out_link(lang, "nebenhaus", trouble)
        },
        OutLink { last: None, filed: 0, rates: vec![], ..out_link(lang, "leer", LinkState::Idle) },
    ]
}

fn documents(lang: Lang) -> Vec<outgoing::Document> {
    let r = reader(lang);
    let one = |n: u8, act: &str, state, code: &str, attempts| outgoing::Document {
        id: format!("019af3a0-0000-7000-8000-0000000001{n:02}"),
        link: "archiv".into(),
        at: NOW - i64::from(n) * 47 * MINUTE,
        what: filing_act(&r, act),
        case: Some((2_841 - i64::from(n), n.is_multiple_of(2))),
        state,
        why: if code.is_empty() { String::new() } else { filing_code(&r, code) },
        attempts,
    };
    vec![
        one(1, "file", outgoing::State::Waiting, "timed_out", 4),
        one(2, "file", outgoing::State::Dead, "refused", 1),
        one(3, "file", outgoing::State::Filed, "", 1),
        one(4, "cancel", outgoing::State::Filed, "", 2),
        one(5, "file", outgoing::State::Dropped, "consent_revoked", 0),
    ]
}

pub fn out_link_view(lang: Lang) -> OutLinkPage {
    OutLinkPage {
        slug: "archiv".into(),
        name: say(lang, "Archiv der Akte", "Record archive"),
        state: LinkState::Live,
        filter: None,
        find: String::new(),
        documents: documents(lang),
        most: 5,
    }
}

pub fn out_link_empty(lang: Lang) -> OutLinkPage {
    OutLinkPage {
        find: "F-9\" <b>".into(),
        filter: Some(outgoing::State::Dead),
        documents: vec![],
        ..out_link_view(lang)
    }
}

fn content(lang: Lang) -> Content {
    let lines = say(
        lang,
        "Mit Einwilligung der Patientin oder des Patienten in die Akte übernommen.\n2026-11-14 09:12 Person:\nWann darf ich \
         nach dem Kaiserschnitt wieder Treppen steigen?\n2026-11-14 09:40 Haus:\nDas besprechen wir gern am Montag mit Ihnen.",
        "Filed with the patient's consent.\n2026-11-14 09:12 Person:\nWhen may I climb stairs again after the C-section?\n\
         2026-11-14 09:40 House:\nWe will gladly talk about that with you on Monday.",
    );
    Content {
        title: say(lang, "Konversation über soziale Medien", "Conversation over social media"),
        lines: Some(lines),
        ids: vec![
            ("LINDENHOF^PI^4711".into(), "4711 (PI, LINDENHOF)".into(), true),
            ("^NH^A123456780".into(), "A123456780 (NH)".into(), false),
        ],
        visits: vec![("F-2026-0815".into(), true), ("F-2026-0301".into(), false)],
        before: vec![say(lang, "Konversation\nErste Fassung", "Conversation\nFirst version")],
        answers: vec![(NOW - 90 * MINUTE, "AE PID-3: patient 4711 is unknown here".into())],
    }
}

/// A dead letter, or what it was after somebody acted.
pub fn document_view(lang: Lang, state: outgoing::State, is_shown: bool) -> DocumentPage {
    let r = reader(lang);
    let mut others = documents(lang);
    let mut document = others.remove(1);
    let is_dead = state == outgoing::State::Dead;
    document.state = state;
    document.why = match state {
        outgoing::State::Dead => document.why,
        outgoing::State::Dropped => filing_code(&r, "person"),
        outgoing::State::Waiting | outgoing::State::Filed => String::new(),
    };
    others.truncate(2);
    DocumentPage {
        revision: 1,
        link: say(lang, "Archiv der Akte", "Record archive"),
        control_id: "F0008000000000000102".into(),
        patient: "019af3a0-1111-7000-8000-000000000001".into(),
        next: (state == outgoing::State::Waiting).then_some(NOW + 3 * MINUTE),
        settled: (!is_dead && state != outgoing::State::Waiting).then_some(NOW - 90 * MINUTE),
        holder: None,
        mended: vec![("Ada Brandt".into(), NOW - 50 * MINUTE)],
        dropped: (state == outgoing::State::Dropped).then(|| {
            ("Ada Brandt".into(), say(lang, "Liegt schon als Fax in der Akte.", "The record has it as a fax already."))
        }),
        attempts: vec![(NOW - 90 * MINUTE, outgoing::State::Dead, filing_code(&r, "refused"))],
        others: if is_shown { vec![] } else { others },
        log: vec![Entry {
            n: Some(184_302),
            at: NOW - MINUTE,
            what: log_kind(&r, "filing_shown"),
            by: "Ada Brandt".into(),
            case: None,
            print: "77d0 e1f4".into(),
            picked: false,
        }],
        content: is_shown.then(|| content(lang)),
        document,
        may_show: true,
        may_settle: is_dead,
    }
}
