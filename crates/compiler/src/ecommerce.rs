//! The Segment e-commerce events with their documented properties: what a site file without `events` accepts.

use vitrine_wire::bundle::{EventDecl, PropertyDecl, PropertyKind as Kind};
use vitrine_wire::purpose::Purpose;

const PRODUCT: &str =
    "product_id sku category name brand variant price# quantity# coupon position# url image_url currency";
const ORDER: &str = "order_id checkout_id affiliation subtotal# total# value# revenue# shipping# tax# discount# coupon currency products[]";

/// Name, groups of properties, and the event's own. `#` marks a number, `[]` an array; everything else is text.
const EVENTS: &[(&str, &[&str])] = &[
    ("Products Searched", &["query"]),
    ("Product List Viewed", &["list_id category products[]"]),
    ("Product List Filtered", &["list_id category filters[] sorts[] products[]"]),
    ("Promotion Viewed", &["promotion_id creative name position"]),
    ("Promotion Clicked", &["promotion_id creative name position"]),
    ("Product Clicked", &[PRODUCT]),
    ("Product Viewed", &[PRODUCT, "value#"]),
    ("Product Added", &[PRODUCT, "cart_id products[]"]),
    ("Product Removed", &[PRODUCT, "cart_id products[]"]),
    ("Cart Viewed", &["cart_id products[]"]),
    ("Checkout Started", &[ORDER]),
    ("Checkout Step Viewed", &["checkout_id step# shipping_method payment_method"]),
    ("Checkout Step Completed", &["checkout_id step# shipping_method payment_method"]),
    ("Payment Info Entered", &["checkout_id step# shipping_method payment_method order_id"]),
    ("Order Updated", &[ORDER]),
    ("Order Completed", &[ORDER]),
    ("Order Refunded", &[ORDER]),
    ("Order Cancelled", &[ORDER]),
    ("Coupon Entered", &["order_id cart_id coupon_id"]),
    ("Coupon Applied", &["order_id cart_id coupon_id coupon_name discount#"]),
    ("Coupon Denied", &["order_id cart_id coupon_id coupon_name reason"]),
    ("Coupon Removed", &["order_id cart_id coupon_id coupon_name discount#"]),
    ("Product Added to Wishlist", &["wishlist_id wishlist_name", PRODUCT]),
    ("Product Removed from Wishlist", &["wishlist_id wishlist_name", PRODUCT]),
    ("Wishlist Product Added to Cart", &["wishlist_id wishlist_name cart_id", PRODUCT]),
    ("Product Shared", &["share_via share_message recipient", PRODUCT]),
    ("Cart Shared", &["share_via share_message recipient cart_id products[]"]),
    ("Product Reviewed", &["product_id review_id review_body rating#"]),
];

const EXPERIENCE: &[&str] = &["experience variant slot unit bundle# pressure#"];

/// Events with a meaning of their own, in every site.
const RESERVED: &[(&str, &[&str])] = &[
    ("Experience Viewed", EXPERIENCE),
    ("Experience Clicked", EXPERIENCE),
    ("Experience Dismissed", EXPERIENCE),
    ("Offer Shown", &["offer"]),
    ("Offer Clicked", &["offer"]),
    ("Offer Consumed", &["offer"]),
    ("Offer Dismissed", &["offer"]),
    ("Offer Cancelled", &["offer"]),
    ("Offer Expired", &["offer"]),
];

/// The e-commerce events.
pub(crate) fn events() -> Vec<EventDecl> {
    declare(EVENTS)
}

/// The reserved events.
pub(crate) fn reserved() -> Vec<EventDecl> {
    declare(RESERVED)
}

fn declare(table: &[(&str, &[&str])]) -> Vec<EventDecl> {
    let event = |(name, groups): &(&str, &[&str])| EventDecl {
        name: (*name).into(),
        purpose: Purpose::Personalization,
        properties: groups.iter().flat_map(|g| g.split(' ')).map(property).collect(),
    };
    table.iter().map(event).collect()
}

fn property(text: &str) -> PropertyDecl {
    let (name, kind) = match (text.strip_suffix('#'), text.strip_suffix("[]")) {
        (Some(name), _) => (name, Kind::Number),
        (_, Some(name)) => (name, Kind::Array),
        _ => (text, Kind::String),
    };
    PropertyDecl { name: name.into(), kind }
}
