//! The worlds of a property (§7): one for each assignment of their parameters.
//!
//! In: a setup and a property. Out: its worlds, each with the society after its pins.

use crate::base::id::Id;
use crate::ir::property::World as Declared;
use crate::ir::{Model, PropId, Value, WorldId};
use crate::reference::Society;
use crate::reference::eval::{Here, Stop, View, elements};
use crate::reference::society::{apply, complete, known};
use crate::trace::{Fault, FaultKind, Setup};

/// How many worlds one property may run.
const WORLDS_MAX: usize = 10_000;

/// How many parameters, ties and agents all its worlds may hold.
const HELD_MAX: usize = 100_000_000;

/// A world before it runs.
#[derive(Clone, Debug)]
pub struct World {
    /// Which; none: the actual run.
    pub id: Option<WorldId>,
    /// The agents that it is made for.
    pub arguments: Vec<Value>,
    /// The society after its pins.
    pub society: Society,
}

/// The worlds of `property` (none: the actual run), in order; without worlds the actual run.
///
/// Faults: those of a world's parameters and pins.
// spec: world.params
pub fn list(
    model: &Model,
    property: Option<PropId>,
    setup: &Setup,
    actual: &Society,
) -> Result<Vec<World>, Fault> {
    let declared = property.map(|property| &model.properties[property].worlds);
    let Some(declared) = declared.filter(|worlds| !worlds.is_empty()) else {
        let (arguments, society) = (Vec::new(), actual.clone());
        return Ok(vec![World { id: None, arguments, society }]);
    };
    let params: usize = actual.params.iter().map(Vec::len).sum();
    let ties: usize = actual.structures.iter().map(|ties| ties.all().count()).sum();
    let held = params + ties + actual.since.len();
    let mut worlds = Vec::new();
    for (id, world) in declared.pairs() {
        let mut frames = Vec::new();
        assignments(model, actual, world, &mut frames)?;
        let count = worlds.len() + frames.len();
        if count > WORLDS_MAX || count.saturating_mul(held) > HELD_MAX {
            let message = format!("`{}` makes more worlds than can be held at once", world.name);
            return Err(Fault { kind: FaultKind::Overflow, message, span: world.span });
        }
        for frame in frames {
            let pinned = apply(model, setup, actual, &world.pins, &frame)?;
            let society = complete(model, &pinned.setup, pinned.since)?;
            let argument = |binder: &crate::ir::expr::Binder| frame[binder.slot.index()].clone();
            let arguments = world.params.iter().map(argument).collect();
            worlds.push(World { id: Some(id), arguments, society });
        }
    }
    Ok(worlds)
}

/// A frame for each assignment of a world's parameters, which nest from the left.
fn assignments(
    model: &Model,
    actual: &Society,
    world: &Declared,
    frames: &mut Vec<Vec<Value>>,
) -> Result<(), Fault> {
    let view = View { model, society: actual, here: Here::Setup };
    let mut open = vec![vec![Value::None; world.frame]];
    for binder in &world.params {
        let mut next = Vec::new();
        for mut frame in open {
            let values = elements(&view, &mut frame, binder);
            for value in values.map_err(|stop: Stop| known(stop, binder.span))? {
                frame[binder.slot.index()] = value;
                next.push(frame.clone());
            }
        }
        open = next;
        if open.len() > WORLDS_MAX {
            break;
        }
    }
    frames.extend(open);
    Ok(())
}
