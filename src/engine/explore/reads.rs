//! What of a run, besides the state, decides how it goes on and what is said of it.
//!
//! In: a model and a property. Out: whether the number of the instant is read, whether the
//! property reads events, and the first thing for which a state is not enough.

use std::collections::BTreeSet;

use crate::analysis::walk;
use crate::diag::Span;
use crate::ir::{DefId, Expr, ExprKind, Model, PropId};

/// What is read besides the state.
#[derive(Default)]
pub(super) struct Reads {
    /// The number of the instant.
    pub now: bool,
    /// What occurs, by the property.
    pub events: bool,
    /// What needs more than that.
    pub beyond: Option<(&'static str, Span)>,
}

/// What a model and a property read besides the state.
pub(super) fn reads(model: &Model, property: PropId) -> Reads {
    let mut found = Reads::default();
    let mut seen = BTreeSet::new();
    for of_property in [false, true] {
        let mut open: Vec<DefId> = Vec::new();
        let mut look = |expr: &Expr| found.look(expr, of_property, &mut open);
        match of_property {
            false => walk::system(model, &mut look),
            true => walk::property(&model.properties[property], &mut look),
        }
        while let Some(def) = open.pop() {
            if seen.insert((def, of_property)) {
                walk::expr(&model.defs[def].body, &mut |expr| {
                    found.look(expr, of_property, &mut open);
                });
            }
        }
    }
    found
}

impl Reads {
    fn look(&mut self, expr: &Expr, of_property: bool, open: &mut Vec<DefId>) {
        open.extend(expr.called());
        let mut beyond = |what| {
            self.beyond.get_or_insert((what, expr.span));
        };
        match &*expr.kind {
            ExprKind::Quantifier { binders, .. } | ExprKind::Aggregate { binders, .. }
                if binders.iter().any(|binder| binder.window.is_some()) =>
            {
                beyond("events of a window");
            }
            ExprKind::SetFilter(binder) if binder.window.is_some() => beyond("events of a window"),
            ExprKind::Now => self.now = true,
            ExprKind::Occurrences(_) if of_property => self.events = true,
            ExprKind::Occurrences(_) => beyond("a step that reads events"),
            ExprKind::Prev(..) => beyond("`prev`"),
            // Of a formula, what the start decides is asked there.
            ExprKind::Initially(_) if !of_property => beyond("a step that reads the start"),
            ExprKind::At(..) => beyond("worlds"),
            _ => {}
        }
    }
}
