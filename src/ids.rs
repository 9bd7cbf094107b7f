//! Ids and secrets. Randomness is the page's; the engine has none.

use std::cell::RefCell;
use vitrine_core::io::Identity;
use vitrine_wire::Millis;

use crate::js;

/// A UUIDv7: ordered by time, unique without asking anybody.
pub fn uuid(at: Millis) -> String {
    let mut bytes = random(16);
    let time = at.to_be_bytes();
    for (to, from) in bytes.iter_mut().zip(time.iter().skip(2)) {
        *to = *from;
    }
    if let [.., version, _, variant, _, _, _, _, _, _, _] = bytes.as_mut_slice() {
        *version = *version & 0x0f | 0x70;
        *variant = *variant & 0x3f | 0x80;
    }
    let mut out = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        for half in [byte >> 4, byte & 15] {
            out.push(char::from_digit(half.into(), 16).unwrap_or('0'));
        }
    }
    out
}

/// Random bytes, of which many are drawn at a time: asking the browser costs more than the bytes.
fn random(count: usize) -> Vec<u8> {
    thread_local!(static POOL: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });
    POOL.with_borrow_mut(|pool| {
        if pool.len() < count {
            *pool = js::random(64 * count);
        }
        pool.split_off(pool.len().saturating_sub(count))
    })
}

/// The instant in a UUIDv7; none in any other id.
pub fn time(id: &str) -> Option<Millis> {
    let of_time = id.get(..8)?.chars().chain(id.get(9..13)?.chars());
    let ours = id.len() == 36 && id.get(14..15) == Some("7");
    of_time.into_iter().try_fold(0, |sum, digit| Some(sum * 16 + i64::from(digit.to_digit(16)?))).filter(|_| ours)
}

/// 256 random bits as base64url.
pub fn secret() -> String {
    base64url(&js::random(32))
}

/// Ids for a device that has none; none either where the browser has no random numbers to make secrets of.
pub fn identity(at: Millis) -> Option<Identity> {
    let token = secret();
    (!token.is_empty()).then(|| Identity { visitor: uuid(at), token, created: at })
}

fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut out, mut bits, mut held) = (String::new(), 0u32, 0);
    let mut put = |index: u32| out.push(char::from(ALPHABET.get((index & 63) as usize).copied().unwrap_or(b'A')));
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 6 {
            held -= 6;
            put(bits >> held);
        }
    }
    if held > 0 {
        put(bits << (6 - held));
    }
    out
}
