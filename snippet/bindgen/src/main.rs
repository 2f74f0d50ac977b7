//! Turns a freshly compiled `snippet.wasm` into what a browser loads: the wasm with its bindings cut out, an ES module
//! that puts them back, and the snippet's own `js/` files that the bindings import.
//!
//! It stands in for the `wasm-bindgen` command, so that nobody installs a tool whose version must match `Cargo.lock`.
//! It neither optimises nor bundles: `scripts/build.mjs`, its only caller, goes on with wasm-opt and esbuild.
//!
//! Usage: `snippet-bindgen <wasm in> <directory out> <name>`

use std::{env, error::Error, path::PathBuf};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let (Some(wasm), Some(out), Some(name), None) =
        (arguments.next(), arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: snippet-bindgen <wasm in> <directory out> <name>".into());
    };
    Bindgen::new()
        .input_path(PathBuf::from(wasm))
        .out_name(&name.to_string_lossy())
        .web(true)?
        .typescript(false)
        // The loader and the npm wrapper both say where the wasm is; a guess would drag `import.meta` into the tag.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(PathBuf::from(out))?;
    Ok(())
}
