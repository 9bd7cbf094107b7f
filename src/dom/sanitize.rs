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
    if body.is_undefined() { Err(Code::ActionFailed) } else { Ok(copies(&body, DEPTH)) }
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

/// The children of a node.
#[inline(never)]
pub fn children(of: &JsValue) -> Vec<JsValue> {
    js::items(&js::get(of, "childNodes"))
}

fn copies(from: &JsValue, depth: u32) -> Vec<JsValue> {
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    let copy = |node: JsValue| match js::number(&node, "nodeType") as u8 {
        TEXT => Some(text(&js::text(&node, "nodeValue").unwrap_or_default())),
        ELEMENT => {
            let copy = element(&node)?;
            js::call(&copy, "append", copies(&node, depth));
            Some(copy)
        }
        _ => None,
    };
    children(from).into_iter().filter_map(copy).collect()
}

const ELEMENT: u8 = 1;
const TEXT: u8 = 3;

/// A text node.
pub fn text(of: &str) -> JsValue {
    js::ask(&js::document(), "createTextNode", of)
}

fn element(of: &JsValue) -> Option<JsValue> {
    const XHTML: &str = "http://www.w3.org/1999/xhtml";
    let tag = js::text(of, "localName").unwrap_or_default();
    if !listed(TAGS, &tag) || js::text(of, "namespaceURI").as_deref() != Some(XHTML) {
        return None;
    }
    let copy = js::ask(&js::document(), "createElement", &tag);
    for name in attributes(of) {
        let value = js::attribute(of, &name).unwrap_or_default();
        let ours = name.starts_with("data-vitrine-");
        let open = name.starts_with("aria-") || name.starts_with("data-");
        if !ours && (open || listed(ATTRIBUTES, &name)) && allows(&name, &value) {
            js::call(&copy, "setAttribute", vec![name.into(), value.into()]);
        }
    }
    Some(copy)
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
