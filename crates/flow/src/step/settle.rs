//! Settle: what decisions do to a case: who it is about, which queue it lies in, which alarm is open.

use bedside_core::{
    alarm::Danger,
    case::{Queue, Rank},
    id::{CaseId, DecisionId, PostId},
    policy::{Because, Decision, Effect, Escalation, Known, Obligation, Speech},
    post::Standing,
    time::{Span, Timestamp},
};
use bedside_store::{
    cases::{CaseRow, Wait},
    posts::PostRow,
    random,
};

use super::hold::is_by_person;
use crate::FlowError;

/// The name under which a post that can't be read stands among the rules that made a decision.
pub(crate) const UNREADABLE: &str = "post_unreadable";
/// The same for a post that could not be sorted, however often it was tried.
pub(crate) const UNSORTED: &str = "post_unsorted";

/// The name under which it stands that a post which asked for a look was opened by nobody.
pub(crate) const LOOK_UNOPENED: &str = "look_unopened";
/// So long a post that asks for a look may lie unopened while nobody is at the desk.
pub(crate) const LOOK_WITHIN: Span = Span::minutes(30);

/// What is decided of a post without its words: a person must look.
pub(crate) fn left_to_person(why: &str, rules_version: &str) -> Decision {
    let action = Speech::LeftToPerson.as_str().to_owned();
    Decision {
        escalation: None,
        moderation: None,
        speech: Speech::LeftToPerson,
        obligations: Vec::new(),
        because: vec![Because { rule: why.to_owned(), effect: Effect::Forbids, action }],
        forbids: Vec::new(),
        marks: Vec::new(),
        starts: Vec::new(),
        near: Vec::new(),
        rules_version: rules_version.to_owned(),
    }
}

/// The case that a post opens.
pub(crate) fn open_case(
    post: &PostRow,
    decision_id: DecisionId,
    decision: Decision,
    asks_look: bool,
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
        look_by: None,
        wait: Wait::default(),
        known: Known::default(),
    };
    case.place(now);
    if asks_look {
        case.ask_look(now);
    }
    Ok(case)
}

/// What a post says by itself, whatever else its author told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Own {
    /// It speaks of a danger.
    pub(crate) is_fresh: bool,
    /// The rules tell somebody because of it.
    pub(crate) escalates: bool,
    /// Nobody but a person can say what is in it.
    pub(crate) needs_person: bool,
    /// It asks for a look now, apart from every rule about speech.
    pub(crate) asks_look: bool,
}

impl Own {
    /// Of a post whose words nobody sorted.
    pub(crate) const UNKNOWN: Self = Self { is_fresh: false, escalates: false, needs_person: true, asks_look: false };
}

/// What became of a post that was decided about.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// The case changed.
    pub(crate) is_changed: bool,
    /// Somebody must look now.
    pub(crate) is_alarm: bool,
    /// The case stays about a later post of the same author, under facts that this one changes: it is decided anew.
    pub(crate) decide_anew: bool,
    /// The post of another voice that the case is not about now: it is heard when the case is closed.
    pub(crate) passed_over: Option<PostId>,
    /// The escalation that only an incident asked for is over, or a part of it.
    pub(crate) fell_away: bool,
}

/// What decisions do to a case.
pub(crate) trait Settle {
    /// Whether the case is about a later post of the same author.
    fn is_past(&self, post: &PostRow) -> bool;
    /// A post of the thread was decided about.
    fn take_post(&mut self, post: &PostRow, id: DecisionId, decision: Decision, own: Own, now: Timestamp) -> Heard;
    /// Its post asks for a look now: it goes to the top of Now, and somebody has to open it in time.
    fn ask_look(&mut self, now: Timestamp);
    /// Somebody has taken the case: nobody else need look.
    fn looked(&mut self, now: Timestamp);
    /// Whether the open escalation is over with this decision: what only an incident of the house asked for falls away when the
    /// rules no longer ask for it. Whatever else escalated stays, and a danger always does.
    fn escalation_passes(&self, next: &Decision) -> bool;
    /// The case was decided anew. Gives whether somebody must look now.
    fn redecide(&mut self, id: DecisionId, decision: Decision, now: Timestamp) -> bool;
    /// Puts the case where its decision says.
    fn place(&mut self, now: Timestamp);
    /// Keeps since when it is held and how long its own goal rests, after its decision or its queue has changed.
    fn keep_times(&mut self, now: Timestamp);
}

impl Settle for CaseRow {
    fn is_past(&self, post: &PostRow) -> bool {
        let is_later = (self.posted_at, self.post) > (post.at, post.id) && self.post != post.id;
        self.author == post.author && self.queue != Queue::Done && is_later
    }

    fn take_post(&mut self, post: &PostRow, id: DecisionId, decision: Decision, own: Own, now: Timestamp) -> Heard {
        // History never wakes what is alive.
        if post.standing == Standing::History && self.standing == Standing::Live {
            return Heard::default();
        }
        // What was closed asks no more; what somebody had opened is looked at anew, with the whole time for it.
        if self.queue == Queue::Done {
            self.look_by = None;
        } else if self.opened_by.is_some() {
            self.look_by = self.look_by.map(|_| now.plus(LOOK_WITHIN));
        }
        let heard = self.hear(post, id, decision, own, now);
        if own.asks_look && !was_alarm_taken(self, post) {
            self.ask_look(now);
        }
        heard
    }

    fn ask_look(&mut self, now: Timestamp) {
        if self.standing == Standing::Live {
            self.look_by = self.look_by.or(Some(now.plus(LOOK_WITHIN)));
            to_the_top(self);
        }
    }

    fn looked(&mut self, now: Timestamp) {
        if self.look_by.take().is_some() {
            self.place(now);
        }
    }

    fn escalation_passes(&self, next: &Decision) -> bool {
        let told = self.decision.because.iter().filter(|one| one.action == "escalate_now");
        let (of_incident, others): (Vec<_>, Vec<_>) = told.partition(|one| Danger::is_of_incident(one));
        let ends = of_incident.iter().any(|one| !next.because.contains(one));
        self.is_alarm_open() && ends && others.iter().all(|one| next.because.contains(one))
    }

    fn redecide(&mut self, id: DecisionId, mut decision: Decision, now: Timestamp) -> bool {
        let is_alarm_open = self.is_alarm_open();
        let is_new_alarm = decision.escalation.is_some() && !(is_alarm_open || self.alarm_taken_by.is_some());
        if self.escalation_passes(&decision) {
            self.alarm_due_at = self.due_of_rest(decision.escalation.as_ref());
        } else if is_alarm_open {
            // An escalation that nobody has taken stays, whatever is decided later, and so does what it obliges to.
            self.alarm_due_at = self.due_with(decision.escalation.as_ref(), now);
            decision.escalation = joined(self.decision.escalation.as_ref(), decision.escalation.as_ref());
            add_escalating(&mut decision.because, &self.decision.because);
            if let Some(escalation) = &decision.escalation {
                add_duties(&mut decision.obligations, &escalation.obliges);
            }
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
            self.look_by = None;
            return;
        }
        let until = match &self.decision.speech {
            Speech::Hold(hold) => Some(hold.until),
            Speech::Permitted { .. } | Speech::Silent | Speech::LeftToPerson => None,
        };
        if until != self.hold_until {
            // Whoever was told was told of another end.
            (self.wait.owner, self.wait.told_at) = (None, None);
        }
        self.hold_until = until;
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
        if self.look_by.is_some() && self.alarm_taken_by.is_none() {
            to_the_top(self);
        }
        // A clock of law that ends soon needs somebody, whatever is decided of speech.
        if let Some(rank) = self.wait.clock_rank {
            (self.queue, self.rank) = (Queue::Now, self.rank.min(rank));
        }
        self.keep_times(now);
    }

    fn keep_times(&mut self, now: Timestamp) {
        let is_held = self.queue != Queue::Done && self.standing == Standing::Live && self.hold_until.is_some();
        self.wait.held_since = is_held.then(|| self.wait.held_since.unwrap_or(now));
        // Nobody stops the house's own goal by holding a case themselves.
        let rests = is_held && !is_by_person(&self.decision);
        if !rests {
            self.wait.rested_for = self.wait.rested(now);
        }
        self.wait.rested_since = rests.then(|| self.wait.rested_since.unwrap_or(now));
    }
}

/// Puts a case that asks for a look at the top of Now, behind alarms alone: it always reaches a person.
fn to_the_top(case: &mut CaseRow) {
    (case.queue, case.rank) = (Queue::Now, case.rank.min(Rank::LOOK));
}

/// Brings a case before the desk, unread: somebody of the care team wrote. What is decided stays, and so does a hold.
pub(crate) fn back_to_the_desk(case: &mut CaseRow, now: Timestamp) {
    (case.opened_by, case.updated_at) = (None, now);
    if case.queue != Queue::Now {
        (case.queue, case.rank) = (Queue::Now, Rank::PERSON);
    }
}

/// What only this file asks of a case.
trait Beside {
    /// What a post of the thread does to the case, apart from a look that it asks for.
    fn hear(&mut self, post: &PostRow, id: DecisionId, decision: Decision, own: Own, now: Timestamp) -> Heard;
    /// Tells of an escalation that another voice in the thread causes; what is held for the first stays held.
    fn escalate_beside(&mut self, post: &PostRow, id: DecisionId, other: &Decision, now: Timestamp) -> bool;
    /// By when somebody has to take the escalation that is open, or one more that is decided now.
    fn due_with(&self, one_more: Option<&Escalation>, now: Timestamp) -> Option<Timestamp>;
    /// By when somebody has to take what is left of an escalation: its time began with the whole.
    fn due_of_rest(&self, rest: Option<&Escalation>) -> Option<Timestamp>;
    /// Whether an escalation waits for somebody to take it.
    fn is_alarm_open(&self) -> bool;
}

impl Beside for CaseRow {
    fn hear(&mut self, post: &PostRow, id: DecisionId, decision: Decision, own: Own, now: Timestamp) -> Heard {
        let is_same_voice = post.author == self.author;
        let is_at_rest = matches!(self.queue, Queue::Done | Queue::Silent);
        (self.opened_by, self.updated_at) = (None, now);
        // A post that was edited or comes late takes the case from a later one only if it needs somebody by itself.
        if self.is_past(post) && !own.escalates && !own.needs_person {
            return Heard { is_changed: true, decide_anew: true, ..Heard::default() };
        }
        let mut passed_over = None;
        if !is_same_voice && !is_at_rest {
            // Somebody else in the thread takes the case over only if they need somebody at once, and never from a hold.
            if decision.escalation.is_none() {
                if own.needs_person && self.queue != Queue::Now {
                    (self.queue, self.rank) = (Queue::Now, Rank::PERSON);
                }
                return Heard { is_changed: true, passed_over: Some(post.id), ..Heard::default() };
            }
            if matches!(self.decision.speech, Speech::Hold(_)) {
                let is_alarm = self.escalate_beside(post, id, &decision, now);
                return Heard { is_changed: true, is_alarm, passed_over: Some(post.id), ..Heard::default() };
            }
            passed_over = Some(self.post);
        }
        (self.standing, self.post, self.author, self.posted_at) = (post.standing, post.id, post.author, post.at);
        if (own.is_fresh || !is_same_voice || self.queue == Queue::Done) && !was_alarm_taken(self, post) {
            let due = self.due_with(decision.escalation.as_ref(), now);
            (self.alarm_taken_by, self.alarm_taken_at, self.alarm_due_at) = (None, None, due);
        }
        let is_loud = own.is_fresh
            && self.alarm_taken_by.is_none()
            && decision.escalation.as_ref().is_some_and(Escalation::is_alarm);
        let fell_away = self.escalation_passes(&decision);
        let is_alarm = self.redecide(id, decision, now) || is_loud;
        Heard { is_changed: true, is_alarm, passed_over, fell_away, ..Heard::default() }
    }

    fn escalate_beside(&mut self, post: &PostRow, id: DecisionId, other: &Decision, now: Timestamp) -> bool {
        let was_taken = was_alarm_taken(self, post);
        let open = self.decision.escalation.as_ref().filter(|_| self.alarm_taken_by.is_none());
        self.decision.escalation = joined(open, other.escalation.as_ref());
        add_escalating(&mut self.decision.because, &other.because);
        add_duties(&mut self.decision.obligations, &other.obligations);
        if !was_taken {
            let due = self.due_with(other.escalation.as_ref(), now);
            (self.alarm_taken_by, self.alarm_taken_at, self.alarm_due_at) = (None, None, due);
        }
        self.decision_id = id;
        self.place(now);
        !was_taken && other.escalation.as_ref().is_some_and(Escalation::is_alarm)
    }

    fn due_with(&self, one_more: Option<&Escalation>, now: Timestamp) -> Option<Timestamp> {
        let open = self.alarm_due_at.filter(|_| self.alarm_taken_by.is_none() && self.queue != Queue::Done);
        open.into_iter().chain(one_more.map(|told| now.plus(told.within))).min()
    }

    fn due_of_rest(&self, rest: Option<&Escalation>) -> Option<Timestamp> {
        let began = self.alarm_due_at?.minus(self.decision.escalation.as_ref()?.within);
        rest.map(|rest| began.plus(rest.within))
    }

    fn is_alarm_open(&self) -> bool {
        self.decision.escalation.is_some() && self.alarm_taken_by.is_none() && self.queue != Queue::Done
    }
}

/// Whether somebody took the alarm that a post raised when it was passed over: heard again, it raises none.
fn was_alarm_taken(case: &CaseRow, post: &PostRow) -> bool {
    post.passed_over && case.alarm_taken_at.is_some_and(|at| at >= post.edited_at.unwrap_or(post.seen_at))
}

/// Two escalations as one: everybody, the shorter time.
pub(crate) fn joined(one: Option<&Escalation>, other: Option<&Escalation>) -> Option<Escalation> {
    let (Some(one), Some(other)) = (one, other) else { return one.or(other).cloned() };
    let mut to = one.to.clone();
    to.extend(other.to.iter().filter(|team| !one.to.contains(team)).cloned());
    let mut obliges = one.obliges.clone();
    add_duties(&mut obliges, &other.obliges);
    Some(Escalation { to, within: one.within.min(other.within), obliges })
}

fn add_duties(all: &mut Vec<Obligation>, more: &[Obligation]) {
    for duty in more {
        if !all.contains(duty) {
            all.push(duty.clone());
        }
    }
}

/// Adds the rules that escalate and are not named yet.
fn add_escalating(because: &mut Vec<Because>, from: &[Because]) {
    for one in from.iter().filter(|one| one.action == "escalate_now") {
        if !because.contains(one) {
            because.push(one.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use bedside_core::{
        id::{AuthorId, ChannelId, SiteId, ThreadId},
        time::Timestamp,
    };

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_794_661_200_000_000);

    fn case(speech: Speech, standing: Standing) -> CaseRow {
        let decision = Decision { speech, ..left_to_person(UNSORTED, "") };
        CaseRow {
            id: CaseId::new(NOW, &[1; 10]),
            number: 1,
            site: SiteId::new(NOW, &[1; 10]),
            channel: ChannelId::new(NOW, &[1; 10]),
            thread: ThreadId::new(NOW, &[1; 10]),
            post: PostId::new(NOW, &[1; 10]),
            author: AuthorId::new(NOW, &[1; 10]),
            standing,
            queue: Queue::Done,
            rank: Rank::REST,
            decision_id: DecisionId::new(NOW, &[1; 10]),
            decision,
            hold_until: None,
            alarm_due_at: None,
            alarm_taken_by: None,
            alarm_taken_at: None,
            assignee: None,
            event_at: None,
            facts_checked: None,
            returned_code: None,
            look_by: None,
            wait: Wait::default(),
            known: Known::default(),
            opened_by: None,
            posted_at: NOW,
            updated_at: NOW,
            created_at: NOW,
            revision: 0,
        }
    }

    #[test]
    fn what_asks_for_a_look_reaches_a_person_also_where_nothing_is_said() {
        let mut case = case(Speech::Silent, Standing::Live);
        case.place(NOW);
        assert_eq!(case.queue, Queue::Silent);
        case.ask_look(NOW);
        case.ask_look(NOW.plus(Span::minutes(5)));
        assert_eq!((case.queue, case.rank, case.look_by), (Queue::Now, Rank::LOOK, Some(NOW.plus(LOOK_WITHIN))));
        case.place(NOW);
        assert_eq!((case.queue, case.rank), (Queue::Now, Rank::LOOK), "also when it is decided anew");
        case.looked(NOW);
        assert_eq!((case.queue, case.look_by), (Queue::Silent, None));
    }

    #[test]
    fn history_asks_for_nothing() {
        let mut case = case(Speech::Silent, Standing::History);
        case.ask_look(NOW);
        case.place(NOW);
        assert_eq!((case.queue, case.look_by), (Queue::Done, None));
    }
}
