//! A house's own rules: versions, terms, replays and kept cases, on both engines.

use bedside_core::{
    id::{PersonId, PostId, RulesReplayId, RulesTermId, RulesVersionId, SiteId},
    policy::{OwnFile, OwnRules, PageOwner},
    site::Jurisdiction,
    time::{Span, Timestamp},
};

use super::{NOW, postgres, sqlite};
use crate::{
    Store, random,
    rules::{
        replay::{self, ChangedRow, ReplayRow, ReplayState, Step},
        term::{self, TermRow, Way},
        version::{self, VersionRow},
    },
    sites::{self, Site, SiteSettings},
};

fn a_version(site: SiteId, text: &str) -> VersionRow {
    let files = OwnRules::of([OwnFile { name: "house.cedar".to_owned(), text: text.to_owned() }]).unwrap();
    VersionRow {
        id: RulesVersionId::new(NOW, &random().unwrap()),
        site,
        number: 0,
        hash: files.hash(),
        files,
        based_on: None,
        by: None,
        why: "Why".to_owned(),
        salt: random().unwrap(),
        at: NOW,
        dropped_at: None,
    }
}

fn a_term(version: &VersionRow, from: Timestamp, set_at: Timestamp) -> TermRow {
    TermRow {
        id: RulesTermId::new(set_at, &random().unwrap()),
        site: version.site,
        version: version.id,
        way: Way::Live,
        why: "Because".to_owned(),
        salt: random().unwrap(),
        by: None,
        set_at,
        from,
        replay: None,
        reached_at: None,
        withdrawn_at: None,
        withdrawn_by: None,
    }
}

async fn story(store: &Store) {
    let site = SiteId::new(NOW, &random().unwrap());
    let mut tx = store.begin().await.unwrap();
    let row = Site {
        id: site,
        slug: "mitte".to_owned(),
        name: "Mitte".to_owned(),
        group: "Group".to_owned(),
        jurisdiction: Jurisdiction::De,
        page_owner: PageOwner::Private,
        time_zone: "Europe/Berlin".to_owned(),
        settings: SiteSettings::default(),
    };
    sites::put(&mut tx, &row, NOW).await.unwrap();
    let (mut first, mut second) = (a_version(site, "a"), a_version(site, "b"));
    first.number = version::add(&mut tx, &first).await.unwrap();
    second.number = version::add(&mut tx, &second).await.unwrap();
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!(version::by_number(&mut tx, site, 2).await.unwrap(), Some(second.clone()));
    assert_eq!(version::newest_of_files(&mut tx, site).await.unwrap(), Some(second.clone()));
    assert_eq!(version::newest(&mut tx, site, 9).await.unwrap().len(), 2);

    // The latest whose time has come holds; of two that begin at once the one ordered later; what was taken back never.
    let hour = Span::hours(1);
    let terms = [
        a_term(&first, NOW, NOW),
        a_term(&second, NOW.plus(hour), NOW),
        a_term(&first, NOW.plus(hour), NOW.plus(Span::seconds(1))),
        a_term(&second, NOW.plus(Span::hours(2)), NOW),
    ];
    for term in &terms {
        term::add(&mut tx, term).await.unwrap();
    }
    let person = PersonId::new(NOW, &random().unwrap());
    assert!(term::withdraw(&mut tx, terms[3].id, person, NOW).await.unwrap());
    assert!(!term::withdraw(&mut tx, terms[0].id, person, NOW).await.unwrap(), "it holds already");
    for (at, holds) in [(NOW, 0), (NOW.plus(hour), 2), (NOW.plus(Span::hours(9)), 2)] {
        assert_eq!(term::in_force(&mut tx, site, at).await.unwrap().unwrap().id, terms[holds].id, "{at:?}");
    }
    assert!(term::in_force(&mut tx, site, NOW.minus(hour)).await.unwrap().is_none());
    assert_eq!(term::due(&mut tx, NOW).await.unwrap().len(), 1);
    assert!(term::reached(&mut tx, terms[0].id, NOW).await.unwrap());
    assert!(!term::reached(&mut tx, terms[0].id, NOW).await.unwrap(), "noticed once");
    assert!(term::due(&mut tx, NOW).await.unwrap().is_empty());
    assert_eq!(term::newest(&mut tx, site, 9).await.unwrap().len(), 4);
    term::alone(&mut tx, site).await.unwrap();
    let anew = term::anew(&mut tx).await.unwrap().unwrap();
    assert_eq!((anew.term, anew.site), (terms[0].id, site));
    assert!(term::concerned(&mut tx, &anew, NOW, 9).await.unwrap().is_empty());
    assert!(term::anew_up_to(&mut tx, &anew, None).await.unwrap());
    assert!(!term::anew_up_to(&mut tx, &anew, None).await.unwrap(), "once");
    assert!(term::anew(&mut tx).await.unwrap().is_none());
    replays(&mut tx, &second).await;
    assert!(version::drop_it(&mut tx, second.id, person, NOW).await.unwrap());
    assert!(!version::drop_it(&mut tx, second.id, person, NOW).await.unwrap());
    tx.commit().await.unwrap();
}

async fn replays(tx: &mut crate::Tx, version: &VersionRow) {
    let row = ReplayRow {
        id: RulesReplayId::new(NOW, &random().unwrap()),
        site: version.site,
        version: version.id,
        before: "aa".to_owned(),
        after: "bb".to_owned(),
        since: NOW.minus(Span::days(90)),
        state: ReplayState::Running,
        total: 7,
        last: None,
        posts: 0,
        left_out: 0,
        changed: 0,
        sums: "{}".to_owned(),
        by: None,
        asked_at: NOW,
        ended_at: None,
    };
    replay::begin(tx, &row).await.unwrap();
    let lease = Span::seconds(30);
    assert_eq!(replay::claim(tx, "one", lease, NOW).await.unwrap().map(|found| found.id), Some(row.id));
    assert!(replay::claim(tx, "two", lease, NOW).await.unwrap().is_none(), "another process has it");
    let posts: Vec<PostId> = (0..3).map(|n| PostId::new(NOW, &[n; 10])).collect();
    let changed: Vec<ChangedRow> =
        posts.iter().map(|post| ChangedRow { post: *post, case: Some(4), at: NOW, body: "{}".to_owned() }).collect();
    let step = Step { last: posts[2], posts: 5, left_out: 1, sums: "{\"a\":1}", changed: &changed };
    assert!(!replay::go_on(tx, row.id, "two", &step).await.unwrap(), "who lost it notes nothing");
    assert!(replay::go_on(tx, row.id, "one", &step).await.unwrap());
    let later = NOW.plus(Span::seconds(31));
    let taken = replay::claim(tx, "two", lease, later).await.unwrap().unwrap();
    assert_eq!((taken.last, taken.posts, taken.left_out, taken.changed), (Some(posts[2]), 5, 1, 3), "it goes on there");
    assert_eq!(replay::changed(tx, row.id, Some(posts[0]), 9).await.unwrap(), changed[1..]);
    assert!(replay::end(tx, row.id, ReplayState::Done, later).await.unwrap());
    assert!(!replay::end(tx, row.id, ReplayState::Stopped, later).await.unwrap(), "it has ended");
    assert_eq!(replay::newest_of(tx, version.id).await.unwrap().unwrap().state, ReplayState::Done);
    let again = ReplayRow { id: RulesReplayId::new(later, &random().unwrap()), asked_at: later, ..row.clone() };
    replay::begin(tx, &again).await.unwrap();
    assert!(replay::changed(tx, row.id, None, 9).await.unwrap().is_empty(), "what an earlier one found is forgotten");
}

#[tokio::test]
async fn rules_come_into_force_by_the_clock_on_sqlite() {
    let (store, _folder) = sqlite().await;
    story(&store).await;
}

#[tokio::test]
async fn rules_come_into_force_by_the_clock_on_postgres() {
    story(&postgres().await).await;
}
