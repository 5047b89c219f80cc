//! A decision that a person says was wrong becomes a case: the post with what the rules knew of it at that moment, in the form
//! that cases have. The text itself is read anew whenever the case is run, so that better sorting counts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    cases::{Case, Context},
    facts::{Account, ComplaintStage, Facts, LinkFacts, MediaAttention, Place, Publication},
};
use crate::{
    label::LabelKind,
    post::{Standing, Visibility},
    time::Span,
    triage::{Signals, Speaker, Topic, TopicScore},
};

/// What a house knew beside the words that published cases have for it. What is left out is as in an ordinary post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Also {
    /// Labels in force on author, thread and house.
    pub labels: Vec<LabelKind>,
    /// Topics that the text does not show: what the author told elsewhere in the thread, or a second reader found.
    pub told: Vec<Topic>,
    /// Who could see the post, where the place it stands in does not tell: a message is direct, all else public.
    pub visibility: Option<Visibility>,
    /// Whether it was addressed to the house.
    pub addressed: Option<bool>,
    /// It was imported.
    pub history: bool,
    /// Hours from its writing until the house first saw it.
    pub hours_until_seen: Option<i64>,
    /// Pictures, videos, files.
    pub media_count: u16,
    /// How many of them nobody had looked at.
    pub media_unseen: u16,
    /// Posts of the thread.
    pub thread_posts: u32,
    /// Answers already published in the thread.
    pub our_answers: u32,
    /// Whether what is claimed had been checked.
    pub facts_checked: Option<bool>,
    /// Who wrote from a house's own staff without an account that is known as such; `author` would make it one.
    pub staff_speaks: bool,
    /// Sending was paused.
    pub paused: bool,
    /// Where a complaint stands, where no label on the thread says that one is open; `open_complaint` would set it.
    pub complaint: Option<ComplaintStage>,
    /// Whose media ask, where no label says so; `media_attention` would set it.
    pub media: Option<MediaAttention>,
    /// What the record said, through a consented link.
    pub record: Option<LinkFacts>,
}

impl Also {
    /// Puts it into the facts of a case.
    pub(super) fn add_to(&self, facts: &mut Facts) {
        for label in &self.labels {
            if !facts.thread.labels.contains(label) {
                facts.thread.labels.push(*label);
            }
        }
        for topic in self.told.iter().filter(|topic| !facts.post.signals.has(**topic)).copied().collect::<Vec<_>>() {
            facts.post.signals.topics.push(TopicScore { topic, score: 1.0 });
        }
        facts.post.visibility = self.visibility.unwrap_or(facts.post.visibility);
        facts.post.addressed = self.addressed.unwrap_or(facts.post.addressed);
        if self.history {
            facts.post.standing = Standing::History;
        }
        facts.post.seen_at = facts.post.at.plus(Span::hours(self.hours_until_seen.unwrap_or(0)));
        facts.post.media_count = facts.post.media_count.max(self.media_count);
        facts.post.media_unseen = self.media_unseen;
        facts.thread.posts = facts.thread.posts.max(self.thread_posts);
        facts.thread.our_answers = self.our_answers;
        facts.case.facts_checked = self.facts_checked;
        if self.staff_speaks {
            facts.case.speaker = Some(Speaker::Staff);
        }
        facts.case.complaint = self.complaint.or(facts.case.complaint);
        facts.case.media = self.media.or(facts.case.media);
        facts.house.paused = self.paused;
        facts.link.clone_from(&self.record);
    }
}

impl Case {
    /// A case from a post and the facts under which it was decided. `read`: what sorting reads in the text alone.
    #[must_use]
    pub fn kept(id: String, post: &str, facts: &Facts, read: &Signals) -> Self {
        let family = facts.post.signals.topics.first().map_or(Topic::Other, |found| found.topic);
        Self {
            id,
            family: family.as_str().to_owned(),
            post: post.to_owned(),
            post_de: None,
            context: context(facts, read),
            says: None,
            contrast_group: None,
            acceptable_actions: Vec::new(),
            forbidden_actions: Vec::new(),
        }
    }

    /// One line of JSON, without what says nothing.
    #[must_use]
    pub fn line(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        tidy(&mut value);
        value.to_string()
    }
}

/// Takes out of an object what stands for "nothing known": null, an empty text, list or object, and `false` or 0.
fn tidy(value: &mut Value) {
    let Value::Object(fields) = value else { return };
    fields.values_mut().for_each(tidy);
    let says_nothing = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Bool(true) => false,
    };
    // "Not checked", "not staffed" and "just now" say something; the case's own lists are always there.
    let stays = ["facts_checked", "posted_during_staffed_hours", "hours_since_event", "addressed", "post"];
    let needed = ["id", "family", "context", "acceptable_actions", "inpatient", "deceased", "since_discharge"];
    fields.retain(|name, value| {
        let is_kept = stays.contains(&name.as_str()) && !value.is_null();
        is_kept || needed.contains(&name.as_str()) || !says_nothing(value)
    });
}

fn context(facts: &Facts, read: &Signals) -> Context {
    let (post, house, case) = (&facts.post, &facts.house, &facts.case);
    let word = |word: Option<&'static str>| word.unwrap_or_default().to_owned();
    let speaker =
        case.speaker.or(post.signals.speaker).filter(|_| !is_staff_unknown(facts)).map(|speaker| speaker.as_str());
    let event = facts.event_at().map(|at| facts.now.since(at).as_hours());
    Context {
        jurisdiction: house.jurisdiction.as_str().to_ascii_uppercase(),
        page_owner: house.page_owner.as_str().to_owned(),
        channel: word(post.place.map(channel)),
        author: word(speaker),
        account: word(case.account.or(post.account).map(|account| account.as_str())),
        hours_since_post: facts.now.since(post.at).as_hours(),
        hours_since_event: event,
        death: case.death.unwrap_or(post.signals.death),
        litigation: String::new(),
        open_complaint: word(case.complaint.filter(|stage| is_labelled(facts, *stage)).map(complaint)),
        crisis_mode: match (house.crisis_mode, house.incident) {
            (true, Some(incident)) => incident.as_str().to_owned(),
            (true, None) => "active".to_owned(),
            (false, _) => String::new(),
        },
        consent: word(case.publication.map(publication)),
        prior_posts_by_author: post.prior_posts,
        strikes: post.history.strikes,
        media_attention: word(
            case.media.filter(|_| has_label(facts, LabelKind::MediaInterest)).map(|media| media.as_str()),
        ),
        health_detail_in_post: post.signals.health_detail,
        staff_named: post.signals.staff_named,
        posted_during_staffed_hours: house.staffed_now,
        approved_statement_exists: house.approved_statement.unwrap_or(false),
        also: also(facts, read),
    }
}

fn also(facts: &Facts, read: &Signals) -> Also {
    let post = &facts.post;
    let topics = post.signals.topics.iter().map(|found| found.topic);
    let late = post.seen_at.since(post.at).as_hours();
    Also {
        labels: facts.thread.labels.clone(),
        told: topics.filter(|topic| !read.has(*topic)).collect(),
        visibility: Some(post.visibility).filter(|seen| *seen != usual_visibility(post.place)),
        addressed: (!post.addressed).then_some(false),
        history: post.standing == Standing::History,
        hours_until_seen: (late != 0).then_some(late),
        media_count: post.media_count,
        media_unseen: post.media_unseen,
        thread_posts: facts.thread.posts,
        our_answers: facts.thread.our_answers,
        facts_checked: facts.case.facts_checked,
        staff_speaks: is_staff_unknown(facts),
        complaint: facts.case.complaint.filter(|stage| !is_labelled(facts, *stage)),
        media: facts.case.media.filter(|_| !has_label(facts, LabelKind::MediaInterest)),
        paused: facts.house.paused,
        record: facts.link.clone(),
    }
}

fn has_label(facts: &Facts, label: LabelKind) -> bool {
    facts.thread.labels.contains(&label)
}

/// Whether the word of a case for this stage brings no label that was not in force.
fn is_labelled(facts: &Facts, stage: ComplaintStage) -> bool {
    stage == ComplaintStage::Closed || has_label(facts, LabelKind::OpenComplaint)
}

/// Who can see a post in a place, as far as the place tells.
pub(super) fn usual_visibility(place: Option<Place>) -> Visibility {
    if place == Some(Place::Message) { Visibility::Direct } else { Visibility::Public }
}

/// Whether somebody of the staff speaks whose account is not known to be one of the staff.
fn is_staff_unknown(facts: &Facts) -> bool {
    let speaker = facts.case.speaker.or(facts.post.signals.speaker);
    speaker == Some(Speaker::Staff) && facts.case.account.or(facts.post.account) != Some(Account::Staff)
}

const fn channel(place: Place) -> &'static str {
    match place {
        Place::Review => "review",
        Place::Comment => "public_comment",
        Place::Mention => "mention",
        Place::Message => "dm",
        Place::OwnScheduled => "own_scheduled_post",
        Place::OwnComment => "own_post_comment",
        Place::LinkRequest => "internal_link_request",
    }
}

const fn complaint(stage: ComplaintStage) -> &'static str {
    match stage {
        ComplaintStage::Open => "open",
        ComplaintStage::External => "ombudsman",
        ComplaintStage::Closed => "closed",
    }
}

const fn publication(publication: Publication) -> &'static str {
    match publication {
        Publication::NoneOnFile => "none_on_file",
        Publication::WrittenValid => "written_valid_for_this_use",
        Publication::Revoked => "revoked",
    }
}
