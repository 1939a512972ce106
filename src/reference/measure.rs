//! A measure: a number per state of a run.

use super::WorldRun;
use super::eval::{Here, Stop, View, eval};
use crate::ir::model::Measure;
use crate::ir::{Model, Value};

/// The value of `measure` at an instant of a run. None past the run's end. Errors: the measure
/// faults, or reads what was never recorded.
pub fn measure(
    model: &Model,
    measure: &Measure,
    run: &WorldRun,
    instant: u32,
) -> Option<Result<Value, Stop>> {
    let state = run.trace.instants.get(instant as usize)?;
    let here = Here::Step {
        cells: &state.cells,
        events: &state.events,
        now: instant,
        primed: None,
        met: None,
    };
    let view = View { model, society: &run.society, here };
    let mut frame = vec![Value::None; measure.value.frame];
    Some(eval(&view, &mut frame, &measure.value.expr))
}
