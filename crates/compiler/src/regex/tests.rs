#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use vitrine_core::rules::{World, holds};
use vitrine_wire::Value;
use vitrine_wire::cond::{Cond, Test};
use vitrine_wire::limits::{REGEX_PATTERN, REGEX_STATES};

use super::{Refused, program};

struct Text(Value);

impl World for Text {
    fn fact(&self, _: &str) -> Option<std::borrow::Cow<'_, Value>> {
        Some(std::borrow::Cow::Borrowed(&self.0))
    }
    fn group(&self, _: &str) -> Option<&[Value]> {
        None
    }
}

fn run(program: Vec<u32>, text: &str) -> bool {
    holds(&Cond::Fact { path: "a".into(), tests: vec![Test::Regex(program)] }, &Text(text.into()))
}

/// What JavaScript answers; none for a pattern that is none.
fn javascript(pattern: &str, ignore_case: bool, text: &str) -> Option<bool> {
    let flags = if ignore_case { "i" } else { "" };
    let regex = regress::Regex::with_flags(pattern, flags).ok()?;
    let units: Vec<u16> = text.encode_utf16().collect();
    Some(regex.find_from_ucs2(&units, 0).next().is_some())
}

/// Parts that matter to the syntax, and letters that matter to case. A letter counted from one number to another is left to
/// the comparison with Node (`cargo xtask test --only patterns`): regress does not go back into it, and answers that
/// `/(?:(?:b{1,3})+){2}/` does not match "bb".
fn part() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "a", "b", "A", "1", "_", " ", "-", "é", "É", "ß", "ſ", "σ", "ς", "K", "\\ud83d", ".", "\\d", "\\D", "\\w",
        "\\W", "\\s", "\\S", "\\b", "\\B", "^", "$", "[ab]", "[^a]", "[a-c]", "[\\w-x]", "[]", "[^]", "[à-þ]", "[A-z]",
        "[^É]", "\\x41", "\\u00e9", "\\cA", "\\0", "\\141", "\\8", "\\-", "\\/", "]", "}", "{", "x{,2}", "a{2}", "\\n",
        "[\\b]", "[-a]", "[a-]", "\\.", "|",
    ]);
    fixed.prop_map(str::to_owned)
}

fn pattern() -> impl Strategy<Value = String> {
    part().prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.join("|")),
            2 => inner.clone().prop_map(|inner| format!("({inner})")),
            1 => inner.clone().prop_map(|inner| format!("(?:{inner})")),
            2 => (inner, prop::sample::select(vec!["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "{0}", "??"]))
                .prop_map(|(inner, count)| format!("(?:{inner}){count}")),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    let unit = prop::sample::select(vec![
        'a', 'b', 'c', 'A', 'B', '1', '_', ' ', '-', 'é', 'É', 'ß', 'ẞ', 'ſ', 's', 'σ', 'ς', 'Σ', 'k', 'K', '\u{212a}',
        '😀', '\n', '\u{8}', '\0', '{', '}', ',', '8', '\u{2028}', '\u{feff}', 'x', '\u{1}',
    ]);
    prop::collection::vec(unit, 0..12).prop_map(|units| units.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn answers_are_javascript_s(pattern in pattern(), ignore_case: bool, texts in prop::collection::vec(text(), 8)) {
        // Patterns over our limits have no answer of ours.
        let ours = match program(&pattern, ignore_case) {
            Err(Refused::Long(_) | Refused::Large | Refused::Unsupported(..)) => return Ok(()),
            ours => ours.ok(),
        };
        // Of letters outside ASCII regress ignores the case by Unicode's folding: those are compared with Node.
        let folded = |text: &str| ignore_case && !text.is_ascii();
        for text in texts.into_iter().filter(|text| !folded(text) && !folded(&pattern)) {
            let answer = ours.clone().map(|program| run(program, &text));
            prop_assert_eq!(answer, javascript(&pattern, ignore_case, &text), "/{}/ on {:?}", pattern, text);
        }
    }

    #[test]
    fn any_text_is_a_pattern_or_refused(pattern in "[-()\\[\\]{}|*+?^$\\\\<>=!:,0-9a-zA-Zéσ😀]{0,40}", ignore_case: bool) {
        if let Ok(program) = program(&pattern, ignore_case) {
            run(program, &pattern);
        }
    }
}

#[test]
fn limits() {
    assert!(program(&"a".repeat(REGEX_PATTERN), false).is_ok());
    assert_eq!(program(&"a".repeat(REGEX_PATTERN + 1), false), Err(Refused::Long(REGEX_PATTERN + 1)));
    assert_eq!(program(&"😀".repeat(REGEX_PATTERN / 2 + 1), false), Err(Refused::Long(REGEX_PATTERN + 2)));
    assert_eq!(program("a{4095}", false).map(|p| p.len()), Ok(REGEX_STATES));
    assert_eq!(program("a{4096}", false), Err(Refused::Large));
    assert_eq!(program("(((a{99}){99}){99}){99999999999}", false), Err(Refused::Large));
    // Nothing, however often, is nothing; and it is found out at once.
    for pattern in ["(?:){999999999}", "((){999999999,}){999999999}", "(?:){0,999999999}"] {
        assert!(program(pattern, false).is_ok(), "{pattern}");
    }
    assert!(matches!(program(&"(".repeat(REGEX_PATTERN), false), Err(Refused::Invalid(..))));
    let deep = ["(".repeat(REGEX_PATTERN / 2), ")".repeat(REGEX_PATTERN / 2)].concat();
    assert_eq!(program(&deep, false).map(|p| p.len()), Ok(1));
}

#[test]
fn what_needs_more_than_a_walk_is_refused() {
    for pattern in
        ["a(?=b)", "(?!a)", "(?<=a)b", "(?<!a)b", "(a)\\1", "\\1(a)", "(?<n>a)\\k<n>", "\\k<n>(?<n>a)", "(?i:a)"]
    {
        assert!(matches!(program(pattern, false), Err(Refused::Unsupported(..))), "{pattern}");
    }
}

#[test]
fn programs_are_small() {
    let words = |pattern: &str| program(pattern, false).unwrap().len();
    assert_eq!(words("abc"), 4);
    // A class is written once.
    assert_eq!(words("\\d{4}-\\d\\d"), 8 + 3);
    assert_eq!(words("[a]"), 2);
}
