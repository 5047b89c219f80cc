//! Who may do what at the desk: Cedar rules over the roles a person has at a site. Default deny.

use std::collections::{BTreeSet, HashMap};

use cedar_policy::{
    Authorizer, Decision as CedarDecision, Effect, Entities, EntityUid, Policy, PolicyId, PolicySet, Request, Response,
    Schema, ValidationMode, Validator,
};
use serde::{Deserialize, Serialize};

use super::{
    packs,
    rules::{internal, uid},
    seen::{Value, Vocabulary},
    written::{RulesError, Written},
};
use crate::{site::Role, triage::Lang};

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)*) => {
        /// What a person can do at the desk.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum DeskAction { $($(#[$doc])* $variant,)* }

        impl DeskAction {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            /// The word in `policies/desk/desk.cedar` and in the log.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

actions! {
    /// See cases with the text masked.
    ReadMasked = "read_masked",
    /// See the text of posts, drafts and notes.
    ReadText = "read_text",
    /// Search in texts.
    Search = "search",
    /// Read the log.
    ReadLog = "read_log",
    /// Write or change a draft.
    Draft = "draft",
    /// Ask for approval.
    Submit = "submit",
    /// Approve what somebody else wrote.
    Approve = "approve",
    /// Send a draft back with a note.
    SendBack = "send_back",
    /// Call back a reply before it leaves.
    Undo = "undo",
    /// Take a case or an escalation on.
    Take = "take",
    /// Give a case to somebody.
    Assign = "assign",
    /// Write a note.
    Note = "note",
    /// Set a label.
    Label = "label",
    /// Remove a label.
    Unlabel = "unlabel",
    /// Set or remove a label with legal weight.
    LegalLabel = "legal_label",
    /// Hold a case.
    Hold = "hold",
    /// End a hold early.
    Release = "release",
    /// Decide otherwise than the rules.
    Decide = "decide",
    /// Close a case.
    Resolve = "resolve",
    /// Take a post of ours down.
    TakeDown = "take_down",
    /// Stop sending.
    Pause = "pause",
    /// Let sending run again.
    Resume = "resume",
    /// Set up people and roles.
    ManagePeople = "manage_people",
    /// Set up channels.
    ManageChannels = "manage_channels",
    /// Make a one-time link to the private door.
    InviteToDoor = "invite_to_door",
    /// Confirm or refuse that an account belongs to a record.
    ConfirmLink = "confirm_link",
    /// See the links to the record's systems and what became of their messages, without what they hold.
    ReadLinks = "read_links",
    /// Have a message of the record brought into the patient index once more.
    ReplayMessage = "replay_message",
    /// See what a message of the record holds.
    ReadMessage = "read_message",
    /// See what a document for the record says and what its receiver answered.
    ReadDocument = "read_document",
    /// Mend a document that could not be filed, have it sent again, or drop it.
    SettleDocument = "settle_document",
    /// See texts in previews as they are, without names and numbers covered.
    ReadUnmasked = "read_unmasked",
    /// Say that something was found wrongly, or not at all.
    MarkWrong = "mark_wrong",
    /// See what people said so, without the texts.
    ReadExamples = "read_examples",
    /// Export it as labelled examples, with the texts.
    ExportExamples = "export_examples",
    /// See every case, not alarms alone.
    ReadEvery = "read_every",
    /// Send an approved crisis reply without a second person before.
    CrisisReply = "crisis_reply",
    /// Read afterwards what was sent so.
    ReadCrisisReply = "read_crisis_reply",
    /// See the rules in force and their versions.
    ReadRules = "read_rules",
    /// Write the house's own rules, replay them, set a version aside.
    WriteRules = "write_rules",
    /// Put a version of the house's own rules in force, or take that back.
    PutRulesInForce = "put_rules_in_force",
    /// Go one step back to the rules before.
    StepRulesBack = "step_rules_back",
    /// Run the cases that the house keeps against rules.
    RunPolicyCases = "run_policy_cases",
    /// Export those cases, with the texts.
    ExportPolicyCases = "export_policy_cases",
    /// Start a clock of law or contract on a case.
    StartClock = "start_clock",
    /// End one, with a reason.
    EndClock = "end_clock",
    /// Switch incident mode on and off, and say where an incident stands.
    Incident = "incident",
    /// See the statements of the library.
    ReadStatements = "read_statements",
    /// Write or change a statement, ask for its approval, take it out of use.
    WriteStatement = "write_statement",
    /// Approve a statement that somebody else wrote, or send it back.
    ApproveStatement = "approve_statement",
    /// See the balance: figures without texts.
    ReadBalance = "read_balance",
    /// Hand out everything that is kept of somebody.
    ExportPerson = "export_person",
    /// Erase somebody.
    ErasePerson = "erase_person",
}

/// What a permission rests on beside roles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seat {
    /// The draft at hand was written by this person.
    pub own_draft: bool,
}

/// Why somebody may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{reason_en}")]
pub struct Refusal {
    /// The rules that forbid it; empty: no rule permits it.
    pub rules: Vec<String>,
    /// Why, in German.
    pub reason_de: String,
    /// Why, in English.
    pub reason_en: String,
}

impl Refusal {
    /// Why, in German or (any other language) English.
    #[must_use]
    pub fn reason(&self, lang: Lang) -> &str {
        if lang == Lang::De { &self.reason_de } else { &self.reason_en }
    }
}

/// One cell of the table of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// The action.
    pub action: DeskAction,
    /// The only role of a person.
    pub role: Role,
    /// Whether that role may.
    pub may: bool,
    /// Whether it may with a draft of one's own.
    pub may_own: bool,
    /// The ids of the rules behind it, in order: those that permit it, and those that forbid it with a draft of one's own.
    pub rules: Vec<String>,
}

/// A rule of the desk in words, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeskRule {
    /// Its id.
    pub id: String,
    /// Whether it forbids; else it permits.
    pub forbids: bool,
    /// Why, in German.
    pub reason_de: String,
    /// Why, in English.
    pub reason_en: String,
    /// Where it comes from: a law with its article, published guidance, a rule of the house.
    pub source: String,
}

/// The desk's permissions, in force.
#[derive(Debug)]
pub struct Desk {
    authorizer: Authorizer,
    entities: Entities,
    policies: PolicySet,
    vocabulary: Vocabulary,
    person: EntityUid,
    site: EntityUid,
    actions: HashMap<DeskAction, EntityUid>,
}

impl Desk {
    /// Reads the permissions that come with the program.
    ///
    /// # Errors
    /// A rule is not as it must be, with file and line.
    pub fn load() -> Result<Self, RulesError> {
        let (file, text) = packs::DESK;
        Self::read(file, text)
    }

    /// Reads permissions from `text`, which stands in `file`.
    ///
    /// # Errors
    /// A rule is not as it must be, with file and line.
    pub fn read(file: &str, text: &str) -> Result<Self, RulesError> {
        let (schema, _) = Schema::from_cedarschema_str(packs::DESK_SCHEMA).map_err(|bad| internal(&bad.to_string()))?;
        let policies = read(file, text)?;
        let checked = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        if let Some(bad) = checked.validation_errors().next() {
            return Err(internal(&bad.to_string()));
        }
        let mut actions = HashMap::new();
        for action in DeskAction::ALL {
            actions.insert(*action, uid("Action", action.as_str())?);
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            entities: Entities::from_entities([], Some(&schema)).map_err(|bad| internal(&bad.to_string()))?,
            policies,
            vocabulary: Vocabulary::new(),
            person: uid("Person", "person")?,
            site: uid("Site", "site")?,
            actions,
        })
    }

    /// Whether somebody with these `roles` at the site may do `action`.
    ///
    /// # Errors
    /// They may not; the refusal says why, in both languages. A rule that can't be evaluated refuses too.
    pub fn may(&self, roles: &[Role], action: DeskAction, seat: Seat) -> Result<(), Refusal> {
        let answer = self.ask(roles, action, seat).ok_or_else(no_rule)?;
        let whole = answer.diagnostics().errors().next().is_none();
        if answer.decision() == CedarDecision::Allow && whole {
            return Ok(());
        }
        let forbids: Vec<&PolicyId> = answer.diagnostics().reason().filter(|_| whole).collect();
        Err(self.refusal(&forbids))
    }

    /// The table of permissions: every action for every role alone.
    #[must_use]
    pub fn matrix(&self) -> Vec<Permission> {
        let cells = DeskAction::ALL.iter().flat_map(|action| Role::ALL.map(|role| (*action, role)));
        cells.map(|(action, role)| self.cell(action, role)).collect()
    }

    /// Every rule in words, in the order of their ids.
    #[must_use]
    pub fn rules(&self) -> Vec<DeskRule> {
        let word = |rule: &Policy, name: &str| rule.annotation(name).unwrap_or_default().to_owned();
        let mut rules: Vec<DeskRule> = self
            .policies
            .policies()
            .map(|rule| DeskRule {
                id: rule.id().to_string(),
                forbids: rule.effect() == Effect::Forbid,
                reason_de: word(rule, "reason_de"),
                reason_en: word(rule, "reason_en"),
                source: word(rule, "source"),
            })
            .collect();
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        rules
    }

    fn cell(&self, action: DeskAction, role: Role) -> Permission {
        let may = |own_draft| self.may(&[role], action, Seat { own_draft }).is_ok();
        let (may, may_own) = (may(false), may(true));
        let mut rules = BTreeSet::new();
        for own_draft in [false, true].into_iter().filter(|_| may) {
            let answer = self.ask(&[role], action, Seat { own_draft });
            rules.extend(answer.iter().flat_map(|answer| answer.diagnostics().reason()).map(ToString::to_string));
        }
        Permission { action, role, may, may_own, rules: rules.into_iter().collect() }
    }

    /// What the rules say; `None` where they can't be asked.
    fn ask(&self, roles: &[Role], action: DeskAction, seat: Seat) -> Option<Response> {
        let roles = Value::Words("Role", roles.iter().map(|role| role.as_str()).collect());
        let named = [("roles", Some(roles)), ("own_draft", Some(Value::Truth(seat.own_draft)))];
        let context = self.vocabulary.context(&named)?;
        let uid = self.actions.get(&action).cloned()?;
        let request = Request::new(self.person.clone(), uid, self.site.clone(), context, None).ok()?;
        Some(self.authorizer.is_authorized(&request, &self.policies, &self.entities))
    }

    fn refusal(&self, forbids: &[&PolicyId]) -> Refusal {
        let reason =
            |name: &str| forbids.iter().find_map(|id| self.policies.policy(id)?.annotation(name).map(str::to_owned));
        match (reason("reason_de"), reason("reason_en")) {
            (Some(reason_de), Some(reason_en)) => {
                Refusal { rules: forbids.iter().map(ToString::to_string).collect(), reason_de, reason_en }
            }
            _ => no_rule(),
        }
    }
}

fn no_rule() -> Refusal {
    Refusal {
        rules: Vec::new(),
        reason_de: "Ihre Rolle an diesem Haus erlaubt das nicht.".to_owned(),
        reason_en: "Your role at this house does not allow it.".to_owned(),
    }
}

fn read(file: &str, text: &str) -> Result<PolicySet, RulesError> {
    let mut set = PolicySet::new();
    for written in Written::split(file, text) {
        let wrong = |what: String| RulesError { problems: vec![written.problem(None, 0, what)] };
        let policy = Policy::parse(None, written.text).map_err(|bad| wrong(bad.to_string()))?;
        let id = policy.annotation("id").map(PolicyId::new).ok_or_else(|| wrong("@id is missing".to_owned()))?;
        for name in ["reason_de", "reason_en", "source"] {
            policy.annotation(name).ok_or_else(|| wrong(format!("@{name} is missing")))?;
        }
        set.add(policy.new_id(id)).map_err(|bad| wrong(bad.to_string()))?;
    }
    Ok(set)
}
