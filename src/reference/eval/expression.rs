//! Evaluation, construct by construct. What is more than a line stands in a file of its own.

use super::view::{Here, Stop, View, fault};
use super::{arithmetic, binders, compare, logic, read, relations, sets, temporal, ties};
use crate::base::id::Id;
use crate::ir::{DefId, Expr, ExprKind, Value};
use crate::syntax::ast::BinaryOp;
use crate::trace::FaultKind;

/// The value of `expr`. Locals are read from `frame`; `let` and binders write theirs.
pub fn eval(view: &View<'_>, frame: &mut [Value], expr: &Expr) -> Result<Value, Stop> {
    match &*expr.kind {
        ExprKind::Literal(value) => Ok(value.clone()),
        ExprKind::Local(slot) => Ok(frame[slot.index()].clone()),
        ExprKind::LocalAt(slot, indices) => {
            let indices = values(view, frame, indices)?;
            read::row(view, expr.span, &frame[slot.index()], &indices)
        }
        ExprKind::Now => Ok(Value::Int(i64::from(read::now(view)))),
        ExprKind::Param(param, indices) => {
            let indices = values(view, frame, indices)?;
            read::param(view, expr.span, *param, &indices)
        }
        ExprKind::State { state, indices, primed } => {
            let indices = values(view, frame, indices)?;
            read::state(view, expr.span, *state, &indices, *primed)
        }
        ExprKind::Population(_)
        | ExprKind::Kind(_)
        | ExprKind::All(_)
        | ExprKind::ToSet(_)
        | ExprKind::SetList(_)
        | ExprKind::SetFilter(_) => set(view, frame, expr),
        ExprKind::AgentAt(..)
        | ExprKind::IndexOf(_)
        | ExprKind::Tie(..)
        | ExprKind::Neighbours(..)
        | ExprKind::Superior(..)
        | ExprKind::Reaches(..)
        | ExprKind::Distance(..)
        | ExprKind::Connected(_)
        | ExprKind::Acyclic(_)
        | ExprKind::Edges(_) => of_agents(view, frame, expr),
        ExprKind::Field(occurrence, field) => {
            read::field(view, &eval(view, frame, occurrence)?, *field)
        }
        ExprKind::Occurrences(event) => read::occurrences(view, *event),
        ExprKind::Call(def, arguments) => {
            call(view, *def, values(&view.exact(), frame, arguments)?)
        }
        ExprKind::ToReal(inner) => arithmetic::to_real(eval(view, frame, inner)?),
        ExprKind::Negate(inner) => arithmetic::negate(eval(view, frame, inner)?, expr.span),
        ExprKind::Binary(op, left, right) => binary(view, frame, expr, (*op, left, right)),
        ExprKind::InDomain(inner, domain) => {
            let value = eval(&view.exact(), frame, inner)?;
            Ok(Value::Bool(sets::within(view, &value, domain)))
        }
        ExprKind::Aggregate { op, value, binders, otherwise } => {
            let parts = binders::Aggregate { op: *op, value: value.as_ref(), binders };
            binders::aggregate(&view.exact(), frame, expr, &parts, otherwise.as_ref())
        }
        ExprKind::Builtin(function, arguments) => {
            arithmetic::builtin(*function, &values(view, frame, arguments)?, expr)
        }
        ExprKind::Not(_)
        | ExprKind::If(..)
        | ExprKind::Match(..)
        | ExprKind::Let(..)
        | ExprKind::Quantifier { .. } => logic::eval(view, frame, expr),
        ExprKind::Temporal(..)
        | ExprKind::Until(..)
        | ExprKind::Since(..)
        | ExprKind::Initially(_)
        | ExprKind::Prev(..)
        | ExprKind::At(..) => timed(view, frame, expr),
        ExprKind::Probability(_) | ExprKind::Expected(_) => {
            Err(Stop::Unknown("a probability or expectation has no value in one run".to_owned()))
        }
    }
}

/// Sets that are named, listed or filtered.
fn set(view: &View<'_>, frame: &mut [Value], expr: &Expr) -> Result<Value, Stop> {
    match &*expr.kind {
        ExprKind::Population(population) => Ok(sets::population(view, *population)),
        ExprKind::Kind(kind) => Ok(sets::kind(view, *kind)),
        ExprKind::All(domain) => sets::domain(view, expr.span, domain),
        ExprKind::ToSet(inner) => Ok(sets::to_set(eval(view, frame, inner)?)),
        ExprKind::SetList(items) => Ok(sets::listed(values(&view.exact(), frame, items)?)),
        ExprKind::SetFilter(binder) => {
            binders::elements(&view.exact(), frame, binder).map(sets::listed)
        }
        _ => eval(view, frame, expr),
    }
}

/// Agents by number, and how they are tied.
fn of_agents(view: &View<'_>, frame: &mut [Value], expr: &Expr) -> Result<Value, Stop> {
    match &*expr.kind {
        ExprKind::AgentAt(population, index) => {
            let index = eval(&view.exact(), frame, index)?;
            read::agent_at(view, expr.span, *population, &index)
        }
        ExprKind::IndexOf(agent) => {
            let agent = eval(view, frame, agent)?;
            read::index_of(view, expr.span, &agent)
        }
        ExprKind::Tie(structure, from, to) => {
            let ends = [eval(view, frame, from)?, eval(view, frame, to)?];
            ties::tie(view, expr.span, *structure, &ends)
        }
        ExprKind::Neighbours(structure, agent) => {
            let agent = eval(view, frame, agent)?;
            ties::neighbours(view, expr.span, *structure, &agent)
        }
        ExprKind::Superior(structure, agent) => {
            let agent = eval(view, frame, agent)?;
            ties::superior(view, expr.span, *structure, &agent)
        }
        ExprKind::Reaches(relation, from, to) => {
            let ends = (eval(view, frame, from)?, eval(view, frame, to)?);
            relations::reaches(view, *relation, &ends.0, &ends.1)
        }
        ExprKind::Distance(relation, from, to) => {
            let ends = (eval(view, frame, from)?, eval(view, frame, to)?);
            relations::distance(view, *relation, &ends.0, &ends.1)
        }
        ExprKind::Connected(relation) => relations::connected(view, *relation),
        ExprKind::Acyclic(relation) => relations::acyclic(view, *relation),
        ExprKind::Edges(relation) => relations::edges(view, *relation),
        _ => eval(view, frame, expr),
    }
}

/// The truth of a formula.
pub fn truth(view: &View<'_>, frame: &mut [Value], expr: &Expr) -> Result<bool, Stop> {
    match eval(view, frame, expr)? {
        Value::Bool(truth) => Ok(truth),
        Value::Unrecorded => Err(Stop::Unknown("a value was never recorded".to_owned())),
        other => Err(fault(
            FaultKind::Domain,
            expr.span,
            format!("a bool is wanted here, and this is {other:?}"),
        )),
    }
}

/// The values of `exprs`, from the left.
pub fn values(view: &View<'_>, frame: &mut [Value], exprs: &[Expr]) -> Result<Vec<Value>, Stop> {
    exprs.iter().map(|expr| eval(view, frame, expr)).collect()
}

/// A def's body with its arguments in a frame of its own.
pub fn call(view: &View<'_>, def: DefId, arguments: Vec<Value>) -> Result<Value, Stop> {
    let def = &view.model.defs[def];
    eval(view, &mut frame_of(arguments, def.frame), &def.body)
}

/// A frame of `size` slots that starts with `values`.
pub fn frame_of(mut values: Vec<Value>, size: usize) -> Vec<Value> {
    if values.len() < size {
        values.resize(size, Value::None);
    }
    values
}

fn binary(
    view: &View<'_>,
    frame: &mut [Value],
    expr: &Expr,
    (op, left, right): (BinaryOp, &Expr, &Expr),
) -> Result<Value, Stop> {
    match op {
        BinaryOp::And | BinaryOp::Or | BinaryOp::Implies => logic::eval(view, frame, expr),
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::Contains
        | BinaryOp::StartsWith
        | BinaryOp::Matches => {
            let sides = compare::sides(view, frame, left, right)?;
            compare::compare(view, op, (left, right), &sides).map(Value::Bool)
        }
        BinaryOp::In => sets::member(&view.exact(), frame, left, right).map(Value::Bool),
        BinaryOp::Range => {
            let ends = (eval(view, frame, left)?, eval(view, frame, right)?);
            sets::range(&ends.0, &ends.1, expr.span)
        }
        BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Div
        | BinaryOp::Remainder
        | BinaryOp::Intersect => {
            let (a, b) = (eval(view, frame, left)?, eval(view, frame, right)?);
            match (a, b) {
                (Value::Set(a), Value::Set(b)) => Ok(sets::combine(op, &a, &b)),
                (a, b) => arithmetic::binary(op, &a, &b, expr.span),
            }
        }
    }
}

/// Temporal operators and worlds: formulas only.
fn timed(view: &View<'_>, frame: &mut [Value], expr: &Expr) -> Result<Value, Stop> {
    match view.here {
        Here::Formula(formula) => temporal::eval(view, formula, frame, expr),
        Here::Setup | Here::Step { .. } => Err(fault(
            FaultKind::Domain,
            expr.span,
            "temporal operators and worlds have no meaning outside of a property",
        )),
    }
}
