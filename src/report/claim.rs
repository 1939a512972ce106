//! What a verdict claims, in words: how strong it is, and what it covers. Never a bare ok.
//!
//! In: an outcome. Out: a mark, a headline, sentences.

use super::sheet::{Paint, count, grouped, listed};
use super::words::rounded;
use crate::check::{Engine, Outcome, Verdict};
use crate::ir::model::{Population, Schedule, Start};
use crate::ir::property::{Alignment, Counter, Expected, PinKind, Role};
use crate::ir::{Model, PopId};
use crate::reference::SettledBy;
use crate::search::{By, Least};

/// How an outcome counts in the last line, and for the exit status.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Something else came out than was expected.
    Unexpected,
    /// Nothing was violated, because nothing was ever put to the test.
    Vacuous,
    /// Nothing is claimed.
    Inconclusive,
    /// What was expected came out.
    Expected,
    /// A signature's property: it waits for recorded runs.
    Monitored,
}

/// How an outcome counts.
pub fn group(outcome: &Outcome) -> Group {
    match outcome.verdict {
        Verdict::Monitored => Group::Monitored,
        _ if outcome.as_expected => Group::Expected,
        Verdict::Inconclusive if !demands_a_run(outcome) => Group::Inconclusive,
        _ if is_vacuous(outcome) => Group::Vacuous,
        _ => Group::Unexpected,
    }
}

/// Whether a run was expected that shows something: then nothing less will do.
fn demands_a_run(outcome: &Outcome) -> bool {
    let expected = outcome.target.settings.expect.as_ref().map(|expect| expect.verdict);
    matches!(expected, Some(Expected::Violated | Expected::Found))
}

/// Whether the property holds only because it was never put to the test.
pub fn is_vacuous(outcome: &Outcome) -> bool {
    let holds = matches!(outcome.verdict, Verdict::Proved | Verdict::Verified | Verdict::Tested);
    holds && !outcome.vacuous.is_empty()
}

/// Whether it is only for the reader: `holistic` where no check names it.
pub fn is_remark(model: &Model, outcome: &Outcome) -> bool {
    let property = outcome.target.property;
    model.properties[property].role == Role::Holistic
        && model.targets.iter().all(|target| target.property != property)
}

/// The mark in front of the name, and its colour.
pub fn mark(outcome: &Outcome) -> (&'static str, Paint) {
    if is_vacuous(outcome) {
        return ("!", Paint::Doubt);
    }
    match outcome.verdict {
        Verdict::Violated => ("✗", Paint::Bad),
        Verdict::Proved | Verdict::Verified | Verdict::Found => ("✓", Paint::Good),
        Verdict::Tested => ("?", Paint::Good),
        Verdict::NotFound if outcome.coverage.exhausted => ("✗", Paint::Bad),
        Verdict::NotFound => ("?", Paint::Doubt),
        Verdict::Inconclusive => ("!", Paint::Doubt),
        Verdict::Monitored => ("·", Paint::Faint),
    }
}

/// The verdict on one line: `violated, as expected · least size proved`.
pub fn headline(outcome: &Outcome) -> String {
    let mut text = match (outcome.verdict, is_vacuous(outcome)) {
        (_, true) => "vacuous".to_string(),
        (Verdict::NotFound, _) if outcome.coverage.exhausted => "impossible".to_string(),
        (verdict, _) => verdict.word().replace('_', " "),
    };
    let explicit = outcome.target.settings.expect.is_some();
    match group(outcome) {
        Group::Expected if explicit => text.push_str(", as expected"),
        Group::Unexpected => text.push_str(", NOT as expected"),
        Group::Expected | Group::Vacuous | Group::Inconclusive | Group::Monitored => {}
    }
    let least = match outcome.minimal {
        Some(Least::Proved) => " · least size proved",
        Some(Least::Local) => " · locally least",
        Some(Least::Unshrunk) => " · not shrunk",
        None => "",
    };
    text.push_str(least);
    text
}

/// `value`, `preference`, `objective`.
pub fn alignment(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::Value => "value",
        Alignment::Preference => "preference",
        Alignment::Objective => "objective",
    }
}

/// What was covered, as sentences: the claim itself, then what limits it.
pub fn coverage(model: &Model, outcome: &Outcome) -> Vec<String> {
    let covered = &outcome.coverage;
    let mut said = Vec::new();
    match outcome.verdict {
        Verdict::Violated | Verdict::Found => {}
        Verdict::Proved if covered.closed => said.push(format!(
            "{}, and every number of steps: {}",
            bounds_but_steps(model, outcome),
            exhausted(outcome)
        )),
        Verdict::Proved => said.push(format!(
            "{}, and every number of steps: by induction, reals in exact arithmetic",
            bounds_but_steps(model, outcome)
        )),
        Verdict::Verified => {
            said.push(format!("{}: {}", bounds(model, outcome), exhausted(outcome)))
        }
        Verdict::NotFound if covered.exhausted => {
            said.push(format!(
                "{}: {}, and none does it",
                bounds(model, outcome),
                exhausted(outcome)
            ));
        }
        Verdict::Tested | Verdict::NotFound => said.push(tested(outcome)),
        Verdict::Inconclusive => {
            if covered.runs > 0 {
                said.push(format!("after {}", runs(outcome)));
            }
        }
        Verdict::Monitored => {
            said.push("judged on recorded runs: `polity monitor SPEC TRACE`".to_string());
        }
    }
    said.extend(limits(outcome));
    said
}

/// What everything within the bounds is.
fn bounds(model: &Model, outcome: &Outcome) -> String {
    let mut said = bounds_but_steps(model, outcome);
    if model.has_dynamics() {
        let steps = count(u64::from(outcome.target.settings.steps), "step", "steps");
        said.push_str(&format!(", {steps}"));
    }
    said
}

/// What everything within the bounds is, but for the horizon.
fn bounds_but_steps(model: &Model, outcome: &Outcome) -> String {
    let agents: u64 = agents_most(model, outcome);
    let mut parts = vec![match agents {
        0 => "every setup".to_string(),
        agents => format!("every society of up to {}", count(agents, "agent", "agents")),
    }];
    let scheduled = |site: &crate::ir::model::Site| site.item == "schedule";
    if model.sites.iter().any(|site| !site.drawn && !scheduled(site)) {
        parts.push("every choice".to_string());
    }
    if !model.rules.is_empty() && model.schedule != Schedule::RoundRobin {
        parts.push("every order of moves".to_string());
    }
    if model.sites.iter().any(|site| site.drawn && !scheduled(site)) {
        parts.push("every draw".to_string());
    }
    if model.states.iter().any(|state| matches!(state.start, Start::Free)) {
        parts.push("every start".to_string());
    }
    if !outcome.target.settings.given.is_empty() {
        parts.push("as given".to_string());
    }
    parts.join(", ")
}

/// The most agents that the model and the pins admit.
fn agents_most(model: &Model, outcome: &Outcome) -> u64 {
    let most = |(id, population): (PopId, &Population)| {
        let pinned = outcome.target.settings.given.iter().filter_map(|pin| match &pin.kind {
            PinKind::Population(of, _, most) if *of == id => Some(*most),
            _ => None,
        });
        let declared = population.size.map(|size| size.1);
        u64::from(pinned.chain(declared).min().unwrap_or(0))
    };
    model.populations.pairs().filter(|(_, population)| !population.principals).map(most).sum()
}

fn exhausted(outcome: &Outcome) -> String {
    if outcome.engine == Engine::Solve {
        return "proved by the solver, reals in exact arithmetic".to_string();
    }
    if outcome.estimates.first().is_some_and(|estimate| estimate.by == By::Chain) {
        let setups = count(outcome.coverage.setups, "setup", "setups");
        return format!("the chances of all of {setups} were computed");
    }
    let covered = &outcome.coverage;
    if covered.states > 0 {
        let states = count(covered.states, "state", "states");
        let setups = count(covered.setups, "distinct setup", "distinct setups");
        return format!("all {states} of {setups}");
    }
    if covered.runs == 1 {
        return "the only run".to_string();
    }
    format!("all {}", runs(outcome))
}

fn runs(outcome: &Outcome) -> String {
    let covered = &outcome.coverage;
    let runs = count(covered.runs, "run", "runs");
    format!("{runs} over {}", count(covered.setups, "distinct setup", "distinct setups"))
}

fn tested(outcome: &Outcome) -> String {
    let level = rounded(outcome.target.settings.confidence * 100.0, 6);
    let seen = match outcome.verdict {
        Verdict::NotFound => "no run does it; the true rate of runs that do is below",
        _ => "the true rate of violation is below",
    };
    if !outcome.estimates.is_empty() {
        return format!("{}; the worst of them was estimated anew", runs(outcome));
    }
    match outcome.coverage.rate_max {
        Some(rate) => format!("{}; {seen} {} ({level} %)", runs(outcome), above(rate)),
        None => format!("{}; none drawn independently, so no rate is claimed", runs(outcome)),
    }
}

/// A bound from above in two digits, rounded up so that it still is one.
fn above(rate: f64) -> String {
    let near: f64 = rounded(rate, 2).parse().unwrap_or(rate);
    if near >= rate {
        return rounded(near, 2);
    }
    let up: f64 = rounded(rate * 1.05, 2).parse().unwrap_or(rate);
    rounded(if up >= rate { up.min(1.0) } else { rate }, 2)
}

/// What takes away from the claim.
fn limits(outcome: &Outcome) -> Vec<String> {
    let covered = &outcome.coverage;
    let total = covered.runs + covered.discarded + covered.faulted;
    let mut said = Vec::new();
    if let Some(why) = &outcome.undecided {
        said.push(format!("the solver did not decide: {why}"));
    }
    if covered.faulted > 0 {
        let number = count(covered.faulted, "run", "runs");
        said.push(format!("fault-free runs only: {number} ended in a fault and do not count"));
    }
    if covered.discarded > 0 {
        said.push(format!(
            "{} of {} were discarded by a `require`, or a `choose` that nothing met",
            grouped(covered.discarded),
            count(total, "run", "runs"),
        ));
    }
    let tried = covered.setups + covered.refused;
    if covered.refused > covered.setups {
        said.push(format!(
            "an `assume` or pin refused {} of {} setups",
            grouped(covered.refused),
            grouped(tried)
        ));
    }
    let for_ever = matches!(outcome.verdict, Verdict::Violated | Verdict::Found | Verdict::Proved);
    if covered.pending > 0 && !for_ever {
        let steps = outcome.target.settings.steps;
        said.push(match covered.pending == covered.runs {
            true => format!("nothing is said of what comes after step {steps}"),
            false => format!(
                "{} of {} were cut unsettled: nothing is said of what comes after step {steps}",
                grouped(covered.pending),
                count(covered.runs, "run", "runs"),
            ),
        });
    }
    said
}

/// How small the counterexample is known to be.
pub fn least(model: &Model, outcome: &Outcome) -> Option<String> {
    let order: Vec<String> = outcome
        .target
        .settings
        .minimize
        .iter()
        .map(|counter| counter_name(model, *counter))
        .collect();
    let order = listed(&order);
    Some(match outcome.minimal? {
        Least::Proved => {
            let within = match model.has_dynamics() {
                true => {
                    let steps = u64::from(outcome.target.settings.steps);
                    format!(" within {}", count(steps, "step", "steps"))
                }
                false => String::new(),
            };
            match outcome.engine {
                Engine::Solve => {
                    format!("nothing smaller in {order}{within}: proved by the solver")
                }
                Engine::Search | Engine::Exhaust => format!(
                    "nothing smaller{within}: proved, all that is smaller in {order} was tried"
                ),
            }
        }
        Least::Local => format!(
            "local: every single removal was tried and fails, in the order {order}; \
             something smaller of another form is possible"
        ),
        Least::Unshrunk => "shrinking was cut off: there may be much smaller ones".to_string(),
    })
}

/// A counter's name: `agents`, a population's name.
pub fn counter_name(model: &Model, counter: Counter) -> String {
    match counter {
        Counter::Agents => "agents".to_string(),
        Counter::Deviations => "deviations".to_string(),
        Counter::Edges => "edges".to_string(),
        Counter::Steps => "steps".to_string(),
        Counter::Population(population) => model.populations[population].name.clone(),
    }
}

/// What settled the verdict, in words.
pub fn settled(at: u32, by: SettledBy) -> String {
    match by {
        SettledBy::Prefix => format!("at {at}, by what had happened: no continuation can mend it"),
        SettledBy::Halt => format!("at {at}, by the end of the run: it halts there"),
        SettledBy::Horizon => format!("at {at}, by the horizon: it is taken as the end"),
    }
}

/// The word of the JSON results for what settled it.
pub fn settled_word(by: SettledBy) -> &'static str {
    match by {
        SettledBy::Prefix => "prefix",
        SettledBy::Halt => "halt",
        SettledBy::Horizon => "horizon",
    }
}

/// A margin in words: `-0.25`, or its bounds; nothing where it tells no more than the verdict.
pub fn margin((low, high): (f64, f64)) -> Option<String> {
    let (least, most) = (rounded(low, 4), rounded(high, 4));
    match (low <= -1.0, high >= 1.0) {
        (true, true) => None,
        (true, false) => (-1.0 < high && high < 0.0).then(|| format!("at most {most}")),
        (false, true) => (0.0 < low && low < 1.0).then(|| format!("at least {least}")),
        (false, false) if least == most => Some(least),
        (false, false) => Some(format!("{least} to {most}")),
    }
}

#[cfg(test)]
mod tests {
    use super::above;

    #[test]
    fn a_bound_on_the_rate_is_never_rounded_down() {
        assert_eq!(above(0.000_161), "0.00017");
        assert_eq!(above(0.5), "0.5");
        assert_eq!(above(0.999), "1");
        assert_eq!(above(0.0), "0");
    }
}
