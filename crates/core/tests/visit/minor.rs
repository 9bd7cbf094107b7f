//! `context({ minor: true })`: no profile and no marketing, whoever grants them.

use crate::page::*;
use crate::rules::*;
use vitrine_core::Effect;
use vitrine_core::io::*;
use vitrine_wire::ConsentState::{Denied, Granted, Unknown, Withdrawn};
use vitrine_wire::{Purpose, Value};

fn minor(page: &mut Page, value: Value) {
    page.facts(Facts::Context(Value::Map([("minor", value)].into_iter().collect())));
}

fn states(page: &Page) -> [vitrine_wire::ConsentState; 4] {
    [Purpose::Personalization, Purpose::Marketing, Purpose::Measurement, Purpose::Experiments]
        .map(|p| page.engine.gate().state(p))
}

fn source(page: &mut Page) {
    let act = Act::Source { source: "klaro".into(), acted: true, notice: "n1".into(), cookie: String::new() };
    page.choose(&Purpose::ALL.map(|purpose| (purpose, Granted)), act, "klaro");
}

#[test]
fn a_minor_is_not_profiled_whoever_grants_it() {
    for (who, grant) in
        [("the visitor", (|page| page.grant(&Purpose::ALL)) as fn(&mut Page)), ("a source", source as fn(&mut Page))]
    {
        let mut page = Page::new(&shop());
        minor(&mut page, true.into());
        assert_eq!(states(&page), [Denied, Denied, Unknown, Unknown], "{who}: before the choice");
        grant(&mut page);
        page.lead();
        assert_eq!(states(&page), [Denied, Denied, Granted, Granted], "{who}");
        assert_eq!(page.engine.profile(), Value::Null);
        let record = page.device.choice.clone().unwrap();
        let written = record.choices.iter().any(|choice| choice.purpose == Purpose::Personalization);
        assert!(!written, "{who}: what nobody may grant is not written down");
        minor(&mut page, false.into());
        assert_eq!(states(&page), [Unknown, Unknown, Granted, Granted], "{who}: of age, they may choose");
        grant(&mut page);
        assert_eq!(states(&page), [Granted; 4], "{who}");
    }
    for (what, value) in [("a text", Value::from("true")), ("a number", Value::from(1.0)), ("nothing", Value::Null)] {
        let mut page = Page::new(&shop());
        minor(&mut page, value);
        assert_eq!(states(&page), [Unknown; 4], "{what} is not `true`");
    }
}

#[test]
fn what_was_granted_before_is_taken_back_and_stays_so() {
    let mut page = Page::new(&shop());
    page.facts(Facts::Slots(vec!["hero".into()]));
    page.grant(&Purpose::ALL);
    page.lead();
    page.track("Product Viewed", &[]);
    assert_ne!(page.engine.profile(), Value::Null);
    minor(&mut page, true.into());
    assert_eq!(states(&page), [Withdrawn, Withdrawn, Granted, Granted]);
    assert_eq!(page.engine.profile(), Value::Null);
    let told = page.effects.iter().any(|effect| match effect {
        Effect::Send { send: Send::Consents(act), .. } => {
            act.source == "site" && act.purposes.contains(&(Purpose::Personalization, Withdrawn))
        }
        _ => false,
    });
    assert!(told, "the backend hears of it");
    // The next page need not say it again: the record does.
    let next = Page::on(page.device.clone(), &shop(), page.now + DAY);
    assert_eq!(states(&next), [Withdrawn, Withdrawn, Granted, Granted]);
}

#[test]
fn what_another_tab_grants_a_minor_is_taken_back_there_too() {
    let mut other = Page::new(&shop());
    other.grant(&Purpose::ALL);
    let granted = other.device.choice.clone().unwrap();
    let mut page = Page::new(&shop());
    minor(&mut page, true.into());
    page.choose(&[], Act::Record(granted), "other");
    assert_eq!(states(&page), [Withdrawn, Withdrawn, Granted, Granted]);
    let record = page.device.choice.clone().unwrap();
    other.choose(&[], Act::Record(record), "page");
    assert_eq!(states(&other), [Withdrawn, Withdrawn, Granted, Granted]);
    assert_eq!(other.engine.profile(), Value::Null);
}
