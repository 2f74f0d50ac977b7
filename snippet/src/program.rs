//! What lives as long as the page, and what it can be asked.

use alloc::{string::String, vec::Vec};
use snippet_core::{channel, engine::Engine, keeper::Keeper};

/// Between the texts that make up one question; no address, cookie or rule holds it.
const SEPARATOR: u8 = 1;

/// The program of one page.
pub struct Program {
    engine: Engine,
    keeper: Keeper,
}

impl Program {
    pub(crate) const fn new() -> Self {
        Self { engine: Engine::new(), keeper: Keeper::new() }
    }

    /// Answers a question, by the numbers that `js/wasm.js` has for them:
    /// 0 [`Engine::arm`], 1 [`Engine::swap`] in a text and 2 in a link, `argument` being the scope, 3 [`Engine::discover`],
    /// 4 [`channel::matches`], whose texts stand between U+0001, and whose answer is the character of that number.
    pub fn answer(&mut self, question: u32, text: &str, argument: u32) -> String {
        match question {
            0 => self.engine.arm(text),
            1 | 2 => self.engine.swap(text, question == 2, argument),
            3 => Engine::discover(text),
            _ => {
                let mut texts = snippet_core::text::parts(text, SEPARATOR);
                let mut next = || texts.next().unwrap_or_default();
                let rule = channel::matches(next(), next(), next(), next());
                rule.and_then(|index| char::from_u32(index as u32)).map(String::from).unwrap_or_default()
            }
        }
    }

    /// Tells the lease keeper what happened; see [`snippet_core::keeper`].
    pub fn step(&mut self, input: &[f64]) -> Vec<f64> {
        self.keeper.step(input)
    }
}
