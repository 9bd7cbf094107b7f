//! What the page said when it installed the SDK.

use crate::js;
use wasm_bindgen::JsValue;

/// The configuration, after the facade merged attributes and options.
pub struct Config {
    /// The site id.
    pub site: String,
    /// The public write key.
    pub key: String,
    /// Prefix of every server path; empty for the page's own origin.
    pub endpoint: String,
    /// Whether views, clicks and forms are collected by themselves.
    pub autotrack: bool,
    /// Checks signatures; absent where the page gave no public key.
    pub verifier: Option<JsValue>,
}

impl Config {
    /// Reads the facade's object.
    pub fn read(of: &JsValue) -> Self {
        let text = |key| js::text(of, key).unwrap_or_default();
        let autotrack = js::get(of, "autotrack");
        Config {
            site: text("site"),
            key: text("key"),
            endpoint: text("endpoint"),
            autotrack: autotrack != false && autotrack != "false",
            verifier: Some(js::get(of, "verifier")).filter(JsValue::is_function),
        }
    }

    /// An address of the backend: a path, something named in it, and what follows.
    pub fn url(&self, path: &str, named: &str, rest: &str) -> String {
        let mut url = self.endpoint.clone();
        url.push_str(path);
        url.push_str(&js::escape(named));
        url.push_str(rest);
        url
    }

    /// The name of something of this site in the browser: `vt:<site>`, or `vt:<site>:<part>`.
    pub fn name(&self, part: &str) -> String {
        let mut name = String::from("vt:");
        name.push_str(&self.site);
        if !part.is_empty() {
            name.push(':');
            name.push_str(part);
        }
        name
    }
}
