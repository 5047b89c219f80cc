//! The parts of the balance: what is asked, figures, charts, each with the table behind it and its file.

use maud::{Markup, html};

use super::{Balance, By, Table, chart};
use crate::look::part::{self, Weight};
use crate::look::{Glyph, icon};
use crate::text::Reader;

/// Which days, which houses, by what. A form that asks, so that every balance has an address.
pub(super) fn asked(r: &Reader, v: &Balance) -> Markup {
    html! {
        form.row.asked method="get" action="/balance" {
            div.field { label for="from" { (r.t("balance-from")) } input.in #from type="date" name="from" value=(v.days.0) required; }
            div.field { label for="to" { (r.t("balance-to")) } input.in #to type="date" name="to" value=(v.days.1) required; }
            div.field {
                label for="by" { (r.t("balance-by")) }
                select.in #by name="by" { @for by in By::ALL { option value=(by.code()) selected[by == v.by] { (by.word(r)) } } }
            }
            @if !v.sites.is_empty() {
                div.field {
                    label for="site" { (r.t("balance-site")) }
                    select.in #site name="site" {
                        option value="all" { (r.t("sites-all")) }
                        @for (slug, name, chosen) in &v.sites { option value=(slug) selected[*chosen] { (name) } }
                    }
                }
            }
            (part::button(&r.t("balance-show"), Weight::Plain))
        }
    }
}

pub(super) fn figures(r: &Reader, v: &Balance) -> Markup {
    html! {
        dl.figs.sheet { @for one in &v.figures {
            div class=(one.tone.class()) { dt { (icon(one.glyph)) (one.word) } dd.big { (r.num(one.n)) } dd.small { (one.more) } }
        } }
    }
}

/// A chart with its key, and the table behind it.
fn figure(
    r: &Reader,
    v: &Balance,
    title: &str,
    key: Markup,
    more: Markup,
    drawn: Markup,
    table: &'static str,
) -> Markup {
    html! {
        figure.sheet.stack {
            figcaption.row { h2 { (title) } span.push { (key) } }
            (more)
            div.scroll.drawn tabindex="0" role="region" aria-label=(title) { (drawn) }
            (behind(r, v, table))
        }
    }
}

/// The same as a table, with the file.
fn behind(r: &Reader, v: &Balance, name: &'static str) -> Markup {
    let Some(table) = v.table(name) else { return html! {} };
    html! {
        details open[v.print] {
            summary { (r.t("balance-as-table")) }
            (table.show(r))
            (file(r, v, table))
        }
    }
}

fn file(r: &Reader, v: &Balance, table: &Table) -> Markup {
    html! { p { a.btn href=(v.href(&format!("/balance/{}.csv", table.name))) { (icon(Glyph::Out)) (r.t("balance-csv")) span.vh { ": " (table.caption) } } } }
}

pub(super) fn decided(r: &Reader, v: &Balance) -> Markup {
    let title = r.t("balance-decided");
    let desc = r.say("balance-decided-desc", &[("count", v.posts.into()), ("period", v.period.clone().into())]);
    let drawn = chart::stacked(r, "c-decided", &title, &desc, &v.labels, &v.decided);
    figure(r, v, &title, chart::key(&v.decided), html! {}, drawn, "decisions")
}

pub(super) fn beside(r: &Reader, v: &Balance) -> Markup {
    let title = r.t("balance-beside");
    if v.beside.iter().flat_map(|one| &one.values).all(|n| *n == 0) {
        return html! { section.sheet.stack { h2 { (title) } p { (r.t("balance-beside-none")) } } };
    }
    let drawn = chart::stacked(r, "c-beside", &title, &r.t("balance-beside-desc"), &v.labels, &v.beside);
    figure(
        r,
        v,
        &title,
        chart::key(&v.beside),
        html! { p.small.quiet { (r.t("balance-beside-body")) } },
        drawn,
        "beside",
    )
}

pub(super) fn waits(r: &Reader, v: &Balance) -> Markup {
    let title = r.t("balance-waits");
    let body = html! { p.small.quiet { (r.t("balance-waits-body")) } p { (v.holds_sentence) } };
    if v.waits.is_empty() {
        return html! { section.sheet.stack { h2 { (title) } p { (r.t("balance-waits-none")) } p { (v.holds_sentence) } } };
    }
    let key = html! { span.small.quiet { (r.t("balance-waits-key")) } };
    let drawn = chart::ranges(r, "c-waits", &title, &v.waits_desc, &v.waits);
    figure(r, v, &title, key, body, drawn, "waits")
}

pub(super) fn reasons(r: &Reader, v: &Balance) -> Markup {
    let title = r.t("balance-reasons");
    let drawn = chart::lying("c-reasons", &title, &r.t("balance-reasons-desc"), chart::Fill::Silent, &v.reasons);
    figure(r, v, &title, html! {}, html! { p.small.quiet { (r.t("balance-reasons-body")) } }, drawn, "reasons")
}

pub(super) fn alarms(r: &Reader, v: &Balance) -> Markup {
    let title = r.t("balance-alarms");
    if v.alarms.iter().all(|(_, n, _)| *n == 0) {
        return html! { section.sheet.stack { h2 { (title) } p { (r.t("balance-alarms-none")) } } };
    }
    let drawn = chart::lying("c-alarms", &title, &v.alarms_sentence, chart::Fill::Escalated, &v.alarms);
    figure(r, v, &title, html! {}, html! { p { (v.alarms_sentence) } }, drawn, "alarms")
}

/// Silences that were none in the end: each with its rule, and the way to its case.
pub(super) fn missed(r: &Reader, v: &Balance) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="missed-h" {
            h2 #missed-h { (r.t("balance-missed")) }
            @if v.missed.is_empty() { p { (r.t("balance-missed-none")) } } @else {
                p { (r.say("balance-missed-body", &[("count", v.missed_total.into())])) }
                ul.plain-list { @for one in &v.missed {
                    li {
                        @if let Some(case) = one.case { a href=(part::case_href(case)) { (part::case_no(case)) } " " }
                        (one.how) " " span.small.quiet { (part::moment(r, one.at)) @if let Some(site) = &one.site { ", " (site) } }
                        br; span.small { (one.why) }
                    }
                } }
                (behind(r, v, "silences"))
            }
        }
    }
}

/// A table that is no chart's.
pub(super) fn plain(r: &Reader, v: &Balance, table: &Table) -> Markup {
    html! { section.sheet.stack { h2 { (table.caption) } (table.show(r)) (file(r, v, table)) } }
}
