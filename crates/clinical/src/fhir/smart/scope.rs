//! SMART scopes of version 1 (`patient/*.read`) and 2 (`system/Task.rs?status=ready`).

use std::fmt;

use crate::fhir::code::{Interaction, codes};

codes! {
    /// Whose data a scope is about: the patient in the chart, what the user may see, or all.
    Context {
        Patient => "patient",
        User => "user",
        System => "system",
    }
}

/// What a scope permits, as letters of `cruds`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions(u8);

const LETTERS: [(char, u8); 5] = [('c', 1), ('r', 2), ('u', 4), ('d', 8), ('s', 16)];

impl Permissions {
    /// Reads `rs`, `cruds` …, or version 1's `read`, `write`, `*`. `None`: it is neither. The order is fixed, as the
    /// standard asks.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "read" => return Some(Self(2 | 16)),
            "write" => return Some(Self(1 | 4 | 8)),
            "*" => return Some(Self(31)),
            _ => {}
        }
        let mut bits = 0;
        let mut last = 0;
        for letter in text.chars() {
            let bit = LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, bit)| *bit)?;
            if bit <= last {
                return None;
            }
            last = bit;
            bits |= bit;
        }
        (bits != 0).then_some(Self(bits))
    }

    /// Whether it permits an interaction.
    #[must_use]
    pub const fn permits(self, interaction: Interaction) -> bool {
        let bit = match interaction {
            Interaction::Create => 1,
            Interaction::Read | Interaction::Vread | Interaction::HistoryInstance => 2,
            Interaction::Update | Interaction::Patch => 4,
            Interaction::Delete => 8,
            Interaction::SearchType | Interaction::HistoryType => 16,
        };
        self.0 & bit != 0
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        LETTERS.iter().filter(|(_, bit)| self.0 & bit != 0).try_for_each(|(letter, _)| write!(f, "{letter}"))
    }
}

/// A scope about resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceScope {
    /// Whose.
    pub context: Context,
    /// Of which type; `None`: all.
    pub kind: Option<String>,
    /// What.
    pub permissions: Permissions,
    /// Only those that this search finds.
    pub query: Option<String>,
    text: String,
}

impl ResourceScope {
    fn parse(text: &str) -> Option<Self> {
        let (context, rest) = text.split_once('/')?;
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (kind, permissions) = rest.split_once('.')?;
        let is_type =
            kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.bytes().all(|b| b.is_ascii_alphabetic());
        if kind != "*" && !is_type || query.is_some_and(str::is_empty) {
            return None;
        }
        Some(Self {
            context: Context::from_code(context)?,
            kind: (kind != "*").then(|| kind.to_owned()),
            permissions: Permissions::parse(permissions)?,
            query: query.map(str::to_owned),
            text: text.to_owned(),
        })
    }

    fn covers(&self, context: Context, kind: &str, interaction: Interaction) -> bool {
        self.context == context
            && self.kind.as_deref().is_none_or(|own| own == kind)
            && self.permissions.permits(interaction)
    }

    /// What both permit.
    fn and(&self, other: &Self) -> Option<Self> {
        if self.context != other.context {
            return None;
        }
        let kind = match (&self.kind, &other.kind) {
            (Some(a), Some(b)) if a != b => return None,
            (Some(kind), _) | (None, Some(kind)) => Some(kind.clone()),
            (None, None) => None,
        };
        let query = match (&self.query, &other.query) {
            // Two searches can't be put together here; giving neither is the safe side.
            (Some(a), Some(b)) if a != b => return None,
            (Some(query), _) | (None, Some(query)) => Some(query.clone()),
            (None, None) => None,
        };
        let permissions = self.permissions.and(other.permissions);
        if permissions == Permissions::default() {
            return None;
        }
        let is_whole = kind == self.kind && query == self.query && permissions == self.permissions;
        let name = kind.as_deref().unwrap_or("*");
        let restriction = query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let text = match is_whole {
            true => self.text.clone(),
            false => format!("{}/{name}.{permissions}{restriction}", self.context),
        };
        Some(Self { context: self.context, kind, permissions, query, text })
    }
}

/// What somebody may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes {
    resources: Vec<ResourceScope>,
    others: Vec<String>,
}

impl Scopes {
    /// Reads scopes separated by spaces. What is no scope about resources is kept by name (`openid`, `launch/patient`) and
    /// permits nothing here; a malformed one about resources is dropped.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut scopes = Self::default();
        for part in text.split_ascii_whitespace() {
            match ResourceScope::parse(part) {
                Some(scope) => scopes.resources.push(scope),
                None if is_about_resources(part) => {}
                None => scopes.others.push(part.to_owned()),
            }
        }
        scopes
    }

    /// Whether something may be done with all resources of a type, without any restriction by a search.
    #[must_use]
    pub fn permits(&self, context: Context, kind: &str, interaction: Interaction) -> bool {
        self.resources.iter().any(|scope| scope.query.is_none() && scope.covers(context, kind, interaction))
    }

    /// The searches that find what it may be done with, if it is not all: a resource that one of them finds is permitted.
    pub fn restrictions(&self, context: Context, kind: &str, interaction: Interaction) -> impl Iterator<Item = &str> {
        self.resources
            .iter()
            .filter(move |scope| scope.covers(context, kind, interaction))
            .filter_map(|scope| scope.query.as_deref())
    }

    /// Whether a scope that is not about resources is there, such as `launch`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.others.iter().any(|other| other == name)
    }

    /// The scopes about resources.
    #[must_use]
    pub fn resources(&self) -> &[ResourceScope] {
        &self.resources
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.others.is_empty()
    }

    /// What of these is given to one who may have `allowed`.
    #[must_use]
    pub fn granted(&self, allowed: &Self) -> Self {
        let mut resources: Vec<ResourceScope> = Vec::new();
        for wanted in &self.resources {
            for scope in allowed.resources.iter().filter_map(|allowed| wanted.and(allowed)) {
                if !resources.contains(&scope) {
                    resources.push(scope);
                }
            }
        }
        let others = self.others.iter().filter(|name| allowed.has(name)).cloned().collect();
        Self { resources, others }
    }
}

fn is_about_resources(text: &str) -> bool {
    text.split_once('/').is_some_and(|(context, _)| Context::from_code(context).is_some())
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = self.others.iter().chain(self.resources.iter().map(|scope| &scope.text));
        for (index, text) in texts.enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(f, "{gap}{text}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_versions_are_understood() {
        use Interaction::{Create, Delete, Patch, Read, SearchType, Update, Vread};
        for (scope, permitted, refused) in [
            ("system/Task.rs", &[Read, Vread, SearchType][..], &[Create, Update, Delete][..]),
            ("system/Task.cruds", &[Create, Read, Update, Patch, Delete, SearchType], &[]),
            ("system/Task.read", &[Read, SearchType], &[Create, Update]),
            ("system/Task.write", &[Create, Update, Delete], &[Read, SearchType]),
            ("system/*.*", &[Create, Read, SearchType], &[]),
            ("system/*.r", &[Read], &[SearchType]),
            ("system/Communication.rs", &[], &[Read]),
            ("patient/Task.rs", &[], &[Read]),
            ("system/Task.sr", &[], &[Read, SearchType]),
            ("system/Task.rr", &[], &[Read]),
            ("system/Task.", &[], &[Read]),
            ("system/task.rs", &[], &[Read]),
            ("system/Task", &[], &[Read]),
            ("openid launch/patient", &[], &[Read]),
        ] {
            let scopes = Scopes::parse(scope);
            for interaction in permitted {
                assert!(scopes.permits(Context::System, "Task", *interaction), "{scope} {interaction}");
            }
            for interaction in refused {
                assert!(!scopes.permits(Context::System, "Task", *interaction), "{scope} {interaction}");
            }
        }
    }

    #[test]
    fn a_scope_with_a_search_permits_only_what_it_finds() {
        let scopes = Scopes::parse("system/Task.rs?status=ready");
        assert!(!scopes.permits(Context::System, "Task", Interaction::Read));
        let found: Vec<&str> = scopes.restrictions(Context::System, "Task", Interaction::Read).collect();
        assert_eq!(found, ["status=ready"]);
    }

    #[test]
    fn nobody_gets_more_than_they_may_have() {
        for (wanted, allowed, granted) in [
            ("system/Task.rs", "system/Task.cruds", "system/Task.rs"),
            ("system/*.read", "system/Task.rs system/Communication.rs", "system/Task.rs system/Communication.rs"),
            ("system/Task.read", "system/Task.r", "system/Task.r"),
            ("system/Task.cruds", "system/*.rs", "system/Task.rs"),
            ("user/Task.rs", "system/Task.rs", ""),
            ("system/Task.rs", "system/Task.rs?status=ready", "system/Task.rs?status=ready"),
            ("system/Task.rs?owner=x", "system/Task.rs?status=ready", ""),
            ("openid fhirUser system/Odd", "openid", "openid"),
            ("system/Task.c", "system/Task.rs", ""),
        ] {
            assert_eq!(Scopes::parse(wanted).granted(&Scopes::parse(allowed)).to_string(), granted, "{wanted}");
        }
    }

    proptest! {
        #[test]
        fn what_is_granted_is_wanted_and_allowed(wanted in "((system|user)/(Task|\\*)\\.(r|rs|cruds|read|write) ?){0,3}",
            allowed in "((system|user)/(Task|\\*)\\.(r|rs|cruds|read|write) ?){0,3}") {
            let (wanted, allowed) = (Scopes::parse(&wanted), Scopes::parse(&allowed));
            let granted = wanted.granted(&allowed);
            prop_assert_eq!(&Scopes::parse(&granted.to_string()), &granted);
            for context in Context::ALL {
                for interaction in Interaction::ALL {
                    let of = |scopes: &Scopes| scopes.permits(*context, "Task", *interaction);
                    prop_assert_eq!(of(&granted), of(&wanted) && of(&allowed));
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "[ -~ä]{0,60}") {
            let _ = Scopes::parse(&text).to_string();
        }
    }
}
