//! What a person reads when a rota is wrong, and what is warned of.

use std::path::Path;

use bedside_core::{site::Jurisdiction, time::Span};
use bedside_flow::rules::RulesRead;

use super::super::{Config, Problems};

const HOUSE: &str = "[[site]]\nslug = \"m\"\nname = \"M\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\n";
const MAIL: &str = "[mail]\nhost = \"localhost\"\ntls = \"none\"\nfrom = \"M <no-reply@m.example>\"\n";
const HOOK: &str = "[[alarm_hook]]\nslug = \"sms\"\nurl = \"https://sms.example\"\nsecret_env = \"S\"\n";

fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse("bedside.toml", text, Path::new(""))
}

fn rota(team: &str, rest: &str) -> String {
    format!("[[rota]]\nteam = \"{team}\"\n{rest}")
}

#[test]
fn a_rota_is_read_in_the_order_in_which_its_members_are_called() {
    let text = format!(
        "{HOUSE}{MAIL}{HOOK}{}[[rota.member]]\nslug = \"eva\"\nmail = \"eva@m.example\"\non_duty = [\"Mon-Fri 18:00-08:00\"]\n\
         [[rota.member]]\nslug = \"ulf\"\nname = \"Ulf\"\nhook = \"sms\"\nnumber = \"+49 30 1\"\nlang = \"en\"\nlogin = \"ulf@m.example\"\n",
        rota("crisis-team", "repeat = \"3m\"\npass_on = \"9m\"\n")
    );
    let config = parse(&text).unwrap();
    let id = bedside_core::id::SiteId::new(bedside_core::time::Timestamp::from_micros(0), &[1; 10]);
    let settings = config.alarms.settings(&[("m".to_owned(), id)].into(), "https://desk.m.example");
    let rota = settings.rota(id, "crisis-team").unwrap();
    assert_eq!((rota.repeat, rota.pass_on), (Span::minutes(3), Span::minutes(9)));
    let members: Vec<_> =
        rota.members.iter().map(|one| (one.slug.as_str(), one.lang.as_str(), one.on_duty.len())).collect();
    assert_eq!(members, [("eva", "de", 10), ("ulf", "en", 0)]);
    assert_eq!(rota.members[1].login.as_deref(), Some("ulf@m.example"));
    assert!(settings.rota(id, "security").is_none());
}

#[test]
fn what_would_call_nobody_is_refused_with_its_line() {
    let member = "[[rota.member]]\nslug = \"eva\"\n";
    for (text, expect) in [
        (
            format!("{HOUSE}{}", rota("security", "")),
            "bedside.toml:6: [[rota]] security: has no member (add [[rota.member]] sections below it",
        ),
        (
            format!("{HOUSE}{}{member}", rota("security", "")),
            "bedside.toml:8: [[member]] eva: can't be reached (mail = \"…\", or hook",
        ),
        (
            format!("{HOUSE}{}{member}mail = \"eva@m.example\"\n", rota("security", "")),
            "bedside.toml:10: [[member]] eva: mail: there is no mail server (set one up with [mail]",
        ),
        (
            format!("{HOUSE}{HOOK}{}{member}hook = \"smss\"\n", rota("security", "")),
            "[[member]] eva: hook: there is no alarm_hook 'smss' (did you mean sms?)",
        ),
        (
            format!("{HOUSE}{MAIL}{}{member}mail = \"eva\"\n", rota("security", "")),
            "[[member]] eva: mail: 'eva' is no e-mail address",
        ),
        (
            format!("{HOUSE}{MAIL}{}{member}mail = \"eva@m.example\"\non_duty = [\"nachts\"]\n", rota("security", "")),
            "[[member]] eva: on_duty: 'nachts' is not understood",
        ),
        (
            format!("{HOUSE}{MAIL}{}{member}mail = \"eva@m.example\"\n", rota("security", "repeat = \"5s\"\n")),
            "[[rota]] security: repeat: '5s' is not within 30s and 2h",
        ),
        (
            format!(
                "{HOUSE}{MAIL}{}{member}mail = \"eva@m.example\"\n{}{member}mail = \"other@m.example\"\n",
                rota("security", ""),
                rota("default", "")
            ),
            "[[rota]] default: member eva is another one in an earlier rota of this site",
        ),
        ("[alarm]\ntest_at = \"ten\"".to_owned(), "bedside.toml:2: [alarm] test_at: 'ten' is no time"),
        ("[heartbeat]\nevery = \"5m\"".to_owned(), "[heartbeat] url: is missing (the watchdog's address"),
    ] {
        let problems = parse(&text).unwrap_err().to_string();
        assert!(problems.contains(expect), "expected {expect:?} in:\n{problems}");
    }
}

#[test]
fn a_team_that_no_rule_names_is_refused_and_one_that_alarms_name_and_nobody_answers_for_is_warned_of() {
    let text =
        format!("{HOUSE}{MAIL}{}[[rota.member]]\nslug = \"eva\"\nmail = \"eva@m.example\"\n", rota("crisis-taem", ""));
    let config = parse(&text).unwrap();
    let read = RulesRead::of(Jurisdiction::De, &[]).unwrap();
    let rules = read.rules();
    let unknown: Vec<String> =
        config.alarms.unknown_teams("bedside.toml", "m", rules).iter().map(ToString::to_string).collect();
    assert_eq!(unknown.len(), 1);
    assert!(unknown[0].contains("no rule of m names a team 'crisis-taem' (did you mean crisis-team?)"), "{unknown:?}");
    let nobody = config.alarms.uncovered("m", rules);
    for team in ["crisis-team", "clinical-on-call", "security", "safeguarding", "desk-on-call"] {
        assert!(nobody.contains(&team.to_owned()), "{team}: {nobody:?}");
    }
    assert!(!nobody.contains(&"legal".to_owned()), "a task of hours calls nobody: {nobody:?}");
    let all = parse(&text.replace("crisis-taem", "default")).unwrap();
    assert_eq!(all.alarms.uncovered("m", rules), Vec::<String>::new());
}
