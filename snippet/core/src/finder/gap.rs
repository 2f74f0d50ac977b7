//! What stands between two digits.

use crate::spelling::{Cell, Class};

/// Characters that may stand between two digits of one number, and invisible ones beside them.
const LONGEST: usize = 8;
const INVISIBLE: usize = 4;

/// The kinds of characters between two neighbouring digits, as a set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap(u8);

impl Gap {
    /// The digits touch.
    pub(super) const NONE: Self = Self(0);
    pub(super) const BLANK: Self = Self(1);
    pub(super) const DASH: Self = Self(2);
    pub(super) const DOT: Self = Self(4);
    pub(super) const SLASH: Self = Self(8);
    pub(super) const BRACKET: Self = Self(16);
    /// Something that does not stand within numbers, or the edge of the text.
    pub(super) const BROKEN: Self = Self(32);
    /// Any separator.
    pub(super) const MARK: Self = Self(2 | 4 | 8);

    /// What `cells`, without a digit among them, are as a gap.
    pub(super) fn of(cells: &[Cell]) -> Self {
        let mut gap = Self::NONE;
        let (mut invisible, mut marks, mut brackets) = (0, 0, 0);
        for cell in cells {
            let kind = match cell.class {
                Class::Blank => Self::BLANK,
                Class::Dash => Self::DASH,
                Class::Dot => Self::DOT,
                Class::Slash => Self::SLASH,
                Class::Open | Class::Close => Self::BRACKET,
                Class::Dropped => Self::NONE,
                _ => Self::BROKEN,
            };
            invisible += usize::from(kind == Self::NONE);
            marks += usize::from(Self::MARK.has(kind));
            brackets += usize::from(kind == Self::BRACKET);
            gap.0 |= kind.0;
        }
        if invisible > INVISIBLE || cells.len() - invisible > LONGEST || marks > 2 || brackets > 2 {
            gap.0 |= Self::BROKEN.0;
        }
        gap
    }

    /// Whether any of `kinds` is in it.
    pub(super) fn has(self, kinds: Self) -> bool {
        self.0 & kinds.0 != 0
    }
}
