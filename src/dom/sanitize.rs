//! HTML of a site file to nodes: parsed where nothing runs or loads, then built anew from an allow-list, one node at a time.

use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, DocumentFragment, Element, Node};

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
pub fn nodes(html: &str) -> Result<Vec<Node>, Code> {
    let body = inert(html).ok_or(Code::ActionFailed)?;
    let to = js::document().create_document_fragment();
    copy_children(&body, &to, DEPTH);
    Ok(children(&to))
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
pub fn children(of: &Node) -> Vec<Node> {
    let list = of.child_nodes();
    (0..list.length()).filter_map(|i| list.get(i)).collect()
}

/// The body of a document that is not shown: its scripts do not run, its images do not load.
fn inert(html: &str) -> Option<Element> {
    let implementation = js::get(&js::document(), "implementation");
    let document: Document = js::call(&implementation, "createHTMLDocument", &["".into()]).dyn_into().ok()?;
    let body: Element = js::get(&document, "body").dyn_into().ok()?;
    if js::function(&body, "setHTML").is_some() {
        // Its own default drops classes; with nothing named it drops what is unsafe, and our list chooses from the rest.
        let options = js::object(&[("sanitizer", js::object(&[]))]);
        js::try_call(&body, "setHTML", &[html.into(), options]).ok()?;
    } else {
        js_sys::Reflect::set(&body, &"innerHTML".into(), &trusted(html)?).ok()?;
    }
    Some(body)
}

/// The text, or, under Trusted Types, the text as our policy says it.
fn trusted(html: &str) -> Option<JsValue> {
    thread_local! {
        // A policy's name can be taken once.
        static POLICY: Option<JsValue> = {
            let types = js::get(&js::window(), "trustedTypes");
            // What is made of it goes into an inert document and through the allow-list: `String` hands it on as it is.
            let same = js::get(&js::window(), "String");
            js::try_call(&types, "createPolicy", &["vitrine".into(), js::object(&[("createHTML", same)])]).ok()
        };
    }
    if js::get(&js::window(), "trustedTypes").is_undefined() {
        return Some(html.into());
    }
    POLICY.with(|policy| js::try_call(policy.as_ref()?, "createHTML", &[html.into()]).ok())
}

fn copy_children(from: &Node, to: &Node, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for node in children(from) {
        let copy: Option<Node> = match node.node_type() {
            Node::TEXT_NODE => Some(js::document().create_text_node(&node.node_value().unwrap_or_default()).into()),
            Node::ELEMENT_NODE => element(node.unchecked_ref()).map(|copy| {
                copy_children(&node, &copy, depth);
                copy.into()
            }),
            _ => None,
        };
        if let Some(copy) = copy {
            let _ = to.append_child(&copy);
        }
    }
}

fn element(of: &Element) -> Option<Element> {
    const XHTML: &str = "http://www.w3.org/1999/xhtml";
    let tag = of.local_name();
    if !listed(TAGS, &tag) || of.namespace_uri().as_deref() != Some(XHTML) {
        return None;
    }
    let copy = js::document().create_element(&tag).ok()?;
    for name in of.get_attribute_names().iter().filter_map(|n| n.as_string()) {
        let value = of.get_attribute(&name).unwrap_or_default();
        let ours = name.starts_with("data-vitrine-");
        let open = name.starts_with("aria-") || name.starts_with("data-");
        if !ours && (open || listed(ATTRIBUTES, &name)) && allows(&name, &value) {
            let _ = copy.set_attribute(&name, &value);
        }
    }
    Some(copy)
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

/// A fragment of nodes.
pub fn fragment(nodes: &[Node]) -> DocumentFragment {
    let fragment = js::document().create_document_fragment();
    for node in nodes {
        let _ = fragment.append_child(node);
    }
    fragment
}
