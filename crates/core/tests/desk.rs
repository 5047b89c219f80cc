//! Who may do what at the desk: the table of permissions, and the refusals in words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use bedside_core::{
    policy::desk::{Desk, DeskAction, Seat},
    site::Role,
    triage::Lang,
};

fn may(roles: &[Role], action: DeskAction) -> bool {
    Desk::load().unwrap().may(roles, action, Seat::default()).is_ok()
}

#[test]
fn who_has_no_role_may_nothing() {
    let desk = Desk::load().unwrap();
    for action in DeskAction::ALL {
        let refusal = desk.may(&[], *action, Seat::default()).expect_err(action.as_str());
        assert_eq!(refusal.rules, Vec::<String>::new());
        assert_eq!(refusal.reason(Lang::De), "Ihre Rolle an diesem Haus erlaubt das nicht.");
    }
}

#[test]
fn nobody_approves_what_they_wrote() {
    let desk = Desk::load().unwrap();
    let refusal = desk.may(&Role::ALL, DeskAction::Approve, Seat { own_draft: true }).unwrap_err();
    assert_eq!(refusal.rules, ["desk.own_draft"]);
    assert_eq!(refusal.reason(Lang::En), "You wrote this. Someone else has to approve it.");
    assert_eq!(desk.may(&[Role::Approver], DeskAction::Approve, Seat { own_draft: false }), Ok(()));
    assert!(!may(&[Role::Desk], DeskAction::Approve));
}

#[test]
fn the_table_keeps_duties_apart() {
    let table = Desk::load().unwrap().matrix();
    assert_eq!(table.len(), DeskAction::ALL.len() * Role::ALL.len());
    let of = |role| {
        table
            .iter()
            .filter(move |cell| cell.role == role && cell.may)
            .map(|cell| cell.action.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(Role::Auditor),
        ["read_masked", "read_log", "read_links", "read_every", "read_rules", "read_statements", "read_balance"]
    );
    let admin = [
        "read_log",
        "pause",
        "manage_people",
        "manage_channels",
        "read_links",
        "replay_message",
        "read_message",
        "read_document",
        "settle_document",
        "read_examples",
        "read_rules",
        "write_rules",
        "read_statements",
        "read_balance",
    ];
    assert_eq!(of(Role::Admin), admin);
    assert!(of(Role::Privacy).contains(&"settle_document") && !of(Role::Privacy).contains(&"read_message"));
    for action in DeskAction::ALL {
        assert!(Role::ALL.iter().any(|role| may(&[*role], *action)), "{} is for nobody", action.as_str());
    }
    assert!(of(Role::Privacy).contains(&"export_examples") && !of(Role::Admin).contains(&"export_examples"));
    assert!(of(Role::Desk).contains(&"read_unmasked") && !of(Role::Privacy).contains(&"read_unmasked"));
    assert!(!of(Role::Privacy).contains(&"draft"), "the privacy officer writes no answers");
    assert!(!of(Role::Desk).contains(&"legal_label") && of(Role::Privacy).contains(&"legal_label"));
    assert!(table.iter().all(|cell| cell.action != DeskAction::Approve || !cell.may_own));
    assert!(of(Role::Desk).contains(&"read_rules") && !of(Role::Desk).contains(&"write_rules"));
    assert!(!of(Role::Admin).contains(&"put_rules_in_force"), "who sets up the house does not decide what it says");
    assert!(table.iter().all(|cell| cell.action != DeskAction::PutRulesInForce || !cell.may_own), "nor who wrote it");
    assert!(of(Role::Privacy).contains(&"erase_person"));
    let erasing = |role: &Role| may(&[*role], DeskAction::ErasePerson) || may(&[*role], DeskAction::ExportPerson);
    assert_eq!(Role::ALL.iter().filter(|role| erasing(role)).count(), 1, "nobody else hands out or erases somebody");
    assert!(!of(Role::Auditor).contains(&"run_policy_cases") && !of(Role::Desk).contains(&"export_policy_cases"));
}
