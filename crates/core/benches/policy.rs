//! How many decisions a core makes per second, with the full packs. No text is read: the cases say what it says.

use bedside_core::{
    policy::{Facts, Rules, cases},
    site::Jurisdiction,
    triage::Lang,
};
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

fn facts() -> Vec<Facts> {
    let cases = cases::read(include_str!("../../../policies/cases/own.jsonl")).unwrap_or_default();
    let says = |case: &cases::Case| case.says.clone().unwrap_or_default();
    cases.iter().map(|case| case.facts(&case.post, &|case, text, _| says(case).signals(text, Lang::De))).collect()
}

#[divan::bench]
fn decide(bencher: divan::Bencher<'_, '_>) {
    let (Ok(rules), facts) = (Rules::load(Jurisdiction::De, &[]), facts()) else { return };
    bencher
        .counter(ItemsCount::new(facts.len()))
        .bench_local(|| facts.iter().map(|facts| rules.decide(facts).because.len()).sum::<usize>());
}

#[divan::bench]
fn load() -> bool {
    Rules::load(Jurisdiction::De, &[]).is_ok()
}
