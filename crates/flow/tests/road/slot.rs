//! The operator's own models: second opinions that only suggest and raise, drafts that the guard and two people stand before.
//! The models are doubles here, so that they can be slow, wrong and rude; real ones are asked in testkit.

use std::sync::{Arc, Mutex};

use bedside_core::{
    case::{Queue, Rank},
    channel::{Fault, Promise},
    code,
    id::CaseId,
    log::{Entry, Kind},
    policy::SpeechForm,
    second::{ModelId, NoOpinion, SecondOpinion},
    suggest::{Prompt, Suggest},
    triage::{Evidence, Topic, TopicScore, Urgency},
};
use bedside_flow::{ActError, Suggested};
use bedside_store::{cases, drafts, log, posts};

use crate::house::{Desk, PARKING, open, post};

/// A text that sorting finds no topic in, with an identifier.
const UNSURE: &str = "Hm, na ja. 0170 1234567";

/// Says what the test wants and remembers what it was told.
struct Opinion {
    model: ModelId,
    says: Result<Vec<TopicScore>, NoOpinion>,
    told: Mutex<Vec<String>>,
}

impl SecondOpinion for Opinion {
    fn model(&self) -> &ModelId {
        &self.model
    }

    fn read<'a>(&'a self, masked: &'a str) -> Promise<'a, Result<Vec<TopicScore>, NoOpinion>> {
        self.told.lock().unwrap().push(masked.to_owned());
        let says = self.says.clone();
        Box::pin(async move { says })
    }
}

fn opinion(desk: &Desk, says: Result<Vec<TopicScore>, NoOpinion>) -> Arc<Opinion> {
    let model = ModelId::of_file(code!("double"), b"weights");
    let opinion = Arc::new(Opinion { model, says, told: Mutex::default() });
    desk.road.connect_second_opinion(opinion.clone());
    opinion
}

async fn entries(desk: &Desk, kind: Kind) -> Vec<Entry> {
    let mut tx = desk.store.begin_read().await.unwrap();
    let done = log::entries(&mut tx, 0, 1_000).await.unwrap().into_iter().map(|(_, body)| body);
    let waiting = log::pending(&mut tx, 1_000).await.unwrap().into_iter().map(|entry| entry.body);
    done.chain(waiting).map(|body| Entry::decode(&body).unwrap()).filter(|entry| entry.kind() == kind).collect()
}

fn word<'a>(entry: &'a Entry, name: &str) -> Option<&'a str> {
    entry.codes().iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value.as_str())
}

async fn signals(desk: &Desk, case: CaseId) -> bedside_core::triage::Signals {
    let case = desk.case(case).await;
    posts::by_id(&mut desk.store.begin_read().await.unwrap(), case.post).await.unwrap().unwrap().signals.unwrap()
}

/// The case of the only post that was taken.
async fn the_case(desk: &Desk) -> CaseId {
    for queue in [Queue::Now, Queue::Waiting, Queue::Silent, Queue::Done] {
        if let Some(case) = desk.queue(queue).await.first() {
            return case.id;
        }
    }
    panic!("no case was opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsure_post_gets_a_suggestion_from_its_masked_text_and_is_decided_as_without() {
    let alone = open().await;
    alone.hears(vec![post("1", "eva", UNSURE)]).await;
    let expect = alone.case(the_case(&alone).await).await;

    let desk = open().await;
    let model = opinion(&desk, Ok(vec![TopicScore { topic: Topic::Praise, score: 0.9 }]));
    desk.hears(vec![post("1", "eva", UNSURE)]).await;
    let id = the_case(&desk).await;
    let case = desk.case(id).await;
    assert_eq!(*model.told.lock().unwrap(), [bedside_core::scan::mask(UNSURE)]);
    assert!(!model.told.lock().unwrap()[0].contains(|c: char| c.is_ascii_digit()), "the number is covered");
    assert_eq!(
        (case.decision.speech, case.queue),
        (expect.decision.speech, expect.queue),
        "nothing is said because of it"
    );
    let found = signals(&desk, id).await;
    assert!(found.topics.iter().all(|one| one.topic == Topic::Other) && found.urgency == Urgency::None);
    let second = Evidence::Second { model: "double".to_owned(), score: 0.9 };
    assert!(found.signals.iter().any(|one| one.evidence == second && one.topic == Some(Topic::Praise)));
    let logged = entries(&desk, Kind::SecondOpinion).await;
    assert_eq!(logged.len(), 1);
    let words = ["model", "hash", "outcome", "topic"].map(|name| word(&logged[0], name));
    let hash = model.model.hash.as_ref().map(bedside_core::log::Code::as_str);
    assert_eq!(words, [Some("double"), hash, Some("suggested"), Some("praise")]);
    assert_eq!(hash.map(str::len), Some(32));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_only_the_model_sees_comes_before_a_person_and_alarms_nobody() {
    let desk = open().await;
    opinion(&desk, Ok(vec![TopicScore { topic: Topic::CrisisSuicide, score: 0.8 }]));
    desk.hears(vec![post("1", "eva", UNSURE)]).await;
    let case = desk.case(the_case(&desk).await).await;
    assert_eq!((case.queue, case.rank), (Queue::Now, Rank::LOOK));
    assert!(case.decision.escalation.is_none() && case.alarm_due_at.is_none());
    assert_eq!(signals(&desk, case.id).await.urgency, Urgency::LookNow);
    assert_eq!(word(&entries(&desk, Kind::SecondOpinion).await[0], "urgency"), Some("look_now"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_answer_everything_is_as_it_was_and_the_log_says_why() {
    for (why, word_of_it) in
        [(NoOpinion::TimedOut, "timed_out"), (NoOpinion::Busy, "busy"), (NoOpinion::Failed, "failed")]
    {
        let alone = open().await;
        alone.hears(vec![post("1", "eva", UNSURE)]).await;
        let expect = signals(&alone, the_case(&alone).await).await;
        let desk = open().await;
        opinion(&desk, Err(why));
        desk.hears(vec![post("1", "eva", UNSURE)]).await;
        assert_eq!(signals(&desk, the_case(&desk).await).await, expect);
        assert_eq!(word(&entries(&desk, Kind::SecondOpinion).await[0], "outcome"), Some(word_of_it));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_about_a_post_that_sorting_is_sure_of() {
    let desk = open().await;
    let model = opinion(&desk, Ok(vec![TopicScore { topic: Topic::CrisisSuicide, score: 1.0 }]));
    desk.hears(vec![post("1", "eva", PARKING)]).await;
    assert!(model.told.lock().unwrap().is_empty());
    assert_eq!(desk.case(the_case(&desk).await).await.decision.speech.as_str(), "answer_public_generic");
    assert!(entries(&desk, Kind::SecondOpinion).await.is_empty());
}

/// Writes what the test wants and remembers what it was told.
struct Writer {
    model: ModelId,
    says: Mutex<Result<String, Fault>>,
    told: Mutex<Vec<Prompt>>,
}

impl Suggest for Writer {
    fn model(&self) -> &ModelId {
        &self.model
    }

    fn write<'a>(&'a self, prompt: &'a Prompt) -> Promise<'a, Result<String, Fault>> {
        self.told.lock().unwrap().push(prompt.clone());
        let says = self.says.lock().unwrap().clone();
        Box::pin(async move { says })
    }
}

fn writer(desk: &Desk, says: &str) -> Arc<Writer> {
    let model = ModelId::of_server(code!("house-llm"));
    let writer = Arc::new(Writer { model, says: Mutex::new(Ok(says.to_owned())), told: Mutex::default() });
    desk.road.connect_suggest(writer.clone());
    writer
}

const ANSWER: &str = "Vielen Dank für Ihre Frage. Das Parkhaus ist rund um die Uhr offen.";

async fn suggested(desk: &Desk, case: CaseId) -> Result<Suggested, ActError> {
    desk.road.suggest_draft(desk.mara, case, SpeechForm::AnswerPublicGeneric, "de").await
}

async fn latest(desk: &Desk, case: CaseId) -> Option<drafts::DraftRow> {
    drafts::latest(&mut desk.store.begin_read().await.unwrap(), case).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suggestion_is_the_draft_of_who_pressed_and_another_person_approves_it() {
    let desk = open().await;
    let model = writer(&desk, ANSWER);
    desk.hears(vec![post("1", "eva", &format!("{PARKING} Rufen Sie mich an: 0170 1234567"))]).await;
    let case = the_case(&desk).await;
    let Suggested::Draft(draft) = suggested(&desk, case).await.unwrap() else { panic!("no draft") };
    {
        let told = model.told.lock().unwrap();
        assert_eq!(told.len(), 1);
        assert!(told[0].user.contains("▒▒▒▒") && !told[0].user.contains("1234567"), "{}", told[0].user);
        assert!(!format!("{}{}", told[0].system, told[0].user).contains("eva"));
    }
    let row = latest(&desk, case).await.unwrap();
    assert_eq!((row.id, row.author, row.state), (draft, desk.mara, drafts::DraftState::Open));
    let answered = entries(&desk, Kind::ModelAnswered).await;
    assert_eq!(entries(&desk, Kind::ModelAsked).await.len(), 1);
    assert_eq!(word(&answered[0], "model"), Some("house-llm"));
    let logged = answered[0].commitments().values().next().unwrap();
    assert_eq!(logged.as_bytes().as_slice(), row.commitment.as_slice());
    desk.road.ask_approval(desk.mara, draft).await.unwrap();
    assert!(matches!(desk.approve(desk.mara, draft).await, Err(ActError::Refused(_))));
    assert_eq!(desk.platform.calls(), 0, "a suggestion never leaves by itself");
    desk.approve(desk.jonas, draft).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_guard_blocks_is_shown_to_nobody_and_kept_nowhere() {
    let desk = open().await;
    writer(&desk, "Es tut uns leid, dass Ihr Aufenthalt bei uns am Dienstag nicht gut war.");
    desk.hears(vec![post("1", "eva", PARKING)]).await;
    let case = the_case(&desk).await;
    let Suggested::Refused(kinds) = suggested(&desk, case).await.unwrap() else { panic!("not refused") };
    assert!(kinds.contains(&bedside_core::guard::Kind::ConfirmsRelationship), "{kinds:?}");
    assert!(latest(&desk, case).await.is_none());
    let answered = entries(&desk, Kind::ModelAnswered).await;
    assert_eq!(word(&answered[0], "outcome"), Some("refused"));
    assert!(answered[0].commitments().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_model_is_asked_about_danger_death_silence_or_over_somebodys_words() {
    for (text, expect) in [
        ("Ich will nicht mehr leben, ich habe die Tabletten schon hier.", "suggest_danger"),
        ("Meine Mutter ist heute früh bei Ihnen gestorben.", "suggest_danger"),
        ("Kaufen Sie jetzt günstige Uhren! Nur heute 80 % Rabatt auf alles: www.uhren.example", "suggest_no_speech"),
    ] {
        let desk = open().await;
        let model = writer(&desk, ANSWER);
        desk.hears(vec![post("1", "eva", text)]).await;
        let refused = suggested(&desk, the_case(&desk).await).await;
        assert!(matches!(refused, Err(ActError::Invalid(why)) if why == expect), "{text}: {refused:?}");
        assert!(model.told.lock().unwrap().is_empty());
    }
    let desk = open().await;
    let model = writer(&desk, ANSWER);
    let (case, _) = desk.asked().await;
    assert!(matches!(suggested(&desk, case).await, Err(ActError::Invalid("suggest_draft_there"))));
    assert!(model.told.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_model_is_set_up_or_it_does_not_answer_nothing_changes() {
    let desk = open().await;
    desk.hears(vec![post("1", "eva", PARKING)]).await;
    let case = the_case(&desk).await;
    assert!(matches!(suggested(&desk, case).await, Err(ActError::Invalid("suggest_off"))));
    let model = writer(&desk, ANSWER);
    *model.says.lock().unwrap() = Err(Fault::TimedOut);
    assert_eq!(suggested(&desk, case).await.unwrap(), Suggested::Unanswered);
    assert_eq!(word(&entries(&desk, Kind::ModelAnswered).await[0], "outcome"), Some("timed_out"));
    *model.says.lock().unwrap() = Ok(format!("{ANSWER} ").repeat(100));
    assert_eq!(suggested(&desk, case).await.unwrap(), Suggested::TooLong);
    assert!(latest(&desk, case).await.is_none());
    let unchanged = cases::by_id(&mut desk.store.begin_read().await.unwrap(), case).await.unwrap().unwrap();
    assert_eq!(unchanged.queue, Queue::Now);
}
