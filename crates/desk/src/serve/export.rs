//! The log as anybody can verify it: checkpoint, tiles and entries under the paths of C2SP tlog-tiles, and the key. For
//! those who may read the log; entries of all houses lie in one tree, so entry bundles are for who may read all of it.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bedside_core::log::{TILE_WIDTH, TileId};
use bedside_store::log;

use super::{
    DeskState,
    answer::{Answer, Stop},
    log::readable,
    session::Signed,
};

/// Bytes of a hash.
const HASH: usize = 32;

/// The newest signed checkpoint.
pub(super) async fn checkpoint(State(state): State<DeskState>, who: Signed) -> Answer {
    readable(&who)?;
    match log::newest_checkpoint(&mut state.store.begin_read().await?).await? {
        Some((_, note, _)) => Ok(text(String::from_utf8_lossy(&note).into_owned())),
        None => Ok(absent()),
    }
}

/// The key that its signature is checked with (C2SP signed-note: a verifier key).
pub(super) async fn key(State(state): State<DeskState>, who: Signed) -> Answer {
    readable(&who)?;
    let signer = state.road.log_signer().await?;
    Ok(text(format!("{}\n", signer.verifier_key())))
}

fn text(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response()
}

fn bytes(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/octet-stream")], body).into_response()
}

fn absent() -> Response {
    // An answer for tools, not a page.
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/octet-stream")], "").into_response()
}

/// `/log/tile/{level}/{number}` and `/log/tile/entries/{number}`.
pub(super) async fn tile(State(state): State<DeskState>, Path(path): Path<String>, who: Signed) -> Answer {
    let sites = readable(&who)?;
    let (kind, rest) = path.split_once('/').unwrap_or((&path, ""));
    let Some((index, width)) = number(rest) else { return Ok(absent()) };
    if kind == "entries" {
        if sites.len() < who.all_sites {
            return Err(Stop::NOT_FOUND);
        }
        return entries(&state, index, width).await;
    }
    let Some(level) = kind.parse::<u8>().ok().filter(|level| level.to_string() == kind) else { return Ok(absent()) };
    let mut tx = state.store.begin_read().await?;
    let size = log::newest_checkpoint(&mut tx).await?.map_or(0, |(size, ..)| size);
    let stored = log::tile(&mut tx, level, index).await?.unwrap_or_default();
    // A partial tile is a prefix of the one stored, as long as the log is at least that wide there.
    let wide_enough = TileId::new(level, index).width(size) >= width;
    match stored.get(..width * HASH).filter(|_| wide_enough) {
        Some(hashes) => Ok(bytes(hashes.to_vec())),
        None => Ok(absent()),
    }
}

/// A bundle: each entry with its length before it, in two bytes.
async fn entries(state: &DeskState, index: u64, width: usize) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let from = index.saturating_mul(TILE_WIDTH as u64);
    let rows = log::entries(&mut tx, from, u32::try_from(width).unwrap_or(u32::MAX)).await?;
    let is_whole = rows.len() == width && rows.first().is_some_and(|(leaf, _)| *leaf == from);
    if !is_whole {
        return Ok(absent());
    }
    let mut body = Vec::new();
    for (_, entry) in rows {
        let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
        body.extend_from_slice(&length.to_be_bytes());
        body.extend_from_slice(&entry);
    }
    Ok(bytes(body))
}

/// Reads `x001/x234/067` (full) or `x001/234.p/5` (five wide). One number has one spelling.
fn number(path: &str) -> Option<(u64, usize)> {
    let (path, width) = match path.split_once(".p/") {
        Some((path, width)) => {
            (path, width.parse().ok().filter(|w: &usize| *w > 0 && *w < TILE_WIDTH && w.to_string() == width)?)
        }
        None => (path, TILE_WIDTH),
    };
    let digits = path.split('/').map(|part| part.strip_prefix('x').unwrap_or(part));
    let index = digits
        .map(|part| Some(part).filter(|part| part.len() == 3)?.parse::<u64>().ok())
        .try_fold(0_u64, |all, part| all.checked_mul(1000)?.checked_add(part?))?;
    let spelled = TileId::new(0, index).path(width);
    let given = if width == TILE_WIDTH { format!("tile/0/{path}") } else { format!("tile/0/{path}.p/{width}") };
    (spelled == given).then_some((index, width))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_tile_has_one_address() {
        assert_eq!(number("067"), Some((67, 256)));
        assert_eq!(number("x001/x234/067"), Some((1_234_067, 256)));
        assert_eq!(number("x001/234.p/5"), Some((1234, 5)));
        for bad in ["67", "x000/067", "1234", "", "067.p/0", "067.p/256", "067.p/05", "0x1", "../067", "-01", "+01"] {
            assert_eq!(number(bad), None, "{bad}");
        }
    }
}
