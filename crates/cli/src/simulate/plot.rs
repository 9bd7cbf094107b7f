//! Sizes over time: as a line of blocks in the terminal, as a plot in an SVG file.

use std::fmt::Write;

use jiff::Timestamp;
use vitrine_wire::Millis;

use super::report::{Report, grouped};

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Numbers as blocks, at most so many: of several in one block the last is shown, as the last column is the present.
pub fn sparkline(sizes: &[u64], most: usize) -> String {
    let most = most.max(1);
    let top = sizes.iter().max().copied().unwrap_or_default().max(1);
    let columns = sizes.len().min(most);
    let column = |n: usize| {
        let size = sizes.get((n + 1) * sizes.len() / columns.max(1) - 1).copied().unwrap_or_default();
        let level = (size as u128 * 8).div_ceil(top as u128).clamp(1, 8) as usize - 1;
        if size == 0 { ' ' } else { BLOCKS.get(level).copied().unwrap_or(' ') }
    };
    (0..columns).map(column).collect()
}

/// Lines told apart also by those who do not see all colours.
const COLOURS: [&str; 8] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7a5c00", "#222222"];
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 480.0;
/// The field that lines are drawn in.
const LEFT: f64 = 76.0;
const RIGHT: f64 = WIDTH - 270.0;
const TOP: f64 = 76.0;
const BOTTOM: f64 = HEIGHT - 48.0;
/// From one label to the next.
const APART: f64 = 19.0;
/// Longer names are cut.
const NAME: usize = 22;
const HOUR: Millis = 3_600_000;
/// Distances of dates on the axis; weeks begin on Mondays.
const SPANS: [Millis; 12] = [1, 3, 6, 12, 24, 48, 168, 336, 672, 2_184, 8_736, 43_680];
const MONDAY: Millis = 96 * HOUR;

/// The largest segments over time, with their names; the others as a background.
pub fn svg(report: &Report) -> String {
    let sizes = report.tally.sizes.iter().map(Vec::as_slice);
    let mut lines: Vec<(&str, &[u64])> = report.segments.iter().map(String::as_str).zip(sizes).collect();
    let total = lines.len();
    lines.retain(|(_, sizes)| sizes.iter().any(|size| *size > 0));
    lines.sort_by_key(|(_, sizes)| std::cmp::Reverse(sizes.iter().max().copied()));
    let most = lines.first().and_then(|(_, sizes)| sizes.iter().max()).copied().unwrap_or_default();
    let (from, to) =
        (report.steps.first().copied().unwrap_or_default(), report.steps.last().copied().unwrap_or_default());
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#555\" role=\"img\">\n\
         <title>Segment sizes over time: {site}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"24\" y=\"32\" font-size=\"18\" font-weight=\"600\" fill=\"#111\">Visitors in each segment of {site}</text>\n\
         <text x=\"24\" y=\"52\">{}</text>",
        subtitle(report, lines.len(), total),
        site = escaped(&short(&report.site, 60)),
    );
    let axis = Axis::new(most);
    // One instant alone stands at the end, beside its names.
    let x = |at: Millis| RIGHT - (RIGHT - LEFT) * (to - at) as f64 / (to - from).max(1) as f64;
    axis.draw(&mut out);
    dates(&mut out, from, to, &x);
    if lines.is_empty() {
        let (x, y) = ((LEFT + RIGHT) / 2.0, (TOP + BOTTOM) / 2.0);
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"14\">Nobody was in a segment.</text>"
        );
    }
    let draw = |out: &mut String, sizes: &[u64], stroke: &str| {
        let points: Vec<String> =
            report.steps.iter().zip(sizes).map(|(at, size)| format!("{:.1},{:.1}", x(*at), axis.y(*size))).collect();
        // One instant alone makes no line.
        let marker = points.first().filter(|_| points.len() == 1).and_then(|point| point.split_once(','));
        let _ = match marker {
            Some((x, y)) => writeln!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"none\" {stroke}/>"),
            None => writeln!(out, "<polyline points=\"{}\" fill=\"none\" {stroke}/>", points.join(" ")),
        };
    };
    for (_, sizes) in lines.iter().skip(COLOURS.len()) {
        draw(&mut out, sizes, "stroke=\"#cccccc\"");
    }
    // The largest last, so that it lies above.
    for ((_, sizes), colour) in lines.iter().zip(COLOURS).rev() {
        draw(&mut out, sizes, &format!("stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\""));
    }
    labels(&mut out, &lines, &axis);
    out + "</svg>\n"
}

/// As much of a text as there is room for.
pub fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

fn subtitle(report: &Report, drawn: usize, total: usize) -> String {
    let visitors = grouped(report.tally.visitors);
    let sample = report.tally.population.round() as u64;
    let of = if sample > report.tally.visitors { format!(" of about {}", grouped(sample)) } else { String::new() };
    let which = match (drawn.saturating_sub(COLOURS.len()), total - drawn) {
        (0, 0) => String::new(),
        (0, empty) => format!("; {empty} that nobody was in are left out"),
        (others, 0) => format!("; the {} largest are named, {others} others are grey", COLOURS.len()),
        (others, empty) => format!(
            "; the {} largest are named, {others} others are grey, {empty} that nobody was in are left out",
            COLOURS.len()
        ),
    };
    let s = |n: u64| if n == 1 { "" } else { "s" };
    let (visitor, segment) = (s(report.tally.visitors), s(total as u64));
    format!("{visitors}{of} visitor{visitor}, {total} segment{segment}{which}")
}

/// The sizes' axis, from 0 to a round number.
struct Axis {
    top: u64,
    unit: u64,
}

impl Axis {
    fn new(most: u64) -> Self {
        let least = most.div_ceil(5).max(1);
        let ten = 10u64.pow(least.ilog10());
        let unit = [1, 2, 5, 10].iter().map(|n| n * ten).find(|unit| *unit >= least).unwrap_or(least);
        Axis { top: most.div_ceil(unit).max(1) * unit, unit }
    }

    fn y(&self, size: u64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * size as f64 / self.top as f64
    }

    fn draw(&self, out: &mut String) {
        for n in 0..=self.top / self.unit {
            let (size, stroke) = (n * self.unit, if n == 0 { "#888" } else { "#e6e6e6" });
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"{stroke}\"/>\
                 <text x=\"{}\" y=\"{y:.1}\" text-anchor=\"end\" dy=\"4\">{}</text>",
                LEFT - 10.0,
                grouped(size),
                y = self.y(size),
            );
        }
    }
}

/// Dates below the field, at round instants.
fn dates(out: &mut String, from: Millis, to: Millis, x: &dyn Fn(Millis) -> f64) {
    let fits = |span: &Millis| (to - from) / span <= 8;
    let span = SPANS.iter().map(|hours| hours * HOUR).find(fits).unwrap_or(Millis::MAX >> 8);
    let format = match span / HOUR {
        ..24 => "%-d %b %H:%M",
        24..2_184 => "%-d %b",
        _ => "%b %Y",
    };
    let first = (from - MONDAY).div_euclid(span) * span + MONDAY;
    let round: Vec<Millis> = (0..12).map(|n| first + n * span).filter(|at| (from..=to).contains(at)).collect();
    let shown = if round.is_empty() { vec![from] } else { round };
    for at in shown {
        let (day, x, tick) = (said(at, format), x(at), BOTTOM + 5.0);
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {BOTTOM}V{tick}\" stroke=\"#888\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{day}</text>",
            BOTTOM + 22.0,
        );
    }
    let whole = |at| said(at, "%-d %b %Y %H:%M");
    let whole = if from == to { whole(to) } else { format!("{} to {}", whole(from), whole(to)) };
    let _ = writeln!(
        out,
        "<text x=\"{RIGHT}\" y=\"{}\" text-anchor=\"end\" fill=\"#767676\">{whole} UTC</text>",
        HEIGHT - 8.0
    );
}

fn said(at: Millis, format: &str) -> String {
    Timestamp::from_millisecond(at).map(|at| at.strftime(format).to_string()).unwrap_or_default()
}

/// Names and last sizes stand where their line ends, never on each other.
fn labels(out: &mut String, lines: &[(&str, &[u64])], axis: &Axis) {
    let end = |sizes: &[u64]| axis.y(sizes.last().copied().unwrap_or_default());
    let mut ends: Vec<_> =
        lines.iter().zip(COLOURS).map(|((id, sizes), colour)| (*id, *sizes, colour, end(sizes))).collect();
    ends.sort_by(|a, b| a.3.total_cmp(&b.3));
    let (mut free, mut last) = (TOP, BOTTOM);
    for (.., y) in &mut ends {
        *y = y.max(free);
        free = *y + APART;
    }
    for (.., y) in ends.iter_mut().rev() {
        *y = y.min(last);
        last = *y - APART;
    }
    for (id, sizes, colour, y) in ends {
        let size = sizes.last().copied().unwrap_or_default();
        let _ = writeln!(
            out,
            "<g><title>{}</title><path d=\"M{} {:.1}L{} {y:.1}H{}\" fill=\"none\" stroke=\"{colour}\"/>\
             <text x=\"{}\" y=\"{y:.1}\" dy=\"4\" fill=\"#111\">{} <tspan fill=\"#555\">{}</tspan></text></g>",
            escaped(id),
            RIGHT + 3.0,
            end(sizes),
            RIGHT + 16.0,
            RIGHT + 28.0,
            RIGHT + 34.0,
            escaped(&short(id, NAME)),
            grouped(size),
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_rise_with_the_numbers() {
        let rows: [(&[u64], &str); 5] =
            [(&[], ""), (&[0, 0], "  "), (&[1, 2, 4, 8], "▁▂▄█"), (&[0, 1, 1_000], " ▁█"), (&[1, 8, 1, 8], "█")];
        for (sizes, expected) in rows {
            let most = if sizes == [1, 8, 1, 8] { 1 } else { 40 };
            assert_eq!(sparkline(sizes, most), expected, "{sizes:?}");
        }
        assert_eq!(sparkline(&[u64::MAX; 100], 10).chars().count(), 10);
    }
}
