//! Invented people and posts for every page in every state.

use bedside_desk::look::part::Action;
use bedside_desk::look::{
    ChannelLine, ChannelState, Counts, Frame, Gate, Leaving, LeavingState, Queue, Sending, SiteLine, Theme,
};
use bedside_desk::page::{
    case::{self, *},
    channels::{self, Account, Channels},
    error::{self, Trouble},
    inbox::{self, Inbox, Row, RowState, Section},
    keys,
    log::{self, Checkpoint, Entry, Log, Seal},
    me::{self, Me, PasswordState, Session},
    pause::{self, DueReply, PastPause, Pause},
    people::{self, NewLink, People, PeopleError, Person, RoleAt},
    search::{self, Search},
    sign_in::{self, SignIn, SignInState},
    welcome::{self, Purpose, Welcome, WelcomeError},
};
use bedside_desk::text::{Lang, Reader, escalation, log_kind};
use jiff::tz::TimeZone;

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
    add("inbox-empty", inbox::inbox(&Frame { counts: Counts::default(), ..calm.clone() }, &Inbox {
        queue: None, sections: vec![], next_wake: Some(NOW + 65 * MINUTE), open: None,
    }));
    add("inbox-alarm", inbox::inbox(&Frame { nobody_alarmed: true, broken_rules: vec!["grief-quiet".into()], ..calm.clone() }, &alarm(lang)));
    add("inbox-paused", inbox::inbox(&paused(&f), &inbox_all(lang, false)));

    for (name, view) in cases(lang) {
        add(&format!("case-{name}"), case::case(&calm, &view));
    }
    add("case-strip", case::case(&Frame { leaving: strips(), ..f.clone() }, &held(lang)));
    add("case-masked", case::case(&Frame { keys: false, may_pause: false, ..calm.clone() }, &masked(lang)));
    add("case-hostile", case::case(&calm, &hostile(lang)));

    add("search", search::search(&calm, &Search {
        query: "Sepsis".into(), rows: rows(lang).into_iter().take(3).collect(), total: Some(3), more: None, building: None,
    }));
    add("search-none", search::search(&calm, &Search { query: "xyz\" <b>".into(), building: Some(63), ..Search::default() }));
    add("search-blank", search::search(&calm, &Search::default()));

    add("pause", pause::pause(&f, &pause_view()));
    add("pause-error", pause::pause(&calm, &Pause { reason_missing: true, ..Pause::default() }));
    add("pause-paused", pause::pause(&paused(&calm), &pause_view()));
    add("pause-refused", pause::pause(&Frame { may_pause: false, ..calm.clone() }, &Pause::default()));

    add("channels", channels::channels(&calm, &channels_view(lang)));
    add("channels-none", channels::channels(&Frame { channels: vec![], ..calm.clone() }, &Channels::default()));

    for (name, view) in logs(lang) {
        add(name, log::log(&calm, &view));
    }
    add("people", people::people(&calm, &people_view(lang, None, None)));
    add("people-link", people::people(&calm, &people_view(lang, Some(()), None)));
    add("people-error", people::people(&calm, &people_view(lang, None, Some(PeopleError::Taken))));
    add("me", me::me(&calm, &me_view(lang, false, PasswordState::Fresh)));
    add("me-saved", me::me(&calm, &me_view(lang, true, PasswordState::Wrong)));
    add("keys", keys::keys(&calm));

    for (name, view) in troubles(lang) {
        add(name, error::trouble(&calm, &view));
    }
    let g = gate(lang, "/sign-in");
    add("gate-404", error::trouble_at_gate(&g, &Trouble::NotFound));
    for (name, state) in [
        ("sign-in", SignInState::Fresh), ("sign-in-wrong", SignInState::Wrong), ("sign-in-locked", SignInState::Locked { until: NOW + 5 * MINUTE }),
        ("sign-in-expired", SignInState::Expired), ("sign-in-out", SignInState::SignedOut),
    ] {
        add(name, sign_in::sign_in(&g, &SignIn { email: "m.lindqvist@lindenhof.example".into(), next: Some("/case/2841".into()), state }));
    }
    let g = Gate { keep: "token=abc".into(), ..gate(lang, "/welcome") };
    for (name, purpose, error) in [
        ("welcome-first", Purpose::FirstAdmin, None), ("welcome-join", Purpose::Join, Some(WelcomeError::Differ)),
        ("welcome-reset", Purpose::Reset, Some(WelcomeError::Short)), ("welcome-spent", Purpose::Spent, None),
    ] {
        let first = purpose == Purpose::FirstAdmin;
        add(name, welcome::welcome(&g, &Welcome {
            token: "abc".into(), purpose, name: if first { String::new() } else { "Mara Lindqvist".into() },
            email: if first { String::new() } else { "m.lindqvist@lindenhof.example".into() }, email_fixed: !first, error,
        }));
    }
    out
}

fn say(lang: Lang, de: &str, en: &str) -> String {
    match lang { Lang::De => de.to_owned(), Lang::En => en.to_owned() }
}

pub fn reader(lang: Lang) -> Reader {
    Reader::new(lang, NOW, TimeZone::get("Europe/Berlin").expect("bundled zone"))
}

pub fn frame(lang: Lang) -> Frame {
    Frame {
        reader: reader(lang),
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
        channels: vec![
            ChannelLine { name: "Bluesky".into(), state: ChannelState::Live { lag: 2 * SECOND } },
            ChannelLine { name: "Mastodon".into(), state: ChannelState::Live { lag: SECOND } },
            ChannelLine { name: "Mastodon Kinder".into(), state: ChannelState::Mute { since: NOW - 4 * MINUTE } },
            ChannelLine { name: "Webhook".into(), state: ChannelState::Limited { until: NOW + 10 * MINUTE } },
        ],
        sending: Sending::On,
        may_pause: true,
        admin: true,
        me: "Mara Lindqvist".into(),
        leaving: strips().into_iter().take(1).collect(),
        nobody_alarmed: false,
        broken_rules: vec![],
    }
}

fn several_sites(f: &Frame) -> Frame {
    Frame { site: None, theme: Theme::Dark, ..f.clone() }
}

fn paused(f: &Frame) -> Frame {
    Frame {
        sending: Sending::Paused {
            by: "Ute Brandt".into(), at: NOW - 14 * MINUTE,
            reason: say(f.reader.lang, "Stromausfall im OP 3, bitte die Erklärung abwarten.", "Power cut in theatre 3, wait for the statement."),
        },
        leaving: f.leaving.iter().map(|l| Leaving { state: LeavingState::Stopped, ..l.clone() }).collect(),
        ..f.clone()
    }
}

fn strips() -> Vec<Leaving> {
    let one = |case, to: &str, by: Option<&str>, state| Leaving { case, to: to.into(), approved_by: by.map(Into::into), state, may_undo: true };
    vec![
        one(2838, "@petra.sucht.parkplatz", Some("Jonas Okafor"), LeavingState::Running { at: NOW + 42 * SECOND, window_s: 60 }),
        one(2829, "@nachtwache_23", None, LeavingState::Sent { url: Some("https://social.example/@lindenhof/1".into()) }),
        one(2811, "Tom Ashdown", Some("Ute Brandt"), LeavingState::Failed { reason: "Mastodon: 503.".into(), next: Some(NOW + 3 * MINUTE) }),
        one(2810, "@kai_m", Some("Ute Brandt"), LeavingState::Undone),
        one(2809, "שרה לוי", Some("Ute Brandt"), LeavingState::Stopped),
    ]
}

fn gate(lang: Lang, path: &str) -> Gate {
    Gate { reader: reader(lang), theme: Theme::System, csrf: "pre".into(), group: "Lindenhof-Kliniken".into(), path: path.into(), keep: String::new() }
}

fn row(id: i64, from: &str, channel: &str, lang: &str, text: &str, age: i64, action: Action, state: RowState) -> Row {
    Row {
        id, from: from.into(), channel: channel.into(), site: None, lang: Some(lang.into()), text: text.into(), masked: false, at: NOW - age,
        unread: false, current: false, action: Some(action), state, reason: None, assignee: None, upstream: Upstream::Same, history: false,
    }
}

fn rows(lang: Lang) -> Vec<Row> {
    let s = |de, en| Some(say(lang, de, en));
    vec![
        Row { assignee: Some("Jonas Okafor".into()), ..row(2829, "@nachtwache_23", "Bluesky", "de", "Ich kann nicht mehr. Heute Nacht ist Schluss, die Tabletten vom letzten Mal reichen.", 15 * HOUR + 8 * MINUTE, Action::Escalate, RowState::Taken { by: "Jonas Okafor".into(), at: NOW - 15 * HOUR - 6 * MINUTE }) },
        Row { assignee: Some("Mara Lindqvist".into()), ..row(2838, "@petra.sucht.parkplatz", "Mastodon", "de", "Hab mein Parkticket im Klinik-Parkhaus verloren, was muss ich jetzt zahlen?", 11 * MINUTE, Action::Answer, RowState::Leaving(NOW + 42 * SECOND)) },
        Row { unread: true, ..row(2836, "Tom Ashdown", "Mastodon", "en", "Two stars. Kind nurses, but four hours in the emergency room with a broken wrist and no one told us how long it would be.", 26 * MINUTE, Action::Invite, RowState::ToApprove { by: "Ute Brandt".into(), yours: true }) },
        Row { unread: true, reason: s("erst nach 24 Stunden gesehen", "first seen after 24 hours"), ..row(2835, "@spaet_dran", "Webhook", "de", "Gibt es eigentlich noch die Besuchszeit am Sonntagvormittag?", 30 * HOUR, Action::Person, RowState::Quiet) },
        Row { unread: true, current: true, assignee: Some("Mara Lindqvist".into()), reason: s("Trauer", "grief"), ..row(2841, "@lisbeth.h", "Bluesky", "de", "Meine Mutter ist heute früh um acht gestorben. Sepsis. Drei Tage habe ich auf der Station gebettelt, dass jemand hinschaut, und Schwester Anja hat gesagt, ich soll mich nicht so anstellen.", 10 * MINUTE, Action::Hold, RowState::WakesAt(NOW + 2 * DAY + 23 * HOUR + 48 * MINUTE)) },
        Row { assignee: Some("Ute Brandt".into()), reason: s("bis die Rechtsabteilung antwortet", "until legal answers"), ..row(2830, "RA Dr. Kestner", "Webhook", "de", "Namens und in Vollmacht meiner Mandantin fordere ich Sie auf, die Äußerung vom 9. November zu unterlassen.", 2 * HOUR, Action::Hold, RowState::WakesOn) },
        Row { upstream: Upstream::Edited, reason: s("Tatsachen ungeprüft", "facts unchecked"), ..row(2827, "@blaulicht_report", "Mastodon", "de", "Stimmt es, dass bei euch heute zwei OPs wegen eines Stromausfalls abgebrochen wurden?", 3 * HOUR, Action::Hold, RowState::WakesAt(NOW + 65 * MINUTE)) },
        Row { reason: s("wiederholt sich, 3 Hinweise", "repeats, 3 strikes"), ..row(2820, "@wahrheit_4711", "Bluesky", "de", "Ihr seid doch alle gekauft!!! Siebter Beitrag heute und ihr löscht und löscht", 4 * HOUR, Action::Silent, RowState::Quiet) },
        Row { upstream: Upstream::Deleted, reason: s("nichts gefragt, Dank weitergegeben", "nothing asked, thanks passed on"), ..row(2815, "Grace Mbeki", "Mastodon", "en", "Day 3 on the ward. The soup is a crime but the night team are angels.", 5 * HOUR, Action::Silent, RowState::Quiet) },
        row(2802, "@umzug_ole", "Bluesky", "de", "Wo melde ich mich für den Geburtsvorbereitungskurs an?", 26 * HOUR, Action::Answer, RowState::Sent(NOW - 25 * HOUR)),
        Row { site: Some("Lindenhof Nord".into()), masked: true, ..row(2801, "@anna_k", "Mastodon", "de", "", 27 * HOUR, Action::Report, RowState::Resolved(NOW - 26 * HOUR)) },
        Row { site: Some("Kinderklinik Lindenhof".into()), history: true, action: None, ..row(2800, "مريم", "Mastodon", "ar", "شكرا جزيلا لفريق الأطفال", 9 * DAY, Action::Answer, RowState::Sorting) },
        Row { ..row(2799, "@kai_m", "Bluesky", "de", "Danke für die schnelle Auskunft gestern!", 40 * DAY, Action::Acknowledge, RowState::Failed) },
        Row { ..row(2798, "@zug_um_zug", "Bluesky", "de", "Fährt der Klinikbus auch feiertags?", 400 * DAY, Action::Answer, RowState::Back) },
        Row { ..row(2797, "@frida", "Bluesky", "de", "Kann man bei euch Blut spenden?", 6 * HOUR, Action::Answer, RowState::DraftReady) },
        Row { ..row(2796, "@oskar", "Bluesky", "de", "Wie lange dauert es, bis ein Befund kommt?", 6 * HOUR, Action::Answer, RowState::ToApprove { by: "Ute Brandt".into(), yours: false }) },
    ]
}

fn section(queue: Queue, total: u32, rows: Vec<Row>, next_wake: Option<i64>) -> Section {
    Section { queue, total, more: (total as usize > rows.len()).then(|| "/inbox?q=now&page=2".to_owned()), rows, next_wake }
}

fn inbox_all(lang: Lang, open: bool) -> Inbox {
    let mut all = rows(lang);
    all.truncate(9);
    if !open {
        all.iter_mut().for_each(|r| r.current = false);
    }
    let silent = all.split_off(7);
    let waiting = all.split_off(4);
    Inbox {
        queue: None,
        sections: vec![section(Queue::Now, 4, all, None), section(Queue::Waiting, 3, waiting, Some(NOW + 65 * MINUTE)), section(Queue::Silent, 2, silent, None)],
        next_wake: Some(NOW + 65 * MINUTE),
        open: open.then(|| Box::new(held(lang))),
    }
}

fn inbox_one(lang: Lang, queue: Queue) -> Inbox {
    let all = rows(lang);
    let rows = if queue == Queue::Waiting { all[4..7].to_vec() } else { all[9..].to_vec() };
    Inbox { queue: Some(queue), sections: vec![section(queue, 31, rows, None)], next_wake: None, open: None }
}

fn alarm(lang: Lang) -> Inbox {
    let mut first = rows(lang).remove(0);
    first.unread = true;
    first.at = NOW - 40 * SECOND;
    first.assignee = None;
    first.state = RowState::Untaken { to: say(lang, "Krisendienst", "crisis team"), due: NOW + 560 * SECOND };
    let mut all = rows(lang);
    all.iter_mut().for_each(|r| r.current = false);
    all[0] = first;
    Inbox { queue: Some(Queue::Now), sections: vec![section(Queue::Now, 3, all.into_iter().take(3).collect(), None)], next_wake: None, open: None }
}

const GRIEF: &str = "Meine Mutter ist heute früh um acht gestorben. Sepsis. Drei Tage habe ich auf der Station gebettelt, dass jemand hinschaut, und Schwester Anja von der 4B hat gesagt, ich soll mich nicht so anstellen. Und ihr postet heute Fotos von eurem Adventsbasar. Schämt euch.";

fn span_of(text: &str, words: &str) -> (usize, usize) {
    let at = text.find(words).map_or(0, |b| text[..b].chars().count());
    (at, at + words.chars().count())
}

fn signal(n: u32, kind: SignalKind, topic: &str, text: &str, words: &str) -> Signal {
    let (start, end) = span_of(text, words);
    Signal { n, kind, topic: topic.into(), start, end }
}

fn post(name: &str, handle: &str, place: &str, at: i64, text: &str, part: Part) -> Post {
    Post {
        name: name.into(), handle: handle.into(), place: place.into(), at, lang: Some("de".into()), text: text.into(), part,
        signals: vec![], upstream: Upstream::Same, url: None, masked: false, reach: None,
    }
}

fn thread(lang: Lang) -> Vec<Post> {
    let public = say(lang, "Bluesky, öffentlich", "Bluesky, public");
    vec![
        post("Lisbeth H.", "@lisbeth.h", &public, NOW - 2 * DAY - 19 * HOUR, "Mama liegt seit Montag im Krankenhaus. Drückt uns bitte die Daumen.", Part::Context),
        Post {
            signals: vec![
                signal(1, SignalKind::Death, "death", GRIEF, "heute früh um acht gestorben"),
                signal(2, SignalKind::Claim, "claim", GRIEF, "Drei Tage habe ich auf der Station gebettelt, dass jemand hinschaut"),
                signal(3, SignalKind::Identifier, "staff_named", GRIEF, "Schwester Anja von der 4B"),
                signal(4, SignalKind::Plain, "hostility", GRIEF, "Schämt euch"),
            ],
            url: Some("https://bsky.example/profile/lisbeth.h/post/1".into()),
            reach: Some(say(lang, "38-mal geteilt, steigend", "38 reposts, rising")),
            upstream: Upstream::Edited,
            ..post("Lisbeth H.", "@lisbeth.h", &public, NOW - 10 * MINUTE, GRIEF, Part::Subject)
        },
        post("Kai", "@kai_m", &say(lang, "antwortet ihr", "answers her"), NOW - 4 * MINUTE, "Mein Beileid, Lisbeth.\nMelde dich, wenn du jemanden brauchst.", Part::Context),
    ]
}

fn decision(lang: Lang) -> Decision {
    let s = |de, en| say(lang, de, en);
    let seen = |n, kind, quote: &str| vec![Seen { n, kind, quote: quote.into() }];
    let r = reader(lang);
    Decision {
        action: Action::Hold, at: NOW - 10 * MINUTE, until: Some(NOW + 2 * DAY + 23 * HOUR + 48 * MINUTE),
        strip_name: Some(s("Stille aus Rücksicht, 72 Std", "quiet out of respect, 72 h")),
        moments: vec![Moment { at: NOW - 6 * HOUR - 12 * MINUTE, what: s("Tod", "death") }, Moment { at: NOW - 10 * MINUTE, what: s("Beitrag", "post") }],
        because: vec![
            Because { sentence: s("Ein Todesfall liegt 6 Stunden zurück. 72 Stunden lang sagt das Haus öffentlich nichts dazu.", "A death 6 hours ago. Nothing is said in public for 72 hours."), rule: Some("grief-quiet".into()), effect: Effect::Forbids, seen: seen(1, SignalKind::Death, "heute früh um acht gestorben"), source: None },
            Because { sentence: s("Ein Vorwurf zur Behandlung, den noch niemand geprüft hat.", "An accusation about care that nobody has checked yet."), rule: Some("facts-unchecked".into()), effect: Effect::Forbids, seen: seen(2, SignalKind::Claim, ""), source: None },
            Because { sentence: s("Öffentlich würde schon „unser Beileid zum Tod Ihrer Mutter“ bestätigen, dass sie hier Patientin war.", "In public, even “we are sorry for your loss” would confirm that her mother was here."), rule: Some("no-confirmation".into()), effect: Effect::Forbids, seen: vec![], source: Some("§ 203 StGB".into()) },
        ],
        beside: vec![
            Beside { kind: BesideKind::Escalation { id: "e9".into(), due: NOW + 2 * HOUR, taken: Some(Resolved { by: "Dr. Seiler".into(), at: NOW - 3 * MINUTE }) }, sentence: escalation(&r, &["patient-relations"], 2 * HOUR), rule: Some("death-to-relations".into()), seen: seen(3, SignalKind::Identifier, "") },
            Beside { kind: BesideKind::Other, sentence: s("Geplante Beiträge anhalten. Belege sichern.", "Stop scheduled posts. Keep the evidence."), rule: Some("no-cheer-beside-grief".into()), seen: vec![] },
        ],
        wakes_if: ["author_writes", "facts_checked", "label_changes"].iter().map(|w| bedside_desk::text::wake(&r, w)).collect(),
        came_close: vec![Close { rule: "kind-first-line".into(), sentence: s("hätte eine kurze Anteilnahme erlaubt. Ein Verbot geht vor.", "would have allowed a short word of sympathy. A forbidding rule comes first.") }],
        clock: Some(s("steht bei 10 min", "stopped at 10 min, held by policy")),
        woken: None, overridden: None,
        facts: [("death", "true"), ("hours_since_event", "6"), ("litigation", "none"), ("staff_named", "true"), ("channel", "bluesky")].map(|(a, b)| (a.into(), b.into())).to_vec(),
        rule_error: None,
    }
}

const DRAFT: &str = "Liebe Frau H., was Sie schreiben, macht uns betroffen. Dass Ihre Mutter auf unserer Station 4B lag, nehmen wir sehr ernst. Wir versprechen Ihnen, dass so etwas nie wieder vorkommt. Dr. Seiler möchte Ihnen zuhören, wann immer Sie so weit sind.";

fn findings(lang: Lang) -> Vec<Finding> {
    let s = |de, en| say(lang, de, en);
    let (a, b) = (span_of(DRAFT, "Dass Ihre Mutter auf unserer Station 4B lag"), span_of(DRAFT, "dass so etwas nie wieder vorkommt"));
    vec![
        Finding { n: 1, weight: FindingWeight::Block, kind: "confirms_relationship".into(), quote: "Dass Ihre Mutter auf unserer Station 4B lag".into(), reason: s("Das darf das Haus erst sagen, wenn sie hinter der privaten Tür eingewilligt hat.", "The house may say this only after she has consented behind the private door."), source: Some("§ 203 StGB".into()), start: a.0, end: a.1, suggestion: Some(s("Ihre Worte", "Your words")) },
        Finding { n: 2, weight: FindingWeight::Hint, kind: "promise".into(), quote: "dass so etwas nie wieder vorkommt".into(), reason: s("Das kann niemand halten. Sie können es stehen lassen.", "Nobody can keep it. You may leave it."), source: None, start: b.0, end: b.1, suggestion: None },
    ]
}

fn reply(lang: Lang) -> Reply {
    Reply {
        to: "Lisbeth H.".into(), stage: Stage::Writing, form: ReplyForm::Private, forms: vec![ReplyForm::Private, ReplyForm::Invite],
        text: DRAFT.into(), version: "d3".into(), lang: Some("de".into()), length: 242, limit: Some(300), guard: Guard::Found(findings(lang)),
        not_before: Some(NOW + 2 * DAY + 23 * HOUR + 48 * MINUTE), permitted: true, author: Some(Seat { name: "Mara Lindqvist".into(), at: NOW - MINUTE }),
        second: Second::Vacant { may: vec!["Jonas".into(), "Ute".into()] }, returned: None,
    }
}

fn nothing_written(r: Reply, permitted: bool) -> Reply {
    Reply { text: String::new(), length: 0, guard: Guard::Unchecked, not_before: None, author: None, permitted, form: ReplyForm::Public, forms: vec![ReplyForm::Public, ReplyForm::Invite], ..r }
}

/// The death six hours ago, held.
pub fn held(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    let entry = |n, at, what: &str| LogLine { n, at, what: what.to_owned() };
    let r = reader(lang);
    Case {
        id: 2841, site: "Lindenhof Mitte".into(), queue: Some(Queue::Waiting), author: "@lisbeth.h".into(), topics: vec!["bereavement".into(), "claim".into()],
        seen: "v7".into(), thread: thread(lang), decision: Some(decision(lang)), reply: reply(lang),
        labels: vec![
            Label { id: "l1".into(), kind: "bereaved".into(), on: LabelOn::Author, reason: s("Tod einer Angehörigen", "death of a relative"), by: "death-mentioned".into(), until: Some(NOW + 30 * DAY) },
            Label { id: "l2".into(), kind: "next_of_kin_pending".into(), on: LabelOn::Thread, reason: s("Bruder noch im Flugzeug", "brother still on the plane"), by: "Jonas Okafor".into(), until: Some(NOW + 28 * HOUR) },
        ],
        label_kinds: ["litigation", "open_complaint", "next_of_kin_pending", "bereaved", "incident", "media_interest", "abusive"].map(Into::into).to_vec(),
        notes: vec![Note { by: "Jonas Okafor".into(), at: NOW - 2 * MINUTE, text: s("Habe mit Dr. Seiler gesprochen. Sie ruft nicht an, solange keine Einwilligung da ist, und hält sich Montag ab 10 Uhr frei.", "Spoke with Dr. Seiler. She won’t ring without consent and keeps Monday from 10 free.") }],
        about: vec![(s("Konto", "Account"), s("Privatperson, seit 2019", "private, since 2019")), (s("Früher hier", "Here before"), s("1 Beitrag, freundlich", "1 post, friendly"))],
        assignee: Some("Mara Lindqvist".into()),
        people: vec![PersonLine { id: "p1".into(), name: "Mara Lindqvist".into() }, PersonLine { id: "p2".into(), name: "Jonas Okafor".into() }],
        viewing: vec![Viewer { name: "Jonas".into(), doing: Doing::Reading }],
        log: vec![
            entry(None, NOW - 5 * SECOND, &log_kind(&r, "draft_written")), entry(Some(184_302), NOW - MINUTE, &log_kind(&r, "guarded")),
            entry(Some(184_299), NOW - 3 * MINUTE, &log_kind(&r, "escalation_taken")), entry(Some(184_288), NOW - 10 * MINUTE, &log_kind(&r, "decided")),
            entry(Some(184_286), NOW - 10 * MINUTE, &log_kind(&r, "post_taken")),
        ],
        log_total: 6, changed: None, resolved: None,
        may: May { draft: true, decide: true, label: true, note: true, assign: true, take: true, resolve: true, undo: true },
    }
}

fn cases(lang: Lang) -> Vec<(&'static str, Case)> {
    let base = held(lang);
    let s = |de, en| say(lang, de, en);
    let with = |reply: Reply| Case { reply, ..base.clone() };
    let answer = answered(lang);
    let clear = Reply { guard: Guard::Clear(NOW - MINUTE), text: "Ohne Ticket gilt die Tagespauschale von 12 Euro. Am Automaten „Ticket verloren“ drücken.".into(), length: 88, form: ReplyForm::Public, not_before: None, to: "@petra.sucht.parkplatz".into(), ..reply(lang) };
    let answer_with = |reply: Reply| Case { reply, ..answer.clone() };
    let approved = Second::Approved(Seat { name: "Jonas Okafor".into(), at: NOW - 30 * SECOND });
    vec![
        ("held", base.clone()),
        ("held-blank", with(nothing_written(reply(lang), false))),
        ("changed", Case { changed: Some(Changed { by: "Jonas".into(), what: s("Er setzte „Angehörige nicht verständigt“.", "He set “next of kin pending”.") }), ..base.clone() }),
        ("sorting", Case { decision: None, topics: vec![], reply: nothing_written(reply(lang), false), assignee: None, labels: vec![], notes: vec![], ..base.clone() }),
        ("answer-blank", answer_with(nothing_written(clear.clone(), true))),
        ("answer-clear", answer_with(clear.clone())),
        ("answer-long", answer_with(Reply { length: 312, ..clear.clone() })),
        ("asked-yours", answer_with(Reply { stage: Stage::Asked, second: Second::Yours, author: Some(Seat { name: "Ute Brandt".into(), at: NOW - MINUTE }), ..clear.clone() })),
        ("asked-own", answer_with(Reply { stage: Stage::Asked, second: Second::OwnDraft, ..clear.clone() })),
        ("leaving", answer_with(Reply { stage: Stage::Leaving { at: NOW + 42 * SECOND }, second: approved.clone(), ..clear.clone() })),
        ("paused", answer_with(Reply { stage: Stage::Paused, second: Second::Rule { rule: "crisis-first-line".into(), sentence: s("Die Zeile mit der Telefonnummer darf sofort hinaus.", "The line with the help number may leave at once.") }, ..clear.clone() })),
        ("sent", Case { resolved: Some(Resolved { by: "Mara Lindqvist".into(), at: NOW - MINUTE }), queue: Some(Queue::Done), ..answer_with(Reply { stage: Stage::Sent { at: NOW - 2 * MINUTE, url: Some("https://social.example/@lindenhof/2".into()), entry: Some(184_306) }, second: approved.clone(), ..clear.clone() }) }),
        ("failed", answer_with(Reply { stage: Stage::Failed { reason: s("Mastodon hat dreimal nicht geantwortet.", "Mastodon did not answer three times."), next: None }, second: approved.clone(), ..clear.clone() })),
        ("sent-back", answer_with(Reply { returned: Some(Returned::SentBack { by: "Jonas Okafor".into(), at: NOW - 3 * MINUTE, note: s("Bitte ohne den Betrag.", "Without the sum, please.") }), ..clear.clone() })),
        ("refused", answer_with(Reply { returned: Some(Returned::Refused { reason: s("Der Beitrag wurde inzwischen gelöscht.", "The post was deleted meanwhile."), at: NOW - MINUTE }), ..clear.clone() })),
        ("undone", answer_with(Reply { returned: Some(Returned::Undone { by: "Mara Lindqvist".into(), at: NOW - MINUTE }), second: Second::Vacant { may: vec![] }, ..clear.clone() })),
        ("escalated", escalated(lang)),
        ("silent", silent(lang)),
        ("overridden", overridden(lang)),
    ]
}

fn answered(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    let text = "Hab mein Parkticket im Klinik-Parkhaus verloren, was muss ich jetzt zahlen?";
    Case {
        id: 2838, queue: Some(Queue::Now), author: "@petra.sucht.parkplatz".into(), topics: vec!["admin_question".into()], labels: vec![], notes: vec![], viewing: vec![],
        thread: vec![Post { signals: vec![signal(1, SignalKind::Plain, "admin_question", text, "was muss ich jetzt zahlen?")], ..post("Petra", "@petra.sucht.parkplatz", &s("Mastodon, öffentlich", "Mastodon, public"), NOW - 11 * MINUTE, text, Part::Subject) }],
        decision: Some(Decision {
            action: Action::Answer, until: None, strip_name: None, moments: vec![],
            because: vec![Because { sentence: s("Eine gewöhnliche Frage zum Parken. Nichts darin über eine Patientin.", "An ordinary question about parking. Nothing in it about a patient."), rule: Some("ordinary-question".into()), effect: Effect::Permits, seen: vec![], source: None }],
            beside: vec![], wakes_if: vec![], came_close: vec![], clock: Some(s("läuft seit 11 min", "running for 11 min")),
            woken: Some(Woken { at: NOW - 5 * MINUTE, before: Action::Hold }), ..decision(lang)
        }),
        ..held(lang)
    }
}

fn escalated(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    let text = "Ich kann nicht mehr. Heute Nacht ist Schluss, die Tabletten vom letzten Mal reichen.";
    let r = reader(lang);
    Case {
        id: 2829, queue: Some(Queue::Now), author: "@nachtwache_23".into(), topics: vec!["crisis_suicide".into()], labels: vec![], notes: vec![], assignee: None,
        thread: vec![Post { signals: vec![signal(1, SignalKind::Danger, "crisis_suicide", text, "Heute Nacht ist Schluss"), signal(2, SignalKind::Danger, "crisis_suicide", text, "die Tabletten")], ..post("nachtwache", "@nachtwache_23", &s("Bluesky, öffentlich", "Bluesky, public"), NOW - 40 * SECOND, text, Part::Subject) }],
        decision: Some(Decision {
            action: Action::Escalate, until: None, moments: vec![], strip_name: None,
            because: vec![Because { sentence: s("Jemand spricht davon, sich das Leben zu nehmen. Der Krisendienst wird sofort verständigt.", "Someone speaks of suicide or self-harm. The crisis team is told at once."), rule: Some("suicide-any-hour".into()), effect: Effect::Forbids, seen: vec![Seen { n: 1, kind: SignalKind::Danger, quote: "Heute Nacht ist Schluss".into() }, Seen { n: 2, kind: SignalKind::Danger, quote: "die Tabletten".into() }], source: None }],
            beside: vec![
                Beside { kind: BesideKind::Escalation { id: "e1".into(), due: NOW + 560 * SECOND, taken: None }, sentence: escalation(&r, &["crisis-team"], 10 * MINUTE), rule: Some("suicide-any-hour".into()), seen: vec![] },
                Beside { kind: BesideKind::Report, sentence: s("Hilfetelefon nennen, in Land und Sprache der Person.", "Name the help line of the person’s country and language."), rule: None, seen: vec![] },
            ],
            wakes_if: vec![], came_close: vec![], clock: None, ..decision(lang)
        }),
        reply: nothing_written(reply(lang), true),
        ..held(lang)
    }
}

fn silent(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    Case {
        id: 2815, queue: Some(Queue::Silent), author: "Grace Mbeki".into(), topics: vec!["praise".into()], labels: vec![], notes: vec![], assignee: None, viewing: vec![],
        thread: vec![Post { lang: Some("en".into()), upstream: Upstream::Deleted, ..post("Grace Mbeki", "", "Mastodon", NOW - 5 * HOUR, "Day 3 on the ward. The soup is a crime but the night team are angels.", Part::Subject) }],
        decision: Some(Decision {
            action: Action::Silent, until: None, moments: vec![], strip_name: None,
            because: vec![Because { sentence: s("Keine Regel erlaubt hier eine Antwort. Darum bleiben wir still.", "No rule permits an answer here, so we stay silent."), rule: None, effect: Effect::Absent, seen: vec![], source: None }],
            beside: vec![Beside { kind: BesideKind::Other, sentence: s("Den Dank intern weitergeben.", "Pass the thanks on inside."), rule: Some("praise-inside".into()), seen: vec![] }],
            wakes_if: vec![], clock: None, ..decision(lang)
        }),
        reply: nothing_written(reply(lang), false),
        ..held(lang)
    }
}

fn overridden(lang: Lang) -> Case {
    let mut case = answered(lang);
    if let Some(d) = &mut case.decision {
        d.action = Action::Person;
        d.woken = None;
        d.rule_error = Some("grief-quiet".into());
        d.overridden = Some(Overridden { by: "Ute Brandt".into(), at: NOW - 4 * MINUTE, why: say(lang, "Die Familie ist schon verständigt.", "The family has been told already."), before: Action::Hold });
    }
    case.reply = nothing_written(case.reply, true);
    case
}

fn masked(lang: Lang) -> Case {
    let mut case = held(lang);
    case.thread.iter_mut().for_each(|p| { p.masked = true; p.text = String::new(); p.signals.clear(); });
    case.may = May::default();
    case.reply = nothing_written(case.reply, false);
    case.notes.clear();
    case
}

/// A post that tries to break out, right-to-left names, spans that overlap and lie outside.
pub fn hostile(lang: Lang) -> Case {
    let text = "</p><script>alert(1)</script> \u{202e}gnp.exe\" onmouseover='x' style=\"color:red\" &amp; ä🚑 مرحبا";
    let mut case = held(lang);
    case.author = "\u{202e}<img src=x onerror=alert(1)>".into();
    case.thread = vec![Post {
        name: "\u{202e}<img src=x onerror=alert(1)>".into(), handle: "@مريم".into(), lang: None,
        signals: vec![
            Signal { n: 1, kind: SignalKind::Claim, topic: "<b>".into(), start: 2, end: 30 }, Signal { n: 2, kind: SignalKind::Death, topic: "death".into(), start: 10, end: 50 },
            Signal { n: 3, kind: SignalKind::Identifier, topic: "identifier".into(), start: 0, end: 9_999 }, Signal { n: 4, kind: SignalKind::Plain, topic: "when".into(), start: 8, end: 3 },
        ],
        ..post("", "", "Bluesky", NOW - HOUR, text, Part::Subject)
    }];
    case.reply.text = "</textarea><script>alert(2)</script>".into();
    case.notes = vec![Note { by: "<i>".into(), at: NOW, text: "<script>alert(3)</script>".into() }];
    case
}

fn pause_view() -> Pause {
    Pause {
        due: vec![
            DueReply { case: 2838, to: "@petra.sucht.parkplatz".into(), channel: "Mastodon".into(), text: "Ohne Ticket gilt die Tagespauschale von 12 Euro.".into(), at: NOW + 42 * SECOND },
            DueReply { case: 2836, to: "Tom Ashdown".into(), channel: "Mastodon".into(), text: "Thank you for telling us. Four hours is long. If you like, talk with us in private.".into(), at: NOW - 9 * MINUTE },
        ],
        past: vec![PastPause { by: "Jonas Okafor".into(), from: NOW - 9 * DAY, to: NOW - 9 * DAY + 2 * HOUR, reason: "Bombendrohung am Bahnhof, wir warten ab.".into() }],
        reason_missing: false,
    }
}

fn channels_view(lang: Lang) -> Channels {
    let account = |id: &str, channel: &str, handle: &str, state| Account {
        id: id.into(), channel: channel.into(), handle: handle.into(), site: "Lindenhof Mitte".into(), owner: Some("Ute Brandt".into()), deputy: Some("Jonas Okafor".into()),
        state, trouble: None, next: None, last_post: Some(NOW - 4 * MINUTE), taken_24h: 214, sent_24h: 31, speaks: true, may_look: true,
    };
    Channels { accounts: vec![
        account("c1", "Bluesky", "@lindenhof.example", ChannelState::Live { lag: 2 * SECOND }),
        Account { trouble: Some(say(lang, "Der Server meldet 502.", "The server answers 502.")), next: Some(NOW + 30 * SECOND), ..account("c2", "Mastodon", "@kinder@social.example", ChannelState::Mute { since: NOW - 4 * MINUTE }) },
        account("c3", "Mastodon", "@lindenhof@social.example", ChannelState::SignedOut),
        account("c4", "Mastodon", "@nord@social.example", ChannelState::Limited { until: NOW + 10 * MINUTE }),
        account("c5", "Bluesky", "@nord.example", ChannelState::Slow { lag: 4 * MINUTE }),
        Account { owner: None, last_post: None, speaks: false, ..account("c6", "Webhook", "intranet", ChannelState::Stopped) },
        Account { deputy: None, ..account("c7", "Webhook", "presse", ChannelState::Starting) },
    ] }
}

fn logs(lang: Lang) -> Vec<(&'static str, Log)> {
    let r = reader(lang);
    let e = |n, at, kind: &str, by: &str, case: Option<i64>, print: &str| Entry { n: Some(n), at, what: log_kind(&r, kind), by: by.into(), case, print: print.into(), picked: n == 184_299 };
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
        ("log-checking", Log { seal: Seal::Checking { done: 90_112, of: 184_302 }, filter: "F-2841".into(), newer: Some("/log".into()), ..base }),
        ("log-empty", Log { seal: Seal::Unchecked { entries: 0 }, entries: vec![], filter: "F-1".into(), older: None, newer: None, checkpoint: None, download: None }),
    ]
}

fn people_view(lang: Lang, link: Option<()>, error: Option<PeopleError>) -> People {
    let at = |role: &str, site: &str, name: &str| RoleAt { role: role.into(), site: site.into(), site_name: name.into() };
    let person = |id: &str, name: &str, email: &str, roles| Person { id: id.into(), name: name.into(), email: email.into(), roles, invited_until: None, locked: false, me: false };
    People {
        people: vec![
            Person { invited_until: Some(NOW + DAY), ..person("p3", "Ute Brandt", "u.brandt@lindenhof.example", vec![at("approver", "mitte", "Lindenhof Mitte"), at("desk", "nord", "Lindenhof Nord")]) },
            Person { me: true, ..person("p1", "Mara Lindqvist", "m.lindqvist@lindenhof.example", vec![at("admin", "mitte", "Lindenhof Mitte")]) },
            Person { locked: true, ..person("p2", "Jonas Okafor", "j.okafor@lindenhof.example", vec![]) },
        ],
        sites: vec![("mitte".into(), "Lindenhof Mitte".into()), ("nord".into(), "Lindenhof Nord".into())],
        roles: ["desk", "approver", "privacy", "admin", "auditor"].map(Into::into).to_vec(),
        link: link.map(|()| NewLink { name: "Ute Brandt".into(), url: "https://bedside.lindenhof.example/welcome?token=Zk3f9QmX2v".into(), until: NOW + DAY }),
        error, name: if error.is_some() { say(lang, "Karim Aziz", "Karim Aziz") } else { String::new() }, email: String::new(),
    }
}

fn me_view(lang: Lang, saved: bool, password: PasswordState) -> Me {
    Me {
        email: "m.lindqvist@lindenhof.example".into(), roles: vec![("desk".into(), "Lindenhof Mitte".into()), ("admin".into(), "Lindenhof Nord".into())],
        sessions: vec![
            Session { id: "s1".into(), browser: "Firefox, Linux".into(), seen: NOW, this: true },
            Session { id: "s2".into(), browser: say(lang, "Safari, iPhone", "Safari, iPhone"), seen: NOW - 26 * HOUR, this: false },
        ],
        saved, password,
    }
}

fn troubles(lang: Lang) -> Vec<(&'static str, Trouble)> {
    let s = |de, en| say(lang, de, en);
    vec![
        ("error-404", Trouble::NotFound),
        ("error-403", Trouble::Refused { reason: s("Das haben Sie geschrieben. Freigeben muss es jemand anderes.", "You wrote this. Someone else has to approve it.") }),
        ("error-no-role", Trouble::NoRole),
        ("error-400", Trouble::Unclear { what: s("„bis“ ist keine Zeit.", "“until” is no time.") }),
        ("error-stale", Trouble::Stale),
        ("error-409", Trouble::Changed { case: 2841, what: s("Jonas setzte einen Vermerk.", "Jonas set a label.") }),
        ("error-429", Trouble::TooMany { until: NOW + MINUTE }),
        ("error-500", Trouble::Broken { trace: "01J8-4C2E".into() }),
    ]
}
