use reqwest::StatusCode;

use super::support::run_with;

#[tokio::test]
async fn pages_and_the_sdk_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let (www, sdk) = (folder.path().join("www"), folder.path().join("sdk"));
    std::fs::create_dir_all(www.join("cart")).unwrap();
    std::fs::create_dir_all(&sdk).unwrap();
    std::fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    std::fs::write(www.join("index.html"), "home").unwrap();
    std::fs::write(www.join("cart/index.html"), "cart").unwrap();
    std::fs::write(sdk.join("core-0a1b2c3d.wasm"), "wasm").unwrap();
    std::fs::write(sdk.join("core-0a1b2c3d.wasm.br"), "packed").unwrap();
    std::fs::write(sdk.join("vitrine.js"), "js").unwrap();
    let server = run_with(|config| {
        config.demo = true;
        (config.www, config.sdk) = (Some(www), Some(sdk));
    })
    .await;
    let forever = Some("public, max-age=31536000, immutable");
    let rows = [
        ("/", "", 200, "home", Some("text/html"), Some("no-cache")),
        ("/cart/", "", 200, "cart", Some("text/html"), Some("no-cache")),
        ("/sdk/0.1.0/core-0a1b2c3d.wasm", "", 200, "wasm", Some("application/wasm"), forever),
        ("/sdk/0.1.0/core-0a1b2c3d.wasm", "gzip, br", 200, "packed", Some("application/wasm"), forever),
        ("/sdk/0.1.0/vitrine.js", "", 200, "js", Some("text/javascript"), Some("no-cache")),
        ("/nothing", "", 404, "", None, None),
        ("/sdk/0.1.0/nothing.js", "", 404, "", None, None),
        ("/../secret.txt", "", 404, "", None, None),
        ("/%2e%2e/secret.txt", "", 404, "", None, None),
        ("/sdk/0.1.0/..%2f..%2fsecret.txt", "", 404, "", None, None),
    ];
    for (path, accept, status, text, kind, caching) in rows {
        let answer = server.get(path).header("accept-encoding", accept).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        if status == StatusCode::OK {
            assert_eq!(answer.headers()["content-type"].to_str().unwrap().split(';').next(), kind, "{path}");
            assert_eq!(answer.headers().get("cache-control").map(|value| value.to_str().unwrap()), caching, "{path}");
            assert_eq!(answer.text().await.unwrap(), text, "{path}");
        }
    }
    server.stop().await;
}
