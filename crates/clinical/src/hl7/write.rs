//! Writing messages: escaped values put together into fields and segments, by number as the standard numbers them.

use super::charset::{Charset, Encoded};
use super::datatype::{Cx, Hd, Xpn};
use super::escape::escape;
use super::header::Condition;
use super::syntax::Syntax;

/// A piece of a message that is escaped already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Raw(String);

/// Text as a field, component or subcomponent.
#[must_use]
pub fn text(text: &str) -> Raw {
    Raw(escape(text, Syntax::STANDARD).into_owned())
}

/// Subcomponents of one component.
#[must_use]
pub fn subcomponents(texts: &[&str]) -> Raw {
    join(texts.iter().map(|piece| text(piece)), Syntax::STANDARD.subcomponent)
}

/// Components of one field.
#[must_use]
pub fn components(pieces: impl IntoIterator<Item = Raw>) -> Raw {
    join(pieces, Syntax::STANDARD.component)
}

/// Repetitions of one field.
#[must_use]
pub fn repetitions(pieces: impl IntoIterator<Item = Raw>) -> Raw {
    join(pieces, Syntax::STANDARD.repetition)
}

/// Empty pieces at the end are left out.
fn join(pieces: impl IntoIterator<Item = Raw>, delimiter: char) -> Raw {
    let pieces: Vec<String> = pieces.into_iter().map(|piece| piece.0).collect();
    let full = pieces.iter().rposition(|piece| !piece.is_empty()).map_or(0, |last| last + 1);
    Raw(pieces.get(..full).unwrap_or_default().join(&delimiter.to_string()))
}

/// A segment in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    name: &'static str,
    fields: Vec<Raw>,
}

impl Line {
    /// An empty segment.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, fields: Vec::new() }
    }

    /// The same with this field. Number 0 is the name and stays.
    #[must_use]
    pub fn with(mut self, number: usize, value: Raw) -> Self {
        let Some(place) = number.checked_sub(1) else {
            return self;
        };
        if self.fields.len() < number {
            self.fields.resize(number, Raw::default());
        }
        if let Some(field) = self.fields.get_mut(place) {
            *field = value;
        }
        self
    }

    fn write(&self, out: &mut String) {
        out.push_str(self.name);
        // MSH-1 is the separator itself.
        let skipped = usize::from(self.name == "MSH");
        let full = self.fields.iter().rposition(|field| !field.0.is_empty()).map_or(0, |last| last + 1);
        for field in self.fields.get(skipped..full.max(skipped)).unwrap_or_default() {
            out.push(Syntax::STANDARD.field);
            out.push_str(&field.0);
        }
        out.push('\r');
    }
}

/// The message of these segments, in this set.
#[must_use]
pub fn message(lines: &[Line], charset: Charset) -> Encoded {
    let mut out = String::new();
    for line in lines {
        line.write(&mut out);
    }
    charset.encode(&out)
}

/// What stands in MSH of a message of ours, besides its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// MSH-3.
    pub sending_application: Hd,
    /// MSH-4.
    pub sending_facility: Hd,
    /// MSH-5.
    pub receiving_application: Hd,
    /// MSH-6.
    pub receiving_facility: Hd,
    /// MSH-7, in HL7's form: see [`super::Time::write`].
    pub time: String,
    /// MSH-10: unique, and found again in the answer.
    pub control_id: String,
    /// MSH-11: `P`, or `T` to a system under test.
    pub processing_id: String,
    /// MSH-15. `None` with both: original mode.
    pub accept_acknowledgement: Option<Condition>,
    /// MSH-16.
    pub application_acknowledgement: Option<Condition>,
    /// MSH-17, three letters; empty: not said.
    pub country: String,
    /// The set in which the receiver wants it.
    pub charset: Charset,
}

/// The version that is written.
pub const VERSION: &str = "2.5";

impl Envelope {
    /// MSH for a message of this type: `MDM`, `T02`, `MDM_T02`.
    #[must_use]
    pub fn header(&self, kind: &str, event: &str, structure: &str) -> Line {
        let condition = |condition: Option<Condition>| {
            text(match condition {
                None => "",
                Some(Condition::Always) => "AL",
                Some(Condition::Never) => "NE",
                Some(Condition::OnError) => "ER",
                Some(Condition::OnSuccess) => "SU",
            })
        };
        let charset = if self.charset == Charset::Ascii { "" } else { self.charset.name() };
        Line::new("MSH")
            .with(2, Raw(Syntax::STANDARD.encoding_characters()))
            .with(3, hd_field(&self.sending_application))
            .with(4, hd_field(&self.sending_facility))
            .with(5, hd_field(&self.receiving_application))
            .with(6, hd_field(&self.receiving_facility))
            .with(7, text(&self.time))
            .with(9, components([kind, event, structure].map(text)))
            .with(10, text(&self.control_id))
            .with(11, text(&self.processing_id))
            .with(12, text(VERSION))
            .with(15, condition(self.accept_acknowledgement))
            .with(16, condition(self.application_acknowledgement))
            .with(17, text(&self.country))
            .with(18, text(charset))
    }
}

fn hd_field(hd: &Hd) -> Raw {
    components([&hd.namespace, &hd.universal_id, &hd.universal_type].map(|piece| text(piece)))
}

/// An HD as a component.
pub(super) fn hd_component(hd: &Hd) -> Raw {
    subcomponents(&[&hd.namespace, &hd.universal_id, &hd.universal_type])
}

/// An identifier as a repetition, as it was received.
pub(super) fn cx(id: &Cx) -> Raw {
    components([
        text(&id.value),
        text(&id.check_digit),
        text(&id.check_scheme),
        hd_component(&id.authority),
        text(&id.type_code),
        hd_component(&id.facility),
    ])
}

/// A name as a repetition, as it was received.
pub(super) fn xpn(name: &Xpn) -> Raw {
    let family = [&name.family, &name.own_prefix, &name.own_family, &name.partner_prefix, &name.partner_family]
        .map(String::as_str);
    components([
        subcomponents(&family),
        text(&name.given),
        text(&name.further),
        text(&name.suffix),
        text(&name.prefix),
        text(&name.degree),
        text(&name.type_code),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_at_their_numbers_and_are_escaped() {
        let lines = [
            Line::new("MSH").with(2, Raw("^~\\&".to_owned())).with(10, text("C|1")),
            Line::new("PID")
                .with(5, components([subcomponents(&["O'Neil & Co", "", "X", ""]), text("Ä\nB"), text("")]))
                .with(3, repetitions([text("1~2"), text(""), text("3^"), text("")]))
                .with(8, text("")),
            Line::new("ZZZ").with(0, text("x")),
        ];
        let expect = "MSH|^~\\&||||||||C\\F\\1\rPID|||1\\R\\2~~3\\S\\||O'Neil \\T\\ Co&&X^Ä\\.br\\B\rZZZ\r";
        assert_eq!(message(&lines, Charset::Utf8).bytes, expect.as_bytes());
        assert_eq!(message(&lines, Charset::Latin1).bytes.len(), expect.len() - 1);
        assert_eq!(message(&lines, Charset::Ascii).replaced, 1);
    }
}
