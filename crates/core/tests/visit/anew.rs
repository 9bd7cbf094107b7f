//! What is kept from input to input says what looking at everything anew says, and no flip is slept through.

use crate::page::*;
use crate::properties::draft;
use crate::whole::{LENGTHS, whole};
use proptest::prelude::*;
use vitrine_core::Input;
use vitrine_core::io::*;
use vitrine_wire::{Code, ConsentState, EventKind, Millis, Purpose, Value};

/// Something happens to a page.
#[derive(Debug, Clone)]
enum Step {
    Event(Draft),
    Page(&'static str),
    Birthday(&'static str),
    Wait(i64),
    Consent(Purpose, ConsentState),
    Synced(u32),
    Bundle(bool),
    /// Another tab tracked these.
    Grown(Vec<Draft>),
    /// Appends wait from now on, or no more.
    Slow(bool),
    Persisted(bool),
    Zone(i32),
    Reset,
}

fn step() -> impl Strategy<Value = Step> {
    let wait =
        prop::sample::select(vec![0, 1, MIN, 20 * MIN - 1, 20 * MIN, 30 * MIN, 61 * MIN, 6 * 60 * MIN, DAY, 15 * DAY]);
    let state = prop::sample::select(vec![ConsentState::Granted, ConsentState::Granted, ConsentState::Withdrawn]);
    let purpose = prop::sample::select(vec![Purpose::Personalization, Purpose::Measurement, Purpose::Experiments]);
    let date = prop::sample::select(vec!["1990-10-09", "--10-11", "1992-02-29", "soon"]);
    prop_oneof![
        12 => draft().prop_map(Step::Event),
        2 => prop::sample::select(vec!["/", "/winter"]).prop_map(Step::Page),
        1 => date.prop_map(Step::Birthday),
        6 => wait.prop_map(Step::Wait),
        1 => (purpose, state).prop_map(|(purpose, state)| Step::Consent(purpose, state)),
        1 => (0..4u32).prop_map(Step::Synced),
        1 => any::<bool>().prop_map(Step::Bundle),
        2 => prop::collection::vec(draft(), 1..4).prop_map(Step::Grown),
        1 => any::<bool>().prop_map(Step::Slow),
        2 => any::<bool>().prop_map(Step::Persisted),
        1 => (-12..14i32).prop_map(Step::Zone),
        1 => Just(Step::Reset),
    ]
}

/// The draft, as far from the page's now as it was made from the first instant.
fn shifted(page: &Page, draft: &Draft, tab: &str) -> Draft {
    let timestamp = draft.timestamp.map(|at| at - T0 + page.now);
    Draft { timestamp, message_id: [tab, &draft.message_id].concat(), ..draft.clone() }
}

fn take(page: &mut Page, step: &Step) {
    match step {
        Step::Event(draft) => {
            page.send(shifted(page, draft, ""));
        }
        Step::Page(path) => page.page_view(path),
        Step::Birthday(date) => {
            let traits = [("birthday", Value::from(*date)), ("plan", "gold".into())];
            let draft = page.draft("", &traits);
            page.send(Draft { kind: Some(EventKind::Identify), id: "u1".into(), proof: Some("p".into()), ..draft });
        }
        Step::Wait(ms) => page.tick(*ms),
        Step::Consent(purpose, state) => page.set(&[*purpose], *state),
        Step::Synced(version) => {
            let rows = format!(
                r#"{{"version": {version}, "traits": {{"birthday": {{"value": "--10-1{version}", "source": "crm", "at": 1}}}},
                "channels": {{"preferred": "sms"}}, "orders": [{{"id": "k1", "at": {}, "value": 3, "state": "completed"}}],
                "offers": [{{"id": "ten", "state": "shown", "at": {}}}]}}"#,
                page.now - DAY,
                page.now - MIN
            );
            page.facts(Facts::Profile(serde_json::from_str(&rows).unwrap()));
        }
        Step::Bundle(other) => page.bundle(&whole(*other), 1),
        Step::Grown(drafts) => {
            let mut tab = Page::granted(&whole(false));
            tab.tick(page.now - tab.now);
            for draft in drafts {
                tab.send(shifted(page, draft, "t"));
            }
            let records: Vec<_> = tab.device.records.drain(..).map(|(_, bytes)| bytes).collect();
            let events = records.into_iter().map(|bytes| (page.append(bytes.clone()), bytes)).collect();
            let loaded = Loaded { grown: true, events, ..Loaded::default() };
            page.give(|at| Input::Loaded { at, loaded });
        }
        Step::Slow(slow) => page.slow = *slow,
        Step::Persisted(fine) if !page.waiting.is_empty() => {
            page.persist(if *fine { Ok(()) } else { Err(Code::StoreFailed) });
        }
        Step::Persisted(_) => {}
        Step::Zone(hours) => {
            page.facts(Facts::Zone(vec![(0, hours * 3_600), (T0 / DAY * DAY + DAY, (hours + 1) * 3_600)]))
        }
        Step::Reset => page.facts(Facts::Reset { fresh: identity("second") }),
    }
}

/// The instants around which something may change by time alone.
fn edges(page: &Page, until: Millis) -> Vec<Millis> {
    let profile = page.engine.profile();
    let past = profile.at("history").and_then(Value::as_list).unwrap_or_default();
    let mut marks: Vec<Millis> = past.iter().filter_map(|event| Some(event.get("at")?.as_num()? as Millis)).collect();
    // Events that wait for their time: at most as far ahead as drafts are made.
    marks.push(page.now);
    let mut edges: Vec<Millis> = marks.iter().flat_map(|mark| LENGTHS.map(|length| mark + length)).collect();
    edges.extend(marks.iter().flat_map(|mark| LENGTHS.map(|length| mark + length + 20 * MIN)));
    edges.extend((0..60).map(|step| page.now + step * 15 * MIN));
    edges.extend((0..80).map(|hour| (page.now / (60 * MIN) + hour) * 60 * MIN));
    let mut edges: Vec<Millis> = edges.into_iter().flat_map(|edge| [edge - 1, edge, edge + 1]).collect();
    edges.retain(|edge| (page.now + 1..=until).contains(edge));
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// After a thousand halves a score is 0: it passes no bound any more, but who was strongest stays so.
#[test]
fn what_has_faded_away_is_the_same_kept_and_anew() {
    let mut page = Page::granted(&whole(false));
    page.track("Product Viewed", &[("sku", "k0".into())]);
    page.track("Product Viewed", &[("sku", "k1".into())]);
    page.tick(DAY);
    let holds = |page: &Page, name: &str| page.inside().iter().any(|inside| inside == name);
    assert!(holds(&page, "rank") && holds(&page, "trace"));
    page.tick(15 * DAY);
    assert!(holds(&page, "rank") && !holds(&page, "trace"));
    assert_eq!(page.engine.read(page.now), page.engine.read_anew(page.now));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// After any inputs, reading what is kept and evaluating everything anew are the same; so is what the page was told.
    #[test]
    fn what_is_kept_is_what_a_fresh_look_says(steps in prop::collection::vec(step(), 1..40)) {
        let mut page = Page::granted(&whole(false));
        for step in &steps {
            take(&mut page, step);
            let (kept, anew) = (page.engine.read(page.now), page.engine.read_anew(page.now));
            prop_assert_eq!(&kept, &anew, "after {:?}", step);
            prop_assert_eq!(page.inside(), kept.segments, "after {:?}", step);
        }
    }

    /// Whoever wakes only when asked to is never wrong, at any instant in between.
    #[test]
    fn no_flip_is_slept_through(steps in prop::collection::vec(step(), 1..24)) {
        let mut page = Page::granted(&whole(false));
        steps.iter().for_each(|step| take(&mut page, step));
        let until = page.now + 3 * DAY;
        let looked: Vec<_> = edges(&page, until).into_iter().map(|at| (at, page.engine.read_anew(at))).collect();
        for (at, expected) in looked {
            let mut wakes = 0;
            while let Some(due) = page.wake.filter(|due| *due <= at) {
                wakes += 1;
                prop_assert!(wakes < 500, "woken {wakes} times before {at}");
                page.now = due.max(page.now);
                page.tick(0);
            }
            prop_assert_eq!(page.inside(), expected.segments, "{} ms after the last input", at - (until - 3 * DAY));
        }
    }
}
