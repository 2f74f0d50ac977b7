//! The program `hatsuban`: reads the command line, and is the only place that prints.
//!
//! Exit codes: 0 done, 1 not done, 2 the command line or a setting is wrong.
//!
//! # Layout
//! - `arguments`: what can be written on the command line
//! - `days`: `--from`, `--to` and `--zone`
//! - `import`: calls of a carrier's log
//! - `serve`: runs a service, with this process's signals
//! - `operate`: carries a command out, through the running service if there is one
//! - `conversions`: files for ad platforms
//! - `socket`: a command's way over the admin socket
//! - `simulate`: how ways of giving out numbers compare
//! - `transfer`: restores and moves, for which no service may run
//! - `size`: how many numbers a pool needs

mod arguments;
mod conversions;
mod days;
mod import;
mod operate;
mod print;
mod serve;
mod simulate;
mod size;
mod socket;
mod transfer;

use crate::config::{LogFormat, Settings};
use arguments::{Arguments, Task};
use clap::Parser;
use conversions::ConversionsTask;
use std::process::ExitCode;

/// The command line or a setting is wrong; what clap says, too.
const WRONG_USE: u8 = 2;

/// Runs the program with this process's arguments, environment and signals.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let settings = match arguments.layers().settings() {
        Ok(settings) => settings,
        Err(error) => {
            print::error(&error.to_string());
            return ExitCode::from(WRONG_USE);
        }
    };
    // A command's answer is not to be buried in what a store says when it is opened.
    let level = if matches!(arguments.task, Task::Serve) { &settings.log.level } else { "warn" };
    crate::telemetry::logging::start(level, settings.log.format == LogFormat::Json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            print::error(&format!("no runtime: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(&arguments, &settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print::error(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments, settings: &Settings) -> Result<(), String> {
    match &arguments.task {
        Task::Config => print::lines(
            settings
                .effective
                .iter()
                .map(|setting| format!("{} = {}  # {}", setting.key, setting.value, setting.source_name)),
        ),
        Task::Conversions(ConversionsTask::Export(export)) => export.run(settings).await,
        Task::Simulate(simulation) => print::lines(simulation.lines()?),
        Task::Openapi => print::lines(crate::http::openapi_text().lines()),
        Task::Restore { file } => print::lines(transfer::restore(settings, file).await?),
        Task::Move { to } => {
            let target = arguments.layers_of(to).settings().map_err(|error| error.to_string())?;
            print::lines(transfer::moved(settings, &target).await?)
        }
        task => match task.command(settings)? {
            None if let Task::Size(sizing) = task => print::lines(sizing.lines()?),
            None => serve::serve(settings).await,
            Some(command) => print::lines(operate::operate(settings, command).await?),
        },
    }
}
