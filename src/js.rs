//! Small words for talking to JavaScript. Whatever can throw is caught here.

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use js_sys::{Array, Function, Object, Promise, Reflect};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Event, EventTarget, Window};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Object, js_name = keys)]
    fn own_keys_of(of: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_namespace = Object, js_name = fromEntries)]
    fn from_entries(entries: &Array) -> Object;
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = stringify)]
    fn stringify(of: &JsValue) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    fn parse(text: &str) -> Result<JsValue, JsValue>;
}

/// The page's window. The SDK starts only where there is one.
pub fn window() -> Window {
    js_sys::global().unchecked_into()
}

/// The page's document.
pub fn document() -> Document {
    // Read as a property: `Window::document` would bring an unwrap for a case that a page does not have.
    get(&window(), "document").unchecked_into()
}

/// A property; undefined where there is none or reading it throws.
pub fn get(of: &JsValue, key: &str) -> JsValue {
    Reflect::get(of, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is text.
pub fn text(of: &JsValue, key: &str) -> Option<String> {
    get(of, key).as_string()
}

/// A property that is a function.
pub fn function(of: &JsValue, key: &str) -> Option<Function> {
    get(of, key).dyn_into().ok()
}

/// Calls a method; undefined where it is missing or throws.
pub fn call(of: &JsValue, method: &str, arguments: &[JsValue]) -> JsValue {
    try_call(of, method, arguments).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a method.
///
/// # Errors
/// What it throws; undefined where there is no such method.
pub fn try_call(of: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method = function(of, method).ok_or(JsValue::UNDEFINED)?;
    Reflect::apply(&method, of, &arguments.iter().collect())
}

/// Names of the object's own enumerable members.
///
/// # Errors
/// What a proxy's trap throws.
pub fn keys(of: &JsValue) -> Result<Array, JsValue> {
    own_keys_of(of)
}

/// An object of these members.
pub fn object(members: &[(&str, JsValue)]) -> JsValue {
    let entries = Array::new();
    for (name, value) in members {
        entries.push(&pair(&(*name).into(), value));
    }
    of_entries(&entries)
}

/// An object of `[name, value]` pairs. They become own members whatever their names are: `__proto__` too.
pub fn of_entries(entries: &Array) -> JsValue {
    from_entries(entries).into()
}

/// An array of two.
pub fn pair(a: &JsValue, b: &JsValue) -> Array {
    Array::of2(a, b)
}

/// JSON text of a value; empty where JSON cannot say it.
pub fn to_json(of: &JsValue) -> String {
    stringify(of).ok().flatten().unwrap_or_default()
}

/// The value of a JSON text.
pub fn from_json(text: &str) -> Option<JsValue> {
    parse(text).ok()
}

/// What a handler is given.
pub type Handler = Rc<dyn Fn(&Event)>;

/// Calls `handler` at each event, before the page's own listeners, until dropped.
pub fn listen(target: &EventTarget, name: &'static str, handler: Handler) -> EventListener {
    let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: true };
    EventListener::new_with_options(target, name, options, move |event| handler(event))
}

/// Waits for whichever of two functions is called first; `wire` hands them to JavaScript as handlers.
pub async fn settled(mut wire: impl FnMut(Function, Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut wire)).await
}

/// Waits for a promise.
///
/// # Errors
/// What it rejects with.
pub async fn wait(promise: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&promise)).await
}

/// Runs a task beside the page's own.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}

/// A promise of what a task answers. It never rejects.
pub fn promise(task: impl Future<Output = JsValue> + 'static) -> Promise {
    wasm_bindgen_futures::future_to_promise(async { Ok(task.await) })
}

/// Waits, at most as long as a timer can.
pub async fn sleep(ms: i64) {
    let _ = JsFuture::from(timer(ms)).await;
}

/// The longest a browser's timer can wait, in milliseconds; longer ones fire at once.
pub const TIMER_MAX: i64 = i32::MAX as i64;

/// Makes an object of one of the window's classes.
///
/// # Errors
/// What the constructor throws; undefined where there is no such class.
pub fn construct(class: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let class = function(&window(), class).ok_or(JsValue::UNDEFINED)?;
    Reflect::construct(&class, &arguments.iter().collect())
}

/// A promise that is kept after that many milliseconds.
pub fn timer(ms: i64) -> Promise {
    Promise::new(&mut |done, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms.clamp(0, TIMER_MAX) as i32);
    })
}
