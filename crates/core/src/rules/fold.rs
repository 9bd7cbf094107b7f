//! Lower case as JavaScript's `toLowerCase` makes it. The standard library's own tables weigh 12 kB in the page; as
//! runs of letters with one distance (Unicode 17) they are a tenth.

/// A run: its first letter, how many letters, whether every letter or every other one, the distance to lower case.
const fn r(first: u32, count: u32, step: u32, distance: i32) -> (u32, i32) {
    (first | count << 21 | (step - 1) << 31, distance)
}

/// The lower case of a text.
pub(super) fn lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            // The one letter that becomes two.
            'İ' => out.push_str("i\u{307}"),
            // A sigma that ends a word.
            'Σ' if ends_word(text, at) => out.push('ς'),
            _ => out.push(letter(c)),
        }
    }
    out
}

/// Whether a letter stands before and none after; the letters that matter to a sigma are Greek and Latin ones.
fn ends_word(text: &str, at: usize) -> bool {
    let is_letter = |c: char| {
        c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{386}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')
    };
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let after = text.get(at..).and_then(|after| after.chars().nth(1));
    before.is_some_and(is_letter) && !after.is_some_and(is_letter)
}

fn letter(c: char) -> char {
    let code = c as u32;
    let after = RUNS.partition_point(|(run, _)| run & 0x1f_ffff <= code);
    let Some((run, distance)) = after.checked_sub(1).and_then(|at| RUNS.get(at)) else { return c };
    let (place, count, step) = (code - (run & 0x1f_ffff), run >> 21 & 0x3ff, 1 + (run >> 31));
    if place % step != 0 || place / step >= count {
        return c;
    }
    code.checked_add_signed(*distance).and_then(char::from_u32).unwrap_or(c)
}

#[rustfmt::skip]
const RUNS: &[(u32, i32)] = &[
    r(0x41, 26, 1, 32), r(0xc0, 23, 1, 32), r(0xd8, 7, 1, 32), r(0x100, 24, 2, 1), r(0x132, 3, 2, 1),
    r(0x139, 8, 2, 1), r(0x14a, 23, 2, 1), r(0x178, 1, 1, -121), r(0x179, 3, 2, 1), r(0x181, 1, 1, 210),
    r(0x182, 2, 2, 1), r(0x186, 1, 1, 206), r(0x187, 1, 1, 1), r(0x189, 2, 1, 205), r(0x18b, 1, 1, 1),
    r(0x18e, 1, 1, 79), r(0x18f, 1, 1, 202), r(0x190, 1, 1, 203), r(0x191, 1, 1, 1), r(0x193, 1, 1, 205),
    r(0x194, 1, 1, 207), r(0x196, 1, 1, 211), r(0x197, 1, 1, 209), r(0x198, 1, 1, 1), r(0x19c, 1, 1, 211),
    r(0x19d, 1, 1, 213), r(0x19f, 1, 1, 214), r(0x1a0, 3, 2, 1), r(0x1a6, 1, 1, 218), r(0x1a7, 1, 1, 1),
    r(0x1a9, 1, 1, 218), r(0x1ac, 1, 1, 1), r(0x1ae, 1, 1, 218), r(0x1af, 1, 1, 1), r(0x1b1, 2, 1, 217),
    r(0x1b3, 2, 2, 1), r(0x1b7, 1, 1, 219), r(0x1b8, 1, 1, 1), r(0x1bc, 1, 1, 1), r(0x1c4, 1, 1, 2),
    r(0x1c5, 1, 1, 1), r(0x1c7, 1, 1, 2), r(0x1c8, 1, 1, 1), r(0x1ca, 1, 1, 2), r(0x1cb, 9, 2, 1), r(0x1de, 9, 2, 1),
    r(0x1f1, 1, 1, 2), r(0x1f2, 2, 2, 1), r(0x1f6, 1, 1, -97), r(0x1f7, 1, 1, -56), r(0x1f8, 20, 2, 1),
    r(0x220, 1, 1, -130), r(0x222, 9, 2, 1), r(0x23a, 1, 1, 10795), r(0x23b, 1, 1, 1), r(0x23d, 1, 1, -163),
    r(0x23e, 1, 1, 10792), r(0x241, 1, 1, 1), r(0x243, 1, 1, -195), r(0x244, 1, 1, 69), r(0x245, 1, 1, 71),
    r(0x246, 5, 2, 1), r(0x370, 2, 2, 1), r(0x376, 1, 1, 1), r(0x37f, 1, 1, 116), r(0x386, 1, 1, 38),
    r(0x388, 3, 1, 37), r(0x38c, 1, 1, 64), r(0x38e, 2, 1, 63), r(0x391, 17, 1, 32), r(0x3a3, 9, 1, 32),
    r(0x3cf, 1, 1, 8), r(0x3d8, 12, 2, 1), r(0x3f4, 1, 1, -60), r(0x3f7, 1, 1, 1), r(0x3f9, 1, 1, -7),
    r(0x3fa, 1, 1, 1), r(0x3fd, 3, 1, -130), r(0x400, 16, 1, 80), r(0x410, 32, 1, 32), r(0x460, 17, 2, 1),
    r(0x48a, 27, 2, 1), r(0x4c0, 1, 1, 15), r(0x4c1, 7, 2, 1), r(0x4d0, 48, 2, 1), r(0x531, 38, 1, 48),
    r(0x10a0, 38, 1, 7264), r(0x10c7, 1, 1, 7264), r(0x10cd, 1, 1, 7264), r(0x13a0, 80, 1, 38864),
    r(0x13f0, 6, 1, 8), r(0x1c89, 1, 1, 1), r(0x1c90, 43, 1, -3008), r(0x1cbd, 3, 1, -3008), r(0x1e00, 75, 2, 1),
    r(0x1e9e, 1, 1, -7615), r(0x1ea0, 48, 2, 1), r(0x1f08, 8, 1, -8), r(0x1f18, 6, 1, -8), r(0x1f28, 8, 1, -8),
    r(0x1f38, 8, 1, -8), r(0x1f48, 6, 1, -8), r(0x1f59, 4, 2, -8), r(0x1f68, 8, 1, -8), r(0x1f88, 8, 1, -8),
    r(0x1f98, 8, 1, -8), r(0x1fa8, 8, 1, -8), r(0x1fb8, 2, 1, -8), r(0x1fba, 2, 1, -74), r(0x1fbc, 1, 1, -9),
    r(0x1fc8, 4, 1, -86), r(0x1fcc, 1, 1, -9), r(0x1fd8, 2, 1, -8), r(0x1fda, 2, 1, -100), r(0x1fe8, 2, 1, -8),
    r(0x1fea, 2, 1, -112), r(0x1fec, 1, 1, -7), r(0x1ff8, 2, 1, -128), r(0x1ffa, 2, 1, -126), r(0x1ffc, 1, 1, -9),
    r(0x2126, 1, 1, -7517), r(0x212a, 1, 1, -8383), r(0x212b, 1, 1, -8262), r(0x2132, 1, 1, 28),
    r(0x2160, 16, 1, 16), r(0x2183, 1, 1, 1), r(0x24b6, 26, 1, 26), r(0x2c00, 48, 1, 48), r(0x2c60, 1, 1, 1),
    r(0x2c62, 1, 1, -10743), r(0x2c63, 1, 1, -3814), r(0x2c64, 1, 1, -10727), r(0x2c67, 3, 2, 1),
    r(0x2c6d, 1, 1, -10780), r(0x2c6e, 1, 1, -10749), r(0x2c6f, 1, 1, -10783), r(0x2c70, 1, 1, -10782),
    r(0x2c72, 1, 1, 1), r(0x2c75, 1, 1, 1), r(0x2c7e, 2, 1, -10815), r(0x2c80, 50, 2, 1), r(0x2ceb, 2, 2, 1),
    r(0x2cf2, 1, 1, 1), r(0xa640, 23, 2, 1), r(0xa680, 14, 2, 1), r(0xa722, 7, 2, 1), r(0xa732, 31, 2, 1),
    r(0xa779, 2, 2, 1), r(0xa77d, 1, 1, -35332), r(0xa77e, 5, 2, 1), r(0xa78b, 1, 1, 1), r(0xa78d, 1, 1, -42280),
    r(0xa790, 2, 2, 1), r(0xa796, 10, 2, 1), r(0xa7aa, 1, 1, -42308), r(0xa7ab, 1, 1, -42319),
    r(0xa7ac, 1, 1, -42315), r(0xa7ad, 1, 1, -42305), r(0xa7ae, 1, 1, -42308), r(0xa7b0, 1, 1, -42258),
    r(0xa7b1, 1, 1, -42282), r(0xa7b2, 1, 1, -42261), r(0xa7b3, 1, 1, 928), r(0xa7b4, 8, 2, 1), r(0xa7c4, 1, 1, -48),
    r(0xa7c5, 1, 1, -42307), r(0xa7c6, 1, 1, -35384), r(0xa7c7, 2, 2, 1), r(0xa7cb, 1, 1, -42343),
    r(0xa7cc, 8, 2, 1), r(0xa7dc, 1, 1, -42561), r(0xa7f5, 1, 1, 1), r(0xff21, 26, 1, 32), r(0x10400, 40, 1, 40),
    r(0x104b0, 36, 1, 40), r(0x10570, 11, 1, 39), r(0x1057c, 15, 1, 39), r(0x1058c, 7, 1, 39), r(0x10594, 2, 1, 39),
    r(0x10c80, 51, 1, 64), r(0x10d50, 22, 1, 32), r(0x118a0, 32, 1, 32), r(0x16e40, 32, 1, 32),
    r(0x16ea0, 25, 1, 27), r(0x1e900, 34, 1, 34),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_is_the_library_s() {
        for c in char::MIN..=char::MAX {
            let text = c.to_string();
            assert_eq!(lower(&text), text.to_lowercase(), "{c:?}");
        }
        for text in ["ΟΔΥΣΣΕΥΣ", "ΟΔΟΣ ΣΟΦΙΑΣ.", "Σ", "AΣ", "ÀÉÎ Straße", "İstanbul", "日本 ЁЖ", "ΣΑΣ-Σ"]
        {
            assert_eq!(lower(text), text.to_lowercase());
        }
    }
}
