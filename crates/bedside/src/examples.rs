//! `bedside examples`: what people at the desk said was found wrongly, as rows that training reads. They hold texts of people, so
//! the file is for whoever runs it alone, and the log says that it was made.

use std::{
    fs::OpenOptions,
    io::{BufWriter, Write as _},
};

use anyhow::{Context as _, Result, bail};
use bedside_flow::Road;

use crate::cli::ExamplesArgs;

/// Writes the rows of all houses, or of one. Gives what to tell.
///
/// # Errors
/// There is no such house, the file is there already or can't be written, or the store refuses.
pub async fn export(road: &Road, args: &ExamplesArgs) -> Result<String> {
    let houses = road.houses();
    let sites: Vec<_> = houses
        .iter()
        .filter(|house| args.site.as_ref().is_none_or(|slug| *slug == house.site.slug))
        .map(|house| house.site.id)
        .collect();
    if let (Some(slug), true) = (&args.site, sites.is_empty()) {
        bail!("there is no house {slug}");
    }
    // The file comes first: nothing is logged as taken out that could not be written.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&args.out).with_context(|| args.out.display().to_string())?;
    let exported = road.export_examples(None, &sites).await?;
    let mut out = BufWriter::new(file);
    for row in &exported.rows {
        writeln!(out, "{row}").with_context(|| args.out.display().to_string())?;
    }
    out.flush().with_context(|| args.out.display().to_string())?;
    let erased = match exported.erased {
        0 => String::new(),
        n => format!(", {n} more are gone with who wrote them"),
    };
    Ok(format!("{} examples are in {}{erased}", exported.rows.len(), args.out.display()))
}
