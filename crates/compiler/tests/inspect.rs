//! The inspector's replica: it answers as the engine it was made from, what is supposed is as good as true, and nothing
//! that it is given makes it fall.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::{Value, json};
use vitrine_compiler::{Options, compile_value, door::inspect};
use vitrine_core::replay::Visit;
use vitrine_wire::door::{ReplayInput, ReplayWhat};

const DAY: i64 = 86_400_000;
/// The start of a day: choices are kept by the day.
const START: i64 = 20_000 * DAY;

fn payload() -> Vec<u8> {
    let site = json!({
        "vitrine": 1, "site": "s",
        "purposes": {"personalization": {"basis": "consent"}, "experiments": {"basis": "consent"}},
        "events": {
            "Product Viewed": {"purpose": "personalization", "properties": {"category": "string"}},
            "Order Completed": {"purpose": "personalization", "properties": {"order_id": "string", "revenue": "number"}}
        },
        "traits": {"plan": {"type": "string"}},
        "slots": {"hero": {}, "teaser": {}},
        "scores": {"affinity": {"by": "properties.category", "weights": {"Product Viewed": 1}, "halfLife": "14d"}},
        "segments": {
            "gold": {"when": {"profile.plan": "gold"}},
            "fans": {"when": {"$events": {"where": {"event": "Product Viewed"}, "within": "7d", "count": {"$gte": 3}}}},
            "big": {"when": {"orders.value": {"$gte": 100}}},
            "warm": {"when": {"scores.affinity.winter": {"$gte": 2}}},
            "home": {"when": {"context.page.path": "/"}},
            "best": {"when": {"$and": [{"$segment": "gold"}, {"$segment": "big"}]}}
        },
        "experiences": [
            {"id": "for-gold", "slot": "hero", "when": {"$segment": "gold"}, "priority": 10,
             "variants": [{"id": "a", "actions": [{"text": {"to": "A"}}]}, {"id": "b", "actions": [{"text": {"to": "B"}}]}]},
            {"id": "for-fans", "slot": "hero", "when": {"$segment": "fans"}, "priority": 5,
             "variants": [{"id": "a", "actions": [{"text": {"to": "F"}}]}]},
            {"id": "on-entry", "slot": "teaser", "when": {}, "trigger": {"on": "segment", "segment": "big"},
             "variants": [{"id": "a", "actions": [{"text": {"to": "T"}}]}]}
        ]
    });
    let options = Options { from_ms: START, to_ms: START + 400 * DAY };
    compile_value(&site, &options).unwrap_or_else(|findings| panic!("{findings:?}")).payload
}

fn value(json: Value) -> vitrine_wire::Value {
    serde_json::from_value(json).unwrap()
}

fn event(at: i64, json: Value) -> ReplayInput {
    ReplayInput { at, what: ReplayWhat::Event(value(json)) }
}

fn track(at: i64, name: &str, properties: &Value) -> ReplayInput {
    event(at, json!({"type": "track", "event": name, "properties": properties}))
}

fn plan(at: i64, plan: &str) -> ReplayInput {
    event(at, json!({"type": "identify", "userId": "u", "traits": {"plan": plan}}))
}

fn granted(at: i64) -> ReplayInput {
    let purposes = ["personalization", "experiments"].map(|p| (p.into(), "granted".into()));
    ReplayInput { at, what: ReplayWhat::Consent(purposes.into()) }
}

fn here(at: i64, path: &str) -> ReplayInput {
    ReplayInput { at, what: ReplayWhat::Context(value(json!({"page": {"path": path}}))) }
}

/// A page on which all this has happened.
fn page<'a>(payload: &[u8], inputs: &[ReplayInput]) -> Visit<'a> {
    let mut visit = Visit::new(payload, "v1", START);
    inputs.iter().for_each(|input| visit.input(input));
    visit
}

fn ask(visit: &Visit, question: Value) -> Value {
    let consent: Value = serde_json::to_value(visit.engine().consent()).unwrap();
    let mut whole = json!({"visitor": "v1", "consent": consent, "at": [null]});
    whole.as_object_mut().unwrap().extend(question.as_object().unwrap().clone());
    let answer: Value = serde_json::from_str(&inspect(&visit.engine().state(), &whole.to_string())).unwrap();
    answer.get("ok").unwrap_or_else(|| panic!("{answer}")).clone()
}

/// Segments and decisions of an answer's first read.
fn read(answer: &Value) -> Value {
    json!([answer["reads"][0]["segments"], answer["reads"][0]["decisions"], answer["reads"][0]["rejected"]])
}

fn visits() -> impl Strategy<Value = Vec<ReplayInput>> {
    let one = prop_oneof![
        (prop::sample::select(vec!["winter", "garden"])).prop_map(|c| ("view", json!({"category": c}))),
        (1u32..90).prop_map(|n| ("order", json!({"order_id": n.to_string(), "revenue": n}))),
        (prop::sample::select(vec!["gold", "silver"])).prop_map(|plan| ("plan", json!(plan))),
        (prop::sample::select(vec!["/", "/cart"])).prop_map(|path| ("here", json!(path))),
    ];
    prop::collection::vec((0i64..2 * DAY, one), 0..14).prop_map(|steps| {
        let mut at = START;
        let mut inputs = vec![granted(at)];
        for (after, (what, with)) in steps {
            at += after;
            inputs.push(match what {
                "view" => track(at, "Product Viewed", &with),
                "order" => track(at, "Order Completed", &with),
                "plan" => plan(at, with.as_str().unwrap()),
                _ => here(at, with.as_str().unwrap()),
            });
        }
        inputs
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn it_answers_as_the_engine_it_was_made_from(inputs in visits()) {
        let visit = page(&payload(), &inputs);
        let answer = ask(&visit, json!({}));
        prop_assert_eq!(&answer["reads"][0]["segments"], &serde_json::to_value(visit.engine().segments()).unwrap());
        for slot in ["hero", "teaser"] {
            let decision = visit.engine().decide(slot);
            let replica = &answer["reads"][0]["decisions"][slot];
            prop_assert_eq!(&replica["experience"], &json!(decision.experience));
            prop_assert_eq!(&replica["variant"], &json!(decision.variant));
        }
    }

    #[test]
    fn supposing_what_is_changes_nothing(inputs in visits()) {
        let visit = page(&payload(), &inputs);
        let plain = ask(&visit, json!({"facts": true}));
        let facts = plain["facts"].as_array().unwrap();
        prop_assert_eq!(facts.len(), 4);
        let suppose: serde_json::Map<String, Value> =
            facts.iter().map(|fact| (fact["path"].as_str().unwrap().to_owned(), fact["value"].clone())).collect();
        let supposed = ask(&visit, json!({"suppose": suppose}));
        prop_assert_eq!(&supposed["unread"], &json!([]));
        prop_assert_eq!(read(&supposed), read(&plain));
    }

    #[test]
    fn a_supposed_event_is_as_good_as_one_that_happened(inputs in visits(), times in 1usize..4) {
        let payload = payload();
        let visit = page(&payload, &inputs);
        let one = json!({"event": {"type": "track", "event": "Product Viewed", "properties": {"category": "winter"}}});
        let supposed = ask(&visit, json!({"inputs": vec![one; times]}));
        let at = visit.engine().now();
        let mut real = inputs;
        real.extend((0..times).map(|_| track(at, "Product Viewed", &json!({"category": "winter"}))));
        prop_assert_eq!(&supposed["reads"][0]["segments"], &json!(page(&payload, &real).engine().segments()));
    }

    #[test]
    fn damage_is_an_error_at_most(inputs in visits(), cut in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut state = page(&payload(), &inputs).engine().state();
        let question = json!({"at": [null, START], "facts": true, "outline": true, "explain": ["gold", "hero"]}).to_string();
        let place = cut.index(state.len());
        state[place] ^= byte;
        let _ = inspect(&state, &question);
        state.truncate(place);
        let answer: Value = serde_json::from_str(&inspect(&state, &question)).unwrap();
        prop_assert_eq!(answer["error"]["code"].as_str(), Some("VT-ARGUMENT"));
    }
}

#[test]
fn a_supposed_fact_is_as_good_as_one_that_is_so() {
    let payload = payload();
    let visit = page(&payload, &[granted(START), plan(START, "silver"), here(START, "/cart")]);
    for (path, wanted, enters) in [
        ("profile.plan", json!("gold"), vec!["gold"]),
        ("orders.value", json!(100), vec!["big"]),
        ("scores.affinity.winter", json!(2), vec!["warm"]),
        ("context.page.path", json!("/"), vec!["home"]),
    ] {
        let answer = ask(&visit, json!({"suppose": {path: wanted}}));
        assert_eq!(answer["reads"][0]["segments"], json!(enters), "{path}");
    }
    // As the same visitor really is who has it.
    let supposed = ask(&visit, json!({"suppose": {"profile.plan": "gold", "orders.value": 120}}));
    let real = [
        granted(START),
        plan(START, "gold"),
        here(START, "/cart"),
        track(START, "Order Completed", &json!({"order_id": "1", "revenue": 120})),
    ];
    assert_eq!(read(&supposed), read(&ask(&page(&payload, &real), json!({}))));
    assert_eq!(supposed["reads"][0]["segments"], json!(["best", "big", "gold"]));
    // To come into a segment starts what waits for it.
    assert_eq!(supposed["reads"][0]["decisions"]["teaser"]["experience"], "on-entry");
}

#[test]
fn what_no_condition_reads_is_said() {
    let visit = page(&payload(), &[granted(START)]);
    let answer = ask(&visit, json!({"suppose": {"profile.city": "Lyon", "profile.plan": "gold"}}));
    assert_eq!(answer["unread"], json!(["profile.city"]));
}

#[test]
fn trees_name_supposed_facts_by_their_own_paths() {
    let visit = page(&payload(), &[granted(START)]);
    let answer = ask(&visit, json!({"suppose": {"profile.plan": "gold"}, "explain": ["gold", "hero", "nobody"]}));
    let tree = &answer["trees"]["gold"];
    assert_eq!(
        (&tree["result"], &tree["when"]["path"], &tree["when"]["supposed"]),
        (&json!(true), &json!("profile.plan"), &json!(true))
    );
    assert_eq!(tree["decided"]["path"], "profile.plan");
    assert_eq!(answer["trees"]["nobody"], Value::Null);
    assert!(!answer.to_string().contains("$supposed"), "{answer}");
}

#[test]
fn facts_say_where_they_come_from_and_who_reads_them() {
    let visit = page(&payload(), &[granted(START), plan(START, "gold")]);
    let facts = ask(&visit, json!({"facts": true}))["facts"].clone();
    assert_eq!(
        facts[2],
        json!({"path": "profile.plan", "value": "gold", "provenance": "declared", "source": "form", "readBy": ["best", "for-gold", "gold"]})
    );
}

#[test]
fn a_supposed_choice_opens_and_closes_what_rests_on_it() {
    let none = page(&payload(), &[here(START, "/")]);
    assert_eq!(ask(&none, json!({}))["reads"][0]["segments"], json!([]));
    let granted_ = ask(&none, json!({"inputs": [{"consent": {"personalization": "granted"}}]}));
    assert_eq!(granted_["reads"][0]["segments"], json!(["home"]));
    let all = page(&payload(), &[granted(START), here(START, "/")]);
    let denied = ask(&all, json!({"inputs": [{"consent": {"personalization": "denied"}}]}));
    assert_eq!(denied["reads"][0]["segments"], json!([]));
}

#[test]
fn a_refusal_of_the_browsers_own_has_no_day_and_holds() {
    let visit = page(&payload(), &[here(START + DAY, "/")]);
    let answer =
        ask(&visit, json!({"consent": {"personalization": {"state": "denied", "source": null, "decidedAt": null}}}));
    assert_eq!(answer["reads"][0]["consent"]["personalization"]["state"], "denied");
}

#[test]
fn another_instant_is_read_from_what_is_left_of_the_past() {
    let views: Vec<ReplayInput> =
        (0..3).map(|n| track(START + n * DAY, "Product Viewed", &json!({"category": "winter"}))).collect();
    let mut inputs = vec![granted(START)];
    inputs.extend(views);
    inputs.push(plan(START + 3 * DAY, "gold"));
    let visit = page(&payload(), &inputs);
    let at = |at: i64| ask(&visit, json!({"at": [at]}))["reads"][0].clone();
    assert_eq!(at(START + DAY)["segments"], json!([]));
    assert_eq!(at(START + DAY)["rebuilt"], json!(true));
    assert!(at(START + 2 * DAY)["segments"].as_array().unwrap().contains(&json!("fans")));
    // In a week the first of three views is too old; half a year after the choice nothing is kept any more.
    assert!(!at(START + 8 * DAY)["segments"].as_array().unwrap().contains(&json!("fans")));
    assert_eq!(at(START + 8 * DAY)["rebuilt"], json!(false));
    assert_eq!(at(START + 200 * DAY)["segments"], json!([]));
    assert_eq!(at(START + 200 * DAY)["consent"]["personalization"]["state"], "unknown");
    // Before the choice nothing was kept.
    assert_eq!(at(START - DAY)["segments"], json!([]));
}
