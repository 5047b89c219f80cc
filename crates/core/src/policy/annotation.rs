//! What a rule says beside its condition: annotations, read strictly. An unknown or senseless one is refused.

use cedar_policy::{Effect as CedarEffect, Policy};

use super::{
    clock,
    decision::Wake,
    obligation::Obligation,
    rules::Act,
    written::{Problem, Written, nearest},
};
use crate::{
    label::{LabelKind, LabelTarget},
    time::Span,
};

/// Annotations a rule may carry.
const KNOWN: [&str; 16] = [
    "id",
    "reason_de",
    "reason_en",
    "source",
    "hold",
    "hold_from",
    "longest",
    "wakes",
    "leaves_to",
    "to",
    "within",
    "obliges",
    "labels",
    "labels_on",
    "labels_for",
    "clock",
];

/// The longest that a rule holds a case without a break unless it says otherwise with `@longest`; then a person decides.
pub(super) const LONGEST_HOLD: Span = Span::days(30);

/// From when a hold counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HoldFrom {
    /// The event the post speaks of; the post where that is not known.
    Event,
    /// The post.
    Post,
    /// The moment of the decision.
    Now,
}

/// What a forbid leaves instead of speech.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leaves {
    /// Silence.
    Silence,
    /// A person decides.
    Person,
    /// A wait.
    Wait {
        /// How long.
        span: Span,
        /// From when.
        from: HoldFrom,
        /// The longest in all, however often it is decided anew.
        longest: Span,
        /// What wakes it before.
        wakes: Vec<Wake>,
    },
}

/// Whom an escalation tells, and by when somebody must have taken it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alarm {
    pub to: Vec<String>,
    pub within: Span,
}

/// Everything the annotations of one rule say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notes {
    pub id: String,
    pub reason_de: String,
    pub reason_en: String,
    pub source: String,
    pub leaves: Leaves,
    pub alarm: Option<Alarm>,
    pub obliges: Vec<Obligation>,
    /// Labels it sets: which, on what, for how long.
    pub labels: Vec<(LabelKind, LabelTarget, Span)>,
    /// Clocks it starts.
    pub clocks: Vec<String>,
}

/// Reads the annotations of one rule, collecting every problem.
pub(super) struct Reading<'a> {
    written: Written<'a>,
    policy: &'a Policy,
    acts: &'a [Act],
    problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    pub fn notes(written: Written<'a>, policy: &'a Policy, acts: &'a [Act]) -> Result<Notes, Vec<Problem>> {
        let mut reading = Reading { written, policy, acts, problems: Vec::new() };
        reading.refuse_unknown();
        let notes = Notes {
            id: reading.id(),
            reason_de: reading.required("reason_de"),
            reason_en: reading.required("reason_en"),
            source: reading.required("source"),
            leaves: reading.leaves(),
            alarm: reading.alarm(),
            obliges: reading.obliges(),
            labels: reading.labels(),
            clocks: reading.clocks(),
        };
        if reading.problems.is_empty() { Ok(notes) } else { Err(reading.problems) }
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.policy.annotation(name).filter(|text| !text.trim().is_empty())
    }

    fn wrong(&mut self, name: &str, what: impl Into<String>, help: Option<String>) {
        let offset = self.written.text.find(&format!("@{name}")).unwrap_or(0);
        let problem = self.written.problem(self.policy.annotation("id"), offset, what);
        self.problems.push(Problem { help, ..problem });
    }

    fn refuse_unknown(&mut self) {
        for (name, _) in self.policy.annotations() {
            if !KNOWN.contains(&name) {
                self.wrong(name, format!("unknown annotation @{name}"), nearest(name, KNOWN));
            }
        }
    }

    fn required(&mut self, name: &str) -> String {
        let text = self.text(name).unwrap_or_default();
        if text.is_empty() {
            self.wrong(name, format!("@{name} is missing: every rule says it"), None);
        }
        text.to_owned()
    }

    fn id(&mut self) -> String {
        let id = self.required("id");
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-');
        if !id.chars().all(plain) {
            self.wrong("id", "an @id has lower-case letters, digits, _ . and - only", None);
        }
        id
    }

    fn is_speech_forbid(&self) -> bool {
        self.policy.effect() == CedarEffect::Forbid && self.acts.iter().all(|act| act.is_speech())
    }

    fn leaves(&mut self) -> Leaves {
        let (hold, person) = (self.text("hold"), self.text("leaves_to"));
        if (hold.is_some() || person.is_some()) && !self.is_speech_forbid() {
            self.wrong("hold", "@hold and @leaves_to belong to a forbid on speech", None);
        }
        if hold.is_none() {
            for name in ["hold_from", "longest", "wakes"] {
                if self.text(name).is_some() {
                    self.wrong(name, format!("@{name} needs @hold"), None);
                }
            }
        }
        match (hold, person) {
            (Some(_), Some(_)) => {
                self.wrong("leaves_to", "@hold and @leaves_to exclude each other", None);
                Leaves::Silence
            }
            (Some(span), None) => {
                let span = self.span("hold", span);
                Leaves::Wait { span, from: self.hold_from(), longest: self.longest(span), wakes: self.wakes() }
            }
            (None, Some("person")) => Leaves::Person,
            (None, Some(other)) => {
                self.wrong("leaves_to", format!("@leaves_to knows only \"person\", not \"{other}\""), None);
                Leaves::Silence
            }
            (None, None) => Leaves::Silence,
        }
    }

    fn span(&mut self, name: &str, text: &str) -> Span {
        match text.parse::<Span>() {
            Ok(span) if span > Span::ZERO => span,
            Ok(_) => {
                self.wrong(name, format!("@{name} must be longer than nothing"), None);
                Span::ZERO
            }
            Err(bad) => {
                self.wrong(name, format!("@{name}: {bad}"), None);
                Span::ZERO
            }
        }
    }

    /// A wait ends at last, also one that is counted from each decision anew.
    fn longest(&mut self, hold: Span) -> Span {
        let longest = self.text("longest").map_or(LONGEST_HOLD, |text| self.span("longest", text));
        if hold > longest {
            self.wrong(
                "hold",
                format!("@hold is longer than a case may be held: {longest}"),
                Some("say how long with @longest".to_owned()),
            );
        }
        longest
    }

    fn labels(&mut self) -> Vec<(LabelKind, LabelTarget, Span)> {
        let words: Vec<&str> = list(self.text("labels")).collect();
        let (on, lasts) = (self.text("labels_on"), self.text("labels_for"));
        if words.is_empty() {
            if on.is_some() || lasts.is_some() {
                self.wrong("labels_on", "@labels_on and @labels_for need @labels", None);
            }
            return Vec::new();
        }
        let target = match on {
            Some("author") => LabelTarget::Author,
            Some("thread") | None => LabelTarget::Thread,
            Some(other) => {
                self.wrong("labels_on", format!("@labels_on is \"author\" or \"thread\", not \"{other}\""), None);
                LabelTarget::Thread
            }
        };
        let span = lasts.map_or(Span::ZERO, |text| self.span("labels_for", text));
        if lasts.is_none() {
            self.wrong("labels", "a label that a rule sets ends: @labels_for(\"30d\")", None);
        }
        words.into_iter().filter_map(|word| Some((self.label(word)?, target, span))).collect()
    }

    /// A label with legal weight is set by people alone.
    fn label(&mut self, word: &str) -> Option<LabelKind> {
        let kind = LabelKind::from_word(word);
        match kind {
            None => {
                let help = nearest(word, LabelKind::ALL.iter().map(|kind| kind.as_str()));
                self.wrong("labels", format!("@labels: there is no label \"{word}\""), help);
            }
            Some(kind) if kind.has_legal_weight() => {
                self.wrong("labels", format!("@labels: \"{word}\" has legal weight, a person sets it"), None);
                return None;
            }
            Some(_) => {}
        }
        kind
    }

    fn clocks(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        let Some(text) = self.text("clock") else { return found };
        let known = clock::known();
        for id in list(Some(text)) {
            if known.iter().any(|one| one == id) {
                found.push(id.to_owned());
            } else {
                let help = nearest(id, known.iter().map(String::as_str));
                self.wrong("clock", format!("@clock: no pack has a clock \"{id}\""), help);
            }
        }
        found
    }

    fn hold_from(&mut self) -> HoldFrom {
        match self.text("hold_from") {
            Some("event") => HoldFrom::Event,
            Some("post") => HoldFrom::Post,
            Some("now") => HoldFrom::Now,
            other => {
                let what =
                    format!("@hold_from is \"event\", \"post\" or \"now\", not \"{}\"", other.unwrap_or_default());
                self.wrong("hold_from", what, None);
                HoldFrom::Now
            }
        }
    }

    /// The time always wakes a hold; these do so before.
    fn wakes(&mut self) -> Vec<Wake> {
        let mut wakes = vec![Wake::Time];
        for word in list(self.text("wakes")) {
            match word {
                "author_writes" => wakes.push(Wake::AuthorWrites),
                "label" => wakes.push(Wake::LabelChanges),
                "facts" => wakes.push(Wake::FactsChecked),
                other => {
                    let help = nearest(other, ["author_writes", "label", "facts"]);
                    self.wrong("wakes", format!("@wakes: \"{other}\" wakes nothing"), help);
                }
            }
        }
        wakes
    }

    fn alarm(&mut self) -> Option<Alarm> {
        let escalates = self.acts.contains(&Act::EscalateNow);
        match (self.text("to"), self.text("within")) {
            (Some(to), Some(within)) if escalates => {
                Some(Alarm { to: self.teams(to), within: self.span("within", within) })
            }
            (None, None) if !escalates => None,
            _ if escalates => {
                self.wrong("to", "an escalation needs @to and @within", None);
                None
            }
            _ => {
                self.wrong("to", "@to and @within belong to escalate_now", None);
                None
            }
        }
    }

    fn teams(&mut self, text: &str) -> Vec<String> {
        let teams: Vec<String> = list(Some(text)).map(str::to_owned).collect();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if let Some(odd) = teams.iter().find(|team| !team.chars().all(plain)) {
            self.wrong("to", format!("@to: a team is written like crisis-team, not \"{odd}\""), None);
        }
        teams
    }

    fn obliges(&mut self) -> Vec<Obligation> {
        let mut found = Vec::new();
        for word in list(self.text("obliges")) {
            match Obligation::from_word(word) {
                Some(obligation) => found.push(obligation),
                None => {
                    let help = nearest(word, Obligation::words());
                    self.wrong("obliges", format!("@obliges: \"{word}\" is no obligation known here"), help);
                }
            }
        }
        found
    }
}

fn list(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty())
}
