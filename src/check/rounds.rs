//! Rounds of searches as lines: what a shard made, or a program that was killed, is read back by
//! another.
//!
//! In: a round of a target. Out: one JSON object; and back, exactly. Its `key` stands for all that
//! a round depends on: texts, settings, budget. A line with another key is of another search.
//!
//! # Invariants
//! - A run that hits is stored as a run; what it shows is found out again by the reference.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::base::Seed;
use crate::diag::{Sources, Span};
use crate::ir::property::Target;
use crate::ir::{EnumId, Model, RuleId};
use crate::reference::Branch;
use crate::search::{Budget, By, Chance, Coverage, Estimate, Least, Round};
use crate::trace::counterexample::content_hash;
use crate::trace::{Fault, Run, run_json};

/// What stands in front of every line.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Label {
    /// `round`, or `hit`: a run that hits, as soon as it was seen.
    pub kind: String,
    /// All that the round depends on.
    pub key: String,
    /// The model's name.
    pub model: String,
    /// The property's name.
    pub property: String,
    /// The check's name, where it has one.
    pub check: Option<String>,
    /// The round's number, from 0.
    pub round: u64,
}

#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    label: Label,
    coverage: Coverage,
    guards: Vec<(Span, bool)>,
    worlds_differ: bool,
    fired: Vec<u32>,
    branches: Vec<Branch>,
    variants: Vec<(u32, u32)>,
    setups: String,
    tried: Vec<u32>,
    hit: Option<Json>,
    minimal: Option<Least>,
    fault: Option<(Fault, Option<Json>)>,
    chance: Option<Worst>,
}

/// A chance property's worst setup. Its intervals may be infinite: they are stored as bits.
#[derive(Serialize, Deserialize)]
struct Worst {
    run: Json,
    policy: u64,
    violated: Option<bool>,
    estimates: Vec<(Span, [u64; 3], u64, By)>,
}

/// What a round of a target depends on, as 64 bits.
pub fn key(
    model: &Model,
    sources: &Sources,
    target: &Target,
    budget: &Budget,
    runs: u64,
) -> String {
    let property = &model.properties[target.property];
    let mut text = format!(
        "{} {} {} {:?} {:?} {runs} {:?} {:?} {:?}",
        env!("CARGO_PKG_VERSION"),
        model.name,
        property.name,
        target.alias,
        target.settings,
        (budget.runs_max, budget.exhaust_max, budget.shrink_max),
        budget.seed,
        budget.guidance,
    );
    for source in sources.all() {
        text.push('\u{0}');
        text.push_str(&source.text);
    }
    // White space counts here: the places of guards and branches depend on it.
    content_hash(&text.replace(' ', "\u{1}").replace('\n', "\u{2}").replace('\t', "\u{3}"))
}

/// The line of a round.
pub fn line(model: &Model, label: Label, round: &Round) -> Json {
    let run = |run: &Run| run_json::write(model, run);
    let chance = round.chance.as_ref().map(|chance| Worst {
        run: run(&bare(chance)),
        policy: chance.policy.0,
        violated: chance.violated,
        estimates: chance.estimates.iter().map(bits).collect(),
    });
    let fault = round.fault.as_ref();
    let line = Line {
        label,
        coverage: round.coverage.clone(),
        guards: round.guards.seen.iter().map(|(span, seen)| (*span, *seen)).collect(),
        worlds_differ: round.guards.worlds_differ,
        fired: round.fired.iter().map(|rule| rule.0).collect(),
        branches: round.reached.branches.iter().copied().collect(),
        variants: round.reached.variants.iter().map(|(of, at)| (of.0, *at)).collect(),
        setups: round.digests.iter().map(|digest| format!("{digest:016x}")).collect(),
        tried: round.tried.iter().copied().collect(),
        hit: round.hit.as_ref().map(run),
        minimal: round.minimal,
        fault: fault.map(|(fault, with)| (fault.clone(), with.as_ref().map(run))),
        chance,
    };
    serde_json::to_value(line).expect("plain values serialise")
}

/// Reads what [`line`] wrote, against the same model; why not, where it was damaged.
pub fn read(model: &Model, json: &Json) -> Result<Round, String> {
    let line = Line::deserialize(json).map_err(|error| error.to_string())?;
    let run = |json: &Json| run_json::read(model, json).map_err(|wrong| wrong.to_string());
    let mut round = Round { coverage: line.coverage, ..Round::default() };
    round.guards.seen = line.guards.into_iter().collect();
    round.guards.worlds_differ = line.worlds_differ;
    round.fired = line.fired.into_iter().map(RuleId).collect();
    round.reached.branches = line.branches.into_iter().collect();
    round.reached.variants = line.variants.into_iter().map(|(of, at)| (EnumId(of), at)).collect();
    let digests = line.setups.as_bytes().chunks(16).map(|chunk| {
        let digits = std::str::from_utf8(chunk).ok()?;
        u64::from_str_radix(digits, 16).ok()
    });
    let digests: Option<_> = digests.collect();
    round.digests = digests.ok_or("`setups` is not in hexadecimal digits")?;
    round.tried = line.tried.into_iter().collect();
    round.hit = line.hit.as_ref().map(run).transpose()?;
    round.minimal = line.minimal;
    round.fault = match line.fault {
        Some((fault, with)) => Some((fault, with.as_ref().map(run).transpose()?)),
        None => None,
    };
    round.chance = match line.chance {
        Some(worst) => Some(Chance {
            setup: run(&worst.run)?.setup,
            policy: Seed(worst.policy),
            violated: worst.violated,
            estimates: worst.estimates.into_iter().map(estimate).collect(),
        }),
        None => None,
    };
    Ok(round)
}

/// A run that has nothing but the worst setup.
fn bare(chance: &Chance) -> Run {
    let (choices, draws) = Default::default();
    Run { setup: chance.setup.clone(), seed: chance.policy, choices, draws, steps: 0 }
}

fn bits(estimate: &Estimate) -> (Span, [u64; 3], u64, By) {
    let Estimate { span, value, low, high, runs, by } = estimate;
    (*span, [value, low, high].map(|number| number.to_bits()), *runs, *by)
}

fn estimate((span, bits, runs, by): (Span, [u64; 3], u64, By)) -> Estimate {
    let [value, low, high] = bits.map(f64::from_bits);
    Estimate { span, value, low, high, runs, by }
}
