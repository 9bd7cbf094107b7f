//! A page's elements, and the text of its scripts.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, Token, Tokenizer};
use serde_json::Value;

/// An element of the page.
#[derive(Debug, Default, Clone)]
pub struct Element {
    /// Its name, in lower case.
    pub name: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// What a script or style holds.
    pub text: String,
}

impl Element {
    /// An attribute's value, empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// Whether an attribute is there.
    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// Whether a browser runs it at once: a blocked script has a type of its own.
    pub fn runs(&self) -> bool {
        let kind = self.get("type").trim().to_ascii_lowercase();
        self.name == "script" && (kind.is_empty() || kind == "module" || kind.ends_with("javascript"))
    }
}

/// The elements of a page, in order. Broken markup gives what a browser's tokenizer gives.
pub fn elements(html: &str) -> Vec<Element> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut found: Vec<Element> = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut raw = false;
    for token in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => {
                let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                let name = text(&tag.name);
                raw = name == "script";
                found.push(Element { name, attributes, text: String::new() });
            }
            Ok(Token::EndTag(_)) => raw = false,
            Ok(Token::String(inner)) if raw => {
                if let Some(script) = found.last_mut() {
                    script.text.push_str(&text(&inner));
                }
            }
            _ => {}
        }
    }
    found
}

/// The Vitrine tag that a script is, with the configuration of an inline boot as attributes.
pub fn tag(script: &Element) -> Option<Element> {
    let mut tag = script.clone();
    let given = (script.name == "script").then(|| configuration(&script.text)).flatten();
    for (name, value) in given.unwrap_or_default() {
        let value = match value {
            Value::String(text) => text,
            // Keys by number.
            Value::Object(keys) => {
                let keys = keys.iter().filter_map(|(id, key)| Some(format!("{id}:{}", key.as_str()?)));
                keys.collect::<Vec<_>>().join(" ")
            }
            _ => continue,
        };
        // What the element says stands above.
        tag.attributes.entry(format!("data-{name}")).or_insert(value);
    }
    (tag.name == "script" && tag.has("data-site")).then_some(tag)
}

/// The object that the boot spreads before the element's own attributes.
fn configuration(boot: &str) -> Option<serde_json::Map<String, Value>> {
    let end = boot.find(",...document.currentScript")?;
    let start = boot.get(..end)?.rfind("{...{")? + 4;
    serde_json::from_str(boot.get(start..end)?).ok()
}
