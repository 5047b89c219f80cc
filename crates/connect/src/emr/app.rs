//! The EMR behind an app in its chart (SMART App Launch 2.2). Its configuration names where people sign in and where tokens
//! are given out: those addresses are visited only at the FHIR server's own origin, or at one that is configured beside it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bedside_clinical::fhir::{
    read::Capabilities,
    smart::{ASSERTION_TYPE, ClientAssertion, SigningKey, sign},
    time::Instant,
};
use bedside_core::{
    channel::{Fault, Promise},
    ehr::{Ehr, Grant},
};
use reqwest::{Method, Url};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::{Value, json};

use crate::{
    Clock, Secret,
    http::{Answer, BadAddress, Call, Http, malformed},
};

/// How the app proves at the token endpoint who it is.
#[derive(Clone)]
pub enum ClientAuth {
    /// It doesn't: it is a public client, and PKCE alone protects the code.
    Public,
    /// By a secret (client_secret_basic).
    Secret(Secret),
    /// By a key (private_key_jwt).
    Key(Arc<SigningKey>),
}

/// What is configured of an EMR.
#[derive(Clone)]
pub struct AppConfig {
    /// The address of its FHIR server.
    pub iss: String,
    /// Who we are there.
    pub client_id: String,
    /// How we prove that.
    pub auth: ClientAuth,
    /// Origins beside the FHIR server's own at which people sign in and tokens are given out.
    pub login_origins: Vec<String>,
}

/// The way to one EMR.
pub struct AppServer {
    config: AppConfig,
    fhir: Http,
    clock: Clock,
    others: Mutex<HashMap<String, Http>>,
}

/// The addresses of a SMART configuration that somebody or something follows.
const ADDRESSES: [&str; 3] = ["authorization_endpoint", "token_endpoint", "jwks_uri"];

impl AppServer {
    /// The way to this EMR.
    ///
    /// # Errors
    /// Its address, or one of the origins, is none, or is plain http to a public host.
    pub fn new(config: AppConfig, clock: Clock) -> Result<Self, BadAddress> {
        for origin in &config.login_origins {
            Http::new(origin, clock.clone())?;
        }
        let fhir = Http::new(&config.iss, clock.clone())?;
        Ok(Self { config, fhir, clock, others: Mutex::default() })
    }

    /// A client for an address that the EMR names, if it may name it.
    fn at(&self, address: &str) -> Result<Http, Fault> {
        let not_ours = || Fault::Refused { status: 403, code: "address_not_configured".to_owned() };
        let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin().ascii_serialization());
        let asked = origin(address).ok_or_else(not_ours)?;
        let allowed = self.config.login_origins.iter().map(String::as_str).chain([self.config.iss.as_str()]);
        if !allowed.into_iter().any(|one| origin(one).as_ref() == Some(&asked)) {
            return Err(not_ours());
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(http) = others.get(address) {
            return Ok(http.clone());
        }
        let http = Http::new(address, self.clock.clone()).map_err(|_| malformed("address of the sign-in"))?;
        // As many addresses as a configuration has; one that changes them all the time starts anew.
        if others.len() > 8 {
            others.clear();
        }
        others.insert(address.to_owned(), http.clone());
        Ok(http)
    }

    async fn smart_configuration(&self) -> Result<Value, Fault> {
        let asked = self.fhir.get(&[".well-known", "smart-configuration"]).header("accept", "application/json");
        let answer = asked.send().await?;
        let found: Value = match answer.status() {
            404 | 401 | 406 => self.older_configuration().await?,
            _ => whole(&answer, "SMART configuration")?,
        };
        let found = self.with_keys(found).await?;
        for name in ADDRESSES {
            if let Some(address) = found.get(name).and_then(Value::as_str) {
                self.at(address)?;
            }
        }
        Ok(found)
    }

    /// Adds where the keys of id tokens are, if only the sign-in's own configuration tells (OpenID Connect Discovery §4).
    async fn with_keys(&self, mut found: Value) -> Result<Value, Fault> {
        if found.get("jwks_uri").is_some_and(Value::is_string) {
            return Ok(found);
        }
        let issuer = found.get("issuer").and_then(Value::as_str).unwrap_or(&self.config.iss).to_owned();
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let Ok(http) = self.at(&address) else { return Ok(found) };
        let answer = http.get(&[]).header("accept", "application/json").send().await?;
        let told: Value = if answer.is_success() { answer.json("OpenID configuration")? } else { Value::Null };
        if let (Some(all), Some(keys)) = (found.as_object_mut(), told.get("jwks_uri").and_then(Value::as_str)) {
            all.insert("jwks_uri".to_owned(), keys.into());
            all.entry("issuer").or_insert_with(|| told.get("issuer").cloned().unwrap_or_else(|| issuer.into()));
        }
        Ok(found)
    }

    /// Servers from before SMART 2 tell where to sign in within their CapabilityStatement.
    async fn older_configuration(&self) -> Result<Value, Fault> {
        let answer = self.fhir.get(&["metadata"]).header("accept", "application/fhir+json").send().await?;
        let statement: Value = whole(&answer, "CapabilityStatement")?;
        let capabilities = Capabilities::read(&statement);
        let address = |name: &str| capabilities.security.oauth.get(name).cloned();
        let (authorize, token) = (address("authorize"), address("token"));
        if authorize.is_none() || token.is_none() {
            return Err(malformed("neither SMART configuration nor oauth-uris"));
        }
        Ok(json!({ "authorization_endpoint": authorize, "token_endpoint": token }))
    }

    async fn exchange(&self, grant: Grant<'_>) -> Result<Value, Fault> {
        let http = self.at(grant.endpoint)?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", grant.code),
            ("code_verifier", grant.verifier),
            ("redirect_uri", grant.redirect_uri),
        ];
        let call = http.call(Method::POST, &[]).header("accept", "application/json");
        let assertion;
        let call: Call = match &self.config.auth {
            ClientAuth::Public => {
                form.push(("client_id", &self.config.client_id));
                call.form(&form)
            }
            ClientAuth::Secret(secret) => {
                call.header("authorization", &basic(&self.config.client_id, secret)).form(&form)
            }
            ClientAuth::Key(key) => {
                assertion = self.assertion(key, grant.endpoint)?;
                form.push(("client_id", &self.config.client_id));
                form.push(("client_assertion_type", ASSERTION_TYPE));
                form.push(("client_assertion", &assertion));
                call.form(&form)
            }
        };
        let answer = call.send().await?;
        if answer.is_success() {
            return answer.json("token answer");
        }
        let told: Value = answer.json("token error").unwrap_or_default();
        Err(answer.fault(told.get("error").and_then(Value::as_str)))
    }

    fn assertion(&self, key: &SigningKey, endpoint: &str) -> Result<String, Fault> {
        let random = SystemRandom::new();
        let mut id = [0_u8; 16];
        random.fill(&mut id).map_err(|_| malformed("randomness"))?;
        let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        let now = Instant::from_micros((self.clock)().as_micros());
        let claims = ClientAssertion { client_id: &self.config.client_id, token_endpoint: endpoint, id: &id, now };
        sign(&claims.claims(), key, &random).ok_or_else(|| malformed("our own signature"))
    }

    async fn resource(&self, token: &str, kind: &str, id: &str) -> Result<Value, Fault> {
        let call = self.fhir.get(&[kind, id]).bearer(&Secret::new(token)).header("accept", "application/fhir+json");
        whole(&call.send().await?, "resource")
    }
}

/// The secret of a client as RFC 6749 §2.3.1 writes it: both parts encoded as in a form.
fn basic(client_id: &str, secret: &Secret) -> String {
    let coded = |text: &str| -> String {
        let mut out = String::with_capacity(text.len());
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
        out
    };
    format!("Basic {}", STANDARD.encode(format!("{}:{}", coded(client_id), coded(secret.expose()))))
}

fn whole(answer: &Answer, what: &str) -> Result<Value, Fault> {
    if answer.is_success() { answer.json(what) } else { Err(answer.fault(None)) }
}

impl Ehr for AppServer {
    fn configuration(&self) -> Promise<'_, Result<Value, Fault>> {
        Box::pin(self.smart_configuration())
    }

    fn token<'a>(&'a self, grant: Grant<'a>) -> Promise<'a, Result<Value, Fault>> {
        Box::pin(self.exchange(grant))
    }

    fn keys<'a>(&'a self, url: &'a str) -> Promise<'a, Result<Vec<u8>, Fault>> {
        Box::pin(async move {
            let answer = self.at(url)?.get(&[]).header("accept", "application/json").send().await?;
            if answer.is_success() { Ok(answer.body().to_vec()) } else { Err(answer.fault(None)) }
        })
    }

    fn public_key(&self) -> Option<Value> {
        match &self.config.auth {
            ClientAuth::Key(key) => Some(key.public_jwk()),
            ClientAuth::Public | ClientAuth::Secret(_) => None,
        }
    }

    fn read<'a>(&'a self, token: &'a str, kind: &'a str, id: &'a str) -> Promise<'a, Result<Value, Fault>> {
        Box::pin(self.resource(token, kind, id))
    }
}

#[cfg(test)]
mod tests {
    use bedside_clinical::fhir::smart::{Jwks, verify_assertion};
    use bedside_core::time::Timestamp;
    use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};

    use super::*;
    use crate::testing::{Double, Request, canned};

    fn server(iss: &str, auth: ClientAuth, login: &[&str]) -> AppServer {
        let clock: Clock = Arc::new(|| Timestamp::from_micros(1_794_661_200_000_000));
        let login_origins = login.iter().map(|one| (*one).to_owned()).collect();
        let config = AppConfig { iss: iss.to_owned(), client_id: "bed side".to_owned(), auth, login_origins };
        AppServer::new(config, clock).unwrap()
    }

    fn key() -> SigningKey {
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
        let body = STANDARD.encode(der.as_ref());
        SigningKey::read(&format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"), &random).unwrap()
    }

    fn grant(endpoint: &str) -> Grant<'_> {
        Grant { endpoint, code: "c1", verifier: "v1", redirect_uri: "https://b.example/chart/back" }
    }

    #[tokio::test]
    async fn an_address_that_the_server_names_is_followed_only_where_it_is_configured() {
        let elsewhere = "https://login.evil.example";
        let body =
            json!({ "authorization_endpoint": format!("{elsewhere}/auth"), "token_endpoint": "http://127.0.0.1:9/t" });
        let double = Double::start(move |_: &Request| canned(200, &body.to_string())).await;
        let fault = server(&double.base, ClientAuth::Public, &[]).configuration().await.unwrap_err();
        assert_eq!(fault.to_string(), "refused with 403 address_not_configured");
        let both = server(&double.base, ClientAuth::Public, &[elsewhere, "http://127.0.0.1:9"]);
        assert!(both.configuration().await.is_ok());
        let stray = both.token(grant("http://127.0.0.1:1/token")).await.unwrap_err();
        assert_eq!(stray.to_string(), "refused with 403 address_not_configured");
        assert!(both.keys("http://169.254.169.254/keys").await.is_err());
    }

    #[tokio::test]
    async fn a_server_from_before_smart_2_is_understood_by_its_capabilities() {
        let double = Double::start(|request: &Request| {
            let base = format!("http://{}", request.head.lines().find_map(|l| l.strip_prefix("host: ")).unwrap());
            if request.line.contains("openid-configuration") {
                return canned(200, &json!({ "issuer": base, "jwks_uri": format!("{base}/keys") }).to_string());
            }
            if request.line.contains("smart-configuration") {
                return canned(404, "{}");
            }
            let uri = |name: &str| json!({ "url": name, "valueUri": format!("{base}/{name}") });
            let security = json!({ "extension": [{
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [uri("authorize"), uri("token")],
            }] });
            canned(
                200,
                &json!({ "resourceType": "CapabilityStatement", "rest": [{ "mode": "server", "security": security }] })
                    .to_string(),
            )
        })
        .await;
        let found = server(&double.base, ClientAuth::Public, &[]).configuration().await.unwrap();
        assert_eq!(found["token_endpoint"], json!(format!("{}/token", double.base)));
        assert_eq!(found["jwks_uri"], json!(format!("{}/keys", double.base)));
    }

    #[tokio::test]
    async fn the_client_proves_itself_as_it_is_configured() {
        let answer = json!({ "access_token": "t", "token_type": "Bearer" });
        let double = Double::start(move |_: &Request| canned(200, &answer.to_string())).await;
        let endpoint = format!("{}/token", double.base);
        let key = Arc::new(key());
        let keys = Jwks::read(Jwks::publish([&*key]).to_string().as_bytes()).unwrap();
        for auth in [ClientAuth::Public, ClientAuth::Secret(Secret::new("p:ss")), ClientAuth::Key(key)] {
            server(&double.base, auth, &[]).token(grant(&endpoint)).await.unwrap();
        }
        let requests = double.requests();
        let [public, basic, signed] = requests.as_slice() else { panic!("{requests:?}") };
        assert!(public.body.contains("client_id=bed+side") && public.body.contains("code_verifier=v1"));
        assert!(!public.head.to_lowercase().contains("authorization:"));
        let expected = format!("authorization: Basic {}", STANDARD.encode("bed%20side:p%3Ass"));
        assert!(basic.head.contains(&expected), "{}", basic.head);
        assert!(!basic.body.contains("client_id"));
        let assertion = signed.body.split('&').find_map(|pair| pair.strip_prefix("client_assertion=")).unwrap();
        let now = Instant::from_micros(1_794_661_200_000_000);
        assert!(verify_assertion(assertion, &keys, "bed side", &endpoint, now).is_ok());
    }
}
