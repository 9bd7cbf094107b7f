//! What a site file says of personal data.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use vitrine_wire::Purpose;
use vitrine_wire::http::Controller;

use super::{Lang, code, words};

/// A site, for its papers.
pub struct Site {
    pub lang: Lang,
    /// Whether people read the paper, not those who keep the site file.
    pub told: bool,
    pub id: String,
    pub controller: Option<Controller>,
    pub recipients: Vec<Recipient>,
    /// The purposes that are used, with the version of their notice.
    pub purposes: Vec<(Purpose, Option<String>)>,
    /// Name, purpose, properties, how long devices keep it. None: those of e-commerce.
    pub events: Option<Vec<Event>>,
    /// Whether people would read an id of the file, as code, because it has no title.
    pub untitled: bool,
    /// Name and where it comes from.
    pub traits: Vec<(String, String)>,
    pub segments: Vec<String>,
    pub scores: Vec<String>,
    pub experiences: usize,
    /// Name, basis, topics it is about.
    pub channels: Vec<Channel>,
    pub topics: Vec<Topic>,
    /// Version, language, text.
    pub notices: Vec<(String, String, String)>,
    /// Where a special category of data is used, and why it may be.
    pub special: Vec<(String, String)>,
    pub hold: bool,
    pub contextual: bool,
}

pub struct Recipient {
    pub name: String,
    pub role: &'static str,
    pub purposes: Vec<Purpose>,
    pub country: Option<String>,
    pub safeguard: Option<String>,
}

pub struct Event {
    pub name: String,
    pub purpose: Purpose,
    pub properties: Vec<String>,
    pub keep: Option<String>,
}

pub struct Channel {
    pub name: String,
    pub basis: String,
}

pub struct Topic {
    pub name: String,
    pub basis: Option<String>,
}

type Named<T> = serde_json::Map<String, T>;

#[derive(Deserialize)]
struct File {
    site: String,
    controller: Option<Controller>,
    #[serde(default)]
    recipients: Named<Value>,
    #[serde(default)]
    purposes: Named<Value>,
    events: Option<Named<Value>>,
    #[serde(default)]
    traits: Named<Value>,
    #[serde(default)]
    segments: Named<Value>,
    #[serde(default)]
    scores: Named<Value>,
    #[serde(default)]
    experiences: Vec<Value>,
    #[serde(default)]
    channels: Named<Value>,
    #[serde(default)]
    topics: Value,
    #[serde(default)]
    notices: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    consent: Value,
}

impl Site {
    /// Reads a site file that compiles.
    pub fn read(text: &str, lang: Lang) -> anyhow::Result<Site> {
        let file: File = serde_json::from_str(text)?;
        let title = |id: &str, of: &Value| titled(of.get("title"), lang).unwrap_or_else(|| code(id));
        let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).map(str::to_owned);
        let events = file.events.as_ref().map(|events| events.iter().map(|(name, of)| event(name, of)).collect());
        let topics = match &file.topics {
            Value::Array(names) => names.iter().filter_map(Value::as_str).map(|n| (code(n), None)).collect(),
            Value::Object(of) => of.iter().map(|(id, of)| (title(id, of), text(of, "basis"))).collect(),
            _ => Vec::new(),
        };
        let channel = |(id, of): (&String, &Value)| Channel {
            name: titled(of.get("title"), lang)
                .unwrap_or_else(|| words::channel(id, lang).map_or_else(|| code(id), str::to_owned)),
            basis: text(of, "basis").unwrap_or_else(|| "opt-in".into()),
        };
        let special = [("segments", &file.segments), ("traits", &file.traits), ("scores", &file.scores)];
        let special = special.iter().flat_map(|(what, of)| {
            of.iter().filter_map(move |(id, of)| Some((format!("{what}.{id}"), text(of, "justified")?)))
        });
        let untitled = |of: &Value| of.get("title").is_none();
        Ok(Site {
            untitled: file.segments.values().any(untitled)
                || file.channels.iter().any(|(id, of)| untitled(of) && words::channel(id, lang).is_none())
                || file.topics.as_array().is_some_and(|names| !names.is_empty())
                || file.topics.as_object().is_some_and(|all| all.values().any(untitled)),
            purposes: purposes(&file),
            recipients: file.recipients.iter().map(|(id, of)| recipient(id, of, lang)).collect(),
            events,
            traits: file.traits.iter().map(|(name, of)| (name.clone(), sources(of, lang))).collect(),
            segments: file.segments.iter().map(|(id, of)| title(id, of)).collect(),
            scores: file.scores.keys().cloned().collect(),
            experiences: file.experiences.len(),
            channels: file.channels.iter().map(channel).collect(),
            topics: topics.into_iter().map(|(name, basis)| Topic { name, basis }).collect(),
            notices: file.notices.iter().flat_map(versions).collect(),
            special: special.collect(),
            hold: text(&file.consent, "beforeChoice").as_deref() == Some("hold"),
            contextual: file.experiences.iter().any(|e| e.get("contextual") == Some(&Value::Bool(true))),
            told: false,
            lang,
            id: file.site,
            controller: file.controller,
        })
    }

    /// The version of every notice that a purpose names, once each.
    pub fn named_notices(&self) -> Vec<&str> {
        let mut named: Vec<&str> = self.purposes.iter().filter_map(|(_, notice)| notice.as_deref()).collect();
        named.sort_unstable();
        named.dedup();
        named
    }

    /// Whether a recipient is told to be outside of the European Economic Area, or of no country at all.
    pub fn abroad(&self) -> Vec<&Recipient> {
        self.recipients.iter().filter(|r| r.safeguard.is_some()).collect()
    }
}

fn purposes(file: &File) -> Vec<(Purpose, Option<String>)> {
    let measured = |of: &Value| of.get("purpose").and_then(Value::as_str) == Some("measurement");
    let events = file.events.as_ref();
    let split = |e: &Value| {
        e.get("holdout").is_some() || e.get("variants").and_then(Value::as_array).is_some_and(|v| v.len() > 1)
    };
    let used = |purpose: Purpose| match purpose {
        Purpose::Measurement => events.is_none_or(|events| events.values().any(measured)),
        Purpose::Personalization => events.is_none_or(|events| !events.values().all(measured)),
        Purpose::Experiments => file.experiences.iter().any(split),
        Purpose::Marketing => !file.channels.is_empty(),
    };
    let notice = |purpose: Purpose| {
        let of = file.purposes.get(purpose.as_str());
        (purpose, of.and_then(|of| of.get("notice")).and_then(Value::as_str).map(str::to_owned))
    };
    // What the file declares is asked for, whether something uses it or not.
    let declared = |purpose: &Purpose| file.purposes.contains_key(purpose.as_str()) || used(*purpose);
    Purpose::ALL.into_iter().filter(declared).map(notice).collect()
}

fn event(name: &str, of: &Value) -> Event {
    let purpose = of.get("purpose").and_then(Value::as_str).and_then(Purpose::parse);
    let properties = of.get("properties").and_then(Value::as_object);
    Event {
        name: name.to_owned(),
        purpose: purpose.unwrap_or(Purpose::Personalization),
        properties: properties.into_iter().flat_map(|of| of.keys().cloned()).collect(),
        keep: of.get("keep").and_then(Value::as_str).map(str::to_owned),
    }
}

fn recipient(id: &str, of: &Value, lang: Lang) -> Recipient {
    let text = |key: &str| of.get(key).and_then(Value::as_str);
    let named = of.get("purposes").and_then(Value::as_array);
    let named = named.map(|all| all.iter().filter_map(Value::as_str).filter_map(Purpose::parse).collect());
    Recipient {
        name: titled(of.get("name"), lang).unwrap_or_else(|| id.to_owned()),
        role: words::role(text("role").unwrap_or_default(), lang),
        purposes: named.unwrap_or_else(|| Purpose::ALL.to_vec()),
        country: text("country").map(str::to_owned),
        safeguard: text("safeguard").map(str::to_owned),
    }
}

fn sources(of: &Value, lang: Lang) -> String {
    let listed = of.get("source").and_then(Value::as_array).into_iter().flatten();
    let listed: Vec<_> = listed.filter_map(Value::as_str).map(|source| words::source(source, lang)).collect();
    if listed.is_empty() { words::source("page", lang).to_owned() } else { listed.join(", ") }
}

fn versions((version, texts): (&String, &BTreeMap<String, String>)) -> impl Iterator<Item = (String, String, String)> {
    texts.iter().map(move |(language, text)| (version.clone(), language.clone(), text.clone()))
}

/// A title in the language of the paper, else in the first that there is.
fn titled(title: Option<&Value>, lang: Lang) -> Option<String> {
    let text = match title? {
        Value::String(text) => text.as_str(),
        Value::Object(by) => by.get(lang.code()).or_else(|| by.values().next())?.as_str()?,
        _ => return None,
    };
    Some(text.to_owned())
}
