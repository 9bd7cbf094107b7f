//! Withdrawal, tickets, erasure and receipts.

use super::*;

pub async fn a_withdrawal_purges_what_lived_on_it<D: Db>(db: &D, shop: SiteNo) {
    register(db, shop, "leaver", 50).await;
    let login = NewEvent {
        user: Some("dan".into()),
        token: Some(token(50)),
        facts: vec![Fact::Login("hmac"), tell("city", "\"Lyon\"")],
        ..event("leaver", 50, NOW)
    };
    let contract = NewEvent {
        visitor: None,
        user: Some("dan".into()),
        basis: Basis::Lawful("contract".into()),
        facts: vec![Fact::Order { id: "dan-1".into(), value: None, state: OrderState::Completed }],
        ..event("", 51, NOW)
    };
    db.append(shop, vec![login.clone(), contract], vec![], NOW).await.unwrap();

    let wrong = Decided {
        who: Withdrawer::Visitor("leaver".into(), token(51)),
        ..act(&[("personalization", Choice::Withdrawn)])
    };
    assert!(db.choose(shop, wrong, NOW + 1).await.unwrap().is_none(), "a foreign token");
    let who = || Withdrawer::Visitor("leaver".into(), token(50));
    let done = db
        .choose(shop, Decided { who: who(), ..act(&[("personalization", Choice::Withdrawn)]) }, NOW + 1)
        .await
        .unwrap();
    assert!(done.unwrap().closed);
    let person = db.person(shop, Node::visitor("leaver")).await.unwrap().unwrap();
    assert!(person.traits.is_empty() && person.orders.is_empty() && person.identities.is_empty(), "unlinked");
    assert_eq!(db.events(shop, Node::visitor("leaver")).await.unwrap().len(), 1, "measurement still holds its events");
    assert!(!db.holder(shop, token(50)).await.unwrap().unwrap().personalization);

    db.choose(shop, Decided { who: who(), ..act(&[("measurement", Choice::Withdrawn)]) }, NOW + 2).await.unwrap();
    assert!(db.events(shop, Node::visitor("leaver")).await.unwrap().is_empty());
    let late = NewEvent { key: ours(52), ..login.clone() };
    assert_eq!(db.append(shop, vec![late.clone()], vec![], NOW + 3).await.unwrap().outcomes, [Outcome::Dropped]);

    let grant = act(&[("measurement", Choice::Granted), ("personalization", Choice::Granted)]);
    db.choose(shop, Decided { who: who(), ..grant }, NOW + 10).await.unwrap();
    assert_eq!(
        db.append(shop, vec![late], vec![], NOW + 11).await.unwrap().outcomes,
        [Outcome::Dropped],
        "from before the withdrawal"
    );
    let fresh = NewEvent { key: ours(53), at: NOW + 12, happened: NOW + 12, ..login };
    assert_eq!(db.append(shop, vec![fresh], vec![], NOW + 12).await.unwrap().outcomes, [Outcome::Stored]);
    let person = db.person(shop, Node::visitor("leaver")).await.unwrap().unwrap();
    assert_eq!(person.orders.len(), 1, "what rests on a contract was kept, and is seen again after a new login");
    assert_eq!(db.consents(shop, Node::visitor("leaver")).await.unwrap().len(), 3);
}

pub async fn a_ticket_withdraws_once<D: Db>(db: &D, shop: SiteNo) {
    register(db, shop, "ticket", 60).await;
    let all = || act(&[("measurement", Choice::Withdrawn), ("personalization", Choice::Withdrawn)]);
    let with =
        |ticket: u8, next: u8, act: Decided| Decided { who: Withdrawer::Ticket(token(ticket), token(next)), ..act };
    assert!(db.choose(shop, with(99, 98, all()), NOW).await.unwrap().is_none(), "no such ticket");
    // `register` gave the ticket 160.
    let one = act(&[("personalization", Choice::Withdrawn)]);
    let done = db.choose(shop, with(160, 161, one), NOW).await.unwrap().unwrap();
    assert!(done.ticket && done.closed, "a fresh ticket, since measurement can still be withdrawn");
    let again = db.choose(shop, with(160, 162, all()), NOW).await.unwrap().unwrap();
    assert!(again.visitor.is_none() && !again.ticket, "used: answered, and nothing done");
    let done = db.choose(shop, with(161, 163, all()), NOW).await.unwrap().unwrap();
    assert!(done.visitor.is_some() && !done.ticket, "nothing is left to withdraw");
}

pub async fn an_erased_visitor_stays_erased<D: Db>(db: &D, shop: SiteNo) {
    register(db, shop, "gone", 70).await;
    register(db, shop, "stays", 71).await;
    let login = |visitor: &str, n: u8| NewEvent {
        user: Some("eve".into()),
        facts: vec![Fact::Login("hmac"), tell("city", "\"Lyon\"")],
        ..event(visitor, n.into(), 10)
    };
    db.append(shop, vec![login("gone", 70), login("stays", 71)], vec![], NOW).await.unwrap();
    let woken = db.erase(shop, Node::visitor("gone"), NOW).await.unwrap();
    assert_eq!(woken.iter().map(|(node, _)| *node).collect::<Vec<_>>(), [Node::visitor("stays")]);
    assert!(db.holder(shop, token(70)).await.unwrap().is_none());
    assert!(db.person(shop, Node::visitor("gone")).await.unwrap().is_none());
    assert!(db.events(shop, Node::visitor("gone")).await.unwrap().is_empty());
    assert!(!register(db, shop, "gone", 70).await, "not even with its own token");
    let late = NewEvent { basis: Basis::Lawful("contract".into()), ..event("gone", 72, NOW + DAY) };
    assert_eq!(db.append(shop, vec![late], vec![], NOW + DAY).await.unwrap().outcomes, [Outcome::Dropped]);
    let person = db.person(shop, Node::visitor("stays")).await.unwrap().unwrap();
    assert!(person.traits.is_empty(), "what rested on consent went with it");
    assert_eq!(person.unit, "stays");
}

pub async fn a_receipt_counts_once<D: Db>(db: &D, shop: SiteNo) {
    let grant = || Decided { receipt: Some("r-1".into()), ..act(&[("measurement", Choice::Granted)]) };
    db.choose(shop, grant(), NOW).await.unwrap();
    db.choose(shop, grant(), NOW + 1).await.unwrap();
    let new = Registration { receipt: Some("r-1".into()), ..registration("granter", 80) };
    assert!(db.register(shop, new, NOW + 2).await.unwrap());
    let kept = db.consents(shop, Node::visitor("granter")).await.unwrap();
    assert_eq!(kept.iter().map(|c| (c.at, c.record.receipt.as_deref())).collect::<Vec<_>>(), [(NOW, Some("r-1"))]);
    db.count_refusal(shop, "n1", "fr", NOW).await.unwrap();
    db.count_refusal(shop, "n1", "fr", NOW).await.unwrap();
}

pub async fn only_what_was_allowed_is_folded<D: Db>(db: &D, shop: SiteNo) {
    register(db, shop, "folded", 90).await;
    let with = |n, at| NewEvent { token: Some(token(90)), ..event("folded", n, at) };
    let measured = NewEvent { personal: false, ..with(90, 1) };
    let contract = NewEvent { basis: Basis::Lawful("contract".into()), ..event("folded", 92, 3) };
    // The newest come first out of the table; they are handed out as they came.
    let batch = vec![with(93, 9), measured, event("folded", 91, 2), contract];
    db.append(shop, batch, vec![], NOW).await.unwrap();
    let kept = async || {
        let past = db.past(shop, Node::visitor("folded")).await.unwrap();
        assert!(past.person.is_some());
        past.events.iter().map(|event| (event.at, event.vouched)).collect::<Vec<_>>()
    };
    assert_eq!(kept().await, [(9, false), (3, true)], "with a token or on a lawful basis, and allowed");
    let act = Decided {
        who: Withdrawer::Visitor("folded".into(), token(90)),
        ..act(&[("personalization", Choice::Withdrawn)])
    };
    db.choose(shop, act, NOW).await.unwrap();
    assert_eq!(kept().await, [(3, true)]);
    assert_eq!(db.events(shop, Node::visitor("folded")).await.unwrap().len(), 4, "they are still measured");
}
