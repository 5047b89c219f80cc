//! "This is wrong", and what comes of it.

use super::*;

pub fn mark_view(lang: Lang, is_missing: bool, failed: bool) -> mark::Mark {
    let r = reader(lang);
    let named = |id: &str| (format!("topic:{id}"), topic(&r, id));
    mark::Mark {
        case: 2841,
        post: "0198c1f0".into(),
        found: (!is_missing).then(|| "topic:bereavement".into()),
        name: topic(&r, "bereavement"),
        span: (!is_missing).then_some((17, 45)),
        quote: if is_missing { String::new() } else { "heute früh um acht gestorben".into() },
        text: GRIEF.into(),
        lang: Some("de".into()),
        choices: ["crisis_suicide", "complaint", "praise", "harassment", "other"].map(named).to_vec(),
        is_missing,
        error: failed.then(|| bedside_desk::text::undone_code(&r, "words_not_found")),
    }
}

pub fn examples_view(lang: Lang, may_export: bool) -> examples::Examples {
    let r = reader(lang);
    let s = |de, en| say(lang, de, en);
    let (about, guard) = (s("Thema", "Topic"), s("Prüfung", "Guard"));
    let count = |sort: &str, what: String, wrong, missing| examples::Count { sort: sort.into(), what, wrong, missing };
    let line = |age, by: &str, case, sort: &str, what: String, is_missing| examples::Line {
        at: NOW - age,
        by: by.into(),
        case,
        sort: sort.into(),
        what,
        is_missing,
        erased: false,
        comment: String::new(),
    };
    examples::Examples {
        counts: vec![
            count(&about, topic(&r, "complaint"), 14, 3),
            count(&guard, guard_kind(&r, "thanks_in_DE"), 9, 0),
            count(&about, topic(&r, "crisis_suicide"), 2, 1),
        ],
        total: 29,
        lines: vec![
            examples::Line {
                comment: s("Das war Ironie.", "That was irony."),
                ..line(HOUR, "Mara Lindqvist", Some(2841), &about, topic(&r, "complaint"), false)
            },
            line(5 * HOUR, "Jonas Okafor", Some(2829), &about, topic(&r, "crisis_suicide"), true),
            examples::Line {
                erased: true,
                ..line(3 * DAY, "Ute Brandt", None, &guard, guard_kind(&r, "thanks_in_DE"), false)
            },
        ],
        may_export,
    }
}
