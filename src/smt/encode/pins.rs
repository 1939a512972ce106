//! Pins: demanded of the actual setup, or applied to the society of a world.

use super::{Encoded, Encoder, Here, Society, View};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::property::{IndexPin, Pin, PinKind};
use crate::ir::{AgentId, Expr, PopId, Value};
use crate::smt::number::int;
use crate::smt::sym::{self, Sym};
use crate::smt::term::{Sort, Term};
use crate::social::{Family, family};

/// Pins are read in the actual society.
const ACTUAL: View = View { society: 0, here: Here::Setup };

impl Encoder<'_> {
    /// Demands the pins of `given`. Families and ties are taken care of where ties are made.
    // spec: items.check
    pub fn impose_given(&mut self) -> Encoded<()> {
        let settings = self.question.settings;
        for pin in &settings.given {
            match &pin.kind {
                PinKind::Population(population, lo, hi) => {
                    let size = self.layout.population(*population).len() as u32;
                    let inside = self.terms.bool((lo..=hi).contains(&&size));
                    self.assert(inside);
                }
                PinKind::Param { param, indices, value } => {
                    let rows = self.layout.indices(self.layout.param(*param));
                    let cells = self.societies[0].params[*param].clone();
                    self.demand(&rows, indices, &cells, value, &[])?;
                }
                PinKind::Start { state, indices, value } => {
                    let rows = self.layout.indices(self.layout.state(*state));
                    let cells = self.societies[0].starts[*state].clone();
                    self.demand(&rows, indices, &cells, value, &[])?;
                }
                PinKind::Deviations(lo, hi) => {
                    let count = self.deviation_count();
                    self.between(count, *lo, *hi);
                }
                PinKind::Edges(lo, hi) => {
                    let count = self.edge_count();
                    self.between(count, *lo, *hi);
                }
                PinKind::Assume(closed) => self.assume(closed)?,
                PinKind::Family(..)
                | PinKind::Ties(..)
                | PinKind::Only(_)
                | PinKind::Without(_) => {}
            }
        }
        Ok(())
    }

    fn between(&mut self, count: Term, lo: u32, hi: u32) {
        for (bound, least) in [(lo, true), (hi, false)] {
            let bound = self.terms.number(int(i128::from(bound)), Sort::Int);
            let holds = match least {
                true => self.terms.at_most(bound, count),
                false => self.terms.at_most(count, bound),
            };
            self.assert(holds);
        }
    }

    /// Demands that the cells meant have a value.
    fn demand(
        &mut self,
        rows: &[Vec<Value>],
        indices: &[IndexPin],
        cells: &[Sym],
        value: &Expr,
        bound: &[Sym],
    ) -> Encoded<()> {
        let wanted = self.wanted(indices, bound)?;
        let value_of = self.pin_value(value, bound)?;
        for (row, cell) in rows.iter().zip(cells) {
            let meant = self.meant(row, &wanted, value.span)?;
            let same = self.same(cell, &value_of, value.span)?;
            let holds = self.terms.implies(meant, same);
            self.always(holds);
        }
        Ok(())
    }

    /// The value of a pin's expression; a fault of it means that there is no such setup.
    fn pin_value(&mut self, expr: &Expr, bound: &[Sym]) -> Encoded<Sym> {
        let mut frame = bound.to_vec();
        let found = self.eval(ACTUAL, &mut frame, expr)?;
        let stopped = self.stopped(found.stops);
        let fine = self.terms.not(stopped);
        self.assert(fine);
        Ok(found.value)
    }

    /// The indices that a pin means: any, or those of a set or value. They are read even where
    /// there is no cell: a fault of them means that there is no such setup.
    fn wanted(&mut self, pins: &[IndexPin], bound: &[Sym]) -> Encoded<Vec<Option<Sym>>> {
        let mut wanted = Vec::new();
        for pin in pins {
            wanted.push(match pin {
                IndexPin::All => None,
                IndexPin::At(expr) | IndexPin::In(expr) => Some(self.pin_value(expr, bound)?),
            });
        }
        Ok(wanted)
    }

    /// When the cell of these indices is meant.
    fn meant(&mut self, row: &[Value], wanted: &[Option<Sym>], span: Span) -> Encoded<Term> {
        let mut meant = self.terms.yes();
        for (index, wanted) in row.iter().zip(wanted) {
            let index = Sym::of(&mut self.terms, index);
            let this = match wanted {
                None => continue,
                Some(Sym::Set(items)) => self.is_in(&index, items, span)?,
                Some(one) => self.same(&index, one, span)?,
            };
            meant = self.terms.and(meant, this);
        }
        Ok(meant)
    }

    /// The society of a world: the actual one after pins. spec: world.pins
    pub fn pinned(&mut self, pins: &[Pin], bound: &[Sym]) -> Encoded<Society> {
        let mut society = self.societies[0].clone();
        for (id, _) in self.model.params.pairs().filter(|(_, param)| param.derived) {
            society.params[id] = Vec::new();
        }
        for pin in pins {
            self.apply(&mut society, pin, bound)?;
        }
        self.remove_ties(&mut society);
        Ok(society)
    }

    fn apply(&mut self, society: &mut Society, pin: &Pin, bound: &[Sym]) -> Encoded<()> {
        match &pin.kind {
            PinKind::Population(population, lo, hi) => {
                let size = self.layout.population(*population).len() as u32;
                let inside = self.terms.bool((lo..=hi).contains(&&size));
                self.assert(inside);
            }
            PinKind::Family(_, Family::Any) => {}
            PinKind::Family(id, family) => {
                let declared = &self.model.structures[*id];
                let (rows, columns) = self.size_of(*id);
                let same = declared.on == declared.to;
                match family::canonical(declared.shape, *family, rows, columns, same) {
                    Some(ties) => society.ties[*id] = self.constant(*id, &ties),
                    None => {
                        let no = self.terms.no();
                        self.assert(no);
                    }
                }
            }
            PinKind::Ties(id, list) => match self.ties_listed(*id, list) {
                Some(ties) => society.ties[*id] = self.constant(*id, &ties),
                None => {
                    let no = self.terms.no();
                    self.assert(no);
                }
            },
            PinKind::Param { param, indices, value } => {
                let rows = self.layout.indices(self.layout.param(*param));
                let domain = &self.model.params[*param].domain;
                let mut cells = std::mem::take(&mut society.params[*param]);
                self.put(&mut cells, (&rows, indices), (value, domain), bound, pin.span)?;
                society.params[*param] = cells;
            }
            PinKind::Start { state, indices, value } => {
                let rows = self.layout.indices(self.layout.state(*state));
                let domain = &self.model.states[*state].domain;
                let mut cells = std::mem::take(&mut society.starts[*state]);
                self.put(&mut cells, (&rows, indices), (value, domain), bound, pin.span)?;
                society.starts[*state] = cells;
            }
            PinKind::Only(who) => self.leave_out(society, who, bound, false)?,
            PinKind::Without(who) => self.leave_out(society, who, bound, true)?,
            PinKind::Deviations(..) | PinKind::Edges(..) | PinKind::Assume(_) => {}
        }
        Ok(())
    }

    /// Puts a value into the cells meant.
    fn put(
        &mut self,
        cells: &mut [Sym],
        (rows, indices): (&[Vec<Value>], &[IndexPin]),
        (value, domain): (&Expr, &crate::ir::Domain),
        bound: &[Sym],
        span: Span,
    ) -> Encoded<()> {
        let value_of = self.pin_value(value, bound)?;
        let (settled, outside) = self.admit(domain, value_of, span)?;
        let inside = self.terms.not(outside);
        let wanted = self.wanted(indices, bound)?;
        for (row, cell) in rows.iter().zip(cells) {
            let meant = self.meant(row, &wanted, span)?;
            let fine = self.terms.implies(meant, inside);
            self.assert(fine);
            *cell = sym::choose(&mut self.terms, meant, &settled, cell, span)?;
        }
        Ok(())
    }

    /// `without`: those named are not there. `only`: of their populations, the others are not.
    // spec: world.params
    fn leave_out(
        &mut self,
        society: &mut Society,
        who: &Expr,
        bound: &[Sym],
        without: bool,
    ) -> Encoded<()> {
        let named = match self.pin_value(who, bound)? {
            Sym::Set(items) => items,
            other => sym::cases(&mut self.terms, &other, who.span)?,
        };
        let mut agents: Vec<AgentId> = Vec::new();
        for (value, when) in named {
            match (value, self.terms.truth(when)) {
                (_, None) => {
                    return self.unsupported(who.span, "leaving out agents that are not fixed");
                }
                (Value::Agent(agent), Some(true)) => agents.push(agent),
                (_, Some(_)) => {}
            }
        }
        let all = self.layout.agents();
        let touched: Vec<PopId> = agents.iter().map(|agent| all[*agent].population).collect();
        for (agent, of) in all.pairs() {
            let named = agents.contains(&agent);
            if named && without || !named && !without && touched.contains(&of.population) {
                society.absent[agent.index()] = true;
            }
        }
        Ok(())
    }

    /// Ties of those who are not there are gone; a family is never formed anew.
    fn remove_ties(&mut self, society: &mut Society) {
        let zero = self.terms.real(int(0));
        let no = self.terms.no();
        for (id, declared) in self.model.structures.pairs() {
            let on = self.layout.population(declared.on);
            let to = self.layout.population(declared.to);
            for (row, from) in on.enumerate() {
                for (column, other) in to.clone().enumerate() {
                    if society.absent[from as usize] || society.absent[other as usize] {
                        let tie = &mut society.ties[id][row][column];
                        *tie = if self.terms.sort(*tie) == Sort::Bool { no } else { zero };
                    }
                }
            }
        }
    }
}
