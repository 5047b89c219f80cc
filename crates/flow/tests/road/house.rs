//! A house with a desk and a road over it, whose clock the test moves.

use std::sync::Arc;

use bedside_core::{
    case::Queue,
    channel::{ChannelKind, Take as _, Taken},
    id::{CaseId, ChannelId, DraftId, OutboxId, PersonId, SiteId},
    label::{LabelKind, LabelTarget},
    policy::{PageOwner, SpeechForm},
    post::{Inbound, InboundAuthor, Standing, Upstream, Visibility},
    site::{Jurisdiction, Role},
    time::{Span, Timestamp},
};
use bedside_flow::{ActError, Clock as _, House, LabelOrder, Road, Settings, TestClock, Witness};
use bedside_store::{
    Location, MasterKey, Store,
    cases::{self, CaseRow},
    channels, drafts, outbox, people, random,
    sites::{self, Site, SiteSettings, Staffed},
};

use crate::platform::Platform;

/// An ordinary question.
pub const PARKING: &str = "Hallo, wo kann ich bei Ihnen parken und was kostet das?";

/// A Saturday afternoon.
pub const NOW: Timestamp = Timestamp::from_micros(1_794_661_200_000_000);

pub struct Desk {
    _folder: tempfile::TempDir,
    pub store: Store,
    pub clock: TestClock,
    pub road: Arc<Road>,
    pub platform: Platform,
    /// Another account on another server.
    pub other: Platform,
    pub site: SiteId,
    pub channel: ChannelId,
    pub mara: PersonId,
    pub jonas: PersonId,
    overlay: &'static str,
    house: Site,
    /// What the next [`Desk::restart`] sets.
    pub settings: Settings,
}

pub fn master() -> MasterKey {
    MasterKey::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

fn the_site() -> Site {
    Site {
        id: SiteId::new(NOW, &[1; 10]),
        slug: "mitte".to_owned(),
        name: "Lindenhof Mitte".to_owned(),
        group: "Lindenhof".to_owned(),
        jurisdiction: Jurisdiction::De,
        page_owner: PageOwner::Private,
        time_zone: "Europe/Berlin".to_owned(),
        settings: SiteSettings::default(),
    }
}

pub async fn open() -> Desk {
    open_with("").await
}

/// The same with a rule of the house's own.
pub async fn open_with(overlay: &'static str) -> Desk {
    open_house(the_site(), overlay).await
}

/// A house with a desk that is staffed at these times.
pub async fn open_staffed(staffed: Vec<Staffed>) -> Desk {
    let site = the_site();
    open_house(Site { settings: SiteSettings { staffed, ..site.settings }, ..site }, "").await
}

/// The same under the law of another country.
pub async fn open_under(jurisdiction: Jurisdiction) -> Desk {
    open_house(Site { jurisdiction, ..the_site() }, "").await
}

/// The same with a rule of the house's own.
pub async fn open_under_with(jurisdiction: Jurisdiction, overlay: &'static str) -> Desk {
    open_house(Site { jurisdiction, ..the_site() }, overlay).await
}

/// A house that says this of itself in public.
pub async fn open_with_facts(facts: &[&str]) -> Desk {
    let site = the_site();
    let public_facts = facts.iter().map(|fact| (*fact).to_owned()).collect();
    open_house(Site { settings: SiteSettings { public_facts, ..site.settings }, ..site }, "").await
}

/// The same house on both engines, so that one story is told on each.
pub async fn open_on_both() -> [Desk; 2] {
    let postgres = Store::open(&Location::Postgres(database()), &master(), NOW).await.unwrap();
    [open().await, open_in(postgres, the_site(), "").await]
}

/// A fresh database in the cluster that `./test` starts and throws away.
fn database() -> String {
    let server = std::env::var("BEDSIDE_TEST_POSTGRES").expect("run ./test, which starts PostgreSQL");
    let digits = random::<12>().unwrap().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let create = format!("CREATE DATABASE road_{digits}");
    let made =
        std::process::Command::new("psql").args(["--no-psqlrc", "--quiet", "--command", &create, &server]).output();
    assert!(made.unwrap().status.success(), "{create}");
    let (base, query) = server.split_once('?').map_or((server.as_str(), String::new()), |(b, q)| (b, format!("?{q}")));
    let (host, _) = base.rsplit_once('/').expect("an address with a database's name");
    format!("{host}/road_{digits}{query}")
}

async fn open_house(site: Site, overlay: &'static str) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&location(&folder), &master(), NOW).await.unwrap();
    Desk { _folder: folder, ..open_in(store, site, overlay).await }
}

async fn open_in(store: Store, site: Site, overlay: &'static str) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let mut tx = store.begin().await.unwrap();
    sites::put(&mut tx, &site, NOW).await.unwrap();
    let channel = channels::put(&mut tx, &account(2, "masto"), NOW).await.unwrap().id;
    let other = channels::put(&mut tx, &account(3, "other"), NOW).await.unwrap().id;
    let mut ids = Vec::new();
    for (login, roles) in [("mara", &[Role::Desk][..]), ("jonas", &[Role::Desk, Role::Approver])] {
        let person = people::PersonRow {
            id: PersonId::new(NOW, &random().unwrap()),
            login: login.to_owned(),
            name: login.to_owned(),
            password: None,
            lang: "de".to_owned(),
            theme: "system".to_owned(),
            keys_on: true,
            softens: true,
            sounds: false,
            disabled_at: None,
        };
        people::add(&mut tx, &person, NOW).await.unwrap();
        for role in roles {
            people::grant(&mut tx, person.id, site.id, *role).await.unwrap();
        }
        ids.push(person.id);
    }
    tx.commit().await.unwrap();
    let clock = TestClock::at(NOW);
    let platforms = [Platform::new(channel), Platform::new(other)];
    let settings = Settings { pause_waits: Span::millis(300), ..Settings::default() };
    let road = road(&store, &clock, &platforms, None, (&site, overlay), &settings);
    let [platform, other] = platforms;
    let (mara, jonas, house, site) = (ids[0], ids[1], site.clone(), site.id);
    Desk { _folder: folder, store, clock, road, platform, other, site, channel, mara, jonas, overlay, house, settings }
}

/// A folder of the test's own; with `BEDSIDE_ROAD_ON=postgres` a database on the server that `./test` starts.
fn location(folder: &tempfile::TempDir) -> Location {
    if std::env::var("BEDSIDE_ROAD_ON").as_deref() != Ok("postgres") {
        return Location::Folder(folder.path().to_owned());
    }
    Location::Postgres(database())
}

fn account(seed: u8, slug: &str) -> channels::ChannelRow {
    channels::ChannelRow {
        id: ChannelId::new(NOW, &[seed; 10]),
        site: the_site().id,
        slug: slug.to_owned(),
        kind: ChannelKind::Mastodon,
        name: "Mastodon".to_owned(),
        owner: "Mara".to_owned(),
        deputy: "Jonas".to_owned(),
        cursor: None,
        health: channels::Health::New,
        health_code: String::new(),
        health_since: NOW,
        last_ok_at: None,
        retry_at: None,
    }
}

fn road(
    store: &Store,
    clock: &TestClock,
    platforms: &[Platform; 2],
    witness: Option<Arc<dyn Witness>>,
    (site, overlay): (&Site, &str),
    settings: &Settings,
) -> Arc<Road> {
    let is_for_guard = ["[[guard_settled]]", "[crisis]"].iter().any(|table| overlay.contains(table));
    let overlays = [(if is_for_guard { "house.toml" } else { "house.cedar" }, overlay)];
    let house = House::open(site.clone(), if overlay.is_empty() { &[] } else { &overlays }).unwrap();
    let mut road = Road::new(store.clone(), Arc::new(clock.clone()), vec![house], settings.clone()).unwrap();
    if let Some(witness) = witness {
        road = road.witnessed_by(witness);
    }
    for platform in platforms {
        road.connect(Arc::new(platform.clone()));
    }
    Arc::new(road)
}

/// A post as a connector would hand it over, three minutes old.
pub fn post(id: &str, author: &str, text: &str) -> Inbound {
    Inbound {
        external_id: id.to_owned(),
        author: InboundAuthor {
            external_id: author.to_owned(),
            handle: author.to_owned(),
            display_name: None,
            is_bot: false,
        },
        text: text.to_owned(),
        at: NOW.minus(Span::minutes(3)),
        url: None,
        in_reply_to: None,
        thread_root: None,
        visibility: Visibility::Public,
        lang_hint: None,
        media_count: 0,
        media: Vec::new(),
        addressed: true,
        reply_context: None,
    }
}

impl Desk {
    /// Everything that lies in the data folder, as text.
    pub fn written(&self) -> String {
        let files = ["bedside.db", "bedside.db-wal", "search.db", "search.db-wal", "keys/keys.db", "keys/keys.db-wal"];
        let bytes = files.iter().flat_map(|file| std::fs::read(self._folder.path().join(file)).unwrap_or_default());
        String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).to_lowercase()
    }

    /// As after the process died: another road over the same store.
    pub fn restart(&mut self, witness: Option<Arc<dyn Witness>>) {
        let platforms = [self.platform.clone(), self.other.clone()];
        self.road = road(&self.store, &self.clock, &platforms, witness, (&self.house, self.overlay), &self.settings);
    }

    pub async fn take(&self, news: Vec<Upstream>, standing: Standing) -> Taken {
        let taken = self.road.take(self.channel, standing, &news, None).await.unwrap();
        self.clock.pass(Span::millis(1));
        while self.road.assess_next().await.unwrap() > 0 {}
        taken
    }

    /// Takes and assesses live posts.
    pub async fn hears(&self, posts: Vec<Inbound>) -> Taken {
        self.take(posts.into_iter().map(|post| Upstream::Posted(Box::new(post))).collect(), Standing::Live).await
    }

    pub async fn queue(&self, queue: Queue) -> Vec<CaseRow> {
        cases::list(&mut self.store.begin_read().await.unwrap(), self.site, queue, 99).await.unwrap()
    }

    pub async fn case(&self, id: CaseId) -> CaseRow {
        cases::by_id(&mut self.store.begin_read().await.unwrap(), id).await.unwrap().unwrap()
    }

    pub async fn reply(&self, id: OutboxId) -> outbox::OutboxRow {
        outbox::by_id(&mut self.store.begin_read().await.unwrap(), id).await.unwrap().unwrap()
    }

    /// Takes one ordinary question and has it answered by Mara; gives the case and the draft.
    pub async fn asked(&self) -> (CaseId, DraftId) {
        self.hears(vec![post("q1", "petra", PARKING)]).await;
        let case = self.queue(Queue::Now).await.remove(0);
        (case.id, self.drafted(case.id, SpeechForm::AnswerPublicGeneric).await)
    }

    /// Has Mara write an answer that says nothing of a person.
    pub async fn drafted(&self, case: CaseId, form: SpeechForm) -> DraftId {
        self.clock.pass(Span::seconds(1));
        let text = "Guten Tag, Parkplätze finden Sie im Parkhaus an der Lindenstraße.";
        self.road.write_draft(self.mara, case, form, "de", text).await.unwrap()
    }

    /// The same, approved by Jonas: in the outbox.
    pub async fn approved(&self) -> (CaseId, OutboxId) {
        let (case, draft) = self.asked().await;
        (case, self.queued(draft).await)
    }

    /// Has Mara ask and Jonas approve.
    pub async fn queued(&self, draft: DraftId) -> OutboxId {
        self.clock.pass(Span::seconds(1));
        self.road.ask_approval(self.mara, draft).await.unwrap();
        self.clock.pass(Span::seconds(1));
        self.approve(self.jonas, draft).await.unwrap()
    }

    /// Approves a draft as it is now.
    pub async fn approve(&self, by: PersonId, draft: DraftId) -> Result<OutboxId, ActError> {
        let shown = self.commitment(draft).await;
        self.road.approve(by, draft, &shown, false).await
    }

    pub async fn commitment(&self, draft: DraftId) -> Vec<u8> {
        drafts::by_id(&mut self.store.begin_read().await.unwrap(), draft).await.unwrap().unwrap().commitment
    }

    /// Sets a label on a case's thread.
    pub async fn labelled(&self, case: CaseId, kind: LabelKind) {
        let order = LabelOrder { target: LabelTarget::Thread, kind, reason: "So ist es", expires_at: None };
        self.road.label(self.mara, case, order).await.unwrap();
    }

    /// Lets time pass and sends what is due, until nothing moves.
    pub async fn after(&self, span: Span) {
        self.clock.pass(span);
        self.road.wake_due().await.unwrap();
        self.road.send_due().await.unwrap();
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
