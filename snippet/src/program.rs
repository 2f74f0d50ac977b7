//! What lives as long as the page, and what it can be asked.

use alloc::{string::String, vec::Vec};
use snippet_core::{engine::Engine, keeper::Keeper};

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
    /// 0 [`Engine::arm`], 1 [`Engine::swap`] in a text and 2 in a link, `argument` being the scope, 3 [`Engine::discover`].
    pub fn answer(&mut self, question: u32, text: &str, argument: u32) -> String {
        match question {
            0 => self.engine.arm(text),
            3 => Engine::discover(text),
            _ => self.engine.swap(text, question == 2, argument),
        }
    }

    /// Tells the lease keeper what happened; see [`snippet_core::keeper`].
    pub fn step(&mut self, input: &[f64]) -> Vec<f64> {
        self.keeper.step(input)
    }
}
