//! Rows of `GET /v1/visitor/profile` and of the export: facts with their source and time, never totals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ConsentRow, Preferences};
use crate::{Millis, Value};

/// What the server knows about the person behind a visitor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileRows {
    /// Rises with every change that this visitor could see.
    pub version: i64,
    /// The unit of splits: the oldest visitor id of this person.
    pub unit: String,
    /// Trait name to its value of the strongest source.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub traits: BTreeMap<String, TraitRow>,
    /// Orders by time, then id.
    pub orders: Vec<OrderRow>,
    /// Offers by id.
    pub offers: Vec<OfferRow>,
    /// Channel to whether commercial messages may come, and `preferred`; empty until the person said anything of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub channels: BTreeMap<String, Value>,
    /// Contacts in other channels.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub touches: Vec<Value>,
}

/// A declared trait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TraitRow {
    /// What was declared.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub value: Value,
    /// Who declared it: `account`, `crm`, `form`, …
    pub source: String,
    /// When.
    pub at: Millis,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderRow {
    /// The site's order id.
    pub id: String,
    /// When it was completed; when it is only known as refunded or cancelled, when that happened.
    pub at: Millis,
    /// `revenue`, else `total`, else `value` of `Order Completed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// `completed`, `refunded` or `cancelled`.
    pub state: String,
}

/// What happened to one offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferRow {
    /// The offer's id.
    pub id: String,
    /// `shown`, `clicked`, `consumed`, `dismissed`, `cancelled` or `expired`.
    pub state: String,
    /// When that state was reached.
    pub at: Millis,
}

/// `GET /v1/visitor/export`: everything kept about this visitor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitorExport {
    /// The site's id.
    pub site: String,
    /// The visitor's public id.
    pub visitor: String,
    /// The person's facts.
    pub profile: ProfileRows,
    /// The logins that joined this device to a person.
    pub identities: Vec<IdentityRow>,
    /// Every event of this device, as it was sent, by time.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub events: Vec<Value>,
    /// Every recorded choice.
    pub consents: Vec<ConsentRow>,
    /// What the person wants to receive.
    pub preferences: Preferences,
    /// Channel to the address that it goes to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub addresses: BTreeMap<String, String>,
}

/// A proven link between a device and a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityRow {
    /// The site's user id.
    pub user: String,
    /// What proved it: `hmac`, `jwt` or `secret_key`.
    pub evidence: String,
    /// When.
    pub at: Millis,
    /// Whether it is the device's present person.
    pub active: bool,
}
