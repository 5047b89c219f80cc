//! The conversation: what the person writes becomes a post of the door's channel, what the house answers comes back from
//! the outbox.

use bedside_core::{
    door::{FILE_BYTES, FileKind, SpeaksFor},
    id::FileId,
    media::{Media, MediaKind},
    post::{Inbound, InboundAuthor, Standing, Upstream, Visibility},
    time::{Span, Timestamp},
};
use bedside_store::{
    Phi, Tx,
    door::{self, DoorPerson, NewFile},
    posts, random,
};

use super::{Guest, LONGEST_MESSAGE, root};
use crate::{FlowError, Road, acts::ActError};

/// How many messages somebody may send within an hour, and files within a day.
const MESSAGES_PER_HOUR: usize = 30;
const FILES_PER_DAY: usize = 20;

/// How the id of a message begins whose words are the door's own, said for the person by a form of its pages.
const BY_FORM: &str = "form-";

/// A message that somebody sends.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// What they write; may be empty beside a file.
    pub text: &'a str,
    /// How they want to be called; empty: not said.
    pub name: &'a str,
    /// A file's bytes.
    pub file: Option<&'a [u8]>,
}

/// Who said a line of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The person.
    Person,
    /// The house.
    House,
}

/// A line of the conversation.
#[derive(Debug, Clone)]
pub struct Line {
    /// Who said it.
    pub by: Speaker,
    /// When.
    pub at: Timestamp,
    /// What; `None`: it can't be read any more.
    pub text: Option<Phi<String>>,
    /// Its language, where known.
    pub lang: Option<String>,
    /// The file that came with it: what it is and how large.
    pub file: Option<(FileKind, i64)>,
}

/// A conversation as the person sees it.
#[derive(Debug, Clone, Default)]
pub struct Talk {
    /// For whom they write; `None`: they have not said yet.
    pub speaks_for: Option<SpeaksFor>,
    /// The lines, the oldest first.
    pub lines: Vec<Line>,
}

impl Road {
    /// Notes for whom somebody writes.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn door_speaks_for(&self, guest: &Guest, speaks_for: SpeaksFor) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        door::put_person(&mut tx, guest.author, guest.site, speaks_for, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a message in: stored, sorted and decided about like any post.
    ///
    /// # Errors
    /// There is nothing in it, it is too long, or the file is too large or of a kind that is not taken.
    pub async fn door_write(&self, guest: &Guest, message: &Message<'_>) -> Result<(), ActError> {
        self.door_take(guest, message, "").await
    }

    /// Has the door say something for the person, in words of its own: for the desk to see, not for the record.
    pub(super) async fn door_say_for(&self, guest: &Guest, words: &str) -> Result<(), ActError> {
        self.door_take(guest, &Message { text: words, name: "", file: None }, BY_FORM).await
    }

    async fn door_take(&self, guest: &Guest, message: &Message<'_>, marked: &str) -> Result<(), ActError> {
        let now = self.now();
        let channel = self.door_of(guest.site)?;
        let file = message.file.map(checked).transpose()?;
        let text = worded(message.text, file)?;
        let mut tx = self.store.begin_read().await?;
        let account = posts::author(&mut tx, guest.author).await?.ok_or(ActError::Gone)?;
        let person = door::person(&mut tx, guest.author).await?;
        let person = person.ok_or(ActError::Invalid("speaks_for_missing"))?;
        within_limits(&mut tx, &person, file.is_some(), now).await?;
        drop(tx);
        let known = self.store.open_author(&account).await?.ok_or(ActError::Gone)?;
        let id = FileId::new(now, &random()?);
        let inbound = Inbound {
            external_id: format!("{marked}{id}"),
            author: InboundAuthor {
                external_id: guest.author.to_string(),
                handle: known.0.handle,
                display_name: Some(message.name.trim().to_owned()).filter(|name| !name.is_empty()).or(known.0.name),
                is_bot: false,
            },
            text,
            at: now,
            url: None,
            in_reply_to: None,
            thread_root: Some(root(guest.author)),
            visibility: Visibility::Direct,
            lang_hint: Some(guest.lang.clone()),
            media_count: u16::from(file.is_some()),
            media: file.iter().map(|_| Media::new(MediaKind::File, None)).collect(),
            addressed: true,
            reply_context: None,
        };
        if let (Some(bytes), Some(kind)) = (message.file, file) {
            let key = posts::author_key(&self.store, channel, &inbound.author.external_id, now).await?;
            let file = NewFile { id, channel, message: &inbound.external_id, kind, bytes };
            let mut tx = self.store.begin().await?;
            door::add_file(&self.store, &mut tx, &file, &key, now).await?;
            tx.commit().await?;
        }
        let news = [Upstream::Posted(Box::new(inbound))];
        self.take_news(channel, Standing::Live, &news, None, None).await?;
        Ok(())
    }

    /// The conversation as the person sees it.
    ///
    /// # Errors
    /// The store refuses, or something sealed was changed.
    pub async fn door_talk(&self, tx: &mut Tx, guest: &Guest) -> Result<Talk, FlowError> {
        let Some(person) = door::person(tx, guest.author).await? else { return Ok(Talk::default()) };
        let mut talk = Talk { speaks_for: Some(person.speaks_for), lines: Vec::new() };
        let Some(thread) = person.thread else { return Ok(talk) };
        let files = door::files_in(tx, thread).await?;
        let rows = posts::by_thread(tx, thread).await?;
        for (row, opened) in rows.iter().zip(self.store.open_posts(&rows).await?) {
            let file = files.iter().find(|file| file.post == row.id).map(|file| (file.kind, file.size_bytes));
            let lang = row.signals.as_ref().map(|found| found.lang.as_str().to_owned()).filter(|lang| lang != "und");
            let text = opened.text().map(|(text, _)| Phi(text.0.text));
            talk.lines.push(Line { by: Speaker::Person, at: row.at, text, lang, file });
        }
        for said in door::said_in(tx, thread).await? {
            let text = said.text(&self.store).await?;
            talk.lines.push(Line { by: Speaker::House, at: said.at, text, lang: Some(said.lang), file: None });
        }
        talk.lines.sort_by_key(|line| line.at);
        Ok(talk)
    }

    /// Notes what stands for the person on the door's channel, in the transaction that stores their message.
    pub(crate) async fn seat_at_door(
        &self,
        tx: &mut Tx,
        new: &posts::NewPost,
        inbound: &Inbound,
    ) -> Result<(), FlowError> {
        let (Ok(author), Some(row)) = (inbound.author.external_id.parse(), posts::by_id(tx, new.id).await?) else {
            return Ok(());
        };
        if inbound.external_id.starts_with(BY_FORM) {
            door::mark_code_post(tx, new.id, inbound.at).await?;
        }
        Ok(door::seat_person(tx, author, row.author, row.thread).await?)
    }
}

/// Refuses more than somebody writes who has something to say.
async fn within_limits(tx: &mut Tx, person: &DoorPerson, has_file: bool, now: Timestamp) -> Result<(), ActError> {
    let Some(thread) = person.thread else { return Ok(()) };
    let rows = posts::by_thread(tx, thread).await?;
    let since = |span| rows.iter().filter(move |row| row.at > now.minus(span));
    let files = since(Span::days(1)).filter(|row| row.media_count > 0).count();
    if since(Span::hours(1)).count() >= MESSAGES_PER_HOUR || (has_file && files >= FILES_PER_DAY) {
        return Err(ActError::Invalid("too_many_messages"));
    }
    Ok(())
}

fn checked(bytes: &[u8]) -> Result<FileKind, ActError> {
    if bytes.len() > FILE_BYTES {
        return Err(ActError::Invalid("file_too_large"));
    }
    FileKind::of(bytes).ok_or(ActError::Invalid("file_kind"))
}

/// The text of a message; a file alone is named by what it is.
fn worded(text: &str, file: Option<FileKind>) -> Result<String, ActError> {
    let text = text.trim();
    if text.chars().count() > LONGEST_MESSAGE {
        return Err(ActError::Invalid("text_too_long"));
    }
    match (text, file) {
        ("", Some(kind)) => Ok(format!("[{}]", kind.as_str().to_uppercase())),
        ("", None) => Err(ActError::Invalid("text_missing")),
        (text, _) => Ok(text.to_owned()),
    }
}
