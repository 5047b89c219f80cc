//! Pictures, video and files on a case's page: blurred until opened, from an address of the desk's own, for who may read the text.

use std::sync::Arc;

use bedside_core::{
    case::Queue,
    channel::Channel,
    media::{Media, MediaKind},
    policy::Speech,
    post::Inbound,
    site::Role,
    time::Span,
};
use bedside_store::{cases::CaseRow, media, posts};

use crate::{
    hostile::harmless,
    house::{self, Group, question},
};

const ALT: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)> Flur \u{202e}mit Betten";

fn hung(media: Vec<Media>) -> Inbound {
    Inbound { media_count: u16::try_from(media.len()).unwrap(), media, ..question("q1") }
}

fn ward() -> Media {
    Media::new(MediaKind::Picture, Some("https://s.example/<script>.jpg".to_owned())).described(Some(ALT))
}

/// Hears a question with a picture, fetches it, and gives its case and the picture's address.
async fn asked(group: &Group, media: Vec<Media>) -> (CaseRow, String) {
    group.hears(group.mitte, vec![hung(media)]).await;
    let channel: Arc<dyn Channel> = Arc::new(group.platform.clone());
    while group.road.fetch_media(&channel).await.unwrap() > 0 {}
    let case = group.case(group.mitte, Queue::Now).await;
    let address = format!("/case/{}/media/{}/0", case.number, case.post);
    (case, address)
}

#[tokio::test]
async fn a_picture_is_blurred_until_somebody_opens_it_and_then_the_rules_decide() {
    let group = house::open().await;
    let (row, address) = asked(&group, vec![ward()]).await;
    let mut mara = group.mara().await;
    let case = format!("/case/{}", row.number);
    let page = mara.get(&case).await;
    harmless(&case, &page.body);
    page.says("Noch von niemandem angesehen");
    page.says("mit Betten");
    assert!(
        page.body.contains(&format!("src=\"{address}/blurred\"")) && !page.body.contains(&format!("src=\"{address}\""))
    );
    assert_eq!(mara.get(&format!("{address}/blurred")).await.body, "its colours");
    assert_eq!(mara.get(&address).await.status, 404, "nobody sees it unseen, whoever guesses the address");

    let fields = page.form(&format!("{case}/look"));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let opened = mara.post_bare(&format!("{case}/look"), &fields).await;
    assert_eq!(opened.status, 303);
    let place = opened.location();
    assert_eq!(place, format!("{case}?open={}.0#media-{}-0", row.post, row.post));
    let page = mara.get(&place).await;
    assert!(page.body.contains(&format!("src=\"{address}\"")), "{}", page.text());
    harmless(&case, &page.body);
    let picture = mara.get(&address).await;
    assert_eq!((picture.status, picture.body.as_str()), (200, "in full"));
    let header = |name: &str| picture.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/jpeg");
    assert_eq!(header("content-disposition"), format!("inline; filename=\"F-{}-1.jpg\"", row.number));
    assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff".into(), "no-store".into()));
    assert!(header("content-security-policy").contains("img-src 'self';"));

    group.after(Span::seconds(1)).await;
    assert!(matches!(group.again(row.id).await.decision.speech, Speech::Permitted { .. }));
    let page = mara.get(&case).await;
    page.says("Angesehen");
    assert!(page.body.contains(&format!("src=\"{address}/blurred\"")), "covered again for whoever comes next");
    page.says("Bild, Video oder Datei angesehen, Mara");
}

#[tokio::test]
async fn a_video_is_said_with_kind_and_size_and_a_way_to_its_platform() {
    let group = house::open().await;
    let video = Media {
        media_type: Some("video/mp4".into()),
        size_bytes: Some(4_200_000),
        ..Media::new(MediaKind::Video, None)
    };
    let (row, _) = asked(&group, vec![video]).await;
    let mut mara = group.mara().await;
    let case = format!("/case/{}", row.number);
    let page = mara.get(&case).await;
    for words in ["Video", "video/mp4", "kB", "Ohne Beschreibung", "Beim Beitrag ansehen", "Ich habe es angesehen"] {
        page.says(words);
    }
    assert!(!page.body.contains("<img") && !page.body.contains("<video"));
    let fields = page.form(&format!("{case}/look"));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(mara.post_bare(&format!("{case}/look"), &fields).await.status, 303);
    assert!(!mara.get(&case).await.body.contains(&format!("{case}/look")), "it was looked at");
}

#[tokio::test]
async fn who_may_not_read_the_text_sees_no_picture_and_counts_as_nobody() {
    let group = house::open().await;
    let (row, address) = asked(&group, vec![ward()]).await;
    group.hears(group.nord, vec![question("n1")]).await;
    let other = group.case(group.nord, Queue::Now).await;
    let case = format!("/case/{}", row.number);
    let (_, mut nora) = group.person("nora", &[(group.nord, Role::Desk)]).await;
    let (_, mut audit) = group.person("ada", &[(group.mitte, Role::Auditor)]).await;
    let (_, mut call) = group.person("roth", &[(group.mitte, Role::OnCall)]).await;
    let elsewhere = format!("/case/{}/media/{}/0", other.number, row.post);
    let post = row.post.to_string();
    let look = [("post", post.as_str()), ("n", "0"), ("version", "1")];
    for who in [&mut nora, &mut audit, &mut call] {
        for path in [&address, &format!("{address}/blurred"), &elsewhere, &format!("{elsewhere}/blurred")] {
            assert_eq!(who.get(path).await.status, 404, "{path}");
        }
        assert!(who.post(&format!("{case}/look"), &look).await.status >= 400);
        let page = who.get(&case).await;
        assert!(!page.body.contains("<img") && !page.text().contains("mit Betten"));
    }
    assert!(
        nora.post(&format!("/case/{}/look", other.number), &look).await.status >= 400,
        "not by way of another case"
    );

    let mut mara = group.mara().await;
    mara.get(&case).await;
    assert!(mara.post_bare(&format!("{case}/look"), &look).await.status >= 400, "no form of another site");
    for (name, value) in [("n", "1"), ("n", "-1"), ("n", "x"), ("post", "../1"), ("version", "2")] {
        let bent: Vec<(&str, &str)> =
            look.iter().map(|(of, is)| (*of, if *of == name { value } else { *is })).collect();
        assert!(mara.post(&format!("{case}/look"), &bent).await.status >= 400, "{name}={value}");
    }
    for path in ["/1", "/-1", "/x", "/0/full", "/99999999999999999999"] {
        assert_eq!(mara.get(&format!("/case/{}/media/{}{path}", row.number, row.post)).await.status, 404, "{path}");
    }
    let mut tx = group.store.begin_read().await.unwrap();
    assert_eq!(media::one(&mut tx, row.post, 0).await.unwrap().unwrap().seen_at, None);
    assert_eq!(posts::by_id(&mut tx, row.post).await.unwrap().unwrap().media_unseen, 1);
}
