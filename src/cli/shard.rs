//! `polity check --shard i/n`: the rounds of one shard, made and kept.

use super::check::Read;
use super::exit::Exit;
use super::out::Out;
use super::progress::Progress;
use super::settings::Settings;
use super::state::State;
use crate::check::campaign::{Part, part};
use crate::report::sheet::count;

/// Makes the shard's rounds of all models that were read, and says what they came to.
pub fn run(
    read: &Read,
    settings: &Settings,
    state: &State,
    progress: &Progress,
    out: &mut Out,
) -> Exit {
    let (shard, of) = state.campaign.shard;
    let mut stopped = false;
    for (loaded, seed) in &read.loaded {
        let Some(model) = &loaded.model else { continue };
        if progress.interrupted() {
            break;
        }
        let options = settings.options(*seed);
        let told = |target: &str, step| progress.step(target, step);
        let parts = part(model, &loaded.sources, &options, &state.campaign, &told);
        stopped |= parts.iter().any(|part| part.stopped);
        progress.pause(|| {
            for part in &parts {
                out.write(&format!("{} · {}\n", model.name, line(part)));
            }
        });
    }
    progress.finish();
    let made = state.campaign.made.load(std::sync::atomic::Ordering::SeqCst);
    let number = count(made, "round", "rounds");
    let end = if stopped { ", stopped before all were" } else { "" };
    out.write(&format!("shard {} of {of}: {number} made{end}\n", shard + 1));
    if progress.interrupted() { Exit::Interrupted } else { Exit::Fine }
}

fn line(part: &Part) -> String {
    let found = match (part.hit, part.stopped) {
        (true, _) => " · found something",
        (false, true) => " · stopped",
        (false, false) => "",
    };
    let runs = count(part.runs, "run", "runs");
    let setups = count(part.setups, "distinct setup", "distinct setups");
    format!("{} · {runs} over {setups}{found}", part.name)
}
