//! A report for people.

use super::report::{Bin, Report, Row, Trust};
use crate::domain::counted::counted;

pub(super) fn lines(report: &Report) -> Vec<String> {
    let mut lines = vec![
        format!(
            "{} visits/h, {} s a visit, {} of {}, seed {}; in percent of the visitors' calls",
            report.visits_per_hour,
            report.visit_seconds,
            counted(report.runs, "run"),
            counted(report.days, "day"),
            report.seed
        ),
        String::new(),
        format!(
            "{:<22}{:>8}  {:<24}{:>7}{:>7}{:>11}{:>15}  hatsuban ahead by",
            "calls come by", "numbers", "policy", "right", "wrong", "untracked", "right − wrong"
        ),
    ];
    lines.extend(report.rows.iter().flat_map(row));
    let won = report.rows.iter().filter(|row| row.is_won()).count();
    lines.push(String::new());
    lines.push(format!("in {won} of {} rows no other policy beats hatsuban in right − wrong", report.rows.len()));
    lines.extend(report.trust.iter().flat_map(trust));
    lines.push(String::new());
    let (brier, constant) = report.foreign_brier();
    if constant > 0.0 {
        let ratio = brier / constant;
        lines.push(format!(
            "all laws that are not the model's own: Brier score {brier:.4}, of the best constant {constant:.4}, ratio {ratio:.3}"
        ));
    }
    lines
}

fn row(row: &Row) -> Vec<String> {
    let cells = row.cells.iter().enumerate().map(|(at, cell)| {
        let (law, numbers) = if at == 0 { (row.law, row.numbers.to_string()) } else { ("", String::new()) };
        let ahead = match at {
            0 => String::new(),
            _ => format!(
                "{:>6.1} ± {:.1}{}",
                cell.ahead.mean,
                cell.ahead.half_width,
                if cell.beats_ours() { "  BEATEN" } else { "" }
            ),
        };
        let line = format!(
            "{law:<22}{numbers:>8}  {:<24}{:>7.1}{:>7.1}{:>11.1}{:>15.1}  {ahead}",
            cell.policy, cell.right, cell.wrong, cell.untracked, cell.score
        );
        line.trim_end().to_owned()
    });
    std::iter::once(String::new()).chain(cells).collect()
}

fn trust(trust: &Trust) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        format!(
            "{}: {} calls, Brier score {:.4}, of the best constant {:.4}, ratio {:.3}",
            trust.law,
            trust.calls,
            trust.brier,
            trust.constant,
            trust.ratio()
        ),
        format!("  {:<14}{:>8}{:>12}{:>9}", "stated", "calls", "on average", "was so"),
    ];
    let bin = |bin: &Bin| {
        format!("  {:<14}{:>8}{:>10.1} %{:>7.1} %", bin.name, bin.calls, 100.0 * bin.stated, 100.0 * bin.is_so)
    };
    lines.extend(trust.bins.iter().filter(|bin| bin.calls > 0).map(bin));
    lines
}
