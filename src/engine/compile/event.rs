//! Binders over events.

use super::super::program::Over;
use super::formula::steps;
use super::scope::Scope;
use super::{Compiler, Made, refuse};
use crate::ir::EventId;
use crate::ir::expr::Binder;

impl Compiler<'_> {
    /// What a binder over events goes through.
    pub(super) fn occurrences(
        &mut self,
        scope: &Scope,
        binder: &Binder,
        event: EventId,
    ) -> Made<Over> {
        let (from, to) = match binder.window {
            None => (0, Some(0)),
            Some(_) if !scope.formula => {
                return refuse("a window outside of a formula", binder.span);
            }
            Some(interval) => steps(interval, &binder.set)?,
        };
        self.past |= scope.back || to != Some(0);
        let within = |steps: u64| usize::try_from(steps).unwrap_or(usize::MAX);
        Ok(Over::Occurrences(event, within(from), to.map_or(usize::MAX, within)))
    }
}
