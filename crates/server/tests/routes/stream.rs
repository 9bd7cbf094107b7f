use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::support::{PHONE, PK, Running, SITE, VISITOR, order, run, run_with, site_file, token};

/// Reads messages of one stream.
struct Reader {
    response: Response,
    text: String,
}

#[derive(Debug, PartialEq)]
struct Message {
    name: String,
    data: Value,
    id: Option<String>,
}

impl Reader {
    async fn open(server: &Running, visitor: &str, last: Option<&str>) -> Reader {
        let mut body = json!({"site": SITE, "key": PK, "visitor": visitor, "token": token(visitor)});
        if let Some(last) = last {
            body["last"] = last.into();
        }
        let response = server.post("/v1/visitor/stream", &body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Reader { response, text: String::new() }
    }

    /// The next message, or `None` at the end; a stream that stays silent fails the test.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some((message, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    message.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned)
                };
                let message = Message {
                    name: field("event").unwrap(),
                    data: serde_json::from_str(&field("data").unwrap()).unwrap(),
                    id: field("id"),
                };
                self.text = rest.to_owned();
                return Some(message);
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk())
                .await
                .expect("the stream is silent");
            self.text.push_str(std::str::from_utf8(&chunk.unwrap()?).unwrap());
        }
    }

    /// The names and data of the next messages.
    async fn take(&mut self, count: usize) -> Vec<(String, Value)> {
        let mut taken = Vec::new();
        for _ in 0..count {
            let message = self.next().await.expect("the stream ended");
            taken.push((message.name, message.data));
        }
        taken
    }
}

async fn opened(server: &Running, visitor: &str) -> Reader {
    server.register(visitor, &token(visitor)).await;
    let mut reader = Reader::open(server, visitor, None).await;
    let names: Vec<_> = reader.take(3).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["bundle", "profile", "choice"]);
    reader
}

#[tokio::test]
async fn a_server_order_wakes_every_device_of_its_customer_and_nobody_else() {
    let server = run().await;
    let stranger = "0190a1b2-c3d4-7abc-8def-000000000003";
    let (mut here, mut there, mut other) =
        (opened(&server, VISITOR).await, opened(&server, PHONE).await, opened(&server, stranger).await);
    server.login("u-1", VISITOR, 1, json!({})).await;
    assert_eq!(here.take(1).await[0].0, "profile");
    server.login("u-1", PHONE, 2, json!({})).await;
    assert_eq!((here.take(1).await[0].0.as_str(), there.take(1).await[0].0.as_str()), ("profile", "profile"));
    let secret = server.secret().to_owned();
    server.send(&secret, &[order("u-1", "o-1", 700.0)]).await;
    let (told_here, told_there) = (here.take(1).await, there.take(1).await);
    assert_eq!(told_here, told_there);
    assert_eq!(told_here[0].1["version"], server.profile_rows(VISITOR).await["version"]);
    server.choose(stranger, json!({"measurement": "granted"})).await;
    assert_eq!(
        other.take(1).await,
        [("choice".to_owned(), json!({"version": 1}))],
        "the stranger heard of its own choice alone"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_reader_that_comes_back_hears_only_of_what_changed() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    let mut reader = Reader::open(&server, VISITOR, None).await;
    reader.take(2).await;
    let last = reader.next().await.unwrap().id.unwrap();
    drop(reader);
    server.choose(VISITOR, json!({"measurement": "granted"})).await;
    let mut reader = Reader::open(&server, VISITOR, Some(&last)).await;
    assert_eq!(reader.take(1).await, [("choice".to_owned(), json!({"version": 1}))]);
    server.stop().await;
}

#[tokio::test]
async fn a_published_change_reaches_open_streams() {
    let server = run_with(|config| config.watch = true).await;
    let mut reader = opened(&server, VISITOR).await;
    server.write_site("{ not json");
    server.write_site(&site_file("b"));
    let (name, data) = reader.take(1).await.remove(0);
    assert_eq!((name.as_str(), &data["sequence"]), ("bundle", &json!(2)));
    let bundle =
        server.get(&format!("/v1/sites/{SITE}/bundle/2/{}", data["hash"].as_str().unwrap())).send().await.unwrap();
    assert_eq!(bundle.status(), StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn withdrawing_and_erasing_end_the_stream() {
    let server = run().await;
    let mut withdrawn = opened(&server, VISITOR).await;
    server.choose(VISITOR, json!({"personalization": "withdrawn"})).await;
    assert!(withdrawn.next().await.is_none());
    let body = |visitor: &str| json!({"site": SITE, "key": PK, "visitor": visitor, "token": token(visitor)});
    assert_eq!(server.post("/v1/visitor/stream", &body(VISITOR)).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let mut erased = opened(&server, PHONE).await;
    server.client.delete(format!("{}/v1/visitor", server.url)).body(body(PHONE).to_string()).send().await.unwrap();
    assert!(erased.next().await.is_none());
    server.stop().await;
}

#[tokio::test]
async fn stopping_ends_streams_at_once() {
    let server = run().await;
    let mut reader = opened(&server, VISITOR).await;
    let begun = std::time::Instant::now();
    server.stop().await;
    assert!(reader.next().await.is_none());
    assert!(begun.elapsed() < Duration::from_secs(8), "not by the drain's end");
}
