//! What people do on a case beside writing: each is one act of the road, answered by a redirect to what it changed.

use bedside_core::{
    id::PersonId,
    label::{LabelKind, LabelTarget},
    policy::{Account, ComplaintStage, Known, MediaAttention, Publication},
    time::{Span, Timestamp},
    triage::Speaker,
};
use bedside_flow::{ActError, PersonDecision, acts::LabelOrder};
use bedside_store::{
    cases::CaseRow,
    drafts::{DraftRow, DraftState},
    outbox::{self, OutboxState},
};
use jiff::civil::DateTime;

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, see},
        form::{Fields, Posted},
        privacy,
        refused::not_done,
        session::Signed,
    },
    back,
    reply::Stands,
    seen,
};
use crate::{look::part::Action, page::error::Trouble, text::undone_code};

/// The longest a label may be set for.
const LONGEST_LABEL_DAYS: i64 = 366;

/// An act being done: who, on what, with which words.
struct Act<'a> {
    state: &'a DeskState,
    who: &'a Signed,
    case: &'a CaseRow,
    fields: &'a Fields,
}

pub(super) async fn post(state: &DeskState, posted: &Posted, case: &CaseRow, act: &str) -> Answer {
    let Posted { who, fields } = posted;
    let doing = Act { state, who, case, fields };
    doing.refuse_late()?;
    if act == "take-down" {
        return doing.take_down().await;
    }
    let part = match act {
        "assign" => doing.assign().await?,
        "take" => doing.take().await?,
        "hold" => doing.hold().await?,
        "release" => doing.release().await?,
        "decide" => doing.decide().await?,
        "facts" => doing.facts().await?,
        "clock-start" => doing.start_clock().await?,
        "clock-end" => doing.end_clock().await?,
        "strike-waive" => doing.waive_strike().await?,
        "incident-statement" => doing.statement().await?,
        "label" => doing.label().await?,
        "unlabel" => doing.unlabel().await?,
        "note" => doing.note().await?,
        "resolve" => doing.resolve().await?,
        "full" => doing.full().await?,
        "crisis-reply" => {
            super::crisis::send(state, who, case, fields).await?;
            "#crisis"
        }
        "crisis-read" => {
            super::crisis::read(state, who, case, fields).await?;
            "#crisis"
        }
        "care-take" => {
            super::care::take(state, who, case, fields).await?;
            "#reply"
        }
        "care-aside" => {
            super::care::set_aside(state, who, case, fields).await?;
            "#care"
        }
        "link-confirm" => doing.settle(true).await?,
        "link-refuse" => doing.settle(false).await?,
        "approve" => doing.approve().await?,
        "send-back" => doing.send_back().await?,
        "undo" => doing.undo().await?,
        _ => return Err(Stop::NOT_FOUND),
    };
    Ok(back(case, part))
}

impl Act<'_> {
    fn by(&self) -> PersonId {
        self.who.person.id
    }

    /// A form that says which state it was made from is refused when that is over. Forms that fit any state say nothing.
    fn refuse_late(&self) -> Result<(), Stop> {
        let told = self.fields.get("seen");
        if told.is_empty() || told == seen(self.case) { Ok(()) } else { Err(self.changed("case_changed")) }
    }

    fn changed(&self, word: &str) -> Stop {
        Stop::Trouble(Trouble::Changed { case: self.case.number, what: undone_code(&self.who.reader, word) })
    }

    fn unclear(&self, word: &str) -> Stop {
        Stop::Trouble(Trouble::Unclear { what: undone_code(&self.who.reader, word) })
    }

    fn failed(&self, error: ActError) -> Stop {
        not_done(&self.who.reader, Some(self.case.number), error)
    }

    async fn assign(&self) -> Result<&'static str, Stop> {
        let to = match self.fields.get("person") {
            "" => None,
            "me" => Some(self.by()),
            id => Some(id.parse().map_err(|_| Stop::Unclear)?),
        };
        self.state.road.assign(self.by(), self.case.id, to).await.map_err(|error| self.failed(error))?;
        Ok("")
    }

    async fn take(&self) -> Result<&'static str, Stop> {
        self.state.road.take_alarm(self.by(), self.case.id).await.map_err(|error| self.failed(error))?;
        Ok("#decision")
    }

    /// A local time as a browser's field gives it, on the clock of the case's site.
    fn moment(&self, name: &str) -> Result<Option<Timestamp>, Stop> {
        let typed = self.fields.line(name);
        if typed.is_empty() {
            return Ok(None);
        }
        let local: DateTime = typed.parse().map_err(|_| self.unclear("time_unclear"))?;
        let zoned = local.to_zoned(self.who.reader.zone.clone()).map_err(|_| self.unclear("time_unclear"))?;
        Ok(Some(Timestamp::from_micros(zoned.timestamp().as_microsecond())))
    }

    async fn hold(&self) -> Result<&'static str, Stop> {
        let until = self.moment("until")?.ok_or_else(|| self.unclear("time_unclear"))?;
        self.over_the_rules(PersonDecision::HoldUntil(until)).await
    }

    async fn over_the_rules(&self, wish: PersonDecision) -> Result<&'static str, Stop> {
        let reason = self.fields.line("reason");
        self.state.road.decide(self.by(), self.case.id, wish, &reason).await.map_err(|error| self.failed(error))?;
        Ok("#decision")
    }

    async fn release(&self) -> Result<&'static str, Stop> {
        let reason = self.fields.line("reason");
        self.state.road.release(self.by(), self.case.id, &reason).await.map_err(|error| self.failed(error))?;
        Ok("#decision")
    }

    async fn decide(&self) -> Result<&'static str, Stop> {
        let wish = match Action::from_code(self.fields.get("action")) {
            Some(Action::Answer) => PersonDecision::Answer(bedside_core::policy::SpeechForm::AnswerPublicGeneric),
            Some(Action::Invite) => PersonDecision::Answer(bedside_core::policy::SpeechForm::InvitePrivate),
            Some(Action::Acknowledge) => PersonDecision::Answer(bedside_core::policy::SpeechForm::AcknowledgeOnly),
            Some(Action::Silent) => PersonDecision::Silent,
            Some(Action::Hold | Action::Escalate | Action::Report | Action::Person) | None => {
                return Err(Stop::Unclear);
            }
        };
        self.over_the_rules(wish).await
    }

    /// What people know of the matter; an empty field says that it is not known.
    async fn facts(&self) -> Result<&'static str, Stop> {
        let event_at = self.moment("event")?;
        let checked = match self.fields.get("checked") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        let set = self.state.road.set_facts(self.by(), self.case.id, event_at, checked).await;
        set.map_err(|error| self.failed(error))?;
        let known = Known {
            death: match self.fields.get("death") {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            speaker: Speaker::from_word(self.fields.get("speaker")),
            account: Account::from_word(self.fields.get("account")),
            complaint: ComplaintStage::from_word(self.fields.get("complaint")),
            publication: Publication::from_word(self.fields.get("publication")),
            media: MediaAttention::from_word(self.fields.get("media")),
        };
        if known != self.case.known {
            self.state.road.set_known(self.by(), self.case.id, known).await.map_err(|error| self.failed(error))?;
        }
        Ok("#decision")
    }

    async fn start_clock(&self) -> Result<&'static str, Stop> {
        let since = self.moment("since")?;
        let started = self.state.road.start_clock_by(self.by(), self.case.id, self.fields.get("clock"), since).await;
        started.map_err(|error| self.failed(error))?;
        Ok("#clocks")
    }

    async fn end_clock(&self) -> Result<&'static str, Stop> {
        let clock = self.fields.get("clock").parse().map_err(|_| Stop::Unclear)?;
        let reason = self.fields.line("reason");
        self.state.road.end_clock(self.by(), clock, &reason).await.map_err(|error| self.failed(error))?;
        Ok("#clocks")
    }

    async fn waive_strike(&self) -> Result<&'static str, Stop> {
        let reason = self.fields.line("reason");
        self.state.road.waive_strike(self.by(), self.case.id, &reason).await.map_err(|error| self.failed(error))?;
        Ok("#side")
    }

    /// Takes the approved statement of an incident as the draft.
    async fn statement(&self) -> Result<&'static str, Stop> {
        let drafted = self.state.road.draft_incident_text(self.by(), self.case.id, self.fields.get("lang")).await;
        drafted.map_err(|error| self.failed(error))?;
        Ok("#reply")
    }

    async fn label(&self) -> Result<&'static str, Stop> {
        let kind = LabelKind::from_word(self.fields.get("label")).ok_or(Stop::Unclear)?;
        let target = match self.fields.get("on") {
            "author" => LabelTarget::Author,
            "thread" => LabelTarget::Thread,
            "house" => LabelTarget::Site,
            _ => return Err(Stop::Unclear),
        };
        let days: i64 = self.fields.get("days").parse().map_err(|_| Stop::Unclear)?;
        if !(1..=LONGEST_LABEL_DAYS).contains(&days) {
            return Err(Stop::Unclear);
        }
        let reason = self.fields.line("reason");
        let order = LabelOrder { target, kind, reason: &reason, expires_at: Some(self.who.now.plus(Span::days(days))) };
        self.state.road.label(self.by(), self.case.id, order).await.map_err(|error| self.failed(error))?;
        Ok("#side")
    }

    async fn unlabel(&self) -> Result<&'static str, Stop> {
        let label = self.fields.get("label").parse().map_err(|_| Stop::Unclear)?;
        let reason = self.fields.line("reason");
        if reason.is_empty() {
            return Err(self.unclear("reason_missing"));
        }
        self.state.road.unlabel(self.by(), label).await.map_err(|error| self.failed(error))?;
        let note = self.who.reader.say("note-unlabelled", &[("why", reason.into())]);
        self.state.road.note(self.by(), self.case.id, &note).await.map_err(|error| self.failed(error))?;
        Ok("#side")
    }

    async fn note(&self) -> Result<&'static str, Stop> {
        let text = self.fields.get("text").trim();
        self.state.road.note(self.by(), self.case.id, text).await.map_err(|error| self.failed(error))?;
        Ok("#side")
    }

    async fn resolve(&self) -> Result<&'static str, Stop> {
        let remark = self.fields.line("reason");
        self.state.road.resolve(self.by(), self.case.id).await.map_err(|error| self.failed(error))?;
        if !remark.is_empty() {
            self.state.road.note(self.by(), self.case.id, &remark).await.map_err(|error| self.failed(error))?;
        }
        Ok("")
    }

    /// Opens the texts in full for somebody whose lists cover them.
    async fn full(&self) -> Result<&'static str, Stop> {
        self.state.road.open_in_full(self.by(), self.case.id).await.map_err(|error| self.failed(error))?;
        Ok("#thread")
    }

    /// Confirms or refuses that the person's account belongs to the record they named.
    async fn settle(&self, confirmed: bool) -> Result<&'static str, Stop> {
        super::door::settle(self.state, self.who, self.case, self.fields, confirmed).await?;
        Ok("#door")
    }

    /// The draft that the page showed; another text in its place is refused.
    async fn shown_draft(&self) -> Result<DraftRow, Stop> {
        let mut tx = self.state.store.begin_read().await?;
        let stands = Stands::of(self.state, self.who, &mut tx, self.case).await?;
        if stands.version() != self.fields.get("draft") {
            return Err(self.changed("draft_changed"));
        }
        stands.draft.ok_or_else(|| self.changed("draft_changed"))
    }

    async fn approve(&self) -> Result<&'static str, Stop> {
        let draft = self.shown_draft().await?;
        // Here, and again in the road: nobody approves an own draft.
        self.who.may_approve(self.case.site, draft.author == self.by())?;
        let confirms = self.fields.get("confirm") == "yes";
        let approved = self.state.road.approve(self.by(), draft.id, &draft.commitment, confirms).await;
        approved.map_err(|error| self.failed(error))?;
        Ok("#reply")
    }

    async fn send_back(&self) -> Result<&'static str, Stop> {
        let draft = self.shown_draft().await?;
        let note = self.fields.line("note");
        let sent = self.state.road.send_back(self.by(), draft.id, &draft.commitment, &note).await;
        sent.map_err(|error| self.failed(error))?;
        Ok("#reply")
    }

    /// Takes a published answer off its channel, and shows what became of it.
    async fn take_down(&self) -> Answer {
        let reply = self.fields.get("reply").parse().map_err(|_| Stop::Unclear)?;
        let reason = self.fields.line("reason");
        let taking = self.state.road.take_down(self.by(), reply, &reason).await.map_err(|error| self.failed(error))?;
        Ok(see(&privacy::href(taking.id)))
    }

    /// Calls back what is leaving; or, where nobody has approved it yet, goes on writing an own draft.
    async fn undo(&self) -> Result<&'static str, Stop> {
        let mut tx = self.state.store.begin_read().await?;
        let stands = Stands::of(self.state, self.who, &mut tx, self.case).await?;
        let (Some(draft), text) = (stands.draft, stands.text) else {
            return Err(self.changed("draft_changed"));
        };
        let reply = outbox::by_draft(&mut tx, draft.id).await?;
        drop(tx);
        if draft.state == DraftState::Asked {
            let text = text.filter(|_| draft.author == self.by()).ok_or_else(|| self.changed("draft_not_open"))?;
            let written = self.state.road.write_draft(self.by(), self.case.id, draft.form, &draft.lang, &text).await;
            written.map_err(|error| self.failed(error))?;
            return Ok("#reply");
        }
        let reply = reply
            .filter(|reply| reply.state != OutboxState::Confirmed)
            .ok_or_else(|| self.changed("reply_has_left"))?;
        self.state.road.undo(self.by(), reply.id).await.map_err(|error| self.failed(error))?;
        Ok("?told=undone#reply")
    }
}
