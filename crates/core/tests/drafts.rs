//! Drafts judged by people, in both languages, against the guard: what must be refused, warned of, and let through.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a broken row fails the test")]

use std::{collections::BTreeSet, sync::LazyLock};

use bedside_core::{
    draft::Draft,
    guard::{DraftText, Guard, Kind, Verdict, check},
    id::{CaseId, DraftId, PersonId, PostId},
    policy::SpeechForm,
    site::Jurisdiction,
    time::Timestamp,
    triage::Lang,
};

static FACTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    ["Klinikum Lindental", "Lindental Hospital, 1 Linden Road", "0721 55 66 77", "patienten@lindental.example"]
        .map(str::to_owned)
        .to_vec()
});

fn draft<'a>(text: &'a str, post: &'a str, jurisdiction: &str) -> DraftText<'a> {
    DraftText {
        text,
        lang: Lang::Unknown,
        jurisdiction: Jurisdiction::from_word(jurisdiction).unwrap(),
        public: true,
        consented: false,
        inbound_text: Some(post),
        inbound_handle: None,
        public_facts: &FACTS,
        people: None,
    }
}

/// Rows `expected|jurisdiction|post|draft`.
fn check_rows(rows: &str) {
    let wrong: Vec<String> = rows
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let [expected, jurisdiction, post, text] = line.splitn(4, '|').collect::<Vec<_>>()[..] else {
                panic!("not a row: {line}")
            };
            let found = check(&draft(text, post, jurisdiction));
            (found.verdict.as_str() != expected).then(|| format!("{line}\n   {:?}", found.findings))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn english_drafts_are_judged_as_people_judged_them() {
    check_rows(include_str!("rows/drafts_en.txt"));
}

#[test]
fn german_drafts_are_judged_as_people_judged_them() {
    check_rows(include_str!("rows/drafts_de.txt"));
}

#[test]
fn every_repair_is_itself_clean() {
    let guard = Guard::new();
    // A few words that stand for others are no draft; that they mend the one they are put into is tested below.
    let lists = Guard::with(None);
    for text in guard.repairs() {
        for jurisdiction in ["de", "us", "uk", "at"] {
            let guard = if text.ends_with('.') { &guard } else { &lists };
            let check = guard.check(&draft(text, "", jurisdiction));
            assert_eq!(check.verdict, Verdict::Allow, "{text}: {:?}", check.findings);
        }
    }
}

/// The rows we wrote to train and measure with: `expected|jurisdiction|kinds|post|draft`.
fn authored() -> impl Iterator<Item = (&'static str, String, &'static str, &'static str)> {
    let files = [
        include_str!("../../../models/authored/drafts/en.txt"),
        include_str!("../../../models/authored/drafts/de.txt"),
    ];
    files.into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#')).map(|line| {
        let [expected, jurisdiction, _, post, text] = line.splitn(5, '|').map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("not a row: {line}")
        };
        (expected, jurisdiction.to_lowercase(), post, text)
    })
}

#[test]
fn of_our_own_rows_none_that_is_refused_passes_and_none_that_is_allowed_is_refused() {
    let wrong: Vec<String> = authored()
        .filter_map(|(expected, jurisdiction, post, text)| {
            let found = check(&draft(text, post, &jurisdiction));
            let is_wrong = matches!((expected, found.verdict), ("block", Verdict::Allow) | ("allow", Verdict::Block));
            is_wrong.then(|| format!("{expected} {text}\n   {:?}", found.findings))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn kinds(text: &str, post: &str, jurisdiction: &str) -> BTreeSet<Kind> {
    check(&draft(text, post, jurisdiction)).findings.into_iter().map(|one| one.kind).collect()
}

#[test]
fn no_repair_brings_a_new_objection_and_repairs_end_with_a_clean_draft_or_with_nothing() {
    let rows = [include_str!("rows/drafts_en.txt"), include_str!("rows/drafts_de.txt")];
    let rows = rows.into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#')).map(|line| {
        let [expected, jurisdiction, post, text] = line.splitn(4, '|').collect::<Vec<_>>()[..] else {
            panic!("not a row: {line}")
        };
        (expected, jurisdiction.to_owned(), post, text)
    });
    let mut wrong = Vec::new();
    for (_, law, post, text) in rows.chain(authored()).filter(|row| row.0 != "allow") {
        for finding in check(&draft(text, post, &law)).findings {
            let Some(repair) = finding.suggestion else { continue };
            let after = repair.applied(text);
            let new: Vec<Kind> = kinds(&after, post, &law).difference(&kinds(text, post, &law)).copied().collect();
            if new.iter().any(|kind| *kind != Kind::Empty) {
                wrong.push(format!("{text}\n   {after}\n   {new:?}"));
            }
        }
        let mut left = text.to_owned();
        for _ in 0..20 {
            let next = check(&draft(&left, post, &law)).findings.into_iter().find_map(|one| one.suggestion);
            let Some(next) = next else { break };
            left = next.applied(&left);
        }
        let blocks = |kind: &Kind| !matches!(kind, Kind::Empty | Kind::OpenPlace | Kind::ApologyWithoutContact);
        let found = kinds(&left, post, &law);
        if found.iter().any(blocks) {
            wrong.push(format!("{text}\n   ends as {left}\n   {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn among_two_with_consent_care_may_be_spoken_of() {
    let mut one = draft("We have booked your appointment. Your results are ready.", "", "us");
    assert_eq!(check(&one).verdict, Verdict::Block);
    one.public = false;
    assert_eq!(check(&one).verdict, Verdict::Block);
    one.consented = true;
    assert_eq!(check(&one).verdict, Verdict::Allow);
    one.public = true;
    assert_eq!(check(&one).verdict, Verdict::Block);
}

#[test]
fn what_the_house_says_of_itself_is_allowed() {
    let mut one = draft("Dr. Weber speaks for the house. Ask us.", "", "us");
    assert_eq!(check(&one).verdict, Verdict::Block);
    let facts = ["Spokesman Dr. Jan Weber".to_owned()];
    one.public_facts = &facts;
    assert_eq!(check(&one).verdict, Verdict::Allow);
}

#[test]
fn the_authors_name_is_not_repeated() {
    let mut one = draft("Thank you for your message, Brandner.", "", "us");
    assert_eq!(check(&one).verdict, Verdict::Allow);
    one.inbound_handle = Some("t_brandner");
    assert_eq!(check(&one).verdict, Verdict::Block);
}

#[test]
fn what_is_approved_is_bound_to_text_form_and_post() {
    let now = Timestamp::from_micros(1_794_661_200_000_000);
    let said = Draft {
        id: DraftId::new(now, &[1; 10]),
        case: CaseId::new(now, &[2; 10]),
        post: PostId::new(now, &[3; 10]),
        author: PersonId::new(now, &[4; 10]),
        form: SpeechForm::InvitePrivate,
        text: "Bitte rufen Sie uns an.".to_owned(),
        salt: [5; 32],
    };
    let others = [
        Draft { text: "Bitte rufen Sie an.".to_owned(), ..said.clone() },
        Draft { form: SpeechForm::AnswerPublicGeneric, ..said.clone() },
        Draft { post: PostId::new(now, &[6; 10]), ..said.clone() },
        Draft { salt: [7; 32], ..said.clone() },
    ];
    assert_eq!(said.commitment(), said.clone().commitment());
    for other in others {
        assert_ne!(said.commitment(), other.commitment());
    }
}
