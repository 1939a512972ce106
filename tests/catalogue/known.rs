//! One known number, and how a JSON result differs from it.
//!
//! In: a result as `polity check --format json` gives it. Out: nothing, or what is different.

use serde_json::Value as Json;

/// What is known.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// A size in the counterexample: a JSON pointer into the result, and the number there (of an
    /// object, the sum).
    Size(&'static str, u64),
    /// Agents, deviations, edges and steps of the counterexample.
    At(u64, u64, u64, u64),
    /// The smallest or greatest value of a top-level parameter at which it fails: the search
    /// finds it, since it minimises the distance from the default.
    Threshold(&'static str, i64),
    /// The same of a real: a JSON pointer into the result, and the number there.
    Number(&'static str, f64),
    /// The same of a real that each agent of a population has: population, parameter, number.
    Each(&'static str, &'static str, f64),
    /// Nothing smaller fails: everything smaller was tried, or proved.
    Least,
    /// A probability or an expected value: the interval of every estimate of it contains it, and
    /// what is computed is it.
    Chance(f64),
    /// The first estimate is this, within a tolerance that its runs allow.
    Near(f64, f64),
    /// A run that shows it was found.
    Found,
    /// A negative control: true, and shown to be true of everything within its bounds.
    Shown,
    /// A negative control of chance: true, and its interval lies within what is asked.
    Holds,
}

pub use Known::{At, Chance, Each, Found, Holds, Least, Near, Number, Shown, Size, Threshold};

/// Known chances are given in four digits or more.
const DIGITS: f64 = 5e-5;

pub const AGENTS: &str = "/agents";
pub const DEVIATIONS: &str = "/deviations";
pub const EDGES: &str = "/edges";
pub const STEPS: &str = "/steps";

/// The search finds the least real to within a millionth of its domain's width, at most 2 here.
const REAL_ERROR_MAX: f64 = 2e-6;

/// How the answer differs from what is known, if it does.
pub fn differs(result: &Json, known: &Known) -> Option<String> {
    if result["as_expected"] != Json::Bool(true) {
        return Some(format!("not as expected: {}, {}", result["verdict"], result["reason"]));
    }
    let verdict = result["verdict"].as_str().unwrap_or("none");
    match known {
        Size(pointer, size) => size_differs(result, pointer, *size),
        At(agents, deviations, edges, steps) => {
            let sizes =
                [(AGENTS, agents), (DEVIATIONS, deviations), (EDGES, edges), (STEPS, steps)];
            sizes.into_iter().find_map(|(pointer, size)| size_differs(result, pointer, *size))
        }
        Threshold(param, value) => {
            let found = result["setup"]["params"][param].as_i64();
            (found != Some(*value)).then(|| format!("{param} is {found:?}, not {value}"))
        }
        Number(pointer, value) => number_differs(result.pointer(pointer), *value),
        Each(population, param, value) => {
            let agents = result["setup"]["params"][population].as_array();
            let agents = agents.filter(|agents| !agents.is_empty());
            let Some(agents) = agents else { return Some(format!("no {population}")) };
            agents.iter().find_map(|agent| number_differs(agent.get(param), *value))
        }
        Least => {
            let minimal = &result["minimal"];
            (minimal != "proved").then(|| format!("its size is {minimal}, not proved"))
        }
        Chance(value) => {
            // What is computed is compared in the digits in which the number is known.
            let contains = |estimate: &Json| {
                let slack = if estimate["by"] == "chain" { DIGITS } else { 0.0 };
                number(estimate, "low") - slack <= *value
                    && *value <= number(estimate, "high") + slack
            };
            let estimates = estimates(result);
            let right = !estimates.is_empty() && estimates.iter().all(contains);
            (!right).then(|| format!("{value} is not in {}", result["estimates"]))
        }
        Near(value, tolerance) => {
            let first = estimates(result).first();
            let near =
                first.is_some_and(|first| (number(first, "value") - value).abs() <= *tolerance);
            (!near).then(|| format!("{value} is not near {}", result["estimates"]))
        }
        Found => (verdict != "found").then(|| verdict.to_string()),
        Shown => (!["verified", "proved"].contains(&verdict)).then(|| format!("only {verdict}")),
        Holds => (verdict != "tested").then(|| verdict.to_string()),
    }
}

fn estimates(result: &Json) -> &[Json] {
    result["estimates"].as_array().map_or(&[], Vec::as_slice)
}

/// A number of an object; NaN, which nothing compares to, where there is none.
fn number(of: &Json, name: &str) -> f64 {
    of[name].as_f64().unwrap_or(f64::NAN)
}

fn size_differs(result: &Json, pointer: &str, size: u64) -> Option<String> {
    let found = result.pointer(pointer).and_then(total);
    (found != Some(size)).then(|| format!("{pointer} is {found:?}, not {size}"))
}

fn number_differs(found: Option<&Json>, value: f64) -> Option<String> {
    let found = found.and_then(Json::as_f64);
    let near = found.is_some_and(|found| (found - value).abs() <= REAL_ERROR_MAX);
    (!near).then(|| format!("it is {found:?}, not {value}"))
}

/// A number, or the sum of those of an object.
fn total(json: &Json) -> Option<u64> {
    match json {
        Json::Object(parts) => parts.values().map(total).sum(),
        other => other.as_u64(),
    }
}
