//! The command line: arguments in, exit status out. A file for each command.
//!
//! Only here is anything printed, a clock read, or a signal caught.

mod args;
mod check;
mod clock;
mod config;
mod exit;
mod explain;
mod files;
mod fmt;
mod load;
mod monitor;
mod mutate;
mod new;
mod out;
mod pins;
mod profile;
mod progress;
mod replay;
mod review;
mod runs;
mod settings;
mod shard;
mod simulate;
mod solve;
mod start;
mod state;
mod wrong;

pub use start::run;
