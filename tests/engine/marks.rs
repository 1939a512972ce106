//! What runs reach on the reference, and what the engine says that they may have reached: never
//! fewer.
//!
//! In: a model, and runs of it. Out: how many marks are equal, or the first that is lost.

use std::collections::BTreeSet;

use polity::base::Seed;
use polity::engine::{Ask, Block, Lane, Mark, Seeded, compile};
use polity::ir::Model;
use polity::reference::{self, Execution, Replay, execute};
use polity::search::reach::Reach;
use polity::trace::Run;

use crate::compare::of;

/// What a model's runs may reach, all variants of all enums among it.
fn wanted(model: &Model) -> Reach {
    let mut wanted = Reach::of(model);
    for (id, of) in model.enums.pairs() {
        wanted.variants.extend((0..of.variants.len() as u32).map(|variant| (id, variant)));
    }
    wanted
}

/// The same with all rules.
pub fn all(model: &Model) -> BTreeSet<Mark> {
    wanted(model).marks().into_iter().chain(model.rules.ids().map(Mark::Rule)).collect()
}

/// What an execution reached of it.
pub fn reached(model: &Model, execution: &Execution) -> BTreeSet<Mark> {
    let mut reach = Reach::default();
    reach.see(&wanted(model), execution);
    let instants = execution.worlds.iter().flat_map(|world| &world.trace.instants);
    let fired = instants.filter_map(|instant| Some(Mark::Rule(instant.fired.as_ref()?.0)));
    let own: BTreeSet<Mark> = reach.marks().into_iter().chain(fired).collect();
    own.intersection(&all(model)).copied().collect()
}

/// How many marks a run reached, and how many more the engine says that it may have; none where it
/// is left to the reference.
pub fn same_marks(
    model: &Model,
    execution: &Execution,
    (block, run, lane): (&Block<'_>, usize, Lane<'_>),
) -> Result<(u64, u64), String> {
    if lane.astray {
        return Ok((0, 0));
    }
    let own: BTreeSet<Mark> = block.reached(run).collect();
    let theirs = reached(model, execution);
    match theirs.difference(&own).next() {
        Some(lost) => Err(format!("{lost:?} is reached, of the engine: {own:?}")),
        None => Ok((theirs.len() as u64, (own.len() - theirs.len()) as u64)),
    }
}

/// A model in which every place that is marked has something that no run reaches.
pub const REACHING: &str = "model reaching
     enum Temper { Mild, Warm, Hot }
     enum Mood { Calm, Angry, Sad }
     enum Word { Yes, No, Never }
     enum Coin { Heads, Tails, Edge }
     enum Vote { Aye, Nay, Abstain }
     enum Card { Ace, King, Joker }
     kind Agent { param temper: {Mild, Warm}  state mood: Mood = Calm }
     agents team: Agent[2]
     event said { by: Agent, word: Word }
     state x: 0..9 = 0
     state y: 0.0..1.0 = 0.5
     state card: Card ~ categorical(Ace: 1, King: 1, Joker: 0)
     state seen: 0..9 = 0
     def level(n: int) = match n { 0 => 1  1 => 2  _ => 3 }
     def wide(n: int) = if n > 8 then 9 else level(n)
     rule grow() when x < 1 { x' = x + 1 }
     rule shrink(a in team) when (if x > 7 then a.mood == Calm else x > 0) { x' = x - 1 }
     rule leap() when x > 5 { x' = 9 }
     step {
       if x > 6 { seen' = 1 } else { seen' = wide(x) }
       if seen > 20 { y' = 0.0 } else { y' = 0.5 * y + (if x > 4 then 0.5 else 0.25) }
       draw c ~ categorical(Ace: 2, King: 1, Joker: 0)
       card' = c
       choose coin in Coin where coin != Edge
       choose vote(a: team) in Vote where forall a in team: vote(a) != Abstain
       for a in team {
         if vote(a) == Aye { a.mood' = Angry }
         match coin { Heads => { emit said(by: a, word: Yes) }
                      Tails => { emit said(by: a, word: No) }
                      Edge => { emit said(by: a, word: Never) } }
       }
       for a in (if x > 3 then {b in team where b.mood == Sad} else team) { require a.mood != Sad }
     }
     property fine { always x <= 9 }
     check { steps: 6 }";

/// What no run of it reaches: rules, variants, and arms by what decides them.
pub const NEVER: [&str; 16] = [
    "leap",
    "n 2",
    "n > 8 0",
    "x > 7 0",
    "x > 6 0",
    "seen > 20 0",
    "x > 4 0",
    "coin 2",
    "x > 3 0",
    "Warm",
    "Hot",
    "Sad",
    "Never",
    "Edge",
    "Abstain",
    "Joker",
];

/// A mark in the words of its model.
pub fn name(model: &Model, text: &str, mark: &Mark) -> String {
    match mark {
        Mark::Rule(rule) => model.rules[*rule].name.clone(),
        Mark::Variant(of, variant) => model.enums[*of].variants[*variant as usize].clone(),
        Mark::Branch(of, arm) => {
            format!("{} {arm}", &text[of.start as usize..of.end as usize])
        }
    }
}

/// What each run of a setup reaches, which is the same on both.
pub fn exactly(model: &Model, run: &Run, seeds: u64) -> BTreeSet<Mark> {
    let society = reference::society(model, &run.setup).expect("a society");
    let program = compile(model, &Ask { marks: all(model), ..Ask::default() }).expect("a program");
    let mut block = Block::new(&program, &society.layout).expect("a block");
    block.fill(seeds as usize, of(&society));
    let seeds: Vec<Seed> = (0..seeds).map(Seed).collect();
    block.run(run.steps, &mut Seeded::new(&seeds, &seeds));
    let mut found = BTreeSet::new();
    for (lane, seed) in seeds.iter().enumerate() {
        let run = Run { seed: *seed, ..run.clone() };
        let mut answers = Replay::new(&run);
        let execution = execute(model, None, &run.setup, run.steps, &mut answers).expect("a run");
        let own: BTreeSet<Mark> = block.reached(lane).collect();
        assert_eq!(own, reached(model, &execution), "of seed {lane}");
        found.extend(own);
    }
    found
}
