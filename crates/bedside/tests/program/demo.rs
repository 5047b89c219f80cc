//! The sample hospital as a stranger meets it: every step of its tour leads to what it tells of, through a hard end and a new start,
//! and no connection leaves the machine.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use bedside_testkit::peer::free_port;
use reqwest::{
    Client,
    header::{COOKIE, LOCATION, SET_COOKIE},
    redirect,
};
use tokio::process::Command;

use super::{
    chart::until,
    desk::{Desk, Page},
    html,
    tour::Demo,
};

/// Longer than the story takes.
const STORY: Duration = Duration::from_secs(240);

/// The far ends of the TCP connections and UDP sockets that a process holds, other than on this machine.
fn elsewhere(pid: u32) -> Vec<String> {
    let fds = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let links = fds.filter_map(|fd| std::fs::read_link(fd.path()).ok());
    let inodes: Vec<String> =
        links.filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())).collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let text = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for row in text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>()) {
            let ours = row.get(9).is_some_and(|inode| inodes.iter().any(|one| one == inode));
            let ends = row.get(1..3).into_iter().flatten().filter_map(|end| address(end));
            found.extend(
                ends.filter(|ip| ours && !ip.is_loopback() && !ip.is_unspecified()).map(|ip| format!("{table} {ip}")),
            );
            // A listener for everybody would be a way in from elsewhere.
            let listens_widely = row.get(3) == Some(&"0A")
                && row.get(1).and_then(|end| address(end)).is_some_and(|ip| ip.is_unspecified());
            if ours && listens_widely {
                found.push(format!("{table} listens for everybody"));
            }
        }
    }
    found
}

/// The address in a row of /proc/net, whose words are in the machine's byte order.
fn address(end: &str) -> Option<IpAddr> {
    let (ip, _) = end.split_once(':')?;
    let word = |at: usize| u32::from_str_radix(ip.get(at..at + 8)?, 16).ok().map(u32::to_ne_bytes);
    if ip.len() == 8 {
        return Some(Ipv4Addr::from(word(0)?).into());
    }
    let bytes: Vec<u8> = [word(0)?, word(8)?, word(16)?, word(24)?].concat();
    let ip = Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?);
    Some(ip.to_ipv4_mapped().map_or(ip.into(), IpAddr::V4))
}

/// Looks at a process's sockets again and again, until the value goes.
struct Watch {
    found: Arc<Mutex<Vec<String>>>,
    looks: Arc<Mutex<u32>>,
    stop: Arc<AtomicBool>,
}

impl Watch {
    fn over(pid: u32) -> Self {
        let watch = Self { found: Arc::default(), looks: Arc::default(), stop: Arc::default() };
        let (found, looks, stop) = (Arc::clone(&watch.found), Arc::clone(&watch.looks), Arc::clone(&watch.stop));
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                found.lock().unwrap().extend(elsewhere(pid));
                *looks.lock().unwrap() += 1;
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        watch
    }

    /// How often it was looked, and what was found.
    fn seen(&self) -> (u32, Vec<String>) {
        (*self.looks.lock().unwrap(), self.found.lock().unwrap().clone())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// The tour's page once the story has been told, and where the surroundings are.
async fn told(visitor: &mut Desk) -> Result<(Page, String)> {
    let begun = Instant::now();
    loop {
        let page = visitor.get("/tour").await?;
        if !page.words().contains("comes within the first minutes") {
            let links = html::links(&page.html);
            let emr = links.iter().find_map(|link| link.split_once("/emr")).context("no EMR")?.0.to_owned();
            return Ok((page, emr));
        }
        ensure!(begun.elapsed() < STORY, "the story stands still: {}", page.words());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn case_behind(page: &Page, n: usize) -> Result<i64> {
    let links = html::links(&page.html);
    let mut cases = links.iter().filter_map(|link| link.strip_prefix("/case/"));
    Ok(cases.nth(n).context("no case")?.parse()?)
}

async fn outside(http: &Client, address: &str) -> Result<String> {
    let answer = http.get(address).header("accept-language", "en").send().await?.error_for_status()?;
    Ok(html::words(&answer.text().await?))
}

/// A link to the desk on a page of the surroundings, as a path.
async fn link(http: &Client, page: &str, desk: &str, path: &str) -> Result<String> {
    let text = http.get(page).send().await?.error_for_status()?.text().await?;
    let start = format!("{desk}{path}");
    let found = html::links(&text).into_iter().find(|link| link.starts_with(&start));
    Ok(found.with_context(|| html::words(&text))?[desk.len()..].to_owned())
}

/// What the app shows when the chart of a patient is opened: launch, sign-in, way back, as a browser goes it.
async fn app(http: &Client, emr: &str, patient: &str) -> Result<String> {
    let page = http.get(format!("{emr}/emr?patient={patient}")).send().await?.text().await?;
    let launch = page.split("<iframe src=\"").nth(1).and_then(|rest| rest.split('"').next()).context("no app")?;
    let (mut at, mut cookies) = (launch.replace("&amp;", "&"), Vec::<String>::new());
    for _ in 0..6 {
        let answer = http.get(&at).header(COOKIE, cookies.join("; ")).header("accept-language", "en").send().await?;
        for cookie in answer.headers().get_all(SET_COOKIE) {
            cookies.push(cookie.to_str()?.split(';').next().unwrap_or_default().to_owned());
        }
        let base = at.split('/').take(3).collect::<Vec<_>>().join("/");
        match answer.headers().get(LOCATION) {
            Some(there) => {
                let there = there.to_str()?;
                at = if there.starts_with('/') { format!("{base}{there}") } else { there.to_owned() };
            }
            None => return Ok(html::words(&answer.text().await?)),
        }
    }
    bail!("{launch} leads on and on")
}

/// A visitor is the patient: comes in by the link on the phone, consents, and names her record.
async fn comes_in(http: &Client, emr: &str, desk: &str) -> Result<()> {
    let pass = link(http, &format!("{emr}/phone/lenz"), desk, "/door/mitte/in?t=").await?;
    let mut petra = Desk::guest(desk)?;
    let page = petra.get(&pass).await?;
    let page = petra.fill(&page, "/door/mitte/pass", &[]).await?;
    let page = petra.fill(&page, "/door/mitte/for", &[("for", "myself")]).await?;
    let ticked = [("link", "yes"), ("care_team", "yes"), ("lang", "en")];
    let page = petra.fill(&page, "/door/mitte/consent", &ticked).await?;
    let claim = [("kind", "mrn"), ("number", "70010003"), ("birth", "1972-11-30")];
    petra.fill(&page, "/door/mitte/link", &claim).await?;
    Ok(())
}

/// The case in which somebody asks for a link that nobody has settled; it came after `last`.
async fn asks_for_a_link(jonas: &mut Desk, last: i64) -> Result<(i64, Page)> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60) {
        for number in last + 1..last + 100 {
            let page = jonas.get(&format!("/case/{number}")).await?;
            if html::form(&page.html, &format!("/case/{number}/link-confirm")).is_some() {
                return Ok((number, page));
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    bail!("nobody asks for a link after F-{last}")
}

async fn people(demo: &Demo) -> Result<[Desk; 4]> {
    let [mara, jonas, brandt, roth] = demo.links.as_slice() else { bail!("{:?}", demo.links) };
    Ok([
        Desk::join(mara, "Mara Lindt").await?,
        Desk::join(jonas, "Jonas Weber").await?,
        Desk::join(brandt, "Dr. Silke Brandt").await?,
        Desk::join(roth, "Nele Roth").await?,
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_demo_holds_what_its_tour_promises_and_goes_on_after_a_kill() -> Result<()> {
    let folder = tempfile::TempDir::with_prefix("bedside-demo-")?;
    let listen = format!("127.0.0.1:{}", free_port()?);
    let begun = Instant::now();
    let mut demo = Demo::start(folder.path(), &listen).await?;
    println!("the first start: {:?}", begun.elapsed());
    let watch = Watch::over(demo.child.id().context("no process")?);
    let [mut mara, mut jonas, mut brandt, mut roth] = people(&demo).await?;
    let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build()?;
    let mut visitor = Desk::guest(&demo.address)?;

    // Whoever takes the tour gets a link of their own, which asks for a password.
    let page = visitor.get("/tour").await?;
    let welcome = visitor.fill(&page, "/tour/as", &[("person", "2")]).await?;
    ensure!(welcome.words().contains("brandt@lindenhof.example"), "{}", welcome.words());
    ensure!(visitor.get("/inbox").await?.words().contains("Sign in"), "the link alone lets nobody in");

    let (tour, emr) = told(&mut visitor).await?;
    println!("the story is told: {:?}", begun.elapsed());
    // What each sees.
    let words = mara.get("/inbox").await?.words();
    ensure!(!words.contains("Nobody is alarmed") && !words.contains("Not proven"), "{words}");
    ensure!(words.contains("nothing leaves this machine"), "{words}");
    let (linked, dead) = (case_behind(&tour, 0)?, case_behind(&tour, 1)?);
    let words = mara.case(linked).await?.words();
    ensure!(words.contains("in the house right now"), "the record tells that she is there: {words}");
    let words = until(&mut mara, &format!("/case/{dead}"), "common.next_of_kin").await?.words();
    ensure!(words.contains("bereaved"), "the death sets a label: {words}");
    ensure!(brandt.get("/links/kis").await?.words().contains("A40"), "the merge");
    ensure!(mara.get("/links/kis").await?.words().contains("A37"), "and that it was undone");
    ensure!(roth.get(&format!("/case/{linked}")).await?.status == 404, "who is on call sees crises alone");
    ensure!(roth.get("/log").await?.status == 403, "and no log");

    // An alarm on the phone is acknowledged by its link, without sign-in.
    let alarms = outside(&http, &format!("{emr}/phone/roth")).await?;
    ensure!(alarms.contains("Alarm F-"), "{alarms}");
    let path = link(&http, &format!("{emr}/phone/roth"), &demo.address, "/alarm/").await?;
    let mut phone = Desk::guest(&demo.address)?;
    let page = phone.get(&path).await?;
    let done = phone.fill(&page, &path, &[]).await?;
    ensure!(done.words().contains("Niemand wird mehr gerufen"), "the link speaks her language: {}", done.words());
    let forged = http.post(format!("{emr}/phone/alarm")).body("{}").send().await?;
    ensure!(forged.status() == 401, "an alarm that nobody signed is none");

    // The chart: a card and the app for her, nothing for somebody who has not consented.
    let words = outside(&http, &format!("{emr}/emr?patient=eva")).await?;
    ensure!(words.contains("Wrote to us on Mastodon") && !words.contains('\\'), "{words}");
    let words = outside(&http, &format!("{emr}/emr?patient=ole")).await?;
    ensure!(words.contains("No cards"), "{words}");
    let words = app(&http, &emr, "eva").await?;
    ensure!(words.contains("Eva Sommerfeld") && words.contains("Haare waschen"), "{words}");
    ensure!(!app(&http, &emr, "ole").await?.contains("wasch"), "nothing of hers in another's chart");

    // The door, by a visitor; Jonas confirms that it is she.
    comes_in(&http, &emr, &demo.address).await?;
    let (number, page) = asks_for_a_link(&mut jonas, dead).await?;
    let confirm = [("how", "in_person"), ("reason", "Ausweis gesehen")];
    let page = jonas.fill(&page, &format!("/case/{number}/link-confirm"), &confirm).await?;
    ensure!(page.words().contains("confirmed"), "{}", page.words());

    // The rule waits for somebody who did not write it.
    let version = html::links(&tour.html).into_iter().find(|link| link.starts_with("/rules/")).context("no rule")?;
    let words = until(&mut mara, &version, "Replayed by").await?.words();
    ensure!(words.contains("You had a hand in this version"), "{words}");

    // The way to the tour can be put away.
    let page = jonas.get("/channels").await?;
    jonas.fill(&page, "/tour/away", &[]).await?;
    ensure!(!jonas.get("/channels").await?.words().contains("nothing leaves this machine"));
    ensure!(mara.get("/channels").await?.words().contains("nothing leaves this machine"), "for who asked alone");

    let (looks, found) = watch.seen();
    println!("{looks} looks at its sockets, elsewhere: {found:?}");
    ensure!(looks > 100 && found.is_empty(), "{found:?}");
    drop(watch);

    let printed = std::fs::read_to_string(folder.path().join("printed"))?;
    ensure!(!printed.contains("\"ERROR\"") && !printed.contains("did not go on"), "{printed}");
    // It dies in the middle and goes on where it was.
    demo.child.kill().await?;
    let again = Instant::now();
    let demo = Demo::start(folder.path(), &listen).await?;
    let quick = again.elapsed();
    println!("the second start: {quick:?}");
    ensure!(quick < Duration::from_secs(20), "{quick:?}");
    ensure!(demo.links.iter().all(|link| link.ends_with("/sign-in")), "everybody has a password: {:?}", demo.links);
    let rows = html::rows(&mara.get("/search?q=Tante").await?.html);
    ensure!(
        rows.iter().filter(|(_, words)| words.contains("meine Tante")).count() == 1,
        "no post came twice: {rows:?}"
    );
    let (tour, same) = told(&mut visitor).await?;
    ensure!(same == emr && case_behind(&tour, 1)? == dead, "the tour is where it was");
    let words = outside(&http, &format!("{emr}/emr?patient=eva")).await?;
    ensure!(words.contains("Wrote to us"), "{words}");
    let printed = std::fs::read_to_string(folder.path().join("printed"))?;
    ensure!(!printed.contains("\"ERROR\"") && !printed.contains("did not go on"), "{printed}");
    Ok(())
}

#[tokio::test]
async fn the_demo_listens_on_this_machine_alone() -> Result<()> {
    let folder = tempfile::TempDir::with_prefix("bedside-demo-")?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
    command.args(["demo", "--listen", "0.0.0.0:0"]).current_dir(folder.path()).env_clear().env("HOME", folder.path());
    let run = tokio::time::timeout(Duration::from_secs(30), command.output()).await??;
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    ensure!(!run.status.success() && said.contains("this machine alone"), "{said}");
    ensure!(!Path::new(&folder.path().join("data-demo")).exists(), "nothing was begun");
    Ok(())
}

#[test]
fn rows_of_the_kernel_are_read() {
    assert_eq!(address("0100007F:1F90"), Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    assert_eq!(address("00000000000000000000000001000000:1F90"), Some(IpAddr::V6(Ipv6Addr::LOCALHOST)));
    assert_eq!(address("0000000000000000FFFF00000100007F:1F90"), Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    assert_eq!(address("08080808:0035"), Some(IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8))));
}
