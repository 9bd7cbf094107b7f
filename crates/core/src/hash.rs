//! Deterministic assignment, in the published semantics of GrowthBook's SDK specification 0.8.0.

/// FNV-1a, 32 bit, over UTF-16 code units (GrowthBook hashes what JavaScript's `charCodeAt` answers).
fn fnv32a(text: impl Iterator<Item = u16>) -> u32 {
    text.fold(0x811c_9dc5, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193))
}

/// A number in `[0, 1)` for a seed and a value. Version 2 is unbiased and the only one our own decisions use; version 1
/// exists for imported rules. Other versions answer none.
pub fn hash(seed: &str, value: &str, version: u8) -> Option<f64> {
    match version {
        2 => {
            let first = fnv32a(seed.encode_utf16().chain(value.encode_utf16()));
            let mut digits = [0u8; 10];
            Some(f64::from(fnv32a(decimal(first, &mut digits).iter().map(|d| u16::from(*d))) % 10_000) / 10_000.0)
        }
        1 => Some(f64::from(fnv32a(value.encode_utf16().chain(seed.encode_utf16())) % 1_000) / 1_000.0),
        _ => None,
    }
}

/// The decimal digits of a number, without the formatting machinery.
fn decimal(mut n: u32, buffer: &mut [u8; 10]) -> &[u8] {
    let mut start = buffer.len();
    for (at, slot) in buffer.iter_mut().enumerate().rev() {
        *slot = b'0' + (n % 10) as u8;
        start = at;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    buffer.get(start..).unwrap_or_default()
}

/// `n` equal weights that sum to 1; none for `n` ≤ 0.
pub fn equal_weights(n: f64) -> Vec<f64> {
    if n >= 1.0 { vec![1.0 / n; n as usize] } else { Vec::new() }
}

/// The half-open ranges of `[0, 1)` that belong to each of `n` variations. Coverage is clamped to 0..1; weights of the
/// wrong number, or whose sum is not 1 ± 0.01, count as equal.
pub fn bucket_ranges(n: f64, coverage: f64, weights: Option<&[f64]>) -> Vec<(f64, f64)> {
    let coverage = coverage.clamp(0.0, 1.0);
    let equal = equal_weights(n);
    let weights = match weights {
        Some(w) if w.len() == equal.len() && (0.99..=1.01).contains(&w.iter().sum::<f64>()) => w,
        _ => &equal,
    };
    let mut from = 0.0;
    weights
        .iter()
        .map(|w| {
            let start = from;
            from += w;
            (start, start + coverage * w)
        })
        .collect()
}

/// The index of the range that holds `n`, or -1.
pub fn choose_variation(n: f64, ranges: &[(f64, f64)]) -> i32 {
    ranges.iter().position(|(from, to)| n >= *from && n < *to).map_or(-1, |i| i as i32)
}

/// Whether an id falls into a part of a namespace.
pub fn in_namespace(id: &str, namespace: &str, from: f64, to: f64) -> bool {
    let seed = ["__", namespace].concat();
    hash(&seed, id, 1).is_some_and(|n| n >= from && n < to)
}

/// The variation that a URL's query forces (`?key=1`), if it is one of `variations`.
pub fn query_override(key: &str, url: &str, variations: f64) -> Option<f64> {
    let query = url.split('?').nth(1)?.split('#').next()?;
    let value = query.split('&').find_map(|pair| {
        let mut parts = pair.split('=');
        (parts.next() == Some(key)).then(|| parts.next().unwrap_or(""))
    })?;
    let digits = value.trim_start();
    let end = digits.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len());
    let n: u32 = digits.get(..end)?.parse().ok()?;
    (f64::from(n) < variations).then_some(f64::from(n))
}
