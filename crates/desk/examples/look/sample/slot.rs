//! A model that suggests drafts: offered, written by it, changed since, refused by the guard; and a second opinion on a post.

use super::*;

pub fn cases(lang: Lang) -> Vec<(&'static str, Case)> {
    let base = answered(lang);
    let model = || Some("house-llm".to_owned());
    let empty = Reply { to: base.reply.to.clone(), ..nothing_written(reply(lang), true) };
    let written = Reply {
        guard: Guard::Clear(NOW - MINUTE),
        text: "Vielen Dank für Ihre Frage. Das Parkhaus ist rund um die Uhr offen.".into(),
        length: 68,
        form: ReplyForm::Public,
        not_before: None,
        to: base.reply.to.clone(),
        ..reply(lang)
    };
    let by = |is_changed| Suggest {
        by_model: Some(ByModel { model: "house-llm".into(), is_changed }),
        ..Suggest::default()
    };
    let not = |why| Suggest { model: model(), not: Some(why), ..Suggest::default() };
    let refused = NotSuggested::Refused(vec!["confirms_relationship".into(), "date_of_care".into()]);
    let with = |reply: Reply| Case { reply, ..base.clone() };
    let mut second = with(Reply { suggest: Suggest { model: model(), ..Suggest::default() }, ..empty.clone() });
    if let Some(post) = second.thread.iter_mut().find(|post| post.part == Part::Subject) {
        post.signals = vec![Signal {
            quote: String::new(),
            why: String::new(),
            found: String::new(),
            n: 1,
            kind: SignalKind::Plain,
            topic: "admin_question".into(),
            start: 0,
            end: 0,
            by_model: Some("minilm".into()),
        }];
    }
    vec![
        ("suggest", second),
        ("suggest-written", with(Reply { suggest: by(false), ..written.clone() })),
        ("suggest-changed", with(Reply { suggest: by(true), stage: Stage::Asked, second: Second::Yours, ..written })),
        ("suggest-refused", with(Reply { suggest: not(refused), ..empty.clone() })),
        ("suggest-unanswered", with(Reply { suggest: not(NotSuggested::Unanswered), ..empty })),
    ]
}
