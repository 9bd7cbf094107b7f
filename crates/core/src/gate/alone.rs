//! The rotating id of measurement alone: it changes every day and nobody without the device's secret can join two of them,
//! or one of them to the visitor id.

use crate::time::day;
use vitrine_wire::Millis;

/// The id of a day: SipHash-2-4 of the day, keyed by the secret token, as a UUID.
pub fn rotating(token: &str, at: Millis) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut words = token
        .as_bytes()
        .chunks(8)
        .map(|chunk| chunk.iter().rev().fold(0u64, |word, byte| word << 8 | u64::from(*byte)));
    let mut word = || words.next().unwrap_or_default();
    let message = day(at) as u64;
    let halves = [sip(word(), word(), message), sip(word(), word(), message)];
    let mut id = String::with_capacity(36);
    for place in 0..32u32 {
        let half = halves.get(place as usize / 16).copied().unwrap_or_default();
        let nibble = match place {
            // Version 8 (custom) and the standard's variant.
            12 => 8,
            16 => 8 | (half >> 60 & 3),
            _ => half >> (60 - 4 * (place % 16)) & 15,
        };
        id.push(char::from(HEX.get(nibble as usize).copied().unwrap_or(b'0')));
        if matches!(place, 7 | 11 | 15 | 19) {
            id.push('-');
        }
    }
    id
}

fn sip(k0: u64, k1: u64, message: u64) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    // One whole word of message, then the word that holds its length.
    for word in [message, 8 << 56] {
        v[3] ^= word;
        round(&mut v);
        round(&mut v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    for _ in 0..4 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY;

    #[test]
    fn the_hash_is_siphash_2_4() {
        // The reference vector for key 00..0f and message 00..07.
        let key = |from: u64| (0..8).rev().fold(0, |word, byte| word << 8 | (from + byte));
        assert_eq!(sip(key(0), key(8), key(0)), 0x93f5_f579_9a93_2462);
    }

    #[test]
    fn every_day_and_device_has_its_own() {
        let id = |token: &str, day: i64| rotating(token, day * DAY + 5);
        assert_eq!(id("abcdefghijklmnopqrstuvwxyz0123456789", 1), id("abcdefghijklmnopqrstuvwxyz0123456789", 1));
        assert_ne!(id("abcdefghijklmnopqrstuvwxyz0123456789", 1), id("abcdefghijklmnopqrstuvwxyz0123456789", 2));
        assert_ne!(id("abcdefghijklmnopqrstuvwxyz0123456789", 1), id("bbcdefghijklmnopqrstuvwxyz0123456789", 1));
        assert_eq!(id("", 0).len(), 36);
        assert_eq!(id("x", 3).as_bytes().get(14), Some(&b'8'));
    }
}
