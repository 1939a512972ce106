//! Whole models that use much of the language: no error, and no lint without cause.

use super::{analyse_any, read_with, told};
use crate::base::Seed;
use crate::ir::property::Alignment;

/// Donors ask, agents serve: principals, preferences, a joint choice, rules, chance, worlds.
const DONORS: &str = "
model charity

enum Cause { Water, Food }

kind Donor { param wish: Cause }
kind Agent {
  param serves: donors = donors[index(self)]
  param yields: 0.0..1.0 = 0.0
  state picked: Cause = self.serves.wish
  state tired: bool ~ bernoulli(0.25)
}

principals donors: Donor[2]
agents team: Agent[1..2]
structure hears: digraph on team among isolated | complete = isolated
param noise = 1.0 - TRUST
const TRUST = 0.75
state funds: 0..100 = 100
state debts(a: Agent, b: Agent): 0..9 = if a == b then 0 else index(b)
event paid { by: Agent, amount: int }
assume forall a in team: a.yields <= TRUST

def aligned(a: Agent) = a.picked == a.serves.wish
def close(near(Agent, Agent): bool, a: Agent): int = count(b in team where near(a, b))

schedule random
rule swayed(a in team where not a.tired) when exists b in hears(a): b.picked != a.picked {
  draw sway ~ bernoulli(a.yields * noise)
  if sway { a.picked' = if a.picked == Water then Food else Water }
  require close(hears, a) <= 2
}
step {
  choose share(a: team) in 0..3 where sum(share(a) for a in team) <= funds
  for a in team {
    if share(a) > 0 {
      emit paid(by: a, amount: share(a))
      debts(a, a)' = 0
    }
  }
  funds' = funds - sum(share(a) for a in team)
}

/// Each donor is served by whoever serves it.
preference property served for d in donors {
  always forall a in team where a.serves == d: aligned(a)
}

/// The charity lives.
objective property solvent { always (funds > 0 or count(p in paid) == 0) }

/// Nobody is led astray by company.
value property steadfast {
  worlds { alone(a: team) { only a }  together { hears: complete } }
  forall a in team: (always aligned(a))@alone(a) implies (always aligned(a))@together
}

property likely { probability(finally forall a in team: aligned(a)) >= TRUST }
witness drained { eventually funds == 0 }
invariant modest { forall a in team: debts(a, a) <= index(a) }
measure owed = sum(debts(a, b) for a in team, b in team)

check { steps: 5, minimize: team, deviations, given: { edges: 0..2 } }
check steadfast as gullible {
  given: { team[0].yields: 0.5, assume team[0].yields > 0.0 }
  front: hears, yields
  expect: violated with { team: 2 }
}
check holistic, no_faults { steps: 3 }
";

#[test]
fn a_model_of_many_features_has_no_errors_and_no_lints() {
    let found = told(DONORS);
    assert!(found.is_empty(), "{found:#?}");
    let model = read_with(DONORS, &[]).model.unwrap();
    assert_eq!(model.targets.len(), 8);
    assert_eq!(model.properties.iter().next().unwrap().alignment, Some(Alignment::Preference));
    let chance: Vec<bool> = model.properties.iter().map(|property| property.chance).collect();
    assert_eq!(chance, [false, false, false, true, false, false, false, false]);
}

#[test]
fn the_models_of_properties_have_no_errors_and_no_lints() {
    for text in [
        include_str!("../../../properties/review.polity"),
        include_str!("../../../properties/commons.polity"),
        include_str!("../../../properties/opinions.polity"),
        include_str!("../../../properties/pricing.polity"),
        include_str!("../../../properties/conformity.polity"),
        include_str!("../../../properties/agents/helpdesk.polity"),
    ] {
        let found = told(text);
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// The words, numbers and signs of a text, with the space before each.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut was_word = false;
    for (at, letter) in text.char_indices() {
        let word = letter.is_alphanumeric() || letter == '_';
        if !(word && was_word) && at > start && !letter.is_whitespace() {
            pieces.push(&text[start..at]);
            start = at;
        }
        was_word = word;
    }
    pieces.push(&text[start..]);
    pieces
}

#[test]
fn models_with_pieces_left_out_or_exchanged_are_answered_without_a_panic() {
    let review = include_str!("../../../properties/review.polity");
    let commons = include_str!("../../../properties/commons.polity");
    for (number, text) in [DONORS, review, commons].into_iter().enumerate() {
        let whole = pieces(text);
        for round in 0..400_u32 {
            let pick = |what: u32| {
                let share = Seed(7).uniform(&[number as u32, round, what]);
                (share * whole.len() as f64) as usize
            };
            let mut broken = whole.clone();
            match round % 4 {
                0 => drop(broken.remove(pick(0))),
                1 => broken.swap(pick(0), pick(1)),
                2 => broken[pick(0)] = whole[pick(1)],
                _ => broken.insert(pick(0), whole[pick(1)]),
            }
            analyse_any(&broken.concat());
        }
    }
}
