//! Conditions as tagged records.

use super::{Aggregate, Anniversary, Cond, Events, Sequence, Since, Test, TimeWindow, Within, Zone};
use crate::Value;
use crate::codec::{Put, Reader, Take, put_bytes, put_varint};
use crate::limits::COND_DEPTH;
use crate::records::{self, put, write};

/// Writes a condition as one record.
pub fn encode(cond: &Cond) -> Vec<u8> {
    let mut out = Vec::new();
    write_cond(&mut out, cond);
    out
}

/// Reads a condition; unknown parts never match and are counted in `skipped`.
pub fn decode(bytes: &[u8], skipped: &mut u32) -> Cond {
    read_conds(bytes, skipped, 0).into_iter().next().unwrap_or(Cond::Unknown)
}

fn write_cond(out: &mut Vec<u8>, cond: &Cond) {
    match cond {
        Cond::And(inner) => write(out, 1, &conds(inner)),
        Cond::Or(inner) => write(out, 2, &conds(inner)),
        Cond::Nor(inner) => write(out, 3, &conds(inner)),
        Cond::Not(inner) => write(out, 4, &encode(inner)),
        Cond::Fact { path, tests: list } => {
            let mut body = Vec::new();
            path.put(&mut body);
            put_bytes(&mut body, &tests(list));
            write(out, 5, &body);
        }
        Cond::Segment(id) => put(out, 6, &(id,)),
        Cond::Events(e) => {
            let mut body = Vec::new();
            put_bytes(&mut body, &encode(&e.matching));
            (e.within, e.before, e.aggregate, &e.of).put(&mut body);
            put_bytes(&mut body, &tests(&e.tests));
            write(out, 7, &body);
        }
        Cond::Sequence(s) => {
            let mut body = Vec::new();
            (s.within, s.inside).put(&mut body);
            put_varint(&mut body, s.steps.len() as u64);
            for (matching, within) in &s.steps {
                put_bytes(&mut body, &encode(matching));
                within.put(&mut body);
            }
            write(out, 8, &body);
        }
        Cond::Since(s) => {
            let mut body = Vec::new();
            put_bytes(&mut body, &encode(&s.matching));
            s.first.put(&mut body);
            put_bytes(&mut body, &tests(&s.tests));
            write(out, 9, &body);
        }
        Cond::Rank { score, top, is } => put(out, 10, &(score, *top, is)),
        Cond::Time(t) => put(out, 11, t),
        Cond::Anniversary(a) => put(out, 12, a),
        Cond::Unknown => write(out, u16::MAX, &[]),
    }
}

crate::codec!(
    enum Zone {
        Site,
        Visitor,
        Utc,
    }
);
crate::codec!(struct TimeWindow { days, from, to, zone });
crate::codec!(struct Anniversary { of, ahead, behind, zone });

/// How a condition combines others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inner {
    /// All hold.
    And,
    /// One holds.
    Or,
    /// None holds.
    Nor,
    /// The one does not hold.
    Not,
}

/// Whether a record of this tag combines others, which are the records in its body.
pub const fn inner(tag: u16) -> Option<Inner> {
    match tag {
        1 => Some(Inner::And),
        2 => Some(Inner::Or),
        3 => Some(Inner::Nor),
        4 => Some(Inner::Not),
        _ => None,
    }
}

/// The tests of a fact's record, behind its path.
pub fn fact_tests(bytes: &[u8], skipped: &mut u32) -> Vec<Test> {
    read_tests(bytes, skipped, 1)
}

/// The tag of a fact's record: its path, then its tests.
pub const FACT: u16 = 5;

/// Reads one record that does not combine others; unknown parts never match and are counted in `skipped`.
pub fn leaf(tag: u16, bytes: &[u8], skipped: &mut u32) -> Cond {
    read_cond(tag, bytes, skipped, 0).unwrap_or_else(|| {
        *skipped += 1;
        Cond::Unknown
    })
}

fn conds(list: &[Cond]) -> Vec<u8> {
    let mut out = Vec::new();
    list.iter().for_each(|c| write_cond(&mut out, c));
    out
}

crate::codec!(
    enum Aggregate {
        Count,
        Sum,
        Avg,
        Min,
        Max,
        Distinct,
    }
);

impl Put for Within {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Within::Ever => out.push(0),
            Within::Last(ms) => (1u8, ms).put(out),
            Within::Session => out.push(2),
            Within::Page => out.push(3),
        }
    }
}

impl Take for Within {
    fn take(r: &mut Reader<'_>) -> Self {
        match r.variant(3) {
            1 => Within::Last(r.take()),
            2 => Within::Session,
            3 => Within::Page,
            _ => Within::Ever,
        }
    }
}

fn read_conds(bytes: &[u8], skipped: &mut u32, depth: usize) -> Vec<Cond> {
    let mut list = Vec::new();
    for (tag, bytes) in records::read(bytes) {
        list.push(read_cond(tag, bytes, skipped, depth + 1).unwrap_or_else(|| {
            *skipped += 1;
            Cond::Unknown
        }));
    }
    list
}

fn first(bytes: &[u8], skipped: &mut u32, depth: usize) -> Option<Cond> {
    read_conds(bytes, skipped, depth).into_iter().next()
}

fn read_cond(tag: u16, bytes: &[u8], skipped: &mut u32, depth: usize) -> Option<Cond> {
    if depth > COND_DEPTH {
        return None;
    }
    let mut r = Reader::open(bytes);
    let cond = match tag {
        1 => Cond::And(read_conds(bytes, skipped, depth)),
        2 => Cond::Or(read_conds(bytes, skipped, depth)),
        3 => Cond::Nor(read_conds(bytes, skipped, depth)),
        4 => Cond::Not(Box::new(first(bytes, skipped, depth)?)),
        5 => Cond::Fact { path: r.take(), tests: read_tests(r.bytes(), skipped, depth) },
        6 => Cond::Segment(r.take()),
        7 => Cond::Events(Box::new(Events {
            matching: first(r.bytes(), skipped, depth)?,
            within: r.take(),
            before: r.take(),
            aggregate: r.take(),
            of: r.take(),
            tests: read_tests(r.bytes(), skipped, depth),
        })),
        8 => {
            let (within, inside, mut left) = (r.take(), r.take(), r.count());
            let mut steps = Vec::new();
            while r.another(&mut left) {
                steps.push((first(r.bytes(), skipped, depth)?, r.take()));
            }
            Cond::Sequence(Box::new(Sequence { steps, within, inside }))
        }
        9 => Cond::Since(Box::new(Since {
            matching: first(r.bytes(), skipped, depth)?,
            first: r.flag(),
            tests: read_tests(r.bytes(), skipped, depth),
        })),
        10 => Cond::Rank { score: r.take(), top: r.take(), is: r.take() },
        11 => Cond::Time(r.take()),
        12 => Cond::Anniversary(r.take()),
        _ => return None,
    };
    r.sound().then_some(cond)
}

fn tests(list: &[Test]) -> Vec<u8> {
    let mut out = Vec::new();
    list.iter().for_each(|t| write_test(&mut out, t));
    out
}

fn write_test(out: &mut Vec<u8>, test: &Test) {
    match test {
        Test::Bare(v) => put(out, 1, v),
        Test::Eq(v) => put(out, 2, v),
        Test::Ne(v) => put(out, 3, v),
        Test::Lt(v) => put(out, 4, v),
        Test::Lte(v) => put(out, 5, v),
        Test::Gt(v) => put(out, 6, v),
        Test::Gte(v) => put(out, 7, v),
        Test::In(v) => put(out, 8, v),
        Test::Nin(v) => put(out, 9, v),
        Test::Ini(v) => put(out, 10, v),
        Test::Nini(v) => put(out, 11, v),
        Test::All(v) => put(out, 12, v),
        Test::Alli(v) => put(out, 13, v),
        Test::ElemTests(list) => write(out, 14, &tests(list)),
        Test::ElemCond(cond) => write(out, 15, &encode(cond)),
        Test::Size(list) => write(out, 16, &tests(list)),
        Test::Exists(v) => put(out, 17, v),
        Test::Type(v) => put(out, 18, v),
        Test::Veq(v) => put(out, 19, v),
        Test::Vne(v) => put(out, 20, v),
        Test::Vgt(v) => put(out, 21, v),
        Test::Vgte(v) => put(out, 22, v),
        Test::Vlt(v) => put(out, 23, v),
        Test::Vlte(v) => put(out, 24, v),
        Test::InGroup(v) => put(out, 25, v),
        Test::NotInGroup(v) => put(out, 26, v),
        Test::Not(list) => write(out, 27, &tests(list)),
        Test::Never => write(out, 28, &[]),
        Test::Regex(program) => put(out, 29, program),
        Test::Unknown => write(out, u16::MAX, &[]),
    }
}

fn read_tests(bytes: &[u8], skipped: &mut u32, depth: usize) -> Vec<Test> {
    let mut list = Vec::new();
    for (tag, bytes) in records::read(bytes) {
        list.push(read_test(tag, bytes, skipped, depth + 1).unwrap_or_else(|| {
            *skipped += 1;
            Test::Unknown
        }));
    }
    list
}

fn read_test(tag: u16, bytes: &[u8], skipped: &mut u32, depth: usize) -> Option<Test> {
    if depth > COND_DEPTH {
        return None;
    }
    let mut r = Reader::open(bytes);
    let test = match tag {
        1..=7 | 19..=26 => on_value(tag, r.take()),
        8..=13 => on_list(tag, r.take()),
        14 => Test::ElemTests(read_tests(bytes, skipped, depth)),
        15 => Test::ElemCond(Box::new(first(bytes, skipped, depth)?)),
        16 => Test::Size(read_tests(bytes, skipped, depth)),
        17 => Test::Exists(r.take()),
        18 => Test::Type(r.take()),
        27 => Test::Not(read_tests(bytes, skipped, depth)),
        28 => Test::Never,
        29 => Test::Regex(r.take()),
        _ => return None,
    };
    r.sound().then_some(test)
}

fn on_value(tag: u16, v: Value) -> Test {
    match tag {
        1 => Test::Bare(v),
        2 => Test::Eq(v),
        3 => Test::Ne(v),
        4 => Test::Lt(v),
        5 => Test::Lte(v),
        6 => Test::Gt(v),
        7 => Test::Gte(v),
        19 => Test::Veq(v),
        20 => Test::Vne(v),
        21 => Test::Vgt(v),
        22 => Test::Vgte(v),
        23 => Test::Vlt(v),
        24 => Test::Vlte(v),
        25 => Test::InGroup(v),
        _ => Test::NotInGroup(v),
    }
}

fn on_list(tag: u16, v: Option<Vec<Value>>) -> Test {
    match tag {
        8 => Test::In(v),
        9 => Test::Nin(v),
        10 => Test::Ini(v),
        11 => Test::Nini(v),
        12 => Test::All(v),
        _ => Test::Alli(v),
    }
}

#[cfg(test)]
mod round_trip;
