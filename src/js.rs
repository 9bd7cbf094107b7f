//! Small words for talking to JavaScript. The other half is `pkg/ts/hands.ts`: whatever can throw is caught there.

use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "#hands")]
extern "C" {
    /// A property, or one of a property (`a.b`); undefined where there is none or reading it throws.
    pub fn get(of: &JsValue, path: &str) -> JsValue;
    /// The same of the page's window.
    pub fn at(path: &str) -> JsValue;
    /// Calls a method; undefined where it is missing or throws.
    pub fn call(of: &JsValue, method: &str, given: Vec<JsValue>) -> JsValue;
    /// Calls a method for what it does.
    pub fn run(of: &JsValue, method: &str);
    /// The same as `call` with one text.
    pub fn ask(of: &JsValue, method: &str, text: &str) -> JsValue;
    /// Calls a method; false where it is missing or throws.
    pub fn works(of: &JsValue, method: &str, given: Vec<JsValue>) -> bool;
    /// Sets a property; false where that throws.
    pub fn put(of: &JsValue, key: &str, value: &JsValue) -> bool;
    /// Makes an object of one of the window's classes; undefined where there is none or it throws.
    pub fn make(class: &str, given: Vec<JsValue>) -> JsValue;
    /// An array.
    pub fn list(items: Vec<JsValue>) -> JsValue;
    /// What is in an array or the like.
    pub fn items(of: &JsValue) -> Vec<JsValue>;
    /// An object of names and values in turn. They become own members whatever their names are: `__proto__` too.
    pub fn object(pairs: Vec<JsValue>) -> JsValue;
    /// An object of these members, their names in one text; what is undefined is left out.
    pub fn named(names: &str, values: Vec<JsValue>) -> JsValue;
    /// Asks a function of the facade's for a promise. It is kept with false where it fails.
    pub fn answer(of: &JsValue, given: Vec<JsValue>) -> JsValue;
    /// `{promise, give}`: a promise, and the function that keeps it.
    pub fn pending() -> JsValue;
    /// The body of a document that is not shown, with an HTML text in it; undefined where the page's policy lets nobody
    /// parse HTML.
    pub fn inert(html: &str) -> JsValue;
    /// `encodeURIComponent`.
    #[wasm_bindgen(js_name = escape)]
    pub fn escape(text: &str) -> String;
    /// What the page says about itself (`page`, `query`), and with `device` about what shows it.
    pub fn facts(device: bool) -> JsValue;
    /// `{path, title, url}`.
    pub fn page() -> JsValue;
    /// Calls a function of the facade's: what a listener of the page throws is the facade's to catch, and ours to survive.
    pub fn tell(to: &JsValue, what: Vec<JsValue>);

    /// The slots in the page, names and elements in turn, given the names and elements or selectors of those that it does not mark. In an
    /// element's place: null where there are too many, true where the selector does not parse.
    pub fn slots(known: Vec<JsValue>) -> Vec<JsValue>;
    /// The nearest element that matches, itself or one that it is in, out of shadow roots too; null where there is none.
    pub fn nearest(of: &JsValue, selector: &str) -> JsValue;
    /// Whether anything inside matches, in open shadow roots too.
    pub fn holds(of: &JsValue, selector: &str) -> bool;
    /// The document, and the shadow roots where slots may be.
    pub fn roots() -> Vec<JsValue>;
    /// Calls back once elements that say there are slots inside are upgraded.
    pub fn upgrades(then: &JsValue);
    /// Moves a node, with what somebody is doing at it; false where it may not be there.
    pub fn place(parent: &JsValue, node: &JsValue, next: &JsValue) -> bool;
    /// Whether the page wants a transition anywhere, and may have one.
    pub fn moves() -> bool;
    /// Calls back once the browser is ready to show the change in one of these elements as a transition, or at once.
    pub fn transition(elements: Vec<JsValue>, then: JsValue);
    /// What a person is at in an element that is to be changed: a function to call once it is, and once more when that is undone.
    pub fn keep(element: &JsValue) -> JsValue;

    /// The site's catalogue, for the engine: `{bytes, wrong}`.
    pub fn catalog(from: &str, then: JsValue);
    /// Items of it as nodes, each a copy of the template that this selector means; undefined where there is none.
    pub fn cards(element: &JsValue, each: &str, items: Vec<JsValue>) -> JsValue;
    /// The address of a redirect; undefined where it would lead in a circle, or is none of the web's.
    pub fn way(to: &str) -> JsValue;

    /// JSON text of a value; empty where JSON cannot say it.
    #[wasm_bindgen(js_name = json)]
    pub fn to_json(of: &JsValue) -> String;
    /// The value of a JSON text; undefined where it is none.
    #[wasm_bindgen(js_name = parse)]
    pub fn from_json(text: &str) -> JsValue;
    /// Bytes that a value takes as JSON.
    pub fn size(of: &JsValue) -> usize;
    /// Bytes for JavaScript to keep.
    pub fn copy(bytes: &[u8]) -> JsValue;
    /// Bytes that JavaScript has; none where it is anything else.
    pub fn bytes(of: &JsValue) -> Option<Vec<u8>>;
    /// Random bytes.
    pub fn random(bytes: usize) -> Vec<u8>;
    /// Minutes west of UTC in the visitor's zone at an instant.
    pub fn zone(ms: f64) -> f64;
    /// Milliseconds: since the Unix epoch by the wall clock, or by the one that is never set.
    pub fn now(wall: bool) -> f64;
    /// ISO 8601 of an instant.
    pub fn iso(ms: f64) -> String;

    #[wasm_bindgen(js_name = seen)]
    fn seen_by(elements: Vec<JsValue>, then: JsValue) -> JsValue;
    #[wasm_bindgen(js_name = arm)]
    fn armed(signals: Vec<JsValue>, then: JsValue) -> JsValue;
    #[wasm_bindgen(js_name = wait)]
    fn wait_for(promise: &JsValue, then: JsValue);
    #[wasm_bindgen(js_name = timer)]
    fn timer_for(ms: f64, then: JsValue) -> f64;
    /// Calls `then` at each event, before the page's own listeners, until the signal; once, however often it is asked for.
    pub fn listen(target: &JsValue, name: &str, then: JsValue, signal: &JsValue);

    /// Asks the backend: `[status, retry-after, JSON]`, with `stream` the body in the JSON's place; undefined where there
    /// was no answer.
    pub fn request(
        method: &str,
        url: &str,
        cache: &str,
        signal: &JsValue,
        token: &str,
        body: &JsValue,
        stream: bool,
        then: JsValue,
    );
    /// The bytes of a bundle, or undefined.
    pub fn bundle(begun: &JsValue, url: &str, then: JsValue);
    /// The next bytes of a stream; undefined at its end, or after so long without any.
    pub fn chunk(reader: &JsValue, ms: f64, then: JsValue);
    /// Opens the device's store: it, or the error's name. `lost` is called should the browser close it by itself.
    pub fn open(name: &str, then: JsValue, lost: JsValue);
    /// Deletes it: true, or anything else.
    pub fn erase(name: &str, then: JsValue);
    /// One transaction: calls, then those that `step` makes of their results; all results, or undefined.
    pub fn transact(db: &JsValue, calls: Vec<JsValue>, step: &JsValue, then: JsValue);
}

/// A property that is text.
#[inline(never)]
pub fn text(of: &JsValue, path: &str) -> Option<String> {
    get(of, path).as_string()
}

/// A property that is a number; zero where it is none.
#[inline(never)]
pub fn number(of: &JsValue, path: &str) -> f64 {
    get(of, path).as_f64().unwrap_or_default()
}

/// Text, or undefined where it is empty.
#[inline(never)]
pub fn some(text: &str) -> JsValue {
    if text.is_empty() { JsValue::UNDEFINED } else { text.into() }
}

/// A number, or null.
#[inline(never)]
pub fn or_null(of: Option<i64>) -> JsValue {
    of.map_or(JsValue::NULL, |n| (n as f64).into())
}

/// An element's attribute; none where it has none or there is no element.
#[inline(never)]
pub fn attribute(of: &JsValue, name: &str) -> Option<String> {
    ask(of, "getAttribute", name).as_string()
}

/// The page's document.
pub fn document() -> JsValue {
    at("document")
}

/// What is called back with a value, as often as it comes.
pub type Handler = Rc<dyn Fn(JsValue)>;

// `Fn`: what happens to the page meanwhile may call it again.
#[inline(never)]
fn function(call: Box<dyn Fn(JsValue) -> JsValue>) -> JsValue {
    Closure::wrap(call).into_js_value()
}

/// A function that answers its first call, and later ones with undefined.
#[inline(never)]
pub fn answering(then: Box<dyn FnOnce(JsValue) -> JsValue>) -> JsValue {
    let then = Cell::new(Some(then));
    function(Box::new(move |value| then.take().map_or(JsValue::UNDEFINED, |then| then(value))))
}

/// What is called back once.
pub type Then = Box<dyn FnOnce(JsValue)>;

/// A function for JavaScript to call once; later calls do nothing.
#[inline(never)]
pub fn once(then: Then) -> JsValue {
    answering(Box::new(move |value| {
        then(value);
        JsValue::UNDEFINED
    }))
}

/// A function for JavaScript to call.
#[inline(never)]
pub fn always(handler: Handler) -> JsValue {
    function(Box::new(move |value| {
        handler(value);
        JsValue::UNDEFINED
    }))
}

/// Calls back with what a promise is kept with; with undefined where it is not.
#[inline(never)]
pub fn wait(promise: &JsValue, then: Then) {
    wait_for(promise, once(then));
}

/// Calls back once one of these elements was on screen for long enough; the answer's `disconnect` ends it.
#[inline(never)]
pub fn seen(elements: Vec<JsValue>, then: Then) -> JsValue {
    seen_by(elements, once(then))
}

/// Calls back with the name of each trigger that fires; the answer's `disconnect` ends it.
#[inline(never)]
pub fn arm(signals: &[String], handler: Handler) -> JsValue {
    armed(signals.iter().map(Into::into).collect(), always(handler))
}

/// Calls back when the page's own task is over.
#[inline(never)]
pub fn soon(then: Then) {
    wait(&JsValue::UNDEFINED, then);
}

/// Calls back after that many milliseconds, or after as long as a timer can wait. Its number, to end it by.
#[inline(never)]
pub fn timer(ms: i64, then: Then) -> f64 {
    timer_for(ms as f64, once(then))
}

/// A function of the facade's is told one value.
pub fn give(to: &JsValue, value: JsValue) {
    tell(to, vec![value]);
}

/// Something that can be ended: `signal` says so to what runs on it.
pub fn abort_controller() -> JsValue {
    make("AbortController", Vec::new())
}

/// Ends what runs on it.
#[inline(never)]
pub fn abort(controller: &JsValue) {
    run(controller, "abort");
}
