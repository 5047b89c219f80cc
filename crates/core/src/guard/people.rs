//! Names of persons that no word list knows: of the hospital's own people, and of anybody whose two words look like a given
//! and a family name. Both get the same finding, so that nobody can ask the guard who is a patient.

use super::{Finding, Kind, Severity, Suggestion, findings::Reading, identifiers};
use crate::{
    people::{Hit, What},
    scan::{self, compact},
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
        let mut findings = Vec::new();
        for hit in scan::people_in(text, self.draft.people) {
            let span = self.plain.span(hit.bytes.clone());
            let said = compact(text.get(hit.bytes.clone()).unwrap_or_default());
            let is_public = public.iter().any(|fact| fact.contains(&said));
            // What has a form of its own is judged by that: the house's own telephone is no secret.
            let is_judged = judged.iter().any(|one| touches(*one, span));
            if !is_public && !is_judged && !covers(found, &hit, span) {
                findings.push(self.person(&hit, span));
            }
        }
        findings
    }

    fn person(&self, hit: &Hit, span: TextSpan) -> Finding {
        let (kind, repair) = match hit.what {
            What::Name => (Kind::NamesPerson, self.words.span(self.words.sentence(self.words.at_byte(hit.bytes.start)))),
            What::Number => (Kind::Identifier, span),
        };
        let suggestion = Some(Suggestion { span: repair, replace: String::new() });
        Finding::new(kind, span, Severity::Block, suggestion)
    }
}

/// Whether a finding of the same kind says it already.
fn covers(found: &[Finding], hit: &Hit, span: TextSpan) -> bool {
    let kinds: &[Kind] = match hit.what {
        What::Name => &[Kind::NamesPerson, Kind::StaffNamed, Kind::UnmasksAuthor],
        What::Number => &[Kind::Identifier],
    };
    let same = |one: &&Finding| kinds.contains(&one.kind) && one.severity == Severity::Block;
    found.iter().filter(same).any(|one| one.span.start <= span.start && span.end <= one.span.end)
}

const fn touches(one: TextSpan, other: TextSpan) -> bool {
    one.start < other.end && other.start < one.end
}
