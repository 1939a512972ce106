//! Scalars that are no bools.

use super::super::program::{
    Binary, Bind, Cell, Expr as Compiled, Fold, FoldOp, Indices, Num, Unary, Uni, Var,
};
use super::bounds::{safe_ints, safe_reals};
use super::scope::{Bound, Polarity, Scope};
use super::{Compiler, Made, refuse, worlds};
use crate::ir::expr::{AggregateOp, Binder, Function, Pattern};
use crate::ir::{DefId, Expr, ExprKind, Type, Value};
use crate::social::Shape;
use crate::syntax::ast::BinaryOp;
use crate::trace::FaultKind;

/// Whether values of a type are one word.
pub(super) fn scalar(ty: &Type) -> bool {
    match ty {
        Type::Int | Type::Real | Type::Enum(_) | Type::Agent(_) | Type::Never => true,
        Type::Optional(inner) => **inner != Type::Real && **inner != Type::Bool && scalar(inner),
        Type::Bool | Type::Str | Type::Duration | Type::Set(_) | Type::Event(_) | Type::Error => {
            false
        }
    }
}

/// The word of a constant.
pub(super) fn constant(value: &Value, place: crate::diag::Span) -> Made<i64> {
    match (super::super::run::word(value), value) {
        (Some(word), Value::Bool(_) | Value::Int(_) | Value::Real(_) | Value::None) => Ok(word),
        (Some(word), Value::Variant(..) | Value::Agent(_)) => Ok(word),
        _ => refuse("a string or duration", place),
    }
}

impl Compiler<'_> {
    /// A scalar that is no bool.
    pub(super) fn num(&mut self, scope: &mut Scope, expr: &Expr) -> Made<Num> {
        if !scalar(&expr.ty) {
            return refuse("a value that is neither a number, a variant nor an agent", expr.span);
        }
        match &*expr.kind {
            ExprKind::Literal(value) => Ok(Num::Const(constant(value, expr.span)?)),
            ExprKind::Local(slot) => match scope.get(*slot) {
                Some(Bound::Uniform(Uni::Slot(slot))) => Ok(Num::Uniform(slot)),
                Some(Bound::Uniform(Uni::Const(word))) => Ok(Num::Const(word)),
                Some(Bound::Column(slot)) => Ok(Num::Slot(slot)),
                Some(Bound::Bits(_) | Bound::Occurrence(..) | Bound::Set(_) | Bound::Table(_))
                | None => refuse("this local", expr.span),
            },
            ExprKind::Now => Ok(Num::Now),
            ExprKind::Param(..) | ExprKind::State { .. } => Ok(Num::Cell(self.cell(scope, expr)?)),
            ExprKind::AgentAt(population, index) => {
                let index = Box::new(self.num(scope, index)?);
                let site = self.site(FaultKind::Index, expr.span);
                Ok(Num::AgentAt { population: *population, index, site })
            }
            ExprKind::IndexOf(agent) => {
                let agent = Box::new(self.num(scope, agent)?);
                Ok(Num::IndexOf { agent, site: self.site(FaultKind::Index, expr.span) })
            }
            ExprKind::Tie(ties, from, to) => {
                let ends = Box::new((self.num(scope, from)?, self.num(scope, to)?));
                Ok(Num::Weight { ties: *ties, ends, site: self.site(FaultKind::Index, expr.span) })
            }
            ExprKind::Superior(ties, of) => {
                let of = Box::new(self.num(scope, of)?);
                if !self.superiors.contains(ties) {
                    self.superiors.push(*ties);
                }
                let site = self.site(FaultKind::Index, expr.span);
                Ok(Num::Superior { ties: *ties, of, site })
            }
            ExprKind::Field(occurrence, field) => match self.occurrence(scope, occurrence) {
                Some((event, occurrence)) => Ok(Num::Field { event, occurrence, field: *field }),
                None => refuse("a field of this", expr.span),
            },
            ExprKind::ToReal(inner) => Ok(Num::ToReal(Box::new(self.num(scope, inner)?))),
            ExprKind::Negate(inner) => self.negated(scope, expr, inner),
            ExprKind::Binary(op, left, right) => {
                // Of all that is the same for every element, the whole is computed once.
                let inside = scope.level > 0 && !scope.once;
                let memo = if inside { self.memo(scope, expr, Polarity::Exact) } else { None };
                let around = scope.once;
                scope.once |= memo.is_some();
                let made = self.arithmetic(scope, expr, (*op, left, right));
                scope.once = around;
                Ok(once(memo, made?))
            }
            ExprKind::Builtin(function, arguments) => {
                self.builtin(scope, expr, *function, arguments)
            }
            _ => self.composed(scope, expr),
        }
    }

    fn composed(&mut self, scope: &mut Scope, expr: &Expr) -> Made<Num> {
        match &*expr.kind {
            ExprKind::If(condition, yes, no) => {
                let condition = self.condition(scope, condition)?;
                let (yes, no) = (self.num(scope, yes)?, self.num(scope, no)?);
                Ok(Num::If(Box::new((condition, yes, no))))
            }
            ExprKind::Match(subject, arms) => {
                let compiled = self.either(scope, subject)?;
                let arms = arms
                    .iter()
                    .map(|(pattern, arm)| Ok((self.pattern(pattern, arm)?, self.num(scope, arm)?)));
                let arms = arms.collect::<Made<Vec<_>>>()?;
                let subject = self.matched(scope, (subject, compiled), &arms);
                Ok(Num::Match(Box::new(subject), arms))
            }
            ExprKind::Let(slot, bound, body) => {
                let bind = self.bind(scope, *slot, bound)?;
                let body = self.num(scope, body)?;
                Ok(match bind {
                    Some(bind) => Num::Let(Box::new(bind), Box::new(body)),
                    None => body,
                })
            }
            ExprKind::Call(def, arguments) => {
                let (binds, mut inner) = self.enter(scope, *def, arguments)?;
                let model = self.model;
                let body = self.num(&mut inner, &model.defs[*def].body)?;
                let wrap = |body, bind| Num::Let(Box::new(bind), Box::new(body));
                let simple =
                    matches!(body, Num::Const(_) | Num::Slot(_) | Num::Cell(_) | Num::Once(..));
                let whole = binds.into_iter().rev().fold(body, wrap);
                let memo = if simple { None } else { self.memo(scope, expr, Polarity::Exact) };
                Ok(once(memo, whole))
            }
            ExprKind::Aggregate { op, value, binders, otherwise } => {
                self.aggregate(scope, expr, (*op, value.as_ref(), binders, otherwise.as_ref()))
            }
            ExprKind::Prev(inner, Some(start)) if scope.formula => {
                let inner = self.num(&mut scope.earlier(), inner)?;
                let start = self.num(scope, start)?;
                self.depth = self.depth.max(depth_of(expr, self.model));
                Ok(Num::Prev(Box::new(inner), Box::new(start)))
            }
            ExprKind::Initially(inner) if scope.formula => {
                self.from_start = true;
                Ok(Num::Initially(Box::new(self.num(&mut scope.earlier(), inner)?)))
            }
            ExprKind::At(world, arguments, inner) => {
                let world = self.world(scope, expr, (*world, arguments))?;
                let mut inside = scope.inside(&world);
                let reads = worlds::reads(self.model, inner);
                let inner = Box::new(self.num(&mut inside, inner)?);
                Ok(Num::At(world, self.site(FaultKind::Index, expr.span), reads, inner))
            }
            ExprKind::LocalAt(slot, indices) => {
                let (table, indices, site) = self.row(scope, expr, (*slot, indices))?;
                Ok(Num::Row { table, indices, site })
            }
            ExprKind::Distance(relation, from, to) => {
                let ends = Box::new((self.num(scope, from)?, self.num(scope, to)?));
                Ok(Num::Distance(self.relation(scope, *relation, expr)?, ends))
            }
            ExprKind::Edges(relation) => Ok(Num::Edges(self.relation(scope, *relation, expr)?)),
            _ => refuse(construct(expr), expr.span),
        }
    }

    /// An expression of either sort; what decides inside of it is exact.
    pub(super) fn either(&mut self, scope: &mut Scope, expr: &Expr) -> Made<Compiled> {
        match expr.ty {
            Type::Bool => Ok(Compiled::Bits(self.bits_of(scope, expr, Polarity::Exact)?)),
            _ => Ok(Compiled::Num(self.num(scope, expr)?)),
        }
    }

    /// What an arm matches; none: anything.
    pub(super) fn pattern(&mut self, pattern: &Pattern, arm: &Expr) -> Made<Option<i64>> {
        match pattern {
            Pattern::Value(Value::Real(_)) => refuse("a `match` of reals", arm.span),
            Pattern::Value(value) => Ok(Some(constant(value, arm.span)?)),
            Pattern::Wildcard => Ok(None),
        }
    }

    /// Binds a local to an expression; none where there is nothing to compute.
    pub(super) fn bind(
        &mut self,
        scope: &mut Scope,
        slot: crate::ir::Slot,
        bound: &Expr,
    ) -> Made<Option<Bind>> {
        if let Some(uniform) = self.uniform_of(scope, bound) {
            scope.bind(slot, Bound::Uniform(uniform), self.bounds(scope, bound));
            return Ok(None);
        }
        if let Type::Set(_) = bound.ty {
            let (set, bind) = self.bind_set(scope, bound)?;
            scope.bind(slot, Bound::Set(set), None);
            return Ok(Some(bind));
        }
        match self.either(scope, bound)? {
            Compiled::Bits(bits) => {
                let place = self.bit(scope.level);
                scope.bind(slot, Bound::Bits(place), None);
                Ok(Some(Bind::Bits(place, bits)))
            }
            Compiled::Num(num) => {
                let place = self.column(scope.level);
                scope.bind(slot, Bound::Column(place), self.bounds(scope, bound));
                Ok(Some(Bind::Num(place, num)))
            }
        }
    }

    /// A def's arguments, and the scope of its body.
    pub(super) fn enter(
        &mut self,
        scope: &mut Scope,
        def: DefId,
        arguments: &[Expr],
    ) -> Made<(Vec<Bind>, Scope)> {
        let mut inner = scope.inner(self.model.defs[def].frame);
        let mut binds = Vec::new();
        for (at, argument) in arguments.iter().enumerate() {
            let slot = <crate::ir::Slot as crate::base::id::Id>::new(at);
            let span = self.bounds(scope, argument);
            if let Some(uniform) = self.uniform_of(scope, argument) {
                inner.bind(slot, Bound::Uniform(uniform), span);
                continue;
            }
            if let ExprKind::Local(local) = &*argument.kind
                && let Some(bound) = scope.get(*local)
            {
                inner.bind(slot, bound, span);
                continue;
            }
            if let Type::Set(_) = argument.ty {
                let (set, bind) = self.bind_set(scope, argument)?;
                inner.bind(slot, Bound::Set(set), None);
                binds.push(bind);
                continue;
            }
            match self.either(scope, argument)? {
                Compiled::Bits(bits) => {
                    let place = self.bit(scope.level);
                    inner.bind(slot, Bound::Bits(place), None);
                    binds.push(Bind::Bits(place, bits));
                }
                Compiled::Num(num) => {
                    let place = self.column(scope.level);
                    inner.bind(slot, Bound::Column(place), span);
                    binds.push(Bind::Num(place, num));
                }
            }
        }
        Ok((binds, inner))
    }

    /// A value that is the same in all lanes, if that is plain to see.
    pub(super) fn uniform_of(&self, scope: &Scope, expr: &Expr) -> Option<Uni> {
        match &*expr.kind {
            ExprKind::Literal(value) if scalar(&expr.ty) => {
                super::super::run::word(value).map(Uni::Const)
            }
            ExprKind::Local(slot) => match scope.get(*slot) {
                Some(Bound::Uniform(uniform)) => Some(uniform),
                Some(
                    Bound::Column(_)
                    | Bound::Bits(_)
                    | Bound::Occurrence(..)
                    | Bound::Set(_)
                    | Bound::Table(_),
                )
                | None => None,
            },
            _ => None,
        }
    }

    /// A cell of a parameter or state.
    pub(super) fn cell(&mut self, scope: &mut Scope, expr: &Expr) -> Made<Cell> {
        let (var, indices) = match &*expr.kind {
            ExprKind::Param(param, indices) => (Var::Param(*param), indices),
            ExprKind::State { state, indices, primed: true } => (Var::New(*state), indices),
            ExprKind::State { state, indices, primed: false } => {
                if scope.setup
                    && !matches!(self.model.states[*state].start, crate::ir::model::Start::Free)
                {
                    return refuse("a start that reads one that is not free", expr.span);
                }
                (Var::Old(*state), indices)
            }
            _ => return refuse("a cell of this", expr.span),
        };
        let indices = self.indices(scope, indices)?;
        Ok(Cell { var, indices, site: self.cell_site(expr.span) })
    }

    /// Where a cell is outside; what comes right after is that its agent is not there.
    pub(super) fn cell_site(&mut self, place: crate::diag::Span) -> usize {
        let site = self.site(FaultKind::Index, place);
        self.site(FaultKind::Absent, place);
        site
    }

    /// Indices, in all lanes the same if that is plain to see.
    pub(super) fn indices(&mut self, scope: &mut Scope, indices: &[Expr]) -> Made<Indices> {
        let uniform: Option<Vec<Uni>> =
            indices.iter().map(|index| self.uniform_of(scope, index)).collect();
        Ok(match uniform {
            Some(uniform) => Indices::Uniform(uniform),
            None => {
                let nums = indices.iter().map(|index| self.num(scope, index));
                Indices::Varying(nums.collect::<Made<_>>()?)
            }
        })
    }

    fn negated(&mut self, scope: &mut Scope, expr: &Expr, inner: &Expr) -> Made<Num> {
        let operand = Box::new(self.num(scope, inner)?);
        let (op, kind) = match expr.ty {
            Type::Int => (Unary::NegateInt, FaultKind::Overflow),
            Type::Real => (Unary::NegateReal, FaultKind::NotANumber),
            _ => return refuse("this negation", expr.span),
        };
        Ok(Num::Unary { op, operand, site: self.site(kind, expr.span) })
    }

    fn arithmetic(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (op, left, right): (BinaryOp, &Expr, &Expr),
    ) -> Made<Num> {
        let real = match (&left.ty, &right.ty) {
            (Type::Int, Type::Int) => false,
            (Type::Real, Type::Real) => true,
            _ => return refuse("arithmetic of these types", expr.span),
        };
        use FaultKind as F;
        let (compiled, kind) = match (op, real) {
            (BinaryOp::Add, false) => (Binary::AddInt, F::Overflow),
            (BinaryOp::Subtract, false) => (Binary::SubtractInt, F::Overflow),
            (BinaryOp::Multiply, false) => (Binary::MultiplyInt, F::Overflow),
            (BinaryOp::Divide, false) => (Binary::DivideInt, F::Division),
            (BinaryOp::Div, false) => (Binary::DivInt, F::Division),
            (BinaryOp::Remainder, false) => (Binary::RemainderInt, F::Division),
            (BinaryOp::Add, true) => (Binary::AddReal, F::NotANumber),
            (BinaryOp::Subtract, true) => (Binary::SubtractReal, F::NotANumber),
            (BinaryOp::Multiply, true) => (Binary::MultiplyReal, F::NotANumber),
            (BinaryOp::Divide, true) => (Binary::DivideReal, F::Division),
            _ => return refuse("this operator", expr.span),
        };
        let spans = (self.bounds(scope, left), self.bounds(scope, right));
        let span = super::bounds::combined(op, spans.0, spans.1);
        let safe = if real { safe_reals(span) } else { safe_ints(span) };
        let sides = Box::new((self.num(scope, left)?, self.num(scope, right)?));
        // What comes right after a division by zero is a result past the type.
        let site = self.site(kind, expr.span);
        match compiled {
            Binary::DivideReal | Binary::DivideInt => drop(self.site(F::NotANumber, expr.span)),
            Binary::DivInt => drop(self.site(F::Overflow, expr.span)),
            _ => {}
        }
        Ok(Num::Binary { op: compiled, sides, site, checked: !safe })
    }

    fn builtin(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        function: Function,
        arguments: &[Expr],
    ) -> Made<Num> {
        let real = arguments.first().is_some_and(|first| first.ty == Type::Real);
        if arguments.iter().any(|e| (e.ty == Type::Real) != real || (!real && e.ty != Type::Int)) {
            return refuse("a function of these types", expr.span);
        }
        let mut nums = Vec::new();
        for argument in arguments {
            nums.push(self.num(scope, argument)?);
        }
        // What comes right after `no number` is a result past the ints.
        let site = self.site(FaultKind::NotANumber, expr.span);
        let overflow = self.site(FaultKind::Overflow, expr.span);
        let as_real = |num: Num| if real { num } else { Num::ToReal(Box::new(num)) };
        let unary = |op, num, site| Ok(Num::Unary { op, operand: Box::new(num), site });
        let pair =
            |op, a, b, site| Num::Binary { op, sides: Box::new((a, b)), site, checked: true };
        match (function, real, <[Num; 1]>::try_from(nums)) {
            (Function::Abs, false, Ok([a])) => unary(Unary::AbsInt, a, overflow),
            (Function::Abs, true, Ok([a])) => unary(Unary::AbsReal, a, overflow),
            (Function::Floor | Function::Ceil | Function::Round, false, Ok([a])) => Ok(a),
            (Function::Floor, true, Ok([a])) => unary(Unary::Floor, a, overflow),
            (Function::Ceil, true, Ok([a])) => unary(Unary::Ceil, a, overflow),
            (Function::Round, true, Ok([a])) => unary(Unary::Round, a, overflow),
            (Function::Sqrt, _, Ok([a])) => unary(Unary::Sqrt, as_real(a), site),
            (Function::Exp, _, Ok([a])) => unary(Unary::Exp, as_real(a), site),
            (Function::Log, _, Ok([a])) => unary(Unary::Log, as_real(a), site),
            (Function::Min | Function::Max, _, Ok([a])) => Ok(a),
            (Function::Min | Function::Max, _, Err(nums)) => {
                let op = match (function, real) {
                    (Function::Min, false) => Binary::MinInt,
                    (Function::Min, true) => Binary::MinReal,
                    (_, false) => Binary::MaxInt,
                    (_, true) => Binary::MaxReal,
                };
                let all = nums.into_iter().reduce(|a, b| pair(op, a, b, site));
                all.map_or_else(|| refuse("a function of nothing", expr.span), Ok)
            }
            (Function::Pow, _, Err(nums)) => match <[Num; 2]>::try_from(nums) {
                Ok([a, b]) if real => Ok(pair(Binary::PowReal, a, b, site)),
                Ok([a, b]) => Ok(pair(Binary::PowInt, a, b, site)),
                Err(_) => refuse("this `pow`", expr.span),
            },
            (Function::Clamp, _, Err(nums)) => match <[Num; 3]>::try_from(nums) {
                Ok(three) => Ok(self.clamp(scope, three, real, site)),
                Err(_) => refuse("this `clamp`", expr.span),
            },
            _ => refuse("this function", expr.span),
        }
    }

    /// `clamp(x, lo, hi)`: all three are computed before one is taken.
    fn clamp(&mut self, scope: &Scope, three: [Num; 3], real: bool, site: usize) -> Num {
        let places = [0; 3].map(|_| self.column(scope.level));
        let [x, lo, hi] = places.map(Num::Slot);
        let (least, most) = if real {
            (Binary::MinReal, Binary::MaxLastReal)
        } else {
            (Binary::MinInt, Binary::MaxInt)
        };
        let pair = |op, a, b| Num::Binary { op, sides: Box::new((a, b)), site, checked: false };
        let body = pair(most, pair(least, x, hi), lo);
        let binds = places.into_iter().zip(three).map(|(place, num)| Bind::Num(place, num));
        let binds: Vec<Bind> = binds.collect();
        binds.into_iter().rev().fold(body, |body, bind| Num::Let(Box::new(bind), Box::new(body)))
    }

    fn aggregate(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (op, value, binders, otherwise): (AggregateOp, Option<&Expr>, &[Binder], Option<&Expr>),
    ) -> Made<Num> {
        let otherwise = otherwise.map(|e| self.num(scope, e)).transpose()?;
        let loops = self.loops(scope, binders)?;
        let bag =
            loops.iter().any(|l| matches!(l.over, super::super::program::Over::Occurrences(..)));
        let Some(value) = value else {
            // Nothing counted is 0, and needs no other value.
            return match otherwise {
                None => Ok(once(self.memo(scope, expr, Polarity::Exact), Num::Count(loops))),
                Some(_) => refuse("`count` with `else`", expr.span),
            };
        };
        let real = match value.ty {
            Type::Real => true,
            Type::Int => false,
            _ => return refuse("an aggregate of this type", value.span),
        };
        let (op, checked) = match op {
            AggregateOp::Sum | AggregateOp::Mean => {
                let most = self.elements_max(binders.len());
                let sum = self.bounds(scope, value).map(|(lo, hi)| (lo * most, hi * most));
                let safe = if real { safe_reals(sum) } else { safe_ints(sum) };
                let op = if op == AggregateOp::Sum { FoldOp::Sum } else { FoldOp::Mean };
                (op, !safe)
            }
            AggregateOp::Min => (FoldOp::Min, false),
            AggregateOp::Max => (FoldOp::Max, false),
            AggregateOp::Argmax => (FoldOp::Argmax, false),
            AggregateOp::Count => return refuse("a `count` of values", expr.span),
        };
        if bag
            && (op == FoldOp::Argmax || checked || (real && op != FoldOp::Min && op != FoldOp::Max))
        {
            return refuse("an aggregate of events that depends on their order", expr.span);
        }
        let value = self.num(scope, value)?;
        let past = if real { FaultKind::NotANumber } else { FaultKind::Overflow };
        let sites = (self.site(past, expr.span), self.site(FaultKind::Empty, expr.span));
        let fold = Fold { op, real, value, loops, otherwise, checked, sites };
        Ok(once(self.memo(scope, expr, Polarity::Exact), Num::Fold(Box::new(fold))))
    }

    /// The occurrence that a local holds.
    pub(super) fn occurrence(
        &self,
        scope: &Scope,
        expr: &Expr,
    ) -> Option<(crate::ir::EventId, usize)> {
        match &*expr.kind {
            ExprKind::Local(slot) => match scope.get(*slot)? {
                Bound::Occurrence(event, occurrence) => Some((event, occurrence)),
                Bound::Uniform(_)
                | Bound::Column(_)
                | Bound::Bits(_)
                | Bound::Set(_)
                | Bound::Table(_) => None,
            },
            _ => None,
        }
    }

    /// Whether a structure has weights.
    pub(super) fn weighted(&self, ties: crate::ir::StructId) -> bool {
        matches!(self.model.structures[ties].shape, Shape::Weights { .. })
    }
}

/// A value that is computed once, if there is a place for it.
fn once(memo: Option<usize>, num: Num) -> Num {
    match memo {
        Some(memo) => Num::Once(memo, Box::new(num)),
        None => num,
    }
}

/// How many instants back an expression reads at most.
pub(super) fn depth_of(expr: &Expr, model: &crate::ir::Model) -> usize {
    let inner = expr.parts().into_iter().map(|part| depth_of(part, model)).max().unwrap_or(0);
    let called = expr.called().map_or(0, |def| depth_of(&model.defs[def].body, model));
    inner.max(called) + usize::from(matches!(&*expr.kind, ExprKind::Prev(..)))
}

/// What an expression that is not supported is called.
pub(super) fn construct(expr: &Expr) -> &'static str {
    match &*expr.kind {
        ExprKind::At(..) => "a world",
        ExprKind::Probability(_) | ExprKind::Expected(_) => "a probability or expected value",
        ExprKind::Temporal(..) | ExprKind::Until(..) | ExprKind::Since(..) => {
            "a temporal operator inside of a value"
        }
        _ => "this expression",
    }
}
