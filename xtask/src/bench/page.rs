//! `cargo xtask bench page`: a page as people load it, bare, with the SDK and with its peers, on a slow line and a slow processor.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::Found;
use super::browser::{measure, prepare};
use super::rows::{Goal, Ratio, Row};
use crate::tools::{command, process};

const FOLDER: &str = "target/bench/page";
const NOTE: &str = "\
Slow 4G by the browser's own emulation: 1.6 Mbit/s down, 750 kbit/s up, 150 ms added to each request, connections not slowed; the
page's main thread at a quarter of its speed, other threads at full speed. Everything over HTTP/2 from one origin on the loopback.
new: nothing cached, no choice yet; returning: everything cached, and Vitrine was allowed to personalise. Frames are those that
began, times are since navigation. theme remembered: bare, and one word read from localStorage before the first paint. Adobe's Edge
network is a fake that decides at once; GrowthBook's files and features come from the page's own origin, which is faster than from
another.";

/// Times that a subject may add to what the page alone takes.
const BESIDE_BARE: [&str; 3] = ["first contentful paint", "largest contentful paint", "main thread"];

/// Loads, paints and clicks.
///
/// # Errors
/// Something could not be built, Chromium is missing, or a subject did not show its content.
pub fn page(runs: u32) -> anyhow::Result<Found> {
    prepare()?;
    let rows = measure("measuring pages in chromium", "page", "chromium", runs)?;
    let ratios = ["new", "returning"]
        .iter()
        .flat_map(|visitor| loads(&rows, visitor))
        .chain(["interaction, p75", "tasks over 50 ms"].iter().filter_map(|figure| {
            let (ours, bare) = (find(&rows, "clicking", figure, "vitrine")?, find(&rows, "clicking", figure, "bare")?);
            Some(Ratio::above(ours, bare, Goal(if *figure == "interaction, p75" { 8.0 } else { 0.0 })))
        }))
        .collect();
    Ok(Found { rows, ratios, note: NOTE })
}

/// Makes the page with plots beside the values; answers where it is.
///
/// # Errors
/// The figures could not be written or the page not made.
pub fn report(figures: &Value) -> anyhow::Result<String> {
    let file = Path::new(FOLDER).join("figures.json");
    fs::write(&file, figures.to_string())?;
    let page = format!("{FOLDER}/index.html");
    let mut node =
        command("node", ["bench/page/report.mjs", "--values", &format!("{FOLDER}/chromium.json"), "--out", &page]);
    process::run("making the report", node.arg("--figures").arg(&file))?;
    Ok(page)
}

/// What is compared and judged of the loads of one kind of visitor.
fn loads(rows: &[Row], visitor: &str) -> Vec<Ratio> {
    let mut ratios = Vec::new();
    for figure in BESIDE_BARE {
        let Some(bare) = find(rows, visitor, figure, "bare") else { continue };
        let judged = |row: &Row| row.subject == "vitrine" && figure == "first contentful paint";
        let others = rows.iter().filter(|row| row.what == bare.what && row.subject != "bare");
        ratios.extend(others.map(|row| Ratio::of(row, bare, judged(row).then_some(Goal(1.05)))));
        let ours = find(rows, visitor, figure, "vitrine").zip(find(rows, visitor, figure, "theme remembered"));
        ratios.extend(ours.map(|(ours, control)| Ratio::of(ours, control, None)));
    }
    if let Some(ours) = find(rows, visitor, "right content", "vitrine") {
        let others = rows.iter().filter(|row| row.what == ours.what && row.subject != "vitrine");
        let judged = |row: &Row| visitor == "new" && row.subject == "growthbook async";
        ratios.extend(others.map(|row| Ratio::of(ours, row, judged(row).then_some(Goal(1.0)))));
    }
    if visitor == "returning" {
        let never = ["frames of the page's own content", "layout shift"];
        ratios.extend(
            never.iter().filter_map(|figure| Some(Ratio::alone(find(rows, visitor, figure, "vitrine")?, Goal(0.0)))),
        );
    }
    for (figure, goal) in [("render-blocking bytes", 2_048.0), ("render-blocking requests", 0.0)] {
        if let (Some(ours), Some(bare)) = (find(rows, visitor, figure, "vitrine"), find(rows, visitor, figure, "bare"))
        {
            ratios.push(Ratio::above(ours, bare, Goal(goal)));
        }
    }
    ratios
}

fn find<'a>(rows: &'a [Row], visitor: &str, figure: &str, subject: &str) -> Option<&'a Row> {
    let what = format!("{visitor}: {figure}");
    rows.iter().find(|row| row.what == what && row.subject == subject)
}
