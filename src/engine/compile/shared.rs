//! Values that formulas ask for more than once: computed once at an instant.
//!
//! In: expressions that read no local from outside. Out: a place for the value of each; the same
//! for those that are alike but for where they are written and what their binders are called.

use std::collections::BTreeMap;

use super::scope::Polarity;
use crate::base::id::Id;
use crate::diag::{FileId, Span};
use crate::ir::expr::Binder;
use crate::ir::{Expr, ExprKind, Slot};

/// The places of values that several formulas may ask for.
#[derive(Default)]
pub(super) struct Shared {
    /// Whether formulas are compiled whose values may be shared.
    pub open: bool,
    known: Vec<(Expr, Polarity, usize)>,
}

impl Shared {
    /// The place of a value like this one, or the one that `make` gives.
    pub fn place(
        &mut self,
        expr: &Expr,
        polarity: Polarity,
        make: impl FnOnce() -> usize,
    ) -> usize {
        let expr = plain(expr);
        let known = self.known.iter().find(|known| (&known.0, known.1) == (&expr, polarity));
        if let Some((.., place)) = known {
            return *place;
        }
        let place = make();
        self.known.push((expr, polarity, place));
        place
    }
}

/// No place at all.
const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

/// An expression without its places and names.
fn plain(expr: &Expr) -> Expr {
    let mut expr = expr.clone();
    strip(&mut expr, &mut BTreeMap::new());
    expr
}

fn strip(expr: &mut Expr, slots: &mut BTreeMap<Slot, Slot>) {
    expr.span = NOWHERE;
    let mut bind = |slot: &mut Slot| {
        let next = Slot::new(slots.len());
        *slot = *slots.entry(*slot).or_insert(next);
    };
    let mut of_binder = |binder: &mut Binder| {
        bind(&mut binder.slot);
        binder.name.clear();
        binder.span = NOWHERE;
    };
    match &mut *expr.kind {
        ExprKind::Quantifier { binders, .. } | ExprKind::Aggregate { binders, .. } => {
            binders.iter_mut().for_each(of_binder);
        }
        ExprKind::SetFilter(binder) => of_binder(binder),
        ExprKind::Let(slot, ..) => bind(slot),
        ExprKind::Local(slot) | ExprKind::LocalAt(slot, _) => {
            *slot = slots.get(slot).copied().unwrap_or(*slot);
        }
        _ => {}
    }
    expr.parts_mut().into_iter().for_each(|part| strip(part, slots));
}

#[cfg(test)]
mod tests {
    use crate::analysis::analyse;
    use crate::diag::Sources;
    use crate::engine::{Ask, compile};
    use crate::ir::Value;
    use crate::syntax::parse;

    fn places(formulas: &[&str]) -> usize {
        let properties = formulas.iter().enumerate();
        let properties = properties.map(|(at, of)| format!("property p{at} {{ {of} }}\n"));
        let text = format!(
            "model m
             kind Agent {{ state x: 0..9 = 0  state r: 0.0..1.0 = 0.5 }}
             agents team: Agent[1..5]
             step {{ for a in team {{ a.x' = (a.x + 1) mod 10 }} }}
             {}",
            properties.collect::<String>()
        );
        let mut sources = Sources::default();
        let file = sources.add("m", text.clone());
        let (tree, _) = parse(file, &text);
        let (model, wrong) = analyse(&tree, &mut sources, &mut |_, _, _| Err("none".into()));
        let model = model.unwrap_or_else(|| panic!("{wrong:?}"));
        let formulas = model.properties.iter();
        let formulas = formulas.map(|of| (&of.formula, vec![Value::None; of.frame])).collect();
        compile(&model, &Ask { formulas, ..Ask::default() }).expect("a program").memos
    }

    #[test]
    fn what_formulas_have_in_common_has_one_place() {
        let count = "count(a in team where a.x > 3)";
        let same = "count(member in team where member.x > 3)";
        let both = places(&[&format!("always {count} < 2"), &format!("eventually {same} == 4")]);
        assert_eq!(both, places(&[&format!("always {count} < 2")]));
        let other = "count(a in team where a.x > 4)";
        assert!(places(&[&format!("always {count} < {other}")]) > both);
        let pairs =
            |formula: &str| format!("always count(a in team, b in team where {formula}) < 9");
        let turned = places(&[&pairs("a.x > 2 * b.x"), &pairs("b.x > 2 * a.x")]);
        assert!(turned > places(&[&pairs("a.x > 2 * b.x")]));
        // What is near is so in favour of one side here, and of the other there.
        let near = "(exists a in team: a.r <= 0.3)";
        let one = places(&[&format!("always {near}")]);
        assert!(places(&[&format!("always {near}"), &format!("eventually not {near}")]) > one);
    }
}
