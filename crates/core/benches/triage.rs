//! How fast posts are read and drafts are checked: `cargo bench -p bedside-core --bench triage`.

use bedside_core::{
    guard::{self, DraftText},
    site::Jurisdiction,
    time::Timestamp,
    triage::{Lang, Triage, TriageInput},
};
use divan::{Bencher, counter::ItemsCount};

fn main() {
    divan::main();
}

const POSTS: &str = concat!(include_str!("../tests/rows/triage_en.txt"), include_str!("../tests/rows/triage_de.txt"));
const DRAFTS: &str = concat!(include_str!("../tests/rows/drafts_en.txt"), include_str!("../tests/rows/drafts_de.txt"));

#[divan::bench]
fn made_ready(bencher: Bencher) {
    bencher.bench(Triage::new);
}

#[divan::bench]
fn posts(bencher: Bencher) {
    let triage = Triage::new();
    let posts: Vec<&str> = POSTS.lines().filter_map(|line| line.split_once('|')).map(|(_, text)| text).collect();
    bencher.counter(ItemsCount::new(posts.len())).bench(|| {
        let at = Timestamp::from_micros(0);
        posts
            .iter()
            .map(|text| triage.read(&TriageInput { text, lang_hint: Lang::Unknown, at }).topics.len())
            .sum::<usize>()
    });
}

#[divan::bench]
fn drafts(bencher: Bencher) {
    let drafts: Vec<&str> = DRAFTS.lines().filter_map(|line| line.rsplit_once('|')).map(|(_, text)| text).collect();
    bencher.counter(ItemsCount::new(drafts.len())).bench(|| drafts.iter().map(|text| check(text)).sum::<usize>());
}

#[divan::bench]
fn draft_of_2000_characters(bencher: Bencher) {
    let text: String = DRAFTS.lines().filter_map(|line| line.rsplit_once('|')).map(|(_, text)| text).collect();
    let text: String = text.chars().take(2000).collect();
    bencher.bench(|| check(&text));
}

fn check(text: &str) -> usize {
    guard::check(&DraftText {
        text,
        lang: Lang::Unknown,
        jurisdiction: Jurisdiction::Us,
        public: true,
        consented: false,
        inbound_text: None,
        inbound_handle: None,
        public_facts: &[],
        people: None,
    })
    .findings
    .len()
}
