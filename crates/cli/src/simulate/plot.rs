//! Sizes over time: as a line of blocks in the terminal, as a plot in an SVG file.

use std::fmt::Write;

use super::report::{Report, written};

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
const COLOURS: [&str; 8] = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6d1f", "#000000"];
/// More lines than these cannot be told apart.
const LINES: usize = 8;
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 420.0;
/// Room beside and below the lines.
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
const LABELS: f64 = 200.0;

/// The largest segments over time.
pub fn svg(report: &Report) -> String {
    let mut lines: Vec<(&str, &[u64])> =
        report.segments.iter().map(String::as_str).zip(report.tally.sizes.iter().map(Vec::as_slice)).collect();
    lines.sort_by_key(|(_, sizes)| std::cmp::Reverse(sizes.iter().max().copied()));
    lines.truncate(LINES);
    let top = lines.iter().flat_map(|(_, sizes)| sizes.iter()).max().copied().unwrap_or_default().max(1);
    let last = report.steps.len().saturating_sub(1).max(1);
    let x = |step: usize| LEFT + (WIDTH - LEFT - LABELS) * step as f64 / last as f64;
    let y = |size: u64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * size as f64 / top as f64;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\" role=\"img\">\n<title>Segment sizes over time</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for part in 0..=4u64 {
        let size = top * part / 4;
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {y:.1}H{}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{y:.1}\" text-anchor=\"end\" dy=\"4\">{size}</text>",
            WIDTH - LABELS,
            LEFT - 8.0,
            y = y(size),
        );
    }
    for (step, anchor) in [(0, "start"), (last, "end")] {
        let at = report.steps.get(step).or(report.steps.last()).copied().unwrap_or_default();
        let day: String = written(at).chars().take(10).collect();
        let (x, y) = (x(step), HEIGHT - BOTTOM + 20.0);
        let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"{anchor}\">{day}</text>");
    }
    // Labels stand where their line ends, and never on each other.
    let mut ends: Vec<(usize, f64)> =
        lines.iter().enumerate().map(|(n, (_, sizes))| (n, y(sizes.last().copied().unwrap_or_default()))).collect();
    ends.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut free = TOP;
    for (_, end) in &mut ends {
        *end = end.max(free);
        free = *end + 15.0;
    }
    for (n, end) in ends {
        let (Some((id, sizes)), Some(colour)) = (lines.get(n), COLOURS.get(n)) else { continue };
        let mut points = String::new();
        for (step, size) in sizes.iter().enumerate() {
            let _ = write!(points, "{:.1},{:.1} ", x(step), y(*size));
        }
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\
             <text x=\"{}\" y=\"{end:.1}\" dy=\"4\" fill=\"{colour}\">{}</text>",
            points.trim_end(),
            WIDTH - LABELS + 8.0,
            escaped(id),
        );
    }
    out + "</svg>\n"
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
