//! `image`: an image shows another one.

use super::{Undo, attribute};
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

pub fn apply(image: JsValue, src: &str, alt: &str, done: &mut Vec<Box<dyn Undo>>) -> Result<(), Code> {
    if js::ask(&image, "matches", "img") != true {
        return Err(Code::SelectorEmpty);
    }
    // What browsers choose before `src`. Emptied, not taken away: an attribute that comes back would come last.
    let mut others = js::items(&js::ask(&js::get(&image, "parentNode"), "querySelectorAll", ":scope>source"));
    others.push(image.clone());
    for other in others {
        if js::attribute(&other, "srcset").is_some() {
            done.push(attribute::apply(other, "srcset", Some(""))?);
        }
    }
    done.push(attribute::apply(image.clone(), "alt", Some(alt))?);
    done.push(attribute::apply(image, "src", Some(src))?);
    Ok(())
}
