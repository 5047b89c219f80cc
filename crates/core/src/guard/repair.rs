//! What to say instead of a sentence that must go: a form of words that every house may use, in the draft's language, with a
//! way to reach the house where the draft has none. Where there is no such form the sentence is only struck.

use super::{DraftText, Finding, Kind, Suggestion};
use crate::{
    scan::identifiers,
    site::Jurisdiction,
    text::{Plain, TextSpan},
};

/// Puts forms into the suggestions that only strike, each form once, and a contact once. `sentences` are the places of the
/// draft's sentences; a suggestion that strikes less than one stays as it is.
pub(super) fn offer(findings: &mut [Finding], draft: &DraftText<'_>, around: &Around<'_>) {
    let mut said: Vec<&str> = Vec::new();
    let mut contact = if around.has_contact { None } else { contact(draft, around.is_german) };
    for finding in findings.iter_mut() {
        add_contact(finding, around, &mut contact);
        let Some(whole) = around.struck(finding) else {
            continue;
        };
        let form = form(finding.kind, draft.jurisdiction, around.is_german).filter(|form| !said.contains(form));
        let replace = match form {
            None if finding.suggestion.is_none() => continue,
            None => String::new(),
            Some(form) => {
                said.push(form);
                match contact.take_if(|_| wants_contact(finding.kind)) {
                    Some(contact) => format!("{form} {contact}"),
                    None => form.to_owned(),
                }
            }
        };
        finding.suggestion = Some(Suggestion { span: whole, replace });
    }
}

/// What the offer needs to know of the draft.
pub(super) struct Around<'a> {
    /// The places of its sentences.
    pub(super) sentences: &'a [TextSpan],
    /// Its signs; a sentence's last stop belongs to it.
    pub(super) text: &'a [char],
    /// Whether it tells how to reach the house.
    pub(super) has_contact: bool,
    /// Whether it is written in German.
    pub(super) is_german: bool,
}

impl Around<'_> {
    /// The sentence that holds a code point.
    fn sentence(&self, at: u32) -> Option<&TextSpan> {
        let after = self.sentences.partition_point(|one| one.start <= at);
        after.checked_sub(1).and_then(|n| self.sentences.get(n)).filter(|one| at < one.end)
    }

    /// What a finding strikes, with the signs that end it, if that is at least a sentence. A finding without a suggestion
    /// is about its whole sentence.
    fn struck(&self, finding: &Finding) -> Option<TextSpan> {
        let suggested = finding.suggestion.as_ref();
        if suggested.is_some_and(|one| !one.replace.is_empty()) {
            return None;
        }
        let place = suggested.map_or(finding.span, |one| one.span);
        let sentence = self.sentence(place.start)?;
        let is_whole = suggested.is_none() || (place.start == sentence.start && place.end >= sentence.end);
        is_whole.then(|| self.whole(TextSpan { start: sentence.start, end: sentence.end.max(place.end) }))
    }

    /// A sentence with the signs that end it.
    fn whole(&self, sentence: TextSpan) -> TextSpan {
        let rest = self.text.get(sentence.end as usize..).unwrap_or_default();
        let signs = rest.iter().take_while(|c| matches!(c, '.' | '!' | '?' | '…')).count();
        TextSpan { start: sentence.start, end: sentence.end.saturating_add(u32::try_from(signs).unwrap_or(0)) }
    }
}

/// An apology alone gets the way to reach somebody at its end.
fn add_contact(finding: &mut Finding, around: &Around<'_>, contact: &mut Option<String>) {
    if finding.kind != Kind::ApologyWithoutContact || finding.suggestion.is_some() {
        return;
    }
    let sentence = around.sentence(finding.span.start);
    if let (Some(sentence), Some(contact)) = (sentence, contact.take()) {
        let end = around.whole(*sentence).end;
        let stop = if end == sentence.end { "." } else { "" };
        let replace = format!("{stop} {contact}");
        finding.suggestion = Some(Suggestion { span: TextSpan { start: end, end }, replace });
    }
}

/// Whether the form leads somewhere: what is said of bills or a complaint in private needs a door.
const fn wants_contact(kind: Kind) -> bool {
    !matches!(kind, Kind::ClinicalAdvice | Kind::StatementOnLitigation | Kind::ThanksInDe)
}

/// Instead of a whole draft that can't be mended in places: that nothing is said of individuals, and how to reach the house.
pub(super) fn answer_anew(draft: &DraftText<'_>, is_german: bool) -> Suggestion {
    let end = u32::try_from(draft.text.chars().count()).unwrap_or(u32::MAX);
    let form = form(Kind::ConfirmsRelationship, draft.jurisdiction, is_german).unwrap_or_default();
    let replace = match contact(draft, is_german) {
        Some(contact) => format!("{form} {contact}"),
        None => form.to_owned(),
    };
    Suggestion { span: TextSpan { start: 0, end }, replace }
}

/// The house's own phone number or address, in a sentence.
fn contact(draft: &DraftText<'_>, is_german: bool) -> Option<String> {
    use identifiers::IdKind;
    let kind_of = |fact: &str| identifiers::find(&Plain::new(fact)).first().map(|found| found.kind);
    let of = |wanted: IdKind| draft.public_facts.iter().find(|fact| kind_of(fact) == Some(wanted));
    let fact = of(IdKind::Phone).or_else(|| of(IdKind::Email))?;
    Some(if is_german { format!("Sie erreichen uns unter {fact}.") } else { format!("You can reach us at {fact}.") })
}

/// The form for a kind. `None`: there is nothing to say instead.
pub(super) fn form(kind: Kind, jurisdiction: Jurisdiction, is_german: bool) -> Option<&'static str> {
    let (de, en) = match kind {
        Kind::ConfirmsRelationship
        | Kind::DeniesRelationship
        | Kind::HealthDetail
        | Kind::DateOfCare
        | Kind::ConditionRelease
        | Kind::CasualtyDetails => (
            "Zu einzelnen Personen äußern wir uns öffentlich nicht.",
            "We never discuss anything about individuals in public.",
        ),
        Kind::InsuranceOrCost | Kind::CompensationInPublic => (
            "Fragen zu Kosten beantworten wir gern im persönlichen Gespräch.",
            "Questions about costs are best discussed in private.",
        ),
        Kind::FaultAdmission => ("Das nehmen wir ernst.", "We take this seriously."),
        Kind::StatementOnLitigation => {
            ("Zu rechtlichen Angelegenheiten äußern wir uns nicht.", "We do not comment on legal matters.")
        }
        Kind::AsksForIdentifiers => {
            ("Bitte veröffentlichen Sie hier keine persönlichen Angaben.", "Please do not post personal details here.")
        }
        Kind::ThanksInDe => ("Rückmeldungen sind uns wichtig.", "Feedback matters to us."),
        Kind::ClinicalAdvice => return Some(advice(jurisdiction, is_german)),
        Kind::Identifier
        | Kind::NamesPerson
        | Kind::UnmasksAuthor
        | Kind::StaffNamed
        | Kind::DerogatoryTone
        | Kind::LegalThreat
        | Kind::PressureToDelete
        | Kind::PlatformMessage
        | Kind::ApologyWithoutContact
        | Kind::ImpossiblePromise
        | Kind::MaySpeakOfPerson
        | Kind::OpenPlace
        | Kind::Empty => return None,
    };
    Some(if is_german { de } else { en })
}

/// Where medical questions go, with the emergency number of the country.
const fn advice(jurisdiction: Jurisdiction, is_german: bool) -> &'static str {
    match (is_german, jurisdiction) {
        (true, Jurisdiction::At) => {
            "Medizinischen Rat geben wir hier nicht. Bitte fragen Sie in einer Praxis oder Apotheke, im Notfall rufen Sie 144."
        }
        (true, _) => {
            "Medizinischen Rat geben wir hier nicht. Bitte fragen Sie in einer Praxis oder Apotheke, im Notfall rufen Sie 112."
        }
        (false, Jurisdiction::Us) => {
            "We cannot give medical advice here. Please ask a doctor or pharmacist, and in an emergency call 911."
        }
        (false, Jurisdiction::Uk) => {
            "We cannot give medical advice here. Please ask a doctor or pharmacist, and in an emergency call 999."
        }
        (false, Jurisdiction::De | Jurisdiction::At) => {
            "We cannot give medical advice here. Please ask a doctor or pharmacist, and in an emergency call 112."
        }
    }
}

/// Every form there is: a test holds that none of them is objected to.
pub(super) fn forms<'a>() -> impl Iterator<Item = &'a str> {
    let each = |kind: &'static Kind| {
        Jurisdiction::ALL.into_iter().flat_map(move |law| [true, false].map(|german| form(*kind, law, german)))
    };
    Kind::ALL.iter().flat_map(each).flatten().map(|form| -> &'a str { form })
}
