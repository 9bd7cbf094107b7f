//! The cart, kept from the Segment e-commerce events.

use super::item::number;
use super::{Item, Key};
use vitrine_wire::{Map, Millis, Value};

/// Changes kept since the last event that said the whole cart; more are summed up.
const CHANGES: usize = 256;

/// One product in the cart.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Line {
    /// Product id, sku or name: the first that is there.
    pub product: String,
    /// Its category, or empty.
    pub category: String,
    /// Price of one.
    pub price: f64,
    /// How many; negative in a change that removes.
    pub quantity: f64,
}

vitrine_wire::codec!(struct Line { product, category, price, quantity });

/// The cart as changes over the last known whole.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Cart {
    /// The newest event that said the whole cart (viewed, checked out, ordered), and what it said.
    whole: Option<(Key, Vec<Line>)>,
    /// Additions and removals after it, by key.
    changes: Vec<(Key, Line)>,
}

vitrine_wire::codec!(struct Cart { whole, changes });

impl Cart {
    /// Takes an event in. Whether it was one of a cart.
    pub fn take(&mut self, item: &Item) -> bool {
        match item.name.as_str() {
            "Product Added" => self.changes(item, 1.0),
            "Product Removed" => self.changes(item, -1.0),
            "Order Completed" => self.replace(item.key, vec![]),
            "Cart Viewed" | "Checkout Started" => {
                if let Some(products) = item.data.get("products").and_then(Value::as_list) {
                    let lines = products.iter().filter_map(|p| line(p.as_map()?));
                    self.replace(item.key, lines.collect());
                }
            }
            _ => return false,
        }
        true
    }

    /// One product, or each of several.
    fn changes(&mut self, item: &Item, sign: f64) {
        let own = line(&item.data);
        let several = item.data.get("products").and_then(Value::as_list).filter(|_| own.is_none()).unwrap_or_default();
        for line in own.into_iter().chain(several.iter().filter_map(|product| line(product.as_map()?))) {
            self.change(item, line, sign);
        }
    }

    fn change(&mut self, item: &Item, mut line: Line, sign: f64) {
        if self.whole.as_ref().is_some_and(|(key, _)| item.key < *key) {
            return;
        }
        line.quantity *= sign;
        let place = self.changes.partition_point(|(key, _)| *key <= item.key);
        self.changes.insert(place, (item.key, line));
        if self.changes.len() > CHANGES {
            let lines = self.lines();
            self.whole = self.changes.last().map(|(key, _)| (*key, lines));
            self.changes.clear();
        }
    }

    fn replace(&mut self, key: Key, lines: Vec<Line>) {
        if self.whole.as_ref().is_none_or(|(old, _)| *old < key) {
            self.whole = Some((key, lines));
            self.changes.retain(|(change, _)| *change > key);
        }
    }

    /// What is in the cart now, in order of arrival.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = self.whole.as_ref().map_or_else(Vec::new, |(_, lines)| lines.clone());
        for (_, change) in &self.changes {
            match lines.iter_mut().find(|l| l.product == change.product) {
                Some(line) => {
                    line.quantity += change.quantity;
                    if change.quantity > 0.0 {
                        line.price = change.price;
                    }
                }
                None => lines.push(change.clone()),
            }
            // A removal of what is not there leaves nothing behind.
            lines.retain(|l| l.quantity > 0.0);
        }
        lines
    }

    /// When it last changed.
    pub fn updated(&self) -> Option<Millis> {
        self.changes.last().map(|(key, _)| key.0).or(self.whole.as_ref().map(|(key, _)| key.0))
    }

    /// `cart.*`.
    pub fn fact(&self, name: &str) -> Option<Value> {
        let (mut value, mut items, mut categories) = (0.0, 0.0, Vec::<Value>::new());
        for line in self.lines() {
            value += line.price * line.quantity;
            items += line.quantity;
            let category = Value::Str(line.category);
            if category.as_str() != Some("") && !categories.contains(&category) {
                categories.push(category);
            }
        }
        Some(match name {
            "value" => value.into(),
            "items" => items.into(),
            "updated" => self.updated()?.into(),
            "categories" => Value::List(categories),
            _ => return None,
        })
    }
}

fn line(product: &Map) -> Option<Line> {
    let text = |name: &str| product.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
    let id = text("product_id").or_else(|| text("sku")).or_else(|| text("name"))?;
    Some(Line {
        product: id.into(),
        category: text("category").unwrap_or_default().into(),
        price: number(product, &["price"]).unwrap_or(0.0),
        quantity: number(product, &["quantity"]).unwrap_or(1.0).max(0.0),
    })
}
