use super::*;

fn key() -> PeopleKey {
    PeopleKey::new(&[7; 32])
}

fn list() -> People {
    let mut builder = Builder::new(key());
    let persons: &[(&[&str], &[&str], &[&str])] = &[
        (&["Anna Maria"], &["Müller-Groß"], &["4711-0815", "A123456780"]),
        (&["Jürgen"], &["von der Heide"], &["0000471109"]),
        (&["Hans-Peter"], &["O'Neill"], &[]),
        (&["Omar"], &["al-Hashimi"], &["P-10023"]),
        (&["Ronald"], &["McDonald"], &[]),
        (&["Mark"], &["Will"], &[]),
        (&["Cher"], &[], &["2026"]),
    ];
    for (given, family, numbers) in persons {
        builder.add(&Person { given, family, numbers });
    }
    assert_eq!(builder.persons(), 6, "neither one name alone nor a year can be found");
    builder.finish()
}

fn find(text: &str) -> Vec<Hit> {
    list().find(text, |_, _| false)
}

fn check(text: &str, expect: &[&str]) {
    let found = find(text);
    let found: Vec<&str> = found.into_iter().map(|hit| &text[hit.bytes]).collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn full_names_are_found_in_either_order_any_case_and_any_spelling() {
    check("Gestern lag Anna Müller neben mir", &["Anna Müller"]);
    check("Müller, Anna und andere", &["Müller, Anna"]);
    check("MUELLER ANNA", &["MUELLER ANNA"]);
    check("anna muller war da", &["anna muller"]);
    check("Anna Maria Müller-Groß", &["Anna Maria Müller-Groß"]);
    check("Anna M. Groß", &["Anna M. Groß"]);
    check("Maria Müllergroß", &["Maria Müllergroß"]);
    check("Juergen von der Heide und Jürgen Heide", &["Juergen von der Heide", "Jürgen Heide"]);
    check("Hanspeter ONeill, Hans Peter O’Neill", &["Hanspeter ONeill, Hans Peter O’Neill"]);
    check("Omar Alhashimi ist hier", &["Omar Alhashimi"]);
    check("Ronald Mcdonald or RonaldMcDonald", &["Ronald Mcdonald", "RonaldMcDonald"]);
    check("Anna Müllers Akte; anna.mueller@example.org", &["Anna Müllers", "anna.mueller"]);
    check("Anna Bea Müller", &["Anna Bea Müller"]);
}

#[test]
fn words_alone_and_words_of_two_sentences_are_nobody() {
    check("Anna war da. Müller auch.", &[]);
    check("Ich war bei Anna. Müller kam später", &[]);
    check("Anna und eine Frau Müller", &[]);
    check("so mark will you come", &[]);
    check("I asked Mark Will yesterday", &["Mark Will"]);
    check("Cher sang 2026", &[]);
}

#[test]
fn numbers_are_found_with_any_separators() {
    for text in ["Nr. 4711-0815 bitte", "47110815", "4711 0815", "4711.08.15", "4 7 1 1 0 8 1 5", "0047110815"] {
        assert_eq!(find(text).len(), 1, "{text}");
    }
    check("meine Karte a 123 456 780 ist weg", &["a 123 456 780"]);
    check("471109 und P10023", &["471109", "P10023"]);
    check("4711-0816 und 2026 und 10023", &[]);
    // As long as that it is found, listed or not.
    check("47110816", &["47110816"]);
}

#[test]
fn a_name_is_asked_for_by_its_words() {
    let list = list();
    assert!(list.holds_name(&["Anna", "Müller"]) && list.holds_name(&["gross", "MARIA"]));
    assert!(!list.holds_name(&["Anna"]) && !list.holds_name(&["Müller"]) && !list.holds_name(&["Anna", "Heide"]));
    assert!(list.holds_number("4711 0815") && !list.holds_number("4711 0816") && !list.holds_number("2026"));
}

fn bytes(list: &People) -> Vec<u8> {
    let mut all = Vec::new();
    list.write(-7, |part| {
        all.extend_from_slice(part);
        Ok::<(), ()>(())
    })
    .unwrap();
    all
}

fn read(key: PeopleKey, bytes: &[u8], step: usize) -> Result<People, PeopleError> {
    let mut reader = Reader::new(key);
    for part in bytes.chunks(step) {
        reader.push(part)?;
    }
    let (people, as_of) = reader.finish()?;
    assert_eq!(as_of, -7);
    Ok(people)
}

#[test]
fn a_list_comes_back_from_its_bytes_and_holds_no_name() {
    let bytes = bytes(&list());
    for step in [1, 7, 64, 100_000] {
        let back = read(key(), &bytes, step).unwrap();
        assert_eq!(back.table, list().table, "{step}");
        assert!(back.holds_name(&["Anna", "Müller"]));
    }
    for word in ["anna", "Anna", "muller", "47110815"] {
        assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word}");
    }
}

#[test]
fn a_wrong_key_and_every_changed_byte_are_told() {
    let good = bytes(&list());
    assert_eq!(read(PeopleKey::new(&[8; 32]), &good, 50).unwrap_err(), PeopleError::WrongKey);
    assert_eq!(read(key(), b"something else that is long enough for a head", 50).unwrap_err(), PeopleError::NoList);
    assert_eq!(read(key(), &good[..20], 50).unwrap_err(), PeopleError::NoList);
    for n in 0..good.len() {
        let mut bad = good.clone();
        bad[n] ^= 1;
        assert!(read(key(), &bad, 50).is_err(), "byte {n}");
    }
    for cut in [good.len() - 1, good.len() - 40, 50] {
        assert_eq!(read(key(), &good[..cut], 50).unwrap_err(), PeopleError::Damaged, "{cut}");
    }
    let longer = [good.as_slice(), &[0; 60]].concat();
    assert_eq!(read(key(), &longer, 50).unwrap_err(), PeopleError::Damaged);
}

#[test]
fn a_list_under_another_key_or_of_another_site_shares_nothing() {
    let mut other = Builder::new(key().of_site("nord"));
    other.add(&Person { given: &["Anna"], family: &["Müller"], numbers: &["4711-0815"] });
    let other = other.finish();
    let stolen = People { key: key(), ..other };
    assert!(!stolen.holds_name(&["Anna", "Müller"]) && !stolen.holds_number("47110815"));
}

#[test]
fn who_came_since_is_found_too() {
    let mut recent = Builder::new(key());
    recent.add(&Person { given: &["Ida"], family: &["Neu"], numbers: &[] });
    let both = list().with_recent(&recent.list());
    recent.add(&Person { given: &["Ida"], family: &["Neu"], numbers: &[] });
    assert_eq!(list().with_recent(&recent.list()).len(), both.len(), "told twice, kept once");
    assert!(both.holds_name(&["Ida", "Neu"]) && both.holds_name(&["Anna", "Müller"]));
    assert!(!both.holds_name(&["Ida", "Müller"]));
}
