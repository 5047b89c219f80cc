//! Closed lists of FHIR codes as enums: a code that FHIR doesn't know can't be written.

/// Makes an enum of codes with `code()`, `from_code()` and its JSON.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($variant:ident => $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $code, "`")] $variant,)+
        }

        impl $name {
            /// All of them, as FHIR lists them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As FHIR writes it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// From FHIR's code; `None`: no such code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl $crate::fhir::object::Json for $name {
            fn json(&self) -> serde_json::Value {
                serde_json::Value::String(self.code().to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

pub(crate) use codes;

codes! {
    /// Status of a Communication (event-status).
    EventStatus {
        Preparation => "preparation",
        InProgress => "in-progress",
        NotDone => "not-done",
        OnHold => "on-hold",
        Stopped => "stopped",
        Completed => "completed",
        EnteredInError => "entered-in-error",
        Unknown => "unknown",
    }
}

codes! {
    /// Status of a Task (task-status).
    TaskStatus {
        Draft => "draft",
        Requested => "requested",
        Received => "received",
        Accepted => "accepted",
        Rejected => "rejected",
        Ready => "ready",
        Cancelled => "cancelled",
        InProgress => "in-progress",
        OnHold => "on-hold",
        Failed => "failed",
        Completed => "completed",
        EnteredInError => "entered-in-error",
    }
}

codes! {
    /// How urgent (request-priority).
    Priority {
        Routine => "routine",
        Urgent => "urgent",
        Asap => "asap",
        Stat => "stat",
    }
}

codes! {
    /// Status of a Consent (consent-state-codes).
    ConsentStatus {
        Draft => "draft",
        Proposed => "proposed",
        Active => "active",
        Rejected => "rejected",
        Inactive => "inactive",
        EnteredInError => "entered-in-error",
    }
}

codes! {
    /// Whether a provision of a Consent permits or denies (consent-provision-type).
    ProvisionType {
        Deny => "deny",
        Permit => "permit",
    }
}

codes! {
    /// What may be done with a resource (type-restful-interaction).
    Interaction {
        Read => "read",
        Vread => "vread",
        Update => "update",
        Patch => "patch",
        Delete => "delete",
        HistoryInstance => "history-instance",
        HistoryType => "history-type",
        Create => "create",
        SearchType => "search-type",
    }
}

codes! {
    /// How bad an issue is (issue-severity).
    Severity {
        Fatal => "fatal",
        Error => "error",
        Warning => "warning",
        Information => "information",
    }
}

codes! {
    /// What kind of issue (issue-type).
    IssueType {
        Invalid => "invalid",
        Structure => "structure",
        Required => "required",
        Value => "value",
        Invariant => "invariant",
        Security => "security",
        Login => "login",
        Unknown => "unknown",
        Expired => "expired",
        Forbidden => "forbidden",
        Suppressed => "suppressed",
        Processing => "processing",
        NotSupported => "not-supported",
        Duplicate => "duplicate",
        MultipleMatches => "multiple-matches",
        NotFound => "not-found",
        Deleted => "deleted",
        TooLong => "too-long",
        CodeInvalid => "code-invalid",
        Extension => "extension",
        TooCostly => "too-costly",
        BusinessRule => "business-rule",
        Conflict => "conflict",
        Transient => "transient",
        LockError => "lock-error",
        NoStore => "no-store",
        Exception => "exception",
        Timeout => "timeout",
        Incomplete => "incomplete",
        Throttled => "throttled",
        Informational => "informational",
    }
}

codes! {
    /// Status of a Subscription (subscription-status).
    SubscriptionStatus {
        Requested => "requested",
        Active => "active",
        Error => "error",
        Off => "off",
    }
}

codes! {
    /// What a notification of a topic-based subscription carries (backport-content-value-set).
    PayloadContent {
        Empty => "empty",
        IdOnly => "id-only",
        FullResource => "full-resource",
    }
}

codes! {
    /// Why a notification is sent (subscription-notification-type).
    NotificationType {
        Handshake => "handshake",
        Heartbeat => "heartbeat",
        EventNotification => "event-notification",
        QueryStatus => "query-status",
        QueryEvent => "query-event",
    }
}

codes! {
    /// Type of a search parameter (search-param-type).
    ParamType {
        Number => "number",
        Date => "date",
        String => "string",
        Token => "token",
        Reference => "reference",
        Uri => "uri",
    }
}

codes! {
    /// Method of an entry of a Bundle (http-verb).
    Verb {
        Get => "GET",
        Post => "POST",
        Put => "PUT",
        Patch => "PATCH",
        Delete => "DELETE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back_as_they_are_written() {
        for status in TaskStatus::ALL {
            assert_eq!(TaskStatus::from_code(status.code()), Some(*status));
        }
        assert_eq!(TaskStatus::from_code("done"), None);
        assert_eq!(TaskStatus::InProgress.to_string(), "in-progress");
    }
}
