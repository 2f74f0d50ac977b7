//! A report as a picture: right less wrong over pool sizes for each law, and stated against true shares.

use super::report::{Report, Trust};
use std::fmt::Write;

/// Width and height of one panel's plot, and what stands around it.
const WIDE: f64 = 190.0;
const HIGH: f64 = 170.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 54.0;
const STEP: f64 = 226.0;
/// From the top of one line of panels to the next.
const LINE: f64 = 262.0;
/// Colours that are told apart on white and on black, by place of the policy: ours, and four others. Stealing is dashed.
const COLOURS: [&str; 5] = ["#e4572e", "#3d8bd4", "#2a9d6f", "#b07aa1", "#b8912b"];

pub(super) fn lines(report: &Report) -> Vec<String> {
    let laws = report.trust.len().max(1) as f64;
    let (width, height) = (LEFT + STEP * laws, 2.0 * LINE + 62.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" \
         font-family=\"system-ui, sans-serif\" font-size=\"11\">\n\
         <title>Calls credited rightly less wrongly by pool size, and stated against true shares</title>\n\
         <style>text{{fill:#333}}.axis{{stroke:#888;fill:none}}.grid{{stroke:#8884;fill:none}}\
         @media(prefers-color-scheme:dark){{text{{fill:#ddd}}}}</style>\n"
    );
    for (at, trust) in report.trust.iter().enumerate() {
        let x = LEFT + STEP * at as f64;
        scores(&mut svg, report, trust.law, x, TOP);
        reliability(&mut svg, trust, x, TOP + LINE);
    }
    text(&mut svg, LEFT, 18.0, "start", "Right − wrong, % of the visitors' calls, by numbers in the pool");
    text(&mut svg, LEFT, LINE + 18.0, "start", "Stated probability (across) and how often it was so (up), %");
    legend(&mut svg, report, height - 44.0);
    svg.push_str("</svg>");
    svg.lines().map(str::to_owned).collect()
}

fn scores(svg: &mut String, report: &Report, law: &str, x: f64, y: f64) {
    let rows: Vec<_> = report.rows.iter().filter(|row| row.law == law).collect();
    frame(svg, x, y, law, &["0", "50", "100"]);
    let last = rows.len().saturating_sub(1).max(1) as f64;
    let across = |at: usize| x + 12.0 + (WIDE - 24.0) * at as f64 / last;
    // A policy that does more harm than good lies below the frame's zero; it is drawn on it.
    let up = |score: f64| y + HIGH - HIGH * score.clamp(0.0, 100.0) / 100.0;
    for (at, row) in rows.iter().enumerate() {
        text(svg, across(at), y + HIGH + 15.0, "middle", &row.numbers.to_string());
    }
    let policies = rows.first().map_or(0, |row| row.cells.len());
    // Ours last, on top.
    for policy in (0..policies).rev() {
        let points = rows.iter().enumerate().filter_map(|(at, row)| {
            let cell = row.cells.get(policy)?;
            Some(format!("{:.1},{:.1}", across(at), up(cell.score)))
        });
        let points = points.collect::<Vec<_>>().join(" ");
        let _ = writeln!(svg, "<polyline points=\"{points}\" fill=\"none\" {}/>", stroke(policy));
    }
}

fn reliability(svg: &mut String, trust: &Trust, x: f64, y: f64) {
    frame(svg, x, y, &format!("{}: Brier ratio {:.2}", trust.law, trust.ratio()), &["0", "50", "100"]);
    let _ = writeln!(svg, "<path class=\"grid\" d=\"M{x:.1} {:.1}L{:.1} {y:.1}\"/>", y + HIGH, x + WIDE);
    for (place, label) in [(0.0, "0"), (0.5, "50"), (1.0, "100")] {
        text(svg, x + WIDE * place, y + HIGH + 15.0, "middle", label);
    }
    // The first bins are classes; a tenth with few calls says nothing.
    for bin in trust.bins.iter().skip(3).filter(|bin| bin.calls >= 30) {
        let radius = (bin.calls as f64).log10() * 1.6;
        let (cx, cy) = (x + WIDE * bin.stated, y + HIGH - HIGH * bin.is_so);
        let colour = COLOURS[0];
        let _ = writeln!(
            svg,
            "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"{radius:.1}\" fill=\"{colour}\" fill-opacity=\".75\"/>"
        );
    }
}

/// A plot's axes, title and three marks of its height.
fn frame(svg: &mut String, x: f64, y: f64, title: &str, marks: &[&str; 3]) {
    text(svg, x, y - 12.0, "start", title);
    for (mark, share) in marks.iter().zip([0.0, 0.5, 1.0]) {
        let at = y + HIGH - HIGH * share;
        let _ = writeln!(svg, "<path class=\"grid\" d=\"M{x:.1} {at:.1}h{WIDE}\"/>");
        text(svg, x - 6.0, at + 4.0, "end", mark);
    }
    let _ = writeln!(svg, "<path class=\"axis\" d=\"M{x:.1} {y:.1}v{HIGH}h{WIDE}\"/>");
}

fn legend(svg: &mut String, report: &Report, y: f64) {
    let Some(row) = report.rows.first() else { return };
    for (at, cell) in row.cells.iter().enumerate() {
        let x = LEFT + 176.0 * (at % 5) as f64;
        let y = y + 18.0 * (at / 5) as f64;
        let _ = writeln!(svg, "<path d=\"M{x:.1} {y:.1}h26\" fill=\"none\" {}/>", stroke(at));
        text(svg, x + 32.0, y + 4.0, "start", cell.policy);
    }
}

/// Stealing policies follow the four plain ones in the same order.
fn stroke(policy: usize) -> String {
    let (colour, dashes) = match policy {
        0 => (0, ""),
        1..=4 => (policy, ""),
        _ => (policy - 4, " stroke-dasharray=\"4 3\""),
    };
    let colour = COLOURS.get(colour).copied().unwrap_or(COLOURS[0]);
    let width = if policy == 0 { 3.0 } else { 1.5 };
    format!("stroke=\"{colour}\" stroke-width=\"{width}\"{dashes}")
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, text: &str) {
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>");
}
