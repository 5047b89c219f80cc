//! Both engines understand every statement, and agree on how many arguments it takes.

use super::{postgres, sqlite};
use crate::{
    Engine, Store, alarms, balance, cases, channels, chart, clocks,
    db::{Db, Statement},
    desk, door, drafts, emr, examples, exchange, hold_letters, incidents, jobs, keeping, keys, labels, library, log,
    many::Many,
    media, migrate, outbox, own_posts, people, posts, rules, search, shown, sites, state, strikes, takings,
};

type Family = (&'static str, &'static [(&'static str, Statement)], &'static [(&'static str, Many)]);

const MAIN: &[Family] = &[
    ("sites", sites::STATEMENTS, &[]),
    ("channels", channels::STATEMENTS, &[]),
    ("jobs", jobs::STATEMENTS, jobs::MANY),
    ("posts::author", posts::author::STATEMENTS, &[]),
    ("posts::take", posts::take::STATEMENTS, posts::take::MANY),
    ("posts::read", posts::read::STATEMENTS, posts::read::MANY),
    ("posts::reindex", posts::reindex::STATEMENTS, &[]),
    ("media", media::STATEMENTS, media::MANY),
    ("cases", cases::STATEMENTS, cases::MANY),
    ("clocks", clocks::STATEMENTS, clocks::MANY),
    ("strikes", strikes::STATEMENTS, strikes::MANY),
    ("incidents", incidents::STATEMENTS, &[]),
    ("drafts", drafts::STATEMENTS, &[]),
    ("labels", labels::STATEMENTS, &[]),
    ("desk", desk::STATEMENTS, &[]),
    ("outbox", outbox::STATEMENTS, outbox::MANY),
    ("people", people::STATEMENTS, &[]),
    ("log", log::STATEMENTS, log::MANY),
    ("shown", shown::STATEMENTS, shown::MANY),
    ("emr::filing", emr::filing::STATEMENTS, &[]),
    ("emr::dead_letter", emr::dead_letter::STATEMENTS, emr::dead_letter::MANY),
    ("emr::link", emr::link::STATEMENTS, emr::link::MANY),
    ("emr::message", emr::message::STATEMENTS, emr::message::MANY),
    ("emr::notice", emr::notice::STATEMENTS, &[]),
    ("emr::patient", emr::patient::STATEMENTS, emr::patient::MANY),
    ("emr::visit", emr::visit::STATEMENTS, emr::visit::MANY),
    ("door::visit", door::visit::STATEMENTS, &[]),
    ("door::person", door::person::STATEMENTS, door::person::MANY),
    ("door::said", door::said::STATEMENTS, &[]),
    ("door::file", door::file::STATEMENTS, &[]),
    ("door::letter", door::letter::STATEMENTS, &[]),
    ("door::link", door::link::STATEMENTS, door::link::MANY),
    ("door::seat", door::seat::STATEMENTS, door::seat::MANY),
    ("door::consent", door::consent::STATEMENTS, &[]),
    ("exchange::access", exchange::access::STATEMENTS, exchange::access::MANY),
    ("exchange::client", exchange::client::STATEMENTS, &[]),
    ("exchange::delivery", exchange::delivery::STATEMENTS, exchange::delivery::MANY),
    ("exchange::held", exchange::held::STATEMENTS, exchange::held::MANY),
    ("exchange::resource", exchange::resource::STATEMENTS, exchange::resource::MANY),
    ("exchange::target", exchange::target::STATEMENTS, &[]),
    ("chart", chart::STATEMENTS, chart::MANY),
    ("examples", examples::STATEMENTS, &[]),
    ("state", state::STATEMENTS, &[]),
    ("alarms::mod", alarms::STATEMENTS, &[]),
    ("alarms::call", alarms::call::STATEMENTS, &[]),
    ("alarms::path", alarms::path::STATEMENTS, &[]),
    ("alarms::reading", alarms::reading::STATEMENTS, &[]),
    ("rules::version", rules::version::STATEMENTS, &[]),
    ("rules::term", rules::term::STATEMENTS, &[]),
    ("rules::replay", rules::replay::STATEMENTS, rules::replay::MANY),
    ("rules::fired", rules::fired::STATEMENTS, &[]),
    ("rules::kept", rules::kept::STATEMENTS, &[]),
    ("library", library::STATEMENTS, &[]),
    ("keeping::due", keeping::due::STATEMENTS, keeping::due::MANY),
    ("keeping::empty", &[], keeping::empty::MANY),
    ("keeping::night", keeping::night::STATEMENTS, &[]),
    ("keeping::reseal", keeping::reseal::STATEMENTS, &[]),
    ("keeping::person", keeping::person::STATEMENTS, keeping::person::MANY),
    ("hold_letters", hold_letters::STATEMENTS, &[]),
    ("own_posts", own_posts::STATEMENTS, &[]),
    ("balance", balance::STATEMENTS, balance::MANY),
    ("takings", takings::STATEMENTS, &[]),
    ("migrate", migrate::STATEMENTS, &[]),
];
const KEYS: &[Family] = &[("keys", keys::STATEMENTS, keys::MANY)];
const SEARCH: &[Family] = &[("search", search::STATEMENTS, &[])];

/// The types of a row where `FROM (VALUES …)` doesn't tell them; our arguments always announce theirs.
fn types(name: &str) -> Vec<&'static str> {
    match name {
        "BY_HASHES" | "BY_NUMBERS" | "KNOWN_POSTS" | "KNOWN_AUTHORS" | "KNOWN_THREADS" | "OUR_REPLIES" => {
            vec!["TEXT", "BYTEA"]
        }
        "SET_SIGNALS" => vec!["TEXT", "BYTEA"],
        "RESEAL_AUTHORS" => vec!["TEXT", "TEXT", "BYTEA"],
        "STILL_DUE" => vec!["TEXT", "INT8", "INT8"],
        "PRIOR" | "BEFORE" | "LAST_BEFORE" => vec!["TEXT", "TEXT", "INT8"],
        "DECIDED" | "SAID_WHEN" => vec!["INT8", "INT8", "INT8", "TEXT"],
        "INSERT_DECISIONS" => vec!["TEXT", "TEXT", "TEXT", "INT8", "TEXT", "TEXT", "TEXT", "INT8", "BOOL"],
        "EMPTY_AUTHORS" => vec!["TEXT", "TEXT", "BYTEA", "INT8", "BYTEA"],
        _ if name.starts_with("EMPTY_") => vec!["TEXT", "TEXT", "BYTEA", "INT8"],
        _ => vec![],
    }
}

async fn prepare_all(db: &Db, families: &[Family]) -> Vec<(String, usize)> {
    let mut counts = Vec::new();
    for (family, statements, many) in families {
        let texts = statements.iter().map(|(name, statement)| (*name, statement.0.to_owned()));
        for (name, sql) in texts.chain(many.iter().map(|(name, many)| (*name, many.sql(2)))) {
            let mut tx = db.begin().await.unwrap();
            let arguments = tx
                .prepare(&sql, &types(name).repeat(2))
                .await
                .unwrap_or_else(|error| panic!("{family}::{name}: {error}\n{sql}"));
            counts.push((format!("{family}::{name}"), arguments));
        }
    }
    counts
}

async fn prepare_store(store: &Store) -> Vec<(String, usize)> {
    let mut counts = prepare_all(&store.main, MAIN).await;
    counts.extend(prepare_all(&store.keys.db, KEYS).await);
    counts.extend(prepare_all(&store.search.db, SEARCH).await);
    let engine = store.engine();
    for (_, sql) in jobs::CLAIMS.iter().filter(|(of, _)| *of == engine) {
        counts.push(("jobs::CLAIM".to_owned(), store.begin().await.unwrap().prepare(sql, &[]).await.unwrap()));
    }
    counts
}

#[tokio::test]
async fn every_statement_is_understood_by_both_engines_with_the_same_arguments() {
    let (lite, _folder) = sqlite().await;
    let big = postgres().await;
    assert_eq!(big.engine(), Engine::Postgres);
    let lite = prepare_store(&lite).await;
    assert!(lite.len() > 100, "{} statements", lite.len());
    assert_eq!(lite, prepare_store(&big).await);
}

#[test]
fn every_family_that_has_sql_is_in_the_list() {
    let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let listed: Vec<&str> = MAIN.iter().chain(KEYS).chain(SEARCH).map(|(name, ..)| *name).collect();
    let mut found = 0;
    for folder in [
        src.clone(),
        src.join("posts"),
        src.join("emr"),
        src.join("door"),
        src.join("exchange"),
        src.join("alarms"),
        src.join("rules"),
        src.join("keeping"),
    ] {
        for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let Ok(text) = std::fs::read_to_string(&file) else {
                continue;
            };
            if text.contains("statements! {\n") {
                let name = file.strip_prefix(&src).unwrap().with_extension("").to_string_lossy().replace('/', "::");
                if ["db", "many"].contains(&name.as_str()) {
                    continue;
                }
                found += 1;
                assert!(listed.contains(&name.as_str()), "{name} has SQL that no test prepares");
            }
        }
    }
    assert_eq!(found, listed.len());
}
