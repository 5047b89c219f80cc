//! A set of rules in force: packs and overlays parsed, checked strictly and sorted by action, once at start-up.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
    str::FromStr,
};

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Effect as CedarEffect, Entities, EntityId, EntityTypeName, EntityUid,
    Policy, PolicyId, PolicySet, Request, Schema, ValidationMode, Validator, ffi::DetailedError,
};

use super::{
    annotation::{Notes, Reading},
    decision::SpeechForm,
    near::Conjunct,
    packs,
    seen::Vocabulary,
    written::{Problem, RulesError, Written, nearest},
};
use crate::{site::Jurisdiction, triage::Lang};

/// What a rule can speak on. The order is that of the desk: who must know, what happens to the post, what we say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    EscalateNow,
    RemoveOrReport,
    Speak(SpeechForm),
}

impl Act {
    pub const ALL: &'static [Self] = &[
        Self::EscalateNow,
        Self::RemoveOrReport,
        Self::Speak(SpeechForm::AnswerPublicGeneric),
        Self::Speak(SpeechForm::InvitePrivate),
        Self::Speak(SpeechForm::AcknowledgeOnly),
    ];

    /// Every form of speech.
    pub const FORMS: &'static [Self] = &[
        Self::Speak(SpeechForm::AnswerPublicGeneric),
        Self::Speak(SpeechForm::InvitePrivate),
        Self::Speak(SpeechForm::AcknowledgeOnly),
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EscalateNow => "escalate_now",
            Self::RemoveOrReport => "remove_or_report",
            Self::Speak(form) => form.as_str(),
        }
    }

    pub const fn is_speech(self) -> bool {
        matches!(self, Self::Speak(_))
    }

    /// Whether an action named in a rule means this one; `speech` is the group of all forms.
    fn is_meant_by(self, action: &EntityUid) -> bool {
        let name = action.id().unescaped();
        name == self.as_str() || (self.is_speech() && name == "speech")
    }

    fn of(policy: &Policy) -> Vec<Self> {
        let meant = |act: &Self| match policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(one) => act.is_meant_by(&one),
            ActionConstraint::In(several) => several.iter().any(|one| act.is_meant_by(one)),
        };
        Self::ALL.iter().copied().filter(meant).collect()
    }
}

/// One rule in force.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub notes: Notes,
    pub file: String,
    pub line: usize,
    pub permits: bool,
    pub acts: Vec<Act>,
    /// Its conditions read the variable `action`.
    pub looks_at_action: bool,
    /// The facts and topics that its conditions ask for.
    pub rests_on: Vec<String>,
    /// Its conditions one by one, for near misses; only for permits of speech.
    pub conjuncts: Vec<Conjunct>,
}

/// The rules of one jurisdiction with a site's overlays, in force. Cheap to share, costly to load.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    by_id: HashMap<String, usize>,
    sets: Vec<Question>,
    pub(super) cedar: Cedar,
    pub(super) vocabulary: Vocabulary,
    version: String,
}

/// Rules that are asked together.
#[derive(Debug)]
struct Question {
    /// What the answer is about: one action, or every form of speech.
    acts: &'static [Act],
    action: EntityUid,
    set: PolicySet,
}

/// What every question to Cedar needs, made once.
#[derive(Debug)]
pub(super) struct Cedar {
    authorizer: Authorizer,
    entities: Entities,
    principal: EntityUid,
    resource: EntityUid,
}

/// What the rules on one action say.
pub(super) struct Heard<'r> {
    pub act: Act,
    pub permits: Vec<&'r Rule>,
    pub forbids: Vec<&'r Rule>,
    pub errors: Vec<&'r Rule>,
}

impl Rules {
    /// Reads the packs that come with the program for `jurisdiction`, then the `overlays` (name and text) of a site.
    /// An overlay adds rules; it edits none of ours.
    ///
    /// # Errors
    /// Anything that is not as it must be: syntax, an unknown fact, word or annotation, an id twice, a rule without
    /// reasons, a forbid on escalation. Every problem is named with file, line and rule.
    pub fn load(jurisdiction: Jurisdiction, overlays: &[(&str, &str)]) -> Result<Self, RulesError> {
        let texts: Vec<_> = packs::of(jurisdiction).into_iter().chain(overlays.iter().copied()).collect();
        Self::from_texts(&texts)
    }

    /// Reads exactly these rule files (name and text) and no pack: for replay and for tests of rules.
    ///
    /// # Errors
    /// As [`Rules::load`].
    pub fn from_texts(texts: &[(&str, &str)]) -> Result<Self, RulesError> {
        let schema = schema()?;
        let mut problems = Vec::new();
        let mut read: Vec<(Rule, Policy, Written<'_>)> = Vec::new();
        for written in texts.iter().flat_map(|(file, text)| Written::split(file, text)) {
            match read_rule(written) {
                Ok(rule) => read.push(rule),
                Err(found) => problems.extend(found),
            }
        }
        problems.extend(twice(&read));
        if problems.is_empty() {
            problems.extend(validate(&schema, &read));
        }
        if problems.is_empty() { Ok(Self::of(&schema, texts, read)?) } else { Err(RulesError { problems }) }
    }

    fn of(schema: &Schema, texts: &[(&str, &str)], read: Vec<(Rule, Policy, Written<'_>)>) -> Result<Self, RulesError> {
        // Rules on all forms of speech are asked once, not three times.
        let whole = question(Act::FORMS, read.iter().filter(|(rule, ..)| rule.asked_once()))?;
        let mut sets = vec![whole];
        for act in Act::ALL {
            let meant = |rule: &Rule| rule.acts.contains(act) && !rule.asked_once();
            sets.push(question(std::slice::from_ref(act), read.iter().filter(|(rule, ..)| meant(rule)))?);
        }
        let rules: Vec<Rule> = read.into_iter().map(|(rule, ..)| rule).collect();
        let by_id = rules.iter().enumerate().map(|(n, rule)| (rule.notes.id.clone(), n)).collect();
        let version = fingerprint(texts);
        Ok(Self { rules, by_id, sets, cedar: Cedar::new(schema)?, vocabulary: Vocabulary::new(), version })
    }

    /// Fingerprint of everything that decides: schema, packs and overlays. The first 16 digits of a SHA-256.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The ids of all rules, in the order of the files.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.notes.id.as_str())
    }

    /// The teams that escalations tell; those of alarms alone, or all.
    #[must_use]
    pub fn teams(&self, alarms_only: bool) -> BTreeSet<&str> {
        let told = self.rules.iter().filter_map(|rule| rule.notes.alarm.as_ref());
        let meant = told.filter(|alarm| !alarms_only || alarm.within <= crate::time::Span::hours(1));
        meant.flat_map(|alarm| alarm.to.iter().map(String::as_str)).collect()
    }

    /// Why the rule exists, in plain words, German or (any other language) English.
    #[must_use]
    pub fn reason(&self, id: &str, lang: Lang) -> Option<&str> {
        let notes = &self.rule(id)?.notes;
        Some(if lang == Lang::De { &notes.reason_de } else { &notes.reason_en })
    }

    /// Where the rule comes from: law, guidance, research.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<&str> {
        self.rule(id).map(|rule| rule.notes.source.as_str())
    }

    /// Every rule, in the order of the files.
    pub(super) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    pub(super) fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.get(*self.by_id.get(id)?)
    }

    /// Rules that permit speech, in the order of the files.
    pub(super) fn speech_permits(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.permits && rule.acts.iter().any(|act| act.is_speech()))
    }

    /// Asks the rules on every action; the answers stand in the order of [`Act::ALL`].
    pub(super) fn hear(&self, context: &Context) -> Option<Vec<Heard<'_>>> {
        let mut heard: Vec<Heard<'_>> = Act::ALL.iter().map(|act| Heard::nothing(*act)).collect();
        for question in &self.sets {
            let answer = self.cedar.ask(&question.action, &question.set, context)?;
            let fired = self.places(answer.diagnostics().reason());
            let failed = self.places(answer.diagnostics().errors().map(failing));
            for one in heard.iter_mut().filter(|one| question.acts.contains(&one.act)) {
                for rule in &fired {
                    if rule.permits { one.permits.push(rule) } else { one.forbids.push(rule) }
                }
                one.errors.extend(&failed);
            }
        }
        Some(heard)
    }

    /// The rules of these ids in the order of the files; Cedar gives them in none.
    fn places<'p>(&self, ids: impl Iterator<Item = &'p PolicyId>) -> Vec<&Rule> {
        let mut places: Vec<usize> =
            ids.filter_map(|id| self.by_id.get(<PolicyId as AsRef<str>>::as_ref(id)).copied()).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| self.rules.get(place)).collect()
    }
}

impl Heard<'_> {
    const fn nothing(act: Act) -> Self {
        Self { act, permits: Vec::new(), forbids: Vec::new(), errors: Vec::new() }
    }
}

impl Rule {
    /// Whether one answer serves all forms of speech: the rule is on all of them and its conditions look at no action.
    fn asked_once(&self) -> bool {
        self.acts == Act::FORMS && !self.looks_at_action
    }
}

fn question<'r>(
    acts: &'static [Act],
    rules: impl Iterator<Item = &'r (Rule, Policy, Written<'r>)>,
) -> Result<Question, RulesError> {
    let set = PolicySet::from_policies(rules.map(|(_, policy, _)| policy.clone()));
    let name = acts.first().map_or("speech", |act| act.as_str());
    Ok(Question { acts, action: uid("Action", name)?, set: set.map_err(|bad| internal(&bad.to_string()))? })
}

fn failing(error: &cedar_policy::AuthorizationError) -> &PolicyId {
    match error {
        cedar_policy::AuthorizationError::PolicyEvaluationError(one) => one.policy_id(),
    }
}

impl Cedar {
    fn new(schema: &Schema) -> Result<Self, RulesError> {
        // The entities hold the action groups; without them `action in Action::"speech"` would never match.
        let entities = Entities::from_entities([], Some(schema)).map_err(|bad| internal(&bad.to_string()))?;
        let (principal, resource) = (uid("House", "house")?, uid("Post", "post")?);
        Ok(Self { authorizer: Authorizer::new(), entities, principal, resource })
    }

    pub fn ask(&self, action: &EntityUid, set: &PolicySet, context: &Context) -> Option<cedar_policy::Response> {
        let (principal, resource) = (self.principal.clone(), self.resource.clone());
        let request = Request::new(principal, action.clone(), resource, context.clone(), None).ok()?;
        Some(self.authorizer.is_authorized(&request, set, &self.entities))
    }
}

fn schema() -> Result<Schema, RulesError> {
    match Schema::from_cedarschema_str(packs::SCHEMA) {
        Ok((schema, _)) => Ok(schema),
        Err(bad) => Err(internal(&bad.to_string())),
    }
}

pub(super) fn uid(kind: &str, name: &str) -> Result<EntityUid, RulesError> {
    let kind = EntityTypeName::from_str(kind).map_err(|bad| internal(&bad.to_string()))?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(name)))
}

/// A problem of what comes with the program.
pub(super) fn internal(what: &str) -> RulesError {
    let file = "policies/schema.cedarschema".to_owned();
    RulesError { problems: vec![Problem { file, line: 1, rule: None, what: what.to_owned(), help: None }] }
}

fn read_rule(written: Written<'_>) -> Result<(Rule, Policy, Written<'_>), Vec<Problem>> {
    let policy = parse(written).map_err(|problem| vec![problem])?;
    let acts = Act::of(&policy);
    let permits = policy.effect() == CedarEffect::Permit;
    if let Some(what) = misplaced(permits, &acts) {
        let offset = written.text.find("action").unwrap_or(0);
        return Err(vec![written.problem(policy.annotation("id"), offset, what)]);
    }
    let notes = Reading::notes(written, &policy, &acts)?;
    if let Some(what) = super::strikes::misread(&policy, &acts, &notes.leaves) {
        let offset = written.text.find("context.strikes").unwrap_or(0);
        return Err(vec![written.problem(Some(&notes.id), offset, what)]);
    }
    let conjuncts =
        if permits && acts.iter().any(|act| act.is_speech()) { Conjunct::of(&policy, &acts) } else { vec![] };
    let policy = policy.new_id(PolicyId::new(&notes.id));
    let looks_at_action = super::near::conditions_name(written.text, "action");
    let (file, line) = (written.file.to_owned(), written.line);
    let rests_on = super::near::rests_on(written.text);
    let rule = Rule { notes, file, line, permits, acts, looks_at_action, rests_on, conjuncts };
    Ok((rule, policy, written))
}

fn misplaced(permits: bool, acts: &[Act]) -> Option<&'static str> {
    let speaks = acts.iter().any(|act| act.is_speech());
    if acts.is_empty() {
        Some("the rule names no action known here")
    } else if !permits && acts.contains(&Act::EscalateNow) {
        Some("no rule may forbid escalate_now; name the action, e.g. action in Action::\"speech\"")
    } else if speaks && !acts.iter().all(|act| act.is_speech()) {
        Some("a rule speaks either on speech or on what stands beside it, not on both")
    } else {
        None
    }
}

fn parse(written: Written<'_>) -> Result<Policy, Problem> {
    Policy::parse(None, written.text).map_err(|bad| {
        let bad = DetailedError::from(&bad);
        Problem { help: bad.help.clone(), ..written.problem(None, offset(&bad), bad.message) }
    })
}

fn offset(bad: &DetailedError) -> usize {
    bad.source_locations.first().map_or(0, |at| at.loc.start)
}

fn twice(read: &[(Rule, Policy, Written<'_>)]) -> Vec<Problem> {
    let mut first: HashMap<&str, &Rule> = HashMap::new();
    let mut problems = Vec::new();
    for (rule, _, written) in read {
        let id = rule.notes.id.as_str();
        if let Some(other) = first.insert(id, rule) {
            let what = format!("the id is taken, see {}:{}", other.file, other.line);
            problems.push(written.problem(Some(id), 0, what));
        }
    }
    problems
}

/// Strict validation, rule by rule, so that every problem has its file and line. A rule that can never apply is
/// refused too: mostly it is a mistyped condition.
fn validate(schema: &Schema, read: &[(Rule, Policy, Written<'_>)]) -> Vec<Problem> {
    let validator = Validator::new(schema.clone());
    let mut problems: Vec<Problem> = Vec::new();
    for (rule, policy, written) in read {
        let id = rule.notes.id.as_str();
        let Ok(set) = PolicySet::from_policies([policy.clone()]) else { continue };
        let asked: Vec<Problem> = never_there(*written, id).collect();
        if !asked.is_empty() {
            // Cedar would say that the rule is impossible, which is true and helps nobody.
            problems.extend(asked);
            continue;
        }
        let result = validator.validate(&set, ValidationMode::Strict);
        let errors = result.validation_errors().map(DetailedError::from);
        for bad in errors.chain(result.validation_warnings().map(DetailedError::from)) {
            let problem = invalid(*written, id, &bad);
            // Cedar says the same once for each form of speech.
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems
}

/// `context has NAME` of a fact that there is not: Cedar takes it for "never there", so that the rule never applies.
fn never_there<'w>(written: Written<'w>, id: &'w str) -> impl Iterator<Item = Problem> + 'w {
    let known = packs::fact_names();
    super::written::asked_for(written.text).into_iter().filter_map(move |(name, offset)| {
        if known.contains(&name.as_str()) {
            return None;
        }
        let help = nearest(&name, known.iter().copied());
        let what = format!("there is no fact `{name}` that context could have");
        Some(Problem { help, ..written.problem(Some(id), offset, what) })
    })
}

fn invalid(written: Written<'_>, id: &str, bad: &DetailedError) -> Problem {
    let what = bad
        .message
        .strip_prefix(&format!("for policy `{id}`"))
        .unwrap_or(&bad.message)
        .trim_start_matches([',', ':', ' ']);
    let what = match what.split_once(" for Action::\"") {
        Some((before, after)) => format!("{before}{}", after.split_once('"').map_or("", |(_, rest)| rest)),
        None => what.to_owned(),
    };
    let help = entity_help(&what).or_else(|| bad.help.clone());
    Problem { help, ..written.problem(Some(id), offset(bad), what) }
}

/// Cedar names an unknown word of a list but suggests none.
fn entity_help(what: &str) -> Option<String> {
    let (list, word) = super::seen::lists().into_iter().find_map(|(list, words)| {
        let rest = what.split_once(&format!("{list}::\""))?.1;
        Some((words, rest.split('"').next()?))
    })?;
    nearest(word, list)
}

fn fingerprint(texts: &[(&str, &str)]) -> String {
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    for (name, text) in [("schema", packs::SCHEMA)].iter().chain(texts) {
        for part in [name, text] {
            digest.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
    }
    digest.finish().as_ref().iter().take(8).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
