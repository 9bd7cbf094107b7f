//! `/openapi.json`: the description of every endpoint, made from the handlers themselves.

use axum::Json;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

#[derive(OpenApi)]
#[openapi(
    info(title = "Vitrine", description = "Ingest, bundles, visitors and consents", license(name = "MIT OR Apache-2.0")),
    paths(
        super::ingest::events,
        super::ingest::settings,
        super::bundle::newest,
        super::bundle::by_hash,
        super::decide::decide,
        super::stops::list,
        super::stops::change,
        super::visitor::register,
        super::visitor::profile,
        super::visitor::export,
        super::visitor::erase,
        super::stream::open,
        super::consents::record,
        super::consents::choice,
        super::consents::history,
        super::proof::verify,
        super::preferences::show,
        super::preferences::change,
        super::preferences::confirm,
        super::preferences::outbox,
        super::health::global_privacy_control,
        super::health::alive,
        super::health::ready,
        super::health::metrics,
    ),
    modifiers(&Token)
)]
struct Api;

struct Token;

impl utoipa::Modify for Token {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The visitor's token")).build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
        let key = "The write key as user name, without a password";
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Basic).description(Some(key)).build();
        components.add_security_scheme("key", SecurityScheme::Http(scheme));
    }
}

/// The description.
pub fn document() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

/// Serves the description.
pub async fn serve() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}
