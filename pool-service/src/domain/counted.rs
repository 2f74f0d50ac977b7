//! Numbers of things in sentences.

use std::fmt::Display;

/// So many things: `1 call`, `2 calls`.
pub fn counted<N>(count: N, thing: &str) -> String
where
    N: Copy + Display + PartialEq + From<u8>,
{
    format!("{count} {thing}{}", if count == N::from(1) { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn only_one_is_singular() {
        assert_eq!([0_u64, 1, 2].map(|count| counted(count, "call")), ["0 calls", "1 call", "2 calls"]);
    }
}
