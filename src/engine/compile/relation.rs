//! Relations that are asked about as a whole.

use super::super::program::{Pairs, Relation as Compiled, Uni, Universe};
use super::scope::{Bound, Polarity, Scope};
use super::{Compiler, Made, closed, refuse};
use crate::base::id::Id;
use crate::ir::expr::Relation;
use crate::ir::model::IndexSet;
use crate::ir::{DefId, Expr, Slot, StateId, Type};
use crate::social::Shape;

impl Compiler<'_> {
    /// A relation where it is asked about.
    pub(super) fn relation(&mut self, scope: &Scope, of: Relation, expr: &Expr) -> Made<usize> {
        let compiled = match of {
            Relation::Structure(ties) => {
                let declared = &self.model.structures[ties];
                let (undirected, loops) = match declared.shape {
                    Shape::Graph | Shape::Partition => (declared.on == declared.to, false),
                    Shape::Digraph { loops } => (false, loops),
                    Shape::Tree | Shape::Weights { .. } => (false, false),
                };
                let sides = (Universe::Population(declared.on), Universe::Population(declared.to));
                Compiled { pairs: Pairs::Ties(ties), sides, undirected, loops }
            }
            Relation::State(state) => self.related_by_state(scope, state, expr)?,
            Relation::Def(def) => self.related_by_def(scope, def, expr)?,
        };
        self.relations.push(compiled);
        Ok(self.relations.len() - 1)
    }

    fn related_by_state(&self, scope: &Scope, state: StateId, expr: &Expr) -> Made<Compiled> {
        if scope.setup {
            return refuse("a start that reads a relation of a state", expr.span);
        }
        let side = |set: &IndexSet| match set {
            IndexSet::Population(population) => Ok(Universe::Population(*population)),
            IndexSet::Kind(kind) => Ok(Universe::Kind(*kind)),
            IndexSet::Enum(_) | IndexSet::Ints(..) => refuse("a relation of this", expr.span),
        };
        let [from, to] = &self.model.states[state].indices[..] else {
            return refuse("a relation of this", expr.span);
        };
        let sides = (side(from)?, side(to)?);
        Ok(Compiled { pairs: Pairs::State(state), sides, undirected: false, loops: true })
    }

    fn related_by_def(&mut self, scope: &Scope, def: DefId, expr: &Expr) -> Made<Compiled> {
        let model = self.model;
        let declared = &model.defs[def];
        let [(_, Type::Agent(from)), (_, Type::Agent(to))] = &declared.params[..] else {
            return refuse("a relation of this", expr.span);
        };
        let sides = (Universe::Kind(*from), Universe::Kind(*to));
        let mut inner = scope.inner(declared.frame);
        let slots = (self.uniform(), self.uniform());
        for (at, slot) in [slots.0, slots.1].into_iter().enumerate() {
            inner.bind(Slot::new(at), Bound::Uniform(Uni::Slot(slot)), None);
        }
        let bits = self.bits_of(&mut inner, &declared.body, Polarity::Exact)?;
        let once = closed(model, &declared.body, &|_| true);
        let pairs = Pairs::Holds(slots.0, slots.1, bits, once);
        Ok(Compiled { pairs, sides, undirected: false, loops: true })
    }
}
