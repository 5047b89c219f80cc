//! Whoever owns a hold is told by mail before it ends: once, without a word of the post, and not once it is over. The real mail server
//! is asked in the program's tests.

use std::sync::Arc;

use bedside_core::{channel::Fault, id::CaseId, log::Kind, time::Span};
use bedside_flow::alarm::Member;
use bedside_store::{door::LetterState, hold_letters};

use crate::{
    alarm::{Outside, connect, member, settings},
    holds::{grieving, signed_in},
    house::{Desk, open, open_on_both},
    log::kinds,
};

/// A house with mail whose rota knows where Mara and Jonas read theirs.
fn mailing(desk: &Desk) -> Arc<Outside> {
    let outside = Arc::new(Outside::default());
    let mut known = settings(desk);
    let of = |login: &str, slug: &str| Member { login: Some(login.to_owned()), ..member(slug) };
    known.rotas[0].members = vec![of("mara", "lindqvist"), of("JONAS", "okafor")];
    connect(desk, &outside, known);
    outside
}

/// Lets time pass until `before` the end of the hold; nobody has used the desk for hours by then.
async fn near(desk: &Desk, case: CaseId, before: Span) {
    let until = desk.case(case).await.hold_until.unwrap();
    desk.clock.pass(until.minus(before).since(desk.now()));
}

async fn states(desk: &Desk, case: CaseId) -> Vec<(LetterState, String)> {
    let mut tx = desk.store.begin_read().await.unwrap();
    let all = hold_letters::of_case(&mut tx, case).await.unwrap();
    all.into_iter().map(|one| (one.state, one.code)).collect()
}

async fn post_all(desk: &Desk) {
    while desk.road.hold_letter_next().await.unwrap() > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owns_a_hold_is_written_to_once_with_a_link_and_no_word_of_the_post() {
    for desk in open_on_both().await {
        let outside = mailing(&desk);
        let case = grieving(&desk).await;
        near(&desk, case, Span::hours(5)).await;
        signed_in(&desk, desk.mara).await;
        desk.road.wake_due().await.unwrap();
        post_all(&desk).await;
        assert_eq!(outside.called().len(), 0, "not yet in its last quarter");
        near(&desk, case, Span::hours(3)).await;
        desk.road.wake_due().await.unwrap();
        post_all(&desk).await;
        let letter = outside.newest();
        assert_eq!(letter.to, "lindqvist@lindenhof.example", "Mara owns the channel");
        let number = desk.case(case).await.number;
        assert_eq!(letter.subject, format!("Halten endet bald: F-{number} – Lindenhof Mitte"));
        assert!(letter.text.contains(&format!("https://desk.example/case/{number}")), "{}", letter.text);
        for word in ["Vater", "Sepsis", "lisbeth", "gestorben"] {
            assert!(!letter.text.contains(word) && !letter.subject.contains(word), "{}", letter.text);
        }
        assert_eq!(outside.called().len(), 1);
        for _ in 0..3 {
            desk.clock.pass(Span::minutes(20));
            desk.road.wake_due().await.unwrap();
            post_all(&desk).await;
        }
        assert_eq!(outside.called().len(), 0, "once for a hold");
        assert_eq!(states(&desk, case).await, [(LetterState::Sent, String::new())]);
        assert_eq!(kinds(&desk).await.iter().filter(|kind| **kind == Kind::HoldMailed).count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deputy_gets_it_where_the_owner_is_away_and_a_server_that_is_down_gets_it_later() {
    let desk = open().await;
    let outside = mailing(&desk);
    let case = grieving(&desk).await;
    near(&desk, case, Span::hours(3)).await;
    signed_in(&desk, desk.jonas).await;
    *outside.refuses.lock().unwrap() = Some(("okafor", Fault::Unreachable));
    desk.road.wake_due().await.unwrap();
    post_all(&desk).await;
    assert_eq!(states(&desk, case).await, [(LetterState::Waiting, "unreachable".to_owned())]);
    *outside.refuses.lock().unwrap() = None;
    desk.clock.pass(Span::minutes(5));
    post_all(&desk).await;
    let letter = outside.newest();
    assert_eq!(letter.to, "okafor@lindenhof.example");
    assert!(letter.text.contains("als Vertretung"), "{}", letter.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_letter_leaves_about_a_hold_that_is_over_or_to_nobody_and_without_mail_there_is_none() {
    let desk = open().await;
    let outside = mailing(&desk);
    let case = grieving(&desk).await;
    near(&desk, case, Span::hours(3)).await;
    signed_in(&desk, desk.mara).await;
    desk.road.wake_due().await.unwrap();
    desk.clock.pass(Span::hours(4));
    post_all(&desk).await;
    assert_eq!(states(&desk, case).await, [(LetterState::Unsent, "hold_over".to_owned())]);
    assert_eq!(outside.called().len(), 0);

    let desk = open().await;
    let outside = Arc::new(Outside::default());
    connect(&desk, &outside, settings(&desk));
    let case = grieving(&desk).await;
    near(&desk, case, Span::hours(3)).await;
    signed_in(&desk, desk.mara).await;
    desk.road.wake_due().await.unwrap();
    post_all(&desk).await;
    assert_eq!(states(&desk, case).await, [(LetterState::Unsent, "no_address".to_owned())], "\"mara\" is no address");

    let desk = open().await;
    let case = grieving(&desk).await;
    near(&desk, case, Span::hours(3)).await;
    signed_in(&desk, desk.mara).await;
    desk.road.wake_due().await.unwrap();
    assert!(desk.case(case).await.wait.told_at.is_some(), "told at the desk");
    assert_eq!(states(&desk, case).await, []);
}
