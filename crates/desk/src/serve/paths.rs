//! Whether alarms would arrive: what every page says in red while somebody who must be called can't be, or was not proven to
//! be within a week.

use bedside_core::{alarm::Way, time::Span};
use bedside_flow::alarm::PathName;
use bedside_store::{StoreError, Tx, alarms};

use super::{DeskState, session::Signed};
use crate::text::{Reader, key, role};

/// A mail server that fails for so long is told of.
const MAIL_FAILING: Span = Span::minutes(10);

/// What is said of the ways to people.
pub(super) struct Paths {
    /// No house of the page has anybody to call.
    pub nobody: bool,
    /// What else is wrong, a sentence each.
    pub trouble: Vec<String>,
}

/// How the ways to people stand, at the sites of the page.
pub(super) async fn paths(state: &DeskState, who: &Signed, tx: &mut Tx) -> Result<Paths, StoreError> {
    let r = &who.reader;
    let mut paths = Paths { nobody: false, trouble: Vec::new() };
    let several = who.scope().count() > 1;
    let mut has_rota = false;
    for house in who.scope().filter_map(|house| state.road.house(house.site.id)) {
        let found = state.road.alarm_paths(tx, house).await?;
        paths.nobody |= !found.has_rota;
        has_rota |= found.has_rota;
        let at = |text: String| if several { format!("{}: {text}", house.site.name) } else { text };
        if found.has_rota && !found.without_rota.is_empty() {
            let teams: Vec<String> = found.without_rota.iter().map(|team| role(r, team)).collect();
            paths.trouble.push(at(r.say(key!("paths-without-rota"), &[("who", teams.join(", ").into())])));
        }
        for (key, ways) in [(key!("paths-unproven"), &found.unproven), (key!("paths-failing"), &found.failing)] {
            if !ways.is_empty() {
                let names: Vec<String> = ways.iter().map(|one| named(r, one)).collect();
                paths.trouble.push(at(r.say(key, &[("who", names.join(", ").into())])));
            }
        }
    }
    let failing = alarms::mail_server(tx).await?.failing_since.filter(|since| who.now.since(*since) >= MAIL_FAILING);
    if let Some(since) = failing.filter(|_| has_rota) {
        paths.trouble.push(r.say(key!("paths-mail"), &[("at", r.moment(since.as_micros()).into())]));
    }
    Ok(paths)
}

fn named(r: &Reader, path: &PathName) -> String {
    let way = match path.way {
        Way::Mail => r.t("path-by-mail"),
        Way::Hook => r.t("path-by-hook"),
    };
    format!("{} ({way})", path.name)
}
