//! Pictures, video and files of posts: what the page says of them, the pictures' own address, and the act of looking.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bedside_core::{id::PostId, media::Media};
use bedside_flow::MediaSeen;
use bedside_store::{
    StoreError, Tx,
    cases::CaseRow,
    media::{self, Form, MediaRow, State as Kept},
    posts,
};

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, see},
        eyes::Sight,
        form::Posted,
        refused::not_done,
        session::Signed,
    },
    at_case, found,
    thread::Opened,
};
use crate::page::case::{Hung, HungState, Post};

/// What hangs on the posts of a thread, as a page shows it; empty where nothing does.
pub(super) async fn hung(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    posts: &[Opened],
) -> Result<Vec<(PostId, Hung)>, StoreError> {
    if posts.iter().all(|(row, _)| row.media_count == 0) {
        return Ok(Vec::new());
    }
    let rows = media::of_thread(tx, case.thread).await?;
    // What nobody may read here, nobody opens.
    let told: Vec<Option<Media>> = if who.sight(case.site) == Sight::Text {
        state.store.open_media(&rows).await?.into_iter().map(|told| told.map(|told| told.0)).collect()
    } else {
        vec![None; rows.len()]
    };
    Ok(rows.iter().zip(told).map(|(row, told)| (row.post, shown(row, told))).collect())
}

fn shown(row: &MediaRow, told: Option<Media>) -> Hung {
    let is_readable = told.is_some();
    let told = told.unwrap_or_default();
    Hung {
        n: row.n,
        kind: row.kind.as_str().to_owned(),
        state: match row.state {
            Kept::Kept if is_readable => HungState::Blurred,
            // Its key was erased: nothing of it is here any more.
            Kept::Kept | Kept::Lost => HungState::Lost,
            Kept::Wanted => HungState::Wanted,
            Kept::Elsewhere => HungState::Elsewhere,
            Kept::TooLarge => HungState::TooLarge,
            Kept::Broken => HungState::Broken,
        },
        alt: told.alt,
        media_type: told.media_type,
        size_bytes: told.size_bytes.and_then(|bytes| i64::try_from(bytes).ok()),
        is_seen: row.seen_at.is_some(),
        width: row.width,
        height: row.height,
    }
}

/// Shows the picture in full that the address names, as somebody just opened it.
pub(super) fn open(posts: &mut [Post], asked: Option<&str>) {
    let Some((post, n)) = asked.and_then(|asked| asked.split_once('.')) else { return };
    let all = posts.iter_mut().filter(|one| one.id == post).flat_map(|one| &mut one.media);
    for one in all.filter(|one| one.is_seen && one.state == HungState::Blurred && one.n.to_string() == n) {
        one.state = HungState::Open;
    }
}

/// A person looks.
pub(super) async fn look(state: &DeskState, posted: &Posted, case: &CaseRow) -> Answer {
    let Posted { who, fields } = posted;
    if who.sight(case.site) != Sight::Text {
        return Err(Stop::NOT_FOUND);
    }
    let number = |name: &str| fields.get(name).parse::<i64>().map_err(|_| Stop::Unclear);
    let at = MediaSeen {
        post: fields.get("post").parse().map_err(|_| Stop::Unclear)?,
        n: number("n")?,
        version: number("version")?,
    };
    let done = state.road.look_at_media(who.person.id, case.id, at).await;
    done.map_err(|error| not_done(&who.reader, Some(case.number), error))?;
    let (post, n) = (at.post, at.n);
    Ok(see(&format!("/case/{}?open={post}.{n}#media-{post}-{n}", case.number)))
}

/// A picture that somebody has opened.
pub(in super::super) async fn picture(
    State(state): State<DeskState>,
    Path((number, post, n)): Path<(String, String, String)>,
    who: Signed,
) -> Answer {
    jpeg(&state, who, (&number, &post, &n), Form::Full).await
}

/// Its colours.
pub(in super::super) async fn blurred(
    State(state): State<DeskState>,
    Path((number, post, n)): Path<(String, String, String)>,
    who: Signed,
) -> Answer {
    jpeg(&state, who, (&number, &post, &n), Form::Blurred).await
}

async fn jpeg(state: &DeskState, who: Signed, (number, post, n): (&str, &str, &str), form: Form) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let case = found(&mut tx, &who, number).await?;
    let who = at_case(&mut tx, who, &case).await?;
    if who.sight(case.site) != Sight::Text {
        return Err(Stop::NOT_FOUND);
    }
    let (post, n) = (post.parse().map_err(|_| Stop::NOT_FOUND)?, n.parse().map_err(|_| Stop::NOT_FOUND)?);
    // Of this case's thread and no other: the case is what the person may see.
    let post = posts::by_id(&mut tx, post).await?.filter(|post| post.thread == case.thread).ok_or(Stop::NOT_FOUND)?;
    let row = media::one(&mut tx, post.id, n).await?.ok_or(Stop::NOT_FOUND)?;
    let bytes = state.store.picture(&mut tx, &row, form).await?.ok_or(Stop::NOT_FOUND)?;
    let name = format!("inline; filename=\"F-{}-{}.jpg\"", case.number, row.n + 1);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|_| Stop::Unclear)?),
    ];
    Ok::<Response, Stop>((headers, bytes.0).into_response())
}
