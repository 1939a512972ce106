//! Expressions, construct by construct. What is more than a line stands in a file of its own.

use super::stops::{Found, Stops};
use super::{Encoded, Encoder, Here, Polarity, View};
use crate::base::id::Id;
use crate::ir::{DefId, Expr, ExprKind, Value};
use crate::smt::sym::{self, Order, Sym};
use crate::smt::term::Term;
use crate::syntax::ast::BinaryOp;

impl View {
    /// In whose favour comparisons miss.
    pub fn polarity(self) -> Polarity {
        match self.here {
            Here::Setup | Here::Step { .. } => Polarity::Exact,
            Here::Formula { polarity, .. } => polarity,
        }
    }

    /// The same with another polarity (formulas only; elsewhere all is exact).
    pub fn with_polarity(self, polarity: Polarity) -> View {
        match self.here {
            Here::Setup | Here::Step { .. } => self,
            Here::Formula { scope, instant, .. } => {
                View { here: Here::Formula { scope, instant, polarity }, ..self }
            }
        }
    }

    /// The same under a negation.
    pub fn negated(self) -> View {
        self.with_polarity(match self.polarity() {
            Polarity::Wanted => Polarity::Unwanted,
            Polarity::Unwanted => Polarity::Wanted,
            Polarity::Exact => Polarity::Exact,
        })
    }

    /// The same with exact comparisons.
    pub fn exact(self) -> View {
        self.with_polarity(Polarity::Exact)
    }

    /// The same at another instant of a formula.
    pub fn at(self, instant: u32) -> View {
        match self.here {
            Here::Setup | Here::Step { .. } => self,
            Here::Formula { scope, polarity, .. } => {
                View { here: Here::Formula { scope, instant, polarity }, ..self }
            }
        }
    }
}

impl Encoder<'_> {
    /// The value of `expr`. Locals are read from `frame`; `let` and binders write theirs.
    pub fn eval(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        match &*expr.kind {
            ExprKind::Literal(value) => {
                let value = Sym::of(&mut self.terms, value);
                Ok(self.found(value))
            }
            ExprKind::Local(slot) => {
                let value = frame.get(slot.index()).cloned().unwrap_or(Sym::Nothing);
                Ok(self.found(value))
            }
            ExprKind::LocalAt(slot, indices) => {
                let (indices, stops) = self.values(view, frame, indices)?;
                let table = frame.get(slot.index()).cloned().unwrap_or(Sym::Nothing);
                self.row(&table, &indices, stops, expr.span)
            }
            ExprKind::Now | ExprKind::Param(..) | ExprKind::State { .. } => {
                self.variable(view, frame, expr)
            }
            ExprKind::Population(_)
            | ExprKind::Kind(_)
            | ExprKind::All(_)
            | ExprKind::ToSet(_)
            | ExprKind::SetList(_)
            | ExprKind::SetFilter(_)
            | ExprKind::Occurrences(_) => self.set(view, frame, expr),
            ExprKind::AgentAt(..)
            | ExprKind::IndexOf(_)
            | ExprKind::Tie(..)
            | ExprKind::Neighbours(..)
            | ExprKind::Superior(..) => self.of_agents(view, frame, expr),
            ExprKind::Reaches(..)
            | ExprKind::Distance(..)
            | ExprKind::Connected(_)
            | ExprKind::Acyclic(_)
            | ExprKind::Edges(_) => self.of_relation(view, frame, expr),
            ExprKind::Field(..) | ExprKind::Call(..) | ExprKind::InDomain(..) => {
                self.compound(view, frame, expr)
            }
            ExprKind::ToReal(_)
            | ExprKind::Negate(_)
            | ExprKind::Builtin(..)
            | ExprKind::Binary(..) => self.operator(view, frame, expr),
            ExprKind::Aggregate { op, value, binders, otherwise } => {
                let parts = super::aggregate::Parts {
                    op: *op,
                    value: value.as_ref(),
                    binders,
                    otherwise: otherwise.as_ref(),
                };
                self.aggregate(view.exact(), frame, expr, &parts)
            }
            ExprKind::Not(_)
            | ExprKind::If(..)
            | ExprKind::Match(..)
            | ExprKind::Let(..)
            | ExprKind::Quantifier { .. } => self.logic(view, frame, expr),
            ExprKind::Temporal(..)
            | ExprKind::Until(..)
            | ExprKind::Since(..)
            | ExprKind::Initially(_)
            | ExprKind::Prev(..)
            | ExprKind::At(..) => self.timed(view, frame, expr),
            ExprKind::Probability(_) => self.unsupported(expr.span, "`probability`"),
            ExprKind::Expected(_) => self.unsupported(expr.span, "`expected`"),
        }
    }

    /// The instant, a parameter or a state.
    fn variable(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        match &*expr.kind {
            ExprKind::Now => {
                let now = self.instant(view);
                let now = Sym::Int(self.terms.int(i128::from(now)));
                Ok(self.found(now))
            }
            ExprKind::Param(param, indices) => {
                let (indices, stops) = self.values(view, frame, indices)?;
                let read = self.param(view, *param, &indices, expr.span)?;
                Ok(self.after(stops, read))
            }
            ExprKind::State { state, indices, primed } => {
                let (indices, stops) = self.values(view, frame, indices)?;
                let read = self.state(view, *state, &indices, *primed, expr.span)?;
                Ok(self.after(stops, read))
            }
            _ => self.unsupported(expr.span, "this variable"),
        }
    }

    /// A field of an event, a def's value, a domain's membership.
    fn compound(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        match &*expr.kind {
            ExprKind::Field(occurrence, field) => {
                let found = self.eval(view, frame, occurrence)?;
                match found.value {
                    Sym::Event(occurrence) => {
                        let value = occurrence.fields[*field].clone();
                        Ok(Found { value, stops: found.stops })
                    }
                    _ => self.unsupported(expr.span, "a field of an event that is not one"),
                }
            }
            ExprKind::Call(def, arguments) => {
                let (arguments, stops) = self.values(view.exact(), frame, arguments)?;
                let called = self.call(view, *def, arguments)?;
                Ok(self.after(stops, called))
            }
            ExprKind::InDomain(inner, domain) => {
                let found = self.eval(view.exact(), frame, inner)?;
                let within = self.within(view, &found.value, domain, expr.span)?;
                Ok(Found { value: Sym::Bool(within), ..found })
            }
            _ => self.unsupported(expr.span, "this expression"),
        }
    }

    /// What was found, after what may stop before it.
    pub fn after(&mut self, first: Stops, found: Found) -> Found {
        Found { stops: self.then(first, found.stops), value: found.value }
    }

    /// The values of `exprs`, from the left.
    pub fn values(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        exprs: &[Expr],
    ) -> Encoded<(Vec<Sym>, Stops)> {
        let (mut values, mut stops) = (Vec::with_capacity(exprs.len()), self.fine());
        for expr in exprs {
            let found = self.eval(view, frame, expr)?;
            stops = self.then(stops, found.stops);
            values.push(found.value);
        }
        Ok((values, stops))
    }

    /// A def's body with its arguments in a frame of its own.
    pub fn call(&mut self, view: View, def: DefId, arguments: Vec<Sym>) -> Encoded<Found> {
        let def = &self.model.defs[def];
        let mut frame = frame_of(arguments, def.frame);
        self.eval(view, &mut frame, &def.body)
    }

    /// Arithmetic, comparisons, membership, connectives.
    fn operator(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        match &*expr.kind {
            ExprKind::ToReal(inner) => {
                let found = self.eval(view, frame, inner)?;
                let number = sym::number(&mut self.terms, &found.value, expr.span)?;
                let zero = self.terms.real(crate::smt::number::int(0));
                let (number, _) = sym::alike(&mut self.terms, number, zero);
                Ok(Found { value: Sym::Real(number), ..found })
            }
            ExprKind::Negate(inner) => {
                let found = self.eval(view, frame, inner)?;
                self.negate(found, expr.span)
            }
            ExprKind::Builtin(function, arguments) => {
                let (arguments, stops) = self.values(view, frame, arguments)?;
                let found = self.builtin(*function, &arguments, expr.span)?;
                Ok(self.after(stops, found))
            }
            ExprKind::Binary(op, left, right) => self.binary(view, frame, expr, (*op, left, right)),
            _ => self.unsupported(expr.span, "this operator"),
        }
    }

    fn binary(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        expr: &Expr,
        (op, left, right): (BinaryOp, &Expr, &Expr),
    ) -> Encoded<Found> {
        match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Implies => self.logic(view, frame, expr),
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual => {
                let a = self.eval(view.exact(), frame, left)?;
                let b = self.eval(view.exact(), frame, right)?;
                let stops = self.then(a.stops, b.stops);
                let truth =
                    self.compared(view, op, (left, right), (&a.value, &b.value), expr.span)?;
                Ok(Found { value: Sym::Bool(truth), stops })
            }
            BinaryOp::Contains | BinaryOp::StartsWith | BinaryOp::Matches => {
                let a = self.eval(view.exact(), frame, left)?;
                let b = self.eval(view.exact(), frame, right)?;
                let stops = self.then(a.stops, b.stops);
                let truth = self.text(op, &a.value, &b.value, expr.span)?;
                Ok(Found { value: Sym::Bool(truth), stops })
            }
            BinaryOp::In => self.member(view.exact(), frame, left, right),
            BinaryOp::Range => {
                let a = self.eval(view, frame, left)?;
                let b = self.eval(view, frame, right)?;
                let stops = self.then(a.stops, b.stops);
                let value = self.range_set(&a.value, &b.value, expr.span)?;
                Ok(Found { value, stops })
            }
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Div
            | BinaryOp::Remainder
            | BinaryOp::Intersect => {
                let a = self.eval(view, frame, left)?;
                let b = self.eval(view, frame, right)?;
                let stops = self.then(a.stops, b.stops);
                let found = match (&a.value, &b.value) {
                    (Sym::Set(_) | Sym::Bag(_), _) | (_, Sym::Set(_) | Sym::Bag(_)) => {
                        let value = self.combine(op, &a.value, &b.value, expr.span)?;
                        self.found(value)
                    }
                    _ => self.calculate(op, &a.value, &b.value, expr.span)?,
                };
                Ok(self.after(stops, found))
            }
        }
    }

    /// `contains`, `starts_with` of texts that are known; `contains` of a set.
    fn text(&mut self, op: BinaryOp, a: &Sym, b: &Sym, span: crate::diag::Span) -> Encoded<Term> {
        if let (BinaryOp::Contains, Sym::Set(items)) = (op, a) {
            return self.is_in(b, &items.clone(), span);
        }
        let known = a.known(&self.terms).zip(b.known(&self.terms));
        let truth = match (op, known) {
            (BinaryOp::Contains, Some((Value::Str(a), Value::Str(b)))) => a.contains(&*b),
            (BinaryOp::StartsWith, Some((Value::Str(a), Value::Str(b)))) => a.starts_with(&*b),
            _ => return self.unsupported(span, "a comparison of texts that are not fixed"),
        };
        Ok(self.terms.bool(truth))
    }

    /// Whether two values are the same.
    pub fn same(&mut self, a: &Sym, b: &Sym, span: crate::diag::Span) -> Encoded<Term> {
        sym::compare(&mut self.terms, Order::Equal, a, b, span)
    }
}

/// A frame of `size` slots that starts with `values`.
pub(super) fn frame_of(mut values: Vec<Sym>, size: usize) -> Vec<Sym> {
    if values.len() < size {
        values.resize(size, Sym::Nothing);
    }
    values
}

/// Writes a local; a frame is as long as what was written last needs.
pub(super) fn put(frame: &mut Vec<Sym>, slot: crate::ir::Slot, value: Sym) {
    if frame.len() <= slot.index() {
        frame.resize(slot.index() + 1, Sym::Nothing);
    }
    frame[slot.index()] = value;
}
