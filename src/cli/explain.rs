//! `polity explain`: what a diagnostic code, or a word of the reports, means.

use super::args;
use super::exit::{Exit, Failure, nearest};
use super::out::Out;
use crate::diag::code;
use crate::report::sheet::{pad, wrap};

/// Words of the reports, strong claims first.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "violated",
        "a run breaks the property, and anyone can replay it",
        "The report shows the least such run that was found: the society (who is there, how they \
         are tied, who deviates), what changed at each step, and the instance of the formula that \
         failed. `polity replay FILE` makes the run again from its setup, choices and draws. A \
         run that ends in a fault of the model never counts as a violation of another property.",
    ),
    (
        "proved",
        "no run of any length breaks the property",
        "By k-induction over the steps, at every size of the stated populations, with the model's \
         domains and its proved invariants. Reals are exact, and no tolerance is used.",
    ),
    (
        "verified",
        "no run within the bounds breaks the property: all were tried",
        "Every setup that the declared sizes, families and domains (and `assume` and `given`) \
         admit, every choice, order of moves and draw that can happen, up to the horizon. It says \
         nothing about larger societies or longer runs.",
    ),
    (
        "tested",
        "no run that was tried breaks the property",
        "The space was too large to try everything. The report gives the number of runs and \
         distinct setups, and the largest share of violating runs that the independently drawn \
         ones leave possible at 95 %. Such a rate is of runs as polity draws them: a rare \
         violation may still exist. Raise `--runs`, narrow the bounds, or pin a part of the space \
         with `--given`.",
    ),
    (
        "inconclusive",
        "nothing is claimed, and the report says why",
        "The search was interrupted, nearly all runs were discarded, an interval does not decide, \
         or a recorded run lacks what the property reads. With `--strict` the exit status is 3.",
    ),
    (
        "vacuous",
        "the property held only because it was never put to the test",
        "A guard (the left side of `implies`, a `where`, the set of a binder, an event) was never \
         true or non-empty in any run at any instant, a world never differed from another, or all \
         runs were discarded. The report shows the guard. A vacuous result does not meet \
         `expect: holds`: usually the model never does what the property speaks of, or a name in \
         the guard is the wrong one.",
    ),
    ("found", "some run does what the `witness` says", "The report shows the least such run."),
    (
        "not found",
        "no run that was tried does what the `witness` says",
        "Where everything within the bounds was tried the report says `impossible`.",
    ),
    (
        "least",
        "how small a counterexample is known to be",
        "`proved`: everything smaller within the horizon was tried, or the solver proved that nothing \
         smaller breaks it, in the order that `minimize` names (agents, deviations, edges, steps \
         unless the check says otherwise). `local`: every \
         single removal (an agent, a deviation, a tie, a step) was tried and none still violates; \
         something smaller of quite another form may exist. `not shrunk`: shrinking was cut off.",
    ),
    (
        "deviation",
        "a parameter that differs from its default",
        "A parameter with a default has an intended value. One cell of it (of one agent, or of \
         the model) with another value is one deviation.",
    ),
    (
        "margin",
        "how far a run is from the other verdict",
        "Between -1 and 1; positive only if the property holds, negative only if it fails. It \
         steers the search and never decides. On a run that is cut it is an interval.",
    ),
    (
        "pending",
        "neither settled as true nor as false when the run was cut",
        "What reaches past the horizon is not known. An unbounded `eventually` is violated only \
         by a run that halts; write `eventually[..n]`, `finally`, or `final: true` in the check \
         if the horizon is meant as the end.",
    ),
    (
        "fault",
        "the model itself went wrong",
        "A value left its domain, a division by zero, an overflow, a second assignment of one \
         variable in a step, an index outside a population, a `min` of nothing. Such a run does \
         not count for other properties. `polity check --property no_faults` shows the least one.",
    ),
    (
        "parted",
        "a choice that one world could not make as the others did",
        "Worlds share every choice that all of them admit. Where one does not admit it, it has a \
         choice of its own; the fewer of these, the better the comparison.",
    ),
    (
        "stale",
        "a kept counterexample that no longer applies",
        "The model changed so that its setup or choices do not fit any more. `fixed`: it applies, \
         and no longer violates.",
    ),
];

/// Runs the command.
pub fn run(arguments: &args::Explain) -> Result<Exit, Failure> {
    let mut out = Out::new(None, false, false);
    let Some(asked) = &arguments.code else {
        out.write(&list());
        return Ok(Exit::Fine);
    };
    if let Some(found) = code::find(asked.trim()) {
        let rule = found.0;
        out.write(&format!("{}: {}\n\n{}\n", rule.id, rule.title, wrapped(rule.explanation)));
        return Ok(Exit::Fine);
    }
    let word = asked.trim().to_lowercase().replace('_', " ");
    if let Some((word, title, explanation)) = WORDS.iter().find(|entry| entry.0 == word) {
        let body = wrap(explanation, 80).join("\n");
        out.write(&format!("{word}: {title}\n\n{body}\n"));
        return Ok(Exit::Fine);
    }
    let codes = code::all().map(|code| code.0.id);
    let known: Vec<&str> = codes.chain(WORDS.iter().map(|entry| entry.0)).collect();
    let failure = Failure::new(format!("there is no code or word `{asked}`"));
    let upper = asked.to_uppercase();
    let near = nearest(&upper, known.iter().copied()).or(nearest(&word, known.iter().copied()));
    Err(match near {
        Some(other) => failure.help(format!("did you mean `{other}`? `polity explain` lists all")),
        None => failure.help("`polity explain` lists all"),
    })
}

/// Prose wrapped; examples, which are indented, as they are.
fn wrapped(text: &str) -> String {
    let line = |line: &str| match line.starts_with(' ') || line.is_empty() {
        true => line.to_string(),
        false => wrap(line, 80).join("\n"),
    };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

fn list() -> String {
    let mut text = String::from("words of the reports\n");
    let wide = WORDS.iter().map(|entry| entry.0.len()).max().unwrap_or(0);
    for (word, title, _) in WORDS {
        text.push_str(&format!("  {}  {title}\n", pad(word, wide)));
    }
    text.push_str("\ncodes of errors and warnings\n");
    for code in code::all() {
        text.push_str(&format!("  {}  {}\n", code.0.id, code.0.title));
    }
    text.push_str("\n`polity explain CODE` or `polity explain WORD` says more.\n");
    text
}
