//! How high and how large an expression is with its calls filled in: what is too deep or too
//! much to run is refused here.

use super::scope::Context;
use super::types::broken;
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::expr::Relation;
use crate::ir::{DefId, Expr, ExprKind};

/// The highest tree, calls filled in.
pub(super) const HEIGHT_MAX: u32 = 512;
/// The most nodes, calls filled in.
const NODES_MAX: u64 = 10_000_000;

/// Height and nodes of a tree, calls filled in.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Size {
    /// How many expressions stand within each other.
    pub height: u32,
    /// How many there are.
    pub nodes: u64,
}

impl Size {
    fn beside(self, other: Size) -> Size {
        Size {
            height: self.height.max(other.height),
            nodes: self.nodes.saturating_add(other.nodes),
        }
    }
}

/// The expression, or an error where it is too large.
pub(super) fn check(cx: &mut Context<'_>, expr: Expr) -> Expr {
    let size = size(cx, &expr);
    let span = expr.span;
    if size.height > HEIGHT_MAX {
        refuse_depth(cx, span);
        broken(span)
    } else if size.nodes > NODES_MAX {
        let message = "this is too large, with the defs that it calls filled in";
        cx.report(
            Diagnostic::error(code::TOO_LARGE, span, message)
                .label(span, format!("more than {NODES_MAX} expressions"))
                .help("a def that calls another twice doubles it: bind the value with `let`"),
        );
        broken(span)
    } else {
        expr
    }
}

/// An error for what is nested too deeply.
pub(super) fn refuse_depth(cx: &mut Context<'_>, span: Span) {
    let message = "this is nested too deeply, with the defs that it calls filled in";
    if cx.diagnostics.iter().any(|told| told.code == code::TOO_LARGE && told.message == message) {
        return;
    }
    cx.report(
        Diagnostic::error(code::TOO_LARGE, span, message)
            .label(span, format!("more than {HEIGHT_MAX} deep"))
            .help("split it, or keep a part of it in a `state`"),
    );
}

fn of_def(cx: &Context<'_>, def: DefId) -> Size {
    cx.defs.size(def)
}

/// The size of a tree.
pub(super) fn size(cx: &Context<'_>, expr: &Expr) -> Size {
    let called = match &*expr.kind {
        ExprKind::Call(def, _) => of_def(cx, *def),
        ExprKind::Reaches(Relation::Def(def), ..)
        | ExprKind::Distance(Relation::Def(def), ..)
        | ExprKind::Connected(Relation::Def(def))
        | ExprKind::Acyclic(Relation::Def(def))
        | ExprKind::Edges(Relation::Def(def)) => of_def(cx, *def),
        _ => Size::default(),
    };
    let mut parts = called;
    for part in expr.parts() {
        parts = parts.beside(size(cx, part));
    }
    Size { height: parts.height + 1, nodes: parts.nodes.saturating_add(1) }
}
