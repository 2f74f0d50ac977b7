//! Where Japanese numbers are usually parted.

/// How numbers begin, the length of the part that stays together there, and that of the middle group; 0 where the two
/// groups behind share the rest.
const BEGINNINGS: &[(&str, usize, usize)] = &[
    ("0120", 4, 3),
    ("0800", 4, 3),
    ("0570", 4, 3),
    ("0990", 4, 3),
    ("00", 4, 0),
    ("050", 3, 4),
    ("070", 3, 4),
    ("080", 3, 4),
    ("090", 3, 4),
    ("03", 2, 4),
    ("06", 2, 4),
];

/// Digits of the part that must stay together at the head: `0120`, `050`, `0078`, `03`; `None` for other area codes,
/// whose length the number alone does not tell.
pub fn access_length(national: &str) -> Option<usize> {
    lengths(national).map(|(access, _)| access)
}

/// Lengths of the three groups that a number is usually printed in: `0120-123-456`, `0800-123-4567`, `03-1234-5678`,
/// `0466-12-3456`, `0078-60101-23456`.
pub fn usual_groups(national: &str) -> [usize; 3] {
    let (first, middle) = lengths(national).unwrap_or((4, 2));
    let rest = national.len().saturating_sub(first);
    let middle = if middle == 0 { rest / 2 } else { middle.min(rest) };
    [national.len() - rest, middle, rest - middle]
}

fn lengths(national: &str) -> Option<(usize, usize)> {
    let (_, access, middle) = BEGINNINGS.iter().find(|(beginning, ..)| national.starts_with(beginning))?;
    Some((*access, *middle))
}
