//! How often each rule took part in decisions of the last 30 days. Counted once and carried on, because a page that read a
//! month of decisions would be slow.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bedside_core::{
    id::{DecisionId, SiteId},
    time::{Span, Timestamp},
};
use bedside_store::rules::fired;
use tokio::sync::Mutex;

use crate::{FlowError, Road};

/// How many days are counted.
const DAYS: i64 = 30;
/// Decisions younger than this are left for later: one that is born may be committed a moment after a younger one.
const LAG: Span = Span::seconds(60);
/// Decisions read at once.
const MOST: u32 = 2_000;

/// The counts of this process.
#[derive(Debug, Default)]
pub(crate) struct Fired(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    last: Option<DecisionId>,
    /// By house and rule, then by day since 1970.
    days: HashMap<(SiteId, String), BTreeMap<i64, u64>>,
}

impl Road {
    /// How often each rule took part in decisions of a house within the last 30 days, up to a minute ago.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn rules_fired(&self, site: SiteId) -> Result<HashMap<String, u64>, FlowError> {
        let counted = self.count_fired().await?;
        let first = day(self.now().minus(Span::days(DAYS)));
        let of_site = counted.days.iter().filter(|((of, _), _)| *of == site);
        let sum = |days: &BTreeMap<i64, u64>| days.range(first..).map(|(_, n)| n).sum::<u64>();
        Ok(of_site.map(|((_, rule), days)| (rule.clone(), sum(days))).filter(|(_, n)| *n > 0).collect())
    }

    async fn count_fired(&self) -> Result<tokio::sync::MutexGuard<'_, Counted>, FlowError> {
        let now = self.now();
        let (first, end) = (born(now.minus(Span::days(DAYS))), born(now.minus(LAG)));
        let mut counted = self.fired.0.lock().await;
        loop {
            let after = counted.last.unwrap_or(first);
            let mut tx = self.store.begin_read().await?;
            let rows = fired::between(&mut tx, after, end, MOST).await?;
            drop(tx);
            let Some(last) = rows.last().map(|row| row.decision) else { break };
            counted.last = Some(last);
            for row in rows {
                let on = day(row.at);
                for rule in row.rules.into_iter().collect::<BTreeSet<_>>() {
                    *counted.days.entry((row.site, rule)).or_default().entry(on).or_default() += 1;
                }
            }
        }
        let oldest = day(now.minus(Span::days(DAYS)));
        for days in counted.days.values_mut() {
            days.retain(|day, _| *day >= oldest);
        }
        counted.days.retain(|_, days| !days.is_empty());
        Ok(counted)
    }

    /// Carries the counts on, so that a page finds them ready.
    pub(crate) async fn keep_fired(&self) -> Result<(), FlowError> {
        self.count_fired().await.map(drop)
    }
}

/// The first id that a decision born then could have.
fn born(at: Timestamp) -> DecisionId {
    DecisionId::new(at, &[0; 10])
}

const fn day(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(86_400_000_000)
}
