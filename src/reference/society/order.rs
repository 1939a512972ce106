//! The order in which derived parameters are computed.
//!
//! In: a model. Out: its derived parameters, each after those that it reads; a fault where
//! one is derived from itself.

use crate::ir::reads::reads;
use crate::ir::{Expr, ExprKind, Model, ParamId};
use crate::trace::{Fault, FaultKind};

/// The derived parameters, each after those that it reads.
// spec: items.param
pub(super) fn derived(model: &Model) -> Result<Vec<ParamId>, Fault> {
    let mut order = Order { model, done: Vec::new(), open: Vec::new() };
    for (id, _) in model.params.pairs().filter(|(_, param)| param.derived) {
        order.visit(id)?;
    }
    Ok(order.done)
}

struct Order<'a> {
    model: &'a Model,
    done: Vec<ParamId>,
    open: Vec<ParamId>,
}

impl Order<'_> {
    fn visit(&mut self, id: ParamId) -> Result<(), Fault> {
        let param = &self.model.params[id];
        if !param.derived || self.done.contains(&id) {
            return Ok(());
        }
        if self.open.contains(&id) {
            let message = format!("`{}` is derived from itself", param.name);
            return Err(Fault { kind: FaultKind::Domain, message, span: param.span });
        }
        self.open.push(id);
        if let Some(value) = &param.value {
            for read in reads(self.model, &value.expr).params {
                self.visit(read)?;
            }
        }
        self.open.pop();
        self.done.push(id);
        Ok(())
    }
}

/// How many slots an expression writes or reads, beyond those that are given.
pub(super) fn slots(expr: &Expr) -> usize {
    let mut most = 0;
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        let own = match &*expr.kind {
            ExprKind::Local(slot) | ExprKind::LocalAt(slot, _) | ExprKind::Let(slot, ..) => {
                Some(*slot)
            }
            ExprKind::SetFilter(binder) => Some(binder.slot),
            ExprKind::Quantifier { binders, .. } | ExprKind::Aggregate { binders, .. } => {
                binders.iter().map(|binder| binder.slot).max()
            }
            _ => None,
        };
        most = most.max(own.map_or(0, |slot| slot.0 as usize + 1));
        open.extend(expr.parts());
    }
    most
}
