//! Statements and the balance: the library, one statement in each state, its form, the composer with what fits, and figures.

use super::*;
use bedside_desk::look::Glyph;
use bedside_desk::look::part::Tone;
use bedside_desk::page::balance::{
    self, Balance, By, Cell, Figure, Missed, Table,
    chart::{Fill, Range, Series},
};
use bedside_desk::page::library::{
    self, Acts, Choice, Edit, Found, Kind, Library as Shelf, Line, Meant, Mine, One, Standing, Version,
};

pub fn pages(lang: Lang, f: &Frame) -> Vec<(&'static str, maud::Markup)> {
    let ends = vec![(3, title(lang), NOW + 9 * DAY)];
    let told = Frame { ending: ends, ..f.clone() };
    let group = Frame { site: None, ..f.clone() };
    vec![
        ("statements", library::library(&told, &shelf(lang))),
        ("statements-none", library::library(f, &Shelf { may_write: true, ..Shelf::default() })),
        ("statement", library::one(f, &one(lang, Standing::Asked))),
        ("statement-open", library::one(f, &one(lang, Standing::Open))),
        ("statement-new", library::edit(f, &form(lang, false))),
        ("statement-checked", library::edit(f, &form(lang, true))),
        ("balance", balance::balance(f, &figures(lang, false))),
        ("balance-group", balance::balance(&group, &figures(lang, true))),
        ("balance-paper", balance::balance(f, &Balance { print: true, ..figures(lang, false) })),
        ("balance-none", balance::balance(f, &Balance { posts: 0, ..figures(lang, false) })),
    ]
}

fn title(lang: Lang) -> String {
    say(lang, "Dank für ein Lob", "Thanks for praise")
}

fn meant(lang: Lang, of: &str) -> Meant {
    Meant {
        lang: of.into(),
        topics: vec![topic(&reader(lang), "admin_question")],
        laws: vec![],
        sites: vec!["Lindenhof Mitte".into()],
    }
}

fn text(of: &str) -> String {
    match of {
        "de" => "Besuche sind täglich von {Besuchszeit} möglich. Fragen beantworten wir gern unter {Telefon}.".into(),
        _ => "Visits are possible every day from {visiting hours}. We are happy to answer questions on {phone}.".into(),
    }
}

fn line(lang: Lang, number: i64, kind: Kind, standing: Standing) -> Line {
    let of = if number % 2 == 0 { "de" } else { "en" };
    Line {
        number,
        title: say(lang, "Besuchszeiten", "Visiting hours"),
        kind,
        form: ReplyForm::Public,
        meant: meant(lang, of),
        text: text(of),
        standing,
        expires: NOW + 120 * DAY,
        ends_soon: false,
        mine: Mine::Nothing,
    }
}

fn shelf(lang: Lang) -> Shelf {
    let soon = Line {
        title: title(lang),
        expires: NOW + 9 * DAY,
        ends_soon: true,
        mine: Mine::Ending,
        meant: Meant { lang: "de".into(), ..Meant::default() },
        form: ReplyForm::Acknowledge,
        text: "Vielen Dank für diese Zeilen. Das Lob geben wir gern weiter.".into(),
        ..line(lang, 3, Kind::Template, Standing::InUse)
    };
    Shelf {
        asked: vec![Line { mine: Mine::ToApprove, ..line(lang, 12, Kind::Template, Standing::Asked) }],
        open: vec![line(lang, 13, Kind::Incident, Standing::Open)],
        in_use: vec![
            line(lang, 2, Kind::Template, Standing::InUse),
            soon,
            line(lang, 5, Kind::Incident, Standing::InUse),
            line(lang, 7, Kind::Crisis, Standing::InUse),
        ],
        over: vec![
            Line { expires: NOW - 3 * DAY, ..line(lang, 8, Kind::Template, Standing::Over) },
            line(lang, 9, Kind::Template, Standing::Retired),
        ],
        may_write: true,
    }
}

fn found(lang: Lang) -> Vec<Found> {
    vec![
        Found {
            blocks: true,
            kind: "confirms_relationship".into(),
            quote: "Ihr Aufenthalt bei uns".into(),
            reason: say(
                lang,
                "Das bestätigt, dass jemand hier Patient ist oder war.",
                "This confirms that somebody is or was a patient.",
            ),
            site: Some("Lindenhof Nord".into()),
            instead: Some("Zu einzelnen Personen äußern wir uns öffentlich nicht.".into()),
        },
        Found {
            blocks: false,
            kind: "impossible_promise".into(),
            quote: "nie wieder".into(),
            reason: say(lang, "Das kann niemand halten.", "Nobody can keep this promise."),
            site: None,
            instead: None,
        },
    ]
}

fn version(lang: Lang, n: u32, standing: Standing) -> Version {
    let approved = matches!(standing, Standing::InUse | Standing::Replaced);
    Version {
        n,
        title: say(lang, "Besuchszeiten", "Visiting hours"),
        kind: Kind::Template,
        form: ReplyForm::Public,
        meant: meant(lang, "de"),
        text: text("de"),
        standing,
        expires: NOW + 120 * DAY,
        author: ("Mara Lindqvist".into(), NOW - 2 * HOUR),
        approver: approved.then(|| ("Jonas Okafor".into(), NOW - 30 * DAY)),
        sent_back: (standing == Standing::Open)
            .then(|| ("Jonas Okafor".into(), say(lang, "Bitte mit Telefon.", "With a phone number, please."))),
        found: if standing == Standing::Open {
            found(lang)
        } else {
            found(lang).into_iter().filter(|one| !one.blocks).collect()
        },
        shown: "ab12".into(),
    }
}

fn one(lang: Lang, standing: Standing) -> One {
    let asked = standing == Standing::Asked;
    One {
        number: 12,
        in_use: Some(Version { found: vec![], ..version(lang, 2, Standing::InUse) }),
        at_hand: Some(version(lang, 3, standing)),
        history: vec![
            version(lang, 3, standing),
            version(lang, 2, Standing::InUse),
            version(lang, 1, Standing::Replaced),
        ],
        acts: Acts { edit: true, ask: !asked, approve: asked, not_approve: None, retire: true },
        told: asked.then(|| {
            say(
                lang,
                "Jemand hat diesen Baustein inzwischen geändert. So steht er jetzt da.",
                "Somebody changed this statement meanwhile. Here it is as it stands now.",
            )
        }),
    }
}

fn form(lang: Lang, checked: bool) -> Edit {
    let r = reader(lang);
    let tick = |value: &str, words: String| Choice {
        value: value.into(),
        words,
        is_on: value == "praise" || value == "mitte",
    };
    let topics = ["praise", "complaint", "admin_question", "misinformation", "other"];
    Edit {
        number: checked.then_some(12),
        title: if checked { title(lang) } else { String::new() },
        text: if checked { text(lang.code()) } else { String::new() },
        kind: Kind::Template,
        form: ReplyForm::Public,
        lang: lang.code().into(),
        topics: topics.map(|id| tick(id, topic(&r, id))).to_vec(),
        laws: vec![tick("de", say(lang, "Deutschland", "Germany")), tick("at", say(lang, "Österreich", "Austria"))],
        sites: vec![tick("mitte", "Lindenhof Mitte".into()), tick("nord", "Lindenhof Nord".into())],
        expires: "2027-05-15".into(),
        own: vec![
            (say(lang, "Telefon", "phone"), Some("030 555 0100".into())),
            (say(lang, "private Tür", "private door"), None),
        ],
        found: checked.then(|| found(lang)),
        wrong: checked.then(|| say(lang, "Eine geschweifte Klammer steht allein.", "A brace stands alone.")),
        goes_on: checked,
    }
}

/// The composer with what fits, and with a draft taken from a statement.
pub fn cases(lang: Lang) -> Vec<(&'static str, Case)> {
    let base = answered(lang);
    let offer = |number: i64, said| Offer {
        id: format!("0198c1f0-0000-7000-8000-{number:012}"),
        number,
        title: say(lang, "Besuchszeiten", "Visiting hours"),
        form: ReplyForm::Public,
        lang: "de".into(),
        text: "Besuche sind täglich von {Besuchszeit} möglich. Fragen beantworten wir gern unter 030 555 0100.".into(),
        said,
    };
    let offers = vec![offer(2, false), offer(3, true)];
    let empty = Reply {
        to: base.reply.to.clone(),
        library: Library { offers: offers.clone(), ..Library::default() },
        ..nothing_written(reply(lang), true)
    };
    let taken = |said, is_changed| Taken {
        number: 2,
        title: say(lang, "Besuchszeiten", "Visiting hours"),
        is_changed,
        said,
        open: if is_changed { vec![] } else { vec!["Besuchszeit".into()] },
    };
    let written = |library| Reply {
        guard: Guard::Clear(NOW - MINUTE),
        text: "Besuche sind täglich von {Besuchszeit} möglich.".into(),
        length: 47,
        form: ReplyForm::Public,
        not_before: None,
        to: base.reply.to.clone(),
        library,
        ..reply(lang)
    };
    let with = |reply: Reply| Case { reply, ..base.clone() };
    let open = Library { offers: offers.clone(), taken: Some(taken(false, false)), not: None };
    let said = Library { offers: vec![], taken: Some(taken(true, true)), not: None };
    let over = say(lang, "Diesen Baustein kann niemand mehr nehmen.", "This statement can’t be taken any more.");
    let not = Library { offers, taken: None, not: Some(over) };
    vec![
        ("offers", with(empty.clone())),
        ("taken", with(written(open))),
        ("taken-said", with(written(said))),
        ("not-taken", with(Reply { library: not, ..empty })),
    ]
}

fn figures(lang: Lang, group: bool) -> Balance {
    let r = reader(lang);
    let words = |de: &str, en: &str| say(lang, de, en);
    let action = |action: Action| action.word(&r);
    let series =
        |action: Action, fill, values: [i64; 14]| Series { word: action.word(&r), fill, values: values.to_vec() };
    let decided = vec![
        series(Action::Answer, Fill::Answer, [6, 15, 17, 14, 16, 13, 7, 5, 18, 20, 16, 15, 13, 8]),
        series(Action::Invite, Fill::Invite, [2, 4, 5, 4, 5, 4, 2, 2, 6, 6, 5, 5, 4, 2]),
        series(Action::Acknowledge, Fill::Acknowledge, [1, 3, 3, 3, 3, 2, 1, 1, 3, 3, 3, 3, 3, 1]),
        series(Action::Hold, Fill::Hold, [1, 3, 4, 2, 3, 3, 2, 1, 4, 9, 7, 4, 5, 4]),
        series(Action::Silent, Fill::Silent, [5, 8, 7, 9, 8, 6, 4, 5, 9, 10, 8, 9, 7, 6]),
        series(Action::Person, Fill::Person, [0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 0, 0, 1, 0]),
    ];
    let beside = vec![
        series(Action::Escalate, Fill::Escalated, [0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0]),
        series(Action::Report, Fill::Removed, [0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0]),
    ];
    let range = |de: &str, en: &str, median: i64, p90: i64, fill| Range {
        word: words(de, en),
        median: median * MINUTE,
        p90: p90 * MINUTE,
        goal: Some(4 * HOUR),
        fill,
        reads: format!("{}, {}", r.span(median * MINUTE), r.span(p90 * MINUTE)),
    };
    let rows = decided
        .iter()
        .chain(&beside)
        .map(|one| vec![Cell::Words(one.word.clone()), Cell::Count(one.values.iter().sum())]);
    let table = |name, caption: String| Table {
        name,
        caption,
        heads: vec![words("Was", "What"), words("Anzahl", "Number")],
        rows: rows.clone().collect(),
    };
    let reason = |de: &str, en: &str, n: i64| (words(de, en), n, n.to_string());
    let mut tables: Vec<Table> = ["decisions", "beside", "waits", "reasons", "silences", "alarms"]
        .map(|name| table(name, format!("{} ({name})", words("Tabelle", "Table"))))
        .to_vec();
    if group {
        tables.push(table("houses", words("Nach Häusern", "By house")));
    }
    let figure = |de: &str, en: &str, glyph, tone, n, more: &str| Figure {
        word: words(de, en),
        glyph,
        tone,
        n,
        more: more.into(),
    };
    let missed = |case, group: bool| Missed {
        case,
        why: words(
            "Keine Regel erlaubt eine Antwort, darum wurde nichts gesagt.",
            "No rule permits an answer, so nothing was said.",
        ),
        how: words("Jemand sagte, die Entscheidung war falsch.", "Somebody said the decision was wrong."),
        at: NOW - 3 * DAY,
        site: group.then(|| "Lindenhof Nord".to_owned()),
    };
    let sites = [("mitte", "Lindenhof Mitte", !group), ("nord", "Lindenhof Nord", false)];
    Balance {
        days: ("2026-11-01".into(), "2026-11-14".into()),
        period: words("1. Nov. bis 14. Nov.", "1 Nov to 14 Nov"),
        by: By::Day,
        houses: if group { words("2 Häuser", "2 houses") } else { "Lindenhof Mitte".into() },
        sites: sites.map(|(slug, name, chosen)| (slug.to_owned(), name.to_owned(), chosen)).to_vec(),
        zone: "Europe/Berlin".into(),
        sentence: words(
            "Von 429 Beiträgen waren 272 zu beantworten, 52 wurden gehalten, zu 101 schwiegen die Regeln; 4 wurden sofort weitergegeben. 2-mal erwies sich das Schweigen als falsch.",
            "Of 429 posts, 272 were to be answered, 52 were held, on 101 the rules kept silent; 4 were passed on at once. 2 silences proved wrong.",
        ),
        posts: 429,
        figures: vec![
            figure("Zu beantworten", "To be answered", Glyph::Say, Tone::Say, 272, &words("63 von 100", "63 of 100")),
            figure("Gehalten", "Held", Glyph::Hold, Tone::Hold, 52, &words("12 von 100", "12 of 100")),
            figure("Still", "Silent", Glyph::Still, Tone::Still, 101, &words("24 von 100", "24 of 100")),
            figure(
                "Weitergegeben",
                "Passed on",
                Glyph::Now,
                Tone::Now,
                4,
                &words("ein Alarm darunter", "one of them an alarm"),
            ),
        ],
        labels: (1..=14).map(|day| if lang == Lang::De { format!("{day}.") } else { day.to_string() }).collect(),
        decided,
        beside,
        waits: vec![
            range("Antworten, gefühlt", "Answer, as felt", 51, 310, Fill::Hold),
            range("Antworten, Uhr angehalten", "Answer, clock stopped in holds", 48, 190, Fill::Answer),
        ],
        waits_desc: words("Antworten: Median 51 min.", "Answer: median 51 min."),
        reasons: vec![
            reason(
                "Eine allgemeine Frage zum Haus wird allgemein beantwortet.",
                "A general question about the house gets a general answer.",
                151,
            ),
            reason(
                "Keine Regel erlaubt eine Antwort, darum wurde nichts gesagt.",
                "No rule permits an answer, so nothing was said.",
                74,
            ),
            reason(
                "Nach einem Todesfall sagt das Haus 72 Stunden lang öffentlich nichts dazu.",
                "After a death the house says nothing in public for 72 hours.",
                9,
            ),
        ],
        alarms: vec![
            (words("Innerhalb von 2 Minuten", "Within 2 minutes"), 3, "3".into()),
            (action(Action::Hold), 1, "1".into()),
        ],
        alarms_sentence: words("4 Alarme, rechtzeitig übernommen: 4.", "4 alarms, taken in time: 4."),
        holds_sentence: words("52 Fälle wurden gehalten; noch gehalten: 3.", "52 holds began; 3 of them last."),
        missed: vec![missed(Some(2711), group), missed(None, group)],
        missed_total: 2,
        imported: 1_204,
        tables,
        print: false,
    }
}
