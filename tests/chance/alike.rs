//! On random models: what a merged chain says, what one whose runs are kept apart says, what the
//! engine's says, and what sampled runs say.

use polity::base::Seed;
use polity::engine::explore::chain::Went;
use polity::ir::expr::{Interval, TemporalOp};
use polity::ir::property::Role;
use polity::ir::{Expr, ExprKind, Model, PropId, Type};
use polity::reference::Terms;
use polity::reference::chance::{Exact, Sample, exact, tally};
use polity::reference::society;
use polity::search::any_setups;
use polity::search::compiled::Sampled;
use polity::search::confidence::interval;
use polity::syntax::ast::BinaryOp;
use polity::trace::Setup;
use proptest::strategy::{Strategy, ValueTree};

use crate::differential::{Flavour, Samples};

/// Random models that are tried.
const MODELS: u64 = 400;
/// Setups of each.
const SETUPS: usize = 3;
/// Steps of a chain.
const STEPS_MAX: u64 = 3_000;
/// Transitions that the engine may take.
const TRANSITIONS_MAX: u64 = 1_000_000;
/// Runs that are sampled.
const RUNS: u64 = 200;
/// Wrong once in so many intervals.
const ERROR: f64 = 1e-7;

fn expr(of: &Expr, kind: ExprKind, ty: Type) -> Expr {
    Expr { kind: Box::new(kind), ty, span: of.span }
}

/// The same formula, in words that no memory is known for.
fn unmerged(formula: &Expr) -> Expr {
    let yes = expr(formula, ExprKind::Literal(polity::ir::Value::Bool(true)), Type::Bool);
    let always = Interval::Steps(0, None);
    let past = ExprKind::Temporal(TemporalOp::Historically, always, yes);
    let past = expr(formula, past, Type::Bool);
    expr(formula, ExprKind::Binary(BinaryOp::And, past, formula.clone()), Type::Bool)
}

/// The model with a property turned into the question how likely it is.
fn asked(model: &Model, property: PropId, formula: Expr) -> Model {
    let mut model = model.clone();
    let declared = &mut model.properties[property];
    let likely = expr(&formula, ExprKind::Probability(formula.clone()), Type::Real);
    let half = expr(&formula, ExprKind::Literal(polity::ir::Value::Real(0.5)), Type::Real);
    let kind = ExprKind::Binary(BinaryOp::GreaterEqual, likely, half);
    (declared.formula, declared.chance) = (expr(&formula, kind, Type::Bool), true);
    model
}

#[derive(Default, Debug)]
struct Counts {
    solved: u64,
    merged: u64,
    compiled: u64,
    /// Of these, those that some run leaves open.
    open: u64,
    sampled: u64,
    between: u64,
    worlds: u64,
}

/// What the engine's chain says; none where it is not asked, or leaves it to the reference.
pub fn compiled(model: &Model, sample: &Sample<'_>) -> Option<Vec<Exact>> {
    let actual = society(model, sample.setup).expect("what is solved has a society");
    let sampled = Sampled::of(model, sample, &actual).expect("what is solved does not fault")?;
    match sampled.chain(model, sample, (&actual, TRANSITIONS_MAX), &|| true) {
        Ok((numbers, transitions)) => {
            assert!(transitions > 0);
            numbers
        }
        Err(Went::Refused) => None,
        Err(went) => panic!("{went:?} of what the reference solved"),
    }
}

/// Whether two intervals are the same but for rounding.
pub fn same(a: &Exact, b: &Exact) -> bool {
    (a.low - b.low).abs() < 1e-9 && (a.high - b.high).abs() < 1e-9
}

fn compared(model: &Model, property: PropId, setup: &Setup, counts: &mut Counts) {
    let target = model.targets.first().expect("a model with properties has checks");
    let terms = Terms {
        tick: target.settings.tick,
        complete: target.settings.complete,
        tolerance: target.settings.tolerance,
    };
    let (policy, seed, steps) = (Seed(3), Seed(4), target.settings.steps);
    let formula = &model.properties[property].formula;
    let merged = asked(model, property, formula.clone());
    let apart = asked(model, property, unmerged(formula));
    let sample = Sample { property, setup, policy, seed, steps, terms: &terms };
    let Ok(Some(solved)) = exact(&merged, &sample, STEPS_MAX, &|| true) else { return };
    let node = &solved.nodes[0];
    counts.solved += 1;
    counts.between += u64::from(0.0 < node.high && node.low < 1.0);
    counts.worlds += u64::from(model.has_worlds(property));
    assert!(node.low <= node.high, "{node:?}");
    if let Some(ours) = compiled(&merged, &sample) {
        counts.compiled += 1;
        counts.open += u64::from(node.high - node.low > 1e-9);
        assert!(same(&ours[0], node), "the engine {:?}, the reference {node:?}", ours[0]);
    }
    if let Ok(Some(kept)) = exact(&apart, &sample, STEPS_MAX, &|| true) {
        counts.merged += u64::from(solved.steps < kept.steps);
        assert!(same(node, &kept.nodes[0]), "merged {node:?}, apart {:?}", kept.nodes[0]);
    }
    let tallies = tally(&merged, &sample, 0..RUNS).expect("what is solved does not fault");
    let (low, high) = interval(&tallies[0], ERROR);
    counts.sampled += 1;
    let alike = low <= node.high + 1e-9 && node.low - 1e-9 <= high;
    assert!(alike, "solved {node:?}, sampled {low} to {high}");
}

#[test]
fn merged_chains_and_sampled_runs_agree_on_random_models() {
    let mut counts = Counts::default();
    for seed in 0..MODELS {
        let flavour = if seed % 2 == 0 { Flavour::Finite } else { Flavour::Alike };
        let sample = Samples(flavour).sample(seed);
        let Some(model) = sample.model() else { continue };
        for (property, declared) in model.properties.pairs() {
            let asked = matches!(declared.role, Role::Property | Role::Invariant | Role::Witness);
            if !asked || declared.chance {
                continue;
            }
            let mut runner = Samples::runner(seed);
            let setups = any_setups(&model, &[]);
            for _ in 0..SETUPS {
                let Ok(setup) = setups.new_tree(&mut runner) else { break };
                let compare = || compared(&model, property, &setup.current(), &mut counts);
                let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare));
                if let Err(why) = done {
                    eprintln!("seed {seed}, `{}`: {sample:?}", declared.name);
                    std::panic::resume_unwind(why);
                }
            }
        }
    }
    println!("{counts:?}");
    assert!(counts.solved > 300 && counts.between > 100, "{counts:?}");
    assert!(counts.merged > 10 && counts.worlds > 20, "{counts:?}");
    assert!(counts.compiled > 150 && counts.open > 30, "{counts:?}");
}
