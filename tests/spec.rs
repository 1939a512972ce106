//! Every fenced `polity` block of `spec/` is run, and its comments are the assertions:
//!
//! - `// error: E0204 …` (or `// warning: W0101`): this line has diagnostics of these codes. A block
//!   with an error comment has no others; a block without one has no errors at all.
//! - `// verdict: NAME verdict [with { counter: n, … }]`: what a check of the target answers.
//! - `// fault: words`: some run faults on this line, and the message holds the words.
//! - `// value: NAME at T = v`: the measure's value at instant T of the run of seed 1.
//!
//! A block without a `model` line is a model called `example`.

mod support;

use std::collections::BTreeSet;

use polity::base::Seed;
use polity::check::Verdict;
use polity::diag::Severity;
use polity::ir::Model;
use polity::reference::{self, Replay};
use polity::search::Budget;
use polity::trace::End;

/// A block with its page and first line.
struct Block {
    place: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let mut found = Vec::new();
    for path in support::files("spec", "md") {
        let page =
            path.strip_prefix(support::root()).expect("below the root").display().to_string();
        let text = std::fs::read_to_string(&path).expect("a page");
        let mut lines = text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            if line.trim() == "```polity" {
                let body: Vec<&str> = lines
                    .by_ref()
                    .map(|(_, line)| line)
                    .take_while(|line| line.trim() != "```")
                    .collect();
                let body = body.join("\n");
                let has_model = body.lines().any(|line| line.starts_with("model "));
                // On the same line, so that lines count as in the block.
                let text = if has_model { body } else { format!("model example {body}\n") };
                found.push(Block { place: format!("{page}:{}", at + 1), text });
            }
        }
    }
    found
}

/// The comments `// key: rest`, with their lines from 1.
fn comments<'a>(text: &'a str, key: &str) -> Vec<(u32, &'a str)> {
    let mark = format!("// {key}: ");
    let lines = text.lines().enumerate();
    lines.filter_map(|(at, line)| Some((at as u32 + 1, line.split(&mark).nth(1)?.trim()))).collect()
}

fn check_diagnostics(
    block: &Block,
    wrong: &mut Vec<String>,
) -> Option<(Model, polity::diag::Sources)> {
    let (model, diagnostics, sources) =
        support::analyse(&block.place, &block.text, &support::root().join("spec"));
    let shown = polity::diag::render::render(&diagnostics, &sources, false);
    for (key, severity) in [("error", Severity::Error), ("warning", Severity::Warning)] {
        let expected: BTreeSet<(u32, String)> = comments(&block.text, key)
            .into_iter()
            .flat_map(|(line, codes)| {
                codes.split_whitespace().map(move |code| (line, code.to_string()))
            })
            .collect();
        let found: BTreeSet<(u32, String)> = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .map(|diagnostic| {
                (sources.position(diagnostic.span).0, diagnostic.code.0.id.to_string())
            })
            .collect();
        let fits = if key == "error" { expected == found } else { expected.is_subset(&found) };
        if !fits {
            wrong.push(format!("{}: expected {key}s {expected:?}, found:\n{shown}", block.place));
        }
    }
    model.map(|model| (model, sources))
}

fn budget() -> Budget {
    Budget {
        runs_max: 1_000,
        exhaust_max: 5_000,
        chain_max: 500_000,
        shrink_max: 5_000,
        seed: Seed(1),
        threads: 2,
        guidance: polity::search::Guidance::Guided,
    }
}

fn check_verdicts(
    block: &Block,
    model: &Model,
    sources: &polity::diag::Sources,
    wrong: &mut Vec<String>,
) {
    for (_, claim) in comments(&block.text, "verdict") {
        let mut words = claim.splitn(3, ' ');
        let (name, verdict) = (words.next().expect("a name"), words.next().expect("a verdict"));
        let outcome = support::outcome(model, sources, name, budget());
        let vacuous = verdict == "vacuous";
        let word =
            if vacuous && !outcome.vacuous.is_empty() { "vacuous" } else { outcome.verdict.word() };
        let accepted: Vec<&str> = verdict.split('|').collect();
        if !accepted.contains(&word) {
            wrong.push(format!("{}: {claim}: it is {word}: {:?}", block.place, outcome.reason));
        }
        // Sizes are claimed by `expect … with`, which `as_expected` covers.
        let violated = outcome.verdict == Verdict::Violated;
        if outcome.target.settings.expect.is_some() && !outcome.as_expected {
            wrong.push(format!(
                "{}: {claim}: not as its check expects (violated: {violated}): {:?}",
                block.place, outcome.reason
            ));
        }
    }
}

fn check_faults(
    block: &Block,
    model: &Model,
    sources: &polity::diag::Sources,
    wrong: &mut Vec<String>,
) {
    for (line, words) in comments(&block.text, "fault") {
        let mut seen = Vec::new();
        for seed in 1..=50 {
            let run = support::some_run(model, seed);
            let fault = match reference::execute(
                model,
                None,
                &run.setup,
                run.steps,
                &mut Replay::new(&run),
            ) {
                Err(fault) => Some(fault),
                Ok(execution) => match &execution.worlds[0].trace.end {
                    End::Faulted(fault) => Some(fault.clone()),
                    End::Halted | End::Cut | End::Discarded { .. } => None,
                },
            };
            seen.extend(fault.map(|fault| (sources.position(fault.span).0, fault.message)));
        }
        if !seen.iter().any(|(at, message)| *at == line && message.contains(words)) {
            wrong.push(format!(
                "{}: no fault `{words}` on line {line}: {:?}",
                block.place,
                seen.first()
            ));
        }
    }
}

fn check_values(block: &Block, model: &Model, wrong: &mut Vec<String>) {
    for (_, claim) in comments(&block.text, "value") {
        let (left, value) = claim.split_once(" = ").expect("NAME at T = v");
        let (name, instant) = left.split_once(" at ").expect("NAME at T = v");
        let run = support::some_run(model, 1);
        let execution =
            reference::execute(model, None, &run.setup, run.steps, &mut Replay::new(&run))
                .unwrap_or_else(|fault| panic!("{}: {}", block.place, fault.message));
        let measure =
            model.measures.iter().find(|measure| measure.name == name).expect("a measure");
        let at = instant.trim().parse().expect("an instant");
        let found = reference::measure(model, measure, &execution.worlds[0], at);
        let shown = found.expect("an instant of the run").map(|value| format!("{value:?}"));
        let fits = shown.as_ref().is_ok_and(|shown| {
            shown.trim_end_matches(')').rsplit('(').next() == Some(value.trim())
        });
        if !fits {
            wrong.push(format!("{}: {claim}: it is {shown:?}", block.place));
        }
    }
}

#[test]
fn every_block_of_the_spec_does_what_it_says() {
    let blocks = blocks();
    assert!(blocks.len() > 60, "only {} blocks", blocks.len());
    let mut wrong = Vec::new();
    for block in &blocks {
        if let Some((model, sources)) = check_diagnostics(block, &mut wrong) {
            check_verdicts(block, &model, &sources, &mut wrong);
            check_faults(block, &model, &sources, &mut wrong);
            check_values(block, &model, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
