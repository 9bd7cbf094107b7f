//! A site file, section by section, into a bundle.

mod actions;
mod declare;
mod experiences;
mod lists;
mod meta;
mod people;
mod scores;
mod segments;
mod starts;
mod tags;
pub(crate) mod zone;

use serde_json::Value;
use vitrine_wire::Bundle;

use crate::Options;
use crate::cases::{self, Case};
use crate::finding::{Lint, Rule};
use crate::format::site::FILE;
use crate::lint::{Cx, beside, whole};
use crate::needs;
use crate::node::Node;

/// What a site file says.
pub(crate) struct Read {
    pub bundle: Bundle,
    /// The bundle does not carry them.
    pub cases: Vec<Case>,
    pub lint: Lint,
}

/// Reads a whole site file. The bundle means something only if `lint` has no error.
pub(crate) fn compile(json: &Value, options: &Options, lint: Lint) -> Read {
    let mut cx = Cx { lint, ..Cx::default() };
    let root = Node::root(json);
    root.keys(&FILE, &mut cx.lint);
    if let Some(version) = root.need("vitrine", &mut cx.lint)
        && version.value.as_f64() != Some(1.0)
    {
        let message = format!("version {} of the format is not known", version.value);
        cx.lint.error(Rule::Version, &version.pointer, message, "write 1");
    }
    let mut bundle = Bundle { meta: meta::read(&root, options, &mut cx), ..Bundle::default() };
    bundle.events = declare::events(&root, &mut cx);
    bundle.traits = declare::traits(&root, &mut cx);
    bundle.slots = declare::slots(&root, &mut cx);
    bundle.groups = declare::groups(&root, &mut cx);
    bundle.offers = declare::offers(&root, &mut cx);
    cx.pressure = starts::budget(&root, &mut cx);
    lists::catalog(&root, &mut cx);
    scores::names(&root, &mut cx);
    segments::names(&root, &mut cx);
    bundle.meta.channels = people::read(&root, &bundle.meta, &mut cx);
    bundle.cuts = scores::cuts(&root, &mut cx);
    bundle.lifecycle = scores::lifecycle(&root, &mut cx);
    bundle.scores = scores::read(&root, &mut cx);
    bundle.scores.extend(lists::bought(&root, &cx));
    bundle.segments = segments::read(&root, &mut cx);
    bundle.experiences = experiences::read(&root, &mut bundle.slots, &mut cx);
    beside::check(&root, &bundle, &mut cx.lint);
    bundle.needs = Some(needs::of(&bundle, &cx.kept));
    whole::retention(&bundle, &cx.kept, &mut cx.lint);
    let cases = cases::read(&root, &bundle, &mut cx);
    Read { bundle, cases, lint: cx.lint }
}
