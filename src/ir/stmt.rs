//! Statements of steps and rules.

use super::expr::{Binder, Pattern};
use super::{Domain, EventId, Expr, SiteId, Slot, StateId};
use crate::diag::Span;

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// Where it was written.
    pub span: Span,
}

/// The statements of §5.
#[derive(Clone, PartialEq, Debug)]
#[allow(
    missing_docs,
    reason = "each variant is shown as it is written, and its fields are named there"
)]
pub enum StmtKind {
    /// `let x = e`
    Let(Slot, Expr),
    /// `x(i, …)' = e`
    Assign { state: StateId, indices: Vec<Expr>, value: Expr },
    /// `if c { } else { }`
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// `match e { … }`; one arm always fits
    Match(Expr, Vec<(Pattern, Vec<Stmt>)>),
    /// `for …: { }`, in lockstep; binders nest from the left
    For(Vec<Binder>, Vec<Stmt>),
    /// `choose x in D where e`; the slot holds the value when `filter` is read
    Choose { site: SiteId, slot: Slot, from: Source, filter: Option<Expr> },
    /// `choose x(a: S, …) in D where e`; the slot holds the whole table when `filter` is read
    ChooseJointly {
        site: SiteId,
        slot: Slot,
        indices: Vec<Binder>,
        from: Source,
        filter: Option<Expr>,
    },
    /// `draw x ~ DIST`
    Draw { site: SiteId, slot: Slot, dist: Dist },
    /// `emit ev(…)`: the fields in the order of declaration
    Emit(EventId, Vec<Expr>),
    /// `require e`
    Require(Expr),
    /// `halt`
    Halt,
}

/// What is chosen from.
#[derive(Clone, PartialEq, Debug)]
pub enum Source {
    /// A domain, known before the run (but for populations).
    Domain(Domain),
    /// A set, evaluated there.
    Set(Expr),
}

impl Stmt {
    /// Whether it may discard a run: a `require`, or a `choose` that nothing may meet.
    pub fn may_discard(&self) -> bool {
        let any = |block: &Vec<Stmt>| block.iter().any(Stmt::may_discard);
        match &self.kind {
            StmtKind::Require(_) => true,
            StmtKind::Choose { from, filter, .. }
            | StmtKind::ChooseJointly { from, filter, .. } => {
                filter.is_some() || from.may_be_empty()
            }
            StmtKind::If(_, yes, no) => any(yes) || any(no),
            StmtKind::Match(_, arms) => arms.iter().any(|(_, block)| any(block)),
            StmtKind::For(_, block) => any(block),
            StmtKind::Let(..)
            | StmtKind::Assign { .. }
            | StmtKind::Draw { .. }
            | StmtKind::Emit(..)
            | StmtKind::Halt => false,
        }
    }
}

impl Source {
    /// Whether there may be nothing in it: a set, or agents where there are none.
    fn may_be_empty(&self) -> bool {
        match self {
            Source::Set(_) | Source::Domain(Domain::Population(_) | Domain::Whole(_)) => true,
            Source::Domain(
                Domain::Ints(..) | Domain::Reals(..) | Domain::Values(..) | Domain::Optional(_),
            ) => false,
        }
    }
}

/// A distribution; parameters are read at the instant of the draw.
#[derive(Clone, PartialEq, Debug)]
pub enum Dist {
    /// true with probability p
    Bernoulli(Expr),
    /// ints if both ends are ints (inclusive), else reals
    Uniform(Expr, Expr),
    /// mean and standard deviation
    Normal(Expr, Expr),
    /// outcomes with weights, not negative, not all 0
    Categorical(Vec<(Expr, Expr)>),
}
