//! Cases: held after a death, answered, escalated, silent, and one that tries to break out.

use super::*;

pub const GRIEF: &str = "Meine Mutter ist heute früh um acht gestorben. Sepsis. Drei Tage habe ich auf der Station gebettelt, dass jemand hinschaut, und Schwester Anja von der 4B hat gesagt, ich soll mich nicht so anstellen. Und ihr postet heute Fotos von eurem Adventsbasar. Schämt euch.";

pub fn span_of(text: &str, words: &str) -> (usize, usize) {
    let at = text.find(words).map_or(0, |b| text[..b].chars().count());
    (at, at + words.chars().count())
}

pub fn signal(n: u32, kind: SignalKind, topic: &str, text: &str, words: &str) -> Signal {
    let (start, end) = span_of(text, words);
    Signal {
        n,
        kind,
        topic: topic.into(),
        start,
        end,
        quote: words.into(),
        why: "Wortliste „bereavement“, Zeile 12".into(),
        found: format!("signal:{topic}"),
        by_model: None,
    }
}

pub fn post(name: &str, handle: &str, place: &str, at: i64, text: &str, part: Part) -> Post {
    Post {
        id: format!("p{at}"),
        soft: vec![],
        sorted: None,
        name: name.into(),
        handle: handle.into(),
        place: place.into(),
        at,
        lang: Some("de".into()),
        text: text.into(),
        part,
        signals: vec![],
        upstream: Upstream::Same,
        url: None,
        masked: false,
        instead: None,
        file: None,
        version: 1,
        media: Vec::new(),
        take_down: None,
        taken: None,
        reach: None,
    }
}

pub fn thread(lang: Lang) -> Vec<Post> {
    let public = say(lang, "Bluesky, öffentlich", "Bluesky, public");
    vec![
        post(
            "Lisbeth H.",
            "@lisbeth.h",
            &public,
            NOW - 2 * DAY - 19 * HOUR,
            "Mama liegt seit Montag im Krankenhaus. Drückt uns bitte die Daumen.",
            Part::Context,
        ),
        Post {
            signals: vec![
                signal(1, SignalKind::Death, "death", GRIEF, "heute früh um acht gestorben"),
                signal(
                    2,
                    SignalKind::Claim,
                    "claim",
                    GRIEF,
                    "Drei Tage habe ich auf der Station gebettelt, dass jemand hinschaut",
                ),
                signal(3, SignalKind::Identifier, "staff_named", GRIEF, "Schwester Anja von der 4B"),
                signal(4, SignalKind::Plain, "hostility", GRIEF, "Schämt euch"),
            ],
            sorted: Some(Sorted {
                topics: vec![("bereavement".into(), 97), ("complaint".into(), 74)],
                urgency: Some("look_now".into()),
            }),
            url: Some("https://bsky.example/profile/lisbeth.h/post/1".into()),
            reach: Some(say(lang, "38-mal geteilt, steigend", "38 reposts, rising")),
            upstream: Upstream::Edited,
            ..post("Lisbeth H.", "@lisbeth.h", &public, NOW - 10 * MINUTE, GRIEF, Part::Subject)
        },
        post(
            "Kai",
            "@kai_m",
            &say(lang, "antwortet ihr", "answers her"),
            NOW - 4 * MINUTE,
            "Mein Beileid, Lisbeth.\nMelde dich, wenn du jemanden brauchst.",
            Part::Context,
        ),
    ]
}

pub fn decision(lang: Lang) -> Decision {
    let s = |de, en| say(lang, de, en);
    let seen = |n, kind, quote: &str| vec![Seen { n, kind, quote: quote.into() }];
    let r = reader(lang);
    Decision {
        action: Action::Hold,
        at: NOW - 10 * MINUTE,
        until: Some(NOW + 2 * DAY + 23 * HOUR + 48 * MINUTE),
        strip_name: Some(s("Stille aus Rücksicht, 72 Std", "quiet out of respect, 72 h")),
        moments: vec![
            Moment { at: NOW - 6 * HOUR - 12 * MINUTE, what: s("Tod", "death") },
            Moment { at: NOW - 10 * MINUTE, what: s("Beitrag", "post") },
        ],
        because: vec![
            Because {
                sentence: s(
                    "Ein Todesfall liegt 6 Stunden zurück. 72 Stunden lang sagt das Haus öffentlich nichts dazu.",
                    "A death 6 hours ago. Nothing is said in public for 72 hours.",
                ),
                rule: Some("grief-quiet".into()),
                effect: Effect::Forbids,
                seen: seen(1, SignalKind::Death, "heute früh um acht gestorben"),
                source: None,
            },
            Because {
                sentence: s(
                    "Ein Vorwurf zur Behandlung, den noch niemand geprüft hat.",
                    "An accusation about care that nobody has checked yet.",
                ),
                rule: Some("facts-unchecked".into()),
                effect: Effect::Forbids,
                seen: seen(2, SignalKind::Claim, ""),
                source: None,
            },
            Because {
                sentence: s(
                    "Öffentlich würde schon „unser Beileid zum Tod Ihrer Mutter“ bestätigen, dass sie hier Patientin war.",
                    "In public, even “we are sorry for your loss” would confirm that her mother was here.",
                ),
                rule: Some("no-confirmation".into()),
                effect: Effect::Forbids,
                seen: vec![],
                source: Some("§ 203 StGB".into()),
            },
        ],
        beside: vec![
            Beside {
                kind: BesideKind::Escalation {
                    id: "e9".into(),
                    due: NOW + 2 * HOUR,
                    taken: Some(Resolved { by: "Dr. Seiler".into(), at: NOW - 3 * MINUTE }),
                },
                sentence: escalation(&r, &["patient-relations"], 2 * HOUR),
                rule: Some("death-to-relations".into()),
                seen: seen(3, SignalKind::Identifier, ""),
            },
            Beside {
                kind: BesideKind::Other,
                sentence: s("Geplante Beiträge anhalten. Belege sichern.", "Stop scheduled posts. Keep the evidence."),
                rule: Some("no-cheer-beside-grief".into()),
                seen: vec![],
            },
        ],
        wakes_if: ["author_writes", "facts_checked", "label_changes"]
            .iter()
            .map(|w| bedside_desk::text::wake(&r, w))
            .collect(),
        came_close: vec![Close {
            rule: "kind-first-line".into(),
            sentence: s(
                "hätte eine kurze Anteilnahme erlaubt. Ein Verbot geht vor.",
                "would have allowed a short word of sympathy. A forbidding rule comes first.",
            ),
        }],
        woken: None,
        overridden: None,
        facts: [
            ("death", "true"),
            ("hours_since_event", "6"),
            ("litigation", "none"),
            ("staff_named", "true"),
            ("channel", "bluesky"),
        ]
        .map(|(a, b)| (a.into(), b.into()))
        .to_vec(),
        rule_error: None,
    }
}

pub const DRAFT: &str = "Liebe Frau H., was Sie schreiben, macht uns betroffen. Dass Ihre Mutter auf unserer Station 4B lag, nehmen wir sehr ernst. Wir versprechen Ihnen, dass so etwas nie wieder vorkommt. Dr. Seiler möchte Ihnen zuhören, wann immer Sie so weit sind.";

pub fn findings(lang: Lang) -> Vec<Finding> {
    let s = |de, en| say(lang, de, en);
    let (a, b) = (
        span_of(DRAFT, "Dass Ihre Mutter auf unserer Station 4B lag"),
        span_of(DRAFT, "dass so etwas nie wieder vorkommt"),
    );
    vec![
        Finding {
            n: 1,
            weight: FindingWeight::Block,
            kind: "confirms_relationship".into(),
            quote: "Dass Ihre Mutter auf unserer Station 4B lag".into(),
            reason: s(
                "Das darf das Haus erst sagen, wenn sie hinter der privaten Tür eingewilligt hat.",
                "The house may say this only after she has consented behind the private door.",
            ),
            source: Some("§ 203 StGB".into()),
            start: a.0,
            end: a.1,
            suggestion: Some(s("Ihre Worte", "Your words")),
            at: a,
            strike: a,
        },
        Finding {
            n: 2,
            weight: FindingWeight::Hint,
            kind: "impossible-promise".into(),
            quote: "dass so etwas nie wieder vorkommt".into(),
            reason: s("Das kann niemand halten. Sie können es stehen lassen.", "Nobody can keep it. You may leave it."),
            source: None,
            start: b.0,
            end: b.1,
            suggestion: None,
            at: b,
            strike: b,
        },
    ]
}

pub fn reply(lang: Lang) -> Reply {
    Reply {
        to: "Lisbeth H.".into(),
        stage: Stage::Writing,
        form: ReplyForm::Private,
        forms: vec![ReplyForm::Private, ReplyForm::Invite],
        text: DRAFT.into(),
        unsaved: false,
        version: "d3".into(),
        lang: Some("de".into()),
        length: 242,
        limit: Some(300),
        guard: Guard::Found(findings(lang)),
        not_before: Some(NOW + 2 * DAY + 23 * HOUR + 48 * MINUTE),
        permitted: true,
        author: Some(Seat { name: "Mara Lindqvist".into(), at: NOW - MINUTE }),
        second: Second::Vacant { may: vec!["Jonas".into(), "Ute".into()] },
        returned: None,
        before: None,
        missing: false,
        told: None,
        suggest: Suggest::default(),
        library: Library::default(),
    }
}

pub fn nothing_written(r: Reply, permitted: bool) -> Reply {
    Reply {
        text: String::new(),
        length: 0,
        guard: Guard::Unchecked,
        not_before: None,
        author: None,
        permitted,
        form: ReplyForm::Public,
        forms: vec![ReplyForm::Public, ReplyForm::Invite],
        ..r
    }
}

/// The death six hours ago, held.
pub fn held(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    let entry = |n, at, what: &str| LogLine { n, at, what: what.to_owned() };
    let r = reader(lang);
    Case {
        id: 2841,
        site: "Lindenhof Mitte".into(),
        queue: Some(Queue::Waiting),
        author: "@lisbeth.h".into(),
        topics: vec!["bereavement".into(), "claim".into()],
        seen: "v7".into(),
        thread: thread(lang),
        decision: Some(decision(lang)),
        reply: reply(lang),
        labels: vec![
            Label {
                id: "l1".into(),
                kind: "bereaved".into(),
                on: LabelOn::Author,
                reason: s("Tod einer Angehörigen", "death of a relative"),
                by: "death-mentioned".into(),
                until: Some(NOW + 30 * DAY),
            },
            Label {
                id: "l2".into(),
                kind: "next_of_kin_pending".into(),
                on: LabelOn::Thread,
                reason: s("Bruder noch im Flugzeug", "brother still on the plane"),
                by: "Jonas Okafor".into(),
                until: Some(NOW + 28 * HOUR),
            },
        ],
        label_kinds: [
            "litigation",
            "open_complaint",
            "next_of_kin_pending",
            "bereaved",
            "incident",
            "media_interest",
            "abusive",
        ]
        .map(Into::into)
        .to_vec(),
        care: vec![],
        notes: vec![Note {
            by: "Jonas Okafor".into(),
            at: NOW - 2 * MINUTE,
            text: s(
                "Habe mit Dr. Seiler gesprochen. Sie ruft nicht an, solange keine Einwilligung da ist, und hält sich Montag ab 10 Uhr frei.",
                "Spoke with Dr. Seiler. She won’t ring without consent and keeps Monday from 10 free.",
            ),
        }],
        about: vec![
            (s("Konto", "Account"), s("Privatperson, seit 2019", "private, since 2019")),
            (s("Früher hier", "Here before"), s("1 Beitrag, freundlich", "1 post, friendly")),
        ],
        kept: None,
        assignee: Some("Mara Lindqvist".into()),
        people: vec![
            PersonLine { id: "p1".into(), name: "Mara Lindqvist".into() },
            PersonLine { id: "p2".into(), name: "Jonas Okafor".into() },
        ],
        viewing: vec![Viewer { name: "Jonas".into(), doing: Doing::Reading }],
        log: vec![
            entry(None, NOW - 5 * SECOND, &log_kind(&r, "draft_written")),
            entry(Some(184_302), NOW - MINUTE, &log_kind(&r, "guarded")),
            entry(Some(184_299), NOW - 3 * MINUTE, &log_kind(&r, "escalation_taken")),
            entry(Some(184_288), NOW - 10 * MINUTE, &log_kind(&r, "decided")),
            entry(Some(184_286), NOW - 10 * MINUTE, &log_kind(&r, "post_taken")),
        ],
        log_total: 6,
        changed: None,
        resolved: None,
        known: Known::default(),
        bound: Bound::default(),
        door: None,
        told: None,
        called: vec![],
        crisis: None,
        look: None,
        may: May {
            mark: true,
            full: false,
            draft: true,
            hold: true,
            release: true,
            decide: true,
            label: true,
            note: true,
            assign: true,
            take: true,
            resolve: true,
            undo: true,
        },
    }
}

pub fn cases(lang: Lang) -> Vec<(&'static str, Case)> {
    let base = held(lang);
    let s = |de, en| say(lang, de, en);
    let with = |reply: Reply| Case { reply, ..base.clone() };
    let answer = answered(lang);
    let clear = Reply {
        guard: Guard::Clear(NOW - MINUTE),
        text: "Ohne Ticket gilt die Tagespauschale von 12 Euro. Am Automaten „Ticket verloren“ drücken.".into(),
        length: 88,
        form: ReplyForm::Public,
        not_before: None,
        to: "@petra.sucht.parkplatz".into(),
        ..reply(lang)
    };
    let answer_with = |reply: Reply| Case { reply, ..answer.clone() };
    let approved = Second::Approved(Seat { name: "Jonas Okafor".into(), at: NOW - 30 * SECOND });
    let fold = |mut case: Case| {
        let kinds = vec![topic(&reader(lang), "bereavement"), topic(&reader(lang), "harassment")];
        case.thread.iter_mut().filter(|p| p.part == Part::Subject).for_each(|p| p.soft = kinds.clone());
        case
    };
    let looked = Look { by: NOW + 20 * MINUTE, is_open: false };
    vec![
        ("held", base.clone()),
        ("soft", Case { look: Some(looked), ..fold(base.clone()) }),
        (
            "marked",
            Case { told: Some(s("Als Beispiel behalten. Danke.", "Kept as an example. Thank you.")), ..base.clone() },
        ),
        ("mended", with(Reply { before: Some(DRAFT.into()), missing: true, ..reply(lang) })),
        ("held-blank", with(nothing_written(reply(lang), false))),
        (
            "changed",
            Case {
                changed: Some(Changed {
                    by: "Jonas".into(),
                    what: s("Er setzte „Angehörige nicht verständigt“.", "He set “next of kin pending”."),
                }),
                ..base.clone()
            },
        ),
        (
            "sorting",
            Case {
                decision: None,
                topics: vec![],
                reply: nothing_written(reply(lang), false),
                assignee: None,
                labels: vec![],
                notes: vec![],
                ..base.clone()
            },
        ),
        ("answer-blank", answer_with(nothing_written(clear.clone(), true))),
        ("answer-clear", answer_with(clear.clone())),
        ("answer-long", answer_with(Reply { length: 312, ..clear.clone() })),
        (
            "asked-yours",
            answer_with(Reply {
                stage: Stage::Asked,
                second: Second::Yours,
                author: Some(Seat { name: "Ute Brandt".into(), at: NOW - MINUTE }),
                ..clear.clone()
            }),
        ),
        ("asked-own", answer_with(Reply { stage: Stage::Asked, second: Second::OwnDraft, ..clear.clone() })),
        (
            "leaving",
            answer_with(Reply {
                stage: Stage::Leaving { at: NOW + 42 * SECOND },
                second: approved.clone(),
                ..clear.clone()
            }),
        ),
        (
            "paused",
            answer_with(Reply {
                stage: Stage::Paused,
                second: Second::Rule {
                    rule: "crisis-first-line".into(),
                    sentence: s(
                        "Die Zeile mit der Telefonnummer darf sofort hinaus.",
                        "The line with the help number may leave at once.",
                    ),
                },
                ..clear.clone()
            }),
        ),
        (
            "sent",
            Case {
                resolved: Some(Resolved { by: "Mara Lindqvist".into(), at: NOW - MINUTE }),
                queue: Some(Queue::Done),
                ..answer_with(Reply {
                    stage: Stage::Sent {
                        at: NOW - 2 * MINUTE,
                        url: Some("https://social.example/@lindenhof/2".into()),
                        entry: Some(184_306),
                    },
                    second: approved.clone(),
                    ..clear.clone()
                })
            },
        ),
        (
            "failed",
            answer_with(Reply {
                stage: Stage::Failed {
                    reason: s("Mastodon hat dreimal nicht geantwortet.", "Mastodon did not answer three times."),
                    next: None,
                },
                second: approved.clone(),
                ..clear.clone()
            }),
        ),
        (
            "sent-back",
            answer_with(Reply {
                returned: Some(Returned::SentBack {
                    by: "Jonas Okafor".into(),
                    at: NOW - 3 * MINUTE,
                    note: s("Bitte ohne den Betrag.", "Without the sum, please."),
                }),
                ..clear.clone()
            }),
        ),
        (
            "refused",
            answer_with(Reply {
                returned: Some(Returned::Refused {
                    reason: s("Der Beitrag wurde inzwischen gelöscht.", "The post was deleted meanwhile."),
                    at: NOW - MINUTE,
                }),
                ..clear.clone()
            }),
        ),
        (
            "undone",
            answer_with(Reply {
                returned: Some(Returned::Undone { by: "Mara Lindqvist".into(), at: NOW - MINUTE }),
                second: Second::Vacant { may: vec![] },
                ..clear.clone()
            }),
        ),
        ("escalated", escalated(lang)),
        ("silent", silent(lang)),
        ("overridden", overridden(lang)),
    ]
    .into_iter()
    .chain(super::slot::cases(lang))
    .collect()
}

pub fn answered(lang: Lang) -> Case {
    let s = |de, en| say(lang, de, en);
    let text = "Hab mein Parkticket im Klinik-Parkhaus verloren, was muss ich jetzt zahlen?";
    Case {
        id: 2838,
        queue: Some(Queue::Now),
        author: "@petra.sucht.parkplatz".into(),
        topics: vec!["admin_question".into()],
        labels: vec![],
        notes: vec![],
        viewing: vec![],
        thread: vec![Post {
            signals: vec![signal(1, SignalKind::Plain, "admin_question", text, "was muss ich jetzt zahlen?")],
            ..post(
                "Petra",
                "@petra.sucht.parkplatz",
                &s("Mastodon, öffentlich", "Mastodon, public"),
                NOW - 11 * MINUTE,
                text,
                Part::Subject,
            )
        }],
        decision: Some(Decision {
            action: Action::Answer,
            until: None,
            strip_name: None,
            moments: vec![],
            because: vec![Because {
                sentence: s(
                    "Eine gewöhnliche Frage zum Parken. Nichts darin über eine Patientin.",
                    "An ordinary question about parking. Nothing in it about a patient.",
                ),
                rule: Some("ordinary-question".into()),
                effect: Effect::Permits,
                seen: vec![],
                source: None,
            }],
            beside: vec![],
            wakes_if: vec![],
            came_close: vec![],
            woken: Some(Woken { at: NOW - 5 * MINUTE, before: Action::Hold }),
            ..decision(lang)
        }),
        ..held(lang)
    }
}
