//! Words and signs beside a number that tell what it is, in one table that needs no pointers: its digests are most of
//! what they weigh.

use crate::spelling::{BLANK, BREAK, Cell};

/// What a word says of the number behind it.
pub(super) type Says = u16;

/// Nothing: it is no such word.
pub(super) const NOTHING: Says = 0;
/// It is to be called.
pub(super) const TELEPHONE: Says = 1;
/// A fax answers, unless a telephone shares the line: `TEL/FAX`.
pub(super) const FAX: Says = 2;
/// It is a book or an article.
pub(super) const GOODS: Says = 3;
/// It is something else if the word is one with a `番号`.
pub(super) const COUNTED: Says = 4;
/// It is a number of something.
pub(super) const NUMBER: Says = 5;
/// It is an id if nothing parts its digits.
pub(super) const ID: Says = 6;
/// Nothing; what stands before it may.
pub(super) const FILLER: Says = 7;
/// It is no telephone number: a price, a postal code.
pub(super) const SIGN: Says = 8;
/// The word before is a label, however short.
pub(super) const COLON: Says = 9;
/// Before the label of a fax, this parts the number from it.
pub(super) const COMMA: Says = 10;
/// Behind the number: an extension follows.
pub(super) const EXTENSION: Says = 11;
/// An address of the web.
pub(super) const WEB: Says = 12;

/// Half-width and in lower case. Words of one or two Latin letters count where a colon or full stop sets them off.
const WORDS: &[(Says, &str)] = &[
    (TELEPHONE, "tel phone call dial mobile 電話 携帯 ダイヤル ☎ 📞 t fd"),
    (FAX, "fax ファックス ファクス ファクシミリ facsimile ﾌｧｯｸｽ ﾌｧｸｽ ﾌｧｸｼﾐﾘ f"),
    (GOODS, "isbn isbn-10 jan ean"),
    (COUNTED, "注文 会員 登録 法人 伝票 管理 口座 商品 追跡 郵便 顧客 カード"),
    (NUMBER, "番号 number"),
    (ID, "no id"),
    (FILLER, "専用 代表 直通 兼 代 および 及び または 又は and [ ] < > | & 【 】 「 」 〈 〉 →"),
    (SIGN, "〒 ¥ ￥ \\ $ € £ # № @ = _"),
    (COLON, ": ."),
    (COMMA, ", 、"),
    (EXTENSION, "ext x"),
    (WEB, "www"),
];

/// Marks words that count only where something sets them off.
const SHORT: u16 = 16;

/// Every word backwards, each followed by what it says.
static TABLE: [u16; length()] = table();

const fn length() -> usize {
    let (mut row, mut length) = (0, 0);
    while row < WORDS.len() {
        let text = WORDS[row].1.as_bytes();
        let mut at = 0;
        while at < text.len() {
            // One for every character, the blank's for what the word says.
            length += (text[at] & 0xc0 != 0x80) as usize;
            at += 1;
        }
        length += 1;
        row += 1;
    }
    length
}

const fn table() -> [u16; length()] {
    let mut table = [0; length()];
    let (mut row, mut next) = (0, 0);
    while row < WORDS.len() {
        let (says, text) = (WORDS[row].0, WORDS[row].1.as_bytes());
        let (mut at, mut begin) = (0, next);
        while at <= text.len() {
            if at == text.len() || text[at] == b' ' {
                let short = next - begin <= 2 && table[begin] >= b'a' as u16 && table[begin] <= b'z' as u16;
                reverse(&mut table, begin, next);
                table[next] = says | if short { SHORT } else { 0 };
                next += 1;
                begin = next;
            } else if text[at] & 0xc0 == 0x80 {
                // What is beyond 16 bits is lost, here and where the table is compared.
                table[next - 1] = table[next - 1] << 6 | (text[at] & 0x3f) as u16;
            } else {
                table[next] = if text[at] < 0x80 { text[at] } else { text[at] & 0x1f } as u16;
                next += 1;
            }
            at += 1;
        }
        row += 1;
    }
    table
}

const fn reverse(table: &mut [u16; length()], mut from: usize, mut to: usize) {
    while from + 1 < to {
        to -= 1;
        let other = table[from];
        table[from] = table[to];
        table[to] = other;
        from += 1;
    }
}

/// What the word at the end of `before` says, and what stands before it. Whatever its width and case, and with room
/// between its letters: pages write `Ｆ Ａ Ｘ`.
#[inline(never)]
pub(super) fn word_at_end(before: &[Cell], set_off: bool) -> (Says, &[Cell]) {
    let (mut rest, mut fits) = (before, true);
    for &unit in &TABLE {
        if unit < 2 * SHORT {
            let counts = || set_off && !rest.last().is_some_and(|cell| cell.letter.is_ascii_alphanumeric());
            if fits && (unit < SHORT || counts()) {
                return (unit & (SHORT - 1), rest);
            }
            (rest, fits) = (before, true);
        }
        while fits && unit >= 2 * SHORT {
            let Some((last, shorter)) = rest.split_last() else {
                fits = false;
                break;
            };
            rest = shorter;
            if last.letter.to_ascii_lowercase() as u16 == unit {
                break;
            }
            fits = last.class & (BLANK | BREAK) != 0;
        }
    }
    (NOTHING, before)
}
