//! What leaves for the backend, when, and what its answers do.

use crate::page::*;
use crate::rules::*;
use vitrine_core::io::*;
use vitrine_wire::{Code, EventKind, Purpose, Value};

fn leading() -> Page {
    let mut page = Page::granted(&shop());
    page.lead();
    page.effects.clear();
    page
}

#[test]
fn a_burst_travels_together_and_is_sent_once() {
    let mut page = leading();
    page.track("Product Viewed", &[]);
    page.tick(100);
    page.track("Product Viewed", &[]);
    assert!(page.batches().is_empty());
    page.tick(150);
    let (reference, ids, beacon) = page.batches()[0].clone();
    assert_eq!((ids.len(), beacon), (2, false));
    page.track("Product Viewed", &[]);
    page.tick(60_000);
    assert_eq!(page.batches().len(), 1, "one batch in flight");
    page.answer(reference, Outcome::Done);
    assert_eq!(page.device.sent, 2);
    assert_eq!(page.batches()[1].1, ["m3"]);
    let last = page.batches()[1].0;
    page.answer(last, Outcome::Done);
    page.answer(last, Outcome::Done);
    assert!(page.told().contains(&"synced 0".into()));
    page.tick(DAY);
    assert!(page.batches().is_empty());
}

#[test]
fn only_the_leader_sends_and_only_under_measurement() {
    let mut follower = Page::granted(&shop());
    follower.track("Product Viewed", &[]);
    follower.tick(DAY);
    assert!(follower.told().iter().all(|t| !t.starts_with("send")));
    let mut page = Page::new(&shop());
    page.grant(&[Purpose::Personalization]);
    page.lead();
    page.track("Product Viewed", &[]);
    page.tick(DAY);
    assert!(page.batches().is_empty());
}

#[test]
fn failures_back_off_and_the_backend_may_say_how_long() {
    let mut page = leading();
    page.track("Product Viewed", &[]);
    page.tick(250);
    let mut waits = Vec::new();
    for _ in 0..12 {
        let (reference, ..) = page.batches().last().unwrap().clone();
        page.answer(reference, Outcome::Retry { after: None });
        let due = page.wake.unwrap() - page.now;
        waits.push(due);
        page.tick(due - 1);
        let sent = page.batches().len();
        page.tick(1);
        assert_eq!(page.batches().len(), sent + 1);
    }
    assert!(waits[0] <= 1_000 && waits[3] > waits[0] && waits.iter().all(|w| *w <= 300_000), "{waits:?}");
    let (reference, ..) = page.batches().last().unwrap().clone();
    page.answer(reference, Outcome::Retry { after: Some(290_000) });
    assert!(page.wake.unwrap() - page.now >= 290_000);
}

#[test]
fn a_timer_that_fires_early_is_set_again() {
    let mut page = leading();
    page.track("Product Viewed", &[]);
    page.tick(250);
    let (reference, ..) = page.batches().last().unwrap().clone();
    page.answer(reference, Outcome::Retry { after: None });
    // A timer that has fired is gone.
    let due = page.wake.take().expect("it is tried again");
    page.tick(due - page.now - 1);
    assert_eq!((page.wake.take(), page.batches().len()), (Some(due), 1), "a millisecond early");
    page.tick(1);
    assert_eq!(page.batches().len(), 2);
}

#[test]
fn what_is_refused_for_good_is_given_up_with_its_reason() {
    let mut page = leading();
    page.track("Product Viewed", &[]);
    page.tick(250);
    let (reference, ..) = page.batches()[0].clone();
    page.answer(reference, Outcome::Refused(Code::Key));
    let told = page.told();
    assert!(told.contains(&"diagnostic VT-KEY ".into()) && told.contains(&"sent 1".into()), "{told:?}");
    page.tick(DAY);
    assert!(page.batches().is_empty());
}

#[test]
fn flush_answers_in_every_case() {
    let mut page = leading();
    page.facts(Facts::Flush);
    assert!(page.told().contains(&"synced 0".into()));
    page.track("Product Viewed", &[]);
    page.facts(Facts::Flush);
    let (reference, ..) = page.batches()[0].clone();
    assert!(!page.told().iter().any(|t| t.starts_with("synced")));
    page.answer(reference, Outcome::Retry { after: None });
    assert!(page.told().contains(&"synced 1".into()));
    page.facts(Facts::Flush);
    assert!(page.told().contains(&"synced 1".into()), "a back-off is not shortened");
    let mut follower = Page::granted(&shop());
    follower.track("Product Viewed", &[]);
    follower.facts(Facts::Flush);
    assert!(follower.told().contains(&"synced 1".into()));
}

#[test]
fn a_page_that_goes_away_sends_by_beacon_in_pieces() {
    let mut page = leading();
    for _ in 0..3 {
        page.track("Product Viewed", &[("sku", "x".repeat(28_000).into())]);
    }
    page.facts(Facts::Hidden);
    let pieces: Vec<_> = page.batches().into_iter().map(|(_, ids, beacon)| (ids.len(), beacon)).collect();
    assert_eq!(pieces, [(2, true), (1, true)]);
    assert_eq!(page.device.sent, 0, "what is not acknowledged stays");
    page.tick(1_000);
    assert_eq!(page.batches().last().map(|(_, ids, beacon)| (ids.len(), *beacon)), Some((3, false)));
}

#[test]
fn proof_is_sent_at_once_and_brings_the_profile() {
    let mut page = leading();
    let proof: Value = serde_json::from_str(r#"{"iat": 1, "mac": "x"}"#).unwrap();
    let draft = page.draft("", &[]);
    page.send(Draft { kind: Some(EventKind::Identify), id: "u1".into(), proof: Some(proof), ..draft });
    let (reference, ..) = page.batches()[0].clone();
    assert!(page.sent("send profile").is_none());
    page.answer(reference, Outcome::Done);
    assert!(page.sent("send profile").is_some());
}

#[test]
fn the_stream_tells_of_newer_profiles_and_is_opened_again() {
    let mut page = Page::granted(&shop());
    page.facts(Facts::Lead(true));
    assert!(page.sent("send stream").is_none(), "the backend must know the token first");
    page.lead();
    let stream = page.sent("send stream").expect("a stream");
    page.answer(stream, Outcome::Done);
    page.told();
    page.facts(Facts::ProfileVersion(4));
    let profile = page.sent("send profile").expect("a fetch");
    page.facts(Facts::Profile(serde_json::from_str(r#"{"version": 4}"#).unwrap()));
    page.answer(profile, Outcome::Done);
    page.told();
    page.facts(Facts::ProfileVersion(4));
    assert!(page.sent("send profile").is_none(), "known already");
    page.answer(stream, Outcome::Retry { after: None });
    page.tick(2_000);
    assert!(page.sent("send stream").is_some());
    page.facts(Facts::Lead(false));
    assert!(page.told().contains(&"send stream close".into()));
}

#[test]
fn a_profile_that_changes_while_it_is_fetched_is_fetched_again() {
    let mut page = leading();
    page.facts(Facts::ProfileVersion(4));
    let first = page.sent("send profile").expect("a fetch");
    page.told();
    page.facts(Facts::ProfileVersion(5));
    page.facts(Facts::ProfileVersion(6));
    assert!(page.sent("send profile").is_none(), "one at a time");
    page.facts(Facts::Profile(serde_json::from_str(r#"{"version": 4}"#).unwrap()));
    page.answer(first, Outcome::Done);
    let second = page.sent("send profile").expect("what the first may have missed");
    page.told();
    page.facts(Facts::Profile(serde_json::from_str(r#"{"version": 6}"#).unwrap()));
    page.answer(second, Outcome::Done);
    assert!(page.sent("send profile").is_none(), "once is enough");
}

#[test]
fn the_queue_is_bounded_in_count_and_age() {
    let mut page = Page::granted(&shop());
    let mut dropped = 0;
    for _ in 0..5_010 {
        if page.track("Product Clicked", &[]) == Some(Tracked::Dropped(Code::QueueFull)) {
            dropped += 1;
        }
        page.effects.clear();
    }
    assert_eq!(dropped, 10);
    page.tick(31 * DAY);
    page.lead();
    assert!(page.told().contains(&"diagnostic VT-QUEUE-EXPIRED ".into()));
    assert!(page.device.sent >= 5_000);
}

#[test]
fn a_refused_stream_is_asked_for_again_after_a_pause() {
    let mut page = Page::granted(&shop());
    page.lead();
    let stream = page.sent("send stream").unwrap();
    page.told();
    page.answer(stream, Outcome::Refused(Code::Key));
    assert_eq!(page.told().iter().filter(|t| t.starts_with("send")).count(), 0, "not at once");
    let due = page.wake.unwrap() - page.now;
    assert!(due >= 2 * MIN, "{due}");
    page.tick(due);
    assert!(page.sent("send stream").is_some());
}
