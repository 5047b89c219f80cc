//! Two houses of one group with their desks, over one road whose clock the test moves.

use std::sync::Arc;

use axum::Router;
use bedside_core::{
    case::Queue,
    channel::{ChannelKind, Take as _},
    id::{CaseId, ChannelId, PersonId, SiteId},
    policy::PageOwner,
    post::{Inbound, InboundAuthor, Standing, Upstream, Visibility},
    site::{Jurisdiction, Role},
    time::{Span, Timestamp},
};
use bedside_desk::{DeskSettings, DeskState, chart::Charts, router, serve::make_invite};
use bedside_flow::{Clock as _, House, Road, Settings, TestClock};
use bedside_store::{
    Location, MasterKey, Store,
    cases::{self, CaseRow},
    channels, people, random,
    sites::{self, Site, SiteSettings},
};

use crate::{browser::Browser, platform::Platform};

/// A Saturday afternoon.
pub const NOW: Timestamp = Timestamp::from_micros(1_794_661_200_000_000);

pub const PASSWORD: &str = "drei Tassen Tee am Fenster";

pub struct Group {
    _folder: tempfile::TempDir,
    pub store: Store,
    pub clock: TestClock,
    pub road: Arc<Road>,
    pub platform: Platform,
    pub router: Router,
    pub mitte: SiteId,
    pub nord: SiteId,
    channels: [ChannelId; 2],
}

fn site(n: u8, slug: &str, name: &str) -> Site {
    Site {
        id: SiteId::new(NOW, &[n; 10]),
        slug: slug.to_owned(),
        name: name.to_owned(),
        group: "Lindenhof".to_owned(),
        jurisdiction: Jurisdiction::De,
        page_owner: PageOwner::Private,
        time_zone: if slug == "nord" { "Europe/Lisbon" } else { "Europe/Berlin" }.to_owned(),
        settings: SiteSettings::default(),
    }
}

fn channel(n: u8, site: SiteId, slug: &str) -> channels::ChannelRow {
    channels::ChannelRow {
        id: ChannelId::new(NOW, &[n; 10]),
        site,
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

pub fn settings() -> DeskSettings {
    DeskSettings {
        public_url: "http://desk.example".to_owned(),
        secure_cookies: false,
        trusted_proxies: vec![],
        version: "0.1.0".to_owned(),
        zone: jiff::tz::TimeZone::get("Europe/Berlin").unwrap(),
    }
}

/// Opens both houses; nobody works there yet.
pub async fn open() -> Group {
    open_with(settings()).await
}

pub async fn open_with(settings: DeskSettings) -> Group {
    open_with_charts(settings, |_, _| Charts::default()).await
}

/// Opens both houses with the charts of Mitte and Nord.
pub async fn open_with_charts(settings: DeskSettings, charts: impl FnOnce(SiteId, SiteId) -> Charts) -> Group {
    let folder = tempfile::tempdir().unwrap();
    let master = MasterKey::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let store = Store::open(&Location::Folder(folder.path().to_owned()), &master, NOW).await.unwrap();
    let houses = [site(1, "mitte", "Lindenhof Mitte"), site(2, "nord", "Lindenhof Nord")];
    let [mitte, nord] = [houses[0].id, houses[1].id];
    let mut tx = store.begin().await.unwrap();
    let mut channels = Vec::new();
    for (house, slug) in houses.iter().zip(["masto-mitte", "masto-nord"]) {
        sites::put(&mut tx, house, NOW).await.unwrap();
        let n = if house.id == mitte { 3 } else { 4 };
        channels.push(channels::put(&mut tx, &channel(n, house.id, slug), NOW).await.unwrap().id);
    }
    tx.commit().await.unwrap();
    let (clock, platform) = (TestClock::at(NOW), Platform::new(channels[0]));
    let houses = houses.into_iter().map(|site| House::open(site, &[]).unwrap()).collect();
    let road = Road::new(store.clone(), Arc::new(clock.clone()), houses, Settings::default()).unwrap();
    road.connect(Arc::new(platform.clone()));
    let road = Arc::new(road);
    let state = DeskState::new(Arc::clone(&road), Arc::new(clock.clone()), settings).with_charts(charts(mitte, nord));
    let channels = [channels[0], channels[1]];
    Group { _folder: folder, store, clock, road, platform, router: router(state), mitte, nord, channels }
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
        url: Some(format!("https://social.example/@{author}/{id}")),
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

pub fn question(id: &str) -> Inbound {
    post(id, "petra", "Hallo, wo kann ich bei Ihnen parken und was kostet das?")
}

impl Group {
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// Adds a person with roles, who signs in by a one-time link.
    pub async fn person(&self, login: &str, roles: &[(SiteId, Role)]) -> (PersonId, Browser) {
        let person = people::PersonRow {
            id: PersonId::new(NOW, &random().unwrap()),
            login: format!("{login}@lindenhof.example"),
            name: login.to_owned(),
            password: None,
            lang: "de".to_owned(),
            theme: "system".to_owned(),
            keys_on: true,
            softens: true,
            sounds: false,
            disabled_at: None,
        };
        let mut tx = self.store.begin().await.unwrap();
        people::add(&mut tx, &person, NOW).await.unwrap();
        for (site, role) in roles {
            people::grant(&mut tx, person.id, *site, *role).await.unwrap();
        }
        tx.commit().await.unwrap();
        let token = make_invite(&self.store, person.id, self.clock.now()).await.unwrap();
        let mut browser = self.browser();
        let page = browser.get(&format!("/welcome?token={token}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let name = capital(login);
        let set = [("token", token.as_str()), ("name", &name), ("password", PASSWORD), ("again", PASSWORD)];
        let page = browser.post("/welcome", &set).await;
        assert_eq!(page.status, 303, "{}", page.body);
        // A page with a form, so that the browser knows the session's token.
        browser.get("/me").await;
        (person.id, browser)
    }

    /// Mara writes at Mitte.
    pub async fn mara(&self) -> Browser {
        self.person("mara", &[(self.mitte, Role::Desk)]).await.1
    }

    /// Mara, who wants distressing texts shown at once.
    pub async fn mara_unfolded(&self) -> Browser {
        let mut mara = self.mara().await;
        mara.act("/me", &[("act", "settings"), ("lang", "de"), ("theme", "system"), ("keys", "on")]).await;
        mara
    }

    /// Jonas approves at Mitte.
    pub async fn jonas(&self) -> Browser {
        self.person("jonas", &[(self.mitte, Role::Desk), (self.mitte, Role::Approver)]).await.1
    }

    /// The channel of a site on its platform.
    pub fn channel(&self, site: SiteId) -> ChannelId {
        self.channels[usize::from(site == self.nord)]
    }

    pub async fn hears(&self, site: SiteId, posts: Vec<Inbound>) {
        let channel = self.channels[usize::from(site == self.nord)];
        let news: Vec<Upstream> = posts.into_iter().map(|post| Upstream::Posted(Box::new(post))).collect();
        self.road.take(channel, Standing::Live, &news, None).await.unwrap();
        while self.road.assess_next().await.unwrap() > 0 {}
        while self.road.index_next().await.unwrap() > 0 {}
    }

    /// The one case of a site that lies in a queue.
    pub async fn case(&self, site: SiteId, queue: Queue) -> CaseRow {
        let mut all = cases::list(&mut self.store.begin_read().await.unwrap(), site, queue, 9).await.unwrap();
        assert_eq!(all.len(), 1, "cases in {queue:?}");
        all.remove(0)
    }

    pub async fn again(&self, id: CaseId) -> CaseRow {
        cases::by_id(&mut self.store.begin_read().await.unwrap(), id).await.unwrap().unwrap()
    }

    /// Hears an ordinary question at Mitte; gives its case.
    pub async fn asked(&self) -> CaseRow {
        self.hears(self.mitte, vec![question("q1")]).await;
        self.case(self.mitte, Queue::Now).await
    }

    /// Lets time pass, and what is due happens.
    pub async fn after(&self, span: Span) {
        self.clock.pass(span);
        self.road.wake_due().await.unwrap();
        self.road.send_due().await.unwrap();
        while self.road.sequence_next().await.unwrap() > 0 {}
    }
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
