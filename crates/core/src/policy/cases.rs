//! Policy cases as data: a post with what only the hospital knows, and what is right, wrong and harmful. The text is
//! read by sorting, the rest comes from `context`; the result says right and harm per family.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use super::kept::Also;
use super::{
    decision::Decision,
    facts::{
        Account, AuthorHistory, CaseFacts, ComplaintStage, Facts, HouseFacts, HouseHours, IncidentKind, MediaAttention,
        PageOwner, Place, PostFacts, Publication, ThreadFacts,
    },
    kept::usual_visibility,
    rules::Rules,
};
use crate::{
    label::LabelKind,
    post::Standing,
    site::Jurisdiction,
    text::TextSpan,
    time::{Span, Timestamp},
    triage::{Evidence, Hostility, Lang, Signal, SignalKind, Signals, Speaker, Topic, TopicScore, Urgency},
};

/// One case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// The family it counts for.
    pub family: String,
    /// The post.
    pub post: String,
    /// The same post in German, decided alike.
    #[serde(default)]
    pub post_de: Option<String>,
    /// What only the hospital knows.
    pub context: Context,
    /// What the text says, where the case means to prove the rules apart from sorting.
    #[serde(default)]
    pub says: Option<Says>,
    /// Cases with the same group have the same or a like post in another context and are decided differently.
    #[serde(default)]
    pub contrast_group: Option<String>,
    /// Right if the decision is one of these.
    pub acceptable_actions: Vec<String>,
    /// A harm if any part of the decision is one of these.
    #[serde(default)]
    pub forbidden_actions: Vec<String>,
}

/// What only the hospital knows, in the words of the case format.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Context {
    /// Whose law, e.g. `DE`.
    pub jurisdiction: String,
    /// `private` or `public_body`.
    pub page_owner: String,
    /// Where the post stands.
    pub channel: String,
    /// Who writes.
    pub author: String,
    /// What kind of account.
    pub account: String,
    /// Hours since the post was written.
    pub hours_since_post: i64,
    /// Hours since what it speaks of; `None`: not known.
    pub hours_since_event: Option<i64>,
    /// Somebody died.
    pub death: bool,
    /// `none`, `threatened`, `filed` or `active`.
    pub litigation: String,
    /// `none`, `open`, `ombudsman` (or another outside body) or `closed`.
    pub open_complaint: String,
    /// `none` or the kind of incident.
    pub crisis_mode: String,
    /// `none_on_file`, `written_valid_for_this_use` or `revoked`.
    pub consent: String,
    /// Earlier posts of this author.
    pub prior_posts_by_author: u32,
    /// Abusive posts of this author, faded.
    pub strikes: u32,
    /// `none`, `local` or `national`.
    pub media_attention: String,
    /// The post holds a health detail.
    pub health_detail_in_post: bool,
    /// The post names a member of staff.
    pub staff_named: bool,
    /// The desk is staffed.
    pub posted_during_staffed_hours: Option<bool>,
    /// An approved statement on the matter exists.
    pub approved_statement_exists: bool,
    /// What a house knew beside.
    pub also: Also,
}

/// What the text of a case says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Says {
    /// What it is about.
    pub topics: Vec<Topic>,
    /// How hostile it is, 0 to 3.
    pub hostility: u8,
    /// It blames care or staff.
    pub claim: bool,
    /// It names somebody.
    pub identifier: bool,
}

/// The result of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Decisions made; a case with a German post counts twice.
    pub cases: usize,
    /// Decisions that are acceptable.
    pub right: usize,
    /// Decisions with a forbidden part.
    pub harms: usize,
    /// The same per family.
    pub by_family: BTreeMap<String, Tally>,
    /// What was not right, or a harm.
    pub wrong: Vec<Wrong>,
}

/// Counts of one family.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Decisions made.
    pub cases: usize,
    /// Acceptable ones.
    pub right: usize,
    /// Harmful ones.
    pub harms: usize,
}

/// One decision that was not right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// The case, with `/de` for its German post.
    pub id: String,
    /// The decision: its escalation, else its moderation, else its speech.
    pub got: String,
    /// All parts of the decision.
    pub parts: Vec<String>,
    /// What would have been right.
    pub acceptable: Vec<String>,
    /// Whether a part is forbidden.
    pub harm: bool,
    /// The rules that made the decision.
    pub because: Vec<String>,
}

/// Reads cases, one JSON object per line; empty lines are skipped.
///
/// # Errors
/// A line is no case; says which and why.
pub fn read(text: &str) -> Result<Vec<Case>, BadCase> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(n, line)| serde_json::from_str(line).map_err(|bad| BadCase { line: n + 1, what: bad.to_string() }))
        .collect()
}

/// A line is no case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BadCase {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// Reads a text of a case that was written at a time.
pub type Sorting<'s> = dyn Fn(&Case, &str, Timestamp) -> Signals + 's;

/// Decides every case and counts. `rules` gives a jurisdiction's rules.
pub fn score<'r>(cases: &[Case], sorting: &Sorting<'_>, rules: &dyn Fn(Jurisdiction) -> Option<&'r Rules>) -> Score {
    let mut score = Score::default();
    for case in cases {
        let posts = [(case.id.clone(), Some(&case.post)), (format!("{}/de", case.id), case.post_de.as_ref())];
        for (id, text) in posts.iter().filter_map(|(id, text)| Some((id, (*text)?))) {
            let facts = case.facts(text, sorting);
            if let Some(rules) = rules(facts.house.jurisdiction) {
                score.count(case, id, &rules.decide(&facts));
            }
        }
    }
    score
}

impl Score {
    fn count(&mut self, case: &Case, id: &str, decision: &Decision) {
        let parts = decision.parts();
        let right = parts.first().is_some_and(|got| case.acceptable_actions.iter().any(|one| one == got));
        let harm = parts.iter().any(|part| case.forbidden_actions.iter().any(|one| one == part));
        let family = self.by_family.entry(case.family.clone()).or_default();
        for (cases, rights, harms) in [
            (&mut self.cases, &mut self.right, &mut self.harms),
            (&mut family.cases, &mut family.right, &mut family.harms),
        ] {
            *cases += 1;
            *rights += usize::from(right);
            *harms += usize::from(harm);
        }
        if !right || harm {
            self.wrong.push(Wrong {
                id: id.to_owned(),
                got: parts.first().copied().unwrap_or_default().to_owned(),
                parts: parts.iter().map(|part| (*part).to_owned()).collect(),
                acceptable: case.acceptable_actions.clone(),
                harm,
                because: decision.because.iter().map(|one| one.rule.clone()).collect(),
            });
        }
    }
}

/// The moment of every case: 14 Nov 2026, 14:02 in Berlin. Only lengths of time matter.
const NOW: Timestamp = Timestamp::from_micros(1_794_661_320_000_000);

impl Case {
    /// The facts of this case for one of its texts.
    pub fn facts(&self, text: &str, sorting: &Sorting<'_>) -> Facts {
        let context = &self.context;
        let at = NOW.minus(Span::hours(context.hours_since_post));
        let mut signals = sorting(self, text, at);
        signals.health_detail |= context.health_detail_in_post;
        signals.staff_named |= context.staff_named;
        let mut facts = Facts {
            now: NOW,
            post: context.post(text, at, signals),
            thread: ThreadFacts { posts: 1, our_answers: 0, labels: context.labels() },
            house: context.house(),
            case: context.case(),
            link: None,
        };
        context.also.add_to(&mut facts);
        facts
    }
}

impl Says {
    /// As sorting would have found it, with the whole text as the place.
    #[must_use]
    pub fn signals(&self, text: &str, lang: Lang) -> Signals {
        let span = TextSpan::from_bytes(text, 0..text.len());
        let shows = |kind| Signal { kind, topic: None, span, evidence: Evidence::Rule("case".to_owned()) };
        let kinds = [(self.claim, SignalKind::Claim), (self.identifier, SignalKind::Identifier)];
        Signals {
            lang,
            topics: self.topics.iter().map(|topic| TopicScore { topic: *topic, score: 1.0 }).collect(),
            weaker: Vec::new(),
            hostility: Hostility(self.hostility),
            health_detail: false,
            staff_named: false,
            speaker: None,
            event_at: None,
            death: false,
            urgency: Urgency::None,
            signals: kinds.into_iter().filter(|(is, _)| *is).map(|(_, kind)| shows(kind)).collect(),
        }
    }
}

impl Context {
    fn post(&self, text: &str, at: Timestamp, signals: Signals) -> PostFacts {
        let place = self.place();
        PostFacts {
            signals,
            standing: Standing::Live,
            at,
            seen_at: at,
            visibility: usual_visibility(place),
            addressed: true,
            account: if self.author == "staff" { Some(Account::Staff) } else { Account::from_word(&self.account) },
            prior_posts: self.prior_posts_by_author,
            media_count: u16::from(shows_media(text)),
            // Published cases are about what the house says once it has looked.
            media_unseen: 0,
            place,
            history: AuthorHistory { strikes: self.strikes, last_at: None },
        }
    }

    fn place(&self) -> Option<Place> {
        match self.channel.as_str() {
            "review" => Some(Place::Review),
            "public_comment" => Some(Place::Comment),
            "mention" => Some(Place::Mention),
            "dm" => Some(Place::Message),
            "own_scheduled_post" => Some(Place::OwnScheduled),
            "own_post_comment" => Some(Place::OwnComment),
            "internal_link_request" => Some(Place::LinkRequest),
            _ => None,
        }
    }

    fn labels(&self) -> Vec<LabelKind> {
        let known = |word: &str| !matches!(word, "" | "none");
        let open = known(&self.open_complaint) && self.open_complaint != "closed";
        let labels = [
            (known(&self.litigation), LabelKind::Litigation),
            (open, LabelKind::OpenComplaint),
            (known(&self.media_attention), LabelKind::MediaInterest),
        ];
        labels.into_iter().filter(|(is, _)| *is).map(|(_, label)| label).collect()
    }

    fn house(&self) -> HouseFacts {
        HouseFacts {
            jurisdiction: Jurisdiction::from_word(&self.jurisdiction).unwrap_or(Jurisdiction::De),
            page_owner: PageOwner::from_word(&self.page_owner).unwrap_or(PageOwner::Private),
            staffed_now: self.posted_during_staffed_hours,
            crisis_mode: !matches!(self.crisis_mode.as_str(), "" | "none"),
            incident: IncidentKind::from_word(&self.crisis_mode),
            stage: None,
            hours: HouseHours { staffed_at_post: self.posted_during_staffed_hours, ..HouseHours::default() },
            approved_statement: Some(self.approved_statement_exists),
            paused: false,
        }
    }

    fn case(&self) -> CaseFacts {
        CaseFacts {
            event_at: self.hours_since_event.map(|hours| NOW.minus(Span::hours(hours))),
            facts_checked: None,
            death: self.death.then_some(true),
            speaker: Speaker::from_word(&self.author),
            complaint: match self.open_complaint.as_str() {
                "" | "none" => None,
                "open" => Some(ComplaintStage::Open),
                "closed" => Some(ComplaintStage::Closed),
                _ => Some(ComplaintStage::External),
            },
            publication: match self.consent.as_str() {
                "none_on_file" => Some(Publication::NoneOnFile),
                "written_valid_for_this_use" => Some(Publication::WrittenValid),
                "revoked" => Some(Publication::Revoked),
                _ => None,
            },
            deadline: None,
            media: MediaAttention::from_word(&self.media_attention),
            account: None,
            held_since: None,
        }
    }
}

/// Cases write what is no text in brackets, e.g. `[photo]`, `(picture of a wound)`.
fn shows_media(text: &str) -> bool {
    let folded = text.to_lowercase();
    let remarks = folded.split(['(', '[']).skip(1).filter_map(|rest| rest.split([')', ']']).next());
    let words = ["photo", "picture", "video", "foto", "bild"];
    remarks.into_iter().any(|remark| words.iter().any(|word| remark.contains(word)))
}
