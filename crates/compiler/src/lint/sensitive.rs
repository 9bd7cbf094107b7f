//! Special categories of personal data (GDPR article 9): a segment may not be built on them by accident.

use super::{Cx, Reads};
use crate::finding::Rule;
use crate::node::Node;

/// Beginnings of words, English and French, without accents.
const WORDS: &[(&str, &[&str])] = &[
    (
        "health",
        &[
            "health",
            "sante",
            "medic",
            "disease",
            "maladie",
            "illness",
            "patient",
            "pregnan",
            "grossesse",
            "enceinte",
            "cancer",
            "diabet",
            "hiv",
            "vih",
            "disab",
            "handicap",
            "depress",
            "addict",
            "alcoholi",
            "obes",
            "fertil",
            "therap",
            "genetic",
            "genetique",
        ],
    ),
    (
        "religion",
        &[
            "religio",
            "muslim",
            "musulman",
            "islam",
            "christian",
            "chretien",
            "catholi",
            "protestant",
            "jewish",
            "juif",
            "juive",
            "hindu",
            "hindou",
            "buddhis",
            "bouddhis",
            "atheis",
            "athee",
            "halal",
            "kosher",
            "casher",
            "ramadan",
        ],
    ),
    ("politics", &["politic", "politiq", "election", "voter", "electeur", "socialist", "communist", "conservative"]),
    ("union membership", &["tradeunion", "unionmember", "unionist", "syndicat", "syndique"]),
    (
        "sex life",
        &[
            "sexual",
            "sexuel",
            "sexlife",
            "gay",
            "lesbi",
            "bisex",
            "homosex",
            "lgbt",
            "queer",
            "transgender",
            "transgenre",
        ],
    ),
    ("ethnic origin", &["ethni", "racial", "raciale", "ancestry", "roma", "rom"]),
];
/// Texts that are remembered as harmless.
const MOST: usize = 1_000;
/// Words that are matched whole, because many ordinary words begin with them.
const WHOLE: &[&str] = &["gay", "hiv", "vih", "roma", "rom", "islam"];

/// The category that a text points at, if one.
pub(crate) fn category(text: &str) -> Option<&'static str> {
    let words = words(text);
    let pairs = words.windows(2).map(|w| w.concat());
    let all: Vec<String> = words.iter().cloned().chain(pairs).collect();
    // Hardly a word of a file begins with the same letter as most of these: the rest is not looked at.
    let letter = |text: &str| 1u128.checked_shl(text.bytes().next().map_or(128, u32::from)).unwrap_or_default();
    let letters = all.iter().fold(0, |letters, word| letters | letter(word));
    let begins = |word: &String, start: &str| word.starts_with(start) && (word == start || !WHOLE.contains(&start));
    let hit = |start: &&str| letters & letter(start) != 0 && all.iter().any(|word| begins(word, start));
    WORDS.iter().find(|(_, starts)| starts.iter().any(hit)).map(|(category, _)| *category)
}

/// Refuses a rule whose names or inputs point at a special category, unless it is justified.
pub(crate) fn check(node: &Node<'_>, names: &[(&str, &str)], reads: &Reads, cx: &mut Cx) {
    if node.get("justified").and_then(|j| j.text(&mut cx.lint)).is_some() {
        return;
    }
    let own = names.iter().map(|(text, pointer)| (*text, *pointer));
    let read = reads.facts.iter().chain(&reads.texts).map(|(text, pointer)| (text.as_str(), pointer.as_str()));
    for (text, pointer) in own.chain(read) {
        // The same facts are read again and again.
        if cx.harmless.contains(text) {
            continue;
        }
        let found = category(text);
        if found.is_none() && text.len() < 100 && cx.harmless.len() < MOST {
            cx.harmless.insert(text.to_owned());
        }
        if let Some(category) = found {
            let message = format!("`{text}` points at a special category of personal data ({category})");
            let fix = "do not use it; or, with explicit consent and the advice of your data protection officer, add \
                       `justified` with the reason";
            cx.lint.error(Rule::SpecialCategory, pointer, message, fix);
        }
    }
}

fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && after_lower) {
            words.push(String::new());
        }
        after_lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase().map(plain));
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

fn plain(c: char) -> char {
    match c {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::category;

    #[test]
    fn whole_words_in_both_languages() {
        let rows = [
            ("health-issues", Some("health")),
            ("santé", Some("health")),
            ("isPregnant", Some("health")),
            ("profile.religion", Some("religion")),
            ("Trade union members", Some("union membership")),
            ("syndiqués", Some("union membership")),
            ("winter-fans", None),
            ("roman-candles", None),
            ("chrome-users", None),
            ("big-customer", None),
            ("running-race", None),
            ("sexe", None),
        ];
        for (text, expected) in rows {
            assert_eq!(category(text), expected, "{text}");
        }
    }
}
