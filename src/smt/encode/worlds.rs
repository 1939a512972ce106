//! The worlds of a property (§7): one run for each assignment of their parameters.

use super::{Encoded, Encoder, Here, Run, View, Work};
use crate::base::id::Id;
use crate::ir::property::World;
use crate::ir::{Value, WorldId};
use crate::smt::sym::Sym;

/// How many runs one question may have.
const RUNS_MAX: usize = 200;

impl Encoder<'_> {
    /// The runs of the question's worlds; without worlds the actual run. spec: world.params
    pub fn list_worlds(&mut self) -> Encoded<()> {
        let declared = &self.model.properties[self.question.property].worlds;
        if declared.is_empty() {
            self.add_run(None, Vec::new(), 0);
            return Ok(());
        }
        for (id, world) in declared.pairs() {
            for (arguments, frame) in self.assignments(world)? {
                let society = self.pinned(&world.pins, &frame)?;
                self.societies.push(society);
                let place = self.societies.len() - 1;
                self.derive_all(place)?;
                self.add_run(Some(id), arguments, place);
                if self.runs.len() > RUNS_MAX {
                    return self.unsupported(world.span, "so many worlds at once");
                }
            }
        }
        Ok(())
    }

    fn add_run(&mut self, world: Option<WorldId>, arguments: Vec<Value>, society: usize) {
        self.runs.push(Run {
            world,
            arguments,
            society,
            cells: Vec::new(),
            events: Vec::new(),
            exists: Vec::new(),
            halts: Vec::new(),
            faults: Vec::new(),
            work: Work::default(),
        });
    }

    /// The arguments and the frame of each assignment of a world's parameters.
    fn assignments(&mut self, world: &World) -> Encoded<Vec<(Vec<Value>, Vec<Sym>)>> {
        let view = View { society: 0, here: Here::Setup };
        let mut frame = vec![Sym::Nothing; world.frame];
        let mut found: Vec<(Vec<Value>, Vec<Sym>)> = Vec::new();
        let (yes, fine) = (self.terms.yes(), self.fine());
        let mut fixed = true;
        let stops =
            self.each(view, &mut frame, &world.params, yes, &mut |encoder, frame, guard| {
                fixed &= encoder.terms.truth(guard) == Some(true);
                let known = |binder: &crate::ir::expr::Binder| {
                    frame[binder.slot.index()].known(&encoder.terms)
                };
                match world.params.iter().map(known).collect() {
                    Some(arguments) => found.push((arguments, frame.clone())),
                    None => fixed = false,
                }
                Ok(fine)
            })?;
        let stopped = self.stopped(stops);
        if !fixed || self.terms.truth(stopped) != Some(false) {
            return self.unsupported(world.span, "a world for each of a set that is not fixed");
        }
        Ok(found)
    }
}
