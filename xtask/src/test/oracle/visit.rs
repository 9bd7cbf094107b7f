//! The visit so far: what was chosen, which events were let in, what the backend and the page said.

use std::cell::Cell;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde_json::{Map, Value, json};

use super::{Answer, DAY, deciding, instant, list, members, text};

/// A choice lasts so many days.
const CHOICE: i64 = 182;
const RESERVED: [&str; 12] = [
    "Experience Viewed",
    "Experience Clicked",
    "Experience Dismissed",
    "Offer Shown",
    "Offer Clicked",
    "Offer Consumed",
    "Offer Dismissed",
    "Offer Cancelled",
    "Offer Expired",
    "Form Started",
    "Form Submitted",
    "Form Abandoned",
];

/// One admitted event.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub at: i64,
    /// Which in order of arrival.
    pub number: u64,
    pub id: String,
    pub kind: String,
    pub name: String,
    /// Seen in the visitor's browser.
    pub page: bool,
    pub user: String,
    pub proof: bool,
    /// Properties, or traits of an identify.
    pub data: Value,
    pub context: Value,
    /// What a `where` may read of it, as the published operators want it.
    pub told: vitrine_wire::Value,
}

/// What the backend said last.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub version: f64,
    pub unit: String,
    /// Who had proven who they are when the rows came.
    pub user: String,
    pub json: Value,
}

#[derive(Debug)]
pub(super) struct Visit<'a> {
    site: &'a Value,
    zone: TimeZone,
    visitor: &'a str,
    now: i64,
    choices: Vec<(String, String, i64)>,
    log: Vec<Entry>,
    arrived: u64,
    rows: Rows,
    context: Value,
}

/// Everything that is known at an instant.
#[derive(Debug)]
pub(super) struct Moment<'a> {
    pub site: &'a Value,
    pub zone: &'a TimeZone,
    pub now: i64,
    /// Whether personalization is granted.
    pub known: bool,
    /// Events up to now, in order.
    pub past: Vec<&'a Entry>,
    pub rows: &'a Rows,
    pub context: &'a Value,
    pub consent: Vec<(&'static str, &'a str)>,
    /// What splits are drawn on, with consent to experiments.
    pub unit: Option<&'a str>,
    /// Whether rounding may have decided something.
    pub close: Cell<bool>,
}

impl<'a> Visit<'a> {
    pub fn new(site: &'a Value, visit: &'a Value) -> Self {
        let first = list(visit, "inputs").first().and_then(|input| instant(input.get("at")?));
        Visit {
            site,
            zone: TimeZoneDatabase::bundled().get(text(site, "timezone")).unwrap_or(TimeZone::UTC),
            visitor: text(visit, "visitor"),
            now: first.unwrap_or_default(),
            choices: Vec::new(),
            log: Vec::new(),
            arrived: 0,
            rows: Rows::default(),
            context: Value::Null,
        }
    }

    /// Takes an input in; the answer if it is a read.
    pub fn input(&mut self, input: &Value) -> Option<Answer> {
        self.now = self.now.max(input.get("at").and_then(instant).unwrap_or(self.now));
        self.purge();
        if let Some(event) = input.get("event") {
            self.event(event);
        }
        for (purpose, state) in members(input, "consent") {
            self.choose(purpose, state.as_str().unwrap_or_default());
        }
        if let Some(context) = input.get("context") {
            self.context.clone_from(context);
        }
        if let Some(rows) = input.get("profile").filter(|_| self.granted("personalization")) {
            self.sync(rows);
        }
        input.get("read")?;
        let moment = self.moment();
        let read = deciding::read(&moment, input.get("at").unwrap_or(&Value::Null));
        Some(Answer { read, close: moment.close.get() })
    }

    fn moment(&self) -> Moment<'_> {
        let mut past: Vec<&Entry> = self.log.iter().filter(|entry| entry.at <= self.now).collect();
        past.sort_by_key(|entry| (entry.at, entry.number));
        let unit = if self.rows.unit.is_empty() { self.visitor } else { &self.rows.unit };
        Moment {
            site: self.site,
            zone: &self.zone,
            now: self.now,
            known: self.granted("personalization"),
            past,
            rows: &self.rows,
            context: &self.context,
            consent: ["measurement", "personalization", "experiments", "marketing"].map(|p| (p, self.state(p))).into(),
            unit: Some(unit).filter(|_| self.granted("experiments")),
            close: Cell::new(false),
        }
    }

    fn state(&self, purpose: &str) -> &str {
        let day = self.now.div_euclid(DAY);
        match self.choices.iter().find(|(known, ..)| known == purpose) {
            Some((_, state, decided)) if day <= decided + CHOICE => state,
            Some((_, state, _)) if state == "granted" => "expired",
            _ => "unknown",
        }
    }

    fn granted(&self, purpose: &str) -> bool {
        self.state(purpose) == "granted"
    }

    fn choose(&mut self, purpose: &str, state: &str) {
        let state = match (self.granted(purpose), state) {
            (true, "denied" | "withdrawn") => "withdrawn",
            (_, "granted" | "denied") => state,
            _ => return,
        };
        self.choices.retain(|(p, ..)| p != purpose);
        self.choices.push((purpose.into(), state.into(), self.now.div_euclid(DAY)));
        self.purge();
    }

    /// What rests on a choice goes with it, also when its time is over.
    fn purge(&mut self) {
        if !self.granted("personalization") {
            self.log.clear();
            self.rows = Rows::default();
        }
    }

    fn sync(&mut self, json: &Value) {
        let version = super::number(json, "version").unwrap_or(0.0);
        if version < self.rows.version {
            return;
        }
        let proven = self.moment().user().filter(|(_, proof)| *proof).map(|(user, _)| user.to_owned());
        let unit = json.get("unit").and_then(Value::as_str).map_or(std::mem::take(&mut self.rows.unit), str::to_owned);
        self.rows = Rows { version, unit, user: proven.unwrap_or_default(), json: json.clone() };
    }

    /// Lets an event in, if it is declared, new, and personalization is granted now.
    fn event(&mut self, event: &Value) {
        self.arrived += 1;
        if !self.granted("personalization") {
            return;
        }
        let kind = text(event, "type");
        let name = [text(event, "event"), text(event, "name")].into_iter().find(|n| !n.is_empty()).unwrap_or_default();
        let with_traits = matches!(kind, "identify" | "group");
        let given = event.get(if with_traits { "traits" } else { "properties" });
        let Some(data) = self.declared(kind, name, given.unwrap_or(&Value::Null)) else { return };
        let id = match text(event, "messageId") {
            "" => format!("#{}", self.arrived),
            id => id.to_owned(),
        };
        if self.log.iter().any(|known| known.id == id) {
            return;
        }
        let identify = kind == "identify";
        let mut entry = Entry {
            at: event.get("timestamp").and_then(instant).unwrap_or(self.now),
            number: self.arrived,
            id,
            kind: kind.into(),
            name: name.into(),
            page: text(event, "channel") != "server",
            user: if identify { text(event, "userId").into() } else { String::new() },
            proof: identify && super::at(event, "context.vitrine.proof").is_some_and(|proof| !proof.is_null()),
            data,
            context: event.get("context").map_or_else(|| self.surroundings(), Clone::clone),
            told: vitrine_wire::Value::Null,
        };
        // Who identifies without saying who is the one who is known.
        if identify && entry.page && entry.user.is_empty() {
            entry.user = self.moment().user().map(|(user, _)| user.to_owned()).unwrap_or_default();
        }
        entry.told = vitrine_compiler::value(&entry.facts());
        self.log.push(entry);
    }

    /// The properties that may be kept; none where the event may not.
    fn declared(&self, kind: &str, name: &str, given: &Value) -> Option<Value> {
        let only = |names: &dyn Fn(&str) -> bool| -> Value {
            let kept = given.as_object().into_iter().flatten().filter(|(key, _)| names(key));
            Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
        };
        let page = |name: &str| ["name", "category", "type", "path", "title", "url", "referrer"].contains(&name);
        let reserved =
            |name: &str| ["experience", "variant", "slot", "unit", "bundle", "offer", "form"].contains(&name);
        match (kind, self.site.get("events").and_then(Value::as_object)) {
            ("page" | "screen", _) => Some(only(&page)),
            ("identify" | "group" | "alias", _) => Some(match self.site.get("traits").and_then(Value::as_object) {
                Some(traits) if !traits.is_empty() => only(&|name| traits.contains_key(name)),
                _ => only(&|_| true),
            }),
            _ if RESERVED.contains(&name) => Some(only(&reserved)),
            (_, None) => Some(only(&|_| true)),
            (_, Some(events)) => {
                let decl = events.get(name).filter(|decl| text(decl, "purpose") != "measurement")?;
                Some(only(&|name| decl.get("properties").is_some_and(|p| p.get(name).is_some())))
            }
        }
    }

    /// What goes with an event of the present page.
    fn surroundings(&self) -> Value {
        let mut all = Map::new();
        let page = self.context.get("page").and_then(Value::as_object);
        let page: Map<_, _> = page
            .into_iter()
            .flatten()
            .filter(|(name, _)| ["name", "category", "type", "path", "title"].contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let mut campaign = Map::new();
        for (name, parameter) in [("name", "utm_campaign"), ("source", "utm_source"), ("medium", "utm_medium")] {
            if let Some(value) = self.context.get("query").and_then(|query| query.get(parameter)) {
                campaign.insert(name.into(), value.clone());
            }
        }
        all.insert("page".into(), page.into());
        all.insert("campaign".into(), campaign.into());
        if let Some(host) = super::at(&self.context, "referrer.host") {
            all.insert("referrer".into(), json!({"host": host}));
        }
        Value::Object(all)
    }
}
