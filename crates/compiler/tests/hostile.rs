//! Site files made to hurt: each is answered in bounded time and memory, with a finding or a leaf that never matches.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write;
use std::time::{Duration, Instant};

use vitrine_compiler::cases::Cases;
use vitrine_compiler::{Finding, Rule, check};

/// Far more than any of these takes, on any machine: what never ends is found, what is slow is for benches.
const SOON: Duration = Duration::from_secs(600);

fn checked(name: &str, text: &str) -> Vec<Finding> {
    let begun = Instant::now();
    let findings = check(text);
    let took = begun.elapsed();
    println!("{name}: {} bytes, {} findings, {took:?}", text.len(), findings.len());
    assert!(took < SOON, "{name} took {took:?}");
    findings
}

fn site(rest: &str) -> String {
    format!("{{\"vitrine\": 1, \"site\": \"s\", {rest}}}")
}

fn has(findings: &[Finding], rule: Rule) -> bool {
    findings.iter().any(|finding| finding.code == rule)
}

fn segments(count: usize, when: impl Fn(usize) -> String) -> String {
    let mut text = String::from("\"segments\": {");
    for n in 0..count {
        write!(text, "{}\"s{n}\": {{\"when\": {}}}", if n > 0 { "," } else { "" }, when(n)).unwrap();
    }
    site(&(text + "}"))
}

#[test]
fn ten_thousand_levels() {
    for (open, close) in [("{\"$not\": ", "}"), ("{\"$and\": [", "]}")] {
        let when = open.repeat(10_000) + "{\"cart.items\": 1}" + &close.repeat(10_000);
        let findings = checked("10,000 levels", &segments(1, |_| when.clone()));
        assert!(has(&findings, Rule::TooDeep), "{findings:?}");
    }
    let when = "{\"$not\": ".repeat(100) + "{\"cart.items\": 1}" + &"}".repeat(100);
    assert!(has(&checked("100 levels", &segments(1, |_| when.clone())), Rule::TooDeep));
}

#[test]
fn a_hundred_thousand_segments() {
    let findings = checked("100,000 segments", &segments(100_000, |n| format!("{{\"cart.value\": {n}}}")));
    assert!(findings.iter().all(|f| f.code == Rule::BadValue), "{:?}", findings.first());
}

#[test]
fn a_chain_of_a_hundred_thousand() {
    let text = segments(100_000, |n| match n {
        0 => "{\"cart.items\": 1}".into(),
        n => format!("{{\"$segment\": \"s{}\"}}", n - 1),
    });
    assert!(checked("a chain", &text).iter().all(|f| !has(std::slice::from_ref(f), Rule::Cycle)));
}

#[test]
fn a_circle_of_a_hundred_thousand() {
    let text = segments(100_000, |n| format!("{{\"$segment\": \"s{}\"}}", (n + 1) % 100_000));
    let findings = checked("a circle", &text);
    let circle = findings.iter().find(|f| f.code == Rule::Cycle).unwrap();
    assert!(circle.message.len() < 2_000, "{} bytes", circle.message.len());
    // Everybody reads themselves.
    let findings = checked("circles of one", &segments(20_000, |n| format!("{{\"$segment\": \"s{n}\"}}")));
    assert!(has(&findings, Rule::Cycle));
}

#[test]
fn a_hundred_thousand_mistakes() {
    let findings = checked("100,000 unknown segments", &segments(100_000, |n| format!("{{\"$segment\": \"x{n}\"}}")));
    assert!(has(&findings, Rule::UnknownSegment));
    assert!(findings.len() <= 1_001, "{}", findings.len());
    let findings = checked("unknown facts", &segments(50_000, |n| format!("{{\"carts.{n}\": 1}}")));
    assert!(has(&findings, Rule::UnknownFact));
}

#[test]
fn ten_thousand_of_everything_else() {
    let many = |one: &dyn Fn(usize) -> String| (0..10_000).map(one).collect::<Vec<_>>().join(",");
    let when = "{\"$events\": {\"where\": {\"event\": \"e9999\"}, \"within\": \"1d\", \"count\": 1}}";
    let events = many(&|n| format!("\"e{n}\": {{\"properties\": {{\"p{n}\": \"string\"}}, \"keep\": \"1d\"}}"));
    let seen = many(&|n| {
        format!("\"s{n}\": {{\"when\": {{\"$since\": {{\"last\": {{\"event\": \"e{n}\"}}, \"gte\": \"1d\"}}}}}}")
    });
    checked(
        "events",
        &site(&format!("\"events\": {{{events}}}, \"segments\": {{\"a\": {{\"when\": {when}}}, {seen}}}")),
    );
    let experiences = many(&|n| format!("{{\"id\": \"x{n}\", \"slot\": \"p{n}\", \"variants\": [{{\"id\": \"a\"}}]}}"));
    checked("experiences", &site(&format!("\"experiences\": [{experiences}]")));
    let slots = many(&|n| format!("\"p{n}\": {{}}"));
    checked("slots", &site(&format!("\"slots\": {{{slots}}}, \"experiences\": [{experiences}]")));
    let same = many(&|n| format!("{{\"id\": \"x{n}\", \"slot\": \"p\", \"variants\": [{{\"id\": \"a\"}}]}}"));
    assert!(has(&checked("one slot", &site(&format!("\"experiences\": [{same}]"))), Rule::Shadowed));
    let variants = many(&|n| format!("{{\"id\": \"v{n}\"}}"));
    checked(
        "variants",
        &site(&format!("\"experiences\": [{{\"id\": \"x\", \"slot\": \"p\", \"variants\": [{variants}]}}]")),
    );
    let scores = many(&|n| format!("\"c{n}\": {{\"sum\": [[{{\"scores.c{}\": 1}}, 1]]}}", n + 1));
    checked("scores", &site(&format!("\"scores\": {{{scores}, \"c10000\": {{\"sum\": []}}}}")));
    let tests = many(&|n| format!("{{\"name\": \"t{n}\", \"expect\": {{\"slots\": {{\"p{n}\": \"x{n}\"}}}}}}"));
    checked("tests", &site(&format!("\"experiences\": [{experiences}], \"tests\": [{tests}]")));
    let times =
        "{\"name\": \"t\", \"given\": [{\"times\": 1000000000, \"event\": {\"type\": \"page\"}}], \"expect\": {}}";
    assert!(has(&checked("times", &site(&format!("\"tests\": [{times}]"))), Rule::BadValue));
}

#[test]
fn a_hundred_thousand_to_compare() {
    let many = |one: &dyn Fn(usize) -> String| (0..100_000).map(one).collect::<Vec<_>>().join(",");
    let experiences = |when: &dyn Fn(usize) -> String| {
        let one = |n| {
            format!("{{\"id\": \"x{n}\", \"slot\": \"p\", \"variants\": [{{\"id\": \"a\"}}], \"when\": {}}}", when(n))
        };
        site(&format!("\"experiences\": [{}]", many(&one)))
    };
    let path = "\"context.page.path\": \"/a/long/path/that/all/have\"";
    // So many make a bundle that is too large, which is said.
    let hidden = |findings: &[Finding]| findings.iter().any(|f| f.code != Rule::BadValue);
    let none = checked("one part shared", &experiences(&|n| format!("{{{path}, \"cart.value\": {n}}}")));
    assert!(!hidden(&none), "{:?}", none.first());
    let same = checked("equal conditions", &experiences(&|_| format!("{{{path}}}")));
    assert!(has(&same, Rule::Shadowed));
    for (name, when) in [
        ("a long `$and`", format!("{{\"$and\": [{}]}}", many(&|n| format!("{{\"cart.value\": {n}}}")))),
        ("a long `$nor`", format!("{{\"$nor\": [{}]}}", many(&|n| format!("{{\"cart.value\": {n}}}")))),
        ("a long `$in`", format!("{{\"cart.value\": {{\"$in\": [{}], \"$gt\": 5}}}}", many(&|n| n.to_string()))),
    ] {
        checked(name, &segments(1, |_| when.clone()));
    }
}

#[test]
fn a_thousand_that_share_a_large_segment() {
    let many = |one: &dyn Fn(usize) -> String| (0..1_000).map(one).collect::<Vec<_>>().join(",");
    let facts = many(&|n| format!("{{\"profile.a\": {n}}}"));
    let few = |one: &dyn Fn(usize) -> String| (0..60).map(one).collect::<Vec<_>>().join(",");
    let list = many(&|n| n.to_string());
    let experiences = many(&|n| {
        let when = format!(
            "{{\"$segment\": \"s\", \"profile.a\": {{\"$gt\": 5}}, \"profile.b\": {n}, \
             \"context.page.path\": {{\"$regex\": \"a{{1,40}}z{n}\"}}}}"
        );
        format!("{{\"id\": \"x{n}\", \"slot\": \"p\", \"variants\": [{{\"id\": \"a\"}}], \"when\": {when}}}")
    });
    let (short, long) = ("a".repeat(40), "a".repeat(1_000));
    for (name, when) in [
        ("a shared text", format!("{{\"context.page.path\": {{\"$in\": [\"{short}\", \"{short}b\"]}}}}")),
        ("a shared long text", format!("{{\"context.page.path\": {{\"$in\": [\"{long}\", \"{long}b\"]}}}}")),
        ("a shared `$nor`", format!("{{\"$nor\": [{facts}]}}")),
        ("a shared `$not`", format!("{{\"$not\": {{\"$or\": [{facts}]}}}}")),
        ("a shared `$and`", format!("{{\"$and\": [{facts}]}}")),
        ("many shared", format!("{{\"$nor\": [{}]}}", few(&|n| format!("{{\"profile.a\": {n}}}")))),
        ("a shared `$in`", format!("{{\"profile.a\": {{\"$in\": [{list}]}}}}")),
    ] {
        let segment = format!("\"segments\": {{\"s\": {{\"when\": {when}}}}}");
        checked(name, &site(&format!("{segment}, \"experiences\": [{experiences}]")));
    }
}

#[test]
fn patterns_and_long_texts_to_compare() {
    let (path, text) = ("context.page.path", "a".repeat(8_000));
    let many = |one: &dyn Fn(usize) -> String| (0..20).map(one).collect::<Vec<_>>().join(",");
    let refused = many(&|n| format!("{{\"{path}\": {{\"$not\": {{\"$regex\": \"(a|aa)+b{n}$\"}}}}}}"));
    let texts = many(&|n| format!("\"{text}{n}\""));
    let all = format!("{{\"{path}\": {{\"$in\": [{texts}]}}}}, {refused}, {{\"{path}\": {{\"$regex\": \"z\"}}}}");
    checked("patterns and texts", &segments(1, |_| format!("{{\"$and\": [{all}]}}")));
}

#[test]
fn numbers_beyond_all_measure() {
    for number in ["NaN", "Infinity", "-Infinity", "1e999", "0x10", "01", "1.", "+1", "1e", "--1"] {
        let findings = checked(number, &segments(1, |_| format!("{{\"cart.value\": {{\"$gt\": {number}}}}}")));
        assert!(has(&findings, Rule::Json), "{number}: {findings:?}");
    }
    let long = "9".repeat(300);
    for number in ["1e308", "-1e308", "1e-400", "123456789012345678901234567890", &long] {
        let findings = checked(number, &segments(1, |_| format!("{{\"cart.value\": {{\"$gt\": {number}}}}}")));
        assert!(!findings.iter().any(Finding::is_error), "{number}: {findings:?}");
        let findings = checked(number, &site(&format!("\"holdout\": {number}")));
        assert!(number == "1e-400" || has(&findings, Rule::BadValue), "{number}: {findings:?}");
    }
}

#[test]
fn lone_surrogates_and_long_texts() {
    let findings =
        checked("surrogates", &segments(1, |_| "{\"context.page.path\": \"\\ud800\", \"context.\\udc00\": 1}".into()));
    assert!(!has(&findings, Rule::Json), "{findings:?}");
    let long = "a".repeat(1 << 20);
    for (name, text) in [
        ("a long value", segments(1, |_| format!("{{\"context.page.path\": \"{long}\"}}"))),
        ("a long fact", segments(1, |_| format!("{{\"{long}\": 1}}"))),
        ("a long segment", site(&format!("\"segments\": {{\"{long}\": {{\"when\": {{}}}}}}"))),
        (
            "a long reference",
            segments(1_000, |n| if n == 0 { format!("{{\"$segment\": \"{long}\"}}") } else { "{}".into() }),
        ),
        ("a long key", site(&format!("\"{long}\": 1"))),
        ("a long pattern", segments(1, |_| format!("{{\"context.page.path\": {{\"$regex\": \"{long}\"}}}}"))),
        (
            "a long duration",
            segments(1, |_| format!("{{\"$since\": {{\"last\": {{}}, \"gte\": \"{}d\"}}}}", "9".repeat(1 << 20))),
        ),
        ("escapes", segments(1, |_| format!("{{\"context.page.path\": \"{}\"}}", "\\ud800".repeat(1 << 18)))),
    ] {
        let findings = checked(name, &text);
        let said: usize = findings.iter().map(|f| f.message.len() + f.fix.len()).sum();
        assert!(said < 100_000, "{name}: {said} bytes of findings");
    }
}

#[test]
fn patterns_that_take_other_engines_down() {
    for pattern in [
        "(a+)+$",
        "(a|aa)+$",
        "(a*)*b",
        "((a{1,50}){1,50}){1,50}",
        "(x+x+)+y",
        "(.*)*(.*)*(.*)*z",
        "a{1,100000}",
        "(((((((((a*)*)*)*)*)*)*)*)*)*",
    ] {
        let when = format!("{{\"context.page.path\": {{\"$regex\": \"{pattern}\"}}}}");
        let path = "a".repeat(8_000);
        let rest = format!(
            "\"segments\": {{\"a\": {{\"when\": {when}}}}}, \"tests\": [{{\"name\": \"t\", \
             \"given\": [{{\"context\": {{\"page\": {{\"path\": \"{path}!\"}}}}}}], \"expect\": {{\"segments\": [\"a\"]}}}}]"
        );
        let begun = Instant::now();
        if let Ok(cases) = Cases::new(&site(&rest)) {
            cases.run(0).unwrap();
        }
        println!("{pattern}: {:?}", begun.elapsed());
        assert!(begun.elapsed() < SOON, "{pattern} took {:?}", begun.elapsed());
    }
}
