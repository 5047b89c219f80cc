//! Acts on what was found: say that it is wrong or that something is missing, export what people said so, open a text in full.

use bedside_core::{
    code,
    example::{About, Example, Found, Place},
    guard::{self, Check},
    id::{CaseId, ExampleId, PersonId, PostId, SiteId},
    log::{Actor, Code, Kind},
    policy::desk::{DeskAction, Seat},
    text::TextSpan,
    time::Span,
    triage::{Evidence, Lang, SignalKind, Signals, Topic, Urgency},
};
use bedside_store::{
    Tx,
    cases::CaseRow,
    examples::{self, NewExample},
    posts::{self, Opened, PostRow},
    random,
};
use serde_json::Value;

use super::{ActError, for_guard};
use crate::{Road, audit::Audit};

/// So long a case stays open in full for who opened it: a working day.
const FULL: Span = Span::hours(8);
/// The longest comment, in characters.
const COMMENT: usize = 500;
/// Examples of one house in an export.
const MOST: u32 = 100_000;

/// What a person says of a finding.
#[derive(Debug, Clone, Copy)]
pub struct Wrong<'a> {
    /// The post it is about, or that the draft answers.
    pub post: PostId,
    /// What was found, or should have been.
    pub found: Found,
    /// It was not found and should have been.
    pub is_missing: bool,
    /// The draft's language and text, where the guard read it.
    pub draft: Option<(&'a str, &'a str)>,
    /// Where the finding is, in code points of post or draft.
    pub span: Option<TextSpan>,
    /// The words it should have been found in, as they stand in the text, where there is no span.
    pub words: &'a str,
    /// What would have been right, in a word of the same list; empty: not said.
    pub right: &'a str,
    /// What the person adds.
    pub comment: &'a str,
}

/// Labelled examples, ready to be written.
#[derive(Debug, Default)]
pub struct Exported {
    /// One row each, the newest first.
    pub rows: Vec<Value>,
    /// Examples whose texts were erased with their author's key.
    pub erased: usize,
}

/// The text that somebody says something of, with what stood in it.
struct Read {
    case: CaseRow,
    post: PostRow,
    example: Example,
    lang: Lang,
}

impl Road {
    /// Keeps what a person says was found wrongly, or not at all, as a labelled example. It changes nothing about the case.
    ///
    /// # Errors
    /// The person may not, the post is not of the case or can't be read, the words are not in it, or what would be right is no
    /// word of the list.
    pub async fn say_wrong(&self, by: PersonId, case: CaseId, wrong: Wrong<'_>) -> Result<ExampleId, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let read = self.read_for(&mut tx, by, case, &wrong).await?;
        let key = self.store.key_of_post(&read.post).await?.ok_or(ActError::Gone)?;
        let new = NewExample {
            id: ExampleId::new(now, &random()?),
            site: read.case.site,
            case,
            post: read.post.id,
            found: wrong.found,
            is_missing: wrong.is_missing,
            lang: read.lang,
            example: &read.example,
        };
        examples::add(&mut tx, &new, &key, by, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::FindingWrong, Actor::Person(by), Some(read.case.site), Some(case), |entry| {
            let (sort, which) = wrong.found.words();
            let verdict = if wrong.is_missing { code!("missing") } else { code!("wrong") };
            let entry = entry.about(read.post.id).about(new.id).code(code!("verdict"), verdict);
            let entry = Code::new(sort).map_or(entry.clone(), |word| entry.code(code!("about"), word));
            Code::configured(&which.to_ascii_lowercase()).map_or(entry.clone(), |word| entry.code(code!("what"), word))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(new.id)
    }

    async fn read_for(&self, tx: &mut Tx, by: PersonId, case: CaseId, wrong: &Wrong<'_>) -> Result<Read, ActError> {
        let case = self.case_for(tx, by, case, DeskAction::MarkWrong).await?;
        let post = posts::by_id(tx, wrong.post).await?.filter(|post| post.thread == case.thread);
        let post = post.ok_or(ActError::Gone)?;
        let opened = self.store.open_posts(std::slice::from_ref(&post)).await?;
        let (text, author) = opened.into_iter().find_map(Opened::text).ok_or(ActError::Gone)?;
        let right = right(wrong)?;
        let comment: String = wrong.comment.trim().chars().take(COMMENT).collect();
        let topics = post.signals.iter().flat_map(|found| &found.topics).map(|one| one.topic).collect();
        let mut example = Example {
            text: text.0.text,
            answers: None,
            span: None,
            evidence: String::new(),
            topics,
            places: Vec::new(),
            right,
            comment,
        };
        let mut lang = post.signals.as_ref().map_or(Lang::Unknown, |found| found.lang);
        match (wrong.found, wrong.draft) {
            (Found::Guard(_), Some((tag, draft))) => {
                let house = self.house(case.site).ok_or(ActError::Gone)?;
                let privacy = self.privacy(tx, &case).await?;
                let check = guard::check(&for_guard(house, privacy, tag, &example.text, &author.0.handle, draft));
                example.places = found_in(&check);
                example.answers = Some(std::mem::replace(&mut example.text, draft.to_owned()));
                lang = Lang::from_tag(tag);
            }
            (Found::Guard(_), None) => return Err(ActError::Invalid("text_missing")),
            (Found::Topic(_) | Found::Signal(_) | Found::Urgency(_), _) => {
                example.places = post.signals.as_ref().map(identifiers).unwrap_or_default();
            }
        }
        example.span = place(&example.text, wrong)?;
        example.evidence =
            post.signals.as_ref().map_or_else(String::new, |found| evidence(found, wrong.found, example.span));
        Ok(Read { case, post, example, lang })
    }

    /// What people said at these sites was found wrongly, as rows that training reads. `by`: who exports; `None`: who runs the
    /// program.
    ///
    /// # Errors
    /// The person may not at one of them, or the store refuses.
    pub async fn export_examples(&self, by: Option<PersonId>, sites: &[SiteId]) -> Result<Exported, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut exported = Exported::default();
        let mut audit = Audit::at(now);
        for site in sites {
            if let Some(by) = by {
                self.may(&mut tx, by, *site, DeskAction::ExportExamples, Seat::default()).await?;
            }
            let jurisdiction = self.house_of(*site)?.site.jurisdiction;
            let before = exported.rows.len();
            for row in examples::newest(&mut tx, *site, MOST).await? {
                match self.store.open_example(&row).await? {
                    Some(example) => {
                        let about =
                            About { found: row.found, is_missing: row.is_missing, lang: row.lang, jurisdiction };
                        exported.rows.push(example.0.row(about));
                    }
                    None => exported.erased += 1,
                }
            }
            let count = i64::try_from(exported.rows.len() - before).unwrap_or(i64::MAX);
            let actor = by.map_or(Actor::System, Actor::Person);
            audit.add(Kind::ExamplesExported, actor, Some(*site), None, |entry| entry.number(code!("rows"), count))?;
        }
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(exported)
    }

    /// Opens the texts of a case in full for somebody whose lists cover them. The log says so.
    ///
    /// # Errors
    /// The person may not.
    pub async fn open_in_full(&self, by: PersonId, case: CaseId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let case = self.case_for(&mut tx, by, case, DeskAction::ReadText).await?;
        examples::open_full(&mut tx, by, case.id, now.plus(FULL), now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::OpenedInFull, Actor::Person(by), Some(case.site), Some(case.id), |entry| entry)?;
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// What would have been right, if it is a word of the list that the finding belongs to.
fn right(wrong: &Wrong<'_>) -> Result<Option<String>, ActError> {
    let word = wrong.right.trim();
    if word.is_empty() {
        return Ok(None);
    }
    let is_known = match wrong.found {
        Found::Topic(_) => Topic::from_word(word).is_some(),
        Found::Urgency(_) => Urgency::from_word(word).is_some(),
        Found::Signal(SignalKind::Identifier) => {
            word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && word.len() <= 30
        }
        Found::Signal(_) => SignalKind::from_word(word).is_some(),
        Found::Guard(_) => guard::Kind::from_word(word).is_some(),
    };
    if is_known { Ok(Some(word.to_owned())) } else { Err(ActError::Invalid("right_unknown")) }
}

/// Where the finding is: the span told, else the first place where the words told stand.
fn place(text: &str, wrong: &Wrong<'_>) -> Result<Option<TextSpan>, ActError> {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let words = wrong.words.trim();
    if let Some(span) = wrong.span {
        let is_inside = span.start < span.end && span.end <= length;
        return if is_inside { Ok(Some(span)) } else { Err(ActError::Invalid("words_not_found")) };
    }
    if words.is_empty() {
        let needs_place = wrong.is_missing && !matches!(wrong.found, Found::Topic(_) | Found::Urgency(_));
        return if needs_place { Err(ActError::Invalid("words_missing")) } else { Ok(None) };
    }
    let at = text.find(words).ok_or(ActError::Invalid("words_not_found"))?;
    let before = text.get(..at).unwrap_or_default().chars().count();
    let start = u32::try_from(before).unwrap_or(u32::MAX);
    let end = start.saturating_add(u32::try_from(words.chars().count()).unwrap_or(u32::MAX));
    Ok(Some(TextSpan { start, end }))
}

/// What the program gave as its reason.
fn evidence(found: &Signals, what: Found, span: Option<TextSpan>) -> String {
    let signal = found.signals.iter().find(|signal| match what {
        Found::Topic(topic) => signal.topic == Some(topic),
        Found::Signal(kind) => signal.kind == kind && Some(signal.span) == span,
        Found::Urgency(_) | Found::Guard(_) => false,
    });
    match signal.map(|signal| &signal.evidence) {
        Some(Evidence::Rule(rule)) => format!("rule {rule}"),
        Some(Evidence::Model(score)) => format!("model {score:.2}"),
        Some(Evidence::Second { model, score }) => format!("second {model} {score:.2}"),
        None => String::new(),
    }
}

fn identifiers(found: &Signals) -> Vec<Place> {
    let named = found.signals.iter().filter_map(|signal| match (signal.kind, &signal.evidence) {
        (SignalKind::Identifier, Evidence::Rule(kind)) => Some(Place { span: signal.span, kind: kind.clone() }),
        (SignalKind::Identifier, Evidence::Model(_) | Evidence::Second { .. }) => {
            Some(Place { span: signal.span, kind: "id".to_owned() })
        }
        (SignalKind::StaffNamed, _) => Some(Place { span: signal.span, kind: "name".to_owned() }),
        _ => None,
    });
    named.collect()
}

fn found_in(check: &Check) -> Vec<Place> {
    check.findings.iter().map(|one| Place { span: one.span, kind: one.kind.as_str().to_owned() }).collect()
}
