//! E-commerce events by Google Analytics 4's names (its "recommended events"), as the Segment events that the profile
//! folds: a site that already says `purchase` does not say it again.

use vitrine_wire::{Map, Value};

/// GA4's name, Segment's, and whether the event is about one item, whose members become its own.
const EVENTS: [(&str, &str, bool); 15] = [
    ("view_item", "Product Viewed", true),
    ("view_item_list", "Product List Viewed", false),
    ("select_item", "Product Clicked", true),
    ("add_to_cart", "Product Added", true),
    ("remove_from_cart", "Product Removed", true),
    ("view_cart", "Cart Viewed", false),
    ("begin_checkout", "Checkout Started", false),
    ("add_shipping_info", "Checkout Step Completed", false),
    ("add_payment_info", "Payment Info Entered", false),
    ("purchase", "Order Completed", false),
    ("refund", "Order Refunded", false),
    ("add_to_wishlist", "Product Added to Wishlist", true),
    ("search", "Products Searched", false),
    ("view_promotion", "Promotion Viewed", false),
    ("select_promotion", "Promotion Clicked", false),
];

/// Members by GA4's name and Segment's; others keep theirs.
const MEMBERS: [(&str, &str); 16] = [
    ("transaction_id", "order_id"),
    ("search_term", "query"),
    ("item_list_id", "list_id"),
    ("item_list_name", "category"),
    ("shipping_tier", "shipping_method"),
    ("payment_type", "payment_method"),
    ("promotion_name", "name"),
    ("creative_name", "creative"),
    ("creative_slot", "position"),
    ("item_id", "product_id"),
    ("item_name", "name"),
    ("item_category", "category"),
    ("item_brand", "brand"),
    ("item_variant", "variant"),
    ("index", "position"),
    ("items", "products"),
];

/// The event as Segment names it; none for other names.
pub fn translate(name: &str, data: &Map) -> Option<(&'static str, Map)> {
    let (_, segment, single) = EVENTS.iter().find(|(ga4, ..)| *ga4 == name)?;
    let mut out = members(data);
    if matches!(*segment, "Order Completed" | "Order Refunded")
        && let Some(value) = out.remove("value")
    {
        // What GA4 calls the value of a purchase is what was earned.
        out.insert("revenue", value);
    }
    if *single
        && let Some(Value::List(items)) = out.get("products").cloned()
        && let [Value::Map(item)] = items.as_slice()
    {
        out.remove("products");
        for (name, value) in item.iter() {
            out.insert(name, value.clone());
        }
    }
    Some((segment, out))
}

fn members(data: &Map) -> Map {
    let mut out = Map::new();
    for (name, value) in data.iter() {
        let name = MEMBERS.iter().find(|(ga4, _)| *ga4 == name).map_or(name, |(_, segment)| segment);
        let value = match value {
            Value::List(items) if name == "products" => Value::List(
                items.iter().map(|item| item.as_map().map_or(Value::Null, |item| members(item).into())).collect(),
            ),
            other => other.clone(),
        };
        out.insert(name, value);
    }
    out
}
