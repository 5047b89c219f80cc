//! Writing so that a thing is there once, whatever happens between: to ids that follow from what is written where the
//! server allows it, else one at a time after a search. If-None-Exist is sent where it is offered and never trusted alone:
//! on several servers it lets racing writers through.

use std::collections::HashMap;

use bedside_clinical::fhir::{
    build::bundle::{Change, Transaction},
    code::Interaction,
    http::FHIR_JSON,
    read::{
        Bundle, Capabilities,
        plan::{Writing, writing},
    },
};
use serde_json::Value;

use super::{Client, Server, Trouble, trouble::Refusal};

/// Types that are written, as the plan knows them by name.
const KINDS: [&str; 7] = ["Communication", "DocumentReference", "Binary", "Task", "Flag", "Consent", "Provenance"];

/// Writes resources in their order, all at once where the server does transactions.
pub(super) async fn write(client: &Client, server: &Server, resources: Vec<Value>) -> Result<(), Trouble> {
    let can = &server.can;
    let mut wanted: Vec<(Writing, Value)> =
        resources.into_iter().filter_map(|value| Some((way(can, &value)?, value))).collect();
    wanted.retain(|(way, _)| *way != Writing::No);
    let all_put = wanted.iter().all(|(way, _)| *way == Writing::PutById);
    if all_put && wanted.len() > 1 && can.system.contains("transaction") {
        match transaction(client, &wanted).await {
            // A token may be good for each write and not for all at once; some servers say that they do it and don't.
            Err(trouble) if matches!(trouble.status(), Some(403..=405 | 415 | 501)) => {}
            other => return other,
        }
    }
    let mut ids = HashMap::new();
    for (way, mut value) in wanted {
        rename(&mut value, &ids);
        let ours = address(&value);
        let theirs = one(client, can, way, value).await?;
        if let (Some(ours), Some(theirs)) = (ours, theirs)
            && ours != theirs
        {
            ids.insert(ours, theirs);
        }
    }
    Ok(())
}

/// Writes over what is there, and nothing where there is nothing.
pub(super) async fn overwrite(client: &Client, server: &Server, resources: Vec<Value>) -> Result<(), Trouble> {
    for mut value in resources {
        let Some((kind, id)) = kind_of(&value) else { continue };
        let found = match way(&server.can, &value) {
            Some(Writing::PutById) => client.read(kind, &id).await?.and_then(|done| done.value),
            Some(Writing::SearchThenCreate { .. }) => search(client, kind, &value).await?,
            _ => {
                let why = format!("{kind} can't be found again on this server: take it back there by hand");
                return Err(Trouble::stopped("cannot_cancel", why));
            }
        };
        let Some(found) = found else { continue };
        change(client, &mut value, &found).await?;
    }
    Ok(())
}

/// Posts something that can't be told from another by its address. After an answer that leaves open whether it is there a
/// person has to look.
pub(super) async fn post_once(client: &Client, segments: &[&str], value: &Value) -> Result<(), Trouble> {
    let post = client.ask(|http| http.post(segments).header("content-type", FHIR_JSON).json(value)).await;
    match post {
        Ok(_) => Ok(()),
        Err(trouble) if trouble.is_unclear() => {
            let why = format!(
                "whether the server has it is not known ({trouble}): look there, then send it again or drop it"
            );
            Err(Trouble::stopped("unclear", why))
        }
        Err(trouble) => Err(trouble),
    }
}

fn way(can: &Capabilities, value: &Value) -> Option<Writing> {
    let (kind, _) = kind_of(value)?;
    let way = writing(can, kind).way;
    // A Provenance has no identifier to be searched by: created twice it would be there twice.
    let is_lost = kind == "Provenance" && way != Writing::PutById;
    Some(if is_lost { Writing::No } else { way })
}

fn kind_of(value: &Value) -> Option<(&'static str, String)> {
    let kind = value.get("resourceType").and_then(Value::as_str)?;
    let kind = KINDS.into_iter().find(|known| *known == kind)?;
    Some((kind, value.get("id").and_then(Value::as_str)?.to_owned()))
}

fn address(value: &Value) -> Option<String> {
    kind_of(value).map(|(kind, id)| format!("{kind}/{id}"))
}

/// All or nothing. A server that keeps what worked and says that all went well is found out by the answers of each entry;
/// what it has kept is written again the next time and stays the same.
async fn transaction(client: &Client, wanted: &[(Writing, Value)]) -> Result<(), Trouble> {
    let changes = wanted.iter().filter_map(|(_, value)| Change::put(client.base(), value.clone())).collect();
    let bundle = Transaction { is_atomic: true, changes }.build();
    let done = client.ask(|http| http.post(&[]).header("content-type", FHIR_JSON).json(&bundle)).await?;
    let answer = done.value.unwrap_or_default();
    let bundle = Bundle::new(&answer);
    if bundle.kind() != Some("transaction-response") {
        return Err(Trouble::unexpected("a transaction", &answer));
    }
    let statuses: Vec<Option<u16>> = bundle.entries().map(|entry| entry.status).collect();
    if statuses.len() != wanted.len() {
        return Err(Trouble::not_fhir(format!("{} answers to {} writes", statuses.len(), wanted.len())));
    }
    for (n, status) in statuses.into_iter().enumerate() {
        let status = status.ok_or_else(|| Trouble::not_fhir("an answer without status in a transaction"))?;
        if !(200..300).contains(&status) {
            let outcome = answer.pointer(&format!("/entry/{n}/response/outcome"));
            return Err(Trouble::Refused(Refusal::of_entry(status, outcome)));
        }
    }
    Ok(())
}

/// Writes one resource; gives its address there, where that is known.
async fn one(client: &Client, can: &Capabilities, way: Writing, mut value: Value) -> Result<Option<String>, Trouble> {
    let Some((kind, id)) = kind_of(&value) else { return Ok(None) };
    match way {
        Writing::PutById => {
            match put(client, kind, &id, &value, None).await {
                // Somebody wrote the same at the same moment. What they wrote is what we write.
                Err(trouble) if matches!(trouble.status(), Some(409 | 412)) => {
                    put(client, kind, &id, &value, None).await?
                }
                other => other?,
            }
            Ok(address(&value))
        }
        Writing::SearchThenCreate { with_if_none_exist } => {
            let _turn = client.turn().await;
            if let Some(found) = search(client, kind, &value).await? {
                if can.can(kind, Interaction::Update) {
                    change(client, &mut value, &found).await?;
                }
                return Ok(address(&found));
            }
            let condition = identifier(&value).filter(|_| with_if_none_exist);
            create(client, kind, value, condition.map(|token| format!("identifier={token}"))).await
        }
        Writing::CreateOnce => {
            if let Some(fields) = value.as_object_mut() {
                fields.remove("id");
            }
            post_once(client, &[kind], &value).await?;
            Ok(None)
        }
        Writing::No => Ok(None),
    }
}

async fn put(client: &Client, kind: &str, id: &str, value: &Value, version: Option<&str>) -> Result<(), Trouble> {
    let call = |http: &crate::http::Http| {
        let call = http.call(reqwest::Method::PUT, &[kind, id]).header("content-type", FHIR_JSON);
        let call = match version {
            Some(version) => call.header("if-match", version),
            None => call,
        };
        call.json(value)
    };
    client.ask(call).await.map(drop)
}

/// Puts `value` over `found`, if nobody else has changed that since.
async fn change(client: &Client, value: &mut Value, found: &Value) -> Result<(), Trouble> {
    let Some((kind, id)) = kind_of(found) else {
        return Err(Trouble::unexpected("searching what was written", found));
    };
    if let Some(fields) = value.as_object_mut() {
        fields.insert("id".to_owned(), id.clone().into());
    }
    let version = found.pointer("/meta/versionId").and_then(Value::as_str).map(|version| format!("W/\"{version}\""));
    match put(client, kind, &id, value, version.as_deref()).await {
        // Changed since it was read: as it is now, the next try sees it.
        Err(Trouble::Refused(refusal)) if matches!(refusal.status, 409 | 412) => {
            Err(Trouble::Refused(Refusal { status: 429, ..refusal }))
        }
        other => other,
    }
}

async fn create(
    client: &Client,
    kind: &str,
    mut value: Value,
    condition: Option<String>,
) -> Result<Option<String>, Trouble> {
    if let Some(fields) = value.as_object_mut() {
        fields.remove("id");
    }
    let call = |http: &crate::http::Http| {
        let call = http.post(&[kind]).header("content-type", FHIR_JSON);
        let call = match &condition {
            Some(condition) => call.header("if-none-exist", condition),
            None => call,
        };
        call.json(&value)
    };
    let done = client.ask(call).await?;
    Ok(done.value.as_ref().and_then(address).or(done.location))
}

/// What is there already under the first identifier of `value`.
async fn search(client: &Client, kind: &str, value: &Value) -> Result<Option<Value>, Trouble> {
    let Some(token) = identifier(value) else { return Ok(None) };
    let mut found = client.search(kind, &[("identifier", &token)]).await?;
    found.retain(|one| identifiers(one).any(|known| known == token));
    // Of what was once made twice the first is kept on.
    found.sort_by_key(|one| one.pointer("/meta/lastUpdated").map(ToString::to_string));
    Ok(found.into_iter().next())
}

fn identifier(value: &Value) -> Option<String> {
    identifiers(value).next()
}

fn identifiers(value: &Value) -> impl Iterator<Item = String> {
    let all = value.get("identifier").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|one| Some(format!("{}|{}", one.get("system")?.as_str()?, one.get("value")?.as_str()?)))
}

/// References to ids of ours become references to the ids that the server gave.
fn rename(value: &mut Value, ids: &HashMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "reference" || name == "url" => {
                        if let Some(theirs) = ids.get(text.as_str()) {
                            *text = theirs.clone();
                        }
                    }
                    other => rename(other, ids),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests;
