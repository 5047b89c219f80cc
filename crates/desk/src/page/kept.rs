//! Everything that is kept of a person as one page to hand out: a file that stands alone, without script, link to a style or image.

use bedside_flow::keeping::{AnswerTold, CaseTold, DecisionTold, PersonTold, PostTold};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::look::part;
use crate::text::{Lang, Reader, label, purpose, topic};

/// The look of the file: it is read without the desk, on paper too.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c2224;background:#fff}\
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem;border-bottom:1px solid #bbb;padding-bottom:.2rem}h3{font-size:1rem;margin:1.4rem 0 .3rem}\
dl{display:grid;grid-template-columns:minmax(9rem,auto) 1fr;gap:.2rem 1rem}dt{color:#4d585c}dd{margin:0;overflow-wrap:anywhere}\
blockquote{font-family:Georgia,serif;margin:.4rem 0;padding:.2rem 0 .2rem 1rem;border-left:3px solid #7a8a90;white-space:pre-wrap;overflow-wrap:anywhere}\
.small{font-size:.85rem;color:#4d585c}ul{padding-left:1.2rem}@media print{h2{break-after:avoid}blockquote{break-inside:avoid}}";

/// The page in German (`de`) or English.
#[must_use]
pub fn person_page(told: &PersonTold, lang: &str) -> String {
    let lang = Lang::from_code(lang).unwrap_or_default();
    let r = &Reader::new(lang, 0, jiff::tz::TimeZone::UTC);
    let markup = html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8"; meta name="viewport" content="width=device-width, initial-scale=1";
                title { (r.t("kept-title")) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (r.t("kept-title")) }
                p { (r.say("kept-intro", &[("house", told.house.as_str().into()), ("at", at(&told.made_at).into())])) }
                p.small { (r.t("kept-about")) }
                (accounts(r, told))
                h2 { (r.t("kept-posts")) }
                @if told.posts.is_empty() { p { (r.t("kept-nothing")) } }
                @for post in &told.posts { (one_post(r, post)) }
                @for case in &told.cases { (one_case(r, case)) }
                (marks(r, told))
                (record(r, told))
            }
        }
    };
    markup.into_string()
}

/// A time with its year and zone, alike in both languages: the page is kept for long.
fn at(text: &str) -> String {
    text.parse::<jiff::Timestamp>().map_or_else(|_| text.to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

fn pair(term: &str, value: &str) -> Markup {
    html! { dt { (term) } dd { (value) } }
}

fn when(term: &str, value: Option<&String>) -> Markup {
    html! { @if let Some(value) = value { (pair(term, &at(value))) } }
}

fn accounts(r: &Reader, told: &PersonTold) -> Markup {
    html! {
        h2 { (r.t("kept-accounts")) }
        @for one in &told.accounts { dl {
            (pair(&r.t("kept-handle"), &format!("@{}", one.handle)))
            @if let Some(name) = &one.name { (pair(&r.t("kept-name"), name)) }
            (pair(&r.t("kept-channel"), &format!("{} ({})", one.channel, one.platform)))
            (pair(&r.t("kept-platform-id"), &one.platform_id))
            (pair(&r.t("kept-since"), &at(&one.since)))
        } }
    }
}

fn one_post(r: &Reader, post: &PostTold) -> Markup {
    let topics: Vec<String> = post.topics.iter().map(|word| topic(r, word)).collect();
    html! {
        h3 { (at(&post.at)) }
        blockquote { (post.text) }
        dl.small {
            (pair(&r.t("kept-channel"), &post.channel))
            (when(&r.t("kept-taken-at"), Some(&post.taken_at)))
            @if let Some(url) = &post.url { (pair(&r.t("kept-url"), url)) }
            (when(&r.t("kept-edited-at"), post.edited_at.as_ref()))
            (when(&r.t("kept-deleted-at"), post.deleted_at.as_ref()))
            @if !topics.is_empty() { (pair(&r.t("kept-topics"), &topics.join(", "))) }
            @for (kind, bytes) in &post.files { (pair(&r.t("kept-file"), &format!("{kind}, {} B", r.num(*bytes)))) }
            @for one in &post.media { (pair(&r.t("kept-file"), &[Some(one.kind.as_str()), one.description.as_deref(), one.place.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", "))) }
        }
    }
}

fn one_case(r: &Reader, case: &CaseTold) -> Markup {
    let title = if case.is_theirs {
        r.say("kept-case", &[("number", part::case_no(case.number).into())])
    } else {
        r.say("kept-case-of-others", &[("number", part::case_no(case.number).into())])
    };
    html! {
        h2 { (title) }
        dl { (when(&r.t("kept-opened-at"), Some(&case.opened_at))) }
        @for decision in &case.decisions { (one_decision(r, decision)) }
        @for answer in &case.answers { (one_answer(r, answer)) }
        @for note in &case.notes { h3 { (r.t("kept-note")) ", " (at(&note.at)) } blockquote { (note.text) } }
        @for clock in &case.clocks {
            h3 { (r.t("kept-clock")) " " (clock.kind) }
            dl {
                (when(&r.t("kept-from"), Some(&clock.from)))
                (when(&r.t("kept-due"), Some(&clock.due)))
                (when(&r.t("kept-ended-at"), clock.ended_at.as_ref()))
                @if let Some(reason) = &clock.reason { (pair(&r.t("kept-reason"), reason)) }
            }
        }
    }
}

fn one_decision(r: &Reader, one: &DecisionTold) -> Markup {
    let by = if one.by_person { r.t("kept-by-person") } else { r.t("kept-by-rules") };
    html! {
        h3 { (r.t("kept-decision")) ", " (at(&one.at)) }
        dl {
            (pair(&r.t("kept-by"), &by))
            (pair(&r.t("kept-speech"), &speech(r, &one.speech)))
            @if !one.escalation.is_empty() { (pair(&r.t("kept-escalation"), &one.escalation.join(", "))) }
            @if let Some(reason) = &one.reason { (pair(&r.t("kept-reason"), reason)) }
        }
        @if !one.rules.is_empty() { ul { @for rule in &one.rules {
            @let why = match r.lang { Lang::De => &rule.reason_de, Lang::En => &rule.reason_en };
            li { (why) " " span.small { (rule.id) } }
        } } }
    }
}

/// What was decided to say, in words.
fn speech(r: &Reader, word: &str) -> String {
    match word {
        "hold" => r.t("kept-speech-hold"),
        "stay_silent" => r.t("kept-speech-silent"),
        "left_to_person" => r.t("kept-speech-person"),
        _ => r.t("kept-speech-answer"),
    }
}

fn one_answer(r: &Reader, one: &AnswerTold) -> Markup {
    let title = if one.sent_at.is_some() { r.t("kept-answer-sent") } else { r.t("kept-answer-not-sent") };
    html! {
        h3 { (title) ", " (at(&one.at)) }
        blockquote { (one.text) }
        @if let Some(url) = &one.url { p.small { (url) } }
    }
}

fn marks(r: &Reader, told: &PersonTold) -> Markup {
    html! {
        @if !told.labels.is_empty() {
            h2 { (r.t("kept-labels")) }
            @for one in &told.labels {
                h3 { (label(r, &one.kind)) }
                dl {
                    @if let Some(reason) = &one.reason { (pair(&r.t("kept-reason"), reason)) }
                    (when(&r.t("kept-from"), Some(&one.since)))
                    (when(&r.t("kept-until"), one.until.as_ref()))
                    (when(&r.t("kept-removed-at"), one.removed_at.as_ref()))
                }
            }
        }
        @if !told.consents.is_empty() {
            h2 { (r.t("kept-consents")) }
            @for one in &told.consents {
                h3 { (purpose(r, &one.purpose)) }
                dl {
                    (when(&r.t("kept-given-at"), Some(&one.given_at)))
                    (when(&r.t("kept-revoked-at"), one.revoked_at.as_ref()))
                }
            }
        }
    }
}

fn record(r: &Reader, told: &PersonTold) -> Markup {
    html! {
        @if !told.links.is_empty() {
            h2 { (r.t("kept-links")) }
            @for one in &told.links { dl {
                (when(&r.t("kept-claimed-at"), Some(&one.claimed_at)))
                @if let Some(number) = &one.number { (pair(&r.t("kept-number"), number)) }
                (when(&r.t("kept-settled-at"), one.settled_at.as_ref()))
                @if let Some(reason) = &one.reason { (pair(&r.t("kept-reason"), reason)) }
                (when(&r.t("kept-undone-at"), one.undone_at.as_ref()))
            } }
        }
        @if !told.documents.is_empty() {
            h2 { (r.t("kept-documents")) }
            ul { @for one in &told.documents { li { (r.say("kept-case", &[("number", part::case_no(one.case).into())])) ", " (at(one.filed_at.as_ref().unwrap_or(&one.at))) } } }
        }
        @if !told.read.is_empty() {
            h2 { (r.t("kept-read")) }
            ul { @for one in &told.read { li { (at(&one.at)) ": " (one.who) " (" (one.act) ", " (one.what) ")" } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use bedside_flow::keeping::{AccountTold, ConsentTold, LabelTold, NoteTold, RuleTold};

    use super::*;

    fn told() -> PersonTold {
        let at = |day: u8| format!("2026-11-{day:02}T13:02:11Z");
        let rule = RuleTold {
            id: "base.ordinary_question".into(),
            action: "answer_public_generic".into(),
            reason_de: "Eine gewöhnliche Frage darf allgemein beantwortet werden.".into(),
            reason_en: "An ordinary question may be answered in general terms.".into(),
        };
        let post = |day, text: &str, topics: &[&str]| PostTold {
            id: "0198c1f0".into(),
            at: at(day),
            taken_at: at(day),
            channel: "masto".into(),
            visibility: "public".into(),
            text: text.into(),
            url: Some("https://social.example.org/@petra.lehmann/1".into()),
            edited_at: None,
            deleted_at: None,
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
            files: Vec::new(),
            media: Vec::new(),
        };
        PersonTold {
            made_at: at(27),
            house: "Klinikum Lindenhof Mitte".into(),
            accounts: vec![AccountTold {
                channel: "masto".into(),
                platform: "mastodon".into(),
                handle: "petra.lehmann".into(),
                name: Some("Petra Lehmann".into()),
                platform_id: "109302".into(),
                since: at(2),
            }],
            posts: vec![
                post(2, "Wo kann ich bei Ihnen parken, und was kostet das?", &["admin_question"]),
                post(5, "Danke für die Antwort! Meine Mutter liegt auf der Vier,\nda ist alles bestens.", &["praise"]),
            ],
            cases: vec![CaseTold {
                number: 2841,
                queue: "done".into(),
                opened_at: at(2),
                is_theirs: true,
                decisions: vec![DecisionTold {
                    at: at(2),
                    post: "0198c1f0".into(),
                    by_person: false,
                    speech: "answer_public_generic".into(),
                    escalation: Vec::new(),
                    rules: vec![rule],
                    reason: None,
                }],
                answers: vec![AnswerTold {
                    at: at(2),
                    state: "sent".into(),
                    text: "Guten Tag, Parkplätze finden Sie im Parkhaus an der Lindenstraße.".into(),
                    sent_at: Some(at(2)),
                    url: Some("https://social.example.org/@lindenhof/2".into()),
                }],
                notes: vec![NoteTold { at: at(3), text: "Hat zweimal angerufen.".into() }],
                clocks: Vec::new(),
            }],
            labels: vec![LabelTold {
                kind: "open_complaint".into(),
                on: "author".into(),
                reason: Some("Beschwerde über die Wartezeit".into()),
                since: at(4),
                until: Some(at(30)),
                removed_at: None,
            }],
            consents: vec![ConsentTold {
                purpose: "contact".into(),
                wording: "1".into(),
                given_at: at(6),
                revoked_at: None,
            }],
            links: Vec::new(),
            documents: Vec::new(),
            read: Vec::new(),
        }
    }

    #[test]
    fn what_is_kept_stands_on_the_page_in_both_languages_and_nothing_else_is_loaded() {
        let mut all = told();
        all.posts[0].text = "<script>alert(1)</script> & \"Grüße\"".to_owned();
        for (lang, words) in [
            ("de", ["Auskunft über gespeicherte Daten", "allgemein beantwortet", "offene Beschwerde", "Fall F-2841"]),
            ("en", ["What is kept of you", "answered in general terms", "open complaint", "Case F-2841"]),
        ] {
            let page = person_page(&all, lang);
            for word in words.iter().chain(&["@petra.lehmann", "109302", "Hat zweimal angerufen.", "Parkhaus an der"]) {
                assert!(page.contains(word), "{lang}: {word} is missing");
            }
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; "), "text is text");
            for tag in ["<script", "<link", "<img", "src=", "url("] {
                assert!(!page.contains(tag), "{lang}: {tag}");
            }
        }
    }
}
