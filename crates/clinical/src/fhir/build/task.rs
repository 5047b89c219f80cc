//! Work for people (Task), and a warning in the chart that a person has confirmed (Flag).

use serde_json::Value;

use crate::fhir::{
    code::{Priority, TaskStatus},
    data::{Annotation, Concept, Identifier, Meta, Period, Reference},
    id::Id,
    object::Object,
    terms::FLAG_SAFETY,
    time::Instant,
};

/// A Task with intent `order`: somebody is to deal with something by a time.
#[derive(Debug, Clone)]
pub struct Task {
    /// The id.
    pub id: Option<Id>,
    /// About the resource.
    pub meta: Meta,
    /// Names it has elsewhere, such as the case's number.
    pub identifiers: Vec<Identifier>,
    /// How far it is.
    pub status: TaskStatus,
    /// Why it has that status.
    pub status_reason: Option<Concept>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// What is to be done.
    pub code: Option<Concept>,
    /// What is to be done, in a sentence.
    pub description: Option<String>,
    /// What it is about, e.g. the Communication.
    pub focus: Option<Reference>,
    /// The patient it is for. Without proof of identity: nobody.
    pub patient: Option<Reference>,
    /// The stay it belongs to.
    pub encounter: Option<Reference>,
    /// When it came to be.
    pub authored_on: Instant,
    /// When it last changed; not before `authored_on`.
    pub last_modified: Option<Instant>,
    /// Who asks for it.
    pub requester: Option<Reference>,
    /// Who is to do it.
    pub owner: Option<Reference>,
    /// The time within which it is to be done.
    pub within: Option<Period>,
    /// Words of staff.
    pub notes: Vec<Annotation>,
}

impl Task {
    /// A Task of this status, with nothing else yet.
    #[must_use]
    pub fn new(id: Option<Id>, status: TaskStatus, authored_on: Instant) -> Self {
        Self {
            id,
            meta: Meta::default(),
            identifiers: Vec::new(),
            status,
            status_reason: None,
            priority: None,
            code: None,
            description: None,
            focus: None,
            patient: None,
            encounter: None,
            authored_on,
            last_modified: None,
            requester: None,
            owner: None,
            within: None,
            notes: Vec::new(),
        }
    }

    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        // Invariant inv-1: last modified not before authored.
        let modified = self.last_modified.map(|at| at.max(self.authored_on));
        Object::resource("Task", self.id.as_ref(), &self.meta)
            .put("identifier", &self.identifiers)
            .put("status", self.status)
            .put("statusReason", &self.status_reason)
            .put("intent", "order")
            .put("priority", self.priority)
            .put("code", &self.code)
            .put("description", &self.description)
            .put("focus", &self.focus)
            .put("for", &self.patient)
            .put("encounter", &self.encounter)
            .put("authoredOn", self.authored_on)
            .put("lastModified", modified)
            .put("requester", &self.requester)
            .put("owner", &self.owner)
            .put("note", &self.notes)
            .put("restriction", self.within.map(|period| Object::new().put("period", period)))
            .done()
    }
}

/// A safety Flag. It names the person who confirmed it, because nothing else may make one.
#[derive(Debug, Clone)]
pub struct Flag {
    /// The id.
    pub id: Option<Id>,
    /// About the resource.
    pub meta: Meta,
    /// Names it has elsewhere.
    pub identifiers: Vec<Identifier>,
    /// Whether it holds now; otherwise it is inactive.
    pub is_active: bool,
    /// What to look out for.
    pub code: Concept,
    /// The patient.
    pub subject: Reference,
    /// From when until when.
    pub period: Period,
    /// The stay it belongs to.
    pub encounter: Option<Reference>,
    /// The person who confirmed it.
    pub confirmed_by: Reference,
}

impl Flag {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        Object::resource("Flag", self.id.as_ref(), &self.meta)
            .put("identifier", &self.identifiers)
            .put("status", if self.is_active { "active" } else { "inactive" })
            .put("category", [Concept::from(FLAG_SAFETY)])
            .put("code", &self.code)
            .put("subject", &self.subject)
            .put("period", self.period)
            .put("encounter", &self.encounter)
            .put("author", &self.confirmed_by)
            .done()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::terms::FULFILL;

    #[test]
    fn a_task_says_what_by_whom_until_when() {
        let at = Instant::from_seconds(0);
        let task = Task {
            code: Some(FULFILL.into()),
            focus: Some(Reference::address("Communication/c1")),
            patient: Some(Reference::address("Patient/p1")),
            owner: Some(Reference::words("Patient relations")),
            within: Some(Period { start: None, end: Some(Instant::from_seconds(600)) }),
            last_modified: Some(Instant::from_seconds(-5)),
            ..Task::new(Id::parse("t1"), TaskStatus::Requested, at)
        };
        assert_eq!(
            task.build(),
            json!({
                "resourceType": "Task",
                "id": "t1",
                "status": "requested",
                "intent": "order",
                "code": { "coding": [{ "system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill",
                    "display": "Fulfill the focal request" }] },
                "focus": { "reference": "Communication/c1" },
                "for": { "reference": "Patient/p1" },
                "authoredOn": "1970-01-01T00:00:00.000Z",
                "lastModified": "1970-01-01T00:00:00.000Z",
                "owner": { "display": "Patient relations" },
                "restriction": { "period": { "end": "1970-01-01T00:10:00.000Z" } },
            })
        );
    }

    #[test]
    fn a_flag_names_who_confirmed_it() {
        let flag = Flag {
            id: Id::parse("f1"),
            meta: Meta::default(),
            identifiers: Vec::new(),
            is_active: false,
            code: Concept::text("Wrote of harming himself"),
            subject: Reference::address("Patient/p1"),
            period: Period { start: Some(Instant::from_seconds(0)), end: None },
            encounter: None,
            confirmed_by: Reference::address("Practitioner/n1"),
        };
        assert_eq!(
            flag.build(),
            json!({
                "resourceType": "Flag",
                "id": "f1",
                "status": "inactive",
                "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/flag-category",
                    "code": "safety", "display": "Safety" }] }],
                "code": { "text": "Wrote of harming himself" },
                "subject": { "reference": "Patient/p1" },
                "period": { "start": "1970-01-01T00:00:00.000Z" },
                "author": { "reference": "Practitioner/n1" },
            })
        );
    }
}
