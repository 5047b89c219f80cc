//! What a house says of itself in statements without anybody filling it in: its name, its public phone, its private door.

use std::collections::BTreeMap;

use crate::{
    crisis,
    scan::identifiers::{self, IdKind},
    site::Jurisdiction,
    text::Plain,
};

macro_rules! facts {
    ($($(#[$doc:meta])* $variant:ident = $de:literal, $en:literal, [$($also:literal),*];)*) => {
        /// Something a house knows of itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fact { $($(#[$doc])* $variant,)* }

        impl Fact {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// How a placeholder names it in German.
            #[must_use]
            pub const fn name_de(self) -> &'static str {
                match self { $(Self::$variant => $de,)* }
            }

            /// How a placeholder names it in English.
            #[must_use]
            pub const fn name_en(self) -> &'static str {
                match self { $(Self::$variant => $en,)* }
            }

            /// The one that a placeholder names, in either language, whatever its case.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                let name = name.to_lowercase();
                $(if [$de, $en $(, $also)*].iter().any(|word| word.to_lowercase() == name) {
                    return Some(Self::$variant);
                })*
                None
            }
        }
    };
}

facts! {
    /// The house's name.
    House = "Haus", "house", ["hospital", "Klinik"];
    /// The group it belongs to.
    Group = "Gruppe", "group", [];
    /// Its public phone number, the first of its public facts that is one.
    Phone = "Telefon", "phone", ["Telefonnummer"];
    /// Its public mail address.
    Mail = "E-Mail", "email", ["mail"];
    /// Its street address.
    Street = "Adresse", "address", ["Anschrift"];
    /// The address of the private door.
    Door = "private Tür", "private door", ["door"];
    /// The emergency number of its country.
    Emergency = "Notruf", "emergency number", [];
    /// The help line of its country for people in despair, with its number.
    HelpLine = "Hilfetelefon", "help line", [];
}

/// What one house knows of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnFacts(BTreeMap<Fact, String>);

impl OwnFacts {
    /// From what is configured of a house. What is not there stays open in a text and keeps it from being sent.
    #[must_use]
    pub fn of(house: &str, group: &str, law: Jurisdiction, public_facts: &[String], door: Option<&str>) -> Self {
        let first = |wanted: IdKind| public_facts.iter().find(|fact| kind(fact) == Some(wanted)).cloned();
        let all = [
            (Fact::House, Some(house.to_owned())),
            (Fact::Group, Some(group.to_owned())),
            (Fact::Phone, first(IdKind::Phone)),
            (Fact::Mail, first(IdKind::Email)),
            (Fact::Street, first(IdKind::Street)),
            (Fact::Door, door.map(str::to_owned)),
            (Fact::Emergency, Some(emergency(law).to_owned())),
            (Fact::HelpLine, crisis::help_line(law)),
        ];
        let known = all.into_iter().filter_map(|(fact, value)| Some((fact, value?)));
        Self(known.filter(|(_, value)| !value.trim().is_empty()).collect())
    }

    /// What the house says there; `None`: nothing is set up.
    #[must_use]
    pub fn get(&self, fact: Fact) -> Option<&str> {
        self.0.get(&fact).map(String::as_str)
    }
}

/// What a public fact is. A number that could be many things by its digits alone is a telephone number here: houses publish no
/// others.
fn kind(fact: &str) -> Option<IdKind> {
    let first = |text: &str| identifiers::find(&Plain::new(text)).first().map(|found| found.kind);
    first(fact).or_else(|| first(&format!("Tel. {fact}")).filter(|_| !fact.chars().any(char::is_alphabetic)))
}

/// The number to call in an emergency: 112 in the EU (Directive (EU) 2018/1972 Art. 109; Austria also 144), 999 in the UK, 911 in
/// the US.
pub(crate) const fn emergency(law: Jurisdiction) -> &'static str {
    match law {
        Jurisdiction::De => "112",
        Jurisdiction::At => "144",
        Jurisdiction::Uk => "999",
        Jurisdiction::Us => "911",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_finds_its_phone_mail_and_street_among_its_public_facts() {
        let facts = ["post@lindenhof.example", "Lindenallee 1, 10115 Berlin", "030 555 0100", "030 555 0199"];
        let facts: Vec<String> = facts.iter().map(|fact| (*fact).to_owned()).collect();
        let own = OwnFacts::of("Mitte", "", Jurisdiction::At, &facts, None);
        assert_eq!(own.get(Fact::Phone), Some("030 555 0100"));
        assert_eq!(own.get(Fact::Mail), Some("post@lindenhof.example"));
        assert_eq!(own.get(Fact::Street), Some("Lindenallee 1, 10115 Berlin"));
        assert_eq!((own.get(Fact::Door), own.get(Fact::Group)), (None, None));
        assert_eq!(own.get(Fact::Emergency), Some("144"));
        assert_eq!(own.get(Fact::HelpLine), Some("TelefonSeelsorge, 142"));
    }

    #[test]
    fn every_name_of_a_fact_leads_back_to_it() {
        for fact in Fact::ALL {
            for name in [fact.name_de(), fact.name_en()] {
                assert_eq!(Fact::from_name(name), Some(*fact), "{name}");
            }
        }
        assert_eq!(Fact::from_name("PHONE"), Some(Fact::Phone));
        assert_eq!(Fact::from_name("Station"), None);
    }
}
