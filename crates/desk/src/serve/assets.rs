//! The embedded files under their hashed addresses. A browser keeps them for ever.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse as _, Response},
};

use super::answer::{Answer, Stop};
use crate::look::asset::{self, CACHE_CONTROL};

pub(super) async fn assets(Path(file): Path<String>) -> Answer {
    let found = asset::find(&format!("/assets/{file}")).ok_or(Stop::NOT_FOUND)?;
    let headers = [(header::CONTENT_TYPE, found.mime), (header::CACHE_CONTROL, CACHE_CONTROL)];
    Ok((headers, found.bytes).into_response())
}

/// Browsers ask for this address whatever the page says.
pub(super) async fn favicon() -> Response {
    let icon = asset::favicon();
    ([(header::CONTENT_TYPE, icon.mime)], icon.bytes).into_response()
}
