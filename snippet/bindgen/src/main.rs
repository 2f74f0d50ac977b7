//! Turns a freshly compiled `snippet.wasm` into what a browser loads: the wasm with its bindings cut out, an ES module
//! that puts them back, and the snippet's own `js/` files that the bindings import.
//!
//! It stands in for the `wasm-bindgen` command, so that nobody installs a tool whose version must match `Cargo.lock`.
//! The names by which wasm and bindings find each other are long and full of digests, which no compression makes small:
//! every visitor would download them twice. Here they become short ones.
//!
//! It neither optimises nor bundles: `scripts/build.mjs`, its only caller, goes on with wasm-opt and esbuild.
//!
//! Usage: `snippet-bindgen <wasm in> <directory out> <name>`

use std::{env, error::Error, fs, path::PathBuf};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto, Output};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let (Some(wasm), Some(out), Some(name), None) =
        (arguments.next(), arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: snippet-bindgen <wasm in> <directory out> <name>".into());
    };
    let out = PathBuf::from(out);
    let name = name.to_string_lossy();
    let mut made = Bindgen::new()
        .input_path(PathBuf::from(wasm))
        .out_name(&name)
        .bundler(true)?
        .typescript(false)
        // Whatever runs this program, with its reference types, encodes in place.
        .encode_into(EncodeInto::Always)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    let renamed = shorten(&mut made);
    made.emit(&out)?;
    let script = out.join(format!("{name}_bg.js"));
    let mut text = fs::read_to_string(&script)?;
    for (long, short) in renamed {
        text = text.replace(&long, &short);
    }
    fs::write(&script, text)?;
    Ok(())
}

/// Gives short names to what only wasm and bindings call by name. Answers what to replace in the bindings, in order.
fn shorten(made: &mut Output) -> Vec<(String, String)> {
    let mut renamed = Vec::new();
    let mut short = |name: &mut String| {
        // The rest are names of the snippet's own functions, and short; the program's start is called by hand.
        if name.contains("__") && name != "__wbindgen_start" {
            let made = format!("${}", renamed.len());
            renamed.push((std::mem::replace(name, made.clone()), made));
        }
    };
    let module = made.wasm_mut();
    module.imports.iter_mut().for_each(|import| short(&mut import.name));
    module.exports.iter_mut().for_each(|export| short(&mut export.name));
    // One name may begin with another.
    renamed.sort_by_key(|(long, _)| std::cmp::Reverse(long.len()));
    renamed
}
