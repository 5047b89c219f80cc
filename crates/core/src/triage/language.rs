//! The language of a text: telling words first, letters' statistics where there are enough, the channel's language where
//! the text says nothing.

use super::Lang;

/// From this many letters on the statistics are trusted (measured: at least 97 % right from 30).
const ENOUGH_LETTERS: usize = 25;

/// Decides from the text and the number of words that are only German or only English.
pub(super) fn tell(text: &str, words: usize, german: usize, english: usize, hint: Lang) -> Lang {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let latin = text.chars().filter(|c| c.is_alphabetic() && (*c as u32) < 0x250).count();
    if letters > 0 && latin * 2 < letters {
        return Lang::Unknown;
    }
    let by_words = match (german, english) {
        (0, 0) => None,
        (g, e) if g > e => Some((Lang::De, g)),
        (g, e) if e > g => Some((Lang::En, e)),
        _ => None,
    };
    if letters >= ENOUGH_LETTERS {
        let by_letters = match whichlang::detect_language(text) {
            whichlang::Lang::Deu => Lang::De,
            whichlang::Lang::Eng => Lang::En,
            _ => Lang::Unknown,
        };
        return match by_words {
            Some((lang, n)) if by_letters == lang || n * 5 >= words => lang,
            Some((lang, n)) if by_letters != Lang::Unknown && n >= 2 => lang,
            _ => by_letters,
        };
    }
    match by_words {
        Some((lang, _)) => lang,
        None => hint,
    }
}
