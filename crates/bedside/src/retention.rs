//! `bedside retention`: what the night does, by hand or as a dry run. Sums alone: no text, no handle.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use bedside_core::retention::Class;
use bedside_flow::{Road, keeping::NightSum};

use crate::{cli::RetentionArgs, import::progress::grouped, say::Tongue};

/// Does the run of one house or of all, or says what it would do.
///
/// # Errors
/// There is no such house, or the store refuses.
pub async fn retention(road: &Road, args: &RetentionArgs, tongue: Tongue) -> Result<String> {
    let houses = road.houses().into_iter().map(|house| (house.site.id, house.site.slug.clone()));
    let houses: Vec<_> = houses.filter(|(_, slug)| args.site.as_ref().is_none_or(|site| site == slug)).collect();
    if let (true, Some(site)) = (houses.is_empty(), &args.site) {
        bail!("no house is called '{site}'");
    }
    let dry = if args.dry_run { road.retention_sums().await? } else { Vec::new() };
    let mut all = Vec::new();
    for (site, slug) in houses {
        let sums = if args.dry_run {
            dry.iter().filter(|sum| sum.site == site).copied().collect()
        } else {
            road.retention_run(site).await?
        };
        all.push((slug, sums));
    }
    if !args.dry_run {
        while road.index_next().await? > 0 {}
    }
    Ok(if args.json { json(&all, args.dry_run)? } else { table(&all, args.dry_run, tongue) })
}

fn json(all: &[(String, Vec<NightSum>)], is_dry: bool) -> Result<String> {
    let rows = all.iter().flat_map(|(slug, sums)| {
        sums.iter().map(move |sum| {
            serde_json::json!({ "site": slug, "class": sum.class.as_str(), "keep_days": sum.keep.as_micros() / DAY, "due": sum.due.due,
                "held": sum.due.held, "gone": sum.gone })
        })
    });
    let rows: Vec<_> = rows.collect();
    Ok(serde_json::to_string(&serde_json::json!({ "dry_run": is_dry, "classes": rows }))?)
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

fn table(all: &[(String, Vec<NightSum>)], is_dry: bool, tongue: Tongue) -> String {
    let number = |n: u64| grouped(i64::try_from(n).unwrap_or(i64::MAX));
    let last = if is_dry { tongue.pick("ginge", "would go") } else { tongue.pick("gegangen", "gone") };
    let (due, held) = (tongue.pick("fällig", "due"), tongue.pick("gehalten", "held"));
    let mut text = String::new();
    for (slug, sums) in all {
        let keep = tongue.pick("bleibt", "kept");
        let _ = writeln!(text, "{slug:<28} {keep:>8} {due:>10} {held:>10} {last:>10}");
        for sum in sums {
            let went = if is_dry { sum.due.due.saturating_sub(sum.due.held) } else { sum.gone };
            let (due, held, went) = (number(sum.due.due), number(sum.due.held), number(went));
            let _ = writeln!(
                text,
                "  {:<26} {:>8} {due:>10} {held:>10} {went:>10}",
                name(sum.class, tongue),
                sum.keep.to_string()
            );
        }
    }
    let held: u64 = all.iter().flat_map(|(_, sums)| sums).map(|sum| sum.due.held).sum();
    if held > 0 {
        text.push_str(tongue.pick(
            "Gehalten: Der Vermerk „Aufbewahrungspflicht“ oder „Rechtsstreit“ steht auf Person, Faden oder Haus.\n",
            "Held: the label legal hold or litigation stands on the person, the thread or the house.\n",
        ));
    }
    text.push_str(if is_dry {
        tongue.pick("Das war eine Probe, nichts wurde geändert.", "This was a dry run, nothing was changed.")
    } else {
        tongue.pick("Die Summen stehen im Protokoll.", "The sums are in the log.")
    });
    text
}

const fn name(class: Class, tongue: Tongue) -> &'static str {
    match class {
        Class::SilentPosts => tongue.pick("stille Beiträge", "silent posts"),
        Class::ClosedCases => tongue.pick("abgeschlossene Fälle", "closed cases"),
        Class::History => tongue.pick("Bestand", "history"),
        Class::OwnCases => tongue.pick("eigene Fälle", "own cases"),
        Class::Examples => tongue.pick("Beispiele", "examples"),
        Class::Alarms => tongue.pick("Alarme", "alarms"),
        Class::Deliveries => tongue.pick("Zustellungen", "deliveries"),
        Class::Accesses => tongue.pick("Zugriffe", "accesses"),
        Class::SignIns => tongue.pick("Anmeldungen", "sign-ins"),
    }
}
