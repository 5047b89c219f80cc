//! What a finding points to. The words are those of the labelled rows and of `bedside scan`.

/// Kinds of what identifies a person (45 CFR 164.514(b)(2), and the German usage of annotated letters).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhiKind {
    /// A person's name, without title and honorific.
    Name,
    /// A street with its number, a flat, a post office box.
    Address,
    /// A town, country or other place.
    Location,
    /// A postal code.
    Zip,
    /// A date, also a partial one.
    Date,
    /// Somebody's age: the number.
    Age,
    /// A telephone or fax number.
    Phone,
    /// A mail address, also a disguised one.
    Email,
    /// A link.
    Url,
    /// An internet address, version 4 or 6.
    Ip,
    /// A bank account.
    Iban,
    /// A payment card.
    CreditCard,
    /// A US social security number.
    Ssn,
    /// Any other number or code of a person: insurance, case, record, tax, room, licence plate.
    Id,
    /// A company, house or other organisation.
    Org,
    /// A title or honorific.
    Title,
    /// Somebody's work.
    Profession,
    /// Nationality, religion or political group.
    Nrp,
    /// An account's name on a platform.
    Handle,
}

impl PhiKind {
    /// All kinds.
    pub const ALL: [Self; 19] = [
        Self::Name,
        Self::Address,
        Self::Location,
        Self::Zip,
        Self::Date,
        Self::Age,
        Self::Phone,
        Self::Email,
        Self::Url,
        Self::Ip,
        Self::Iban,
        Self::CreditCard,
        Self::Ssn,
        Self::Id,
        Self::Org,
        Self::Title,
        Self::Profession,
        Self::Nrp,
        Self::Handle,
    ];

    /// The word for rows and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "NAME",
            Self::Address => "ADDRESS",
            Self::Location => "LOCATION",
            Self::Zip => "ZIP",
            Self::Date => "DATE",
            Self::Age => "AGE",
            Self::Phone => "PHONE",
            Self::Email => "EMAIL",
            Self::Url => "URL",
            Self::Ip => "IP",
            Self::Iban => "IBAN",
            Self::CreditCard => "CREDIT_CARD",
            Self::Ssn => "SSN",
            Self::Id => "ID",
            Self::Org => "ORG",
            Self::Title => "TITLE",
            Self::Profession => "PROFESSION",
            Self::Nrp => "NRP",
            Self::Handle => "HANDLE",
        }
    }

    /// The kind of a word, if there is one.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
