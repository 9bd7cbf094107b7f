//! Facts by their dotted paths.

use serde_json::{Value, json};

use super::visit::{Entry, Moment};
use super::{instant, list, members, text};

/// A visit: a run of page-side events with pauses below half an hour.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub first: (i64, u64),
    pub last: i64,
    pub events: Vec<&'a Entry>,
}

impl<'a> Moment<'a> {
    /// The fact at a path; none where it is absent.
    pub fn fact(&self, path: &str) -> Option<Value> {
        let (root, rest) = path.split_once('.').unwrap_or((path, ""));
        let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
        match root {
            "context" if head == "time" => return self.clock(tail),
            "context" => return super::at(self.context, rest).cloned(),
            "consent" => {
                return self.consent.iter().find(|(purpose, _)| *purpose == rest).map(|(_, state)| json!(state));
            }
            _ if !self.known => return None,
            _ => {}
        }
        match root {
            "profile" => {
                let value = self.trait_value(head)?;
                if tail.is_empty() { Some(value) } else { super::at(&value, tail).cloned() }
            }
            "session" => self.session(head, tail),
            "first" => touch(self.touches().next()?, rest),
            "last" if rest == "seen" => Some(json!(self.touches().last()?.at)),
            "last" => {
                let direct = |e: &&Entry| channel(e) == "direct" && campaign(e, "name").is_empty();
                touch(self.touches().filter(|e| !direct(e)).last().or(self.touches().next())?, rest)
            }
            "cart" => self.cart(rest),
            "orders" => self.orders_fact(rest),
            "offers" => {
                let (state, at) = self.offer(head)?;
                Some(if tail == "at" { json!(at) } else { json!(state) })
            }
            "forms" => {
                let steps =
                    [("Form Started", "started"), ("Form Submitted", "submitted"), ("Form Abandoned", "abandoned")];
                let mut told = self.past.iter().rev().filter(|e| e.text("form") == head);
                told.find_map(|e| steps.iter().find(|(event, _)| *event == e.name)).map(|(_, state)| json!(state))
            }
            "identity" => {
                let proven = self.user().is_some_and(|(user, proof)| proof && user == self.rows.user);
                Some(json!(if proven { "authenticated" } else { "anonymous" }))
            }
            "scores" => self.score(rest).map(|score| json!(score)),
            "rfm" => self.rfm(rest),
            "lifecycle" => Some(json!(self.lifecycle())),
            "size" => self.size(),
            "channels" if rest == "preferred" => self.preferred(),
            "channels" | "touches" | "contact" | "household" | "loyalty" | "service" | "satisfaction" | "lost" => {
                super::at(self.rows.json.get(root)?, rest).cloned()
            }
            _ => None,
        }
    }

    /// Visits, the oldest first.
    pub fn sessions(&self) -> Vec<Run<'a>> {
        let mut runs: Vec<Run<'a>> = Vec::new();
        for event in self.past.iter().copied().filter(|e| e.page && e.name != "Experience Viewed") {
            match runs.last_mut().filter(|run| event.at - run.last < super::PAUSE) {
                Some(run) => {
                    run.last = event.at;
                    run.events.push(event);
                }
                None => runs.push(Run { first: (event.at, event.number), last: event.at, events: vec![event] }),
            }
        }
        runs
    }

    fn session(&self, head: &str, tail: &str) -> Option<Value> {
        let runs = self.sessions();
        let current = runs.last().filter(|run| self.now - run.last < super::PAUSE);
        let is_page = |e: &&&Entry| e.kind == "page" || e.kind == "screen";
        Some(match (head, tail) {
            ("number", _) => json!(runs.len() + usize::from(current.is_none())),
            ("pages", _) => json!(current.map_or(0, |run| run.events.iter().filter(is_page).count())),
            ("duration", _) => json!(current.map_or(0.0, |run| (run.last - run.first.0) as f64 / 1_000.0)),
            ("landing", "path") => {
                let page = current?.events.iter().find(is_page)?;
                json!(super::at(&page.context, "page.path").and_then(Value::as_str).unwrap_or_default())
            }
            ("entry", _) => return touch(current?.events.first()?, tail),
            _ => return None,
        })
    }

    /// What the page saw.
    pub fn touches(&self) -> impl Iterator<Item = &'a Entry> {
        self.past.iter().copied().filter(|event| event.page)
    }

    /// Who identified last, and whether with proof.
    pub fn user(&self) -> Option<(&'a str, bool)> {
        let found = self.past.iter().rev().copied().find(|event| event.kind == "identify" && !event.user.is_empty());
        found.map(|event| (event.user.as_str(), event.proof))
    }

    /// The value of a trait: its strongest source says it, of equals the newest.
    fn trait_value(&self, name: &str) -> Option<Value> {
        let mut rows: Vec<(&str, (i64, u64), &Value)> = Vec::new();
        for event in self.past.iter().filter(|event| event.kind == "identify") {
            let source = match (event.page, event.proof) {
                (true, true) => "account",
                (true, false) => "form",
                _ => "server",
            };
            if let Some(value) = event.data.get(name) {
                rows.push((source, (event.at, event.number), value));
            }
        }
        if let Some((_, row)) = members(&self.rows.json, "traits").find(|(known, _)| *known == name) {
            let source = row.get("source").and_then(Value::as_str).unwrap_or("server");
            let at = row.get("at").and_then(instant).unwrap_or(0);
            if let Some(value) = row.get("value") {
                rows.push((source, (at, 0), value));
            }
        }
        let declared = members(self.site, "traits").find(|(known, _)| *known == name).map(|(_, decl)| decl);
        let order = declared.map_or(&[][..], |decl| list(decl, "source"));
        let rank = |source: &str| order.iter().position(|known| known == source).unwrap_or(order.len());
        let best = rows.into_iter().max_by_key(|(source, key, _)| (std::cmp::Reverse(rank(source)), *key));
        best.map(|(.., value)| value.clone())
    }
}

fn campaign<'e>(event: &'e Entry, name: &str) -> &'e str {
    event.context.get("campaign").map_or("", |campaign| text(campaign, name))
}

/// Where an event came from.
pub(super) fn channel(event: &Entry) -> String {
    let foreign = event.context.get("referrer").is_some_and(|referrer| !text(referrer, "host").is_empty());
    match campaign(event, "medium") {
        "" if foreign => "referral".into(),
        "" => "direct".into(),
        medium => medium.to_ascii_lowercase(),
    }
}

fn touch(event: &Entry, name: &str) -> Option<Value> {
    let said = match name {
        "seen" => return Some(json!(event.at)),
        "campaign" => campaign(event, "name").to_owned(),
        "source" => campaign(event, "source").to_owned(),
        "channel" => channel(event),
        _ => return None,
    };
    (!said.is_empty()).then(|| json!(said))
}
