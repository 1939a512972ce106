//! Edits make setups that the model can have, and answers that replay.

use std::sync::Arc;

use super::edit::Editor;
use super::sighting::{Sighting, sighting};
use crate::base::Seed;
use crate::ir::layout::Layout;
use crate::reference::{Replay, domain, society};
use crate::search::enumerate::label;
use crate::search::space::Space;
use crate::search::strategy::Setups;
use crate::search::subject::{Seen, Subject};
use crate::search::tests::{BUDGET, model};
use crate::search::values::Dice;
use crate::search::{Budget, search};

/// Every kind of structure, domain and answer.
const ALL: &str = "
    model all
    enum Mood { Calm, Angry, Sad }
    kind Agent {
      param rank: 0..99
      param pace: 0.0..1.0 = 0.5
      param mood: Mood = Calm
      param friend: team?
      param level: {1, 2, 5} = 2
      param wide: -8_999_999_999_999_999..9_000_000_000_000_001
      param next: 0..200 = self.rank + 1
      state place: -1.0..1.0
      state seen: 0..3 = 0
    }
    agents team: Agent[2..5]
    agents others: Agent[1..2]
    structure knows: graph on team among ring | any
    structure tells: digraph with loops on team among star | any
    structure reports: tree on team among hierarchy | any
    structure sides: partition on team among teams(2) | any
    structure trusts: normalized weights 0.0..1.0 on team among selfish | any
    structure likes: weights -1.0..1.0 on team among isolated | any
    structure meets: digraph on team to others among complete | any
    step {
      for a in team {
        choose c in 0..3
        choose r in 0.0..1.0 where r < 0.9
        draw d ~ uniform(0.0, 1.0)
        draw e ~ bernoulli(0.3)
        a.seen' = if e and r + d > 0.5 then c else a.seen
      }
    }
    property fine { always forall a in team: a.seen <= 3 }
    check { steps: 4 }";

const SHIPPED: [&str; 4] = [
    include_str!("../../../properties/review.polity"),
    include_str!("../../../properties/opinions.polity"),
    include_str!("../../../properties/pricing.polity"),
    include_str!("../../../properties/commons.polity"),
];

/// A run of a random setup that counts and does not hit, with what it showed.
fn seen(subject: &Subject<'_>, seed: Seed) -> Option<Sighting> {
    let space = Arc::new(subject.space.clone());
    let (sizes, _) = space.sizes();
    let setups = Setups { space, sizes: sizes.into_iter().take(6).collect(), admitted_only: true };
    let setup = (0..100).find_map(|attempt| setups.seeded(seed.stream(attempt)))?;
    let run = subject.bare(setup, seed);
    let look = subject.look(&run.setup, &mut Replay::new(&run), None);
    let (execution, judgement) = look.result.as_ref()?;
    match look.seen {
        Seen::Miss | Seen::Pending => {
            sighting(subject, run, execution, judgement, &Default::default())
        }
        _ => None,
    }
}

/// Every part of the setup lies where the model has it.
fn is_sound(space: &Space, sighting: &Sighting, edited: &crate::trace::Setup) {
    let model = &*space.model;
    society(model, edited).unwrap_or_else(|fault| panic!("{fault:?} of {edited:?}"));
    let layout = Layout::new(model, &edited.sizes);
    assert_eq!(edited.sizes, sighting.run.setup.sizes);
    for (id, state) in model.states.pairs() {
        for value in &edited.starts[id] {
            let held = domain::settle(&layout, &state.domain, value.clone());
            assert_eq!(held.as_ref(), Some(value), "`{}`", state.name);
        }
    }
    for id in model.structures.ids() {
        let ties = &edited.structures[id].ties;
        assert!(label(space, id, ties).is_some(), "{ties:?} of `{}`", model.structures[id].name);
    }
}

#[test]
fn whatever_is_edited_the_model_can_have() {
    for text in SHIPPED.into_iter().chain([ALL]) {
        let (model, _) = model(text);
        let mut edits = 0;
        for target in &model.targets {
            let space = Space::new(Arc::new(model.clone()), &target.settings.given);
            let subject = Subject::new(space, target);
            for number in 0..20 {
                let seed = Seed(7).stream(number);
                let Some(sighting) = seen(&subject, seed) else { continue };
                let editor = Editor::new((&subject, None), &sighting);
                for edit in 0..20 {
                    let mut count = 0;
                    let mut uniform = || {
                        count += 1;
                        seed.stream(edit).uniform(&[count])
                    };
                    let edited = editor.small(&|_| 1.0, &mut Dice::new(&mut uniform));
                    let Some(edited) = edited else { continue };
                    edits += 1;
                    is_sound(&subject.space, &sighting, &edited.run.setup);
                }
            }
        }
        assert!(edits > 50, "{}: only {edits} edits", model.name);
    }
}

#[test]
fn a_run_that_goes_on_afresh_is_the_same_up_to_where_it_does() {
    let (model, _) = model(ALL);
    let space = Space::new(Arc::new(model.clone()), &[]);
    let subject = Subject::new(space, &model.targets[0]);
    let mut compared = 0;
    for number in 0..20 {
        let Some(sighting) = seen(&subject, Seed(3).stream(number)) else { continue };
        let editor = Editor::new((&subject, None), &sighting);
        let run = super::edit::answers::fresh_from(&editor, 2, Seed(99));
        let states = |run: &crate::trace::Run| {
            let (execution, _) = subject.replay(run).result.expect("it runs");
            execution.worlds[0].trace.instants.clone()
        };
        let (before, after) = (states(&sighting.run), states(&run));
        assert_eq!(before[..=2], after[..=2]);
        compared += usize::from(before != after);
    }
    assert!(compared > 5, "only {compared} went on otherwise");
}

/// A sphere that is bent twice, in three reals: nothing but all of them together comes nearer.
const BENT: &str = "
model bent
param a: -8.0..8.0
param b: -8.0..8.0
param c: -8.0..8.0
def square(x: real) = x * x
property needle { square(a + b - 1.0) + square(b - a * c) + square(c - 2.0 * a) > 0.000001 }
";

#[test]
fn reals_that_hang_together_evolve() {
    let (model, _) = model(BENT);
    let space = Space::new(Arc::new(model.clone()), &[]);
    let subject = Subject::new(space, &model.targets[0]);
    let mut best = (0..).find_map(|number| seen(&subject, Seed(5).stream(number))).expect("a run");
    let entry = |sighting| Arc::new(super::pool::Entry { sighting, number: 0, rare: 0 });
    let mut evolution =
        super::evolve::Evolution::from(&subject, &entry(best.clone())).expect("reals");
    for number in 0..2_000 {
        let (edited, drawn) = evolution.propose(&subject, Seed(6).stream(number));
        is_sound(&subject.space, &best, &edited.run.setup);
        let look = subject.replay(&edited.run);
        if look.seen == Seen::Hit {
            assert!(number > 20, "it is no luck");
            return;
        }
        let (execution, judgement) = look.result.as_ref().expect("it runs");
        let seen = sighting(&subject, edited.run, execution, judgement, &Default::default())
            .expect("it is small");
        if seen.gap.total < best.gap.total {
            best = seen.clone();
        }
        evolution.learn(&entry(seen), &drawn);
    }
    panic!("2,000 steps end at {:?}", best.gap);
}

/// Conditions within each other that tell of nothing but themselves.
const NESTED: &str = "
model nested
param outer: 0..9_999
param middle: 0..9_999
param inner: 0..9_999
state open: bool = false
step {
  if (outer * 7_919) % 23 == 7 {
    if (middle * 6_007 + outer) % 29 == 11 {
      if (inner * 5_003 + middle) % 31 == 13 { open' = true }
    }
  }
}
property shut { always not open }
check { steps: 1 }
";

#[test]
fn branches_that_few_runs_take_lead_to_those_within_them() {
    let (model, _) = model(NESTED);
    // One run in 20,677 does it.
    let budget = Budget { runs_max: 3_000, exhaust_max: 0, shrink_max: 0, ..BUDGET };
    let found = (0..8).filter(|seed| {
        let budget = Budget { seed: Seed(*seed), ..budget };
        search(&model, &model.targets[0], &budget, &|_| true).witness.is_some()
    });
    let found = found.count();
    assert!(found >= 6, "{found} of 8");
}

#[test]
fn of_equally_near_runs_the_one_of_the_rarest_branch_comes_first() {
    let (model, _) = model(NESTED);
    let space = Space::new(Arc::new(model.clone()), &[]);
    let subject = Subject::new(space, &model.targets[0]);
    let plain = (0..).find_map(|number| seen(&subject, Seed(5).stream(number))).expect("a run");
    let branch = |digest| super::states::Met { digest, instant: u32::MAX, whole: false };
    let mut pool = super::pool::Pool::default();
    for number in 0..100 {
        let mut next = plain.clone();
        next.met = vec![branch(1)];
        // One branch is taken once in a hundred runs, another one in every eighth.
        next.met.extend((number == 60).then(|| branch(2)));
        next.met.extend((number % 8 == 0).then(|| branch(3)));
        pool.add(next);
    }
    assert_eq!(pool.best().expect("a run").number, 60);
    // Where all branches are common the newest comes first.
    let mut pool = super::pool::Pool::default();
    for number in 0..100 {
        let mut next = plain.clone();
        next.met = vec![branch(1)];
        next.met.extend((number % 8 == 0).then(|| branch(3)));
        pool.add(next);
    }
    assert_eq!(pool.best().expect("a run").number, 99);
}
