//! Where the next page begins, as an opaque text. It proves nothing and shows nothing: what a token may see is checked
//! with every page.

use crate::{
    calls::read::{Order, Position},
    domain::{call::CallKey, ids::PoolId, time::Timestamp},
    http::problem::{Answer, INVALID_CURSOR},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// The longest there can be has a pool of 64 and a key of 288 characters, all of which JSON may write with two.
const MAX_CHARACTERS: usize = 1_000;

#[derive(Serialize, Deserialize)]
struct Cursor(u8, Direction, Timestamp, PoolId, CallKey);

#[derive(PartialEq, Serialize, Deserialize)]
enum Direction {
    #[serde(rename = "n")]
    Newest,
    #[serde(rename = "o")]
    Oldest,
}

const VERSION: u8 = 1;

impl From<Order> for Direction {
    fn from(order: Order) -> Self {
        match order {
            Order::Newest => Self::Newest,
            Order::Oldest => Self::Oldest,
        }
    }
}

/// The cursor after a call.
pub(super) fn write(order: Order, position: Position) -> String {
    let cursor = Cursor(VERSION, order.into(), position.at, position.pool, position.key);
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap_or_default())
}

/// The place that a cursor means.
///
/// # Errors
/// When it is none, or one of a list in the other direction.
pub(super) fn read(order: Order, text: &str) -> Answer<Position> {
    let bytes =
        Some(text).filter(|text| text.len() <= MAX_CHARACTERS).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let cursor = bytes.and_then(|bytes| serde_json::from_slice::<Cursor>(&bytes).ok());
    match cursor {
        Some(Cursor(VERSION, direction, at, pool, key)) if direction == order.into() => Ok(Position { at, pool, key }),
        Some(Cursor(VERSION, ..)) => {
            Err(INVALID_CURSOR.because("The cursor is of a list in the other order: begin again without it."))
        }
        _ => Err(INVALID_CURSOR.because("cursor must be a `next` that this service gave: begin again without it.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position() -> Position {
        let key = CallKey::parse("kamailio/a!b~c@10.0.0.1").expect("a key");
        Position { at: Timestamp::from_millis(1_795_239_000_123), pool: PoolId::parse("main").expect("an id"), key }
    }

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        for order in [Order::Newest, Order::Oldest] {
            let text = write(order, position());
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{text}");
            assert_eq!(read(order, &text).expect("a cursor"), position());
        }
    }

    #[test]
    fn the_longest_comes_back_too() {
        let key = format!("{}/{}", "s".repeat(32), "\"\\".repeat(127));
        let (key, pool) = (CallKey::parse(&key).expect("a key"), PoolId::parse(&"p".repeat(64)).expect("an id"));
        let longest = Position { key, pool, ..position() };
        assert_eq!(read(Order::Newest, &write(Order::Newest, longest.clone())).expect("a cursor"), longest);
    }

    #[test]
    fn anything_else_is_refused() {
        let other = write(Order::Oldest, position());
        let cut = &write(Order::Newest, position())[..40];
        let huge = "A".repeat(100_000);
        let foreign = URL_SAFE_NO_PAD.encode(r#"[2,"n",1,"main","a/b"]"#);
        for text in ["", "x", "%%%", "e30", "bnVsbA", &other, cut, &huge, &foreign] {
            assert_eq!(read(Order::Newest, text).expect_err("no cursor").kind.status, 400);
        }
    }
}
