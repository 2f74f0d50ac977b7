//! Webhooks as telephone services send and sign them.

use super::{Answer, TWILIO_TOKEN, TestApp, VONAGE_SECRET};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, request::Builder},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use pool_service::domain::{call::CallKey, ids::PoolId};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;

/// Where the test's service is called.
pub const PUBLIC_URL: &str = "https://numbers.example";

/// Twilio's signature of a form, by another way than the service's own: of a list that is sorted already.
pub fn twilio_signature(token: &str, url: &str, form: &[(&str, &str)]) -> String {
    let mut fields = form.to_vec();
    fields.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("a key");
    mac.update(url.as_bytes());
    for (name, value) in fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// A form as it is sent.
pub fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// Vonage's token for these bytes, issued at a moment in seconds.
pub fn vonage_token(secret: &str, issued_at: u64, payload: &[u8]) -> String {
    let digest: String = Sha256::digest(payload).iter().map(|byte| format!("{byte:02x}")).collect();
    let claims = format!(
        r#"{{"iat":{issued_at},"jti":"made-up","iss":"Vonage","payload_hash":"{digest}","api_key":"made-up","application_id":"aaaaaaaa-bbbb-cccc-dddd-0123456789ab"}}"#
    );
    let header = r#"{"alg":"HS256","typ":"JWT"}"#;
    let signed = format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(header), BASE64_URL_SAFE_NO_PAD.encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// A request with a form, not yet signed.
pub fn form_request(path: &str) -> Builder {
    Request::post(path).header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
}

/// As it arrives from this address.
pub fn from_address(mut request: Request<Body>, peer: &str) -> Request<Body> {
    let peer: SocketAddr = peer.parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

impl TestApp {
    /// The record of a call that is kept under this pool.
    pub async fn kept_call(&self, pool: &str, key: &str) -> Value {
        let id = CallKey::parse(key).expect("a key").record_id(&PoolId::parse(pool).expect("an id"));
        let token = format!("Bearer {}", self.token(&["calls:read"], &[]).await);
        let answer = self.get(&format!("/v1/calls/{id}"), &[("authorization", &token)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// What Twilio sends to a path, signed.
    pub async fn twilio(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let signature = twilio_signature(TWILIO_TOKEN, &format!("{PUBLIC_URL}{path}"), form);
        let request = form_request(path).header("x-twilio-signature", signature);
        self.send(request.body(Body::from(encoded(form))).expect("a request")).await
    }

    /// What Vonage sends to a path, signed.
    pub async fn vonage(&self, path: &str, body: &str) -> Answer {
        let token = vonage_token(VONAGE_SECRET, self.clock.now().as_millis() / 1_000, body.as_bytes());
        let request = Request::post(path).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}"));
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }
}
