//! What the charts' cards were good for, for those who may see the links: counts, and the cases they were about.

use bedside_core::{id::SiteId, policy::desk::DeskAction, time::Span};
use bedside_store::{StoreError, Tx, chart};

use super::{DeskState, links::DAYS, session::Signed};
use crate::{
    page::{
        cards::{Cards, Feedback},
        links::Counted,
    },
    text::Reader,
};

/// The newest that are listed.
const LISTED: u32 = 20;
/// Outcomes with their reasons, in the order of the page; any other reason counts as none named.
const OUTCOMES: [(&str, &str); 4] =
    [("accepted", ""), ("overridden", "known"), ("overridden", "not-now"), ("overridden", "")];

/// The cards of every site of the reader's whose charts call for them.
pub(super) async fn all(state: &DeskState, who: &Signed, tx: &mut Tx) -> Result<Vec<Cards>, StoreError> {
    let mut all = Vec::new();
    for house in who.scope().filter(|house| who.may(house.site.id, DeskAction::ReadLinks).is_ok()) {
        let charts = state.charts.with_cards(house.site.id);
        if charts.is_empty() {
            continue;
        }
        all.push(Cards {
            slug: house.site.slug.clone(),
            charts: charts.join(", "),
            site: house.site.name.clone(),
            counts: counted(who, tx, house.site.id).await?,
            newest: newest(&who.reader, tx, house.site.id).await?,
        });
    }
    Ok(all)
}

async fn counted(who: &Signed, tx: &mut Tx, site: SiteId) -> Result<Vec<Counted>, StoreError> {
    let day = Span::days(1).as_micros();
    let midnight = who.now.minus(Span::micros(who.now.as_micros().rem_euclid(day)));
    let (shown_today, today) = chart::outcomes(tx, site, midnight).await?;
    let (shown_week, week) = chart::outcomes(tx, site, midnight.minus(Span::days(DAYS - 1))).await?;
    let r = &who.reader;
    let mut rows = vec![Counted { what: r.t("cards-shown"), today: shown_today, week: shown_week }];
    rows.extend(OUTCOMES.into_iter().map(|(outcome, reason)| Counted {
        what: words(r, outcome, reason),
        today: of(&today, (outcome, reason)),
        week: of(&week, (outcome, reason)),
    }));
    Ok(rows)
}

fn of(counts: &[(String, String, i64)], wanted: (&str, &str)) -> i64 {
    counts.iter().filter(|(outcome, reason, _)| (outcome.as_str(), reason.as_str()) == wanted).map(|(.., n)| n).sum()
}

async fn newest(r: &Reader, tx: &mut Tx, site: SiteId) -> Result<Vec<Feedback>, StoreError> {
    let rows = chart::newest_feedback(tx, site, LISTED).await?;
    let line = |(row, case): (chart::FeedbackRow, i64)| Feedback {
        at: row.at.as_micros(),
        outcome: words(r, &row.outcome, &row.reason),
        case,
    };
    Ok(rows.into_iter().map(line).collect())
}

fn words(r: &Reader, outcome: &str, reason: &str) -> String {
    match (outcome, reason) {
        ("accepted", _) => r.t("cards-accepted"),
        (_, "known") => r.t("cards-known"),
        (_, "not-now") => r.t("cards-not-now"),
        _ => r.t("cards-unnamed"),
    }
}
