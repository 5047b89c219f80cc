//! The balance in words: labels, sentences, what a rule says.

use bedside_core::{policy::SpeechForm, triage::Lang as RuleLang};
use bedside_store::balance::{Goals, Missed, Tally, Waits};
use jiff::civil::Date;

use super::{
    super::{DeskState, eyes::Sight, session::Signed},
    Figures, houses, tables,
};
use crate::{
    look::{
        Glyph,
        part::{Action, Tone},
    },
    page::balance::{
        Balance, By, Figure, Missed as Shown,
        chart::{Fill, Range, Series},
    },
    text::{Lang, Reader, key},
};

/// Reasons drawn; the table has all.
const DRAWN: usize = 12;

pub(super) fn balance(state: &DeskState, who: &Signed, v: &Figures, print: bool) -> Balance {
    let r = &who.reader;
    let shown = houses(who);
    let sites = who.houses.iter().filter(|_| who.houses.len() > 1);
    let sites = sites.map(|house| {
        let is_chosen = who.chosen == Some(house.site.id);
        (house.site.slug.clone(), house.site.name.clone(), is_chosen)
    });
    let posts = v.total.posts();
    Balance {
        days: (v.period.first.to_string(), v.period.last.to_string()),
        period: period_words(who, v.period.first, v.period.last),
        by: v.period.by,
        houses: match shown.as_slice() {
            [only] => only.site.name.clone(),
            _ => r.say("balance-all-houses", &[("count", (shown.len() as i64).into())]),
        },
        sites: sites.collect(),
        zone: who.reader.zone.iana_name().unwrap_or("UTC").to_owned(),
        sentence: sentence(r, v),
        posts,
        figures: figures(r, v),
        labels: labels(who, v),
        decided: decided(r, v),
        beside: beside(r, v),
        waits: ranges(r, v),
        waits_desc: waits_desc(r, &v.waits),
        reasons: reasons(state, who, v),
        alarms: alarms(r, v),
        alarms_sentence: alarms_sentence(r, v),
        holds_sentence: holds_sentence(r, v),
        missed: missed(state, who, v),
        missed_total: v.missed.0,
        imported: v.imported,
        tables: tables::tables(state, who, v),
        print,
    }
}

fn sentence(r: &Reader, v: &Figures) -> String {
    let t = &v.total;
    let told = [
        ("count", t.posts().into()),
        ("answer", (t.answer + t.invite + t.acknowledge).into()),
        ("hold", t.hold.into()),
        ("silent", t.silent.into()),
        ("escalated", t.escalated.into()),
    ];
    let missed = r.say("balance-sentence-missed", &[("count", v.missed.0.into())]);
    format!("{} {missed}", r.say("balance-sentence", &told))
}

fn figures(r: &Reader, v: &Figures) -> Vec<Figure> {
    let t = &v.total;
    let part = |n: i64| r.say("balance-part", &[("part", (n * 100 / t.posts().max(1)).into())]);
    let said: i64 = v.said.iter().map(|one| one.answer + one.invite + one.acknowledge).sum();
    let answered = t.answer + t.invite + t.acknowledge;
    let held = v
        .holds
        .median
        .map_or_else(String::new, |span| format!(", {}", r.say("balance-median", &[("span", r.span(span).into())])));
    vec![
        Figure {
            word: r.t("balance-fig-answer"),
            glyph: Glyph::Say,
            tone: Tone::Say,
            n: answered,
            more: format!("{}, {}", part(answered), r.say("balance-said", &[("count", said.into())])),
        },
        Figure {
            word: r.t("balance-fig-hold"),
            glyph: Glyph::Hold,
            tone: Tone::Hold,
            n: t.hold,
            more: part(t.hold) + &held,
        },
        Figure {
            word: r.t("balance-fig-silent"),
            glyph: Glyph::Still,
            tone: Tone::Still,
            n: t.silent,
            more: format!("{}, {}", part(t.silent), r.say("balance-later", &[("count", v.missed.0.into())])),
        },
        Figure {
            word: r.t("balance-fig-escalated"),
            glyph: Glyph::Now,
            tone: Tone::Now,
            n: t.escalated,
            more: r.say("balance-of-them-alarms", &[("count", t.alarms.into())]),
        },
    ]
}

fn decided(r: &Reader, v: &Figures) -> Vec<Series> {
    let series = |action: Action, fill: Fill, of: fn(&Tally) -> i64| Series {
        word: action.word(r),
        fill,
        values: v.decided.iter().map(of).collect(),
    };
    vec![
        series(Action::Answer, Fill::Answer, |one| one.answer),
        series(Action::Invite, Fill::Invite, |one| one.invite),
        series(Action::Acknowledge, Fill::Acknowledge, |one| one.acknowledge),
        series(Action::Hold, Fill::Hold, |one| one.hold),
        series(Action::Silent, Fill::Silent, |one| one.silent),
        series(Action::Person, Fill::Person, |one| one.person),
    ]
}

fn beside(r: &Reader, v: &Figures) -> Vec<Series> {
    let series = |action: Action, fill: Fill, of: fn(&Tally) -> i64| Series {
        word: action.word(r),
        fill,
        values: v.decided.iter().map(of).collect(),
    };
    vec![
        series(Action::Escalate, Fill::Escalated, |one| one.escalated),
        series(Action::Report, Fill::Removed, |one| one.removed),
    ]
}

/// The word of a form of reply.
pub(super) fn form_word(r: &Reader, form: SpeechForm) -> String {
    match form {
        SpeechForm::AnswerPublicGeneric => Action::Answer.word(r),
        SpeechForm::InvitePrivate => Action::Invite.word(r),
        SpeechForm::AcknowledgeOnly => Action::Acknowledge.word(r),
    }
}

/// The word of what was decided.
pub(super) fn action_word(r: &Reader, action: &str) -> String {
    Action::from_code(action).map_or_else(|| action.to_owned(), |action| action.word(r))
}

/// The goal of a form, in microseconds.
pub(super) const fn goal(goals: &Goals, form: SpeechForm) -> i64 {
    match form {
        SpeechForm::AnswerPublicGeneric => goals.answer.as_micros(),
        SpeechForm::InvitePrivate => goals.invite.as_micros(),
        SpeechForm::AcknowledgeOnly => goals.acknowledge.as_micros(),
    }
}

/// Two lines per form: as people felt it, and with the time in holds left out.
fn ranges(r: &Reader, v: &Figures) -> Vec<Range> {
    let mut all = Vec::new();
    for form in tables::FORMS {
        let Some(one) = v.waits.iter().find(|one| one.form == form) else { continue };
        let goal = goal(&v.goals, form);
        let line = |key: &str, fill, (median, p90, met): (i64, i64, i64)| Range {
            word: r.say(key, &[("form", form_word(r, form).into())]),
            median,
            p90,
            goal: Some(goal),
            fill,
            reads: r.say(
                "balance-range",
                &[
                    ("median", r.span(median).into()),
                    ("p90", r.span(p90).into()),
                    ("met", met.into()),
                    ("count", one.replies.into()),
                ],
            ),
        };
        all.push(line(key!("balance-felt"), Fill::Hold, (one.felt_median, one.felt_p90, one.felt_in_goal)));
        all.push(line(key!("balance-worked"), Fill::Answer, (one.worked_median, one.worked_p90, one.worked_in_goal)));
    }
    all
}

fn waits_desc(r: &Reader, waits: &[Waits]) -> String {
    let one = |one: &Waits| {
        let told = [
            ("form", form_word(r, one.form).into()),
            ("felt", r.span(one.felt_median).into()),
            ("worked", r.span(one.worked_median).into()),
        ];
        r.say("balance-waits-desc", &told)
    };
    waits.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// What a rule says, in the reader's words. One that no house has any more says only its name.
pub(super) fn reason(state: &DeskState, who: &Signed, action: &str, rule: &str) -> String {
    let r = &who.reader;
    let lang = if who.lang() == RuleLang::De { RuleLang::De } else { RuleLang::En };
    match rule {
        "" if action == "stay_silent" => return r.t("balance-no-rule"),
        "" => return action_word(r, action),
        "look_unopened" => return r.t("because-look-unopened"),
        "person" => return r.t("because-person"),
        _ => {}
    }
    let houses = houses(who);
    let said = houses.iter().find_map(|house| {
        let in_force = state.road.house(house.site.id)?.rules();
        in_force.rules().reason(rule, lang).map(str::to_owned)
    });
    said.unwrap_or_else(|| r.say("rule-unknown", &[("rule", rule.into())]))
}

fn reasons(state: &DeskState, who: &Signed, v: &Figures) -> Vec<(String, i64, String)> {
    let r = &who.reader;
    let line = |one: &bedside_store::balance::Reason| {
        let words = reason(state, who, &one.action, &one.rule);
        let reads = r.say(
            "balance-reason-reads",
            &[("count", one.posts.into()), ("action", action_word(r, &one.action).into())],
        );
        (words, one.posts, reads)
    };
    v.reasons.iter().take(DRAWN).map(line).collect()
}

fn alarms(r: &Reader, v: &Figures) -> Vec<(String, i64, String)> {
    let [two, five, ten, thirty, later] = v.alarms.within;
    let rows = [
        (key!("balance-alarm-2"), two),
        (key!("balance-alarm-5"), five),
        (key!("balance-alarm-10"), ten),
        (key!("balance-alarm-30"), thirty),
        (key!("balance-alarm-later"), later),
        (key!("balance-alarm-open"), v.alarms.raised - v.alarms.taken),
    ];
    rows.map(|(key, n)| (r.t(key), n, r.num(n))).to_vec()
}

fn alarms_sentence(r: &Reader, v: &Figures) -> String {
    let one = &v.alarms;
    let head = r.say("balance-alarms-sentence", &[("count", one.raised.into()), ("met", one.in_time.into())]);
    match (one.median, one.p90) {
        (Some(median), Some(p90)) => {
            let told = [("median", r.span(median).into()), ("p90", r.span(p90).into())];
            format!("{head} {}", r.say("balance-alarms-spans", &told))
        }
        _ => head,
    }
}

fn holds_sentence(r: &Reader, v: &Figures) -> String {
    let one = &v.holds;
    if one.begun == 0 {
        return r.t("balance-holds-none");
    }
    let head = r.say("balance-holds", &[("count", one.begun.into()), ("open", (one.begun - one.ended).into())]);
    match (one.median, one.p90) {
        (Some(median), Some(p90)) => {
            let told = [("median", r.span(median).into()), ("p90", r.span(p90).into())];
            format!("{head} {}", r.say("balance-holds-spans", &told))
        }
        _ => head,
    }
}

/// How it showed that a silence was none.
pub(super) fn how(r: &Reader, one: &Missed) -> String {
    let all = [
        (one.wrong, key!("balance-how-wrong")),
        (one.escalated, key!("balance-how-escalated")),
        (one.decided, key!("balance-how-decided")),
        (one.answered, key!("balance-how-answered")),
    ];
    all.iter().filter(|(is, _)| *is).map(|(_, key)| r.t(key)).collect::<Vec<_>>().join(" ")
}

fn missed(state: &DeskState, who: &Signed, v: &Figures) -> Vec<Shown> {
    const LISTED: usize = 20;
    let several = v.asked.sites.len() > 1;
    let line = |one: &Missed| Shown {
        case: Some(one.case).filter(|_| who.sight(one.site) > Sight::Nothing),
        why: reason(state, who, "stay_silent", one.rules.first().map(String::as_str).unwrap_or_default()),
        how: how(&who.reader, one),
        at: one.at.as_micros(),
        site: who.house(one.site).map(|house| house.site.name.clone()).filter(|_| several),
    };
    v.missed.1.iter().take(LISTED).map(line).collect()
}

/// "14. Nov." of a day at the house.
pub(super) fn day_words(who: &Signed, day: Date) -> String {
    let at = day.to_zoned(who.reader.zone.clone()).map_or(0, |at| at.timestamp().as_microsecond());
    who.reader.date(at)
}

fn period_words(who: &Signed, first: Date, last: Date) -> String {
    if first == last {
        return day_words(who, first);
    }
    who.reader.say("balance-period", &[("from", day_words(who, first).into()), ("to", day_words(who, last).into())])
}

/// What stands under the bars: the day of the month, the week's first day, the month.
fn labels(who: &Signed, v: &Figures) -> Vec<String> {
    let edges = v.period.edges.iter().take(v.decided.len());
    let is_short = v.decided.len() <= 31 && v.period.by == By::Day && v.period.first.month() == v.period.last.month();
    edges
        .map(|edge| match (v.period.by, is_short, who.reader.lang) {
            (By::Day, true, Lang::De) => format!("{}.", edge.day()),
            (By::Day, true, Lang::En) => edge.day().to_string(),
            (By::Month, ..) => month(who, *edge),
            _ => short_day(who.reader.lang, *edge),
        })
        .collect()
}

fn short_day(lang: Lang, day: Date) -> String {
    match lang {
        Lang::De => format!("{}.{}.", day.day(), day.month()),
        Lang::En => format!("{}/{}", day.day(), day.month()),
    }
}

fn month(who: &Signed, day: Date) -> String {
    let words = day_words(who, day);
    words.split_once(['\u{a0}']).map_or_else(|| words.clone(), |(_, month)| month.to_owned())
}
