//! Where pictures of posts are fetched from: the channel's own server and the hosts that the configuration names, nowhere else,
//! whatever a post says. No token goes with it.

use bedside_core::{
    channel::Fault,
    media::{NoPicture, Picture},
};
use reqwest::{Method, Url};

use crate::{
    Clock,
    http::{Answer, BadAddress, Call, Http, TOO_LONG},
    picture,
};

/// How often a picture may be said to lie elsewhere; servers that keep pictures of others say it once.
const MOST_REDIRECTS: usize = 2;

/// The hosts of one channel.
pub(super) struct MediaHosts {
    own: Http,
    others: Vec<Http>,
}

/// Checks that hosts can be fetched from, as the configuration names them.
///
/// # Errors
/// One is no host, or is private while the channel's own server is not.
pub fn check_hosts(base_url: &str, hosts: &[String], clock: &Clock) -> Result<(), BadAddress> {
    MediaHosts::new(base_url, hosts, clock).map(drop)
}

impl MediaHosts {
    /// The server at `base_url`, and `hosts` as `files.example.org` or `files.example.org:8443`.
    ///
    /// # Errors
    /// As [`check_hosts`].
    pub(super) fn new(base_url: &str, hosts: &[String], clock: &Clock) -> Result<Self, BadAddress> {
        let own = Http::at_root_of(base_url, clock.clone())?;
        let others = hosts.iter().map(|host| Http::beside(base_url, host, clock.clone()));
        Ok(Self { own, others: others.collect::<Result<_, _>>()? })
    }

    /// The picture at an address that a post names.
    ///
    /// # Errors
    /// It lies on no host of this channel, can't be had, or is none.
    pub(super) async fn picture(&self, address: &str) -> Result<Picture, NoPicture> {
        let mut address = address.to_owned();
        for _ in 0..=MOST_REDIRECTS {
            let call = self.call(&address).ok_or(NoPicture::Elsewhere)?;
            let answer = fetch(call).await?;
            match elsewhere(&address, &answer) {
                Some(next) => address = next,
                None => return drawn(answer).await,
            }
        }
        Err(NoPicture::Elsewhere)
    }

    /// The picture at `path` (segments, each escaped) of the other hosts, the first one that has it.
    ///
    /// # Errors
    /// As [`MediaHosts::picture`].
    pub(super) async fn at_others(&self, segments: &[&str]) -> Result<Picture, NoPicture> {
        let mut last = NoPicture::Elsewhere;
        for host in &self.others {
            match fetch(host.get(segments)).await {
                Ok(answer) if answer.is_success() => return drawn(answer).await,
                Ok(answer) => last = answer.fault(None).into(),
                Err(no) => last = no,
            }
        }
        Err(last)
    }

    fn call(&self, address: &str) -> Option<Call> {
        std::iter::once(&self.own).chain(&self.others).find_map(|http| {
            // A path alone would be read as one of ours.
            http.is_same_host(address).then(|| http.at(Method::GET, address)).flatten()
        })
    }
}

async fn fetch(call: Call) -> Result<Answer, NoPicture> {
    let call = call.at_most(picture::MOST_BYTES).header("accept", "image/jpeg, image/png, image/webp, image/gif");
    call.send().await.map_err(|fault| match fault {
        Fault::Malformed { what } if what == TOO_LONG => NoPicture::TooLarge,
        fault => NoPicture::Fault(fault),
    })
}

/// Where an answer says that the picture lies.
fn elsewhere(address: &str, answer: &Answer) -> Option<String> {
    let is_redirect = matches!(answer.status(), 301 | 302 | 303 | 307 | 308);
    let location = answer.header("location").filter(|_| is_redirect)?;
    Some(Url::parse(address).ok()?.join(location).ok()?.to_string())
}

/// The picture in an answer. What its headers say of it is not asked.
pub(super) async fn drawn(answer: Answer) -> Result<Picture, NoPicture> {
    if !answer.is_success() {
        return Err(answer.fault(None).into());
    }
    picture::redraw(answer.into_body()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Canned, Double, WorldClock, canned};

    fn clock() -> Clock {
        WorldClock::at("2026-11-22T12:00:00Z").clock()
    }

    fn redirect(to: &str) -> Canned {
        Canned { headers: format!("location: {to}\r\n"), ..canned(302, "") }
    }

    #[tokio::test]
    async fn no_other_host_is_asked_whatever_a_post_or_a_server_names() {
        let far = Double::start(|_| canned(200, "secret")).await;
        let to = format!("{}/a.png", far.base);
        let own = Double::start(move |_| redirect(&to)).await;
        let hosts = MediaHosts::new(&own.base, &[], &clock()).unwrap();
        let port = own.base.rsplit(':').next().unwrap().to_owned();
        for address in [
            format!("{}/a.png", far.base),
            format!("{}/redirects.png", own.base),
            format!("http://127.0.0.1:{port}@evil.example/a.png"),
            format!("http://user:pw@127.0.0.1:{port}/a.png"),
            format!("https://127.0.0.1:{port}/a.png"),
            format!("http://localhost:{port}/a.png"),
            format!("http://[::1]:{port}/a.png"),
            "http://169.254.169.254/latest/meta-data".to_owned(),
            "file:///etc/passwd".to_owned(),
            "data:image/png;base64,AAAA".to_owned(),
            "//evil.example/a.png".to_owned(),
            "/admin".to_owned(),
            String::new(),
        ] {
            assert_eq!(hosts.picture(&address).await, Err(NoPicture::Elsewhere), "{address}");
        }
        assert_eq!(far.lines(), Vec::<String>::new());
        assert_eq!(own.lines(), ["GET /redirects.png"]);
    }

    #[tokio::test]
    async fn a_redirect_within_the_hosts_is_followed_but_not_in_a_circle() {
        let double = Double::start(|request| match request.line.as_str() {
            "GET /proxy" => redirect("/cache/a.png"),
            "GET /cache/a.png" => canned(200, "no picture"),
            _ => redirect("/circle"),
        })
        .await;
        let hosts = MediaHosts::new(&format!("{}/app/", double.base), &[], &clock()).unwrap();
        assert_eq!(hosts.picture(&format!("{}/proxy", double.base)).await, Err(NoPicture::NotAPicture));
        assert_eq!(hosts.picture(&format!("{}/circle", double.base)).await, Err(NoPicture::Elsewhere));
        assert_eq!(double.lines().len(), 2 + 3);
    }

    #[tokio::test]
    async fn the_type_a_server_states_counts_for_nothing_and_faults_stay_faults() {
        let double = Double::start(|request| match request.line.as_str() {
            "GET /svg" => Canned { headers: "content-type: image/png\r\n".into(), ..canned(200, "<svg/>") },
            "GET /cut" => Canned { cut: true, ..canned(200, "GIF89a") },
            "GET /gone" => canned(404, ""),
            _ => canned(503, ""),
        })
        .await;
        let hosts = MediaHosts::new(&double.base, &[], &clock()).unwrap();
        let ask = async |path: &str| hosts.picture(&format!("{}{path}", double.base)).await.unwrap_err();
        assert_eq!(ask("/svg").await, NoPicture::NotAPicture);
        assert!(matches!(ask("/gone").await, NoPicture::Fault(Fault::Refused { status: 404, .. })));
        assert!(matches!(ask("/busy").await, NoPicture::Fault(Fault::Server { status: 503 })));
        assert!(matches!(ask("/cut").await, NoPicture::Fault(_)));
        assert!(double.requests().iter().all(|request| !request.head.to_ascii_lowercase().contains("authorization")));
    }

    #[tokio::test]
    async fn no_more_is_read_than_a_picture_may_weigh() {
        let long = "x".repeat(picture::MOST_BYTES + 1);
        let double = Double::start(move |_| canned(200, &long)).await;
        let hosts = MediaHosts::new(&double.base, &[], &clock()).unwrap();
        assert_eq!(hosts.picture(&format!("{}/a.png", double.base)).await, Err(NoPicture::TooLarge));
    }

    #[test]
    fn private_hosts_are_refused_unless_the_channel_s_own_server_is_one() {
        let check = |base: &str, host: &str| check_hosts(base, &[host.to_owned()], &clock());
        for host in [
            "127.0.0.1",
            "10.0.0.8",
            "192.168.1.1:8443",
            "[::1]",
            "[fd00::1]",
            "169.254.169.254",
            "localhost",
            "a.internal",
            "0.0.0.0",
        ] {
            assert!(matches!(check("https://social.example.org", host), Err(BadAddress::NotOutside(_))), "{host}");
        }
        for host in [
            "",
            "a b",
            "https://files.example.org",
            "files.example.org/path",
            "u@files.example.org",
            "files.example.org?x",
        ] {
            assert!(matches!(check("https://social.example.org", host), Err(BadAddress::NotAHost(_))), "{host}");
        }
        assert!(check("http://127.0.0.1:3000", "127.0.0.1:3001").is_ok());
    }
}
