//! The cheap question before the exact one, for the browser's own regular expressions.

use alloc::string::String;

use super::Finder;

/// As many characters other than digits as may stand between two digits of a number.
const GAP: &str = "[^\\d\\uff10-\\uff19]{0,12}";

impl Finder {
    /// Source of a JavaScript `RegExp` without flags, in ASCII, that matches wherever [`Finder::find`] has a hit, and
    /// little else. Takes time linear in the text.
    pub fn gate_regex_source(&self) -> String {
        let mut source = String::new();
        for number in self.targets.iter().filter(|number| number.is_japanese()) {
            let mut between = if source.is_empty() { "" } else { "|" };
            // Without the leading 0, which the international form may lack.
            let mut place = 1;
            while let Some(digit) = number.national.get(place..place + 1) {
                for part in [between, "[", digit, "\\uff1", digit, "]"] {
                    source.push_str(part);
                }
                between = GAP;
                place += 1;
            }
        }
        if source.is_empty() {
            source.push_str("(?!)");
        }
        source
    }
}
