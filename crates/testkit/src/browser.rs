//! Pages in a real browser: axe's judgement and screenshots, by the scripts in `crates/testkit/browser`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::peer::{installed, node, pinned};

/// Checks pages of a server or of a folder with axe, light and dark, wide and narrow; the scripts' own options may follow
/// the pages (`--sign-in PATH`, `--cookie NAME=VALUE`, `--lang de,en`).
///
/// # Errors
/// With every violation's rule, page and selector; or when the browser is not installed.
pub fn axe(target: &str, pages_and_options: &[&str]) -> Result<()> {
    script("axe.mjs", target, pages_and_options).map(drop)
}

/// Takes a picture of every page into `folder` and gives back the files.
pub fn shots(target: &str, folder: &Path, pages_and_options: &[&str]) -> Result<Vec<PathBuf>> {
    let folder = folder.to_str().context("the folder's name is no UTF-8")?;
    let words = [pages_and_options, &["--out", folder]].concat();
    Ok(script("shot.mjs", target, &words)?.lines().map(PathBuf::from).collect())
}

/// Tries the desk's pages, as its example `look` wrote them to `folder`: under the policy, without script, by keys, with live
/// events and while typing.
///
/// # Errors
/// With every fact that does not hold; or when the browser is not installed.
pub fn desk(folder: &str) -> Result<()> {
    script("look.mjs", folder, &[]).map(drop)
}

/// What a round without script leaves behind.
#[derive(Debug, Clone)]
pub struct Round {
    /// The writer's session.
    pub mara: String,
    /// The second person's session.
    pub jonas: String,
    /// Numbers of cases of different kinds: answered, alarm, held, silent, with a draft that the guard objects to.
    pub cases: Vec<i64>,
}

/// Walks a draft through a served desk as two people would whose browsers run no script; the links let them in.
///
/// # Errors
/// With the step that does not work; or when the browser is not installed.
pub fn round(desk: &str, writer: &str, second: &str) -> Result<Round> {
    let said = script("round.mjs", desk, &[writer, second])?;
    let last = said.lines().last().unwrap_or_default();
    let told: serde_json::Value = serde_json::from_str(last).with_context(|| said.clone())?;
    let text =
        |name: &str| told.get(name).and_then(|value| value.as_str()).map(str::to_owned).with_context(|| said.clone());
    let cases = told.get("cases").and_then(|cases| cases.as_array()).with_context(|| said.clone())?;
    let cases = cases.iter().filter_map(serde_json::Value::as_i64).collect();
    Ok(Round { mara: text("mara")?, jonas: text("jonas")?, cases })
}

/// Opens the app from a patient's record in an EMR's frame, writes to the desk, and has axe look at it at both widths, in both
/// languages and schemes. `options` are those of `chart.mjs`; pictures go to `out` where that is said.
///
/// # Errors
/// With the step that does not work, or what axe found; or when the browser is not installed.
pub fn chart(ehr: &str, options: &serde_json::Value) -> Result<()> {
    script("chart.mjs", ehr, &[&options.to_string()]).map(drop)
}

/// Switches the language of who is signed in with this cookie (`NAME=VALUE`).
///
/// # Errors
/// When the desk does not change it.
pub fn speak(desk: &str, cookie: &str, lang: &str) -> Result<()> {
    script("speak.mjs", desk, &[cookie, lang]).map(drop)
}

fn script(name: &str, target: &str, words: &[&str]) -> Result<String> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    let pins = include_str!("../browser/package.json");
    let modules = format!("browser-{}-{}", pinned(pins, "playwright-core")?, pinned(pins, "axe-core")?);
    let output = Command::new(node()?)
        .arg(scripts.join(name))
        .arg(target)
        .args(words)
        .env("BEDSIDE_BROWSER", installed(&modules)?)
        .output()
        .context("Node could not be started: run ./test, which installs it")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("{name} {target}:\n{said}{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(said)
}
