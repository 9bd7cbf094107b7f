//! Proof that the site knows who is logged in: an HMAC, or a JWT. Nothing else makes one device and another one person.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::text::Members;

/// How long a proof is good, in seconds.
const GOOD_FOR: i64 = 600;
/// The longest life of a JWT, in seconds.
const JWT_LIFE: i64 = 3_600;
/// How far the site's clock may be ahead, in seconds.
const AHEAD: i64 = 60;

/// What a proof must be about.
pub struct Claim<'a> {
    /// The site's id.
    pub site: &'a str,
    /// The user id of the event.
    pub user: &'a str,
    /// Its anonymous id.
    pub visitor: &'a str,
    /// Now, Unix seconds.
    pub now_s: i64,
}

/// What proofs are checked with.
pub struct Secrets<'a> {
    /// Shared with the site's server: HMAC proofs and HS256.
    pub shared: &'a str,
    /// The site's public key, if it signs with EdDSA.
    pub public: Option<&'a VerifyingKey>,
}

/// The `mac` of a proof.
pub fn mac(secret: &str, claim: &Claim<'_>, iat: i64) -> String {
    let Claim { site, user, visitor, .. } = claim;
    BASE64URL.encode(sign(secret, &format!("vt1\n{site}\n{user}\n{visitor}\n{iat}")))
}

/// What kind of proof this is, if it proves the claim: `hmac` or `jwt`.
pub fn check(secrets: &Secrets<'_>, proof: &Members<'_>, claim: &Claim<'_>) -> Option<&'static str> {
    if let Some(token) = proof.string("jwt") {
        return jwt(secrets, &token, claim).map(|()| "jwt");
    }
    let (iat, given) = (proof.integer("iat")?, proof.string("mac")?);
    let age = claim.now_s.checked_sub(iat)?;
    let fresh = (-AHEAD..=GOOD_FOR).contains(&age);
    let expected = mac(secrets.shared, claim, iat);
    let same: bool = expected.as_bytes().ct_eq(given.trim_end_matches('=').as_bytes()).into();
    (fresh && same).then_some("hmac")
}

/// Each algorithm has its own key, so that no token can choose what it is checked with.
fn jwt(secrets: &Secrets<'_>, token: &str, claim: &Claim<'_>) -> Option<()> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let decode = |part: &str| String::from_utf8(BASE64URL.decode(part).ok()?).ok();
    let header = decode(header)?;
    let header = Members::read(&header)?;
    let given = BASE64URL.decode(signature).ok()?;
    let sound = match header.string("alg")?.as_ref() {
        "HS256" => sign(secrets.shared, signed).as_slice().ct_eq(&given).into(),
        "EdDSA" => secrets.public?.verify_strict(signed.as_bytes(), &Signature::from_slice(&given).ok()?).is_ok(),
        _ => false,
    };
    if !sound || header.get("crit").is_some() {
        return None;
    }
    let payload = decode(payload)?;
    let payload = Members::read(&payload)?;
    let expires = payload.number("exp")?;
    let now = claim.now_s as f64;
    let in_time = expires > now && expires <= now + (JWT_LIFE + AHEAD) as f64;
    let begun = payload.number("nbf").is_none_or(|begin| begin <= now + AHEAD as f64);
    let audience = payload.string("aud")? == claim.site;
    let same = payload.string("sub")? == claim.user && payload.string("vid")? == claim.visitor;
    (in_time && begun && audience && same).then_some(())
}

fn sign(secret: &str, text: &str) -> [u8; 32] {
    // An HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(text));
    mac.map_or([0; 32], |mac| mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    const CLAIM: Claim<'_> = Claim { site: "shop", user: "u-17", visitor: "v-1", now_s: 1_000_000 };

    fn proven(json: &str, claim: &Claim<'_>) -> bool {
        let key = signing().verifying_key();
        let secrets = Secrets { shared: "secret", public: Some(&key) };
        check(&secrets, &Members::read(json).unwrap(), claim).is_some()
    }

    fn signing() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    #[test]
    fn a_mac_is_good_for_ten_minutes_and_one_claim() {
        let made = |iat: i64| format!(r#"{{"iat":{iat},"mac":"{}"}}"#, mac("secret", &CLAIM, iat));
        let rows = [
            (1_000_000, true),
            (999_400, true),
            (999_399, false),
            (1_000_060, true),
            (1_000_061, false),
            (i64::MIN, false),
        ];
        for (iat, expected) in rows {
            assert_eq!(proven(&made(iat), &CLAIM), expected, "{iat}");
        }
        let good = made(1_000_000);
        assert!(!proven(&good, &Claim { user: "u-18", ..CLAIM }));
        assert!(!proven(&good, &Claim { visitor: "v-2", ..CLAIM }));
        assert!(!proven(&good, &Claim { site: "other", ..CLAIM }));
        assert!(!proven(r#"{"iat":1000000}"#, &CLAIM));
        assert!(!proven(r#"{"iat":1000000,"mac":""}"#, &CLAIM));
        assert!(!proven(&good.replace("1000000", "1000001"), &CLAIM));
    }

    #[test]
    fn a_jwt_proves_by_our_algorithm_alone() {
        let token = |header: &str, payload: &str, secret: &str| {
            let signed = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(payload));
            let jwt = format!("{signed}.{}", BASE64URL.encode(sign(secret, &signed)));
            format!(r#"{{"jwt":"{jwt}"}}"#)
        };
        let header = r#"{"alg":"HS256","typ":"JWT"}"#;
        let payload = |aud: &str, sub: &str, vid: &str, exp: i64| {
            format!(r#"{{"aud":"{aud}","sub":"{sub}","vid":"{vid}","exp":{exp}}}"#)
        };
        let good = payload("shop", "u-17", "v-1", 1_003_600);
        assert!(proven(&token(header, &good, "secret"), &CLAIM));
        let signed = format!("{}.{}", BASE64URL.encode(r#"{"alg":"EdDSA"}"#), BASE64URL.encode(&good));
        let eddsa = |key: &SigningKey| {
            format!(r#"{{"jwt":"{signed}.{}"}}"#, BASE64URL.encode(key.sign(signed.as_bytes()).to_bytes()))
        };
        assert!(proven(&eddsa(&signing()), &CLAIM));
        assert!(!proven(&eddsa(&SigningKey::from_bytes(&[8; 32])), &CLAIM));
        let rows = [
            token(header, &good, "other"),
            token(r#"{"alg":"none"}"#, &good, "secret"),
            token(r#"{"alg":"HS512"}"#, &good, "secret"),
            token(r#"{"alg":"HS256","crit":["exp"]}"#, &good, "secret"),
            token(header, &payload("other", "u-17", "v-1", 1_003_600), "secret"),
            token(header, &payload("shop", "u-18", "v-1", 1_003_600), "secret"),
            token(header, &payload("shop", "u-17", "v-2", 1_003_600), "secret"),
            token(header, &payload("shop", "u-17", "v-1", 1_000_000), "secret"),
            token(header, &payload("shop", "u-17", "v-1", 1_010_000), "secret"),
            r#"{"jwt":"a.b.c"}"#.to_owned(),
            r#"{"jwt":""}"#.to_owned(),
        ];
        for bad in rows {
            assert!(!proven(&bad, &CLAIM), "{bad}");
        }
    }
}
