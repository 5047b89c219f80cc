//! The log as people read it and as anybody can verify it.

use axum::{body::Body, http::Request};
use bedside_core::{
    log::{Checkpoint, Hash, VerifierKey},
    site::Role,
    time::Span,
};
use tower::ServiceExt as _;

use crate::{browser::Browser, house};

async fn bytes(group: &house::Group, browser: &Browser, path: &str) -> (u16, Vec<u8>) {
    let cookie = format!("bedside={}", browser.cookies["bedside"]);
    let request = Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap();
    let answer = group.router.clone().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    (status, axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap().to_vec())
}

#[tokio::test]
async fn what_was_done_stands_in_the_log_and_can_be_verified() {
    let group = house::open().await;
    let row = group.asked().await;
    let mut jonas = group.jonas().await;
    let case = format!("/case/{}", row.number);
    jonas.get(&case).await;
    jonas.act(&format!("{case}/note"), &[("text", "Notiz mit Mispelstrauch")]).await;
    let page = jonas.get("/log").await;
    page.says("Notiz");
    page.says("Angemeldet");
    for secret in ["Mispelstrauch", "petra", "parken"] {
        page.is_silent_about(secret);
    }
    group.after(Span::seconds(1)).await;
    jonas.get(&format!("/log?case={}", row.number)).await.is_silent_about("Angemeldet");
    jonas.get("/log?find=Angemeldet").await.says("Jonas");
    jonas.get("/log").await.says("Noch nicht geprüft");
    jonas.act("/log/verify", &[]).await;
    let mut seal = jonas.get("/log").await;
    for _ in 0..100 {
        if seal.text().contains("Lückenlos") || !seal.text().contains("Wird geprüft") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        seal = jonas.get("/log").await;
    }
    seal.says("Kein Eintrag wurde geändert oder entfernt.");
}

#[tokio::test]
async fn the_exported_log_proves_itself_to_an_outsider() {
    let group = house::open().await;
    group.asked().await;
    let (_, ida) = group.person("ida", &[(group.mitte, Role::Auditor), (group.nord, Role::Auditor)]).await;
    group.after(Span::seconds(1)).await;
    let key: VerifierKey = String::from_utf8(bytes(&group, &ida, "/log/vkey").await.1).unwrap().trim().parse().unwrap();
    let (status, note) = bytes(&group, &ida, "/log/checkpoint").await;
    assert_eq!(status, 200);
    let checkpoint = Checkpoint::open(&note, &key).unwrap();
    let size = usize::try_from(checkpoint.size()).unwrap();
    assert!(size > 3 && size < 256, "{size} entries");
    let (_, tile) = bytes(&group, &ida, &format!("/log/tile/0/000.p/{size}")).await;
    assert_eq!(tile.len(), size * 32);
    let (_, bundle) = bytes(&group, &ida, &format!("/log/tile/entries/000.p/{size}")).await;
    let mut rest = bundle.as_slice();
    let mut hashes = Vec::new();
    while let [a, b, tail @ ..] = rest {
        let (entry, next) = tail.split_at(usize::from(u16::from_be_bytes([*a, *b])));
        hashes.extend_from_slice(Hash::of_leaf(entry).as_bytes());
        rest = next;
    }
    assert_eq!(hashes, tile, "the tile is what the entries hash to");
    for bad in [
        "/log/tile/0/001",
        "/log/tile/0/000",
        "/log/tile/9/000",
        "/log/tile/entries/000",
        "/log/tile/x",
        "/log/tile/0/000.p/0",
    ] {
        assert_eq!(bytes(&group, &ida, bad).await.0, 404, "{bad}");
    }
    let (_, one_house) = group.person("eva", &[(group.mitte, Role::Auditor)]).await;
    assert_eq!(bytes(&group, &one_house, "/log/checkpoint").await.0, 200);
    assert_eq!(
        bytes(&group, &one_house, &format!("/log/tile/entries/000.p/{size}")).await.0,
        404,
        "entries of all houses"
    );
    let mara = group.mara().await;
    assert_eq!(bytes(&group, &mara, "/log/checkpoint").await.0, 403, "the desk does not read the log");
}
