//! The optional model slot against real ones: a server with the chat interface, and (feature `onnx`) an encoder as ONNX.
//! `./test --models` fetches them; without them the tests say so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::{sync::Arc, time::Duration};

use bedside_connect::{Secret, http::Trust, suggest};
use bedside_core::{
    channel::Fault,
    code,
    guard::{self, DraftText, Verdict},
    policy::SpeechForm,
    site::Jurisdiction,
    suggest::{Prompt, Suggest as _, Wanted, prompt},
    time::Timestamp,
    triage::Lang,
};
use bedside_testkit::peer::model::Chat;

fn chat(server: &Chat, model: &str, key: &str) -> suggest::Chat {
    let config = suggest::Config {
        url: server.url(),
        model: model.to_owned(),
        name: code!("house"),
        key: Some(Secret::new(key)),
        trust: Trust::default(),
        within: Duration::from_secs(30),
    };
    suggest::Chat::new(config, Arc::new(|| Timestamp::from_micros(0))).unwrap()
}

fn asked() -> Prompt {
    let masked = "Wo kann ich parken? Ruf ▒▒▒▒ ▒▒▒▒▒▒▒ an";
    prompt(&Wanted {
        form: SpeechForm::AnswerPublicGeneric,
        lang: Lang::De,
        masked,
        public_facts: &[],
        most_chars: 300,
    })
}

fn verdict(text: &str) -> Verdict {
    let draft = DraftText {
        text,
        lang: Lang::De,
        jurisdiction: Jurisdiction::De,
        public: true,
        consented: false,
        inbound_text: None,
        inbound_handle: None,
        public_facts: &[],
        people: None,
    };
    guard::check(&draft).verdict
}

#[tokio::test]
async fn a_server_of_others_is_spoken_to_and_its_refusals_are_understood() {
    if !Chat::is_installed() {
        eprintln!("litellm is not installed: ./test --models fetches it");
        return;
    }
    let server = Chat::start().await.unwrap();
    let text = chat(&server, "house", Chat::KEY).write(&asked()).await.unwrap();
    assert_eq!(text, "Vielen Dank für Ihre Frage. Das Parkhaus ist rund um die Uhr offen.");
    assert_eq!(verdict(&text), Verdict::Allow);
    let rude = chat(&server, "rude", Chat::KEY).write(&asked()).await.unwrap();
    assert_eq!(verdict(&rude), Verdict::Block, "{rude}");
    let unknown = chat(&server, "nobody", Chat::KEY).write(&asked()).await.unwrap_err();
    assert!(matches!(unknown, Fault::Refused { .. }), "{unknown:?}");
    let stranger = chat(&server, "house", "sk-a-key-that-nobody-gave-out-00").write(&asked()).await.unwrap_err();
    assert!(!matches!(stranger, Fault::Unreachable | Fault::TimedOut), "{stranger:?}");
}

#[cfg(feature = "onnx")]
mod opinion {
    use std::{path::PathBuf, time::Instant};

    use bedside_connect::opinion::{BadModel, Config, Scores, open};
    use bedside_core::{
        second::{NoOpinion, add, is_unsure},
        triage::{Topic, Triage, TriageInput},
    };
    use bedside_testkit::peer::model::Classifier;

    use super::*;

    fn config(made: &Classifier) -> Config {
        Config {
            name: code!("minilm"),
            model: made.model.clone(),
            tokenizer: made.tokenizer.clone(),
            labels: made.labels.iter().map(|label| Topic::from_word(label)).collect(),
            scores: Scores::Sigmoid,
            min_score: 0.5,
            within: Duration::from_secs(20),
        }
    }

    async fn made() -> Option<Classifier> {
        if !Classifier::is_installed() {
            eprintln!("the encoder is not installed: ./test --models fetches it");
            return None;
        }
        Some(Classifier::make().await.unwrap())
    }

    #[tokio::test]
    async fn a_real_encoder_reads_texts_it_has_never_seen() {
        let Some(made) = made().await else { return };
        let model = open(&config(&made)).unwrap();
        assert_eq!(model.model().hash.as_ref().unwrap().as_str().len(), 32);
        let mut right = 0;
        let rows = [
            ("Is the chemist inside the hospital open on Christmas Day?", Topic::AdminQuestion),
            ("which entrance do I use for the eye clinic", Topic::AdminQuestion),
            ("So thankful to the wonderful people who cared for my wife", Topic::Praise),
            ("The staff were brilliant, thank you from all of us", Topic::Praise),
            ("Sat in the waiting room half the night and was then sent home, disgraceful", Topic::Complaint),
            ("Dirty floors and nobody answers the bell", Topic::Complaint),
            ("I just want to go to sleep and never wake up, nothing matters now", Topic::CrisisSuicide),
            ("he told me he plans to kill himself this weekend", Topic::CrisisSuicide),
            ("the new bakery does amazing cinnamon rolls", Topic::Other),
            ("can't believe they lost the cup final again", Topic::Other),
        ];
        for (text, topic) in rows {
            let begun = Instant::now();
            let scores = model.read(text).await.unwrap();
            let first = scores.first().map(|found| found.topic);
            eprintln!("{:>4} ms {first:?} for {topic:?}: {text}", begun.elapsed().as_millis());
            right += usize::from(first == Some(topic));
        }
        assert!(right >= 8, "{right} of 10");
    }

    #[tokio::test]
    async fn a_danger_that_sorting_misses_is_looked_at_now() {
        let Some(made) = made().await else { return };
        let model = open(&config(&made)).unwrap();
        let text = "the bridge looks so peaceful from up here, it would all go quiet";
        let input = TriageInput { text, lang_hint: Lang::En, at: Timestamp::from_micros(0) };
        let mut signals = Triage::new().read(&input);
        let was_unsure = is_unsure(&signals);
        let before = signals.clone();
        let scores = model.read(&bedside_core::scan::mask(text)).await.unwrap();
        let added = add(&mut signals, model.model(), &scores);
        eprintln!("unsure before: {was_unsure}, said {scores:?}, added {added:?}");
        assert_eq!(signals.topics, before.topics);
        assert!(signals.urgency >= before.urgency);
        assert_eq!(added.topics.is_empty(), !was_unsure || scores.iter().all(|one| one.topic == Topic::Other));
    }

    #[tokio::test]
    async fn long_empty_and_odd_texts_are_read_and_a_short_time_is_kept() {
        let Some(made) = made().await else { return };
        let model = open(&config(&made)).unwrap();
        for text in ["", " ", "▒▒▒▒", "Grüße aus München, ß Ä", &"word ".repeat(20_000)] {
            assert!(model.read(text).await.is_ok(), "{}", text.chars().take(9).collect::<String>());
        }
        // The tokenizer panics on some scripts; that costs the opinion on that text and nothing else.
        for text in ["مرحبا", "👩‍👩‍👧‍👦🏳️‍🌈", "\u{0}\u{fffd}"] {
            assert!(matches!(model.read(text).await, Ok(_) | Err(NoOpinion::Failed)), "{text}");
            assert!(model.read("Thank you").await.is_ok(), "after {text}");
        }
        let hasty = open(&Config { within: Duration::from_millis(1), ..config(&made) }).unwrap();
        let long = "a b c ".repeat(2_000);
        assert_eq!(hasty.read(&long).await, Err(NoOpinion::TimedOut));
    }

    #[tokio::test]
    async fn what_cannot_be_used_is_told_at_the_start() {
        let Some(made) = made().await else { return };
        let refused = |config: Config| open(&config).err().unwrap();
        let bare = refused(Config { model: made.encoder.clone(), ..config(&made) });
        assert!(matches!(bare, BadModel::Labels { .. }), "{bare}");
        let fewer = refused(Config { labels: vec![Some(Topic::Praise)], ..config(&made) });
        assert!(matches!(fewer, BadModel::Labels { expected: 1, .. }), "{fewer}");
        let swapped = refused(Config { model: made.tokenizer.clone(), ..config(&made) });
        assert!(matches!(swapped, BadModel::NoModel { .. }), "{swapped}");
        let no_tokens = refused(Config { tokenizer: made.model.clone(), ..config(&made) });
        assert!(matches!(no_tokens, BadModel::NoTokenizer { .. }), "{no_tokens}");
        let missing = refused(Config { model: PathBuf::from("/nowhere/model.onnx"), ..config(&made) });
        assert!(matches!(missing, BadModel::Unreadable { .. }), "{missing}");
    }
}
