//! What a list of the hospital's own people costs, and whether the time of a look-up tells who is on it:
//! `cargo run --release -p bedside-core --example people [PERSONS]`. The persons are made up.
#![allow(clippy::indexing_slicing, reason = "places are masked to the length")]

use std::{hint::black_box, time::Instant};

use bedside_core::people::{Builder, People, PeopleKey, Person};

/// How many look-ups of each kind are timed.
const TIMED: usize = 100_000;

fn main() {
    let persons: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5_000_000);
    let key = PeopleKey::new(&[42; 32]);
    let began = Instant::now();
    let mut builder = Builder::new(key);
    for n in 0..persons {
        let one = Made::listed(n);
        builder.add(&Person { given: &[&one.given], family: &[&one.family], numbers: &[&one.number, &one.insurance] });
    }
    let people = builder.finish();
    let mb = |bytes: usize| bytes as f64 / 1e6;
    say(&format!(
        "{persons} persons, {} hashes, built in {:.1} s: {:.0} MB held, {:.0} MB at most while building",
        people.len(),
        began.elapsed().as_secs_f64(),
        mb(people.size_bytes()),
        mb(most_memory_bytes())
    ));
    texts(&people, persons);
    times(&people, persons);
}

/// The time for each word of running text with names in it.
fn texts(people: &People, persons: u64) {
    let mut texts = Vec::new();
    for n in 0..20_000 {
        let (one, other) = (Made::listed(n * 7 % persons), Made::unlisted(n));
        texts.push(format!(
            "Gestern waren {} {} und {}, {} bei uns, sagt die Dame von nebenan; Nummer {} fehlt in den Unterlagen.",
            one.given, one.family, other.family, other.given, one.number
        ));
    }
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    let began = Instant::now();
    let hits: usize = texts.iter().map(|text| people.find(text, |_, _| false).len()).sum();
    let each = began.elapsed().as_secs_f64() * 1e6 / words as f64;
    say(&format!(
        "{each:.2} µs per word of running text, all pairs of words up to two apart and all numbers ({hits} found)"
    ));
}

/// Times look-ups of listed and of unlisted names in turn, each name once.
fn times(people: &People, persons: u64) {
    let step = (persons / TIMED as u64).max(1);
    let mut listed = Vec::with_capacity(TIMED);
    let mut unlisted = Vec::with_capacity(TIMED);
    let mut both: Vec<(bool, Made)> = (0..TIMED as u64)
        .flat_map(|n| [(true, Made::listed(n * step % persons)), (false, Made::unlisted(n))])
        .collect();
    both.sort_by_key(|(_, made)| mix(made.seed));
    let mut wrong = 0;
    for (is_listed, made) in &both {
        let name = [made.given.as_str(), made.family.as_str()];
        let began = Instant::now();
        let held = black_box(people.holds_name(black_box(&name)));
        let time = began.elapsed().as_nanos() as u32;
        wrong += u32::from(held != *is_listed);
        if *is_listed { listed.push(time) } else { unlisted.push(time) }
    }
    let (auc, ks, at_chance) = apart(&mut listed, &mut unlisted);
    say(&format!(
        "{TIMED} look-ups each, median {} ns listed, {} ns unlisted, {wrong} answered wrongly",
        listed[listed.len() / 2],
        unlisted[unlisted.len() / 2]
    ));
    let verdict = if ks < at_chance && (auc - 0.5).abs() < 0.005 { "can't be told apart" } else { "CAN BE TOLD APART" };
    say(&format!(
        "AUC {auc:.4} (0.5: no difference), Kolmogorov-Smirnov distance {ks:.4} (chance at 1 %: {at_chance:.4}): {verdict}"
    ));
}

/// The area under the ROC curve and the Kolmogorov–Smirnov distance of two samples, and what the latter reaches by
/// chance in one of a hundred tries.
fn apart(one: &mut [u32], other: &mut [u32]) -> (f64, f64, f64) {
    one.sort_unstable();
    other.sort_unstable();
    let (n, m) = (one.len() as f64, other.len() as f64);
    let (mut below, mut distance) = (0.0, 0.0_f64);
    for value in one.iter() {
        let less = other.partition_point(|x| x < value) as f64;
        let same = other.partition_point(|x| x <= value) as f64 - less;
        below += less + same / 2.0;
        let upto = one.partition_point(|x| x <= value) as f64 / n;
        distance = distance.max((upto - (less + same) / m).abs());
    }
    (below / (n * m), distance, 1.63 * ((n + m) / (n * m)).sqrt())
}

/// A made-up person.
struct Made {
    seed: u64,
    given: String,
    family: String,
    number: String,
    insurance: String,
}

impl Made {
    fn listed(n: u64) -> Self {
        Self::of(mix(n * 2))
    }

    fn unlisted(n: u64) -> Self {
        Self::of(mix(n * 2 + 1))
    }

    fn of(seed: u64) -> Self {
        let given = name(seed, 3);
        let family = name(mix(seed), 4);
        Self {
            seed,
            given,
            family,
            number: format!("{:010}", seed % 10_000_000_000),
            insurance: format!("A{:09}", mix(seed) % 1_000_000_000),
        }
    }
}

fn name(seed: u64, syllables: u32) -> String {
    const HEADS: &[u8] = b"bdfghklmnprstvwz";
    const TAILS: &[&str] =
        &["a", "e", "i", "o", "an", "en", "er", "il", "ul", "or", "as", "in", "eb", "at", "im", "om"];
    let mut text = String::new();
    for n in 0..syllables {
        let bits = (seed >> (n * 8)) as usize;
        text.push(char::from(HEADS[bits & 15]));
        text.push_str(TAILS[(bits >> 4) & 15]);
    }
    text[..1].to_uppercase() + &text[1..]
}

fn mix(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

/// The most memory that the process ever held; 0 where the system doesn't tell.
fn most_memory_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse::<usize>().ok()).unwrap_or(0) * 1024
}

fn say(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{text}");
}
