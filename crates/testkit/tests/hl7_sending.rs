//! What Bedside sends over MLLP arrives at each real receiver once, and no answer is taken for another message's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where a fact does not hold"
)]

use std::time::Duration;

use anyhow::Result;
use bedside_connect::emr::hl7v2::{SendFault, Sender};
use bedside_testkit::peer::hl7::{Answer, Mllp, Receiver, Receiving};

fn message(control_id: &str) -> Vec<u8> {
    format!(
        "MSH|^~\\&|BEDSIDE|KH|KIS|KH|20261127071500||MDM^T02^MDM_T02|{control_id}|P|2.5||||||UNICODE UTF-8\r\
         EVN|T02|20261127071500\rPID|1||4711^^^KH||Müßiggänger^Jörg\rPV1|1|U\r\
         TXA|1|CN|TX|20261127071500||20261127071500||||||D{control_id}^KH|||||AU||AV\r\
         OBX|1|TX|34748-4^Telephone encounter Note^LN||Grüße aus dem Foyer||||||F\r"
    )
    .into_bytes()
}

async fn start(peer: Mllp) -> Result<(Receiver, Sender)> {
    let receiver = Receiver::start(peer, Receiving::default()).await?;
    let sender = Sender::new(&format!("127.0.0.1:{}", receiver.port()), Duration::from_secs(5));
    Ok((receiver, sender))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_receivers_get_each_message_once_and_in_order() -> Result<()> {
    for peer in Mllp::RECEIVERS {
        let (mut receiver, mut sender) = start(peer).await?;
        for n in 0..20 {
            let id = format!("C{n}");
            let answer = sender.send(&message(&id), &id).await;
            assert!(answer.is_ok(), "{peer:?}, message {n}: {answer:?}");
        }
        let mut order: Vec<String> = Vec::new();
        while order.len() < 20 {
            let text = String::from_utf8(receiver.next(Duration::from_secs(5)).await?)?;
            assert!(text.contains("Müßiggänger^Jörg"), "{peer:?}: {text}");
            let id = text.split('|').nth(9).unwrap_or_default().to_owned();
            if !order.contains(&id) {
                order.push(id);
            }
        }
        let expected: Vec<String> = (0..20).map(|n| format!("C{n}")).collect();
        assert_eq!(order, expected, "{peer:?}");
        // node-hl7-server hands its program everything again that a connection ever brought; the others count alone.
        if peer != Mllp::NodeHl7 {
            assert_eq!(receiver.count().await?, 20, "{peer:?}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_receivers_that_refuse_mix_up_hang_or_close_are_told_apart() -> Result<()> {
    let (mut receiver, mut sender) = start(Mllp::SimpleHl7).await?;
    assert!(sender.send(&message("1"), "1").await.is_ok());

    receiver.answer(&Answer { code: "AE", ..Answer::default() }, Some(1)).await?;
    let refused = sender.send(&message("2"), "2").await;
    assert!(matches!(&refused, Err(SendFault::Refused { code, .. }) if code == "AE"), "{refused:?}");

    receiver.answer(&Answer { control_id: Some("1000".to_owned()), ..Answer::default() }, Some(1)).await?;
    assert_eq!(sender.send(&message("3"), "3").await.err(), Some(SendFault::OtherMessage));
    assert!(sender.send(&message("3"), "3").await.is_ok(), "on a new connection it is said again");

    receiver.answer(&Answer { close: true, ..Answer::default() }, Some(2)).await?;
    let closed = sender.send(&message("4"), "4").await;
    assert_eq!(closed.err(), Some(SendFault::Closed));
    assert!(sender.send(&message("4"), "4").await.is_ok());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_late_answer_is_not_taken_for_the_next_message() -> Result<()> {
    let receiver = Receiver::start(Mllp::SimpleHl7, Receiving::default()).await?;
    let mut receiver = receiver;
    let mut sender = Sender::new(&format!("127.0.0.1:{}", receiver.port()), Duration::from_millis(400));
    assert!(sender.send(&message("1"), "1").await.is_ok());
    receiver.answer(&Answer { late: Duration::from_millis(900), ..Answer::default() }, Some(1)).await?;
    let late = sender.send(&message("2"), "2").await;
    assert!(matches!(late, Err(SendFault::TimedOut { .. })), "{late:?}");
    tokio::time::sleep(Duration::from_millis(700)).await;
    receiver.answer(&Answer { code: "AE", ..Answer::default() }, Some(1)).await?;
    let next = sender.send(&message("3"), "3").await;
    assert!(matches!(next, Err(SendFault::Refused { .. })), "the late AA of the second is not the third's: {next:?}");
    Ok(())
}
