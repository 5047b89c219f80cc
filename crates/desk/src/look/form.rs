//! Forms: every one that changes something carries the session's CSRF token, and every field its label.

use maud::{Markup, html};

use super::frame::Frame;
use super::glyph::{Glyph, icon};

/// A form that posts to `action`, with the token of `csrf`.
#[must_use]
pub fn post(csrf: &str, action: &str, class: &str, inner: Markup) -> Markup {
    html! {
        form class=[(!class.is_empty()).then_some(class)] method="post" action=(action) {
            input type="hidden" name="csrf" value=(csrf);
            (inner)
        }
    }
}

/// A form of one button, laid out in line.
#[must_use]
pub fn act(f: &Frame, action: &str, button: Markup) -> Markup {
    post(&f.csrf, action, "inline", button)
}

/// A value sent along.
#[must_use]
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// What a text field is for; sets the browser's type and autocompletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line of text.
    Line,
    /// An e-mail address used as user name.
    Email,
    /// The password of an existing account.
    Password,
    /// A password being chosen.
    NewPassword,
    /// The person's own name.
    Name,
    /// A local date and time.
    When,
    /// A day.
    Day,
}

impl Kind {
    fn html(self) -> (&'static str, Option<&'static str>) {
        match self {
            Kind::Line => ("text", Some("off")),
            Kind::Email => ("email", Some("username")),
            Kind::Password => ("password", Some("current-password")),
            Kind::NewPassword => ("password", Some("new-password")),
            Kind::Name => ("text", Some("name")),
            Kind::When => ("datetime-local", None),
            Kind::Day => ("date", Some("bday")),
        }
    }
}

/// A labelled field.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// The label everybody sees.
    pub label: &'a str,
    /// The element's id; must be unique on the page.
    pub id: &'a str,
    /// The name it is sent under.
    pub name: &'a str,
    /// What it is for.
    pub kind: Kind,
    /// What stands in it.
    pub value: &'a str,
    /// A sentence below the label.
    pub hint: Option<&'a str>,
    /// What is wrong with it.
    pub error: Option<&'a str>,
    /// Whether it may stay empty.
    pub required: bool,
}

impl<'a> Field<'a> {
    /// A required line of text named `name`, with the id `id`.
    #[must_use]
    pub fn line(label: &'a str, id: &'a str, name: &'a str) -> Self {
        Field { label, id, name, kind: Kind::Line, value: "", hint: None, error: None, required: true }
    }

    /// The same field of another kind.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// The same field with a value.
    #[must_use]
    pub fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// The same field with a hint.
    #[must_use]
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same field with what is wrong with it.
    #[must_use]
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// The same field, which may stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The markup: label, hint, error, input; tied together for assistive technology.
    #[must_use]
    pub fn show(&self) -> Markup {
        let (kind, complete) = self.kind.html();
        let hint_id = format!("{}-hint", self.id);
        let error_id = format!("{}-error", self.id);
        let told: Vec<&str> = [(self.hint, &hint_id), (self.error, &error_id)]
            .into_iter()
            .filter_map(|(words, id)| words.map(|_| id.as_str()))
            .collect();
        html! {
            div.field.bad[self.error.is_some()] {
                label for=(self.id) { (self.label) }
                @if let Some(hint) = self.hint { span.hint #(hint_id) { (hint) } }
                @if let Some(error) = self.error { span.err #(error_id) { (icon(Glyph::Now)) " " (error) } }
                input.in #(self.id) name=(self.name) type=(kind) value=(self.value) autocomplete=[complete]
                    aria-invalid=[self.error.map(|_| "true")]
                    aria-describedby=[(!told.is_empty()).then(|| told.join(" "))]
                    required[self.required];
            }
        }
    }
}

/// A labelled choice. `options`: value, words, chosen.
#[must_use]
pub fn choice(label: &str, id: &str, name: &str, options: &[(String, String, bool)]) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            select.in #(id) name=(name) {
                @for (value, words, chosen) in options { option value=(value) selected[*chosen] { (words) } }
            }
        }
    }
}

/// An act that needs words first: a summary that looks like a button and opens the form below it. Works without script.
#[must_use]
pub fn unfold(id: &str, words: &str, class: &str, inner: Markup) -> Markup {
    html! {
        details.act #(id) {
            summary class={ "btn " (class) } { (words) }
            div.act-body { (inner) }
        }
    }
}
