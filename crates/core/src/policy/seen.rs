//! What rules see: every fact with its name and value, once, for Cedar and for people. See `policies/schema.cedarschema`.

use std::{collections::BTreeMap, str::FromStr};

use cedar_policy::{Context, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

use super::facts::{Account, ComplaintStage, Facts, IncidentKind, MediaAttention, PageOwner, Place, Publication};
use crate::{
    incident::Stage,
    label::LabelKind,
    post::{Standing, Visibility},
    site::{Jurisdiction, Role},
    time::Span,
    triage::{Lang, SignalKind, Speaker, Topic, Urgency},
};

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Yes or no.
    Truth(bool),
    /// A number.
    Count(i64),
    /// A word of a list: the list's name in the schema, the word.
    Word(&'static str, &'static str),
    /// Several words of a list.
    Words(&'static str, Vec<&'static str>),
}

/// A fact: its name in the schema, its value where known.
pub(super) type Named = (&'static str, Option<Value>);

/// Every fact in the order of the schema.
pub(super) fn facts(facts: &Facts) -> Vec<Named> {
    let mut all = text_facts(facts);
    all.extend(post_facts(facts));
    all.extend(clock_facts(facts));
    all.extend(thread_and_case_facts(facts));
    all.extend(house_facts(facts));
    all.extend(link_facts(facts));
    all
}

fn text_facts(facts: &Facts) -> Vec<Named> {
    let signals = &facts.post.signals;
    let shows = |kind: SignalKind| signals.signals.iter().any(|one| one.kind == kind);
    let topics: Vec<_> = signals.topics.iter().map(|found| found.topic.as_str()).collect();
    // Sorting gives the strongest topic first.
    let main = signals.topics.first().and_then(|found| word("Topic", found.topic.as_str()));
    let unsure = signals.topics.iter().all(|found| found.topic == Topic::Other);
    vec![
        ("topics", Some(Value::Words("Topic", topics))),
        ("main_topic", main),
        ("unsure", truth(unsure)),
        ("urgency", word("Urgency", signals.urgency.as_str())),
        ("hostility", count(signals.hostility.0)),
        ("claim", truth(shows(SignalKind::Claim))),
        ("health_detail", truth(signals.health_detail)),
        ("identifier", truth(shows(SignalKind::Identifier))),
        ("staff_named", truth(signals.staff_named)),
        ("lang", word("Lang", signals.lang.as_str())),
        ("death", truth(facts.case.death.unwrap_or(signals.death))),
    ]
}

fn post_facts(facts: &Facts) -> Vec<Named> {
    let post = &facts.post;
    let speaker = facts.case.speaker.or(post.signals.speaker);
    let account = facts.case.account.or(post.account);
    vec![
        ("standing", word("Standing", standing(post.standing))),
        ("place", post.place.and_then(|place| word("Place", place.as_str()))),
        ("visibility", word("Visibility", post.visibility.as_str())),
        ("addressed", truth(post.addressed)),
        ("media_count", count(post.media_count)),
        ("media_unseen", count(post.media_unseen)),
        ("account", account.and_then(|account| word("Account", account.as_str()))),
        ("speaker", speaker.and_then(|speaker| word("Speaker", speaker.as_str()))),
        ("prior_posts", count(post.prior_posts)),
        ("strikes", count(post.history.strikes)),
    ]
}

fn clock_facts(facts: &Facts) -> Vec<Named> {
    let event = facts.event_at().and_then(|at| hours(facts.now.since(at)));
    let prior = facts.post.history.last_at.and_then(|at| hours(facts.post.at.since(at)));
    vec![
        ("hours_since_post", hours(facts.now.since(facts.post.at))),
        ("hours_since_event", event),
        ("hours_since_prior_post", prior),
        ("hours_until_seen", hours(facts.post.seen_at.since(facts.post.at))),
    ]
}

fn thread_and_case_facts(facts: &Facts) -> Vec<Named> {
    let labels = facts.thread.labels.iter().map(|label| label.as_str()).collect();
    let case = &facts.case;
    // Without more the label says that somebody looks on, not how many.
    let labelled = facts.thread.labels.contains(&LabelKind::MediaInterest).then_some(MediaAttention::Local);
    let media = case.media.or(labelled);
    vec![
        ("thread_posts", count(facts.thread.posts)),
        ("our_answers", count(facts.thread.our_answers)),
        ("labels", Some(Value::Words("Label", labels))),
        ("complaint", case.complaint.and_then(|stage| word("Complaint", stage.as_str()))),
        ("media_attention", media.and_then(|one| word("MediaAttention", one.as_str()))),
        ("facts_checked", case.facts_checked.map(Value::Truth)),
        ("publication", case.publication.and_then(|one| word("Publication", one.as_str()))),
    ]
}

fn house_facts(facts: &Facts) -> Vec<Named> {
    let house = &facts.house;
    let incident = house.crisis_mode || facts.thread.labels.contains(&LabelKind::Incident);
    vec![
        ("jurisdiction", word("Jurisdiction", house.jurisdiction.as_str())),
        ("page_owner", word("PageOwner", house.page_owner.as_str())),
        ("staffed_now", house.staffed_now.map(Value::Truth)),
        ("posted_while_staffed", house.hours.staffed_at_post.map(Value::Truth)),
        ("hours_until_staffed", house.hours.until_staffed.and_then(hours)),
        ("holiday", house.hours.holiday.map(Value::Truth)),
        ("incident", truth(incident)),
        ("incident_kind", house.incident.and_then(|kind| word("Incident", kind.as_str()))),
        ("incident_stage", house.stage.and_then(|stage| word("IncidentStage", stage.as_str()))),
        ("approved_statement", house.approved_statement.map(Value::Truth)),
        ("paused", truth(house.paused)),
    ]
}

fn link_facts(facts: &Facts) -> Vec<Named> {
    let link = facts.link.as_ref();
    let days = link.and_then(|link| link.since_discharge).map(|since| Value::Count(since.as_hours() / 24));
    vec![
        ("inpatient", link.and_then(|link| link.inpatient).map(Value::Truth)),
        ("days_since_discharge", days),
        ("deceased", link.and_then(|link| link.deceased).map(Value::Truth)),
    ]
}

const fn truth(value: bool) -> Option<Value> {
    Some(Value::Truth(value))
}

fn count(n: impl Into<i64>) -> Option<Value> {
    Some(Value::Count(n.into()))
}

const fn hours(span: Span) -> Option<Value> {
    Some(Value::Count(span.as_hours()))
}

const fn word(list: &'static str, word: &'static str) -> Option<Value> {
    Some(Value::Word(list, word))
}

const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Live => "live",
        Standing::History => "history",
    }
}

/// The words of our lists as Cedar entities, made once.
#[derive(Debug, Clone)]
pub(super) struct Vocabulary(BTreeMap<(&'static str, &'static str), RestrictedExpression>);

/// Every list of the schemas with its words.
pub(super) fn lists() -> Vec<(&'static str, Vec<&'static str>)> {
    let visibilities = [Visibility::Public, Visibility::Unlisted, Visibility::Followers, Visibility::Direct];
    let langs = [Lang::De, Lang::En, Lang::Unknown];
    vec![
        ("Topic", Topic::ALL.iter().map(|one| one.as_str()).collect()),
        ("Urgency", Urgency::ALL.iter().map(|one| one.as_str()).collect()),
        ("Lang", langs.iter().map(|one| one.as_str()).collect()),
        ("Standing", [Standing::Live, Standing::History].into_iter().map(standing).collect()),
        ("Place", Place::ALL.iter().map(|one| one.as_str()).collect()),
        ("Visibility", visibilities.iter().map(|one| one.as_str()).collect()),
        ("Account", Account::ALL.iter().map(|one| one.as_str()).collect()),
        ("Speaker", Speaker::ALL.iter().map(|one| one.as_str()).collect()),
        ("Label", LabelKind::ALL.iter().map(|one| one.as_str()).collect()),
        ("Complaint", ComplaintStage::ALL.iter().map(|one| one.as_str()).collect()),
        ("Publication", Publication::ALL.iter().map(|one| one.as_str()).collect()),
        ("Jurisdiction", Jurisdiction::ALL.iter().map(|one| one.as_str()).collect()),
        ("PageOwner", PageOwner::ALL.iter().map(|one| one.as_str()).collect()),
        ("IncidentStage", Stage::ALL.iter().map(|one| one.as_str()).collect()),
        ("MediaAttention", MediaAttention::ALL.iter().map(|one| one.as_str()).collect()),
        ("Incident", IncidentKind::ALL.iter().map(|one| one.as_str()).collect()),
        ("Role", Role::ALL.iter().map(|one| one.as_str()).collect()),
    ]
}

impl Vocabulary {
    pub fn new() -> Self {
        let pairs = lists().into_iter().flat_map(|(list, words)| words.into_iter().map(move |word| (list, word)));
        Self(pairs.filter_map(|(list, word)| Some(((list, word), entity(list, word)?))).collect())
    }

    /// The facts as Cedar's context. `None` only if Cedar refuses a value, which its own tests would show.
    pub fn context(&self, named: &[Named]) -> Option<Context> {
        let pairs = named.iter().filter_map(|(name, value)| Some((*name, value.as_ref()?)));
        let pairs: Option<Vec<_>> =
            pairs.map(|(name, value)| Some((name.to_owned(), self.expression(value)?))).collect();
        Context::from_pairs(pairs?).ok()
    }

    fn expression(&self, value: &Value) -> Option<RestrictedExpression> {
        match value {
            Value::Truth(truth) => Some(RestrictedExpression::new_bool(*truth)),
            Value::Count(n) => Some(RestrictedExpression::new_long(*n)),
            Value::Word(list, word) => self.0.get(&(*list, *word)).cloned(),
            Value::Words(list, words) => {
                let words: Option<Vec<_>> = words.iter().map(|word| self.0.get(&(*list, *word)).cloned()).collect();
                words.map(RestrictedExpression::new_set)
            }
        }
    }
}

fn entity(list: &str, word: &str) -> Option<RestrictedExpression> {
    let name = EntityTypeName::from_str(list).ok()?;
    Some(RestrictedExpression::new_entity_uid(EntityUid::from_type_name_and_id(name, EntityId::new(word))))
}

/// A value as people read it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Truth(truth) => if *truth { "yes" } else { "no" }.to_owned(),
        Value::Count(n) => n.to_string(),
        Value::Word(_, word) => (*word).to_owned(),
        Value::Words(_, words) => words.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cedar_policy::{EntityUid, Schema, SchemaFragment};

    use super::{super::cases, *};
    use crate::policy::{LinkFacts, packs};

    fn fragment(text: &str) -> serde_json::Value {
        SchemaFragment::from_cedarschema_str(text).unwrap().0.to_json_value().unwrap()
    }

    #[test]
    fn the_lists_of_the_schemas_are_ours() {
        let (rules, desk) = (fragment(packs::SCHEMA), fragment(packs::DESK_SCHEMA));
        let types = |schema: &serde_json::Value| schema[""]["entityTypes"].as_object().unwrap().clone();
        let mut seen = BTreeSet::new();
        for (name, kind) in types(&rules).into_iter().chain(types(&desk)) {
            let Some(words) = kind["enum"].as_array() else { continue };
            let words: BTreeSet<&str> = words.iter().map(|word| word.as_str().unwrap()).collect();
            let ours: Vec<_> = lists().into_iter().filter(|(list, _)| *list == name).collect();
            assert_eq!(ours.len(), 1, "{name}");
            assert_eq!(words, ours[0].1.iter().copied().collect(), "{name}");
            seen.insert(name);
        }
        assert_eq!(seen.len(), lists().len());
    }

    #[test]
    fn facts_are_what_the_schema_says_with_everything_known_and_with_nothing() {
        let (schema, _) = Schema::from_cedarschema_str(packs::SCHEMA).unwrap();
        let action: EntityUid = "Action::\"invite_private\"".parse().unwrap();
        let own = cases::read(include_str!("../../../../policies/cases/own.jsonl")).unwrap();
        let words = Vocabulary::new();
        for (n, case) in own.iter().enumerate() {
            let mut facts = case.facts(&case.post, &|case, text, _| case.says.clone().unwrap().signals(text, Lang::De));
            if n % 2 == 0 {
                let link =
                    LinkFacts { inpatient: Some(true), since_discharge: Some(Span::days(2)), deceased: Some(false) };
                facts.link = Some(link);
                facts.case.facts_checked = Some(false);
            }
            let context = words.context(&super::facts(&facts)).unwrap();
            context.validate(&schema, &action).unwrap_or_else(|error| panic!("{}: {error}", case.id));
        }
        let named: BTreeSet<_> =
            super::facts(&own[0].facts("", &|case, text, _| case.says.clone().unwrap().signals(text, Lang::De)))
                .into_iter()
                .map(|(name, _)| name.to_owned())
                .collect();
        let written = fragment(packs::SCHEMA)[""]["commonTypes"]["Facts"]["attributes"].as_object().unwrap().clone();
        assert_eq!(named, written.keys().cloned().collect(), "every fact of the schema is given, and no other");
    }
}
