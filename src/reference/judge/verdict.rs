//! What a property says of an execution, and when that is settled.
//!
//! In: the runs of an execution. Out: a [`Judgement`].
//!
//! # Invariants
//! - The verdict is that of the shortest prefix on which it is not pending, so a run that goes
//!   on past it cannot change it, not even by a fault.
//! - A run that faults is cut there: it settles nothing that its prefix had left open.

use std::cell::RefCell;

use super::guards::{Guards, worlds_differ};
use super::margin;
use crate::diag::Span;
use crate::ir::property::Role;
use crate::ir::{Expr, Model, PropId, Value};
use crate::reference::Execution;
use crate::reference::eval::logic::Fold;
use crate::reference::eval::scene::{Ending, Scene, own_last};
use crate::reference::eval::{Here, Stop, View, truth};
use crate::trace::{End, Fault};

/// How a trace is read.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Terms {
    /// A step's duration in nanoseconds, where instants have no times.
    pub tick: Option<i64>,
    /// Whether the horizon completes a run.
    pub complete: bool,
    /// How much a comparison of reals may miss, absolute; none: 1e-9 of the domain's width.
    pub tolerance: Option<f64>,
}

/// Kleene's three values, and a fault of the formula itself.
#[derive(Clone, PartialEq, Debug)]
pub enum Truth {
    /// Settled: it holds.
    True,
    /// Settled: it does not hold.
    False,
    /// Not settled within the run; why, in words: `the run is cut at 12`.
    Pending(String),
    /// The formula faults.
    Faulted(Fault),
}

/// What settles a verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettledBy {
    /// Every continuation has the same verdict.
    Prefix,
    /// The run is complete.
    Halt,
    /// The horizon, taken as the end (`finally`, `final: true`).
    Horizon,
}

/// The verdict on one execution.
#[derive(Clone, PartialEq, Debug)]
pub struct Judgement {
    /// The verdict.
    pub truth: Truth,
    /// The first instant at which the verdict is settled; none while pending.
    pub settled_at: Option<u32>,
    /// What settled it; `Prefix` while pending.
    pub settled_by: SettledBy,
    /// The margin, in [-1, 1]; on a cut run an interval (low, high).
    pub margin: (f64, f64),
    /// Whether a run that it read ended in a fault of the model.
    pub faulted: Option<Fault>,
    /// Whether a run was discarded: then `truth` is `Pending` and the run does not count.
    pub discarded: Option<(Span, bool)>,
}

/// The verdict of `property` on `execution`. For `no_faults`: `False` where a run faulted.
/// For `holistic`: the conjunction of the tagged properties without worlds.
///
/// `guards`: vacuity is noted there.
pub fn judge(
    model: &Model,
    property: PropId,
    execution: &Execution,
    terms: &Terms,
    guards: Option<&mut Guards>,
) -> Judgement {
    let runs = || execution.worlds.iter().map(|run| &run.trace);
    let faulted = runs().find_map(|trace| match &trace.end {
        End::Faulted(fault) => Some(fault.clone()),
        End::Halted | End::Cut | End::Discarded { .. } => None,
    });
    let discarded = runs().find_map(|trace| match trace.end {
        End::Discarded { at, sampled } => Some((at, sampled)),
        End::Halted | End::Cut | End::Faulted(_) => None,
    });
    let pending = |why: &str| Judgement {
        truth: Truth::Pending(why.to_owned()),
        settled_at: None,
        settled_by: SettledBy::Prefix,
        margin: (-1.0, 1.0),
        faulted: faulted.clone(),
        discarded,
    };
    if discarded.is_some() {
        return pending("the run is discarded");
    }
    if model.properties[property].role == Role::NoFaults {
        return no_faults(execution, pending);
    }
    if runs().any(|trace| trace.instants.is_empty()) {
        return pending("the run faults at its start");
    }
    let formulas = formulas(model, property);
    let case = Case { model, property, execution, terms, formulas };
    let (settled, noted) = case.first_settled(guards.is_some());
    if let Some(guards) = guards {
        guards.merge(&Guards { seen: noted, worlds_differ: worlds_differ(execution) });
    }
    let judged = match settled {
        Ok(at) => case.settled(at),
        Err(why) => Judgement {
            margin: case.margin(Scene::last_of(execution), Ending::Horizon),
            ..pending(&why)
        },
    };
    Judgement { faulted, ..judged }
}

/// Formulas, all of which should hold, and what they are read on.
pub struct Case<'a> {
    /// The model.
    pub model: &'a Model,
    /// Whose worlds they are.
    pub property: PropId,
    /// The runs; every trace has an instant.
    pub execution: &'a Execution,
    /// How they are read.
    pub terms: &'a Terms,
    /// The formulas, each with its frame.
    pub formulas: Vec<(&'a Expr, Vec<Value>)>,
}

type Noted = std::collections::BTreeMap<Span, bool>;

impl<'a> Case<'a> {
    /// The scene of a prefix.
    pub fn scene(&self, seen: u32, ending: Ending) -> Scene<'a> {
        Scene::new(self.property, self.execution, self.terms, (seen, ending))
    }

    /// The view of a scene, where the formulas are read.
    pub fn view<'s>(&self, scene: &'s Scene<'s>) -> View<'s>
    where
        'a: 's,
    {
        let here = Here::Formula(scene.start());
        View { model: self.model, society: &self.execution.actual, here }
    }

    /// The truth of all formulas in a scene.
    pub fn truth_in(&self, scene: &Scene<'_>) -> Result<bool, Stop> {
        let mut fold = Fold::new(false);
        for (formula, frame) in &self.formulas {
            let view = View {
                model: self.model,
                society: &scene.execution.actual,
                here: Here::Formula(scene.start()),
            };
            fold.add(truth(&view, &mut frame.clone(), formula))?;
        }
        fold.done()
    }

    fn truth(&self, seen: u32, ending: Ending) -> Result<bool, Stop> {
        self.truth_in(&self.scene(seen, ending))
    }

    fn margin(&self, seen: u32, ending: Ending) -> (f64, f64) {
        let scene = self.scene(seen, ending);
        self.formulas.iter().fold((1.0, 1.0), |least, (formula, frame)| {
            let own = margin::margin(&self.view(&scene), &mut frame.clone(), formula);
            margin::least(least, own)
        })
    }

    /// The verdict: that of the shortest prefix that is not pending.
    pub fn settle(&self) -> Result<bool, Stop> {
        match self.first_settled(false).0 {
            Ok(at) => self.truth(at, Ending::Horizon),
            Err(why) => Err(Stop::Unknown(why)),
        }
    }

    /// Whether the verdict is open on a prefix, and whether a fault was passed over there.
    fn open(&self, seen: u32, ending: Ending) -> (bool, bool) {
        let scene = self.scene(seen, ending);
        let open = matches!(self.truth_in(&scene), Err(Stop::Unknown(_)));
        (open, scene.passed_over.get())
    }

    /// The least instant at which the verdict is settled, else why it is pending; and the guards
    /// of all that is seen, if they are noted.
    ///
    /// A verdict that is settled stays so, so that halving finds it. Only a fault may leave it
    /// open again, where an unknown left side passes it over: then every prefix is tried.
    fn first_settled(&self, note: bool) -> (Result<u32, String>, Noted) {
        let last = Scene::last_of(self.execution);
        let mut scene = self.scene(last, Ending::Horizon);
        scene.guards = note.then(RefCell::default);
        let full = self.truth_in(&scene);
        let passed_over = scene.passed_over.get();
        let noted = scene.guards.map(RefCell::into_inner).unwrap_or_default();
        let settled = match full {
            Err(Stop::Unknown(why)) => {
                let tried = passed_over.then(|| self.by_trying(last));
                tried.flatten().ok_or(why)
            }
            Ok(_) | Err(Stop::Fault(_)) => Ok(self.by_halving(last)),
        };
        (settled, noted)
    }

    fn by_trying(&self, end: u32) -> Option<u32> {
        (0..end).find(|seen| !self.open(*seen, Ending::Horizon).0)
    }

    fn by_halving(&self, last: u32) -> u32 {
        let (mut low, mut high) = (0, last);
        let mut passed_over = false;
        while low < high {
            let middle = low + (high - low) / 2;
            let open = self.open(middle, Ending::Horizon);
            if open.0 {
                low = middle + 1;
                passed_over = open.1;
            } else {
                high = middle;
            }
        }
        // The last prefix found open is the one before; if it passed nothing over, none before
        // it was settled.
        let tried = passed_over.then(|| self.by_trying(low));
        tried.flatten().unwrap_or(low)
    }

    /// The judgement of the prefix up to `at`, where it is settled first.
    fn settled(&self, at: u32) -> Judgement {
        let ending = [Ending::Open, Ending::Halts].into_iter().find(|end| !self.open(at, *end).0);
        let settled_by = match ending.unwrap_or(Ending::Horizon) {
            Ending::Open => SettledBy::Prefix,
            Ending::Halts => SettledBy::Halt,
            Ending::Horizon => SettledBy::Horizon,
        };
        let truth = match self.truth(at, Ending::Horizon) {
            Ok(true) => Truth::True,
            Ok(false) => Truth::False,
            Err(Stop::Fault(fault)) => Truth::Faulted(fault),
            Err(Stop::Unknown(why)) => Truth::Pending(why),
        };
        Judgement {
            truth,
            settled_at: Some(at),
            settled_by,
            margin: self.margin(at, Ending::Horizon),
            faulted: None,
            discarded: None,
        }
    }
}

/// The formulas that a property stands for, with their frames: its own, and for `holistic`
/// those of all tagged properties without worlds and chance.
pub fn formulas(model: &Model, property: PropId) -> Vec<(&Expr, Vec<Value>)> {
    let declared = &model.properties[property];
    let with_frame = |of: &'_ crate::ir::property::Property| vec![Value::None; of.frame];
    match declared.role {
        Role::Property | Role::Witness | Role::Invariant | Role::NoFaults => {
            vec![(&declared.formula, with_frame(declared))]
        }
        Role::Holistic => model
            .properties
            .iter()
            .filter(|tagged| tagged.alignment.is_some())
            .filter(|tagged| tagged.worlds.is_empty() && !tagged.chance)
            .map(|tagged| (&tagged.formula, with_frame(tagged)))
            .collect(),
    }
}

/// `no_faults`: a fault in the step from the last instant settles at the instant that it led to.
fn no_faults(execution: &Execution, pending: impl Fn(&str) -> Judgement) -> Judgement {
    let last = Scene::last_of(execution);
    let settled = |truth, at: u32, settled_by, margin| Judgement {
        truth,
        settled_at: Some(at),
        settled_by,
        margin: (margin, margin),
        ..pending("")
    };
    let fault = execution
        .worlds
        .iter()
        .filter(|run| matches!(run.trace.end, End::Faulted(_)))
        .map(|run| run.trace.instants.len() as u32)
        .min();
    if let Some(at) = fault {
        return settled(Truth::False, at, SettledBy::Prefix, -1.0);
    }
    match execution.worlds.iter().find(|run| run.trace.end != End::Halted) {
        Some(run) => pending(&format!("the run is cut at {}", own_last(run))),
        None => settled(Truth::True, last, SettledBy::Halt, 1.0),
    }
}
