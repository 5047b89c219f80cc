//! Reads one post: all phrases of all lists, then what they say together.

use std::{collections::HashSet, ops::Range};

use super::{
    Evidence, Hostility, Lang, Signal, SignalKind, Signals, Speaker, Topic, TopicScore, Urgency, language,
    learned::{self, Dense, Features, Flag, Learned},
    lists::{self, Means},
    settle,
    weigh::{self, Counted},
    when,
};
use crate::{
    model::{Table, each_word},
    scan::identifiers,
    text::{Found, Hit, Phrases, Places, Plain, Words},
    time::Timestamp,
};

/// Reads posts by rules. Made once, used for all posts, from any thread; the same post gets the same answer every time.
#[derive(Debug)]
pub struct Triage {
    phrases: Phrases,
    means: Vec<Means>,
    /// The names of the lines, as evidence for people.
    rules: Vec<String>,
    learned: Learned,
}

/// A post to read.
#[derive(Debug, Clone, Copy)]
pub struct TriageInput<'a> {
    /// The text as it was written.
    pub text: &'a str,
    /// The language to assume where the text is too short to tell: the author's, the channel's. `Unknown` for none.
    pub lang_hint: Lang,
    /// When it was written: "this morning" is read against it.
    pub at: Timestamp,
}

impl Default for Triage {
    fn default() -> Self {
        Self::new()
    }
}

impl Triage {
    /// Makes the word lists ready. Takes some tens of milliseconds.
    #[must_use]
    pub fn new() -> Self {
        let phrases = Phrases::new(lists::SOURCES);
        let means = phrases.lines().iter().map(|line| lists::meaning(line).unwrap_or(Means::Nothing)).collect();
        let rules = phrases.lines().iter().map(|line| format!("{}:{}", line.list, line.number)).collect();
        Self { phrases, means, rules, learned: Learned::new() }
    }

    /// The same with other models than the product's, or with none: for training and measuring.
    #[must_use]
    pub fn with_models(self, english: Option<Table>, german: Option<Table>) -> Self {
        Self { learned: Learned::with(english, german), ..self }
    }

    /// The text as a model with two to the power of `bits` buckets reads it.
    #[must_use]
    pub fn features(&self, input: &TriageInput<'_>, bits: u32) -> Features {
        let plain = Plain::new(input.text);
        let words = Words::new(&plain);
        let found = self.phrases.find(&words);
        let reading = Reading { triage: self, plain: &plain, words: &words, found: &found, input };
        let dense = reading.dense(&reading.rules());
        let mut grams = Vec::new();
        each_word(&words, bits, |_, buckets| grams.extend_from_slice(buckets));
        Features { grams, dense: dense.0 }
    }

    /// What the text says. Spans are code points of `input.text`.
    #[must_use]
    pub fn read(&self, input: &TriageInput<'_>) -> Signals {
        let plain = Plain::new(input.text);
        let words = Words::new(&plain);
        let found = self.phrases.find(&words);
        let reading = Reading { triage: self, plain: &plain, words: &words, found: &found, input };
        reading.signals()
    }
}

/// What the rules say of a post.
struct RulesSay {
    lang: Lang,
    counted: Vec<Counted>,
    scores: Vec<TopicScore>,
    hostility: Hostility,
    health: bool,
    staff: bool,
    speaker: Option<Speaker>,
    /// The places of the last three.
    signals: Vec<Signal>,
}

/// One post being read.
struct Reading<'a> {
    triage: &'a Triage,
    plain: &'a Plain,
    words: &'a Words<'a>,
    found: &'a Found<'a>,
    input: &'a TriageInput<'a>,
}

impl Reading<'_> {
    /// What the rules say.
    fn rules(&self) -> RulesSay {
        let means = &self.triage.means;
        let lang = self.lang();
        let counted = weigh::count(self.found, means, self.words, lang);
        let scores = weigh::scores(&counted, self.found, means);
        let hostility = self.hostility(&scores);
        let mut signals = Vec::new();
        let health = self.health(&mut signals);
        let staff = self.staff(&mut signals);
        let speaker = self.speaker(&mut signals);
        RulesSay { lang, counted, scores, hostility, health, staff, speaker, signals }
    }

    /// The same as numbers.
    fn dense(&self, rules: &RulesSay) -> Dense {
        let truth = |is: bool| f32::from(u8::from(is));
        let mut dense = Dense::default();
        rules.scores.iter().for_each(|one| dense.topic(one.topic, one.score));
        dense.hostile(rules.hostility.0);
        dense.flag(Flag::Health, truth(rules.health));
        dense.flag(Flag::Staff, truth(rules.staff));
        dense.flag(Flag::Claim, truth(rules.counted.iter().any(|one| one.says.claim && !one.denied)));
        if let Some(speaker) = rules.speaker {
            dense.speaker(speaker);
        }
        learned::shape(self.words, rules.lang, &mut dense);
        dense
    }

    fn signals(&self) -> Signals {
        let mut rules = self.rules();
        let judged = self.triage.learned.judge(self.words, &self.dense(&rules), rules.lang);
        let death = self.death(&rules.counted, &rules.scores);
        add_harassment(&mut rules.scores, rules.hostility);
        let (topics, weaker) = settle::topics(&rules.scores, judged.as_ref());
        let is_figure = |topic| self.meant(|means| *means == Means::Not(topic)).next().is_some();
        let urgency = urgency(&rules.scores, &rules.counted).max(settle::urgency(judged.as_ref(), is_figure));
        let hostility = settle::hostility(rules.hostility, judged.as_ref());
        let mut signals = self.topic_signals(&rules.counted, &topics);
        let said = settle::Said { health: rules.health, staff: rules.staff, speaker: rules.speaker };
        let said = settle::rest(said, judged.as_ref());
        if let Some(judged) = &judged {
            learned::explain(judged, self.words, &topics, said.health && !rules.health, &mut signals);
        }
        signals.append(&mut rules.signals);
        self.others(&mut signals);
        let event_at = self.event_at(&rules.counted, death, &topics, &mut signals);
        signals.sort_by_key(|signal| (signal.span, signal.kind));
        signals.dedup();
        Signals {
            lang: rules.lang,
            topics,
            weaker,
            hostility,
            health_detail: said.health,
            staff_named: said.staff,
            speaker: said.speaker,
            event_at,
            death,
            urgency,
            signals,
        }
    }

    fn meant(&self, test: impl Fn(&Means) -> bool) -> impl Iterator<Item = &Hit> {
        self.found.hits.iter().filter(move |hit| self.triage.means.get(hit.line).is_some_and(&test))
    }

    fn signal(&self, kind: SignalKind, topic: Option<Topic>, hit: &Hit) -> Signal {
        let evidence = Evidence::Rule(self.triage.rules.get(hit.line).cloned().unwrap_or_default());
        Signal { kind, topic, span: self.words.span(hit.words.clone()), evidence }
    }

    fn lang(&self) -> Lang {
        let count = |lang| self.meant(|means| *means == Means::Speech(lang)).count();
        let words = self.words.all().len();
        language::tell(self.input.text, words, count(Lang::De), count(Lang::En), self.input.lang_hint)
    }

    /// The highest level of hostile words, and 3 where somebody is threatened.
    fn hostility(&self, scores: &[TopicScore]) -> Hostility {
        let not: Places = self.meant(|means| *means == Means::Not(Topic::Harassment)).map(|hit| &hit.words).collect();
        let covers = |hit: &Hit, n: &Range<usize>| n.start <= hit.words.start && hit.words.end <= n.end;
        let counts = |hit: &&Hit| !not.touching(&hit.words).any(|n| covers(hit, n));
        let level = |hit: &Hit| match self.triage.means.get(hit.line) {
            Some(Means::Hostile(level)) => *level,
            _ => 0,
        };
        let words = self.found.hits.iter().filter(counts).map(level).max().unwrap_or(0);
        let threat = scores.iter().any(|one| one.topic == Topic::Threat && one.score >= 0.7);
        Hostility(if threat { 3 } else { words })
    }

    fn topic_signals(&self, counted: &[Counted], scores: &[TopicScore]) -> Vec<Signal> {
        let mut signals = Vec::new();
        for one in counted.iter().filter(|one| !one.denied) {
            if scores.iter().any(|score| score.topic == one.says.topic) {
                signals.push(self.signal(SignalKind::Topic, Some(one.says.topic), &one.hit));
            }
            if one.says.claim {
                signals.push(self.signal(SignalKind::Claim, None, &one.hit));
            }
            if one.says.death {
                signals.push(self.signal(SignalKind::Death, None, &one.hit));
            }
        }
        signals
    }

    fn death(&self, counted: &[Counted], scores: &[TopicScore]) -> bool {
        counted.iter().any(|one| one.says.death && !one.denied)
            && scores.iter().any(|one| one.topic == Topic::Bereavement && one.score >= weigh::FOUND)
    }

    /// A word of illness in a sentence about a person.
    fn health(&self, signals: &mut Vec<Signal>) -> bool {
        let persons: Places = self.meant(|means| *means == Means::Person).map(|hit| &hit.words).collect();
        let mut any = false;
        for hit in self.meant(|means| *means == Means::Health) {
            let sentence = self.words.sentence(hit.words.start);
            if persons.starting_in(&sentence).any(|person| !hit.words.contains(&person.start)) {
                signals.push(self.signal(SignalKind::HealthDetail, None, hit));
                any = true;
            }
        }
        any
    }

    fn staff(&self, signals: &mut Vec<Signal>) -> bool {
        let not: HashSet<usize> = self.meant(|means| *means == Means::Unnamed).map(|hit| hit.words.start).collect();
        let mut any = false;
        for hit in self.meant(|means| *means == Means::Named).filter(|hit| !not.contains(&hit.words.start)) {
            signals.push(self.signal(SignalKind::StaffNamed, None, hit));
            any = true;
        }
        any
    }

    /// The most telling of those who may speak: the press and lawyers say so, staff say so, then the patient.
    fn speaker(&self, signals: &mut Vec<Signal>) -> Option<Speaker> {
        let order = [
            Speaker::Lawyer,
            Speaker::Journalist,
            Speaker::Staff,
            Speaker::Relative,
            Speaker::Patient,
            Speaker::Public,
        ];
        for speaker in order {
            if let Some(hit) = self.meant(|means| *means == Means::Speaks(speaker)).next() {
                signals.push(self.signal(SignalKind::Speaker, None, hit));
                return Some(speaker);
            }
        }
        None
    }

    /// Hostile words and identifiers.
    fn others(&self, signals: &mut Vec<Signal>) {
        for hit in self.meant(|means| matches!(means, Means::Hostile(_))) {
            signals.push(self.signal(SignalKind::Hostility, None, hit));
        }
        if !may_identify(self.plain.text()) {
            return;
        }
        for found in identifiers::find(self.plain) {
            signals.push(Signal {
                kind: SignalKind::Identifier,
                topic: None,
                span: found.span,
                evidence: Evidence::Rule(found.kind.as_str().to_owned()),
            });
        }
    }

    /// The time named in the sentence of a death or a claim; else the only time named, where something happened at all.
    fn event_at(
        &self,
        counted: &[Counted],
        death: bool,
        scores: &[TopicScore],
        signals: &mut Vec<Signal>,
    ) -> Option<Timestamp> {
        let times: Vec<(&Hit, Timestamp)> = self
            .found
            .hits
            .iter()
            .filter_map(|hit| match self.triage.means.get(hit.line) {
                Some(Means::When(head)) => {
                    when::moment(head, self.words, hit.words.clone(), self.input.at).map(|at| (hit, at))
                }
                _ => None,
            })
            .collect();
        signals.extend(times.iter().map(|(hit, _)| self.signal(SignalKind::When, None, hit)));
        let beside = |of: &dyn Fn(&Counted) -> bool| {
            let told: Places = counted.iter().filter(|one| of(one)).map(|one| &one.hit.words).collect();
            let inside = |hit: &Hit| told.starts_in(&self.words.sentence(hit.words.start));
            sharpest(times.iter().filter(|(hit, _)| inside(hit)))
        };
        let of_death = if death { beside(&|one| one.says.death) } else { None };
        of_death.or_else(|| beside(&|one| one.says.claim)).or_else(|| {
            let happened = death || scores.iter().any(|one| EVENTS.contains(&one.topic));
            if happened { sharpest(times.iter()) } else { None }
        })
    }
}

/// Whether an identifier may be in a text: all have a digit or an at sign, or spell the dots of an address.
fn may_identify(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'@')
        || ["dot", "DOT", "Dot", "punkt", "PUNKT", "Punkt"].iter().any(|dot| text.contains(dot))
}

/// Topics that tell of something that happened.
const EVENTS: &[Topic] =
    &[Topic::AdverseEvent, Topic::Complaint, Topic::Bereavement, Topic::Safeguarding, Topic::Privacy];

/// The narrowest time wins where several touch ("heute früh" holds "heute"); of several the latest.
fn sharpest<'a>(times: impl Iterator<Item = &'a (&'a Hit, Timestamp)>) -> Option<Timestamp> {
    let times: Vec<_> = times.collect();
    let places: Places = times.iter().map(|(hit, _)| &hit.words).collect();
    let covered = |one: &Hit| {
        let holds = |other: &Range<usize>| other.start <= one.words.start && one.words.end <= other.end;
        places.touching(&one.words).any(|other| holds(other) && other.len() > one.words.len())
    };
    times.iter().filter(|(hit, _)| !covered(hit)).map(|(_, at)| *at).max()
}

fn add_harassment(scores: &mut Vec<TopicScore>, hostility: Hostility) {
    let by_words = match hostility.0 {
        0 | 1 => return,
        2 => 0.7,
        _ => 0.6,
    };
    match scores.iter_mut().find(|one| one.topic == Topic::Harassment) {
        Some(one) => one.score = one.score.max(by_words),
        None => scores.push(TopicScore { topic: Topic::Harassment, score: by_words }),
    }
    scores.sort_by(|a, b| b.score.total_cmp(&a.score));
}

/// From this score on a safety topic goes to the top of the queue, below the score at which it is shown as found.
const LOOK: f32 = 0.45;
/// From this score on a plain phrase wakes the rota; jokes, fiction and news stay below.
const PAGE: f32 = 0.85;

fn urgency(scores: &[TopicScore], counted: &[Counted]) -> Urgency {
    let mut urgency = Urgency::None;
    for score in scores.iter().filter(|one| weigh::SAFETY.contains(&one.topic)) {
        let plain = counted.iter().any(|one| one.says.topic == score.topic && one.says.pages && !one.denied);
        if plain && score.score >= PAGE {
            return Urgency::Page;
        }
        if score.score >= LOOK {
            urgency = Urgency::LookNow;
        }
    }
    urgency
}
