//! Settle: what decisions do to a case: who it is about, which queue it lies in, which alarm is open.

use bedside_core::{
    case::{Queue, Rank},
    id::{CaseId, DecisionId},
    policy::{Because, Decision, Effect, Escalation, Speech},
    post::Standing,
    time::Timestamp,
};
use bedside_store::{cases::CaseRow, posts::PostRow, random};

use crate::FlowError;

/// The name under which a post that can't be read stands among the rules that made a decision.
pub(crate) const UNREADABLE: &str = "post_unreadable";
/// The same for a post that could not be sorted, however often it was tried.
pub(crate) const UNSORTED: &str = "post_unsorted";

/// What is decided of a post without its words: a person must look.
pub(crate) fn left_to_person(why: &str, rules_version: &str) -> Decision {
    let action = Speech::LeftToPerson.as_str().to_owned();
    Decision {
        escalation: None,
        moderation: None,
        speech: Speech::LeftToPerson,
        obligations: Vec::new(),
        because: vec![Because { rule: why.to_owned(), effect: Effect::Forbids, action }],
        near: Vec::new(),
        rules_version: rules_version.to_owned(),
    }
}

/// The case that a post opens.
pub(crate) fn open_case(
    post: &PostRow,
    decision_id: DecisionId,
    decision: Decision,
    now: Timestamp,
) -> Result<CaseRow, FlowError> {
    let mut case = CaseRow {
        id: CaseId::new(now, &random()?),
        number: 0,
        site: post.site,
        channel: post.channel,
        thread: post.thread,
        post: post.id,
        author: post.author,
        standing: post.standing,
        queue: Queue::Done,
        rank: Rank::REST,
        decision_id,
        decision,
        hold_until: None,
        alarm_due_at: None,
        alarm_taken_by: None,
        alarm_taken_at: None,
        assignee: None,
        event_at: None,
        facts_checked: None,
        returned_code: None,
        opened_by: None,
        posted_at: post.at,
        updated_at: now,
        created_at: now,
        revision: 0,
    };
    case.place(now);
    Ok(case)
}

/// What decisions do to a case.
pub(crate) trait Settle {
    /// A post of the thread was decided about. Gives whether somebody must look now.
    /// `is_fresh`: the post itself speaks of a danger.
    fn take_post(&mut self, post: &PostRow, id: DecisionId, decision: Decision, is_fresh: bool, now: Timestamp)
    -> bool;
    /// The case was decided anew. Gives whether somebody must look now.
    fn redecide(&mut self, id: DecisionId, decision: Decision, now: Timestamp) -> bool;
    /// Puts the case where its decision says.
    fn place(&mut self, now: Timestamp);
}

impl Settle for CaseRow {
    fn take_post(
        &mut self,
        post: &PostRow,
        id: DecisionId,
        decision: Decision,
        is_fresh: bool,
        now: Timestamp,
    ) -> bool {
        // History never wakes what is alive.
        if post.standing == Standing::History && self.standing == Standing::Live {
            return false;
        }
        let is_same_voice = post.author == self.author;
        let is_at_rest = matches!(self.queue, Queue::Done | Queue::Silent);
        // Somebody else in the thread takes a case over only if it rests or if they need somebody at once.
        if !is_same_voice && !is_at_rest && decision.escalation.is_none() {
            return false;
        }
        self.standing = post.standing;
        self.post = post.id;
        self.author = post.author;
        self.posted_at = post.at;
        self.opened_by = None;
        if is_fresh || self.queue == Queue::Done {
            (self.alarm_taken_by, self.alarm_taken_at, self.alarm_due_at) = (None, None, None);
        }
        let is_loud = is_fresh && decision.escalation.as_ref().is_some_and(Escalation::is_alarm);
        self.redecide(id, decision, now) || is_loud
    }

    fn redecide(&mut self, id: DecisionId, mut decision: Decision, now: Timestamp) -> bool {
        let is_alarm_open =
            self.decision.escalation.is_some() && self.alarm_taken_by.is_none() && self.queue != Queue::Done;
        let is_new_alarm = decision.escalation.is_some() && !(is_alarm_open || self.alarm_taken_by.is_some());
        // An escalation that nobody has taken stays, whatever is decided later.
        if is_alarm_open && decision.escalation.is_none() {
            decision.escalation.clone_from(&self.decision.escalation);
            let kept = self.decision.because.iter().filter(|one| one.action == "escalate_now").cloned();
            decision.because.extend(kept);
        }
        if is_new_alarm {
            self.alarm_taken_by = None;
            self.alarm_taken_at = None;
            self.alarm_due_at = None;
        }
        self.decision_id = id;
        self.decision = decision;
        self.returned_code = None;
        self.updated_at = now;
        self.place(now);
        is_new_alarm && self.decision.escalation.as_ref().is_some_and(Escalation::is_alarm)
    }

    fn place(&mut self, now: Timestamp) {
        if self.standing == Standing::History {
            (self.queue, self.rank, self.hold_until, self.alarm_due_at) = (Queue::Done, Rank::REST, None, None);
            return;
        }
        self.hold_until = match &self.decision.speech {
            Speech::Hold(hold) => Some(hold.until),
            Speech::Permitted { .. } | Speech::Silent | Speech::LeftToPerson => None,
        };
        let mut seen = self.decision.clone();
        if self.alarm_taken_by.is_some() {
            seen.escalation = None;
            // Who took an escalation keeps the case before them until it is closed.
            self.queue = match Queue::for_decision(&seen) {
                Queue::Silent | Queue::Done => Queue::Now,
                queue => queue,
            };
        } else {
            self.queue = Queue::for_decision(&seen);
            if let Some(escalation) = &self.decision.escalation {
                self.alarm_due_at = self.alarm_due_at.or(Some(now.plus(escalation.within)));
            }
        }
        self.rank = if self.queue == Queue::Now { Rank::for_decision(&seen) } else { Rank::REST };
    }
}
