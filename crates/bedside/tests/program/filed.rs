//! From the private door into the record: who is linked and consents has what was said filed, at real receivers, each
//! document once and under its own name, also when the process dies with SIGKILL in between.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bedside_testkit::peer::free_port;
use bedside_testkit::peer::hl7::{Answer, Mllp, Receiver, Receiving, Sender, Sending};
use bedside_testkit::peer::mastodon::{Account, Mock, Visibility};
use serde_json::Value;

use super::desk::{Desk, answer};
use super::house::House;
use super::road::{mastodon, people};

/// How often the process dies in one test. `BEDSIDE_KILLS` asks for more.
const KILLS: usize = 9;
/// Kills in one round of questions and answers.
const KILLS_A_ROUND: usize = 3;
const NAMES: [&str; 3] = ["petra", "quirin", "rosa"];
const FAMILY: &str = "Quittenbaum";
/// What is asked in turn; each a case of its own.
const QUESTIONS: [&str; 6] = [
    "Wann hat die Cafeteria offen?",
    "Gibt es im Haus einen Friseur?",
    "Wo kann ich in der Nähe parken?",
    "Wo finde ich das Fundbüro?",
    "Gibt es einen Bücherwagen?",
    "Wann ist die Kapelle geöffnet?",
];

fn links(incoming: u16, receivers: &[(&str, u16)]) -> String {
    let mut text = format!(
        "[[hl7]]\nslug = \"kis\"\nlisten = \"127.0.0.1:{incoming}\"\nauthority = \"KH\"\ncharset = \"UNICODE UTF-8\"\n"
    );
    for (slug, port) in receivers {
        text.push_str(&format!("[[hl7_out]]\nslug = \"{slug}\"\nsite = \"mitte\"\nto = \"127.0.0.1:{port}\"\n"));
    }
    text
}

/// A house with a Mastodon account and links, and three people whose accounts belong to a record and who consent.
struct Linked {
    mock: Mock,
    house: House,
    klinik: Account,
    mara: Desk,
    jonas: Desk,
}

async fn linked(receivers: &[(&str, u16)]) -> Result<Linked> {
    let names: Vec<&str> = ["klinik"].into_iter().chain(NAMES).collect();
    let mock = Mock::start(&names).await?;
    let klinik = mock.account("klinik")?.clone();
    let incoming = free_port()?;
    let mut house = House::open(&(mastodon(mock.base_url()) + &links(incoming, receivers))).await?;
    house.write("fedi.secret", &klinik.token)?;
    house.keep_secret(&klinik.token);
    house.keep_private(FAMILY);
    house.serve().await?;
    let (mara, jonas) = people(&mut house).await?;
    let mut it = Linked { mock, house, klinik, mara, jonas };
    let mut kis = Sender::start(Mllp::PythonHl7, incoming, Sending::default())?;
    for (n, name) in NAMES.into_iter().enumerate() {
        kis.send(admission(n).as_bytes()).await?.acknowledged()?;
        it.links(n, name).await?;
    }
    Ok(it)
}

fn admission(n: usize) -> String {
    format!(
        "MSH|^~\\&|KIS|KH|BEDSIDE|KH|20261127071500||ADT^A01^ADT_A01|A{n}|P|2.5||||||UNICODE UTF-8\r\
         EVN||20261127071500\rPID|1||{}^^^KH^PI||{FAMILY}^Eva||1980020{}|F\rPV1|1|I|CHI^302^2||||||||||||||||V{n}^^^KH^VN\r",
        number(n),
        n + 1
    )
}

fn number(n: usize) -> String {
    format!("471{n}")
}

impl Linked {
    /// Somebody proves their account, consents, and claims a record; Jonas confirms it.
    async fn links(&mut self, n: usize, name: &str) -> Result<()> {
        let account = self.mock.account(name)?.clone();
        let mut visitor = self.mara.stranger();
        let page = visitor.get("/door/mitte").await?;
        let channel = page.html.split("<option value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let channel = channel.context("no channel at the door")?.to_owned();
        let page = visitor.fill(&page, "/door/mitte/code", &[("channel", &channel), ("handle", name)]).await?;
        let code = page.html.split("<output class=\"code\"").nth(1).and_then(|rest| rest.split('>').nth(1));
        let code = code.and_then(|rest| rest.split('<').next()).context("no code")?.to_owned();
        self.mock.mention(&account, &self.klinik, &code, Visibility::Direct).await?;
        let begun = Instant::now();
        let mut page = page;
        while super::html::form(&page.html, "/door/mitte/for").is_none() {
            if begun.elapsed() > Duration::from_secs(20) {
                bail!("{name} is not let in: {}", page.words());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            page = visitor.fill(&page, "/door/mitte/enter", &[]).await?;
        }
        visitor.fill(&page, "/door/mitte/for", &[("for", "myself")]).await?;
        let page = visitor.get("/door/mitte").await?;
        visitor.fill(&page, "/door/mitte/consent", &[("link", "yes")]).await?;
        let page = visitor.get("/door/mitte").await?;
        let claim = [("kind", "mrn"), ("number", &number(n)), ("birth", &format!("1980-02-0{}", n + 1))];
        visitor.fill(&page, "/door/mitte/link", &claim).await?;

        let (case, _) = self.jonas.case_with("to be linked to a record", Duration::from_secs(20)).await?;
        let page = self.jonas.case(case).await?;
        let confirm = format!("/case/{case}/link-confirm");
        let page = self.jonas.fill(&page, &confirm, &[("how", "in_person"), ("reason", "Ausweis gesehen")]).await?;
        assert!(page.words().contains("confirmed"), "{}", page.words());
        let resolve = format!("/case/{case}/resolve");
        self.jonas.fill(&page, &resolve, &[("reason", "erledigt")]).await?;
        // Only now, so that what was said before stays out of the record.
        let page = visitor.get("/door/mitte").await?;
        visitor.fill(&page, "/door/mitte/consent", &[("care_team", "yes")]).await?;
        Ok(())
    }

    /// Each of the three asks something that nobody asked before, and is answered by two people.
    async fn round(&mut self, round: usize) -> Result<Vec<(usize, String)>> {
        let mut asked = Vec::new();
        for (n, name) in NAMES.into_iter().enumerate() {
            let question = format!("{} Ich frage zum {}. Mal.", QUESTIONS[(round + n) % QUESTIONS.len()], round + 1);
            self.mock.mention(&self.mock.account(name)?.clone(), &self.klinik, &question, Visibility::Public).await?;
            asked.push((n, question));
        }
        for (n, question) in &asked {
            let (case, _) = self.mara.case_with(question, Duration::from_secs(30)).await?;
            let text = format!("Das sagt Ihnen gern die Information im Foyer, Punkt {round}-{n}.");
            answer(&mut self.mara, &mut self.jonas, case, &text).await?;
        }
        Ok(asked)
    }

    /// Documents of each outgoing link by state, once as many are filed.
    async fn filed(&self, expected: usize) -> Result<()> {
        let begun = Instant::now();
        loop {
            let said = self.house.told(&["hl7", "status", "--json"]).await?;
            let all: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            let out: Vec<&Value> = all.iter().filter(|link| link["kind"] == "hl7_out").collect();
            if out.iter().all(|link| link["documents"]["filed"] == expected) {
                assert!(out.iter().all(|link| link["documents"].as_object().unwrap().len() == 1), "{out:?}");
                return Ok(());
            }
            if begun.elapsed() > Duration::from_secs(120) {
                bail!("{expected} documents should be filed on each link: {out:?}\n{}", self.house.printed()?);
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}

/// What a receiver has, by MSH-10: the patient's number, the document's id (TXA-12), the text; and how often it came.
type Got = BTreeMap<String, (String, String, String, usize)>;

fn count(receiver: &mut Receiver, got: &mut Got) {
    for bytes in receiver.messages() {
        let text = String::from_utf8(bytes).unwrap();
        let field = |segment: &str, n: usize| {
            let line = text.split('\r').find(|line| line.starts_with(segment)).unwrap_or_default();
            line.split('|').nth(n).unwrap_or_default().to_owned()
        };
        let lines: Vec<&str> = text.split('\r').filter(|line| line.starts_with("OBX")).collect();
        let of = (field("PID", 3), field("TXA", 12), lines.join("\n"));
        let entry = got.entry(field("MSH", 9)).or_insert((of.0.clone(), of.1.clone(), of.2.clone(), 0));
        assert_eq!((&entry.0, &entry.1, &entry.2), (&of.0, &of.1, &of.2), "the same MSH-10 is the same document");
        entry.3 += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_kill_9_while_documents_go_out_files_each_once_under_its_own_name() -> Result<()> {
    let kills = std::env::var("BEDSIDE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let peers = [Mllp::PythonHl7, Mllp::NodeHl7, Mllp::Hl7apy];
    let mut receivers = Vec::new();
    for peer in peers {
        let mut receiver = Receiver::start(peer, Receiving::default()).await?;
        // Slow enough to die in between, between sending and being answered.
        receiver.answer(&Answer { late: Duration::from_millis(60), ..Answer::default() }, None).await?;
        receivers.push(receiver);
    }
    let ports: Vec<(&str, u16)> =
        ["python", "node", "closes"].into_iter().zip(receivers.iter().map(Receiver::port)).collect();
    let mut it = linked(&ports).await?;
    let mut got: Vec<Got> = peers.iter().map(|_| Got::new()).collect();
    let (mut asked, mut killed) = (Vec::new(), 0);
    for round in 0.. {
        asked.extend(it.round(round).await?);
        // The undo window ends, then documents are made and leave: the kills fall all over that.
        tokio::time::sleep(Duration::from_millis(700)).await;
        for n in 0..KILLS_A_ROUND.min(kills - killed) {
            tokio::time::sleep(Duration::from_millis(90 + ((round * 5 + n * 3) as u64 * 53) % 420)).await;
            it.house.kill().await?;
            it.house.serve().await?;
            killed += 1;
        }
        receivers.iter_mut().zip(&mut got).for_each(|(receiver, got)| count(receiver, got));
        if killed == kills {
            break;
        }
    }
    it.filed(asked.len()).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    for ((peer, receiver), got) in peers.iter().zip(&mut receivers).zip(&mut got) {
        count(receiver, got);
        assert_eq!(got.len(), asked.len(), "{peer:?}: as many messages by MSH-10 as documents");
        let documents: BTreeSet<&String> = got.values().map(|(_, document, ..)| document).collect();
        assert_eq!(documents.len(), asked.len(), "{peer:?}");
        for (n, question) in &asked {
            let with: Vec<_> = got.values().filter(|(_, _, text, _)| text.contains(question.as_str())).collect();
            assert_eq!(with.len(), 1, "{peer:?}: {question}");
            assert!(with[0].0.starts_with(&number(*n)), "{peer:?}: {question} in the record of {}", with[0].0);
        }
        let times: usize = got.values().map(|(.., times)| times).sum();
        println!("{peer:?}: {} documents, handled {times} times, {killed} kills", got.len());
    }
    it.house.farewell().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_refusal_becomes_a_dead_letter_that_is_mended_and_goes_under_the_same_number() -> Result<()> {
    let mut receiver = Receiver::start(Mllp::SimpleHl7, Receiving::default()).await?;
    let mut it = linked(&[("archiv", receiver.port())]).await?;
    receiver.answer(&Answer { code: "AE", ..Answer::default() }, Some(1)).await?;
    let question = "Wann hat die Cafeteria offen?";
    let petra = it.mock.account("petra")?.clone();
    it.mock.mention(&petra, &it.klinik, question, Visibility::Public).await?;
    let (case, _) = it.mara.case_with(question, Duration::from_secs(30)).await?;
    answer(&mut it.mara, &mut it.jonas, case, "Das sagt Ihnen gern die Information im Foyer.").await?;
    let begun = Instant::now();
    let path = loop {
        let page = it.jonas.get("/links/archiv?state=dead").await?;
        if let Some(path) = super::html::links(&page.html).into_iter().find(|link| link.starts_with("/links/archiv/")) {
            break path;
        }
        if begun.elapsed() > Duration::from_secs(30) {
            bail!("no dead letter: {}", page.words());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let page = it.jonas.get(&path).await?;
    assert!(!page.html.contains(question), "nobody reads it unasked");
    let page = it.jonas.fill(&page, &format!("{path}/show"), &[]).await?;
    assert!(page.html.contains(question), "{}", page.words());
    let (mend, again) = (format!("{path}/mend"), format!("{path}/mend-again"));
    let lines = format!("{question}\r\nDie Antwort gab das Haus in Grün.");
    let ids = format!("KH^PI^{}", number(0));
    let page = it.jonas.fill_to(&page, &mend, &again, &[("lines", &lines), ("id", &ids)]).await?;
    assert_eq!(page.status, 200, "{}", page.words());
    it.filed(1).await?;
    let messages: Vec<String> =
        receiver.messages().into_iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    let named: BTreeSet<Option<&str>> = messages.iter().map(|text| text.split('|').nth(9)).collect();
    assert_eq!((messages.len(), named.len()), (2, 1), "{messages:?}");
    assert!(messages[1].contains("in Grün") && !messages[0].contains("in Grün"), "{messages:?}");
    let page = it.jonas.get(&path).await?;
    assert!(page.words().contains("The receiver took it."), "{}", page.words());
    it.house.farewell().await
}
