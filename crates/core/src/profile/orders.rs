//! Orders by id: this device's own and the backend's are one set.

use super::{Item, Key};
use vitrine_wire::{Millis, Value};

/// Orders kept; the oldest go first.
const KEPT: usize = 500;

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum State {
    /// It counts.
    Completed,
    /// Paid back: it does not count.
    Refunded,
    /// Called off: it does not count.
    Cancelled,
}

vitrine_wire::codec!(
    enum State {
        Completed,
        Refunded,
        Cancelled,
    }
);

/// One order.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Order {
    /// Its id.
    pub id: String,
    /// When it was completed, and for how much; none while only its end is known.
    pub completed: Option<(Key, f64)>,
    /// What ended it first.
    pub ended: Option<(Key, State)>,
}

vitrine_wire::codec!(struct Order { id, completed, ended });

/// Orders, sorted by id.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Orders(Vec<Order>);

vitrine_wire::codec!(struct Orders(rows));

impl Orders {
    /// Takes an event in. Whether it was one of an order.
    pub fn take(&mut self, item: &Item) -> bool {
        let state = match item.name.as_str() {
            "Order Completed" => State::Completed,
            "Order Refunded" => State::Refunded,
            "Order Cancelled" => State::Cancelled,
            _ => return false,
        };
        let id = match item.data.get("order_id") {
            Some(Value::Str(id)) if !id.is_empty() => id.clone(),
            Some(Value::Num(n)) => whole(*n),
            // Without an id each event is an order of its own.
            _ => whole(item.id as f64),
        };
        let value = item.number(&["revenue", "total", "value"]).unwrap_or(0.0);
        self.put(id, item.key, value, state);
        true
    }

    /// Puts one statement in; the earliest of its kind counts.
    pub fn put(&mut self, id: String, key: Key, value: f64, state: State) {
        let place = self.0.binary_search_by(|o| o.id.cmp(&id)).unwrap_or_else(|place| {
            self.0.insert(place, Order { id, completed: None, ended: None });
            place
        });
        let Some(order) = self.0.get_mut(place) else { return };
        if state == State::Completed {
            if order.completed.is_none_or(|(old, _)| key < old) {
                order.completed = Some((key, value));
            }
        } else if order.ended.is_none_or(|(old, _)| key < old) {
            order.ended = Some((key, state));
        }
        if self.0.len() > KEPT {
            let (mut oldest, mut least) = (0, None);
            for (place, order) in self.0.iter().enumerate() {
                let key = newest(order);
                if place == 0 || key < least {
                    (oldest, least) = (place, key);
                }
            }
            self.0.remove(oldest);
        }
    }

    /// The orders as they stood at an instant.
    pub fn until(&self, at: Millis) -> Self {
        let was = |order: &Order| Order {
            id: order.id.clone(),
            completed: order.completed.filter(|(key, _)| key.0 <= at),
            ended: order.ended.filter(|(key, _)| key.0 <= at),
        };
        Orders(self.0.iter().map(was).filter(|order| order.completed.is_some() || order.ended.is_some()).collect())
    }

    fn find(&self, id: &str) -> Option<&Order> {
        self.0.get(self.0.binary_search_by(|o| o.id.as_str().cmp(id)).ok()?)
    }

    /// Every order.
    pub fn rows(&self) -> &[Order] {
        &self.0
    }

    /// Instant and value of each order that counts, over both sets, each id once; oldest first.
    pub fn completed(&self, other: &Orders) -> Vec<(Millis, f64)> {
        let mut list: Vec<(Key, f64)> = Vec::new();
        self.each(other, &mut |(key, value)| {
            list.insert(list.partition_point(|(known, _)| *known < key), (key, value))
        });
        list.into_iter().map(|((at, _), value)| (at, value)).collect()
    }

    /// Every order that counts, over both sets, each id once.
    fn each(&self, other: &Orders, found: &mut dyn FnMut((Key, f64))) {
        let mut add = |one: &Order, same: Option<&Order>| {
            let ended = one.ended.is_some() || same.is_some_and(|o| o.ended.is_some());
            same.and_then(|o| o.completed).or(one.completed).filter(|_| !ended).into_iter().for_each(&mut *found);
        };
        self.0.iter().for_each(|one| add(one, other.find(&one.id)));
        other.0.iter().filter(|one| self.find(&one.id).is_none()).for_each(|one| add(one, None));
    }

    /// `orders.*` over both sets.
    pub fn fact(&self, other: &Orders, name: &str) -> Option<Value> {
        let (mut count, mut sum, mut last) = (0u32, 0.0, None);
        self.each(other, &mut |(key, value)| {
            count += 1;
            sum += value;
            last = last.max(Some(key.0));
        });
        match name {
            "count" => Some(count.into()),
            "value" => Some(sum.into()),
            "last" => Some(last?.into()),
            "average" => (count > 0).then(|| (sum / f64::from(count)).into()),
            _ => None,
        }
    }
}

fn newest(order: &Order) -> Option<Key> {
    order.completed.map(|(key, _)| key).max(order.ended.map(|(key, _)| key))
}

/// A whole number as text.
pub fn whole(n: f64) -> String {
    let whole = n.abs() as u64;
    let (mut text, mut unit) = (String::new(), 1);
    while whole / unit >= 10 {
        unit *= 10;
    }
    while unit > 0 {
        text.push(char::from(b'0' + (whole / unit % 10) as u8));
        unit /= 10;
    }
    text
}
