//! The demo's own record system, as far as a chart needs one: SMART App Launch 2.2 for one physician who is always signed in,
//! FHIR Patient and Practitioner, and calls for cards (CDS Hooks 2.0). It is a stand-in of ours and named so on its pages; what
//! Bedside does with it is what it does with any EMR.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bedside_clinical::fhir::smart::{Jwks, SigningKey, is_answer, sign};
use bedside_connect::http::Http;
use bedside_core::channel::Fault;
use bedside_desk::page::outside::Shown;
use bedside_store::random;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
};
use serde_json::{Value, json};

use super::traffic::{PATIENTS, Patient};
use crate::clock;

/// What FHIR calls the hospital's patient numbers.
const SYSTEM: &str = "https://lindenhof.example/sid/patient";
/// Who is signed in.
const PHYSICIAN: &str = "falk";
/// The app's name here.
const CLIENT: &str = "bedside";
/// How long a token holds, in seconds.
const TOKEN_SECONDS: i64 = 3600;
/// More openings than a visitor makes; then the oldest tokens are forgotten with all others.
const MOST_KEPT: usize = 1000;

/// A launch that was signed in and waits for its code to be brought back.
struct Begun {
    patient: &'static str,
    challenge: String,
    nonce: String,
}

/// The record system.
pub struct Emr {
    base: String,
    desk: String,
    key: SigningKey,
    cards: Http,
    begun: Mutex<HashMap<String, Begun>>,
    tokens: Mutex<HashMap<String, &'static str>>,
}

/// What is asked for at the sign-in (RFC 6749 §4.1.1 with PKCE and the launch of SMART).
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct SignIn {
    client_id: String,
    redirect_uri: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
    launch: String,
    aud: String,
}

/// What is asked for at the token endpoint (RFC 6749 §4.1.3).
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Exchange {
    client_id: String,
    code: String,
    code_verifier: String,
}

impl Emr {
    /// A record system at `base` that opens the app of the desk at `desk`, with a key of this start.
    ///
    /// # Errors
    /// There is no randomness, or the desk's address is none.
    pub fn new(base: &str, desk: &str) -> Result<Self> {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).ok().context("no key")?;
        let pem = STANDARD.encode(made.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----");
        Ok(Self {
            base: base.to_owned(),
            desk: desk.to_owned(),
            key: SigningKey::read(&pem, &random)?,
            cards: Http::new(&format!("{desk}/cds-services/patient-view"), clock::system())?,
            begun: Mutex::default(),
            tokens: Mutex::default(),
        })
    }

    fn iss(&self) -> String {
        format!("{}/fhir", self.base)
    }

    /// Where the app is launched for a patient.
    pub fn launch(&self, patient: &Patient) -> String {
        let iss: String = self.iss().replace(':', "%3A").replace('/', "%2F");
        format!("{}/chart/launch?iss={iss}&launch={}", self.desk, patient.id)
    }

    /// `.well-known/smart-configuration`.
    pub fn configuration(&self) -> Value {
        let iss = self.iss();
        json!({
            "issuer": iss,
            "jwks_uri": format!("{iss}/keys"),
            "authorization_endpoint": format!("{iss}/authorize"),
            "token_endpoint": format!("{iss}/token"),
            "token_endpoint_auth_methods_supported": ["none"],
            "grant_types_supported": ["authorization_code"],
            "response_types_supported": ["code"],
            "scopes_supported": ["launch", "openid", "fhirUser", "patient/Patient.rs", "user/Practitioner.rs"],
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["launch-ehr", "client-public", "context-ehr-patient", "sso-openid-connect", "permission-v2"],
        })
    }

    /// The public key of id tokens and calls.
    pub fn keys(&self) -> Value {
        Jwks::publish([&self.key])
    }

    /// Signs the physician in and gives where the browser goes back to; `None`: the app is another's, or it asks otherwise
    /// than it must.
    pub fn sign_in(&self, asked: SignIn) -> Option<String> {
        let back = format!("{}/chart/back", self.desk);
        let is_ours = asked.client_id == CLIENT && asked.redirect_uri == back && asked.aud == self.iss();
        if !is_ours || asked.code_challenge_method != "S256" {
            return None;
        }
        let Some(patient) = patient(&asked.launch) else {
            // Without a chart that is open this record system has nobody to choose from.
            return Some(format!("{back}?error=access_denied&state={}", asked.state));
        };
        let code = fresh()?;
        let begun = Begun { patient: patient.id, challenge: asked.code_challenge, nonce: asked.nonce };
        let mut all = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_KEPT {
            all.clear();
        }
        all.insert(code.clone(), begun);
        Some(format!("{back}?code={code}&state={}", asked.state))
    }

    /// A token for a code, which is spent.
    pub fn token(&self, asked: &Exchange) -> Option<Value> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).remove(&asked.code)?;
        if asked.client_id != CLIENT || !is_answer(&asked.code_verifier, &begun.challenge) {
            return None;
        }
        let now = seconds();
        let claims = json!({
            "iss": self.iss(), "sub": PHYSICIAN, "aud": CLIENT, "iat": now, "exp": now + TOKEN_SECONDS,
            "nonce": begun.nonce, "fhirUser": format!("Practitioner/{PHYSICIAN}"),
        });
        let id_token = sign(&claims, &self.key, &SystemRandom::new())?;
        let token = fresh()?;
        let mut all = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_KEPT {
            all.clear();
        }
        all.insert(token.clone(), begun.patient);
        Some(json!({
            "access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "id_token": id_token,
            "scope": "launch openid fhirUser patient/Patient.rs user/Practitioner.rs", "patient": begun.patient,
        }))
    }

    /// A resource, for the token of its chart alone.
    pub fn resource(&self, token: &str, kind: &str, id: &str) -> Option<Value> {
        let open = *self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(token)?;
        match kind {
            "Patient" if id == open => patient(id).map(|who| fhir(&who)),
            "Practitioner" if id == PHYSICIAN => Some(json!({
                "resourceType": "Practitioner", "id": PHYSICIAN,
                "name": [{ "prefix": ["Dr."], "given": ["Nora"], "family": "Falk" }],
            })),
            _ => None,
        }
    }

    /// Asks Bedside for the cards of a chart that is opened.
    ///
    /// # Errors
    /// It does not answer as it should.
    pub async fn cards(&self, who: &Patient, lang: &str) -> Result<Vec<Shown>, Fault> {
        let now = seconds();
        let unsigned = || bedside_connect::http::malformed("randomness");
        let id = fresh().ok_or_else(unsigned)?;
        let claims = json!({ "iss": self.base, "aud": self.cards.base(), "iat": now, "exp": now + 240, "jti": id });
        let token = sign(&claims, &self.key, &SystemRandom::new()).ok_or_else(unsigned)?;
        let call = json!({
            "hook": "patient-view", "hookInstance": uuid(&id),
            "context": { "userId": format!("Practitioner/{PHYSICIAN}"), "patientId": who.id },
            "prefetch": { "patient": fhir(who) },
        });
        let asked = self.cards.post(&[]).header("authorization", &format!("Bearer {token}"));
        let answer = asked.header("accept-language", lang).json(&call).send().await?;
        if !answer.is_success() {
            return Err(answer.fault(None));
        }
        let told: Value = answer.json("cards")?;
        let cards = told.get("cards").and_then(Value::as_array).into_iter().flatten();
        let text = |card: &Value, at: &str| card.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(cards
            .map(|card| Shown {
                summary: text(card, "/summary"),
                detail: plain(&text(card, "/detail")),
                source: text(card, "/source/label"),
            })
            .collect())
    }
}

/// Markdown without the backslashes before its signs (CommonMark §2.4): this record system shows plain text.
fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut all = markdown.chars().peekable();
    while let Some(c) = all.next() {
        let escapes = c == '\\' && all.peek().is_some_and(char::is_ascii_punctuation);
        out.extend(if escapes { all.next() } else { Some(c) });
    }
    out
}

/// The patient with this id.
pub fn patient(id: &str) -> Option<Patient> {
    PATIENTS.into_iter().find(|one| one.id == id)
}

fn fhir(who: &Patient) -> Value {
    json!({
        "resourceType": "Patient", "id": who.id, "birthDate": who.born,
        "identifier": [{ "system": SYSTEM, "value": who.number }],
        "name": [{ "use": "official", "family": who.family, "given": [who.given] }],
    })
}

fn seconds() -> i64 {
    clock::now().as_micros().div_euclid(1_000_000)
}

fn fresh() -> Option<String> {
    Some(random::<24>().ok()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Random digits in the shape of a UUID, as CDS Hooks asks for.
fn uuid(digits: &str) -> String {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}

#[cfg(test)]
mod tests {
    use bedside_clinical::fhir::smart::challenge;

    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn emr() -> Emr {
        Emr::new("http://127.0.0.1:2", "http://127.0.0.1:1").unwrap()
    }

    fn asked(redirect: &str, launch: &str) -> SignIn {
        SignIn {
            client_id: "bedside".to_owned(),
            redirect_uri: redirect.to_owned(),
            state: "s".to_owned(),
            nonce: "n".to_owned(),
            code_challenge: challenge(VERIFIER),
            code_challenge_method: "S256".to_owned(),
            launch: launch.to_owned(),
            aud: "http://127.0.0.1:2/fhir".to_owned(),
        }
    }

    fn code(emr: &Emr, launch: &str) -> String {
        let back = emr.sign_in(asked("http://127.0.0.1:1/chart/back", launch)).unwrap();
        back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned()
    }

    #[test]
    fn a_card_reads_as_plain_text() {
        assert_eq!(plain(r"27\. Nov\.\: a\\b \x"), r"27. Nov.: a\b \x");
    }

    #[test]
    fn a_code_opens_one_chart_once_for_whoever_began() {
        let emr = emr();
        assert_eq!(emr.sign_in(asked("http://evil.example/", "eva")), None);
        let back = emr.sign_in(asked("http://127.0.0.1:1/chart/back", "nobody")).unwrap();
        assert!(back.contains("error=access_denied"), "{back}");
        let with = |code: &str, verifier: &str| Exchange {
            client_id: "bedside".to_owned(),
            code: code.to_owned(),
            code_verifier: verifier.to_owned(),
        };
        let stolen = code(&emr, "eva");
        assert_eq!(emr.token(&with(&stolen, &VERIFIER.replace('d', "e"))), None);
        let code = code(&emr, "eva");
        let given = emr.token(&with(&code, VERIFIER)).unwrap();
        assert_eq!(emr.token(&with(&code, VERIFIER)), None, "a code counts once");
        let token = given["access_token"].as_str().unwrap();
        assert_eq!(emr.resource(token, "Patient", "eva").unwrap()["identifier"][0]["value"], "70010001");
        assert_eq!(emr.resource(token, "Patient", "heinrich"), None, "another's chart");
        assert_eq!(emr.resource("", "Patient", "eva"), None);
    }
}
