//! One sort for everything that is sorted in the page: the library's, copied for each type, was 22 kB.

/// The places `0..count` in order; equal ones keep theirs. `before` says whether the first place belongs before the
/// second.
pub fn ranks(count: usize, before: &dyn Fn(u32, u32) -> bool) -> Vec<u32> {
    let mut from: Vec<u32> = (0..count as u32).collect();
    let mut to = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        for pair in from.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let Some((l, rest_left)) = left.split_first() {
                match right.split_first() {
                    Some((r, rest_right)) if before(*r, *l) => {
                        to.push(*r);
                        right = rest_right;
                    }
                    _ => {
                        to.push(*l);
                        left = rest_left;
                    }
                }
            }
            to.extend_from_slice(right);
        }
        (from, to) = (to, from);
        to.clear();
        width *= 2;
    }
    from
}

/// Texts in order of their bytes, each once.
pub fn sorted<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let text = |at: u32| texts.get(at as usize).copied().unwrap_or_default();
    let mut out: Vec<&str> = Vec::with_capacity(texts.len());
    for at in ranks(texts.len(), &|a, b| text(a) < text(b)) {
        if out.last() != Some(&text(at)) {
            out.push(text(at));
        }
    }
    out
}

/// The same, as texts of their own.
pub fn owned(texts: &[&str]) -> Vec<String> {
    sorted(texts).into_iter().map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_are_those_of_a_stable_sort(values in proptest::collection::vec(0u8..20, 0..70)) {
            let value = |at: u32| values.get(at as usize);
            let mut expected: Vec<u32> = (0..values.len() as u32).collect();
            expected.sort_by_key(|at| value(*at));
            prop_assert_eq!(ranks(values.len(), &|a, b| value(a) < value(b)), expected);
        }

        #[test]
        fn texts_are_sorted_and_stand_once(texts in proptest::collection::vec("[a-c]{0,2}", 0..30)) {
            let given: Vec<&str> = texts.iter().map(String::as_str).collect();
            let mut expected = given.clone();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(sorted(&given), expected);
        }
    }
}
