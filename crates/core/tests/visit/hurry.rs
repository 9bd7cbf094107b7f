//! Acts of choice in haste: few requests, in an order that ends where the device is.

use crate::names::name;
use crate::page::*;
use crate::rules::*;
use vitrine_core::Effect;
use vitrine_core::io::*;
use vitrine_wire::{Code, ConsentState, Purpose};

use ConsentState::{Denied, Granted};
use Purpose::{Marketing, Measurement, Personalization};

/// The acts that are on their way or told, in order.
fn told(page: &Page) -> Vec<(Ref, Consents)> {
    let act = |effect: &Effect| match effect {
        Effect::Send { reference, send: Send::Consents(said) } => Some((*reference, said.clone())),
        _ => None,
    };
    page.effects.iter().filter_map(act).collect()
}

/// Answers everything, until nothing is said any more; what the backend then has of each purpose.
fn settle(page: &mut Page, outcome: impl Fn(usize) -> Outcome) -> Vec<(Purpose, ConsentState)> {
    let mut known: Vec<(Purpose, ConsentState)> = Vec::new();
    let mut answered = 0;
    while let Some((reference, said)) = told(page).get(answered).cloned() {
        let outcome = outcome(answered);
        if matches!(outcome, Outcome::Done) {
            for (purpose, state) in said.purposes {
                known.retain(|(known, _)| *known != purpose);
                known.push((purpose, state));
            }
        }
        answered += 1;
        page.answer(reference, outcome);
        for _ in 0..20 {
            match page.wake.filter(|at| *at < page.now + 60 * MIN) {
                Some(at) if told(page).len() == answered => page.tick((at - page.now).max(0)),
                _ => break,
            }
        }
    }
    known
}

/// A page of a visitor whose grant the backend has.
fn known() -> Page {
    let mut page = Page::new(&shop());
    page.grant(&[Personalization, Measurement]);
    page.lead();
    settle(&mut page, |_| Outcome::Done);
    page.effects.clear();
    page
}

#[test]
fn ten_thousand_acts_are_few_requests_and_the_last_one_stands() {
    let all = [Personalization, Measurement, Marketing];
    for (end, turned) in [(10_000, Denied), (10_001, Granted)] {
        let mut page = Page::new(&shop());
        for n in 0..end {
            page.set(&all, if n % 2 == 0 { Granted } else { Denied });
        }
        let before = told(&page).len();
        assert!(before <= 4, "{before} at once");
        let known = settle(&mut page, |_| Outcome::Done);
        assert!(told(&page).len() <= 8, "{}", told(&page).len());
        for purpose in all {
            let state = page.engine.gate().state(purpose);
            assert_eq!(state == Granted, turned == Granted);
            let last = known.iter().find(|(known, _)| *known == purpose).map(|(_, state)| *state);
            assert_eq!(last, Some(state), "{purpose:?} of {end}");
        }
    }
}

#[test]
fn purposes_in_turn_are_few_requests_too() {
    let mut page = Page::new(&shop());
    let all = [Personalization, Measurement, Marketing];
    for n in 0..9_999 {
        let state = if n % 2 == 0 { Granted } else { Denied };
        page.set(&[all[n % 3]], state);
    }
    let known = settle(&mut page, |_| Outcome::Done);
    assert!(told(&page).len() <= 10, "{}", told(&page).len());
    for purpose in all {
        let last = known.iter().find(|(known, _)| *known == purpose).map(|(_, state)| *state);
        assert_eq!(last, Some(page.engine.gate().state(purpose)), "{purpose:?}");
    }
}

#[test]
fn what_is_taken_back_with_a_grant_does_not_wait_as_the_grant_does() {
    let mut page = known();
    page.withdraw(&[Measurement]);
    let act = Act::Visitor { notice: "n1".into(), locale: "fr".into() };
    page.choose(&[(Measurement, Granted), (Personalization, Denied)], act, "first");
    let purposes = |page: &Page| told(page).into_iter().map(|(_, said)| said.purposes).collect::<Vec<_>>();
    let first =
        [(Measurement, ConsentState::Withdrawn), (Personalization, ConsentState::Withdrawn)].map(|one| vec![one]);
    assert_eq!(purposes(&page), first);
    settle(&mut page, |_| Outcome::Done);
    assert_eq!(purposes(&page)[2..], [vec![(Measurement, Granted)]]);
}

#[test]
fn who_a_grant_is_of_is_said_once_the_grant_was_heard() {
    for outcome in [Outcome::Done, Outcome::Refused(Code::BodyMalformed)] {
        let mut page = Page::new(&shop());
        page.grant(&[Personalization]);
        page.facts(Facts::Lead(true));
        let registers = |page: &Page| {
            page.effects
                .iter()
                .filter(|effect| matches!(effect, Effect::Send { send: Send::Register { .. }, .. }))
                .count()
        };
        assert_eq!((told(&page).len(), registers(&page)), (1, 0));
        let grant = told(&page)[0].0;
        page.answer(grant, outcome);
        assert_eq!(registers(&page), 1);
    }
}

#[test]
fn a_withdrawal_waits_for_no_answer_and_a_grant_for_all_of_them() {
    let mut page = known();
    page.withdraw(&[Measurement]);
    page.grant(&[Measurement]);
    page.withdraw(&[Personalization]);
    let said =
        |page: &Page| page.effects.iter().map(name).filter(|n| n.starts_with("send consents")).collect::<Vec<_>>();
    let first = ["measurement withdrawn", "personalization withdrawn"];
    assert_eq!(said(&page), first.map(|what| format!("send consents visitor-first: {what}")));
    let known = settle(&mut page, |_| Outcome::Done);
    assert_eq!(said(&page)[2..], ["send consents visitor-first: measurement granted receipt"]);
    assert_eq!(known, [(Personalization, ConsentState::Withdrawn), (Measurement, Granted)]);
}

#[test]
fn a_withdrawal_that_was_not_heard_is_told_before_what_was_granted_since() {
    let mut page = known();
    page.withdraw(&[Measurement]);
    page.grant(&[Measurement]);
    let known = settle(&mut page, |n| if n < 3 { Outcome::Retry { after: None } } else { Outcome::Done });
    assert_eq!(known, [(Measurement, Granted)]);
    let states: Vec<_> = told(&page).iter().map(|(_, said)| said.purposes[0].1).collect();
    let withdrawn = ConsentState::Withdrawn;
    assert_eq!(states, [withdrawn, withdrawn, withdrawn, withdrawn, Granted]);
}

#[test]
fn a_grant_that_was_overtaken_is_ended_once_more_and_not_repeated() {
    for outcome in [Outcome::Done, Outcome::Retry { after: None }] {
        let mut page = known();
        page.grant(&[Marketing]);
        let grant = told(&page)[0].0;
        page.effects.clear();
        page.withdraw(&[Marketing]);
        // The answer to the grant comes after the withdrawal was sent.
        page.answer(grant, outcome);
        let states: Vec<_> = told(&page).iter().map(|(_, said)| said.purposes.clone()).collect();
        let over = vec![(Marketing, ConsentState::Withdrawn)];
        assert_eq!(states, [over.clone(), over]);
        settle(&mut page, |_| Outcome::Done);
        assert_eq!(told(&page).len(), 2, "once");
    }
}

#[test]
fn what_waits_goes_with_the_page() {
    let mut page = known();
    page.withdraw(&[Measurement]);
    page.grant(&[Measurement]);
    assert_eq!(told(&page).len(), 1);
    page.facts(Facts::Leaving);
    assert_eq!(told(&page).len(), 2);
}

#[test]
fn a_grant_that_failed_is_not_repeated_once_it_was_taken_back() {
    let mut page = Page::new(&shop());
    page.grant(&[Personalization]);
    page.facts(Facts::Lead(true));
    let (first, _) = told(&page)[0].clone();
    page.answer(first, Outcome::Retry { after: None });
    page.withdraw(&[Personalization]);
    page.effects.retain(|effect| !matches!(effect, Effect::Send { reference, .. } if *reference == first));
    let known = settle(&mut page, |_| Outcome::Done);
    page.tick(DAY);
    assert!(known.is_empty() || known == [(Personalization, ConsentState::Withdrawn)], "{known:?}");
    assert!(told(&page).iter().all(|(_, said)| said.purposes.iter().all(|(_, state)| *state != Granted)));
}

#[test]
fn the_ticket_stays_until_every_withdrawal_was_heard() {
    let mut page = known();
    page.facts(Facts::Ticket("ticket-of-the-withdrawal".into()));
    page.withdraw(&[Measurement]);
    page.withdraw(&[Personalization]);
    let ticket = |page: &Page| page.device.choice.as_ref().and_then(|record| record.ticket.clone());
    assert!(ticket(&page).is_some());
    let acts = told(&page);
    assert_eq!(acts.len(), 2, "neither waits");
    page.answer(acts[0].0, Outcome::Done);
    assert!(ticket(&page).is_some(), "the second one is not heard yet");
    page.answer(acts[1].0, Outcome::Done);
    assert_eq!(ticket(&page), None);
}

#[test]
fn the_receipt_of_a_grant_is_said_until_the_backend_has_it() {
    let receipts = |page: &Page| -> Vec<Option<String>> {
        let of = |effect: &Effect| match effect {
            Effect::Send { send: Send::Register { receipt, .. }, .. } => Some(receipt.clone()),
            _ => None,
        };
        page.effects.iter().filter_map(of).collect()
    };
    let said = Some("receipt".to_owned());
    // One purpose is taken back before the grant was answered: the other's registration says it still.
    let mut page = Page::new(&shop());
    page.grant(&[Personalization, Measurement]);
    page.facts(Facts::Lead(true));
    let grant = told(&page)[0].0;
    page.withdraw(&[Measurement]);
    page.answer(grant, Outcome::Done);
    page.heard();
    assert_eq!(receipts(&page), std::slice::from_ref(&said));
    // A page that goes away before the grant was answered says both.
    let mut page = Page::new(&shop());
    page.grant(&[Personalization]);
    page.facts(Facts::Lead(true));
    assert_eq!(receipts(&page), []);
    page.facts(Facts::Hidden);
    assert_eq!(receipts(&page), [said]);
}

#[test]
fn a_registration_that_overtook_its_grant_is_said_again() {
    let registers = |page: &Page| -> Vec<(Ref, Option<String>)> {
        let of = |effect: &Effect| match effect {
            Effect::Send { reference, send: Send::Register { receipt, .. } } => Some((*reference, receipt.clone())),
            _ => None,
        };
        page.effects.iter().filter_map(of).collect()
    };
    // The grant waits after a failure, or is on its way; its answer comes before that of the registration, or after it.
    for (failed, grant_first) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut page = Page::new(&shop());
        page.grant(&[Personalization]);
        page.facts(Facts::Lead(true));
        if failed {
            page.answer(told(&page)[0].0, Outcome::Retry { after: Some(60_000) });
        }
        page.facts(Facts::Hidden);
        let (grant, said) = told(&page).last().unwrap().clone();
        assert_eq!(told(&page).len(), 1 + usize::from(failed), "a page that may not come back tells it");
        let (register, receipt) = registers(&page)[0].clone();
        assert!(receipt.is_some() && receipt == said.receipt);
        let (first, last) = if grant_first { (grant, register) } else { (register, grant) };
        page.answer(first, Outcome::Done);
        page.answer(last, Outcome::Done);
        assert_eq!(registers(&page).len(), 2, "failed {failed}, grant first {grant_first}");
        let (again, once_more) = registers(&page)[1].clone();
        assert_eq!(once_more, receipt);
        page.answer(again, Outcome::Done);
        page.tick(DAY);
        assert_eq!(registers(&page).len(), 2, "and no more");
    }
}

#[test]
fn only_what_is_taken_back_by_somebody_known_is_told_apart_from_a_grant() {
    let both = |page: &mut Page, denied: Purpose, granted: Purpose| {
        let act = Act::Visitor { notice: "n1".into(), locale: "fr".into() };
        page.choose(&[(denied, Denied), (granted, Granted)], act, "second");
        told(page).into_iter().skip(1).collect::<Vec<_>>()
    };
    // A refusal names nobody, so it is not told apart with an id; and it can wait with the grant.
    let mut page = Page::new(&shop());
    page.grant(&[Personalization]);
    settle(&mut page, |_| Outcome::Done);
    page.effects.clear();
    page.grant(&[Marketing]);
    let experiments = Purpose::Experiments;
    assert!(both(&mut page, experiments, Measurement).is_empty(), "waits with the grant");
    let known_states = settle(&mut page, |_| Outcome::Done);
    assert!(known_states.contains(&(experiments, Denied)), "{known_states:?}");
    // Before there is an id the receipt alone ties the end of a grant to it.
    let mut page = Page::new(&shop());
    page.slow = true;
    page.grant(&[Personalization]);
    assert!(both(&mut page, Personalization, Measurement).is_empty());
    settle(&mut page, |_| Outcome::Done);
    assert!(told(&page).iter().all(|(_, said)| said.receipt.is_some()));
}

#[test]
fn a_job_that_cannot_go_hides_no_other_from_the_clock() {
    let mut page = known();
    let personal = Draft {
        message_id: "m-proof".into(),
        kind: Some(vitrine_wire::EventKind::Identify),
        id: "ada".into(),
        proof: Some(vitrine_wire::Map::of("mac", "x").into()),
        ..Draft::default()
    };
    page.give(|at| vitrine_core::Input::Event { at, reference: 900, event: personal });
    page.tick(250);
    page.withdraw(&[Personalization]);
    page.tick(250);
    let (batch, ..) = page.batches().last().expect("the event serves measurement still").clone();
    let withdrawal = told(&page).last().unwrap().0;
    page.answer(withdrawal, Outcome::Retry { after: None });
    page.answer(batch, Outcome::Done);
    let due = page.wake.filter(|at| *at < page.now + MIN).expect("the withdrawal is told again soon");
    let before = told(&page).len();
    page.tick(due - page.now);
    assert_eq!(told(&page).len(), before + 1);
}
