//! Writes every page of the desk in every state, German and English, with invented people, to a folder, and the assets
//! beside them: `cargo run -p bedside-desk --example look -- FOLDER`. The browser checks and the designer's eye look at it.

mod sample;

use std::path::Path;

use bedside_desk::look::asset;
use bedside_desk::text::Lang;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "look".to_owned());
    let folder = Path::new(&folder);
    for lang in Lang::ALL {
        let under = folder.join(lang.code());
        std::fs::create_dir_all(&under)?;
        for (name, html) in sample::pages(lang) {
            std::fs::write(under.join(format!("{name}.html")), html)?;
        }
    }
    std::fs::create_dir_all(folder.join("assets"))?;
    for file in asset::all() {
        std::fs::write(folder.join(file.path.trim_start_matches('/')), file.bytes)?;
    }
    Ok(())
}
