//! The parts pages are made of. What can be operated takes its accessible name as an argument.

use maud::{Markup, html};

use super::glyph::{Glyph, icon};
use crate::text::{Reader, key};

/// What a decision says: the seven actions, and "a person decides".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Answer in public, in general terms.
    Answer,
    /// Invite into the private door.
    Invite,
    /// One acknowledging line.
    Acknowledge,
    /// Say nothing until a time or an event.
    Hold,
    /// Say nothing.
    Silent,
    /// Pass on to people at once.
    Escalate,
    /// Report or remove.
    Report,
    /// The rules could not decide, or the post came too late for them: a person does.
    Person,
}

impl Action {
    /// The seven a person can choose, in the order they are offered.
    pub const ALL: [Action; 7] = [
        Action::Answer,
        Action::Invite,
        Action::Acknowledge,
        Action::Hold,
        Action::Silent,
        Action::Escalate,
        Action::Report,
    ];

    /// The id the rules use ("answer_public_generic"), and the value in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Action::Answer => "answer_public_generic",
            Action::Invite => "invite_private",
            Action::Acknowledge => "acknowledge_only",
            Action::Hold => "hold",
            Action::Silent => "stay_silent",
            Action::Escalate => "escalate_now",
            Action::Report => "remove_or_report",
            Action::Person => "left_to_person",
        }
    }

    /// The action of an id; `None` for an unknown one.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Action> {
        Action::ALL.into_iter().chain([Action::Person]).find(|a| a.code() == code)
    }

    /// The short word on a tag.
    #[must_use]
    pub fn word(self, r: &Reader) -> String {
        r.t(match self {
            Action::Answer => key!("action-answer"),
            Action::Invite => key!("action-invite"),
            Action::Acknowledge => key!("action-acknowledge"),
            Action::Hold => key!("action-hold"),
            Action::Silent => key!("action-silent"),
            Action::Escalate => key!("action-escalate"),
            Action::Report => key!("action-report"),
            Action::Person => key!("action-person"),
        })
    }

    /// Its glyph.
    #[must_use]
    pub fn glyph(self) -> Glyph {
        match self {
            Action::Answer => Glyph::Say,
            Action::Invite => Glyph::Door,
            Action::Acknowledge => Glyph::Check,
            Action::Hold => Glyph::Hold,
            Action::Silent => Glyph::Still,
            Action::Escalate => Glyph::Now,
            Action::Report => Glyph::Flag,
            Action::Person => Glyph::People,
        }
    }

    /// Its tone.
    #[must_use]
    pub fn tone(self) -> Tone {
        match self {
            Action::Answer | Action::Invite | Action::Acknowledge => Tone::Say,
            Action::Hold => Tone::Hold,
            Action::Silent => Tone::Still,
            Action::Person => Tone::Plain,
            Action::Escalate | Action::Report => Tone::Now,
        }
    }
}

/// The four meanings of colour; each always comes with a glyph and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Brick: someone must act.
    Now,
    /// Ochre: waits.
    Hold,
    /// Violet-grey: silent.
    Still,
    /// Leaf: speaks.
    Say,
    /// No colour.
    Plain,
}

impl Tone {
    /// The class that sets the colours.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Tone::Now => "is-now",
            Tone::Hold => "is-hold",
            Tone::Still => "is-still",
            Tone::Say => "is-say",
            Tone::Plain => "is-plain",
        }
    }
}

/// How much a button weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The one primary button of a region.
    First,
    /// An ordinary button.
    Plain,
    /// Looks like a link.
    Bare,
    /// Stops or takes away.
    Warn,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Weight::First => "btn first",
            Weight::Plain => "btn",
            Weight::Bare => "btn bare",
            Weight::Warn => "btn warn",
        }
    }
}

/// A submit button; its words are its name.
#[must_use]
pub fn button(words: &str, weight: Weight) -> Markup {
    html! { button class=(weight.class()) type="submit" { (words) } }
}

/// A submit button that sends its form to another address than the form's own.
#[must_use]
pub fn button_to(words: &str, weight: Weight, action: &str) -> Markup {
    html! { button class=(weight.class()) type="submit" formaction=(action) { (words) } }
}

/// A submit button that shows only a glyph.
#[must_use]
pub fn icon_button(name: &str, glyph: Glyph) -> Markup {
    html! { button.btn type="submit" { (icon(glyph)) span.vh { (name) } } }
}

/// A button that is off: it can be reached and says why. `why_id` is the id of the element with the reason.
#[must_use]
pub fn button_off(words: &str, why_id: &str) -> Markup {
    html! { button.btn type="button" aria-disabled="true" aria-describedby=(why_id) { (words) } }
}

/// A link that looks like a button.
#[must_use]
pub fn link(words: &str, weight: Weight, href: &str) -> Markup {
    html! { a class=(weight.class()) href=(href) { (words) } }
}

/// A key that does the same as the control it stands in; hidden without script and from assistive technology.
#[must_use]
pub fn hint_key(key: &str) -> Markup {
    html! { kbd.js aria-hidden="true" { (key) } }
}

/// The tag of an action.
#[must_use]
pub fn action_tag(r: &Reader, action: Action) -> Markup {
    tag(&action.word(r), action.glyph(), action.tone())
}

/// Glyph and word on a tint.
#[must_use]
pub fn tag(words: &str, glyph: Glyph, tone: Tone) -> Markup {
    html! { span class={ "tag " (tone.class()) } { (icon(glyph)) (words) } }
}

/// A quiet chip: glyph and word with a hairline.
#[must_use]
pub fn chip(words: &str, glyph: Glyph) -> Markup {
    html! { span.chip { (icon(glyph)) (words) } }
}

/// The language of a text, as two letters with its name for assistive technology.
#[must_use]
pub fn lang_mark(code: &str) -> Markup {
    let short: String = code.chars().take(2).collect::<String>().to_uppercase();
    html! { span.lang { (short) } }
}

/// A person as initials; the name is there for those who can't see it, and on hover.
#[must_use]
pub fn who(name: &str) -> Markup {
    html! { span.who title=(name) { span aria-hidden="true" { (initials(name)) } span.vh { (name) } } }
}

/// A person as initials beside the written name: the initials are decoration then.
#[must_use]
pub fn who_beside(name: &str) -> Markup {
    html! { span.who aria-hidden="true" { (initials(name)) } }
}

/// "Mara Lindqvist" → "ML", "Dr. Seiler" → "DS".
#[must_use]
pub fn initials(name: &str) -> String {
    let mut firsts = name.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphanumeric()));
    let (first, last) = (firsts.next(), firsts.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A moment: clock today, weekday this week, else the date; the full date on hover.
#[must_use]
pub fn moment(r: &Reader, at: i64) -> Markup {
    html! { time datetime=(r.machine(at)) title=(r.full(at)) { (r.moment(at)) } }
}

/// How old something is ("11 min"). Ticks with script.
#[must_use]
pub fn age(r: &Reader, at: i64) -> Markup {
    html! { time datetime=(r.machine(at)) title=(r.full(at)) { (r.age(at)) } }
}

/// A bare countdown: "2 T 23 Std 48 min", "0:42". Ticks with script; silent for assistive technology while it ticks.
#[must_use]
pub fn countdown(r: &Reader, at: i64) -> Markup {
    html! { span.num data-until=(at / 1000) { (r.left(at)) } }
}

/// A countdown in words: "noch 2 T 23 Std 48 min" / "2 d 23 h 48 min left".
#[must_use]
pub fn time_left(r: &Reader, at: i64) -> Markup {
    html! { span.num data-until=(at / 1000) data-left { (r.say("time-left", &[("span", r.left(at).into())])) } }
}

/// "F-2841".
#[must_use]
pub fn case_no(id: i64) -> String {
    format!("F-{id}")
}

/// The address of a case.
#[must_use]
pub fn case_href(id: i64) -> String {
    format!("/case/{id}")
}
