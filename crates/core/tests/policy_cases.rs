//! Our own policy cases: what the text says is given, so that the rules are proven apart from sorting.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;

use bedside_core::{
    policy::{Rules, cases},
    site::Jurisdiction,
    triage::{Lang, Signals},
};

fn own() -> Vec<cases::Case> {
    cases::read(include_str!("../../../policies/cases/own.jsonl")).unwrap()
}

fn says(case: &cases::Case, text: &str) -> Signals {
    case.says.clone().unwrap().signals(text, Lang::Unknown)
}

fn all_rules() -> BTreeMap<&'static str, Rules> {
    Jurisdiction::ALL.into_iter().map(|one| (one.as_str(), Rules::load(one, &[]).unwrap())).collect()
}

#[test]
fn every_own_case_is_decided_right_and_none_harms() {
    let (cases, rules) = (own(), all_rules());
    assert!(cases.len() >= 40 && cases.iter().filter(|case| case.post_de.is_some()).count() >= 40);
    let score = cases::score(&cases, &|case, text, _| says(case, text), &|one| rules.get(one.as_str()));
    assert!(score.wrong.is_empty(), "{} of {} right\n{:#?}", score.right, score.cases, score.wrong);
    assert_eq!(score.right, score.cases);
}

#[test]
fn the_same_words_in_another_context_are_decided_differently() {
    let (cases, rules) = (own(), all_rules());
    let mut groups: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.contrast_group.is_some()) {
        let facts = case.facts(&case.post, &|case, text, _| says(case, text));
        let parts = rules[facts.house.jurisdiction.as_str()].decide(&facts).parts();
        groups.entry(case.contrast_group.as_deref().unwrap()).or_default().push(parts);
    }
    assert!(groups.len() >= 10);
    for (group, decisions) in groups.into_iter().filter(|(_, decisions)| decisions.len() > 1) {
        assert!(decisions.windows(2).any(|pair| pair[0] != pair[1]), "{group}: all {decisions:?}");
    }
}

#[test]
fn a_line_that_is_no_case_is_named() {
    let bad = cases::read("\n{\"id\": 1}\n").unwrap_err();
    assert_eq!(bad.line, 2);
}
