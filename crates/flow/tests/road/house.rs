//! A house with a desk and a road over it, whose clock the test moves.

use std::sync::Arc;

use bedside_core::{
    case::Queue,
    channel::{ChannelKind, Take as _, Taken},
    id::{CaseId, ChannelId, DraftId, OutboxId, PersonId, SiteId},
    policy::{PageOwner, SpeechForm},
    post::{Inbound, InboundAuthor, Standing, Upstream, Visibility},
    site::{Jurisdiction, Role},
    time::{Span, Timestamp},
};
use bedside_flow::{Clock as _, House, Road, Settings, TestClock, Witness};
use bedside_store::{
    Location, MasterKey, Store,
    cases::{self, CaseRow},
    channels, outbox, people, random,
    sites::{self, Site, SiteSettings},
};

use crate::platform::Platform;

/// A Saturday afternoon.
pub const NOW: Timestamp = Timestamp::from_micros(1_794_661_200_000_000);

pub struct Desk {
    _folder: tempfile::TempDir,
    pub store: Store,
    pub clock: TestClock,
    pub road: Arc<Road>,
    pub platform: Platform,
    pub site: SiteId,
    pub channel: ChannelId,
    pub mara: PersonId,
    pub jonas: PersonId,
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
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Folder(folder.path().to_owned()), &master(), NOW).await.unwrap();
    let site = the_site();
    let mut tx = store.begin().await.unwrap();
    sites::put(&mut tx, &site, NOW).await.unwrap();
    let row = channels::ChannelRow {
        id: ChannelId::new(NOW, &[2; 10]),
        site: site.id,
        slug: "masto".to_owned(),
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
    };
    let channel = channels::put(&mut tx, &row, NOW).await.unwrap().id;
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
            disabled_at: None,
        };
        people::add(&mut tx, &person, NOW).await.unwrap();
        for role in roles {
            people::grant(&mut tx, person.id, site.id, *role).await.unwrap();
        }
        ids.push(person.id);
    }
    tx.commit().await.unwrap();
    let (clock, platform) = (TestClock::at(NOW), Platform::new(channel));
    let road = road(&store, &clock, &platform, None);
    Desk { _folder: folder, store, clock, road, platform, site: site.id, channel, mara: ids[0], jonas: ids[1] }
}

fn road(store: &Store, clock: &TestClock, platform: &Platform, witness: Option<Arc<dyn Witness>>) -> Arc<Road> {
    let house = House::open(the_site(), &[]).unwrap();
    let mut road = Road::new(store.clone(), Arc::new(clock.clone()), vec![house], Settings::default()).unwrap();
    if let Some(witness) = witness {
        road = road.witnessed_by(witness);
    }
    road.connect(Arc::new(platform.clone()));
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
        self.road = road(&self.store, &self.clock, &self.platform, witness);
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
        self.hears(vec![post("q1", "petra", "Hallo, wo kann ich bei Ihnen parken und was kostet das?")]).await;
        let case = self.queue(Queue::Now).await.remove(0);
        self.clock.pass(Span::seconds(1));
        let text = "Guten Tag, Parkplätze finden Sie im Parkhaus an der Lindenstraße.";
        let form = SpeechForm::AnswerPublicGeneric;
        let draft = self.road.write_draft(self.mara, case.id, form, "de", text).await.unwrap();
        (case.id, draft)
    }

    /// The same, approved by Jonas: in the outbox.
    pub async fn approved(&self) -> (CaseId, OutboxId) {
        let (case, draft) = self.asked().await;
        self.clock.pass(Span::seconds(1));
        self.road.ask_approval(self.mara, draft).await.unwrap();
        self.clock.pass(Span::seconds(1));
        (case, self.road.approve(self.jonas, draft, false).await.unwrap())
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
