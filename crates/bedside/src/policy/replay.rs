//! `bedside policy replay`: stored posts decided again under other rules. Reading only: it runs beside a serving Bedside.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, IsTerminal as _, Seek as _, Write as _},
    path::Path,
    sync::Arc,
};

use anyhow::{Context as _, Result, ensure};
use bedside_core::{id::SiteId, time::Timestamp};
use bedside_flow::{
    Road,
    replay::{Changed, Compared, Replaying, Stretch, all_cores},
    rules::RulesRead,
};
use bedside_store::rules::version;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};

use super::Pack;
use crate::{cli::ReplayArgs, config::Config, settle};

/// Changes that a table shows; the file of `--out` holds all.
const SHOWN: usize = 200;

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The first one: what is compared.
    Replay {
        /// Posts first seen from here on.
        since: Timestamp,
        /// Fingerprints of the rules in force and of the others, by site.
        rules: BTreeMap<String, (String, String)>,
    },
    /// A post that is decided otherwise.
    Changed(Changed),
    /// The end of what is certain.
    Stretch(Stretch),
}

/// Decides history again and says what is different.
///
/// # Errors
/// The rules are not as they must be, the file is of another replay, or the store refuses.
pub async fn replay(road: &Arc<Road>, config: &Config, args: &ReplayArgs, now: Timestamp) -> Result<String> {
    let compared = Arc::new(compared(road, config, &Pack::read(&args.policy)?).await?);
    let fingerprints: BTreeMap<String, (String, String)> = road
        .houses()
        .into_iter()
        .filter_map(|house| {
            let Compared { before, after } = compared.get(&house.site.id)?;
            Some((house.site.slug.clone(), (before.version().to_owned(), after.rules().version().to_owned())))
        })
        .collect();
    let mut since = now.minus(args.since);
    let mut done = Stretch::default();
    let mut out = None;
    if let Some(path) = &args.out {
        let (file, from, before) = begin(path, since, &fingerprints)?;
        (out, since, done) = (Some(file), from, before);
    }
    let left = road.replay_length(since, done.last, None).await?;
    let replaying = Replaying { at: compared, site: None, since, threads: all_cores() };
    let bar = bar(done.posts + done.left_out, left);
    let labels = road.replay_labels().await?;
    loop {
        let stretch = road.replay_next(&replaying, &labels, done.last).await?;
        if stretch.last.is_none() {
            break;
        }
        if let Some(file) = &mut out {
            keep(file, &stretch).with_context(|| args.out.as_deref().unwrap_or(Path::new("")).display().to_string())?;
        }
        bar.inc(stretch.posts + stretch.left_out);
        done.add(stretch);
    }
    bar.finish_and_clear();
    if args.json {
        return Ok(serde_json::to_string(&serde_json::json!({
            "since": since.to_rfc3339(), "posts": done.posts, "left_out": done.left_out, "changed": done.changed.len(),
            "parts": done.parts, "rules": done.rules, "changes": done.changed,
        }))?);
    }
    Ok(table(&done, since))
}

/// The rules in force at every house and the other ones, which are joined by the house's own files as they are in force.
async fn compared(road: &Road, config: &Config, pack: &Pack) -> Result<HashMap<SiteId, Compared>> {
    let overlays = settle::overlays(config)?;
    let mut compared = HashMap::new();
    for house in road.houses() {
        let before = house.rules();
        let stored = match before.own() {
            Some(id) => version::by_id(&mut road.store().begin_read().await?, id).await?,
            None => None,
        };
        let configured = overlays.get(&house.site.slug);
        let own: Vec<(&str, &str)> = match &stored {
            Some(stored) => stored.files.texts(),
            None => configured.iter().flat_map(|one| &one.texts).map(|(n, text)| (n.as_str(), text.as_str())).collect(),
        };
        let after = Arc::new(RulesRead::only(pack.rules(house.site.jurisdiction, &own)?));
        compared.insert(house.site.id, Compared { before, after });
    }
    Ok(compared)
}

/// Opens the file: a new one, or where an earlier replay of the same rules stopped.
fn begin(
    path: &Path,
    since: Timestamp,
    rules: &BTreeMap<String, (String, String)>,
) -> Result<(File, Timestamp, Stretch)> {
    let name = path.display();
    let mut file =
        OpenOptions::new().read(true).append(true).create(true).open(path).with_context(|| name.to_string())?;
    let mut reader = BufReader::new(&file);
    let (mut text, mut end, mut certain) = (String::new(), 0, 0);
    let (mut from, mut done, mut waiting) = (None, Stretch::default(), Vec::new());
    while reader.read_line(&mut text)? > 0 {
        end += text.len() as u64;
        // The last line may be half written: what is after the last stretch is done anew.
        match serde_json::from_str(&text) {
            Ok(Line::Replay { since, rules: compared }) => {
                ensure!(
                    compared == *rules,
                    "{name} is a replay of other rules (yours or those in force have changed since): name a new file"
                );
                from = Some(since);
                certain = end;
            }
            Ok(Line::Changed(changed)) => waiting.push(changed),
            Ok(Line::Stretch(stretch)) => {
                done.add(Stretch { changed: std::mem::take(&mut waiting), ..stretch });
                certain = end;
            }
            Err(bad) => {
                ensure!(from.is_some(), "{name} is no file of a replay ({bad}): name a new one");
                break;
            }
        }
        text.clear();
    }
    file.set_len(certain)?;
    file.seek(io::SeekFrom::End(0))?;
    if from.is_none() {
        write(&mut file, &Line::Replay { since, rules: rules.clone() })?;
    }
    Ok((file, from.unwrap_or(since), done))
}

fn keep(file: &mut File, stretch: &Stretch) -> Result<()> {
    for changed in &stretch.changed {
        write(file, &Line::Changed(changed.clone()))?;
    }
    let sums = Stretch {
        posts: stretch.posts,
        left_out: stretch.left_out,
        last: stretch.last,
        parts: stretch.parts.clone(),
        rules: stretch.rules.clone(),
        changed: Vec::new(),
    };
    write(file, &Line::Stretch(sums))
}

fn write(file: &mut File, line: &Line) -> Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    Ok(file.write_all(text.as_bytes())?)
}

/// A bar on a terminal, nothing elsewhere.
fn bar(done: u64, left: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(done + left), ProgressDrawTarget::stderr_with_hz(8));
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} posts  {per_sec}  {eta} left") {
        bar.set_style(style);
    }
    bar.set_position(done);
    bar
}

fn table(done: &Stretch, since: Timestamp) -> String {
    let mut out = String::new();
    let changed = done.changed.len();
    let _ = writeln!(out, "{} posts since {} decided again, {changed} otherwise", done.posts, since.to_rfc3339());
    if done.left_out > 0 {
        let _ = writeln!(out, "{} left out: not sorted yet, erased, or of a house that has no rules", done.left_out);
    }
    let _ = writeln!(out, "\n{:<34} {:>9} {:>9} {:>9}", "", "in force", "then", "change");
    let differing = done.rules.iter().filter(|(_, (before, after))| before != after);
    for (name, (before, after)) in done.parts.iter().chain(differing) {
        let change = i128::from(*after) - i128::from(*before);
        let _ = writeln!(out, "{name:<34} {before:>9} {after:>9} {change:>+9}");
    }
    for one in done.changed.iter().take(SHOWN) {
        let what = one.case.map_or_else(|| format!("post {}", one.post), |number| format!("case {number}"));
        let _ = writeln!(out, "\n{what} of {}", one.at.to_rfc3339());
        let _ = writeln!(out, "  {} by {}", one.before.join(" + "), names(&one.rules_before));
        let _ = writeln!(out, "  then {} by {}", one.after.join(" + "), names(&one.rules_after));
    }
    if changed > SHOWN {
        let _ = writeln!(out, "\n… and {} more; --out FILE writes them all", changed - SHOWN);
    }
    out.trim_end().to_owned()
}

fn names(rules: &[String]) -> String {
    if rules.is_empty() { "the same rules without the other ones".to_owned() } else { rules.join(", ") }
}
