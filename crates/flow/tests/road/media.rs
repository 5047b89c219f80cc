//! Pictures, video and files: fetched beside the road, sealed, and nothing happens by itself before a person has looked.

use std::sync::Arc;

use bedside_core::{
    case::Queue,
    channel::{Channel, Fault, Standpoint},
    id::{CaseId, PostId},
    media::{Media, MediaKind, NoPicture, Picture},
    policy::Speech,
    post::{Inbound, Standing, Upstream},
    time::Span,
};
use bedside_flow::{ActError, MediaSeen};
use bedside_store::{
    cases::CaseRow,
    media::{self, Form, MediaRow, State},
    posts,
};

use crate::house::{Desk, PARKING, open, post};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";
const WARD: &str = "https://social.example/media/ward.jpg";
const ALT: &str = "Flur der Station 4B, zwei Betten";
const BODY: &[u8] = b"\xff\xd8\xff the ward in full";
const COLOURS: &[u8] = b"\xff\xd8\xff its colours";

fn ward() -> Picture {
    Picture { jpeg: BODY.to_vec(), blurred: COLOURS.to_vec(), width: 640, height: 480 }
}

fn picture(remote: &str) -> Media {
    Media::new(MediaKind::Picture, Some(remote.to_owned())).described(Some(ALT))
}

fn with(id: &str, text: &str, media: Vec<Media>) -> Inbound {
    let media_count = u16::try_from(media.len()).unwrap();
    Inbound { media_count, media, ..post(id, "petra", text) }
}

impl Desk {
    async fn fetches(&self) -> usize {
        let channel: Arc<dyn Channel> = Arc::new(self.platform.clone());
        self.road.fetch_media(&channel).await.unwrap()
    }

    async fn media(&self, case: &CaseRow) -> Vec<MediaRow> {
        media::of_thread(&mut self.store.begin_read().await.unwrap(), case.thread).await.unwrap()
    }

    async fn jpeg(&self, row: &MediaRow, form: Form) -> Option<Vec<u8>> {
        let mut tx = self.store.begin_read().await.unwrap();
        self.store.picture(&mut tx, row, form).await.unwrap().map(|bytes| bytes.0)
    }

    async fn looks(&self, case: CaseId, row: &MediaRow) -> Result<(), ActError> {
        let version = self.post_row(row.post).await.version;
        self.road.look_at_media(self.mara, case, MediaSeen { post: row.post, n: row.n, version }).await
    }

    async fn post_row(&self, id: PostId) -> posts::PostRow {
        posts::by_id(&mut self.store.begin_read().await.unwrap(), id).await.unwrap().unwrap()
    }
}

fn rules(case: &CaseRow) -> Vec<&str> {
    case.decision.because.iter().map(|one| one.rule.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_happens_by_itself_before_a_person_has_looked() {
    let desk = open().await;
    desk.platform.draws(WARD, Ok(ward()));
    desk.hears(vec![with("q1", PARKING, vec![picture(WARD), Media::new(MediaKind::Video, None)])]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    assert!(matches!(case.decision.speech, Speech::LeftToPerson), "{:?}", case.decision);
    assert!(rules(&case).contains(&"common.media_unseen"));

    assert_eq!((desk.fetches().await, desk.fetches().await), (1, 0));
    let rows = desk.media(&case).await;
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [State::Kept, State::Elsewhere]);
    assert_eq!(desk.jpeg(&rows[0], Form::Blurred).await.as_deref(), Some(COLOURS));
    assert_eq!(desk.jpeg(&rows[0], Form::Full).await, None, "nobody sees it who is not counted as having seen it");

    desk.looks(case.id, &rows[0]).await.unwrap();
    assert_eq!(desk.jpeg(&rows[0], Form::Full).await.as_deref(), Some(BODY));
    desk.after(Span::seconds(1)).await;
    assert!(matches!(desk.case(case.id).await.decision.speech, Speech::LeftToPerson), "the video is still unseen");

    desk.looks(case.id, &rows[1]).await.unwrap();
    desk.looks(case.id, &rows[1]).await.unwrap();
    desk.after(Span::seconds(1)).await;
    let case = desk.case(case.id).await;
    assert!(matches!(case.decision.speech, Speech::Permitted { .. }), "as of any other question: {:?}", case.decision);
    assert_eq!(desk.post_row(case.post).await.media_unseen, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_waits_for_no_picture() {
    let desk = open().await;
    let mut ticks = desk.road.watch();
    desk.hears(vec![with("s1", CRISIS, vec![picture(WARD)])]).await;
    assert_eq!(ticks.recv().await.unwrap().change, bedside_flow::Change::Alarm);
    let alarm = desk.queue(Queue::Now).await.remove(0);
    assert!(alarm.decision.escalation.is_some());
    assert_eq!(desk.media(&alarm).await[0].state, State::Wanted, "it was raised before any picture was asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_asked_for_again_with_patience_and_what_does_not_is_said() {
    let desk = open().await;
    let at = |name: &str| format!("https://social.example/{name}");
    let answers = [
        ("busy", Err(NoPicture::Fault(Fault::Server { status: 503 }))),
        ("big", Err(NoPicture::TooLarge)),
        ("svg", Err(NoPicture::NotAPicture)),
        ("far", Err(NoPicture::Elsewhere)),
    ];
    let media = answers.iter().map(|(name, _)| picture(&at(name))).collect();
    for (name, answer) in answers {
        desk.platform.draws(&at(name), answer);
    }
    desk.hears(vec![with("q1", PARKING, media)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    assert_eq!((desk.fetches().await, desk.fetches().await), (4, 0));
    let states = |rows: Vec<MediaRow>| rows.iter().map(|row| row.state).collect::<Vec<_>>();
    assert_eq!(states(desk.media(&case).await), [State::Wanted, State::TooLarge, State::Broken, State::Elsewhere]);
    desk.platform.draws(&at("busy"), Ok(ward()));
    desk.clock.pass(Span::seconds(9));
    assert_eq!(desk.fetches().await, 0, "not before its time");
    desk.clock.pass(Span::seconds(2));
    assert_eq!(desk.fetches().await, 1);
    assert_eq!(states(desk.media(&case).await)[0], State::Kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_put_in_the_place_of_another_is_unseen_again() {
    let desk = open().await;
    let other = "https://social.example/media/other.jpg";
    desk.platform.draws(WARD, Ok(ward()));
    desk.platform.draws(other, Ok(ward()));
    desk.hears(vec![with("q1", PARKING, vec![picture(WARD)])]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    desk.fetches().await;
    let row = desk.media(&case).await.remove(0);
    let version = desk.post_row(row.post).await.version;
    desk.looks(case.id, &row).await.unwrap();
    desk.after(Span::seconds(1)).await;
    assert!(matches!(desk.case(case.id).await.decision.speech, Speech::Permitted { .. }));

    let same = Upstream::Edited(Box::new(with("q1", PARKING, vec![picture(WARD)])));
    assert_eq!(desk.take(vec![same], Standing::Live).await.changed, 0);
    let swapped = Upstream::Edited(Box::new(with("q1", PARKING, vec![picture(other)])));
    assert_eq!(desk.take(vec![swapped], Standing::Live).await.changed, 1);
    let case = desk.case(case.id).await;
    assert!(matches!(case.decision.speech, Speech::LeftToPerson), "{:?}", case.decision);
    let row = desk.media(&case).await.remove(0);
    assert_eq!((row.state, row.seen_at), (State::Wanted, None));
    let late = MediaSeen { post: row.post, n: row.n, version };
    let refused = desk.road.look_at_media(desk.mara, case.id, late).await;
    assert!(matches!(refused, Err(ActError::Changed("post_edited"))), "who saw the first one has not seen this one");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_it_lies_open_and_it_goes_with_the_author_s_key() {
    let desk = open().await;
    desk.platform.draws(WARD, Ok(ward()));
    desk.hears(vec![with("q1", PARKING, vec![picture(WARD), picture("https://social.example/never.jpg")])]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    desk.fetches().await;
    while desk.road.index_next().await.unwrap() > 0 {}
    let row = desk.media(&case).await.remove(0);
    desk.looks(case.id, &row).await.unwrap();
    let written = desk.written();
    for word in ["ward.jpg", "the ward in full", "flur der station", "its colours", "never.jpg"] {
        assert!(!written.contains(word), "{word}");
    }
    let found = desk.store.search().find(desk.site, "Betten", 9).await.unwrap();
    assert!(found.is_empty(), "what an author says of a picture is not searched");

    let author = desk.store.lookup().hash(&["author", &desk.channel.to_string(), "petra"]);
    let owner = author.iter().fold("author:".to_owned(), |owner, byte| format!("{owner}{byte:02x}"));
    assert!(desk.store.keys().erase(&owner).await.unwrap());
    let rows = desk.media(&case).await;
    assert!(desk.store.open_media(&rows).await.unwrap().iter().all(Option::is_none));
    assert_eq!(desk.jpeg(&rows[0], Form::Full).await, None);
    desk.clock.pass(Span::seconds(11));
    assert_eq!(desk.fetches().await, 1);
    assert_eq!(desk.media(&case).await[1].state, State::Lost, "nothing is fetched for a key that is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_looks_at_what_hangs_on_another_case() {
    let desk = open().await;
    desk.hears(vec![with("q1", PARKING, vec![picture(WARD)]), post("q2", "kai", PARKING)]).await;
    let all = desk.queue(Queue::Now).await;
    let mine = all.iter().find(|case| !rules(case).contains(&"common.media_unseen")).unwrap();
    let other = all.iter().find(|case| case.id != mine.id).unwrap();
    let row = desk.media(other).await.remove(0);
    assert!(matches!(desk.looks(mine.id, &row).await, Err(ActError::Gone)));
    let stranger = bedside_core::id::PersonId::new(desk.now(), &[9; 10]);
    let at = MediaSeen { post: row.post, n: row.n, version: 1 };
    assert!(matches!(desk.road.look_at_media(stranger, other.id, at).await, Err(ActError::Gone)));
    let nowhere = MediaSeen { n: 7, ..at };
    assert!(matches!(desk.road.look_at_media(desk.mara, other.id, nowhere).await, Err(ActError::Gone)));
    assert_eq!(desk.media(other).await[0].seen_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_post_with_a_picture_wakes_nobody() {
    let desk = open().await;
    let old = Upstream::Posted(Box::new(with("q0", PARKING, vec![picture(WARD)])));
    desk.take(vec![old], Standing::History).await;
    assert!(desk.queue(Queue::Now).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_upstream_finds_a_picture_that_was_swapped_without_a_word() {
    let desk = open().await;
    desk.hears(vec![with("q1", PARKING, vec![picture(WARD)])]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let row = desk.media(&case).await.remove(0);
    desk.looks(case.id, &row).await.unwrap();
    desk.after(Span::seconds(1)).await;
    let channel: Arc<dyn Channel> = Arc::new(desk.platform.clone());
    for (remote, unseen) in [(WARD, 0), ("https://social.example/media/other.jpg", 1)] {
        desk.platform.shows(Standpoint::There { text: PARKING.to_owned(), media: Some(vec![picture(remote)]) });
        desk.road.look_upstream(&channel, None).await.unwrap();
        assert_eq!(desk.post_row(row.post).await.media_unseen, unseen, "{remote}");
    }
    while desk.road.assess_next().await.unwrap() > 0 {}
    assert!(matches!(desk.case(case.id).await.decision.speech, Speech::LeftToPerson));
}
