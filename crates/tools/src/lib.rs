//! Compiler, inspector and JSON door for a page, or a test in Node, that asks for them: `tools.wasm`, never loaded by default.

pub use vitrine_compiler::door::{answer, inspect};

#[cfg(target_arch = "wasm32")]
mod exports {
    use js_sys::{Function, Uint8Array};
    use vitrine_compiler::Options;
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen::{JsCast, JsValue};

    /// Answers one line of the conformance door. `engine` takes and returns a `Uint8Array`: the
    /// [`engine`] of this module, or of another instance, which a trap leaves this one untouched by.
    #[wasm_bindgen]
    pub fn door(line: &str, engine: &Function) -> String {
        vitrine_compiler::door::answer(line, &mut |request| {
            let answered = engine.call1(&JsValue::NULL, &Uint8Array::from(request));
            answered.ok().and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok()).map_or_else(Vec::new, |b| b.to_vec())
        })
    }

    /// The engine behind the door: a postcard `door::Request` in, a postcard `door::Answer` out. It is the very crate
    /// that the page's wasm links, built with the same profile; the page does not pay for questions that only tests ask.
    #[wasm_bindgen]
    pub fn engine(bytes: &[u8]) -> Vec<u8> {
        vitrine_core::door::answer(bytes)
    }

    /// Answers one question of the inspector about a state that a page's engine gave away (`Engine::state`), in JSON.
    #[wasm_bindgen]
    pub fn inspect(state: &[u8], question: &str) -> String {
        vitrine_compiler::door::inspect(state, question)
    }

    /// Compiles a site file at an instant (milliseconds since 1970) into a bundle's payload.
    ///
    /// # Errors
    /// The findings, as JSON text.
    #[wasm_bindgen]
    pub fn compile(json: &str, now: f64) -> Result<Vec<u8>, String> {
        let compiled = vitrine_compiler::compile(json, &Options::at(now as i64));
        compiled.map(|c| c.payload).map_err(|findings| text(&findings))
    }

    /// What there is to say about a site file: an array of findings, as JSON text.
    #[wasm_bindgen]
    pub fn check(json: &str) -> String {
        text(&vitrine_compiler::check(json))
    }

    fn text(findings: &[vitrine_compiler::Finding]) -> String {
        serde_json::to_string(findings).unwrap_or_default()
    }
}
