//! Drafts judged by people, in both languages, against the guard: what must be refused, warned of, and let through.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a broken row fails the test")]

use std::sync::LazyLock;

use bedside_core::{
    draft::Draft,
    guard::{DraftText, Guard, Kind, Severity, Verdict, check},
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
    for text in guard.repairs() {
        for jurisdiction in ["de", "us", "uk", "at"] {
            let check = guard.check(&draft(text, "", jurisdiction));
            assert_eq!(check.verdict, Verdict::Allow, "{text}: {:?}", check.findings);
        }
    }
}

/// The draft after the first repair of what blocks it.
fn repaired(text: &str, post: &str, jurisdiction: &str) -> Option<String> {
    let check = check(&draft(text, post, jurisdiction));
    let repair = check.findings.into_iter().find(|one| one.severity == Severity::Block)?.suggestion?;
    let (start, end) = (repair.span.start as usize, repair.span.end as usize);
    let chars: Vec<char> = text.chars().collect();
    Some(chars[..start].iter().collect::<String>() + &repair.replace + &chars[end..].iter().collect::<String>())
}

#[test]
fn repairs_end_with_a_draft_that_is_not_refused_or_with_nothing() {
    for rows in [include_str!("rows/drafts_en.txt"), include_str!("rows/drafts_de.txt")] {
        for line in rows.lines().filter(|line| line.starts_with("block")) {
            let [_, jurisdiction, post, text] = line.splitn(4, '|').collect::<Vec<_>>()[..] else {
                continue;
            };
            let mut text = text.to_owned();
            for _ in 0..20 {
                match repaired(&text, post, jurisdiction) {
                    Some(next) => text = next,
                    None => break,
                }
            }
            let left = check(&draft(&text, post, jurisdiction));
            let blocks =
                |kind: Kind| left.findings.iter().any(|one| one.kind == kind && one.severity == Severity::Block);
            assert!(left.verdict < Verdict::Block || blocks(Kind::Empty) || blocks(Kind::OpenPlace), "{line}\n{text}");
        }
    }
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
