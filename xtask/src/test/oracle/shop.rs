//! The cart, orders and offers, told anew from the first event.

use serde_json::{Value, json};

use super::conditions::matches;
use super::visit::Moment;
use super::{instant, length, list, members, number, text};

/// What is in the cart.
struct Line {
    product: String,
    category: String,
    price: f64,
    quantity: f64,
}

/// When, in order.
type Key = (i64, u64);
/// When an order was completed, and for how much.
type Sale = (Key, f64);

impl Moment<'_> {
    /// `cart.*`.
    pub fn cart(&self, name: &str) -> Option<Value> {
        let mut lines: Vec<Line> = Vec::new();
        let mut updated = None;
        for event in &self.past {
            let sign = match event.name.as_str() {
                "Product Added" => 1.0,
                "Product Removed" => -1.0,
                "Order Completed" => {
                    lines.clear();
                    updated = Some(event.at);
                    continue;
                }
                "Cart Viewed" | "Checkout Started" if event.data.get("products").is_some_and(Value::is_array) => {
                    lines = list(&event.data, "products").iter().filter_map(line).collect();
                    updated = Some(event.at);
                    continue;
                }
                _ => continue,
            };
            let Some(change) = line(&event.data) else { continue };
            updated = Some(event.at);
            match lines.iter_mut().find(|line| line.product == change.product) {
                Some(line) => {
                    line.quantity += sign * change.quantity;
                    if sign * change.quantity > 0.0 {
                        line.price = change.price;
                    }
                }
                None if sign > 0.0 => lines.push(change),
                None => {}
            }
            lines.retain(|line| line.quantity > 0.0);
        }
        let mut categories: Vec<&str> = Vec::new();
        for line in lines.iter().filter(|line| !line.category.is_empty()) {
            if !categories.contains(&line.category.as_str()) {
                categories.push(&line.category);
            }
        }
        Some(match name {
            "value" => json!(lines.iter().map(|line| line.price * line.quantity).sum::<f64>()),
            "items" => json!(lines.iter().map(|line| line.quantity).sum::<f64>()),
            "categories" => json!(categories),
            "updated" => json!(updated?),
            _ => return None,
        })
    }

    /// Instants and values of the orders that count, the oldest first.
    pub fn orders(&self) -> Vec<Sale> {
        // Id, first completion, whether it was ended; the backend's statements come last and replace.
        let mut orders: Vec<(String, Option<Sale>, bool)> = Vec::new();
        let mut find = |id: String| match orders.iter().position(|(known, ..)| *known == id) {
            Some(place) => place,
            None => {
                orders.push((id, None, false));
                orders.len() - 1
            }
        };
        let mut told: Vec<(usize, Option<Sale>, bool)> = Vec::new();
        for event in self.past.iter() {
            let done = event.name == "Order Completed";
            if !done && event.name != "Order Refunded" && event.name != "Order Cancelled" {
                continue;
            }
            let place = find(match event.data.get("order_id") {
                Some(Value::String(id)) if !id.is_empty() => id.clone(),
                Some(Value::Number(id)) => id.to_string(),
                _ => format!("#{}", event.number),
            });
            let value = event.number(&["revenue", "total", "value"]).unwrap_or(0.0);
            told.push((place, done.then_some(((event.at, event.number), value)), !done));
        }
        let own = told.len();
        for row in list(&self.rows.json, "orders") {
            let place = find(text(row, "id").into());
            let at = row.get("at").and_then(instant).unwrap_or(0);
            told.push((
                place,
                number(row, "value").map(|value| ((at, 0), value)),
                !matches!(text(row, "state"), "" | "completed"),
            ));
        }
        for (turn, (place, completed, ended)) in told.into_iter().enumerate() {
            let Some(order) = orders.get_mut(place) else { continue };
            if let Some(completed) = completed
                && (order.1.is_none() || turn >= own)
            {
                order.1 = Some(completed);
            }
            order.2 |= ended;
        }
        let mut counted: Vec<Sale> =
            orders.into_iter().filter(|(.., ended)| !ended).filter_map(|(_, completed, _)| completed).collect();
        counted.sort_by_key(|(key, _)| *key);
        counted
    }

    /// `orders.*`.
    pub fn orders_fact(&self, name: &str) -> Option<Value> {
        let orders = self.orders();
        let sum: f64 = orders.iter().map(|(_, value)| value).sum();
        match name {
            "count" => Some(json!(orders.len())),
            "value" => Some(json!(sum)),
            "last" => Some(json!(orders.last()?.0.0)),
            "average" => (!orders.is_empty()).then(|| json!(sum / orders.len() as f64)),
            _ => None,
        }
    }

    /// Where an offer stands, and since when.
    pub fn offer(&self, id: &str) -> Option<(&'static str, i64)> {
        const STEPS: [(&str, &str); 6] = [
            ("Offer Shown", "shown"),
            ("Offer Clicked", "clicked"),
            ("Offer Consumed", "consumed"),
            ("Offer Dismissed", "dismissed"),
            ("Offer Cancelled", "cancelled"),
            ("Offer Expired", "expired"),
        ];
        let declared = members(self.site, "offers").find(|(known, _)| *known == id).map(|(_, offer)| offer);
        let mut told: Vec<(Key, &'static str)> = Vec::new();
        for row in list(&self.rows.json, "offers").iter().filter(|row| text(row, "id") == id) {
            if let Some((_, state)) = STEPS.iter().find(|(_, state)| *state == text(row, "state")) {
                told.push(((row.get("at").and_then(instant).unwrap_or(0), 0), state));
            }
        }
        for event in &self.past {
            let key = (event.at, event.number);
            if event.text("offer") == id
                && let Some((_, state)) = STEPS.iter().find(|(name, _)| *name == event.name)
            {
                told.push((key, state));
            }
            if let Some(condition) = declared.and_then(|offer| offer.get("consumedBy"))
                && matches(event, condition, self)
            {
                told.push((key, "consumed"));
            }
        }
        told.sort_by_key(|(key, _)| *key);
        let first = |state: &str| told.iter().find(|(_, known)| *known == state);
        let end = told.iter().find(|(_, state)| !matches!(*state, "shown" | "clicked"));
        let lasts = length(declared.and_then(|offer| offer.get("expires")));
        let over = first("shown").map(|(key, _)| key.0 + lasts).filter(|at| lasts > 0 && *at <= self.now);
        if let Some(at) = over
            && end.is_none_or(|(key, _)| at <= key.0)
        {
            return Some(("expired", at));
        }
        end.or(first("clicked")).or(first("shown")).map(|(key, state)| (*state, key.0))
    }
}

fn line(product: &Value) -> Option<Line> {
    let id = ["product_id", "sku", "name"].into_iter().map(|key| text(product, key)).find(|id| !id.is_empty())?;
    Some(Line {
        product: id.into(),
        category: text(product, "category").into(),
        price: number(product, "price").unwrap_or(0.0),
        quantity: number(product, "quantity").unwrap_or(1.0).max(0.0),
    })
}
