//! Numbers as decimal text and back, exactly: the shortest text that reads back as the number (Steele and White 1990,
//! in Burger and Dybvig's form of 1996), and the nearest number to a text, ties to even. Small on purpose: the
//! standard library's own are 25 kB of the page, with tables that do not compress.

use std::cmp::Ordering;

/// The digits of a finite number above zero, and how many of them stand before the decimal point.
pub(super) fn digits(n: f64) -> (String, i32) {
    let bits = n.to_bits();
    let (fraction, biased) = (bits & ((1 << 52) - 1), (bits >> 52) as i32 & 0x7ff);
    let (mantissa, exponent) = if biased == 0 { (fraction, -1_074) } else { (fraction | 1 << 52, biased - 1_075) };
    // Below a power of two the neighbours are half as far.
    let uneven = u32::from(fraction == 0 && biased > 1);
    let mut rest = Big::new(mantissa).shifted(exponent.max(0) as u32 + 1 + uneven);
    let mut scale = Big::new(1).shifted((-exponent).max(0) as u32 + 1 + uneven);
    let mut below = Big::new(1).shifted(exponent.max(0) as u32);
    let even = mantissa % 2 == 0;
    // log10(2); an estimate that is at most one too small.
    let magnitude = exponent + 63 - mantissa.leading_zeros() as i32;
    let mut point = (f64::from(magnitude) * std::f64::consts::LOG10_2 - 1e-10).ceil() as i32;
    scale.scale(point);
    rest.scale(-point);
    below.scale(-point);
    let top = |rest: &Big, below: &Big, scale: &Big| {
        let end = rest.plus(&below.shifted(uneven)).compare(scale);
        end == Ordering::Greater || even && end == Ordering::Equal
    };
    if top(&rest, &below, &scale) {
        point += 1;
    } else {
        rest.times(10, 0);
        below.times(10, 0);
    }
    let mut out = String::new();
    loop {
        let mut digit = b'0';
        while rest.compare(&scale) != Ordering::Less {
            rest.take(&scale);
            digit += 1;
        }
        let low = rest.compare(&below);
        let low = low == Ordering::Less || even && low == Ordering::Equal;
        let high = top(&rest, &below, &scale);
        if low || high {
            let up = high && (!low || rest.shifted(1).compare(&scale) != Ordering::Less);
            out.push(char::from(digit + u8::from(up)));
            return (out, point);
        }
        out.push(char::from(digit));
        rest.times(10, 0);
        below.times(10, 0);
    }
}

/// The number nearest to `digits` × 10^`exponent`; `digits` are ASCII digits.
pub(super) fn nearest(digits: impl Iterator<Item = u8>, exponent: i32) -> f64 {
    // 800 digits settle every tie; what comes after can only break one.
    const MOST: u32 = 800;
    let (mut number, mut count, mut dropped) = (Big::new(0), 0u32, 0i32);
    for digit in digits {
        if count > 0 || digit != b'0' {
            count += 1;
        }
        if count > MOST {
            dropped = dropped.saturating_add(1);
            // An odd last digit stands for all that is not zero below it.
            number.break_tie(digit != b'0');
        } else {
            number.times(10, u32::from(digit - b'0'));
        }
    }
    let exponent = exponent.saturating_add(dropped);
    let size = exponent.saturating_add(count.min(MOST) as i32);
    if count == 0 || size < -330 {
        return 0.0;
    }
    if size > 310 {
        return f64::INFINITY;
    }
    let mut divisor = Big::new(1);
    number.scale(exponent);
    divisor.scale(-exponent);
    // A quotient of 55 or 56 bits, then what rounding to 53, or fewer below the smallest normal number, leaves of it.
    let shift = 55 - (number.bits() as i32 - divisor.bits() as i32);
    let mut rest = number.shifted(shift.max(0) as u32);
    let divisor = divisor.shifted((-shift).max(0) as u32 + 56);
    let mut quotient = 0u64;
    for _ in 0..57 {
        quotient <<= 1;
        if rest.compare(&divisor) != Ordering::Less {
            rest.take(&divisor);
            quotient |= 1;
        }
        rest = rest.shifted(1);
    }
    let length = 64 - quotient.leading_zeros() as i32;
    let unit = (length - 53).max(shift - 1_074);
    if unit > 57 {
        return 0.0;
    }
    let (kept, lost) = (quotient >> unit, quotient & ((1 << unit) - 1));
    let half = 1 << (unit - 1);
    let up = lost > half || lost == half && (!rest.is_zero() || kept & 1 == 1);
    scaled((kept + u64::from(up)) as f64, unit - shift)
}

/// `n` × 2^`power`, where the result is exact or infinite.
fn scaled(mut n: f64, mut power: i32) -> f64 {
    while power != 0 {
        let step = power.clamp(-1_000, 1_000);
        n *= f64::from_bits(((step + 1_023) as u64) << 52);
        power -= step;
    }
    n
}

/// A natural number, least word first, without zeros at its end.
#[derive(Clone)]
struct Big(Vec<u32>);

impl Big {
    fn new(n: u64) -> Self {
        let mut big = Big(vec![n as u32, (n >> 32) as u32]);
        big.trim();
        big
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn bits(&self) -> u32 {
        self.0.last().map_or(0, |last| self.0.len() as u32 * 32 - last.leading_zeros())
    }

    #[inline(never)]
    fn times(&mut self, factor: u32, add: u32) {
        let mut carry = u64::from(add);
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Times 10^`power`, if that is a whole number.
    fn scale(&mut self, power: i32) {
        (0..power).for_each(|_| self.times(10, 0));
    }

    fn break_tie(&mut self, upwards: bool) {
        if let Some(first) = self.0.first_mut().filter(|_| upwards) {
            *first |= 1;
        }
    }

    #[inline(never)]
    fn shifted(&self, by: u32) -> Big {
        let mut out = vec![0; by as usize / 32];
        let mut carry = 0u64;
        for word in &self.0 {
            carry |= u64::from(*word) << (by % 32);
            out.push(carry as u32);
            carry >>= 32;
        }
        out.push(carry as u32);
        let mut big = Big(out);
        big.trim();
        big
    }

    fn compare(&self, other: &Big) -> Ordering {
        let words = || self.0.iter().rev().cmp(other.0.iter().rev());
        self.0.len().cmp(&other.0.len()).then_with(words)
    }

    fn plus(&self, other: &Big) -> Big {
        let (long, short) = if self.0.len() < other.0.len() { (other, self) } else { (self, other) };
        let mut out = long.clone();
        let mut carry = 0u64;
        for (at, word) in out.0.iter_mut().enumerate() {
            carry += u64::from(*word) + u64::from(short.0.get(at).copied().unwrap_or(0));
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            out.0.push(carry as u32);
        }
        out
    }

    /// Less `other`, which is not larger.
    fn take(&mut self, other: &Big) {
        let mut borrow = 0i64;
        for (at, word) in self.0.iter_mut().enumerate() {
            borrow += i64::from(*word) - i64::from(other.0.get(at).copied().unwrap_or(0));
            *word = borrow as u32;
            borrow >>= 32;
        }
        self.trim();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn print(n: f64) -> String {
        let (digits, point) = digits(n);
        format!("{digits}e{}", point - digits.len() as i32)
    }

    fn read(digits: &str, exponent: i32) -> f64 {
        nearest(digits.bytes(), exponent)
    }

    /// What the standard library prints, in the same form.
    fn expected(n: f64) -> String {
        let text = format!("{n:e}");
        let (digits, exponent) = text.split_once('e').unwrap();
        let whole: String = digits.chars().filter(|c| *c != '.').collect();
        format!("{whole}e{}", exponent.parse::<i32>().unwrap() + 1 - whole.len() as i32)
    }

    #[test]
    fn edges_print_and_read() {
        let edges =
            [5e-324, 2.225_073_858_507_201e-308, f64::MIN_POSITIVE, 1e22, 1e23, 9.5e-3, 1.0, 8.5, f64::MAX, 0.3];
        for n in edges.into_iter().chain((-1_022..1_024).map(|e| 2f64.powi(e))) {
            assert_eq!(print(n), expected(n), "{n:e}");
            let (digits, point) = digits(n);
            assert_eq!(read(&digits, point - digits.len() as i32), n, "{n:e}");
        }
    }

    #[test]
    fn ties_and_long_texts_read() {
        let long = format!("{}1", "9007199254740993".to_owned() + &"0".repeat(900));
        let rows = [
            ("9007199254740993", 0, 9_007_199_254_740_992.0),
            ("9007199254740995", 0, 9_007_199_254_740_996.0),
            (&long, -901, 9_007_199_254_740_994.0),
            ("17976931348623158", 292, f64::MAX),
            ("17976931348623159", 292, f64::INFINITY),
            ("24703282292062327209", -343, 5e-324),
            ("2470328229206232720", -342, 0.0),
            ("1", 400, f64::INFINITY),
            ("1", -400, 0.0),
            ("0", 999_999, 0.0),
        ];
        for (digits, exponent, expected) in rows {
            assert_eq!(read(digits, exponent), expected, "{digits}e{exponent}");
            assert_eq!(format!("{digits}e{exponent}").parse::<f64>().unwrap(), expected, "{digits}e{exponent}");
        }
    }

    proptest! {
        #[test]
        fn any_number_prints_as_the_library_prints_it_and_reads_back(bits in any::<u64>()) {
            let n = f64::from_bits(bits & (u64::MAX >> 1));
            if n.is_finite() && n > 0.0 {
                prop_assert_eq!(print(n), expected(n));
                let (digits, point) = digits(n);
                prop_assert_eq!(read(&digits, point - digits.len() as i32), n);
            }
        }

        #[test]
        fn any_text_reads_as_the_library_reads_it(digits in "[0-9]{1,40}", exponent in -360..330i32) {
            let library: f64 = format!("{digits}e{exponent}").parse().unwrap();
            prop_assert_eq!(read(&digits, exponent), library);
        }
    }
}
