//! From the arguments to a command, and from what it does to an exit status.
//!
//! Work is done on a thread with a large stack: trees are walked by recursion. A panic is a
//! bug of ours and says so.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use super::args::{Cli, Command};
use super::exit::{Exit, Failure};
use super::out::complain;
use super::{check, explain, fmt, monitor, mutate, new, profile, replay, review, simulate, solve};

/// Virtual memory for the recursion over trees.
const STACK_BYTES: usize = 256 * 1024 * 1024;

/// Runs the command line and returns the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    std::panic::set_hook(Box::new(|about| {
        complain(&format!(
            "error: a bug in polity, not in your specification: {about}\n  \
             help: please report it with the files and the command"
        ));
    }));
    let work = std::thread::Builder::new()
        .name("polity".to_string())
        .stack_size(STACK_BYTES)
        .spawn(move || command(cli.command));
    let exit = match work {
        Ok(work) => work.join().unwrap_or(Exit::Bug),
        Err(error) => {
            complain(&format!("error: cannot start a thread: {error}"));
            Exit::Bug
        }
    };
    ExitCode::from(exit.code())
}

fn command(command: Command) -> Exit {
    let done = match command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Search(arguments) => check::alone(&arguments, "search"),
        Command::Solve(arguments) => solve::run(&arguments),
        Command::Profile(arguments) => profile::run(&arguments),
        Command::Mutate(arguments) => mutate::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Review(arguments) => review::run(&arguments),
        Command::Monitor(arguments) => monitor::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
    };
    done.unwrap_or_else(|failure: Failure| {
        complain(&failure.to_string());
        Exit::Wrong
    })
}

/// Help and version are no errors; wrong arguments are.
fn refused(error: &clap::Error) -> ExitCode {
    // Nothing is to be done where the help cannot be written.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => ExitCode::from(Exit::Wrong.code()),
    }
}
