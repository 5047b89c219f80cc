//! Writes every page of the desk in every state, German and English, with invented people, to a folder, and the assets
//! beside them: `cargo run -p bedside-desk --example look -- FOLDER`. The browser checks and the designer's eye look at it.

pub mod sample;

use std::path::Path;

use bedside_desk::look::asset;
use bedside_desk::text::Lang;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "look".to_owned());
    write(Path::new(&folder))
}

/// Writes pages, assets, the policy they are served under, and what the guard answers while one types.
pub fn write(folder: &Path) -> std::io::Result<()> {
    for lang in Lang::ALL {
        let under = folder.join(lang.code());
        std::fs::create_dir_all(&under)?;
        for (name, html) in sample::pages(lang) {
            std::fs::write(under.join(format!("{name}.html")), html)?;
        }
    }
    std::fs::write(folder.join("policy.txt"), bedside_desk::look::CONTENT_SECURITY_POLICY)?;
    // Where the sample case's pictures have their addresses.
    let at = folder.join(format!("case/{}/media/ward", sample::pictures::CASE));
    std::fs::create_dir_all(at.join("1"))?;
    std::fs::write(at.join("0"), include_bytes!("ward.jpg"))?;
    std::fs::write(at.join("1/blurred"), include_bytes!("blurred.jpg"))?;
    std::fs::write(folder.join("find.part"), sample::found(Lang::De))?;
    std::fs::create_dir_all(folder.join("assets"))?;
    for file in asset::all() {
        std::fs::write(folder.join(file.path.trim_start_matches('/')), file.bytes)?;
    }
    Ok(())
}
