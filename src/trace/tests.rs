//! Tests of storage, on models written in polity.

mod counterexample_tests;
mod import_tests;
mod jsonl_tests;
mod setup_file_tests;

use crate::diag::{FileId, Sources, has_errors};
use crate::ir::Model;

/// The model of a text that has no errors.
fn model(text: &str) -> Model {
    let mut sources = Sources::default();
    let file = sources.add("test.polity", text);
    let (tree, wrong) = crate::syntax::parse(file, text);
    assert!(!has_errors(&wrong), "{wrong:?}");
    let mut load = |_: &mut Sources, _: FileId, _: &str| Err("nothing is loaded".to_string());
    let (model, wrong) = crate::analysis::analyse(&tree, &mut sources, &mut load);
    model.unwrap_or_else(|| panic!("{wrong:?}"))
}

/// A model with one of everything that is stored.
const EVERYTHING: &str = "
model everything
enum Stage { Idle, Drafted }
kind Agent {
  param greed: 0.0..1.0 = 0.5
  state stage: Stage = Idle
  state trust(other: Agent): real = 0.5
  state opinion: 0.0..1.0
}
kind Patron { param patience: { 1s, 5s, 2min } = 5s }
agents team: Agent[1..4]
principals patrons: Patron[2]
structure near: graph on team among any
structure leads: tree on team among any
structure cares: normalized weights 0.0..1.0 on team among any
structure pays: digraph on patrons to team among any
param regime: Stage = Idle
param cost(Stage): 0..9 = 1
param twice = 2
state stock: real = 1.0
state favourite: Agent? = none
state tally(Stage): int = 0
state level(0..2): int = 0
event ship { author: Agent, defects: int }
rule work(a in team) when a.stage == Idle {
  choose d in 0..3
  draw lucky ~ bernoulli(0.5)
  if lucky { a.stage' = Drafted }
  emit ship(author: a, defects: d)
}
property p { always stock >= 0.0 }
check p { steps: 5 }
";

/// A signature of agents that come by mention.
const SIGNATURE: &str = "
model helpdesk
enum Role { Human, Worker }
kind Agent {
  param role: Role
  state busy: bool
}
agents team: Agent
event say { from: Agent, to: Agent?, text: string, tags: set of string }
property p { always true }
";
