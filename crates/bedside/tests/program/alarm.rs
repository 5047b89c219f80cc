//! The alarm road of the real program: a post that speaks of suicide calls the rota by mail and by webhook within a minute,
//! passes on, calls everybody again and again, through a pause and a kill -9, until somebody presses the button behind a link.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use bedside_testkit::peer::{
    hook::Gateway,
    mail::{Arrived, MailServer, Postal},
    mastodon::{Mock, Visibility},
};

use super::{
    chart::{SECRET, posts, webhook},
    desk::Desk,
    house::House,
    road::mastodon_house,
};

const POST: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, danke für nichts.";
const HOOK: &str = "whsec_QWxhcm0tUHJvYmUtR2VoZWltbmlzLTEyMzQ1Njc4";
/// A call is made within a minute, at any hour.
const MINUTE: Duration = Duration::from_secs(60);

/// A house with three people on call: two by mail, and the last by a webhook too.
async fn house(mail: u16, gateway: &str) -> Result<House> {
    let mut house = House::open(&webhook()).await?;
    house.write("hook.secret", SECRET)?;
    house.write("sms.secret", HOOK)?;
    house.keep_secret(HOOK);
    house.keep_private("bringe nicht mehr Heute Nacht");
    let rota = format!(
        r#"
[mail]
host = "localhost"
port = {mail}
tls = "none"
from = "Lindenhof <no-reply@lindenhof.example>"
[[alarm_hook]]
slug = "sms"
url = "{gateway}/sms"
secret_file = "sms.secret"
[heartbeat]
url = "{gateway}/beat"
every = "30s"
[[rota]]
team = "crisis-team"
repeat = "30s"
pass_on = "30s"
[[rota.member]]
slug = "weber"
name = "Dr. Weber"
mail = "weber@lindenhof.example"
[[rota.member]]
slug = "roth"
name = "Schwester Roth"
mail = "roth@lindenhof.example"
hook = "sms"
number = "+49 30 5550123"
login = "jonas@lindenhof.example"
lang = "en"
[[rota]]
team = "default"
[[rota.member]]
slug = "weber"
name = "Dr. Weber"
mail = "weber@lindenhof.example"
"#
    );
    house.configure(&format!("{}{rota}", house.configuration()?))?;
    Ok(house)
}

/// The link in a letter, as a path.
fn link(letter: &Arrived) -> Result<String> {
    let apart = letter.text.lines().find_map(|line| line.strip_prefix("    "));
    let link = apart.map(str::trim).with_context(|| letter.text.clone())?;
    Ok(link[link.find("/alarm/").with_context(|| link.to_owned())?..].to_owned())
}

/// The next letter to somebody; what came to others before is passed over, as a call that was under way when the process died
/// is made once more.
async fn to(server: &mut MailServer, who: &str, within: Duration) -> Result<Arrived> {
    let begun = Instant::now();
    let letter = loop {
        let letter = server.next(within.saturating_sub(begun.elapsed())).await?;
        if letter.to == [format!("{who}@lindenhof.example")] {
            break letter;
        }
        println!("to {:?} instead: {}", letter.to, letter.field("Subject"));
    };
    for word in ["bringe", "petra", "nicht mehr"] {
        assert!(!letter.text.contains(word) && !letter.field("Subject").contains(word), "{}", letter.text);
    }
    Ok(letter)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_alarm_calls_until_somebody_answers() -> Result<()> {
    let mut server = MailServer::start(&Postal::default()).await?;
    let mut gateway = Gateway::start(HOOK).await?;
    let mut house = house(server.port(), &gateway.url()).await?;
    let checked = house.told(&["check-config"]).await?;
    assert!(
        checked.contains("rota crisis-team of mitte: weber, roth; repeated every 30s, passed on after 30s"),
        "{checked}"
    );
    assert!(!checked.contains("nobody is called for"), "{checked}");

    // Nobody was ever reached: every page says so, until a test by hand has gone through.
    house.serve().await?;
    let mut jonas = house.person("jonas@lindenhof.example", "Jonas Weber", &["desk", "approver", "admin"]).await?;
    let words = jonas.get("/inbox").await?.words();
    assert!(words.contains("Not proven within 7 days") && words.contains("Dr. Weber (e-mail)"), "{words}");
    let tested = house.told(&["alarm", "test", "--site", "mitte"]).await?;
    assert_eq!(tested.matches("handed over").count(), 3, "{tested}");
    for _ in 0..2 {
        let letter = server.next(MINUTE).await?;
        let mut phone = Desk::guest(&house.url())?;
        let page = phone.get(&link(&letter)?).await?;
        let done = phone.fill(&page, &link(&letter)?, &[]).await?;
        assert!(done.html.contains("role=\"status\""), "{}", done.words());
    }
    assert_eq!(gateway.next("/sms", MINUTE).await?.body["type"], "alarm.test");
    assert_eq!(gateway.next("/beat", MINUTE).await?.status, 204, "a watchdog outside hears that Bedside lives");
    let words = jonas.get("/inbox").await?.words();
    assert!(!words.contains("Not proven") && !words.contains("Nobody is alarmed"), "{words}");

    // Sending is paused: that stops no alarm.
    let page = jonas.get("/pause").await?;
    jonas.fill(&page, "/pause", &[("act", "pause"), ("reason", "Wartung")]).await?;
    let begun = Instant::now();
    posts(&house, "s1", POST).await?;
    let first = to(&mut server, "weber", MINUTE).await?;
    println!("from the post to the first letter: {:?}", begun.elapsed());
    assert!(first.field("Subject").starts_with("Alarm F-1: Suizid"), "{}", first.field("Subject"));

    // The process dies before anybody answers; the next member is called all the same.
    house.kill().await?;
    house.serve().await?;
    let second = to(&mut server, "roth", MINUTE).await?;
    println!("from the post to the second member, with a kill -9 in between: {:?}", begun.elapsed());
    let call = gateway.next("/sms", MINUTE).await?;
    assert_eq!((call.is_good, &call.body["data"]["case"]), (Some(true), &"F-1".into()));
    assert_eq!(call.body["data"]["number"], "+49 30 5550123");
    assert!(!call.body.to_string().contains("petra"), "{}", call.body);

    // Nobody is left: all are called together, and again.
    // A call that the dead process had just made comes once more, so there may be more than two letters to one of them.
    let mut all = Vec::new();
    let twice = |all: &[String], who: &str| all.iter().filter(|to| *to == who).count() >= 2;
    while !["weber@lindenhof.example", "roth@lindenhof.example"].iter().all(|who| twice(&all, who)) {
        assert!(all.len() < 7, "{all:?}");
        all.extend(server.next(MINUTE).await?.to);
    }
    println!("from the post to the second call of everybody: {:?}", begun.elapsed());
    let words = jonas.case(1).await?.words();
    assert!(words.contains("Nobody has answered yet"), "{words}");

    // Looking acknowledges nothing; the button does, once, and the case is theirs.
    let mut phone = Desk::guest(&house.url())?;
    let path = link(&second)?;
    let page = phone.get(&path).await?;
    let words = page.words();
    assert!(words.contains("Alarm F-1") && words.contains("Suicide or self-harm"), "{words}");
    assert!(!words.contains("petra") && !words.contains("nicht mehr"), "{words}");
    assert!(phone.secrets().is_empty(), "looking sets no cookie");
    assert_eq!(phone.get(&path.replace("roth", "weber")).await?.status, 404, "a link is its member's alone");
    let done = phone.fill(&page, &path, &[]).await?;
    assert!(done.words().contains("Nobody is called any more"), "{}", done.words());
    let again = phone.get(&path).await?;
    assert!(!again.html.contains("<form"), "a used link says so: {}", again.words());
    server.letters();
    tokio::time::sleep(Duration::from_secs(40)).await;
    assert_eq!(server.letters(), [], "nobody is called any more");
    let words = jonas.case(1).await?.words();
    assert!(words.contains("Jonas Weber has said by their link that they know"), "{words}");
    assert!(words.contains("Sending is paused"), "{words}");
    house.farewell().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_crisis_reply_leaves_by_one_person_on_call_and_is_read_by_another() -> Result<()> {
    let mock = Mock::start(&["klinik", "petra"]).await?;
    let klinik = mock.account("klinik")?.clone();
    let (mut house, mut mara, mut jonas) = mastodon_house(mock.base_url(), &klinik.token).await?;
    let mut roth = house.person("roth@lindenhof.example", "Schwester Roth", &["on_call"]).await?;
    mock.mention(mock.account("petra")?, &klinik, "Wann hat die Cafeteria offen?", Visibility::Public).await?;
    let (asked, _) = mara.case_with("Cafeteria", Duration::from_secs(20)).await?;
    let begun = Instant::now();
    mock.mention(mock.account("petra")?, &klinik, POST, Visibility::Public).await?;
    let crisis = asked + 1;
    let page = loop {
        let page = roth.get(&format!("/case/{crisis}")).await?;
        if page.status == 200 {
            break page;
        }
        assert!(begun.elapsed() < MINUTE, "the crisis case is not there: {}", page.words());
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(roth.get(&format!("/case/{asked}")).await?.status, 404, "nothing else is there for who is on call");
    assert!(page.words().contains("0800 111 0 111") && page.words().contains("Steps"), "{}", page.words());
    let act = format!("/case/{crisis}/crisis-reply");
    let sent = Instant::now();
    let page = roth.fill(&page, &act, &[("statement", "crisis.suicide.de.de")]).await?;
    assert_eq!(page.status, 200, "{}", page.words());
    while mock.statuses(&klinik).await?.is_empty() {
        assert!(sent.elapsed() < Duration::from_secs(20), "the reply did not leave");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("from the button to the platform: {:?}", sent.elapsed());
    let said = mock.statuses(&klinik).await?;
    assert!(said.len() == 1 && said[0].content.contains("0800 111 0 111"), "{said:?}");
    let page = jonas.get("/inbox").await?;
    assert!(page.words().contains("A crisis reply is to be read by a second person"), "{}", page.words());
    let page = jonas.case(crisis).await?;
    let page = jonas.fill(&page, &format!("/case/{crisis}/crisis-read"), &[]).await?;
    assert!(page.words().contains("Read by Jonas Weber"), "{}", page.words());
    house.farewell().await
}
