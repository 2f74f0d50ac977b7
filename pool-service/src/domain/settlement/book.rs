//! What was settled of a month so far, and how that differs from what is known now.

use super::{Change, Correction, Month, Row, Settlement};
use std::collections::BTreeMap;

/// What was settled of a month: its settlement, with all corrections that were issued after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    month: Month,
    rows: BTreeMap<String, Row>,
}

/// How a book differs from what is known now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Rows that were added or have changed.
    pub corrections: Vec<Correction>,
    /// Rows of calls that do not count any more, or whose records were erased: only the former are corrections.
    pub missing: Vec<Row>,
}

impl Book {
    /// The book of a month; `None` if it was not issued. The settlements are those of one advertiser, in the order in
    /// which they were issued.
    pub fn of(month: Month, issued: &[Settlement]) -> Option<Self> {
        let settlement = issued.iter().find(|settlement| settlement.month == month)?;
        let mut rows: BTreeMap<String, Row> = settlement.rows.iter().map(|row| (row.id.clone(), row.clone())).collect();
        let corrections = issued.iter().flat_map(|settlement| &settlement.corrections);
        for correction in corrections.filter(|correction| correction.month == month) {
            match &correction.after {
                Some(row) => {
                    rows.insert(row.id.clone(), row.clone());
                }
                None => {
                    correction.before.as_ref().and_then(|row| rows.remove(&row.id));
                }
            }
        }
        Some(Self { month, rows })
    }

    /// Its rows, by id.
    pub fn rows(&self) -> &BTreeMap<String, Row> {
        &self.rows
    }

    /// Compares it with the calls of its month that count now.
    pub fn against(&self, now: &[Row]) -> Difference {
        let mut difference = Difference::default();
        let mut left = self.rows.clone();
        for row in now {
            let before = left.remove(&row.id);
            if before.as_ref().is_some_and(|before| before.settles_like(row)) {
                continue;
            }
            let change = if before.is_some() { Change::Changed } else { Change::Added };
            let (month, after) = (self.month, Some(row.clone()));
            difference.corrections.push(Correction { month, change, before, after, reasons: Vec::new() });
        }
        difference.missing = left.into_values().collect();
        difference
    }
}
