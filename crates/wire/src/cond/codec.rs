//! Conditions as tagged records.

use super::{Aggregate, Cond, Events, Test, Within};
use crate::limits::COND_DEPTH;
use crate::records::{self, body, put, write};

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
        Cond::Fact { path, tests: list } => put(out, 5, &(path, tests(list))),
        Cond::Segment(id) => put(out, 6, &(id,)),
        Cond::Events(e) => {
            put(out, 7, &(encode(&e.matching), e.within, e.before, e.aggregate, &e.of, tests(&e.tests)));
        }
        Cond::Unknown => write(out, u16::MAX, &[]),
    }
}

fn conds(list: &[Cond]) -> Vec<u8> {
    let mut out = Vec::new();
    list.iter().for_each(|c| write_cond(&mut out, c));
    out
}

fn read_conds(bytes: &[u8], skipped: &mut u32, depth: usize) -> Vec<Cond> {
    records::read(bytes)
        .map(|(tag, bytes)| {
            read_cond(tag, bytes, skipped, depth + 1).unwrap_or_else(|| {
                *skipped += 1;
                Cond::Unknown
            })
        })
        .collect()
}

type EventsBody = (Vec<u8>, Within, i64, Aggregate, String, Vec<u8>);

fn read_cond(tag: u16, bytes: &[u8], skipped: &mut u32, depth: usize) -> Option<Cond> {
    if depth > COND_DEPTH {
        return None;
    }
    let first = |bytes: &[u8], skipped: &mut u32| read_conds(bytes, skipped, depth).into_iter().next();
    Some(match tag {
        1 => Cond::And(read_conds(bytes, skipped, depth)),
        2 => Cond::Or(read_conds(bytes, skipped, depth)),
        3 => Cond::Nor(read_conds(bytes, skipped, depth)),
        4 => Cond::Not(Box::new(first(bytes, skipped)?)),
        5 => {
            let (path, list): (String, Vec<u8>) = body(bytes)?;
            Cond::Fact { path, tests: read_tests(&list, skipped, depth) }
        }
        6 => Cond::Segment(body::<(String,)>(bytes)?.0),
        7 => {
            let (matching, within, before, aggregate, of, list): EventsBody = body(bytes)?;
            Cond::Events(Box::new(Events {
                matching: first(&matching, skipped)?,
                within,
                before,
                aggregate,
                of,
                tests: read_tests(&list, skipped, depth),
            }))
        }
        _ => return None,
    })
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
        Test::Unknown => write(out, u16::MAX, &[]),
    }
}

fn read_tests(bytes: &[u8], skipped: &mut u32, depth: usize) -> Vec<Test> {
    records::read(bytes)
        .map(|(tag, bytes)| {
            read_test(tag, bytes, skipped, depth + 1).unwrap_or_else(|| {
                *skipped += 1;
                Test::Unknown
            })
        })
        .collect()
}

fn read_test(tag: u16, bytes: &[u8], skipped: &mut u32, depth: usize) -> Option<Test> {
    if depth > COND_DEPTH {
        return None;
    }
    Some(match tag {
        1 => Test::Bare(body(bytes)?),
        2 => Test::Eq(body(bytes)?),
        3 => Test::Ne(body(bytes)?),
        4 => Test::Lt(body(bytes)?),
        5 => Test::Lte(body(bytes)?),
        6 => Test::Gt(body(bytes)?),
        7 => Test::Gte(body(bytes)?),
        8 => Test::In(body(bytes)?),
        9 => Test::Nin(body(bytes)?),
        10 => Test::Ini(body(bytes)?),
        11 => Test::Nini(body(bytes)?),
        12 => Test::All(body(bytes)?),
        13 => Test::Alli(body(bytes)?),
        14 => Test::ElemTests(read_tests(bytes, skipped, depth)),
        15 => Test::ElemCond(Box::new(read_conds(bytes, skipped, depth).into_iter().next()?)),
        16 => Test::Size(read_tests(bytes, skipped, depth)),
        17 => Test::Exists(body(bytes)?),
        18 => Test::Type(body(bytes)?),
        19 => Test::Veq(body(bytes)?),
        20 => Test::Vne(body(bytes)?),
        21 => Test::Vgt(body(bytes)?),
        22 => Test::Vgte(body(bytes)?),
        23 => Test::Vlt(body(bytes)?),
        24 => Test::Vlte(body(bytes)?),
        25 => Test::InGroup(body(bytes)?),
        26 => Test::NotInGroup(body(bytes)?),
        27 => Test::Not(read_tests(bytes, skipped, depth)),
        28 => Test::Never,
        _ => return None,
    })
}

#[cfg(test)]
mod round_trip {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_skips_the_unknown() {
        let cond = Cond::And(vec![
            Cond::Fact {
                path: "orders.value".into(),
                tests: vec![Test::Gte(500.0.into()), Test::Not(vec![Test::Never])],
            },
            Cond::Not(Box::new(Cond::Segment("vip".into()))),
            Cond::Events(Box::new(Events {
                matching: Cond::Fact { path: "event".into(), tests: vec![Test::Bare("Product Viewed".into())] },
                within: Within::Last(86_400_000),
                before: 0,
                aggregate: Aggregate::Count,
                of: String::new(),
                tests: vec![Test::Gte(3.0.into())],
            })),
        ]);
        let mut skipped = 0;
        assert_eq!(decode(&encode(&cond), &mut skipped), cond);
        assert_eq!(skipped, 0);
        assert_eq!(decode(&encode(&Cond::And(vec![Cond::Unknown])), &mut skipped), Cond::And(vec![Cond::Unknown]));
        assert_eq!(skipped, 1);
    }

    #[test]
    fn deep_nesting_is_cut_not_followed() {
        let mut cond = Cond::And(vec![]);
        for _ in 0..500 {
            cond = Cond::Not(Box::new(cond));
        }
        let mut skipped = 0;
        decode(&encode(&cond), &mut skipped);
        assert_eq!(skipped, 1);
    }
}
