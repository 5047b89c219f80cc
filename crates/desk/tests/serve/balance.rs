//! The balance at the desk: figures of the houses one may see, a table behind each chart, files, and nobody's name.

use bedside_core::{site::Role, time::Span};

use crate::house;

const ANSWER: &str = "Guten Tag, Parkplätze finden Sie im Parkhaus an der Lindenstraße.";

#[tokio::test]
async fn the_balance_shows_what_was_decided_and_said_as_charts_tables_and_files() {
    let group = house::open().await;
    let row = group.asked().await;
    group
        .hears(
            group.mitte,
            vec![house::post("s1", "kai", "schöner Tag heute"), house::post("k1", "ina", "Ich will nicht mehr leben.")],
        )
        .await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    let case = format!("/case/{}", row.number);
    let page = mara.get(&case).await;
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap());
    let fields = [("seen", seen.as_str()), ("draft", draft.as_str()), ("form", "public"), ("text", ANSWER)];
    assert_eq!(mara.post(&format!("{case}/submit"), &fields).await.status, 303);
    let page = jonas.get(&case).await;
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap());
    jonas.post(&format!("{case}/approve"), &[("seen", &seen), ("draft", &draft), ("confirm", "yes")]).await;
    group.after(Span::minutes(2)).await;
    assert_eq!(group.platform.published().len(), 1);

    let page = mara.get("/balance").await;
    assert_eq!(page.status, 200);
    page.says("Von 3 Beiträgen");
    page.says("eine Antwort gesendet");
    page.says("Eine Frage zum Alltag des Hauses.");
    page.says("Europe/Berlin");
    assert!(page.body.matches("<svg class=\"chart\"").count() >= 4, "charts are drawn");
    assert_eq!(
        page.body.matches("role=\"img\"").count(),
        page.body.matches("<desc").count(),
        "each chart has a description"
    );
    for (table, head) in [
        ("decisions", "Ab"),
        ("beside", "Ab"),
        ("waits", "Antwort"),
        ("reasons", "Warum"),
        ("silences", "Fall"),
        ("alarms", "Was"),
    ] {
        let file = mara.get(&format!("/balance/{table}.csv?from=2026-11-01&to=2026-11-14")).await;
        assert_eq!(file.status, 200, "{table}");
        assert!(file.header("content-type").starts_with("text/csv"), "{table}");
        assert!(file.body.starts_with(&format!("\u{feff}\"{head}\"")), "{table}: {}", file.body);
        for name in ["Mara", "mara", "Jonas", "jonas"] {
            assert!(!file.body.contains(name), "{table} names {name}");
        }
    }
    let file = mara.get("/balance/decisions.csv?from=2026-11-14&to=2026-11-14").await;
    assert!(file.body.contains("\"2026-11-14\";3;1;"), "{}", file.body);
    assert_eq!(mara.get("/balance/people.csv").await.status, 404);
    let main = page.body.split("<main").nth(1).unwrap();
    assert!(!main.contains("Jonas") && !main.contains("jonas"), "the page names nobody");
    mara.get("/balance?from=2020-01-01&to=2020-01-07").await.says("Keine Beiträge an diesen Tagen");
}

#[tokio::test]
async fn who_sees_several_houses_sees_them_together_and_others_only_their_own() {
    let group = house::open().await;
    group.hears(group.mitte, vec![house::question("q1"), house::question("q2")]).await;
    group.hears(group.nord, vec![house::question("q3")]).await;
    let (_, mut both) = group.person("Beate", &[(group.mitte, Role::Auditor), (group.nord, Role::Admin)]).await;
    let page = both.get("/balance?site=all").await;
    page.says("Von 3 Beiträgen");
    page.says("Nach Häusern");
    page.is_silent_about("parken");
    both.get("/balance?site=nord").await.says("Ein Beitrag: 1 zu beantworten");
    let (_, mut nora) = group.person("nora", &[(group.nord, Role::Desk)]).await;
    let page = nora.get("/balance?site=mitte").await;
    page.says("Ein Beitrag: 1 zu beantworten");
    page.is_silent_about("Lindenhof Mitte");
    let file = nora.get("/balance/houses.csv").await;
    assert_eq!(file.status, 404, "there is nothing to compare");
}
