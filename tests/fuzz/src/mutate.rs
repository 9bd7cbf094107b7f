//! Changes inputs: bytes anywhere, and whole values where an input is JSON.

use serde_json::{Value, json};

/// Longest input: growing further finds nothing but slowness.
const LONGEST: usize = 32 * 1024;
/// Fragments that mean something to one of the readers.
const WORDS: &[&str] = &[
    "\"$and\":[",
    "\"$not\":{",
    "\"$events\":{",
    "\"$regex\":\"",
    "{\"$gte\":",
    "null",
    "-0",
    "1e308",
    "9007199254740993",
    "true",
    "\"__proto__\":",
    "[[[[[[[[",
    "{\"a\":",
    "\\ud800",
    "\u{feff}",
    "(",
    ")",
    "[^",
    "]",
    "{1,99}",
    "{2}",
    "*",
    "+",
    "?",
    "|",
    "\\b",
    "\\1",
    "\\c",
    "\\x",
    "(?:",
    "(?<n>",
    "(?=",
    "(a*)*",
    "😀",
    "ß",
    "\0",
    "7d",
    "session",
    "properties.",
    "profile.",
    "\n",
];

/// A stream of changes, decided by its seed.
pub struct Mutator(u64);

impl Mutator {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Mutator(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    /// A changed copy of one of the inputs.
    pub fn next(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        // Newer ones did something new: half of the changes begin there.
        let from = if self.one_in(2) { inputs.len() - inputs.len().div_ceil(4) } else { 0 };
        let at = from + self.below(inputs.len() - from);
        let input = inputs.get(at).cloned().unwrap_or_default();
        let other = self.below(inputs.len());
        let other = inputs.get(other).cloned().unwrap_or_default();
        if !self.one_in(3)
            && let (Ok(mut json), Ok(other)) = (serde_json::from_slice(&input), serde_json::from_slice::<Value>(&other))
        {
            for _ in 0..=self.below(3) {
                self.change_value(&mut json, &other);
            }
            return cut(json.to_string().into_bytes());
        }
        let mut bytes = input;
        for _ in 0..=self.below(4) {
            self.change_bytes(&mut bytes, &other);
        }
        cut(bytes)
    }

    fn change_bytes(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        let to = (at + 1 + self.below(16)).min(bytes.len());
        let random = self.draw() as u8;
        match self.below(8) {
            0 => bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << (random % 8)),
            1 => bytes.get_mut(at).into_iter().for_each(|byte| *byte = random),
            2 => bytes.get_mut(at).into_iter().for_each(|byte| *byte = if random < 128 { 0xff } else { 0 }),
            3 => drop(bytes.drain(at.min(to)..to)),
            4 => bytes.insert(at, random),
            5 => {
                let copy = bytes.get(at..to).unwrap_or_default().repeat(1 + self.below(8));
                drop(bytes.splice(at..at, copy));
            }
            6 => {
                let word = self.below(WORDS.len());
                let word = WORDS.get(word).copied().unwrap_or_default();
                drop(bytes.splice(at..at, word.bytes()));
            }
            _ => {
                let from = self.below(other.len() + 1);
                let end = (from + self.below(64)).min(other.len());
                let piece = other.get(from..end).unwrap_or_default().to_vec();
                drop(bytes.splice(at..to.max(at), piece));
            }
        }
    }

    /// Puts another value in some place: one of another input, an odd one, or none.
    fn change_value(&mut self, root: &mut Value, other: &Value) {
        let (places, sources) = (places(root), places(other));
        let pointer = self.pick(&places);
        let source = self.pick(&sources);
        let Some(place) = root.pointer_mut(&pointer) else { return };
        match self.below(5) {
            0 => *place = self.odd(),
            1 => match place {
                Value::Array(items) => {
                    let at = self.below(items.len() + 1);
                    items.insert(at, other.pointer(&source).cloned().unwrap_or_default());
                }
                Value::Object(members) => {
                    let key = members.keys().nth(self.below(members.len() + 1)).cloned();
                    drop(key.and_then(|key| members.shift_remove(&key)));
                }
                Value::String(text) => {
                    let mut bytes = std::mem::take(text).into_bytes();
                    self.change_bytes(&mut bytes, source.as_bytes());
                    *text = String::from_utf8_lossy(&bytes).into_owned();
                }
                place => *place = self.odd(),
            },
            2 => {
                if let (Value::Object(members), Some(Value::Object(more))) = (place, other.pointer(&source)) {
                    members.extend(more.clone());
                }
            }
            _ => *place = other.pointer(&source).cloned().unwrap_or_default(),
        }
    }

    fn odd(&mut self) -> Value {
        let odd = [
            json!(null),
            json!(""),
            json!([]),
            json!({}),
            json!(true),
            json!(-1),
            json!(0.5),
            json!(1e308),
            json!(-1e-308),
            json!(9_007_199_254_740_993_i64),
            json!(i64::MIN),
            json!("x".repeat(300)),
            json!("a.b.c"),
            json!("😀"),
            json!("9999-12-31T23:59:59Z"),
            json!("-000001-01-01T00:00:00Z"),
            json!({"$gte": 1}),
            json!([[[[[[]]]]]]),
        ];
        let at = self.below(odd.len());
        odd.into_iter().nth(at).unwrap_or_default()
    }

    fn pick(&mut self, list: &[String]) -> String {
        let at = self.below(list.len());
        list.get(at).cloned().unwrap_or_default()
    }

    fn one_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.draw() % limit.max(1) as u64) as usize
    }

    fn draw(&mut self) -> u64 {
        // splitmix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(LONGEST);
    bytes
}

/// Pointers to every value of a whole.
fn places(root: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut at = 0;
    while let Some(pointer) = found.get(at).cloned() {
        at += 1;
        match root.pointer(&pointer) {
            Some(Value::Array(items)) => found.extend((0..items.len()).map(|i| format!("{pointer}/{i}"))),
            Some(Value::Object(members)) => {
                found.extend(members.keys().map(|k| format!("{pointer}/{}", k.replace('~', "~0").replace('/', "~1"))));
            }
            _ => {}
        }
        if found.len() > 2_000 {
            break;
        }
    }
    found
}
