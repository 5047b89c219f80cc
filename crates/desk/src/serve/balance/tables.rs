//! The tables of the balance: what stands behind the charts, and what the files hold.

use bedside_core::policy::SpeechForm;
use bedside_store::balance::{Missed, Reason, Waits};
use jiff::civil::Date;

use super::{
    super::{DeskState, eyes::Sight, session::Signed},
    Figures, houses,
    view::{action_word, day_words, form_word, goal, how, reason},
};
use crate::{
    page::balance::{Cell, Table},
    text::key,
};

/// Every table, also those that the page does not show.
pub(super) fn tables(state: &DeskState, who: &Signed, v: &Figures) -> Vec<Table> {
    let mut all = vec![
        decisions(who, v),
        beside(who, v),
        waits(who, v),
        reasons(state, who, v),
        silences(state, who, v),
        alarms(who, v),
    ];
    if v.asked.sites.len() > 1 {
        all.push(by_house(who, v));
    }
    all
}

fn heads(who: &Signed, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| who.reader.t(key)).collect()
}

fn day(who: &Signed, day: Date) -> Cell {
    Cell::Day(day_words(who, day), day.to_string())
}

/// What was decided and what was said, by stretch of time.
fn decisions(who: &Signed, v: &Figures) -> Table {
    let r = &who.reader;
    let cells = |day: Cell, n: usize| {
        let (tally, said) = (v.decided.get(n).copied().unwrap_or_default(), v.said.get(n).copied().unwrap_or_default());
        let counts = [
            tally.posts(),
            tally.answer,
            tally.invite,
            tally.acknowledge,
            tally.hold,
            tally.silent,
            tally.person,
            said.answer,
            said.invite,
            said.acknowledge,
        ];
        std::iter::once(day).chain(counts.map(Cell::Count)).collect()
    };
    let names = v.period.edges.iter().take(v.decided.len());
    Table {
        name: "decisions",
        caption: r.t("balance-decided"),
        heads: vec![
            r.t("balance-col-from"),
            r.t("balance-col-posts"),
            r.t("action-answer"),
            r.t("action-invite"),
            r.t("action-acknowledge"),
            r.t("action-hold"),
            r.t("action-silent"),
            r.t("action-person"),
            r.t("balance-col-said-answers"),
            r.t("balance-col-said-invites"),
            r.t("balance-col-said-acks"),
        ],
        rows: names.enumerate().map(|(n, edge)| cells(day(who, *edge), n)).collect(),
    }
}

/// What stands beside speech, by stretch of time.
fn beside(who: &Signed, v: &Figures) -> Table {
    let r = &who.reader;
    let rows = v.period.edges.iter().zip(&v.decided).map(|(edge, tally)| {
        let counts = [tally.posts(), tally.escalated, tally.removed];
        std::iter::once(day(who, *edge)).chain(counts.map(Cell::Count)).collect()
    });
    Table {
        name: "beside",
        caption: r.t("balance-beside"),
        heads: vec![r.t("balance-col-from"), r.t("balance-col-posts"), r.t("action-escalate"), r.t("action-report")],
        rows: rows.collect(),
    }
}

fn waits(who: &Signed, v: &Figures) -> Table {
    let r = &who.reader;
    let row = |one: &Waits| {
        vec![
            Cell::Words(form_word(r, one.form)),
            Cell::Count(one.replies),
            Cell::Span(Some(goal(&v.goals, one.form))),
            Cell::Span(Some(one.felt_median)),
            Cell::Span(Some(one.felt_p90)),
            Cell::Count(one.felt_in_goal),
            Cell::Span(Some(one.worked_median)),
            Cell::Span(Some(one.worked_p90)),
            Cell::Count(one.worked_in_goal),
            Cell::Count(one.held),
        ]
    };
    Table {
        name: "waits",
        caption: r.t("balance-waits"),
        heads: vec![
            r.t("balance-col-form"),
            r.t("balance-col-replies"),
            r.t("balance-col-goal"),
            r.t("balance-col-felt-median"),
            r.t("balance-col-felt-p90"),
            r.t("balance-col-felt-in-goal"),
            r.t("balance-col-worked-median"),
            r.t("balance-col-worked-p90"),
            r.t("balance-col-worked-in-goal"),
            r.t("balance-col-held"),
        ],
        rows: v.waits.iter().map(row).collect(),
    }
}

fn reasons(state: &DeskState, who: &Signed, v: &Figures) -> Table {
    let r = &who.reader;
    let row = |one: &Reason| {
        vec![
            Cell::Words(reason(state, who, &one.action, &one.rule)),
            Cell::Words(action_word(r, &one.action)),
            Cell::Words(one.rule.clone()),
            Cell::Count(one.posts),
        ]
    };
    Table {
        name: "reasons",
        caption: r.t("balance-reasons"),
        heads: vec![
            r.t("balance-col-reason"),
            r.t("balance-col-action"),
            r.t("balance-col-rule"),
            r.t("balance-col-posts"),
        ],
        rows: v.reasons.iter().map(row).collect(),
    }
}

fn silences(state: &DeskState, who: &Signed, v: &Figures) -> Table {
    let r = &who.reader;
    let row = |one: &Missed| {
        let is_seen = who.sight(one.site) > Sight::Nothing;
        let rule = one.rules.first().map(String::as_str).unwrap_or_default();
        vec![
            Cell::Words(if is_seen { format!("F-{}", one.case) } else { "–".to_owned() }),
            Cell::Words(who.house(one.site).map(|house| house.site.name.clone()).unwrap_or_default()),
            Cell::Words(r.field(one.at.as_micros()).replace('T', " ")),
            Cell::Words(how(r, one)),
            Cell::Words(reason(state, who, "stay_silent", rule)),
            Cell::Words(one.rules.join(" ")),
        ]
    };
    Table {
        name: "silences",
        caption: r.t("balance-missed"),
        heads: vec![
            r.t("balance-col-case"),
            r.t("balance-site"),
            r.t("balance-col-at"),
            r.t("balance-col-how"),
            r.t("balance-col-reason"),
            r.t("balance-col-rule"),
        ],
        rows: v.missed.1.iter().map(row).collect(),
    }
}

fn alarms(who: &Signed, v: &Figures) -> Table {
    let r = &who.reader;
    let one = &v.alarms;
    let [two, five, ten, thirty, later] = one.within;
    let row = |key: &str, cell: Cell| vec![Cell::Words(r.t(key)), cell];
    Table {
        name: "alarms",
        caption: r.t("balance-alarms"),
        heads: heads(who, &[key!("balance-col-what"), key!("balance-col-n")]),
        rows: vec![
            row(key!("balance-alarm-raised"), Cell::Count(one.raised)),
            row(key!("balance-alarm-2"), Cell::Count(two)),
            row(key!("balance-alarm-5"), Cell::Count(five)),
            row(key!("balance-alarm-10"), Cell::Count(ten)),
            row(key!("balance-alarm-30"), Cell::Count(thirty)),
            row(key!("balance-alarm-later"), Cell::Count(later)),
            row(key!("balance-alarm-open"), Cell::Count(one.raised - one.taken)),
            row(key!("balance-alarm-in-time"), Cell::Count(one.in_time)),
            row(key!("balance-alarm-median"), Cell::Span(one.median)),
            row(key!("balance-alarm-p90"), Cell::Span(one.p90)),
        ],
    }
}

fn by_house(who: &Signed, v: &Figures) -> Table {
    let r = &who.reader;
    let named = houses(who);
    let rows = v.by_site.iter().map(|(site, tally)| {
        let name = named.iter().find(|house| house.site.id == *site).map(|house| house.site.name.clone());
        let counts = [
            tally.posts(),
            tally.answer,
            tally.invite,
            tally.acknowledge,
            tally.hold,
            tally.silent,
            tally.person,
            tally.escalated,
            tally.removed,
        ];
        std::iter::once(Cell::Words(name.unwrap_or_default())).chain(counts.map(Cell::Count)).collect()
    });
    Table {
        name: "houses",
        caption: r.t("balance-houses"),
        heads: vec![
            r.t("balance-site"),
            r.t("balance-col-posts"),
            r.t("action-answer"),
            r.t("action-invite"),
            r.t("action-acknowledge"),
            r.t("action-hold"),
            r.t("action-silent"),
            r.t("action-person"),
            r.t("action-escalate"),
            r.t("action-report"),
        ],
        rows: rows.collect(),
    }
}

/// The forms of reply, in the order of the page.
pub(super) const FORMS: [SpeechForm; 3] = SpeechForm::ALL;
