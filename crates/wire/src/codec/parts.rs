//! What everything else is made of.

use super::{Put, Reader, Take, put_byte, put_bytes, put_varint};

impl<T: Put + ?Sized> Put for &T {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
}

macro_rules! part {
    ($type:ty, $self:ident, $out:ident: $put:expr, $r:ident: $take:expr) => {
        impl Put for $type {
            fn put(&$self, $out: &mut Vec<u8>) {
                $put
            }
        }
        impl Take for $type {
            fn take($r: &mut Reader<'_>) -> Self {
                $take
            }
        }
    };
}

part!(bool, self, out: put_byte(out, u8::from(*self)), r: r.flag());
part!(u32, self, out: put_varint(out, u64::from(*self)), r: r.varint(32) as u32);
part!(u64, self, out: put_varint(out, *self), r: r.varint(64));
part!(usize, self, out: put_varint(out, *self as u64), r: r.varint(usize::BITS) as usize);
part!(i32, self, out: put_signed(out, i64::from(*self)), r: r.signed(32) as i32);
part!(i64, self, out: put_signed(out, *self), r: r.signed(64));
part!(f64, self, out: out.extend_from_slice(&self.to_bits().to_le_bytes()), r: r.float());
part!(String, self, out: put_bytes(out, self.as_bytes()), r: r.text());

impl Put for u8 {
    fn put(&self, out: &mut Vec<u8>) {
        put_byte(out, *self);
    }
}

impl Take for u8 {
    fn take(r: &mut Reader<'_>) -> Self {
        r.byte()
    }

    fn list(r: &mut Reader<'_>) -> Vec<u8> {
        r.bytes().to_vec()
    }
}

#[inline(never)]
fn put_signed(out: &mut Vec<u8>, n: i64) {
    put_varint(out, ((n << 1) ^ (n >> 63)) as u64);
}

impl Put for str {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(out, self.as_bytes());
    }
}

impl<T: Put> Put for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_byte(out, u8::from(self.is_some()));
        if let Some(value) = self {
            value.put(out);
        }
    }
}

impl<T: Take> Take for Option<T> {
    fn take(r: &mut Reader<'_>) -> Self {
        if r.flag() { Some(r.take()) } else { None }
    }
}

impl<T: Put> Put for [T] {
    fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, self.len() as u64);
        for item in self {
            item.put(out);
        }
    }
}

impl<T: Put> Put for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_slice().put(out);
    }
}

impl<T: Take> Take for Vec<T> {
    fn take(r: &mut Reader<'_>) -> Self {
        T::list(r)
    }
}

macro_rules! tuples {
    ($(($($type:ident $at:tt)*))*) => {$(
        impl<$($type: Put),*> Put for ($($type,)*) {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$at.put(out);)*
            }
        }
        impl<$($type: Take),*> Take for ($($type,)*) {
            fn take(r: &mut Reader<'_>) -> Self {
                ($(r.take::<$type>(),)*)
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
}
