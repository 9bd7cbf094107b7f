//! Segments, in the order in which they can be evaluated.

use std::collections::{HashMap, VecDeque};

use vitrine_wire::Segment;
use vitrine_wire::cond::encode;

use crate::finding::Rule;
use crate::format::site as format;
use crate::lint::cond::{self, Scope};
use crate::lint::{Cx, Reads, sensitive, whole};
use crate::node::{Node, check_id};

struct Read<'a> {
    segment: Segment,
    node: Node<'a>,
    reads: Reads,
}

/// The names, before any condition reads them.
pub(super) fn names(root: &Node<'_>, cx: &mut Cx) {
    let members = root.get("segments").map(|n| n.members(&mut cx.lint)).unwrap_or_default();
    cx.segments = members.iter().map(|(id, _)| (*id).to_owned()).collect();
}

pub(super) fn read(root: &Node<'_>, cx: &mut Cx) -> Vec<Segment> {
    let members = root.get("segments").map(|n| n.members(&mut cx.lint)).unwrap_or_default();
    let all: Vec<_> = members.into_iter().filter_map(|(id, node)| one(id, node, cx)).collect();
    cx.dependencies = all.iter().map(|r| (r.segment.id.clone(), r.reads.clone())).collect();
    order(all, cx)
}

fn one<'a>(id: &str, node: Node<'a>, cx: &mut Cx) -> Option<Read<'a>> {
    check_id(id, &node.pointer, &mut cx.lint);
    node.keys(&format::SEGMENT, &mut cx.lint);
    cx.reads = Reads::default();
    let when = node.need("when", &mut cx.lint)?;
    let when = encode(&cond::compile(&when, &Scope::Visitor, cx));
    let mut reads = std::mem::take(&mut cx.reads);
    through_scores(&mut reads, cx);
    let titles = node.get("title").map(|t| whole::texts(&t, &mut cx.lint)).unwrap_or_default();
    let mut names = vec![(id, node.pointer.as_str())];
    names.extend(titles.iter().map(|(text, pointer)| (*text, pointer.as_str())));
    sensitive::check(&node, &names, &reads, cx);
    let segment = Segment { id: id.into(), when, title: title(&titles) };
    Some(Read { segment, node, reads })
}

/// Texts with their languages; one text for all is of no language.
fn title(texts: &[(&str, String)]) -> Vec<(String, String)> {
    let lang =
        |pointer: &str| pointer.rsplit('/').next().filter(|last| *last != "title").unwrap_or_default().to_owned();
    texts.iter().map(|(text, pointer)| (lang(pointer), (*text).to_owned())).collect()
}

/// What a segment reads through sums of conditions is as if it read it itself.
fn through_scores(reads: &mut Reads, cx: &Cx) {
    let mut open: Vec<(String, String)> = reads.scores.clone();
    open.extend(
        reads.facts.iter().filter(|(path, _)| path == "lifecycle").map(|(_, at)| ("churn".to_owned(), at.clone())),
    );
    let mut seen = Vec::new();
    while let Some((score, pointer)) = open.pop() {
        let Some(inner) = cx.score_reads.get(&score).filter(|_| !seen.contains(&score)) else { continue };
        open.extend(inner.scores.iter().map(|(name, _)| (name.clone(), pointer.clone())));
        reads.segments.extend(inner.segments.iter().map(|(id, _)| (id.clone(), pointer.clone())));
        reads.facts.extend(inner.facts.iter().map(|(path, _)| (path.clone(), pointer.clone())));
        reads.history.extend(inner.history.iter().map(|_| pointer.clone()));
        seen.push(score);
    }
}

/// Each segment after those it reads, else in the file's order; circles are reported and left out.
fn order(all: Vec<Read<'_>>, cx: &mut Cx) -> Vec<Segment> {
    let index: HashMap<&str, usize> = all.iter().enumerate().map(|(i, r)| (r.segment.id.as_str(), i)).collect();
    let reads: Vec<Vec<usize>> = all
        .iter()
        .map(|r| r.reads.segments.iter().filter_map(|(id, _)| index.get(id.as_str()).copied()).collect())
        .collect();
    let mut waits: Vec<usize> = reads.iter().map(Vec::len).collect();
    let mut readers = vec![Vec::new(); all.len()];
    for (reader, read) in reads.iter().enumerate() {
        for r in read {
            if let Some(list) = readers.get_mut(*r) {
                list.push(reader);
            }
        }
    }
    let mut ready: VecDeque<usize> = waits.iter().enumerate().filter(|(_, n)| **n == 0).map(|(i, _)| i).collect();
    let mut sorted = Vec::with_capacity(all.len());
    while let Some(next) = ready.pop_front() {
        sorted.push(next);
        for reader in readers.get(next).into_iter().flatten() {
            if let Some(n) = waits.get_mut(*reader) {
                *n -= 1;
                if *n == 0 {
                    ready.push_back(*reader);
                }
            }
        }
    }
    if sorted.len() < all.len() {
        circles(&all, &reads, &waits, cx);
    }
    let mut segments: Vec<Option<Segment>> = all.into_iter().map(|r| Some(r.segment)).collect();
    sorted.into_iter().filter_map(|i| segments.get_mut(i)?.take()).collect()
}

/// Follows references among those still waiting until one comes again: every such walk ends in a circle.
fn circles(all: &[Read<'_>], reads: &[Vec<usize>], waits: &[usize], cx: &mut Cx) {
    let stuck = |i: &usize| waits.get(*i).is_some_and(|n| *n > 0);
    let mut seen = vec![false; all.len()];
    for start in (0..all.len()).filter(stuck) {
        let mut path: Vec<usize> = Vec::new();
        let mut here = start;
        while seen.get(here) == Some(&false) {
            path.push(here);
            seen.iter_mut().skip(here).take(1).for_each(|s| *s = true);
            match reads.get(here).and_then(|r| r.iter().find(|i| stuck(i))) {
                Some(next) => here = *next,
                None => break,
            }
        }
        let Some(first) = path.iter().position(|i| *i == here).filter(|_| reads.get(here).is_some()) else { continue };
        let circle: Vec<_> = path.iter().skip(first).chain([&here]).filter_map(|i| all.get(*i)).collect();
        let mut names: Vec<_> = circle.iter().map(|r| r.segment.id.as_str()).take(11).collect();
        if circle.len() > 11 {
            names.push("…");
        }
        if let Some(read) = circle.first() {
            let message = format!("the segment reads itself: {}", names.join(" → "));
            cx.lint.error(Rule::Cycle, &read.node.pointer, message, "take one of the references out");
        }
    }
}
