//! What waits when something is to be deleted.

#![allow(clippy::unwrap_used)]

use super::*;
use vitrine_core::gate::Gate;
use vitrine_wire::ConsentState::{Denied, Granted as Given};

const ALL: [Purpose; 4] = Purpose::ALL;

/// A gate, and what waits: `o` opening, `a` append, `s` snapshot, `k` one thing of `meta`, `i` who it is, `r` reading, `y` a
/// word to the others; in capitals with a grant that is over. `p` purges personalization, `m` measurement, `e` everything.
fn waiting(words: &str) -> (Gate, Vec<Op>) {
    let mut gate = Gate::default();
    gate.set(Purpose::Personalization, Given);
    let over = gate.ask::<gate::Store>().unwrap();
    gate.set(Purpose::Personalization, Denied);
    gate.set(Purpose::Measurement, Given);
    let live = gate.ask::<gate::Store>().unwrap();
    let mut queue = Vec::new();
    for word in words.chars() {
        let grant = if word.is_uppercase() { over.clone() } else { live.clone() };
        let identity = Identity { visitor: String::new(), token: String::new(), created: 0 };
        match word.to_ascii_lowercase() {
            'o' => queue.push(Op::Open(grant, identity, false)),
            'a' => queue.push(Op::Append(grant, 0, Vec::new())),
            's' => queue.push(Op::Snapshot(grant, 0, Vec::new())),
            'k' => queue.push(Op::Keep(grant, "sent", JsValue::UNDEFINED)),
            'i' => queue.push(Op::Keep(grant, IDENTITY, JsValue::UNDEFINED)),
            'r' => queue.push(Op::Read(grant, None)),
            'y' => queue.push(Op::Say("grew")),
            purge => {
                let purposes = match purge {
                    'p' => [Purpose::Personalization].into_iter().collect(),
                    'm' => [Purpose::Measurement].into_iter().collect(),
                    _ => ALL.into_iter().collect(),
                };
                make_way(&mut queue, purposes, purge == 'e', gate.generation());
            }
        }
    }
    (gate, queue)
}

/// As [`waiting`] says it; purges with what they purge.
fn words(queue: &[Op], gate: &Gate) -> String {
    let mut said = String::new();
    for op in queue {
        let (word, grant) = match op {
            Op::Open(grant, ..) => ('o', grant),
            Op::Append(grant, ..) => ('a', grant),
            Op::Snapshot(grant, ..) => ('s', grant),
            Op::Keep(grant, IDENTITY, _) => ('i', grant),
            Op::Keep(grant, ..) => ('k', grant),
            Op::Read(grant, _) => ('r', grant),
            Op::Say(_) => {
                said.push('y');
                continue;
            }
            Op::Purge(_, true) => {
                said.push('e');
                continue;
            }
            Op::Purge(purposes, false) => {
                let names = ALL.into_iter().filter(|p| purposes.has(*p)).filter_map(|p| p.as_str().chars().next());
                said.extend(names);
                continue;
            }
        };
        said.push(if gate.alive(grant) { word } else { word.to_ascii_uppercase() });
    }
    said
}

#[test]
fn what_would_be_deleted_is_not_written_and_purges_in_a_row_are_one() {
    for (what, before, after) in [
        ("nothing else waits", "p", "p"),
        ("what rests on a grant still is done first", "oaskrp", "oaskrp"),
        ("what rests on none is not, but appends are answered and an opening may go on", "OASKRp", "OAp"),
        ("twice the same", "pp", "p"),
        ("two purposes", "pm", "mp"),
        ("answers in between", "pAAm", "pAAm"),
        ("what is written in between is written in between", "pam", "pam"),
        ("and read", "prp", "prp"),
        ("what the others are told follows what was written", "skyp", "skyp"),
        ("an opening that waits goes on between them", "pOp", "pOp"),
        ("who it is from now on needs any grant", "oIKp", "oIp"),
        ("and goes with everything", "oie", "e"),
        ("everything goes: only answers are owed", "oaskrpOASKRe", "aAe"),
        ("everything, again and again", "OKeoKeoKe", "e"),
        ("a grant after it", "OKeOKeok", "eok"),
        ("what goes with everything", "ep", "e"),
    ] {
        let (gate, queue) = waiting(before);
        assert_eq!(words(&queue, &gate), after, "{what}");
    }
}
