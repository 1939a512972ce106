//! Going through an expression or statement to change it: the same parts as in `parts`, mutable.

use super::expr::Binder;
use super::stmt::{Dist, Source, Stmt, StmtKind};
use super::{Expr, ExprKind};

impl Expr {
    /// The expressions directly under this one, as [`Expr::parts`] gives them.
    pub fn parts_mut(&mut self) -> Vec<&mut Expr> {
        match &mut *self.kind {
            ExprKind::Literal(_)
            | ExprKind::Local(_)
            | ExprKind::Now
            | ExprKind::Population(_)
            | ExprKind::Kind(_)
            | ExprKind::All(_)
            | ExprKind::Connected(_)
            | ExprKind::Acyclic(_)
            | ExprKind::Edges(_)
            | ExprKind::Occurrences(_) => Vec::new(),
            ExprKind::LocalAt(_, exprs)
            | ExprKind::Param(_, exprs)
            | ExprKind::State { indices: exprs, .. }
            | ExprKind::Call(_, exprs)
            | ExprKind::SetList(exprs)
            | ExprKind::Builtin(_, exprs) => exprs.iter_mut().collect(),
            ExprKind::AgentAt(_, e)
            | ExprKind::IndexOf(e)
            | ExprKind::Neighbours(_, e)
            | ExprKind::Superior(_, e)
            | ExprKind::Field(e, _)
            | ExprKind::ToReal(e)
            | ExprKind::ToSet(e)
            | ExprKind::Not(e)
            | ExprKind::Negate(e)
            | ExprKind::InDomain(e, _)
            | ExprKind::Temporal(_, _, e)
            | ExprKind::Initially(e)
            | ExprKind::Probability(e)
            | ExprKind::Expected(e) => vec![e],
            ExprKind::Tie(_, a, b)
            | ExprKind::Reaches(_, a, b)
            | ExprKind::Distance(_, a, b)
            | ExprKind::Binary(_, a, b)
            | ExprKind::Let(_, a, b)
            | ExprKind::Until(_, a, b)
            | ExprKind::Since(_, a, b) => vec![a, b],
            ExprKind::If(a, b, c) => vec![a, b, c],
            ExprKind::Match(e, arms) => {
                std::iter::once(e).chain(arms.iter_mut().map(|(_, arm)| arm)).collect()
            }
            ExprKind::SetFilter(binder) => binder_parts(binder).collect(),
            ExprKind::Quantifier { binders, body, .. } => {
                binders.iter_mut().flat_map(binder_parts).chain([body]).collect()
            }
            ExprKind::Aggregate { value, binders, otherwise, .. } => {
                binders.iter_mut().flat_map(binder_parts).chain(value).chain(otherwise).collect()
            }
            ExprKind::Prev(e, start) => std::iter::once(e).chain(start).collect(),
            ExprKind::At(_, exprs, e) => exprs.iter_mut().chain([e]).collect(),
        }
    }
}

impl Stmt {
    /// The expressions directly in this statement, as [`Stmt::exprs`] gives them.
    pub fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        match &mut self.kind {
            StmtKind::Let(_, e)
            | StmtKind::If(e, ..)
            | StmtKind::Match(e, _)
            | StmtKind::Require(e) => vec![e],
            StmtKind::Assign { indices, value, .. } => indices.iter_mut().chain([value]).collect(),
            StmtKind::For(binders, _) => binders.iter_mut().flat_map(binder_parts).collect(),
            StmtKind::Choose { from, filter, .. } => {
                set_of(from).into_iter().chain(filter).collect()
            }
            StmtKind::ChooseJointly { indices, from, filter, .. } => {
                let indices = indices.iter_mut().flat_map(binder_parts);
                indices.chain(set_of(from)).chain(filter).collect()
            }
            StmtKind::Draw { dist, .. } => match dist {
                Dist::Bernoulli(p) => vec![p],
                Dist::Uniform(a, b) | Dist::Normal(a, b) => vec![a, b],
                Dist::Categorical(rows) => rows.iter_mut().flat_map(|(a, b)| [a, b]).collect(),
            },
            StmtKind::Emit(_, fields) => fields.iter_mut().collect(),
            StmtKind::Halt => Vec::new(),
        }
    }

    /// The blocks directly in this statement.
    pub fn blocks_mut(&mut self) -> Vec<&mut Vec<Stmt>> {
        match &mut self.kind {
            StmtKind::If(_, yes, no) => vec![yes, no],
            StmtKind::Match(_, arms) => arms.iter_mut().map(|(_, block)| block).collect(),
            StmtKind::For(_, block) => vec![block],
            StmtKind::Let(..)
            | StmtKind::Assign { .. }
            | StmtKind::Choose { .. }
            | StmtKind::ChooseJointly { .. }
            | StmtKind::Draw { .. }
            | StmtKind::Emit(..)
            | StmtKind::Require(_)
            | StmtKind::Halt => Vec::new(),
        }
    }
}

fn set_of(from: &mut Source) -> Option<&mut Expr> {
    match from {
        Source::Set(set) => Some(set),
        Source::Domain(_) => None,
    }
}

fn binder_parts(binder: &mut Binder) -> impl Iterator<Item = &mut Expr> {
    std::iter::once(&mut binder.set).chain(&mut binder.filter)
}
