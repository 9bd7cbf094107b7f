//! One story that every database must tell the same way.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod consent;
mod proof;
mod retention;

use std::collections::BTreeMap;

use vitrine_server::db::sqlite::Sqlite;
use vitrine_server::db::{
    Basis, BundleRow, Db, Decided, EventKey, Fact, NewEvent, Node, OrderState, Outcome, Quarantined, Registration,
    SiteNo, Withdrawer, hash,
};
use vitrine_server::preferences::Wish;
use vitrine_server::requests::{Kind, Request};
use vitrine_wire::http::{Choice, Frequency};

const DAY: i64 = 86_400_000;
const NOW: i64 = 1_800_000_000_000;

#[tokio::test]
async fn sqlite_tells_the_story() {
    let folder = tempfile::tempdir().unwrap();
    story(|| Sqlite::open(&folder.path().join("story.db")).unwrap()).await;
}

async fn story<D: Db>(open: impl Fn() -> D) {
    let db = open();
    let shop = db.site("shop").await.unwrap();
    let other = db.site("other").await.unwrap();
    assert_ne!(shop, other);
    assert_eq!(db.site("shop").await.unwrap(), shop);

    events_are_stored_once(&db, shop, other).await;
    foreign_ids_are_remembered_for_35_days(&db, shop).await;
    a_visitor_has_one_token(&db, shop).await;
    a_login_joins_devices_and_wakes_them(&db, shop, other).await;
    two_people_on_one_device_stay_two(&db, shop).await;
    facts_need_a_token_a_proof_or_a_secret_key(&db, shop).await;
    consent::a_withdrawal_purges_what_lived_on_it(&db, shop).await;
    consent::a_ticket_withdraws_once(&db, shop).await;
    consent::an_erased_visitor_stays_erased(&db, shop).await;
    consent::a_receipt_counts_once(&db, shop).await;
    consent::only_what_was_allowed_is_folded(&db, shop).await;
    proof::acts_are_chained(&db, other).await;
    proof::words_are_those_that_were_published(&db, other).await;
    proof::many_at_once_stand_in_one_chain(&db).await;
    requests_are_logged(&db, shop, other).await;
    preferences_follow_the_person(&db, shop, other).await;
    bundles_rise(&db, shop, other).await;

    db.ping().await.unwrap();
    db.close().await.unwrap();
    assert!(db.ping().await.is_err(), "a closed database takes no more");
    drop(db);

    let db = open();
    assert_eq!(db.site("shop").await.unwrap(), shop, "what was kept is there after a restart");
    assert_eq!(db.events(shop, Node::visitor("once")).await.unwrap().len(), 2);
    proof::the_chains_are_whole_and_go_on(&db).await;
    db.close().await.unwrap();
    drop(db);
    retention::what_is_too_old_goes(&open).await;
    retention::wishes_last_three_years_from_the_last_contact(&open()).await;
}

async fn events_are_stored_once<D: Db>(db: &D, shop: SiteNo, other: SiteNo) {
    let (a, b) = (event("once", 1, 10), event("once", 2, 5));
    let batch = vec![a.clone(), b, a.clone()];
    let aside = vec![Quarantined { reason: "type", body: b"\0{}".to_vec() }];
    let done = db.append(shop, batch, aside, NOW).await.unwrap();
    assert_eq!(done.outcomes, [Outcome::Stored, Outcome::Stored, Outcome::Duplicate]);
    assert!(done.woken.is_empty());
    assert_eq!(db.append(shop, vec![a.clone()], vec![], NOW + 90 * DAY).await.unwrap().outcomes, [Outcome::Duplicate]);
    assert_eq!(db.append(other, vec![a], vec![], NOW).await.unwrap().outcomes, [Outcome::Stored], "sites share no ids");
    let kept = db.events(shop, Node::visitor("once")).await.unwrap();
    assert_eq!(kept, [b"{\"n\":2}\0".to_vec(), b"{\"n\":1}\0".to_vec()], "by time, every byte as it came");
    assert_eq!(db.events(other, Node::visitor("once")).await.unwrap().len(), 1);
}

async fn foreign_ids_are_remembered_for_35_days<D: Db>(db: &D, shop: SiteNo) {
    let foreign = |id: &str| NewEvent { key: EventKey::Foreign(hash(id.as_bytes())), ..event("foreign", 0, 0) };
    let append = async |id: &str, at: i64| db.append(shop, vec![foreign(id)], vec![], at).await.unwrap().outcomes[0];
    for week in 0..12 {
        let start = NOW + week * 7 * DAY;
        assert_eq!(append(&format!("ajs-{week}"), start).await, Outcome::Stored);
        for earlier in (week - 5).max(0)..=week {
            assert_eq!(append(&format!("ajs-{earlier}"), start).await, Outcome::Duplicate, "{earlier} in week {week}");
        }
    }
    assert_eq!(append("ajs-11", NOW + (77 + 35) * DAY).await, Outcome::Duplicate, "35 days later");
    assert_eq!(append("ajs-0", NOW + (77 + 35) * DAY).await, Outcome::Stored, "16 weeks later it is forgotten");
}

async fn a_visitor_has_one_token<D: Db>(db: &D, shop: SiteNo) {
    assert!(register(db, shop, "v-token", 1).await);
    assert!(register(db, shop, "v-token", 1).await, "idempotent");
    assert!(!register(db, shop, "v-token", 2).await, "a second token");
    let holder = db.holder(shop, token(1)).await.unwrap().unwrap();
    assert_eq!((holder.visitor.as_str(), holder.personalization), ("v-token", true));
    assert!(db.holder(shop, token(2)).await.unwrap().is_none());

    // A batch may overtake the registration: its token is the visitor's, another is refused.
    let with = |n, t| NewEvent { token: Some(token(t)), ..event("v-early", n, 0) };
    let done = db.append(shop, vec![with(10, 3), with(11, 4)], vec![], NOW).await.unwrap();
    assert_eq!(done.outcomes, [Outcome::Stored, Outcome::WrongToken]);
    assert!(register(db, shop, "v-early", 3).await);
    assert!(!register(db, shop, "v-early", 4).await);
}

async fn a_login_joins_devices_and_wakes_them<D: Db>(db: &D, shop: SiteNo, other: SiteNo) {
    for (n, visitor) in [(20, "laptop"), (21, "phone")] {
        db.register(shop, registration(visitor, n), NOW + i64::from(n)).await.unwrap();
        let login = NewEvent {
            user: Some("ann".into()),
            facts: vec![Fact::Login("hmac"), tell("city", "\"Lyon\"")],
            ..event(visitor, n.into(), 100)
        };
        let done = db.append(shop, vec![login], vec![], NOW).await.unwrap();
        assert!(done.woken.iter().any(|(node, _)| *node == Node::visitor(visitor)));
    }
    let order = |n| NewEvent {
        visitor: None,
        user: Some("ann".into()),
        basis: Basis::Lawful("contract".into()),
        facts: vec![Fact::Order { id: "o\0-1".into(), value: Some(700.0), state: OrderState::Completed }],
        ..event("", n, 200)
    };
    let done = db.append(shop, vec![order(22)], vec![], NOW).await.unwrap();
    let mut woken: Vec<Node> = done.woken.iter().map(|(node, _)| *node).collect();
    woken.sort();
    let mut both = vec![Node::visitor("laptop"), Node::visitor("phone")];
    both.sort();
    assert_eq!(woken, both, "both devices, and nobody else");
    let person = db.person(shop, Node::visitor("phone")).await.unwrap().unwrap();
    assert_eq!((person.unit.as_str(), person.version), ("laptop", done.woken[0].1));
    assert_eq!((person.orders[0].id.as_str(), person.orders[0].value), ("o\0-1", Some(700.0)));
    assert_eq!(person.identities[0].user, "ann");
    assert!(
        db.append(shop, vec![order(22)], vec![], NOW).await.unwrap().woken.is_empty(),
        "a duplicate changes nothing"
    );

    db.append(other, vec![order(22)], vec![], NOW).await.unwrap();
    assert!(db.person(other, Node::visitor("phone")).await.unwrap().is_none(), "another site's devices are not joined");
}

async fn two_people_on_one_device_stay_two<D: Db>(db: &D, shop: SiteNo) {
    register(db, shop, "shared", 30).await;
    let login = |user: &str, n, at| NewEvent {
        user: Some(user.into()),
        facts: vec![Fact::Login("hmac"), tell("name", &format!("\"{user}\""))],
        ..event("shared", n, at)
    };
    let buy = |user: &str, n, at| NewEvent {
        label: Some(user.into()),
        token: Some(token(30)),
        facts: vec![Fact::Order { id: format!("{user}-order"), value: Some(1.0), state: OrderState::Completed }],
        ..event("shared", n, at)
    };
    db.append(shop, vec![login("bob", 30, 300), buy("bob", 31, 310)], vec![], NOW).await.unwrap();
    db.append(shop, vec![login("cid", 32, 320), buy("cid", 33, 330)], vec![], NOW).await.unwrap();
    // A login that happened before the present one comes late: it is kept and changes nothing.
    db.append(shop, vec![login("bob", 34, 305)], vec![], NOW).await.unwrap();
    let person = db.person(shop, Node::visitor("shared")).await.unwrap().unwrap();
    let orders: Vec<_> = person.orders.iter().map(|order| order.id.as_str()).collect();
    let names: Vec<_> = person.traits.iter().map(|fact| fact.value.as_str()).collect();
    assert_eq!((orders, names), (vec!["cid-order"], vec!["\"cid\""]));
    let active: Vec<_> =
        person.identities.iter().filter(|login| login.active).map(|login| login.user.as_str()).collect();
    assert_eq!(active, ["cid"]);
}

async fn facts_need_a_token_a_proof_or_a_secret_key<D: Db>(db: &D, shop: SiteNo) {
    register(db, shop, "guarded", 40).await;
    let bare = NewEvent { facts: vec![tell("city", "\"Nice\"")], ..event("guarded", 40, 0) };
    let with = NewEvent { token: Some(token(40)), facts: vec![tell("city", "\"Lyon\"")], ..event("guarded", 41, 0) };
    db.append(shop, vec![bare], vec![], NOW).await.unwrap();
    assert!(db.person(shop, Node::visitor("guarded")).await.unwrap().unwrap().traits.is_empty());
    db.append(shop, vec![with], vec![], NOW).await.unwrap();
    assert_eq!(db.person(shop, Node::visitor("guarded")).await.unwrap().unwrap().traits.len(), 1);
}

async fn preferences_follow_the_person<D: Db>(db: &D, shop: SiteNo, other: SiteNo) {
    let email = |frequency| vec![Wish::Choose("email".into(), String::new(), frequency)];
    let prefer =
        async |visitor: &str, wishes| db.prefer(shop, Node::visitor(visitor), wishes, "key".into(), NOW).await.unwrap();
    let chosen = async |visitor: &str| {
        let rows = db.preferences(shop, Node::visitor(visitor)).await.unwrap();
        (rows.chosen.values().cloned().collect::<Vec<_>>(), rows.stopped)
    };
    // Both are devices of one person (see the logins above).
    let woken = prefer("laptop", email(Frequency::Weekly)).await;
    assert_eq!(woken.len(), 2, "both devices hear of it");
    assert_eq!(chosen("phone").await, (vec!["weekly".to_owned()], false));
    prefer("phone", vec![Wish::Stop(vec!["email".into()])]).await;
    assert_eq!(chosen("laptop").await, (vec!["off".to_owned()], true));
    assert_eq!(chosen("shared").await, (vec![], false), "nobody else");
    let elsewhere = db.preferences(other, Node::visitor("phone")).await.unwrap();
    assert!(elsewhere.chosen.is_empty() && !elsewhere.stopped, "nor on another site");
    assert!(db.claim(shop, NOW).await.unwrap().is_empty());
    assert!(db.confirm(shop, token(9), NOW).await.unwrap().is_none());
}

async fn requests_are_logged<D: Db>(db: &D, shop: SiteNo, other: SiteNo) {
    let letter = Request::open(Kind::Rectification, "letter", NOW, "2027/12");
    let first = db.log_request(shop, letter.clone()).await.unwrap();
    db.log_request(shop, Request::answered(Kind::Access, NOW - 1)).await.unwrap();
    let later = vitrine_server::requests::due(NOW, 3);
    assert!(db.extend_request(shop, first, &later, "many letters").await.unwrap());
    assert!(!db.extend_request(shop, first, &letter.due, "earlier").await.unwrap());
    assert!(!db.answer_request(other, first, NOW).await.unwrap(), "another site's");
    let all = db.requests(shop).await.unwrap();
    assert_eq!(all.iter().map(|logged| logged.no).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(all[1].request, Request { due: later, note: "2027/12 many letters".into(), ..letter });
    assert!(db.answer_request(shop, first, NOW + 1).await.unwrap());
    assert!(!db.answer_request(shop, first, NOW + 2).await.unwrap(), "it was answered");
    assert_eq!(db.requests(shop).await.unwrap()[1].request.answered, Some(NOW + 1));
    assert!(db.requests(other).await.unwrap().is_empty());
}

async fn bundles_rise<D: Db>(db: &D, shop: SiteNo, other: SiteNo) {
    let row = |sequence, issued, hash: &str| BundleRow {
        hash: hash.into(),
        format: 2,
        sequence,
        issued,
        source: "s".into(),
        sealed: hash.as_bytes().to_vec(),
    };
    assert!(db.newest_bundle(shop, 2).await.unwrap().is_none());
    let first = db.next_sequence(shop).await.unwrap();
    let second = db.next_sequence(shop).await.unwrap();
    assert!(second > first);
    for bundle in [row(second, 5, "b"), row(first, 9, "a"), row(second, 6, "c")] {
        db.keep_bundle(shop, bundle).await.unwrap();
    }
    assert_eq!(db.newest_bundle(shop, 2).await.unwrap().unwrap().hash, "c");
    assert_eq!(db.bundle(shop, 2, "a").await.unwrap().unwrap().sealed, b"a");
    assert!(db.bundle(shop, 3, "a").await.unwrap().is_none());
    assert!(db.bundle(other, 2, "a").await.unwrap().is_none());
}

fn event(visitor: &str, n: u16, at: i64) -> NewEvent {
    NewEvent {
        key: ours(n),
        visitor: Some(visitor.to_owned()).filter(|id| !id.is_empty()),
        user: None,
        label: None,
        at,
        sent: None,
        happened: at,
        basis: Basis::Consent,
        token: None,
        body: format!("{{\"n\":{n}}}\0").into_bytes(),
        personal: true,
        facts: vec![],
    }
}

fn ours(n: u16) -> EventKey {
    let mut id = [0; 16];
    id[14..].copy_from_slice(&n.to_be_bytes());
    EventKey::Ours(id)
}

fn tell(name: &str, value: &str) -> Fact {
    Fact::Trait { name: name.into(), value: value.into(), source: "form".into() }
}

fn token(n: u8) -> [u8; 32] {
    [n; 32]
}

fn registration(visitor: &str, n: u8) -> Registration {
    Registration { visitor: visitor.into(), token: token(n), ticket: token(100 + n), receipt: None }
}

async fn register<D: Db>(db: &D, site: SiteNo, visitor: &str, n: u8) -> bool {
    db.register(site, registration(visitor, n), NOW).await.unwrap()
}

fn act(purposes: &[(&str, Choice)]) -> Decided {
    Decided {
        who: Withdrawer::Nobody,
        purposes: purposes.iter().map(|(name, choice)| ((*name).to_owned(), *choice)).collect::<BTreeMap<_, _>>(),
        shown: BTreeMap::new(),
        notice: "n1".into(),
        locale: "fr".into(),
        source: "banner".into(),
        receipt: None,
    }
}
