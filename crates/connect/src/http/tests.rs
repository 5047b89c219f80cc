use super::*;
use crate::testing::{Canned, Double, WorldClock, canned};

fn clock() -> Clock {
    WorldClock::at("2026-11-22T12:00:00Z").clock()
}

#[test]
fn only_https_leaves_the_house() {
    for good in [
        "https://bsky.social",
        "https://social.example.org/prefix/",
        "http://127.0.0.1:3000",
        "http://10.1.2.3",
        "http://[::1]:80",
        "http://localhost:8080",
        "http://mastodon.internal",
    ] {
        assert!(Http::new(good, clock()).is_ok() || good.starts_with("https"), "{good}");
    }
    for bad in
        ["", "bsky.social", "ftp://127.0.0.1", "https://me:pw@example.org", "https://example.org/?a=b", "https://"]
    {
        assert!(matches!(Http::new(bad, clock()), Err(BadAddress::NotAnAddress(_))), "{bad}");
    }
    for open in ["http://social.example.org", "http://8.8.8.8"] {
        assert!(matches!(Http::new(open, clock()), Err(BadAddress::NotPrivate(_))), "{open}");
    }
}

#[tokio::test]
async fn an_id_from_a_server_cannot_leave_its_place_in_the_path() {
    let double = Double::start(|_| canned(200, "{}")).await;
    let http = Http::new(&format!("{}/base/", double.base), clock()).unwrap();
    for id in ["../../admin", "..", "a/b?c=d#e", "ü"] {
        http.get(&["api", "statuses", id]).send().await.unwrap();
    }
    assert_eq!(
        double.lines(),
        [
            "GET /base/api/statuses/..%2F..%2Fadmin",
            "GET /base/api/statuses",
            "GET /base/api/statuses/a%2Fb%3Fc=d%23e",
            "GET /base/api/statuses/%C3%BC"
        ]
    );
}

#[tokio::test]
async fn statuses_become_faults_without_the_servers_words() {
    let rows: [(u16, &str, Fault); 9] = [
        (400, "ExpiredToken", Fault::Refused { status: 400, code: "ExpiredToken".into() }),
        (400, "Maria Muster is not allowed", Fault::Refused { status: 400, code: "bad_request".into() }),
        (401, "", Fault::SignedOut { code: "unauthorized".into() }),
        (403, "", Fault::Refused { status: 403, code: "forbidden".into() }),
        (408, "", Fault::TimedOut),
        (429, "", Fault::RateLimited { after: Span::seconds(9) }),
        (500, "", Fault::Server { status: 500 }),
        (503, "", Fault::Server { status: 503 }),
        (302, "", Fault::Refused { status: 302, code: "found".into() }),
    ];
    for (status, code, fault) in rows {
        let double = Double::start(move |_| Canned {
            headers: "retry-after: 9\r\nlocation: http://127.0.0.1:1/\r\n".into(),
            ..canned(status, "{}")
        })
        .await;
        let http = Http::new(&double.base, clock()).unwrap();
        let answer = http.get(&["x"]).send().await.unwrap();
        assert_eq!(answer.fault(Some(code)), fault);
        assert_eq!(double.lines().len(), 1, "a redirect is not followed");
    }
}

#[tokio::test]
async fn a_broken_answer_is_a_fault_and_never_a_guess() {
    let cut = Double::start(|_| Canned { cut: true, ..canned(200, "{\"id\":") }).await;
    let http = Http::new(&cut.base, clock()).unwrap();
    assert_eq!(http.get(&["x"]).send().await.err(), Some(Fault::Unreachable));

    let endless = Double::start(|_| canned(200, &"x".repeat(MAX_BODY_BYTES + 1))).await;
    let http = Http::new(&endless.base, clock()).unwrap();
    assert!(matches!(http.get(&["x"]).send().await.err(), Some(Fault::Malformed { .. })));

    let nobody = Http::new("http://127.0.0.1:9", clock()).unwrap();
    assert_eq!(nobody.get(&["x"]).send().await.err(), Some(Fault::Unreachable));
}

#[tokio::test]
async fn we_say_who_we_are_and_send_the_token_only_as_a_header() {
    let double = Double::start(|_| canned(200, "{}")).await;
    let http = Http::new(&double.base, clock()).unwrap();
    http.post(&["x"]).bearer(&Secret::new("t0ken")).json(&serde_json::json!({"a": 1})).send().await.unwrap();
    let request = double.requests().remove(0);
    assert!(request.head.contains(concat!("user-agent: Bedside/", env!("CARGO_PKG_VERSION"))));
    assert!(request.head.contains("authorization: Bearer t0ken"));
    assert_eq!(request.body, r#"{"a":1}"#);
}

#[tokio::test]
async fn a_stream_is_read_line_by_line_and_a_page_is_no_stream() {
    let double = Double::start(|request| {
        if request.line.ends_with("stream") {
            Canned {
                headers: "content-type: text/event-stream\r\n".into(),
                ..canned(200, "event: a\r\ndata: ü\n\n:thump\n")
            }
        } else {
            canned(200, "{}")
        }
    })
    .await;
    let http = Http::new(&double.base, clock()).unwrap();
    let mut lines = http.get(&["stream"]).stream().await.unwrap();
    let mut got = Vec::new();
    while let Some(line) = lines.next().await.unwrap() {
        got.push(line);
    }
    assert_eq!(got, ["event: a", "data: ü", "", ":thump"]);
    assert!(matches!(http.get(&["page"]).stream().await.err(), Some(Fault::Refused { status: 200, .. })));
}
