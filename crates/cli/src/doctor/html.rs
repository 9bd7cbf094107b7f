//! A page's elements, and the text of its scripts.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, Token, Tokenizer};

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
