//! What is too old goes, nothing younger, and an interrupted sweep goes on.

use proptest::prelude::*;
use vitrine_server::db::Expired;
use vitrine_server::preferences::Wish;
use vitrine_server::retention::{Cut, sweep};

use super::*;

/// Five years after what the other chapters wrote.
const LATER: i64 = NOW + 5 * 366 * DAY;

/// One visitor of each age, seen once: with an event, a fact, an order on a contract.
async fn seen<D: Db>(db: &D, site: SiteNo, visitor: &str, no: u8, at: i64) {
    register_at(db, site, visitor, no, at).await;
    let told = NewEvent {
        token: Some(token(no)),
        happened: at,
        facts: vec![
            tell("city", "\"Lyon\""),
            // Left a segment for good: the person's own word, which has the term of wishes.
            Fact::Trait { name: "$out.vip".into(), value: "true".into(), source: "visitor".into() },
            Fact::Order { id: visitor.into(), value: None, state: OrderState::Completed },
        ],
        ..event(visitor, no.into(), at)
    };
    let vouched = NewEvent {
        basis: Basis::Lawful("contract".into()),
        facts: vec![],
        key: ours(u16::from(no) + 128),
        ..told.clone()
    };
    assert_eq!(
        db.append(site, vec![told, vouched], vec![], at).await.unwrap().outcomes,
        [Outcome::Stored, Outcome::Stored]
    );
}

async fn register_at<D: Db>(db: &D, site: SiteNo, visitor: &str, no: u8, at: i64) {
    assert!(db.register(site, registration(visitor, no), at).await.unwrap());
}

/// Events of a visitor, and whether its trait and order are there.
async fn left<D: Db>(db: &D, site: SiteNo, visitor: &str) -> (usize, usize, usize) {
    let node = Node::visitor(visitor);
    let person = db.person(site, node).await.unwrap().unwrap_or_default();
    (db.events(site, node).await.unwrap().len(), person.traits.len(), person.orders.len())
}

pub async fn what_is_too_old_goes<D: Db>(open: &impl Fn() -> D) {
    let db = open();
    let old = db.site("old").await.unwrap();
    let cut = Cut::at(LATER);
    for (no, (visitor, at)) in [("edge", cut.data), ("over", cut.data - 1), ("young", LATER)].into_iter().enumerate() {
        seen(&db, old, visitor, no as u8 + 1, at).await;
    }
    let aside = || vec![Quarantined { reason: "type", body: b"{}".to_vec() }];
    db.append(old, vec![], aside(), cut.data - 1).await.unwrap();
    db.append(old, vec![], aside(), cut.data).await.unwrap();
    register_at(&db, old, "silent", 9, cut.data - 1).await;
    // Who withdrew yesterday is remembered, whenever they were first seen: events that come late must meet it.
    register_at(&db, old, "withdrew", 10, cut.data - 1).await;
    let who = Withdrawer::Visitor("withdrew".into(), token(10));
    let all = act(&[("measurement", Choice::Withdrawn), ("personalization", Choice::Withdrawn)]);
    db.choose(old, Decided { who, ..all }, LATER - DAY).await.unwrap();
    // The site's own word on who this device belongs to is none of ours to end.
    let linked = NewEvent {
        user: Some("eve".into()),
        basis: Basis::Lawful("contract".into()),
        facts: vec![Fact::Login("secret_key")],
        ..event("linked", 300, cut.data - 1)
    };
    db.append(old, vec![linked], vec![], cut.data - 1).await.unwrap();
    let shop = db.site("shop").await.unwrap();
    assert!(db.person(shop, Node::visitor("laptop")).await.unwrap().is_some());

    // A piece of one row each, and the server is killed after the third: what is done is done, the rest is done later.
    let (mut from, mut total, mut told) = (None, Expired::default(), Vec::new());
    for _ in 0..3 {
        let piece = db.expire(old, cut, from, 1).await.unwrap();
        from = piece.next;
        total.add(&piece);
        told.extend(piece.woken);
    }
    drop(db);
    let db = open();
    total.add(&sweep(&db, LATER, |_, woken| told.extend(woken.iter().copied())).await.unwrap());
    assert!(told.iter().any(|(node, _)| *node == Node::visitor("over")), "whose profile changed is told");
    assert!(db.person(shop, Node::visitor("laptop")).await.unwrap().is_none(), "every site is swept");
    let counts = total.counts().map(|(_, count)| count);
    assert!(counts.iter().filter(|count| **count > 0).count() >= 4, "{:?}", total.counts());
    for (visitor, expected) in [("edge", (2, 2, 1)), ("over", (1, 1, 0)), ("young", (2, 2, 1)), ("silent", (0, 0, 0))] {
        assert_eq!(left(&db, old, visitor).await, expected, "{visitor}");
    }
    assert!(db.holder(old, token(9)).await.unwrap().is_none(), "of whom nothing is known, there is no id either");
    assert!(db.holder(old, token(2)).await.unwrap().is_some(), "what rests on a contract has its visitor");
    let late = NewEvent { key: ours(301), ..event("withdrew", 301, LATER - 2 * DAY) };
    assert_eq!(db.append(old, vec![late], vec![], LATER).await.unwrap().outcomes, [Outcome::Dropped]);
    assert_eq!(db.person(old, Node::visitor("linked")).await.unwrap().unwrap().identities.len(), 1, "vouched for");
    assert_eq!(total.counts()[1], ("aside", 3), "two of the shop, one here; the younger one stays");
    // A person may come before the device whose link to it goes: it follows at the next run, then there is nothing more.
    sweep(&db, LATER, |_, _| ()).await.unwrap();
    let again = sweep(&db, LATER, |_, _| ()).await.unwrap();
    assert!(!again.any(), "it comes to an end: {:?}", again.counts());
    assert!(sweep(&db, i64::MIN, |_, _| ()).await.is_ok_and(|done| !done.any()));
    db.close().await.unwrap();
}

pub async fn wishes_last_three_years_from_the_last_contact<D: Db>(db: &D) {
    let site = db.site("wishes").await.unwrap();
    let cut = Cut::at(LATER);
    let wish = || Wish::Choose("email".into(), String::new(), Frequency::Weekly);
    for (no, visitor, seen) in
        [(1, "gone", cut.contact - 1), (2, "came-again", cut.contact), (3, "wished", cut.contact)]
    {
        register_at(db, site, visitor, no, cut.contact - DAY).await;
        let said = if visitor == "wished" { seen } else { cut.contact - DAY };
        db.prefer(site, Node::visitor(visitor), vec![wish()], "key".into(), said).await.unwrap();
        if visitor != "wished" {
            let bought = NewEvent { basis: Basis::Lawful("contract".into()), ..event(visitor, no.into(), seen) };
            db.append(site, vec![bought], vec![], seen).await.unwrap();
        }
    }
    let done = sweep(db, LATER, |_, _| ()).await.unwrap();
    assert_eq!(done.contacts, 1);
    for (visitor, kept) in [("gone", 0), ("came-again", 1), ("wished", 1)] {
        assert_eq!(db.preferences(site, Node::visitor(visitor)).await.unwrap().chosen.len(), kept, "{visitor}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever the ages and however small the pieces: what goes is what is older than the cut, and rests on consent.
    #[test]
    fn nothing_younger_goes(ages in proptest::collection::vec((0i64..60, any::<bool>()), 1..12), most in 1usize..5) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let db = Sqlite::open(&folder.path().join("ages.db")).unwrap();
            let site = db.site("ages").await.unwrap();
            let cut = Cut::at(LATER);
            for (no, (months, lawful)) in ages.iter().enumerate() {
                let at = LATER - months * 30 * DAY;
                let basis = if *lawful { Basis::Lawful("contract".into()) } else { Basis::Consent };
                let seen = NewEvent { basis, ..event(&format!("v{no}"), no as u16, at) };
                db.append(site, vec![seen], vec![], at).await.unwrap();
            }
            let mut from = None;
            loop {
                let piece = db.expire(site, cut, from, most).await.unwrap();
                from = piece.next;
                if from.is_none() { break; }
            }
            for (no, (months, lawful)) in ages.iter().enumerate() {
                let kept = *lawful || LATER - months * 30 * DAY >= cut.data;
                let found = db.events(site, Node::visitor(&format!("v{no}"))).await.unwrap().len();
                assert_eq!(found, usize::from(kept), "{months} months, lawful: {lawful}");
            }
        });
    }
}
