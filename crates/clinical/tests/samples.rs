//! Every sample message is read with the outcome that a person looked at, or refused with a true reason.

use std::fs;
use std::path::Path;

use bedside_clinical::hl7::ack::Mode;
use bedside_clinical::hl7::{Checked, Keep, Reading, check};

#[test]
fn samples_are_read_as_people_read_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| !file.file_name().unwrap().to_string_lossy().starts_with('.'));
    files.sort();
    let mut report = String::new();
    for file in files {
        report.push_str(&format!("{}\n", file.file_name().unwrap().display()));
        for checked in check(&fs::read(&file).unwrap(), &Reading::default(), Mode::AsAsked, &Keep::default()) {
            report.push_str(&checked.to_string());
            if let Checked::Read(read) = checked {
                for patient in read.content.groups.iter().filter_map(|group| group.patient.as_ref()) {
                    let name = patient.name().map(|name| name.full()).unwrap_or_default();
                    report.push_str(&format!(
                        "  patient: {} {name}, {:?}\n",
                        patient.identifiers()[0].value,
                        patient.death()
                    ));
                }
            }
        }
    }
    insta::assert_snapshot!(report);
}
