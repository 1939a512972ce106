//! Instant 0 (§3): free, computed and drawn starts.
//!
//! In: a world's society. Out: its first instant, or the fault that it starts with.

use super::chance::outcomes;
use super::machine::{Broken, Machine};
use crate::ir::model::Start;
use crate::ir::{StateId, Value};
use crate::reference::domain::{Place, admit};
use crate::reference::eval::words;
use crate::reference::eval::{Here, View, eval};
use crate::reference::society::{frame, there};
use crate::trace::{End, Instant, Key};

impl Machine<'_> {
    /// Puts a world at instant 0; a model without dynamics is complete there.
    // spec: items.state
    pub(super) fn begin(&mut self, world: usize) {
        if let Err(broken) = self.store(world) {
            return self.stop(world, broken);
        }
        let mut cells = Vec::with_capacity(self.worlds[world].society.layout.state_cells());
        for state in self.model.states.ids() {
            match self.starts(world, state) {
                Ok(values) => cells.extend(values),
                Err(broken) => return self.stop(world, broken),
            }
        }
        let complete = !self.model.has_dynamics();
        let world = &mut self.worlds[world];
        world.instants.push(Instant { cells: cells.clone(), ..Instant::default() });
        world.cells = cells;
        world.end = complete.then_some(End::Halted);
    }

    /// The start of each cell of a state. Those of absent agents are not recorded.
    fn starts(&mut self, world: usize, id: StateId) -> Result<Vec<Value>, Broken> {
        let model = self.model;
        let state = &model.states[id];
        let layout = &self.worlds[world].society.layout;
        let rows = layout.indices(layout.state(id));
        let mut values = Vec::with_capacity(rows.len());
        for (at, indices) in rows.iter().enumerate() {
            let society = &self.worlds[world].society;
            if !there(&society.since, indices) {
                values.push(Value::Unrecorded);
                continue;
            }
            let view = View { model, society, here: Here::Setup };
            let value = match &state.start {
                Start::Free => society.starts[id][at].clone(),
                Start::Recorded => Value::Unrecorded,
                Start::Value(closed) => {
                    let mut frame = frame(indices, closed.frame);
                    let value = eval(&view, &mut frame, &closed.expr);
                    value.map_err(|stop| Broken::stop(stop, closed.expr.span))?
                }
                Start::Draw { site, dist, frame: size } => {
                    let mut frame = frame(indices, *size);
                    let outcomes = outcomes(&view, &mut frame, dist, state.span)?;
                    let binders = indices.clone();
                    let key = Key { world: None, site: *site, turn: 0, binders };
                    self.drawn(world, &key, &outcomes, 0)
                }
            };
            let layout = &self.worlds[world].society.layout;
            let name = || words::cell(model, layout, &state.name, state.owner, indices);
            let place = Place { name: &name, domain: &state.domain, span: state.span };
            values.push(match value {
                Value::Unrecorded => value,
                value => admit(model, layout, &place, value).map_err(Broken::Fault)?,
            });
        }
        Ok(values)
    }
}
