//! The encoding characters of one message (HL7 v2.5.1 §2.5.4), as its MSH-1 and MSH-2 give them.

/// Field separator and encoding characters. `'\0'` stands for one that the message does without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Syntax {
    /// MSH-1, usually `|`.
    pub field: char,
    /// Usually `^`.
    pub component: char,
    /// Usually `~`.
    pub repetition: char,
    /// Usually `\`.
    pub escape: char,
    /// Usually `&`.
    pub subcomponent: char,
    /// The fifth character of v2.7, usually `#`.
    pub truncation: char,
}

impl Default for Syntax {
    fn default() -> Self {
        Self::STANDARD
    }
}

impl Syntax {
    /// What nearly everybody uses.
    pub const STANDARD: Self =
        Self { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&', truncation: '\0' };

    /// For fields that are not to be taken apart: MSH-1 and MSH-2.
    pub(crate) const NONE: Self =
        Self { field: '\0', component: '\0', repetition: '\0', escape: '\0', subcomponent: '\0', truncation: '\0' };

    /// Reads MSH-1 and MSH-2. `None`: MSH-1 can't be a separator. The flag says whether something had to be mended:
    /// a character that stands twice is passed over (`^~\\&` of a program that escaped once too often), a missing one
    /// is the standard's.
    #[must_use]
    pub fn read(field: char, encoding: &str) -> Option<(Self, bool)> {
        if !is_delimiter(field) {
            return None;
        }
        let mut seen = vec![field];
        let mut is_mended = false;
        for character in encoding.chars() {
            if is_delimiter(character) && !seen.contains(&character) && seen.len() < 6 {
                seen.push(character);
            } else {
                is_mended = true;
            }
        }
        is_mended |= seen.len() < 5;
        let mut given = seen.iter().skip(1).copied();
        let standard = Self::STANDARD;
        let mut next = |usual: char| given.next().unwrap_or(if seen.contains(&usual) { '\0' } else { usual });
        let syntax = Self {
            field,
            component: next(standard.component),
            repetition: next(standard.repetition),
            escape: next(standard.escape),
            subcomponent: next(standard.subcomponent),
            truncation: next('\0'),
        };
        Some((syntax, is_mended))
    }

    /// MSH-2 as it is written.
    #[must_use]
    pub fn encoding_characters(&self) -> String {
        [self.component, self.repetition, self.escape, self.subcomponent, self.truncation]
            .iter()
            .filter(|character| **character != '\0')
            .collect()
    }
}

const fn is_delimiter(character: char) -> bool {
    character.is_ascii_punctuation()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(encoding: &str, expect: &str, mended: bool) {
        let (syntax, is_mended) = Syntax::read('|', encoding).unwrap();
        assert_eq!(syntax.encoding_characters(), expect, "{encoding}");
        assert_eq!(is_mended, mended, "{encoding}");
    }

    #[test]
    fn encoding_characters_are_read_and_mended() {
        check("^~\\&", "^~\\&", false);
        check("^~\\&#", "^~\\&#", false);
        check("$%*@", "$%*@", false);
        check("^~\\\\&", "^~\\&", true);
        check("^~}", "^~}&", true);
        check("", "^~\\&", true);
        check("^", "^~\\&", true);
        check("&^", "&^\\", true);
        check("^~\\&#!", "^~\\&#", true);
    }

    #[test]
    fn a_letter_is_no_separator() {
        for field in ['A', '1', '\r', ' ', 'ß', '\0'] {
            assert_eq!(Syntax::read(field, "^~\\&"), None);
        }
    }
}
