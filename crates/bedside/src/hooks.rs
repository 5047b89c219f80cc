//! `POST /hooks/CHANNEL`: posts that another system hands in, signed as Standard Webhooks say. All of a delivery is stored
//! or none of it; the answer comes after the commit, so that a sender who gets none sends again.
//! `/hooks/fhir/LINK`: a FHIR server says that patients have changed; what it says is not read, it is asked itself.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use bedside_connect::{
    Clock, Secret,
    channel::webhook::{self, Headers, Unverified},
    row::{Row, RowError},
};
use bedside_core::{
    channel::Take,
    id::ChannelId,
    post::{Standing, Upstream},
};
use serde_json::json;
use tokio::sync::Notify;

/// The most a delivery may weigh.
const MAX_BYTES: usize = 4 << 20;

/// Where deliveries go.
#[derive(Clone)]
pub struct Hooks {
    /// Stores what is handed in.
    pub take: Arc<dyn Take>,
    /// What time it is.
    pub clock: Clock,
    /// The account and secret of each channel, by its short name.
    pub accounts: Arc<HashMap<String, Account>>,
    /// Who may make which FHIR link's server be asked sooner, by the link's short name.
    pub wakes: Arc<HashMap<String, Wake>>,
}

/// A FHIR link that is woken by its server's notifications.
#[derive(Debug, Clone)]
pub struct Wake {
    /// What the server shows.
    pub secret: Secret,
    /// Who is woken.
    pub wake: Arc<Notify>,
}

/// A channel that takes deliveries.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: ChannelId,
    /// The short name of its house.
    pub site: String,
    /// What deliveries are signed with.
    pub secret: Secret,
}

/// The route.
pub fn router(hooks: Hooks) -> Router {
    Router::new()
        .route("/hooks/{channel}", post(deliver))
        .route("/hooks/fhir/{link}", post(woken).put(woken))
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        .with_state(hooks)
}

/// Nothing of what is told is read: an empty call, an id and a whole resource all mean that it is time to ask.
async fn woken(State(hooks): State<Hooks>, Path(link): Path<String>, headers: HeaderMap) -> StatusCode {
    let shown = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let shown = shown.strip_prefix("Bearer ").unwrap_or_default();
    // Of hashes the time of comparing tells nothing about what was hashed.
    let hash = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    match hooks.wakes.get(&link) {
        Some(known) if hash(shown).as_ref() == hash(known.secret.expose()).as_ref() => {
            known.wake.notify_one();
            StatusCode::OK
        }
        _ => StatusCode::UNAUTHORIZED,
    }
}

async fn deliver(State(hooks): State<Hooks>, Path(channel): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(account) = hooks.accounts.get(&channel) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if let Err(why) = verify(&hooks, account, &headers, &body) {
        tracing::warn!(%channel, %why, "a delivery was refused");
        return unverified(why);
    }
    let rows = match webhook::parse(&body).and_then(|rows| at_site(rows, &account.site)) {
        Ok(rows) => rows,
        Err(error) => {
            tracing::warn!(%channel, row = error.line, field = error.field, "a delivery can't be read");
            return unreadable(&error);
        }
    };
    // A row with an id that is known and another text is an edit: an answer must not stand under words it was not given to.
    let news: Vec<Upstream> = rows.into_iter().map(|row| Upstream::Edited(Box::new(row.post))).collect();
    match hooks.take.take(account.id, Standing::Live, &news, None).await {
        Ok(taken) => {
            let known = taken.known.saturating_sub(taken.changed);
            Json(json!({ "new": taken.new, "known": known, "changed": taken.changed })).into_response()
        }
        Err(error) => {
            tracing::error!(%channel, %error, "a delivery could not be stored");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn verify(hooks: &Hooks, account: &Account, headers: &HeaderMap, body: &[u8]) -> Result<(), Unverified> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = Headers {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    webhook::verify(&account.secret, signed, body, (hooks.clock)())
}

fn unverified(why: Unverified) -> Response {
    let status = match why {
        Unverified::BadHeader(_) => StatusCode::BAD_REQUEST,
        Unverified::OutOfTime | Unverified::WrongSignature => StatusCode::UNAUTHORIZED,
        Unverified::BadSecret => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, Json(json!({ "error": why.to_string() }))).into_response()
}

fn unreadable(error: &RowError) -> Response {
    let what = json!({ "row": error.line, "field": error.field, "error": error.reason });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(what)).into_response()
}

/// Rows that name a house must name the channel's own.
fn at_site(rows: Vec<Row>, site: &str) -> Result<Vec<Row>, RowError> {
    let stray =
        (1..).zip(&rows).find(|(_, row)| row.site.as_ref().is_some_and(|named| !named.eq_ignore_ascii_case(site)));
    match stray {
        Some((line, _)) => {
            Err(RowError { line, field: Some("site"), reason: "is another site than the channel's".to_owned() })
        }
        None => Ok(rows),
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, net::SocketAddr, path::Path};

    use bedside_connect::channel::webhook;
    use bedside_flow::{Road, Settings, SystemClock};
    use bedside_store::{Location, MasterKey, Store};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::{clock, config::Config, say::Tongue, settle};

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const CONFIG: &str = "[[site]]\nslug = \"mitte\"\nname = \"Mitte\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\n\
        [[channel]]\nslug = \"crm\"\nkind = \"webhook\"\nowner = \"O\"\ndeputy = \"D\"\nsecret_env = \"S\"\n";

    /// A served route with a store behind it.
    async fn serve(folder: &Path) -> SocketAddr {
        let master = MasterKey::from_text(&MasterKey::generate_text().unwrap()).unwrap();
        let store = Store::open(&Location::Folder(folder.to_owned()), &master, clock::now()).await.unwrap();
        let config = Config::parse("bedside.toml", CONFIG, folder).unwrap();
        let houses =
            settle::houses(&store, &config, &settle::Overlays::new(), settle::Import::New, Tongue::En, clock::now())
                .await
                .unwrap();
        let id = settle::accounts(&store, &config, clock::now()).await.unwrap()["crm"];
        let road = Road::new(store, Arc::new(SystemClock), houses, Settings::default()).unwrap();
        let account = Account { id, site: "mitte".to_owned(), secret: Secret::new(SECRET) };
        let accounts = Arc::new(HashMap::from([("crm".to_owned(), account)]));
        let routes = router(Hooks { take: Arc::new(road), clock: clock::system(), accounts, wakes: Arc::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        address
    }

    /// Delivers `body`; gives status and answer.
    async fn deliver(to: SocketAddr, channel: &str, signed: &str, body: &str) -> (u16, serde_json::Value) {
        let at = clock::now().as_micros() / 1_000_000;
        let signature = webhook::sign(&Secret::new(SECRET), "msg_1", at, signed.as_bytes()).unwrap();
        let mut request = Vec::new();
        write!(
            request,
            "POST /hooks/{channel} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nwebhook-id: msg_1\r\nwebhook-timestamp: {at}\r\n\
             webhook-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut stream = tokio::net::TcpStream::connect(to).await.unwrap();
        stream.write_all(&request).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or_default())
    }

    fn row(id: u32, more: &str) -> String {
        format!(
            "{{\"id\":\"{id}\",\"channel\":\"crm\",\"author\":\"eva\",\"text\":\"Danke\",\"at\":\"2026-11-22T12:00:00Z\"{more}}}"
        )
    }

    #[tokio::test]
    async fn a_signed_delivery_is_stored_once_and_any_other_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let to = serve(folder.path()).await;
        let two = format!("[{},{}]", row(1, ""), row(2, ",\"site\":\"Mitte\""));
        assert_eq!(deliver(to, "crm", &two, &two).await, (200, json!({ "new": 2, "known": 0, "changed": 0 })));
        assert_eq!(deliver(to, "crm", &two, &two).await, (200, json!({ "new": 0, "known": 2, "changed": 0 })));
        let edited = two.replacen("Danke", "Danke für nichts", 1);
        assert_eq!(deliver(to, "crm", &edited, &edited).await, (200, json!({ "new": 0, "known": 1, "changed": 1 })));
        assert_eq!(deliver(to, "crm", &edited, &edited).await, (200, json!({ "new": 0, "known": 2, "changed": 0 })));
        assert_eq!(deliver(to, "crm", &two, &row(3, "")).await.0, 401);
        assert_eq!(deliver(to, "erp", &two, &two).await.0, 404);
        let half = format!("[{},{}]", row(4, ""), row(5, ",\"site\":\"nord\""));
        let (status, answer) = deliver(to, "crm", &half, &half).await;
        assert_eq!((status, &answer["row"], &answer["field"]), (422, &json!(2), &json!("site")));
        let rest = format!("[{}]", row(4, ""));
        let (_, answer) = deliver(to, "crm", &rest, &rest).await;
        assert_eq!(answer, json!({ "new": 1, "known": 0, "changed": 0 }), "nothing of a bad delivery was kept");
    }
}
