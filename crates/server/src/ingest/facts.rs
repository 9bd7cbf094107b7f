//! What an event says about a person: logins, traits, orders, offers.

use vitrine_core::profile::traits::VISITOR;
use vitrine_wire::EventKind;

use super::text::{Members, canonical};
use crate::db::{Basis, Fact, OfferState, OrderState};
use crate::site::Site;

/// Reads an event's facts. `login` is the evidence that its visitor is its user.
pub fn read(
    site: &Site,
    kind: EventKind,
    event: &Members<'_>,
    extension: Option<&Members<'_>>,
    basis: &Basis,
    login: Option<&'static str>,
) -> Vec<Fact> {
    match kind {
        EventKind::Identify => identify(event, extension, basis, login),
        EventKind::Track => track(site, event).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn identify(
    event: &Members<'_>,
    extension: Option<&Members<'_>>,
    basis: &Basis,
    login: Option<&'static str>,
) -> Vec<Fact> {
    let vouched = *basis != Basis::Consent;
    // What visitors correct themselves comes from their own page.
    let said = extension.and_then(|extension| extension.string("source"));
    let said = said.filter(|source| vouched || source == VISITOR);
    let source = said.map_or_else(
        || {
            if vouched {
                "crm"
            } else if login.is_some() {
                "account"
            } else {
                "form"
            }
            .to_owned()
        },
        |said| said.into_owned(),
    );
    let traits = event.object("traits");
    let declared = traits.iter().flat_map(Members::iter).map(|(name, value)| Fact::Trait {
        name: name.to_owned(),
        value: value.to_owned(),
        source: source.clone(),
    });
    login.map(Fact::Login).into_iter().chain(declared).collect()
}

fn track(site: &Site, event: &Members<'_>) -> Option<Fact> {
    let name = event.string("event")?;
    if site.measured_only.iter().any(|measured| *measured == name) {
        return None;
    }
    let properties = event.object("properties")?;
    let order = |state| {
        let value = || ["revenue", "total", "value"].iter().find_map(|member| properties.number(member));
        Some(Fact::Order { id: id(&properties, "order_id")?, value: value(), state })
    };
    let offer = |state| Some(Fact::Offer { id: id(&properties, "offer")?, state });
    match name.as_ref() {
        "Order Completed" => order(OrderState::Completed),
        "Order Refunded" => order(OrderState::Refunded),
        "Order Cancelled" => order(OrderState::Cancelled),
        "Offer Shown" => offer(OfferState::Shown),
        "Offer Clicked" => offer(OfferState::Clicked),
        "Offer Consumed" => offer(OfferState::Consumed),
        "Offer Dismissed" => offer(OfferState::Dismissed),
        "Offer Cancelled" => offer(OfferState::Cancelled),
        "Offer Expired" => offer(OfferState::Expired),
        _ => None,
    }
}

/// An id given as text or as a number.
fn id(properties: &Members<'_>, member: &str) -> Option<String> {
    let text = properties.string(member).map(|text| text.into_owned());
    text.or_else(|| properties.number(member).and(properties.get(member)).map(canonical)).filter(|id| !id.is_empty())
}
