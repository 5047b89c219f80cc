//! "This was wrong": what a person says of a decision, kept as a case that proves the rules.

use maud::{Markup, html};

use crate::look::form::{self, Field};
use crate::look::part::{self, Action, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::Reader;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct WrongDecision {
    /// The case's number.
    pub case: i64,
    /// The id of the decision shown; the form says it, so that a later one is not taken for it.
    pub decision: String,
    /// What was decided: escalation, moderation, speech.
    pub was: Vec<Action>,
    /// The reasons of the rules that made it.
    pub because: Vec<String>,
    /// What was ticked as right.
    pub right: Vec<Action>,
    /// What was ticked as harmful.
    pub harm: Vec<Action>,
    /// What was typed.
    pub reason: String,
    /// Why it was not kept.
    pub error: Option<String>,
}

/// The page. Posts `right` and `harm`, each as often as ticked, and `reason`.
#[must_use]
pub fn wrong(f: &Frame, v: &WrongDecision) -> Markup {
    let r = &f.reader;
    let title = r.t("wrong-ask");
    let case = part::case_href(v.case);
    let inner = html! {
        div.top { a.btn.bare data-back href=(case) { (icon(Glyph::Back)) (part::case_no(v.case)) } h1 { (title) } }
        div.body.narrow {
            section.sheet.stack aria-label=(title) {
                @if let Some(error) = &v.error { p.told.is-now role="alert" { (icon(Glyph::Now)) " " (error) } }
                p { (r.t("wrong-body")) }
                div.row { span.quiet { (r.t("wrong-was")) } @for action in &v.was { (part::action_tag(r, *action)) } }
                @for reason in &v.because { p.small.quiet { (reason) } }
                (form::post(&f.csrf, &format!("{case}/wrong"), "stack", html! {
                    (form::hidden("decision", &v.decision))
                    (several(r, &r.t("wrong-expected"), "right", &v.right))
                    (several(r, &r.t("wrong-harm"), "harm", &v.harm))
                    (Field::line(&r.t("wrong-reason"), "wrong-reason", "reason").value(&v.reason).show())
                    div.row { (part::button(&r.t("wrong-do"), Weight::First)) (part::link(&r.t("mark-back"), Weight::Bare, &case)) }
                }))
                p.small.quiet { (r.t("wrong-what-for")) }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Elsewhere, case: None, inner })
}

/// Several of the actions, to be ticked.
fn several(r: &Reader, legend: &str, name: &str, ticked: &[Action]) -> Markup {
    html! {
        fieldset.stack {
            legend { (legend) }
            div.row { @for action in Action::ALL.into_iter().chain([Action::Person]) {
                label.choice { input type="checkbox" name=(name) value=(action.code()) checked[ticked.contains(&action)]; span { (action.word(r)) } }
            } }
        }
    }
}
