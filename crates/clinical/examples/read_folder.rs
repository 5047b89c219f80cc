//! Reads every file of a folder as HL7 v2 and prints what would become of each message:
//! `cargo run -p bedside-clinical --example read_folder -- DIR [CHARSET]`. With `--names` after that, names too.
#![allow(clippy::print_stdout, reason = "a command's result goes to standard output")]

use std::{error::Error, fs, path::PathBuf};

use bedside_clinical::hl7::ack::Mode;
use bedside_clinical::hl7::{Charset, Checked, Keep, Reading, Report, check};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("usage: read_folder DIR [CHARSET] [--names]")?;
    let charset = arguments.get(1).and_then(|name| Charset::named(name)).unwrap_or(Reading::default().charset);
    let shows_names = arguments.iter().any(|argument| argument == "--names");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Box<dyn Error>>>()?;
    files.sort();
    for file in files.iter().filter(|file| file.is_file()) {
        println!("{}", file.file_name().unwrap_or_default().display());
        for checked in check(&fs::read(file)?, &Reading { charset }, Mode::AsAsked, &Keep::default()) {
            print!("{checked}");
            if let (Checked::Read(report), true) = (&checked, shows_names) {
                show_names(report);
            }
        }
    }
    Ok(())
}

fn show_names(report: &Report) {
    for patient in report.content.groups.iter().filter_map(|group| group.patient.as_ref()) {
        let name = patient.name().map(bedside_clinical::hl7::Xpn::full).unwrap_or_default();
        let ids: Vec<String> =
            patient.identifiers().iter().map(|id| format!("{} ({})", id.value, id.authority.name())).collect();
        println!("  patient: {name}: {}", ids.join(", "));
    }
}
