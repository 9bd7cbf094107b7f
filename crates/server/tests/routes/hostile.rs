//! Bodies that are not JSON: refused with 4xx, and nothing else happens.

use std::path::PathBuf;

use super::support::{PK, run};

#[tokio::test]
async fn texts_that_no_parser_may_accept_are_refused() {
    let Some(folder) = suite() else {
        println!("skipped: jsontestsuite is not there (VITRINE_SUITES)");
        return;
    };
    let server = run().await;
    let mut tried = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        if name.starts_with("n_") && bytes.len() < 500 * 1_024 {
            for (place, body) in
                [("whole", bytes.clone()), ("batch", [b"{\"batch\":[".as_slice(), &bytes, b"]}"].concat())]
            {
                // Inside a batch some of these are empty, or closed by what follows.
                if place == "batch"
                    && std::str::from_utf8(&body)
                        .is_ok_and(|text| serde_json::from_str::<serde_json::Value>(text).is_ok())
                {
                    continue;
                }
                for path in ["/v1/batch", "/v1/track"] {
                    let request =
                        server.client.post(format!("{}{path}", server.url)).basic_auth(PK, Some("")).body(body.clone());
                    let status = request.send().await.unwrap().status();
                    assert!(status.is_client_error(), "{name} {place} {path}: {status}");
                }
                tried += 1;
            }
            let request = server.client.post(format!("{}/v1/visitor/consents", server.url)).body(bytes);
            let status = request.send().await.unwrap().status();
            assert!(status.is_client_error(), "{name}: {status}");
        }
    }
    assert!(tried > 300, "{tried}");
    server.stop().await;
}

fn suite() -> Option<PathBuf> {
    let beside = || {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?.to_owned();
        root.ancestors().skip(1).map(|above| above.join("shared/suites")).find(|folder| folder.exists())
    };
    let folder =
        std::env::var_os("VITRINE_SUITES").map(PathBuf::from).or_else(beside)?.join("jsontestsuite/test_parsing");
    folder.exists().then_some(folder)
}
