//! Going through an expression: what it is directly made of.
//!
//! One place knows the children of every variant; all walks of a model go through it.

use super::expr::{Binder, Relation};
use super::stmt::{Dist, Source, Stmt, StmtKind};
use super::{DefId, Expr, ExprKind};

impl Expr {
    /// The expressions directly under this one, from the left; those of binders included. Bodies
    /// of defs stand in the model's table.
    pub fn parts(&self) -> Vec<&Expr> {
        match &*self.kind {
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
            | ExprKind::Builtin(_, exprs) => exprs.iter().collect(),
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
                std::iter::once(e).chain(arms.iter().map(|(_, arm)| arm)).collect()
            }
            ExprKind::SetFilter(binder) => binder_parts(binder).collect(),
            ExprKind::Quantifier { binders, body, .. } => {
                binders.iter().flat_map(binder_parts).chain([body]).collect()
            }
            ExprKind::Aggregate { value, binders, otherwise, .. } => {
                binders.iter().flat_map(binder_parts).chain(value).chain(otherwise).collect()
            }
            ExprKind::Prev(e, start) => std::iter::once(e).chain(start).collect(),
            ExprKind::At(_, exprs, e) => exprs.iter().chain([e]).collect(),
        }
    }

    /// The relation that it asks about.
    pub fn related(&self) -> Option<Relation> {
        match &*self.kind {
            ExprKind::Reaches(relation, ..)
            | ExprKind::Distance(relation, ..)
            | ExprKind::Connected(relation)
            | ExprKind::Acyclic(relation)
            | ExprKind::Edges(relation) => Some(*relation),
            _ => None,
        }
    }

    /// The def that it calls, itself or as a relation.
    pub fn called(&self) -> Option<DefId> {
        match (&*self.kind, self.related()) {
            (ExprKind::Call(def, _), _) => Some(*def),
            (_, Some(Relation::Def(def))) => Some(def),
            _ => None,
        }
    }
}

impl Stmt {
    /// The expressions directly in this statement, from the left; those of binders included.
    pub fn exprs(&self) -> Vec<&Expr> {
        match &self.kind {
            StmtKind::Let(_, e)
            | StmtKind::If(e, ..)
            | StmtKind::Match(e, _)
            | StmtKind::Require(e) => vec![e],
            StmtKind::Assign { indices, value, .. } => indices.iter().chain([value]).collect(),
            StmtKind::For(binders, _) => binders.iter().flat_map(binder_parts).collect(),
            StmtKind::Choose { from, filter, .. } => from.set().into_iter().chain(filter).collect(),
            StmtKind::ChooseJointly { indices, from, filter, .. } => {
                let indices = indices.iter().flat_map(binder_parts);
                indices.chain(from.set()).chain(filter).collect()
            }
            StmtKind::Draw { dist, .. } => dist.exprs(),
            StmtKind::Emit(_, fields) => fields.iter().collect(),
            StmtKind::Halt => Vec::new(),
        }
    }

    /// The blocks directly in this statement.
    pub fn blocks(&self) -> Vec<&[Stmt]> {
        match &self.kind {
            StmtKind::If(_, yes, no) => vec![yes, no],
            StmtKind::Match(_, arms) => arms.iter().map(|(_, block)| &block[..]).collect(),
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

impl Source {
    fn set(&self) -> Option<&Expr> {
        match self {
            Source::Set(set) => Some(set),
            Source::Domain(_) => None,
        }
    }
}

impl Dist {
    fn exprs(&self) -> Vec<&Expr> {
        match self {
            Dist::Bernoulli(p) => vec![p],
            Dist::Uniform(a, b) | Dist::Normal(a, b) => vec![a, b],
            Dist::Categorical(rows) => rows.iter().flat_map(|(a, b)| [a, b]).collect(),
        }
    }
}

fn binder_parts(binder: &Binder) -> impl Iterator<Item = &Expr> {
    std::iter::once(&binder.set).chain(&binder.filter)
}
