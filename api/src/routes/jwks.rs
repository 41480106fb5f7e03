//! The public key that access tokens are signed with, for whoever checks them elsewhere (RFC 7517, RFC 8037).

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::state::AppState;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_jwks);
}

/// A set of public keys.
#[derive(Serialize, ToSchema)]
pub struct Jwks {
    /// The keys: one.
    keys: Vec<Jwk>,
}

/// A public Ed25519 key.
#[derive(Serialize, ToSchema)]
pub struct Jwk {
    /// The family of keys.
    #[schema(example = "OKP")]
    kty: &'static str,
    /// The curve.
    #[schema(example = "Ed25519")]
    crv: &'static str,
    /// What the key is for: signatures.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    usage: &'static str,
    /// The algorithm of the signatures.
    #[schema(example = "EdDSA")]
    alg: &'static str,
    /// The key's name, as in the header of a token: its thumbprint (RFC 7638).
    #[schema(example = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")]
    kid: String,
    /// The public key, base64url.
    #[schema(example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    x: String,
}

/// Get the public keys of access tokens
///
/// The set of keys (RFC 7517) with which another system checks a token without asking this one.
#[utoipa::path(
    operation_id = "get_jwks",
    tag = "contract",
    responses((status = 200, description = "The keys.", body = Jwks)),
    security(()),
)]
#[get("/.well-known/jwks.json")]
pub async fn get_jwks(state: web::Data<AppState>) -> HttpResponse {
    let tokens = &state.auth.tokens;
    let key = Jwk {
        kty: "OKP",
        crv: "Ed25519",
        usage: "sig",
        alg: "EdDSA",
        kid: tokens.kid().to_owned(),
        x: tokens.x().to_owned(),
    };
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(Jwks { keys: vec![key] })
}
