//! The worlds of a property: how each differs from the actual setup, and where they parted.
//!
//! In: an execution with worlds. Out: lines.

use super::sheet::wrap;
use super::words::Words;
use crate::ir::PropId;
use crate::reference::{Execution, WorldRun};
use crate::trace::Answer;

/// How many parted choices are listed.
const PARTED_MAX: usize = 6;

/// A world's name with the agents that it was made for: `alone(fishers[1])`.
pub fn name(words: &Words<'_>, property: PropId, run: &WorldRun) -> String {
    let Some(world) = run.world else { return "actual".to_string() };
    let name = &words.model.properties[property].worlds[world].name;
    let arguments: Vec<String> = run.arguments.iter().map(|value| words.value(value)).collect();
    if arguments.is_empty() { name.clone() } else { format!("{name}({})", arguments.join(", ")) }
}

/// What each world pins: `alone      sees: isolated, regime: Collaborative`.
pub fn pins(words: &Words<'_>, property: PropId, room: usize) -> Vec<String> {
    let worlds = &words.model.properties[property].worlds;
    let wide = worlds.iter().map(|world| world.name.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for world in worlds.iter() {
        let pins: Vec<String> = world.pins.iter().map(|pin| words.excerpt(pin.span, 60)).collect();
        let pins = if pins.is_empty() { "as it is".to_string() } else { pins.join(", ") };
        for (at, line) in wrap(&pins, room.saturating_sub(wide + 3)).iter().enumerate() {
            let name = if at == 0 { world.name.as_str() } else { "" };
            lines.push(format!("{name:<wide$}   {line}"));
        }
    }
    lines
}

/// The choices on which a world did not admit what the others chose.
pub fn parted(words: &Words<'_>, property: PropId, execution: &Execution) -> Vec<String> {
    let mut lines = Vec::new();
    if execution.parted == 0 {
        return lines;
    }
    let worlds = &execution.worlds;
    for (place, run) in worlds.iter().enumerate() {
        let own = run.trace.answers.iter().filter(|answer| answer.key.world == Some(place as u32));
        for answer in own.filter(|answer| !answer.drawn) {
            lines.push(format!("in {}: {}", name(words, property, run), choice(words, answer)));
        }
    }
    let number = lines.len();
    if number > PARTED_MAX {
        lines.truncate(PARTED_MAX);
        lines.push(format!("… {} more", number - PARTED_MAX));
    }
    lines
}

/// A choice or draw in words: `at 1, step.d for team[0] = 3`.
pub fn choice(words: &Words<'_>, answer: &Answer) -> String {
    let site = &words.model.sites[answer.key.site];
    let binders: Vec<String> = answer.key.binders.iter().map(|value| words.value(value)).collect();
    let whose =
        if binders.is_empty() { String::new() } else { format!(" for {}", binders.join(", ")) };
    let value = words.value(&answer.value);
    format!("at {}, {}.{}{whose} = {value}", answer.instant, site.item, site.name)
}
