//! Every expression of a tree.
//!
//! In: a tree. Out: its expressions, parents before children, in the order of the text.

use super::ast::{
    Binder, Block, Dist, Expr, ExprKind, Family, File, Interval, Item, ItemKind, Pin, PinKind,
    PinValue, Setting, SettingValue, Shape, Start, Stmt, StmtKind, Structure, TypeExpr, TypeKind,
    TypeOrSet, World,
};

/// The outermost expressions of a file.
pub fn file_roots(file: &File) -> Vec<&Expr> {
    let mut roots = Vec::new();
    file.items.iter().for_each(|item| item_roots(item, &mut roots));
    roots
}

/// The outermost expressions of pins.
pub fn pin_roots(pins: &[Pin]) -> Vec<&Expr> {
    let mut roots = Vec::new();
    pins.iter().for_each(|pin| pin_exprs(pin, &mut roots));
    roots
}

fn item_roots<'a>(item: &'a Item, roots: &mut Vec<&'a Expr>) {
    match &item.kind {
        ItemKind::Const { ty, value, .. } => {
            ty.iter().for_each(|ty| type_exprs(ty, roots));
            roots.push(value);
        }
        ItemKind::Enum { .. } | ItemKind::Schedule(_) => {}
        ItemKind::Kind { fields, .. } => fields.iter().for_each(|field| item_roots(field, roots)),
        ItemKind::Agents { size, .. } => {
            if let Some(size) = size {
                roots.push(&size.lo);
                roots.extend(&size.hi);
            }
        }
        ItemKind::Structure(structure) => structure_exprs(structure, roots),
        ItemKind::Param { indices, domain, value, .. } => {
            roots.extend(indices);
            domain.iter().for_each(|domain| type_exprs(domain, roots));
            roots.extend(value);
        }
        ItemKind::State { indices, domain, start, .. } => {
            roots.extend(indices.iter().map(|index| &index.set));
            type_exprs(domain, roots);
            match start {
                Some(Start::Value(value)) => roots.push(value),
                Some(Start::Draw(dist)) => dist_exprs(dist, roots),
                None => {}
            }
        }
        ItemKind::Event { fields, .. } => {
            fields.iter().for_each(|(_, ty)| type_exprs(ty, roots));
        }
        ItemKind::Def { params, ty, body, .. } => {
            for param in params {
                roots.extend(param.indices.iter().flatten());
                type_exprs(&param.ty, roots);
            }
            ty.iter().for_each(|ty| type_exprs(ty, roots));
            roots.push(body);
        }
        ItemKind::Assume(value)
        | ItemKind::Measure { value, .. }
        | ItemKind::Invariant { formula: value, .. } => roots.push(value),
        ItemKind::Step(body) => block_exprs(body, roots),
        ItemKind::Rule { binders, when, body, .. } => {
            binders.iter().for_each(|binder| binder_exprs(binder, roots));
            roots.extend(when);
            block_exprs(body, roots);
        }
        ItemKind::Property(property) => {
            roots.extend(property.principal.iter().map(|(_, set)| set));
            property.worlds.iter().for_each(|world| world_exprs(world, roots));
            roots.push(&property.formula);
        }
        ItemKind::Witness { worlds, formula, .. } => {
            worlds.iter().for_each(|world| world_exprs(world, roots));
            roots.push(formula);
        }
        ItemKind::Check { settings, .. } => {
            settings.iter().for_each(|setting| setting_exprs(setting, roots));
        }
    }
}

fn setting_exprs<'a>(setting: &'a Setting, roots: &mut Vec<&'a Expr>) {
    match &setting.value {
        SettingValue::Expr(value) => roots.push(value),
        SettingValue::Names(_) => {}
        SettingValue::Pins(pins) => pins.iter().for_each(|pin| pin_exprs(pin, roots)),
        SettingValue::Repairs(repairs) => {
            repairs.iter().flat_map(|of| &of.pins).for_each(|pin| pin_exprs(pin, roots));
        }
        SettingValue::Expect { counters, .. } => {
            roots.extend(counters.iter().map(|(_, value)| value));
        }
    }
}

fn structure_exprs<'a>(structure: &'a Structure, roots: &mut Vec<&'a Expr>) {
    match &structure.shape {
        Shape::Graph | Shape::Digraph { .. } | Shape::Tree | Shape::Partition => {}
        Shape::Weights { lo, hi, .. } => roots.extend([lo, hi]),
    }
    let families = structure.among.iter().chain(&structure.value);
    families.for_each(|family: &Family| roots.extend(&family.arguments));
}

fn type_exprs<'a>(ty: &'a TypeExpr, roots: &mut Vec<&'a Expr>) {
    match &ty.kind {
        TypeKind::Named(_) | TypeKind::Error => {}
        TypeKind::Optional(inner) | TypeKind::Set(inner) => type_exprs(inner, roots),
        TypeKind::Range(lo, hi) => roots.extend([&**lo, &**hi]),
        TypeKind::Values(values) => roots.extend(values),
    }
}

fn dist_exprs<'a>(dist: &'a Dist, roots: &mut Vec<&'a Expr>) {
    for (value, weight) in &dist.arguments {
        roots.push(value);
        roots.extend(weight);
    }
}

fn world_exprs<'a>(world: &'a World, roots: &mut Vec<&'a Expr>) {
    roots.extend(world.params.iter().map(|(_, set)| set));
    world.pins.iter().for_each(|pin| pin_exprs(pin, roots));
}

fn pin_exprs<'a>(pin: &'a Pin, roots: &mut Vec<&'a Expr>) {
    match &pin.kind {
        PinKind::Set { target, value } => {
            roots.push(target);
            match value {
                PinValue::Expr(value) => roots.push(value),
                PinValue::Ties(ties, _) => roots.extend(ties.iter().flatten()),
            }
        }
        PinKind::Only(value) | PinKind::Without(value) | PinKind::Assume(value) => {
            roots.push(value);
        }
    }
}

fn block_exprs<'a>(block: &'a Block, roots: &mut Vec<&'a Expr>) {
    block.statements.iter().for_each(|statement| statement_exprs(statement, roots));
}

fn statement_exprs<'a>(statement: &'a Stmt, roots: &mut Vec<&'a Expr>) {
    match &statement.kind {
        StmtKind::Let { value, .. } | StmtKind::Require(value) => roots.push(value),
        StmtKind::Assign { target, value } => roots.extend([target, value]),
        StmtKind::If { condition, then, otherwise } => {
            roots.push(condition);
            block_exprs(then, roots);
            otherwise.iter().for_each(|block| block_exprs(block, roots));
        }
        StmtKind::Match { scrutinee, arms } => {
            roots.push(scrutinee);
            arms.iter().for_each(|(_, block)| block_exprs(block, roots));
        }
        StmtKind::For { binders, body } => {
            binders.iter().for_each(|binder| binder_exprs(binder, roots));
            block_exprs(body, roots);
        }
        StmtKind::Choose { indices, domain, filter, .. } => {
            indices.iter().for_each(|binder| binder_exprs(binder, roots));
            match domain {
                TypeOrSet::Type(ty) => type_exprs(ty, roots),
                TypeOrSet::Set(set) => roots.push(set),
            }
            roots.extend(filter);
        }
        StmtKind::Draw { dist, .. } => dist_exprs(dist, roots),
        StmtKind::Emit { fields, .. } => roots.extend(fields.iter().map(|(_, value)| value)),
        StmtKind::Halt => {}
    }
}

fn binder_exprs<'a>(binder: &'a Binder, exprs: &mut Vec<&'a Expr>) {
    exprs.push(&binder.set);
    binder.window.iter().for_each(|window| interval_exprs(window, exprs));
    exprs.extend(&binder.filter);
}

fn interval_exprs<'a>(interval: &'a Interval, exprs: &mut Vec<&'a Expr>) {
    exprs.extend(&interval.lo);
    exprs.extend(&interval.hi);
}

/// The expressions directly inside of `expr`, in the order of the text.
pub fn children(expr: &Expr) -> Vec<&Expr> {
    let mut exprs = Vec::new();
    match &*expr.kind {
        ExprKind::Literal(_) | ExprKind::Name(_) | ExprKind::Error => {}
        ExprKind::Call { function, arguments } => {
            exprs.push(function);
            exprs.extend(arguments);
        }
        ExprKind::Field { object: inner, .. }
        | ExprKind::Primed(inner)
        | ExprKind::Paren(inner)
        | ExprKind::Unary { operand: inner, .. }
        | ExprKind::Initially(inner)
        | ExprKind::Probability(inner)
        | ExprKind::Expected(inner) => exprs.push(inner),
        ExprKind::Index { object, index } => exprs.extend([object, index]),
        ExprKind::At { body, arguments, .. } => {
            exprs.push(body);
            exprs.extend(arguments);
        }
        ExprKind::Binary { left, right, .. } => exprs.extend([left, right]),
        ExprKind::If { condition, then, otherwise } => {
            exprs.extend([condition, then, otherwise]);
        }
        ExprKind::Match { scrutinee, arms } => {
            exprs.push(scrutinee);
            exprs.extend(arms.iter().map(|(_, value)| value));
        }
        ExprKind::Let { value, body, .. } => exprs.extend([value, body]),
        ExprKind::SetList(values) => exprs.extend(values),
        ExprKind::SetFilter(binder) => binder_exprs(binder, &mut exprs),
        ExprKind::Quantifier { binders, body, .. } => {
            binders.iter().for_each(|binder| binder_exprs(binder, &mut exprs));
            exprs.push(body);
        }
        ExprKind::Aggregate { value, binders, otherwise, .. } => {
            exprs.extend(value);
            binders.iter().for_each(|binder| binder_exprs(binder, &mut exprs));
            exprs.extend(otherwise);
        }
        ExprKind::Temporal { interval, body, .. } => {
            interval.iter().for_each(|interval| interval_exprs(interval, &mut exprs));
            exprs.push(body);
        }
        ExprKind::TemporalBinary { interval, left, right, .. } => {
            exprs.push(left);
            interval.iter().for_each(|interval| interval_exprs(interval, &mut exprs));
            exprs.push(right);
        }
        ExprKind::Prev { body, at_start } => {
            exprs.push(body);
            exprs.extend(at_start);
        }
    }
    exprs
}
