//! Lanes: the elements of the enclosing `for`s, each with its locals.
//!
//! In: lanes and binders. Out: a lane for each element that the binders range over, in order.

use super::machine::{Broken, Machine};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::Value;
use crate::ir::expr::Binder;
use crate::reference::eval::{View, elements};
use crate::trace::{Fault, FaultKind};

/// How many lanes may be open at once.
pub(super) const LANES_MAX: usize = 2_000_000;

/// One element of the enclosing `for`s, in one world.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    /// The place of its world.
    pub world: usize,
    /// The turn of its keys.
    pub turn: u32,
    /// The values of all enclosing binders, from the outside in.
    pub binders: Vec<Value>,
    /// Its locals.
    pub frame: Vec<Value>,
}

impl Machine<'_> {
    /// A lane for each element of `binders`, which nest from the left.
    // spec: step.lockstep
    pub(super) fn expand(
        &self,
        lane: &Lane,
        binders: &[Binder],
        open: &mut Vec<Lane>,
    ) -> Result<(), Broken> {
        let view = self.view(lane.world, true);
        let mut lane = lane.clone();
        nest(&view, &mut lane.frame, binders, &mut Vec::new(), &mut |frame, values| {
            if open.len() >= LANES_MAX {
                return Err(too_wide(binders[0].span));
            }
            let binders = lane.binders.iter().chain(values).cloned().collect();
            open.push(Lane { binders, frame: frame.to_vec(), ..Lane::bare(lane.world, lane.turn) });
            Ok(())
        })
    }
}

impl Lane {
    /// A lane without locals.
    pub(super) fn bare(world: usize, turn: u32) -> Lane {
        Lane { world, turn, binders: Vec::new(), frame: Vec::new() }
    }
}

/// The fault of more elements than can be held.
pub(super) fn too_wide(span: Span) -> Broken {
    let message = format!("this ranges over more than {LANES_MAX} elements at once");
    Broken::Fault(Fault { kind: FaultKind::Overflow, message, span })
}

/// What is done for each row: it sees the frame and the row's values.
type ForRow<'a> = &'a mut dyn FnMut(&mut [Value], &[Value]) -> Result<(), Broken>;

/// Every row of values of nested binders, in order, later sets seeing earlier values.
pub(super) fn nest(
    view: &View<'_>,
    frame: &mut [Value],
    binders: &[Binder],
    row: &mut Vec<Value>,
    done: ForRow<'_>,
) -> Result<(), Broken> {
    let Some((binder, rest)) = binders.split_first() else { return done(frame, row) };
    for value in elements(view, frame, binder).map_err(|stop| Broken::stop(stop, binder.span))? {
        frame[binder.slot.index()] = value.clone();
        row.push(value);
        nest(view, frame, rest, row, done)?;
        row.pop();
    }
    Ok(())
}
