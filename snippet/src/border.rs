//! The border to the page's language: one buffer for what comes in, one for what goes out.
//!
//! wasm-bindgen would make the same out of ordinary functions, for 1.3 KB more a visitor; the npm build has it beside this
//! for the `typed` module.
#![expect(unsafe_code, reason = "memory is shared with another language")]

use crate::program::Program;
use alloc::{string::String, vec::Vec};
use core::cell::UnsafeCell;

struct Border {
    program: Program,
    /// Floats, since these have the strictest alignment; texts lie in it as bytes.
    input: Vec<f64>,
    output: String,
}

/// Bytes of text that are read at most.
const LONGEST: usize = 1 << 24;

struct OnePage(UnsafeCell<Border>);
// SAFETY: the target has no threads.
unsafe impl Sync for OnePage {}

static PAGE: OnePage =
    OnePage(UnsafeCell::new(Border { program: Program::new(), input: Vec::new(), output: String::new() }));

/// The one border.
fn border() -> &'static mut Border {
    // SAFETY: every function below ends before the page's language calls the next one, and none calls out or another.
    unsafe { &mut *PAGE.0.get() }
}

/// Makes room for an input of so many bytes, and answers where it is; with 0, where the last list came out.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut f64 {
    let Border { input, .. } = border();
    // What lies there stays.
    input.clear();
    input.reserve(bytes / 8 + 1);
    input.as_mut_ptr()
}

/// Answers a question about the text that fills so many bytes of the input: the length of the answer in bytes, which
/// begins at [`output`].
#[unsafe(no_mangle)]
pub extern "C" fn ask(question: u32, bytes: usize, argument: u32) -> usize {
    let Border { program, input, output } = border();
    // Beyond that no line of text is one, and all that is made of it would not fit into the memory.
    let bytes = if bytes < LONGEST { bytes.min(input.capacity() * 8) } else { 0 };
    // SAFETY: within the room, and what `TextEncoder` has written there is UTF-8.
    let text = unsafe { core::str::from_utf8_unchecked(core::slice::from_raw_parts(input.as_ptr().cast(), bytes)) };
    *output = program.answer(question, text, argument);
    output.len()
}

/// Where the last answer begins.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    border().output.as_ptr()
}

/// Tells the lease keeper what so many floats of the input say; the length of its answer in floats, which begins where
/// the input did.
#[unsafe(no_mangle)]
pub extern "C" fn keep(floats: usize) -> usize {
    let Border { program, input, .. } = border();
    // SAFETY: within the room, and the page's language has written that many.
    let said = unsafe { core::slice::from_raw_parts(input.as_ptr(), floats.min(input.capacity())) };
    *input = program.step(said);
    input.len()
}
