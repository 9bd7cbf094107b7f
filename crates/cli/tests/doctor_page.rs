//! `vitrine doctor URL` over pages that a real backend serves.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::process::Command;

use base64::Engine as _;
use serde_json::{Value, json};
use vitrine_server::{Config, Limits, start, system_clock};

const BANNER: &str =
    r#"<vitrine-consent-banner></vitrine-consent-banner><button data-vitrine-consent="open">My choices</button>"#;

/// A page of the shop with its tag.
fn page(rest: &str) -> String {
    tagged(r#"src="/sdk/1/vitrine.js" data-site="shop" data-key="pk_test" data-verify="VERIFY""#, rest)
}

fn tagged(attributes: &str, rest: &str) -> String {
    format!("<!doctype html><title>Shop</title><script async {attributes}></script>{rest}")
}

/// The exit code and what was found, as `severity code`.
fn doctor(url: &str) -> (i32, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_vitrine")).args(["doctor", url, "--json"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let report: Value =
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    let found = report["findings"].as_array().unwrap().iter();
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let lines = found.map(|f| {
        assert!(!word(f, "message").is_empty() && !word(f, "fix").is_empty());
        format!("{} {}", word(f, "severity"), word(f, "code"))
    });
    (output.status.code().unwrap(), lines.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_read_as_a_visitor_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["www", "sdk"] {
        std::fs::create_dir(path(name)).unwrap();
    }
    std::fs::write(path("sdk/vitrine.js"), "/* the SDK */").unwrap();
    let site = json!({"vitrine": 1, "site": "shop", "slots": {"hero": {}}, "consent": {"map": {"C0003": "measurement"}},
        "purposes": {"personalization": {"notice": "n1"}}, "notices": {"n1": {"en": "We show what suits you."}}});
    std::fs::write(path("site.json"), site.to_string()).unwrap();
    let server = start(Config {
        site: path("site.json"),
        database: path("v.db").to_str().unwrap().to_owned(),
        sdk: Some(path("sdk")),
        www: Some(path("www")),
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 0,
        public_key: Some("pk_test".into()),
        keys: vec![],
        jwt_key: None,
        origins: vec![],
        demo: false,
        watch: false,
        limits: Limits::default(),
        clock: system_clock(),
    })
    .await
    .unwrap();
    let (origin, verify) = (format!("http://{}", server.address()), server.app().keys.verify());
    let other = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
    let other = format!("1:{}", base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(other.as_bytes()));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));

    let rows: Vec<(&str, String, &[&str])> = vec![
        ("sound", page(BANNER), &[]),
        ("no tag", "<p>Hello".into(), &["error tag-missing", "error nobody-asks"]),
        ("twice", page(&page(BANNER)), &["warning tag-twice"]),
        ("nobody asks", page(""), &["error nobody-asks", "error no-way-back"]),
        ("own calls", page(BANNER).replace("data-site", r#"data-consent="manual" data-site"#), &[]),
        (
            "no such source",
            page(BANNER).replace("data-site", r#"data-consent="cookiebot" data-site"#),
            &["error authority-unknown"],
        ),
        ("no key", page(BANNER).replace("data-key", "data-x"), &["error key-missing"]),
        ("unverified", page(BANNER).replace("data-verify", "data-x"), &["warning bundle-unverified"]),
        ("another key's number", page(BANNER).replace("VERIFY", "7:AAAA"), &["error bundle-key"]),
        ("another key", page(BANNER).replace("VERIFY", &other), &["error bundle-signature"]),
        ("another site", page(BANNER).replace(r#""shop""#, r#""elsewhere""#), &["error bundle-missing"]),
        ("no SDK", page(BANNER).replace("vitrine.js", "none.js"), &["error sdk-missing"]),
        ("SDK of a wrong type", page(BANNER).replace("/sdk/1/vitrine.js", "/sound.html"), &["error sdk-type"]),
        (
            "a backend elsewhere",
            page(BANNER).replace(
                "data-site",
                &format!(r#"data-endpoint="{}" data-site"#, origin.replace("127.0.0.1", "localhost")),
            ),
            &["warning endpoint-elsewhere"],
        ),
        (
            "a map without personalization",
            page(&format!(r#"<script src="/klaro.js" data-x></script>{BANNER}"#))
                .replace("data-site", r#"data-consent="klaro" data-site"#),
            &["warning unmapped"],
        ),
        (
            "a manager that is not there",
            page(BANNER).replace("data-site", r#"data-consent="tcf:755" data-site"#),
            &["warning authority-unseen", "warning unmapped"],
        ),
        (
            "a long choice",
            page(r#"<script>tarteaucitron.init({})</script>"#),
            &["warning choice-long", "warning unmapped", "note no-way-back"],
        ),
        (
            "too long a choice",
            page(r#"<script src="/vanilla-cookieconsent.js"></script><script src="/consent.js"></script>"#),
            &["error choice-too-long", "warning unmapped", "note no-way-back"],
        ),
        (
            "two managers",
            page(r#"<script>var klaroConfig = {}; tarteaucitron.init()</script>"#),
            &["note several-managers", "warning unmapped", "note no-way-back"],
        ),
        (
            "the site's own banner before a manager",
            page(&format!(r#"<script src="/klaro.js"></script>{BANNER}"#)),
            &["note several-managers"],
        ),
        (
            "a button, which leaves it to the manager",
            page(r#"<script src="/klaro.js"></script><button data-vitrine-consent="open">My choices</button>"#),
            &["warning unmapped"],
        ),
        (
            "the second duration is the long one",
            page(
                r#"<script>({cookieExpiresAfterDays: 90}); klaroConfig = {cookieExpiresAfterDays: 300}</script><button data-vitrine-consent="open">My choices</button>"#,
            ),
            &["warning choice-long", "warning unmapped"],
        ),
        (
            "addresses relative to the first base",
            format!(r#"<base href="/sdk/9/deeper/"><base href="/nowhere/">{}"#, page(BANNER))
                .replace("/sdk/1/vitrine.js", "../../1/vitrine.js"),
            &[],
        ),
        (
            "a base elsewhere",
            format!(r#"<base href="{}/">{}"#, origin.replace("127.0.0.1", "localhost"), page(BANNER))
                .replace("/sdk/1/", "sdk/1/"),
            &["warning endpoint-elsewhere"],
        ),
        ("a relative backend", page(BANNER).replace("data-site", r#"data-endpoint="." data-site"#), &[]),
        ("a step up", page(BANNER).replace("/sdk/1/", "a/../sdk/./1/"), &[]),
        (
            "a file of the site that a base leads to",
            format!(
                r#"<base href="/x/y/">{}"#,
                page(r#"<script src="/vanilla-cookieconsent.js"></script><script src="../../consent.js"></script>"#)
            ),
            &["error choice-too-long", "warning unmapped", "note no-way-back"],
        ),
        (
            "an inline boot",
            page(&format!("<script>__tcfapi()</script>{BANNER}"))
                .replace(r#"src="/sdk/1/vitrine.js""#, r#"data-consent="tcf""#),
            &["warning unmapped", "note paint-late"],
        ),
        (
            "a tracker",
            page(&format!(r#"<script async src="https://www.googletagmanager.com/gtag/js"></script>{BANNER}"#)),
            &["warning runs-before-choice"],
        ),
        (
            "a tracker that waits",
            page(&format!(r#"<script type="text/plain" src="https://connect.facebook.net/x.js"></script>{BANNER}"#)),
            &[],
        ),
        (
            "Google's tag after a denial",
            page(&format!(
                r#"<script>gtag("consent", "default", {{ad_storage: "denied"}})</script><script src="https://www.googletagmanager.com/gtag/js"></script>{BANNER}"#
            )),
            &[],
        ),
        (
            "a policy without WebAssembly",
            page(&format!(
                r#"<meta http-equiv="Content-Security-Policy" content="script-src 'self'; connect-src 'self'">{BANNER}"#
            )),
            &["error csp-wasm"],
        ),
        (
            "a policy without the backend",
            page(&format!(
                r#"<meta http-equiv="Content-Security-Policy" content="script-src 'wasm-unsafe-eval'; connect-src https://else.example">{BANNER}"#
            )),
            &["error csp-connect"],
        ),
        (
            "a policy that names the host alone",
            page(&format!(
                r#"<meta http-equiv="Content-Security-Policy" content="script-src 'wasm-unsafe-eval'; connect-src 127.0.0.1:*">{BANNER}"#
            )),
            &[],
        ),
        ("a tag in a script's text", page(&format!(r#"<script>"<script data-site=x>"</script>{BANNER}"#)), &[]),
    ];
    std::fs::write(path("www/consent.js"), "CookieConsent.run({ cookie: { expiresAfterDays: 900 } })").unwrap();
    std::fs::write(path("www/sound.html"), page(BANNER)).unwrap();
    for (name, html, expected) in &rows {
        std::fs::write(path("www/page.html"), html.replace("VERIFY", &verify)).unwrap();
        let (code, found) = doctor(&format!("{origin}/page.html"));
        assert_eq!(found, *expected, "{name}");
        assert_eq!(code, i32::from(expected.iter().any(|line| line.starts_with("error"))), "{name}");
    }
    let out =
        Command::new(env!("CARGO_BIN_EXE_vitrine")).args(["doctor", &format!("{origin}/none.html")]).output().unwrap();
    assert!(!out.status.success() && String::from_utf8_lossy(&out.stderr).contains("404"));
    stop.send(()).unwrap();
    running.await.unwrap();
}

#[test]
fn cookies_of_the_answer_are_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    // The page, then the look for gpc.json.
    let server = std::thread::spawn(move || {
        for stream in listener.incoming().take(2) {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let body = "<p>Hello";
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\nset-cookie: id=1; Max-Age=99999999\r\nset-cookie: lang=fr\r\nset-cookie: old=1; Expires=Fri, 31-Dec-9999 23:59:59 GMT; Max-Age=60\r\nset-cookie: far=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT";
            write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    let expected = [
        "error tag-missing",
        "error nobody-asks",
        "note cookies-before-choice",
        "warning cookie-long",
        "warning cookie-long",
        "note gpc-unsaid",
    ];
    assert_eq!(doctor(&url), (1, expected.map(String::from).to_vec()));
    server.join().unwrap();
}
