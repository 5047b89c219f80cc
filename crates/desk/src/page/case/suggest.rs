//! What a model has to do with a reply: the button that asks it, and the line that says that it wrote something.

use maud::{Markup, html};

use super::act;
use super::pen::Stage;
use super::view::Case;
use crate::look::part::{self, Tone, Weight};
use crate::look::{Glyph, icon};
use crate::text::{Reader, guard_kind};

/// A model and a reply.
#[derive(Clone, Debug, Default)]
pub struct Suggest {
    /// The model that may be asked for a draft; `None`: none is set up, or not for this case.
    pub model: Option<String>,
    /// The model that wrote the draft at hand.
    pub by_model: Option<ByModel>,
    /// Why there is no draft, though one was asked for.
    pub not: Option<NotSuggested>,
}

/// A draft that a model wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByModel {
    /// Its name.
    pub model: String,
    /// Somebody has changed it since.
    pub is_changed: bool,
}

/// Why a model's draft is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSuggested {
    /// The guard refused it, for these kinds of findings.
    Refused(Vec<String>),
    /// It was too long for the channel.
    TooLong,
    /// The model did not answer.
    Unanswered,
    /// There is a text in the composer, which is in nobody's hands but the browser's.
    TextThere,
}

/// The button. Only where nothing is written: a suggestion never takes the place of somebody's words.
pub(super) fn button(r: &Reader, v: &Case) -> Markup {
    let Some(model) = v.reply.suggest.model.as_ref().filter(|_| v.reply.text.trim().is_empty()) else {
        return html! {};
    };
    html! {
        (part::button_to(&r.say("suggest-do", &[("model", model.clone().into())]), Weight::Plain, &act(v, "suggest")))
        span.small.quiet { (r.t("suggest-why")) }
    }
}

/// Who wrote the draft, or why there is none.
pub(super) fn said(r: &Reader, v: &Case) -> Markup {
    let suggest = &v.reply.suggest;
    if let Some(why) = &suggest.not {
        return line(Glyph::Forbid, Tone::Hold, &not(r, why), kinds(r, why));
    }
    match (&suggest.by_model, &v.reply.stage) {
        (None, _) | (_, Stage::Sent { .. }) => html! {},
        (Some(by), _) => {
            let model = [("model", by.model.clone().into())];
            let said =
                if by.is_changed { r.say("suggest-changed", &model) } else { r.say("suggest-as-written", &model) };
            line(Glyph::Flag, Tone::Plain, &said, None)
        }
    }
}

fn line(glyph: Glyph, tone: Tone, words: &str, more: Option<String>) -> Markup {
    html! {
        ul.finds { li class=(tone.class()) { (icon(glyph)) div { strong { (words) } @if let Some(more) = more { br; (more) } } } }
    }
}

fn not(r: &Reader, why: &NotSuggested) -> String {
    match why {
        NotSuggested::Refused(_) => r.t("suggest-refused"),
        NotSuggested::TooLong => r.t("suggest-too-long"),
        NotSuggested::Unanswered => r.t("suggest-unanswered"),
        NotSuggested::TextThere => r.t("suggest-text-there"),
    }
}

fn kinds(r: &Reader, why: &NotSuggested) -> Option<String> {
    let NotSuggested::Refused(kinds) = why else { return None };
    let kinds: Vec<String> = kinds.iter().map(|kind| guard_kind(r, kind)).collect();
    Some(r.say("suggest-refused-kinds", &[("kinds", kinds.join(", ").into())]))
}
