//! The bytes still to be read.

use super::Take;

/// Deepest nesting of a value: it bounds the stack, and events are held to a quarter of it.
const DEPTH: u8 = 64;

/// Reads from the front. Once something was unsound, only zeroes come.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// Whether the end may come early: missing parts are zero then.
    open: bool,
    bad: bool,
    depth: u8,
    /// The schema of what is read, where it is an earlier one; else 0.
    schema: u8,
}

impl<'a> Reader<'a> {
    /// Reads bytes that must hold everything asked for.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes, open: false, bad: false, depth: DEPTH, schema: 0 }
    }

    /// Reads bytes of a writer that may not have known the last parts: what is missing is zero, empty or none.
    pub const fn open(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes, open: true, bad: false, depth: DEPTH, schema: 0 }
    }

    /// Reads bytes of a writer of an earlier schema.
    pub const fn older(bytes: &'a [u8], schema: u8) -> Self {
        Reader { schema, ..Reader::open(bytes) }
    }

    /// The writer's schema, where it was an earlier one; else 0.
    pub const fn schema(&self) -> u8 {
        self.schema
    }

    /// Whether everything read so far was there and made sense.
    pub const fn sound(&self) -> bool {
        !self.bad
    }

    /// Reads a part.
    #[inline]
    pub fn take<T: Take>(&mut self) -> T {
        T::take(self)
    }

    /// Gives the bytes up.
    pub fn fail(&mut self) {
        self.bad = true;
        self.rest = &[];
    }

    /// One byte.
    #[inline(never)]
    pub fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((byte, rest)) => {
                self.rest = rest;
                *byte
            }
            None => {
                self.bad |= !self.open;
                0
            }
        }
    }

    /// An unsigned integer of so many bits.
    #[inline(never)]
    pub fn varint(&mut self, bits: u32) -> u64 {
        let (mut n, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            let part = u64::from(byte & 0x7f);
            // The last byte may not say more than the bits that are left.
            if shift >= bits || bits - shift < 7 && part >> (bits - shift) != 0 {
                self.fail();
                return 0;
            }
            n |= part << shift;
            if byte < 0x80 {
                return n;
            }
            shift += 7;
        }
    }

    /// A signed integer of so many bits.
    #[inline(never)]
    pub fn signed(&mut self, bits: u32) -> i64 {
        let n = self.varint(bits);
        (n >> 1) as i64 ^ -((n & 1) as i64)
    }

    /// A float.
    #[inline(never)]
    pub fn float(&mut self) -> f64 {
        let mut bits = 0;
        for shift in 0..8 {
            bits |= u64::from(self.byte()) << (8 * shift);
        }
        f64::from_bits(bits)
    }

    /// The number of an enum's variant, at most `last`.
    #[inline(never)]
    pub fn variant(&mut self, last: u32) -> u32 {
        let n = self.varint(32) as u32;
        if n <= last {
            return n;
        }
        self.fail();
        0
    }

    /// Whether an optional part follows, or a truth value.
    #[inline(never)]
    pub fn flag(&mut self) -> bool {
        let byte = self.byte();
        if byte > 1 {
            self.fail();
        }
        byte == 1
    }

    /// How many items follow: never more than bytes are left, for every item takes one.
    #[inline(never)]
    pub fn count(&mut self) -> usize {
        let n = self.varint(usize::BITS) as usize;
        if n <= self.rest.len() {
            return n;
        }
        self.fail();
        0
    }

    /// Counts an item down; false after the last, or after damage.
    #[inline(never)]
    pub fn another(&self, left: &mut usize) -> bool {
        match left.checked_sub(1) {
            Some(less) if !self.bad => {
                *left = less;
                true
            }
            _ => false,
        }
    }

    /// A length and so many bytes.
    #[inline(never)]
    pub fn bytes(&mut self) -> &'a [u8] {
        let n = self.count();
        let (bytes, rest) = self.rest.split_at_checked(n).unwrap_or_default();
        self.rest = rest;
        bytes
    }

    /// Text.
    #[inline(never)]
    pub fn text(&mut self) -> String {
        match std::str::from_utf8(self.bytes()) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                self.fail();
                String::new()
            }
        }
    }

    /// Reads something nested one level deeper.
    pub fn nested<T: Take + Default>(&mut self) -> T {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.fail();
            return T::default();
        };
        self.depth = depth;
        let value = self.take();
        self.depth += 1;
        value
    }
}
