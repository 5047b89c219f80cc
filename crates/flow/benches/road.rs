//! How fast the road is: posts taken until they are durable, and posts sorted and decided from the job table.
//! `cargo xtask bench -p bedside-flow`. Figures of one run compare with each other only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a benchmark stops where something fails"
)]

use std::sync::Arc;

use bedside_core::{
    channel::{ChannelKind, Take as _},
    id::{ChannelId, SiteId},
    policy::PageOwner,
    post::{Inbound, InboundAuthor, Standing, Upstream, Visibility},
    site::Jurisdiction,
    time::{Span, Timestamp},
};
use bedside_flow::{House, Road, Settings, SystemClock};
use bedside_store::{
    Location, MasterKey, Store, channels,
    sites::{self, Site, SiteSettings},
};
use divan::{Bencher, counter::ItemsCount};
use tokio::runtime::Runtime;

const POSTS: usize = 10_000;
const NOW: Timestamp = Timestamp::from_micros(1_794_661_200_000_000);
const TEXTS: [&str; 6] = [
    "Guten Tag, wo kann ich bei Ihnen parken und was kostet das am Wochenende?",
    "Thank you to everybody on the maternity ward, you were wonderful to us both.",
    "Vier Stunden in der Notaufnahme gewartet, niemand hat uns etwas gesagt. Unmöglich!",
    "What are your visiting hours on Sundays, and can I bring my two children?",
    "Ich suche einen Ausbildungsplatz in der Pflege, an wen kann ich mich wenden?",
    "Is it true that two operations were cancelled today because of the power cut?",
];

fn main() {
    divan::main();
}

struct Bench {
    _folder: tempfile::TempDir,
    runtime: Runtime,
    road: Arc<Road>,
    channel: ChannelId,
    news: Vec<Upstream>,
}

fn post(n: usize) -> Upstream {
    Upstream::Posted(Box::new(Inbound {
        external_id: format!("post-{n}"),
        author: InboundAuthor {
            external_id: format!("author-{}", n / 2),
            handle: format!("author-{}", n / 2),
            display_name: None,
            is_bot: false,
        },
        text: format!("{} ({n})", TEXTS[n % TEXTS.len()]),
        at: NOW.minus(Span::minutes(i64::try_from(n).unwrap())),
        url: None,
        in_reply_to: None,
        thread_root: None,
        visibility: Visibility::Public,
        lang_hint: None,
        media_count: 0,
        media: Vec::new(),
        addressed: true,
        reply_context: None,
    }))
}

fn open() -> Bench {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (road, channel) = runtime.block_on(async {
        let master = MasterKey::from_text(&MasterKey::generate_text().unwrap()).unwrap();
        let store = Store::open(&Location::Folder(folder.path().to_owned()), &master, NOW).await.unwrap();
        let site = Site {
            id: SiteId::new(NOW, &[1; 10]),
            slug: "haus".to_owned(),
            name: "Haus".to_owned(),
            group: "Gruppe".to_owned(),
            jurisdiction: Jurisdiction::De,
            page_owner: PageOwner::Private,
            time_zone: "Europe/Berlin".to_owned(),
            settings: SiteSettings::default(),
        };
        let channel = channels::ChannelRow {
            id: ChannelId::new(NOW, &[2; 10]),
            site: site.id,
            slug: "import".to_owned(),
            kind: ChannelKind::Import,
            name: "Import".to_owned(),
            owner: String::new(),
            deputy: String::new(),
            cursor: None,
            health: channels::Health::New,
            health_code: String::new(),
            health_since: NOW,
            last_ok_at: None,
            retry_at: None,
        };
        let mut tx = store.begin().await.unwrap();
        sites::put(&mut tx, &site, NOW).await.unwrap();
        let channel = channels::put(&mut tx, &channel, NOW).await.unwrap().id;
        tx.commit().await.unwrap();
        let house = House::open(site, &[]).unwrap();
        let road = Road::new(store, Arc::new(SystemClock), vec![house], Settings::default()).unwrap();
        (Arc::new(road), channel)
    });
    Bench { _folder: folder, runtime, road, channel, news: (0..POSTS).map(post).collect() }
}

impl Bench {
    fn take(&self) {
        let taken = self.runtime.block_on(self.road.take(self.channel, Standing::History, &self.news, None)).unwrap();
        assert_eq!(taken.new as usize, POSTS);
    }

    fn assess(&self) {
        self.runtime.block_on(async { while self.road.assess_next().await.unwrap() > 0 {} });
    }

    fn index(&self) {
        self.runtime.block_on(async { while self.road.index_next().await.unwrap() > 0 {} });
    }
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn take_until_durable(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(POSTS)).with_inputs(open).bench_refs(|bench| bench.take());
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn sort_and_decide(bencher: Bencher<'_, '_>) {
    let ready = || {
        let bench = open();
        bench.take();
        bench
    };
    bencher.counter(ItemsCount::new(POSTS)).with_inputs(ready).bench_refs(|bench| bench.assess());
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn index(bencher: Bencher<'_, '_>) {
    let ready = || {
        let bench = open();
        bench.take();
        bench
    };
    bencher.counter(ItemsCount::new(POSTS)).with_inputs(ready).bench_refs(|bench| bench.index());
}
