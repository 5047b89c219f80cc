//! What strangers write is text and nothing else, wherever it is shown.

use bedside_core::{case::Queue, post::InboundAuthor, site::Role};

use crate::house::{self, post};

const TEXTS: [&str; 6] = [
    "<script>alert(1)</script> wo kann ich parken?",
    "<img src=x onerror=alert(1)> wo kann ich parken?",
    "\"><svg/onload=alert(1)> wo kann ich parken?",
    "</textarea></form><form action=//evil.example> wo kann ich parken?",
    "\u{202e}nehcierps\u{202c} \u{2066}wo kann ich parken?",
    "'; DROP TABLE post; -- {{7*7}} ${7*7} &lt;b&gt; wo kann ich parken?",
];

#[tokio::test]
async fn hostile_texts_and_names_stay_text_on_every_page() {
    let group = house::open().await;
    let mut posts = Vec::new();
    for (n, text) in TEXTS.iter().enumerate() {
        let mut one = post(&format!("p{n}"), &format!("x{n}"), text);
        one.author = InboundAuthor {
            external_id: format!("x{n}"),
            handle: format!("x{n}\" onmouseover=\"alert(1)"),
            display_name: Some("<b onclick=alert(1)>Ich</b>\u{202e}".to_owned()),
            is_bot: false,
        };
        one.url = Some("javascript:alert(1)".to_owned());
        posts.push(one);
    }
    group.hears(group.mitte, posts).await;
    let (_, mut jonas) = group.person("jonas", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    let mut pages = vec![
        "/inbox".to_owned(),
        "/search?q=parken".to_owned(),
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
    ];
    let mut tx = group.store.begin_read().await.unwrap();
    let mut found = 0;
    for queue in Queue::ALL {
        for case in bedside_store::cases::list(&mut tx, group.mitte, queue, 20).await.unwrap() {
            pages.push(format!("/case/{}", case.number));
            found += 1;
        }
    }
    assert_eq!(found, TEXTS.len());
    for path in &pages {
        let page = jonas.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        harmless(path, &page.body);
    }
    let case = &pages[3];
    let page = jonas.get(case).await;
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap_or_default());
    let typed = "</textarea><script>alert(2)</script>\u{202e}";
    let fields = [("text", typed), ("form", "invite"), ("seen", seen.as_str()), ("draft", draft.as_str())];
    let page = jonas.post(&format!("{case}/check"), &fields).await;
    assert_eq!(page.status, 200);
    harmless("check", &page.body);
    let part = jonas.post(&format!("/live{case}/find"), &fields).await;
    assert_eq!(part.status, 200);
    harmless("find", &part.body);
    let page = jonas.act(&format!("{case}/note"), &[("text", typed)]).await;
    harmless("note", &page.body);
}

/// No element and no attribute of a stranger's: every `<` that is not ours is written as `&lt;`.
#[track_caller]
pub fn harmless(path: &str, body: &str) {
    let own_scripts = body.matches("<script").count();
    assert!(own_scripts <= 1, "{path}: {own_scripts} scripts");
    for needle in [
        "<script>",
        "<img src=x",
        "<svg/",
        "onload=alert(1)>",
        "<b onclick",
        "<form action=//",
        "href=\"javascript:",
        "\" onmouseover=\"",
    ] {
        assert!(!body.contains(needle), "{path} holds {needle}");
    }
    for tag in body.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let mut in_quotes = false;
        let bare: String = tag
            .chars()
            .filter(|c| {
                if *c == '"' {
                    in_quotes = !in_quotes;
                }
                !in_quotes
            })
            .collect();
        assert!(
            !bare.to_lowercase().split_whitespace().any(|word| word.starts_with("on") || word.starts_with("style")),
            "{path}: <{tag}>"
        );
    }
}

#[tokio::test]
async fn no_page_has_a_style_or_script_of_its_own() {
    let group = house::open().await;
    let case = group.asked().await;
    let mut jonas = group.jonas().await;
    let own = format!("/case/{}", case.number);
    for path in
        ["/inbox", "/sign-in", "/me", "/log", "/nothing", "/keys", "/pause", "/channels", "/search", own.as_str()]
    {
        let page = jonas.get(path).await;
        assert!(!page.body.contains(" style=") && !page.body.contains("<style"), "{path}");
        harmless(path, &page.body);
    }
}
