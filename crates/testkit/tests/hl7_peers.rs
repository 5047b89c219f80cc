//! The MLLP peers among themselves: each sender to each receiver, and the faults that Bedside has to live with.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::time::Duration;

use anyhow::Result;
use bedside_testkit::peer::hl7::{
    Ack, Answer, Engine, Feed, Mllp, Progress, Receiver, Receiving, Reply, Sender, Sending,
};

const WITHIN: Duration = Duration::from_secs(30);

/// An admission under this control id, its umlauts in ISO 8859-1 or UTF-8.
fn admission(control_id: &str, charset: &str) -> Vec<u8> {
    let text = format!(
        "MSH|^~\\&|KIS|KLINIK|BEDSIDE|KLINIK|20260301120000||ADT^A01^ADT_A01|{control_id}|P|2.5|||||||{charset}\r\
         EVN||20260301120000\rPID|1||100^^^KIS^MR||Müßig^Jürgen^^^Dr.||19800101|M\rPV1|1|I|S1^101^1\r"
    );
    if charset == "8859/1" {
        text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
    } else {
        text.into()
    }
}

/// Some peers write a message without its last CR.
fn trimmed(message: &[u8]) -> &[u8] {
    message.strip_suffix(b"\r").unwrap_or(message)
}

async fn acknowledged(sender: &mut Sender, message: &[u8]) -> Result<Ack> {
    sender.send(message).await?.acknowledged()
}

mod real_hl7_peers {
    use super::*;

    #[tokio::test]
    async fn every_sender_is_understood_and_acknowledged_by_every_receiver() -> Result<()> {
        for to in Mllp::RECEIVERS {
            let mut receiver = Receiver::start(to, Receiving::default()).await?;
            for from in Mllp::SENDERS {
                // node-hl7-client 2.3 writes nothing but UTF-8.
                let charset = if from == Mllp::NodeHl7 { "UNICODE UTF-8" } else { "8859/1" };
                let message = admission(&format!("{from:?}"), charset);
                let mut sender = Sender::start(from, receiver.port(), Sending::default())?;
                let ack = acknowledged(&mut sender, &message).await?;
                assert_eq!((ack.code, ack.control_id), ("AA".to_owned(), format!("{from:?}")), "{from:?} to {to:?}");
                let got = receiver.next(WITHIN).await?;
                assert_eq!(trimmed(&got), trimmed(&message), "{from:?} to {to:?}");
            }
            assert_eq!(receiver.count().await?, 5, "{to:?}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_receiver_answers_as_told_and_then_well_again() -> Result<()> {
        for to in Mllp::RECEIVERS {
            let mut receiver = Receiver::start(to, Receiving::default()).await?;
            for (code, control_id) in [("AE", None), ("AR", None), ("CA", None), ("AA", Some("other"))] {
                let mut sender = Sender::start(Mllp::PythonHl7, receiver.port(), Sending::default())?;
                let answer = Answer { code, control_id: control_id.map(str::to_owned), ..Answer::default() };
                receiver.answer(&answer, Some(1)).await?;
                let ack = acknowledged(&mut sender, &admission("4711", "8859/1")).await?;
                assert_eq!((&*ack.code, &*ack.control_id), (code, control_id.unwrap_or("4711")), "{to:?}");
            }
            let mut sender = Sender::start(Mllp::PythonHl7, receiver.port(), Sending::default())?;
            receiver.answer(&Answer { close: true, ..Answer::default() }, Some(1)).await?;
            let closed = sender.send(&admission("4712", "8859/1")).await?;
            assert!(
                matches!(&closed, Reply::Failed(error) if error.contains("closed without ACK")),
                "{to:?}: {closed:?}"
            );
            assert_eq!(acknowledged(&mut sender, &admission("4712", "8859/1")).await?.code, "AA", "{to:?}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_late_ack_is_taken_for_the_next_message_by_most_senders() -> Result<()> {
        let how = Sending { timeout: Duration::from_millis(1500), keep: true, ..Sending::default() };
        for (from, taken) in [(Mllp::PythonHl7, true), (Mllp::NodeHl7, true), (Mllp::Medplum, false)] {
            let mut receiver = Receiver::start(Mllp::PythonHl7, Receiving::default()).await?;
            let mut sender = Sender::start(from, receiver.port(), how)?;
            acknowledged(&mut sender, &admission("4710", "8859/1")).await?;
            let late = Answer { late: Duration::from_millis(2500), ..Answer::default() };
            receiver.answer(&late, Some(1)).await?;
            assert!(matches!(sender.send(&admission("4711", "8859/1")).await?, Reply::Failed(_)), "{from:?}");
            let ack = acknowledged(&mut sender, &admission("4712", "8859/1")).await?;
            assert_eq!(ack.control_id, if taken { "4711" } else { "4712" }, "{from:?}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn node_hl7_server_handles_and_acks_all_earlier_messages_again() -> Result<()> {
        let mut receiver = Receiver::start(Mllp::NodeHl7, Receiving::default()).await?;
        let mut sender = Sender::start(Mllp::Medplum, receiver.port(), Sending::default())?;
        for n in 0..4 {
            let ack = acknowledged(&mut sender, &admission(&n.to_string(), "8859/1")).await?;
            assert_eq!(ack.control_id, n.to_string());
        }
        assert_eq!(receiver.count().await?, 1 + 2 + 3 + 4);
        assert_eq!(receiver.connections().0, 1);
        Ok(())
    }

    #[tokio::test]
    async fn medplum_passes_over_a_commit_ack_unless_told_otherwise() -> Result<()> {
        let mut receiver = Receiver::start(Mllp::PythonHl7, Receiving::default()).await?;
        receiver.answer(&Answer { code: "CA", ..Answer::default() }, None).await?;
        let short = Sending { timeout: Duration::from_millis(500), ..Sending::default() };
        let mut sender = Sender::start(Mllp::Medplum, receiver.port(), short)?;
        assert!(matches!(sender.send(&admission("4711", "8859/1")).await?, Reply::Failed(_)));
        let mut sender = Sender::start(Mllp::Medplum, receiver.port(), Sending { commit: true, ..Sending::default() })?;
        assert_eq!(acknowledged(&mut sender, &admission("4711", "8859/1")).await?.code, "CA");
        // Its own receiver in enhanced mode sends CA and then AA; its sender waits for the second.
        let how = Receiving { enhanced: true, ..Receiving::default() };
        let receiver = Receiver::start(Mllp::Medplum, how).await?;
        let mut sender = Sender::start(Mllp::Medplum, receiver.port(), Sending::default())?;
        assert_eq!(acknowledged(&mut sender, &admission("4712", "8859/1")).await?.code, "AA");
        Ok(())
    }

    #[tokio::test]
    async fn hl7apy_closes_after_each_message_and_says_nothing_to_a_second() -> Result<()> {
        let mut receiver = Receiver::start(Mllp::Hl7apy, Receiving::default()).await?;
        let mut sender = Sender::start(Mllp::PythonHl7, receiver.port(), Sending::default())?;
        acknowledged(&mut sender, &admission("1", "8859/1")).await?;
        assert!(matches!(sender.send(&admission("2", "8859/1")).await?, Reply::Failed(_)));
        acknowledged(&mut sender, &admission("3", "8859/1")).await?;
        assert_eq!(receiver.count().await?, 2);
        Ok(())
    }

    #[tokio::test]
    async fn python_hl7_closes_at_more_than_64_kib_unless_told_otherwise() -> Result<()> {
        let mut message = admission("4711", "8859/1");
        message.extend_from_slice(&[b"OBX|1|ED|||", &*vec![b'Q'; 70_000], b"\r"].concat());
        for (limit_bytes, fits) in [(None, false), (Some(1 << 20), true)] {
            let mut receiver =
                Receiver::start(Mllp::PythonHl7, Receiving { limit_bytes, ..Receiving::default() }).await?;
            let mut sender = Sender::start(Mllp::PythonHl7, receiver.port(), Sending::default())?;
            assert_eq!(matches!(sender.send(&message).await?, Reply::Ack(_)), fits);
            assert_eq!(receiver.count().await?, u64::from(fits));
        }
        Ok(())
    }

    #[tokio::test]
    async fn acks_look_as_different_as_their_makers() -> Result<()> {
        let mut seen = Vec::new();
        for to in Mllp::RECEIVERS {
            let receiver = Receiver::start(to, Receiving::default()).await?;
            let mut sender = Sender::start(Mllp::PythonHl7, receiver.port(), Sending::default())?;
            let ack = acknowledged(&mut sender, &admission("4711", "8859/1")).await?;
            let text = String::from_utf8(ack.raw)?;
            let header: Vec<&str> = text.split('\r').next().unwrap().split('|').collect();
            seen.push((to, header[8].to_owned(), header[11].to_owned(), text.split('\r').nth(1).unwrap().to_owned()));
        }
        let seen: Vec<_> = seen.iter().map(|(to, event, version, msa)| (*to, &**event, &**version, &**msa)).collect();
        let expected = [
            (Mllp::PythonHl7, "ACK^A01^ACK", "2.5", "MSA|AA|4711"),
            (Mllp::Hl7apy, "ACK", "2.5", "MSA|AA|4711"),
            (Mllp::SimpleHl7, "ACK", "2.3", "MSA|AA|4711"),
            (Mllp::Medplum, "ACK^A01^ACK", "2.5", "MSA|AA|4711|OK"),
            (Mllp::NodeHl7, "ACK^A01^ACK_A01", "2.5", "MSA|AA|4711"),
        ];
        assert_eq!(seen, expected);
        Ok(())
    }
}

mod real_hl7_engine {
    use super::*;

    async fn settled(engine: &Engine, expect: Progress) -> Result<()> {
        let begun = std::time::Instant::now();
        while engine.progress().await? != expect {
            assert!(begun.elapsed() < WITHIN, "{:?} is not {expect:?}", engine.progress().await?);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    #[tokio::test]
    async fn messagefoundry_stores_sends_on_retries_in_order_and_buries_what_is_rejected() -> Result<()> {
        if !Engine::is_installed() {
            println!("messagefoundry wants Python 3.11: nothing was tested");
            return Ok(());
        }
        let mut receiver = Receiver::start(Mllp::PythonHl7, Receiving::default()).await?;
        let engine = Engine::start(Feed { encoding: "latin-1", ..Feed::to(receiver.port()) }).await?;
        let mut sender = Sender::start(Mllp::SimpleHl7, engine.port(), Sending::default())?;
        let send = async |sender: &mut Sender, id: &str| acknowledged(sender, &admission(id, "8859/1")).await;

        let ack = send(&mut sender, "1").await?;
        assert_eq!((&*ack.code, &*ack.control_id), ("AA", "1"));
        assert_eq!(receiver.next(WITHIN).await?, admission("1", "8859/1"));

        // An error, and a close without ACK: both come again before what lies behind them.
        receiver.answer(&Answer { code: "AE", ..Answer::default() }, Some(1)).await?;
        send(&mut sender, "2").await?;
        send(&mut sender, "3").await?;
        for expected in ["2", "2", "3"] {
            assert_eq!(receiver.next(WITHIN).await?, admission(expected, "8859/1"));
        }
        receiver.answer(&Answer { close: true, ..Answer::default() }, Some(1)).await?;
        send(&mut sender, "4").await?;
        for expected in ["4", "4"] {
            assert_eq!(receiver.next(WITHIN).await?, admission(expected, "8859/1"));
        }
        settled(&engine, Progress { delivered: 4, dead: 0, waiting: 0 }).await?;

        receiver.answer(&Answer { code: "AR", ..Answer::default() }, Some(1)).await?;
        send(&mut sender, "5").await?;
        settled(&engine, Progress { delivered: 4, dead: 1, waiting: 0 }).await?;
        let dead = engine.dead_letters().await?;
        assert_eq!((dead.len(), &*dead[0].0), (1, "5"));
        assert!(dead[0].1.contains("AR"), "{dead:?}");

        // Nobody looks at MSA-2, nor whether a message came before.
        receiver.answer(&Answer { control_id: Some("other".to_owned()), ..Answer::default() }, Some(1)).await?;
        send(&mut sender, "6").await?;
        send(&mut sender, "6").await?;
        settled(&engine, Progress { delivered: 6, dead: 1, waiting: 0 }).await
    }

    #[tokio::test]
    async fn messagefoundry_rejects_what_is_not_in_its_charset() -> Result<()> {
        if !Engine::is_installed() {
            println!("messagefoundry wants Python 3.11: nothing was tested");
            return Ok(());
        }
        let mut receiver = Receiver::start(Mllp::Medplum, Receiving::default()).await?;
        let engine = Engine::start(Feed::to(receiver.port())).await?;
        let mut sender = Sender::start(Mllp::PythonHl7, engine.port(), Sending::default())?;
        assert_eq!(acknowledged(&mut sender, &admission("1", "8859/1")).await?.code, "AR");
        let message = admission("2", "UNICODE UTF-8");
        assert_eq!(acknowledged(&mut sender, &message).await?.code, "AA");
        assert_eq!(trimmed(&receiver.next(WITHIN).await?), trimmed(&message));
        Ok(())
    }
}
