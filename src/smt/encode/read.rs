//! Reading variables: parameters, states, joint choices; agents by number.
//!
//! An index that may be several values reads one of several cells; one that is outside, or of
//! an agent that is not there, is a fault.

use super::stops::{Found, Stops};
use super::{Encoded, Encoder, Here, View};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::layout::Cells;
use crate::ir::model::IndexSet;
use crate::ir::{Expr, ExprKind, ParamId, StateId, Value};
use crate::smt::sym::{self, Sym};
use crate::smt::term::Term;

/// The cells that indices may mean, each with when; and when none.
pub(in crate::smt) struct Places {
    pub cells: Vec<(usize, Term)>,
    pub fault: Term,
}

impl Encoder<'_> {
    /// The number of the instant.
    pub fn instant(&self, view: View) -> u32 {
        match view.here {
            Here::Setup => 0,
            Here::Step { .. } => self.now,
            Here::Formula { instant, .. } => instant,
        }
    }

    /// A parameter at `indices`.
    pub fn param(
        &mut self,
        view: View,
        param: ParamId,
        indices: &[Sym],
        span: Span,
    ) -> Encoded<Found> {
        self.derive(view.society, param)?;
        let cells = self.layout.param(param).clone();
        let sets = &self.model.params[param].indices;
        let places = self.places(view, &cells, sets, indices, span)?;
        let values = &self.societies[view.society].params[param];
        let values: Vec<(Sym, Term)> =
            places.cells.iter().map(|(at, when)| (values[*at].clone(), *when)).collect();
        let value = self.one_of(&values, span)?;
        Ok(Found { value, stops: self.faulting(places.fault) })
    }

    /// A state at `indices`; primed: its new value, as far as it is assigned.
    pub fn state(
        &mut self,
        view: View,
        state: StateId,
        indices: &[Sym],
        primed: bool,
        span: Span,
    ) -> Encoded<Found> {
        let cells = self.layout.state(state).clone();
        let sets = &self.model.states[state].indices;
        let places = self.places(view, &cells, sets, indices, span)?;
        let mut stops = self.faulting(places.fault);
        let mut values: Vec<(Sym, Term)> = Vec::new();
        for (at, when) in &places.cells {
            let value = match view.here {
                Here::Setup => {
                    let starts = &self.societies[view.society].starts[state];
                    match starts.get(*at - cells.start()) {
                        Some(value) => value.clone(),
                        None => {
                            // Before the run only what the setup fixes has a value.
                            let fault = self.faulting(*when);
                            stops = self.then(stops, fault);
                            Sym::Nothing
                        }
                    }
                }
                Here::Step { run, primed: both } => {
                    let work = &self.runs[run].work;
                    if primed && both { work.next[*at].clone() } else { work.cells[*at].clone() }
                }
                Here::Formula { scope: Some(run), instant, .. } => {
                    self.runs[run].cells[instant as usize][*at].clone()
                }
                Here::Formula { scope: None, .. } => Sym::Nothing,
            };
            values.push((value, *when));
        }
        if let Here::Formula { scope, instant, .. } = view.here {
            let unknown = match scope {
                Some(run) => self.unseen(run, instant),
                None => self.terms.yes(),
            };
            let unknown = self.unknown(unknown);
            stops = self.then(stops, unknown);
        }
        Ok(Found { value: self.one_of(&values, span)?, stops })
    }

    /// When the state of a run at an instant is not known: past its end, unless it halted.
    pub fn unseen(&mut self, run: usize, instant: u32) -> Term {
        let exists = self.runs[run].exists[instant as usize];
        let halted = self.halted_by(run, instant);
        let known = self.terms.or(exists, halted);
        self.terms.not(known)
    }

    /// Whether a run has halted at `instant` or before.
    pub fn halted_by(&mut self, run: usize, instant: u32) -> Term {
        let halts = self.runs[run].halts[..=instant as usize].to_vec();
        self.terms.any(halts)
    }

    /// The one of guarded values that is meant.
    pub fn one_of(&mut self, values: &[(Sym, Term)], span: Span) -> Encoded<Sym> {
        let Some(((last, _), rest)) = values.split_last() else { return Ok(Sym::Nothing) };
        let mut value = last.clone();
        for (other, when) in rest.iter().rev() {
            value = sym::choose(&mut self.terms, *when, other, &value, span)?;
        }
        Ok(value)
    }

    /// The cells that indices may mean.
    pub fn places(
        &mut self,
        view: View,
        cells: &Cells,
        sets: &[IndexSet],
        indices: &[Sym],
        span: Span,
    ) -> Encoded<Places> {
        let mut rows: Vec<(Vec<Value>, Term)> = vec![(Vec::new(), self.terms.yes())];
        for (set, index) in sets.iter().zip(indices) {
            let values = self.index_cases(set, index, span)?;
            let mut longer = Vec::with_capacity(rows.len() * values.len());
            for (row, guard) in &rows {
                for (value, when) in &values {
                    let both = self.terms.and(*guard, *when);
                    if self.terms.truth(both) != Some(false) {
                        let row = row.iter().chain([value]).cloned().collect();
                        longer.push((row, both));
                    }
                }
            }
            rows = longer;
        }
        let mut places = Vec::new();
        for (row, guard) in rows {
            let absent = row.iter().any(|value| self.is_absent(view, value));
            let place = self.layout.place(cells, &row).filter(|_| !absent);
            places.extend(place.map(|place| (place, guard)));
        }
        let inside = self.terms.any(places.iter().map(|(_, guard)| *guard).collect::<Vec<_>>());
        Ok(Places { cells: places, fault: self.terms.not(inside) })
    }

    /// Whether an agent is left out.
    pub fn is_absent(&self, view: View, value: &Value) -> bool {
        match value {
            Value::Agent(agent) => self.societies[view.society].absent[agent.index()],
            _ => false,
        }
    }

    /// The values that an index may be, as far as the set has them.
    fn index_cases(
        &mut self,
        set: &IndexSet,
        index: &Sym,
        span: Span,
    ) -> Encoded<Vec<(Value, Term)>> {
        match (set, index) {
            (IndexSet::Ints(lo, hi), Sym::Int(term)) => {
                let mut found = Vec::new();
                for value in *lo..=*hi {
                    let number = self.terms.int(i128::from(value));
                    let when = self.terms.equal(*term, number);
                    if self.terms.truth(when) != Some(false) {
                        found.push((Value::Int(value), when));
                    }
                }
                Ok(found)
            }
            _ => sym::cases(&mut self.terms, index, span),
        }
    }

    /// A joint choice at indices.
    pub fn row(
        &mut self,
        table: &Sym,
        indices: &[Sym],
        stops: Stops,
        span: Span,
    ) -> Encoded<Found> {
        let Sym::Table(rows) = table else {
            let yes = self.terms.yes();
            let nothing = self.faulting(yes);
            return Ok(Found { value: Sym::Nothing, stops: self.then(stops, nothing) });
        };
        let mut values = Vec::new();
        for (row, value) in rows {
            let mut when = self.terms.yes();
            for (at, index) in row.iter().zip(indices) {
                let at = Sym::of(&mut self.terms, at);
                let same = self.same(&at, index, span)?;
                when = self.terms.and(when, same);
            }
            if self.terms.truth(when) != Some(false) {
                values.push((value.clone(), when));
            }
        }
        let inside = self.terms.any(values.iter().map(|(_, when)| *when).collect::<Vec<_>>());
        let outside = self.terms.not(inside);
        let outside = self.faulting(outside);
        let value = self.one_of(&values, span)?;
        Ok(Found { value, stops: self.then(stops, outside) })
    }

    /// `team[i]` and `index(a)`; ties are elsewhere.
    pub fn of_agents(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        match &*expr.kind {
            ExprKind::AgentAt(population, index) => {
                let index = self.eval(view.exact(), frame, index)?;
                let number = sym::number(&mut self.terms, &index.value, expr.span)?;
                let mut cases = Vec::new();
                let agents = self.layout.population(*population);
                for (place, agent) in agents.enumerate() {
                    let place = self.terms.int(place as i128);
                    let when = self.terms.equal(number, place);
                    cases.push((Value::Agent(crate::ir::AgentId(agent)), when));
                }
                let guards: Vec<Term> = cases.iter().map(|(_, when)| *when).collect();
                let inside = self.terms.any(guards);
                let outside = self.terms.not(inside);
                let value = Sym::pick(&self.terms, cases);
                let found = Found { value, stops: self.faulting(outside) };
                Ok(self.after(index.stops, found))
            }
            ExprKind::IndexOf(agent) => {
                let agent = self.eval(view, frame, agent)?;
                let cases = sym::cases(&mut self.terms, &agent.value, expr.span)?;
                let (mut number, mut none) = (self.terms.int(0), self.terms.no());
                for (value, when) in cases {
                    match value {
                        Value::Agent(agent) => {
                            let index = self.layout.agents()[agent].index;
                            let index = self.terms.int(i128::from(index));
                            number = self.terms.choose(when, index, number);
                        }
                        _ => none = self.terms.or(none, when),
                    }
                }
                let found = Found { value: Sym::Int(number), stops: self.faulting(none) };
                Ok(self.after(agent.stops, found))
            }
            _ => self.of_ties(view, frame, expr),
        }
    }
}
