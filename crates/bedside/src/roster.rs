//! A roster: CSV with people's names and numbers, from which the list of the hospital's own people is made. A program of
//! the hospital writes it, so column names in German and English are understood, commas and semicolons.

use std::{collections::BTreeSet, io::Read, path::Path};

use anyhow::{Context as _, Result, bail};
use bedside_core::people::{Builder, Person};

/// What was read of a roster.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// How many rows name somebody who can be found now.
    pub persons: u64,
    /// How many rows name nobody who could be found: a family name alone, a number of fewer than five signs.
    pub unfound: u64,
    /// The names of those who speak for the house in public.
    pub spokespeople: BTreeSet<String>,
}

/// Reads a roster from a file into a list that is being made.
///
/// # Errors
/// The file can't be read, is not UTF-8, or its header names neither names nor numbers.
pub fn read_file(file: &Path, list: &mut Builder) -> Result<Roster> {
    let from = std::fs::File::open(file).with_context(|| file.display().to_string())?;
    read(std::io::BufReader::new(from), list).with_context(|| file.display().to_string())
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Given,
    Family,
    /// "Anna Muster" or "Muster, Anna".
    Whole,
    Number,
    Spokesperson,
    Other,
}

impl Column {
    fn of(header: &str) -> Self {
        let plain: String = header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        match plain.as_str() {
            "given" | "givenname" | "givennames" | "first" | "firstname" | "forename" | "vorname" | "vornamen" => {
                Self::Given
            }
            "family" | "familyname" | "last" | "lastname" | "surname" | "maidenname" | "birthname" | "nachname"
            | "familienname" | "geburtsname" => Self::Family,
            "name" | "fullname" => Self::Whole,
            "spokesperson" | "sprecher" | "sprecherin" | "pressesprecher" => Self::Spokesperson,
            "id" | "mrn" | "kvnr" | "nhs" | "ssn" => Self::Number,
            other => {
                let ends = ["number", "numbers", "nummer", "nummern", "nr", "no", "id", "mrn"];
                if ends.iter().any(|end| other.ends_with(end)) { Self::Number } else { Self::Other }
            }
        }
    }
}

fn read(mut from: impl Read, list: &mut Builder) -> Result<Roster> {
    let mut start = Vec::new();
    // As much as a header may have: which sign parts its columns?
    from.by_ref().take(4096).read_to_end(&mut start)?;
    let start = start.strip_prefix(b"\xef\xbb\xbf").map_or(start.clone(), <[u8]>::to_vec);
    let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| header.iter().filter(|byte| **byte == sign).count();
    let parts = [b',', b';', b'\t'].into_iter().max_by_key(|sign| (count(*sign), *sign == b',')).unwrap_or(b',');
    let mut rows = csv::ReaderBuilder::new().delimiter(parts).flexible(true).from_reader(start.as_slice().chain(from));
    let columns: Vec<Column> = rows.headers()?.iter().map(Column::of).collect();
    if !columns.iter().any(|column| matches!(column, Column::Given | Column::Family | Column::Whole | Column::Number)) {
        bail!("the first line names none of the columns given, family, name, number");
    }
    let mut read = Roster::default();
    let mut row = csv::StringRecord::new();
    while rows.read_record(&mut row)? {
        add(&columns, &row, list, &mut read);
    }
    Ok(read)
}

fn add(columns: &[Column], row: &csv::StringRecord, list: &mut Builder, read: &mut Roster) {
    let of = |wanted: Column| {
        let both =
            columns.iter().zip(row).filter(move |(column, field)| **column == wanted && !field.trim().is_empty());
        both.map(|(_, field)| field.trim()).collect::<Vec<&str>>()
    };
    let (mut given, mut family) = (of(Column::Given), of(Column::Family));
    for whole in of(Column::Whole) {
        let cut = whole.split_once(',').map(|(family, given)| (given.trim(), family.trim()));
        match cut.or_else(|| whole.rsplit_once(char::is_whitespace)) {
            Some((first, last)) => {
                given.push(first);
                family.push(last);
            }
            None => family.push(whole),
        }
    }
    let speaks = of(Column::Spokesperson).iter().any(|word| is_yes(word));
    if speaks {
        // Whoever speaks in public is named in public: their name is on the allow list, their numbers are not.
        read.spokespeople.insert(format!("{} {}", given.join(" "), family.join(" ")));
        (given, family) = (Vec::new(), Vec::new());
    }
    let numbers = of(Column::Number);
    let numbers: Vec<&str> = numbers.iter().flat_map(|cell| cell.split([';', '|'])).collect();
    let is_found = list.add(&Person { given: &given, family: &family, numbers: &numbers });
    read.persons += u64::from(is_found);
    read.unfound += u64::from(!is_found && !speaks);
}

fn is_yes(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "yes" | "y" | "ja" | "j" | "true" | "1" | "x")
}

#[cfg(test)]
mod tests {
    use bedside_core::people::{People, PeopleKey};

    use super::*;

    fn list(csv: &str) -> (Roster, People) {
        let mut list = Builder::new(PeopleKey::new(&[1; 32]));
        let read = read(csv.as_bytes(), &mut list).unwrap();
        (read, list.finish())
    }

    #[test]
    fn columns_are_known_by_their_names_in_both_languages() {
        for csv in [
            "given,family,number\nAnna,Muster,471108\n",
            "\u{feff}Nachname;Vorname;Fallnummer;Geburtsdatum\r\nMuster;Anna;471108;1980-01-01\r\n",
            "name,ward,patient_number\n\"Muster, Anna\",B2,4711 08\n",
            "Name\tMRN\nAnna Muster\t471108\n",
            "family,given,number\nMuster,Anna,\"99;471108\"\n",
        ] {
            let (read, people) = list(csv);
            assert_eq!((read.persons, read.unfound), (1, 0), "{csv}");
            assert!(people.holds_name(&["Anna", "Muster"]) && people.holds_number("471108"), "{csv}");
            assert!(!people.holds_number("19800101"), "a date of birth is no number: {csv}");
        }
    }

    #[test]
    fn spokespeople_are_allowed_by_name_and_who_cannot_be_found_is_counted() {
        let (read, people) = list("given,family,number,spokesperson\nEva,Laut,10023,ja\nOtto,,,\nIna,Leise,,nein\n");
        assert_eq!(read, Roster { persons: 2, unfound: 1, spokespeople: ["Eva Laut".to_owned()].into() });
        assert!(!people.holds_name(&["Eva", "Laut"]) && people.holds_number("10023"));
        assert!(people.holds_name(&["Ina", "Leise"]));
    }

    #[test]
    fn a_file_of_something_else_is_refused() {
        let mut list = Builder::new(PeopleKey::new(&[1; 32]));
        assert!(read(&b"a,b\n1,2\n"[..], &mut list).unwrap_err().to_string().contains("given, family, name, number"));
        assert!(read(&b"given,family\nJ\xfcrgen,Muster\n"[..], &mut list).is_err());
    }
}
