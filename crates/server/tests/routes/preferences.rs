use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::support::{ORIGIN, PHONE, PK, Running, SITE, VISITOR, page_event, run, token};

async fn shop() -> Running {
    let server = run().await;
    let file = json!({
        "vitrine": 1, "site": SITE, "origins": [ORIGIN], "notices": {"mail": {"fr": "Sur demande."}},
        "channels": {"email": {"notice": "mail", "title": {"fr": "Courriel"}}, "post": {"basis": "interest"}},
        "topics": {"sales": {}, "orders": {"basis": "service"}},
        "traits": {"city": "string"}, "segments": {"vip": {"when": {"orders.count": {"$gte": 1}}}},
    });
    server.write_site(&file.to_string());
    server.app.publish().await.unwrap();
    server.register(VISITOR, &token(VISITOR)).await;
    server
}

async fn patch(server: &Running, path: &str, visitor: &str, change: Value) -> Response {
    let mut body = json!({"site": SITE, "key": PK, "visitor": visitor, "token": token(visitor)});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    server.client.request(Method::PATCH, format!("{}{path}", server.url)).body(body.to_string()).send().await.unwrap()
}

async fn prefer(server: &Running, change: Value) -> Value {
    let answer = patch(server, "/v1/visitor/preferences", VISITOR, change.clone()).await;
    assert_eq!(answer.status(), StatusCode::OK, "{change}");
    answer.json().await.unwrap()
}

async fn outbox(server: &Running) -> Vec<Value> {
    let request = server.post(&format!("/v1/sites/{SITE}/outbox"), &json!({})).basic_auth(server.secret(), Some(""));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["messages"].as_array().unwrap().clone()
}

async fn confirm(server: &Running, token: &Value) -> StatusCode {
    server.post("/v1/preferences/confirm", &json!({"site": SITE, "token": token})).send().await.unwrap().status()
}

/// The frequency of email, its sales, its orders, post.
fn grid(of: &Value) -> [&str; 4] {
    let email = &of["channels"]["email"];
    let all = [&email["frequency"], &email["topics"]["sales"]["frequency"], &email["topics"]["orders"]["frequency"]];
    let [email, sales, orders] = all.map(|frequency| frequency.as_str().unwrap());
    [email, sales, orders, of["channels"]["post"]["frequency"].as_str().unwrap()]
}

#[tokio::test]
async fn silence_allows_what_the_law_allows_and_a_stop_wins() {
    let server = shop().await;
    let request = server.get("/v1/visitor/preferences").bearer_auth(token(VISITOR));
    let first: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(grid(&first), ["off", "off", "each", "each"]);
    let email = &first["channels"]["email"];
    assert_eq!(
        (&email["basis"], &email["notice"], &email["title"]["fr"]),
        (&json!("opt-in"), &json!("mail"), &json!("Courriel"))
    );
    assert_eq!(email["topics"]["orders"]["basis"], "service");
    assert!(server.profile_rows(VISITOR).await.get("channels").is_none(), "nothing was said yet");

    let rows = [
        (json!({"channels": {"email": "each"}}), ["each", "each", "each", "each"]),
        (json!({"topics": {"email": {"sales": "weekly", "orders": "off"}}}), ["each", "weekly", "each", "each"]),
        (json!({"channels": {"email": "off"}}), ["off", "off", "each", "each"]),
        (json!({"channels": {"email": "monthly"}}), ["monthly", "weekly", "each", "each"]),
        (json!({"stop": true}), ["off", "off", "each", "off"]),
        (json!({"topics": {"email": {"sales": "off"}}}), ["off", "off", "each", "off"]),
        // One topic of what is off: that one alone.
        (json!({"topics": {"email": {"sales": "daily"}}}), ["off", "daily", "each", "off"]),
        (json!({"channels": {"email": "off"}}), ["off", "off", "each", "off"]),
        (json!({"channels": {"email": "each"}}), ["each", "daily", "each", "off"]),
        (json!({"stop": true, "channels": {"post": "each"}}), ["off", "off", "each", "each"]),
    ];
    for (change, expected) in rows {
        assert_eq!(grid(&prefer(&server, change.clone()).await), expected, "{change}");
    }
    let liked = prefer(&server, json!({"preferred": "post"})).await;
    assert_eq!((&liked["preferred"], &liked["stopped"]), (&json!("post"), &json!(false)));
    let facts = json!({"email": false, "post": true, "preferred": "post"});
    assert_eq!(server.profile_rows(VISITOR).await["channels"], facts);
    let server = server.restart().await;
    assert_eq!(server.profile_rows(VISITOR).await["channels"], facts, "and after a restart");
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_anybody_typed_is_confirmed_where_it_leads() {
    let server = shop().await;
    let typed = json!({"addresses": {"email": "Ann@shop.example"}, "channels": {"email": "each"}, "locale": "fr"});
    let answer = prefer(&server, typed.clone()).await;
    let email = &answer["channels"]["email"];
    assert_eq!((&email["pending"], &email["address"]), (&json!(true), &json!("A…@shop.example")));
    assert_eq!(server.profile_rows(VISITOR).await["channels"]["email"], false, "not used yet");
    assert_eq!(
        server.export(VISITOR).await["addresses"],
        json!({"email": "Ann@shop.example"}),
        "nothing hidden from the export"
    );
    let [message] = outbox(&server).await.try_into().unwrap();
    assert_eq!((&message["address"], &message["locale"]), (&json!("Ann@shop.example"), &json!("fr")));
    assert!(outbox(&server).await.is_empty(), "given out once");
    assert_eq!(confirm(&server, &json!("nonsense")).await, StatusCode::NOT_FOUND);
    assert_eq!(confirm(&server, &message["token"]).await, StatusCode::OK);
    assert_eq!(confirm(&server, &message["token"]).await, StatusCode::NOT_FOUND, "used");
    assert_eq!(server.profile_rows(VISITOR).await["channels"]["email"], true);

    prefer(&server, json!({"addresses": {"email": "bob@shop.example"}})).await;
    let [late] = outbox(&server).await.try_into().unwrap();
    server.later(8 * 86_400_000);
    assert_eq!(confirm(&server, &late["token"]).await, StatusCode::NOT_FOUND, "a week is over");
    let away = prefer(&server, json!({"addresses": {"email": ""}})).await;
    assert_eq!(away["channels"]["email"].get("address"), None);
    server.stop().await;
}

#[tokio::test]
async fn an_objection_leaves_a_hash_and_nobody_is_asked_again_in_its_name() {
    let server = shop().await;
    server.register(PHONE, &token(PHONE)).await;
    let typed = || json!({"addresses": {"email": "ann@shop.example"}, "channels": {"email": "each"}});
    server.login("u-1", VISITOR, 1, json!({})).await;
    let answer = prefer(&server, typed()).await;
    assert_eq!(answer["channels"]["email"]["pending"], false, "of a person who is logged in");
    assert!(outbox(&server).await.is_empty());
    prefer(&server, json!({"stop": true})).await;
    let db = rusqlite::Connection::open(&server.config.database).unwrap();
    let count =
        |table: &str| db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((count("addresses"), count("suppressed")), (0, 1));

    let other = |change| patch(&server, "/v1/visitor/preferences", PHONE, change);
    let answer: Value = other(json!({"addresses": {"email": " ANN@shop.example"}})).await.json().await.unwrap();
    assert_eq!(answer["channels"]["email"]["pending"], true, "as for any other address");
    assert!(outbox(&server).await.is_empty(), "but no message goes there");
    prefer(&server, typed()).await;
    assert_eq!(count("suppressed"), 0, "the owner took it back");
    prefer(&server, json!({"stop": true})).await;
    server.later(4 * 366 * 86_400_000);
    other(json!({"addresses": {"email": "ann@shop.example"}})).await;
    assert_eq!((outbox(&server).await.len(), count("suppressed")), (1, 0), "three years later it is forgotten");
    server.stop().await;
}

#[tokio::test]
async fn what_the_person_says_of_the_profile_stands() {
    let server = shop().await;
    let says = async |n: u32, traits: Value, source: Option<&str>| {
        server.later(1_000);
        let mut event = page_event(VISITOR, n, &token(VISITOR));
        event["type"] = "identify".into();
        event["traits"] = traits;
        if let Some(source) = source {
            event["context"]["vitrine"]["source"] = source.into();
        }
        server.send(PK, &[event]).await
    };
    let logged = async || {
        let rows = server.app.db.requests(server.app.site).await.unwrap();
        rows.into_iter().map(|row| (row.request.kind.as_str(), row.request.answered)).collect::<Vec<_>>()
    };
    says(1, json!({"city": "Nice"}), None).await;
    assert_eq!(logged().await, [], "a form corrects nothing");
    says(2, json!({"city": "Lyon"}), Some("visitor")).await;
    let rows = server.profile_rows(VISITOR).await;
    assert_eq!(
        (&rows["traits"]["city"]["value"], &rows["traits"]["city"]["source"]),
        (&json!("Lyon"), &json!("visitor"))
    );
    assert_eq!(logged().await, [("rectification", Some(server.app.now()))]);
    assert_eq!(says(2, json!({"city": "Lyon"}), Some("visitor")).await["duplicates"], 1);
    for (n, out) in [(3, true), (4, false)] {
        says(n, json!({"$out.vip": out}), Some("visitor")).await;
        let row = &server.profile_rows(VISITOR).await["traits"]["$out.vip"];
        assert_eq!((&row["value"], &row["source"]), (&json!(out), &json!("visitor")));
    }
    assert_eq!(logged().await.len(), 1, "sent again, or about a segment");
    server.choose(VISITOR, json!({"personalization": "withdrawn"})).await;
    says(5, json!({"city": "Nice"}), Some("visitor")).await;
    assert_eq!(logged().await.len(), 1, "what is not kept is not corrected");
    server.stop().await;
}

#[tokio::test]
async fn changes_are_checked() {
    let server = shop().await;
    let path = "/v1/visitor/preferences";
    let rows = [
        (path, VISITOR, json!({"channels": {"fax": "each"}}), 400),
        (path, VISITOR, json!({"channels": {"email": "hourly"}}), 400),
        (path, VISITOR, json!({"topics": {"email": {"gossip": "each"}}}), 400),
        (path, VISITOR, json!({"addresses": {"email": "no address"}}), 400),
        (path, VISITOR, json!({"preferred": "fax"}), 400),
        (path, VISITOR, json!({"token": token(PHONE)}), 404),
        (path, PHONE, json!({}), 404),
        (path, VISITOR, json!({"site": "other"}), 404),
        (path, VISITOR, json!({"key": "pk_other"}), 401),
        (path, VISITOR, json!({}), 200),
    ];
    for (path, visitor, change, expected) in rows {
        assert_eq!(patch(&server, path, visitor, change.clone()).await.status(), expected, "{path} {change}");
    }
    let outbox = format!("/v1/sites/{SITE}/outbox");
    let ask = |key: String| server.post(&outbox, &json!({})).basic_auth(key, Some(""));
    assert_eq!(ask(PK.into()).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let page = ask(server.secret().to_owned()).header("origin", ORIGIN);
    assert_eq!(page.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    server.stop().await;
}

#[tokio::test]
async fn erasing_forgets_preferences() {
    let server = shop().await;
    prefer(&server, json!({"addresses": {"email": "ann@shop.example"}, "channels": {"email": "each"}})).await;
    let body = json!({"site": SITE, "key": PK, "visitor": VISITOR, "token": token(VISITOR)});
    server.client.delete(format!("{}/v1/visitor", server.url)).body(body.to_string()).send().await.unwrap();
    let db = rusqlite::Connection::open(&server.config.database).unwrap();
    for table in ["preferences", "addresses", "outbox"] {
        let left: i64 = db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
    server.stop().await;
}
