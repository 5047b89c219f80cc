//! What is wrong with one draft: findings of the lists, identifiers, open parts, what the post said and the draft repeats.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{
    DraftText, Finding, Guard, Kind, Severity, Suggestion,
    lists::Means,
    numbers::{self, Around},
    open,
    telling::Tellings,
};
use crate::{
    scan::identifiers,
    site::Jurisdiction,
    text::{Found, Hit, Places, Plain, TextSpan, Words},
};

/// One draft being read.
pub(super) struct Reading<'a> {
    pub(super) guard: &'a Guard,
    pub(super) draft: &'a DraftText<'a>,
    pub(super) plain: &'a Plain,
    pub(super) words: &'a Words<'a>,
    pub(super) found: &'a Found<'a>,
}

impl Reading<'_> {
    /// All findings, unsorted.
    pub(super) fn findings(&self) -> Vec<Finding> {
        if !self.draft.text.chars().any(char::is_alphanumeric) {
            let span = TextSpan { start: 0, end: u32::try_from(self.draft.text.chars().count()).unwrap_or(u32::MAX) };
            return vec![Finding::new(Kind::Empty, span, Severity::Block, None)];
        }
        let mut findings = self.phrases();
        findings.extend(self.identifiers());
        findings.extend(
            open::find(self.plain.text())
                .into_iter()
                .map(|range| Finding::new(Kind::OpenPlace, self.plain.span(range), Severity::Block, None)),
        );
        findings.extend(self.telling());
        findings.extend(self.personal_health());
        findings.extend(self.authors_name());
        findings.extend(self.lonely_apology());
        findings.extend(self.people(&findings));
        findings
    }

    fn meant<'a>(&'a self, test: impl Fn(Means) -> bool + 'a) -> impl Iterator<Item = &'a Hit> {
        self.found.hits.iter().filter(move |hit| self.guard.means.get(hit.line).is_some_and(|means| test(*means)))
    }

    fn fine(&self, kind: Kind) -> Places {
        self.meant(move |means| means == Means::Fine(kind)).map(|hit| &hit.words).collect()
    }

    /// Findings of the lists, where no "fine" line covers them and the case applies.
    fn phrases(&self) -> Vec<Finding> {
        let fine: HashMap<Kind, Places> = Kind::ALL.iter().map(|kind| (*kind, self.fine(*kind))).collect();
        let mut findings = Vec::new();
        for hit in &self.found.hits {
            let Some(Means::Wrong(kind, severity)) = self.guard.means.get(hit.line).copied() else {
                continue;
            };
            let is_fine = fine.get(&kind).is_some_and(|places| places.touches(&hit.words));
            if is_fine || !self.applies(kind) || (names(kind) && self.is_public_fact(hit)) {
                continue;
            }
            let span = self.words.span(hit.words.clone());
            let suggestion = self.suggestion(kind, hit);
            findings.push(Finding::new(kind, span, severity, suggestion));
        }
        findings
    }

    /// Whether a kind is a matter at all: among two people with consent care may be spoken of; thanks are a matter of law.
    pub(super) fn applies(&self, kind: Kind) -> bool {
        let among_two = !self.draft.public && self.draft.consented;
        match kind {
            Kind::ThanksInDe => {
                self.draft.public && matches!(self.draft.jurisdiction, Jurisdiction::De | Jurisdiction::At)
            }
            Kind::ConfirmsRelationship | Kind::DateOfCare | Kind::HealthDetail | Kind::NamesPerson => !among_two,
            Kind::InsuranceOrCost | Kind::StaffNamed | Kind::AsksForIdentifiers | Kind::PlatformMessage => !among_two,
            Kind::CompensationInPublic => self.draft.public,
            _ => true,
        }
    }

    /// Whether the words are among what the house says of itself.
    fn is_public_fact(&self, hit: &Hit) -> bool {
        let said: Vec<&str> = hit.words.clone().map(|n| self.words.folded(n)).collect();
        self.draft.public_facts.iter().any(|fact| {
            let plain = Plain::new(fact);
            let fact = Words::new(&plain);
            let fact: Vec<&str> = (0..fact.all().len()).map(|n| fact.folded(n)).collect();
            said.last().is_some_and(|name| fact.contains(name))
        })
    }

    fn suggestion(&self, kind: Kind, hit: &Hit) -> Option<Suggestion> {
        let instead = self.guard.phrases.lines().get(hit.line)?.instead.as_deref();
        if let Some(replace) = instead {
            return Some(Suggestion { span: self.words.span(hit.words.clone()), replace: replace.to_owned() });
        }
        // Most of what is wrong can't be said better, only left out: the sentence goes.
        let strikes = !matches!(kind, Kind::ThanksInDe);
        strikes
            .then(|| Suggestion { span: self.words.span(self.words.sentence(hit.words.start)), replace: String::new() })
    }

    fn identifiers(&self) -> Vec<Finding> {
        let in_post = self.draft.inbound_text.map(identifiers_of).unwrap_or_default();
        let ours = (0..self.words.all().len()).filter(|n| OURS.contains(&self.words.folded(*n)));
        let ours: Places = ours.map(|n| n..n + 1).collect::<Vec<_>>().iter().collect();
        let theirs: Places = self.meant(|means| means == Means::Theirs).map(|hit| &hit.words).collect();
        let offers = self.meant(|means| means == Means::Contact).next().is_some();
        let mut findings = Vec::new();
        for found in identifiers::find(self.plain) {
            let written = self.plain.text().get(found.bytes.clone()).unwrap_or_default();
            let sentence = self.words.sentence(self.words.at_byte(found.bytes.start));
            let around = Around {
                in_post: in_post.contains(&identifiers::compact(written).to_lowercase()),
                offers_contact: offers || ours.starts_in(&sentence),
                is_theirs: theirs.starts_in(&sentence),
                public_facts: self.draft.public_facts,
            };
            if let Some(severity) = numbers::judge(&found, written, &around) {
                let suggestion = Some(Suggestion { span: found.span, replace: String::new() });
                findings.push(Finding::new(Kind::Identifier, found.span, severity, suggestion));
            }
        }
        findings
    }

    /// Sentences that tell what happened to somebody.
    fn telling(&self) -> Vec<Finding> {
        if !self.applies(Kind::ConfirmsRelationship) {
            return Vec::new();
        }
        let hits: Vec<_> = self
            .found
            .hits
            .iter()
            .filter_map(|hit| match self.guard.means.get(hit.line) {
                Some(Means::Tells(telling)) => Some((*telling, hit)),
                _ => None,
            })
            .collect();
        let told = Tellings::new(&hits).find(self.words).into_iter().map(|told| {
            let span = self.words.span(self.words.sentence(told.words.start));
            let suggestion = Some(Suggestion { span, replace: String::new() });
            Finding::new(told.kind, self.words.span(told.words), told.severity, suggestion)
        });
        told.collect()
    }

    /// A word of illness in a sentence that speaks to the author and not to everybody, whether or not they wrote it first.
    fn personal_health(&self) -> Vec<Finding> {
        if !self.applies(Kind::HealthDetail) {
            return Vec::new();
        }
        let fine = self.fine(Kind::HealthDetail);
        let mut findings = Vec::new();
        for hit in self.meant(|means| means == Means::Health) {
            let sentence = self.words.sentence(hit.words.start);
            let has = |list: &[&str]| sentence.clone().any(|n| list.contains(&self.words.folded(n)));
            if has(PERSONAL) && !has(GENERAL) && !fine.touches(&hit.words) {
                let span = self.words.span(hit.words.clone());
                let suggestion = Some(Suggestion { span: self.words.span(sentence), replace: String::new() });
                findings.push(Finding::new(Kind::HealthDetail, span, Severity::Block, suggestion));
            }
        }
        findings
    }

    /// Words of the author's handle or shown name, other than as a mention.
    fn authors_name(&self) -> Vec<Finding> {
        let Some(handle) = self.draft.inbound_handle.filter(|_| self.applies(Kind::NamesPerson)) else {
            return Vec::new();
        };
        let plain = Plain::new(handle);
        let name = Words::new(&plain);
        let parts: Vec<&str> = (0..name.all().len()).map(|n| name.folded(n)).filter(|part| part.len() >= 3).collect();
        let mut findings = Vec::new();
        for (n, word) in self.words.all().iter().enumerate() {
            if word.is_capital && parts.contains(&self.words.folded(n)) {
                let span = self.words.span(n..n + 1);
                let suggestion = Some(Suggestion { span, replace: String::new() });
                findings.push(Finding::new(Kind::UnmasksAuthor, span, Severity::Block, suggestion));
            }
        }
        findings
    }

    /// Whether the draft tells how to reach somebody.
    pub(super) fn has_contact(&self) -> bool {
        self.meant(|means| means == Means::Contact).next().is_some()
            || !identifiers::find(self.plain).is_empty()
            || self.draft.public_facts.iter().any(|fact| !fact.is_empty() && self.draft.text.contains(fact))
    }

    fn lonely_apology(&self) -> Option<Finding> {
        let apology = self.meant(|means| means == Means::Apology).next()?;
        let reachable = self.has_contact();
        (!reachable && self.draft.public).then(|| {
            Finding::new(Kind::ApologyWithoutContact, self.words.span(apology.words.clone()), Severity::Warn, None)
        })
    }
}

/// Words that address the author.
const PERSONAL: &[&str] = &[
    "you", "your", "youre", "yours", "sie", "ihr", "ihre", "ihren", "ihrem", "ihrer", "ihnen", "du", "dein", "deine",
    "dir", "dich", "euch",
];

/// Words of the house itself.
const OURS: &[&str] =
    &["we", "weare", "us", "our", "ours", "wir", "uns", "unser", "unsere", "unserem", "unserer", "unseren"];

/// Words that speak of everybody, or of where help is to be had.
const GENERAL: &[&str] = &[
    "if",
    "anyone",
    "people",
    "everyone",
    "patients",
    "visitors",
    "parents",
    "call",
    "emergency",
    "vaccine",
    "vaccines",
    "vaccination",
    "shot",
    "shots",
    "doctor",
    "class",
    "classes",
    "group",
    "groups",
    "course",
    "talk",
    "lecture",
    "register",
    "sign",
    "website",
    "<url>",
    "questions",
    "research",
    "clinics",
    "department",
    "112",
    "911",
    "999",
    "144",
    "110",
    "falls",
    "wenn",
    "wer",
    "menschen",
    "personen",
    "jeder",
    "alle",
    "patienten",
    "patientinnen",
    "besucher",
    "eltern",
    "rufen",
    "impfung",
    "impfungen",
    "grippeimpfung",
    "hausarztpraxis",
    "kurs",
    "kurse",
    "gruppe",
    "vortrag",
    "anmelden",
    "fragen",
    "notruf",
    "notfall",
    "ambulanz",
    "schwangere",
    "forschung",
    "abteilung",
];

/// Kinds that a public name excuses.
const fn names(kind: Kind) -> bool {
    matches!(kind, Kind::NamesPerson | Kind::StaffNamed)
}

/// The identifiers of the post that is answered, without separators.
fn identifiers_of(post: &str) -> HashSet<String> {
    let plain = Plain::new(post);
    let written = |bytes: Range<usize>| plain.text().get(bytes).map(|text| identifiers::compact(text).to_lowercase());
    identifiers::find(&plain).into_iter().filter_map(|found| written(found.bytes)).collect()
}
