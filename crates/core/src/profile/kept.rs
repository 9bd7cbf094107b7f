//! What the device keeps of its visitor that no event of this device says: the backend's rows and first choices.

use super::offers::{self, Offers};
use super::orders::{self, Orders};
use super::traits::{self, Traits};
use vitrine_wire::bundle::Need;
use vitrine_wire::{Map, Millis, Value};

/// The first choice between an experience's variants: new weights move nobody, a new version does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Sticky {
    /// The experience.
    pub experience: String,
    /// Its version then.
    pub version: u32,
    /// What was chosen.
    pub variant: String,
}

vitrine_wire::codec!(struct Sticky { experience, version, variant });

/// Rows of the backend, joined with the profile when facts are read.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Kept {
    /// The version of the rows; 0 is none.
    pub version: u64,
    /// The unit of hashes, where the backend knows an older one than this device.
    pub unit: String,
    /// Who the backend knew after proof, or empty.
    pub user: String,
    /// Traits.
    pub traits: Traits,
    /// Orders.
    pub orders: Orders,
    /// Offers.
    pub offers: Offers,
    /// First choices.
    pub choices: Vec<Sticky>,
    /// The backend's revocation ticket; empty until the device is registered.
    pub ticket: String,
    /// Other rows of the backend, by root: `contact`, `loyalty` and the like.
    pub rows: Map,
    /// What the history keeps, and since when; none before there was any.
    pub since: Option<Vec<(Need, Millis)>>,
}

vitrine_wire::codec!(struct Kept { version, unit, user, traits, orders, offers, choices, ticket, rows, since });

/// How far back one need has kept what another asks for; none where it has not.
fn reach(had: &Need, need: &Need, now: Millis) -> Option<Millis> {
    if !(had.event.is_empty() || had.event == need.event) || had.keep == Need::PAGE && need.keep != Need::PAGE {
        return None;
    }
    let all = |had: &[String], asked: &[String]| asked.iter().all(|name| had.contains(name));
    let properties = match (&had.properties, &need.properties) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(had), Some(asked)) => all(had, asked),
    };
    let kept = properties && all(&had.context, &need.context);
    let shorter = had.keep > 0 && (need.keep == 0 || need.keep > had.keep);
    kept.then(|| if shorter { now.saturating_sub(had.keep) } else { Millis::MIN })
}

/// Roots of facts that only the backend knows (docs/rules.md).
const ROWS: [&str; 8] = ["channels", "touches", "contact", "household", "loyalty", "service", "satisfaction", "lost"];

impl Kept {
    /// New rules ask for other events: what was not kept until now is only known from now on. Whether that changed
    /// anything for a history that had begun.
    pub fn adopt(&mut self, needs: &[Need], now: Millis) -> bool {
        let old = self.since.as_deref();
        if old.is_some_and(|old| old.iter().map(|(need, _)| need).eq(needs)) {
            return false;
        }
        let since = |need: &Need| match old {
            None => Millis::MIN,
            Some(old) => {
                old.iter().filter_map(|(had, since)| Some((*since).max(reach(had, need, now)?))).min().unwrap_or(now)
            }
        };
        let since = needs.iter().map(|need| (need.clone(), since(need))).collect();
        self.since.replace(since).is_some()
    }

    /// Since when all events of a label are known, as far as rules ask; of any label where there is none.
    pub fn known_since(&self, label: &str, now: Millis) -> Millis {
        let since = self.since.as_deref().unwrap_or_default();
        let of = |label: &str| since.iter().find(|(need, _)| need.event == label && need.keep != Need::PAGE);
        let bound = |need: &Need| if need.keep > 0 { now.saturating_sub(need.keep) } else { Millis::MIN };
        of(label).or_else(|| of("")).map_or(Millis::MIN, |(need, since)| bound(need).max(*since))
    }

    /// Takes the backend's rows in; older ones than known change nothing. Rows that make no sense are left out.
    pub fn sync(&mut self, rows: &Value, user: Option<&str>) {
        let version = rows.get("version").and_then(Value::as_num).unwrap_or(0.0) as u64;
        if version < self.version {
            return;
        }
        self.version = version;
        if let Some(unit) = rows.get("unit").and_then(Value::as_str) {
            self.unit = unit.into();
        }
        self.user = user.unwrap_or_default().into();
        (self.traits, self.orders, self.offers) = Default::default();
        if let Some(Value::Map(traits)) = rows.get("traits") {
            for (name, row) in traits.iter() {
                if let Some(row) = traits::imported(name, row) {
                    self.traits.put(row);
                }
            }
        }
        self.rows = Map::new();
        for root in ROWS {
            if let Some(row) = rows.get(root).filter(|row| row.as_map().is_some()) {
                self.rows.insert(root, row.clone());
            }
        }
        for row in list(rows, "orders") {
            self.order(row);
        }
        for row in list(rows, "offers") {
            let state = row.get("state").and_then(Value::as_str).and_then(offers::State::parse);
            if let (Some(id), Some(state)) = (row.get("id").and_then(Value::as_str), state) {
                self.offers.put(id, (row.get("at").and_then(instant).unwrap_or(0), 0), state);
            }
        }
    }

    fn order(&mut self, row: &Value) -> Option<()> {
        let id = row.get("id")?.as_str()?;
        let key = (row.get("at").and_then(instant).unwrap_or(0), 0);
        let ended = match row.get("state").and_then(Value::as_str).unwrap_or("completed") {
            "completed" => None,
            "cancelled" => Some(orders::State::Cancelled),
            _ => Some(orders::State::Refunded),
        };
        if let Some(value) = row.get("value").and_then(Value::as_num) {
            self.orders.put(id.into(), key, value, orders::State::Completed);
        }
        if let Some(state) = ended {
            self.orders.put(id.into(), key, 0.0, state);
        }
        Some(())
    }

    /// The first choice of an experience's version.
    pub fn choice(&self, experience: &str, version: u32) -> Option<&str> {
        let found = self.choices.iter().find(|c| c.experience == experience && c.version == version)?;
        Some(&found.variant)
    }

    /// Remembers a first choice. Whether it is new.
    pub fn choose(&mut self, choice: Sticky) -> bool {
        for known in &mut self.choices {
            if known.experience == choice.experience {
                let new = known.version != choice.version;
                if new {
                    *known = choice;
                }
                return new;
            }
        }
        self.choices.push(choice);
        true
    }
}

fn list<'a>(rows: &'a Value, name: &str) -> &'a [Value] {
    rows.get(name).and_then(Value::as_list).unwrap_or_default()
}

/// An instant as milliseconds or as ISO 8601.
pub fn instant(value: &Value) -> Option<Millis> {
    match value {
        Value::Num(n) => Some(crate::time::clamp(*n as i64)),
        Value::Str(text) => crate::time::parse(text),
        _ => None,
    }
}
