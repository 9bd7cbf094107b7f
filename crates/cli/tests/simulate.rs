//! `vitrine simulate` against counts made here, from the same log, by hand.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;
/// 2026-03-01T00:00:00Z
const START: i64 = 1_772_323_200_000;

/// An event of the log: when, whose, and what.
#[derive(Clone, Copy, PartialEq)]
struct Event {
    at: i64,
    visitor: u64,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Page,
    View,
    Order,
}

/// Always the same numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Of 60 visitors over 30 days, in no order.
fn log() -> Vec<Event> {
    let mut numbers = Numbers(7);
    let kinds = [Kind::Page, Kind::View, Kind::View, Kind::View, Kind::Order];
    let event = |_| Event {
        visitor: numbers.below(60),
        at: START + numbers.below(30 * 86_400) as i64 * 1_000,
        kind: kinds[numbers.below(5) as usize],
    };
    (0..900).map(event).collect()
}

fn line(event: &Event) -> Value {
    let mut line = json!({"anonymousId": format!("v{}", event.visitor), "timestamp": event.at, "type": "track"});
    match event.kind {
        Kind::Page => line["type"] = "page".into(),
        Kind::View => line["event"] = "Product Viewed".into(),
        Kind::Order => {
            line["event"] = "Order Completed".into();
            line["properties"] = json!({"order_id": format!("{}-{}", event.visitor, event.at), "revenue": 10});
        }
    }
    line
}

fn text(log: &[Event]) -> String {
    log.iter().map(|event| format!("{}\n", line(event))).collect()
}

/// An empty folder of the test's own, with a site file.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("simulate-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let hero = json!({"slot": "hero", "variants": [{"id": "a", "actions": [{"text": {"at": "h1", "to": "Hello"}}]}]});
    let mut buyers = hero.clone();
    (buyers["id"], buyers["when"]) = ("for-buyers".into(), json!({"$segment": "buyers"}));
    buyers["priority"] = 2.into();
    let mut keen = hero;
    (keen["id"], keen["when"]) = ("for-keen".into(), json!({"$segment": "keen"}));
    let site = json!({
        "vitrine": 1, "site": "shop",
        "events": {
            "Product Viewed": {"properties": {"sku": "string"}},
            "Order Completed": {"properties": {"order_id": "string", "revenue": "number"}},
        },
        "slots": {"hero": {}},
        "segments": {
            "keen": {"when": {"$events": {"where": {"event": "Product Viewed"}, "within": "7d", "count": {"$gte": 3}}}},
            "buyers": {"when": {"orders.count": {"$gte": 1}}},
            "nobody": {"when": {"orders.count": {"$gte": 1_000}}},
        },
        "experiences": [buyers, keen],
    });
    std::fs::write(folder.join("site.json"), site.to_string()).unwrap();
    folder
}

fn run(folder: &Path, log: &str, args: &[&str], piped: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
    command.current_dir(folder).args(["simulate", "site.json", "--events", log]).args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(piped);
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn found(output: &Output) -> Value {
    assert!(output.status.success(), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn simulated(name: &str, log: &str, args: &[&str]) -> Value {
    let folder = folder(name);
    std::fs::write(folder.join("log.jsonl"), log).unwrap();
    found(&run(&folder, "log.jsonl", &[&["--json"], args].concat(), b""))
}

/// Visitors known, keen, buyers, and keen without having bought, at an instant.
fn counted(log: &[Event], now: i64) -> [u64; 4] {
    let mut visitors: BTreeMap<u64, (u64, bool)> = BTreeMap::new();
    for event in log.iter().filter(|event| event.at <= now) {
        let (views, bought) = visitors.entry(event.visitor).or_default();
        *views += u64::from(event.kind == Kind::View && event.at > now - 7 * DAY);
        *bought |= event.kind == Kind::Order;
    }
    let count = |of: &dyn Fn(&(u64, bool)) -> bool| visitors.values().filter(|visitor| of(visitor)).count() as u64;
    [count(&|_| true), count(&|v| v.0 >= 3), count(&|v| v.1), count(&|v| v.0 >= 3 && !v.1)]
}

#[test]
fn sizes_are_those_of_a_simple_count() {
    let log = log();
    let (first, last) = (log.iter().map(|e| e.at).min().unwrap(), log.iter().map(|e| e.at).max().unwrap());
    let rows: [(&str, &[&str], i64, i64, i64); 4] = [
        ("whole", &[], first, last, DAY),
        ("weeks", &["--step", "1w"], first, last, 7 * DAY),
        (
            "span",
            &["--from", "2026-03-05", "--to", "2026-03-20", "--step", "12h"],
            START + 4 * DAY,
            START + 19 * DAY,
            DAY / 2,
        ),
        ("later", &["--to", "2026-05-01T00:00:00Z", "--step", "3d"], first, START + 61 * DAY, 3 * DAY),
    ];
    for (name, args, from, to, step) in rows {
        let found = simulated(name, &text(&log), args);
        let mut steps: Vec<i64> = (0..).map(|n| to - n * step).take_while(|at| *at >= from).collect();
        steps.reverse();
        let events: Vec<_> = log.iter().filter(|event| event.at <= to).copied().collect();
        let visitors: BTreeSet<_> = events.iter().map(|event| event.visitor).collect();
        assert_eq!((&found["visitors"], &found["events"]), (&visitors.len().into(), &events.len().into()), "{name}");
        assert_eq!(found["steps"].as_array().unwrap().len(), steps.len(), "{name}");
        let expected: Vec<_> = steps.iter().map(|at| counted(&log, *at)).collect();
        for (place, sizes) in [
            &found["known"],
            &found["segments"]["keen"]["sizes"],
            &found["segments"]["buyers"]["sizes"],
            &found["experiences"]["for-keen"]["sizes"],
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(*sizes, json!(expected.iter().map(|row| row[place]).collect::<Vec<_>>()), "{name} {place}");
        }
        let [known, _, buyers, keen] = *expected.last().unwrap();
        assert_eq!(found["experiences"]["for-buyers"]["sizes"], found["segments"]["buyers"]["sizes"], "{name}");
        assert_eq!(found["segments"]["buyers"]["ever"], buyers, "{name}");
        assert_eq!((&found["segments"]["nobody"]["now"], &found["segments"]["nobody"]["ever"]), (&json!(0), &json!(0)));
        assert_eq!(found["experiences"]["for-keen"]["now"], keen, "{name}");
        assert_eq!(found["experiences"]["for-buyers"]["rejected"]["when"], known - buyers, "{name}");
    }
}

#[test]
fn order_packing_and_the_way_in_change_nothing() {
    let mut log = log();
    let folder = folder("packed");
    let plain = text(&log);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(plain.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    log.sort_by_key(|event| event.at);
    let files =
        [("plain", plain.as_bytes()), ("gzip", &gzip), ("sorted", text(&log).as_bytes())].map(|(name, bytes)| {
            std::fs::write(folder.join(name), bytes).unwrap();
            found(&run(&folder, name, &["--json"], b""))
        });
    let piped = [plain.as_bytes(), &gzip].map(|bytes| found(&run(&folder, "-", &["--json"], bytes)));
    for other in files.iter().skip(1).chain(&piped) {
        assert_eq!(files[0], *other);
    }
}

#[test]
fn bad_lines_are_counted_and_left_out() {
    let folder = folder("bad");
    let good = text(&log());
    let mut log = good.clone().into_bytes();
    let long = format!("{{\"anonymousId\": \"v1\", \"timestamp\": {START}, \"name\": \"{}\"}}\n", "x".repeat(1 << 20));
    for bad in [
        b"no JSON\n".as_slice(),
        b"\n  \n",
        b"\xff\xfe\n",
        br#"{"event": "Product Viewed", "timestamp": 1}"#,
        b"\n",
        br#"{"anonymousId": "v1", "event": "Product Viewed"}"#,
        b"\n",
        br#"{"anonymousId": "v1", "type": "dance", "timestamp": 1772323200000}"#,
        b"\n",
        long.as_bytes(),
        br#"{"anonymousId": "v1", "event": "Never Declared", "timestamp": 1772323200000}"#,
        b"\n",
        br#"{"anonymousId": "v1", "event": "Product Vi"#,
    ] {
        log.extend(bad);
    }
    std::fs::write(folder.join("good"), &good).unwrap();
    std::fs::write(folder.join("bad"), log).unwrap();
    let output = run(&folder, "bad", &["--json"], b"");
    assert_eq!(found(&output), found(&run(&folder, "good", &["--json"], b"")));
    let said = said(&output);
    for part in [
        "bad:901: left out: expected",
        "bad:902: left out: no UTF-8",
        "bad:903: left out: neither `anonymousId` nor `userId`",
        "7 of 908 lines are no events and were left out",
        "1 of 908 lines have a name that the site file does not declare",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_log_of_nothing_declared_is_said() {
    for (name, log) in [
        ("empty", ""),
        ("undeclared", "{\"anonymousId\": \"a\", \"event\": \"Never Declared\", \"timestamp\": 1772323200000}\n"),
        ("spoilt", "{\"anonymousId\"\n"),
    ] {
        let folder = folder(name);
        std::fs::write(folder.join("log.jsonl"), log).unwrap();
        let output = run(&folder, "log.jsonl", &[], b"");
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(said(&output).contains("log.jsonl: no event that site.json declares"), "{name}: {}", said(&output));
    }
    let folder = folder("usage");
    for args in [["--step", "soon"], ["--from", "May"], ["--events", "nowhere"]] {
        let output = run(&folder, "-", &args, text(&log()).as_bytes());
        assert!(!output.status.success(), "{args:?}");
    }
}

#[test]
fn a_sample_is_fair_and_the_same_each_time() {
    let mut log = log();
    let sample = simulated("sample", &text(&log), &["--visitors", "20"]);
    log.reverse();
    assert_eq!(sample, simulated("sample-reversed", &text(&log), &["--visitors", "20"]));
    assert_eq!(sample["visitors"], 20);
    let population = sample["population"].as_f64().unwrap();
    assert!((30.0..120.0).contains(&population), "{population}");
    assert_eq!(simulated("enough", &text(&log), &["--visitors", "60"])["population"], 60.0);
}

#[test]
fn the_plot_is_well_formed() {
    let log = log();
    let one: Vec<Event> = log.iter().filter(|event| event.kind == Kind::Page).take(1).copied().collect();
    for (name, log, parts) in [
        ("plot", &log, ["polyline", ">keen <", "1 that nobody was in"]),
        ("plot-empty", &one, ["Nobody was in a segment", "1 visitor, 3 segments; 3 that", "shop"]),
    ] {
        let folder = folder(name);
        std::fs::write(folder.join("log.jsonl"), text(log)).unwrap();
        assert!(run(&folder, "log.jsonl", &["--svg", "sizes.svg"], b"").status.success());
        let svg = std::fs::read_to_string(folder.join("sizes.svg")).unwrap();
        parts.iter().for_each(|part| assert!(svg.contains(part), "{part}: {svg}"));
        let mut open = Vec::new();
        for tag in svg.split('<').skip(1) {
            let (tag, after) = tag.split_once('>').unwrap();
            assert!(!after.contains('>') && tag.matches('"').count() % 2 == 0, "{tag}");
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if tag.ends_with('/') => {}
                None => open.push(tag.split(' ').next().unwrap()),
            }
        }
        assert!(open.is_empty() && svg.starts_with("<svg "), "{open:?}");
    }
}

#[test]
fn what_is_shown_before_the_choice_ends_with_it() {
    let folder = folder("asks");
    let mut site: Value = serde_json::from_slice(&std::fs::read(folder.join("site.json")).unwrap()).unwrap();
    site["slots"]["aside"] = json!({});
    let variants = json!([{"id": "a", "actions": [{"text": {"at": "h1", "to": "Hello"}}]}]);
    let ask = json!({"id": "ask", "slot": "aside", "contextual": true, "when": {"context.consent.unasked": true}, "variants": variants});
    site["experiences"].as_array_mut().unwrap().push(ask);
    std::fs::write(folder.join("site.json"), site.to_string()).unwrap();
    std::fs::write(folder.join("log.jsonl"), text(&log())).unwrap();
    let found = found(&run(&folder, "log.jsonl", &["--json"], b""));
    let ask = &found["experiences"]["ask"];
    assert_eq!((&ask["now"], &ask["ever"]), (&json!(0), &found["visitors"]));
    assert_eq!(ask["rejected"]["when"], found["visitors"]);
}
