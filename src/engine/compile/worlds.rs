//! Worlds: which one is read, and what is known of a run that has ended before the others.

use super::super::program::{Reads, World};
use super::scope::Scope;
use super::{Compiler, Made, refuse};
use crate::ir::{Domain, Expr, ExprKind, Model, Type, WorldId};
use crate::syntax::ast::BinaryOp;

/// Whether an expression speaks of worlds.
pub(super) fn speaks(model: &Model, expr: &Expr) -> bool {
    matches!(&*expr.kind, ExprKind::At(..))
        || expr.parts().into_iter().any(|part| speaks(model, part))
        || expr.called().is_some_and(|def| speaks(model, &model.defs[def].body))
}

/// Whether an expression reads what a run holds.
pub(super) fn reads(model: &Model, expr: &Expr) -> Reads {
    if !holds_state(model, expr) {
        return Reads::Never;
    }
    if surely(expr) { Reads::Always } else { Reads::Perhaps }
}

/// Whether a state or what occurs is read anywhere in an expression.
fn holds_state(model: &Model, expr: &Expr) -> bool {
    use crate::ir::expr::Relation;
    let own = match &*expr.kind {
        ExprKind::State { .. } | ExprKind::Occurrences(_) => true,
        ExprKind::Reaches(relation, ..)
        | ExprKind::Distance(relation, ..)
        | ExprKind::Connected(relation)
        | ExprKind::Acyclic(relation)
        | ExprKind::Edges(relation) => matches!(relation, Relation::State(_)),
        _ => false,
    };
    own || expr.parts().into_iter().any(|part| holds_state(model, part))
        || expr.called().is_some_and(|def| holds_state(model, &model.defs[def].body))
}

/// Whether a state is read before anything can decide or go wrong: cells at plain indices and
/// comparisons of such.
fn surely(expr: &Expr) -> bool {
    match &*expr.kind {
        ExprKind::State { indices, .. } => indices.iter().all(plain),
        ExprKind::Not(inner) | ExprKind::ToReal(inner) | ExprKind::At(_, _, inner) => surely(inner),
        ExprKind::Binary(
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual,
            left,
            right,
        ) => (surely(left) && (surely(right) || plain(right))) || (plain(left) && surely(right)),
        _ => false,
    }
}

fn plain(expr: &Expr) -> bool {
    match &*expr.kind {
        ExprKind::Literal(_) | ExprKind::Local(_) | ExprKind::Now => true,
        ExprKind::ToReal(inner) => plain(inner),
        _ => false,
    }
}

impl Compiler<'_> {
    /// The world of an `@`.
    pub(super) fn world(
        &mut self,
        scope: &Scope,
        expr: &Expr,
        (id, arguments): (WorldId, &[Expr]),
    ) -> Made<World> {
        if scope.world.is_some() || !scope.formula {
            return refuse("a world in a world", expr.span);
        }
        let arguments = arguments.iter().map(|argument| match self.uniform_of(scope, argument) {
            Some(uniform) => Ok(uniform),
            None => refuse("a world of an agent that is computed", argument.span),
        });
        Ok(World { id, arguments: arguments.collect::<Made<_>>()? })
    }

    /// Whether it depends on who is there what a domain holds.
    pub(super) fn absent_from(&self, domain: &Domain) -> bool {
        match domain {
            Domain::Population(_) | Domain::Whole(Type::Agent(_)) => self.worlds,
            Domain::Optional(inner) => self.absent_from(inner),
            Domain::Whole(_) | Domain::Ints(..) | Domain::Reals(..) | Domain::Values(..) => false,
        }
    }
}
