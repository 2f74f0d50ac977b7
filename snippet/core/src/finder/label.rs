//! Words and signs beside a number that tell what it is: a fax line, a price, a book.

use crate::spelling::{Cell, Class, narrow};

/// What a word before a number says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// It is to be called.
    Telephone,
    /// A fax answers, unless a telephone shares the line: `TEL/FAX`.
    Fax,
    /// It is a book or an article.
    Goods,
    /// It is something else if the word is one with a `番号`.
    Counted,
    /// It is a number of something.
    Number,
    /// It is an id if nothing parts its digits.
    Id,
    /// Nothing; what stands before it may.
    Filler,
}

/// Half-width and in lower case. Words of one or two letters count where a colon or full stop sets them off.
const WORDS: &[(Says, &[&str])] = &[
    (Says::Telephone, &["tel", "phone", "call", "dial", "mobile", "電話", "携帯", "ダイヤル", "☎", "📞", "t", "fd"]),
    (Says::Fax, &["fax", "ファックス", "ファクス", "ファクシミリ", "facsimile", "ﾌｧｯｸｽ", "ﾌｧｸｽ", "ﾌｧｸｼﾐﾘ", "f"]),
    (Says::Goods, &["isbn", "isbn-10", "jan", "ean"]),
    (
        Says::Counted,
        &["注文", "会員", "登録", "法人", "伝票", "管理", "口座", "商品", "追跡", "郵便", "顧客", "カード"],
    ),
    (Says::Number, &["番号", "number"]),
    (Says::Id, &["no", "id"]),
    (Says::Filler, &["専用", "代表", "直通", "兼", "代", "および", "及び", "または", "又は", "and"]),
];

/// Whether the words around allow a telephone number; `bare` says that nothing parts its digits.
pub(super) fn allow(before: &[Cell], after: &[Cell], bare: bool) -> bool {
    let room = after.iter().take_while(|cell| is_room(cell)).count();
    let behind = after.get(room..).unwrap_or_default();
    let allowed = match behind.first() {
        // A note in brackets is read like a label.
        Some(first) if first.class == Class::Open => {
            let note = behind.iter().take(16).position(|cell| cell.class == Class::Close);
            allows(note.and_then(|close| behind.get(..close)).unwrap_or_default(), bare)
        }
        Some(first) if first.character == '円' => false,
        // Thousands.
        Some(first) if bare && narrow(first.character) == ',' => {
            behind.iter().skip(1).take_while(|cell| cell.digit().is_some()).count() != 3
        }
        _ => true,
    };
    allowed && allows(before, bare)
}

/// Whether the words at the end of `before` allow it: read away from the number, the first that decides does.
fn allows(before: &[Cell], bare: bool) -> bool {
    let mut rest = before;
    let (mut fax, mut other, mut numbered) = (false, false, false);
    let (mut set_off, mut closed, mut opened) = (false, false, false);
    while let Some((last, shorter)) = rest.split_last() {
        match narrow(last.character) {
            '〒' | '¥' | '￥' | '\\' | '$' | '€' | '£' | '#' | '№' | '@' | '=' | '_' => other = true,
            ':' | '.' => set_off = true,
            '[' | ']' | '<' | '>' | '|' | '&' | '【' | '】' | '「' | '」' | '〈' | '〉' | '→' => {}
            // Before a label these part the number from it.
            ',' | '、' if fax => {}
            _ if last.class == Class::Other || last.digit().is_some() => {
                let Some((says, shorter)) = word_at_end(rest, set_off || fax) else { break };
                match says {
                    Says::Telephone => return true,
                    Says::Goods => return false,
                    Says::Counted if numbered => return false,
                    Says::Counted => break,
                    Says::Fax => fax = true,
                    Says::Number => numbered = true,
                    Says::Id => other |= bare,
                    Says::Filler => {}
                }
                rest = shorter;
                continue;
            }
            _ => {
                closed |= last.class == Class::Close && !fax;
                opened |= last.class == Class::Open && fax;
            }
        }
        rest = shorter;
    }
    // `03-1111-2222 (FAX) 03-3333-4444`
    let of_another = closed && opened && rest.last().is_some_and(|last| last.digit().is_some());
    !other && (!fax || of_another)
}

/// The word that ends `before`, and what stands before it.
fn word_at_end(before: &[Cell], set_off: bool) -> Option<(Says, &[Cell])> {
    for (says, words) in WORDS {
        for word in *words {
            let is_edge =
                |rest: &[Cell]| !rest.last().is_some_and(|last| narrow(last.character).is_ascii_alphanumeric());
            if let Some(rest) = strip(before, word).filter(|rest| word.len() > 2 || set_off && is_edge(rest)) {
                return Some((*says, rest));
            }
        }
    }
    None
}

/// Whether a word for a telephone or a fax ends here.
pub(super) fn is_line(before: &[Cell]) -> bool {
    matches!(word_at_end(before, true), Some((Says::Telephone | Says::Fax, rest)) if rest.len() + 1 < before.len())
}

/// `before` without `word` at its end, whatever its width and case and with room between its letters: pages write
/// `Ｆ Ａ Ｘ`.
pub(super) fn strip<'a>(before: &'a [Cell], word: &str) -> Option<&'a [Cell]> {
    let mut rest = before;
    for letter in word.chars().rev() {
        loop {
            let (last, shorter) = rest.split_last()?;
            rest = shorter;
            if narrow(last.character).to_ascii_lowercase() == letter {
                break;
            }
            if !is_room(last) {
                return None;
            }
        }
    }
    Some(rest)
}

fn is_room(cell: &Cell) -> bool {
    matches!(cell.class, Class::Blank | Class::Dropped | Class::Break)
}
