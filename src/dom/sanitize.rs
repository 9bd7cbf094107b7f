//! HTML of a site file to nodes: parsed where nothing runs or loads, then built anew from an allow-list, one node at a time.

use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

/// Elements that may be made. What is not here goes with what is in it.
const TAGS: &str = " a abbr address article aside b bdi bdo blockquote br button caption cite code col colgroup data dd del \
details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd label li main mark nav ol p \
picture pre q s samp section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr ";
/// Attributes that may be set, besides `aria-*` and `data-*` that is not ours. No `id` and no `name`: they would become
/// properties of the page's document.
const ATTRIBUTES: &str = " abbr alt cite class colspan datetime decoding dir headers height hidden href hreflang label lang \
loading open rel reversed role rowspan scope sizes span src srcset start tabindex target title translate type value width ";
/// Attributes that hold an address.
const ADDRESSES: &str = " action background cite data formaction href ping poster src xlink:href ";
const SCHEMES: &str = " http https mailto tel sms ";
/// Deeper trees are cut.
const DEPTH: u32 = 64;

/// The nodes of an HTML text, for this document.
///
/// # Errors
/// [`Code::ActionFailed`] where the page's policy lets nobody parse HTML.
pub fn nodes(html: &str) -> Result<Vec<JsValue>, Code> {
    let body = js::inert(html);
    if body.is_undefined() { Err(Code::ActionFailed) } else { copies(&body, DEPTH).ok_or(Code::ActionFailed) }
}

/// Whether an attribute may be set to this value.
pub fn allows(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name.starts_with("on") || matches!(name.as_str(), "srcdoc" | "style" | "is") {
        return false;
    }
    if listed("srcset imagesrcset", &name) {
        return value.split(',').all(is_address);
    }
    !listed(ADDRESSES, &name) || is_address(value)
}

/// Whether a style may have this value: what in it could be an address is one that may be followed. Escapes could spell
/// anything.
pub fn is_style(value: &str) -> bool {
    !value.contains('\\') && value.split([' ', ',', '(', '"', '\'']).all(is_address)
}

/// The children of a node.
#[inline(never)]
pub fn children(of: &JsValue) -> Vec<JsValue> {
    js::items(&js::get(of, "childNodes"))
}

/// None where the page lets nobody make nodes.
fn copies(from: &JsValue, depth: u32) -> Option<Vec<JsValue>> {
    let mut out = Vec::new();
    let Some(depth) = depth.checked_sub(1) else { return Some(out) };
    for node in children(from) {
        match js::number(&node, "nodeType") as u8 {
            TEXT => out.push(text(&js::text(&node, "nodeValue").unwrap_or_default()).ok()?),
            ELEMENT => {
                if let Some(copy) = element(&node)? {
                    js::call(&copy, "append", copies(&node, depth)?);
                    out.push(copy);
                }
            }
            _ => {}
        }
    }
    Some(out)
}

const ELEMENT: u8 = 1;
const TEXT: u8 = 3;

/// A node of this document, by the class's own method: an image of the page's that is called `createElement` stands before
/// the document's.
fn made(method: &str, of: &str) -> Option<JsValue> {
    let method = js::at(&["Document.prototype.", method].concat());
    Some(js::call(&method, "call", vec![js::document(), of.into()])).filter(JsValue::is_object)
}

/// A text node.
///
/// # Errors
/// [`Code::ActionFailed`] where the page lets nobody make one.
pub fn text(of: &str) -> Result<JsValue, Code> {
    made("createTextNode", of).ok_or(Code::ActionFailed)
}

/// What becomes of an element: none inside where it may not be made.
fn element(of: &JsValue) -> Option<Option<JsValue>> {
    const XHTML: &str = "http://www.w3.org/1999/xhtml";
    let tag = js::text(of, "localName").unwrap_or_default();
    if !listed(TAGS, &tag) || js::text(of, "namespaceURI").as_deref() != Some(XHTML) {
        return Some(None);
    }
    let copy = made("createElement", &tag)?;
    for name in attributes(of) {
        let value = js::attribute(of, &name).unwrap_or_default();
        let ours = name.starts_with("data-vitrine-");
        let open = name.starts_with("aria-") || name.starts_with("data-");
        if !ours && (open || listed(ATTRIBUTES, &name)) && allows(&name, &value) {
            js::call(&copy, "setAttribute", vec![name.into(), value.into()]);
        }
    }
    Some(Some(copy))
}

/// Names of an element's attributes.
#[inline(never)]
pub fn attributes(of: &JsValue) -> Vec<String> {
    let names = js::items(&js::call(of, "getAttributeNames", Vec::new()));
    names.iter().map(|name| name.as_string().unwrap_or_default()).collect()
}

fn listed(list: &str, name: &str) -> bool {
    list.split(' ').any(|word| !word.is_empty() && word == name)
}

/// A relative address, or one of an allowed scheme. Browsers ignore controls and spaces before and inside a scheme.
fn is_address(value: &str) -> bool {
    let plain: String = value.chars().filter(|c| *c > ' ').collect::<String>().to_ascii_lowercase();
    match plain.split_once(':') {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => listed(SCHEMES, scheme),
        _ => true,
    }
}
