//! How fast texts are scanned: `cargo bench -p bedside-core --bench scan`.

use bedside_core::{scan::Scanner, triage::Lang};
use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};

fn main() {
    divan::main();
}

const EN: &str = include_str!("../../../models/authored/phi/en.txt");
const DE: &str = include_str!("../../../models/authored/phi/de.txt");

/// The rows without their marks.
fn texts(rows: &str) -> Vec<String> {
    let unmarked = |part: &str| {
        part.split_once(':')
            .filter(|(kind, _)| kind.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
            .map_or(part.to_owned(), |(_, text)| text.to_owned())
    };
    rows.lines().map(|row| row.split(['[', ']']).map(unmarked).collect()).collect()
}

#[divan::bench]
fn made_ready(bencher: Bencher) {
    bencher.bench(Scanner::new);
}

#[divan::bench(args = [Lang::De, Lang::En, Lang::Unknown])]
fn everything(bencher: Bencher, lang: Lang) {
    let scanner = Scanner::new();
    let texts = texts(if lang == Lang::De { DE } else { EN });
    bencher
        .counter(ItemsCount::new(texts.len()))
        .bench(|| texts.iter().map(|text| scanner.scan(text, lang).len()).sum::<usize>());
}

#[divan::bench]
fn rules_alone_as_previews_are_masked(bencher: Bencher) {
    let texts = texts(EN);
    bencher
        .counter(ItemsCount::new(texts.len()))
        .bench(|| texts.iter().map(|text| bedside_core::scan::mask(text).len()).sum::<usize>());
}

/// The same bytes a second at every length: work grows with the text. What grew with its square would read a quarter as fast at four
/// times the length.
#[divan::bench(
    args = ["Frau Dr. Anna Weber, 0170 1234567, geb. 3.4.1961. ", "0170 1234567 ", "1.1.", "@a@b.", "a at b dot ", "#aBc", "l0 "],
    consts = [65_536, 262_144, 1_048_576],
    sample_count = 3
)]
fn work_grows_with_the_length<const LENGTH: usize>(bencher: Bencher, piece: &str) {
    let scanner = Scanner::new();
    let text = piece.repeat(LENGTH / piece.len());
    bencher.counter(BytesCount::of_str(&text)).bench(|| scanner.scan(&text, Lang::De).len());
}
