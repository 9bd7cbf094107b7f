//! The JSON schema of site files, for editors: written from the very tables that the readers check keys against.

use serde_json::{Map, Value, json};

use crate::format::conditions::{COMBINING, OPERATORS, OURS, Operand, TYPES};
use crate::format::{Object, Scope, Shape, experiences, site};

/// Any text that begins with a fact's name, not with an operator.
const PLAIN: &str = "^([^$]|$)";

/// The schema (draft 7, which every editor reads). It is as strict as can be said without looking elsewhere in the file:
/// names that are defined in one place and used in another are for `vitrine check`.
pub fn schema() -> Value {
    let mut root = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Vitrine site file",
        "description": "What is collected, who is who and who sees what. `vitrine check` finds what a schema cannot.",
    });
    merge(&mut root, object(&site::FILE));
    let definitions = json!({
        "condition": condition(Scope::Visitor),
        "eventCondition": condition(Scope::Event),
        "tests": {"anyOf": [reference("operators"), bare()]},
        "operators": operators(),
        "compared": {"anyOf": [{"type": "number"}, reference("operators")]},
    });
    merge(&mut root, json!({ "definitions": definitions }));
    root
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

fn object(object: &Object) -> Value {
    let mut properties = Map::new();
    for key in object.keys {
        let mut inner = shape(&key.shape);
        if inner.get("$ref").is_some() {
            // Beside a reference, this draft ignores everything else.
            inner = json!({ "allOf": [inner] });
        }
        merge(&mut inner, json!({ "description": key.about }));
        properties.insert(key.name.into(), inner);
    }
    for name in object.later {
        let empty = json!({"type": ["array", "object"], "maxItems": 0, "maxProperties": 0,
            "description": "not supported by this version"});
        properties.insert((*name).into(), empty);
    }
    let needed: Vec<_> = object.keys.iter().filter(|key| key.needed).map(|key| key.name).collect();
    let mut out = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !needed.is_empty() {
        merge(&mut out, json!({ "required": needed }));
    }
    out
}

fn text(pattern: &str) -> Value {
    json!({"type": "string", "pattern": pattern})
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Any => json!({}),
        Shape::Null => json!({"type": "null"}),
        Shape::AnyText => json!({"type": "string"}),
        Shape::Text => text("\\S"),
        Shape::Id => json!({"type": "string", "pattern": "\\S", "maxLength": 100}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Number(from, to) => json!({"type": "number", "minimum": from, "maximum": to}),
        Shape::Whole(from, to) => json!({"type": "integer", "minimum": from, "maximum": to}),
        Shape::Milliseconds => json!({"type": "integer"}),
        Shape::Duration => text("^0*[1-9][0-9]*[smhdw]$"),
        Shape::Retention => text("^(0*[1-9][0-9]*[smhdw]|0*([1-9]|1[0-3])mo)$"),
        Shape::Days => text("^0*[1-9][0-9]*[smhdw]$"),
        Shape::Date => text("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        Shape::Clock => text("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"),
        Shape::Words(words) => json!({ "enum": words }),
        Shape::Exactly(number) => json!({ "const": number }),
        Shape::List(item) => json!({"type": "array", "items": self::shape(item)}),
        Shape::Some(item, least, most) => {
            let mut list = json!({"type": "array", "items": self::shape(item), "minItems": least});
            if *most < usize::MAX {
                merge(&mut list, json!({ "maxItems": most }));
            }
            list
        }
        Shape::Named(member) => json!({"type": "object", "additionalProperties": self::shape(member)}),
        Shape::Object(inner) => object(inner),
        Shape::OneOf(actions) => json!({ "oneOf": actions.iter().map(one).collect::<Vec<_>>() }),
        Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(self::shape).collect::<Vec<_>>() }),
        Shape::Condition(Scope::Visitor) => reference("condition"),
        Shape::Condition(Scope::Event) => reference("eventCondition"),
        Shape::Compared => reference("compared"),
    }
}

/// An object with one key alone. What stands under `content` is the slot's own.
fn one((name, inner): &(&str, Object)) -> Value {
    let inner = if *name == experiences::CONTENT { json!({"type": "object"}) } else { object(inner) };
    let properties: Map<String, Value> = [((*name).to_owned(), inner)].into_iter().collect();
    json!({"type": "object", "properties": properties, "required": [name], "additionalProperties": false})
}

fn condition(scope: Scope) -> Value {
    let this = reference(if scope == Scope::Visitor { "condition" } else { "eventCondition" });
    let mut properties = Map::new();
    for (name, list) in COMBINING {
        let inner = if *list { json!({"type": "array", "items": this}) } else { this.clone() };
        properties.insert((*name).into(), inner);
    }
    if scope == Scope::Visitor {
        properties.extend(OURS.iter().map(|(name, inner)| ((*name).to_owned(), shape(inner))));
    }
    json!({"type": "object", "properties": properties, "patternProperties": {PLAIN: reference("tests")},
        "additionalProperties": false})
}

/// A value that is compared as it is.
fn bare() -> Value {
    json!({"anyOf": [
        {"type": ["string", "number", "boolean", "null", "array"]},
        {"type": "object", "propertyNames": {"pattern": PLAIN}},
    ]})
}

fn operators() -> Value {
    let operand = |operand: &Operand| match operand {
        Operand::Value => json!({}),
        Operand::Values => json!({"type": "array"}),
        Operand::Tests => reference("tests"),
        Operand::NumberTests => reference("compared"),
        Operand::ItemTests => json!({"anyOf": [reference("operators"), reference("eventCondition")]}),
        Operand::Flag => json!({"type": "boolean"}),
        Operand::Type => json!({ "enum": TYPES }),
        Operand::Text => json!({"type": "string"}),
    };
    let properties: Map<String, Value> =
        OPERATORS.iter().map(|(name, takes)| ((*name).to_owned(), operand(takes))).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1})
}
