//! Measures the guard on judged drafts: `cargo run -p bedside-core --example measure_guard -- --drafts FILE`.
//! FILE holds JSON lines with `draft`, `inbound_post`, `jurisdiction`, `lang` and `expected` (block, warn, allow).
//! Prints every draft that is judged otherwise, with what was found.

use std::{fs, io::Write};

use bedside_core::{
    guard::{self, DraftText},
    site::Jurisdiction,
    triage::Lang,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let file = match args.as_slice() {
        [_, flag, file] if flag == "--drafts" => file,
        _ => return Err("expected --drafts FILE".into()),
    };
    let mut out = std::io::stdout().lock();
    let (mut all, mut right) = (0, 0);
    for line in fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?.lines() {
        let row: serde_json::Value = serde_json::from_str(line)?;
        let word = |key: &str| row.get(key).and_then(|value| value.as_str()).unwrap_or_default();
        let check = guard::check(&DraftText {
            text: word("draft"),
            lang: Lang::from_tag(word("lang")),
            jurisdiction: Jurisdiction::from_word(word("jurisdiction")).ok_or("unknown jurisdiction")?,
            public: true,
            consented: false,
            inbound_text: Some(word("inbound_post")),
            inbound_handle: None,
            public_facts: &[],
            people: None,
        });
        all += 1;
        right += usize::from(check.verdict.as_str() == word("expected"));
        let kinds: Vec<_> =
            check.findings.iter().map(|finding| (finding.kind.as_str(), finding.span.slice(word("draft")))).collect();
        let sign = if check.verdict.as_str() == word("expected") { "right" } else { "WRONG" };
        writeln!(
            out,
            "{sign} {} expected {} is {} {kinds:?}",
            word("draft"),
            word("expected"),
            check.verdict.as_str()
        )?;
    }
    writeln!(out, "{right} of {all}")?;
    Ok(())
}
