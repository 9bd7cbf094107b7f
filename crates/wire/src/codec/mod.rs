//! Plain data as bytes, in postcard's format, written by hand: derived serde weighed 37 kB in the page.
//!
//! Integers are LEB128 varints (zig-zag where signed), floats eight bytes little-endian, text and lists carry their length
//! first, an option is 0 or 1 and the value, an enum its variant's number; structs and tuples are their parts in a row.
//!
//! Reading cannot fail in the middle: a reader that met damage says so once, at the end, and answers zeroes until then.
//! That keeps every decoder a plain list of parts, without a branch and a clean-up after each.

mod parts;
mod reader;
#[cfg(test)]
mod tests;

pub use reader::Reader;

/// Data that can be written.
pub trait Put {
    /// Appends the bytes.
    fn put(&self, out: &mut Vec<u8>);
}

/// Data that can be read back.
pub trait Take: Sized {
    /// Reads the bytes; what is damaged or missing is zero, empty, none, or the first variant.
    fn take(r: &mut Reader<'_>) -> Self;

    /// Reads a list of them.
    fn list(r: &mut Reader<'_>) -> Vec<Self> {
        let mut left = r.count();
        // Nothing is reserved: a length is only a claim.
        let mut list = Vec::new();
        while r.another(&mut left) {
            list.push(r.take());
        }
        list
    }
}

/// Reads a whole. None for bytes that end too early or say nothing sound; an unknown tail is ignored.
pub fn read<T: Take>(bytes: &[u8]) -> Option<T> {
    let mut r = Reader::new(bytes);
    let value = r.take();
    r.sound().then_some(value)
}

/// Appends one byte. Never inlined: a push brings its growing along.
#[inline(never)]
pub fn put_byte(out: &mut Vec<u8>, byte: u8) {
    out.push(byte);
}

/// Appends an unsigned integer.
#[inline(never)]
pub fn put_varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        put_byte(out, n as u8 | 0x80);
        n >>= 7;
    }
    put_byte(out, n as u8);
}

/// Appends a length and so many bytes.
#[inline(never)]
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes and reads a struct part by part, or an enum without fields by its variant's number. INVARIANT: the order is
/// the format. A part or variant that is not listed does not compile.
#[macro_export]
macro_rules! codec {
    (struct $type:ident { $($part:ident),* $(,)? }) => {
        impl $crate::codec::Put for $type {
            fn put(&self, out: &mut Vec<u8>) {
                let Self { $($part),* } = self;
                $($crate::codec::Put::put($part, out);)*
            }
        }
        impl $crate::codec::Take for $type {
            fn take(r: &mut $crate::codec::Reader<'_>) -> Self {
                Self { $($part: r.take()),* }
            }
        }
    };
    (struct $type:ident ($part:ident)) => {
        impl $crate::codec::Put for $type {
            fn put(&self, out: &mut Vec<u8>) {
                let Self($part) = self;
                $crate::codec::Put::put($part, out);
            }
        }
        impl $crate::codec::Take for $type {
            fn take(r: &mut $crate::codec::Reader<'_>) -> Self {
                Self(r.take())
            }
        }
    };
    (enum $type:ident { $first:ident $(, $variant:ident)* $(,)? }) => {
        impl $crate::codec::Put for $type {
            fn put(&self, out: &mut Vec<u8>) {
                let number = match self { Self::$first => Self::$first as u8, $(Self::$variant => Self::$variant as u8,)* };
                $crate::codec::put_byte(out, number);
            }
        }
        impl $crate::codec::Take for $type {
            fn take(r: &mut $crate::codec::Reader<'_>) -> Self {
                const FIRST: u32 = $type::$first as u32;
                // Numbers have no gaps: the last variant's is how many come before it.
                let last = [FIRST $(, $type::$variant as u32)*].len() as u32 - 1;
                match r.variant(last) {
                    $(n if n == Self::$variant as u32 => Self::$variant,)*
                    _ => Self::$first,
                }
            }
        }
    };
}
