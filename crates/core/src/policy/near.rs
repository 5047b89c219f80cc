//! Near misses: a permit's conditions one by one, so that silence can name what was missing.

use cedar_policy::{Context, Decision as CedarDecision, EntityUid, Policy, PolicySet};

use super::{
    decision::NearMiss,
    rules::{Act, Cedar, Rule, Rules, uid},
    written::Tokens,
};

/// One condition of a permit: as written, and as a policy of its own.
#[derive(Debug, Clone)]
pub(super) struct Conjunct {
    written: String,
    action: EntityUid,
    policy: PolicySet,
}

/// How many near misses a decision names.
const AT_MOST: usize = 3;

impl Conjunct {
    /// The conditions of `policy` on the first of `acts`. A condition that can't stand alone counts as part of its whole.
    pub fn of(policy: &Policy, acts: &[Act]) -> Vec<Self> {
        let text = policy.to_string();
        let clauses = clauses(&text).into_iter();
        clauses.flat_map(|clause| clause.split()).filter_map(|written| Self::alone(written, acts)).collect()
    }

    fn alone(written: String, acts: &[Act]) -> Option<Self> {
        let body = match written.strip_prefix("unless ") {
            Some(body) => format!("unless {body}"),
            None => format!("when {{ {written} }}"),
        };
        let policy = Policy::parse(None, format!("permit (principal, action, resource) {body};")).ok()?;
        let policy = PolicySet::from_policies([policy]).ok()?;
        Some(Self { written, action: uid("Action", acts.first()?.as_str()).ok()?, policy })
    }

    fn holds(&self, cedar: &Cedar, context: &Context) -> bool {
        let answer = cedar.ask(&self.action, &self.policy, context);
        answer.is_some_and(|answer| answer.decision() == CedarDecision::Allow)
    }
}

impl Rules {
    /// The permits of speech that miss the fewest conditions, nearest first.
    pub(super) fn near(&self, context: &Context) -> Vec<NearMiss> {
        let mut misses: Vec<(usize, NearMiss)> =
            self.speech_permits().filter_map(|rule| miss(rule, &self.cedar, context)).collect();
        misses.sort_by_key(|(missing, _)| *missing);
        misses.into_iter().take(AT_MOST).map(|(_, near)| near).collect()
    }
}

fn miss(rule: &Rule, cedar: &Cedar, context: &Context) -> Option<(usize, NearMiss)> {
    let failed: Vec<&str> =
        rule.conjuncts.iter().filter(|one| !one.holds(cedar, context)).map(|one| one.written.as_str()).collect();
    let near = NearMiss { rule: rule.notes.id.clone(), failed: failed.join(" && ") };
    (!failed.is_empty()).then_some((failed.len(), near))
}

/// Whether the conditions of a policy use this word. One in a comment counts too: better asked once too often.
pub(super) fn conditions_name(text: &str, word: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    clauses(text).iter().any(|clause| clause.body.split(|c| !joins(c)).any(|part| part == word))
}

/// The facts and topics that a policy's conditions ask for, by their names in the schema. What stands in a negation is left
/// out: a rule rests on what is there, and its absence can't be shown.
pub(super) fn rests_on(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for clause in clauses(text).iter().filter(|clause| !clause.unless) {
        for name in affirmed(clause.body) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// `context.NAME` and `Topic::"NAME"` of a body, but for what `!` negates.
fn affirmed(body: &str) -> Vec<String> {
    let tokens: Vec<_> = Tokens::of(body).collect();
    let (mut names, mut word, mut depth) = (Vec::new(), String::new(), 0_usize);
    // The depth at which a negation began; it ends where that depth is left or joined on.
    let mut denied: Option<usize> = None;
    for (n, token) in tokens.iter().enumerate() {
        let next = tokens.get(n + 1).map(|next| next.char);
        let joins = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == ':';
        match token.char {
            '!' if next != Some('=') => denied = denied.or(Some(depth)),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_over = matches!(token.char, '&' | '|') || matches!(token.char, ')' | ']' | '}');
        if denied.is_some_and(|from| is_over && (depth < from || (depth == from && matches!(token.char, '&' | '|')))) {
            denied = None;
        }
        if token.char == '"' {
            let name = body.get(token.at.start + 1..token.at.end.saturating_sub(1)).unwrap_or_default();
            if word == "Topic::" && denied.is_none() {
                names.push(name.to_owned());
            }
            word.clear();
        } else if joins(token.char) {
            word.push(token.char);
            let goes_on = tokens.get(n + 1).is_some_and(|next| joins(next.char) && next.at.start == token.at.end);
            if !goes_on && word != "Topic::" {
                let name = word.strip_prefix("context.").and_then(|rest| rest.split('.').next()).unwrap_or_default();
                if !name.is_empty() && denied.is_none() {
                    names.push(name.to_owned());
                }
                word.clear();
            }
        } else {
            word.clear();
        }
    }
    names
}

/// A `when` or `unless` with its body.
struct Clause<'t> {
    unless: bool,
    body: &'t str,
}

/// The clauses of a policy: at depth 0, a word followed by braces.
fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut found = Vec::new();
    let (mut depth, mut word, mut open) = (0_usize, String::new(), 0);
    for token in Tokens::of(text) {
        match token.char {
            '{' if depth == 0 => {
                open = token.at.end;
                depth = 1;
            }
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && token.char == '}' {
                    let body = text.get(open..token.at.start).unwrap_or_default();
                    found.push(Clause { unless: word.ends_with("unless"), body });
                }
                if depth == 0 {
                    word.clear();
                }
            }
            char if depth == 0 => word.push(char),
            _ => {}
        }
    }
    found
}

impl Clause<'_> {
    /// The parts joined by `&&` at the top. Where `||` or `if` stands at the top too, the body is one part.
    fn split(&self) -> Vec<String> {
        if self.unless {
            return vec![format!("unless {{ {} }}", tidy(self.body))];
        }
        let tokens: Vec<_> = Tokens::of(self.body).collect();
        let (mut depth, mut cuts, mut whole) = (0_i32, vec![0], starts_with_if(self.body));
        for (token, next) in tokens.iter().zip(tokens.iter().skip(1)) {
            match (token.char, next.char) {
                ('(' | '{' | '[', _) => depth += 1,
                (')' | '}' | ']', _) => depth -= 1,
                ('&', '&') if depth == 0 => cuts.extend([token.at.start, next.at.end]),
                ('|', '|') if depth == 0 => whole = true,
                _ => {}
            }
        }
        if whole {
            return vec![tidy(self.body)];
        }
        cuts.push(self.body.len());
        cuts.chunks(2)
            .map(|pair| match pair {
                [from, to] => tidy(self.body.get(*from..*to).unwrap_or_default()),
                _ => String::new(),
            })
            .filter(|part| !part.is_empty())
            .collect()
    }
}

fn starts_with_if(body: &str) -> bool {
    body.split_whitespace().next() == Some("if")
}

/// One line, without comments.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        clauses(text).into_iter().flat_map(|clause| clause.split()).collect()
    }

    #[test]
    fn a_rule_rests_on_what_it_asks_for_and_not_on_what_it_denies() {
        let head = "permit (principal, action == Action::\"x\", resource)";
        let rests = |body: &str| rests_on(&format!("{head} when {{ {body} }};")).join(" ");
        assert_eq!(
            rests("context.topics.contains(Topic::\"threat\") || context.hostility >= 3"),
            "topics threat hostility"
        );
        assert_eq!(
            rests("context.staff_named && !(context.identifier && context.claim) && context.death"),
            "staff_named death"
        );
        assert_eq!(
            rests("!context.topics.containsAny([Topic::\"praise\", Topic::\"spam\"]) && context.claim"),
            "claim"
        );
        assert_eq!(rests("context has hours_since_event && context.lang != Lang::\"de\""), "lang");
        assert_eq!(rests_on(&format!("{head} when {{ context.claim }} unless {{ context.death }};")), ["claim"]);
    }

    #[test]
    fn conditions_are_taken_apart_at_the_top_only() {
        let head = "@id(\"a {\") permit (principal, action == Action::\"x\", resource)";
        assert_eq!(
            parts(&format!("{head} when {{ a && (b || c) &&\n [d].contains(e) }};")),
            ["a", "(b || c)", "[d].contains(e)"]
        );
        assert_eq!(parts(&format!("{head} when {{ a || b && c }};")), ["a || b && c"]);
        assert_eq!(parts(&format!("{head} when {{ if a then b else c && d }};")), ["if a then b else c && d"]);
        assert_eq!(parts(&format!("{head} when {{ a }} unless {{ b && c }};")), ["a", "unless { b && c }"]);
        assert_eq!(parts(&format!("{head};")), Vec::<String>::new());
    }
}
