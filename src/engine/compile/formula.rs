//! Formulas: what needs one instant becomes an [`Atom`], what is temporal a [`Form`].

use super::super::program::{
    Atom, Bind, Bits, Dim, Form, Gauge, Num, Over, Reads, Uni, Universe, World,
};
use super::num::construct;
use super::scope::{Polarity, Scope};
use super::{Compiler, Made, refuse, worlds};
use crate::ir::expr::{Binder, Interval, TemporalOp};
use crate::ir::{Expr, ExprKind, Model, Type, Value, WorldId};
use crate::syntax::ast::BinaryOp;

/// Whether an expression has the same value at every instant of a run.
pub(super) fn lasting(model: &Model, expr: &Expr) -> bool {
    let own = !matches!(&*expr.kind, ExprKind::Now | ExprKind::At(..) | ExprKind::Prev(..));
    own && worlds::reads(model, expr) == Reads::Never
        && expr.parts().into_iter().all(|part| lasting(model, part))
        && expr.called().is_none_or(|def| lasting(model, &model.defs[def].body))
}

/// The binders around a part of a formula.
pub(super) type Dims = Vec<Dim>;

/// Whether an expression has a temporal operator that is settled at the end of a run.
pub(super) fn temporal(model: &Model, expr: &Expr) -> bool {
    let own = matches!(
        &*expr.kind,
        ExprKind::Temporal(..)
            | ExprKind::Until(..)
            | ExprKind::Since(..)
            | ExprKind::Probability(_)
            | ExprKind::Expected(_)
    );
    own || expr.parts().into_iter().any(|part| temporal(model, part))
        || expr.called().is_some_and(|def| temporal(model, &model.defs[def].body))
}

impl Compiler<'_> {
    /// A formula with the values of the slots around it.
    pub(super) fn formula(&mut self, formula: &Expr, frame: &[Value]) -> Made<Form> {
        let mut scope = Scope { formula: true, ..Scope::new(frame.len()) };
        scope.fill(frame);
        self.form(&mut scope, formula, Polarity::Wanted, &mut Vec::new())
    }

    /// Another form of a formula: that of its margin.
    pub(super) fn margin(&mut self, formula: &Expr, frame: &[Value]) -> Made<Form> {
        self.gauging = true;
        let margin = self.formula(formula, frame);
        self.gauging = false;
        margin
    }

    /// What decides which of two margins is taken, or counts: a truth.
    fn deciding<T>(&mut self, made: impl FnOnce(&mut Self) -> Made<T>) -> Made<T> {
        let gauging = std::mem::replace(&mut self.gauging, false);
        let found = made(self);
        self.gauging = gauging;
        found
    }

    pub(super) fn form(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        polarity: Polarity,
        dims: &mut Dims,
    ) -> Made<Form> {
        if !temporal(self.model, expr) && !matches!(&*expr.kind, ExprKind::Initially(_)) {
            return self.instant(scope, expr, polarity, (false, dims));
        }
        match &*expr.kind {
            ExprKind::Not(inner) => {
                Ok(Form::Not(Box::new(self.form(scope, inner, polarity.negated(), dims)?)))
            }
            ExprKind::Binary(op, left, right) => {
                self.joined(scope, expr, (*op, left, right), polarity, dims)
            }
            ExprKind::Quantifier { all, binders, body } => {
                self.quantified(scope, (*all, binders, body), polarity, dims)
            }
            ExprKind::Temporal(op, interval, inner) => {
                self.prefix(scope, expr, (*op, *interval, inner), polarity, dims)
            }
            ExprKind::Until(..) | ExprKind::Since(..) => self.chain(scope, expr, polarity, dims),
            ExprKind::Prev(inner, start) => {
                let start = match start {
                    Some(start) => self.form(scope, start, polarity, dims)?,
                    None => self.constant(false, dims),
                };
                Ok(Form::Prev(Box::new((self.form(scope, inner, polarity, dims)?, start))))
            }
            ExprKind::Initially(inner) => self.initially(scope, inner, polarity, dims),
            ExprKind::Call(..) | ExprKind::Let(..) => self.named(scope, expr, polarity, dims),
            ExprKind::If(condition, yes, no) => {
                let condition =
                    self.deciding(|this| this.form(scope, condition, Polarity::Exact, dims))?;
                let yes = self.form(scope, yes, polarity, dims)?;
                let no = self.form(scope, no, polarity, dims)?;
                Ok(Form::If(Box::new((condition, yes, no))))
            }
            ExprKind::At(world, arguments, inner) => {
                self.in_world(scope, expr, (*world, arguments, inner), polarity, dims)
            }
            _ => refuse(construct(expr), expr.span),
        }
    }

    /// Connectives, and formulas that are compared.
    fn joined(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (op, left, right): (BinaryOp, &Expr, &Expr),
        polarity: Polarity,
        dims: &mut Dims,
    ) -> Made<Form> {
        let sides = match op {
            BinaryOp::And | BinaryOp::Or => (polarity, polarity),
            BinaryOp::Implies => (polarity.negated(), polarity),
            BinaryOp::Equal | BinaryOp::NotEqual => (Polarity::Exact, Polarity::Exact),
            _ => return refuse("a comparison of formulas", expr.span),
        };
        if left.ty != Type::Bool {
            return refuse("a comparison of formulas", expr.span);
        }
        let mut both = |this: &mut Self| {
            let left = Box::new(this.form(scope, left, sides.0, dims)?);
            Ok((left, Box::new(this.form(scope, right, sides.1, dims)?)))
        };
        let (left, right) = match op {
            BinaryOp::Equal | BinaryOp::NotEqual => self.deciding(both)?,
            _ => both(self)?,
        };
        Ok(match op {
            BinaryOp::And => Form::And(left, right),
            BinaryOp::Or => Form::Or(left, right),
            BinaryOp::Implies => Form::Or(Box::new(Form::Not(left)), right),
            _ => Form::Same(op == BinaryOp::Equal, Box::new((*left, *right))),
        })
    }

    /// Defs and `let`s: what is computed once must be the same at every instant.
    fn named(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        polarity: Polarity,
        dims: &mut Dims,
    ) -> Made<Form> {
        let form = |compiler: &mut Self, scope: &mut Scope, expr: &Expr, dims: &mut Dims| {
            compiler.form(scope, expr, polarity, dims)
        };
        self.opened(scope, expr, dims, form)
    }

    /// What a def or `let` stands for, compiled by `then`.
    pub(super) fn opened<T>(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        dims: &mut Dims,
        then: impl FnOnce(&mut Self, &mut Scope, &Expr, &mut Dims) -> Made<T>,
    ) -> Made<T> {
        let model = self.model;
        match &*expr.kind {
            ExprKind::Call(def, arguments) => {
                let (binds, mut inner) = self.enter(scope, *def, arguments)?;
                let lasts = arguments.iter().all(|argument| lasting(model, argument));
                if !(binds.is_empty() || lasts && dims.is_empty()) {
                    return refuse("a formula of a value that is computed", expr.span);
                }
                binds.into_iter().for_each(|bind| self.keep(scope, bind));
                then(self, &mut inner, &model.defs[*def].body, dims)
            }
            ExprKind::Let(slot, bound, body) => {
                let plain = self.uniform_of(scope, bound).is_some();
                if !(plain || lasting(model, bound) && dims.is_empty()) {
                    return refuse("a `let` that is read at another instant", expr.span);
                }
                if let Some(bind) = self.bind(scope, *slot, bound)? {
                    self.keep(scope, bind);
                }
                then(self, scope, body, dims)
            }
            _ => refuse(construct(expr), expr.span),
        }
    }

    /// `p@w`
    fn in_world(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (world, arguments, inner): (WorldId, &[Expr], &Expr),
        polarity: Polarity,
        dims: &mut Dims,
    ) -> Made<Form> {
        let world = self.world(scope, expr, (world, arguments))?;
        let mut inside = scope.inside(&world);
        let inner = self.form(&mut inside, inner, polarity, dims)?;
        let site = self.site(crate::trace::FaultKind::Index, expr.span);
        let there = Bits::At(world.clone(), site, Reads::Never, Box::new(Bits::Const(true)));
        // A world that there is not is a fault even if nothing is read in it.
        let known = self.truth(None, (there, Reads::Never), true, dims);
        Ok(Form::And(Box::new(known), Box::new(Form::At(world, Box::new(inner)))))
    }

    /// `initially`: what needs one instant is computed at the first alone.
    fn initially(
        &mut self,
        scope: &mut Scope,
        inner: &Expr,
        polarity: Polarity,
        dims: &mut Dims,
    ) -> Made<Form> {
        if temporal(self.model, inner) {
            return Ok(Form::Initially(Box::new(self.form(scope, inner, polarity, dims)?)));
        }
        Ok(Form::Initially(Box::new(self.instant(scope, inner, polarity, (true, dims))?)))
    }

    /// What needs one instant: the first alone, or every one.
    fn instant(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        polarity: Polarity,
        (first, dims): (bool, &Dims),
    ) -> Made<Form> {
        let reads = worlds::reads(self.model, expr);
        if self.gauging {
            let gauge = self.gauge(scope, expr, polarity)?;
            self.gauges.push(place(scope.world.clone(), (gauge, reads), first, dims));
            return Ok(Form::Atom(self.gauges.len() - 1));
        }
        let bits = self.bits_of(scope, expr, polarity)?;
        Ok(self.truth(scope.world.clone(), (bits, reads), first, dims))
    }

    /// `until` and `since`
    fn chain(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        polarity: Polarity,
        dims: &mut Dims,
    ) -> Made<Form> {
        let (ExprKind::Until(interval, left, right) | ExprKind::Since(interval, left, right)) =
            &*expr.kind
        else {
            return refuse(construct(expr), expr.span);
        };
        let (from, to) = steps(*interval, expr)?;
        let left = self.form(scope, left, polarity, dims)?;
        let sides = Box::new((left, self.form(scope, right, polarity, dims)?));
        Ok(match &*expr.kind {
            ExprKind::Until(..) => Form::Until { from, to, sides },
            _ => Form::Since { from, to, sides },
        })
    }

    /// Computes a local once, at the first instant, before anything that has a margin.
    pub(super) fn keep(&mut self, scope: &Scope, bind: Bind) {
        self.from_start = true;
        let kept = Bits::Let(Box::new(bind), Box::new(Bits::Const(true)));
        self.atoms.push(place(scope.world.clone(), (kept, Reads::Never), true, &Vec::new()));
    }

    /// What is computed at every instant.
    pub(super) fn atom(&mut self, scope: &Scope, expr: &Expr, bits: Bits, dims: &Dims) -> Form {
        let reads = worlds::reads(self.model, expr);
        self.truth(scope.world.clone(), (bits, reads), false, dims)
    }

    fn constant(&mut self, bool: bool, dims: &Dims) -> Form {
        self.truth(None, (Bits::Const(bool), Reads::Never), false, dims)
    }

    /// A bool, which has a margin where margins are compiled.
    fn truth(
        &mut self,
        world: Option<World>,
        (bits, reads): (Bits, Reads),
        first: bool,
        dims: &Dims,
    ) -> Form {
        if self.gauging {
            self.gauges.push(place(world, (Gauge::Truth(bits), reads), first, dims));
            return Form::Atom(self.gauges.len() - 1);
        }
        self.atoms.push(place(world, (bits, reads), first, dims));
        Form::Atom(self.atoms.len() - 1)
    }

    fn prefix(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (op, interval, inner): (TemporalOp, Interval, &Expr),
        polarity: Polarity,
        dims: &mut Dims,
    ) -> Made<Form> {
        let (from, to) = steps(interval, expr)?;
        let before = (self.atoms.len(), self.gauges.len());
        let body = Box::new(self.form(scope, inner, polarity, dims)?);
        if op == TemporalOp::Finally && matches!(*body, Form::Atom(_)) {
            self.atoms[before.0..].iter_mut().for_each(|atom| atom.last = true);
            self.gauges[before.1..].iter_mut().for_each(|gauge| gauge.last = true);
        }
        Ok(match op {
            TemporalOp::Always => Form::Future { all: true, from, to, body },
            TemporalOp::Eventually => Form::Future { all: false, from, to, body },
            TemporalOp::Historically => Form::Past { all: true, from, to, body },
            TemporalOp::Once => Form::Past { all: false, from, to, body },
            TemporalOp::Next => Form::Next(body),
            TemporalOp::Finally => Form::Finally(body),
        })
    }

    pub(super) fn quantified(
        &mut self,
        scope: &mut Scope,
        (all, binders, body): (bool, &[Binder], &Expr),
        polarity: Polarity,
        dims: &mut Dims,
    ) -> Made<Form> {
        let Some((binder, rest)) = binders.split_first() else {
            return self.form(scope, body, polarity, dims);
        };
        let over = self.over(scope, binder)?;
        if scope.world.is_some() && over.may_list() {
            return refuse("a binder over listed agents inside of a world", binder.set.span);
        }
        let slot = self.bound_by(scope, binder, &over);
        let (universe, inside) = self.membership(over, slot)?;
        let guarded = if all { polarity.negated() } else { polarity };
        let guard = self
            .deciding(|this| this.guard(scope, binder, (&universe, slot, inside), guarded, dims))?;
        let body = self.quantified(scope, (all, rest, body), polarity, dims)?;
        dims.pop();
        let (guard, body) = (guard.map(Box::new), Box::new(body));
        let dim = Dim { slot, universe, inside: scope.world.is_some() };
        Ok(Form::Quantifier { all, dim, guard, body })
    }

    /// Which elements of a universe a binder has, and its `where`; the binder is around what
    /// follows.
    fn guard(
        &mut self,
        scope: &mut Scope,
        binder: &Binder,
        (universe, slot, inside): (&Universe, usize, Option<Bits>),
        polarity: Polarity,
        dims: &mut Dims,
    ) -> Made<Option<Form>> {
        if inside.is_some() && self.may_be_empty(universe) {
            // A set that faults does so even where nothing can be in it.
            let set = self.set(scope, &binder.set, universe)?;
            let probe = Bits::Member(Box::new((Num::Const(0), set)), universe.clone());
            self.atom(scope, &binder.set, probe, dims);
        }
        dims.push(Dim { slot, universe: universe.clone(), inside: scope.world.is_some() });
        let guard = inside.map(|bits| self.atom(scope, &binder.set, bits, dims));
        let Some(filter) = &binder.filter else { return Ok(guard) };
        let filter = self.form(scope, filter, polarity, dims)?;
        Ok(Some(match guard {
            Some(guard) => Form::And(Box::new(guard), Box::new(filter)),
            None => filter,
        }))
    }

    /// Whether a universe has no element in some society.
    fn may_be_empty(&self, universe: &Universe) -> bool {
        let least = |population: crate::ir::PopId| {
            self.model.populations[population].size.map_or(0, |(least, _)| least)
        };
        match universe {
            Universe::Population(population) => least(*population) == 0,
            Universe::Kind(kind) => {
                let of = self.model.populations.pairs().filter(|(_, of)| of.kind == *kind);
                of.map(|(population, _)| least(population)).max().unwrap_or(0) == 0
            }
            Universe::Words(words) => words.is_empty(),
            Universe::Occurrences(_) => false,
        }
    }

    /// The universe of a binder, and which of its elements there are.
    pub(super) fn membership(&mut self, over: Over, slot: usize) -> Made<(Universe, Option<Bits>)> {
        Ok(match over {
            Over::All(universe) => (universe, None),
            Over::Neighbours { ties, of, site } => {
                let universe = Universe::Population(self.model.structures[ties].to);
                let of = match of {
                    Uni::Slot(slot) => Num::Uniform(slot),
                    Uni::Const(word) => Num::Const(word),
                };
                let ends = Box::new((of, Num::Uniform(slot)));
                (universe, Some(Bits::Tie { ties, ends, positive: true, site }))
            }
            Over::Some(universe, set) => {
                let member = Bits::Member(Box::new((Num::Uniform(slot), set)), universe.clone());
                (universe, Some(member))
            }
            Over::Occurrences(event, ..) => {
                // What is said of it at other instants is found out at the end of the run.
                (self.past, self.depth) = (true, usize::MAX);
                let occurs = Bits::Occurs { event, occurrence: slot };
                (Universe::Occurrences(event), Some(occurs))
            }
        })
    }
}

/// An interval of steps.
pub(super) fn steps(interval: Interval, expr: &Expr) -> Made<(u64, Option<u64>)> {
    match interval {
        Interval::Steps(from, to) => Ok((from, to)),
        Interval::Time(..) => refuse("an interval of time", expr.span),
    }
}

/// What is computed at the first instant alone, or at every one.
pub(super) fn place<T>(
    world: Option<World>,
    (of, reads): (T, Reads),
    first: bool,
    dims: &Dims,
) -> Atom<T> {
    let late = dims.iter().any(|dim| matches!(dim.universe, Universe::Occurrences(_)));
    Atom { first, late, last: false, dims: dims.clone(), of, world, reads }
}
