//! Every page in every state in a real browser: axe finds nothing, and script does what it promises and no more.

#[path = "../examples/look/main.rs"]
#[allow(dead_code)]
mod look;

use anyhow::{Context, Result};
use bedside_desk::text::Lang;
use bedside_testkit::browser;

fn written() -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    look::write(folder.path())?;
    Ok(folder)
}

/// All pages of a language, wide and narrow, light and dark.
fn axe(lang: Lang, widths: &str) -> Result<()> {
    let folder = written()?;
    let pages: Vec<String> =
        look::sample::pages(lang).into_iter().map(|(name, _)| format!("{}/{name}.html", lang.code())).collect();
    let mut words: Vec<&str> = pages.iter().map(String::as_str).collect();
    words.extend(["--lang", lang.code(), "--width", widths]);
    browser::axe(folder.path().to_str().context("a folder with a plain name")?, &words)
}

#[test]
fn axe_finds_nothing_in_german_light_or_dark_wide() -> Result<()> {
    axe(Lang::De, "1440")
}

#[test]
fn axe_finds_nothing_in_german_light_or_dark_narrow() -> Result<()> {
    axe(Lang::De, "390")
}

#[test]
fn axe_finds_nothing_in_english_light_or_dark() -> Result<()> {
    axe(Lang::En, "1440")
}

#[test]
fn axe_finds_nothing_in_the_panel_beside_the_record() -> Result<()> {
    let folder = written()?;
    for lang in Lang::ALL {
        let all = look::sample::pages(lang).into_iter().filter(|(name, _)| name.starts_with("chart-"));
        let pages: Vec<String> = all.map(|(name, _)| format!("{}/{name}.html", lang.code())).collect();
        anyhow::ensure!(pages.len() >= 9, "only {} pages of the panel", pages.len());
        let mut words: Vec<&str> = pages.iter().map(String::as_str).collect();
        words.extend(["--lang", lang.code(), "--width", "600,390"]);
        browser::axe(folder.path().to_str().context("a folder with a plain name")?, &words)?;
    }
    Ok(())
}

#[test]
fn live_parts_keys_and_the_guard_keep_their_promises() -> Result<()> {
    let folder = written()?;
    browser::desk(folder.path().to_str().context("a folder with a plain name")?)
}
