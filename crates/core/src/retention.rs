//! Retention: how long each class of data is kept, between bounds that are given with their reason (GDPR Art. 5(1)(e)).

use std::collections::BTreeMap;

use crate::time::Span;

/// A class of data with a period of its own. What is not listed has one elsewhere: raw messages of the record by their link,
/// sessions of the chart and visits at the private door within a day, the log for ever (it holds no text).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Posts on which the house stayed silent, and posts that belong to no case.
    SilentPosts,
    /// Closed cases: their posts, drafts, notes, reasons, files and receipts.
    ClosedCases,
    /// What was imported, backfilled or replayed.
    History,
    /// Decisions that were wrong, kept as cases that prove the rules.
    OwnCases,
    /// What people said was found wrongly, kept for training.
    Examples,
    /// Alarms that ended, and their calls.
    Alarms,
    /// Letters and tellings to subscribers and webhooks that are settled.
    Deliveries,
    /// Who read or was sent what over FHIR.
    Accesses,
    /// Sessions, invitations and openings in full that are over.
    SignIns,
}

/// How long a class may be kept, and why not shorter or longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The shortest period.
    pub least: Span,
    /// The longest period.
    pub most: Span,
    /// Why a shorter one is refused.
    pub why_least: &'static str,
    /// Why a longer one is refused.
    pub why_most: &'static str,
}

impl Class {
    /// Every class, in the order of pages and lists.
    pub const ALL: [Self; 9] = [
        Self::SilentPosts,
        Self::ClosedCases,
        Self::History,
        Self::OwnCases,
        Self::Examples,
        Self::Alarms,
        Self::Deliveries,
        Self::Accesses,
        Self::SignIns,
    ];

    /// The word in the configuration, in the log and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SilentPosts => "silent_posts",
            Self::ClosedCases => "closed_cases",
            Self::History => "history",
            Self::OwnCases => "own_cases",
            Self::Examples => "examples",
            Self::Alarms => "alarms",
            Self::Deliveries => "deliveries",
            Self::Accesses => "accesses",
            Self::SignIns => "sign_ins",
        }
    }

    /// How long it is kept where nothing is configured.
    #[must_use]
    pub const fn usual(self) -> Span {
        Span::days(match self {
            Self::SilentPosts | Self::SignIns => 30,
            Self::Deliveries => 90,
            Self::ClosedCases | Self::History | Self::Examples | Self::Alarms => 365,
            Self::OwnCases => 3 * 365,
            // 45 CFR 164.316(b)(2)(i): six years; leap days with them.
            Self::Accesses => 6 * 365 + 2,
        })
    }

    /// Between what it can be set.
    #[must_use]
    pub const fn bounds(self) -> Bounds {
        let (least, why_least) = match self {
            Self::SilentPosts => (1, "a silence must stand for a day, so that somebody can still look at it"),
            Self::ClosedCases => (30, "who was answered comes back within a month, and complaints are due by then"),
            Self::History => (1, "what is imported must stand for a day, so that it can be read at all"),
            Self::OwnCases => (30, "they prove the rules, and rules are tried over 30 days at least"),
            Self::Examples => (7, "they have to be looked at and taken out for training first"),
            Self::Alarms => (30, "who was called, and whether they came, is asked for weeks later"),
            Self::Deliveries => (7, "what could not be told is tried for three days and looked into after that"),
            Self::Accesses => (180, "people may ask who read their data (GDPR Art. 15(1)(c))"),
            Self::SignIns => (1, "a session that ended is shown to its owner for a day"),
        };
        let (most, why_most) = match self {
            Self::SilentPosts => (365, "nobody acts on a silence after a year (GDPR Art. 5(1)(e))"),
            Self::SignIns => (365, "no figure and no list is kept of when people work"),
            Self::Deliveries => (3 * 365, "they prove nothing that the log does not"),
            Self::ClosedCases | Self::History | Self::OwnCases | Self::Examples | Self::Alarms | Self::Accesses => {
                (3653, "ten years is the longest that law asks for (BGB § 630f); a legal hold keeps longer")
            }
        };
        Bounds { least: Span::days(least), most: Span::days(most), why_least, why_most }
    }

    /// The class with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }
}

/// Periods that were set; a class that is not among them has the one of whoever stands above, or the usual one.
pub type Periods = BTreeMap<Class, Span>;

/// What is set about retention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// At how many minutes after midnight of a house the night's run begins there.
    pub at_min: u16,
    /// For every house.
    pub all: Periods,
    /// For single houses, by their short names.
    pub by_site: BTreeMap<String, Periods>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { at_min: 3 * 60, all: Periods::new(), by_site: BTreeMap::new() }
    }
}

impl Retention {
    /// How long a house keeps a class.
    #[must_use]
    pub fn keeps(&self, site: &str, class: Class) -> Span {
        let own = self.by_site.get(site).and_then(|periods| periods.get(&class));
        own.or_else(|| self.all.get(&class)).copied().unwrap_or(class.usual())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_lies_within_the_bounds() {
        for class in Class::ALL {
            let bounds = class.bounds();
            assert!((bounds.least..=bounds.most).contains(&class.usual()), "{}", class.as_str());
            assert_eq!(Class::from_word(class.as_str()), Some(class));
        }
    }

    #[test]
    fn a_house_of_its_own_goes_before_the_group_and_the_group_before_what_is_usual() {
        let mut retention = Retention::default();
        assert_eq!(retention.keeps("mitte", Class::SilentPosts), Span::days(30));
        retention.all.insert(Class::SilentPosts, Span::days(14));
        retention.by_site.insert("nord".to_owned(), Periods::from([(Class::SilentPosts, Span::days(7))]));
        assert_eq!(retention.keeps("mitte", Class::SilentPosts), Span::days(14));
        assert_eq!(retention.keeps("nord", Class::SilentPosts), Span::days(7));
        assert_eq!(retention.keeps("nord", Class::ClosedCases), Span::days(365));
    }
}
