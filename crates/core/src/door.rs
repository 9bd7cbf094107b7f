//! The engine's side of the conformance door: bytes in, bytes out, the same code natively and in wasm.

use crate::rules::{self, World};
use crate::{hash, replay};
use std::borrow::Cow;
use vitrine_wire::cond;
use vitrine_wire::door::{Answer, Request};
use vitrine_wire::{Map, Value};

/// Answers one request. Never fails: what cannot be read is answered as [`Answer::Error`].
pub fn answer(request: &[u8]) -> Vec<u8> {
    let answer = match postcard::from_bytes(request) {
        Ok(request) => ask(request),
        Err(_) => Answer::Error("the request does not decode".into()),
    };
    postcard::to_allocvec(&answer).unwrap_or_default()
}

fn ask(request: Request) -> Answer {
    match request {
        Request::EvalCondition { condition, attributes, groups } => {
            let world = Attributes { root: Value::Map(attributes), groups };
            Answer::Bool(rules::holds(&cond::decode(&condition, &mut 0), &world))
        }
        Request::Hash { seed, value, version } => Answer::Number(hash::hash(&seed, &value, version)),
        Request::BucketRange { variations, coverage, weights } => {
            Answer::Ranges(hash::bucket_ranges(variations, coverage, weights.as_deref()))
        }
        Request::ChooseVariation { n, ranges } => Answer::Number(Some(f64::from(hash::choose_variation(n, &ranges)))),
        Request::InNamespace { id, namespace, from, to } => Answer::Bool(hash::in_namespace(&id, &namespace, from, to)),
        Request::EqualWeights { n } => Answer::Numbers(hash::equal_weights(n)),
        Request::QueryOverride { key, url, variations } => Answer::Number(hash::query_override(&key, &url, variations)),
        Request::Replay { bundle, visitor, inputs } => Answer::Reads(replay::replay(&bundle, &visitor, &inputs)),
        Request::Explain { bundle, visitor, inputs, id } => match replay::explain(&bundle, &visitor, &inputs, &id) {
            Some(tree) => Answer::Tree(tree),
            None => Answer::Error(["no segment or slot is called ", &id].concat()),
        },
    }
}

/// Plain attributes and saved groups, as GrowthBook's cases have them.
struct Attributes {
    root: Value,
    groups: Map,
}

impl World for Attributes {
    fn fact(&self, path: &str) -> Option<Cow<'_, Value>> {
        rules::lookup(&self.root, path).map(Cow::Borrowed)
    }
    fn group(&self, name: &str) -> Option<&[Value]> {
        self.groups.get(name)?.as_list()
    }
}
