//! What the compiler has to say about a site file.

use std::collections::HashSet;

use serde::Serialize;

/// Which rule was broken. The text form (kebab-case) is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The text is not JSON.
    Json,
    /// Nested more deeply than any site file needs.
    TooDeep,
    /// A key is written twice in one object.
    DuplicateKey,
    /// A version of the format that this compiler does not read.
    Version,
    /// A key that the format does not have.
    UnknownKey,
    /// A required key is absent.
    Missing,
    /// A value of the wrong JSON type.
    WrongType,
    /// A value of the right type that means nothing.
    BadValue,
    /// Two things have one id.
    DuplicateId,
    /// An event that is not declared.
    UnknownEvent,
    /// A property that is not declared.
    UnknownProperty,
    /// A fact that no condition can read.
    UnknownFact,
    /// A segment that does not exist.
    UnknownSegment,
    /// A slot that is not declared.
    UnknownSlot,
    /// An offer that is not declared.
    UnknownOffer,
    /// An experience that does not exist.
    UnknownExperience,
    /// A saved group that does not exist.
    UnknownGroup,
    /// A purpose that does not exist.
    UnknownPurpose,
    /// A notice without a text.
    UnknownNotice,
    /// An operator that does not exist.
    UnknownOperator,
    /// An action that does not exist.
    UnknownAction,
    /// Segments that read each other in a circle.
    Cycle,
    /// A comparison with a value of another type than declared.
    TypeClash,
    /// A regular expression that cannot be compiled.
    BadPattern,
    /// A regular expression that takes many steps.
    SlowPattern,
    /// A condition that can never hold.
    Contradiction,
    /// A variant that nobody can see.
    Unreachable,
    /// An experience that another one always outranks.
    Shadowed,
    /// Part of the format that this version does not implement.
    Unsupported,
    /// Points at health, religion, politics, union membership, sex life or ethnic origin.
    SpecialCategory,
    /// A contextual experience that would need consent.
    Contextual,
    /// A rule needs more of the past than is kept.
    History,
    /// A change that the page would refuse.
    Refused,
    /// No page may call the backend.
    NoOrigins,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file does not compile.
    Error,
    /// The file compiles; it probably does not do what was meant.
    Warning,
}

/// One finding: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub code: Rule,
    /// Whether the file still compiles.
    pub severity: Severity,
    /// Where: a JSON pointer (RFC 6901) into the site file; empty for the whole file.
    pub pointer: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

impl Rule {
    /// The stable text form, such as `unknown-segment`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(c.to_ascii_lowercase());
        }
        name
    }
}

impl Finding {
    /// Whether the file does not compile because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Collects findings.
#[derive(Debug, Default)]
pub(crate) struct Lint {
    pub findings: Vec<Finding>,
    seen: HashSet<(String, String)>,
    errors: usize,
}

/// More findings than these help nobody; the first error is always among them.
const MOST: usize = 1_000;
/// A longer name is shown and compared no further.
const NAME: usize = 200;

impl Lint {
    pub fn error(&mut self, code: Rule, pointer: &str, message: impl Into<String>, fix: impl Into<String>) {
        self.add(code, Severity::Error, pointer, message.into(), fix.into());
    }

    pub fn warning(&mut self, code: Rule, pointer: &str, message: impl Into<String>, fix: impl Into<String>) {
        self.add(code, Severity::Warning, pointer, message.into(), fix.into());
    }

    fn add(&mut self, code: Rule, severity: Severity, pointer: &str, message: String, fix: String) {
        let message =
            if message.len() > 5 * NAME { message.chars().take(5 * NAME).chain(['…']).collect() } else { message };
        let first_error = severity == Severity::Error && self.errors == 0;
        if (self.findings.len() < MOST || first_error) && self.seen.insert((pointer.into(), message.clone())) {
            self.errors += usize::from(severity == Severity::Error);
            self.findings.push(Finding { code, severity, pointer: pointer.into(), message, fix });
        }
    }

    /// Whether nothing more is taken.
    pub fn full(&self) -> bool {
        self.findings.len() >= MOST && self.errors > 0
    }

    /// A name that is not in the list: says which one was probably meant.
    pub fn unknown(&mut self, code: Rule, pointer: &str, what: &str, name: &str, known: &[&str], otherwise: &str) {
        if self.full() {
            return;
        }
        // Looking for the nearest of very many, very often, is not worth the wait.
        let near = (known.len() * (self.findings.len() + 1) < 1_000_000).then(|| suggest(name, known)).flatten();
        let name: String = name.chars().take(NAME).collect();
        let fix = match near {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => otherwise.to_owned(),
        };
        self.error(code, pointer, format!("{what} `{name}` is not known"), fix);
    }
}

/// The known name nearest to a mistyped one, if one is near.
pub(crate) fn suggest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    if name.len() > NAME {
        return None;
    }
    let plain = |s: &str| s.to_lowercase().replace(['-', '_', ' '], "");
    known
        .iter()
        .map(|k| (if plain(k) == plain(name) { 0 } else { distance(name, k) }, *k))
        .filter(|(d, _)| *d <= allowed)
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}

/// Edits between two names: insertions, deletions, replacements and swaps of neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 3 || a.len() > 80 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j) + usize::from(ca != cb)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(cb) && b.get(j - 1) == Some(ca);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names() {
        let known = ["segments", "slots", "Product Viewed", "$gte", "$gt"];
        let rows = [
            ("segmnets", Some("segments")),
            ("product_viewed", Some("Product Viewed")),
            ("$gteq", Some("$gte")),
            ("whatever", None),
            ("", None),
        ];
        for (name, expected) in rows {
            assert_eq!(suggest(name, &known), expected, "{name}");
        }
        assert_eq!(Rule::UnknownSegment.name(), "unknown-segment");
    }
}
