//! Items of the site's catalogue in a slot (docs/rules.md "Lists"): which, and in what order.

use crate::decide::{Verdict, content};
use crate::order;
use crate::profile::cart::Line;
use crate::rules::{self, World, js, lookup};
use crate::segments::scores;
use crate::segments::world::Here;
use std::borrow::Cow;
use vitrine_wire::action::List;
use vitrine_wire::codec::read;
use vitrine_wire::{Action, Cond, Decision, Experience, Map, Reason, Value, cond};

/// Of a list's content, as pages get it.
const ITEMS: &str = "items";

/// The site's catalogue.
#[derive(Debug, Default)]
pub struct Catalog {
    /// Its items as a list, once they were asked for and came.
    pub items: Option<Value>,
    /// When, and at which address, they were asked for.
    pub asked: Option<(i64, String)>,
    /// Another page view, or the page shows something else: lists are made anew.
    pub anew: bool,
}

/// ms that a catalogue is good for, on pages to come: stock changes by the hour.
const FRESH: i64 = 5 * 60_000;

impl Catalog {
    /// Whether they are to be asked for at an address, which is noted. Another than before has other items.
    pub fn ask(&mut self, from: &str, now: i64) -> bool {
        if self.asked.as_ref().is_some_and(|(_, asked)| asked == from) {
            return false;
        }
        (self.items, self.asked) = (None, Some((now, from.to_owned())));
        true
    }

    /// They came, as stored bytes; from an address that was asked before, too late.
    pub fn came(&mut self, from: &str, items: &[u8]) {
        if self.asked.as_ref().is_some_and(|(_, asked)| asked == from) {
            self.items = Some(read(items).unwrap_or_default());
        }
    }

    /// Another page view: what is old, or did not come, is asked for again.
    pub fn turn(&mut self, now: i64) {
        let old = self.asked.as_ref().is_some_and(|(at, _)| now - at >= FRESH);
        if old || self.items.as_ref().is_some_and(|items| items.as_list().is_none()) {
            (self.items, self.asked) = (None, None);
        }
        self.anew = true;
    }

    /// Grants ended: what was asked for on one of them may not be under way.
    pub fn lost(&mut self) {
        if self.items.is_none() {
            self.asked = None;
        }
    }
}

/// Where the catalogue is that a variant needs.
pub fn wanted(actions: &[Action]) -> Option<&str> {
    actions.iter().find_map(|action| match action {
        Action::List { list, .. } => Some(list.from.as_str()),
        _ => None,
    })
}

/// What a list's content is called for who renders it.
pub fn said(items: &[Value]) -> Value {
    let mut map = Map::new();
    map.insert(ITEMS, items.to_vec());
    Value::Map(map)
}

/// What stays of a list that `known` tells of: on screen it is not put in another order, nor anything added.
fn kept(experience: &Experience, variant: &str, known: &Decision, here: &Here) -> Option<Vec<Value>> {
    let same = known.experience.as_ref() == Some(&experience.id) && known.variant.as_deref() == Some(variant);
    if !same || experience.live || here.catalog.anew {
        return None;
    }
    known.content.as_ref()?.get(ITEMS)?.as_list().map(<[Value]>::to_vec)
}

/// The actions with the items of their lists.
///
/// # Errors
/// Why the slot keeps its own content: the catalogue is not there yet, or nothing in it is for this visitor.
pub fn filled<'a>(
    actions: Cow<'a, [Action]>,
    experience: &Experience,
    variant: &str,
    known: &Decision,
    here: &Here,
) -> Result<Cow<'a, [Action]>, Reason> {
    if wanted(&actions).is_none() {
        return Ok(actions);
    }
    let mut actions = actions.into_owned();
    for action in &mut actions {
        if let Action::List { list, items, .. } = action {
            let catalog = here.catalog.items.as_ref().ok_or(Reason::Pending)?.as_list().unwrap_or_default();
            let asked = Asked::new(list, here);
            *items = match kept(experience, variant, known, here) {
                Some(shown) => asked.left(&shown),
                None => asked.chosen(catalog),
            };
            if items.is_empty() {
                return Err(Reason::None);
            }
        }
    }
    Ok(Cow::Owned(actions))
}

/// A decision for a slot that is not in the page: who renders it is told the items all the same.
pub fn decision(mut decision: Decision, verdict: &Verdict, known: &Decision, here: &Here) -> Decision {
    if let Some((experience, Some(variant))) = verdict.winner {
        match filled(Cow::Borrowed(&variant.actions), experience, &variant.id, known, here) {
            Ok(actions) => decision.content = content(&actions),
            Err(reason) => decision = Decision::own(&decision.slot, reason),
        }
    }
    decision
}

/// A list that is asked for of somebody here.
struct Asked<'a> {
    list: &'a List,
    filter: Cond,
    cart: Vec<Line>,
    here: &'a Here<'a>,
}

impl<'a> Asked<'a> {
    fn new(list: &'a List, here: &'a Here<'a>) -> Self {
        let cart = here.known.as_ref().map(|known| known.profile.cart.lines()).unwrap_or_default();
        Asked { list, filter: cond::decode(&list.filter, &mut 0), cart, here }
    }

    /// Those that may be shown now.
    fn left(&self, items: &[Value]) -> Vec<Value> {
        items.iter().filter(|item| self.fits(item)).cloned().collect()
    }

    /// The best items, strongest first; equal ones in the catalogue's order.
    fn chosen(&self, catalog: &[Value]) -> Vec<Value> {
        let together = self.together(catalog);
        let fit: Vec<&Value> = catalog.iter().filter(|item| self.fits(item)).collect();
        let width = self.list.rank.len();
        let mut ranks = Vec::new();
        for item in &fit {
            ranks.extend(self.list.rank.iter().map(|(name, by)| self.rank(name, by, item, &together)));
        }
        let of =
            |place: u32| ranks.get(place as usize * width..).and_then(|ranks| ranks.get(..width)).unwrap_or_default();
        let best = order::ranks(fit.len(), &|a, b| of(a) > of(b));
        best.into_iter()
            .take(self.list.max as usize)
            .filter_map(|place| fit.get(place as usize).copied().cloned())
            .collect()
    }

    fn rank(&self, name: &str, by: &str, item: &Value, together: &[&[Value]]) -> f64 {
        if name != List::TOGETHER {
            return text(item, by).map_or(0.0, |member| self.score(name, &member));
        }
        let key = text(item, &self.list.key).unwrap_or_default();
        // The first of each list weigh most.
        let place = |keys: &&[Value]| keys.iter().position(|other| js::to_text(other) == key);
        together.iter().filter_map(place).map(|place| 1.0 / (place + 1) as f64).sum()
    }

    /// What each item in the cart, and the one that the page shows, is bought together with: keys.
    fn together(&self, catalog: &'a [Value]) -> Vec<&'a [Value]> {
        let known = catalog.iter().filter(|item| self.in_cart(item) || self.on_page(item));
        known.filter_map(|item| item.get(List::TOGETHER)?.as_list()).collect()
    }

    /// Whether an item may be shown now.
    fn fits(&self, item: &Value) -> bool {
        let Some(key) = text(item, &self.list.key) else { return false };
        let out = |name: &String| if name == List::CART { self.in_cart(item) } else { self.score(name, &key) > 0.0 };
        !self.on_page(item)
            && !self.list.exclude.iter().any(out)
            && rules::holds(&self.filter, &Item { item, here: self.here })
    }

    fn score(&self, name: &str, of: &str) -> f64 {
        let place = self.here.site.scores().iter().position(|score| score.name == name);
        place.map_or(0.0, |place| scores::member(place as u32, of, self.here.now, self.here))
    }

    /// By whichever of its names the cart's events say.
    fn in_cart(&self, item: &Value) -> bool {
        let named = |line: &Line, name: &str| text(item, name).as_ref() == Some(&line.product);
        self.cart.iter().any(|line| named(line, &self.list.key) || named(line, "product_id") || named(line, "sku"))
    }

    /// Whether this is what the page says it shows: `context({ data: { sku } })`.
    fn on_page(&self, item: &Value) -> bool {
        let shown = self.here.context.get("data").and_then(|data| text(data, &self.list.key));
        shown.is_some() && shown == text(item, &self.list.key)
    }
}

/// A member that is text or a number, as text.
#[inline(never)]
fn text(item: &Value, member: &str) -> Option<String> {
    match item.at(member)? {
        Value::Str(text) if !text.is_empty() => Some(text.clone()),
        value @ Value::Num(_) => Some(js::to_text(value).into_owned()),
        _ => None,
    }
}

/// An item, as `where` reads it.
struct Item<'a> {
    item: &'a Value,
    here: &'a Here<'a>,
}

impl World for Item<'_> {
    fn fact(&self, path: &str) -> Option<Cow<'_, Value>> {
        lookup(self.item, path).map(Cow::Borrowed)
    }
    fn group(&self, name: &str) -> Option<&[Value]> {
        self.here.group(name)
    }
    fn overlong(&self) {
        self.here.overlong();
    }
}
