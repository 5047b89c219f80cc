//! Who was given what of whom, as AuditEvents in the patterns of IHE BALP. Made from the rows that each access leaves; the
//! same stands, signed, in the house's own log.

use std::collections::HashMap;

use axum::{http::StatusCode, response::Response};
use bedside_clinical::fhir::{
    Id,
    build::audit::{Common, Disclosure, Network, Outcome, Party, Rest, RestEvent, Side},
    code::Interaction,
    data::{Identifier, Reference},
    search::{Query, page},
};
use bedside_core::{
    exchange::AccessAct,
    id::{AccessId, PatientId},
};
use bedside_store::{
    Tx,
    exchange::{self, AccessRow},
};
use serde_json::Value;

use super::{
    FhirState,
    answer::{self, Stop},
    caller::Caller,
    resource::{instant, stamp},
    search::{changed, searchset},
    whose,
};

/// The most accesses that a search goes through, the newest first.
const MOST: u32 = 5_000;

/// The references of patients that were looked up already.
type Known = HashMap<PatientId, Option<Reference>>;

/// Reads one.
pub(super) async fn read(state: &FhirState, caller: &Caller, id: &str) -> Result<Response, Stop> {
    caller.may("AuditEvent", Interaction::Read)?;
    let id: AccessId = id.parse().map_err(|_| Stop::not_found())?;
    let mut tx = state.store.begin_read().await?;
    let row = exchange::access(&mut tx, id).await?.filter(|row| caller.sees(row.site)).ok_or_else(Stop::not_found)?;
    let at = row.at;
    let event = event(state, &mut tx, &row, &mut Known::new()).await?;
    if !caller.covers("AuditEvent", &event, Interaction::Read, &state.base) {
        return Err(Stop::not_found());
    }
    Ok(answer::versioned(StatusCode::OK, &event, 1, at))
}

/// Searches them.
pub(super) async fn search(state: &FhirState, caller: &Caller, query: &mut Query) -> Result<Value, Stop> {
    let mut tx = state.store.begin_read().await?;
    let patients = whose::asked_for(state, &mut tx, &caller.client.sites, query).await?;
    let (mut events, mut known) = (Vec::new(), Known::new());
    for site in &caller.client.sites {
        for row in exchange::accesses(&mut tx, *site, changed(query), MOST).await? {
            let is_wanted = |wanted: &Vec<PatientId>| row.patient.is_some_and(|patient| wanted.contains(&patient));
            if !patients.as_ref().is_none_or(is_wanted) {
                continue;
            }
            let event = event(state, &mut tx, &row, &mut known).await?;
            if caller.covers("AuditEvent", &event, Interaction::SearchType, &state.base) {
                events.push(event);
            }
        }
    }
    let page = page(&events, query);
    Ok(searchset(state, query, &page.items, &[], page.total, page.next.as_ref(), caller.now))
}

async fn event(state: &FhirState, tx: &mut Tx, row: &AccessRow, known: &mut Known) -> Result<Value, Stop> {
    let house = state.road.house(row.site).ok_or_else(Stop::not_found)?;
    let patient = match row.patient {
        None => None,
        Some(patient) => match known.get(&patient) {
            Some(found) => found.clone(),
            None => {
                let found = whose::reference(state, tx, house, patient).await?;
                known.entry(patient).or_insert(found).clone()
            }
        },
    };
    let query = state.store.open_query(row).await?.map(|text| text.0);
    let public_url = state.settings.public_url.trim_end_matches('/');
    let ours = Reference::named("Device", Identifier::uri(public_url)).with_display("Bedside");
    let common = Common {
        id: Id::parse(&row.id.to_string()),
        recorded: instant(row.at),
        outcome: Outcome::Success,
        outcome_description: None,
        purposes: Vec::new(),
        site: Some(house.site.name.clone()),
        observer: ours.clone(),
        patient,
    };
    let server = Party { who: ours, address: public_url.to_owned(), network: Network::Uri };
    let mut event = built(state, row, common, server, query);
    stamp(&mut event, 1, row.at);
    Ok(event)
}

fn built(state: &FhirState, row: &AccessRow, common: Common, server: Party, query: Option<String>) -> Value {
    let what = || match &row.resource {
        Some(id) => Reference::address(format!("{}/{id}", row.kind)),
        None => Reference { kind: Some(row.kind.clone().into()), ..Reference::words("several") },
    };
    let client = client(state, row);
    let request_id = Some(row.request.clone()).filter(|id| !id.is_empty());
    let rest = |what: Rest, client: Party, server: Party, common: Common| {
        RestEvent { common, what, client, server, user: None, request_id }.build()
    };
    match row.act {
        AccessAct::Read => rest(Rest::Read(what()), client, server, common),
        AccessAct::Search => {
            let asked = format!("{}?{}", row.kind, query.unwrap_or_default());
            rest(Rest::Query(asked), client, server, common)
        }
        // BALP's disclosure names its patient; where the consent ended meanwhile, it is a reading of something.
        AccessAct::Disclose if common.patient.is_none() => rest(Rest::Read(what()), client, server, common),
        AccessAct::Disclose => {
            let authorizer = common.patient.clone();
            let disclosure = Disclosure {
                common,
                side: Side::Source,
                source: server,
                recipient: client,
                authorizer,
                data: vec![what()],
            };
            disclosure.build()
        }
        AccessAct::Revoke => {
            let door = Party { who: Reference::words("private door"), ..server.clone() };
            rest(Rest::Update(what()), door, server, common)
        }
    }
}

fn client(state: &FhirState, row: &AccessRow) -> Party {
    let set_up = state.client(&row.client);
    let (id, name) = set_up.map_or((&row.client, &row.client), |client| (&client.client_id, &client.name));
    let system = format!("{}/client", state.settings.public_url.trim_end_matches('/'));
    let who = Reference::named("Device", Identifier::new(system, id.clone())).with_display(name.clone());
    let network = if row.address.parse::<std::net::IpAddr>().is_ok() { Network::Ip } else { Network::Name };
    Party { who, address: row.address.clone(), network }
}
