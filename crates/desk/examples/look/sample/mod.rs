//! Invented people and posts for every page in every state.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::too_many_arguments,
    missing_docs,
    reason = "sample data, known as it is written"
)]

mod alarms;
mod bound;
mod cases;
mod chart;
mod door;
mod house;
mod keeping;
mod lists;
mod marks;
mod others;
pub mod pictures;
mod plans;
mod privacy;
mod record;
mod rules;
mod slot;
mod words;

use bedside_desk::look::part::Action;
use bedside_desk::look::{
    ChannelLine, ChannelState, Counts, Frame, Gate, IncidentLine, Leaving, LeavingState, Queue, Sending, SiteLine,
    Theme,
};
use bedside_desk::page::{
    author,
    case::{self, *},
    channels::{self, Account, Channels},
    document,
    error::{self, Trouble},
    examples,
    inbox::{self, Ends, Inbox, Row, RowState, Section},
    incident, keys, link, links,
    log::{self, Checkpoint, Entry, Log, Seal},
    mark,
    me::{self, Me, PasswordState, Session},
    message, outgoing,
    pause::{self, DueReply, PastPause, Pause},
    people::{self, NewLink, People, PeopleError, Person, RoleAt},
    planned, rules as page_rules,
    search::{self, Search},
    sign_in::{self, SignIn, SignInState},
    tour,
    welcome::{self, Purpose, Welcome, WelcomeError},
    wrong,
};
use bedside_desk::text::{Lang, Reader, escalation, guard_kind, log_kind, topic};
use jiff::tz::TimeZone;

use bound::*;
pub use cases::held;
use cases::*;
use house::*;
use keeping::*;
use lists::*;
use marks::*;
pub use others::hostile;
use others::*;
use plans::*;
use record::*;

const SECOND: i64 = 1_000_000;

const MINUTE: i64 = 60 * SECOND;

const HOUR: i64 = 60 * MINUTE;

const DAY: i64 = 24 * HOUR;

/// Saturday, 14 November 2026, 14:12 in Berlin.
pub const NOW: i64 = 1_794_661_920 * SECOND;

/// Every page: name and markup.
pub fn pages(lang: Lang) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut add = |name: &str, page: maud::Markup| out.push((name.to_owned(), page.into_string()));
    let f = frame(lang);
    let calm = Frame { leaving: vec![], ..f.clone() };

    add("inbox", inbox::inbox(&f, &inbox_all(lang, true)));
    add("inbox-list", inbox::inbox(&f, &inbox_all(lang, false)));
    add("inbox-waiting", inbox::inbox(&calm, &inbox_one(lang, Queue::Waiting)));
    add("inbox-done", inbox::inbox(&several_sites(&calm), &inbox_one(lang, Queue::Done)));
    add(
        "inbox-empty",
        inbox::inbox(
            &Frame { counts: Counts::default(), ..calm.clone() },
            &Inbox { queue: None, sections: vec![], next_wake: Some(NOW + 65 * MINUTE), open: None },
        ),
    );
    add(
        "inbox-alarm",
        inbox::inbox(
            &Frame {
                nobody_alarmed: true,
                alarm_trouble: vec![],
                to_read: vec![],
                alarms: vec![2829],
                broken_rules: vec!["grief-quiet".into()],
                ..calm.clone()
            },
            &alarm(lang),
        ),
    );
    add("inbox-soft", inbox::inbox(&Frame { sounds: true, ..calm.clone() }, &soft(lang)));
    add("inbox-paused", inbox::inbox(&paused(&f), &inbox_all(lang, false)));

    for (name, view) in cases(lang) {
        add(&format!("case-{name}"), case::case(&calm, &view));
    }
    for (name, view) in alarms::crisis(lang, &held(lang)) {
        add(&format!("case-{name}"), case::case(&calm, &view));
    }
    add("inbox-troubled", inbox::inbox(&alarms::troubled(lang, &calm), &inbox_all(lang, false)));
    for (name, page) in alarms::links(lang) {
        add(name, page);
    }
    add("case-strip", case::case(&Frame { leaving: strips(), ..f.clone() }, &held(lang)));
    add("case-masked", case::case(&Frame { keys: false, may_pause: false, ..calm.clone() }, &masked(lang)));
    add("case-covered", case::case(&calm, &covered(lang)));
    add("mark-wrong", mark::mark(&calm, &mark_view(lang, false, false)));
    add("mark-missing", mark::mark(&calm, &mark_view(lang, true, false)));
    add("mark-error", mark::mark(&calm, &mark_view(lang, true, true)));
    add("author", author::author(&calm, &author_view(lang, false)));
    add("author-held", author::author(&calm, &author_view(lang, true)));
    add("author-erase", author::erase(&calm, &author_view(lang, false)));
    add("author-mistyped", author::erase(&calm, &author::Author { is_mistyped: true, ..author_view(lang, false) }));
    add("author-erased", author::erased(&calm, &erased_view(lang)));
    add("examples", examples::examples(&calm, &examples_view(lang, true)));
    add("examples-counted", examples::examples(&calm, &examples_view(lang, false)));
    add("examples-none", examples::examples(&calm, &examples::Examples::default()));
    add("case-pictures", case::case(&calm, &pictures::pictures(lang)));
    add("case-hostile", case::case(&calm, &hostile(lang)));
    add("wrong", wrong::wrong(&calm, &rules::wrong_decision(lang)));
    add("rules", page_rules::rules(&calm, &rules::in_force(lang)));
    add("rules-none", page_rules::rules(&calm, &rules::packs_only(lang)));
    add("rules-write", page_rules::write(&calm, &rules::empty(lang)));
    add("rules-refused", page_rules::write(&calm, &rules::refused(lang)));
    add("rules-version", page_rules::version(&calm, &rules::proposed(lang)));
    add("rules-version-running", page_rules::version(&calm, &rules::own_work(lang)));
    add("rules-cases", page_rules::cases(&calm, &rules::cases(lang)));
    add("rules-cases-none", page_rules::cases(&calm, &rules::no_cases(lang)));

    add(
        "search",
        search::search(
            &calm,
            &Search {
                query: "Sepsis".into(),
                rows: rows(lang).into_iter().take(3).collect(),
                total: Some(3),
                more: None,
                building: None,
            },
        ),
    );
    add(
        "search-none",
        search::search(&calm, &Search { query: "xyz\" <b>".into(), building: Some(63), ..Search::default() }),
    );
    add("search-blank", search::search(&calm, &Search::default()));

    add("pause", pause::pause(&f, &pause_view()));
    add("pause-error", pause::pause(&calm, &Pause { reason_missing: true, ..Pause::default() }));
    add("pause-paused", pause::pause(&paused(&calm), &pause_view()));
    add("pause-refused", pause::pause(&Frame { may_pause: false, ..calm.clone() }, &Pause::default()));

    add("planned", planned::planned(&bands(&calm), &planned_view(lang)));
    add("planned-none", planned::planned(&calm, &planned::Planned::default()));
    add("planned-blocked", planned::planned(&calm, &planned_blocked(lang)));

    add("incident", incident::incident(&calm, &incident_off(lang)));
    add(
        "incident-error",
        incident::incident(&calm, &incident::Incident { reason_missing: true, ..incident_off(lang) }),
    );
    add("incident-on", incident::incident(&bands(&calm), &incident_on(lang, false)));
    add("incident-blocked", incident::incident(&calm, &incident_on(lang, true)));
    add("inbox-ends", inbox::inbox(&bands(&calm), &inbox_ends(lang)));
    add("case-bound", case::case(&bands(&calm), &bound(lang)));
    add("channels", channels::channels(&calm, &channels_view(lang)));
    add("channels-none", channels::channels(&Frame { channels: vec![], ..calm.clone() }, &Channels::default()));

    add("links", links::links(&calm, &links_view(lang)));
    add("links-none", links::links(&calm, &links::Links::default()));
    add("link", link::link(&calm, &link_view(lang)));
    add("link-empty", link::link(&calm, &link_empty(lang)));
    add("message", message::message(&calm, &message_view(lang, false)));
    add("message-shown", message::message(&calm, &message_view(lang, true)));
    add("out-link", outgoing::out_link(&calm, &out_link_view(lang)));
    add("out-link-empty", outgoing::out_link(&calm, &out_link_empty(lang)));
    add("document", document::document(&calm, &document_view(lang, outgoing::State::Dead, false)));
    add("document-shown", document::document(&calm, &document_view(lang, outgoing::State::Dead, true)));
    add("document-dropped", document::document(&calm, &document_view(lang, outgoing::State::Dropped, false)));
    add("document-read", document::document(&calm, &document_view(lang, outgoing::State::Filed, true)));

    for (name, page) in privacy::pages(lang, &calm) {
        add(name, page);
    }
    for (name, view) in logs(lang) {
        add(name, log::log(&calm, &view));
    }
    add("people", people::people(&calm, &people_view(lang, None, None)));
    add("people-link", people::people(&calm, &people_view(lang, Some(()), None)));
    add("people-error", people::people(&calm, &people_view(lang, None, Some(PeopleError::Taken))));
    add("me", me::me(&calm, &me_view(lang, false, PasswordState::Fresh)));
    add("me-saved", me::me(&calm, &me_view(lang, true, PasswordState::Wrong)));
    add("keys", keys::keys(&calm));

    for (name, page) in words::pages(lang, &calm) {
        add(name, page);
    }
    for (name, view) in words::cases(lang) {
        add(&format!("case-{name}"), case::case(&calm, &view));
    }
    for (name, page) in door::pages(lang) {
        add(name, page);
    }
    for (name, page) in chart::pages(lang) {
        add(name, page);
    }
    add("case-care", case::case(&calm, &case::Case { care: chart::words(lang), ..held(lang) }));
    for (name, view) in door::cases(lang) {
        add(name, case::case(&calm, &view));
    }
    for (name, view) in troubles(lang) {
        add(name, error::trouble(&calm, &view));
    }
    let g = gate(lang, "/sign-in");
    add("gate-404", error::trouble_at_gate(&g, &Trouble::NotFound));
    for (name, state) in [
        ("sign-in", SignInState::Fresh),
        ("sign-in-wrong", SignInState::Wrong),
        ("sign-in-locked", SignInState::Locked { until: NOW + 5 * MINUTE }),
        ("sign-in-expired", SignInState::Expired),
        ("sign-in-out", SignInState::SignedOut),
    ] {
        add(
            name,
            sign_in::sign_in(
                &g,
                &SignIn {
                    email: "m.lindqvist@lindenhof.example".into(),
                    next: Some("/case/2841".into()),
                    state,
                    tour: state == SignInState::SignedOut,
                },
            ),
        );
    }
    for (name, places) in [
        ("tour-begun", tour::Places::default()),
        (
            "tour",
            tour::Places {
                linked: Some(32),
                death: Some(34),
                rules: Some(2),
                invited: true,
                alarmed: true,
                merged: true,
            },
        ),
    ] {
        add(name, tour::tour(&gate(lang, "/tour"), &guided(places)));
    }
    let g = Gate { keep: "token=abc".into(), ..gate(lang, "/welcome") };
    for (name, purpose, error) in [
        ("welcome-first", Purpose::FirstAdmin, None),
        ("welcome-join", Purpose::Join, Some(WelcomeError::Differ)),
        ("welcome-reset", Purpose::Reset, Some(WelcomeError::Short)),
        ("welcome-spent", Purpose::Spent, None),
    ] {
        let first = purpose == Purpose::FirstAdmin;
        add(
            name,
            welcome::welcome(
                &g,
                &Welcome {
                    token: "abc".into(),
                    purpose,
                    name: if first { String::new() } else { "Mara Lindqvist".into() },
                    email: if first { String::new() } else { "m.lindqvist@lindenhof.example".into() },
                    email_fixed: !first,
                    error,
                },
            ),
        );
    }
    out
}

/// The demo's tour, with its story as far as `places`.
fn guided(places: tour::Places) -> tour::TourPage {
    let person = |name: &str, part| tour::Guide { name: name.into(), part };
    tour::TourPage {
        people: vec![
            person("Mara Lindqvist", tour::Part::Desk),
            person("Jonas Weber", tour::Part::Approver),
            person("Dr. Ute Brandt", tour::Part::Privacy),
            person("Nele Roth", tour::Part::OnCall),
        ],
        places,
        outside: "http://127.0.0.1:8081".into(),
        claim: ("70010003".into(), "1972-11-30".into()),
    }
}

/// The guard's answer to a draft sent while typing.
#[allow(dead_code)]
pub fn found(lang: Lang) -> String {
    let case = held(lang);
    case::findings(&reader(lang), case.id, &case.reply).into_string()
}

fn say(lang: Lang, de: &str, en: &str) -> String {
    match lang {
        Lang::De => de.to_owned(),
        Lang::En => en.to_owned(),
    }
}

pub fn reader(lang: Lang) -> Reader {
    Reader::new(lang, NOW, TimeZone::get("Europe/Berlin").expect("bundled zone"))
}

pub fn frame(lang: Lang) -> Frame {
    Frame {
        reader: reader(lang),
        tour: false,
        theme: Theme::System,
        csrf: "c5f0e9".into(),
        keys: true,
        group: "Lindenhof-Kliniken".into(),
        sites: vec![
            SiteLine { id: "mitte".into(), name: "Lindenhof Mitte".into(), open: 15 },
            SiteLine { id: "nord".into(), name: "Lindenhof Nord".into(), open: 4 },
            SiteLine { id: "kinder".into(), name: "Kinderklinik Lindenhof".into(), open: 2 },
        ],
        site: Some("mitte".into()),
        counts: Counts { now: 4, waiting: 3, silent: 2, done: 31 },
        alarms: vec![],
        channels: vec![
            ChannelLine { name: "Bluesky".into(), state: ChannelState::Live { lag: 2 * SECOND } },
            ChannelLine { name: "Mastodon".into(), state: ChannelState::Live { lag: SECOND } },
            ChannelLine { name: "Mastodon Kinder".into(), state: ChannelState::Mute { since: NOW - 4 * MINUTE } },
            ChannelLine { name: "Webhook".into(), state: ChannelState::Limited { until: NOW + 10 * MINUTE } },
        ],
        sending: Sending::On,
        may_pause: true,
        admin: true,
        may_log: true,
        may_links: true,
        may_examples: true,
        may_rules: true,
        may_statements: true,
        statements_due: 2,
        ending: vec![],
        may_privacy: true,
        privacy_open: 1,
        may_balance: true,
        sounds: false,
        softens: true,
        me: "Mara Lindqvist".into(),
        leaving: strips().into_iter().take(1).collect(),
        nobody_alarmed: false,
        alarm_trouble: vec![],
        to_read: vec![],
        incidents: vec![],
        late: vec![],
        broken_rules: vec![],
    }
}

fn several_sites(f: &Frame) -> Frame {
    Frame { site: None, theme: Theme::Dark, ..f.clone() }
}

fn paused(f: &Frame) -> Frame {
    Frame {
        sending: Sending::Paused {
            by: "Ute Brandt".into(),
            at: NOW - 14 * MINUTE,
            reason: say(
                f.reader.lang,
                "Stromausfall im OP 3, bitte die Erklärung abwarten.",
                "Power cut in theatre 3, wait for the statement.",
            ),
        },
        leaving: f.leaving.iter().map(|l| Leaving { state: LeavingState::Stopped, ..l.clone() }).collect(),
        ..f.clone()
    }
}

fn strips() -> Vec<Leaving> {
    let one = |case, to: &str, by: Option<&str>, state| Leaving {
        case,
        to: to.into(),
        approved_by: by.map(Into::into),
        state,
        may_undo: true,
    };
    vec![
        one(
            2838,
            "@petra.sucht.parkplatz",
            Some("Jonas Okafor"),
            LeavingState::Running { at: NOW + 42 * SECOND, window_s: 60 },
        ),
        one(
            2829,
            "@nachtwache_23",
            None,
            LeavingState::Sent { url: Some("https://social.example/@lindenhof/1".into()) },
        ),
        one(
            2811,
            "Tom Ashdown",
            Some("Ute Brandt"),
            LeavingState::Failed { reason: "Mastodon: 503.".into(), next: Some(NOW + 3 * MINUTE) },
        ),
        one(2810, "@kai_m", Some("Ute Brandt"), LeavingState::Undone),
        one(2809, "שרה לוי", Some("Ute Brandt"), LeavingState::Stopped),
    ]
}

fn gate(lang: Lang, path: &str) -> Gate {
    Gate {
        reader: reader(lang),
        theme: Theme::System,
        csrf: "pre".into(),
        group: "Lindenhof-Kliniken".into(),
        path: path.into(),
        keep: String::new(),
    }
}
