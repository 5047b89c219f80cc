//! `POST /hooks/CHANNEL`: posts that another system hands in, signed as Standard Webhooks say. All of a delivery is stored
//! or none of it; the answer comes after the commit, so that a sender who gets none sends again.

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
    Router::new().route("/hooks/{channel}", post(deliver)).layer(DefaultBodyLimit::max(MAX_BYTES)).with_state(hooks)
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
    let news: Vec<Upstream> = rows.into_iter().map(|row| Upstream::Posted(Box::new(row.post))).collect();
    match hooks.take.take(account.id, Standing::Live, &news, None).await {
        Ok(taken) => Json(json!({ "new": taken.new, "known": taken.known })).into_response(),
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
            Err(RowError { line, field: Some("site"), reason: "is another house than the channel's".to_owned() })
        }
        None => Ok(rows),
    }
}
