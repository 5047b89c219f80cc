//! What happens in the demo beside the posts: the record's messages, two people who link their accounts, an invitation that waits
//! for a visitor, a death, a rule that is written and tried. Every act goes the way that people at the desk and at the private
//! door go, and stands in the log; who would click is played, nothing is put into the store past the road.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bedside_connect::channel::demo::Demo;
use bedside_core::{
    case::Queue,
    door::{IdentifierKind, Purpose, SpeaksFor},
    guard::Verdict,
    id::{PersonId, SiteId},
    policy::{OwnFile, OwnRules, SpeechForm},
    post::Visibility,
};
use bedside_desk::serve::Tour;
use bedside_flow::{
    LinkVerdict, Road,
    door::{Claim, Guest, Message},
};
use bedside_store::{
    cases::{self, CaseRow},
    door, drafts, posts, random,
    rules::version,
};
use ring::digest::{SHA256, digest};
use tokio::{
    sync::Mutex,
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{
    kept::{Kept, Story as Told},
    traffic::{self, News, Patient},
};
use crate::clock;

/// How often it is looked whether what an act waits for has come.
const LOOK: Duration = Duration::from_secs(1);
/// The longest that an act waits; posts of the script come within four minutes.
const PATIENCE: Duration = Duration::from_secs(300);
/// When the rule is written: most posts are there to try it on.
const RULE_AFTER: Duration = Duration::from_secs(100);
/// After so many secrets that the guard takes for numbers something else is wrong.
const MOST_SECRETS: usize = 50;
/// How long the desk of the demo lets an open question lie before the record tells of a death.
const DEATH_AFTER: Duration = Duration::from_secs(15);

/// Somebody who writes to the house on the demo's Mastodon.
pub struct Writer {
    /// Their account.
    pub handle: &'static str,
    /// Whose record it is about.
    pub patient: Patient,
    speaks_for: SpeaksFor,
    /// What they ask in private, once they are known.
    asks: &'static str,
}

/// A patient who lies in the house.
const EVA: Writer = Writer {
    handle: "eva_so@fedi.example",
    patient: traffic::EVA,
    speaks_for: SpeaksFor::Myself,
    asks: "Darf mich am Sonntag meine Tochter besuchen, sie ist fünf? Und kann ich irgendwo meine Haare waschen?",
};
/// The son of one.
const JAN: Writer = Writer {
    handle: "jan_albers@fedi.example",
    patient: traffic::HEINRICH,
    speaks_for: SpeaksFor::Relative,
    asks: "Wann erreiche ich auf der Station jemanden am Telefon?",
};
/// Whom a visitor can be.
pub const PETRA: Writer =
    Writer { handle: "petra_lenz@fedi.example", patient: traffic::PETRA, speaks_for: SpeaksFor::Myself, asks: "" };

/// A rule of the house's own, for everybody to read: thanks may wait a night, so that it is no reflex.
const RULE: &str = "@id(\"house.thanks_rest\")\n\
    @reason_de(\"Ein Dank darf eine Nacht warten; sonst klingt er wie ein Automat.\")\n\
    @reason_en(\"Thanks may wait a night; else they sound like a machine.\")\n\
    @source(\"House rule\")\n\
    @hold(\"12h\") @hold_from(\"now\")\n\
    forbid (principal, action in Action::\"speech\", resource)\n\
    when { context.topics.contains(Topic::\"praise\") };\n";
const RULE_WHY: &str = "Dank soll nicht wie ein Automat klingen";

/// Everything that the story needs.
pub struct Story {
    /// The road.
    pub road: Arc<Road>,
    /// The channel that the writers are on.
    pub channel: Arc<Demo>,
    /// The house.
    pub site: SiteId,
    /// Who writes.
    pub mara: PersonId,
    /// Who approves.
    pub jonas: PersonId,
    /// Where the program listens for the record's messages.
    pub link: SocketAddr,
    /// Where people reach the desk and the door.
    pub address: String,
    /// The tour, which is told.
    pub tour: Arc<Tour>,
    /// How far the story has come.
    pub kept: Arc<Kept>,
    /// One message at a time, as record systems send.
    pub line: Mutex<()>,
}

impl Story {
    /// Tells it to its end. What goes wrong is said in the log, and the rest goes on.
    pub async fn tell(self: Arc<Self>) {
        let mut parts = JoinSet::new();
        let told = |name: &'static str, ended: Result<()>| {
            if let Err(error) = ended {
                tracing::warn!(part = name, error = format!("{error:#}"), "a part of the demo's story did not go on");
            }
        };
        let story = Arc::clone(&self);
        parts.spawn(async move { told("record", story.record().await) });
        let story = Arc::clone(&self);
        parts.spawn(async move { told("eva", story.eva().await) });
        let story = Arc::clone(&self);
        parts.spawn(async move { told("jan", story.jan().await) });
        let story = Arc::clone(&self);
        parts.spawn(async move { told("petra", story.petra().await) });
        parts.spawn(async move { told("rule", self.rule().await) });
        while parts.join_next().await.is_some() {}
    }

    /// The record's own traffic.
    async fn record(&self) -> Result<()> {
        let done = self.kept.story().messages;
        let from = traffic::SCRIPT.get(done).map_or(0, |(at, _)| *at);
        let begun = Instant::now();
        for (n, (at, news)) in traffic::SCRIPT.into_iter().enumerate().skip(done) {
            tokio::time::sleep_until(begun + Duration::from_secs(at.saturating_sub(from))).await;
            self.send(&format!("DEMO{n}"), news).await?;
            self.kept.change(|story| story.messages = n + 1)?;
            if matches!(news, News::Parted(..)) {
                self.note(|places| places.merged = true)?;
            }
        }
        Ok(())
    }

    async fn send(&self, control_id: &str, news: News) -> Result<()> {
        let _line = self.line.lock().await;
        traffic::send(self.link, control_id, &news.message(control_id, clock::now())).await
    }

    /// Eva links her account; what she writes afterwards knows that she is in the house.
    async fn eva(&self) -> Result<()> {
        self.linked(&EVA).await?;
        let case = self.case_of(&EVA, false).await?;
        self.note(|places| places.linked = Some(case.number))
    }

    /// Jan links his for his father, asks an everyday question, and while it is open his father dies.
    async fn jan(&self) -> Result<()> {
        self.linked(&JAN).await?;
        let case = self.case_of(&JAN, false).await?;
        if !self.kept.is_done("death") {
            sleep(DEATH_AFTER).await;
            self.send("DEMO-DEATH", News::Died(traffic::HEINRICH)).await?;
            self.kept.done("death")?;
        }
        let patience = Patience::until("the case is held");
        while cases::by_id(&mut self.road.store().begin_read().await?, case.id)
            .await?
            .is_none_or(|now| now.queue == Queue::Now)
        {
            patience.pause().await?;
        }
        self.note(|places| places.death = Some(case.number))
    }

    /// Petra is invited; the rest is left to whoever visits the demo.
    async fn petra(&self) -> Result<()> {
        self.invited(&PETRA).await?;
        self.note(|places| places.invited = true)
    }

    /// Mara writes a rule and has it tried; it waits for somebody else.
    async fn rule(&self) -> Result<()> {
        if self.kept.is_done("rule") {
            return Ok(());
        }
        sleep(RULE_AFTER).await;
        let newest = version::newest(&mut self.road.store().begin_read().await?, self.site, 1).await?;
        let file = OwnFile { name: "house.cedar".to_owned(), text: RULE.to_owned() };
        let base = newest.first().map(|row| row.id);
        let written = self.road.write_rules(self.mara, self.site, base, OwnRules::of([file])?, RULE_WHY).await?;
        self.road.ask_replay(self.mara, written.id, 30).await?;
        self.kept.done("rule")?;
        self.note(|places| places.rules = Some(written.number))
    }

    /// Has a writer invited, come in, consent and name their record, and has Jonas confirm it.
    async fn linked(&self, who: &Writer) -> Result<()> {
        let act = format!("linked {}", who.handle);
        if self.kept.is_done(&act) {
            return Ok(());
        }
        let pass = self.invited(who).await?;
        let guest = self.enters(who, &pass).await?;
        self.confirmed(who, &guest).await?;
        self.road.door_write(&guest, &Message { text: who.asks, name: "", file: None }).await?;
        self.kept.done(&act)
    }

    /// Mara answers a private message by a link to the door, Jonas approves, and it reaches the phone. Gives the link's secret.
    async fn invited(&self, who: &Writer) -> Result<String> {
        let known = self.kept.story().passes.get(who.handle).cloned();
        let pass = match known {
            Some(pass) => pass,
            None => self.invite(who).await?,
        };
        if self.kept.heard(who.handle).is_empty() {
            let patience = Patience::until("an invitation reaches its phone");
            let mut heard = self.channel.heard_by(who.handle);
            while heard.is_empty() {
                patience.pause().await?;
                heard = self.channel.heard_by(who.handle);
            }
            self.kept.change(|story: &mut Told| {
                let lines = heard.into_iter().map(|one| (one.text, one.at.as_micros())).collect();
                story.heard.insert(who.handle.to_owned(), lines);
            })?;
        }
        Ok(pass)
    }

    async fn invite(&self, who: &Writer) -> Result<String> {
        let case = self.case_of(who, true).await?;
        let (pass, text) = self.invitation(&case).await?;
        self.road.invite_to_door(self.mara, case.id, &hash(&pass)).await?;
        let draft = self.road.write_draft(self.mara, case.id, SpeechForm::InvitePrivate, "de", &text).await?;
        self.road.ask_approval(self.mara, draft).await?;
        let row = drafts::by_id(&mut self.road.store().begin_read().await?, draft).await?.context("no draft")?;
        self.road.approve(self.jonas, draft, &row.commitment, true).await?;
        self.kept.change(|story| {
            story.passes.insert(who.handle.to_owned(), pass.clone());
        })?;
        Ok(pass)
    }

    /// The secret of an invitation and its words. By chance a secret looks like somebody's number, which the guard blocks: then
    /// another one is taken.
    async fn invitation(&self, case: &CaseRow) -> Result<(String, String)> {
        for _ in 0..MOST_SECRETS {
            let pass = secret()?;
            let text = format!(
                "Guten Tag, hier können Sie vertraulich mit uns sprechen. Der Link gilt einmal und einen Tag lang: \
                 {}/door/mitte/in?t={pass}",
                self.address
            );
            let read = self.road.check_text(self.mara, case.id, "de", &text).await?;
            if read.check.verdict != Verdict::Block {
                return Ok((pass, text));
            }
        }
        bail!("the guard blocks every invitation")
    }

    /// What a guest does at the door: comes in by the link, says for whom they write, consents, and names the record.
    async fn enters(&self, who: &Writer, pass: &str) -> Result<Guest> {
        let (visit, csrf) = (secret()?, secret()?);
        if !self.road.door_enter_by_pass(self.site, &hash(pass), (&hash(&visit), &csrf), "de").await? {
            bail!("the link of {} is spent", who.handle);
        }
        let row = door::visit(&mut self.road.store().begin_read().await?, &hash(&visit), clock::now()).await?;
        let guest = row.as_ref().and_then(Guest::of).context("nobody came in")?;
        self.road.door_speaks_for(&guest, who.speaks_for).await?;
        self.road.door_consent(&guest, &[Purpose::Link, Purpose::CareTeam]).await?;
        let claim = Claim {
            kind: IdentifierKind::Mrn,
            number: who.patient.number,
            birth_date: who.patient.born,
            words: "Ich bitte darum, mein Konto mit einer Akte zu verknüpfen.",
        };
        self.road.door_claim(&guest, &claim).await?;
        self.road.door_leave(&hash(&visit)).await?;
        Ok(guest)
    }

    /// Jonas has seen who it is, and says so.
    async fn confirmed(&self, who: &Writer, guest: &Guest) -> Result<()> {
        let patience = Patience::until("a link is asked for");
        let case = loop {
            if let Some(case) = self.talk_of(guest).await? {
                break case;
            }
            patience.pause().await?;
        };
        let links = door::links_of(&mut self.road.store().begin_read().await?, guest.author).await?;
        let link = links.first().context("no link is asked for")?;
        let representative = who.speaks_for != SpeaksFor::Myself;
        let verdict = LinkVerdict::Confirmed { how: "in_person", representative };
        Ok(self.road.settle_link(self.jonas, case.id, link.id, verdict, "Ausweis am Empfang gesehen").await?)
    }

    /// The case of a guest's private conversation.
    async fn talk_of(&self, guest: &Guest) -> Result<Option<CaseRow>> {
        let mut tx = self.road.store().begin_read().await?;
        let thread = door::person(&mut tx, guest.author).await?.and_then(|person| person.thread);
        let Some(thread) = thread else { return Ok(None) };
        Ok(cases::by_thread(&mut tx, thread).await?)
    }

    /// The open case of a writer's message, or of what they said in public.
    async fn case_of(&self, who: &Writer, is_message: bool) -> Result<CaseRow> {
        let patience = Patience::until("a writer is heard");
        loop {
            if let Some(case) = self.found(who, is_message).await? {
                return Ok(case);
            }
            patience.pause().await?;
        }
    }

    async fn found(&self, who: &Writer, is_message: bool) -> Result<Option<CaseRow>> {
        let mut tx = self.road.store().begin_read().await?;
        for queue in [Queue::Now, Queue::Waiting, Queue::Silent] {
            for case in cases::list(&mut tx, self.site, queue, 500).await? {
                let post = posts::by_id(&mut tx, case.post).await?;
                let fits = post.is_some_and(|post| (post.visibility == Visibility::Direct) == is_message);
                let Some(author) = posts::author(&mut tx, case.author).await?.filter(|_| fits) else { continue };
                let name = self.road.store().open_author(&author).await?;
                if name.is_some_and(|name| name.0.handle == who.handle) {
                    return Ok(Some(case));
                }
            }
        }
        Ok(None)
    }

    /// Tells the tour, and keeps it.
    fn note(&self, change: impl FnOnce(&mut bedside_desk::serve::Places)) -> Result<()> {
        self.tour.go_on(change);
        let places = self.tour.places();
        self.kept.change(|story| story.set_places(&places))
    }
}

/// Looks again until something is there, but not for ever.
struct Patience {
    until: Instant,
    what: &'static str,
}

impl Patience {
    fn until(what: &'static str) -> Self {
        Self { until: Instant::now() + PATIENCE, what }
    }

    async fn pause(&self) -> Result<()> {
        if Instant::now() >= self.until {
            bail!("waited too long until {}", self.what);
        }
        sleep(LOOK).await;
        Ok(())
    }
}

fn secret() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What the store knows a secret by, as the desk makes it.
fn hash(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}
