//! A report for spreadsheets: one line for each law, pool size and policy.

use super::report::Report;

pub(super) fn lines(report: &Report) -> Vec<String> {
    let head = "law,numbers,policy,right_percent,wrong_percent,untracked_percent,right_minus_wrong,hatsuban_ahead,\
                interval_95,beats_hatsuban";
    let mut lines = vec![head.to_owned()];
    for row in &report.rows {
        for cell in &row.cells {
            lines.push(format!(
                "{},{},{:?},{:.2},{:.2},{:.2},{:.2},{:.2},{:.2},{}",
                row.law,
                row.numbers,
                cell.policy,
                cell.right,
                cell.wrong,
                cell.untracked,
                cell.score,
                cell.ahead.mean,
                cell.ahead.half_width,
                cell.beats_ours(),
            ));
        }
    }
    lines
}
