//! Sending under trouble: pause at every moment, threads that change, servers that are slow, unclear or refuse.

use bedside_core::{channel::Fault, post::{Standing, Upstream}, time::Span};
use bedside_store::outbox::OutboxState;

use crate::house::{NOW, PARKING, open, post};

#[tokio::test(flavor = "multi_thread")]
async fn one_post_that_cannot_be_looked_at_hides_none_behind_it() {
    let desk = open().await;
    for n in 1..=3 {
        desk.hears(vec![post(&format!("q{n}"), &format!("petra{n}"), PARKING)]).await;
    }
    let channel = desk.road.channel(desk.channel).unwrap();
    for fault in [Fault::Refused { status: 403, code: "no".to_owned() }, Fault::Malformed { what: "a status".to_owned() }] {
        let before = desk.platform.looked().len();
        desk.platform.hides("q1", Some(fault));
        desk.road.look_upstream(&channel, None).await.unwrap();
        assert_eq!(desk.platform.looked().split_off(before), ["q1", "q2", "q3"]);
    }
    let before = desk.platform.looked().len();
    desk.platform.hides("q1", Some(Fault::RateLimited { after: Span::seconds(60) }));
    let next = desk.road.look_upstream(&channel, None).await.unwrap();
    assert_eq!(desk.platform.looked().split_off(before), ["q1"], "a server that asks for patience gets it");
    desk.road.look_upstream(&channel, next).await.unwrap();
    assert_eq!(desk.platform.looked().split_off(before + 1), ["q2", "q3"], "it goes on behind");
}
