//! Chains on the engine and on the reference: models that have all that a chain may meet.

use polity::base::Seed;
use polity::ir::Model;
use polity::reference::Terms;
use polity::reference::chance::{Sample, exact};
use polity::search::any_setups;
use polity::trace::Setup;
use proptest::strategy::{Strategy, ValueTree};

use crate::alike::{compiled, same};
use crate::differential::Samples;
use crate::support;

/// Models, each with the properties that are asked of it: name by name, none may be left to the
/// reference.
const MODELS: &[&str] = &[
    // Movers at random, of whom some cannot move; a rule halts.
    "kind Agent { state moved: 0..3 = 0 }
     agents team: Agent[3]
     state over: bool = false
     rule move(a in team where a.moved < 3) when index(a) < 2 or now > 0 { a.moved' = a.moved + 1 }
     rule stop when count(a in team where a.moved == 3) > 0 { over' = true  halt }
     schedule random
     property p { probability(eventually over) <= 0.5 }
     property q { probability(finally (exists a in team: a.moved == 2)) <= 0.5 }
     property r { probability(always (not over)) - probability(next (exists a in team: index(a) == 0 and a.moved == 1)) <= 0.5 }
     property s { expected(sum(a.moved for a in team)) <= 0.5 }
     check { steps: 5 }",
    // Nobody moves any more, in turn.
    "kind Agent { state left: 0..2 ~ uniform(0, 2) }
     agents team: Agent[2]
     rule work(a in team where a.left > 0) { draw well ~ bernoulli(0.25)  if well { a.left' = a.left - 1 } }
     schedule round_robin
     property p { probability(eventually (forall a in team: a.left == 0)) <= 0.5 }
     property q { expected(sum(a.left for a in team)) <= 0.5 }
     property r { probability(always[2..4] (exists a in team: a.left > 0)) <= 0.5 }
     check { steps: 6 }",
    // Categories that are not alike, ints, a start that is drawn; what leaves no trace.
    "enum Mood { Calm, Angry, Gone }
     state mood: Mood ~ categorical(Calm: 5, Angry: 2, Gone: 1)
     state total: 0..9 = 0
     step {
       draw new ~ categorical(Gone: 0.5 + total, Calm: 2.5, Angry: 0.0)
       draw by ~ uniform(0, 3)
       mood' = new
       if total + by <= 9 { total' = total + by }
     }
     property p { probability(eventually[1..] mood == Gone) <= 0.5 }
     property q { probability(mood == Calm) <= 0.5 }
     property r { probability((initially(mood == Angry)) and (eventually[2..3] total == 4)) <= 0.5 }
     property s { probability(if finally total > 4 then always total < 9 else next mood == Gone) <= 0.5 }
     property t { expected(total) <= 0.5 }
     property v { probability((eventually total == 3) == (finally mood == Calm)) <= 0.5 }
     check { steps: 4 }",
    // Some runs fault, and some are discarded; each later than another.
    "state height: 0..3 = 0
     state luck: bool = true
     step {
       draw up ~ bernoulli(0.375)
       draw lost ~ bernoulli(0.125)
       require not lost or height == 1
       height' = height + (if up then 1 else 0)
       luck' = luck and up
     }
     property p { probability(eventually height == 2) <= 0.5 }
     property q { probability(always height < 3) <= 0.5 }
     property r { expected(height) <= 0.5 }
     property s { probability(finally luck) <= 0.5 }
     property t { probability(always[5..] height > 0) <= 0.5 }
     check { steps: 6 }
     check s { steps: 6, final: true }",
    // What a step does depends on the instant; so does what is asked.
    "state on: bool = false
     step { draw flip ~ bernoulli(1.0 / (1 + now))  if flip { on' = not on } }
     property p { probability(finally on) <= 0.5 }
     property q { probability(always (now < 3 or on)) <= 0.5 }
     property r { probability(eventually[2..3] on) <= 0.5 }
     check { steps: 5 }",
    // Nothing moves.
    "state heads: bool ~ bernoulli(0.3)
     state way: 0..4 ~ categorical(0: 1, 3: 2)
     property p { probability(eventually (heads and way == 3)) <= 0.5 }
     property q { expected(way) <= 0.5 }
     check { steps: 2 }",
    // A start that is no state of the model: its runs have no instant.
    "state level: 0..1 ~ uniform(0, 3)
     step { level' = 1 - level }
     property p { probability(level == 0) <= 0.5 }
     property q { probability(next level == 0) <= 0.5 }
     check { steps: 2 }",
];

fn compare(model: &Model, setup: &Setup, text: &str) {
    for target in &model.targets {
        let terms = Terms {
            tick: target.settings.tick,
            complete: target.settings.complete,
            tolerance: target.settings.tolerance,
        };
        let (property, steps) = (target.property, target.settings.steps);
        let name = &model.properties[property].name;
        let (policy, seed) = (Seed(0), Seed(0));
        let sample = Sample { property, setup, policy, seed, steps, terms: &terms };
        let theirs = exact(model, &sample, 100_000, &|| true).expect("no fault");
        let ours = compiled(model, &sample);
        let Some(theirs) = theirs else {
            // An expected value that some run leaves open may be anything.
            assert_eq!(ours, None, "`{name}` of {text}");
            continue;
        };
        let ours = ours.unwrap_or_else(|| panic!("`{name}` is left to the reference: {text}"));
        let alike = ours.iter().zip(&theirs.nodes).all(|(ours, theirs)| same(ours, theirs));
        assert!(alike, "`{name}`: the engine {ours:?}, the reference {:?}: {text}", theirs.nodes);
        assert_eq!(ours.len(), theirs.nodes.len());
    }
}

#[test]
fn chains_on_the_engine_are_those_of_the_reference() {
    for text in MODELS {
        let (model, _) = support::model("chains", &format!("model chains\n{text}"));
        let setup = any_setups(&model, &[]).new_tree(&mut Samples::runner(1)).expect("a setup");
        compare(&model, &setup.current(), text);
    }
}
