//! Beside the thread: who stands at the private door, what they have allowed, and the link of their account to a record.

use maud::{Markup, html};

use super::act;
use super::view::Case;
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, form, icon};
use crate::text::{Reader, identifier, letter, link_level, purpose, speaker_at_door, way};

/// What a case has to do with the private door.
#[derive(Clone, Debug, Default)]
pub struct Door {
    /// The case is itself a private conversation.
    pub private: bool,
    /// The account that was proven: name or handle, its channel, and its newest case.
    pub same: Option<(String, String, Option<i64>)>,
    /// The private conversation of this account, by its case.
    pub talk: Option<i64>,
    /// For whom they write; empty: they have not come in.
    pub speaks_for: String,
    /// What they have allowed, and since when.
    pub consents: Vec<(String, i64)>,
    /// The newest link to a record.
    pub link: Option<Link>,
    /// Whether the person may confirm or refuse it.
    pub may_settle: bool,
    /// Whether a one-time link may be made here.
    pub may_invite: bool,
    /// A one-time link just made: shown once, never again.
    pub made: Option<String>,
}

/// A link to a record as the desk sees it.
#[derive(Clone, Debug)]
pub struct Link {
    /// Id for settling it.
    pub id: String,
    /// How far it has come: a word.
    pub level: String,
    /// When it was asked for.
    pub at: i64,
    /// The number they gave, and its kind; `None`: masked or erased.
    pub number: Option<(String, String)>,
    /// The day of birth they gave; `None`: masked or erased.
    pub birth: Option<String>,
    /// Whether the patient index knows somebody with these.
    pub known: bool,
    /// Whether the consent of somebody else must have been seen.
    pub needs_representative: bool,
    /// Whether the patient was told of it over the contact in the record, in a word, and when; `None`: no letter was due.
    pub told: Option<(String, i64)>,
    /// How, by whom, when and why it was settled.
    pub settled: Option<(String, String, i64, String)>,
}

pub(super) fn door(f: &Frame, v: &Case) -> Markup {
    let Some(d) = &v.door else { return html! {} };
    let r = &f.reader;
    html! {
        section.stack #door aria-labelledby="door-h" {
            h2 #door-h { (icon(Glyph::Door)) " " (r.t("door-side")) }
            @if let Some((who, channel, case)) = &d.same {
                p {
                    (r.say("door-side-same", &[("who", r.name(who).into()), ("channel", channel.as_str().into())]))
                    @if let Some(case) = case { " " a href=(part::case_href(*case)) { (part::case_no(*case)) } }
                }
            }
            @if let Some(case) = d.talk { p { (r.t("door-side-talk")) ": " a href=(part::case_href(case)) { (part::case_no(case)) } } }
            @if !d.speaks_for.is_empty() { (person(r, d)) }
            @if let Some(one) = &d.link {
                @if d.may_settle && one.level == "claimed" { (confirm(f, v, one)) (refuse(f, v, one)) }
            }
            @if let Some(link) = &d.made { (made(r, link)) }
            @if d.may_invite && d.made.is_none() { (invite(f, v)) }
        }
    }
}

fn person(r: &Reader, d: &Door) -> Markup {
    html! {
        dl.pairs.tall {
            dt { (r.t("door-side-for")) } dd { (speaker_at_door(r, &d.speaks_for)) }
            dt { (r.t("door-side-consents")) }
            dd {
                @if d.consents.is_empty() { (r.t("door-side-no-consent")) }
                @for (word, at) in &d.consents {
                    div { (r.say("door-side-consent-since", &[("what", purpose(r, word).into()), ("at", r.moment(*at).into())])) }
                }
            }
            dt { (r.t("door-side-link")) }
            dd {
                @if let Some(one) = &d.link { (link_level(r, &one.level)) ", " (part::moment(r, one.at)) }
                @else { (r.t("door-side-no-link")) }
            }
            @if let Some(one) = &d.link { (claim(r, one)) }
        }
    }
}

fn claim(r: &Reader, one: &Link) -> Markup {
    let known = if one.known { r.t("door-side-known") } else { r.t("door-side-unknown") };
    html! {
        @if let Some((kind, number)) = &one.number { dt { (identifier(r, kind)) } dd.num { (number) } }
        @if let Some(birth) = &one.birth {
            dt { (r.t("door-side-birth")) } dd.num { (birth) }
            dt { (r.t("door-side-index")) } dd { (known) }
        }
        @if let Some((how, by, at, why)) = &one.settled {
            dt { (link_level(r, &one.level)) }
            dd {
                @if why.is_empty() {
                    (r.say("door-side-settled-alone", &[("how", way(r, how).into()), ("who", r.name(by).into()), ("at", r.moment(*at).into())]))
                } @else {
                    (r.say("door-side-settled", &[
                        ("how", way(r, how).into()), ("who", r.name(by).into()), ("at", r.moment(*at).into()), ("why", r.quote(why).into()),
                    ]))
                }
            }
        }
        @if let Some((word, at)) = &one.told {
            dt { (r.t("door-side-told")) }
            dd { (letter(r, word)) ", " (part::moment(r, *at)) }
        }
    }
}

fn confirm(f: &Frame, v: &Case, one: &Link) -> Markup {
    let r = &f.reader;
    let ways: Vec<_> = ["in_person", "recorded_phone", "document"]
        .iter()
        .map(|word| ((*word).to_owned(), way(r, word), false))
        .collect();
    form::unfold(
        "link-confirm",
        &r.t("door-side-confirm-ask"),
        "bare",
        form::post(
            &f.csrf,
            &act(v, "link-confirm"),
            "stack",
            html! {
                (form::hidden("link", &one.id))
                p.small { (r.t("door-side-confirm-body")) }
                (form::choice(&r.t("door-side-how"), "link-how", "how", &ways))
                @if one.needs_representative {
                    p.small.quiet { (r.t("door-side-representative-hint")) }
                    label.row { input type="checkbox" name="representative" value="yes"; span { (r.t("door-side-representative")) } }
                }
                (form::Field::line(&r.t("door-side-reason"), "link-confirm-reason", "reason").show())
                (part::button(&r.t("door-side-confirm-do"), Weight::First))
            },
        ),
    )
}

fn refuse(f: &Frame, v: &Case, one: &Link) -> Markup {
    let r = &f.reader;
    form::unfold(
        "link-refuse",
        &r.t("door-side-refuse-ask"),
        "bare",
        form::post(
            &f.csrf,
            &act(v, "link-refuse"),
            "stack",
            html! {
                (form::hidden("link", &one.id))
                (form::Field::line(&r.t("door-side-reason"), "link-refuse-reason", "reason").show())
                (part::button(&r.t("door-side-refuse-do"), Weight::Warn))
            },
        ),
    )
}

fn invite(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    form::unfold(
        "invite",
        &r.t("door-invite-ask"),
        "bare",
        form::post(
            &f.csrf,
            &act(v, "invite"),
            "stack",
            html! {
                p.small { (r.t("door-invite-body")) }
                (part::button(&r.t("door-invite-do"), Weight::Plain))
            },
        ),
    )
}

fn made(r: &Reader, link: &str) -> Markup {
    html! {
        div.field {
            label for="made" { (r.t("door-invite-made")) }
            input.in #made type="text" readonly value=(link);
            p.small.quiet { (r.t("door-invite-body")) }
        }
    }
}
