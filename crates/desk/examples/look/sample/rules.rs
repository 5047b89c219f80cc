//! The rules of a house: in force, being written and refused, proposed and replayed, and its own cases.

use bedside_desk::look::part::Action;
use bedside_desk::page::rules::{
    CaseLine, Changed, Counted, GoLive, Group, LastRun, Listed, OwnCases, Past, Problem, Replay, ReplayStands, Rules,
    Run, RunCases, State, Version, Write, WrittenFile, diff, heading,
};

use super::*;

const OPEN_DAY: &str = "@id(\"house.open_day\")
@reason_de(\"Heute ist Tag der offenen Tür. Fragen beantworten wir vor Ort.\")
@reason_en(\"Today is open day. We answer questions on the spot.\")
@source(\"Decision of the board, 3 March\")
@hold(\"12h\") @hold_from(\"now\")
forbid (principal, action == Action::\"answer_public_generic\", resource)
when { context.topics.contains(Topic::\"admin_question\") && context.hours_since_post < 12 };
";

fn sites() -> Vec<(String, String)> {
    vec![
        ("mitte".into(), "Lindenhof Mitte".into()),
        ("nord".into(), "Lindenhof Nord".into()),
        ("kinder".into(), "Kinderklinik Lindenhof".into()),
    ]
}

fn past(lang: Lang) -> Past {
    Past {
        number: 3,
        by: Some("Jonas Okafor".into()),
        at: NOW - 75 * HOUR,
        why: say(lang, "Tag der offenen Tür am 14.", "Open day on the 14th"),
        set_by: Some("Eva Seiler".into()),
        from: Some(NOW - 50 * HOUR),
        until: None,
        set_why: say(lang, "Probe gesehen, acht Beiträge warten", "Saw the replay, eight posts wait"),
        state: State::InForce,
    }
}

fn listed(lang: Lang) -> Vec<Group> {
    let s = |de, en| say(lang, de, en);
    let r = reader(lang);
    vec![
        Group {
            heading: heading("house.cedar"),
            rules: vec![Listed {
                id: "house.open_day".into(),
                actions: vec![Action::Hold],
                span: Some(r.brief(12 * HOUR)),
                reason: s(
                    "Heute ist Tag der offenen Tür. Fragen beantworten wir vor Ort.",
                    "Today is open day. We answer questions on the spot.",
                ),
                source: "Decision of the board, 3 March".into(),
                written: "house.cedar:1".into(),
                fired: 8,
                ..Listed::default()
            }],
        },
        Group {
            heading: heading("policies/common/1-alarm.cedar"),
            rules: vec![Listed {
                id: "common.suicide".into(),
                actions: vec![Action::Escalate],
                tells: Some(escalation(&r, &["crisis-team"], 10 * MINUTE)),
                reason: s(
                    "Jemand spricht davon, sich das Leben zu nehmen. Der Krisendienst wird sofort verständigt.",
                    "Someone speaks of suicide or self-harm. The crisis team is told at once.",
                ),
                source: "S3-Leitlinie Suizidalität; Samaritans, guidance for online communities".into(),
                written: "policies/common/1-alarm.cedar:8".into(),
                obliges: vec![s("Hilfetelefon nennen", "Name the help line")],
                fired: 2,
                ..Listed::default()
            }],
        },
        Group {
            heading: heading("policies/common/3-wait.cedar"),
            rules: vec![
                Listed {
                    id: "common.death_recent".into(),
                    actions: vec![Action::Hold],
                    span: Some(r.brief(72 * HOUR)),
                    reason: s(
                        "Ein Todesfall liegt weniger als 72 Stunden zurück. So lange sagt das Haus öffentlich nichts dazu.",
                        "A death lies less than 72 hours back. For that long the house says nothing about it in public.",
                    ),
                    source: "SLU Hospital media policy: a death is public only after next of kin were told".into(),
                    written: "policies/common/3-wait.cedar:83".into(),
                    fired: 5,
                    ..Listed::default()
                },
                Listed {
                    id: "common.others_decide".into(),
                    actions: vec![Action::Answer, Action::Invite, Action::Acknowledge],
                    forbids: true,
                    reason: s(
                        "Ein Rechtsstreit läuft. Öffentlich sagt das Haus dazu nichts.",
                        "A case is before the courts. The house says nothing of it in public.",
                    ),
                    source: "§ 203 StGB".into(),
                    written: "policies/common/3-wait.cedar:30".into(),
                    ..Listed::default()
                },
            ],
        },
    ]
}

pub fn in_force(lang: Lang) -> Rules {
    let s = |de, en| say(lang, de, en);
    let old = |number, hours: i64, state, why: String| Past {
        number,
        at: NOW - hours * HOUR,
        why,
        set_by: None,
        until: (state == State::Past).then_some(NOW - 50 * HOUR),
        from: (state == State::Past).then_some(NOW - hours * HOUR),
        set_why: String::new(),
        state,
        ..past(lang)
    };
    Rules {
        site: "mitte".into(),
        sites: sites(),
        in_force: Some(past(lang)),
        ordered: Some(Past {
            number: 4,
            from: Some(NOW + 18 * HOUR),
            set_by: Some("Ute Brandt".into()),
            set_why: s("Ab Montag früh", "From Monday morning"),
            state: State::Ordered,
            ..past(lang)
        }),
        before: Some(2),
        total: 47,
        groups: listed(lang),
        versions: vec![
            old(5, 3, State::Proposed, s("Presseanfragen an Wochenenden", "Press enquiries at weekends")),
            Past { number: 4, at: NOW - 30 * HOUR, state: State::Ordered, until: None, ..past(lang) },
            past(lang),
            old(2, 400, State::Past, s("Dank ohne Namen", "Thanks without names")),
            Past { number: 1, by: None, why: String::new(), ..old(1, 900, State::Past, String::new()) },
        ],
        cases: 4,
        may_write: true,
        may_step_back: true,
        may_withdraw: true,
        may_run: true,
        ..Rules::default()
    }
}

pub fn packs_only(_: Lang) -> Rules {
    Rules { site: "mitte".into(), query: "xyz".into(), total: 46, ..Rules::default() }
}

pub fn refused(lang: Lang) -> Write {
    let typed = OPEN_DAY.replace("hours_since_post", "hours_since_pst");
    Write {
        site: "mitte".into(),
        based_on: 3,
        files: vec![
            WrittenFile { name: "house.cedar".into(), text: typed, is_new: false },
            WrittenFile { is_new: true, ..WrittenFile::default() },
        ],
        why: say(lang, "Tag der offenen Tür", "Open day"),
        problems: vec![Problem {
            file: "house.cedar".into(),
            line: 7,
            rule: Some("house.open_day".into()),
            what: "attribute `hours_since_pst` in context not found".into(),
            help: Some("did you mean `hours_since_post`?".into()),
            text: "when { context.topics.contains(Topic::\"admin_question\") && context.hours_since_pst < 12 };".into(),
        }],
        ..Write::default()
    }
}

pub fn empty(_: Lang) -> Write {
    let first = WrittenFile { name: "house.cedar".into(), is_new: true, text: String::new() };
    Write { site: "mitte".into(), files: vec![first], ..Write::default() }
}

fn counted(what: &str, before: i64, after: i64) -> Counted {
    Counted { what: what.into(), before, after }
}

fn replay(lang: Lang) -> Replay {
    let s = |de, en| say(lang, de, en);
    let r = reader(lang);
    let hold = format!("hold {}", r.say("until-short", &[("at", r.moment(NOW + 9 * HOUR).into())]));
    let open_day = s(
        "Heute ist Tag der offenen Tür. Fragen beantworten wir vor Ort.",
        "Today is open day. We answer questions on the spot.",
    );
    let everyday = s("Eine alltägliche Frage wird beantwortet.", "An everyday question is answered.");
    let changed = |case, hours: i64| Changed {
        case,
        at: NOW - hours * HOUR,
        before: vec!["answer_public_generic".into()],
        after: vec![hold.clone()],
        rules_before: vec![("common.everyday".into(), everyday.clone())],
        rules_after: vec![("house.open_day".into(), open_day.clone())],
    };
    Replay {
        id: "r1".into(),
        stands: ReplayStands::Done,
        by: Some("Jonas Okafor".into()),
        at: NOW - 2 * HOUR,
        since: NOW - 90 * 24 * HOUR,
        total: 18_430,
        posts: 18_402,
        left_out: 28,
        changed: 212,
        parts: vec![
            counted("answer_public_generic", 6_120, 5_908),
            counted("invite_private", 5_411, 5_411),
            counted("hold", 1_003, 1_215),
            counted("stay_silent", 4_010, 4_010),
            counted("escalate_now", 311, 311),
        ],
        rules: vec![counted("common.everyday", 6_120, 5_908), counted("house.open_day", 0, 212)],
        changes: vec![changed(Some(2838), 5), changed(Some(2811), 60), changed(None, 300)],
        next: Some("p9".into()),
    }
}

pub fn proposed(lang: Lang) -> Version {
    let before = OPEN_DAY.replace("\"12h\"", "\"6h\"").replace("< 12", "< 6");
    Version {
        site: "mitte".into(),
        number: 5,
        state: State::Proposed,
        by: Some("Jonas Okafor".into()),
        writers: vec!["Jonas Okafor".into(), "Tom Ashdown".into()],
        at: NOW - 3 * HOUR,
        why: say(lang, "Tag der offenen Tür: den ganzen Tag", "Open day: the whole day"),
        based_on: Some(3),
        compared_with: Some(3),
        diffs: vec![diff("house.cedar", &before, OPEN_DAY)],
        files: vec![("house.cedar".into(), OPEN_DAY.into())],
        replay: Some(replay(lang)),
        cases: Some(OwnCases {
            last: Some(LastRun { at: NOW - 20 * MINUTE, right: 3, wrong: 1, harms: 1, is_outdated: true }),
        }),
        live: GoLive::Open,
        may_write: true,
        error: None,
    }
}

pub fn own_work(lang: Lang) -> Version {
    Version {
        replay: Some(Replay {
            stands: ReplayStands::Running,
            posts: 7_212,
            left_out: 11,
            changed: 93,
            changes: vec![],
            next: None,
            ..replay(lang)
        }),
        cases: None,
        live: GoLive::Refused(say(
            lang,
            "An dieser Fassung haben Sie mitgeschrieben. In Kraft setzen muss sie jemand anderes.",
            "You had a hand in this version. Someone else has to put it in force.",
        )),
        ..proposed(lang)
    }
}

pub fn cases(lang: Lang) -> RunCases {
    let s = |de, en| say(lang, de, en);
    let line = |id: &str, case, why: String| CaseLine {
        id: id.into(),
        case,
        by: "Mara Lindqvist".into(),
        at: NOW - 28 * HOUR,
        why,
        was: vec!["answer_public_generic".into()],
        acceptable: vec!["hold".into(), "stay_silent".into()],
        forbidden: vec!["answer_public_generic".into()],
        ..CaseLine::default()
    };
    RunCases {
        site: "mitte".into(),
        version: Some(5),
        run: Run { cases: 3, right: 1, harms: 1, erased: 1 },
        lines: vec![
            CaseLine {
                now: Some(vec!["answer_public_generic".into()]),
                harm: true,
                because: vec!["common.everyday".into()],
                ..line(
                    "a",
                    Some(2838),
                    s("Die Frage war in Wahrheit eine Beschwerde.", "The question was a complaint in truth."),
                )
            },
            CaseLine {
                now: Some(vec!["escalate_now".into(), "left_to_person".into()]),
                because: vec!["common.legal".into()],
                ..line("b", Some(2811), s("Der Anwalt war nur erwähnt.", "The lawyer was only mentioned."))
            },
            line("c", Some(2790), s("Wir wollten hier nichts sagen.", "We wanted to say nothing here.")),
            CaseLine { erased: true, ..line("d", Some(2700), String::new()) },
        ],
        may_export: true,
        may_drop: true,
    }
}

pub fn no_cases(_: Lang) -> RunCases {
    RunCases { site: "mitte".into(), ..RunCases::default() }
}

pub fn wrong_decision(lang: Lang) -> bedside_desk::page::wrong::WrongDecision {
    bedside_desk::page::wrong::WrongDecision {
        case: 2838,
        decision: "0198c1f0-0000-7000-8000-000000000003".into(),
        was: vec![Action::Answer],
        because: vec![say(lang, "Eine alltägliche Frage wird beantwortet.", "An everyday question is answered.")],
        right: vec![],
        harm: vec![Action::Answer],
        reason: say(lang, "Die Frage war in Wahrheit eine Beschwerde.", "The question was a complaint in truth."),
        error: Some(say(lang, "Wählen Sie, was richtig gewesen wäre.", "Choose what would have been right.")),
    }
}
