//! Names of persons that no word list knows: of the hospital's own people, and of anybody whose two words look like a given
//! and a family name. Both get the same finding, so that nobody can ask the guard who is a patient.

use super::{Finding, Kind, Severity, Suggestion, findings::Reading};
use crate::{
    people::{Hit, What},
    scan::{self, compact, identifiers},
    text::TextSpan,
};

impl Reading<'_> {
    /// Names and numbers that point to a person; those that `found` has already, and what the house says of itself, are
    /// left out.
    pub(super) fn people(&self, found: &[Finding]) -> Vec<Finding> {
        if !self.applies(Kind::NamesPerson) {
            return Vec::new();
        }
        let text = self.plain.text();
        let public: Vec<String> = self.draft.public_facts.iter().map(|fact| compact(fact)).collect();
        let judged: Vec<TextSpan> = identifiers::find(self.plain).into_iter().map(|one| one.span).collect();
        let (names, numbers) = (Covered::new(found, NAMES), Covered::new(found, &[Kind::Identifier]));
        let mut findings = Vec::new();
        for hit in scan::people_in(text, self.draft.people) {
            let span = self.plain.span(hit.bytes.clone());
            let said = compact(text.get(hit.bytes.clone()).unwrap_or_default());
            let is_public = public.iter().any(|fact| fact.contains(&said));
            // What has a form of its own is judged by that: the house's own telephone is no secret.
            let next = judged.get(judged.partition_point(|one| one.end <= span.start));
            let is_judged = next.is_some_and(|one| one.start < span.end);
            let is_said = match hit.what {
                What::Name => names.hold(span),
                What::Number => numbers.hold(span),
            };
            if !is_public && !is_judged && !is_said {
                findings.push(self.person(&hit, span));
            }
        }
        findings
    }

    fn person(&self, hit: &Hit, span: TextSpan) -> Finding {
        let (kind, repair) = match hit.what {
            What::Name => {
                (Kind::NamesPerson, self.words.span(self.words.sentence(self.words.at_byte(hit.bytes.start))))
            }
            What::Number => (Kind::Identifier, span),
        };
        let suggestion = Some(Suggestion { span: repair, replace: String::new() });
        Finding::new(kind, span, Severity::Block, suggestion)
    }
}

/// What says already that somebody is named.
const NAMES: &[Kind] = &[Kind::NamesPerson, Kind::StaffNamed, Kind::UnmasksAuthor];

/// The places of blocks of some kinds: each start, by place, with the furthest end so far.
struct Covered(Vec<(u32, u32)>);

impl Covered {
    fn new(found: &[Finding], kinds: &[Kind]) -> Self {
        let blocks = found.iter().filter(|one| kinds.contains(&one.kind) && one.severity == Severity::Block);
        let mut places: Vec<(u32, u32)> = blocks.map(|one| (one.span.start, one.span.end)).collect();
        places.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut places {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        Self(places)
    }

    fn hold(&self, span: TextSpan) -> bool {
        let before = self.0.partition_point(|(start, _)| *start <= span.start);
        before.checked_sub(1).and_then(|last| self.0.get(last)).is_some_and(|(_, end)| span.end <= *end)
    }
}
